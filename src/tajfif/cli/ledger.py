"""``tajfif ledger``: make transactions of any file ready to be traced, and see what a ledger holds."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from tajfif.cli.output import TextFormat, chosen_format, home_of, say, warn, write_json_lines, write_table

__all__ = ["app"]

app = typer.Typer(help="Make files of transactions ready to be traced.", no_args_is_help=True)

FormatOption = Annotated[
    TextFormat | None,
    typer.Option("--format", help="How to write the result. Default: table on a terminal, jsonl in a pipe."),
]
_SHOWN = 10


@app.command()
def build(
    ctx: typer.Context,
    files: Annotated[
        list[str] | None,
        typer.Argument(help="CSV, JSON lines or Parquet; - or nothing reads CSV or JSON lines from standard input."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Directory of the ledger. Default: one in the workspace, by its content."),
    ] = None,
    layout: Annotated[
        str, typer.Option("--layout", help="canonical, amlworld or amlsim. Default: what fits the columns.")
    ] = "",
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="FIELD=COLUMN", help="Which column holds a field, such as amount=Betrag; repeat it."
        ),
    ] = None,
    currency: Annotated[
        list[str] | None,
        typer.Option(
            "--currency",
            metavar="CODE[=DECIMALS]",
            help="Currency of files that name none; with =DECIMALS one that ISO 4217 does not have, such as BTC=8.",
        ),
    ] = None,
    accounts: Annotated[
        str | None,
        typer.Option(
            "--accounts", help="File of what is known of the accounts: account, party, type, country, holders …"
        ),
    ] = None,
    rates: Annotated[
        str | None,
        typer.Option("--rates", help="File of rates to keep with the ledger: currency, date, rate."),
    ] = None,
    rejects: Annotated[
        Path | None,
        typer.Option("--rejects", help="CSV file for rows that are refused. Default: rejects.csv in the ledger."),
    ] = None,
    output: FormatOption = None,
) -> None:
    """Read transactions, check them, and keep them by time and by account."""
    from tajfif.tracing.building import build_ledger

    named = files or ["-"]
    if named == ["-"] and sys.stdin.isatty():
        from tajfif.errors import UsageError

        raise UsageError("no file is given", hint="tajfif ledger build transactions.csv --out DIR")
    default, decimals = _currencies(currency or ())
    place = out or _place(home_of(ctx), named)
    report = build_ledger(
        named,
        place,
        layout=layout,
        mapping=_mapping(mapping or ()),
        currency=default,
        decimals=decimals,
        accounts=accounts,
        rejects=rejects,
        rates=rates,
    )
    if report.rejected:
        warn(f"{report.rejected:,} rows were NOT taken over; the reasons are in {rejects or place / 'rejects.csv'}")
        for reason, count in report.reasons.items():
            say(f"  {count:,}: {reason}")
    if chosen_format(output) == TextFormat.JSONL:
        write_json_lines([report])
    else:
        rows = [
            ("ledger", report.ledger),
            ("transactions", f"{report.transactions:,}"),
            ("accounts", f"{report.accounts:,}"),
            ("from", report.first),
            ("to", report.last),
            *((f"paid in {code}", amount) for code, amount in report.sums.items()),
        ]
        write_table(("", ""), rows)


@app.command()
def show(
    ledger: Annotated[Path, typer.Argument(help="Directory of a ledger.")],
    output: FormatOption = None,
) -> None:
    """Show what a ledger holds: counts, currencies, times, the accounts with the most transactions."""
    import numpy as np

    from tajfif.tracing.ledger import Ledger

    held = Ledger.open(ledger)
    degree = np.diff(held.out_start) + np.diff(held.in_start)
    largest = np.argsort(-degree, kind="stable")[:_SHOWN].tolist()
    busiest = [
        {
            "account": held.account_name(index),
            "party": held.accounts.party_of(index),
            "type": held.accounts.value("type", index),
            "paid": int(held.out_start[index + 1] - held.out_start[index]),
            "received": int(held.in_start[index + 1] - held.in_start[index]),
        }
        for index in largest
    ]
    first, last = (str(np.datetime64(int(held.time[place]), "us").astype("datetime64[s]")) + "Z" for place in (0, -1))
    if chosen_format(output) == TextFormat.JSONL:
        record = {
            "ledger": str(ledger), "transactions": len(held), "accounts": held.account_count, "first": first, "last": last,
            "currencies": list(held.currencies), "fields": list(held.accounts.fields), "busiest": busiest,
            "rates": list(held.rates.currencies) if held.rates else [],
        }  # fmt: skip
        write_json_lines([record])
        return
    say(
        f"{len(held):,} transactions of {held.account_count:,} accounts, {first} to {last}, in {', '.join(held.currencies)}"
    )
    if held.rates:
        say(f"with rates of {', '.join(held.rates.currencies)}")
    rows = [(one["account"], one["party"], one["type"], f"{one['paid']:,}", f"{one['received']:,}") for one in busiest]
    write_table(("account", "party", "type", ">paid", ">received"), [tuple(map(str, row)) for row in rows])


def _mapping(stated: Iterable[str]) -> dict[str, str]:
    from tajfif.errors import UsageError

    mapping = {}
    for one in stated:
        field, equals, column = one.partition("=")
        if not equals or not field.strip():
            raise UsageError(f"--map {one!r} is not FIELD=COLUMN", hint='Write it as --map "amount=Betrag".')
        mapping[field.strip()] = column.strip()
    return mapping


def _currencies(stated: Iterable[str]) -> tuple[str, dict[str, int]]:
    """Return the default currency and the decimals stated."""
    from tajfif.errors import UsageError

    default, decimals = "", {}
    for one in stated:
        code, equals, digits = one.strip().upper().partition("=")
        if equals and not (digits.isdigit() and int(digits) <= 18):
            raise UsageError(f"--currency {one!r}: decimals are a number from 0 to 18")
        if equals:
            decimals[code] = int(digits)
        else:
            default = code
    return default, decimals


def _place(home: Path, files: list[str]) -> Path:
    """Return a directory in the workspace, named by the files, their sizes and their times; a stream's by the moment."""
    import time

    parts = [
        f"{Path(file).absolute()} {Path(file).stat().st_size} {Path(file).stat().st_mtime_ns}" if file != "-" and Path(file).is_file()
        else f"{file} {time.time_ns()}"
        for file in files
    ]  # fmt: skip
    return home / "ledgers" / hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
