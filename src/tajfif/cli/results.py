"""Results as another program reads them. Reach for it to write results to a file or a pipe.

A file named by ``--out`` appears whole or not at all: it is written beside its place and moved there at the end.
"""

from __future__ import annotations

import contextlib
import csv
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Protocol

import msgspec

from tajfif.errors import UsageError
from tajfif.ftm import to_flat
from tajfif.model import Listing, ScreeningResult

__all__ = [
    "RESULT_COLUMNS",
    "RowSink",
    "csv_sink",
    "harmless",
    "json_sink",
    "listing_text",
    "output_file",
    "parquet_sink",
    "result_record",
    "result_rows",
]

RESULT_COLUMNS = (
    "subject_id", "subject_name", "status", "rank", "score", "entity_id", "schema", "caption", "source", "reference",
    "list_version", "name_matched", "query_name", "birth_date", "flags", "explanation", "listings", "merged", "lists",
    "engine_version", "engine_config",
)  # fmt: skip
"""The columns of CSV and Parquet results: a row for each hit, and one for each subject that is clear."""

_BATCH_ROWS = 10_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class RowSink(Protocol):
    """Where rows go one by one."""

    def write(self, row: Any) -> None:
        """Take one row."""


@contextlib.contextmanager
def output_file(path: Path | None) -> Iterator[IO[bytes]]:
    """Open the file for results, or stdout for none.

    Args:
        path: The file; it is replaced at the end, and left as it was when anything goes wrong before.

    Raises:
        UsageError: It cannot be written.
    """
    if path is None:
        sys.stdout.flush()
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent or Path())
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise UsageError(f"cannot be written: {reason}", where=str(path), hint="Check --out.") from None
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(0o666 & ~_umask())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


class _JsonSink:
    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._encode = msgspec.json.Encoder().encode

    def write(self, row: Any) -> None:
        self._file.write(self._encode(row) + b"\n")


class _CsvSink:
    def __init__(self, file: IO[bytes], columns: Sequence[str]) -> None:
        self._file = file
        self._lines: list[str] = []
        # The writer hands each finished line to ``write`` below, which keeps it until it is encoded.
        self._writer = csv.writer(_Lines(self._lines), lineterminator="\n")
        self.write(columns)

    def write(self, row: Any) -> None:
        self._writer.writerow(row)
        self._file.write(self._lines.pop().encode("utf-8", "replace"))


class _Lines:
    def __init__(self, lines: list[str]) -> None:
        self.write = lines.append


class _ParquetSink:
    def __init__(self, file: IO[bytes], columns: Sequence[str]) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        kinds = {"rank": pa.int32(), "score": pa.float64()}
        self._schema = pa.schema([(column, kinds.get(column, pa.string())) for column in columns])
        self._writer = parquet.ParquetWriter(file, self._schema, compression="zstd")
        self._rows: list[Sequence[Any]] = []

    def write(self, row: Any) -> None:
        self._rows.append(row)
        if len(self._rows) >= _BATCH_ROWS:
            self.flush()

    def flush(self) -> None:
        import pyarrow as pa

        columns = list(zip(*self._rows, strict=True)) or [()] * len(self._schema)
        arrays = [pa.array(values, type=field.type) for values, field in zip(columns, self._schema, strict=True)]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
        self._rows.clear()

    def close(self) -> None:
        if self._rows:
            self.flush()
        self._writer.close()


def json_sink(file: IO[bytes]) -> RowSink:
    """Return a sink that writes each object as a line of JSON, UTF-8, keys in their own order."""
    return _JsonSink(file)


def csv_sink(file: IO[bytes], columns: Sequence[str]) -> RowSink:
    """Return a sink that writes rows of cells as CSV in UTF-8, below their headers."""
    return _CsvSink(file, columns)


@contextlib.contextmanager
def parquet_sink(file: IO[bytes], columns: Sequence[str]) -> Iterator[RowSink]:
    """Open a sink that writes rows of cells as Parquet; ``score`` is a double, ``rank`` an integer, the rest text."""
    sink = _ParquetSink(file, columns)
    try:
        yield sink
    finally:
        sink.close()


def result_record(result: ScreeningResult) -> Mapping[str, Any]:
    """Return the JSON object of one result: the subject in flat FollowTheMoney form, status, hits, lists, engine.

    Between hits and lists stand ``as_of`` and ``known_at`` where they were asked for.
    """
    return {
        "subject": to_flat(result.subject),
        "status": result.status,
        "hits": result.hits,
        **_times(result),
        "lists": result.lists,
        "engine": result.engine,
    }


def _times(result: ScreeningResult) -> dict[str, str]:
    return {name: value for name, value in (("as_of", result.as_of), ("known_at", result.known_at)) if value}


def result_rows(result: ScreeningResult) -> Iterable[tuple[Any, ...]]:
    """Return the rows of one result under :data:`RESULT_COLUMNS`; a clear subject has one, without rank and score."""
    lists = "; ".join(f"{one.source} {one.published} {one.sha256}" for one in result.lists)
    lists += "".join(f"; {name} {value}" for name, value in _times(result).items())
    made_by = (lists, result.engine.version, result.engine.config)
    subject = (result.subject.id, harmless(result.subject.name), result.status)
    if not result.hits:
        yield (*subject, None, None, *[""] * 13, *made_by)
    for rank, hit in enumerate(result.hits, start=1):
        yield (
            *subject, rank, hit.score, hit.entity_id, hit.schema, harmless(hit.caption), hit.source, hit.reference,
            hit.list_version, harmless(hit.name_matched), harmless(hit.query_name),
            next((one.verdict for one in hit.evidence if one.property == "birthDate"), ""),
            " ".join(hit.flags), harmless(hit.explanation), "; ".join(map(listing_text, hit.listings)), " ".join(hit.merged),
            *made_by,
        )  # fmt: skip


def listing_text(listing: Listing) -> str:
    """Return one listing in a line: source, reference, programme, decision, and its dates by name."""
    dates = [
        f"{name} {value}"
        for name, value in (
            ("listed", listing.listed_on), ("amended", listing.amended_on[-1] if listing.amended_on else ""),
            ("expires", listing.expires_on), ("delisted", listing.delisted_on or ("yes" if listing.delisted else "")),
        )
        if value
    ]  # fmt: skip
    return ", ".join(
        text for text in (f"{listing.source} {listing.reference}", listing.programme, listing.decision, *dates) if text
    ).replace(";", ",")


def harmless(text: str) -> str:
    """Return the text; one that a spreadsheet would run as a formula, made text by an apostrophe, as spreadsheets themselves do."""
    return f"'{text}" if text.startswith(_FORMULA) else text
