"""The European Union's list: invented entities in all three layouts, and the real excerpts."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from pathlib import Path

import msgspec
import pytest
from lxml import etree

from tajfif.errors import ListFormatError
from tajfif.lists.parsers import ParsedList, eu_fsf
from tajfif.model import BirthDate, Entity, Identifier, Listing, Name, Note

FILE = Path(__file__).resolve().parents[2] / "data" / "lists" / "eu_fsf" / "full.xml"
REAL_CSV = "EU_FSF_csv_1_0_excerpt_2018-07-04.csv"

OLD_HEADER = (
    "Date_file;Entity_logical_id;Subject_type;Leba_numtitle;Leba_publication_date;Leba_url;Programme;Entity_remark;"
    "Naal_logical_id;Entity_logical_id;Naal_leba_numtitle;Naal_leba_publication_date;Naal_leba_url;Naal_programme;"
    "Naal_lastname;Naal_firstname;Naal_middlename;Naal_wholename;Naal_gender;Naal_title;Naal_function;Naal_language;"
    "Addr_logical_id;Entity_logical_id;Addr_leba_numtitle;Addr_leba_publication_date;Addr_leba_url;Addr_programme;"
    "Addr_number;Addr_street;Addr_zipcode;Addr_city;Addr_country;Addr_other;Birt_logical_id;Entity_logical_id;"
    "Birt_leba_numtitle;Birt_leba_publication_date;Birt_leba_url;Birt_programme;Birt_date;Birt_place;Birt_country;"
    "Iden_logical_id;Entity_logical_id;Iden_leba_numtitle;Iden_leba_publication_date;Iden_leba_url;Iden_programme;"
    "Iden_number;Iden_country;Citi_logical_id;Entity_logical_id;Citi_leba_numtitle;Citi_leba_publication_date;"
    "Citi_leba_url;Citi_programme;Citi_country;EU_ref_num"
).split(";")


def load(path: Path) -> ParsedList:
    return eu_fsf.parse(eu_fsf.collect(path).files)


@pytest.fixture(scope="module")
def parsed() -> ParsedList:
    return load(FILE)


@pytest.fixture(scope="module")
def person(parsed: ParsedList) -> Entity:
    return parsed.entities[0]


def test_names(person: Entity) -> None:
    assert [(name.value, name.quality, name.script, name.language) for name in person.names] == [
        ("Abu Sample", "weak", "Latn", ""),
        ("Testov Bin EXEMPLARY", "primary", "Latn", ""),
        ("تستوف المثالي", "strong", "Arab", "ar"),
        ("Testof Samplari", "strong", "Latn", ""),
    ]
    assert person.names[1].parts == ("Testov", "Bin", "EXEMPLARY")
    assert person.names[1].family == "EXEMPLARY"
    assert person.caption == "Testov Bin EXEMPLARY"
    assert (person.titles, person.positions, person.gender) == (("Haji",), ("Treasurer of Nowhere",), "male")
    assert (person.mother_names, person.father_names) == (("Sample Testova",), ("Sample Testov",))


def test_births(person: Entity) -> None:
    first, circa, between, hijri = person.birth_dates
    assert first == BirthDate(start="1965-12-12")
    assert circa == BirthDate(start="1958", approximate=True)
    assert between == BirthDate(start="1960", end="1962")
    assert (hijri.start[:4], hijri.calendar) == ("1982", "islamic")
    assert [(place.text, place.country) for place in person.birth_places] == [("Sampleville, Nowhere, ALGERIA", "dz")]
    assert person.nationalities == ("dz",)


def test_documents_and_addresses(person: Entity) -> None:
    assert [(each.kind, each.value) for each in person.identifiers] == [
        ("phone", "000 0001"),
        ("phone", "000 0002"),
        ("email", "a@sample.example"),
        ("passportNumber", "X0000001"),
    ]
    assert person.identifiers[-1] == Identifier(
        kind="passportNumber", value="X0000001", country="tn", label="National passport", issued="2001-02-03",
        expires="2006-02-03",
        note="diplomatic; known to be false; issued by Nowhere office; valid from 2001-02-04; "
        "name on document Testof Samplari",
    )  # fmt: skip
    (address,) = person.addresses
    assert address.text == "1 Invented Street, PO Box 7, 00001, Sampleville, SYRIAN ARAB REPUBLIC"
    assert (address.country, address.postal_code, address.note) == (
        "sy",
        "00001",
        "at the time of listing; Invented house",
    )
    assert person.countries == ("sy",)


def test_listing_and_relations(parsed: ParsedList, person: Entity) -> None:
    assert parsed.published == "2024-03-05"
    assert person.listings == (
        Listing(
            source="eu_fsf", reference="EU.1.11", programme="TERR", decision="2019/1 (OJ L1)", listed_on="2008-07-03",
            amended_on=("2008-07-17", "2012-07-06", "2019-04-08"),
        ),
    )  # fmt: skip
    assert [(each.kind, each.target_reference, each.target, each.inverse) for each in person.relations] == [
        ("listed_as", "QDi.901", "", False),
        ("founder", "QDe.902", "eu_fsf:EU.2.22", False),
    ]
    for relation in person.relations:
        assert relation.evidence is not None
        (text,) = [note.text for note in person.notes if note.field == relation.evidence.field]
        assert text[relation.evidence.start : relation.evidence.end] == relation.target_reference
    front = parsed.entities[1]
    assert front.schema == "Organization"
    assert [(name.value, name.quality) for name in front.names] == [
        ("Example Front Organisation (EFO)", "primary"),
        ("Example Front Organisation", "strong"),
        ("EFO", "weak"),
    ]


def as_csv(path: Path) -> str:
    """Return the XML as the publisher's CSV 1.1 would have it: a row for each part of each entity."""
    parts = {"nameAlias": "NameAlias", "citizenship": "Citizenship", "birthdate": "BirthDate", "address": "Address",
             "identification": "Identification"}  # fmt: skip
    renamed = {
        "Birthdate": "BirthDate", "DayOfMonth": "Day", "MonthOfYear": "Month", "IssueDate": "IssuedDate",
        "IdentificationTypeCode": "TypeCode", "IdentificationTypeDescription": "TypeDescription",
    }  # fmt: skip
    rows = []
    for entity in etree.parse(path).getroot():
        regulation = entity.find("{*}regulation")
        subject = entity.find("{*}subjectType")
        assert regulation is not None
        assert subject is not None
        fixed = {
            "fileGenerationDate": "05/03/2024", "Entity_LogicalId": entity.get("logicalId"),
            "Entity_EU_ReferenceNumber": entity.get("euReferenceNumber"),
            "Entity_UnitedNationId": entity.get("unitedNationId"),
            "Entity_DesignationDate": entity.get("designationDate", ""),
            "Entity_Remark": entity.findtext("{*}remark", ""), "Entity_SubjectType": subject.get("classificationCode"),
            "Entity_SubjectType_ClassificationCode": subject.get("code"),
            "Entity_Regulation_PublicationDate": regulation.get("publicationDate"),
            "Entity_Regulation_NumberTitle": regulation.get("numberTitle"),
            "Entity_Regulation_Programme": regulation.get("programme"),
        }  # fmt: skip
        for child in entity:
            name = etree.QName(child).localname
            if name not in parts:
                continue
            row = dict(fixed)
            for key, value in child.attrib.items():
                column = str(key)[0].upper() + str(key)[1:]
                row[f"{parts[name]}_{renamed.get(column, column)}"] = value
            row[f"{parts[name]}_Remark"] = child.findtext("{*}remark", "")
            summary = child.find("{*}regulationSummary")
            assert summary is not None
            row[f"{parts[name]}_Regulation_PublicationDate"] = summary.get("publicationDate")
            if name == "address":
                row["Address_ContactInfo"] = "\n".join(
                    f"{each.get('key')}[{each.get('value')}]" for each in child.iterfind("{*}contactInfo")
                )
            rows.append(row)
    buffer = io.StringIO()
    header = list(dict.fromkeys(column for row in rows for column in row))
    writer = csv.DictWriter(buffer, header, restval="", delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    return "\ufeff" + buffer.getvalue()


def test_the_newer_csv_says_what_the_xml_says(tmp_path: Path, parsed: ParsedList) -> None:
    path = tmp_path / "full.csv"
    path.write_text(as_csv(FILE), encoding="utf-8")
    found = load(tmp_path)
    assert found.published == parsed.published
    assert found.entities == parsed.entities


def old_row(**cells: str) -> str:
    row = {"Date_file": "04/07/2018", "Entity_logical_id": "101", "Subject_type": "P", "Leba_numtitle": "1/2018 (OJ L1)",
           "Leba_publication_date": "2018-02-16", "Programme": "TERR", "EU_ref_num": "EU.1.11", **cells}  # fmt: skip
    done: set[str] = set()
    values = []
    for column in OLD_HEADER:
        values.append("" if column in done and column == "Entity_logical_id" else row.get(column, ""))
        done.add(column)
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";", lineterminator="").writerow(values)
    return buffer.getvalue()


