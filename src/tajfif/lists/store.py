"""The lists of one workspace. Reach for it to load a list, to see which versions there are, to read entities.

Everything lies below ``lists/`` in the workspace::

    manifest.jsonl          which versions there are; replaced as a whole, so it is always the old one or the new
    raw/<sha256>            the publisher's files as they were loaded, read-only
    parsed/<sha256>         their entities (tajfif.lists.compact), read-only
    events.jsonl            corrections and retractions of decisions (tajfif.lists.events)
    incoming/               files being written
    lock                    held by the process that changes the above

Files named by their hash are written first and the manifest last, so a process that is killed at any moment leaves what
served before it. Readers take no lock. Nothing is ever deleted: a version that served once can be cited for ever.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

import msgspec

from tajfif.errors import ListError, ListFormatError, ListMissingError, ListRefusedError, UsageError
from tajfif.lists import catalogue, snapshot
from tajfif.lists.compact import pack, unpack
from tajfif.lists.diff import ListDiff, compare_entities
from tajfif.lists.durable import clear_incoming, exclusive, replace_file, store_object
from tajfif.lists.events import Event, appended, check_event, read_events
from tajfif.lists.facts import facts_only
from tajfif.lists.parsers import ParsedList
from tajfif.lists.versions import (
    StoredFile,
    StoredVersion,
    instant,
    known_then,
    read_manifest,
    resolve,
    set_digest,
    with_serving,
    write_manifest,
)
from tajfif.model import Entity, ListVersion

__all__ = ["LOSS_LIMIT", "ListStore", "LoadReport"]

LOSS_LIMIT = 0.20
"""Share of the serving version's entries that a new file may lack. More is likelier a cut-off or a wrong file."""


class LoadReport(msgspec.Struct, frozen=True, kw_only=True):
    """What loading a list did.

    Attributes:
        version: The version that was loaded, or was there already.
        changed: Whether the store changed.
        serving: Whether this version is searched from now on.
        notices: What the reader should know: reservations of the parser, files passed over, an older date.
        added, removed, amended: Entries against the version that served before; all zero when nothing changed, and all
            entries added when the source was not loaded before.
    """

    version: ListVersion
    changed: bool
    serving: bool
    notices: tuple[str, ...]
    added: int
    removed: int
    amended: int


class _Raw(msgspec.Struct, frozen=True, kw_only=True):
    """A raw file in memory."""

    file: StoredFile
    content: bytes


