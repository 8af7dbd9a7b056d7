"""The eight shapes of money moved about. Reach for it to find them in a ledger, in time order, with their transactions.

========================  ============================================================================================
``fan_out``, ``fan_in``   one account pays, or receives from, many others inside a window
``scatter_gather``        one account pays several, and these pay on to one receiver
``gather_scatter``        one account receives from several and then pays several
``cycle``                 money comes back to where it left, each step after the one before
``random``                a walk: each account passes on what it received, over several accounts
``bipartite``             several payers pay several of the same receivers
``stack``                 two layers on each other: several payers, several that pass on, several receivers
========================  ============================================================================================

The names are those of AMLworld (Altman and others, "Realistic Synthetic Financial Transactions for Anti-Money Laundering
Models", 2023). Every shape respects time: what is passed on leaves after it came, in the order (time, sequence). What is
found is exactly what the docstrings of the kernels define; ranking is a second step, in
:mod:`tajfif.tracing.shape_score`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from tajfif.errors import UsageError
from tajfif.tracing import shape_kernels as kernels
from tajfif.tracing import shape_paths as paths
from tajfif.tracing.account_facts import codes_of, of_types, words_of
from tajfif.tracing.findings import Candidates
from tajfif.tracing.shape_cores import cores, stretches_of
from tajfif.tracing.shape_groups import disjoint, merged, stacks, with_parts
from tajfif.tracing.shape_measures import MEASURES, Habits, habits_of, measure, newness_of, obscurity_of
from tajfif.tracing.shape_parts import in_parts, rings, trails
from tajfif.tracing.shape_ready import HOUR, HUB_TYPES, LAWFUL_CHANNELS, Prepared, habitual, prepare
from tajfif.tracing.shape_score import score_in_parts, score_of
from tajfif.tracing.shape_weights import WEIGHTS, homes_of, turnover, weigh
from tajfif.tracing.typology_kernels import pass_through

if TYPE_CHECKING:
    from tajfif.tracing.shape_kernels import Found

__all__ = [
    "DEFAULTS",
    "HOUR",
    "HUB_TYPES",
    "LAWFUL_CHANNELS",
    "LAWFUL_PURPOSES",
    "SHAPES",
    "Prepared",
    "ShapeParameters",
    "find_shape",
    "habitual",
    "join_found",
    "lawful_words",
    "measured",
    "prepare",
    "weighed",
]

SHAPES = ("fan_out", "fan_in", "scatter_gather", "gather_scatter", "cycle", "random", "bipartite", "stack")
LAWFUL_PURPOSES = frozenset(
    "alms family fees gift invoice loan purchase refund relief rent salary school tuition wages wedding zakat "
    "أجور إغاثة إيجار تعليم راتب رسوم زكاة شراء صدقة عائلة فاتورة قرض هدية".split()
)
"""Words of stated purposes that explain a payment. They lower a score and never clear it: anybody can write them."""


class ShapeParameters(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What makes a shape; each shape uses those that concern it.

    Attributes:
        window_hours: Longest time from the first to the last transaction. For ``gather_scatter`` the window of either
            half, for ``stack`` of either layer.
        hop_hours: Longest time from receiving to passing on (``random``, ``stack``).
        least: Fewest counterparties (fans), middle accounts (``scatter_gather``), payers into the hub
            (``gather_scatter``), transactions (``cycle``, ``random``), payers and receivers (``bipartite``, ``stack``).
        least_out: Fewest receivers (``gather_scatter``).
        most: Most transactions (``cycle``, ``random``).
        loss: Largest share of the amount received that is not passed on: fees, a cut, what is spent.
        gain: Largest share by which more is passed on than was received: other money mixed in.
        busiest: Receivers with more transactions than this in the window make no group (``bipartite``, ``stack``); nor
            do accounts with a tenth as many relays (``stack``), or receivers with a tenth as many in a group that hangs
            together by single receivers only (``bipartite``).
        known_days: Transactions of a pair that met on at least this many different days, over at least three weeks,
            are habit and make no shape; 0 counts every transaction.
        busy_daily: Accounts with more transactions a day than this, over the ledger or a month, make no leg; 0 for any.
        parts_least: Payments made in at least so many parts on one day also make slow fans and rings; 0 for none.
        slow_hours: Longest time from the first to the last transaction of those.
        budget: Most steps of the search for cycles from one transaction; where it was cut is counted.
    """

    window_hours: float = 96.0
    hop_hours: float = 48.0
    least: int = 4
    least_out: int = 3
    most: int = 12
    loss: float = 0.12
    gain: float = 0.02
    busiest: int = 200
    known_days: int = 3
    busy_daily: float = 0.0
    parts_least: int = 0
    slow_hours: float = 4320.0
    budget: int = 100

    def __post_init__(self) -> None:
        for name in ("window_hours", "hop_hours", "slow_hours"):
            if not 0 < getattr(self, name) <= 24 * 366 * 20:
                raise UsageError(f"{name} {getattr(self, name)} is not above 0 and at most 20 years")
        if self.least < 1 or self.least_out < 1 or self.most < self.least or self.most > 1000:
            raise UsageError("least and least_out must be at least 1, and most at least least and at most 1000")
        if not 0 <= self.loss <= 1 or not 0 <= self.gain <= 100:
            raise UsageError("loss must lie between 0 and 1, gain between 0 and 100")
        if self.busiest < 1 or self.known_days < 0 or self.budget < 1 or min(self.parts_least, self.busy_daily) < 0:
            raise UsageError("busiest and budget must be at least 1, known_days, parts_least and busy_daily at least 0")


