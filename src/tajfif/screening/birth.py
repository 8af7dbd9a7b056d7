"""What two stated birth dates say. Reach for it to weigh dates that are partial, guessed, mistyped or of another calendar."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tajfif.model import BirthDate
from tajfif.screening.field_weights import WEIGHTS
from tajfif.text.dates import parse_date

__all__ = ["BIRTH_BOUNDS", "NEAR_DAYS", "BirthVerdict", "as_rows", "birth_rows", "compare_birth_dates"]

_PLACEHOLDER_DAYS = frozenset({"01-01", "07-01"})
"""What registers write for an unknown day: 1 January and 1 July stand for the year."""
_MARKED = re.compile(r"[^\W\d_]")
_RANGE_YEARS = 6.0
_YEAR_DAYS = 365.25
NEAR_DAYS = 3 * 366 + 2
"""Further apart than this two dates contradict, unless a digit was mistyped."""
BIRTH_BOUNDS = np.array(
    [WEIGHTS[name] for name in ("birth.day", "birth.near_day", "birth.year_other_day", "birth.years_2")]
)
"""Most that two dates weigh: the same or written for it; a slip; other days of near years; further apart."""


class BirthVerdict(NamedTuple):
    """The best pair of dates: what it weighs, and which dates it is."""

    weight: float
    verdict: Literal["agrees", "compatible", "contradicts"]
    mine: BirthDate
    theirs: BirthDate


class _Span(NamedTuple):
    first: date
    last: date
    exact: bool
    """A single day, not a placeholder."""
    converted: bool
    loose: bool


def compare_birth_dates(mine: Sequence[BirthDate], theirs: Sequence[BirthDate]) -> BirthVerdict | None:
    """Return the best pair of dates; ``None`` when either side has none that could be read."""
    best: BirthVerdict | None = None
    for one in mine:
        for other in theirs:
            if one.start and other.start:
                weight, verdict = _pair(one, other)
                if best is None or weight > best.weight:
                    best = BirthVerdict(weight, verdict, one, other)
    return best


def birth_rows(dates: Sequence[BirthDate]) -> list[tuple[int, int, int, int]]:
    """Return dates as numbers, for a quick bound on what they can weigh (:func:`tajfif.screening.kernels.within_reach`).

    Returns:
        For each reading of each date that could be read: its first and last day (proleptic Gregorian ordinals); the day as
        the number YYYYMMDD where it is one day of the Gregorian calendar as stated, else 0; and 1 where more than the
        days must be looked at (a guess, a date converted), else 0.
    """
    rows = []
    for value in dates:
        if value.start:
            spans = _readings(value)
            for span in spans:
                free = span.loose or span.converted or len(spans) > 1
                digits = int(span.first.strftime("%Y%m%d")) if span.exact and not free else 0
                rows.append((span.first.toordinal(), span.last.toordinal(), digits, int(free)))
    return rows


def as_rows(rows: Sequence[tuple[int, int, int, int]]) -> NDArray[np.int32]:
    """Return rows of birth dates as an array of shape (rows, 4)."""
    return np.array(rows, dtype=np.int32).reshape(-1, 4)


_Verdict = tuple[float, Literal["agrees", "compatible", "contradicts"]]


@lru_cache(maxsize=100_000)
def _pair(a: BirthDate, b: BirthDate) -> _Verdict:
    return max((_spans(x, y) for x in _readings(a) for y in _readings(b)), key=lambda one: one[0])


@lru_cache(maxsize=50_000)
def _readings(value: BirthDate) -> tuple[_Span, ...]:
    """Return the spans that a date may be: a bare Hijri year does not say whether it is lunar or solar."""
    spans = [_span(value)]
    if value.calendar == "islamic" and value.text and not _MARKED.search(value.text):
        solar = parse_date(f"{value.text} SH")
        if solar.calendar == "persian":
            spans.append(_span(solar))
    return tuple(spans)


def _span(value: BirthDate) -> _Span:
    first, _ = _bounds(value.start)
    _, last = _bounds(value.end or value.start)
    exact = len(value.start) == 10 and not value.end
    if exact and not value.calendar and value.start[5:] in _PLACEHOLDER_DAYS:
        exact, first, last = False, date(first.year, 1, 1), date(first.year, 12, 31)
    return _Span(first, max(first, last), exact, bool(value.calendar), value.approximate)


def _bounds(text: str) -> tuple[date, date]:
    year, month, day = (int(piece) for piece in (*text.split("-"), "0", "0")[:3])
    if day:
        one = date(year, month, day)
        return one, one
    if month:
        after = date(year + month // 12, month % 12 + 1, 1)
        return date(year, month, 1), date.fromordinal(after.toordinal() - 1)
    return date(year, 1, 1), date(year, 12, 31)


def _spans(one: _Span, other: _Span) -> _Verdict:
    loose = one.loose or other.loose
    if one.exact and other.exact:
        return _two_days(one.first, other.first, converted=one.converted or other.converted, loose=loose)
    gap = (max(one.first, other.first) - min(one.last, other.last)).days
    if gap <= 0 or (gap <= 2 and (one.converted or other.converted)):
        return _overlap(one, other, loose=loose)
    # One year off: 1955 for a day of 1956. A guess may be three years off.
    years = max(one.first.year, other.first.year) - min(one.last.year, other.last.year)
    narrow = not loose and all((span.last - span.first).days <= 31 for span in (one, other))
    if not narrow and years <= (3 if loose else 1):
        return WEIGHTS["birth.near_year"], "compatible"
    if years == 0:
        return WEIGHTS["birth.year_other_day"], "contradicts"
    return _apart(gap / _YEAR_DAYS - (2.0 if loose else 0.0))


def _overlap(one: _Span, other: _Span, *, loose: bool) -> _Verdict:
    longest = max((one.last - one.first).days, (other.last - other.first).days)
    if not loose and longest <= 31:
        return WEIGHTS["birth.month"], "agrees"
    if not loose and longest <= 366:
        return WEIGHTS["birth.year"], "agrees"
    return WEIGHTS["birth.range"] * min(1.0, _RANGE_YEARS * _YEAR_DAYS / (longest + 1)), "compatible"


def _two_days(a: date, b: date, *, converted: bool, loose: bool) -> _Verdict:
    days = abs((a - b).days)
    if days == 0 or (converted and days == 1):
        return WEIGHTS["birth.day"], "agrees"
    if a.year == b.year and (a.day, a.month) == (b.month, b.day):
        return WEIGHTS["birth.swapped"], "agrees"
    if days <= 2:
        return WEIGHTS["birth.near_day"], "compatible"
    same_day = (a.month, a.day) == (b.month, b.day)
    if _one_digit_off(a, b):
        return WEIGHTS["birth.typo_year" if same_day else "birth.near_day"], "compatible"
    if loose and days <= 3 * _YEAR_DAYS:
        return WEIGHTS["birth.near_year"], "compatible"
    if a.year == b.year:
        return WEIGHTS["birth.year_other_day"], "contradicts"
    return _apart(days / _YEAR_DAYS)


def _one_digit_off(a: date, b: date) -> bool:
    """Tell whether one digit of the eight is mistyped (not of the century), or two neighbours are exchanged."""
    x, y = a.strftime("%Y%m%d"), b.strftime("%Y%m%d")
    differ = [i for i in range(8) if x[i] != y[i]]
    if len(differ) == 1:
        return differ[0] > 1
    if len(differ) != 2 or differ[1] != differ[0] + 1:
        return False
    i, j = differ
    return x[i] == y[j] and x[j] == y[i]


def _apart(years: float) -> _Verdict:
    steps = ((1.5, "birth.years_1"), (4.0, "birth.years_2"), (8.0, "birth.years_4"), (16.0, "birth.years_8"))
    name = next((name for limit, name in steps if years < limit), "birth.generation")
    return WEIGHTS[name], "contradicts"
