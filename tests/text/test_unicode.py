from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tajfif.text.unicode import ARABIC_LETTERS, fold_word, has_arabic, isolate, script_of, signs, strip_controls


@pytest.mark.parametrize(
    ("variants", "folded"),
    [
        (["أحمد", "احمد", "أحـمد", "أَحْمَد", "ﺃﺣﻤﺪ", "أحمد\u200c"], "احمد"),
        (["مصطفى", "مصطفي", "مصطفی"], "مصطفي"),
        (["فاطمة", "فاطمه", "فاطمۃ", "فاطمە"], "فاطمه"),
        (["کریم", "كريم", "ڪريم"], "كريم"),
        (["١٢٣", "۱۲۳"], "123"),
        (["Chérif", "CHERIF", "cherif"], "cherif"),
        (["Şerif", "Serif"], "serif"),
        (["Łukasz", "Lukasz"], "lukasz"),
        (["Straße", "strasse"], "strasse"),
        (["Иванов"], "ivanov"),
    ],
)
def test_folding_removes_what_does_not_change_a_name(variants: list[str], folded: str) -> None:
    assert {fold_word(variant) for variant in variants} == {(folded,)}


def test_a_cyrillic_letter_inside_a_latin_word_is_read_as_its_lookalike() -> None:
    assert fold_word("Bаghdаdi") == ("baghdadi",)


@given(st.text(max_size=60))
def test_folding_gives_only_comparable_letters_and_is_stable(text: str) -> None:
    for word in fold_word(text):
        assert all(
            (char.isascii() and (char.islower() or char.isdigit() or not char.isalpha())) or char in ARABIC_LETTERS
            for char in word
        )
        if word.isalnum():
            assert fold_word(word) == (word,)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Ayman al-Zawahiri", ()),
        ("أيمن الظواهري", ()),
        ("Аyman Zawahiri", ("homoglyph", "mixed_script")),
        ("Ay\u200bman", ("invisible_character",)),
        ("\u202eiriham", ("bidi_control",)),
        ("Mo7ammad", ("digit_for_letter",)),
        ("Kh4lid", ("digit_for_letter",)),
        ("Bank No. 2", ()),
        ("حسنAli", ("mixed_script",)),
    ],
)
def test_signs_of_evasion(name: str, found: tuple[str, ...]) -> None:
    assert signs(name) == found


def test_scripts_are_told_apart() -> None:
    assert [script_of(text) for text in ("Ali", "علي", "Али", "金", "123", "אבו")] == [
        "Latn",
        "Arab",
        "Cyrl",
        "Hani",
        "",
        "Hebr",
    ]
    assert has_arabic("a علي")
    assert not has_arabic("Ali")


def test_isolating_leaves_latin_text_alone() -> None:
    assert isolate("Ali") == "Ali"
    assert isolate("علي") == "\u2067علي\u2069"


def test_control_characters_are_removed() -> None:
    assert strip_controls("a\u202eb\tc") == "ab c"
