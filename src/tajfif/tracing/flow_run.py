"""One run of a model over a stream of payments between purses. Reach for it from :mod:`tajfif.tracing.flow` only.

Owns the pools that the kernels write into, lets them grow, and gathers what is known at the end in plain columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tajfif.errors import InternalError
from tajfif.tracing import flow_lots, flow_shares, kernels
from tajfif.tracing.flow_lots import EVENTS, FREE, LOTS, MOVES, STEPS
from tajfif.tracing.kernels import NEVER

__all__ = ["MODELS", "Entries", "Plan", "Run", "Stream", "run"]

MODELS = ("poison", "haircut", "fifo", "lifo", "tiho")

TOTALS = ("seeded", "returned", "beyond", "fees", "converted_out", "converted_in", "dust")
"""Names of the rows of the totals, as the kernels count them."""

_CHUNK = 8_000_000
_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Stream:
    """The payments in the order of the trace.

    Attributes:
        payer, payee: Purse of either side, by row; length n.
        paid, received, paid_in, received_in: Amounts and currencies of either side, by row.
        origin, step, end: Row = origin + step * position, for positions 0 to end - 1.
        purses: Number of purses.
        currencies: Number of currencies.
        counted: For each purse 1 where its earlier book and its prior balance count; 0 for a hub's pair.
        currency: Currency of each purse; empty where there is one only.
        books: As in :func:`tajfif.tracing.kernels.opening_of`.
    """

    payer: NDArray[np.int32]
    payee: NDArray[np.int32]
    paid: NDArray[np.int64]
    received: NDArray[np.int64]
    paid_in: NDArray[np.int16]
    received_in: NDArray[np.int16]
    origin: int
    step: int
    end: int
    purses: int
    currencies: int
    counted: NDArray[np.uint8]
    currency: NDArray[np.int16]
    books: tuple[NDArray[Any], ...]

    @property
    def columns(self) -> tuple[NDArray[Any], ...]:
        """The columns as the kernels take them."""
        return self.payer, self.payee, self.paid, self.received, self.paid_in, self.received_in


@dataclass(frozen=True)
class Plan:
    """Where tainted money comes from.

    Attributes:
        labels: Number of labels; they are numbered from 1.
        from_purses, from_positions, from_labels: Purses all of whose payments from a position on are seeded.
        positions, position_labels: Payments that are seeds themselves, ascending.
        lot_positions, lot_purses, lot_labels, lot_amounts, lot_currencies: Lots put in before a position, ascending.
        opening_purses, opening_amounts: Clean money that purses hold at the beginning.
    """

    labels: int
    from_purses: NDArray[np.int32]
    from_positions: NDArray[np.int32]
    from_labels: NDArray[np.int32]
    positions: NDArray[np.int32]
    position_labels: NDArray[np.int32]
    lot_positions: NDArray[np.int32]
    lot_purses: NDArray[np.int32]
    lot_labels: NDArray[np.int32]
    lot_amounts: NDArray[np.int64]
    lot_currencies: NDArray[np.int16]
    opening_purses: NDArray[np.int32]
    opening_amounts: NDArray[np.int64]

    @property
    def seeds(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The payments that are seeds, as the kernels take them."""
        return self.positions, self.position_labels

    @property
    def events(self) -> Any:
        """The lots to put in, as the kernels take them."""
        return self.lot_positions, self.lot_purses, self.lot_labels, self.lot_amounts, self.lot_currencies


@dataclass(frozen=True)
class Entries:
    """One element for each purse and label that tainted money came to: whole numbers, or floats under haircut."""

    purse: NDArray[np.int64]
    label: NDArray[np.int64]
    received: NDArray[Any]
    held: NDArray[Any]
    width: NDArray[Any]
    best: NDArray[np.int32]
    hop: NDArray[np.int32]
    first: NDArray[np.int32]
    last: NDArray[np.int32]


