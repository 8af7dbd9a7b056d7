"""Populations and manipulations: determinism, no listed name among the ordinary, every manipulation reachable."""

from __future__ import annotations

import contextlib
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import populations
from manipulations import ARABIC, LATIN, Manipulation, altered, is_arabic, units
from tajfif.model import Entity, Name

LATIN_NAMES = (
    "Bartholomew Quillington",
    "Zayd bin Salim al-Mithali",
    "Jean-Élie de la Rochebrune",
    "ABD AL-WADUD MITHALI",
)
ARABIC_NAMES = ("عبد الودود سالم المثالي", "أبو ليلى بن عبدالرحيم المثالى", "سلمى حمزة الخيالية")


def seeded(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - nothing secret is drawn


@pytest.mark.parametrize(("table", "names"), [(LATIN, LATIN_NAMES), (ARABIC, ARABIC_NAMES)])
def test_every_manipulation_changes_some_name(table: dict[str, Manipulation], names: tuple[str, ...]) -> None:
    for kind, manipulation in table.items():
        results = [(name, manipulation(name, seeded(seed))) for name in names for seed in range(3)]
        assert any(changed not in (None, name) for name, changed in results), kind


@given(st.sampled_from(LATIN_NAMES + ARABIC_NAMES), st.integers())
def test_altered_is_another_name_and_repeatable(name: str, seed: int) -> None:
    changed, kind = altered(name, seeded(seed))
    assert changed != name
    assert changed.split()
    assert kind in (ARABIC if is_arabic(name) else LATIN)
    assert (changed, kind) == altered(name, seeded(seed))


@given(st.text(max_size=40), st.integers())
def test_altered_answers_any_text_or_says_that_it_cannot(name: str, seed: int) -> None:
    with contextlib.suppress(ValueError):
        changed, _ = altered(name, seeded(seed))
        assert changed != name


def test_altered_says_when_it_cannot() -> None:
    with pytest.raises(ValueError, match="no manipulation changes the name 'X'"):
        altered("X", seeded(1))


def test_units_keep_particles_with_what_they_govern() -> None:
    assert units("Zayd bin Salim al-Mithali") == ["Zayd", "bin Salim", "al-Mithali"]
    assert units("سالم بن عبد الودود المثالي") == ["سالم", "بن عبد الودود", "المثالي"]


def test_dropping_a_middle_part_keeps_the_ends() -> None:
    dropped = LATIN["middle_dropped"]("Zayd bin Salim al-Mithali", seeded(1))
    assert dropped == "Zayd al-Mithali"
    assert LATIN["middle_dropped"]("Zayd al-Mithali", seeded(1)) is None


def _person(number: int, *names: Name) -> Entity:
    return Entity(id=f"own:{number}", schema="Person", names=names)


def test_listed_queries_are_half_altered_and_never_weak() -> None:
    people = [
        _person(
            number,
            Name(value=f"Zayd Mithal{'abcdefghij'[number % 10]}ni", script="Latn"),
            Name(value="The Imagined One", script="Latn", quality="weak"),
        )
        for number in range(40)
    ]
    vessel = Entity(id="own:ship", schema="Vessel", names=(Name(value="SEA MITHAL", script="Latn"),))
    queries = populations.listed_queries([*people, vessel], 7)
    assert {query.entity_id for query in queries} == {person.id for person in people}
    assert sum(query.manipulation == "exact" for query in queries) == 20
    assert not any("Imagined" in query.query for query in queries)
    assert queries == populations.listed_queries([*people, vessel], 7)
    assert queries != populations.listed_queries([*people, vessel], 8)


def test_listed_queries_in_arabic_script_ask_by_arabic_names() -> None:
    person = _person(1, Name(value="Zayd Mithali", script="Latn"), Name(value="زيد المثالي", script="Arab"))
    (query,) = populations.listed_queries([person], 1, script="Arab")
    assert query == ("زيد المثالي", "own:1", "exact")


@pytest.mark.shared
def test_ordinary_names_are_different_repeatable_and_on_no_list(shared: Path) -> None:
    listed = {name.value.casefold() for entity in populations.listed_entities(shared) for name in entity.names}
    arabic = populations.ordinary_arabic(shared, 300, 3)
    latin = populations.ordinary_arabic_latin(shared, 300, 3)
    world = populations.ordinary_worldwide(shared, 300, 3)
    assert all(map(is_arabic, arabic))
    assert not any(map(is_arabic, latin + world))
    assert len(latin) == len(set(arabic)) == len(set(world)) == 300
    assert world == populations.ordinary_worldwide(shared, 300, 3)
    assert arabic[:100] == populations.ordinary_arabic(shared, 100, 3)
    assert not listed & {name.casefold() for name in arabic + latin + world}
    assert all(len(name.split()) >= 2 for name in arabic + world)
