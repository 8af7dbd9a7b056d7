"""``tajfif trace``: where money of some accounts went, or where it came from, with amounts and the transactions.

Exit codes: 0 nothing was reached · 1 accounts were reached · 2 bad usage or bad input. What was assumed, how hubs were
treated and where the money is goes to stderr, and to ``--summary FILE``.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tajfif.cli.exporting import ExportOption, check_export, export_graph
from tajfif.cli.output import Format, chosen_format, isolated, message_console, say, shown, warn, write_table
from tajfif.cli.picturing import HtmlOption, draw_neighbourhood, draw_trace
from tajfif.cli.words import Language

if TYPE_CHECKING:
    from rich.text import Text

    from tajfif.cli.trace_input import Piped
    from tajfif.tracing.flow import ReachedAccount, Seed, Trace
    from tajfif.tracing.flow_around import Neighbourhood
    from tajfif.tracing.ledger import Ledger

__all__ = ["trace"]

REACHED = 1
COLUMNS = (
    "account", "party", "seed", "hub", "amount", "currency", "held", "share", "hops", "first", "last", "prior", "path",
    "path_amount", "transactions", "transactions_left_out", "model", "direction", "ledger",
)  # fmt: skip
"""The columns of CSV and Parquet: a row for each account, lists joined by a semicolon."""

LINK_COLUMNS = (
    "source",
    "target",
    "side",
    "hop",
    "amount",
    "currency",
    "count",
    "first",
    "last",
    "transactions",
    "ledger",
)
"""The same of ``--around``: a row for each pair of accounts."""

_DEFAULT_LIMIT = 1000
_PATH_SHOWN = 6

# English, Arabic.
_HEADINGS = {
    "account": ("Account", "الحساب"),
    "party": ("Party", "الطرف"),
    "seed": ("Seed", "المنطلق"),
    "amount": (">Amount", ">المبلغ"),
    "held": (">Held", ">الباقي"),
    "share": (">Share", ">النسبة"),
    "hops": (">Hops", ">الخطوات"),
    "first": ("First", "الأول"),
    "last": ("Last", "الأخير"),
    "path": ("Best path", "أوسع طريق"),
    "transactions": (">Transactions", ">المعاملات"),
    "source": ("From", "من"),
    "target": ("To", "إلى"),
    "side": ("Side", "الجهة"),
    "count": (">Transactions", ">المعاملات"),
}


def trace(
    ledger: Annotated[
        str | None,
        typer.Argument(help="Directory of the ledger; without one, or with -, standard input names it."),
    ] = None,
    forward: Annotated[
        list[str] | None,
        typer.Option(
            "--from",
            metavar="ACCOUNT",
            help="Where did the money of this account or party go; repeat it for more. - reads standard input: names one "
            "a line, findings of 'tajfif detect', or results of 'tajfif screen'.",
        ),
    ] = None,
    backward: Annotated[
        list[str] | None,
        typer.Option(
            "--to", metavar="ACCOUNT", help="Where did the money of this account or party come from; as --from."
        ),
    ] = None,
    transaction: Annotated[
        list[str] | None,
        typer.Option("--transaction", metavar="ID", help="Trace the money of this transaction; repeat it for more."),
    ] = None,
    seeds: Annotated[
        Path | None,
        typer.Option(
            "--seeds",
            help="CSV or JSON lines of seeds: account or transaction; amount, currency, time and label if wanted.",
        ),
    ] = None,
    back: Annotated[
        bool, typer.Option("--backward", help="Trace what --transaction and --seeds name backward.")
    ] = False,
    amount: Annotated[
        str, typer.Option("--amount", help="Of the one account named, only so much is tainted: 1250.50 or 1250.50 USD.")
    ] = "",
    model: Annotated[
        str, typer.Option("--model", metavar="MODEL", help="poison, haircut, fifo, lifo or tiho.")
    ] = "fifo",
    apart: Annotated[
        bool, typer.Option("--apart", help="Keep the seeds apart: each account once for each seed.")
    ] = False,
    since: Annotated[
        str, typer.Option("--since", help="Money is tainted from this day or time on; backward, followed back to it.")
    ] = "",
    until: Annotated[
        str,
        typer.Option("--until", help="Money is followed to this day or time, included; backward, tainted until it."),
    ] = "",
    hops: Annotated[
        int | None, typer.Option("--hops", help="Most payments from a seed. Default: no limit; 4 with --around.")
    ] = None,
    hub: Annotated[
        list[str] | None,
        typer.Option(
            "--hub",
            metavar="ACCOUNT=TREATMENT",
            help="Treat an account, or all of a type such as exchange_house, as stop, pass or ordinary; repeat it for more.",
        ),
    ] = None,
    fee_tolerance: Annotated[
        float,
        typer.Option("--fee-tolerance", help="Percent that a pass-through hub may keep of what it passes on."),
    ] = 3.0,
    window: Annotated[
        float, typer.Option("--window", help="Hours within which a pass-through hub passes on what it receives.")
    ] = 72.0,
    balances: Annotated[
        Path | None,
        typer.Option(
            "--balances",
            help="CSV or JSON lines of what accounts had before the ledger begins (backward: after it ends): account, "
            "currency, amount.",
        ),
    ] = None,
    min_amount: Annotated[
        str,
        typer.Option(
            "--min-amount", help="Leave out accounts that received and hold less: 100, or 100 USD for one currency."
        ),
    ] = "",
    limit: Annotated[
        int, typer.Option("--limit", help="Most accounts for each currency, and for each seed with --apart.")
    ] = _DEFAULT_LIMIT,
    around: Annotated[
        str | None,
        typer.Option(
            "--around", metavar="ACCOUNT", help="Show the payments around this account, at once, without a model."
        ),
    ] = None,
    summary: Annotated[
        Path | None,
        typer.Option("--summary", help="Write what was traced, assumed and found in all to this JSON file."),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write to this file, whole or not at all.")] = None,
    output_format: Annotated[
        Format | None,
        typer.Option(
            "--format", help="Default: by the ending of --out; else a table on a terminal, JSON lines in a pipe."
        ),
    ] = None,
    export: ExportOption = None,
    html: HtmlOption = None,
    lang: Annotated[Language, typer.Option("--lang", help="Language of headings and assumptions.")] = Language.EN,
) -> None:
    """Follow money through a ledger: how much reached whom, by which path and which transactions."""
    check_export(export)
    chosen = _format(output_format, out)
    if around is not None:
        if forward or backward or transaction or seeds:
            raise _usage("--around shows one account and takes no seeds", "Leave --from, --to and the like out.")
        found = _around(_open(ledger, _piped(ledger, None, None, None, None, around)), around, hops, since, until)
        _write_links(found[0], found[1], chosen, out, str(lang))
        if export is not None:
            from tajfif.tracing.exports import neighbourhood_graph

            export_graph(neighbourhood_graph(*found), export)
        if html is not None:
            draw_neighbourhood(*found, str(lang), html)
        raise typer.Exit(REACHED if found[1].links else 0)
    piped = _piped(ledger, forward, backward, transaction, seeds, None)
    if piped is not None and not piped.starts and not (transaction or seeds) and _only_piped(forward, backward):
        say(f"nothing to trace: nobody was named on standard input ({piped.clear:,} clear)")
        raise typer.Exit(0)
    opened = _open(ledger, piped)
    direction, wanted = _seeds(opened, forward, backward, transaction, seeds, back, amount, piped)
    from tajfif.cli.trace_input import read_balances
    from tajfif.tracing.flow import trace as run

    with _progress() as progress:
        result = run(
            opened,
            wanted,
            model=model,
            direction=direction,
            since=since,
            until=until,
            hops=hops,
            hubs=_hubs(hub or ()),
            fee_tolerance=round(fee_tolerance * 100),
            window=round(window * 3_600_000_000),
            balances=read_balances(balances, opened) if balances else None,
            apart=apart,
            lang=str(lang),
            progress=progress,
        )
    rows: Iterable[ReachedAccount] = result.accounts(limit=limit, min_amount=_least(opened, min_amount))
    if export is not None or html is not None:
        rows = list(rows)
    count = _write_accounts(result, rows, chosen, out, str(lang))
    _say_summary(result, count)
    if export is not None:
        from tajfif.tracing.exports import trace_graph

        export_graph(trace_graph(result, list(rows)), export)
    if html is not None:
        draw_trace(result, list(rows), str(lang), html)
    if summary is not None:
        _write_summary(result, summary)
    raise typer.Exit(REACHED if count else 0)


# what to trace


def _usage(message: str, hint: str = "") -> Exception:
    from tajfif.errors import UsageError

    return UsageError(message, hint=hint)


def _only_piped(forward: Sequence[str] | None, backward: Sequence[str] | None) -> bool:
    return all(name == "-" for name in (*(forward or ()), *(backward or ())))


def _piped(
    ledger: str | None,
    forward: Sequence[str] | None,
    backward: Sequence[str] | None,
    transaction: Sequence[str] | None,
    seeds: Path | None,
    around: str | None,
) -> Piped | None:
    """Read standard input if something on the command line asks for it."""
    from tajfif.cli.trace_input import read_pipe

    named = "-" in (forward or ()) or "-" in (backward or ())
    nothing = not (forward or backward or transaction or seeds or around)
    if not (named or nothing or ledger in (None, "-")):
        return None
    if sys.stdin.isatty():
        raise _usage(
            "nothing to trace" if nothing else "no ledger is given",
            "tajfif trace LEDGER --from ACCOUNT, or --to ACCOUNT",
        )
    return read_pipe()


def _open(ledger: str | None, piped: Piped | None) -> Ledger:
    from tajfif.tracing.ledger import Ledger

    if ledger not in (None, "-"):
        return Ledger.open(Path(str(ledger)))
    if piped is None or not piped.ledger:
        raise _usage(
            "no ledger is given", "tajfif trace LEDGER …, or tajfif ledger build … | tajfif trace --from ACCOUNT"
        )
    return Ledger.open(Path(piped.ledger))


def _seeds(
    ledger: Ledger,
    forward: Sequence[str] | None,
    backward: Sequence[str] | None,
    transaction: Sequence[str] | None,
    file: Path | None,
    back: bool,
    amount: str,
    piped: Piped | None,
) -> tuple[str, list[Seed]]:
    """Return the direction and the seeds."""
    from tajfif.cli.trace_input import accounts_named, read_seeds
    from tajfif.errors import InputError
    from tajfif.tracing.flow import Seed

    if forward and (backward or back):
        raise _usage("--from goes forward, --to and --backward go back", "Run them one after the other.")
    direction = "backward" if backward or back else "forward"
    named = [name for name in (*(forward or ()), *(backward or ())) if name != "-"]
    seeds = [Seed(account=account, label=name) for name in named for account in accounts_named(ledger, name)]
    if amount:
        if len(seeds) != 1 or transaction or file:
            raise _usage("--amount goes with one account", "Give several amounts in a file with --seeds.")
        value, _, currency = amount.strip().partition(" ")
        seeds = [Seed(account=seeds[0].account, label=seeds[0].label, amount=value, currency=currency.strip())]
    seeds += [Seed(transaction=name) for name in transaction or ()]
    seeds += read_seeds(file) if file else []
    unknown = []
    for start in piped.starts if piped else ():
        try:
            accounts = accounts_named(ledger, start.name)
        except InputError:
            unknown.append(start.name)
            continue
        time = start.last if direction == "backward" else start.first
        seeds += [Seed(account=account, label=start.name, time=time) for account in accounts]
    if unknown:
        warn(f"{len(unknown):,} named on standard input are no account or party of the ledger, such as {unknown[0]}")
    if not seeds:
        raise InputError("nobody who was named is an account of the ledger or a party of its accounts file")
    return direction, seeds


def _hubs(stated: Iterable[str]) -> dict[str, str]:
    hubs = {}
    for each in stated:
        name, equals, treatment = each.rpartition("=")
        if not equals or not name:
            raise _usage(f"--hub {each!r} is not ACCOUNT=TREATMENT", "Write --hub ACCOUNT=stop, =pass or =ordinary.")
        hubs[name] = treatment
    return hubs


def _least(ledger: Ledger, text: str) -> dict[str, int]:
    """Return the least amounts by currency, in minor units."""
    from tajfif.tracing.flow_scope import currency_index, minor_units

    if not text:
        return {}
    value, _, code = text.strip().partition(" ")
    codes = [ledger.currencies[currency_index(ledger, code.strip())]] if code else ledger.currencies
    exponents = dict(zip(ledger.currencies, ledger.exponents, strict=True))
    return {each: minor_units(value, int(exponents[each]), each) for each in codes}


@contextlib.contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """Show how far the trace is, on a terminal."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    with Progress(
        TextColumn("tracing"), BarColumn(), MofNCompleteColumn(), console=message_console(), transient=True
    ) as shown_progress:
        task = shown_progress.add_task("", total=None)
        yield lambda done, total: shown_progress.update(task, completed=done, total=total)


