from __future__ import annotations

from datetime import date
from typing import Any, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tajfif.model import Address, BirthDate, Entity, Evidence, Identifier, Place, Subject
from tajfif.screening.comparing import name_probability
from tajfif.screening.evidence import WEIGHTS, compare_records


def weigh(subject: Subject, listed: Entity) -> dict[str, Evidence]:
    return {one.property: one for one in compare_records(subject, listed)}


def test_what_only_one_states_weighs_nothing() -> None:
    found = compare_records(
        Subject(), Entity(id="x", birth_dates=(BirthDate(start="1956"),), gender="male", nationalities=("sy",))
    )
    assert {one.verdict for one in found} == {"missing"}
    assert sum(one.weight for one in found) == 0
    assert compare_records(Subject(), Entity(id="x")) == ()


def test_documents() -> None:
    listed = Entity(id="x", identifiers=(Identifier(kind="passportNumber", value="A 123456", country="sy"),))

    def passport(value: str, country: str = "") -> Evidence:
        return weigh(Subject(identifiers=(Identifier(kind="passportNumber", value=value, country=country),)), listed)[
            "passportNumber"
        ]

    assert passport("a-123456").weight > 10
    assert 0 < passport("A123456", "iq").weight < passport("A123456", "sy").weight
    assert passport("B999999").verdict == "contradicts"
    assert passport("B999999").weight > -3
    assert passport("N/A").verdict == "missing"


def test_a_vessel_has_one_imo_number() -> None:
    listed = Entity(id="x", schema="Vessel", identifiers=(Identifier(kind="imoNumber", value="IMO 9074729"),))
    same = Subject(schema="Vessel", identifiers=(Identifier(kind="imoNumber", value="9074729"),))
    other = Subject(schema="Vessel", identifiers=(Identifier(kind="imoNumber", value="9319466"),))
    assert weigh(same, listed)["imoNumber"].weight > 10
    assert weigh(other, listed)["imoNumber"].weight < -5


def test_parents_and_places() -> None:
    listed = Entity(id="x", mother_names=("Zaynab Misal",), birth_places=(Place(text="Testville, Iraq"),))
    agrees = weigh(Subject(mother_names=("ZAYNAB MISAL",), birth_places=(Place(text="Testville"),)), listed)
    assert [agrees[name].verdict for name in ("motherName", "birthPlace")] == ["agrees", "agrees"]
    other = weigh(Subject(mother_names=("Huda Harith",), birth_places=(Place(text="Elsewhere, Egypt"),)), listed)
    assert [other[name].verdict for name in ("motherName", "birthPlace")] == ["contradicts", "contradicts"]
    asked = compare_records(Subject(mother_names=("زينب",)), listed, compare_names=lambda a, b: 0.9)
    assert asked[0].verdict == "agrees"


def test_without_a_comparison_names_of_parents_agree_only_when_equal() -> None:
    listed = Entity(id="x", mother_names=("Zaynab Misal",), father_names=("Harith",))
    assert weigh(Subject(mother_names=("Zeinab Misal",)), listed)["motherName"].verdict == "contradicts"
    assert weigh(Subject(father_names=("HARITH",)), listed)["fatherName"].verdict == "agrees"


MOTHERS = [
    ("Maryam Hussein", "Mariam Husain", "mother.agrees"),
    ("سميرة حسن", "Samira bint Hassan", "mother.agrees"),
    ("زينب", "Zaynab", "mother.agrees_partly"),
    ("Fatima", "Fatima Ahmad", "mother.agrees_partly"),
    ("فاطمة", "Fatima Ahmad", "mother.agrees_partly"),
    ("Samira Hassan", "Samira Ibrahim", "mother.contradicts_partly"),
    ("Samira Hassan", "Layla Hassan", "mother.contradicts"),
    ("Fatima Ali", "خديجة حسن", "mother.contradicts"),
]


@pytest.mark.parametrize(("mine", "theirs", "weight"), MOTHERS)
def test_mothers_names(mine: str, theirs: str, weight: str) -> None:
    for one, other in ((mine, theirs), (theirs, mine)):
        subject, listed = Subject(mother_names=(one,)), Entity(id="x", mother_names=(other,))
        (found,) = compare_records(subject, listed, compare_names=name_probability)
        assert found.weight == WEIGHTS[weight]


@pytest.mark.parametrize("placeholder", ["-", "N/A", "unknown", "غير معروف", "..."])
def test_a_placeholder_for_a_mother_is_missing(placeholder: str) -> None:
    found = weigh(Subject(mother_names=(placeholder,)), Entity(id="x", mother_names=("Zaynab Misal",)))
    assert (found["motherName"].verdict, found["motherName"].weight) == ("missing", 0.0)


