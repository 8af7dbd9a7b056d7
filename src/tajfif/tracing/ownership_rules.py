"""The rules by which an owned or controlled entity is treated as its designated owner. Reach for it to see what each regime says.

The rules are told in this project's words; the sources named hold the binding text, and a lawyer reads that.
"""

from __future__ import annotations

import datetime

import msgspec

from tajfif.errors import UsageError

__all__ = ["KINDS", "NEAR", "REGIMES", "Rule", "rule_of"]

KINDS = ("shares", "votes", "control", "director", "acting_for")
"""What a link can be: a share in the property, a share of the votes, control by other means (a right to appoint most of the
board, dominant influence), a seat on the board or in the management, acting for somebody (``owner`` is who is acted for)."""

NEAR = 4
"""A holding of one in so many, a quarter, is a near miss when it does not suffice."""

_EU_CHANGE = datetime.date(2024, 7, 3)


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One regime on one day.

    Attributes:
        name: ``ofac``, ``eu``, ``uk`` or ``unsc``.
        more_than: Whether exactly one half is not enough.
        aggregates: Whether the holdings of several designated parties are added up.
        majority_of_votes: Whether most of the votes suffice.
        links: Kinds of link that suffice by themselves.
        summary, summary_ar: The rule in words.
        source: Where it stands.
    """

    name: str
    more_than: bool
    aggregates: bool
    majority_of_votes: bool
    links: tuple[str, ...]
    summary: str
    summary_ar: str
    source: str

    @property
    def threshold(self) -> str:
        """The share that suffices, as it is written in sums."""
        return "> 50 %" if self.more_than else "≥ 50 %"


_OFAC = Rule(
    name="ofac",
    more_than=False,
    aggregates=True,
    majority_of_votes=False,
    links=(),
    summary=(
        "An entity of which blocked persons together own half or more is blocked itself, and what it owns then counts in "
        "full. Control without ownership does not block."
    ),
    summary_ar=(
        "الكيان الذي يملك أشخاص محظورون نصفه فأكثر مجتمعين محظور هو نفسه، وما يملكه يُحسب حينئذ كاملًا. والسيطرة بلا ملكية لا "
        "تُوجب الحظر."
    ),
    source="OFAC, Revised Guidance on Entities Owned by Persons Whose Property Is Blocked (13 August 2014); FAQ 398, 399, 401",
)
_EU = Rule(
    name="eu",
    more_than=False,
    aggregates=True,
    majority_of_votes=True,
    links=("control",),
    summary=(
        "An entity of which designated parties together own half or more, or which one of them controls (most votes, a right to "
        "appoint most of the board, dominant influence), is presumed to be frozen with them."
    ),
    summary_ar=(
        "الكيان الذي يملك مدرجون نصفه فأكثر مجتمعين، أو يسيطر عليه أحدهم (بأغلبية الأصوات أو بحق تعيين أغلب المجلس أو بنفوذ "
        "غالب)، يُفترض تجميده معهم."
    ),
    source=(
        "Council of the EU, Best Practices for the effective implementation of restrictive measures, update of 3 July 2024, "
        "ownership and control; Regulation (EC) No 2580/2001, Article 1(5) and (6)"
    ),
)
_EU_EARLIER = msgspec.structs.replace(
    _EU,
    more_than=True,
    summary=(
        "Before 3 July 2024: an entity of which designated parties together own more than half, or which one of them controls, is "
        "presumed to be frozen with them. Regulation 2580/2001 on terrorism said half or more even then."
    ),
    summary_ar=(
        "قبل 3 يوليو 2024: الكيان الذي يملك مدرجون أكثر من نصفه مجتمعين، أو يسيطر عليه أحدهم، يُفترض تجميده معهم. أما لائحة "
        "الإرهاب 2580/2001 فكان حدّها النصف فأكثر حتى في ذلك الوقت."
    ),
    source=(
        "Council of the EU, Best Practices, version of 2018; Commission opinions and FAQ on aggregation; Regulation (EC) No "
        "2580/2001, Article 1(5) and (6)"
    ),
)
_UK = Rule(
    name="uk",
    more_than=True,
    aggregates=False,
    majority_of_votes=True,
    links=("control",),
    summary=(
        "An entity is frozen if one designated person holds more than half of its shares or votes, directly or through "
        "entities in which that person has a majority, or controls it. Holdings of different persons are not added up unless they "
        "act under a joint arrangement."
    ),
    summary_ar=(
        "يُجمَّد الكيان إذا كان شخص مدرج واحد يحوز أكثر من نصف أسهمه أو أصواته، مباشرة أو عبر كيانات له فيها الأغلبية، أو كان "
        "يسيطر عليه. ولا تُجمع حصص أشخاص مختلفين إلا إذا كان بينهم ترتيب مشترك."
    ),
    source=(
        "Regulation 7 and Schedule 1 of the regulations under the Sanctions and Anti-Money Laundering Act 2018 (such as the ISIL "
        "(Da'esh) and Al-Qaida (United Nations Sanctions) (EU Exit) Regulations 2019); OFSI general guidance, ownership and control"
    ),
)
_UNSC = Rule(
    name="unsc",
    more_than=False,
    aggregates=True,
    majority_of_votes=True,
    links=("control", "director", "acting_for"),
    summary=(
        "Property owned or controlled, directly or indirectly, by listed parties or by whoever acts for them is to be frozen. "
        "Followed here: half or more of the shares together, most votes, control, a seat on the board, acting for "
        "somebody; a link of the last two is a reason to look, not a proof. A smaller share is frozen as a share."
    ),
    summary_ar=(
        "تُجمَّد الأموال المملوكة للمدرجين أو الخاضعة لسيطرتهم، مباشرة أو غير مباشرة، أو لمن يعمل باسمهم. وما يُتبع هنا: نصف الأسهم "
        "فأكثر مجتمعين، وأغلبية الأصوات، والسيطرة، وعضوية المجلس، والعمل باسم مدرج؛ والأخيرتان داعٍ إلى النظر لا دليل. والحصة "
        "الأصغر تُجمَّد بوصفها حصة."
    ),
    source="Security Council resolutions 1373 (2001), paragraph 1 (c), and 2368 (2017), paragraph 1 (a)",
)

REGIMES = ("ofac", "eu", "uk", "unsc")
"""Names of the regimes."""


def rule_of(regime: str, at: datetime.date) -> Rule:
    """Return the rule of a regime as it was on a day.

    Raises:
        UsageError: There is no such regime.
    """
    if regime == "eu":
        return _EU if at >= _EU_CHANGE else _EU_EARLIER
    for rule in (_OFAC, _UK, _UNSC):
        if rule.name == regime:
            return rule
    raise UsageError(f"there is no regime {regime!r}", hint=f"There is: {', '.join(REGIMES)}.")
