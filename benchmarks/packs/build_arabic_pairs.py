"""Builds arabic_pairs.csv out of the hand-written families in sources/. Reach for it after editing a family.

A source file has lines of three kinds::

    @ family | schema | what the family is about
    + name | the same name in another form      [| note: why]
    - name | the name of somebody else          [| note: why]

A name may contain ``{zwnj}`` and the other characters of :data:`NAMED_CHARACTERS`, which are invisible or combine with
the letter before them, so that they can be seen in the source, and ``{shaped:…}`` for text in Arabic presentation forms
(Unicode blocks FB50-FDFF and FE70-FEFF).
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

__all__ = ["COLUMNS", "Pair", "assign_split", "build", "main", "read_source", "shaped", "write_or_check"]

HERE = Path(__file__).resolve().parent
COLUMNS = ("name1", "name2", "schema", "label", "family", "split", "note")
SCHEMATA = ("Person", "Organization", "Company", "Vessel")
HELD_SHARE = 0.4
NAMED_CHARACTERS = {
    "zwnj": "\u200c",
    "zwj": "\u200d",
    "zwsp": "\u200b",
    "nbsp": "\u00a0",
    "rlm": "\u200f",
    "lrm": "\u200e",
    "rle": "\u202b",
    "pdf": "\u202c",
    "acute": "\u0301",
    "breve": "\u0306",
    "cedilla": "\u0327",
}
Pair = dict[str, str]

_JOINS_ONLY_BEFORE = frozenset("اأإآٱدذرزوؤةىء")
"""Letters that take no connection to the letter after them."""
_LIGATURES = {"لا": "ﻻﻼ", "لأ": "ﻷﻸ", "لإ": "ﻹﻺ", "لآ": "ﻵﻶ"}


def _form_table() -> dict[tuple[str, str], str]:
    """Presentation form of a letter by shape ("isolated", "initial", "medial", "final"), from the character database."""
    table: dict[tuple[str, str], str] = {}
    for code in range(0xFE70, 0xFEFD):
        decomposition = unicodedata.decomposition(chr(code)).split()
        if len(decomposition) == 2:
            table[chr(int(decomposition[1], 16)), decomposition[0].strip("<>")] = chr(code)
    return table


def shaped(text: str) -> str:
    """Write ``text`` in presentation forms, as a page description stores it (logical order)."""
    forms = _form_table()
    out: list[str] = []
    joined = False
    position = 0
    while position < len(text):
        letter = text[position]
        ligature = _LIGATURES.get(text[position : position + 2])
        if ligature:
            out.append(ligature[1] if joined else ligature[0])
            joined, position = False, position + 2
            continue
        following = text[position + 1 : position + 2]
        leads_on = (
            bool(following)
            and letter not in _JOINS_ONLY_BEFORE
            and (letter, "isolated") in forms
            and (following, "final") in forms
        )
        shape = ("medial" if joined else "initial") if leads_on else ("final" if joined else "isolated")
        out.append(forms.get((letter, shape), letter))
        joined, position = leads_on, position + 1
    return "".join(out)


def _expand(name: str) -> str:
    name = re.sub(r"\{shaped:([^}]*)\}", lambda found: shaped(found[1]), name)
    return re.sub(r"\{(\w+)\}", lambda found: NAMED_CHARACTERS[found[1]], name).strip()


def read_source(path: Path) -> list[Pair]:
    """Read the pairs of one source file.

    Raises:
        ValueError: If a line is not of one of the three kinds.
    """
    pairs: list[Pair] = []
    family = schema = about = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line[1:].split(" | ")]
        if line[0] == "@" and len(cells) == 3 and cells[1] in SCHEMATA:
            family, schema, about = cells
        elif line[0] in "+-" and family and len(cells) in (2, 3) and all(cells):
            note = cells[2].removeprefix("note: ") if len(cells) == 3 else about
            label = "1" if line[0] == "+" else "0"
            names = {"name1": _expand(cells[0]), "name2": _expand(cells[1])}
            pairs.append({**names, "schema": schema, "label": label, "family": family, "note": note})
        else:
            raise ValueError(f"{path.name}, line {number}: neither a family nor a pair: {line!r}")
    return pairs


def assign_split(rows: Iterable[Pair], key: Iterable[str] = ("name1", "name2")) -> None:
    """Give every row a ``split``: in each family and label, the 40 % whose hash comes last are held out.

    Rows of the same family and label are ordered by the SHA-256 of their content, so a new row moves few others.
    """
    groups: dict[tuple[str, str], list[Pair]] = defaultdict(list)
    for row in rows:
        groups[row["family"], row["label"]].append(row)
    fields = tuple(key)
    for group, members in groups.items():
        members.sort(key=lambda row: hashlib.sha256("\0".join(row[field] for field in fields).encode()).hexdigest())
        # The odd row of a group goes to either side by the hash of the group, or small groups would all lean one way.
        odd = int(hashlib.sha256("\0".join(group).encode()).hexdigest()[:8], 16) / 0xFFFFFFFF
        held = int(len(members) * HELD_SHARE + odd)
        for place, row in enumerate(members):
            row["split"] = "held" if place >= len(members) - held else "dev"


def build() -> list[Pair]:
    """All pairs of all sources, with their split, in source order."""
    pairs = [pair for path in sorted((HERE / "sources").glob("*.txt")) for pair in read_source(path)]
    assign_split(pairs)
    return pairs


def write_or_check(path: Path, text: str) -> None:
    """Write a pack, or with ``--check`` on the command line end with an error if the file holds something else."""
    if "--check" not in sys.argv[1:]:
        path.write_text(text, encoding="utf-8", newline="\n")
        print(f"{path.name}: written", file=sys.stderr)
    elif not path.exists() or path.read_text(encoding="utf-8") != text:
        sys.exit(f"{path.name} does not hold what the sources say: run {Path(sys.argv[0]).name} again")


def main() -> None:
    """Write arabic_pairs.csv beside this file; with ``--check`` only say whether it is up to date."""
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(build())
    write_or_check(HERE / "arabic_pairs.csv", stream.getvalue())


if __name__ == "__main__":
    main()
