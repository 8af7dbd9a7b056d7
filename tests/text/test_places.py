from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tajfif.text.places import place_country, place_keys


def meet(a: str, b: str) -> bool:
    return any(not one.isdisjoint(other) for one in place_keys(a) for other in place_keys(b))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Aleppo", "حلب"), ("Halab, Syria", "Alep"), ("Damascus", "دمشق"),
        ("Deir ez-Zor", "دير الزور"), ("Dayr al-Zawr", "Deir ez-Zor, Syria"),
        ("Mosul", "الموصل"), ("Homs", "Hims, Syrian Arab Republic"), ("Cairo", "القاهرة، مصر"), ("Algiers", "الجزائر العاصمة"),
        ("Sana'a", "صنعاء"),
        ("Kandahar", "Qandahar province"), ("Zarqa, Jordan", "Al-Zarqaa"), ("Souk Ahras", "سوق أهراس"), ("Marseille", "مارسيليا"),
    ],
)  # fmt: skip
def test_one_town_in_two_languages(a: str, b: str) -> None:
    assert meet(a, b)
    assert meet(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [("Baghdad", "البصرة"), ("Village of X", "Village of Y"), ("Iraq", "Iraq"), ("North", "North"), ("", "Homs")],
)
def test_other_towns_and_what_names_no_town(a: str, b: str) -> None:
    assert not meet(a, b)


@pytest.mark.parametrize(
    ("text", "code"), [("Mosul, Iraq", "iq"), ("حلب، سوريا", "sy"), ("Tripoli (Lebanon)", "lb"), ("Homs", ""), ("", "")]
)
def test_the_country_of_a_place(text: str, code: str) -> None:
    assert place_country(text) == code


@given(st.text(max_size=120))
def test_no_text_breaks_the_reader(text: str) -> None:
    assert all(place_keys(text))
    assert len(place_country(text)) in {0, 2}
