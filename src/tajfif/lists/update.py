"""Lists kept current. Reach for it to fetch what publishers offer now, or to ask how that went.

Of each source: its files are fetched, all or none; read; held against the version that serves
(:mod:`tajfif.lists.checks`); and only then loaded, which switches from the old version to the new in one step. Whatever
fails before that leaves the old version serving. An update never brings back a version that somebody withdrew.

Below ``lists/`` in the workspace::

    update-state.json   of each source: what its server said of the files, and how the last attempt went
    updates.jsonl       one line for each attempt, only ever appended to
    downloads/          files being fetched; what a crash leaves there, the next update sweeps
    update.lock         held by the process that updates
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from tajfif.config import configuration
from tajfif.errors import ListError, ListFormatError, TajfifError, UsageError
from tajfif.lists import catalogue, snapshot
from tajfif.lists.checks import ACCEPTABLE, Finding, check_content, kind_finding, kind_of, kinds_of_format
from tajfif.lists.download import Conditions, Fetched, Limits, fetch
from tajfif.lists.durable import exclusive, hash_file, replace_file
from tajfif.lists.parsers import ParsedList
from tajfif.lists.store import ListStore, LoadReport
from tajfif.lists.versions import StoredVersion, set_digest

__all__ = ["Outcome", "SourceState", "is_stale", "read_log", "read_states", "to_update", "update"]

Result = Literal["updated", "unchanged", "failed", "withheld", "by-hand"]

_SUFFIXES = {"xml": ".xml", "json": ".json", "xlsx": ".xlsx", "xls": ".xls", "text": ".csv"}
_KNOWN_SUFFIXES = frozenset({".xml", ".csv", ".json", ".xlsx", ".xls", ".jsonl"})


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How an attempt at one source went; one line of the log.

    Attributes:
        at: When, ISO 8601 in UTC.
        source: Its key.
        outcome: ``updated`` a new version was loaded; ``unchanged`` the publisher offers what is here; ``failed`` what
            serves was left; ``withheld`` the publisher still offers a version that was withdrawn here; ``by-hand`` the
            publisher has no address from which a program could fetch.
        reason: Why, and what to do; empty where it went well.
        findings: What the checks found.
        accepted: Codes of findings that were accepted.
        serves: The version that serves after it: ``un_sc@2025-04-19``; empty if none of the source does.
        sha256: Its hash.
        entries: Its number of entries.
        age_days: Days since its publication.
        max_age_days: The age that the policy allows.
        stale: Whether it is older.
        added, removed, amended: Entries against the version that served before.
        notices: What the parser and the store had to say.
    """

    at: str
    source: str
    outcome: Result
    reason: str = ""
    findings: tuple[Finding, ...] = ()
    accepted: tuple[str, ...] = ()
    serves: str = ""
    sha256: str = ""
    entries: int = 0
    age_days: int = 0
    max_age_days: int = 0
    stale: bool = False
    added: int = 0
    removed: int = 0
    amended: int = 0
    notices: tuple[str, ...] = ()

    @property
    def needs_attention(self) -> bool:
        """Whether a person should look: it failed, or what serves is stale, or nothing of the source serves."""
        return self.outcome == "failed" or self.stale or not self.serves


class SourceState(msgspec.Struct, frozen=True, kw_only=True):
    """What is remembered of a source between updates.

    Attributes:
        version: Hash of the version that was made of the files below; they are asked for again only if it is not the
            one that serves.
        files: What the server said of each file, by a hash of its address, which may hold a key.
        last_attempt, last_success: When, ISO 8601 in UTC; empty for never. A success is ``updated`` or ``unchanged``.
        last_outcome, last_reason: How the last attempt went.
    """

    version: str = ""
    files: dict[str, Conditions] = {}
    last_attempt: str = ""
    last_success: str = ""
    last_outcome: str = ""
    last_reason: str = ""


