"""``tajfif rescreen``: customers screened again when lists or customers changed, and what became of their alerts.

Exit codes: 0 nothing is new or changed · 1 something is · 2 bad usage or bad input · 3 a list is missing, or stale and nothing new.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tajfif.cli.output import Format, chosen_format, home_of, say, warn, write_table
from tajfif.cli.words import Language, word

if TYPE_CHECKING:
    from tajfif.screening.rescreen import AlertChange, RescreenReport

__all__ = ["rescreen"]

COLUMNS = (
    "kind",
    "customer",
    "name",
    "score",
    "before",
    "entity_id",
    "caption",
    "source",
    "reference",
    "listings",
    "what",
)
"""The columns of CSV and Parquet: a row for each hit that is new, changed or gone."""
_MOST_SHOWN = 100
_ENDINGS = {".csv": "csv", ".parquet": "parquet", ".pq": "parquet"}


def rescreen(
    ctx: typer.Context,
    customers: Annotated[
        str | None,
        typer.Argument(
            help="All customers as they are now, in a file as 'tajfif screen' reads it. Without it, those of the last time."
        ),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option(
            "--base", metavar="NAME", help="What the base of customers is called. Default: the name of the file."
        ),
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Screen everybody, not only whom a change may touch.")] = False,
    schema: Annotated[
        str, typer.Option("--schema", help="What a customer is where a row does not say: Person, Company …")
    ] = "",
    mapping: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="FIELD=COLUMN", help="Which column holds a field; repeat it for more."),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option("--encoding", help="Encoding of the file, when it is not found out rightly.")
    ] = None,
    threshold: Annotated[
        float | None, typer.Option("--threshold", help="Score from 0 to 1 from which a hit counts. Default: 0.7")
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", help="Most hits for one customer. Default: 10")] = None,
    sources: Annotated[
        list[str] | None, typer.Option("--list", metavar="SOURCE", help="Search only this list; repeat it for more.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write to this file, whole or not at all.")] = None,
    output_format: Annotated[
        Format | None,
        typer.Option(
            "--format", help="Default: by the ending of --out; else a table on a terminal, JSON lines in a pipe."
        ),
    ] = None,
    lang: Annotated[Language, typer.Option("--lang", help="Language of tables and explanations.")] = Language.EN,
    workers: Annotated[
        int | None,
        typer.Option("--workers", min=1, help="Processes that screen many customers. Default: a core each."),
    ] = None,
) -> None:
    """Screen customers again as far as lists or customers changed: which hits are new, changed or gone."""
    from tajfif.cli.screen import customers_in, say_rejected
    from tajfif.config import Settings, usable_cores
    from tajfif.errors import UsageError
    from tajfif.lists.snapshot import says_stale
    from tajfif.screening.rescreen import rescreen as run

    chosen = _format(output_format, out)
    if customers is None and base is None:
        raise UsageError("say which customers", hint="tajfif rescreen CUSTOMERS.csv, or tajfif rescreen --base NAME")
    if customers == "-" and base is None:
        raise UsageError("customers from standard input need a name", hint="tajfif rescreen - --base NAME")
    name = base or _name_of(customers or "")
    default = Settings()
    settings = Settings(
        threshold=default.threshold if threshold is None else threshold, limit=default.limit if limit is None else limit
    )
    options: dict[str, Any] = {
        "settings": settings, "sources": sources, "lang": str(lang), "workers": workers or usable_cores(), "full": full,
    }  # fmt: skip
    home = home_of(ctx)
    stamp = _stamp(customers, mapping or [], schema, encoding)
    place = home / "customers" / name / "read-from"
    rejected = 0
    if customers is None or (stamp and _text(place) == stamp):
        if customers is not None:
            say("the file is as it was the last time: its customers need not be read again")
        report = run(home, name, **options)
    else:
        with customers_in(customers, mapping or [], schema, encoding) as reader:
            report = run(home, name, reader, **options)
            rejected = len(reader.rejected)
            say_rejected(reader.rejected, None)
        place.write_text("" if rejected else stamp, encoding="utf-8")
    for notice in report.notices:
        warn(notice)
    _write(report, chosen, out, str(lang))
    _say(report)
    counts = report.counts
    if counts["new"] or counts["changed"]:
        raise typer.Exit(1)
    raise typer.Exit(2 if rejected else 3 if any(map(says_stale, report.notices)) else 0)


def _name_of(path: str) -> str:
    return re.sub(r"[^\w.-]+", "_", Path(path).stem).lstrip(".")[:80] or "customers"


def _stamp(path: str | None, *how: object) -> str:
    """Return what tells whether a file and the way to read it are those of another time; empty for a pipe."""
    if path is None or not Path(path).is_file():
        return ""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() + hashlib.sha256(repr(how).encode()).hexdigest()[:16]


def _text(place: Path) -> str:
    return place.read_text(encoding="utf-8") if place.is_file() else ""


def _format(requested: Format | None, out: Path | None) -> str:
    from tajfif.errors import UsageError

    chosen = chosen_format(requested) if requested or out is None else _ENDINGS.get(out.suffix.lower(), "jsonl")
    if (chosen == "parquet" and out is None) or (chosen == "table" and out is not None):
        raise UsageError("Parquet needs --out FILE, and a table is for a terminal: it takes no --out")
    return str(chosen)


def _say(report: RescreenReport) -> None:
    why = f"everybody was screened: {report.full}" if report.full else f"{report.changed_entries:,} entries changed"
    say(f"{why}; {report.screened:,} of {report.customers:,} customers screened")
    counts = ", ".join(f"{count:,} {kind}" for kind, count in report.counts.items())
    say(f"hits: {counts}; {report.alerts:,} stand")


def _write(report: RescreenReport, chosen: str, out: Path | None, lang: str) -> None:
    from tajfif.cli.results import csv_sink, json_sink, output_file, parquet_sink

    if chosen == "table":
        headings = ("rescreen_kind", "customer", "screened", "score", "matched", "reference", "source", "why")
        write_table(
            [word(each, lang) for each in headings], (_row(each, lang) for each in report.changes[:_MOST_SHOWN])
        )
        if len(report.changes) > _MOST_SHOWN:
            say(f"… and {len(report.changes) - _MOST_SHOWN:,} more; --format jsonl or --out FILE shows them all")
        return
    with output_file(out) as stream:
        if chosen == "jsonl":
            lines = json_sink(stream)
            for change in report.changes:
                lines.write(change)
        elif chosen == "csv":
            rows = csv_sink(stream, COLUMNS)
            for cells in map(_cells, report.changes):
                rows.write(cells)
        else:
            with parquet_sink(stream, COLUMNS) as rows:
                for cells in map(_cells, report.changes):
                    rows.write(cells)


def _row(change: AlertChange, lang: str) -> tuple[str, ...]:
    hit = change.hit
    score = f"{hit.score:.2f}"
    if change.before is not None and f"{change.before:.2f}" != score:
        score = f"{change.before:.2f} → {score}"
    what = ", ".join(word(f"rescreen_{each}", lang) for each in change.what)
    listed: Iterable[tuple[str, str]] = dict.fromkeys(
        ((hit.source, hit.reference), *((one.source, one.reference) for one in hit.listings))
    )
    sources, references = zip(*listed, strict=True)
    return (
        word(f"rescreen_{change.kind}", lang), change.customer, change.name, score, hit.name_matched,
        "\n".join(references), "\n".join(sources), what,
    )  # fmt: skip


def _cells(change: AlertChange) -> tuple[Any, ...]:
    from tajfif.cli.results import harmless, listing_text

    hit = change.hit
    return (
        change.kind, harmless(change.customer), harmless(change.name), hit.score, change.before, hit.entity_id,
        harmless(hit.caption), hit.source, hit.reference, "; ".join(map(listing_text, hit.listings)), "; ".join(change.what),
    )  # fmt: skip
