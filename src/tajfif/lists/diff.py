"""What changed between two versions of a list. Reach for it to show or count additions, delistings and amendments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from tajfif.model import Entity, ListVersion

__all__ = ["Amendment", "Change", "ListDiff", "compare_entities"]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One field of an entity that changed.

    Attributes:
        field: Its name in :class:`tajfif.model.Entity`.
        old, new: What went and what came, in plain JSON values. Of a field with several values only those that
            differ, or all when just their order changed.
    """

    field: str
    old: Any
    new: Any


class Amendment(msgspec.Struct, frozen=True, kw_only=True):
    """An entity that both versions have, and that changed."""

    old: Entity
    new: Entity
    changes: tuple[Change, ...]


class ListDiff(msgspec.Struct, frozen=True, kw_only=True):
    """The difference between two versions; entities are told apart by their id.

    Attributes:
        old_version, new_version: The versions, in the order asked for.
        added: In the new version alone, in its order.
        removed: In the old version alone, in its order.
        amended: In both and not alike, in the order of the new version.
    """

    old_version: ListVersion
    new_version: ListVersion
    added: tuple[Entity, ...]
    removed: tuple[Entity, ...]
    amended: tuple[Amendment, ...]


def compare_entities(
    old_version: ListVersion, old: Sequence[Entity], new_version: ListVersion, new: Sequence[Entity]
) -> ListDiff:
    """Compare two versions entity by entity.

    Where in a comment a relation stands is not compared: a comment that grew shifts all that follows it, and is itself
    compared as a note.
    """
    before = {entity.id: entity for entity in old}
    after = {entity.id: entity for entity in new}
    amended = []
    for entity in new:
        earlier = before.get(entity.id)
        if earlier is not None and earlier != entity:
            changes = _changes(earlier, entity)
            if changes:
                amended.append(Amendment(old=earlier, new=entity, changes=changes))
    return ListDiff(
        old_version=old_version,
        new_version=new_version,
        added=tuple(entity for entity in new if entity.id not in before),
        removed=tuple(entity for entity in old if entity.id not in after),
        amended=tuple(amended),
    )


def _changes(old: Entity, new: Entity) -> tuple[Change, ...]:
    changes = []
    for field in Entity.__struct_fields__:
        before, after = _values(old, field), _values(new, field)
        if before == after:
            continue
        if isinstance(before, list) and isinstance(after, list):
            gone = [value for value in before if value not in after]
            came = [value for value in after if value not in before]
            if gone or came:
                before, after = gone, came
        changes.append(Change(field=field, old=before, new=after))
    return tuple(changes)


def _values(entity: Entity, field: str) -> Any:
    values = getattr(entity, field)
    if field == "relations":
        values = tuple(msgspec.structs.replace(relation, evidence=None) for relation in values)
    plain = msgspec.to_builtins(values)
    return list(plain) if isinstance(plain, tuple) else plain