@dataclass(frozen=True)
class Run:
    """What a run leaves.

    Attributes:
        entries: Purses and labels that tainted money came to.
        moved: One record for each payment and label: amount as it arrived, position, label, hop.
        steps: Steps of best paths: (position, earlier step or -1).
        prior: What each purse paid, once touched, beyond what it was known to have.
        totals: For each name of ``TOTALS`` and "held", an amount for each currency.
        reachable: Payments that tainted money can reach in time order.
    """

    entries: Entries
    moved: NDArray[Any]
    steps: NDArray[np.int32]
    prior: NDArray[np.int64]
    totals: dict[str, list[float]]
    reachable: int


def run(
    model: str,
    stream: Stream,
    plan: Plan,
    *,
    hops: int = NEVER - 1,
    dust: float = 0.0,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Run:
    """Let money flow through the whole stream.

    Args:
        model: One of ``MODELS``.
        stream: The payments.
        plan: The seeds. With one label everything tainted is one; with more they are kept apart.
        hops: Taint goes no further than to purses of so many hops.
        dust: Haircut: a part of a payment below so many minor units is followed no further.
        progress: Called with positions done and their number.

    Raises:
        InternalError: Money was created or lost.
    """
    marks, reachable = _reach(stream, plan)
    if model == "haircut" and plan.labels > 1:  # most of what is within reach is dust: books begin when money comes
        marks[:] = 0
        marks[plan.from_purses] = kernels.SEED
    pieces = _Run(stream, plan, marks, hops, progress)
    if model in ("fifo", "lifo", "tiho"):
        result = pieces.lots(("fifo", "lifo", "tiho").index(model), reachable)
    elif model == "poison":
        result = pieces.poison(reachable)
    elif plan.labels == 1:
        result = pieces.shares(poison=False, only=0, dust=dust, reachable=reachable)
    else:
        result = pieces.mixtures(dust, reachable)
    if model != "poison":
        _check_conservation(result.totals, exact=model != "haircut")
    return result


def _reach(stream: Stream, plan: Plan) -> tuple[NDArray[np.uint8], int]:
    """Return the purses and count the payments that money of the seeds can reach in time order, whatever the amount."""
    reached = np.zeros(stream.purses, dtype=np.uint8)
    reached[plan.lot_purses] = kernels.ACTIVE
    reached[plan.from_purses] |= kernels.SEED
    order = np.argsort(plan.from_purses)
    count = kernels.reach(
        stream.payer, stream.payee, stream.origin, stream.step, 0, stream.end, plan.from_purses[order],
        plan.from_positions[order], plan.positions, reached,
    )  # fmt: skip
    return reached, count


class _Run:
    """The pools of one run."""

    def __init__(
        self,
        stream: Stream,
        plan: Plan,
        marks: NDArray[np.uint8],
        hops: int,
        progress: Callable[[int, int], None],
    ) -> None:
        self.stream, self.plan, self.marks, self.hops, self.progress = stream, plan, marks, hops, progress
        self.prior = np.zeros(stream.purses, dtype=np.int64)
        self.counters = np.full(64, -1, dtype=np.int64)
        self.counters[1:8] = 0
        self.steps = np.empty((4096, 2), dtype=np.int32)

    def chunks(self) -> Iterator[tuple[int, int]]:
        """Yield (begin, end) of the pieces of the stream; the last ends at its end."""
        begin = 0
        while True:
            end = min(begin + _CHUNK, self.stream.end)
            yield begin, end
            self.progress(end, self.stream.end)
            if end == self.stream.end:
                return
            begin = end

    def grown(self, pool: NDArray[Any], used: int, room: int) -> NDArray[Any]:
        """Return the pool, or one of twice its length with what is used of it, when less than ``room`` is left."""
        if pool.shape[0] - used >= room:
            return pool
        larger = np.empty((max(2 * pool.shape[0], used + 2 * room), *pool.shape[1:]), dtype=pool.dtype)
        larger[:used] = pool[:used]
        return larger

    # FIFO, LIFO, TIHO

    def lots(self, model: int, reachable: int) -> Run:
        """Run a model of lots."""
        stream, plan, counters = self.stream, self.plan, self.counters
        purses = np.zeros(stream.purses, dtype=flow_lots.PURSE)
        self._mark_seeds(purses)
        balances = np.zeros(stream.purses, dtype=np.int64)
        balances[plan.opening_purses] = plan.opening_amounts
        counters[FREE], counters[LOTS] = 0, 1  # number 0 is no lot
        entries = _no_entries(1024)
        table = (np.full(4096, -1, dtype=np.int64), np.zeros(4096, dtype=np.int32))
        # Memory that is not written is not used: room for many, so that pools seldom grow.
        lots = np.empty(4096 + stream.purses, dtype=flow_lots.LOT)
        moved = np.empty(4096 + stream.end // 2, dtype=flow_lots.MOVED)
        self.steps = np.empty((4096 + stream.purses, 2), dtype=np.int32)
        totals = np.zeros((len(TOTALS), stream.currencies), dtype=np.int64)
        tiho = self._tiho(model == flow_lots.TIHO)
        room = 2 * (plan.labels + 16)
        for begin, end in self.chunks():
            position = begin
            while position <= end:
                lots = self.grown(lots, counters[LOTS], room)
                moved = self.grown(moved, counters[MOVES], room)
                self.steps = self.grown(self.steps, counters[STEPS], room)
                entries, table = _grown_table(entries, table, counters, room, plan.labels)
                position = flow_lots.flow_lots(
                    model, stream.columns, stream.origin, stream.step, position, end, self.hops, plan.labels,
                    self.marks, balances, purses, entries, table, lots, tiho, plan.seeds, plan.events, self.steps, moved,
                    counters, self.prior, stream.counted, totals,
                )  # fmt: skip
        held = np.zeros(entries.shape[0], dtype=np.int64)
        flow_lots.held_lots(purses, lots, plan.labels, table, held)
        if plan.labels == 1:
            purse = np.flatnonzero(purses["entry"])
            where, label = purses["entry"][purse] - 1, np.ones(purse.size, dtype=np.int64)
        else:
            slots = np.flatnonzero(table[0] >= 0)
            purse, label = np.divmod(table[0][slots], plan.labels + 1)
            order = np.lexsort((label, purse))
            where, purse, label = table[1][slots][order], purse[order], label[order]
        return self._result(entries[where], held[where], purse, label, moved, totals, reachable)

    def _tiho(self, wanted: bool) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        stream = self.stream
        if not wanted:
            return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int64)
        following = np.empty(stream.end, dtype=np.int32)
        kernels.chain_payments(
            stream.payer, stream.payee, stream.origin, stream.step, stream.end, self.plan.lot_positions,
            self.plan.lot_purses, stream.purses, following,
        )  # fmt: skip
        return following, np.zeros(stream.end, dtype=np.int64)

    def _mark_seeds(self, purses: NDArray[Any]) -> None:
        purses["seeded_from"][self.plan.from_purses] = self.plan.from_positions
        purses["seed_label"][self.plan.from_purses] = self.plan.from_labels

    # haircut and poison

    def shares(self, *, poison: bool, only: int, dust: float, reachable: int) -> Run:
        """Run haircut or poison with one label, or poison for one of several."""
        stream, plan, counters = self.stream, self.plan, self.counters
        counters[EVENTS] = counters[STEPS] = counters[MOVES] = 0
        self.marks &= kernels.SEED | kernels.ACTIVE
        purses = _cache_lines(stream.purses, flow_shares.SHARE)
        self._mark_seeds(purses)
        balances = np.zeros(stream.purses, dtype=np.int64)
        balances[plan.opening_purses] = plan.opening_amounts
        moved = np.empty(stream.end + 16, dtype=flow_shares.SHARE_MOVED)
        totals = np.zeros((len(TOTALS), stream.currencies))
        # Memory that is not written is not used: a row gives at most one step and one record.
        self.steps = np.empty((stream.end + 16, 2), dtype=np.int32)
        for begin, end in self.chunks():
            position = flow_shares.flow_haircut(
                poison, only, dust, stream.columns, stream.origin, stream.step, begin, end, self.hops, self.marks, balances, purses,
                plan.seeds, plan.events, self.steps, moved, counters, self.prior, stream.counted, totals,
            )  # fmt: skip
            if position <= end:
                raise InternalError("the pools of a run were too small")
        where = np.flatnonzero(purses["hop"])
        records = purses[where]
        for name in ("best", "hop", "first", "last"):
            records[name] -= 1
        records["first"][records["last"] < 0] = NEVER
        held = balances[where] if poison else records["taint"]
        label = np.full(where.size, max(only, 1), dtype=np.int64)
        return self._result(records, held, where, label, moved, totals, reachable)

    def poison(self, reachable: int) -> Run:
        """Run poison, once for each label."""
        if self.plan.labels == 1:
            return _whole(self.shares(poison=True, only=0, dust=0.0, reachable=reachable))
        runs: list[Run] = []
        offset = 0
        for label in range(1, self.plan.labels + 1):
            each = _whole(self.shares(poison=True, only=label, dust=0.0, reachable=reachable))
            each.entries.best[each.entries.best >= 0] += offset
            steps = each.steps.copy()
            steps[:, 1][steps[:, 1] >= 0] += offset
            offset += steps.shape[0]
            runs.append(Run(each.entries, each.moved.copy(), steps, each.prior.copy(), each.totals, reachable))
            self.prior[:] = 0
        names = Entries.__dataclass_fields__
        entries = Entries(**{name: np.concatenate([getattr(r.entries, name) for r in runs]) for name in names})
        totals = {
            name: [sum(values) for values in zip(*(r.totals[name] for r in runs), strict=True)]
            for name in runs[0].totals
        }
        prior = np.max([r.prior for r in runs], axis=0)
        moved = np.concatenate([r.moved for r in runs])
        moved = moved[np.lexsort((moved["label"], moved["position"]))]
        return Run(entries, moved, np.concatenate([r.steps for r in runs]), prior, totals, reachable)

    def mixtures(self, dust: float, reachable: int) -> Run:
        """Run haircut with the seeds kept apart."""
        stream, plan, counters = self.stream, self.plan, self.counters
        counters[flow_shares.BLOCKS :] = -1
        purses = np.zeros(stream.purses, dtype=flow_shares.MIXTURE)
        self._mark_seeds(purses)
        purses["balance"][plan.opening_purses] = plan.opening_amounts
        parts = np.empty(4096, dtype=flow_shares.PART)
        moved = np.empty(4096, dtype=flow_shares.SHARE_MOVED)
        totals = np.zeros((len(TOTALS), stream.currencies))
        room = 8 * (plan.labels + 16)
        for begin, end in self.chunks():
            position = begin
            while position <= end:
                parts = self.grown(parts, counters[LOTS], room)
                moved = self.grown(moved, counters[MOVES], room)
                self.steps = self.grown(self.steps, counters[STEPS], room)
                position = flow_shares.flow_mixtures(
                    dust, stream.columns, stream.origin, stream.step, position, end, self.hops, plan.labels,
                    self.marks, stream.books, purses, parts, plan.seeds, plan.events, self.steps, moved, counters, self.prior,
                    stream.counted, totals,
                )  # fmt: skip
        have = purses["parts"].astype(np.int64)
        purse = np.repeat(np.arange(stream.purses, dtype=np.int64), have)
        first = np.cumsum(have) - have
        where = np.arange(purse.size) - np.repeat(first, have) + np.repeat(purses["block"], have)
        records = parts[where]
        label = records["label"].astype(np.int64)
        return self._result(records, records["taint"], purse, label, moved, totals, reachable)

    def _result(
        self,
        records: NDArray[Any],
        held: NDArray[Any],
        purse: NDArray[np.int64],
        label: NDArray[np.int64],
        moved: NDArray[Any],
        totals: NDArray[Any],
        reachable: int,
    ) -> Run:
        names = ("width", "best", "hop", "first", "last")
        entries = Entries(purse, label, records["received"], held, *(records[name] for name in names))
        sums: dict[str, Any] = {name: totals[index].tolist() for index, name in enumerate(TOTALS)}
        sums["held"] = [held.sum().item()]
        if self.stream.currency.size:
            money = self.stream.currency[purse]
            sums["held"] = [held[money == index].sum().item() for index in range(self.stream.currencies)]
        return Run(
            entries, moved[: self.counters[MOVES]], self.steps[: self.counters[STEPS]], self.prior,
            sums, reachable,
        )  # fmt: skip


def _cache_lines(count: int, kind: np.dtype[Any]) -> NDArray[Any]:
    """Return zeroed records of 64 bytes that each lie in one cache line."""
    memory = np.zeros(count * 64 + 64, dtype=np.uint8)
    start = -memory.ctypes.data % 64
    return memory[start : start + count * 64].view(kind)


def _no_entries(count: int) -> NDArray[Any]:
    entries = np.zeros(count, dtype=flow_lots.ENTRY)
    entries["hop"] = entries["first"] = NEVER
    entries["best"] = entries["last"] = -1
    return entries


def _grown_table(
    entries: NDArray[Any],
    table: tuple[NDArray[np.int64], NDArray[np.int32]],
    counters: NDArray[np.int64],
    room: int,
    labels: int,
) -> tuple[NDArray[Any], tuple[NDArray[np.int64], NDArray[np.int32]]]:
    """Return entries and their hash table with room for more."""
    used = int(counters[flow_lots.ENTRIES])
    if entries.shape[0] - used < room:
        larger = _no_entries(max(2 * entries.shape[0], used + 2 * room))
        larger[:used] = entries[:used]
        entries = larger
    keys, slots = table
    if labels > 1 and keys.shape[0] < 2 * (used + room):
        size = keys.shape[0]
        while size < 4 * (used + room):
            size *= 2
        table = (np.full(size, -1, dtype=np.int64), np.zeros(size, dtype=np.int32))
        flow_lots.rehash((keys, slots), labels, table)
    return entries, table


def _whole(found: Run) -> Run:
    """Return a run of poison in whole minor units."""
    old = found.entries
    amounts = {name: np.rint(getattr(old, name)).astype(np.int64) for name in ("received", "held", "width")}
    others = {name: getattr(old, name) for name in ("purse", "label", "best", "hop", "first", "last")}
    totals: dict[str, list[float]] = {name: [round(value) for value in values] for name, values in found.totals.items()}
    moved = found.moved.astype(flow_lots.MOVED)
    return Run(
        Entries(**amounts, **others), moved, found.steps, found.prior, totals, found.reachable
    )  # fmt: skip


def _check_conservation(totals: dict[str, list[float]], *, exact: bool) -> None:
    """Raise unless what was seeded is held, was paid out of scope, or went in fees, in every currency."""
    for currency, held in enumerate(totals["held"]):
        put_in = totals["seeded"][currency] + totals["converted_in"][currency]
        out = ("returned", "beyond", "fees", "converted_out", "dust")
        accounted = held + sum(totals[name][currency] for name in out)
        allowed = 0.0 if exact else _TOLERANCE * max(1.0, abs(put_in))
        if not abs(put_in - accounted) <= allowed:
            raise InternalError(
                f"money was created or lost: {put_in} seeded, {accounted} accounted for (currency {currency})",
                hint="Please report it, with the ledger if it may be shown.",
            )
