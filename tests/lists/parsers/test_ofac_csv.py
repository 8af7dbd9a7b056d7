"""The OFAC sets: invented files in the publisher's layout, and the real sets."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tajfif.errors import ListFormatError
from tajfif.lists.parsers import ParsedList, ofac_csv
from tajfif.lists.parsers.ofac_remarks import items_of, read_remarks
from tajfif.model import BirthDate, Entity, Identifier, Listing, Name, Note, Relation, Span

DATA = Path(__file__).resolve().parents[2] / "data" / "lists"


def load(path: Path, source: str) -> ParsedList:
    return ofac_csv.parse(ofac_csv.collect(path, source=source).files, source=source)


@pytest.fixture(scope="module")
def entities() -> dict[str, Entity]:
    return {entity.id: entity for entity in load(DATA / "us_ofac", "us_ofac").entities}


@pytest.fixture(scope="module")
def testov(entities: dict[str, Entity]) -> Entity:
    return entities["us_ofac:11"]


def notes(entity: Entity, field: str) -> list[str]:
    return [note.text for note in entity.notes if note.field == field]


def test_schemas_and_programmes(entities: dict[str, Entity]) -> None:
    schemas = {key.partition(":")[2]: entity.schema for key, entity in entities.items()}
    assert schemas == {
        "11": "Person",
        "12": "Company",
        "13": "Organization",
        "14": "Organization",
        "15": "Organization",
        "16": "Vessel",
        "17": "Airplane",
    }
    assert entities["us_ofac:11"].listings == (
        Listing(source="us_ofac", reference="11", programme="IFSR"),
        Listing(source="us_ofac", reference="11", programme="SDGT"),
    )


def test_names_in_natural_order_with_the_published_form(testov: Entity) -> None:
    assert testov.names[0] == Name(
        value="Testov Bin Example AL-MITHALI",
        script="Latn",
        parts=("AL-MITHALI", "Testov Bin Example"),
        family="AL-MITHALI",
    )
    assert ", ".join(testov.names[0].parts) == "AL-MITHALI, Testov Bin Example"
    assert [(name.value, name.quality) for name in testov.names[1:]] == [
        ("Testov MITHALÍ", "strong"),
        ("OLD TESTOV EXAMPLESSON", "former"),
        ("ABU SAMPLE", "weak"),
        ("Testov SAMPLE; THE QUOTED", "weak"),
        ("OLD TESTOV", "former"),
    ]


def test_company_names_stay_as_published(entities: dict[str, Entity]) -> None:
    assert [(name.value, name.quality) for name in entities["us_ofac:12"].names] == [
        ("EXAMPLE TRADING S.A.", "primary"),
        ("NEW EXAMPLE TRADING", "strong"),
    ]


def test_person(testov: Entity) -> None:
    assert testov.birth_dates == (
        BirthDate(start="1960-01-02"),
        BirthDate(start="1961", approximate=True),
        BirthDate(start="1953", end="1958"),
    )
    assert [(place.text, place.country) for place in testov.birth_places] == [("Sampleville, Iraq", "iq")]
    assert testov.nationalities == ("iq",)
    assert testov.gender == "male"
    assert testov.positions == ("Brigadier General", "Governor of Nowhere", "Treasurer")
    assert [address.text for address in testov.addresses] == ["1 Invented Street, Sampleville 00001, Iraq"]


def test_identifiers(testov: Entity) -> None:
    assert testov.identifiers[4] == Identifier(
        kind="passportNumber",
        value="X0000001",
        country="iq",
        label="Passport",
        issued="2002-05-02",
        expires="2007-07-24",
    )
    assert [(item.label, item.value, item.country) for item in testov.identifiers] == [
        ("Email Address", "testov@mail.example", ""),
        ("National ID No.", "0000003", "sy"),
        ("SSN", "000-00-0005", "us"),
        ("Passport", "X0000002", ""),
        ("Passport", "X0000001", "iq"),
        ("Phone Number", "0000000006", ""),
        ("ETH", "0xEXAMPLE2", ""),
        ("XBT", "1ExampleExampleExampleExample1", ""),
        ("Tax ID No.", "0000004", ""),
        ("Website", "http://testov.example", ""),
    ]
    assert [item.kind for item in testov.identifiers].count("publicKey") == 2


def test_remarks_are_joined_in_the_middle_of_a_word(testov: Entity) -> None:
    remarks = notes(testov, "remarks")[0]
    assert remarks[998:1012] == "nked To: EXAMP"
    assert testov.relations == (
        Relation(
            kind="linked",
            target="us_ofac:12",
            target_name="EXAMPLE TRADING S.A.",
            evidence=Span(field="remarks", start=1007, end=1027),
        ),
        Relation(kind="linked", target_name="AMBIGUOUS NAME", evidence=Span(field="remarks", start=1040, end=1054)),
        Relation(
            kind="linked",
            target="us_ofac:13",
            target_name="EXAMPLE FRONT",
            evidence=Span(field="remarks", start=1067, end=1080),
        ),
    )


def test_the_last_full_stop_may_belong_to_the_name(entities: dict[str, Entity]) -> None:
    (link,) = entities["us_ofac:12"].relations
    assert (link.target, link.target_name) == ("us_ofac:12", "EXAMPLE TRADING S.A.")


def test_what_is_not_understood_is_a_note(testov: Entity) -> None:
    assert [text[:40] for text in notes(testov, "remark")] == [
        "citizen Nowhereland",
        "Favourite colour (blue; or green) unknow",
        "Additional Sanctions Information - Subje",
        "Additional Sanctions Information - Subje",
        "Secondary sanctions risk: xxxxxxxxxxxxxx",
    ]


def test_vessel(entities: dict[str, Entity]) -> None:
    vessel = entities["us_ofac:16"]
    assert [(item.kind, item.value) for item in vessel.identifiers] == [
        ("callSign", "9HXX9"),
        ("imoNumber", "9000001"),
        ("mmsi", "900000001"),
    ]
    assert vessel.countries == ("pa",)
    assert vessel.relations[0].kind == "owned"
    assert vessel.relations[0].target == "us_ofac:12"
    assert Note(field="vess_type", text="Crude Oil Tanker") in vessel.notes
    assert notes(vessel, "tonnage") == ["318,000"]
    assert notes(vessel, "grt") == ["163,660"]


def test_aircraft_and_company_dates(entities: dict[str, Entity]) -> None:
    aircraft = entities["us_ofac:17"]
    assert aircraft.birth_dates == (BirthDate(start="1992"),)
    assert [item.value for item in aircraft.identifiers] == ["1000000009"]
    assert (aircraft.relations[0].target, aircraft.relations[0].target_name) == ("us_ofac:13", "Example Front")
    assert entities["us_ofac:12"].birth_dates == (BirthDate(start="2016-12-17"),)


def test_evidence_stands_in_a_note(entities: dict[str, Entity]) -> None:
    for entity in entities.values():
        for relation in entity.relations:
            assert relation.evidence is not None
            (text,) = notes(entity, relation.evidence.field)
            assert text[relation.evidence.start : relation.evidence.end] == relation.target_name


def test_the_consolidated_set() -> None:
    parsed = load(DATA / "us_ofac_cons", "us_ofac_cons")
    (entity,) = parsed.entities
    assert entity.id == "us_ofac_cons:21"
    assert [name.value for name in entity.names] == ["Exampla TESTOVA", "E. TESTOVA"]
    assert notes(entity, "remark") == ["HAMAS - Nowhere"]
    assert entity.addresses == ()


def test_a_header_row_is_passed_over_and_cut_remarks_are_told(tmp_path: Path) -> None:
    cut = "DOB 1961; " + "x" * 960 + "; Passport X000000123456"
    row = ["11", "TESTOV, Example", "individual", "SDGT", *["-0- "] * 7, cut[:1000].ljust(1000, "9")]
    path = tmp_path / "export.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([["ID", "Name", "Type", *"abcdefgh", "Details"], row])
        file.write("\x1a,,,,,,,,,,,\r\n")
    collected = ofac_csv.collect(path)
    assert collected.files == {"sdn": path}
    assert len(collected.notices) == 3
    parsed = ofac_csv.parse(collected.files)
    assert parsed.notices[0].startswith(f"{path}, line 2: the remarks of entry 11 are cut off")
    assert parsed.entities[0].identifiers == ()
    assert notes(parsed.entities[0], "remark")[-1].startswith("Passport X0000001234569")


def test_collect(tmp_path: Path) -> None:
    collected = ofac_csv.collect(DATA / "us_ofac")
    assert set(collected.files) == {"sdn", "alt", "add", "comments"}
    assert collected.notices == ()
    with pytest.raises(ListFormatError, match=r"no sdn\.csv"):
        ofac_csv.collect(tmp_path)
    with pytest.raises(ListFormatError, match="no such file"):
        ofac_csv.collect(tmp_path / "absent")
    (tmp_path / "SDN.CSV").write_bytes((DATA / "us_ofac" / "sdn.csv").read_bytes())
    (tmp_path / "readme.txt").write_text("hello")
    collected = ofac_csv.collect(tmp_path)
    assert collected.files == {"sdn": tmp_path / "SDN.CSV"}
    assert any("readme.txt: ignored" in notice for notice in collected.notices)
    assert any("no alt.csv, so aliases are missing" in notice for notice in collected.notices)
    with pytest.raises(ListFormatError, match="us_ofac, us_ofac_cons, not un_sc"):
        ofac_csv.collect(tmp_path, source="un_sc")


@pytest.mark.parametrize(
    ("item", "kind", "label", "value", "country"),
    [
        ("Cedula No. 16247821 (Colombia)", "", "Cedula No.", "16247821", "co"),
        ("D-U-N-S Number 00-000-0008", "", "D-U-N-S Number", "00-000-0008", ""),
        ("Unified Social Credit Code (USCC) 00000A (China)", "", "Unified Social Credit Code (USCC)", "00000A", "cn"),
        ("C.U.R.P. EXMP000000HXXXXX00 (Mexico) issued 1968", "", "C.U.R.P.", "EXMP000000HXXXXX00", "mx"),
        ("Passport TR-P 000001", "passportNumber", "Passport", "TR-P 000001", ""),
        (
            "National ID No. CNIC: 00000-0000000-1 (Pakistan)",
            "idNumber",
            "National ID No.",
            "CNIC: 00000-0000000-1",
            "pk",
        ),
        ("National ID No. 12/(Sample)000001 (Burma)", "idNumber", "National ID No.", "12/(Sample)000001", "mm"),
        ("R.F.C. EXMP-000001 (Jalisco) (Mexico)", "taxNumber", "R.F.C.", "EXMP-000001", "mx"),
        ("Passport X1, expired 08 May 2013, issued in Nowhere", "passportNumber", "Passport", "X1", ""),
        ("National ID No. R000000(9) (Hong Kong)", "idNumber", "National ID No.", "R000000(9)", "hk"),
        ("Identification Number IMO 5000001", "imoNumber", "Identification Number IMO", "5000001", ""),
        ("MMSI 900000001", "mmsi", "MMSI", "900000001", ""),
        ("Registration ID HE 000001 (Cyprus)", "registrationNumber", "Registration ID", "HE 000001", "cy"),
        ("Telephone: 0000000001", "phone", "Telephone", "0000000001", ""),
        ("SWIFT/BIC EXMPGB2L", "swiftBic", "SWIFT/BIC", "EXMPGB2L", ""),
        ("Digital Currency Address - LTC LExample", "publicKey", "LTC", "LExample", ""),
    ],
)
def test_numbers(item: str, kind: str, label: str, value: str, country: str) -> None:
    found = read_remarks(f"{item}; alt. {item}.")
    assert len(found.identifiers) == 2
    assert found.notes == []
    for identifier in found.identifiers:
        assert (identifier.label, identifier.value, identifier.country) == (label, value, country)
        assert not kind or identifier.kind == kind


@given(st.lists(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9 ,:()']{0,30}[a-z0-9]", fullmatch=True), max_size=6))
def test_no_item_is_lost(items: list[str]) -> None:
    text = "; ".join(items)
    found = list(items_of(text))
    assert all(text[start : start + len(item)] == item for start, item in found)
    outside = re.sub(r"[;\s]", "", text)
    assert re.sub(r"[;\s]", "", "".join(item for _, item in found)) == outside


# --- the real sets ---

SETS = {
    "2021-07": ("us_ofac", "2021-07", ("sdn", "alt", "add", "sdn_comments")),
    "cons": ("us_ofac_cons", "cons_csv", ("cons_prim", "cons_alt", "cons_add", "cons_comments")),
}


@pytest.fixture(scope="module", params=SETS)
def real(request: pytest.FixtureRequest, shared: Path) -> tuple[ParsedList, list[str]]:
    source, folder, names = SETS[request.param]
    base = shared / "lists" / "us_ofac" / folder
    return load(base, source), [(base / f"{name}.csv").read_text(encoding="latin-1") for name in names]


def numbered(text: str) -> int:
    return len(re.findall(r"^\d+,", text, flags=re.MULTILINE))


@pytest.mark.shared
def test_rows_of_the_real_sets(real: tuple[ParsedList, list[str]]) -> None:
    parsed, (main, alt, add, _) = real
    schemas = Counter(entity.schema for entity in parsed.entities)
    assert len(parsed.entities) == numbered(main)
    assert schemas["Person"] == main.count(',"individual",')
    assert schemas["Vessel"] == main.count(',"vessel",')
    assert schemas["Airplane"] == main.count(',"aircraft",')
    assert parsed.notices == ()
    names = {entity.id.partition(":")[2]: {name.value for name in entity.names} for entity in parsed.entities}
    published = list(csv.reader(io.StringIO(alt.replace("\x1a", ""))))
    assert len(published) == numbered(alt)
    for number, _, _, raw, _ in published:
        name = " ".join(raw.split())
        family, comma, given = name.partition(", ")
        turned = f"{' '.join(given.split(', '))} {family}" if comma else name
        assert {name, turned} & names[number]
    rows = csv.reader(io.StringIO(add.replace("\x1a", "")))
    filled = {(row[0], *row[2:]) for row in rows if {*row[2:]} != {"-0- "}}
    assert sum(len(entity.addresses) for entity in parsed.entities) == len(filled)


@pytest.mark.shared
def test_remarks_of_the_real_sets(real: tuple[ParsedList, list[str]]) -> None:
    parsed, (main, _, _, comments) = real
    ends = {row[0]: row[1] for row in csv.reader(io.StringIO(comments.replace("\x1a", "")))}
    joined = [
        row[11] + ends.get(row[0], "")
        for row in csv.reader(io.StringIO(main.replace("\x1a", "")))
        if row[11].strip() != "-0-"
    ]
    text = "\n".join(joined)
    assert [note.text for entity in parsed.entities for note in entity.notes if note.field == "remarks"] == joined
    kinds = Counter(item.kind for entity in parsed.entities for item in entity.identifiers)
    links = [relation for entity in parsed.entities for relation in entity.relations if relation.kind == "linked"]
    assert len(links) == len(re.findall(r"Linked To: |Aircraft Operator ", text))
    wallets = sum(len(set(re.findall(r"Digital Currency Address - (\w+ \w+)", remarks))) for remarks in joined)
    assert kinds["publicKey"] == wallets
    assert kinds["swiftBic"] == text.count("SWIFT/BIC ")
    assert kinds["mmsi"] == text.count("MMSI ")
    assert kinds["imoNumber"] >= len(re.findall(r"IMO \d{7}\b", text))
    assert kinds["passportNumber"] >= 0.99 * len(re.findall(r"(?:^|; )(?:alt\. )?Passport \S", text))
    dates = sum(len(entity.birth_dates) for entity in parsed.entities)
    stated = len(
        re.findall(
            r"(?:^|; )(?:alt\. )?(?:DOB|Organization Established Date|Aircraft Manufacture Date) ", text, flags=re.M
        )
    )
    assert stated - 5 <= dates <= stated
    assert all(date.start for entity in parsed.entities for date in entity.birth_dates)
    weak = sum(name.quality == "weak" for entity in parsed.entities for name in entity.names)
    quoted = len(re.findall(r"(?:^|; )a\.k\.a\. '", text, flags=re.M))
    assert 0.98 * quoted <= weak <= quoted
    resolved = sum(bool(link.target) for link in links)
    assert resolved > 0.95 * len(links)


@pytest.mark.shared
def test_evidence_of_the_real_sets(real: tuple[ParsedList, list[str]]) -> None:
    captions = {entity.id: ", ".join(entity.names[0].parts) or entity.caption for entity in real[0].entities}
    for entity in real[0].entities:
        for relation in entity.relations:
            assert relation.evidence is not None
            (text,) = notes(entity, relation.evidence.field)
            assert text[relation.evidence.start : relation.evidence.end] == relation.target_name
            if relation.target:
                assert captions[relation.target].casefold() == relation.target_name.casefold()


@pytest.mark.shared
def test_every_value_of_the_real_sets_is_kept(real: tuple[ParsedList, list[str]]) -> None:
    parsed, (main, _, _, _) = real
    rows = csv.reader(io.StringIO(main.replace("\x1a", "")))
    for row, entity in zip(rows, parsed.entities, strict=True):
        held = (
            entity.countries
            + tuple(note.text for note in entity.notes)
            + tuple(item.value for item in entity.identifiers)
        )
        for place in (5, 6, 7, 8, 10):
            assert row[place].strip() == "-0-" or row[place].strip() in held
        programmes = [listing.programme for listing in entity.listings]
        assert programmes == sorted(row[3].strip().replace("-0-", "").split("] ["))
        titles = [] if row[4].strip() == "-0-" else [" ".join(part.split()) for part in row[4].split(";")]
        assert set(titles) - {""} <= set(entity.positions)


@pytest.mark.shared
def test_the_re_export_with_a_header(shared: Path) -> None:
    path = shared / "lists" / "us_ofac" / "2023-01" / "sdn_reexported.csv"
    text = path.read_text(encoding="utf-8")
    parsed = load(path, "us_ofac")
    assert len(parsed.entities) == len(re.findall(r"^\d+,(?=[^\n]*,)", text, flags=re.MULTILINE))
    assert Counter(entity.schema for entity in parsed.entities)["Vessel"] == text.count(",vessel,")
    assert len(parsed.notices) == sum(
        len(row[11].rstrip("\r\n")) == 1000 for row in csv.reader(io.StringIO(text)) if len(row) > 11
    )
