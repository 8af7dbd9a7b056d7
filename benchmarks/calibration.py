"""How far scores are from what they claim: the expected calibration error of hits of which the truth is known.

Hits from 0.02 on are taken of ordinary people, who are nobody on the lists, and of listed persons asked about by a Latin name,
half of them altered, and by their Arabic-script name against lists without that script. A hit is true if its party, or one that
shares a whole name with it, was asked about.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from manipulations import altered
from tajfif.model import Entity, Name, Subject
from tajfif.screening import Screener
from tajfif.text.unicode import has_arabic

__all__ = ["calibration", "expected_calibration_error"]

FROM = 0.02
BINS = 10


def expected_calibration_error(scores: Sequence[float], truths: Sequence[bool], bins: int = BINS) -> dict[str, Any]:
    """Return the error, and by bin of score: hits, mean score, share of true ones (Naeini et al., AAAI 2015)."""
    rows: list[tuple[int, float, float]] = []
    for place in range(bins):
        inside = [(s, t) for s, t in zip(scores, truths, strict=True) if min(int(s * bins), bins - 1) == place]
        if inside:
            rows.append((len(inside), sum(s for s, _ in inside) / len(inside), sum(t for _, t in inside) / len(inside)))
    error = sum(count * abs(score - true) for count, score, true in rows) / max(len(scores), 1)
    return {"hits": len(scores), "error": error, "bins": rows}


def calibration(
    full: Screener,
    latin: Screener,
    people: Iterable[Entity],
    parties: Callable[[Entity], set[str]],
    ordinary: Iterable[tuple[Screener, str]],
    seed: int,
) -> dict[str, Any]:
    """Measure it.

    Args:
        full: Searches the lists.
        latin: Searches them without Arabic script.
        people: Listed persons.
        parties: Ids that count as one party with an entity.
        ordinary: Names of ordinary people, each with the screener that is asked.
        seed: Of the choice of persons and alterations.
    """
    rng = random.Random(seed)
    scores: list[float] = []
    truths: list[bool] = []

    def ask(screener: Screener, name: str, right: set[str]) -> None:
        for hit in screener.screen(Subject(names=(Name(value=name),), schema="Person"), threshold=FROM):
            scores.append(hit.score)
            truths.append(hit.entity_id in right)

    for screener, ordinary_name in ordinary:
        ask(screener, ordinary_name, set())
    listed = list(people)
    for entity in rng.sample(listed, min(len(listed), 1500)):
        asked = [name.value for name in entity.names if name.quality != "weak" and name.value.isascii()]
        if asked:
            chosen = rng.choice(asked)
            ask(full, altered(chosen, rng)[0] if rng.random() < 0.5 else chosen, parties(entity))
    for entity in listed:
        for name in entity.names:
            if entity.id.startswith("un_sc") and name.quality == "primary" and has_arabic(name.value):
                ask(latin, name.value, parties(entity))
    return expected_calibration_error(scores, truths)
