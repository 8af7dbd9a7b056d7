"""Slips of the hand and eye, in Latin and Arabic. Reach for them through :mod:`tajfif.evaluation.alterations`.

Each function takes a name and a seeded generator and returns the changed name, or ``None`` where the name gives it nothing
to do (no word long enough). The same generator in the same state gives the same name.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable

from tajfif.evaluation.units import is_arabic

__all__ = [
    "diacritics",
    "ocr",
    "two_typos",
    "typo_doubled",
    "typo_dropped",
    "typo_inserted",
    "typo_neighbour",
    "typo_single",
    "typo_transposed",
    "vowel_doubled",
    "vowel_dropped",
]

_QWERTY = {
    "a": "qsz", "b": "vgn", "c": "xdv", "d": "sfe", "e": "wrd", "f": "dgr", "g": "fht", "h": "gjy", "i": "uok", "j": "hku",
    "k": "jli", "l": "kop", "m": "nj", "n": "bmh", "o": "ipl", "p": "ol", "q": "wa", "r": "etf", "s": "adw", "t": "ryg",
    "u": "yij", "v": "cbf", "w": "qes", "x": "zcs", "y": "tuh", "z": "xas",
}  # fmt: skip
_ARABIC_ROWS = ("ضصثقفغعهخحجد", "شسيبلاتنمكط", "ئءؤرلاىةوزظ")
"""The letters of the usual Arabic keyboard, row by row."""
_ACCENTS = {"a": "áàâä", "e": "éèêë", "i": "íîï", "o": "óôö", "u": "úùûü", "c": "ç", "n": "ñ", "s": "š", "z": "ž"}
_LONG = {"a": "aa", "e": "ee", "i": "ee", "o": "oo", "u": "oo"}
_LONG_NAME = 14
"""Letters from which a name bears two slips."""


def _places(name: str) -> list[int]:
    """Return where a slip may fall: letters, not the first of a word, of words long enough to be known after it."""
    shortest = 4 if is_arabic(name) else 5
    places: list[int] = []
    start = 0
    for word in name.split(" "):
        if sum(char.isalpha() for char in word) >= shortest:
            places += [start + i for i, char in enumerate(word) if i and char.isalpha()]
        start += len(word) + 1
    return places


def _like(char: str, model: str) -> str:
    return char.upper() if model.isupper() else char


# ── slips of the hand, in either script ──────────────────────────────────────────────────────────────────────────────


def _neighbours(char: str) -> str:
    for row in _ARABIC_ROWS:
        at = row.find(char)
        if at >= 0:
            return row[max(at - 1, 0) : at] + row[at + 1 : at + 2]
    return _QWERTY.get(char.lower(), "")


def typo_neighbour(name: str, rng: random.Random) -> str | None:
    """Put the letter of a neighbouring key in place of one."""
    places = [i for i in _places(name) if _neighbours(name[i])]
    if not places:
        return None
    i = rng.choice(places)
    return name[:i] + _like(rng.choice(_neighbours(name[i])), name[i]) + name[i + 1 :]


def typo_transposed(name: str, rng: random.Random) -> str | None:
    """Exchange two letters that follow each other."""
    allowed = set(_places(name))
    places = [i for i in allowed if i + 1 in allowed and name[i].lower() != name[i + 1].lower()]
    if not places:
        return None
    i = rng.choice(sorted(places))
    return name[:i] + name[i + 1] + name[i] + name[i + 2 :]


def typo_dropped(name: str, rng: random.Random) -> str | None:
    """Leave a letter out."""
    places = _places(name)
    if not places:
        return None
    i = rng.choice(places)
    return name[:i] + name[i + 1 :]


def typo_doubled(name: str, rng: random.Random) -> str | None:
    """Type a letter twice."""
    places = _places(name)
    if not places:
        return None
    i = rng.choice(places)
    return name[:i] + name[i] + name[i:]


_SLIPS: tuple[Callable[[str, random.Random], str | None], ...] = (
    typo_neighbour,
    typo_transposed,
    typo_dropped,
    typo_doubled,
)


def two_typos(name: str, rng: random.Random) -> str | None:
    """Make two slips in two different words of a long name."""
    words = name.split(" ")
    long = [i for i, word in enumerate(words) if _places(word)]
    if sum(char.isalpha() for char in name) < _LONG_NAME or len(long) < 2:
        return None
    for i in rng.sample(long, 2):
        words[i] = rng.choice(_SLIPS)(words[i], rng) or words[i]
    return " ".join(words)


def vowel_dropped(name: str, rng: random.Random) -> str | None:
    """Leave a short vowel or a silent h out."""
    places = [i for i in _places(name) if name[i].lower() in "aeiouh"]
    if not places:
        return None
    i = rng.choice(places)
    return name[:i] + name[i + 1 :]


def vowel_doubled(name: str, rng: random.Random) -> str | None:
    """Write a vowel long: a as aa, i as ee, u as oo."""
    places = [
        i
        for i in _places(name)
        if name[i].lower() in _LONG and not {name[i - 1 : i].lower(), name[i + 1 : i + 2].lower()} & set("aeiou")
    ]
    if not places:
        return None
    i = rng.choice(places)
    long = _LONG[name[i].lower()]
    return name[:i] + (long.upper() if name[i].isupper() else long) + name[i + 1 :]


def diacritics(name: str, rng: random.Random) -> str | None:
    """Take all accents off; where there is none, put one on."""
    bare = "".join(char for char in unicodedata.normalize("NFD", name) if not unicodedata.combining(char))
    if bare != name:
        return bare
    places = [i for i, char in enumerate(name) if char.lower() in _ACCENTS]
    if not places:
        return None
    i = rng.choice(places)
    return name[:i] + _like(rng.choice(_ACCENTS[name[i].lower()]), name[i]) + name[i + 1 :]


def typo_inserted(name: str, rng: random.Random) -> str | None:
    """Hit the key beside a letter as well as its own."""
    places = [i for i in _places(name) if _neighbours(name[i])]
    if not places:
        return None
    i = rng.choice(places)
    return name[: i + 1] + _like(rng.choice(_neighbours(name[i])), name[i]) + name[i + 1 :]


def typo_single(name: str, rng: random.Random) -> str | None:
    """Write a doubled letter once."""
    places = [i for i in _places(name) if name[i].lower() == name[i - 1].lower()]
    if not places:
        return None
    i = rng.choice(places)
    return name[:i] + name[i + 1 :]


_MISREAD_LATIN = (
    ("rn", "m"), ("m", "rn"), ("l", "1"), ("I", "l"), ("i", "l"), ("o", "0"), ("O", "0"), ("cl", "d"), ("d", "cl"), ("S", "5"),
    ("B", "8"), ("e", "c"), ("u", "v"), ("h", "b"), ("nn", "m"), ("vv", "w"), ("Z", "2"), ("a", "o"),
)  # fmt: skip
_MISREAD_ARABIC = (
    ("ت", "ن"), ("ن", "ت"), ("ب", "ي"), ("ح", "خ"), ("ج", "ح"), ("خ", "ح"), ("ر", "ز"), ("ز", "ر"), ("د", "ذ"), ("ش", "س"),
    ("س", "ش"), ("ص", "ض"), ("ط", "ظ"), ("ع", "غ"), ("غ", "ع"), ("ف", "ق"), ("ق", "ف"),
)  # fmt: skip


def ocr(name: str, rng: random.Random) -> str | None:
    """Misread print: rn for m, 0 for O; in Arabic a dot too many or too few."""
    pairs = _MISREAD_ARABIC if is_arabic(name) else _MISREAD_LATIN
    allowed = set(_places(name))
    found = [
        (i, seen, read) for seen, read in pairs for i in range(len(name)) if i in allowed and name.startswith(seen, i)
    ]
    if not found:
        return None
    i, seen, read = rng.choice(found)
    return name[:i] + read + name[i + len(seen) :]
