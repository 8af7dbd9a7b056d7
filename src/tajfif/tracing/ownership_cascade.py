"""Who falls under a rule because of whom. Reach for it through :func:`tajfif.tracing.ownership.ownership`.

Only statements that somebody designated can reach are ever looked at. Shares are whole numbers of parts of a common
denominator, so that sums are exact. A party that falls under the rule counts in full for what it owns itself: nothing is
multiplied. The least set that the rule closes over is taken, so that two firms which own each other do not catch each other.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from tajfif.tracing.ownership_reading import Stakes
from tajfif.tracing.ownership_rules import KINDS, NEAR, Rule

__all__ = ["Cascade", "Graph"]

_SHARES, _VOTES = KINDS.index("shares"), KINDS.index("votes")


class Graph:
    """The statements that hold on one day, by owner and by what is owned.

    Args:
        stakes: All statements.
        day: The day, an ordinal.

    Attributes:
        whole: How many parts the whole has.
        repeated: Statements that repeat an earlier one word for word; they count once.
    """

    def __init__(self, stakes: Stakes, day: int) -> None:
        self.stakes = stakes
        holds = np.flatnonzero((stakes.since <= day) & (day <= stakes.until))
        repeats = _repeats(stakes, holds)
        self.repeated = len(repeats)
        self.rows = np.setdiff1d(holds, repeats, assume_unique=True)
        self._out_start, self._out = _index(stakes.owner, self.rows, len(stakes.names))
        self._in_start, self._in = _index(stakes.owned, self.rows, len(stakes.names))
        common = math.lcm(2, NEAR, *(share.low.denominator for share in stakes.shares))
        self.whole = math.lcm(common, *(share.high.denominator for share in stakes.shares))
        self._low = [int(share.low * self.whole) for share in stakes.shares]
        self._high = [int(share.high * self.whole) for share in stakes.shares]
        self._stated: dict[int, tuple[int, int]] = {}

    def owned_by(self, party: int) -> list[int]:
        """Return the statements of what a party owns, in file order."""
        found: list[int] = self._out[self._out_start[party] : self._out_start[party + 1]].tolist()
        return found

    def owners_of(self, party: int) -> list[int]:
        """Return the statements of who owns a party, in file order."""
        found: list[int] = self._in[self._in_start[party] : self._in_start[party + 1]].tolist()
        return found

    def low(self, row: int) -> int:
        """Return the least share that a statement allows, in parts."""
        return self._low[int(self.stakes.share[row])]

    def high(self, row: int) -> int:
        """Return the greatest share that a statement allows, in parts."""
        return self._high[int(self.stakes.share[row])]

    def fraction(self, parts: int) -> Fraction:
        """Return parts as a share of one."""
        return Fraction(parts, self.whole)

    def stated(self, party: int) -> tuple[int, int]:
        """Return what is stated at least of all shares of a party, and how many statements mean more than that."""
        if party not in self._stated:
            rows = [row for row in self.owners_of(party) if int(self.stakes.kind[row]) == _SHARES]
            above = sum(self.stakes.share_of(row).above for row in rows)
            self._stated[party] = (sum(map(self.low, rows)), above)
        return self._stated[party]


def _index(keys: NDArray[np.int64], rows: NDArray[np.int64], count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    wanted = keys[rows]
    start = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(wanted, minlength=count), out=start[1:])
    return start, rows[np.argsort(wanted, kind="stable")]


def _repeats(stakes: Stakes, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the rows that state what an earlier one does; who says so does not matter."""
    pair = stakes.owner[rows] * max(len(stakes.names), 1) + stakes.owned[rows]
    order = np.argsort(pair, kind="stable")
    same = np.flatnonzero(pair[order][1:] == pair[order][:-1])
    doubtful = rows[order[np.unique(np.concatenate([same, same + 1]))]] if same.size else rows[:0]
    seen: set[tuple[int, ...]] = set()
    found = []
    columns = (stakes.owner, stakes.owned, stakes.kind, stakes.share, stakes.since, stakes.until, stakes.arrangement)
    for row in np.sort(doubtful).tolist():
        key = tuple(int(column[row]) for column in columns)
        if key in seen:
            found.append(row)
        seen.add(key)
    return np.array(found, dtype=np.int64)


