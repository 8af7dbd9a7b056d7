"""The lists as of another day, and what was put right, on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tajfif.cli import main
from tajfif.lists.store import ListStore

OLD = "id,name,listed_on\na1,Inventus Mirabilis Nemo,2020-01-01\nb2,Nullus Omnis Quidam,2020-02-01\n"
NEW = "id,name,listed_on\na1,Inventus Mirabilis Nemo,2020-01-01\nc3,Quartus Tertius Alter,2020-03-01\n"
Run = Callable[..., tuple[int, list[dict[str, Any]]]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    monkeypatch.setenv("TAJFIF_HOME", str(home))
    path = tmp_path / "own.csv"
    path.write_text(OLD, encoding="utf-8")
    ListStore(home).load("own", path)
    return home


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str) -> tuple[int, list[dict[str, Any]]]:
        code = main([*arguments, "--format", "jsonl"])
        return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return call


def test_a_name_as_of_a_day(run: Run) -> None:
    code, (result,) = run("screen", "--name", "Nullus Omnis Quidam", "--as-of", "2020-01-31")
    assert (code, result["status"], result["as_of"]) == (0, "clear", "2020-01-31")
    code, (result,) = run("screen", "--name", "Nullus Omnis Quidam", "--as-of", "2020-02-01")
    assert (code, result["status"]) == (1, "alert")
    assert result["hits"][0]["list_version"]
    code, (result,) = run("screen", "--name", "Nullus Omnis Quidam")
    assert (code, "as_of" in result, "known_at" in result) == (1, False, False)


def test_the_times_are_in_tables_and_csv(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    today = datetime.now(UTC).date().isoformat()
    asked = ["screen", "--name", "Nullus Omnis Quidam", "--as-of", "2020-02-01", "--known-at", today]
    assert main([*asked, "--format", "table"]) == 1
    out = capsys.readouterr().out
    assert "As listed on 2020-02-01" in out
    assert f"As known at {today}" in out
    main([*asked, "--format", "table", "--lang", "ar"])
    assert "بحسب الإدراج في يوم 2020-02-01" in capsys.readouterr().out
    main([*asked, "--format", "csv"])
    assert f"; as_of 2020-02-01; known_at {today}" in capsys.readouterr().out


def test_before_anything_was_loaded_the_snapshot_was_known_and_before_that_nothing(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["screen", "--name", "Nullus Omnis Quidam", "--known-at", "2025-06-01"]) == 0
    assert "bundled snapshot" in capsys.readouterr().err
    assert main(["screen", "--name", "Nullus Omnis Quidam", "--known-at", "2019-01-01"]) == 3
    assert "no list was known at 2019-01-01" in capsys.readouterr().err
    assert main(["lists", "entries", "own", "--known-at", "2025-06-01"]) == 3
    assert main(["screen", "--name", "X Y", "--as-of", "sometime"]) == 2
    assert main(["screen", "--name", "X Y", "--known-at", "sometime"]) == 2


def test_versions_known_at(run: Run) -> None:
    _, versions = run("lists", "versions", "--known-at", "2025-06-01")
    assert [(each["source"], each["bundled"], each["serving"]) for each in versions] == [("un_sc", True, True)]
    _, versions = run("lists", "versions", "--known-at", "2019-01-01")
    assert versions == []


def test_entries_as_of_a_day(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    _, found = run("lists", "entries", "own", "--as-of", "2020-01-31")
    assert [each["entity"]["id"] for each in found] == ["own:a1"]
    assert found[0]["as_of"] == "2020-01-31"
    assert main(["lists", "entries", "own", "--format", "table"]) == 0
    shown = capsys.readouterr()
    assert "Nullus Omnis Quidam" in shown.out
    assert "2 entries" in shown.err
    assert main(["lists", "entries", "own", "--as-of", "2020-01-31", "--reference", "a1"]) == 2
    assert main(["lists", "entries", "nobody"]) == 2
    assert main(["lists", "entries", "un_sc"]) == 3


def test_a_hit_on_a_corrected_entry_says_so(run: Run) -> None:
    run("lists", "correct", "own", "b2", "--set", "birthDate=1970-05-01", "--note", "Gazette 7")
    _, (result,) = run("screen", "--name", "Nullus Omnis Quidam", "--birth-date", "1970-05-01")
    assert result["hits"][0]["flags"] == ["corrected"]
    assert "agrees" in [one["verdict"] for one in result["hits"][0]["evidence"] if one["property"] == "birthDate"]
    _, (result,) = run("screen", "--name", "Inventus Mirabilis Nemo")
    assert "corrected" not in result["hits"][0].get("flags", [])


def test_what_became_of_an_entry(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("lists", "correct", "own", "b2", "--set", "birthDate=1970-05-01", "--note", "Gazette 7")
    code, steps = run("lists", "entries", "own", "--reference", "b2")
    assert code == 0
    assert [(step["change"], step["on"]) for step in steps] == [("listed", "2020-02-01"), ("correction", "")]
    assert steps[1]["note"] == "Gazette 7"
    assert all(step["known_at"] for step in steps)
    assert main(["lists", "entries", "own", "--reference", "b2", "--format", "table"]) == 0
    assert "birthDate" in capsys.readouterr().out
    assert main(["lists", "entries", "own", "--reference", "z9"]) == 2


def test_a_retraction_names_the_alerts_raised_meanwhile(
    run: Run, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    receipts = tmp_path / "receipts"
    customers = tmp_path / "customers.csv"
    customers.write_text("id,name\nC-1,Nullus Omnis Quidam\nC-2,Sempronius Agricola\n", encoding="utf-8")
    run("screen", str(customers), "--receipt", str(receipts))
    run("screen", "--name", "Nullus Omnis Quidam", "--receipt", str(receipts))
    (receipts / "broken.receipt.json").write_text("{}\n{}\n", encoding="utf-8")
    asked = ("lists", "correct", "own", "b2", "--retract", "--note", "void")
    code, (event, *alerts) = run(*asked, "--receipts", str(receipts))
    assert code == 1
    assert event["event"]["kind"] == "retraction"
    first, second = sorted(each["alert"]["customer"] for each in alerts)
    assert first == "C-1"
    assert second.startswith("commitment "), "nobody gave an id"
    code, (result,) = run("screen", "--name", "Nullus Omnis Quidam")
    assert (code, result["status"]) == (0, "clear")
    _, (recorded,) = run("lists", "events")
    assert (recorded["id"], recorded["reference"]) == (event["id"], "b2")
    assert main(["lists", "events", "--format", "table"]) == 0
    assert "retraction" in capsys.readouterr().out
    assert main(["screen", "--name", "Nullus Omnis Quidam"]) == 0
    assert "is taken in" in capsys.readouterr().err
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    assert run("lists", "events", "--known-at", tomorrow)[1] == [recorded]
    assert run("lists", "events", "--known-at", "2025-01-01")[1] == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("b2",), "give either"),
        (("b2", "--retract", "--set", "name=X"), "give either"),
        (("b2", "--set", "name"), "is not PROPERTY=VALUE"),
        (("z9", "--retract"), "no entry"),
        (("b2", "--retract", "--receipts", "nowhere"), "no directory"),
        (("b2", "--retract", "--holds-from", "soon"), "neither a date"),
    ],
)
def test_wrong_usage(home: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str) -> None:
    assert main(["lists", "correct", "own", *arguments, "--note", "n"]) == 2
    assert message in capsys.readouterr().err
    assert ListStore(home).events() == ()
