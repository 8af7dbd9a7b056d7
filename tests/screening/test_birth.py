from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tajfif.model import BirthDate
from tajfif.screening.birth import BirthVerdict, compare_birth_dates
from tajfif.screening.field_weights import WEIGHTS
from tajfif.text.calendars import lunar_to_gregorian
from tajfif.text.dates import parse_date


def compare(mine: str, theirs: str) -> BirthVerdict:
    found = compare_birth_dates((parse_date(mine),), (parse_date(theirs),))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("mine", "theirs", "weight"),
    [
        ("1956-03-15", "15 Mar 1956", "birth.day"),
        ("15/03/1956", "1956-03-15", "birth.day"),
        ("1956-03-04", "1956-04-03", "birth.swapped"),
        ("1956-03-15", "1956-03-16", "birth.near_day"),
        ("1956-03-15", "1956-03-25", "birth.near_day"),
        ("1956-03-15", "1965-03-15", "birth.typo_year"),
        ("1956-03-15", "1966-03-15", "birth.typo_year"),
        ("1956-03", "1956-03-15", "birth.month"),
        ("1956", "1956-03-15", "birth.year"),
        ("1956", "1956", "birth.year"),
        ("1956-01-01", "1956-03-15", "birth.year"),
        ("1956-07-01", "1956-03-15", "birth.year"),
        ("1956-01-01", "1956-01-01", "birth.year"),
        ("between 1953 and 1958", "1956-03-15", "birth.range"),
        ("circa 1956", "1956-03-15", "birth.range"),
        ("1955", "1956", "birth.near_year"),
        ("1955", "1956-03-15", "birth.near_year"),
        ("1955-01-01", "1956-03-15", "birth.near_year"),
        ("circa 1954", "1956-03-15", "birth.near_year"),
        ("1956-03-15", "1956-08-20", "birth.year_other_day"),
        ("1956-03", "1956-08", "birth.year_other_day"),
        ("1954", "1956", "birth.years_1"),
        ("1956-03-15", "1959-08-20", "birth.years_2"),
        ("1956", "1962", "birth.years_4"),
        ("1956-03-15", "1969-08-20", "birth.years_8"),
        ("1956-03-15", "1984-08-20", "birth.generation"),
        ("1956", "1980", "birth.generation"),
    ],
)
def test_a_pair_of_dates(mine: str, theirs: str, weight: str) -> None:
    found = compare(mine, theirs)
    assert found.weight == WEIGHTS[weight]
    assert (found.verdict == "contradicts") == (found.weight < 0)
    assert compare(theirs, mine).weight == found.weight


@pytest.mark.parametrize(
    ("hijri", "gregorian", "weight"),
    [
        ("15 محرم 1375 هـ", "1955-09-03", "birth.day"),
        ("15 محرم 1375 هـ", "1955-09-02", "birth.day"),
        ("15 Muharram 1375 AH", "1955-09-04", "birth.day"),
        ("15 Muharram 1375 AH", "15/1/1375", "birth.day"),
        ("15 Muharram 1375 AH", "1955", "birth.year"),
        ("1375 AH", "1955", "birth.year"),
        ("1375 AH", "1956", "birth.year"),
        ("1375 AH", "1955-09-03", "birth.year"),
        ("Muharram 1375", "1955-09-03", "birth.month"),
        ("1 Farvardin 1357", "1978-03-21", "birth.day"),
        ("1357 SH", "1978", "birth.year"),
        ("15 Muharram 1375 AH", "1990-09-03", "birth.generation"),
    ],
)
def test_hijri_dates_meet_gregorian_ones(hijri: str, gregorian: str, weight: str) -> None:
    assert compare(hijri, gregorian).weight == compare(gregorian, hijri).weight == WEIGHTS[weight]


def test_a_bare_hijri_year_may_be_lunar_or_solar() -> None:
    assert compare("1357/6/12", "1978-09-03").verdict == "agrees"
    assert compare("1357/6/12", "1938-08-09").verdict == "agrees"
    assert compare("1357/6/12 هـ", "1978-09-03").verdict == "contradicts"


def test_the_wider_the_range_the_less_it_says() -> None:
    weights = [compare(f"between 1956 and {1956 + width}", "1956-03-15").weight for width in (3, 10, 20, 40)]
    assert weights == sorted(weights, reverse=True)
    assert weights[-1] > 0


def test_the_wider_the_gap_the_dearer() -> None:
    weights = [compare("1956-03-15", f"{year}-08-20").weight for year in (1956, 1957, 1959, 1962, 1969, 1980)]
    assert weights == sorted(weights, reverse=True)


def test_of_several_dates_the_best_counts() -> None:
    listed = (BirthDate(start="1940"), BirthDate(start="1956-03-15"), BirthDate(start="1961"))
    best = compare_birth_dates((BirthDate(start="1956-03-15"),), listed)
    assert best is not None
    assert best.theirs.start == "1956-03-15"


def test_what_was_not_read_is_not_compared() -> None:
    assert compare_birth_dates((parse_date("unknown"),), (BirthDate(start="1956"),)) is None
    assert compare_birth_dates((), (BirthDate(start="1956"),)) is None


days = st.dates(date(1925, 1, 1), date(2020, 12, 31))
stated = st.one_of(
    days.map(lambda day: BirthDate(start=day.isoformat())),
    days.map(lambda day: BirthDate(start=f"{day.year}-{day.month:02d}")),
    st.builds(lambda year, rough: BirthDate(start=str(year), approximate=rough), st.integers(1925, 2020), st.booleans()),
    st.integers(1345, 1440).map(lambda year: parse_date(f"{year} AH")),
    st.builds(lambda year, more: BirthDate(start=str(year), end=str(year + more)), st.integers(1925, 2000), st.integers(1, 20)),
)  # fmt: skip


@given(stated, stated)
def test_who_is_asked_about_does_not_matter(one: BirthDate, other: BirthDate) -> None:
    first, second = compare_birth_dates((one,), (other,)), compare_birth_dates((other,), (one,))
    assert first is not None
    assert second is not None
    assert (first.weight, first.verdict) == (second.weight, second.verdict)
    assert (first.weight < 0) == (first.verdict == "contradicts")


@given(stated)
def test_a_date_never_contradicts_itself(value: BirthDate) -> None:
    found = compare_birth_dates((value,), (value,))
    assert found is not None
    assert found.weight > 0


@given(st.integers(1345, 1440), st.integers(1, 12), st.integers(1, 29), st.integers(-1, 1))
def test_a_day_off_is_tolerated_in_every_lunar_date(year: int, month: int, day: int, off: int) -> None:
    other = lunar_to_gregorian(year, month, day) + timedelta(days=off)
    listed = BirthDate(start=other.isoformat())
    found = compare_birth_dates((parse_date(f"{day}/{month}/{year} هـ"),), (listed,))
    assert found is not None
    placeholder = other.isoformat()[5:] in {"01-01", "07-01"}
    assert found.weight == WEIGHTS["birth.year" if placeholder else "birth.day"]