class Cascade:
    """What follows from a set of designated parties under one rule.

    Args:
        graph: The statements.
        rule: The rule.
        seeds: The designated parties.
        sure: What is sure, to find what could be as well. A share that is not stated could be theirs where they surely
            hold part of the entity already; a party that could be theirs could hold all that it may hold. What would need
            both at once, a gap in the entity and a gap in its holder, is not followed: it would make everything uncertain.

    Attributes:
        place: By party that falls under the rule: when it was found; 0 for the designated.
        counted: By party: the statements that count for it, in the order in which they came to count.
        low: By party: the least share that counts, in parts.
        above: Parties of which ``low`` is known to be exceeded.
        link: By party: kind of the link or majority that catches it.
    """

    def __init__(self, graph: Graph, rule: Rule, seeds: Sequence[int], *, sure: Cascade | None = None) -> None:
        self.graph, self.rule, self.sure = graph, rule, sure
        self.place: dict[int, int] = dict.fromkeys(seeds if sure is None else sure.place, 0)
        self.counted: dict[int, list[int]] = {}
        self.low: dict[int, int] = {}
        self.high: dict[int, int] = {}
        self.above: set[int] = set()
        self.link: dict[int, str] = {}
        self._votes: dict[int, int] = {}
        self._taken_above: dict[int, int] = {}
        self._links = {KINDS.index(name) for name in rule.links}

    def run(self) -> Cascade:
        """Follow everything to its end, and return this."""
        queue = deque(sorted(self.place))
        stakes = self.graph.stakes
        done: set[int] = set()
        while queue:
            holder = queue.popleft()
            for row in self.graph.owned_by(holder):
                if row in done:
                    continue
                owned = int(stakes.owned[row])
                for each in self._with_arrangement(row):
                    if each not in done:
                        done.add(each)
                        self._count(each, owned)
                if owned not in self.place and (why := self._falls(owned)):
                    self.place[owned] = len(self.place) + 1
                    self.link[owned] = why
                    queue.append(owned)
        return self

    def greatest(self, party: int) -> int:
        """Return the greatest share that could count: all that is not known to be somebody else's, in parts."""
        stated, _ = self.graph.stated(party)
        low = self.low.get(party, 0)
        greatest = max(self.graph.whole - (stated - low), low)
        if self.sure is not None and not self.sure.high.get(party):
            return min(greatest, self.high.get(party, 0))
        return greatest

    def _with_arrangement(self, row: int) -> list[int]:
        """The statement, and those whose holders act with its holder where the rule does not add up anyway."""
        stakes = self.graph.stakes
        if self.rule.aggregates or not stakes.arrangement[row]:
            return [row]
        owned = int(stakes.owned[row])
        return [each for each in self.graph.owners_of(owned) if stakes.arrangement[each] == stakes.arrangement[row]]

    def _count(self, row: int, owned: int) -> None:
        kind = int(self.graph.stakes.kind[row])
        self.counted.setdefault(owned, []).append(row)
        if kind == _SHARES:
            self.low[owned] = self.low.get(owned, 0) + self.graph.low(row)
            self.high[owned] = self.high.get(owned, 0) + self.graph.high(row)
            if self.graph.stakes.share_of(row).above:
                self.above.add(owned)
                self._taken_above[owned] = self._taken_above.get(owned, 0) + 1
        elif kind == _VOTES:
            share = self.graph.high(row) if self.sure is not None else self.graph.low(row)
            exceeded = self.graph.stakes.share_of(row).above and self.sure is None
            self._votes[owned] = self._votes.get(owned, 0) + 2 * share + exceeded
        if kind in self._links:
            self.link.setdefault(owned, KINDS[kind])

    def _falls(self, party: int) -> str:
        """Return what makes a party fall under the rule; empty for nothing."""
        if party in self.low and self._reaches(party):
            return "shares"
        if self.rule.majority_of_votes and self._votes.get(party, 0) > self.graph.whole:
            return "votes"
        return self.link.get(party, "")

    def _reaches(self, party: int) -> bool:
        half = self.graph.whole // 2
        if self.sure is None:
            low = self.low[party]
            return low > half or (low == half and (not self.rule.more_than or party in self.above))
        if not self.high[party]:
            return False
        greatest = self.greatest(party)
        others_exceed = self.graph.stated(party)[1] > self._taken_above.get(party, 0)
        return greatest > half or (greatest == half and not self.rule.more_than and not others_exceed)
