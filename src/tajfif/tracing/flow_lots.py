"""FIFO, LIFO and TIHO: money as lots, exact to the minor unit. Reach for it from :mod:`tajfif.tracing.flow` only.

A purse is a chain of lots in one pool. A lot is an amount and a label: 0 for clean money, else the seed it comes from.
Neighbours with one label are one lot, and a purse that holds clean money only is a number, so that the many purses that
tainted money never touches cost an addition. TIHO keeps clean money as a number always.
A payment draws pieces (FIFO from the oldest lot, LIFO from the newest, TIHO first the tainted money that its rank gives
it), and the payee's purse takes them in the order in which they were drawn.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tajfif.compiled import njit
from tajfif.tracing.kernels import (
    ACTIVE,
    NEVER,
    SEED,
    TOUCHED,
    scaled,
)

__all__ = [
    "ENTRY",
    "FIFO",
    "LIFO",
    "LOT",
    "MOVED",
    "PURSE",
    "TIHO",
    "flow_lots",
    "held_lots",
    "rehash",
]

FIFO, LIFO, TIHO = 0, 1, 2

PURSE = np.dtype(
    [
        ("head", "i4"),
        ("tail", "i4"),
        ("seeded_from", "i4"),
        ("seed_label", "i4"),
        ("run_end", "i4"),
        ("entry", "i4"),
    ]
)
"""A purse while money flows: the ends of its chain of lots, 0 for none; from which position all that it pays is seeded and
with which label; before which position TIHO has ranked its payments; with one label its entry, one higher. Memory that is
all zeros is an empty purse."""

LOT = np.dtype([("amount", "i8"), ("label", "i4"), ("next", "i4")])
"""A lot and the one after it; number 0 is no lot."""

ENTRY = np.dtype([("received", "i8"), ("width", "i8"), ("best", "i4"), ("hop", "i4"), ("first", "i4"), ("last", "i4")])
"""What is known of one purse and one label: tainted money received, width and last step of the best path, fewest hops,
first and last position at which tainted money came in."""

MOVED = np.dtype([("amount", "i8"), ("position", "i4"), ("label", "i4"), ("hop", "i4")])
"""One payment's tainted money of one label, as it arrived."""

# Places in the array of counters.
FREE, LOTS, STEPS, MOVES, EVENTS, ENTRIES = range(6)
# Rows of the array of totals, a column for each currency.
SEEDED, RETURNED, BEYOND, FEES, CONVERTED_OUT, CONVERTED_IN, DUST = range(7)


@njit(cache=True, nogil=True)
def _new_lot(lots: NDArray[Any], counters: NDArray[np.int64], amount: int, label: int) -> int:
    lot = counters[FREE]
    if lot != 0:
        counters[FREE] = lots[lot]["next"]
    else:
        lot = counters[LOTS]
        counters[LOTS] += 1
    lots[lot]["amount"] = amount
    lots[lot]["label"] = label
    lots[lot]["next"] = 0
    return int(lot)


@njit(cache=True, nogil=True)
def _free_chain(lots: NDArray[Any], counters: NDArray[np.int64], lot: int) -> None:
    while lot != 0:
        after = lots[lot]["next"]
        lots[lot]["next"] = counters[FREE]
        counters[FREE] = lot
        lot = after


@njit(cache=True, nogil=True)
def _draw(
    purses: NDArray[Any], lots: NDArray[Any], counters: NDArray[np.int64], purse: int, wanted: int
) -> tuple[int, int, int]:
    """Take ``wanted`` from the chain of a purse; return the first and last piece and what was missing."""
    first = int(purses[purse]["head"])
    head, last = first, 0
    while wanted > 0 and head != 0:
        amount = lots[head]["amount"]
        if amount <= wanted:
            wanted -= amount
            last = head
            head = int(lots[head]["next"])
        else:
            piece = _new_lot(lots, counters, wanted, lots[head]["label"])
            lots[head]["amount"] = amount - wanted
            if last != 0:
                lots[last]["next"] = piece
            else:
                first = piece
            last = piece
            wanted = 0
    if last == 0:
        first = 0
    else:
        lots[last]["next"] = 0
    purses[purse]["head"] = head
    if head == 0:
        purses[purse]["tail"] = 0
    return first, last, wanted


