from __future__ import annotations

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tajfif.model import BirthDate, Entity, Evidence, Identifier, Place, Subject
from tajfif.screening.evidence import compare_records
from tajfif.text.dates import parse_date


def weigh(subject: Subject, listed: Entity) -> dict[str, Evidence]:
    return {one.property: one for one in compare_records(subject, listed)}


def birth(mine: str, theirs: str) -> Evidence:
    return weigh(Subject(birth_dates=(parse_date(mine),)), Entity(id="x", birth_dates=(parse_date(theirs),)))[
        "birthDate"
    ]


@pytest.mark.parametrize(
    ("mine", "theirs", "verdict"),
    [
        ("1956-03-15", "1956-03-15", "agrees"),
        ("1956-03-15", "15 Mar 1956", "agrees"),
        ("1956-03-04", "1956-04-03", "agrees"),
        ("1956", "1956-03-15", "agrees"),
        ("1956-03", "1956-03-15", "agrees"),
        ("15 محرم 1375 هـ", "1955-09-03", "agrees"),
        ("15 محرم 1375 هـ", "1955-09-04", "agrees"),
        ("1375 AH", "1955", "agrees"),
        ("1956-03-15", "1956-03-16", "compatible"),
        ("1956-03-15", "1965-03-15", "compatible"),
        ("1955", "1956", "compatible"),
        ("circa 1954", "1956-03-15", "compatible"),
        ("between 1950 and 1960", "1956-03-15", "compatible"),
        ("1956-01-01", "1956-03-15", "agrees"),
        ("1956-03-15", "1956-08-20", "contradicts"),
        ("1956-03-15", "1984-08-20", "contradicts"),
        ("1956", "1970", "contradicts"),
    ],
)
def test_birth_dates(mine: str, theirs: str, verdict: str) -> None:
    one = birth(mine, theirs)
    assert one.verdict == verdict
    assert (one.weight > 0) == (verdict != "contradicts")
    assert birth(theirs, mine).weight == one.weight


def test_the_wider_the_gap_the_dearer() -> None:
    weights = [birth("1956-03-15", f"{year}-08-20").weight for year in (1956, 1959, 1962, 1968, 1980)]
    assert weights == sorted(weights, reverse=True)


def test_of_several_dates_the_best_counts() -> None:
    listed = Entity(id="x", birth_dates=(BirthDate(start="1940"), BirthDate(start="1956-03-15")))
    assert weigh(Subject(birth_dates=(BirthDate(start="1956-03-15"),)), listed)["birthDate"].verdict == "agrees"


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


dates = st.dates(date(1930, 1, 2), date(2005, 12, 30)).map(lambda day: BirthDate(start=day.isoformat()))
codes = st.sampled_from(["sy", "iq", "eg", "ly"])
subjects = st.builds(
    Subject,
    birth_dates=st.lists(dates, max_size=2).map(tuple),
    nationalities=st.lists(codes, max_size=2).map(tuple),
    gender=st.sampled_from(["", "male", "female"]),
)


@given(subjects, subjects)
def test_evidence_does_not_depend_on_who_is_asked_about(a: Subject, b: Subject) -> None:
    one = sum(
        e.weight
        for e in compare_records(
            a, Entity(id="x", **{k: getattr(b, k) for k in ("birth_dates", "nationalities", "gender")})
        )
    )
    other = sum(
        e.weight
        for e in compare_records(
            b, Entity(id="x", **{k: getattr(a, k) for k in ("birth_dates", "nationalities", "gender")})
        )
    )
    assert one == pytest.approx(other)


@given(subjects, st.sampled_from(["birth_dates", "nationalities", "gender"]))
def test_agreeing_evidence_never_lowers_and_contradicting_never_raises(subject: Subject, field: str) -> None:
    listed = Entity(id="x", birth_dates=(BirthDate(start="1956-03-15"),), nationalities=("sy",), gender="male")
    agreeing = {"birth_dates": (BirthDate(start="1956-03-15"),), "nationalities": ("sy",), "gender": "male"}
    contradicting = {"birth_dates": (BirthDate(start="1990-08-20"),), "nationalities": ("ly",), "gender": "female"}
    empty = {"birth_dates": (), "nationalities": (), "gender": ""}

    def total(value: object) -> float:
        return sum(e.weight for e in compare_records(msgspec.structs.replace(subject, **{field: value}), listed))

    assert total(agreeing[field]) >= total(empty[field]) >= total(contradicting[field])
