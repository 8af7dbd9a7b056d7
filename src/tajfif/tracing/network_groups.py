"""Who belongs together: connected components and communities. Reach for it with links as arrays.

Communities are found by Louvain's method (Blondel and others 2008, "Fast unfolding of communities in large networks"): parties move
to the community of a neighbour as long as modularity grows, communities become parties, and so on. The order in which they move comes
from a seed, and of equal gains the smallest number wins, so that the same links give the same communities.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tajfif.compiled import njit

__all__ = ["communities", "components"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
_ROUNDS = 50
_LEVELS = 20
_LEAST_GAIN = 1e-12


def components(one: Ints, other: Ints, count: int) -> Ints:
    """Return the number of the component of each party, from 0, in the order of its first party.

    Args:
        one, other: Parties that a link joins, shape (links,).
        count: How many parties there are.
    """
    parent = _united(one.astype(np.int64), other.astype(np.int64), count)
    return _renumbered(parent)


@njit(cache=True, nogil=True)
def _united(one: Ints, other: Ints, count: int) -> Ints:
    parent = np.arange(count)
    for i in range(one.shape[0]):
        a, b = one[i], other[i]
        while parent[a] != a:
            parent[a] = parent[parent[a]]
            a = parent[a]
        while parent[b] != b:
            parent[b] = parent[parent[b]]
            b = parent[b]
        if a < b:
            parent[b] = a
        elif b < a:
            parent[a] = b
    for i in range(count):
        root = i
        while parent[root] != root:
            root = parent[root]
        parent[i] = root
    return parent


def communities(one: Ints, other: Ints, weight: Floats, count: int, *, seed: int = 0) -> Ints:
    """Return the number of the community of each party, from 0, in the order of its first party.

    Args:
        one, other: Parties that a link joins, shape (links,).
        weight: Weight of each link, above 0.
        count: How many parties there are.
        seed: Decides the order in which parties move.
    """
    random = np.random.default_rng(seed)
    belongs = np.arange(count)
    one, other, weight = one.astype(np.int64), other.astype(np.int64), weight.astype(np.float64)
    for _ in range(_LEVELS):
        size = int(belongs.max()) + 1 if count else 0
        one, other, weight = _merged(one, other, weight, size)
        start, neighbour, strength, degree = _adjacency(one, other, weight, size)
        moved = _moved(start, neighbour, strength, degree, random.permutation(size), 2 * float(weight.sum()))
        moved = _renumbered(moved)
        if size == 0 or int(moved.max()) + 1 == size:
            break
        belongs = moved[belongs]
        one, other = moved[one], moved[other]
    return _renumbered(belongs)


def _merged(one: Ints, other: Ints, weight: Floats, size: int) -> tuple[Ints, Ints, Floats]:
    """Return one link for each pair, weights added up; the first is the smaller."""
    low, high = np.minimum(one, other), np.maximum(one, other)
    key, place = np.unique(low * max(size, 1) + high, return_inverse=True)
    total = np.bincount(place, weights=weight, minlength=len(key)).astype(np.float64)
    return key // max(size, 1), key % max(size, 1), total


def _adjacency(one: Ints, other: Ints, weight: Floats, size: int) -> tuple[Ints, Ints, Floats, Floats]:
    proper = one != other
    source = np.concatenate([one[proper], other[proper]])
    target = np.concatenate([other[proper], one[proper]])
    strength = np.concatenate([weight[proper], weight[proper]])
    order = np.lexsort((target, source))
    start = np.zeros(size + 1, dtype=np.int64)
    np.cumsum(np.bincount(source, minlength=size), out=start[1:])
    degree = np.bincount(one, weights=weight, minlength=size) + np.bincount(other, weights=weight, minlength=size)
    return start, target[order], strength[order], degree.astype(np.float64)


@njit(cache=True, nogil=True)
def _moved(start: Ints, neighbour: Ints, strength: Floats, degree: Floats, order: Ints, twice: float) -> Ints:
    """Move parties one by one to the community with the greatest gain of modularity, until none moves."""
    size = degree.shape[0]
    community = np.arange(size)
    total = degree.copy()
    into = np.zeros(size)
    for _ in range(_ROUNDS):
        moves = 0
        for k in range(size):
            party = order[k]
            mine = community[party]
            for i in range(start[party], start[party + 1]):
                into[community[neighbour[i]]] += strength[i]
            total[mine] -= degree[party]
            best, gain = mine, into[mine] - total[mine] * degree[party] / twice if twice > 0 else 0.0
            for i in range(start[party], start[party + 1]):
                there = community[neighbour[i]]
                value = into[there] - total[there] * degree[party] / twice
                if value > gain + _LEAST_GAIN or (value > gain - _LEAST_GAIN and there < best and value >= gain):
                    best, gain = there, value
            total[best] += degree[party]
            for i in range(start[party], start[party + 1]):
                into[community[neighbour[i]]] = 0.0
            if best != mine:
                community[party] = best
                moves += 1
        if moves == 0:
            break
    return community


def _renumbered(labels: Ints) -> Ints:
    """Return labels as numbers from 0 in the order in which they first occur."""
    found, first, place = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(found), dtype=np.int64)
    rank[np.argsort(first, kind="stable")] = np.arange(len(found))
    return rank[place]
