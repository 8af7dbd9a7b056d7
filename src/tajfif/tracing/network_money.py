"""The money between parties and designated ones, for the ranking. Reach for it through :func:`tajfif.tracing.network.network`.

Money of designated parties is followed forward and backward by haircut (proportional taint), and set against all that a party
received, or paid, in that currency. Currencies are never added.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from tajfif.tracing.flow import Seed, trace
from tajfif.tracing.ledger import Ledger
from tajfif.tracing.network_groups import Floats, Ints
from tajfif.tracing.network_links import Parties

__all__ = ["MoneyTerm", "exchanged", "money_terms"]

_CITED = 20


class MoneyTerm(msgspec.Struct, frozen=True, kw_only=True):
    """Money of designated parties that a party received, or that it paid and that came to them.

    Attributes:
        party: Number of the party.
        kind: ``received`` or ``paid``.
        share: The tainted amount over all that the party received or paid in this currency, 0 to 1.
        amount, currency: The tainted amount as a decimal, rounded to the minor unit.
        transactions: Ids of those that carry most, at most twenty.
    """

    party: int
    kind: str
    share: float
    amount: str
    currency: str
    transactions: tuple[str, ...]


def money_terms(ledger: Ledger, parties: Parties, seeds: Sequence[int], hops: int) -> list[MoneyTerm]:
    """Return what came to each party from designated ones, and what it paid that came to them, by currency."""
    wanted = set(seeds)
    accounts = [
        Seed(account=ledger.account_name(account))
        for account, party in enumerate(parties.of_account)
        if party in wanted
    ]
    if not accounts:
        return []
    found: list[MoneyTerm] = []
    for kind, direction in (("received", "forward"), ("paid", "backward")):
        totals = _totals(ledger, parties, kind)
        amounts: dict[tuple[int, int], float] = {}
        cited: dict[tuple[int, int], dict[str, float]] = {}
        for reached in trace(ledger, accounts, model="haircut", direction=direction, hops=hops).accounts(cite=_CITED):
            party = parties.of_account[ledger.account_index(reached.account)]
            key = (party, ledger.currencies.index(reached.currency))
            amounts[key] = amounts.get(key, 0.0) + reached.amount
            names = cited.setdefault(key, {})
            for transaction in reached.transactions:
                names[transaction.transaction] = names.get(transaction.transaction, 0.0) + transaction.tainted
        for (party, currency), amount in sorted(amounts.items()):
            total = int(totals[party, currency])
            if total > 0:
                names = cited[party, currency]
                most = sorted(names, key=lambda name: (-names[name], name))[:_CITED]
                found.append(
                    MoneyTerm(
                        party=party,
                        kind=kind,
                        share=min(1.0, amount / total),
                        amount=ledger.money(round(amount), currency),
                        currency=ledger.currencies[currency],
                        transactions=tuple(most),
                    )
                )
    return found


def _totals(ledger: Ledger, parties: Parties, kind: str) -> Ints:
    """Return all that each party received or paid, minor units, shape (parties, currencies)."""
    of_account = np.array(parties.of_account, dtype=np.int64)
    if kind == "received":
        account, amount, currency = ledger.target, ledger.amount_received, ledger.currency_received
    else:
        account, amount, currency = ledger.source, ledger.amount, ledger.currency
    totals = np.zeros((len(parties.names), max(len(ledger.currencies), 1)), dtype=np.int64)
    np.add.at(totals, (of_account[account], currency), amount)
    return totals


def exchanged(ledger: Ledger, parties: Parties) -> tuple[Ints, Ints, Floats]:
    """Return the pairs of parties that pay each other and the weight of it, for communities.

    The weight is the amount between the two over all that the greater of them moved in that currency, the largest of their
    currencies; so a bank through which everybody pays binds nobody closely.
    """
    of_account = np.array(parties.of_account, dtype=np.int64)
    payer, payee = of_account[ledger.source], of_account[ledger.target]
    apart = payer != payee
    size, kinds = len(parties.names), max(len(ledger.currencies), 1)
    low, high = np.minimum(payer, payee)[apart], np.maximum(payer, payee)[apart]
    currency = ledger.currency[apart].astype(np.int64)
    amount = ledger.amount[apart].astype(np.float64)
    key, place = np.unique((low * size + high) * kinds + currency, return_inverse=True)
    between = np.bincount(place, weights=amount, minlength=len(key))
    moved = np.bincount(payer[apart] * kinds + currency, weights=amount, minlength=size * kinds)
    moved += np.bincount(payee[apart] * kinds + currency, weights=amount, minlength=size * kinds)
    pair, kind = key // kinds, key % kinds
    one, other = pair // size, pair % size
    whole = np.maximum(moved[one * kinds + kind], moved[other * kinds + kind])
    share = np.divide(between, whole, out=np.zeros(len(key)), where=whole > 0)
    pairs, where = np.unique(pair, return_inverse=True)
    best = np.zeros(len(pairs))
    np.maximum.at(best, where, share)
    return pairs // size, pairs % size, best
