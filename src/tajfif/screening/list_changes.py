"""What changed between two states of the lists, and how far it can raise an alert. Reach for it to search a change, not a list.

Publishers amend far more than they add: dates in another order, a note, a place of birth. Who has an alert is shown the change in any
case. Whoever has none can get one only from

* an entry that was not there, or has other names or another schema: from any of its names;
* a field with other values, if the customer states it too, since a field that one of two records does not state weighs nothing;
* of birth dates that came beside those that were there, the new ones, since the best pair of dates is what weighs.

An entry that went, and values in another order, raise nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from tajfif.model import Entity, Party

__all__ = ["ALL_FIELDS", "Difference", "Rising", "difference", "stated_fields"]

_WEIGHED = (
    ("birth_dates",), ("nationalities", "countries"), ("gender",), ("identifiers",), ("mother_names",), ("father_names",),
    ("birth_places",), ("addresses",),
)  # fmt: skip
"""Fields that are weighed beside the names, those together that are held against each other (``compare_records``)."""

ALL_FIELDS = (1 << len(_WEIGHED)) - 1
"""The bits of all of them."""

_BIRTHS = 1 << _WEIGHED.index(("birth_dates",))


class Rising(NamedTuple):
    """An entry as far as it can raise an alert that was not there.

    Attributes:
        entity: The entry; birth dates that can raise none are left out.
        fields: Of which a customer must state one, as :func:`stated_fields` counts them; zero where none is needed.
    """

    entity: Entity
    fields: int


class Difference(NamedTuple):
    """What differs between two states of the lists.

    Attributes:
        ids: Entries added, removed or amended in any way.
        rising: Those that can raise an alert, in the order of the lists.
    """

    ids: frozenset[str]
    rising: tuple[Rising, ...]


def stated_fields(party: Party) -> int:
    """Return which fields a party states, a bit for each that :func:`difference` tells apart; at most 16 bits."""
    return sum(1 << place for place, fields in enumerate(_WEIGHED) if any(getattr(party, field) for field in fields))


def difference(before: Iterable[Entity], after: Iterable[Entity], *, stated: int = ALL_FIELDS) -> Difference:
    """Return what changed from one state of the lists to another.

    Args:
        before: All entries as they were.
        after: All entries as they are.
        stated: Fields that any customer states, as :func:`stated_fields` counts them: others raise nothing.
    """
    was = {entity.id: entity for entity in before}
    ids: set[str] = set()
    rising: list[Rising] = []
    for entity in after:
        earlier = was.pop(entity.id, None)
        if earlier == entity:
            continue
        ids.add(entity.id)
        # The order of names counts too: of two that agree as well, one of them weak, the first is taken.
        if earlier is None or (earlier.schema, earlier.names) != (entity.schema, entity.names):
            rising.append(Rising(entity, 0))
        else:
            rising += _raised_by_fields(earlier, entity, stated)
    return Difference(frozenset(ids | was.keys()), tuple(rising))


def _raised_by_fields(before: Entity, after: Entity, stated: int) -> Iterator[Rising]:
    """Yield an entry whose names stayed, if a field that is stated has other values; where birth dates alone do, with those new."""
    mask = stated & sum(
        1 << place
        for place, fields in enumerate(_WEIGHED)
        if any(_values(before, field) != _values(after, field) for field in fields)
    )
    if mask != _BIRTHS:
        if mask:
            yield Rising(after, mask)
        return
    new = tuple(one for one in after.birth_dates if one not in before.birth_dates)
    if new or not after.birth_dates:
        yield Rising(msgspec.structs.replace(after, birth_dates=new), mask)


def _values(party: Party, field: str) -> set[object]:
    value = getattr(party, field)
    return {value} if isinstance(value, str) else {*value}
