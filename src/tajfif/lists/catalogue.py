"""The official lists that Tajfif knows. Reach for it to learn whose a list is, where to fetch it, how old it may be.

The facts stand in ``data/sources.toml``. A new source is one table there and one module in ``lists/parsers/``.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module, resources
from pathlib import Path
from types import MappingProxyType
from typing import Protocol, cast

import msgspec

from tajfif.errors import UsageError
from tajfif.lists.parsers import Collected, ParsedList

__all__ = ["SOURCES", "Parser", "Source", "parser_of", "source"]


class Source(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One publisher's list.

    Attributes:
        key: What it is called here: ``un_sc``.
        authority: Who decides on it.
        title, title_ar: Its name in English and in Arabic.
        legal_basis: The law that it rests on.
        page: Where a person reads about it and finds its files; empty for a list of one's own.
        addresses: The official files, one address each.
        format: What the files are.
        licence: On what terms its facts may be used.
        rhythm: How often it changes.
        max_age_days: Age in days above which it is called stale: this program's policy, not the publisher's.
        freeze: What the law demands on a true match, and how soon.
        freeze_hours: The same in hours, where there is a number: zero is at once; None where no number fits.
        parser: Module in ``tajfif.lists.parsers`` that reads it.
    """

    key: str
    authority: str
    title: str
    title_ar: str
    legal_basis: str
    page: str
    addresses: tuple[str, ...]
    format: str
    licence: str
    rhythm: str
    max_age_days: int
    freeze: str
    freeze_hours: int | None = None
    parser: str

    @property
    def address(self) -> str:
        """The first official file, which is the list itself; the others of a set lie beside it."""
        return self.addresses[0] if self.addresses else ""


class Parser(Protocol):
    """What every module in ``tajfif.lists.parsers`` offers; see there."""

    def collect(self, path: Path, *, source: str) -> Collected:
        """Return the files of the list at a path."""

    def parse(self, files: dict[str, Path], *, source: str) -> ParsedList:
        """Read those files."""


def _read() -> Mapping[str, Source]:
    text = (resources.files("tajfif.data") / "sources.toml").read_text(encoding="utf-8")
    tables = msgspec.toml.decode(text, type=dict[str, dict[str, object]])
    return MappingProxyType({key: msgspec.convert({"key": key, **row}, Source) for key, row in tables.items()})


SOURCES: Mapping[str, Source] = _read()
"""All sources by key, in the order of the resource file."""


def source(key: str) -> Source:
    """Return a source.

    Raises:
        UsageError: No such source; the hint lists those that there are.
    """
    try:
        return SOURCES[key]
    except KeyError:
        raise UsageError(f"no list source is called {key!r}", hint=f"Known sources: {', '.join(SOURCES)}.") from None


def parser_of(wanted: Source) -> Parser:
    """Return the parser module of a source, imported when it is needed."""
    return cast(Parser, import_module(f"tajfif.lists.parsers.{wanted.parser}"))
