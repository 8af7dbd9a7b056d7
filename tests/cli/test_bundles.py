"""``tajfif lists export`` and ``tajfif lists import``, and a receipt replayed where its lists were imported."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tajfif.cli import main

Run = Callable[..., tuple[int, str, str]]

LIST = "id,name,schema\na1,Inventus Mirabilis Nemo,Person\nb2,زيد المثالي الخيالي,Person\n"


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*words: str | Path, home: str = "online") -> tuple[int, str, str]:
        code = main(["--home", str(tmp_path / home), *map(str, words)])
        return code, *capsys.readouterr()

    (tmp_path / "own.csv").write_text(LIST, encoding="utf-8")
    run("lists", "load", "--source", "own", tmp_path / "own.csv")
    return run


def test_lists_are_carried_over(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "b.bundle"
    code, out, _ = run("lists", "export", path)
    made = json.loads(out)
    assert (code, made["sequence"], made["files"], made["bytes"]) == (0, 1, 2, path.stat().st_size)
    code, out, messages = run("lists", "import", path, home="offline")
    assert (code, out) == (3, "")
    assert f"not known here: {made['key']}" in messages
    code, out, messages = run("lists", "import", path, "--key", made["key"], home="offline")
    assert (code, json.loads(out)["added"][0]["source"]) == (0, "own")
    assert "1 versions are new, 0 were here" in messages
    versions = [json.loads(run("lists", "versions", home=home)[1])["sha256"] for home in ("online", "offline")]
    assert versions[0] == versions[1]


def test_receipt_is_replayed_where_its_lists_were_imported(run: Run, tmp_path: Path) -> None:
    run("screen", "--name", "Sempronius Bibulus", "--receipt", tmp_path / "r")
    (receipt,) = (tmp_path / "r").glob("*.receipt.json")
    assert run("receipt", "replay", receipt, home="offline")[0] == 3
    run("lists", "export", tmp_path / "b")
    assert run("lists", "import", tmp_path / "b", "--trust", home="offline")[0] == 0
    assert run("receipt", "replay", receipt, home="offline")[0] == 0
    assert run("receipt", "verify", receipt, home="offline")[0] == 0  # the key that was trusted is known


def test_tables_and_wrong_usage(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "b"
    assert "sequence" in run("lists", "export", path, "--format", "table")[1]
    assert "own" in run("lists", "import", path, "--trust", "--format", "table", home="offline")[1]
    assert run("lists", "export", path, "--since", "x", "--base", path)[0] == 2
    assert run("lists", "import", path, "--trust", "--key", "x")[0] == 2
    assert run("lists", "import", tmp_path / "nowhere")[0] == 2
    assert run("lists", "export", tmp_path / "no" / "place")[0] == 2
    assert run("lists", "export", tmp_path / "c", home="empty")[0] == 2
