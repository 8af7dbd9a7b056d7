"""The figures of a validation, as they are written to JSON and shown. Reach for it to read a result, or to count one.

Nothing in them says when or how fast they were made: the same lists, settings, engine and seed give the same bytes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from tajfif.model import Engine, ListVersion

__all__ = [
    "Calibration",
    "CalibrationBin",
    "Curve",
    "FalseAlert",
    "Figures",
    "Manipulation",
    "Miss",
    "Population",
    "Rate",
    "Recall",
    "calibration_of",
    "rate",
]

_Z = 1.959963984540054
"""Of a two-sided interval that holds 95 %."""


class _Figure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all figures."""


class Rate(_Figure, frozen=True, kw_only=True):
    """A share with its 95 % interval (Wilson, 1927).

    Attributes:
        count, of: How many of how many.
        rate: Their quotient; 0 of none.
        low, high: The ends of the interval.
    """

    count: int
    of: int
    rate: float
    low: float
    high: float


class Recall(_Figure, frozen=True, kw_only=True):
    """How many of the listed parties asked about are found, and how many stand first among the hits."""

    found: Rate
    first: Rate


class Manipulation(_Figure, frozen=True, kw_only=True):
    """Recall under one alteration.

    Attributes:
        key, group, english, arabic: As in :class:`tajfif.evaluation.alterations.Alteration`.
        recall: Of the queries that were altered so.
        flagged: Of those found, how many of the right hits carry a sign of evasion.
        listed, asked, born: An example: a listed name, and the name and birth date that were asked.
    """

    key: str
    group: str
    english: str
    arabic: str
    recall: Recall
    flagged: Rate
    listed: str
    asked: str
    born: str


class Population(_Figure, frozen=True, kw_only=True):
    """False alerts among names of nobody on the lists.

    Attributes:
        key, english, arabic: Which people.
        alerts: How many of them raise an alert.
        within: How many of these alerts are for a name whose words all stand in one listed name.
        example: One of the names.
    """

    key: str
    english: str
    arabic: str
    alerts: Rate
    within: int
    example: str


class Curve(_Figure, frozen=True, kw_only=True):
    """What one threshold gives.

    Attributes:
        threshold: The score from which a hit raises an alert.
        exact, altered, script: Share found of names as listed, of altered ones, of the publishers' script.
        first: Share of all listed parties for whom the right hit stands first.
        false_alerts: Alerts for each 1,000 ordinary names, by population, and over all (``all``).
    """

    threshold: float
    exact: float
    altered: float
    script: float
    first: float
    false_alerts: dict[str, float]


class CalibrationBin(_Figure, frozen=True, kw_only=True):
    """Hits whose scores lie in one tenth: how many, their mean score, and how many of them are right."""

    low: float
    high: float
    hits: int
    mean_score: float
    right: Rate


class Calibration(_Figure, frozen=True, kw_only=True):
    """Whether a score means what it says.

    Attributes:
        least: Score from which hits are counted.
        hits: How many.
        error: Expected calibration error: the mean distance of score and share of right ones over the bins, weighted by hits
            (Naeini, Cooper and Hauskrecht, AAAI 2015).
        bins: Those that have hits.
    """

    least: float
    hits: int
    error: float
    bins: tuple[CalibrationBin, ...]


class Miss(_Figure, frozen=True, kw_only=True):
    """A listed party that was asked about and not found.

    Attributes:
        manipulation: Key of the alteration.
        listed, asked, born: The listed name, and the name and birth date that were asked.
        entity: Id of the entity.
        score: Of the right entity; 0 where it is no hit even at the lowest threshold.
        cause: ``too_frequent`` (every part agrees, but so frequent names weigh too little), ``below_threshold``,
            ``not_brought_up`` (the search for candidates passed it over) or ``beyond_limit``.
        reason: Why, in the words of the explanation, by language.
    """

    manipulation: str
    listed: str
    asked: str
    born: str
    entity: str
    score: float
    cause: str
    reason: dict[str, str]


class FalseAlert(_Figure, frozen=True, kw_only=True):
    """An ordinary name that raised an alert: the name, the listed name that it met, the score, and the reason by language."""

    population: str
    asked: str
    listed: str
    entity: str
    score: float
    reason: dict[str, str]


class Figures(_Figure, frozen=True, kw_only=True):
    """Everything that a validation found.

    Attributes:
        engine: Version and settings.
        lists: The list versions tested against.
        seed, records, entities: The pack: its seed, how many questions, how many listed entities they were drawn from.
        summary: Recall over all altered names (``altered``), names as listed (``exact``), the publishers' script (``script``);
            over all queries in the Arabic (``arabic``) and in the Latin script (``latin``), for ``people``, ``bodies`` and
            ``vessels``; and over names as listed of people and bodies (``people_exact``, ``bodies_exact``).
        false_alerts: Over all populations.
        manipulations, populations, curve, calibration: The tables.
        misses, worst_alerts: The worst of them, and how many there are in ``missed``.
    """

    engine: Engine
    lists: tuple[ListVersion, ...]
    seed: int
    records: int
    entities: int
    summary: dict[str, Recall]
    false_alerts: Rate
    manipulations: tuple[Manipulation, ...]
    populations: tuple[Population, ...]
    curve: tuple[Curve, ...]
    calibration: Calibration
    missed: int
    misses: tuple[Miss, ...]
    worst_alerts: tuple[FalseAlert, ...]


def rate(count: int, of: int) -> Rate:
    """Return a share with its Wilson interval; of nothing, nothing is known, and the interval is 0 to 1."""
    if of == 0:
        return Rate(count=0, of=0, rate=0.0, low=0.0, high=1.0)
    share = count / of
    middle = share + _Z * _Z / (2 * of)
    spread = _Z * math.sqrt(share * (1 - share) / of + _Z * _Z / (4 * of * of))
    scale = 1 + _Z * _Z / of
    low = 0.0 if count == 0 else (middle - spread) / scale
    high = 1.0 if count == of else (middle + spread) / scale
    return Rate(count=count, of=of, rate=_rounded(share), low=_rounded(low), high=_rounded(high))


def calibration_of(scores: Sequence[float], right: Sequence[bool], *, least: float, bins: int = 10) -> Calibration:
    """Return how far scores are from the shares of right hits.

    Args:
        scores: Of hits, in [0, 1].
        right: Whether each is right.
        least: Score from which hits were counted.
        bins: Into how many equal parts the scores are cut.
    """
    inside: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for score, true in zip(scores, right, strict=True):
        inside[min(int(score * bins), bins - 1)].append((score, true))
    rows = []
    distance = 0.0
    for place, members in enumerate(inside):
        if members:
            mean = math.fsum(score for score, _ in members) / len(members)
            true_ones = sum(true for _, true in members)
            distance += len(members) * abs(mean - true_ones / len(members))
            rows.append(
                CalibrationBin(
                    low=place / bins,
                    high=(place + 1) / bins,
                    hits=len(members),
                    mean_score=_rounded(mean),
                    right=rate(true_ones, len(members)),
                )
            )
    return Calibration(least=least, hits=len(scores), error=_rounded(distance / max(len(scores), 1)), bins=tuple(rows))


def _rounded(value: float) -> float:
    return round(value, 6)
