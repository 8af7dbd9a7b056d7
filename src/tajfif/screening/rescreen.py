"""Customers screened again when lists or customers change. Reach for it every night, and whenever a list is updated.

A base of customers is indexed once (:mod:`tajfif.screening.customer_base`). When lists change, what can raise an alert in the change
(:mod:`tajfif.screening.list_changes`) is searched among the customers: whoever it reaches is screened against all lists in the ordinary
way, and so is everybody whose alert shows an entry that changed at all. Nobody else's answer can differ, so the alerts are those of
screening everybody. When customers change, those that are new or different are screened.

Below ``customers/NAME/`` in the workspace lie ``base/`` (the index), ``state.msgpack`` (the alerts that stand, and what they were
found with) and ``alerts.jsonl`` (what was raised and what went, and when; lines are only ever added).
"""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec

from tajfif.config import Settings, engine_version, workspace
from tajfif.errors import InputError, UsageError
from tajfif.lists.durable import exclusive, replace_file
from tajfif.lists.events import Alert
from tajfif.model import Hit, ListVersion, Subject
from tajfif.screening.change_search import FEW, affected_customers
from tajfif.screening.customer_base import CustomerBase
from tajfif.screening.index import NameIndex, index_digest
from tajfif.screening.list_changes import Difference, difference
from tajfif.screening.screener import Screener
from tajfif.screening.spelling import tables_digest

__all__ = ["AlertChange", "RescreenReport", "base_alerts", "rescreen"]

_FORMAT = 1
_COMPARED = tuple(field for field in Hit.__struct_fields__ if field not in {"list_version", "explanation"})


