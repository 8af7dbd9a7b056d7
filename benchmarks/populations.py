"""Populations to screen: ordinary people, and queries for listed ones. Reach for it to measure false alerts and recall.

Everything is drawn with a seed: the same data, seed and number give the same names. ``data`` is the folder of real lists and names
(``../shared/data`` beside the checkout). An ordinary name that a list carries word for word would be no false alert, so it is left out.
"""

from __future__ import annotations

import contextlib
import csv
import gzip
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from manipulations import altered, is_arabic, units
from tajfif.evaluation.name_table import Country, world_countries
from tajfif.lists.parsers import ofac_csv, un
from tajfif.model import Entity
from tajfif.text.unicode import fold_word

__all__ = [
    "Query",
    "altered",
    "composed_pairs",
    "listed_entities",
    "listed_queries",
    "ordinary_arabic",
    "ordinary_arabic_latin",
    "ordinary_worldwide",
]

_ROMANIZER = "names/arabic_name_romanizer_0.2.0"
_UN = "lists/un/UN_consolidated_2025-04-19.xml"
_OFAC = "lists/us_ofac/2021-07"
_TWO_SURNAMES = frozenset({"es", "mx", "co"})
_FEWEST_UNITS = 40
"""A country with fewer given or family names than this would repeat itself."""


class Query(NamedTuple):
    """A name to ask for, the listed party that must be found, and how the name was changed (``exact`` if it was not)."""

    query: str
    entity_id: str
    manipulation: str


@lru_cache(maxsize=2)
def listed_entities(data: Path) -> tuple[Entity, ...]:
    """Read the UN list of 2025-04-19 and the OFAC lists of 2021-07.

    Raises:
        ListFormatError: A file cannot be read as its publisher's.
    """
    un_files = un.collect(data / _UN, source="un_sc").files
    ofac_files = ofac_csv.collect(data / _OFAC, source="us_ofac").files
    return (
        *un.parse(un_files, source="un_sc").entities,
        *ofac_csv.parse(ofac_files, source="us_ofac").entities,
    )


def _words(name: str) -> frozenset[str]:
    """Return the folded words of a name, without order, punctuation and the Arabic article as a word of its own."""
    spaced = "".join(char if char.isalnum() or not char.isascii() else " " for char in name)
    folded = (part for word in spaced.split() for part in fold_word(word))
    return frozenset(part for part in folded if part not in ("", "al", "el"))


@lru_cache(maxsize=2)
def _listed_words(data: Path) -> tuple[frozenset[frozenset[str]], dict[str, list[frozenset[str]]]]:
    """Return the word sets of all listed names, and for each word those that hold it."""
    sets = frozenset(_words(name.value) for entity in listed_entities(data) for name in entity.names)
    holding: dict[str, list[frozenset[str]]] = defaultdict(list)
    for words in sets:
        for word in words:
            holding[word].append(words)
    return sets, holding


def _is_listed(name: str, data: Path) -> bool:
    return _words(name) in _listed_words(data)[0]


def _is_within_a_listed_name(name: str, data: Path) -> bool:
    """Tell whether one listed name has all the words of this one: the name may be a listed person's in short."""
    words = _words(name)
    holding = _listed_words(data)[1]
    rarest = min(words, key=lambda word: len(holding.get(word, ())), default="")
    return any(words <= listed for listed in holding.get(rarest, ()))


# ── Arabic world ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _rows(path: Path) -> Iterator[list[str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        next(file)
        for line in file:
            yield line.rstrip("\n").split("\t")


class _Weighted(NamedTuple):
    """Names as written in both scripts, and how often each was met."""

    names: list[tuple[str, str]]
    counts: list[int]

    def draw(self, rng: random.Random, k: int = 1) -> list[tuple[str, str]]:
        return rng.choices(self.names, self.counts, k=k)


