"""Two names side by side. Reach for it to align names part by part and to sum what each pair says.

The sum follows Fellegi and Sunter ("A Theory for Record Linkage", JASA 64, 1969): each aligned pair of parts, each part left
over and each field adds a log-likelihood ratio; a prior and the logistic function turn the sum into a probability.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from tajfif.screening.kernels import JOIN_LISTED, JOIN_QUERY, MATCH, MISMATCH, SKIP_LISTED, SKIP_QUERY, align
from tajfif.screening.parts import AGREE_FROM, OTHER_NUMBER, RAREST, part_weight, whole_core
from tajfif.screening.spelling import spelling_model
from tajfif.text.graphemes import consonants
from tajfif.text.names import ABD, ABU, ALLAH, DIN, LEGAL, NAME, NUMBER, TITLE, UMM, WORD, ParsedName, Part, parse_name

__all__ = [
    "AGREEMENT", "CHEAPEST", "CONSONANTS_FOR_ONE", "FIRST_FACTOR", "JOINED", "JOINED_APART", "LEFT_OUT", "LEFT_OVER",
    "NEVER_JOINED", "Alignment", "Pairing", "align_names", "consonants_of", "may_join", "most_of", "orders_of",
    "skips_of_listed", "skips_of_query",
]  # fmt: skip

CHEAPEST = -2.5
"""Most that two parts can weigh that do not agree."""
AGREEMENT = -0.4
UNEXPECTED = -0.3
"""What a pair that agrees adds beside its spelling weight (parts of a name are not independent: whoever is called Muhammad is
likelier to be called Ahmad too), and what it adds when it is not written exactly."""
FIRST_FACTOR, FIRST_CONTRADICTS = 1.4, -9.0
"""What a contradiction of the first parts weighs of that of others, and the most."""
_CHEAP = frozenset({LEGAL, TITLE})
"""Kinds of part whose contradiction is cheap: legal forms, generic words, titles."""
SHARED_FAMILY = 22.0
"""A contradiction grows with the agreement beside it, by agreement / this: brothers share a father and a family name."""


class Pairing(NamedTuple):
    """One step of an alignment: which parts of each name meet, how, and what it adds."""

    query: tuple[int, ...]
    listed: tuple[int, ...]
    relation: str
    weight: float


class Alignment(NamedTuple):
    """Two names aligned.

    Attributes:
        total: The sum of all weights.
        agree: The sum over pairs that agree.
        contradict: The sum over pairs that contradict (negative).
        dropped: The sum over parts left out (negative).
        order: The weight of the order (zero or negative).
        doubt: How much the spellings that agree in one script fall short of agreeing letter for letter, summed over them, each in [0, 1].
        share: Agreement over the most that the longer-weighing name could reach, in [0, 1].
        pairings: Step by step.
    """

    total: float
    agree: float
    contradict: float
    dropped: float
    order: float
    doubt: float
    share: float
    pairings: tuple[Pairing, ...]


def most_of(part: Part) -> float:
    """Return what the part would weigh if it agreed exactly."""
    return part_weight(part.kind, part.core, part.kind, part.core)[0]


# What a part left out costs: the first (given) name, one in the middle, the last.
SKIP_LISTED_WEIGHTS = (-8.0, -4.5, -9.5)
SKIP_QUERY_WEIGHTS = (-9.0, -3.6, -10.0)
LEFT_OUT = 3.0
"""Least cost of leaving out a part that is neither title, teknonym nor initial."""
SKIP_PREFIX = -3.5
"""Cost of leaving out Muhammad before another given name, as many do."""
SKIP_KUNYA = -3.5
SKIP_INITIAL = -1.0
# What a part left over on each side, at different places, costs: in the written order, and when the order was changed.
LEFT_OVER = np.array([-1.5, -5.0])


SKIP_NAME = -3.5


_MUHAMMAD = "محمد"


@lru_cache(maxsize=20_000)
def _skips(parts: tuple[Part, ...], weights: tuple[float, float, float]) -> NDArray[np.float64]:
    """Return what leaving out each part costs."""
    n = len(parts)
    out = np.full(n, weights[1])
    out[max((i for i, part in enumerate(parts) if part.kind != TITLE), default=n - 1)] = weights[2]
    out[0] = weights[0]
    if n > 2 and parts[0].kind == WORD and part_weight(WORD, parts[0].core, WORD, _MUHAMMAD)[0] >= AGREE_FROM:
        out[0] = SKIP_PREFIX
    for i, part in enumerate(parts):
        if part.kind == TITLE:
            out[i] = -0.05
        elif part.kind == LEGAL:
            out[i] = -0.1 if part.core[0] == "~" else -0.8
        elif part.kind == NUMBER:
            out[i] = -2.5
        elif part.kind == NAME:
            out[i] = SKIP_NAME
        elif part.kind in {ABU, UMM} and n > 1:
            out[i] = SKIP_KUNYA  # a teknonym is used or left out freely
        elif len(part.core) == 1:
            out[i] = max(out[i], SKIP_INITIAL)
    return out


def skips_of_query(parts: tuple[Part, ...]) -> NDArray[np.float64]:
    """Return what leaving out each part of a query costs."""
    return _skips(parts, SKIP_QUERY_WEIGHTS)


def skips_of_listed(parts: tuple[Part, ...]) -> NDArray[np.float64]:
    """Return what leaving out each part of a listed name costs."""
    return _skips(parts, SKIP_LISTED_WEIGHTS)


@lru_cache(maxsize=256)
def _orders(m: int) -> tuple[NDArray[np.int8], tuple[str, ...]]:
    """Return the orders tried of m query parts, and the name of each: as written, rotated, reversed, neighbours swapped."""
    base = list(range(m))
    found: dict[tuple[int, ...], str] = {tuple(base): "written"}
    for k in range(1, m):
        found.setdefault(
            tuple(base[k:] + base[:k]), "first_last" if k == 1 else "last_first" if k == m - 1 else "rotated"
        )
    found.setdefault(tuple(reversed(base)), "reversed")
    if m <= 6:
        for k in range(m - 1):
            swapped = base.copy()
            swapped[k], swapped[k + 1] = swapped[k + 1], swapped[k]
            found.setdefault(tuple(swapped), "swapped")
    return np.array(list(found), dtype=np.int8), tuple(found.values())


SWAPPED = -7.0
"""Weight of two links of a chain in exchanged places: most often a father and his son."""


OTHER_ORDER = -0.8
"""Weight of another order of an organisation's words."""


