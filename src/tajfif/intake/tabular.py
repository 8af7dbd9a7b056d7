"""Tables of people and organisations, of any common kind, read as subjects. Reach for it to screen a customer file.

::

    reader = read_subjects("customers.csv")
    for subject in reader:
        ...
    for row in reader.rejected:
        print(row.line, row.reason)

CSV (comma, semicolon, tab or bar), JSON lines, XLSX, XLS, ODS and Parquet are told apart by their content; headers are
understood in English and Arabic. Every row is accounted for: it became a subject, it was empty
(:attr:`SubjectReader.blank`), or it stands in :attr:`SubjectReader.rejected` with its line and the reason.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from tajfif.errors import InputError, UsageError
from tajfif.ftm import party_from_ftm, schema_named
from tajfif.intake.columns import ColumnMap, field_of, find_columns
from tajfif.intake.opening import GuardedLines, Source, open_text, sniff_kind
from tajfif.intake.spreadsheets import spreadsheet_table
from tajfif.intake.subjects import RefusedRowError, SubjectBuilder, checked
from tajfif.intake.tables import Fault, Table, csv_table, no_name_column, parquet_table
from tajfif.model import Schema, Subject

__all__ = ["RejectedRow", "SubjectReader", "json_objects", "read_subjects"]

Mapped = Mapping[str, str | Sequence[str]]
_MAX_HEADS = 1_000


class RejectedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row that did not become a subject.

    Attributes:
        line: Line of the file or row of the sheet, from 1; of Parquet, the row.
        reason: Why, in words.
    """

    line: int
    reason: str


