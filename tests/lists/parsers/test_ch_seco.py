"""Switzerland's list: invented targets in the publisher's layout, and its own format example."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from tajfif.errors import ListFormatError
from tajfif.lists.parsers import ParsedList, ch_seco
from tajfif.model import BirthDate, Entity, Identifier, Listing, Note

XML = (Path(__file__).resolve().parents[2] / "data" / "lists" / "ch_seco" / "list.xml").read_text(encoding="utf-8")


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "list.xml"
    path.write_text(text, encoding="utf-8")
    return path


def load(path: Path) -> ParsedList:
    return ch_seco.parse(ch_seco.collect(path).files)


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> ParsedList:
    return load(write(tmp_path_factory.mktemp("ch"), XML))


@pytest.fixture(scope="module")
def person(parsed: ParsedList) -> Entity:
    return parsed.entities[0]


def test_targets_without_their_history(parsed: ParsedList) -> None:
    assert parsed.published == "2026-08-27"
    assert [(entity.id, entity.schema) for entity in parsed.entities] == [
        ("ch_seco:100", "Person"),
        ("ch_seco:200", "Organization"),
        ("ch_seco:300", "Vessel"),
    ]
    assert len(parsed.notices) == 1
    assert "unknown element <colour>" in parsed.notices[0]


def test_names_in_natural_order_and_in_every_spelling(person: Entity) -> None:
    assert [(name.value, name.quality, name.script, name.language) for name in person.names] == [
        ("Testov Bin Sample Exemplary", "primary", "Latn", "en"),
        ("تستوف بن سامبل المثالي", "primary", "Arab", "ar"),
        ("Testov Bin Sample Exemplari", "strong", "Latn", ""),
        ("Abu Sample", "weak", "Latn", ""),
        ("Old Testov", "former", "Latn", ""),
        ("Falso Sample", "strong", "Latn", ""),
    ]
    assert person.names[0].parts == ("Testov", "Bin Sample", "Exemplary")
    assert (person.names[0].family, person.names[1].family) == ("Exemplary", "المثالي")
    assert (person.titles, person.gender, person.mother_names) == (("Haji",), "male", ("Anna Testova",))


def test_births_places_and_documents(person: Entity) -> None:
    exact, year, hijri = person.birth_dates
    assert exact == BirthDate(start="1980-03-23")
    assert year == BirthDate(start="1982", approximate=True)
    assert (hijri.start[:4], hijri.calendar) == ("1982", "islamic")
    (born,) = person.birth_places
    assert (born.text, born.city, born.region, born.country) == (
        "Sampleville, Nowhere, Syria",
        "Sampleville",
        "Nowhere",
        "sy",
    )
    assert person.nationalities == ("iq",)
    (address,) = person.addresses
    assert address.text == "c/o Invented Club, 1 Invented Street, 00001, Sampleville, Nowhere, Syria"
    assert (address.note, address.country, person.countries) == ("old", "sy", ("sy",))
    assert person.identifiers == (
        Identifier(
            kind="passportNumber", value="X0000001", country="tn", label="passport", issued="2001-02-03", expires="2006",
            note="lost",
        ),
    )  # fmt: skip
    assert Note(field="colour", text="blue") in person.notes


def test_listings_say_who_is_listed_no_longer(parsed: ParsedList) -> None:
    person, front, ship = parsed.entities
    assert person.listings == tuple(
        Listing(
            source="ch_seco", reference="100", programme="Exampla",
            decision=f"Ordinance on invented measures, article {article}", listed_on="2015-01-02",
            amended_on=("2016-03-01",),
        )
        for article in (1, 2)
    )  # fmt: skip
    assert (front.listings[0].delisted, front.listings[0].delisted_on) == (True, "2020-01-01")
    assert (ship.listings[0].delisted, ship.listings[0].listed_on) == (False, "")
    assert [(each.kind, each.value) for each in ship.identifiers] == [("imoNumber", "9000001")]


def test_relations_with_evidence(person: Entity) -> None:
    assert [(each.kind, each.target_reference, each.target, each.target_name) for each in person.relations] == [
        ("listed_as", "QDi.901", "", ""),
        ("member", "QDe.902", "ch_seco:200", "Example Front"),
        ("owned", "200", "ch_seco:200", "Example Front"),
    ]
    for relation, cited in zip(person.relations, ("QDi.901", "QDe.902", "owned-by"), strict=True):
        assert relation.evidence is not None
        (text,) = [note.text for note in person.notes if note.field == relation.evidence.field]
        assert text[relation.evidence.start : relation.evidence.end] == cited


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("</swiss-sanctions-list>", "", "not well-formed"),
        ('date="2026-08-27"', "", "no date"),
        ('place-id="500" quality="good"/>', 'place-id="501"/>', "place 501 is not there"),
        (
            "<sanctions-set-id>22</sanctions-set-id>\n    <object",
            "<sanctions-set-id>9</sanctions-set-id><object",
            "set 9",
        ),
        ('<target ssid="300">', '<target ssid="200">', "there twice"),
        ("<value>Invented Star</value>", "", "no name"),
        ("<object object", "<thing object", "not well-formed"),
        ("Member of", "x" * 50_001, "characters"),
    ],
)
def test_what_is_not_the_list_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in XML
    with pytest.raises(ListFormatError, match=message):
        load(write(tmp_path, XML.replace(old, new)))


def test_another_document_and_an_empty_list_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ListFormatError, match="not <swiss-sanctions-list>"):
        load(write(tmp_path, "<a/>"))
    with pytest.raises(ListFormatError, match="no entries"):
        load(write(tmp_path, '<swiss-sanctions-list date="2026-08-27"/>'))


@pytest.mark.shared
def test_the_publishers_format_example(shared: Path) -> None:
    path = shared / "lists" / "ch" / "SECO_format_example.xml"
    targets = etree.parse(path).getroot().findall("target")
    found = load(path)
    assert "not the whole list" in found.notices[0]
    assert found.published == "2024-01-17"
    assert len(found.entities) == len(targets) == 3
    for target, entity in zip(targets, found.entities, strict=True):
        assert entity.names[0].value == target.findtext(".//value")
        assert len(entity.listings) == len(target.findall("sanctions-set-id"))
        country = target.find(".//country")
        assert country is not None
        assert entity.nationalities == (str(country.get("iso-code")).lower(),)
        assert len(entity.birth_dates) == 1
