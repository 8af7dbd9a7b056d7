"""The names of months in four calendars. Reach for it to find the month among the words of a date.

Gregorian months in English, French, Turkish and the Arabic of the Levant, Egypt and the Maghreb; lunar Hijri months in
Arabic script and in the many romanisations; solar Hijri months under their Iranian and Afghan (zodiac) names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

__all__ = ["Month", "read_month"]


class Month(NamedTuple):
    """A month of one calendar."""

    calendar: Literal["", "islamic", "persian"]
    number: int


# One line a month; every form as ``fold_word`` leaves it.
_GREGORIAN = (
    "january jan janvier janv ocak يناير جانفي ينائر",
    "february feb fevrier fevr fev subat فبراير فيفري شباط",
    "march mar mars mart مارس اذار",
    "april apr avril avr nisan ابريل افريل نيسان",
    "may mai mayis مايو ماي ايار",
    "june jun juin haziran يونيو يونيه جوان حزيران",
    "july jul juillet juil temmuz يوليو يوليه جويليه يوليوز تموز",
    "august aug aout agustos اغسطس اوت غشت اب",
    "september sep sept septembre eylul سبتمبر شتنبر ايلول",
    "october oct octobre ekim اكتوبر",
    "november nov novembre kasim نوفمبر نونبر",
    "december dec decembre aralik ديسمبر دجنبر",
)
_LUNAR_ARABIC = (
    "محرم",
    "صفر",
    "",
    "",
    "",
    "",
    "رجب",
    "شعبان",
    "رمضان",
    "شوال",
    "ذوالقعده ذيالقعده ذيقعده",
    "ذوالحجه ذيالحجه ذيحجه",
)
_SOLAR = (
    "farvardin hamal فروردين حمل",
    "ordibehesht ordibihisht sawr saur thawr ارديبهشت ثور",
    "khordad khurdad jawza jauza خرداد جوزا",
    "tir saratan تير سرطان",
    "mordad amordad asad مرداد اسد",
    "shahrivar shahriwar sunbula sonbola sunbulah شهريور سنبله",
    "mehr mizan مهر ميزان",
    "aban aqrab ابان عقرب",
    "azar qaws qaus اذر قوس",
    "dey jadi jady دي جدي",
    "bahman dalw dalwa dalv بهمن دلو",
    "esfand isfand hut hoot اسفند حوت",
)
_LUNAR_LATIN = (
    (1, re.compile(r"m[ou]h?arr?[ae]m")),
    (2, re.compile(r"s[ae](?:f+|ph)[ae]r")),
    (7, re.compile(r"r[ae]d?j+[ae]b")),
    (8, re.compile(r"(?:sh|ch|s)a+b[ae]+ne?")),
    (9, re.compile(r"ram[aeo](?:dh|d|z|dz)[ae]+n")),
    (10, re.compile(r"(?:sh|ch|s)[ao]u?w*[ao]+l")),
    (11, re.compile(r"(?:dh|th|dz|d|z)[uoi]+(?:al|[ae]l|l)?[qk][aiu]+e?d+[aei]*h?")),
    (12, re.compile(r"(?:dh|th|dz|d|z)[uoi]+(?:al|[ae]l|l)?h[aiu]d?j+[aei]*h?")),
)
# Months that come in pairs: the name, then "the first" or "the second".
_PAIRED = (
    ("rabi", re.compile(r"r[ae]b[iy]+[aeu]?h?(?:ul|al|el|l)?|ربيع")),
    ("jumada", re.compile(r"(?:dj|j|g)(?:ou|u|o|a)m+[aou]+d[aiey]*h?(?:ul|al|el|l)?|جمادي")),
    ("kanun", re.compile(r"kanou?n|كانون")),
    ("tishrin", re.compile(r"t[ie]?(?:sh|ch)rine?|تشرين")),
)
_PAIR_MONTHS = {
    "rabi": (Month("islamic", 3), Month("islamic", 4)),
    "jumada": (Month("islamic", 5), Month("islamic", 6)),
    "kanun": (Month("", 12), Month("", 1)),
    "tishrin": (Month("", 10), Month("", 11)),
}
_ARTICLE = r"(?:al|ul|el|ath|uth|ats|as|us|l)?"
_FIRST = re.compile(rf"{_ARTICLE}(?:aw+[ae]l|oula|ula)|i|1|(?:ال)?(?:اول|اولي)")
_SECOND = re.compile(
    rf"{_ARTICLE}(?:th|t|s)a+n[iy]+(?:[aey]+h?)?|{_ARTICLE}a+kh?[aei]?r[ae]*h?|ii|2|(?:ال)?(?:ثاني|ثانيه|اخر|اخره|اخري)"
)
_GLUED = re.compile(
    r"(?P<name>r[ae]b[iy]+[aeu]?|(?:dj|j|g)(?:ou|u|o|a)m+[aou]+d[aiey]*|ربيع|جمادي)(?P<ordinal>(?:al|ul|el|l|ath|uth|ال)\w+)"
)
_ARTICLES = frozenset({"al", "ul", "el", "ath", "uth", "at", "as", "us", "l", "ال"})
_DHU = re.compile(r"(?:dh|th|dz|d|z)[uoi]+l?|ذو|ذي|ذا")
_QADA = re.compile(r"(?:al|l)?[qk][aiu]+e?d+[aei]*h?|(?:ال)?قعده")
_HIJJA = re.compile(r"(?:al|l)?h[aiu]d?j+[aei]*h?|(?:ال)?حجه")
_EPITHETS = frozenset(
    {
        "الخير",
        "المظفر",
        "المرجب",
        "المعظم",
        "المبارك",
        "المكرم",
        "الحرام",
        "الاصب",
        "khayr",
        "khair",
        "mubarak",
        "haram",
    }
)
"""What custom adds to the name of a lunar month (رمضان المبارك)."""


def _table() -> dict[str, Month]:
    table: dict[str, Month] = {}
    for calendar, names in (("", _GREGORIAN), ("islamic", _LUNAR_ARABIC), ("persian", _SOLAR)):
        for number, forms in enumerate(names, 1):
            for form in forms.split():
                table[form] = Month(calendar, number)  # type: ignore[arg-type]
    return table


_MONTHS = _table()


@lru_cache(maxsize=5_000)
def _single(word: str) -> Month | None:
    """Return the month that one word names by itself."""
    found = _MONTHS.get(word) or _MONTHS.get(word.removeprefix("ال"))
    if found or not word.isascii():
        return found
    for number, pattern in _LUNAR_LATIN:
        if pattern.fullmatch(word):
            return Month("islamic", number)
    return None


@lru_cache(maxsize=5_000)
def _pair(word: str) -> str:
    return next((name for name, pattern in _PAIRED if pattern.fullmatch(word)), "")


def _ordinal(word: str) -> int:
    return 1 if _FIRST.fullmatch(word) else 2 if _SECOND.fullmatch(word) else 0


def read_month(words: Sequence[str], start: int) -> tuple[Month, int] | None:
    """Read a month at a place among the words of a date.

    Args:
        words: Folded words and runs of digits.
        start: Index of the word to begin at.

    Returns:
        The month and the number of words that it takes; ``None`` if no month begins there. A "Rabi" that does not say
        which of the two it is, is none.
    """
    word = words[start]
    pair = _pair(word)
    if pair:
        return _read_pair(pair, words, start)
    glued = _GLUED.fullmatch(word)
    if glued and (ordinal := _ordinal(glued["ordinal"])):
        return _PAIR_MONTHS[_pair(glued["name"])][ordinal - 1], 1
    if _DHU.fullmatch(word):
        return _read_dhu(words, start)
    month = _single(word)
    if month is None:
        return None
    used = 1
    while start + used < len(words) and (words[start + used] in _EPITHETS or words[start + used] == "al"):
        used += 1
    return month, used


def _read_pair(pair: str, words: Sequence[str], start: int) -> tuple[Month, int] | None:
    used = 1
    while start + used < len(words) and words[start + used] in _ARTICLES:
        used += 1
    ordinal = _ordinal(words[start + used]) if start + used < len(words) else 0
    return (_PAIR_MONTHS[pair][ordinal - 1], used + 1) if ordinal else None


def _read_dhu(words: Sequence[str], start: int) -> tuple[Month, int] | None:
    used = 1
    while start + used < len(words) and words[start + used] in _ARTICLES:
        used += 1
    if start + used < len(words):
        if _QADA.fullmatch(words[start + used]):
            return Month("islamic", 11), used + 1
        if _HIJJA.fullmatch(words[start + used]):
            return Month("islamic", 12), used + 1
    return None
