"""The neighbourhood of one account, at once. Reach for it when a person looks at an account and wants to see around it.

It follows payments in time order, widest first: of all accounts seen so far, the next to be looked into is the one that
most money can have reached (the narrowest payment of the way to it). The look is bounded, hubs or not; what was cut off is
counted and said. It shows amounts paid between accounts, not whose money it was: that is :mod:`tajfif.tracing.flow`.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from tajfif.compiled import njit
from tajfif.errors import UsageError
from tajfif.tracing.flow_scope import instant, stated
from tajfif.tracing.kernels import read_only

if TYPE_CHECKING:
    from tajfif.tracing.ledger import Ledger

__all__ = ["Link", "Neighbour", "Neighbourhood", "neighbourhood"]

_NODE = np.dtype(
    [("account", "i4"), ("hop", "i4"), ("arrival", "i8"), ("width", "f8"), ("seen", "i8"), ("unseen", "i8")]
)
_EDGE = np.dtype(
    [
        ("payer", "i4"),
        ("account", "i4"),
        ("currency", "i4"),
        ("count", "i4"),
        ("amount", "i8"),
        ("first", "i8"),
        ("last", "i8"),
        ("width", "f8"),
    ]
)


class Neighbour(msgspec.Struct, frozen=True, kw_only=True):
    """One account around another.

    Attributes:
        account, party, type: Its name, whose it is and what it is, where the accounts file says so.
        after, before: Payments from the account in the middle to it, and from it to the one in the middle, along the widest
            ways; 0 where there is none. Both are 0 in the middle only.
        looked_into: Whether its own payments were followed.
        cut: Payments of it, in the right order of time, that were not looked at.
    """

    account: str
    party: str
    type: str
    after: int
    before: int
    looked_into: bool
    cut: int


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """What one account paid another, in one currency, of the transactions looked at.

    Attributes:
        source, target: Payer and payee.
        side: ``after`` for money that can have come through the middle, ``before`` for money that can have gone there.
        hop: Payments from the middle, this one included.
        currency: Code.
        amount: Sum of what was paid, minor units.
        count: How many transactions.
        first, last: Microseconds since 1970-01-01 UTC.
        transactions: Ids of the first of them, in time order.
    """

    source: str
    target: str
    side: str
    hop: int
    currency: str
    amount: int
    count: int
    first: int
    last: int
    transactions: tuple[str, ...]


class Neighbourhood(msgspec.Struct, frozen=True, kw_only=True):
    """The accounts around one, and what they paid each other.

    Attributes:
        account: The one in the middle.
        hops: Most payments away.
        neighbours: The accounts, in the order in which they were found.
        links: The payments between them.
        accounts_left_out: Accounts seen but not shown, since others carry more.
        transactions_left_out: Payments not looked at, and payments to the accounts left out.
    """

    account: str
    hops: int
    neighbours: tuple[Neighbour, ...]
    links: tuple[Link, ...]
    accounts_left_out: int
    transactions_left_out: int


@njit(cache=True, nogil=True)
def _around(
    middle: int,
    starts: NDArray[np.int64],
    rows: NDArray[Any],
    other: NDArray[np.int32],
    amount: NDArray[np.int64],
    currency: NDArray[np.int16],
    weight: NDArray[np.float64],
    after: bool,
    bounds: tuple[int, int],
    hops: int,
    most_accounts: int,
    most_rows: int,
    nodes: NDArray[Any],
    edges: NDArray[Any],
    picked: NDArray[np.int64],
) -> tuple[int, int, int, int]:
    """Look into accounts, the widest way first; return the numbers of nodes, edges, accounts seen but left out, rows looked at.

    Args:
        middle: The account to begin with.
        starts, rows: CSR of what accounts paid (``after``) or received.
        other: Account at the other side of a row.
        amount, currency: By row, as paid.
        weight: For each currency what turns minor units into something comparable.
        after: Follow money on; else follow it back.
        bounds: First row, and the row after the last.
        hops: Most steps.
        most_accounts: Most nodes.
        most_rows: Most payments looked at, in all.
        nodes, edges: Records written; edges hold at least ``most_rows``.
        picked: Rows looked at and the edge of each; shape (most_rows, 2).
    """
    places = 1
    while places < 4 * most_rows:
        places *= 2
    node_of = np.full(places, -1, dtype=np.int64)  # hash table: account to node, -2 - k for an account merely seen
    account_at = np.full(places, -1, dtype=np.int64)
    slot_of = np.full(places, -1, dtype=np.int64)  # hash table: account and currency to edge of the node looked into
    used = np.empty(most_rows, dtype=np.int64)
    heap = [(-np.inf, 0, -1)]
    found = edge_count = seen = looked = 0
    while len(heap) > 0 and found < most_accounts:
        _, _, edge = heapq.heappop(heap)
        account, hop, width = middle, 0, np.inf
        arrival = bounds[0] - 1 if after else bounds[1]
        if edge >= 0:
            account = int(edges[edge]["account"])
            hop = int(nodes[edges[edge]["payer"]]["hop"]) + 1
            width = edges[edge]["width"]
            arrival = int(edges[edge]["first"] if after else edges[edge]["last"])
        place = _place(account_at, account, places)
        if account_at[place] == account and node_of[place] >= 0:
            continue
        if account_at[place] != account:
            account_at[place] = account
        else:
            seen -= 1
        node_of[place] = found
        nodes[found]["account"] = account
        nodes[found]["hop"] = hop
        nodes[found]["arrival"] = arrival
        nodes[found]["width"] = width
        nodes[found]["seen"] = 0
        nodes[found]["unseen"] = 0
        found += 1
        if hop >= hops:
            continue
        begin, end = starts[account], starts[account + 1]
        if after:
            low = begin + np.searchsorted(rows[begin:end], arrival, side="right")
            high = begin + np.searchsorted(rows[begin:end], bounds[1], side="left")
        else:
            low = begin + np.searchsorted(rows[begin:end], bounds[0], side="left")
            high = begin + np.searchsorted(rows[begin:end], arrival, side="left")
        # The centre may use half of what is left, the others no more than an eighth: one hub must not eat the whole look.
        room = (most_rows - looked) // (2 if found == 1 else 8)
        take = min(high - low, room)
        nodes[found - 1]["seen"] = take
        nodes[found - 1]["unseen"] = high - low - take
        first_edge = edge_count
        for index in range(take):
            row = int(rows[low + index] if after else rows[high - 1 - index])
            slot = _place_of_edge(slot_of, edges, int(other[row]), int(currency[row]), places)
            at = slot_of[slot]
            if at < 0:
                at = edge_count
                used[at - first_edge] = slot
                slot_of[slot] = at
                edges[at]["payer"] = found - 1
                edges[at]["account"] = other[row]
                edges[at]["currency"] = currency[row]
                edges[at]["count"] = 0
                edges[at]["amount"] = 0
                edges[at]["first"] = row
                edges[at]["last"] = row
                edge_count += 1
            edges[at]["count"] += 1
            edges[at]["amount"] += amount[row]
            edges[at]["first"] = min(edges[at]["first"], row)
            edges[at]["last"] = max(edges[at]["last"], row)
            picked[looked, 0] = row
            picked[looked, 1] = at
            looked += 1
        for at in range(first_edge, edge_count):
            slot_of[used[at - first_edge]] = -1
            edges[at]["width"] = min(width, edges[at]["amount"] * weight[edges[at]["currency"]])
            place = _place(account_at, edges[at]["account"], places)
            if account_at[place] != edges[at]["account"]:
                account_at[place] = edges[at]["account"]
                node_of[place] = -2
                seen += 1
            if node_of[place] < 0:
                heapq.heappush(heap, (-edges[at]["width"], at, at))
    return found, edge_count, seen, looked


@njit(cache=True, nogil=True)
def _place(keys: NDArray[np.int64], key: int, places: int) -> int:
    slot = (key * 40_503) & (places - 1)
    while keys[slot] != key and keys[slot] >= 0:
        slot = (slot + 1) & (places - 1)
    return slot


@njit(cache=True, nogil=True)
def _place_of_edge(slot_of: NDArray[np.int64], edges: NDArray[Any], account: int, currency: int, places: int) -> int:
    slot = (account * 40_503 + currency * 9_973) & (places - 1)
    while slot_of[slot] >= 0:
        edge = slot_of[slot]
        if edges[edge]["account"] == account and edges[edge]["currency"] == currency:
            return slot
        slot = (slot + 1) & (places - 1)
    return slot


def neighbourhood(
    ledger: Ledger,
    account: str,
    *,
    hops: int = 4,
    direction: str = "both",
    since: str = "",
    until: str = "",
    most_accounts: int = 200,
    most_transactions: int = 20_000,
    cite: int = 3,
) -> Neighbourhood:
    """Return the accounts around one, with what they paid each other, in time order away from the middle.

    An account is looked into once, on the widest way by which it was found: forward, its payments after the first payment
    of that way's last link. Widths in different currencies are compared by their face value, to choose and no more.

    Args:
        ledger: The ledger.
        account: The account in the middle.
        hops: Most payments away, 1 to 16.
        direction: ``after`` (where money can have gone), ``before`` (where it can have come from) or ``both``.
        since, until: Bounds, ISO 8601, both included.
        most_accounts: Most accounts shown on each side.
        most_transactions: Most transactions looked at on each side. The middle may use half, each other account an eighth
            of what is left when it is looked into: those nearest in time.
        cite: Most transactions named for one link.

    Raises:
        UsageError: A number out of range, or a wrong direction or time.
        InputError: An account that is not in the ledger.
    """
    if not 1 <= hops <= 16:
        raise UsageError(f"hops {hops} is not between 1 and 16")
    if direction not in ("after", "before", "both"):
        raise UsageError(f"direction {direction!r} is not after, before or both")
    if not 1 <= most_accounts <= 100_000 or not 16 <= most_transactions <= 10_000_000:
        raise UsageError("between 1 and 100,000 accounts and 16 and 10,000,000 transactions can be shown")
    middle = ledger.account_index(account)
    first = int(np.searchsorted(ledger.time, instant(since), side="left")) if since else 0
    last = len(ledger.time)
    if until:
        last = int(np.searchsorted(ledger.time, instant(until, end=True), side="right"))
    sides = [
        _Side(ledger, middle, side == "after", (first, last), hops, most_accounts, most_transactions)
        for side in ("after", "before")
        if direction in (side, "both")
    ]
    names = {each: ledger.account_name(each) for side in sides for each in side.nodes["account"].tolist()}
    return Neighbourhood(
        account=account,
        hops=hops,
        neighbours=_neighbours(ledger, names, sides),
        links=tuple(link for side in sides for link in side.links(ledger, names, cite)),
        accounts_left_out=sum(side.seen for side in sides),
        transactions_left_out=sum(side.transactions_left_out for side in sides),
    )


class _Side:
    """One direction of a look."""

    def __init__(
        self,
        ledger: Ledger,
        middle: int,
        after: bool,
        bounds: tuple[int, int],
        hops: int,
        most_accounts: int,
        most_rows: int,
    ) -> None:
        self.after = after
        nodes = np.empty(most_accounts, dtype=_NODE)
        edges = np.empty(most_rows, dtype=_EDGE)
        picked = np.empty((most_rows, 2), dtype=np.int64)
        weight = 10.0 ** -np.asarray(ledger.exponents, dtype=np.float64)
        starts, rows, other = (
            (ledger.out_start, ledger.out_rows, ledger.target)
            if after
            else (ledger.in_start, ledger.in_rows, ledger.source)
        )
        found, count, self.seen, looked = _around(
            middle, read_only(starts), read_only(rows), read_only(other), read_only(ledger.amount),
            read_only(ledger.currency), weight, after, bounds, hops, most_accounts, most_rows, nodes, edges, picked,
        )  # fmt: skip
        self.nodes = nodes[:found]
        edges = edges[:count]
        inside = np.isin(edges["account"], self.nodes["account"])
        self._edges, self._inside = edges[inside], np.flatnonzero(inside)
        picked = picked[:looked]
        self._picked = picked[np.lexsort((picked[:, 0], picked[:, 1]))]
        self.transactions_left_out = int(self.nodes["unseen"].sum() + edges["count"][~inside].sum())

    def links(self, ledger: Ledger, names: dict[int, str], cite: int) -> Iterator[Link]:
        """Yield the links between the accounts shown."""
        starts = np.searchsorted(self._picked[:, 1], self._inside).tolist()
        rows = self._picked[:, 0]
        payers = self.nodes[self._edges["payer"]]
        columns = [self._edges[name].tolist() for name in ("account", "currency", "count", "amount")]
        times = [ledger.time[self._edges[name]].tolist() for name in ("first", "last")]
        for payer, hop, begin, account, currency, count, amount, first, last in zip(
            payers["account"].tolist(), payers["hop"].tolist(), starts, *columns, *times, strict=True
        ):
            source, target = (payer, account) if self.after else (account, payer)
            yield Link(
                source=names[source],
                target=names[target],
                side="after" if self.after else "before",
                hop=hop + 1,
                currency=ledger.currencies[currency],
                amount=amount,
                count=count,
                first=first,
                last=last,
                transactions=tuple(map(ledger.transaction_id, rows[begin : begin + min(cite, count)].tolist())),
            )


def _neighbours(ledger: Ledger, names: dict[int, str], sides: list[_Side]) -> tuple[Neighbour, ...]:
    """Return the accounts of both sides, each once."""
    party, kind = stated(ledger, "party"), stated(ledger, "type")
    facts: dict[int, list[int]] = {account: [0, 0, 0, 0] for account in names}
    for side in sides:
        columns = (side.nodes[name].tolist() for name in ("account", "hop", "seen", "unseen"))
        for account, hop, seen, unseen in zip(*columns, strict=True):
            known = facts[account]
            known[0 if side.after else 1] = hop
            known[2] += seen
            known[3] += unseen
    return tuple(
        Neighbour(
            account=names[account],
            party=party(account),
            type=kind(account),
            after=after,
            before=before,
            looked_into=seen > 0,
            cut=unseen,
        )
        for account, (after, before, seen, unseen) in facts.items()
    )
