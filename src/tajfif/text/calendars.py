"""Hijri days as Gregorian ones. Reach for it to convert a lunar or solar Hijri date.

Lunar dates are converted by Umm al-Qura (``hijridate``, 1343-1500 AH) and outside it by the tabular civil calendar
(Reingold and Dershowitz, "Calendrical Calculations", ch. 7). The two differ by a day now and then, and so does a month
that began by sighting: whoever compares converted dates must tolerate a day.

Solar dates are converted by the rule of 8 leap years in 33, exact for 1178-1633 SH (op. cit., ch. 15).
"""

from __future__ import annotations

from datetime import date, timedelta

from hijridate import Hijri

__all__ = ["lunar_to_gregorian", "solar_to_gregorian"]

_UMM_AL_QURA = range(1343, 1501)
_LUNAR_EPOCH = date(622, 7, 19).toordinal()
"""1 Muharram 1 AH of the civil calendar, in the proleptic Gregorian calendar (16 July 622, Julian)."""
_SOLAR_LEAPS = frozenset({1, 5, 9, 13, 17, 22, 26, 30})
_SOLAR_YEARS = range(1178, 1634)
_SOLAR_EPOCH = date(1799, 3, 21).toordinal()
"""1 Farvardin 1178 SH."""


def lunar_to_gregorian(year: int, month: int, day: int) -> date:
    """Convert a lunar Hijri date; day 30 of a month of 29 days becomes the next day.

    Raises:
        ValueError: If the year, month or day is out of range.
    """
    if not (1 <= month <= 12 and 1 <= day <= 30 and 1 <= year <= 1600):
        raise ValueError("not a lunar date")
    if year in _UMM_AL_QURA:
        first = Hijri(year, month, 1).to_gregorian()
        return date(first.year, first.month, first.day) + timedelta(days=day - 1)
    # 11 leap years in 30; months of 30 and 29 days by turns.
    days = (year - 1) * 354 + (3 + 11 * year) // 30 + 29 * (month - 1) + month // 2 + day - 1
    return date.fromordinal(_LUNAR_EPOCH + days)


def solar_to_gregorian(year: int, month: int, day: int) -> date:
    """Convert a solar Hijri (Persian, Afghan) date; day 30 of a last month of 29 days becomes the next day.

    Raises:
        ValueError: If the year, month or day is out of range.
    """
    longest = 31 if month <= 6 else 30
    if not (1 <= month <= 12 and 1 <= day <= longest and year in _SOLAR_YEARS):
        raise ValueError("not a solar date")
    leaps = sum(before % 33 in _SOLAR_LEAPS for before in range(_SOLAR_YEARS.start, year))
    new_year = _SOLAR_EPOCH + (year - _SOLAR_YEARS.start) * 365 + leaps
    months = 31 * (month - 1) if month <= 7 else 186 + 30 * (month - 7)
    return date.fromordinal(new_year + months + day - 1)
