"""What became of one entry, over all versions. Reach for it to tell since when somebody is listed, and since when we know.

Each step has both times: what the publisher says, by the date of the version and the dates in it, and when it became known here,
which is when that version was loaded, or a correction recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec

from tajfif.errors import UsageError
from tajfif.lists.catalogue import source as source_of
from tajfif.lists.diff import Change, compare_entities
from tajfif.lists.events import Event
from tajfif.lists.store import ListStore
from tajfif.lists.versions import StoredVersion
from tajfif.model import Entity, Listing

__all__ = ["Step", "entry_history"]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that became of an entry.

    Attributes:
        change: ``listed`` (a version is the first to name that listing), ``amended``, ``delisted`` (a version says so),
            ``gone`` (a version names it no longer), ``correction`` or ``retraction``.
        on: ISO date on which it happened, by the publisher; empty where nobody says.
        known_at: When it was known here, ISO 8601 in UTC; of the bundled snapshot its date.
        version: The version that says so, ``un_sc@2025-04-19``; of a correction or retraction its id.
        caption: Name of the entry, as that version has it.
        decision: Decision or programme of the listing, or what the correction cites.
        changes: Of an amendment or a correction, field by field.
        note: Of a correction or a retraction.
    """

    change: Literal["listed", "amended", "delisted", "gone", "correction", "retraction"]
    on: str
    known_at: str
    version: str
    caption: str
    decision: str = ""
    changes: tuple[Change, ...] = ()
    note: str = ""


def entry_history(
    store: ListStore, source: str, reference: str, *, known_at: datetime | None = None
) -> tuple[Step, ...]:
    """Return what became of an entry: version by version in the order of publication, then what was recorded of it.

    Args:
        store: The lists.
        source: Key of the source.
        reference: The publisher's reference of the entry.
        known_at: As far as was known at that time; by default, now.

    Raises:
        UsageError: No such source, or no version of it has the entry.
        ListError: The store is damaged.
    """
    key = source_of(source).key
    versions = [each for each in store.known(known_at) if each.version.source == key]
    versions.sort(key=lambda each: each.version.published)
    steps: list[Step] = []
    before: Entity | None = None
    earlier: StoredVersion | None = None
    for stored in versions:
        after = _entry(store.entities_of(stored.parsed), key, reference)
        steps += _steps(before, after, earlier, stored)
        before, earlier = after, stored
    if not steps:
        raise UsageError(
            f"no version of {key} that is known has the entry {reference!r}", hint=f"See: tajfif lists entries {key}"
        )
    events = [
        each for each in store.events(known_at=known_at) if each.source == key and each.reference == reference
    ]  # fmt: skip
    return (*steps, *(_of_event(event, steps[-1].caption) for event in events))


def _entry(entities: Sequence[Entity], source: str, reference: str) -> Entity | None:
    for entity in entities:
        if entity.id == f"{source}:{reference}" or any(one.reference == reference for one in entity.listings):
            return entity
    return None


def _steps(
    before: Entity | None, after: Entity | None, earlier: StoredVersion | None, stored: StoredVersion
) -> list[Step]:
    """Return what changed of an entry with a version."""
    known_at = stored.loaded_at or stored.version.published
    if after is None:
        caption = before.caption if before else ""
        return [Step(change="gone", on="", known_at=known_at, version=stored.name, caption=caption)] if before else []

    def step(change: Literal["listed", "delisted", "amended"], on: str, decision: str, *changes: Change) -> Step:
        return Step(
            change=change, on=on, known_at=known_at, version=stored.name, caption=after.caption, decision=decision,
            changes=changes,
        )  # fmt: skip

    known = {_key(one): one for one in before.listings} if before else {}
    steps = []
    for listing in after.listings or (Listing(source="", reference=""),):
        old = known.get(_key(listing))
        decision = listing.decision or listing.programme
        if before is None or (old is None and after.listings):
            steps.append(step("listed", listing.listed_on, decision))
        if listing.delisted and not (old and old.delisted):
            steps.append(step("delisted", listing.delisted_on, decision))
    still = {_key(one) for one in after.listings}
    for place, old in known.items():
        if place not in still and not old.delisted:
            steps.append(step("delisted", "", old.decision or old.programme))
    if before is not None and earlier is not None:
        amended = compare_entities(earlier.version, [before], stored.version, [after]).amended
        changes = [change for each in amended for change in each.changes]
        if changes:
            dates = {day for listing in after.listings for day in listing.amended_on}
            dates -= {day for listing in before.listings for day in listing.amended_on}
            steps.append(step("amended", max(dates, default=""), "", *changes))
    return steps


def _key(listing: Listing) -> tuple[str, ...]:
    return listing.reference, listing.programme, listing.decision, listing.listed_on


def _of_event(event: Event, caption: str) -> Step:
    return Step(
        change=event.kind, on=event.holds_from, known_at=event.recorded_at, version=event.id, caption=caption,
        decision=event.decision, note=event.note,
        changes=tuple(Change(field=name, old=None, new=list(values)) for name, values in event.patch.items()),
    )  # fmt: skip
