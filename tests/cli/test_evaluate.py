"""``tajfif evaluate`` on a list of two invented parties."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tajfif.cli import main
from tajfif.lists.store import ListStore

ROWS = "id,schema,name\n1,Person,Qutayba Shirwan al-Mithali\n2,Company,Samarqandia Exchange Co. Ltd\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    path = tmp_path / "own.csv"
    path.write_text(ROWS, encoding="utf-8")
    ListStore(tmp_path / "home").load("own", path)
    return tmp_path / "home"


def run(home: Path, *words: str) -> int:
    return main(["--home", str(home), "evaluate", "--records", "200", "--workers", "1", *words])


def test_a_pipe_gets_json_lines(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(home) == 0
    output = capsys.readouterr()
    lines = [json.loads(line) for line in output.out.splitlines()]
    assert lines[0]["kind"] == "run"
    assert lines[0]["lists"][0]["source"] == "own"
    assert {line["kind"] for line in lines} == {"run", "sum", "manipulation", "population"}
    asked = sum(line["recall"]["found"]["of"] for line in lines if line["kind"] == "manipulation")
    assert asked + lines[0]["false_alerts"]["of"] == lines[0]["records"]
    assert "different questions, not 200" in output.err


def test_a_sweep_shows_thresholds(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(home, "--threshold-sweep", "--threshold", "0.62") == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert 0.62 in [line["threshold"] for line in lines if line["kind"] == "threshold"]
    assert lines[0]["engine"]["policy"]["threshold"] == 0.62


@pytest.mark.parametrize(("lang", "words"), [("en", "as the list has it"), ("ar", "كما في القائمة")])
def test_tables_in_both_languages(home: Path, capsys: pytest.CaptureFixture[str], lang: str, words: str) -> None:
    assert run(home, "--format", "table", "--lang", lang, "--threshold-sweep") == 0
    output = capsys.readouterr().out
    assert words in output
    assert "0.7" in output


def test_reports_are_written_and_are_the_same_again(home: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert run(home, "--out", str(tmp_path / name / "deep")) == 0
    for name in ("report.html", "report.json"):
        first, second = ((tmp_path / each / "deep" / name).read_bytes() for each in ("one", "two"))
        assert first == second
        assert b"own" in first


def test_what_cannot_be_done_is_said(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(home, "--records", "5") == 2
    assert run(home, "--threshold", "2") == 2
    assert run(home, "--list", "us_ofac") == 3
    assert run(home, "--list", "nowhere") == 2
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert run(home, "--out", str(tmp_path / "file")) == 2
    assert "Traceback" not in capsys.readouterr().err
