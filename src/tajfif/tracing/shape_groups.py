"""Findings put together from smaller ones: cycles over the same accounts, overlapping groups, layers on each other.

Reach for it from the other modules of this room only. Everything goes by rows of the ledger; the order is deterministic.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tajfif.tracing.shape_kernels import Columns, Found, Ints, after, room

__all__ = ["disjoint", "merged", "stacks", "with_parts"]


def _found(hubs: Iterable[int], groups: list[Ints]) -> Found:
    """Return findings in CSR form."""
    starts = np.concatenate([[0], np.cumsum([len(group) for group in groups])]).astype(np.int64)
    rows = np.concatenate(groups) if groups else np.empty(0, dtype=np.int64)
    return np.asarray(list(hubs), dtype=np.int64), starts, rows


def _same_set(columns: Columns, starts: Ints, rows: Ints) -> NDArray[np.uint64]:
    """Return a key for each finding that is equal for the same set of payers (SplitMix64, summed)."""
    mixed = columns.source[rows].astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    keys: NDArray[np.uint64] = np.add.reduceat(mixed, starts[:-1])
    return keys


def merged(columns: Columns, found: Found) -> Found:
    """Join closed paths over the same accounts whose times overlap: payments in parts, and rounds that go on.

    Args:
        columns: The ledger.
        found: Cycles; the payers of the rows of each are all its accounts, once.
    """
    hub, starts, rows = found
    if not len(hub):
        return found
    keys = _same_set(columns, starts, rows)
    first = np.minimum.reduceat(rows, starts[:-1])
    last = np.maximum.reduceat(rows, starts[:-1])
    order = np.lexsort((first, keys))
    groups: list[Ints] = []
    hubs: list[int] = []
    end, previous = -1, None
    for index in order:
        mine = rows[starts[index] : starts[index + 1]]
        if previous is not None and keys[index] == previous and first[index] <= end:
            groups[-1] = np.concatenate([groups[-1], mine])
        else:
            groups.append(mine)
            hubs.append(int(hub[index]))
        end = max(end, int(last[index])) if previous == keys[index] else int(last[index])
        previous = keys[index]
    return _found(hubs, [np.unique(group) for group in groups])


def disjoint(found: Found) -> Found:
    """Keep the largest findings, and of the others those that share at most half of their rows with those kept.

    Among findings of one size the one whose rows come first goes first.
    """
    hub, starts, rows = found
    listed = rows.tolist()
    groups = [listed[begin:end] for begin, end in pairwise(starts.tolist())]
    used: set[int] = set()
    chosen: list[int] = []
    for index in sorted(range(len(groups)), key=lambda each: (-len(groups[each]), groups[each], each)):
        mine = groups[index]
        if 2 * sum(row in used for row in mine) <= len(mine):
            used.update(mine)
            chosen.append(index)
    chosen.sort()
    return _found((hub[index] for index in chosen), [rows[starts[index] : starts[index + 1]] for index in chosen])


@njit(cache=True, nogil=True)
def _root(parents: Ints, item: int) -> int:
    while parents[item] != item:
        parents[item] = parents[parents[item]]
        item = parents[item]
    return item


@njit(cache=True, nogil=True)
def _unite(parents: Ints, units: Ints, keys: Ints, times: Ints, window: int, busiest: int) -> None:
    """Unite the units of neighbouring elements that share a key and lie within the window of each other.

    The elements come sorted by key and time. Runs of one key longer than ``busiest`` are left alone.
    """
    begin = 0
    while begin < units.shape[0]:
        end = begin + 1
        while end < units.shape[0] and keys[end] == keys[begin] and times[end] - times[end - 1] <= window:
            end += 1
        if end - begin <= busiest:
            for place in range(begin + 1, end):
                a, b = _root(parents, units[place - 1]), _root(parents, units[place])
                parents[max(a, b)] = min(a, b)
        begin = end


@njit(cache=True, nogil=True)
def _roots(parents: Ints) -> Ints:
    result = np.empty_like(parents)
    for item in range(parents.shape[0]):
        result[item] = _root(parents, item)
    return result


def _relay_groups(
    columns: Columns, lanes: tuple[Ints, Ints], stretches: Found, window: int, least: int, busiest: int
) -> list[Ints]:
    """Group relays that share payers or receivers.

    A relay is an account with what it received and what it paid on: a lane (one row in, one row out), or a stretch of
    rows in which it paid out almost what it received.
    """
    into, out = lanes
    hubs, starts, stretch_rows = stretches
    unit = np.concatenate(
        [np.arange(len(into)), np.arange(len(into)), len(into) + np.repeat(np.arange(len(hubs)), np.diff(starts))]
    )
    rows = np.concatenate([into, out, stretch_rows])
    middle = np.concatenate([columns.target[into], columns.source[out], np.repeat(hubs, np.diff(starts))])
    parents = np.arange(len(into) + len(hubs), dtype=np.int64)
    arrives = columns.target[rows] == middle
    for chosen, ends in ((arrives, columns.source[rows]), (~arrives, columns.target[rows])):
        usable = np.flatnonzero(chosen & (columns.through[ends] > 0))
        order = usable[np.lexsort((unit[usable], columns.time[rows[usable]], ends[usable]))]
        keys, times = ends[order].astype(np.int64), np.asarray(columns.time[rows[order]])
        _unite(parents, unit[order], keys, times, window, busiest)
    roots = _roots(parents)[unit]
    order = np.argsort(roots, kind="stable")
    edges = np.r_[0, np.flatnonzero(np.diff(roots[order])) + 1, len(order)].astype(np.int64)
    sides = np.where(arrives, columns.source[rows], columns.target[rows]).astype(np.int64)
    wide = _wide(edges, arrives[order], middle[order].astype(np.int64), sides[order], least, len(columns.out_start) - 1)
    return [np.unique(rows[order[edges[index] : edges[index + 1]]]) for index in wide.tolist()]


@njit(cache=True, nogil=True)
def _wide(edges: Ints, arrives: NDArray[np.bool_], middle: Ints, sides: Ints, least: int, accounts: int) -> Ints:
    """Return the groups with at least ``least`` different payers, accounts between and receivers."""
    stamps = np.full((3, accounts), -1, dtype=np.int64)
    chosen = np.empty(edges.shape[0], dtype=np.int64)
    found = 0
    for group in range(edges.shape[0] - 1):
        counts = np.zeros(3, dtype=np.int64)
        for place in range(edges[group], edges[group + 1]):
            side = 0 if arrives[place] else 1
            if stamps[side, sides[place]] != group:
                stamps[side, sides[place]] = group
                counts[side] += 1
            if stamps[2, middle[place]] != group:
                stamps[2, middle[place]] = group
                counts[2] += 1
        if counts.min() >= least:
            chosen[found] = group
            found += 1
    return chosen[:found]


def _layer_pairs(columns: Columns, layers: Found) -> list[tuple[int, int]]:
    """Pairs of bipartite groups that share at least two accounts, receivers of the first and payers of the second."""
    _, starts, rows = layers
    group = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    receivers = np.unique(np.stack([columns.target[rows], group]), axis=1)
    by_account: dict[int, list[int]] = {}
    for account, index in receivers.T.tolist():
        by_account.setdefault(account, []).append(index)
    payers = np.unique(np.stack([columns.source[rows], group]), axis=1)
    shared: dict[tuple[int, int], int] = {}
    for account, second in payers.T.tolist():
        for first in by_account.get(account, ()):
            if first != second:
                shared[first, second] = shared.get((first, second), 0) + 1
    return sorted(pair for pair, count in shared.items() if count >= 2)


def _layered(columns: Columns, layers: Found, window: int, least: int) -> list[Ints]:
    """Put bipartite groups on each other where the receivers of one are the payers of the next, in time order."""
    _, starts, rows = layers
    groups = []
    for first, second in _layer_pairs(columns, layers):
        lower, upper = rows[starts[first] : starts[first + 1]], rows[starts[second] : starts[second + 1]]
        arrived: dict[int, int] = {}
        for row in lower.tolist():
            arrived.setdefault(int(columns.target[row]), row)
        until = int(columns.time[lower[-1]]) + window
        upper = np.asarray(
            [
                row
                for row in upper.tolist()
                if arrived.get(int(columns.source[row]), row) < row and columns.time[row] <= until
            ],
            dtype=np.int64,
        )
        lower = lower[np.isin(columns.target[lower], columns.source[upper])]
        ends = (columns.source[lower], columns.target[lower], columns.target[upper])
        if all(len(np.unique(each)) >= least for each in ends):
            groups.append(np.unique(np.concatenate([lower, upper])))
    return groups


def stacks(
    columns: Columns,
    layers: Found,
    lanes: tuple[Ints, Ints],
    stretches: Found,
    window: int,
    least: int,
    busiest: int,
) -> Found:
    """Find two layers on each other: payers, accounts that pass on, receivers, each at least ``least``.

    Either both layers are bipartite groups that share at least two accounts, or relays (accounts with what they received
    and paid on) hang together by common payers or receivers within the window.

    Args:
        columns: The ledger.
        layers: Bipartite groups.
        lanes: Rows, and for each the row that carries its amount on.
        stretches: Stretches in which an account paid out almost what it received.
        window: Longest time inside a layer, and between neighbouring relays, in microseconds.
        least: Fewest accounts in each of the three places.
        busiest: Accounts at the end of more relays than a tenth of this in one stretch hold nothing together.
    """
    groups = _relay_groups(columns, lanes, stretches, window, least, max(1, busiest // 10))
    groups += _layered(columns, disjoint(layers), window, least)
    return disjoint(_found([-1] * len(groups), groups))


@njit(cache=True, nogil=True)
def with_parts(
    columns: Columns,
    bundle: NDArray[np.int32],
    bundle_rows: NDArray[np.int32],
    hubs: Ints,
    starts: Ints,
    rows: Ints,
) -> Found:
    """Add to each finding the rows of the bundles that its rows belong to: payments made in parts, whole.

    Args:
        columns: The ledger.
        bundle: By row, the number of its bundle.
        bundle_rows: By bundle, how many rows it has.
        hubs, starts, rows: The findings; ``starts`` may begin anywhere in ``rows``. Only eligible rows are kept.
    """
    opens = np.zeros_like(starts)
    more = np.empty(2 * (starts[-1] - starts[0]) + 16, dtype=np.int64)
    used = 0
    for index in range(hubs.shape[0]):
        opening = used
        for place in range(starts[index], starts[index + 1]):
            row = rows[place]
            more = room(more, used, 1)
            more[used] = row
            used += columns.eligible[row] != 0
            if bundle_rows[bundle[row]] == 1:
                continue
            account = columns.source[row]
            low, high = columns.out_start[account], columns.out_start[account + 1]
            at = after(columns.out_rows, low, high, row) - 1
            for step in (1, -1):
                position, last = at, columns.time[row]
                while low <= position < high and abs(columns.out_time[position] - last) <= columns.gap:
                    other = columns.out_rows[position]
                    if bundle[other] == bundle[row]:
                        last = columns.out_time[position]
                        if columns.out_eligible[position] and other != row:
                            more = room(more, used, 1)
                            more[used] = other
                            used += 1
                    position += step
        more[opening:used].sort()
        kept = opening
        for place in range(opening, used):
            if place == opening or more[place] != more[place - 1]:
                more[kept] = more[place]
                kept += 1
        used = kept
        opens[index + 1] = used
    return hubs.copy(), opens, more[:used]
