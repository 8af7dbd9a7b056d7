"""Screening as of another day: right answers on real lists, and the same bytes again whatever came later."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tajfif.errors import ListMissingError, UsageError
from tajfif.lists.events import Event
from tajfif.lists.history import in_force
from tajfif.lists.store import ListStore
from tajfif.model import Name, ScreeningResult, Subject
from tajfif.screening.receipt_alerts import receipt_alerts
from tajfif.screening.receipt_files import BatchWriter, read_one, write_receipt
from tajfif.screening.receipts import circumstances_of
from tajfif.screening.replay import replay_batch, replay_one
from tajfif.screening.screener import Screener
from tajfif.signing import SigningKey

ROWS = {
    "a1": ("Inventus Mirabilis Nemo", "2020-01-01"),
    "b2": ("Nullus Omnis Quidam", "2020-02-01"),
    "c3": ("Quartus Tertius Alter", "2020-03-01"),
}


def load(home: Path, *keys: str) -> None:
    path = home.parent / "own.csv"
    rows = "".join(f"{key},{name},{day}\n" for key, (name, day) in ((key, ROWS[key]) for key in keys))
    path.write_text("id,name,listed_on\n" + rows, encoding="utf-8")
    ListStore(home).load("own", path, accept_loss=True)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    load(folder, "a1", "b2")
    return folder


def answers(home: Path, *names: str, as_of: str = "") -> tuple[Screener, list[ScreeningResult]]:
    screener = Screener.open(home, as_of=as_of)
    subjects = [Subject(id=name.split()[0], names=(Name(value=name),), schema="Person") for name in names]
    return screener, list(screener.screen_many(subjects))


def receipt(home: Path, name: str, as_of: str = "") -> Path:
    screener, (result,) = answers(home, name, as_of=as_of)
    run = circumstances_of(
        home, screener.lists, screener.engine, screener.settings, lang="en", view=screener.view
    )  # fmt: skip
    return write_receipt(home.parent / "receipts", result, run, SigningKey.of_workspace(home))


def void(home: Path, reference: str) -> None:
    ListStore(home).record_event(
        Event(kind="retraction", source="own", reference=reference, recorded_at="", note="void")
    )  # fmt: skip


def test_an_answer_as_of_a_day_is_the_same_after_another_version(home: Path) -> None:
    paths = [receipt(home, ROWS[key][0], "2020-02-15") for key in ("a1", "b2", "c3")]
    load(home, "a1", "c3")
    found = [replay_one(path, home) for path in paths]
    assert [(one.status, one.same, one.differs) for one in found] == [
        ("alert", True, ()), ("alert", True, ()), ("clear", True, ()),
    ]  # fmt: skip


def test_an_index_that_is_gone_is_built_again_from_what_was_read(home: Path, tmp_path: Path) -> None:
    path = receipt(home, ROWS["b2"][0], "2020-02-15")
    load(home, "a1", "c3")
    (home / "index").rename(tmp_path / "elsewhere")
    assert replay_one(path, home).same


def test_a_receipt_says_both_times_and_an_ordinary_one_says_neither(home: Path) -> None:
    times = read_one(receipt(home, ROWS["a1"][0], "2020-02-15")).run.times
    assert times is not None
    assert (times.as_of, times.day, times.events) == ("2020-02-15", "2020-02-15", "")
    assert times.known_at
    plain = receipt(home, ROWS["a1"][0])
    assert read_one(plain).run.times is None
    assert b'"times"' not in plain.read_bytes()


def test_answers_before_and_after_a_retraction_are_both_repeated(home: Path) -> None:
    before = receipt(home, ROWS["b2"][0])
    void(home, "b2")
    after = receipt(home, ROWS["b2"][0])
    void(home, "a1")
    found = [replay_one(path, home) for path in (before, after)]
    assert [(one.status, one.same, one.differs) for one in found] == [("alert", True, ()), ("clear", True, ())]


def test_a_batch_is_repeated_too(home: Path) -> None:
    void(home, "b2")
    screener, results = answers(home, *(name for name, _ in ROWS.values()), as_of="2020-02-15")
    run = circumstances_of(home, screener.lists, screener.engine, screener.settings, lang="en", view=screener.view)
    with BatchWriter(home.parent / "receipts", run, SigningKey.of_workspace(home)) as writer:
        for result in results:
            writer.add(result)
    load(home, "c3")
    assert [(one.status, one.same) for one in replay_batch(writer.place, home)] == [
        ("alert", True), ("clear", True), ("clear", True),
    ]  # fmt: skip
    assert [alert.customer for alert in receipt_alerts(home.parent / "receipts")] == ["Inventus"]


def test_an_entry_shown_with_another_was_alerted_too(home: Path) -> None:
    screener, (result,) = answers(home, ROWS["a1"][0])
    run = circumstances_of(home, screener.lists, screener.engine, screener.settings, lang="en", view=screener.view)
    joined = msgspec.structs.replace(result.hits[0], merged=("xx_invented:7",))
    path = write_receipt(
        home.parent / "receipts", msgspec.structs.replace(result, hits=(joined,)), run, SigningKey.of_workspace(home)
    )
    folder = path.parent
    assert [alert.entity_id for alert in receipt_alerts(folder)] == ["own:a1", "xx_invented:7"]
    path.with_name(path.name.replace(".receipt.", ".private.")).unlink()
    (alert,) = receipt_alerts(folder)
    assert alert.entity_id == "own:a1"
    assert alert.customer.startswith("commitment ")


def test_where_the_events_are_not_there_it_is_said(home: Path) -> None:
    void(home, "b2")
    path = receipt(home, ROWS["b2"][0])
    (home / "lists" / "events.jsonl").unlink()
    with pytest.raises(ListMissingError, match="corrections and retractions that this workspace never had"):
        replay_one(path, home)


def test_times_of_the_wrong_form(home: Path) -> None:
    for wrong in ("2020-02", "then"):
        with pytest.raises(UsageError, match="is no day"):
            Screener.open(home, as_of=wrong)
    with pytest.raises(UsageError, match="neither a date nor a time"):
        Screener.open(home, known_at="then")
    with pytest.raises(ListMissingError, match="no list was known"):
        Screener.open(home, known_at="2019-01-01")


# ---- real lists

DATES = ("2017-07", "2018-10-29", "2020", "2024-09-26", "2025-04-19")
DUMONT, ELAN = "LIONEL DUMONT", "LUCKSON ELAN"


@pytest.fixture(scope="module")
def un_homes(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The five versions of the United Nations list, loaded in order, and the same in another order."""
    first, second = tmp_path_factory.mktemp("un"), tmp_path_factory.mktemp("un")
    store = ListStore(first)
    for published in DATES:
        store.load("un_sc", shared / "lists" / "un" / f"UN_consolidated_{published}.xml")
    versions = store.versions()
    ListStore(second).adopt([versions[number] for number in (3, 0, 4, 2, 1)], store.content)
    return [first, second]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("as_of", "dumont", "elan"),
    [
        ("2003-06-24", "", ""),
        ("2003-06-25", "2017-07-03", ""),
        ("2024-09-26", "2024-09-26", ""),
        ("2024-09-27", "2024-09-26", "2025-04-19"),
        ("2025-04-18", "2024-09-26", "2025-04-19"),
        ("2025-04-19", "", "2025-04-19"),
    ],
)
def test_somebody_delisted_and_somebody_listed_in_between(
    un_homes: list[Path], as_of: str, dumont: str, elan: str
) -> None:
    _, results = answers(un_homes[0], DUMONT, ELAN, as_of=as_of)
    cited = [[hit.list_version[:10] for hit in one.hits if hit.caption in (DUMONT, ELAN)] for one in results]
    assert cited == [[day] if day else [] for day in (dumont, elan)]
    assert all(one.as_of == as_of for one in results)


