"""Slow shapes made of payments in parts. Reach for it from the other modules of this room only.

Whoever splits one payment into several alike on one day has a reason to keep each of them small. Such payments are rare
enough to be put together over months: a fan of payers who each split, or a ring in which the same amount goes round,
whatever the order in which its legs were booked.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tajfif.tracing.shape_kernels import Columns, Found, Ints

__all__ = ["in_parts", "rings", "trails"]

_DAY = 86_400_000_000
_LARGEST_RING_GROUP = 2_000  # so many legs of one amount are a price, not a ring


def in_parts(
    columns: Columns, bundle: NDArray[np.int32], bundle_rows: NDArray[np.int32], least: int
) -> NDArray[np.uint8]:
    """Return 1 for the rows of payments made in at least ``least`` parts within a day, none twice another, else 0.

    Args:
        columns: The ledger.
        bundle: By row, the number of its bundle.
        bundle_rows: By bundle, how many rows it has.
        least: Fewest parts.
    """
    count = len(bundle)
    parts = np.zeros(count, dtype=np.uint8)
    split = bundle_rows >= least
    rows = np.flatnonzero(split[bundle]) if split.any() else np.empty(0, dtype=np.int64)
    if not len(rows):
        return parts
    order = rows[np.lexsort((rows, bundle[rows]))]
    starts = np.flatnonzero(np.r_[True, bundle[order][1:] != bundle[order][:-1]])
    sizes = np.diff(np.r_[starts, len(order)])
    amounts, times = np.asarray(columns.amount[order]), np.asarray(columns.time[order])
    low, high = np.minimum.reduceat(amounts, starts), np.maximum.reduceat(amounts, starts)
    lasting = np.maximum.reduceat(times, starts) - np.minimum.reduceat(times, starts)
    parts[order[np.repeat((high <= 2 * low) & (lasting <= _DAY), sizes)]] = 1
    return parts


def rings(columns: Columns, parts: NDArray[np.uint8], window: int, least: int, most: int) -> Found:
    """Find closed paths of legs of exactly one amount and currency, in any order of time; half of them or more in parts.

    Args:
        columns: The ledger.
        parts: By row, whether it belongs to a payment in parts.
        window: Longest time from the first to the last transaction.
        least, most: Fewest and most accounts.
    """
    hubs: list[int] = []
    found: list[Ints] = []
    for members in _by_amount(columns, parts):
        if least <= len(members) <= _LARGEST_RING_GROUP:
            for ring in _closed(columns, members, least, most):
                legs = [_between(columns, members, *leg) for leg in ring]
                if 2 * sum(bool(parts[leg].any()) for leg in legs) < len(legs):
                    continue
                mine = np.sort(np.concatenate(legs))
                if columns.time[mine[-1]] - columns.time[mine[0]] <= window:
                    hubs.append(ring[0][0])
                    found.append(mine)
    return _listed(hubs, found)


def trails(columns: Columns, parts: NDArray[np.uint8], window: int) -> Found:
    """Find accounts through which payments in parts of exactly one amount and currency hang together, in any order.

    At least one account of a trail both receives and pays.

    Args:
        columns: The ledger.
        parts: By row, whether it belongs to a payment in parts; only these are looked at.
        window: Longest time from the first to the last transaction.
    """
    found: list[Ints] = []
    for group in _by_amount(columns, parts):
        members = group[parts[group] > 0]
        if not 2 <= len(members) <= _LARGEST_RING_GROUP:
            continue
        source, target = columns.source[members], columns.target[members]
        names, ends = np.unique(np.concatenate([source, target]), return_inverse=True)
        a, b = ends[: len(members)], ends[len(members) :]
        label = np.arange(len(names))
        while True:  # each round carries the smallest label over one more leg
            before = label.copy()
            np.minimum.at(label, a, label[b])
            np.minimum.at(label, b, label[a])
            if np.array_equal(before, label):
                break
        for each in np.unique(label[a]):
            mine = members[label[a] == each]
            passed_on = np.intersect1d(columns.source[mine], columns.target[mine]).size
            if passed_on and columns.time[mine[-1]] - columns.time[mine[0]] <= window:
                found.append(mine)
    return _listed([-1] * len(found), found)


def _by_amount(columns: Columns, parts: NDArray[np.uint8]) -> list[Ints]:
    """Return the rows of each amount and currency that occurs in parts, ascending."""
    split = np.flatnonzero(parts & columns.eligible)
    if not len(split):
        return []
    same = np.isin(columns.amount, np.unique(columns.amount[split])) & (columns.eligible > 0)
    rows = np.flatnonzero(same)
    keys = np.stack([columns.currency[rows].astype(np.int64), np.asarray(columns.amount[rows])])
    order = np.lexsort((rows, keys[1], keys[0]))
    edges = np.flatnonzero((np.diff(keys[:, order], axis=1) != 0).any(axis=0)) + 1
    return np.split(rows[order], edges)


def _listed(hubs: list[int], found: list[Ints]) -> Found:
    starts = np.concatenate([[0], np.cumsum([len(each) for each in found])]).astype(np.int64)
    rows = np.concatenate(found) if found else np.empty(0, dtype=np.int64)
    return np.asarray(hubs, dtype=np.int64), starts, rows


def _between(columns: Columns, rows: Ints, source: int, target: int) -> Ints:
    found: Ints = rows[(columns.source[rows] == source) & (columns.target[rows] == target)]
    return found


def _closed(columns: Columns, rows: Ints, least: int, most: int) -> list[list[tuple[int, int]]]:
    """Return the simple closed paths over the pairs of these rows, each from its smallest account on."""
    onward: dict[int, list[int]] = {}
    pairs = sorted(set(zip(columns.source[rows].tolist(), columns.target[rows].tolist(), strict=True)))
    for source, target in pairs:
        onward.setdefault(source, []).append(target)
    closed: list[list[tuple[int, int]]] = []
    budget = 20_000
    for start in onward:
        waiting = [[start]]
        while waiting and budget:
            budget -= 1
            path = waiting.pop()
            for account in onward.get(path[-1], ()):
                if account == start and len(path) >= least:
                    closed.append(list(zip(path, [*path[1:], start], strict=True)))
                elif account > start and account not in path and len(path) < most:
                    waiting.append([*path, account])
    return closed
