"""``tajfif compare``: the rows that go in come out, with a score."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

import pytest
from pyarrow import parquet

from tajfif.cli import main

PAIRS = 'id,name1,name2,schema,note\n1,زيد المثالي,زيد المثالي,Person,"a ""note"""\n2,Zayd,Mithal Exchange,Company,\n'
PARTIES = (
    '{"listed": {"id": "x", "schema": "Person", "name": "Zayd al-Mithali", "birthDate": "1970"},'
    ' "subject": {"schema": "Person", "name": ["Zayd al-Mithali"]}, "label": 1}\n'
    '{"listed": {"schema": "Person", "properties": {"name": ["Zayd al-Mithali"]}}, "subject": {"name": "Umar"}}\n'
)


def test_csv_keeps_its_rows_and_gets_a_score(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text(PAIRS, encoding="utf-8")
    assert main(["compare", str(path)]) == 0
    out, err = capsys.readouterr()
    before, after = list(csv.reader(io.StringIO(PAIRS))), list(csv.reader(io.StringIO(out)))
    assert [row[:-1] for row in after] == before
    assert after[0][-1] == "score"
    same, other = float(after[1][-1]), float(after[2][-1])
    assert 0 <= other < same <= 1
    assert err == ""


def test_csv_to_other_formats(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = tmp_path / "pairs.csv", tmp_path / "out.parquet"
    path.write_text(PAIRS, encoding="utf-8")
    assert main(["compare", str(path), "--format", "jsonl"]) == 0
    first = json.loads(capsys.readouterr().out.splitlines()[0])
    assert list(first) == ["id", "name1", "name2", "schema", "note", "score"]
    assert main(["compare", str(path), "--format", "table"]) == 0
    assert "زيد المثالي" in capsys.readouterr().out
    assert main(["compare", str(path), "--format", "parquet", "--out", str(out)]) == 0
    assert parquet.read_table(out).column("score").to_pylist() == [first["score"], pytest.approx(0.5, abs=0.5)]


def test_parties(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_text(PARTIES, encoding="utf-8")
    assert main(["compare", str(path)]) == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert list(records[0]) == ["listed", "subject", "label", "score", "explanation"]
    assert [
        {key: value for key, value in record.items() if key not in ("score", "explanation")} for record in records
    ] == [json.loads(line) for line in PARTIES.splitlines()]
    assert records[1]["score"] < records[0]["score"]
    assert records[0]["explanation"]
    assert main(["compare", str(path), "--lang", "ar", "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert rows[0]["listed"] == "Zayd al-Mithali"
    assert not rows[0]["explanation"].isascii()


def test_standard_input_in_windows_1256(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("name1;name2\nزيد;زيد\n".encode("cp1256"))))
    assert main(["compare", "-"]) == 0
    assert capsys.readouterr().out.splitlines()[1].startswith("زيد,زيد,")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "empty"),
        ("name1,other\na,b\n", "no column name2"),
        ("name1,name2,name1\na,b,c\n", "name1 occurs twice"),
        ("name1,name2,score\na,b,1\n", "column score already"),
        ("name1,name2\na,b\na,b,c\n", "line 3"),
        ("name1,name2\na,b\n,b\n", "line 3"),
        ("name1,name2,schema\na,b,Persn\n", "line 2: schema 'Persn'"),
        ('name1,name2\n"a,b\n', "line 2"),
        ('{"listed": {"name": "x"}}\n', "line 1: key 'subject' is missing"),
        ('{"listed": {"name": {}}, "subject": {"name": "x"}}\n', "line 1, listed: key 'name'"),
        ('{"listed": {"name": "x"}, "subject": {"name": "x"}}\n{"listed"\n', "line 2: not readable as JSON"),
        ('{"listed": {"name": "x"}, "subject": {}}\n', "line 1, subject"),
        ('{"listed": {"name": "x"}, "subject": {"name": "x"}, "score": 1}\n', "key 'score' already"),
        ("PK\x03\x04", "CSV or JSON lines"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, message: str) -> None:
    path = tmp_path / "pairs"
    path.write_text(content, encoding="utf-8")
    assert main(["compare", str(path)]) == 2
    err = capsys.readouterr().err
    assert message in err
    assert str(path) in err
    assert "Traceback" not in err


def test_nothing_is_written_when_a_line_is_bad(tmp_path: Path) -> None:
    path, out = tmp_path / "pairs.csv", tmp_path / "out.csv"
    path.write_text("name1,name2\na,a\n,b\n", encoding="utf-8")
    assert main(["compare", str(path), "--out", str(out)]) == 2
    assert not out.exists()


def test_parquet_needs_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text(PAIRS, encoding="utf-8")
    assert main(["compare", str(path), "--format", "parquet"]) == 2
    assert main(["compare", str(path), "--format", "table", "--out", str(tmp_path / "x")]) == 2
    assert "--out" in capsys.readouterr().err