def old_rows() -> list[str]:
    return [
        ";".join(OLD_HEADER),
        old_row(Naal_logical_id="1", Naal_wholename="Testov EXEMPLARY", Naal_lastname="EXEMPLARY", Naal_gender="M",
                Naal_firstname="Testov", Naal_language="FR", Entity_remark="One\\ntwo"),
        old_row(Birt_logical_id="2", Birt_date="1937-04-28", Birt_place="Sampleville, Nowhere", Birt_country="IRQ"),
        old_row(Birt_logical_id="3", Birt_date="N/A"),
        old_row(Iden_logical_id="4", Iden_number="488555 (passport-National passport) ((passport))"),
        old_row(Iden_logical_id="5", Iden_number="34/129 (other-Other identification number) (july 1997)"),
        old_row(Citi_logical_id="6", Citi_country="IRQ"),
        old_row(Addr_logical_id="7", Addr_number="1", Addr_street="Invented Street", Addr_country="PAK",
                Addr_other="PHONE[000 0001]\\nFAX[000 0002]"),
        old_row(Leba_numtitle="2/2017 (OJ L2)", Leba_publication_date="2017-01-01", Naal_logical_id="8",
                Naal_wholename="Abu Sample"),
    ]  # fmt: skip


@pytest.mark.parametrize("resaved", [False, True])
def test_the_older_csv(tmp_path: Path, resaved: bool) -> None:
    lines = old_rows()
    if resaved:
        lines = ['"' + line.replace('"', '""').replace(",", "\t") + "\t\t" + '"' for line in lines]
    path = tmp_path / "old.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    found = load(path)
    assert found.published == "2018-07-04"
    assert len(found.notices) == resaved
    (entity,) = found.entities
    assert (entity.id, entity.schema, entity.gender) == ("eu_fsf:EU.1.11", "Person", "male")
    assert entity.names == (
        Name(value="Testov EXEMPLARY", script="Latn", language="fr", parts=("Testov", "EXEMPLARY"), family="EXEMPLARY"),
        Name(value="Abu Sample", script="Latn", quality="strong"),
    )
    assert entity.birth_dates == (BirthDate(start="1937-04-28"),)
    assert [(place.city, place.country) for place in entity.birth_places] == [("Sampleville, Nowhere", "iq")]
    assert [(each.kind, each.value, each.note) for each in entity.identifiers] == [
        ("phone", "000 0001", ""),
        ("phone", "000 0002", ""),
        ("passportNumber", "488555", ""),
        ("idNumber", "34/129", "(july 1997)"),
    ]
    assert entity.nationalities == ("iq",)
    assert entity.addresses[0].text == "1 Invented Street, PAK"
    assert entity.countries == ("pk",)
    assert [(each.decision, each.amended_on) for each in entity.listings] == [
        ("1/2018 (OJ L1)", ("2018-02-16",)),
        ("2/2017 (OJ L2)", ("2017-01-01",)),
    ]
    assert Note(field="remark", text="One\ntwo") in entity.notes


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text[:-30], "not well-formed"),
        (lambda text: re.sub(r"<sanctionEntity.*</sanctionEntity>", "", text, flags=re.DOTALL), "no entries"),
        (lambda text: text.replace("generationDate", "otherDate"), "no generationDate"),
        (lambda text: re.sub(r"<nameAlias .*?</nameAlias>", "", text, flags=re.DOTALL), "has no name"),
        (lambda text: text.replace("Invented remark", "x" * 100_001), "characters"),
        (lambda text: "<a/>", "not <export>"),
        (lambda text: text.replace("EU.2.22", "EU.1.11").replace('"102"', '"101"'), None),
    ],
)
def test_what_is_not_the_list_is_refused(tmp_path: Path, change: object, message: str | None) -> None:
    assert callable(change)
    path = tmp_path / "full.xml"
    path.write_text(change(FILE.read_text(encoding="utf-8")), encoding="utf-8")
    if message is None:
        assert [entity.id for entity in load(path).entities] == ["eu_fsf:EU.1.11", "eu_fsf:EU.1.11/101"]
        return
    with pytest.raises(ListFormatError, match=message):
        load(path)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["a;b", "1;2"], "not the columns"),
        ([*old_rows(), "1;2;3"], "3 columns where the header has 59"),
        ([*old_rows(), old_row(Entity_logical_id="")], "no entity"),
        ([*old_rows(), old_row(Entity_logical_id="102", EU_ref_num="EU.2.22")], "has no name"),
        (old_rows()[:1], "no entries"),
    ],
)
def test_a_broken_csv_is_refused(tmp_path: Path, lines: list[str], message: str) -> None:
    path = tmp_path / "old.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(ListFormatError, match=message):
        load(path)


