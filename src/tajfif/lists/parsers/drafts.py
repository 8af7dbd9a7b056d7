"""An entity while it is being read from a row. Reach for it in a parser that gathers one party from cells and fields.

A draft takes what a publisher writes and keeps all of it: what can be read becomes a fact, what cannot stays as text,
and the list of notices says where.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import msgspec

from tajfif.errors import ListFormatError
from tajfif.lists.parsers.parties import add_name, squeezed
from tajfif.model import (
    Address,
    BirthDate,
    Entity,
    Identifier,
    Listing,
    Name,
    NameQuality,
    Note,
    Place,
    Relation,
    Schema,
)
from tajfif.text.attributes import country_code, gender, identifier_kind, parse_date
from tajfif.text.unicode import has_arabic

__all__ = [
    "Draft",
    "arabic_organisation",
    "check_spelling",
    "codes_in",
    "day_of",
    "days_in",
    "delisted_notice",
    "excel_day",
    "labelled_numbers",
    "local_country",
    "reference_of",
    "unreadable",
]

_BROKEN = re.compile(
    "(?:[\u00c3\u00c5\u00d0\u00d1\u00d8\u00d9\u00da\u00db\u00d7][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]\\s?){2}"
    "|\ufffd|\\?{3,}|&#\\d{3,5};"
)
_SHARE_OF_BROKEN = 0.01
_SHARE_OF_ARABIC = 0.5
_SERIAL = re.compile(r"[1-6]\d{4}(?:\.0+)?")
_SERIAL_ZERO = date(1899, 12, 30)
_YEARS_AS_DAYS = range(1900, 2031)
_BETWEEN = re.compile(
    r"\s*[/،,;؛|\n]\s*|\s+[-–—]\s+|\s+(?:و|and|et|ve)\s+|\s+و(?=ال)|(?:الحالية|السابقة|current|former)\s*[:：]\s*",
    re.IGNORECASE,
)
_DAY = re.compile(r"(?<!\d)(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d{4})(?!\d)")
_NUMBER = re.compile(r"[A-Za-z]{0,4}[-/ ]?\d[\dA-Za-z]*(?:[-/.][\dA-Za-z]+)*")
_LEAST_DIGITS = 3
_COMPANY = re.compile(
    r"شرك[ةه]|مصرف|صيرف[ةه]|صراف[ةه]|مؤسس[ةه] .*تجار|للتوسط|للتجارة|للتجاره|لل?صرافة|للاستيراد|محلات|مجموعة .*القابضة"
)


def unreadable(what: str, text: str) -> str:
    """Return the words of a notice on a text that was kept but not understood."""
    return f"the {what} {text!r} cannot be read and is kept as text"


def check_spelling(names: Iterable[tuple[str, str]], *, arabic: str = "") -> list[str]:
    """Refuse a list whose names lost their letters on the way, such as "Ø§Ù„" or "?????" in place of Arabic.

    Args:
        names: Where each name stands, and the name.
        arabic: What the names are that should be in Arabic script ("the column الاسم"); empty if they need not be.

    Returns:
        Notices on single names that are broken in a list that is otherwise whole.

    Raises:
        ListFormatError: More than one name in a hundred is broken, or half of those that should be Arabic are not.
    """
    listed = list(names)
    broken = [(where, name) for where, name in listed if _BROKEN.search(name)]
    if broken and len(broken) > _SHARE_OF_BROKEN * len(listed):
        where, name = broken[0]
        raise ListFormatError(
            f"{len(broken)} of {len(listed)} names have lost their letters, the first is {name[:40]!r}", where=where,
            hint="The file was saved in another encoding on its way: fetch it again as it is, without opening it.",
        )  # fmt: skip
    lost = [(where, name) for where, name in listed if not has_arabic(name)]
    if arabic and listed and len(lost) > _SHARE_OF_ARABIC * len(listed):
        where, name = lost[0]
        raise ListFormatError(
            f"{len(lost)} of {len(listed)} names in {arabic} are not in Arabic script, the first is {name[:40]!r}",
            where=where, hint="This may be another list, or one that lost its Arabic: compare it with its publisher's site.",
        )  # fmt: skip
    return [f"{where}: the name {name!r} has lost letters" for where, name in broken]


def delisted_notice(entities: Iterable[Entity]) -> list[str]:
    """Return what the reader must know of those whom the publisher names as delisted, if there are any."""
    listed = list(entities)
    count = sum(entity.is_delisted for entity in listed)
    return [f"{count:,} of {len(listed):,} entries are delisted: they are kept, and not searched"] if count else []


def reference_of(*facts: str) -> str:
    """Return a reference for a party whose publisher gives it none that lasts: twelve digits from what identifies it.

    The numbers of rows change whenever somebody is delisted; this reference stays as long as the facts do.
    """
    text = "\x1f".join(squeezed(fact).casefold() for fact in facts)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:12]


def excel_day(text: str) -> str:
    """Return the ISO day of a spreadsheet's number of days ("32115" is 1987-12-04); empty if it is no such number.

    Source: ECMA-376 part 1, 18.17.4.1, the 1900 date base.
    """
    if not _SERIAL.fullmatch(text.strip()):
        return ""
    return (_SERIAL_ZERO + timedelta(days=int(float(text)))).isoformat()


def day_of(text: str) -> str:
    """Return the ISO form of a date that a cell states, also as a spreadsheet's number; empty if it is none."""
    return excel_day(text) or parse_date(text).start


