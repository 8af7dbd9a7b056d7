"""The United Kingdom's lists of sanctions targets, in XLSX or CSV. Reach for it to read ``uk_ofsi``.

Source: https://www.gov.uk/government/publications/financial-sanctions-consolidated-list-of-targets, "Guide to the
consolidated list: format", and its successor since 28 January 2026, the UK Sanctions List,
https://www.gov.uk/government/publications/the-uk-sanctions-list. One line says when the list was made, the next names
the columns. A target is all rows with one (OFSI) Group ID: a row for each of its names, times each birth date, times each
address. The successor keeps the Group ID, and so does the reference here; who came later has the Unique ID.

``Name 6`` is the family name or the whole name of an entity and stands first in the file; it is read last. Several
values in a cell are numbered, "(1) … (2) …". "Other Information" holds labelled values, "(IMO number):7408873", and
free text; it is kept as a note exactly as the cell has it, and the evidence of a relation counts characters in it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from tajfif.errors import ListFormatError
from tajfif.lists.parsers import Collected, ParsedList
from tajfif.lists.parsers.cells import country_of, day_first, document_dates, item_at, numbered, stated_birth
from tajfif.lists.parsers.parties import add_name, organisation_schema, plain_name, split_acronym
from tajfif.lists.parsers.reading import only_file, squeeze
from tajfif.lists.parsers.uk_layouts import ADDRESS, COLUMNS, LABELLED, NAMES, Row, read_table
from tajfif.lists.parsers.uk_remarks import LANGUAGES, Remarks, read_column, read_remarks
from tajfif.lists.parsers.un_facts import document_number
from tajfif.lists.parsers.un_names import add_document_names
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
from tajfif.text.attributes import country_code, gender, identifier_kind
from tajfif.text.unicode import script_of

__all__ = ["collect", "parse"]

_SCHEMAS: dict[str, Schema] = {"individual": "Person", "ship": "Vessel"}
_ORDER = {"primary name": 0, "primary name variation": 1, "aka": 2, "alias": 2, "fka": 3}
_AGAIN = "Fetch the file again from its publisher."


def collect(path: Path, *, source: str = "uk_ofsi") -> Collected:
    """Return the list's file at ``path``: a file, or a directory with one workbook or one CSV file.

    Args:
        path: What the user named.
        source: Key of the source; not needed here.

    Raises:
        ListFormatError: There is no such file, or more than one.
    """
    return Collected(files={"list": only_file(path, (".xlsx", ".csv"), f"ConList ({source})")})


def parse(files: dict[str, Path], *, source: str = "uk_ofsi") -> ParsedList:
    """Read the consolidated list.

    Args:
        files: ``{"list": path}``.
        source: Key of the source, which begins every entity's id.

    Raises:
        ListFormatError: The file is malformed, truncated, bombed, empty or another document, lacks a column, or has a
            row without a name, a Group ID or a known type.
    """
    path = files["list"]
    notices: list[str] = []
    groups: dict[str, _Group] = {}
    published, rows = read_table(path, notices)
    for where, row in rows:
        number = row["Group ID"].strip()
        if not number or not any(row[column].strip() for column in (*NAMES, "Name Non-Latin Script")):
            missing = "name" if number else "Group ID"
            raise ListFormatError(f"the row has no {missing}", where=where, hint=_AGAIN)
        groups.setdefault(number, _Group(source, number, notices)).rows.append((where, row))
    if not groups:
        raise ListFormatError("the list has no entries", where=str(path), hint=_AGAIN)
    for group in groups.values():
        group.read()
    index = _Index(groups.values())
    entities = tuple(group.entity(index) for group in groups.values())
    return ParsedList(source=source, published=published, entities=entities, notices=tuple(dict.fromkeys(notices)))


@dataclass
class _Group:
    """One target while it is being read: its rows, and what has been gathered from them."""

    source: str
    number: str
    notices: list[str]
    rows: list[Row] = field(default_factory=list)
    names: list[Name] = field(default_factory=list)
    identifiers: list[Identifier] = field(default_factory=list)
    birth_dates: list[BirthDate] = field(default_factory=list)
    birth_places: list[Place] = field(default_factory=list)
    nationalities: list[str] = field(default_factory=list)
    countries: list[str] = field(default_factory=list)
    addresses: list[Address] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    kind: str = ""
    remarks: list[Remarks] = field(default_factory=list)

    @property
    def where(self) -> str:
        """Where the target begins, for messages."""
        return f"{self.rows[0][0]} (group {self.number})"

    def values(self, column: str) -> list[str]:
        """Return the different cells of a column, in the order of the rows, without the empty ones."""
        return list(dict.fromkeys(row[column] for _, row in self.rows if row.get(column, "").strip()))

    def read(self) -> None:
        """Gather what the rows say, but for relations, which need all targets."""
        kinds = [squeeze(kind).lower() for kind in self.values("Group Type")]
        self.kind = kinds[0] if kinds else ""
        if self.kind not in {"individual", "entity", "ship"}:
            raise ListFormatError(
                f"the Group Type should be Individual, Entity or Ship, it is {self.kind!r}", where=self.where,
                hint=_AGAIN,
            )  # fmt: skip
        if len(set(kinds)) > 1:
            self.notices.append(f"{self.where}: several types of one target ({', '.join(kinds)}); the first counts")
        for _, row in sorted(self.rows, key=lambda item: _ORDER.get(squeeze(item[1]["Alias Type"]).lower(), 2)):
            self._read_name(row)
        for text in self.values("DOB"):
            self._read_birth(squeeze(text))
        self._read_places()
        self._read_countries()
        self._read_documents("Passport Number", "Passport Details", "passportNumber", "Passport")
        self._read_documents("National Identification Number", "National Identification Details", "idNumber", "")
        for _, row in self.rows:
            self._read_address(row)
        for text in self.values("Other Information"):
            self.notes.append(Note(field="Other Information", text=text))
            self.remarks.append(read_remarks(text))
        for column in LABELLED:
            self.remarks.extend(read_column(column, text) for text in self.values(column))
        for text in self.values("UK Sanctions List Date Designated"):
            self.notes.append(Note(field="UK Sanctions List Date Designated", text=day_first(text) or squeeze(text)))
        for column in self.rows[0][1]:
            if column and column not in COLUMNS:
                self.notes.extend(Note(field=column, text=text) for text in self.values(column))

    def _read_name(self, row: dict[str, str]) -> None:
        kind, stated = squeeze(row["Alias Type"]).lower(), squeeze(row["Alias Quality"]).lower()
        if kind not in _ORDER:
            self.notices.append(f"{self.where}: unknown Alias Type {kind!r}; the name is read as a strong alias")
        quality: NameQuality = "weak" if stated.startswith("low") else "strong"
        if kind == "primary name":
            quality = "primary"
        elif kind == "fka":
            quality = "former"
        parts = tuple(part for part in (squeeze(row[column]) for column in NAMES) if part)
        person = self.kind == "individual" and len(parts) > 1
        family = squeeze(row["Name 6"]) if person else ""
        add_name(self.names, " ".join(parts), quality, parts=parts if person else (), family=family)
        self._read_other_script(row, quality)
        base, short = split_acronym(" ".join(parts)) if self.kind == "entity" else ("", "")
        if short:
            add_name(self.names, base, "strong")
            add_name(self.names, short, "weak")

    def _read_other_script(self, row: dict[str, str], quality: NameQuality) -> None:
        text, stated = row["Name Non-Latin Script"], squeeze(row["Non-Latin Script Language"])
        language = LANGUAGES.get(stated.lower(), "")
        for piece in re.split(r"[;؛\n]", text):
            whole = plain_name(piece)
            add_name(self.names, whole, quality, language=language)
            for part in whole.split("،") if "،" in whole else ():
                add_name(self.names, plain_name(part), quality, language=language)
        if stated and not language:
            self.notes.append(Note(field="Non-Latin Script Language", text=stated))
        script = squeeze(row["Non-Latin Script Type"])
        if text.strip() and script and not script_of(squeeze(text)):
            self.notes.append(Note(field="Non-Latin Script Type", text=script))

    def _read_birth(self, text: str) -> None:
        if not text.strip("0/"):  # 00/00/0: nothing is known
            return
        born = stated_birth(text)
        if not born.start:
            self.notices.append(f"{self.where}: the birth date {text!r} cannot be read and is kept as text")
        self.birth_dates.append(born)

    def _read_places(self) -> None:
        seen = dict.fromkeys((row["Town of Birth"], row["Country of Birth"]) for _, row in self.rows)
        for town_cell, country_cell in seen:
            towns, countries = numbered(town_cell), numbered(country_cell)
            for place in range(max(len(towns), len(countries))):
                town, country = item_at(towns, place), item_at(countries, place)
                text = ", ".join(part for part in (town, country) if part)
                if text:
                    self.birth_places.append(Place(text=text, city=town, country=country_of(country or town)))

    def _read_countries(self) -> None:
        for cell in self.values("Nationality"):
            for text in numbered(cell):
                code = country_of(text.rstrip("."))
                if code:
                    self.nationalities.append(code)
                if not code or not country_code(text.rstrip(".")):
                    self.notes.append(Note(field="Nationality", text=text))

    def _read_documents(self, column: str, details: str, kind: str, label: str) -> None:
        for number_cell, detail_cell in dict.fromkeys((row[column], row[details]) for _, row in self.rows):
            values, remarks = numbered(number_cell), numbered(detail_cell)
            for place in range(max(len(values), len(remarks))):
                value, detail = item_at(values, place).rstrip("."), item_at(remarks, place)
                add_document_names(self.names, detail)
                number = document_number(value)
                if not any(char.isdigit() for char in number):
                    if value or detail:
                        self.notes.append(Note(field=details, text=f"{value} {detail}".strip()))
                    continue
                exact = identifier_kind(detail) if detail and kind != "passportNumber" else "identifier"
                issued, expires = document_dates(f"{detail} {value}")
                self.identifiers.append(
                    Identifier(
                        kind=kind if exact in {"identifier", "passportNumber"} else exact, value=number,
                        country=country_of(detail) if detail else "", label=label or "National identification",
                        issued=issued, expires=expires,
                        note="; ".join(part for part in (detail, value if value != number else "") if part),
                    )
                )  # fmt: skip

    def _read_address(self, row: dict[str, str]) -> None:
        country = squeeze(row["Country"])
        parts = [squeeze(row[column]).strip(" ,") for column in ADDRESS]
        text = ", ".join(part for part in (*parts, country) if part)
        if not text:
            return
        code = country_of(country) if country else ""
        if code:
            self.countries.append(code)
        self.addresses.append(
            Address(
                text=text, street=", ".join(part for part in parts[:5] if part), city=parts[5], postal_code=parts[6],
                country=code, note="" if not country or code == country_code(country) else country,
            )
        )  # fmt: skip

    def schema(self) -> Schema:
        """Return the FollowTheMoney schema of the target."""
        return _SCHEMAS.get(self.kind) or organisation_schema(self.names[0].value)

    def listings(self) -> tuple[Listing, ...]:
        """Return one listing for each regime and date of listing."""
        amended: dict[tuple[str, str], list[str]] = {}
        for _, row in self.rows:
            key = squeeze(row["Regime"]), squeeze(row["Listed On"])
            amended.setdefault(key, []).append(day_first(row["Last Updated"]))
        return tuple(
            Listing(
                source=self.source, reference=self.number, programme=regime, listed_on=day_first(listed),
                amended_on=tuple(dict.fromkeys(day for day in days if day)),
            )
            for (regime, listed), days in amended.items()
        )  # fmt: skip

    def entity(self, index: _Index) -> Entity:
        """Return the entity, its relations resolved to other targets."""
        positions = [text for cell in self.values("Position") for text in numbered(cell) if text]
        titles = [text for cell in self.values("Title") for text in numbered(cell) if text]
        genders = [gender(text) for remarks in self.remarks for text in remarks.genders]
        facts = [remarks.facts for remarks in self.remarks]
        return Entity(
            id=f"{self.source}:{self.number}",
            schema=self.schema(),
            names=tuple(self.names),
            birth_dates=tuple(
                dict.fromkeys((*self.birth_dates, *(born for each in self.remarks for born in each.birth_dates)))
            ),
            birth_places=tuple(
                dict.fromkeys((*self.birth_places, *(place for each in facts for place in each.birth_places)))
            ),
            nationalities=tuple(
                dict.fromkeys((*self.nationalities, *(code for each in facts for code in each.nationalities)))
            ),
            countries=tuple(
                dict.fromkeys((*self.countries, *(code for each in self.remarks for code in each.countries)))
            ),
            gender=next((sex for sex in (*genders, *(each.gender for each in facts)) if sex), ""),
            mother_names=tuple(dict.fromkeys(name for each in facts for name in each.mother_names)),
            father_names=tuple(dict.fromkeys(name for each in facts for name in each.father_names)),
            identifiers=_numbers(
                [*self.identifiers, *(number for each in self.remarks for number in each.identifiers)]
            ),
            addresses=tuple(dict.fromkeys(self.addresses)),
            listings=self.listings(),
            titles=tuple(dict.fromkeys(titles)),
            positions=tuple(dict.fromkeys(positions)),
            relations=tuple(index.resolved(each, self) for remarks in self.remarks for each in remarks.relations),
            notes=tuple(dict.fromkeys(self.notes)),
        )


def _numbers(identifiers: list[Identifier]) -> tuple[Identifier, ...]:
    """Return the identifiers, each number once: one that says less than an earlier one of its kind is left out."""
    kept: list[Identifier] = []
    seen: dict[tuple[str, str], set[str]] = {}
    for each in identifiers:
        countries = seen.setdefault((each.kind, re.sub(r"\W", "", each.value).casefold()), set())
        if not countries or (each.country and each.country not in countries):
            kept.append(each)
        countries.add(each.country)
    return tuple(kept)


class _Index:
    """Whom a United Nations reference or a name means among the targets of this list."""

    def __init__(self, groups: Iterable[_Group]) -> None:
        self._by_reference: dict[str, set[str]] = defaultdict(set)
        self._by_name: dict[str, set[str]] = defaultdict(set)
        for group in groups:
            entity = f"{group.source}:{group.number}"
            for remarks in group.remarks:
                for reference in remarks.references:
                    self._by_reference[reference].add(entity)
            for name in group.names:
                if name.quality != "weak":
                    self._by_name[name.value.casefold()].add(entity)

    def resolved(self, relation: Relation, group: _Group) -> Relation:
        """Return the relation with its target, if exactly one other target is meant."""
        if relation.kind == "listed_as":
            return relation
        if relation.target_reference:
            found = self._by_reference.get(relation.target_reference, set())
        else:
            base, _ = split_acronym(relation.target_name)
            found = self._by_name.get(relation.target_name.casefold()) or self._by_name.get(base.casefold(), set())
        others = found - {f"{group.source}:{group.number}"}
        return msgspec.structs.replace(relation, target=others.pop()) if len(others) == 1 else relation
