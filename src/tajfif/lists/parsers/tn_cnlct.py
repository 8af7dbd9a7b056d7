"""Tunisia's national list, in XLSX, French or Arabic. Reach for it to read ``tn_cnlct``.

Source: the website of the Commission Nationale de Lutte Contre le Terrorisme, http://www.cnlct.tn/fr/?page_id=1684.
One sheet below a banner row. The given name is a whole chain of descent ("X Ben Y Ben Z"), from which the father's and
the grandfather's name are read. Date and place of birth stand in one cell; a row without them is an organisation.

The rows are numbered from one without a gap, and the numbers last: decrees that amend the list cite them. A file with
gaps is such an amendment and not the list. Where the French and the Arabic workbook lie in one directory, they are
joined by that number.
"""

from __future__ import annotations

import re
from pathlib import Path

from tajfif.errors import ListFormatError
from tajfif.lists.parsers import Collected, ParsedList
from tajfif.lists.parsers.drafts import Draft, arabic_organisation, check_spelling, day_of, days_in, unreadable
from tajfif.lists.parsers.epithets import split_epithets
from tajfif.lists.parsers.parties import organisation_schema
from tajfif.lists.parsers.reading import squeeze
from tajfif.lists.parsers.tables import Record, Table, find_table
from tajfif.lists.parsers.workbook import read_workbook
from tajfif.model import BirthDate, Listing
from tajfif.text.attributes import parse_date
from tajfif.text.unicode import has_arabic

__all__ = ["HEADERS", "collect", "parse"]

HEADERS: dict[str, tuple[str, ...]] = {
    "number": ("N°", "N", "No", "Numéro", "م/ع", "ع/م", "عدد", "الرقم"),
    "given": ("Prénom", "Prenom", "Prénoms", "الإسم الثلاثي", "الاسم الثلاثي", "الاسم"), "family": ("Nom", "اللقب"),
    "birth": ("Date et Lieu de naissance", "Date et lieu de Naissance", "تاريخ الولادة ومكانها"),
    "address": ("Adresse", "العنوان"), "nationality": ("Nationalité", "الجنسية"),
    "reason": ("Justification d'Insertion", "Justifications d'Insertion", "مبررات الإدراج"),
    "decision": ("Décision et Date d'Inscription", "Décision et Date d'Insertion", "قرار وتاريخ الإدراج"),
    "amended": ("Dernière Modification", "آخر تعديل"),
    "published": ("Date et heure de publication", "تاريخ وساعة النشر بموقع اللجنة"),
    "others": ("Divers", "معطيات إضافية"),
}  # fmt: skip
"""The columns, and the headers that name them in both languages."""

_AGAIN = "Fetch the consolidated list again, the first file of its publisher's page; the others are amendments."
_LINK = re.compile(r"\s+(?:ben|bin|ibn|bent|bint|بن|ابن|بنت)\s+", re.IGNORECASE)
_DATE = re.compile(
    r"\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}|\d{4}-\d\d-\d\d(?:T[\d:]+)?|\d{1,2}(?:er)?\s+[^\W\d_]+\s+\d{4}|(?<!\d)(?:19|20)\d\d(?!\d)"
)
_PLACE = re.compile(r"^[\s,،;:\-–]*(?:à|a|au|en|في|بـ|ب(?=\s))?\s+", re.IGNORECASE)
_DECREE = re.compile(
    r"(?:n\s*[°º]\s*|عدد\s*)0*(\d+)(?:\s*(?:/|لسنة)\s*(\d{4}))?(?:[^\d]{0,40}?(\d{1,2}(?:er)?\s+[^\W\d_]+\s+\d{4}|\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}))?",
    re.IGNORECASE,
)
_CARD = re.compile(r"(?:C\.?\s?I\.?\s?N\.?|بطاقة(?:\s+\w+){0,3}|ب\.?\s?ت\.?\s?و)[^\d*]{0,20}([\d*]{6,})", re.IGNORECASE)
_PASSPORT = re.compile(r"(?:passeport|جواز(?:\s+سفر)?)[^\dA-Z*]{0,20}([A-Z]{0,2}\d[\dA-Z*]{4,})", re.IGNORECASE)


