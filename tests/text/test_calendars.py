from __future__ import annotations

from datetime import date, timedelta

import pytest
from hijridate import Gregorian, Hijri
from hypothesis import assume, given
from hypothesis import strategies as st

from tajfif.text.calendars import lunar_to_gregorian, solar_to_gregorian

LUNAR_YEARS = st.integers(1343, 1500)
MONTHS = st.integers(1, 12)


@given(LUNAR_YEARS, MONTHS, st.integers(1, 29))
def test_lunar_dates_are_those_of_umm_al_qura(year: int, month: int, day: int) -> None:
    assume(day <= Hijri(year, month, 1).month_length())  # a few early months have 28 days
    converted = Hijri(year, month, day).to_gregorian()
    assert lunar_to_gregorian(year, month, day) == date(converted.year, converted.month, converted.day)


@given(st.dates(date(1924, 8, 1), date(2077, 11, 16)))
def test_a_day_there_and_back_is_the_same_day(day: date) -> None:
    hijri = Gregorian(day.year, day.month, day.day).to_hijri()
    assert lunar_to_gregorian(hijri.year, hijri.month, hijri.day) == day


@given(st.integers(1, 1600), MONTHS, st.integers(1, 30))
def test_lunar_days_follow_one_another(year: int, month: int, day: int) -> None:
    first = lunar_to_gregorian(year, month, 1)
    assert lunar_to_gregorian(year, month, day) - first == timedelta(days=day - 1)
    following = (year, month + 1) if month < 12 else (year + 1, 1)
    if following[0] <= 1600:
        length = (lunar_to_gregorian(*following, 1) - first).days
        edge = (year, month) in {(1342, 12), (1500, 12)}  # where the tabular calendar meets Umm al-Qura
        assert length in {29, 30} or (edge and length in {28, 31})


@pytest.mark.parametrize(
    ("lunar", "gregorian"),
    [
        ((1, 1, 1), (622, 7, 19)),  # 16 July 622 in the Julian calendar
        ((1300, 1, 1), (1882, 11, 12)),
        ((1342, 9, 1), (1924, 4, 6)),
        ((1343, 1, 1), (1924, 8, 1)),
        ((1375, 9, 15), (1956, 4, 26)),
        ((1400, 1, 1), (1979, 11, 20)),
        ((1420, 10, 1), (2000, 1, 8)),
        ((1445, 9, 1), (2024, 3, 11)),
        ((1500, 12, 29), (2077, 11, 15)),
    ],
)
def test_known_lunar_dates(lunar: tuple[int, int, int], gregorian: tuple[int, int, int]) -> None:
    assert abs(lunar_to_gregorian(*lunar) - date(*gregorian)) <= timedelta(days=1)


@pytest.mark.parametrize(
    ("solar", "gregorian"),
    [
        ((1178, 1, 1), (1799, 3, 21)),
        ((1300, 1, 1), (1921, 3, 21)),
        ((1304, 1, 1), (1925, 3, 21)),
        ((1357, 1, 1), (1978, 3, 21)),
        ((1357, 11, 22), (1979, 2, 11)),
        ((1375, 12, 30), (1997, 3, 20)),
        ((1399, 12, 30), (2021, 3, 20)),
        ((1403, 1, 1), (2024, 3, 20)),
        ((1404, 1, 1), (2025, 3, 21)),
    ],
)
def test_known_solar_dates(solar: tuple[int, int, int], gregorian: tuple[int, int, int]) -> None:
    assert solar_to_gregorian(*solar) == date(*gregorian)


@given(st.integers(1178, 1632), MONTHS)
def test_solar_months_follow_one_another(year: int, month: int) -> None:
    following = (year, month + 1) if month < 12 else (year + 1, 1)
    length = (solar_to_gregorian(*following, 1) - solar_to_gregorian(year, month, 1)).days
    assert length in ({31} if month <= 6 else {30} if month <= 11 else {29, 30})
    assert solar_to_gregorian(year, 1, 1) in {date(year + 621, 3, day) for day in (20, 21, 22)}


@pytest.mark.parametrize("day", [(1400, 13, 1), (1400, 0, 1), (1400, 1, 31), (1400, 1, 0), (0, 1, 1), (1700, 1, 1)])
def test_what_is_no_lunar_date_is_refused(day: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="lunar"):
        lunar_to_gregorian(*day)


@pytest.mark.parametrize("day", [(1400, 13, 1), (1400, 1, 32), (1400, 7, 31), (1100, 1, 1), (1700, 1, 1)])
def test_what_is_no_solar_date_is_refused(day: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="solar"):
        solar_to_gregorian(*day)
