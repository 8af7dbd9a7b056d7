"""Compiled loops that every flow of money shares. Reach for it from the modules of this room only.

Here are the purses (the balances that money moves between), the reach of seeds in time order, the matching of what a
pass-through hub receives with what it pays, the runs of payments that TIHO ranks, and exact scaling of integers. The models
themselves are in :mod:`tajfif.tracing.flow_lots` and :mod:`tajfif.tracing.flow_shares`.

Order is the *position*: 0, 1, 2 … in the direction of the trace. Row = ``origin + step * position``: forward 0 and 1,
backward n-1 and -1. Payer and payee are the ledger's source and target forward, its target and source backward.
Kernels see only arrays that this package built. The same source runs interpreted with ``NUMBA_DISABLE_JIT=1``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tajfif.compiled import njit

__all__ = [
    "ACTIVE",
    "KEPT",
    "NEVER",
    "ORDINARY",
    "OWN",
    "PAIR",
    "PASS",
    "SEED",
    "STOP",
    "TOUCHED",
    "assign_purses",
    "chain_payments",
    "match_hub",
    "opening_of",
    "reach",
    "read_only",
    "scaled",
]

NEVER = 2**31 - 1
"""A position that does not come; a hop count of who was not reached."""

ACTIVE, SEED, TOUCHED = 1, 2, 4
"""Marks of a purse, added: its book is kept, since tainted money came or can come; from some position on all that it pays is
seeded; tainted money came."""

STOP, PASS = 1, 2
"""Treatments of a hub; 0 is an ordinary account."""

ORDINARY, OWN, KEPT, PAIR = 0, 1, 2, 3
"""Kinds of purse: of an ordinary account; what a hub pays of its own; what stays with a hub; one matched pair. Backward, the
payee is the source, so that what stays with a hub is in the purse called OWN."""

_MOST = 2**63 - 1


def read_only(array: NDArray[Any]) -> NDArray[Any]:
    """Return a view that cannot be written, of the plain kind.

    A kernel is compiled for each kind of array; columns in memory and columns on disk are to be of one kind.
    """
    view = np.asarray(array).view()
    view.flags.writeable = False
    return view


@njit(cache=True, nogil=True)
def scaled(part: int, numerator: int, denominator: int) -> int:
    """Return floor(part * numerator / denominator) exactly, though the product may not fit 64 bits.

    Args:
        part: From 0 to denominator.
        numerator, denominator: Below 2**62; denominator above 0.
    """
    if numerator == 0 or part == 0:
        return 0
    if part <= _MOST // numerator:
        return part * numerator // denominator
    quotient, rest = 0, 0
    bit = 1
    while bit <= numerator >> 1:
        bit <<= 1
    while bit > 0:  # binary multiplication from the highest bit, reduced at each step: rest < denominator
        quotient <<= 1
        rest <<= 1
        if rest >= denominator:
            rest -= denominator
            quotient += 1
        if numerator & bit:
            rest += part
            if rest >= denominator:
                rest -= denominator
                quotient += 1
        bit >>= 1
    return quotient


@njit(cache=True, nogil=True)
def _purse_of(
    account: int,
    currency: int,
    kind: int,
    newest: NDArray[np.int32],
    purses: NDArray[Any],
    used: int,
) -> int:
    """Return the purse of an account, currency and kind, or ``used`` after writing a new one there."""
    purse = newest[account]
    while purse >= 0:
        if purses[purse]["currency"] == currency and purses[purse]["kind"] == kind:
            return int(purse)
        purse = purses[purse]["older"]
    purses[used]["account"] = account
    purses[used]["currency"] = currency
    purses[used]["kind"] = kind
    purses[used]["older"] = newest[account]
    newest[account] = used
    return used


@njit(cache=True, nogil=True)
def assign_purses(
    source: NDArray[np.int32],
    target: NDArray[np.int32],
    currency: NDArray[np.int16],
    currency_received: NDArray[np.int16],
    treatment: NDArray[np.uint8],
    receipt_of: NDArray[np.int64],
    passed_on: NDArray[np.uint8],
    newest: NDArray[np.int32],
    purses: NDArray[Any],
    used: int,
    source_purse: NDArray[np.int32],
    target_purse: NDArray[np.int32],
    begin: int,
) -> tuple[int, int]:
    """Give each side of each transaction its purse: one of an account and a currency, or one of a hub.

    Args:
        source, target, currency, currency_received: Columns of the ledger, length n.
        treatment: STOP, PASS or 0 for each account.
        receipt_of: For a payment of a pass-through hub the row of the receipt that it passes on, -1 for none; empty
            without such hubs.
        passed_on: Whether the hub that a row pays passes it on; empty without such hubs.
        newest: The newest purse of each account, -1 for none; updated.
        purses: Records with account, currency, kind, older; written from ``used`` on.
        used: Number of purses in use.
        source_purse, target_purse: Written, length n.
        begin: First row to do.

    Returns:
        The row reached (n when done, else the records ran out) and the purses used.
    """
    for row in range(begin, source.shape[0]):
        if used + 2 > purses.shape[0]:
            return row, used
        for side in range(2):
            account = source[row] if side == 0 else target[row]
            money = currency[row] if side == 0 else currency_received[row]
            hub = treatment[account]
            purse = -1
            if hub == PASS and side == 0 and receipt_of[row] >= 0:
                purse = target_purse[receipt_of[row]]
            elif hub == PASS and side == 1 and passed_on[row]:
                purses[used]["account"] = account
                purses[used]["currency"] = money
                purses[used]["kind"] = PAIR
                purses[used]["older"] = -1
                purse = used
                used += 1
            if purse < 0:
                kind = ORDINARY if hub == 0 else OWN if side == 0 else KEPT
                purse = _purse_of(account, money, kind, newest, purses, used)
                if purse == used:
                    used += 1
            if side == 0:
                source_purse[row] = purse
            else:
                target_purse[row] = purse
    return source.shape[0], used


@njit(cache=True, nogil=True)
def reach(
    payer: NDArray[np.int32],
    payee: NDArray[np.int32],
    origin: int,
    step: int,
    begin: int,
    end: int,
    seed_purses: NDArray[np.int32],
    seeded_from: NDArray[np.int32],
    seed_positions: NDArray[np.int32],
    reached: NDArray[np.uint8],
) -> int:
    """Mark the purses that tainted money can reach in time order; outside of them every model says zero.

    Args:
        payer, payee: Purse of either side, by row.
        origin, step: Row = origin + step * position.
        begin, end: Positions to do.
        seed_purses: Purses all of whose payments are seeded from a position on, ascending.
        seeded_from: Those positions.
        seed_positions: Ascending positions of the transactions that are seeds themselves.
        reached: ACTIVE for purses that hold tainted money at the beginning, SEED for seed_purses; updated.

    Returns:
        Number of positions whose payee tainted money can reach.
    """
    touched = 0
    pointer = np.searchsorted(seed_positions, begin)
    for position in range(begin, end):
        row = origin + step * position
        source = payer[row]
        mark = reached[source]
        tainted = mark & ACTIVE != 0
        if mark == SEED:
            # Few rows come here: a seed's own, until something reaches it.
            tainted = position >= seeded_from[np.searchsorted(seed_purses, source)]
        if pointer < seed_positions.shape[0] and seed_positions[pointer] == position:
            tainted = True
            pointer += 1
        if tainted:
            reached[payee[row]] |= ACTIVE
            touched += 1
    return touched


@njit(cache=True, nogil=True)
def opening_of(
    purse: int,
    position: int,
    origin: int,
    step: int,
    balance: int,
    columns: tuple[NDArray[Any], ...],
    books: tuple[NDArray[Any], ...],
) -> int:
    """Return what a purse has before a position, when nothing tainted came to it until then.

    It is what came in less what was paid, from nought again whenever more was paid than had come in: the rest was of the
    unknown prior balance. Books of the many purses that tainted money never touches need not be kept.

    Args:
        purse: A purse of an ordinary account.
        position: Before which.
        origin, step: Row = origin + step * position.
        balance: What it has at the beginning.
        columns: Payer and payee purse, amount paid and received, by row.
        books: CSR of the rows that accounts pay and receive in the direction of the trace: starts and rows of either; the
            account of each purse, empty where they are the same.
    """
    payer, payee, paid, received = columns[0], columns[1], columns[2], columns[3]
    pay_starts, pay_rows, get_starts, get_rows, accounts = books
    mixed = accounts.shape[0] > 0  # an account may have several purses, and its rows be of any of them
    account = accounts[purse] if mixed else purse
    pay, pay_end = pay_starts[account], pay_starts[account + 1]
    get, get_end = get_starts[account], get_starts[account + 1]
    if step < 0:
        pay, pay_end = pay_end - 1, pay - 1
        get, get_end = get_end - 1, get - 1
    pay_at = (pay_rows[pay] - origin) * step if pay != pay_end else NEVER
    get_at = (get_rows[get] - origin) * step if get != get_end else NEVER
    while min(pay_at, get_at) < position:
        if pay_at <= get_at:  # an account that pays itself pays first
            row = pay_rows[pay]
            if not mixed or payer[row] == purse:
                balance = max(0, balance - paid[row])
            pay += step
            pay_at = (pay_rows[pay] - origin) * step if pay != pay_end else NEVER
        else:
            row = get_rows[get]
            if not mixed or payee[row] == purse:
                balance += received[row]
            get += step
            get_at = (get_rows[get] - origin) * step if get != get_end else NEVER
    return balance


@njit(cache=True, nogil=True)
def match_hub(
    receipts: NDArray[np.int64],
    received: NDArray[np.int64],
    ranked: NDArray[np.int64],
    payments: NDArray[np.int64],
    paid: NDArray[np.int64],
    time: NDArray[np.int64],
    tolerance: int,
    window: int,
) -> NDArray[np.int64]:
    """Match each payment of a pass-through hub with the receipt that it passes on.

    In order of the payments: the receipt that came before, is not yet used, is no older than the window and exceeds the
    payment by no more than the tolerance; of several the nearest in amount, then the oldest. O((r + p) log r).

    Args:
        receipts: Rows that the hub receives in one currency, ascending, length r.
        received: Their amounts, minor units.
        ranked: Order of the receipts by (amount, row).
        payments: Rows that it pays in that currency, ascending, length p.
        paid: Their amounts.
        time: The ledger's times.
        tolerance: Basis points of the receipt.
        window: Microseconds.

    Returns:
        For each payment the row of its receipt, or -1; length p.
    """
    count = receipts.shape[0]
    size = 1
    while size < count:
        size *= 2
    waiting = np.zeros(
        2 * size, dtype=np.int32
    )  # a tree of counts over the receipts by rank: who waits to be passed on
    rank_of = np.empty(count, dtype=np.int64)
    amounts = np.empty(count, dtype=np.int64)
    for rank in range(count):
        rank_of[ranked[rank]] = rank
        amounts[rank] = received[ranked[rank]]
    result = np.full(payments.shape[0], -1, dtype=np.int64)
    arrived = 0
    for index in range(payments.shape[0]):
        row = payments[index]
        while arrived < count and receipts[arrived] < row:
            _add(waiting, size + rank_of[arrived], 1)
            arrived += 1
        rank = _first_from(waiting, size, np.searchsorted(amounts, paid[index]))
        while rank >= 0:
            if amounts[rank] - paid[index] > scaled(tolerance, amounts[rank], 10_000):
                break
            _add(waiting, size + rank, -1)  # used now, or too old for this payment and for all that follow
            if time[row] - time[receipts[ranked[rank]]] <= window:
                result[index] = receipts[ranked[rank]]
                break
            rank = _first_from(waiting, size, rank + 1)
    return result


@njit(cache=True, nogil=True)
def _add(tree: NDArray[np.int32], node: int, change: int) -> None:
    while node > 0:
        tree[node] += change
        node //= 2


@njit(cache=True, nogil=True)
def _first_from(tree: NDArray[np.int32], size: int, start: int) -> int:
    """Return the first leaf at or after ``start`` that is set, or -1."""
    if start >= size:
        return -1
    node = size + start
    if tree[node] > 0:
        return start
    while node > 1:
        if node % 2 == 0 and tree[node + 1] > 0:
            node += 1
            while node < size:
                node = 2 * node if tree[2 * node] > 0 else 2 * node + 1
            return node - size
        node //= 2
    return -1


@njit(cache=True, nogil=True)
def chain_payments(
    payer: NDArray[np.int32],
    payee: NDArray[np.int32],
    origin: int,
    step: int,
    end: int,
    lot_positions: NDArray[np.int32],
    lot_purses: NDArray[np.int32],
    purses: int,
    following: NDArray[np.int32],
) -> None:
    """Chain the payments that a purse makes between two receipts: the runs that TIHO ranks.

    Args:
        payer, payee, origin, step: As in :func:`reach`.
        end: Number of positions.
        lot_positions, lot_purses: Lots put in before a position, ascending; they count as receipts.
        purses: Number of purses.
        following: Written: position of the next payment of the same purse with no receipt between, else -1; length end.
    """
    latest = np.full(purses, -1, dtype=np.int32)
    pointer = lot_positions.shape[0] - 1
    for position in range(end - 1, -1, -1):
        while pointer >= 0 and lot_positions[pointer] > position:
            latest[lot_purses[pointer]] = -1
            pointer -= 1
        row = origin + step * position
        latest[payee[row]] = -1  # an account that pays itself pays first
        following[position] = latest[payer[row]]
        latest[payer[row]] = position