def collect(path: Path, *, source: str = "tn_cnlct") -> Collected:
    """Return the workbooks at ``path``: a file, or a directory with one workbook, or one of each language.

    Args:
        path: What the user named.
        source: Key of the source; not needed here.

    Raises:
        ListFormatError: There is no such file, or a directory without a workbook or with more than two.
    """
    if path.is_file():
        return Collected(files={"list": path})
    found = sorted(each for each in path.iterdir() if each.suffix.lower() in {".xlsx", ".xls"}) if path.is_dir() else []
    if not 1 <= len(found) <= 2:
        raise ListFormatError(
            f"there should be one workbook, or one of each language, not {len(found)}", where=str(path), hint=_AGAIN
        )
    return Collected(files=dict(zip(("list", "twin"), found, strict=False)))


def parse(files: dict[str, Path], *, source: str = "tn_cnlct") -> ParsedList:
    """Read the workbook, or both.

    Args:
        files: ``list``, and ``twin`` in the other language.
        source: Key of the source, which begins every entity's id.

    Raises:
        ListFormatError: A file is no workbook, damaged, bombed, empty, another document or lost its letters; the
            numbers have gaps or repeat; a row has no name; both files are in one language.
    """
    notices: list[str] = []
    drafts: dict[str, Draft] = {}
    languages: list[str] = []
    days: list[str] = []
    for path in files.values():
        table = _table(path, notices)
        arabic = has_arabic("".join(row.one("given") for row in table.records))
        language = "ar" if arabic else "fr"
        if language in languages:
            raise ListFormatError("both workbooks are in one language", where=str(path), hint=_AGAIN)
        languages.append(language)
        for row in table.records:
            draft = drafts.setdefault(row.one("number"), _draft(row, source, language, notices))
            _read_names(draft, row, language)
            _read_facts(draft, row)
            days += days_in(row.raw("published"))
    return ParsedList(
        source=source, published=max(days, default=""),
        entities=tuple(draft.entity() for draft in drafts.values()), notices=tuple(notices),
    )  # fmt: skip


def _table(path: Path, notices: list[str]) -> Table:
    """Return the table of the first sheet that has one, its numbers checked."""
    sheets = [sheet for sheet in read_workbook(path) if len(sheet.rows) > 1]
    if not sheets:
        raise ListFormatError("the list has no entries", where=str(path), hint=_AGAIN)
    where = f"{path}, sheet {squeeze(sheets[0].name)!r}"
    table = find_table(sheets[0].rows, HEADERS, ("given",), where)
    notices += [f"{path}: the sheet {squeeze(sheet.name)!r} is not read" for sheet in sheets[1:]]
    missing = [name for name in ("number", "birth", "decision") if name not in table.columns]
    if missing:
        raise ListFormatError(
            f"columns are missing: {', '.join(HEADERS[name][0] for name in missing)}", where=where, hint=_AGAIN
        )
    table.records = [row for row in table.records if row.one("number") or row.one("given") or row.one("family")]
    numbers = [row.one("number") for row in table.records]
    if numbers != [str(place) for place in range(1, len(numbers) + 1)]:
        place = next(at for at, number in enumerate(numbers) if number != str(at + 1))
        raise ListFormatError(
            f"the number should be {place + 1}, it is {numbers[place]!r}: this is an amendment, or rows are missing",
            where=table.records[place].where, hint=_AGAIN,
        )  # fmt: skip
    if not numbers:
        raise ListFormatError("the list has no entries", where=where, hint=_AGAIN)
    if table.unknown:
        notices.append(f"{where}: unknown columns kept as notes: {', '.join(table.unknown)}")
    notices += check_spelling((row.where, f"{row.one('given')} {row.one('family')}") for row in table.records)
    return table


