"""Untrusted spreadsheets read safely. Reach for it in a parser of a list that is published as XLS or XLSX.

Cells come as text, with the numbers of their rows as the spreadsheet shows them, so that a message can name a row.
Before a workbook is opened its parts are inflated against a limit, and its cells are counted from their own addresses:
one cell at the far corner of a sheet makes a reader fill all that lies between.
"""

from __future__ import annotations

import datetime
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from python_calamine import CalamineError, CalamineWorkbook

from tajfif.errors import ListFormatError
from tajfif.lists.parsers.reading import MAX_BYTES

__all__ = ["MAX_CELLS", "Sheet", "is_workbook", "read_workbook"]

MAX_CELLS = 20_000_000
"""Largest area of a sheet, in cells: some thirty times the largest list in use."""

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_MAX_INFLATED = 2 * MAX_BYTES
_MAX_PARTS = 2_000
_CHUNK = 1 << 20
_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\sr="([A-Z]{1,3})(\d{1,7})"')
_DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_DAMAGED = "The file is damaged or cut off: fetch it again from its publisher, or compare its size with the original."


class Sheet(NamedTuple):
    """One sheet: its name, and its rows that are not empty, each with its number as the spreadsheet shows it."""

    name: str
    rows: tuple[tuple[int, list[str]], ...]


def is_workbook(path: Path) -> bool:
    """Tell whether a file begins as a workbook does, whatever its name; false also for one that cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(4) in {_ZIP, _OLE}
    except OSError:
        return False


def read_workbook(path: Path) -> tuple[Sheet, ...]:
    """Return the sheets of an XLS or XLSX file, in their order.

    Whole numbers come without a decimal point, dates in ISO 8601; text comes as it stands in the cell. Rows of one
    sheet have the same number of cells.

    Raises:
        ListFormatError: The file is missing, empty, too large, damaged, no workbook, inflates to too much, or has a
            sheet of more than :data:`MAX_CELLS` cells.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise ListFormatError(
            f"the file cannot be read: {error.strerror}", where=str(path), hint="Check its name and its permissions."
        ) from error
    if not size:
        raise ListFormatError("the file is empty", where=str(path), hint=_DAMAGED)
    if size > MAX_BYTES:
        raise _too_much(path, f"the file has {size:,} bytes; no list has more than {MAX_BYTES:,}")
    if magic not in {_ZIP, _OLE}:
        raise ListFormatError(
            "this is not an Excel workbook", where=str(path), hint="Name the publisher's own file, as downloaded."
        )
    if magic == _ZIP:
        _check_parts(path)
    try:
        book = CalamineWorkbook.from_path(path)
        return tuple(_sheet(book, name) for name in book.sheet_names)
    except (CalamineError, OSError, ValueError) as error:
        raise ListFormatError(f"the workbook cannot be read: {error}", where=str(path), hint=_DAMAGED) from error


def _sheet(book: CalamineWorkbook, name: str) -> Sheet:
    rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    texts = ((number, [_text(cell) for cell in row]) for number, row in enumerate(rows, start=1))
    return Sheet(name, tuple((number, row) for number, row in texts if any(cell.strip() for cell in row)))


def _text(cell: object) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime.datetime):
        midnight = cell.time() == datetime.time()
        return cell.date().isoformat() if midnight else cell.isoformat()
    if isinstance(cell, (datetime.date, datetime.time)):
        return cell.isoformat()
    return str(cell)


def _check_parts(path: Path) -> None:
    """Inflate every part of an XLSX file without keeping it, and refuse what is too large, doubled or declared."""
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            parts = archive.infolist()
            if len(parts) > _MAX_PARTS or len({part.filename for part in parts}) < len(parts):
                raise _too_much(path, f"the workbook has {len(parts)} parts, or one of them twice")
            inflated = 0
            for part in parts:
                tail = b""
                columns = rows = 0
                for chunk in _inflate(file, part):
                    inflated += len(chunk)
                    if inflated > _MAX_INFLATED:
                        raise _too_much(path, f"the workbook inflates to more than {_MAX_INFLATED:,} bytes")
                    text = tail + chunk
                    if _DECLARES.search(text):
                        raise _too_much(path, f"the part {part.filename} declares a document type or entities")
                    for letters, digits in _CELL.findall(text):
                        columns, rows = max(columns, _column(letters)), max(rows, int(digits))
                    if columns * rows > MAX_CELLS:
                        raise _too_much(path, f"the sheet {part.filename} spans {columns:,} columns by {rows:,} rows")
                    tail = text[-200:]
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise ListFormatError(f"the workbook cannot be read: {error}", where=str(path), hint=_DAMAGED) from error


def _inflate(source: BinaryIO, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a part's bytes in pieces, by what is really there and not by what the directory states of its size."""
    source.seek(part.header_offset)
    header = source.read(30)
    if len(header) < 30 or header[:4] != _ZIP:
        raise zipfile.BadZipFile(f"no header for {part.filename}")
    source.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    left = part.compress_size
    if part.compress_type == zipfile.ZIP_STORED:
        while left > 0:
            chunk = source.read(min(left, _CHUNK))
            if not chunk:
                raise EOFError(f"{part.filename} is cut off")
            left -= len(chunk)
            yield chunk
        return
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise NotImplementedError(f"{part.filename} is compressed in an unusual way")
    inflater = zlib.decompressobj(-15)
    while left > 0 and not inflater.eof:
        data = source.read(min(left, 1 << 16))
        if not data:
            raise EOFError(f"{part.filename} is cut off")
        left -= len(data)
        while data and not inflater.eof:
            yield inflater.decompress(data, _CHUNK)
            data = inflater.unconsumed_tail
    while not inflater.eof and (rest := inflater.decompress(b"", _CHUNK)):
        yield rest
    if not inflater.eof and part.file_size:
        raise EOFError(f"{part.filename} is cut off")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _too_much(path: Path, message: str) -> ListFormatError:
    return ListFormatError(
        message, where=str(path), hint="It may have been tampered with: fetch it again from its publisher."
    )
