"""Two groups knit together: in a stretch of time each pays, or is paid by, two or more of the other. From this room only.

A group of payers who share two receivers with one of them is found by the kernel of :mod:`tajfif.tracing.shape_paths`. Where
payers share one receiver each, and only all together hang together, the group is the core of the graph of who pays whom:
what is left when accounts with a single counterparty are taken away, again and again.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tajfif.tracing.shape_kernels import Columns, Found, Ints, room

__all__ = ["cores", "stretches_of"]

_LARGEST = 60  # a core of more accounts is a market, not a group


@njit(cache=True, nogil=True)
def _root(parents: NDArray[np.int32], item: int) -> int:
    while parents[item] != item:
        parents[item] = parents[parents[item]]
        item = parents[item]
    return item


@njit(cache=True, nogil=True)
def _twice(columns: Columns, inside: Ints, rows_of: NDArray[np.int32]) -> Ints:
    """Take away the rows of payers and of receivers that have a single row, again and again; cheap, and no core is lost.

    Args:
        inside: Rows; they are overwritten.
        rows_of: By payer and by receiver, zeros; they are zeros again afterwards.
    """
    for row in inside:
        rows_of[0, columns.source[row]] += 1
        rows_of[1, columns.target[row]] += 1
    count, before = inside.shape[0], -1
    while count != before:
        before, kept = count, 0
        for place in range(count):
            row = inside[place]
            if rows_of[0, columns.source[row]] < 2 or rows_of[1, columns.target[row]] < 2:
                rows_of[0, columns.source[row]] -= 1
                rows_of[1, columns.target[row]] -= 1
            else:
                inside[kept] = row
                kept += 1
        count = kept
    for row in inside[:count]:
        rows_of[0, columns.source[row]] = 0
        rows_of[1, columns.target[row]] = 0
    return inside[:count]


def stretches_of(times: Ints, window: int) -> tuple[Ints, Ints]:
    """Return the first row of each stretch of time and the one after its last; one begins every half window.

    Args:
        times: Of the ledger.
        window: Length of a stretch, in microseconds.
    """
    if not len(times):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    half = max(1, window // 2)
    begins = np.arange(int(times[0]), int(times[-1]) + 1, half)
    if len(begins) > 2 * len(times):  # windows much shorter than what lies between transactions
        begins = np.unique(times[0] + (times - times[0]) // half * half)
        begins = np.unique(np.concatenate([begins, begins - half]))
        begins = begins[begins >= times[0]]
    low = np.searchsorted(times, begins, side="left").astype(np.int64)
    return low, np.searchsorted(times, begins + window, side="right").astype(np.int64)


@njit(cache=True, nogil=True)
def cores(columns: Columns, low: Ints, high: Ints, least: int, busiest: int) -> Found:
    """Find the cores of stretches of time.

    In each stretch the eligible rows between accounts that money may be followed through count, except to receivers with
    more of them than ``busiest``. Payers with one receiver and receivers with one payer are taken away until there are
    none. Of what is left, each part that hangs together makes a finding if it has at least ``least`` payers and as many
    receivers, and at most 60 of either together.

    Args:
        columns: The ledger.
        low, high: Rows of the stretches, from :func:`stretches_of`.
        least: Fewest payers, and fewest receivers.
        busiest: Most rows of a receiver in a stretch.

    Returns:
        ``(hub, starts, rows)``; hub is -1.
    """
    accounts = columns.out_start.shape[0] - 1
    many = np.zeros(accounts, dtype=np.int32)  # rows of a receiver
    rows_of = np.zeros((2, accounts), dtype=np.int32)
    degree = np.zeros(2 * accounts, dtype=np.int32)  # counterparties of a payer, and of a receiver
    parents = np.arange(2 * accounts).astype(np.int32)
    sizes = np.zeros((2 * accounts, 2), dtype=np.int32)
    found = used = 0
    starts = np.zeros(64, dtype=np.int64)
    rows = np.empty(1024, dtype=np.int64)
    for index in range(low.shape[0]):
        inside = np.empty(high[index] - low[index], dtype=np.int64)
        count = 0
        for row in range(low[index], high[index]):
            source, target = columns.source[row], columns.target[row]
            if columns.eligible[row] and columns.through[source] and columns.through[target]:
                inside[count] = row
                many[target] += 1
                count += 1
        kept = 0
        for place in range(count):
            if many[columns.target[inside[place]]] <= busiest:
                inside[kept] = inside[place]
                kept += 1
        for row in range(low[index], high[index]):
            many[columns.target[row]] = 0
        inside = _twice(columns, inside[:kept], rows_of)
        kept = inside.shape[0]
        keys = np.empty(kept, dtype=np.int64)
        for place in range(kept):
            keys[place] = columns.source[inside[place]] * np.int64(accounts) + columns.target[inside[place]]
        pairs = np.unique(keys)
        for key in pairs:
            degree[key // accounts] += 1
            degree[accounts + key % accounts] += 1
        left = pairs.shape[0]
        alive = np.ones(left, dtype=np.uint8)
        changed = True
        while changed:
            changed = False
            for place in range(pairs.shape[0]):
                payer, receiver = pairs[place] // accounts, accounts + pairs[place] % accounts
                if alive[place] and (degree[payer] < 2 or degree[receiver] < 2):
                    alive[place] = 0
                    degree[payer] -= 1
                    degree[receiver] -= 1
                    left -= 1
                    changed = True
        if left:
            for place in range(pairs.shape[0]):
                if alive[place]:
                    a = _root(parents, pairs[place] // accounts)
                    b = _root(parents, accounts + pairs[place] % accounts)
                    parents[max(a, b)] = min(a, b)
            for place in range(pairs.shape[0]):  # each account once: its degree is made negative when counted
                for side in range(2):
                    account = accounts + pairs[place] % accounts if side else pairs[place] // accounts
                    if alive[place] and degree[account] > 0:
                        degree[account] = -degree[account]
                        sizes[_root(parents, account), side] += 1
            labels = np.full(kept, -1, dtype=np.int64)
            for place in range(kept):
                at = np.searchsorted(pairs, keys[place])
                if alive[at]:
                    root = _root(parents, pairs[at] // accounts)
                    wide = min(sizes[root, 0], sizes[root, 1]) >= least
                    if wide and sizes[root, 0] + sizes[root, 1] <= _LARGEST:
                        labels[place] = root
            order = np.argsort(labels, kind="mergesort")
            for step in range(kept):
                place = order[step]
                if labels[place] < 0:
                    continue
                if step == 0 or labels[order[step - 1]] != labels[place]:
                    starts = room(starts, found + 1, 1)
                    found += 1
                rows = room(rows, used, 1)
                rows[used] = inside[place]
                used += 1
                starts[found] = used
        for key in pairs:
            for account in (key // accounts, accounts + key % accounts):
                degree[account] = 0
                parents[account] = account
                sizes[account, 0] = sizes[account, 1] = 0
    return np.full(found, -1, dtype=np.int64), starts[: found + 1], rows[:used]
