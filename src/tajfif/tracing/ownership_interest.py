"""What designated parties own by multiplication, exactly. Reach for it beside the rules, for information: no regime goes by it.

The share of an entity that is theirs is the sum, over its holders, of each holding times the share of the holder that is theirs
(1 for a designated party). Where firms own one another this is a system of linear equations, the sum of a geometric series; it
is solved with fractions, ring by ring.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction

from tajfif.tracing.ownership_cascade import Graph
from tajfif.tracing.ownership_rules import KINDS

__all__ = ["LARGEST_RING", "economic_interest"]

LARGEST_RING = 150
"""Most firms in one ring of mutual ownership for which the equations are solved."""
_MOST_REACHED = 200_000
_LONGEST = 8_192  # bits of a denominator
_SHARES = KINDS.index("shares")

Holders = dict[int, dict[int, int]]


def economic_interest(graph: Graph, designated: Collection[int]) -> dict[int, Fraction | None]:
    """Return the share of each entity reached that belongs to designated parties, by multiplication, from stated minima.

    Args:
        graph: The statements that hold.
        designated: The designated parties; they are themselves left out.

    Returns:
        By party; None where it is not solved: a ring of more than :data:`LARGEST_RING`, or a fraction too long to be of use.
        Nothing at all where they reach more than 200,000 parties.
    """
    holders = _holders(graph, set(designated))
    if holders is None:
        return {}
    found: dict[int, Fraction | None] = {party: Fraction(1) for party in designated}
    for ring in _rings(holders):
        found.update(_solved(ring, holders, found, graph.whole))
    return {party: value for party, value in found.items() if party in holders}


def _holders(graph: Graph, designated: set[int]) -> Holders | None:
    """Return, by party reached, its holders that are reached, with their parts."""
    stakes = graph.stakes
    waiting, seen = sorted(designated), set(designated)
    holders: Holders = {}
    while waiting:
        holder = waiting.pop()
        for row in graph.owned_by(holder):
            owned = int(stakes.owned[row])
            if int(stakes.kind[row]) != _SHARES or owned in designated or not graph.low(row):
                continue
            mine = holders.setdefault(owned, {})
            mine[holder] = mine.get(holder, 0) + graph.low(row)
            if owned not in seen:
                if len(seen) > _MOST_REACHED:
                    return None
                seen.add(owned)
                waiting.append(owned)
    return holders


def _rings(holders: Holders) -> list[list[int]]:
    """Return the strongly connected parts, each after those that it depends on (Tarjan 1972, without recursion)."""
    number: dict[int, int] = {}
    lowest: dict[int, int] = {}
    open_parties: list[int] = []
    is_open: set[int] = set()
    rings: list[list[int]] = []
    for start in sorted(holders):
        if start in number:
            continue
        path = [(start, iter(sorted(holders[start])))]
        number[start] = lowest[start] = len(number)
        open_parties.append(start)
        is_open.add(start)
        while path:
            party, rest = path[-1]
            for holder in rest:
                if holder not in holders:  # designated
                    continue
                if holder not in number:
                    number[holder] = lowest[holder] = len(number)
                    open_parties.append(holder)
                    is_open.add(holder)
                    path.append((holder, iter(sorted(holders[holder]))))
                    break
                if holder in is_open:
                    lowest[party] = min(lowest[party], number[holder])
            else:
                path.pop()
                if path:
                    above = path[-1][0]
                    lowest[above] = min(lowest[above], lowest[party])
                if lowest[party] == number[party]:
                    cut = _last(open_parties, party)
                    rings.append(open_parties[cut:])
                    is_open.difference_update(open_parties[cut:])
                    del open_parties[cut:]
    return rings


def _last(parties: list[int], wanted: int) -> int:
    place = len(parties) - 1
    while parties[place] != wanted:
        place -= 1
    return place


def _solved(
    ring: list[int], holders: Holders, known: Mapping[int, Fraction | None], whole: int
) -> dict[int, Fraction | None]:
    inside = {party: place for place, party in enumerate(ring)}
    given: list[Fraction] = []
    for party in ring:
        total = Fraction(0)
        for holder, parts in holders[party].items():
            if holder not in inside:
                share = known[holder]
                if share is None:
                    return dict.fromkeys(ring, None)
                total += share * parts / whole
        given.append(total)
    if len(ring) == 1:
        own = Fraction(holders[ring[0]].get(ring[0], 0), whole)
        return {ring[0]: _short(given[0] / (1 - own)) if own < 1 else None}
    if len(ring) > LARGEST_RING:
        return dict.fromkeys(ring, None)
    rows = [
        {inside[holder]: -Fraction(parts, whole) for holder, parts in holders[party].items() if holder in inside}
        for party in ring
    ]
    for place, row in enumerate(rows):
        row[place] = row.get(place, Fraction(0)) + 1
    values = _eliminated(rows, given)
    return dict.fromkeys(ring, None) if values is None else {p: _short(v) for p, v in zip(ring, values, strict=True)}


def _eliminated(rows: list[dict[int, Fraction]], given: list[Fraction]) -> list[Fraction] | None:
    """Solve by Gauss's elimination on sparse rows; None if the firms own one another whole, so that nothing is left to own."""
    for pivot in range(len(rows)):
        best = next((place for place in range(pivot, len(rows)) if rows[place].get(pivot)), None)
        if best is None:
            return None
        rows[pivot], rows[best] = rows[best], rows[pivot]
        given[pivot], given[best] = given[best], given[pivot]
        head = rows[pivot][pivot]
        for place in range(len(rows)):
            if place == pivot or not (factor := rows[place].get(pivot, Fraction(0)) / head):
                continue
            for column, value in rows[pivot].items():
                rows[place][column] = rows[place].get(column, Fraction(0)) - factor * value
            given[place] -= factor * given[pivot]
    return [total / rows[place][place] for place, total in enumerate(given)]


def _short(value: Fraction) -> Fraction | None:
    return value if value.denominator.bit_length() <= _LONGEST else None
