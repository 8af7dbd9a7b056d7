"""Spreadsheets, whole and hostile."""

from __future__ import annotations

import datetime
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from tajfif.errors import ListFormatError
from tajfif.lists.parsers.workbook import is_workbook, read_workbook


@pytest.fixture
def book(tmp_path: Path) -> Path:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "First"
    sheet["B2"] = "  اسم مخترع "
    sheet["C2"] = 7
    sheet["D2"] = 2.5
    sheet["C5"] = datetime.datetime(1980, 5, 17)
    sheet["D5"] = datetime.datetime(1980, 5, 17, 12, 30)
    sheet["E5"] = True
    made.create_sheet("Empty")
    path = tmp_path / "list.xlsx"
    made.save(path)
    return path


def rewritten(book: Path, name: str, change: bytes, times: int = 1) -> Path:
    """Write the workbook anew with another content of one part."""
    target = book.with_name("changed.xlsx")
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            with new.open(part, "w") as stream:
                for _ in range(times if part == name else 1):
                    stream.write(change if part == name else old.read(part))
    return target


def test_cells_are_text_in_numbered_rows(book: Path) -> None:
    first, empty = read_workbook(book)
    assert (first.name, empty.name, empty.rows) == ("First", "Empty", ())
    assert first.rows == (
        (2, ["", "  اسم مخترع ", "7", "2.5", ""]),
        (5, ["", "", "1980-05-17", "1980-05-17T12:30:00", "TRUE"]),
    )
    assert is_workbook(book)


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "empty"), (b"a,b,c\n", "not an Excel workbook"), (b"PK\x03\x04broken", "cannot be read")],
)
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(content)
    with pytest.raises(ListFormatError, match=message):
        read_workbook(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    assert not is_workbook(tmp_path / "absent")
    with pytest.raises(ListFormatError, match="cannot be read"):
        read_workbook(tmp_path / "absent")


@pytest.mark.parametrize("share", [0.3, 0.7, 0.98])
def test_a_workbook_that_is_cut_off_is_refused(book: Path, share: float) -> None:
    data = book.read_bytes()
    book.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(ListFormatError, match="cannot be read"):
        read_workbook(book)


def test_one_cell_far_away_is_refused(book: Path) -> None:
    made = openpyxl.load_workbook(book)
    made["First"]["XFD1048576"] = "far"
    made.save(book)
    with pytest.raises(ListFormatError, match="16,384 columns by 1,048,576 rows"):
        read_workbook(book)


def test_a_bomb_is_refused(book: Path) -> None:
    bomb = rewritten(book, "xl/worksheets/sheet1.xml", b" " * 1_000_000, times=420)
    assert bomb.stat().st_size < 1_000_000
    with pytest.raises(ListFormatError, match="inflates to more than"):
        read_workbook(bomb)


def test_declared_entities_are_refused(book: Path) -> None:
    changed = rewritten(book, "xl/workbook.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    with pytest.raises(ListFormatError, match="document type or entities"):
        read_workbook(changed)


def test_a_part_that_is_there_twice_is_refused(book: Path) -> None:
    buffer = io.BytesIO(book.read_bytes())
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("xl/workbook.xml", b"<a/>")
    book.write_bytes(buffer.getvalue())
    with pytest.raises(ListFormatError, match="one of them twice"):
        read_workbook(book)
