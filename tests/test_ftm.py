"""FollowTheMoney JSON in and out."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tajfif.errors import InputError
from tajfif.ftm import IDENTIFIER_PROPERTIES, entity_from_ftm, party_from_ftm, schema_named, to_flat, to_ftm
from tajfif.model import Address, BirthDate, Entity, Identifier, Listing, Name, Note, Place, Subject

FLAT = {
    "id": "c-17",
    "schema": "Person",
    "name": ["Zayd Mithali", "زيد المثالي"],
    "alias": "Abu Mithal",
    "weakAlias": ["Z"],
    "previousName": ["Zayd Qadimi"],
    "birthDate": ["1970-02-03", "1971"],
    "nationality": "iq",
    "country": ["sy"],
    "gender": "male",
    "motherName": "Layla",
    "fatherName": "Harith",
    "birthPlace": "Mithaliya",
    "passportNumber": ["A000000"],
    "imoNumber": "0000000",
    "address": "1 Mithal Street",
    "shoeSize": {"eu": 43},
}


def test_flat_and_nested_read_alike() -> None:
    nested = {
        "id": "c-17",
        "schema": "Person",
        "properties": {
            key: value if isinstance(value, list) else [value]
            for key, value in FLAT.items()
            if key not in ("id", "schema")
        },
    }
    assert party_from_ftm(FLAT) == party_from_ftm(nested)
    subject = party_from_ftm(FLAT)
    assert [(name.value, name.quality, name.script) for name in subject.names] == [
        ("Zayd Mithali", "primary", "Latn"),
        ("زيد المثالي", "primary", "Arab"),
        ("Abu Mithal", "strong", "Latn"),
        ("Z", "weak", "Latn"),
        ("Zayd Qadimi", "former", "Latn"),
    ]
    assert subject.id == "c-17"
    assert [date.start for date in subject.birth_dates] == ["1970-02-03", "1971"]
    assert (subject.nationalities, subject.countries, subject.gender) == (("iq",), ("sy",), "male")
    assert (subject.mother_names, subject.father_names) == (("Layla",), ("Harith",))
    assert subject.identifiers == (
        Identifier(kind="passportNumber", value="A000000"),
        Identifier(kind="imoNumber", value="0000000"),
    )
    assert subject.addresses == (Address(text="1 Mithal Street"),)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"firstName": "Zayd", "fatherName": "Harith", "lastName": "Mithali"}, "Zayd Harith Mithali"),
        (
            {"firstName": "Zayd", "secondName": "Harith", "lastName": "Mithali", "fatherName": "H."},
            "Zayd Harith Mithali",
        ),
        ({"firstName": "زيد", "lastName": "المثالي"}, "زيد المثالي"),
        ({"name": "Zayd", "firstName": "Other", "lastName": "One"}, "Zayd"),
    ],
)
def test_name_fields_make_a_name(fields: dict[str, str], expected: str) -> None:
    assert party_from_ftm(fields).name == expected


def test_a_father_alone_is_no_name() -> None:
    assert party_from_ftm({"fatherName": "Harith"}).names == ()


def test_entity_keeps_what_only_listed_parties_have() -> None:
    entity = entity_from_ftm(
        {
            "id": "xx:1",
            "schema": "Organization",
            "properties": {
                "name": ["Mithal Exchange"],
                "title": ["The"],
                "position": ["None"],
                "notes": ["A note"],
                "addressEntity": [{"schema": "Address", "properties": {"full": ["2 Mithal Street"]}}],
                "sanctions": [
                    "an-id-says-nothing",
                    {
                        "datasets": ["xx"],
                        "properties": {"authorityId": ["1"], "program": ["P"], "startDate": ["2020-01-01"]},
                    },
                ],
            },
        }
    )
    assert entity.listings == (Listing(source="xx", reference="1", programme="P", listed_on="2020-01-01"),)
    assert (entity.titles, entity.positions, entity.notes) == (
        ("The",),
        ("None",),
        (Note(field="notes", text="A note"),),
    )
    assert entity.addresses == (Address(text="2 Mithal Street"),)


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({"name": {"a": 1}}, "'name'"),
        ({"name": ["x", ["y"]]}, "'name'"),
        ({"name": "x", "birthDate": 1.5}, "'birthDate'"),
        ({"name": "x", "gender": True}, "'gender'"),
        ({"name": "x", "id": ["1"]}, "'id'"),
        ({"name": "x", "schema": "Position"}, "'schema'"),
        ({"properties": []}, "'properties'"),
        ({"name": "x" * 1_001}, "'name'"),
        ({"name": "x", "address": "y" * 20_001}, "'address'"),
        ({"name": ["x"] * 5_001}, "'name'"),
        ([], "JSON object"),
    ],
)
def test_wrong_types_are_refused_by_key(data: object, key: str) -> None:
    with pytest.raises(InputError, match="line 3") as caught:
        party_from_ftm(data, where="f.jsonl, line 3")
    assert key in str(caught.value)


def test_numbers_are_texts_and_null_says_nothing() -> None:
    subject = party_from_ftm({"id": 7, "name": "Zayd", "birthDate": 1970, "alias": None, "passportNumber": [None, 12]})
    assert (subject.id, subject.birth_dates[0].start, subject.identifiers[0].value) == ("7", "1970", "12")


def test_an_unreadable_date_is_kept_as_text() -> None:
    subject = party_from_ftm({"name": "Zayd", "birthDate": "in the year of the flood"})
    assert subject.birth_dates == (BirthDate(text="in the year of the flood"),)
    assert to_ftm(subject)["properties"]["notes"] == ["birthDate: in the year of the flood"]


def test_schema_names_in_any_case() -> None:
    assert schema_named("person") == "Person"
    assert schema_named("Vehicle") == "Thing"
    assert schema_named("Persn") is None


def test_flat_form_begins_with_id_and_name() -> None:
    flat = to_flat(party_from_ftm(FLAT))
    assert list(flat)[:3] == ["id", "name", "schema"]
    assert flat["name"] == "Zayd Mithali"
    assert flat["alias"] == ["زيد المثالي", "Abu Mithal"]


words = (
    st.text(st.sampled_from("abcdeاحمدلز "), min_size=1, max_size=30)
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)
dates = st.one_of(
    st.dates(datetime.date(1900, 1, 1), datetime.date(2020, 1, 1)).map(lambda date: BirthDate(start=date.isoformat())),
    st.integers(1900, 2020).map(lambda year: BirthDate(start=str(year), end=str(year + 1), approximate=True)),
)
parties = {
    "schema": st.sampled_from(["Person", "Organization", "Company", "Vessel", "LegalEntity", "CryptoWallet", "Thing"]),
    "names": st.lists(
        st.builds(Name, value=words, quality=st.sampled_from(["primary", "strong", "weak", "former"])), max_size=4
    ).map(tuple),
    "birth_dates": st.lists(dates, max_size=2).map(tuple),
    "birth_places": st.lists(st.builds(Place, text=words), max_size=2).map(tuple),
    "nationalities": st.lists(st.sampled_from(["iq", "sy", "lb"]), max_size=2, unique=True).map(tuple),
    "gender": st.sampled_from(["", "male", "female"]),
    "mother_names": st.lists(words, max_size=1).map(tuple),
    "identifiers": st.lists(
        st.builds(Identifier, kind=st.sampled_from([*IDENTIFIER_PROPERTIES, "somethingElse"]), value=words), max_size=3
    ).map(tuple),
    "addresses": st.lists(st.builds(Address, text=words), max_size=2).map(tuple),
}


@given(
    st.builds(
        Entity,
        id=words,
        listings=st.lists(st.builds(Listing, source=words, reference=words), max_size=2).map(tuple),
        **parties,
    )
)
def test_what_is_written_is_read_back_unchanged(entity: Entity) -> None:
    written = to_ftm(entity)
    assert json.loads(msgspec.json.encode(written)) == written
    read = entity_from_ftm(written)
    assert to_ftm(read) == written
    assert {(name.value, name.quality) for name in read.names} == {(name.value, name.quality) for name in entity.names}
    assert read.listings == entity.listings
    assert (read.id, read.schema, read.gender) == (entity.id, entity.schema, entity.gender)
    assert {one.value for one in read.identifiers} == {one.value for one in entity.identifiers}
    ends = {end for date in entity.birth_dates for end in (date.start, date.end) if end}
    assert {date.start for date in read.birth_dates} == ends


@pytest.mark.parametrize(
    ("start", "end", "written"),
    [
        ("1956", "", ["1956"]),
        ("1956-03-02", "1956-03-20", ["1956-03"]),
        ("1956-03-02", "1956-05", ["1956"]),
        ("1970-03-09", "1971-02-26", ["1970", "1971"]),
        ("1956", "1958", ["1956", "1957", "1958"]),
        ("1900", "1958", ["1900", "1958"]),
    ],
)
def test_a_range_of_dates_becomes_the_partial_dates_that_cover_it(start: str, end: str, written: list[str]) -> None:
    subject = Subject(schema="Person", birth_dates=(BirthDate(start=start, end=end),))
    assert to_ftm(subject)["properties"]["birthDate"] == written


@given(st.builds(Subject, id=words, **parties))
def test_subjects_too(subject: Subject) -> None:
    written = to_ftm(subject)
    assert to_ftm(party_from_ftm(written)) == written
    assert party_from_ftm(to_flat(subject)).id == subject.id


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3)
    )
)
def test_any_value_is_read_or_refused(value: object) -> None:
    for key in ("name", "birthDate", "gender", "country", "passportNumber", "schema", "properties", "sanctions"):
        refusal = key
        try:
            entity_from_ftm({key: value})
        except InputError as error:
            refusal = str(error)
        assert key in refusal


@pytest.mark.shared
def test_real_exports_are_read(shared: Path) -> None:
    people = 0
    with (shared / "ftm" / "sa_wd_peps_entities.ftm.json").open(encoding="utf-8") as file:
        for line in file:
            data = json.loads(line)
            if data["schema"] == "Person":
                entity = entity_from_ftm(data)
                people += 1
                assert entity.names or not {"name", "alias", "firstName", "lastName"} & data["properties"].keys()
                assert to_ftm(entity_from_ftm(to_ftm(entity))) == to_ftm(entity)
    assert people == 607
    with (shared / "ftm" / "targets.nested_sample.json").open(encoding="utf-8") as file:
        names = [entity_from_ftm(json.loads(line)).caption for line in file]
    assert len(names) == 5
