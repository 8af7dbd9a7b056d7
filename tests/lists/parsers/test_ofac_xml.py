"""OFAC's plain XML: an invented file in the publisher's schema, and the real consolidated list beside its CSV."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest
from lxml import etree

from tajfif.errors import ListFormatError
from tajfif.lists.parsers import ParsedList, ofac
from tajfif.model import BirthDate, Entity, Identifier, Listing, Name, Note

DATA = Path(__file__).resolve().parents[2] / "data" / "lists"
FILE = DATA / "us_ofac_xml" / "SDN.XML"


def load(path: Path, source: str = "us_ofac") -> ParsedList:
    return ofac.parse(ofac.collect(path, source=source).files, source=source)


@pytest.fixture(scope="module")
def parsed() -> ParsedList:
    return load(FILE)


@pytest.fixture(scope="module")
def entities(parsed: ParsedList) -> dict[str, Entity]:
    return {entity.id: entity for entity in parsed.entities}


def test_entries_and_date(parsed: ParsedList) -> None:
    assert parsed.published == "2025-03-28"
    assert parsed.notices == ()
    assert [(entity.id, entity.schema) for entity in parsed.entities] == [
        ("us_ofac:11", "Person"),
        ("us_ofac:12", "Company"),
        ("us_ofac:16", "Vessel"),
        ("us_ofac:17", "Airplane"),
    ]


def test_a_person(entities: dict[str, Entity]) -> None:
    person = entities["us_ofac:11"]
    assert person.names[0] == Name(
        value="Testov Bin Example AL-MITHALI",
        script="Latn",
        parts=("AL-MITHALI", "Testov Bin Example"),
        family="AL-MITHALI",
    )
    assert [(name.value, name.quality) for name in person.names[1:]] == [
        ("Testov MITHALÍ", "strong"),
        ("OLD TESTOV", "former"),
        ("ABU SAMPLE", "weak"),
    ]
    assert person.birth_dates == (BirthDate(start="1960-01-02"), BirthDate(start="1961", approximate=True))
    assert [(place.text, place.country) for place in person.birth_places] == [("Sampleville, Iraq", "iq")]
    assert person.nationalities == ("iq", "sy")
    assert person.gender == "male"
    assert person.positions == ("Brigadier General", "Governor of Nowhere")
    assert person.identifiers == (
        Identifier(kind="idNumber", value="ALPHA", label="National ID No.", note="Nowhereland"),
        Identifier(
            kind="passportNumber", value="X0000001", country="iq", label="Passport", issued="2002-05-02",
            expires="2007-07-24",
        ),
        Identifier(kind="publicKey", value="1ExampleExampleExampleExample1", label="XBT"),
    )  # fmt: skip
    assert [address.text for address in person.addresses] == [
        "1 Invented Street, Floor 2, Sampleville, Nowhere Province 00001, Iraq",
        "Gaza",
    ]
    assert person.addresses[1].region == "Gaza"
    assert person.listings == (
        Listing(source="us_ofac", reference="11", programme="IFSR"),
        Listing(source="us_ofac", reference="11", programme="SDGT"),
    )
    assert person.notes == (
        Note(field="remarks", text="Favourite colour blue; (Linked To: EXAMPLE TRADING S.A.)"),
        Note(field="remark", text="Favourite colour blue"),
        Note(field="remark", text="Secondary sanctions risk: section 1(b) of an invented order"),
    )
    (link,) = person.relations
    assert (link.kind, link.target, link.target_name) == ("linked", "us_ofac:12", "EXAMPLE TRADING S.A.")
    assert link.evidence is not None
    assert person.notes[0].text[link.evidence.start : link.evidence.end] == link.target_name


def test_a_vessel_and_a_company(entities: dict[str, Entity]) -> None:
    vessel = entities["us_ofac:16"]
    assert [(item.kind, item.value) for item in vessel.identifiers] == [
        ("callSign", "9HXX9"),
        ("imoNumber", "9000001"),
        ("mmsi", "900000001"),
    ]
    assert vessel.countries == ("pa",)
    assert [(each.kind, each.target) for each in vessel.relations] == [("owned", "us_ofac:12")]
    assert Note(field="tonnage", text="318,000") in vessel.notes
    assert Note(field="grt", text="163,660") in vessel.notes
    assert entities["us_ofac:12"].birth_dates == (BirthDate(start="2016-12-17"),)


def test_collect_tells_the_layouts_apart(tmp_path: Path) -> None:
    assert ofac.collect(DATA / "us_ofac").files.keys() == {"sdn", "alt", "add", "comments"}
    assert ofac.collect(FILE.parent).files == {"xml": FILE}
    other = tmp_path / "list.xml"
    other.write_text("<CONSOLIDATED_LIST/>")
    with pytest.raises(ListFormatError, match="root element is <CONSOLIDATED_LIST>"):
        ofac.collect(tmp_path)
    other.write_text("broken")
    with pytest.raises(ListFormatError, match="not well-formed"):
        ofac.collect(other)


def test_an_older_namespace_and_an_unknown_element(tmp_path: Path) -> None:
    text = re.sub(r'xmlns="[^"]*"', 'xmlns="http://tempuri.org/sdnList.xsd"', FILE.read_text(encoding="utf-8"))
    path = tmp_path / "sdn.xml"
    path.write_text(text.replace("<uid>17</uid>", "<uid>17</uid><colour>blue</colour>"), encoding="utf-8")
    found = load(path)
    assert found.entities[-1].notes == (Note(field="colour", text="blue"),)
    assert len(found.notices) == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text[:-30], "not well-formed"),
        (lambda text: text.replace("<Record_Count>4<", "<Record_Count>5<"), "says that it has 5 entries, it has 4"),
        (lambda text: text.replace("03/28/2025", "2025-03-28"), "date of publication"),
        (lambda text: text.replace("<uid>17</uid>", "<uid>16</uid>"), "there twice"),
        (lambda text: text.replace("<lastName>EP-XXX</lastName>", "<lastName/>"), "no name"),
        (lambda text: text.replace("EP-XXX", "X" * 60_000), "60,000 characters"),
        (lambda text: re.sub(r"<sdnEntry>.*</sdnEntry>", "", text, flags=re.DOTALL), "no entries"),
        (lambda text: '<!DOCTYPE a [<!ENTITY b "c">]>' + text[text.index("<sdnList") :], "document type"),
    ],
)
def test_what_is_not_the_list_is_refused(tmp_path: Path, change: object, message: str) -> None:
    assert callable(change)
    path = tmp_path / "SDN.XML"
    path.write_text(change(FILE.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(ListFormatError, match=message):
        load(path)


@pytest.mark.shared
def test_the_invented_file_has_the_publishers_schema(shared: Path) -> None:
    schema = etree.XMLSchema(etree.parse(shared / "lists" / "us_ofac" / "sdn_xml.xsd"))
    schema.assertValid(etree.parse(FILE))


@pytest.mark.shared
def test_the_real_list_says_what_its_csv_says(shared: Path) -> None:
    path = shared / "lists" / "us_ofac" / "CONSOLIDATED_2025-03-28.xml"
    root = etree.parse(path).getroot()
    found = load(path, "us_ofac_cons")
    assert found.notices == ()
    assert found.published == "2025-03-28"
    assert len(found.entities) == len(root.findall("{*}sdnEntry")) == 443
    # Three aliases differ from another name of their entry in white space or quality alone.
    assert sum(len(entity.names) for entity in found.entities) >= 443 + len(root.findall(".//{*}aka")) - 3
    born = len(list(root.iter("{*}dateOfBirth")))
    founded = sum(each.text == "Organization Established Date" for each in root.iter("{*}idType"))
    assert sum(len(entity.birth_dates) for entity in found.entities) == born + founded - 1  # one date is there twice
    stated = {re.sub(r" \(Russia\)$", "", " ".join((each.text or "").split())) for each in root.iter("{*}idNumber")}
    held = {number.value for entity in found.entities for number in entity.identifiers}
    texts = " ".join(note.text for entity in found.entities for note in entity.notes)
    date = re.compile(r"(?:\d\d )?(?:[A-Z][a-z]{2} )?\d{4}")
    left = {each for each in stated if each not in held and each not in texts and not date.fullmatch(each)}
    assert left <= {"Male", "Female", "Russia", "China", "Hong Kong"}

    csv = {entity.id: entity for entity in load(shared / "lists" / "us_ofac" / "cons_csv", "us_ofac_cons").entities}
    same = sum(facts(entity) == facts(csv[entity.id]) for entity in found.entities if entity.id in csv)
    assert set(csv) < {entity.id for entity in found.entities}
    assert same >= 410  # the two files are of different days


def facts(entity: Entity) -> Entity:
    relations = tuple(msgspec.structs.replace(relation, evidence=None) for relation in entity.relations)
    return msgspec.structs.replace(entity, notes=(), relations=relations)
