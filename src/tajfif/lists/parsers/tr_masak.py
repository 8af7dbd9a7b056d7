"""Türkiye's lists of frozen assets, published by MASAK, in CSV and XLSX. Reach for it to read ``tr_masak``.

Source: https://en.hmb.gov.tr/fcib-tf-current-list. Three files: domestic decisions (Law 6415, article 7; columns
separated by semicolons, in Windows-1254), requests of foreign states (article 6) and the financing of proliferation
(Law 7262, articles 3/A and 3/B), both XLSX. They are one list here; which article a file belongs to is told by its name
("7MADDE") or else by its columns, and stands in the programme. The reader is told which of them are missing.

Several values in a cell are lettered ("a)1970 b)1971"). Dates come in figures, with Turkish months, or as a
spreadsheet's number of days. One cell holds identity, tax, foreigner and passport numbers: eleven digits are an
identity number (of a foreigner where they begin with 99), ten a tax number. Rows have no number that lasts, so the
reference is made of the article, the name and the parents' names.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from tajfif.errors import ListFormatError
from tajfif.lists.parsers import Collected, ParsedList
from tajfif.lists.parsers.cells import numbered
from tajfif.lists.parsers.drafts import (
    Draft,
    check_spelling,
    day_of,
    days_in,
    labelled_numbers,
    reference_of,
    unreadable,
)
from tajfif.lists.parsers.epithets import alias_quality
from tajfif.lists.parsers.parties import organisation_schema
from tajfif.lists.parsers.reading import read_bytes, squeeze
from tajfif.lists.parsers.tables import Record, Table, find_table
from tajfif.lists.parsers.workbook import is_workbook, read_workbook
from tajfif.model import Listing, Schema
from tajfif.text.attributes import identifier_kind

__all__ = ["HEADERS", "collect", "parse"]

HEADERS: dict[str, tuple[str, ...]] = {
    "number": ("SIRA NO", "S.NO", "NO"),
    "name": ("ADI SOYADI", "ADI SOYADI-ÜNVANI", "ADI SOYADI ÜNVANI", "GERÇEK/TÜZEL KİŞİ/KURULUŞ/ORGANİZASYON ADI SOYADI ÜNVANI",
             "GERÇEK KİŞİ SOYADI ÜNVANI", "Gerçek Kişi Adı Soyadı Ünvanı", "ADI SOYADI/ÜNVANI"),
    "organisation": ("Tüzel Kuruluş/Organizasyon Ünvanı", "Tüzel Kişi/Kuruluş/Organizasyon Ünvanı"),
    "structure": ("KURULUŞ YAPISI",), "former": ("Eski Adı",),
    "aliases": ("DİĞER İSİMLERİ", "KULLANDIĞI BİLİNEN DİĞER İSİMLERİ", "Kullandığı Bilinen Diğer İsmler", "BİLİNEN DİĞER İSİMLERİ"),
    "numbers": ("TCKN/VKN/GKN PASAPORT NO", "TCKN-VKN-PASAPORT NO", "TCKN/ VKN/GKN PASAPORT NO", "TCKN/VKN/GKN/PASAPORT NO",
                "Pasaport No/ Diğer Muhtelif Bilgiler", "PASAPORT NO"),
    "nationality": ("UYRUĞU",), "other_nationality": ("DİĞER UYRUKLARI", "TABİ OLDUĞU DİĞER UYRUKLAR", "TABİ OLDUĞU DİĞER UYRUK"),
    "birth_date": ("DOĞUM TARİHİ", "DOĞUM TARİHİ/KURULUŞ", "DOĞUM/KURULUŞ TARİHİ"), "birth_place": ("DOĞUM YERİ",),
    "mother": ("ANNE ADI",), "father": ("BABA ADI",), "group": ("ÖRGÜTÜ",), "position": ("Görevi",),
    "address": ("Adres", "ADRESİ"), "measure": ("MVD YAPTIRIM TÜRÜ", "YAPTIRIM TÜRÜ"),
    "decision": ("KARAR TARİH", "KARAR TARİH-SAYISI", "BKK-CBK Karar Tarih ve Sayısı", "KARAR TARİHİ VE SAYISI"),
    "gazette": ("RESMİ GAZETE TARİH-SAYISI", "RESMİ GAZETE TARİH SAYISI", "R.Gazete Tarih Sayı"),
    "listed_on": ("Listeye Alınma Tarihi",), "remarks": ("Diğer Bilgiler",),
}  # fmt: skip
"""The columns, and the headers that name them."""

_ARTICLES = {
    "7": ("domestic decisions", "Law 6415, article 7"),
    "6": ("requests of foreign states", "Law 6415, article 6"),
    "3": ("financing of proliferation", "Law 7262, articles 3/A and 3/B"),
    "5": ("decisions of the Security Council", "Law 6415, article 5"),
}
_AGAIN = "Fetch the file again from its publisher."
_PASSPORT = re.compile(
    r"(?:\bPN\b|pas(?:s)?aport|passport)\s*(?:no)?\s*[:.\-]?\s*([A-Z]{0,3}\s?\d[\dA-Z]{4,})", re.IGNORECASE
)
_LATER = re.compile(r"\(([^()]*)\)")


def collect(path: Path, *, source: str = "tr_masak") -> Collected:
    """Return the files at ``path``: one file, or all CSV files and workbooks of a directory.

    Args:
        path: What the user named.
        source: Key of the source; not needed here.

    Raises:
        ListFormatError: There is no such file, or the directory has none.
    """
    if path.is_file():
        return Collected(files={path.stem: path})
    found = (
        sorted(each for each in path.iterdir() if each.suffix.lower() in {".csv", ".xlsx", ".xls"} and each.is_file())
        if path.is_dir()
        else []
    )
    if not found or len({each.stem for each in found}) < len(found):
        raise ListFormatError(
            f"there should be CSV files and workbooks of different names, not {len(found)}", where=str(path),
            hint="Name the directory with the files of articles 7, 6 and 3A/3B, or one of the files.",
        )  # fmt: skip
    return Collected(files={each.stem: each for each in found})


def parse(files: dict[str, Path], *, source: str = "tr_masak") -> ParsedList:
    """Read the files.

    Args:
        files: By name, in any number.
        source: Key of the source, which begins every entity's id.

    Raises:
        ListFormatError: A file is damaged, bombed, empty, another document, without the column of names, or lost its
            letters; two files are of one article.
    """
    notices: list[str] = []
    drafts: dict[str, Draft] = {}
    articles: dict[str, Path] = {}
    for path in (files[role] for role in sorted(files)):
        tables = list(_tables(path, notices))
        if not any(table.records for _, table in tables):
            raise ListFormatError("the file has no entries", where=str(path), hint=_AGAIN)
        article = _article(path, tables[0][1])
        if article in articles:
            raise ListFormatError(
                f"{articles[article].name} and this file are both of {_ARTICLES[article][1]}", where=str(path),
                hint="Leave the newest file of each article in the directory.",
            )  # fmt: skip
        articles[article] = path
        for where, table in tables:
            if table.unknown:
                notices.append(f"{where}: unknown columns kept as notes: {', '.join(table.unknown)}")
            for row in table.records:
                draft = _draft(row, article, source, drafts, notices)
                drafts[draft.reference] = draft
    notices += [
        f"the file of {_ARTICLES[key][1]} ({_ARTICLES[key][0]}) is missing" for key in "763" if key not in articles
    ]
    return ParsedList(
        source=source, published="", entities=tuple(draft.entity() for draft in drafts.values()), notices=tuple(notices)
    )


def _tables(path: Path, notices: list[str]) -> Iterator[tuple[str, Table]]:
    sheets: Iterable[tuple[str, Iterable[tuple[int, list[str]]]]]
    if is_workbook(path):
        sheets = (
            (f"{path}, sheet {squeeze(sheet.name)!r}", sheet.rows)
            for sheet in read_workbook(path)
            if len(sheet.rows) > 1
        )
    else:
        sheets = [(str(path), list(_lines(path)))]
    for where, rows in sheets:
        table = find_table(rows, HEADERS, ("name", "organisation"), where)
        table.records = [row for row in table.records if row.one("name") or row.one("organisation")]
        notices += check_spelling((row.where, row.one("name") or row.one("organisation")) for row in table.records)
        yield where, table


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a CSV file in UTF-8 or, as this publisher writes, in Windows-1254."""
    data = read_bytes(path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("cp1254")
        except UnicodeDecodeError as error:
            raise ListFormatError(
                f"neither UTF-8 nor Windows-1254: {error.reason} at byte {error.start:,}", where=str(path), hint=_AGAIN
            ) from error
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=max(";,\t", key=first.count))
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ListFormatError(f"not well-formed CSV: {error}", where=f"{path}, line {line}", hint=_AGAIN) from error
        if any(cell.strip() for cell in row):
            yield line, row


