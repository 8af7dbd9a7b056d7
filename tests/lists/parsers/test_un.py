"""The United Nations list: an invented file in the publisher's layout, and the five real versions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from lxml import etree

from tajfif.errors import ListFormatError
from tajfif.lists.parsers import ParsedList, un
from tajfif.model import Address, BirthDate, Entity, Identifier, Listing, Place, Relation
from tajfif.text.attributes import country_code

FIXTURE = Path(__file__).resolve().parents[2] / "data" / "lists" / "un_sc.xml"
VERSIONS = ("2017-07", "2018-10-29", "2020", "2024-09-26", "2025-04-19")


@pytest.fixture(scope="module")
def parsed() -> ParsedList:
    return un.parse(un.collect(FIXTURE).files)


@pytest.fixture(scope="module")
def entities(parsed: ParsedList) -> dict[str, Entity]:
    return {entity.id: entity for entity in parsed.entities}


@pytest.fixture(scope="module")
def testov(entities: dict[str, Entity]) -> Entity:
    return entities["un_sc:QDi.991"]


def test_the_list_as_a_whole(parsed: ParsedList) -> None:
    assert parsed.source == "un_sc"
    assert parsed.published == "2031-05-06"
    assert [entity.id for entity in parsed.entities] == [
        "un_sc:QDi.991", "un_sc:QDi.992", "un_sc:QDe.991", "un_sc:QDe.992", "un_sc:QDe.993",
    ]  # fmt: skip
    assert parsed.notices == (f"{FIXTURE}, line 54: unknown element <SHOE_SIZE> kept as a note",)
    assert un.parse({"list": FIXTURE}) == parsed


def test_schemas(entities: dict[str, Entity]) -> None:
    assert [entity.schema for entity in entities.values()] == ["Person", "Person", "Organization", "Company", "Vessel"]


def test_names_in_every_script(testov: Entity) -> None:
    assert testov.caption == "TESTOV BIN EXAMPLE AL-MITHALI"
    assert testov.names[0].parts == ("TESTOV", "BIN EXAMPLE", "AL-MITHALI")
    assert [(name.value, name.script, name.quality) for name in testov.names] == [
        ("TESTOV BIN EXAMPLE AL-MITHALI", "Latn", "primary"),
        ("تستوف بن مثال المثالي", "Arab", "primary"),
        ("تستوف أبو العينة", "Arab", "primary"),
        ("Testoff Mithali", "Latn", "strong"),
        ("Tastuf al-Mithali", "Latn", "strong"),
        ("Abu Sample", "Latn", "weak"),
        ("أبو عينة", "Arab", "weak"),
        ("Old Testov", "Latn", "former"),
        ("تستوف القديم", "Arab", "former"),
        ("أبو تجربة", "Arab", "strong"),
        ("Abu Tajriba", "Latn", "strong"),
        ("Abou Tadjriba", "Latn", "strong"),
        ("Testov Formerly", "Latn", "former"),
        ("Exampla Testova", "Latn", "strong"),
        ("Mithal the Sample", "Latn", "weak"),
        ("Mithal al-Sample", "Latn", "weak"),
        ("Mithaal Sample", "Latn", "weak"),
        ("Testo Samploglu", "Latn", "strong"),
        ("تستوف جواز", "Arab", "strong"),
    ]
    assert testov.names[2].language == "ti"


def test_short_forms_are_weak(entities: dict[str, Entity]) -> None:
    assert [(name.value, name.quality) for name in entities["un_sc:QDe.991"].names] == [
        ("EXAMPLE FRONT (EXF)", "primary"),
        ("EXAMPLE FRONT", "strong"),
        ("EXF", "weak"),
        ("جبهة المثال", "primary"),
        ("Front of Examples", "strong"),
        ("Specimen Front", "former"),
    ]


def test_births(testov: Entity) -> None:
    assert testov.birth_dates == (
        BirthDate(start="1961-02-03"),
        BirthDate(start="1953-01-01"),
        BirthDate(start="1971"),
        BirthDate(start="1958"),
        BirthDate(start="1960-01-02"),
        BirthDate(start="1962", approximate=True),
        BirthDate(start="1955", end="1958", approximate=True),
        BirthDate(start="1973-11", text="Nov. 1973"),
        BirthDate(text="30-35 years old"),
        BirthDate(start="1982-04-18", calendar="islamic", text="24/06/1402 (Hijri Calendar)"),
        BirthDate(start="1977-08", end="1977-09", approximate=True, text="Between Aug. and Sep. 1977"),
    )
    assert testov.birth_places == (
        Place(text="Sampleville, Morocco", city="Sampleville", country="ma"),
        Place(text="Samarra, Iraq", country="iq"),
        Place(
            text="Specimen village, Sampleville, Nowhere Province, Iraq, possibly",
            city="Sampleville",
            region="Nowhere Province",
            country="iq",
        ),
    )


def test_person(testov: Entity) -> None:
    assert testov.gender == "male"
    assert testov.nationalities == ("iq", "sy")
    assert testov.mother_names == ("Sampla Testova", "سامبلا تستوفا")
    assert testov.father_names == ("Example Examplovich", "Abu Mithal")
    assert testov.titles == ("Mullah", "Dr.")
    assert testov.positions == ("Governor of Nowhere", "Deputy head of the Example Front (QDe.991)")
    assert testov.addresses == (
        Address(
            text="1 Invented Street, Sampleville, Nowhere Province, 00001, Yemen",
            street="1 Invented Street",
            city="Sampleville",
            region="Nowhere Province",
            postal_code="00001",
            country="ye",
            note="previous address; Tel.: 000-1234567",
        ),
        Address(text="In prison in Exampleland", note="In prison in Exampleland"),
    )
    assert testov.listings == (
        Listing(
            source="un_sc",
            reference="QDi.991",
            programme="Al-Qaida",
            listed_on="2030-07-01",
            amended_on=("2030-08-02", "2030-09-03"),
        ),
    )


def test_documents(testov: Entity) -> None:
    documents = {item.value: item for item in testov.identifiers}
    assert list(documents) == ["00012345", "000-1234567", "X0000001", "0000002", "000003", "W000004"]
    assert documents["X0000001"] == Identifier(
        kind="passportNumber",
        value="X0000001",
        country="jo",
        label="Passport",
        issued="2002-05-02",
        expires="2007-07-24",
        note="Mainz; Germany; expired on 24 Jul. 2007, under name Testo Samploglu",
    )
    assert documents["00012345"].expires == "2024-05-03"
    assert documents["0000002"].kind == "idNumber"
    assert documents["0000002"].label == "National Identification Number: Ration Card no"
    assert (documents["000003"].country, documents["000003"].note) == (
        "ly", "name in Arabic script: تستوف جواز; Libyan passport No. 000003",
    )  # fmt: skip
    assert (documents["W000004"].country, documents["W000004"].issued) == ("tn", "2011-03-09")


def test_identifiers_in_comments(entities: dict[str, Entity]) -> None:
    assert [(item.kind, item.value) for item in entities["un_sc:QDe.992"].identifiers] == [
        ("imoNumber", "5000001"),
        ("swiftBic", "EXMPKPPY"),
        ("email", "info@shipping.example"),
        ("website", "http://shipping.example"),
        ("taxNumber", "0000005"),
    ]


def relations(entity: Entity) -> list[tuple[str, bool, str, str]]:
    return [
        (item.kind, item.inverse, item.target or item.target_reference, item.target_name) for item in entity.relations
    ]


def test_relations(entities: dict[str, Entity]) -> None:
    assert relations(entities["un_sc:QDi.991"]) == [
        ("founder", False, "un_sc:QDe.991", "Example Front"),
        ("associated", False, "un_sc:QDi.992", "Sample Samplesson"),
        ("listed_as", False, "QDi.990", ""),
        ("mentioned", False, "QI.A.4.01", ""),
        ("member", False, "un_sc:QDe.992", "Example Shipping"),
        ("family", False, "", "Specima Testova"),
        ("member", False, "un_sc:QDe.991", "Example Front"),
    ]
    assert relations(entities["un_sc:QDi.992"]) == [
        ("family", False, "un_sc:QDi.991", "Testov al-Mithali"),
        ("financier", False, "un_sc:QDe.991", "Example Front"),
        ("formerly", False, "I.99.D.4", ""),
    ]
    assert relations(entities["un_sc:QDe.991"]) == [
        ("leader", True, "un_sc:QDi.991", "Testov al-Mithali"),
        ("owned", False, "un_sc:QDe.992", "Example Shipping Co."),
        ("formerly", False, "QDe.989", "Nothing"),
    ]


@pytest.mark.parametrize(
    ("words", "kind", "inverse"),
    [
        ("Founded by Sample Samplesson (QDi.992)", "founder", True),
        ("The founder is Sample Samplesson (QDi.992)", "founder", True),
        ("Founded by Nobody and currently headed by Sample Samplesson (QDi.992)", "leader", True),
        ("Senior leader of the Example Front (QDe.991)", "leader", False),
        ("Finance chief of the Example Support Committee (QDe.991)", "leader", False),
        ("Senior Example Front (QDe.991) leader", "leader", False),
        ("Deputy to Sample Samplesson (QDi.992)", "associated", False),
        ("Member of X, listed as Example Front (QDe.991)", "member", False),
        ("Joined the Example Front (QDe.991) in 2029", "member", False),
        ("Owner of Example Shipping Ltd. (QDe.992)", "owner", False),
        ("Owned or controlled by Example Shipping (QDe.992)", "owned", False),
        ("Son of Sample Samplesson (QDi.992)", "family", False),
        ("Brother-in-law of Sample Samplesson (QDi.992)", "family", False),
        ("Provides financial support to the Example Front (QDe.991)", "financier", False),
        ("AIAI received funds through the Example Front (QDe.991)", "financier", True),
        ("Facilitator for the Example Front (QDe.991)", "supporter", False),
        ("Pledged allegiance to the Example Front (QDe.991)", "supporter", False),
        ("Associated with the Sample Support Group (QDe.991)", "associated", False),
        ("Linked to the Example Front (QDe.991)", "linked", False),
        ("Formerly listed as QDi.992", "formerly", False),
        ("Also listed under number QDi.992", "listed_as", False),
        ("EXF founder and leader, Sample Samplesson (QDi.992), was seen", "founder", True),
        ("Deputy to EXF leader Sample Samplesson (QDi.992)", "associated", False),
        ("Seen near Sample Samplesson (QDi.992)", "mentioned", False),
        ("Member of Nothing. Seen near the Example Front (QDe.991)", "mentioned", False),
    ],
)  # fmt: skip
def test_kinds_of_relation(words: str, kind: str, inverse: bool, tmp_path: Path) -> None:
    path = tmp_path / "list.xml"
    path.write_text(FIXTURE.read_text().replace("IMO number: 9000001", words))
    relation = un.parse({"list": path}).entities[-1].relations[0]
    assert (relation.kind, relation.inverse) == (kind, inverse)


def test_evidence_counts_characters_of_the_note(entities: dict[str, Entity]) -> None:
    for entity in entities.values():
        for relation in entity.relations:
            cited = cited_text(entity, relation)
            assert re.sub(r"\W", "", cited) == re.sub(
                r"\W", "", relation.target_reference
            ) or relation.target_name in " ".join(cited.split())


def cited_text(entity: Entity, relation: Relation) -> str:
    assert relation.evidence is not None
    texts = {note.field: note.text for note in entity.notes}
    return texts[relation.evidence.field][relation.evidence.start : relation.evidence.end]


def test_notes_keep_what_no_field_holds(testov: Entity) -> None:
    notes = {note.field: note.text for note in testov.notes}
    assert notes["SHOE_SIZE"] == "47"
    assert notes["SUBMITTED_BY"] == "Exampleland"
    assert notes["NATIONALITY/VALUE[2]"] == "Syrian Arab Republic (revoked in 2019)"
    assert notes["INDIVIDUAL_DOCUMENT[5]"] == "Passport; officially cancelled"
    assert notes["COMMENTS1"].startswith("Founder and leader of the Example\n                Front (EXF)")


def test_collect(tmp_path: Path) -> None:
    assert un.collect(FIXTURE).files == {"list": FIXTURE}
    with pytest.raises(ListFormatError, match=r"holds 0 \(none\)"):
        un.collect(tmp_path)
    for name in ("a.xml", "b.xml"):
        (tmp_path / name).write_text("<x/>")
    with pytest.raises(ListFormatError, match=r"holds 2 \(a.xml, b.xml\)"):
        un.collect(tmp_path)
    (tmp_path / "b.xml").unlink()
    assert un.collect(tmp_path).files == {"list": tmp_path / "a.xml"}
    with pytest.raises(ListFormatError, match="no such file"):
        un.collect(tmp_path / "absent")


# --- the real versions ---

NOT_IDENTIFYING = {"VERSIONNUM", "TYPE_OF_DATE", "QUALITY", "SORT_KEY", "SORT_KEY_LAST_MOD"}
COUNTRY = {"COUNTRY", "COUNTRY_OF_BIRTH", "ISSUING_COUNTRY", "COUNTRY_OF_ISSUE"}
ARABIC = "[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]"


@pytest.fixture(scope="module", params=VERSIONS)
def version(request: pytest.FixtureRequest, shared: Path) -> tuple[str, ParsedList]:
    path = shared / "lists" / "un" / f"UN_consolidated_{request.param}.xml"
    return path.read_text(encoding="utf-8"), un.parse({"list": path})


def squeeze(text: str) -> str:
    return " ".join(text.split())


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield squeeze(value)
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from strings(inner)


def leaves(text: str) -> Iterator[tuple[str, etree._Element]]:
    """Yield (reference, element) for each element with text of its own, as an independent reader sees them."""
    root = etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
    for entry in root.iterfind("*/*"):
        reference = squeeze(entry.findtext("REFERENCE_NUMBER") or "")
        for leaf in entry.iter():
            if not len(leaf) and squeeze(leaf.text or "") not in {"", "null", "UN List"}:
                yield reference, leaf


@pytest.mark.shared
def test_nothing_that_identifies_is_dropped(version: tuple[str, ParsedList]) -> None:
    text, parsed = version
    entities = {entity.id.partition(":")[2]: entity for entity in parsed.entities}
    haystacks = {reference: "\n".join(strings(msgspec.to_builtins(entity))) for reference, entity in entities.items()}
    missing = []
    for reference, leaf in leaves(text):
        value = squeeze(leaf.text or "")
        if leaf.tag in NOT_IDENTIFYING or value in haystacks[reference]:
            continue
        parent = leaf.getparent()
        tag = str(leaf.tag) if leaf.tag != "VALUE" or parent is None else str(parent.tag)
        if (
            tag in COUNTRY | {"NATIONALITY"}
            and country_code(value)
            and country_code(value) in haystacks[reference].split("\n")
        ):
            continue
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}-\d{2}:\d{2}", value) and value[:10] in haystacks[reference]:
            continue
        if tag == "GENDER" and value.lower() in {entities[reference].gender, "unknown"}:
            continue
        if tag == "ALIAS_NAME" and value.strip('“”"') in haystacks[reference]:
            continue
        if tag == "NAME_ORIGINAL_SCRIPT" and re.sub(r" \(.*\)", "", value) in haystacks[reference]:
            continue
        if re.fullmatch(r"\d{4} - \d{4}", value) and all(year in haystacks[reference] for year in value.split(" - ")):
            continue
        missing.append((reference, tag, value))
    assert missing == []


@pytest.mark.shared
def test_every_other_script_is_a_name(version: tuple[str, ParsedList]) -> None:
    text, parsed = version
    named = {
        entity.id.partition(":")[2]: " ".join(
            [name.value for name in entity.names] + list(entity.mother_names) + list(entity.father_names)
        )
        for entity in parsed.entities
    }
    not_names = set()
    for reference, leaf in leaves(text):
        if str(leaf.tag) in {"CITY", "STREET", "STATE_PROVINCE"}:
            continue
        for word in re.findall(rf"{ARABIC}+|[\u0400-\u04ff]+|[\u4e00-\u9fff]+|[\u1200-\u137f]+", leaf.text or ""):
            if word not in named[reference] and word not in {"،", "الكنية"}:
                not_names.add((reference, word))
    assert not_names <= {("TAi.168", "باکورزی")}  # a tribe's name


@pytest.mark.shared
def test_counts(version: tuple[str, ParsedList]) -> None:
    text, parsed = version
    entities = parsed.entities
    blocks = re.findall(r"<(INDIVIDUAL|ENTITY)>(.*?)</\1>", text, flags=re.DOTALL)
    assert len(entities) == len(blocks)
    schemas = Counter(entity.schema for entity in entities)
    assert schemas["Person"] == text.count("<INDIVIDUAL>")
    assert len(entities) - schemas["Person"] == text.count("<ENTITY>")
    assert parsed.published == re.findall(r"dateGenerated=.(\d{4}-\d{2}-\d{2})", text)[0]
    assert parsed.notices == ()
    for (kind, block), entity in zip(blocks, entities, strict=True):
        assert entity.schema == "Person" or kind == "ENTITY"
        assert len(entity.titles) == len(distinct(r"<VALUE>([^<]*)</VALUE>", section(block, "TITLE")))
        assert len(entity.positions) == len(distinct(r"<VALUE>([^<]*)</VALUE>", section(block, "DESIGNATION")))
        listing = entity.listings[0]
        assert len(listing.amended_on) == len(distinct(r"<VALUE>([^<]*)</VALUE>", section(block, "LAST_DAY_UPDATED")))
        assert listing.reference == squeeze(re.findall(r"<REFERENCE_NUMBER>([^<]*)", block)[0])
    arabic = [
        entity
        for entity in entities
        if any(name.script == "Arab" and name.quality == "primary" for name in entity.names)
    ]
    assert len(arabic) == len(re.findall(rf"<NAME_ORIGINAL_SCRIPT>\s*{ARABIC}", text))


def section(block: str, tag: str) -> str:
    return "".join(re.findall(rf"<{tag}>(.*?)</{tag}>", block, flags=re.DOTALL))


def distinct(pattern: str, text: str) -> set[str]:
    return {squeeze(found) for found in re.findall(pattern, text)} - {""}


@pytest.mark.shared
def test_aliases_have_their_quality(version: tuple[str, ParsedList]) -> None:
    text, parsed = version
    expected = {"Good": "strong", "Low": "weak", "a.k.a.": "strong", "f.k.a.": "former"}
    checked = total = 0
    for block, entity in zip(entries(text), parsed.entities, strict=True):
        names = {name.value: name.quality for name in entity.names}
        seen = {name.value for name in entity.names if name.quality == "primary"}
        for alias in re.findall(
            r"<INDIVIDUAL_ALIAS>(.*?)</INDIVIDUAL_ALIAS>|<ENTITY_ALIAS>(.*?)</ENTITY_ALIAS>", block, flags=re.DOTALL
        ):
            whole = "".join(alias)
            value = squeeze("".join(re.findall(r"<ALIAS_NAME>([^<]*)", whole))).replace("&amp;", "&")
            total += bool(value)
            if (
                not value
                or value in seen
                or re.search(r"[();:,،\"“”]|listed|born", value + whole.partition("<NOTE>")[2])
            ):
                continue
            seen.add(value)
            assert names[value] == expected["".join(re.findall(r"<QUALITY>([^<]*)", whole))]
            checked += 1
    assert checked > 0.8 * total
    assert total == len(re.findall(r"<ALIAS_NAME>\s*[^<\s]", text))


@pytest.mark.shared
def test_all_birth_dates_and_no_others(version: tuple[str, ParsedList]) -> None:
    text, parsed = version
    for block, entity in zip(entries(text), parsed.entities, strict=True):
        stated = distinct(r"<(?:DATE|YEAR|FROM_YEAR)>([^<]*)", section(block, "INDIVIDUAL_DATE_OF_BIRTH"))
        stated |= distinct(r"<DATE_OF_BIRTH>([^<]*)", block) - {"null"}
        starts = {date.start for date in entity.birth_dates if date.start}
        years = {value[:4] for value in stated}
        assert {start[:4] for start in starts} >= years
        assert {value[:10] for value in stated if len(value) >= 10 and value[4] == "-"} <= starts
        words = section(block, "NOTE") + section(block, "COMMENTS1") + section(block, "ALIAS_NAME")
        assert all(start[:4] in years or start[:4] in words for start in starts)
        ranges = len(distinct(r"(<FROM_YEAR>.*?)</TO_YEAR>", section(block, "INDIVIDUAL_DATE_OF_BIRTH")))
        assert sum(bool(date.end) for date in entity.birth_dates) >= ranges


@pytest.mark.shared
def test_all_documents(version: tuple[str, ParsedList]) -> None:
    text, parsed = version
    found = 0
    for block, entity in zip(entries(text), parsed.entities, strict=True):
        numbers = distinct(r"<NUMBER>([^<]*)", block)
        found += len(numbers)
        for number in numbers:
            holders = [item for item in entity.identifiers if item.value == number or number in item.note]
            assert holders
            assert all(item.value and item.value in number for item in holders)
            assert all(
                item.kind in {"passportNumber", "idNumber", "taxNumber", "socialSecurityNumber", "identifier"}
                for item in holders
            )
    assert found > 0.9 * len(re.findall(r"<NUMBER>[^<]", text))


def entries(text: str) -> list[str]:
    return [block for _, block in re.findall(r"<(INDIVIDUAL|ENTITY)>(.*?)</\1>", text, flags=re.DOTALL)]


@pytest.mark.shared
def test_every_reference_is_a_relation_with_evidence(version: tuple[str, ParsedList]) -> None:
    text, parsed = version
    ids = {entity.id for entity in parsed.entities}
    found: Counter[str] = Counter()
    for entity in parsed.entities:
        for relation in entity.relations:
            cited = cited_text(entity, relation)
            if not relation.target_reference:
                assert relation.kind == "family"
                assert relation.target_name in squeeze(cited)
                continue
            assert re.sub(r"[\W_]", "", cited).lower() == re.sub(r"[\W_]", "", relation.target_reference).lower()
            expected = f"un_sc:{relation.target_reference}"
            assert relation.target == (expected if expected in ids else "")
            found[relation.target_reference] += 1
    in_comments: Counter[str] = Counter()
    for _, block in re.findall(r"<(INDIVIDUAL|ENTITY)>(.*?)</\1>", text, flags=re.DOTALL):
        own = squeeze("".join(re.findall(r"<REFERENCE_NUMBER>([^<]*)", block)))
        comment = "".join(re.findall(r"<COMMENTS1>(.*?)</COMMENTS1>", block, flags=re.DOTALL))
        in_comments.update(cited for cited in re.findall(r"\b[A-Z]{2}[ei]\.\d{3}\b", comment) if cited != own)
    assert not in_comments - found
    assert 0.9 * sum(found.values()) <= sum(in_comments.values()) + len(re.findall("Old\\s+Reference", text)) + 20


@pytest.mark.shared
def test_known_relations(shared: Path) -> None:
    parsed = un.parse({"list": shared / "lists" / "un" / "UN_consolidated_2025-04-19.xml"})
    stated = {
        (entity.id, relation.kind, relation.inverse, relation.target)
        for entity in parsed.entities
        for relation in entity.relations
    }
    assert {
        ("un_sc:QDe.003", "founder", True, "un_sc:QDi.006"),
        ("un_sc:QDe.014", "leader", True, "un_sc:QDi.232"),
        ("un_sc:TAe.013", "owned", False, "un_sc:TAi.165"),
        ("un_sc:TAi.165", "owner", False, "un_sc:TAe.013"),
        ("un_sc:TAi.109", "family", False, "un_sc:TAi.004"),
        ("un_sc:QDe.092", "associated", False, "un_sc:QDe.001"),
    } <= stated
    assert not any(source == target for source, _, _, target in stated)
