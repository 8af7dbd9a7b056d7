"""JSON lists read safely. Reach for it in a parser of a list that comes from an interface of the publisher's website.

JSON is decoded whole, with limits on bytes and depth; every fault becomes a :class:`tajfif.errors.ListFormatError`.
:class:`Row` takes the fields of one object with their types checked, and remembers which were taken, so that a field
that is new in a layout is kept and reported.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from tajfif.errors import ListFormatError
from tajfif.lists.parsers.reading import read_text, squeeze

__all__ = ["Row", "read_json"]

_AGAIN = "The file is damaged or cut off: fetch it again from its publisher, or compare its size with the original."
_LONGEST = 20_000


def read_json(path: Path) -> Any:
    """Return a whole JSON file, decoded.

    Raises:
        ListFormatError: As :func:`tajfif.lists.parsers.reading.read_text`, and: malformed, cut off, or nested too deep.
    """
    text = read_text(path, legacy=False).lstrip("\ufeff")
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        raise ListFormatError(f"not well-formed JSON: {error}", where=str(path), hint=_AGAIN) from error


class Row:
    """One JSON object of a list, its fields taken by name.

    Args:
        data: The decoded object.
        where: File and place, for messages.

    Raises:
        ListFormatError: It is no object.
    """

    def __init__(self, data: object, where: str) -> None:
        if not isinstance(data, dict):
            raise ListFormatError(
                f"an entry should be an object, it is {type(data).__name__}", where=where, hint=_AGAIN
            )
        self.data: Mapping[str, Any] = data
        self.where = where
        self._taken: set[str] = set()

    def text(self, key: str) -> str:
        """Return a text or a number as text with single spaces; empty if it is null or not there."""
        return squeeze(self.raw(key))

    def raw(self, key: str) -> str:
        """Return a text as it stands, line breaks included; empty if it is null or not there."""
        self._taken.add(key)
        value = self.data.get(key)
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise ListFormatError(
                f"{key} should be a text, it is {type(value).__name__}", where=self.where, hint=_AGAIN
            )
        text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
        if len(text) > _LONGEST:
            raise ListFormatError(f"{key} has {len(text):,} characters", where=self.where, hint=_AGAIN)
        return text

    def flag(self, key: str) -> bool:
        """Return a truth value, written as such, as a number or as a word; false if it is not there."""
        self._taken.add(key)
        value = self.data.get(key)
        if isinstance(value, str):
            return value.strip().casefold() in {"true", "yes", "1"}
        return bool(value)

    def items(self, key: str) -> list[Any]:
        """Return a list, or one value as a list of it; empty if it is null or not there."""
        self._taken.add(key)
        value = self.data.get(key)
        if value is None or value == "":
            return []
        return value if isinstance(value, list) else [value]

    def rest(self) -> dict[str, Any]:
        """Return the fields that were not asked for and hold something."""
        return {key: value for key, value in self.data.items() if key not in self._taken and (value or value == 0)}
