"""Canada's consolidated autonomous sanctions list, in XML. Reach for it to read ``ca_sema``.

Source: https://www.international.gc.ca, "Consolidated Canadian Autonomous Sanctions List" (sema-lmes.xml): the schedules
of the regulations under the Special Economic Measures Act and the Justice for Victims of Corrupt Foreign Officials Act.
Element names have changed over the years ("Entity", "EntityOrShip", "EntityOrShip-EntiteOuNavire") and all are read.

The list has no numbers of its own: an entry is cited by regulations, schedule and item, and so is its reference here,
``Russia/1-Part-2/18``; an entry without item is known by its name. ``Country`` says which regulations, not where the
party is. Values in both languages are separated by a slash.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
from lxml import etree

from tajfif.errors import ListFormatError
from tajfif.lists.parsers import Collected, ParsedList
from tajfif.lists.parsers.cells import stated_birth
from tajfif.lists.parsers.parties import add_name, organisation_schema, plain_name, split_acronym
from tajfif.lists.parsers.reading import only_file, read_xml, squeeze
from tajfif.lists.parsers.un_facts import iso_date
from tajfif.model import BirthDate, Entity, Identifier, Listing, Name, Note, Schema
from tajfif.text.unicode import fold_word

__all__ = ["collect", "parse"]

_FIELDS = {
    "Country": "country", "LastName": "last", "GivenName": "given", "Entity": "entity", "EntityOrShip": "entity",
    "EntityName": "entity", "Aliases": "aliases", "DateOfBirth": "born", "DateOfBirthOrShipBuildDate": "born",
    "Title": "title", "TitleOrShip": "title", "TitleOrShipType": "title", "ShipIMONumber": "imo",
    "Schedule": "schedule", "Item": "item", "DateOfListing": "listed",
}  # fmt: skip
_AGAIN = "Fetch the file again from its publisher."
_LEGAL_FORM = re.compile(
    r"(?:co|company|ltd|limited|inc|llc|l\.l\.c|plc|pte|jsc|pjsc|cjsc|ojsc|corp|gmbh|s\.?a|ао|оао|зао|пао|ооо)\.?"
    r"(?:\s*ltd\.?)?", re.IGNORECASE,
)  # fmt: skip
_BRACKET = re.compile(r"\s*\(([^()]+)\)")
_TRANSLATED = re.compile(r"(\S+ .*?\S)\s*\((\S+ \S+ [^()]+)\)")
_LONGEST = 10_000


def collect(path: Path, *, source: str = "ca_sema") -> Collected:
    """Return the list's file at ``path``: a file, or a directory with one XML file.

    Args:
        path: What the user named.
        source: Key of the source; not needed here.

    Raises:
        ListFormatError: There is no such file, or more than one.
    """
    return Collected(files={"list": only_file(path, ".xml", f"sema-lmes.xml ({source})")})


def parse(files: dict[str, Path], *, source: str = "ca_sema") -> ParsedList:
    """Read the list. It states no date of publication.

    Args:
        files: ``{"list": path}``.
        source: Key of the source, which begins every entity's id.

    Raises:
        ListFormatError: The file is malformed, truncated, bombed, empty, another document, or has a record without a
            name or without regulations.
    """
    path = files["list"]
    notices: list[str] = []
    entities: dict[str, Entity] = {}
    root = read_xml(path, root="data-set")
    for element in root.iterfind("record"):
        record = _Record(element, path, notices)
        entity = record.entity(source)
        known = entities.get(entity.id)
        if known is not None:
            again = "; it is the same and left out" if known == entity else "; its name makes the difference"
            notices.append(f"{record.where}: {entity.id} is there twice{again}")
            if known == entity:
                continue
            entity = _renamed(entity, source, entities)
        entities[entity.id] = entity
    if not entities:
        raise ListFormatError("the list has no entries", where=f"{path}, line {root.sourceline}", hint=_AGAIN)
    return ParsedList(source=source, published="", entities=tuple(entities.values()), notices=tuple(notices))


class _Record:
    """One record: its fields under the names used here, and where it stands."""

    def __init__(self, element: etree._Element, path: Path, notices: list[str]) -> None:
        self.where = f"{path}, line {element.sourceline}"
        self.notices = notices
        self.fields: dict[str, str] = {}
        self.notes: list[Note] = []
        for child in element:
            tag, text = str(child.tag), squeeze("".join(map(str, child.itertext())))
            if len(text) > _LONGEST:
                raise ListFormatError(
                    f"<{tag}> has {len(text):,} characters; none has more than {_LONGEST:,}",
                    where=f"{path}, line {child.sourceline}", hint=_AGAIN,
                )  # fmt: skip
            field = _FIELDS.get(tag.split("-")[0])
            if field and not self.fields.get(field):
                self.fields[field] = text
            elif text:
                if not field:
                    notices.append(f"{path}, line {child.sourceline}: unknown element <{tag}> kept as a note")
                self.notes.append(Note(field=tag, text=text))

    def get(self, field: str) -> str:
        """Return a field, empty if it is not there."""
        return self.fields.get(field, "")

    def entity(self, source: str) -> Entity:
        """Return the record's entity."""
        names = self._names()
        if not names:
            raise ListFormatError("the record has no name", where=self.where, hint=_AGAIN)
        regulations = _english(self.get("country"))
        if not regulations:
            raise ListFormatError("the record names no regulations (Country)", where=self.where, hint=_AGAIN)
        schedule = "" if self.get("schedule").upper() == "N/A" else self.get("schedule")
        reference = _reference(regulations, schedule, self.get("item"), names[0].value)
        decision = [f"Schedule {schedule}"] if schedule else []
        decision += [f"item {self.get('item')}"] if self.get("item") else []
        listing = Listing(
            source=source, reference=reference, programme=regulations, decision=", ".join(decision),
            listed_on=iso_date(self.get("listed")),
        )  # fmt: skip
        if self.get("listed") and not listing.listed_on:
            self.notices.append(f"{self.where}: the date of listing {self.get('listed')!r} cannot be read")
            self.notes.append(Note(field="DateOfListing", text=self.get("listed")))
        imo = re.search(r"(?<!\d)\d{7}(?!\d)", self.get("imo"))
        if self.get("imo") and not imo:
            self.notes.append(Note(field="ShipIMONumber", text=self.get("imo")))
        return Entity(
            id=f"{source}:{reference}",
            schema=self._schema(names[0].value),
            names=tuple(names),
            birth_dates=tuple(self._births()),
            identifiers=(Identifier(kind="imoNumber", value=imo[0], label="IMO"),) if imo else (),
            listings=(listing,),
            titles=tuple(dict.fromkeys(part for part in re.split(r"\s*[/|]\s*", self.get("title")) if part)),
            notes=tuple(self.notes),
        )

    def _schema(self, name: str) -> Schema:
        if self.get("entity"):
            return "Vessel" if self.get("imo") else organisation_schema(name)
        return "Person"

    def _births(self) -> Iterator[BirthDate]:
        for text in re.split(r"\s+or\s+|\s*;\s*", self.get("born")):
            if text:
                born = stated_birth(text)
                if not born.start:
                    self.notices.append(f"{self.where}: the date {text!r} cannot be read and is kept as text")
                yield born

    def _names(self) -> list[Name]:
        names: list[Name] = []
        given, last, entity = self.get("given"), self.get("last"), self.get("entity")
        if entity:
            add_name(names, entity, "primary")
            for side in re.split(r"\s*/\s*", entity):
                if side.count(" ") or side == entity:  # both languages, not "Hmaw Bi/Pyi/Ywama"
                    base, short = split_acronym(side)
                    add_name(names, base, "strong")
                    add_name(names, short, "weak")
                translated = _TRANSLATED.fullmatch(side)
                for half in translated.groups() if translated else ():
                    add_name(names, half, "strong")
            if given or last:
                self.notes.append(Note(field="GivenName, LastName", text=f"{given} {last}".strip()))
        else:
            parts = tuple(part for part in (given, last) if part)
            add_name(
                names, " ".join(parts), "primary", parts=parts if given and last else (), family=last if given else ""
            )
            for spelling in _spellings(" ".join(parts)):
                add_name(names, spelling, "strong")
        for alias in _aliases(self.get("aliases")):
            base, short = split_acronym(alias) if entity else (alias, "")
            add_name(names, alias, "strong" if entity or " " in alias else "weak")
            if short:
                add_name(names, base, "strong")
                add_name(names, short, "weak")
            for spelling in () if entity else _spellings(alias):
                add_name(names, spelling, "strong" if " " in spelling else "weak")
        return names