DEFAULTS: Mapping[str, ShapeParameters] = {
    "fan_out": ShapeParameters(window_hours=120.0, least=3, parts_least=3),
    "fan_in": ShapeParameters(window_hours=120.0, least=3, parts_least=3),
    "scatter_gather": ShapeParameters(window_hours=240.0, least=2, loss=0.6, gain=12.0),
    "gather_scatter": ShapeParameters(window_hours=240.0, least=2, least_out=2),
    "cycle": ShapeParameters(window_hours=720.0, least=3, most=12, loss=0.7, gain=12.0, parts_least=3, busy_daily=2.0),
    "random": ShapeParameters(
        window_hours=1440.0, hop_hours=360.0, least=2, most=100, loss=0.6, gain=12.0, parts_least=3, busy_daily=1.0
    ),
    "bipartite": ShapeParameters(window_hours=192.0, least=2),
    "stack": ShapeParameters(window_hours=240.0, hop_hours=240.0, least=2, loss=0.6, gain=12.0, busy_daily=1.0),
}
"""The parameters of each shape where nothing else is asked for."""


def find_shape(prepared: Prepared, shape: str, parameters: ShapeParameters | None = None) -> Candidates:
    """Find all occurrences of a shape, measured and scored, in the order of their first transactions.

    Args:
        prepared: The ledger, from :func:`prepare`.
        shape: One of :data:`SHAPES`.
        parameters: By default those of :data:`DEFAULTS`.

    Raises:
        UsageError: There is no such shape.
    """
    if shape not in SHAPES:
        raise UsageError(f"there is no shape {shape!r}", hint=f"Shapes: {', '.join(SHAPES)}.")
    chosen = parameters or DEFAULTS[shape]
    ready = prepared.for_legs(chosen.known_days, chosen.busy_daily)
    notes: dict[str, int] = {}
    fast = _FINDERS[shape](ready, chosen, notes)
    slow = _in_parts(ready, shape, chosen)
    found = join_found([fast, slow])
    whole, fan = shape in ("bipartite", "stack"), _DIRECTIONS.get(shape, 0)
    quick, thorough = measured(ready, fast, whole=whole, fan=fan), measured(ready, slow, soon_hours=chosen.slow_hours)
    measures = {name: np.concatenate([quick[name], thorough[name]]) for name in quick}
    measures["in_parts"] = np.repeat([0.0, 1.0], [len(fast[0]), len(slow[0])])
    measures |= weighed(ready, found)
    measures["filled"] = np.minimum(1.0, measures["span_hours"] * HOUR / max(1, ready.span))
    scores = score_of(shape, measures)
    if len(slow[0]):
        scores = np.where(measures["in_parts"] > 0, score_in_parts(shape, measures), scores)
    hub, starts, rows = found
    order = np.lexsort((np.arange(len(hub)), rows[starts[:-1]])) if len(hub) else np.zeros(0, dtype=np.int64)
    return Candidates(hub=hub, starts=starts, rows=rows, score=scores, measures=measures, notes=notes).pick(order)


