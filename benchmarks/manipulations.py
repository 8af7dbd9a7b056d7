"""Named manipulations of a listed name. Reach for it to ask for a listed party as hurried or careless hands would write it.

Each manipulation takes a name and a seeded generator and returns the changed name, or ``None`` where the name gives it
nothing to do (no middle name to drop, no compound to join). :func:`altered` takes one at random among those that do.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable

__all__ = ["ARABIC", "LATIN", "Manipulation", "altered", "is_arabic", "units"]

Manipulation = Callable[[str, random.Random], str | None]

_QWERTY = {
    "a": "qsz", "b": "vgn", "c": "xdv", "d": "sfe", "e": "wrd", "f": "dgr", "g": "fht", "h": "gjy", "i": "uok", "j": "hku",
    "k": "jli", "l": "kop", "m": "nj", "n": "bmh", "o": "ipl", "p": "ol", "q": "wa", "r": "etf", "s": "adw", "t": "ryg",
    "u": "yij", "v": "cbf", "w": "qes", "x": "zcs", "y": "tuh", "z": "xas",
}  # fmt: skip
_ARABIC_ROWS = ("ضصثقفغعهخحجد", "شسيبلاتنمكط", "ئءؤرلاىةوزظ")
"""The letters of the usual Arabic keyboard, row by row."""
_LATIN_PARTICLES = frozenset(
    "al el ul as ad bin ibn ben bint ould abd abdul abdel abu abou umm de da do dos das del della di la le van von der den "
    "du st mac mc y e".split()
)
_ARABIC_PARTICLES = frozenset(
    {"عبد", "ابو", "أبو", "ابي", "أبي", "ابا", "ام", "أم", "بن", "ابن", "بنت", "ال", "آل", "ولد"}
)
_ACCENTS = {"a": "áàâä", "e": "éèêë", "i": "íîï", "o": "óôö", "u": "úùûü", "c": "ç", "n": "ñ", "s": "š", "z": "ž"}
_LONG = {"a": "aa", "e": "ee", "i": "ee", "o": "oo", "u": "oo"}
LONG_NAME = 14
"""Letters from which a name bears two slips."""


def is_arabic(name: str) -> bool:
    """Tell whether the first letter of the name is of the Arabic script."""
    return next((unicodedata.name(char, "").startswith("ARABIC") for char in name if char.isalpha()), False)


def units(name: str) -> list[str]:
    """Split a name into units: a particle and what it governs ("bin Salim", "عبد الله", "بن عبد الله") stay together."""
    particles = _ARABIC_PARTICLES if is_arabic(name) else _LATIN_PARTICLES
    found: list[str] = []
    held = ""
    for word in name.split():
        held = f"{held} {word}".strip()
        if word.strip(".,'-").lower() not in particles:
            found.append(held)
            held = ""
    if held:
        found.append(held)
    return found


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


_SLIPS: tuple[Manipulation, ...] = (typo_neighbour, typo_transposed, typo_dropped, typo_doubled)


def two_typos(name: str, rng: random.Random) -> str | None:
    """Make two slips in two different words of a long name."""
    words = name.split(" ")
    long = [i for i, word in enumerate(words) if _places(word)]
    if sum(char.isalpha() for char in name) < LONG_NAME or len(long) < 2:
        return None
    for i in rng.sample(long, 2):
        words[i] = rng.choice(_SLIPS)(words[i], rng) or words[i]
    return " ".join(words)


def middle_dropped(name: str, rng: random.Random) -> str | None:
    """Leave out a unit that is neither the first nor the last."""
    parts = units(name)
    if len(parts) < 3:
        return None
    i = rng.randrange(1, len(parts) - 1)
    return " ".join(parts[:i] + parts[i + 1 :])


# ── Latin ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def last_first(name: str, rng: random.Random) -> str | None:
    """Write "LAST, First"."""
    parts = units(name)
    if len(parts) < 2 or "," in name:
        return None
    return f"{parts[-1].upper()}, {' '.join(parts[:-1])}"


def tokens_swapped(name: str, rng: random.Random) -> str | None:
    """Put the last unit first, without a comma."""
    parts = units(name)
    if len(parts) < 2 or "," in name:
        return None
    return " ".join([parts[-1], *parts[:-1]])


def separators(name: str, rng: random.Random) -> str | None:
    """Take hyphens and apostrophes for spaces or nothing; where there is none, hyphenate two words."""
    if any(char in name for char in "-'’"):
        other = rng.choice((" ", ""))
        return " ".join("".join("" if c in "'’" else other if c == "-" else c for c in name).split())
    spaces = [i for i, char in enumerate(name) if char == " " and name[i - 1] not in ",."]
    if not spaces:
        return None
    i = rng.choice(spaces)
    return f"{name[:i]}-{name[i + 1 :]}"


def joined(name: str, rng: random.Random) -> str | None:
    """Write two words as one."""
    words = name.split(" ")
    places = [i for i in range(len(words) - 1) if words[i].isalpha() and words[i + 1].isalpha()]
    if not places:
        return None
    i = rng.choice(places)
    return " ".join([*words[:i], words[i] + words[i + 1].lower(), *words[i + 2 :]])


def split(name: str, rng: random.Random) -> str | None:
    """Break a word of seven letters or more into two."""
    words = name.split(" ")
    places = [i for i, word in enumerate(words) if len(word) >= 7 and word.isalpha()]
    if not places:
        return None
    i = rng.choice(places)
    cut = rng.randrange(3, len(words[i]) - 2)
    return " ".join([*words[:i], words[i][:cut], words[i][cut:], *words[i + 1 :]])


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


# ── Arabic script ────────────────────────────────────────────────────────────────────────────────────────────────────


def hamza(name: str, rng: random.Random) -> str | None:
    """Leave hamzas out; where there is none, seat one on an alif that opens a word."""
    bare = name.translate(str.maketrans("أإآٱؤئ", "ااااوي")).replace("ء", "")
    if bare != name:
        return bare
    places = [
        i
        for i, char in enumerate(name)
        if char == "ا" and (i == 0 or name[i - 1] == " ") and name[i + 1 : i + 2] != "ل"
    ]
    if not places:
        return None
    i = rng.choice(places)
    return name[:i] + rng.choice("أإ") + name[i + 1 :]


def _exchanged_at_ends(name: str, pairs: dict[str, str]) -> str | None:
    words = [word[:-1] + pairs.get(word[-1], word[-1]) if len(word) > 2 else word for word in name.split()]
    changed = " ".join(words)
    return changed if changed != name else None


def final_ya(name: str, rng: random.Random) -> str | None:
    """Exchange ي and ى at the end of words."""
    return _exchanged_at_ends(name, {"ي": "ى", "ى": "ي"})


def ta_marbuta(name: str, rng: random.Random) -> str | None:
    """Exchange ة and ه at the end of words."""
    return _exchanged_at_ends(name, {"ة": "ه", "ه": "ة"} if "الله" not in name else {"ة": "ه"})


def compound_spacing(name: str, rng: random.Random) -> str | None:
    """Write a compound with عبد or أبو as one word, or as two."""
    words = name.split()
    heads = ("عبد", "ابو", "أبو")
    for i, word in enumerate(words):
        if word in heads and i + 1 < len(words):
            return " ".join([*words[:i], word + words[i + 1], *words[i + 2 :]])
        if word.startswith("عبدال") and len(word) > 6:
            return " ".join([*words[:i], "عبد", word[3:], *words[i + 1 :]])
    return None


def tatweel(name: str, rng: random.Random) -> str | None:
    """Stretch a word by a tatweel, as headings do."""
    linking = set("بتثجحخسشصضطظعغفقكلمنهي")
    places = [i for i in range(1, len(name)) if name[i - 1] in linking and name[i] in linking]
    if not places:
        return None
    i = rng.choice(places)
    return f"{name[:i]}ـ{name[i:]}"


LATIN: dict[str, Manipulation] = {
    "typo_neighbour": typo_neighbour,
    "typo_transposed": typo_transposed,
    "typo_dropped": typo_dropped,
    "typo_doubled": typo_doubled,
    "two_typos": two_typos,
    "last_first": last_first,
    "tokens_swapped": tokens_swapped,
    "separators": separators,
    "joined": joined,
    "split": split,
    "vowel_dropped": vowel_dropped,
    "vowel_doubled": vowel_doubled,
    "middle_dropped": middle_dropped,
    "diacritics": diacritics,
}
"""Manipulations of a Latin name, by name."""

ARABIC: dict[str, Manipulation] = {
    "hamza": hamza,
    "final_ya": final_ya,
    "ta_marbuta": ta_marbuta,
    "compound_spacing": compound_spacing,
    "joined": joined,
    "tatweel": tatweel,
    "middle_dropped": middle_dropped,
    "typo_neighbour": typo_neighbour,
    "typo_transposed": typo_transposed,
    "typo_dropped": typo_dropped,
    "typo_doubled": typo_doubled,
}
"""Manipulations of an Arabic-script name, by name."""


def altered(name: str, rng: random.Random) -> tuple[str, str]:
    """Change a name by one manipulation of its script, taken at random among those that it gives something to do.

    Returns:
        The changed name and the manipulation's name.

    Raises:
        ValueError: No manipulation changes the name: it is empty, or too short to be slipped in.
    """
    table = ARABIC if is_arabic(name) else LATIN
    kinds = list(table)
    rng.shuffle(kinds)
    for kind in kinds:
        changed = table[kind](name, rng)
        if changed is not None and changed != name:
            return changed, kind
    raise ValueError(f"no manipulation changes the name {name!r}: give a name of two words or of five letters")
