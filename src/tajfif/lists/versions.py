"""Which versions of which lists are kept, and which one serves. Reach for it to name a version or to read the manifest.

Of one source the version that serves is the one with the newest date of publication; of several with that date, the
one loaded last. An older file that is loaded later is kept as history and does not take over. A version that was
withdrawn (``tajfif lists rollback``) is passed over until it is restored; when it was withdrawn and restored is kept.
"""

from __future__ import annotations

import hashlib
from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from typing import Annotated

import msgspec

from tajfif.errors import ListError, ListMissingError, UsageError
from tajfif.model import ListVersion

__all__ = [
    "PastWithdrawal",
    "StoredFile",
    "StoredVersion",
    "instant",
    "known_then",
    "read_manifest",
    "resolve",
    "set_digest",
    "with_serving",
    "write_manifest",
]

_FORMAT = "tajfif-lists-1"
_SHORTEST_PREFIX = 4

Sha256 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
"""Checked when a manifest is read, because files are found by it: no other text may become part of a path."""


class StoredFile(msgspec.Struct, frozen=True, kw_only=True):
    """One raw file of a version.

    Attributes:
        role: What the file is in its set: ``sdn``, ``alt`` …
        name: What it was called when it was loaded.
        sha256: Its hash, and its name in the store.
        size: Bytes.
    """

    role: str
    name: str
    sha256: Sha256
    size: int


class PastWithdrawal(msgspec.Struct, frozen=True, kw_only=True):
    """A withdrawal that was undone.

    Attributes:
        at, until: From when to when the version was withdrawn, ISO 8601 in UTC.
        because: Why.
    """

    at: str
    until: str
    because: str = ""


class StoredVersion(msgspec.Struct, frozen=True, kw_only=True):
    """One version of one list, as it is kept.

    Attributes:
        version: What results cite.
        loaded_at: When it was loaded, ISO 8601 in UTC; empty for the bundled snapshot.
        files: Its raw files by role; none for the bundled snapshot.
        parsed: Hash of the parsed form: changes when another version of this program reads the same files otherwise.
        dated: Whether the publisher's files state the date of publication; else it is the day of loading.
        serving: Whether it is searched.
        bundled: Whether it is the snapshot that comes with the package.
        withdrawn_at: When it was withdrawn, ISO 8601 in UTC; empty for one that may serve.
        withdrawn_because: Why it was withdrawn, in the words of whoever did it.
        past_withdrawals: Earlier withdrawals, each undone since.
    """

    version: ListVersion
    loaded_at: str = ""
    files: tuple[StoredFile, ...] = ()
    parsed: Sha256
    dated: bool = True
    serving: bool = False
    bundled: bool = False
    withdrawn_at: str = ""
    withdrawn_because: str = ""
    past_withdrawals: tuple[PastWithdrawal, ...] = ()

    @property
    def name(self) -> str:
        """How a person may call it: ``un_sc@2025-04-19``."""
        return f"{self.version.source}@{self.version.published}"

    def is_known(self, at: datetime) -> bool:
        """Whether it was loaded by that time and not withdrawn at it; the bundled snapshot is known from its date on."""
        if self.bundled:
            return instant(self.version.published, first=True) <= at
        if instant(self.loaded_at) > at or (self.withdrawn_at and instant(self.withdrawn_at) <= at):
            return False
        return not any(instant(past.at) <= at < instant(past.until) for past in self.past_withdrawals)

    def withdrawn(self, now: str, because: str) -> StoredVersion:
        """Return it as withdrawn at that time."""
        return msgspec.structs.replace(self, withdrawn_at=now, withdrawn_because=because)

    def restored(self, now: str) -> StoredVersion:
        """Return it as one that may serve again from that time on; as it is if it was not withdrawn."""
        if not self.withdrawn_at:
            return self
        past = PastWithdrawal(at=self.withdrawn_at, until=now, because=self.withdrawn_because)
        return msgspec.structs.replace(
            self, withdrawn_at="", withdrawn_because="", past_withdrawals=(*self.past_withdrawals, past)
        )


class _Head(msgspec.Struct, frozen=True, kw_only=True):
    format: str
    sha256: str


def instant(text: str, *, first: bool = False) -> datetime:
    """Return the moment that a text means, in UTC.

    Args:
        text: A time in ISO 8601 (in UTC where it names no zone), or a date, which means the last moment of it:
            what became known on that day counts as known. A date may lack the day or the month.
        first: Let a date mean its first moment instead.

    Raises:
        UsageError: It is neither.
    """
    try:
        if "T" in text or " " in text.strip():
            moment = datetime.fromisoformat(text.strip())
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        parts = [int(part) for part in text.strip().split("-")]
        if first:
            return datetime.combine(date(*[*parts, 1, 1][: max(3, len(parts))]), time.min, tzinfo=UTC)
        day = date(*parts) if len(parts) == 3 else _last_day(*parts)
        return datetime.combine(day, time.max, tzinfo=UTC)
    except (TypeError, ValueError):
        raise UsageError(
            f"{text!r} is neither a date nor a time", hint="Write 2026-01-31, or 2026-01-31T14:30:00+00:00."
        ) from None


