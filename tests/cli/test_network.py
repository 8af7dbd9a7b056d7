"""``tajfif network`` around a listed party, and ``--export`` of every command that has it."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tajfif.cli import main

UN_LIST = """<?xml version="1.0" encoding="UTF-8"?>
<CONSOLIDATED_LIST dateGenerated="2024-01-02T00:00:00.000Z">
 <INDIVIDUALS>
  <INDIVIDUAL>
    <DATAID>1</DATAID><VERSIONNUM>1</VERSIONNUM><FIRST_NAME>Nullus</FIRST_NAME><SECOND_NAME>Quidam</SECOND_NAME>
    <UN_LIST_TYPE>Invented</UN_LIST_TYPE><REFERENCE_NUMBER>QDi.902</REFERENCE_NUMBER><LISTED_ON>2001-01-02</LISTED_ON>
    <COMMENTS1>Financier of Lubarq Front (QDe.901).</COMMENTS1>
  </INDIVIDUAL>
 </INDIVIDUALS>
 <ENTITIES>
  <ENTITY>
    <DATAID>2</DATAID><VERSIONNUM>1</VERSIONNUM><FIRST_NAME>Lubarq Front</FIRST_NAME>
    <UN_LIST_TYPE>Invented</UN_LIST_TYPE><REFERENCE_NUMBER>QDe.901</REFERENCE_NUMBER><LISTED_ON>2002-01-02</LISTED_ON>
    <COMMENTS1>Led by Tertius Alter (QDi.903).</COMMENTS1>
  </ENTITY>
 </ENTITIES>