def _english(text: str) -> str:
    return text.split("/")[0].strip()


def _reference(regulations: str, schedule: str, item: str, name: str) -> str:
    short = re.search(r"\(([A-Z]{3,})\)", regulations)
    parts = [short[1] if short else regulations, schedule or "-", item or _slug(name)]
    return "/".join(re.sub(r"[\s,]+", "-", part) for part in parts)


def _slug(name: str) -> str:
    return "-".join("".join(fold_word(word)) for word in re.findall(r"\w+", name))


def _renamed(entity: Entity, source: str, taken: dict[str, Entity]) -> Entity:
    """Return the entity under a reference that no other has: with its name, and a number if need be."""
    base = f"{entity.listings[0].reference}/{_slug(entity.names[0].value)}"
    reference = next(
        each for each in (base, *(f"{base}-{count}" for count in range(2, len(taken) + 3)))
        if f"{source}:{each}" not in taken
    )  # fmt: skip
    listing = msgspec.structs.replace(entity.listings[0], reference=reference)
    return msgspec.structs.replace(entity, id=f"{source}:{reference}", listings=(listing,))


def _spellings(name: str) -> list[str]:
    """Return both readings of a name with another spelling of one word in brackets: "DIKIY (DIKY)"."""
    bracket = _BRACKET.search(name)
    if not bracket or not bracket.start():
        return []
    before = name[: bracket.start()].rsplit(" ", 1)
    other = (before[0] + " " if len(before) > 1 else "") + bracket[1] + name[bracket.end() :]
    return [name[: bracket.start()] + name[bracket.end() :], other]


def _aliases(text: str) -> Iterator[str]:
    """Yield each alias: separated by semicolons, commas, "or" or a slash between blanks; legal forms stay."""
    for piece in re.split(r"\s*;\s*|\s+/\s+|\s+or\s+", text):
        kept: list[str] = []
        for part in re.split(r",\s+", piece):
            if kept and (_LEGAL_FORM.fullmatch(part.strip()) or kept[-1].count("(") > kept[-1].count(")")):
                kept[-1] = f"{kept[-1]}, {part}"
            else:
                kept.append(part)
        yield from filter(None, map(plain_name, kept))
