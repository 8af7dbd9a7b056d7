"""A slow and obvious tracer of tainted money, written apart from the program to judge it by.

Plain Python: integers, fractions, lists of lots and dictionaries. No array, no compiled code, nothing of ``tajfif``. The rules
are those of ``docs/flow.md``; they are written here once more in the plainest way.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

CLEAN = 0
Purse = tuple[Any, ...]


@dataclass(frozen=True)
class Payment:
    """One transaction; its row is its place in the list, which is in (time, sequence) order."""

    time: int
    source: int
    target: int
    amount: int
    currency: int = 0
    received: int = -1
    currency_received: int = -1

    def filled(self) -> Payment:
        same = self.currency if self.currency_received < 0 else self.currency_received
        return replace(self, received=self.amount if self.received < 0 else self.received, currency_received=same)


@dataclass(frozen=True)
class AccountSeed:
    """Everything that an account pays from a time on; with an amount, only that much, as a lot put in at that time."""

    account: int
    label: int = 1
    time: int | None = None
    amount: int | None = None
    currency: int = 0


@dataclass(frozen=True)
class PaymentSeed:
    """One transaction that is tainted whole."""

    row: int
    label: int = 1


@dataclass
class Entry:
    """What is known of one purse and one label."""

    received: Any = 0
    hop: int = 10**9
    first: int = -1
    last: int = -1
    width: Any = 0
    path: tuple[int, ...] = ()


@dataclass
class Outcome:
    received: dict[tuple[int, int, int], Any] = field(default_factory=dict)
    held: dict[tuple[int, int, int], Any] = field(default_factory=dict)
    hops: dict[tuple[int, int, int], int] = field(default_factory=dict)
    first: dict[tuple[int, int, int], int] = field(default_factory=dict)
    last: dict[tuple[int, int, int], int] = field(default_factory=dict)
    width: dict[tuple[int, int, int], Any] = field(default_factory=dict)
    path: dict[tuple[int, int, int], tuple[int, ...]] = field(default_factory=dict)
    tainted: dict[tuple[int, int], Any] = field(default_factory=dict)
    income: dict[tuple[int, int], int] = field(default_factory=dict)
    prior: dict[tuple[int, int], int] = field(default_factory=dict)
    totals: dict[tuple[str, int], Any] = field(default_factory=dict)


def matched_pairs(payments: list[Payment], hub: int, tolerance: int, window: int) -> dict[int, int]:
    """Which receipt of a hub each of its payments passes on: payment row → receipt row.

    In order of the payments: the receipt not yet used, of the same currency, no older than the window, whose amount is
    at least that of the payment and exceeds it by no more than the tolerance (basis points of the receipt); of several
    the one nearest in amount, then the oldest.
    """
    pairs: dict[int, int] = {}
    used: set[int] = set()
    for row, paid in enumerate(payments):
        if paid.source != hub or paid.target == hub:
            continue
        choices = []
        for other in range(row):
            came = payments[other]
            if came.target != hub or came.source == hub or other in used:
                continue
            fits = paid.amount <= came.received and 10_000 * (came.received - paid.amount) <= tolerance * came.received
            if fits and came.currency_received == paid.currency and paid.time - came.time <= window:
                choices.append((came.received, other))
        if choices:
            used.add(min(choices)[1])
            pairs[row] = min(choices)[1]
    return pairs


def trace(
    payments: list[Payment],
    seeds: list[AccountSeed],
    payment_seeds: list[PaymentSeed] | None = None,
    *,
    model: str,
    backward: bool = False,
    since: int | None = None,
    until: int | None = None,
    hops: int | None = None,
    hubs: dict[int, str] | None = None,
    tolerance: int = 300,
    window: int = 10,
    opening: dict[tuple[int, int], int] | None = None,
    dust: Fraction = Fraction(0),
) -> Outcome:
    """Trace, and return every figure in a dictionary keyed by (account, currency, label) or by (row, label)."""
    payments = [each.filled() for each in payments]
    hubs = hubs or {}
    pairs: dict[int, int] = {}
    for hub, treatment in hubs.items():
        if treatment == "pass":
            pairs.update(matched_pairs(payments, hub, tolerance, window))
    passed_on = {receipt: payment for payment, receipt in pairs.items()}

    order = list(range(len(payments)))
    if backward:
        order.reverse()

    def in_scope(time: int) -> bool:
        return (since is None or time >= since) if backward else (until is None or time <= until)

    def begun(time: int, start: int | None) -> bool:
        start = (until if backward else since) if start is None else start
        return start is None or (time <= start if backward else time >= start)

    order = [row for row in order if in_scope(payments[row].time)]

    def sides(row: int) -> tuple[int, int, int, int, int, int]:
        """(payer, payee, paid, its currency, received, its currency), as the direction has them."""
        p = payments[row]
        if backward:
            return p.target, p.source, p.received, p.currency_received, p.amount, p.currency
        return p.source, p.target, p.amount, p.currency, p.received, p.currency_received

    def payer_purse(row: int) -> Purse:
        payer, _, _, currency, _, _ = sides(row)
        treatment = hubs.get(payer, "ordinary")
        if treatment == "stop":
            return ("own", payer, currency)
        if treatment == "pass":
            partner = passed_on.get(row) if backward else pairs.get(row)
            return ("own", payer, currency) if partner is None else ("pair", payer, currency, partner)
        return ("ordinary", payer, currency)

    def payee_purse(row: int) -> Purse:
        _, payee, _, _, _, currency = sides(row)
        treatment = hubs.get(payee, "ordinary")
        if treatment == "stop":
            return ("kept", payee, currency)
        if treatment == "pass":
            matched = row in (pairs if backward else passed_on)
            return ("pair", payee, currency, row) if matched else ("kept", payee, currency)
        return ("ordinary", payee, currency)

    def seed_label(row: int) -> int:
        """The label of the payment if it is a seed of its own, else 0."""
        for each in payment_seeds or []:
            if each.row == row:
                return each.label
        payer = sides(row)[0]
        for seed in seeds:
            if seed.account == payer and seed.amount is None and begun(payments[row].time, seed.time):
                return seed.label
        return 0

    # Lots to put in, by the place in the order before which they are put in.
    lots_at: dict[int, list[AccountSeed]] = defaultdict(list)
    for seed in seeds:
        if seed.amount is not None:
            places = (k for k, row in enumerate(order) if begun(payments[row].time, seed.time))
            lots_at[next(places, len(order))].append(seed)

    money: Any = Mixtures(model) if model == "haircut" else Poisoned(model) if model == "poison" else Lots(model)
    for (account, currency), amount in (opening or {}).items():
        money.put(("ordinary", account, currency), [(CLEAN, amount)])

    entries: dict[tuple[Purse, int], Entry] = defaultdict(Entry)
    touched: set[Purse] = set()
    outcome = Outcome()
    totals: dict[tuple[str, int], Any] = defaultdict(int)
    income: dict[tuple[int, int], int] = defaultdict(int)
    prior: dict[tuple[int, int], int] = defaultdict(int)
    share_of_run: dict[int, int] = {}  # TIHO: what is tainted of a payment

    def put_lots(place: int) -> None:
        for seed in lots_at.get(place, []):
            purse = ("ordinary", seed.account, seed.currency)
            assert seed.amount is not None
            money.put(purse, [(seed.label, seed.amount)])
            entry = entries[purse, seed.label]
            entry.hop = 0
            touched.add(purse)
            if seed.amount > entry.width:
                entry.width, entry.path = seed.amount, ()
            totals["seeded", seed.currency] += seed.amount

    def rank_run(place: int, purse: Purse) -> None:
        """TIHO: share the tainted money held among the payments until the next receipt, highest first."""
        run = []
        for k in range(place, len(order)):
            if k > place and lots_at.get(k) and any(purse == ("ordinary", s.account, s.currency) for s in lots_at[k]):
                break
            if payer_purse(order[k]) == purse:
                run.append(order[k])
            if payee_purse(order[k]) == purse:
                break
        left = money.tainted(purse)
        for row in sorted(run, key=lambda row: (-sides(row)[2], order.index(row))):
            share_of_run[row] = min(left, sides(row)[2])
            left -= share_of_run[row]

    for place, row in enumerate(order):
        put_lots(place)
        payer, payee, paid, currency, received, currency_received = sides(row)
        from_purse, to_purse = payer_purse(row), payee_purse(row)
        income[payee, currency_received] += received
        if model == "tiho" and row not in share_of_run:
            rank_run(place, from_purse)
        pieces, missing = money.draw(from_purse, paid, share_of_run.get(row, 0))
        own = seed_label(row)
        if missing and not own and from_purse in touched and from_purse[0] == "ordinary":
            prior[payer, currency] += missing
        if own:
            totals["returned", currency] += sum(amount for label, amount in pieces if label)
            pieces = [(own, paid)]
            totals["seeded", currency] += paid
        kept = []
        for label, amount in pieces:
            if label and not own and hops is not None and entries[from_purse, label].hop >= hops:
                totals["beyond", currency] += amount
                label = CLEAN
            elif label and model == "haircut" and amount < dust:
                totals["dust", currency] += amount
                label = CLEAN
            kept.append((label, amount))
        if model == "poison":
            arrived = [(label, received) for label, amount in kept if label and amount] or [(CLEAN, received)]
        else:
            arrived = changed(kept, paid, received, currency != currency_received, exact=model != "haircut")
            tainted_out = sum(amount for label, amount in kept if label)
            tainted_in = sum(amount for label, amount in arrived if label)
            if currency != currency_received:
                totals["converted_out", currency] += tainted_out
                totals["converted_in", currency_received] += tainted_in
            else:
                totals["fees", currency] += tainted_out - tainted_in
        went: dict[int, Any] = defaultdict(int)
        came: dict[int, Any] = defaultdict(int)
        for label, amount in kept:
            went[label] += amount
        for label, amount in arrived:
            came[label] += amount
        for label, amount in came.items():
            if label == CLEAN or amount == 0:
                continue
            outcome.tainted[row, label] = amount
            origin = None if own else entries[from_purse, label]
            entry = entries[to_purse, label]
            width, hop = amount, 1
            path: tuple[int, ...] = (row,)
            if origin is not None:
                path, hop = (*origin.path, row), origin.hop + 1
                if origin.width < went[label]:
                    carried = origin.width
                    if currency != currency_received:
                        carried = (
                            Fraction(carried * received, paid) if model == "haircut" else carried * received // paid
                        )
                    width = min(carried, amount)
            entry.received += amount
            entry.hop = min(entry.hop, hop)
            entry.first = place if entry.first < 0 else entry.first
            entry.last = place
            if width > entry.width:
                entry.width, entry.path = width, path
            touched.add(to_purse)
        money.put(to_purse, arrived)
    put_lots(len(order))

    _gather(outcome, entries, money, order)
    for (_, currency, _label), amount in outcome.held.items():
        totals["held", currency] += amount
    outcome.totals, outcome.income, outcome.prior = dict(totals), dict(income), dict(prior)
    return outcome


def changed(
    pieces: list[tuple[int, Any]], paid: int, received: int, converted: bool, *, exact: bool
) -> list[tuple[int, Any]]:
    """The pieces of a payment as they arrive: less the fee, or in another currency; more than was paid is clean."""
    if received == paid and not converted:
        return pieces
    if received > paid and not converted:
        return [*pieces, (CLEAN, received - paid)]
    if paid == 0:
        return [(CLEAN, received)]
    if not exact:
        return [(label, Fraction(amount) * received / paid) for label, amount in pieces]
    arrived, before = [], 0
    for label, amount in pieces:
        after = before + amount
        arrived.append((label, after * received // paid - before * received // paid))
        before = after
    return arrived


def _gather(outcome: Outcome, entries: dict[tuple[Purse, int], Entry], money: Any, order: list[int]) -> None:
    place_of = {row: place for place, row in enumerate(order)}
    for (purse, label), entry in entries.items():
        key = (purse[1], purse[2], label)
        if entry.hop == 10**9:
            continue
        outcome.received[key] = outcome.received.get(key, 0) + entry.received
        outcome.hops[key] = min(outcome.hops.get(key, 10**9), entry.hop)
        if entry.first >= 0:
            first = place_of[outcome.first[key]] if key in outcome.first else 10**9
            outcome.first[key] = order[min(first, entry.first)]
            last = place_of[outcome.last[key]] if key in outcome.last else -1
            outcome.last[key] = order[max(last, entry.last)]
        rank = (-entry.width, place_of[entry.path[-1]] if entry.path else -1)
        if key in outcome.width:
            path = outcome.path[key]
            if rank >= (-outcome.width[key], place_of[path[-1]] if path else -1):
                continue
        outcome.width[key], outcome.path[key] = entry.width, entry.path
    for purse, label, amount in money.all():
        key = (purse[1], purse[2], label)
        outcome.held[key] = outcome.held.get(key, 0) + amount


class Lots:
    """FIFO, LIFO and TIHO: each purse is a list of (label, amount), oldest first."""

    def __init__(self, model: str) -> None:
        self.model = model
        self.lots: dict[Purse, list[tuple[int, int]]] = defaultdict(list)

    def put(self, purse: Purse, pieces: list[tuple[int, int]]) -> None:
        self.lots[purse] += [(label, amount) for label, amount in pieces if amount]

    def tainted(self, purse: Purse) -> int:
        return sum(amount for label, amount in self.lots[purse] if label)

    def draw(self, purse: Purse, paid: int, tainted: int) -> tuple[list[tuple[int, int]], int]:
        """Take a payment out; what the purse is not known to hold comes last and is clean."""
        if self.model != "tiho":
            pieces, left = self._take(purse, paid, lambda label: True, newest=self.model == "lifo")
        else:
            pieces, short = self._take(purse, tainted, lambda label: label != CLEAN, newest=False)
            assert short == 0
            clean, left = self._take(purse, paid - tainted, lambda label: label == CLEAN, newest=False)
            pieces += clean
        if left:
            pieces.append((CLEAN, left))
        return pieces, left

    def _take(self, purse: Purse, wanted: int, fits: Any, *, newest: bool) -> tuple[list[tuple[int, int]], int]:
        lots = self.lots[purse]
        pieces = []
        for index in reversed(range(len(lots))) if newest else range(len(lots)):
            label, amount = lots[index]
            taken = min(amount, wanted) if fits(label) else 0
            if taken:
                pieces.append((label, taken))
                lots[index] = (label, amount - taken)
                wanted -= taken
        self.lots[purse] = [lot for lot in lots if lot[1]]
        return pieces, wanted

    def all(self) -> list[tuple[Purse, int, int]]:
        return [(purse, label, amount) for purse, lots in self.lots.items() for label, amount in lots if label]


class Mixtures:
    """Haircut: each purse is a balance and, of each label, a part of it."""

    def __init__(self, model: str) -> None:
        self.balance: dict[Purse, Fraction] = defaultdict(Fraction)
        self.parts: dict[Purse, dict[int, Fraction]] = defaultdict(lambda: defaultdict(Fraction))

    def put(self, purse: Purse, pieces: list[tuple[int, Any]]) -> None:
        for label, amount in pieces:
            self.balance[purse] += amount
            if label:
                self.parts[purse][label] += amount

    def draw(self, purse: Purse, paid: int, tainted: int) -> tuple[list[tuple[int, Any]], Any]:
        balance = self.balance[purse]
        part = Fraction(min(Fraction(paid), balance), balance) if balance else Fraction(0)
        pieces: list[tuple[int, Any]] = []
        for label, amount in sorted(self.parts[purse].items()):
            if amount * part:
                pieces.append((label, amount * part))
                self.parts[purse][label] = amount - amount * part
        self.balance[purse] = max(balance - paid, Fraction(0))
        pieces.append((CLEAN, paid - sum(amount for _, amount in pieces)))
        return pieces, max(paid - balance, Fraction(0))

    def all(self) -> list[tuple[Purse, int, Any]]:
        return [(purse, label, amount) for purse, of in self.parts.items() for label, amount in of.items() if amount]


class Poisoned:
    """Poison: what a purse pays after its first tainted receipt is tainted whole."""

    def __init__(self, model: str) -> None:
        self.balance: dict[Purse, int] = defaultdict(int)
        self.labels: dict[Purse, set[int]] = defaultdict(set)

    def put(self, purse: Purse, pieces: list[tuple[int, int]]) -> None:
        if pieces:
            self.balance[purse] += pieces[0][1]
        self.labels[purse] |= {label for label, amount in pieces if label and amount}

    def draw(self, purse: Purse, paid: int, tainted: int) -> tuple[list[tuple[int, int]], int]:
        missing = max(paid - self.balance[purse], 0)
        self.balance[purse] = max(self.balance[purse] - paid, 0)
        if paid == 0:
            return [(CLEAN, 0)], 0
        return [(label, paid) for label in sorted(self.labels[purse])] or [(CLEAN, paid)], missing

    def all(self) -> list[tuple[Purse, int, int]]:
        return [(purse, label, self.balance[purse]) for purse, labels in self.labels.items() for label in labels]
