"""Compiled inner loops. Reach for it from the other modules of this room only.

Kernels see only arrays that this package built. The same source runs interpreted with ``NUMBA_DISABLE_JIT=1``.
"""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

# A compiled kernel is kept in the user's cache; a package directory may be read-only.
os.environ.setdefault("NUMBA_CACHE_DIR", str(Path(platformdirs.user_cache_dir("tajfif", appauthor=False)) / "kernels"))

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["joint_probability", "marginal_probability"]


EXCHANGED = 0.01
"""Share of neighbouring letters that are typed in the wrong order."""


@njit(cache=True, nogil=True)
def joint_probability(
    x: NDArray[np.uint8],
    y: NDArray[np.uint8],
    table: NDArray[np.float32],
    pairs: NDArray[np.int16],
    triples: NDArray[np.int16],
) -> float:
    """Return the probability that the memoryless transducer emits the two symbol strings together.

    Sums over all ways of cutting both strings into grapheme units (Ristad and Yianilos, "Learning String-Edit Distance",
    IEEE PAMI 20(5), 1998), and over exchanges of neighbouring letters, which only a table of one script with itself gives weight.

    Args:
        x, y: Symbol codes, lengths n and m.
        table: Joint probability of unit pairs, shape (units, units); index 0 is the empty unit.
        pairs, triples: Unit ids by two and by three symbols.
    """
    n, m = x.shape[0], y.shape[0]
    forward = np.zeros((n + 1, m + 1))
    forward[0, 0] = 1.0
    u = np.zeros(4, dtype=np.int64)
    v = np.zeros((m + 1, 4), dtype=np.int64)
    for j in range(m):
        v[j, 1] = y[j]
        if j + 1 < m:
            v[j, 2] = pairs[y[j], y[j + 1]]
        if j + 2 < m:
            v[j, 3] = triples[y[j], y[j + 1], y[j + 2]]
    for i in range(n + 1):
        u[1] = u[2] = u[3] = 0
        if i < n:
            u[1] = x[i]
            if i + 1 < n:
                u[2] = pairs[x[i], x[i + 1]]
            if i + 2 < n:
                u[3] = triples[x[i], x[i + 1], x[i + 2]]
        for j in range(m + 1):
            f = forward[i, j]
            if f < 1e-90:
                continue
            for b in range(1, 4):
                if v[j, b] > 0:
                    forward[i, j + b] += f * table[0, v[j, b]]
            for a in range(1, 4):
                if u[a] > 0:
                    forward[i + a, j] += f * table[u[a], 0]
                    for b in range(1, 4):
                        if v[j, b] > 0:
                            forward[i + a, j + b] += f * table[u[a], v[j, b]]
            if i + 1 < n and j + 1 < m and x[i] == y[j + 1] and x[i + 1] == y[j] and x[i] != y[j]:
                forward[i + 2, j + 2] += f * EXCHANGED * table[x[i], x[i]] * table[y[j], y[j]]
    return float(forward[n, m])


@njit(cache=True, nogil=True)
def marginal_probability(
    x: NDArray[np.uint8],
    single: NDArray[np.float64],
    inserted: float,
    pairs: NDArray[np.int16],
    triples: NDArray[np.int16],
) -> float:
    """Return the probability that one side of the transducer emits a symbol string.

    Args:
        x: Symbol codes, length n.
        single: Probability of each unit on this side, whatever stands on the other; shape (units,).
        inserted: Probability of an operation with nothing on this side; such operations may stand before every unit and at
            the end, in any number.
    """
    n = x.shape[0]
    forward = np.zeros(n + 1)
    forward[0] = 1.0
    gap = 1.0 / (1.0 - inserted)
    for i in range(n):
        f = forward[i] * gap
        forward[i + 1] += f * single[x[i]]
        if i + 1 < n and pairs[x[i], x[i + 1]] > 0:
            forward[i + 2] += f * single[pairs[x[i], x[i + 1]]]
        if i + 2 < n and triples[x[i], x[i + 1], x[i + 2]] > 0:
            forward[i + 3] += f * single[triples[x[i], x[i + 1], x[i + 2]]]
    return float(forward[n] * gap)


