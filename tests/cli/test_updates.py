"""``tajfif lists update`` and what goes with it, on the command line, against a server on this machine."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tajfif.cli import main
from tajfif.lists.store import ListStore
from tests.lists.publisher import Publisher, publishing, serves, status

TODAY = datetime.now(UTC).date()
LIST = """<?xml version="1.0" encoding="UTF-8"?>
<CONSOLIDATED_LIST dateGenerated="{day}T00:00:00.000Z"><INDIVIDUALS>{people}</INDIVIDUALS><ENTITIES/></CONSOLIDATED_LIST>
"""
PERSON = (
    "<INDIVIDUAL><DATAID>{n}</DATAID><FIRST_NAME>{name}</FIRST_NAME><UN_LIST_TYPE>Invented</UN_LIST_TYPE>"
    "<REFERENCE_NUMBER>ZZi.{n}</REFERENCE_NUMBER><LISTED_ON>2001-01-02</LISTED_ON></INDIVIDUAL>"
)
FIRST = ("Inventus Mirabilis Nemo", "Nullus Omnis Quidam")


def un_list(back: int, *names: str) -> bytes:
    people = "".join(PERSON.format(n=number, name=name) for number, name in enumerate(names, 1))
    return LIST.format(day=day(back), people=people).encode()


def day(back: int) -> str:
    return (TODAY - timedelta(days=back)).isoformat()


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with publishing() as server:
        yield server


@pytest.fixture
def home(tmp_path: Path, publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    monkeypatch.setenv("TAJFIF_HOME", str(home))
    load(home, tmp_path, 1)
    (home / "config.toml").write_text(f'[sources.un_sc]\naddresses = ["{publisher.at("/un.xml")}"]\n')
    return home


def load(home: Path, tmp_path: Path, back: int) -> None:
    path = tmp_path / "un.xml"
    path.write_bytes(un_list(back, *FIRST))
    ListStore(home).load("un_sc", path)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, list[dict[str, Any]], str]]:
    def call(*words: str) -> tuple[int, list[dict[str, Any]], str]:
        code = main(words)
        out, err = capsys.readouterr()
        return code, [json.loads(line) for line in out.splitlines()], err

    return call


Run = Callable[..., tuple[int, list[dict[str, Any]], str]]


def test_update_status_log(home: Path, publisher: Publisher, run: Run) -> None:
    publisher.on("/un.xml", serves(un_list(0, *FIRST, "Quartus Tertius Alter"), etag='"2"'))
    code, [record], _ = run("lists", "update")
    assert (code, record["outcome"], record["serves"], record["added"]) == (0, "updated", f"un_sc@{day(0)}", 1)
    assert run("lists", "update", "un_sc")[1][0]["outcome"] == "unchanged"
    code, [record], err = run("lists", "status")
    assert (code, record["stale"], record["last_outcome"], record["max_age_days"], err) == (
        0,
        False,
        "unchanged",
        7,
        "",
    )
    assert record["last_success"] == record["last_attempt"] != ""
    code, records, _ = run("lists", "log")
    assert (code, [each["outcome"] for each in records]) == (0, ["updated", "unchanged"])
    assert run("lists", "log", "us_ofac")[:2] == (0, [])


def test_a_failed_update_says_what_serves_and_how_old_it_is(home: Path, publisher: Publisher, run: Run) -> None:
    publisher.on("/un.xml", serves(b"<!DOCTYPE html><html>Sign in</html>"))
    code, [record], err = run("lists", "update")
    assert (code, record["outcome"], record["stale"]) == (3, "failed", False)
    assert "[kind] the server sent a web page" in err
    assert f"un_sc@{day(1)} goes on serving, 1 days old" in err
    assert run("screen", "--name", "Inventus Mirabilis Nemo")[0] == 1
    assert run("screen", "--name", "Somebody Else Entirely")[0] == 0
    assert run("lists", "status")[0] == 0


def test_tables_name_every_outcome(home: Path, publisher: Publisher, capsys: pytest.CaptureFixture[str]) -> None:
    publisher.on("/un.xml", status(404))
    assert main(["lists", "update", "un_sc", "qa_nctc", "--max-age-days", "0", "--format", "table"]) == 3
    out, err = capsys.readouterr()
    assert "by-hand" in out
    assert "1 STALE" in out
    assert "un_sc is STALE" in err
    assert "qa_nctc: no version is loaded" in err
    for command in (["log"], ["status"]):
        main(["lists", *command, "--format", "table"])
        assert "failed" in capsys.readouterr().out


def test_past_the_policy_screening_says_stale_and_ends_with_3(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    home = tmp_path / "old"
    monkeypatch.setenv("TAJFIF_HOME", str(home))
    load(home, tmp_path, 8)
    code, [result], err = run("screen", "--name", "Somebody Else Entirely")
    assert (code, result["status"]) == (3, "clear")
    assert "un_sc is STALE" in err
    assert run("screen", "--name", "Inventus Mirabilis Nemo")[0] == 1
    customers = tmp_path / "customers.csv"
    customers.write_text("name\nSomebody Else Entirely\n", encoding="utf-8")
    assert run("screen", str(customers))[0] == 3
    code, [record], err = run("lists", "status")
    assert (code, record["stale"], record["age_days"]) == (3, True, 8)
    assert "STALE: un_sc" in err
    assert run("lists", "status", "--max-age-days", "8")[0] == 0


def test_the_bundled_snapshot_is_stale_to_those_who_ask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.setenv("TAJFIF_HOME", str(tmp_path / "empty"))
    code, [record], _ = run("lists", "status")
    assert (code, record["bundled"], record["stale"]) == (3, True, True)


def test_a_finding_is_accepted(home: Path, publisher: Publisher, run: Run) -> None:
    publisher.on("/un.xml", serves(un_list(9, *FIRST)))
    code, _, err = run("lists", "update")
    assert code == 3
    assert "tajfif lists update un_sc --accept older" in err
    code, [record], err = run("lists", "update", "--accept", "older")
    assert (code, record["outcome"], record["serves"]) == (0, "updated", f"un_sc@{day(1)}")
    assert "accepted: [older]" in err
    assert run("lists", "update", "--accept", "everything")[0] == 2


def test_roll_back_and_restore(home: Path, publisher: Publisher, run: Run) -> None:
    assert run("lists", "rollback", "un_sc")[0] == 3
    publisher.on("/un.xml", serves(un_list(0, *FIRST, "Quartus Tertius Alter")))
    run("lists", "update")
    assert run("screen", "--name", "Quartus Tertius Alter")[0] == 1
    code, [record], err = run("lists", "rollback", "un_sc", "--reason", "an invented mistake")
    assert (code, record["withdrawn"]["withdrawn_because"]) == (0, "an invented mistake")
    assert record["serves"]["version"]["published"] == day(1)
    assert run("screen", "--name", "Quartus Tertius Alter")[0] == 0
    code, [record], err = run("lists", "update")
    assert (code, record["outcome"]) == (0, "withheld")
    assert "an invented mistake" in err
    code, [record], _ = run("lists", "restore", f"un_sc@{day(0)}")
    assert (code, record["serves"]["version"]["published"]) == (0, day(0))
    assert run("screen", "--name", "Quartus Tertius Alter")[0] == 1
    for command in (["rollback", "un_sc"], ["restore", f"un_sc@{day(0)}"]):
        assert main(["lists", *command, "--format", "table"]) == 0
