"""Saudi Arabia's national terrorism list, in twin workbooks. Reach for it to read ``sa_pcct``.

Source: https://pctc.pss.gov.sa, Permanent Committee for Combating Terrorism. ``slistEN.xlsx`` and ``slistAR.xlsx`` have
a sheet each for persons, entities and vessels; a row of one belongs to the row of the other with the same number in
the sheet of the same kind. Both are one entry here, with its names in both scripts. Either workbook can be read alone,
and the reader is told what is missing.

English names are "LAST, First": ``Name.value`` has the natural order and ``Name.family`` the part before the comma, as
in :mod:`tajfif.lists.parsers.ofac_csv`. Several values in a cell are separated by ``;``; ``NA`` is nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tajfif.errors import ListFormatError
from tajfif.lists.parsers import Collected, ParsedList
from tajfif.lists.parsers.drafts import Draft, arabic_organisation, check_spelling, codes_in, day_of, unreadable
from tajfif.lists.parsers.epithets import alias_quality, split_epithets
from tajfif.lists.parsers.parties import organisation_schema
from tajfif.lists.parsers.reading import squeeze
from tajfif.lists.parsers.tables import Record, find_table
from tajfif.lists.parsers.workbook import read_workbook
from tajfif.model import Listing, NameQuality, Relation, Schema
from tajfif.text.attributes import identifier_kind

__all__ = ["HEADERS", "collect", "parse"]

HEADERS: dict[str, tuple[str, ...]] = {
    "number": ("No.", "الرقم", "م"),
    "name": ("Full Name", "Entities Name", "Entity Name", "Vessel Name", "الاسم", "الاسم الكامل", "اسم الكيان", "اسم السفينة"),
    "aliases": ("Aliases", "اسماء أخرى", "أسماء أخرى", "الأسماء الأخرى"),
    "gender": ("Gender", "الجنس"), "group": ("Link of Terrorism Org.", "الارتباط بالتنظيم الإرهابي", "التنظيم الإرهابي"),
    "birth_date": ("DOB", "تاريخ الميلاد"), "birth_place": ("POB", "مكان الميلاد"),
    "birth_country": ("COB", "دولة الميلاد", "بلد الميلاد"), "nationality": ("Nationality", "الجنسية"),
    "document": ("Document Type", "نوع الوثيقة"), "document_number": ("Document No.", "رقم الوثيقة"),
    "issuer": ("Issuing Country", "دولة الإصدار", "جهة الإصدار"),
    "registration": ("Registration Number", "رقم التسجيل"), "flag": ("Vessel Flag", "علم السفينة"),
    "imo": ("IMO No.", "رقم المنظمة البحرية", "رقم IMO"), "owner": ("Owner Name", "اسم المالك"),
    "owner_info": ("Owner information", "معلومات المالك"), "address": ("Address", "العنوان"),
    "remarks": ("Additional Information", "Additional info.", "معلومات إضافية", "معلومات أخرى"),
    "listed_on": ("Designated Date", "تاريخ التصنيف", "تاريخ الإدراج"),
}  # fmt: skip
"""The columns, and the headers that name them in both workbooks."""

_KINDS = {
    "individuals": "I", "أفراد": "I", "الأفراد": "I", "entities": "E", "كيانات": "E", "الكيانات": "E",
    "vessels": "V", "قطع بحرية": "V", "القطع البحرية": "V", "سفن": "V",
}  # fmt: skip
_ENGLISH, _ARABIC = "en", "ar"
_AGAIN = "Fetch both workbooks again from their publisher, at the same time."


class _Row(NamedTuple):
    kind: str
    language: str
    record: Record


def collect(path: Path, *, source: str = "sa_pcct") -> Collected:
    """Return the workbooks at ``path``: a directory with both, or one of them alone.

    Args:
        path: What the user named.
        source: Key of the source; not needed here.

    Raises:
        ListFormatError: There is no workbook, or the directory has two of one language.
    """
    if path.is_file():
        return Collected(files={_language(path) or _ENGLISH: path})
    if not path.is_dir():
        raise ListFormatError(
            "no such file or directory", where=str(path), hint="Name the directory with both workbooks."
        )
    files: dict[str, Path] = {}
    for found in sorted(path.iterdir()):
        if found.suffix.lower() not in {".xlsx", ".xls"} or not found.is_file():
            continue
        language = _language(found)
        if not language or language in files:
            raise ListFormatError(
                f"{found.name} is a second workbook of one language, or of none", where=str(path),
                hint="Leave slistEN.xlsx and slistAR.xlsx of one day in the directory, and nothing else.",
            )  # fmt: skip
        files[language] = found
    if not files:
        raise ListFormatError(
            "the directory has no workbook", where=str(path), hint="Put slistEN.xlsx and slistAR.xlsx of one day in it."
        )
    return Collected(files=files)


def _language(path: Path) -> str:
    """Return the language of a workbook by the end of its name, as its publisher names it."""
    match = re.search(r"(en|ar)[^a-z]*$", path.stem.lower())
    return match[1] if match else ""


def parse(files: dict[str, Path], *, source: str = "sa_pcct") -> ParsedList:
    """Read the workbooks and join them.

    Args:
        files: ``en`` and ``ar``, or one of them.
        source: Key of the source, which begins every entity's id.

    Raises:
        ListFormatError: A file is no workbook, damaged, bombed, empty, another document or lost its letters; a sheet
            is not known; a number is missing or there twice; a row has no name.
    """
    notices: list[str] = []
    drafts: dict[str, Draft] = {}
    seen: dict[str, set[str]] = {}
    for role in (_ENGLISH, _ARABIC):
        if role not in files:
            continue
        rows = list(_rows(files[role], notices))
        if any(row.language in seen for row in rows):
            raise ListFormatError(
                "both workbooks are in one language", where=", ".join(map(str, files.values())), hint=_AGAIN
            )
        for row in rows:
            _add(row, source, drafts, seen.setdefault(row.language, set()), notices)
    for language, words in ((_ENGLISH, "English"), (_ARABIC, "Arabic")):
        if language not in seen:
            notices.append(f"the {words} workbook is missing, and with it its names")
    if not drafts:
        raise ListFormatError("the list has no entries", where=", ".join(map(str, files.values())), hint=_AGAIN)
    if len(seen) > 1:
        for language, others in ((_ENGLISH, _ARABIC), (_ARABIC, _ENGLISH)):
            for reference in seen[language] - seen[others]:
                drafts[reference].notice(
                    f"number {reference[1:]} has no row in the other workbook; names of one script only"
                )
    return ParsedList(
        source=source, published="", entities=tuple(draft.entity() for draft in drafts.values()),
        notices=tuple(notices),
    )  # fmt: skip


def _rows(path: Path, notices: list[str]) -> Iterator[_Row]:
    for sheet in read_workbook(path):
        if len(sheet.rows) < 2:
            continue
        name = squeeze(sheet.name)
        where = f"{path}, sheet {name!r}"
        if name.casefold() not in _KINDS:
            raise ListFormatError(
                "the sheet is not one of persons, entities or vessels", where=where,
                hint="The publisher may have changed the layout, or this is another document.",
            )  # fmt: skip
        language = _ENGLISH if name.isascii() else _ARABIC
        table = find_table(sheet.rows, HEADERS, ("name",), where)
        if "number" not in table.columns:
            raise ListFormatError(f"a column {HEADERS['number'][0]} is missing", where=where, hint=_AGAIN)
        notices += check_spelling(
            ((row.where, row.one("name")) for row in table.records),
            arabic="the column of names" if language == _ARABIC else "",
        )
        if table.unknown:
            notices.append(f"{where}: unknown columns kept as notes: {', '.join(table.unknown)}")
        for record in table.records:
            yield _Row(_KINDS[name.casefold()], language, record)


def _add(row: _Row, source: str, drafts: dict[str, Draft], seen: set[str], notices: list[str]) -> None:
    record = row.record
    number = record.one("number")
    reference = f"{row.kind}{number}"
    if not number or not record.one("name"):
        missing = "number" if record.one("name") else "name"
        raise ListFormatError(f"the row has no {missing}", where=record.where, hint=_AGAIN)
    if reference in seen:
        raise ListFormatError(f"number {number} is there twice", where=record.where, hint=_AGAIN)
    seen.add(reference)
    draft = drafts.setdefault(reference, Draft(source, reference, _schema(row), record.where, notices))
    _read_names(draft, row)
    _read_facts(draft, record)
    for group in _many(record, "group"):
        draft.relations.append(Relation(kind="associated", target_name=group))
    for owner in _many(record, "owner"):
        draft.relations.append(Relation(kind="owned", target_name=owner))
    draft.note("Owner information", record.raw("owner_info"))
    draft.note("Additional Information", record.raw("remarks"))
    draft.keep(record.others)
    _read_listing(draft, record)


def _schema(row: _Row) -> Schema:
    if row.kind == "I":
        return "Person"
    if row.kind == "V":
        return "Vessel"
    name = row.record.one("name")
    return arabic_organisation(name) if row.language == _ARABIC else organisation_schema(name)


def _many(record: Record, column: str) -> list[str]:
    values = (squeeze(value) for value in re.split(r"[;؛\n]", record.raw(column)))
    return [value for value in values if value and value.casefold() not in {"na", "-", "/"}]


def _read_names(draft: Draft, row: _Row) -> None:
    person = draft.schema == "Person"
    for place, value in enumerate([row.record.one("name"), *_many(row.record, "aliases")]):
        quality: NameQuality = "strong" if place else "primary"
        if place and person:
            quality = alias_quality(value)
        family, comma, given = value.partition(",")
        if person and comma and "," not in given and family.strip() and given.strip():
            parts = (squeeze(family), squeeze(given))
            draft.name(f"{parts[1]} {parts[0]}", quality, parts=parts, family=parts[0])
        elif person and row.language == _ARABIC:
            name, aliases = split_epithets(value)
            draft.name(name, quality, language="ar")
            for alias, how in aliases:
                draft.name(alias, how, language="ar")
        else:
            draft.name(value, quality, language="ar" if row.language == _ARABIC else "")


def _read_facts(draft: Draft, record: Record) -> None:
    for date in _many(record, "birth_date"):
        if not any(known.text == date or known.start == day_of(date) for known in draft.birth_dates):
            draft.birth(date)
    places, countries = _many(record, "birth_place"), _many(record, "birth_country")
    for place in range(max(len(places), len(countries))):
        country = countries[place] if place < len(countries) else countries[0] if len(countries) == 1 else ""
        draft.place(places[place] if place < len(places) else "", country)
    for column, add in (("nationality", draft.nationality), ("flag", draft.country)):
        for value in _many(record, column):
            add(value, HEADERS[column][0])
    draft.sex(record.one("gender"))
    for address in _many(record, "address"):
        draft.address(address)
    _read_numbers(draft, record)


def _read_numbers(draft: Draft, record: Record) -> None:
    labels, issuers = _many(record, "document"), _many(record, "issuer")
    for place, number in enumerate(_many(record, "document_number")):
        label = labels[place] if place < len(labels) else labels[0] if len(labels) == 1 else ""
        issuer = issuers[place] if place < len(issuers) else issuers[0] if len(issuers) == 1 else ""
        codes, _ = codes_in(issuer)
        known = any(one.value == number for one in draft.identifiers)
        if not known:
            kind = identifier_kind(label) if label else "identifier"
            draft.identify(kind, number, label=label, country=codes[0] if codes else "", note="" if codes else issuer)
    for number in _many(record, "registration"):
        if not any(one.value == number for one in draft.identifiers):
            draft.identify("registrationNumber", number)
    for number in _many(record, "imo"):
        bare = re.sub(r"(?i)^imo\s*(?:no\.?|number)?\s*:?\s*", "", number)
        if not any(one.value == bare for one in draft.identifiers):
            draft.identify("imoNumber", bare)


def _read_listing(draft: Draft, record: Record) -> None:
    stated = record.one("listed_on")
    day = day_of(stated)
    if stated and not day:
        draft.notice(unreadable("date of designation", stated))
        draft.note(HEADERS["listed_on"][0], stated)
    programme = "; ".join(_many(record, "group"))
    if draft.listings:
        return  # the twin row says the same of the same listing
    draft.listings.append(Listing(source=draft.source, reference=draft.reference, programme=programme, listed_on=day))
