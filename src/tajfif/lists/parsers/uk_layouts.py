"""The two layouts of the United Kingdom's list. Reach for it to read either as rows of the same columns.

The consolidated list (ConList, until January 2026) has 36 columns. Its successor, the UK Sanctions List, has 58: those of
the first under other names, and the labelled parts of "Other Information" as columns of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tajfif.errors import ListFormatError
from tajfif.lists.parsers.cells import day_first
from tajfif.lists.parsers.reading import read_rows, squeeze
from tajfif.lists.parsers.workbook import is_workbook, read_workbook
from tajfif.text.attributes import parse_date

__all__ = ["ADDRESS", "COLUMNS", "LABELLED", "NAMES", "Row", "read_table"]

NAMES = ("Name 1", "Name 2", "Name 3", "Name 4", "Name 5", "Name 6")
"""The columns of a name, in the order in which it is read."""
ADDRESS = ("Address 1", "Address 2", "Address 3", "Address 4", "Address 5", "Address 6", "Post/Zip Code")
"""The columns of an address, but for the country."""
COLUMNS = (
    "Name 6", *NAMES[:5], "Title", "Name Non-Latin Script", "Non-Latin Script Type", "Non-Latin Script Language",
    "DOB", "Town of Birth", "Country of Birth", "Nationality", "Passport Number", "Passport Details",
    "National Identification Number", "National Identification Details", "Position", *ADDRESS, "Country",
    "Other Information", "Group Type", "Alias Type", "Alias Quality", "Regime", "Listed On",
    "UK Sanctions List Date Designated", "Last Updated", "Group ID",
)  # fmt: skip
"""The columns of the consolidated list, in their order."""
LABELLED = (
    "Unique ID", "UN Reference Number", "UK Statement of Reasons", "Phone number", "Website", "Email address", "Gender",
    "Subsidiaries", "Parent company", "Business registration number (s)", "IMO number", "Current owner/operator (s)",
    "Current believed flag of ship", "Year Built", "Hull identification number (HIN)",
)  # fmt: skip
"""The columns of the successor that the consolidated list has as labels in "Other Information"."""

# The successor's columns, and what the consolidated list calls them; empty where it has none.
_SUCCESSOR = {
    "Last Updated": "Last Updated", "Unique ID": "", "OFSI Group ID": "Group ID", "UN Reference Number": "",
    **{name: name for name in ("Name 6", *NAMES[:5])},
    "Name type": "Alias Type", "Alias strength": "Alias Quality", "Title": "Title",
    "Name non-latin script": "Name Non-Latin Script", "Non-latin script type": "Non-Latin Script Type",
    "Non-latin script language": "Non-Latin Script Language", "Regime Name": "Regime", "Designation Type": "Group Type",
    "Designation source": "", "Sanctions Imposed": "", "Other Information": "Other Information",
    "UK Statement of Reasons": "", **{f"Address Line {number}": f"Address {number}" for number in range(1, 7)},
    "Address Postal Code": "Post/Zip Code", "Address Country": "Country", "Phone number": "", "Website": "",
    "Email address": "", "Date Designated": "Listed On", "D.O.B": "DOB", "Nationality(/ies)": "Nationality",
    "National Identifier number": "National Identification Number",
    "National Identifier additional information": "National Identification Details", "Passport number": "Passport Number",
    "Passport additional information": "Passport Details", "Position": "Position", "Gender": "",
    "Town of birth": "Town of Birth", "Country of birth": "Country of Birth", "Type of entity": "", "Subsidiaries": "",
    "Parent company": "", "Business registration number (s)": "", "IMO number": "", "Current owner/operator (s)": "",
    "Previous owner/operator (s)": "", "Current believed flag of ship": "", "Previous flags": "", "Type of ship": "",
    "Tonnage of ship": "", "Length of ship": "", "Year Built": "", "Hull identification number (HIN)": "",
}  # fmt: skip

Row = tuple[str, dict[str, str]]
"""Where a row stands, and its cells by column."""


def _renamed(row: dict[str, str]) -> dict[str, str]:
    """Return a row of the successor in the columns of the consolidated list, and the others under their own names."""
    found = dict.fromkeys(COLUMNS, "")
    for column, cell in row.items():
        found[_SUCCESSOR.get(column) or column] = cell
    if not found["Group ID"].strip():
        found["Group ID"] = row["Unique ID"]
    return found


def read_table(path: Path, notices: list[str]) -> tuple[str, list[Row]]:
    """Return the ISO date of the list, and its rows with where each stands, in the columns of the consolidated list.

    Args:
        path: The file, workbook or text.
        notices: Where to add what was read with a reservation.

    Raises:
        ListFormatError: The file is damaged or another document, lacks a column, or has a row of another width.
    """
    lines = _cells(path)
    where, first = next(lines, (str(path), [""]))
    label = squeeze(first[0]).lower() if first else ""
    successor = label.startswith("report date")
    stamp = day_first(squeeze(first[1])) if label == "last updated" and len(first) > 1 else ""
    if successor:
        stamp = parse_date(" ".join(first).split(":", 1)[-1].replace("-", " ").strip()).start
    if not stamp:
        raise ListFormatError(
            "the first line should say when the list was last updated, with a date as 31/12/2024", where=where,
            hint="Name the publisher's own ConList or UK Sanctions List file, as downloaded.",
        )  # fmt: skip
    where, header = next(lines, (where, []))
    header = [squeeze(cell) for cell in header]
    wanted = _SUCCESSOR if successor else dict.fromkeys(COLUMNS, "")
    missing = [column for column in wanted if column not in header]
    if missing:
        raise ListFormatError(
            f"columns are missing: {', '.join(missing)}", where=where,
            hint="Name the publisher's own file: ConList (from February 2022) or UK Sanctions List (from 2026).",
        )  # fmt: skip
    more = [column for column in header if column and column not in wanted]
    if more:
        notices.append(f"{where}: unknown columns kept as notes: {', '.join(more)}")
    rows = []
    for where, cells in lines:
        if len(cells) != len(header):
            raise ListFormatError(
                f"{len(cells)} columns where the header has {len(header)}", where=where,
                hint="The file is damaged or cut off: fetch it again from its publisher.",
            )  # fmt: skip
        row = dict(zip(header, cells, strict=True))
        rows.append((where, _renamed(row) if successor else row))
    return stamp, rows


def _cells(path: Path) -> Iterator[tuple[str, list[str]]]:
    if not is_workbook(path):
        for line, cells in read_rows(path, legacy=True):
            yield f"{path}, line {line}", cells
        return
    sheets = [sheet for sheet in read_workbook(path) if sheet.rows]
    if len(sheets) != 1:
        raise ListFormatError(
            f"the workbook should have one sheet, it has {len(sheets)}", where=str(path),
            hint="Name the publisher's own ConList file, as downloaded.",
        )  # fmt: skip
    for number, cells in sheets[0].rows:
        yield f"{path}, row {number}", cells