# what comes out


def _format(requested: Format | None, out: Path | None) -> str:
    endings = {".csv": "csv", ".parquet": "parquet", ".pq": "parquet", ".txt": "table"}
    chosen = str(requested) if requested else endings.get(out.suffix.lower(), "jsonl") if out else chosen_format(None)
    if (chosen == "parquet" and out is None) or (chosen == "table" and out is not None):
        raise _usage("Parquet needs --out FILE, and a table is for a terminal: it takes no --out")
    return chosen


def _record(result: Trace, account: ReachedAccount) -> dict[str, Any]:
    """Return the JSON object of one account."""
    from tajfif.tracing.findings import iso_time

    ledger = result.ledger
    currency = ledger.currencies.index(account.currency)

    def money(minor: float) -> str:
        return str(ledger.money(round(minor), currency))

    ever = bool(account.last)
    return {
        "account": account.account,
        "party": account.party,
        "seed": account.seed,
        "hub": account.hub,
        "amount": money(account.amount),
        "currency": account.currency,
        "held": money(account.held),
        "share": round(account.share, 9),
        "hops": account.hops,
        "first": iso_time(account.first) if ever else "",
        "last": iso_time(account.last) if ever else "",
        "prior": money(account.prior),
        "path": [step.transaction for step in account.path],
        "path_amount": money(account.path_amount),
        "path_accounts": _stations(account),
        "transactions": [each.transaction for each in account.transactions],
        "transaction_amounts": [money(each.tainted) for each in account.transactions],
        "transactions_left_out": account.left_out,
        "model": result.summary.model,
        "direction": result.summary.direction,
        "ledger": result.summary.ledger,
    }


