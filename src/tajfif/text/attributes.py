"""What is said of a party beside its name. Reach for it for the readers of dates, countries, identifiers and gender in one place."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from tajfif.text.countries import country_code
from tajfif.text.dates import parse_date
from tajfif.text.identifiers import identifier_kind, is_valid_identifier, normalise_identifier
from tajfif.text.unicode import fold_word

__all__ = ["country_code", "gender", "identifier_kind", "is_valid_identifier", "normalise_identifier", "parse_date"]

_MALE = frozenset("m male man mr homme masculin masculine erkek ذكر رجل مذكر الذكر".split())
_FEMALE = frozenset("f female woman mrs ms miss femme feminin feminine kadin انثي امراه مونث نساء".split())


@lru_cache(maxsize=1_000)
def gender(text: str) -> Literal["", "male", "female"]:
    """Return the gender that a word in English, Arabic, French or Turkish states; empty when it states none."""
    words = {folded for word in text.replace(".", " ").split() for folded in fold_word(word)}
    if words & _FEMALE:
        return "female"
    return "male" if words & _MALE else ""
