"""Spelling units and cross-script keys. Reach for it to turn the core of a name part into numbers.

A grapheme unit is one to three letters that stand for one sound in some school of spelling ("kh", "ou", "dj", "iyy"), or
letters at the edge of a word ("^al", "ah$"). The learned spelling model gives each pair of units a probability.
A skeleton is the string of consonant classes that both scripts agree on: Zawahiri, Ezzaouahiri and ظواهري have
the same one, so a look-up by skeleton finds candidates in either script.
"""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tajfif.text.unicode import ARABIC_LETTERS

__all__ = "SYMBOLS UNITS UNIT_TABLES consonants encode skeletons".split()

_LATIN = "abcdefghijklmnopqrstuvwxyz"
SYMBOLS = "\0" + _LATIN + ARABIC_LETTERS + "^$" + "0123456789"
"""Symbol codes: a symbol's code is its place in this string. Code 0 is "no symbol"."""

_CODE = {symbol: code for code, symbol in enumerate(SYMBOLS)}

_LATIN_UNITS = (
    "sh ch kh gh th dh dj zh ph ck qu tz ts ks sz cz rh tch sch dzh bb cc dd ff gg hh jj kk ll mm nn pp qq rr "
    "ss tt vv ww yy zz aa ee ii oo uu ou ei ai ay ey ie ia iy ij eu au aw ow oi oy ea eo ae oe ue uw ya ye yi "
    "yo yu wa wo we wi wu iyy ayy ouw aou aye oua oue oui iya iye aya awa uwa uwe eya ^a ^e ^i ^o ^u ^h ^y ^j "
    "^al ^el ^ou ^oua ^w a$ e$ i$ o$ u$ h$ ah$ eh$ at$ et$ y$ ie$ ee$ iy$ ia$ ya$ ou$ aa$ yy$ iya$ ieh$ iah$ "
    "yah$"
).split()
_ARABIC_UNITS = (
    "او اي وا يا يي وو اا لا تش دج كس ^ا ^ع ^ال ^اي ^او ^ي ^ه ^و ا$ ه$ ي$ و$ ع$ يا$ يه$ اه$ اي$ وي$"
).split()

UNITS: tuple[str, ...] = ("", *SYMBOLS[1:], *_LATIN_UNITS, *_ARABIC_UNITS)
"""All grapheme units; a unit's id is its place here. Id 0 is the empty unit."""


def _unit_tables() -> tuple[NDArray[np.int16], NDArray[np.int16]]:
    size = len(SYMBOLS)
    pairs = np.zeros((size, size), dtype=np.int16)
    triples = np.zeros((size, size, size), dtype=np.int16)
    for unit_id, unit in enumerate(UNITS):
        codes = [_CODE[symbol] for symbol in unit]
        if len(codes) == 2:
            pairs[codes[0], codes[1]] = unit_id
        elif len(codes) == 3:
            triples[codes[0], codes[1], codes[2]] = unit_id
    return pairs, triples


UNIT_TABLES = _unit_tables()
"""Unit id by two symbol codes and by three (0 where there is no such unit). A single symbol's unit id is its code."""


def encode(core: str) -> NDArray[np.uint8]:
    """Return the symbol codes of a core between its edge marks "^" and "$"; letters outside the alphabet are left out."""
    codes = [_CODE["^"], *(_CODE[letter] for letter in core if letter in _CODE), _CODE["$"]]
    return np.array(codes, dtype=np.uint8)


# Consonant classes. Letters that romanisation schools exchange share one class; vowels, w, y, h, ayn and hamza have none.
_LATIN_MULTI = (
    ("tsch", "C"), ("dsch", "J"), ("sch", "C"), ("tch", "C"), ("dzh", "J"), ("sh", "C"), ("ch", "C"), ("kh", "X"), ("gh", "K"),
    ("th", "T"), ("dh", "D"), ("dj", "J"), ("zh", "J"), ("ph", "F"), ("ck", "K"), ("qu", "K"), ("tz", "S"), ("ts", "S"),
)  # fmt: skip
_LATIN_CLASS = {
    "b": "B", "p": "B", "v": "F", "f": "F", "t": "T", "d": "D", "z": "D", "s": "S", "c": "K", "k": "K", "q": "K", "g": "K",
    "j": "J", "x": "X", "l": "L", "m": "M", "n": "N", "r": "R",
}  # fmt: skip
_ARABIC_CLASS = {
    "ب": "B", "پ": "B", "ف": "F", "ڤ": "F", "ت": "T", "ط": "T", "ث": "T", "د": "D", "ذ": "D", "ز": "D", "ض": "D", "ظ": "D",
    "س": "S", "ص": "S", "ش": "C", "چ": "C", "ق": "K", "ك": "K", "گ": "K", "غ": "K", "ج": "J", "ژ": "J", "خ": "X",
    "ل": "L", "م": "M", "ن": "N", "ر": "R",
}  # fmt: skip
# What a letter may also be: the English-style or Egyptian g of ج, the h of خ, the French ch of خ or ش, s for ث …
_ALTERNATIVES = {
    "ج": "K", "خ": "K", "ث": "S", "غ": "R", "ژ": "D", "چ": "J", "g": "J", "j": "H", "c": "S", "ch": "K", "x": "S", "th": "S",
    "kh": "K", "gh": "R", "ظ": "T", "ذ": "T", "z": "S", "s": "D", "v": "",
}  # fmt: skip
_CLASS = {**dict(_LATIN_MULTI), **_LATIN_CLASS, **_ARABIC_CLASS, **{digit: digit for digit in "0123456789"}}
_SOUND = re.compile("|".join([*(letters for letters, _ in _LATIN_MULTI), "."]), re.DOTALL)  # longest first
_MOST_SKELETONS = 4


@lru_cache(maxsize=100_000)
def _consonants(core: str) -> tuple[tuple[str, str], ...]:
    """Return (letters, class) for each consonant of the core, doubled ones once."""
    out: list[tuple[str, str]] = []
    for found in _SOUND.finditer(core):
        letters = found[0]
        group = _CLASS.get(letters, "")
        if group and not (len(letters) == 1 and found.start() and core[found.start() - 1] == letters):
            out.append((letters, group))
    return tuple(out)


@lru_cache(maxsize=100_000)
def consonants(core: str) -> str:
    """Return the classes of the core's consonants, one letter each; empty for a core of vowels."""
    return "".join(group for _, group in _consonants(core))


@lru_cache(maxsize=100_000)
def skeletons(core: str) -> tuple[str, ...]:
    """Return the consonant skeletons that the core may have, likeliest first; at most four, never none.

    A core without consonants has a skeleton of its letters' broad vowels instead ("I" for i, e, y, ي; "U" for u, o, w, و;
    "A" for the rest), so that it meets its other spellings only.
    """
    consonants = _consonants(core)
    found = [""]
    for letters, group in consonants:
        choices = [group]
        if letters in _ALTERNATIVES and len(found) < _MOST_SKELETONS:
            choices.append(_ALTERNATIVES[letters].replace("H", ""))
        found = [prefix + choice for prefix in found for choice in choices][:_MOST_SKELETONS]
    if found[0]:
        return tuple(dict.fromkeys(skeleton for skeleton in found if skeleton))
    vowels = "".join("I" if x in "eiyي" else "U" if x in "uowو" else "A" for x in core)
    return ("a" + "".join(sorted(set(vowels))),)
