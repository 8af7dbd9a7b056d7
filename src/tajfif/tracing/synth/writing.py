"""A generated world as files. Reach for :func:`write_world` for a directory, :func:`write_lines` for a stream."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from tajfif.config import engine_version
from tajfif.errors import UsageError
from tajfif.tracing.synth.generating import Synthetic

__all__ = ["FORMATS", "write_lines", "write_world"]

FORMATS = ("jsonl", "csv", "parquet")
_BATCH = 20_000


def write_world(made: Synthetic, directory: Path, form: str = "parquet") -> None:
    """Write a world into a directory: what a bank sees, what is true, and the manifest last.

    Args:
        made: The world.
        directory: Made if it is not there; files of the same names are replaced.
        form: ``parquet``, ``jsonl`` or ``csv``, of the tables that may be large.

    Raises:
        UsageError: It cannot be written, or there is no such format.
    """
    if form not in FORMATS:
        raise UsageError(f"format {form!r} is not one of {', '.join(FORMATS)}")
    large = {
        "transactions": made.transactions,
        "accounts": made.accounts,
        "links": made.links,
        "truth_transactions": made.truth_transactions,
        "truth_lots": made.truth_lots,
    }
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name, table in large.items():
            with (directory / f"{name}.{form}").open("wb") as file:
                _write(table, file, form)
        for name, table in (("ownership", made.ownership), ("rates", made.rates), ("opening_balances", made.balances)):
            with (directory / f"{name}.csv").open("wb") as file:
                _write(table, file, "csv")
        with (directory / "truth_schemes.jsonl").open("wb") as file:
            file.writelines(msgspec.json.encode(record) + b"\n" for record in made.schemes)
        manifest = {
            "program": "tajfif",
            "version": engine_version(),
            "parameters": msgspec.to_builtins(made.parameters),
            "transactions": made.transactions.num_rows,
            "accounts": made.accounts.num_rows,
            "illicit_share": made.illicit_share,
            "schemes": sum(record["label"] == "illicit" for record in made.schemes),
            "decoys": sum(record["label"] == "decoy" for record in made.schemes),
            "designated": made.designated,
            "note": "Everything in these files is invented: no person, firm, account or transaction in them exists.",
        }
        text = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
        (directory / "manifest.json").write_bytes(text + b"\n")
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise UsageError(f"cannot be written: {reason}", where=str(directory), hint="Check --out.") from None


def write_lines(table: pa.Table, file: IO[bytes], form: str = "jsonl") -> None:
    """Write a table to a stream as JSON lines or CSV, UTF-8, times in ISO 8601 and empty columns left out of the lines."""
    _write(table, file, form)


def _write(table: pa.Table, file: IO[bytes], form: str) -> None:
    if form == "parquet":
        parquet.write_table(table, file, compression="zstd", use_dictionary=_coded(table))
        return
    encode = msgspec.json.Encoder().encode
    if form == "jsonl":
        for row in _rows(table):
            file.write(encode({name: value for name, value in row.items() if value != ""}) + b"\n")
        return
    lines: list[str] = []
    writer = csv.writer(_Lines(lines), lineterminator="\n")
    writer.writerow(table.column_names)
    for row in _rows(table):
        writer.writerow(row.values())
        if len(lines) >= _BATCH:
            file.write("".join(lines).encode())
            lines.clear()
    file.write("".join(lines).encode())


class _Lines:
    def __init__(self, lines: list[str]) -> None:
        self.write = lines.append


def _coded(table: pa.Table) -> list[str]:
    return [field.name for field in table.schema if pa.types.is_dictionary(field.type)]


def _rows(table: pa.Table) -> Iterator[dict[str, Any]]:
    for batch in table.to_batches(max_chunksize=_BATCH):
        columns: list[Iterable[Any]] = []
        for column in batch.columns:
            if pa.types.is_timestamp(column.type):
                seconds = pc.cast(column, pa.timestamp("s"), safe=False)
                column = pc.strftime(seconds, format="%Y-%m-%dT%H:%M:%SZ")
            columns.append(column.to_pylist())
        for values in zip(*columns, strict=True):
            yield dict(zip(batch.schema.names, values, strict=True))
