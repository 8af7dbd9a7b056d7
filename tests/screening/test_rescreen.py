"""Continuous screening: what it finds in the changes is what screening everybody finds, alert by alert."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tajfif.config import Settings
from tajfif.errors import InputError, UsageError
from tajfif.evaluation.alterations import ALTERATIONS, altered
from tajfif.lists.events import Event, alerts_meanwhile
from tajfif.lists.store import ListStore
from tajfif.model import BirthDate, Entity, Hit, Identifier, Name, Subject
from tajfif.screening.rescreen import RescreenReport, base_alerts, rescreen
from tajfif.screening.screener import Screener

GIVEN = ("Quirinus", "Zenobius", "Mohammed", "Abdullah", "محمد", "عبد الله", "Wulfstan", "Ahmad")
FAMILY = ("Nemo", "Al-Nullus", "Quidam", "Fictor", "المختلق", "Nemos", "Van Quisquis")


def load(home: Path, rows: Iterable[tuple[str, str, str]]) -> None:
    path = home.parent / "own.csv"
    lines = (f"{key},{name},{born}\n" for key, name, born in rows)
    path.write_text("id,name,birth_date\n" + "".join(lines), encoding="utf-8")
    ListStore(home).load("own", path, accept_loss=True)


def customer(key: str, name: str, born: str = "") -> Subject:
    births = (BirthDate(start=born),) if born else ()
    return Subject(id=key, schema="Person", names=(Name(value=name),), birth_dates=births)


def everybody(home: Path, subjects: Sequence[Subject]) -> dict[str, tuple[Hit, ...]]:
    """Screen everybody in the plain way."""
    found = Screener.open(home).screen_many(subjects)
    return {one.subject.id: tuple(bare(hit) for hit in one.hits) for one in found if one.hits}


def bare(hit: Hit) -> Hit:
    return msgspec.structs.replace(hit, list_version="")


def applied(before: dict[str, tuple[Hit, ...]], report: RescreenReport) -> dict[str, tuple[Hit, ...]]:
    """Apply what a report says became of the hits to those that stood."""
    after = {key: {hit.entity_ids: hit for hit in hits} for key, hits in before.items()}
    for change in report.changes:
        hits = after.setdefault(change.customer, {})
        for ids in [ids for ids in hits if set(ids) & set(change.hit.entity_ids)]:
            del hits[ids]
        if change.kind != "gone":
            hits[change.hit.entity_ids] = bare(change.hit)
    ranked = {key: sorted(hits.values(), key=lambda hit: (-hit.score, hit.entity_id)) for key, hits in after.items()}
    return {key: tuple(hits) for key, hits in ranked.items() if hits}


def real_customers(listed: Sequence[Entity], rng: random.Random) -> list[Subject]:
    """Return customers of whom many bear a listed name, as it is or altered, and some its birth date or document."""
    customers = []
    people = [entity for entity in listed if entity.names and entity.schema in {"Person", "Organization"}]
    for number, entity in enumerate(rng.sample(people, 500)):
        name = rng.choice(entity.names).value
        for _ in range(number % 3):
            name = altered(name, rng.choice(sorted(ALTERATIONS)), rng) or name
        customers.append(
            Subject(
                id=f"c{number}",
                schema=entity.schema if number % 4 else "LegalEntity",
                names=(Name(value=name),),
                birth_dates=entity.birth_dates if number % 5 == 0 else (),
                identifiers=entity.identifiers if number % 7 == 0 else (),
            )
        )
    plain = [customer(f"o{number}", f"{rng.choice(GIVEN)} {rng.choice(FAMILY)}") for number in range(60)]
    return customers + plain


@pytest.mark.shared
def test_incremental_screening_equals_screening_everybody_on_every_real_un_version(
    shared: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    store = ListStore(home)
    versions = sorted((shared / "lists" / "un").glob("UN_consolidated_*.xml"))
    assert len(versions) == 5
    listed: dict[str, Entity] = {}
    for place, path in enumerate(versions):
        elsewhere = ListStore(tmp_path / f"other{place}")
        report = elsewhere.load("un_sc", path)
        listed |= {entity.id: entity for entity in elsewhere.entities(report.version)}
    customers = real_customers(list(listed.values()), random.Random(5))  # noqa: S311 - nothing secret is drawn
    standing: dict[str, tuple[Hit, ...]] = {}
    kinds: set[str] = set()
    for place, path in enumerate(versions):
        store.load("un_sc", path, accept_loss=True)
        report_of_now = rescreen(home, "bank", customers if place == 0 else None)
        standing = applied(standing, report_of_now)
        assert standing == everybody(home, customers)
        assert bool(report_of_now.full) == (place == 0)
        assert report_of_now.alerts == sum(map(len, standing.values()))
        if place:
            assert report_of_now.changed_entries > 0
            kinds |= {change.kind for change in report_of_now.changes}
            assert rescreen(home, "bank").changes == ()
    assert kinds == {"new", "changed", "gone"}


NAMES = st.builds("{} {}".format, st.sampled_from(GIVEN), st.sampled_from(FAMILY))
ROWS = st.dictionaries(
    st.sampled_from([f"r{n}" for n in range(9)]),
    st.tuples(NAMES, st.sampled_from(("", "1960-05-01", "1961"))),
    min_size=1,
)
PEOPLE = st.dictionaries(
    st.sampled_from([f"c{n}" for n in range(9)]), st.tuples(NAMES, st.sampled_from(("", "1960-05-01"))), min_size=1
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lists=st.lists(ROWS, min_size=2, max_size=4), people=st.lists(PEOPLE, min_size=4, max_size=4))
def test_whatever_changes_the_alerts_are_those_of_everybody(
    tmp_path_factory: pytest.TempPathFactory,
    lists: list[dict[str, tuple[str, str]]],
    people: list[dict[str, tuple[str, str]]],
) -> None:
    home = tmp_path_factory.mktemp("w") / "home"
    standing: dict[str, tuple[Hit, ...]] = {}
    for rows, customers in zip(lists, people, strict=False):
        load(home, ((key, *value) for key, value in rows.items()))
        subjects = [customer(key, *value) for key, value in customers.items()]
        standing = applied(standing, rescreen(home, "bank", subjects))
        assert standing == everybody(home, subjects)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    load(tmp_path / "home", [("r1", "Quirinus Al-Nullus", "1960-05-01")])
    return tmp_path / "home"


CUSTOMERS = [customer("c1", "Qirinus Alnullus"), customer("c2", "Wulfstan Fictor"), customer("c3", "Zenobius Quidam")]


def kinds(report: RescreenReport) -> list[tuple[str, str, str]]:
    return [(change.kind, change.customer, change.hit.entity_id) for change in report.changes]


def test_who_is_listed_at_night_is_new_and_who_is_delisted_is_gone(home: Path) -> None:
    assert kinds(rescreen(home, "bank", CUSTOMERS)) == [("new", "c1", "own:r1")]
    load(home, [("r1", "Quirinus Al-Nullus", "1960-05-01"), ("r2", "Wulfstan Fictor", "")])
    report = rescreen(home, "bank")
    assert kinds(report) == [("new", "c2", "own:r2")]
    assert (report.full, report.changed_entries, report.screened, report.customers) == ("", 1, 1, 3)
    load(home, [("r2", "Wulfstan Fictor", "")])
    report = rescreen(home, "bank")
    assert kinds(report) == [("gone", "c1", "own:r1")]
    assert report.changes[0].what == ("not_listed",)


def test_an_entry_that_is_put_right_changes_the_alert_or_ends_it(home: Path) -> None:
    born = [customer("c1", "Quirinus Al-Nullus", "1960-05-01")]
    rescreen(home, "bank", born)
    load(home, [("r1", "Quirinus Al-Nullus", "1961-07-02")])
    (change,) = rescreen(home, "bank").changes
    assert change.before is not None
    assert change.before > change.hit.score or change.kind == "gone"
    load(home, [("r1", "Alter Omnino Nomen", "")])
    gone = [each for each in rescreen(home, "bank").changes if each.kind == "gone"]
    assert [each.what for each in gone] == [("no_longer_reaches",)] or change.kind == "gone"


def test_customers_that_come_change_and_go(home: Path) -> None:
    rescreen(home, "bank", CUSTOMERS)
    report = rescreen(home, "bank", [CUSTOMERS[1], CUSTOMERS[2], customer("c9", "Quirinus Nullus")])
    assert (report.screened, report.full) == (1, "")
    assert kinds(report) == [("new", "c9", "own:r1"), ("gone", "c1", "own:r1")]
    assert report.changes[-1].what == ("no_customer",)
    report = rescreen(home, "bank", [customer("c1", "Quirinus Al-Nullus"), *CUSTOMERS[1:]])
    assert kinds(report) == [("new", "c1", "own:r1"), ("gone", "c9", "own:r1")]


def test_a_document_number_alone_finds_its_customer(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    home = tmp_path / "home"
    path.write_text("id,name,passport_number\nr1,Quirinus Al-Nullus,\n", encoding="utf-8")
    ListStore(home).load("own", path)
    passport = Identifier(kind="passportNumber", value="X1234567")
    subjects = [Subject(id="c1", schema="Person", names=(Name(value="Qurinus Nulus"),), identifiers=(passport,))]
    standing = applied({}, rescreen(home, "bank", subjects))
    path.write_text("id,name,passport_number\nr1,Quirinus Al-Nullus,X1234567\n", encoding="utf-8")
    ListStore(home).load("own", path)
    report = rescreen(home, "bank")
    assert applied(standing, report) == everybody(home, subjects)


def test_other_settings_screen_everybody(home: Path) -> None:
    rescreen(home, "bank", CUSTOMERS)
    report = rescreen(home, "bank", settings=Settings(threshold=0.9))
    assert report.full
    assert report.screened == 3


def test_an_index_that_is_gone_screens_everybody(home: Path) -> None:
    import shutil

    rescreen(home, "bank", CUSTOMERS)
    load(home, [("r2", "Wulfstan Fictor", "")])
    shutil.rmtree(home / "index")
    report = rescreen(home, "bank")
    assert report.full
    assert kinds(report) == [("gone", "c1", "own:r1"), ("new", "c2", "own:r2")]


def test_two_customers_of_one_id_are_two(home: Path) -> None:
    twice = [customer("c1", "Quirinus Al-Nullus"), customer("c1", "Quirinus Al Nullus")]
    assert [key for _, key, _ in kinds(rescreen(home, "bank", twice))] == ["c1", "c1#2"]


def test_alerts_are_kept_with_their_time_and_named_by_an_event(home: Path) -> None:
    load(home, [("r1", "Quirinus Al-Nullus", "1960-05-01"), ("r3", "Omnis Ignotus", "")])
    rescreen(home, "bank", CUSTOMERS)
    (alert,) = base_alerts(home)
    assert (alert.customer, alert.entity_id) == ("c1", "own:r1")
    event = ListStore(home).record_event(
        Event(kind="retraction", source="own", reference="r1", recorded_at="2000-01-01T00:00:00+00:00", note="void")
    )
    assert alerts_meanwhile(event, [base_alerts(home)]) == (alert,)
    assert kinds(rescreen(home, "bank")) == [("gone", "c1", "own:r1")]


def test_a_run_that_stops_before_its_end_is_made_up_for(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rescreen(home, "bank", CUSTOMERS)
    load(home, [("r2", "Wulfstan Fictor", "")])

    def broken(*_: object) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr("tajfif.screening.rescreen.replace_file", broken)
        with pytest.raises(OSError, match="full"):
            rescreen(home, "bank")
    assert kinds(rescreen(home, "bank")) == [("gone", "c1", "own:r1"), ("new", "c2", "own:r2")]


def test_customers_are_needed_once_and_names_of_bases_are_words(home: Path) -> None:
    with pytest.raises(InputError, match="no base"):
        rescreen(home, "bank")
    with pytest.raises(InputError, match="no customers"):
        rescreen(home, "bank", [])
    for name in ("../x", "", ".hidden", "a/b"):
        with pytest.raises(UsageError, match="no name"):
            rescreen(home, name, CUSTOMERS)
