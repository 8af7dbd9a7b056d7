"""``tajfif rescreen``, as it is called."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tajfif.cli import main


@pytest.fixture
def home(tmp_path: Path) -> Path:
    load(tmp_path, "r1,Quirinus Al-Nullus\n")
    (tmp_path / "people.csv").write_text("id,name\nc1,Quirinus Al-Nullus\nc2,Wulfstan Fictor\n", encoding="utf-8")
    return tmp_path


def load(folder: Path, rows: str) -> None:
    (folder / "own.csv").write_text("id,name\n" + rows, encoding="utf-8")
    assert main(["--home", str(folder / "w"), "lists", "load", "--source", "own", str(folder / "own.csv")]) == 0


def run(home: Path, *words: str) -> int:
    return main(["--home", str(home / "w"), "rescreen", *words])


def test_new_then_nothing_then_gone(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    people = str(home / "people.csv")
    capsys.readouterr()
    assert run(home, people) == 1
    (line,) = capsys.readouterr().out.splitlines()
    change = json.loads(line)
    assert (change["kind"], change["customer"], change["hit"]["entity_id"]) == ("new", "c1", "own:r1")
    assert run(home, people) == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "need not be read again" in captured.err
    load(home, "r1,Quirinus Al-Nullus\nr2,Wulfstan Fictor\n")
    capsys.readouterr()
    assert run(home, "--base", "people", "--format", "table", "--lang", "ar") == 1
    shown = capsys.readouterr().out
    assert "Wulfstan Fictor" in shown
    assert "جديد" in shown


@pytest.mark.parametrize("name", ["out.csv", "out.parquet", "out.jsonl"])
def test_it_is_written_to_a_file(home: Path, name: str) -> None:
    assert run(home, str(home / "people.csv"), "--out", str(home / name)) == 1
    assert (home / name).stat().st_size > 0


def test_a_row_that_cannot_be_read_is_said_each_time(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "people.csv").write_text("id,name\nc1,\nc2,Wulfstan Fictor\n", encoding="utf-8")
    for _ in range(2):
        assert run(home, str(home / "people.csv")) == 2
        assert "NOT screened" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [[], ["-"], ["--base", "../x"], ["--base", "never"], ["people.csv", "--format", "parquet"]]
)
def test_wrong_usage(home: Path, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(home, *words) == 2
    assert capsys.readouterr().err.startswith("error: ")
