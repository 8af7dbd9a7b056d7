"""What speaks for and against beside the name. Reach for it to weigh the fields of two records.

Each field that both records state adds a log-likelihood ratio, log P(what is seen | same party) - log P(what is seen | two
parties whose names agree), after Fellegi and Sunter. A field that only one record states is ``missing`` and weighs nothing. The weights
stand in :data:`WEIGHTS`; each is the ratio of two judged frequencies, given beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Literal, NamedTuple

from tajfif.model import BirthDate, Evidence, Identifier, Party
from tajfif.text.countries import country_code
from tajfif.text.identifiers import normalise_identifier
from tajfif.text.unicode import fold_word

__all__ = ["WEIGHTS", "compare_records"]

Verdict = Literal["agrees", "compatible", "contradicts", "missing"]
NameComparison = Callable[[str, str], float]

WEIGHTS: dict[str, float] = {
    # birth dates: P(seen | same) / P(seen | other of about the same age group)
    "birth.day": 6.5,  # .55 / 1 in 20,000 days, held down since name and date are copied together
    "birth.swapped": 4.5,  # day and month exchanged
    "birth.month": 4.0,  # same month, one side states no day
    "birth.year": 2.2,  # same year, one side states no more: .75 / .03, and lists guess years
    "birth.near_day": 3.0,  # a day or two off, or one digit mistyped
    "birth.typo_year": 1.0,  # same day and month, year off by one digit or transposed
    "birth.range": 1.2,  # inside a stated range
    "birth.near_year": 0.5,  # a year off where either side is a year or approximate
    "birth.same_year_other_day": -1.5,  # both full dates, same year
    "birth.years_2": -2.5,  # two or three years apart
    "birth.years_5": -5.0,
    "birth.years_10": -8.0,
    "birth.generation": -10.0,  # sixteen and more: father and son
    # nationality and country
    "nationality.agrees": 1.2,
    "nationality.contradicts": -1.8,
    "country.agrees": 0.7,
    "country.contradicts": -0.7,
    "country.seat": -2.2,  # a company of another country: a namesake or a subsidiary
    "gender.agrees": 0.3,
    "gender.contradicts": -7.0,
    # identifiers
    "identifier.agrees": 14.0,
    "identifier.agrees_other_country": 7.0,
    "identifier.agrees_other_kind": 6.0,
    "identifier.near": 2.0,  # one character off in a long number
    "identifier.contradicts": -1.5,  # people hold several passports
    "identifier.contradicts_unique": -9.0,  # one IMO number a hull; one LEI a company
    "identifier.contradicts_registration": -4.0,
    "contact.agrees": 4.0,  # telephone and e-mail are shared by households and firms
    # relatives and places
    "mother.agrees": 5.0,
    "mother.contradicts": -6.0,
    "father.agrees": 3.5,
    "father.contradicts": -6.0,
    "birthplace.agrees": 2.2,
    "birthplace.country": 0.6,
    "birthplace.contradicts": -1.5,
    "birthplace.other": -0.5,  # another town of one country: lists name district or village
    "address.agrees": 2.0,
    "address.city": 0.8,
}
"""Weight of each verdict, in nats."""

_UNIQUE = frozenset({"imoNumber", "leiCode", "ibanCode", "mmsi"})
_CONTACTS = frozenset({"phone", "email", "website"})
_FREE = frozenset({"publicKey", "swiftBic", "callSign", "identifier", *_CONTACTS})
_PLACEHOLDER_DAYS = frozenset({"01-01", "07-01"})


def compare_records(
    subject: Party, listed: Party, *, compare_names: NameComparison | None = None
) -> tuple[Evidence, ...]:
    """Weigh every field beside the names of two records.

    Args:
        subject: Who is screened.
        listed: The listed party.
        compare_names: Gives the probability that two personal names are one person's, for the parents' names; without
            it they agree only when equal after folding.

    Returns:
        One piece of evidence for each property that both state, and a ``missing`` one, of weight zero, for each that only one
        states; always in the same order.
    """
    found: list[Evidence] = []
    if subject.birth_dates or listed.birth_dates:
        found.append(_birth(subject.birth_dates, listed.birth_dates))
    if subject.nationalities or listed.nationalities or subject.countries or listed.countries:
        found.extend(_countries(subject, listed))
    if subject.gender or listed.gender:
        found.append(_gender(subject.gender, listed.gender))
    if subject.identifiers or listed.identifiers:
        found.extend(_identifiers(subject.identifiers, listed.identifiers))
    if subject.mother_names or listed.mother_names:
        found.append(_relatives("mother", subject.mother_names, listed.mother_names, compare_names))
    if subject.father_names or listed.father_names:
        found.append(_relatives("father", subject.father_names, listed.father_names, compare_names))
    if subject.birth_places or listed.birth_places:
        mine = tuple((place.text, place.city, place.country) for place in subject.birth_places)
        theirs = tuple((place.text, place.city, place.country) for place in listed.birth_places)
        found.append(_places("birthPlace", "birthplace", mine, theirs))
    if subject.addresses and listed.addresses:
        mine = tuple((address.text, address.city, address.country) for address in subject.addresses)
        theirs = tuple((address.text, address.city, address.country) for address in listed.addresses)
        found.append(_places("address", "address", mine, theirs))
    return tuple(found)


def _missing(name: str, query: str, listed: str) -> Evidence:
    return Evidence(property=name, verdict="missing", weight=0.0, query=query, listed=listed)


def _evidence(name: str, verdict: Verdict, weight: float, query: str, listed: str) -> Evidence:
    return Evidence(property=name, verdict=verdict, weight=weight, query=query, listed=listed)


# Birth dates


def _shown(value: BirthDate) -> str:
    span = f"{value.start}/{value.end}" if value.end else value.start
    return f"{value.text} = {span}" if value.text and span else value.text or span


def _birth(mine: tuple[BirthDate, ...], theirs: tuple[BirthDate, ...]) -> Evidence:
    pairs = [(_birth_pair(a, b), a, b) for a in mine if a.start for b in theirs if b.start]
    if not pairs:
        return _missing("birthDate", "; ".join(map(_shown, mine)), "; ".join(map(_shown, theirs)))
    (weight, verdict), a, b = max(pairs, key=lambda pair: pair[0][0])
    return _evidence("birthDate", verdict, weight, _shown(a), _shown(b))


class _Span(NamedTuple):
    first: date
    last: date
    exact: bool
    """A single day that is not a placeholder."""


@lru_cache(maxsize=100_000)
def _span(value: BirthDate) -> _Span:
    first, _ = _bounds(value.start)
    _, last = _bounds(value.end or value.start)
    placeholder = not value.calendar and value.start[5:] in _PLACEHOLDER_DAYS and not value.end
    if placeholder:
        first, last = date(first.year, 1, 1), date(first.year, 12, 31)
    return _Span(first, max(first, last), len(value.start) == 10 and not value.end and not placeholder)


def _bounds(text: str) -> tuple[date, date]:
    year, month, day = (int(piece) for piece in (*text.split("-"), "0", "0")[:3])
    if day:
        one = date(year, month, day)
        return one, one
    if month:
        after = date(year + month // 12, month % 12 + 1, 1)
        return date(year, month, 1), date.fromordinal(after.toordinal() - 1)
    return date(year, 1, 1), date(year, 12, 31)


def _birth_pair(a: BirthDate, b: BirthDate) -> tuple[float, Verdict]:
    one, other = _span(a), _span(b)
    loose = a.approximate or b.approximate
    if one.exact and other.exact:
        return _two_days(one.first, other.first, converted=bool(a.calendar or b.calendar), loose=loose)
    if one.first <= other.last and other.first <= one.last:
        return _overlap(one, other, loose)
    gap = (max(one.first, other.first) - min(one.last, other.last)).days / 365.25
    if (a.calendar or b.calendar) and gap * 365.25 <= 2:
        return _overlap(one, other, loose)
    allowed = 3.0 if loose else 1.05
    if gap <= allowed:
        return WEIGHTS["birth.near_year"], "compatible"
    return _apart(gap - (2.0 if loose else 0.0))


def _overlap(one: _Span, other: _Span, loose: bool) -> tuple[float, Verdict]:
    longest = max((one.last - one.first).days, (other.last - other.first).days)
    if longest <= 31:
        return WEIGHTS["birth.month"], "agrees"
    if longest <= 366 and not loose:
        return WEIGHTS["birth.year"], "agrees"
    return WEIGHTS["birth.range"], "compatible"


def _two_days(a: date, b: date, *, converted: bool, loose: bool) -> tuple[float, Verdict]:
    days = abs((a - b).days)
    if days == 0 or (converted and days <= 2):
        return WEIGHTS["birth.day"], "agrees"
    if a.year == b.year and (a.day, a.month) == (b.month, b.day):
        return WEIGHTS["birth.swapped"], "agrees"
    if days <= 2:
        return WEIGHTS["birth.near_day"], "compatible"
    if _one_digit_off(a, b):
        same_day = (a.month, a.day) == (b.month, b.day)
        return (WEIGHTS["birth.typo_year"], "compatible") if same_day else (WEIGHTS["birth.near_day"], "compatible")
    if loose and days <= 366:
        return WEIGHTS["birth.near_year"], "compatible"
    if a.year == b.year:
        return WEIGHTS["birth.same_year_other_day"], "contradicts"
    return _apart(days / 365.25)


def _one_digit_off(a: date, b: date) -> bool:
    """Tell whether one digit of the eight is mistyped, or two neighbouring digits are exchanged."""
    x, y = a.strftime("%Y%m%d"), b.strftime("%Y%m%d")
    differ = [i for i in range(8) if x[i] != y[i]]
    if len(differ) == 1:
        return differ[0] not in {0, 1}
    return (
        len(differ) == 2
        and differ[1] == differ[0] + 1
        and x[differ[0]] == y[differ[1]]
        and x[differ[1]] == y[differ[0]]
    )


def _apart(years: float) -> tuple[float, Verdict]:
    if years < 1.5:
        return -1.5, "contradicts"
    if years < 4:
        return WEIGHTS["birth.years_2"], "contradicts"
    if years < 8:
        return WEIGHTS["birth.years_5"], "contradicts"
    return WEIGHTS["birth.years_10" if years < 16 else "birth.generation"], "contradicts"


# Countries and gender


def _countries(subject: Party, listed: Party) -> list[Evidence]:
    found = []
    if subject.nationalities or listed.nationalities:
        found.append(_sets("nationality", "nationality", subject.nationalities, listed.nationalities))
    if subject.countries or listed.countries:
        organisation = subject.schema != "Person" and listed.schema != "Person"
        one = _sets("country", "country", subject.countries, listed.countries)
        if one.verdict == "contradicts" and organisation:
            one = _evidence("country", "contradicts", WEIGHTS["country.seat"], one.query, one.listed)
        found.append(one)
    if len(found) == 2 and all(one.verdict == "missing" for one in found):
        # one states a nationality, the other a country: they may agree, and cannot contradict
        shared = {*subject.nationalities, *subject.countries} & {*listed.nationalities, *listed.countries}
        if shared:
            code = min(shared)
            found.append(_evidence("country", "compatible", WEIGHTS["country.agrees"] / 2, code, code))
    return found


def _sets(name: str, key: str, mine: tuple[str, ...], theirs: tuple[str, ...]) -> Evidence:
    query, listed = ", ".join(mine), ", ".join(theirs)
    if not mine or not theirs:
        return _missing(name, query, listed)
    agrees = bool(set(mine) & set(theirs))
    return _evidence(
        name,
        "agrees" if agrees else "contradicts",
        WEIGHTS[f"{key}.agrees" if agrees else f"{key}.contradicts"],
        query,
        listed,
    )


def _gender(mine: str, theirs: str) -> Evidence:
    if not mine or not theirs:
        return _missing("gender", mine, theirs)
    agrees = mine == theirs
    return _evidence(
        "gender",
        "agrees" if agrees else "contradicts",
        WEIGHTS["gender.agrees" if agrees else "gender.contradicts"],
        mine,
        theirs,
    )


# Identifiers


def _identifiers(mine: tuple[Identifier, ...], theirs: tuple[Identifier, ...]) -> list[Evidence]:
    """Weigh identifiers kind by kind; of several of one kind the best pair counts."""
    found: list[Evidence] = []
    for kind in sorted({one.kind for one in (*mine, *theirs)}):
        a = [one for one in mine if one.kind == kind and normalise_identifier(kind, one.value)]
        b = [one for one in theirs if one.kind == kind and normalise_identifier(kind, one.value)]
        if a and b:
            pairs = [(*_identifier_pair(kind, x, y), x, y) for x in a for y in b]
            weight, verdict, x, y = max(pairs, key=lambda pair: pair[0])
            found.append(_evidence(kind, verdict, weight, x.value, y.value))
        elif a or b:
            found.append(_missing(kind, a[0].value if a else "", b[0].value if b else ""))
    return _across_kinds(mine, theirs, found)


def _across_kinds(
    mine: tuple[Identifier, ...], theirs: tuple[Identifier, ...], found: list[Evidence]
) -> list[Evidence]:
    """Let one number stated under two kinds of document agree, where no kind agrees by itself."""
    if any(one.weight >= WEIGHTS["identifier.agrees_other_kind"] for one in found):
        return found
    for x in mine:
        for y in theirs:
            value = normalise_identifier("identifier", x.value)
            if x.kind != y.kind and len(value) >= 6 and value == normalise_identifier("identifier", y.value):
                kept = [one for one in found if one.property not in {x.kind, y.kind}]
                return [*kept, _evidence(x.kind, "agrees", WEIGHTS["identifier.agrees_other_kind"], x.value, y.value)]
    return found


def _identifier_pair(kind: str, a: Identifier, b: Identifier) -> tuple[float, Verdict]:
    x, y = normalise_identifier(kind, a.value), normalise_identifier(kind, b.value)
    other_country = bool(a.country and b.country and a.country != b.country)
    if x == y:
        if kind in _CONTACTS:
            return WEIGHTS["contact.agrees"], "agrees"
        if other_country and kind not in _UNIQUE:
            return WEIGHTS["identifier.agrees_other_country"], "agrees"
        return WEIGHTS["identifier.agrees"], "agrees"
    if kind in _UNIQUE:
        return WEIGHTS["identifier.contradicts_unique"], "contradicts"
    if kind in _FREE or other_country:
        return 0.0, "compatible"
    if len(x) == len(y) >= 7 and _close(x, y):
        return WEIGHTS["identifier.near"], "compatible"
    if kind in {"registrationNumber", "taxNumber"}:
        return WEIGHTS["identifier.contradicts_registration"], "contradicts"
    return WEIGHTS["identifier.contradicts"], "contradicts"


def _close(x: str, y: str) -> bool:
    differ = [i for i in range(len(x)) if x[i] != y[i]]
    return len(differ) == 1 or (
        len(differ) == 2
        and differ[1] == differ[0] + 1
        and x[differ[0]] == y[differ[1]]
        and x[differ[1]] == y[differ[0]]
    )


# Relatives and places


def _folded(text: str) -> tuple[str, ...]:
    return tuple(
        folded
        for word in text.replace(",", " ").replace("،", " ").replace("-", " ").split()
        for folded in fold_word(word)
    )


def _relatives(
    who: str, mine: tuple[str, ...], theirs: tuple[str, ...], compare_names: NameComparison | None
) -> Evidence:
    name = f"{who}Name"
    if not mine or not theirs:
        return _missing(name, "; ".join(mine), "; ".join(theirs))

    def likeness(a: str, b: str) -> float:
        return compare_names(a, b) if compare_names is not None else float(_folded(a) == _folded(b))

    best, query, listed = max(((likeness(a, b), a, b) for a in mine for b in theirs), key=lambda one: one[0])
    if best >= 0.5:
        return _evidence(name, "agrees", WEIGHTS[f"{who}.agrees"], query, listed)
    if best >= 0.2:
        return _evidence(name, "compatible", 0.0, query, listed)
    return _evidence(name, "contradicts", WEIGHTS[f"{who}.contradicts"], query, listed)


_Place = tuple[str, str, str]


def _places(name: str, key: str, mine: tuple[_Place, ...], theirs: tuple[_Place, ...]) -> Evidence:
    if not mine or not theirs:
        return _missing(name, "; ".join(p[0] for p in mine), "; ".join(p[0] for p in theirs))
    pairs = [(*_place_pair(key, a, b), a, b) for a in mine for b in theirs]
    weight, verdict, a, b = max(pairs, key=lambda pair: pair[0])
    return _evidence(name, verdict, weight, a[0], b[0])


def _place_pair(key: str, a: _Place, b: _Place) -> tuple[float, Verdict]:
    first, second = _place_words(a[0]), _place_words(b[0])
    country_a, country_b = a[2] or _place_country(a[0]), b[2] or _place_country(b[0])
    other_country = bool(country_a and country_b and country_a != country_b)
    shared = first & second
    if key == "address":
        both = len(shared) / max(1, min(len(first), len(second)))
        if both > 0.6 and len(shared) > 2 and not other_country:
            return WEIGHTS["address.agrees"], "agrees"
        return (WEIGHTS["address.city"], "compatible") if shared and not other_country else (0.0, "compatible")
    if shared and not other_country:
        return WEIGHTS["birthplace.agrees"], "agrees"
    if other_country:
        return WEIGHTS["birthplace.contradicts"], "contradicts"
    if not first or not second:
        same = bool(country_a and country_a == country_b)
        return (WEIGHTS["birthplace.country"], "compatible") if same else (0.0, "compatible")
    if first and second and _script(first) != _script(second):
        return 0.0, "compatible"  # one town in two scripts is not told from two towns
    return WEIGHTS["birthplace.other"], "contradicts"


def _script(words: frozenset[str]) -> bool:
    return all(word.isascii() for word in words)


@lru_cache(maxsize=20_000)
def _place_words(text: str) -> frozenset[str]:
    """Return the words of a place that are not its country's name."""
    words: set[str] = set()
    for piece in text.replace("،", ",").replace(";", ",").split(","):
        if not country_code(piece):
            words.update(word for word in _folded(piece) if len(word) > 2 and word not in _PLACE_WORDS)
    return frozenset(words)


_PLACE_WORDS = frozenset(
    ("city town village district province governorate region area near the and مدينه محافظه قريه منطقه حي").split()
)


@lru_cache(maxsize=20_000)
def _place_country(text: str) -> str:
    for piece in reversed(text.replace("،", ",").replace(";", ",").split(",")):
        code = country_code(piece)
        if code:
            return code
    return ""
