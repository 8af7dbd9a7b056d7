"""The examples show what examples/README.md says of them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import tajfif
from tajfif.intake.tabular import read_subjects
from tajfif.lists.store import ListStore
from tajfif.model import ScreeningResult

LISTED = {
    "C01": "QDi.006", "C02": "QDi.006", "C03": "QDi.006", "C04": "QDi.012", "C05": "QDi.232", "C06": "QDi.282",
    "C07": "QDi.401", "C08": "QDi.401", "C09": "QDi.002", "C10": "QDi.335", "C11": "QDi.426", "C12": "QDi.430",
    "C37": "QDe.108", "C38": "QDe.153",
}  # fmt: skip
LISTED_AR = {"١": "QDi.006", "٢": "QDi.012", "٣": "QDi.282", "٩": "QDe.153"}
ORDINARY = {f"C{number}" for number in (*range(17, 37), 39, 40)}
ORDINARY_AR = {"٦", "٧", "٨", "١٠"}


def screened(path: Path, home: Path) -> dict[str, ScreeningResult]:
    with read_subjects(str(path)) as reader:
        results = {result.subject.id: result for result in tajfif.Screener.open(home).screen_many(reader)}
        assert not reader.rejected
    return results


@pytest.mark.parametrize(
    ("file", "listed", "ordinary"),
    [("customers.csv", LISTED, ORDINARY), ("customers_ar.csv", LISTED_AR, ORDINARY_AR)],
)
def test_customers_are_who_the_readme_says(
    repository: Path, tmp_path: Path, file: str, listed: dict[str, str], ordinary: set[str]
) -> None:
    results = screened(repository / "examples" / file, tmp_path)
    assert {each: results[each].hits[0].reference for each in listed if results[each].hits} == listed
    assert {each for each in listed if results[each].status != "alert"} == set()
    assert {each for each in ordinary if results[each].status != "clear"} == set()


def test_every_customer_is_described(repository: Path) -> None:
    with (repository / "examples" / "customers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == [f"C{number:02}" for number in range(1, len(rows) + 1)]
    assert f"| {len(rows)} customers," in (repository / "examples" / "README.md").read_text(encoding="utf-8")


def test_namesakes_differ_in_a_birth_date(repository: Path, tmp_path: Path) -> None:
    results = screened(repository / "examples" / "customers.csv", tmp_path)
    for each in ("C13", "C14", "C15", "C16"):
        for hit in results[each].hits:
            assert any(item.property == "birthDate" and item.verdict == "contradicts" for item in hit.evidence)
    assert results["C41"].hits[0].score < results["C08"].hits[0].score or results["C41"].status == "alert"


def test_own_list_loads(repository: Path, tmp_path: Path) -> None:
    report = ListStore(tmp_path).load("own", repository / "examples" / "own_list.csv")
    assert report.version.entries == 5
    hits = tajfif.Screener.open(tmp_path).screen("Sakr Hilel Elkhayali")
    assert hits[0].reference == "P-001"
