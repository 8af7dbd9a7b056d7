"""The shipped tables of ordinary names. Reach for it to compose a name of nobody in particular, or to write a known name otherwise.

``data/ordinary_names.tsv`` holds name parts of the Arabic-script world by country, in both scripts with counts, and rarer parts of
anywhere (``scripts/build_ordinary_names.py`` makes it); ``data/worldwide_names.tsv`` usual names of 26 countries;
``data/company_parts.tsv`` what companies are called by. Whole names of people are in none of them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from tajfif.text.unicode import fold_word

__all__ = [
    "CompanyParts",
    "Country",
    "NamePart",
    "PeopleParts",
    "arab_countries",
    "arabic_of",
    "company_parts",
    "latin_of",
    "rare_parts",
    "world_countries",
]


class NamePart(NamedTuple):
    """A name part in both scripts.

    Attributes:
        arabic: As most people type it: without hamza seats, ه for ة at the end.
        spellings: In Latin letters, most frequent first.
        counts: How often each was met.
    """

    arabic: str
    spellings: tuple[str, ...]
    counts: tuple[int, ...]


class PeopleParts(NamedTuple):
    """The name parts of a country by the place where they stand; a father bears no woman's name."""

    men: tuple[NamePart, ...]
    women: tuple[NamePart, ...]
    families: tuple[NamePart, ...]


class Country(NamedTuple):
    """Usual given and family names of a country in Latin letters."""

    code: str
    family_first: bool
    given: tuple[str, ...]
    family: tuple[str, ...]


class CompanyParts(NamedTuple):
    """What companies are called by: each as (Arabic, Latin), the Arabic empty where there is none."""

    words: tuple[tuple[str, str], ...]
    trades: tuple[tuple[str, str], ...]
    forms: tuple[tuple[str, str], ...]


@lru_cache(maxsize=4)
def _rows(name: str) -> tuple[tuple[str, ...], ...]:
    text = (files("tajfif.data") / name).read_text(encoding="utf-8")
    return tuple(tuple(line.split("\t")) for line in text.splitlines() if line and not line.startswith("#"))


@lru_cache(maxsize=1)
def arab_countries() -> dict[str, PeopleParts]:
    """Return the name parts of each country of the Arabic-script world, by ISO code."""
    found: dict[str, dict[str, list[NamePart]]] = defaultdict(lambda: defaultdict(list))
    for country, role, arabic, written in _rows("ordinary_names.tsv"):
        if role != "rare":
            spellings = [each.rpartition(" ") for each in written.split(", ")]
            part = NamePart(arabic, tuple(latin for latin, _, _ in spellings), tuple(int(n) for _, _, n in spellings))
            found[country][role].append(part)
    return {
        country: PeopleParts(*(tuple(roles[role]) for role in ("man", "woman", "family")))
        for country, roles in found.items()
    }


@lru_cache(maxsize=1)
def rare_parts() -> tuple[str, ...]:
    """Return name parts of anywhere in Latin letters, most of them rare."""
    return tuple(latin for _, role, _, latin in _rows("ordinary_names.tsv") if role == "rare")


@lru_cache(maxsize=1)
def world_countries() -> tuple[Country, ...]:
    """Return the usual names of 26 countries."""
    return tuple(
        Country(code, order == "family-first", tuple(given.split(", ")), tuple(family.split(", ")))
        for code, order, given, family in _rows("worldwide_names.tsv")
    )


@lru_cache(maxsize=1)
def company_parts() -> CompanyParts:
    """Return what companies are called by."""
    rows = _rows("company_parts.tsv")
    return CompanyParts(
        *(tuple((a, b) for kind, a, b in rows if kind == wanted) for wanted in ("word", "trade", "form"))
    )


@lru_cache(maxsize=1)
def _by_writing() -> tuple[dict[str, Counter[str]], dict[str, Counter[str]]]:
    """Return Latin spellings by Arabic part, and Arabic parts by folded Latin spelling, counted over all countries."""
    latin: dict[str, Counter[str]] = defaultdict(Counter)
    arabic: dict[str, Counter[str]] = defaultdict(Counter)
    for parts in arab_countries().values():
        for part in (*parts.men, *parts.women, *parts.families):
            for spelling, count in zip(part.spellings, part.counts, strict=True):
                latin[part.arabic][spelling] += count
                arabic["".join(fold_word(spelling.replace(" ", "").replace("-", "")))][part.arabic] += count
    return latin, arabic


def latin_of(arabic: str) -> Counter[str]:
    """Return the Latin spellings of a folded Arabic name part with their counts; empty when it is not in the table."""
    return _by_writing()[0].get(arabic, Counter())


def arabic_of(latin: str) -> Counter[str]:
    """Return the Arabic parts that a Latin spelling stands for, with counts; empty when it is not in the table."""
    return _by_writing()[1].get("".join(fold_word(latin.replace(" ", "").replace("-", ""))), Counter())