def test_a_teknonym_does_not_contradict_a_name() -> None:
    found = weigh(Subject(mother_names=("Umm Hasan",)), Entity(id="x", mother_names=("Zaynab Misal",)))
    assert (found["motherName"].verdict, found["motherName"].weight) == ("compatible", 0.0)


@pytest.mark.parametrize(
    ("mine", "theirs", "weight"),
    [
        ("Aleppo, Syria", "حلب", "birthplace.agrees"),
        ("Mosul", "الموصل، العراق", "birthplace.agrees"),
        ("Iraq", "Baghdad, Iraq", "birthplace.country"),
        ("Baghdad", "Basra, Iraq", "birthplace.other"),
        ("Baghdad, Iraq", "Tehran, Iran", "birthplace.contradicts"),
        ("Tripoli, Libya", "Tripoli, Lebanon", "birthplace.contradicts"),
    ],
)
def test_places_of_birth(mine: str, theirs: str, weight: str) -> None:
    for one, other in ((mine, theirs), (theirs, mine)):
        found = weigh(Subject(birth_places=(Place(text=one),)), Entity(id="x", birth_places=(Place(text=other),)))
        assert found["birthPlace"].weight == WEIGHTS[weight]


def test_addresses_agree_and_never_contradict() -> None:
    listed = Entity(id="x", addresses=(Address(text="12 Example Street, Testville, Aleppo", country="sy"),))

    def address(text: str, country: str = "sy") -> Evidence:
        return weigh(Subject(addresses=(Address(text=text, country=country),)), listed)["address"]

    assert address("12 Example St., Testville, حلب").weight == WEIGHTS["address.agrees"]
    assert address("Another road, Halab").weight == WEIGHTS["address.city"]
    assert address("Aleppo Street, Beirut", "lb").weight == 0.0
    assert address("Homs").weight == 0.0


def countries(mine: dict[str, tuple[str, ...]], theirs: dict[str, tuple[str, ...]]) -> dict[str, Evidence]:
    subject = Subject(schema="Person", nationalities=mine.get("n", ()), countries=mine.get("c", ()))
    listed = Entity(id="x", schema="Person", nationalities=theirs.get("n", ()), countries=theirs.get("c", ()))
    return weigh(subject, listed)


def test_nationality_and_residence() -> None:
    assert countries({"n": ("sy",)}, {"n": ("sy", "tr")})["nationality"].weight == WEIGHTS["nationality.agrees"]
    assert countries({"n": ("is",)}, {"n": ("is",)})["nationality"].weight == WEIGHTS["nationality.agrees_rare"]
    assert countries({"n": ("sy",)}, {"n": ("iq",)})["nationality"].weight == WEIGHTS["nationality.contradicts"]
    lives_there = countries({"n": ("sy",), "c": ("iq",)}, {"n": ("iq",)})["nationality"]
    assert WEIGHTS["nationality.contradicts"] < lives_there.weight < 0
    crossed = countries({"n": ("sy",)}, {"c": ("sy",)})
    assert (crossed["country"].verdict, crossed["country"].weight) == ("compatible", WEIGHTS["country.compatible"])
    assert {one.weight for one in countries({"n": ("sy",)}, {"c": ("iq",)}).values()} == {0.0}


@pytest.mark.parametrize(
    ("schema", "weight"), [("Person", "country.contradicts"), ("Company", "country.seat"), ("Vessel", "country.flag")]
)
def test_a_country_says_most_of_a_company(schema: Literal["Person", "Company", "Vessel"], weight: str) -> None:
    found = weigh(Subject(schema=schema, countries=("sy",)), Entity(id="x", schema=schema, countries=("fr",)))
    assert found["country"].weight == WEIGHTS[weight]


@pytest.mark.parametrize("schema", ["Vessel", "Company"])
def test_what_is_not_born_has_no_birth_date(schema: Literal["Vessel", "Company"]) -> None:
    built = (BirthDate(start="1999"),)
    assert (
        compare_records(Subject(schema=schema, birth_dates=built), Entity(id="x", schema=schema, birth_dates=built))
        == ()
    )


def test_the_order_of_the_evidence_is_always_the_same() -> None:
    found = [one.property for one in compare_records(FULL, Entity(id="x", **fields_of(FULL)))]
    assert found == [
        "birthDate", "nationality", "country", "gender", "idNumber", "passportNumber", "motherName", "fatherName", "birthPlace", "address",
    ]  # fmt: skip


def fields_of(party: Subject) -> dict[str, Any]:
    return {name: getattr(party, name) for name in FIELDS}


