"""What is said of a party beside its name. Reach for it for the readers of dates, countries, identifiers and gender."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from tajfif.text.countries import country_code
from tajfif.text.dates import parse_date
from tajfif.text.identifiers import identifier_kind, is_valid_identifier, normalise_identifier
from tajfif.text.unicode import fold_word

__all__ = ["country_code", "gender", "identifier_kind", "is_valid_identifier", "normalise_identifier", "parse_date"]

_WORD = re.compile(r"[^\W\d_]+")
_MAX_LENGTH = 60
_MALE = frozenset(
    "m male man boy mr monsieur homme masculin masculine erkek bay ذكر الذكر رجل مذكر ولد السيد سيد مرد ذ".split()
)
_FEMALE = frozenset(
    (
        "f female woman girl mrs ms miss mme mlle madame mademoiselle femme feminin feminine kadin bayan "
        "انثي الانثي امراه مونث نساء بنت فتاه السيده سيده انسه الانسه زن"
    ).split()
)


@lru_cache(maxsize=1_000)
def gender(text: str) -> Literal["", "male", "female"]:
    """Return the gender that a word or a form of address states, in English, Arabic, French, Turkish or Persian.

    Returns:
        ``male`` or ``female``; empty when the text states neither, or both.
    """
    words = {folded for word in _WORD.findall(text[:_MAX_LENGTH]) for folded in fold_word(word)}
    male, female = bool(words & _MALE), bool(words & _FEMALE)
    if male == female:
        return ""
    return "male" if male else "female"