def days_in(text: str) -> list[str]:
    """Return every numeric date in a text, in ISO form and in its order. Arabic digits are read."""
    plain = "".join(str(int(char)) if char.isdecimal() else char for char in text)
    found = (parse_date(re.sub(r"\s", "", match[0])).start for match in _DAY.finditer(plain))
    return [day for day in found if day]


def arabic_organisation(name: str) -> Schema:
    """Return ``Company`` for an Arabic name with a word of trade, else ``Organization``."""
    return "Company" if _COMPANY.search(name) else "Organization"


def codes_in(text: str, language: str = "") -> tuple[list[str], bool]:
    """Return the countries that a cell names ("السعودية / الكويت"), and whether that is all it says.

    Args:
        text: The cell.
        language: Language of country names that are neither English, Arabic nor French: ``tr``, ``he``.
    """
    whole = _country(squeezed(text), language)
    if whole:
        return [whole], True
    codes: dict[str, None] = {}
    complete = True
    for piece in _BETWEEN.split(text):
        bare = squeezed(re.sub(r"\([^()]*\)", " ", piece)).strip(" .،,*•")
        if not bare:
            continue
        code = _country(bare, language)
        complete = complete and bool(code) and bare == squeezed(piece)
        if code:
            codes[code] = None
    return list(codes), complete and bool(codes)


def _country(text: str, language: str) -> str:
    bare = re.sub(r"^(?:kingdom|state|republic) of ", "", text, flags=re.IGNORECASE)
    bare = re.sub(r"\s+(?:flag|citizen|national|vatandaşı)$", "", bare, flags=re.IGNORECASE)
    return country_code(text) or country_code(bare) or (local_country(bare, language) if language else "")


def local_country(text: str, language: str) -> str:
    """Return the code of a country by its name in a language, as the Unicode CLDR writes it; empty if it is none."""
    return _territories(language).get(_local_key(text), "")


@lru_cache(maxsize=4)
def _territories(language: str) -> dict[str, str]:
    from babel import Locale

    names = Locale(language).territories.items()
    table = {_local_key(name): code.lower() for code, name in names if len(code) == 2 and code.isalpha()}
    return {**table, **{_local_key(name): code for name, code in _OTHER_NAMES.get(language, {}).items()}}


def _local_key(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.replace("İ", "i").replace("I", "ı").casefold().replace("ı", "i")))


_OTHER_NAMES = {
    "tr": {
        "Türkiye Cumhuriyeti": "tr", "T.C.": "tr", "TC": "tr", "Kore Demokratik Halk Cumhuriyeti": "kp", "İngiltere": "gb",
        "ABD": "us", "Amerika": "us", "Rusya Federasyonu": "ru", "RF": "ru", "Çin Halk Cumhuriyeti": "cn",
        "İran İslam Cumhuriyeti": "ir", "Suriye Arap Cumhuriyeti": "sy", "BAE": "ae",
    },
    "he": {
        "רש״פ": "ps", 'רש"פ': "ps", "הרשות הפלסטינית": "ps", "איו״ש": "ps", "עזה": "ps", "רצועת עזה": "ps", "עירק": "iq",
        "תורכיה": "tr", "ארה״ב": "us", 'ארה"ב': "us", "סעודיה": "sa", "אירן": "ir",
    },
}  # fmt: skip


