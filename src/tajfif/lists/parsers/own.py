"""A user's own list, in CSV or Excel. Reach for it to screen against a bank's internal list, or one that has no parser.

The first row names the columns, in English or Arabic and in any order; only ``name`` is needed. Several values in one
cell are separated by ``;`` (or ``؛`` or ``|``). CSV is in UTF-8, with or without a byte order mark, its columns separated
by commas, tabs or semicolons. Of a workbook (XLSX or XLS) the one sheet that is not empty is read.

======================  =====================  ===================================================================
column                  Arabic                 holds
======================  =====================  ===================================================================
``id``                  المعرف                  your own key, unique; without it the number of the row serves
``schema``              النوع                   Person, Organization, Company, Vessel, Airplane, CryptoWallet or شخص,
                                               كيان, شركة, سفينة, طائرة, محفظة; empty: any legal entity
``name``                الاسم                   primary names, in any script
``aliases``             الأسماء المستعارة       strong aliases
``weak_aliases``        الكنى                   weak aliases: nicknames, short forms
``former_names``        الأسماء السابقة         former names
``birth_date``          تاريخ الميلاد           1980, 1980-05, 1980-05-17, 17/05/1980, "circa 1980", "1978 to 1981"
``nationality``         الجنسية                 countries, as code or name
``country``             البلد                   countries, as code or name
``gender``              الجنس                   male, female, ذكر, أنثى
``mother_name``         اسم الأم
``father_name``         اسم الأب
``birth_place``         مكان الميلاد            most local part first, separated by commas
``passport_number``     رقم الجواز              with the issuing country in brackets, if known: A123456 (SY)
``id_number``           رقم الهوية              likewise
``registration_number`` رقم التسجيل             likewise
``imo_number``          رقم المنظمة البحرية
``wallet``              المحفظة                 addresses of wallets
``address``             العنوان                 separated by ``;`` when there are several
``programme``           البرنامج                why it is listed
``listed_on``           تاريخ الإدراج           one date
``note``                ملاحظات
======================  =====================  ===================================================================
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tajfif.errors import ListFormatError
from tajfif.lists.parsers import Collected, ParsedList
from tajfif.lists.parsers.parties import add_name
from tajfif.lists.parsers.reading import only_file, read_rows, read_text
from tajfif.lists.parsers.workbook import is_workbook, read_workbook
from tajfif.model import Address, BirthDate, Entity, Identifier, Listing, Name, NameQuality, Note, Place, Schema
from tajfif.text.attributes import country_code, gender, parse_date
from tajfif.text.unicode import fold_word

__all__ = ["COLUMNS", "collect", "parse"]

COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("المعرف", "الرقم"), "schema": ("type", "النوع"), "name": ("الاسم", "الاسم الكامل"),
    "aliases": ("alias", "الأسماء المستعارة", "الاسم المستعار"), "weak_aliases": ("الكنى", "الكنية", "اللقب"),
    "former_names": ("الأسماء السابقة", "الاسم السابق"), "birth_date": ("تاريخ الميلاد", "تاريخ الولادة"),
    "nationality": ("الجنسية",), "country": ("البلد", "الدولة"), "gender": ("الجنس",), "mother_name": ("اسم الأم",),
    "father_name": ("اسم الأب",), "birth_place": ("مكان الميلاد", "محل الولادة"),
    "passport_number": ("رقم الجواز", "رقم جواز السفر"), "id_number": ("رقم الهوية", "الرقم الوطني"),
    "registration_number": ("رقم التسجيل", "رقم السجل التجاري"), "imo_number": ("رقم المنظمة البحرية",),
    "wallet": ("المحفظة",),
    "address": ("العنوان",), "programme": ("program", "البرنامج", "سبب الإدراج"), "listed_on": ("تاريخ الإدراج",),
    "note": ("ملاحظات", "ملاحظة"),
}  # fmt: skip
"""The columns, and the other headers that name them."""

_SCHEMAS: dict[str, Schema] = {
    "": "LegalEntity", "person": "Person", "individual": "Person", "شخص": "Person", "فرد": "Person",
    "organization": "Organization", "organisation": "Organization", "entity": "Organization", "كيان": "Organization",
    "منظمة": "Organization", "company": "Company", "شركة": "Company",
    "legalentity": "LegalEntity", "publicbody": "PublicBody",
    "vessel": "Vessel", "سفينة": "Vessel", "airplane": "Airplane", "aircraft": "Airplane", "طائرة": "Airplane",
    "cryptowallet": "CryptoWallet", "wallet": "CryptoWallet", "محفظة": "CryptoWallet", "thing": "Thing",
}  # fmt: skip
_NAMES: tuple[tuple[str, NameQuality], ...] = (
    ("name", "primary"), ("aliases", "strong"), ("weak_aliases", "weak"), ("former_names", "former"),
)  # fmt: skip
_NUMBERS = {"passport_number": "passportNumber", "id_number": "idNumber", "registration_number": "registrationNumber",
            "imo_number": "imoNumber", "wallet": "publicKey"}  # fmt: skip
_SEPARATORS = re.compile(r"[;؛|]")


def collect(path: Path, *, source: str = "own") -> Collected:
    """Return the list's file at ``path``: a file, or a directory with one CSV file or one workbook.

    Args:
        path: What the user named.
        source: Key of the source; not needed here.

    Raises:
        ListFormatError: There is no such file, or more than one.
    """
    return Collected(files={"list": only_file(path, (".csv", ".xlsx", ".xls"), f"CSV or Excel ({source})")})


def parse(files: dict[str, Path], *, source: str = "own") -> ParsedList:
    """Read a list in the layout above.

    Args:
        files: ``{"list": path}``.
        source: Key of the source, which begins every entity's id.

    Raises:
        ListFormatError: An unknown, missing or repeated column; a row with another number of cells, without a name,
            with an id that another row has, or with a date, country, gender or schema that cannot be read; names the
            row and the column. A workbook that is damaged, bombed, or has no sheet or several with rows.
    """
    path = files["list"]
    workbook = is_workbook(path)
    unit = "spreadsheet row" if workbook else "line"
    rows = _sheet_rows(path) if workbook else read_rows(path, delimiter=_delimiter(path))
    line, header = next(rows, (1, []))
    columns = _columns(header, f"{path}, {unit} {line}")
    entities: dict[str, Entity] = {}
    notices = (
        []
        if "id" in columns
        else [f"{path}: no column id, so the numbers of the rows serve; they change when rows are added"]
    )
    for number, (line, cells) in enumerate(rows, start=1):
        where = f"{path}, row {number} ({unit} {line})"
        if len(cells) != len(columns):
            raise ListFormatError(
                f"{len(cells)} cells under {len(columns)} columns", where=where,
                hint="Put a cell that holds the separator of columns in double quotes.",
            )  # fmt: skip
        row = _Row(dict(zip(columns, cells, strict=True)), where)
        if not any(cell.strip() for cell in cells):
            continue
        entity = row.entity(source, row.one("id") or str(number))
        if entity.id in entities:
            raise ListFormatError(
                f"id {row.one('id')!r} is used twice", where=f"{where}, column id", hint="Give each row its own id."
            )
        entities[entity.id] = entity
    if not entities:
        raise ListFormatError(
            "the list has no entries",
            where=f"{path}, {unit} {line}",
            hint="Write one party in each row after the first.",
        )
    return ParsedList(source=source, published="", entities=tuple(entities.values()), notices=tuple(notices))


def _sheet_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of the one sheet that is not empty, each as wide as the header; dates are ISO, times left off."""
    sheets = [sheet for sheet in read_workbook(path) if sheet.rows]
    if len(sheets) != 1:
        names = ", ".join(repr(sheet.name) for sheet in sheets[:5]) or "none"
        raise ListFormatError(
            f"one sheet should hold the list, {len(sheets)} are filled ({names})", where=str(path),
            hint="Leave the list alone in its workbook, or save its sheet as CSV.",
        )  # fmt: skip
    header = sheets[0].rows[0][1]
    width = max(place for place, cell in enumerate(header, start=1) if cell.strip())
    for number, cells in sheets[0].rows:
        beyond = next((cell for cell in cells[width:] if cell.strip()), "")
        if beyond:
            raise ListFormatError(
                f"the cell {beyond[:40]!r} stands beside the columns", where=f"{path}, spreadsheet row {number}",
                hint="Give its column a header, or empty the cell.",
            )  # fmt: skip
        yield number, cells[:width]