class ListStore:
    """The lists of one workspace.

    Args:
        home: The workspace directory; it need not exist.
    """

    def __init__(self, home: str | os.PathLike[str]) -> None:
        self.home = Path(home)
        self._root = self.home / "lists"
        self._manifest = self._root / "manifest.jsonl"
        self._events = self._root / "events.jsonl"

    def load(self, source: str, path: str | os.PathLike[str], *, accept_loss: bool = False) -> LoadReport:
        """Read a list and keep it. It serves from then on, unless a newer one of the source is there.

        Loading what is there already changes nothing, but a stored file that was damaged is repaired.

        Args:
            source: Key of the source: ``un_sc``.
            path: The publisher's file, or the directory with the files of a set.
            accept_loss: Load it though it lacks more than :data:`LOSS_LIMIT` of the entries that serve now.

        Raises:
            UsageError: No such source.
            ListFormatError: The file is not a whole list of that publisher. The store is as it was.
            ListRefusedError: It lacks too many entries. The store is as it was.
            ListError: The store is damaged, in use by another process or cannot be written.
        """
        wanted = catalogue.source(source)
        parser = catalogue.parser_of(wanted)
        collected = parser.collect(Path(path), source=source)
        before = _signatures(collected.files)
        parsed = parser.parse(collected.files, source=source)
        _check(parsed, path)
        raw = _read_raw(collected.files, before)
        with _write_faults(self._root), exclusive(self._root / "lock"):
            clear_incoming(self._root)
            report = self._keep(wanted, parsed, raw, accept_loss=accept_loss)
        return msgspec.structs.replace(report, notices=(*collected.notices, *parsed.notices, *report.notices))

    def _keep(
        self, wanted: catalogue.Source, parsed: ParsedList, raw: tuple[_Raw, ...], *, accept_loss: bool
    ) -> LoadReport:
        """Decide and write, holding the lock."""
        stored = self._stored()
        sha256 = set_digest((each.file.role, each.file.sha256) for each in raw)
        known = next((each for each in stored if _same(each.version, wanted.key, sha256)), None)
        served = next((each for each in stored if each.version.source == wanted.key and each.serving), None)
        now = datetime.now(UTC)
        undated = known.version.published if known else now.date().isoformat()
        version = ListVersion(
            source=wanted.key, published=parsed.published or undated, sha256=sha256, entries=len(parsed.entities)
        )
        notices = (
            []
            if parsed.published
            else [f"the files state no date of publication; {undated}, the day of loading, counts"]
        )
        packed = pack(version, parsed.entities)
        entry = StoredVersion(
            version=version,
            loaded_at=known.loaded_at if known else _now(now),
            files=known.files if known else tuple(each.file for each in raw),
            parsed=hashlib.sha256(packed).hexdigest(),
            dated=bool(parsed.published),
            past_withdrawals=known.restored(_now()).past_withdrawals if known else (),
        )
        after = with_serving([entry if each is known else each for each in stored] + ([] if known else [entry]))
        serving = any(each.serving and _same(each.version, wanted.key, sha256) for each in after)
        counts = (0, 0, 0)
        if known is None:
            counts = self._against_served(served, version, parsed, notices, accept_loss=accept_loss)
            notices += _notices_on_place(wanted, version, served, stored, serving=serving)
        elif known.parsed != entry.parsed:
            notices.append(
                "these files were loaded before; their entries have been read anew by this version of the program"
            )
        elif not serving and served:
            notices.append(f"these files were loaded before; {served.name}, which is newer, serves")
        restored = known is not None and bool(known.withdrawn_at)
        if known is not None and restored:
            notices.append(
                f"this version was withdrawn at {known.withdrawn_at}"
                + (f" ({known.withdrawn_because})" if known.withdrawn_because else "")
                + "; loading it again restores it"
            )
        repaired = self._write_objects(raw, entry.parsed, packed)
        notices += [f"a damaged file in the store was repaired: {place}" for place in repaired]
        changed = known is None or known.parsed != entry.parsed or restored
        if changed:
            replace_file(self._root, self._manifest, write_manifest(after))
        added, removed, amended = counts
        return LoadReport(
            version=version, changed=changed or bool(repaired), serving=serving, notices=tuple(notices),
            added=added, removed=removed, amended=amended,
        )  # fmt: skip

    def _against_served(
        self,
        served: StoredVersion | None,
        version: ListVersion,
        parsed: ParsedList,
        notices: list[str],
        *,
        accept_loss: bool,
    ) -> tuple[int, int, int]:
        """Return the numbers of entries added, removed and amended, and refuse a file that lost too many."""
        if served is None:
            return version.entries, 0, 0
        try:
            change = compare_entities(served.version, self._entities(served), version, parsed.entities)
            counts = len(change.added), len(change.removed), len(change.amended)
        except ListError as error:
            notices.append(
                f"the version that served, {served.name}, cannot be read; only numbers were compared: {error.message}"
            )
            more = version.entries - served.version.entries
            counts = max(0, more), max(0, -more), 0
        lost = counts[1]
        if lost > LOSS_LIMIT * served.version.entries and not accept_loss:
            raise ListRefusedError(
                f"the list lacks {lost} of the {served.version.entries} entries of {served.name}, which serves: "
                f"more than {LOSS_LIMIT:.0%}, so it may be cut off or not this list. Nothing was changed",
                hint="Compare it with its publisher's site; if it is right, load it with --accept-loss.",
            )
        return counts

    def _write_objects(self, raw: tuple[_Raw, ...], parsed: str, packed: bytes) -> list[Path]:
        """Write the raw files and the parsed form where they are missing; return those that replaced a damaged one."""
        objects = {self._root / "raw" / each.file.sha256: each.content for each in raw}
        objects[self._root / "parsed" / parsed] = packed
        return [place for place, content in objects.items() if store_object(self._root, place, content, place.name)]

    def rollback(self, source: str, *, reason: str = "") -> tuple[StoredVersion, StoredVersion]:
        """Withdraw the version that serves, so that the newest of the others does. It stays in the store.

        Args:
            source: Key of the source.
            reason: Why, in a few words; it is kept with the version.

        Returns:
            The version that was withdrawn, and the one that serves now.

        Raises:
            UsageError: No such source.
            ListMissingError: There is no other version that could serve. The store is as it was.
            ListError: The store is damaged, in use by another process or cannot be written.
        """
        key = catalogue.source(source).key
        with _write_faults(self._root), exclusive(self._root / "lock"):
            clear_incoming(self._root)
            stored = self._stored()
            served = next((each for each in stored if each.version.source == key and each.serving), None)
            if served is None:
                raise ListMissingError(f"no list of {key} is loaded, so there is nothing to roll back")
            withdrawn = served.withdrawn(_now(), reason)
            after = with_serving([withdrawn if each is served else each for each in stored])
            follower = next((each for each in after if each.version.source == key and each.serving), None)
            if follower is None:
                raise ListMissingError(
                    f"{served.name} is the only version of {key} that may serve; without it nothing would be screened "
                    "against that list",
                    hint=f"Load another version first: tajfif lists load --source {key} PATH",
                )
            replace_file(self._root, self._manifest, write_manifest(after))
        return msgspec.structs.replace(withdrawn, serving=False), follower

    def restore(self, name: str) -> StoredVersion:
        """Undo a withdrawal: the version serves again if it is the newest. Nothing happens to one that is not withdrawn.

        Args:
            name: The version, as :meth:`resolve` takes it.

        Raises:
            UsageError: The name means several versions, or is no name of one.
            ListMissingError: It means none that was loaded.
            ListError: The store is damaged, in use by another process or cannot be written.
        """
        with _write_faults(self._root), exclusive(self._root / "lock"):
            clear_incoming(self._root)
            stored = self._stored()
            wanted = resolve(name, stored)
            after = with_serving([each.restored(_now()) if each is wanted else each for each in stored])
            if wanted.withdrawn_at:
                replace_file(self._root, self._manifest, write_manifest(after))
        return next(each for each in after if _same(each.version, wanted.version.source, wanted.version.sha256))

    def versions(self) -> tuple[StoredVersion, ...]:
        """Return all loaded versions in the order of loading; if there is none, the bundled snapshot.

        Raises:
            ListError: The manifest is damaged or cannot be read.
        """
        return self._stored() or (snapshot.bundled_version(),)

    def known(self, known_at: datetime | None = None) -> tuple[StoredVersion, ...]:
        """Return the versions that may serve, in the order of loading, those that do marked.

        Args:
            known_at: Of that time: what was loaded by then and not withdrawn at it. The bundled snapshot is known from
                its date of publication on, and serves where nothing was loaded yet. By default, as of now.

        Raises:
            ListError: As :meth:`versions`.
        """
        if known_at is None:
            return tuple(each for each in self.versions() if not each.withdrawn_at)
        return known_then(self._stored(), known_at) or known_then([snapshot.bundled_version()], known_at)

    def serving(self, *, known_at: datetime | None = None) -> tuple[ListVersion, ...]:
        """Return the versions that are searched, by key of the source: the bundled snapshot if no list is loaded.

        Args:
            known_at: Those that were searched at that time, as :meth:`known` tells; there may be none.

        Raises:
            ListError: As :meth:`versions`.
        """
        serving = (each.version for each in self.known(known_at) if each.serving)
        return tuple(sorted(serving, key=lambda version: version.source))

    def entities(self, version: ListVersion) -> tuple[Entity, ...]:
        """Return the entities of a version, in the order of its file.

        Raises:
            ListMissingError: The version is not loaded.
            ListError: Its file is damaged or gone.
        """
        return self._entities(self._find(version))

    def parsed_digest(self, version: ListVersion) -> str:
        """Return the hash of a version's parsed form: what to key derived data by, such as an index.

        The version's own hash is that of the publisher's files. The same files give other entities when a later parser
        reads them anew, or when the bundled snapshot, which has no notes, was made of them.

        Raises:
            ListMissingError: The version is not loaded.
        """
        return self._find(version).parsed

    def entities_of(self, parsed: str) -> tuple[Entity, ...]:
        """Return the entities of one parsed form, even of one that a later reading of the same files has replaced.

        Args:
            parsed: Its hash, as :meth:`parsed_digest` returned it then.

        Raises:
            ListMissingError: It was never here.
            ListError: Its file is damaged.
        """
        for each in (*self._stored(), snapshot.bundled_version()):
            if each.parsed == parsed:
                return self._entities(each)
        return unpack(self.content("parsed", parsed), where=str(self._root / "parsed" / parsed))[1]

    def content(self, kind: Literal["raw", "parsed"], sha256: str) -> bytes:
        """Return a file of the store as it was written.

        Args:
            kind: A publisher's file, or a parsed form.
            sha256: Its hash.

        Raises:
            ListMissingError: It is not here.
            ListError: It is damaged.
        """
        place = self._root / kind / sha256
        try:
            data = place.read_bytes()
        except OSError as error:
            raise ListMissingError(f"a stored list is not here: {error.strerror}", where=str(place)) from None
        if hashlib.sha256(data).hexdigest() != sha256:
            raise ListError("the stored list is damaged: its checksum is wrong", where=str(place))
        return data

    def adopt(
        self, versions: Sequence[StoredVersion], content: Callable[[Literal["raw", "parsed"], str], bytes]
    ) -> tuple[StoredVersion, ...]:
        """Keep versions that another workspace has loaded. They come in whole or not at all.

        Args:
            versions: In the order of their loading; those that are here already are left as they are.
            content: Returns a file of theirs by its kind and hash; it has made sure of it.

        Returns:
            Those that were not here before.

        Raises:
            ListError: The store is damaged, in use by another process or cannot be written.
        """
        with _write_faults(self._root), exclusive(self._root / "lock"):
            clear_incoming(self._root)
            stored = self._stored()
            new = tuple(each for each in versions if not any(_same(one.version, *_key(each.version)) for one in stored))
            for each in new:
                for file in each.files:
                    store_object(self._root, self._root / "raw" / file.sha256, content("raw", file.sha256), file.sha256)
                place = self._root / "parsed" / each.parsed
                store_object(self._root, place, content("parsed", each.parsed), each.parsed)
            if new:
                replace_file(self._root, self._manifest, write_manifest((*stored, *new)))
        return new

    def record_event(self, event: Event) -> Event:
        """Keep a correction or a retraction. What is asked from now on takes it in.

        Args:
            event: What happened; the time of recording and its place in the log are filled in.

        Returns:
            The event as it was written.

        Raises:
            UsageError: No such source, no such entry in any version, or nothing that could be applied to it.
            ListMissingError: No list of that source is loaded.
            ListError: The store is damaged, in use by another process or cannot be written.
        """
        key = catalogue.source(event.source).key
        with _write_faults(self._root), exclusive(self._root / "lock"):
            clear_incoming(self._root)
            known = [each for each in self.known() if each.version.source == key]
            if not known:
                raise ListMissingError(
                    f"no list of {key} is loaded", hint=f"Load one: tajfif lists load --source {key} PATH"
                )
            event = msgspec.structs.replace(event, recorded_at=_now())
            newest_first = sorted(known, key=lambda each: (each.serving, each.version.published), reverse=True)
            check_event(event, map(self._entities, newest_first))
            written, log = appended(self._event_log(), event, where=str(self._events))
            replace_file(self._root, self._events, log)
        return written

    def events(self, *, known_at: datetime | None = None) -> tuple[Event, ...]:
        """Return the corrections and retractions that were recorded, in order.

        Args:
            known_at: Only those recorded by that time.

        Raises:
            ListError: The log is damaged or cannot be read.
        """
        events = read_events(self._event_log(), where=str(self._events))
        return tuple(event for event in events if known_at is None or instant(event.recorded_at) <= known_at)

    def _event_log(self) -> bytes:
        try:
            return self._events.read_bytes()
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise ListError(
                f"the log of corrections and retractions cannot be read: {error.strerror}", where=str(self._events)
            ) from error

    def resolve(self, name: str) -> StoredVersion:
        """Return the version that a name means: the first digits of its SHA-256, or ``source@published``.

        The bundled snapshot can be named even when loaded lists serve.

        Raises:
            UsageError: The name means several versions, or is no name of one.
            ListMissingError: It means none.
        """
        return resolve(name, self._all())

    def diff(self, old: str, new: str) -> ListDiff:
        """Return what changed between two versions of one source.

        Against the bundled snapshot only what it holds is compared: facts, not notes.

        Args:
            old: Name of one version, as :meth:`resolve` takes it.
            new: Name of the other.

        Raises:
            UsageError: They are of different sources, or as :meth:`resolve`.
            ListMissingError: As :meth:`resolve`.
            ListError: A file is damaged or gone.
        """
        first, second = self.resolve(old), self.resolve(new)
        if first.version.source != second.version.source:
            raise UsageError(
                f"{first.name} and {second.name} are different lists", hint="Compare two versions of one source."
            )
        before, after = self._entities(first), self._entities(second)
        if first.bundled or second.bundled:
            before, after = (tuple(facts_only(entity) for entity in each) for each in (before, after))
        return compare_entities(first.version, before, second.version, after)

    def notices(self, today: date | None = None) -> tuple[str, ...]:
        """Return what every output must say of the versions that serve: that it is the snapshot, that they are stale.

        Args:
            today: The day from which age counts; today in UTC by default.

        Raises:
            ListError: As :meth:`versions`.
        """
        serving = [each for each in self.versions() if each.serving]
        texts = (
            snapshot.notice(today) if each.bundled else snapshot.staleness(each.version, today) for each in serving
        )
        return tuple(text for text in texts if text)

    def _find(self, version: ListVersion) -> StoredVersion:
        for each in self._all():
            if _same(each.version, version.source, version.sha256):
                return each
        raise ListMissingError(
            f"the version {version.source}@{version.published} ({version.sha256[:12]}) is not loaded",
            where=str(self.home),
        )

    def _all(self) -> tuple[StoredVersion, ...]:
        """Loaded versions, and the snapshot unless the very file from which it was made is loaded."""
        stored = self._stored()
        bundled = snapshot.bundled_version()
        if any(_same(each.version, bundled.version.source, bundled.version.sha256) for each in stored):
            return stored
        return (*stored, bundled)

    def _stored(self) -> tuple[StoredVersion, ...]:
        try:
            data = self._manifest.read_bytes()
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise ListError(
                f"the list of loaded versions cannot be read: {error.strerror}", where=str(self._manifest)
            ) from error
        return read_manifest(data, where=str(self._manifest))

    def _entities(self, stored: StoredVersion) -> tuple[Entity, ...]:
        if stored.bundled:
            return snapshot.bundled().entities
        place = self._root / "parsed" / stored.parsed
        again = f"Load {' and '.join(file.name for file in stored.files)} again (tajfif lists load), which repairs it."
        try:
            data = place.read_bytes()
        except OSError as error:
            raise ListError(
                f"the stored list cannot be read: {error.strerror}", where=str(place), hint=again
            ) from error
        if hashlib.sha256(data).hexdigest() != stored.parsed:
            raise ListError("the stored list is damaged: its checksum is wrong", where=str(place), hint=again)
        version, entities = unpack(data, where=str(place))
        if version != stored.version:
            raise ListError("the stored list is not the version that it should be", where=str(place), hint=again)
        return entities


