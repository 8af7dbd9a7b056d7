from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tajfif.cli import main
from tajfif.lists.catalogue import SOURCES
from tajfif.lists.snapshot import BUNDLED

Run = Callable[..., tuple[int, str, str]]

OLD = (
    "id,name,nationality\na1,Inventus Nemo,SY\nb2,اسم مختلق,IQ\nc3,Nullus Omnis,TN\n"
    + "d4,Quidam Alter,\ne5,Tertius Nemo,\n"
)
NEW = OLD.replace("e5,Tertius Nemo,\n", "f6,Quartus Nemo,\n").replace("Nullus Omnis,TN", "Nullus Omnino,TN")


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in a workspace of its own; return its exit code, stdout and stderr."""

    def run(*words: str | Path) -> tuple[int, str, str]:
        code = main(["--home", str(tmp_path / "home"), *map(str, words)])
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def lists(tmp_path: Path) -> tuple[Path, Path]:
    """Two versions of an invented list."""
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    old.write_text(OLD, encoding="utf-8")
    new.write_text(NEW, encoding="utf-8")
    return old, new


def records(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_load_reports_on_one_line_of_json_in_a_pipe(run: Run, lists: tuple[Path, Path]) -> None:
    code, out, messages = run("lists", "load", "--source", "own", lists[0])
    assert code == 0
    (report,) = records(out)
    assert report["version"]["entries"] == 5
    assert (report["changed"], report["serving"], report["added"]) == (True, True, 5)
    assert any("day of loading" in notice for notice in report["notices"])
    assert "notice: " in messages


def test_load_as_a_table(run: Run, lists: tuple[Path, Path]) -> None:
    code, out, _ = run("lists", "load", "--source", "own", lists[0], "--format", "table")
    assert code == 0
    assert "loaded, serves" in out
    code, out, _ = run("lists", "load", "--source", "own", lists[0], "--format", "table")
    assert "unchanged, serves" in out


def test_versions_shows_the_snapshot_with_its_age_when_nothing_is_loaded(run: Run) -> None:
    code, out, messages = run("lists", "versions")
    assert code == 0
    (version,) = records(out)
    assert version["bundled"]
    assert version["serving"]
    assert version["sha256"] == BUNDLED.sha256
    assert version["age_days"] > 500
    assert "warning: no list is loaded" in messages
    assert "2025-04-19" in messages
    assert "tajfif lists load --source un_sc FILE" in messages
    assert "bundled snapshot, serves" in run("lists", "versions", "--format", "table")[1]


def test_versions_shows_history_and_what_serves(run: Run, lists: tuple[Path, Path]) -> None:
    for path in lists:
        assert run("lists", "load", "--source", "own", path)[0] == 0
    code, out, messages = run("lists", "versions")
    assert code == 0
    assert [each["serving"] for each in records(out)] == [False, True]
    assert [each["files"][0]["name"] for each in records(out)] == ["old.csv", "new.csv"]
    assert messages == ""
    table = run("lists", "versions", "--format", "table")[1]
    assert "kept as history" in table
    assert "serves" in table


def test_diff_names_every_change(run: Run, lists: tuple[Path, Path]) -> None:
    old, new = (records(run("lists", "load", "--source", "own", path)[1])[0]["version"]["sha256"] for path in lists)
    code, out, messages = run("lists", "diff", old[:12], new[:12])
    assert code == 0
    changes = records(out)
    assert [(each["change"], each["reference"]) for each in changes] == [
        ("added", "f6"),
        ("removed", "e5"),
        ("amended", "c3"),
    ]
    assert changes[2]["changes"][0]["field"] == "names"
    assert changes[0]["entity"]["names"][0]["value"] == "Quartus Nemo"
    assert "1 added, 1 removed, 1 amended" in messages
    table = run("lists", "diff", old[:12], new[:12], "--format", "table")[1]
    for word in ("added", "removed", "amended", "names", "Nullus Omnis", "Nullus Omnino"):
        assert word in table


def test_sources_shows_the_catalogue(run: Run) -> None:
    code, out, _ = run("lists", "sources")
    assert code == 0
    assert [each["key"] for each in records(out)] == list(SOURCES)
    table = run("lists", "sources", "--format", "table")[1]
    assert all(key in table for key in SOURCES)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["lists", "load", "--source", "nope", "{file}"], 2, "us_ofac_cons"),
        (["lists", "load", "--source", "own", "{folder}/absent.csv"], 2, "does not exist"),
        (["lists", "load", "{file}"], 2, "--source"),
        (["lists", "load", "--source", "un_sc", "{file}"], 3, "line 1"),
        (["lists", "diff", "un_sc@1999-01-01", "un_sc@2025-04-19"], 3, "no version"),
        (["lists", "diff", "?", "un_sc@2025-04-19"], 2, "does not name a version"),
        (["lists", "versions", "--format", "csv"], 2, "--format"),
        (["nonsense"], 2, "nonsense"),
        (["--nonsense"], 2, "--nonsense"),
    ],
)
def test_a_wrong_call_is_a_message_and_an_exit_code(
    run: Run, lists: tuple[Path, Path], words: list[str], code: int, message: str
) -> None:
    filled = [word.format(file=lists[0], folder=lists[0].parent) for word in words]
    found, out, messages = run(*filled)
    assert found == code
    assert message in messages
    assert "Traceback" not in messages
    assert out == ""


def test_a_list_that_lost_entries_is_refused_unless_accepted(
    run: Run, lists: tuple[Path, Path], tmp_path: Path
) -> None:
    run("lists", "load", "--source", "own", lists[0])
    short = tmp_path / "short.csv"
    short.write_text("".join(OLD.splitlines(keepends=True)[:4]), encoding="utf-8")
    code, out, messages = run("lists", "load", "--source", "own", short)
    assert (code, out) == (3, "")
    assert "lacks 2 of the 5" in messages
    assert run("lists", "load", "--source", "own", short, "--accept-loss")[0] == 0


def test_the_version_of_the_program(run: Run) -> None:
    code, out, _ = run("--version")
    assert code == 0
    assert out.startswith("tajfif 0.")
