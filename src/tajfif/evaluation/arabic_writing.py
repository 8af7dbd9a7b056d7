"""Habits of Arabic writing that change no name. Reach for them through :mod:`tajfif.evaluation.alterations`.

Each function takes a name and a seeded generator and returns the changed name, or ``None`` where the name gives it nothing
to do. The same generator in the same state gives the same name.
"""

from __future__ import annotations

import random

__all__ = ["compound_spacing", "final_ya", "foreign_keys", "hamza", "harakat", "ta_marbuta", "tatweel"]


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


_FOREIGN = str.maketrans("كيه", "کیہ")


def foreign_keys(name: str, rng: random.Random) -> str | None:
    """Type on a Persian or Urdu keyboard: ک and ی for ك and ي."""
    changed = name.translate(_FOREIGN)
    return changed if changed != name else None


def harakat(name: str, rng: random.Random) -> str | None:
    """Write vowel signs and doubling marks on some letters."""
    places = [i for i in range(1, len(name)) if name[i - 1] != " " and name[i] in "بتثجحخدذرزسشصضطظعغفقكلمنهوي"]
    if not places:
        return None
    marked = {i: rng.choice("\u064e\u064f\u0650\u0651\u0652") for i in rng.sample(places, min(3, len(places)))}
    return "".join(char + marked.get(i, "") for i, char in enumerate(name))
