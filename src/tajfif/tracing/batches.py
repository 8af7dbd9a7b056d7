"""Files of transactions, portion by portion. Reach for it to read CSV, JSON lines or Parquet that may be larger than memory."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import msgspec
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from tajfif.errors import InputError

__all__ = ["PORTION", "Opened", "opened"]

PORTION = 1 << 20
_BLOCK = 32 << 20
_LONGEST_LINE = 1 << 20
_LINES = 50_000


class Opened:
    """A file whose columns are known and whose rows are yet to be read.

    Attributes:
        where: What it is called in messages.
        headers: Its columns.
        first_line: Line of the first row, where rows are lines; 1 for others.
    """

    def __init__(self, where: str, headers: tuple[str, ...], rows: Iterator[pa.Table], first_line: int) -> None:
        self.where, self.headers, self.first_line = where, headers, first_line
        self._rows = rows

    def tables(self) -> Iterator[pa.Table]:
        """Yield the rows in portions.

        Raises:
            InputError: The file breaks off or cannot be read.
        """
        try:
            yield from self._rows
        except (pa.ArrowException, OSError, UnicodeDecodeError, csv.Error) as error:
            reason = str(error).splitlines()[0][:300]
            raise InputError(f"cannot be read: {reason}", where=self.where) from None


@contextmanager
def opened(file: str | Path) -> Iterator[Opened]:
    """Open a file by its ending, or standard input for ``-``.

    Raises:
        InputError: It cannot be opened, or is empty.
    """
    name = "standard input" if str(file) == "-" else str(file)
    try:
        if str(file) != "-" and Path(file).suffix.lower() in {".parquet", ".pq"}:
            with pa.parquet.ParquetFile(str(file), memory_map=True) as parquet:
                yield _parquet(parquet, name)
            return
        with _stream(file) as stream:
            yield _text(stream, name)
    except (OSError, pa.ArrowInvalid) as error:
        reason = getattr(error, "strerror", None) or str(error).splitlines()[0][:300]
        raise InputError(f"cannot be read: {reason}", where=name) from None


def _stream(file: str | Path) -> IO[bytes]:
    return sys.stdin.buffer if str(file) == "-" else Path(file).open("rb")


def _parquet(parquet: pa.parquet.ParquetFile, name: str) -> Opened:
    def rows() -> Iterator[pa.Table]:
        for batch in parquet.iter_batches(batch_size=PORTION):
            yield pa.Table.from_batches([batch])

    return Opened(name, tuple(parquet.schema_arrow.names), rows(), 1)


def _text(stream: IO[bytes], name: str) -> Opened:
    reader = io.BufferedReader(stream, _BLOCK) if not isinstance(stream, io.BufferedReader) else stream  # type: ignore[type-var]
    start = reader.peek(1).lstrip()[:1]
    if not start:
        raise InputError("there is nothing to read", where=name, hint="CSV with a header, or JSON lines.")
    if start == b"{":
        return _json_lines(reader, name)
    first = reader.readline(_LONGEST_LINE)
    try:
        header = next(csv.reader([first.decode("utf-8-sig")]))
    except (UnicodeDecodeError, StopIteration):
        raise InputError("the first line is no header in UTF-8", where=name) from None
    names = tuple(_unique(each.strip() for each in header))
    options = pa.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)

    def rows() -> Iterator[pa.Table]:
        if not reader.peek(1):  # a header alone
            return
        table = pa.csv.open_csv(
            reader,
            read_options=pa.csv.ReadOptions(column_names=list(names), block_size=_BLOCK, use_threads=True),
            parse_options=pa.csv.ParseOptions(newlines_in_values=True),
            convert_options=options,
        )
        for batch in table:
            yield pa.Table.from_batches([batch])

    return Opened(name, names, rows(), 2)


def _unique(names: Iterator[str]) -> Iterator[str]:
    """Yield names, a second one of a kind as ``name.1``: AMLworld's files have two columns ``Account``."""
    seen: dict[str, int] = {}
    for name in names:
        count = seen.get(name, 0)
        seen[name] = count + 1
        yield f"{name}.{count}" if count else name


def _json_lines(reader: Any, name: str) -> Opened:
    decode = msgspec.json.Decoder(dict[str, Any]).decode
    line_number = 0

    def records() -> Iterator[dict[str, Any]]:
        nonlocal line_number
        while line := reader.readline(_LONGEST_LINE):
            line_number += 1
            if line.strip():
                try:
                    yield decode(line)
                except (msgspec.DecodeError, msgspec.ValidationError):
                    raise InputError("this line is no JSON object", where=f"{name}, line {line_number}") from None

    coming = records()
    first = next(coming)
    headers = tuple(first)

    def rows() -> Iterator[pa.Table]:
        portion = [first]
        for record in coming:
            if len(portion) == _LINES:
                yield _columns(portion)
                portion = []
            portion.append(record)
        yield _columns(portion)

    def _columns(portion: list[dict[str, Any]]) -> pa.Table:
        names = list(dict.fromkeys([*headers, *(key for record in portion for key in record)]))
        return pa.table(
            {key: pa.array([_as_text(record.get(key)) for record in portion], pa.string()) for key in names}
        )

    return Opened(name, headers, rows(), 1)


def _as_text(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else str(value)
