"""How heavy a found shape is for those in it. Reach for it from the other modules of this room only.

A wedding and a collection look alike in the graph of who paid whom. What differs is how much it is to the people: a guest
gives what he can spare, a collector's donors give what they turn over in a month. Whoever pays another in several parts
within the shape has a reason to; relatives under one roof have one to share money.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tajfif.tracing.account_facts import codes_of
from tajfif.tracing.shape_kernels import Columns, Ints

if TYPE_CHECKING:
    from tajfif.tracing.ledger import Ledger

__all__ = ["WEIGHTS", "Turnover", "homes_of", "turnover", "weigh"]

WEIGHTS = ("months_paid", "months_received", "parts", "related")
"""The columns that :func:`weigh` writes:

months_paid: mean over the accounts that pay in the finding of what they pay in it, in months of what they pay otherwise, in
    the currency of their first payment; at most 3 each.
months_received: the same of the accounts that receive.
parts: transactions for each pair of payer and receiver.
related: share of the transactions between accounts of one address or one party.
"""

_HOUR = 3_600_000_000
_LARGEST_HOME = 12  # an address with more accounts is a tower or a camp, and says nothing of kinship


class Turnover(NamedTuple):
    """What each account pays and receives over the whole ledger, in minor units of the currency of its first row of either."""

    paid: NDArray[np.float64]
    paid_currency: NDArray[np.int32]
    received: NDArray[np.float64]
    received_currency: NDArray[np.int32]


def turnover(columns: Columns) -> Turnover:
    """Sum what each account pays and receives."""
    accounts = len(columns.out_start) - 1
    made = Turnover(
        np.zeros(accounts),
        np.full(accounts, -1, dtype=np.int32),
        np.zeros(accounts),
        np.full(accounts, -1, dtype=np.int32),
    )
    _sum(columns, made)
    return made


@njit(cache=True, nogil=True)
def _sum(columns: Columns, made: Turnover) -> None:
    for row in range(columns.time.shape[0]):
        source, target = columns.source[row], columns.target[row]
        if made.paid_currency[source] < 0:
            made.paid_currency[source] = columns.currency[row]
        if made.paid_currency[source] == columns.currency[row]:
            made.paid[source] += columns.amount[row]
        if made.received_currency[target] < 0:
            made.received_currency[target] = columns.currency_received[row]
        if made.received_currency[target] == columns.currency_received[row]:
            made.received[target] += columns.received[row]


def homes_of(ledger: Ledger) -> NDArray[np.int32]:
    """Return for each account the number of its address, or -1 where none is stated or very many share it."""
    codes = np.asarray(codes_of(ledger, "address")[0], dtype=np.int32)
    sizes = np.bincount(codes[codes >= 0], minlength=1)
    homes: NDArray[np.int32] = np.where((codes >= 0) & (sizes[codes] <= _LARGEST_HOME), codes, -1).astype(np.int32)
    return homes


@njit(cache=True, nogil=True)
def weigh(
    columns: Columns,
    pair: NDArray[np.int32],
    made: Turnover,
    home: NDArray[np.int32],
    party: NDArray[np.int32],
    starts: Ints,
    rows: Ints,
    first: int,
    last: int,
    span: int,
    weights: NDArray[np.float64],
) -> None:
    """Write the weights of findings ``first`` to ``last - 1``, one row of :data:`WEIGHTS` each.

    Args:
        columns: The ledger.
        pair: By row, the number of its pair of payer and receiver.
        made: From :func:`turnover`.
        home, party: By account, -1 for not known.
        starts, rows: The findings.
        span: From the first to the last transaction of the ledger, in microseconds; less than a month counts as one.
        weights: float64[findings, len(WEIGHTS)] to write into.
    """
    months = max(1.0, span / (30.0 * 24.0 * _HOUR))
    accounts = columns.out_start.shape[0] - 1
    paid_stamp, received_stamp = np.full(accounts, -1, dtype=np.int64), np.full(accounts, -1, dtype=np.int64)
    pair_stamp = np.full(columns.time.shape[0], -1, dtype=np.int32)
    paid, received = np.zeros(accounts), np.zeros(accounts)
    homes = accounts + 1  # numbers of addresses are fewer than accounts
    lives = np.full((2, homes, 2), -1, dtype=np.int64)  # by side and address: finding, first account; -2 for several
    for index in range(first, last):
        begin, end = starts[index], starts[index + 1]
        pairs = related = 0
        for place in range(begin, end):
            row = rows[place]
            source, target = columns.source[row], columns.target[row]
            if pair_stamp[pair[row]] != index:
                pair_stamp[pair[row]] = index
                pairs += 1
            for side in range(2):
                account = target if side else source
                at = home[account]
                if at >= 0 and lives[side, at, 0] != index:
                    lives[side, at, 0], lives[side, at, 1] = index, account
                elif at >= 0 and lives[side, at, 1] != account:
                    lives[side, at, 1] = -2
            if paid_stamp[source] != index:
                paid_stamp[source] = index
                paid[source] = 0.0
            if made.paid_currency[source] == columns.currency[row]:
                paid[source] += columns.amount[row]
            if received_stamp[target] != index:
                received_stamp[target] = index
                received[target] = 0.0
            if made.received_currency[target] == columns.currency_received[row]:
                received[target] += columns.received[row]
        heavy = np.zeros(4)
        for place in range(begin, end):
            row = rows[place]
            source, target = columns.source[row], columns.target[row]
            alike = home[source] >= 0 and (home[source] == home[target] or lives[0, home[source], 1] == -2)
            alike = alike or (home[target] >= 0 and lives[1, home[target], 1] == -2)
            related += alike or (party[source] >= 0 and party[source] == party[target])
            if paid_stamp[source] == index:
                paid_stamp[source] = -2 - index  # counted
                rest = made.paid[source] - paid[source]
                heavy[0] += min(3.0, paid[source] * months / rest) if rest > 0 else 3.0
                heavy[1] += 1.0
            if received_stamp[target] == index:
                received_stamp[target] = -2 - index
                rest = made.received[target] - received[target]
                heavy[2] += min(3.0, received[target] * months / rest) if rest > 0 else 3.0
                heavy[3] += 1.0
        weights[index, 0] = heavy[0] / max(1.0, heavy[1])
        weights[index, 1] = heavy[2] / max(1.0, heavy[3])
        weights[index, 2] = (end - begin) / max(1, pairs)
        weights[index, 3] = related / max(1, end - begin)
