"""What the words of an organisation's name mean. Reach for it to tell "Bank", مصرف and Banco from what makes a name distinct.

The table is ``data/organisation_words.tsv``: legal forms, generic words and numerals in English, Arabic, French,
Spanish, Turkish, Russian and Persian, each under one concept.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from tajfif.text.unicode import fold_word

__all__ = ["is_legal_form", "organisation_word"]

_LEGAL = "~"


@lru_cache(maxsize=1)
def _table() -> dict[str, str]:
    """Map each folded form to its concept: ``""`` to drop, ``~limited`` for a legal form, ``#3`` for a numeral."""
    prefix = {"legal": _LEGAL, "generic": "", "number": "#"}
    words: dict[str, str] = {}
    text = (files("tajfif.data") / "organisation_words.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            kind, concept, forms = line.split("\t")
            value = "" if kind == "stop" else prefix[kind] + concept
            for form in forms.split():
                for folded in fold_word(form):
                    words.setdefault(folded, value)
    return words


def organisation_word(word: str) -> str | None:
    """Return what a folded word of an organisation's name stands for.

    Returns:
        ``None`` for a distinctive word; ``""`` for a word without meaning of its own ("of", و); a concept ("bank");
        a legal form as ``"~limited"``; a numeral in letters as ``"#3"``.
    """
    return _table().get(word)


def is_legal_form(concept: str) -> bool:
    """Tell whether a concept of :func:`organisation_word` is a legal form."""
    return concept.startswith(_LEGAL)
