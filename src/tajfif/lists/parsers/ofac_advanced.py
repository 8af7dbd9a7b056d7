"""OFAC's lists as ``SDN_ADVANCED.XML`` and ``CONS_ADVANCED.XML``. Reach for it where they should say most.

Source: https://ofac.treasury.gov, schema ``sdn_advanced.xsd`` (the United Nations' "Advanced Sanctions Data Model"). A
party refers by number to tables of words, places and documents that stand before it in the file, and relationships and
entries after it refer to the party; so the file is read once, in its order, and entities are made at its end.

It says more than the other layouts: names in other scripts, dates of listing, the legal basis, relationships with their
kind. What all of them say is read by the same rules.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from tajfif.errors import ListFormatError
from tajfif.lists.parsers import ParsedList
from tajfif.lists.parsers.ofac_entities import (
    QUALITIES,
    Draft,
    add_published,
    address_of,
    captions_of,
    read_document,
)
from tajfif.lists.parsers.ofac_remarks import read_item, read_remarks
from tajfif.lists.parsers.parties import add_name, squeezed
from tajfif.lists.parsers.reading import local_name, stream_xml
from tajfif.model import BirthDate, Listing, Name, NameQuality, Note, Relation, Span
from tajfif.text.unicode import script_of

__all__ = ["parse"]

_AGAIN = "Fetch the file again from its publisher."
_ELEMENTS = frozenset(
    {"DateOfIssue", "ReferenceValueSets", "Location", "IDRegDocument", "DistinctParty", "ProfileRelationship",
     "SanctionsEntry"}
)  # fmt: skip
_RELATIONS = (
    ("family", "family"), ("owned or controlled", "owned"), ("property in the interest", "owned"), ("owns", "owner"),
    ("support", "supporter"), ("on behalf", "supporter"), ("leader", "leader"), ("executive officer", "leader"),
    ("significant role", "member"), ("member", "member"), ("associate", "associated"),
)  # fmt: skip
_DATED = frozenset({"organization established date", "aircraft manufacture date", "vessel year of build", "birthdate"})
_VESSEL = {"vessel type": "vess_type", "vessel tonnage": "tonnage", "vessel gross registered tonnage": "grt"}
_TOGETHER = frozenset({"Hani", "Hans", "Hant", "Jpan", "Kore", "Hang"})
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Day = tuple[int, int, int]
"""Year, month, day."""


def parse(files: dict[str, Path], *, source: str) -> ParsedList:
    """Read a list.

    Args:
        files: ``{"advanced": path}``.
        source: ``us_ofac`` or ``us_ofac_cons``; it begins every entity's id.

    Raises:
        ListFormatError: The file is malformed, truncated, bombed, empty or another document; a party has no number or
            no name, or the number of another; or a number points to nothing.
    """
    path = files["advanced"]
    reader = _Reader(path, source)
    for element in stream_xml(path, root="Sanctions", elements=_ELEMENTS):
        reader.take(element)
    return reader.result()


@dataclass
class _Document:
    """One IDRegDocument: its words, resolved."""

    kind: str
    number: str
    country: str
    issued: str
    expires: str
    note: str


@dataclass
class _Reader:
    """What has been read of the file so far."""

    path: Path
    source: str
    published: str = ""
    words: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    types: dict[str, str] = field(default_factory=dict)
    places: dict[str, dict[str, str]] = field(default_factory=dict)
    documents: dict[str, list[_Document]] = field(default_factory=lambda: defaultdict(list))
    drafts: dict[str, Draft] = field(default_factory=dict)
    profiles: dict[str, str] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)

    def take(self, element: etree._Element) -> None:
        """Read one element of those that are asked for."""
        try:
            self._take(local_name(element), element)
        except ValueError as error:
            raise ListFormatError(str(error), where=self._where(element), hint=_AGAIN) from error

    def _take(self, name: str, element: etree._Element) -> None:
        if name == "DateOfIssue":
            year, month, day = _day(element)
            self.published = f"{year:04d}-{month:02d}-{day:02d}"
        elif name == "ReferenceValueSets":
            self._take_words(element)
        elif name == "Location":
            self.places[str(element.get("ID"))] = self._place(element)
        elif name == "IDRegDocument":
            self._take_document(element)
        elif name == "DistinctParty":
            self._take_party(element)
        elif name == "ProfileRelationship":
            self._take_relationship(element)
        elif name == "SanctionsEntry":
            self._take_entry(element)

    def result(self) -> ParsedList:
        """Return the list."""
        if not self.drafts:
            raise ListFormatError("the list has no entries", where=str(self.path), hint=_AGAIN)
        captions = captions_of(self.source, ((number, draft.caption) for number, draft in self.drafts.items()))
        for number, draft in self.drafts.items():
            if not draft.listings:
                self.notices.append(f"{self.path}: party {number} has no sanctions entry: its programme is not known")
        entities = tuple(draft.entity(captions) for draft in self.drafts.values())
        return ParsedList(
            source=self.source, published=self.published, entities=entities, notices=tuple(self.notices)
        )  # fmt: skip

    def word(self, table: str, number: str | None, element: etree._Element) -> str:
        """Return the word that a number stands for.

        Raises:
            ListFormatError: The table does not have it.
        """
        if number is None:
            return ""
        try:
            return self.words[table][str(number)]
        except KeyError:
            raise ListFormatError(
                f"{table} {number} is not among the reference values", where=self._where(element), hint=_AGAIN
            ) from None

    def _where(self, element: etree._Element) -> str:
        return f"{self.path}, line {element.sourceline}"

    def _take_words(self, element: etree._Element) -> None:
        for table in element:
            for value in table:
                name, number = local_name(value), str(value.get("ID"))
                self.words[name][number] = _text(value)
                if name == "PartySubType":
                    self.types[number] = str(value.get("PartyTypeID"))

    def _place(self, element: etree._Element) -> dict[str, str]:
        """Return the parts of a place by their type in small letters, and its "country" and "area"."""
        parts = {}
        for part in element.iterfind("{*}LocationPart"):
            values = sorted(part.iterfind("{*}LocationPartValue"), key=lambda each: each.get("Primary") != "true")
            kind = self.word("LocPartType", part.get("LocPartTypeID"), part).lower()
            if values:
                parts[kind] = _text(values[0].find("{*}Value"))
        for country in element.iterfind("{*}LocationCountry"):
            parts.setdefault("country", self.word("Country", country.get("CountryID"), country))
        for area in element.iterfind("{*}LocationAreaCode"):
            parts.setdefault("area", self.word("AreaCode", area.get("AreaCodeID"), area))
        return parts

    def _take_document(self, element: etree._Element) -> None:
        dates = {}
        for date in element.iterfind("{*}DocumentDate"):
            kind = self.word("IDRegDocDateType", date.get("IDRegDocDateTypeID"), date).lower()
            period = date.find("{*}DatePeriod")
            dates[kind] = _words_of(_birth(period)) if period is not None else ""
        number, comment = _text(element.find("{*}IDRegistrationNo")), _text(element.find("{*}Comment"))
        validity = self.word("Validity", element.get("ValidityID"), element)
        authority = _text(element.find("{*}IssuingAuthority"))
        remarks = [f"issued by {authority}" if authority else "", comment if comment != number else ""]
        remarks.append(validity if validity.lower() in {"fraudulent", "false", "invalid", "expired"} else "")
        self.documents[str(element.get("IdentityID"))].append(
            _Document(
                kind=self.word("IDRegDocType", element.get("IDRegDocTypeID"), element), number=number,
                country=_known(self.word("Country", element.get("IssuedBy-CountryID"), element)),
                issued=next((text for kind, text in dates.items() if "issue" in kind), ""),
                expires=next((text for kind, text in dates.items() if "expir" in kind), ""),
                note="; ".join(remark for remark in remarks if remark),
            )
        )  # fmt: skip

    def _take_party(self, element: etree._Element) -> None:
        number = str(element.get("FixedRef", ""))
        profile = element.find("{*}Profile")
        if not number or profile is None:
            raise ListFormatError("the party has no FixedRef or no Profile", where=self._where(element), hint=_AGAIN)
        if number in self.drafts:
            raise ListFormatError(f"party {number} is there twice", where=self._where(element), hint=_AGAIN)
        subtype = str(profile.get("PartySubTypeID"))
        kind = self.word("PartySubType", subtype, profile)
        if kind.lower() not in {"vessel", "aircraft"}:
            kind = self.word("PartyType", self.types[subtype], profile)
        comments = (element.find("{*}Comment"), *(each.find("{*}Comment") for each in element.iterfind("{*}Profile")))
        text = "; ".join(_text(comment) for comment in comments if _text(comment))
        draft = Draft(source=self.source, number=number, caption="", kind=kind, programmes=[], text=text)
        draft.remarks = read_remarks(text)
        for each in element.iterfind("{*}Profile"):
            self.profiles[str(each.get("ID"))] = number
            self._take_names(draft, each)
            for feature in each.iterfind("{*}Feature"):
                self._take_feature(draft, feature)
            for identity in each.iterfind("{*}Identity"):
                for document in self.documents.pop(str(identity.get("ID")), []):
                    read_document(
                        draft.remarks, document.kind, document.number, country=document.country,
                        issued=document.issued, expires=document.expires, note=document.note,
                    )  # fmt: skip
        if not draft.names or not draft.caption:
            raise ListFormatError(f"party {number} has no name", where=self._where(element), hint=_AGAIN)
        self.drafts[number] = draft

    def _take_names(self, draft: Draft, profile: etree._Element) -> None:
        """Add all names: the primary one first, then aliases, strong before weak; last those in other scripts."""
        found: list[tuple[int, str, NameQuality]] = []
        others: list[tuple[list[str], list[str], NameQuality]] = []
        for identity in profile.iterfind("{*}Identity"):
            groups = {
                str(group.get("ID")): self.word("NamePartType", group.get("NamePartTypeID"), group).lower()
                for group in identity.iterfind("{*}NamePartGroups/{*}MasterNamePartGroup/{*}NamePartGroup")
            }
            for alias in identity.iterfind("{*}Alias"):
                kind = self.word("AliasType", alias.get("AliasTypeID"), alias).replace(".", "").lower()
                quality: NameQuality = QUALITIES.get(kind, "strong")
                if quality == "strong" and alias.get("LowQuality") == "true":
                    quality = "weak"
                if alias.get("Primary") == "true" and identity.get("Primary") != "false":
                    quality = "primary"
                for named in alias.iterfind("{*}DocumentedName"):
                    family, given = _parts(named, groups)
                    whole = " ".join((*given, *family))
                    if script_of(whole) not in {"Latn", ""}:
                        others.append((family, given, quality))
                    elif whole:
                        caption = ", ".join(" ".join(part) for part in (family, given) if part)
                        place = ("primary", "strong", "former", "weak").index(quality)
                        found.append((1 if place == 2 else place, caption, quality))
        for place, caption, quality in sorted(found, key=lambda each: each[0]):
            add_published(draft.names, caption, quality, person=draft.person)
            draft.caption = draft.caption or (caption if place == 0 else "")
        draft.caption = draft.caption or (found[0][1] if found else "")
        for family, given, quality in others:
            _add_other_script(draft.names, family, given, quality, person=draft.person)
            draft.caption = draft.caption or " ".join((*given, *family))

    def _take_feature(self, draft: Draft, feature: etree._Element) -> None:
        label = self.word("FeatureType", feature.get("FeatureTypeID"), feature)
        for version in feature.iterfind("{*}FeatureVersion"):
            comment = _text(version.find("{*}Comment"))
            details = [
                text
                for detail in version.iterfind("{*}VersionDetail")
                if (text := _text(detail) or self.word("DetailReference", detail.get("DetailReferenceID"), detail))
            ]
            periods = [_birth(period) for period in version.iterfind("{*}DatePeriod")]
            places = []
            for location in version.iterfind("{*}VersionLocation"):
                number = str(location.get("LocationID"))
                if number not in self.places:
                    raise ListFormatError(f"location {number} is not there", where=self._where(location), hint=_AGAIN)
                places.append(self.places[number])
            _add_feature(draft, label, details, periods, places)
            if comment and comment not in details:
                draft.notes.append(Note(field=label, text=comment))

    def _take_relationship(self, element: etree._Element) -> None:
        first, second = (self.profiles.get(str(element.get(f"{end}-ProfileID"))) for end in ("From", "To"))
        if first is None:
            raise ListFormatError(
                f"profile {element.get('From-ProfileID')} is not there", where=self._where(element), hint=_AGAIN
            )
        words = self.word("RelationType", element.get("RelationTypeID"), element)
        comment = _text(element.find("{*}Comment"))
        former = " (former)" if element.get("Former") == "true" else ""
        target = self.drafts[second] if second else None
        name = target.caption if target else f"profile {element.get('To-ProfileID')}"
        field_name = f"relationship {element.get('ID')}"
        text = f"{words}{former}: {name}" + (f" ({comment})" if comment else "")
        draft = self.drafts[first]
        draft.notes.append(Note(field=field_name, text=text))
        draft.relations.append(
            Relation(
                kind=next((kind for mark, kind in _RELATIONS if mark in words.lower()), "linked"),
                target=f"{self.source}:{second}" if second else "", target_reference=second or "", target_name=name,
                evidence=Span(field=field_name, start=0, end=len(words)),
            )
        )  # fmt: skip

    def _take_entry(self, element: etree._Element) -> None:
        number = self.profiles.get(str(element.get("ProfileID")))
        if number is None:
            raise ListFormatError(
                f"profile {element.get('ProfileID')} is not there", where=self._where(element), hint=_AGAIN
            )
        draft = self.drafts[number]
        days, basis = [], []
        for event in element.iterfind("{*}EntryEvent"):
            date = event.find("{*}Date")
            if date is not None:
                year, month, day = _day(date)
                days.append(f"{year:04d}-{month:02d}-{day:02d}")
            basis.append(self.word("LegalBasis", event.get("LegalBasisID"), event))
            if _text(event.find("{*}Comment")):
                draft.notes.append(Note(field="EntryEvent", text=_text(event.find("{*}Comment"))))
        measures = [
            (self.word("SanctionsType", measure.get("SanctionsTypeID"), measure), _text(measure.find("{*}Comment")))
            for measure in element.iterfind("{*}SanctionsMeasure")
        ]
        programmes = sorted({comment for kind, comment in measures if kind.lower() == "program" and comment})
        draft.notes.extend(
            Note(field=kind, text=comment) for kind, comment in measures if kind.lower() != "program" and comment
        )
        if element.get("ListID") is not None:
            draft.notes.append(Note(field="list", text=self.word("List", element.get("ListID"), element)))
        for text in (*element.iterfind("{*}LimitationsToListing"), *element.iterfind("{*}SupportingInfo/{*}Text")):
            draft.notes.append(Note(field=local_name(text), text=_text(text)))
        decision = "; ".join(dict.fromkeys(text for text in basis if text and text.lower() != "unknown"))
        for programme in programmes or [""]:
            listing = Listing(
                source=self.source, reference=number, programme=programme, decision=decision,
                listed_on=min(days, default=""), amended_on=tuple(sorted(set(days))[1:]),
            )  # fmt: skip
            if listing not in draft.listings:
                draft.listings.append(listing)


def _text(element: etree._Element | None) -> str:
    return squeezed(element.text or "") if element is not None else ""


def _known(country: str) -> str:
    return "" if country.lower() in {"undetermined", "unknown"} else country


def _day(element: etree._Element) -> Day:
    """Return a date that has year, month and day; anything else is a ValueError."""
    texts = [_text(element.find(f"{{*}}{part}")) for part in ("Year", "Month", "Day")]
    if not all(text.isdecimal() for text in texts) or not 1 <= int(texts[1]) <= 12 or not 1 <= int(texts[2]) <= 31:
        raise ValueError(f"{'-'.join(texts)} is no date")
    return int(texts[0]), int(texts[1]), int(texts[2])


def _birth(period: etree._Element) -> BirthDate:
    """Return what a period says: a day, or the month, year or years that it fills, from its first day to its last."""
    boundaries = [period.find("{*}Start"), period.find("{*}End")]
    points = [
        _day(point) for boundary in boundaries if boundary is not None
        for point in (boundary.find("{*}From"), boundary.find("{*}To")) if point is not None
    ]  # fmt: skip
    if not points:
        return BirthDate()
    approximate = any(boundary is not None and boundary.get("Approximate") == "true" for boundary in boundaries)
    first, last = min(points), max(points)
    whole_years = first[1:] == (1, 1) and last[1:] == (12, 31)
    if first == last:
        return BirthDate(start=f"{first[0]:04d}-{first[1]:02d}-{first[2]:02d}", approximate=approximate)
    if whole_years:
        end = f"{last[0]:04d}" if last[0] != first[0] else ""
        return BirthDate(start=f"{first[0]:04d}", end=end, approximate=approximate)
    if first[:2] == last[:2] and first[2] == 1 and last[2] == calendar.monthrange(last[0], last[1])[1]:
        return BirthDate(start=f"{first[0]:04d}-{first[1]:02d}", approximate=approximate)
    start, end = (f"{day[0]:04d}-{day[1]:02d}-{day[2]:02d}" for day in (first, last))
    return BirthDate(start=start, end=end, approximate=approximate)


def _words_of(date: BirthDate) -> str:
    """Return a date as the CSV writes it: 02 May 2002, May 2002, 2002."""
    parts = date.start.split("-")
    if not parts[0]:
        return ""
    month = _MONTHS[int(parts[1]) - 1] if len(parts) > 1 else ""
    return " ".join(part for part in (parts[2] if len(parts) > 2 else "", month, parts[0]) if part)


def _parts(named: etree._Element, groups: dict[str, str]) -> tuple[list[str], list[str]]:
    """Return the parts of the family name and the others, in the order of the file."""
    family: list[str] = []
    given: list[str] = []
    for part in named.iterfind("{*}DocumentedNamePart/{*}NamePartValue"):
        kind = groups.get(str(part.get("NamePartGroupID")), "")
        if _text(part):
            (family if kind == "last name" else given).append(_text(part))
    return family, given


def _add_other_script(
    names: list[Name], family: list[str], given: list[str], quality: NameQuality, *, person: bool
) -> None:
    whole = " ".join((*given, *family))
    if person and script_of(whole) in _TOGETHER:
        whole = "".join((*family, *given))
    parts = (" ".join(family), " ".join(given)) if person and family and given else ()
    add_name(names, whole, quality, parts=parts, family=parts[0] if parts else "")


def _line(place: dict[str, str]) -> str:
    """Return a place in one line, most local part first, its country once."""
    country = _known(place.get("country", "")) or _known(place.get("area", ""))
    parts = [text for kind, text in place.items() if kind not in {"country", "area"} and text != country]
    return ", ".join([*parts, *([country] if country else [])])


def _add_feature(
    draft: Draft, label: str, details: list[str], periods: list[BirthDate], places: list[dict[str, str]]
) -> None:
    """Add one version of a feature: a date, a place, or words under a label."""
    kind = label.lower()
    if kind in _DATED and periods:
        draft.remarks.birth_dates.extend(date for date in periods if date.start)
        return
    if kind == "location":
        for place in places:
            street = ", ".join(place[part] for part in ("address1", "address2", "address3") if place.get(part))
            city = ", ".join(place[part] for part in ("city", "state/province") if place.get(part))
            city = f"{city} {place.get('postal code', '')}".strip()
            region = place.get("region", "")
            country = _known(place.get("country", "")) or _known(place.get("area", ""))
            draft.addresses.append(address_of(street, city, country or (f"Region: {region}" if region else "")))
        return
    lines = details + [_line(place) for place in places] + [_words_of(date) for date in periods]
    for text in dict.fromkeys(line for line in lines if line):
        if kind == "title":
            draft.positions.extend(part.strip() for part in text.split(";") if part.strip())
        elif kind == "vessel call sign" and not draft.call_sign:
            draft.call_sign = text
        elif kind == "vessel flag" and not draft.flag:
            draft.flag = text
        elif kind == "vessel owner" and not draft.owner:
            draft.owner = text
        elif kind in _VESSEL:
            draft.vessel[_VESSEL[kind]] = f"{int(text):,}" if text.isdecimal() else text
        elif kind == "place of birth":
            read_item(draft.remarks, f"POB {text}")
        elif kind in {"nationality country", "citizenship country"}:
            read_item(draft.remarks, f"{'nationality' if kind.startswith('n') else 'citizen'} {text}")
        elif kind == "birthdate":
            read_item(draft.remarks, f"DOB {text}")
        else:
            read_document(draft.remarks, label, text)
