"""Keys by which name parts, whole names and identifiers are looked up. Reach for it where an index is built or searched.

A key is a hash of 64 bits of a part's kind and of something that its other spellings share: the written word, the word
with one letter left out, a consonant skeleton, a skeleton with one consonant left out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tajfif.screening.search_kernels import deletion_keys
from tajfif.text.graphemes import encode, skeletons
from tajfif.text.identifiers import normalise_identifier
from tajfif.text.names import LEGAL, NUMBER, TITLE, ParsedName

__all__ = ["as_bytes", "exact_key", "identifier_key", "part_keys", "whole_keys", "word_keys"]

_EXACT, _SKELETON, _LETTERS, _SHORTENED = 1, 2, 3, 4
_WHOLE, _IDENTIFIER = 200, 201
_SPAN = 16  # salts of one kind of part lie this far apart
_NEVER = 10_000
_MOST_KEYS = 4096
_MOST_IN_ONE = 5
_NOT_GLUED = frozenset({LEGAL, NUMBER, TITLE})
_SHARED = frozenset({"phone", "email", "website", "identifier", "callSign"})


def as_bytes(text: str) -> NDArray[np.uint8]:
    """Return the bytes of a text in UTF-8."""
    return np.frombuffer(text.encode(), dtype=np.uint8)


def part_keys(kind: int, core: str, *, listed: bool) -> NDArray[np.uint64]:
    """Return all keys of a part.

    Skeletons meet when they are the same or one has a consonant more; written words also when one letter stands for another.
    So of skeletons a listed part stores those with one left out apart, and a query never looks for them by one of its own.

    Args:
        kind, core: As in :class:`tajfif.text.names.Part`.
        listed: Whether the keys are to be stored, or looked for.
    """
    buffer = np.empty(_MOST_KEYS, dtype=np.uint64)
    salt = kind * _SPAN
    codes = encode(core)[1:-1]
    count = deletion_keys(codes, salt + _EXACT, _NEVER, buffer, 0)
    if kind not in {LEGAL, NUMBER, TITLE}:
        for place, skeleton in enumerate(skeletons(core)):
            text, fewer = as_bytes(skeleton), 3 if place == 0 else _NEVER
            count = deletion_keys(text, salt + _SKELETON, _NEVER if listed else fewer, buffer, count)
            count = deletion_keys(text, salt + _SHORTENED, fewer if listed else _NEVER, buffer, count)
        count = deletion_keys(codes, salt + _LETTERS, 4, buffer, count)
    return buffer[:count].copy()


def exact_key(kind: int, core: str) -> np.uint64:
    """Return the key of a part written just so."""
    return _one_key(encode(core)[1:-1], kind * _SPAN + _EXACT)


def _one_key(text: NDArray[np.uint8], salt: int) -> np.uint64:
    buffer = np.empty(1, dtype=np.uint64)
    deletion_keys(text, salt, _NEVER, buffer, 0)
    return np.uint64(buffer[0])


def whole_keys(parsed: ParsedName) -> list[np.uint64]:
    """Return the keys of a name of several parts by which its spelling as one word finds it, without and with its articles."""
    if not 2 <= len(parsed.parts) <= _MOST_IN_ONE or any(part.kind in _NOT_GLUED for part in parsed.parts):
        return []
    bare = "".join(part.core for part in parsed.parts)
    full = "".join(("al" if part.core.isascii() else "ال") * part.article + part.core for part in parsed.parts)
    return list(dict.fromkeys(key for text in dict.fromkeys((bare, full)) for key in _word_keys(text)))


def word_keys(parsed: ParsedName) -> list[np.uint64]:
    """Return the key of a name of one part by which its spelling in several finds it."""
    if len(parsed.parts) != 1 or parsed.parts[0].kind in _NOT_GLUED:
        return []
    return _word_keys(parsed.parts[0].core)


def _word_keys(text: str) -> list[np.uint64]:
    """Return the key of a word that may be a whole name: its skeleton, or itself where that says too little."""
    return [
        _one_key(as_bytes(skeleton if len(skeleton) > 3 else f"={text}"), _WHOLE * _SPAN)
        for skeleton in skeletons(text)[:1]
        if len(text) > 4
    ]


def identifier_key(kind: str, value: str) -> np.uint64 | None:
    """Return the key of an identifier; ``None`` for a placeholder and for what many share (a telephone, a website)."""
    number = normalise_identifier(kind, value)
    if not number or kind in _SHARED:
        return None
    return _one_key(as_bytes(f"{kind}:{number}"), _IDENTIFIER * _SPAN)
