"""``tajfif trace`` from the command line: what it reads, what it prints, how it ends."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tajfif.cli import main

TRANSACTIONS = """id,time,from_account,to_account,amount,currency
T1,2024-01-01T08:00:00Z,C,B,60.00,AED
T2,2024-01-02T08:00:00Z,S,B,40.00,AED
T3,2024-01-03T08:00:00Z,B,E,30.00,AED
T4,2024-01-04T08:00:00Z,B,دكان ليلى المتخيلة,50.00,AED
T5,2024-01-05T08:00:00Z,S,H,10.00,AED
"""

ACCOUNTS = """account,party,type,country
S,Invented Seed Trading,firm,ae
S2,Invented Seed Trading,firm,ae
B,Invented Broker,person,ae
H,Invented House,exchange_house,ae
"""


@pytest.fixture
def ledger(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """The directory of a ledger of the transactions above."""
    (tmp_path / "transactions.csv").write_text(TRANSACTIONS, encoding="utf-8")
    (tmp_path / "accounts.csv").write_text(ACCOUNTS, encoding="utf-8")
    directory = tmp_path / "ledger"
    words = ["ledger", "build", str(tmp_path / "transactions.csv"), "--accounts", str(tmp_path / "accounts.csv")]
    assert main([*words, "--out", str(directory)]) == 0
    capsys.readouterr()
    return str(directory)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def pipe(monkeypatch: pytest.MonkeyPatch, *records: Any) -> None:
    text = "".join(f"{each if isinstance(each, str) else json.dumps(each)}\n" for each in records)
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def test_one_line_for_each_account(ledger: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", ledger, "--from", "S"]) == 1
    found = {line["account"]: line for line in lines(capsys)}
    assert set(found) == {"B", "دكان ليلى المتخيلة", "H"}
    shop = found["دكان ليلى المتخيلة"]
    assert {key: shop[key] for key in ("amount", "currency", "held", "share", "hops", "path", "transactions")} == {
        "amount": "20.00",
        "currency": "AED",
        "held": "20.00",
        "share": 0.4,
        "hops": 2,
        "path": ["T2", "T4"],
        "transactions": ["T4"],
    }
    assert (shop["first"], shop["last"]) == ("2024-01-04T08:00:00Z", "2024-01-04T08:00:00Z")
    assert shop["path_accounts"] == ["S", "B", "دكان ليلى المتخيلة"]
    assert (shop["transaction_amounts"], shop["transactions_left_out"]) == (["20.00"], 0)
    assert (shop["model"], shop["direction"], shop["ledger"]) == ("fifo", "forward", ledger)
    assert found["B"]["party"] == "Invented Broker"


def test_messages_say_what_was_assumed(ledger: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", ledger, "--from", "S", "--hub", "exchange_house=stop", "--lang", "ar"]) == 1
    said = capsys.readouterr().err
    assert "seeded 50.00, held 50.00, stopped 10.00" in said
    assert "hub H (declared as exchange_house): stop" in said
    assert "رصيد سابق مجهول" in said


def test_backward_amounts_transactions_and_seeds_files(
    ledger: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["trace", ledger, "--to", "دكان ليلى المتخيلة"]) == 1
    assert {line["account"]: line["amount"] for line in lines(capsys)} == {"B": "50.00", "S": "40.00", "C": "10.00"}
    assert main(["trace", ledger, "--from", "S", "--amount", "15 AED", "--model", "lifo"]) == 1
    assert {line["account"]: line["amount"] for line in lines(capsys)} == {
        "B": "15.00",
        "E": "5.00",  # what S has of its own was drawn last, so it lies on top
        "دكان ليلى المتخيلة": "10.00",
    }
    assert main(["trace", ledger, "--transaction", "T1", "--hops", "1"]) == 1
    assert [line["account"] for line in lines(capsys)] == ["B"]
    seeds = tmp_path / "seeds.csv"
    seeds.write_text("account,amount,currency,time,label\nS,5.00,AED,2024-01-05,late\nC,,,,other\n", encoding="utf-8")
    assert main(["trace", ledger, "--seeds", str(seeds), "--apart"]) == 1
    found = {(line["seed"], line["account"]): line["amount"] for line in lines(capsys)}
    assert found == {
        ("late", "H"): "5.00",
        ("other", "B"): "60.00",
        ("other", "E"): "30.00",
        ("other", "دكان ليلى المتخيلة"): "30.00",
    }


def test_balances_least_amounts_and_limits(ledger: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    balances = tmp_path / "balances.csv"
    balances.write_text("account,currency,amount\nB,AED,20.00\n", encoding="utf-8")
    assert main(["trace", ledger, "--from", "S", "--balances", str(balances), "--min-amount", "1"]) == 1
    assert {line["account"] for line in lines(capsys)} == {"B", "H"}
    assert main(["trace", ledger, "--from", "S", "--min-amount", "30 AED"]) == 1
    assert [line["account"] for line in lines(capsys)] == ["B"]
    assert main(["trace", ledger, "--from", "S", "--limit", "2"]) == 1
    assert [line["account"] for line in lines(capsys)] == ["B", "دكان ليلى المتخيلة"]
    assert main(["trace", ledger, "--from", "E"]) == 0


def test_findings_results_and_names_come_in_by_the_pipe(
    ledger: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    window = {"first": "2024-01-03T00:00:00Z", "last": "2024-01-05T00:00:00Z"}
    pipe(monkeypatch, {"typology": "cycle", "accounts": ["S"], "window": window, "ledger": ledger})
    assert main(["trace"]) == 1
    assert [line["account"] for line in lines(capsys)] == ["H"]  # from the finding's first transaction on
    pipe(
        monkeypatch,
        {"subject": {"id": "Invented Seed Trading"}, "status": "alert"},
        {"subject": {"id": "C"}, "status": "clear"},
    )
    assert main(["trace", ledger, "--from", "-"]) == 1
    assert {line["account"] for line in lines(capsys)} == {"B", "دكان ليلى المتخيلة", "H"}
    pipe(monkeypatch, "S", "Nobody Known")
    assert main(["trace", ledger, "--from", "-"]) == 1
    captured = capsys.readouterr()
    assert len(captured.out.splitlines()) == 3
    assert "Nobody Known" in captured.err
    pipe(monkeypatch, {"ledger": ledger, "transactions": 5, "accounts": 6})
    assert main(["trace", "--from", "S"]) == 1
    assert len(lines(capsys)) == 3
    pipe(monkeypatch, {"subject": {"id": "C"}, "status": "clear"})
    assert main(["trace", ledger, "--from", "-"]) == 0
    assert "nothing to trace" in capsys.readouterr().err


def test_files_and_summary(ledger: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, summary = tmp_path / "reached.csv", tmp_path / "summary.json"
    assert main(["trace", ledger, "--from", "S", "--out", str(out), "--summary", str(summary)]) == 1
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert [row["account"] for row in rows] == ["B", "دكان ليلى المتخيلة", "H"]
    assert rows[1]["path"] == "T2; T4"
    told = json.loads(summary.read_text(encoding="utf-8"))
    assert told["totals"][0] | {"seeded": "50.00", "held": "50.00", "currency": "AED"} == told["totals"][0]
    assert told["assumptions"]
    parquet = tmp_path / "reached.parquet"
    assert main(["trace", ledger, "--from", "S", "--out", str(parquet)]) == 1
    assert parquet.stat().st_size > 100
    assert capsys.readouterr().out == ""


def test_a_table_for_people(ledger: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", ledger, "--from", "S", "--format", "table", "--lang", "ar"]) == 1
    shown = capsys.readouterr().out
    assert "أوسع طريق" in shown
    assert "S → B → دكان ليلى المتخيلة" in shown
    assert "20.00 AED" in shown
    assert "40.0%" in shown


def test_around_one_account(ledger: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", ledger, "--around", "B", "--hops", "1"]) == 1
    found = {(line["source"], line["target"]): line for line in lines(capsys)}
    assert set(found) == {("B", "E"), ("B", "دكان ليلى المتخيلة"), ("S", "B"), ("C", "B")}
    assert found["S", "B"]["amount"] == "40.00"
    assert found["S", "B"]["transactions"] == ["T2"]
    assert main(["trace", ledger, "--around", "B", "--format", "table"]) == 1
    assert "30.00 AED" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ["--from", "nobody"],
        ["--from", "S", "--to", "B"],
        ["--from", "S", "--model", "best"],
        ["--from", "S", "--hub", "stop"],
        ["--from", "S", "--hub", "nobody=stop"],
        ["--from", "S", "--amount", "1.005 AED"],
        ["--from", "S", "--from", "B", "--amount", "1"],
        ["--from", "S", "--since", "soon"],
        ["--from", "S", "--format", "parquet"],
        ["--from", "S", "--limit", "0"],
        ["--from", "S", "--min-amount", "5 XXX"],
        ["--transaction", "T99"],
        ["--around", "B", "--from", "S"],
        ["--seeds", "missing.csv"],
    ],
    ids=" ".join,
)
def test_bad_usage(ledger: str, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", ledger, *words]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "error" in captured.err
    assert "Traceback" not in captured.err


@pytest.mark.parametrize(
    "line",
    ["{", '{"accounts": []}', '{"nothing": 1}', '{"subject": {}, "status": "alert"}', '{"accounts": ["nobody"]}'],
)
def test_bad_lines_on_standard_input(
    ledger: str, line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pipe(monkeypatch, line)
    assert main(["trace", ledger, "--from", "-"]) in (0, 2)
    assert capsys.readouterr().out == ""


def test_files_that_are_no_seeds(ledger: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "seeds.csv"
    for text in ("account,colour\nS,red\n", 'account\n"S\n', "{]\n", "account,amount\nS,many\n", "account\n\xff"):
        file.write_bytes(text.encode("latin-1"))
        assert main(["trace", ledger, "--seeds", str(file)]) == 2
    file.write_text("account,currency,amount\nB,AED,1\nB,AED,2\n", encoding="utf-8")
    assert main(["trace", ledger, "--from", "S", "--balances", str(file)]) == 2
    assert "line 3" in capsys.readouterr().err
