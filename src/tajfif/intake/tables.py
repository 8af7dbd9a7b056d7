"""Files turned into rows of cells. Reach for it to read a table of any kind without caring which.

Each function gives a :class:`Table`: the rows one by one with the line they stand on, never the whole file in memory
(but for spreadsheets, whose format needs it, and which are therefore limited in size). A row that cannot be read comes
as a :class:`Fault`, so that whoever reads the table can account for it.
"""

from __future__ import annotations

import csv
import datetime
import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from tajfif.errors import InputError
from tajfif.intake.columns import NAME_FIELDS, ColumnMap, field_of, find_columns
from tajfif.intake.opening import GuardedLines, Source, open_text

__all__ = [
    "Fault",
    "Row",
    "Table",
    "cell_text",
    "csv_table",
    "find_head",
    "no_name_column",
    "parquet_table",
    "plain_csv",
]

MAX_COLUMNS = 2_000
"""Most columns of a table."""
_HEAD_ROWS = 20
_SAMPLE_LINES = 60
_DELIMITERS = (",", ";", "\t", "|")
_PARQUET_BATCH = 4_096
_MAX_ROW_GROUP_BYTES = 4 << 30

csv.field_size_limit(131_072)  # the module's own default, stated since it is a limit of ours


class Fault(msgspec.Struct, frozen=True):
    """Why a row cannot be read."""

    reason: str