@njit(cache=True, nogil=True)
def _append(lots: NDArray[Any], first: int, last: int, piece: int) -> tuple[int, int]:
    """Set a piece at the end of a chain; return its ends."""
    if last == 0:
        return piece, piece
    lots[last]["next"] = piece
    return first, piece


@njit(cache=True, nogil=True)
def _put(
    model: int,
    balances: NDArray[np.int64],
    purses: NDArray[Any],
    lots: NDArray[Any],
    counters: NDArray[np.int64],
    purse: int,
    piece: int,
) -> None:
    """Add a chain of pieces to a purse in order, joining neighbours of one label."""
    while piece != 0:
        after = int(lots[piece]["next"])
        lots[piece]["next"] = 0
        amount, label = lots[piece]["amount"], lots[piece]["label"]
        if amount == 0:
            _free_chain(lots, counters, piece)
            piece = after
            continue
        if label == 0 and (model == TIHO or purses[purse]["head"] == 0):
            balances[purse] += amount
            _free_chain(lots, counters, piece)
            piece = after
            continue
        if model != TIHO and purses[purse]["head"] == 0 and balances[purse] > 0:
            clean = _new_lot(lots, counters, balances[purse], 0)
            purses[purse]["head"] = clean
            purses[purse]["tail"] = clean
            balances[purse] = 0
        neighbour = int(purses[purse]["head"] if model == LIFO else purses[purse]["tail"])
        if neighbour != 0 and lots[neighbour]["label"] == label:
            lots[neighbour]["amount"] += amount
            _free_chain(lots, counters, piece)
        elif model == LIFO:
            lots[piece]["next"] = neighbour
            purses[purse]["head"] = piece
            if neighbour == 0:
                purses[purse]["tail"] = piece
        else:
            if neighbour != 0:
                lots[neighbour]["next"] = piece
            else:
                purses[purse]["head"] = piece
            purses[purse]["tail"] = piece
        piece = after


@njit(cache=True, nogil=True)
def _entry(
    purses: NDArray[Any],
    purse: int,
    label: int,
    labels: int,
    table: tuple[NDArray[np.int64], NDArray[np.int32]],
    counters: NDArray[np.int64],
) -> int:
    """Return the entry of a purse and a label, a new one if need be. With one label the purse knows it; no table is needed."""
    if labels == 1:
        known = purses[purse]["entry"]
        if known == 0:
            counters[ENTRIES] += 1
            known = counters[ENTRIES]
            purses[purse]["entry"] = known
        return int(known) - 1
    keys, slots = table
    mask = keys.shape[0] - 1
    key = purse * (labels + 1) + label
    slot = (purse * 40_503 + label * 9_973) & mask
    while keys[slot] != key:
        if keys[slot] < 0:
            keys[slot] = key
            slots[slot] = counters[ENTRIES]
            counters[ENTRIES] += 1
            break
        slot = (slot + 1) & mask
    return int(slots[slot])


