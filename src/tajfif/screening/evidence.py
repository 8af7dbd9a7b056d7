"""What speaks for and against beside the name. Reach for it to weigh the fields of two records.

Each field that both records state adds a log-likelihood ratio; a field that only one states is ``missing`` and weighs
nothing. The weights, and the frequencies behind them, stand in :mod:`tajfif.screening.field_weights`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Literal

from tajfif.model import Address, BirthDate, Evidence, Party, Place
from tajfif.screening.birth import compare_birth_dates
from tajfif.screening.documents import compare_identifiers
from tajfif.screening.field_weights import WEIGHTS
from tajfif.text.places import place_country, place_keys
from tajfif.text.unicode import fold_word

__all__ = ["WEIGHTS", "compare_records"]

Verdict = Literal["agrees", "compatible", "contradicts", "missing"]
NameComparison = Callable[[str, str], float]

_NOT_BORN = frozenset({"Organization", "Company", "PublicBody", "Vessel", "Airplane", "CryptoWallet"})
_FLAGGED = frozenset({"Vessel", "Airplane"})
_OFTEN_LISTED = frozenset(
    "af by cn cu dz eg id iq ir jo kp lb ly ma mm mx co pk ps ru sa sd so sy tn tr ua ve ye zw".split()
)
"""Nationalities of a hundredth and more of those listed by the UN, the US and the UK."""
_SAME_GROUND = (
    frozenset({"il", "ps", "jo"}),
    frozenset({"sd", "ss"}),
    frozenset({"rs", "xk", "me"}),
    frozenset({"cn", "hk", "mo", "tw"}),
    frozenset({"ru", "ua"}),
    frozenset({"pk", "bd", "in"}),
    frozenset({"et", "er"}),
)
"""Countries whose ground changed hands or is claimed by several, so that a place of birth may be given under either."""


def compare_records(
    subject: Party, listed: Party, *, compare_names: NameComparison | None = None
) -> tuple[Evidence, ...]:
    """Weigh every field beside the names of two records.

    Args:
        subject: Who is screened.
        listed: The listed party.
        compare_names: Gives the probability, in [0, 1], that two personal names are one person's, for the names of
            parents; without it they agree only when equal after folding.

    Returns:
        One piece of evidence for each property that both state, and a ``missing`` one, of weight zero, for each that
        only one states; always in the same order. Evidence that agrees never lowers the sum of the weights, and evidence
        that contradicts never raises it.
    """
    found: list[Evidence] = []
    if (subject.birth_dates or listed.birth_dates) and not {subject.schema, listed.schema} & _NOT_BORN:
        found.append(_birth(subject.birth_dates, listed.birth_dates))
    if subject.nationalities or listed.nationalities or subject.countries or listed.countries:
        found.extend(_countries(subject, listed))
    if subject.gender or listed.gender:
        found.append(_gender(subject.gender, listed.gender))
    if subject.identifiers or listed.identifiers:
        found.extend(compare_identifiers(subject.identifiers, listed.identifiers))
    if subject.mother_names or listed.mother_names:
        found.append(_relatives("mother", subject.mother_names, listed.mother_names, compare_names))
    if subject.father_names or listed.father_names:
        found.append(_relatives("father", subject.father_names, listed.father_names, compare_names))
    if subject.birth_places or listed.birth_places:
        found.append(_places("birthPlace", subject.birth_places, listed.birth_places, _birth_place_pair))
    if subject.addresses or listed.addresses:
        found.append(_places("address", subject.addresses, listed.addresses, _address_pair))
    return tuple(found)


def _evidence(name: str, verdict: Verdict, weight: float, query: str, listed: str) -> Evidence:
    return Evidence(property=name, verdict=verdict, weight=weight, query=query, listed=listed)


def _missing(name: str, query: str, listed: str) -> Evidence:
    return _evidence(name, "missing", 0.0, query, listed)


def _shown(value: BirthDate) -> str:
    span = f"{value.start}/{value.end}" if value.end else value.start
    return f"{value.text} = {span}" if value.text and span else value.text or span


def _birth(mine: Sequence[BirthDate], theirs: Sequence[BirthDate]) -> Evidence:
    best = compare_birth_dates(mine, theirs)
    if best is None:
        return _missing("birthDate", "; ".join(map(_shown, mine)), "; ".join(map(_shown, theirs)))
    return _evidence("birthDate", best.verdict, best.weight, _shown(best.mine), _shown(best.theirs))


# Countries and gender


def _countries(subject: Party, listed: Party) -> list[Evidence]:
    found = []
    # A nationality on one side may be the country of the other: residents are often listed under it.
    crossed = {*subject.nationalities} & {*listed.countries} | {*subject.countries} & {*listed.nationalities}
    if subject.nationalities or listed.nationalities:
        found.append(_nationality(subject.nationalities, listed.nationalities, bool(crossed)))
    if subject.countries or listed.countries:
        found.append(_residence(subject, listed, bool(crossed)))
    if crossed and all(one.verdict == "missing" for one in found):
        code = min(crossed)
        found = [one for one in found if one.property != "country"]
        found.append(_evidence("country", "compatible", WEIGHTS["country.compatible"], code, code))
    return found


def _nationality(mine: Sequence[str], theirs: Sequence[str], crossed: bool) -> Evidence:
    query, listed = ", ".join(mine), ", ".join(theirs)
    if not mine or not theirs:
        return _missing("nationality", query, listed)
    shared = {*mine} & {*theirs}
    if shared:
        rare = not shared <= _OFTEN_LISTED
        weight = WEIGHTS["nationality.agrees_rare" if rare else "nationality.agrees"]
        return _evidence("nationality", "agrees", weight, query, listed)
    weight = WEIGHTS["nationality.residence" if crossed else "nationality.contradicts"]
    return _evidence("nationality", "contradicts", weight, query, listed)


def _residence(subject: Party, listed: Party, crossed: bool) -> Evidence:
    mine, theirs = subject.countries, listed.countries
    query, shown = ", ".join(mine), ", ".join(theirs)
    if not mine or not theirs:
        return _missing("country", query, shown)
    schemas = {subject.schema, listed.schema}
    if {*mine} & {*theirs}:
        return _evidence("country", "agrees", WEIGHTS["country.agrees"], query, shown)
    if crossed or _same_ground(mine, theirs):
        return _evidence("country", "compatible", 0.0, query, shown)
    name = "country.flag" if schemas & _FLAGGED else "country.contradicts" if "Person" in schemas else "country.seat"
    return _evidence("country", "contradicts", WEIGHTS[name], query, shown)


def _same_ground(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    return any(one in ground and other in ground for ground in _SAME_GROUND for one in mine for other in theirs)


def _gender(mine: str, theirs: str) -> Evidence:
    if not mine or not theirs:
        return _missing("gender", mine, theirs)
    verdict: Verdict = "agrees" if mine == theirs else "contradicts"
    return _evidence("gender", verdict, WEIGHTS[f"gender.{verdict}"], mine, theirs)


# Relatives

_SAME_NAME = 0.5
_SAME_WORD = 0.01
"""Probabilities from which two names, and two single words of names, count as one. A lone frequent name reaches little,
since half a country bears it; two different names stay a hundred times below."""
_NAME_WORD = re.compile(r"[^\W\d_]+")
_LINKS = frozenset("bin ibn ben bint bent binti al el بن ابن بنت ال".split())
_KUNYAS = frozenset("abu abou abo umm um oum om ابو ابا ابي ام".split())
_NO_NAMES = frozenset("unknown na none nil null معروف مجهول مجهوله يوجد".split())
_JOINERS = str.maketrans(dict.fromkeys("'’‘`ʿʾ/", ""))


@lru_cache(maxsize=50_000)
def _name_words(text: str) -> tuple[str, ...]:
    """Return the folded words of a relative's name without links; none for a placeholder."""
    words = [folded for word in _NAME_WORD.findall(text.translate(_JOINERS)) for folded in fold_word(word)]
    return () if _NO_NAMES & {*words} else tuple(word for word in words if word not in _LINKS)


