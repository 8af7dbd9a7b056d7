"""Egypt's lists of terrorists and terrorist entities, in XLSX. Reach for it to read ``eg_mlcu``.

Source: https://mlcu.org.eg/ar/3125/, Money Laundering and Terrorist Financing Combating Unit. Courts list for three or
five years; decisions are published in the Official Gazette, extended, republished or annulled. Three Arabic sheets:
terrorists, terrorist entities, legal persons. The name of the file carries the date of issue.

National numbers are masked with asterisks. They are kept as notes, since a masked number can neither agree nor
contradict; where the first seven digits are there, they state the birth date. Columns drift: a cell of the other name
that is a number is read as one. Rows have no number that lasts, so the reference is made of the name, the decision and
the national number. An annulment makes an entry delisted only where the row cites no later listing; it is reported.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from tajfif.errors import ListFormatError
from tajfif.lists.parsers import Collected, ParsedList
from tajfif.lists.parsers.drafts import (
    Draft,
    arabic_organisation,
    check_spelling,
    days_in,
    delisted_notice,
    reference_of,
    unreadable,
)
from tajfif.lists.parsers.epithets import alias_quality, split_epithets
from tajfif.lists.parsers.reading import only_file, squeeze
from tajfif.lists.parsers.tables import Record, find_table
from tajfif.lists.parsers.workbook import read_workbook
from tajfif.model import BirthDate, Listing

__all__ = ["HEADERS", "birth_in_national_number", "collect", "parse"]

HEADERS: dict[str, tuple[str, ...]] = {
    "number": ("مسلسل", "م"), "person": ("الاسم", "اسم الارهابي", "اسم الإرهابي"),
    "entity": ("اسم الكيان", "اسم الكيان الارهابي"), "legal": ("اسم الشخص الاعتباري", "اسم الشخصية الاعتبارية"),
    "alias": ("اسم آخر", "اسم اخر", "اسماء اخرى"), "national_number": ("الرقم القومي", "رقم قومي"),
    "passport": ("جواز السفر", "رقم جواز السفر"), "nationality": ("الجنسية",), "case": ("رقم القضية",),
    "decision": ("رقم قرار ادراج الارهابيين", "رقم قرار الادراج", "رقم القرار"), "published": ("تاريخ النشر",),
    "issue": ("عدد النشر", "العدد بالجريدة الرسمية"), "updates": ("التحديثات", "تحديثات"),
    "registration": ("رقم السجل التجاري مشهرة برقم", "رقم السجل التجاري"), "seat": ("المقر",),
}  # fmt: skip
"""The columns, and the headers that name them."""

_AGAIN = "Fetch the file again from its publisher."
_NAMES = ("person", "entity", "legal")
_ID_SHAPE = re.compile(r"[\d*×xX\s/\-]{6,}")
_NATIONAL = re.compile(r"([23])(\d\d)(\d\d)(\d\d)[\d*×xX]{7}")
_ANNULLED = re.compile(
    r"(?:رفع|[إا]لغاء|شطب|محو|حذف|نقض)\s+(?:ال)?(?:[إا]?دراج|قرار|اسم|اسمه|اسمها|حكم)|رفع\w*\s+من\s+(?:ال)?قوائم|"
    r"(?:تم|جرى)\s+(?:رفع|شطب|حذف)"
)
_NOT_ANNULLED = re.compile(r"رفض|عدم قبول|[إا]عادة (?:ال)?[إا]?دراج|تأييد|تاييد")
_AGAIN_PUBLISHED = re.compile(r"مد|[إا]عادة|تجديد|تصحيح|استدراك|تعديل")
_UNTIL = re.compile(r"(?:حتى|ينتهي(?: في)?|تنتهي(?: في)?|لغاية)\s*:?\s*$")
_FILE_DAY = re.compile(
    r"(?<!\d)(\d{1,2})[-_. ](\d{1,2})[-_. ](20\d\d)(?!\d)|(?<!\d)(20\d\d)[-_. ](\d{1,2})[-_. ](\d{1,2})(?!\d)"
)


def collect(path: Path, *, source: str = "eg_mlcu") -> Collected:
    """Return the list's file at ``path``: a file, or a directory with one workbook.

    Args:
        path: What the user named.
        source: Key of the source; not needed here.

    Raises:
        ListFormatError: There is no such file, or more than one.
    """
    return Collected(files={"list": only_file(path, (".xlsx", ".xls"), f"workbook ({source})")})


def parse(files: dict[str, Path], *, source: str = "eg_mlcu") -> ParsedList:
    """Read the workbook.

    Args:
        files: ``{"list": path}``; a date in the name of the file is the date of issue.
        source: Key of the source, which begins every entity's id.

    Raises:
        ListFormatError: The file is no workbook, damaged, bombed, empty, another document or lost its Arabic letters,
            lacks the sheet of terrorists, or a sheet with rows has no header.
    """
    path = files["list"]
    notices: list[str] = []
    drafts: dict[str, Draft] = {}
    kinds: set[str] = set()
    for sheet in read_workbook(path):
        if len(sheet.rows) < 2:
            continue
        where = f"{path}, sheet {squeeze(sheet.name)!r}"
        table = find_table(sheet.rows, HEADERS, _NAMES, where)
        kind = next(name for name in _NAMES if name in table.columns)
        rows = [row for row in table.records if row.one(kind)]
        kinds.add(kind)
        notices += check_spelling(((row.where, row.one(kind)) for row in rows), arabic=f"the column {HEADERS[kind][0]}")
        notices += [f"{row.where}: passed over, it has no name" for row in table.records if not row.one(kind)]
        if table.unknown:
            notices.append(f"{where}: unknown columns kept as notes: {', '.join(table.unknown)}")
        for row in rows:
            draft = _draft(row, kind, source, drafts, notices)
            drafts[draft.reference] = draft
    if not drafts:
        raise ListFormatError("the list has no entries", where=str(path), hint=_AGAIN)
    if "person" not in kinds:
        raise ListFormatError("no sheet lists terrorists (a column الاسم)", where=str(path), hint=_AGAIN)
    entities = tuple(draft.entity() for draft in drafts.values())
    notices += delisted_notice(entities)
    return ParsedList(source=source, published=_issued(path), entities=entities, notices=tuple(notices))


def _issued(path: Path) -> str:
    found = _FILE_DAY.search(path.stem)
    if not found:
        return ""
    day, month, year = (found[3 - place] for place in (2, 1, 0)) if found[3] else (found[6], found[5], found[4])
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""


def _draft(row: Record, kind: str, source: str, drafts: dict[str, Draft], notices: list[str]) -> Draft:
    name = row.one(kind)
    first = reference_of(name, row.one("decision") or row.one("case"), row.one("national_number"))
    reference, count = first, 1
    while reference in drafts:
        count += 1
        reference = f"{first}-{count}"
    schema = "Person" if kind == "person" else arabic_organisation(name)
    draft = Draft(source, reference, schema, row.where, notices)
    _read_names(draft, name, kind)
    _read_other_name(draft, row)
    _read_numbers(draft, row)
    draft.nationality(row.raw("nationality"), HEADERS["nationality"][0])
    for seat in re.split(r"\s*[\n؛;]\s*", row.raw("seat")):
        draft.address(seat)
    _read_listing(draft, row)
    draft.keep(row.others)
    return draft


def _read_names(draft: Draft, published: str, kind: str) -> None:
    if kind != "person":
        draft.name(published, "primary", language="ar")
        return
    name, aliases = split_epithets(published)
    draft.name(name, "primary", language="ar")
    for alias, quality in aliases:
        draft.name(alias, quality, language="ar")
    if name != published:
        draft.note("الاسم", published)


def _read_other_name(draft: Draft, row: Record) -> None:
    text = row.raw("alias")
    if _ID_SHAPE.fullmatch(text):
        draft.notice("the other name is a number and is read as the national number")
        _national_number(draft, text)
        return
    for piece in re.split(r"\s*[/،؛;\n]\s*", text):
        alias, more = split_epithets(piece)
        for value, quality in [(alias, alias_quality(alias)), *more]:
            if any(char.isalpha() for char in value):
                draft.name(value, quality if draft.schema == "Person" else "strong", language="ar")


def _read_numbers(draft: Draft, row: Record) -> None:
    _national_number(draft, row.one("national_number"))
    if row.one("passport"):
        draft.documents(row.raw("passport"), label="جواز السفر", default="passportNumber")
    if row.one("registration"):
        draft.documents(row.raw("registration"), label="رقم السجل التجاري", country="eg", default="registrationNumber")


def _national_number(draft: Draft, text: str) -> None:
    number = "".join(str(int(char)) if char.isdecimal() else char for char in text)
    if not number:
        return
    born = birth_in_national_number(number)
    if born and not draft.birth_dates:
        draft.birth_dates.append(BirthDate(start=born))
    if re.fullmatch(r"[23]\d{13}", number):
        draft.identify("idNumber", number, country="eg", label="الرقم القومي")
    else:
        draft.note("الرقم القومي", number)


def birth_in_national_number(number: str) -> str:
    """Return the birth date that an Egyptian national number states, masked after its seventh digit or not.

    The first digit is the century (2: 1900, 3: 2000), the next six the year, month and day. Source: Civil Status
    Authority of Egypt.

    Returns:
        The ISO date; empty if the number is no national number or states no day that exists.
    """
    match = _NATIONAL.fullmatch(number.strip())
    if not match:
        return ""
    try:
        return date(1700 + 100 * int(match[1]) + int(match[2]), int(match[3]), int(match[4])).isoformat()
    except ValueError:
        return ""


def _read_listing(draft: Draft, row: Record) -> None:
    published, updates = row.raw("published"), row.raw("updates")
    published = published or (row.raw("issue") if days_in(row.raw("issue")) else "")
    listed, amended, expires = "", [], ""
    for text in (published, updates):
        plain = "".join(str(int(char)) if char.isdecimal() else char for char in text)
        for day, before in _dated(plain):
            if _UNTIL.search(before):
                expires = max(expires, day)
            elif not listed and text is published and not _AGAIN_PUBLISHED.search(before):
                listed = day
            else:
                amended.append(day)
    if published and not days_in(published):
        draft.notice(unreadable("date of publication", published))
    annulled = bool(_ANNULLED.search(updates)) and not _NOT_ANNULLED.search(updates)
    delisted_on = max(days_in(updates), default="") if annulled else ""
    if annulled:
        draft.notice("read as delisted, since the updates say so; a listing by another decision has a row of its own")
    decision = "; ".join(filter(None, (row.one("decision"), row.one("issue"))))
    draft.listings.append(
        Listing(
            source=draft.source, reference=draft.reference, programme=row.one("case"), decision=decision,
            listed_on=listed, amended_on=tuple(dict.fromkeys(amended)), delisted_on=delisted_on, expires_on=expires,
            delisted=annulled,
        )
    )  # fmt: skip
    for column in ("published", "updates"):
        draft.note(HEADERS[column][0], row.raw(column))


def _dated(text: str) -> list[tuple[str, str]]:
    """Return each numeric date of a text with the words between the date before it and it."""
    found: list[tuple[str, str]] = []
    rest = text
    for day in days_in(text):
        match = re.search(r"\d{1,4}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d{1,4}", rest)
        if match is None:
            break
        found.append((day, rest[: match.start()].strip(" \n:(")))
        rest = rest[match.end() :]
    return found
