"""Builds arabic_records.jsonl out of the hand-written families in sources/records/. Reach for it after editing one.

A source file has lines of three kinds::

    @ family | schema | what the family is about
    + listed || subject    [|| note: why]      an alert should be raised
    - listed || subject    [|| note: why]      no alert should be raised

A party is ``key=value; key=value`` with the short keys of :data:`KEYS`; several values are parted by `` ~ ``.
Three forms in braces are worked out here, so that no converted date is typed by hand:

- ``{ah:1395-03-29}``: the Gregorian day of a lunar Hijri date by Umm al-Qura (package ``hijridate``);
- ``{sh:1354-05-12}``: the Gregorian day of a solar Hijri date, by the new year of each year (33-year rule with
  leap years 1, 5, 9, 13, 17, 22, 26, 30; compared with the package ``jdatetime`` for 1309-1469 SH);
- ``{imo:204137}``: six figures with the check figure of an IMO number after them. The numbers begin with 2, and ships
  bear numbers that begin with 1 or with 5 to 9.

``+1`` before the closing brace is the day after.
"""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from build_arabic_pairs import SCHEMATA, assign_split, write_or_check
from hijridate import Hijri

__all__ = ["KEYS", "build", "imo_number", "lunar", "main", "read_source", "solar"]

HERE = Path(__file__).resolve().parent
KEYS = {
    "n": "name",
    "a": "alias",
    "w": "weakAlias",
    "b": "birthDate",
    "nat": "nationality",
    "g": "gender",
    "m": "motherName",
    "f": "fatherName",
    "pl": "birthPlace",
    "pass": "passportNumber",
    "id": "idNumber",
    "reg": "registrationNumber",
    "imo": "imoNumber",
    "c": "country",
    "addr": "address",
}
_SOLAR_LEAP_PLACES = (1, 5, 9, 13, 17, 22, 26, 30)
_SOLAR_ANCHOR = (1309, date(1930, 3, 21))
"""A solar year whose first day is known; 1309 is place 22 of its cycle."""


def lunar(year: int, month: int, day: int) -> date:
    """The Gregorian day of a lunar Hijri date by Umm al-Qura."""
    found = Hijri(year, month, day).to_gregorian()
    return date(found.year, found.month, found.day)


def solar(year: int, month: int, day: int) -> date:
    """The Gregorian day of a solar Hijri date, 1309-1469 SH."""
    first, new_year = _SOLAR_ANCHOR
    if not (first <= year <= 1469 and 1 <= month <= 12 and 1 <= day <= (31 if month <= 6 else 30)):
        raise ValueError(f"no solar date {year}-{month}-{day}")
    days = sum(366 if each % 33 in _SOLAR_LEAP_PLACES else 365 for each in range(first, year))
    days += 31 * min(month - 1, 6) + 30 * max(month - 7, 0) + day - 1
    return new_year + timedelta(days=days)


def imo_number(six: str) -> str:
    """Six figures and their check figure: the last of the sum of each times its weight 7 … 2."""
    return six + str(sum(int(figure) * weight for figure, weight in zip(six, range(7, 1, -1), strict=True)) % 10)


def _work_out(found: re.Match[str]) -> str:
    kind, text, plus = found[1], found[2], found[3]
    if kind == "imo":
        return imo_number(text)
    year, month, day = (int(part) for part in text.split("-"))
    converted = lunar(year, month, day) if kind == "ah" else solar(year, month, day)
    return (converted + timedelta(days=int(plus or 0))).isoformat()


def _party(text: str, schema: str) -> dict[str, Any]:
    party: dict[str, Any] = {"schema": schema}
    for cell in re.sub(r"\{(ah|sh|imo):([0-9-]+)(\+1)?\}", _work_out, text).split(";"):
        key, equals, value = cell.strip().partition("=")
        if not equals or key not in KEYS:
            raise ValueError(f"not key=value with a known key: {cell.strip()!r}")
        values = [each.strip() for each in value.split(" ~ ")]
        party[KEYS[key]] = values[0] if len(values) == 1 else values
    return party


def _family(line: str) -> tuple[str, str, str]:
    family, schema, about = (cell.strip() for cell in line.split("|"))
    if schema not in SCHEMATA:
        raise ValueError(f"unknown schema {schema!r}")
    return family, schema, about


def _record(line: str, family: str, schema: str, about: str) -> dict[str, Any]:
    if line[0] not in "+-" or not family:
        raise ValueError("neither a family nor a pair")
    listed, subject, *note = (cell.strip() for cell in line[1:].split("||"))
    return {
        "listed": _party(listed, schema),
        "subject": _party(subject, schema),
        "label": int(line[0] == "+"),
        "family": family,
        "note": note[0].removeprefix("note: ") if note else about,
    }


def read_source(path: Path) -> list[dict[str, Any]]:
    """Read the record pairs of one source file.

    Raises:
        ValueError: If a line is not of one of the three kinds.
    """
    records: list[dict[str, Any]] = []
    heading = ("", "", "")
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            if line[0] == "@":
                heading = _family(line[1:])
            else:
                records.append(_record(line, *heading))
        except ValueError as error:
            raise ValueError(f"{path.name}, line {number}: {error}") from None
    return records


def build() -> list[dict[str, Any]]:
    """All record pairs of all sources, with ids and split, in source order."""
    records = [record for path in sorted((HERE / "sources" / "records").glob("*.txt")) for record in read_source(path)]
    keyed = [
        {
            "family": record["family"],
            "label": str(record["label"]),
            "content": json.dumps([record["listed"], record["subject"]], ensure_ascii=False, sort_keys=True),
        }
        for record in records
    ]
    assign_split(keyed, key=("content",))
    out: list[dict[str, Any]] = []
    for number, (record, key) in enumerate(zip(records, keyed, strict=True), 1):
        listed = {"id": f"listed-{number:03}", **record["listed"]}
        subject = {"id": f"subject-{number:03}", **record["subject"]}
        out.append({**record, "listed": listed, "subject": subject, "split": key["split"]})
    return out


def main() -> None:
    """Write arabic_records.jsonl beside this file; with ``--check`` only say whether it is up to date."""
    lines = [json.dumps(record, ensure_ascii=False) for record in build()]
    write_or_check(HERE / "arabic_records.jsonl", "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
