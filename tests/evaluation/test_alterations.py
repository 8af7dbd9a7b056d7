"""Alterations: each changes some name, none breaks on any text, and all are repeatable."""

from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tajfif.evaluation.alterations import ALTERATIONS, EXACT, GROUPS, PUBLISHERS_SCRIPT, SLIGHT, altered, title
from tajfif.text.dates import parse_date

NAMES = (
    "Bartholomew Quillington Imaginary",
    "Sharif Yusuf bin Hasan al-Mithali",
    "Chérif Ben Youcef El-Mithali",
    "Jean-Élie de la Rochebrunne",
    "عبد الودود بن حمزة أسامة المثالي",
    "ليلى سالم المثالى",
    "Samarqandia International Trading Bank Co. Ltd",
    "Mithal Horizon",
)
BY_NAME = [key for key, alteration in ALTERATIONS.items() if alteration.name]
BY_BIRTH = [key for key, alteration in ALTERATIONS.items() if alteration.birth]


def seeded(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - nothing secret is drawn


def test_there_are_enough_and_each_is_titled_in_both_languages() -> None:
    assert len(ALTERATIONS) >= 60
    for key, alteration in ALTERATIONS.items():
        assert alteration.key == key
        assert alteration.group in GROUPS
        assert title(key) == alteration.english
        assert title(key, "ar") == alteration.arabic
    assert title(EXACT.key, "ar") == EXACT.arabic
    assert title(PUBLISHERS_SCRIPT.key) == PUBLISHERS_SCRIPT.english
    assert set(SLIGHT) <= set(BY_NAME)
    titles = [(one.group, one.english) for one in ALTERATIONS.values()]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("key", BY_NAME)
def test_every_alteration_changes_some_name_and_is_repeatable(key: str) -> None:
    results = [(name, altered(name, key, seeded(seed))) for name in NAMES for seed in range(3)]
    assert any(changed is not None for _, changed in results)
    assert all(changed != name for name, changed in results)
    assert results == [(name, altered(name, key, seeded(seed))) for name in NAMES for seed in range(3)]


@settings(max_examples=60)
@given(st.text(max_size=40), st.sampled_from(BY_NAME), st.integers(0, 100))
def test_any_text_is_answered(name: str, key: str, seed: int) -> None:
    changed = altered(name, key, seeded(seed))
    assert changed is None or (changed != name and any(char.isalpha() for char in changed))


@settings(max_examples=60)
@given(st.dates(date(1900, 1, 1), date(2020, 12, 31)), st.sampled_from(BY_BIRTH), st.integers(0, 100))
def test_any_day_is_written_so_that_it_can_be_read(born: date, key: str, seed: int) -> None:
    change = ALTERATIONS[key].birth
    assert change is not None
    written = change(born, seeded(seed))
    if not written:
        assert written is None or key == "birth_missing"
        return
    read = parse_date(written)
    assert read.start[:3] in {f"{born.year + shift:04d}"[:3] for shift in (-1, 0, 1)}


@pytest.mark.parametrize("key", ["birth_lunar_hijri", "birth_solar_hijri"])
@pytest.mark.parametrize("born", [date(1951, 6, 19), date(1956, 3, 20), date(1956, 3, 21), date(1988, 12, 31)])
def test_hijri_days_are_the_listed_ones(key: str, born: date) -> None:
    change = ALTERATIONS[key].birth
    assert change is not None
    read = parse_date(change(born, seeded(1)) or "")
    assert abs((date.fromisoformat(read.start) - born).days) <= 1


@pytest.mark.parametrize(
    ("key", "name", "expected"),
    [
        ("french", "Sharif Yusuf al-Mithali", "Charif Yousouf el-Mithali"),
        ("turkish", "Jamil Sharif", "Cemil Şarif"),
        ("english", "Ebrahim Mithali", "Ibrahim Mithali"),
        ("middle_dropped", "Hafiz Abdul Salam Mithali", None),
        ("article_dropped", "Fu'ad Mithali", None),
        ("french", "Jean-Pierre Quillington", None),
        ("article_dropped", "Zayd al-Mithali", "Zayd Mithali"),
        ("article_dropped", "زيد المثالي", "زيد مثالي"),
        ("article_dropped", "Abd al-Rahman Quillington", None),
        ("links_dropped", "Zayd bin Salim al-Mithali", "Zayd Salim al-Mithali"),
        ("legal_form_dropped", "Samarqandia Exchange Co. Ltd", "Samarqandia Exchange"),
        ("abbreviated", "Mithal International Trading Company", "Mithal Intl Trdg Co"),
        ("given_initial", "Zayd al-Mithali", "Z. al-Mithali"),
        ("arabizi", "Hasan Khalid", "7asan 5alid"),
        ("joined_whole", "Zayd al-Mithali", "zaydalmithali"),
    ],
)
def test_examples(key: str, name: str, expected: str | None) -> None:
    assert altered(name, key, seeded(1)) == expected


def test_scripts_are_exchanged() -> None:
    assert altered("Hasan Yusuf", "to_arabic_script", seeded(1)) == "حسن يوسف"
    latin = altered("حسن يوسف المثالي", "to_latin_script", seeded(1))
    assert latin is not None
    assert latin.isascii()
    assert altered("Hasan Yusuf", "to_latin_script", seeded(1)) is None
