"""Named alterations of a Latin name, as typing, copying and form-filling make them."""

from __future__ import annotations

import random
from collections.abc import Callable

__all__ = ["ALTERATIONS", "alter"]

_NEIGHBOURS = {
    "a": "sqz", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo", "j": "hk", "k": "jl", "l": "k",
    "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "wa", "r": "et", "s": "ad", "t": "ry", "u": "yi", "v": "cb", "w": "qe", "x": "zc",
    "y": "tu", "z": "xs",
}  # fmt: skip


def _letters(name: str) -> list[int]:
    """Return the places of letters inside words of four letters and more: where a slip leaves the word recognisable."""
    places, start = [], 0
    for word in name.split(" "):
        if len(word) >= 4:
            places += [i for i in range(start, start + len(word)) if name[i].isalpha()]
        start += len(word) + 1
    return places or [i for i, char in enumerate(name) if char.isalpha()]


def neighbour_key(name: str, rng: random.Random) -> str:
    """Replace a letter by one beside it on the keyboard."""
    i = rng.choice(_letters(name))
    return name[:i] + rng.choice(_NEIGHBOURS.get(name[i].lower(), "e")) + name[i + 1 :]


def letter_dropped(name: str, rng: random.Random) -> str:
    """Leave a letter out."""
    i = rng.choice(_letters(name))
    return name[:i] + name[i + 1 :]


def letter_doubled(name: str, rng: random.Random) -> str:
    """Type a letter twice."""
    i = rng.choice(_letters(name))
    return name[:i] + name[i].lower() + name[i:]


def letters_exchanged(name: str, rng: random.Random) -> str:
    """Exchange two neighbouring letters of a word."""
    places = [
        i
        for i in _letters(name)
        if i + 1 < len(name) and name[i + 1].isalpha() and name[i].lower() != name[i + 1].lower()
    ]
    if not places:
        return letter_doubled(name, rng)
    i = rng.choice(places)
    return name[:i] + name[i + 1].lower() + name[i].lower() + name[i + 2 :]


def two_typos(name: str, rng: random.Random) -> str:
    """Make two slips in a name of twelve letters or more, else one."""
    once = letter_dropped(name, rng)
    return neighbour_key(once, rng) if len(name) >= 12 else once


def last_first(name: str, rng: random.Random) -> str:
    """Write the last word first, with a comma."""
    tokens = name.split()
    return f"{tokens[-1]}, {' '.join(tokens[:-1])}" if len(tokens) > 1 else name


def last_moved_first(name: str, rng: random.Random) -> str:
    """Write the last word first, without a comma."""
    tokens = name.split()
    return " ".join([tokens[-1], *tokens[:-1]])


def hyphens(name: str, rng: random.Random) -> str:
    """Write hyphens for spaces."""
    return "-".join(name.split())


def joined(name: str, rng: random.Random) -> str:
    """Leave out one space."""
    tokens = name.split()
    if len(tokens) < 2:
        return name
    i = rng.randrange(len(tokens) - 1)
    return " ".join([*tokens[:i], tokens[i] + tokens[i + 1].lower(), *tokens[i + 2 :]])


def middle_dropped(name: str, rng: random.Random) -> str:
    """Leave out a word that is neither the first nor the last; a particle goes with the word that follows it."""
    tokens = name.split()
    middle = [i for i in range(1, len(tokens) - 1) if len(tokens[i]) > 3 and len(tokens[i - 1]) > 3]
    if not middle:
        return letter_dropped(name, rng)
    i = rng.choice(middle)
    return " ".join(tokens[:i] + tokens[i + 1 :])


ALTERATIONS: dict[str, Callable[[str, random.Random], str]] = {
    function.__name__: function
    for function in (
        neighbour_key, letter_dropped, letter_doubled, letters_exchanged, two_typos, last_first, last_moved_first, hyphens, joined,
        middle_dropped,
    )
}  # fmt: skip


def alter(name: str, rng: random.Random) -> tuple[str, str]:
    """Return an altered name and the alteration's name."""
    change = rng.choice(sorted(ALTERATIONS))
    return ALTERATIONS[change](name, rng), change
