"""Haircut and poison: money as balances and shares. Reach for it from :mod:`tajfif.tracing.flow` only.

Haircut with one label keeps a balance and the tainted part of it; with seeds kept apart, a purse has a *mixture*: parts
sorted by label in one pool of blocks whose lengths are powers of two. Poison keeps a mark and the balance.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tajfif.compiled import njit
from tajfif.tracing.flow_lots import (
    BEYOND,
    CONVERTED_IN,
    CONVERTED_OUT,
    DUST,
    EVENTS,
    FEES,
    LOTS,
    MOVES,
    RETURNED,
    SEEDED,
    STEPS,
)
from tajfif.tracing.kernels import (
    ACTIVE,
    NEVER,
    SEED,
    TOUCHED,
    opening_of,
    scaled,
)

__all__ = ["BLOCKS", "MIXTURE", "PART", "SHARE", "SHARE_MOVED", "flow_haircut", "flow_mixtures"]

SHARE = np.dtype(
    [
        ("taint", "f8"),
        ("received", "f8"),
        ("width", "f8"),
        ("best", "i4"),
        ("hop", "i4"),
        ("first", "i4"),
        ("last", "i4"),
        ("seeded_from", "i4"),
        ("seed_label", "i4"),
        ("spare", "i8"),
        ("unused", "i8"),
    ]
)
"""A purse with one label: its tainted part; then as in ``ENTRY``, but the four whole numbers are one higher, so that
memory that is all zeros is a purse that nothing reached; then seeds as in ``PURSE``. One cache line of 64 bytes."""

MIXTURE = np.dtype(
    [
        ("balance", "i8"),
        ("block", "i8"),
        ("parts", "i4"),
        ("size", "i4"),
        ("live", "i4"),
        ("seeded_from", "i4"),
        ("seed_label", "i4"),
        ("spare", "i4"),
    ]
)
"""A purse with many labels: where its block of parts begins, how many parts it has and has room for."""

PART = np.dtype(
    [
        ("taint", "f8"),
        ("received", "f8"),
        ("width", "f8"),
        ("label", "i4"),
        ("best", "i4"),
        ("hop", "i4"),
        ("first", "i4"),
        ("last", "i4"),
        ("spare", "i4"),
    ]
)
"""One label in one purse: tainted money held, then as in ``ENTRY``."""

SHARE_MOVED = np.dtype([("amount", "f8"), ("position", "i4"), ("label", "i4"), ("hop", "i4")])
"""As ``MOVED``, with a fraction of minor units."""

BLOCKS = 16
"""First place of the counters that hold the free blocks by size; a block of size 2**k is chained at ``BLOCKS + k``."""


AHEAD = 64
"""How many payments ahead purses are fetched."""

SINK = 8
"""A counter that makes the compiler keep the reads ahead."""


@njit(cache=True, nogil=True)
def _begin(
    purse: int,
    position: int,
    origin: int,
    step: int,
    columns: tuple[NDArray[Any], ...],
    books: tuple[NDArray[Any], ...],
    marks: NDArray[np.uint8],
    counted: NDArray[np.uint8],
    purses: NDArray[Any],
) -> None:
    """Begin the book of a purse to which tainted money comes."""
    marks[purse] |= ACTIVE
    if counted[purse] != 0:
        balance = purses[purse]["balance"]
        purses[purse]["balance"] = opening_of(purse, position, origin, step, balance, columns, books)


@njit(cache=True, nogil=True)
def _fetch(
    balances: NDArray[np.int64],
    purses: NDArray[Any],
    payer: NDArray[np.int32],
    payee: NDArray[np.int32],
    marks: NDArray[np.uint8],
    origin: int,
    step: int,
    begin: int,
    end: int,
) -> int:
    """Read the purses of a few payments ahead, so that the processor fetches them at once rather than one by one."""
    total = 0
    for position in range(begin, end):
        row = origin + step * position
        source, target = payer[row], payee[row]
        if (marks[source] | marks[target]) & ACTIVE != 0:
            total ^= balances[source] ^ balances[target]
            if marks[source] & TOUCHED != 0:
                total ^= purses[source]["best"] ^ purses[target]["best"]
    return int(total)


@njit(cache=True, nogil=True)
def flow_haircut(
    poison: bool,
    only: int,
    dust: float,
    columns: tuple[NDArray[Any], ...],
    origin: int,
    step: int,
    begin: int,
    end: int,
    hops: int,
    marks: NDArray[np.uint8],
    balances: NDArray[np.int64],
    purses: NDArray[Any],
    seeds: tuple[NDArray[np.int32], NDArray[np.int32]],
    events: tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.int64], NDArray[np.int16]],
    steps: NDArray[np.int32],
    moved: NDArray[Any],
    counters: NDArray[np.int64],
    prior: NDArray[np.int64],
    counted: NDArray[np.uint8],
    totals: NDArray[np.float64],
) -> int:
    """Let money flow under haircut or poison with one label; arguments as in :func:`tajfif.tracing.flow_lots.flow_lots`.

    Args:
        poison: Poison rather than haircut: what a touched purse pays is tainted whole, ``taint`` is not used.
        only: The label to follow, 0 for all as one; a payment that is a seed of another label is clean.
        dust: The tainted part of a payment below so many minor units is followed no further; it is counted.
        marks: ACTIVE for all purses that tainted money can reach; TOUCHED is set when it comes.
        balances: What each purse has; apart from the records, since most payments need no more.
    """
    payer, payee, paid_column, received_column, paid_in, received_in = columns
    seed_positions, seed_labels = seeds
    event_positions, event_purses, event_labels, event_amounts, event_currencies = events
    pointer = np.searchsorted(seed_positions, begin)
    for position in range(begin, end + 1):
        if (position - begin) % AHEAD == 0:
            ahead = min(position + AHEAD, end)
            counters[SINK] = _fetch(balances, purses, payer, payee, marks, origin, step, position, ahead)
        if steps.shape[0] - counters[STEPS] < 2 or moved.shape[0] - counters[MOVES] < 2:
            return position
        while counters[EVENTS] < event_positions.shape[0] and event_positions[counters[EVENTS]] == position:
            index = counters[EVENTS]
            purse, amount = event_purses[index], event_amounts[index]
            balances[purse] += amount
            if only == 0 or event_labels[index] == only:
                marks[purse] |= TOUCHED
                purses[purse]["hop"] = 1
                purses[purse]["taint"] += amount
                if amount > purses[purse]["width"]:
                    purses[purse]["width"] = amount
                    purses[purse]["best"] = 0
                totals[SEEDED, event_currencies[index]] += amount
            counters[EVENTS] += 1
        if position == end:
            break
        row = origin + step * position
        source, target = payer[row], payee[row]
        mark = marks[source]
        known, follows = mark & ACTIVE != 0, marks[target] & ACTIVE != 0
        seeded = pointer < seed_positions.shape[0] and seed_positions[pointer] == position
        if not (known or follows or seeded or mark != 0):
            continue
        own = 0
        if seeded:
            own = seed_labels[pointer]
            pointer += 1
        elif mark & SEED != 0 and position >= purses[source]["seeded_from"]:
            own = purses[source]["seed_label"]
        paid, received = paid_column[row], received_column[row]
        currency, currency_received = paid_in[row], received_in[row]

        # What leaves the payer.
        tainted = 0.0
        hop, width, parent = 1, 0.0, -1
        if known:
            balance = balances[source]
            balances[source] = max(0, balance - paid)
            if mark & TOUCHED != 0:
                taint = purses[source]["taint"]
                if paid >= balance:
                    tainted = taint
                    purses[source]["taint"] = 0.0
                    if own == 0 and counted[source] != 0:
                        prior[source] += paid - balance
                else:
                    tainted = taint * (paid / balance)
                    purses[source]["taint"] = taint - tainted
                if poison:
                    tainted = float(paid)
                hop = purses[source]["hop"]  # one more than that of the payer
                width, parent = purses[source]["width"], purses[source]["best"] - 1
        if own != 0:
            totals[RETURNED, currency] += tainted
            tainted = 0.0
            if only == 0 or own == only:
                tainted = float(paid)
                totals[SEEDED, currency] += paid
            hop, width, parent = 1, tainted, -1
        elif tainted > 0.0 and hop > hops:
            totals[BEYOND, currency] += tainted
            tainted = 0.0
        elif tainted < dust:
            totals[DUST, currency] += tainted
            tainted = 0.0

        # What arrives.
        if follows:
            balances[target] += received
        if tainted == 0.0:
            continue
        if received == 0:
            totals[CONVERTED_OUT if currency != currency_received else FEES, currency] += tainted
            continue
        marks[target] |= TOUCHED
        arrived = tainted
        if poison:
            arrived = float(received)
        elif currency != currency_received or received < paid:
            arrived = tainted * (received / paid)
        if width >= tainted:
            width = arrived
        elif currency == currency_received:
            width = min(width, arrived)
        elif poison:
            width = float(scaled(int(width), received, paid))
        else:
            width = min(width * (received / paid), arrived)
        if currency != currency_received:
            totals[CONVERTED_OUT, currency] += tainted
            totals[CONVERTED_IN, currency_received] += arrived
        elif received < paid:
            totals[FEES, currency] += tainted * ((paid - received) / paid)
        purses[target]["taint"] += arrived
        purses[target]["received"] += arrived
        if purses[target]["first"] == 0:
            purses[target]["first"] = position + 1
        if purses[target]["hop"] == 0 or purses[target]["hop"] > hop + 1:
            purses[target]["hop"] = hop + 1
        purses[target]["last"] = position + 1
        if width > purses[target]["width"]:
            purses[target]["width"] = width
            steps[counters[STEPS], 0] = position
            steps[counters[STEPS], 1] = parent
            counters[STEPS] += 1
            purses[target]["best"] = counters[STEPS]
        moved[counters[MOVES]]["position"] = position
        moved[counters[MOVES]]["label"] = max(only, 1)
        moved[counters[MOVES]]["amount"] = arrived
        moved[counters[MOVES]]["hop"] = hop
        counters[MOVES] += 1
    return end + 1


@njit(cache=True, nogil=True)
def _block(parts: NDArray[Any], counters: NDArray[np.int64], power: int) -> int:
    """Return a block of 2**power parts."""
    block = counters[BLOCKS + power]
    if block >= 0:
        counters[BLOCKS + power] = parts[block]["spare"]
    else:
        block = counters[LOTS]
        counters[LOTS] += 1 << power
    return int(block)


@njit(cache=True, nogil=True)
def _make_parts(
    purses: NDArray[Any],
    parts: NDArray[Any],
    counters: NDArray[np.int64],
    purse: int,
    labels: NDArray[np.int32],
    count: int,
) -> None:
    """Give a purse a part for each of the labels, ascending, that it has none for."""
    have, block = purses[purse]["parts"], purses[purse]["block"]
    missing, at = 0, 0
    for index in range(count):
        while at < have and parts[block + at]["label"] < labels[index]:
            at += 1
        if at >= have or parts[block + at]["label"] != labels[index]:
            missing += 1
    if missing == 0:
        return
    if have + missing > purses[purse]["size"]:
        power = 0
        while 1 << power < have + missing:
            power += 1
        larger = _block(parts, counters, power)
        for index in range(have):
            parts[larger + index] = parts[block + index]
        if purses[purse]["size"] > 0:
            old = 0
            while 1 << old < purses[purse]["size"]:
                old += 1
            parts[block]["spare"] = counters[BLOCKS + old]
            counters[BLOCKS + old] = block
        purses[purse]["block"] = larger
        purses[purse]["size"] = 1 << power
        block = larger
    # From the end, so that nothing is overwritten before it is moved.
    write, read, index = have + missing - 1, have - 1, count - 1
    while index >= 0:
        if read >= 0 and parts[block + read]["label"] >= labels[index]:
            if parts[block + read]["label"] == labels[index]:
                index -= 1
            parts[block + write] = parts[block + read]
            read -= 1
        else:
            parts[block + write]["taint"] = 0.0
            parts[block + write]["received"] = 0.0
            parts[block + write]["width"] = 0.0
            parts[block + write]["label"] = labels[index]
            parts[block + write]["best"] = -1
            parts[block + write]["hop"] = NEVER
            parts[block + write]["first"] = NEVER
            parts[block + write]["last"] = -1
            index -= 1
        write -= 1
    purses[purse]["parts"] = have + missing


@njit(cache=True, nogil=True)
def flow_mixtures(
    dust: float,
    columns: tuple[NDArray[Any], ...],
    origin: int,
    step: int,
    begin: int,
    end: int,
    hops: int,
    labels: int,
    marks: NDArray[np.uint8],
    books: tuple[NDArray[Any], ...],
    purses: NDArray[Any],
    parts: NDArray[Any],
    seeds: tuple[NDArray[np.int32], NDArray[np.int32]],
    events: tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.int64], NDArray[np.int16]],
    steps: NDArray[np.int32],
    moved: NDArray[Any],
    counters: NDArray[np.int64],
    prior: NDArray[np.int64],
    counted: NDArray[np.uint8],
    totals: NDArray[np.float64],
) -> int:
    """Let money flow under haircut with the seeds kept apart; arguments as in ``flow_lots``.

    Args:
        dust: A part of a payment below so many minor units is followed no further; it is counted.
        parts: The pool of parts.
    """
    payer, payee, paid_column, received_column, paid_in, received_in = columns
    seed_positions, seed_labels = seeds
    event_positions, event_purses, event_labels, event_amounts, event_currencies = events
    label_of = np.empty(labels + 1, dtype=np.int32)
    amount_of = np.empty(labels + 1, dtype=np.float64)
    width_of = np.empty(labels + 1, dtype=np.float64)
    best_of = np.empty(labels + 1, dtype=np.int32)
    hop_of = np.empty(labels + 1, dtype=np.int32)
    pointer = np.searchsorted(seed_positions, begin)
    room = 4 * labels + 8
    for position in range(begin, end + 1):
        if (
            steps.shape[0] - counters[STEPS] < room
            or moved.shape[0] - counters[MOVES] < room
            or parts.shape[0] - counters[LOTS] < room
        ):
            return position
        while counters[EVENTS] < event_positions.shape[0] and event_positions[counters[EVENTS]] == position:
            index = counters[EVENTS]
            if parts.shape[0] - counters[LOTS] < room:
                return position
            purse, amount = event_purses[index], event_amounts[index]
            if marks[purse] & ACTIVE == 0:
                _begin(purse, position, origin, step, columns, books, marks, counted, purses)
            label_of[0] = event_labels[index]
            _make_parts(purses, parts, counters, purse, label_of, 1)
            at = purses[purse]["block"]
            while parts[at]["label"] != label_of[0]:
                at += 1
            if parts[at]["taint"] == 0.0:
                purses[purse]["live"] += 1
            parts[at]["taint"] += amount
            parts[at]["hop"] = 0
            if amount > parts[at]["width"]:
                parts[at]["width"] = amount
                parts[at]["best"] = -1
            purses[purse]["balance"] += amount
            totals[SEEDED, event_currencies[index]] += amount
            counters[EVENTS] += 1
        if position == end:
            break
        row = origin + step * position
        source, target = payer[row], payee[row]
        mark = marks[source]
        known, follows = mark & ACTIVE != 0, marks[target] & ACTIVE != 0
        seeded = pointer < seed_positions.shape[0] and seed_positions[pointer] == position
        if not (known or follows or seeded or mark != 0):
            continue
        own = 0
        if seeded:
            own = seed_labels[pointer]
            pointer += 1
        elif mark & SEED != 0 and position >= purses[source]["seeded_from"]:
            own = purses[source]["seed_label"]
        paid, received = paid_column[row], received_column[row]
        currency, currency_received = paid_in[row], received_in[row]

        # What leaves the payer, and how far it may go.
        count = 0
        if known:
            balance = purses[source]["balance"]
            everything = paid >= balance
            part = 1.0 if everything else paid / balance
            if everything and own == 0 and counted[source] != 0:
                prior[source] += paid - balance
            purses[source]["balance"] = 0 if everything else balance - paid
            if purses[source]["live"] > 0 and paid > 0:
                block = purses[source]["block"]
                for at in range(block, block + purses[source]["parts"]):
                    taint = parts[at]["taint"]
                    if taint == 0.0:
                        continue
                    out = taint if everything else taint * part
                    parts[at]["taint"] = 0.0 if everything else taint - out
                    if own != 0:
                        totals[RETURNED, currency] += out
                    elif parts[at]["hop"] >= hops:
                        totals[BEYOND, currency] += out
                    elif out < dust:
                        totals[DUST, currency] += out
                    else:
                        label_of[count] = parts[at]["label"]
                        amount_of[count] = out
                        width_of[count] = parts[at]["width"]
                        best_of[count] = parts[at]["best"]
                        hop_of[count] = parts[at]["hop"] + 1
                        count += 1
                if everything:
                    purses[source]["live"] = 0
        if own != 0:
            label_of[0], amount_of[0], width_of[0], best_of[0], hop_of[0] = own, paid, paid, -1, 1
            totals[SEEDED, currency] += paid
            count = 1

        # What arrives, and what the payee has now; its book begins when tainted money comes.
        if not follows and count > 0 and paid > 0 and received > 0:
            follows = True
            _begin(target, position, origin, step, columns, books, marks, counted, purses)
            if source == target:
                purses[target]["balance"] = max(0, purses[target]["balance"] - paid)
        if follows:
            purses[target]["balance"] += received
        if count == 0 or paid == 0:
            continue
        converted = currency != currency_received
        rate = received / paid if converted or received < paid else 1.0
        if rate > 0.0:
            _make_parts(purses, parts, counters, target, label_of, count)
        at = purses[target]["block"]
        for index in range(count):
            out = amount_of[index]
            arrived = out * rate
            if converted:
                totals[CONVERTED_OUT, currency] += out
                totals[CONVERTED_IN, currency_received] += arrived
            elif received < paid:
                totals[FEES, currency] += out * ((paid - received) / paid)
            if arrived == 0.0:
                continue
            width = width_of[index]
            if width >= out:
                width = arrived
            elif converted:
                width = min(width * rate, arrived)
            else:
                width = min(width, arrived)
            while parts[at]["label"] != label_of[index]:
                at += 1
            if parts[at]["taint"] == 0.0:
                purses[target]["live"] += 1
            parts[at]["taint"] += arrived
            parts[at]["received"] += arrived
            parts[at]["hop"] = min(parts[at]["hop"], hop_of[index])
            if parts[at]["first"] == NEVER:
                parts[at]["first"] = position
            parts[at]["last"] = position
            if width > parts[at]["width"]:
                parts[at]["width"] = width
                parts[at]["best"] = counters[STEPS]
                steps[counters[STEPS], 0] = position
                steps[counters[STEPS], 1] = best_of[index]
                counters[STEPS] += 1
            moved[counters[MOVES]]["position"] = position
            moved[counters[MOVES]]["label"] = label_of[index]
            moved[counters[MOVES]]["amount"] = arrived
            moved[counters[MOVES]]["hop"] = hop_of[index]
            counters[MOVES] += 1
    return end + 1