def weighed(ready: Prepared, found: Found) -> dict[str, NDArray[np.float64]]:
    """Return :data:`~tajfif.tracing.shape_weights.WEIGHTS` of each finding by name, and five more.

    ``trade`` and ``wages``: shares of its transactions between firms, and from firms to persons; ``charity``: 1 if its hub is
    one; ``season``: how busy
    accounts like its hub are on its days; ``explained``: share with a stated lawful purpose.
    """
    if ("turnover",) not in ready.kept:
        ready.kept["turnover",] = turnover(ready.columns), homes_of(ready.ledger), codes_of(ready.ledger, "party")[0]
    made, homes, parties = ready.kept["turnover",]
    weights = np.zeros((len(found[0]), len(WEIGHTS)))
    ready.each_range(
        len(found[0]),
        lambda first, last: weigh(
            ready.columns, ready.pair, made, homes, parties, found[1], found[2], first, last, ready.span, weights
        ),
    )
    named = {name: weights[:, index] for index, name in enumerate(WEIGHTS)}
    firms, persons = of_types(ready.ledger, ("firm",)), of_types(ready.ledger, ("person",))
    source, target = ready.columns.source[found[2]], ready.columns.target[found[2]]
    named["trade"] = _share(firms[source] & firms[target], found[1])
    named["wages"] = _share(firms[source] & persons[target], found[1])
    charities = of_types(ready.ledger, ("charity",))
    named["charity"] = (charities[found[0]] & (found[0] >= 0)).astype(np.float64)
    named["season"] = _season(ready, found)
    named["explained"] = _explained(ready, found)
    return named