def _order_weight(name: str, parts: tuple[Part, ...]) -> float:
    """Weigh an order other than the written one: cheap for a family name that moves, dear for links of a chain that swap."""
    if name == "written":
        return 0.0
    model = spelling_model()

    def family(part: Part) -> float:
        return (
            0.9 if part.article else 0.05 if part.kind in {ABD, ABU, UMM} else model.family_share(part.kind, part.core)
        )

    if name in {"first_last", "last_first"} or (name == "reversed" and len(parts) == 2):
        moved = parts[0] if name == "first_last" else parts[-1]
        share = max(
            family(moved), family(parts[-1]) if len(parts) == 2 else 0.0, family(parts[0]) if len(parts) == 2 else 0.0
        )
        return -0.7 - 3.3 * max(0.0, 1.0 - share / 0.6)
    return SWAPPED


@lru_cache(maxsize=20_000)
def orders_of(parts: tuple[Part, ...]) -> tuple[NDArray[np.int8], NDArray[np.float64]]:
    """Return the orders tried of a personal name's parts, shape (orders, parts), and what each weighs."""
    orders, names = _orders(len(parts))
    return orders, np.array([_order_weight(name, parts) for name in names])


def align_names(query: ParsedName, listed: ParsedName, *, person: bool = True) -> Alignment:
    """Align two parsed names and sum what their parts say.

    Args:
        query, listed: The names; each must have a part.
        person: Whether both are personal names: their first part is the given name, and its contradiction is dearer.
    """
    a, b = query.parts, listed.parts
    if (len(a) > 2 and len(b) == 1) or (len(b) > 2 and len(a) == 1):
        glued = _written_as_one_word(a, b)
        if glued is not None:
            return glued
    relations = [[part_weight(p.kind, p.core, q.kind, q.core) for q in b] for p in a]
    weight, agrees = _pair_weights(a, b, relations, person)
    joined_query = np.full(weight.shape, -np.inf)
    joined_listed = np.full(weight.shape, -np.inf)
    if not (agrees.any(axis=1).all() and agrees.any(axis=0).all()):
        _joins(a, b, joined_query)
        _joins(b, a, joined_listed.T)
    skip_query, skip_listed = skips_of_query(a), skips_of_listed(b)
    orders, order_weights = orders_of(a) if person else _orders_by_match(weight)
    if len(a) == 1 or agrees.diagonal().all():
        orders, order_weights = orders[:1], order_weights[:1]
    trace = np.zeros(len(a) + len(b) + 2, dtype=np.int8)
    which, total = align(
        weight, joined_query, joined_listed, skip_query, skip_listed, orders, order_weights, LEFT_OVER, 0.0, trace
    )
    pairings = _pairings(
        trace, orders[which].tolist(), weight, relations, joined_query, joined_listed, skip_query, skip_listed
    )
    order = float(order_weights[which])
    return _summed(a, b, _settled(a, b, pairings, float(total) - order), order)


