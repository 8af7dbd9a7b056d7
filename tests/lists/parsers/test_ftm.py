"""FollowTheMoney data sets: invented entities in every shape, and the real samples."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tajfif.errors import ListFormatError
from tajfif.lists.parsers import ParsedList, ftm
from tajfif.model import BirthDate, Identifier, Listing, Relation


def entity(number: str, schema: str, target: bool | None = None, /, **properties: list[Any]) -> dict[str, Any]:
    more = {} if target is None else {"target": target}
    return {
        "id": number,
        "schema": schema,
        "properties": properties,
        "datasets": ["invented"],
        "last_seen": "2031-05-17T00:00:00",
        **more,
    }


PERSON = entity(
    "p-1", "Person", True, name=["Mithali Tajrib Al Aynawi", "مثالي تجريب العيناوي", "Mithali"], birthDate=["1970-05-17", "1971"],
    nationality=["sy"], motherName=["عينة المثال"], passportNumber=["X0000001"], addressEntity=["a-1"], topics=["sanction"],
)  # fmt: skip
COMPANY = entity("c-1", "Company", True, name=["Invented Example Trading"])
SANCTION = entity(
    "s-1", "Sanction", False, entity=["p-1"], authorityId=["EX.900"], program=["Invented"], listingDate=["2031-01-02"],
    endDate=["2032-01-02"], status=["delisted"],
)  # fmt: skip
FLAT = [
    PERSON, COMPANY, SANCTION,
    entity("a-1", "Address", False, full=["1 Invented Street, Utopia"], country=["sy"]),
    entity("d-1", "Passport", False, holder=["p-1"], number=["X0000001"], country=["sy"], endDate=["2040-01-01"]),
    entity("o-1", "Ownership", False, owner=["p-1"], asset=["c-1"]),
    entity("f-1", "Family", False, person=["p-1"], relative=["p-2"], relationship=["brother"]),
    entity("p-2", "Person", False, name=["Fardi Tajrib Al Aynawi"]) | {"caption": "Fardi Tajrib Al Aynawi"},
    entity("x-1", "Position", False, name=["Treasurer of nothing"]),
]  # fmt: skip
NESTED = entity(
    "p-1", "Person", True, name=["Mithali Tajrib Al Aynawi"], sanctions=[{**SANCTION, "properties": {**SANCTION["properties"]}}],
    addressEntity=[entity("a-1", "Address", full=["1 Invented Street, Utopia"])],
    ownershipOwner=[entity("o-1", "Ownership", owner=["p-1"], asset=[{**COMPANY, "caption": "Invented Example Trading"}])],
    passports=[entity("d-1", "Passport", number=["X0000001"], country=["sy"])],
)  # fmt: skip
STATEMENTS = [
    {"entity_id": "p-1", "canonical_id": "p-1", "schema": schema, "prop": prop, "value": value, "lang": lang, "dataset": "invented",
     "last_seen": "2031-05-17"}
    for schema, prop, value, lang in (
        ("LegalEntity", "id", "0123", ""), ("Person", "name", "مثالي تجريب العيناوي", "ara"), ("Person", "name", "Mithali Tajrib", "eng"),
        ("LegalEntity", "country", "sy", ""), ("Person", "birthDate", "1970", ""),
    )
]  # fmt: skip
SIMPLE = (
    '"id","schema","name","aliases","birth_date","countries","addresses","identifiers","sanctions","phones","emails","dataset",'
    '"first_seen","last_seen","last_change"\n'
    '"p-1","Person","Mithali Tajrib Al Aynawi","مثالي تجريب العيناوي;Mithali","1970;1971","sy;iq","Utopia, Syria","X0000001",'
    '"Invented list","+000 1","a@example.org","Invented","2030-01-01","2031-05-17T00:00:00","2031-05-16"\n'
)


def lines(items: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items)


def table(items: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(items[0]))
    writer.writeheader()
    writer.writerows(items)
    return text.getvalue()


def write(folder: Path, text: str, name: str = "entities.ftm.json") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def parsed(path: Path) -> ParsedList:
    return ftm.parse(ftm.collect(path).files)


def test_entities_with_others_by_their_id(tmp_path: Path) -> None:
    result = parsed(write(tmp_path, lines(FLAT)))
    person, company = result.entities
    assert result.published == "2031-05-17"
    assert [(name.value, name.quality) for name in person.names] == [
        ("Mithali Tajrib Al Aynawi", "primary"), ("مثالي تجريب العيناوي", "primary"), ("Mithali", "weak"),
    ]  # fmt: skip
    assert person.birth_dates == (BirthDate(start="1970-05-17"), BirthDate(start="1971"))
    assert (person.nationalities, person.mother_names) == (("sy",), ("عينة المثال",))
    assert person.identifiers == (
        Identifier(kind="passportNumber", value="X0000001", country="sy", expires="2040-01-01"),
    )
    assert [(address.text, address.country) for address in person.addresses] == [("1 Invented Street, Utopia", "sy")]
    assert person.listings == (
        Listing(source="ftm", reference="p-1", programme="sanction"),
        Listing(
            source="invented", reference="EX.900", programme="Invented", listed_on="2031-01-02", delisted_on="2032-01-02",
            delisted=True,
        ),
    )  # fmt: skip
    assert not person.is_delisted
    assert person.relations == (
        Relation(kind="owner", target="ftm:c-1", target_reference="c-1", target_name="Invented Example Trading"),
        Relation(kind="family", target_reference="p-2", target_name="Fardi Tajrib Al Aynawi"),
    )
    assert company.relations[0].kind == "owned"
    assert result.notices == ("1 Position were not listed", "1 parties that are no targets were not listed")


def test_nested_entities(tmp_path: Path) -> None:
    (person,) = parsed(write(tmp_path, lines([NESTED]))).entities
    assert [listing.reference for listing in person.listings] == ["p-1", "EX.900"]
    assert person.identifiers == (Identifier(kind="passportNumber", value="X0000001", country="sy"),)
    assert [address.text for address in person.addresses] == ["1 Invented Street, Utopia"]
    assert person.relations == (Relation(kind="owner", target_reference="c-1", target_name="Invented Example Trading"),)


@pytest.mark.parametrize("name", ["statements.json", "statements.csv"])
def test_statements(tmp_path: Path, name: str) -> None:
    text = lines(STATEMENTS) if name.endswith("json") else table(STATEMENTS)
    (person,) = parsed(write(tmp_path, text, name)).entities
    assert (person.id, person.schema, person.countries) == ("ftm:p-1", "Person", ("sy",))
    assert [(one.value, one.language) for one in person.names] == [
        ("مثالي تجريب العيناوي", "ar"),
        ("Mithali Tajrib", "en"),
    ]
    assert person.birth_dates == (BirthDate(start="1970"),)


def test_simple_targets(tmp_path: Path) -> None:
    result = parsed(write(tmp_path, SIMPLE, "targets.simple.csv"))
    (person,) = result.entities
    assert (result.published, person.countries, person.addresses[0].country) == ("2031-05-17", ("sy", "iq"), "sy")
    assert [(name.value, name.quality) for name in person.names] == [
        ("Mithali Tajrib Al Aynawi", "primary"), ("مثالي تجريب العيناوي", "strong"), ("Mithali", "weak"),
    ]  # fmt: skip
    assert [one.kind for one in person.identifiers] == ["identifier", "phone", "email"]
    assert person.listings[0].programme == "Invented list"


@pytest.mark.parametrize("text", [lines(FLAT), SIMPLE])
def test_screened_in_both_scripts(tmp_path: Path, found: Callable[..., list[list[str]]], text: str) -> None:
    path = write(tmp_path, text, "list.json" if text[0] == "{" else "list.csv")
    arabic, latin = found("ftm", path, "مثالي تجريب العيناوي", "Methaly Tajreeb al-Aynawi")
    assert arabic == latin == ["ftm:p-1"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        (lines(FLAT)[:200], "line 1.*\n?.*not well-formed JSON|line 1: not well-formed JSON"),
        ("[1, 2]\n", "no entity"),
        ('{"name": "x"}\n', "no entity"),
        ('{"prop": "name", "value": "x"}\n', "no entity_id"),
        (lines([PERSON, PERSON]), "there twice"),
        (lines([entity("p-1", "Person", True)]), "no name"),
        (lines([entity("p-1", "Person", True, name=[{"a": 1}])]), "must be a text"),
        (lines([entity("p-1", "Person", True, name=["Ù…Ø«Ø§Ù„ÙŠ"])]), "lost their letters"),
        (lines([entity("x-1", "Position", True, name=["Nothing"])]), "no entries"),
        ("a,b\n1,2\n", "neither|not one of simple targets"),
        (SIMPLE + '"p-2","Person"\n', "2 cells under 15 columns"),
        (SIMPLE.replace('"Mithali Tajrib Al Aynawi"', '""'), "the row has no name"),
    ],
)
def test_what_is_no_data_set_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = write(tmp_path, text, "list.json" if text[:1] in "{[" else "list.csv")
    with pytest.raises(ListFormatError, match=message):
        parsed(path)


def test_nesting_without_end_is_refused(tmp_path: Path) -> None:
    inner = entity("o-0", "Ownership", owner=["p-1"])
    for number in range(12):
        inner = entity(f"o-{number}", "Ownership", owner=["p-1"], asset=[inner])
    with pytest.raises(ListFormatError, match="nested more than eight deep"):
        parsed(write(tmp_path, lines([entity("p-1", "Person", True, name=["Mithali Tajrib"], owned=[inner])])))


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "count", "relations"),
    [
        ("sa_wd_peps_entities.ftm.json", 423, 745),
        ("targets.nested_sample.json", 5, 4),
        ("targets.simple_sample.csv", 5, 0),
    ],
)
def test_the_real_samples(shared: Path, name: str, count: int, relations: int) -> None:
    result = parsed(shared / "ftm" / name)
    assert len(result.entities) == count
    assert sum(len(entity.relations) for entity in result.entities) == relations
    assert result.published.startswith("2024-03-1")
