"""Compiled loops of continuous screening. Reach for them in :mod:`tajfif.screening.rescreen` only.

See :mod:`tajfif.screening.kernels` for how they are compiled.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tajfif.compiled import njit

__all__ = ["gather_rows"]


@njit(cache=True, nogil=True)
def gather_rows(
    token: NDArray[np.int32],
    weight: NDArray[np.float32],
    postings_at: NDArray[np.int64],
    postings: NDArray[np.int32],
    row_parts: NDArray[np.uint8],
    row_hard: NDArray[np.uint8],
    row_reach: NDArray[np.float32],
    name_hard: int,
    left_over: float,
    paired: float,
    least: float,
    score: NDArray[np.float32],
    matched: NDArray[np.uint8],
    touched: NDArray[np.int32],
) -> int:
    """Write the rows of customers that one listed name can reach to ``touched``; return how many.

    The search from the other side (:func:`tajfif.screening.search_kernels.gather_names`): a row gains, for each of its parts,
    the best weight that the part has with any part of the name, and loses for parts that cannot have a partner. Tokens come
    heaviest first, so a row that no part has opened yet gains no more than its number of parts times the weight at hand.

    Args:
        token, weight: Tokens of the customers, each once, with the best weight that each has with the name; heaviest first.
        postings_at, postings: Rows by token; a row that has a token twice stands there twice.
        row_parts: How many parts of each row are looked up.
        row_hard: How many parts of each row cost something when left out.
        row_reach: What the other fields of the row's customer can add, in nats.
        name_hard: As ``row_hard``, of the listed name.
        left_over: Least cost of a part left out.
        paired: Least cost of two parts that do not agree.
        least: Least sum.
        score, matched: Scratch, zero in each cell before and after; one cell a row, as ``touched``.
        touched: Written: the rows, in no order.
    """
    count = 0
    for c in range(token.shape[0]):
        t = token[c]
        for k in range(postings_at[t], postings_at[t + 1]):
            row = postings[k]
            if matched[row] == 0:
                if row_parts[row] * weight[c] < least - min(row_reach[row], least):
                    continue
                touched[count] = row
                count += 1
            score[row] += weight[c]
            if matched[row] < 255:
                matched[row] += 1
    n = 0
    for k in range(count):
        row = touched[k]
        met = np.int64(matched[row])
        mine = np.int64(row_hard[row]) - met  # unsigned numbers would not go below zero
        theirs = np.int64(name_hard) - met
        reached = score[row] - left_over * (max(np.int64(0), mine - 1) + max(np.int64(0), theirs - 1))
        if mine > 0 or theirs > 0:
            reached -= paired
        score[row] = 0.0
        matched[row] = 0
        if reached >= least - min(row_reach[row], least):
            touched[n] = row
            n += 1
    return n
