"""Writing made comparable. Reach for it before any two strings meet, and before Arabic and Latin share a line.

Folding removes what varies without changing a name: case, accents, Arabic vowel signs, hamza seats, presentation forms,
letters that Persian, Urdu, Kurdish and Pashto keyboards use for the same sound, invisible characters. What is folded
away can also be a sign of evasion, so :func:`signs` reports it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

__all__ = ["ARABIC_LETTERS", "fold_word", "has_arabic", "isolate", "script_of", "signs", "strip_controls"]

ARABIC_LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهويپچژگڤ"
"""The letters that folded Arabic script is written in."""

_ARABIC_FOLD = {
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ٲ": "ا", "ٳ": "ا", "ٵ": "ا", "ؤ": "و", "ئ": "ي", "ء": "", "ٔ": "", "ٕ": "",
    "ى": "ي", "ی": "ي", "ې": "ي", "ے": "ي", "ێ": "ي", "ۍ": "ي", "ۓ": "ي", "ي": "ي", "ؽ": "ي", "ۑ": "ي",
    "ة": "ه", "ہ": "ه", "ھ": "ه", "ە": "ه", "ۀ": "ه", "ۂ": "ه", "ۃ": "ه",
    "ک": "ك", "ڪ": "ك", "ګ": "گ", "ڬ": "گ", "ڭ": "گ", "ڨ": "گ", "ۆ": "و", "ۇ": "و", "ۈ": "و", "ۋ": "و", "ۉ": "و",
    "ڕ": "ر", "ڑ": "ر", "ړ": "ر", "ڵ": "ل", "ټ": "ت", "ٹ": "ت", "ډ": "د", "ڈ": "د", "ڼ": "ن", "ں": "ن", "ڻ": "ن",
    "څ": "س", "ځ": "ز", "ښ": "ش", "ږ": "ژ", "ڥ": "ڤ", "ڢ": "ف", "ڧ": "ق", "ـ": "",
}  # fmt: skip
_ARABIC_TABLE = str.maketrans(_ARABIC_FOLD)

_LATIN_FOLD = {
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "ə": "a", "ħ": "h",
    "ŋ": "ng", "ĸ": "k", "ŧ": "t", "ɣ": "gh", "ɛ": "e", "ɔ": "o",
}  # fmt: skip
_LATIN_TABLE = str.maketrans(_LATIN_FOLD)

# Letters of other scripts that look like a Latin one: used only inside a word that also has Latin letters.
_LOOKALIKES = str.maketrans(
    {
        **dict(zip("авеіјкмнорстухѕԁԛԝьһ", "abeijkmhopctyxsdqwbh", strict=True)),
        **dict(zip("АВЕІЈКМНОРСТУХЅ", "abeijkmhopctyxs", strict=True)),
        **dict(zip("αεικνορτυχ", "aeikvoptux", strict=True)),
        **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "abezhikmnoptyx", strict=True)),
    }
)
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
_BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Joiners and direction marks are part of ordinary Arabic and Persian typing; these are not.
_SUSPECT_INVISIBLE = re.compile("[\u00ad\u034f\u115f\u1160\u180e\u200b\u2060-\u2064\ufeff]")
_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff]")
_WORD = re.compile(r"[^\W_]+", re.UNICODE)


def has_arabic(text: str) -> bool:
    """Tell whether any character of the text is of the Arabic script."""
    return not text.isascii() and _ARABIC.search(text) is not None


def _letter_script(char: str) -> str:
    if char < "\u0250":
        return "Latn"
    if _ARABIC.match(char):
        return "Arab"
    name = unicodedata.name(char, "")
    for prefix, code in _SCRIPT_BY_NAME:
        if name.startswith(prefix):
            return code
    return "Zyyy"


_SCRIPT_BY_NAME = (
    ("LATIN", "Latn"), ("FULLWIDTH LATIN", "Latn"), ("CYRILLIC", "Cyrl"), ("GREEK", "Grek"), ("HEBREW", "Hebr"),
    ("ARABIC", "Arab"), ("CJK", "Hani"), ("HANGUL", "Hang"), ("HIRAGANA", "Hira"), ("KATAKANA", "Kana"),
    ("DEVANAGARI", "Deva"), ("BENGALI", "Beng"), ("ARMENIAN", "Armn"), ("GEORGIAN", "Geor"), ("THAI", "Thai"),
    ("MYANMAR", "Mymr"), ("ETHIOPIC", "Ethi"), ("TAMIL", "Taml"), ("SINHALA", "Sinh"), ("KHMER", "Khmr"),
    ("THAANA", "Thaa"), ("SYRIAC", "Syrc"), ("GURMUKHI", "Guru"), ("GUJARATI", "Gujr"), ("LAO", "Laoo"),
)  # fmt: skip


def script_of(text: str) -> str:
    """Return the ISO 15924 code of the script that most letters of the text are in; empty without letters."""
    counts: dict[str, int] = {}
    for char in text:
        if char.isalpha():
            script = _letter_script(char)
            counts[script] = counts.get(script, 0) + 1
    return max(counts, key=lambda script: (counts[script], script)) if counts else ""


def strip_controls(text: str) -> str:
    """Remove invisible and direction-changing characters; other control characters become spaces."""
    text = _INVISIBLE.sub("", text)
    return "".join(" " if unicodedata.category(char) == "Cc" else char for char in text)


@lru_cache(maxsize=100_000)
def fold_word(word: str) -> tuple[str, ...]:
    """Fold one written word to the letters that are compared.

    Args:
        word: A run of characters without white space or punctuation other than marks.

    Returns:
        Zero, one or (where a script is transliterated to several words) more words, each of ASCII lower-case letters and
        digits, or of :data:`ARABIC_LETTERS` and digits.
    """
    if word.isascii():
        return (word.lower(),)
    word = unicodedata.normalize("NFKC", _INVISIBLE.sub("", word))
    if _ARABIC.search(word):
        return _fold_arabic(word)
    has_latin = any("a" <= char.lower() <= "z" for char in word)
    if has_latin:
        word = word.translate(_LOOKALIKES)
    decomposed = unicodedata.normalize("NFKD", word.lower().translate(_LATIN_TABLE))
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    if not bare.isascii():
        bare = anyascii(word).lower()
    return tuple(re.findall(r"[a-z0-9]+", bare.replace("'", "").replace("`", "")))


def _fold_arabic(word: str) -> tuple[str, ...]:
    out = []
    if "ە" in word[:-1]:  # a vowel of Sorani Kurdish, which other writing leaves out within a word
        word = word[:-1].replace("ە", "") + word[-1]
    for char in word.translate(_ARABIC_TABLE):
        if char in _ARABIC_KEPT:
            out.append(char)
        elif char.isdigit():
            out.append(str(unicodedata.digit(char, 0)))
        elif char.isascii() and char.isalpha():
            out.append(char.lower())  # a Latin letter inside an Arabic word: kept, and reported by signs()
    folded = "".join(out)
    return (folded,) if folded else ()


_ARABIC_KEPT = frozenset(ARABIC_LETTERS)


@lru_cache(maxsize=50_000)
def _word_signs(word: str) -> tuple[str, ...]:
    scripts = {_letter_script(char) for char in word if char.isalpha()} - {"Zyyy"}
    found = []
    if len(scripts) > 1 and not scripts <= {"Hani", "Hira", "Kana"}:
        found.append("mixed_script")
        if "Latn" in scripts and scripts & {"Cyrl", "Grek"}:
            found.append("homoglyph")
    letters = sum(char.isalpha() for char in word)
    digits = [char for char in word if char.isdigit()]
    inside = letters >= 2 and not word[0].isdigit() and not re.fullmatch(r"[^\d]+\d+", word)
    arabizi_first = letters >= 3 and word[0] in "2356789" and len(digits) == 1
    if digits and (inside or arabizi_first):
        found.append("digit_for_letter")
    return tuple(found)


def signs(text: str) -> tuple[str, ...]:
    """Report what in the writing of a name can hide it from a simpler search, sorted.

    ``mixed_script`` (two scripts in one word), ``homoglyph`` (Cyrillic or Greek letters in a Latin word),
    ``invisible_character``, ``bidi_control`` (characters that reverse the display), ``digit_for_letter``.
    """
    found: set[str] = set()
    if not text.isascii():
        if _BIDI_CONTROLS.search(text):
            found.add("bidi_control")
        if _SUSPECT_INVISIBLE.search(text):
            found.add("invisible_character")
    elif not any(char.isdigit() for char in text):
        return ()
    for word in _WORD.findall(_INVISIBLE.sub("", text)):
        found.update(_word_signs(word))
    return tuple(sorted(found))


def isolate(text: str) -> str:
    """Wrap text that holds Arabic or Hebrew letters in direction isolates, so that it cannot reorder its neighbours."""
    if text.isascii() or not any(unicodedata.bidirectional(char) in {"R", "AL"} for char in text):
        return text
    return f"\u2067{text}\u2069"
