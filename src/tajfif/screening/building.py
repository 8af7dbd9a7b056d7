"""An index of names, built in memory. Reach for :func:`build_index` when lists are to be searched that have no index yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from tajfif.errors import ListMissingError
from tajfif.model import Entity, Identifier, ListVersion
from tajfif.screening.birth import as_rows, birth_rows
from tajfif.screening.comparing import readings
from tajfif.screening.index import Arrays, NameIndex, hard_parts, sound
from tajfif.screening.keys import as_bytes, identifier_key, part_keys, whole_keys, word_keys
from tajfif.screening.score import most_of, skips_of_listed
from tajfif.screening.spelling import SpellingModel, spelling_model
from tajfif.text.names import Part, parse_name, split_aliases

__all__ = ["build_index"]


class _Builder:
    """Collects names, then lays out the arrays."""

    def __init__(self) -> None:
        self.vocabulary: dict[tuple[int, str], int] = {}
        self.parts: list[Part] = []
        self.name_tokens: list[list[int]] = []
        self.name_skips: list[NDArray[np.float64]] = []
        self.name_entity: list[int] = []
        self.name_place: list[int] = []
        self.name_person: list[bool] = []
        self.name_parts: list[int] = []
        self.texts: list[bytes] = []
        self.whole: list[tuple[int, int]] = []
        self.words: list[tuple[int, int]] = []
        self.identifiers: list[tuple[int, int]] = []

    def add(self, entity: int, place: int, text: str, person: bool) -> None:
        parsed = parse_name(text, person=person)
        if not parsed.parts:
            return
        number = len(self.name_tokens)
        self.name_tokens.append([self._token(part) for part in parsed.parts])
        self.name_skips.append(skips_of_listed(parsed.parts))
        self.name_entity.append(entity)
        self.name_place.append(place)
        self.name_person.append(person)
        self.name_parts.append(hard_parts(parsed))
        self.texts.append(text.encode())
        self.whole.extend((int(key), number) for key in whole_keys(parsed))
        self.words.extend((int(key), number) for key in word_keys(parsed))

    def _token(self, part: Part) -> int:
        token = self.vocabulary.setdefault((part.kind, part.core), len(self.vocabulary))
        if token == len(self.parts):
            self.parts.append(part)
        return token

    def add_identifiers(self, entity: int, identifiers: Iterable[Identifier]) -> None:
        for one in identifiers:
            key = identifier_key(one.kind, one.value)
            if key is not None:
                self.identifiers.append((int(key), entity))

    def arrays(self, model: SpellingModel) -> Arrays:
        keys, key_token = self._key_arrays()
        tokens = [model.token(kind, core) for kind, core in self.vocabulary]
        codes, codes_at = _ragged([token.codes for token in tokens], np.uint8)
        cores, cores_at = _ragged([as_bytes(token.core) for token in tokens], np.uint8)
        texts, texts_at = _ragged([np.frombuffer(text, dtype=np.uint8) for text in self.texts], np.uint8)
        sounds, sounds_at = _ragged([sound(part) for part in self.parts], np.uint8)
        distinct = [sorted(set(one)) for one in self.name_tokens]
        lengths = [len(one) for one in distinct]
        flat = np.array([t for one in distinct for t in one], dtype=np.int32)
        of_name = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
        order = np.argsort(flat, kind="stable")
        postings_at = np.zeros(len(tokens) + 1, dtype=np.int64)
        np.cumsum(np.bincount(flat, minlength=len(tokens)), out=postings_at[1:])
        part_token, part_at = _ragged([np.array(one, dtype=np.int32) for one in self.name_tokens], np.int32)
        whole, words, identifiers = sorted(self.whole), sorted(self.words), sorted(self.identifiers)
        return {
            "key": keys, "key_token": key_token,
            "token_kind": np.array([token.kind for token in tokens], dtype=np.uint8),
            "token_arabic": np.array([token.arabic for token in tokens], dtype=np.bool_),
            "token_same": np.array([token.same for token in tokens], dtype=np.float32),
            "token_cross": np.array([token.cross for token in tokens], dtype=np.float32),
            "token_most": np.array([most_of(part) for part in self.parts], dtype=np.float32),
            "token_length": np.array([min(len(part.core), 255) for part in self.parts], dtype=np.uint8),
            "token_sound": sounds, "token_sound_at": sounds_at,
            "part_token": part_token, "part_at": part_at, "part_skip": _ragged(self.name_skips, np.float32)[0],
            "codes": codes, "codes_at": codes_at, "core_blob": cores, "core_at": cores_at,
            "text_blob": texts, "text_at": texts_at,
            "postings": of_name[order], "postings_at": postings_at,
            "name_parts": np.minimum(np.array(self.name_parts), 255).astype(np.uint8),
            "name_entity": np.array(self.name_entity, dtype=np.int32), "name_place": np.array(self.name_place, dtype=np.int32),
            "name_person": np.array(self.name_person, dtype=np.bool_),
            "whole_key": np.array([key for key, _ in whole], dtype=np.uint64),
            "whole_name": np.array([name for _, name in whole], dtype=np.int32),
            "word_key": np.array([key for key, _ in words], dtype=np.uint64),
            "word_name": np.array([name for _, name in words], dtype=np.int32),
            "identifier_key": np.array([key for key, _ in identifiers], dtype=np.uint64),
            "identifier_entity": np.array([entity for _, entity in identifiers], dtype=np.int32),
        }  # fmt: skip

    def _key_arrays(self) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
        chunks = [part_keys(kind, core, listed=True) for kind, core in self.vocabulary]
        keys = np.concatenate(chunks) if chunks else np.zeros(0, dtype=np.uint64)
        owner = np.repeat(np.arange(len(chunks), dtype=np.int32), [len(chunk) for chunk in chunks])
        order = np.lexsort((owner, keys))
        return keys[order], owner[order]


def _ragged(
    rows: Sequence[NDArray[np.generic]], dtype: type[np.generic]
) -> tuple[NDArray[np.generic], NDArray[np.int64]]:
    at = np.zeros(len(rows) + 1, dtype=np.int64)
    np.cumsum([len(row) for row in rows], out=at[1:])
    return (np.concatenate(rows) if rows else np.zeros(0)).astype(dtype), at


def build_index(lists: Iterable[tuple[ListVersion, Sequence[Entity]]]) -> NameIndex:
    """Build an index in memory.

    Args:
        lists: Each list version with its entities.

    Raises:
        ListMissingError: If there is no name at all.
    """
    builder = _Builder()
    encoder = msgspec.msgpack.Encoder()
    blobs: list[NDArray[np.uint8]] = []
    births: list[NDArray[np.int32]] = []
    versions = []
    for version, entities in lists:
        versions.append(version)
        for entity in entities:
            number = len(blobs)
            blobs.append(np.frombuffer(encoder.encode(entity), dtype=np.uint8))
            births.append(as_rows(birth_rows(entity.birth_dates)))
            builder.add_identifiers(number, entity.identifiers)
            for place, name in enumerate(entity.names):
                for text in dict.fromkeys((name.value, *split_aliases(name.value))):
                    for person in readings(entity.schema):
                        builder.add(number, place, text, person)
    if not builder.name_tokens:
        raise ListMissingError(
            "the lists that serve name nobody who is still listed", hint="Load another list: tajfif lists sources"
        )
    arrays = builder.arrays(spelling_model())
    arrays["entity_blob"], arrays["entity_at"] = _ragged(blobs, np.uint8)
    arrays["births"], arrays["birth_at"] = _ragged(births, np.int32)
    return NameIndex(arrays, tuple(versions))