def _relatives(who: str, mine: Sequence[str], theirs: Sequence[str], compare_names: NameComparison | None) -> Evidence:
    name = f"{who}Name"
    pairs = [(a, b) for a in mine for b in theirs if _name_words(a) and _name_words(b)]
    if not pairs:
        return _missing(name, "; ".join(mine), "; ".join(theirs))
    compared = [(*_relative_pair(who, a, b, compare_names), a, b) for a, b in pairs]
    weight, verdict, query, listed = max(compared, key=lambda one: one[0])
    return _evidence(name, verdict, weight, query, listed)


def _relative_pair(who: str, a: str, b: str, compare_names: NameComparison | None) -> tuple[float, Verdict]:
    """Weigh two names of one relative; a name may be shorter than the other, or the given name alone."""
    short, long = sorted((_name_words(a), _name_words(b)), key=len)
    alone = len(short) == 1
    if short == long or (compare_names is not None and compare_names(a, b) >= _SAME_NAME):
        return WEIGHTS[f"{who}.agrees_partly" if alone else f"{who}.agrees"], "agrees"
    if all(any(_same_word(one, other, compare_names) for other in long) for one in short):
        return WEIGHTS[f"{who}.agrees_partly"], "agrees"
    if (short[0] in _KUNYAS) != (long[0] in _KUNYAS):
        return 0.0, "compatible"  # "Umm Hasan" says nothing of the given name
    if _same_word(short[0], long[0], compare_names):
        return WEIGHTS[f"{who}.contradicts_partly"], "contradicts"
    return WEIGHTS[f"{who}.contradicts"], "contradicts"


