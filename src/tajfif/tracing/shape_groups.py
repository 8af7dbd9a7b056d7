"""Findings put together from smaller ones: cycles over the same accounts, overlapping groups, layers on each other.

Reach for it from the other modules of this room only. Everything goes by rows of the ledger; the order is deterministic.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tajfif.tracing.shape_kernels import Columns, Found, Ints

__all__ = ["disjoint", "merged", "stacks"]


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
    """Keep the largest findings, and of the others those that share at most half of their rows with those kept."""
    hub, starts, rows = found
    sizes = np.diff(starts)
    used: set[int] = set()
    chosen: list[int] = []
    for index in np.lexsort((np.arange(len(hub)), -sizes)):
        mine = rows[starts[index] : starts[index + 1]].tolist()
        if 2 * sum(row in used for row in mine) <= len(mine):
            used.update(mine)
            chosen.append(int(index))
    chosen.sort()
    return _found((hub[index] for index in chosen), [rows[starts[index] : starts[index + 1]] for index in chosen])


@njit(cache=True, nogil=True)
def _root(parents: Ints, item: int) -> int:
    while parents[item] != item:
        parents[item] = parents[parents[item]]
        item = parents[item]
    return item


@njit(cache=True, nogil=True)
def _unite(parents: Ints, order: Ints, keys: Ints, times: Ints, window: int, busiest: int) -> None:
    """Unite neighbours in the order given that share a key and lie within the window of each other.

    Runs of one key longer than ``busiest`` are left alone.
    """
    begin = 0
    while begin < order.shape[0]:
        end = begin + 1
        while (
            end < order.shape[0]
            and keys[order[end]] == keys[order[begin]]
            and times[order[end]] - times[order[end - 1]] <= window
        ):
            end += 1
        if end - begin <= busiest and keys[order[begin]] >= 0:
            for place in range(begin + 1, end):
                a, b = _root(parents, order[place - 1]), _root(parents, order[place])
                parents[max(a, b)] = min(a, b)
        begin = end


@njit(cache=True, nogil=True)
def _roots(parents: Ints) -> Ints:
    result = np.empty_like(parents)
    for item in range(parents.shape[0]):
        result[item] = _root(parents, item)
    return result


def _owned(successor: Ints, fit: NDArray[np.float32]) -> tuple[Ints, Ints]:
    """Return ``(into, out)``: the rows that have a successor of their own, and it; the best fit owns, then the latest."""
    into = np.flatnonzero(successor >= 0)
    out = successor[into]
    order = np.lexsort((-into, fit[into], out))
    keep = np.ones(len(order), dtype=bool)
    keep[1:] = out[order][1:] != out[order][:-1]
    chosen = np.sort(order[keep])
    return into[chosen], out[chosen]


def _lane_groups(
    columns: Columns, successor: Ints, fit: NDArray[np.float32], window: int, least: int, busiest: int
) -> list[Ints]:
    """Group the rows that are passed on one to one where the lanes share payers or receivers."""
    into, out = _owned(successor, fit)
    parents = np.arange(len(into), dtype=np.int64)
    for end, moment in ((columns.source[into], columns.time[into]), (columns.target[out], columns.time[out])):
        keys = np.where(columns.through[end] > 0, end, -1).astype(np.int64)
        order = np.lexsort((moment, keys))
        _unite(parents, order, keys, np.asarray(moment), window, busiest)
    roots = _roots(parents)
    order = np.argsort(roots, kind="stable")
    edges = np.flatnonzero(np.diff(roots[order])) + 1
    groups = []
    for members in np.split(order, edges) if len(order) else []:
        if len(members) < least:
            continue
        a, b = into[members], out[members]
        ends = (columns.source[a], columns.target[a], columns.target[b])
        if all(len(np.unique(each)) >= least for each in ends):
            groups.append(np.unique(np.concatenate([a, b])))
    return groups


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
    successor: Ints,
    fit: NDArray[np.float32],
    window: int,
    least: int,
    busiest: int = 200,
) -> Found:
    """Find two layers on each other: payers, accounts that pass on, receivers, each at least ``least``.

    Either both layers are bipartite groups that share at least two accounts, or lanes (a payment and the later one that
    carries its amount on) hang together by common payers or receivers within the window.

    Args:
        columns: The ledger.
        layers: Bipartite groups.
        successor, fit: For each row the one that carries its amount on.
        window: Longest time inside a layer, and between neighbouring lanes, in microseconds.
        least: Fewest accounts in each of the three places.
        busiest: Accounts with more lanes than this in one stretch hold nothing together.
    """
    groups = _lane_groups(columns, successor, fit, window, least, busiest) + _layered(
        columns, disjoint(layers), window, least
    )
    return disjoint(_found([-1] * len(groups), groups))
