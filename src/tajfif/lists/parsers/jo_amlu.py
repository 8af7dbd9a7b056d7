"""Jordan's national sanctions list, in XLSX. Reach for it to read ``jo_amlu``.

Source: https://sanctions.amlu.gov.jo/EN/List/National1_List, Anti Money Laundering and Counter Terrorist Financing
Unit. Two Arabic sheets, persons below two banner rows and entities below one, with names in both scripts. ``/`` is
nothing; a date may be a spreadsheet's number of days (32115); aliases are separated by the Arabic comma.

Some columns have no header: a date in one of them is the date of listing where no column is called so, and the rest
are kept as notes. The reference is the national number, else made of the names (the numbers of rows move).
"""

from __future__ import annotations

import re
from pathlib import Path

from tajfif.errors import ListFormatError
from tajfif.lists.parsers import Collected, ParsedList
from tajfif.lists.parsers.drafts import (
    Draft,
    arabic_organisation,
    check_spelling,
    codes_in,
    day_of,
    reference_of,
    unreadable,
)
from tajfif.lists.parsers.epithets import alias_quality, split_epithets
from tajfif.lists.parsers.reading import only_file, squeeze
from tajfif.lists.parsers.tables import Record, find_table
from tajfif.lists.parsers.workbook import read_workbook
from tajfif.model import Listing

__all__ = ["HEADERS", "collect", "parse"]

HEADERS: dict[str, tuple[str, ...]] = {
    "number": ("#", "الرقم", "م"), "category": ("التصنيف",), "nationality": ("الجنسية",),
    "national_number": ("الرقم الوطني", "الرقم الوطني/ الشخصي"),
    "name_ar": ("الإسم الكامل (بالحروف العربية)", "الاسم الكامل (باللغة العربية)"),
    "name_la": ("الإسم الكامل (بالحروف اللاتينية)", "الاسم الكامل (باللغة الإنجليزية)"),
    "mother": ("اسم الأم",), "birth_date": ("تاريخ الميلاد", "تاريخ الولادة"),
    "birth_place": ("مكان الميلاد", "مكان الولادة"), "alias": ("الإسم/ اللقب", "اللقب", "الإسم"),
    "street": ("المنطقة/ الشارع", "الشارع"), "city": ("المدينة",), "country": ("الدولة",), "document": ("النوع",),
    "document_number": ("رقم الوثيقة",), "issuer": ("جهة الإصدار",), "issued": ("تاريخ الإصدار",),
    "remarks": ("معلومات أخرى", "ملاحظات"), "listed_on": ("تاريخ الإدراج",),
}  # fmt: skip
"""The columns, and the headers that name them."""

_AGAIN = "Fetch the file again from its publisher."
_PERSONS = "أفراد"


def collect(path: Path, *, source: str = "jo_amlu") -> Collected:
    """Return the list's file at ``path``: a file, or a directory with one workbook.

    Args:
        path: What the user named.
        source: Key of the source; not needed here.

    Raises:
        ListFormatError: There is no such file, or more than one.
    """
    return Collected(files={"list": only_file(path, (".xlsx", ".xls"), f"workbook ({source})")})


def parse(files: dict[str, Path], *, source: str = "jo_amlu") -> ParsedList:
    """Read the workbook.

    Args:
        files: ``{"list": path}``.
        source: Key of the source, which begins every entity's id.

    Raises:
        ListFormatError: The file is no workbook, damaged, bombed, empty, another document or lost its Arabic letters,
            or a sheet with rows has no header, or a row no name.
    """
    path = files["list"]
    notices: list[str] = []
    drafts: dict[str, Draft] = {}
    for sheet in read_workbook(path):
        if len(sheet.rows) < 2:
            continue
        where = f"{path}, sheet {squeeze(sheet.name)!r}"
        table = find_table(sheet.rows, HEADERS, ("name_ar", "name_la"), where)
        person = "national_number" in table.columns or "mother" in table.columns or _PERSONS in sheet.name
        notices += check_spelling(
            ((row.where, row.one("name_ar")) for row in table.records if row.one("name_ar")),
            arabic=f"the column {HEADERS['name_ar'][0]}",
        )
        if table.unknown:
            notices.append(f"{where}: unknown columns kept as notes: {', '.join(table.unknown)}")
        for row in table.records:
            draft = _draft(row, source, drafts, notices, person=person)
            drafts[draft.reference] = draft
    if not drafts:
        raise ListFormatError("the list has no entries", where=str(path), hint=_AGAIN)
    return ParsedList(
        source=source, published="", entities=tuple(draft.entity() for draft in drafts.values()), notices=tuple(notices)
    )


def _draft(row: Record, source: str, drafts: dict[str, Draft], notices: list[str], *, person: bool) -> Draft:
    arabic, latin = row.one("name_ar"), row.one("name_la")
    if not arabic and not latin:
        raise ListFormatError("the row has no name", where=row.where, hint=_AGAIN)
    national = row.one("national_number")
    first = national if national.isdecimal() else reference_of(arabic, latin)
    reference, count = first, 1
    while reference in drafts:
        count += 1
        reference = f"{first}-{count}"
    draft = Draft(source, reference, "Person" if person else arabic_organisation(arabic), row.where, notices)
    _read_names(draft, row)
    if national:
        draft.identify("idNumber", national, country="jo", label=HEADERS["national_number"][0])
    draft.mother_names.append(row.one("mother"))
    draft.nationality(row.raw("nationality"), HEADERS["nationality"][0])
    for date in re.split(r"\s*[،؛;\n]\s*", row.raw("birth_date")):
        draft.birth(date)
    draft.place(row.one("birth_place"))
    draft.address(street=row.one("street"), city=row.one("city"), country=row.one("country"))
    _read_document(draft, row)
    for column in ("category", "remarks"):
        draft.note(HEADERS[column][0], row.raw(column))
    _read_listing(draft, row)
    return draft


def _read_names(draft: Draft, row: Record) -> None:
    person = draft.schema == "Person"
    name, aliases = split_epithets(row.one("name_ar")) if person else (row.one("name_ar"), [])
    draft.name(name, "primary", language="ar")
    draft.name(row.one("name_la"), "primary")
    for alias, quality in aliases:
        draft.name(alias, quality, language="ar")
    for alias in re.split(r"\s*[،؛;\n]\s*", row.raw("alias")):
        draft.name(alias, alias_quality(alias) if person else "strong", language="" if alias.isascii() else "ar")


def _read_document(draft: Draft, row: Record) -> None:
    number, label, issuer = row.raw("document_number"), row.one("document"), row.one("issuer")
    codes, _ = codes_in(issuer)
    if number:
        draft.documents(
            number, label=label, country=codes[0] if codes else "", issued=day_of(row.one("issued")), note=issuer
        )
    elif label or issuer:
        draft.note(HEADERS["document"][0], f"{label} {issuer}".strip())


def _read_listing(draft: Draft, row: Record) -> None:
    stated = row.one("listed_on")
    others = dict(row.others)
    if not stated:
        unnamed = [label for label, text in others.items() if label.startswith("column ") and day_of(text)]
        stated = others.pop(unnamed[-1]) if unnamed else ""
    day = day_of(stated)
    if stated and not day:
        draft.notice(unreadable("date of listing", stated))
        draft.note(HEADERS["listed_on"][0], stated)
    draft.listings.append(Listing(source=draft.source, reference=draft.reference, listed_on=day))
    draft.keep(others)
