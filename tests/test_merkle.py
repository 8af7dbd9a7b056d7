"""The hash tree against RFC 6962, written down here a second time from its definition."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tajfif.merkle import HASH_SIZE, inclusion_path, leaf_hash, root_by_path, tree_root

RECORDS = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOT_OF_EIGHT = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
"""As published with the tests of Certificate Transparency for these eight records."""


def by_definition(records: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word."""
    if not records:
        return hashlib.sha256(b"").digest()
    if len(records) == 1:
        return hashlib.sha256(b"\x00" + records[0]).digest()
    split = 1
    while split * 2 < len(records):
        split *= 2
    return hashlib.sha256(b"\x01" + by_definition(records[:split]) + by_definition(records[split:])).digest()


def test_published_root() -> None:
    assert tree_root(map(leaf_hash, RECORDS)).hex() == ROOT_OF_EIGHT
    assert tree_root([]).hex() == hashlib.sha256(b"").hexdigest()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(max_size=8), max_size=40))
def test_tree_is_that_of_the_definition(records: list[bytes]) -> None:
    assert tree_root(map(leaf_hash, records)) == by_definition(records)


@pytest.mark.parametrize("size", [*range(1, 20), 63, 64, 65])
def test_every_leaf_is_proven_and_no_other(size: int) -> None:
    leaves = [leaf_hash(str(number).encode()) for number in range(size)]
    root = tree_root(leaves)
    for index, leaf in enumerate(leaves):
        path = inclusion_path(leaves, index)
        assert root_by_path(leaf, index, size, path) == root
        assert root_by_path(leaf_hash(b"another"), index, size, path) != root
        assert root_by_path(leaf, index, size, (*path, bytes(HASH_SIZE))) is None
        if path:
            assert root_by_path(leaf, index, size, path[:-1]) != root
            changed = (bytes(HASH_SIZE), *path[1:])
            assert root_by_path(leaf, index, size, changed) != root
        for other in range(size):
            if other != index:
                assert root_by_path(leaf, other, size, path) != root


def test_places_outside_are_refused() -> None:
    leaves = [leaf_hash(b"a"), leaf_hash(b"b")]
    for index in (-1, 2):
        assert root_by_path(leaves[0], index, 2, [leaves[1]]) is None
        with pytest.raises(IndexError, match="no leaf"):
            inclusion_path(leaves, index)
