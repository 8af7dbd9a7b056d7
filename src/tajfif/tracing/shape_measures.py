"""What is measured on a found shape, to rank it. Reach for it from the other modules of this room only.

A shape alone proves nothing: payrolls fan out, shops fan in, families lend in rings. What sets the rare ones apart is
surprise against the accounts' own habits: payers and receivers that never met before or after, an account whose whole
activity falls into the window, money that goes out again at once and almost whole.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tajfif.tracing.shape_kernels import Columns, Ints

__all__ = ["MEASURES", "Habits", "habits_of", "measure", "months_of_inflow", "newness_of", "obscurity_of"]

MEASURES = (
    "newness",
    "concentration",
    "conservation",
    "compared",
    "holding_hours",
    "span_hours",
    "payers",
    "receivers",
    "relays",
    "evenness",
    "passed_on",
    "funded",
    "surprise",
    "unusual",
)
"""The columns that :func:`measure` writes:

newness: mean over the transactions of how new the pair of payer and receiver is: 1 if it met within a few days only, else
    1 by one more than the number of days on which it met.
concentration: mean over the accounts that the finding turns on (its hub, or those that pass money on, or all) of its
    transactions by those plus what the account's habits make expect in a window as long.
conservation: mean over the accounts that pass money on of how close out is to in: 1 between 0.9 and 1.005, falling to 0
    at 0.4, and to 0.5 where ten times as much goes out, since own money mixed in hides the sum.
compared: share of those accounts whose money in and out is of one currency.
holding_hours: mean time from the first transaction in to the first one out.
span_hours: from the first to the last transaction.
payers, receivers, relays: different accounts that only pay, only receive, do both.
evenness: 1 if all amounts are equal, 1 / (1 + variation coefficient) else; 0 where currencies differ.
passed_on: what the hub paid, from the first transaction until two days after the last, by what it received in the
    finding; at most 2; in the currency of the first transaction.
funded: what the hub received, from two days before the first transaction to the last, by what it paid in the finding; at
    most 2.
surprise: of the hub, how rare so many different counterparties are in a window as long by its own habits, as the negative
    decimal logarithm of a bound on the probability of so many or more; each counts by how private it is, a shop that
    everybody pays for little; 0 without a hub, at most 30.
unusual: of the hub, the distance between the mean logarithm of the finding's amounts and that of its other amounts in the
    same direction and currency, in units of the latter's spread; 1 where there are fewer than three others, at most 5.
