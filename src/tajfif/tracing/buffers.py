"""Arrow's columns as arrays for inner loops. Reach for it while a ledger is built."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tajfif.compiled import njit

__all__ = ["encoded", "flags", "in_one", "string_buffers", "trimmed"]


def in_one(values: pa.ChunkedArray | pa.Array) -> pa.Array:
    """Return a column in one piece."""
    if not isinstance(values, pa.ChunkedArray):
        return values
    if values.num_chunks == 1:
        return values.chunk(0)
    if pa.types.is_dictionary(values.type):
        values = values.unify_dictionaries()
    whole = values.combine_chunks()
    return pa.concat_arrays(whole.chunks) if isinstance(whole, pa.ChunkedArray) else whole


def trimmed(values: pa.ChunkedArray | pa.Array) -> pa.Array:
    """Return values as text, without nulls and without white space at their ends."""
    text = pc.cast(in_one(values), pa.large_string())
    if text.null_count:
        text = pc.fill_null(text, "")
    return pc.utf8_trim_whitespace(text) if _has_margins(*string_buffers(text)) else text


def encoded(values: pa.ChunkedArray | pa.Array) -> tuple[NDArray[np.int32], list[str]]:
    """Return values as codes and the words that they mean; empty words for nothing."""
    whole = in_one(values)
    if not pa.types.is_dictionary(whole.type):
        whole = pc.dictionary_encode(pc.cast(whole, pa.large_string()), null_encoding="encode")
    words = ["" if word is None else str(word).strip() for word in whole.dictionary.to_pylist()]
    codes = whole.indices
    if codes.null_count:
        codes = pc.fill_null(pc.cast(codes, pa.int32()), len(words))
        words.append("")
    found: NDArray[np.int32] = codes.to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    return found, words


def flags(values: pa.Array | pa.ChunkedArray) -> NDArray[np.bool_]:
    """Return a column of yes and no as an array."""
    found: NDArray[np.bool_] = (
        values.to_numpy(zero_copy_only=False) if isinstance(values, pa.Array) else values.to_numpy()
    )
    return found


def string_buffers(names: pa.Array | pa.ChunkedArray) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return the bytes of strings without nulls, and where each begins."""
    whole = pc.cast(in_one(names), pa.large_string())
    _, offsets, data = whole.buffers()
    at = np.frombuffer(offsets, dtype=np.int64)[whole.offset : whole.offset + len(whole) + 1]
    blob = np.frombuffer(data, dtype=np.uint8) if data is not None and data.size else np.zeros(0, dtype=np.uint8)
    return blob, at


@njit(cache=True, nogil=True)
def _has_margins(blob: NDArray[np.uint8], at: NDArray[np.int64]) -> bool:
    """Say whether a text begins or ends with what may be white space: a control, a space, or anything beyond ASCII."""
    for i in range(at.shape[0] - 1):
        if at[i] < at[i + 1]:
            first, last = blob[at[i]], blob[at[i + 1] - 1]
            if first <= 32 or first >= 127 or last <= 32 or last >= 127:
                return True
    return False