def _stations(account: ReachedAccount) -> list[str]:
    """Return the accounts along the best path, payer first."""
    return [*(step.source for step in account.path[:1]), *(step.target for step in account.path)]


def _write_accounts(result: Trace, accounts: Iterable[ReachedAccount], chosen: str, out: Path | None, lang: str) -> int:
    counted = _Counted(accounts)
    if chosen == "table":
        _table(result, counted, lang)
    else:
        _write_records((_record(result, account) for account in counted), COLUMNS, chosen, out)
    return counted.count


class _Counted:
    """An iterable that knows how many it has handed out."""

    def __init__(self, items: Iterable[Any]) -> None:
        self._items = items
        self.count = 0

    def __iter__(self) -> Iterator[Any]:
        for item in self._items:
            self.count += 1
            yield item


def _write_records(records: Iterable[Mapping[str, Any]], columns: Sequence[str], chosen: str, out: Path | None) -> None:
    from tajfif.cli.results import csv_sink, json_sink, output_file, parquet_sink

    with output_file(out) as stream:
        if chosen == "jsonl":
            sink = json_sink(stream)
            for record in records:
                sink.write(record)
        elif chosen == "csv":
            sink = csv_sink(stream, columns)
            for record in records:
                sink.write([_cell(record[name]) for name in columns])
        else:
            with parquet_sink(stream, columns) as sink:
                for record in records:
                    sink.write([_cell(record[name]) for name in columns])


