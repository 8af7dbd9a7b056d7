"""Random small questions about money, asked of the program and of the slow reference alike."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tajfif.tracing.flow import Seed, Trace, trace
from tajfif.tracing.ledger import Ledger
from tests.tracing import reference

CURRENCIES = ("USD", "KWD", "IQD")
EXPONENTS = {"USD": 2, "KWD": 3, "IQD": 3}
MODELS = ("poison", "haircut", "fifo", "lifo", "tiho")


def iso(microseconds: int | None) -> str:
    if microseconds is None:
        return ""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)).isoformat()


def decimal(minor: int, currency: int) -> str:
    return str(Decimal(minor).scaleb(-EXPONENTS[CURRENCIES[currency]]))


def ledger_of(payments: list[reference.Payment], accounts: int, currencies: int = 1) -> Ledger:
    """The payments as a ledger whose accounts are A0, A1 … and whose transactions are named by their rows."""
    filled = [payment.filled() for payment in payments]
    return Ledger.from_arrays(
        time=[payment.time for payment in filled],
        source=[payment.source for payment in filled],
        target=[payment.target for payment in filled],
        amount=[payment.amount for payment in filled],
        currency=[payment.currency for payment in filled],
        amount_received=[payment.received for payment in filled],
        currency_received=[payment.currency_received for payment in filled],
        currencies=CURRENCIES[:currencies],
        names=[f"A{account}" for account in range(accounts)],
    )


@dataclass
class Question:
    """One question: what the ledger is, and what is asked of it."""

    payments: list[reference.Payment]
    accounts: int
    currencies: int
    seeds: list[reference.AccountSeed]
    payment_seeds: list[reference.PaymentSeed]
    apart: bool
    backward: bool
    since: int | None
    until: int | None
    hops: int | None
    hubs: dict[int, str]
    tolerance: int
    window: int
    opening: dict[tuple[int, int], int]
    dust: float

    def answer(self, model: str) -> Trace:
        """What the program says."""
        seeds = [
            Seed(
                account=f"A{seed.account}",
                time=iso(seed.time),
                label=str(seed.label),
                amount=decimal(seed.amount, seed.currency) if seed.amount else "",
                currency=CURRENCIES[seed.currency] if seed.amount else "",
            )
            for seed in self.seeds
        ]
        seeds += [Seed(transaction=str(seed.row), label=str(seed.label)) for seed in self.payment_seeds]
        return trace(
            ledger_of(self.payments, self.accounts, self.currencies),
            seeds,
            model=model,
            direction="backward" if self.backward else "forward",
            since=iso(self.since),
            until=iso(self.until),
            hops=self.hops,
            hubs={f"A{account}": treatment for account, treatment in self.hubs.items()},
            fee_tolerance=self.tolerance,
            window=self.window,
            balances={(f"A{account}", CURRENCIES[money]): amount for (account, money), amount in self.opening.items()},
            apart=self.apart,
            dust=self.dust,
        )

    def expected(self, model: str) -> reference.Outcome:
        """What the reference says."""
        return reference.trace(
            self.payments,
            self.seeds,
            self.payment_seeds,
            model=model,
            backward=self.backward,
            since=self.since,
            until=self.until,
            hops=self.hops,
            hubs=self.hubs,
            tolerance=self.tolerance,
            window=self.window,
            opening=self.opening,
            dust=Fraction(self.dust),
        )


def question(number: int, *, backward: bool, most: int = 30, most_accounts: int = 7) -> Question:
    """Question of a number: equal times, self-payments, fees, excesses, conversions, nothing paid, hubs, balances."""
    draw = random.Random(number)  # noqa: S311 - questions, not secrets
    accounts, currencies = draw.randint(2, most_accounts), draw.choice([1, 1, 2, 3])
    payments = _payments(draw, draw.randint(1, most), accounts, currencies)
    last = payments[-1].time
    apart = draw.random() < 0.5
    seeds: list[reference.AccountSeed] = []
    for account in draw.sample(range(accounts), min(accounts, draw.randint(1, 3))):
        label = len(seeds) + 1 if apart else 1
        time = draw.choice([None, None, draw.randint(0, last + 2)])
        amount = draw.randint(1, 10 ** draw.randint(1, 6)) if draw.random() < 0.5 else None
        seeds.append(reference.AccountSeed(account, label, time, amount, draw.randrange(currencies)))
    since, until = (draw.choice([None, None, draw.randint(0, last + 1)]) for _ in range(2))
    if since is not None and until is not None and since > until:
        since, until = until, since
    payment_seeds = []
    row = draw.randrange(len(payments))
    time = payments[row].time
    in_scope = (since is None or time >= since) if backward else (until is None or time <= until)
    if in_scope and draw.random() < 0.4:
        payment_seeds.append(reference.PaymentSeed(row, len(seeds) + 1 if apart else 1))
    seeded = {seed.account for seed in seeds}
    return Question(
        payments=payments,
        accounts=accounts,
        currencies=currencies,
        seeds=seeds,
        payment_seeds=payment_seeds,
        apart=apart,
        backward=backward,
        since=since,
        until=until,
        hops=draw.choice([None, None, 1, 2, 3]),
        hubs={
            account: draw.choice(["stop", "pass", "ordinary"])
            for account in range(accounts)
            if draw.random() < 0.2 and account not in seeded
        },
        tolerance=draw.choice([0, 300, 2000]),
        window=draw.choice([0, 3, 100]),
        opening={
            (account, draw.randrange(currencies)): draw.randint(1, 1000)
            for account in range(accounts)
            if draw.random() < 0.2
        },
        dust=draw.choice([0.0, 0.7300123]),
    )


def _payments(draw: random.Random, count: int, accounts: int, currencies: int) -> list[reference.Payment]:
    payments, time = [], 0
    for _ in range(count):
        time += draw.choice([0, 0, 1, 2, 5])
        amount = draw.randint(1, draw.choice([5, 100, 10**6, 10**15]))
        received, currency = amount, draw.randrange(currencies)
        money = currency
        chance = draw.random()
        if chance < 0.25:
            received = amount - draw.randint(0, max(1, amount // 10))
        elif chance < 0.28:
            received = amount + draw.randint(1, 5)
        elif chance < 0.31:
            amount = received = 0
        elif chance < 0.46:
            money = draw.randrange(currencies)
            received = draw.randint(0, 2 * amount) if money != currency else amount
        payments.append(
            reference.Payment(
                time, draw.randrange(accounts), draw.randrange(accounts), amount, currency, received, money
            )
        )
    return payments


def facts(outcome: reference.Outcome) -> dict[Any, Any]:
    """Every figure of the reference under a name, to be compared with :func:`figures`."""
    found: dict[Any, Any] = {}
    for key, received in outcome.received.items():
        found["received", *key] = received
        found["held", *key] = outcome.held.get(key, 0)
        found["hops", *key] = outcome.hops[key]
        found["width", *key] = outcome.width[key]
        found["prior", *key] = outcome.prior.get(key[:2], 0)
        if key in outcome.first:
            found["first", *key] = outcome.first[key]
            found["last", *key] = outcome.last[key]
    for (row, label), amount in outcome.tainted.items():
        found["tainted", row, label] = amount
    for (name, currency), amount in outcome.totals.items():
        if amount:
            found["total", name, currency] = amount
    return found


def figures(answer: Trace) -> dict[Any, Any]:
    """Every figure of an answer under a name."""
    found: dict[Any, Any] = {}
    exposure = answer.exposure
    columns = ("account", "currency", "seed", "received", "held", "hops", "width", "prior", "first", "last")
    for account, money, seed, received, held, hops, width, prior, first, last in zip(
        *(getattr(exposure, name).tolist() for name in columns), strict=True
    ):
        key = (account, money, seed + 1)
        found["received", *key], found["held", *key], found["hops", *key] = received, held, hops
        found["width", *key], found["prior", *key] = width, prior
        if last >= 0:
            found["first", *key], found["last", *key] = answer.row(first), answer.row(last)
    for record in answer.moved:
        found["tainted", answer.row(int(record["position"])), int(record["label"])] = record["amount"].item()
    for totals in answer.summary.totals:
        currency = answer.ledger.currencies.index(totals.currency)
        names = ("seeded", "held", "returned", "beyond", "fees", "converted_out", "converted_in", "dust")
        found |= {("total", name, currency): getattr(totals, name) for name in names if getattr(totals, name)}
    return found
