"""The United Arab Emirates' local terrorist list, as XLS or XLSX. Reach for it to read ``ae_local``.

Source: https://www.uaeiec.gov.ae, Executive Office for Control and Non-Proliferation. One workbook, Arabic headers
below banner rows, a sheet each for persons, organisations and entities, and sheets of those whose listing was lifted.
A sheet is one of the lifted when it has the column of the lifting decision, whatever it is called, so that a renamed
sheet makes nobody listed again. Somebody in both kinds of sheet has both listings, and is listed.

The numbers in the first column begin anew in each sheet and move when a row is taken out, so an entry's reference is
made of its names and birth date (:func:`tajfif.lists.parsers.drafts.reference_of`). A row without a number and a name
goes on with the entry above it. A birth date that is a year alone stays a year.
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
    days_in,
    delisted_notice,
    reference_of,
)
from tajfif.lists.parsers.epithets import alias_quality
from tajfif.lists.parsers.reading import only_file, squeeze
from tajfif.lists.parsers.tables import Record, Table, find_table
from tajfif.lists.parsers.workbook import read_workbook
from tajfif.model import Listing, Schema

__all__ = ["HEADERS", "collect", "parse"]

HEADERS: dict[str, tuple[str, ...]] = {
    "number": ("#", "م", "الرقم"), "category": ("التصنيف",), "nationality": ("الجنسية",),
    "family_ar": ("اسم العائلة (بالحروف العربية)",), "family_la": ("اسم العائلة (بالحروف اللاتينية)",),
    "name_ar": ("الاسم الكامل (بالحروف العربية)", "الاسم الكامل (باللغة العربية)"),
    "name_la": ("الاسم الكامل (بالحروف اللاتينية)", "الاسم الكامل (باللغة الإنجليزية)"),
    "birth_date": ("تاريخ الميلاد",), "birth_place": ("مكان الميلاد",), "alias": ("الاسم", "الاسم/ اللقب"),
    "street": ("الشارع", "المنطقة/ الشارع"), "city": ("المدينة",), "country": ("الدولة",),
    "document": ("النوع",), "document_number": ("رقم الوثيقة",), "issuer": ("جهة الإصدار",),
    "issued": ("تاريخ الإصدار",), "expires": ("تاريخ الانتهاء",),
    "licence": ("رقم الرخصة",), "licence_expires": ("انتهاء الترخيص",), "seat": ("المقر",), "remarks": ("ملاحظات",),
    "basis": ("معلومات أخرى",), "decision": ("قرار الإدراج",), "lifted": ("قرار رفع الإدراج",),
}  # fmt: skip
"""The columns, and the headers that name them."""

_AGAIN = "Fetch the file again from its publisher."
_PERSON = "شخص"
_DECISION = re.compile(
    r"قرار[^()\d]*رقم\s*\(?\s*(\d+(?:\s*/\s*\d+)?)\s*\)?\s*(?:لسنة|لعام|سنة)?\s*\(?\s*((?:19|20)\d\d)?"
)
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")


def collect(path: Path, *, source: str = "ae_local") -> Collected:
    """Return the list's file at ``path``: a file, or a directory with one workbook.

    Args:
        path: What the user named.
        source: Key of the source; not needed here.

    Raises:
        ListFormatError: There is no such file, or more than one.
    """
    return Collected(files={"list": only_file(path, (".xlsx", ".xls"), f"workbook ({source})")})


def parse(files: dict[str, Path], *, source: str = "ae_local") -> ParsedList:
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
        if len(sheet.rows) > 1:
            where = f"{path}, sheet {squeeze(sheet.name)!r}"
            table = find_table(sheet.rows, HEADERS, ("name_ar", "name_la"), where)
            notices += check_spelling(
                ((row.where, row.one("name_ar")) for row in table.records if row.one("name_ar")),
                arabic=f"the column {HEADERS['name_ar'][0]}",
            )
            if table.unknown:
                notices.append(f"{where}: unknown columns kept as notes: {', '.join(table.unknown)}")
            _read_sheet(table, squeeze(sheet.name), source, drafts, notices)
    if not drafts:
        raise ListFormatError("the list has no entries", where=str(path), hint=_AGAIN)
    entities = tuple(draft.entity() for draft in drafts.values())
    if all(entity.is_delisted for entity in entities):
        raise ListFormatError("all sheets are of lifted listings", where=str(path), hint=_AGAIN)
    notices += delisted_notice(entities)
    return ParsedList(source=source, published="", entities=entities, notices=tuple(notices))


def _read_sheet(table: Table, sheet: str, source: str, drafts: dict[str, Draft], notices: list[str]) -> None:
    lifted = "lifted" in table.columns
    seen: set[str] = set()
    draft: Draft | None = None
    for row in table.records:
        if row.one("name_ar") or row.one("name_la"):
            reference = _reference(row, seen)
            if reference in drafts:  # in a sheet of the listed and in one of the lifted
                drafts[reference].notice(f"also in {row.where}; both listings are kept")
            draft = drafts.setdefault(reference, Draft(source, reference, _schema(row, sheet), row.where, notices))
            _read_names(draft, row)
            _read_listings(draft, row, lifted=lifted)
        elif draft is None or row.one("number"):
            raise ListFormatError("the row has no name", where=row.where, hint=_AGAIN)
        else:
            alias = row.one("alias")
            draft.name(alias, alias_quality(alias), language="ar")
        _read_facts(draft, row)


def _reference(row: Record, seen: set[str]) -> str:
    first = reference_of(row.one("name_ar"), row.one("name_la"), row.one("birth_date"))
    reference, count = first, 1
    while reference in seen:
        count += 1
        reference = f"{first}-{count}"
    seen.add(reference)
    return reference


def _schema(row: Record, sheet: str) -> Schema:
    category = row.one("category") or sheet
    if _PERSON in category or "أفراد" in category or "الأفراد" in category:
        return "Person"
    return arabic_organisation(row.one("name_ar"))


def _read_names(draft: Draft, row: Record) -> None:
    person = draft.schema == "Person"
    for column, family, language in (("name_ar", "family_ar", "ar"), ("name_la", "family_la", "")):
        marked = row.one(family) if person else ""
        whole = row.one(column)
        draft.name(whole, "primary", language=language, family=marked if marked and marked in whole else "")
        if marked and marked not in whole:
            draft.note(HEADERS[family][0], marked)
    for alias in re.split(r"\s*[/،؛;\n]\s*", row.raw("alias")):
        draft.name(alias, alias_quality(alias) if person else "strong", language="ar")


def _read_listings(draft: Draft, row: Record, *, lifted: bool) -> None:
    stated = row.one("decision") or row.one("basis")
    removal = row.one("lifted")
    delisted_on = _decided_on(removal) if removal else ""
    for decision, day in _decisions(stated) or [("", "")]:
        draft.listings.append(
            Listing(
                source=draft.source, reference=draft.reference, decision=decision, listed_on=day,
                delisted_on=delisted_on, delisted=lifted,
            )
        )  # fmt: skip
    draft.note(HEADERS["basis"][0], row.raw("basis"))
    draft.note(HEADERS["decision"][0], row.raw("decision"))
    draft.note(HEADERS["lifted"][0], row.raw("lifted"))


def _decisions(text: str) -> list[tuple[str, str]]:
    """Return each decision that a text cites, as it is written, with its date or year."""
    found = list(_DECISION.finditer(text))
    if not found:
        return [(text, _decided_on(text))] if text else []
    ends = [match.start() for match in found[1:]] + [len(text)]
    return [
        (squeeze(match[0]).strip(" ("), next(iter(days_in(text[match.start() : end])), "") or match[2] or "")
        for match, end in zip(found, ends, strict=True)
    ]


def _decided_on(text: str) -> str:
    year = _YEAR.search(text)
    return next(iter(days_in(text)), "") or day_of(text) or (year[1] if year else "")


def _read_facts(draft: Draft, row: Record) -> None:
    draft.nationality(row.raw("nationality"), HEADERS["nationality"][0])
    draft.birth(row.one("birth_date"))
    draft.place(row.one("birth_place"))
    draft.address(street=row.one("street"), city=row.one("city"), country=row.one("country"))
    for seat in re.split(r"\s*[\n؛;]\s*", row.raw("seat")):
        draft.address(seat)
    _read_documents(draft, row)
    draft.note(HEADERS["remarks"][0], row.raw("remarks"))
    draft.keep(row.others)


def _read_documents(draft: Draft, row: Record) -> None:
    issuer, number, label = row.one("issuer"), row.raw("document_number"), row.one("document")
    codes, _ = codes_in(issuer)
    if number:
        issued, expires = (day_of(row.one(column)) for column in ("issued", "expires"))
        draft.documents(
            number, label=label, country=codes[0] if codes else "", issued=issued, expires=expires, note=issuer
        )
    elif label or issuer:
        draft.note(HEADERS["document"][0], f"{label} {issuer}".strip())
    if row.one("licence"):
        draft.documents(
            row.raw("licence"), label=HEADERS["licence"][0], expires=day_of(row.one("licence_expires")),
            default="registrationNumber",
        )  # fmt: skip
