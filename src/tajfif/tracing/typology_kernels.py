"""Compiled rules over one account's transactions in time order. Reach for it from the other modules of this room only.

The same words and the same forms as in :mod:`tajfif.tracing.shape_kernels`.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tajfif.tracing.shape_kernels import Columns, Found, Ints, room

__all__ = ["dormant_burst", "pass_through"]


@njit(cache=True, nogil=True)
def _merged(columns: Columns, account: int, merged: Ints) -> tuple[Ints, int]:
    """Write the eligible rows that an account pays or receives, in order: row, time, and 1 for what it receives, else 0."""
    i, j = columns.out_start[account], columns.in_start[account]
    end_i, end_j = columns.out_start[account + 1], columns.in_start[account + 1]
    if merged.shape[0] < end_i - i + end_j - j:
        merged = np.empty((2 * (end_i - i + end_j - j), 3), dtype=np.int64)
    size = 0
    while i < end_i or j < end_j:
        if j == end_j or (i < end_i and columns.out_rows[i] < columns.in_rows[j]):
            if columns.out_eligible[i]:
                merged[size, 0], merged[size, 1], merged[size, 2] = columns.out_rows[i], columns.out_time[i], 0
                size += 1
            i += 1
        else:
            if columns.in_eligible[j]:
                merged[size, 0], merged[size, 1], merged[size, 2] = columns.in_rows[j], columns.in_time[j], 1
                size += 1
            j += 1
    return merged, size


@njit(cache=True, nogil=True)
def pass_through(
    columns: Columns, first: int, last: int, window: int, low: float, high: float, least: int
) -> tuple[Ints, Ints, Ints, NDArray[np.float64]]:
    """Find stretches in which an account pays out almost exactly what it receives.

    A stretch begins with a transaction received; inside ``window`` from it, it ends with the last payment after which
    all paid by all received, in the currency of the first, lies between ``low`` and ``high``, with at least ``least``
    transactions. Stretches of an account do not overlap; the earlier wins.

    Args:
        first, last: Range of accounts.

    Returns:
        ``(hub, starts, rows, ratio)``.
    """
    found = used = 0
    hubs = np.empty(64, dtype=np.int64)
    starts = np.zeros(64, dtype=np.int64)
    rows = np.empty(1024, dtype=np.int64)
    ratios = np.empty(64)
    merged = np.empty((64, 3), dtype=np.int64)
    for account in range(first, last):
        paid_rows = columns.out_start[account + 1] - columns.out_start[account]
        received_rows = columns.in_start[account + 1] - columns.in_start[account]
        if not columns.through[account] or paid_rows == 0 or received_rows == 0 or paid_rows + received_rows < least:
            continue
        merged, size = _merged(columns, account, merged)
        begin = pays = 0
        while begin < size:
            until = merged[begin, 1] + window
            pays = max(pays, begin + 1)
            while pays < size and merged[pays, 2]:
                pays += 1
            if pays == size:  # nothing more is paid
                break
            if not merged[begin, 2] or merged[pays, 1] > until:
                begin += 1
                continue
            currency = columns.currency_received[merged[begin, 0]]
            received = paid = best = 0.0
            count, end, place = 0, -1, begin
            while place < size and merged[place, 1] <= until:
                row = merged[place, 0]
                if merged[place, 2]:
                    if columns.currency_received[row] == currency:
                        received += columns.received[row]
                        count += 1
                elif columns.currency[row] == currency:
                    paid += columns.amount[row]
                    count += 1
                    if count >= least and low * received <= paid <= high * received:
                        end, best = place, paid / received
                place += 1
            if end < 0:
                begin += 1
                continue
            rows = room(rows, used, end - begin + 1)
            for place in range(begin, end + 1):
                row = merged[place, 0]
                mine = columns.currency_received[row] if merged[place, 2] else columns.currency[row]
                if mine == currency:
                    rows[used] = row
                    used += 1
            hubs, starts = room(hubs, found, 1), room(starts, found + 1, 1)
            if found == ratios.shape[0]:
                longer = np.empty(2 * found)
                longer[:found] = ratios
                ratios = longer
            hubs[found], ratios[found] = account, best
            found += 1
            starts[found] = used
            begin = end + 1
    return hubs[:found], starts[: found + 1], rows[:used], ratios[:found]


@njit(cache=True, nogil=True)
def dormant_burst(columns: Columns, first: int, last: int, rest: int, window: int, least: int) -> Found:
    """Find accounts that wake: no transaction for ``rest`` or longer, then at least ``least`` inside ``window``.

    Args:
        first, last: Range of accounts.
        rest, window: In microseconds.

    Returns:
        ``(hub, starts, rows)``: the rows inside the window after each rest; the rest itself lies between two
        transactions, so an account's first one is no waking.
    """
    found = used = 0
    hubs = np.empty(64, dtype=np.int64)
    starts = np.zeros(64, dtype=np.int64)
    rows = np.empty(1024, dtype=np.int64)
    merged = np.empty((64, 3), dtype=np.int64)
    for account in range(first, last):
        total = columns.out_start[account + 1] - columns.out_start[account]
        total += columns.in_start[account + 1] - columns.in_start[account]
        if total <= least or not columns.through[account]:
            continue
        merged, size = _merged(columns, account, merged)
        for place in range(1, size):
            begins = merged[place, 1]
            if begins - merged[place - 1, 1] < rest:
                continue
            end = place
            while end < size and merged[end, 1] <= begins + window:
                end += 1
            if end - place < least:
                continue
            rows = room(rows, used, end - place)
            rows[used : used + end - place] = merged[place:end, 0]
            used += end - place
            hubs, starts = room(hubs, found, 1), room(starts, found + 1, 1)
            hubs[found] = account
            found += 1
            starts[found] = used
    return hubs[:found], starts[: found + 1], rows[:used]
