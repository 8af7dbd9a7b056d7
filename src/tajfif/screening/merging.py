"""The same party on several lists. Reach for :func:`suggest_merges` to find such entries, for :func:`clusters` to put them together.

Three things speak for a merge, the strongest first. *Stated*: a publisher says that its entry is another's (``listed_as``), or
two publishers cite the same entry. *Identifier*: both entries give the same passport, registration, hull or wallet, and their
names agree. *Matcher*: names and fields agree (:func:`tajfif.screening.comparing.compare`), the birth date among them; of a party
that is not born, every word of the name. What is weaker is suggested, but joins nothing before a person has accepted it.

A merge changes how hits are shown, never what is found: every listing of every entry stays visible.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from itertools import combinations
from typing import Literal

import msgspec

from tajfif.errors import InputError
from tajfif.model import Comparison, Entity, Evidence, Identifier, Name, Span
from tajfif.screening.comparing import compare, compare_names, schemas_meet
from tajfif.screening.keys import identifier_key
from tajfif.screening.merge_candidates import FAR_APART, Match, birth_weight, name_matches, source_of, worth_naming
from tajfif.screening.probability import is_supported
from tajfif.text.names import LEGAL, parse_name
from tajfif.text.organisations import is_legal_form
from tajfif.text.unicode import fold_word

__all__ = ["Basis", "Citation", "Link", "Merge", "clusters", "suggest_merges", "weighed"]

Basis = Literal["stated", "identifier", "matcher"]

LEAST_SUGGESTED = 0.7
"""Score from which names and fields make a suggestion."""
LEAST_WITH_IDENTIFIER = 0.9
LEAST_BY_MATCHER = 0.99
"""Scores from which a shared identifier, and names and fields alone, join two entries."""
LEAST_BIRTH = 1.0
"""Least that birth dates weigh which join: the same day or year, or spans of few years that overlap."""
BIRTH_DAY = 4.0
"""What birth dates weigh from which they are of one day, or of one but for a slip."""
RARE_NAME = 16.0
"""Weight of the parts that agree from which a name is so rare that a year of birth is enough: of 70,000 ordinary names with
birth dates drawn at random, none but those of listed people then joins with an entry of eight lists."""
NO_LIKENESS = 0.02
"""Names below this agree so little that even what is stated or shared is for a person to decide."""
_MOST_NAMES = 6
"""Names of either side that are compared where none sounds alike."""
_ENOUGH_LIKENESS = 0.999
"""Names from which on no better ones are looked for."""
_MOST_SHARERS = 12
"""An identifier that more entries state tells nobody from another."""

_RANK: dict[Basis, int] = {"stated": 0, "identifier": 1, "matcher": 2}


class Citation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a publisher says that an entry is another one.

    Attributes:
        by: Id of the entity that cites.
        reference: What it cites.
        evidence: Where in its source.
    """

    by: str
    reference: str
    evidence: Span | None = None


