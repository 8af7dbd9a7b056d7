"""A ledger made ready for the kernels that find shapes. Reach for :func:`prepare` through :mod:`tajfif.tracing.patterns`.

What several shapes need is made once: the habits of every pair of payer and receiver, payments in parts put together, the
columns in the order in which the rows of one account are read, and which rows may be a leg.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tajfif.tracing import shape_kernels as kernels
from tajfif.tracing.account_facts import of_types, words_of

if TYPE_CHECKING:
    from tajfif.tracing.ledger import Ledger

__all__ = ["HOUR", "HUB_TYPES", "LAWFUL_CHANNELS", "Prepared", "habitual", "prepare"]

HOUR = 3_600_000_000
HUB_TYPES = ("atm", "cash", "bank", "processor", "exchange_house")
"""Types of accounts that serve everybody: money that enters one cannot be told from other money that leaves it."""


LAWFUL_CHANNELS = ("payroll", "benefit")
"""Channels whose payments make no shape: wages and benefits go to many, from one, on one day."""


class Prepared(NamedTuple):
    """A ledger made ready for the kernels; made once for all shapes.

    Attributes:
        ledger: The ledger.
        columns: What the kernels read; ``eligible`` is set for each shape.
        pair, pair_rows, pair_days, pair_first, pair_last: For each row its pair of payer and receiver; for each pair its
            number of rows and of days, and its first and last time.
        bundle, bundle_rows: For each row the bundle that it belongs to; for each bundle its number of rows.
        usable: uint8 by row: not from an account to itself, not with an account of cash, not wages or benefits.
        span: From the first to the last transaction, in microseconds.
        threads: How many ranges are worked on at once.
        kept: What several shapes need, by its name and parameters.
    """

    ledger: Ledger
    columns: kernels.Columns
    pair: NDArray[np.int32]
    pair_rows: NDArray[np.int32]
    pair_days: NDArray[np.int32]
    pair_first: NDArray[np.int64]
    pair_last: NDArray[np.int64]
    bundle: NDArray[np.int32]
    bundle_rows: NDArray[np.int32]
    usable: NDArray[np.uint8]
    span: int
    threads: int
    kept: dict[tuple[Any, ...], Any]

    def ranges(self, count: int, finer: int = 1) -> list[tuple[int, int]]:
        """Cut ``count`` accounts or rows into ranges: ``finer`` of them for each thread, where each has a thousand."""
        pieces = max(1, min(self.threads * (finer if self.threads > 1 else 1), count // 1000))
        edges = [count * index // pieces for index in range(pieces + 1)]
        return list(itertools.pairwise(edges))

    def each_range(self, count: int, job: Callable[[int, int], Any], *, finer: int = 1) -> list[Any]:
        """Call ``job(first, last)`` for each range and return the results in the order of the ranges.

        Args:
            count: How many there are to be cut into ranges.
            job: What to do with one.
            finer: How many ranges for each thread: more than one where some ranges take much longer than others.
        """
        ranges = self.ranges(count, finer)
        if len(ranges) == 1:
            return [job(*ranges[0])]
        with ThreadPoolExecutor(self.threads) as pool:
            return list(pool.map(lambda edge: job(*edge), ranges))

    def together(self, jobs: Sequence[Callable[[], Any]]) -> list[Any]:
        """Do a few things at once that have nothing to do with each other; return their results in order."""
        if self.threads == 1:
            return [job() for job in jobs]
        with ThreadPoolExecutor(self.threads) as pool:
            return list(pool.map(lambda job: job(), jobs))

    def gathered(self, values: NDArray[Any], rows: NDArray[Any]) -> NDArray[Any]:
        """Return ``values[rows]``, worked on by all threads."""
        result = np.empty(len(rows), dtype=values.dtype)
        self.each_range(len(rows), lambda first, last: kernels.gather(values, rows, first, last, result))
        return result

    def with_eligible(self, eligible: NDArray[np.uint8]) -> Prepared:
        """Return the same with these rows as those that may be a leg of a shape: uint8 by row."""
        columns = self.columns._replace(
            eligible=eligible,
            out_eligible=self.gathered(eligible, self.columns.out_rows),
            in_eligible=self.gathered(eligible, self.columns.in_rows),
        )
        return self._replace(columns=columns)

    def for_legs(self, known_days: int, busy_daily: float) -> Prepared:
        """Return the same with the usable rows eligible that are not habit and not between busy accounts.

        Args:
            known_days: As in :class:`~tajfif.tracing.patterns.ShapeParameters`.
            busy_daily: Likewise.
        """
        key = ("legs", known_days, busy_daily)
        if key not in self.kept:
            eligible = self.usable
            if known_days:
                eligible = eligible & ~habitual(self, known_days)
            if busy_daily:
                quiet = _quiet(self, busy_daily)
                if not quiet.all():
                    eligible = eligible & quiet[self.columns.source] & quiet[self.columns.target]
            ready = self.with_eligible(eligible).columns
            self.kept[key] = ready.eligible, ready.out_eligible, ready.in_eligible
        eligible, paid, received = self.kept[key]
        return self._replace(columns=self.columns._replace(eligible=eligible, out_eligible=paid, in_eligible=received))


def prepare(
    ledger: Ledger, *, hub_types: Sequence[str] = HUB_TYPES, bundle_hours: float = 24.0, threads: int | None = None
) -> Prepared:
    """Make a ledger ready for :func:`~tajfif.tracing.patterns.find_shape`.

    Args:
        ledger: The ledger.
        hub_types: Types of accounts through which money is not followed and on which no shape turns.
        bundle_hours: Payments of one payer to one receiver that follow each other within this time may also be compared
            as one amount.
        threads: How many ranges of accounts are worked on at once; by default one for each processor, at most four.
    """
    rows, accounts = len(ledger.time), len(ledger.out_start) - 1
    usable = _usable(ledger)
    small = [np.zeros(rows, dtype=np.int32) for _ in range(5)]
    large = [np.zeros(rows, dtype=np.int64) for _ in range(4)]
    pair, pair_rows, pair_days, bundle, bundle_rows = small
    pair_first, pair_last, bundle_paid, bundle_received = large
    columns = kernels.Columns(
        time=ledger.time, source=ledger.source, target=ledger.target, amount=ledger.amount, currency=ledger.currency,
        received=ledger.amount_received, currency_received=ledger.currency_received,
        out_start=ledger.out_start, out_rows=ledger.out_rows, in_start=ledger.in_start, in_rows=ledger.in_rows,
        eligible=usable, through=(~of_types(ledger, hub_types)).astype(np.uint8),
        bundle_paid=bundle_paid, bundle_received=bundle_received, gap=int(bundle_hours * HOUR),
        out_time=large[0], out_other=small[0], out_eligible=usable,
        in_time=large[0], in_other=small[0], in_eligible=usable,
    )  # fmt: skip
    prepared = Prepared(
        ledger=ledger, columns=columns, pair=pair, pair_rows=pair_rows, pair_days=pair_days, pair_first=pair_first,
        pair_last=pair_last, bundle=bundle, bundle_rows=bundle_rows, usable=usable,
        threads=threads or min(4, os.cpu_count() or 1),
        span=int(ledger.time[-1] - ledger.time[0]) if rows else 0,
        kept={},
    )  # fmt: skip
    columns = columns._replace(
        out_time=prepared.gathered(ledger.time, ledger.out_rows),
        out_other=prepared.gathered(ledger.target, ledger.out_rows),
        in_time=prepared.gathered(ledger.time, ledger.in_rows),
        in_other=prepared.gathered(ledger.source, ledger.in_rows),
    )
    gap = columns.gap
    prepared.each_range(
        accounts,
        lambda first, last: kernels.pair_habits(
            columns, first, last, gap, 24 * HOUR, pair, pair_rows, pair_days, pair_first, pair_last,
            bundle, bundle_rows, bundle_paid, bundle_received,
        ),
    )  # fmt: skip
    whole = columns._replace(
        bundle_paid=prepared.gathered(bundle_paid, bundle), bundle_received=prepared.gathered(bundle_received, bundle)
    )
    return prepared._replace(columns=whole)


def _usable(ledger: Ledger) -> NDArray[np.uint8]:
    """Return 1 for the rows that can be a leg of some shape, else 0."""
    usable = np.asarray(ledger.source != ledger.target)
    cash = of_types(ledger, ("atm", "cash"))
    if cash.any():
        usable &= ~cash[ledger.source] & ~cash[ledger.target]
    channels = words_of(ledger, "channel")
    if channels is not None and any(word in LAWFUL_CHANNELS for word in channels[1]):
        usable &= ~np.asarray([*(word in LAWFUL_CHANNELS for word in channels[1]), False])[channels[0]]
    return usable.astype(np.uint8)


def _quiet(prepared: Prepared, daily: float) -> NDArray[np.uint8]:
    """Return 1 for the accounts with at most so many transactions a day, else 0."""
    rows = np.diff(prepared.columns.out_start) + np.diff(prepared.columns.in_start)
    quiet: NDArray[np.uint8] = (rows <= daily * max(30.0, prepared.span / (24 * HOUR))).astype(np.uint8)
    return quiet


def habitual(prepared: Prepared, days: int) -> NDArray[np.uint8]:
    """Return 1 for the rows of pairs that met on at least ``days`` days over at least three weeks, else 0."""
    if ("habitual", days) not in prepared.kept:
        lasting = prepared.pair_last - prepared.pair_first >= 21 * 24 * HOUR
        known = ((prepared.pair_days >= days) & lasting).astype(np.uint8)
        prepared.kept["habitual", days] = prepared.gathered(known, prepared.pair)
    result: NDArray[np.uint8] = prepared.kept["habitual", days]
    return result
