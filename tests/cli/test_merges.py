"""``tajfif lists merges``: what it shows, and what a decision changes for the next screening."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tajfif.cli import main

Run = Callable[..., tuple[int, str, str]]

UN = """<?xml version="1.0" encoding="UTF-8"?>
<CONSOLIDATED_LIST dateGenerated="2026-01-01T00:00:00.000Z"><INDIVIDUALS><INDIVIDUAL><DATAID>1</DATAID>
<VERSIONNUM>1</VERSIONNUM><FIRST_NAME>Inventus</FIRST_NAME><SECOND_NAME>Mirabilis</SECOND_NAME><THIRD_NAME>Nemo</THIRD_NAME>
<UN_LIST_TYPE>Invented</UN_LIST_TYPE><REFERENCE_NUMBER>QDi.900</REFERENCE_NUMBER><LISTED_ON>2001-01-02</LISTED_ON>
<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1956-03-15</DATE></INDIVIDUAL_DATE_OF_BIRTH></INDIVIDUAL>
</INDIVIDUALS><ENTITIES></ENTITIES></CONSOLIDATED_LIST>
"""
OWN = "id,name,schema,birth_date\na1,Inventus Mirabilis Nemo,Person,1956-03-15\nb2,Inventus Mirabilis Nemo,Person,\n"
PAIR = ("own:a1", "un_sc:QDi.900")


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in a workspace with two invented lists; return its exit code, stdout and stderr."""

    def run(*words: str) -> tuple[int, str, str]:
        code = main(["--home", str(tmp_path / "home"), *words])
        return code, *capsys.readouterr()

    (tmp_path / "un.xml").write_text(UN, encoding="utf-8")
    (tmp_path / "own.csv").write_text(OWN, encoding="utf-8")
    run("lists", "load", "--source", "un_sc", str(tmp_path / "un.xml"))
    run("lists", "load", "--source", "own", str(tmp_path / "own.csv"))
    return run


def records(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def hits(run: Run) -> list[dict[str, Any]]:
    _, out, _ = run("screen", "--name", "Inventus Mirabilis Nemo", "--format", "jsonl")
    found: list[dict[str, Any]] = records(out)[0]["hits"]
    return found


def test_merges_are_shown_with_their_reasons(run: Run) -> None:
    code, out, messages = run("lists", "merges")
    assert code == 0
    assert [(one["a"], one["b"], one["state"], one["shown_as_one"]) for one in records(out)] == [
        (*PAIR, "together", True),
        ("own:b2", "un_sc:QDi.900", "suggested", False),
    ]
    assert any("birth date agrees" in reason for reason in records(out)[0]["reasons"])
    assert "2 merges, 1 of them shown as one" in messages


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (("--state", "suggested"), 1),
        (("--basis", "stated"), 0),
        (("--reference", "QDi.900"), 2),
        (("--reference", "own:a1"), 1),
        (("--reference", "QDi.9"), 0),
    ],
)
def test_merges_are_chosen(run: Run, words: tuple[str, ...], count: int) -> None:
    assert len(records(run("lists", "merges", *words)[1])) == count


def test_a_table_in_both_languages(run: Run) -> None:
    assert "shown as one" in run("lists", "merges", "--format", "table")[1]
    assert "يعرضان واحدًا" in run("lists", "merges", "--format", "table", "--lang", "ar")[1]


def test_a_decision_counts_from_the_next_screening_on(run: Run) -> None:
    before = hits(run)
    assert [(hit["entity_id"], hit["merged"]) for hit in before] == [("own:a1", ["un_sc:QDi.900"]), ("own:b2", [])]
    code, out, _ = run("lists", "merges", "--reject", *PAIR, "--because", "another man", "--by", "an officer")
    assert code == 0
    (decision,) = records(out)
    assert (decision["verdict"], decision["because"], decision["by"]) == ("rejected", "another man", "an officer")
    assert all(hit["merged"] == [] for hit in hits(run))
    table = run("lists", "merges", "--format", "table", "--state", "rejected")[1]
    assert "another man" in " ".join(table.split())
    run("lists", "merges", "--undo", *PAIR, "--because", "a mistake")
    assert hits(run) == before


def test_listings_are_in_every_format(run: Run) -> None:
    table = run("screen", "--name", "Inventus Mirabilis Nemo", "--format", "table")[1]
    assert "QDi.900" in table
    assert "the same party, shown here once: un_sc:QDi.900" in table
    csv = run("screen", "--name", "Inventus Mirabilis Nemo", "--format", "csv")[1]
    assert '"own a1; un_sc QDi.900, Invented, listed 2001-01-02",un_sc:QDi.900' in csv


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--accept", *PAIR), "a reason"),
        (("--accept", "own:zz", "un_sc:QDi.900", "--because", "x"), "no entry 'own:zz'"),
        (("--undo", *PAIR, "--because", "x"), "nothing is decided"),
        (("--accept", *PAIR, "--reject", *PAIR), "give one of"),
    ],
)
def test_what_cannot_be_decided_is_said(run: Run, words: tuple[str, ...], says: str) -> None:
    code, out, messages = run("lists", "merges", *words)
    assert code == 2
    assert out == ""
    assert says in messages
