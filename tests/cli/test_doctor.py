"""``tajfif doctor``, as it is called: each fault is caused, and said."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from tajfif.cli import main
from tajfif.compiled import CACHE_VARIABLE
from tajfif.lists.store import ListStore
from tajfif.screening.drill import run_drill
from tajfif.screening.health import Check, check_health
from tajfif.signing import SigningKey


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "own.csv").write_text("id,name\nr1,Quirinus Al-Nullus\nr2,Wulfstan Fictor\n", encoding="utf-8")
    place = tmp_path / "w"
    assert main(["--home", str(place), "lists", "load", "--source", "own", str(tmp_path / "own.csv")]) == 0
    return place


def found(home: Path, name: str) -> Check:
    return next(check for check in check_health(home) if check.name == name)


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_all_is_well(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["--home", str(home), "doctor"]) == 0
    captured = capsys.readouterr()
    checks = [json.loads(line) for line in captured.out.splitlines()]
    assert {check["state"] for check in checks} == {"ok"}
    assert {check["area"] for check in checks} == {"installation", "workspace", "lists"}
    assert "0 faults" in captured.err


def test_a_workspace_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--home", str(tmp_path / "none"), "doctor", "--format", "table", "--lang", "ar"]) == 0
    shown = capsys.readouterr().out
    assert "تحذير" in shown
    assert "not current" in " ".join(shown.split())
    assert not (tmp_path / "none").exists()


def test_a_list_past_its_age_is_a_fault(tmp_path: Path) -> None:
    old = tmp_path / "old.xml"
    old.write_text(
        '<CONSOLIDATED_LIST dateGenerated="2020-01-02T03:04:05Z"><INDIVIDUALS><INDIVIDUAL><DATAID>1</DATAID>'
        "<FIRST_NAME>Quirinus</FIRST_NAME><SECOND_NAME>Nullus</SECOND_NAME>"
        "<UN_LIST_TYPE>Invented</UN_LIST_TYPE><REFERENCE_NUMBER>XXi.001</REFERENCE_NUMBER>"
        "</INDIVIDUAL></INDIVIDUALS><ENTITIES/></CONSOLIDATED_LIST>",
        encoding="utf-8",
    )
    ListStore(tmp_path / "w").load("un_sc", old)
    check = found(tmp_path / "w", "list un_sc")
    assert (check.state, check.area) == ("fault", "lists")
    assert "2020-01-02" in check.found
    assert check.hint
    assert main(["--home", str(tmp_path / "w"), "doctor"]) == 3


def test_a_damaged_list_is_a_fault(home: Path) -> None:
    parsed = max((path for path in (home / "lists").rglob("*") if path.is_file()), key=lambda path: path.stat().st_size)
    changed = bytearray(parsed.read_bytes())
    changed[len(changed) // 2] ^= 0xFF
    parsed.chmod(0o644)
    parsed.write_bytes(changed)
    faults = [check for check in check_health(home) if check.state == "fault"]
    assert faults
    assert main(["--home", str(home), "doctor"]) == 3


def test_a_damaged_index_is_a_warning(home: Path, tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text("id,name\nc1,Oswin Fabula\n", encoding="utf-8")
    assert main(["--home", str(home), "screen", str(tmp_path / "one.csv")]) == 0
    assert found(home, "index").state == "ok"
    (index,) = (path for path in (home / "index").iterdir() if path.is_dir())
    for path in index.iterdir():
        path.write_bytes(b"not an index")
    check = found(home, "index")
    assert check.state == "warning"
    assert check.hint


def test_decisions_that_cannot_be_read_are_a_fault(home: Path) -> None:
    (home / "lists" / "merges.jsonl").write_text("{ not json\n", encoding="utf-8")
    assert found(home, "merges").state == "fault"


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are others there")
def test_a_key_that_others_may_read_is_a_fault(home: Path) -> None:
    SigningKey.of_workspace(home)
    assert found(home, "signing_key").state == "ok"
    (home / "keys" / "signing.key").chmod(0o644)
    check = found(home, "signing_key")
    assert check.state == "fault"
    assert "chmod 600" in check.hint


def test_a_cache_that_cannot_be_written_is_a_warning(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    monkeypatch.setitem(os.environ, CACHE_VARIABLE, str(tmp_path / "file" / "cache"))
    check = found(home, "compiled_cache")
    assert check.state == "warning"
    assert CACHE_VARIABLE in check.hint


def test_files_of_a_run_that_was_stopped_are_said(home: Path) -> None:
    left = home / "lists" / "incoming" / "half"
    left.parent.mkdir(parents=True, exist_ok=True)
    left.write_bytes(b"half a file")
    assert found(home, "incoming").state == "warning"


def test_a_drill_raises_its_alert_and_plants_nothing(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = content(home)
    capsys.readouterr()
    assert main(["--home", str(home), "doctor", "--drill", "--seed", "7"]) == 0
    captured = capsys.readouterr()
    drill = json.loads(captured.out)
    assert drill["passed"] is True
    assert (drill["control"], drill["lists"]) == ("clear", 0)
    assert drill["score"] > 0.7
    assert drill["listed"] not in captured.err
    assert content(home) == before


def test_a_drill_needs_no_list(tmp_path: Path) -> None:
    drill = run_drill(tmp_path / "none", seed=1)
    assert drill.passed
    assert not (tmp_path / "none").exists()


def test_another_seed_draws_another_name(tmp_path: Path) -> None:
    assert run_drill(tmp_path, seed=1).listed == run_drill(tmp_path, seed=1).listed
    assert run_drill(tmp_path, seed=1).listed != run_drill(tmp_path, seed=2).listed


def test_a_drill_without_an_alert_has_failed(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tajfif.screening.drill._plant", lambda folder, listed: None)
    assert main(["--home", str(home), "doctor", "--drill", "--format", "table"]) == 4
    captured = capsys.readouterr()
    assert "FAILED" in captured.out
    assert "FAILED" in captured.err


def test_a_seed_without_a_drill_is_refused(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--home", str(home), "doctor", "--seed", "7"]) == 2
    assert "--drill" in capsys.readouterr().err