class Merge(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Two entries that may be one party.

    Attributes:
        a, b: Their ids, in the order of the alphabet.
        basis: The strongest that speaks for it.
        score: Probability by names and fields that both are one.
        joins: Whether it is strong enough to show both as one without a decision.
        schema: ``Person`` where either is one, else the schema of ``a``.
        captions: What both are called.
        names: The names of both that agree best.
        citations: What publishers state.
        identifiers: What both give, as ``a`` writes it.
        evidence: The other fields that both give.
        against: What keeps them apart: ``schema``, ``gender``, ``birthDate``, ``names``; ``same_list`` where one already stands
            with another entry of the other's list, ``group`` where it stands with one that contradicts the other.
    """

    a: str
    b: str
    basis: Basis
    score: float
    joins: bool = False
    schema: str = ""
    captions: tuple[str, str] = ("", "")
    names: tuple[str, str] = ("", "")
    citations: tuple[Citation, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    against: tuple[str, ...] = ()


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """What of a merge decides who is shown together; its fields are those of :class:`Merge`."""

    a: str
    b: str
    basis: Basis
    score: float
    joins: bool = False


def suggest_merges(entities: Sequence[Entity], *, doubtful: bool = True) -> tuple[Merge, ...]:
    """Return which entries of different lists may be one party.

    Two entries of one list are left to their publisher: only where it states that they are one are they suggested.

    Args:
        entities: Of all lists, each id once.
        doubtful: Whether also those are wanted that names and fields suggest and that cannot join; without them it takes half
            the time.

    Returns:
        In the order of the ids. Those that join make, taken together, the groups of :func:`clusters`; none of these has two
        entries of one list unless a publisher says so.
    """
    number = {entity.id: place for place, entity in enumerate(entities)}
    cited = _citations(entities, number)
    shared = _identifiers(entities)
    matches = name_matches(entities)
    found = []
    for pair in sorted({*cited, *shared, *matches}):
        if not (doubtful or pair in cited or pair in shared or _may_join(*(entities[place] for place in pair))):
            continue
        merge = _judged(entities, pair, cited.get(pair, ()), shared.get(pair, ()), matches.get(pair, ()))
        if merge is not None:
            found.append(merge)
    return _without_conflicts(entities, number, found)


def weighed(one: Entity, other: Entity) -> Merge | None:
    """Return what two entries are to each other, whatever their lists and however little speaks for it.

    Returns:
        ``None`` where either has no name that can be read.
    """
    pair = (one, other)
    cited, shared = _citations(pair, {one.id: 0, other.id: 1}), _identifiers(pair)
    return _judged(pair, (0, 1), cited.get((0, 1), ()), shared.get((0, 1), ()), (), least=0.0)


Pair = tuple[int, int]


def _citations(entities: Sequence[Entity], number: dict[str, int]) -> dict[Pair, tuple[Citation, ...]]:
    """Return who cites whom as listed, and who are cited together."""
    listed: dict[str, set[int]] = defaultdict(set)
    citing: dict[str, dict[int, Citation]] = defaultdict(dict)
    for place, entity in enumerate(entities):
        for listing in entity.listings:
            listed[listing.reference].add(place)
        for relation in entity.relations:
            if relation.kind == "listed_as":
                reference = relation.target_reference or relation.target
                one = Citation(by=entity.id, reference=reference, evidence=relation.evidence)
                citing[reference].setdefault(place, one)
                if relation.target in number:
                    listed[reference].add(number[relation.target])
    found: dict[Pair, dict[Citation, None]] = defaultdict(dict)
    for reference, by in citing.items():
        for place, one in by.items():
            for target in listed[reference] - {place}:
                found[_pair(place, target)][one] = None
        for first, second in combinations(sorted(by), 2):
            if reference and source_of(entities[first]) != source_of(entities[second]):
                found[first, second].update(dict.fromkeys((by[first], by[second])))
    return {pair: tuple(found[pair]) for pair in sorted(found)}


def _pair(one: int, other: int) -> Pair:
    return (one, other) if one < other else (other, one)


def _identifiers(entities: Sequence[Entity]) -> dict[Pair, tuple[Identifier, ...]]:
    """Return the identifiers that two entries of different lists share."""
    sharers: dict[int, dict[int, Identifier]] = defaultdict(dict)
    for place, entity in enumerate(entities):
        for one in entity.identifiers:
            key = identifier_key(one.kind, one.value)
            if key is not None:
                sharers[int(key)].setdefault(place, one)
    found: dict[Pair, list[Identifier]] = defaultdict(list)
    for by in sharers.values():
        if 1 < len(by) <= _MOST_SHARERS:
            for first, second in combinations(sorted(by), 2):
                if source_of(entities[first]) != source_of(entities[second]):
                    found[first, second].append(by[first])
    return {pair: tuple(found[pair]) for pair in sorted(found)}


def _judged(
    entities: Sequence[Entity],
    pair: Pair,
    citations: tuple[Citation, ...],
    identifiers: tuple[Identifier, ...],
    matches: Sequence[Match],
    *,
    least: float = LEAST_SUGGESTED,
) -> Merge | None:
    """Return what two entries are to each other; ``None`` for nothing worth a suggestion."""
    one, other = (entities[place] for place in pair)
    if one.id > other.id:
        one, other, matches = other, one, [(theirs, mine) for mine, theirs in matches]
    likeness, names = _best_names(one, other, matches)
    if names is None or (least and likeness < NO_LIKENESS and not citations and not identifiers):
        return None
    whole = compare(_named(one, names[0]), _named(other, names[1]))
    basis: Basis = "stated" if citations else "identifier" if identifiers else "matcher"
    if basis == "matcher" and whole.score < least:
        return None
    against = _against(one, other)
    if basis != "matcher" and likeness < NO_LIKENESS and (birth_weight(one, other) or 0.0) < LEAST_BIRTH:
        against += ("names",)
    return Merge(
        a=one.id,
        b=other.id,
        basis=basis,
        score=whole.score,
        joins=not against and _is_strong(basis, whole, one, other, names),
        schema=_schema(one, other),
        captions=(one.caption, other.caption),
        names=(names[0].value, names[1].value),
        citations=citations,
        identifiers=identifiers,
        evidence=tuple(each for each in whole.evidence if each.verdict != "missing"),
        against=against,
    )


def _named(entity: Entity, name: Name) -> Entity:
    return msgspec.structs.replace(entity, names=(name,))


def _best_names(one: Entity, other: Entity, matches: Sequence[Match]) -> tuple[float, tuple[Name, Name] | None]:
    """Return the names that agree best, and how likely they are one party's by themselves."""
    if not matches:
        mine, theirs = worth_naming(one)[:_MOST_NAMES], worth_naming(other)[:_MOST_NAMES]
        matches = [(first, second) for first in mine for second in theirs]
    schema = _schema(one, other)
    best: tuple[float, tuple[Name, Name] | None] = 0.0, None
    for first, second in matches:
        names = one.names[first], other.names[second]
        try:
            likeness = compare_names(names[0].value, names[1].value, schema).score
        except InputError:
            continue
        if best[1] is None or likeness > best[0]:
            best = likeness, names
        if likeness >= _ENOUGH_LIKENESS:
            break
    return best


def _schema(one: Entity, other: Entity) -> str:
    return "Person" if "Person" in {one.schema, other.schema} else one.schema


def _against(one: Entity, other: Entity) -> tuple[str, ...]:
    """Return the fields that contradict each other so far that two entries cannot be one party."""
    found = []
    if not schemas_meet(one.schema, other.schema):
        found.append("schema")
    if one.gender and other.gender and one.gender != other.gender:
        found.append("gender")
    weight = birth_weight(one, other)
    if weight is not None and weight <= FAR_APART:
        found.append("birthDate")
    return tuple(found)


def _is_strong(basis: Basis, whole: Comparison, one: Entity, other: Entity, names: tuple[Name, Name]) -> bool:
    """Tell whether two entries that nothing keeps apart are shown as one without a decision."""
    if basis == "stated":
        return True
    if basis == "identifier":
        return whole.score >= LEAST_WITH_IDENTIFIER
    if whole.score < LEAST_BY_MATCHER:
        return False
    if not _may_join(one, other):
        return False
    if "Person" in {one.schema, other.schema}:
        return _is_no_namesake(whole, birth_weight(one, other) or 0.0)
    return "primary" in {name.quality for name in names} and _is_whole(whole, names)


def _is_no_namesake(whole: Comparison, birth: float) -> bool:
    """Tell whether two people of one name are likelier one than two who were born in one year, as thousands were.

    The day of birth tells them from namesakes; with the year alone another field has to agree, or the name has to be rare.
    """
    others = [each for each in whole.evidence if each.property != "birthDate"]
    rarity = sum(part.weight for part in whole.alignment if part.query and part.listed and part.weight > 0)
    return birth >= BIRTH_DAY or is_supported(others) or rarity >= RARE_NAME


def _may_join(one: Entity, other: Entity) -> bool:
    """Tell whether names can join two entries: of people their birth dates have to agree as well."""
    return "Person" not in {one.schema, other.schema} or (birth_weight(one, other) or 0.0) >= LEAST_BIRTH


def _is_whole(whole: Comparison, names: tuple[Name, Name]) -> bool:
    """Tell whether the names of two bodies agree in every word but their legal forms, and in two words at least.

    A bank and a shipping company of one name are two bodies, so that generic words count as well.
    """
    mine, theirs = (parse_name(name.value, person=False).parts for name in names)
    generic = [
        sorted(part.core for part in parts if part.kind == LEGAL and not is_legal_form(part.core))
        for parts in (mine, theirs)
    ]
    agree = all(part.query and part.listed for part in whole.alignment if part.role not in _BESIDE)
    return agree and generic[0] == generic[1] and min(len(parts) for parts in (mine, theirs)) > 1


_BESIDE = frozenset({"legal_form", "order"})
"""Roles of steps of an alignment that have a rule of their own."""


class _Groups:
    """Who stands together so far."""

    def __init__(self) -> None:
        self._members: dict[str, list[str]] = {}

    def of(self, one: str) -> list[str]:
        """Return the ids that stand with one, itself among them."""
        return self._members.get(one, [one])

    def join(self, one: str, other: str) -> None:
        """Put two and all who stand with them together."""
        if other not in self.of(one):
            together = self.of(one) + self.of(other)
            for each in together:
                self._members[each] = together

    def all(self) -> tuple[tuple[str, ...], ...]:
        """Return the groups of two and more, each and all in the order of the ids."""
        return tuple(sorted({tuple(sorted(group)) for group in self._members.values()}))


def _strongest_first(links: Iterable[Merge | Link]) -> list[tuple[int, float, str, str]]:
    return sorted((_RANK[one.basis], -one.score, one.a, one.b) for one in links if one.joins)


def _same_list(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    return not {one.partition(":")[0] for one in mine}.isdisjoint(one.partition(":")[0] for one in theirs)


def _called(entity: Entity) -> frozenset[str]:
    return frozenset(folded for word in entity.caption.split() for folded in fold_word(word))


def _without_conflicts(entities: Sequence[Entity], number: dict[str, int], found: list[Merge]) -> tuple[Merge, ...]:
    """Return the merges; those that would bring together what must stand apart no longer join."""
    groups = _Groups()
    refused: dict[tuple[str, str], str] = {}
    called = {entity.id: _called(entity) for entity in entities}
    # Of several that fit, an entry that is called the same goes before one that has the name as an alias.
    order = sorted(
        (_RANK[one.basis], called[one.a] != called[one.b], -one.score, one.a, one.b) for one in found if one.joins
    )
    for rank, _, _, a, b in order:
        mine, theirs = groups.of(a), groups.of(b)
        if mine is theirs:
            continue
        stated = rank == _RANK["stated"]
        pairs = [(entities[number[one]], entities[number[other]]) for one in mine for other in theirs]
        if not stated and _same_list(mine, theirs):
            refused[a, b] = "same_list"
        elif not stated and any(_against(one, other) for one, other in pairs):
            refused[a, b] = "group"
        else:
            groups.join(a, b)
    return tuple(
        msgspec.structs.replace(one, joins=False, against=(refused[one.a, one.b],))
        if (one.a, one.b) in refused
        else one
        for one in sorted(found, key=lambda one: (one.a, one.b))
    )


def clusters(
    links: Iterable[Merge | Link],
    *,
    accepted: Sequence[tuple[str, str]] = (),
    rejected: Collection[tuple[str, str]] = (),
) -> tuple[tuple[str, ...], ...]:
    """Return who is shown together.

    Args:
        links: Those that join count; a person's decisions go before them.
        accepted: Pairs of ids, in the order of the alphabet, that a person has put together, whatever their lists.
        rejected: Likewise pairs that a person has kept apart: they are never in one group, not by way of others either.

    Returns:
        The groups of two and more ids, in their order.
    """
    groups = _Groups()
    apart = {*rejected}

    def kept_apart(mine: Sequence[str], theirs: Sequence[str]) -> bool:
        return bool(apart) and any((min(one, other), max(one, other)) in apart for one in mine for other in theirs)

    for a, b in sorted({*accepted}):
        if not kept_apart(groups.of(a), groups.of(b)):
            groups.join(a, b)
    for rank, _, a, b in _strongest_first(links):
        mine, theirs = groups.of(a), groups.of(b)
        if mine is theirs or kept_apart(mine, theirs):
            continue
        if rank == _RANK["stated"] or not _same_list(mine, theirs):
            groups.join(a, b)
    return groups.all()
