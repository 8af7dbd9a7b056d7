"""Corrections and retractions of decisions. Reach for it when a gazette corrects an entry, or a decision is found void.

Such an event is a fact of its own, apart from the publisher's files, which stay as they are: who recorded it when is kept, it
holds for what is asked from then on, and what was answered before can be repeated as it was. ``lists/events.jsonl`` has one
event a line. Each line names the hash of the one before, so that none can be changed or taken out of the middle unseen.

An event holds until a later version of the list has taken it in: the corrected values stand there, or the entry is gone or
delisted. From that version on the list speaks for itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final, Literal

import msgspec

from tajfif.errors import ListError, UsageError
from tajfif.ftm import IDENTIFIER_PROPERTIES, entity_from_ftm, to_ftm
from tajfif.lists.versions import instant
from tajfif.model import Entity, Listing

__all__ = [
    "PROPERTIES",
    "Alert",
    "Event",
    "alerts_meanwhile",
    "appended",
    "applied",
    "check_event",
    "first_day",
    "is_superseded",
    "read_events",
]

_NAME_QUALITIES = {"name": "primary", "alias": "strong", "weakAlias": "weak", "previousName": "former"}
_FIELDS = {
    "birthDate": "birth_dates", "incorporationDate": "birth_dates", "buildDate": "birth_dates",
    "birthPlace": "birth_places", "nationality": "nationalities", "country": "countries", "gender": "gender",
    "motherName": "mother_names", "fatherName": "father_names", "address": "addresses", "title": "titles",
    "position": "positions", "notes": "notes",
}  # fmt: skip
_LISTED_ON = "listingDate"
PROPERTIES: Final = (*_NAME_QUALITIES, *_FIELDS, *IDENTIFIER_PROPERTIES, _LISTED_ON)
"""What a correction can set: FollowTheMoney properties of the party, and the date of the listing itself."""


class Event(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A correction or a retraction, as it was recorded.

    Attributes:
        kind: ``correction``, or ``retraction``: the decision is void.
        source: Key of the source.
        reference: The publisher's reference of the entry: ``QDi.006``.
        decision: The decision concerned. Of an entry whose listings state decisions it is one of those, or their programme; else
            it cites the gazette. Empty concerns all listings of the reference.
        holds_from: ISO date from which it holds; empty: from the start, as though the entry had never been otherwise.
        recorded_at: When it was recorded, ISO 8601 in UTC.
        note: Where it was announced, and why, in words.
        patch: Of a correction, by property all its values from then on; none takes the property away.
        previous: SHA-256 of the line before, empty in the first.
    """

    kind: Literal["correction", "retraction"]
    source: str
    reference: str
    decision: str = ""
    holds_from: str = ""
    recorded_at: str
    note: str = ""
    patch: dict[str, tuple[str, ...]] = {}
    previous: str = ""

    @property
    def line(self) -> bytes:
        """The event as it is written, without the line feed."""
        return msgspec.json.encode(self, order="deterministic")

    @property
    def id(self) -> str:
        """SHA-256 of its line: what receipts cite. It covers all events before it."""
        return hashlib.sha256(self.line).hexdigest()

    @property
    def entity_id(self) -> str:
        """Id of the entity concerned, as hits name it."""
        return f"{self.source}:{self.reference}"

    def holds_on(self, day: str) -> bool:
        """Whether it holds on an ISO date."""
        return not self.holds_from or first_day(self.holds_from) <= day


def first_day(text: str) -> str:
    """Return the first day of an ISO date that may lack the day or the month; empty for an empty or unreadable text."""
    if not text:
        return ""
    try:
        return instant(text, first=True).date().isoformat()
    except UsageError:
        return ""


def read_events(data: bytes, *, where: str) -> tuple[Event, ...]:
    """Return the events of a log, in the order in which they were recorded.

    Args:
        data: What :func:`appended` returned.
        where: The file, for messages.

    Raises:
        ListError: A line was changed, or one is missing.
    """
    events: list[Event] = []
    previous = ""
    for number, line in enumerate(data.splitlines(), start=1):
        try:
            event = msgspec.json.decode(line, type=Event)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            event = None
        if event is None or event.line != line or event.previous != previous:
            raise ListError(
                "the log of corrections and retractions is damaged: a line was changed or taken out",
                where=f"{where}, line {number}",
                hint="Restore the workspace from a backup.",
            )
        events.append(event)
        previous = event.id
    return tuple(events)


