"""A hash tree over many records, so that one signature covers them all. Reach for it to sign a batch or a log.

The tree is that of RFC 6962, section 2.1: a leaf is SHA-256 of a zero byte and the record, a node SHA-256 of a one byte
and its two children, and a tree of ``n`` leaves is split at the largest power of two below ``n``. Whoever has the root can
be shown that one record is in the tree with about log2(n) hashes, and learns nothing of the others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

__all__ = ["HASH_SIZE", "inclusion_path", "leaf_hash", "root_by_path", "tree_root"]

HASH_SIZE = 32
"""Bytes of a hash."""

_LEAF, _NODE = b"\x00", b"\x01"


def leaf_hash(record: bytes) -> bytes:
    """Return the hash of a record as a leaf."""
    return hashlib.sha256(_LEAF + record).digest()


def tree_root(leaves: Iterable[bytes]) -> bytes:
    """Return the root over hashed leaves; of no leaf, the hash of nothing (RFC 6962, section 2.1).

    Args:
        leaves: What :func:`leaf_hash` returned for each record, in order.
    """
    level = list(leaves)
    if not level:
        return hashlib.sha256(b"").digest()
    while len(level) > 1:
        level = _above(level)
    return level[0]


def inclusion_path(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """Return the hashes that lead from one leaf to the root, the lowest first (RFC 6962, section 2.1.1).

    Args:
        leaves: All hashed leaves.
        index: Which leaf, from zero.

    Raises:
        IndexError: There is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(f"there is no leaf {index} among {len(leaves)}")
    path, level = [], list(leaves)
    while len(level) > 1:
        beside = index ^ 1
        if beside < len(level):
            path.append(level[beside])
        level, index = _above(level), index >> 1
    return tuple(path)


def root_by_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """Return the root to which a path leads, or ``None`` if no tree of that size has such a path.

    Args:
        leaf: The hashed leaf.
        index: Its place, from zero.
        size: How many leaves the tree has.
        path: What :func:`inclusion_path` returned.
    """
    if not 0 <= index < size:
        return None
    rest, last, node = list(reversed(path)), size - 1, leaf
    while last > 0:
        if index & 1 or index < last:
            if not rest:
                return None
            beside = rest.pop()
            node = _node(beside, node) if index & 1 else _node(node, beside)
        index, last = index >> 1, last >> 1
    return None if rest else node


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()


def _above(level: Sequence[bytes]) -> list[bytes]:
    """Return the level above: pairs joined, a last one alone carried up as it is, which is the tree of the RFC."""
    above = [_node(left, right) for left, right in zip(level[::2], level[1::2], strict=False)]
    if len(level) % 2:
        above.append(level[-1])
    return above
