"""A birth date as forms, documents and clerks have it. Reach for it through :mod:`tajfif.evaluation.alterations`.

Each function takes the listed day of birth and a seeded generator and returns what is written of it, as text that the intake
reads, or ``None`` where it gives nothing to do (a day above 12 cannot be taken for a month).
"""

from __future__ import annotations

import random
from datetime import date, timedelta

from hijridate import Gregorian

from tajfif.text.calendars import solar_to_gregorian

__all__ = [
    "as_listed",
    "day_and_month_swapped",
    "day_shifted",
    "first_of_january",
    "lunar_hijri",
    "lunar_hijri_year",
    "missing",
    "month_shifted",
    "solar_hijri",
    "year_only",
    "year_shifted",
]

_UMM_AL_QURA = (date(1924, 8, 1), date(2077, 11, 16))


def as_listed(born: date, rng: random.Random) -> str | None:
    """Write the day as the list has it."""
    return born.isoformat()


def missing(born: date, rng: random.Random) -> str | None:
    """Write nothing."""
    return ""


def year_only(born: date, rng: random.Random) -> str | None:
    """Write the year alone."""
    return f"{born.year:04d}"


def first_of_january(born: date, rng: random.Random) -> str | None:
    """Write 1 January of the year, as documents do where the day is not known."""
    return None if (born.month, born.day) == (1, 1) else f"{born.year:04d}-01-01"


def day_and_month_swapped(born: date, rng: random.Random) -> str | None:
    """Take the day for the month and the month for the day."""
    return None if born.day > 12 or born.day == born.month else f"{born.year:04d}-{born.day:02d}-{born.month:02d}"


def day_shifted(born: date, rng: random.Random) -> str | None:
    """Write the day before or after."""
    return (born + timedelta(days=rng.choice((-1, 1)))).isoformat()


def month_shifted(born: date, rng: random.Random) -> str | None:
    """Write the month before or after, in the same year."""
    month = born.month + rng.choice((-1, 1))
    return f"{born.year:04d}-{month:02d}-{born.day:02d}" if 1 <= month <= 12 and born.day <= 28 else None


def year_shifted(born: date, rng: random.Random) -> str | None:
    """Write the year before or after."""
    return f"{born.year + rng.choice((-1, 1)):04d}-{born.month:02d}-{min(born.day, 28):02d}"


def lunar_hijri(born: date, rng: random.Random) -> str | None:
    """Write the day in the lunar Hijri calendar (Umm al-Qura)."""
    if not _UMM_AL_QURA[0] <= born < _UMM_AL_QURA[1]:
        return None
    year, month, day = Gregorian(born.year, born.month, born.day).to_hijri().datetuple()
    return f"{day}/{month}/{year} {rng.choice(('هـ', 'AH'))}"


def lunar_hijri_year(born: date, rng: random.Random) -> str | None:
    """Write the year alone, in the lunar Hijri calendar."""
    written = lunar_hijri(born, rng)
    return written and written.rpartition("/")[2]


def solar_hijri(born: date, rng: random.Random) -> str | None:
    """Write the day in the solar Hijri calendar of Iran and Afghanistan."""
    year = born.year - 621 if born >= solar_to_gregorian(born.year - 621, 1, 1) else born.year - 622
    months = [month for month in range(1, 13) if solar_to_gregorian(year, month, 1) <= born]
    day = (born - solar_to_gregorian(year, months[-1], 1)).days + 1
    return f"{year}/{months[-1]}/{day} {rng.choice(('هـ ش', 'SH'))}"