@pytest.mark.shared
def test_the_invented_file_has_the_publishers_schema(shared: Path) -> None:
    schema = etree.XMLSchema(etree.parse(shared / "lists" / "eu" / "EU_FSF_schema_1_1.xsd"))
    schema.assertValid(etree.parse(FILE))


@pytest.mark.shared
def test_the_real_xml(shared: Path) -> None:
    path = shared / "lists" / "eu" / "EU_FSF_xml_sample.xml"
    elements = etree.parse(path).getroot().findall("{*}sanctionEntity")
    found = load(path)
    assert len(found.notices) == 1  # one reference is there twice
    assert len(found.entities) == len(elements) == 7
    for element, entity in zip(elements, found.entities, strict=True):
        assert entity.listings[0].listed_on == element.get("designationDate", "")
        assert {each.get("wholeName") for each in element.iter("{*}nameAlias")} <= {name.value for name in entity.names}
        assert len(entity.birth_dates) == len(
            {(each.get("birthdate"), each.get("year")) for each in element.iter("{*}birthdate")}
        )
        numbers = {each.get("number") for each in element.iter("{*}identification")}
        assert numbers <= {each.value for each in entity.identifiers}
        texts = [note.text for note in entity.notes] + [address.note for address in entity.addresses]
        assert all(each.text.strip() in texts for each in element.iter("{*}remark") if each.text)


