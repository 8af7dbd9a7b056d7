"""Switzerland's consolidated sanctions list, in XML. Reach for it to read ``ch_seco``.

Source: State Secretariat for Economic Affairs (SECO), SESAM, swiss-sanctions-list (layout since 2017): ordinances
(``sanctions-program``) with their sets of measures, targets, and places that targets point to. A target keeps its
history: the newest ``modification`` says whether it is still listed, and the older ones hold copies of what was, which
are not read. Those that are no longer listed stay in the file and here, marked as delisted.

Each part of a name can have spelling variants in other scripts; they are put together to whole names.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from tajfif.errors import ListFormatError
from tajfif.lists.parsers import Collected, ParsedList
from tajfif.lists.parsers.parties import add_name, organisation_schema, split_acronym
from tajfif.lists.parsers.reading import local_name, only_file, squeeze, stream_xml
from tajfif.lists.parsers.un_facts import Facts, country_in, facts_in, iso_date
from tajfif.lists.parsers.un_references import normal_reference, relations_in, relative_names
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
from tajfif.text.attributes import country_code, gender, identifier_kind, parse_date

__all__ = ["collect", "parse"]

_AGAIN = "Fetch the file again from its publisher."
_ROOT = "swiss-sanctions-list"
_NAME_TYPES: dict[str, NameQuality] = {"primary-name": "primary", "alias": "strong", "formerly-known-as": "former"}
_LANGUAGES = {
    "eng": "en", "ger": "de", "deu": "de", "fre": "fr", "fra": "fr", "ita": "it", "ara": "ar", "rus": "ru", "per": "fa",
    "fas": "fa", "chi": "zh", "zho": "zh", "kor": "ko", "urd": "ur", "pus": "ps", "ukr": "uk", "bel": "be", "srp": "sr",
    "spa": "es", "por": "pt", "tur": "tr", "heb": "he", "bur": "my", "mya": "my", "som": "so", "amh": "am", "tir": "ti",
}  # fmt: skip
_OBJECTS: dict[str, Schema] = {"vessel": "Vessel", "ship": "Vessel", "aircraft": "Airplane", "airplane": "Airplane"}
_DOCUMENTS = {
    "passport": "passportNumber", "diplomatic-passport": "passportNumber", "travel-document": "passportNumber",
    "id-card": "idNumber", "driving-license": "idNumber", "driver-license": "idNumber", "residency-permit": "idNumber",
    "ssn": "idNumber", "tax-number": "taxNumber", "fiscal-code": "taxNumber",
}  # fmt: skip
_RELATIONS = (
    ("family", "family"), ("relative", "family"), ("spouse", "family"), ("wife", "family"), ("husband", "family"),
    ("brother", "family"), ("owned", "owned"), ("controlled", "owned"), ("subsidiary", "owned"), ("owner", "owner"),
    ("parent", "owner"), ("on-behalf", "supporter"), ("support", "supporter"), ("leader", "leader"), ("head", "leader"),
    ("member", "member"), ("associated", "associated"), ("related", "associated"),
)  # fmt: skip
_UN_REFERENCE = re.compile(r"[A-Z][A-Za-z][ei]\.?\s?\d{3}")


def collect(path: Path, *, source: str = "ch_seco") -> Collected:
    """Return the list's file at ``path``: a file, or a directory with one XML file.

    Args:
        path: What the user named.
        source: Key of the source; not needed here.

    Raises:
        ListFormatError: There is no such file, or more than one.
    """
    return Collected(files={"list": only_file(path, ".xml", f"{_ROOT} ({source})")})


def parse(files: dict[str, Path], *, source: str = "ch_seco") -> ParsedList:
    """Read the list.

    Args:
        files: ``{"list": path}``.
        source: Key of the source, which begins every entity's id.

    Raises:
        ListFormatError: The file is malformed, truncated, bombed, empty or another document; a target has no name, no
            number or that of another, or points to a set or a place that is not there.
    """
    path = files["list"]
    notices: list[str] = []
    published, sets, places = _tables(path, notices)
    targets: dict[str, _Target] = {}
    for element in stream_xml(path, root=_ROOT, elements=frozenset({"target"})):
        if local_name(element) != "target":
            continue
        target = _Target(element, source, f"{path}, line {element.sourceline}", sets, places, notices)
        target.read()
        if target.number in targets:
            raise ListFormatError(f"target {target.number} is there twice", where=target.where, hint=_AGAIN)
        targets[target.number] = target
    if not targets:
        raise ListFormatError("the list has no entries", where=str(path), hint=_AGAIN)
    index: dict[str, set[str]] = defaultdict(set)
    for target in targets.values():
        for reference in target.references:
            index[reference].add(f"{source}:{target.number}")
    entities = tuple(target.entity(targets, index) for target in targets.values())
    return ParsedList(source=source, published=published, entities=entities, notices=tuple(notices))


Sets = dict[str, tuple[str, str]]
"""Programme and decision by the number of a set of measures."""


def _tables(path: Path, notices: list[str]) -> tuple[str, Sets, dict[str, Place]]:
    published = ""
    sets: Sets = {}
    places: dict[str, Place] = {}
    for element in stream_xml(path, root=_ROOT, elements=frozenset({"sanctions-program", "place", "target"})):
        name = local_name(element)
        if name == _ROOT:
            published = iso_date(str(element.get("date", "")))
            if not published:
                raise ListFormatError("the root element has no date", where=f"{path}, line 1", hint=_AGAIN)
            if element.get("list-type", "whole-list") != "whole-list":
                notices.append(
                    f"{path}: this is a list of the type {element.get('list-type')!r}, not the whole list; "
                    "who was not changed is not in it"
                )
        elif name == "sanctions-program":
            key = _english(element, "program-key") or _english(element, "program-name")
            title = _english(element, "program-name")
            for each in element.iterfind("{*}sanctions-set"):
                number = str(each.get("ssid"))
                if number not in sets or each.get("lang") == "eng":
                    sets[number] = key, ", ".join(part for part in (title, _text(each)) if part)
        elif name == "place":
            local = [_text(each) for each in element.iterfind("{*}location")]
            areas = [_text(each) for each in element.iterfind("{*}area")]
            country = element.find("{*}country")
            words = _text(country)
            code = country_code(str(country.get("iso-code", ""))) if country is not None else ""
            text = ", ".join(part for part in (*local, *areas, words) if part)
            places[str(element.get("ssid"))] = Place(
                text=text, city=", ".join(local), region=", ".join(areas), country=code or country_in(words)
            )
    return published, sets, places


def _text(element: etree._Element | None) -> str:
    return squeeze(element.text) if element is not None else ""


def _english(element: etree._Element, name: str) -> str:
    found = element.findall(f"{{*}}{name}")
    return next((_text(each) for each in found if each.get("lang") == "eng"), _text(found[0]) if found else "")


def _date(element: etree._Element) -> BirthDate:
    """Return what a day-month-year says, in whatever calendar."""
    year, month, day = (str(element.get(part) or "") for part in ("year", "month", "day"))
    approximate = element.get("quality") in {"low", "approximate", "circa"}
    calendar = str(element.get("calendar", "Gregorian")).lower()
    if not year.isdecimal():
        return BirthDate()
    parts = [year.zfill(4), *([month.zfill(2)] if month else []), *([day.zfill(2)] if month and day else [])]
    if calendar == "gregorian":
        return BirthDate(start="-".join(parts), approximate=approximate)
    text = "/".join(part for part in (day, month, year) if part)
    found = parse_date(f"{text} (Hijri)") if calendar.startswith(("islam", "hij")) else BirthDate()
    return found if found.start else BirthDate(text=f"{text} ({calendar})")


def _order(part: etree._Element) -> int:
    text = str(part.get("order") or "")
    return int(text) if text.isdecimal() else 0


@dataclass
class _Target:
    """One target while it is being read."""

    element: etree._Element
    source: str
    where: str
    sets: Sets
    places: dict[str, Place]
    notices: list[str]
    number: str = ""
    schema: Schema = "LegalEntity"
    names: list[Name] = field(default_factory=list)
    birth_dates: list[BirthDate] = field(default_factory=list)
    birth_places: list[Place] = field(default_factory=list)
    nationalities: list[str] = field(default_factory=list)
    countries: list[str] = field(default_factory=list)
    identifiers: list[Identifier] = field(default_factory=list)
    addresses: list[Address] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    references: list[str] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    listings: list[Listing] = field(default_factory=list)
    facts: list[Facts] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    sex: str = ""

    def read(self) -> None:
        """Gather what the element says; afterwards it is not needed any more."""
        self.number = str(self.element.get("ssid", ""))
        bodies = [each for each in self.element if local_name(each) in {"individual", "entity", "object"}]
        if not self.number or len(bodies) != 1:
            raise ListFormatError(
                "the target has no ssid" if not self.number else "the target is no individual, entity or object",
                where=self.where, hint=_AGAIN,
            )  # fmt: skip
        (body,) = bodies
        self.sex = str(body.get("sex", ""))
        for each in self.element.iterfind("{*}foreign-identifier"):
            self._read_foreign(_text(each))
        for identity in sorted(body.iterfind("{*}identity"), key=lambda each: each.get("main") == "false"):
            self._read_identity(identity, person=local_name(body) == "individual")
        if not self.names:
            raise ListFormatError(f"target {self.number} has no name", where=self.where, hint=_AGAIN)
        self.schema = "Person"
        if local_name(body) != "individual":
            kind = _OBJECTS.get(str(body.get("object-type", "")).lower())
            self.schema = kind or organisation_schema(self.names[0].value)
        for child in body:
            self._read_text(child)
        self._read_listings()
        self.element = etree.Element("read")

    def _read_foreign(self, text: str) -> None:
        found = _UN_REFERENCE.fullmatch(text)
        if found:
            reference = normal_reference(text)
            self.references.append(reference)
            span = Span(field="foreign-identifier", start=0, end=len(text))
            self.relations.append(Relation(kind="listed_as", target_reference=reference, evidence=span))
        if text:
            self.notes.append(Note(field="foreign-identifier", text=text))

    def _read_identity(self, identity: etree._Element, *, person: bool) -> None:
        main = identity.get("main") != "false"
        for child in identity:
            name = local_name(child)
            if name == "name":
                self._read_name(child, person=person, main=main)
            elif name == "day-month-year":
                self._read_birth(child)
            elif name == "place-of-birth":
                self.birth_places.append(self._place(child))
            elif name in {"nationality", "country"}:
                self._read_country(child, self.nationalities if person else self.countries)
            elif name == "address":
                self._read_address(child)
            elif name == "identification-document":
                self._read_document(child)
            else:
                self._keep(child)

    def _read_birth(self, element: etree._Element) -> None:
        born = _date(element)
        if not born.start:
            words = born.text or " ".join(f"{key!s}={value!s}" for key, value in element.attrib.items())
            self.notices.append(f"{self.where}: the date {words} cannot be read and is kept as text")
            born = BirthDate(text=words)
        self.birth_dates.append(born)
        if _text(element.find("{*}remark")):
            self.notes.append(Note(field="day-month-year", text=_text(element.find("{*}remark"))))

    def _read_name(self, element: etree._Element, *, person: bool, main: bool) -> None:
        quality = _NAME_TYPES.get(str(element.get("name-type", "")), "strong")
        if quality == "primary" and not main:
            quality = "strong"
        if quality == "strong" and element.get("quality") == "low":
            quality = "weak"
        parts = []
        for part in sorted(element.iterfind("{*}name-part"), key=_order):
            kind, value = str(part.get("name-part-type", "")), _text(part.find("{*}value"))
            variants = [
                (str(each.get("lang") or "").lower(), str(each.get("script") or "").upper(), _text(each))
                for each in part.iterfind("{*}spelling-variant")
            ]
            if kind == "title":
                self.titles.append(value)
            elif value:
                parts.append((kind, value, variants))
        self._add(parts, {}, quality, _LANGUAGES.get(str(element.get("lang") or "").lower(), ""), person=person)
        for language, script in dict.fromkeys((each[0], each[1]) for part in parts for each in part[2]):
            spelled: dict[int, list[str]] = {
                place: found
                for place, part in enumerate(parts)
                if (found := [each[2] for each in part[2] if (each[0], each[1]) == (language, script)])
            }
            other = "strong" if quality == "primary" and script == "LATN" else quality
            if script != "LATN":
                self._add(
                    [parts[place] for place in spelled], dict(enumerate(spelled.values())), other,
                    _LANGUAGES.get(language, ""), person=person,
                )  # fmt: skip
                continue
            for place, values in spelled.items():
                for value in values:
                    self._add(parts, {place: [value]}, other, "", person=person)

    def _add(
        self, parts: list[tuple[str, str, list[tuple[str, str, str]]]], spelled: dict[int, list[str]],
        quality: NameQuality, language: str, *, person: bool,
    ) -> None:  # fmt: skip
        """Add the name that the parts make, with some of them spelled otherwise; a maiden name makes one more."""
        family: list[str] = []
        maiden: list[str] = []
        rest: list[str] = []
        for place, (kind, value, _) in enumerate(parts):
            text = spelled.get(place, [value])[0]
            (family if kind == "family-name" else maiden if kind == "maiden-name" else rest).append(text)
        ordered = (*rest, *family) if rest or family else tuple(maiden)
        whole = " ".join(ordered)
        several = person and len(ordered) > 1 and bool(family)
        add_name(
            self.names, whole, quality, language=language, parts=ordered if several else (),
            family=" ".join(family) if several else "",
        )  # fmt: skip
        if maiden and (rest or family):
            add_name(self.names, " ".join((*rest, *maiden)), "former", language=language)
        base, short = ("", "") if person else split_acronym(whole)
        if short:
            add_name(self.names, base, "strong")
            add_name(self.names, short, "weak")

    def _place(self, element: etree._Element) -> Place:
        number = str(element.get("place-id") or "")
        if number and number not in self.places:
            raise ListFormatError(f"place {number} is not there", where=self.where, hint=_AGAIN)
        return self.places.get(number) or Place(text=squeeze(" ".join(map(str, element.itertext()))))

    def _read_country(self, element: etree._Element, codes: list[str]) -> None:
        country = element if local_name(element) == "country" else element.find("{*}country")
        words = _text(country)
        code = country_code(str(country.get("iso-code", ""))) if country is not None else ""
        code = code or (country_in(words) if words else "")
        if code:
            codes.append(code)
        elif words:
            self.notes.append(Note(field="nationality", text=words))
        if _text(element.find("{*}remark")):
            self.notes.append(Note(field="nationality", text=_text(element.find("{*}remark"))))

    def _read_address(self, element: etree._Element) -> None:
        place = self._place(element) if element.get("place-id") else Place(text="")
        get = {name: _text(element.find(f"{{*}}{name}")) for name in ("c-o", "address-details", "p-o-box", "zip-code")}
        street = ", ".join(
            part for part in (
                f"c/o {get['c-o']}" if get["c-o"] else "", get["address-details"],
                f"PO Box {get['p-o-box']}" if get["p-o-box"] else "",
            ) if part
        )  # fmt: skip
        note = _text(element.find("{*}remark"))
        text = ", ".join(part for part in (street, get["zip-code"], place.text) if part)
        if place.country:
            self.countries.append(place.country)
        if text or note:
            self.addresses.append(
                Address(
                    text=text or note, street=street, city=place.city, region=place.region, postal_code=get["zip-code"],
                    country=place.country, note=note,
                )
            )  # fmt: skip

    def _read_document(self, element: etree._Element) -> None:
        kind = str(element.get("document-type", "")).lower()
        issuer = element.find("{*}issuer")
        words = _text(issuer)
        code = country_code(str(issuer.get("code", ""))) if issuer is not None else ""
        code = code or (country_in(words) if words else "")
        issued, expires = (
            _date(found).start if (found := element.find(f"{{*}}{name}")) is not None else ""
            for name in ("date-of-issue", "expiry-date")
        )
        place = element.find("{*}place-of-issue")
        remarks = [_text(element.find("{*}remark")), "" if code else words]
        remarks.append(self._place(place).text if place is not None else "")
        number, note = _text(element.find("{*}number")), "; ".join(remark for remark in remarks if remark)
        if number:
            label = kind.replace("-", " ")
            self.identifiers.append(
                Identifier(
                    kind=_DOCUMENTS.get(kind) or identifier_kind(label), value=number, country=code, label=label,
                    issued=issued, expires=expires, note=note,
                )
            )  # fmt: skip
        elif note or words:
            self.notes.append(Note(field="identification-document", text="; ".join(filter(None, (kind, words, note)))))

    def _read_text(self, element: etree._Element) -> None:
        name = local_name(element)
        if name == "identity":
            return
        if name == "relation":
            self._read_relation(element)
            return
        if name not in {"justification", "other-information", "generic-attribute"}:
            self._keep(element)
            return
        text = element.text or ""
        label = f"{name} {element.get('name')}" if element.get("name") else name
        if not text.strip():
            return
        self.notes.append(Note(field=label, text=text))
        self.facts.append(facts_in(text))
        self.relations.extend(
            each for each in relations_in(text, label) if each.target_reference not in self.references
        )
        self.relations.extend(relative_names(text, label))

    def _read_relation(self, element: etree._Element) -> None:
        words = str(element.get("relation-type", ""))
        remark = _text(element.find("{*}remark"))
        field_name = f"relation {element.get('ssid') or element.get('target-id')}"
        self.notes.append(Note(field=field_name, text=f"{words}: {remark}" if remark else words))
        self.relations.append(
            Relation(
                kind=next((kind for mark, kind in _RELATIONS if mark in words.lower()), "linked"),
                target_reference=str(element.get("target-id", "")),
                evidence=Span(field=field_name, start=0, end=len(words)),
            )
        )  # fmt: skip

    def _keep(self, element: etree._Element) -> None:
        name = local_name(element)
        values = (squeeze(str(value)) for value in (*element.attrib.values(), *element.itertext()))
        self.notices.append(f"{self.where}: unknown element <{name}> kept as a note")
        self.notes.append(Note(field=name, text=" ".join(value for value in values if value)))

    def _read_listings(self) -> None:
        changes = [
            (iso_date(str(each.get("effective-date") or each.get("publication-date") or each.get("enactment-date") or "")),
             str(each.get("modification-type", "")))
            for each in self.element.iterfind("{*}modification")
        ]  # fmt: skip
        newest = max(changes, key=lambda change: change[0], default=("", ""))  # of those on one day, the file's first
        delisted = newest[1] == "de-listed"
        listed = [day for day, kind in changes if kind == "listed" and day]
        amended = tuple(sorted({day for day, kind in changes if kind == "amended" and day}))
        for number in [_text(each) for each in self.element.iterfind("{*}sanctions-set-id")] or [""]:
            if number and number not in self.sets:
                raise ListFormatError(f"sanctions set {number} is not there", where=self.where, hint=_AGAIN)
            programme, decision = self.sets.get(number, ("", ""))
            self.listings.append(
                Listing(
                    source=self.source, reference=self.number, programme=programme, decision=decision,
                    listed_on=min(listed, default=""), amended_on=amended,
                    delisted_on=newest[0] if delisted else "", delisted=delisted,
                )
            )  # fmt: skip

    def entity(self, targets: dict[str, _Target], index: dict[str, set[str]]) -> Entity:
        """Return the entity, its relations resolved to other targets."""
        return Entity(
            id=f"{self.source}:{self.number}",
            schema=self.schema,
            names=tuple(self.names),
            birth_dates=tuple(
                dict.fromkeys((*self.birth_dates, *(b for each in self.facts for b in each.birth_dates)))
            ),
            birth_places=tuple(
                dict.fromkeys(
                    place
                    for place in (*self.birth_places, *(p for each in self.facts for p in each.birth_places))
                    if place.text
                )
            ),
            nationalities=tuple(
                dict.fromkeys((*self.nationalities, *(n for each in self.facts for n in each.nationalities)))
            ),
            countries=tuple(dict.fromkeys(self.countries)),
            gender=(gender(self.sex) if self.sex else "")
            or next((each.gender for each in self.facts if each.gender), ""),
            mother_names=tuple(dict.fromkeys(name for each in self.facts for name in each.mother_names)),
            father_names=tuple(dict.fromkeys(name for each in self.facts for name in each.father_names)),
            identifiers=tuple(
                dict.fromkeys((*self.identifiers, *(i for each in self.facts for i in each.identifiers)))
            ),
            addresses=tuple(dict.fromkeys(self.addresses)),
            listings=tuple(self.listings),
            titles=tuple(dict.fromkeys(title for title in self.titles if title)),
            relations=tuple(self._resolved(relation, targets, index) for relation in self.relations),
            notes=tuple(self.notes),
        )

    def _resolved(self, relation: Relation, targets: dict[str, _Target], index: dict[str, set[str]]) -> Relation:
        reference = relation.target_reference
        target = name = ""
        if reference in targets:
            target, name = f"{self.source}:{reference}", targets[reference].names[0].value
        elif relation.kind != "listed_as":
            found = index.get(reference, set()) - {f"{self.source}:{self.number}"}
            target = next(iter(found)) if len(found) == 1 else ""
        if not target:
            return relation
        return Relation(
            kind=relation.kind, target=target, target_reference=reference, target_name=relation.target_name or name,
            evidence=relation.evidence, inverse=relation.inverse,
        )  # fmt: skip
