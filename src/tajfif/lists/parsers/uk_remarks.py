"""The column "Other Information" of the United Kingdom's list. Reach for it to read labelled values and free text.

A label stands in brackets before a colon, "(Phone number):+963 11 …", and its value runs to the next label; after the
references there can be free text. Values are separated by full stops or numbered. References to United Nations entries
and the words around them are read as in that list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from tajfif.lists.parsers.cells import country_of, numbered
from tajfif.lists.parsers.un_facts import Facts, facts_in
from tajfif.lists.parsers.un_references import normal_reference, relations_in, relative_names
from tajfif.model import BirthDate, Identifier, Relation, Span
from tajfif.text.attributes import country_code, identifier_kind, parse_date

__all__ = ["LANGUAGES", "Remarks", "no_remarks", "read_column", "read_remarks"]

FIELD = "Other Information"
LANGUAGES = {
    "arabic": "ar", "persian": "fa", "farsi": "fa", "dari": "fa", "pashto": "ps", "urdu": "ur", "russian": "ru",
    "ukrainian": "uk", "belarusian": "be", "bosnian": "bs", "serbian": "sr", "chinese": "zh", "korean": "ko",
    "burmese": "my", "french": "fr", "spanish": "es", "turkish": "tr", "somali": "so", "amharic": "am",
    "tigrinya": "ti", "japanese": "ja", "kurdish": "ku", "hebrew": "he",
}  # fmt: skip
"""ISO 639-1 codes of the languages that the list names."""

_LABEL = re.compile(
    r"\((UK Sanctions List Ref|UK Statement of Reasons|UN Ref|Gender|Type of entity|Phone number|Website|Email address|"
    r"Parent company|Business Reg No|Business Registration Number|Subsidiaries|IMO number|Hull identification number|"
    r"Flag of ship|Current believed flag of ship|Previous flags|Type of ship|Tonnage of ship|Length of ship|Year built|"
    r"Current owners?|Current owner/operator|Previous owners?|Previous owner/operator|Current operators?|Fax|Tel)\)\s*:",
    re.IGNORECASE,
)
_REFERENCES = {"uk sanctions list ref": re.compile(r"\s*([A-Z]{2,4}\d{4})"), "un ref": re.compile(
    r"\s*([A-Z][A-Za-z][ei]\.?\s?\d{3})")}  # fmt: skip
_CONTACTS = {"phone number": "phone", "tel": "phone", "fax": "phone", "email address": "email", "website": "website"}
_PARTIES = {
    "parent company": "owned", "subsidiaries": "owner", "current owner": "owned", "current owners": "owned",
    "current owner/operator": "owned",
}  # fmt: skip
_STOP = re.compile(r"(?<!\bCo)(?<!\bNo)(?<!\bSt)(?<!\bDr)(?<!\b[A-Z])[.;]\s+(?=\S)|;\s*")
_MARK = re.compile(r"\(\d{1,2}\)\s*")
_SIDE = re.compile(r"\((parent|subsidiary)\).*", re.IGNORECASE | re.DOTALL)
_REGISTRATION = re.compile(
    r"(?P<label>(?:[A-Z][\w/]*[.:]?\s+(?:and\s+)?(?:of\s+|no\.?:?\s*|code:?\s*|number:?\s*)*:?\s*|[A-Z]{2,}:\s*)*)"
    r"(?P<value>(?=[\w/-]*\d)[A-Z0-9][\w/-]*(?: \d[\d ]*\d)?)(?:\s*\((?P<country>[^()]+)\))?"
)
_RUSSIAN = re.compile(r"\b(OGRN|INN|KPP|TIN|OKPO)\b(?:/[A-Z]+)?\s*:?\s*(\d{8,15})\b")
_HAS_PHONE = re.compile(r"\d.*\d.*\d.*\d.*\d")


class Remarks(NamedTuple):
    """What one cell says.

    ``references`` are the target's own United Nations references; ``facts`` come from its free text. Evidence counts
    characters of the whole cell.
    """

    references: list[str]
    genders: list[str]
    identifiers: list[Identifier]
    birth_dates: list[BirthDate]
    countries: list[str]
    relations: list[Relation]
    facts: Facts


def read_column(column: str, text: str) -> Remarks:
    """Read one cell of a column that has one label's value, exactly as the file has it; evidence counts in that column."""
    label = re.sub(r"\s*\([^()]*\)$", "", column).lower()
    if label == "uk statement of reasons":
        return read_remarks(text, field=column)
    found = no_remarks()
    pattern = _REFERENCES.get({"unique id": "uk sanctions list ref", "un reference number": "un ref"}.get(label, ""))
    if pattern is None:
        _read_value(found, label, text, 0, column)
        return found
    for match in re.finditer(pattern.pattern.removeprefix(r"\s*"), text):
        _read_reference(found, "un ref" if label.startswith("un ") else label, match, 0, column)
    return found


def no_remarks() -> Remarks:
    """Return remarks that say nothing, to add to."""
    return Remarks([], [], [], [], [], [], facts_in(""))


