"""A small list of invented parties, and a screener of it."""

from __future__ import annotations

import pytest

from tajfif.model import BirthDate, Entity, Listing, ListVersion, Name
from tajfif.screening import Screener
from tajfif.screening.building import build_index

VERSION = ListVersion(source="own", published="2026-01-01", sha256="ab" * 32, entries=1)
_FIRST = (
    ("Qutayba", "قتيبة"),
    ("Shirwan", "شيروان"),
    ("Bartholomew", ""),
    ("Zahhak", "ضحاك"),
    ("Isfandiyar", "اسفنديار"),
)
_SECOND = (
    ("Mithali", "مثالي"),
    ("Khayali", "خيالي"),
    ("Quillington", ""),
    ("Samarqandi", "سمرقندي"),
    ("Wahmi", "وهمي"),
)
_LAST = (("al-Mukhtalaq", "المختلق"), ("al-Muftarad", "المفترض"), ("Imaginary", ""))


def _person(number: int, latin: str, arabic: str) -> Entity:
    names = [Name(value=latin, script="Latn")] + ([Name(value=arabic, script="Arab")] if arabic else [])
    return Entity(
        id=f"own:{number:03}",
        schema="Person",
        names=tuple(names),
        birth_dates=(BirthDate(start=f"{1940 + number % 50}-0{1 + number % 9}-{1 + number % 12:02}"),),
        listings=(Listing(source="own", reference=f"{number:03}"),),
    )


def _entities() -> list[Entity]:
    found: list[Entity] = []
    for one in _FIRST:
        for two in _SECOND:
            for three in _LAST:
                parts = (one, two, three)
                arabic = " ".join(part[1] for part in parts) if all(part[1] for part in parts) else ""
                found.append(_person(len(found), " ".join(part[0] for part in parts), arabic))
    for number, name in enumerate(
        ("Samarqandia Exchange Co. Ltd", "Mithal International Trading Company", "Wahm Bank")
    ):
        found.append(Entity(id=f"own:c{number}", schema="Company", names=(Name(value=name, script="Latn"),)))
    found.append(Entity(id="own:v1", schema="Vessel", names=(Name(value="SEA MITHAL", script="Latn"),)))
    return found


@pytest.fixture(scope="session")
def entities() -> tuple[Entity, ...]:
    """75 people, three companies and a vessel, all of them invented."""
    return tuple(_entities())


@pytest.fixture(scope="session")
def screener(entities: tuple[Entity, ...]) -> Screener:
    """A screener of them."""
    return Screener(build_index([(VERSION, entities)]))