def appended(data: bytes, event: Event, *, where: str) -> tuple[Event, bytes]:
    """Return the event as part of a log, and the log with it."""
    events = read_events(data, where=where)
    chained = msgspec.structs.replace(event, previous=events[-1].id if events else "")
    return chained, data + chained.line + b"\n"


def check_event(event: Event, versions: Iterable[Sequence[Entity]]) -> None:
    """Make sure that an event says something of an entry that it can be applied to.

    Args:
        event: The event.
        versions: The entities of each version of the source, the newest first; the first that has the entry counts.

    Raises:
        UsageError: The entry is not there, no listing of it or more than one is meant, a property cannot be corrected, or a value
            cannot be read.
    """
    entity = next((each for entities in versions for each in entities if _names_it(event, each)), None)
    if entity is None:
        raise UsageError(
            f"{event.source} has no entry {event.reference!r}", hint=f"See: tajfif lists entries {event.source}"
        )
    for text in filter(None, (event.holds_from, *event.patch.get(_LISTED_ON, ()))):
        instant(text)
    decisions = sorted({_decision(one) for one in entity.listings if _of_reference(event, one)} - {""})
    if event.decision and not _concerned(event, entity):
        raise UsageError(
            f"{event.reference} is not listed by the decision {event.decision!r}",
            hint=f"It is listed by: {'; '.join(decisions)}.",
        )
    if event.kind == "retraction" and not event.decision and len(decisions) > 1:
        raise UsageError(
            f"{event.reference} is listed by {len(decisions)} decisions: which one is void?",
            hint=f"Say it with --decision: {'; '.join(decisions)}.",
        )
    if (event.kind == "correction") != bool(event.patch):
        raise UsageError("a correction sets properties, and a retraction sets none")
    unknown = [name for name in event.patch if name not in PROPERTIES]
    if unknown:
        raise UsageError(f"{unknown[0]} cannot be corrected", hint=f"What can be: {', '.join(PROPERTIES)}.")
    for name, values in event.patch.items():
        read = _values_of(entity, name, values)
        if len(read) != len(values):
            raise UsageError(f"{name}={'; '.join(values)} cannot be read")
    after = applied([entity], [event])
    if event.kind == "correction" and not after[0].names:
        raise UsageError("an entry needs a name")


def applied(entities: Iterable[Entity], events: Sequence[Event]) -> tuple[Entity, ...]:
    """Return entities with events taken in, in their order; those without any listing left are left out."""
    if not events:
        return tuple(entities)
    by_id: dict[str, list[Event]] = {}
    for event in events:
        by_id.setdefault(event.reference, []).append(event)
    found = []
    for entity in entities:
        references = {listing.reference for listing in entity.listings} | {entity.id.partition(":")[2]}
        kept: Entity | None = entity
        for event in (event for reference in sorted(references) for event in by_id.get(reference, ())):
            kept = _apply(event, kept) if kept is not None else None
        if kept is not None:
            found.append(kept)
    return tuple(found)


def is_superseded(event: Event, entities: Sequence[Entity]) -> bool:
    """Whether a version of the list, published after the event, has taken it in.

    Args:
        event: The event.
        entities: The entities of that version.
    """
    entity = next((one for one in entities if _names_it(event, one)), None)
    if entity is None:
        return True
    if event.kind == "retraction":
        meant = [entity.listings[place] for place in _concerned(event, entity)]
        return bool(entity.listings) and all(listing.delisted for listing in meant)
    wanted = _apply(event, entity)
    before, after = to_ftm(entity)["properties"], to_ftm(wanted)["properties"] if wanted else {}
    for name in event.patch:
        if name == _LISTED_ON:
            if wanted is not None and wanted.listings != entity.listings:
                return False
            continue
        have, want = set(before.get(name, ())), set(after.get(name, ()))
        if not (want <= have if want else not have):
            return False
    return True


def _names_it(event: Event, entity: Entity) -> bool:
    return entity.id == event.entity_id or any(_of_reference(event, listing) for listing in entity.listings)