def _article(path: Path, table: Table) -> str:
    name = path.stem.upper()
    for mark, article in (("3A3B", "3"), ("3-A", "3"), ("7262", "3"), ("5MADDE", "5"), ("6MADDE", "6"), ("7MADDE", "7"), ("5.MADDE", "5"),
                          ("6.MADDE", "6"), ("7.MADDE", "7")):  # fmt: skip
        if mark in name.replace(" ", "").replace("_", ""):
            return article
    if {"structure", "position", "listed_on"} & set(table.columns):
        return "3"
    return "6" if "gazette" in table.columns and "decision" not in table.columns else "7"


def _draft(row: Record, article: str, source: str, drafts: dict[str, Draft], notices: list[str]) -> Draft:
    name = row.one("name") or row.one("organisation")
    first = f"{article}-{reference_of(name, row.one('mother'), row.one('father'))}"
    reference, count = first, 1
    while reference in drafts:
        count += 1
        reference = f"{first}-{count}"
    draft = Draft(source, reference, _schema(row, name), row.where, notices, language="tr")
    _read_names(draft, row)
    for column, target in (("mother", draft.mother_names), ("father", draft.father_names)):
        target += _many(row, column)
    for date in _many(row, "birth_date"):
        draft.birth(date)
    for place in _many(row, "birth_place"):
        draft.place(place)
    for column in ("nationality", "other_nationality"):
        for value in _many(row, column):
            add = draft.nationality if draft.schema == "Person" else draft.country
            add(value, HEADERS[column][0])
    for address in _many(row, "address"):
        draft.address(address)
    _read_numbers(draft, row.raw("numbers"))
    draft.positions += _many(row, "position")
    for column in ("structure", "measure", "remarks", "gazette", "decision", "listed_on"):
        draft.note(HEADERS[column][0], row.raw(column))
    draft.keep(row.others)
    _read_listing(draft, row, article)
    return draft