def _last_day(year: int, month: int = 12) -> date:
    return date(year, month, monthrange(year, month)[1])


def known_then(versions: Sequence[StoredVersion], at: datetime) -> tuple[StoredVersion, ...]:
    """Return the versions that were known at a time, in the same order, with the ones that served then marked.

    Args:
        versions: All that there are, in the order in which they were loaded.
        at: The time. A version withdrawn at it was not known; one withdrawn later was.
    """
    return with_serving(
        [
            msgspec.structs.replace(each, withdrawn_at="", withdrawn_because="", past_withdrawals=())
            for each in versions
            if each.is_known(at)
        ]
    )


def set_digest(hashes: Iterable[tuple[str, str]]) -> str:
    """Return the hash of a version from its raw files: of one file its own, of several that of their sorted pairs.

    Args:
        hashes: Role and SHA-256 of each file. Hashed is, sorted, one line ``role sha256`` and a line feed for each.
    """
    pairs = sorted(hashes)
    if len(pairs) == 1:
        return pairs[0][1]
    return hashlib.sha256("".join(f"{role} {sha256}\n" for role, sha256 in pairs).encode()).hexdigest()


def with_serving(versions: Sequence[StoredVersion]) -> tuple[StoredVersion, ...]:
    """Return the versions, in the same order, with the ones that serve marked. Withdrawn ones do not serve.

    Args:
        versions: In the order in which they were loaded.
    """
    newest: dict[str, int] = {}
    for position, stored in enumerate(versions):
        if stored.withdrawn_at:
            continue
        current = newest.get(stored.version.source)
        if current is None or stored.version.published >= versions[current].version.published:
            newest[stored.version.source] = position
    serving = set(newest.values())
    return tuple(
        msgspec.structs.replace(stored, serving=position in serving) for position, stored in enumerate(versions)
    )


def write_manifest(versions: Sequence[StoredVersion]) -> bytes:
    """Return the manifest: a line with the hash of the rest, then one line a version, in the order of loading."""
    lines = b"".join(msgspec.json.encode(msgspec.structs.replace(each, serving=False)) + b"\n" for each in versions)
    head = _Head(format=_FORMAT, sha256=hashlib.sha256(lines).hexdigest())
    return msgspec.json.encode(head) + b"\n" + lines


def read_manifest(data: bytes, *, where: str) -> tuple[StoredVersion, ...]:
    """Return the versions of a manifest, the serving ones marked.

    Args:
        data: What :func:`write_manifest` wrote.
        where: The file, for messages.

    Raises:
        ListError: It is damaged.
    """
    first, _, rest = data.partition(b"\n")
    try:
        head = msgspec.json.decode(first, type=_Head)
        whole = head.format == _FORMAT and head.sha256 == hashlib.sha256(rest).hexdigest()
        versions = [msgspec.json.decode(line, type=StoredVersion) for line in rest.splitlines()] if whole else []
    except msgspec.MsgspecError:
        whole = False
    if not whole:
        raise ListError(
            "the list of loaded versions is damaged",
            where=where,
            hint="Restore the workspace from a backup, or move this file away and load the lists again.",
        )
    return with_serving(versions)


def resolve(name: str, versions: Sequence[StoredVersion]) -> StoredVersion:
    """Return the one version that a name means.

    Args:
        name: The first digits of its SHA-256, at least four, or ``source@published``.
        versions: Those that there are.

    Raises:
        UsageError: The name means several, or is no name of a version.
        ListMissingError: It means none.
    """
    wanted = name.strip()
    if "@" in wanted:
        found = [each for each in versions if each.name == wanted]
    elif len(wanted) >= _SHORTEST_PREFIX and set(wanted.lower()) <= set("0123456789abcdef"):
        found = [each for each in versions if each.version.sha256.startswith(wanted.lower())]
    else:
        raise UsageError(
            f"{name!r} does not name a version",
            hint=f"Write at least {_SHORTEST_PREFIX} digits of its sha256, or source@date, such as un_sc@2025-04-19.",
        )
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(f"{each.version.sha256[:12]} ({each.name})" for each in found)
        raise UsageError(f"{name!r} means {len(found)} versions: {names}", hint="Write more digits of the sha256.")
    known = ", ".join(f"{each.name} ({each.version.sha256[:12]})" for each in versions)
    raise ListMissingError(
        f"no version {name!r} is loaded", hint=f"There are: {known}." if known else "None is loaded."
    )
