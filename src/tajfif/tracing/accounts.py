"""Names of accounts, numbered as they first appear. Reach for it while a ledger is built.

Names are told apart by hashes of 96 bits together, so that a hundred million look-ups need no text; that any two of ten million
names share them has a probability below 1e-14.
"""

from __future__ import annotations

import os

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tajfif.compiled import njit
from tajfif.tracing.buffers import string_buffers
from tajfif.tracing.words import TextColumn, hashes

__all__ = ["AccountNames"]

_FIRST_SIZE = 1 << 16


class AccountNames:
    """The accounts met so far."""

    def __init__(self) -> None:
        self.count = 0
        # Salted anew each time, so that nobody can prepare two names that would be taken for one.
        self._salts = np.frombuffer(os.urandom(16), dtype=np.uint64)
        # A slot holds 64 bits of one hash, and 32 of the other before the number; one slot is one line of memory.
        self._table = np.zeros((_FIRST_SIZE, 2), dtype=np.uint64)
        self._blobs: list[NDArray[np.uint8]] = []
        self._lengths: list[NDArray[np.int64]] = []

    def number(self, names: pa.Array) -> NDArray[np.int32]:
        """Return the number of each name, new ones in the order in which they come.

        Args:
            names: Strings without nulls.
        """
        blob, at = string_buffers(names)
        first, second = (hashes(blob, at, salt) for salt in self._salts)
        out = np.empty(len(first), dtype=np.int32)
        fresh = np.empty(len(first), dtype=np.int64)
        done = 0
        while True:
            done, count, added = _assign(first, second, done, self._table, self.count, out, fresh)
            self._keep(blob, at, fresh[:added])
            self.count = count
            if done == len(first):
                return out
            bigger = np.zeros((4 * len(self._table), 2), dtype=np.uint64)
            _rehash(self._table, bigger)
            self._table = bigger

    def _keep(self, blob: NDArray[np.uint8], at: NDArray[np.int64], places: NDArray[np.int64]) -> None:
        lengths = (at[1:] - at[:-1])[places]
        self._lengths.append(lengths)
        self._blobs.append(_gather(blob, at, places, int(lengths.sum())))

    def column(self) -> TextColumn:
        """Return all names by number."""
        at = np.zeros(self.count + 1, dtype=np.int64)
        if self._lengths:
            np.cumsum(np.concatenate(self._lengths), out=at[1:])
        blob = np.concatenate(self._blobs) if self._blobs else np.zeros(0, dtype=np.uint8)
        return TextColumn.from_blob(blob, at)


@njit(cache=True, nogil=True)
def _assign(
    first: NDArray[np.uint64],
    second: NDArray[np.uint64],
    start: int,
    table: NDArray[np.uint64],
    count: int,
    out: NDArray[np.int32],
    fresh: NDArray[np.int64],
) -> tuple[int, int, int]:
    """Number names from ``start`` on until the table is half full; return (done, count, how many were new)."""
    mask, low, one = np.uint64(table.shape[0] - 1), np.uint64(0xFFFFFFFF), np.uint64(1)
    high = low << np.uint64(32)
    most = table.shape[0] // 2
    added = 0
    for i in range(start, first.shape[0]):
        slot = first[i] & mask
        rest = second[i] & high
        while table[slot, 1] & low and (table[slot, 0] != first[i] or table[slot, 1] & high != rest):
            slot = (slot + one) & mask
        held = table[slot, 1] & low
        if held == 0:
            if count >= most:
                return i, count, added
            count += 1
            held = np.uint64(count)
            table[slot, 0], table[slot, 1] = first[i], rest | held
            fresh[added] = i
            added += 1
        out[i] = np.int64(held) - 1
    return first.shape[0], count, added


@njit(cache=True, nogil=True)
def _rehash(table: NDArray[np.uint64], bigger: NDArray[np.uint64]) -> None:
    mask, low, one = np.uint64(bigger.shape[0] - 1), np.uint64(0xFFFFFFFF), np.uint64(1)
    for old in range(table.shape[0]):
        if table[old, 1] & low:
            slot = table[old, 0] & mask
            while bigger[slot, 1] & low:
                slot = (slot + one) & mask
            bigger[slot, 0], bigger[slot, 1] = table[old, 0], table[old, 1]


@njit(cache=True, nogil=True)
def _gather(blob: NDArray[np.uint8], at: NDArray[np.int64], places: NDArray[np.int64], size: int) -> NDArray[np.uint8]:
    out = np.empty(size, dtype=np.uint8)
    k = 0
    for place in places:
        for i in range(at[place], at[place + 1]):
            out[k] = blob[i]
            k += 1
    return out