def _cell(value: Any) -> str:
    """Return a cell: lists joined, and nothing that a spreadsheet would run as a formula."""
    text = "; ".join(value) if isinstance(value, list) else str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _heading(key: str, lang: str) -> str:
    return _HEADINGS[key][lang == Language.AR]


def _table(result: Trace, accounts: Iterable[ReachedAccount], lang: str) -> None:
    keys = ["account", "party", "seed", "amount", "held", "share", "hops", "first", "last", "path", "transactions"]
    records = [(account, _record(result, account)) for account in accounts]
    if not any(record["party"] for _, record in records):
        keys.remove("party")
    if not result.summary.apart:
        keys.remove("seed")

    def cells(account: ReachedAccount, record: Mapping[str, Any]) -> Iterator[str | Text]:
        for key in keys:
            if key == "account":
                yield f"{record['account']} ({record['hub']})" if record["hub"] else record["account"]
            elif key in ("amount", "held"):
                yield f"{record[key]} {record['currency']}"
            elif key == "share":
                yield f"{account.share:.1%}"
            elif key in ("first", "last"):
                yield record[key][:10]
            elif key == "path":
                yield _path(record["path_accounts"])
            elif key == "transactions":
                yield f"{len(account.transactions) + account.left_out:,}"
            else:
                yield str(record[key])

    write_table([_heading(key, lang) for key in keys], [tuple(cells(*pair)) for pair in records])


