"""Corrections and retractions: taken in from when they are recorded, until a later version of the list has them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tajfif.errors import ListError, ListMissingError, UsageError
from tajfif.lists.events import (
    Alert,
    Event,
    alerts_meanwhile,
    appended,
    applied,
    check_event,
    is_superseded,
    read_events,
)
from tajfif.lists.history import InForce, in_force, in_force_of
from tajfif.lists.store import ListStore
from tajfif.model import BirthDate, Entity, Identifier, Listing, Name

UnWriter = Callable[..., Path]
PEOPLE = {"QDi.001": "Inventus Nemo", "QDi.002": "Nullus Quidam", "QDi.003": "Tertius Alter"}
TODAY = datetime.now(UTC).date()
BEFORE, AFTER = (TODAY + timedelta(days=days) for days in (-30, 30))


@pytest.fixture
def store(tmp_path: Path, un_file: UnWriter) -> ListStore:
    store = ListStore(tmp_path / "home")
    store.load("un_sc", un_file(BEFORE.isoformat(), PEOPLE))
    return store


def event(kind: str = "retraction", reference: str = "QDi.002", source: str = "un_sc", **more: Any) -> Event:
    return Event(kind=kind, source=source, reference=reference, recorded_at=more.pop("recorded_at", ""), **more)  # type: ignore[arg-type]


def only(store: ListStore, **times: Any) -> InForce:
    (one,) = in_force(store, **times).lists
    return one


def names(store: ListStore, **times: Any) -> dict[str, str]:
    return {each.id.partition(":")[2]: each.caption for each in only(store, **times).entities}


PARTY = Entity(
    id="own:7",
    names=(Name(value="Inventus Nemo"), Name(value="Nemo the Elder", quality="strong")),
    birth_dates=(BirthDate(start="1970"),),
    identifiers=(Identifier(kind="passportNumber", value="A1"), Identifier(kind="idNumber", value="B2")),
    listings=(
        Listing(source="own", reference="7", decision="1/2020", listed_on="2020-01-01"),
        Listing(source="own", reference="7", decision="5/2021", listed_on="2021-05-01"),
    ),
)


def test_a_retraction_ends_one_decision_and_the_party_stays_by_the_other() -> None:
    void = event(source="own", reference="7", decision="1/2020", recorded_at="2022-01-01T00:00:00+00:00")
    (after,) = applied([PARTY], [void])
    assert [each.decision for each in after.listings] == ["5/2021"]
    other = msgspec.structs.replace(void, decision="5/2021")
    assert applied([PARTY], [void, other]) == ()
    assert applied([PARTY], [msgspec.structs.replace(void, reference="8")]) == (PARTY,)


def test_a_listing_made_after_the_event_is_another_decision() -> None:
    void = event(source="own", reference="7", recorded_at="2020-06-01T00:00:00+00:00")
    (after,) = applied([PARTY], [void])
    assert [each.decision for each in after.listings] == ["5/2021"]


def test_a_correction_sets_properties_and_leaves_the_others() -> None:
    patch = {
        "name": ("Inventus Nemo Verus",), "birthDate": ("1971-02-03",), "passportNumber": ("C3", "D4"),
        "motherName": ("Invented Mother",), "listingDate": ("2019-12-31",),
    }  # fmt: skip
    corrected = event("correction", "7", "own", decision="1/2020", patch=patch, recorded_at="2022-01-01T00:00:00+00:00")
    (after,) = applied([PARTY], [corrected])
    assert [each.value for each in after.names] == ["Inventus Nemo Verus", "Nemo the Elder"]
    assert [each.start for each in after.birth_dates] == ["1971-02-03"]
    assert [each.value for each in after.identifiers] == ["B2", "C3", "D4"]
    assert after.mother_names == ("Invented Mother",)
    assert [each.listed_on for each in after.listings] == ["2019-12-31", "2021-05-01"]
    assert not is_superseded(corrected, [PARTY])
    assert is_superseded(corrected, [after])
    assert is_superseded(corrected, [])
    gone = event("correction", "7", "own", patch={"birthDate": ()}, recorded_at="2022-01-01T00:00:00+00:00")
    assert not is_superseded(gone, [PARTY])
    assert is_superseded(gone, applied([PARTY], [gone]))


def test_a_retracted_entry_is_searched_no_more_and_the_file_is_as_it_was(store: ListStore) -> None:
    digest = only(store).digest
    kept = store.record_event(event(note="Gazette 7: decision void"))
    assert names(store) == {"QDi.001": "Inventus Nemo", "QDi.003": "Tertius Alter"}
    assert len(store.entities(store.serving()[0])) == 3
    assert only(store).digest != digest
    assert any("un_sc:QDi.002" in text and "Gazette 7" in text for text in only(store).notices)
    assert store.events() == (kept,)
    earlier = (datetime.fromisoformat(kept.recorded_at) - timedelta(seconds=1)).isoformat()
    assert store.events(known_at=datetime.fromisoformat(earlier)) == ()


def test_from_a_date_on_it_was_listed_before(store: ListStore) -> None:
    day = TODAY - timedelta(days=5)
    store.record_event(event(holds_from=day.isoformat()))
    assert "QDi.002" not in names(store)
    assert "QDi.002" not in names(store, as_of=day.isoformat())
    assert "QDi.002" in names(store, as_of=(day - timedelta(days=1)).isoformat())


def test_one_that_holds_later_does_not_count_yet(store: ListStore) -> None:
    store.record_event(event(holds_from=AFTER.isoformat()))
    assert "QDi.002" in names(store)
    assert "QDi.002" not in names(store, as_of=AFTER.isoformat())


def test_a_correction_is_searched(store: ListStore) -> None:
    store.record_event(event("correction", patch={"name": ("Nullus Quidam Correctus",)}))
    assert names(store)["QDi.002"] == "Nullus Quidam Correctus"


def test_what_was_known_before_it_was_recorded_has_it_not(store: ListStore, monkeypatch: pytest.MonkeyPatch) -> None:
    later = datetime.now(UTC) + timedelta(days=2)
    monkeypatch.setattr("tajfif.lists.store._now", lambda now=None: later.isoformat(timespec="seconds"))
    store.record_event(event())
    assert "QDi.002" in names(store, known_at=(later - timedelta(days=1)).date().isoformat(), now=later)
    assert "QDi.002" not in names(store, known_at=later.isoformat(), now=later)


def test_a_later_version_that_still_names_it_does_not_bring_it_back_but_it_is_said(
    store: ListStore, un_file: UnWriter
) -> None:
    store.record_event(event())
    store.load("un_sc", un_file(AFTER.isoformat(), PEOPLE))
    assert "QDi.002" not in names(store)
    assert any("names it still" in text for text in only(store).notices)


def test_a_later_version_without_it_ends_the_retraction(store: ListStore, un_file: UnWriter) -> None:
    store.record_event(event())
    without = {key: name for key, name in PEOPLE.items() if key != "QDi.002"}
    store.load("un_sc", un_file(AFTER.isoformat(), without), accept_loss=True)
    assert only(store).notices == ()
    store.load("un_sc", un_file((AFTER + timedelta(days=9)).isoformat(), PEOPLE))
    assert "QDi.002" in names(store), "listed again after the list itself had dropped it"
    assert "QDi.002" not in names(store, as_of=TODAY.isoformat())


def test_a_later_version_with_the_values_ends_the_correction(store: ListStore, un_file: UnWriter) -> None:
    store.record_event(event("correction", patch={"name": ("Nullus Correctus",)}))
    store.load("un_sc", un_file(AFTER.isoformat(), {**PEOPLE, "QDi.002": "Nullus Correctus"}))
    assert names(store)["QDi.002"] == "Nullus Correctus"
    assert only(store).notices == ()
    store.load("un_sc", un_file((AFTER + timedelta(days=9)).isoformat(), {**PEOPLE, "QDi.002": "Nullus Tertius"}))
    assert names(store)["QDi.002"] == "Nullus Tertius"
    assert names(store, as_of=TODAY.isoformat())["QDi.002"] == "Nullus Correctus"


def test_an_answer_can_be_made_again_from_what_was_read(store: ListStore, un_file: UnWriter) -> None:
    store.record_event(event())
    then = only(store, as_of=TODAY.isoformat())
    before = then.entities
    store.load("un_sc", un_file(AFTER.isoformat(), {**PEOPLE, "QDi.004": "Novus Homo"}))
    store.record_event(event(reference="QDi.001"))
    again = in_force_of(
        then.used, then.version, as_of=then.as_of, day=then.as_of, events=store.events()[:1],
        entities_of=store.entities_of,
    )  # fmt: skip
    assert (again.digest, again.entities) == (then.digest, before)
    assert only(store, as_of=TODAY.isoformat()).digest != then.digest
    with pytest.raises(ListMissingError, match="not among"):
        in_force_of((), then.version, as_of="", day=then.as_of, events=(), entities_of=store.entities_of)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (event(reference="QDi.999"), "no entry"),
        (event("correction", patch={"eyeColour": ("green",)}), "cannot be corrected"),
        (event("correction", patch={"birthDate": ("the day after",)}), "cannot be read"),
        (event("correction", patch={"nationality": ("Nowhere at all",)}), "cannot be read"),
        (event("correction", patch={"gender": ("perhaps",)}), "cannot be read"),
        (event("correction", patch={"name": ()}), "needs a name"),
        (event("correction"), "sets properties"),
        (event(patch={"name": ("X",)}), "sets properties"),
        (event(holds_from="soon"), "neither a date"),
        (event(source="nobody"), "nobody"),
    ],
)
def test_what_cannot_be_applied_is_not_recorded(store: ListStore, wrong: Event, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        store.record_event(wrong)
    assert store.events() == ()


def test_of_two_decisions_one_must_be_said() -> None:
    with pytest.raises(UsageError, match="which one is void"):
        check_event(event(source="own", reference="7", recorded_at="2022-01-01T00:00:00+00:00"), [[PARTY]])
    with pytest.raises(UsageError, match="not listed by the decision"):
        check_event(
            event(source="own", reference="7", decision="9/9", recorded_at="2022-01-01T00:00:00+00:00"), [[PARTY]]
        )


def test_a_source_that_is_not_loaded_has_no_events(store: ListStore) -> None:
    with pytest.raises(ListMissingError, match="no list of own"):
        store.record_event(event(source="own"))


def test_a_line_changed_or_taken_out_is_found(store: ListStore) -> None:
    for reference in ("QDi.001", "QDi.002", "QDi.003"):
        store.record_event(event(reference=reference))
    place = store.home / "lists" / "events.jsonl"
    lines = place.read_bytes().splitlines(keepends=True)
    for damaged in (
        lines[0] + lines[2],
        lines[1] + lines[0] + lines[2],
        b"".join(lines).replace(b"QDi.001", b"QDi.00I"),
        b"".join(lines)[:-5],
        b"[]\n",
        b"\xff\n",
    ):
        place.write_bytes(damaged)
        with pytest.raises(ListError, match="damaged"):
            store.events()
    assert read_events(b"".join(lines), where="")[0].previous == ""
    assert appended(b"", event(), where="")[0].previous == ""


def test_the_alerts_raised_meanwhile() -> None:
    def alert(day: str, customer: str, entity_id: str = "un_sc:QDi.002", where: str = "receipts") -> Alert:
        return Alert(raised_at=f"{day}T12:00:00Z", customer=customer, entity_id=entity_id, where=where)

    receipts = [alert("2030-03-02", "C-2"), alert("2030-03-01", "C-1"), alert("2030-03-03", "C-3", "un_sc:QDi.001")]
    bases = [alert("2030-02-01", "C-4", where="base"), alert("2030-03-01", "C-1"), alert("2030-03-09", "C-5")]
    void = event(holds_from="2030-03-01", recorded_at="2030-03-05T00:00:00+00:00")
    assert [each.customer for each in alerts_meanwhile(void, [receipts, bases])] == ["C-1", "C-2"]
    from_the_start = msgspec.structs.replace(void, holds_from="")
    assert [each.customer for each in alerts_meanwhile(from_the_start, [receipts, bases])] == ["C-4", "C-1", "C-2"]