@pytest.mark.shared
def test_the_order_of_loading_makes_no_difference(un_homes: list[Path]) -> None:
    for day in ("2010-01-01", "2017-07-03", "2019-06-30", "2022-01-01", "2024-12-31", "2030-01-01"):
        (first,), (second,) = (in_force(ListStore(home), as_of=day).lists for home in un_homes)
        assert (first.digest, first.version, first.notices) == (second.digest, second.version, second.notices)
        assert first.entities == second.entities


@pytest.mark.shared
def test_on_the_day_of_a_version_its_own_entries_are_in_force(un_homes: list[Path]) -> None:
    store = ListStore(un_homes[0])
    for stored in store.versions():
        (found,) = in_force(store, as_of=stored.version.published).lists
        assert found.version == stored.version
        named = {entity.id for entity in store.entities(stored.version)}
        assert {entity.id for entity in found.entities} == named, stored.name


@pytest.mark.shared
def test_before_loading_nothing_was_known(un_homes: list[Path]) -> None:
    with pytest.raises(ListMissingError, match="no list was known"):
        Screener.open(un_homes[0], as_of="2024-10-01", known_at="2025-04-18")
    bundled = Screener.open(un_homes[0], known_at="2025-06-01")
    assert [hit.caption for hit in bundled.screen(ELAN, schema="Person")] == [ELAN]


@pytest.mark.shared
def test_several_processes_cite_the_same_versions(un_homes: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tajfif.screening.batch.FIRST", 1)
    screener = Screener.open(un_homes[0], as_of="2024-10-01")
    subjects = [Subject(names=(Name(value=name),), schema="Person") for name in (DUMONT, ELAN, DUMONT, ELAN)]
    one, two = (list(screener.screen_many(subjects, workers=workers)) for workers in (1, 2))
    assert msgspec.json.encode(one) == msgspec.json.encode(two)


@pytest.mark.shared
def test_a_receipt_of_a_day_long_past_is_repeated(un_homes: list[Path]) -> None:
    for name, status in ((DUMONT, "alert"), (ELAN, "clear")):
        again = replay_one(receipt(un_homes[0], name, "2019-06-30"), un_homes[0])
        assert (again.status, again.same, again.differs) == (status, True, ())