class _RefusedError(Exception):
    """What came is not fit to serve."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("; ".join(f"[{each.code}] {each.text}" for each in findings if each.severity == "refuse"))
        self.findings = tuple(findings)


class _Done(msgspec.Struct, kw_only=True):
    """How far an attempt came."""

    outcome: Result
    reason: str = ""
    findings: tuple[Finding, ...] = ()
    report: LoadReport | None = None
    files: dict[str, Conditions] | None = None


def is_stale(version: StoredVersion, *, max_age_days: int | None = None, today: date | None = None) -> bool:
    """Tell whether a version is older than the policy of its source allows, or than a stated number of days."""
    allowed = catalogue.source(version.version.source).max_age_days if max_age_days is None else max_age_days
    return snapshot.data_age(version.version, today) > allowed


def to_update(home: str | os.PathLike[str]) -> tuple[str, ...]:
    """Return the sources that are updated when none is named: those that serve, and those with addresses in ``config.toml``.

    The user's own list is left out, because nobody but the user publishes it.
    """
    serving = {each.source for each in ListStore(home).serving()}
    configured = {key for key, each in configuration(home).sources.items() if each.addresses}
    return tuple(key for key in catalogue.SOURCES if key in configured or (key in serving and key != "own"))


def update(
    home: str | os.PathLike[str],
    sources: Sequence[str] = (),
    *,
    accept: Collection[str] = (),
    max_age_days: int | None = None,
    limits: Limits | None = None,
    today: date | None = None,
    progress: Callable[[str], None] | None = None,
) -> tuple[Outcome, ...]:
    """Fetch, check and load what the publishers offer now. What fails leaves what serves as it is.

    Args:
        home: The workspace directory.
        sources: Keys; by default those of :func:`to_update`.
        accept: Codes of findings that somebody has looked at: they do not refuse this time.
        max_age_days: Age in days above which a list is stale, in the place of each source's policy.
        limits: How long and how much is fetched.
        today: The day from which age counts; today in UTC by default.
        progress: Is told each source before it is fetched.

    Returns:
        How it went, in the order of the sources.

    Raises:
        UsageError: No such source or code, or the configuration cannot be understood.
        ListError: The store is damaged, another process is updating, or the workspace cannot be written.
    """
    _check_codes(accept)
    keys = [catalogue.source(key).key for key in dict.fromkeys(sources)] or to_update(home)
    addresses = {key: _addresses(home, key) for key in keys}
    updater = _Updater(Path(home), frozenset(accept), limits or Limits(), today or datetime.now(UTC).date())
    outcomes = []
    with updater.alone():
        for key in keys:
            if progress:
                progress(key)
            outcomes.append(updater.run(catalogue.source(key), addresses[key], max_age_days))
    return tuple(outcomes)


def read_states(home: str | os.PathLike[str]) -> dict[str, SourceState]:
    """Return what is remembered of each source. A file that cannot be understood counts as none: all is asked for anew."""
    try:
        data = (Path(home) / "lists" / "update-state.json").read_bytes()
        return msgspec.json.decode(data, type=dict[str, SourceState])
    except (OSError, msgspec.MsgspecError):
        return {}


def read_log(home: str | os.PathLike[str]) -> Iterator[Outcome]:
    """Yield the attempts in order. A line that a crash cut off is passed over."""
    try:
        data = (Path(home) / "lists" / "updates.jsonl").read_bytes()
    except FileNotFoundError:
        return
    except OSError as error:
        raise ListError(f"the log of updates cannot be read: {error.strerror}", where=str(error.filename)) from error
    for line in data.splitlines():
        try:
            yield msgspec.json.decode(line, type=Outcome)
        except msgspec.MsgspecError:
            continue


def _check_codes(accept: Collection[str]) -> None:
    wrong = sorted(set(accept) - ACCEPTABLE)
    if wrong:
        raise UsageError(
            f"{wrong[0]!r} is not a finding that can be accepted", hint=f"These can: {', '.join(sorted(ACCEPTABLE))}."
        )


def _addresses(home: str | os.PathLike[str], key: str) -> tuple[str, ...]:
    known = configuration(home).sources
    for each in known:
        catalogue.source(each)
    stated = known.get(key)
    return stated.addresses if stated and stated.addresses else catalogue.source(key).addresses


class _Updater:
    """One run."""

    def __init__(self, home: Path, accept: frozenset[str], limits: Limits, today: date) -> None:
        self._home, self._accept, self._limits, self._today = home, accept, limits, today
        self._root = home / "lists"
        self._downloads = self._root / "downloads"
        self._store = ListStore(home)

    def alone(self) -> _Alone:
        return _Alone(self._root, self._downloads)

    def run(self, wanted: catalogue.Source, addresses: tuple[str, ...], max_age_days: int | None) -> Outcome:
        """Update one source; whatever goes wrong with it is told, not raised."""
        states = read_states(self._home)
        state = states.get(wanted.key, SourceState())
        try:
            done = self._attempt(wanted, addresses, state) if addresses else _by_hand(wanted)
        except _RefusedError as error:
            codes = [each.code for each in error.findings if each.severity == "refuse" and each.code in ACCEPTABLE]
            hint = (
                f"\n  Look at what the publisher offers; if it is right: {_accepting(wanted, codes)}" if codes else ""
            )
            done = _Done(outcome="failed", reason=f"{error}{hint}", findings=error.findings)
        except TajfifError as error:
            done = _Done(outcome="failed", reason=str(error))
        except OSError as error:
            done = _Done(
                outcome="failed",
                reason=f"{error.filename or self._root}: the workspace cannot be written: {error.strerror or error}",
            )
        finally:
            shutil.rmtree(self._downloads / wanted.key, ignore_errors=True)
        outcome = self._outcome(wanted, done, max_age_days)
        self._remember(states, state, done, outcome)
        return outcome

    def _attempt(self, wanted: catalogue.Source, addresses: tuple[str, ...], state: SourceState) -> _Done:
        served = self._served(wanted.key)
        known = state.files if served is not None and state.version == served.version.sha256 else {}
        folder = self._downloads / wanted.key
        fetched = self._fetch_all(addresses, known, folder)
        if not fetched:
            return _Done(outcome="unchanged", files=state.files)
        names = _names(wanted, addresses, [each.path for each in fetched if each.path is not None])
        place = folder / names[0] if len(names) == 1 else folder
        parsed, withdrawn = self._read(wanted, place)
        if withdrawn is not None:
            because = f" ({withdrawn.withdrawn_because})" if withdrawn.withdrawn_because else ""
            return _Done(
                outcome="withheld",
                reason=f"the publisher still offers {withdrawn.name}, which was withdrawn here at "
                f"{withdrawn.withdrawn_at}{because}\n  If it may serve: tajfif lists restore "
                f"{withdrawn.version.sha256[:12]}",
            )
        findings = self._check(parsed, served)
        report = self._store.load(wanted.key, place, accept_loss="loss" in self._accept)
        files = {_mark(address): each.conditions for address, each in zip(addresses, fetched, strict=True)}
        return _Done(
            outcome="updated" if report.changed else "unchanged", findings=findings, report=report, files=files
        )

    def _served(self, key: str) -> StoredVersion | None:
        return next((each for each in self._store.versions() if each.serving and each.version.source == key), None)

    def _fetch_all(self, addresses: Sequence[str], known: dict[str, Conditions], folder: Path) -> list[Fetched]:
        """Fetch the files of a source, all of them; none if each is as it was."""
        folder.mkdir(parents=True)
        marks = [_mark(address) for address in addresses]
        ask = known if all(mark in known for mark in marks) else {}
        targets = [folder / f"{number}.part" for number in range(len(addresses))]
        pairs = list(zip(addresses, targets, strict=True))
        fetched = [
            fetch(address, path, limits=self._limits, conditions=ask.get(_mark(address))) for address, path in pairs
        ]
        if not any(each.changed for each in fetched):
            return []
        return [
            each if each.changed else fetch(address, path, limits=self._limits)
            for each, (address, path) in zip(fetched, pairs, strict=True)
        ]

    def _read(self, wanted: catalogue.Source, place: Path) -> tuple[ParsedList, StoredVersion | None]:
        """Parse what came; return with it the withdrawn version that these very files are, if they are one."""
        allowed = kinds_of_format(wanted.format)
        for path in sorted(place.iterdir()) if place.is_dir() else [place]:
            if finding := kind_finding(path, allowed):
                raise _RefusedError([finding])
        parser = catalogue.parser_of(wanted)
        try:
            collected = parser.collect(place, source=wanted.key)
            parsed = parser.parse(collected.files, source=wanted.key)
        except ListFormatError as error:
            where = error.where.replace(f"{self._downloads}{os.sep}", "")
            text = f"{where}: {error.message}" if where else error.message
            raise _RefusedError([Finding(code="format", severity="refuse", text=text)]) from error
        except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
            text = f"its parser broke on what came ({type(error).__name__}: {error}); please report it with the file"
            raise _RefusedError([Finding(code="format", severity="refuse", text=text)]) from error
        digest = set_digest((role, hash_file(path)) for role, path in collected.files.items())
        mine = [each for each in self._store.versions() if each.version.source == wanted.key and each.withdrawn_at]
        return parsed, next((each for each in mine if each.version.sha256 == digest), None)

    def _check(self, parsed: ParsedList, served: StoredVersion | None) -> tuple[Finding, ...]:
        """Return the findings.

        Raises:
            _RefusedError: One refuses and was not accepted.
        """
        try:
            before = self._store.entities(served.version) if served else ()
        except ListError:
            before = ()  # what serves is damaged: a good file repairs it, and there is nothing to hold it against
        findings = check_content(parsed, served.version if served else None, before, today=self._today)
        if any(each.severity == "refuse" and each.code not in self._accept for each in findings):
            raise _RefusedError(findings)
        return findings

    def _outcome(self, wanted: catalogue.Source, done: _Done, max_age_days: int | None) -> Outcome:
        served = self._served(wanted.key)
        report, version = done.report, served.version if served else None
        codes = {each.code for each in done.findings if each.severity == "refuse"} & self._accept
        return Outcome(
            at=datetime.now(UTC).isoformat(timespec="seconds"), source=wanted.key, outcome=done.outcome,
            reason=done.reason, findings=done.findings, accepted=tuple(sorted(codes)),
            serves=served.name if served else "", sha256=version.sha256 if version else "",
            entries=version.entries if version else 0,
            age_days=snapshot.data_age(version, self._today) if version else 0,
            max_age_days=wanted.max_age_days if max_age_days is None else max_age_days,
            stale=served is not None and is_stale(served, max_age_days=max_age_days, today=self._today),
            added=report.added if report else 0, removed=report.removed if report else 0,
            amended=report.amended if report else 0, notices=report.notices if report else (),
        )  # fmt: skip

    def _remember(self, states: dict[str, SourceState], state: SourceState, done: _Done, outcome: Outcome) -> None:
        """Write the state and the log. The switch is made already: what is lost here is asked for once more."""
        went_well = done.files is not None
        states[outcome.source] = SourceState(
            version=outcome.sha256 if went_well else state.version,
            files=done.files if done.files is not None else state.files,
            last_attempt=outcome.at, last_success=outcome.at if went_well else state.last_success,
            last_outcome=outcome.outcome, last_reason=outcome.reason,
        )  # fmt: skip
        try:
            self._append(outcome)
            encoded = msgspec.json.format(msgspec.json.encode(states, order="deterministic"))
            replace_file(self._downloads, self._root / "update-state.json", encoded)
        except OSError as error:
            raise ListError(
                f"the log of updates cannot be written: {error.strerror or error}", where=str(error.filename or self._root),
                hint="Check the permissions of the workspace and the free space. What serves still serves.",
            ) from error  # fmt: skip

    def _append(self, outcome: Outcome) -> None:
        path = self._root / "updates.jsonl"
        with path.open("ab+") as file:
            if file.tell():
                file.seek(-1, os.SEEK_END)
                if file.read(1) != b"\n":  # a crash cut the last line off
                    file.write(b"\n")
            file.write(msgspec.json.encode(outcome) + b"\n")
            file.flush()
            os.fsync(file.fileno())


class _Alone:
    """Holds the lock of updates, with an empty directory for downloads."""

    def __init__(self, root: Path, downloads: Path) -> None:
        self._downloads = downloads
        self._lock = exclusive(root / "update.lock", patience=5.0)

    def __enter__(self) -> None:
        try:
            self._lock.__enter__()
            if self._downloads.is_dir():
                shutil.rmtree(self._downloads)
            self._downloads.mkdir(parents=True)
        except OSError as error:
            raise ListError(
                f"the workspace cannot be written: {error.strerror or error}", where=str(error.filename or self._downloads),
                hint="Check its permissions and the free space. What served still serves.",
            ) from error  # fmt: skip

    def __exit__(self, *fault: object) -> None:
        shutil.rmtree(self._downloads, ignore_errors=True)
        self._lock.__exit__(None, None, None)


def _mark(address: str) -> str:
    """Return what an address is remembered by: it may hold a password or a key, which is not written down."""
    return hashlib.sha256(address.encode()).hexdigest()[:16]


def _by_hand(wanted: catalogue.Source) -> _Done:
    if not wanted.page:
        reason = f"nobody but you publishes it\n  Load it: tajfif lists load --source {wanted.key} FILE"
    else:
        reason = (
            f"its publisher has no stable address of a file; fetch it with a browser from {wanted.page}\n"
            f"  Then load it: tajfif lists load --source {wanted.key} FILE (or name a mirror in config.toml)"
        )
    return _Done(outcome="by-hand", reason=reason)


def _accepting(wanted: catalogue.Source, codes: Sequence[str]) -> str:
    return f"tajfif lists update {wanted.key} " + " ".join(f"--accept {code}" for code in codes)


def _names(wanted: catalogue.Source, addresses: Sequence[str], paths: Sequence[Path]) -> list[str]:
    """Give each downloaded file the name that its parser knows it by, and return the names.

    It is the last part of the address where that ends as a list's file does, else one made of the key and of what the
    file is. Nothing else of an address becomes part of a path.
    """
    names: list[str] = []
    for number, (address, path) in enumerate(zip(addresses, paths, strict=True), start=1):
        last = urlsplit(address).path.rpartition("/")[2]
        safe = "".join(char for char in last if char.isascii() and (char.isalnum() or char in "-_."))
        if Path(safe).suffix.lower() not in _KNOWN_SUFFIXES or safe.startswith("."):
            tail = f"-{number}" if len(addresses) > 1 else ""
            safe = f"{wanted.key}{tail}{_SUFFIXES.get(kind_of(path), '.data')}"
        if safe in names:
            safe = f"{number}-{safe}"
        path.rename(path.with_name(safe))
        names.append(safe)
    return names
