"""Nodes and edges as two tables, CSV or Parquet. Reach for it to load a graph into a spreadsheet, a notebook or a database.

The node table begins with ``id``, ``label``, ``schema``, ``holder``; the edge table with ``id``, ``source``, ``target``. In CSV a
text that a spreadsheet would run as a formula has an apostrophe before it. In Parquet amounts are exact decimals.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any

from tajfif.graphs.records import Graph, Kind, Value, clean, columns_of

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["edge_rows", "node_rows", "write_csv", "write_parquet"]

_FORMULA = ("=", "+", "-", "@")
_DIGITS = 38
_FIRST: dict[str, dict[str, Kind]] = {
    "nodes": {"id": "text", "label": "text", "schema": "text", "holder": "text"},
    "edges": {
        "id": "text", "source": "text", "target": "text", "label": "text", "schema": "text", "amount": "amount",
        "currency": "text", "start": "text", "end": "text", "transactions": "text", "purpose": "text",
    },
}  # fmt: skip
"""Columns that each table has, whether they are filled or not; further attributes follow."""


def node_rows(graph: Graph) -> list[dict[str, Value]]:
    """Return a row for each node."""
    return [
        {"id": one.id, "label": one.label, "schema": one.schema, "holder": one.holder, **one.attributes}
        for one in graph.nodes
    ]


def edge_rows(graph: Graph) -> list[dict[str, Value]]:
    """Return a row for each edge; what it has not is not in the row."""
    return [{"id": one.id, "source": one.source, "target": one.target, **one.facts()} for one in graph.edges]


def write_csv(rows: Sequence[Mapping[str, Value]], table: str, file: IO[bytes]) -> None:
    """Write one table as CSV in UTF-8; ``table`` is ``nodes`` or ``edges``."""
    columns = {**_FIRST[table], **columns_of(rows)}
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(name, "")) for name in columns])
    text.detach()


def write_parquet(rows: Sequence[Mapping[str, Value]], table: str, file: IO[bytes]) -> None:
    """Write one table as Parquet; ``table`` is ``nodes`` or ``edges``."""
    import pyarrow as pa
    from pyarrow import parquet

    columns = {**_FIRST[table], **columns_of(rows)}
    arrays = {name: _array([row.get(name) for row in rows], kind) for name, kind in columns.items()}
    parquet.write_table(pa.table(arrays), file, compression="zstd")


def _cell(value: Value) -> str:
    if isinstance(value, str):
        text = clean(value)
        return f"'{text}" if text.startswith(_FORMULA) else text
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _array(values: list[Value | None], kind: Kind) -> pa.Array:
    import pyarrow as pa

    if kind == "text":
        return pa.array([None if value is None else clean(str(value)) for value in values], pa.string())
    if kind == "amount":
        places = max((-_exponent(value) for value in values if isinstance(value, Decimal)), default=0)
        return pa.array(values, pa.decimal128(_DIGITS, places))
    kinds: dict[Kind, Any] = {"boolean": pa.bool_(), "integer": pa.int64(), "real": pa.float64()}
    return pa.array(values, kinds[kind])


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return min(0, exponent) if isinstance(exponent, int) else 0