def _schema(row: Record, name: str) -> Schema:
    structure = row.one("structure").casefold()
    if row.one("organisation") or any(word in structure for word in ("tüzel", "kuruluş", "organizasyon")):
        return organisation_schema(name)
    if any(row.one(column) for column in ("mother", "father", "birth_date", "birth_place")) or "gerçek" in structure:
        return "Person"
    if any(_number_kind(value) == "idNumber" for _, value in labelled_numbers(row.raw("numbers"))):
        return "Person"
    return organisation_schema(name)


def _many(row: Record, column: str) -> list[str]:
    """Return the values of a cell: lettered, numbered, or separated by semicolons or line breaks."""
    text = row.raw(column)
    found = numbered(squeeze(text))
    if len(found) > 1:
        return [value for value in found if value]
    pieces = re.split(r"[;\n]", text) if column not in {"address", "birth_place"} else text.split(";")
    return [value for value in map(squeeze, pieces) if value and value not in {"-", "/"}]


def _read_names(draft: Draft, row: Record) -> None:
    for column in ("name", "organisation"):
        for place, value in enumerate(_many(row, column)):
            draft.name(value, "strong" if place else "primary", language="tr")
    for value in _many(row, "aliases"):
        for alias in re.split(r"\s*,\s*", value):
            draft.name(alias, alias_quality(alias) if draft.schema == "Person" else "strong")
    for value in _many(row, "former"):
        draft.name(value, "former")


def _number_kind(value: str) -> str:
    if re.fullmatch(r"\d{11}", value):
        return "idNumber"
    return "taxNumber" if re.fullmatch(r"\d{10}", value) else "identifier"


def _read_numbers(draft: Draft, text: str) -> None:
    if not text:
        return
    if "*" in text:
        draft.note(HEADERS["numbers"][0], text)
        return
    rest = text
    for match in _PASSPORT.finditer(text):
        draft.identify("passportNumber", match[1])
        rest = rest.replace(match[0], " ")
    numbers = labelled_numbers(re.sub(r"(?<=\d)\s*[-/]\s*(?=\d{5})", " ; ", rest))
    for label, value in numbers:
        stated = identifier_kind(label) if label else "identifier"
        kind = _number_kind(value) if stated == "identifier" else stated
        turkish = kind in {"idNumber", "taxNumber"} and stated == "identifier"
        words = "GKN" if turkish and value.startswith("99") else label
        draft.identify(kind, value, country="tr" if turkish else "", label=words)
    if not numbers and rest.strip():
        draft.note(HEADERS["numbers"][0], text)


def _read_listing(draft: Draft, row: Record, article: str) -> None:
    decision, gazette, stated = row.one("decision"), row.one("gazette"), row.one("listed_on")
    later = [day for match in _LATER.finditer(stated) for day in days_in(match[1])]
    first = _LATER.sub(" ", stated)
    days = [next(iter(days_in(text)), "") or day_of(squeeze(text)) for text in (first, decision, gazette) if text]
    listed = next((day for day in days if day), "")
    if days and not listed:
        draft.notice(unreadable("date of the decision", stated or decision or gazette))
    draft.listings.append(
        Listing(
            source=draft.source, reference=draft.reference, listed_on=listed, amended_on=tuple(dict.fromkeys(later)),
            programme="; ".join(filter(None, (_ARTICLES[article][1], row.one("group")))),
            decision=decision or (f"Resmî Gazete {gazette}" if gazette else ""),
        )
    )  # fmt: skip
