"""The order of transactions, and the way from accounts to their rows. Reach for it when a ledger is made.

Compressed sparse rows by counting: the rows of each account lie together, in their order, which is that of time.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tajfif.compiled import njit

__all__ = ["order_of", "rows_by_account", "sums_by_code", "taken"]


def rows_by_account(account: NDArray[np.int32], count: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return where each account's rows begin, shape (count + 1,), and the rows, rising within an account, shape (n,).

    Args:
        account: The account of each row, each below ``count``.
        count: How many accounts there are.
    """
    start = np.zeros(count + 1, dtype=np.int64)
    rows = np.empty(len(account), dtype=np.int32)
    _scatter(account, start, rows)
    return start, rows


@njit(cache=True, nogil=True)
def _scatter(account: NDArray[np.int32], start: NDArray[np.int64], rows: NDArray[np.int32]) -> None:
    count = start.shape[0] - 1
    for row in range(account.shape[0]):
        start[account[row] + 1] += 1
    for a in range(count):
        start[a + 1] += start[a]
    fill = start[:count].copy()
    for row in range(account.shape[0]):
        a = account[row]
        rows[fill[a]] = row
        fill[a] += 1


def order_of(time: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return the places of times in rising order, equal ones as they stand: a radix sort, eleven bits at a time."""
    order = np.arange(len(time), dtype=np.int32)
    if len(time) == 0 or bool((time[1:] >= time[:-1]).all()):
        return order
    least = time.min()
    keys = (time - least).view(np.uint64)
    bits = int(keys.max()).bit_length()
    more, other = np.empty_like(keys), np.empty_like(order)
    for shift in range(0, bits, 11):
        _pass(keys, order, more, other, np.uint64(shift))
        keys, more, order, other = more, keys, other, order
    return order


@njit(cache=True, nogil=True)
def _pass(
    keys: NDArray[np.uint64],
    order: NDArray[np.int32],
    more: NDArray[np.uint64],
    other: NDArray[np.int32],
    shift: np.uint64,
) -> None:
    mask = np.uint64(2047)
    fill = np.zeros(2049, dtype=np.int64)
    for i in range(keys.shape[0]):
        fill[((keys[i] >> shift) & mask) + np.uint64(1)] += 1
    for digit in range(2048):
        fill[digit + 1] += fill[digit]
    for i in range(keys.shape[0]):
        digit = (keys[i] >> shift) & mask
        place = fill[digit]
        more[place] = keys[i]
        other[place] = order[i]
        fill[digit] = place + 1


def taken(values: NDArray[Any], order: NDArray[np.int32], dtype: type[np.generic] | None = None) -> NDArray[Any]:
    """Return values in an order, as they are or of another type; other threads may work meanwhile."""
    out = np.empty(len(order), dtype=dtype or values.dtype)
    _take(values, order, out)
    return out


@njit(cache=True, nogil=True)
def _take(values: NDArray[Any], order: NDArray[np.int32], out: NDArray[Any]) -> None:
    for i in range(order.shape[0]):
        out[i] = values[order[i]]


def sums_by_code(values: NDArray[np.int64], codes: NDArray[np.int16]) -> dict[int, int]:
    """Return the sum of the values of each code that occurs; sums may pass 64 bits."""
    size = int(codes.max()) + 1 if len(codes) else 0
    high, low, count = (np.zeros(size, dtype=np.int64) for _ in range(3))
    _sum(values, codes, high, low, count)
    return {code: (int(high[code]) << 32) + int(low[code]) for code in np.flatnonzero(count).tolist()}


@njit(cache=True, nogil=True)
def _sum(
    values: NDArray[np.int64],
    codes: NDArray[np.int16],
    high: NDArray[np.int64],
    low: NDArray[np.int64],
    count: NDArray[np.int64],
) -> None:
    for i in range(values.shape[0]):
        high[codes[i]] += values[i] >> 32
        low[codes[i]] += values[i] & 0xFFFFFFFF
        count[codes[i]] += 1
