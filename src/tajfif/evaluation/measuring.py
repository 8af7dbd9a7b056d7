"""A validation pack run through screening, and counted. Reach for :func:`evaluate` to test the lists of a workspace.

Everybody is asked about twice: at the threshold of the settings, which is what a user gets, and at a very low one, which shows
what other thresholds would give, whether scores mean what they say, and how near a missed party was. A search at a low
threshold looks wider and can meet another name of a party, so that the curve can differ a little from what the threshold itself gives.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from tajfif.config import Settings, workspace
from tajfif.evaluation.alterations import ALTERATIONS, EXACT, PUBLISHERS_SCRIPT, Alteration
from tajfif.evaluation.figures import Curve, Figures, Manipulation, Population, Recall, calibration_of, rate
from tajfif.evaluation.ordinary import POPULATIONS
from tajfif.evaluation.pack import DEFAULT_RECORDS, Pack, PackRecord, make_pack
from tajfif.evaluation.worst import worst_alerts, worst_misses
from tajfif.lists.store import ListStore
from tajfif.model import Entity, Hit, ListVersion
from tajfif.screening.building import build_index
from tajfif.screening.screener import Screener
from tajfif.text.unicode import has_arabic

__all__ = ["LOWEST", "POPULATION_TITLES", "Outcome", "evaluate", "measure", "without_arabic"]

LOWEST = 0.02
"""The low threshold: hits below it are not looked at."""
_MOST_HITS = 100
_THRESHOLDS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
_EVASION = frozenset({"mixed_script", "homoglyph", "invisible_character", "bidi_control", "digit_for_letter"})

POPULATION_TITLES = {
    "arabic_script": ("people of the Arabic-script world, in Arabic script", "أناس من بلاد الخط العربي، بالخط العربي"),
    "arabic_in_latin": (
        "people of the Arabic-script world, in Latin letters",
        "أناس من بلاد الخط العربي، بحروف لاتينية",
    ),
    "worldwide": ("people of the whole world, in Latin letters", "أناس من أنحاء العالم، بحروف لاتينية"),
    "companies_arabic": ("companies, in Arabic script", "شركات، بالخط العربي"),
    "companies_latin": ("companies, in Latin letters", "شركات، بحروف لاتينية"),
}
"""What a reader is told of a population: English, Arabic."""

Lists = Sequence[tuple[ListVersion, Sequence[Entity]]]


class Outcome(NamedTuple):
    """What came of one question.

    Attributes:
        record: The question.
        found, first: At the threshold, the right entity is among the hits; it stands first.
        flagged: The right hit carries a sign of evasion.
        alert: The best hit at the threshold.
        right_score, right_place: At the low threshold, the score of the best right hit and its place from 1; zero without one.
        top_score: At the low threshold, the best score.
        hits: At the low threshold, each hit's score and whether it is right.
    """

    record: PackRecord
    found: bool
    first: bool
    flagged: bool
    alert: Hit | None
    right_score: float
    right_place: int
    top_score: float
    hits: tuple[tuple[float, bool], ...]


def evaluate(
    home: str | os.PathLike[str] | None = None,
    *,
    sources: Sequence[str] | None = None,
    settings: Settings | None = None,
    records: int = DEFAULT_RECORDS,
    seed: int = 1,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Figures:
    """Test the lists that serve in a workspace.

    Args:
        home: The workspace; by default as :func:`tajfif.config.workspace` tells.
        sources: Only these lists; by default all that serve.
        settings: Threshold and limit.
        records: How many questions.
        seed: The same seed gives the same questions.
        workers: On how many processes; the figures are the same.
        progress: Told how many answers of how many are in.

    Raises:
        UsageError: The lists name nobody to ask about, or too few records are wanted.
        ListMissingError: A source named is not loaded.
        ListError: The store is damaged.
    """
    screener = Screener.open(home, settings=settings, sources=sources)
    store = ListStore(workspace(home))
    lists = [
        (version, [entity for entity in store.entities(version) if not entity.is_delisted])
        for version in screener.lists
    ]
    pack = make_pack((entity for _, entities in lists for entity in entities), records=records, seed=seed)
    return measure(screener, pack, lists, workers=workers, progress=progress)


def measure(
    screener: Screener,
    pack: Pack,
    lists: Lists,
    *,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Figures:
    """Ask everything in a pack, and count the answers.

    Args:
        screener: What is tested.
        pack: The questions.
        lists: The lists that it searches, with their entities in force.
        workers: On how many processes; the figures are the same.
        progress: Told how many answers of how many are in.
    """
    latin_lists = without_arabic(lists)
    latin = Screener(build_index(latin_lists), settings=screener.settings)
    outcomes = _outcomes(screener, latin, pack, workers, progress or _silent)
    listed = [one for one in outcomes if one.record.kind == "listed"]
    ordinary = [one for one in outcomes if one.record.kind == "ordinary"]
    hits = [hit for one in outcomes for hit in one.hits]
    searched = _Searched(screener, latin, lists, latin_lists)
    return Figures(
        engine=screener.engine,
        lists=screener.lists,
        seed=pack.seed,
        records=len(pack.records),
        entities=pack.entities,
        summary=_summary(listed),
        false_alerts=rate(sum(one.alert is not None for one in ordinary), len(ordinary)),
        manipulations=_manipulations(listed),
        populations=_populations(ordinary),
        curve=_curve(listed, ordinary, screener.settings),
        calibration=calibration_of([score for score, _ in hits], [right for _, right in hits], least=LOWEST),
        missed=sum(not one.found for one in listed),
        misses=worst_misses(
            [(one.record, one.right_score, one.right_place) for one in listed if not one.found], searched.by, LOWEST
        ),
        worst_alerts=worst_alerts([(one.record, one.alert) for one in ordinary if one.alert is not None], screener),
    )


def without_arabic(lists: Lists) -> Lists:
    """Return the lists with every name in the Arabic script taken out, and who has no other name."""
    stripped = []
    for version, entities in lists:
        left = [
            msgspec.structs.replace(entity, names=names)
            for entity in entities
            if (names := tuple(name for name in entity.names if not has_arabic(name.value)))
        ]
        stripped.append((version, left))
    return stripped


def _silent(done: int, of: int) -> None:
    """Tell nobody."""


class _Searched(NamedTuple):
    """The two searchable forms of the lists, to ask again why somebody was missed."""

    screener: Screener
    latin: Screener
    lists: Lists
    latin_lists: Lists

    def by(self, record: PackRecord) -> tuple[Screener, Entity]:
        """Return what a record was asked of, and the entity expected."""
        lists = self.latin_lists if record.latin_only else self.lists
        entity = next(one for _, entities in lists for one in entities if one.id == record.expected)
        return (self.latin if record.latin_only else self.screener), entity


def _outcomes(
    screener: Screener, latin: Screener, pack: Pack, workers: int, progress: Callable[[int, int], None]
) -> list[Outcome]:
    total = 2 * len(pack.records)
    done = itertools.count(1)

    def answers(threshold: float | None, limit: int | None) -> Iterator[tuple[Hit, ...]]:
        whole = (record.subject for record in pack.records if not record.latin_only)
        answered = screener.screen_many(whole, threshold=threshold, limit=limit, workers=workers)
        of_latin = latin.screen_many(
            (record.subject for record in pack.records if record.latin_only), threshold=threshold, limit=limit
        )
        for record in pack.records:
            result = next(of_latin if record.latin_only else answered)
            progress(next(done), total)
            yield result.hits

    lowest = min(LOWEST, screener.settings.threshold)
    at_threshold = list(answers(None, None))
    return [
        _outcome(record, shown, low)
        for record, shown, low in zip(pack.records, at_threshold, answers(lowest, _MOST_HITS), strict=True)
    ]


def _outcome(record: PackRecord, shown: Sequence[Hit], low: Sequence[Hit]) -> Outcome:
    accepted = frozenset(record.accepted)
    right = [hit for hit in shown if not accepted.isdisjoint(hit.entity_ids)]
    places = [place for place, hit in enumerate(low, start=1) if not accepted.isdisjoint(hit.entity_ids)]
    return Outcome(
        record=record,
        found=bool(right),
        first=bool(right) and (not accepted.isdisjoint(shown[0].entity_ids) or right[0].score == shown[0].score),
        flagged=any(not _EVASION.isdisjoint(hit.flags) for hit in right),
        alert=shown[0] if shown else None,
        right_score=low[places[0] - 1].score if places else 0.0,
        right_place=places[0] if places else 0,
        top_score=low[0].score if low else 0.0,
        hits=tuple((hit.score, not accepted.isdisjoint(hit.entity_ids)) for hit in low),
    )


# ── counting ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _recall(outcomes: Sequence[Outcome]) -> Recall:
    return Recall(
        found=rate(sum(one.found for one in outcomes), len(outcomes)),
        first=rate(sum(one.first for one in outcomes), len(outcomes)),
    )


def _is_altered(outcome: Outcome) -> bool:
    return outcome.record.manipulation not in (EXACT.key, PUBLISHERS_SCRIPT.key)


def _summary(listed: Sequence[Outcome]) -> dict[str, Recall]:
    groups: dict[str, Callable[[Outcome], bool]] = {
        "exact": lambda one: one.record.manipulation == EXACT.key,
        "altered": _is_altered,
        "script": lambda one: one.record.manipulation == PUBLISHERS_SCRIPT.key,
        "arabic": lambda one: one.record.script == "Arab",
        "latin": lambda one: one.record.script != "Arab",
        "people": lambda one: one.record.subject.schema == "Person",
        "people_exact": lambda one: one.record.subject.schema == "Person" and one.record.manipulation == EXACT.key,
        "bodies": _is_of_body,
        "bodies_exact": lambda one: _is_of_body(one) and one.record.manipulation == EXACT.key,
        "vessels": lambda one: one.record.subject.schema == "Vessel",
    }
    return {key: _recall([one for one in listed if belongs(one)]) for key, belongs in groups.items()}


def _is_of_body(outcome: Outcome) -> bool:
    return outcome.record.subject.schema not in ("Person", "Vessel")


def _manipulations(listed: Sequence[Outcome]) -> tuple[Manipulation, ...]:
    by_key: dict[str, list[Outcome]] = {}
    for one in listed:
        by_key.setdefault(one.record.manipulation, []).append(one)
    shown: Iterable[Alteration] = (EXACT, PUBLISHERS_SCRIPT, *ALTERATIONS.values())
    return tuple(_manipulation(alteration, by_key[alteration.key]) for alteration in shown if alteration.key in by_key)


def _manipulation(alteration: Alteration, outcomes: Sequence[Outcome]) -> Manipulation:
    example = outcomes[0].record
    found = [one for one in outcomes if one.found]
    return Manipulation(
        key=alteration.key,
        group=alteration.group,
        english=alteration.english,
        arabic=alteration.arabic,
        recall=_recall(outcomes),
        flagged=rate(sum(one.flagged for one in found), len(found)),
        listed=example.listed_name,
        asked=example.subject.name,
        born=", ".join(birth.text or birth.start for birth in example.subject.birth_dates),
    )


def _populations(ordinary: Sequence[Outcome]) -> tuple[Population, ...]:
    rows = []
    for key in POPULATIONS:
        members = [one for one in ordinary if one.record.population == key]
        if members:
            alerts = [one for one in members if one.alert is not None]
            english, arabic = POPULATION_TITLES[key]
            rows.append(
                Population(
                    key=key,
                    english=english,
                    arabic=arabic,
                    alerts=rate(len(alerts), len(members)),
                    within=sum(one.record.within for one in alerts),
                    example=members[0].record.subject.name,
                )
            )
    return tuple(rows)


def _curve(listed: Sequence[Outcome], ordinary: Sequence[Outcome], settings: Settings) -> tuple[Curve, ...]:
    def share(outcomes: Sequence[Outcome], threshold: float, place: int) -> float:
        reached = sum(one.right_score >= threshold and 1 <= one.right_place <= place for one in outcomes)
        return round(reached / max(len(outcomes), 1), 6)

    def false_alerts(outcomes: Sequence[Outcome], threshold: float) -> float:
        return round(1000 * sum(one.top_score >= threshold for one in outcomes) / max(len(outcomes), 1), 3)

    groups = {key: [one for one in ordinary if one.record.population == key] for key in POPULATIONS}
    exact = [one for one in listed if one.record.manipulation == EXACT.key]
    script = [one for one in listed if one.record.manipulation == PUBLISHERS_SCRIPT.key]
    altered = [one for one in listed if _is_altered(one)]
    return tuple(
        Curve(
            threshold=threshold,
            exact=share(exact, threshold, settings.limit),
            altered=share(altered, threshold, settings.limit),
            script=share(script, threshold, settings.limit),
            first=share(listed, threshold, 1),
            false_alerts={
                **{key: false_alerts(members, threshold) for key, members in groups.items() if members},
                "all": false_alerts(ordinary, threshold),
            },
        )
        for threshold in sorted({*_THRESHOLDS, settings.threshold})
    )
