"""Dates as people write them. Reach for it to read a birth date of a list or a customer file.

Gregorian dates in English, Arabic, French and Turkish; Hijri dates, lunar and solar, with or without a mark, day first
or year first. What is read is Gregorian and ISO; what cannot be read is kept as text. How Hijri dates are converted
stands in :mod:`tajfif.text.calendars`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple

from tajfif.model import BirthDate
from tajfif.text.calendars import lunar_to_gregorian, solar_to_gregorian
from tajfif.text.months import Month, read_month
from tajfif.text.unicode import fold_word

__all__ = ["parse_date"]

Calendar = Literal["", "islamic", "persian"]

_MAX_LENGTH = 120
_HIJRI_YEARS = range(1300, 1461)
"""A year that tells by itself that it is a Hijri one: 1882-2038 of the lunar calendar."""
_GREGORIAN_YEARS = range(1600, 2101)
_LAST_DAY_NUMBER = 31

_ISO = re.compile(r"(1[6-9]\d\d|20\d\d)-(\d\d)-(\d\d)")
_TIME = re.compile(
    r"[t ,]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:[ap]\.?m\.?|[صم](?!\w))?"
    r"(?:\s*(?:z|utc|gmt|[+-]\d{2}:?\d{2}))?\s*$"
    r"|(?<=\d\d-\d\d)(?:z|[+-]\d{2}:\d{2})$"
)
# Marks are looked for in text whose Arabic letters are folded (ة is ه, ى and ی are ي, no hamza, no tatweel). A mark may
# touch a digit ("1400هـ", "1400AH") but no letter.
_EDGE, _END = r"(?<![^\W\d_])", r"(?![^\W\d_])"
_SOLAR_MARK = re.compile(
    rf"{_EDGE}(?:a\.?\s?h\.?\s?s\.?|a\.?\s?p\.?|s\.?\s?h\.?|h\.?\s?sh?\.?|h\.?\s?kh\.?|(?:hijri\s)?(?:shamsi|solar)|jalali|khorshidi|"
    rf"ه\s?\.?\s?ش\.?|ش|(?:هجري[ه]?\s)?(?:شمسي[ه]?|خورشيدي)){_END}"
)
_LUNAR_MARK = re.compile(
    rf"{_EDGE}(?:a\.?\s?h\.?(?:\s?q\.?)?|h\.?(?:\s?q\.?)?|(?:hijri(?:yy?ah?)?|hegir[ae])(?:\s(?:lunar|qamari))?|lunar|qamari|"
    rf"ه\s?\.?\s?ق\.?|ه|هجري[ه]?(?:\sقمري[ه]?)?|للهجره|قمري[ه]?){_END}"
)
_GREGORIAN_MARK = re.compile(rf"{_EDGE}(?:a\.?d\.?|c\.?e\.?|gregorian|ميلادي[ه]?|م){_END}")
_CALENDAR_WORD = re.compile(rf"{_EDGE}(?:calendar|year|التقويم){_END}")
_APPROXIMATE = re.compile(
    rf"{_EDGE}(?:circa|approx(?:imately|imate)?|about|around|ca|c\.|between|early|late|mid|est(?:imated)?|probably|possibly|entre|"
    rf"vers|environ|حوالي|تقريبا|نحو|قرابه|بين){_END}\.?|~|\+/-|±|\?"
)
_DECADE = re.compile(rf"(?<!\d)(1[6-9]\d|20\d)0\s?'?s{_END}")
_SAME_DAY = re.compile(r"\s*(?:=|\bcorresponding to\b|\bequivalent to\b|الموافق ل?|\bموافق)\s*")
_PARENTHESIS = re.compile(r"([^()]+)\(([^()]+)\)[\s.]*")
_RANGE = re.compile(
    r"\s+(?:to|and|until|through|or|au|et|ou|الي|و|او|حتي)\s+|\s+[-–—]\s+"
    r"|(?:(?<=\d{4})|(?<=\d[هم])|(?<=\d\s[هم]))\s*[-–—/]\s*(?=\d{4}(?!\d))"
)
_TOKEN = re.compile(r"\d+|[^\W\d_]+")
_JOINERS = str.maketrans(dict.fromkeys("'’‘`ʿʾʼ´", ""))
_NOISE_WORDS = """
st nd rd th de du le la of er on in en the au born birth date dob yob year month day ne nee naissance from al
سنه عام يوم في مواليد ولد ولدت تاريخ الميلاد ميلاد شهر من المولود
"""
_NOISE = frozenset(_NOISE_WORDS.split())
_ARABIC_MARKS = (0x640, *range(0x64B, 0x653), 0x670)
"""Tatweel and vowel signs."""
_ARABIC_FOLD = str.maketrans(
    {
        **dict(zip("ةىیېکأإآھہە", "هيييكاااههه", strict=True)),
        **dict.fromkeys(map(chr, _ARABIC_MARKS), ""),
        "\u200d": "",
        "\u200c": " ",
    }
)


@lru_cache(maxsize=100_000)
def parse_date(text: str) -> BirthDate:
    """Read one date, or one range of dates.

    Numeric dates are read day first where both readings are possible (``03/04/1956`` is 3 April). A year of two digits
    is read only from 32 on, where it can be neither a day nor of this century: 19xx, or 13xx under a Hijri mark. A year
    from 1300 to 1460 is a Hijri one even without a mark: lunar, unless the mark or the month says solar. Where a text
    states one day in two calendars, the Gregorian one counts. A day that its month does not have is left off.

    Returns:
        The date. A converted Hijri date names its calendar and keeps its ``text``; a Hijri year or month is the range
        of days that it covers. A text that is no date is kept in ``text`` alone.
    """
    text = " ".join(text.split())
    if not text or len(text) > _MAX_LENGTH:
        return BirthDate(text=text[:_MAX_LENGTH])
    plain = _TIME.sub("", _plain(text)).strip()
    iso = _ISO.fullmatch(plain)
    if iso:
        found = _made(int(iso[1]), int(iso[2]), int(iso[3]), "")
    else:
        found = _stated_twice(plain) or _read(plain)
    if found is None:
        return BirthDate(text=text)
    return BirthDate(
        start=found.start,
        end=found.end,
        approximate=found.approximate,
        calendar=found.calendar,
        text="" if found.lossless else text,
    )


class _Date(NamedTuple):
    start: str
    end: str = ""
    calendar: Calendar = ""
    approximate: bool = False
    lossless: bool = True


def _plain(text: str) -> str:
    """Lower the case, fold the Arabic letters and read every kind of digit."""
    text = unicodedata.normalize("NFKC", text).translate(_ARABIC_FOLD).lower()
    if text.isascii():
        return text
    return "".join(str(int(char)) if char.isdecimal() else char for char in text)


def _stated_twice(plain: str) -> _Date | None:
    """Read "1390/3/12 (18 May 1970)" and "1968 (1347 solar)"; the Gregorian statement counts."""
    pieces = _SAME_DAY.split(plain)
    if len(pieces) != 2:
        brackets = _PARENTHESIS.fullmatch(plain)
        if brackets is None:
            return None
        pieces = [brackets[1], brackets[2]]
    first, second = _read(pieces[0].strip()), _read(pieces[1].strip(), needs_number=True)
    if first is None or second is None:
        return None
    return second if first.calendar and not second.calendar else first


def _read(plain: str, *, needs_number: bool = True) -> _Date | None:
    if needs_number and not any(char.isdigit() for char in plain):
        return None
    rest = _APPROXIMATE.sub(" ", plain)
    approximate = rest != plain
    decade = _DECADE.search(rest)
    if decade:
        return _Date(f"{decade[1]}0", f"{decade[1]}9", approximate=True)
    pieces = [piece for piece in _RANGE.split(rest) if piece.strip()]
    if len(pieces) == 2:
        return _range(pieces[0], pieces[1], rest, approximate)
    found = _one(rest, rest)
    return found and found._replace(approximate=approximate)


def _range(first_text: str, second_text: str, whole: str, approximate: bool) -> _Date | None:
    """Join two dates; the first may leave its year to the second ("Aug and Sep 1977")."""
    second = _one(second_text, whole)
    first = _one(first_text, whole)
    if first is None and second is not None and not second.calendar:
        first = _one(f"{first_text} {second.start[:4]}", whole)
    if first is None or second is None:
        return None
    if bool(first.calendar) != bool(second.calendar):  # "1396/1976": one year in two calendars
        return second if first.calendar else first
    if first.start > second.start:
        first, second = second, first
    return _Date(
        first.start,
        second.end or second.start,
        first.calendar or second.calendar,
        approximate,
        lossless=first.lossless and second.lossless,
    )


def _one(text: str, whole: str) -> _Date | None:
    """Read one date; ``whole`` is the text that may hold the mark of its calendar."""
    calendar: Calendar = "persian" if _SOLAR_MARK.search(whole) else "islamic" if _LUNAR_MARK.search(whole) else ""
    for mark in (_SOLAR_MARK, _LUNAR_MARK, _GREGORIAN_MARK, _CALENDAR_WORD) if calendar else (_GREGORIAN_MARK,):
        text = mark.sub(" ", text)
    words = _words(text)
    if words is None:
        return None
    numbers, month = words
    named = month.calendar if month else ""
    ordered = _order(numbers, month, hijri=bool(calendar or named))
    if ordered is None:
        return None
    year, number, day = ordered
    if year >= _GREGORIAN_YEARS.start:
        if named:  # "azar" is March in the Levant; any other Hijri month contradicts its year
            return _made(year, 3, day, "") if month == ("persian", 9) else _made(year, 0, 0, "")
        return _made(year, number, day, "")
    if month and not named:
        return None
    if not calendar and not named and year not in _HIJRI_YEARS:
        return None
    return _made(year, number, day, named or calendar or "islamic")


def _words(text: str) -> tuple[list[str], Month | None] | None:
    """Return the numbers and the month among the words of a date; an unknown word makes it no date."""
    words: list[str] = []
    for token in _TOKEN.findall(text.translate(_JOINERS)):
        words.extend(fold_word(token))
    numbers: list[str] = []
    month: Month | None = None
    i = 0
    while i < len(words):
        word = words[i]
        found = None if word.isdigit() else read_month(words, i)
        if found:
            month = found[0]
            i += found[1]
            continue
        if word.isdigit():
            numbers.append(word)
        elif word not in _NOISE and len(word) > 1 and not word.startswith("ربيع"):
            return None
        i += 1
    return numbers, month


def _order(numbers: list[str], month: Month | None, *, hijri: bool) -> tuple[int, int, int] | None:
    """Return year, month and day; zero for what is not stated."""
    if len(numbers) == 1 and len(numbers[0]) == 8:
        numbers = _compact(numbers[0])
    values = [int(number) for number in numbers]
    years = [i for i, number in enumerate(numbers) if len(number) == 4 and values[i] > 99]
    if not years and len(numbers) == (2 if month else 3):
        values, years = _short_year(values, 1300 if hijri else 1900)
    if len(years) != 1 or any(value > _LAST_DAY_NUMBER for i, value in enumerate(values) if i != years[0]):
        return None
    year = values.pop(years[0])
    if month:
        return (year, month.number, values[0] if values else 0) if len(values) < 2 else None
    if len(values) == 2:
        number, day = values if years[0] == 0 else reversed(values)
        return (year, day, number) if number > 12 >= day else (year, number, day)
    return (year, values[0] if values else 0, 0) if len(values) < 2 else None


def _compact(number: str) -> list[str]:
    """Cut YYYYMMDD, or DDMMYYYY where only that can be."""
    if int(number[:4]) in _GREGORIAN_YEARS or int(number[:4]) in _HIJRI_YEARS:
        return [number[:4], number[4:6], number[6:]]
    return [number[:2], number[2:4], number[4:]]


def _short_year(values: list[int], century: int) -> tuple[list[int], list[int]]:
    """Let the one number above 31 at either end be a year of two digits."""
    places = [i for i in {0, len(values) - 1} if _LAST_DAY_NUMBER < values[i] < 100]
    if len(places) == 1:
        values = [century + value if i == places[0] else value for i, value in enumerate(values)]
    return values, places


def _made(year: int, month: int, day: int, calendar: Calendar) -> _Date | None:
    try:
        if calendar == "islamic":
            return _converted(lunar_to_gregorian, year, month, day, calendar)
        if calendar == "persian":
            return _converted(solar_to_gregorian, year, month, day, calendar)
    except ValueError:
        return None
    if year not in _GREGORIAN_YEARS or not 0 <= month <= 12 or not 0 <= day <= _LAST_DAY_NUMBER:
        return None
    if month == 0:
        return _Date(f"{year:04d}")
    if day == 0:
        return _Date(f"{year:04d}-{month:02d}")
    try:
        return _Date(date(year, month, day).isoformat())
    except ValueError:
        return _Date(f"{year:04d}-{month:02d}", lossless=False)


def _converted(
    to_gregorian: Callable[[int, int, int], date], year: int, month: int, day: int, calendar: Calendar
) -> _Date | None:
    if day and not month:
        return None
    if day:
        return _Date(to_gregorian(year, month, day).isoformat(), calendar=calendar, lossless=False)
    first = to_gregorian(year, month or 1, 1)
    after = to_gregorian(year + 1, 1, 1) if month in {0, 12} else to_gregorian(year, month + 1, 1)
    return _Date(first.isoformat(), (after - timedelta(days=1)).isoformat(), calendar, lossless=False)
