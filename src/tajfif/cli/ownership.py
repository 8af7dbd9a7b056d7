"""``tajfif ownership``: who is owned or controlled by designated parties, under which regime, with the sum written out.

Exit codes: 0 nobody is caught and nothing is undecided or near · 1 somebody is · 2 bad usage or bad input.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tajfif.cli.output import Format, chosen_format, say, warn, write_table
from tajfif.cli.words import Language

if TYPE_CHECKING:
    from tajfif.tracing.ownership import OwnershipFinding, OwnershipReport, Stakes

__all__ = ["ownership"]

FINDINGS = 1
COLUMNS = (
    "regime", "verdict", "entity", "by", "percent", "greatest_percent", "unknown_percent", "threshold", "margin_percent",
    "interest_percent", "share", "greatest", "margin", "interest", "designated", "arithmetic", "chains", "explanation", "source",
    "at",
)  # fmt: skip
"""The columns of CSV and Parquet: a row for each entity and regime."""
_MOST_SHOWN = 100
_ENDINGS = {".csv": "csv", ".parquet": "parquet", ".pq": "parquet"}
_HEADINGS = {
    "en": ("regime", "verdict", "entity", ">share", ">margin", "sum", "chains", "why"),
    "ar": ("النظام", "الحكم", "الكيان", ">الحصة", ">الهامش", "الحساب", "السلاسل", "السبب"),
}
_VERDICTS = {"caught": "تسري عليه", "undecided": "غير محسوم", "near": "قريب من الحد"}


def ownership(
    file: Annotated[
        str,
        typer.Argument(
            help="CSV, JSON lines or Parquet of owner, owned, percentage[, since, until, kind, source, arrangement], or "
            "FollowTheMoney; - reads standard input."
        ),
    ],
    listed: Annotated[
        list[str] | None,
        typer.Option(
            "--listed",
            metavar="FILE|NAME",
            help="A designated party, by name or id, or a file of them; - reads standard input, such as results of 'tajfif "
            "screen'. Repeat it for more.",
        ),
    ] = None,
    at: Annotated[str, typer.Option("--at", metavar="DATE", help="The day asked about. Default: today")] = "",
    regime: Annotated[
        list[str] | None, typer.Option("--regime", help="ofac, eu, uk or unsc; repeat it for more. Default: all.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write to this file, whole or not at all.")] = None,
    output_format: Annotated[
        Format | None,
        typer.Option(
            "--format", help="Default: by the ending of --out; else a table on a terminal, JSON lines in a pipe."
        ),
    ] = None,
    lang: Annotated[Language, typer.Option("--lang", help="Language of tables and explanations.")] = Language.EN,
) -> None:
    """Find who is owned or controlled by designated parties, under which regime, with the sum written out."""
    from tajfif.cli.parties import designated_parties
    from tajfif.errors import UsageError
    from tajfif.tracing.ownership import REGIMES, read_stakes
    from tajfif.tracing.ownership import ownership as search

    chosen = _format(output_format, out)
    if not listed:
        raise UsageError("nobody is designated", hint="tajfif ownership FILE --listed names.txt")
    if file == "-" and "-" in listed:
        raise UsageError("standard input cannot be both FILE and --listed")
    day = _day(at)
    parties = designated_parties(listed)
    if not parties:
        raise UsageError("nobody is designated: no name, and no result with an alert, was given")
    stakes = read_stakes(file)
    report = search(stakes, _known(stakes, parties), at=day, regimes=regime or REGIMES, lang=str(lang))
    for name in report.unknown[:20]:
        warn(f"{name!r} owns nothing in this file and is owned by nobody in it")
    if len(report.unknown) > 20:
        warn(f"… and {len(report.unknown) - 20:,} more designated parties that the file does not name")
    for notice in report.notices:
        warn(notice)
    _write(report, chosen, out, str(lang))
    counts = dict.fromkeys(_VERDICTS, 0)
    for finding in report.findings:
        counts[finding.verdict] += 1
    say(
        f"as of {report.at}: {counts['caught']:,} caught, {counts['undecided']:,} undecided, {counts['near']:,} near, "
        f"over {len(regime or REGIMES)} regimes; {len(report.listed):,} designated parties in the file"
    )
    raise typer.Exit(FINDINGS if report.findings else 0)


def _known(stakes: Stakes, parties: list[list[str]]) -> list[str]:
    """Of the names by which each designated party may be known, keep those that the file has, or the first."""
    _, missing = stakes.parties_named(list(dict.fromkeys(name for names in parties for name in names)))
    absent = set(missing)
    return [name for names in parties for name in ([each for each in names if each not in absent] or names[:1])]


def _day(text: str) -> Any:
    import datetime

    from tajfif.errors import UsageError

    if not text:
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--at {text!r} is no date", hint="Write it as 2024-05-31.") from None


def _format(requested: Format | None, out: Path | None) -> str:
    from tajfif.errors import UsageError

    chosen = chosen_format(requested) if requested or out is None else _ENDINGS.get(out.suffix.lower(), "jsonl")
    if (chosen == "parquet" and out is None) or (chosen == "table" and out is not None):
        raise UsageError("Parquet needs --out FILE, and a table is for a terminal: it takes no --out")
    return chosen


def _write(report: OwnershipReport, chosen: str, out: Path | None, lang: str) -> None:
    from tajfif.cli.results import csv_sink, json_sink, output_file, parquet_sink

    if chosen == "table":
        _table(report, lang)
        return
    with output_file(out) as stream:
        if chosen == "jsonl":
            lines = json_sink(stream)
            for record in _records(report):
                lines.write(record)
        elif chosen == "csv":
            cells = csv_sink(stream, COLUMNS)
            for finding in report.findings:
                cells.write(_cells(finding, report.at))
        else:
            with parquet_sink(stream, COLUMNS) as rows:
                for finding in report.findings:
                    rows.write(_cells(finding, report.at))


def _records(report: OwnershipReport) -> Iterator[dict[str, Any]]:
    import msgspec

    for finding in report.findings:
        yield {**msgspec.structs.asdict(finding), "at": report.at}


def _cells(finding: OwnershipFinding, at: str) -> tuple[str, ...]:
    from tajfif.cli.results import harmless

    held = {
        "designated": "; ".join(finding.designated),
        "chains": "; ".join(_chain(chain.parties, chain.links) for chain in finding.chains),
        "at": at,
    }
    return tuple(harmless(held[name] if name in held else getattr(finding, name)) for name in COLUMNS)


def _chain(parties: tuple[str, ...], links: tuple[str, ...]) -> str:
    return parties[0] + "".join(f" —{link}→ {party}" for link, party in zip(links, parties[1:], strict=True))


def _table(report: OwnershipReport, lang: str) -> None:
    rows = []
    for finding in report.findings[:_MOST_SHOWN]:
        span = (
            finding.percent if finding.share == finding.greatest else f"{finding.percent}\n… {finding.greatest_percent}"
        )
        rows.append(
            (
                finding.regime,
                _VERDICTS[finding.verdict] if lang == "ar" else finding.verdict,
                finding.entity,
                span,
                finding.margin_percent,
                finding.arithmetic,
                "\n".join(_chain(chain.parties, chain.links) for chain in finding.chains[:4]),
                finding.explanation,
            )
        )
    write_table(_HEADINGS[lang], rows)
    if len(report.findings) > _MOST_SHOWN:
        say(f"… and {len(report.findings) - _MOST_SHOWN:,} more; --format jsonl or --out FILE shows them all")
