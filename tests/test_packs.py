"""The development packs in benchmarks/packs are well formed, balanced, and built from their sources."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hijridate import Hijri

PAIR_COLUMNS = ["name1", "name2", "schema", "label", "family", "split", "note"]
SCHEMATA = {"Person", "Organization", "Company", "Vessel"}
RECORD_KEYS = {"listed", "subject", "label", "family", "note", "split"}
PARTY_KEYS = {
    "id", "schema", "name", "alias", "weakAlias", "birthDate", "nationality", "country", "gender", "motherName",
    "fatherName", "birthPlace", "passportNumber", "idNumber", "registrationNumber", "imoNumber", "address",
}  # fmt: skip


@pytest.fixture(scope="module")
def packs(repository: Path) -> Path:
    return repository / "benchmarks" / "packs"


@pytest.fixture(scope="module")
def pairs(packs: Path) -> list[dict[str, str]]:
    with (packs / "arabic_pairs.csv").open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        rows = list(reader)
        assert reader.fieldnames == PAIR_COLUMNS
    return rows


@pytest.fixture(scope="module")
def records(packs: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (packs / "arabic_records.jsonl").read_text(encoding="utf-8").splitlines()]


def labels_by_family(rows: Iterable[dict[str, Any]]) -> dict[str, Counter[int]]:
    families: dict[str, Counter[int]] = defaultdict(Counter)
    for row in rows:
        families[row["family"]][int(row["label"])] += 1
    return families


def is_arabic_script(text: str) -> bool:
    letters = [unicodedata.name(letter, "").startswith("ARABIC") for letter in text if letter.isalpha()]
    return sum(letters) * 2 > len(letters)


def content(party: dict[str, Any]) -> str:
    return json.dumps({key: value for key, value in party.items() if key != "id"}, sort_keys=True)


def test_pairs_have_their_columns_filled(pairs: list[dict[str, str]]) -> None:
    for row in pairs:
        assert all(row[column].strip() for column in PAIR_COLUMNS), row
        assert row["label"] in {"0", "1"}
        assert row["schema"] in SCHEMATA
        assert row["split"] in {"dev", "held"}


def test_pairs_are_many_and_balanced(pairs: list[dict[str, str]]) -> None:
    families = labels_by_family(pairs)
    assert len(pairs) >= 800
    assert len(families) >= 80
    assert 0.45 <= sum(row["label"] == "1" for row in pairs) / len(pairs) <= 0.55
    assert [family for family, labels in families.items() if min(labels[0], labels[1]) < 2] == []


def test_a_third_of_the_pairs_cross_the_scripts(pairs: list[dict[str, str]]) -> None:
    crossing = [row for row in pairs if is_arabic_script(row["name1"]) != is_arabic_script(row["name2"])]
    assert len(crossing) * 3 >= len(pairs)
    assert {row["label"] for row in crossing} == {"0", "1"}


def test_no_pair_occurs_twice_or_with_both_labels(pairs: list[dict[str, str]]) -> None:
    seen = Counter(frozenset((row["name1"], row["name2"])) for row in pairs)
    assert [names for names, times in seen.items() if times > 1] == []
    assert [names for names in seen if len(names) == 1] == []


def test_records_have_their_keys(records: list[dict[str, Any]]) -> None:
    for record in records:
        assert set(record) == RECORD_KEYS
        assert record["label"] in {0, 1}
        assert record["split"] in {"dev", "held"}
        for side in ("listed", "subject"):
            assert set(record[side]) <= PARTY_KEYS, record[side]
            assert record[side]["schema"] in SCHEMATA
            assert record[side]["name"]


def test_records_are_many_and_balanced(records: list[dict[str, Any]]) -> None:
    families = labels_by_family(records)
    assert len(records) >= 260
    assert 0.45 <= sum(record["label"] for record in records) / len(records) <= 0.55
    assert [family for family, labels in families.items() if min(labels[0], labels[1]) < 2] == []


def test_no_record_pair_occurs_twice_or_with_both_labels(records: list[dict[str, Any]]) -> None:
    seen = Counter((content(record["listed"]), content(record["subject"])) for record in records)
    assert [parties for parties, times in seen.items() if times > 1] == []
    assert len({record[side]["id"] for record in records for side in ("listed", "subject")}) == 2 * len(records)


@pytest.mark.parametrize("pack", ["pairs", "records"])
def test_two_fifths_of_each_label_are_held_out(pack: str, request: pytest.FixtureRequest) -> None:
    rows: list[dict[str, Any]] = request.getfixturevalue(pack)
    for label in (0, 1):
        held = [row["split"] == "held" for row in rows if int(row["label"]) == label]
        assert 0.37 <= sum(held) / len(held) <= 0.43


def test_imo_numbers_have_their_check_figure(records: list[dict[str, Any]]) -> None:
    numbers = [record[side].get("imoNumber", "") for record in records for side in ("listed", "subject")]
    figures = [[int(letter) for letter in number if letter.isdigit()] for number in numbers if number]
    assert len(figures) >= 20
    for each in figures:
        assert sum(figure * weight for figure, weight in zip(each[:6], range(7, 1, -1), strict=True)) % 10 == each[6]


def test_lunar_dates_in_figures_fit_the_gregorian_side(records: list[dict[str, Any]]) -> None:
    checked = 0
    for record in records:
        if record["family"] != "hijri_numeric":
            continue
        hijri, gregorian = sorted((record["listed"]["birthDate"], record["subject"]["birthDate"]), key=gregorian_last)
        figures = [int(part) for part in "".join(c if c.isdecimal() else " " for c in hijri).split()]
        year, month, day = figures if figures[0] > 31 else figures[::-1]
        converted = Hijri(year, month, day).to_gregorian()
        distance = abs(date.fromisoformat(gregorian) - date(converted.year, converted.month, converted.day))
        assert distance <= timedelta(days=1) if record["label"] else distance > timedelta(days=3 * 365), record
        checked += 1
    assert checked >= 10


def gregorian_last(text: str) -> bool:
    return text.startswith("19")


@pytest.mark.parametrize("builder", ["build_arabic_pairs.py", "build_arabic_records.py"])
def test_packs_hold_what_their_sources_say(packs: Path, builder: str) -> None:
    done = subprocess.run(
        [sys.executable, str(packs / builder), "--check"], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr


def test_readme_counts_what_is_there(packs: Path, pairs: list[dict[str, str]], records: list[dict[str, Any]]) -> None:
    readme = (packs / "README.md").read_text(encoding="utf-8")
    assert f"{len(pairs):,} pairs in {len(labels_by_family(pairs))} families" in readme
    assert f"{len(records)} pairs in {len(labels_by_family(records))} families" in readme
