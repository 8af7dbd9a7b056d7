"""Which form a file name asks for, and its writing. Reach for it to write a graph where a person said."""

from __future__ import annotations

from pathlib import Path
from typing import IO

from tajfif.errors import UsageError
from tajfif.graphs.records import Graph

__all__ = ["FORMS", "form_of", "parts_of", "write_graph"]

FORMS = {
    ".graphml": "graphml", ".gexf": "gexf", ".csv": "csv", ".parquet": "parquet", ".pq": "parquet",
    ".ftm.jsonl": "ftm", ".ftm.json": "ftm",
}  # fmt: skip
"""Form by the ending of a file name."""

_TABLES = ("nodes", "edges")


def form_of(path: Path) -> str:
    """Return the form that the ending of a file name asks for.

    Raises:
        UsageError: It asks for none.
    """
    for ending, form in FORMS.items():
        if path.name.lower().endswith(ending):
            return form
    raise UsageError(f"{path.name!r} does not end in a form that can be exported", hint=f"One of {', '.join(FORMS)}.")


def parts_of(path: Path) -> dict[str, Path]:
    """Return the files that are written for a name, by part: ``graph``; for tables ``nodes`` and ``edges``.

    Of ``x.csv`` these are ``x.nodes.csv`` and ``x.edges.csv``.

    Raises:
        UsageError: As :func:`form_of`.
    """
    if form_of(path) not in ("csv", "parquet"):
        return {"graph": path}
    return {table: path.with_name(f"{path.name[: -len(path.suffix)]}.{table}{path.suffix}") for table in _TABLES}


def write_graph(graph: Graph, form: str, part: str, file: IO[bytes]) -> None:
    """Write one part of a graph.

    Args:
        graph: The graph.
        form: ``graphml``, ``gexf``, ``csv``, ``parquet`` or ``ftm``.
        part: As :func:`parts_of` names it.
        file: Open for writing bytes.
    """
    from tajfif.graphs import entities, markup, tables

    if form in ("csv", "parquet"):
        rows = tables.node_rows(graph) if part == "nodes" else tables.edge_rows(graph)
        (tables.write_csv if form == "csv" else tables.write_parquet)(rows, part, file)
    elif form == "ftm":
        entities.write_ftm(graph, file)
    else:
        (markup.write_graphml if form == "graphml" else markup.write_gexf)(graph, file)