class AlertChange(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one hit of one customer.

    Attributes:
        kind: ``new``, ``changed`` or ``gone``.
        customer: Key of the customer: its id, or a hash of what is known of it.
        name: The customer's first name given.
        hit: The hit as it is now; of one that is gone, as it was.
        before: Score that it had; None for a new one.
        what: Which parts of a changed hit differ; why one is gone: ``not_listed``, ``no_longer_reaches`` or ``no_customer``.
    """

    kind: Literal["new", "changed", "gone"]
    customer: str
    name: str
    hit: Hit
    before: float | None = None
    what: tuple[str, ...] = ()


class RescreenReport(msgspec.Struct, frozen=True, kw_only=True):
    """What screening again did.

    Attributes:
        changes: In the order of the customers; those of customers who are gone come last.
        full: Why everybody was screened; empty when only those were whom a change may touch.
        customers: How many there are.
        changed_entries: Entries added, removed or amended since the last time.
        screened: How many customers were screened.
        alerts: How many hits stand.
        lists: The versions searched.
        notices: What every output must say of the lists.
    """

    changes: tuple[AlertChange, ...]
    full: str
    customers: int
    changed_entries: int
    screened: int
    alerts: int
    lists: tuple[ListVersion, ...]
    notices: tuple[str, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many hits are new, changed and gone."""
        found = Counter(change.kind for change in self.changes)
        return {kind: found[kind] for kind in ("new", "changed", "gone")}


class _State(msgspec.Struct, frozen=True, kw_only=True):
    """What the alerts that stand were found with, and they themselves, by key of the customer."""

    format: int
    index: str
    engine: tuple[str, ...]
    merges: str
    customers: str
    alerts: dict[str, tuple[Hit, ...]]


def rescreen(
    home: str | os.PathLike[str] | None,
    name: str,
    subjects: Iterable[Subject] | None = None,
    *,
    settings: Settings | None = None,
    sources: Sequence[str] | None = None,
    lang: str = "en",
    workers: int = 1,
    full: bool = False,
) -> RescreenReport:
    """Screen a base of customers again, as far as anything changed, and say what became of its alerts.

    Args:
        home: The workspace.
        name: What the base is called: letters, digits, ``-``, ``_`` and ``.``.
        subjects: All customers as they are now; by default, as they were the last time.
        settings: Threshold and limit. Where they differ from the last time's, everybody is screened.
        sources: Search only these lists.
        lang: Language of the explanations.
        workers: On how many processes many customers are screened.
        full: Screen everybody.

    Raises:
        UsageError: The name is none.
        InputError: There is no base of this name yet and no customers were given, or a name cannot be screened.
        ListError: The lists are missing or damaged, or another process is at this base.
    """
    folder = _folder(workspace(home), name)
    with exclusive(folder / "lock"):
        screener = Screener.open(home, settings=settings, sources=sources)
        index = _index_name(screener)
        state = _read_state(folder / "state.msgpack")
        customers = _Customers.of(folder, subjects)
        engine = (engine_version(), screener.settings.digest, tables_digest())
        why = _why_full(state, customers, engine, wanted=full)
        changed = Difference(frozenset(), ())
        if not why and state is not None and state.index != index:
            old = NameIndex.open(workspace(home) / "index" / state.index)
            if old is None:
                why = "the index of the lists before is not here"
            else:
                changed = difference(old.all_entities(), screener.index.all_entities(), stated=customers.base.stated)
        before = state.alerts if state else {}
        if why or state is None:
            places: Sequence[int] = range(customers.base.customers)
        else:
            places = _to_screen(
                customers, before, changed, screener, regrouped=state.merges != screener.engine.merges, workers=workers
            )
        now = _screened(screener, customers, places, lang, workers if len(places) > FEW else 1)
        listed = _Listed(screener)
        after, changes = _compared(customers, before, now, set(places), listed, everybody=bool(why))
        moment = datetime.now(UTC).isoformat(timespec="seconds")
        _log(folder / "alerts.jsonl", changes, moment)
        customers.keep()
        kept = _State(
            format=_FORMAT, index=index, engine=engine, merges=screener.engine.merges, customers=customers.base.digest,
            alerts=after,
        )  # fmt: skip
        replace_file(folder, folder / "state.msgpack", msgspec.msgpack.encode(kept))
    return RescreenReport(
        changes=changes,
        full=why,
        customers=customers.base.customers,
        changed_entries=len(changed.ids),
        screened=len(places),
        alerts=sum(map(len, after.values())),
        lists=screener.lists,
        notices=screener.notices,
    )


def base_alerts(folder: Path) -> Iterator[Alert]:
    """Yield the alerts that the bases of customers in a workspace have raised, base by base.

    Args:
        folder: The workspace.

    Raises:
        InputError: A log of alerts is damaged.
    """
    for log in sorted((folder / "customers").glob("*/alerts.jsonl")):
        for number, line in enumerate(log.read_bytes().splitlines(), start=1):
            try:
                kept = msgspec.json.decode(line, type=_Logged)
            except msgspec.MsgspecError:
                raise InputError("a line of this log of alerts is damaged", where=f"{log}, line {number}") from None
            if kept.kind == "new":
                for entity_id in kept.entries:
                    yield Alert(raised_at=kept.at, customer=kept.customer, entity_id=entity_id, where=str(log))


class _Logged(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the log of alerts."""

    at: str
    kind: str
    customer: str
    entries: tuple[str, ...]
    score: float
    what: tuple[str, ...] = ()


def _log(place: Path, changes: Sequence[AlertChange], moment: str) -> None:
    """Add what changed to the log. It is written before the state: a run that is killed in between says it again."""
    if not changes:
        return
    whole = place.exists() and not place.read_bytes().endswith(b"\n")
    lines = [
        _Logged(at=moment, kind=each.kind, customer=each.customer, entries=each.hit.entity_ids, score=each.hit.score, what=each.what)
        for each in changes
    ]  # fmt: skip
    with place.open("ab") as file:
        file.write(b"\n" * whole + b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
        file.flush()
        os.fsync(file.fileno())


def _folder(home: Path, name: str) -> Path:
    if not re.fullmatch(r"[\w.-]{1,80}", name) or name.startswith("."):
        raise UsageError(f"{name!r} is no name of a base of customers", hint="Use letters, digits, -, _ and . only.")
    return home / "customers" / name


def _index_name(screener: Screener) -> str:
    lists = screener.view.lists if screener.view else ()
    return index_digest((each.digest for each in lists), tables_digest())


def _read_state(place: Path) -> _State | None:
    """Return the state; None where there is none that this version of the program can read, so that everybody is screened."""
    try:
        state = msgspec.msgpack.decode(place.read_bytes(), type=_State)
    except (OSError, msgspec.MsgspecError):
        return None
    return state if state.format == _FORMAT else None


def _why_full(state: _State | None, customers: _Customers, engine: tuple[str, ...], *, wanted: bool) -> str:
    if wanted:
        return "it was asked for"
    if state is None:
        return "these customers were not screened before"
    if state.engine != engine:
        return "settings, tables or program are not those of the last time"
    if customers.before is None and state.customers != customers.base.digest:
        return "the customers are not those of the last time"
    return ""


class _Customers:
    """The customers as they are now, and which of them are not as they were.

    Attributes:
        base: As they are now.
        before: As they were, where they differ and it is known.
        keys: Key of each customer, by place.
        places: The other way round.
    """

    def __init__(self, folder: Path, base: CustomerBase, before: CustomerBase | None) -> None:
        self._folder, self.base, self.before = folder, base, before
        self.keys = base.keys()
        self.places = {key: place for place, key in enumerate(self.keys)}

    @classmethod
    def of(cls, folder: Path, subjects: Iterable[Subject] | None) -> _Customers:
        kept = CustomerBase.open(folder / "base")
        if subjects is None:
            if kept is None:
                raise InputError(
                    "there is no base of customers yet", where=str(folder), hint="tajfif rescreen CUSTOMERS.csv"
                )
            return cls(folder, kept, None)
        new = CustomerBase.build(folder / "base.new", subjects)
        if kept is not None and kept.digest == new.digest:
            shutil.rmtree(folder / "base.new")
            return cls(folder, kept, None)
        return cls(folder, new, kept)

    def different(self) -> set[int]:
        """Return the places of those who are new or not as they were."""
        if self.before is None:
            return set()
        old = dict(zip(self.before.keys(), self.before.digests(), strict=True))
        pairs = enumerate(zip(self.keys, self.base.digests(), strict=True))
        return {place for place, (key, digest) in pairs if old.get(key) != digest}

    def keep(self) -> None:
        """Put the base as it is now in the place of the one before."""
        new, place = self._folder / "base.new", self._folder / "base"
        if self.base.folder == new:
            shutil.rmtree(place, ignore_errors=True)
            new.replace(place)


def _to_screen(
    customers: _Customers,
    alerts: Mapping[str, tuple[Hit, ...]],
    changed: Difference,
    screener: Screener,
    *,
    regrouped: bool,
    workers: int,
) -> list[int]:
    """Return the places of the customers whose answer may differ."""
    wanted = customers.different()
    if changed.rising:
        wanted.update(affected_customers(customers.base, changed.rising, screener.settings, workers=workers).tolist())
    group_of = {one: set(group) for group in screener.grouping.groups for one in group}
    for key, hits in alerts.items():
        place = customers.places.get(key)
        if place is not None and (
            regrouped
            or any(changed.ids.intersection(hit.entity_ids) for hit in hits)
            or any(group_of.get(hit.entity_id, {hit.entity_id}) != set(hit.entity_ids) for hit in hits)
        ):
            wanted.add(place)
    return sorted(wanted)


def _screened(
    screener: Screener, customers: _Customers, places: Sequence[int], lang: str, workers: int
) -> dict[str, tuple[Hit, ...]]:
    """Return the hits of those who have any, by their key."""
    answers = screener.screen_many(map(customers.base.subject, places), lang=lang, workers=workers)
    return {customers.keys[place]: answer.hits for place, answer in zip(places, answers, strict=True) if answer.hits}


class _Listed:
    """Whether an entry is on the lists; looked up when it is first asked."""

    def __init__(self, screener: Screener) -> None:
        self._screener = screener
        self._ids: set[str] | None = None

    def __contains__(self, entity_id: str) -> bool:
        if self._ids is None:
            self._ids = {entity.id for entity in self._screener.index.all_entities()}
        return entity_id in self._ids


def _compared(
    customers: _Customers,
    before: Mapping[str, tuple[Hit, ...]],
    now: Mapping[str, tuple[Hit, ...]],
    screened: set[int],
    listed: _Listed,
    *,
    everybody: bool,
) -> tuple[dict[str, tuple[Hit, ...]], tuple[AlertChange, ...]]:
    """Return the alerts that stand, in the order of the customers, and what became of each that was or is."""
    after: dict[str, tuple[Hit, ...]] = {}
    changes: list[AlertChange] = []
    for place in sorted({customers.places[key] for key in (*before, *now) if key in customers.places}):
        key = customers.keys[place]
        was = before.get(key, ())
        hits = now.get(key, ()) if everybody or place in screened else was
        if hits:
            after[key] = tuple(msgspec.structs.replace(hit, list_version="") for hit in hits)
        if hits is not was:
            changes += _changes(key, customers.base.subject(place).name, was, hits, listed)
    for key in sorted(key for key in before if key not in customers.places):
        changes += [
            AlertChange(
                kind="gone", customer=key, name=hit.query_name, hit=hit, before=hit.score, what=("no_customer",)
            )
            for hit in before[key]
        ]
    return after, tuple(changes)


def _changes(
    customer: str, name: str, was: Sequence[Hit], hits: Sequence[Hit], listed: _Listed
) -> Iterator[AlertChange]:
    """Yield what became of one customer's hits; two are the same when they show an entry in common."""
    left = list(was)
    for hit in hits:
        earlier = next((one for one in left if set(one.entity_ids) & set(hit.entity_ids)), None)
        if earlier is None:
            yield AlertChange(kind="new", customer=customer, name=name, hit=hit)
            continue
        left.remove(earlier)
        what = tuple(field for field in _COMPARED if getattr(earlier, field) != getattr(hit, field))
        if what:
            yield AlertChange(kind="changed", customer=customer, name=name, hit=hit, before=earlier.score, what=what)
    for hit in left:
        why = "no_longer_reaches" if any(one in listed for one in hit.entity_ids) else "not_listed"
        yield AlertChange(kind="gone", customer=customer, name=name, hit=hit, before=hit.score, what=(why,))
