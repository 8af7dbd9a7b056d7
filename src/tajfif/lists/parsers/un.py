"""The United Nations Security Council's consolidated list, in XML. Reach for it to read ``un_sc``.

Source: https://www.un.org/securitycouncil/content/un-sc-consolidated-list, schema sc-sanctions.xsd. Layouts differ over
the years, and all are read: white space that wraps values, time zones on dates, birth dates of the person in nameless
alias elements (2024), the word ``null``. An element that is not known here is kept as a note and reported, so that a
new layout loses nothing.

Comments are kept as notes exactly as the file has them; the evidence of a relation counts characters in that note. Note
fields and evidence fields are the element's path below its entry ("COMMENTS1", "INDIVIDUAL_ALIAS[3]/NOTE").
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeVar

from lxml import etree

from tajfif.errors import ListFormatError
from tajfif.lists.parsers import Collected, ParsedList
from tajfif.lists.parsers.parties import organisation_schema
from tajfif.lists.parsers.reading import only_file, read_xml, squeeze
from tajfif.lists.parsers.un_facts import (
    country_in,
    document_number,
    expiry_in,
    facts_in,
    iso_date,
    issue_in,
    noted_birth,
)
from tajfif.lists.parsers.un_names import (
    add_alias,
    add_alias_note,
    add_document_names,
    add_original_script,
    add_primary,
)
from tajfif.lists.parsers.un_references import relations_in, relative_names
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

__all__ = ["collect", "parse"]

_T = TypeVar("_T")

_QUALITIES: dict[str, NameQuality] = {"good": "strong", "low": "weak", "a.k.a.": "strong", "f.k.a.": "former"}
_NAME_TAGS = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
_NO_FACTS = frozenset({"VERSIONNUM", "LIST_TYPE", "SORT_KEY", "SORT_KEY_LAST_MOD"})
_LONGEST_TEXT = 20_000
_VESSEL_WORDS = ("m/v ", "mv ", "m/t ", "vessel ")


def collect(path: Path, *, source: str = "un_sc") -> Collected:
    """Return the list's file at ``path``: a file, or a directory with one XML file.

    Args:
        path: What the user named.
        source: Key of the source; not needed here.

    Raises:
        ListFormatError: There is no such file, or more than one.
    """
    return Collected(files={"list": only_file(path, ".xml", f"consolidated XML ({source})")})


def parse(files: dict[str, Path], *, source: str = "un_sc") -> ParsedList:
    """Read the consolidated list.

    Args:
        files: ``{"list": path}``.
        source: Key of the source, which begins every entity's id.

    Raises:
        ListFormatError: The file is malformed, truncated, bombed, empty, another document, or has an entry without name
            or reference, or two with the same reference.
    """
    path = files["list"]
    root = read_xml(path, root="CONSOLIDATED_LIST")
    entries: dict[str, etree._Element] = {}
    for element in root.iterfind("*/*"):
        if element.tag in {"INDIVIDUAL", "ENTITY"}:
            reference = _reference(element, path)
            if reference in entries:
                raise ListFormatError(
                    f"reference {reference} is used twice, first in line {entries[reference].sourceline}",
                    where=f"{path}, line {element.sourceline}", hint="Fetch the file again from its publisher.",
                )  # fmt: skip
            _check_lengths(element, path)
            entries[reference] = element
    if not entries:
        raise ListFormatError(
            "the list has no entries",
            where=f"{path}, line {root.sourceline}",
            hint="Fetch the file again from its publisher.",
        )
    notices: list[str] = []
    entities = tuple(
        _Entry(element, reference, source, path, entries, notices).entity() for reference, element in entries.items()
    )
    return ParsedList(
        source=source, published=iso_date(root.get("dateGenerated", "")), entities=entities, notices=tuple(notices)
    )


def _reference(element: etree._Element, path: Path) -> str:
    reference = squeeze(element.findtext("REFERENCE_NUMBER"))
    if not reference:
        raise ListFormatError(
            f"<{element.tag}> has no REFERENCE_NUMBER", where=f"{path}, line {element.sourceline}",
            hint="Fetch the file again from its publisher.",
        )  # fmt: skip
    return reference


def _check_lengths(element: etree._Element, path: Path) -> None:
    """Refuse a text that no entry has, before the patterns of names and facts search it."""
    for leaf in element.iter():
        if leaf.text and len(leaf.text) > _LONGEST_TEXT:
            raise ListFormatError(
                f"<{leaf.tag}> has {len(leaf.text):,} characters; no entry's text has more than {_LONGEST_TEXT:,}",
                where=f"{path}, line {leaf.sourceline}",
                hint="Fetch the file again from its publisher.",
            )


def _value(element: etree._Element | None) -> str:
    text = squeeze(element.text) if element is not None else ""
    return "" if text.lower() == "null" else text


@dataclass
class _Entry:
    """One entry while it is being read: the element, and what has been gathered from it."""

    element: etree._Element
    reference: str
    source: str
    path: Path
    entries: dict[str, etree._Element]
    notices: list[str]
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
    titles: list[str] = field(default_factory=list)
    positions: list[str] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    listing: dict[str, str] = field(default_factory=dict)
    amended_on: list[str] = field(default_factory=list)

    def entity(self) -> Entity:
        """Return the entity, having read every element of the entry."""
        self._read_name()
        for child in self.element:
            self._read(child)
        return Entity(
            id=f"{self.source}:{self.reference}",
            schema=self._schema(),
            names=tuple(self.names),
            birth_dates=_distinct(self.birth_dates),
            birth_places=_distinct(self.birth_places),
            nationalities=_distinct(self.nationalities),
            countries=_distinct(self.countries),
            gender=gender(self.gender) if self.gender else "",
            mother_names=_distinct(self.mother_names),
            father_names=_distinct(self.father_names),
            identifiers=_distinct(self.identifiers),
            addresses=_distinct(self.addresses),
            listings=(
                Listing(
                    source=self.source,
                    reference=self.reference,
                    programme=self.listing.get("programme", ""),
                    listed_on=self.listing.get("listed_on", ""),
                    amended_on=_distinct(self.amended_on),
                    delisted_on=self.listing.get("delisted_on", ""),
                    delisted=bool(self.listing.get("delisted_on")),
                ),
            ),
            titles=_distinct(self.titles),
            positions=_distinct(self.positions),
            relations=tuple(self.relations),
            notes=tuple(self.notes),
        )

    def _schema(self) -> Schema:
        if self.element.tag == "INDIVIDUAL":
            return "Person"
        name = self.names[0].value
        if name.lower().startswith(_VESSEL_WORDS) and any(item.kind == "imoNumber" for item in self.identifiers):
            return "Vessel"
        return organisation_schema(name)

    def _read_name(self) -> None:
        parts = tuple(part for part in (_value(self.element.find(tag)) for tag in _NAME_TAGS) if part)
        add_primary(self.names, " ".join(parts), parts if self.element.tag == "INDIVIDUAL" else ())
        if not self.names:  # nothing, or only signs that say that a name was lost
            raise ListFormatError(
                f"entry {self.reference} has no name", where=f"{self.path}, line {self.element.sourceline}",
                hint="Fetch the file again from its publisher.",
            )  # fmt: skip
        if self.names[0].value != " ".join(parts):
            self.notes.append(Note(field="FIRST_NAME", text=" ".join(parts)))
        for child in self.element.iterfind("NAME_ORIGINAL_SCRIPT"):
            add_original_script(self.names, child.text or "")

    def _read(self, child: etree._Element) -> None:
        tag = child.tag
        if tag in _NAME_TAGS or tag in {"NAME_ORIGINAL_SCRIPT", "REFERENCE_NUMBER"} or tag in _NO_FACTS:
            return
        if tag.endswith("_ALIAS"):
            self._read_alias(child)
        elif tag.endswith("_ADDRESS"):
            self._read_address(child)
        elif tag == "INDIVIDUAL_DATE_OF_BIRTH":
            self._read_birth_date(child)
        elif tag == "INDIVIDUAL_PLACE_OF_BIRTH":
            self._read_birth_place(child)
        elif tag == "INDIVIDUAL_DOCUMENT":
            self._read_document(child)
        elif tag in {"TITLE", "DESIGNATION", "NATIONALITY", "LAST_DAY_UPDATED"}:
            for value in child.iterfind("VALUE"):
                self._read_value(tag, value)
        else:
            self._read_single(tag, child)

    def _read_value(self, tag: str, element: etree._Element) -> None:
        value = _value(element)
        if not value:
            return
        if tag == "TITLE":
            self.titles.append(value)
        elif tag == "LAST_DAY_UPDATED":
            self.amended_on.append(iso_date(value) or value)
        elif tag == "DESIGNATION":
            self.positions.append(value)
            if self._relate(element):
                self._note(element)
        else:
            self._country(value, self.nationalities, element)

    def _read_single(self, tag: str, element: etree._Element) -> None:
        value = _value(element)
        if tag == "UN_LIST_TYPE":
            self.listing["programme"] = value
        elif tag in {"LISTED_ON", "DELISTED_ON"}:
            self.listing[tag.lower()] = iso_date(value)
        elif tag == "GENDER":
            self.gender = value
        elif tag == "NATIONALITY2":
            self._country(value, self.nationalities, element)
        elif tag == "COMMENTS1":
            if value:
                self._read_comment(element)
        else:
            if tag not in {"DATAID", "SUBMITTED_BY", "SUBMITTED_ON"}:
                self.notices.append(f"{self.path}, line {element.sourceline}: unknown element <{tag}> kept as a note")
            for leaf in element.iter():
                if not len(leaf) and _value(leaf):
                    self._note(leaf)

    def _read_comment(self, element: etree._Element) -> None:
        self._note(element)
        self._relate(element)
        self.relations.extend(relative_names(element.text or "", self._field(element)))
        self._take_facts(element.text or "")

    def _read_alias(self, element: etree._Element) -> None:
        note = element.find("NOTE")
        remark = _value(note)
        quality = _QUALITIES.get(_value(element.find("QUALITY")).lower(), "strong")
        if remark.lower().startswith(("formerly listed", "previously listed")):
            quality = "former"
        name = element.find("ALIAS_NAME")
        if name is not None and _value(name):
            add_alias(self.names, name.text or "", quality)
            related = self._relate(name)
            if related or _value(name) not in {added.value for added in self.names}:
                self._note(name)
            self._take_facts(name.text or "")
        if note is not None and remark:
            add_alias_note(self.names, remark, quality)
            self._note(note)
            self._relate(note)
            self._take_facts(note.text or "")
        self._read_alias_birth(element)

    def _read_alias_birth(self, element: etree._Element) -> None:
        date = _value(element.find("DATE_OF_BIRTH"))
        if date:
            found = parse_date(date)
            self.birth_dates.append(found if found.start else BirthDate(text=date))
        city, country = _value(element.find("CITY_OF_BIRTH")), _value(element.find("COUNTRY_OF_BIRTH"))
        if city or country:
            text = ", ".join(part for part in (city, country) if part)
            self.birth_places.append(Place(text=text, city=city, country=country_in(country)))

    def _read_birth_date(self, element: etree._Element) -> None:
        values = {child.tag: _value(child) for child in element}
        kind, note = values.get("TYPE_OF_DATE", ""), values.get("NOTE", "")
        start = iso_date(values.get("DATE", "")) or values.get("YEAR", "") or values.get("FROM_YEAR", "")
        end = values.get("TO_YEAR", "")
        approximate = kind in {"APPROXIMATELY", "BETWEEN"} or note.lower().startswith("approx")
        noted = noted_birth(note, start[:4]) if note else BirthDate()
        calendar: Literal["", "islamic", "persian"] = ""
        if noted.start and (not start or noted.start.startswith(start)) and len(noted.start) > len(start):
            start, end, approximate, calendar = (
                noted.start,
                noted.end or end,
                approximate or noted.approximate,
                noted.calendar,
            )
        if start or note:
            self.birth_dates.append(
                BirthDate(start=start, end=end, approximate=approximate, calendar=calendar, text=note)
            )

    def _read_birth_place(self, element: etree._Element) -> None:
        values = {child.tag: _value(child) for child in element}
        order = ("STREET", "CITY", "STATE_PROVINCE", "COUNTRY", "NOTE")
        text = ", ".join(values[tag] for tag in order if values.get(tag))
        if text:
            country = country_in(values.get("COUNTRY", ""))
            self.birth_places.append(
                Place(text=text, city=values.get("CITY", ""), region=values.get("STATE_PROVINCE", ""), country=country)
            )

    def _read_address(self, element: etree._Element) -> None:
        values = {child.tag: _value(child) for child in element}
        order = ("STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE", "COUNTRY")
        text = ", ".join(values[tag] for tag in order if values.get(tag))
        note = values.get("NOTE", "")
        if not text and not note:
            return
        last = re.sub(r"\([^()]*\)", "", text or note).rsplit(",", 1)[-1].strip(" ;.")
        code = country_in(values.get("COUNTRY", "")) or country_code(last)
        if code:
            self.countries.append(code)
        self.addresses.append(
            Address(
                text=text or note,
                street=values.get("STREET", ""),
                city=values.get("CITY", ""),
                note=note,
                country=code,
                region=values.get("STATE_PROVINCE", ""),
                postal_code=values.get("ZIP_CODE", ""),
            )
        )
        noted = element.find("NOTE")
        if note and noted is not None:
            self.identifiers.extend(facts_in(note).identifiers)
            if self._relate(noted):
                self._note(noted)

    def _read_document(self, element: etree._Element) -> None:
        values = {child.tag: _value(child) for child in element}
        if not any(values.values()):
            return
        kind, other = values.get("TYPE_OF_DOCUMENT", ""), values.get("TYPE_OF_DOCUMENT2", "")
        label = f"{kind}: {other}" if kind and other and kind != other else kind or other
        note = values.get("NOTE", "")
        add_document_names(self.names, note)
        stated = values.get("NUMBER", "")
        value = next(
            (found for found in map(document_number, (stated, other, note)) if any(char.isdigit() for char in found)),
            "",
        )
        if not stated and value in {other, note} and " " in value:  # words without a number of their own
            value = ""
        if not value:
            self.notes.append(
                Note(field=self._field(element), text="; ".join(text for text in values.values() if text))
            )
            return
        issuer, place = values.get("ISSUING_COUNTRY", ""), values.get("COUNTRY_OF_ISSUE", "")
        remarks = [values.get("CITY_OF_ISSUE", ""), place if place != issuer else "", note]
        if value != stated:
            remarks.append(stated)
        if issuer and not country_code(issuer):
            remarks.append(issuer)
        exact = identifier_kind(other) if other else ""
        self.identifiers.append(
            Identifier(
                kind=exact if exact and exact != "identifier" else identifier_kind(kind or other),
                value=value,
                label=label,
                country=country_in(issuer or place or (stated or note or other).split(" ")[0]),
                issued=iso_date(values.get("DATE_OF_ISSUE", "")) or issue_in(note),
                expires=expiry_in(f"{note} {stated}"),
                note="; ".join(remark for remark in remarks if remark),
            )
        )

    def _country(self, value: str, codes: list[str], element: etree._Element) -> None:
        """Add a country's code; keep the words as a note where they say more or are not understood."""
        code = country_in(value)
        if code:
            codes.append(code)
        if value and not country_code(value):
            self._note(element)

    def _take_facts(self, text: str) -> None:
        facts = facts_in(text)
        self.birth_dates.extend(facts.birth_dates)
        self.birth_places.extend(facts.birth_places)
        self.nationalities.extend(facts.nationalities)
        self.gender = self.gender if gender(self.gender) else facts.gender or self.gender
        self.mother_names.extend(facts.mother_names)
        self.father_names.extend(facts.father_names)
        self.identifiers.extend(facts.identifiers)

    def _relate(self, element: etree._Element) -> bool:
        """Add the relations to other entries that an element's text cites, and tell whether there were any."""
        before = len(self.relations)
        for relation in relations_in(element.text or "", self._field(element)):
            reference = relation.target_reference
            if reference == self.reference:
                continue
            target = f"{self.source}:{reference}" if reference in self.entries else ""
            self.relations.append(_with_target(relation, target))
        return len(self.relations) > before

    def _note(self, element: etree._Element) -> None:
        self.notes.append(Note(field=self._field(element), text=element.text or ""))

    def _field(self, element: etree._Element) -> str:
        """Return the element's path below its entry, with positions where siblings share a tag."""
        steps: list[str] = []
        node: etree._Element | None = element
        while node is not None and node is not self.element:
            parent = node.getparent()
            same = [] if parent is None else parent.findall(node.tag)
            steps.append(f"{node.tag}[{same.index(node) + 1}]" if len(same) > 1 else str(node.tag))
            node = parent
        return "/".join(reversed(steps))


def _with_target(relation: Relation, target: str) -> Relation:
    if not target:
        return relation
    return Relation(
        kind=relation.kind, target=target, target_reference=relation.target_reference, target_name=relation.target_name,
        evidence=relation.evidence, inverse=relation.inverse,
    )  # fmt: skip


def _distinct(items: Iterable[_T]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(items))