def _draft(row: Record, source: str, language: str, notices: list[str]) -> Draft:
    name = squeeze(f"{row.one('given')} {row.one('family')}")
    if not name:
        raise ListFormatError("the row has no name", where=row.where, hint=_AGAIN)
    person = bool(row.one("birth"))
    organisation = arabic_organisation(name) if language == "ar" else organisation_schema(name)
    return Draft(source, row.one("number"), "Person" if person else organisation, row.where, notices)


def _read_names(draft: Draft, row: Record, language: str) -> None:
    given, family = row.one("given"), row.one("family")
    if draft.schema != "Person":
        draft.name(squeeze(f"{given} {family}"), "primary", language=language)
        return
    chain, aliases = split_epithets(given)
    parts = tuple(part for part in (chain, family) if part)
    draft.name(" ".join(parts), "primary", language=language, parts=parts, family=family)
    for alias, quality in aliases:
        draft.name(alias, quality, language=language)
    ancestors = [squeeze(link) for link in _LINK.split(f" {chain}")][1:]
    draft.father_names += ancestors[:1]
    if len(ancestors) > 1:
        draft.note("grandfather", ancestors[1])


def _read_facts(draft: Draft, row: Record) -> None:
    _read_birth(draft, row.one("birth"))
    if draft.schema == "Person":
        draft.nationality(row.raw("nationality"), HEADERS["nationality"][0])
    else:
        draft.country(row.raw("nationality"), HEADERS["nationality"][0])
    draft.address(row.one("address"))
    others = row.raw("others")
    for pattern, kind in ((_CARD, "idNumber"), (_PASSPORT, "passportNumber")):
        for match in pattern.finditer(others):
            if "*" not in match[1] and not any(one.value == match[1] for one in draft.identifiers):
                draft.identify(kind, match[1], country="tn", label="CIN" if kind == "idNumber" else "")
    for column in ("reason", "decision", "amended", "published", "others"):
        draft.note(HEADERS[column][0], row.raw(column))
    draft.keep(row.others)
    if not draft.listings:
        _read_listing(draft, row)


def _read_birth(draft: Draft, text: str) -> None:
    if not text:
        return
    found = _DATE.search(text)
    place = text
    if found:
        born = parse_date(found[0].split("T")[0])
        place = text[: found.start()] + text[found.end() :]
        if not born.start:
            draft.notice(unreadable("birth date", found[0]))
        if not any(known.start == born.start for known in draft.birth_dates):
            draft.birth_dates.append(born)
    elif any(char.isdigit() for char in text):
        draft.notice(unreadable("birth date", text))
        draft.birth_dates.append(BirthDate(text=text))
        return
    draft.place(_PLACE.sub("", f" {place}").strip(" ,،;"))


def _read_listing(draft: Draft, row: Record) -> None:
    stated = row.one("decision")
    amended = tuple(dict.fromkeys(_day(match[0]) for match in _DATE.finditer(row.one("amended")) if _day(match[0])))
    decrees = list(_DECREE.finditer(stated))
    for match in decrees:
        day = _day(match[3] or "") or match[2] or ""
        decision = f"{match[1]}/{(day or match[2] or '')[:4]}".rstrip("/")
        draft.listings.append(
            Listing(
                source=draft.source, reference=draft.reference, decision=decision, listed_on=day, amended_on=amended
            )
        )
    if not decrees:
        if stated:
            draft.notice(unreadable("decision", stated))
        draft.listings.append(
            Listing(
                source=draft.source, reference=draft.reference, decision=stated, listed_on=_day(stated), amended_on=amended
            )
        )  # fmt: skip


def _day(text: str) -> str:
    return day_of(re.sub(r"(?<=\d)er\b", "", text)) if text else ""
