"""A generated world as tables. Reach for it to see which column says what; amounts are decimal texts, never floats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tajfif.tracing.money import shown_amount
from tajfif.tracing.synth.names import invented_names
from tajfif.tracing.synth.plan import Plan
from tajfif.tracing.synth.population import KINDS, Population
from tajfif.tracing.synth.region import Rates

__all__ = [
    "Columns", "account_names", "account_table", "balance_table", "links_table", "lot_table", "ownership_table", "rates_table",
    "scheme_records", "transaction_table", "truth_table",
]  # fmt: skip


@dataclass(frozen=True)
class Columns:
    """All payments in order of time, those that the ledger lacks included; shape (n,) each.

    Attributes:
        time: Microseconds.
        source, target: Accounts.
        amount, received: Minor units of the payer's and the payee's currency.
        channel, purpose: Numbers in ``channels`` and ``purposes``.
        plan, leg: Number of the scheme (lookalikes after schemes) and of its payment, -1 for ordinary traffic.
        missing: Not in the ledger.
    """

    time: NDArray[np.int64]
    source: NDArray[np.int64]
    target: NDArray[np.int64]
    amount: NDArray[np.int64]
    received: NDArray[np.int64]
    channel: NDArray[np.int64]
    purpose: NDArray[np.int64]
    plan: NDArray[np.int64]
    leg: NDArray[np.int64]
    missing: NDArray[np.bool_]
    channels: tuple[str, ...]
    purposes: tuple[str, ...]

    @property
    def listed(self) -> NDArray[np.bool_]:
        """Which payments the ledger has."""
        return ~self.missing

    def numbers(self) -> NDArray[np.int64]:
        """Return the number in each payment's id: place in the ledger, or place among those that it lacks."""
        return np.where(self.missing, np.cumsum(self.missing), np.cumsum(self.listed)) - 1


def _codes(values: NDArray[Any], words: Sequence[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(values.astype(np.int32)), pa.array(list(words), pa.string()))


def account_names(world: Population) -> list[str]:
    """Return the names of accounts: country, an invented bank, a number."""
    codes = [country.code for country in world.countries]
    places = enumerate(zip(world.country.tolist(), _banks(world).tolist(), strict=True))
    return [f"{codes[country]}00TJ{bank:02d}{number:09d}" for number, (country, bank) in places]


def _banks(world: Population) -> NDArray[np.int64]:
    banks: NDArray[np.int64] = (np.arange(len(world)) * 2_654_435_761 >> 9) % 4
    return banks


def _bank_names(world: Population) -> list[str]:
    return [f"{country.code}-B{bank}" for country in world.countries for bank in range(4)]


def _decimal(minor: NDArray[np.int64], exponent: NDArray[np.int64]) -> pa.Array:
    """Return minor units as decimal texts, each with all the decimals of its currency."""
    digits = pc.utf8_lpad(pc.cast(pa.array(minor), pa.string()), width=4, padding="0")
    result = None
    for places in np.unique(exponent).tolist() or [2]:
        if places:
            whole = pc.utf8_ltrim(pc.utf8_slice_codeunits(digits, 0, -places), characters="0")
            whole = pc.if_else(pc.equal(whole, ""), "0", whole)
            text = pc.binary_join_element_wise(whole, pc.utf8_slice_codeunits(digits, -places), ".")
        else:
            text = pc.cast(pa.array(minor), pa.string())
        result = text if result is None else pc.if_else(pa.array(exponent == places), text, result)
    return result


def _ids(numbers: NDArray[np.int64], missing: NDArray[np.bool_]) -> pa.Array:
    text = pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), width=9, padding="0")
    return pc.binary_join_element_wise(pc.if_else(pa.array(missing), "M", "T"), text, "")


