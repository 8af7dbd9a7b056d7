"""The worst misses and false alerts, with reasons. Reach for it to see what kind of error is behind a rate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from tajfif.evaluation.figures import FalseAlert, Miss
from tajfif.evaluation.pack import PackRecord
from tajfif.model import Comparison, Entity, Hit
from tajfif.screening.comparing import compare
from tajfif.screening.screener import Screener

__all__ = ["MOST_ALERTS", "MOST_MISSES", "worst_alerts", "worst_misses"]

MOST_MISSES, MOST_OF_ONE_KIND, MOST_ALERTS = 40, 2, 20
_LANGUAGES = ("en", "ar")
_MOST_HITS = 100
_AGREEING = frozenset({"exact", "folded", "variant", "other_order"})


def worst_misses(
    missed: Sequence[tuple[PackRecord, float, int]],
    asked_of: Callable[[PackRecord], tuple[Screener, Entity]],
    lowest: float,
) -> tuple[Miss, ...]:
    """Return the misses that were farthest from an alert, of each alteration no more than :data:`MOST_OF_ONE_KIND`.

    Args:
        missed: Each record with the right entity's score at the low threshold and its place among the hits; zero without one.
        asked_of: Returns what a record was asked of, and the entity expected.
        lowest: The low threshold.
    """
    kinds: Counter[str] = Counter()
    found: list[Miss] = []
    for record, score, place in sorted(missed, key=lambda one: (one[1], int(one[0].subject.id))):
        if kinds[record.manipulation] < MOST_OF_ONE_KIND and len(found) < MOST_MISSES:
            kinds[record.manipulation] += 1
            found.append(_miss(record, score, place, asked_of, lowest))
    return tuple(found)


def _miss(
    record: PackRecord,
    score: float,
    place: int,
    asked_of: Callable[[PackRecord], tuple[Screener, Entity]],
    lowest: float,
) -> Miss:
    screener, entity = asked_of(record)
    reached = score >= screener.settings.threshold
    answers = {lang: _compared(record, place, screener, entity, lowest, lang) for lang in _LANGUAGES}
    if reached and place > screener.settings.limit:
        cause = "beyond_limit"
    elif not reached and all(part.relation in _AGREEING for part in answers["en"].alignment):
        cause = "too_frequent"
    else:
        cause = "below_threshold" if place and not reached else "not_brought_up"
    return Miss(
        manipulation=record.manipulation,
        listed=record.listed_name,
        asked=record.subject.name,
        born=", ".join(birth.text or birth.start for birth in record.subject.birth_dates),
        entity=record.expected,
        score=round(score, 4),
        cause=cause,
        reason={lang: answer.explanation for lang, answer in answers.items()},
    )


def _compared(
    record: PackRecord, place: int, screener: Screener, entity: Entity, lowest: float, lang: str
) -> Hit | Comparison:
    """Return the right hit, or where there is none both parties side by side."""
    if place:
        accepted = frozenset(record.accepted)
        for hit in screener.screen(record.subject, threshold=lowest, limit=_MOST_HITS, lang=lang):
            if hit.entity_id in accepted:
                return hit
    return compare(record.subject, entity, lang=lang, settings=screener.settings)


def worst_alerts(alerts: Sequence[tuple[PackRecord, Hit]], screener: Screener) -> tuple[FalseAlert, ...]:
    """Return the false alerts with the highest scores.

    Args:
        alerts: Records of ordinary names with their best hits.
        screener: What they were asked of.
    """
    ranked = sorted(alerts, key=lambda one: (-one[1].score, int(one[0].subject.id)))[:MOST_ALERTS]
    return tuple(
        FalseAlert(
            population=record.population,
            asked=record.subject.name,
            listed=hit.name_matched,
            entity=hit.entity_id,
            score=round(hit.score, 4),
            reason={lang: screener.screen(record.subject, lang=lang)[0].explanation for lang in _LANGUAGES},
        )
        for record, hit in ranked
    )
