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
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from tajfif.model import Entity, ListVersion
from tajfif.screening.birth import BIRTH_BOUNDS, NEAR_DAYS
from tajfif.screening.kernels import alignment_bounds, spelling_weights
from tajfif.screening.keys import as_bytes, exact_key, identifier_key, part_keys, whole_keys, word_keys
from tajfif.screening.parts import AGREE_FROM, DEAREST, part_weight
from tajfif.screening.probability import LEAST_CONTRADICTION, SEARCH_AGREEMENT, SEARCH_CONTRADICTION, most_in_search
from tajfif.screening.score import (
    CONSONANTS_FOR_ONE,
    FIRST_FACTOR,
    JOINED,
    JOINED_APART,
    LEFT_OUT,
    LEFT_OVER,
    NEVER_JOINED,
    consonants_of,
    may_join,
    most_of,
    orders_of,
    skips_of_query,
)
from tajfif.screening.search_kernels import gather_names, key_range, tokens_with_keys, within_reach
from tajfif.screening.spelling import Token, spelling_model
from tajfif.text.graphemes import UNIT_TABLES
from tajfif.text.names import (
    ABD,
    ALLAH,
    DIN,
    KIND_NAMES,
    LEGAL,
    NAME,
    NUMBER,
    TITLE,
    WORD,
    ParsedName,
    Part,
    parse_name,
)

__all__ = [
    "FEW_SPELLINGS",
    "FORMAT",
    "LEAST_LIKELY",
    "Arrays",
    "FieldReach",
    "NameIndex",
    "hard_parts",
    "index_digest",
    "likely_weights",
    "sound",
]

FORMAT = 7
"""Number of the layout on disk; an index of another number is built anew."""

FEW_SPELLINGS = frozenset({LEGAL, NUMBER, TITLE})
"""Kinds of part of which all that share a key are looked at."""

_MOST_REFINED = 24
LEAST_LIKELY = 0.5
"""From which weight of their spellings on a search looks closer at two parts, in nats."""

_MOST_WRITTEN_AS_ONE = 20
_UNBOUND = 1000.0
_ROOM = 4 * _MOST_WRITTEN_AS_ONE  # names may be found a second time, written as one
_CHEAP_KINDS = np.array([kind in {LEGAL, TITLE} for kind in range(len(KIND_NAMES))])

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


_NO_FIELDS = FieldReach(np.zeros((0, 4), dtype=np.int32), 0.0, 0.0)


class _Candidates(NamedTuple):
    """The vocabulary tokens that agree with a part, heaviest first, with the most that each can add; and both by token."""

    tokens: NDArray[np.int32]
    weights: NDArray[np.float32]
    by_token: NDArray[np.int32]
    weights_by_token: NDArray[np.float32]


def likely_weights(arrays: Mapping[str, NDArray[Any]], tokens: NDArray[np.int32], part: Token) -> NDArray[np.float64]:
    """Return what spellings weigh by the transducer alone, before anything else is known of them, in nats.

    Args:
        arrays: Of a vocabulary: ``codes``, ``codes_at``, ``token_arabic``, ``token_same``, ``token_cross``.
        tokens: Which of its tokens.
        part: What they are held against.
    """
    model = spelling_model()
    weights = spelling_weights(
        tokens, arrays["codes"], arrays["codes_at"], arrays["token_arabic"], arrays["token_same"], arrays["token_cross"],
        part.codes, part.arabic, part.same, part.cross,
        model.arabic_latin, model.latin_latin, model.arabic_arabic, *UNIT_TABLES,
    )  # fmt: skip
    return weights + model.word


def _as_candidates(agreeing: Sequence[tuple[int, float]]) -> _Candidates:
    """Return (token, weight) of the tokens that agree with a part as a search wants them."""
    refined = sorted((-weight, token) for token, weight in agreeing)
    tokens = np.array([token for _, token in refined], dtype=np.int32)
    adds = most_in_search(np.array([-weight for weight, _ in refined], dtype=np.float32))
    order = np.argsort(tokens)
    return _Candidates(tokens, adds, tokens[order], adds[order])


_NO_CANDIDATES = _as_candidates(())


def hard_parts(parsed: ParsedName) -> int:
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


def sound(part: Part) -> NDArray[np.uint8]:
    """Return the consonants of a part as bytes."""
    return as_bytes(consonants_of(part))


def _kinds_that_join() -> NDArray[np.bool_]:
    """Return, by the kinds of two neighbouring parts and of one, whether the two may be written as the one."""
    kinds = range(len(KIND_NAMES))
    return np.array(
        [[[may_join(a, b, c) and not {a, b} & NEVER_JOINED for c in kinds] for b in kinds] for a in kinds],
        dtype=np.bool_,
    )


_KINDS_THAT_JOIN = _kinds_that_join()


class _Query(NamedTuple):
    """The parts of a query as numbers, in their order."""

    kind: NDArray[np.uint8]
    most: NDArray[np.float32]
    length: NDArray[np.uint8]
    sounds: NDArray[np.uint8]
    sounds_at: NDArray[np.int64]


