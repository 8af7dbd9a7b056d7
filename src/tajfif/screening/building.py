"""An index of names, built in memory. Reach for :func:`build_index` when lists are to be searched that have no index yet."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from tajfif.errors import ListMissingError
from tajfif.model import Entity, Identifier, ListVersion
from tajfif.screening.birth import as_rows, birth_rows
from tajfif.screening.comparing import readings
from tajfif.screening.index import Arrays, NameIndex, hard_parts, sound
from tajfif.screening.keys import identifier_key, part_keys, whole_keys, word_keys
from tajfif.screening.score import most_of, skips_of_listed
from tajfif.screening.spelling import spelling_model
from tajfif.text.names import Part, parse_name, split_aliases

__all__ = ["build_index"]


class _Rows:
    """Rows of numbers of different lengths, kept end to end: a list of a million names has no room for an object each."""

    def __init__(self, typecode: str) -> None:
        self._flat: array[Any] = array(typecode)
        self._ends = array("q", (0,))

    def __len__(self) -> int:
        return len(self._ends) - 1

    def add(self, row: Iterable[int | float] | bytes | NDArray[Any]) -> None:
        if isinstance(row, bytes):
            self._flat.frombytes(row)
        elif isinstance(row, np.ndarray):
            self._flat.frombytes(row.astype(self._flat.typecode).tobytes())
        else:
            self._flat.extend(row)
        self._ends.append(len(self._flat))

    def arrays(self) -> tuple[NDArray[Any], NDArray[np.int64]]:
        """Return all rows end to end, and where each begins and the last ends, shape (rows + 1,)."""
        return _as_array(self._flat), np.asarray(_as_array(self._ends))


def _as_array(values: array[Any]) -> NDArray[Any]:
    """Return an array over the same memory."""
    return np.frombuffer(values, dtype=values.typecode) if len(values) else np.zeros(0, dtype=values.typecode)


class _Keys:
    """Keys and what each leads to."""

    def __init__(self) -> None:
        self._key = array("Q")
        self._leads_to = array("i")

    def add(self, keys: Iterable[np.uint64], number: int) -> None:
        for key in keys:
            self._key.append(int(key))
            self._leads_to.append(number)

    def add_all(self, keys: NDArray[np.uint64], number: int) -> None:
        self._key.frombytes(keys.tobytes())
        self._leads_to.frombytes(np.full(len(keys), number, dtype=np.int32).tobytes())

    def arrays(self) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
        """Return the keys, sorted, and what they lead to, in its own order where keys are the same."""
        keys, leads_to = _as_array(self._key), _as_array(self._leads_to)
        order = np.lexsort((leads_to, keys))
        return keys[order], leads_to[order]


class _Builder:
    """Collects names, then lays out the arrays."""

    def __init__(self) -> None:
        self.vocabulary: dict[tuple[int, str], int] = {}
        self.tokens = _Tokens()
        self.name_tokens = _Rows("i")
        self.name_skips = _Rows("f")
        self.name_entity = array("i")
        self.name_place = array("i")
        self.name_person = array("b")
        self.name_parts = array("B")
        self.texts = _Rows("B")
        self.whole = _Keys()
        self.words = _Keys()
        self.identifiers = _Keys()

    def add(self, entity: int, place: int, text: str, person: bool) -> None:
        parsed = parse_name(text, person=person)
        if not parsed.parts:
            return
        number = len(self.name_tokens)
        self.name_tokens.add([self._token(part) for part in parsed.parts])
        self.name_skips.add(skips_of_listed(parsed.parts))
        self.name_entity.append(entity)
        self.name_place.append(place)
        self.name_person.append(person)
        self.name_parts.append(min(hard_parts(parsed), 255))
        self.texts.add(text.encode())
        self.whole.add(whole_keys(parsed), number)
        self.words.add(word_keys(parsed), number)

    def _token(self, part: Part) -> int:
        token = self.vocabulary.setdefault((part.kind, part.core), len(self.vocabulary))
        if token == len(self.tokens):
            self.tokens.add(part)
        return token

    def add_identifiers(self, entity: int, identifiers: Iterable[Identifier]) -> None:
        for one in identifiers:
            key = identifier_key(one.kind, one.value)
            if key is not None:
                self.identifiers.add((key,), entity)

    def arrays(self) -> Arrays:
        part_token, part_at = self.name_tokens.arrays()
        skips, _ = self.name_skips.arrays()
        texts, texts_at = self.texts.arrays()
        postings, postings_at = _postings(part_token, part_at, len(self.tokens))
        whole, words, identifiers = self.whole.arrays(), self.words.arrays(), self.identifiers.arrays()
        return self.tokens.arrays() | {
            "part_token": part_token, "part_at": part_at, "part_skip": skips,
            "text_blob": texts, "text_at": texts_at,
            "postings": postings, "postings_at": postings_at,
            "name_parts": _as_array(self.name_parts),
            "name_entity": _as_array(self.name_entity), "name_place": _as_array(self.name_place),
            "name_person": _as_array(self.name_person).astype(np.bool_),
            "whole_key": whole[0], "whole_name": whole[1],
            "word_key": words[0], "word_name": words[1],
            "identifier_key": identifiers[0], "identifier_entity": identifiers[1],
        }  # fmt: skip


class _Tokens:
    """What is known of each token of the vocabulary."""

    def __init__(self) -> None:
        self._model = spelling_model()
        self._keys = _Keys()
        self._codes, self._cores, self._sounds = _Rows("B"), _Rows("B"), _Rows("B")
        self._kind, self._arabic, self._length = array("B"), array("b"), array("B")
        self._same, self._cross, self._most = array("f"), array("f"), array("f")

    def __len__(self) -> int:
        return len(self._kind)

    def add(self, part: Part) -> None:
        token = self._model.token(part.kind, part.core)
        self._keys.add_all(part_keys(part.kind, part.core, listed=True), len(self))
        self._codes.add(token.codes)
        self._cores.add(token.core.encode())
        self._sounds.add(sound(part))
        self._arabic.append(token.arabic)
        self._same.append(token.same)
        self._cross.append(token.cross)
        self._most.append(most_of(part))
        self._length.append(min(len(part.core), 255))
        self._kind.append(token.kind)

    def arrays(self) -> Arrays:
        keys, key_token = self._keys.arrays()
        codes, codes_at = self._codes.arrays()
        cores, cores_at = self._cores.arrays()
        sounds, sounds_at = self._sounds.arrays()
        return {
            "key": keys, "key_token": key_token,
            "token_kind": _as_array(self._kind), "token_arabic": _as_array(self._arabic).astype(np.bool_),
            "token_same": _as_array(self._same), "token_cross": _as_array(self._cross),
            "token_most": _as_array(self._most), "token_length": _as_array(self._length),
            "token_sound": sounds, "token_sound_at": sounds_at,
            "codes": codes, "codes_at": codes_at, "core_blob": cores, "core_at": cores_at,
        }  # fmt: skip


def _postings(
    part_token: NDArray[np.int32], part_at: NDArray[np.int64], tokens: int
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return the names that have each token, each name once, in order; and where each token's begin, shape (tokens + 1,)."""
    names = len(part_at) - 1
    pairs = part_token.astype(np.int64)
    pairs *= names
    pairs += np.repeat(np.arange(names, dtype=np.int64), np.diff(part_at))
    pairs = np.unique(pairs)
    at = np.zeros(tokens + 1, dtype=np.int64)
    np.cumsum(np.bincount(pairs // names, minlength=tokens), out=at[1:])
    return (pairs % names).astype(np.int32), at


def build_index(lists: Iterable[tuple[ListVersion, Sequence[Entity]]]) -> NameIndex:
    """Build an index in memory.

    Args:
        lists: Each list version with its entities.

    Raises:
        ListMissingError: If there is no name at all.
    """
    builder = _Builder()
    encoder = msgspec.msgpack.Encoder()
    blobs, births, birth_at = _Rows("B"), _Rows("i"), array("q", (0,))
    versions = []
    for version, entities in lists:
        versions.append(version)
        for entity in entities:
            number = len(blobs)
            blobs.add(encoder.encode(entity))
            rows = as_rows(birth_rows(entity.birth_dates))
            births.add(rows.ravel())
            birth_at.append(birth_at[-1] + len(rows))
            builder.add_identifiers(number, entity.identifiers)
            for place, name in enumerate(entity.names):
                for text in dict.fromkeys((name.value, *split_aliases(name.value))):
                    for person in readings(entity.schema):
                        builder.add(number, place, text, person)
    if not len(builder.name_tokens):
        raise ListMissingError(
            "the lists that serve name nobody who is still listed", hint="Load another list: tajfif lists sources"
        )
    arrays = builder.arrays()
    arrays["entity_blob"], arrays["entity_at"] = blobs.arrays()
    arrays["births"], arrays["birth_at"] = births.arrays()[0].reshape(-1, 4), _as_array(birth_at)
    return NameIndex(arrays, tuple(versions))