def _payments(columns: Columns, rows: NDArray[np.int64], world: Population, rates: Rates) -> pa.Table:
    source, target = columns.source[rows], columns.target[rows]
    paid, arrives = world.currency[source], world.currency[target]
    names, banks = account_names(world), _bank_names(world)
    home = [country.code for country in world.countries]
    bank = world.country * 4 + _banks(world)
    fields = {
        "id": _ids(columns.numbers()[rows], columns.missing[rows]),
        "time": pa.array(columns.time[rows], pa.timestamp("us", "UTC")),
        "from_account": _codes(source, names),
        "to_account": _codes(target, names),
        "amount": _decimal(columns.amount[rows], rates.exponents[paid]),
        "currency": _codes(paid, rates.codes),
        "amount_received": _decimal(columns.received[rows], rates.exponents[arrives]),
        "currency_received": _codes(arrives, rates.codes),
        "channel": _codes(columns.channel[rows], columns.channels),
        "from_bank": _codes(bank[source], banks),
        "to_bank": _codes(bank[target], banks),
        "from_country": _codes(world.country[source], home),
        "to_country": _codes(world.country[target], home),
        "purpose": _codes(columns.purpose[rows], columns.purposes),
    }
    return pa.table(fields)


def transaction_table(columns: Columns, world: Population, rates: Rates) -> pa.Table:
    """Return the canonical transactions of the ledger, in time order, without a label."""
    return _payments(columns, np.flatnonzero(columns.listed), world, rates)


def account_table(world: Population) -> pa.Table:
    """Return the canonical accounts file, with a Latin and an Arabic name of nobody for each party."""
    kinds = np.array(KINDS)[world.kind]
    latin, arabic = invented_names(kinds, world.party)
    fields: dict[str, Any] = {
        "account": account_names(world),
        "party": [world.party_name(account) for account in range(len(world))],
        "type": kinds.tolist(),
        "country": [world.countries[place].code for place in world.country.tolist()],
        "holders": latin,
        "holders_ar": arabic,
        **{name: values.tolist() for name, values in world.facts.items()},
    }
    return pa.table({name: pa.array(values, pa.string()) for name, values in fields.items()})


def ownership_table(world: Population) -> pa.Table:
    """Return who owns whom: owner, owned, percentage, since, until."""
    fields = ("owner", "owned", "percentage", "since", "until")
    return pa.table({name: pa.array([getattr(each, name) for each in world.stakes], pa.string()) for name in fields})


def links_table(world: Population) -> pa.Table:
    """Return contact data that accounts of different parties share: kind, value, account, party."""
    names = account_names(world)
    rows: list[tuple[str, str, str, str]] = []
    for kind in ("phone", "address", "device", "document"):
        values = world.facts[kind]
        order = np.argsort(values, kind="stable")
        cuts = np.flatnonzero(values[order][1:] != values[order][:-1]) + 1
        for group in np.split(order, cuts):
            if values[group[0]] and len(np.unique(world.party[group])) > 1:
                rows += [(kind, str(values[one]), names[one], world.party_name(one)) for one in sorted(group.tolist())]
    return pa.table({
        name: pa.array([row[place] for row in rows], pa.string()) for place, name in enumerate(("kind", "value", "account", "party"))
    })  # fmt: skip


def balance_table(columns: Columns, world: Population, rates: Rates, random: np.random.Generator) -> pa.Table:
    """Return what each account must have had at first so that it never paid what it had not, and a little more."""
    rows = np.arange(len(columns.time), dtype=np.int64)
    account = np.concatenate([columns.target, columns.source])
    change = np.concatenate([columns.received, -columns.amount])
    # Of one moment a payment counts before a receipt, so that no order of equal times can matter.
    order = np.lexsort(
        (np.concatenate([np.ones_like(rows), np.zeros_like(rows)]), np.concatenate([columns.time] * 2), account)
    )
    account, change = account[order], change[order]
    running = np.cumsum(change)
    starts = np.flatnonzero(np.r_[True, account[1:] != account[:-1]])
    before = running[starts] - change[starts]
    lowest = np.minimum.reduceat(running, starts) - before
    need = np.zeros(len(world), dtype=np.int64)
    need[account[starts]] = np.maximum(-lowest, 0)
    scale = world.wage * rates.per_dollar[world.currency, 0] * 10.0 ** rates.exponents[world.currency]
    opening = need + (random.exponential(0.4, len(world)) * scale).astype(np.int64)
    return pa.table({
        "account": pa.array(account_names(world), pa.string()),
        "currency": _codes(world.currency, rates.codes),
        "amount": _decimal(opening, rates.exponents[world.currency]),
    })  # fmt: skip


