"""The names of the lists, ready to be searched. Reach for it to build, save, open and look up a name index.

A vocabulary of distinct name parts with postings: work on a part is done once however many names have it. Candidates
come from keys that both scripts share (consonant skeletons, and those with one consonant left out), from keys of the
written word with one letter left out, and from the lexicon of known spellings. Saved as plain arrays that are
memory-mapped on opening.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from tajfif.errors import InternalError
from tajfif.model import Entity, Identifier, ListVersion
from tajfif.screening.birth import BIRTH_BOUNDS, NEAR_DAYS, birth_rows
from tajfif.screening.kernels import (
    deletion_keys,
    gather_names,
    key_range,
    spelling_weights,
    tokens_with_keys,
    within_reach,
)
from tajfif.screening.parts import AGREE_FROM, part_weight
from tajfif.screening.probability import LEAST_CONTRADICTION, most_in_search
from tajfif.screening.score import LEFT_OUT
from tajfif.screening.spelling import SpellingModel, spelling_model
from tajfif.text.graphemes import UNIT_TABLES, encode, skeletons
from tajfif.text.identifiers import normalise_identifier
from tajfif.text.names import (
    ABD,
    ALLAH,
    DIN,
    LEGAL,
    NAME,
    NUMBER,
    TITLE,
    WORD,
    ParsedName,
    Part,
    parse_name,
    split_aliases,
)

__all__ = ["FORMAT", "FieldReach", "NameIndex", "as_rows", "build_index"]

FORMAT = 5
"""Number of the layout on disk; an index of another number is built anew."""

_EXACT, _SKELETON, _LETTERS, _SHORTENED = 1, 2, 3, 4
_NEVER = 10_000
_WHOLE, _IDENTIFIER = 200, 201
_SHARED = frozenset({"phone", "email", "website", "identifier", "callSign"})
_SPAN = 16  # salts of one kind of part lie this far apart
_MOST_REFINED = 24
_LEAST_LIKELY = 0.5
_MOST_WRITTEN_AS_ONE = 20

Arrays = dict[str, NDArray[Any]]


class FieldReach(NamedTuple):
    """What the fields of a subject beside its names can add to the agreement of names.

    Attributes:
        births: Its birth dates, shape (rows, 4), as of :func:`tajfif.screening.birth.birth_rows`.
        others: Most that its other fields can add, in nats.
        most: Most that all fields together count.
    """

    births: NDArray[np.int32]
    others: float
    most: float


def _bytes(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode(), dtype=np.uint8)


def _keys(kind: int, core: str, buffer: NDArray[np.uint64], *, listed: bool) -> int:
    """Write all keys of a part to the buffer; return how many.

    Skeletons meet when they are the same or one has a consonant more; written words also when one letter stands for another.
    So of skeletons a listed part stores those with one left out apart, and a query never looks for them by one of its own.
    """
    salt = kind * _SPAN
    codes = encode(core)[1:-1]
    count = deletion_keys(codes, salt + _EXACT, _NEVER, buffer, 0)
    if kind in {LEGAL, NUMBER, TITLE}:
        return count
    for place, skeleton in enumerate(skeletons(core)):
        text, fewer = _bytes(skeleton), 3 if place == 0 else _NEVER
        count = deletion_keys(text, salt + _SKELETON, _NEVER if listed else fewer, buffer, count)
        count = deletion_keys(text, salt + _SHORTENED, fewer if listed else _NEVER, buffer, count)
    return deletion_keys(codes, salt + _LETTERS, 4, buffer, count)


def _whole_keys(parsed: ParsedName) -> list[str]:
    """Return the skeletons of a name written as one word, without and with its articles."""
    if not 2 <= len(parsed.parts) <= 5 or any(part.kind in {LEGAL, NUMBER, TITLE} for part in parsed.parts):
        return []
    bare = "".join(part.core for part in parsed.parts)
    full = "".join(("al" if part.core.isascii() else "ال") * part.article + part.core for part in parsed.parts)
    return sorted({key for text in (bare, full) for key in _whole_key(text)})


def _whole_key(text: str) -> list[str]:
    """Return what a name written as one word is looked up by: its skeleton, or itself where that says too little."""
    return [skeleton if len(skeleton) > 3 else f"={text}" for skeleton in skeletons(text)[:1] if len(text) > 4]


def _identifier_key(kind: str, value: str, buffer: NDArray[np.uint64]) -> np.uint64 | None:
    """Return the key of an identifier; ``None`` for a placeholder and for what many share (a telephone, a website)."""
    number = normalise_identifier(kind, value)
    if not number or kind in _SHARED:
        return None
    deletion_keys(_bytes(f"{kind}:{number}"), _IDENTIFIER * _SPAN, _NEVER, buffer, 0)
    return np.uint64(buffer[0])


def _hard_parts(parsed: ParsedName) -> int:
    """Return how many parts cost at least :data:`tajfif.screening.score.LEFT_OUT` when left out."""
    return sum(part.kind in {WORD, ABD, ALLAH, DIN, NAME} and len(part.core) > 1 for part in parsed.parts)


def _neighbours_joined(parsed: ParsedName) -> list[Part]:
    """Return what neighbouring words would be if they were one: a listed name may be written so."""
    words = [part for part in parsed.parts if part.kind != TITLE]
    return [
        part
        for one, other in pairwise(words)
        if one.kind == WORD and other.kind == WORD and one.core.isascii() == other.core.isascii()
        for part in parse_name(one.core + other.core).parts[:1]
    ]


class NameIndex:
    """An opened index.

    Attributes:
        versions: The list versions indexed.
        entities: How many.
        names: How many.
    """

    def __init__(self, arrays: Arrays, versions: tuple[ListVersion, ...]) -> None:
        for array in arrays.values():
            array.flags.writeable = False  # one type for the kernels, whether built here or mapped from disk
        self._arrays = arrays
        self.versions = versions
        self.entities = len(arrays["entity_at"]) - 1
        self.names = len(arrays["name_entity"])
        self._tokens = len(arrays["token_kind"])
        self._seen_token = np.zeros(self._tokens, dtype=np.int32)
        self._score = np.zeros(self.names, dtype=np.float32)
        self._seen = np.zeros(self.names, dtype=np.int32)
        self._seen_part = np.zeros(self.names, dtype=np.int32)
        self._matched = np.zeros(self.names, dtype=np.int32)
        self._found_tokens = np.zeros(self._tokens, dtype=np.int32)
        self._found_names = np.zeros(self.names, dtype=np.int32)
        self._stamp = 0
        self._buffer = np.zeros(4096, dtype=np.uint64)
        self._candidates: dict[tuple[int, str], tuple[NDArray[np.int32], NDArray[np.float32]]] = {}
        self._decoder = msgspec.msgpack.Decoder(Entity)
        self._entity_cache: dict[int, Entity] = {}

    def entity(self, number: int) -> Entity:
        """Return an entity by its place in the index."""
        found = self._entity_cache.get(number)
        if found is None:
            at = self._arrays["entity_at"]
            found = self._decoder.decode(self._arrays["entity_blob"][at[number] : at[number + 1]].tobytes())
            if len(self._entity_cache) > 20_000:
                self._entity_cache.clear()
            self._entity_cache[number] = found
        return found

    def name(self, number: int) -> tuple[int, int, str, bool]:
        """Return (entity's place, name's place among the entity's names, text, read as a person's name)."""
        arrays = self._arrays
        at = arrays["text_at"]
        text = arrays["text_blob"][at[number] : at[number + 1]].tobytes().decode()
        return (
            int(arrays["name_entity"][number]),
            int(arrays["name_place"][number]),
            text,
            bool(arrays["name_person"][number]),
        )

    def entities_with(self, kind: str, value: str) -> list[int]:
        """Return the places of the entities that state an identifier of this kind and number."""
        key = _identifier_key(kind, value, self._buffer)
        if key is None:
            return []
        arrays = self._arrays
        low, high = key_range(arrays["identifier_key"], key)
        return sorted(set(arrays["identifier_entity"][low:high].tolist()))

    def search(
        self, parsed: ParsedName, least: float, most: int, fields: FieldReach | None = None
    ) -> list[tuple[int, float]]:
        """Return (name, what it can reach) for the names that agree enough, best first.

        Args:
            parsed: The query.
            least: Least sum of weights, in nats, that a name must be able to reach.
            most: Most names returned.
            fields: What the subject's other fields can add to it.
        """
        found = [self._part_candidates(part) for part in (*parsed.parts, *_neighbours_joined(parsed))]
        found.sort(key=lambda one: -float(one[1][0]) if len(one[1]) else 0.0)
        part_at = np.zeros(len(found) + 1, dtype=np.int64)
        np.cumsum([len(tokens) for tokens, _ in found], out=part_at[1:])
        arrays = self._arrays
        self._stamp += 1
        count = gather_names(
            part_at, np.concatenate([t for t, _ in found]), np.concatenate([w for _, w in found]),
            arrays["postings_at"], arrays["postings"], arrays["name_parts"], _hard_parts(parsed), LEFT_OUT, LEAST_CONTRADICTION,
            least - (fields.most if fields else 0.0),
            self._score, self._seen, self._seen_part, self._matched, self._stamp, self._found_names,
        )  # fmt: skip
        names = self._found_names[:count]
        if fields:
            count = within_reach(
                names, self._score, arrays["name_entity"], arrays["birth_at"], arrays["births"], fields.births,
                BIRTH_BOUNDS, NEAR_DAYS, fields.others, fields.most, least,
            )  # fmt: skip
            names = names[:count]
        sums = self._score[names]
        out = sorted(zip(names.tolist(), sums.tolist(), strict=True), key=lambda one: (-one[1], one[0]))[:most]
        if written := self._written_as_one(parsed):
            known = {name for name, _ in out}
            out += [(name, 0.0) for name in written if name not in known]
        return out

    def _written_as_one(self, parsed: ParsedName) -> list[int]:
        """Return names that, written without spaces, have the query's skeleton."""
        if len(parsed.parts) > 1:
            wanted = _whole_keys(parsed)
        else:
            core = parsed.parts[0].core
            wanted = _whole_key(core)
        out: set[int] = set()
        arrays = self._arrays
        for skeleton in wanted:
            deletion_keys(_bytes(skeleton), _WHOLE * _SPAN, _NEVER, self._buffer, 0)
            low, high = key_range(arrays["whole_key"], self._buffer[0])
            out.update(arrays["whole_name"][low : min(high, low + _MOST_WRITTEN_AS_ONE)].tolist())
        return sorted(out)

    def _part_candidates(self, part: Part) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        key = part.kind, part.core
        found = self._candidates.get(key)
        if found is None:
            found = self._find_part(*key)
            if len(self._candidates) > 50_000:
                self._candidates.clear()
            self._candidates[key] = found
        return found

    def _find_part(self, kind: int, core: str) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Return the vocabulary tokens that may be spellings of a part, heaviest first, with the most that each can add."""
        arrays = self._arrays
        count = _keys(kind, core, self._buffer, listed=False)
        self._stamp += 1
        found = self._found_tokens
        count = tokens_with_keys(
            self._buffer[:count], arrays["key"], arrays["key_token"], self._seen_token, self._stamp, found
        )
        tokens = found[:count].copy()
        model = spelling_model()
        if kind not in {LEGAL, NUMBER, TITLE} and len(tokens):
            query = model.token(kind, core)
            weights = spelling_weights(
                tokens, arrays["codes"], arrays["codes_at"], arrays["token_arabic"], arrays["token_same"], arrays["token_cross"],
                query.codes, query.arabic, query.same, query.cross,
                model.arabic_latin, model.latin_latin, model.arabic_arabic, *UNIT_TABLES,
            )  # fmt: skip
            weights += model.word
            likely = np.argsort(-weights, kind="stable")[:_MOST_REFINED]
            tokens = tokens[likely[weights[likely] > _LEAST_LIKELY]]
        chosen = dict.fromkeys(tokens.tolist())
        for spelling in model.known_spellings(kind, core):
            for token in self._exact(kind, spelling):
                chosen.setdefault(token)
        refined = []
        for token in chosen:
            weight, _ = part_weight(kind, core, int(arrays["token_kind"][token]), self._core(token))
            if weight >= AGREE_FROM:
                refined.append((-weight, token))
        refined.sort()
        return (
            np.array([token for _, token in refined], dtype=np.int32),
            most_in_search(np.array([-weight for weight, _ in refined], dtype=np.float32)),
        )

    def _core(self, token: int) -> str:
        at = self._arrays["core_at"]
        return self._arrays["core_blob"][at[token] : at[token + 1]].tobytes().decode()

    def _exact(self, kind: int, core: str) -> list[int]:
        deletion_keys(encode(core)[1:-1], kind * _SPAN + _EXACT, _NEVER, self._buffer, 3000)
        low, high = key_range(self._arrays["key"], self._buffer[3000])
        return [token for token in self._arrays["key_token"][low:high].tolist() if self._core(token) == core]

    def save(self, folder: Path) -> None:
        """Write the index as one folder of arrays; the folder appears whole or not at all."""
        folder.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=".index-", dir=folder.parent))
        for name, array in self._arrays.items():
            np.save(scratch / f"{name}.npy", array, allow_pickle=False)
        meta = {"format": FORMAT, "versions": msgspec.to_builtins(self.versions)}
        (scratch / "meta.json").write_text(json.dumps(meta), encoding="utf-8")
        try:
            scratch.replace(folder)
        except OSError:  # another process was first
            shutil.rmtree(scratch, ignore_errors=True)

    @classmethod
    def open(cls, folder: Path) -> NameIndex | None:
        """Open a saved index, memory-mapped; ``None`` when there is none of this format."""
        try:
            meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
            if meta["format"] != FORMAT:
                return None
            arrays: Arrays = {
                path.stem: np.load(path, mmap_mode="r", allow_pickle=False).view(np.ndarray)
                for path in sorted(folder.glob("*.npy"))
            }
        except (OSError, ValueError, KeyError):
            return None
        return cls(arrays, tuple(msgspec.convert(version, ListVersion) for version in meta["versions"]))


def index_digest(parsed: Iterable[str], tables: str) -> str:
    """Return a name for the index of these lists: the hash of what it is made from.

    Args:
        parsed: The digest of each parsed list, in the order indexed.
        tables: The digest of the learned tables.
    """
    text = json.dumps([FORMAT, tables, *parsed])
    return hashlib.sha256(text.encode()).hexdigest()[:32]


class _Builder:
    """Collects names, then lays out the arrays."""

    def __init__(self) -> None:
        self.vocabulary: dict[tuple[int, str], int] = {}
        self.name_tokens: list[list[int]] = []
        self.name_entity: list[int] = []
        self.name_place: list[int] = []
        self.name_person: list[bool] = []
        self.name_parts: list[int] = []
        self.texts: list[bytes] = []
        self.whole: list[tuple[int, int]] = []
        self.identifiers: list[tuple[int, int]] = []
        self.buffer = np.zeros(4096, dtype=np.uint64)

    def add(self, entity: int, place: int, text: str, person: bool) -> None:
        parsed = parse_name(text, person=person)
        if not parsed.parts:
            return
        number = len(self.name_tokens)
        tokens = [self.vocabulary.setdefault((part.kind, part.core), len(self.vocabulary)) for part in parsed.parts]
        self.name_tokens.append(sorted(set(tokens)))
        self.name_entity.append(entity)
        self.name_place.append(place)
        self.name_person.append(person)
        self.name_parts.append(_hard_parts(parsed))
        self.texts.append(text.encode())
        for skeleton in _whole_keys(parsed):
            count = deletion_keys(_bytes(skeleton), _WHOLE * _SPAN, _NEVER, self.buffer, 0)
            self.whole.extend((int(key), number) for key in self.buffer[:count].tolist())

    def add_identifiers(self, entity: int, identifiers: Iterable[Identifier]) -> None:
        for one in identifiers:
            key = _identifier_key(one.kind, one.value, self.buffer)
            if key is not None:
                self.identifiers.append((int(key), entity))

    def arrays(self, model: SpellingModel) -> Arrays:
        keys, key_token = self._key_arrays()
        tokens = [model.token(kind, core) for kind, core in self.vocabulary]
        codes, codes_at = _ragged([token.codes for token in tokens], np.uint8)
        cores, cores_at = _ragged([_bytes(token.core) for token in tokens], np.uint8)
        texts, texts_at = _ragged([np.frombuffer(text, dtype=np.uint8) for text in self.texts], np.uint8)
        lengths = [len(one) for one in self.name_tokens]
        flat = np.array([t for one in self.name_tokens for t in one], dtype=np.int32)
        of_name = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
        order = np.argsort(flat, kind="stable")
        postings_at = np.zeros(len(tokens) + 1, dtype=np.int64)
        np.cumsum(np.bincount(flat, minlength=len(tokens)), out=postings_at[1:])
        whole, identifiers = sorted(self.whole), sorted(self.identifiers)
        return {
            "key": keys, "key_token": key_token,
            "token_kind": np.array([token.kind for token in tokens], dtype=np.uint8),
            "token_arabic": np.array([token.arabic for token in tokens], dtype=np.bool_),
            "token_same": np.array([token.same for token in tokens], dtype=np.float32),
            "token_cross": np.array([token.cross for token in tokens], dtype=np.float32),
            "codes": codes, "codes_at": codes_at, "core_blob": cores, "core_at": cores_at,
            "text_blob": texts, "text_at": texts_at,
            "postings": of_name[order], "postings_at": postings_at,
            "name_parts": np.minimum(np.array(self.name_parts), 255).astype(np.uint8),
            "name_entity": np.array(self.name_entity, dtype=np.int32), "name_place": np.array(self.name_place, dtype=np.int32),
            "name_person": np.array(self.name_person, dtype=np.bool_),
            "whole_key": np.array([key for key, _ in whole], dtype=np.uint64),
            "whole_name": np.array([name for _, name in whole], dtype=np.int32),
            "identifier_key": np.array([key for key, _ in identifiers], dtype=np.uint64),
            "identifier_entity": np.array([entity for _, entity in identifiers], dtype=np.int32),
        }  # fmt: skip

    def _key_arrays(self) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
        chunks, owners = [], []
        for kind, core in self.vocabulary:
            count = _keys(kind, core, self.buffer, listed=True)
            chunks.append(self.buffer[:count].copy())
            owners.append(count)
        keys = np.concatenate(chunks) if chunks else np.zeros(0, dtype=np.uint64)
        owner = np.repeat(np.arange(len(owners), dtype=np.int32), owners)
        order = np.lexsort((owner, keys))
        return keys[order], owner[order]


def _ragged(
    rows: Sequence[NDArray[np.generic]], dtype: type[np.generic]
) -> tuple[NDArray[np.generic], NDArray[np.int64]]:
    at = np.zeros(len(rows) + 1, dtype=np.int64)
    np.cumsum([len(row) for row in rows], out=at[1:])
    return (np.concatenate(rows) if rows else np.zeros(0)).astype(dtype), at


def as_rows(rows: Sequence[tuple[int, int, int, int]]) -> NDArray[np.int32]:
    """Return rows of birth dates as an array of shape (rows, 4)."""
    return np.array(rows, dtype=np.int32).reshape(-1, 4)


def build_index(lists: Iterable[tuple[ListVersion, Sequence[Entity]]]) -> NameIndex:
    """Build an index in memory.

    Args:
        lists: Each list version with its entities.

    Raises:
        InternalError: If there is no name at all.
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
            person = entity.schema == "Person"
            for place, name in enumerate(entity.names):
                for text in dict.fromkeys((name.value, *split_aliases(name.value))):
                    builder.add(number, place, text, person)
    if not builder.name_tokens:
        raise InternalError("the lists hold no names, so there is nothing to search")
    arrays = builder.arrays(spelling_model())
    arrays["entity_blob"], arrays["entity_at"] = _ragged(blobs, np.uint8)
    arrays["births"], arrays["birth_at"] = _ragged(births, np.int32)
    return NameIndex(arrays, tuple(versions))
