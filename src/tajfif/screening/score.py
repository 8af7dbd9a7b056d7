"""Two names side by side. Reach for it to align names part by part and to sum what each pair says.

The sum follows Fellegi and Sunter ("A Theory for Record Linkage", JASA 64, 1969): each aligned pair of parts, each part left
over and each field adds a log-likelihood ratio; a logistic function, fitted on development pairs, turns sums into a
probability.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tajfif.screening.kernels import JOIN_LISTED, JOIN_QUERY, MATCH, MISMATCH, SKIP_LISTED, SKIP_QUERY, align
from tajfif.screening.spelling import SpellingModel, spelling_model
from tajfif.text.names import ABD, ABU, ALLAH, DIN, LEGAL, NAME, NUMBER, TITLE, UMM, WORD, ParsedName, Part

__all__ = ["Alignment", "Pairing", "align_names", "part_weight"]

RAREST = 12.0
"""Most that one part can weigh, in nats: a part that nobody of some 160,000 bears."""
AGREE_FROM = 0.6
DEAREST = -7.0
CHEAPEST = -2.5
AGREEMENT = -0.4
UNEXPECTED = -0.3
"""What a pair that agrees adds beside its spelling weight (parts of a name are not independent: whoever is called Muhammad is
likelier to be called Ahmad too), and what it adds when it is not written exactly."""
FIRST_CONTRADICTS = -9.0
SHARED_FAMILY = 22.0
"""A contradiction grows with the agreement beside it, by agreement / this: brothers share a father and a family name."""
UNSHARED = 1.3
AMBIGUOUS = 0.5
AMBIGUITY = 6.0


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
        share: Agreement over the most that the longer-weighing name could reach, in [0, 1].
        pairings: Step by step.
    """

    total: float
    agree: float
    contradict: float
    dropped: float
    order: float
    share: float
    pairings: tuple[Pairing, ...]


def _feminine(a: str, b: str) -> bool:
    """Tell whether one core is the other with a feminine ending (Karim, Karima; Иванов, Иванова; أمير, أميرة)."""
    short, long = (a, b) if len(a) < len(b) else (b, a)
    if len(short) < 3 or not long.startswith(short[:-1]):
        return False
    if long.isascii():
        return short[-1] not in "aeiouhyw" and (long in {short + "a", short + "ah", short + "at", short + "aya"})
    return not short.isascii() and short[-1] not in "اهيو" and long == short + "ه"


@lru_cache(maxsize=500_000)
def part_weight(kind_a: int, a: str, kind_b: int, b: str) -> tuple[float, str]:
    """Return (weight in nats, relation) of two parts met.

    Args:
        kind_a, a, kind_b, b: Kind and core of the parts.
    """
    model = spelling_model()
    if kind_a != kind_b:
        return _mixed_kinds(kind_a, a, kind_b, b)
    if kind_a == NUMBER:
        return (3.0, "exact") if a == b else (DEAREST, "contradicts")
    if kind_a == LEGAL:
        return _generic(a, b)
    if kind_a == TITLE:
        return (1.0, "exact") if a == b else (-0.1, "contradicts")
    if a == b:
        return min(-model.token(kind_a, a).background, RAREST), "exact"
    if len(a) == 1 or len(b) == 1:
        return _initial(a, b)
    best = _spelling_weight(model, kind_a, a, b)
    if kind_a in {WORD, NAME}:
        for x, y, cost in _without_prefix(a, b):
            weight = _spelling_weight(model, WORD, x, y)[0] if x != y else min(-model.token(WORD, x).background, RAREST)
            if weight - cost > max(best[0], AGREE_FROM):
                best = weight - cost, "transliteration" if x.isascii() != y.isascii() else "spelling"
    return best


