"""A name cut into what is moved, dropped or abbreviated as a whole. Reach for it to change a name as people do."""

from __future__ import annotations

import unicodedata

__all__ = ["ARABIC_LINKS", "LATIN_LINKS", "is_arabic", "is_link", "units"]

LATIN_LINKS = frozenset("bin ibn ben bint ould".split())
"""Links of descent, in Latin letters."""
ARABIC_LINKS = frozenset({"بن", "ابن", "بنت", "ولد"})
"""Links of descent, in Arabic letters."""
_LATIN_PARTICLES = LATIN_LINKS | frozenset(
    "al el ul as ad abd abdul abdel abu abou umm de da do dos das del della di la le van von der den du st mac mc y e".split()
)
_ARABIC_PARTICLES = ARABIC_LINKS | frozenset({"عبد", "ابو", "أبو", "ابي", "أبي", "ابا", "ام", "أم", "ال", "آل"})

_ARABIC_ENDINGS = frozenset({"الله", "الدين", "الدین"})


def is_arabic(name: str) -> bool:
    """Tell whether the first letter of the name is of the Arabic script."""
    return next((unicodedata.name(char, "").startswith("ARABIC") for char in name if char.isalpha()), False)


def is_link(word: str) -> bool:
    """Tell whether a word is a link of descent: bin, ibn, بن."""
    return word.strip(".,'-").lower() in LATIN_LINKS or word in ARABIC_LINKS


def units(name: str) -> list[str]:
    """Split a name into units: a particle and what it governs ("bin Salim", "عبد الله", "نور الدين") stay together."""
    particles = _ARABIC_PARTICLES if is_arabic(name) else _LATIN_PARTICLES
    found: list[str] = []
    held = ""
    for word in name.split():
        if not held and found and word in _ARABIC_ENDINGS:
            found[-1] += f" {word}"
            continue
        held = f"{held} {word}".strip()
        if word.strip(".,'-").lower() not in particles:
            found.append(held)
            held = ""
    if held:
        found.append(held)
    return found
