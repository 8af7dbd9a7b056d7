"""Towns made comparable across languages. Reach for it before two places of birth or two addresses meet.

A place is read as keys: a known town's first form in ``data/places.tsv`` (Aleppo, Halab and حلب are one), else the word
itself and its consonant skeletons, which bring a town and its romanisations together.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

from tajfif.text.countries import country_code
from tajfif.text.graphemes import skeletons
from tajfif.text.unicode import fold_word

__all__ = ["place_country", "place_keys"]

_WORD = re.compile(r"[^\W_]+")
_PIECE = re.compile(r"[,،;\n/()]")
_JOINERS = str.maketrans(dict.fromkeys("'’‘`ʿʾ", ""))
_ARTICLES = frozenset("al el ar ad an as ash at az ez es er il la le the of de du ال".split())
_GENERIC = frozenset(
    (
        "city town village district province governorate region area near and north south east west northern southern "
        "eastern western central old new camp county state oblast republic kingdom country rural suburb street st road rd "
        "avenue ave building bldg floor apartment apt flat house block box po number no unknown birth born "
        "مدينه محافظه قريه منطقه حي قضاء ناحيه ولايه شارع بنايه بناء طابق شقه دار قرب بلده مخيم ريف شمال جنوب شرق غرب جمهوريه"
    ).split()
)
_LONGEST_FORM = 3
_SKELETON_LENGTH = 3
"""Consonants that a skeleton needs to tell one town from another."""
_MOST_WORDS = 40


def _words(text: str) -> list[str]:
    words = []
    for word in _WORD.findall(text.translate(_JOINERS)):
        for folded in fold_word(word):
            bare = folded[2:] if folded.startswith("ال") and len(folded) > 4 else folded
            if bare not in _ARTICLES:
                words.append(bare)
    return words[:_MOST_WORDS]


@lru_cache(maxsize=1)
def _known() -> dict[tuple[str, ...], frozenset[str]]:
    """Return the keys of each form: the town's first form, and the skeletons of all its forms."""
    table: dict[tuple[str, ...], frozenset[str]] = {}
    for line in (files("tajfif.data") / "places.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            forms = line.split("\t")[1].split("|")
            words = [tuple(_words(form)) for form in forms]
            keys = frozenset({f"={forms[0]}"}.union(*(_skeleton_keys("".join(form)) for form in words)))
            for form in words:
                table.setdefault(form, keys)
    return table


@lru_cache(maxsize=50_000)
def place_keys(text: str) -> tuple[frozenset[str], ...]:
    """Return one set of keys for each town or telling word of a place, its country left out.

    Two words are of one place when their sets share a key.
    """
    found: list[frozenset[str]] = []
    for piece in _PIECE.split(text):
        if piece.strip() and not country_code(piece):
            found.extend(_piece_keys(_words(piece)))
    return tuple(dict.fromkeys(found))


def _piece_keys(words: list[str]) -> list[frozenset[str]]:
    keys: list[frozenset[str]] = []
    table = _known()
    i = 0
    while i < len(words):
        for size in range(min(_LONGEST_FORM, len(words) - i), 0, -1):
            known = table.get(tuple(words[i : i + size]))
            if known:
                keys.append(known)
                i += size
                break
        else:
            word = words[i]
            if len(word) > 2 and word not in _GENERIC:
                keys.append(_skeleton_keys(word) | {word})
            i += 1
    if 1 < len(words) <= _LONGEST_FORM and keys:  # a town of several short words
        keys[0] |= _skeleton_keys("".join(words))
    return keys


def _skeleton_keys(word: str) -> frozenset[str]:
    if any(char.isdigit() for char in word):
        return frozenset()
    return frozenset(f"~{one}" for one in skeletons(word) if len(one) >= _SKELETON_LENGTH)


@lru_cache(maxsize=50_000)
def place_country(text: str) -> str:
    """Return the code of the country that a place's last telling piece names; empty when none does."""
    for piece in reversed(_PIECE.split(text)):
        code = country_code(piece)
        if code:
            return code
    return ""
