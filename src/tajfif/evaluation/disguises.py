"""A name written so that a simple search misses it. Reach for it through :mod:`tajfif.evaluation.alterations`.

Each function takes a name and a seeded generator and returns the changed name, or ``None`` where the name gives it nothing
to do. The same generator in the same state gives the same name.
"""

from __future__ import annotations

import random
import re

from tajfif.evaluation.name_table import arabic_of
from tajfif.evaluation.units import is_arabic

__all__ = [
    "arabizi",
    "digits_for_letters",
    "full_width",
    "homoglyphs",
    "homoglyphs_throughout",
    "invisible",
    "presentation_forms",
]

_CYRILLIC = dict(zip("aceijopsxyhABCEIJKMOPSTXY", "асеіјорѕхуһАВСЕІЈКМОРЅТХУ", strict=True))
"""Cyrillic letters that look like the Latin ones."""
_INVISIBLE = "\u200b\u2060\u00ad\u200d\ufeff\u200e"


def homoglyphs(name: str, rng: random.Random) -> str | None:
    """Put Cyrillic letters that look alike in place of one to three Latin ones."""
    places = [i for i, char in enumerate(name) if char in _CYRILLIC]
    if is_arabic(name) or not places:
        return None
    chosen = set(rng.sample(places, min(len(places), rng.randrange(1, 4))))
    return "".join(_CYRILLIC[char] if i in chosen else char for i, char in enumerate(name))


def homoglyphs_throughout(name: str, rng: random.Random) -> str | None:
    """Put Cyrillic letters that look alike in place of all Latin ones that have such."""
    changed = "".join(_CYRILLIC.get(char, char) for char in name)
    return None if is_arabic(name) or changed == name else changed


def invisible(name: str, rng: random.Random) -> str | None:
    """Put characters that cannot be seen inside words: zero-width spaces, joiners, soft hyphens, direction marks."""
    places = [i for i in range(1, len(name)) if name[i - 1].isalpha() and name[i].isalpha()]
    if not places:
        return None
    for i in sorted(rng.sample(places, min(len(places), rng.randrange(1, 4))), reverse=True):
        name = name[:i] + rng.choice(_INVISIBLE) + name[i:]
    return name


def full_width(name: str, rng: random.Random) -> str | None:
    """Write Latin letters in the full width of East Asian print."""
    changed = "".join(chr(ord(char) + 0xFEE0) if char.isascii() and char.isalpha() else char for char in name)
    return changed if changed != name else None


_PRESENTATION = str.maketrans("ابدرسعمنه", "ﺍﺏﺩﺭﺱﻉﻡﻥﻩ")


def presentation_forms(name: str, rng: random.Random) -> str | None:
    """Write Arabic letters as their presentation forms, as text copied from old documents has them."""
    changed = name.translate(_PRESENTATION)
    return changed if is_arabic(name) and changed != name else None


_LEET = {"o": "0", "i": "1", "l": "1", "e": "3", "a": "4", "s": "5"}


def digits_for_letters(name: str, rng: random.Random) -> str | None:
    """Put digits that look like letters in place of one or two: 0 for o, 1 for i."""
    places = [i for i, char in enumerate(name) if i and name[i - 1].isalpha() and char in _LEET]
    if is_arabic(name) or len(places) < 2:
        return None
    chosen = set(rng.sample(places, rng.randrange(1, 3)))
    return "".join(_LEET[char] if i in chosen else char for i, char in enumerate(name))


_CHAT = (("خ", "kh", "5"), ("ح", "h", "7"), ("ط", "t", "6"), ("ص", "s", "9"), ("ق", "q", "8"), ("غ", "gh", "3'"))


def arabizi(name: str, rng: random.Random) -> str | None:
    """Write the digits of Arabic chat for letters that Latin lacks: 7asan, 3ali, 5aled. Only in parts whose Arabic is known."""
    if is_arabic(name):
        return None
    changed = re.sub(r"[^\W\d_]+", lambda found: _in_chat(found[0]), name)
    return changed if changed != name else None


def _in_chat(word: str) -> str:
    known = arabic_of(word)
    if not known or len(word) < 3:
        return word
    arabic, chat = known.most_common(1)[0][0], word.lower()
    for letter, written, digit in _CHAT:
        if arabic.count(letter) == 1 and chat.count(written) == 1 and not (written == "h" and "ه" in arabic):
            chat = chat.replace(written, digit)
    if arabic.startswith("ع") and chat[0] in "aeiou":
        chat = "3" + chat
    return chat if chat != word.lower() else word
