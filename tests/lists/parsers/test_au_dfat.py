"""Australia's list: invented parties in both generations of the publisher's workbook."""

from __future__ import annotations

import datetime
from pathlib import Path

import openpyxl
import pytest

from tajfif.errors import ListFormatError
from tajfif.lists.parsers import ParsedList, au_dfat
from tajfif.lists.parsers.au_dfat import COLUMNS
from tajfif.model import BirthDate, Entity, Listing

OLD = ("Reference", "Name of Individual or Entity", "Type", "Name Type", "Date of Birth", "Place of Birth", "Citizenship",
       "Address", "Additional Information", "Listing Information", "Committees", "Control Date")  # fmt: skip

Row = dict[str, object]


def rows() -> list[Row]:
    person: Row = {
        "Reference": 12, "Name of Individual or Entity": "Testov Bin EXEMPLARY", "Type": "Individual",
        "Name Type": "Primary Name", "Date of Birth": "a) 1963 b) Approximately 1965 c) 17/05/1960 d) between 1975 and 1979",
        "Place of Birth": "a) Sampleville, Iraq b) Nowhere", "Citizenship": "a) Iraqi b) Syrian",
        "Address": "a) 1 Invented Street, Sampleville, Iraq b) Nowhere",
        "Additional Information": "QDi.901. Founder of Example Front (QDe.902). Father's name is Sample Testov. "
        "Passport number: X0000001",
        "Listing Information": "Listed by the 1267 Committee on 25 Jan. 2001 (amended on 3 Sep. 2003, 18 Jul. 2007)",
        "Committees": "1267/1989/2253 (Invented)", "Control Date": datetime.datetime(2018, 12, 31),
        "Targeted Financial Sanction": "TRUE", "Travel Ban": True,
    }  # fmt: skip
    return [
        {**person, "Reference": "12b", "Name of Individual or Entity": "Abu Sample", "Name Type": "Alias", "Alias Strength": "Weak"},
        person,
        {**person, "Reference": "12a", "Name of Individual or Entity": "تستوف المثالي", "Name Type": "Original Script"},
        {**person, "Reference": "12c", "Name of Individual or Entity": "Testof Samplari", "Name Type": "aka"},
        {
            "Reference": "13", "Name of Individual or Entity": "Example Front Organisation (EFO)", "Type": "Entity",
            "Name Type": "Primary Name", "Additional Information": "UN Reference Number: QDe.902. Nothing else.",
            "Listing Information": "Autonomous Sanctions List 2012", "Committees": "Autonomous (Exampla)",
            "Instrument of Designation": "Invented Instrument 2012",
        },
        {
            "Reference": "14", "Name of Individual or Entity": "INVENTED STAR", "Type": "Vessel",
            "Name Type": "Primary Name", "IMO Number": 9000001, "Committees": "Autonomous (Vessels)",
            "Targeted Financial Sanction": "FALSE", "Maritime Restriction": "TRUE",
        },
    ]  # fmt: skip


def write(path: Path, header: tuple[str, ...], body: list[Row]) -> Path:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(list(header))
    for row in body:
        book.active.append([row.get(column) for column in header])
    book.save(path)
    return path


def load(path: Path) -> ParsedList:
    return au_dfat.parse(au_dfat.collect(path).files)


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> ParsedList:
    return load(write(tmp_path_factory.mktemp("au") / "list.xlsx", COLUMNS, rows()))


@pytest.fixture(scope="module")
def person(parsed: ParsedList) -> Entity:
    return parsed.entities[0]


def test_rows_of_one_number_are_one_party(parsed: ParsedList, person: Entity) -> None:
    assert parsed.notices == ()
    assert [(entity.id, entity.schema) for entity in parsed.entities] == [
        ("au_dfat:12", "Person"),
        ("au_dfat:13", "Organization"),
        ("au_dfat:14", "Vessel"),
    ]
    assert [(name.value, name.quality, name.script) for name in person.names] == [
        ("Testov Bin EXEMPLARY", "primary", "Latn"),
        ("تستوف المثالي", "primary", "Arab"),
        ("Abu Sample", "weak", "Latn"),
        ("Testof Samplari", "strong", "Latn"),
    ]
    assert [(name.value, name.quality) for name in parsed.entities[1].names] == [
        ("Example Front Organisation (EFO)", "primary"),
        ("Example Front Organisation", "strong"),
        ("EFO", "weak"),
    ]


