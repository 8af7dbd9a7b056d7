"""``tajfif network``: parties by their nearness to designated ones, or the network that lists state around a listed one.

A path that exists is a ledger or a file of parties; any other word, with nobody designated, is the reference of a listed party.
Exit codes: 0 nobody is near · 1 somebody is · 2 bad usage or bad input · 3 a list is missing or damaged.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tajfif.cli.exporting import ExportOption, check_export, export_graph
from tajfif.cli.output import Format, chosen_format, home_of, say, warn, write_table
from tajfif.cli.picturing import HtmlOption, draw_ranking, draw_support_network
from tajfif.cli.words import Language

if TYPE_CHECKING:
    from tajfif.tracing.network import Network, RankedParty

__all__ = ["network"]

FINDINGS = 1
COLUMNS = (
    "rank", "party", "score", "designated", "accounts", "component", "component_size", "community", "community_size", "terms",
)  # fmt: skip
"""The columns of CSV and Parquet: a row for each party."""
_MOST_SHOWN = 50
_MOST_TERMS = 5
_ENDINGS = {".csv": "csv", ".parquet": "parquet", ".pq": "parquet"}
_HEADINGS = {
    "en": (">rank", "party", ">score", "why", ">component", ">community"),
    "ar": (">الرتبة", "الطرف", ">الدرجة", "السبب", ">المكوّن", ">الجماعة"),
}


def network(
    ctx: typer.Context,
    source: Annotated[
        str,
        typer.Argument(
            metavar="LEDGER|FILE|REFERENCE",
            help="Directory of a ledger with an accounts file; or CSV, JSON lines or Parquet of party, phone, address, device, "
            "document, holders. What is no path is a listed party: its reference (QDe.004, un_sc:QDe.004) or whole name.",
        ),
    ],
    designated: Annotated[
        list[str] | None,
        typer.Option(
            "--designated",
            metavar="FILE|NAME",
            help="A designated party or account, or a file of them; - reads standard input, such as results of 'tajfif screen'. "
            "Repeat it for more.",
        ),
    ] = None,
    ownership: Annotated[
        Path | None, typer.Option("--ownership", help="File of owners and shares, as 'tajfif ownership' reads it.")
    ] = None,
    hops: Annotated[
        int, typer.Option("--hops", min=1, help="Most payments from or to a designated party. Default: 4")
    ] = 4,
    depth: Annotated[
        int, typer.Option("--depth", min=1, max=10, help="Most stated relations from a listed party. Default: 2")
    ] = 2,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Most parties. Default: all")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write to this file, whole or not at all.")] = None,
    output_format: Annotated[
        Format | None,
        typer.Option(
            "--format", help="Default: by the ending of --out; else a table on a terminal, JSON lines in a pipe."
        ),
    ] = None,
    export: ExportOption = None,
    html: HtmlOption = None,
    lang: Annotated[Language, typer.Option("--lang", help="Language of headings and reasons.")] = Language.EN,
) -> None:
    """Rank parties by their nearness to designated ones, term by term; or show the network that lists state around a party."""
    from tajfif.cli.parties import designated_parties
    from tajfif.errors import UsageError
    from tajfif.tracing.ledger import Ledger
    from tajfif.tracing.network import network as rank
    from tajfif.tracing.ownership_reading import read_stakes

    check_export(export)
    chosen = _format(output_format, out)
    if not designated and source != "-" and not Path(source).exists():
        raise typer.Exit(_around_listed(home_of(ctx), source, depth, chosen, out, (export, html), str(lang)))
    if not designated:
        raise UsageError("nobody is designated", hint="tajfif network LEDGER --designated names.txt")
    if source == "-":
        raise UsageError(
            "LEDGER|FILE cannot be standard input", hint="Give a path; --designated - reads standard input."
        )
    parties = designated_parties(designated)
    if not parties:
        raise UsageError("nobody is designated: no name, and no result with an alert, was given")
    found = rank(
        Ledger.open(source) if Path(source).is_dir() else source,
        parties,
        stakes=read_stakes(ownership) if ownership else None,
        hops=hops,
        lang=str(lang),
    )
    for name in found.unknown[:20]:
        warn(f"{name!r} is neither a party nor an account here")
    if len(found.unknown) > 20:
        warn(f"… and {len(found.unknown) - 20:,} more designated parties that are not found")
    for notice in found.notices[:20]:
        warn(notice)
    near = [party for party in found.parties if not party.designated]
    shown = near[:limit] + [party for party in found.parties if party.designated]
    _write(found, shown, chosen, out, str(lang))
    if export is not None:
        from tajfif.tracing.exports import ranking_graph

        export_graph(ranking_graph(shown), export)
    if html is not None:
        draw_ranking(shown, str(lang), html)
    say(
        f"{len(near):,} of {found.count:,} parties are near designated ones; {found.links:,} links, {found.components:,} components, "
        f"{found.communities:,} communities"
    )
    raise typer.Exit(FINDINGS if near else 0)


def _around_listed(
    home: Path,
    reference: str,
    depth: int,
    chosen: str,
    out: Path | None,
    written: tuple[Path | None, Path | None],
    lang: str,
) -> int:
    """Show the network around a listed party and return the exit code."""
    from tajfif.cli.support import show_support_network
    from tajfif.errors import UsageError
    from tajfif.lists.relation_graph import network_graph

    if chosen not in ("table", "jsonl"):
        raise UsageError(
            "the network of a listed party is a table or JSON lines",
            hint=f"--export FILE.{chosen} writes its nodes and edges.",
        )
    export, html = written
    found, entities = show_support_network(home, reference, depth, chosen, out, lang)
    if export is not None:
        export_graph(network_graph(found, entities, lang), export)
    if html is not None:
        draw_support_network(found, entities, lang, html)
    return FINDINGS if len(found.parties) > 1 else 0


def _format(requested: Format | None, out: Path | None) -> str:
    from tajfif.errors import UsageError

    chosen = chosen_format(requested) if requested or out is None else _ENDINGS.get(out.suffix.lower(), "jsonl")
    if (chosen == "parquet" and out is None) or (chosen == "table" and out is not None):
        raise UsageError("Parquet needs --out FILE, and a table is for a terminal: it takes no --out")
    return chosen


def _write(found: Network, parties: list[RankedParty], chosen: str, out: Path | None, lang: str) -> None:
    from tajfif.cli.results import csv_sink, json_sink, output_file, parquet_sink

    if chosen == "table":
        write_table(_HEADINGS[lang], (_row(party, lang) for party in parties[:_MOST_SHOWN]))
        if len(parties) > _MOST_SHOWN:
            say(f"… and {len(parties) - _MOST_SHOWN:,} more; --format jsonl or --out FILE shows them all")
        return
    with output_file(out) as stream:
        if chosen == "jsonl":
            lines = json_sink(stream)
            for party in parties:
                lines.write(party)
        elif chosen == "csv":
            cells = csv_sink(stream, COLUMNS)
            for party in parties:
                cells.write(_cells(party))
        else:
            with parquet_sink(stream, COLUMNS) as rows:
                for party in parties:
                    rows.write(_cells(party))


def _row(party: RankedParty, lang: str) -> tuple[str, ...]:
    why = [f"{term.value:.3f} {term.text}" for term in party.terms[:_MOST_TERMS]]
    if len(party.terms) > _MOST_TERMS:
        why.append(f"… {len(party.terms) - _MOST_TERMS}")
    listed = "مدرج" if lang == "ar" else "designated"
    return (
        str(party.rank) if party.rank else "–",
        party.party,
        listed if party.designated else f"{party.score:.3f}",
        "\n".join(why),
        f"{party.component} ({party.component_size})",
        f"{party.community} ({party.community_size})",
    )


def _cells(party: RankedParty) -> tuple[Any, ...]:
    from tajfif.cli.results import harmless

    return (
        party.rank,
        harmless(party.party),
        party.score,
        str(party.designated).lower(),
        harmless("; ".join(party.accounts)),
        str(party.component),
        str(party.component_size),
        str(party.community),
        str(party.community_size),
        harmless("; ".join(f"{term.value} {term.text}" for term in party.terms)),
    )