_ARTICLE_GLUED = re.compile(r"^(?:[aeu]l(?=[a-z]{4})|[aeu](?P<sun>zz|ss|dd|tt|rr|nn|cch|ssh|chch|shsh)(?=[a-z]{2}))")
_LINK_GLUED = re.compile(r"^(?:ben|bin|ibn|bel|bou?l|ould)(?=[a-z]{3})")
GLUED_ARTICLE, GLUED_LINK = 0.5, 1.5


def _without_prefix(a: str, b: str) -> list[tuple[str, str, float]]:
    """Return the readings in which one word begins with an article or a link that the other does not have, with their costs."""
    readings = []
    for one, other, turned in ((a, b, False), (b, a, True)):
        for pattern, cost in ((_ARTICLE_GLUED, GLUED_ARTICLE), (_LINK_GLUED, GLUED_LINK)):
            match = pattern.match(one)
            if match and not pattern.match(other):
                sun = match.groupdict().get("sun") or ""
                stem = sun[len(sun) // 2 :] + one[match.end() :]
                readings.append((other, stem, cost) if turned else (stem, other, cost))
    return readings


def _spelling_weight(model: SpellingModel, kind: int, a: str, b: str) -> tuple[float, str]:
    x, y = model.token(kind, a), model.token(kind, b)
    known = model.known(x, y) if not (x.arabic and y.arabic) else None
    rarest = max(-x.background, -y.background)
    spelled = model.weight(x, y)
    if spelled > 0.0:
        spelled = RAREST * math.tanh(spelled / RAREST)
    relation = "transliteration" if x.arabic != y.arabic else "spelling"
    if known is None:
        weight = spelled
    elif math.isinf(known):
        weight = min(spelled, 8.0) - UNSHARED * math.log1p(min(model.count(x.kind, a), model.count(y.kind, b)))
    else:
        relation = relation if x.arabic != y.arabic else "variant"
        ratio = known / rarest
        weight = min(known, RAREST) - (AMBIGUITY * (AMBIGUOUS - ratio) if ratio < AMBIGUOUS else 0.0)
    if (known is None or math.isinf(known)) and _feminine(a, b):
        weight = min(weight - 6.0, -2.0)
    return max(weight, DEAREST), relation if weight >= AGREE_FROM else "contradicts"


def _generic(a: str, b: str) -> tuple[float, str]:
    if a[0] == "~" or b[0] == "~":
        return (0.2, "exact") if a == b else (-0.3, "contradicts")
    return (1.5, "exact") if a == b else (-2.0, "contradicts")


def _initial(a: str, b: str) -> tuple[float, str]:
    if a[0] == b[0]:
        return 1.2, "initial"
    return -2.5, "contradicts"



def _mixed_kinds(kind_a: int, a: str, kind_b: int, b: str) -> tuple[float, str]:
    """Weigh parts of different kinds: another name, unless one was only read otherwise (Abdo, Salahdin)."""
    kinds = {kind_a, kind_b}
    if LEGAL in kinds or NUMBER in kinds or TITLE in kinds:
        return -2.5, "contradicts"
    if WORD in kinds:
        plain, compound, kind = (a, b, kind_b) if kind_a == WORD else (b, a, kind_a)
        looks = _GLUED_FORM[kind].search(plain) is not None
        if kind in {ABU, UMM} and not looks:
            return -5.0, "contradicts"
        weight, relation = part_weight(WORD, plain, WORD, _whole(kind, compound))
        if weight > (AGREE_FROM if looks else MISSPELT_COMPOUND):
            return weight - 1.0, relation
    return -5.0, "contradicts"


_GLUED_FORM = {
    ABD: re.compile("^(?:abd|عبد)"),
    ABU: re.compile("^(?:ab|b[ou]|ابو|بو)"),
    UMM: re.compile("^(?:[ou]m|ام)"),
    ALLAH: re.compile("(?:l[aeo]h?|له)$"),
    DIN: re.compile("(?:d[aeiy]+n[ei]?|دين)$"),
}
"""What a plain word looks like that is a compound which was not recognised."""
MISSPELT_COMPOUND = 5.5
"""Weight from which a word that does not look like a compound still is one, misspelt."""


def _whole(kind: int, core: str) -> str:
    arabic = not core.isascii()
    head = {ABD: "عبدال" if arabic else "abdul", ABU: "ابو" if arabic else "abu", UMM: "ام" if arabic else "um"}.get(kind, "")
    ending = {ALLAH: "الله" if arabic else "ullah", DIN: "الدين" if arabic else "uddin"}.get(kind, "")
    return head + core + ending


def _best_weight(part: Part) -> float:
    """Return what the part would weigh if it agreed exactly."""
    return part_weight(part.kind, part.core, part.kind, part.core)[0]


# What a part left out costs: the first (given) name, one in the middle, the last.
SKIP_LISTED_WEIGHTS = (-4.8, -3.0, -5.2)
SKIP_QUERY_WEIGHTS = (-5.2, -3.0, -5.4)
LEFT_OUT = 2.9
"""Least cost of leaving out a part that is neither title, teknonym nor initial."""
SKIP_KUNYA = -2.8
SKIP_INITIAL = -1.0
# What a part left over on each side, at different places, costs: in the written order, and when the order was changed.
_LEFT_OVER = np.array([-1.5, -5.0])


SKIP_NAME = -3.5


def _skips(parts: tuple[Part, ...], weights: tuple[float, float, float]) -> NDArray[np.float64]:
    n = len(parts)
    out = np.full(n, weights[1])
    out[max((i for i, part in enumerate(parts) if part.kind != TITLE), default=n - 1)] = weights[2]
    out[0] = weights[0]
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


@lru_cache(maxsize=256)
def _orders(m: int) -> tuple[NDArray[np.int8], tuple[str, ...]]:
    """Return the orders tried of m query parts, and the name of each: as written, rotated, reversed, neighbours swapped."""
    base = list(range(m))
    found: dict[tuple[int, ...], str] = {tuple(base): "written"}
    for k in range(1, m):
        found.setdefault(tuple(base[k:] + base[:k]), "first_last" if k == 1 else "last_first" if k == m - 1 else "rotated")
    found.setdefault(tuple(reversed(base)), "reversed")
    if m <= 6:
        for k in range(m - 1):
            swapped = base.copy()
            swapped[k], swapped[k + 1] = swapped[k + 1], swapped[k]
            found.setdefault(tuple(swapped), "swapped")
    return np.array(list(found), dtype=np.int8), tuple(found.values())


def _order_weight(name: str, parts: tuple[Part, ...], person: bool) -> float:
    """Weigh an order other than the written one: cheap for a family name that moves, dear for links of a chain that swap."""
    if name == "written":
        return 0.0
    if not person:
        return -0.8
    model = spelling_model()

    def family(part: Part) -> float:
        return 0.9 if part.article else 0.05 if part.kind in {ABD, ABU, UMM} else model.family_share(part.kind, part.core)

    if name in {"first_last", "last_first"} or (name == "reversed" and len(parts) == 2):
        moved = parts[0] if name == "first_last" else parts[-1]
        share = max(family(moved), family(parts[-1]) if len(parts) == 2 else 0.0, family(parts[0]) if len(parts) == 2 else 0.0)
        return -0.7 - 3.3 * max(0.0, 1.0 - share / 0.6)
    return -4.0


def align_names(query: ParsedName, listed: ParsedName, *, person: bool = True) -> Alignment:
    """Align two parsed names and sum what their parts say."""
    a, b = query.parts, listed.parts
    m, n = len(a), len(b)
    relations = [[part_weight(p.kind, p.core, q.kind, q.core) for q in b] for p in a]
    weight = np.array([[w for w, _ in row] for row in relations])
    agrees = weight >= AGREE_FROM
    exact = np.array([[p.core == q.core for q in b] for p in a])
    weight = np.where(agrees, weight + AGREEMENT + np.where(exact, 0.0, UNEXPECTED), np.minimum(weight, CHEAPEST))
    if m > 1 and n > 1 and person and not agrees[0, 0]:
        weight[0, 0] = max(1.4 * weight[0, 0], FIRST_CONTRADICTS)
    joined_query = np.full((m, n), -np.inf)
    joined_listed = np.full((m, n), -np.inf)
    if not (agrees.any(axis=1).all() and agrees.any(axis=0).all()):
        _joins(a, b, joined_query)
        _joins(b, a, joined_listed.T)
    skip_query, skip_listed = _skips(a, SKIP_QUERY_WEIGHTS), _skips(b, SKIP_LISTED_WEIGHTS)
    tried, names = _orders(m)
    in_order = m == 1 or bool(agrees.diagonal().all())
    orders = tried[:1] if in_order else tried
    order_weights = np.array([_order_weight(name, a, person) for name in names[: len(orders)]])
    trace = np.zeros(m + n + 2, dtype=np.int8)
    which, total = align(weight, joined_query, joined_listed, skip_query, skip_listed, orders, order_weights, _LEFT_OVER, 0.0, trace)
    pairings = _pairings(trace, orders[which].tolist(), weight, relations, joined_query, joined_listed, skip_query, skip_listed)
    agree = sum(p.weight for p in pairings if p.query and p.listed and p.relation != "contradicts")
    if person:
        grown = tuple(p._replace(weight=p.weight * (1 + agree / SHARED_FAMILY)) if p.relation == "contradicts" else p for p in pairings)
        total += sum(p.weight for p in grown) - sum(p.weight for p in pairings)
        pairings = grown
    contradict = sum(p.weight for p in pairings if p.relation == "contradicts")
    dropped = sum(p.weight for p in pairings if p.relation == "dropped")
    most = max(_most(a), _most(b))
    return Alignment(
        total, agree, contradict, dropped, float(order_weights[which]), agree / most if most else 0.0, pairings
    )


def _most(parts: tuple[Part, ...]) -> float:
    """Return what a name would reach if every part agreed exactly."""
    return sum(map(_best_weight, parts))


JOINED, JOINED_OTHERWISE = -1.0, -3.5
"""What it costs two parts to be written as one: letter for letter, and otherwise."""
JOINED_FROM = 8.0
# Least length of the joined part to that of both, in another script (Arabic leaves short vowels out) and in the same.
_WRITTEN_AS_ONE = (0.4, 0.75)


def _may_join(first: int, second: int, other: int) -> bool:
    """Tell whether parts of two kinds may stand as one part of another kind: two words as anything, a compound in a word only."""
    if NAME in {first, second, other}:
        return first == second == other
    return other == WORD or (first == WORD and second == WORD and other in {ABD, ALLAH, DIN})


def _joins(one: tuple[Part, ...], other: tuple[Part, ...], out: NDArray[np.float64]) -> None:
    """Weigh two neighbouring parts of one name against one part of the other."""
    for i in range(len(one) - 1):
        if {one[i].kind, one[i + 1].kind} & {NUMBER, LEGAL, TITLE}:
            continue
        article = ("al" if one[i + 1].core.isascii() else "ال") if one[i + 1].article else ""
        core = _whole(one[i].kind, one[i].core) + article + _whole(one[i + 1].kind, one[i + 1].core)
        for j, part in enumerate(other):
            if not _may_join(one[i].kind, one[i + 1].kind, part.kind):
                continue
            whole = _whole(part.kind, part.core)
            if _WRITTEN_AS_ONE[core.isascii() == whole.isascii()] < len(whole) / len(core) < 1.3 or core.isascii() > whole.isascii():
                value, _ = part_weight(WORD, core, WORD, whole)
                if value >= JOINED_FROM:
                    out[i, j] = _most((one[i], one[i + 1])) * min(1.0, value / RAREST) + (JOINED if core == whole else JOINED_OTHERWISE)


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

