"""What a ledger says of its accounts beside their transactions, in columns. Reach for it from this room only.

A column of words comes as codes into a tuple of words, one code an account or a transaction, -1 where nothing is stated.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tajfif.tracing.ledger import Ledger

__all__ = [
    "CONTACT_KINDS",
    "codes_of",
    "contact_marks",
    "linked_groups",
    "numbers_of",
    "of_types",
    "party_of",
    "states",
    "words_of",
]

CONTACT_KINDS = ("phone", "address", "device", "document")
"""Columns of the accounts file that different holders should not share."""

_LINKS = ("party", "phone", "device", "document")
_LARGEST_LINK = 50  # a phone or a party with more accounts than this links nobody

Words = tuple[NDArray[np.int32], tuple[str, ...]]


def words_of(ledger: Ledger, name: str) -> Words | None:
    """Return an optional column of transactions, or None where the ledger has none."""
    return ledger.words(name)


def codes_of(ledger: Ledger, name: str) -> Words:
    """Return a column of the accounts file."""
    return ledger.accounts.codes(name)


def numbers_of(ledger: Ledger, name: str) -> NDArray[np.float64]:
    """Return a column of numbers of the accounts file; NaN where nothing is stated."""
    codes, words = codes_of(ledger, name)
    values = np.full(len(words) + 1, np.nan)
    for index, word in enumerate(words):
        try:
            values[index] = float(word)
        except ValueError:
            continue
    return values[codes]


def party_of(ledger: Ledger, account: int) -> str:
    """Return who stands behind an account, or an empty text."""
    return ledger.accounts.party_of(account) if "party" in ledger.accounts.fields else ""


def of_types(ledger: Ledger, kinds: Sequence[str]) -> NDArray[np.bool_]:
    """Return which accounts are of one of these types."""
    codes, words = codes_of(ledger, "type")
    wanted = np.asarray([word in kinds for word in words] + [False])
    return wanted[codes]


def states(ledger: Ledger, need: str) -> bool:
    """Say whether a ledger states ``channel``, ``country``, ``type`` or ``contacts`` at all."""
    if need == "channel":
        return words_of(ledger, "channel") is not None
    if need == "country":
        stated = all(words_of(ledger, name) is not None for name in ("from_country", "to_country"))
        return stated or bool((codes_of(ledger, "country")[0] >= 0).any())
    names = CONTACT_KINDS if need == "contacts" else (need,)
    return any(bool((codes_of(ledger, name)[0] >= 0).any()) for name in names)


def contact_marks(ledger: Ledger) -> pa.Table:
    """Return one row for each account and each phone, address, device or document that it states.

    The columns are ``account``, ``party`` (the account's own name where no party is stated), ``kind`` and ``mark``.
    """
    parties, names = codes_of(ledger, "party")
    kinds: list[str] = []
    pieces: list[pa.Table] = []
    for kind in CONTACT_KINDS:
        codes, words = codes_of(ledger, kind)
        accounts = np.flatnonzero(codes >= 0)
        kinds.append(kind)
        shown = [
            names[parties[account]] if parties[account] >= 0 else ledger.account_name(account)
            for account in accounts.tolist()
        ]
        pieces.append(
            pa.table(
                {
                    "account": accounts.astype(np.int64),
                    "party": pa.array(shown, pa.string()),
                    "kind": pa.array([kind] * len(accounts), pa.string()),
                    "mark": pa.array([words[code] for code in codes[accounts].tolist()], pa.string()),
                }
            )
        )
    return pa.concat_tables(pieces)


def linked_groups(ledger: Ledger) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return ``(group, size)`` by account: accounts that share a party, phone, device or document are one group.

    The group is named by its first account. What more than fifty accounts share links none of them.
    """
    count = len(ledger.out_start) - 1
    group = np.arange(count, dtype=np.int64)
    shared = []
    for name in _LINKS:
        codes, words = codes_of(ledger, name)
        sizes = np.bincount(codes[codes >= 0], minlength=len(words) + 1)
        usable = np.flatnonzero((codes >= 0) & (sizes[codes] > 1) & (sizes[codes] <= _LARGEST_LINK))
        if len(usable):
            shared.append((codes[usable], usable))
    changed = bool(shared)
    while changed:  # each round carries the smallest name one link further and then jumps to its root
        before = group.copy()
        for codes, usable in shared:
            smallest = np.full(int(codes.max()) + 1, count, dtype=np.int64)
            np.minimum.at(smallest, codes, group[usable])
            np.minimum.at(group, group[usable], smallest[codes])
            group[usable] = np.minimum(group[usable], smallest[codes])
        group = group[group]
        changed = not np.array_equal(before, group)
    sizes = np.bincount(group, minlength=count)
    return group, sizes[group]
