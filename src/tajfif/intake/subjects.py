"""One row's cells made into a subject. Reach for it when the columns of a table are known.

Nothing is guessed into a subject: a value that is there but cannot be read, such as a date ``31/02/1990``, refuses the
row with a reason, since a subject screened without it would seem to have been screened with it. What forms write for
"nothing" (``N/A``, ``-``, ``غير معروف``) counts as an empty cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal

import msgspec

from tajfif.config import MAX_NAME_LENGTH
from tajfif.errors import InputError
from tajfif.ftm import IDENTIFIER_PROPERTIES, compose_name, schema_named
from tajfif.intake.columns import ColumnMap, header_key, word_table
from tajfif.intake.tables import cell_text
from tajfif.model import Address, BirthDate, Identifier, Name, NameQuality, Place, Schema, Subject
from tajfif.text.attributes import country_code, gender, identifier_kind, parse_date
from tajfif.text.unicode import fold_word, has_arabic, script_of

__all__ = ["RefusedRowError", "SubjectBuilder", "checked", "subject_of"]

MAX_CELL_LENGTH = 10_000
"""Longest cell that is read, in characters."""

_CELL_WORDS = word_table("cell_words.tsv")
_NOTHING = frozenset(word for meaning, word in _CELL_WORDS if meaning == "(nothing)")
_DAMAGED = re.compile("[\ud800-\udfff\ufffd]")
_SEVERAL = re.compile(r"[;؛\n|]+")
_SEVERAL_COUNTRIES = re.compile(r"[;؛\n|,،/]+")
_LETTER = re.compile(r"[^\W_]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_ARABIC_ONLY = re.compile("[\u0600-\u06ff ]+")

_NAME_QUALITIES: tuple[tuple[str, NameQuality], ...] = (
    ("name", "primary"), ("alias", "strong"), ("weakAlias", "weak"), ("previousName", "former"),
)  # fmt: skip
_CACHED = 50_000
_SCHEMA_BY_KEY = {
    header_key(word): schema for meaning, word in _CELL_WORDS if (schema := schema_named(meaning)) is not None
}


class RefusedRowError(Exception):
    """A row cannot be made into a subject; the message says why. It never leaves the intake room."""


class SubjectBuilder:
    """Makes subjects of rows whose cells stand in known columns.

    Args:
        columns: What each column holds.
        schema: The schema of rows that state none; empty leaves it open.
    """

    def __init__(self, columns: ColumnMap, schema: Schema | Literal[""] = "") -> None:
        self._columns = tuple(columns.fields.items())
        self._schema: Schema = schema or "LegalEntity"

    def build(self, cells: Sequence[Any], line: int) -> Subject | None:
        """Make a subject of one row.

        Args:
            cells: The cells in the order of the table.
            line: Where the row stands; it is the subject's ``id`` where the table gives none.

        Returns:
            The subject; nothing for an empty row.

        Raises:
            RefusedRowError: The row has no name, or a value that cannot be read.
        """
        held = {field: texts for field, at in self._columns if (texts := _texts(field, cells, at))}
        if not held:
            if any(cell is not None and cell_text(cell) for cell in cells):
                raise RefusedRowError("there is no name")
            return None
        names = _names(held)
        if not names:
            raise RefusedRowError("there is no name")
        number = held.get("id")
        filled = {_ATTRIBUTE[field]: read(texts) for field, texts in held.items() if (read := _READERS.get(field))}
        if not _IDENTIFIER_FIELDS.isdisjoint(held):
            filled["identifiers"] = _identifiers(held)
        filled.setdefault("schema", self._schema)
        return Subject(id=number[0] if number else str(line), names=names, **filled)


def subject_of(fields: Mapping[str, str], *, schema: Schema | Literal[""] = "") -> Subject:
    """Make a subject of single values, as somebody types them.

    Args:
        fields: Field (:data:`tajfif.intake.columns.FIELDS`) to its value; empty values say nothing.
        schema: Its schema; empty leaves it open.

    Raises:
        InputError: There is no name, or a value that cannot be read.
    """
    columns = ColumnMap(fields={field: (place,) for place, field in enumerate(fields)}, headers=tuple(fields))
    try:
        subject = SubjectBuilder(columns, schema).build(tuple(fields.values()), 1)
    except RefusedRowError as refusal:
        raise InputError(str(refusal)) from None
    if subject is None:
        raise InputError("there is no name", hint="Give a name with letters in it.")
    return subject if fields.get("id") else msgspec.structs.replace(subject, id="")


def _texts(field: str, cells: Sequence[Any], positions: Iterable[int]) -> list[str]:
    found: list[str] = []
    for position in positions:
        cell = cells[position]
        if cell is None or cell == "":
            continue
        if type(cell) is str and field not in _SPLIT_FIELDS:
            if clean := _clean(field, cell):
                found.append(clean)
            continue
        for value in cell if isinstance(cell, (list, tuple)) else (cell,):
            if isinstance(value, (dict, bool, bytes, list)):
                raise RefusedRowError(f"{field} is not a text")
            text = value if type(value) is str else cell_text(value)
            if field in _SPLIT_FIELDS and _SEVERAL.search(text):
                found += [clean for piece in _SEVERAL.split(text) if (clean := _clean(field, piece))]
            elif clean := _clean(field, text):
                found.append(clean)
    return found


_SPLIT_FIELDS = frozenset(("alias", "weakAlias", "previousName", "birthDate"))


def _clean(field: str, text: str) -> str:
    """One line of the text; nothing for what forms write in an empty cell.

    Raises:
        RefusedRowError: It is damaged or too long.
    """
    if len(text) > (MAX_NAME_LENGTH if field in _NAME_LIKE else MAX_CELL_LENGTH):
        raise RefusedRowError(f"{field} has {len(text):,} characters, which is too long")
    if not text.isascii() and _DAMAGED.search(text):
        raise RefusedRowError(f"{field} has bytes that are not of the file's encoding")
    text = " ".join(text.split())
    return "" if len(text) < 16 and text.lower() in _NOTHING else text


_NAME_LIKE = frozenset(
    ("name", "alias", "weakAlias", "previousName", "firstName", "secondName", "middleName", "lastName", "fatherName",
     "grandfatherName", "motherName", "id")
)  # fmt: skip


def _names(held: dict[str, list[str]]) -> tuple[Name, ...]:
    names = [_name(text, quality) for field, quality in _NAME_QUALITIES for text in held.get(field, ())]
    if _PARTS_OF_NAME.isdisjoint(held):
        return tuple(names)
    given = [text for field in ("firstName", "secondName", "middleName") for text in held.get(field, ())[:1]]
    family = held.get("lastName", [""])[0]
    if "name" not in held:
        if len(given) < 2:  # the second and third names of a form are the father's and the grandfather's
            given += [text for field in ("fatherName", "grandfatherName") for text in held.get(field, ())[:1]]
        composed = compose_name(given, family)
        return (composed, *names) if composed else tuple(names)
    if family and "firstName" not in held:
        whole = held["name"][0]
        if not _words(family) <= _words(whole):  # "name" was the given name beside a column of family names
            composed = compose_name([whole], family)
            return (composed, *names[1:]) if composed and " " not in whole else (composed or names[0], *names)
    return tuple(names)


_PARTS_OF_NAME = frozenset(("firstName", "secondName", "middleName", "lastName"))


def _words(text: str) -> set[str]:
    return {word.removeprefix("ال") for piece in text.split() for word in fold_word(piece)}


def _name(text: str, quality: NameQuality) -> Name:
    if not _LETTER.search(text):
        raise RefusedRowError(f"the name {text[:40]!r} has no letter")
    return Name(value=text, script=_script(text), quality=quality)


def _script(text: str) -> str:
    if text.isascii():
        return "Latn" if not text.isdigit() else ""
    if _ARABIC_ONLY.fullmatch(text):
        return "Arab"
    if has_arabic(text):
        return "" if _LATIN.search(text) else "Arab"
    return script_of(text)


@lru_cache(maxsize=_CACHED)
def _birth_date(text: str) -> tuple[BirthDate, ...]:
    try:
        date = parse_date(text)
    except InputError:
        date = BirthDate(text=text)
    if not date.start:
        raise RefusedRowError(f"the date {text[:40]!r} cannot be read")
    return (date,)


@lru_cache(maxsize=_CACHED)
def _place(text: str) -> Place:
    return Place(text=text, country=country_code(text.replace("،", ",").rpartition(",")[2].strip()))


def _codes(field: str, texts: list[str]) -> tuple[str, ...]:
    if len(texts) == 1:
        return _country_codes(field, texts[0])
    return tuple(dict.fromkeys(code for text in texts for code in _country_codes(field, text)))


@lru_cache(maxsize=_CACHED)
def _country_codes(field: str, text: str) -> tuple[str, ...]:
    whole = country_code(text)
    if whole:
        return (whole,)
    codes = [country_code(piece.strip()) for piece in _SEVERAL_COUNTRIES.split(text) if piece.strip()]
    if not codes or not all(codes):
        raise RefusedRowError(f"{field} {text[:40]!r} is no country that is known")
    return tuple(codes)


@lru_cache(maxsize=1_000)
def _gender(text: str) -> Literal["", "male", "female"]:
    found = gender(text)
    if not found and text.lower() not in ("u", "x", "o", "other", "na"):
        raise RefusedRowError(f"gender {text[:40]!r} cannot be read")
    return found


@lru_cache(maxsize=1_000)
def _schema(text: str) -> Schema:
    found = schema_named(text) or _SCHEMA_BY_KEY.get(header_key(text))
    if not found:
        raise RefusedRowError(f"type {text[:40]!r} is no kind of party that is known")
    return found


def _identifiers(held: dict[str, list[str]]) -> tuple[Identifier, ...]:
    label = held.get("identifierKind", [""])[0]
    kind = identifier_kind(label) if label else "identifier"
    return tuple(
        Identifier(kind=kind, value=value, label=label)
        if field == "identifier"
        else Identifier(kind=field, value=value)
        for field in IDENTIFIER_PROPERTIES
        for value in held.get(field, ())
    )


_IDENTIFIER_FIELDS = frozenset(IDENTIFIER_PROPERTIES)

_ATTRIBUTE = {
    "schema": "schema", "birthDate": "birth_dates", "birthPlace": "birth_places", "nationality": "nationalities",
    "country": "countries", "gender": "gender", "motherName": "mother_names", "fatherName": "father_names",
    "address": "addresses",
}  # fmt: skip
_READERS: dict[str, Callable[[list[str]], Any]] = {
    "schema": lambda texts: _schema(texts[0]),
    "birthDate": lambda texts: (
        _birth_date(texts[0]) if len(texts) == 1 else tuple(_birth_date(text)[0] for text in texts)
    ),
    "birthPlace": lambda texts: tuple(map(_place, texts)),
    "nationality": lambda texts: _codes("nationality", texts),
    "country": lambda texts: _codes("country", texts),
    "gender": lambda texts: _gender(texts[0]),
    "motherName": tuple,
    "fatherName": tuple,
    "address": lambda texts: tuple(Address(text=text) for text in texts),
}


def checked(subject: Subject) -> Subject:
    """Return a subject that was read from FollowTheMoney JSON, held to the same rules as a row.

    Raises:
        RefusedRowError: It has no name, or a date that cannot be read.
    """
    if not subject.names:
        raise RefusedRowError("there is no name")
    for date in subject.birth_dates:
        if not date.start:
            raise RefusedRowError(f"the date {date.text[:40]!r} cannot be read")
    return msgspec.structs.replace(
        subject, names=tuple(_name(name.value, name.quality) if not name.parts else name for name in subject.names)
    )
