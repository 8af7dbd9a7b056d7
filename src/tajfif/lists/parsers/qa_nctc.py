"""Qatar's unified sanction list of the National Counter Terrorism Committee, in JSON. Reach for it to read ``qa_nctc``.

Source: https://portal.moi.gov.qa/wps/portal/NCTC/sanctionlist, which serves JSON under the name of a web page. Rows
with a reference QLD are Qatar's own listings; the others repeat the list of the United Nations. Names come in English
and Arabic, whole and in four parts; the parts of an organisation are names of their own and are read as such.

Birth dates are written ``EXACT_15/7/1963;1971___``: a word that says how sure they are, then dates, an unknown part
being an underline or an X.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec

from tajfif.errors import ListFormatError
from tajfif.lists.parsers import Collected, ParsedList
from tajfif.lists.parsers.drafts import Draft, arabic_organisation, check_spelling, day_of, unreadable
from tajfif.lists.parsers.objects import Row, read_json
from tajfif.lists.parsers.parties import organisation_schema
from tajfif.lists.parsers.reading import only_file, squeeze
from tajfif.lists.parsers.un_names import add_alias
from tajfif.model import BirthDate, Entity, Listing, Schema
from tajfif.text.attributes import parse_date
from tajfif.text.unicode import has_arabic

__all__ = ["collect", "parse"]

_AGAIN = "Fetch the list again in one answer, without a filter on name, document or type."
_PERSON, _ORGANISATION = "1", "2"
_PARTS = ("firstName", "secondName", "thirdName", "fourthName")
_CERTAINTY = re.compile(r"^(EXACT|APPROX[A-Z]*|BETWEEN|CIRCA|ABOUT|X)_", re.IGNORECASE)
_UNKNOWN = re.compile(r"(?<![A-Za-z])X(?![A-Za-z])|_", re.IGNORECASE)
_RANGE = re.compile(r"\s*(?:\bto\b|\band\b|:)\s*", re.IGNORECASE)
_WITHOUT_FACTS = ("documentStatus", "birthPlaceStatus", "birthdateStatus", "aliasesStatus", "moiListType")


def collect(path: Path, *, source: str = "qa_nctc") -> Collected:
    """Return the list's file at ``path``: a file of any name, or a directory with one JSON file.

    Args:
        path: What the user named.
        source: Key of the source; not needed here.

    Raises:
        ListFormatError: There is no such file, or more than one.
    """
    return Collected(files={"list": only_file(path, ".json", f"JSON ({source})")})


def parse(files: dict[str, Path], *, source: str = "qa_nctc") -> ParsedList:
    """Read the unified list.

    Args:
        files: ``{"list": path}``.
        source: Key of the source, which begins every entity's id.

    Raises:
        ListFormatError: The file is malformed, cut off, one of several pages, has a reference twice or an entry
            without a name, or lost its Arabic letters.
    """
    path = files["list"]
    notices: list[str] = []
    rows = [Row(data, f"{path}, entry {place}") for place, data in enumerate(_content(path), start=1)]
    for language, arabic in (("Ar", "the field fullNameAr"), ("En", "")):
        names = ((row.where, row.text(f"fullName{language}")) for row in rows)
        notices += check_spelling(((where, name) for where, name in names if name), arabic=arabic)
    entities: dict[str, Entity] = {}
    for row in rows:
        entity = _entity(row, source, notices)
        if entity.id in entities:
            raise ListFormatError(f"the reference {entity.id} is there twice", where=row.where, hint=_AGAIN)
        entities[entity.id] = entity
    if not entities:
        raise ListFormatError("the list has no entries", where=str(path), hint=_AGAIN)
    return ParsedList(source=source, published="", entities=tuple(entities.values()), notices=tuple(notices))


def _content(path: Path) -> list[Any]:
    answer = read_json(path)
    content = answer.get("content") if isinstance(answer, dict) else None
    if not isinstance(content, list):
        raise ListFormatError("there is no content, the list of entries", where=str(path), hint=_AGAIN)
    total, pages = answer.get("totalElements", len(content)), answer.get("totalPages", 1)
    if total != len(content) or pages not in {0, 1}:
        raise ListFormatError(
            f"the answer has {len(content)} entries of {total}, on one of {pages} pages", where=str(path), hint=_AGAIN
        )
    return content


def _entity(row: Row, source: str, notices: list[str]) -> Entity:
    own, number = row.text("referenceNumber"), row.text("dataId")
    reference = own or number
    if not reference:
        raise ListFormatError("the entry has neither referenceNumber nor dataId", where=row.where, hint=_AGAIN)
    draft = Draft(source, reference, _schema(row, notices), row.where, notices)
    _read_names(draft, row)
    if draft.schema == "Person":
        _read_births(draft, row.text("dobFormat"))
        draft.nationality(row.raw("nationality"))
        kinds = ("passportNumber", "idNumber")
    else:
        draft.note("dobFormat", row.text("dobFormat").strip("X_ "))
        draft.country(row.raw("nationality"), "nationality")
        kinds = ("registrationNumber", "registrationNumber")
    for key, kind, country in (("passportNo", kinds[0], ""), ("qid", kinds[1], "qa")):
        for value in re.split(r"[;؛\n]", row.raw(key)):
            if any(char.isdigit() for char in value):
                draft.identify(kind, value, country=country, label="QID" if key == "qid" else "")
            else:
                draft.note(key, value)
    _read_listing(draft, row)
    for key in _WITHOUT_FACTS:
        row.items(key)
    draft.keep(row.rest())
    return draft.entity()


def _schema(row: Row, notices: list[str]) -> Schema:
    kind = row.text("typ")
    if kind == _PERSON:
        return "Person"
    if kind != _ORGANISATION:
        notices.append(f"{row.where}: the type {kind!r} is not known, so the entry may be a person or an entity")
        return "LegalEntity"
    english = row.text("fullNameEn")
    return organisation_schema(english) if english else arabic_organisation(row.text("fullNameAr"))


def _read_names(draft: Draft, row: Row) -> None:
    for capital, small, language in (("EN", "En", ""), ("AR", "Ar", "ar")):
        parts = tuple(part for part in (row.text(f"{name}{capital}") for name in _PARTS) if part)
        whole = row.text(f"fullName{small}") or row.text(f"fullName{capital}")
        if draft.schema == "Person" or not parts:
            draft.name(whole or " ".join(parts), "primary", language=language, parts=parts)
        else:
            for place, part in enumerate(parts):
                draft.name(part, "strong" if place else "primary", language=language)
    for alias in row.items("aliases"):
        text = alias if isinstance(alias, str) else msgspec.json.encode(alias, order="deterministic").decode()
        before = len(draft.names)
        add_alias(draft.names, text, "strong")
        draft.names[before:] = [
            msgspec.structs.replace(name, language="ar") if has_arabic(name.value) and not name.language else name
            for name in draft.names[before:]
        ]
        if len(draft.names) == before or "(" in text:
            draft.note("aliases", text)


def _read_births(draft: Draft, text: str) -> None:
    certainty = _CERTAINTY.match(text)
    about = bool(certainty) and certainty is not None and certainty[1].upper() not in {"EXACT", "X"}
    for piece in re.split(r"[;؛]", _CERTAINTY.sub("", text)):
        plain = squeeze(_UNKNOWN.sub(" ", piece)).strip(" _-/")
        if not plain.strip("0"):
            continue
        found = parse_date(plain)
        if not found.start:
            ends = [parse_date(end) for end in _RANGE.split(plain)]
            if len(ends) == 2 and all(end.start for end in ends):
                found = BirthDate(start=ends[0].start, end=ends[1].start, approximate=True)
            else:
                draft.notice(unreadable("birth date", plain))
        draft.birth_dates.append(msgspec.structs.replace(found, approximate=found.approximate or about))


def _read_listing(draft: Draft, row: Row) -> None:
    stated = row.text("listedOn")
    day = day_of(stated[:10]) if re.match(r"\d{4}-\d\d-\d\d", stated) else day_of(stated)
    if stated and not day:
        draft.notice(unreadable("date of listing", stated))
    programmes: list[str] = []
    decision = ""
    for data in row.items("sanctionsDTO"):
        regime = Row(data, f"{row.where}, sanctionsDTO")
        programmes += [regime.text(key) for key in ("sanctionRegimeEn", "sanctionRegimeAr")]
        decision = decision or regime.text("sanctionId")
        draft.keep(regime.rest())
    for data in row.items("designationDTO"):
        draft.keep(
            {f"designation {key}": value for key, value in Row(data, f"{row.where}, designationDTO").rest().items()}
        )
    draft.listings.append(
        Listing(
            source=draft.source, reference=draft.reference, decision=decision, listed_on=day,
            programme="; ".join(dict.fromkeys(filter(None, programmes))),
        )
    )  # fmt: skip
    if row.text("dataId") != draft.reference:
        draft.note("dataId", row.text("dataId"))
