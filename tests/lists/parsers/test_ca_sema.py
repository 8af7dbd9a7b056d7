"""Canada's list: invented records in the publisher's layouts, and the real file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

from tajfif.errors import ListFormatError
from tajfif.lists.parsers import ParsedList, ca_sema
from tajfif.model import BirthDate, Entity, Identifier, Listing, Name, Note

OLD = """<?xml version="1.0" encoding="UTF-8"?>
<data-set>
  <record><Country>Exampla / Exemplie</Country><LastName>EXEMPLARY</LastName><GivenName>Testov Bin </GivenName>
    <DateOfBirth>1972-08-10 or 1972-08-11</DateOfBirth><Title>Major General/major-général</Title>
    <Schedule>1, Part 2</Schedule><Item>18</Item>
    <Aliases>تستوف المثالي; Testof Exemplari / Tistof Exemplari</Aliases></record>
  <record><Country>Exampla / Exemplie</Country><LastName>DIKSAMPLE (DIKSAMPEL)</LastName><GivenName>Anna</GivenName>
    <Schedule>N/A</Schedule></record>
  <record><Country>Exampla / Exemplie</Country><Entity>Invented Works Organization (IWO)/Organisation des usines</Entity>
    <Schedule>2</Schedule><Item>1</Item>
    <Aliases>Sample Trading Co., Ltd., Sampel Trading, IWO or Invented Works</Aliases></record>
  <record><Country>Invented Rules for Tests (IRT) / Règlement</Country><Entity>Novi Zavod (New Invented Plant)</Entity>
    <Schedule>1</Schedule><Item>1</Item></record>
</data-set>"""

NEW = """<?xml version="1.0" encoding="UTF-8"?>
<data-set>
  <record><Country-Pays>Exampla / Exemplie</Country-Pays>
    <EntityOrShip-EntiteOuNavire>Invented Star</EntityOrShip-EntiteOuNavire>
    <TitleOrShipType-TitreOuTypeDeNavire>Tanker | Pétrolier</TitleOrShipType-TitreOuTypeDeNavire>
    <ShipIMONumber-NumeroOMIDuNavire>IMO 9000001</ShipIMONumber-NumeroOMIDuNavire>
    <DateOfBirthOrShipBuildDate-DateDeNaissanceOuDateDeConstructionDuNavire>1985</DateOfBirthOrShipBuildDate-DateDeNaissanceOuDateDeConstructionDuNavire>
    <Schedule-Annexe>3</Schedule-Annexe><Item-NumeroDarticle>7</Item-NumeroDarticle>
    <DateOfListing-DateDinscription>2024-02-23</DateOfListing-DateDinscription><Colour>blue</Colour></record>
  <record><Country>Exampla</Country><LastName>Sample</LastName><GivenName>A</GivenName><Schedule>3</Schedule><Item>7</Item>
    <DateOfBirth>nobody knows</DateOfBirth><DateOfListing>soon</DateOfListing></record>
  <record><Country>Exampla</Country><LastName>Sample</LastName><GivenName>A</GivenName><Schedule>3</Schedule><Item>8</Item></record>
  <record><Country>Exampla</Country><LastName>Sample</LastName><GivenName>A</GivenName><Schedule>3</Schedule><Item>8</Item></record>