@lru_cache(maxsize=1_000)
def _query(parts: tuple[Part, ...]) -> _Query:
    sounds = [sound(part) for part in parts]
    at = np.zeros(len(parts) + 1, dtype=np.int64)
    np.cumsum([len(one) for one in sounds], out=at[1:])
    return _Query(
        np.array([part.kind for part in parts], dtype=np.uint8),
        np.array([most_of(part) for part in parts], dtype=np.float32),
        np.array([min(len(part.core), 255) for part in parts], dtype=np.uint8),
        np.concatenate(sounds),
        at,
    )


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
        self._found_names = np.zeros(self.names + _ROOM, dtype=np.int32)
        self._stamp = 0
        self._lock = threading.Lock()
        self._candidates: dict[tuple[int, str], _Candidates] = {}
        self._knows_all = False
        if "spelled_at" in arrays:
            self._recall_spellings()
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

    def all_entities(self) -> Iterator[Entity]:
        """Yield all entities in their order, without keeping them."""
        at, blob = self._arrays["entity_at"].tolist(), self._arrays["entity_blob"].data
        return (self._decoder.decode(blob[begin:end]) for begin, end in pairwise(at))

    @property
    def arrays(self) -> Mapping[str, NDArray[Any]]:
        """The arrays of the index, read-only, by their names on disk."""
        return self._arrays

    def know_only(self, spellings: Iterable[tuple[int, str, list[tuple[int, float]]]]) -> None:
        """Search from now on with these spellings, found already, and take any other part for one that is spelled nowhere here.

        Args:
            spellings: Kind and core of a part that is asked for (:class:`tajfif.text.names.Part`), and (token of the vocabulary,
                weight) for what may be spellings of it.
        """
        kinds, cores, ends, found = bytearray(), [], [0], list[tuple[int, float]]()
        for kind, core, agreeing in spellings:
            kinds.append(kind)
            cores.append(core)
            found += agreeing
            ends.append(len(found))
        tokens, weights = zip(*found, strict=True) if found else ((), ())
        self._arrays |= {
            "spelled_kind": np.frombuffer(bytes(kinds), dtype=np.uint8),
            "spelled_core": np.frombuffer("\n".join(cores).encode(), dtype=np.uint8),
            "spelled_at": np.array(ends, dtype=np.int64),
            "spelled_token": np.array(tokens, dtype=np.int32),
            "spelled_weight": np.array(weights, dtype=np.float64),
        }
        self._recall_spellings()

    def _recall_spellings(self) -> None:
        """Take the spellings that are known beforehand for all that there are."""
        arrays = self._arrays
        cores = arrays["spelled_core"].tobytes().decode().split("\n")
        agreeing = list(zip(arrays["spelled_token"].tolist(), arrays["spelled_weight"].tolist(), strict=True))
        self._candidates = {
            (kind, core): _as_candidates(agreeing[begin:end])
            for kind, core, (begin, end) in zip(
                arrays["spelled_kind"].tolist(), cores, pairwise(arrays["spelled_at"].tolist()), strict=False
            )
        }
        self._knows_all = True

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
        key = identifier_key(kind, value)
        if key is None:
            return []
        arrays = self._arrays
        low, high = key_range(arrays["identifier_key"], key)
        return sorted(set(arrays["identifier_entity"][low:high].tolist()))

    def search(
        self, parsed: ParsedName, least: float, most: int, fields: FieldReach | None = None, *, person: bool = True
    ) -> list[tuple[int, float]]:
        """Return (name, what it can reach) for the names that agree enough, best first.

        Args:
            parsed: The query.
            person: Whether it was read as a personal name.
            least: Least sum of weights, in nats, that a name must be able to reach.
            most: Most names returned.
            fields: What the subject's other fields can add to it.
        """
        with self._lock:  # the scratch arrays are one search's at a time
            return self._searched(parsed, least, most, fields, person=person)

    def _searched(
        self, parsed: ParsedName, least: float, most: int, fields: FieldReach | None, *, person: bool
    ) -> list[tuple[int, float]]:
        own = [self._part_candidates(part) for part in parsed.parts]
        found = sorted(
            own + [self._part_candidates(part) for part in _neighbours_joined(parsed)],
            key=lambda one: -float(one.weights[0]) if len(one.weights) else 0.0,
        )
        part_at = np.zeros(len(found) + 1, dtype=np.int64)
        np.cumsum([len(one.tokens) for one in found], out=part_at[1:])
        arrays = self._arrays
        self._stamp += 1
        count = gather_names(
            part_at, np.concatenate([one.tokens for one in found]), np.concatenate([one.weights for one in found]),
            arrays["postings_at"], arrays["postings"], arrays["name_parts"], hard_parts(parsed), LEFT_OUT, LEAST_CONTRADICTION,
            least - (fields.most if fields else 0.0),
            self._score, self._seen, self._seen_part, self._matched, self._stamp, self._found_names,
        )  # fmt: skip
        count = self._reachable(count, least, fields)
        one_word, several = self._written_as_one(parsed)
        for name in several:
            if self._seen[name] != self._stamp or self._score[name] < least:
                self._score[name] = least + _UNBOUND
                self._found_names[count] = name
                count += 1
        if person and count:
            self._bound(parsed, own, count)
            count = self._reachable(count, least, fields)
        names = self._found_names[:count]
        found_names = zip(names.tolist(), self._score[names].tolist(), strict=True)
        out = sorted(set(found_names), key=lambda one: (-one[1], one[0]))[:most]
        known = {name for name, _ in out}
        return out + [(name, 0.0) for name in one_word if name not in known]

    def _reachable(self, count: int, least: float, fields: FieldReach | None) -> int:
        """Keep of the names found those that can reach ``least`` with what the fields can add; return how many."""
        births, others, most = fields or _NO_FIELDS
        arrays = self._arrays
        return int(
            within_reach(
                self._found_names[:count], self._score, arrays["name_entity"], arrays["birth_at"], arrays["births"],
                births, BIRTH_BOUNDS, NEAR_DAYS, others, most, least,
            )
        )  # fmt: skip

    def _bound(self, parsed: ParsedName, found: list[_Candidates], count: int) -> None:
        """Lower what the names found can reach to what an alignment of their parts can."""
        arrays = self._arrays
        at = np.zeros(len(found) + 1, dtype=np.int64)
        np.cumsum([len(one.tokens) for one in found], out=at[1:])
        query = _query(parsed.parts)
        orders, order_weights = orders_of(parsed.parts)
        alignment_bounds(
            self._found_names[:count], self._score,
            arrays["part_at"], arrays["part_token"], arrays["part_skip"],
            arrays["token_kind"], arrays["token_most"], arrays["token_length"], arrays["token_sound"], arrays["token_sound_at"],
            query.kind, query.most, query.length, query.sounds, query.sounds_at,
            at, np.concatenate([one.by_token for one in found]), np.concatenate([one.weights_by_token for one in found]),
            skips_of_query(parsed.parts), orders, order_weights, LEFT_OVER,
            _KINDS_THAT_JOIN, JOINED_APART, CONSONANTS_FOR_ONE,
            JOINED + SEARCH_AGREEMENT, -LEAST_CONTRADICTION, SEARCH_CONTRADICTION * DEAREST, FIRST_FACTOR, _CHEAP_KINDS, WORD,
        )  # fmt: skip

    def _written_as_one(self, parsed: ParsedName) -> tuple[list[int], list[int]]:
        """Return the names that have the query's skeleton without spaces: where one of both is one word, and where both are several."""
        if len(parsed.parts) == 1:
            return self._with_keys("whole", word_keys(parsed)), []
        keys = whole_keys(parsed)
        return self._with_keys("word", keys), self._with_keys("whole", keys)

    def _with_keys(self, side: str, keys: Iterable[np.uint64]) -> list[int]:
        stored, names = self._arrays[f"{side}_key"], self._arrays[f"{side}_name"]
        out: set[int] = set()
        for key in keys:
            low, high = key_range(stored, key)
            out.update(names[low : min(high, low + _MOST_WRITTEN_AS_ONE)].tolist())
        return sorted(out)

    def _part_candidates(self, part: Part) -> _Candidates:
        key = part.kind, part.core
        found = self._candidates.get(key)
        if found is None and self._knows_all:
            return _NO_CANDIDATES
        if found is None:
            found = self._find_part(*key)
            if len(self._candidates) > 50_000:
                self._candidates.clear()
            self._candidates[key] = found
        return found

    def _find_part(self, kind: int, core: str) -> _Candidates:
        """Return the vocabulary tokens that may be spellings of a part, heaviest first, with the most that each can add."""
        arrays = self._arrays
        self._stamp += 1
        found = self._found_tokens
        count = tokens_with_keys(
            part_keys(kind, core, listed=False),
            arrays["key"],
            arrays["key_token"],
            self._seen_token,
            self._stamp,
            found,
        )
        tokens = found[:count].copy()
        model = spelling_model()
        if kind not in FEW_SPELLINGS and len(tokens):
            weights = likely_weights(arrays, tokens, model.token(kind, core))
            likely = np.argsort(-weights, kind="stable")[:_MOST_REFINED]
            tokens = tokens[likely[weights[likely] > LEAST_LIKELY]]
        chosen = dict.fromkeys(tokens.tolist())
        for spelling in model.known_spellings(kind, core):
            for token in self._exact(kind, spelling):
                chosen.setdefault(token)
        weighed = [
            (token, part_weight(kind, core, int(arrays["token_kind"][token]), self.core(token))[0]) for token in chosen
        ]
        return _as_candidates([(token, weight) for token, weight in weighed if weight >= AGREE_FROM])

    def core(self, token: int) -> str:
        """Return the text of a part of the vocabulary."""
        at = self._arrays["core_at"]
        return self._arrays["core_blob"][at[token] : at[token + 1]].tobytes().decode()

    def _exact(self, kind: int, core: str) -> list[int]:
        low, high = key_range(self._arrays["key"], exact_key(kind, core))
        return [token for token in self._arrays["key_token"][low:high].tolist() if self.core(token) == core]

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
