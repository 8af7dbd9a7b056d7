"""``tajfif synth``: invented transactions of an invented region, with the truth about them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from tajfif.cli.output import say

__all__ = ["SynthFormat", "synth"]


class SynthFormat(StrEnum):
    """How generated tables are written."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


def synth(
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="The same seed gives the same bytes.")] = 7,
    transactions: Annotated[
        int, typer.Option("--transactions", metavar="N", help="About how many, 2,000 or more.")
    ] = 100_000,
    days: Annotated[int, typer.Option("--days", metavar="N", help="How many days, 30 or more.")] = 365,
    start: Annotated[
        str, typer.Option("--start", metavar="DATE", help="First day, such as 2025-01-01.")
    ] = "2025-01-01",
    countries: Annotated[int, typer.Option("--countries", metavar="N", help="Countries of the region, 10 to 20.")] = 16,
    illicit: Annotated[
        float | None,
        typer.Option(
            "--illicit", metavar="SHARE", help="Share of planted transactions. Default: drawn from 0.0006-0.0011."
        ),
    ] = None,
    decoys: Annotated[
        float,
        typer.Option("--decoys", metavar="NUMBER", help="Transactions of lawful lookalikes for each planted one."),
    ] = 2.0,
    fees: Annotated[
        str, typer.Option("--fees", metavar="LOW-HIGH", help="What is kept of money passed on, within 0-0.08.")
    ] = "0-0.08",
    commingling: Annotated[
        str, typer.Option("--commingling", metavar="LOW-HIGH", help="Share of own money in a payment, within 0-0.9.")
    ] = "0-0.9",
    delay_days: Annotated[
        float, typer.Option("--delay-days", metavar="DAYS", help="Median rest before money goes on; lognormal.")
    ] = 1.0,
    longest_delay: Annotated[
        float, typer.Option("--longest-delay", metavar="DAYS", help="Longest rest, 30 at most.")
    ] = 30.0,
    missing_legs: Annotated[
        float,
        typer.Option(
            "--missing-legs", metavar="SHARE", help="Share of payments between middlemen that the ledger lacks."
        ),
    ] = 0.04,
    splits: Annotated[
        float, typer.Option("--splits", metavar="SHARE", help="Probability that a payment is made in several.")
    ] = 0.25,
    repeats: Annotated[
        float, typer.Option("--repeats", metavar="SHARE", help="Share of payments to known counterparties, 0.6 to 0.8.")
    ] = 0.7,
    degree_exponent: Annotated[
        float, typer.Option("--degree-exponent", metavar="NUMBER", help="Power law of counterparties, 1.6 to 2.2.")
    ] = 1.9,
    round_amounts: Annotated[
        float, typer.Option("--round-amounts", metavar="SHARE", help="Share of round amounts.")
    ] = 0.35,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write everything into this directory: transactions, accounts, truth.")
    ] = None,
    output: Annotated[
        SynthFormat | None, typer.Option("--format", help="Default: parquet with --out, else jsonl.")
    ] = None,
) -> None:
    """Generate invented transactions with planted schemes, lawful lookalikes and the truth about them."""
    import sys

    from tajfif.errors import UsageError
    from tajfif.tracing.synth import Parameters, generate
    from tajfif.tracing.synth.writing import write_lines, write_world

    if out is None and output == SynthFormat.PARQUET:
        raise UsageError("Parquet needs --out DIR")
    made = generate(
        Parameters(
            seed=seed, transactions=transactions, days=days, start=start, countries=countries, illicit=illicit, decoys=decoys,
            fees=_range("--fees", fees), commingling=_range("--commingling", commingling), delay_days=delay_days,
            longest_delay=longest_delay, missing_legs=missing_legs, splits=splits, repeats=repeats,
            degree_exponent=degree_exponent, round_amounts=round_amounts,
        )
    )  # fmt: skip
    if out is None:
        sys.stdout.flush()
        write_lines(made.transactions, sys.stdout.buffer, str(output or SynthFormat.JSONL))
        sys.stdout.buffer.flush()
    else:
        write_world(made, out, str(output or SynthFormat.PARQUET))
    planted: dict[str, Any] = {
        label: sum(record["label"] == label for record in made.schemes) for label in ("illicit", "decoy")
    }
    say(
        f"{made.transactions.num_rows:,} invented transactions of {made.accounts.num_rows:,} accounts: {planted['illicit']} "
        f"schemes with {made.illicit_share:.3%} of the transactions, {planted['decoy']} lawful lookalikes"
    )


def _range(option: str, text: str) -> tuple[float, float]:
    """Return a range such as 0-0.08, or one value for both ends."""
    from tajfif.errors import UsageError

    low, _, high = text.partition("-")
    try:
        return float(low), float(high or low)
    except ValueError:
        raise UsageError(f"{option} {text!r} is not a range such as 0-0.08") from None
