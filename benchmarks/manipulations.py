"""The manipulations that the benchmarks ask by: those of the package that change no more than a slip of the hand does.

The tables are fixed, so that figures of different days can be compared; :mod:`tajfif.evaluation.alterations` has more.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from tajfif.evaluation import arabic_writing, forms, slips
from tajfif.evaluation.units import is_arabic, units

__all__ = ["ARABIC", "LATIN", "Manipulation", "altered", "is_arabic", "units"]

Manipulation = Callable[[str, random.Random], str | None]

LATIN: dict[str, Manipulation] = {
    "typo_neighbour": slips.typo_neighbour,
    "typo_transposed": slips.typo_transposed,
    "typo_dropped": slips.typo_dropped,
    "typo_doubled": slips.typo_doubled,
    "two_typos": slips.two_typos,
    "last_first": forms.last_first,
    "tokens_swapped": forms.tokens_swapped,
    "separators": forms.separators,
    "joined": forms.joined,
    "split": forms.split,
    "vowel_dropped": slips.vowel_dropped,
    "vowel_doubled": slips.vowel_doubled,
    "middle_dropped": forms.middle_dropped,
    "diacritics": slips.diacritics,
}
"""Manipulations of a Latin name, by name."""

ARABIC: dict[str, Manipulation] = {
    "hamza": arabic_writing.hamza,
    "final_ya": arabic_writing.final_ya,
    "ta_marbuta": arabic_writing.ta_marbuta,
    "compound_spacing": arabic_writing.compound_spacing,
    "joined": forms.joined,
    "tatweel": arabic_writing.tatweel,
    "middle_dropped": forms.middle_dropped,
    "typo_neighbour": slips.typo_neighbour,
    "typo_transposed": slips.typo_transposed,
    "typo_dropped": slips.typo_dropped,
    "typo_doubled": slips.typo_doubled,
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