def _orders_by_match(weight: NDArray[np.float64]) -> tuple[NDArray[np.int8], NDArray[np.float64]]:
    """Return the order as written, and the one in which each word stands where its best partner does: languages order words otherwise."""
    m, n = weight.shape
    place = {}
    free = set(range(n))
    for _, i, j in sorted((-weight[i, j], i, j) for i in range(m) for j in range(n)):
        if i not in place and j in free and weight[i, j] > 0:
            place[i] = float(j)
            free.discard(j)
    last = -1.0
    for i in range(m):  # a word without partner stays behind the one before it
        last = place.setdefault(i, last + 0.5)
    matched = sorted(range(m), key=lambda i: (place[i], i))
    return np.array([list(range(m)), matched], dtype=np.int8), np.array([0.0, OTHER_ORDER])


def _pair_weights(
    a: tuple[Part, ...], b: tuple[Part, ...], relations: list[list[tuple[float, str]]], person: bool
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the weight of pairing each part with each, and whether the pair agrees."""
    rows, agreeing = [], []
    for one, row in zip(a, relations, strict=True):
        cheap = one.kind in _CHEAP
        weights, flags = [], []
        for other, (weight, _) in zip(b, row, strict=True):
            agrees = weight >= AGREE_FROM
            flags.append(agrees)
            if agrees:
                weights.append(weight + AGREEMENT + (0.0 if one.core == other.core else UNEXPECTED))
            else:
                weights.append(weight if cheap and other.kind in _CHEAP else min(weight, CHEAPEST))
        rows.append(weights)
        agreeing.append(flags)
    if person and len(a) > 1 and len(b) > 1 and not agreeing[0][0]:
        rows[0][0] = max(FIRST_FACTOR * rows[0][0], FIRST_CONTRADICTS)
    return np.array(rows), np.array(agreeing)


def _settled(a: tuple[Part, ...], b: tuple[Part, ...], pairings: tuple[Pairing, ...], total: float) -> list[Pairing]:
    """Give each step its final weight.

    What parts left over on both sides cost falls on them; numbers left over on both sides contradict; and contradictions grow
    with the agreement beside them.
    """
    steps = list(pairings)
    alone = [place for place, step in enumerate(steps) if step.relation == "dropped"]
    rest = total - sum(step.weight for step in steps)
    for place in alone:
        steps[place] = steps[place]._replace(weight=steps[place].weight + rest / len(alone))
    mine = next((place for place in alone if steps[place].query and a[steps[place].query[0]].kind == NUMBER), None)
    theirs = next((place for place in alone if steps[place].listed and b[steps[place].listed[0]].kind == NUMBER), None)
    if mine is not None and theirs is not None:
        steps[mine] = Pairing(steps[mine].query, steps[theirs].listed, "contradicts", OTHER_NUMBER)
        del steps[theirs]
    agree = sum(step.weight for step in steps if step.query and step.listed and step.relation != "contradicts")
    growth = 1 + max(0.0, agree) / SHARED_FAMILY
    return [step._replace(weight=step.weight * growth) if step.relation == "contradicts" else step for step in steps]


def _summed(a: tuple[Part, ...], b: tuple[Part, ...], steps: list[Pairing], order: float) -> Alignment:
    agree = sum(step.weight for step in steps if step.relation not in {"contradicts", "dropped"})
    contradict = sum(step.weight for step in steps if step.relation == "contradicts")
    dropped = sum(step.weight for step in steps if step.relation == "dropped")
    doubt = sum(_doubt(a[step.query[0]], b[step.listed[0]], step) for step in steps if step.relation == "spelling")
    most = max(_most(a), _most(b))
    share = agree / most if most else 0.0
    return Alignment(
        agree + contradict + dropped + order, agree, contradict, dropped, order, doubt, share, tuple(steps)
    )


def _doubt(one: Part, other: Part, step: Pairing) -> float:
    if len(step.query) > 1 or len(step.listed) > 1:
        return 0.0
    return max(0.0, 1.0 - step.weight / min(most_of(one), most_of(other)))


def _written_as_one_word(a: tuple[Part, ...], b: tuple[Part, ...]) -> Alignment | None:
    """Align a name of three and more parts with one written as a single word; ``None`` when they do not agree so."""
    many, one = (a, b[0]) if len(b) == 1 else (b, a[0])
    if any(part.kind in {NUMBER, LEGAL, TITLE} for part in (*many, one)):
        return None
    word = whole_core(one.kind, one.core)
    best = 0.0
    for articles in (False, True):
        core = "".join(
            ("al" if part.core.isascii() else "ال") * (articles and part.article) + whole_core(part.kind, part.core)
            for part in many
        )
        value, _ = part_weight(WORD, core, WORD, word)
        if value >= JOINED_FROM:
            best = max(best, _most(many) * min(1.0, value / RAREST) + (JOINED if core == word else JOINED_OTHERWISE))
    if best <= 0.0:
        return None
    every = tuple(range(len(many)))
    return _summed(a, b, [Pairing(every if many is a else (0,), (0,) if many is a else every, "spelling", best)], 0.0)


def _most(parts: tuple[Part, ...]) -> float:
    """Return what a name would reach if every part agreed exactly."""
    return sum(map(most_of, parts))


JOINED, JOINED_OTHERWISE = -1.0, -4.5
"""What it costs two parts to be written as one: letter for letter, and otherwise."""
JOINED_FROM = 8.0
# Least length of the joined part to that of both, in another script (Arabic leaves short vowels out) and in the same.
_WRITTEN_AS_ONE = (0.4, 0.75)


def may_join(first: int, second: int, other: int) -> bool:
    """Tell whether parts of two kinds may stand as one part of another kind: two words as anything, a compound in a word only."""
    if NAME in {first, second, other}:
        return first == second == other
    if second == WORD and first == other and first in {ABD, ABU, UMM}:
        return True  # Abdelhalimremadna: the head joins both
    return other == WORD or (first == WORD and second == WORD and other in {ABD, ALLAH, DIN})


def _joins(one: tuple[Part, ...], other: tuple[Part, ...], out: NDArray[np.float64]) -> None:
    """Weigh two neighbouring parts of one name against one part of the other."""
    for i in range(len(one) - 1):
        first, second = one[i], one[i + 1]
        if first.kind in NEVER_JOINED or second.kind in NEVER_JOINED or min(len(first.core), len(second.core)) < 2:
            continue
        for j, part in enumerate(other):
            if may_join(first.kind, second.kind, part.kind) and _sounds_joined(first, second, part):
                out[i, j] = _joined_weight(first, second, part)


NEVER_JOINED = frozenset({NUMBER, LEGAL, TITLE})
JOINED_APART, CONSONANTS_FOR_ONE = 2, 3
"""Most consonants by which two parts and the one that they are written as may differ; one, or one for so many that there are."""


def _sounds_joined(first: Part, second: Part, other: Part) -> bool:
    """Tell whether the consonants of two parts are about those of one: quick, and never wrong about what is written together."""
    both, one = consonants_of(first) + consonants_of(second), consonants_of(other)
    most = min(JOINED_APART, max(1, max(len(both), len(one)) // CONSONANTS_FOR_ONE))
    return bool(OSA.distance(both, one, score_cutoff=most) <= most)


def consonants_of(part: Part) -> str:
    """Return the consonants of a part with its head or ending, as of :func:`tajfif.text.graphemes.consonants`."""
    return consonants(whole_core(part.kind, part.core))


def _joined_weight(first: Part, second: Part, other: Part) -> float:
    """Weigh two parts against one that may be both written together; ``-inf`` when it is not."""
    article = ("al" if second.core.isascii() else "ال") if second.article else ""
    most = min(_most((first, second)), most_of(other))  # a frequent name torn in two is frequent still
    same_head = first.kind == other.kind != WORD
    head = first.core if same_head else whole_core(first.kind, first.core)
    best = -np.inf
    for between in dict.fromkeys((article, "")):
        core = head + between + whole_core(second.kind, second.core)
        whole = other.core if same_head else whole_core(other.kind, other.core)
        read = parse_name(core).parts
        if core == whole or (len(read) == 1 and (read[0].kind, read[0].core) == (other.kind, other.core)):
            return most + JOINED
        fits = _WRITTEN_AS_ONE[core.isascii() == whole.isascii()] < len(whole) / len(core) < 1.3
        if fits or core.isascii() > whole.isascii():
            value, _ = part_weight(WORD, core, WORD, whole)
            if value >= JOINED_FROM:
                best = max(best, most * min(1.0, value / RAREST) + JOINED_OTHERWISE)
    return best


def _pairings(
    trace: NDArray[np.int8],
    order: list[int],
    weight: NDArray[np.float64],
    relations: list[list[tuple[float, str]]],
    joined_query: NDArray[np.float64],
    joined_listed: NDArray[np.float64],
    skip_query: NDArray[np.float64],
    skip_listed: NDArray[np.float64],
) -> tuple[Pairing, ...]:
    out = []
    i = j = 0
    for op in trace.tolist():
        if op == 0:
            break
        if op in {MATCH, MISMATCH}:
            q = order[i]
            relation = relations[q][j][1] if op == MATCH else "contradicts"
            out.append(Pairing((q,), (j,), relation, float(weight[q, j])))
            i, j = i + 1, j + 1
        elif op == SKIP_QUERY:
            out.append(Pairing((order[i],), (), "dropped", float(skip_query[order[i]])))
            i += 1
        elif op == SKIP_LISTED:
            out.append(Pairing((), (j,), "dropped", float(skip_listed[j])))
            j += 1
        elif op == JOIN_QUERY:
            out.append(Pairing((order[i], order[i] + 1), (j,), "spelling", float(joined_query[order[i], j])))
            i, j = i + 2, j + 1
        elif op == JOIN_LISTED:
            out.append(Pairing((order[i],), (j, j + 1), "spelling", float(joined_listed[order[i], j])))
            i, j = i + 1, j + 2
    return tuple(out)