</data-set>"""


def load(path: Path) -> ParsedList:
    return ca_sema.parse(ca_sema.collect(path).files)


def parsed(tmp_path: Path, text: str) -> ParsedList:
    path = tmp_path / "sema-lmes.xml"
    path.write_text(text, encoding="utf-8")
    return load(tmp_path)


def names(entity: Entity) -> list[tuple[str, str]]:
    return [(name.value, name.quality) for name in entity.names]


def test_a_person(tmp_path: Path) -> None:
    person, other, _, _ = parsed(tmp_path, OLD).entities
    assert person.id == "ca_sema:Exampla/1-Part-2/18"
    assert person.schema == "Person"
    assert person.names[0] == Name(
        value="Testov Bin EXEMPLARY", script="Latn", parts=("Testov Bin", "EXEMPLARY"), family="EXEMPLARY"
    )
    assert names(person)[1:] == [
        ("تستوف المثالي", "strong"),
        ("Testof Exemplari", "strong"),
        ("Tistof Exemplari", "strong"),
    ]
    assert person.birth_dates == (BirthDate(start="1972-08-10"), BirthDate(start="1972-08-11"))
    assert person.titles == ("Major General", "major-général")
    assert person.listings == (
        Listing(
            source="ca_sema",
            reference="Exampla/1-Part-2/18",
            programme="Exampla",
            decision="Schedule 1, Part 2, item 18",
        ),
    )
    assert other.id == "ca_sema:Exampla/-/anna-diksample-diksampel"
    assert names(other) == [
        ("Anna DIKSAMPLE (DIKSAMPEL)", "primary"),
        ("Anna DIKSAMPLE", "strong"),
        ("Anna DIKSAMPEL", "strong"),
    ]


def test_entities_in_two_languages(tmp_path: Path) -> None:
    _, _, works, plant = parsed(tmp_path, OLD).entities
    assert works.schema == "Organization"
    assert names(works) == [
        ("Invented Works Organization (IWO)/Organisation des usines", "primary"),
        ("Invented Works Organization", "strong"),
        ("IWO", "strong"),
        ("Organisation des usines", "strong"),
        ("Sample Trading Co., Ltd.", "strong"),
        ("Sampel Trading", "strong"),
        ("Invented Works", "strong"),
    ]
    assert plant.id == "ca_sema:IRT/1/1"
    assert names(plant)[1:] == [("Novi Zavod", "strong"), ("New Invented Plant", "strong")]


def test_the_newer_element_names(tmp_path: Path) -> None:
    found = parsed(tmp_path, NEW)
    ship, second, third = found.entities
    assert ship.schema == "Vessel"
    assert ship.identifiers == (Identifier(kind="imoNumber", value="9000001", label="IMO"),)
    assert ship.titles == ("Tanker", "Pétrolier")
    assert ship.birth_dates == (BirthDate(start="1985"),)
    assert ship.listings[0].listed_on == "2024-02-23"
    assert ship.notes == (Note(field="Colour", text="blue"),)
    assert (second.id, third.id) == ("ca_sema:Exampla/3/7/a-sample", "ca_sema:Exampla/3/8")
    assert second.birth_dates == (BirthDate(text="nobody knows"),)
    assert second.notes == (Note(field="DateOfListing", text="soon"),)
    assert [re.sub(r"^.*?line \d+: ", "", notice) for notice in found.notices] == [
        "unknown element <Colour> kept as a note",
        "the date of listing 'soon' cannot be read",
        "the date 'nobody knows' cannot be read and is kept as text",
        "ca_sema:Exampla/3/7 is there twice; its name makes the difference",
        "ca_sema:Exampla/3/8 is there twice; it is the same and left out",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (OLD[:-40], "not well-formed"),
        ("", "empty"),
        ("<data-set></data-set>", "no entries"),
        ("<CONSOLIDATED_LIST/>", "not <data-set>"),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><data-set/>", "document type"),
        ("<data-set><record><Country>X</Country></record></data-set>", "no name"),
        ("<data-set><record><Entity>X</Entity></record></data-set>", "no regulations"),
        (f"<data-set><record><Entity>{'x' * 10_001}</Entity></record></data-set>", "10,001 characters"),
    ],
)
def test_what_is_not_the_list_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ListFormatError, match=message) as caught:
        parsed(tmp_path, text)
    assert "sema-lmes.xml, line" in caught.value.where


@pytest.mark.shared
def test_the_real_list(shared: Path) -> None:
    (path,) = (shared / "lists" / "ca").glob("*.xml")
    records = etree.parse(path).getroot().findall("record")
    found = load(path)
    assert found.notices == ()
    assert len(found.entities) == len(records) == 2606
    assert sum(entity.schema == "Person" for entity in found.entities) == 2069
    for record, entity in zip(records, found.entities, strict=True):
        stated = {child.tag: " ".join((child.text or "").split()) for child in record}
        whole = stated.get("Entity") or f"{stated.get('GivenName', '')} {stated['LastName']}".strip()
        assert entity.names[0].value == whole
        held = " ".join(name.value for name in entity.names)
        for word in re.findall(r"\w+", stated.get("Aliases", "")):
            assert word in held or word in {"or"}
        assert len(entity.birth_dates) == (len(stated["DateOfBirth"].split(" or ")) if "DateOfBirth" in stated else 0)
        assert all(born.start for born in entity.birth_dates)
        assert entity.listings[0].decision.endswith(f"item {stated['Item']}" if "Item" in stated else "")
        if "Title" in stated:
            assert all(title in stated["Title"] for title in entity.titles)
