"""OFAC's advanced XML: an invented file in the publisher's schema, which says what the plain one says, and more."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest
from lxml import etree

from tajfif.errors import ListFormatError
from tajfif.lists.parsers import ParsedList, ofac
from tajfif.model import BirthDate, Entity, Listing, Name, Note

DATA = Path(__file__).resolve().parents[2] / "data" / "lists"
FILE = DATA / "us_ofac_advanced" / "SDN_ADVANCED.XML"


def load(path: Path) -> ParsedList:
    return ofac.parse(ofac.collect(path).files)


def changed(tmp_path: Path, old: str, new: str) -> Path:
    path = tmp_path / "SDN_ADVANCED.XML"
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def parsed() -> ParsedList:
    return load(FILE)


@pytest.fixture(scope="module")
def entities(parsed: ParsedList) -> dict[str, Entity]:
    return {entity.id: entity for entity in parsed.entities}


def plain(entity: Entity) -> Entity:
    """Return what the plain XML states too: no other script, date of listing, legal basis or relationship."""
    notes = tuple(note for note in entity.notes if note.field != "list" and not note.field.startswith("relationship"))
    listings = tuple(
        Listing(source=each.source, reference=each.reference, programme=each.programme) for each in entity.listings
    )
    return msgspec.structs.replace(
        entity,
        names=tuple(name for name in entity.names if name.script == "Latn"),
        listings=listings,
        relations=tuple(each for each in entity.relations if each.evidence and "ship" not in each.evidence.field),
        notes=notes,
    )


def test_it_says_what_the_plain_xml_says(parsed: ParsedList) -> None:
    other = load(DATA / "us_ofac_xml" / "SDN.XML")
    assert parsed.published == other.published == "2025-03-28"
    assert parsed.notices == ()
    assert tuple(map(plain, parsed.entities)) == other.entities


def test_names_in_other_scripts(entities: dict[str, Entity]) -> None:
    assert entities["us_ofac:11"].names[-1] == Name(
        value="تستوف المثالي", script="Arab", parts=("المثالي", "تستوف"), family="المثالي"
    )


def test_listings_with_date_and_legal_basis(entities: dict[str, Entity]) -> None:
    assert entities["us_ofac:11"].listings == tuple(
        Listing(
            source="us_ofac", reference="11", programme=programme, decision="Executive Order 90001 (Invented)",
            listed_on="2003-01-24",
        )
        for programme in ("IFSR", "SDGT")
    )  # fmt: skip
    assert entities["us_ofac:16"].listings[0].decision == ""
    assert Note(field="list", text="SDN List") in entities["us_ofac:17"].notes


def test_relationships(entities: dict[str, Entity]) -> None:
    for key, kind, words in (
        ("us_ofac:11", "associated", "Associate Of"),
        ("us_ofac:16", "owned", "Owned or Controlled By"),
    ):
        relation = entities[key].relations[-1]
        assert (relation.kind, relation.target, relation.target_reference) == (kind, "us_ofac:12", "12")
        assert relation.evidence is not None
        (text,) = [note.text for note in entities[key].notes if note.field == relation.evidence.field]
        assert text[relation.evidence.start : relation.evidence.end] == words
    assert "(former): EXAMPLE TRADING S.A. (invented)" in " ".join(note.text for note in entities["us_ofac:11"].notes)


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ((1960, 1, 31), BirthDate(start="1960-01")),
        ((1960, 12, 31), BirthDate(start="1960")),
        ((1963, 12, 31), BirthDate(start="1960", end="1963")),
        ((1961, 2, 3), BirthDate(start="1960-01-01", end="1961-02-03")),
    ],
)
def test_periods(tmp_path: Path, last: tuple[int, int, int], expected: BirthDate) -> None:
    text = FILE.read_text(encoding="utf-8")
    point = "<Year>1960</Year><Month>1</Month><Day>2</Day>"
    first = point.replace("<Day>2<", "<Day>1<")
    end = f"<Year>{last[0]}</Year><Month>{last[1]}</Month><Day>{last[2]}</Day>"
    start, end_mark = text.index("<Start", text.index(point) - 200), text.index("<End", text.index(point))
    head, rest = text[:end_mark].replace(point, first), text[end_mark:].replace(point, end)
    assert start < end_mark
    path = tmp_path / "sdn_advanced.xml"
    path.write_text(head + rest, encoding="utf-8")
    assert load(path).entities[0].birth_dates[0] == expected


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("</Sanctions>", "", "not well-formed"),
        ('FeatureTypeID="224"', 'FeatureTypeID="999"', "FeatureType 999 is not among the reference values"),
        ('<VersionLocation LocationID="5"/>', '<VersionLocation LocationID="77"/>', "location 77 is not there"),
        ('<DistinctParty FixedRef="17">', '<DistinctParty FixedRef="16">', "party 16 is there twice"),
        ('ProfileID="17"', 'ProfileID="18"', "profile 18 is not there"),
        ('From-ProfileID="16"', 'From-ProfileID="18"', "profile 18 is not there"),
        (">EP-XXX<", "><", "party 17 has no name"),
        ("<Month>3</Month>", "<Month>13</Month>", "2025-13-28 is no date"),
        ("EP-XXX", "X" * 50_001, "50,001 characters"),
    ],
)
def test_what_is_not_the_list_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(ListFormatError, match=message):
        load(changed(tmp_path, old, new))


def test_an_empty_list_is_refused(tmp_path: Path) -> None:
    text = FILE.read_text(encoding="utf-8")
    for table in ("DistinctParties", "ProfileRelationships", "SanctionsEntries"):
        text = re.sub(f"<{table}>.*</{table}>", f"<{table}/>", text, flags=re.DOTALL)
    path = tmp_path / "sdn_advanced.xml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ListFormatError, match="no entries"):
        load(path)


def test_a_party_without_an_entry_is_told(tmp_path: Path) -> None:
    text = FILE.read_text(encoding="utf-8")
    path = tmp_path / "sdn_advanced.xml"
    path.write_text(re.sub(r'<SanctionsEntry ID="17".*?</SanctionsEntry>', "", text), encoding="utf-8")
    found = load(path)
    assert found.entities[-1].listings == (Listing(source="us_ofac", reference="17"),)
    assert "party 17 has no sanctions entry" in found.notices[0]


@pytest.mark.shared
def test_the_invented_file_has_the_publishers_schema(shared: Path) -> None:
    schema = etree.XMLSchema(etree.parse(shared / "lists" / "us_ofac" / "sdn_advanced.xsd"))
    schema.assertValid(etree.parse(FILE))
