"""XLSX, XLSM, XLS and ODS sheets turned into rows. Reach for it when a table comes from an office program.

The reader below (calamine) lays a sheet out as a full rectangle in memory, and ends the process when that rectangle
does not fit: two cells at opposite corners of a sheet are enough. So every sheet is measured before it is opened.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import IO

from tajfif.errors import InputError
from tajfif.intake.columns import ColumnMap
from tajfif.intake.opening import Source
from tajfif.intake.tables import Row, Table, find_head

__all__ = ["spreadsheet_table"]

MAX_CELLS = 40_000_000
"""Most cells of the rectangle that a sheet spans."""
MAX_UNPACKED_BYTES = 1 << 30
"""Most bytes of a workbook when unpacked, and of one that is not packed."""

_CHUNK_BYTES = 1 << 20
_LONGEST_REFERENCE = 64
_REFERENCE = re.compile(rb"""\br\s*=\s*["']\s*([A-Za-z]{0,3})([0-9]{1,7})\s*["']""")
_WRAPPED_REFERENCE = re.compile(rb"""<(?:\w+:)?(?:c|row)\b[^>]*\br\s*=\s*["'][^"'>]*&""")


def spreadsheet_table(source: Source, mapping: Mapping[str, str | Sequence[str]] | None) -> Table:
    """Read the first visible sheet in which a column of names is found.

    Raises:
        InputError: The workbook is damaged, locked or too large, or no sheet has a column of names.
    """
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    if source.is_pipe:
        raise InputError(
            "only CSV and JSON lines are read from a pipe", where=source.where, hint="Give the path of the file."
        )
    _refuse_bombs(source)
    try:
        book = CalamineWorkbook.from_path(source.path)
        sheets = [meta for meta in book.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
        visible = [meta.name for meta in sheets if meta.visible == SheetVisibleEnum.Visible]
        others = [meta.name for meta in sheets if meta.name not in visible]
        failure: InputError | None = None
        for name in visible:
            sheet = book.get_sheet_by_name(name)
            offset = sheet.start[0] if sheet.start else 0
            where = f"{source.where}, sheet {name!r}"
            try:
                columns, skipped, below = find_head(enumerate(sheet.iter_rows(), start=offset + 1), mapping, where)
            except InputError as error:
                failure = failure or error
                continue
            others += [other for other in visible if other != name]
            notices = _notices(name, skipped, others)
            total = max(0, sheet.height - 1 - len(skipped))
            return Table(columns=columns, rows=_shaped(below, columns), total=total, notices=notices)
    except CalamineError as error:
        raise InputError(f"not readable as a spreadsheet: {str(error)[:200]}", where=source.where) from None
    raise failure or InputError("the workbook has no visible sheet", where=source.where)


def _shaped(rows: Iterator[Row], columns: ColumnMap) -> Iterator[Row]:
    # A row is as wide as the sheet, which notes beside the table make wider than its head.
    width = len(columns.headers)
    for number, cells in rows:
        yield number, cells[:width] if isinstance(cells, list) else cells


def _notices(name: str, skipped: tuple[int, ...], others: list[str]) -> tuple[str, ...]:
    notices = [f"row {row} of sheet {name!r}, above the head, is not read" for row in skipped]
    if others:
        notices.append(f"only sheet {name!r} is read, not {', '.join(map(repr, others[:20]))}")
    return tuple(notices)


def _refuse_bombs(source: Source) -> None:
    """Measure a workbook before it is opened.

    Raises:
        InputError: It would not fit into memory, or cannot be measured.
    """
    if not source.head.startswith(b"PK"):  # XLS: its format ends at 65,536 rows of 256 cells
        source.stream.seek(0, 2)
        _refuse_beyond(source.stream.tell(), MAX_UNPACKED_BYTES, "bytes", source.where)
        return
    try:
        with zipfile.ZipFile(source.path) as archive:
            members = archive.infolist()
            _refuse_beyond(
                sum(member.file_size for member in members), MAX_UNPACKED_BYTES, "bytes unpacked", source.where
            )
            if any(member.filename.endswith("workbook.bin") for member in members):
                raise InputError("binary workbooks (XLSB) are not read", where=source.where, hint="Save it as XLSX.")
            for member in members:
                if member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml"):
                    with archive.open(member) as stream:
                        _measure_xlsx(stream, source.where)
                elif member.filename == "content.xml":
                    with archive.open(member) as stream:
                        _measure_ods(stream, source.where)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise InputError(f"not readable as a spreadsheet: {error}", where=source.where) from None


def _refuse_beyond(found: int, limit: int, unit: str, where: str) -> None:
    if found > limit:
        raise InputError(
            f"the workbook has {found:,} {unit}; at most {limit:,} are read", where=where, hint="Export it as CSV."
        )


def _measure_xlsx(stream: IO[bytes], where: str) -> None:
    rest, height, columns = b"", 0, {b""}
    while chunk := stream.read(_CHUNK_BYTES):
        piece = rest + chunk
        if b"\x00" in piece or _WRAPPED_REFERENCE.search(piece):
            raise InputError("a sheet is written in a way that no office program writes", where=where)
        found = _REFERENCE.findall(piece)
        height = max(height, max((int(row) for _, row in found), default=0))
        columns.update(column for column, _ in found)
        rest = piece[-_LONGEST_REFERENCE:]
    width = max(_column_number(column) for column in columns)
    _refuse_beyond(height * width, MAX_CELLS, "cells from its first corner to its last", where)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _measure_ods(stream: IO[bytes], where: str) -> None:
    from lxml import etree

    table = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
    rows, width = 0, 0
    try:
        events = etree.iterparse(
            stream, tag=f"{table}table-row", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        for _, row in events:
            filled = 0
            position = 0
            for cell in row:
                position += _count(cell.get(f"{table}number-columns-repeated"))
                if len(cell):
                    filled = position
            rows += _count(row.get(f"{table}number-rows-repeated"))
            if filled:
                width = max(width, filled)
                _refuse_beyond(rows * width, MAX_CELLS, "cells from its first corner to its last", where)
            row.clear()
    except etree.XMLSyntaxError as error:
        raise InputError(f"not readable as a spreadsheet: {error}", where=where) from None


def _count(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 12 else 1