def _same(version: ListVersion, source: str, sha256: str) -> bool:
    return version.source == source and version.sha256 == sha256


def _now(now: datetime | None = None) -> str:
    return (now or datetime.now(UTC)).isoformat(timespec="seconds")


def _key(version: ListVersion) -> tuple[str, str]:
    return version.source, version.sha256


def _check(parsed: ParsedList, path: str | os.PathLike[str]) -> None:
    """Refuse what no list can be: one without entries, or with two of one id."""
    if not parsed.entities:
        raise ListFormatError("the list has no entries", where=os.fspath(path), hint="Name the publisher's whole file.")
    seen: set[str] = set()
    for entity in parsed.entities:
        if entity.id in seen:
            raise ListFormatError(f"two entries have the reference {entity.id}", where=os.fspath(path))
        seen.add(entity.id)


def _signatures(files: Mapping[str, Path]) -> dict[str, tuple[int, int, int]]:
    found = {role: path.stat() for role, path in files.items()}
    return {role: (stat.st_ino, stat.st_size, stat.st_mtime_ns) for role, stat in found.items()}


def _read_raw(files: Mapping[str, Path], before: dict[str, tuple[int, int, int]]) -> tuple[_Raw, ...]:
    """Read the files that were parsed, and make sure that they are the same still."""
    raw = []
    for role, path in sorted(files.items()):
        content = path.read_bytes()
        file = StoredFile(role=role, name=path.name, sha256=hashlib.sha256(content).hexdigest(), size=len(content))
        raw.append(_Raw(file=file, content=content))
    if _signatures(files) != before:
        names = ", ".join(str(path) for path in files.values())
        raise ListError(
            "the file changed while it was read", where=names, hint="Wait until it is written, then load it."
        )
    return tuple(raw)


