"""``tajfif detect``: shapes and indicators of terrorist financing in a ledger, each with its transactions.

Exit codes: 0 nothing was found · 1 there are findings · 2 bad usage or bad input. What could not be searched is named on
stderr in either case, with what the ledger lacks.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tajfif.cli.exporting import ExportOption, check_export, export_graph
from tajfif.cli.output import Format, chosen_format, say, warn, write_json_lines, write_table
from tajfif.cli.picturing import HtmlOption, draw_findings
from tajfif.cli.words import Language

if TYPE_CHECKING:
    from tajfif.tracing.findings import Finding
    from tajfif.tracing.ledger import Ledger
    from tajfif.tracing.typologies import Detection, Parameter, Typology

__all__ = ["detect"]

FINDINGS = 1
MOST_SHOWN = 50
COLUMNS = (
    "typology", "score", "accounts", "parties", "transactions", "amounts", "first", "last", "explanation", "ledger",
)  # fmt: skip
"""The columns of CSV and Parquet: a row for each finding, lists joined by a semicolon."""

_LONGEST_LINE = 10_000_000
_LONGEST_FILE = 50_000_000


def detect(
    ledger: Annotated[
        str | None,
        typer.Argument(help="Directory of the ledger; - or nothing reads what 'tajfif ledger build' prints."),
    ] = None,
    typology: Annotated[
        list[str] | None,
        typer.Option("--typology", metavar="NAME", help="Search for this one only; repeat it for more. Default: all."),
    ] = None,
    typologies: Annotated[
        list[Path] | None,
        typer.Option("--typologies", help="TOML file with typologies of your own; repeat it for more."),
    ] = None,
    parameters: Annotated[
        Path | None,
        typer.Option("--parameters", help="TOML file with a table of parameters for each typology to change."),
    ] = None,
    designated: Annotated[
        list[str] | None,
        typer.Option(
            "--designated",
            metavar="FILE|ACCOUNT",
            help="A designated account or party of the accounts file, or a file with one a line; repeat it for more.",
        ),
    ] = None,
    ownership: Annotated[
        Path | None, typer.Option("--ownership", help="File of owners and shares, as 'tajfif ownership' reads it.")
    ] = None,
    least_score: Annotated[
        float, typer.Option("--least-score", help="Leave findings below this score, from 0 to 1, out.")
    ] = 0.3,
    show: Annotated[bool, typer.Option("--list", help="Show the typologies and their parameters, and leave.")] = False,
    out: Annotated[Path | None, typer.Option("--out", help="Write to this file, whole or not at all.")] = None,
    output_format: Annotated[
        Format | None,
        typer.Option(
            "--format", help="Default: by the ending of --out; else a table on a terminal, JSON lines in a pipe."
        ),
    ] = None,
    export: ExportOption = None,
    html: HtmlOption = None,
    lang: Annotated[Language, typer.Option("--lang", help="Language of titles and explanations.")] = Language.EN,
) -> None:
    """Find the shapes and indicators of terrorist financing in a ledger, each with the transactions that show it."""
    from tajfif.tracing.typologies import check_request, load_typologies, read_parameters

    known, meanings = load_typologies(typologies or ())
    check_request(typology or (), known, least_score)
    if show:
        _show(known, meanings, typology or list(known), str(lang), output_format)
        return
    given = read_parameters(parameters, known) if parameters else {}
    chosen = _format(output_format, out)
    _check_out(chosen, out)
    check_export(export)
    opened = _opened(ledger)
    found = _search(opened, typology or (), known, given, designated or (), ownership, least_score, str(lang))
    for notice in found.notices:
        warn(notice)
    _write(found, chosen, out)
    if export is not None:
        from tajfif.tracing.exports import findings_graph

        export_graph(findings_graph(opened, found.findings), export)
    if html is not None:
        draw_findings(opened, found.findings, known, str(lang), html)
    say(f"{len(found.findings):,} findings by {_by_typology(found)}; {len(found.searched)} typologies searched")
    raise typer.Exit(FINDINGS if found.findings else 0)


def _opened(ledger: str | None) -> Ledger:
    from tajfif.tracing.ledger import Ledger

    return Ledger.open(Path(ledger) if ledger not in (None, "-") else _from_pipe())


def _search(
    ledger: Ledger,
    names: Sequence[str],
    known: Mapping[str, Typology],
    given: Mapping[str, Mapping[str, Any]],
    designated: Sequence[str],
    ownership: Path | None,
    least_score: float,
    lang: str,
) -> Detection:
    from tajfif.tracing.typologies import detect as search

    return search(
        ledger,
        names,
        typologies=known,
        parameters=given,
        designated=list(_designated(designated)),
        ownership=ownership,
        least_score=least_score,
        lang=lang,
    )


def _from_pipe() -> Path:
    """Read the directory of the ledger from the line that ``tajfif ledger build`` prints."""
    from tajfif.errors import InputError, UsageError

    if sys.stdin.isatty():
        raise UsageError("no ledger is given", hint="tajfif detect DIRECTORY, or tajfif ledger build … | tajfif detect")
    hint = "tajfif ledger build FILES | tajfif detect"
    line = next((line for line in iter(lambda: sys.stdin.readline(_LONGEST_LINE), "") if line.strip()), "")
    try:
        directory = json.loads(line)["ledger"]
    except (ValueError, KeyError, TypeError, RecursionError):
        problem = "does not name a ledger" if line else "is empty"
        raise InputError(f"what was read {problem}", where="standard input", hint=hint) from None
    if not isinstance(directory, str) or not directory:
        raise InputError("what was read does not name a ledger", where="standard input", hint=hint)
    return Path(directory)


def _designated(given: Sequence[str]) -> Iterator[str]:
    """Yield the accounts and parties named on the command line or, one a line, in files."""
    from tajfif.errors import InputError

    for each in given:
        path = Path(each)
        if not path.is_file():
            yield each
            continue
        if path.stat().st_size > _LONGEST_FILE:
            raise InputError(f"is longer than {_LONGEST_FILE:,} bytes", where=each, hint="Split the file.")
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            raise InputError("is not readable as UTF-8 text", where=each, hint="One account or party a line.") from None
        yield from (line.strip() for line in text.splitlines() if line.strip())


def _format(requested: Format | None, out: Path | None) -> str:
    endings = {".csv": "csv", ".parquet": "parquet", ".pq": "parquet", ".txt": "table"}
    if requested or out is None:
        return chosen_format(requested)
    return endings.get(out.suffix.lower(), "jsonl")


def _check_out(chosen: str, out: Path | None) -> None:
    from tajfif.errors import UsageError

    if (chosen == "parquet" and out is None) or (chosen == "table" and out is not None):
        raise UsageError("Parquet needs --out FILE, and a table is for a terminal: it takes no --out")


def _by_typology(found: Detection) -> str:
    counts: dict[str, int] = {}
    for finding in found.findings:
        counts[finding.typology] = counts.get(finding.typology, 0) + 1
    return ", ".join(f"{name} {count:,}" for name, count in counts.items()) or "no typology"


def _write(found: Detection, chosen: str, out: Path | None) -> None:
    from tajfif.cli.results import csv_sink, json_sink, output_file, parquet_sink

    if chosen == "table":
        _table(found)
        return
    with output_file(out) as stream:
        if chosen == "jsonl":
            sink = json_sink(stream)
            for finding in found.findings:
                sink.write(finding)
        elif chosen == "csv":
            sink = csv_sink(stream, COLUMNS)
            for finding in found.findings:
                sink.write(_cells(finding))
        else:
            with parquet_sink(stream, COLUMNS) as sink:
                for finding in found.findings:
                    sink.write(_cells(finding))


def _cells(finding: Finding) -> tuple[Any, ...]:
    from tajfif.cli.results import harmless

    window = finding.window
    return (
        finding.typology,
        finding.score,
        harmless("; ".join(finding.accounts)),
        harmless("; ".join(finding.parties)),
        harmless("; ".join(finding.transactions)),
        "; ".join(f"{each.amount} {each.currency}" for each in finding.amounts),
        window.first if window else "",
        window.last if window else "",
        finding.explanation,
        finding.ledger,
    )


def _table(found: Detection) -> None:
    columns = ("typology", ">score", "accounts", ">transactions", "totals", "from – to", "why")
    write_table(columns, (_row(finding) for finding in found.findings[:MOST_SHOWN]))
    if len(found.findings) > MOST_SHOWN:
        say(f"… and {len(found.findings) - MOST_SHOWN:,} more; --format jsonl or --out FILE shows them all")


def _row(finding: Finding) -> tuple[str, ...]:
    window = finding.window
    names = list(finding.accounts[:4]) + ([f"… {len(finding.accounts) - 4} more"] if len(finding.accounts) > 4 else [])
    return (
        finding.typology,
        f"{finding.score:.2f}",
        "\n".join(names),
        f"{len(finding.transactions):,}",
        "\n".join(f"{each.amount} {each.currency}" for each in finding.totals),
        f"{window.first[:16]}\n{window.last[:16]}" if window else "",
        " ".join(finding.reasons),
    )


def _show(
    known: Mapping[str, Typology],
    meanings: Mapping[str, Parameter],
    names: Sequence[str],
    lang: str,
    requested: Format | None,
) -> None:
    if chosen_format(requested) != Format.TABLE:
        write_json_lines(_described(known[name], meanings, lang) for name in names)
        return
    rows = []
    for name in names:
        each = _described(known[name], meanings, lang)
        settings = "\n".join(
            f"{key} = {value['default']}" + (f" {value['unit']}" if value["unit"] else "")
            for key, value in each["parameters"].items()
        )
        rows.append((name, each["title"], each["how"], ", ".join(each["needs"]), settings, each["source"]))
    write_table(("name", "title", "found by", "needs", "parameters", "source"), rows)


def _described(typology: Typology, meanings: Mapping[str, Parameter], lang: str) -> dict[str, Any]:
    arabic = lang == "ar"

    def text(name: str) -> str:
        return (getattr(typology, f"{name}_ar") if arabic else "") or getattr(typology, name)

    parameters = {}
    for name, default in typology.parameters.items():
        meaning = meanings.get(name)
        parameters[name] = {
            "default": default,
            "unit": typology.units.get(name) or (meaning.unit if meaning else ""),
            "help": ((meaning.help_ar if arabic else meaning.help) if meaning else ""),
        }
    return {
        "name": typology.name,
        "title": text("title"),
        "how": typology.how,
        "source": text("source"),
        "blind_spots": text("blind_spots"),
        "needs": typology.needs,
        "parameters": parameters,
    }
