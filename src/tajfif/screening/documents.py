"""What two sets of identifiers say. Reach for it to weigh passports, registrations, IMO numbers, wallets and telephones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from tajfif.model import Evidence, Identifier
from tajfif.screening.field_weights import WEIGHTS
from tajfif.text.identifiers import is_valid_identifier, normalise_identifier

__all__ = ["compare_identifiers"]

_UNIQUE = frozenset({"imoNumber", "leiCode", "mmsi"})
"""Of these a party has one at a time."""
_CONTACTS = frozenset({"phone", "email", "website"})
_MANY = frozenset({"publicKey", "swiftBic", "callSign", "ibanCode", "identifier", *_CONTACTS})
"""Of these a party may have any number, so that two different ones say nothing."""
_REGISTRATIONS = frozenset({"registrationNumber", "taxNumber", "dunsCode"})
_SHORT, _LONG = 5, 7
_ACROSS_KINDS = 6
"""Least length of a number that agrees although it stands under two kinds of document."""

Verdict = Literal["agrees", "compatible", "contradicts"]


class _Number(NamedTuple):
    stated: Identifier
    value: str


def compare_identifiers(mine: Sequence[Identifier], theirs: Sequence[Identifier]) -> list[Evidence]:
    """Weigh identifiers kind by kind, in the order of the kinds' names; of several of one kind the best pair counts.

    Placeholders ("N/A", "0000000") are no identifiers. One number under two kinds of document agrees, more weakly.
    """
    a, b = _by_kind(mine), _by_kind(theirs)
    found: dict[str, Evidence] = {}
    for kind in sorted({*a, *b}):
        if kind in a and kind in b:
            found[kind] = _best(kind, a[kind], b[kind])
        else:
            found[kind] = Evidence(
                property=kind,
                verdict="missing",
                weight=0.0,
                query=a[kind][0].stated.value if kind in a else "",
                listed=b[kind][0].stated.value if kind in b else "",
            )
    _across_kinds(a, b, found)
    return [found[kind] for kind in sorted(found)]


def _by_kind(identifiers: Sequence[Identifier]) -> dict[str, list[_Number]]:
    numbers: dict[str, list[_Number]] = {}
    for one in identifiers:
        value = normalise_identifier(one.kind, one.value)
        if value:
            numbers.setdefault(one.kind, []).append(_Number(one, value))
    return numbers


def _best(kind: str, mine: list[_Number], theirs: list[_Number]) -> Evidence:
    pairs = [(*_pair(kind, x, y), x.stated.value, y.stated.value) for x in mine for y in theirs]
    weight, verdict, query, listed = max(pairs, key=lambda pair: pair[0])
    return Evidence(property=kind, verdict=verdict, weight=weight, query=query, listed=listed)


def _pair(kind: str, a: _Number, b: _Number) -> tuple[float, Verdict]:
    other_country = bool(a.stated.country and b.stated.country and a.stated.country != b.stated.country)
    x, y = a.value, b.value
    if _same(kind, x, y):
        return _agreement(kind, min(len(x), len(y)), other_country=other_country), "agrees"
    near = len(x) == len(y) >= _LONG and _one_off(x, y)
    if kind in _UNIQUE:
        # A number that fails its own check and is one digit off was mistyped.
        if near and is_valid_identifier(kind, x) != is_valid_identifier(kind, y):
            return 0.0, "compatible"
        return WEIGHTS["identifier.contradicts_unique"], "contradicts"
    if kind in _MANY or other_country:
        return 0.0, "compatible"
    if near:
        return WEIGHTS["identifier.near"], "compatible"
    name = "identifier.contradicts_registration" if kind in _REGISTRATIONS else "identifier.contradicts"
    return WEIGHTS[name], "contradicts"


def _same(kind: str, x: str, y: str) -> bool:
    if x == y:
        return True
    if kind == "phone":  # with and without the code of the country
        return min(len(x), len(y)) >= _LONG and (x.endswith(y) or y.endswith(x))
    # Spreadsheets drop the zeros at the front.
    return x.isdigit() and y.isdigit() and len(x.lstrip("0")) >= _ACROSS_KINDS and x.lstrip("0") == y.lstrip("0")


def _agreement(kind: str, length: int, *, other_country: bool) -> float:
    if kind in _CONTACTS:
        return WEIGHTS["contact.agrees"]
    if length < _SHORT:
        return WEIGHTS["identifier.agrees_short"]
    if other_country and kind not in _UNIQUE:
        return WEIGHTS["identifier.agrees_other_country"]
    return WEIGHTS["identifier.agrees"]


def _one_off(x: str, y: str) -> bool:
    """Tell whether two numbers of one length differ in one character, or in two neighbours exchanged."""
    differ = [i for i in range(len(x)) if x[i] != y[i]]
    if len(differ) == 1:
        return True
    if len(differ) != 2 or differ[1] != differ[0] + 1:
        return False
    i, j = differ
    return x[i] == y[j] and x[j] == y[i]


def _across_kinds(a: dict[str, list[_Number]], b: dict[str, list[_Number]], found: dict[str, Evidence]) -> None:
    """Let a number that stands under different kinds agree: once, and these kinds no longer contradict."""
    mine, theirs = _by_value(a), _by_value(b)
    crossed = [
        value
        for value in sorted(mine.keys() & theirs.keys())
        if len({one.kind for one in (*mine[value], *theirs[value])}) > 1
    ]
    if not crossed:
        return
    kinds = sorted({one.kind for value in crossed for one in (*mine[value], *theirs[value])})
    for kind in kinds:
        if found[kind].weight <= 0.0:
            del found[kind]
    weight = WEIGHTS["identifier.agrees_other_kind"]
    if all(found[kind].weight < weight for kind in kinds if kind in found):
        kind = next((kind for kind in kinds if kind not in found), kinds[0])
        x, y = mine[crossed[0]][0], theirs[crossed[0]][0]
        found[kind] = Evidence(property=kind, verdict="agrees", weight=weight, query=x.value, listed=y.value)


def _by_value(numbers: dict[str, list[_Number]]) -> dict[str, list[Identifier]]:
    """Return who states each number that is long enough to be no coincidence, in the order of the kinds."""
    stated: dict[str, list[Identifier]] = {}
    for kind in sorted(numbers.keys() - _CONTACTS):
        for one in numbers[kind]:
            if len(one.value) >= _ACROSS_KINDS:
                stated.setdefault(one.value, []).append(one.stated)
    return stated
