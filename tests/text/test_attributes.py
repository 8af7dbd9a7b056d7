from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tajfif.text import attributes
from tajfif.text.attributes import gender

GENDERS = {
    "male": [
        "M",
        "m.",
        "Male",
        "MALE",
        "Mr",
        "Mr.",
        "ذكر",
        "الذكر",
        "رجل",
        "السيد",
        "homme",
        "Masculin",
        "Monsieur",
        "Erkek",
    ],
    "female": [
        "F",
        "Female",
        "Mrs",
        "Mrs.",
        "Ms",
        "أنثى",
        "انثى",
        "امرأة",
        "السيدة",
        "آنسة",
        "femme",
        "Féminin",
        "Mme",
        "Kadın",
    ],
    "": ["", "x", "unknown", "M/F", "Mr/Mrs", "male or female", "غير معروف", "1"],
}


@pytest.mark.parametrize(
    ("expected", "text"), [(expected, text) for expected, texts in GENDERS.items() for text in texts]
)
def test_gender(expected: str, text: str) -> None:
    assert gender(text) == expected


@given(st.text(max_size=80))
def test_any_text_has_an_answer(text: str) -> None:
    assert gender(text) in {"", "male", "female"}


def test_every_reader_is_here() -> None:
    assert all(callable(getattr(attributes, name)) for name in attributes.__all__)
