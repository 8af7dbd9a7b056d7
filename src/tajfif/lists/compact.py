r"""A parsed list in few bytes. Reach for it to write entities to a file, or to read them back whole.

Layout: one line of JSON (format, list version, SHA-256 of the rest), a line feed, then the entities as a MessagePack
array, compressed with zlib. The same entities give the same bytes.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence

import msgspec

from tajfif.errors import ListError
from tajfif.model import Entity, ListVersion

__all__ = ["pack", "unpack", "version_of"]

_FORMAT = "tajfif-list-1"


class _Header(msgspec.Struct, frozen=True, kw_only=True):
    format: str
    version: ListVersion
    sha256: str


def pack(version: ListVersion, entities: Sequence[Entity]) -> bytes:
    """Return a list version and its entities as bytes."""
    body = zlib.compress(msgspec.msgpack.encode(entities), level=9)
    header = _Header(format=_FORMAT, version=version, sha256=hashlib.sha256(body).hexdigest())
    return msgspec.json.encode(header) + b"\n" + body


def version_of(data: bytes, *, where: str) -> ListVersion:
    """Return the list version that packed bytes state, without reading the entities.

    Args:
        data: The bytes, or at least their first line.
        where: The file, for messages.

    Raises:
        ListError: As :func:`unpack`.
    """
    return _header(data.partition(b"\n")[0], where).version


def unpack(data: bytes, *, where: str) -> tuple[ListVersion, tuple[Entity, ...]]:
    """Return the list version and the entities of packed bytes.

    Args:
        data: What :func:`pack` wrote.
        where: The file, for messages.

    Raises:
        ListError: The bytes are not what was written: cut off, changed, or of a program with other records.
    """
    first, _, body = data.partition(b"\n")
    header = _header(first, where)
    if hashlib.sha256(body).hexdigest() != header.sha256:
        raise _damaged(where, "its content does not have the checksum that was written with it")
    try:
        entities = msgspec.msgpack.decode(zlib.decompress(body), type=tuple[Entity, ...])
    except (zlib.error, msgspec.MsgspecError) as error:
        raise _damaged(where, f"its records cannot be read ({error})") from error
    if len(entities) != header.version.entries:
        raise _damaged(where, f"it has {len(entities)} entries, not {header.version.entries}")
    return header.version, entities


def _header(line: bytes, where: str) -> _Header:
    try:
        header = msgspec.json.decode(line, type=_Header)
    except msgspec.MsgspecError as error:
        raise _damaged(where, "its first line cannot be read") from error
    if header.format != _FORMAT:
        raise _damaged(where, f"its format is {header.format!r}, not {_FORMAT!r}")
    return header


def _damaged(where: str, reason: str) -> ListError:
    return ListError(
        f"the stored list is damaged: {reason}",
        where=where,
        hint="Load the publisher's file again (tajfif lists load), which repairs it.",
    )
