"""Which country a text means. Reach for it to read a country or a nationality of a list or a customer file.

Names come from the Unicode CLDR in English, Arabic and French, codes of three letters and three digits from its
aliases, and nationalities and the lists' own spellings from ``data/countries.tsv``.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

from babel import Locale
from babel.core import get_global

from tajfif.text.unicode import fold_word

__all__ = ["country_code"]

_LANGUAGES = ("en", "ar", "fr")
_NOT_COUNTRIES = frozenset({"ZZ", "EU", "UN", "EZ", "QO", "XA", "XB", "IC", "EA", "DG", "CQ", "TA", "CP", "AC"})
_MAX_LENGTH = 200
_WORD = re.compile(r"[^\W_]+")
_INITIALS = re.compile(r"\b((?:\w\.\s?){2,}\w?)(?!\w)")
_BETWEEN = re.compile(r"[,،;/|()]")
_JOINERS = str.maketrans(
    dict.fromkeys("'’‘`ʿʾ" + "".join(map(chr, (*range(0x64B, 0x660), 0x670, 0x640))), "")
)  # and Arabic vowel signs
_ALSO_WORDS = frozenset({"and", "are", "can", "per"})
"""Codes of three letters that are codes only in capitals: they come up as words when a sentence is cut."""
_SMALL_WORDS = frozenset({"the", "of", "and", "du", "de", "la", "le", "les", "et"})
# Words beside a country that say nothing more. "Possibly" and "revoked" do: a text with them is no country alone.
_BESIDE_WORDS = """
national nationality nationalite citizen citizenship passport country region born by birth origin
republic kingdom state sultanate emirate federal islamic republique royaume
جنسيه جمهوريه مملكه دوله سلطنه مواطن مواطنه بلد
"""
_BESIDE = frozenset(_BESIDE_WORDS.split())


def _words(text: str) -> list[str]:
    """Return the folded words: without small words and the Arabic article, initials joined (U.A.E.)."""
    text = _INITIALS.sub(lambda match: match[1].replace(".", "").replace(" ", "") + " ", text.translate(_JOINERS))
    words = []
    for word in _WORD.findall(text):
        for folded in fold_word(word):
            words.append(folded[2:] if folded.startswith("ال") and len(folded) > 4 else folded)
    return [word for word in words if word not in _SMALL_WORDS]


@lru_cache(maxsize=1)
def _table() -> dict[str, str]:
    names: dict[str, str] = {}
    text = (files("tajfif.data") / "countries.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            code, forms = line.split("\t")
            for form in (code, *forms.split("|")):
                names.setdefault(" ".join(_words(form)), code)
            names.setdefault(code, code)
    for language in _LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES:
                names.setdefault(" ".join(_words(name)), code.lower())
                names.setdefault(code.lower(), code.lower())
    for alias, codes in get_global("territory_aliases").items():
        if len(alias) == 3 and len(codes) == 1 and len(codes[0]) == 2:
            names.setdefault(alias.lower(), codes[0].lower())
    names.update({"uk": "gb", "rks": "xk", "xkx": "xk"})
    return names


@lru_cache(maxsize=20_000)
def country_code(text: str) -> str:
    """Return the ISO 3166-1 alpha-2 code, in lower case, of the country that a text names.

    Reads country names, nationalities (in either gender) and codes of two or three letters, in English, Arabic and
    French, and the spellings of the UN, OFAC and UK lists. Kosovo is ``xk``; "Congo" alone is ``cg``, as in ISO 3166.

    Returns:
        The code; empty when no country is recognised, when the text names two, or when it says more than a country
        ("Libya (in custody)"), so that a code never stands for a text that it would lose.
    """
    if len(text) > _MAX_LENGTH:
        return ""
    table = _table()
    bare = text.strip().lower()
    if bare in _ALSO_WORDS and not text.strip().isupper():
        return ""
    if len(bare) in {2, 3} and bare in table:  # a code by itself, even where it is a small word: DE, LA, ET
        return table[bare]
    words = _words(text)
    if not words:
        return ""
    found = table.get(" ".join(words))
    if found:
        return found
    kept = [word for word in words if word not in _BESIDE]
    # A code of two letters left over from a sentence ("born in") is a word, not a country.
    if any(len(word) > 2 for word in kept):
        found = table.get(" ".join(kept))
    if not found and _BETWEEN.search(text):
        codes = {table.get(" ".join(_words(piece)), "") for piece in _BETWEEN.split(text) if piece.strip()}
        found = codes.pop() if len(codes) == 1 else ""
    return found or ""
