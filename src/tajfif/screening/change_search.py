"""Which customers a change in the lists may reach. Reach for :func:`affected_customers` where lists change and customers stay.

The search from the other side: parts of listed names are joined with the parts of all customers, the customers whose parts and birth
dates could reach what a hit needs are gathered, and those few are screened against an index of what changed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tajfif.config import Settings
from tajfif.model import ListVersion
from tajfif.screening.birth import BIRTH_BOUNDS, NEAR_DAYS
from tajfif.screening.building import build_index
from tajfif.screening.customer_base import CustomerBase
from tajfif.screening.index import FEW_SPELLINGS, LEAST_LIKELY, NameIndex, likely_weights
from tajfif.screening.list_changes import Rising
from tajfif.screening.parts import AGREE_FROM, part_weight
from tajfif.screening.probability import LEAST_CONTRADICTION, least_agreement, most_in_search
from tajfif.screening.score import LEFT_OUT
from tajfif.screening.screener import Screener
from tajfif.screening.search_kernels import gather_rows
from tajfif.screening.spelling import spelling_model

__all__ = ["FEW", "affected_customers"]

FEW = 3_000
"""Up to this many customers are screened in this process: others take longer to start."""


_ROUNDING = 0.05
"""By how much a weight may differ when the listed part is asked for the customers' rather than the other way round, in nats."""

_Spellings = dict[int, list[tuple[int, float]]]
"""By token of one vocabulary those of another that agree with it, with their weights."""


def affected_customers(
    base: CustomerBase, rising: Sequence[Rising], settings: Settings, *, workers: int = 1
) -> NDArray[np.int32]:
    """Return the places of all customers whom these entries may give a hit that they had not, ascending; some more may be there.

    Args:
        base: The customers.
        rising: Entries of lists as far as they can raise an alert.
        settings: With which they would be screened.
        workers: On how many processes, where many customers come near.
    """
    rising = [each for each in rising if each.entity.names]
    if not rising:
        return np.zeros(0, dtype=np.int32)
    entities = [each.entity for each in rising]
    small = build_index([(ListVersion(source="own", published="", sha256="", entries=len(entities)), entities)])
    arrays = small.arrays
    found = [
        base.with_keys("whole", arrays["whole_key"]),
        base.with_keys("word", arrays["word_key"]),
        base.with_keys("identifier", arrays["identifier_key"]),
    ]
    spellings = _customer_spellings(base, small)
    found += _by_parts(base, small, spellings, [each.fields for each in rising], least_agreement(settings.threshold))
    small.know_only(_by_customers_part(base, spellings))
    near = np.unique(np.concatenate(found))
    workers = workers if len(near) > FEW else 1
    with tempfile.TemporaryDirectory(dir=base.folder.parent) if workers > 1 else nullcontext() as scratch:
        saved = Path(scratch) / "index" if scratch else None
        if saved:
            small.save(saved)
        answers = Screener(small, settings=settings, saved=saved).screen_many(
            map(base.subject, near.tolist()), limit=1, workers=workers
        )
        return near[[bool(answer.hits) for answer in answers]]


