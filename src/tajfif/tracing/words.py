"""Columns of text: many short texts in two arrays, and repeated words as codes. Reach for it where a ledger is kept or opened."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tajfif.compiled import njit

__all__ = ["TextColumn", "Words", "hashes", "word_codes"]

Words = tuple[NDArray[np.int32], tuple[str, ...]]
"""A code for each place, -1 for nothing, and the words that the codes mean."""


def word_codes(values: Sequence[str]) -> Words:
    """Return texts as codes; empty ones as -1. Words come in the order of their letters."""
    words = tuple(sorted({value for value in values if value}))
    code = {word: place for place, word in enumerate(words)}
    return np.array([code.get(value, -1) for value in values], dtype=np.int32), words


def hashes(blob: NDArray[np.uint8], at: NDArray[np.int64], salt: np.uint64) -> NDArray[np.uint64]:
    """Return a hash of 64 bits of each text (FNV-1a, its bits mixed at the end)."""
    with np.errstate(over="ignore"):  # products are meant to wrap around, also where nothing is compiled
        return _hashes(blob, at, salt)


@njit(cache=True, nogil=True)
def _hashes(blob: NDArray[np.uint8], at: NDArray[np.int64], salt: np.uint64) -> NDArray[np.uint64]:
    out = np.empty(at.shape[0] - 1, dtype=np.uint64)
    for i in range(out.shape[0]):
        h = np.uint64(14695981039346656037) ^ salt
        for k in range(at[i], at[i + 1]):
            h = (h ^ np.uint64(blob[k])) * np.uint64(1099511628211)
        h ^= h >> np.uint64(33)
        h *= np.uint64(0xFF51AFD7ED558CCD)
        h ^= h >> np.uint64(33)
        out[i] = h
    return out


class TextColumn:
    """Texts by place, and places by text.

    Args:
        blob, at: Their bytes in UTF-8, one after the other, and where each begins; shape (n + 1,).
        sorted_hashes, places: Hashes of the texts, rising, and whose each is.
    """

    def __init__(
        self,
        blob: NDArray[np.uint8],
        at: NDArray[np.int64],
        sorted_hashes: NDArray[np.uint64],
        places: NDArray[np.int32],
    ) -> None:
        self._blob, self._at, self._hashes, self._places = blob, at, sorted_hashes, places

    def __len__(self) -> int:
        return len(self._at) - 1

    def __getitem__(self, place: int) -> str:
        return self._blob[self._at[place] : self._at[place + 1]].tobytes().decode()

    @classmethod
    def of(cls, texts: Sequence[str]) -> TextColumn:
        """Keep texts."""
        pieces = [text.encode() for text in texts]
        at = np.zeros(len(pieces) + 1, dtype=np.int64)
        np.cumsum([len(piece) for piece in pieces], out=at[1:])
        return cls.from_blob(np.frombuffer(b"".join(pieces), dtype=np.uint8), at)

    @classmethod
    def from_blob(cls, blob: NDArray[np.uint8], at: NDArray[np.int64]) -> TextColumn:
        """Keep texts that lie one after the other."""
        found = hashes(blob, at, np.uint64(0))
        places = np.argsort(found, kind="stable").astype(np.int32)
        return cls(blob, at, found[places], places)

    def index(self, text: str) -> int | None:
        """Return the first place of a text; ``None`` when it is not there."""
        raw = np.frombuffer(text.encode("utf-8", "replace"), dtype=np.uint8)
        wanted = hashes(raw, np.array([0, len(raw)], dtype=np.int64), np.uint64(0))[0]
        low = int(np.searchsorted(self._hashes, wanted, side="left"))
        while low < len(self._hashes) and self._hashes[low] == wanted:
            place = int(self._places[low])
            if self[place] == text:
                return place
            low += 1
        return None

    def save(self, folder: Path, name: str) -> None:
        """Write the column as arrays."""
        for part, array in (
            ("blob", self._blob), ("at", self._at), ("hashes", self._hashes), ("places", self._places),
        ):  # fmt: skip
            np.save(folder / f"{name}_{part}.npy", array, allow_pickle=False)

    @classmethod
    def open(cls, folder: Path, name: str) -> TextColumn:
        """Open what :meth:`save` wrote, memory-mapped."""
        return cls(
            *(
                np.load(folder / f"{name}_{part}.npy", mmap_mode="r", allow_pickle=False)
                for part in ("blob", "at", "hashes", "places")
            )
        )
