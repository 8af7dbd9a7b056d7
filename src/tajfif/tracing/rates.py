"""Rates that the user gives, and amounts of several currencies in one. Reach for it where such amounts are to be compared.

A rate is what one unit of a currency is worth on a day, in one and the same currency throughout the table, which then has the rate 1.
It holds until the currency's next one. Amounts are converted as fractions and rounded once, half to even, to minor units.
"""

from __future__ import annotations

import datetime
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tajfif.errors import InputError
from tajfif.tracing.money import MOST_MINOR, currency_code

__all__ = ["Rates", "convert", "read_rates"]

_DAY = 86_400_000_000
_DIGITS = 18
_HINT = "One row a rate, with the columns currency, date and rate: EUR,2025-01-01,1.0389"


class Rates:
    """A table of rates.

    Args:
        rows: Currency, day (ISO 8601) and rate as decimals.

    Raises:
        InputError: A row is no rate, or two of one currency and day differ.
    """

    def __init__(self, rows: Iterable[tuple[str, str, str]]) -> None:
        held: dict[str, dict[int, Decimal]] = {}
        for place, (code, day, rate) in enumerate(rows, 1):
            currency, number, worth = _rate(code, day, rate, f"rate {place}")
            if held.setdefault(currency, {}).setdefault(number, worth) != worth:
                raise InputError(f"two rates of {currency} on {day} differ", where=f"rate {place}")
        self._held = {currency: sorted(by_day.items()) for currency, by_day in sorted(held.items())}

    @property
    def currencies(self) -> tuple[str, ...]:
        """The currencies that have a rate."""
        return tuple(self._held)

    def rows(self) -> list[tuple[str, str, str]]:
        """Return the table by currency and day."""
        return [
            (currency, (datetime.date(1970, 1, 1) + datetime.timedelta(day)).isoformat(), f"{rate:f}")
            for currency, by_day in self._held.items()
            for day, rate in by_day
        ]

    def days(self, *currencies: str) -> list[int]:
        """Return the days, counted from 1970, on which one of these has a new rate."""
        return sorted({day for currency in currencies for day, _ in self._held.get(currency, ())})

    def worth(self, currency: str, day: int) -> Fraction:
        """Return what one unit is worth on a day.

        Raises:
            InputError: There is no rate of that day or one before it.
        """
        by_day = self._held.get(currency, [])
        place = bisect_right(by_day, day, key=lambda one: one[0])
        if not place:
            raise InputError(
                f"there is no rate of {currency} on or before {np.datetime64(day, 'D')}", hint="Add it to the rates."
            )
        return Fraction(by_day[place - 1][1])


def _rate(code: str, day: str, rate: str, where: str) -> tuple[str, int, Decimal]:
    currency = currency_code(code)
    try:
        number = (datetime.date.fromisoformat(day.strip()) - datetime.date(1970, 1, 1)).days
        worth = Decimal(rate.strip())
    except (ValueError, InvalidOperation):
        raise InputError(f"{code}, {day}, {rate} is no rate", where=where, hint=_HINT) from None
    if not currency or not worth.is_finite() or worth <= 0:
        raise InputError(f"{code}, {day}, {rate} is no rate", where=where, hint=_HINT)
    if len(worth.as_tuple().digits) > _DIGITS or abs(worth.adjusted()) > _DIGITS:
        raise InputError(f"{rate} has more than {_DIGITS} digits", where=where)
    return currency, number, worth


def read_rates(file: str | Path) -> Rates:
    """Read rates from CSV, JSON lines or Parquet with the columns ``currency``, ``date`` and ``rate``.

    Raises:
        InputError: The file cannot be read, or a row is no rate.
    """
    from tajfif.tracing.batches import opened
    from tajfif.tracing.buffers import trimmed

    rows: list[tuple[str, str, str]] = []
    with opened(file) as source:
        missing = [name for name in ("currency", "date", "rate") if name not in source.headers]
        if missing:
            raise InputError(f"columns are missing: {', '.join(missing)}", where=source.where, hint=_HINT)
        for table, broken in source.tables():
            if broken.any():
                place = source.first_line + len(rows) + int(broken.argmax())
                raise InputError("the row cannot be read", where=f"{source.where}, row {place}", hint=_HINT)
            columns = (trimmed(table.column(name)).to_pylist() for name in ("currency", "date", "rate"))
            rows.extend(zip(*columns, strict=True))
        try:
            return Rates(rows)
        except InputError as error:
            raise InputError(error.message, where=f"{source.where}, {error.where}", hint=error.hint) from None


def convert(
    amounts: NDArray[np.int64],
    codes: NDArray[np.int16],
    time: NDArray[np.int64],
    *,
    rates: Rates,
    currencies: Mapping[int, tuple[str, int]],
    target: tuple[str, int],
) -> NDArray[np.int64]:
    """Return amounts in minor units of one currency, each at the rate of its day (UTC).

    Args:
        amounts, codes, time: By row, in minor units, indices of currencies, and rising microseconds since 1970.
        rates: The rates.
        currencies: Code and decimals of each index.
        target: Code and decimals of the currency to convert to.

    Raises:
        InputError: A rate is missing, or an amount becomes too large.
    """
    out = np.zeros(len(amounts), dtype=np.int64)
    for index, (code, exponent) in currencies.items():
        rows = np.flatnonzero(codes == index)
        if code == target[0] and exponent == target[1]:
            out[rows] = amounts[rows]
            continue
        days = rates.days(code, target[0])
        bounds = np.searchsorted(time[rows], np.array(days, dtype=np.int64) * _DAY)
        for begin, end in zip([0, *bounds.tolist()], [*bounds.tolist(), len(rows)], strict=True):
            if begin < end:
                day = int(time[rows[begin]]) // _DAY
                factor = rates.worth(code, day) / rates.worth(target[0], day) * Fraction(10) ** (target[1] - exponent)
                out[rows[begin:end]] = _scaled(amounts[rows[begin:end]], factor)
    return out


def _scaled(amounts: NDArray[np.int64], factor: Fraction) -> NDArray[np.int64]:
    """Return amounts times a fraction, each rounded half to even."""
    over, under = factor.numerator, factor.denominator
    if int(amounts.max()) * over >= MOST_MINOR * under:
        raise InputError("an amount is more than can be counted in the other currency")
    if over * under >= MOST_MINOR:  # beyond 64 bits on the way
        return np.array([round(amount * factor) for amount in amounts.tolist()], dtype=np.int64)
    whole, rest = np.divmod(amounts, under)
    more, left = np.divmod(rest * over, under)
    even = whole * over + more
    up = (left > under - left) | ((left == under - left) & (even & 1 == 1))
    rounded: NDArray[np.int64] = even + up
    return rounded
