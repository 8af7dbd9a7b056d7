"""Which column holds what. Reach for it when the head of a table must be understood, in English or Arabic.

A header is compared without case, punctuation, accents, hamza seats and Arabic article, so that ``Customer_Name``,
``CUSTOMER NAME`` and ``customerName`` are one spelling, and so are ``الاسم الكامل`` and ``اسم كامل``. The spellings
stand in ``data/column_headers.tsv``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

import msgspec

from tajfif.errors import InputError, UsageError
from tajfif.text.unicode import fold_word

__all__ = ["FIELDS", "NAME_FIELDS", "ColumnMap", "field_of", "find_columns", "header_key", "word_table"]


def word_table(file: str) -> tuple[tuple[str, str], ...]:
    """Read a table of words of the package: pairs of meaning and word, in its order.

    Args:
        file: Name in ``tajfif/data``; its lines are ``meaning<TAB>word | word …``.
    """
    text = (files("tajfif.data") / file).read_text(encoding="utf-8")
    lines = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return tuple((meaning, word.strip()) for meaning, words in lines for word in words.split(" | "))


_SPELLINGS = word_table("column_headers.tsv")

FIELDS = tuple(dict.fromkeys(field for field, _ in _SPELLINGS))
"""Every field that a column can hold: the FollowTheMoney property, or a part of a name."""
NAME_FIELDS = ("name", "firstName", "secondName", "middleName", "lastName")
"""The fields any of which gives a row a name."""

_MANY = frozenset(
    ("name", "alias", "weakAlias", "previousName", "nationality", "country", "passportNumber", "idNumber", "taxNumber",
     "registrationNumber", "phone", "email", "address", "identifier", "publicKey")
)  # fmt: skip
_WORD = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_POSSESSIVE = re.compile(r"['’]s\b")


class ColumnMap(msgspec.Struct, frozen=True, kw_only=True):
    """What the head of a table says.

    Attributes:
        fields: Field to the positions of its columns, from zero, in the order of the table.
        headers: The headers as written.
        unused: The headers of the columns that are not read.
        notices: What a careful person would want to be told.
    """

    fields: dict[str, tuple[int, ...]]
    headers: tuple[str, ...]
    unused: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def has_name(self) -> bool:
        """Whether any column can give a row its name."""
        return any(field in self.fields for field in NAME_FIELDS)


def header_key(header: str) -> str:
    """Return what is compared of a header: its folded words, without the Arabic article."""
    spaced = _CAMEL.sub(" ", _POSSESSIVE.sub("s", header))
    folded = (part for word in _WORD.findall(spaced) for part in fold_word(word))
    return " ".join(word[2:] if word.startswith("ال") and len(word) > 3 else word for word in folded)


_FIELD_BY_KEY = {header_key(spelling): field for field, spelling in _SPELLINGS} | {
    header_key(field): field for field in FIELDS
}


@lru_cache(maxsize=10_000)
def field_of(header: str) -> str:
    """Return the field that a header names, or an empty string."""
    return _FIELD_BY_KEY.get(header_key(header), "") if len(header) <= 100 else ""


def find_columns(
    headers: Sequence[str], mapping: Mapping[str, str | Sequence[str]] | None = None, *, where: str = ""
) -> ColumnMap:
    """Map the columns of a table to fields, by their headers or as the caller says.

    Args:
        headers: The headers as written.
        mapping: Field to the header (or headers) of its column; an empty header leaves the field out. Fields that are
            not named are mapped by themselves, from the columns that are left.
        where: File and line, for the errors.

    Returns:
        The map; it may lack a name (:attr:`ColumnMap.has_name`).

    Raises:
        UsageError: The mapping names a field that there is not.
        InputError: The mapping names a column that the table has not, or a column that is needed occurs twice.
    """
    headers = tuple(" ".join(header.split()) for header in headers)
    fields: dict[str, list[int]] = {}
    notices: list[str] = []
    stated = _stated(mapping or {}, headers, where)
    taken = {position for positions in stated.values() for position in positions}
    for position, header in enumerate(headers):
        field = field_of(header)
        if not field or field in stated or position in taken:
            continue
        earlier = [headers[other] for other in fields.get(field, [])]
        _refuse_same_header(header, earlier, where)
        if earlier and field not in _MANY:
            notices.append(_not_read(header, earlier[0], field))
        else:
            fields.setdefault(field, []).append(position)
    if "name" not in stated:
        notices += _keep_one_person(fields, headers, where)
    fields.update({field: list(positions) for field, positions in stated.items() if positions})
    used = {position for positions in fields.values() for position in positions}
    return ColumnMap(
        fields={field: tuple(fields[field]) for field in FIELDS if field in fields},
        headers=headers,
        unused=tuple(header for position, header in enumerate(headers) if header and position not in used),
        notices=tuple(notices),
    )


def _stated(
    mapping: Mapping[str, str | Sequence[str]], headers: Sequence[str], where: str
) -> dict[str, tuple[int, ...]]:
    stated = {}
    for given, columns in mapping.items():
        field = given if given in FIELDS else field_of(given)
        if not field:
            raise UsageError(f"there is no field {given!r} to map a column to", hint=f"Fields: {', '.join(FIELDS)}.")
        names = [columns] if isinstance(columns, str) else list(columns)
        stated[field] = tuple(_position(name, headers, where) for name in names if name)
    return stated


def _position(name: str, headers: Sequence[str], where: str) -> int:
    exact = [position for position, header in enumerate(headers) if header == " ".join(name.split())]
    found = exact or [
        position for position, header in enumerate(headers) if header_key(header) == header_key(name) != ""
    ]
    if len(found) == 1:
        return found[0]
    problem = f"column {name!r} occurs {len(found)} times" if found else f"there is no column {name!r}"
    raise InputError(problem, where=where, hint=f"Columns found: {', '.join(map(repr, headers)) or 'none'}.")


def _not_read(header: str, instead: str, field: str) -> str:
    return f"column {header!r} is not read: {instead!r} already gives {field}"


def _refuse_same_header(header: str, earlier: Sequence[str], where: str) -> None:
    if any(header_key(header) == header_key(other) for other in earlier):
        raise InputError(
            f"column {header!r} occurs twice, and which is meant cannot be known",
            where=where,
            hint="Rename one of them.",
        )


def _keep_one_person(fields: dict[str, list[int]], headers: Sequence[str], where: str) -> list[str]:
    """Of name columns that name different people (sender, beneficiary), keep one, or say that it must be chosen."""
    positions = fields.get("name", [])
    roles = {position: _role(headers[position]) for position in positions}
    if len(set(roles.values())) < 2:
        return []
    kept = [position for position in positions if not roles[position]]
    if not kept:
        found = ", ".join(repr(headers[position]) for position in positions)
        raise InputError(
            f"several columns hold names, perhaps of different people: {found}",
            where=where,
            hint="Say which is meant: --map name=COLUMN",
        )
    fields["name"] = kept
    return [_not_read(headers[position], headers[kept[0]], "name") for position in positions if position not in kept]


def _role(header: str) -> str:
    """What a name header says beyond "the name of whom the row is about", whole, in this or that language."""
    return " ".join(word for word in header_key(header).split() if word not in _NOT_A_ROLE)


_NOT_A_ROLE = frozenset(
    header_key(
        "name names name1 full fullname complete in english arabic latin en ar legal official caption nom complet "
        "et prenom person customer client cust subject party trade اسم اسما كامل كاملا بالكامل ثلاثي رباعي خماسي عميل "
        "زبون شخص عربي عربية بالعربي بالعربية باللغة إنجليزي إنجليزية بالإنجليزي بالإنجليزية باللاتينية تجاري قانوني "
        "حسب جواز ولقب واللقب والقبيلة"
    ).split()
)
