"""Ordinary names: repeatable, different, of the script and kind that they claim, and on no list."""

from __future__ import annotations

import pytest

from tajfif.evaluation.name_table import arab_countries, arabic_of, latin_of, rare_parts, world_countries
from tajfif.evaluation.ordinary import POPULATIONS, ListedNames, ordinary_names, word_set
from tajfif.evaluation.units import is_arabic

NOBODY = ListedNames(())


@pytest.mark.parametrize("population", POPULATIONS)
def test_names_are_repeatable_and_different(population: str) -> None:
    names = ordinary_names(population, 200, 5, NOBODY)
    assert len({name.value for name in names}) == 200
    assert names == ordinary_names(population, 200, 5, NOBODY)
    assert names[:50] == ordinary_names(population, 50, 5, NOBODY)
    assert names != ordinary_names(population, 200, 6, NOBODY)
    assert all(is_arabic(name.value) == (population in ("arabic_script", "companies_arabic")) for name in names)
    assert {name.schema for name in names} == {"Company" if population.startswith("companies") else "Person"}
    assert all(len(name.value.split()) >= 2 for name in names)


@pytest.mark.parametrize("population", POPULATIONS)
def test_a_listed_name_is_no_ordinary_one(population: str) -> None:
    first = ordinary_names(population, 40, 5, NOBODY)
    listed = ListedNames(" ".join(reversed(name.value.split())) for name in first)
    assert not {name.value for name in first} & {name.value for name in ordinary_names(population, 40, 5, listed)}


def test_listed_names_are_found_in_any_order_and_in_short() -> None:
    listed = ListedNames(["Qutayba Shirwan al-Mithali"])
    assert listed.has("MITHALI, Qutayba Shirwan")
    assert not listed.has("Qutayba Mithali")
    assert listed.has_within("Qutayba Mithali")
    assert not listed.has_within("Qutayba Khayali")


def test_words_are_folded() -> None:
    assert word_set("AL-MITHALI, Zayd") == word_set("Zayd Mithali")
    assert word_set("") == frozenset()


def test_tables_are_whole() -> None:
    assert len(arab_countries()) >= 15
    assert all(min(len(parts.men), len(parts.families)) >= 100 for parts in arab_countries().values())
    assert len(world_countries()) == 26
    assert len(set(rare_parts())) == len(rare_parts()) > 1000
    assert latin_of("يوسف").most_common(1)[0][0] == "Youssef"
    assert arabic_of("Abdul-Aziz").most_common(1)[0][0] == "عبد العزيز"
    assert not arabic_of("Quillington")


@pytest.mark.parametrize("population", POPULATIONS)
def test_no_more_names_are_promised_than_there_are(population: str) -> None:
    everything = [name.value for name in ordinary_names(population, 30, 1, NOBODY)]
    assert ordinary_names(population, 0, 1, NOBODY) == []
    assert ordinary_names(population, 10, 1, ListedNames(everything)) != []
