"""Compiled loops of the search. Reach for them in :mod:`tajfif.screening.index` only.

See :mod:`tajfif.screening.kernels` for how they are compiled. Loops that call a function of that module stand there, because a
compiled function that is kept on disk notices changes of its own file only.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tajfif.compiled import njit

__all__ = ["deletion_keys", "gather_names", "gather_rows", "key_range", "tokens_with_keys", "within_reach"]


@njit(cache=True, nogil=True)
def deletion_keys(text: NDArray[np.uint8], salt: int, deletions_from: int, out: NDArray[np.uint64], start: int) -> int:
    """Write the hash (FNV-1a, 64 bit) of a byte string, and of it with each one byte left out, to ``out`` from ``start``.

    Args:
        text: The bytes.
        salt: Keeps keys of different sorts apart.
        deletions_from: Least length from which deletions are written.

    Returns:
        The place after the last key written.
    """
    n = text.shape[0]
    count = start
    for skip in range(-1, n if n >= deletions_from else 0):
        if skip > 0 and text[skip] == text[skip - 1]:
            continue  # the same string as the deletion before
        key = np.uint64(14695981039346656037)
        key = (key ^ np.uint64(salt)) * np.uint64(1099511628211)
        for i in range(n):
            if i != skip:
                key = (key ^ np.uint64(text[i])) * np.uint64(1099511628211)
        out[count] = key
        count += 1
    return count


@njit(cache=True, nogil=True)
def _first_at_least(keys: NDArray[np.uint64], key: np.uint64) -> int:
    low, high = 0, keys.shape[0]
    while low < high:
        middle = (low + high) // 2
        if keys[middle] < key:
            low = middle + 1
        else:
            high = middle
    return low


@njit(cache=True, nogil=True)
def key_range(keys: NDArray[np.uint64], key: np.uint64) -> tuple[int, int]:
    """Return where a key begins and ends in sorted keys; the same place twice where it is absent."""
    low = _first_at_least(keys, key)
    high = low
    while high < keys.shape[0] and keys[high] == key:
        high += 1
    return low, high


@njit(cache=True, nogil=True)
def tokens_with_keys(
    query: NDArray[np.uint64],
    keys: NDArray[np.uint64],
    key_token: NDArray[np.int32],
    seen: NDArray[np.int32],
    stamp: int,
    out: NDArray[np.int32],
) -> int:
    """Write the tokens that share a key with the query, each once, to ``out``; return how many.

    Args:
        query: The query's keys.
        keys, key_token: All keys, sorted, and whose each is.
        seen: Scratch, one cell a token; cells equal to ``stamp`` count as seen.
        stamp: A number not used before with this scratch.
        out: One cell a token.
    """
    count = 0
    for q in query:
        i = _first_at_least(keys, q)
        while i < keys.shape[0] and keys[i] == q:
            token = key_token[i]
            if seen[token] != stamp:
                seen[token] = stamp
                out[count] = token
                count += 1
            i += 1
    return count


@njit(cache=True, nogil=True)
def gather_names(
    part_at: NDArray[np.int64],
    token: NDArray[np.int32],
    weight: NDArray[np.float32],
    postings_at: NDArray[np.int64],
    postings: NDArray[np.int32],
    name_parts: NDArray[np.uint8],
    query_parts: int,
    left_over: float,
    paired: float,
    least: float,
    score: NDArray[np.float32],
    seen: NDArray[np.int32],
    seen_part: NDArray[np.int32],
    matched: NDArray[np.int32],
    stamp: int,
    touched: NDArray[np.int32],
) -> int:
    """Write the names that can reach ``least`` to ``touched``; return how many.

    What a name can reach is the sum of what agrees, less ``left_over`` for each part on either side that cannot have a
    partner. One part on each side costs ``paired`` together: they may contradict each other, or one may be written in
    two. A name takes part once per query part, with the best weight. Query parts come heaviest first; a part that, with
    all that follow, cannot lift a name over ``least`` opens no new names.

    Args:
        part_at: Where each query part's candidates begin in ``token`` and ``weight``; shape (parts + 1,).
        token, weight: Candidate tokens of each part, heaviest first.
        postings_at, postings: Names by token.
        name_parts: How many parts of each name cost something when left out.
        query_parts: The same of the query.
        left_over: Least cost of a part left out.
        paired: Least cost of two parts that do not agree.
        least: Least sum.
        score: Written: what each name in ``touched`` can reach. One cell a name, as all scratch here.
        seen, seen_part, matched: Scratch.
        stamp: A number not used before with this scratch.
        touched: Written: the names, in no order.
    """
    parts = part_at.shape[0] - 1
    rest = np.zeros(parts + 1)
    for p in range(parts - 1, -1, -1):
        rest[p] = rest[p + 1]
        if part_at[p + 1] > part_at[p]:
            rest[p] += weight[part_at[p]]
    count = 0
    for p in range(parts):
        for c in range(part_at[p], part_at[p + 1]):
            opens = rest[p + 1] + weight[c] >= least
            t = token[c]
            for k in range(postings_at[t], postings_at[t + 1]):
                name = postings[k]
                if seen[name] != stamp:
                    if not opens:
                        continue
                    seen[name] = stamp
                    score[name] = 0.0
                    seen_part[name] = -1
                    matched[name] = 0
                    touched[count] = name
                    count += 1
                if seen_part[name] != p:
                    seen_part[name] = p
                    score[name] += weight[c]
                    matched[name] += 1
    n = 0
    for k in range(count):
        name = touched[k]
        mine = max(0, query_parts - matched[name])
        theirs = max(0, np.int64(name_parts[name]) - matched[name])
        score[name] -= left_over * (max(0, mine - 1) + max(0, theirs - 1))
        if mine + theirs > 0:
            score[name] -= paired
        if score[name] >= least:
            touched[n] = name
            n += 1
    return n


@njit(cache=True, nogil=True)
def _birth_bound(
    mine: NDArray[np.int32], theirs: NDArray[np.int32], weights: NDArray[np.float64], near_days: int
) -> float:
    """Return the most that two birth dates can weigh; rows as of :func:`tajfif.screening.birth.birth_rows`."""
    same, near, other, apart = float(weights[0]), float(weights[1]), float(weights[2]), float(weights[3])
    gap = max(mine[0], theirs[0]) - min(mine[1], theirs[1])
    if mine[3] or theirs[3]:
        return same if gap <= near_days else apart
    if not (mine[2] and theirs[2]):
        return same if gap <= near_days else apart
    a, b = mine[2], theirs[2]
    if abs(mine[0] - theirs[0]) <= 2:
        return same
    if a // 10000 == b // 10000 and a // 100 % 100 == b % 100 and b // 100 % 100 == a % 100:
        return same
    differ = 0
    while a or b:
        differ += a % 10 != b % 10
        a //= 10
        b //= 10
    if differ <= 2:
        return near
    return other if gap <= near_days else apart


@njit(cache=True, nogil=True)
def within_reach(
    names: NDArray[np.int32],
    score: NDArray[np.float32],
    name_entity: NDArray[np.int32],
    birth_at: NDArray[np.int64],
    births: NDArray[np.int32],
    mine: NDArray[np.int32],
    weights: NDArray[np.float64],
    near_days: int,
    others: float,
    most: float,
    least: float,
) -> int:
    """Keep, at the front of ``names``, those that can reach ``least`` with what birth dates can add; return how many.

    Args:
        names: Names found; rewritten.
        score: What each name can reach by itself, one cell a name of the index.
        name_entity: Entity of each name.
        birth_at, births: Rows of birth dates by entity, shape (rows, 4); see :func:`tajfif.screening.birth.birth_rows`.
        mine: The subject's rows.
        weights: Most that two dates weigh that are the same or written for it; a slip or a few days apart; other days of near
            years; further apart. In nats.
        near_days: Up to this gap two dates are near.
        others: Most that the subject's other fields can add.
        most: Most that all fields count.
        least: Least sum.
    """
    kept = 0
    for name in names:
        entity = name_entity[name]
        births_add = 0.0
        if mine.shape[0] and birth_at[entity + 1] > birth_at[entity]:
            births_add = weights[3]
            for row in range(birth_at[entity], birth_at[entity + 1]):
                for own in range(mine.shape[0]):
                    births_add = max(births_add, _birth_bound(mine[own], births[row], weights, near_days))
        if score[name] + min(most, others + births_add) >= least:
            names[kept] = name
            kept += 1
    return kept


@njit(cache=True, nogil=True)
def gather_rows(
    token: NDArray[np.int32],
    weight: NDArray[np.float32],
    postings_at: NDArray[np.int64],
    postings: NDArray[np.int32],
    row_parts: NDArray[np.uint8],
    row_hard: NDArray[np.uint8],
    row_owner: NDArray[np.int32],
    field_others: NDArray[np.float32],
    field_most: NDArray[np.float32],
    birth_at: NDArray[np.int64],
    births: NDArray[np.int32],
    theirs_births: NDArray[np.int32],
    birth_weights: NDArray[np.float64],
    near_days: int,
    name_hard: int,
    left_over: float,
    paired: float,
    least: float,
    score: NDArray[np.float32],
    matched: NDArray[np.uint8],
    touched: NDArray[np.int32],
) -> int:
    """Write the rows of customers that one listed name can reach to ``touched``; return how many.

    The search from the other side (:func:`gather_names`): a row gains, for each of its parts,
    the best weight that the part has with any part of the name, and loses for parts that cannot have a partner. Tokens come
    heaviest first, so a row that no part has opened yet gains no more than its number of parts times the weight at hand.

    Args:
        token, weight: Tokens of the customers, each once, with the best weight that each has with the name; heaviest first.
        postings_at, postings: Rows by token; a row that has a token twice stands there twice.
        row_parts: How many parts of each row are looked up.
        row_hard: How many parts of each row cost something when left out.
        row_owner: Customer of each row.
        field_others, field_most, birth_at, births: Of each customer, what its other fields but birth dates can add, what all of them
            count at most, and its rows of birth dates; as of :func:`within_reach`.
        theirs_births: Rows of birth dates of the listed party.
        birth_weights, near_days: As ``weights`` and ``near_days`` of :func:`within_reach`.
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
                if row_parts[row] * weight[c] < least - min(field_most[row_owner[row]], least):
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
        owner = row_owner[row]
        most = min(float(field_most[owner]), least)
        if reached < least - most:
            continue
        births_add = 0.0
        if theirs_births.shape[0] and birth_at[owner + 1] > birth_at[owner]:
            births_add = float(birth_weights[3])
            for mine_row in range(birth_at[owner], birth_at[owner + 1]):
                for other in range(theirs_births.shape[0]):
                    births_add = max(
                        births_add, _birth_bound(births[mine_row], theirs_births[other], birth_weights, near_days)
                    )
        if reached + min(most, field_others[owner] + births_add) >= least:
            touched[n] = row
            n += 1
    return n