FIELDS = (
    "birth_dates", "nationalities", "countries", "gender", "identifiers", "mother_names", "father_names", "birth_places", "addresses",
)  # fmt: skip
FULL = Subject(
    birth_dates=(BirthDate(start="1956-03-15"),),
    nationalities=("sy",),
    countries=("tr",),
    gender="male",
    identifiers=(
        Identifier(kind="passportNumber", value="N004512", country="sy"),
        Identifier(kind="idNumber", value="K777001"),
    ),
    mother_names=("Zaynab Misal",),
    father_names=("Harith Misal",),
    birth_places=(Place(text="Aleppo, Syria", country="sy"),),
    addresses=(Address(text="12 Example Street, Testville", country="tr"),),
)
CONTRADICTING: dict[str, Any] = {
    "birth_dates": (BirthDate(start="1990-08-20"),),
    "nationalities": ("ly",),
    "countries": ("fr",),
    "gender": "female",
    "identifiers": (Identifier(kind="passportNumber", value="B777001", country="sy"),),
    "mother_names": ("Huda Nadir",),
    "father_names": ("Nadir Tahir",),
    "birth_places": (Place(text="Tunis, Tunisia", country="tn"),),
    "addresses": (Address(text="Elsewhere", country="fr"),),
}
values: dict[str, st.SearchStrategy[Any]] = {
    "birth_dates": st.lists(
        st.dates(date(1930, 1, 2), date(2005, 12, 30)).map(lambda day: BirthDate(start=day.isoformat())), max_size=2
    ).map(tuple),
    "nationalities": st.lists(st.sampled_from(["sy", "iq", "ly", "is"]), max_size=2).map(tuple),
    "countries": st.lists(st.sampled_from(["sy", "tr", "fr", "iq"]), max_size=2).map(tuple),
    "gender": st.sampled_from(["", "male", "female"]),
    "identifiers": st.lists(
        st.builds(
            Identifier,
            kind=st.sampled_from(["passportNumber", "idNumber", "imoNumber", "phone"]),
            value=st.sampled_from(["N004512", "N004513", "B777001", "9074729", "unknown"]),
            country=st.sampled_from(["", "sy", "iq"]),
        ),
        max_size=3,
    ).map(tuple),
    "mother_names": st.lists(st.sampled_from(["Zaynab Misal", "Zaynab", "Huda Nadir", "Umm Hasan"]), max_size=2).map(tuple),
    "father_names": st.lists(st.sampled_from(["Harith Misal", "Harith", "Nadir Tahir"]), max_size=2).map(tuple),
    "birth_places": st.lists(st.sampled_from(["Aleppo", "حلب", "Tunis", "Syria"]).map(lambda t: Place(text=t)), max_size=2).map(tuple),
    "addresses": st.lists(st.sampled_from(["Testville", "12 Some St., Testville"]).map(lambda t: Address(text=t)), max_size=2).map(tuple),
}  # fmt: skip
subjects = st.builds(Subject, **values)


def total(subject: Subject, listed: Entity) -> float:
    return sum(one.weight for one in compare_records(subject, listed))


@given(subjects, subjects)
def test_who_is_asked_about_does_not_matter(a: Subject, b: Subject) -> None:
    one = total(a, Entity(id="x", schema="LegalEntity", **fields_of(b)))
    other = total(b, Entity(id="x", schema="LegalEntity", **fields_of(a)))
    assert one == pytest.approx(other)


@given(subjects, subjects)
def test_the_same_records_give_the_same_evidence(a: Subject, b: Subject) -> None:
    listed = Entity(id="x", **fields_of(b))
    found = compare_records(a, listed)
    assert found == compare_records(a, listed)
    for one in found:
        assert one.verdict != "missing" or one.weight == 0
        assert (one.weight < 0) == (one.verdict == "contradicts")


@given(subjects, st.sampled_from(FIELDS))
def test_agreeing_evidence_never_lowers_and_contradicting_never_raises(subject: Subject, field: str) -> None:
    listed = Entity(id="x", **fields_of(FULL))
    empty = msgspec.structs.replace(subject, **{field: "" if field == "gender" else ()})
    agreeing = msgspec.structs.replace(subject, **{field: getattr(FULL, field)})
    contradicting = msgspec.structs.replace(subject, **{field: CONTRADICTING[field]})
    assert total(agreeing, listed) >= total(empty, listed) >= total(contradicting, listed)


@given(subjects, subjects, st.sampled_from([name for name in FIELDS if name != "gender"]))
def test_one_more_value_that_both_state_never_lowers(subject: Subject, other: Subject, field: str) -> None:
    listed = Entity(id="x", **fields_of(other))
    for value in getattr(listed, field):
        more = msgspec.structs.replace(subject, **{field: (*getattr(subject, field), value)})
        assert total(more, listed) >= total(subject, listed) - 1e-9