@pytest.mark.shared
def test_the_real_csv(shared: Path) -> None:
    path = shared / "lists" / "eu" / REAL_CSV
    text = path.read_bytes().decode("cp1252")
    rows = [line.strip()[1:-1].replace('""', '"').rstrip("\t").replace("\t", ",") for line in text.splitlines()[1:]]
    groups: dict[str, list[list[str]]] = defaultdict(list)
    for row in csv.reader(rows, delimiter=";"):
        groups[row[-1]].append(row)
    found = load(path)
    assert len(found.entities) == len(groups) == 93
    assert found.published == "2018-07-04"
    assert sum("its script was lost" in notice for notice in found.notices) == sum(
        bool(row[17]) and not any(char.isalnum() for char in row[17]) for rows in groups.values() for row in rows
    )
    for entity in found.entities:
        held = groups[entity.listings[0].reference]
        stated = {" ".join(row[17].split()) for row in held if any(char.isalnum() for char in row[17])}
        assert stated <= {name.value for name in entity.names}
        assert {row[40] for row in held} - {"", "N/A"} == {born.start for born in entity.birth_dates}
        assert {row[49].split(" ")[0] for row in held} - {""} <= {
            each.value.split(" ")[0] for each in entity.identifiers
        }
        assert len({row[57] for row in held} - {""}) == len(entity.nationalities)
        assert (entity.schema == "Person") == (held[0][2] == "P")


def test_entities_can_be_written(parsed: ParsedList) -> None:
    data = msgspec.json.encode(parsed.entities)
    assert msgspec.json.decode(data, type=tuple[Entity, ...]) == parsed.entities
