"""A name put together in another way: order, spaces, parts left out. Reach for it through :mod:`tajfif.evaluation.alterations`.

Each function takes a name and a seeded generator and returns the changed name, or ``None`` where the name gives it nothing
to do (no middle name to drop, no comma to add). The same generator in the same state gives the same name.
"""

from __future__ import annotations

import random
import re

from tajfif.evaluation.units import is_arabic, is_link, units
from tajfif.text.names import parse_name

__all__ = [
    "article_dropped",
    "capitals",
    "given_initial",
    "joined",
    "joined_whole",
    "last_first",
    "link_added",
    "links_dropped",
    "middle_dropped",
    "middle_initial",
    "punctuated",
    "separators",
    "split",
    "title_added",
    "tokens_swapped",
]


def middle_dropped(name: str, rng: random.Random) -> str | None:
    """Leave out a unit that is neither the first nor the last, nor the name after a title that comes first."""
    parts = units(name)
    first = 2 if len(parts) > 2 and parts[0] in parse_name(name).titles else 1
    if len(parts) < first + 2:
        return None
    i = rng.randrange(first, len(parts) - 1)
    return " ".join(parts[:i] + parts[i + 1 :])


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


def joined_whole(name: str, rng: random.Random) -> str | None:
    """Write the whole name without a space."""
    words = re.split(r"[\s\-'’.,]+", name)
    if not 2 <= len(words) <= 4:
        return None
    return "".join(words) if is_arabic(name) else "".join(words).lower()


_ARTICLE = re.compile(r"(?<![^\s-])(?:al|el|as|ad|ar|an|az|ash|at)[- ](?=\w{3})", re.IGNORECASE)
_ARABIC_ARTICLE = re.compile(r"(?<!عبد )\bال(?=\w{3})(?!(?:له|دين|دین)\b)")


def article_dropped(name: str, rng: random.Random) -> str | None:
    """Leave the article out: al-, el-, ال, but not the one of a compound (Abd al-…)."""
    if is_arabic(name):
        return _or_none(_ARABIC_ARTICLE.sub("", name), name)
    if re.search(r"\babd", name, re.IGNORECASE):
        return None
    return _or_none(_ARTICLE.sub("", name), name)


def links_dropped(name: str, rng: random.Random) -> str | None:
    """Leave out the links of descent: bin, ibn, بن."""
    words = name.split()
    return _or_none(" ".join(word for place, word in enumerate(words) if not (place and is_link(word))), name)


def link_added(name: str, rng: random.Random) -> str | None:
    """Link the second part to the first by bin, ben, ibn or بن."""
    parts = units(name)
    if len(parts) < 3 or "," in name or any(is_link(word) for word in name.split()):
        return None
    link = "بن" if is_arabic(name) else rng.choice(("bin", "ben", "ibn"))
    return " ".join([parts[0], link, *parts[1:]])


def given_initial(name: str, rng: random.Random) -> str | None:
    """Write only the first letter of the first part: "Z. Mithali"."""
    parts = units(name)
    if len(parts) < 2 or "," in name or len(parts[0].split()) > 1 or len(parts[0]) < 3 or not parts[0][0].isalpha():
        return None
    return " ".join([f"{parts[0][0]}.", *parts[1:]])


def middle_initial(name: str, rng: random.Random) -> str | None:
    """Write only the first letter of a part that is neither first nor last."""
    parts = units(name)
    places = [i for i in range(1, len(parts) - 1) if parts[i].isalpha() and len(parts[i]) > 2]
    if not places or "," in name:
        return None
    i = rng.choice(places)
    return " ".join([*parts[:i], f"{parts[i][0]}.", *parts[i + 1 :]])


_TITLES = ("Sheikh", "Hajji", "Dr.", "Mr.", "Eng.")
_ARABIC_TITLES = ("الشيخ", "الحاج", "الدكتور", "السيد", "المهندس")


def title_added(name: str, rng: random.Random) -> str | None:
    """Put a title before the name."""
    if "," in name:
        return None
    return f"{rng.choice(_ARABIC_TITLES if is_arabic(name) else _TITLES)} {name}"


def punctuated(name: str, rng: random.Random) -> str | None:
    """Take full stops, commas, hyphens, apostrophes and quotation marks for spaces or nothing; add dots where there are none."""
    bare = " ".join(re.sub(r"[.,\-/()\"“”«»]", " ", re.sub(r"['’`ʿʾ]", "", name)).split())
    if bare != name:
        return bare
    return ". ".join(name.split()) + "." if " " in name else None


def capitals(name: str, rng: random.Random) -> str | None:
    """Write everything in capitals, or in small letters what is in capitals."""
    return _or_none(name.lower() if name.isupper() else name.upper(), name)


def _or_none(changed: str, name: str) -> str | None:
    return None if changed == name or not changed.strip() else changed