Row = tuple[int, Sequence[Any] | Fault]
"""The line (or the row of the sheet) from 1, and its cells."""
Mapped = Mapping[str, str | Sequence[str]]


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A table whose head was found.

    Attributes:
        columns: What its columns hold.
        rows: The rows below the head.
        total: How many rows, where it is cheap to know (blank lines count); else None.
        notices: What was passed over on the way to the rows.
    """

    columns: ColumnMap
    rows: Iterator[Row]
    total: int | None = None
    notices: tuple[str, ...] = ()


def csv_table(source: Source, mapping: Mapped | None, encoding: str | None) -> Table:
    """Read delimited text: comma, semicolon, tab or bar, whichever makes the head understood.

    Raises:
        InputError: No head with a name in it, or an open quotation mark that swallows rows.
    """
    text = open_text(source, encoding=encoding)
    lines = GuardedLines(text.stream, source.where)
    sample = list(itertools.islice(lines, _SAMPLE_LINES))
    rows = _csv_rows(itertools.chain(sample, lines), _delimiter(sample, mapping), source.where)
    columns, skipped, below = find_head(rows, mapping, source.where)
    notices = tuple(f"line {line}, above the head, is not read" for line in skipped)
    total = max(0, text.lines - 1 - len(skipped)) if text.lines >= 0 else None
    if text.encoding != "utf-8":
        notices += (f"read as {text.encoding}",)
    rows = _even(below, len(columns.headers))
    return Table(columns=columns, rows=rows, total=total, notices=notices)


def plain_csv(source: Source, encoding: str | None = None) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """Read delimited text as it is: the headers of its first row, and the rows with their lines.

    Raises:
        InputError: At once if there is no row; while reading, at a row that cannot be read or has another width.
    """
    text = open_text(source, encoding=encoding)
    lines = GuardedLines(text.stream, source.where)
    sample = list(itertools.islice(lines, _SAMPLE_LINES))
    rows = _csv_rows(itertools.chain(sample, lines), _delimiter(sample, None), source.where)
    headers = next(
        (list(map(cell_text, cells)) for _, cells in rows if not isinstance(cells, Fault) and any(cells)), []
    )
    if not headers:
        raise InputError(
            "there is nothing in it", where=source.where, hint="A table needs a row of headers and one row."
        )

    def sound() -> Iterator[tuple[int, list[str]]]:
        for line, cells in _even(rows, len(headers)):
            if isinstance(cells, Fault):
                raise InputError(cells.reason, where=f"{source.where}, line {line}")
            if any(cells):
                yield line, list(cells)

    return headers, sound()


def _even(rows: Iterator[Row], width: int) -> Iterator[Row]:
    """Pass on the rows as wide as the head; one of another width has its cells in columns that nobody can know."""
    blank = [""] * width
    for line, cells in rows:
        if isinstance(cells, Fault) or len(cells) == width:
            yield line, cells
        elif any(cells):
            yield line, Fault(f"the row has {len(cells)} cells and the head {width}")
        else:
            yield line, blank


def _csv_rows(lines: Iterator[str], delimiter: str, where: str) -> Iterator[Row]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    before = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if reader.line_num - before > 1:
                raise InputError(
                    f"the row that begins here runs over {reader.line_num - before} lines and cannot be read ({error})",
                    where=f"{where}, line {before + 1}",
                    hint='A quotation mark is left open, or stands inside a quoted cell without being doubled ("").',
                ) from None
            yield before + 1, Fault(f"not readable as CSV: {error}")
        else:
            yield before + 1, cells
        before = reader.line_num


def _delimiter(sample: Sequence[str], mapping: Mapped | None) -> str:
    """The delimiter under which most columns are understood; then the one that cuts the rows most alike."""
    wanted = {
        name for columns in (mapping or {}).values() for name in ([columns] if isinstance(columns, str) else columns)
    }

    def merit(delimiter: str) -> tuple[int, float, int]:
        try:
            rows = [row for row in csv.reader(sample, delimiter=delimiter) if any(row)]
        except csv.Error:
            return (0, 0.0, 0)
        heads = rows[:_HEAD_ROWS]
        understood = max(
            (len(_columns_if_any(row).fields) + len(wanted.intersection(map(str.strip, row))) for row in heads),
            default=0,
        )
        widths = [len(row) for row in rows]
        usual = max(set(widths), key=widths.count, default=1)
        return (understood, widths.count(usual) / max(1, len(widths)) if usual > 1 else 0.0, usual)

    return max(_DELIMITERS, key=merit)


def _columns_if_any(cells: Sequence[Any]) -> ColumnMap:
    """Map the columns of what may be a head; a row that is none maps to nothing."""
    try:
        return find_columns([cell_text(cell) for cell in cells[:MAX_COLUMNS]])
    except InputError:
        return ColumnMap(fields={}, headers=())


def find_head(
    rows: Iterator[Row], mapping: Mapped | None, where: str
) -> tuple[ColumnMap, tuple[int, ...], Iterator[Row]]:
    """Find the row of headers among the first rows: titles may stand above it.

    Returns:
        The map of the columns, the lines above the head that are not empty, and the rows below.

    Raises:
        InputError: There is no row that names a column of names.
    """
    first: tuple[int, list[str]] | None = None
    skipped: list[int] = []
    for line, cells in itertools.islice(rows, _HEAD_ROWS):
        headers = [] if isinstance(cells, Fault) else [cell_text(cell) for cell in cells[:MAX_COLUMNS]]
        if not any(headers) and not isinstance(cells, Fault):
            continue
        first = first or (line, headers)
        place = f"{where}, line {line}"
        if _names_a_name(headers, mapping):
            columns = find_columns(headers, mapping, where=place)
            if not columns.has_name:
                raise no_name_column(headers, place)
            return columns, tuple(skipped), rows
        skipped.append(line)
    if first is None:
        raise InputError("there is nothing in it", where=where, hint="A table needs a row of headers and one row.")
    if mapping:
        find_columns(first[1], mapping, where=f"{where}, line {first[0]}")
    raise no_name_column(first[1], f"{where}, line {first[0]}")


def _names_a_name(headers: Sequence[str], mapping: Mapped | None) -> bool:
    if mapping:
        try:
            return find_columns(headers, mapping).has_name
        except InputError:
            return False
    return any(field_of(header) in NAME_FIELDS for header in headers)


def no_name_column(headers: Sequence[str], where: str) -> InputError:
    """The error for a table in which nothing is known to hold names; it says what was found and how to map it."""
    found = ", ".join(repr(header) for header in headers[:40] if header) or "none"
    return InputError(
        f"no column of names is found. Columns: {found}",
        where=where,
        hint='The first row must name the columns. Say which holds the names: --map "name=COLUMN"',
    )


def parquet_table(source: Source, mapping: Mapped | None) -> Table:
    """Read a Parquet file, only the columns that are needed, a few thousand rows at a time.

    Raises:
        InputError: The file is damaged, or no column holds names.
    """
    import pyarrow as pa
    from pyarrow import parquet

    _refuse_pipe(source)
    try:
        file = parquet.ParquetFile(source.path)
        metadata = file.metadata
        headers = [field.name for field in file.schema_arrow][:MAX_COLUMNS]
        heaviest = max((metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups)), default=0)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise InputError(f"not readable as Parquet: {_short(error)}", where=source.where) from None
    if heaviest > _MAX_ROW_GROUP_BYTES:
        raise InputError(
            f"a row group of {heaviest:,} bytes is too large", where=source.where, hint="Write smaller ones."
        )
    columns = find_columns(headers, mapping, where=source.where)
    if not columns.has_name:
        raise no_name_column(headers, source.where)
    positions = sorted({position for held in columns.fields.values() for position in held})

    def rows() -> Iterator[Row]:
        line = 0
        try:
            for batch in file.iter_batches(batch_size=_PARQUET_BATCH, columns=[headers[i] for i in positions]):
                for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                    line += 1
                    yield line, cells
        except (pa.ArrowException, OSError, ValueError) as error:
            raise InputError(
                f"not readable as Parquet: {_short(error)}", where=f"{source.where}, row {line + 1}"
            ) from None

    narrowed = {position: new for new, position in enumerate(positions)}
    narrow = msgspec.structs.replace(
        columns,
        fields={field: tuple(narrowed[i] for i in held) for field, held in columns.fields.items()},
        headers=tuple(columns.headers[i] for i in positions),
    )
    return Table(columns=narrow, rows=rows(), total=metadata.num_rows)


def _refuse_pipe(source: Source) -> None:
    if source.is_pipe:
        raise InputError(
            "only CSV and JSON lines are read from a pipe", where=source.where, hint="Give the path of the file."
        )


def _short(error: Exception) -> str:
    return str(error).split("\n", 1)[0][:200]


def cell_text(value: object) -> str:
    """Return what a person would read in a cell: dates in ISO form, whole numbers without a fraction."""
    if isinstance(value, str):
        return value.strip()
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else "" if value != value else repr(value)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, datetime.date) else str(value)
