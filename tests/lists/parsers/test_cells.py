"""Cells with several values, dates with unknown days, countries among words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tajfif.lists.parsers.cells import country_of, day_first, document_dates, item_at, numbered, stated_birth
from tajfif.model import BirthDate


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("", []),
        (" - ", []),
        ("Sampleville", ["Sampleville"]),
        ("(1) Iraq. (2) Syria", ["Iraq.", "Syria"]),
        ("(1) - (2) Shabwa (3)Aden", ["", "Shabwa", "Aden"]),
        ("(1) Governor (1 to 14 April 2014) (2) Chair", ["Governor (1 to 14 April 2014)", "Chair"]),
        ("(3) Brigade", ["(3) Brigade"]),
        ("Al-Owja (1) and (2)", ["Al-Owja (1) and (2)"]),
        ("a) 1963 b) 1965", ["1963", "1965"]),
        ("(a) Iraqi; (b) Syrian", ["Iraqi", "Syrian"]),
        ("b) alone", ["b) alone"]),
    ],
)
def test_values_of_a_cell(text: str, values: list[str]) -> None:
    assert numbered(text) == values


@given(st.lists(st.text(st.sampled_from("xyz قاف12")).map(str.strip).filter(bool), min_size=1, max_size=12))
def test_numbered_values_come_back(values: list[str]) -> None:
    values = [" ".join(value.split()) for value in values]
    cell = " ".join(f"({place}) {value}" for place, value in enumerate(values, start=1))
    assert numbered(cell) == values


def test_one_value_holds_for_all_places() -> None:
    assert [item_at(["Iraq"], place) for place in range(3)] == ["Iraq"] * 3
    assert [item_at(["Iraq", "Syria"], place) for place in range(3)] == ["Iraq", "Syria", ""]
    assert item_at([], 0) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("31/12/1960", "1960-12-31"),
        ("00/12/1960", "1960-12"),
        ("00/00/1960", "1960"),
        ("dd/mm/1960", "1960"),
        ("12/1960", "1960-12"),
        ("1960", "1960"),
        ("31/02/1960", ""),
        ("12/31/1960", ""),
        ("05/00/1960", ""),
        ("00/00/0", ""),
        ("1960-12-31", ""),
    ],
)
def test_dates_with_the_day_first(text: str, expected: str) -> None:
    assert day_first(text) == expected


def test_birth_dates() -> None:
    assert stated_birth("00/00/1960") == BirthDate(start="1960")
    assert stated_birth("circa 1960") == BirthDate(start="1960", approximate=True)
    assert stated_birth("in his forties") == BirthDate(text="in his forties")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Iraq", "iq"),
        ("Kuwaiti", "kw"),
        ("Former USSR (now Belarus)", "by"),
        ("Former USSR Currently Ukraine", "ua"),
        ("Syrian Arab Republic national identification card", "sy"),
        ("Central African Republic. Letter O", "cf"),
        ("(Yemen). Issued on 13 August 1995", "ye"),
        ("Nowhereland", ""),
        ("", ""),
    ],
)
def test_countries_among_words(text: str, code: str) -> None:
    assert country_of(text) == code


def test_dates_beside_a_document() -> None:
    assert document_dates("issue date: 08/11/1996, expiry date: 07/11/2001") == ("1996-11-08", "2001-11-07")
    assert document_dates("Issued on 13 August 1995. Expired on 31 March 2006.") == ("1995-08-13", "2006-03-31")
    assert document_dates("Diplomatic") == ("", "")
