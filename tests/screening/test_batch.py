from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tajfif.errors import InputError
from tajfif.model import Name, Subject
from tajfif.screening import Screener, batch

NAMES = (
    "Aymen Ezzaouahiri",
    "أيمن الظواهري",
    "Qutayba Mithali",
    "محمد أحمد علي",
    "Samarqandia Exchange",
    "Jane Example",
)


def subjects(count: int) -> list[Subject]:
    return [Subject(id=str(i), names=(Name(value=NAMES[i % len(NAMES)]),), schema="Person") for i in range(count)]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(batch, "FIRST", 3)
    monkeypatch.setattr(batch, "PORTION", 4)
    return tmp_path / "home"


def test_several_processes_give_the_bytes_of_one(home: Path) -> None:
    screener = Screener.open(home)
    one = msgspec.json.encode(list(screener.screen_many(subjects(31))))
    two = msgspec.json.encode(list(screener.screen_many(subjects(31), workers=2)))
    assert one == two
    assert b'"alert"' in one


def test_an_error_in_another_process_is_raised_here(home: Path) -> None:
    wrong = [*subjects(9), Subject(id="x", names=(Name(value="a" * 5000),))]
    with pytest.raises(InputError, match=r"1,?000"):
        list(Screener.open(home).screen_many(wrong, workers=2))


def test_who_stops_reading_stops_the_work(home: Path) -> None:
    results = Screener.open(home).screen_many(subjects(400), workers=2)
    for _ in range(10):
        next(results)
    results.close()  # type: ignore[attr-defined]


def test_an_index_that_was_not_saved_is_searched_in_one_process(home: Path) -> None:
    screener = Screener(Screener.open(home)._index)
    assert len(list(screener.screen_many(subjects(12), workers=2))) == 12