def labelled_numbers(text: str) -> list[tuple[str, str]]:
    """Return the numbers in a cell with the words before each: "رقم الهوية اللبنانية :000010757716".

    A number has at least three digits and is no date. Where the cell is one number, its label is empty.
    """
    plain = "".join(str(int(char)) if char.isdecimal() else char for char in text)
    found: list[tuple[str, str]] = []
    start = 0
    for match in _NUMBER.finditer(plain):
        if sum(char.isdigit() for char in match[0]) < _LEAST_DIGITS or _DAY.fullmatch(match[0].strip()):
            continue
        label = squeezed(re.sub(r"[():：#،,;/\-–]+", " ", plain[start : match.start()]))
        found.append((label, match[0].strip()))
        start = match.end()
    return found


@dataclass
class Draft:
    """A party while it is being read.

    Attributes:
        source: Key of the source, which begins the id.
        reference: The publisher's reference, or :func:`reference_of`.
        schema: What it is.
        where: Where it stands, for messages.
        notices: Where reservations are written to.
        language: Language of country names, as in :func:`codes_in`.
    """

    source: str
    reference: str
    schema: Schema
    where: str
    notices: list[str]
    language: str = ""
    names: list[Name] = field(default_factory=list)
    birth_dates: list[BirthDate] = field(default_factory=list)
    birth_places: list[Place] = field(default_factory=list)
    nationalities: list[str] = field(default_factory=list)
    countries: list[str] = field(default_factory=list)
    gender: str = ""
    mother_names: list[str] = field(default_factory=list)
    father_names: list[str] = field(default_factory=list)
    identifiers: list[Identifier] = field(default_factory=list)
    addresses: list[Address] = field(default_factory=list)
    listings: list[Listing] = field(default_factory=list)
    positions: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def name(self, value: str, quality: NameQuality, *, language: str = "", parts: tuple[str, ...] = (),
             family: str = "") -> None:  # fmt: skip
        """Add a name that is not there yet."""
        if not any(kept.value == squeezed(value) for kept in self.names):
            add_name(self.names, value, quality, language=language, parts=parts, family=family)

    def notice(self, text: str) -> None:
        """Tell the reader of a reservation."""
        self.notices.append(f"{self.where}: {text}")

    def note(self, label: str, text: str) -> None:
        """Keep a statement that no other field holds whole."""
        if text.strip():
            self.notes.append(Note(field=label, text=text.strip()))

    def birth(self, text: str) -> None:
        """Add a date of birth or foundation as a cell has it; one that cannot be read is kept as text.

        A year that a spreadsheet took for a number of days (1975 became a day in 1905) is a year again, and a number
        of days is a date.
        """
        text = squeezed(text)
        if not text:
            return
        found = _year_again(text) or (BirthDate(start=excel_day(text)) if excel_day(text) else parse_date(text))
        if not found.start:
            self.notice(unreadable("birth date", text))
        self.birth_dates.append(found)

    def place(self, text: str, country: str = "") -> None:
        """Add a place of birth, the country apart where it is stated apart."""
        text = squeezed(text)
        if text or country:
            codes, _ = codes_in(country or re.split(r"[,،/\-–]", text)[-1], self.language)
            whole = ", ".join(part for part in (text, squeezed(country)) if part)
            self.birth_places.append(Place(text=whole, city=text, country=codes[0] if codes else ""))

    def nationality(self, text: str, label: str = "nationality") -> None:
        """Add the nationalities in a cell; the words are kept too where they say more."""
        self._codes(text, label, self.nationalities)

    def country(self, text: str, label: str = "country") -> None:
        """Add the countries in a cell; the words are kept too where they say more."""
        self._codes(text, label, self.countries)

    def _codes(self, text: str, label: str, target: list[str]) -> None:
        if not text.strip():
            return
        codes, complete = codes_in(text, self.language)
        target.extend(codes)
        if not complete:
            self.note(label, text)

    def sex(self, text: str) -> None:
        """Set the gender; a word that is not understood is kept."""
        if text and not gender(text):
            self.note("gender", text)
        self.gender = self.gender or gender(text)

    def identify(self, kind: str, value: str, *, country: str = "", label: str = "", issued: str = "",
                 expires: str = "", note: str = "") -> None:  # fmt: skip
        """Add a number. One that is masked with asterisks is kept as a note: it can neither agree nor contradict."""
        value = squeezed(value)
        if not value:
            return
        if "*" in value or "×" in value:
            self.note(label or kind, value)
            return
        self.identifiers.append(
            Identifier(kind=kind, value=value, country=country, label=label, issued=issued, expires=expires, note=note)
        )

    def documents(self, text: str, *, label: str = "", country: str = "", issued: str = "", expires: str = "",
                  note: str = "", default: str = "identifier") -> None:  # fmt: skip
        """Add every number in a cell, its kind by the words before it, else by the label; keep a cell without one."""
        if "*" in text or not labelled_numbers(text):
            self.note(label or "document", text)
            return
        for words, value in labelled_numbers(text):
            stated = identifier_kind(words) if words else "identifier"
            kind = stated if stated != "identifier" else identifier_kind(label) if label else "identifier"
            self.identify(
                kind if kind != "identifier" else default, value, label=words or label, issued=issued, expires=expires,
                country=country or next(iter(codes_in(words, self.language)[0]), ""), note=note,
            )  # fmt: skip

    def address(self, text: str = "", *, street: str = "", city: str = "", country: str = "", note: str = "") -> None:
        """Add an address, whole or in parts; its country is added to the party's."""
        parts = [squeezed(part) for part in (street, city, country)]
        whole = squeezed(text) or ", ".join(part for part in parts if part)
        if not whole:
            return
        last = country or re.split(r"[,،/\-–]", whole)[-1]
        codes, _ = codes_in(last, self.language)
        self.countries.extend(codes)
        self.addresses.append(
            Address(text=whole, street=parts[0], city=parts[1], country=codes[0] if codes else "", note=note)
        )

    def keep(self, others: dict[str, Any]) -> None:
        """Keep fields that the layout did not have, as notes."""
        for label, value in others.items():
            text = value if isinstance(value, str) else msgspec.json.encode(value, order="deterministic").decode()
            self.note(label, text)

    def entity(self) -> Entity:
        """Return the party.

        Raises:
            ListFormatError: It has no name.
        """
        if not self.names:
            raise ListFormatError(
                "the entry has no name", where=self.where, hint="Fetch the file again from its publisher."
            )
        return Entity(
            id=f"{self.source}:{self.reference}",
            schema=self.schema,
            names=_primary_first(self.names),
            birth_dates=_distinct(self.birth_dates),
            birth_places=_distinct(self.birth_places),
            nationalities=_distinct(self.nationalities),
            countries=_distinct(self.countries),
            gender="female" if self.gender == "female" else "male" if self.gender == "male" else "",
            mother_names=_distinct(filter(None, map(squeezed, self.mother_names))),
            father_names=_distinct(filter(None, map(squeezed, self.father_names))),
            identifiers=_distinct(self.identifiers),
            addresses=_distinct(self.addresses),
            listings=_distinct(self.listings) or (Listing(source=self.source, reference=self.reference),),
            titles=_distinct(filter(None, map(squeezed, self.titles))),
            positions=_distinct(filter(None, map(squeezed, self.positions))),
            relations=_distinct(self.relations),
            notes=_distinct(self.notes),
        )


def _primary_first(names: list[Name]) -> tuple[Name, ...]:
    if any(name.quality == "primary" for name in names):
        return tuple(names)
    return (msgspec.structs.replace(names[0], quality="primary"), *names[1:])


def _year_again(text: str) -> BirthDate | None:
    day = re.fullmatch(r"(190[0-9]-\d\d-\d\d)(?:T[\d:]+)?", text)
    if not day:
        return None
    number = (date.fromisoformat(day[1]) - _SERIAL_ZERO).days
    return BirthDate(start=str(number), text=text) if number in _YEARS_AS_DAYS else None


def _distinct(items: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(items))
