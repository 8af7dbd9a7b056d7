"""Figures: intervals, calibration and counts are right, and a second run gives the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tajfif.config import Settings
from tajfif.evaluation.alterations import ALTERATIONS
from tajfif.evaluation.figures import Figures, calibration_of, rate
from tajfif.evaluation.measuring import POPULATION_TITLES, evaluate, measure, without_arabic
from tajfif.evaluation.ordinary import POPULATIONS
from tajfif.evaluation.pack import Pack, make_pack
from tajfif.evaluation.report_words import CAUSES
from tajfif.lists.store import ListStore
from tajfif.model import Entity, Name
from tajfif.screening import Screener
from tajfif.screening.building import build_index
from tests.evaluation.conftest import VERSION


@pytest.fixture(scope="module")
def pack(entities: tuple[Entity, ...]) -> Pack:
    return make_pack(entities, records=300, seed=2)


@pytest.fixture(scope="module")
def figures(screener: Screener, pack: Pack, entities: Sequence[Entity]) -> Figures:
    return measure(screener, pack, [(VERSION, entities)])


def test_wilson_interval() -> None:
    # Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998), table I
    interval = rate(81, 263)
    assert (round(interval.low, 4), round(interval.high, 4)) == (0.2553, 0.3662)
    interval = rate(15, 148)
    assert (round(interval.low, 4), round(interval.high, 4)) == (0.0624, 0.1605)
    assert (rate(0, 20).low, round(rate(0, 20).high, 4)) == (0.0, 0.1611)
    assert (round(rate(1, 29).low, 4), round(rate(1, 29).high, 4)) == (0.0061, 0.1718)
    assert (rate(0, 0).low, rate(0, 0).high) == (0.0, 1.0)


@settings(max_examples=50)
@given(st.integers(1, 5000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_a_share_lies_in_its_interval(numbers: tuple[int, int]) -> None:
    share = rate(*numbers)
    assert 0.0 <= share.low <= share.rate <= share.high <= 1.0


def test_calibration_error_is_the_weighted_distance() -> None:
    found = calibration_of([0.95, 0.95, 0.15, 0.15], [True, False, False, False], least=0.02)
    assert found.error == pytest.approx((2 * 0.45 + 2 * 0.15) / 4)
    assert [one.hits for one in found.bins] == [2, 2]
    assert calibration_of([], [], least=0.02).error == 0.0
    assert calibration_of([1.0], [True], least=0.02).bins[0].high == 1.0


def test_every_question_is_counted_once(figures: Figures, pack: Pack) -> None:
    assert figures.records == len(pack.records) == 300
    listed = sum(one.recall.found.of for one in figures.manipulations)
    assert listed + figures.false_alerts.of == 300
    assert sum(figures.summary[key].found.of for key in ("exact", "altered", "script")) == listed
    assert sum(figures.summary[key].found.of for key in ("arabic", "latin")) == listed
    assert sum(one.alerts.of for one in figures.populations) == figures.false_alerts.of
    assert figures.missed == sum(one.recall.found.of - one.recall.found.count for one in figures.manipulations)
    assert {one.key for one in figures.manipulations} <= {"exact", "script_official", *ALTERATIONS}
    assert set(POPULATION_TITLES) == set(POPULATIONS)


def test_the_engine_finds_whom_it_should(figures: Figures) -> None:
    assert figures.summary["exact"].found.rate == 1.0
    assert figures.summary["altered"].found.rate > 0.9
    assert figures.summary["script"].found.rate > 0.8
    assert figures.false_alerts.rate < 0.05
    disguised = next(one for one in figures.manipulations if one.key == "homoglyphs_throughout")
    assert disguised.flagged.rate == 1.0


def test_a_higher_threshold_never_finds_more(figures: Figures) -> None:
    assert [one.threshold for one in figures.curve] == sorted(one.threshold for one in figures.curve)
    for lower, higher in zip(figures.curve, figures.curve[1:], strict=False):
        assert higher.altered <= lower.altered
        assert higher.exact <= lower.exact
        assert all(count <= lower.false_alerts[key] for key, count in higher.false_alerts.items())


def test_misses_say_why_in_both_languages(figures: Figures) -> None:
    assert min(figures.missed, 1) <= len(figures.misses) <= figures.missed
    for miss in figures.misses:
        assert miss.score < figures.engine.policy["threshold"] or miss.cause != "below_threshold"  # type: ignore[operator]
        assert miss.cause in CAUSES
        assert set(miss.reason) == {"en", "ar"}
        assert miss.asked


def test_a_frequent_name_is_missed_for_being_frequent() -> None:
    entity = Entity(id="own:1", schema="Person", names=(Name(value="Muhammad Ahmad"),))
    strict = Screener(build_index([(VERSION, (entity,))]), settings=Settings(threshold=0.99))
    figures = measure(strict, make_pack([entity], records=200), [(VERSION, (entity,))])
    exact = next(miss for miss in figures.misses if miss.manipulation == "exact")
    assert (exact.asked, exact.cause) == ("Muhammad Ahmad", "too_frequent")


def test_a_second_run_gives_the_same_bytes(
    figures: Figures, screener: Screener, pack: Pack, entities: Sequence[Entity]
) -> None:
    seen = []
    again = measure(screener, pack, [(VERSION, entities)], progress=lambda done, of: seen.append((done, of)))
    assert msgspec.json.encode(again, order="deterministic") == msgspec.json.encode(figures, order="deterministic")
    assert seen[-1] == (600, 600)
    assert msgspec.json.decode(msgspec.json.encode(again), type=Figures) == figures


def test_settings_count(pack: Pack, entities: Sequence[Entity]) -> None:
    strict = Screener(build_index([(VERSION, entities)]), settings=Settings(threshold=0.97))
    found = measure(strict, pack, [(VERSION, entities)])
    assert found.engine.policy["threshold"] == 0.97
    assert 0.97 in [one.threshold for one in found.curve]
    assert found.missed > 0


def test_arabic_script_is_taken_out(entities: Sequence[Entity]) -> None:
    [(version, stripped)] = without_arabic([(VERSION, entities)])
    assert version == VERSION
    assert len(stripped) == len(entities)
    assert all(name.script == "Latn" for entity in stripped for name in entity.names)


def test_the_lists_of_a_workspace_are_tested(tmp_path: Path) -> None:
    home, path = tmp_path / "home", tmp_path / "own.csv"
    rows = "id,schema,name\n1,Person,Qutayba Shirwan al-Mithali\n2,Company,Samarqandia Exchange Co. Ltd\n"
    path.write_text(rows, encoding="utf-8")
    ListStore(home).load("own", path)
    found = evaluate(home, records=200, seed=3)
    assert [version.source for version in found.lists] == ["own"]
    assert found.entities == 2
    assert msgspec.json.encode(evaluate(home, records=200, seed=3)) == msgspec.json.encode(found)
