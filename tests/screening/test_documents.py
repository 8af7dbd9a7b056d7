from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tajfif.model import Evidence, Identifier
from tajfif.screening.documents import compare_identifiers
from tajfif.screening.field_weights import WEIGHTS


def number(kind: str, value: str, country: str = "") -> Identifier:
    return Identifier(kind=kind, value=value, country=country)


def weigh(mine: list[Identifier], theirs: list[Identifier]) -> dict[str, Evidence]:
    return {one.property: one for one in compare_identifiers(mine, theirs)}


@pytest.mark.parametrize(
    ("kind", "mine", "theirs", "weight"),
    [
        ("passportNumber", "n-004 512", "N004512", "identifier.agrees"),
        ("passportNumber", "N٠٠٤٥١٢", "N004512", "identifier.agrees"),
        ("passportNumber", "B999999", "N004512", "identifier.contradicts"),
        ("passportNumber", "N004513", "N004512", "identifier.near"),
        ("passportNumber", "N005412", "N004512", "identifier.near"),
        ("idNumber", "012345678", "12345678", "identifier.agrees"),
        ("idNumber", "4711", "4711", "identifier.agrees_short"),
        ("taxNumber", "55501", "66602", "identifier.contradicts_registration"),
        ("registrationNumber", "HRB 55501", "hrb55501", "identifier.agrees"),
        ("imoNumber", "IMO 9074729", "9074729", "identifier.agrees"),
        ("imoNumber", "9074729", "9319466", "identifier.contradicts_unique"),
        ("publicKey", "0xAbCd12", "0xabcd12", "identifier.agrees"),
        ("phone", "+963 11 5550100", "11 5550100", "contact.agrees"),
        ("email", "a@example.org", "A@example.org", "contact.agrees"),
    ],
)
def test_two_numbers_of_one_kind(kind: str, mine: str, theirs: str, weight: str) -> None:
    assert weigh([number(kind, mine)], [number(kind, theirs)])[kind].weight == WEIGHTS[weight]
    assert weigh([number(kind, theirs)], [number(kind, mine)])[kind].weight == WEIGHTS[weight]


@pytest.mark.parametrize("kind", ["publicKey", "phone", "email", "callSign"])
def test_of_some_kinds_one_may_have_any_number(kind: str) -> None:
    one = weigh([number(kind, "555010077")], [number(kind, "555020099")])[kind]
    assert (one.verdict, one.weight) == ("compatible", 0.0)


def test_countries_of_issue() -> None:
    listed = [number("passportNumber", "N004512", "sy")]
    same = weigh([number("passportNumber", "N004512", "sy")], listed)["passportNumber"]
    other = weigh([number("passportNumber", "N004512", "iq")], listed)["passportNumber"]
    assert same.weight > other.weight > 0
    second = weigh([number("passportNumber", "K777001", "iq")], listed)["passportNumber"]
    assert (second.verdict, second.weight) == ("compatible", 0.0)


def test_a_mistyped_imo_number_does_not_contradict() -> None:
    typo = weigh([number("imoNumber", "9074728")], [number("imoNumber", "9074729")])["imoNumber"]
    assert (typo.verdict, typo.weight) == ("compatible", 0.0)


def test_of_several_passports_the_best_counts() -> None:
    listed = [number("passportNumber", "B111111"), number("passportNumber", "N004512")]
    assert weigh([number("passportNumber", "N004512")], listed)["passportNumber"].verdict == "agrees"


def test_one_number_under_two_kinds_agrees_once() -> None:
    (one,) = compare_identifiers([number("passportNumber", "N004512")], [number("idNumber", "N004512")])
    assert (one.verdict, one.weight) == ("agrees", WEIGHTS["identifier.agrees_other_kind"])
    other = [number("passportNumber", "B777001"), number("idNumber", "N004512")]
    assert compare_identifiers([number("passportNumber", "N004512")], other) == [one]


@pytest.mark.parametrize("value", ["N/A", "-", "0000000", "unknown", ""])
def test_placeholders_weigh_nothing(value: str) -> None:
    assert compare_identifiers([number("passportNumber", value)], [number("passportNumber", value)]) == []
    one = weigh([number("passportNumber", value)], [number("passportNumber", "N004512")])["passportNumber"]
    assert (one.verdict, one.weight) == ("missing", 0.0)


kinds = st.sampled_from(["passportNumber", "idNumber", "taxNumber", "registrationNumber", "phone", "identifier"])
values = st.sampled_from(["N004512", "N004513", "B777001", "55501", "55502", "0055501", "4711", "N/A", "963115550100"])
identifiers = st.lists(st.builds(number, kinds, values, st.sampled_from(["", "sy", "iq"])), max_size=4)


@given(identifiers, identifiers)
def test_order_and_side_do_not_matter(mine: list[Identifier], theirs: list[Identifier]) -> None:
    total = sum(one.weight for one in compare_identifiers(mine, theirs))
    assert sum(one.weight for one in compare_identifiers(mine[::-1], theirs[::-1])) == pytest.approx(total)
    names = [one.property for one in compare_identifiers(mine, theirs)]
    assert names == sorted(set(names))


@given(identifiers, identifiers, st.builds(number, kinds, values))
def test_a_shared_number_never_lowers_the_sum(
    mine: list[Identifier], theirs: list[Identifier], more: Identifier
) -> None:
    before = sum(one.weight for one in compare_identifiers(mine, theirs))
    after = sum(one.weight for one in compare_identifiers([*mine, more], [*theirs, more]))
    assert after >= before