def read_remarks(text: str, *, field: str = FIELD) -> Remarks:
    """Read one cell with labels and free text, exactly as the file has it.

    Args:
        text: The cell.
        field: Its column, for the evidence.
    """
    found = no_remarks()
    free = []
    for label, start, end in _sections(text):
        value = text[start:end]
        if label in _REFERENCES:
            match = _REFERENCES[label].match(value)
            if match:
                _read_reference(found, label, match, start, field)
                value = value[match.end() :]
            free.append(value)
        elif label in {"", "uk statement of reasons"}:
            free.append(value)
        else:
            _read_value(found, label, value, start, field)
    own = set(found.references)
    for relation in relations_in(text, field):
        if relation.target_reference not in own:
            found.relations.append(relation)
    found.relations.extend(relative_names(text, field))
    for match in _RUSSIAN.finditer("\n".join(free)):
        kind = "registrationNumber" if match[1] == "OGRN" else identifier_kind(match[1])
        found.identifiers.append(Identifier(kind=kind, value=match[2], label=match[1]))
    facts = facts_in("\n".join(free))
    found.identifiers.extend(facts.identifiers)
    found.birth_dates.extend(facts.birth_dates)
    return found._replace(facts=facts)


def _sections(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each label in lower case with the place of its value; the text before the first label has none."""
    marks = list(_LABEL.finditer(text))
    yield "", 0, marks[0].start() if marks else len(text)
    for place, mark in enumerate(marks):
        yield mark[1].lower(), mark.end(), marks[place + 1].start() if place + 1 < len(marks) else len(text)


def _read_reference(found: Remarks, label: str, match: re.Match[str], start: int, field: str) -> None:
    if label == "un ref":
        reference = normal_reference(match[1])
        found.references.append(reference)
        span = Span(field=field, start=start + match.start(1), end=start + match.end(1))
        found.relations.append(Relation(kind="listed_as", target_reference=reference, evidence=span))
    else:
        found.identifiers.append(Identifier(kind="identifier", value=match[1], label="UK Sanctions List Ref"))


def _read_value(found: Remarks, label: str, value: str, start: int, field: str) -> None:
    if label == "gender":
        found.genders.append(value.strip(" ."))
    elif label in _CONTACTS:
        _read_contacts(found, label, value)
    elif label in {"business reg no", "business registration number"}:
        found.identifiers.extend(_registrations(value))
    elif label in {"imo number", "hull identification number"}:
        number = re.search(r"\w*\d[\w-]*", value)
        if number:
            kind = "imoNumber" if label.startswith("imo") else "registrationNumber"
            found.identifiers.append(Identifier(kind=kind, value=number[0], label=label.capitalize()))
    elif label in {"flag of ship", "current believed flag of ship"}:
        code = country_of(value.strip(" ."))
        if code:
            found.countries.append(code)
    elif label == "year built":
        built = parse_date(value.strip(" ."))
        if built.start:
            found.birth_dates.append(built)
    elif label in _PARTIES:
        found.relations.extend(_parties(value, start, _PARTIES[label], field))


def _read_contacts(found: Remarks, label: str, value: str) -> None:
    for piece in (part for item in numbered(value) for part in _STOP.split(item)):
        text = piece.strip(" .,;")
        kind = _CONTACTS[label]
        if "@" in text:
            kind = "email"
        elif re.match(r"(?:https?://|www\.)", text):
            kind = "website"
        if text and (kind != "phone" or _HAS_PHONE.search(text)) and (kind != "email" or "@" in text):
            found.identifiers.append(Identifier(kind=kind, value=text, label="Fax" if label == "fax" else ""))


def _registrations(value: str) -> Iterator[Identifier]:
    """Yield the numbers of a business: "1117746568829 (Russia). Tax ID No. 7735579027 (Russia)"."""
    for item in numbered(value):
        for match in _REGISTRATION.finditer(item):
            label = match["label"].strip(" :")
            kind = identifier_kind(label) if label else "registrationNumber"
            yield Identifier(
                kind="registrationNumber" if kind == "identifier" else kind, value=match["value"].strip(),
                country=country_code(match["country"]) if match["country"] else "", label=label,
                note="" if not match["country"] or country_code(match["country"]) else match["country"],
            )  # fmt: skip


def _parties(value: str, start: int, kind: str, field: str) -> Iterator[Relation]:
    """Yield a relation for each name in the value of a label, with its place."""
    ends = [(mark.start(), mark.end()) for pattern in (_MARK, _STOP) for mark in pattern.finditer(value)]
    begin = 0
    for left, right in [*sorted(ends), (len(value), len(value))]:
        piece = value[begin:left]
        name = piece.strip(" .,;")
        place = start + begin + piece.find(name)
        begin = right
        side = _SIDE.search(name)
        if side:
            name = name[: side.start()].strip()
        if sum(char.isalpha() for char in name) > 1 and not name.startswith("("):  # "(alternate spelling: …)"
            stated = {"parent": "owned", "subsidiary": "owner"}[side[1].lower()] if side else kind
            evidence = Span(field=field, start=place, end=place + len(name))
            yield Relation(kind=stated, target_name=name, evidence=evidence)
