"""``tajfif ownership`` and ``tajfif network`` from the command line: the examples, the pipe, formats, what is wrong."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

import pytest
from pyarrow import parquet

from tajfif.cli import main

ZARQUN = "Zarqun Holding (invented)"


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, list[dict[str, object]], str]:
    capsys.readouterr()
    code = main(list(words))
    out, err = capsys.readouterr()
    return code, [json.loads(line) for line in out.splitlines()] if out.startswith("{") else [], err


def results(*subjects: dict[str, str]) -> io.StringIO:
    lines = [json.dumps({"subject": each, "status": each.pop("status")}) for each in subjects]
    return io.StringIO("\n".join(lines) + "\n")


def test_the_worked_example_of_the_documentation(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(repository / "examples" / "owners.csv")
    code, found, err = run(capsys, "ownership", file, "--listed", ZARQUN, "--regime", "ofac", "--at", "2025-01-01")
    assert code == 1
    told = {str(each["entity"]).partition(" ")[0]: each for each in found}
    assert told["Tamrana"]["verdict"] == "caught"
    assert (told["Nirvash"]["share"], told["Nirvash"]["interest"], told["Nirvash"]["verdict"]) == (
        "2/5",
        "21/100",
        "near",
    )
    assert told["Harfun"]["verdict"] == "undecided"
    assert all(each["at"] == "2025-01-01" for each in found)
    assert "1 caught, 1 undecided, 2 near" in err


def test_results_of_a_screening_name_the_designated(
    repository: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    screened = results(
        {"id": "77", "name": ZARQUN, "status": "alert"},
        {"id": "78", "name": "Lubarq Partners (invented)", "status": "clear"},
    )
    monkeypatch.setattr(sys, "stdin", screened)
    code, found, _ = run(
        capsys, "ownership", str(repository / "examples" / "owners.csv"), "--listed", "-", "--regime", "uk"
    )
    assert code == 1
    assert {name for each in found for name in each["designated"]} == {ZARQUN}  # type: ignore[attr-defined]


def test_formats_hold_the_same(repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(repository / "examples" / "owners.csv")
    for name in ("a.csv", "a.parquet", "a.jsonl"):
        assert run(capsys, "ownership", file, "--listed", ZARQUN, "--out", str(tmp_path / name))[0] == 1
    rows = list(csv.DictReader(io.StringIO((tmp_path / "a.csv").read_text(encoding="utf-8"))))
    assert len(rows) == parquet.read_table(tmp_path / "a.parquet").num_rows
    assert len(rows) == len((tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines())
    assert main(["ownership", file, "--listed", ZARQUN, "--format", "table", "--lang", "ar"]) == 1
    assert "النظام" in capsys.readouterr().out


def test_a_file_of_names_and_nobody_caught(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "names.txt").write_text("# designated\nNobody (invented)\n", encoding="utf-8")
    file = str(repository / "examples" / "owners.csv")
    code, found, err = run(capsys, "ownership", file, "--listed", str(tmp_path / "names.txt"))
    assert (code, found) == (0, [])
    assert "Nobody (invented)" in err


@pytest.mark.parametrize(
    "words",
    [
        ("ownership", "FILE"),
        ("ownership", "missing.csv", "--listed", "x"),
        ("ownership", "FILE", "--listed", "x", "--at", "soon"),
        ("ownership", "FILE", "--listed", "x", "--regime", "mars"),
        ("ownership", "-", "--listed", "-"),
        ("network", "PARTIES"),
        ("network", "-", "--designated", "-"),
        ("network", "PARTIES", "--designated", "x", "--format", "parquet"),
    ],
)
def test_wrong_usage_is_two(words: tuple[str, ...], repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    places = {"FILE": repository / "examples" / "owners.csv", "PARTIES": repository / "examples" / "parties.csv"}
    assert run(capsys, *(str(places.get(word, word)) for word in words))[0] == 2


def test_network_of_the_documentation(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found, err = run(capsys, "network", str(repository / "examples" / "parties.csv"), "--designated", ZARQUN)
    assert code == 1
    assert {str(each["party"]).partition(" ")[0]: each["score"] for each in found} == {
        "Jazrun": 0.8, "Lubarq": 0.6, "Sidrun": 0.42, "Zarqun": 0,
    }  # fmt: skip
    assert "3 of 5 parties are near" in err


def test_network_of_a_ledger_with_seeds_from_a_screening(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "t.csv").write_text(
        "id,time,from_account,to_account,amount,currency\nt1,2025-01-01T08:00:00Z,a,b,100.00,USD\n", encoding="utf-8"
    )
    (tmp_path / "accounts.csv").write_text(
        "account,party,phone\na,A,+966501112233\nb,B,+966501112234\n", encoding="utf-8"
    )
    built = str(tmp_path / "ledger")
    accounts = str(tmp_path / "accounts.csv")
    assert main(["ledger", "build", str(tmp_path / "t.csv"), "--accounts", accounts, "--out", built]) == 0
    monkeypatch.setattr(sys, "stdin", results({"id": "a", "name": "Somebody", "status": "alert"}))
    code, found, _ = run(capsys, "network", built, "--designated", "-", "--format", "jsonl")
    assert code == 1
    assert found[0]["party"] == "B"
    terms = found[0]["terms"]
    assert isinstance(terms, list)
    term = terms[0]
    assert (term["kind"], term["amount"], term["transactions"]) == ("received", "100.00", ["t1"])
    for name in ("n.csv", "n.parquet"):
        monkeypatch.setattr(sys, "stdin", io.StringIO("a\n"))
        assert run(capsys, "network", built, "--designated", "-", "--out", str(tmp_path / name))[0] == 1
    monkeypatch.setattr(sys, "stdin", io.StringIO("a\n"))
    assert main(["network", built, "--designated", "-", "--format", "table", "--lang", "ar"]) == 1
