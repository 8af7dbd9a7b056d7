"""Who was listed on a day, as far as was known at a time. Reach for it to search the lists as of then.

Two times are told apart: the day on which a listing held, by what the publisher says, and the time at which we knew, which is
that of loading a version or of recording an event. Of the versions that were known, the newest one published on or before the
day is the evidence. Later ones correct it by what they date: listings made after it was published, and by the day; listings that
had ended by the day. A listing belongs to a decision: of two listings of one party, one may end and the other hold.

Whom a later version merely names no longer left on a day that nobody states, and counts as listed until that version. A
delisting without a date counts from the publication of the version that says it. Both may raise an alert too many and never one
too few.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import cache, cached_property

import msgspec

from tajfif.errors import ListMissingError, UsageError
from tajfif.lists import snapshot
from tajfif.lists.events import Event, applied, first_day, is_superseded
from tajfif.lists.store import ListStore
from tajfif.lists.versions import StoredVersion, instant
from tajfif.model import Entity, Listing, ListVersion

__all__ = ["InForce", "Reading", "View", "combined", "day_of", "in_force", "in_force_of"]


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """A version as it was read: its hash is that of the files, ``parsed`` that of what came of them."""

    version: ListVersion
    parsed: str
    bundled: bool = False


class InForce:
    """Who is searched of one source.

    Args:
        readings: Its versions that were known, by date of publication, one for each date.
        evidence: Place of the one that results cite.
        as_of: ISO date; empty for whom the evidence itself names and does not call delisted.
        day: ISO date on which events have to hold.
        events: Those of the source that were known.
        entities_of: Returns the entities of a parsed form by its hash.
    """

    def __init__(
        self,
        readings: Sequence[Reading],
        evidence: int,
        *,
        as_of: str,
        day: str,
        events: Sequence[Event],
        entities_of: Callable[[str], tuple[Entity, ...]],
    ) -> None:
        self.as_of, self._day = as_of, day
        self.events = tuple(event for event in events if event.holds_on(day))
        first = min([evidence, *(_newest_at(event.recorded_at, readings) for event in self.events)])
        self.used = tuple(readings[first:] if as_of else readings[first : evidence + 1])
        """The versions that the answer rests upon, the evidence among them."""
        self._evidence = evidence - first
        self._entities_of = cache(entities_of)

    @property
    def version(self) -> ListVersion:
        """The version that results cite."""
        return self.used[self._evidence].version

    @property
    def searched(self) -> tuple[ListVersion, ...]:
        """The versions that name those in force: the one that results cite, and later ones that date what came after it."""
        return tuple(each.version for each in self.used[self._evidence :])

    @property
    def is_plain(self) -> bool:
        """Whether it is a version as it stands, without another time and without events."""
        return not self.as_of and not self.events

    @property
    def digest(self) -> str:
        """What to key derived data by: hash of the parsed form, or one over all of them, the day and the events."""
        evidence = self.used[self._evidence].parsed
        if self.is_plain:
            return evidence
        text = [self.as_of, evidence, [each.parsed for each in self.used], [each.id for each in self.events]]
        return hashlib.sha256(msgspec.json.encode(text)).hexdigest()

    @property
    def entities(self) -> tuple[Entity, ...]:
        """Those in force, in the order of the list. As of a day each has only the listings that held on it.

        Raises:
            ListError: A stored version is damaged or gone.
        """
        return tuple(entity for _, entity in self._found)

    def version_naming(self, entity_id: str) -> ListVersion:
        """Return the version from which an entity was taken: the one that results cite, or a later one that dates it."""
        if len(self.used) == self._evidence + 1:
            return self.version
        return self.used[self._evidence + self._place_of.get(entity_id, 0)].version

    @cached_property
    def corrected(self) -> frozenset[str]:
        """Ids of the entities of which a correction was taken in that the version cited does not have."""
        corrections = (event for event in self.events if event.kind == "correction")
        return frozenset(event.entity_id for event in corrections if not self._is_over(event, self._evidence))

    @cached_property
    def _place_of(self) -> dict[str, int]:
        return {entity.id: place for place, entity in self._found if place}

    @cached_property
    def _found(self) -> tuple[tuple[int, Entity], ...]:
        names = [self._with_events(place) for place in range(self._evidence, len(self.used))]
        if not self.as_of:
            return tuple((0, entity) for entity in names[0] if not entity.is_delisted)
        published = [each.version.published for each in self.used[self._evidence :]]
        return combined(list(zip(published, names, strict=True)), self.as_of)

    @property
    def notices(self) -> tuple[str, ...]:
        """What must be said of the answer: how old the evidence was, what nobody can know, which events count."""
        evidence, later = self.version, self.used[self._evidence + 1 :]
        name = f"{evidence.source}@{evidence.published}"
        day = date.fromisoformat(self._day)
        texts = [snapshot.notice(day)] if self.used[self._evidence].bundled else []
        if self.as_of and first_day(evidence.published) > self.as_of:
            texts.append(
                f"no version of {evidence.source} that was known is as old as {self.as_of}: {name}, the oldest, stands in, "
                "without what is dated later. Whoever was removed before it was published is not known, and entries without a "
                "date count as listed"
            )
        elif self.as_of and later:
            following = later[0].version
            texts.append(
                f"{evidence.source} as of {self.as_of}: {name}, with what later versions date. Whom the next one, of "
                f"{following.published}, no longer names counts as listed until then, unless it says when that ended"
            )
        elif not texts and (stale := snapshot.staleness(evidence, day)):
            texts.append(stale)
        return (*texts, *self._event_notices())

    def _event_notices(self) -> Iterator[str]:
        for event in self.events:
            if self._is_over(event, self._evidence):
                continue
            decision = f", decision {event.decision}" if event.decision else ""
            since = f", holding from {event.holds_from}" if event.holds_from else ""
            text = f"a {event.kind} of {event.entity_id}{decision} is taken in: recorded {event.recorded_at}{since}"
            if event.kind == "retraction" and self.version.published > event.recorded_at[:10]:
                text += f". The list of {self.version.published} names it still"
            yield text + (f". {event.note}" if event.note else "")

    def _with_events(self, place: int) -> tuple[Entity, ...]:
        """Return the entities of a version with the events that it has not taken in yet."""
        entities = self._entities_of(self.used[place].parsed)
        return applied(entities, [event for event in self.events if not self._is_over(event, place)])

    def _is_over(self, event: Event, place: int) -> bool:
        """Whether a version, or one before it, that was the newest when the event was recorded, or newer, has it."""
        begin = _newest_at(event.recorded_at, self.used)
        places = [place, *range(begin, place)] if begin <= place else []  # mostly the version itself settles it
        return any(is_superseded(event, self._entities_of(self.used[number].parsed)) for number in places)


class View(msgspec.Struct, frozen=True, kw_only=True):
    """Who is searched, of all sources.

    Attributes:
        lists: By key of the source; none when nothing was known.
        as_of, known_at: As they were asked for; empty for neither.
        day: ISO date on which events have to hold: ``as_of``, or the day of ``moment``.
        moment: What counts as known was known by then, ISO 8601 in UTC.
        events: Id of the last event known, which covers all before it; empty when there was none.
    """

    lists: tuple[InForce, ...]
    as_of: str
    known_at: str
    day: str
    moment: str
    events: str

    @property
    def is_plain(self) -> bool:
        """Whether it is nothing but the versions that serve, as they stand."""
        return not self.as_of and not self.known_at and all(each.is_plain for each in self.lists)


def _newest_at(time: str, readings: Sequence[Reading]) -> int:
    """Return the place of the newest version that was published by the day of a time; of the oldest where none was."""
    known = (number for number, each in enumerate(readings) if first_day(each.version.published) <= time[:10])
    return max(known, default=0)


def day_of(text: str) -> str:
    """Return an ISO date in full, as ``as_of`` takes it.

    Raises:
        UsageError: It is no date.
    """
    if len(text) == 10 and first_day(text) == text:
        return text
    raise UsageError(f"{text!r} is no day", hint="Write it as 2026-01-31.")


def in_force(store: ListStore, *, as_of: str = "", known_at: str = "", now: datetime | None = None) -> View:
    """Return who is to be searched, source by source.

    Args:
        store: The lists.
        as_of: Who was listed on this ISO date; by default, whom the newest version names and does not call delisted.
        known_at: As far as was known at this time, as :func:`tajfif.lists.versions.instant` takes it; by default, now.
        now: The time that it is; by default, the clock's.

    Raises:
        UsageError: A date cannot be read.
        ListError: The store is damaged.
    """
    now = now or datetime.now(UTC)
    moment = min(instant(known_at), now) if known_at else None
    day = day_of(as_of) if as_of else (moment or now).date().isoformat()
    stored = store.known(moment)
    events = store.events(known_at=moment)
    found = []
    for source in sorted({each.version.source for each in stored}):
        readings = _one_a_date(each for each in stored if each.version.source == source)
        before = [place for place, each in enumerate(readings) if not as_of or first_day(each.version.published) <= day]
        found.append(
            InForce(
                readings, before[-1] if before else 0, as_of=as_of, day=day,
                events=[event for event in events if event.source == source], entities_of=store.entities_of,
            )
        )  # fmt: skip
    return View(
        lists=tuple(found), as_of=as_of, known_at=known_at, day=day,
        moment=(moment or now).isoformat(timespec="seconds"), events=events[-1].id if events else "",
    )  # fmt: skip


def in_force_of(
    readings: Sequence[Reading],
    cited: ListVersion,
    *,
    as_of: str,
    day: str,
    events: Sequence[Event],
    entities_of: Callable[[str], tuple[Entity, ...]],
) -> InForce:
    """Return who was searched of one source, from the very versions that were read then: to make an answer again.

    Args:
        readings: What :attr:`InForce.used` was.
        cited: What :attr:`InForce.version` was.
        as_of, day: As they were.
        events: All events known then, of any source.
        entities_of: Returns the entities of a parsed form by its hash.

    Raises:
        ListMissingError: The cited version is not among them.
    """
    places = [place for place, each in enumerate(readings) if each.version == cited]
    if not places:
        raise ListMissingError(f"{cited.source}@{cited.published} is not among the versions that were read")
    mine = [event for event in events if event.source == cited.source]
    return InForce(readings, places[0], as_of=as_of, day=day, events=mine, entities_of=entities_of)


def _one_a_date(versions: Iterable[StoredVersion]) -> list[Reading]:
    """Return versions by date of publication; of several of one date, the one loaded last."""
    by_date = {
        each.version.published: Reading(version=each.version, parsed=each.parsed, bundled=each.bundled)
        for each in versions
    }
    return [by_date[published] for published in sorted(by_date)]


def combined(versions: Sequence[tuple[str, Sequence[Entity]]], as_of: str) -> tuple[tuple[int, Entity], ...]:
    """Return who was listed on a day.

    Args:
        versions: Date of publication and entities: of the evidence first, then of later versions in order.
        as_of: The day, an ISO date.

    Returns:
        Those of the evidence in its order, then those who came after it in theirs, each with the listings that held, and the
        place of the version from which it was taken before it.
    """
    (published, evidence), *later = versions
    by_id = [(day, {entity.id: entity for entity in entities}) for day, entities in later]
    standing: dict[str, list[Listing]] = {}
    bases: dict[str, tuple[int, Entity]] = {}
    for entity in evidence:
        kept = [
            listing
            for listing in entity.listings
            if first_day(listing.listed_on) <= as_of
            and not _ended([(published, [listing]), *_later_statements(entity.id, listing, published, by_id)], as_of)
        ]
        if kept or not entity.listings:
            bases[entity.id], standing[entity.id] = (0, entity), kept
    for place, entity, listing in _additions(published, evidence, by_id, as_of):
        standing.setdefault(entity.id, []).append(listing)
        bases.setdefault(entity.id, (place, entity))
    return tuple(
        (place, msgspec.structs.replace(base, listings=tuple(standing[key]))) for key, (place, base) in bases.items()
    )


Statements = list[tuple[str, list[Listing]]]
"""What versions, by date of publication, say of one listing."""


def _decision_of(listing: Listing) -> tuple[str, ...]:
    """What tells one listing of a party from another."""
    return listing.source, listing.reference, listing.programme, listing.decision


def _later_statements(
    entity_id: str, listing: Listing, published: str, later: Sequence[tuple[str, dict[str, Entity]]]
) -> Statements:
    """Return what later versions say of a listing that stood in the evidence."""
    found = []
    for day, entities in later:
        same = [
            one
            for one in (entities[entity_id].listings if entity_id in entities else ())
            if _decision_of(one) == _decision_of(listing)
        ]
        exact = [one for one in same if one.listed_on == listing.listed_on]
        # Who was listed again after the evidence is another listing, whose end says nothing of this one.
        found.append((day, exact or [one for one in same if first_day(one.listed_on) <= published]))
    return found


def _additions(
    published: str, evidence: Sequence[Entity], later: Sequence[tuple[str, dict[str, Entity]]], as_of: str
) -> Iterator[tuple[int, Entity, Listing]]:
    """Yield the listings that were made after the evidence and held on the day, with place and entity as first seen."""
    known = {(entity.id, _decision_of(one), one.listed_on) for entity in evidence for one in entity.listings}
    for place, (_, entities) in enumerate(later):
        for entity in entities.values():
            for listing in entity.listings:
                key = (entity.id, _decision_of(listing), listing.listed_on)
                if key in known or not published < _last_day(listing.listed_on) or first_day(listing.listed_on) > as_of:
                    continue
                known.add(key)
                statements = [
                    (day, [one for one in others[entity.id].listings if key[1:] == (_decision_of(one), one.listed_on)])
                    for day, others in later[place:]
                    if entity.id in others
                ]
                if not _ended(statements, as_of):
                    yield place + 1, entity, listing


def _ended(statements: Statements, as_of: str) -> bool:
    """Whether a listing had ended by a day: a version dates its end so, or the newest that states an expiry does."""
    for published, listings in statements:
        ends = [_last_day(one.delisted_on) or (published if one.delisted else "") for one in listings]
        if ends and all(end and end <= as_of for end in ends):
            return True
    expiries = [max(_last_day(one.expires_on) for one in listings) for _, listings in statements if listings]
    stated = [expiry for expiry in expiries if expiry]
    return bool(stated) and stated[-1] < as_of


def _last_day(text: str) -> str:
    """Return the last day of an ISO date that may lack the day or the month; empty for an empty or unreadable text."""
    try:
        return instant(text).date().isoformat() if text else ""
    except UsageError:
        return ""
