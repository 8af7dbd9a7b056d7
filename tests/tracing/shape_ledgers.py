"""Small ledgers written down payment by payment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from tajfif.tracing.ledger import Ledger
from tajfif.tracing.money import exponent_of

FIRST = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp())
WORDS = ("channel", "from_country", "to_country", "purpose")


class Payment(NamedTuple):
    """One transaction; ``hour`` counts from the beginning of 2025, the amount is in units of the currency."""

    hour: float
    source: str
    target: str
    amount: float
    currency: str = "USD"
    channel: str = ""
    from_country: str = ""
    to_country: str = ""
    purpose: str = ""


def ledger_of(payments: Sequence[Payment], accounts: Mapping[str, Mapping[str, str]] | None = None) -> Ledger:
    """A ledger in memory; the id of a transaction is its place in the list."""
    facts = accounts or {}
    names = sorted({end for each in payments for end in (each.source, each.target)} | set(facts))
    index = {name: number for number, name in enumerate(names)}
    currencies = sorted({each.currency for each in payments})
    factor = {code: 10 ** (exponent_of(code) or 0) for code in currencies}
    fields = sorted({field for stated in facts.values() for field in stated})
    return Ledger.from_arrays(
        time=[(FIRST + round(each.hour * 3600)) * 1_000_000 for each in payments],
        source=[index[each.source] for each in payments],
        target=[index[each.target] for each in payments],
        amount=[round(each.amount * factor[each.currency]) for each in payments],
        currency=[currencies.index(each.currency) for each in payments],
        currencies=currencies,
        names=names,
        words={
            word: [getattr(each, word) for each in payments]
            for word in WORDS
            if any(getattr(each, word) for each in payments)
        },
        accounts={field: [facts.get(name, {}).get(field, "") for name in names] for field in fields},
    )
