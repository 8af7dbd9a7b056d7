"""FollowTheMoney in tables: simple targets and statements. Reach for it beside :mod:`tajfif.lists.parsers.ftm`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tajfif.errors import ListFormatError
from tajfif.ftm import schema_named
from tajfif.lists.parsers.drafts import Draft
from tajfif.lists.parsers.reading import read_rows, squeeze
from tajfif.model import Entity, Listing

__all__ = ["is_simple", "read_simple", "read_statements", "statement_language"]

_SIMPLE = ("id", "schema", "name")
_STATEMENT = ("prop", "value", "schema")
_AGAIN = "The file is damaged or cut off: fetch it again, or compare its size with the original."
_LANGUAGES = {
    "ara": "ar", "eng": "en", "heb": "he", "fas": "fa", "per": "fa", "rus": "ru", "fra": "fr", "fre": "fr", "tur": "tr",
    "kur": "ku", "urd": "ur", "pus": "ps", "ukr": "uk", "zho": "zh", "chi": "zh", "kor": "ko", "deu": "de", "spa": "es",
}  # fmt: skip
_NAMES = frozenset({"name", "alias", "weakAlias", "previousName", "fullName"})
_GENERAL = ("Thing", "LegalEntity", "Organization")


def is_simple(header: Sequence[str]) -> bool:
    """Tell whether a header is that of simple targets."""
    return set(_SIMPLE) <= {squeeze(cell) for cell in header} and "prop" not in header


def read_simple(path: Path, source: str) -> Iterator[tuple[Entity, str]]:
    """Yield each party of a table of simple targets, with the day when it was last seen.

    Args:
        path: The CSV file: id, schema, name, aliases, birth_date, countries, addresses, identifiers, sanctions, phones,
            emails and more; several values in a cell are separated by ``;``.
        source: Key of the source, which begins every entity's id.

    Raises:
        ListFormatError: The file is malformed, or a row has another number of cells or no id, schema or name.
    """
    rows = read_rows(path)
    _, header = next(rows)
    columns = [squeeze(cell) for cell in header]
    for line, cells in rows:
        where = f"{path}, line {line}"
        if len(cells) != len(columns):
            raise ListFormatError(f"{len(cells)} cells under {len(columns)} columns", where=where, hint=_AGAIN)
        row = dict(zip(columns, cells, strict=True))
        missing = [column for column in _SIMPLE if not row[column].strip()]
        if missing:
            raise ListFormatError(f"the row has no {missing[0]}", where=where, hint=_AGAIN)
        yield _simple(row, source, where), max(row.get("last_seen", "")[:10], row.get("last_change", "")[:10])


def _simple(row: dict[str, str], source: str, where: str) -> Entity:
    def many(column: str) -> list[str]:
        return [value for value in map(squeeze, row.get(column, "").split(";")) if value]

    draft = Draft(source, row["id"], schema_named(row["schema"]) or "Thing", where, [])
    draft.name(row["name"], "primary")
    for alias in many("aliases"):
        draft.name(alias, "strong")
    for date in many("birth_date"):
        draft.birth(date)
    for country in many("countries"):
        draft.country(country)
    for address in many("addresses"):
        draft.address(address)
    for column, kind in (("identifiers", "identifier"), ("phones", "phone"), ("emails", "email")):
        for value in many(column):
            draft.identify(kind, value)
    draft.listings.append(Listing(source=source, reference=row["id"], programme=squeeze(row.get("sanctions", ""))))
    for column in ("sanctions", "program_ids", "dataset"):
        draft.note(column, row.get(column, ""))
    return draft.entity()


def read_statements(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each entity of a table of statements, put together, with where it stands.

    Raises:
        ListFormatError: The file is malformed or of another layout, or a statement has no entity.
    """
    rows = read_rows(path)
    line, header = next(rows, (1, []))
    columns = [squeeze(cell) for cell in header]
    if not set(_STATEMENT) <= set(columns) or not {"entity_id", "canonical_id"} & set(columns):
        raise ListFormatError(
            f"the header is not one of simple targets ({', '.join(_SIMPLE)} …) or statements ({', '.join(_STATEMENT)} …)",
            where=f"{path}, line {line}", hint="Name targets.simple.csv, statements.csv or a file of entities.",
        )  # fmt: skip
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line, cells in rows:
        if len(cells) != len(columns):
            raise ListFormatError(
                f"{len(cells)} cells under {len(columns)} columns", where=f"{path}, line {line}", hint=_AGAIN
            )
        row = dict(zip(columns, cells, strict=True))
        key = row.get("canonical_id") or row.get("entity_id")
        if not key:
            raise ListFormatError("the statement has no entity_id", where=f"{path}, line {line}", hint=_AGAIN)
        groups[key].append(row)
    for key, group in groups.items():
        yield f"{path}, entity {key}", statement_language(key, group)


def statement_language(key: str, statements: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the entity that statements make, with the languages of its names under ``languages``."""
    properties: dict[str, list[str]] = defaultdict(list)
    languages: dict[str, str] = {}
    schemata: list[str] = []
    datasets: dict[str, None] = {}
    days: list[str] = []
    for statement in statements:
        prop, value = str(statement.get("prop") or ""), str(statement.get("value") or "")
        schemata.append(str(statement.get("schema") or ""))
        datasets[str(statement.get("dataset") or "")] = None
        days.append(str(statement.get("last_seen") or ""))
        if prop in {"", "id"} or not value:
            continue
        if value not in properties[prop]:
            properties[prop].append(value)
        language = str(statement.get("lang") or "")
        if prop in _NAMES and language:
            languages[squeeze(value)] = _LANGUAGES.get(language, language if len(language) == 2 else "")
    special = [schema for schema in schemata if schema not in _GENERAL]
    return {
        "id": key, "schema": (special or schemata)[0], "properties": dict(properties), "languages": languages,
        "datasets": [name for name in datasets if name], "last_seen": max(days, default=""),
    }  # fmt: skip
