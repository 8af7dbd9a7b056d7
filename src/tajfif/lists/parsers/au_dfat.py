"""Australia's consolidated sanctions list, in XLS or XLSX. Reach for it to read ``au_dfat``.

Source: Department of Foreign Affairs and Trade, "Consolidated List". One row a name: "8577" has the primary name,
"8577a", "8577b" … its aliases and original scripts, and every row repeats the party's particulars. The layout until
2025 had twelve columns; since then it has the strength of aliases, IMO numbers, the instrument of designation and which
measures apply. Several values in a cell are lettered, "a) … b) …".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from tajfif.errors import ListFormatError
from tajfif.lists.parsers import Collected, ParsedList
from tajfif.lists.parsers.cells import country_of, day_first, numbered, stated_birth
from tajfif.lists.parsers.parties import add_name, organisation_schema, plain_name, split_acronym
from tajfif.lists.parsers.reading import only_file, squeeze
from tajfif.lists.parsers.un_facts import facts_in, iso_date
from tajfif.lists.parsers.un_references import normal_reference, relations_in, relative_names
from tajfif.lists.parsers.workbook import read_workbook
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
    Span,
)
from tajfif.text.attributes import country_code, parse_date

__all__ = ["COLUMNS", "collect", "parse"]

_NEEDED = ("Reference", "Name of Individual or Entity", "Type", "Name Type")
_MEASURES = ("Targeted Financial Sanction", "Travel Ban", "Arms Embargo", "Maritime Restriction")
COLUMNS = (
    *_NEEDED, "Alias Strength", "Date of Birth", "Place of Birth", "Citizenship", "Address", "Additional Information",
    "Listing Information", "IMO Number", "Committees", "Control Date", "Instrument of Designation", *_MEASURES,
)  # fmt: skip
"""The columns that are known; only the first four must be there."""

_SCHEMAS: dict[str, Schema] = {"individual": "Person", "vessel": "Vessel", "ship": "Vessel", "aircraft": "Airplane"}
_REFERENCE = re.compile(r"(\d+)\s*([a-z]{0,3})", re.IGNORECASE)
_OWN_REFERENCE = re.compile(
    r"\s*(?:(?:UN|United Nations|Permanent)[^A-Z]{0,12}(?:Ref\w*[^A-Z]{0,12}(?:Number|No\.?)?\W*)?)?"
    r"([A-Z][A-Za-z][ei]\.\s?\d{3})\b"
)
_DATE = re.compile(r"\b(\d{1,2}\s+[A-Z][a-z]{2,8}\.?\s+\d{4}|\d{1,2}/\d{1,2}/\d{4})\b")
_AMENDED = re.compile(r"\b(?:amended|updated|modified)\b", re.IGNORECASE)
_LISTED = re.compile(r"\b(?:listed|designated|declared|added)\b", re.IGNORECASE)
_AGAIN = "Fetch the file again from its publisher."


def collect(path: Path, *, source: str = "au_dfat") -> Collected:
    """Return the list's file at ``path``: a file, or a directory with one workbook.

    Args:
        path: What the user named.
        source: Key of the source; not needed here.

    Raises:
        ListFormatError: There is no such file, or more than one.
    """
    return Collected(files={"list": only_file(path, (".xlsx", ".xls"), f"Consolidated List ({source})")})


def parse(files: dict[str, Path], *, source: str = "au_dfat") -> ParsedList:
    """Read the list. It states no date of publication.

    Args:
        files: ``{"list": path}``.
        source: Key of the source, which begins every entity's id.

    Raises:
        ListFormatError: The file is malformed, truncated, bombed, empty or another workbook, lacks a column, or has a
            row without a name, a reference or a type, or an alias of a party that is not there.
    """
    path = files["list"]
    notices: list[str] = []
    parties: dict[str, _Party] = {}
    for where, row in _rows(path, notices):
        match = _REFERENCE.fullmatch(squeeze(row["Reference"]))
        if not match:
            raise ListFormatError(
                f"the reference should be as 12 or 12a, it is {row['Reference']!r}", where=where, hint=_AGAIN
            )
        if not squeeze(row["Name of Individual or Entity"]):
            raise ListFormatError("the row has no name", where=where, hint=_AGAIN)
        parties.setdefault(match[1], _Party(source, match[1], where, notices)).rows.append((match[2].lower(), row))
    if not parties:
        raise ListFormatError("the list has no entries", where=str(path), hint=_AGAIN)
    index: dict[str, set[str]] = {}
    for party in parties.values():
        party.read()
        for reference in party.references:
            index.setdefault(reference, set()).add(f"{source}:{party.number}")
    entities = tuple(party.entity(index) for party in parties.values())
    return ParsedList(source=source, published="", entities=entities, notices=tuple(dict.fromkeys(notices)))


def _rows(path: Path, notices: list[str]) -> Iterable[tuple[str, dict[str, str]]]:
    sheets = [sheet for sheet in read_workbook(path) if sheet.rows]
    if not sheets:
        raise ListFormatError("the workbook is empty", where=str(path), hint=_AGAIN)
    number, header = sheets[0].rows[0]
    header = [squeeze(cell) for cell in header]
    missing = [column for column in _NEEDED if column not in header]
    if missing:
        raise ListFormatError(
            f"columns are missing: {', '.join(missing)}", where=f"{path}, sheet {sheets[0].name}, row {number}",
            hint="Name the publisher's own Consolidated List, as downloaded.",
        )  # fmt: skip
    more = [column for column in header if column and column not in COLUMNS]
    if more:
        notices.append(f"{path}, row {number}: unknown columns kept as notes: {', '.join(more)}")
    for sheet in sheets[1:]:
        notices.append(f"{path}: the sheet {sheet.name!r} was not read; the list is the first one")
    found = []
    for number, cells in sheets[0].rows[1:]:
        row: dict[str, str] = dict.fromkeys(COLUMNS, "")
        row.update(zip(header, cells, strict=True))
        found.append((f"{path}, row {number}", row))
    return found


@dataclass
class _Party:
    """One party while it is being read: its rows with their letters, and what has been gathered from them."""

    source: str
    number: str
    where: str
    notices: list[str]
    rows: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    names: list[Name] = field(default_factory=list)
    birth_dates: list[BirthDate] = field(default_factory=list)
    birth_places: list[Place] = field(default_factory=list)
    nationalities: list[str] = field(default_factory=list)
    countries: list[str] = field(default_factory=list)
    identifiers: list[Identifier] = field(default_factory=list)
    addresses: list[Address] = field(default_factory=list)
    references: list[str] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    kind: str = ""

    def values(self, column: str) -> list[str]:
        """Return the different cells of a column, in the order of the rows, without the empty ones."""
        return list(dict.fromkeys(row[column] for _, row in self.rows if row.get(column, "").strip()))

    def read(self) -> None:
        """Gather what the rows say."""
        kinds = [squeeze(kind).lower() for kind in self.values("Type")]
        if not kinds:
            raise ListFormatError(f"party {self.number} has no type", where=self.where, hint=_AGAIN)
        self.kind = kinds[0]
        if all(letters for letters, _ in self.rows):
            self.notices.append(f"{self.where}: party {self.number} has aliases only, no row without a letter")
        if len(set(kinds)) > 1:
            self.notices.append(f"{self.where}: several types of one party ({', '.join(kinds)}); the first counts")
        for _, row in sorted(self.rows, key=lambda item: _order(item[1]["Name Type"])):
            self._read_name(row)
        for cell in self.values("Date of Birth"):
            for text in numbered(cell):
                self._read_birth(text)
        for cell in self.values("Place of Birth"):
            for text in filter(None, numbered(cell)):
                country = country_of(text.rsplit(",", 1)[-1].strip()) or country_of(text)
                self.birth_places.append(
                    Place(text=text, city=text.split(",")[0] if "," in text else "", country=country)
                )
        for cell in self.values("Citizenship"):
            for text in filter(None, numbered(cell)):
                code = country_of(text)
                self.nationalities.extend([code] if code else [])
                if not code or not country_code(text):
                    self.notes.append(Note(field="Citizenship", text=text))
        for cell in self.values("Address"):
            for text in filter(None, numbered(cell)):
                code = country_of(text.rsplit(",", 1)[-1].strip(" ."))
                self.countries.extend([code] if code else [])
                self.addresses.append(Address(text=text, country=code))
        for cell in self.values("IMO Number"):
            found = re.findall(r"(?<!\d)\d{7}(?!\d)", cell)
            self.identifiers.extend(Identifier(kind="imoNumber", value=value, label="IMO Number") for value in found)
            if not found:
                self.notes.append(Note(field="IMO Number", text=cell))
        for column in ("Listing Information", "Instrument of Designation", "Control Date", *_MEASURES):
            self.notes.extend(Note(field=column, text=cell) for cell in self.values(column))
        for cell in self.values("Additional Information"):
            self._read_information(cell)
        for column in self.rows[0][1]:
            if column and column not in COLUMNS:
                self.notes.extend(Note(field=column, text=cell) for cell in self.values(column))

    def _read_name(self, row: dict[str, str]) -> None:
        kind = squeeze(row["Name Type"]).lower()
        quality: NameQuality = "weak" if squeeze(row["Alias Strength"]).lower() in {"weak", "low"} else "strong"
        if kind.startswith(("primary", "original")):
            quality = "primary"
        elif kind.startswith(("former", "fka", "f.k.a")):
            quality = "former"
        elif not kind.startswith(("alias", "aka", "a.k.a")):
            self.notices.append(f"{self.where}: unknown Name Type {kind!r}; the name is read as a strong alias")
        for piece in row["Name of Individual or Entity"].split(";"):
            name = plain_name(piece)
            add_name(self.names, name, quality)
            base, short = split_acronym(name) if self.kind != "individual" else ("", "")
            if short:
                add_name(self.names, base, "strong")
                add_name(self.names, short, "weak")

    def _read_birth(self, text: str) -> None:
        if not text or text.lower().strip(". ") in {"unknown", "not known", "n/a"}:
            return
        born = stated_birth(text.strip(" ."))
        if not born.start:
            self.notices.append(f"{self.where}: the birth date {text!r} cannot be read and is kept as text")
        self.birth_dates.append(born)

    def _read_information(self, text: str) -> None:
        field_name = "Additional Information"
        self.notes.append(Note(field=field_name, text=text))
        own = _OWN_REFERENCE.match(text)
        if own:
            reference = normal_reference(own[1].replace(" ", ""))
            self.references.append(reference)
            span = Span(field=field_name, start=own.start(1), end=own.end(1))
            self.relations.append(Relation(kind="listed_as", target_reference=reference, evidence=span))
        cited = relations_in(text, field_name)
        self.relations.extend(each for each in cited if each.target_reference not in self.references)
        self.relations.extend(relative_names(text, field_name))

    def _listing(self) -> tuple[Listing, ...]:
        """Return one listing for each committee, with the dates that the words state and the control dates."""
        controlled = [_day(cell) for cell in self.values("Control Date")]
        listed = ""
        amended = [day for day in controlled if day]
        for text in self.values("Listing Information"):
            later = _AMENDED.search(text)
            first = text[: later.start()] if later else text
            stated = [day for match in _DATE.finditer(first) if (day := _day(match[1]))]
            if stated and _LISTED.search(first):
                listed = min([*stated, *([listed] if listed else [])])
            amended += [
                day for match in _DATE.finditer(text[later.start() :] if later else "") if (day := _day(match[1]))
            ]
        instruments = "; ".join(squeeze(cell) for cell in self.values("Instrument of Designation"))
        return tuple(
            Listing(
                source=self.source, reference=self.number, programme=squeeze(committee), decision=instruments,
                listed_on=listed, amended_on=tuple(sorted(set(amended) - {listed})),
            )
            for committee in self.values("Committees") or [""]
        )  # fmt: skip

    def entity(self, index: dict[str, set[str]]) -> Entity:
        """Return the entity, its relations resolved to other parties by their United Nations references."""
        facts = [facts_in(text) for text in self.values("Additional Information")]
        return Entity(
            id=f"{self.source}:{self.number}",
            schema=_SCHEMAS.get(self.kind) or organisation_schema(self.names[0].value),
            names=tuple(self.names),
            birth_dates=tuple(
                dict.fromkeys((*self.birth_dates, *(born for each in facts for born in each.birth_dates)))
            ),
            birth_places=tuple(
                dict.fromkeys((*self.birth_places, *(place for each in facts for place in each.birth_places)))
            ),
            nationalities=tuple(
                dict.fromkeys((*self.nationalities, *(code for each in facts for code in each.nationalities)))
            ),
            countries=tuple(dict.fromkeys(self.countries)),
            gender=next((each.gender for each in facts if each.gender), ""),
            mother_names=tuple(dict.fromkeys(name for each in facts for name in each.mother_names)),
            father_names=tuple(dict.fromkeys(name for each in facts for name in each.father_names)),
            identifiers=_numbers([*self.identifiers, *(number for each in facts for number in each.identifiers)]),
            addresses=tuple(dict.fromkeys(self.addresses)),
            listings=self._listing(),
            relations=tuple(self._resolved(relation, index) for relation in self.relations),
            notes=tuple(dict.fromkeys(self.notes)),
        )

    def _resolved(self, relation: Relation, index: dict[str, set[str]]) -> Relation:
        found = index.get(relation.target_reference, set()) - {f"{self.source}:{self.number}"}
        if relation.kind == "listed_as" or len(found) != 1:
            return relation
        return msgspec.structs.replace(relation, target=found.pop())


def _order(kind: str) -> int:
    kind = squeeze(kind).lower()
    return 0 if kind.startswith("primary") else 1 if kind.startswith("original") else 2


def _day(text: str) -> str:
    """Return the ISO form of a cell's date, day first; empty if it is none."""
    return iso_date(text) or day_first(text) or parse_date(text).start


def _numbers(identifiers: list[Identifier]) -> tuple[Identifier, ...]:
    found: dict[tuple[str, str], Identifier] = {}
    for each in identifiers:
        found.setdefault((each.kind, each.value), each)
    return tuple(found.values())