"""

_HOUR = 3_600_000_000
_DAYS_AROUND = 48 * _HOUR


class Habits(NamedTuple):
    """What accounts do over the whole ledger.

    Attributes:
        paid, received: float64[accounts, 4] from :func:`habits_of`.
        paid_currency, received_currency: The currencies of these.
        as_payer, as_receiver: From :func:`obscurity_of`.
    """

    paid: NDArray[np.float64]
    received: NDArray[np.float64]
    paid_currency: NDArray[np.int32]
    received_currency: NDArray[np.int32]
    as_payer: NDArray[np.float64]
    as_receiver: NDArray[np.float64]


def obscurity_of(starts: Ints, span: int) -> NDArray[np.float64]:
    """Return how little it says that an account is a counterparty of anybody: 1 for a private one, near 0 for a shop.

    One divided by one plus the payments a day that the account receives (or makes); a shorter ledger counts as ten days.

    Args:
        starts: ``in_start`` of the ledger for what it says that the account is paid, ``out_start`` that it pays.
        span: From the first to the last transaction, in microseconds.
    """
    obscurity: NDArray[np.float64] = 1.0 / (1.0 + np.diff(starts) / max(10.0, span / (24.0 * _HOUR)))
    return obscurity


@njit(cache=True, nogil=True)
def habits_of(
    columns: Columns, outward: bool, obscurity: NDArray[np.float64], sums: NDArray[np.float64], first: NDArray[np.int32]
) -> None:
    """Write what each account pays, or receives: one row of sums over its transactions in their order.

    Each row holds how obscure the counterparties are and, of the transactions in the currency of the account's first,
    their number, the logarithms of their amounts and the squares of these.

    Args:
        columns: The ledger.
        outward: Whether what it pays.
        obscurity: By account, how obscure it is as a counterparty.
        sums: float64[accounts, 4] to write into, zeros.
        first: By account, the currency, to write into.
    """
    first[:] = -1
    for row in range(columns.time.shape[0]):
        account = columns.source[row] if outward else columns.target[row]
        currency = columns.currency[row] if outward else columns.currency_received[row]
        mine = sums[account]
        mine[0] += obscurity[columns.target[row] if outward else columns.source[row]]
        if first[account] < 0:
            first[account] = currency
        if first[account] == currency:
            size = np.log(max(1.0, float(columns.amount[row] if outward else columns.received[row])))
            mine[1] += 1.0
            mine[2] += size
            mine[3] += size * size


@njit(cache=True, nogil=True)
def newness_of(
    pair_days: NDArray[np.int32], pair_first: Ints, pair_last: Ints, soon: int, newness: NDArray[np.float64]
) -> None:
    """Write how new each pair of payer and receiver is: 1 if it met within ``soon`` only, else 1 by its days plus one."""
    for which in range(newness.shape[0]):
        again = pair_last[which] - pair_first[which] > soon
        newness[which] = 1.0 / (pair_days[which] + 1.0) if again else 1.0


@njit(cache=True, nogil=True)
def _since(times: Ints, low: int, high: int, moment: int) -> int:
    """Return the first position in ``times[low:high]``, ascending, that is not before the moment; else ``high``."""
    while low < high:
        middle = (low + high) >> 1
        if times[middle] < moment:
            low = middle + 1
        else:
            high = middle
    return low


@njit(cache=True, nogil=True)
def _turnover(columns: Columns, account: int, outward: bool, since: int, until: int, currency: int) -> float:
    """Sum what an account paid (or received) between two moments in one currency."""
    starts = columns.out_start if outward else columns.in_start
    rows = columns.out_rows if outward else columns.in_rows
    times = columns.out_time if outward else columns.in_time
    end = starts[account + 1]
    low = _since(times, starts[account], end, since)
    total = 0.0
    while low < end and times[low] <= until:
        row = rows[low]
        low += 1
        if outward and columns.currency[row] == currency:
            total += columns.amount[row]
        if not outward and columns.currency_received[row] == currency:
            total += columns.received[row]
    return total


@njit(cache=True, nogil=True)
def _habit(
    columns: Columns,
    account: int,
    outward: bool,
    since: int,
    until: int,
    currency: int,
    obscurity: NDArray[np.float64],
    sums: NDArray[np.float64],
) -> None:
    """Sum over an account's rows in one direction between two moments.

    Writes how obscure the counterparties are and, of the rows in a currency, their number, the logarithms of their
    amounts and the squares of these.
    """
    starts = columns.out_start if outward else columns.in_start
    rows = columns.out_rows if outward else columns.in_rows
    times = columns.out_time if outward else columns.in_time
    others = columns.out_other if outward else columns.in_other
    end = starts[account + 1]
    low = _since(times, starts[account], end, since)
    sums[:] = 0.0
    while low < end and times[low] <= until:
        row = rows[low]
        sums[0] += obscurity[others[low]]
        low += 1
        if (columns.currency[row] if outward else columns.currency_received[row]) == currency:
            size = np.log(max(1.0, float(columns.amount[row] if outward else columns.received[row])))
            sums[1] += 1.0
            sums[2] += size
            sums[3] += size * size


@njit(cache=True, nogil=True)
def _rarity(count: float, expected: float) -> float:
    """Negative decimal logarithm of a bound on the probability of ``count`` or more where ``expected`` are expected.

    Chernoff's bound for a negative binomial of shape 2: accounts are busy in bursts, so that counts vary more than Poisson's.
    """
    if count <= expected:
        return 0.0
    bound = count * np.log(count / expected) - (count + 2.0) * np.log((count + 2.0) / (expected + 2.0))
    return float(min(30.0, max(0.0, bound / np.log(10.0))))


@njit(cache=True, nogil=True)
def _expected(others: float, opens: int, closes: int, span: int) -> float:
    """How many are expected in a window by what there is outside it; a window shorter than a day counts as a day."""
    outside = max(24.0 * _HOUR, float(span - (closes - opens)))
    return float(0.1 + 1.3 * max(0.0, others) * min(1.0, max(closes - opens, 24 * _HOUR) / outside))


@njit(cache=True, nogil=True)
def measure(
    columns: Columns,
    pair: NDArray[np.int32],
    pair_newness: NDArray[np.float64],
    habits: Habits,
    hubs: Ints,
    starts: Ints,
    rows: Ints,
    first: int,
    last: int,
    span: int,
    whole: bool,
    fan: int,
    measures: NDArray[np.float64],
) -> None:
    """Write the measures of findings ``first`` to ``last - 1``, one row of :data:`MEASURES` each.

    Args:
        columns: The ledger.
        pair: By row, the number of its pair of payer and receiver.
        pair_newness: By pair, as written by :func:`newness_of`.
        habits: What accounts do over the whole ledger.
        hubs, starts, rows: The findings.
        span: From the first to the last transaction of the ledger, in microseconds.
        whole: Whether the concentration is that of all accounts of a finding.
        fan: 1 for fan-out, -1 for fan-in, else 0: of a fan that is an ordinary day of its hub (``surprise`` below 0.1,
            unweighed) nothing else is measured.
        measures: float64[f, len(MEASURES)] to write into, zeros.
    """
    accounts = columns.out_start.shape[0] - 1
    stamp = np.full(accounts, -1, dtype=np.int64)
    always, inside = np.zeros(4), np.zeros(4)
    sums = np.zeros((accounts, 6))  # paid, received, rows, currency (-1: several), first in, first out
    for index in range(first, last):
        begin, end = starts[index], starts[index + 1]
        opens = closes = columns.time[rows[begin]]
        for place in range(begin, end):
            opens = min(opens, columns.time[rows[place]])
            closes = max(closes, columns.time[rows[place]])
        if fan and hubs[index] >= 0:
            hub = hubs[index]
            ends = columns.out_start if fan > 0 else columns.in_start
            rest = ends[hub + 1] - ends[hub] - (end - begin)
            measures[index, 12] = _rarity(float(end - begin), _expected(rest, opens, closes, span))
            if measures[index, 12] < 0.1:  # an ordinary day of a busy account: no need to look closer
                continue
        newness = total = squares = 0.0
        mixed = False
        for place in range(begin, end):
            row = rows[place]
            newness += pair_newness[pair[row]]
            amount = float(columns.amount[row])
            total += amount
            squares += amount * amount
            mixed = mixed or columns.currency[row] != columns.currency[rows[begin]]
            for side in range(2):
                account = columns.target[row] if side else columns.source[row]
                currency = columns.currency_received[row] if side else columns.currency[row]
                if stamp[account] != index:
                    stamp[account] = index
                    sums[account] = 0.0
                    sums[account, 3] = currency
                    sums[account, 4] = sums[account, 5] = -1.0
                sums[account, side] += columns.received[row] if side else amount
                sums[account, 2] += 1
                if sums[account, 3] != currency:
                    sums[account, 3] = -1.0
                moment = 4 if side else 5
                if sums[account, moment] < 0 or columns.time[row] - opens < sums[account, moment]:
                    sums[account, moment] = columns.time[row] - opens
        count = end - begin
        hub = hubs[index]
        payers = receivers = relays = compared = 0
        conserved = held = concentrated = turning = 0.0
        for place in range(begin, end):
            for side in range(2):
                account = columns.target[rows[place]] if side else columns.source[rows[place]]
                if stamp[account] != index:
                    continue
                stamp[account] = -2 - index  # counted
                paid, received = sums[account, 0], sums[account, 1]
                passes = paid > 0 and received > 0
                if passes:
                    relays += 1
                    held += max(0.0, sums[account, 5] - sums[account, 4])
                    if sums[account, 3] >= 0:
                        compared += 1
                        ratio = paid / received
                        if ratio > 1.005:  # own money mixed in hides the sum, and does not clear it
                            conserved += max(0.2, 1.0 - 0.5 * np.log(ratio) / np.log(10.0))
                        else:
                            conserved += 1.0 - min(1.0, max(0.0, 0.9 - ratio) / 0.5)
                elif paid > 0:
                    payers += 1
                else:
                    receivers += 1
                if whole or account == hub or (hub < 0 and passes):
                    rest = (
                        columns.out_start[account + 1]
                        - columns.out_start[account]
                        + columns.in_start[account + 1]
                        - columns.in_start[account]
                        - sums[account, 2]
                    )
                    outside = max(1.0, float(span - (closes - opens)))
                    expected = rest * min(1.0, max(closes - opens, 24 * _HOUR) / outside)
                    concentrated += sums[account, 2] / (sums[account, 2] + expected)
                    turning += 1.0
        mean = total / count
        spread = np.sqrt(max(0.0, squares / count - mean * mean)) / max(1.0, mean)
        out = measures[index]
        out[0] = newness / count
        out[1] = concentrated / turning if turning > 0 else 1.0
        out[2] = conserved / compared if compared > 0 else 0.0
        out[3] = compared / relays if relays > 0 else 0.0
        out[4] = held / relays / _HOUR if relays > 0 else 0.0
        out[5] = (closes - opens) / _HOUR
        out[6], out[7], out[8] = payers, receivers, relays
        out[9] = 0.0 if mixed else 1.0 / (1.0 + spread)
        out[10] = out[11] = out[12] = out[13] = 0.0
        if hub >= 0:
            outward = sums[hub, 0] > 0 and receivers >= payers
            row = rows[begin]
            currency = columns.currency_received[row] if columns.target[row] == hub else columns.currency[row]
            if sums[hub, 1] > 0:
                paid = _turnover(columns, hub, True, opens, closes + _DAYS_AROUND, currency)
                out[10] = min(2.0, paid / sums[hub, 1])
            if sums[hub, 0] > 0:
                received = _turnover(columns, hub, False, opens - _DAYS_AROUND, closes, currency)
                out[11] = min(2.0, received / sums[hub, 0])
            obscurity = habits.as_receiver if outward else habits.as_payer
            usual_currency = habits.paid_currency[hub] if outward else habits.received_currency[hub]
            if usual_currency == currency:
                always[:] = habits.paid[hub] if outward else habits.received[hub]
            else:
                _habit(columns, hub, outward, -(1 << 62), 1 << 62, currency, obscurity, always)
            _habit(columns, hub, outward, opens, closes, currency, obscurity, inside)
            weight = sizes = number = 0.0
            for place in range(begin, end):
                row = rows[place]
                other = columns.target[row] if outward else columns.source[row]
                if (columns.source[row] if outward else columns.target[row]) != hub:
                    continue
                if stamp[other] != -2 - last - index:
                    stamp[other] = -2 - last - index
                    weight += obscurity[other]
                if (columns.currency[row] if outward else columns.currency_received[row]) == currency:
                    sizes += np.log(max(1.0, float(columns.amount[row] if outward else columns.received[row])))
                    number += 1.0
            out[12] = _rarity(weight, _expected(always[0] - inside[0], opens, closes, span))
            out[13] = 1.0
            others = always[1] - inside[1]
            if others >= 3 and number > 0:
                usual = (always[2] - inside[2]) / others
                spread = np.sqrt(max(0.0, (always[3] - inside[3]) / others - usual * usual)) + 0.3
                out[13] = min(5.0, abs(sizes / number - usual) / spread)


@njit(cache=True, nogil=True)
def months_of_inflow(columns: Columns, hubs: Ints, starts: Ints, rows: Ints, span: int) -> NDArray[np.float64]:
    """Return what each hub received in its finding, in months of what it receives otherwise, in the finding's currency.

    Without other receipts, or in a ledger shorter than a month, the ledger's length counts as one month; at most 99.
    """
    months = max(1.0, span / (30.0 * 24.0 * _HOUR))
    result = np.empty(hubs.shape[0])
    for index in range(hubs.shape[0]):
        hub = hubs[index]
        received, currency = 0.0, -1
        for place in range(starts[index], starts[index + 1]):
            row = rows[place]
            if columns.target[row] == hub:
                received += columns.received[row]
                currency = columns.currency_received[row]
        rest = _turnover(columns, hub, False, -(1 << 62), 1 << 62, currency) - received
        result[index] = min(99.0, received / max(1.0, rest / months)) if rest > 0 else 99.0
    return result
