"""A screening made again from its receipt. Reach for it to show that an answer, a clean one included, was given rightly.

The very parsed lists that the receipt names by hash are taken from the store, which never deletes one; the settings and the
subject are taken from the receipt and its private part. The record is then made anew, with the old salt and the old time, and
has to be the same to the byte. Where it is not, the parts that differ are named: another engine, other tables, other answers.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from tajfif.config import Settings, engine_version, workspace
from tajfif.errors import InputError, ListMissingError
from tajfif.lists.events import Event
from tajfif.lists.history import InForce, Reading, View, in_force_of
from tajfif.lists.merges import MergeDecisions
from tajfif.lists.store import ListStore
from tajfif.model import Entity, ListVersion, Subject
from tajfif.screening.building import build_index
from tajfif.screening.grouping import Grouping
from tajfif.screening.index import NameIndex, index_digest
from tajfif.screening.receipt_files import batch_lines, read_batch, read_one
from tajfif.screening.receipts import Answer, Circumstances, CitedEngine, CitedList, Private, Times, commit
from tajfif.screening.screener import Screener
from tajfif.screening.spelling import tables_digest

__all__ = ["Replay", "replay_batch", "replay_one"]

_MOST_DIFFERENCES = 20


class Replay(msgspec.Struct, frozen=True, kw_only=True):
    """How one answer compares with the one found now.

    Attributes:
        id: Of the receipt or the batch.
        number: Place in the batch, from zero; zero outside of one.
        status: What the receipt says, ``clear`` or ``alert``.
        same: Whether the record is the same to the byte.
        differs: Which parts are not, with what the receipt says and what is found now.
    """

    id: str
    number: int
    status: str
    same: bool
    differs: tuple[str, ...]


def replay_one(path: Path, home: str | os.PathLike[str] | None = None) -> Replay:
    """Make the screening of one receipt again.

    Args:
        path: The receipt; its private part has to be beside it.
        home: The workspace that has the lists.

    Raises:
        InputError: The receipt or its private part are damaged, or the private part is not there.
        ListMissingError: A list version that it names was never in this workspace.
        ListError: One is damaged.
    """
    one = read_one(path)
    if one.private is None:
        raise _no_private(path)
    screener = _screener_of(one.run, home)
    return _compared(one.run, one.answer, one.private, screener, _run_differences(one.run, screener))


def replay_batch(place: Path, home: str | os.PathLike[str] | None = None) -> Iterator[Replay]:
    """Make every screening of a batch again and yield how each compares. Arguments and errors as of :func:`replay_one`."""
    batch = read_batch(place)
    if not batch.private:
        raise _no_private(place)
    run = batch.manifest.run
    screener = _screener_of(run, home)
    differences = _run_differences(run, screener)
    for _, leaf, private in batch_lines(place, private=True):
        if private is not None:
            yield _compared(run, leaf.answer, private, screener, differences)


def _screener_of(run: Circumstances, home: str | os.PathLike[str] | None) -> Screener:
    """Return a screener over the very parsed lists that a receipt names, as of its times, with its settings."""
    folder = workspace(home)
    view = _view_of(run, ListStore(folder))
    place = folder / "index" / index_digest((each.digest for each in view.lists), tables_digest())
    index = NameIndex.open(place)
    if index is None:
        index = build_index((each.version, each.entities) for each in view.lists)
    decided = MergeDecisions(folder).with_digest(run.merges)
    grouping = Grouping.of(index, place if place.is_dir() else None, decided)
    return Screener(index, settings=_settings(run), view=view, grouping=grouping)


def _view_of(run: Circumstances, store: ListStore) -> View:
    """Return who was searched then: of each source the versions read, and the events known."""
    evidence = run.times.evidence if run.times else tuple(each.sha256 for each in run.lists)
    times = run.times or Times(as_of="", known_at="", day=run.time[:10], events="", evidence=evidence)
    cited = {each.parsed: each for each in run.lists}
    events = _events_until(store, times.events, run)

    def list_of(main: CitedList) -> InForce:
        readings = [
            Reading(version=_version(each), parsed=each.parsed) for each in run.lists if each.source == main.source
        ]
        return in_force_of(
            readings, _version(main), as_of=times.as_of, day=times.day, events=events,
            entities_of=lambda parsed: _entities(store, cited[parsed]),
        )  # fmt: skip

    return View(
        lists=tuple(list_of(each) for each in run.lists if each.sha256 in evidence),
        as_of=times.as_of, known_at=times.known_at, day=times.day, moment=times.known_at, events=times.events,
    )  # fmt: skip


def _events_until(store: ListStore, last: str, run: Circumstances) -> Sequence[Event]:
    """Return the events up to the one with that id, which covers those before it."""
    if not last:
        return ()
    events = store.events()
    for place, event in enumerate(events, start=1):
        if event.id == last:
            return events[:place]
    raise ListMissingError(
        "the receipt was made with corrections and retractions that this workspace never had",
        where=run.id,
        hint="Replay in the workspace that made the receipt.",
    )


def _no_private(path: Path) -> InputError:
    return InputError(
        "nobody can be screened again without the private part",
        where=str(path),
        hint="Put ID.private.json beside ID.receipt.json, or private.jsonl into the directory of the batch.",
    )


def _entities(store: ListStore, cited: CitedList) -> tuple[Entity, ...]:
    try:
        return store.entities_of(cited.parsed)
    except ListMissingError as error:
        raise ListMissingError(
            f"the receipt was made with {cited.source}@{cited.published} (sha256 {cited.sha256}), read as "
            f"{cited.parsed[:12]}…, which this workspace never had",
            where=error.where,
            hint="Replay in the workspace that made the receipt, or in one that imported its lists (tajfif lists import).",
        ) from None


def _version(cited: CitedList) -> ListVersion:
    return ListVersion(
        source=cited.source, published=cited.published, sha256=cited.sha256, entries=cited.entries
    )  # fmt: skip


def _settings(run: Circumstances) -> Settings:
    try:
        return msgspec.json.decode(run.settings, type=Settings)
    except msgspec.MsgspecError as error:
        raise InputError(
            f"the receipt has settings that this version of the program does not know: {error}",
            where=run.id,
            hint=f"Replay it with version {run.engine.version}.",
        ) from None


def _run_differences(run: Circumstances, screener: Screener) -> tuple[str, ...]:
    """Compare what all answers of a run share."""
    now = CitedEngine(version=engine_version(), config=screener.settings.digest, tables=tables_digest())
    parts = [
        ("engine version", run.engine.version, now.version),
        ("settings hash", run.engine.config, now.config),
        ("learned tables", run.engine.tables, now.tables),
    ]
    parts += [
        (f"list {each.source}", each.sha256, "none")
        for each in run.lists
        if screener.view is None or not any(each.sha256 in _hashes(one) for one in screener.view.lists)
    ]
    return tuple(f"{name}: {before} in the receipt, {after} now" for name, before, after in parts if before != after)


def _hashes(one: InForce) -> set[str]:
    return {each.version.sha256 for each in one.used}


def _compared(
    run: Circumstances, answer: Answer, private: Private, screener: Screener, differences: tuple[str, ...]
) -> Replay:
    try:
        subject = msgspec.json.decode(private.subject, type=Subject)
    except msgspec.MsgspecError as error:
        raise InputError(
            f"the subject cannot be read by this version of the program: {error}",
            where=run.id,
            hint=f"Replay it with version {run.engine.version}.",
        ) from None
    (result,) = screener.screen_many([subject], lang=run.lang)
    again, kept = commit(result, number=private.number, salt=bytes.fromhex(private.salt))
    if again != answer:
        differences += _answer_differences(answer, again, private, kept)
    return Replay(
        id=run.id, number=private.number, status=answer.status, same=not differences, differs=differences
    )  # fmt: skip


def _answer_differences(answer: Answer, again: Answer, private: Private, kept: Private) -> tuple[str, ...]:
    """Say which parts of an answer differ, down to the field where the private part has both."""
    found = []
    if answer.status != again.status:
        found.append(f"status: {answer.status} in the receipt, {again.status} now")
    before, after = ({hit.entity_id: hit for hit in each.hits} for each in (answer, again))
    found += [f"hit {key}: in the receipt, not now" for key in before if key not in after]
    found += [f"hit {key}: not in the receipt, found now" for key in after if key not in before]
    for key in (key for key in before if key in after):
        found += _differing(f"hit {key}", *(msgspec.to_builtins(each[key]) for each in (before, after)))
    if answer.subject != again.subject:
        found.append("subject: this version of the program writes it otherwise")
    if answer.evidence != again.evidence:
        stored, made = (msgspec.json.decode(each.hits) for each in (private, kept))
        if [one["entity_id"] for one in stored] == [one["entity_id"] for one in made]:
            for one, other in zip(stored, made, strict=True):
                found += _differing(f"hit {one['entity_id']}", one, other)
        elif before.keys() == after.keys():
            found.append("hits: in another order")
    return tuple(dict.fromkeys(found))[:_MOST_DIFFERENCES] or ("answer: written otherwise",)


def _differing(name: str, before: Any, after: Any) -> list[str]:
    """Name the fields in which two JSON values differ."""
    if isinstance(before, dict) and isinstance(after, dict):
        keys = dict.fromkeys((*before, *after))
        return [each for key in keys for each in _differing(f"{name} {key}", before.get(key), after.get(key))]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = enumerate(zip(before, after, strict=True))
        return [each for place, (one, other) in pairs for each in _differing(f"{name} {place + 1}", one, other)]
    return [] if before == after else [f"{name}: {before!r} in the receipt, {after!r} now"]
