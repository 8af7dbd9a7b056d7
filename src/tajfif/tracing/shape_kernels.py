"""Compiled loops that find shapes of one and two steps. Reach for it from the other modules of this room only.

Every kernel walks the ledger's time-sorted columns and its two CSR indexes (rows paid and rows received by each account,
ascending, so in time order) for a range of accounts or rows, so that ranges can run on several threads. "Row" is a
transaction's position in the order (time, sequence); "later" means a greater row. Kernels see only arrays that this
package built. The same source runs interpreted with ``NUMBA_DISABLE_JIT=1``.

Findings come back as CSR too: ``starts`` (int64, one more than findings) into ``rows`` (int64, ascending in a finding).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NamedTuple

import platformdirs

# A compiled kernel is kept in the user's cache; a package directory may be read-only.
os.environ.setdefault("NUMBA_CACHE_DIR", str(Path(platformdirs.user_cache_dir("tajfif", appauthor=False)) / "kernels"))

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = [
    "Columns",
    "Found",
    "after",
    "fans",
    "gather",
    "gather_scatter",
    "onward_places",
    "pair_habits",
    "passes_on",
    "room",
    "scatter_gather",
    "slices_to_rows",
]

Ints = NDArray[np.int64]
Found = tuple[Ints, Ints, Ints]
"""``(hub, starts, rows)``: the account that a finding turns on (or -1), and its rows in CSR form."""


class Columns(NamedTuple):
    """The columns that the kernels read, n rows and m accounts; amounts in minor units, times in microseconds.

    Attributes:
        time, source, target, amount, currency, received, currency_received: As in the ledger, one element a row.
        out_start, out_rows, in_start, in_rows: As in the ledger.
        eligible: uint8 by row: the row may be a leg of a shape.
        through: uint8 by account: money may be followed through it.
        bundle_paid, bundle_received: int64 by row: the sum over the bundle of rows of the same payer, receiver and
            currencies that follow each other closely, so that a payment in parts is compared whole.
        gap: Longest time between neighbouring rows of a bundle, in microseconds.
        out_time, out_other, out_eligible: For each element of ``out_rows`` its time, its receiver and whether it is eligible:
            the same in the order in which the rows of one account are read.
        in_time, in_other, in_eligible: For each element of ``in_rows`` its time, its payer and whether it is eligible.
    """

    time: Any
    source: Any
    target: Any
    amount: Any
    currency: Any
    received: Any
    currency_received: Any
    out_start: Any
    out_rows: Any
    in_start: Any
    in_rows: Any
    eligible: Any
    through: Any
    bundle_paid: Any
    bundle_received: Any
    gap: int
    out_time: Any
    out_other: Any
    out_eligible: Any
    in_time: Any
    in_other: Any
    in_eligible: Any


@njit(cache=True, nogil=True)
def gather(values: NDArray[Any], rows: NDArray[Any], first: int, last: int, gathered: NDArray[Any]) -> None:
    """Write ``values[rows]`` for the elements ``first`` to ``last - 1`` of ``rows``."""
    for place in range(first, last):
        gathered[place] = values[rows[place]]


@njit(cache=True, nogil=True)
def room(array: Ints, used: int, more: int) -> Ints:
    """Return the array, or a longer copy of it if ``more`` elements do not fit after ``used``."""
    if used + more <= array.shape[0]:
        return array
    longer = np.empty(max(2 * array.shape[0], used + more), dtype=array.dtype)
    longer[:used] = array[:used]
    return longer


@njit(cache=True, nogil=True)
def after(rows: Ints, low: int, high: int, row: int) -> int:
    """Return the first position in ``rows[low:high]``, ascending, whose value is greater than ``row``; else ``high``."""
    while low < high:
        middle = (low + high) >> 1
        if rows[middle] <= row:
            low = middle + 1
        else:
            high = middle
    return low


@njit(cache=True, nogil=True)
def onward_places(columns: Columns, first: int, last: int, places: NDArray[np.int32]) -> None:
    """Write for each row the place in ``out_rows`` of its receiver's first later payment, or where those of the next begin.

    Args:
        first, last: Range of receivers.
        places: int32 by row to write into.
    """
    for account in range(first, last):
        place, end = columns.out_start[account], columns.out_start[account + 1]
        for received in range(columns.in_start[account], columns.in_start[account + 1]):
            row = columns.in_rows[received]
            while place < end and columns.out_rows[place] <= row:
                place += 1
            places[row] = place


@njit(cache=True, nogil=True)
def passes_on(columns: Columns, row: int, later: int, loss: float, gain: float) -> int:
    """Say whether ``later`` can be what its payer does with what it received in ``row``.

    The amount paid must lie between ``1 - loss`` and ``1 + gain`` times the amount received; either may be a single
    transaction or its bundle. Different currencies cannot be compared.

    Returns:
        2 if the amounts agree, 1 if the currencies differ, 0 if the amounts do not agree.
    """
    if columns.currency_received[row] != columns.currency[later]:
        return 1
    low, high = 1.0 - loss, 1.0 + gain
    for whole_in in range(2):
        received = columns.bundle_received[row] if whole_in else columns.received[row]
        for whole_out in range(2):
            paid = columns.bundle_paid[later] if whole_out else columns.amount[later]
            if low * received <= paid <= high * received:
                return 2
    return 0


@njit(cache=True, nogil=True)
def pair_habits(
    columns: Columns,
    first: int,
    last: int,
    gap: int,
    day: int,
    pair: NDArray[np.int32],
    pair_rows: NDArray[np.int32],
    pair_days: NDArray[np.int32],
    pair_first: Ints,
    pair_last: Ints,
    bundle: NDArray[np.int32],
    bundle_rows: NDArray[np.int32],
    bundle_paid: Ints,
    bundle_received: Ints,
) -> None:
    """Describe each ordered pair of payer and receiver, for payers ``first`` to ``last - 1``.

    Writes into the arrays of n elements given: for each row its pair and its bundle; for each pair the number of rows,
    of different days, and the rows' first and last time; for each bundle its number of rows and its sums. Numbers of pairs and bundles are
    unique but not dense, and stay inside the payer range's own stretch, so that ranges can run on several threads.

    Args:
        gap: Longest time between neighbouring rows of a bundle, in microseconds.
        day: Length of a day in microseconds.
    """
    accounts = columns.out_start.shape[0] - 1
    stamp = np.full(accounts, -1, dtype=np.int32)
    slot = np.zeros(accounts, dtype=np.int32)
    open_bundle = np.zeros(accounts, dtype=np.int32)
    last_row = np.zeros(accounts, dtype=np.int64)
    pairs = columns.out_start[first]
    bundles = pairs
    for account in range(first, last):
        for position in range(columns.out_start[account], columns.out_start[account + 1]):
            row = columns.out_rows[position]
            other = columns.out_other[position]
            at = columns.out_time[position]
            joins = False
            if stamp[other] != account:
                stamp[other] = account
                slot[other] = pairs
                pair_rows[pairs] = 0
                pair_days[pairs] = 1
                pair_first[pairs] = at
                pairs += 1
            else:
                before = last_row[other]
                if at // day != columns.time[before] // day:
                    pair_days[slot[other]] += 1
                joins = (
                    at - columns.time[before] <= gap
                    and columns.currency[before] == columns.currency[row]
                    and columns.currency_received[before] == columns.currency_received[row]
                )
            which = slot[other]
            pair[row] = which
            pair_rows[which] += 1
            pair_last[which] = at
            if not joins:
                open_bundle[other] = bundles
                bundle_rows[bundles] = 0
                bundle_paid[bundles] = 0
                bundle_received[bundles] = 0
                bundles += 1
            bundle[row] = open_bundle[other]
            bundle_rows[open_bundle[other]] += 1
            bundle_paid[open_bundle[other]] += columns.amount[row]
            bundle_received[open_bundle[other]] += columns.received[row]
            last_row[other] = row


@njit(cache=True, nogil=True)
def fans(
    columns: Columns, outward: bool, first: int, last: int, window: int, least: int
) -> tuple[Ints, Ints, Ints, Ints]:
    """Find the windows in which one account pays (or receives from) many others.

    For each account the windows that hold at least ``least`` different counterparties are taken from left to right: the
    first such window, or, of those that overlap it, the one with the most counterparties; then on after its end.

    Args:
        outward: True for fan-out, false for fan-in.
        first, last: Range of accounts.
        window: Longest time from the first to the last transaction.
        least: Fewest different counterparties.

    Returns:
        ``(hub, low, high, counterparties)``; the rows are the eligible ones of ``out_rows[low:high]`` (``in_rows``).
    """
    starts = columns.out_start if outward else columns.in_start
    times = columns.out_time if outward else columns.in_time
    others = columns.out_other if outward else columns.in_other
    eligible = columns.out_eligible if outward else columns.in_eligible
    seen = np.zeros(starts.shape[0] - 1, dtype=np.int32)
    found = 0
    hubs = np.empty(64, dtype=np.int64)
    lows = np.empty(64, dtype=np.int64)
    highs = np.empty(64, dtype=np.int64)
    counts = np.empty(64, dtype=np.int64)
    for account in range(first, last):
        end = starts[account + 1]
        begin = starts[account]
        while end - begin >= least and columns.through[account]:
            left, right, different, best, anchor = begin, begin, 0, 0, end
            low = high = begin
            dropped = dropped_before_best = 0  # eligible rows that the window has left behind
            while right < end:
                since = times[right] - window
                while times[left] < since:
                    if eligible[left]:
                        gone = others[left]
                        seen[gone] -= 1
                        different -= seen[gone] == 0
                        dropped += 1
                    left += 1
                if left > anchor:
                    break
                right += 1
                if eligible[right - 1]:
                    other = others[right - 1]
                    seen[other] += 1
                    different += seen[other] == 1
                    if different > best and different >= least:
                        if best == 0:
                            anchor = right - 1
                        best, low, high = different, left, right
                        dropped_before_best = dropped
                    elif different == best and dropped == dropped_before_best and best > 0:
                        high = right
            for position in range(left, right):
                if eligible[position]:
                    seen[others[position]] -= 1
            if best == 0:
                break
            hubs, lows = room(hubs, found, 1), room(lows, found, 1)
            highs, counts = room(highs, found, 1), room(counts, found, 1)
            hubs[found], lows[found], highs[found], counts[found] = account, low, high, best
            found += 1
            begin = high
    return hubs[:found], lows[:found], highs[:found], counts[:found]


@njit(cache=True, nogil=True)
def slices_to_rows(columns: Columns, outward: bool, lows: Ints, highs: Ints) -> tuple[Ints, Ints]:
    """Return ``(starts, rows)``: the eligible rows of each stretch of the CSR index, as :func:`fans` gives them."""
    source = columns.out_rows if outward else columns.in_rows
    eligible = columns.out_eligible if outward else columns.in_eligible
    starts = np.zeros(lows.shape[0] + 1, dtype=np.int64)
    for index in range(lows.shape[0]):
        count = 0
        for position in range(lows[index], highs[index]):
            count += eligible[position] != 0
        starts[index + 1] = starts[index] + count
    rows = np.empty(starts[-1], dtype=np.int64)
    used = 0
    for index in range(lows.shape[0]):
        for position in range(lows[index], highs[index]):
            if eligible[position]:
                rows[used] = source[position]
                used += 1
    return starts, rows


@njit(cache=True, nogil=True)
def gather_scatter(
    columns: Columns, hubs: Ints, lows: Ints, highs: Ints, window: int, least_in: int, least_out: int
) -> Found:
    """Of the fan-ins found by :func:`fans`, keep those whose account then pays many others.

    Payments count from the moment when the fan-in has its ``least_in``-th different payer until ``window`` after its
    last transaction; at least ``least_out`` different receivers are needed.
    """
    accounts = columns.out_start.shape[0] - 1
    stamp = np.full(accounts, -1, dtype=np.int64)
    kept = np.empty(64, dtype=np.int64)
    starts = np.zeros(64, dtype=np.int64)
    rows = np.empty(1024, dtype=np.int64)
    found = used = 0
    for index in range(hubs.shape[0]):
        hub = hubs[index]
        payers, ready, final = 0, -1, -1
        for position in range(lows[index], highs[index]):
            if columns.in_eligible[position]:
                final = position
                if stamp[columns.in_other[position]] != 2 * index:
                    stamp[columns.in_other[position]] = 2 * index
                    payers += 1
                    if payers == least_in:
                        ready = position
        if ready < 0:
            continue
        until = columns.in_time[final] + window
        end = columns.out_start[hub + 1]
        begin = after(columns.out_rows, columns.out_start[hub], end, columns.in_rows[ready])
        receivers, count, position = 0, 0, begin
        while position < end and columns.out_time[position] <= until:
            if columns.out_eligible[position]:
                count += 1
                if stamp[columns.out_other[position]] != 2 * index + 1:
                    stamp[columns.out_other[position]] = 2 * index + 1
                    receivers += 1
            position += 1
        if receivers < least_out:
            continue
        rows = room(rows, used, count + highs[index] - lows[index])
        opening = used
        for place in range(lows[index], highs[index]):
            if columns.in_eligible[place]:
                rows[used] = columns.in_rows[place]
                used += 1
        for place in range(begin, position):
            if columns.out_eligible[place]:
                rows[used] = columns.out_rows[place]
                used += 1
        rows[opening:used].sort()
        kept, starts = room(kept, found, 1), room(starts, found + 1, 1)
        kept[found] = hub
        found += 1
        starts[found] = used
    return kept[:found], starts[: found + 1], rows[:used]


@njit(cache=True, nogil=True)
def _middles(
    columns: Columns,
    token: int,
    leg_in: Ints,
    leg_out: Ints,
    low: int,
    high: int,
    until: int,
    loss: float,
    gain: float,
    row_stamp: Ints,
    account_stamp: Ints,
    sums: NDArray[np.float64],
) -> int:
    """Count the middle accounts of one window of scatter-gather whose sums in and out agree.

    Afterwards ``sums[middle, 2]`` is 1 for those, 0 for the others, for accounts stamped with the token.
    """
    for leg in range(low, high):
        into, out = leg_in[leg], leg_out[leg]
        if columns.time[out] > until:
            continue
        middle = columns.target[into]
        if account_stamp[middle] != token:
            account_stamp[middle] = token
            sums[middle, 0] = sums[middle, 1] = 0.0
            sums[middle, 2] = 1.0  # one currency so far
        if columns.currency_received[into] != columns.currency[out]:
            sums[middle, 2] = 2.0  # two currencies: not compared
        if row_stamp[into] != token:
            row_stamp[into] = token
            sums[middle, 0] += columns.received[into]
        if row_stamp[out] != token:
            row_stamp[out] = token
            sums[middle, 1] += columns.amount[out]
    count = 0
    for leg in range(low, high):
        middle = columns.target[leg_in[leg]]
        if columns.time[leg_out[leg]] > until or sums[middle, 2] < 1.0 or account_stamp[middle] != token:
            continue
        if sums[middle, 2] != 3.0:
            agrees = (1.0 - loss) * sums[middle, 0] <= sums[middle, 1] <= (1.0 + gain) * sums[middle, 0]
            if sums[middle, 2] == 2.0 or agrees:
                sums[middle, 2] = 3.0  # counted
                count += 1
            else:
                sums[middle, 2] = 0.0
    return count


@njit(cache=True, nogil=True)
def scatter_gather(
    columns: Columns,
    first: int,
    last: int,
    window: int,
    onward_from: NDArray[np.int32],
    least: int,
    loss: float,
    gain: float,
) -> Found:
    """Find payers whose money reaches one receiver through several middle accounts inside a window.

    A leg is a row from the payer to a middle account and a later row from there to the receiver. Of the legs between one
    payer and one receiver, windows that begin with a leg's first row and hold at least ``least`` middle accounts are
    taken from left to right, the fullest of those that overlap first. A middle account counts if what it paid on lies
    between ``1 - loss`` and ``1 + gain`` times what it received, over the window's legs, or if currencies differ.

    Args:
        first, last: Range of payers.
        window: Longest time from the first to the last transaction.
        onward_from: As written by :func:`onward_places`.
        least: Fewest middle accounts.
    """
    accounts = columns.out_start.shape[0] - 1
    count = np.zeros(accounts, dtype=np.int32)
    stamp = np.full(accounts, -1, dtype=np.int32)
    account_stamp = np.full(accounts, -1, dtype=np.int64)
    row_stamp = np.full(columns.time.shape[0], -1, dtype=np.int64)
    sums = np.zeros((accounts, 3))
    token = 0
    found = used = 0
    hubs = np.empty(64, dtype=np.int64)
    starts = np.zeros(64, dtype=np.int64)
    rows = np.empty(1024, dtype=np.int64)
    legs = np.empty((256, 3), dtype=np.int64)
    for payer in range(first, last):
        if columns.out_start[payer + 1] - columns.out_start[payer] < least:
            continue
        hot = False
        for collecting in range(2):
            size = 0
            for place in range(columns.out_start[payer], columns.out_start[payer + 1]):
                middle = columns.out_other[place]
                if not columns.out_eligible[place] or not columns.through[middle]:
                    continue
                into = columns.out_rows[place]
                until = columns.out_time[place] + window
                position, end = onward_from[into], columns.out_start[middle + 1]
                while position < end and columns.out_time[position] <= until:
                    spot = position
                    position += 1
                    receiver = columns.out_other[spot]
                    if not columns.out_eligible[spot] or receiver == payer:
                        continue
                    if not collecting:
                        if stamp[receiver] != payer:
                            stamp[receiver] = payer
                            count[receiver] = 0
                        count[receiver] += 1
                        hot = hot or count[receiver] >= least
                    elif count[receiver] >= least:
                        if size == legs.shape[0]:
                            longer = np.empty((2 * size, 3), dtype=np.int64)
                            longer[:size] = legs
                            legs = longer
                        legs[size, 0], legs[size, 1], legs[size, 2] = receiver, into, columns.out_rows[spot]
                        size += 1
            if not hot:
                break
        if not hot:
            continue
        order = np.argsort(legs[:size, 0], kind="mergesort")  # stable: the legs stay sorted by row within a receiver
        leg_in, leg_out = legs[order, 1], legs[order, 2]
        receivers = legs[order, 0]
        begin = 0
        while begin < size:
            end = begin
            while end < size and receivers[end] == receivers[begin]:
                end += 1
            low = begin
            while low < end:
                best, best_low, anchor, place = 0, low, -1, low
                while place < end and (best == 0 or columns.time[leg_in[place]] <= anchor):
                    if place == low or leg_in[place] != leg_in[place - 1]:
                        until = columns.time[leg_in[place]] + window
                        token += 1
                        middles = _middles(
                            columns, token, leg_in, leg_out, place, end, until, loss, gain,
                            row_stamp, account_stamp, sums,
                        )  # fmt: skip
                        if middles >= least and middles > best:
                            if best == 0:
                                anchor = until
                            best, best_low = middles, place
                    place += 1
                if best == 0:
                    break
                token += 1
                until = columns.time[leg_in[best_low]] + window
                _middles(
                    columns, token, leg_in, leg_out, best_low, end, until, loss, gain, row_stamp, account_stamp, sums
                )
                token += 1
                opening = used
                low = end
                for leg in range(best_low, end):
                    if columns.time[leg_in[leg]] > until:
                        low = leg
                        break
                    middle = columns.target[leg_in[leg]]
                    if columns.time[leg_out[leg]] > until or sums[middle, 2] != 3.0:
                        continue
                    rows = room(rows, used, 2)
                    for row in (leg_in[leg], leg_out[leg]):
                        if row_stamp[row] != token:
                            row_stamp[row] = token
                            rows[used] = row
                            used += 1
                rows[opening:used].sort()
                hubs, starts = room(hubs, found, 1), room(starts, found + 1, 1)
                hubs[found] = payer
                found += 1
                starts[found] = used
            begin = end
    return hubs[:found], starts[: found + 1], rows[:used]
