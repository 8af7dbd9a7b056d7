"""Checks of whole records: names with dates, countries and documents. Reach for it to see how a check came about.

The invented parties stand in ``packs/latin/records_*.tsv``. Each family here says, for one row, what the subject's record
is when an alert is due (label 1) and when it is not (0); the label means "should an alert be raised at the default
threshold". ``packs/latin/records.txt`` adds checks written by hand. Every date in the tables has a day of 12 or less
that differs from its month, so that it can be swapped.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

__all__ = ["RecordCheck", "checks", "json_line"]

Fields = dict[str, str | list[str]]
Row = dict[str, str]
Case = tuple[Fields, Fields]
Family = Callable[[Row], tuple[Case, Case]]
"""From one row, the case that is due an alert, and the one that is not: listed and subject each."""


class RecordCheck(NamedTuple):
    """A listed party, who is screened, and whether an alert is due."""

    listed: Fields
    subject: Fields
    label: int
    family: str
    note: str

    @property
    def key(self) -> str:
        """What identifies the check for the split."""
        return json.dumps([self.family, self.listed, self.subject], ensure_ascii=False, sort_keys=True)


def json_line(check: RecordCheck, split: str) -> str:
    """Write one line of the pack."""
    line = {
        "listed": check.listed,
        "subject": check.subject,
        "label": check.label,
        "family": check.family,
        "split": split,
        "note": check.note,
    }
    return json.dumps(line, ensure_ascii=False)


# ── helpers ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _person(name: str, **fields: str) -> Fields:
    return {"schema": "Person", "name": name, **fields}


def _listed(row: Row, *, name: str = "") -> Fields:
    return _person(name or row["name"], birthDate=row["born"], nationality=row["country"])


def _years_later(date: str, years: int) -> str:
    return f"{int(date[:4]) + years:04d}{date[4:]}"


def _day_and_month_swapped(date: str) -> str:
    return f"{date[:4]}-{date[8:]}-{date[5:7]}"


def _another_date(date: str, years: int) -> str:
    """Return a date in which day and month differ too, so that nothing can be read as a slip of the pen."""
    month = (int(date[5:7]) + 4) % 12 + 1
    return f"{int(date[:4]) + years:04d}-{month:02d}-{int(date[8:]) + 15:02d}"


def _initialled(name: str) -> str:
    """Return the name with its first word cut to an initial."""
    first, rest = name.split(" ", 1)
    return f"{first[0]}. {rest}"


def _other_number(number: str) -> str:
    """Return a document number in which every digit is another one."""
    return "".join(str((int(char) + 3) % 10) if char.isdigit() else char for char in number)


def _imo(six: str) -> str:
    """Return an IMO number: six digits and the check digit, the last of the sum of each times 7, 6 … 2."""
    total = sum(int(digit) * factor for digit, factor in zip(six, range(7, 1, -1), strict=True))
    return f"{six}{total % 10}"


# ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _date_exact(row: Row) -> tuple[Case, Case]:
    subject = row["spelling"]
    return (
        (_listed(row), _person(subject, birthDate=row["born"])),
        (_listed(row), _person(subject, birthDate=_another_date(row["born"], 14))),
    )


def _year_only(row: Row) -> tuple[Case, Case]:
    return (
        (_listed(row), _person(row["name"], birthDate=row["born"][:4])),
        (_listed(row), _person(row["name"], birthDate=_years_later(row["born"], -16)[:4])),
    )


def _day_month_swapped(row: Row) -> tuple[Case, Case]:
    return (
        (_listed(row), _person(row["spelling"], birthDate=_day_and_month_swapped(row["born"]))),
        (_listed(row), _person(row["relative"], birthDate=_day_and_month_swapped(row["born"]))),
    )


def _year_off_by_one(row: Row) -> tuple[Case, Case]:
    return (
        (_listed(row), _person(row["name"], birthDate=_years_later(row["born"], 1))),
        (_listed(row), _person(row["name"], birthDate=_another_date(row["born"], -29))),
    )


def _surname_and_date(row: Row) -> tuple[Case, Case]:
    return (
        (_listed(row), _person(_initialled(row["name"]), birthDate=row["born"])),
        (_listed(row), _person(row["relative"], birthDate=row["born"])),
    )


def _other_name_same_date(row: Row) -> tuple[Case, Case]:
    return (
        (_listed(row), _person(row["spelling"], birthDate=row["born"], nationality=row["country"])),
        (_listed(row), _person(row["stranger"], birthDate=row["born"], nationality=row["country"])),
    )


def _country_differs_only(row: Row) -> tuple[Case, Case]:
    listed = _person(row["name"], nationality=row["country"])
    return (
        (listed, _person(row["name"], nationality=row["other_country"])),
        (listed, _person(row["relative"], nationality=row["other_country"])),
    )


def _country_agrees_only(row: Row) -> tuple[Case, Case]:
    listed = _person(row["name"], nationality=row["country"])
    return (
        (listed, _person(row["spelling"], nationality=row["country"])),
        (listed, _person(row["relative"], nationality=row["country"])),
    )


def _passport_equal(row: Row) -> tuple[Case, Case]:
    listed = _person(row["name"], passportNumber=row["passport"], nationality=row["country"])
    other = _other_number(row["passport"])
    return (
        (listed, _person(row["spelling"], passportNumber=row["passport"])),
        (listed, _person(row["stranger"], passportNumber=other, nationality=row["country"])),
    )


def _passport_equal_other_name(row: Row) -> tuple[Case, Case]:
    listed = _listed(row) | {"passportNumber": row["passport"]}
    subject = {"birthDate": row["born"], "nationality": row["country"]}
    return (
        (listed, _person(row["stranger"], passportNumber=row["passport"], **subject)),
        (listed, _person(row["stranger"], passportNumber=_other_number(row["passport"]), **subject)),
    )


def _passport_renewed(row: Row) -> tuple[Case, Case]:
    listed = _listed(row) | {"passportNumber": row["passport"]}
    other = _other_number(row["passport"])
    return (
        (listed, _person(row["name"], passportNumber=other, birthDate=row["born"])),
        (listed, _person(row["relative"], passportNumber=other, birthDate=_another_date(row["born"], 6))),
    )


def _weak_name_equal_id(row: Row) -> tuple[Case, Case]:
    number = row["passport"][2:] + "119"
    listed = _listed(row) | {"idNumber": number}
    weak = _initialled(row["spelling"])
    born = _years_later(row["born"], 11)[:4]
    return (
        (listed, _person(weak, idNumber=number)),
        (listed, _person(weak, idNumber=_other_number(number), birthDate=born)),
    )


def _birth_place(row: Row) -> tuple[Case, Case]:
    listed = _person(row["name"], birthDate=row["born"], birthPlace=row["place"])
    year = row["born"][:4]
    return (
        (listed, _person(row["spelling"], birthDate=year, birthPlace=row["place"])),
        (listed, _person(row["relative"], birthDate=year, birthPlace=row["place"])),
    )


def _missing_fields(row: Row) -> tuple[Case, Case]:
    listed = _listed(row) | {"gender": row["gender"], "birthPlace": row["place"], "passportNumber": row["passport"]}
    return (listed, _person(row["spelling"])), (listed, _person(row["relative"]))


def _one_field_contradicts(row: Row) -> tuple[Case, Case]:
    listed = _listed(row) | {"passportNumber": row["passport"], "birthPlace": row["place"]}
    contradicting = {"birthDate": _another_date(row["born"], 12), "nationality": row["other_country"]}
    return (
        (listed, _person(row["spelling"], passportNumber=row["passport"], nationality=row["other_country"])),
        (listed, _person(row["spelling"], **contradicting)),
    )


def _strong_alias(row: Row) -> tuple[Case, Case]:
    listed = _listed(row) | {"alias": [row["stranger"], row["spelling"]]}
    return (
        (listed, _person(row["stranger"], birthDate=row["born"])),
        (listed, _person(row["stranger"], birthDate=_another_date(row["born"], -18), nationality=row["other_country"])),
    )


def _last_first_and_date(row: Row) -> tuple[Case, Case]:
    # Where a person bears two surnames, both stand first.
    words, surnames = row["name"].split(" "), 2 if row["country"] in ("mx", "br") else 1
    turned = f"{' '.join(words[-surnames:]).upper()}, {' '.join(words[:-surnames])}"
    return (
        (_listed(row), _person(turned, birthDate=row["born"])),
        (_listed(row), _person(turned, birthDate=_another_date(row["born"], 21))),
    )


# ── frequent names, companies, vessels ───────────────────────────────────────────────────────────────────────────────


def _frequent_name(row: Row) -> tuple[Case, Case]:
    subject = {"nationality": row["country"], "gender": row["gender"]}
    return (
        (_listed(row), _person(row["name"], birthDate=row["born"], **subject)),
        (_listed(row), _person(row["name"], birthDate=_another_date(row["born"], 9), **subject)),
    )


def _father_named(row: Row) -> tuple[Case, Case]:
    listed = _person(row["name"], fatherName=row["father"], nationality=row["country"], birthDate=row["born"][:4])
    other_year = _years_later(row["born"], 8)[:4]
    return (
        (listed, _person(row["name"], fatherName=row["father"], birthDate=row["born"][:4])),
        (listed, _person(row["name"], fatherName=row["other_father"], birthDate=other_year)),
    )


def _company(name: str, **fields: str) -> Fields:
    return {"schema": "Company", "name": name, **fields}


def _company_number(row: Row) -> tuple[Case, Case]:
    listed = _company(row["name"], country=row["country"], registrationNumber=row["number"])
    other = _other_number(row["number"])
    return (
        (listed, _company(row["spelling"], country=row["country"], registrationNumber=row["number"])),
        (listed, _company(row["stranger"], country=row["country"], registrationNumber=other)),
    )


def _company_renamed(row: Row) -> tuple[Case, Case]:
    listed = _company(row["name"], country=row["country"], registrationNumber=row["number"])
    other = _other_number(row["number"])
    return (
        (listed, _company(row["alias"], registrationNumber=row["number"], country=row["country"])),
        (listed, _company(row["alias"], registrationNumber=other, country=row["country"])),
    )


def _company_country(row: Row) -> tuple[Case, Case]:
    listed = _company(row["name"], country=row["country"])
    return (
        (listed, _company(row["spelling"], country=row["other_country"])),
        (listed, _company(row["stranger"], country=row["other_country"])),
    )


def _company_alias(row: Row) -> tuple[Case, Case]:
    listed = _company(row["name"], country=row["country"]) | {"alias": [row["alias"]]}
    return (listed, _company(row["alias"], country=row["country"])), (listed, _company(row["stranger"]))


def _vessel(name: str, **fields: str) -> Fields:
    return {"schema": "Vessel", "name": name, **fields}


def _vessel_imo(row: Row) -> tuple[Case, Case]:
    listed = _vessel(row["name"], imoNumber=_imo(row["imo"]), country=row["country"])
    return (
        (listed, _vessel(row["renamed"], imoNumber=_imo(row["imo"]), country=row["other_country"])),
        (listed, _vessel(row["name"], imoNumber=_imo(row["other_imo"]), country=row["other_country"])),
    )


def _vessel_flag(row: Row) -> tuple[Case, Case]:
    listed = _vessel(row["name"], country=row["country"])
    return (
        (listed, _vessel(row["spelling"], country=row["other_country"])),
        (listed, _vessel(row["sister"], country=row["country"])),
    )


def _vessel_spelling_and_imo(row: Row) -> tuple[Case, Case]:
    listed = _vessel(row["name"], imoNumber=_imo(row["imo"]))
    return (
        (listed, _vessel(row["spelling"], imoNumber="IMO " + _imo(row["imo"]))),
        (listed, _vessel(row["sister"], imoNumber=_imo(row["other_imo"]))),
    )


FAMILIES: tuple[tuple[str, str, Family, int], ...] = (
    ("date_exact", "records_people.tsv", _date_exact, 6),
    ("year_only", "records_people.tsv", _year_only, 6),
    ("day_month_swapped", "records_people.tsv", _day_month_swapped, 6),
    ("year_off_by_one", "records_people.tsv", _year_off_by_one, 6),
    ("surname_and_date", "records_people.tsv", _surname_and_date, 6),
    ("other_name_same_date", "records_people.tsv", _other_name_same_date, 6),
    ("country_differs_only", "records_people.tsv", _country_differs_only, 6),
    ("country_agrees_only", "records_people.tsv", _country_agrees_only, 6),
    ("passport_equal", "records_people.tsv", _passport_equal, 6),
    ("passport_equal_other_name", "records_people.tsv", _passport_equal_other_name, 6),
    ("passport_renewed", "records_people.tsv", _passport_renewed, 6),
    ("weak_name_equal_id", "records_people.tsv", _weak_name_equal_id, 6),
    ("birth_place", "records_people.tsv", _birth_place, 6),
    ("missing_fields", "records_people.tsv", _missing_fields, 6),
    ("one_field_contradicts", "records_people.tsv", _one_field_contradicts, 6),
    ("strong_alias", "records_people.tsv", _strong_alias, 6),
    ("last_first_and_date", "records_people.tsv", _last_first_and_date, 6),
    ("frequent_name", "records_frequent.tsv", _frequent_name, 12),
    ("father_named", "records_frequent.tsv", _father_named, 8),
    ("company_number", "records_companies.tsv", _company_number, 5),
    ("company_renamed", "records_companies.tsv", _company_renamed, 5),
    ("company_country", "records_companies.tsv", _company_country, 5),
    ("company_alias", "records_companies.tsv", _company_alias, 5),
    ("vessel_imo", "records_vessels.tsv", _vessel_imo, 6),
    ("vessel_flag", "records_vessels.tsv", _vessel_flag, 5),
    ("vessel_spelling_and_imo", "records_vessels.tsv", _vessel_spelling_and_imo, 5),
)
"""Family, its table, what it makes of a row, and how many rows it takes."""


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def _composed(folder: Path) -> Iterator[RecordCheck]:
    """Walk through each table in turns, so that families use different parties."""
    turn: dict[str, int] = {}
    for family, table, build, count in FAMILIES:
        rows = _rows(folder / table)
        for _ in range(count):
            at = turn.get(table, 0)
            turn[table] = at + 1
            cases = build(rows[at % len(rows)])
            for label, (listed, subject) in zip((1, 0), cases, strict=True):
                yield RecordCheck(listed, subject, label, family, "")


def _fields(text: str, schema: str) -> Fields:
    fields: Fields = {"schema": schema}
    for cell in text.split("; "):
        key, value = cell.strip().split("=", 1)
        values = value.split(" / ")
        fields[key] = values[0] if len(values) == 1 else values
    return fields


def _written(path: Path) -> Iterator[RecordCheck]:
    family = schema = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("## "):
            family, schema = (cell.strip() for cell in line[3:].split("|"))
        elif line[:2] in ("+ ", "- "):
            cells = line[2:].split(" || ")
            if len(cells) not in (2, 3):
                raise ValueError(f"{path.name}:{number}: write 'listed || subject' or 'listed || subject || note'")
            note = cells[2] if len(cells) == 3 else ""
            yield RecordCheck(_fields(cells[0], schema), _fields(cells[1], schema), int(line[0] == "+"), family, note)


def checks(folder: Path) -> list[RecordCheck]:
    """Return all checks: composed from the tables in ``folder``, then written by hand.

    Raises:
        ValueError: A hand-written line cannot be read; the message names file and line.
    """
    return [*_composed(folder), *_written(folder / "records.txt")]