def _season(ready: Prepared, found: Found) -> NDArray[np.float64]:
    """Return how much busier accounts like each finding's hub are on its days: the mean binary logarithm, at least 0.

    Like are accounts of the same type; those that pay where the hub pays, those that receive where it receives. Zero
    without a hub and where the accounts file states no types.
    """
    hub, starts, rows = found
    kinds, words = codes_of(ready.ledger, "type")
    if not len(hub) or not words:
        return np.zeros(len(hub))
    columns, day = ready.columns, 24 * HOUR
    first = int(columns.time[0]) // day
    days = int(columns.time[-1]) // day - first + 1
    if ("season",) not in ready.kept:
        usual = []
        for side in (columns.source, columns.target):
            key = kinds[side].astype(np.int64) * days + (np.asarray(columns.time) // day - first)
            counts = np.bincount(key[(kinds[side] >= 0) & (ready.usable > 0)], minlength=len(words) * days).reshape(
                -1, days
            )
            usual.append(np.log2((counts + _FEW) / (counts.mean(axis=1, keepdims=True) + _FEW)))
        ready.kept["season",] = usual
    paid, received = ready.kept["season",]
    mine = np.repeat(hub, np.diff(starts))
    when = np.asarray(columns.time)[rows] // day - first
    kind = np.where(mine >= 0, kinds[mine], -1)
    busier = np.where(columns.source[rows] == mine, paid[kind, when], received[kind, when])
    busier = np.where(kind >= 0, np.maximum(busier, 0.0), 0.0)
    season: NDArray[np.float64] = np.add.reduceat(busier, starts[:-1]) / np.diff(starts)
    return season


def _share(rows: NDArray[np.bool_], starts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the share of each finding's rows for which something is true."""
    if len(starts) == 1:
        return np.zeros(0)
    share: NDArray[np.float64] = np.add.reduceat(rows.astype(np.float64), starts[:-1]) / np.diff(starts)
    return share


def _in_parts(ready: Prepared, shape: str, chosen: ShapeParameters) -> Found:
    """Find the slow kind of a fan, a cycle or a walk, made of payments in parts; nothing for the other shapes."""
    nothing = np.empty(0, dtype=np.int64), np.zeros(1, dtype=np.int64), np.empty(0, dtype=np.int64)
    if not chosen.parts_least or shape not in ("fan_out", "fan_in", "cycle", "random"):
        return nothing
    key = ("parts", chosen.parts_least)
    if key not in ready.kept:
        ready.kept[key] = in_parts(ready.columns, ready.bundle, ready.bundle_rows, chosen.parts_least)
    parts = ready.kept[key]
    if shape == "cycle":
        return rings(ready.columns, parts, int(chosen.slow_hours * HOUR), chosen.least, chosen.most)
    if shape == "random":
        return trails(ready.columns, parts, int(chosen.slow_hours * HOUR))
    eligible = ready.columns.eligible & parts
    if not eligible.any():
        return nothing
    slow = ready.with_eligible(eligible)
    wide = msgspec.structs.replace(chosen, window_hours=chosen.slow_hours, least=2)
    return _fans(slow, wide, shape == "fan_out")


def _explained(ready: Prepared, found: Found) -> NDArray[np.float64]:
    """Return the share of each finding's transactions whose stated purpose explains them."""
    stated = words_of(ready.ledger, "purpose")
    if stated is None or not len(found[0]):
        return np.zeros(len(found[0]))
    codes, words = stated
    lawful = lawful_words(words)
    shares: NDArray[np.float64] = np.add.reduceat(lawful[codes[found[2]]].astype(np.float64), found[1][:-1])
    return shares / np.diff(found[1])


def lawful_words(words: Sequence[str]) -> NDArray[np.bool_]:
    """Return whether each stated purpose explains a payment, and False after the last, for rows that state none."""
    return np.asarray([*(not LAWFUL_PURPOSES.isdisjoint(word.casefold().split()) for word in words), False])


def measured(
    ready: Prepared, found: Found, *, whole: bool = False, fan: int = 0, soon_hours: float = 72.0
) -> dict[str, NDArray[np.float64]]:
    """Return :data:`~tajfif.tracing.shape_measures.MEASURES` and the number of transactions of each finding, by name."""
    hub, starts, rows = found
    measures = np.zeros((len(hub), len(MEASURES)))
    if len(hub):
        newness, habits = _newness(ready, int(soon_hours * HOUR)), _habits(ready)
        ready.each_range(
            len(hub),
            lambda first, last: measure(
                ready.columns,
                ready.pair,
                newness,
                habits,
                hub,
                starts,
                rows,
                first,
                last,
                ready.span,
                whole,
                fan,
                measures,
            ),
        )
    named = {name: measures[:, index] for index, name in enumerate(MEASURES)}
    named["transactions"] = np.diff(starts).astype(np.float64)
    return named


def _newness(ready: Prepared, soon: int) -> NDArray[np.float64]:
    """Return for each pair of payer and receiver how new it is."""
    key = ("newness", soon)
    if key not in ready.kept:
        newness = np.empty(len(ready.pair_days))
        ready.each_range(
            len(newness),
            lambda first, last: newness_of(
                ready.pair_days[first:last], ready.pair_first[first:last], ready.pair_last[first:last], soon,
                newness[first:last],
            ),
        )  # fmt: skip
        ready.kept[key] = newness
    kept: NDArray[np.float64] = ready.kept[key]
    return kept


def _habits(ready: Prepared) -> Habits:
    """Return what each account does over the whole ledger."""
    if ("habits",) not in ready.kept:
        columns, accounts = ready.columns, _accounts(ready)
        habits = Habits(
            paid=np.zeros((accounts, 4)), received=np.zeros((accounts, 4)),
            paid_currency=np.empty(accounts, dtype=np.int32), received_currency=np.empty(accounts, dtype=np.int32),
            as_payer=obscurity_of(columns.out_start, ready.span), as_receiver=obscurity_of(columns.in_start, ready.span),
        )  # fmt: skip
        jobs = (
            lambda: habits_of(columns, True, habits.as_receiver, habits.paid, habits.paid_currency),
            lambda: habits_of(columns, False, habits.as_payer, habits.received, habits.received_currency),
        )
        ready.together(jobs)
        ready.kept["habits",] = habits
    kept: Habits = ready.kept["habits",]
    return kept


def join_found(pieces: Sequence[Found]) -> Found:
    """Put the findings of several ranges one after another."""
    hub = np.concatenate([piece[0] for piece in pieces])
    rows = np.concatenate([piece[2] for piece in pieces])
    sizes = np.concatenate([np.diff(piece[1]) for piece in pieces])
    return hub, np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64), rows


def _accounts(ready: Prepared) -> int:
    return len(ready.columns.out_start) - 1


def _window(chosen: ShapeParameters) -> int:
    return int(chosen.window_hours * HOUR)


def _reach(ready: Prepared, span: int) -> NDArray[np.int64]:
    """Return for each row the last row at most so many microseconds later."""
    return _bounds(ready, span, "right") - 1


def _bounds(ready: Prepared, span: int, side: Literal["left", "right"]) -> NDArray[np.int64]:
    times = np.asarray(ready.columns.time)
    pieces = ready.each_range(
        len(times), lambda first, last: np.searchsorted(times, times[first:last] + span, side=side)
    )
    return np.concatenate(pieces).astype(np.int64)


def _slices(ready: Prepared, chosen: ShapeParameters, outward: bool) -> tuple[Any, Any, Any]:
    pieces = ready.each_range(
        _accounts(ready),
        lambda first, last: kernels.fans(ready.columns, outward, first, last, _window(chosen), chosen.least),
    )
    hub, low, high = (np.concatenate([piece[index] for piece in pieces]) for index in range(3))
    return hub, low, high


def _fans(ready: Prepared, chosen: ShapeParameters, outward: bool) -> Found:
    hub, low, high = _slices(ready, chosen, outward)
    return (hub, *kernels.slices_to_rows(ready.columns, outward, low, high))


def _gather_scatter(ready: Prepared, chosen: ShapeParameters, notes: dict[str, int]) -> Found:
    hub, low, high = _slices(ready, chosen, False)
    return join_found(
        ready.each_range(
            len(hub),
            lambda first, last: kernels.gather_scatter(
                ready.columns, hub[first:last], low[first:last], high[first:last], _window(chosen), chosen.least,
                chosen.least_out,
            ),
        )
    )  # fmt: skip


def _onward(ready: Prepared) -> NDArray[np.int32]:
    """Return for each row where the payments of its receiver after it begin."""
    if ("onward",) not in ready.kept:
        places = np.empty(len(ready.columns.time), dtype=np.int32)
        ready.each_range(
            _accounts(ready), lambda first, last: kernels.onward_places(ready.columns, first, last, places)
        )
        ready.kept["onward",] = places
    kept: NDArray[np.int32] = ready.kept["onward",]
    return kept


def _scatter_gather(ready: Prepared, chosen: ShapeParameters, notes: dict[str, int]) -> Found:
    window, onward = _window(chosen), _onward(ready)
    return join_found(
        ready.each_range(
            _accounts(ready),
            lambda first, last: kernels.scatter_gather(
                ready.columns, first, last, window, onward, chosen.least, chosen.loss, chosen.gain
            ),
        )
    )


def _cycles(ready: Prepared, chosen: ShapeParameters, notes: dict[str, int]) -> Found:
    window, onward = _window(chosen), _onward(ready)
    worth = np.zeros(len(ready.columns.time), dtype=np.uint8)
    ready.each_range(_accounts(ready), lambda first, last: paths.returning(ready.columns, first, last, window, worth))
    begins = np.flatnonzero(worth)
    pieces = ready.each_range(
        len(begins),
        lambda first, last: paths.cycles(
            ready.columns, begins, first, last, onward, window, chosen.least, chosen.most, chosen.loss, chosen.gain,
            chosen.budget,
        ),
        finer=8,  # of those that come late less follows
    )  # fmt: skip
    notes["cut"] = sum(int(piece[3]) for piece in pieces)
    closed = merged(ready.columns, join_found([piece[:3] for piece in pieces]))
    return _whole(ready, closed)


def _links(ready: Prepared, chosen: ShapeParameters) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return for each row the one that carries its amount on, and for each row the one whose amount it carries on."""
    key = ("links", chosen.hop_hours, chosen.loss, chosen.gain, chosen.known_days, chosen.busy_daily)
    if key not in ready.kept:
        count = len(ready.columns.time)
        successor = np.full(count, -1, dtype=np.int32)
        fit = np.full(count, 10.0, dtype=np.float32)
        ready.each_range(
            _accounts(ready),
            lambda first, last: paths.successors(
                ready.columns, first, last, int(chosen.hop_hours * HOUR), chosen.loss, chosen.gain, successor, fit
            ),
        )
        ready.kept[key] = successor, paths.owners(successor, fit)
    links: tuple[NDArray[np.int32], NDArray[np.int32]] = ready.kept[key]
    return links


def _walks(ready: Prepared, chosen: ShapeParameters, notes: dict[str, int]) -> Found:
    successor, owner = _links(ready, chosen)
    walks = paths.chains(ready.columns, successor, owner, _window(chosen), chosen.least, chosen.most)
    return _whole(ready, walks)


def _whole(ready: Prepared, found: Found) -> Found:
    """Add to each finding the rest of payments made in parts."""
    hub, starts, rows = found
    return join_found(
        ready.each_range(
            len(hub),
            lambda first, last: with_parts(
                ready.columns, ready.bundle, ready.bundle_rows, hub[first:last], starts[first : last + 1], rows
            ),
        )
    )


def _groups(ready: Prepared, chosen: ShapeParameters) -> Found:
    """Return the bipartite groups of at least ``least`` on either side, overlapping ones too."""
    key = ("groups", chosen.window_hours, chosen.busiest, chosen.known_days, chosen.busy_daily)
    if key not in ready.kept:
        window = _window(chosen)
        behind, reach = _bounds(ready, -window, "left"), _reach(ready, window)
        ready.kept[key] = join_found(
            ready.each_range(
                _accounts(ready),
                lambda first, last: paths.bipartite(
                    ready.columns, first, last, window, behind, reach, 2, chosen.busiest
                ),
            )
        )
    found: Found = ready.kept[key]
    return paths.wide_enough(ready.columns, *found, chosen.least)


def _bipartite(ready: Prepared, chosen: ShapeParameters, notes: dict[str, int]) -> Found:
    low, high = stretches_of(np.asarray(ready.columns.time), _window(chosen))
    edges = np.linspace(0, len(low), ready.threads + 1).astype(np.int64).tolist()
    jobs = [
        lambda first=first, last=last: cores(
            ready.columns, low[first:last], high[first:last], chosen.least, max(1, chosen.busiest // 10)
        )
        for first, last in pairwise(edges)
    ]
    return disjoint(join_found([_groups(ready, chosen), *ready.together(jobs)]))


def _stacks(ready: Prepared, chosen: ShapeParameters, notes: dict[str, int]) -> Found:
    _, owner = _links(ready, chosen)
    out = np.flatnonzero(owner >= 0)
    hop = int(chosen.hop_hours * HOUR)
    stretches = join_found(
        [
            piece[:3]
            for piece in ready.each_range(
                _accounts(ready),
                lambda first, last: pass_through(
                    ready.columns, first, last, hop, 1.0 - chosen.loss, 1.0 + chosen.gain, 2
                ),
            )
        ]
    )
    return stacks(
        ready.columns, _groups(ready, chosen), (owner[out].astype(np.int64), out), stretches, _window(chosen), chosen.least,
        chosen.busiest,
    )  # fmt: skip


_FEW = 3.0  # payments a day of a type of accounts that are too few to make a season
_DIRECTIONS = {"fan_out": 1, "fan_in": -1}
_FINDERS: Mapping[str, Callable[[Prepared, ShapeParameters, dict[str, int]], Found]] = {
    "fan_out": lambda ready, chosen, notes: _fans(ready, chosen, True),
    "fan_in": lambda ready, chosen, notes: _fans(ready, chosen, False),
    "scatter_gather": _scatter_gather,
    "gather_scatter": _gather_scatter,
    "cycle": _cycles,
    "random": _walks,
    "bipartite": _bipartite,
    "stack": _stacks,
}
