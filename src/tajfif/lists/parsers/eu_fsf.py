"""The European Union's consolidated list of financial sanctions, as XML 1.1 or CSV. Reach for it to read ``eu_fsf``.

Source: the Commission's Financial Sanctions Files, schema ``export`` (xmlFullSanctionsList_1_1), csvFullSanctionsList_1_1
and its predecessor csvFullSanctionsList. All say the same of a party in the same terms, so they are read into one form,
whose words are the attributes of the XML. The reference is the EU reference number (``EU.27.28``), or the logical id
where there is none.

The first name that is marked strong is the primary one; the others are strong or weak as marked. Every name, birth,
address and document has its own legal act: their dates are the dates of amendment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from lxml import etree

from tajfif.errors import ListFormatError
from tajfif.lists.parsers import Collected, ParsedList, eu_csv
from tajfif.lists.parsers.cells import country_of
from tajfif.lists.parsers.parties import add_name, organisation_schema, split_acronym
from tajfif.lists.parsers.reading import local_name, only_file, squeeze, stream_xml
from tajfif.lists.parsers.un_facts import facts_in, iso_date
from tajfif.lists.parsers.un_names import other_script_runs
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
    Span,
)
from tajfif.text.attributes import country_code, gender, identifier_kind, parse_date

__all__ = ["collect", "parse"]

_AGAIN = "Fetch the file again from its publisher."
_LONGEST = 100_000
_CONTACTS = {
    "phone": "phone",
    "fax": "phone",
    "mobile": "phone",
    "email": "email",
    "web": "website",
    "website": "website",
}
_PARTS = frozenset({"nameAlias", "citizenship", "birthdate", "address", "identification", "regulation", "subjectType"})
_DOCUMENT_KINDS = {
    "passport": "passportNumber", "diplomaticpassport": "passportNumber", "traveldocument": "passportNumber",
    "id": "idNumber", "ssn": "idNumber", "birthcert": "idNumber", "driverlicence": "idNumber", "residentperm": "idNumber",
    "fiscalcode": "taxNumber", "tax": "taxNumber", "regnumber": "registrationNumber", "tradelic": "registrationNumber",
    "swiftbic": "swiftBic", "bic": "swiftBic", "imo": "imoNumber", "iban": "ibanCode",
}  # fmt: skip
_FLAGS = {
    "diplomatic": "diplomatic", "knownExpired": "known to be expired", "knownFalse": "known to be false",
    "reportedLost": "reported lost", "revokedByIssuer": "revoked by issuer",
}  # fmt: skip


def collect(path: Path, *, source: str = "eu_fsf") -> Collected:
    """Return the list's file at ``path``: a file, or a directory with one XML or CSV file.

    Args:
        path: What the user named.
        source: Key of the source; not needed here.

    Raises:
        ListFormatError: There is no such file, or more than one.
    """
    return Collected(files={"list": only_file(path, (".xml", ".csv"), f"full sanctions list ({source})")})


def parse(files: dict[str, Path], *, source: str = "eu_fsf") -> ParsedList:
    """Read the list.

    Args:
        files: ``{"list": path}``.
        source: Key of the source, which begins every entity's id.

    Raises:
        ListFormatError: The file is malformed, truncated, bombed, empty or another document, lacks a column, or has an
            entity without a name or two entities of one reference.
    """
    path = files["list"]
    notices: list[str] = []
    published, parties = eu_csv.read(path, notices) if path.suffix.lower() == ".csv" else _read_xml(path, notices)
    taken: dict[str, eu_csv.Party] = {}
    entries = []
    for party in parties:
        if not party.reference or not party.parts.get("nameAlias"):
            missing = "name" if party.reference else "reference"
            raise ListFormatError(f"the entity {party.reference} has no {missing}", where=party.where, hint=_AGAIN)
        known = taken.get(party.reference)
        if known is not None and (known.facts, known.parts) == (party.facts, party.parts):
            notices.append(f"{party.where}: {party.reference} is there twice and the same; it is left out")
            continue
        if known is not None:
            notices.append(f"{party.where}: {party.reference} is used twice; the logical id makes the difference")
            party.facts["euReferenceNumber"] = f"{party.reference}/{party.facts.get('logicalId', '')}"
        if party.reference in taken:
            raise ListFormatError(
                f"reference {party.reference} is used twice, first in {taken[party.reference].where}",
                where=party.where, hint=_AGAIN,
            )  # fmt: skip
        taken[party.reference] = party
        entries.append(_Entry(party, source, published, notices))
    if not entries:
        raise ListFormatError("the list has no entries", where=str(path), hint=_AGAIN)
    index: dict[str, set[str]] = {}
    for entry in entries:
        if entry.united_nations:
            index.setdefault(entry.united_nations, set()).add(entry.id)
    entities = tuple(entry.entity(index) for entry in entries)
    return ParsedList(source=source, published=published, entities=entities, notices=tuple(notices))


def _read_xml(path: Path, notices: list[str]) -> tuple[str, list[eu_csv.Party]]:
    published = ""
    parties = []
    for element in stream_xml(path, root="export", elements=frozenset({"sanctionEntity"})):
        if local_name(element) == "export":
            published = iso_date(str(element.get("generationDate", "")))
            if not published:
                raise ListFormatError("the root element has no generationDate", where=f"{path}, line 1", hint=_AGAIN)
            continue
        party = eu_csv.Party(where=f"{path}, line {element.sourceline}", facts=_attributes(element, path))
        for child in element:
            name = local_name(child)
            if name in _PARTS:
                party.parts.setdefault(name, []).append(_attributes(child, path))
            elif name == "remark":
                party.facts["remark"] = _joined(party.facts.get("remark", ""), child.text or "")
            else:
                values = (squeeze(str(value)) for value in (*child.attrib.values(), *child.itertext()))
                text = " ".join(value for value in values if value)
                if name != "additionalInformation":
                    notices.append(f"{party.where}: unknown element <{name}> kept as a note")
                party.notes.append(Note(field=name, text=text))
        _check_lengths(party.facts, party.where)
        parties.append(party)
    return published, parties


def _attributes(element: etree._Element, path: Path) -> dict[str, str]:
    """Return an element's attributes, with those of its legal act and its remarks and contacts."""
    found = {str(key): squeeze(str(value)) for key, value in element.attrib.items()}
    for child in element:
        name = local_name(child)
        if name == "remark" and local_name(element) != "sanctionEntity":
            found["remark"] = _joined(found.get("remark", ""), child.text or "")
        elif name == "regulationSummary":
            found["actDate"], found["act"] = str(child.get("publicationDate", "")), str(child.get("numberTitle", ""))
        elif name == "contactInfo":
            found["contacts"] = _joined(found.get("contacts", ""), f"{child.get('key', '')}[{child.get('value', '')}]")
        elif name == "additionalInformation" and local_name(element) != "sanctionEntity":
            found["remark"] = _joined(found.get("remark", ""), f"{child.get('key', '')}: {child.get('value', '')}")
        elif name == "corrigendum":
            found["corrigenda"] = _joined(found.get("corrigenda", ""), str(child.get("publicationDate", "")))
    _check_lengths(found, f"{path}, line {element.sourceline}")
    return found


