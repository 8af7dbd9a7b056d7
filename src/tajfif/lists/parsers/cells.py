"""What one cell can hold. Reach for it where a publisher writes several values, or words around one, in a cell.

Several values are numbered, "(1) … (2) …" or "a) … b) …", and a dash stands for one that is not known, so that values
of two columns belong together by their number.
"""

from __future__ import annotations

import re
from datetime import date

from tajfif.lists.parsers.un_facts import country_in, expiry_in, issue_in
from tajfif.model import BirthDate
from tajfif.text.attributes import country_code, parse_date

__all__ = ["country_of", "day_first", "document_dates", "item_at", "numbered", "stated_birth"]

_NUMBER = re.compile(r"\((\d{1,3})\)")
_LETTER = re.compile(r"(?:^|(?<=[\s;,]))\(?([a-z])\)\s?")
_EMPTY = re.compile(r"[\s.\-–—]*")
_NOW = re.compile(r"\b(?:now|currently|current)\b\s*:?\s*([^()]+)", re.IGNORECASE)
_ISSUED = re.compile(r"\bissued?(?: date)?(?: on)?:?\s*(\d{1,2}/\d{1,2}/\d{4})", re.IGNORECASE)
_EXPIRES = re.compile(r"\bexpir\w*(?: date)?(?: on)?:?\s*(\d{1,2}/\d{1,2}/\d{4})", re.IGNORECASE)
_LONGEST_COUNTRY = 6


def numbered(text: str) -> list[str]:
    """Return the values of a cell in their order; one that is a dash, or not there, is an empty string.

    Numbers must begin with one and rise, and letters with a; otherwise the brackets belong to the value ("(3) Brigade").
    """
    for pattern, first in ((_NUMBER, "1"), (_LETTER, "a")):
        marks = list(pattern.finditer(text))
        if not marks or marks[0][1] != first or text[: marks[0].start()].strip():
            continue
        kept = [marks[0]]
        for mark in marks[1:]:
            if _follows(kept[-1][1], mark[1]):
                kept.append(mark)
        ends = [mark.start() for mark in kept[1:]] + [len(text)]
        return [_value(text[mark.end() : end]) for mark, end in zip(kept, ends, strict=True)]
    value = _value(text)
    return [value] if value else []


def item_at(values: list[str], place: int) -> str:
    """Return the value at a place, or the only value there is, which holds for all; empty if there is none."""
    if len(values) == 1:
        return values[0]
    return values[place] if place < len(values) else ""


def country_of(text: str) -> str:
    """Return the country that a cell names, alone or with words around it; of a state that is gone, the present one.

    "Former USSR (now Belarus)" is ``by``, "Syrian Arab Republic national identification card" is ``sy``.
    """
    now = _NOW.search(text)
    found = (country_in(now[1].strip()) if now else "") or country_in(text)
    if found:
        return found
    words = text.replace("(", " ").replace(")", " ").split()
    for count in range(min(_LONGEST_COUNTRY, len(words)), 0, -1):
        code = country_code(" ".join(words[:count]).strip(" ,.;:"))
        if code:
            return code
    return ""


def day_first(text: str) -> str:
    """Return the ISO form of 31/12/1960, with zeros or letters for what is not known (00/12/1960, dd/mm/1960).

    Empty if it is no such date.
    """
    known = re.sub(r"\b(?:dd|mm)\b", "00", text.strip().lower())
    match = re.fullmatch(r"(?:(?:(\d{1,2})/)?(\d{1,2})/)?(\d{4})", known)
    if not match:
        return ""
    day, month, year = int(match[1] or 0), int(match[2] or 0), int(match[3])
    if not 1 <= year <= 9999 or month > 12 or (day and not month):
        return ""
    if not month:
        return f"{year:04d}"
    if not day:
        return f"{year:04d}-{month:02d}"
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def stated_birth(text: str) -> BirthDate:
    """Return the birth date that a cell states; one that cannot be read keeps its text and has no start."""
    exact = day_first(text)
    if exact:
        return BirthDate(start=exact)
    found = parse_date(text)
    return found if found.start else BirthDate(text=text)


def document_dates(text: str) -> tuple[str, str]:
    """Return the ISO dates of issue and of expiry that the words beside a document state; empty where they do not."""
    issued, expires = _ISSUED.search(text), _EXPIRES.search(text)
    return (
        (day_first(issued[1]) if issued else "") or issue_in(text),
        (day_first(expires[1]) if expires else "") or expiry_in(text),
    )


def _follows(before: str, after: str) -> bool:
    return int(after) == int(before) + 1 if after.isdigit() else ord(after) == ord(before) + 1


def _value(text: str) -> str:
    text = " ".join(text.split())
    return "" if _EMPTY.fullmatch(text) else text.strip(" ;,")
