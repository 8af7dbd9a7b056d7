"""Which entries of different lists may be one party, by their names. Reach for it through :mod:`tajfif.screening.merging`.

Comparing every entry with every other would take hours. Two entries are worth comparing when a primary name of the one sounds
like a name of the other, part by part in any order or written as one word, whatever the script. Of two people whose birth dates
may be one, two parts that sound alike are enough; where very many names share these (Muhammad Ali), a year of birth has to be
shared as well.
"""

from __future__ import annotations

import hashlib
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from tajfif.model import Entity
from tajfif.screening.birth import compare_birth_dates
from tajfif.screening.comparing import readings, schemas_meet
from tajfif.text.graphemes import skeletons
from tajfif.text.names import LEGAL, TITLE, parse_name

__all__ = ["FAR_APART", "Match", "birth_weight", "name_matches", "source_of", "worth_naming"]

Match = tuple[int, int]
"""Places of a name among the names of one entity, and of a name among those of the other."""

FAR_APART = -2.0
"""Birth dates of this weight and less are of two people."""
_MOST_OF_A_BLOCK = 120
"""Names with one key above which a year of birth is part of the key."""
_MOST_MATCHES = 3
_MOST_PARTS = 8
_MOST_YEARS = 12
_LEAST_LETTERS = 3

_Named = tuple[int, int, bool]
"""Entity, place of the name, whether it is a primary one."""


def source_of(entity: Entity) -> str:
    """Return the key of the source that an entity is of."""
    return entity.id.partition(":")[0]


def worth_naming(entity: Entity) -> list[int]:
    """Return the places of the names by which an entity can be told from others: all but weak aliases."""
    return [place for place, name in enumerate(entity.names) if name.quality != "weak"]


def birth_weight(one: Entity, other: Entity) -> float | None:
    """Return what two entities' birth dates weigh (:mod:`tajfif.screening.birth`); ``None`` when one has none."""
    found = compare_birth_dates(one.birth_dates, other.birth_dates)
    return None if found is None else found.weight


def name_matches(entities: Sequence[Entity]) -> dict[tuple[int, int], list[Match]]:
    """Return the pairs of entities of different sources whose names are worth comparing.

    Args:
        entities: Of all sources.

    Returns:
        By the places of two entities, the lower first: the names that meet, at most three, those that share most first. A pair
        whose schema, gender or birth dates contradict each other is left out.
    """
    if len({source_of(entity) for entity in entities}) < 2:
        return {}
    found: dict[tuple[int, int], Counter[Match]] = defaultdict(Counter)
    refused: set[tuple[int, int]] = set()
    for block in _blocks(entities):
        for part in _parts_of_block(entities, block):
            _meet(entities, part, found, refused)
    return {pair: _first(matches) for pair, matches in sorted(found.items())}


def _first(matches: Counter[Match]) -> list[Match]:
    """Return the matches, those that share most first."""
    return sorted(matches, key=lambda match: (-matches[match], match))[:_MOST_MATCHES]


def _blocks(entities: Sequence[Entity]) -> Iterator[list[_Named]]:
    """Yield the names that share a key, of two entities at least.

    Keys are 64 bits of a hash in flat arrays, so that a long list takes twelve bytes for each.
    """
    names: list[_Named] = []
    keys, owners = array("q"), array("i")
    for number, entity in enumerate(entities):
        for place in worth_naming(entity):
            own = _keys(entity, entity.names[place].value)
            keys.extend(map(_hashed, own))
            owners.extend([len(names)] * len(own))
            names.append((number, place, entity.names[place].quality == "primary"))
    if not keys:
        return
    ordered = np.frombuffer(keys, dtype=np.int64)
    order = np.argsort(ordered, kind="stable")
    ordered = ordered[order]
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    ends = np.append(starts[1:], len(ordered))
    shared = ends - starts > 1
    for start, end in zip(starts[shared].tolist(), ends[shared].tolist(), strict=True):
        block = [names[owners[place]] for place in order[start:end].tolist()]
        if len({number for number, _, _ in block}) > 1:
            yield block


def _hashed(key: tuple[str, ...]) -> int:
    digest = hashlib.blake2b("\n".join(key).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


def _keys(entity: Entity, text: str) -> set[tuple[str, ...]]:
    """Return what a name sounds like: the whole of it, as one word and in any order; of who is born, each pair of parts too."""
    keys: set[tuple[str, ...]] = set()
    born = any(birth.start for birth in entity.birth_dates)
    for person in readings(entity.schema):
        parts = [part for part in parse_name(text, person=person).parts if part.kind != TITLE and part.core]
        own = [part for part in parts if part.kind != LEGAL]
        sounds = [skeletons(part.core)[:2] for part in (own if len(own) > 1 else parts)[:_MOST_PARTS]]
        if born:
            for one, other in combinations(sounds, 2):
                keys.update((min(a, b), max(a, b)) for a in one for b in other)
        if sum(len(part.core) for part in parts) >= _LEAST_LETTERS:
            first = [sound[0] for sound in sounds]
            keys.update({("as one", "".join(first)), ("in any order", *sorted(first), "")})
    return keys


def _parts_of_block(entities: Sequence[Entity], block: list[_Named]) -> Iterator[list[_Named]]:
    """Yield a block, or, where it is large, those in it who share a year of birth and those who state none."""
    if len(block) <= _MOST_OF_A_BLOCK:
        yield block
        return
    by_year: dict[str, list[_Named]] = defaultdict(list)
    for named in block:
        for year in _years(entities[named[0]]) or {""}:
            by_year[year].append(named)
    yield from by_year.values()


def _years(entity: Entity) -> set[str]:
    """Return the years in which an entity may be born; none where it may be any of very many."""
    years: set[int] = set()
    for birth in entity.birth_dates:
        if birth.start:
            first, last = int(birth.start[:4]), int((birth.end or birth.start)[:4])
            years.update(range(first, min(last, first + _MOST_YEARS) + 1))
    return {str(year) for year in years}


def _meet(
    entities: Sequence[Entity],
    block: list[_Named],
    found: dict[tuple[int, int], Counter[Match]],
    refused: set[tuple[int, int]],
) -> None:
    """Add the pairs of a block of which one name at least is primary."""
    for one, other in combinations(block, 2):
        if not (one[2] or other[2]) or one[0] == other[0]:
            continue
        if one[0] > other[0]:
            one, other = other, one
        pair = one[0], other[0]
        if pair in refused:
            continue
        if pair not in found and not _may_be_one(entities[pair[0]], entities[pair[1]]):
            refused.add(pair)
            continue
        found[pair][one[1], other[1]] += 2 if one[2] and other[2] else 1


def _may_be_one(one: Entity, other: Entity) -> bool:
    if source_of(one) == source_of(other) or not schemas_meet(one.schema, other.schema):
        return False
    if one.gender and other.gender and one.gender != other.gender:
        return False
    weight = birth_weight(one, other)
    return weight is None or weight > FAR_APART
