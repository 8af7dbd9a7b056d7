"""A whole synthetic world with its truth. Reach for :func:`generate`.

>>> generate(Parameters(seed=7, transactions=5_000)).transactions.num_rows   # doctest: +SKIP

Each part draws from a stream of its own (PCG64, spawned from the seed), so that a change of one leaves the others as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tajfif.tracing.synth.benign import Payments, benign_traffic, rounded
from tajfif.tracing.synth.decoys import DECOYS, lookalike
from tajfif.tracing.synth.parameters import Parameters, checked
from tajfif.tracing.synth.plan import DAY, Leg, Plan, Stage
from tajfif.tracing.synth.population import KINDS, Population, population_of
from tajfif.tracing.synth.region import ABROAD, COUNTRIES, Country, Rates, calendar_of, rates_of
from tajfif.tracing.synth.schemes import SCHEMES, Silence, plant
from tajfif.tracing.synth.tables import (
    Columns,
    account_table,
    balance_table,
    links_table,
    lot_table,
    ownership_table,
    rates_table,
    scheme_records,
    transaction_table,
    truth_table,
)

__all__ = ["Synthetic", "generate"]

_ILLICIT = (0.0006, 0.0011)
_SEED_PARTS = ("population", "rates", "benign", "amounts", "schemes", "decoys", "balances", "purposes")
_STATED = 0.7  # share of lawful payments whose purpose is stated
_COVERED = 0.3  # share of schemes' transfers that state a lawful one
_COVERS = {
    "person person": ("family", "gift", "loan"), "person firm": ("purchase", "rent"), "person charity": ("donation",),
    "firm person": ("loan", "refund"), "firm firm": ("invoice",), "firm charity": ("donation",), "charity person": ("relief",),
}  # fmt: skip
"""What a scheme's transfer says it is for, where it says anything: what such a payer tells such a payee."""
_HUB_LEAST = 120  # transactions of schemes from which a broker's thirty are not most of them


@dataclass(frozen=True)
class Synthetic:
    """A world: what a bank sees, and what is true.

    Attributes:
        parameters: What was asked for.
        transactions: Canonical transactions in time order; no label is among them.
        accounts: Canonical accounts file.
        ownership: owner, owned, percentage, since, until; parties.
        links: Contact data that parties share: kind, value, account, party.
        balances: What each account has before the first transaction.
        rates: currency, date, rate: what one unit is worth in dollars.
        truth_transactions: Every planted transaction, those that the ledger lacks included.
        truth_lots: Where each unit of seeded money went.
        schemes: One record a scheme or lookalike.
        designated: Parties that are designated in this world.
        illicit_share: Planted illicit transactions of all.
    """

    parameters: Parameters
    transactions: pa.Table
    accounts: pa.Table
    ownership: pa.Table
    links: pa.Table
    balances: pa.Table
    rates: pa.Table
    truth_transactions: pa.Table
    truth_lots: pa.Table
    schemes: tuple[dict[str, Any], ...]
    designated: tuple[str, ...]
    illicit_share: float


def generate(parameters: Parameters | None = None) -> Synthetic:
    """Make a world; the same parameters give the same one.

    Args:
        parameters: What it is to be like.

    Raises:
        UsageError: A parameter is out of its range.
    """
    parameters = checked(parameters or Parameters())
    streams = np.random.SeedSequence(parameters.seed).spawn(len(_SEED_PARTS))
    draw = {
        name: np.random.Generator(np.random.PCG64(stream)) for name, stream in zip(_SEED_PARTS, streams, strict=True)
    }
    calendar = calendar_of(parameters.start, parameters.days)
    rates = rates_of(_countries(parameters), parameters.days, draw["rates"])
    world = population_of(parameters, rates, draw["population"])
    stage = Stage(world, rates, calendar, parameters, draw["schemes"], set())
    share = float(draw["schemes"].uniform(*_ILLICIT)) if parameters.illicit is None else parameters.illicit
    silences: list[Silence] = []
    schemes = _schemes(stage, share * parameters.transactions, silences)
    illicit = sum(len(plan.legs) for plan in schemes)
    decoys = _decoys(stage._replace(random=draw["decoys"]), illicit * parameters.decoys)
    planted = illicit + sum(len(plan.legs) for plan in decoys)
    _state(world, schemes, decoys, draw["purposes"])
    lawful = benign_traffic(world, calendar, parameters, max(parameters.transactions - planted, 0), draw["benign"])
    columns = _columns(world, rates, lawful, (*schemes, *decoys), silences, calendar.first, parameters, draw["amounts"])
    listed = columns.listed
    return Synthetic(
        parameters=parameters,
        transactions=transaction_table(columns, world, rates),
        accounts=account_table(world),
        ownership=ownership_table(world),
        links=links_table(world),
        balances=balance_table(columns, world, rates, draw["balances"]),
        rates=rates_table(rates, parameters.start),
        truth_transactions=truth_table(columns, world, rates, schemes, decoys),
        truth_lots=lot_table(columns, world, rates, schemes),
        schemes=scheme_records(columns, world, rates, schemes, decoys),
        designated=tuple(dict.fromkeys(world.party_name(account) for account in world.designated)),
        illicit_share=int(((columns.plan >= 0) & (columns.plan < len(schemes)) & listed).sum())
        / max(int(listed.sum()), 1),
    )


def _countries(parameters: Parameters) -> tuple[Country, ...]:
    return (*COUNTRIES[: parameters.countries], *ABROAD)