@njit(cache=True, nogil=True)
def rehash(
    old: tuple[NDArray[np.int64], NDArray[np.int32]], labels: int, new: tuple[NDArray[np.int64], NDArray[np.int32]]
) -> None:
    """Move the entries of a hash table to a larger one, whose keys are all -1; its length is a power of two."""
    keys, slots = new
    mask = keys.shape[0] - 1
    for index in range(old[0].shape[0]):
        key = old[0][index]
        if key >= 0:
            slot = ((key // (labels + 1)) * 40_503 + (key % (labels + 1)) * 9_973) & mask
            while keys[slot] >= 0:
                slot = (slot + 1) & mask
            keys[slot] = key
            slots[slot] = old[1][index]


@njit(cache=True, nogil=True)
def _rank_run(
    purses: NDArray[Any],
    lots: NDArray[Any],
    purse: int,
    position: int,
    following: NDArray[np.int32],
    paid: NDArray[np.int64],
    origin: int,
    step: int,
    share: NDArray[np.int64],
) -> None:
    """TIHO: share the tainted money of a purse among its payments until the next receipt, the highest first."""
    left = 0
    lot = purses[purse]["head"]
    while lot != 0:
        left += lots[lot]["amount"]
        lot = lots[lot]["next"]
    length = 0
    place = position
    while place >= 0:
        length += 1
        purses[purse]["run_end"] = place + 1
        place = following[place]
    places = np.empty(length, dtype=np.int64)
    amounts = np.empty(length, dtype=np.int64)
    place = position
    for index in range(length):
        places[index] = place
        amounts[index] = -paid[origin + step * place]
        place = following[place]
    for index in np.argsort(amounts, kind="mergesort"):
        taken = min(left, -amounts[index])
        share[places[index]] = taken
        left -= taken


@njit(cache=True, nogil=True)
def _scale(lots: NDArray[Any], piece: int, paid: int, received: int) -> None:
    """Change a chain of pieces that sums to ``paid`` into one that sums to ``received``; bounds are rounded down."""
    before, bound = 0, 0
    while piece != 0:
        before += lots[piece]["amount"]
        upper = scaled(before, received, paid)
        lots[piece]["amount"] = upper - bound
        bound = upper
        piece = lots[piece]["next"]


AHEAD = 64
"""How many payments ahead purses are fetched."""

SINK = 8
"""A counter that makes the compiler keep the reads ahead."""


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
                total ^= purses[source]["head"] ^ purses[target]["head"]
    return int(total)


@njit(cache=True, nogil=True)
def flow_lots(
    model: int,
    columns: tuple[NDArray[Any], ...],
    origin: int,
    step: int,
    begin: int,
    end: int,
    hops: int,
    labels: int,
    marks: NDArray[np.uint8],
    balances: NDArray[np.int64],
    purses: NDArray[Any],
    entries: NDArray[Any],
    table: tuple[NDArray[np.int64], NDArray[np.int32]],
    lots: NDArray[Any],
    tiho: tuple[NDArray[np.int32], NDArray[np.int64]],
    seeds: tuple[NDArray[np.int32], NDArray[np.int32]],
    events: tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.int64], NDArray[np.int16]],
    steps: NDArray[np.int32],
    moved: NDArray[Any],
    counters: NDArray[np.int64],
    prior: NDArray[np.int64],
    counted: NDArray[np.uint8],
    totals: NDArray[np.int64],
) -> int:
    """Let money flow from position ``begin`` until ``end``, or until a pool runs out.

    Args:
        model: FIFO, LIFO or TIHO.
        columns: Payer and payee purse, amount paid and received, currency paid and received: by row, length n.
        origin, step: Row = origin + step * position.
        begin, end: Positions to do.
        hops: Taint goes no further than to purses of so many hops.
        labels: Number of labels.
        marks: ACTIVE for all purses that tainted money can reach, SEED for those that are seeds; TOUCHED is set when it comes.
        balances: Clean money of each purse; FIFO, LIFO: only while it has no lots. Apart from the records, since most payments
            need no more.
        purses, entries, lots: Records; see PURSE, ENTRY, LOT.
        table: Keys and slots of the hash table of entries by purse and label.
        tiho: The chain of payments, the tainted share of each position; empty otherwise.
        seeds: Ascending positions of transactions that are seeds, and their labels.
        events: Lots to put in: position before which, purse, label, amount, currency; ascending.
        steps: Steps of best paths, (position, earlier step), shape (capacity, 2).
        moved: Records written for each payment and label; see MOVED.
        counters: Use of the pools; see FREE to ENTRIES.
        prior: For each purse what it paid, once touched, beyond what it is known to have had; updated.
        counted: Whether a purse's earlier book and its prior balance count (not those of a hub's pair).
        totals: SEEDED to DUST, a column for each currency; updated.

    Returns:
        ``end + 1`` when done, else the position at which a pool must grow.
    """
    payer, payee, paid_column, received_column, paid_in, received_in = columns
    following, share = tiho
    seed_positions, seed_labels = seeds
    event_positions, event_purses, event_labels, event_amounts, event_currencies = events
    went = np.zeros(labels + 1, dtype=np.int64)
    came = np.zeros(labels + 1, dtype=np.int64)
    present = np.empty(labels + 1, dtype=np.int64)
    pointer = np.searchsorted(seed_positions, begin)
    room = labels + 16
    entry_room = entries.shape[0] if labels == 1 else min(entries.shape[0], table[0].shape[0] // 2)
    for position in range(begin, end + 1):
        if (position - begin) % AHEAD == 0:
            ahead = min(position + AHEAD, end)
            counters[SINK] = _fetch(balances, purses, payer, payee, marks, origin, step, position, ahead)
        if (
            counters[LOTS] + room > lots.shape[0]
            or counters[ENTRIES] + room > entry_room
            or counters[STEPS] + room > steps.shape[0]
            or counters[MOVES] + room > moved.shape[0]
        ):
            return position
        while counters[EVENTS] < event_positions.shape[0] and event_positions[counters[EVENTS]] == position:
            index = counters[EVENTS]
            if counters[LOTS] + room > lots.shape[0] or counters[ENTRIES] + room > entry_room:
                return position
            purse, label, amount = event_purses[index], event_labels[index], event_amounts[index]
            entry = _entry(purses, purse, label, labels, table, counters)
            entries[entry]["hop"] = 0
            if amount > entries[entry]["width"]:
                entries[entry]["width"] = amount
                entries[entry]["best"] = -1
            marks[purse] |= TOUCHED
            _put(model, balances, purses, lots, counters, purse, _new_lot(lots, counters, amount, label))
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
        if own == 0 and (mark & TOUCHED == 0 or purses[source]["head"] == 0):
            # Clean money moves: a subtraction and an addition, but for lots that the payee has.
            if known:
                balance = balances[source]
                if paid <= balance:
                    balances[source] = balance - paid
                else:
                    balances[source] = 0
                    if mark & TOUCHED != 0 and counted[source] != 0:
                        prior[source] += paid - balance
            if not follows or received == 0:
                continue
            if model == TIHO or marks[target] & TOUCHED == 0 or purses[target]["head"] == 0:
                balances[target] += received
                continue
            neighbour = purses[target]["head"] if model == LIFO else purses[target]["tail"]
            if lots[neighbour]["label"] == 0:
                lots[neighbour]["amount"] += received
                continue
            _put(model, balances, purses, lots, counters, target, _new_lot(lots, counters, received, 0))
            continue

        # What leaves the payer.
        moves = counters[MOVES]
        first, last, missing = 0, 0, 0
        if known:
            wanted = paid
            if model == TIHO and purses[source]["head"] != 0:
                if position >= purses[source]["run_end"]:
                    _rank_run(purses, lots, source, position, following, paid_column, origin, step, share)
                wanted = share[position]
            missing = paid
            if purses[source]["head"] != 0:
                first, last, missing = _draw(purses, lots, counters, source, wanted)
                missing += paid - wanted
            if model == TIHO or first == 0:
                rest = min(balances[source], missing)
                balances[source] -= rest
                missing -= rest
                if rest > 0:
                    first, last = _append(lots, first, last, _new_lot(lots, counters, rest, 0))
        if missing > 0:
            if own == 0 and mark & TOUCHED != 0 and counted[source] != 0:
                prior[source] += missing
            first, last = _append(lots, first, last, _new_lot(lots, counters, missing, 0))
        if own != 0:
            piece = first
            while piece != 0:
                if lots[piece]["label"] != 0:
                    totals[RETURNED, currency] += lots[piece]["amount"]
                piece = lots[piece]["next"]
            _free_chain(lots, counters, first)
            first = _new_lot(lots, counters, paid, own)
            last = first
            totals[SEEDED, currency] += paid

        # How far it may go, and what arrives of it.
        count = 0
        piece = first
        while piece != 0:
            label = lots[piece]["label"]
            if label != 0:
                if own == 0 and entries[_entry(purses, source, label, labels, table, counters)]["hop"] >= hops:
                    totals[BEYOND, currency] += lots[piece]["amount"]
                    lots[piece]["label"] = 0
                else:
                    if went[label] == 0:
                        present[count] = label
                        count += 1
                    went[label] += lots[piece]["amount"]
            piece = lots[piece]["next"]
        if paid > 0 and (currency != currency_received or received < paid):
            _scale(lots, first, paid, received)
        elif received > paid:  # more came than was paid: the excess is clean
            first, last = _append(lots, first, last, _new_lot(lots, counters, received - paid, 0))
        if count > 0:
            piece = first
            while piece != 0:
                came[lots[piece]["label"]] += lots[piece]["amount"]
                piece = lots[piece]["next"]
            came[0] = 0
        for index in range(count):
            label = present[index]
            out, arrived = went[label], came[label]
            went[label] = 0
            came[label] = 0
            if currency != currency_received:
                totals[CONVERTED_OUT, currency] += out
                totals[CONVERTED_IN, currency_received] += arrived
            else:
                totals[FEES, currency] += out - arrived
            if arrived == 0:
                continue
            hop, width, parent = 1, arrived, -1
            if own == 0:
                entry = _entry(purses, source, label, labels, table, counters)
                hop = entries[entry]["hop"] + 1
                parent = entries[entry]["best"]
                carried = entries[entry]["width"]
                if carried < out:
                    if currency != currency_received:
                        carried = scaled(carried, received, paid)
                    width = min(carried, arrived)
            entry = _entry(purses, target, label, labels, table, counters)
            entries[entry]["received"] += arrived
            entries[entry]["hop"] = min(entries[entry]["hop"], hop)
            if entries[entry]["first"] == NEVER:
                entries[entry]["first"] = position
            entries[entry]["last"] = position
            if width > entries[entry]["width"]:
                entries[entry]["width"] = width
                entries[entry]["best"] = counters[STEPS]
                steps[counters[STEPS], 0] = position
                steps[counters[STEPS], 1] = parent
                counters[STEPS] += 1
            moved[counters[MOVES]]["position"] = position
            moved[counters[MOVES]]["label"] = label
            moved[counters[MOVES]]["amount"] = arrived
            moved[counters[MOVES]]["hop"] = hop
            counters[MOVES] += 1

        # What the payee has now.
        if counters[MOVES] > moves:
            marks[target] |= TOUCHED
        if follows:
            _put(model, balances, purses, lots, counters, target, first)
        else:
            _free_chain(lots, counters, first)
    return end + 1


@njit(cache=True, nogil=True)
def held_lots(
    purses: NDArray[Any],
    lots: NDArray[Any],
    labels: int,
    table: tuple[NDArray[np.int64], NDArray[np.int32]],
    held: NDArray[np.int64],
) -> None:
    """Add up the tainted lots of each purse by entry, in ``held``; arguments as in :func:`flow_lots`."""
    counters = np.zeros(ENTRIES + 1, dtype=np.int64)
    for purse in range(purses.shape[0]):
        lot = purses[purse]["head"]
        while lot != 0:
            label = lots[lot]["label"]
            if label != 0:
                held[_entry(purses, purse, label, labels, table, counters)] += lots[lot]["amount"]
            lot = lots[lot]["next"]
