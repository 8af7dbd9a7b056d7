"""Customers, ready to be searched by listed names. Reach for :class:`CustomerBase` where lists change and customers stay.

The turned-round twin of :mod:`tajfif.screening.index`: what every customer would ask of the lists, by its parts. Keys that a
search would look for are stored, and what an index of lists stores is looked for. All of it lies in plain arrays that are
memory-mapped, written in one pass over the customers.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from array import array
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from tajfif.errors import InputError
from tajfif.model import Subject
from tajfif.screening.comparing import readings
from tajfif.screening.index import _neighbours_joined, hard_parts
from tajfif.screening.keys import exact_key, identifier_key, part_keys, whole_keys, word_keys
from tajfif.screening.list_changes import stated_fields
from tajfif.screening.screener import _asked, _field_reach
from tajfif.screening.spelling import SpellingModel, spelling_model
from tajfif.text.names import Part, parse_name

__all__ = ["CustomerBase", "subject_key"]

FORMAT = 4
"""Number of the layout on disk; a base of another number is built anew."""

_ANY = 1e9


def subject_key(subject: Subject) -> str:
    """Return what tells a customer from the others: its id, or where it has none, a hash of all that is known of it."""
    return subject.id or "#" + hashlib.sha256(msgspec.msgpack.encode(subject)).hexdigest()[:16]


class CustomerBase:
    """An indexed base of customers; open one with :meth:`open`.

    Attributes:
        folder: Where it is kept.
        arrays: What was indexed, by name of the array.
        customers: How many.
        digest: Hash of all customers in their order.
    """

    def __init__(self, folder: Path, arrays: dict[str, NDArray[Any]], digest: str) -> None:
        self.folder, self.arrays, self.digest = folder, arrays, digest
        self.customers = len(arrays["subject_at"]) - 1
        self._decoder = msgspec.msgpack.Decoder(Subject)

    @classmethod
    def build(cls, folder: Path, subjects: Iterable[Subject]) -> CustomerBase:
        """Index customers into a folder, which appears whole or not at all; one that is there already is replaced.

        Args:
            folder: Where the base is kept.
            subjects: The customers; gone through once.

        Raises:
            InputError: There are none, or a name of one is too long.
        """
        folder.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            builder = _Builder(scratch)
            with builder.blob:
                for subject in subjects:
                    builder.add(subject)
            builder.check()
            builder.save()
            meta = {"format": FORMAT, "digest": builder.digest.hexdigest()}
            (scratch / "meta.json").write_text(json.dumps(meta), encoding="utf-8")
            shutil.rmtree(folder, ignore_errors=True)
            scratch.replace(folder)
        except BaseException:
            shutil.rmtree(scratch, ignore_errors=True)
            raise
        opened = cls.open(folder)
        if opened is None:
            raise InputError("the base of customers cannot be read back", where=str(folder))
        return opened

    @classmethod
    def open(cls, folder: Path) -> CustomerBase | None:
        """Open a base, memory-mapped; ``None`` when there is none of this layout."""
        try:
            meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
            if meta["format"] != FORMAT:
                return None
            arrays: dict[str, NDArray[Any]] = {
                path.stem: np.load(path, mmap_mode="r", allow_pickle=False).view(np.ndarray)
                for path in sorted(folder.glob("*.npy"))
            }
            size = (folder / "subjects.bin").stat().st_size
            arrays["subject_blob"] = np.memmap(folder / "subjects.bin", dtype=np.uint8, mode="r") if size else _EMPTY
            return cls(folder, arrays, str(meta["digest"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def subject(self, number: int) -> Subject:
        """Return a customer by its place."""
        at = self.arrays["subject_at"]
        return self._decoder.decode(self.arrays["subject_blob"][at[number] : at[number + 1]].tobytes())

    def subjects(self) -> Iterator[Subject]:
        """Yield all customers in their order."""
        return map(self.subject, range(self.customers))

    def keys(self) -> list[str]:
        """Return what tells each customer from the others (:func:`subject_key`); one that was met before has its number behind it."""
        met: dict[str, int] = {}
        keys = []
        blob, at = self.arrays["key_blob"].tobytes(), self.arrays["key_at"].tolist()
        for begin, end in pairwise(at):
            key = blob[begin:end].decode()
            met[key] = times = met.get(key, 0) + 1
            keys.append(key if times == 1 else f"{key}#{times}")
        return keys

    def digests(self) -> list[bytes]:
        """Return a hash of all that is known of each customer."""
        blob, at = self.arrays["subject_blob"].data, self.arrays["subject_at"].tolist()
        return [hashlib.blake2b(blob[begin:end], digest_size=16).digest() for begin, end in pairwise(at)]

    @property
    def stated(self) -> int:
        """The fields that any customer states (:func:`tajfif.screening.list_changes.stated_fields`)."""
        return int(np.bitwise_or.reduce(self.arrays["stated"]))

    def core(self, token: int) -> str:
        """Return the text of a part."""
        at = self.arrays["core_at"]
        return self.arrays["core_blob"][at[token] : at[token + 1]].tobytes().decode()

    def with_keys(self, side: str, keys: NDArray[np.uint64]) -> NDArray[np.int32]:
        """Return the customers with any of the keys, ascending.

        Args:
            side: ``whole``, ``word`` or ``identifier``.
            keys: What to look for.
        """
        return np.unique(self._with_keys(side, keys)[1])

    def pairs(self, side: str, keys: NDArray[np.uint64], tokens: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return which parts of customers share a key with parts of lists, shape (pairs, 2): the listed part, the customers'; ascending.

        Args:
            side: ``part`` for the keys that a search would look for, ``known`` for those of known spellings.
            keys, tokens: Keys of listed parts and whose each is.
        """
        place, owner = self._with_keys(side, keys)
        both = np.unique(tokens[place].astype(np.int64) << 32 | owner)
        return np.column_stack([both >> 32, both & 0xFFFFFFFF]).astype(np.int32)

    def _with_keys(self, side: str, keys: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Return (place in ``keys``, owner) wherever a stored key is one of the keys."""
        stored, owner = self.arrays[f"{side}_key"], self.arrays[f"{side}_owner"]
        low, high = np.searchsorted(stored, keys, "left"), np.searchsorted(stored, keys, "right")
        count = high - low
        place = np.repeat(np.arange(len(keys)), count)
        return place, owner[np.arange(len(place)) - np.repeat(np.cumsum(count) - count, count) + np.repeat(low, count)]


_EMPTY = np.zeros(0, dtype=np.uint8)


class _Builder:
    """Collects what customers ask, in flat arrays; nothing of a customer stays an object."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.blob = (folder / "subjects.bin").open("wb")
        self.digest = hashlib.sha256()
        self._encoder = msgspec.msgpack.Encoder()
        self._vocabulary: dict[tuple[int, str], int] = {}
        self.subject_at = array("q", [0])
        self._key_blob, self._key_at = bytearray(), array("q", [0])
        self._stated = array("H")
        self._row_token, self._row_at = array("i"), array("q", [0])
        self._row_owner, self._row_hard = array("i"), array("B")
        self._field_others, self._field_most = array("f"), array("f")
        self._births, self._birth_at = array("i"), array("q", [0])
        self._keys = {side: (array("Q"), array("i")) for side in ("whole", "word", "identifier")}

    def add(self, subject: Subject) -> None:
        number = len(self.subject_at) - 1
        encoded = self._encoder.encode(subject)
        self.blob.write(encoded)
        self.digest.update(len(encoded).to_bytes(8, "big") + encoded)
        self.subject_at.append(self.subject_at[-1] + len(encoded))
        self._key_blob += subject_key(subject).encode()
        self._key_at.append(len(self._key_blob))
        self._stated.append(stated_fields(subject))
        fields = _field_reach(subject, _ANY)
        self._field_others.append(fields.others if fields else 0.0)
        self._field_most.append(fields.most if fields else 0.0)
        if fields:
            self._births.frombytes(fields.births.astype(np.int32).tobytes())
        self._birth_at.append(len(self._births) // 4)
        for text in _asked(subject):
            for person in readings(subject.schema):
                self._add_text(number, text, person)
        for one in subject.identifiers:
            key = identifier_key(one.kind, one.value)
            if key is not None:
                self._add_key("identifier", key, number)

    def _add_text(self, number: int, text: str, person: bool) -> None:
        parsed = parse_name(text, person=person)
        if not parsed.parts:
            return
        self._row_token.extend(self._token(part) for part in (*parsed.parts, *_neighbours_joined(parsed)))
        self._row_at.append(len(self._row_token))
        self._row_owner.append(number)
        self._row_hard.append(min(hard_parts(parsed), 255))
        if len(parsed.parts) == 1:  # what the search would look for, and on which side
            for key in word_keys(parsed):
                self._add_key("whole", key, number)
            return
        for key in whole_keys(parsed):
            self._add_key("word", key, number)
            self._add_key("whole", key, number)

    def _add_key(self, side: str, key: np.uint64, owner: int) -> None:
        keys, owners = self._keys[side]
        keys.append(int(key))
        owners.append(owner)

    def _token(self, part: Part) -> int:
        return self._vocabulary.setdefault((part.kind, part.core), len(self._vocabulary))

    def check(self) -> None:
        if len(self.subject_at) == 1:
            raise InputError("there are no customers to index", hint="Give a file with at least one readable row.")

    def save(self) -> None:
        begins = np.frombuffer(self._row_at, dtype=np.int64)
        lengths = begins[1:] - begins[:-1]
        rows = len(lengths)
        flat = np.frombuffer(self._row_token, dtype=np.int32)
        owner = np.repeat(np.arange(rows, dtype=np.int32), lengths)
        order = np.argsort(flat, kind="stable")
        self._write("postings", owner[order])
        del order, owner
        at = np.zeros(len(self._vocabulary) + 1, dtype=np.int64)
        np.cumsum(np.bincount(flat, minlength=len(self._vocabulary)), out=at[1:])
        self._write("postings_at", at)
        self._write("row_parts", np.minimum(lengths, 255).astype(np.uint8))
        self._write("row_owner", np.frombuffer(self._row_owner, dtype=np.int32))
        self._write("row_hard", np.frombuffer(self._row_hard, dtype=np.uint8))
        self._write("field_others", np.frombuffer(self._field_others, dtype=np.float32))
        self._write("field_most", np.frombuffer(self._field_most, dtype=np.float32))
        births = np.frombuffer(self._births, dtype=np.int32) if self._births else np.zeros(0, dtype=np.int32)
        self._write("births", births.reshape(-1, 4))
        self._write("birth_at", np.frombuffer(self._birth_at, dtype=np.int64))
        self._write("subject_at", np.frombuffer(self.subject_at, dtype=np.int64))
        self._write("key_blob", np.frombuffer(bytes(self._key_blob), dtype=np.uint8))
        self._write("key_at", np.frombuffer(self._key_at, dtype=np.int64))
        self._write("stated", np.frombuffer(self._stated, dtype=np.uint16))
        for side, (keys, owners) in self._keys.items():
            self._write_keys(side, keys, owners)
        self._save_vocabulary(spelling_model())

    def _save_vocabulary(self, model: SpellingModel) -> None:
        keys, owners, known, known_owners = array("Q"), array("i"), array("Q"), array("i")
        cores, cores_at, kinds = bytearray(), array("q", [0]), bytearray()
        codes, codes_at, arabic, same, cross = bytearray(), array("q", [0]), bytearray(), array("f"), array("f")
        for number, (kind, core) in enumerate(self._vocabulary):
            found = part_keys(kind, core, listed=False)
            keys.frombytes(found.tobytes())
            owners.extend([number] * len(found))
            for spelling in model.known_spellings(kind, core):
                known.append(int(exact_key(kind, spelling)))
                known_owners.append(number)
            cores += core.encode()
            cores_at.append(len(cores))
            kinds.append(kind)
            token = model.token(kind, core)
            codes += token.codes.tobytes()
            codes_at.append(len(codes))
            arabic.append(token.arabic)
            same.append(token.same)
            cross.append(token.cross)
        self._write_keys("part", keys, owners)
        self._write_keys("known", known, known_owners)
        self._write("core_blob", np.frombuffer(bytes(cores), dtype=np.uint8))
        self._write("core_at", np.frombuffer(cores_at, dtype=np.int64))
        self._write("token_kind", np.frombuffer(bytes(kinds), dtype=np.uint8))
        self._write("codes", np.frombuffer(bytes(codes), dtype=np.uint8))
        self._write("codes_at", np.frombuffer(codes_at, dtype=np.int64))
        self._write("token_arabic", np.frombuffer(bytes(arabic), dtype=np.bool_))
        self._write("token_same", np.frombuffer(same, dtype=np.float32))
        self._write("token_cross", np.frombuffer(cross, dtype=np.float32))

    def _write_keys(self, side: str, keys: array[int], owners: array[int]) -> None:
        stored = np.frombuffer(keys, dtype=np.uint64) if keys else np.zeros(0, dtype=np.uint64)
        owner = np.frombuffer(owners, dtype=np.int32) if owners else np.zeros(0, dtype=np.int32)
        order = np.lexsort((owner, stored))
        self._write(f"{side}_key", stored[order])
        self._write(f"{side}_owner", owner[order])

    def _write(self, name: str, values: NDArray[Any]) -> None:
        with (self.folder / f"{name}.npy").open("wb") as file:
            np.save(file, values, allow_pickle=False)
            file.flush()
            os.fsync(file.fileno())
