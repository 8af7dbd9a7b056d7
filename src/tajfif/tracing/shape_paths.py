"""Compiled loops that find shapes of many steps: cycles, walks, bipartite groups. Reach for it from this room only.

The same words and the same forms as in :mod:`tajfif.tracing.shape_kernels`.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tajfif.tracing.shape_kernels import Columns, Found, Ints, after, passes_on, room

__all__ = ["bipartite", "chains", "cycles", "owners", "returning", "successors", "wide_enough"]


@njit(cache=True, nogil=True)
def returning(columns: Columns, first: int, last: int, window: int, worth: NDArray[np.uint8]) -> None:
    """Mark the eligible rows whose payer receives something, eligible or not, later inside the window.

    Args:
        first, last: Range of payers.
        window: Longest time to the transaction received.
        worth: By row, zeros to write ones into.
    """
    for account in range(first, last):
        received, end = columns.in_start[account], columns.in_start[account + 1]
        if received == end or not columns.through[account]:
            continue
        for place in range(columns.out_start[account], columns.out_start[account + 1]):
            row = columns.out_rows[place]
            while received < end and columns.in_rows[received] <= row:
                received += 1
            if received == end:
                break
            if columns.out_eligible[place] and columns.in_time[received] <= columns.out_time[place] + window:
                worth[row] = 1


@njit(cache=True, nogil=True)
def cycles(
    columns: Columns,
    begins: Ints,
    first: int,
    last: int,
    onward_from: NDArray[np.int32],
    window: int,
    least: int,
    most: int,
    loss: float,
    gain: float,
    budget: int,
) -> tuple[Ints, Ints, Ints, int]:
    """Find time-ordered closed paths over different accounts, for the first rows ``begins[first:last]``.

    Each row is paid by the receiver of the row before it, later than it, with an amount that :func:`passes_on` accepts;
    the last is received by the payer of the first. Money is not followed through accounts that are not ``through``.

    Args:
        begins: Rows marked by :func:`returning`.
        onward_from: As written by :func:`~tajfif.tracing.shape_kernels.onward_places`.
        window: Longest time from the first to the last transaction.
        least, most: Fewest and most transactions of a cycle.
        budget: Most steps tried for one first row.

    Returns:
        ``(hub, starts, rows, cut)``: rows in the order of the path, and the number of first rows whose search was cut.
    """
    marked = np.full(columns.out_start.shape[0] - 1, -1, dtype=np.int64)
    path = np.empty(most, dtype=np.int64)
    next_place = np.empty(most, dtype=np.int64)
    found = used = cut = 0
    hubs = np.empty(64, dtype=np.int64)
    starts = np.zeros(64, dtype=np.int64)
    rows = np.empty(1024, dtype=np.int64)
    for index in range(first, last):
        start = begins[index]
        origin = columns.source[start]
        until = columns.time[start] + window
        marked[origin] = start
        path[0] = start
        account = columns.target[start]
        marked[account] = start
        next_place[0] = onward_from[start]
        depth, steps = 1, 0
        while depth > 0:
            row = path[depth - 1]
            account = columns.target[row]
            place = next_place[depth - 1]
            if steps >= budget:
                cut += 1
                break
            if (
                place >= columns.out_start[account + 1]
                or columns.out_time[place] > until
                or not columns.through[account]
            ):
                marked[account] = -1
                depth -= 1
                continue
            next_place[depth - 1] = place + 1
            steps += 1
            onward = columns.out_other[place]
            closes = onward == origin
            useless = depth + 1 < least if closes else marked[onward] == start or depth + 1 >= most
            if useless or not columns.out_eligible[place]:
                continue
            step = columns.out_rows[place]
            if passes_on(columns, row, step, loss, gain) == 0:
                continue
            if closes:
                rows = room(rows, used, depth + 1)
                rows[used : used + depth] = path[:depth]
                rows[used + depth] = step
                used += depth + 1
                hubs, starts = room(hubs, found, 1), room(starts, found + 1, 1)
                hubs[found] = origin
                found += 1
                starts[found] = used
            else:
                marked[onward] = start
                path[depth] = step
                next_place[depth] = onward_from[step]
                depth += 1
    return hubs[:found], starts[: found + 1], rows[:used], cut


@njit(cache=True, nogil=True)
def successors(
    columns: Columns,
    first: int,
    last: int,
    hold: int,
    loss: float,
    gain: float,
    successor: NDArray[np.int32],
    fit: NDArray[np.float32],
) -> None:
    """Write for each row the later payment of its receiver that best carries its amount on.

    Candidates are later, by ``hold`` at most, accepted by :func:`passes_on` and not paid back to where the
    money came from. The best is the one whose amount comes closest to the stretch from ``1 - loss`` / 4 below to the amount
    received; a payment in another currency comes last; among equals the earliest.

    Args:
        first, last: Range of receivers.
        hold: Longest time that money may be held.
        successor, fit: Arrays of n elements, of -1 and of 10, to write into where there is one; ``fit`` is the distance, 0
            for the best.
    """
    for account in range(first, last):
        begin, end = columns.out_start[account], columns.out_start[account + 1]
        if begin == end or not columns.through[account]:
            continue
        for received in range(columns.in_start[account], columns.in_start[account + 1]):
            row = columns.in_rows[received]
            while begin < end and columns.out_rows[begin] <= row:
                begin += 1
            if begin == end:
                break
            until = columns.in_time[received] + hold
            if not columns.in_eligible[received] or columns.out_time[begin] > until:
                continue
            nearest = np.float32(10.0)
            for place in range(begin, end):
                if columns.out_time[place] > until:
                    break
                if not columns.out_eligible[place] or columns.out_other[place] == columns.in_other[received]:
                    continue
                step = columns.out_rows[place]
                agrees = passes_on(columns, row, step, loss, gain)
                if agrees == 0:
                    continue
                distance = np.float32(5.0)
                if agrees == 2:
                    ratio = columns.amount[step] / max(1.0, float(columns.received[row]))
                    whole = columns.bundle_paid[step] / max(1.0, float(columns.bundle_received[row]))
                    distance = np.float32(min(_outside(ratio, loss / 4), _outside(whole, loss / 4)))
                if distance < nearest:
                    nearest = distance
                    successor[row] = step
                    if distance == 0.0:
                        break
            fit[row] = nearest


@njit(cache=True, nogil=True)
def _outside(ratio: float, loss: float) -> float:
    """How far a ratio lies outside ``1 - loss`` to 1."""
    return max(0.0, ratio - 1.0, 1.0 - loss - ratio)


@njit(cache=True, nogil=True)
def owners(successor: NDArray[np.int32], fit: NDArray[np.float32]) -> NDArray[np.int32]:
    """Return for each row the one whose amount it carries on: of those that chose it the best fit, then the earliest."""
    owner = np.full(successor.shape[0], -1, dtype=np.int32)
    for row in range(successor.shape[0]):
        step = successor[row]
        if step >= 0 and (owner[step] < 0 or fit[row] < fit[owner[step]]):
            owner[step] = row
    return owner


@njit(cache=True, nogil=True)
def chains(
    columns: Columns, successor: NDArray[np.int32], owner: NDArray[np.int32], window: int, least: int, most: int
) -> Found:
    """Join rows to the rows that carry their amount on, into chains over different accounts.

    A row that several rows would go on to belongs to the one that fits best, the earliest among equals. A chain ends where
    it has no successor, where an account comes again or where the window is over; what follows begins a new chain.

    Args:
        successor: As written by :func:`successors`.
        owner: From :func:`owners`.
        window: Longest time from the first to the last transaction of a chain.
        least, most: Fewest and most transactions of a chain that is listed.
    """
    count = successor.shape[0]
    visited = np.zeros(count, dtype=np.uint8)
    marked = np.full(columns.out_start.shape[0] - 1, -1, dtype=np.int64)
    found = used = 0
    hubs = np.empty(64, dtype=np.int64)
    starts = np.zeros(64, dtype=np.int64)
    rows = np.empty(1024, dtype=np.int64)
    for start in range(count):
        if visited[start] or successor[start] < 0 or owner[successor[start]] != start:
            continue
        opening, row = used, start
        marked[columns.source[start]] = start
        while True:
            visited[row] = 1
            marked[columns.target[row]] = start
            rows = room(rows, used, 1)
            rows[used] = row
            used += 1
            step = successor[row]
            if step < 0 or owner[step] != row or visited[step]:
                break
            if marked[columns.target[step]] == start or columns.time[step] > columns.time[start] + window:
                break
            row = step
        if not least <= used - opening <= most:
            used = opening
            continue
        hubs, starts = room(hubs, found, 1), room(starts, found + 1, 1)
        hubs[found] = columns.source[start]
        found += 1
        starts[found] = used
    return hubs[:found], starts[: found + 1], rows[:used]


@njit(cache=True, nogil=True)
def _since(columns: Columns, rows: Ints, low: int, high: int, moment: int) -> int:
    """Return the first position in ``rows[low:high]`` whose time is not before the moment; else ``high``."""
    while low < high:
        middle = (low + high) >> 1
        if columns.time[rows[middle]] < moment:
            low = middle + 1
        else:
            high = middle
    return low


@njit(cache=True, nogil=True)
def _partners(
    columns: Columns,
    begin: int,
    stop: int,
    since: int,
    until: int,
    busiest: int,
    token: int,
    stamps: Ints,
    shared: NDArray[np.int32],
    latest: Ints,
    partners: Ints,
) -> tuple[Ints, int]:
    """Collect the payers that share receivers with the anchor in a window, and how many each shares."""
    size = 0
    for place in range(begin, stop):
        row = columns.out_rows[place]
        receiver = columns.target[row]
        if not columns.eligible[row] or stamps[0, receiver] == token:
            continue
        stamps[0, receiver] = token
        high = columns.in_start[receiver + 1]
        low = _since(columns, columns.in_rows, columns.in_start[receiver], high, since)
        end = low
        while end < high and end - low <= busiest and columns.time[columns.in_rows[end]] <= until:
            end += 1
        if end - low > busiest:
            continue
        for position in range(low, end):
            if not columns.eligible[columns.in_rows[position]]:
                continue
            partner = columns.source[columns.in_rows[position]]
            if stamps[1, partner] != token:
                stamps[1, partner] = token
                shared[partner] = 0
                latest[partner] = -1
                partners = room(partners, size, 1)
                partners[size] = partner
                size += 1
            if latest[partner] != receiver:
                latest[partner] = receiver
                shared[partner] += 1
    kept = 0
    for index in range(size):
        if shared[partners[index]] >= 2:
            partners[kept] = partners[index]
            stamps[2, partners[kept]] = token
            kept += 1
    return partners, kept


@njit(cache=True, nogil=True)
def _may_share(
    columns: Columns, anchor: int, behind: Ints, reach: Ints, busiest: int, token: int, stamps: Ints, latest: Ints
) -> bool:
    """Say whether any other payer can share two receivers with the anchor inside some window; may err to yes."""
    for place in range(columns.out_start[anchor], columns.out_start[anchor + 1]):
        row = columns.out_rows[place]
        if not columns.eligible[row]:
            continue
        receiver = columns.target[row]
        high = columns.in_start[receiver + 1]
        at = after(columns.in_rows, columns.in_start[receiver], high, behind[row] - 1)
        seen = 0
        while at < high and columns.in_rows[at] <= reach[row]:
            partner = columns.source[columns.in_rows[at]]
            at += 1
            seen += 1
            if seen > 2 * busiest:
                return True
            if partner == anchor:
                continue
            if stamps[1, partner] == token and latest[partner] != receiver:
                return True
            stamps[1, partner] = token
            latest[partner] = receiver
    return False


@njit(cache=True, nogil=True)
def bipartite(
    columns: Columns, first: int, last: int, window: int, behind: Ints, reach: Ints, least: int, busiest: int
) -> Found:
    """Find groups of payers that all pay several of the same receivers inside a window.

    For each payer and each of its windows (from one of its rows on): the group is the payers that share at least two
    receivers with it, itself among them; the receivers kept are those that at least two of the group pay and that are not
    of the group; the payers kept are those that pay at least two of these.

    Args:
        first, last: Range of payers that a window is anchored at.
        window: Longest time from the first to the last transaction.
        behind, reach: By row, the first row of the window that it ends, and the last of the one that it begins.
        least: Fewest payers, and fewest receivers.
        busiest: Receivers with more rows than this in the window make no partners.
    """
    accounts = columns.out_start.shape[0] - 1
    stamps = np.full((5, accounts), -1, dtype=np.int64)  # receiver, partner, member, paid receiver, written receiver
    shared = np.zeros(accounts, dtype=np.int32)
    payers_of = np.zeros(accounts, dtype=np.int32)
    latest = np.zeros(accounts, dtype=np.int64)
    partners = np.empty(256, dtype=np.int64)
    token = found = used = 0
    hubs = np.empty(64, dtype=np.int64)
    starts = np.zeros(64, dtype=np.int64)
    rows = np.empty(1024, dtype=np.int64)
    for anchor in range(first, last):
        end = columns.out_start[anchor + 1]
        stop = columns.out_start[anchor]
        token += 1
        if end - stop < 2 or not _may_share(columns, anchor, behind, reach, busiest, token, stamps, latest):
            continue
        previous = final = -1  # last eligible place of the window before, and of this one
        for begin in range(columns.out_start[anchor], end):
            if end - begin < 2:
                break
            if not columns.eligible[columns.out_rows[begin]]:
                continue
            since = columns.time[columns.out_rows[begin]]
            until = since + window
            stop = max(stop, begin)
            while stop < end and columns.time[columns.out_rows[stop]] <= until:
                if columns.eligible[columns.out_rows[stop]]:
                    final = stop
                stop += 1
            if final in (previous, begin):
                continue
            previous = final
            token += 1
            partners, size = _partners(
                columns, begin, stop, since, until, busiest, token, stamps, shared, latest, partners
            )
            if size < least:
                continue
            for index in range(size):  # how many of the group pay each receiver
                payer = partners[index]
                high = columns.out_start[payer + 1]
                place = _since(columns, columns.out_rows, columns.out_start[payer], high, since)
                while place < high and columns.time[columns.out_rows[place]] <= until:
                    row = columns.out_rows[place]
                    receiver = columns.target[row]
                    place += 1
                    if not columns.eligible[row] or stamps[2, receiver] == token:
                        continue
                    if stamps[3, receiver] != token:
                        stamps[3, receiver] = token
                        payers_of[receiver] = 0
                        latest[receiver] = -1
                    if latest[receiver] != payer:
                        latest[receiver] = payer
                        payers_of[receiver] += 1
            opening = used
            payers = receivers = 0
            for index in range(size):
                payer = partners[index]
                high = columns.out_start[payer + 1]
                low = _since(columns, columns.out_rows, columns.out_start[payer], high, since)
                mine, common, one = used, 0, -1
                while low < high and columns.time[columns.out_rows[low]] <= until:
                    row = columns.out_rows[low]
                    receiver = columns.target[row]
                    low += 1
                    if not columns.eligible[row] or stamps[3, receiver] != token or payers_of[receiver] < 2:
                        continue
                    if one < 0:
                        one = receiver
                    elif receiver != one:
                        common = 2
                    rows = room(rows, used, 1)
                    rows[used] = row
                    used += 1
                if common < 2:
                    used = mine
                else:
                    payers += 1
            rows[opening:used].sort()
            for position in range(opening, used):
                receiver = columns.target[rows[position]]
                if stamps[4, receiver] != token:
                    stamps[4, receiver] = token
                    receivers += 1
            if payers < least or receivers < least:
                used = opening
                continue
            hubs, starts = room(hubs, found, 1), room(starts, found + 1, 1)
            hubs[found] = anchor
            found += 1
            starts[found] = used
    return hubs[:found], starts[: found + 1], rows[:used]


@njit(cache=True, nogil=True)
def wide_enough(columns: Columns, hubs: Ints, starts: Ints, rows: Ints, least: int) -> Found:
    """Keep the groups that have at least ``least`` different payers and as many receivers."""
    stamps = np.full((2, columns.out_start.shape[0] - 1), -1, dtype=np.int64)
    kept, opens = np.empty_like(hubs), np.zeros_like(starts)
    chosen = np.empty_like(rows)
    found = used = 0
    for index in range(hubs.shape[0]):
        payers = receivers = 0
        for place in range(starts[index], starts[index + 1]):
            payer, receiver = columns.source[rows[place]], columns.target[rows[place]]
            if stamps[0, payer] != index:
                stamps[0, payer] = index
                payers += 1
            if stamps[1, receiver] != index:
                stamps[1, receiver] = index
                receivers += 1
        if payers < least or receivers < least:
            continue
        for place in range(starts[index], starts[index + 1]):
            chosen[used] = rows[place]
            used += 1
        kept[found] = hubs[index]
        found += 1
        opens[found] = used
    return kept[:found], opens[: found + 1], chosen[:used]
