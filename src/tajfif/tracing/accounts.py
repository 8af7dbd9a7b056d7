"""Names of accounts, numbered as they first appear. Reach for it while a ledger is built.

Names are told apart by two hashes of 64 bits, so that a hundred million look-ups need no text; that two of ten million names
share both has a probability below 1e-24.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tajfif.compiled import njit
from tajfif.tracing.words import TextColumn, hashes

__all__ = ["AccountNames", "string_buffers"]

_SALTS = (np.uint64(0), np.uint64(0x9E3779B97F4A7C15))
_FIRST_SIZE = 1 << 16


class AccountNames:
    """The accounts met so far."""

    def __init__(self) -> None:
        self.count = 0
        self._hashes = np.zeros((_FIRST_SIZE, 2), dtype=np.uint64)
        self._numbers = np.full(_FIRST_SIZE, -1, dtype=np.int32)
        self._blobs: list[NDArray[np.uint8]] = []
        self._lengths: list[NDArray[np.int64]] = []

    def number(self, names: pa.Array) -> NDArray[np.int32]:
        """Return the number of each name, new ones in the order in which they come.

        Args:
            names: Strings without nulls.
        """
        blob, at = string_buffers(names)
        first, second = (hashes(blob, at, salt) for salt in _SALTS)
        out = np.empty(len(first), dtype=np.int32)
        fresh = np.empty(len(first), dtype=np.int64)
        done = 0
        while True:
            done, count, added = _assign(first, second, done, self._hashes, self._numbers, self.count, out, fresh)
            self._keep(blob, at, fresh[:added])
            self.count = count
            if done == len(first):
                return out
            self._grow()

    def _keep(self, blob: NDArray[np.uint8], at: NDArray[np.int64], places: NDArray[np.int64]) -> None:
        lengths = (at[1:] - at[:-1])[places]
        self._lengths.append(lengths)
        self._blobs.append(_gather(blob, at, places, int(lengths.sum())))

    def _grow(self) -> None:
        size = 4 * len(self._numbers)
        bigger, numbers = np.zeros((size, 2), dtype=np.uint64), np.full(size, -1, dtype=np.int32)
        _rehash(self._hashes, self._numbers, bigger, numbers)
        self._hashes, self._numbers = bigger, numbers

    def column(self) -> TextColumn:
        """Return all names by number."""
        at = np.zeros(self.count + 1, dtype=np.int64)
        if self._lengths:
            np.cumsum(np.concatenate(self._lengths), out=at[1:])
        blob = np.concatenate(self._blobs) if self._blobs else np.zeros(0, dtype=np.uint8)
        return TextColumn.from_blob(blob, at)


def string_buffers(names: pa.Array) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return the bytes of strings and where each begins."""
    whole = pc.cast(names.combine_chunks() if isinstance(names, pa.ChunkedArray) else names, pa.large_string())
    if isinstance(whole, pa.ChunkedArray):
        whole = pa.concat_arrays(whole.chunks)
    _, offsets, data = whole.buffers()
    at = np.frombuffer(offsets, dtype=np.int64)[whole.offset : whole.offset + len(whole) + 1]
    blob = np.frombuffer(data, dtype=np.uint8) if data is not None and data.size else np.zeros(0, dtype=np.uint8)
    return blob, at


@njit(cache=True, nogil=True)
def _assign(
    first: NDArray[np.uint64],
    second: NDArray[np.uint64],
    start: int,
    table: NDArray[np.uint64],
    numbers: NDArray[np.int32],
    count: int,
    out: NDArray[np.int32],
    fresh: NDArray[np.int64],
) -> tuple[int, int, int]:
    """Number names from ``start`` on until the table is half full; return (done, count, how many were new)."""
    mask = np.uint64(numbers.shape[0] - 1)
    most = numbers.shape[0] // 2
    added = 0
    for i in range(start, first.shape[0]):
        slot = first[i] & mask
        while numbers[slot] >= 0 and (table[slot, 0] != first[i] or table[slot, 1] != second[i]):
            slot = (slot + np.uint64(1)) & mask
        if numbers[slot] < 0:
            if count >= most:
                return i, count, added
            table[slot, 0], table[slot, 1] = first[i], second[i]
            numbers[slot] = count
            count += 1
            fresh[added] = i
            added += 1
        out[i] = numbers[slot]
    return first.shape[0], count, added


@njit(cache=True, nogil=True)
def _rehash(
    table: NDArray[np.uint64],
    numbers: NDArray[np.int32],
    bigger: NDArray[np.uint64],
    more: NDArray[np.int32],
) -> None:
    mask = np.uint64(more.shape[0] - 1)
    for old in range(numbers.shape[0]):
        if numbers[old] >= 0:
            slot = table[old, 0] & mask
            while more[slot] >= 0:
                slot = (slot + np.uint64(1)) & mask
            bigger[slot, 0], bigger[slot, 1] = table[old, 0], table[old, 1]
            more[slot] = numbers[old]


@njit(cache=True, nogil=True)
def _gather(blob: NDArray[np.uint8], at: NDArray[np.int64], places: NDArray[np.int64], size: int) -> NDArray[np.uint8]:
    out = np.empty(size, dtype=np.uint8)
    k = 0
    for place in places:
        for i in range(at[place], at[place + 1]):
            out[k] = blob[i]
            k += 1
    return out
