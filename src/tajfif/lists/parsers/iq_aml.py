"""Iraq's local list of the Committee for Freezing Terrorists' Funds, in JSON. Reach for it to read ``iq_aml``.

Source: https://aml.iq, the interface ``localsanctionslist/getall/1``. One row is one person or entity by one decision,
in Arabic alone: name, mother's name, year of birth, alias, number and year of the decision, and whether it was
excluded since, which is kept as a delisting without a day.

The interface's pages overlap and leave rows out, so a file counts as the list only when its one page covers the row
count. Kunyas and nicknames inside the name are split off (:mod:`tajfif.lists.parsers.epithets`); the field as published
is kept as a note. A year of birth that cannot be one (198, 28138) is kept as text and reported.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tajfif.errors import ListFormatError
from tajfif.lists.parsers import Collected, ParsedList
from tajfif.lists.parsers.drafts import Draft, arabic_organisation, check_spelling, delisted_notice, unreadable
from tajfif.lists.parsers.epithets import alias_quality, split_epithets
from tajfif.lists.parsers.objects import Row, read_json
from tajfif.lists.parsers.reading import only_file
from tajfif.lists.parsers.tables import NULLS
from tajfif.model import BirthDate, Entity, Listing, Schema

__all__ = ["collect", "parse"]

_ONE_PAGE = (
    "Fetch it again with one page for all: https://api.aml.iq/api/localsanctionslist/getall/1?pageSize=N with N at "
    "least the row count. Pages that are put together lack rows and have others twice."
)
_AGAIN = "Fetch the file again from its publisher."
_LICENCE = re.compile(r"\s*للتوسط\s+(?:ببيع|في بيع)\s+وشراء\s+العملات\s+(?:الاجنبية|الأجنبية|الاجنبيه)\s*$")
_PERSON, _ENTITY = "0", "1"
_BIRTHS = range(1900, 2101)
_DECISIONS = range(2000, 2101)


def collect(path: Path, *, source: str = "iq_aml") -> Collected:
    """Return the list's file at ``path``: a file, or a directory with one JSON file.

    Args:
        path: What the user named.
        source: Key of the source; not needed here.

    Raises:
        ListFormatError: There is no such file, or more than one.
    """
    return Collected(files={"list": only_file(path, ".json", f"JSON ({source})")})


def parse(files: dict[str, Path], *, source: str = "iq_aml") -> ParsedList:
    """Read the local list.

    Args:
        files: ``{"list": path}``.
        source: Key of the source, which begins every entity's id.

    Raises:
        ListFormatError: The file is malformed, the answer of a faulty interface, one of several pages, shorter than
            its row count, has an id twice or an entry without a name, or lost its Arabic letters.
    """
    path = files["list"]
    rows = _rows(path)
    notices: list[str] = []
    entities: dict[str, Entity] = {}
    published = (
        (place, data["name"]) for place, data in enumerate(rows, start=1) if isinstance(data, dict) and data.get("name")
    )
    notices += check_spelling(
        ((f"{path}, entry {place}", str(name)) for place, name in published), arabic="the field name"
    )
    for place, data in enumerate(rows, start=1):
        row = Row(data, f"{path}, entry {place}")
        entity = _entity(row, source, notices)
        if entity.id in entities:
            raise ListFormatError(f"id {entity.listings[0].reference} is there twice", where=row.where, hint=_ONE_PAGE)
        entities[entity.id] = entity
    if not entities:
        raise ListFormatError("the list has no entries", where=str(path), hint=_AGAIN)
    notices += delisted_notice(entities.values())
    return ParsedList(source=source, published="", entities=tuple(entities.values()), notices=tuple(notices))


def _rows(path: Path) -> list[Any]:
    """Return the rows of a file that is the whole list."""
    answer = read_json(path)
    if isinstance(answer, dict) and answer.get("error"):
        raise ListFormatError(
            f"the interface answered with an error: {str(answer.get('message') or answer['error'])[:200]}",
            where=str(path), hint=_AGAIN,
        )  # fmt: skip
    page = answer.get("data") if isinstance(answer, dict) else None
    rows = page.get("data") if isinstance(page, dict) else None
    if not isinstance(page, dict) or not isinstance(rows, list):
        raise ListFormatError(
            "there is no data.data, the list of entries", where=str(path), hint="Name the interface's own answer."
        )
    count, pages = page.get("rowCount"), page.get("pageCount")
    if pages != 1:
        raise ListFormatError(f"this is one of {pages} pages, not the whole list", where=str(path), hint=_ONE_PAGE)
    if count != len(rows):
        raise ListFormatError(
            f"the page has {len(rows)} entries where rowCount says {count}", where=str(path), hint=_ONE_PAGE
        )
    return rows


def _entity(row: Row, source: str, notices: list[str]) -> Entity:
    reference = row.text("id")
    if not reference:
        raise ListFormatError("the entry has no id", where=row.where, hint=_AGAIN)
    draft = Draft(source, reference, _schema(row, notices), row.where, notices)
    if draft.schema == "Person":
        _person_names(draft, row)
    else:
        _entity_names(draft, row)
    mother = row.text("motherName")
    if mother.casefold() not in NULLS:
        draft.mother_names.append(mother)
    draft.listings.append(_listing(draft, row))
    _birth(draft, row)
    draft.note("excludeAttachment", row.raw("excludeAttachment"))
    for label in ("typeEn", "typeAr", "typeKu", "createdAt"):
        row.text(label)
    draft.keep(row.rest())
    return draft.entity()


def _schema(row: Row, notices: list[str]) -> Schema:
    kind, words = row.text("type"), row.text("typeEn").casefold()
    if kind == _PERSON or (not kind and words.startswith("individual")):
        return "Person"
    if kind == _ENTITY or (not kind and words.startswith("entit")):
        return arabic_organisation(row.text("name"))
    notices.append(f"{row.where}: the type {kind or words!r} is not known, so the entry may be a person or an entity")
    return "LegalEntity"


def _person_names(draft: Draft, row: Row) -> None:
    published, alias = row.text("name"), row.raw("alias")
    name, aliases = split_epithets(published)
    draft.name(name, "primary", language="ar")
    if alias.strip().casefold() not in NULLS:
        first, more = split_epithets(alias)
        aliases = [*aliases, *((one, alias_quality(one)) for one in re.split(r"\s*[/،؛;,\n]\s*", first)), *more]
    for value, quality in aliases:
        draft.name(value, quality, language="ar")
    if name != published:
        draft.note("name", published)


def _entity_names(draft: Draft, row: Row) -> None:
    published = row.text("name")
    short = _LICENCE.sub("", published)
    draft.name(short or published, "primary", language="ar")
    draft.name(published, "strong", language="ar")
    for alias in re.split(r"\s*[/،؛;\n]\s*", row.raw("alias")):
        if alias.casefold() not in NULLS:
            draft.name(alias, "strong", language="ar")


def _listing(draft: Draft, row: Row) -> Listing:
    number, year = row.text("decisionNumber"), row.text("decisionYear")
    listed = year if year.isdecimal() and int(year) in _DECISIONS else ""
    if year and not listed:
        draft.notice(unreadable("year of the decision", year))
        draft.note("decisionYear", year)
    decision = f"{number}/{listed}" if number.isdecimal() and listed else number
    return Listing(
        source=draft.source, reference=draft.reference, decision=decision, listed_on=listed,
        delisted=row.flag("isExcluded"),
    )  # fmt: skip


def _birth(draft: Draft, row: Row) -> None:
    year = row.text("birthYear")
    if not year or year == "0" or year.casefold() in NULLS:
        return
    listed = draft.listings[0].listed_on
    if year.isdecimal() and int(year) in _BIRTHS and (not listed or int(year) <= int(listed)):
        draft.birth_dates.append(BirthDate(start=str(int(year))))
    elif year.isdecimal():
        draft.notice(unreadable("year of birth", year))
        draft.birth_dates.append(BirthDate(text=year))
    else:
        draft.birth(year)