class SubjectReader:
    """The subjects of one file, read as they are asked for. It can be gone through once.

    Attributes:
        total: Number of rows, where it is cheap to know ahead; else None. Blank lines count.
        columns: Field to the headers that it is read from; for JSON lines, those met so far.
        unused: The headers that are not read.
        notices: What a careful person would want to be told of the file.
        read: Rows that became a subject so far.
        blank: Rows without anything in them so far.
        rejected: Rows that could not be read so far.
    """

    def __init__(self, path: str, mapping: Mapped | None, schema: Schema | Literal[""], encoding: str | None) -> None:
        self.total: int | None = None
        self.columns: dict[str, tuple[str, ...]] = {}
        self.unused: tuple[str, ...] = ()
        self.notices: tuple[str, ...] = ()
        self.read = 0
        self.blank = 0
        self.rejected: list[RejectedRow] = []
        self._schema = schema
        self._mapping = mapping
        self._keys: tuple[str, ...] = ()
        self._has_names = False
        self._source = Source(path)
        self._where = self._source.where
        try:
            self._subjects = self._opened(self._source, encoding)
        except BaseException:
            self.close()
            raise

    def _opened(self, source: Source, encoding: str | None) -> Iterator[Subject]:
        kind = sniff_kind(source.head, where=source.where)
        if kind == "jsonl":
            text = open_text(source, encoding=encoding)
            self.total = text.lines if text.lines >= 0 else None
            return self._of_json(GuardedLines(text.stream, source.where))
        if kind == "csv":
            table = csv_table(source, self._mapping, encoding)
        elif kind == "parquet":
            table = parquet_table(source, self._mapping)
        else:
            table = spreadsheet_table(source, self._mapping)
        self.total = table.total
        self.notices = (*table.notices, *table.columns.notices)
        self._note_columns(table.columns)
        return self._of_table(table)

    def __iter__(self) -> Iterator[Subject]:
        with self:
            yield from self._subjects
        if not self.read and not self.rejected:
            raise InputError("there is no row below the head", where=self._where, hint="Nobody would be screened.")

    def __enter__(self) -> SubjectReader:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file. Going through the reader to its end does so too."""
        self._source.close()

    def _note_columns(self, columns: ColumnMap) -> None:
        self.columns = {
            field: tuple(columns.headers[i] for i in held if i < len(columns.headers))
            for field, held in columns.fields.items()
        }
        self.unused = columns.unused

    def _reject(self, line: int, reason: str) -> None:
        self.rejected.append(RejectedRow(line=line, reason=reason))

    def _of_table(self, table: Table) -> Iterator[Subject]:
        build = SubjectBuilder(table.columns, self._schema).build
        for line, cells in table.rows:
            if isinstance(cells, Fault):
                self._reject(line, cells.reason)
                continue
            try:
                subject = build(cells, line)
            except RefusedRowError as refusal:
                self._reject(line, str(refusal))
                continue
            if subject is None:
                self.blank += 1
            else:
                self.read += 1
                yield subject

    def _of_json(self, lines: GuardedLines) -> Iterator[Subject]:
        builders: dict[tuple[str, ...], SubjectBuilder] = {}
        for text in lines:
            if not text.strip():
                self.blank += 1
                continue
            try:
                subject = self._of_object(_decoded(text), lines.number, builders)
            except RefusedRowError as refusal:
                self._reject(lines.number, str(refusal))
            except InputError as refusal:
                self._reject(lines.number, refusal.message)
            else:
                self.read += 1
                yield subject
        if self._keys and not self._has_names:
            raise no_name_column(self._keys, self._where)

    def _of_object(self, data: dict[str, Any], line: int, builders: dict[tuple[str, ...], SubjectBuilder]) -> Subject:
        if isinstance(data.get("properties"), dict):
            self._has_names = True
            return self._from_ftm(data, line)
        keys = tuple(data)
        self._keys = self._keys or keys
        if keys not in builders:
            if len(builders) >= _MAX_HEADS:
                builders.clear()
            builders[keys] = self._builder_for(keys)
        subject = builders[keys].build(tuple(data.values()), line)
        if subject is None:
            raise RefusedRowError("there is no name")
        return subject

    def _builder_for(self, keys: tuple[str, ...]) -> SubjectBuilder:
        """A builder for objects with these keys; columns that the caller named may be missing from some of them."""
        present = {
            field: [name for name in ([columns] if isinstance(columns, str) else columns) if name in keys or not name]
            for field, columns in (self._mapping or {}).items()
        }
        columns = find_columns(keys, {field: names or [""] for field, names in present.items()})
        for field, held in columns.fields.items():
            self.columns[field] = tuple(dict.fromkeys((*self.columns.get(field, ()), *(keys[i] for i in held))))
        if len(self.unused) < _MAX_HEADS:
            self.unused = tuple(dict.fromkeys((*self.unused, *columns.unused)))
        self._has_names = self._has_names or columns.has_name
        return SubjectBuilder(columns, self._schema)

    def _from_ftm(self, data: dict[str, Any], line: int) -> Subject:
        subject = checked(party_from_ftm(data))
        changes: dict[str, Any] = {} if subject.id else {"id": str(line)}
        if self._schema and not data.get("schema"):
            changes["schema"] = self._schema
        return msgspec.structs.replace(subject, **changes) if changes else subject


def read_subjects(
    path: str | os.PathLike[str],
    *,
    mapping: Mapped | None = None,
    schema: str = "",
    encoding: str | None = None,
) -> SubjectReader:
    """Open a file of subjects.

    Args:
        path: CSV, JSON lines, XLSX, XLS, ODS or Parquet; ``-`` reads CSV or JSON lines from standard input.
        mapping: Field (``name``, ``birthDate`` … see :data:`tajfif.intake.columns.FIELDS`) to the header of its column,
            or to several headers. An empty header leaves the field unread. Other fields are found by their headers.
        schema: FollowTheMoney schema of the rows that state none.
        encoding: Encoding of CSV and JSON lines, when it is not to be found out.

    Returns:
        The reader; nothing but the head of a table has been read.

    Raises:
        InputError: There is no such file, it is empty, binary or damaged, or no column holds names (the message says
            which columns there are). Going through the reader raises it too, where a file breaks off.
        UsageError: The mapping, schema or encoding is unknown.
    """
    wanted: Schema | Literal[""] = ""
    if schema:
        found = schema_named(schema)
        if found is None:
            raise UsageError(f"unknown schema {schema!r}", hint="Use a FollowTheMoney name: Person, Company, Vessel …")
        wanted = found
    for field in mapping or {}:
        if not field_of(field):
            find_columns((), mapping)  # says which fields there are
    name = os.fspath(path)
    if name != "-" and Path(name).is_dir():
        raise InputError("this is a directory", where=name, hint="Give the path of one file.")
    return SubjectReader(name, mapping, wanted, encoding)


def _decoded(text: str) -> dict[str, Any]:
    try:
        data = msgspec.json.decode(text)
    except UnicodeEncodeError:
        raise RefusedRowError("the line has bytes that are not of the file's encoding") from None
    except (msgspec.DecodeError, RecursionError) as error:
        raise RefusedRowError(f"not readable as JSON: {error}") from None
    if not isinstance(data, dict):
        raise RefusedRowError("the line is not a JSON object")
    return data


def json_objects(source: Source, encoding: str | None = None) -> Iterator[tuple[int, dict[str, Any]]]:
    """Read JSON lines as they are: each object with its line. Blank lines are passed over.

    Raises:
        InputError: While reading, at a line that is not a JSON object.
    """
    lines = GuardedLines(open_text(source, encoding=encoding).stream, source.where)
    for text in lines:
        if text.strip():
            try:
                data = _decoded(text)
            except RefusedRowError as refusal:
                raise InputError(str(refusal), where=f"{source.where}, line {lines.number}") from None
            yield lines.number, data