def _notices_on_place(
    wanted: catalogue.Source,
    version: ListVersion,
    served: StoredVersion | None,
    stored: tuple[StoredVersion, ...],
    *,
    serving: bool,
) -> list[str]:
    """Return what must be said of where a new version stands among the others."""
    notices = []
    if served and not serving:
        notices.append(
            f"published {version.published}, before {served.name}, which goes on serving; this one is kept as history"
        )
    bundled = snapshot.BUNDLED
    if not stored and wanted.key != bundled.source:
        un_sc = catalogue.source(bundled.source)
        notices.append(
            f"the bundled snapshot of {un_sc.key} serves no longer, now that a list is loaded: "
            f"nothing is screened against the {un_sc.title} until it is loaded too"
        )
    elif served is None and wanted.key == bundled.source and version.published < bundled.published:
        notices.append(f"published {version.published}: older than the bundled snapshot of {bundled.published}")
    if serving and (stale := snapshot.staleness(version)):
        notices.append(stale)
    return notices


@contextlib.contextmanager
def _write_faults(root: Path) -> Iterator[None]:
    """Turn a fault of the disk into an error that says what to do."""
    try:
        yield
    except OSError as error:
        raise ListError(
            f"the workspace cannot be written: {error.strerror or error}",
            where=str(error.filename or root),
            hint="Check its permissions and the free space, or choose another with --home. What served still serves.",
        ) from error
