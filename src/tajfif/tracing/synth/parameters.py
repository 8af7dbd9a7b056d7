"""What a synthetic ledger is to be like. Reach for :class:`Parameters` to ask for one.

Shares are fractions (0.05 is 5 %); a pair is a range from which each scheme draws its own value.
"""

from __future__ import annotations

import datetime

import msgspec

from tajfif.errors import UsageError
from tajfif.tracing.synth.region import COUNTRIES

__all__ = ["Parameters", "checked"]

LEAST_TRANSACTIONS, MOST_TRANSACTIONS = 2_000, 100_000_000
LEAST_DAYS, MOST_DAYS = 30, 3_660
EARLIEST, LATEST = datetime.date(1980, 1, 1), datetime.date(2065, 1, 1)


class Parameters(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that, with the version of this program, decides every byte that comes out.

    Attributes:
        seed: Seed of all that is drawn, 0 or more.
        transactions: About how many; the count that comes out is within a few per cent.
        days: Days from ``start``.
        start: First day, ISO 8601.
        countries: How many countries of the region, 10 to 20.
        illicit: Share of transactions that belong to planted schemes; drawn from 0.05-0.12 % if None.
        decoys: Transactions of planted lawful lookalikes for each illicit one.
        fees: What whoever passes money on keeps of it.
        commingling: Share of own, lawful money in what an account pays on.
        delay_days: Median days that money rests before it goes on; lognormal, never above ``longest_delay``.
        longest_delay: Days.
        missing_legs: Share of a scheme's payments between accounts at other banks, which the ledger does not have.
        splits: Probability that a payment is made in several.
        degree_exponent: Exponent of the truncated power law of the number of counterparties.
        repeats: Share of transactions with a counterparty that was paid before.
        round_amounts: Share of amounts that are round.
    """

    seed: int = 7
    transactions: int = 100_000
    days: int = 365
    start: str = "2025-01-01"
    countries: int = 16
    illicit: float | None = None
    decoys: float = 2.0
    fees: tuple[float, float] = (0.0, 0.08)
    commingling: tuple[float, float] = (0.0, 0.9)
    delay_days: float = 1.0
    longest_delay: float = 30.0
    missing_legs: float = 0.04
    splits: float = 0.25
    degree_exponent: float = 1.9
    repeats: float = 0.7
    round_amounts: float = 0.35


def checked(parameters: Parameters) -> Parameters:
    """Return the parameters if they can be met.

    Raises:
        UsageError: One is out of its range; the message says which and what the range is.
    """
    whole = (
        ("seed", parameters.seed, 0, 2**63 - 1),
        ("transactions", parameters.transactions, LEAST_TRANSACTIONS, MOST_TRANSACTIONS),
        ("days", parameters.days, LEAST_DAYS, MOST_DAYS),
        ("countries", parameters.countries, 10, len(COUNTRIES)),
        ("illicit", 0.0 if parameters.illicit is None else parameters.illicit, 0, 0.2),
        ("decoys", parameters.decoys, 0, 100),
        ("delay-days", parameters.delay_days, 0.01, 30),
        ("longest-delay", parameters.longest_delay, 0.1, 30),
        ("missing-legs", parameters.missing_legs, 0, 0.5),
        ("splits", parameters.splits, 0, 1),
        ("degree-exponent", parameters.degree_exponent, 1.6, 2.2),
        ("repeats", parameters.repeats, 0.6, 0.8),
        ("round-amounts", parameters.round_amounts, 0, 1),
    )
    for name, value, least, most in whole:
        if not least <= value <= most:
            raise UsageError(f"{name} {value} is not from {least} to {most}")
    for name, (low, high), most in (("fees", parameters.fees, 0.08), ("commingling", parameters.commingling, 0.9)):
        if not 0 <= low <= high <= most:
            raise UsageError(f"{name} {low}-{high} is not a range within 0-{most}")
    try:
        start = datetime.date.fromisoformat(parameters.start)
    except ValueError:
        raise UsageError(f"start {parameters.start!r} is not a day such as 2025-01-01") from None
    if not EARLIEST <= start <= LATEST:
        raise UsageError(f"start {parameters.start} is not from {EARLIEST} to {LATEST}")
    return parameters
