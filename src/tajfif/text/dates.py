"""Dates as people write them. Reach for it to read a birth date of a list or a customer file.

Gregorian dates in English, Arabic (Levantine, Egyptian and Maghrebi month names) and French; Hijri dates, lunar and solar,
with or without a mark, day first or year first. What is read is Gregorian and ISO; what cannot be read is kept as text.

Lunar dates are converted by Umm al-Qura (``hijridate``, 1343-1500 AH) and outside it by the tabular civil calendar (Reingold
and Dershowitz, "Calendrical Calculations", ch. 7); the two differ by up to a day or two, so a comparison must tolerate a day.
Solar dates are converted by the 33-year rule, exact for 1178-1633 SH (op. cit., ch. 15).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

from hijridate import Hijri

from tajfif.model import BirthDate
from tajfif.text.unicode import fold_word

__all__ = ["lunar_to_gregorian", "parse_date", "solar_to_gregorian"]

_GREGORIAN = (
    "january jan janvier janv يناير جانفي كانون2",
    "february feb fevrier fevr fev فبراير فيفري شباط",
    "march mar mars مارس اذار",
    "april apr avril avr ابريل افريل نيسان",
    "may mai مايو ماي ايار",
    "june jun juin يونيو يونيه جوان حزيران",
    "july jul juillet juil يوليو يوليه جويليه تموز",
    "august aug aout اغسطس اوت اب",
    "september sep sept septembre سبتمبر ايلول",
    "october oct octobre اكتوبر تشرين1",
    "november nov novembre نوفمبر تشرين2",
    "december dec decembre ديسمبر كانون1",
)
_LUNAR = (
    "muharram moharram muharam محرم",
    "safar saphar صفر",
    "rabi1 rabial1 ربيع1 rabii rabialawwal rabiulawwal rabialawal rabialula",
    "rabi2 rabial2 ربيع2 rabiii rabialthani rabialakhir rabiulakhir rabiatthani",
    "jumada1 jumadaal1 جمادي1 jumadalula jumadaalula jumadaalawwal",
    "jumada2 jumadaal2 جمادي2 jumadaalthani jumadaalakhira jumadaalakhirah",
    "rajab rajeb rajjab رجب",
    "shaban shaaban chaabane chaban شعبان",
    "ramadan ramadhan ramazan ramzan رمضان",
    "shawwal shawal chawwal شوال",
    "dhualqadah dhulqadah dhualqidah dhulqidah zulqada ziqad dhualqada dhulqada dhualqaada ذوالقعده ذيالقعده",
    "dhualhijjah dhulhijjah dhualhijja dhulhijja zulhijja zilhaj dhualhija ذوالحجه ذيالحجه",
)
_SOLAR = (
    "farvardin hamal فروردين حمل",
    "ordibehesht sawr saur thawr ارديبهشت ثور",
    "khordad khurdad jawza jauza خرداد جوزا",
    "tir saratan تير سرطان",
    "mordad amordad asad مرداد اسد",
    "shahrivar sunbula sonbola sunbulah شهريور سنبله",
    "mehr mizan مهر ميزان",
    "aban aqrab ابان عقرب",
    "azar qaws qaus اذر قوس",
    "dey jadi jady دي جدي",
    "bahman dalw dalv بهمن دلو",
    "esfand hut hoot اسفند حوت",
)
_FIRST = frozenset({"i", "1", "awwal", "alawwal", "ulawwal", "awal", "alawal", "ula", "alula", "اول", "الاول", "اولي", "الاولي"})
_SECOND = frozenset(
    {"ii", "2", "thani", "althani", "ulthani", "althaniya", "althaniyah", "althaniah", "thaniya", "akhir", "alakhir", "akhira", "alakhira",
     "alakhirah", "اخر", "الاخر", "ثاني", "الثاني", "ثانيه", "الثانيه", "اخره", "الاخره", "اخري", "الاخري"}
)  # fmt: skip
_PAIRED = {
    "rabi": ("L", 3), "rabia": ("L", 3), "rabialawwal": ("L", 3), "ربيع": ("L", 3), "jumada": ("L", 5), "jumadi": ("L", 5), "jamadi": ("L", 5),
    "jumad": ("L", 5), "جمادي": ("L", 5), "كانون": ("K", 12), "تشرين": ("G", 10),
}  # fmt: skip
_DHU = frozenset({"dhu", "dhul", "zul", "thul", "zu", "dhi", "dhil", "zi", "zil", "ذو", "ذي"})
_QADA = re.compile(r"^(?:al|l)?q[aiu]+d+[ae]+h?$|^(?:ال)?قعده$")
_HIJJA = re.compile(r"^(?:al|l)?h[aiu]j+[ae]*h?$|^(?:ال)?حجه$")
_LUNAR_MARK = re.compile(r"(?<![a-z])(?:a\.?\s?h\.?|h\.?|hijri|hijriyya|hegira|lunar|qamari)(?![a-z])|هجري(?:ة|ه)?|(?<!\w)هـ?(?!\w)|قمري", re.IGNORECASE)
_SOLAR_MARK = re.compile(
    r"(?<![a-z])(?:a\.?\s?h\.?\s?s\.?|s\.?\s?h\.?|a\.?p\.?|shamsi|solar|jalali|khorshidi)(?![a-z])|هـ?\s?\.?\s?ش(?!\w)|شمسي(?:ة|ه)?|(?<!\w)ش(?!\w)|خورشيدي",
    re.IGNORECASE,
)
_APPROXIMATE = re.compile(
    r"\b(?:circa|approx(?:imately|\.)?|about|around|ca\.?|c\.|between|early|late|mid|vers|environ|probably)\b|حوالي|تقريبا|نحو|بين", re.IGNORECASE
)
_GREGORIAN_MARK = re.compile(r"ميلادي(?:ة|ه)?|(?<!\w)م(?!\w)|\b(?:AD|CE|A\.D\.)(?!\w)")
_TOKEN = re.compile(r"\d+|[^\W\d_]+")
_RANGE = re.compile(r"\s+(?:to|and|until|through|or|au|et|الى|إلى|و|الي)\s+|(?<=\d{4})\s*[-–—]\s*(?=\d{4}(?!\d))|(?<=[^\W_])\s+[-–—]\s+(?=[^\W_])")
_MAX_LENGTH = 100


def _months() -> dict[str, tuple[str, int]]:
    table: dict[str, tuple[str, int]] = {}
    for calendar, names in (("G", _GREGORIAN), ("L", _LUNAR), ("S", _SOLAR)):
        for number, forms in enumerate(names, 1):
            for form in forms.split():
                table.setdefault(form, (calendar, number))
    return table


_MONTHS = _months()
_AMBIGUOUS = {"اذر": ("S", 9), "اذار": ("G", 3), "azar": ("S", 9)}


def lunar_to_gregorian(year: int, month: int, day: int) -> date:
    """Convert a lunar Hijri date; day 30 of a month of 29 days becomes the next day.

    Raises:
        ValueError: If the year, month or day is out of range.
    """
    if not (1 <= month <= 12 and 1 <= day <= 30 and 1 <= year <= 1600):
        raise ValueError("not a lunar date")
    if 1343 <= year <= 1500:
        first = Hijri(year, month, 1).to_gregorian()
        return date(first.year, first.month, first.day) + timedelta(days=day - 1)
    days = (year - 1) * 354 + (3 + 11 * year) // 30 + 29 * (month - 1) + month // 2 + day
    return date.fromordinal(227014 + days)


def solar_to_gregorian(year: int, month: int, day: int) -> date:
    """Convert a solar Hijri (Persian) date.

    Raises:
        ValueError: If the year, month or day is out of range.
    """
    if not (1 <= month <= 12 and 1 <= day <= (31 if month <= 6 else 30) and 1178 <= year <= 1633):
        raise ValueError("not a solar date")
    # 8 leap years in 33, at places 1, 5, 9, 13, 17, 22, 26, 30 of the cycle; 1 Farvardin 1178 is 21 March 1799.
    leaps = sum(y % 33 in {1, 5, 9, 13, 17, 22, 26, 30} for y in range(1178, year))
    start = date(1799, 3, 21).toordinal() + (year - 1178) * 365 + leaps
    return date.fromordinal(start + (31 * (month - 1) if month <= 7 else 186 + 30 * (month - 7)) + day - 1)


@lru_cache(maxsize=100_000)
def parse_date(text: str) -> BirthDate:
    """Read one date, or one range of dates.

    Returns:
        A :class:`BirthDate`. Day-first is read where both readings are possible (``03/04/1956`` is 3 April). A converted Hijri date
        names its calendar; a Hijri year or month is the range of days that it covers. A text that is no date is kept in ``text``.
    """
    text = " ".join(text.split())
    if not text or len(text) > _MAX_LENGTH:
        return BirthDate(text=text[:_MAX_LENGTH])
    plain = _digits(text)
    iso = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?", plain)
    if iso and int(iso[1]) > 1600:
        found = _gregorian(int(iso[1]), int(iso[2]), int(iso[3]))
        return BirthDate(start=found) if found else BirthDate(text=text)
    approximate = _APPROXIMATE.search(plain) is not None
    rest = _APPROXIMATE.sub(" ", plain)
    decade = re.search(r"(?<!\d)(1[6-9]\d|20\d)0'?s(?![a-z])", rest)
    if decade:
        return BirthDate(start=f"{decade[1]}0", end=f"{decade[1]}9", approximate=True)
    pieces = [piece for piece in _RANGE.split(rest) if piece and piece.strip()]
    if len(pieces) == 2:
        first, second = _one(pieces[0], plain), _one(pieces[1], plain)
        if first.start and second.start:
            return BirthDate(
                start=first.start, end=second.end or second.start, approximate=approximate, calendar=first.calendar,
                text=text if first.calendar else "",
            )  # fmt: skip
    found_one = _one(rest, plain)
    if not found_one.start:
        return BirthDate(text=text)
    return BirthDate(
        start=found_one.start, end=found_one.end, approximate=approximate, calendar=found_one.calendar, text=text if found_one.calendar else ""
    )


def _digits(text: str) -> str:
    return "".join(str(int(char)) if char.isdecimal() else char for char in text)


def _one(text: str, whole: str) -> BirthDate:
    """Read one date; ``whole`` is the text that may hold the calendar's mark."""
    calendar = "S" if _SOLAR_MARK.search(whole) else "L" if _LUNAR_MARK.search(whole) else ""
    text = _GREGORIAN_MARK.sub(" ", _LUNAR_MARK.sub(" ", _SOLAR_MARK.sub(" ", text))) if calendar else _GREGORIAN_MARK.sub(" ", text)
    numbers, month = _read(text)
    if month is not None:
        calendar = "S" if month[0] == "S" else "L" if month[0] == "L" else calendar if not numbers or max(numbers) < 1600 else ""
        if month[0] == "G":
            calendar = ""
        return _with_month(numbers, month[1], calendar)
    if not numbers or len(numbers) > 3 or (len(numbers) == 2 and not any(n > 99 for n in numbers)):
        return BirthDate()
    years = [n for n in numbers if n > 99]
    if len(years) != 1 or len(str(years[0])) not in {3, 4}:
        return _compact(numbers)
    year = years[0]
    if not calendar and 1300 <= year <= 1460:
        calendar = "L"
    rest = [n for n in numbers if n != year] if year > 99 else numbers
    if len(rest) == 2:
        year_first = numbers[0] == year
        month_number, day = (rest[0], rest[1]) if year_first else (rest[1], rest[0])
        if month_number > 12 and day <= 12:
            month_number, day = day, month_number
        return _made(year, month_number, day, calendar)
    return _made(year, rest[0] if rest else 0, 0, calendar)