class _Units(NamedTuple):
    """The name parts of a country by the place where they stand; a father bears no woman's name."""

    given: _Weighted
    fathers: _Weighted
    family: _Weighted


def _weighted(counts: Mapping[tuple[str, str], int]) -> _Weighted:
    return _Weighted(list(counts), list(counts.values()))


@lru_cache(maxsize=2)
def _womens_names(data: Path) -> frozenset[str]:
    """Return the folded given names that a father does not bear."""

    def words(file_name: str) -> set[str]:
        with (data / "names/arabic_given_names" / file_name).open(encoding="utf-8", newline="") as file:
            return {word for row in csv.DictReader(file) for word in _words(row["Name"])}

    return frozenset(words("females_ar.csv") - words("males_ar.csv"))


@lru_cache(maxsize=2)
def _country_units(data: Path) -> dict[str, _Units]:
    womens = _womens_names(data)
    met: dict[tuple[str, str], Counter[tuple[str, str]]] = defaultdict(Counter)
    for arabic, latin, _language, country, role, count, _source in _rows(data / _ROMANIZER / "units.tsv.gz"):
        if role in ("given", "surname") and is_arabic(arabic) and latin.isprintable():
            met[country, role][arabic, latin] += int(count)
    found: dict[str, _Units] = {}
    for country in sorted({country for country, _ in met}):
        given, family = met[country, "given"], met[country, "surname"]
        fathers = {both: count for both, count in given.items() if not _words(both[0]) & womens}
        if min(len(fathers), len(family)) >= _FEWEST_UNITS:
            found[country] = _Units(_weighted(given), _weighted(fathers), _weighted(family))
    return found


@lru_cache(maxsize=2)
def _full_names(data: Path) -> list[tuple[str, str]]:
    """Return full names as people bear them, in both scripts, without those that may be a listed person's."""
    names = []
    for arabic, latin, language, _country, _count, _source in _rows(data / _ROMANIZER / "full_names.tsv.gz"):
        if language == "alias" or min(len(units(arabic)), len(units(latin))) < 2:
            continue
        if not (_is_within_a_listed_name(latin, data) or _is_within_a_listed_name(arabic, data)):
            names.append((arabic, latin))
    return names


def _composed(parts: _Units, rng: random.Random) -> tuple[str, str]:
    """Compose given, mostly a father's, sometimes a grandfather's, and a family name."""
    links = rng.choices((0, 1, 2), weights=(35, 45, 20))[0]
    chosen = parts.given.draw(rng) + parts.fathers.draw(rng, links) + parts.family.draw(rng)
    return " ".join(arabic for arabic, _ in chosen), " ".join(latin for _, latin in chosen)


def composed_pairs(data: Path, n: int, rng: random.Random) -> Iterator[tuple[str, str]]:
    """Yield ``n`` invented names in Arabic and in Latin script, composed within a country by frequency; some may be alike."""
    countries = _country_units(data)
    keys = list(countries)
    for _ in range(n):
        yield _composed(countries[rng.choice(keys)], rng)


@lru_cache(maxsize=4)
def _arabic_population(data: Path, n: int, seed: int) -> tuple[tuple[str, str], ...]:
    rng = random.Random(f"ordinary arabic {seed}")
    full, countries = _full_names(data), _country_units(data)
    if not full or not countries:
        raise ValueError(
            f"{data / _ROMANIZER}: no full names or no units; give the folder that holds names/ and lists/"
        )
    keys = list(countries)
    found: dict[str, str] = {}
    while len(found) < n:
        arabic, latin = rng.choice(full) if rng.random() < 0.5 else _composed(countries[rng.choice(keys)], rng)
        if not (_is_listed(arabic, data) or _is_listed(latin, data)):
            found.setdefault(arabic, latin)
    return tuple(found.items())