MATCH, MISMATCH, SKIP_QUERY, SKIP_LISTED, JOIN_QUERY, JOIN_LISTED = 1, 2, 3, 4, 5, 6
"""Operations of an alignment: a pair that agrees; one that contradicts; a part without partner on either side; two parts of
one side written as one on the other."""


@njit(cache=True, nogil=True)
def align_in_order(
    weight: NDArray[np.float64],
    joined_query: NDArray[np.float64],
    joined_listed: NDArray[np.float64],
    skip_query: NDArray[np.float64],
    skip_listed: NDArray[np.float64],
    agree_from: float,
    trace: NDArray[np.int8],
) -> float:
    """Align two names part by part, in order, for the greatest sum of weights.

    A gap on one side is a part left out; parts left over on both sides at one place contradict each other, so a gap on one
    side never follows directly on a gap on the other.

    Args:
        weight: Weight of pairing query part i with listed part j, shape (m, n).
        joined_query: Weight of query parts i and i+1 written as one against listed part j, shape (m, n); ``-inf`` if not.
        joined_listed: Weight of query part i against listed parts j and j+1 written as one, shape (m, n).
        skip_query, skip_listed: Weight of leaving a part without partner, shapes (m,), (n,).
        agree_from: From this weight on a pair agrees; below it contradicts.
        trace: Written: the operations from the start, ended by 0; at least m + n + 1 long.

    Returns:
        The sum.
    """
    m, n = weight.shape
    low = -1e18
    # states: 0 after a pair, 1 after a query gap, 2 after a listed gap
    best = np.empty((3, m + 1, n + 1))
    best[:, :, :] = low
    come = np.zeros((3, m + 1, n + 1), dtype=np.int8)
    op = np.zeros((m + 1, n + 1), dtype=np.int8)
    best[0, 0, 0] = 0.0
    for i in range(m + 1):
        for j in range(n + 1):
            if i > 0 and j > 0:
                best[0, i, j], come[0, i, j], op[i, j] = low, 0, MATCH
                for s in range(3):
                    value = best[s, i - 1, j - 1] + weight[i - 1, j - 1]
                    if value > best[0, i, j]:
                        best[0, i, j], come[0, i, j] = value, s
                        op[i, j] = MATCH if weight[i - 1, j - 1] >= agree_from else MISMATCH
                    if i > 1:
                        value = best[s, i - 2, j - 1] + joined_query[i - 2, j - 1]
                        if value > best[0, i, j]:
                            best[0, i, j], come[0, i, j], op[i, j] = value, s, JOIN_QUERY
                    if j > 1:
                        value = best[s, i - 1, j - 2] + joined_listed[i - 1, j - 2]
                        if value > best[0, i, j]:
                            best[0, i, j], come[0, i, j], op[i, j] = value, s, JOIN_LISTED
            if i > 0:
                for s in (0, 1):
                    value = best[s, i - 1, j] + skip_query[i - 1]
                    if value > best[1, i, j]:
                        best[1, i, j], come[1, i, j] = value, s
            if j > 0:
                for s in (0, 2):
                    value = best[s, i, j - 1] + skip_listed[j - 1]
                    if value > best[2, i, j]:
                        best[2, i, j], come[2, i, j] = value, s
    state = 0
    for s in range(1, 3):
        if best[s, m, n] > best[state, m, n]:
            state = s
    total = best[state, m, n]
    i, j, count = m, n, 0
    while i > 0 or j > 0:
        before = int(come[state, i, j])
        if state == 0:
            done = int(op[i, j])
            i -= 2 if done == JOIN_QUERY else 1
            j -= 2 if done == JOIN_LISTED else 1
        elif state == 1:
            done = SKIP_QUERY
            i -= 1
        else:
            done = SKIP_LISTED
            j -= 1
        trace[count] = done
        count += 1
        state = before
    for k in range(count // 2):
        trace[k], trace[count - 1 - k] = trace[count - 1 - k], trace[k]
    trace[count] = 0
    return float(total)


@njit(cache=True, nogil=True)
def align(
    weight: NDArray[np.float64],
    joined_query: NDArray[np.float64],
    joined_listed: NDArray[np.float64],
    skip_query: NDArray[np.float64],
    skip_listed: NDArray[np.float64],
    orders: NDArray[np.int8],
    order_weight: NDArray[np.float64],
    both_left_over: NDArray[np.float64],
    agree_from: float,
    trace: NDArray[np.int8],
) -> tuple[int, float]:
    """Align two names under several orders of the query's parts; return (which order, sum with the order's weight).

    Args:
        orders: Permutations of the query parts, shape (k, m); the first is the order as written.
        order_weight: Weight of having found the parts in that order, shape (k,).
        both_left_over: Weight of each pair of parts left over on both sides, in the written order and in another.
        trace: Written for the best order, see :func:`align_in_order`. The other arguments are as there, in written order.
    """
    m, n = weight.shape
    best, which = -1e18, 0
    scratch = np.zeros(m + n + 2, dtype=np.int8)
    w = np.empty((m, n))
    jq = np.empty((m, n))
    jl = np.empty((m, n))
    sq = np.empty(m)
    for k in range(orders.shape[0]):
        order = orders[k]
        for i in range(m):
            sq[i] = skip_query[order[i]]
            for j in range(n):
                w[i, j] = weight[order[i], j]
                jl[i, j] = joined_listed[order[i], j]
                jq[i, j] = joined_query[order[i], j] if i + 1 < m and order[i + 1] == order[i] + 1 else -1e18
        total = align_in_order(w, jq, jl, sq, skip_listed, agree_from, scratch) + order_weight[k]
        gaps_query = gaps_listed = 0
        for step in range(m + n):
            if scratch[step] == 0:
                break
            if scratch[step] == SKIP_QUERY:
                gaps_query += 1
            elif scratch[step] == SKIP_LISTED:
                gaps_listed += 1
        total += both_left_over[min(k, 1)] * min(gaps_query, gaps_listed)
        if total > best + 1e-9:
            best, which = total, k
            for step in range(scratch.shape[0]):
                trace[step] = scratch[step]
    return which, best


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
def spelling_weights(
    tokens: NDArray[np.int32],
    codes: NDArray[np.uint8],
    codes_at: NDArray[np.int64],
    arabic: NDArray[np.bool_],
    same: NDArray[np.float32],
    cross: NDArray[np.float32],
    query: NDArray[np.uint8],
    query_arabic: bool,
    query_same: float,
    query_cross: float,
    arabic_latin: NDArray[np.float32],
    latin_latin: NDArray[np.float32],
    arabic_arabic: NDArray[np.float32],
    pairs: NDArray[np.int16],
    triples: NDArray[np.int16],
) -> NDArray[np.float64]:
    """Return the transducer's log-likelihood ratio of the query part with each of some vocabulary tokens.

    The arrays are those of :class:`tajfif.screening.index.NameIndex` and :class:`tajfif.screening.spelling.SpellingModel`.
    """
    out = np.empty(tokens.shape[0])
    for k in range(tokens.shape[0]):
        t = tokens[k]
        listed = codes[codes_at[t] : codes_at[t + 1]]
        if query_arabic and arabic[t]:
            joint = joint_probability(query, listed, arabic_arabic, pairs, triples)
        elif query_arabic:
            joint = joint_probability(query, listed, arabic_latin, pairs, triples)
        elif arabic[t]:
            joint = joint_probability(listed, query, arabic_latin, pairs, triples)
        else:
            joint = joint_probability(query, listed, latin_latin, pairs, triples)
        share = query_same + same[t] if query_arabic == arabic[t] else query_cross + cross[t]
        out[k] = np.log(max(joint, 1e-100)) - share
    return out


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