def _delimiter(path: Path) -> str:
    """Return the separator with which the first row falls into the most known columns."""
    lines = [line for line in read_text(path, legacy=False).splitlines() if line.strip()]
    known = _known()
    return max(",\t;", key=lambda mark: sum(_key(cell) in known for cell in lines[0].split(mark)) if lines else 0)


def _key(header: str) -> str:
    return " ".join(
        "".join(fold_word(word)) for word in re.split(r"[\s_\-]+", header.strip().strip('"').casefold()) if word
    )


def _known() -> dict[str, str]:
    return {_key(header): column for column, others in COLUMNS.items() for header in (column, *others)}


def _columns(header: list[str], where: str) -> list[str]:
    known = _known()
    columns: list[str] = []
    for cell in header:
        column = known.get(_key(cell))
        if column is None or column in columns:
            wrong = "is there twice" if column else "is not known"
            raise ListFormatError(
                f"column {cell.strip()!r} {wrong}", where=where, hint=f"The columns are: {', '.join(COLUMNS)}."
            )
        columns.append(column)
    if "name" not in columns:
        raise ListFormatError("there is no column name", where=where, hint=f"The columns are: {', '.join(COLUMNS)}.")
    return columns


class _Row:
    """One row: its cells by column, and where it stands."""

    def __init__(self, cells: dict[str, str], where: str) -> None:
        self.cells = cells
        self.where = where

    def one(self, column: str) -> str:
        return " ".join(self.cells.get(column, "").split())

    def many(self, column: str) -> list[str]:
        return [
            value
            for value in (" ".join(part.split()) for part in _SEPARATORS.split(self.cells.get(column, "")))
            if value
        ]

    def wrong(self, column: str, value: str, hint: str) -> ListFormatError:
        return ListFormatError(f"{value!r} cannot be read", where=f"{self.where}, column {column}", hint=hint)

    def entity(self, source: str, reference: str) -> Entity:
        """Return the row's entity."""
        schema = _SCHEMAS.get(self.one("schema").casefold())
        if schema is None:
            raise self.wrong(
                "schema", self.one("schema"), "Write Person, Organization, Company, Vessel, Airplane or CryptoWallet."
            )
        sex = gender(self.one("gender")) if self.one("gender") else ""
        if self.one("gender") and not sex:
            raise self.wrong("gender", self.one("gender"), "Write male or female, or leave the cell empty.")
        listed = [self.date(value, "listed_on").start for value in self.many("listed_on")]
        return Entity(
            id=f"{source}:{reference}",
            schema=schema,
            names=self.names(),
            birth_dates=tuple(self.date(value, "birth_date") for value in self.many("birth_date")),
            birth_places=tuple(
                Place(text=value, country=country_code(value.rsplit(",", 1)[-1].strip()))
                for value in self.many("birth_place")
            ),
            nationalities=self.countries("nationality"),
            countries=self.countries("country"),
            gender=sex,
            mother_names=tuple(self.many("mother_name")),
            father_names=tuple(self.many("father_name")),
            identifiers=tuple(self.identifier(value, column) for column in _NUMBERS for value in self.many(column)),
            addresses=tuple(
                Address(text=value, country=country_code(value.rsplit(",", 1)[-1].strip()))
                for value in self.many("address")
            ),
            listings=(
                Listing(
                    source=source,
                    reference=reference,
                    programme=self.one("programme"),
                    listed_on=listed[0] if listed else "",
                ),
            ),
            notes=(Note(field="note", text=self.cells["note"].strip()),) if self.one("note") else (),
        )

    def names(self) -> tuple[Name, ...]:
        """Return all names of the row; there must be a primary one."""
        names: list[Name] = []
        for column, quality in _NAMES:
            for value in self.many(column):
                add_name(names, value, quality)
        if not names or names[0].quality != "primary":
            raise ListFormatError(
                "the name is empty", where=f"{self.where}, column name", hint="Write a name, or take the row out."
            )
        return tuple(names)

    def date(self, value: str, column: str) -> BirthDate:
        """Return a date that must be readable."""
        date = parse_date(value)
        if not date.start:
            raise self.wrong(column, value, "Write a date as 1980-05-17, 1980-05 or 1980.")
        return date

    def countries(self, column: str) -> tuple[str, ...]:
        """Return the codes of countries that must be known."""
        codes: dict[str, None] = {}
        for value in self.many(column):
            code = country_code(value)
            if not code:
                raise self.wrong(column, value, "Write a country as ISO 3166 code or by its name in English or Arabic.")
            codes[code] = None
        return tuple(codes)

    def identifier(self, value: str, column: str) -> Identifier:
        """Return a number with its issuing country, which may follow in brackets."""
        match = re.fullmatch(r"(.+?)\s*\(([^()]+)\)", value)
        if not match:
            return Identifier(kind=_NUMBERS[column], value=value)
        code = country_code(match[2])
        if not code:
            raise self.wrong(column, match[2], "Write the issuing country in the brackets, or no brackets.")
        return Identifier(kind=_NUMBERS[column], value=match[1], country=code)
