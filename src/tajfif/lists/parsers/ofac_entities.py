"""What OFAC's three layouts have in common. Reach for it to turn one entry, however it was published, into an entity.

The same entry gives the same entity from CSV, ``SDN.XML`` and ``SDN_ADVANCED.XML`` as far as each of them states it:
the same id, the same words for the same document, and identifiers in one order, whatever the order of the file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec

from tajfif.lists.parsers.ofac_remarks import Link, Remarks, no_remarks, read_item
from tajfif.lists.parsers.parties import add_name, organisation_schema
from tajfif.model import Address, Entity, Identifier, Listing, Name, NameQuality, Note, Relation, Schema, Span
from tajfif.text.attributes import country_code, identifier_kind, parse_date

__all__ = ["QUALITIES", "Captions", "Draft", "add_published", "address_of", "captions_of", "read_document"]

_T = TypeVar("_T")
QUALITIES: dict[str, NameQuality] = {"aka": "strong", "nka": "strong", "fka": "former"}
"""Quality of an alias by its type, without full stops."""
_SCHEMAS: dict[str, Schema] = {"individual": "Person", "vessel": "Vessel", "aircraft": "Airplane"}
_NUMBERED = frozenset({"passportNumber", "idNumber", "taxNumber", "registrationNumber", "imoNumber", "mmsi"})

Captions = dict[str, list[str]]
"""Ids of entities by their published name in small letters."""


@dataclass
class Draft:
    """One entry while it is being read.

    ``remarks`` holds the facts of the remarks column and of structured items alike; ``text`` the remarks as published.
    """

    source: str
    number: str
    caption: str
    kind: str
    programmes: list[str]
    text: str = ""
    positions: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    call_sign: str = ""
    flag: str = ""
    owner: str = ""
    vessel: dict[str, str] = field(default_factory=dict)
    names: list[Name] = field(default_factory=list)
    addresses: list[Address] = field(default_factory=list)
    remarks: Remarks = field(default_factory=no_remarks)
    notes: list[Note] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    listings: list[Listing] = field(default_factory=list)

    @property
    def person(self) -> bool:
        """Whether the entry is an individual, whose name has a family name before the comma."""
        return self.kind.lower() == "individual"

    def entity(self, captions: Captions) -> Entity:
        """Return the entity, with links to the entries of the list that it names."""
        found = self.remarks
        names = list(self.names)
        for value, quality in found.aliases:
            add_published(names, value, quality, person=self.person)
        notes = [Note(field="remarks", text=self.text)] if self.text else []
        notes += [Note(field="remark", text=item) for item in found.notes]
        for name, value in (*self.vessel.items(), ("vess_flag", self.flag)):
            if value and not (name == "vess_flag" and country_code(value)):
                notes.append(Note(field=name, text=value))
        relations = [_relation("linked", link, "remarks", captions) for link in found.links]
        if self.owner:
            relations.append(_relation("owned", Link(self.owner, 0, len(self.owner)), "vess_owner", captions))
            notes.append(Note(field="vess_owner", text=self.owner))
        identifiers = [Identifier(kind="callSign", value=self.call_sign)] if self.call_sign else []
        codes = [country_code(self.flag) if self.flag else ""]
        codes += [address.country for address in self.addresses] + found.countries
        return Entity(
            id=f"{self.source}:{self.number}",
            schema=_SCHEMAS.get(self.kind.lower()) or organisation_schema(self.caption),
            names=tuple(names),
            birth_dates=_distinct(found.birth_dates),
            birth_places=_distinct(found.birth_places),
            nationalities=_distinct(found.nationalities),
            countries=_distinct(code for code in codes if code),
            gender="female" if "female" in found.genders else "male" if "male" in found.genders else "",
            identifiers=_distinct(sorted([*identifiers, *found.identifiers], key=_place)),
            addresses=_distinct(address for address in self.addresses if address.text),
            listings=tuple(self.listings)
            or tuple(
                Listing(source=self.source, reference=self.number, programme=programme.strip())
                for programme in sorted(set(self.programmes)) or [""]
            ),
            titles=_distinct(self.titles),
            positions=_distinct(self.positions + found.positions),
            relations=(*relations, *self.relations),
            notes=(*notes, *self.notes),
        )


def captions_of(source: str, entries: Iterable[tuple[str, str]]) -> Captions:
    """Return the ids by published name, from pairs of number and published name."""
    captions: Captions = defaultdict(list)
    for number, caption in entries:
        captions[caption.casefold()].append(f"{source}:{number}")
    return captions


def add_published(names: list[Name], published: str, quality: NameQuality, *, person: bool) -> None:
    """Add a name as OFAC writes it; of a person "LAST, First" in natural order, with the family name marked."""
    family, comma, given = published.partition(", ")
    if person and comma and family.strip() and given.strip():
        parts = (family, *given.split(", "))
        add_name(names, f"{' '.join(parts[1:])} {family}", quality, parts=parts, family=family)
    else:
        add_name(names, published, quality)


def address_of(street: str, city: str, country: str, note: str = "") -> Address:
    """Return an address from its columns; a country "Region: Gaza" is a region."""
    region = country.removeprefix("Region: ") if country.startswith("Region: ") else ""
    code = country_code(region or country) if country else ""
    text = ", ".join(part for part in (street, city, region or country) if part)
    return Address(text=text or note, street=street, city=city, region=region, country=code, note=note)


def read_document(
    remarks: Remarks, kind: str, number: str, *, country: str = "", issued: str = "", expires: str = "", note: str = ""
) -> None:
    """Add a document, by the rules of the remarks first, which make of it what they make of the CSV's words.

    Args:
        remarks: Where to add.
        kind, number, country: As the file has them ("Passport", "X0000001", "Iraq").
        issued, expires: Dates as "02 May 2002", "May 2002" or "2002".
        note: What else the file says of it.
    """
    item = " ".join(part for part in (kind, number, f"({country})" if country else "") if part)
    item += f" issued {issued}" if issued else ""
    item += f" expires {expires}" if expires else ""
    if not item:
        return
    before = len(remarks.identifiers)
    understood = read_item(remarks, item)
    found = identifier_kind(kind)
    if not understood and found in _NUMBERED and number:
        remarks.notes.pop()
        remarks.identifiers.append(
            Identifier(
                kind=found, value=number, label=kind.strip(" :"), country=country_code(country) if country else "",
                issued=parse_date(issued).start if issued else "", expires=parse_date(expires).start if expires else "",
                note="" if not country or country_code(country) else country,
            )
        )  # fmt: skip
    if note and len(remarks.identifiers) > before:
        last = remarks.identifiers[-1]
        remarks.identifiers[-1] = msgspec.structs.replace(last, note="; ".join(filter(None, (last.note, note))))
    elif note:
        remarks.notes.append(f"{item}: {note}")


def _place(identifier: Identifier) -> tuple[str, ...]:
    return identifier.kind, identifier.label, identifier.country, identifier.value


def _relation(kind: str, link: Link, field_name: str, captions: Captions) -> Relation:
    """Link to the entry whose published name, whatever its capitals, is the one cited, if there is exactly one.

    The final full stop of the remarks is also the one of "S.A.", so the name is looked for with and without it.
    """
    for name in (link.name, f"{link.name}."):
        ids = captions.get(name.casefold(), [])
        if len(ids) == 1:
            end = link.end + len(name) - len(link.name)
            return Relation(
                kind=kind, target=ids[0], target_name=name, evidence=Span(field=field_name, start=link.start, end=end)
            )
    return Relation(kind=kind, target_name=link.name, evidence=Span(field=field_name, start=link.start, end=link.end))


def _distinct(items: Iterable[_T]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(items))