def _check_lengths(values: Mapping[str, str], where: str) -> None:
    for key, value in values.items():
        if len(value) > _LONGEST:
            raise ListFormatError(
                f"{key} has {len(value):,} characters; none has more than {_LONGEST:,}", where=where, hint=_AGAIN
            )


def _joined(before: str, text: str) -> str:
    return f"{before}\n{text.strip()}".strip()


@dataclass
class _Entry:
    """One entity while it is being made of what the file says of it."""

    party: eu_csv.Party
    source: str
    published: str
    notices: list[str]
    names: list[Name] = field(default_factory=list)
    birth_dates: list[BirthDate] = field(default_factory=list)
    birth_places: list[Place] = field(default_factory=list)
    nationalities: list[str] = field(default_factory=list)
    countries: list[str] = field(default_factory=list)
    mothers: list[str] = field(default_factory=list)
    fathers: list[str] = field(default_factory=list)
    genders: list[Literal["", "male", "female"]] = field(default_factory=list)
    identifiers: list[Identifier] = field(default_factory=list)
    addresses: list[Address] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    positions: list[str] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Id of the entity."""
        return f"{self.source}:{self.party.reference}"

    @property
    def united_nations(self) -> str:
        """The party's United Nations reference in its normal form; empty if there is none."""
        match = re.search(r"[A-Za-z]{2}[ei]\.?\s?\d{3}", self.party.facts.get("unitedNationId", ""))
        return normal_reference(match[0]) if match else ""

    @property
    def person(self) -> bool:
        """Whether the file calls the party a person."""
        kind = self.party.parts.get("subjectType", [{}])[0]
        return "person" in {value.lower() for value in kind.values()} or "P" in kind.values()

    def entity(self, index: Mapping[str, set[str]]) -> Entity:
        """Return the entity.

        Args:
            index: Ids of the list's entities by United Nations reference.
        """
        parts = self.party.parts
        self._read_facts()
        for attributes in parts.get("nameAlias", []):
            self._read_name(attributes)
        for attributes in parts.get("birthdate", []):
            self._read_birth(attributes)
        for attributes in parts.get("citizenship", []):
            self._read_citizenship(attributes)
        for attributes in parts.get("address", []):
            self._read_address(attributes)
        for attributes in parts.get("identification", []):
            self._read_document(attributes)
        self.notes.extend(self.party.notes)
        return Entity(
            id=self.id,
            schema="Person" if self.person else organisation_schema(self.names[0].value),
            names=tuple(self.names),
            birth_dates=tuple(dict.fromkeys(self.birth_dates)),
            birth_places=tuple(dict.fromkeys(self.birth_places)),
            nationalities=tuple(dict.fromkeys(self.nationalities)),
            countries=tuple(dict.fromkeys(self.countries)),
            gender=next((sex for sex in self.genders if sex), ""),
            mother_names=tuple(dict.fromkeys(self.mothers)),
            father_names=tuple(dict.fromkeys(self.fathers)),
            identifiers=tuple(dict.fromkeys(self.identifiers)),
            addresses=tuple(dict.fromkeys(self.addresses)),
            listings=self._listings(),
            titles=tuple(dict.fromkeys(self.titles)),
            positions=tuple(dict.fromkeys(self.positions)),
            relations=tuple(_resolved(each, index, self.id) for each in self.relations),
            notes=tuple(dict.fromkeys(self.notes)),
        )

    def _read_facts(self) -> None:
        facts = self.party.facts
        if facts.get("unitedNationId"):
            text = facts["unitedNationId"]
            self.notes.append(Note(field="unitedNationId", text=text))
            if self.united_nations:
                span = Span(field="unitedNationId", start=0, end=len(text))
                self.relations.append(
                    Relation(kind="listed_as", target_reference=self.united_nations, evidence=span)
                )  # fmt: skip
        for key in ("remark", "designationDetails"):
            self._remark(key, facts.get(key, ""))
        if facts.get("logicalId"):
            self.notes.append(Note(field="logicalId", text=facts["logicalId"]))

    def _read_name(self, attributes: Mapping[str, str]) -> None:
        get = attributes.get
        parts = tuple(part for part in (get("firstName", ""), get("middleName", ""), get("lastName", "")) if part)
        whole = get("wholeName", "") or " ".join(parts)
        quality: NameQuality = "weak" if get("strong") == "false" else "strong"
        if quality == "strong" and not any(name.quality == "primary" for name in self.names):
            quality = "primary"
        if not any(char.isalnum() for char in whole):
            self.notices.append(
                f"{self.party.where}: the name {whole!r} has no letters: its script was lost in this file"
            )
            self.notes.append(Note(field="nameAlias", text=whole))
        language = get("nameLanguage", "").lower()[:2]
        several = self.person and len(parts) > 1
        add_name(
            self.names, whole, quality, language=language, parts=parts if several else (),
            family=get("lastName", "") if several else "",
        )  # fmt: skip
        base, short = split_acronym(whole) if not self.person else ("", "")
        if short:
            add_name(self.names, base, "strong")
            add_name(self.names, short, "weak")
        if get("title"):
            self.titles.append(get("title", ""))
        if get("function"):
            self.positions.append(get("function", ""))
        self.genders.append(gender({"M": "male", "F": "female"}.get(get("gender", ""), "")))
        self._remark("nameAlias", get("remark", ""))

    def _read_birth(self, attributes: Mapping[str, str]) -> None:
        get = attributes.get
        circa = get("circa") == "true"
        exact, year = iso_date(get("birthdate", "")), get("year", "")
        calendar = get("calendarType", "")
        day, month = get("dayOfMonth", ""), get("monthOfYear", "")
        if exact and calendar in {"", "GREGORIAN"}:
            self.birth_dates.append(BirthDate(start=exact, approximate=circa))
        elif get("yearRangeFrom") or get("yearRangeTo"):
            first, last = get("yearRangeFrom") or get("yearRangeTo", ""), get("yearRangeTo") or get("yearRangeFrom", "")
            end = last if last != first else ""
            self.birth_dates.append(BirthDate(start=first, end=end, approximate=circa))
        elif year and calendar in {"", "GREGORIAN"}:
            start = "-".join(
                [year.zfill(4), *([month.zfill(2)] if month else []), *([day.zfill(2)] if month and day else [])]
            )
            self.birth_dates.append(BirthDate(start=start, approximate=circa))
        elif year or exact:
            self._read_other_calendar(exact or "/".join(part for part in (day, month, year) if part), calendar)
        elif get("date"):
            self._read_date_text(get("date", ""))
        country = self._country(attributes)
        place = get("city", "") or get("place", "")
        text = ", ".join(part for part in (get("place", ""), get("city", ""), get("region", ""), country[1]) if part)
        if text:
            self.birth_places.append(Place(text=text, city=place, region=get("region", ""), country=country[0]))
        self._remark("birthdate", get("remark", ""))

    def _read_other_calendar(self, text: str, calendar: str) -> None:
        found = parse_date(f"{text} (Hijri)") if calendar == "ISLAMIC" else BirthDate()
        if not found.start:
            self.notices.append(f"{self.party.where}: the date {text} ({calendar.lower()}) is kept as text")
        self.birth_dates.append(found if found.start else BirthDate(text=f"{text} ({calendar.lower()})"))

    def _read_date_text(self, text: str) -> None:
        if text.upper() in {"N/A", "UNKNOWN"}:
            return
        found = parse_date(text)
        if not found.start:
            self.notices.append(f"{self.party.where}: the date {text!r} cannot be read and is kept as text")
        self.birth_dates.append(found if found.start else BirthDate(text=text))

    def _read_citizenship(self, attributes: Mapping[str, str]) -> None:
        code, words = self._country(attributes)
        if code:
            self.nationalities.append(code)
        elif words:
            self.notes.append(Note(field="citizenship", text=words))
        since = " ".join(
            f"{key}: {attributes[key]}"
            for key in ("acquisitionDate", "disenfranchisementDate", "region") if attributes.get(key)
        )  # fmt: skip
        if since:
            self.notes.append(Note(field="citizenship", text=f"{words} {since}".strip()))
        self._remark("citizenship", attributes.get("remark", ""))

    def _read_address(self, attributes: Mapping[str, str]) -> None:
        get = attributes.get
        code, words = self._country(attributes)
        box = f"PO Box {get('poBox')}" if get("poBox") else ""
        local = (
            get("street", ""),
            box,
            get("place", ""),
            get("zipCode", ""),
            get("city", ""),
            get("region", ""),
            words,
        )
        text = ", ".join(part for part in local if part)
        note = "; ".join(
            part for part in ("at the time of listing" if get("asAtListingTime") == "true" else "", get("remark", ""))
            if part
        )  # fmt: skip
        if code:
            self.countries.append(code)
        if text or note:
            self.addresses.append(
                Address(
                    text=text or note, street=", ".join(part for part in local[:3] if part), city=get("city", ""),
                    region=get("region", ""), postal_code=get("zipCode", ""), country=code, note=note,
                )
            )  # fmt: skip
        self._read_contacts(get("contacts", ""))
        self._remark("address", get("remark", ""))

    def _read_contacts(self, text: str) -> None:
        """Add the contacts of an address: ``PHONE[…]``, several of them apart from each other by line breaks."""
        left = text
        for match in re.finditer(r"(\w[\w ]*)\[([^\[\]]*)\]", text):
            left = left.replace(match[0], " ", 1)
            label = match[1].strip().lower()
            kind = next((kind for word, kind in _CONTACTS.items() if label.startswith(word)), "")
            for value in re.split(r",\s+|;\s*", match[2]) if kind else ():
                if value.strip():
                    self.identifiers.append(Identifier(kind=kind, value=value.strip(), label=match[1].strip()))
            if not kind:
                self.notes.append(Note(field="contactInfo", text=match[0]))
        if left.strip():
            self.notes.append(Note(field="contactInfo", text=left.strip()))

    def _read_document(self, attributes: Mapping[str, str]) -> None:
        get = attributes.get
        number, latin = get("number", ""), get("latinNumber", "")
        code, words = self._country(attributes)
        label = get("identificationTypeDescription", "") or get("identificationTypeCode", "")
        short = get("identificationTypeCode", "").lower()
        kind = _DOCUMENT_KINDS.get(short) or identifier_kind(label)
        remarks = [words for flag, words in _FLAGS.items() if get(flag) == "true"]
        remarks += [f"issued by {get('issuedBy')}"] if get("issuedBy") else []
        remarks += [f"valid from {get('validFrom')}"] if get("validFrom") else []
        remarks += [get("region", ""), "" if code else words, get("remark", "")]
        if get("nameOnDocument"):
            add_name(self.names, get("nameOnDocument", ""), "strong")
            remarks.append(f"name on document {get('nameOnDocument')}")
        note = "; ".join(part for part in remarks if part)
        for value in dict.fromkeys(value for value in (number, latin) if value):
            self.identifiers.append(
                Identifier(
                    kind=kind, value=value, country=code, label=label, issued=iso_date(get("issueDate", "")),
                    expires=iso_date(get("validTo", "")), note=note,
                )
            )  # fmt: skip
        if not number and not latin and (note or label):
            self.notes.append(Note(field="identification", text="; ".join(part for part in (label, note) if part)))
        self._remark("identification", get("remark", ""))

    def _country(self, attributes: Mapping[str, str]) -> tuple[str, str]:
        """Return the code of the country and its name, both empty when the file says that it is not known."""
        words = attributes.get("countryDescription", "")
        if words.upper() == "UNKNOWN":
            words = ""
        return country_code(attributes.get("countryIso2Code", "")) or (country_of(words) if words else ""), words

    def _remark(self, name: str, text: str) -> None:
        """Keep a remark as a note, and take what it says of the party: parents, numbers, births, other entries."""
        if not text:
            return
        self.notes.append(Note(field=name, text=text))
        facts = facts_in(text)
        self.birth_dates.extend(facts.birth_dates)
        self.birth_places.extend(facts.birth_places)
        self.nationalities.extend(facts.nationalities)
        self.genders.append(facts.gender)
        self.mothers.extend(facts.mother_names)
        self.fathers.extend(facts.father_names)
        known = {each.value for each in self.identifiers}
        self.identifiers.extend(each for each in facts.identifiers if each.value not in known)
        if name == "nameAlias":
            for run in other_script_runs(text):
                add_name(self.names, run, "strong")
        own = self.united_nations
        self.relations.extend(each for each in relations_in(text, name) if each.target_reference != own)
        self.relations.extend(relative_names(text, name))

    def _listings(self) -> tuple[Listing, ...]:
        """Return one listing for each legal act of the entity, amended on the days of the acts of its details."""
        facts, parts = self.party.facts, self.party.parts
        acts = parts.get("regulation", [{}])
        details = {
            iso_date(day)
            for part in parts.values() for each in part
            for day in (each.get("actDate", ""), *each.get("corrigenda", "").split("\n"))
        }  # fmt: skip
        listed, removed = iso_date(facts.get("designationDate", "")), iso_date(facts.get("delistingDate", ""))
        made: dict[tuple[str, str], Listing] = {}
        for act in acts:
            dates = {iso_date(act.get("publicationDate", ""))} | (details if len(acts) == 1 else set())
            key = act.get("programme", ""), act.get("numberTitle", "")
            made[key] = Listing(
                source=self.source, reference=self.party.reference, programme=key[0], decision=key[1],
                listed_on=listed, amended_on=tuple(sorted(day for day in dates - {"", listed} if day)),
                delisted_on=removed, delisted=bool(removed) and removed <= self.published,
            )  # fmt: skip
        return tuple(made.values())


def _resolved(relation: Relation, index: Mapping[str, set[str]], own: str) -> Relation:
    found: Iterable[str] = index.get(relation.target_reference, set()) - {own}
    targets = list(found)
    if relation.kind == "listed_as" or len(targets) != 1:
        return relation
    return Relation(
        kind=relation.kind, target=targets[0], target_reference=relation.target_reference,
        target_name=relation.target_name, evidence=relation.evidence, inverse=relation.inverse,
    )  # fmt: skip
