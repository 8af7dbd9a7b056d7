"""Findings of ownership in words, English and Arabic. Reach for it through :func:`tajfif.tracing.ownership.ownership`."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from tajfif.tracing.ownership_shares import percent_text

if TYPE_CHECKING:
    from tajfif.tracing.ownership import OwnershipFinding

__all__ = ["explained"]

_MOST_TERMS = 30
_WHY = {
    "en": {"designated": "designated", "caught": "falls under the rule itself", "undecided": "undecided itself", "joint": "acts jointly"},
    "ar": {"designated": "مدرج", "caught": "تسري عليه القاعدة نفسها", "undecided": "أمره غير محسوم", "joint": "ترتيب مشترك"},
}  # fmt: skip
_LINKS = {
    "en": {
        "votes": "most of the votes", "control": "control", "director": "a seat in the management", "acting_for": "acting for them",
    },
    "ar": {"votes": "أغلبية الأصوات", "control": "السيطرة", "director": "مقعد في الإدارة", "acting_for": "العمل باسمهم"},
}  # fmt: skip
_SAID = {
    "en": {
        "caught": "Designated parties hold {share} ({threshold} is needed): it falls under the rule.",
        "caught_link": "It falls under the rule by {link}; of its shares {share} count.",
        "at_least": "To fall below, they would have to part with {margin} or more.",
        "more_than": "To fall below, they would have to part with more than {margin}.",
        "exactly": "To fall below, they would have to part with anything at all.",
        "near": "Designated parties hold {share}; {short} is missing to the threshold ({threshold}).",
        "at_half": "Designated parties hold exactly half, and more than half is needed; any further share would suffice.",
        "undecided": "Undecided: {unknown} unknown. What is stated gives {share}, what is unknown could make it {greatest} "
        "({threshold} is needed).",
        "undecided_link": "Undecided: it depends on {link}, through a party that is itself undecided or a share that is not stated.",
        "interest": "By multiplication, for information, they own {interest}.",
    },
    "ar": {
        "caught": "يملك المدرجون {share} (والمطلوب {threshold}): تسري عليه القاعدة.",
        "caught_link": "تسري عليه القاعدة بسبب {link}؛ والمحسوب من أسهمه {share}.",
        "at_least": "للنزول عن الحد يلزم أن يتخلوا عن {margin} على الأقل.",
        "more_than": "للنزول عن الحد يلزم أن يتخلوا عن أكثر من {margin}.",
        "exactly": "للنزول عن الحد يكفي أن يتخلوا عن أي قدر.",
        "near": "يملك المدرجون {share}؛ وينقص عن الحد ({threshold}) {short}.",
        "at_half": "يملك المدرجون النصف تمامًا والمطلوب أكثر من النصف؛ وأي حصة أخرى تكفي.",
        "undecided": "غير محسوم: {unknown} غير معروف. المذكور يبلغ {share}، والمجهول قد يرفعه إلى {greatest} (والمطلوب {threshold}).",
        "undecided_link": "غير محسوم: يتوقف على {link} عبر طرف أمره غير محسوم أو حصة غير مذكورة.",
        "interest": "وبالضرب، للعلم فقط، يملكون {interest}.",
    },
}


def explained(finding: OwnershipFinding, *, more_than: bool, lang: str) -> tuple[str, str]:
    """Return the sum written out, and the finding in words.

    Args:
        finding: The finding, without these two.
        more_than: Whether exactly one half is not enough.
        lang: ``en`` or ``ar``.
    """
    words = _SAID["ar" if lang == "ar" else "en"]
    arithmetic = _sum(finding, "ar" if lang == "ar" else "en")
    said = [_verdict(finding, words, "ar" if lang == "ar" else "en")]
    margin = Fraction(finding.margin)
    if finding.verdict == "caught" and finding.by == "shares":
        if margin == 0:
            said.append(words["exactly"])
        else:
            said.append(words["at_least" if more_than else "more_than"].format(margin=percent_text(margin)))
    if finding.interest:
        said.append(words["interest"].format(interest=finding.interest_percent))
    return arithmetic, " ".join(said)


def _verdict(finding: OwnershipFinding, words: dict[str, str], lang: str) -> str:
    by_share = finding.by == "shares"
    key = finding.verdict if by_share else f"{finding.verdict}_link"
    if finding.verdict == "near":
        key = "at_half" if finding.share == "1/2" else "near"
    return words[key].format(
        share=finding.percent,
        threshold=finding.threshold,
        short=percent_text(-Fraction(finding.margin)),
        unknown=finding.unknown_percent,
        greatest=finding.greatest_percent,
        link=_LINKS[lang].get(finding.by, finding.by),
    )


def _sum(finding: OwnershipFinding, lang: str) -> str:
    """Write the sum out; what is only a link is named after it."""
    why = _WHY[lang]
    terms = [f"{stake.shown} ({stake.owner}: {why[stake.why]})" for stake in finding.stakes if stake.kind == "shares"]
    links = [f"{stake.kind} {stake.shown}".strip() + f" ({stake.owner}: {why[stake.why]})" for stake in finding.stakes
             if stake.kind != "shares"]  # fmt: skip
    shown = " + ".join(terms[:_MOST_TERMS]) + (f" + … ({len(terms) - _MOST_TERMS})" if len(terms) > _MOST_TERMS else "")
    total = finding.percent if finding.share == finding.greatest else f"{finding.percent} … {finding.greatest_percent}"
    text = f"{shown} = {total}" if len(terms) > 1 or (terms and total not in shown) else shown
    return "; ".join(part for part in (text, *links[:_MOST_TERMS]) if part)
