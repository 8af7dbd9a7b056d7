"""``--export FILE``: a result as a graph for other programs. Reach for it in a command that has one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tajfif.graphs import Graph

__all__ = ["ExportOption", "check_export", "export_graph"]

ExportOption = Annotated[
    Path | None,
    typer.Option(
        "--export",
        metavar="FILE",
        help="Write the graph for other programs, by the ending: .graphml, .gexf, .csv, .parquet, .ftm.jsonl.",
    ),
]


def check_export(path: Path | None) -> None:
    """Refuse an ending that says no form, before any work is done.

    Raises:
        UsageError: It says none.
    """
    if path is not None:
        from tajfif.graphs import form_of

        form_of(path)


def export_graph(graph: Graph, path: Path) -> None:
    """Write a graph to its file, or to the two of a table, each whole or not at all, and say which.

    Raises:
        UsageError: A file cannot be written.
    """
    from tajfif.cli.output import say
    from tajfif.cli.results import output_file
    from tajfif.graphs import form_of, parts_of, write_graph

    form, parts = form_of(path), parts_of(path)
    for part, place in parts.items():
        with output_file(place) as file:
            write_graph(graph, form, part, file)
    say(
        f"{len(graph.nodes):,} nodes and {len(graph.edges):,} edges written to {' and '.join(map(str, parts.values()))}"
    )