def _path(stations: Sequence[str]) -> Text:
    """Return the accounts of a path for a table, each name isolated so that an Arabic one does not turn the arrows."""
    from rich.text import Text

    if len(stations) > _PATH_SHOWN:
        stations = [*stations[: _PATH_SHOWN // 2], "…", *stations[-_PATH_SHOWN // 2 :]]
    safe = isolated if sys.stdout.isatty() else shown
    return Text(" → ".join(map(safe, stations)))


def _say_summary(result: Trace, count: int) -> None:
    """Say what was assumed, how hubs were treated and where the money is."""
    summary = result.summary
    say(
        f"{summary.model} {summary.direction}: {summary.transactions:,} transactions in scope, {summary.reachable:,} within "
        f"reach in time order, {summary.tainted:,} carry tainted money to {summary.accounts:,} accounts; {count:,} shown"
    )
    for totals in summary.totals:
        say(f"  {totals.currency}: {_where_it_is(result, totals)}")
    for hub in summary.hubs[:20]:
        matched = f", {hub.matched:,} of its {hub.payments:,} payments matched" if hub.treatment == "pass" else ""
        say(f"  hub {hub.account} (declared as {hub.declared}): {hub.treatment}{matched}")
    if len(summary.hubs) > 20:
        say(f"  … and {len(summary.hubs) - 20:,} more hubs; all of them with --summary FILE")
    for sentence in summary.assumptions:
        say(f"  assumed: {sentence}")


def _where_it_is(result: Trace, totals: Any) -> str:
    ledger = result.ledger
    currency = ledger.currencies.index(totals.currency)
    names = (
        "seeded", "held", "stopped", "returned", "beyond", "fees", "converted_out", "converted_in", "dust", "prior",
    )  # fmt: skip
    return ", ".join(
        f"{name} {ledger.money(round(getattr(totals, name)), currency)}"
        for name in names
        if name in ("seeded", "held") or round(getattr(totals, name))
    )


def _write_summary(result: Trace, path: Path) -> None:
    import msgspec

    from tajfif.cli.results import output_file

    record = msgspec.to_builtins(result.summary)
    ledger = result.ledger
    for totals in record["totals"]:
        currency = ledger.currencies.index(totals["currency"])
        totals.update({key: ledger.money(round(value), currency) for key, value in totals.items() if key != "currency"})
    with output_file(path) as stream:
        stream.write(msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n")


# --around


def _around(ledger: Ledger, account: str, hops: int | None, since: str, until: str) -> tuple[Ledger, Neighbourhood]:
    from tajfif.tracing.flow_around import neighbourhood

    return ledger, neighbourhood(ledger, account, hops=4 if hops is None else hops, since=since, until=until)


def _write_links(ledger: Ledger, found: Neighbourhood, chosen: str, out: Path | None, lang: str) -> None:
    from tajfif.tracing.findings import iso_time

    records: list[dict[str, Any]] = [
        {
            "source": link.source,
            "target": link.target,
            "side": link.side,
            "hop": link.hop,
            "amount": ledger.money(link.amount, ledger.currencies.index(link.currency)),
            "currency": link.currency,
            "count": link.count,
            "first": iso_time(link.first),
            "last": iso_time(link.last),
            "transactions": list(link.transactions),
            "ledger": str(ledger.directory),
        }
        for link in found.links
    ]
    if chosen == "table":
        keys = ("source", "target", "side", "hops", "amount", "count", "first", "last")
        rows = [
            (
                record["source"], record["target"], record["side"], str(record["hop"]),
                f"{record['amount']} {record['currency']}", f"{record['count']:,}", record["first"][:10],
                record["last"][:10],
            )
            for record in records
        ]  # fmt: skip
        write_table([_heading(key, lang) for key in keys], rows)
    else:
        _write_records(records, LINK_COLUMNS, chosen, out)
    say(
        f"{len(found.neighbours):,} accounts within {found.hops} payments of {found.account}, the widest ways first; left out: "
        f"{found.accounts_left_out:,} accounts and {found.transactions_left_out:,} transactions"
    )