def _schemes(stage: Stage, budget: float, silences: list[Silence]) -> list[Plan]:
    """Plant schemes of every kind in turn until the share of illicit transactions is there; one at least."""
    if budget <= 0:
        return []
    random, days = stage.random, stage.parameters.days
    names = [name for name in SCHEMES if budget >= _HUB_LEAST or name != "value_transfer_hub"]
    plans: list[Plan] = []
    order: list[str] = []
    done = 0
    while done < budget - 6 or not plans:
        order = order or [names[int(index)] for index in random.permutation(len(names))]
        name = order.pop()
        earliest = {"dormant_burst": 205, "stopped_or_woken": 95}.get(name, 2)
        if earliest > days * 0.8:
            continue
        begin = _moment(stage, max(earliest, days * 0.04), max(earliest + 1, days * 0.78))
        plan = plant(stage, name, begin, stage.calendar.first + days * DAY - 3_600_000_000, silences)
        plans.append(plan)
        done += len(plan.legs)
    return plans


def _decoys(stage: Stage, budget: float) -> list[Plan]:
    random, days = stage.random, stage.parameters.days
    plans: list[Plan] = []
    order: list[str] = []
    done = 0
    while done < budget:
        order = order or [list(DECOYS)[int(index)] for index in random.permutation(len(DECOYS))]
        begin = _moment(stage, days * 0.04, days * 0.85)
        plan = lookalike(stage, order.pop(), begin, stage.calendar.first + days * DAY - 3_600_000_000)
        plans.append(plan)
        done += len(plan.legs)
    return plans


def _state(world: Population, schemes: list[Plan], decoys: list[Plan], random: np.random.Generator) -> None:
    """State purposes, so that they tell no more than in life: lookalikes state theirs as often as others, schemes at times a cover."""
    for leg in (leg for plan in decoys for leg in plan.legs):
        if random.random() > _STATED:
            leg.purpose = ""
    for leg in (leg for plan in schemes for leg in plan.legs):
        covers = _COVERS.get(" ".join(KINDS[int(world.kind[end])] for end in (leg.source, leg.target)), ())
        if covers and not leg.purpose and leg.channel in ("transfer", "wire") and random.random() < _COVERED:
            leg.purpose = covers[int(random.integers(len(covers)))]


def _moment(stage: Stage, first: float, last: float) -> int:
    moment = stage.calendar.first + int(stage.random.uniform(first, last) * DAY)
    return moment - moment % 1_000_000


def _columns(
    world: Population, rates: Rates, lawful: Payments, plans: tuple[Plan, ...], silences: list[Silence], first: int,
    parameters: Parameters, random: np.random.Generator,
) -> Columns:  # fmt: skip
    """Put lawful and planted payments together in order of time, in minor units."""
    lawful = _silenced(lawful, silences)
    exponent, day = rates.exponents, (lawful.time - first) // DAY
    paid, arrives = world.currency[lawful.source], world.currency[lawful.target]
    minor = lawful.dollars * rates.per_dollar[paid, day] * 10.0 ** exponent[paid]
    amount = rounded(minor, exponent[paid], parameters.round_amounts, random)
    received = amount.copy()
    other = np.flatnonzero(paid != arrives)
    factor = rates.per_dollar[arrives, day] / rates.per_dollar[paid, day] * 10.0 ** (exponent[arrives] - exponent[paid])
    kept = 1 - random.uniform(0.002, 0.012, len(other))
    received[other] = np.maximum(np.floor(amount[other] * factor[other] * kept), 1).astype(np.int64)
    category, channels, purposes = lawful.channels()
    words = list(dict.fromkeys([*channels, *(leg.channel for plan in plans for leg in plan.legs)]))
    why = list(dict.fromkeys(["", *purposes, *(leg.purpose for plan in plans for leg in plan.legs)]))
    legs: list[tuple[int, int, Leg]] = [
        (number, place, leg) for number, plan in enumerate(plans) for place, leg in enumerate(plan.legs)
    ]
    said = random.random(len(category)) < 0.7
    channel = np.array([words.index(each) for each in channels])[category]
    cashier = (category == 2) & (random.random(len(category)) < 0.25)
    channel[cashier] = words.index("transfer")
    purpose = np.where(said, np.array([why.index(each) for each in purposes])[category], 0)

    def joined(values: NDArray[Any], more: list[int]) -> NDArray[np.int64]:
        return np.concatenate([values.astype(np.int64), np.array(more, dtype=np.int64)])

    time = joined(lawful.time, [leg.time for _, _, leg in legs])
    order = np.argsort(time, kind="stable")
    columns = {
        "source": joined(lawful.source, [leg.source for _, _, leg in legs]),
        "target": joined(lawful.target, [leg.target for _, _, leg in legs]),
        "amount": joined(amount, [leg.amount for _, _, leg in legs]),
        "received": joined(received, [leg.received for _, _, leg in legs]),
        "channel": joined(channel, [words.index(leg.channel) for _, _, leg in legs]),
        "purpose": joined(purpose, [why.index(leg.purpose) for _, _, leg in legs]),
        "plan": joined(np.full(len(lawful.time), -1), [number for number, _, _ in legs]),
        "leg": joined(np.full(len(lawful.time), -1), [place for _, place, _ in legs]),
        "missing": joined(np.zeros(len(lawful.time)), [int(leg.missing) for _, _, leg in legs]),
    }
    ordered = {name: values[order] for name, values in columns.items()}
    missing = ordered.pop("missing").astype(bool)
    return Columns(time=time[order], missing=missing, channels=tuple(words), purposes=tuple(why), **ordered)


def _silenced(lawful: Payments, silences: list[Silence]) -> Payments:
    kept = np.ones(len(lawful.time), dtype=bool)
    for account, begin, end in silences:
        touches = (lawful.source == account) | (lawful.target == account)
        kept &= ~(touches & (lawful.time >= begin) & (lawful.time < end))
    return Payments(
        lawful.time[kept], lawful.source[kept], lawful.target[kept], lawful.dollars[kept], lawful.category[kept]
    )
