"""Names of ordinary people and companies. Reach for it to measure how many of those who are not listed raise an alert.

Names are composed of parts that ship with the package, within a country and by frequency, so that they belong to nobody in
particular. What a list carries, in whatever order, is no ordinary name: :class:`ListedNames` tells. Everything is drawn with
a seed: the same seed and number give the same names.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from tajfif.evaluation.name_table import (
    Country,
    NamePart,
    PeopleParts,
    arab_countries,
    company_parts,
    rare_parts,
    world_countries,
)
from tajfif.text.unicode import fold_word

__all__ = ["POPULATIONS", "ListedNames", "OrdinaryName", "ordinary_names", "word_set"]

_TWO_SURNAMES = frozenset({"es", "mx", "co"})
_ARTICLES = frozenset({"", "al", "el"})
_MOST_DRAWS = 50


class OrdinaryName(NamedTuple):
    """A name that is on no list, and the FtM schema of who bears it."""

    value: str
    schema: str


def word_set(name: str) -> frozenset[str]:
    """Return the folded words of a name, without order, punctuation and the article as a word of its own."""
    spaced = "".join(char if char.isalnum() or not char.isascii() else " " for char in name)
    return frozenset(part for word in spaced.split() for part in fold_word(word)) - _ARTICLES


class ListedNames:
    """All names of the lists, to ask whether another is one of them."""

    def __init__(self, names: Iterable[str]) -> None:
        self._sets = {word_set(name) for name in names}
        self._holding: dict[str, list[frozenset[str]]] = defaultdict(list)
        for words in self._sets:
            for word in words:
                self._holding[word].append(words)

    def has(self, name: str) -> bool:
        """Tell whether the name is a listed one, word for word in any order."""
        return word_set(name) in self._sets

    def has_within(self, name: str) -> bool:
        """Tell whether one listed name has all the words of this one: it may be a listed name in short."""
        words = word_set(name)
        rarest = min(sorted(words), key=lambda word: len(self._holding.get(word, ())), default="")
        return any(words <= listed for listed in self._holding.get(rarest, ()))


# ── people of the Arabic-script world ────────────────────────────────────────────────────────────────────────────────


def _drawn(parts: Sequence[NamePart], rng: random.Random, k: int = 1) -> list[NamePart]:
    return rng.choices(parts, [sum(part.counts) for part in parts], k=k)


def _arab_parts(rng: random.Random, *, women: float = 0.4) -> list[NamePart]:
    """Compose given, mostly a father's, sometimes a grandfather's, and a family name of one country."""
    countries = arab_countries()
    country: PeopleParts = countries[rng.choice(sorted(countries))]
    given = country.women if rng.random() < women else country.men
    links = rng.choices((0, 1, 2), weights=(35, 45, 20))[0]
    return [*_drawn(given, rng), *_drawn(country.men, rng, links), *_drawn(country.families, rng)]


def _person_in_arabic(rng: random.Random) -> OrdinaryName:
    return OrdinaryName(" ".join(part.arabic for part in _arab_parts(rng)), "Person")


def _person_in_latin(rng: random.Random) -> OrdinaryName:
    written = [rng.choices(part.spellings, part.counts)[0] for part in _arab_parts(rng)]
    return OrdinaryName(" ".join(written), "Person")


# ── people of the world ──────────────────────────────────────────────────────────────────────────────────────────────


def _person_of_the_world(rng: random.Random) -> OrdinaryName:
    """Compose half of usual parts, a quarter with a rare family name, a quarter of rare parts."""
    country, rare = rng.choice(world_countries()), rare_parts()
    dice = rng.random()
    if dice < 0.5:
        return OrdinaryName(_usual(country, rng), "Person")
    given = rng.choice(country.given) if dice < 0.75 else rng.choice(rare)
    return OrdinaryName(f"{given} {rng.choice(rare)}", "Person")


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


# ── companies ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _company_in_arabic(rng: random.Random) -> OrdinaryName:
    parts = company_parts()
    trade = rng.choice(parts.trades)[0]
    form = rng.choice(["", *(arabic for arabic, _ in parts.forms if arabic)])
    if rng.random() < 0.5:
        distinct = rng.choice([arabic for arabic, _ in parts.words if arabic])
        family = _drawn(arab_countries()[rng.choice(sorted(arab_countries()))].families, rng)[0].arabic
        distinct = distinct if rng.random() < 0.4 else f"{distinct} {family}"
    else:
        person = _arab_parts(rng, women=0)
        distinct = f"{person[0].arabic} {person[-1].arabic}" + rng.choice(("", " وإخوانه", " وأولاده", " وشركاه"))
    head = rng.choice(("شركة", "مؤسسة", "مجموعة", "مكتب"))
    return OrdinaryName(" ".join(f"{head} {distinct} {trade} {form}".split()), "Company")


def _company_in_latin(rng: random.Random) -> OrdinaryName:
    parts = company_parts()
    trade, form = rng.choice(parts.trades)[1], rng.choice(["", *(latin for _, latin in parts.forms)])
    dice = rng.random()
    if dice < 0.4:
        distinct = rng.choice(parts.words)[1]
        distinct = distinct if rng.random() < 0.4 else f"{distinct} {rng.choice(rare_parts())}"
    elif dice < 0.7:
        family = rng.choice(rng.choice(world_countries()).family)
        distinct = family + rng.choice(("", " & Sons", " Brothers", f" & {rng.choice(rare_parts())}"))
    else:
        person = _arab_parts(rng, women=0)
        distinct = " ".join(rng.choices(part.spellings, part.counts)[0] for part in (person[0], person[-1]))
    return OrdinaryName(" ".join(f"{distinct} {trade} {form}".split()), "Company")


POPULATIONS: dict[str, Callable[[random.Random], OrdinaryName]] = {
    "arabic_script": _person_in_arabic,
    "arabic_in_latin": _person_in_latin,
    "worldwide": _person_of_the_world,
    "companies_arabic": _company_in_arabic,
    "companies_latin": _company_in_latin,
}
"""What ordinary names are composed by, by name of the population."""


def ordinary_names(population: str, count: int, seed: int, listed: ListedNames) -> list[OrdinaryName]:
    """Return different ordinary names.

    Args:
        population: One of :data:`POPULATIONS`.
        count: How many are wanted. Fewer come back only when so many cannot be composed.
        seed: The same seed gives the same names, and fewer of them are the first of more.
        listed: Names that are no ordinary ones.
    """
    compose = POPULATIONS[population]
    rng = random.Random(f"ordinary {population} {seed}")  # noqa: S311 - nothing secret is drawn
    found: dict[str, OrdinaryName] = {}
    for _ in range(count * _MOST_DRAWS):
        if len(found) == count:
            break
        name = compose(rng)
        words = name.value.split()
        if len(set(words)) == len(words) and not listed.has(name.value):
            found.setdefault(name.value, name)
    return list(found.values())
