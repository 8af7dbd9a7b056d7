"""One module a publisher, each turning the publisher's own files into entities.

A parser module has two functions, and nothing else that the rest of the package knows of:

- ``collect(path) -> Collected``: which files at ``path`` belong to the list, and notices on those that do not.
- ``parse(files) -> ParsedList``: read those files. Any fault raises :class:`tajfif.errors.ListFormatError` that names
  file and line; nothing half-read is returned.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from tajfif.model import Entity

__all__ = ["Collected", "ParsedList"]


class Collected(msgspec.Struct, frozen=True, kw_only=True):
    """The files of a list at a path: by role ("sdn", "alt"), and notices on what was ignored there."""

    files: dict[str, Path]
    notices: tuple[str, ...] = ()


class ParsedList(msgspec.Struct, frozen=True, kw_only=True):
    """What a parser returns.

    Attributes:
        source: Key of the source.
        published: ISO date that the files state; empty when they state none.
        entities: In the order of the files.
        notices: What was read with a reservation ("unreadable birth date kept as text", with the place).
    """

    source: str
    published: str
    entities: tuple[Entity, ...]
    notices: tuple[str, ...] = ()
