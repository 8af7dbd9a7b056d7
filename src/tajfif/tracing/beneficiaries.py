"""Who had the money at last. Reach for :func:`beneficiaries` to rank the ends of a trace, the likeliest first.

A trace says what every account received. Middlemen receive as much as whoever they work for, so an account is ranked by two
things together: what part of the seeded money it received, and what part came to rest with it, in the account, drawn as cash or
spent with those whom very many pay. Both are taken under haircut and LIFO and averaged: haircut follows money that is held long and
mixed, LIFO money that is passed on at once; where they agree, it matters little how an account was used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from tajfif.errors import InputError
from tajfif.tracing.account_facts import of_types
from tajfif.tracing.flow import Seed, Trace, trace
from tajfif.tracing.ledger import Ledger

__all__ = ["Beneficiary", "beneficiaries", "implied_values"]

MODELS = ("haircut", "lifo")
BUSY = 25
"""Payers from which what is paid to an account counts as spent by the payer, not as passed on."""
_CASH = ("atm", "cash", "bank")

Floats = NDArray[np.float64]


class Beneficiary(msgspec.Struct, frozen=True, kw_only=True):
    """One account that may have had the money at last.

    Attributes:
        seed: Label of the seeds that it had the money of.
        rank: 1 for the likeliest.
        account, party: Its name and who holds it.
        score: Mean of the two shares, over the models, 0 to 1 (poison apart, no model gives more than there was).
        received: Part of the seeded money that it received.
        rested: Part that came to rest with it.
    """

    seed: str
    rank: int
    account: str
    party: str
    score: float
    received: float
    rested: float


def beneficiaries(
    ledger: Ledger,
    seeds: Sequence[Seed],
    *,
    values: Mapping[str, float] | None = None,
    limit: int = 10,
    balances: Mapping[tuple[str, str], int] | None = None,
) -> list[Beneficiary]:
    """Rank the accounts at which money of the seeds came to rest, for each label of the seeds by itself.

    An account that is itself a seed is ranked only by what was put in there and came to rest, behind nobody: one who deposits cash and
    draws it abroad has the money at last.

    Args:
        ledger: The ledger.
        seeds: Where the money was put in; seeds with one label are one question.
        values: What a major unit of each currency is worth, in any one measure, to weigh ends in different currencies. By
            default :func:`implied_values`. Amounts are weighed, never added up for show.
        limit: Most accounts for each label.
        balances: As of :func:`~tajfif.tracing.flow.trace`.

    Raises:
        InputError: A seed is not in the ledger, or a currency has no value.
    """
    worth = _worth(ledger, values)
    busy = _busy(ledger)
    outside = of_types(ledger, _CASH)
    received: dict[str, Floats] = {}
    rested: dict[str, Floats] = {}
    for model in MODELS:
        found = trace(ledger, seeds, model=model, apart=True, balances=balances)
        for label, (came, stayed) in _ends(found, worth, busy | outside).items():
            received[label] = received.get(label, 0.0) + came / len(MODELS)
            rested[label] = rested.get(label, 0.0) + stayed / len(MODELS)
    answer: list[Beneficiary] = []
    for label in received:
        put = _put_in(
            ledger, [seed for seed in seeds if (seed.label or seed.account or seed.transaction) == label], worth
        )
        total = float(put.sum()) or float(received[label].max(initial=0.0)) or 1.0
        came, stayed = (received[label] + put) / total, np.maximum(rested[label] + put, 0.0) / total
        sources = put > 0
        score = np.where(sources, stayed, (came + stayed) / 2)
        score[outside] = 0.0
        order = np.lexsort((np.arange(len(score)), -score))[:limit]
        answer += [
            Beneficiary(
                seed=label,
                rank=place + 1,
                account=ledger.account_name(account),
                party=ledger.accounts.party_of(account),
                score=round(float(score[account]), 6),
                received=round(float(came[account]), 6),
                rested=round(float(stayed[account]), 6),
            )
            for place, account in enumerate(order.tolist())
            if score[account] > 0
        ]
    return answer


def implied_values(ledger: Ledger) -> dict[str, float]:
    """Return what a major unit of each currency is worth in the first one, by the ledger's own exchanges.

    The median of all transactions that paid one currency and brought another decides; currencies that no exchange links to
    the first one are left out.
    """
    rows = np.flatnonzero(ledger.currency != ledger.currency_received)
    count = len(ledger.currencies)
    pair = ledger.currency[rows].astype(np.int64) * count + ledger.currency_received[rows]
    price: dict[tuple[int, int], float] = {}
    for key in np.unique(pair).tolist():
        of_pair = rows[pair == key]
        paid, brought = divmod(key, count)
        ratio = float(np.median(ledger.amount_received[of_pair] / np.maximum(ledger.amount[of_pair], 1)))
        scale = 10.0 ** int(ledger.exponents[paid] - ledger.exponents[brought])
        price.setdefault((paid, brought), ratio * scale)
    values, known = {0: 1.0}, [0]
    for currency in known:
        for other in range(count):
            if other in values:
                continue
            if price.get((other, currency), 0) > 0:
                values[other] = values[currency] * price[other, currency]
            elif price.get((currency, other), 0) > 0:
                values[other] = values[currency] / price[currency, other]
            else:
                continue
            known.append(other)
    return {ledger.currencies[currency]: value for currency, value in sorted(values.items())} if count else {}


def _worth(ledger: Ledger, values: Mapping[str, float] | None) -> Floats:
    """Return what a minor unit of each currency is worth; of a currency that nothing is exchanged for, as much as of the first."""
    if values is not None:
        lacking = [code for code in ledger.currencies if code not in values]
        if lacking:
            raise InputError(f"no value is given for {', '.join(lacking)}", hint="Name every currency of the ledger.")
    known = values if values is not None else implied_values(ledger)
    worth: Floats = np.array([known.get(code, 1.0) for code in ledger.currencies]) / 10.0**ledger.exponents
    return worth


def _busy(ledger: Ledger) -> NDArray[np.bool_]:
    """Return which accounts very many different ones pay."""
    size = ledger.account_count
    pairs = np.unique(ledger.target.astype(np.int64) * size + ledger.source)
    payers = np.bincount(pairs // max(size, 1), minlength=size)
    return payers > BUSY


def _ends(found: Trace, worth: Floats, sinks: NDArray[np.bool_]) -> dict[str, tuple[Floats, Floats]]:
    """Return for each label what every account received, and that less what it passed on, in one measure."""
    ledger, moved = found.ledger, found.moved
    rows = np.array([found.row(position) for position in moved["position"].tolist()], dtype=np.int64)
    source, target = ledger.source[rows], ledger.target[rows]
    value = moved["amount"] * worth[ledger.currency_received[rows]]
    size = ledger.account_count
    ends = {}
    for number, label in enumerate(found.seeds, start=1):
        mine = moved["label"] == number
        came: Floats = np.bincount(target[mine], value[mine], size).astype(np.float64)
        onward = mine & ~sinks[target]
        passed: Floats = np.bincount(source[onward], value[onward], size).astype(np.float64)
        ends[label] = came, came - passed
    return ends


def _put_in(ledger: Ledger, seeds: Sequence[Seed], worth: Floats) -> Floats:
    """Return what the seeds put into each account; nothing for a seed without an amount."""
    put = np.zeros(ledger.account_count)
    for seed in seeds:
        if seed.account and seed.amount:
            code = seed.currency or ledger.currencies[0]
            currency = ledger.currencies.index(code)
            minor = float(seed.amount) * 10.0 ** int(ledger.exponents[currency])
            put[ledger.account_index(seed.account)] += minor * worth[currency]
    return put
