"""Files of transactions, portion by portion. Reach for it to read CSV, JSON lines or Parquet that may be larger than memory."""

from __future__ import annotations

import codecs
import csv
import io
import sys
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from numpy.typing import NDArray

from tajfif.errors import InputError

__all__ = ["PORTION", "Opened", "ahead", "opened"]

PORTION = 1 << 20
_BLOCK = 32 << 20
_LONGEST_LINE = 1 << 20
_LINES = 50_000


Portion = tuple[pa.Table, NDArray[np.bool_]]


class Opened:
    """A file whose columns are known and whose rows are yet to be read.

    Attributes:
        where: What it is called in messages.
        headers: Its columns.
        first_line: Line of the first row, where rows are lines; 1 for others.
    """

    def __init__(self, where: str, headers: tuple[str, ...], rows: Iterator[Portion], first_line: int) -> None:
        self.where, self.headers, self.first_line = where, headers, first_line
        self._rows = rows

    def tables(self) -> Iterator[Portion]:
        """Yield the rows in portions, each with a mark for rows that could not be read and are empty here.

        Raises:
            InputError: The file breaks off or cannot be read.
        """
        try:
            yield from self._rows
        except UnicodeDecodeError as error:
            raise InputError(
                f"cannot be read: it is not in UTF-8 near byte {error.start:,}", where=self.where,
                hint="Convert it, such as with: iconv -f WINDOWS-1256 -t UTF-8",
            ) from None  # fmt: skip
        except (pa.ArrowException, OSError, csv.Error) as error:
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
            with pa.parquet.ParquetFile(str(file)) as parquet:
                yield _parquet(parquet, name)
            return
        with _stream(file) as stream:
            yield _text(stream, name)
    except (OSError, pa.ArrowInvalid) as error:
        reason = getattr(error, "strerror", None) or str(error).splitlines()[0][:300]
        raise InputError(f"cannot be read: {reason}", where=name) from None


def ahead(portions: Iterator[Portion]) -> Iterator[Portion]:
    """Yield portions, the next one being read while this one is worked on."""
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(next, portions, None)
        while (portion := coming.result()) is not None:
            coming = reader.submit(next, portions, None)
            yield portion


def _stream(file: str | Path) -> IO[bytes]:
    return sys.stdin.buffer if str(file) == "-" else Path(file).open("rb")


def _parquet(parquet: pa.parquet.ParquetFile, name: str) -> Opened:
    def rows() -> Iterator[Portion]:
        for batch in parquet.iter_batches(batch_size=PORTION):
            yield pa.Table.from_batches([batch]), np.zeros(len(batch), dtype=bool)

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

    def rows() -> Iterator[Portion]:
        if not reader.peek(1):  # a header alone
            return
        bad: deque[int] = deque()  # places of rows with too many or too few cells, from 0

        def note(row: Any) -> str:
            bad.append(row.number - 1)
            return "skip"

        table = pa.csv.open_csv(
            _Checked(reader),
            read_options=pa.csv.ReadOptions(column_names=list(names), block_size=_BLOCK, use_threads=False),
            parse_options=pa.csv.ParseOptions(newlines_in_values=True, invalid_row_handler=note),
            convert_options=options,
        )
        begin = 0
        for batch in table:
            held, broken = _with_gaps(pa.Table.from_batches([batch]), begin, bad)
            begin += len(held)
            yield held, broken
        if rest := len(bad):
            empty = pa.table({each: pa.nulls(rest, pa.string()) for each in names})
            yield empty, np.ones(rest, dtype=bool)

    return Opened(name, names, rows(), 2)


class _Checked(io.RawIOBase):
    """A stream that is in UTF-8 or says where it is not."""

    def __init__(self, stream: Any) -> None:
        self._stream, self._at = stream, 0
        self._decode = codecs.getincrementaldecoder("utf-8")().decode

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        chunk: bytes = self._stream.read(size)
        try:
            self._decode(chunk, not chunk)
        except UnicodeDecodeError as error:
            raise UnicodeDecodeError("utf-8", b"", self._at + error.start, self._at + error.end, error.reason) from None
        self._at += len(chunk)
        return chunk


def _with_gaps(table: pa.Table, begin: int, bad: deque[int]) -> Portion:
    """Return a portion with an empty row where one could not be read.

    Args:
        table: Rows that could be read; the first row of the portion is ``begin``.
        begin: Its place in the file.
        bad: Places of rows that could not, rising; those of this portion are taken out.
    """
    end, inside = begin + len(table), list[int]()
    while bad and bad[0] < end:
        inside.append(bad.popleft() - begin)
        end += 1
    broken = np.zeros(end - begin, dtype=bool)
    broken[inside] = True
    if not inside:
        return table, broken
    return table.take(pa.array(np.cumsum(~broken) - 1, mask=broken)), broken


def _unique(names: Iterator[str]) -> Iterator[str]:
    """Yield names, a second one of a kind as ``name.1``: AMLworld's files have two columns ``Account``."""
    seen: dict[str, int] = {}
    for name in names:
        count = seen.get(name, 0)
        seen[name] = count + 1
        yield f"{name}.{count}" if count else name


def _json_lines(reader: Any, name: str) -> Opened:
    decode = msgspec.json.Decoder(dict[str, Any], float_hook=str).decode  # decimals stay as they are written

    def records() -> Iterator[dict[str, Any] | None]:
        while line := reader.readline(_LONGEST_LINE):
            if line.strip():
                try:
                    yield decode(line)
                except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError):
                    yield None

    coming = records()
    first = next(coming) or {}
    if not first:
        raise InputError(
            "the first line is no JSON object", where=name, hint="One object a line, or CSV with a header."
        )
    headers = tuple(first)

    def rows() -> Iterator[Portion]:
        portion: list[dict[str, Any] | None] = [first]
        for record in coming:
            if len(portion) == _LINES:
                yield _columns(portion)
                portion = []
            portion.append(record)
        yield _columns(portion)

    def _columns(portion: list[dict[str, Any] | None]) -> Portion:
        names = dict.fromkeys([*headers, *(key for record in portion if record for key in record)])
        broken = np.array([record is None for record in portion])
        texts = {key: [_as_text(record.get(key)) if record else "" for record in portion] for key in names}
        return pa.table({key: pa.array(values, pa.string()) for key, values in texts.items()}), broken

    return Opened(name, headers, rows(), 1)


def _as_text(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else str(value)
