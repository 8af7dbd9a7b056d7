"""A screening made again gives the same bytes, or says what is different."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import pytest

from tajfif.config import Settings
from tajfif.errors import InputError, ListError, ListMissingError
from tajfif.lists.store import ListStore
from tajfif.model import Name, ScreeningResult, Subject
from tajfif.screening.receipt_files import BatchWriter, write_receipt
from tajfif.screening.receipts import Circumstances, circumstances_of
from tajfif.screening.replay import replay_batch, replay_one
from tajfif.screening.screener import Screener
from tajfif.signing import SigningKey, sealed

OLD = (
    "id,name,schema\na1,Inventus Mirabilis Nemo,Person\nb2,زيد المثالي الخيالي,Person\nc3,Nullus Omnis Quidam,Person\n"
)
NEW = OLD.replace("Nullus Omnis Quidam", "Quartus Tertius Alter")
NAMES = ("Inventus Mirabilis Nemo", "زيد المثالي الخيالي", "Sempronius Bibulus Agricola", "Nullus Omnis Quidam")

Screened = tuple[Screener, list[ScreeningResult], Circumstances]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    load(folder, OLD)
    return folder


def load(home: Path, text: str) -> None:
    path = home.parent / "own.csv"
    path.write_text(text, encoding="utf-8")
    ListStore(home).load("own", path, accept_loss=True)


def screened(home: Path, names: Sequence[str] = NAMES, settings: Settings | None = None, lang: str = "en") -> Screened:
    screener = Screener.open(home, settings=settings)
    subjects = [
        Subject(id=f"C-{number}", names=(Name(value=name),), schema="Person") for number, name in enumerate(names)
    ]
    results = list(screener.screen_many(subjects, lang=lang))
    run = circumstances_of(home, screener.lists, screener.engine, screener.settings, lang=lang)
    return screener, results, run


def receipt(home: Path, name: str, settings: Settings | None = None, lang: str = "en") -> Path:
    _, (result,), run = screened(home, [name], settings, lang)
    return write_receipt(home.parent / "receipts", result, run, SigningKey.of_workspace(home))


def batch(home: Path) -> Path:
    _, results, run = screened(home)
    with BatchWriter(home.parent / "receipts", run, SigningKey.of_workspace(home)) as writer:
        for result in results:
            writer.add(result)
    return writer.place


def resigned(path: Path, home: Path, change: Callable[[dict[str, object]], None]) -> None:
    """Write a receipt that says something else, signed rightly."""
    record = json.loads(path.read_bytes().splitlines()[0])
    change(record)
    path.write_bytes(sealed(SigningKey.of_workspace(home), msgspec.json.encode(record)))


@pytest.mark.parametrize("name", NAMES[:3])
@pytest.mark.parametrize("lang", ["en", "ar"])
def test_answer_is_the_same_to_the_byte_clean_ones_included(home: Path, name: str, lang: str) -> None:
    again = replay_one(receipt(home, name, lang=lang), home)
    assert (again.same, again.differs) == (True, ())
    assert again.status == ("clear" if name == NAMES[2] else "alert")


def test_settings_of_the_receipt_count(home: Path) -> None:
    path = receipt(home, "Inventus Mirabilis Nemo", Settings(threshold=1.0, limit=3))
    assert replay_one(path, home).same


def test_snapshot_can_be_replayed_even_when_a_list_is_loaded_later(tmp_path: Path) -> None:
    path = receipt(tmp_path / "empty", "Inventus Mirabilis Nemo")
    load(tmp_path / "empty", OLD)
    assert replay_one(path, tmp_path / "empty").same


def test_lists_of_then_are_searched_not_those_of_now(home: Path) -> None:
    before = receipt(home, "Nullus Omnis Quidam")
    load(home, NEW)
    after = receipt(home, "Nullus Omnis Quidam")
    then, now = replay_one(before, home), replay_one(after, home)
    assert (then.same, then.status) == (True, "alert")
    assert (now.same, now.status) == (True, "clear")


def test_batch_is_replayed_in_its_order(home: Path) -> None:
    place = batch(home)
    load(home, NEW)
    found = list(replay_batch(place, home))
    assert [one.number for one in found] == [0, 1, 2, 3]
    assert [one.status for one in found] == ["alert", "alert", "clear", "alert"]
    assert all(one.same for one in found)


def test_what_was_told_wrongly_is_named(home: Path) -> None:
    path = receipt(home, "Inventus Mirabilis Nemo")

    def clean(record: dict[str, object]) -> None:
        record["answer"] |= {"status": "clear", "hits": []}  # type: ignore[operator]

    resigned(path, home, clean)
    again = replay_one(path, home)
    assert not again.same
    assert "status: clear in the receipt, alert now" in again.differs
    assert "hit own:a1: not in the receipt, found now" in again.differs


def test_another_engine_and_other_tables_are_named(home: Path) -> None:
    path = receipt(home, "Sempronius Bibulus Agricola")

    def older(record: dict[str, object]) -> None:
        record["run"]["engine"] |= {"version": "0.0.1", "tables": "0" * 64}  # type: ignore[index]

    resigned(path, home, older)
    again = replay_one(path, home)
    assert [part.partition(":")[0] for part in again.differs] == ["engine version", "learned tables"]


def test_other_score_is_named_to_the_field(home: Path) -> None:
    path = receipt(home, "Inventus Mirabilis Nemo")

    def other(record: dict[str, object]) -> None:
        record["answer"]["hits"][0]["score"] = 0.75  # type: ignore[index]

    resigned(path, home, other)
    assert any(part.startswith("hit own:a1 score: 0.75 in the receipt") for part in replay_one(path, home).differs)


def test_without_private_part_nobody_is_screened_again(home: Path) -> None:
    path, place = receipt(home, "Inventus Mirabilis Nemo"), batch(home)
    path.with_name(path.name.replace(".receipt.", ".private.")).unlink()
    (place / "private.jsonl").unlink()
    with pytest.raises(InputError, match="without the private part"):
        replay_one(path, home)
    with pytest.raises(InputError, match="without the private part"):
        list(replay_batch(place, home))


def test_list_that_was_never_here_or_is_damaged_is_said(home: Path, tmp_path: Path) -> None:
    path = receipt(home, "Inventus Mirabilis Nemo")
    with pytest.raises(ListMissingError, match=r"own@.* never had"):
        replay_one(path, tmp_path / "elsewhere")
    (stored,) = (home / "lists" / "parsed").iterdir()
    stored.chmod(0o600)
    stored.write_bytes(stored.read_bytes()[:-1])
    for index in (home / "index").iterdir():
        index.rename(tmp_path / index.name)
    with pytest.raises(ListError, match="damaged"):
        replay_one(path, home)


def test_settings_of_a_later_program_are_said(home: Path) -> None:
    path = receipt(home, "Inventus Mirabilis Nemo")

    def later(record: dict[str, object]) -> None:
        record["run"]["settings"] |= {"invented": True}  # type: ignore[index]

    resigned(path, home, later)
    with pytest.raises(InputError, match="settings that this version"):
        replay_one(path, home)
