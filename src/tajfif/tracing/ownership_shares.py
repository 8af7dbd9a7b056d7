"""Shares as they are written: decimals, fractions, ranges, nothing. Reach for it to read or show a percentage exactly."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

import msgspec

from tajfif.errors import InputError

__all__ = ["UNKNOWN", "Share", "percent_text", "read_share"]

_LONGEST = 60
_MOST_DIGITS = 18
_UNKNOWN_WORDS = frozenset(
    {"", "-", "?", "unknown", "n/a", "na", "none", "null", "nil", "غير معروف", "غير معروفة", "مجهول", "مجهولة"}
)
_NUMBER = r"(\d+(?:\.\d+)?)"
_PLAIN = re.compile(_NUMBER)
_FRACTION = re.compile(r"(\d+)/(\d+)")
_RANGE = re.compile(rf"{_NUMBER}\s*(?:-|–|—|to|إلى|الى)\s*{_NUMBER}")
_BOUND = re.compile(rf"(>=|<=|≥|≤|>|<|more than|over|less than|under|at least|up to|أكثر من|أقل من)\s*{_NUMBER}")
_ABOVE = {">": True, "more than": True, "over": True, "أكثر من": True, ">=": False, "≥": False, "at least": False}


class Share(msgspec.Struct, frozen=True):
    """A share between bounds, as exact fractions of one.

    Attributes:
        low, high: Bounds, both possible.
        above: Whether the low bound itself is not possible ("more than 50").
        known: Whether anything is stated.
    """

    low: Fraction
    high: Fraction
    above: bool = False
    known: bool = True


UNKNOWN = Share(Fraction(0), Fraction(1), False, False)
"""A share of which nothing is stated."""


def read_share(text: str) -> Share:
    """Read a percentage: ``33.3``, ``33,3 %``, ``1/3`` (of the whole), ``25-50``, ``>50``, or nothing.

    Raises:
        InputError: It is none of these, or beyond 0 to 100.
    """
    plain = unicodedata.normalize("NFKC", text).strip().lower().replace("٪", "%").replace("٫", ".")
    plain = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in plain)
    plain = re.sub(r"(?<=\d),(?=\d)", ".", plain)
    plain = re.sub(r"\s*(%|percent|per cent)\s*", " ", plain).strip()
    if plain in _UNKNOWN_WORDS:
        return UNKNOWN
    found = _read(plain) if len(plain) <= _LONGEST else None
    if found is None or not 0 <= found.low <= found.high <= 1:
        raise InputError(
            f"{text[:_LONGEST]!r} is no share from 0 to 100 %",
            hint="Write 33.3, 1/3 or 25-50, or leave it empty if unknown.",
        )
    return found


def _read(plain: str) -> Share | None:
    if match := _PLAIN.fullmatch(plain):
        return _exact(_hundredth(match[1]))
    if match := _FRACTION.fullmatch(plain):
        return (
            None if int(match[2]) == 0 or len(plain) > _MOST_DIGITS else _exact(Fraction(int(match[1]), int(match[2])))
        )
    if match := _RANGE.fullmatch(plain):
        return Share(_hundredth(match[1]), _hundredth(match[2]))
    if match := _BOUND.fullmatch(plain):
        bound = _hundredth(match[2])
        return Share(bound, Fraction(1), _ABOVE[match[1]]) if match[1] in _ABOVE else Share(Fraction(0), bound)
    return None


def _exact(value: Fraction) -> Share:
    return Share(value, value)


def _hundredth(number: str) -> Fraction:
    return Fraction(number) / 100 if len(number) <= _MOST_DIGITS else Fraction(-1)


def percent_text(share: Fraction) -> str:
    """Return a share of one as a percentage; one without an end in decimals with its exact fraction."""
    percent = share * 100
    rest = percent.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest == 1 and percent.denominator <= 1_000_000:
        digits = 0
        while (percent * 10**digits).denominator != 1:
            digits += 1
        return f"{_decimal(percent, digits)} %"
    near = f"{_decimal(percent, 4)} %"
    return f"≈ {near} ({share})" if share.denominator < 10_000 else f"≈ {near}"


def _decimal(value: Fraction, digits: int) -> str:
    whole = round(value * 10**digits)
    sign, text = "-" if whole < 0 else "", str(abs(whole)).rjust(digits + 1, "0")
    return f"{sign}{text[:-digits]}.{text[-digits:]}" if digits else sign + text