def rates_table(rates: Rates, start: str) -> pa.Table:
    """Return currency, date and rate: what one unit of the currency is worth in US dollars, as ``tajfif ledger build`` reads it."""
    days = (np.datetime64(start, "D") + np.arange(rates.per_dollar.shape[1])).astype(str)
    return pa.table({
        "currency": pa.array(np.repeat(np.array(rates.codes), len(days)).tolist(), pa.string()),
        "date": pa.array(np.tile(days, len(rates.codes)).tolist(), pa.string()),
        "rate": pa.array([f"{1 / value:.12f}" for value in rates.per_dollar.ravel().tolist()], pa.string()),
    })  # fmt: skip


def _plan_names(schemes: Sequence[Plan], decoys: Sequence[Plan]) -> list[str]:
    return [f"S{number:05d}" for number in range(len(schemes))] + [f"D{number:05d}" for number in range(len(decoys))]


def truth_table(
    columns: Columns, world: Population, rates: Rates, schemes: Sequence[Plan], decoys: Sequence[Plan]
) -> pa.Table:
    """Return every planted payment with its scheme, shape, typology (or family), roles, stage and seeded amount."""
    rows = np.flatnonzero(columns.plan >= 0)
    plans, names = [*schemes, *decoys], _plan_names(schemes, decoys)
    owner = [plans[number] for number in columns.plan[rows].tolist()]
    legs = [plan.legs[place] for plan, place in zip(owner, columns.leg[rows].tolist(), strict=True)]
    seeded = np.array(
        [leg.amount if leg.enters else sum(part.paid for part in leg.parts) for leg in legs], dtype=np.int64
    )
    more: dict[str, Any] = {
        "label": ["illicit" if number < len(schemes) else "decoy" for number in columns.plan[rows].tolist()],
        "scheme": [names[number] for number in columns.plan[rows].tolist()],
        "shape": [plan.shape for plan in owner],
        "typology": [plan.typology for plan in owner],
        "from_role": [leg.roles[0] for leg in legs],
        "to_role": [leg.roles[1] for leg in legs],
        "stage": [leg.stage for leg in legs],
    }
    table = _payments(columns, rows, world, rates)
    for name, values in more.items():
        table = table.append_column(name, pa.array(values, pa.string()))
    table = table.append_column("hop", pa.array([leg.hop for leg in legs], pa.int32()))
    table = table.append_column(
        "seeded_amount", _decimal(seeded, rates.exponents[world.currency[columns.source[rows]]])
    )
    return table.append_column("in_ledger", pa.array(columns.listed[rows]))


def lot_table(columns: Columns, world: Population, rates: Rates, schemes: Sequence[Plan]) -> pa.Table:
    """Return each lot's way: a ``seed`` where it was put in, a ``move`` for each payment, a ``rest`` where it lies.

    Of each lot and account, what was seeded and received equals what was paid and rests, to the minor unit.
    """
    names, accounts = _plan_names(schemes, ()), account_names(world)
    ids = _ids(columns.numbers(), columns.missing)
    places = np.flatnonzero((columns.plan >= 0) & (columns.plan < len(schemes)))
    texts = dict(
        zip(
            zip(columns.plan[places].tolist(), columns.leg[places].tolist(), strict=True),
            ids.take(pa.array(places)).to_pylist(),
            strict=True,
        )
    )

    def money(account: int, minor: int) -> str:
        return shown_amount(minor, int(rates.exponents[world.currency[account]]))

    def code(account: int) -> str:
        return rates.codes[int(world.currency[account])]

    rows: list[tuple[str, int, str, str, int, str, str, str, str, str, str, str]] = []
    for number, plan in enumerate(schemes):
        entered = {leg.parts[0].lot: texts[number, place] for place, leg in enumerate(plan.legs) if leg.enters}
        for lot, (account, amount, time) in enumerate(plan.seeds):
            into = (money(account, amount), code(account), plan.roles[account])
            rows.append((names[number], lot, "seed", entered.get(lot, ""), time, "", accounts[account], "", "", *into))
        for place, leg in enumerate(plan.legs):
            for part in () if leg.enters else leg.parts:
                ends = (accounts[leg.source], accounts[leg.target], money(leg.source, part.paid), code(leg.source))
                into = (money(leg.target, part.received), code(leg.target), leg.roles[1])
                rows.append((names[number], part.lot, "move", texts[number, place], leg.time, *ends, *into))
        for account, lot, amount in plan.rest().tolist():
            into = (money(account, amount), code(account), plan.roles[account])
            rows.append((names[number], lot, "rest", "", plan.ready[account], accounts[account], "", "", "", *into))
    fields = (
        "scheme", "lot", "event", "transaction", "time", "from_account", "to_account", "amount", "currency", "amount_received",
        "currency_received", "role",
    )  # fmt: skip
    kinds = {"lot": pa.int32(), "time": pa.timestamp("us", "UTC")}
    return pa.table({
        name: pa.array([row[place] for row in rows], kinds.get(name, pa.string())) for place, name in enumerate(fields)
    })  # fmt: skip


