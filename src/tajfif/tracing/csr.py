"""From accounts to the rows of their transactions. Reach for it when a ledger is made.

Compressed sparse rows by counting: the rows of each account lie together, in their order, which is that of time.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tajfif.compiled import njit

__all__ = ["rows_by_account"]


def rows_by_account(account: NDArray[np.int32], count: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return where each account's rows begin, shape (count + 1,), and the rows, rising within an account, shape (n,).

    Args:
        account: The account of each row, each below ``count``.
        count: How many accounts there are.
    """
    start = np.zeros(count + 1, dtype=np.int64)
    rows = np.empty(len(account), dtype=np.int32)
    _scatter(account, start, rows)
    return start, rows


@njit(cache=True, nogil=True)
def _scatter(account: NDArray[np.int32], start: NDArray[np.int64], rows: NDArray[np.int32]) -> None:
    count = start.shape[0] - 1
    for row in range(account.shape[0]):
        start[account[row] + 1] += 1
    for a in range(count):
        start[a + 1] += start[a]
    fill = start[:count].copy()
    for row in range(account.shape[0]):
        a = account[row]
        rows[fill[a]] = row
        fill[a] += 1
