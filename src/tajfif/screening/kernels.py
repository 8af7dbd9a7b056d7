"""Compiled inner loops. Reach for it from the other modules of this room only.

Kernels see only arrays that this package built. The same source runs interpreted with ``NUMBA_DISABLE_JIT=1``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tajfif.compiled import njit

__all__ = [
    "EXCHANGED", "JOIN_LISTED", "JOIN_QUERY", "MATCH", "MISMATCH", "SKIP_LISTED", "SKIP_QUERY", "align", "align_in_order",
    "alignment_bounds", "joint_probability", "marginal_probability", "spelling_weights",
]  # fmt: skip


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
        mine, theirs = query.shape[0] - 2, listed.shape[0] - 2  # without the marks of begin and end
        if query_arabic == arabic[t]:
            unlike = abs(mine - theirs) > 3
        else:
            short, long = (mine, theirs) if query_arabic else (theirs, mine)
            unlike = (
                long < short - 2 or long > 3 * short + 2
            )  # Arabic leaves short vowels out, Latin writes two letters for one
        if unlike:
            out[k] = -100.0
            continue
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
def _near_sounds(
    first: NDArray[np.uint8], second: NDArray[np.uint8], other: NDArray[np.uint8], at_most: int, for_one: int
) -> bool:
    """Tell whether two strings written together are near another: one edit for so many letters, and no more than ``at_most``.

    Neighbours exchanged are one edit.
    """
    n, m = first.shape[0] + second.shape[0], other.shape[0]
    most = min(at_most, max(1, max(n, m) // for_one))
    if abs(n - m) > most or n > 30 or m > 30:
        return False
    rows = np.zeros((3, 32), dtype=np.int16)
    for j in range(m + 1):
        rows[0, j] = j
    before = np.uint8(0)
    for i in range(1, n + 1):
        here = first[i - 1] if i <= first.shape[0] else second[i - 1 - first.shape[0]]
        now, last, older = i % 3, (i - 1) % 3, (i - 2) % 3
        rows[now, 0] = i
        least = i
        for j in range(1, m + 1):
            cost = min(rows[last, j] + 1, rows[now, j - 1] + 1, rows[last, j - 1] + (here != other[j - 1]))
            if i > 1 and j > 1 and here == other[j - 2] and before == other[j - 1]:
                cost = min(cost, rows[older, j - 2] + 1)
            rows[now, j] = cost
            least = min(least, cost)
        if least > most:
            return False
        before = here
    return bool(rows[n % 3, m] <= most)


@njit(cache=True, nogil=True)
def _weight_of(token: int, at: int, end: int, tokens: NDArray[np.int32], weights: NDArray[np.float32]) -> float:
    """Return the weight of a token among sorted tokens; 0 when it is not there."""
    while at < end:
        middle = (at + end) // 2
        if tokens[middle] < token:
            at = middle + 1
        else:
            end = middle
    return float(weights[at]) if at < tokens.shape[0] and tokens[at] == token else 0.0


@njit(cache=True, nogil=True)
def alignment_bounds(
    names: NDArray[np.int32],
    score: NDArray[np.float32],
    part_at: NDArray[np.int64],
    part_token: NDArray[np.int32],
    part_skip: NDArray[np.float32],
    token_kind: NDArray[np.uint8],
    token_most: NDArray[np.float32],
    token_length: NDArray[np.uint8],
    token_sound: NDArray[np.uint8],
    token_sound_at: NDArray[np.int64],
    kind: NDArray[np.uint8],
    most: NDArray[np.float32],
    length: NDArray[np.uint8],
    sounds: NDArray[np.uint8],
    sounds_at: NDArray[np.int64],
    found_at: NDArray[np.int64],
    found_token: NDArray[np.int32],
    found_weight: NDArray[np.float32],
    skip_query: NDArray[np.float64],
    orders: NDArray[np.int8],
    order_weight: NDArray[np.float64],
    both_left_over: NDArray[np.float64],
    kinds_that_join: NDArray[np.bool_],
    joined_apart: int,
    for_one: int,
    joined_cost: float,
    mismatch: float,
    unlike: float,
    first_factor: float,
    cheap: NDArray[np.bool_],
    word: int,
) -> None:
    """Lower ``score`` of each name to a bound on what its alignment with the query can weigh in a search.

    Args:
        names: The names.
        score: One cell a name of the index.
        part_at, part_token, part_skip: Parts of each name in order: token, and cost of leaving it out.
        token_kind, token_most, token_length, token_sound, token_sound_at: By token: kind, weight if it agrees exactly, letters,
            consonants.
        kind, most, length, sounds, sounds_at: The same of each query part.
        found_at, found_token, found_weight: Tokens that agree with each query part, sorted, with the most that each adds.
        skip_query, orders, order_weight, both_left_over: As for :func:`align`.
        kinds_that_join: By kinds of two neighbours and of one.
        joined_apart, for_one: Most edits between the consonants of two parts and of the one that they are written as: one for so
            many consonants, and no more.
        joined_cost: Least cost of parts written as one.
        mismatch: Most that parts weigh that do not agree; of the first parts times ``first_factor``.
        unlike: What parts weigh half of whose consonants differ.
        cheap: By kind, whether a contradiction costs next to nothing.
        word: The kind of a plain word, which may be an unrecognised compound.
    """
    m = kind.shape[0]
    nothing = sounds[:0]
    for name in names:
        start = part_at[name]
        n = part_at[name + 1] - start
        weight = np.full((m, n), mismatch)
        joined_query = np.full((m, n), -1e18)
        joined_listed = np.full((m, n), -1e18)
        skip_listed = part_skip[start : start + n].astype(np.float64)
        for i in range(m):
            own = sounds[sounds_at[i] : sounds_at[i + 1]]
            for j in range(n):
                t = part_token[start + j]
                theirs = token_sound[token_sound_at[t] : token_sound_at[t + 1]]
                w = _weight_of(t, found_at[i], found_at[i + 1], found_token, found_weight)
                if w > 0.0:
                    weight[i, j] = w
                elif length[i] == 1 or token_length[t] == 1:
                    weight[i, j] = 1.0
                elif cheap[kind[i]] and cheap[token_kind[t]]:
                    weight[i, j] = 0.0
                elif (
                    kind[i] != token_kind[t]
                    and (kind[i] == word or token_kind[t] == word)
                    and _near_sounds(own, nothing, theirs, joined_apart, for_one)
                ):
                    weight[i, j] = min(most[i], token_most[t])
                elif not _near_sounds(own, nothing, theirs, 30, 2):
                    weight[i, j] = unlike
                if i + 1 < m:
                    following = sounds[sounds_at[i + 1] : sounds_at[i + 2]]
                    joins = kinds_that_join[kind[i], kind[i + 1], token_kind[t]]
                    if joins and _near_sounds(own, following, theirs, joined_apart, for_one):
                        joined_query[i, j] = min(most[i] + most[i + 1], token_most[t]) + joined_cost
                if j + 1 < n:
                    u = part_token[start + j + 1]
                    following = token_sound[token_sound_at[u] : token_sound_at[u + 1]]
                    joins = kinds_that_join[token_kind[t], token_kind[u], kind[i]]
                    if joins and _near_sounds(theirs, following, own, joined_apart, for_one):
                        joined_listed[i, j] = min(token_most[t] + token_most[u], most[i]) + joined_cost
        if m > 1 and n > 1 and weight[0, 0] < 0.0:
            weight[0, 0] *= first_factor
        trace = np.zeros(m + n + 2, dtype=np.int8)
        _, total = align(
            weight,
            joined_query,
            joined_listed,
            skip_query,
            skip_listed,
            orders,
            order_weight,
            both_left_over,
            0.0,
            trace,
        )
        score[name] = min(score[name], np.float32(total))
