"""``tajfif screen --receipt`` and ``tajfif receipt``: made, verified, replayed, tampered with and refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tajfif.cli import main

Run = Callable[..., tuple[int, str, str]]

LIST = "id,name,schema\na1,Inventus Mirabilis Nemo,Person\nb2,زيد المثالي الخيالي,Person\n"
CUSTOMERS = "id,name,schema\nC-1,Inventus Mirabilis Nemo,Person\nC-2,Sempronius Bibulus,Person\nC-3,Zayd al-Mithali al-Khayali,Person\n"


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*words: str | Path, home: str = "home") -> tuple[int, str, str]:
        code = main(["--home", str(tmp_path / home), *map(str, words)])
        return code, *capsys.readouterr()

    path = tmp_path / "own.csv"
    path.write_text(LIST, encoding="utf-8")
    run("lists", "load", "--source", "own", path)
    return run


@pytest.fixture
def one(run: Run, tmp_path: Path) -> Path:
    code, _, messages = run("screen", "--name", "Sempronius Bibulus", "--receipt", tmp_path / "receipts")
    assert code == 0
    (path,) = (tmp_path / "receipts").glob("*.receipt.json")
    assert f"receipt: {path}" in messages
    return path


@pytest.fixture
def batch(run: Run, tmp_path: Path) -> Path:
    (tmp_path / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
    code, out, messages = run("screen", tmp_path / "customers.csv", "--receipt", tmp_path / "batches")
    assert code == 1
    (path,) = (tmp_path / "batches").iterdir()
    assert f"receipts: {path}" in messages
    statuses = [json.loads(line)["status"] for line in out.splitlines()]
    leaves = [json.loads(line)["answer"]["status"] for line in (path / "receipts.jsonl").read_text().splitlines()]
    assert leaves == statuses == ["alert", "clear", "alert"]
    return path


def records(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_receipts_are_verified_and_replayed(run: Run, one: Path, batch: Path) -> None:
    code, out, messages = run("receipt", "verify", one, batch)
    assert (code, [line["verdict"] for line in records(out)]) == (0, ["holds", "holds"])
    assert [(line["kind"], line["count"], line["private"]) for line in records(out)] == [
        ("receipt", 1, "fits"), ("batch", 3, "fits"),
    ]  # fmt: skip
    assert "2 of 2 hold" in messages
    code, out, messages = run("receipt", "replay", one, batch)
    assert (code, [line["same"] for line in records(out)]) == (0, [True] * 4)
    assert "4 give the same bytes, 0 do not" in messages


def test_table_results_have_receipts_too(run: Run, tmp_path: Path) -> None:
    (tmp_path / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
    run("screen", tmp_path / "customers.csv", "--receipt", tmp_path / "t", "--format", "table")
    (place,) = (tmp_path / "t").iterdir()
    assert len((place / "receipts.jsonl").read_bytes().splitlines()) == 3


def test_tampered_receipts_are_refused_with_the_reason(run: Run, one: Path, batch: Path) -> None:
    one.write_bytes(one.read_bytes().replace(b'"threshold":0.7', b'"threshold":0.9'))
    shown = batch / "receipts.jsonl"
    shown.write_bytes(shown.read_bytes().replace(b'"status":"alert"', b'"status":"clear"', 1))
    code, out, _ = run("receipt", "verify", one, batch)
    first, second = records(out)
    assert (code, first["verdict"], second["verdict"]) == (1, "refused", "refused")
    assert "signature does not fit" in first["reason"]
    assert "not the 3 that were signed" in second["reason"]
    code, _, messages = run("receipt", "replay", one)
    assert code == 2
    assert "signature does not fit" in messages


def test_only_a_known_key_is_believed(run: Run, one: Path, tmp_path: Path) -> None:
    code, out, _ = run("receipt", "verify", one, home="elsewhere")
    assert code == 1
    assert "not known here" in records(out)[0]["reason"]
    key = records(run("receipt", "key")[1])[0]
    for named in (key["key"], key["fingerprint"], key["file"]):
        assert run("receipt", "verify", one, "--key", named, home="elsewhere")[0] == 0
    other = records(run("receipt", "key", home="elsewhere")[1])[0]
    assert run("receipt", "verify", one, "--key", other["key"])[0] == 1
    assert run("receipt", "verify", one, "--key", "nobody")[0] == 2
    assert "PRIVATE" not in str(run("receipt", "key", "--format", "table"))


def test_one_of_a_batch_is_proven_without_the_others(run: Run, batch: Path, tmp_path: Path) -> None:
    code, out, _ = run("receipt", "prove", batch, "C-2", "--out", tmp_path / "proven")
    proven = records(out)[0]["receipt"]
    assert code == 0
    assert run("receipt", "verify", proven)[0] == 0
    assert run("receipt", "replay", proven)[0] == 0
    text = Path(proven).read_text(encoding="utf-8")
    assert "Sempronius" not in text
    assert '"status":"clear"' in text
    assert run("receipt", "prove", batch, "--number", "2", "--out", tmp_path / "proven")[0] == 0
    for words in ((batch,), (batch, "C-2", "--number", "1"), (batch, "C-9"), (tmp_path / "nowhere", "C-1")):
        assert run("receipt", "prove", *words)[0] == 2


def test_replay_names_what_is_missing(run: Run, one: Path) -> None:
    code, _, messages = run("receipt", "replay", one, home="elsewhere")
    assert code == 3
    assert "never had" in messages
    one.with_name(one.name.replace(".receipt.", ".private.")).unlink()
    code, _, messages = run("receipt", "replay", one)
    assert code == 2
    assert "private part" in messages
    assert run("receipt", "verify", one)[0] == 0


def test_replay_that_differs_is_a_finding(run: Run, one: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tajfif.screening.replay.engine_version", lambda: "99.0")
    code, out, messages = run("receipt", "replay", one, "--format", "table")
    assert code == 1
    assert "engine version" in out
    assert "0 give the same bytes, 1 do not" in messages


def test_no_receipt_when_screening_fails(run: Run, tmp_path: Path) -> None:
    assert run("screen", "--name", "…", "--receipt", tmp_path / "none")[0] == 2
    (tmp_path / "bad.csv").write_bytes(b"name\n\xff\xfe\x00\n")
    run("screen", tmp_path / "bad.csv", "--receipt", tmp_path / "none")
    assert not [path for path in tmp_path.glob("none/*") if path.name.startswith(".")]
