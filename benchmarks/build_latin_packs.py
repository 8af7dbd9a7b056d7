"""Build the Latin-script packs. Reach for it after you change a line of ``packs/latin``.

    python benchmarks/build_latin_packs.py

``packs/latin/{people,companies,vessels}.txt`` become ``packs/latin_pairs.csv``; the tables of invented parties in
``packs/latin/records_*.tsv`` and the hand-written lines of ``packs/latin/records.txt`` become ``packs/record_checks.jsonl``
(see ``record_checks``). The same sources give the same bytes.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from record_checks import RecordCheck, checks, json_line

__all__ = ["COLUMNS", "PACKS", "Pair", "main", "pairs_csv", "read_pairs", "records_jsonl", "split_of"]

PACKS = Path(__file__).resolve().parent / "packs"
COLUMNS = ("name1", "name2", "schema", "label", "family", "split", "note")
PAIR_SOURCES = ("people.txt", "companies.txt", "vessels.txt")
DEVELOPMENT_SHARE = 0.6

Item = TypeVar("Item")


class Pair(NamedTuple):
    """Two names, and whether they are the same party's (``label`` 1) or not (0)."""

    name1: str
    name2: str
    schema: str
    label: int
    family: str
    note: str

    @property
    def key(self) -> str:
        """What identifies the pair for the split, whichever name stands first."""
        return "\t".join(sorted((self.name1, self.name2)))


def read_pairs(path: Path) -> list[Pair]:
    """Read one source file: ``## family | schema``, then ``+ name | name | note`` (same) or ``- …`` (another).

    Raises:
        ValueError: A line is none of these, or a pair stands twice; the message names file and line.
    """
    pairs: list[Pair] = []
    seen: set[str] = set()
    family = schema = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("## "):
            family, schema = (cell.strip() for cell in line[3:].split("|"))
        elif line[:2] in ("+ ", "- "):
            cells = [cell.strip() for cell in line[2:].split(" | ")]
            if len(cells) not in (2, 3) or not all(cells) or not family:
                raise ValueError(
                    f"{path.name}:{number}: write '+ name | name' or '+ name | name | note' under a family"
                )
            pair = Pair(cells[0], cells[1], schema, int(line[0] == "+"), family, cells[2] if len(cells) == 3 else "")
            if pair.key in seen:
                raise ValueError(f"{path.name}:{number}: this pair stands in the file already; delete one")
            seen.add(pair.key)
            pairs.append(pair)
        elif line.strip() and not line.startswith("#"):
            raise ValueError(f"{path.name}:{number}: a line starts with '+', '-', '##' or '#'")
    return pairs


def split_of(items: Iterable[Item], stratum: Callable[[Item], object], key: Callable[[Item], str]) -> dict[str, str]:
    """Return key → ``dev`` or ``held``: in every stratum the 60 % with the smallest hashes are ``dev``."""
    strata: dict[object, list[str]] = defaultdict(list)
    for item in items:
        strata[stratum(item)].append(key(item))
    return {
        member: "dev" if (rank + 0.5) / len(members) < DEVELOPMENT_SHARE else "held"
        for members in strata.values()
        for rank, member in enumerate(sorted(members, key=lambda text: hashlib.sha256(text.encode()).digest()))
    }


def pairs_csv(pairs: Sequence[Pair]) -> str:
    """Write the pack ``latin_pairs.csv``."""
    splits = split_of(pairs, lambda pair: (pair.family, pair.label), lambda pair: f"{pair.family}\t{pair.key}")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for pair in pairs:
        split = splits[f"{pair.family}\t{pair.key}"]
        writer.writerow((pair.name1, pair.name2, pair.schema, pair.label, pair.family, split, pair.note))
    return out.getvalue()


def records_jsonl(found: Sequence[RecordCheck]) -> str:
    """Write the pack ``record_checks.jsonl``."""
    splits = split_of(found, lambda check: (check.family, check.label), lambda check: check.key)
    return "".join(json_line(check, splits[check.key]) + "\n" for check in found)


def main() -> None:
    """Write both packs into ``benchmarks/packs``."""
    pairs = [pair for name in PAIR_SOURCES for pair in read_pairs(PACKS / "latin" / name)]
    (PACKS / "latin_pairs.csv").write_text(pairs_csv(pairs), encoding="utf-8")
    found = checks(PACKS / "latin")
    (PACKS / "record_checks.jsonl").write_text(records_jsonl(found), encoding="utf-8")
    print(f"latin_pairs.csv: {len(pairs)} pairs; record_checks.jsonl: {len(found)} checks")


if __name__ == "__main__":
    main()
