"""Countries, currencies and the calendar of the region. Reach for it to know when and in what money people pay.

Rates are of the right order of magnitude and otherwise invented: they wander from day to day. Ramadan is that of Umm al-Qura.
"""

from __future__ import annotations

import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tajfif.text.calendars import lunar_to_gregorian
from tajfif.tracing.money import exponent_of

__all__ = ["ABROAD", "COUNTRIES", "Calendar", "Country", "Rates", "calendar_of", "rates_of"]


class Country(NamedTuple):
    """A country: ISO 3166-1 code, currency, units of it for a US dollar, weight, wages, whether conflict is near."""

    code: str
    currency: str
    per_dollar: float
    weight: float
    wage: float
    risk: bool = False


COUNTRIES = (
    Country("IQ", "IQD", 1310.0, 14, 650, True), Country("SA", "SAR", 3.75, 13, 1900),
    Country("AE", "AED", 3.6725, 12, 2500), Country("KW", "KWD", 0.307, 7, 2300),
    Country("BH", "BHD", 0.376, 5, 1700), Country("JO", "JOD", 0.709, 7, 750),
    Country("EG", "EGP", 48.5, 11, 350), Country("QA", "QAR", 3.64, 5, 2700),
    Country("OM", "OMR", 0.3845, 4, 1600), Country("TR", "TRY", 34.0, 8, 900),
    Country("LB", "LBP", 89500.0, 4, 450, True), Country("YE", "YER", 530.0, 3, 180, True),
    Country("TN", "TND", 3.1, 3, 420), Country("MA", "MAD", 9.9, 4, 480),
    Country("LY", "LYD", 4.85, 2, 400, True), Country("SD", "SDG", 600.0, 2, 150, True),
    Country("SY", "SYP", 13000.0, 2, 140, True), Country("DZ", "DZD", 134.0, 3, 400),
    Country("PK", "PKR", 278.0, 4, 260), Country("MR", "MRU", 39.7, 1, 250),
)  # fmt: skip
"""Countries in the order in which they are taken."""

ABROAD = (
    Country("GB", "GBP", 0.79, 3, 3200), Country("DE", "EUR", 0.92, 3, 3100), Country("US", "USD", 1.0, 3, 4200),
)  # fmt: skip
"""Where foreign banks are, beside the region."""

_LATE_WEEKEND = frozenset({"TR", "LB", "TN", "MA", "DZ", "PK", "MR", "GB", "DE", "US"})


class Calendar(NamedTuple):
    """What kind of day each day is, by number from the first one; shape (days,) each.

    Attributes:
        first: Microseconds since 1970 of the first day.
        weekday: 0 for Monday.
        ramadan: In Ramadan.
        last_nights: Its last ten days.
        feast: The three days of each Eid.
        before_feast: The ten days before either Eid.
    """

    first: int
    weekday: NDArray[np.int64]
    ramadan: NDArray[np.bool_]
    last_nights: NDArray[np.bool_]
    feast: NDArray[np.bool_]
    before_feast: NDArray[np.bool_]


def calendar_of(start: str, days: int) -> Calendar:
    """Return the calendar of so many days."""
    first = datetime.date.fromisoformat(start)
    ordinal = first.toordinal() + np.arange(days)
    marks = {name: np.zeros(days, dtype=bool) for name in ("ramadan", "last", "feast", "before")}
    year = int((first.year - 622) * 33 / 32) - 1
    while True:
        begin = lunar_to_gregorian(year, 9, 1).toordinal()
        eid = lunar_to_gregorian(year, 10, 1).toordinal()
        sacrifice = lunar_to_gregorian(year, 12, 10).toordinal()
        if begin > ordinal[-1] + 40:
            break
        marks["ramadan"] |= (ordinal >= begin) & (ordinal < eid)
        marks["last"] |= (ordinal >= eid - 10) & (ordinal < eid)
        for day in (eid, sacrifice):
            marks["feast"] |= (ordinal >= day) & (ordinal < day + 3)
            marks["before"] |= (ordinal >= day - 10) & (ordinal < day)
        year += 1
    moment = (first - datetime.date(1970, 1, 1)).days * 86_400_000_000
    return Calendar(moment, (ordinal - 1) % 7, marks["ramadan"], marks["last"], marks["feast"], marks["before"])


def week_of(country: str) -> NDArray[np.float64]:
    """Return the weight of each day of the week, Monday first: a weekend is Friday and Saturday, in some Saturday and Sunday."""
    if country in _LATE_WEEKEND:
        return np.array([1, 1, 1, 1, 0.85, 0.45, 0.4])
    if country == "AE":  # Saturday and Sunday since 2022, and half of Friday
        return np.array([1, 1, 1, 1, 0.4, 0.4, 0.75])
    return np.array([1, 1, 1, 1, 0.3, 0.45, 1])


class Rates(NamedTuple):
    """Currencies, their decimals, and units of each for a dollar on each day, shape (currencies, days)."""

    codes: tuple[str, ...]
    exponents: NDArray[np.int64]
    per_dollar: NDArray[np.float64]


def rates_of(countries: tuple[Country, ...], days: int, random: np.random.Generator) -> Rates:
    """Return the rates of every currency: pegged ones hardly move, others drift."""
    held = {country.currency: country for country in countries}
    held["USD"] = ABROAD[-1]
    codes = tuple(sorted(held))
    pegged = {"SAR", "AED", "BHD", "QAR", "OMR", "JOD", "USD"}
    table = np.empty((len(codes), days))
    for index, code in enumerate(codes):
        steps = random.normal(0, 0.0 if code == "USD" else 0.0001 if code in pegged else 0.002, days)
        table[index] = held[code].per_dollar * np.exp(np.clip(np.cumsum(steps), -0.2, 0.2))
    decimals = np.array([exponent_of(code) for code in codes], dtype=np.int64)
    return Rates(codes, decimals, np.round(table, 6))