def scheme_records(
    columns: Columns, world: Population, rates: Rates, schemes: Sequence[Plan], decoys: Sequence[Plan]
) -> tuple[dict[str, Any], ...]:
    """Return a record for each scheme and lookalike: what it is, its seeds, its transactions and who had the money at last."""
    names, accounts = _plan_names(schemes, decoys), account_names(world)
    ids = _ids(columns.numbers(), columns.missing)
    places = np.flatnonzero(columns.plan >= 0)
    texts: dict[tuple[int, int], str] = dict(
        zip(
            zip(columns.plan[places].tolist(), columns.leg[places].tolist(), strict=True),
            ids.take(pa.array(places)).to_pylist(),
            strict=True,
        )
    )
    records = []
    for number, plan in enumerate((*schemes, *decoys)):
        entered = {leg.parts[0].lot: texts[number, place] for place, leg in enumerate(plan.legs) if leg.enters}
        ends = _ends(plan, world, rates, accounts)
        records.append({
            "scheme": names[number],
            "label": "illicit" if number < len(schemes) else "decoy",
            "shape": plan.shape,
            "typology": plan.typology,
            "fee": round(plan.fee, 4),
            "commingling": round(plan.mixing, 4),
            "first": _when(min(leg.time for leg in plan.legs)),
            "last": _when(max(leg.time for leg in plan.legs)),
            "seeds": [
                {
                    "account": accounts[account],
                    "amount": shown_amount(amount, int(rates.exponents[world.currency[account]])),
                    "currency": rates.codes[int(world.currency[account])],
                    "time": _when(time),
                    "transaction": entered.get(lot, ""),
                }
                for lot, (account, amount, time) in enumerate(plan.seeds)
            ],
            "beneficiaries": ends,
            "final_beneficiary": ends[0]["account"] if ends else "",
            "accounts": {accounts[account]: role for account, role in plan.roles.items()},
            "transactions": [texts[number, place] for place in range(len(plan.legs))],
            "missing": [texts[number, place] for place, leg in enumerate(plan.legs) if leg.missing],
            "facts": plan.facts,
        })  # fmt: skip
    return tuple(records)


def _ends(plan: Plan, world: Population, rates: Rates, accounts: list[str]) -> list[dict[str, Any]]:
    """Return who had seeded money at last, the most first; cash belongs to whoever drew it, purchases to the buyer."""
    dollars: dict[int, float] = {}
    for account, _, amount in plan.rest().tolist():
        if plan.roles[account] not in ("cash", "merchant"):
            dollars[account] = dollars.get(account, 0.0) + plan.dollars(account, amount, plan.ready[account])
    for leg in plan.legs:
        if leg.roles[1] in ("cash", "merchant") and not leg.enters:
            spent = plan.dollars(leg.source, sum(part.paid for part in leg.parts), leg.time)
            dollars[leg.source] = dollars.get(leg.source, 0.0) + spent
    total = sum(dollars.values()) or 1.0
    order = sorted(dollars, key=lambda account: (plan.roles[account] != "beneficiary", -dollars[account], account))
    return [
        {
            "account": accounts[account],
            "role": plan.roles[account],
            "dollars": round(dollars[account], 2),
            "share": round(dollars[account] / total, 6),
        }
        for account in order
    ]


def _when(time: int) -> str:
    return str(np.datetime64(time, "us").astype("datetime64[s]")) + "Z"
