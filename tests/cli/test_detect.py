"""``tajfif detect`` from the command line: findings, formats, the pipe, what is wrong and what is missing."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

import pytest
from pyarrow import parquet

from tajfif.cli import main

PAYMENTS = [
    ("2025-01-01T08:00:00Z", "hub", "to0", "900.00"),
    ("2025-01-01T09:00:00Z", "hub", "to1", "900.00"),
    ("2025-01-01T10:00:00Z", "hub", "to2", "900.00"),
    ("2025-01-01T11:00:00Z", "hub", "to3", "900.00"),
    ("2025-01-01T12:00:00Z", "hub", "to4", "900.00"),
    ("2025-01-02T08:00:00Z", "=party", "to5", "1.00"),
]


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("detect")
    lines = [f"t{number},{','.join(each)},USD" for number, each in enumerate(PAYMENTS)]
    file = folder / "payments.csv"
    file.write_text("\n".join(["id,time,from_account,to_account,amount,currency", *lines]), encoding="utf-8")
    assert main(["ledger", "build", str(file), "--out", str(folder / "ledger")]) == 0
    return str(folder / "ledger")


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, list[dict[str, object]], str]:
    capsys.readouterr()
    code = main(["detect", *words])
    out, err = capsys.readouterr()
    return code, [json.loads(line) for line in out.splitlines()] if out.startswith("{") else [], err


def test_a_finding_is_a_line_of_json(ledger: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, found, err = run(capsys, ledger, "--typology", "fan_out")
    assert code == 1
    assert "1 findings by fan_out 1; 1 typologies searched" in err
    (finding,) = found
    assert list(finding)[:7] == ["typology", "accounts", "parties", "transactions", "amounts", "totals", "window"]
    assert finding["typology"] == "fan_out"
    assert finding["accounts"] == ["hub", "to0", "to1", "to2", "to3", "to4"]
    assert finding["transactions"] == ["t0", "t1", "t2", "t3", "t4"]
    assert finding["amounts"] == [{"amount": "900.00", "currency": "USD"}] * 5
    assert finding["window"] == {"first": "2025-01-01T08:00:00Z", "last": "2025-01-01T12:00:00Z"}
    assert finding["ledger"] == ledger
    assert isinstance(finding["score"], float)


def test_nothing_found_is_clear(ledger: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, found, err = run(capsys, ledger, "--typology", "cycle")
    assert (code, found) == (0, [])
    assert "0 findings by no typology" in err


def test_what_is_missing_is_said(ledger: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, ledger)
    assert code == 1
    assert "warning: wallet_drain was not searched: the transactions state no channel" in err
    assert "warning: exposure was not searched: no designated accounts" in err


def test_the_ledger_comes_through_the_pipe(
    ledger: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps({"ledger": ledger, "transactions": 6}) + "\n"))
    assert run(capsys, "--typology", "fan_out")[0] == 1


@pytest.mark.parametrize("text", ["", "nothing\n", '{"ledger": 3}\n', "[1]\n", "{}\n"])
def test_a_pipe_without_a_ledger_is_refused(
    text: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    code, _, err = run(capsys)
    assert code == 2
    assert "standard input" in err
    assert "Traceback" not in err


def test_parameters_change_what_is_found(ledger: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "parameters.toml"
    file.write_text("[fan_out]\nleast = 6\n", encoding="utf-8")
    assert run(capsys, ledger, "--typology", "fan_out", "--parameters", str(file))[0] == 0
    assert run(capsys, ledger, "--typology", "fan_out", "--least-score", "0.99")[0] == 0


def test_a_typology_of_the_user_is_found(ledger: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "own.toml"
    file.write_text(
        "[[typology]]\nname = 'same_sum'\ntitle = 'Same sum'\nsource = 'Own.'\nbecause = ['{n:n} times {amount:n}.']\n"
        "sql = 'SELECT source AS account, list(row) AS rows, count(*) AS n, value AS amount FROM transactions "
        "GROUP BY source, value HAVING count(*) > 2'\n",
        encoding="utf-8",
    )
    code, found, _ = run(capsys, ledger, "--typologies", str(file), "--typology", "same_sum")
    assert code == 1
    assert found[0]["explanation"] == "5 times 900."
    code, listed, _ = run(capsys, "--list", "--typologies", str(file), "--typology", "same_sum")
    assert (code, listed[0]["how"]) == (0, "sql")


def test_designated_accounts_come_from_a_file(ledger: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "designated.txt"
    file.write_text("hub\nnobody\n", encoding="utf-8")
    code, found, err = run(capsys, ledger, "--typology", "exposure", "--designated", str(file))
    assert code == 1
    assert {finding["accounts"][0] for finding in found} == {f"to{each}" for each in range(5)}  # type: ignore[index]
    assert "'nobody' is neither an account nor a party" in err


def test_files_hold_the_same_findings(ledger: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [ledger, "--typology", "fan_out"]
    _, (finding,), _ = run(capsys, *words)
    for name in ("found.jsonl", "found.csv", "found.parquet"):
        assert run(capsys, *words, "--out", str(tmp_path / name))[0] == 1
    assert json.loads((tmp_path / "found.jsonl").read_text(encoding="utf-8")) == finding
    with (tmp_path / "found.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    table = parquet.read_table(tmp_path / "found.parquet").to_pylist()
    assert row["transactions"] == table[0]["transactions"] == "t0; t1; t2; t3; t4"
    assert float(row["score"]) == table[0]["score"] == finding["score"]


def test_a_table_is_for_people(ledger: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["detect", ledger, "--typology", "fan_out", "--format", "table", "--lang", "ar"]) == 1
    shown = capsys.readouterr().out
    assert "4500.00 USD" in shown
    assert "المستفيدين" in shown


def test_formulas_in_names_do_not_run_in_spreadsheets(
    ledger: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [ledger, "--typology", "exposure", "--designated", "to5", "--out", str(tmp_path / "found.csv")]
    assert run(capsys, *words)[0] == 1
    with (tmp_path / "found.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.DictReader(file))["accounts"].startswith("'=party")


def test_typologies_are_listed_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    code, english, _ = run(capsys, "--list")
    assert (code, len(english)) == (0, 23)
    _, arabic, _ = run(capsys, "--list", "--lang", "ar")
    assert [each["name"] for each in arabic] == [each["name"] for each in english]
    assert not any(str(each["title"]).isascii() for each in arabic)
    assert main(["detect", "--list", "--format", "table", "--typology", "cycle"]) == 0
    assert "window_hours = 720 hours" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nowhere"], "ledger"),
        (["nowhere", "--typology", "spiral"], "spiral"),
        (["--list", "--typology", "spiral"], "spiral"),
        (["nowhere", "--parameters", "nowhere.toml"], "nowhere.toml"),
        (["nowhere", "--typologies", "nowhere.toml"], "nowhere.toml"),
        (["nowhere", "--least-score", "7"], "least score"),
        (["nowhere", "--format", "parquet"], "--out"),
        (["nowhere", "--format", "table", "--out", "x"], "--out"),
    ],
)
def test_what_is_wrong_is_said(
    words: list[str],
    message: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, err = run(capsys, *words)
    assert code == 2
    assert message in err
    assert "Traceback" not in err