def test_lettered_cells(person: Entity) -> None:
    assert person.birth_dates == (
        BirthDate(start="1963"),
        BirthDate(start="1965", approximate=True),
        BirthDate(start="1960-05-17"),
        BirthDate(start="1975", end="1979", approximate=person.birth_dates[3].approximate),
    )
    assert [(place.text, place.country) for place in person.birth_places] == [
        ("Sampleville, Iraq", "iq"),
        ("Nowhere", ""),
    ]
    assert person.nationalities == ("iq", "sy")
    assert [(each.text, each.country) for each in person.addresses] == [
        ("1 Invented Street, Sampleville, Iraq", "iq"),
        ("Nowhere", ""),
    ]
    assert person.father_names == ("Sample Testov",)
    assert [(each.kind, each.value) for each in person.identifiers] == [("passportNumber", "X0000001")]


def test_listing_with_its_dates(parsed: ParsedList, person: Entity) -> None:
    assert person.listings == (
        Listing(
            source="au_dfat", reference="12", programme="1267/1989/2253 (Invented)", listed_on="2001-01-25",
            amended_on=("2003-09-03", "2007-07-18", "2018-12-31"),
        ),
    )  # fmt: skip
    notes = {(note.field, note.text) for note in person.notes}
    assert {("Targeted Financial Sanction", "TRUE"), ("Travel Ban", "TRUE"), ("Control Date", "2018-12-31")} <= notes
    front, ship = parsed.entities[1:]
    assert (front.listings[0].decision, front.listings[0].listed_on) == ("Invented Instrument 2012", "")
    assert [(each.kind, each.value) for each in ship.identifiers] == [("imoNumber", "9000001")]
    assert ("Targeted Financial Sanction", "FALSE") in [(note.field, note.text) for note in ship.notes]


def test_relations_with_evidence(parsed: ParsedList, person: Entity) -> None:
    assert [(each.kind, each.target_reference, each.target) for each in person.relations] == [
        ("listed_as", "QDi.901", ""),
        ("founder", "QDe.902", "au_dfat:13"),
    ]
    assert [(each.kind, each.target_reference) for each in parsed.entities[1].relations] == [("listed_as", "QDe.902")]
    for relation in person.relations:
        assert relation.evidence is not None
        (text,) = [note.text for note in person.notes if note.field == relation.evidence.field]
        assert text[relation.evidence.start : relation.evidence.end] == relation.target_reference


def test_the_older_layout(tmp_path: Path) -> None:
    found = load(write(tmp_path / "list.xlsx", OLD, rows()))
    assert [entity.id for entity in found.entities] == ["au_dfat:12", "au_dfat:13", "au_dfat:14"]
    assert [name.quality for name in found.entities[0].names] == ["primary", "primary", "strong", "strong"]
    assert found.entities[2].identifiers == ()


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    body: list[Row] = [
        {"Reference": "12a", "Name of Individual or Entity": "X Y", "Type": "Individual", "Name Type": "Nickname",
         "Date of Birth": "some day", "Citizenship": "Nowherelander", "Colour": "blue"},
    ]  # fmt: skip
    found = load(write(tmp_path / "list.xlsx", (*COLUMNS, "Colour"), body))
    assert len(found.notices) == 4
    (entity,) = found.entities
    assert entity.birth_dates == (BirthDate(text="some day"),)
    assert {("Citizenship", "Nowherelander"), ("Colour", "blue")} <= {(note.field, note.text) for note in entity.notes}


@pytest.mark.parametrize(
    ("header", "body", "message"),
    [
        (("a", "b"), [{"a": 1}], "columns are missing"),
        (COLUMNS, [], "no entries"),
        (COLUMNS, [{"Reference": "x1", "Name of Individual or Entity": "X"}], "as 12 or 12a"),
        (COLUMNS, [{"Reference": "1", "Type": "Entity"}], "no name"),
        (COLUMNS, [{"Reference": "1", "Name of Individual or Entity": "X"}], "no type"),
    ],
)
def test_what_is_not_the_list_is_refused(
    tmp_path: Path, header: tuple[str, ...], body: list[Row], message: str
) -> None:
    path = write(tmp_path / "list.xlsx", header, body)
    with pytest.raises(ListFormatError, match=message) as caught:
        load(path)
    assert str(path) in caught.value.where


def test_text_and_half_a_workbook_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_text("Reference,Name of Individual or Entity\n")
    with pytest.raises(ListFormatError, match="not an Excel workbook"):
        load(path)
    data = write(path, COLUMNS, rows()).read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(ListFormatError, match="cannot be read"):
        load(tmp_path)
