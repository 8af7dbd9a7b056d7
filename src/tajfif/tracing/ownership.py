"""Who is owned or controlled by designated parties, under which regime, by which chains and with how much to spare.

Reach for :func:`ownership` with what :func:`tajfif.tracing.ownership_reading.read_stakes` read::

    stakes = read_stakes("owners.csv")
    report = ownership(stakes, ["Zarif Trading (invented)"])
    for finding in report.findings:
        print(finding.regime, finding.entity, finding.verdict, finding.explanation)

All shares are exact fractions. A share that is not stated belongs to nobody, and the finding says what would follow if it were
a designated party's.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Literal

import msgspec

from tajfif.errors import UsageError
from tajfif.tracing.ownership_cascade import Cascade, Graph
from tajfif.tracing.ownership_interest import economic_interest
from tajfif.tracing.ownership_reading import Stakes, read_stakes
from tajfif.tracing.ownership_rules import KINDS, NEAR, REGIMES, Rule, rule_of
from tajfif.tracing.ownership_shares import percent_text
from tajfif.tracing.ownership_words import explained

__all__ = [
    "MOST_CHAINS", "REGIMES", "Chain", "CountedStake", "OwnershipFinding", "OwnershipReport", "Stakes", "ownership",
    "read_stakes",
]  # fmt: skip

MOST_CHAINS = 20
"""Most chains told of one finding."""
_SHARES = KINDS.index("shares")
_MOST_STEPS = 2_000


class CountedStake(msgspec.Struct, frozen=True, kw_only=True):
    """One statement that counts for a finding.

    Attributes:
        owner: Who holds or controls.
        kind: Kind of link.
        low, high: The share stated, as exact fractions in text; equal where it is exact.
        shown: The same as a percentage for people; empty for links without a share.
        why: ``designated``, ``caught`` (falls under the rule itself), ``undecided``, or ``joint`` (acts with one of these).
        since, until: Bounds of its validity, ISO 8601; empty where open.
        source: Where it stands.
        line: Line of the file.
    """

    owner: str
    kind: str
    low: str
    high: str
    shown: str
    why: Literal["designated", "caught", "undecided", "joint"]
    since: str
    until: str
    source: str
    line: int


class Chain(msgspec.Struct, frozen=True, kw_only=True):
    """One way from a designated party to the entity.

    Attributes:
        parties: From the designated party to the entity.
        links: What joins each to the next: a percentage, or the kind of link.
        lines: Line of the file of each link.
        product: The shares multiplied, an exact fraction in text, for information; empty if a link has no share.
    """

    parties: tuple[str, ...]
    links: tuple[str, ...]
    lines: tuple[int, ...]
    product: str


class OwnershipFinding(msgspec.Struct, frozen=True, kw_only=True):
    """What one regime says of one entity.

    Attributes:
        entity: Its name.
        regime: Name of the regime.
        verdict: ``caught``; ``undecided`` (what is unknown could tip it); ``near`` (a quarter or more, but not enough).
        by: What catches it, or would: ``shares``, ``votes``, ``control``, ``director``, ``acting_for``.
        designated: The designated parties at the beginning of the chains; under ``uk`` the one with most, then others that suffice alone.
        share: What counts at least, an exact fraction in text, such as ``3/5``.
        greatest: What could count at most, if all that is unknown were theirs.
        percent, greatest_percent, unknown_percent: These and their difference, as people read them.
        threshold: ``≥ 50 %`` or ``> 50 %``.
        margin: ``share`` less one half, an exact fraction in text with its sign: how much stands above the threshold (caught), or
            below (otherwise).
        margin_percent: The same as people read it.
        interest: What they own by multiplication, an exact fraction in text, for information; empty where it was not solved.
        interest_percent: The same as people read it.
        arithmetic: The sum, written out.
        stakes: The statements that count.
        chains: The ways from designated parties to it, the shortest first, at most :data:`MOST_CHAINS`.
        explanation: In words: why, how far from the threshold, what is unknown.
        rule, source: The rule in words, and where it stands.
    """

    entity: str
    regime: str
    verdict: Literal["caught", "undecided", "near"]
    by: str
    designated: tuple[str, ...]
    share: str
    greatest: str
    percent: str
    greatest_percent: str
    unknown_percent: str
    threshold: str
    margin: str
    margin_percent: str
    interest: str
    interest_percent: str
    arithmetic: str
    stakes: tuple[CountedStake, ...]
    chains: tuple[Chain, ...]
    explanation: str
    rule: str
    source: str


class OwnershipReport(msgspec.Struct, frozen=True, kw_only=True):
    """The answer.

    Attributes:
        at: The day, ISO 8601.
        findings: By regime in the order asked for; caught, undecided, near; the greatest share first.
        listed: Designated parties that the file names.
        unknown: Designated parties that it does not.
        notices: What a careful person would want to be told.
    """

    at: str
    findings: tuple[OwnershipFinding, ...]
    listed: tuple[str, ...]
    unknown: tuple[str, ...]
    notices: tuple[str, ...]


def ownership(
    stakes: Stakes,
    listed: Sequence[str],
    *,
    at: datetime.date | None = None,
    regimes: Sequence[str] = REGIMES,
    lang: str = "en",
) -> OwnershipReport:
    """Find who is owned or controlled by designated parties.

    Args:
        stakes: Who owns what.
        listed: Names or ids of the designated parties.
        at: The day for which it is asked; today by default. Rules change too: see ``tajfif.tracing.ownership_rules``.
        regimes: Names of :data:`REGIMES`.
        lang: Language of explanations, ``en`` or ``ar``.

    Raises:
        UsageError: Nobody is designated, or a regime is unknown.
    """
    if not listed:
        raise UsageError("nobody is designated", hint="Name the designated parties with --listed.")
    day = at or datetime.date.today()
    rules = [rule_of(regime, day) for regime in dict.fromkeys(regimes)]
    seeds, unknown = stakes.parties_named(list(dict.fromkeys(listed)))
    graph = Graph(stakes, day.toordinal())
    interest = economic_interest(graph, seeds)
    findings: list[OwnershipFinding] = []
    for rule in rules:
        views = [_View(graph, rule, seeds)] if rule.aggregates else [_View(graph, rule, [seed]) for seed in seeds]
        findings += _findings(graph, rule, views, set(seeds), interest, lang)
    return OwnershipReport(
        at=day.isoformat(),
        findings=tuple(findings),
        listed=tuple(stakes.name(seed) for seed in seeds),
        unknown=tuple(unknown),
        notices=tuple(_notices(graph, seeds, interest)),
    )


class _View:
    """One rule seen from the parties whose holdings it counts together: what is sure, and what could be."""

    def __init__(self, graph: Graph, rule: Rule, seeds: Sequence[int]) -> None:
        self.graph, self.rule, self.seeds = graph, rule, set(seeds)
        self.sure = Cascade(graph, rule, seeds).run()
        self.possible = Cascade(graph, rule, seeds, sure=self.sure).run()

    def verdict(self, party: int) -> Literal["caught", "undecided", "near", ""]:
        if party in self.sure.place:
            return "caught"
        if party in self.possible.place:
            return "undecided"
        return "near" if NEAR * self.sure.low.get(party, 0) >= self.graph.whole else ""

    def best(self, party: int) -> tuple[int, int, int]:
        """How strongly it holds a party, for comparison."""
        return (
            _ORDER.index(self.verdict(party)), -self.sure.low.get(party, 0), -self.possible.greatest(party)
        )  # fmt: skip

    def designated(self, party: int) -> list[int]:
        """The designated parties from which a chain leads here, in rising order."""
        found, waiting, seen = set(), [party], {party}
        while waiting and len(seen) < _MOST_STEPS:
            for row in self.counted(waiting.pop()):
                owner = int(self.graph.stakes.owner[row])
                if owner in self.seeds:
                    found.add(owner)
                elif owner not in seen:
                    seen.add(owner)
                    waiting.append(owner)
        return sorted(found)

    def counted(self, party: int) -> list[int]:
        """The statements that count for a party, as far as its verdict needs them."""
        cascade = self.possible if self.verdict(party) == "undecided" else self.sure
        return cascade.counted.get(party, [])

    def earlier(self, party: int) -> list[int]:
        """The statements by holders that were found before it: those by which a chain leads back, the largest first."""
        mine = self._place(party)
        owner = self.graph.stakes.owner
        rows = [row for row in self.counted(party) if self._place(int(owner[row])) < mine]
        return sorted(rows, key=lambda row: (self._place(int(owner[row])) != (0, 0), -self.graph.low(row), row))

    def _place(self, party: int) -> tuple[int, int]:
        if party in self.sure.place:
            return (0, self.sure.place[party])
        return (1, self.possible.place[party]) if party in self.possible.place else (2, 0)


_ORDER = ("caught", "undecided", "near", "")


def _findings(
    graph: Graph, rule: Rule, views: list[_View], designated: set[int], interest: dict[int, Fraction | None], lang: str
) -> list[OwnershipFinding]:
    reached: dict[int, list[_View]] = {}
    for view in views:
        for party in view.possible.counted:
            if party not in designated and view.verdict(party):
                reached.setdefault(party, []).append(view)
    told = []
    for party, mine in reached.items():
        mine.sort(key=lambda view: view.best(party))
        strongest = mine[0]
        others = [view for view in mine[1:] if view.verdict(party) == strongest.verdict(party) != "near"]
        told.append((strongest.best(party), graph.stakes.name(party), party, strongest, others))
    told.sort(key=lambda each: each[:3])
    return [_told(graph, rule, party, view, others, interest, lang) for _, _, party, view, others in told]


def _told(
    graph: Graph,
    rule: Rule,
    party: int,
    view: _View,
    others: list[_View],
    interest: dict[int, Fraction | None],
    lang: str,
) -> OwnershipFinding:
    stakes = graph.stakes
    verdict: Literal["caught", "undecided", "near"] = view.verdict(party) or "near"
    low = graph.fraction(view.sure.low.get(party, 0))
    greatest = graph.fraction(view.possible.greatest(party))
    counted = tuple(_counted(graph, view, row) for row in view.counted(party))
    chains = tuple(_chains(graph, view, party))
    owned = interest.get(party)
    by = (view.possible if verdict == "undecided" else view.sure).link.get(party, "shares")
    designated = [*view.designated(party), *(seed for other in others for seed in sorted(other.seeds))]
    finding = OwnershipFinding(
        entity=stakes.name(party),
        regime=rule.name,
        verdict=verdict,
        by=by,
        designated=tuple(stakes.name(each) for each in dict.fromkeys(designated)),
        share=str(low),
        greatest=str(greatest),
        percent=percent_text(low),
        greatest_percent=percent_text(greatest),
        unknown_percent=percent_text(greatest - low),
        threshold=rule.threshold,
        margin=str(low - Fraction(1, 2)),
        margin_percent=percent_text(low - Fraction(1, 2)),
        interest="" if owned is None else str(owned),
        interest_percent="" if owned is None else percent_text(owned),
        arithmetic="",
        stakes=counted,
        chains=chains,
        explanation="",
        rule=rule.summary_ar if lang == "ar" else rule.summary,
        source=rule.source,
    )
    arithmetic, explanation = explained(finding, more_than=rule.more_than, lang=lang)
    return msgspec.structs.replace(finding, arithmetic=arithmetic, explanation=explanation)


def _counted(graph: Graph, view: _View, row: int) -> CountedStake:
    stakes = graph.stakes
    owner = int(stakes.owner[row])
    why: Literal["designated", "caught", "undecided", "joint"] = (
        "designated" if owner in view.seeds
        else "caught" if owner in view.sure.place
        else "undecided" if owner in view.possible.place
        else "joint"
    )  # fmt: skip
    share = stakes.share_of(row)
    has_share = int(stakes.kind[row]) <= 1
    return CountedStake(
        owner=stakes.name(owner),
        kind=KINDS[int(stakes.kind[row])],
        low=str(share.low) if has_share else "",
        high=str(share.high) if has_share else "",
        shown=_shown(graph, row),
        why=why,
        since=_day(int(stakes.since[row]), datetime.date.min),
        until=_day(int(stakes.until[row]), datetime.date.max),
        source=stakes.words[int(stakes.source[row])],
        line=int(stakes.line[row]),
    )


def _day(ordinal: int, bound: datetime.date) -> str:
    return "" if ordinal == bound.toordinal() else datetime.date.fromordinal(ordinal).isoformat()


def _shown(graph: Graph, row: int) -> str:
    """Return a share as people read it; empty for a link without one."""
    stakes = graph.stakes
    if int(stakes.kind[row]) > 1:
        return ""
    share = stakes.share_of(row)
    if not share.known:
        return "? %"
    if share.low == share.high:
        return percent_text(share.low)
    return f"{'> ' if share.above else ''}{percent_text(share.low).removesuffix(' %')}–{percent_text(share.high)}"


def _chains(graph: Graph, view: _View, party: int) -> list[Chain]:
    """Return chains back to designated parties, walked from the entity, the nearest and largest holders first."""
    stakes = graph.stakes
    found: list[list[int]] = []
    waiting: list[list[int]] = [[row] for row in reversed(view.earlier(party))]
    steps = 0
    while waiting and len(found) < MOST_CHAINS and steps < _MOST_STEPS:
        steps += 1
        rows = waiting.pop()
        owner = int(stakes.owner[rows[-1]])
        if owner in view.seeds:
            found.append(rows[::-1])
        else:
            waiting += [[*rows, row] for row in reversed(view.earlier(owner))]
    return sorted((_chain(graph, rows) for rows in found), key=lambda chain: (len(chain.parties), chain.lines))


def _chain(graph: Graph, rows: list[int]) -> Chain:
    stakes = graph.stakes
    parties = [int(stakes.owner[rows[0]]), *(int(stakes.owned[row]) for row in rows)]
    product = Fraction(1)
    for row in rows:
        product *= stakes.share_of(row).low
    return Chain(
        parties=tuple(map(stakes.name, parties)),
        links=tuple(_link(graph, row) for row in rows),
        lines=tuple(int(stakes.line[row]) for row in rows),
        product=str(product) if all(int(stakes.kind[row]) == _SHARES for row in rows) else "",
    )


def _link(graph: Graph, row: int) -> str:
    kind = KINDS[int(graph.stakes.kind[row])]
    shown = _shown(graph, row)
    return shown if kind == "shares" else f"{kind} {shown}".strip()


def _notices(graph: Graph, seeds: Sequence[int], interest: dict[int, Fraction | None]) -> Iterator[str]:
    if graph.repeated:
        yield f"{graph.repeated:,} statements repeat another word for word; each counts once"
    too_much = sorted(party for party in interest if graph.stated(party)[0] > graph.whole)
    for party in too_much[:10]:
        stated = percent_text(graph.fraction(graph.stated(party)[0]))
        yield f"{graph.stakes.name(party)!r}: the shares stated come to {stated}; check the file"
    if len(too_much) > 10:
        yield f"… and {len(too_much) - 10:,} more entities of which more than 100 % is stated"
    unsolved = sum(value is None for value in interest.values())
    if unsolved:
        yield f"the multiplied interest of {unsolved:,} entities is not stated: they lie in rings that are too large to solve"
    elif seeds and not interest and any(graph.owned_by(seed) for seed in seeds):
        yield "no multiplied interest is stated: nothing is owned by stated shares, or too many parties are reached"