def _compact(numbers: list[int]) -> BirthDate:
    """Read YYYYMMDD."""
    if len(numbers) == 1 and 16000101 <= numbers[0] <= 21001231:
        return _made(numbers[0] // 10000, numbers[0] // 100 % 100, numbers[0] % 100, "")
    return BirthDate()


def _with_month(numbers: list[int], month: int, calendar: str) -> BirthDate:
    years = [n for n in numbers if n > 99]
    days = [n for n in numbers if n <= 31]
    if len(years) != 1 or len(numbers) > 2:
        return BirthDate()
    year = years[0]
    if not calendar and year < 1600:
        return BirthDate()
    return _made(year, month, days[0] if days else 0, calendar)


def _read(text: str) -> tuple[list[int], tuple[str, int] | None]:
    """Return the numbers and the (calendar, month) of a date's words; an unknown word makes it no date."""
    numbers: list[int] = []
    month: tuple[str, int] | None = None
    words = [folded for token in _TOKEN.findall(text.replace("'", "").replace("’", "").replace("ʿ", "")) for folded in fold_word(token)]
    i = 0
    while i < len(words):
        word = words[i]
        following = words[i + 1] if i + 1 < len(words) else ""
        if word.isdigit():
            numbers.append(int(word))
        elif word in _PAIRED:
            calendar, number = _PAIRED[word]
            ordinal, used = _ordinal(words, i + 1)
            month = _paired(calendar, number, ordinal)
            i += used
        elif word in _DHU and (_QADA.match(following) or _HIJJA.match(following) or following == "al"):
            name = words[i + 2] if following == "al" and i + 2 < len(words) else following
            month = ("L", 11) if _QADA.match(name) else ("L", 12) if _HIJJA.match(name) else None
            i += 2 if following == "al" else 1
        elif word in _AMBIGUOUS or word in _MONTHS:
            month = _AMBIGUOUS.get(word) or _MONTHS[word]
        elif word in {"st", "nd", "rd", "th", "de", "of", "er", "سنه", "عام", "يوم", "في", "born", "year", "dob", "al", "no"} or len(word) == 1:
            pass
        else:
            return [], None
        i += 1
    return numbers, month


def _ordinal(words: list[str], i: int) -> tuple[int, int]:
    """Read "the first" or "the second" after a month of a pair; return (1 or 2 or 0, words used)."""
    used = 0
    while i + used < len(words) and words[i + used] in {"al", "ath", "ul", "el", "ال"}:
        used += 1
    if i + used < len(words):
        word = words[i + used]
        if word in _FIRST and not (word == "1" and used == 0):
            return 1, used + 1
        if word in _SECOND and not (word == "2" and used == 0):
            return 2, used + 1
    return 0, 0


def _paired(calendar: str, number: int, ordinal: int) -> tuple[str, int] | None:
    if ordinal == 0:
        return None
    if calendar == "K":  # كانون الأول is December, كانون الثاني is January
        return ("G", 12 if ordinal == 1 else 1)
    return calendar, number + ordinal - 1


def _made(year: int, month: int, day: int, calendar: str) -> BirthDate:
    try:
        if calendar == "L":
            return _converted(lunar_to_gregorian, year, month, day, "islamic")
        if calendar == "S":
            return _converted(solar_to_gregorian, year, month, day, "persian")
        start = _gregorian(year, month, day)
    except ValueError:
        return BirthDate()
    return BirthDate(start=start)


def _converted(to_gregorian: Callable[[int, int, int], date], year: int, month: int, day: int, calendar: str) -> BirthDate:
    if day:
        return BirthDate(start=to_gregorian(year, month, day).isoformat(), calendar=calendar)
    first = to_gregorian(year, month or 1, 1)
    after = to_gregorian(year + 1, 1, 1) if month in {0, 12} else to_gregorian(year, month + 1, 1)
    return BirthDate(start=first.isoformat(), end=(after - timedelta(days=1)).isoformat(), calendar=calendar)


def _gregorian(year: int, month: int, day: int) -> str:
    """Return the ISO form, leaving off a month or day of zero; empty for no date."""
    if not 1600 <= year <= 2100 or not 0 <= month <= 12 or not 0 <= day <= 31:
        return ""
    if month == 0:
        return f"{year:04d}"
    if day == 0:
        return f"{year:04d}-{month:02d}"
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""