def _of_reference(event: Event, listing: Listing) -> bool:
    return listing.source == event.source and listing.reference == event.reference


def _decision(listing: Listing) -> str:
    return listing.decision or listing.programme


def _concerned(event: Event, entity: Entity) -> list[int]:
    """Return which listings of an entity an event is about; one that was made after the event is another decision."""
    last = max(event.recorded_at[:10], first_day(event.holds_from))
    mine = [
        place
        for place, listing in enumerate(entity.listings)
        if _of_reference(event, listing) and first_day(listing.listed_on) <= last
    ]
    if not event.decision:
        return mine
    wanted = _folded(event.decision)
    meant = [
        place
        for place in mine
        if wanted in (_folded(entity.listings[place].decision), _folded(entity.listings[place].programme))
    ]
    if meant or any(entity.listings[place].decision for place in mine):
        return meant
    return mine


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _apply(event: Event, entity: Entity) -> Entity | None:
    concerned = set(_concerned(event, entity))
    if event.kind == "retraction":
        if not entity.listings:
            return None
        kept = tuple(listing for place, listing in enumerate(entity.listings) if place not in concerned)
        return msgspec.structs.replace(entity, listings=kept) if kept else None
    if entity.listings and not concerned:
        return entity
    for name, values in event.patch.items():
        if name == _LISTED_ON:
            listings = tuple(
                msgspec.structs.replace(listing, listed_on=values[0] if values else "")
                if place in concerned
                else listing
                for place, listing in enumerate(entity.listings)
            )
            entity = msgspec.structs.replace(entity, listings=listings)
        else:
            entity = _with_property(entity, name, values)
    return entity


def _with_property(entity: Entity, name: str, values: tuple[str, ...]) -> Entity:
    """Return an entity with other values of one property; names of other kinds and other numbers stay."""
    replace = msgspec.structs.replace
    read = _parsed(entity, name, values)
    if name in _NAME_QUALITIES:
        others = tuple(one for one in entity.names if one.quality != _NAME_QUALITIES[name])
        return replace(entity, names=(*read.names, *others) if name == "name" else (*others, *read.names))
    if name in IDENTIFIER_PROPERTIES:
        numbers = tuple(one for one in entity.identifiers if one.kind != name)
        return replace(entity, identifiers=(*numbers, *read.identifiers))
    field = _FIELDS[name]
    return replace(entity, **{field: getattr(read, field)})


def _values_of(entity: Entity, name: str, values: tuple[str, ...]) -> Sequence[object]:
    """Return what could be read of the values of a property."""
    if name == _LISTED_ON:
        return values[:1]
    read = _parsed(entity, name, values)
    if name in _NAME_QUALITIES:
        return read.names
    if name in IDENTIFIER_PROPERTIES:
        return read.identifiers
    if name == "gender":
        return [read.gender] if read.gender else []
    found = getattr(read, _FIELDS[name])
    return [date for date in found if date.start] if _FIELDS[name] == "birth_dates" else list(found)


def _parsed(entity: Entity, name: str, values: tuple[str, ...]) -> Entity:
    return entity_from_ftm({"id": entity.id, "schema": entity.schema, "properties": {name: list(values)}})


class Alert(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """An alert that was raised.

    Attributes:
        raised_at: When, ISO 8601 in UTC.
        customer: Id of whoever was screened, as far as it is known.
        entity_id: The listed party.
        where: What keeps it: a receipt, a base of customers.
    """

    raised_at: str
    customer: str
    entity_id: str
    where: str


def alerts_meanwhile(event: Event, sources: Iterable[Iterable[Alert]]) -> tuple[Alert, ...]:
    """Return the alerts that an event puts in doubt, the earliest first.

    Those are the ones for its entity that were raised from the day on which it holds until it was recorded.

    Args:
        event: The event.
        sources: Alerts of each place that keeps some: a directory of receipts, a base of customers.
    """
    begin = instant(event.holds_from, first=True) if event.holds_from else None
    end = instant(event.recorded_at)
    found = {
        alert
        for alerts in sources
        for alert in alerts
        if alert.entity_id == event.entity_id
        and instant(alert.raised_at) <= end
        and (begin is None or begin <= instant(alert.raised_at, first=True))
    }
    return tuple(sorted(found))