def _by_parts(
    base: CustomerBase, small: NameIndex, spellings: _Spellings, fields: Sequence[int], least: float
) -> Iterator[NDArray[np.int32]]:
    """Yield, for each listed name, the customers whose parts and birth dates could reach it together."""
    mine, theirs = base.arrays, small.arrays
    adds = dict(zip(spellings, map(_most, spellings.values()), strict=True))
    rows = len(mine["row_owner"])
    score, matched = np.zeros(rows, dtype=np.float32), np.zeros(rows, dtype=np.uint8)
    touched = np.zeros(rows, dtype=np.int32)
    seen: set[bytes] = set()
    for number in range(small.names):
        parts = theirs["part_token"][theirs["part_at"][number] : theirs["part_at"][number + 1]]
        entity = int(theirs["name_entity"][number])
        births = theirs["births"][theirs["birth_at"][entity] : theirs["birth_at"][entity + 1]]
        needed = fields[entity]
        form = np.sort(parts).tobytes() + births.tobytes() + bytes([needed & 255, needed >> 8])
        if form in seen:
            continue
        seen.add(form)
        tokens, weights = _heaviest(adds, parts.tolist())
        count = gather_rows(
            tokens, weights, mine["postings_at"], mine["postings"], mine["row_parts"], mine["row_hard"], mine["row_owner"],
            mine["field_others"], mine["field_most"], mine["birth_at"], mine["births"], births, BIRTH_BOUNDS, NEAR_DAYS,
            int(theirs["name_parts"][number]), LEFT_OUT, LEAST_CONTRADICTION, least, score, matched, touched,
        )  # fmt: skip
        owners = np.unique(mine["row_owner"][touched[:count]])
        yield owners[mine["stated"][owners] & needed != 0] if needed else owners


def _customer_spellings(base: CustomerBase, small: NameIndex) -> _Spellings:
    """Return, by token of the small index, the customers' parts that a search would take for it, with what both weigh."""
    keys, owners = small.arrays["key"], small.arrays["key_token"]
    pairs = np.unique(
        np.concatenate([_likely(base, small, base.pairs("part", keys, owners)), base.pairs("known", keys, owners)]),
        axis=0,
    )
    kinds, listed_kinds = base.arrays["token_kind"], small.arrays["token_kind"]
    spellings: _Spellings = {}
    for listed, token in pairs.tolist():
        weight, _ = part_weight(int(kinds[token]), base.core(token), int(listed_kinds[listed]), small.core(listed))
        if weight >= AGREE_FROM:
            spellings.setdefault(listed, []).append((token, weight))
    return spellings


def _by_customers_part(base: CustomerBase, spellings: _Spellings) -> Iterator[tuple[int, str, list[tuple[int, float]]]]:
    """Yield the same from the other side: kind and text of a customers' part, and the tokens of the small index with their weights."""
    turned: _Spellings = {}
    for listed, found in spellings.items():
        for token, weight in found:
            turned.setdefault(token, []).append((listed, weight))
    for token, listings in turned.items():
        yield int(base.arrays["token_kind"][token]), base.core(token), listings


def _most(spellings: Sequence[tuple[int, float]]) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return tokens and the most that each adds."""
    tokens, weights = zip(*spellings, strict=True)
    return np.array(tokens, dtype=np.int32), most_in_search(np.array(weights, dtype=np.float32))


def _likely(base: CustomerBase, small: NameIndex, pairs: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return of the pairs of parts those at which a search would look closer, by what their spellings weigh."""
    kinds, listed_kinds, model = base.arrays["token_kind"], small.arrays["token_kind"], spelling_model()
    kept = np.isin(kinds[pairs[:, 1]], list(FEW_SPELLINGS))
    listed, at = np.unique(pairs[:, 0], return_index=True)
    customers = np.ascontiguousarray(pairs[:, 1])
    for token, (begin, end) in zip(listed.tolist(), pairwise([*at.tolist(), len(pairs)]), strict=True):
        known = model.token(int(listed_kinds[token]), small.core(token))
        kept[begin:end] |= likely_weights(base.arrays, customers[begin:end], known) > LEAST_LIKELY - _ROUNDING
    return pairs[kept]


def _heaviest(
    adds: Mapping[int, tuple[NDArray[np.int32], NDArray[np.float32]]], parts: Iterable[int]
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return the customers' parts that meet any part of a name, each with the most it can add, heaviest first."""
    met = [adds[part] for part in parts if part in adds]
    if not met:
        return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32)
    tokens, weights = (np.concatenate(column) for column in zip(*met, strict=True))
    order = np.lexsort((tokens, -weights))
    _, first = np.unique(tokens[order], return_index=True)
    order = order[np.sort(first)]
    return tokens[order], weights[order]
