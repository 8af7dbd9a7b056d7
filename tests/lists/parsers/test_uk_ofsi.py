"""The United Kingdom's list: invented targets in the publisher's layout, as XLSX and as CSV, and the real file."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from tajfif.errors import ListFormatError
from tajfif.lists.parsers import ParsedList, uk_ofsi
from tajfif.lists.parsers.uk_layouts import COLUMNS
from tajfif.model import BirthDate, Entity, Identifier, Listing, Name, Relation, Span

NOTE = (
    "(UK Sanctions List Ref):EXA0001 (UN Ref):QDi.901 Founder of Example Front (QDe.902). Father's name is Sample Testov."
    " Invented comment. (UK Statement of Reasons):None at all. (Gender):Male"
)
FRONT = (
    "(UK Sanctions List Ref):EXA0002 (UN Ref):QDe.902 (Phone number):(1) +000 1 000 0001 (2) +000 1 000 0002"
    " (Website):www.front.example (Email address):a@front.example. b@front.example (Type of entity):Charity"
    " (Subsidiaries):Example Shipping Co. Ltd. Unlisted Sample Works (Parent company):Nobody Holding (NH)"
    " (Business Reg No):1000000000001 (Russia). Tax ID No. 1000000002 (Russia)"
)
SHIP = (
    "(UK Sanctions List Ref):EXA0003 (IMO number):9000001 (Current owners):Example Front (Flag of ship):Panama"
    " (Previous flags):Togo (Type of ship):Tanker (Tonnage of ship):100 (Length of ship):10 (Year built):1985"
)


def rows() -> list[dict[str, str]]:
    person = {
        "Name 6": "EXEMPLARY", "Name 1": "Testov", "Name 2": "Bin", "Name 3": "Sample", "Title": "(1) Haji (2) Mullah",
        "Name Non-Latin Script": "تستوف بن سامبل", "Non-Latin Script Type": "Arabic",
        "Non-Latin Script Language": "Arabic", "DOB": "00/00/1961",
        "Town of Birth": "(1) Sampleville, Nowhere Province (2) -", "Country of Birth": "(1) Iraq (2) Former USSR (now Belarus)",
        "Nationality": "(1) Iraq. (2) Syria", "Passport Number": "(1) X0000001 (2) X0000002",
        "Passport Details": "(1) Kuwaiti. Issued on 13 August 1995. Expired on 31 March 2006. (2) -",
        "National Identification Number": "0000003",
        "National Identification Details": "Syrian Arab Republic national identification card",
        "Position": "(1) Treasurer (2) Governor of Nowhere", "Address 1": "1 Invented Street", "Address 6": "Sampleville",
        "Post/Zip Code": "00001", "Country": "Iraq", "Other Information": NOTE, "Group Type": "Individual",
        "Alias Type": "Primary name", "Regime": "Invented", "Listed On": "02/12/2011",
        "UK Sanctions List Date Designated": "31/12/2020", "Last Updated": "14/02/2022", "Group ID": "90001",
    }  # fmt: skip
    alias = {"Name 6": "SAMPLE", "Name 1": "Abu", "Name 2": "", "Name 3": "", "Name Non-Latin Script": "", "Title": "",
             "Non-Latin Script Type": "", "Non-Latin Script Language": "", "Alias Type": "AKA"}  # fmt: skip
    front = {
        "Name 6": "EXAMPLE FRONT", "Name Non-Latin Script": "جبهة المثال، الجبهة", "Country": "Syria",
        "Other Information": FRONT, "Group Type": "Entity", "Alias Type": "Primary name", "Regime": "Invented",
        "Listed On": "03/12/2011", "UK Sanctions List Date Designated": "31/12/2020", "Last Updated": "14/02/2022",
        "Group ID": "90002",
    }  # fmt: skip
    ship = {**front, "Name 6": "INVENTED STAR", "Name Non-Latin Script": "", "Country": "", "Other Information": SHIP,
            "Group Type": "Ship", "Group ID": "90003"}  # fmt: skip
    return [
        {**person, **alias, "Alias Quality": "Low quality"},
        person,
        {**person, "DOB": "17/05/1960"},
        {**person, **alias, "Name 1": "Former", "Alias Type": "FKA", "DOB": "00/11/1973"},
        {**person, **alias, "Name 1": "Testof", "Alias Type": "Primary name variation", "Address 6": "Elsewhere"},
        {**person, **alias, "Name 1": "Good", "Alias Quality": "Good quality", "Regime": "Other", "Listed On": "01/02/2013"},
        front,
        {**front, "Name 6": "EXAMPLE SHIPPING CO. LTD", "Name Non-Latin Script": "", "Group ID": "90004",
         "Other Information": "(UK Sanctions List Ref):EXA0004"},
        ship,
    ]  # fmt: skip


def table(changed: list[dict[str, str]] | None = None) -> list[list[str]]:
    body = [[row.get(column, "") for column in COLUMNS] for row in (rows() if changed is None else changed)]
    return [["Last Updated", "04/05/2022"], list(COLUMNS), *body]


def as_csv(path: Path, lines: list[list[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(lines)
    return path


def as_xlsx(path: Path, lines: list[list[str]]) -> Path:
    book = openpyxl.Workbook()
    assert book.active is not None
    for line in lines:
        book.active.append(line)
    book.save(path)
    return path


def load(path: Path) -> ParsedList:
    return uk_ofsi.parse(uk_ofsi.collect(path).files)


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> ParsedList:
    return load(as_csv(tmp_path_factory.mktemp("uk") / "ConList.csv", table()))


@pytest.fixture(scope="module")
def entities(parsed: ParsedList) -> dict[str, Entity]:
    return {entity.id: entity for entity in parsed.entities}


@pytest.fixture(scope="module")
def testov(entities: dict[str, Entity]) -> Entity:
    return entities["uk_ofsi:90001"]


def test_rows_of_one_group_are_one_entity(parsed: ParsedList) -> None:
    assert parsed.published == "2022-05-04"
    assert parsed.notices == ()
    assert [(entity.id, entity.schema) for entity in parsed.entities] == [
        ("uk_ofsi:90001", "Person"),
        ("uk_ofsi:90002", "Organization"),
        ("uk_ofsi:90004", "Company"),
        ("uk_ofsi:90003", "Vessel"),
    ]


def test_names_in_their_order_with_quality(testov: Entity) -> None:
    assert testov.names[0] == Name(
        value="Testov Bin Sample EXEMPLARY",
        script="Latn",
        parts=("Testov", "Bin", "Sample", "EXEMPLARY"),
        family="EXEMPLARY",
    )
    assert [(name.value, name.quality, name.script, name.language) for name in testov.names[1:]] == [
        ("تستوف بن سامبل", "primary", "Arab", "ar"),
        ("Testof SAMPLE", "strong", "Latn", ""),
        ("Abu SAMPLE", "weak", "Latn", ""),
        ("Good SAMPLE", "strong", "Latn", ""),
        ("Former SAMPLE", "former", "Latn", ""),
    ]
    assert testov.titles == ("Haji", "Mullah")
    assert testov.positions == ("Treasurer", "Governor of Nowhere")


def test_several_names_in_one_cell_of_another_script(entities: dict[str, Entity]) -> None:
    values = [name.value for name in entities["uk_ofsi:90002"].names]
    assert values == ["EXAMPLE FRONT", "جبهة المثال، الجبهة", "جبهة المثال", "الجبهة"]


def test_births_and_nationalities(testov: Entity) -> None:
    assert testov.birth_dates == (
        BirthDate(start="1961"),
        BirthDate(start="1960-05-17"),
        BirthDate(start="1973-11"),
    )
    assert [(place.city, place.country) for place in testov.birth_places] == [
        ("Sampleville, Nowhere Province", "iq"),
        ("", "by"),
    ]
    assert testov.nationalities == ("iq", "sy")
    assert testov.gender == "male"
    assert testov.father_names == ("Sample Testov",)


def test_documents(testov: Entity) -> None:
    passport, second, card, reference = testov.identifiers
    assert passport == Identifier(
        kind="passportNumber",
        value="X0000001",
        country="kw",
        label="Passport",
        issued="1995-08-13",
        expires="2006-03-31",
        note="Kuwaiti. Issued on 13 August 1995. Expired on 31 March 2006.",
    )
    assert (second.value, second.country) == ("X0000002", "")
    assert (card.kind, card.value, card.country) == ("idNumber", "0000003", "sy")
    assert (reference.label, reference.value) == ("UK Sanctions List Ref", "EXA0001")


def test_addresses_and_listings(testov: Entity) -> None:
    assert [address.text for address in testov.addresses] == [
        "1 Invented Street, Sampleville, 00001, Iraq",
        "1 Invented Street, Elsewhere, 00001, Iraq",
    ]
    assert testov.addresses[0].postal_code == "00001"
    assert testov.countries == ("iq",)
    assert testov.listings == (
        Listing(source="uk_ofsi", reference="90001", programme="Invented", listed_on="2011-12-02", amended_on=("2022-02-14",)),
        Listing(source="uk_ofsi", reference="90001", programme="Other", listed_on="2013-02-01", amended_on=("2022-02-14",)),
    )  # fmt: skip
    assert ("UK Sanctions List Date Designated", "2020-12-31") in [(note.field, note.text) for note in testov.notes]


def test_relations_with_evidence(entities: dict[str, Entity]) -> None:
    testov, front, ship = (entities[f"uk_ofsi:{number}"] for number in (90001, 90002, 90003))
    assert testov.relations[0] == Relation(
        kind="listed_as",
        target_reference="QDi.901",
        evidence=Span(field="Other Information", start=NOTE.index("QDi"), end=NOTE.index("QDi") + 7),
    )
    founded = next(relation for relation in testov.relations if relation.kind == "founder")
    assert (founded.target, founded.target_reference, founded.target_name) == (
        "uk_ofsi:90002",
        "QDe.902",
        "Example Front",
    )
    assert [(each.kind, each.target_name, each.target) for each in front.relations if each.target_name] == [
        ("owner", "Example Shipping Co. Ltd", "uk_ofsi:90004"),
        ("owner", "Unlisted Sample Works", ""),
        ("owned", "Nobody Holding (NH)", ""),
    ]
    owned = next(relation for relation in ship.relations if relation.kind == "owned")
    assert owned.target == "uk_ofsi:90002"
    for text, entity in ((NOTE, testov), (FRONT, front), (SHIP, ship)):
        assert ("Other Information", text) in [(note.field, note.text) for note in entity.notes]
        for relation in entity.relations:
            assert relation.evidence is not None
            cited = text[relation.evidence.start : relation.evidence.end]
            assert cited in {relation.target_reference, relation.target_name}


def test_labelled_numbers(entities: dict[str, Entity]) -> None:
    assert [(each.kind, each.value, each.country) for each in entities["uk_ofsi:90002"].identifiers[1:]] == [
        ("phone", "+000 1 000 0001", ""),
        ("phone", "+000 1 000 0002", ""),
        ("website", "www.front.example", ""),
        ("email", "a@front.example", ""),
        ("email", "b@front.example", ""),
        ("registrationNumber", "1000000000001", "ru"),
        ("taxNumber", "1000000002", "ru"),
    ]
    ship = entities["uk_ofsi:90003"]
    assert [(each.kind, each.value) for each in ship.identifiers[1:]] == [("imoNumber", "9000001")]
    assert ship.birth_dates == (BirthDate(start="1985"),)
    assert ship.countries == ("pa",)


def test_the_workbook_says_the_same_as_the_text(tmp_path: Path, parsed: ParsedList) -> None:
    path = as_xlsx(tmp_path / "ConList.xlsx", table())
    assert uk_ofsi.collect(tmp_path).files == {"list": path}
    assert load(path) == parsed


SUCCESSOR = (
    "Last Updated,Unique ID,OFSI Group ID,UN Reference Number,Name 6,Name 1,Name 2,Name 3,Name 4,Name 5,Name type,"
    "Alias strength,Title,Name non-latin script,Non-latin script type,Non-latin script language,Regime Name,"
    "Designation Type,Designation source,Sanctions Imposed,Other Information,UK Statement of Reasons,Address Line 1,"
    "Address Line 2,Address Line 3,Address Line 4,Address Line 5,Address Line 6,Address Postal Code,Address Country,"
    "Phone number,Website,Email address,Date Designated,D.O.B,Nationality(/ies),National Identifier number,"
    "National Identifier additional information,Passport number,Passport additional information,Position,Gender,"
    "Town of birth,Country of birth,Type of entity,Subsidiaries,Parent company,Business registration number (s),"
    "IMO number,Current owner/operator (s),Previous owner/operator (s),Current believed flag of ship,Previous flags,"
    "Type of ship,Tonnage of ship,Length of ship,Year Built,Hull identification number (HIN)"
).split(",")


def successor_rows() -> list[dict[str, str]]:
    person = {
        "Last Updated": "14/02/2026", "Unique ID": "EXA0001", "OFSI Group ID": "90001", "UN Reference Number": "QDi.901",
        "Name 6": "EXEMPLARY", "Name 1": "Testov", "Name type": "Primary Name", "Title": "Haji",
        "Name non-latin script": "تستوف المثالي", "Non-latin script type": "Arabic",
        "Non-latin script language": "Arabic", "Regime Name": "Invented", "Designation Type": "Individual",
        "Designation source": "UN", "Sanctions Imposed": "Asset freeze|Travel Ban",
        "Other Information": "Founder of Example Front (QDe.902).", "UK Statement of Reasons": "Member of QDe.902.",
        "Address Line 1": "1 Invented Street", "Address Line 6": "Sampleville", "Address Postal Code": "00001",
        "Address Country": "Iraq", "Phone number": "+000 1 000 0001", "Date Designated": "02/12/2011",
        "D.O.B": "dd/mm/1961", "Nationality(/ies)": "(1) Iraq (2) Syria", "Passport number": "X0000001",
        "Passport additional information": "Kuwaiti", "Gender": "Male", "Town of birth": "Sampleville",
        "Country of birth": "Iraq",
    }  # fmt: skip
    ship = {
        "Last Updated": "14/02/2026", "Unique ID": "EXA0002", "UN Reference Number": "QDe.902", "Name 6": "INVENTED STAR",
        "Name type": "Primary Name", "Regime Name": "Invented", "Designation Type": "Ship", "IMO number": "9000001",
        "Date Designated": "01/02/2026", "Current owner/operator (s)": "Testov EXEMPLARY",
        "Current believed flag of ship": "Panama", "Year Built": "1985", "Type of ship": "Tanker",
    }  # fmt: skip
    alias = {"Name 1": "Abu", "Name type": "Alias", "Alias strength": "Low quality", "D.O.B": "17/05/1960"}
    return [person, {**person, **alias, "Name non-latin script": ""}, ship]


def successor(tmp_path: Path) -> ParsedList:
    body = [[row.get(column, "") for column in SUCCESSOR] for row in successor_rows()]
    return load(as_csv(tmp_path / "UK-Sanctions-List.csv", [["Report Date: 08-Oct-2026"], SUCCESSOR, *body]))


def test_the_successor_keeps_the_references(tmp_path: Path) -> None:
    found = successor(tmp_path)
    assert found.published == "2026-10-08"
    assert found.notices == ()
    person, ship = found.entities
    assert (person.id, person.schema, ship.id, ship.schema) == ("uk_ofsi:90001", "Person", "uk_ofsi:EXA0002", "Vessel")
    assert [(name.value, name.quality, name.language) for name in person.names] == [
        ("Testov EXEMPLARY", "primary", ""),
        ("تستوف المثالي", "primary", "ar"),
        ("Abu EXEMPLARY", "weak", ""),
    ]
    assert person.birth_dates == (BirthDate(start="1961"), BirthDate(start="1960-05-17"))
    assert (person.gender, person.nationalities, person.countries) == ("male", ("iq", "sy"), ("iq",))
    assert person.addresses[0].text == "1 Invented Street, Sampleville, 00001, Iraq"
    assert person.listings == (
        Listing(source="uk_ofsi", reference="90001", programme="Invented", listed_on="2011-12-02", amended_on=("2026-02-14",)),
    )  # fmt: skip
    assert [(each.kind, each.value) for each in person.identifiers] == [
        ("passportNumber", "X0000001"),
        ("identifier", "EXA0001"),
        ("phone", "+000 1 000 0001"),
    ]
    assert ("Sanctions Imposed", "Asset freeze|Travel Ban") in [(note.field, note.text) for note in person.notes]
    assert [(each.kind, each.value) for each in ship.identifiers] == [
        ("identifier", "EXA0002"),
        ("imoNumber", "9000001"),
    ]
    assert (ship.birth_dates, ship.countries) == ((BirthDate(start="1985"),), ("pa",))


def test_relations_of_the_successor(tmp_path: Path) -> None:
    person, ship = successor(tmp_path).entities
    assert [(each.kind, each.target_reference, each.target) for each in person.relations] == [
        ("founder", "QDe.902", "uk_ofsi:EXA0002"),
        ("listed_as", "QDi.901", ""),
        ("member", "QDe.902", "uk_ofsi:EXA0002"),
    ]
    assert [(each.kind, each.target) for each in ship.relations] == [("listed_as", ""), ("owned", "uk_ofsi:90001")]
    for entity in (person, ship):
        for relation in entity.relations:
            assert relation.evidence is not None
            (text,) = [note.text for note in entity.notes if note.field == relation.evidence.field]
            cited = text[relation.evidence.start : relation.evidence.end]
            assert cited in {relation.target_reference, relation.target_name}


def test_an_unknown_column_and_a_wrong_date_are_told(tmp_path: Path) -> None:
    lines = table([{**rows()[1], "DOB": "unknown to all"}])
    lines[1].append("Favourite colour")
    lines[2].append("blue")
    parsed = load(as_csv(tmp_path / "list.csv", lines))
    assert any("Favourite colour" in notice for notice in parsed.notices)
    assert any("'unknown to all' cannot be read" in notice for notice in parsed.notices)
    (entity,) = parsed.entities
    assert ("Favourite colour", "blue") in [(note.field, note.text) for note in entity.notes]
    assert entity.birth_dates == (BirthDate(text="unknown to all"),)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda lines: lines[1:], "first line should say"),
        (lambda lines: lines[:2], "no entries"),
        (lambda lines: [lines[0], lines[1][:-1], *[line[:-1] for line in lines[2:]]], "columns are missing: Group ID"),
        (lambda lines: [*lines[:-1], lines[-1][:20]], "20 columns where the header has 36"),
        (lambda lines: [*lines, [*lines[-1][:-1], ""]], "no Group ID"),
        (lambda lines: [*lines, ["", *[""] * 34, "90005"]], "no name"),
        (lambda lines: [*lines, ["X", *[""] * 34, "90005"]], "Group Type"),
    ],
)
def test_what_is_not_the_list_is_refused(tmp_path: Path, change: object, message: str) -> None:
    assert callable(change)
    path = as_csv(tmp_path / "list.csv", change(table()))
    with pytest.raises(ListFormatError, match=message) as caught:
        load(path)
    assert str(path) in caught.value.where


def test_a_workbook_with_two_sheets_is_refused(tmp_path: Path) -> None:
    path = as_xlsx(tmp_path / "list.xlsx", table())
    book = openpyxl.load_workbook(path)
    book.create_sheet("more")["A1"] = "x"
    book.save(path)
    with pytest.raises(ListFormatError, match="one sheet"):
        load(path)


@pytest.mark.shared
def test_the_real_list(shared: Path) -> None:
    (path,) = (shared / "lists" / "uk").glob("*.xlsx")
    lines = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    groups = defaultdict(list)
    for line in lines[2:]:
        groups[str(line[-1])].append(dict(zip(map(str, lines[1]), map(str, line), strict=True)))
    parsed = load(path)
    assert parsed.notices == ()
    assert len(parsed.entities) == len(groups) == 3430
    arabic = re.compile("[\u0600-\u06ff]")
    assert sum(bool(arabic.search(" ".join(row.values()))) for rows in groups.values() for row in rows) == 1051
    for entity in parsed.entities:
        rows = groups[entity.id.removeprefix("uk_ofsi:")]
        values = {name.value for name in entity.names}
        for row in rows:
            parts = [row[f"Name {number}"] for number in (1, 2, 3, 4, 5, 6)]
            assert " ".join(" ".join(parts).split()) in values | {""}
            for word in re.findall(r"\w+", row["Name Non-Latin Script"]):
                assert any(word in value for value in values)
        assert {listing.programme for listing in entity.listings} == {row["Regime"].strip() for row in rows}
        assert len({born.start for born in entity.birth_dates}) >= len(
            {row["DOB"] for row in rows if row["DOB"].strip("0/")}
        )
        assert (entity.schema == "Person") == (rows[0]["Group Type"] == "Individual")
        for row in rows:
            for number in re.findall(r"\w*\d\w+", re.sub(r"\(\d+\)", " ", row["Passport Number"])):
                assert any(number in each.value or number in each.note for each in entity.identifiers) or any(
                    number in note.text for note in entity.notes
                )
            assert ("Other Information", row["Other Information"]) in [(note.field, note.text) for note in entity.notes]
        for relation in entity.relations:
            assert relation.evidence is not None
