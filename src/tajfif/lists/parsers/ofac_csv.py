"""The lists of the US Treasury's Office of Foreign Assets Control (OFAC), in CSV. Reach for it to read ``us_ofac*``.

``us_ofac`` is the SDN list (sdn.csv, alt.csv, add.csv, sdn_comments.csv), ``us_ofac_cons`` all others (cons_prim.csv,
cons_alt.csv, cons_add.csv, cons_comments.csv). Source: https://ofac.treasury.gov, "SDN data file specifications".
The files have no header, write null as ``-0-``, may end with control-Z, and cut remarks after 1,000 characters, in the
middle of a word, to go on in the comments file. A re-export of sdn.csv with a header row is read too.

Names: OFAC writes individuals "LAST, First". ``Name.value`` has the natural order ("First LAST"), ``Name.family`` the
part before the comma, and ``", ".join(Name.parts)`` is the published form. Evidence counts characters of the joined
remarks, which are kept whole in the note ``remarks``; items that were not understood are also notes ``remark``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tajfif.errors import ListFormatError
from tajfif.lists.parsers import Collected, ParsedList
from tajfif.lists.parsers.ofac_entities import QUALITIES, Captions, Draft, add_published, address_of, captions_of
from tajfif.lists.parsers.ofac_remarks import read_remarks
from tajfif.lists.parsers.reading import read_rows
from tajfif.model import Entity, Note

__all__ = ["collect", "parse"]

_FILES = {
    "us_ofac": {"sdn": "sdn.csv", "alt": "alt.csv", "add": "add.csv", "comments": "sdn_comments.csv"},
    "us_ofac_cons": {
        "sdn": "cons_prim.csv",
        "alt": "cons_alt.csv",
        "add": "cons_add.csv",
        "comments": "cons_comments.csv",
    },
}
_COLUMNS = {"sdn": 12, "alt": 5, "add": 6, "comments": 2}
_LOST = {"alt": "aliases", "add": "addresses", "comments": "the end of long remarks"}
_REMARKS = {"sdn": 11, "comments": 1}
_CUT_AT = 1000

Row = tuple[int, list[str]]


def collect(path: Path, *, source: str = "us_ofac") -> Collected:
    """Return the files of the set at ``path``: a directory with the publisher's file names, or its main file alone.

    Args:
        path: What the user named.
        source: ``us_ofac`` or ``us_ofac_cons``.

    Raises:
        ListFormatError: The main file is not there.
    """
    names = _names(source)
    if path.is_file():
        found = {"sdn": path}
        notices: list[str] = []
    else:
        try:
            entries = {entry.name.lower(): entry for entry in sorted(path.iterdir()) if entry.is_file()}
        except OSError as error:
            raise ListFormatError(
                "no such file or directory", where=str(path), hint=f"Name the directory with {names['sdn']}."
            ) from error
        found = {role: entries[name] for role, name in names.items() if name in entries}
        notices = [
            f"{entry}: ignored, not a file of {source}" for entry in entries.values() if entry not in found.values()
        ]
    if "sdn" not in found:
        raise ListFormatError(
            f"the directory has no {names['sdn']}", where=str(path),
            hint=f"Put {', '.join(names.values())} of the same day in one directory, or name the main file itself.",
        )  # fmt: skip
    notices += [f"{path}: no {names[role]}, so {lost} are missing" for role, lost in _LOST.items() if role not in found]
    return Collected(files=found, notices=tuple(notices))


def parse(files: dict[str, Path], *, source: str = "us_ofac") -> ParsedList:
    """Read a set of files.

    Args:
        files: By role: ``sdn`` (needed), ``alt``, ``add``, ``comments``.
        source: ``us_ofac`` or ``us_ofac_cons``; it begins every entity's id.

    Raises:
        ListFormatError: A file is malformed, truncated, undecodable or empty, has another number of columns, an entry
            twice, or rows for an entry that the main file does not have.
    """
    _names(source)
    main: dict[str, Row] = {}
    for line, row in _rows(files["sdn"], "sdn"):
        if row[0] in main:
            raise ListFormatError(
                f"entry {row[0]} is there twice, first in line {main[row[0]][0]}", where=f"{files['sdn']}, line {line}",
                hint="Fetch the file again from its publisher.",
            )  # fmt: skip
        if not row[1]:
            raise ListFormatError(
                f"entry {row[0]} has no name",
                where=f"{files['sdn']}, line {line}",
                hint="Fetch the file again from its publisher.",
            )
        main[row[0]] = line, row
    if not main:
        raise ListFormatError(
            "the list has no entries", where=f"{files['sdn']}, line 1", hint="Fetch it again from its publisher."
        )
    more = {role: _by_entry(files[role], role, main) if role in files else {} for role in ("alt", "add", "comments")}
    captions = captions_of(source, ((number, row[1]) for number, (_, row) in main.items()))
    notices: list[str] = []
    entities = tuple(
        _entity(
            source,
            row,
            {role: rows.get(number, []) for role, rows in more.items()},
            captions,
            f"{files['sdn']}, line {line}",
            notices,
        )
        for number, (line, row) in main.items()
    )
    return ParsedList(source=source, published="", entities=entities, notices=tuple(notices))


def _names(source: str) -> dict[str, str]:
    if source not in _FILES:
        raise ListFormatError(f"this layout has the sources {', '.join(_FILES)}, not {source}", where=source)
    return _FILES[source]


def _rows(path: Path, role: str) -> Iterator[Row]:
    """Yield the rows of a file, null and white space removed; a header row is passed over."""
    for line, raw in read_rows(path, columns=_COLUMNS[role], legacy=True):
        row = [_clean(cell) for cell in raw]
        if role in _REMARKS and row[_REMARKS[role]]:
            row[_REMARKS[role]] = raw[_REMARKS[role]].rstrip("\r\n")  # a cut between two words leaves a space to keep
        if row[0].isdecimal():
            yield line, row
        elif line > 1 or not row[0].isalpha():
            raise ListFormatError(
                f"the first column should hold a number, it holds {row[0][:40]!r}", where=f"{path}, line {line}",
                hint=f"Name the publisher's own file, with its {_COLUMNS[role]} columns.",
            )  # fmt: skip


def _clean(cell: str) -> str:
    cell = " ".join(cell.split()) if "\n" in cell or "\t" in cell or "  " in cell else cell.strip()
    return "" if cell == "-0-" else cell


def _by_entry(path: Path, role: str, main: dict[str, Row]) -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = defaultdict(list)
    for line, row in _rows(path, role):
        if row[0] not in main:
            raise ListFormatError(
                f"entry {row[0]} is not in the main file", where=f"{path}, line {line}",
                hint="The files are of different days: fetch the whole set at once.",
            )  # fmt: skip
        found[row[0]].append(row)
    return found


def _entity(source: str, row: list[str], more: dict[str, list[list[str]]], captions: Captions, where: str,
            notices: list[str]) -> Entity:  # fmt: skip
    number, caption, kind, programmes, title, call_sign, vessel_type, tonnage, gross, flag, owner, start = row
    text = start + "".join(cells[1] for cells in more["comments"])
    cut = len(start) >= _CUT_AT and not more["comments"]
    if cut:
        notices.append(f"{where}: the remarks of entry {number} are cut off, so their last item is kept as a note only")
    draft = Draft(
        source=source, number=number, caption=caption, kind=kind, text=text, remarks=read_remarks(text, cut=cut),
        programmes=[programme for programme in programmes.replace("]", "[").split("[") if programme.strip()],
        positions=[part.strip() for part in title.split(";") if part.strip()],
        call_sign=call_sign, flag=flag, owner=owner,
        vessel={"vess_type": vessel_type, "tonnage": tonnage, "grt": gross},
        addresses=[address_of(*cells[2:]) for cells in more["add"]],
        notes=[Note(field="alt_remarks", text=cells[4]) for cells in more["alt"] if cells[4]],
    )  # fmt: skip
    add_published(draft.names, caption, "primary", person=draft.person)
    for cells in more["alt"]:
        add_published(draft.names, cells[3], QUALITIES.get(cells[2].lower(), "strong"), person=draft.person)
    return draft.entity(captions)
