"""Sentences with measured values in them. Reach for it to fill the texts of a typology.

``{name}`` shows a value as it is; ``{name:n}`` a number with its thousands apart, ``{name:p}`` a share in percent,
``{name:h}`` hours in the unit that reads best, ``{name:x}`` a multiple. Nothing else of Python's formatting is understood,
since texts may come from a file of the user.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from tajfif.errors import InputError

__all__ = ["fill"]

_PLACE = re.compile(r"\{([a-z][a-z0-9_]*)(?::([nphx]))?\}")
_UNITS = {
    "en": {"minutes": ("minutes", "minutes"), "hours": ("hours", "hours"), "days": ("days", "days")},
    "ar": {"minutes": ("دقيقة", "دقائق"), "hours": ("ساعة", "ساعات"), "days": ("يومًا", "أيام")},
}  # the word after most numbers, and the one after 3 to 10


def fill(texts: Sequence[str], values: Mapping[str, Any], *, lang: str = "en", where: str = "") -> tuple[str, ...]:
    """Put values into the places of the texts.

    Args:
        texts: Sentences.
        values: Name to value.
        lang: ``en`` or ``ar``, for the names of units.
        where: What to name in an error.

    Raises:
        InputError: A place has no value.
    """

    def value_of(found: re.Match[str]) -> str:
        if found[1] not in values:
            raise InputError(
                f"the text has a place {{{found[1]}}} for which nothing is measured",
                where=where,
                hint=f"There is: {', '.join(sorted(values))}.",
            )
        return _shown(values[found[1]], found[2] or "", lang)

    return tuple(_PLACE.sub(value_of, text) for text in texts)


def _shown(value: Any, form: str, lang: str) -> str:
    if isinstance(value, str) or not form:
        return _plain(value)
    number = float(value)
    if form == "p":
        return f"{100 * number:.0f} %"
    if form == "x":
        return f"{number:.1f} ×"
    if form == "h":
        return _duration(number, _UNITS.get(lang, _UNITS["en"]))
    return f"{number:,.0f}" if number == round(number) or abs(number) >= 100 else f"{number:,.1f}"


def _duration(hours: float, units: Mapping[str, tuple[str, str]]) -> str:
    name, number = ("minutes", 60 * hours) if hours < 1 else ("hours", hours) if hours < 48 else ("days", hours / 24)
    count = round(number)
    return f"{count} {units[name][3 <= count <= 10]}"


def _plain(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, dict | list | tuple):
        return ", ".join(str(each) for each in value)
    return str(value)
