"""``tajfif compare``: pairs of names, or pairs of parties, scored without a list.

A bad line ends the run, with its number, since the file that comes out must have the rows of the one that went in.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from tajfif.cli.output import Format, write_table
from tajfif.cli.words import Language

if TYPE_CHECKING:
    from tajfif.intake.opening import Source

__all__ = ["compare"]

_PARTY_COLUMNS = ("listed", "subject", "score", "explanation")


def compare(
    file: Annotated[
        str,
        typer.Argument(
            help="CSV with the columns name1, name2 and, if wanted, schema; or JSON lines of FollowTheMoney entities, "
            '{"listed": …, "subject": …}. - reads either from standard input.'
        ),
    ],
    out: Annotated[Path | None, typer.Option("--out", help="Write to this file, whole or not at all.")] = None,
    output_format: Annotated[
        Format | None, typer.Option("--format", help="Default: the format of the input, with its rows unchanged.")
    ] = None,
    lang: Annotated[Language, typer.Option("--lang", help="Language of the explanations.")] = Language.EN,
    encoding: Annotated[
        str | None, typer.Option("--encoding", help="Encoding of the input, when it is not found out rightly.")
    ] = None,
) -> None:
    """Score pairs of names, or of parties with their particulars: the same rows come out, with a score from 0 to 1."""
    from tajfif.intake.opening import Source

    with Source(file) as source:
        _compare(source, out, output_format, str(lang), encoding)


def _compare(source: Source, out: Path | None, output_format: str | None, lang: str, encoding: str | None) -> None:
    from tajfif.cli.results import output_file
    from tajfif.errors import InputError, UsageError
    from tajfif.intake.opening import sniff_kind

    kind = sniff_kind(source.head, where=source.where)
    if kind not in ("csv", "jsonl"):
        raise InputError("pairs are read from CSV or JSON lines", where=source.where, hint="Export it as CSV.")
    chosen = str(output_format or kind)
    if chosen in ("parquet", "table") and (chosen == "parquet") != (out is not None):
        raise UsageError("Parquet needs --out FILE, and a table is for a terminal: it takes no --out")
    if kind == "csv":
        columns, rows = _name_rows(source, encoding)
    else:
        columns, rows = _PARTY_COLUMNS, _party_rows(source, encoding, lang)
    if chosen == "table":
        headings = tuple(f">{column}" if column == "score" else column for column in columns)
        write_table(headings, ([_cell(value) for value in cells] for _, cells in rows))
        return
    with output_file(out) as stream, _sink(stream, chosen, columns) as write:
        for record, cells in rows:
            write(record, cells)


def _cell(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)


Rows = Iterator[tuple[dict[str, Any], Sequence[Any]]]
"""Each row as the object that JSON lines show and as the cells that CSV shows."""


@contextlib.contextmanager
def _sink(stream: IO[bytes], chosen: str, columns: Sequence[str]) -> Iterator[Any]:
    from tajfif.cli import results as to

    if chosen == "jsonl":
        sink = to.json_sink(stream)
        yield lambda record, cells: sink.write(record)
    elif chosen == "csv":
        sink = to.csv_sink(stream, columns)
        yield lambda record, cells: sink.write(cells)
    else:
        with to.parquet_sink(stream, columns) as sink:
            yield lambda record, cells: sink.write(cells)


def _name_rows(source: Source, encoding: str | None) -> tuple[Sequence[str], Rows]:
    """The columns and rows of a CSV of name pairs."""
    from tajfif.errors import InputError
    from tajfif.intake.tables import plain_csv

    headers, rows = plain_csv(source, encoding)
    keys = [header.casefold().replace(" ", "").replace("_", "") for header in headers]
    for needed in ("name1", "name2"):
        if keys.count(needed) != 1:
            problem = f"there is no column {needed}" if needed not in keys else f"column {needed} occurs twice"
            raise InputError(problem, where=source.where, hint=f"Columns found: {', '.join(map(repr, headers))}.")
    if "score" in keys:
        raise InputError("there is a column score already", where=source.where, hint="Rename it or leave it out.")
    at = keys.index("name1"), keys.index("name2"), keys.index("schema") if "schema" in keys else -1
    return (*headers, "score"), _scored_names(rows, headers, at, source.where)


def _scored_names(
    rows: Iterator[tuple[int, list[str]]], headers: Sequence[str], at: tuple[int, int, int], where: str
) -> Rows:
    from tajfif.errors import InputError
    from tajfif.ftm import schema_named
    from tajfif.screening import compare_names

    first, second, schema_at = at
    for line, cells in rows:
        word = cells[schema_at].strip() if schema_at >= 0 else ""
        schema = schema_named(word) if word else "Person"
        place = f"{where}, line {line}"
        if schema is None:
            raise InputError(f"schema {word!r} is not known", where=place, hint="Use Person, Company, Vessel …")
        try:
            score = compare_names(cells[first], cells[second], schema).score
        except InputError as error:
            raise InputError(error.message, where=place, hint=error.hint) from None
        yield {**dict(zip(headers, cells, strict=True)), "score": score}, (*cells, score)


def _party_rows(source: Source, encoding: str | None, lang: str) -> Rows:
    from tajfif.errors import InputError
    from tajfif.ftm import entity_from_ftm, party_from_ftm
    from tajfif.intake.tabular import json_objects
    from tajfif.screening import compare as compare_parties

    for line, data in json_objects(source, encoding):
        place = f"{source.where}, line {line}"
        missing = [key for key in ("listed", "subject") if key not in data]
        if missing:
            raise InputError(
                f"key {missing[0]!r} is missing", where=place, hint='{"listed": ENTITY, "subject": ENTITY}'
            )
        if "score" in data:
            raise InputError("there is a key 'score' already", where=place, hint="Rename it or leave it out.")
        listed = entity_from_ftm(data["listed"], where=f"{place}, listed")
        subject = party_from_ftm(data["subject"], where=f"{place}, subject")
        try:
            found = compare_parties(subject, listed, lang=lang)
        except InputError as error:
            raise InputError(error.message, where=f"{place}, {error.where}" if error.where else place) from None
        record = {**data, "score": found.score, "explanation": found.explanation}
        yield record, (listed.caption, subject.name, found.score, found.explanation)