</CONSOLIDATED_LIST>
"""

TRANSACTIONS = """id,time,from_account,to_account,amount,currency,purpose
T1,2024-01-02T08:00:00Z,S,B,40.000,KWD,goods
T2,2024-01-03T08:00:00Z,B,E,30.500,KWD,=SUM(A1)
T3,2024-01-04T08:00:00Z,B,دكان ليلى المتخيلة,5.125,KWD,
"""
ACCOUNTS = (
    "account,party,type,country,phone\nS,Invented Seed,firm,kw,+965 5550101\nB,Invented Broker,person,kw,+965 5550101\n"
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A workspace with an invented list, as the working directory."""
    monkeypatch.setenv("TAJFIF_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "un.xml").write_text(UN_LIST, encoding="utf-8")
    assert main(["lists", "load", "--source", "un_sc", "un.xml"]) == 0
    capsys.readouterr()
    return tmp_path


@pytest.fixture
def ledger(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """The directory of a small ledger."""
    (tmp_path / "t.csv").write_text(TRANSACTIONS, encoding="utf-8")
    (tmp_path / "a.csv").write_text(ACCOUNTS, encoding="utf-8")
    words = ["ledger", "build", str(tmp_path / "t.csv"), "--accounts", str(tmp_path / "a.csv")]
    assert main([*words, "--out", str(tmp_path / "ledger")]) == 0
    capsys.readouterr()
    return str(tmp_path / "ledger")


def test_parties_and_statements_as_json_lines(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["network", "QDe.901", "--depth", "1", "--format", "jsonl"]) == 1
    records: list[dict[str, Any]] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(each["type"], each.get("id", "")) for each in records] == [
        ("party", "un_sc:QDe.901"),
        ("party", "un_sc:QDi.902"),
        ("party", "un_sc:cited:QDi.903"),
        ("edge", ""),
        ("edge", ""),
    ]
    financier = records[3]
    assert (financier["from"], financier["words"], financier["to"]) == (
        "un_sc:QDi.902",
        "financier of",
        "un_sc:QDe.901",
    )
    assert financier["statement"]["quote"] == "QDe.901"
    assert (records[4]["from"], records[4]["kind"]) == ("un_sc:cited:QDi.903", "leader")


def test_a_tree_in_both_languages(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["network", "QDe.901", "--format", "table"]) == 1
    out, err = capsys.readouterr()
    assert "Lubarq Front [QDe.901, un_sc, listed 2002-01-02]" in out
    assert "financed by Nullus Quidam" in out
    assert "led by Tertius Alter [QDi.903, cited, no entry of its own]" in out
    assert "un_sc:QDi.902 in un_sc@2024-01-02, COMMENTS1 27–34: “Financier of Lubarq Front (QDe.901).”" in out
    assert "1 listed parties and 1 that are only cited, 2 statements" in err
    main(["network", "QDe.901", "--format", "table", "--lang", "ar"])
    assert "يموله Nullus Quidam" in capsys.readouterr().out


def test_a_word_that_is_neither_path_nor_reference(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["network", "nowhere.csv"]) == 2
    assert "'nowhere.csv' is no reference and no whole name of an entry in un_sc@2024-01-02" in capsys.readouterr().err
    assert main(["network", "nowhere.csv", "--designated", "X"]) == 2  # with somebody designated it is a path
    assert "reference" not in capsys.readouterr().err
    assert main(["network", "QDe.901", "--format", "csv"]) == 2
    assert main(["network", "QDe.901", "--export", "x.docx"]) == 2
    assert ".graphml" in capsys.readouterr().err


def test_a_path_that_exists_is_a_ledger(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "QDe.901").write_text("party,phone\nA,1\n", encoding="utf-8")
    assert main(["network", "QDe.901"]) == 2
    assert "nobody is designated" in capsys.readouterr().err


def test_the_network_of_a_listed_party_is_exported(home: Path) -> None:
    assert main(["network", "QDe.901", "--export", "n.graphml", "--format", "jsonl"]) == 1
    assert len(list(etree.parse("n.graphml").iter("{*}edge"))) == 2
    assert main(["network", "QDe.901", "--export", "n.ftm.jsonl", "--format", "jsonl"]) == 1
    entities = [json.loads(line) for line in Path("n.ftm.jsonl").read_text(encoding="utf-8").splitlines()]
    schemata = [each["schema"] for each in entities]
    assert schemata.count("Sanction") == 2
    assert "Person" in schemata
    by_id = {each["id"]: each for each in entities}
    links = [each["properties"] for each in entities if each["schema"] == "UnknownLink"]
    assert {by_id[each["subject"][0]]["properties"]["name"][0] for each in links} == {"Nullus Quidam", "Tertius Alter"}


def test_a_trace_is_exported(ledger: str, home: Path) -> None:
    assert main(["trace", ledger, "--from", "S", "--export", "t.csv", "--format", "jsonl"]) == 1
    with Path("t.edges.csv").open(encoding="utf-8", newline="") as file:
        edges = list(csv.DictReader(file))
    assert [(each["source"], each["target"], each["amount"], each["tainted"]) for each in edges] == [
        ("S", "B", "40.000", "40.000"),
        ("B", "E", "30.500", "30.500"),
        ("B", "دكان ليلى المتخيلة", "5.125", "5.125"),
    ]
    assert edges[1]["purpose"] == "'=SUM(A1)"
    assert edges[0]["start"] == "2024-01-02T08:00:00Z"
    assert main(["trace", ledger, "--to", "E", "--export", "b.gexf", "--format", "jsonl"]) == 1
    assert len(list(etree.parse("b.gexf").iter("{*}edge"))) == 2
    assert main(["trace", ledger, "--around", "B", "--export", "a.graphml", "--format", "jsonl"]) == 1
    assert len(list(etree.parse("a.graphml").iter("{*}edge"))) == 3


def test_an_exported_trace_is_the_one_shown(ledger: str, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["trace", ledger, "--from", "S", "--limit", "1", "--export", "t.ftm.jsonl", "--format", "jsonl"])
    (line,) = map(json.loads, capsys.readouterr().out.splitlines())
    entities = [json.loads(each) for each in Path("t.ftm.jsonl").read_text(encoding="utf-8").splitlines()]
    payments = [each["properties"] for each in entities if each["schema"] == "Payment"]
    assert [each["transactionNumber"] for each in payments] == [line["transactions"]]
    names = {each["id"]: each["properties"].get("name") for each in entities}
    assert (names[payments[0]["payer"][0]], names[payments[0]["beneficiary"][0]]) == (
        ["Invented Seed"],
        ["Invented Broker"],
    )


def test_findings_are_exported(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = ["id,time,from_account,to_account,amount,currency"]
    rows += [f"T{n},2024-01-01T0{n}:00:00Z,P{n},Hub,900.00,AED" for n in range(6)]
    (tmp_path / "f.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    assert main(["ledger", "build", "f.csv", "--out", "fan"]) == 0
    capsys.readouterr()
    words = [
        "detect",
        "fan",
        "--typology",
        "fan_in",
        "--least-score",
        "0",
        "--export",
        "f.parquet",
        "--format",
        "jsonl",
    ]
    code = main(words)
    findings = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (code, len(findings)) == (1, 1)
    import pyarrow.parquet as parquet

    edges = parquet.read_table("f.edges.parquet").to_pylist()
    assert {each["id"] for each in edges} == {name for finding in findings for name in finding["transactions"]}


def test_a_ranking_is_exported(ledger: str, home: Path) -> None:
    assert main(["network", ledger, "--designated", "Invented Seed", "--export", "r.graphml", "--format", "jsonl"]) == 1
    tree = etree.parse("r.graphml")
    nodes = {each.get("id"): [data.text for data in each] for each in tree.iter("{*}node")}
    edge = next(tree.iter("{*}edge"))
    assert "Invented Broker" in nodes[edge.get("source")]
    assert "Invented Seed" in nodes[edge.get("target")]