def ordinary_arabic(data: Path, n: int, seed: int) -> list[str]:
    """Return ``n`` different people's names in Arabic script: half as borne, half composed within a country by frequency.

    Raises:
        ValueError: The folder lacks the names.
    """
    return [arabic for arabic, _ in _arabic_population(data, n, seed)]


def ordinary_arabic_latin(data: Path, n: int, seed: int) -> list[str]:
    """Return the population of :func:`ordinary_arabic` in Latin script, in the same order."""
    return [latin for _, latin in _arabic_population(data, n, seed)]


# ── the world ────────────────────────────────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=2)
def _rarer_names(data: Path) -> list[str]:
    """Return the Latin sides of two sets of name pairs: single name parts of the whole world, most of them rare."""
    parts: set[str] = set()
    for line in (data / "names/wikidata_ar_coling2018/wd_arabic_64").read_text(encoding="utf-8").splitlines():
        parts.add(line.split("\t")[0])
    for line in (data / "names/google_ar2en/ar2en-train.txt").read_text(encoding="utf-8").splitlines():
        parts.add(line.split("\t")[-1])
    return sorted(part.capitalize() for part in parts if len(part) >= 4 and part.isalpha())


def _usual(country: Country, rng: random.Random) -> str:
    given, family = rng.choice(country.given), rng.choice(country.family)
    if country.family_first:
        return f"{family} {given}"
    dice = rng.random()
    if country.code in _TWO_SURNAMES and dice < 0.6:
        family += " " + rng.choice(country.family)
    elif dice < 0.2:
        given += " " + rng.choice(country.given)
    elif dice < 0.3:
        given += f" {rng.choice(country.given)[0]}."
    return f"{given} {family}"


def ordinary_worldwide(data: Path, n: int, seed: int) -> list[str]:
    """Return ``n`` different Latin names of the world: half of usual parts, a quarter with a rare family name, a quarter of rare parts.

    The usual parts are those of the package's ``worldwide_names.tsv``, joined within a country; the rare ones of ``data``.

    Raises:
        OSError: The folder lacks the names.
    """
    rng = random.Random(f"ordinary worldwide {seed}")
    countries, rarer = world_countries(), _rarer_names(data)
    found: dict[str, None] = {}
    while len(found) < n:
        country, dice = rng.choice(countries), rng.random()
        if dice < 0.5:
            name = _usual(country, rng)
        elif dice < 0.75:
            name = f"{rng.choice(country.given)} {rng.choice(rarer)}"
        else:
            name = f"{rng.choice(rarer)} {rng.choice(rarer)}"
        if len(set(name.split())) == len(name.split()) and not _is_listed(name, data):
            found.setdefault(name)
    return list(found)


# ── the listed ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _askable(entity: Entity, script: str) -> list[str]:
    """Return the primary names and strong aliases of two words and more, in the script."""
    return [
        name.value
        for name in entity.names
        if name.quality in ("primary", "strong") and name.script == script and len(name.value.split()) >= 2
    ]


def listed_queries(entities: Iterable[Entity], seed: int, *, script: str = "Latn") -> list[Query]:
    """Return one query for each listed person: a primary name or strong alias, for every second person altered.

    Args:
        entities: Listed parties; only people with a name of two words or more in the script are asked for.
        seed: Two calls with the same entities and seed return the same.
        script: ``Latn`` or ``Arab``.
    """
    rng = random.Random(f"listed queries {seed} {script}")
    people: Sequence[tuple[str, list[str]]] = [
        (entity.id, names) for entity in entities if entity.schema == "Person" and (names := _askable(entity, script))
    ]
    queries = []
    for rank, (entity_id, names) in enumerate(rng.sample(people, len(people))):
        name = rng.choice(names)
        query, manipulation = name, "exact"
        if rank % 2:
            with contextlib.suppress(
                ValueError
            ):  # a name that gives no manipulation anything to do is asked for as it is
                query, manipulation = altered(name, rng)
        queries.append(Query(query, entity_id, manipulation))
    return queries