def _same_word(a: str, b: str, compare_names: NameComparison | None) -> bool:
    return a == b or (compare_names is not None and compare_names(a, b) >= _SAME_WORD)


# Places

_MOST_OF_AN_ADDRESS = 0.6
_WORDS_OF_AN_ADDRESS = 3


def _places(
    name: str,
    mine: Sequence[Place] | Sequence[Address],
    theirs: Sequence[Place] | Sequence[Address],
    pair: Callable[[str, str, str, str], tuple[float, Verdict]],
) -> Evidence:
    """Return the best pair of places; ``pair`` takes text and country of each."""
    best: Evidence | None = None
    for one in mine:
        for other in theirs:
            weight, verdict = pair(one.text, one.country, other.text, other.country)
            if best is None or weight > best.weight:
                best = _evidence(name, verdict, weight, one.text, other.text)
    return best or _missing(name, "; ".join(p.text for p in mine), "; ".join(p.text for p in theirs))


def _shared(a: Sequence[frozenset[str]], b: Sequence[frozenset[str]]) -> int:
    """Return how many of the fewer words are of a place that the others name too."""
    short, long = sorted((a, b), key=len)
    return sum(any(not keys.isdisjoint(others) for others in long) for keys in short)


@lru_cache(maxsize=50_000)
def _birth_place_pair(a: str, country_a: str, b: str, country_b: str) -> tuple[float, Verdict]:
    country_a, country_b = country_a or place_country(a), country_b or place_country(b)
    first, second = place_keys(a), place_keys(b)
    if country_a and country_b and country_a != country_b and not _same_ground((country_a,), (country_b,)):
        return WEIGHTS["birthplace.contradicts"], "contradicts"
    if _shared(first, second):
        return WEIGHTS["birthplace.agrees"], "agrees"
    if not first or not second:
        same = bool(country_a and country_a == country_b)
        return (WEIGHTS["birthplace.country"], "compatible") if same else (0.0, "compatible")
    if _arabic(a) != _arabic(b):
        return 0.0, "compatible"  # one town under two names is not told from two towns
    return WEIGHTS["birthplace.other"], "contradicts"


@lru_cache(maxsize=50_000)
def _address_pair(a: str, country_a: str, b: str, country_b: str) -> tuple[float, Verdict]:
    country_a, country_b = country_a or place_country(a), country_b or place_country(b)
    first, second = place_keys(a), place_keys(b)
    shared = _shared(first, second)
    if not shared or (country_a and country_b and country_a != country_b):
        return 0.0, "compatible"  # people move
    if shared >= _WORDS_OF_AN_ADDRESS and shared > _MOST_OF_AN_ADDRESS * min(len(first), len(second)):
        return WEIGHTS["address.agrees"], "agrees"
    return WEIGHTS["address.city"], "compatible"


def _arabic(text: str) -> bool:
    return not text.isascii() and any("\u0600" <= char <= "\u06ff" for char in text)
