"""Tables with banners, headers and blank cells, as ministries publish them. Reach for it in a parser of a workbook.

The header stands below a number of banner rows that differs from sheet to sheet and year to year, so it is looked for
by its words. Headers are compared without white space at the ends, line breaks, hamzas, vowel signs and case. A column
that is not known is kept: its cells become notes, and the reader is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tajfif.errors import ListFormatError
from tajfif.lists.parsers.reading import squeeze
from tajfif.text.unicode import fold_word

__all__ = ["NULLS", "Record", "Table", "find_table", "header_key"]

NULLS = frozenset(
    {
        "",
        "-",
        "--",
        "---",
        "/",
        "//",
        ".",
        "na",
        "n/a",
        "null",
        "nil",
        "none",
        "_",
        "لا يوجد",
        "لايوجد",
        "غير متوفر",
        "غير معروف",
        "unknown",
        "yok",
        "bilinmiyor",
        '="-"',
        '="---"',
        "—",
        "–",
    }
)
"""What a publisher writes where nothing is known, in lower case."""

_DEEPEST_HEADER = 12
_WORD = re.compile(r"[^\W_]+")


def header_key(text: str) -> str:
    """Return a header's words as they are compared."""
    words = (part for word in _WORD.findall(text.translate(_DOTTED)) for part in fold_word(word))
    return " ".join(words) or squeeze(text)


_DOTTED = str.maketrans({"İ": "i", "ı": "i", "I": "i"})


@dataclass
class Record:
    """One row of a table: its cells by the names of this program, and those of unknown columns by their headers."""

    where: str
    cells: dict[str, str]
    others: dict[str, str] = field(default_factory=dict)

    def one(self, name: str) -> str:
        """Return a cell with single spaces; empty if it is a sign of nothing, or the table has no such column."""
        text = squeeze(self.cells.get(name, ""))
        return "" if text.casefold() in NULLS else text

    def raw(self, name: str) -> str:
        """Return a cell as it stands, line breaks included; empty as in :meth:`one`."""
        return self.cells.get(name, "").strip() if self.one(name) else ""

    @property
    def is_empty(self) -> bool:
        """Whether no cell says anything."""
        return not any(self.one(name) for name in self.cells) and not self.others


@dataclass
class Table:
    """A table: the names of the columns that it has, and its rows."""

    columns: tuple[str, ...]
    records: list[Record]
    unknown: tuple[str, ...] = ()


def find_table(
    rows: Iterable[tuple[int, Sequence[str]]], headers: Mapping[str, Sequence[str]], needed: Sequence[str], where: str
) -> Table:
    """Return the table of a sheet, its header found by the words in it.

    Args:
        rows: The rows with their numbers.
        headers: Names of columns here, each with the headers that mean it. One that is written twice in a sheet fills
            the name once; the second has the name with ``_2``.
        needed: Names of which the header must have at least one; a row that has the most names counts as the header.
        where: File and sheet, for messages.

    Raises:
        ListFormatError: No row within the first :data:`_DEEPEST_HEADER` is such a header.
    """
    known = {header_key(word): name for name, words in headers.items() for word in words}
    kept = [(number, list(cells)) for number, cells in rows]
    best = -1
    columns: list[str] = []
    for place, (_, cells) in enumerate(kept[:_DEEPEST_HEADER]):
        found = _names(cells, known)
        if any(name in found for name in needed) and sum(map(bool, found)) > sum(map(bool, columns)):
            best, columns = place, found
    if best < 0:
        wanted = " / ".join(words[0] for name, words in headers.items() if name in needed)
        raise ListFormatError(
            f"no header was found: a column {wanted} is missing", where=where,
            hint="The publisher may have changed the layout, or this is another document: compare it with its site.",
        )  # fmt: skip
    header = [squeeze(cell) for cell in kept[best][1]]
    records = [
        record
        for number, cells in kept[best + 1 :]
        if _names(cells, known) != columns
        and not (record := _record(cells, columns, header, f"{where}, row {number}")).is_empty
    ]
    unknown = tuple(text for text, name in zip(header, columns, strict=True) if text and not name)
    return Table(columns=tuple(name for name in columns if name), records=records, unknown=unknown)


def _names(cells: Sequence[str], known: Mapping[str, str]) -> list[str]:
    found: list[str] = []
    for cell in cells:
        name = known.get(header_key(cell), "") if cell.strip() else ""
        found.append(f"{name}_2" if name and name in found else name)
    return found


def _record(cells: Sequence[str], columns: Sequence[str], header: Sequence[str], where: str) -> Record:
    record = Record(where=where, cells={})
    for place, cell in enumerate(cells):
        name = columns[place] if place < len(columns) else ""
        if name:
            record.cells[name] = cell
        elif squeeze(cell).casefold() not in NULLS:
            title = header[place] if place < len(header) and header[place] else f"column {place + 1}"
            record.others[title] = cell.strip()
    return record
