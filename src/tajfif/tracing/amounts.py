"""Amounts of many rows in minor units, exactly. Reach for it while a ledger is built; for one amount there is ``money``.

Text is read digit by digit and decimals as the integers that they are: neither becomes a binary fraction.
"""

from __future__ import annotations

from decimal import Context

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tajfif.compiled import njit
from tajfif.tracing.buffers import in_one, string_buffers, trimmed
from tajfif.tracing.money import MOST_MINOR

__all__ = ["EMPTY", "FINE", "NEGATIVE", "TOO_FINE", "TOO_LARGE", "UNREADABLE", "minor_units"]

FINE, EMPTY, UNREADABLE, TOO_FINE, TOO_LARGE, NEGATIVE = range(6)
_TOLERANCE = 1e-6  # of a minor unit, for amounts that come as binary fractions
_MOST_EXACT = 2.0**53  # beyond, a double does not tell neighbours apart
_POWERS = 10 ** np.arange(19, dtype=np.int64)


def minor_units(
    values: pa.ChunkedArray | pa.Array, exponent: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Return amounts in minor units, 0 where there is none, and for each one of the codes of this module.

    Args:
        values: Text, decimals, integers or binary fractions. A binary fraction must be within a millionth of a minor unit of a
            whole one.
        exponent: Decimals of each row's currency, 0 to 18.
    """
    values = in_one(values)
    kind = values.type
    if pa.types.is_floating(kind):
        return _of_fractions(values, exponent)
    if pa.types.is_decimal128(kind) and 0 <= kind.scale <= 18:
        halves = np.frombuffer(values.buffers()[1], dtype=np.int64).reshape(-1, 2)
        low, high = halves[values.offset : values.offset + len(values)].T
        minor, status = _of_integers(values, low, high, kind.scale, exponent)
        wide = (high > 0) | ((high == 0) & (low < 0))  # 64 bits are not enough
        return _one_by_one(values, exponent, minor, status, np.flatnonzero(wide & (status != EMPTY)))
    if pa.types.is_decimal(kind):
        minor, status = np.zeros(len(values), dtype=np.int64), np.zeros(len(values), dtype=np.uint8)
        return _one_by_one(values, exponent, minor, status, np.arange(len(values)))
    if pa.types.is_signed_integer(kind):
        whole = pc.fill_null(pc.cast(values, pa.int64()), 0).to_numpy(zero_copy_only=False)
        return _of_integers(values, whole, whole >> 63, 0, exponent)
    blob, at = string_buffers(trimmed(values))
    minor, status = np.zeros(len(values), dtype=np.int64), np.zeros(len(values), dtype=np.uint8)
    _parse(blob, at, exponent, minor, status, MOST_MINOR)
    return minor, status


def _of_integers(
    values: pa.Array, low: NDArray[np.int64], high: NDArray[np.int64], scale: int, exponent: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    minor, status = np.zeros(len(values), dtype=np.int64), np.zeros(len(values), dtype=np.uint8)
    _rescale(low, high, scale, exponent, _POWERS, minor, status, MOST_MINOR)
    if values.null_count:
        absent = pc.is_null(values).to_numpy(zero_copy_only=False)
        minor[absent], status[absent] = 0, EMPTY
    return minor, status


@njit(cache=True, nogil=True)
def _rescale(
    low: NDArray[np.int64],
    high: NDArray[np.int64],
    scale: int,
    exponent: NDArray[np.int64],
    powers: NDArray[np.int64],
    minor: NDArray[np.int64],
    status: NDArray[np.uint8],
    most: int,
) -> None:
    """Turn integers of ``scale`` decimals into minor units."""
    for row in range(minor.shape[0]):
        value = low[row]
        if high[row] != 0 or value < 0:
            status[row] = 5 if high[row] < 0 else 4
            continue
        if scale > exponent[row]:
            power = powers[scale - exponent[row]]
            if value % power:
                status[row] = 3
                continue
            value //= power
        elif scale < exponent[row]:
            power = powers[exponent[row] - scale]
            if value >= most // power:
                status[row] = 4
                continue
            value *= power
        if value >= most:
            status[row] = 4
        else:
            minor[row] = value


def _one_by_one(
    values: pa.Array,
    exponent: NDArray[np.int64],
    minor: NDArray[np.int64],
    status: NDArray[np.uint8],
    places: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Read a few decimals that need more than 64 bits."""
    for place in places.tolist():
        amount = values[place].as_py()
        minor[place], status[place] = 0, FINE
        if amount is None:
            status[place] = EMPTY
            continue
        scaled = amount.scaleb(int(exponent[place]), Context(prec=100))
        if amount < 0:
            status[place] = NEGATIVE
        elif scaled >= MOST_MINOR:
            status[place] = TOO_LARGE
        elif scaled != int(scaled):
            status[place] = TOO_FINE
        else:
            minor[place] = int(scaled)
    return minor, status


def _of_fractions(values: pa.Array, exponent: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    amounts = pc.fill_null(values, 0.0).to_numpy(zero_copy_only=False).astype(np.float64)
    status = np.zeros(len(values), dtype=np.uint8)
    with np.errstate(invalid="ignore", over="ignore"):
        scaled = amounts * 10.0**exponent
        minor = np.rint(scaled)
        status[np.abs(scaled - minor) > np.maximum(_TOLERANCE, np.abs(scaled) * 1e-15)] = TOO_FINE
        status[minor >= _MOST_EXACT] = TOO_LARGE
        status[amounts < 0] = NEGATIVE
    status[~np.isfinite(amounts)] = UNREADABLE
    if values.null_count:
        status[pc.is_null(values).to_numpy(zero_copy_only=False)] = EMPTY
    return np.where(status == FINE, minor, 0).astype(np.int64), status


@njit(cache=True, nogil=True)
def _parse(
    blob: NDArray[np.uint8],
    at: NDArray[np.int64],
    exponent: NDArray[np.int64],
    minor: NDArray[np.int64],
    status: NDArray[np.uint8],
    most: int,
) -> None:
    """Read plain decimals: digits, a point or none, digits."""
    limit = most // 10
    for row in range(minor.shape[0]):
        i, end = at[row], at[row + 1]
        if i == end:
            status[row] = 1
            continue
        if blob[i] == 45:  # -
            status[row] = 5
            continue
        if blob[i] == 43:  # +
            i += 1
        value, digits, decimals, point, code = 0, 0, 0, False, 0
        while i < end:
            letter = int(blob[i])
            i += 1
            if letter == 46 and not point:
                point = True
                continue
            if letter < 48 or letter > 57:
                code = 2
                break
            digits += 1
            if point and decimals == exponent[row]:
                if letter != 48:
                    code = max(code, 3)
                continue
            if value > limit:
                code, value = 4, 0
            value = 10 * value + letter - 48
            decimals += point
        if digits == 0:
            code = 2
        while code == 0 and decimals < exponent[row]:
            if value > limit:
                code, value = 4, 0
            value *= 10
            decimals += 1
        if code == 0 and value >= most:
            code = 4
        if code == 0:
            minor[row] = value
        status[row] = code
