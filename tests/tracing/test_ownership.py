"""Who is owned by whom: against a slow reference on random graphs with cycles, and the published examples one by one."""

from __future__ import annotations

import datetime
import json
import random
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import pytest

from tajfif.errors import InputError, UsageError
from tajfif.tracing.ownership import OwnershipFinding, Stakes, ownership, read_stakes
from tajfif.tracing.ownership_shares import percent_text, read_share

from . import ownership_reference as reference

TODAY = datetime.date(2025, 6, 1)
GRAPHS = 600


def found(
    rows: Sequence[tuple[str, ...]], listed: list[str], regime: str, at: datetime.date = TODAY
) -> dict[str, OwnershipFinding]:
    report = ownership(Stakes.of(rows), listed, at=at, regimes=[regime])
    return {finding.entity: finding for finding in report.findings}


def random_rows(random_: random.Random) -> tuple[list[tuple[str, ...]], list[reference.Row], set[str]]:
    """A graph of up to nine parties with rings, whose shares never exceed the whole and are stated whole where it is drawn so."""
    parties = [f"P{i}" for i in range(random_.randint(3, 9))]
    listed = set(random_.sample(parties, random_.randint(1, min(3, len(parties)))))
    texts: dict[tuple[str, ...], None] = {}
    for owned in parties:
        left = Fraction(1)
        for owner in random_.sample(parties, random_.randint(0, min(4, len(parties)))):
            share = Fraction(random_.choice((5, 10, 20, 25, 30, 50, 60)), 100)
            if random_.random() < 0.1:
                share = Fraction(1, random_.choice((2, 3, 6, 7)))
            if share > left:
                continue
            left -= share
            text = f"{share.numerator}/{share.denominator}"
            arrangement = random_.choice(("", "", "", "pact"))
            texts[(owner, owned, text, "", "", "shares", "", arrangement)] = None
        if left and random_.random() < 0.6:
            texts[("Others", owned, f"{left.numerator}/{left.denominator}", "", "", "shares", "", "")] = None
    for _ in range(random_.randint(0, 3)):
        kind = random_.choice(("votes", "control", "director", "acting_for"))
        owner, owned = random_.sample(parties, 2)
        texts[(owner, owned, random_.choice(("1/2", "3/5")) if kind == "votes" else "", "", "", kind, "", "")] = None
    rows = list(texts)
    plain = []
    for row in rows:
        read = read_share(row[2])
        plain.append((row[0], row[1], read.low, read.high, row[5], row[7]))
    return rows, plain, listed


@pytest.mark.parametrize("block", range(6))
def test_random_graphs_with_rings_equal_the_reference(block: int) -> None:
    for seed in range(block * GRAPHS // 6, (block + 1) * GRAPHS // 6):
        rows, plain, listed = random_rows(random.Random(seed))  # noqa: S311 - not for secrets
        if not rows:
            continue
        report = ownership(Stakes.of(rows), sorted(listed), at=TODAY)
        values = reference.interest(plain, listed)
        for regime in ("ofac", "eu", "uk", "unsc"):
            mine = [finding for finding in report.findings if finding.regime == regime]
            caught = {finding.entity for finding in mine if finding.verdict == "caught"}
            assert caught == reference.caught(plain, listed, regime), (seed, regime)
            for finding in mine:
                if regime != "uk":
                    held = reference.holdings(plain, listed, regime).get(finding.entity, Fraction(0))
                    assert Fraction(finding.share) == held, (seed, regime, finding.entity)
                if finding.interest and values is not None:
                    assert Fraction(finding.interest) == values.get(finding.entity, 0), (seed, finding.entity)


@pytest.mark.parametrize("block", range(3))
def test_undecided_means_that_what_is_missing_could_tip_it(block: int) -> None:
    """Give every gap to a designated party: whoever is caught then was caught or undecided, unless nothing led there."""
    for seed in range(block * 100, (block + 1) * 100):
        rows, plain, listed = random_rows(random.Random(10_000 + seed))  # noqa: S311 - not for secrets
        if not rows:
            continue
        mine = found(rows, sorted(listed), "ofac")
        sure = {entity for entity, finding in mine.items() if finding.verdict == "caught"}
        settled = {entity for entity, finding in mine.items() if finding.verdict != "near"}
        touched = {
            owned
            for owner, owned, low, _, kind, _ in plain
            if low and kind == "shares" and (owner in listed or owner in sure)
        }
        filled = list(plain)
        for owned in touched:
            stated = sum((row[2] for row in plain if row[1] == owned and row[4] == "shares"), Fraction(0))
            filled.append((min(listed), owned, 1 - stated, 1 - stated, "shares", ""))
        assert settled <= reference.caught(filled, listed, "ofac"), seed
        for entity in touched - listed - settled:
            assert entity not in reference.caught(filled, listed, "ofac"), seed


# Examples that OFAC publishes in FAQ 401, numbers alone.
FAQ_401 = [
    ([("X", "A", "50"), ("A", "B", "50")], {"A", "B"}),
    ([("X", "A", "50"), ("X", "B", "50"), ("A", "C", "25"), ("B", "C", "25")], {"A", "B", "C"}),
    ([("X", "A", "50"), ("X", "B", "10"), ("A", "C", "40"), ("B", "C", "10")], {"A"}),
    ([("X", "A", "50"), ("A", "B", "50"), ("B", "C", "50")], {"A", "B", "C"}),
    ([("X", "A", "25"), ("Y", "A", "25"), ("A", "B", "50")], {"A", "B"}),
]


@pytest.mark.parametrize(("rows", "blocked"), FAQ_401)
def test_published_examples_of_ofac(rows: list[tuple[str, ...]], blocked: set[str]) -> None:
    owned = {row[1] for row in rows}
    rest = [("Others", one, str(100 - sum(int(row[2]) for row in rows if row[1] == one))) for one in sorted(owned)]
    mine = found([*rows, *rest], ["X", "Y"], "ofac")
    assert {entity for entity, finding in mine.items() if finding.verdict == "caught"} == blocked
    assert all(finding.verdict != "undecided" for finding in mine.values())


def test_a_holding_is_counted_in_full_not_multiplied() -> None:
    mine = found([("X", "A", "60"), ("A", "B", "60"), ("O", "A", "40"), ("O", "B", "40")], ["X"], "ofac")
    assert mine["B"].share == "3/5"
    assert mine["B"].interest == "9/25"
    assert mine["B"].margin == "1/10"
    assert mine["B"].chains[0].parties == ("X", "A", "B")
    assert mine["B"].chains[0].product == "9/25"
    assert mine["B"].arithmetic == "60 % (A: falls under the rule itself)"


def test_exactly_half_differs_by_regime_and_day() -> None:
    rows = [("X", "A", "50"), ("O", "A", "50")]
    assert found(rows, ["X"], "ofac")["A"].verdict == "caught"
    assert found(rows, ["X"], "eu")["A"].verdict == "caught"
    assert found(rows, ["X"], "eu", datetime.date(2024, 7, 2))["A"].verdict == "near"
    assert found(rows, ["X"], "uk")["A"].verdict == "near"
    assert found([("X", "A", ">50"), ("O", "A", "<50")], ["X"], "uk")["A"].verdict == "caught"


def test_the_united_kingdom_adds_up_only_joint_arrangements() -> None:
    rows = [("X", "A", "30"), ("Y", "A", "30"), ("O", "A", "40")]
    assert found(rows, ["X", "Y"], "ofac")["A"].verdict == "caught"
    assert found(rows, ["X", "Y"], "uk")["A"].verdict == "near"
    together = [(*row, "", "", "", "", "pact") for row in rows[:2]] + rows[2:]
    finding = found(together, ["X", "Y"], "uk")["A"]
    assert finding.verdict == "caught"
    assert finding.share == "3/5"
    assert {stake.why for stake in finding.stakes} == {"designated", "joint"}


def test_control_counts_where_the_rule_says_so() -> None:
    rows = [("X", "A", "", "", "", "control"), ("A", "B", "60"), ("X", "C", "", "", "", "director")]
    assert found(rows, ["X"], "ofac") == {}
    assert {"A", "B"} <= {name for name, each in found(rows, ["X"], "eu").items() if each.verdict == "caught"}
    assert found(rows, ["X"], "unsc")["C"].by == "director"
    assert "C" not in found(rows, ["X"], "uk")


def test_firms_that_own_each_other_do_not_catch_each_other() -> None:
    rows = [("A", "B", "60"), ("B", "A", "60"), ("X", "A", "20"), ("O", "A", "20"), ("O", "B", "40")]
    mine = found(rows, ["X"], "ofac")
    assert all(finding.verdict != "caught" for finding in mine.values())


def test_unknown_shares_are_said() -> None:
    finding = found([("X", "A", "30")], ["X"], "ofac")["A"]
    assert finding.verdict == "undecided"
    assert finding.unknown_percent == "70 %"
    assert "70 % unknown" in finding.explanation
    finding = found([("X", "A", "25-50"), ("O", "A", "50")], ["X"], "ofac")["A"]
    assert finding.verdict == "undecided"
    assert finding.greatest == "1/2"
    assert found([("X", "A", ""), ("O", "A", "51")], ["X"], "ofac") == {}
    assert found([("X", "A", "unknown"), ("O", "A", "40")], ["X"], "ofac")["A"].greatest == "3/5"


def test_dates_bound_a_stake() -> None:
    rows = [("X", "A", "60", "2020", "2022-06")]
    assert found(rows, ["X"], "ofac", datetime.date(2022, 6, 30))["A"].verdict == "caught"
    assert found(rows, ["X"], "ofac", datetime.date(2022, 7, 1)) == {}
    assert found(rows, ["X"], "ofac", datetime.date(2019, 12, 31)) == {}


def test_a_statement_repeated_counts_once() -> None:
    rows = [("X", "A", "30", "", "", "", "one"), ("X", "A", "30", "", "", "", "two"), ("O", "A", "70")]
    report = ownership(Stakes.of(rows), ["X"], at=TODAY, regimes=["ofac"])
    assert report.findings[0].share == "3/10"
    assert "repeat" in report.notices[0]


def test_names_are_found_without_case_and_signs() -> None:
    report = ownership(Stakes.of([("شركة النُّور", "A", "60")]), ["شركة النور", "Nobody"], at=TODAY, regimes=["ofac"])
    assert report.findings[0].verdict == "caught"
    assert report.unknown == ("Nobody",)


def test_many_chains_are_bounded_and_come_shortest_first() -> None:
    rows = [("X", f"L0{i}", "100") for i in range(6)]
    for layer in range(5):
        rows += [(f"L{layer}{i}", f"L{layer + 1}{j}", "1/6") for i in range(6) for j in range(6)]
    finding = found(rows, ["X"], "ofac")["L50"]
    assert len(finding.chains) == 20
    assert finding.interest == "1"


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("33.3", "333/1000", "333/1000"), ("1/3", "1/3", "1/3"), ("25-50", "1/4", "1/2"), ("٥٠٫٥٪", "101/200", "101/200"),
     ("12,5 %", "1/8", "1/8"), ("", "0", "1"), ("?", "0", "1"), (">75", "3/4", "1"), ("<25", "0", "1/4"), ("100", "1", "1")],
)  # fmt: skip
def test_shares_are_read_exactly(text: str, low: str, high: str) -> None:
    share = read_share(text)
    assert (share.low, share.high) == (Fraction(low), Fraction(high))


@pytest.mark.parametrize("text", ["101", "-5", "half", "50-25", "1/0", "nan", "1e2", "9" * 100])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        read_share(text)


def test_percentages_are_shown_exactly() -> None:
    assert percent_text(Fraction(1, 2)) == "50 %"
    assert percent_text(Fraction(1, 8)) == "12.5 %"
    assert percent_text(Fraction(1, 3)) == "≈ 33.3333 % (1/3)"
    assert percent_text(Fraction(-1, 4)) == "-25 %"


def test_files_are_read_alike(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Owner,Owned,Percentage\nX,A,60\nO,A,40\n", encoding="utf-8")
    (tmp_path / "a.jsonl").write_text(
        '{"owner":"X","owned":"A","percentage":60}\n{"owner":"O","owned":"A","percentage":"40"}\n'
    )
    ftm = [
        {"id": "x", "schema": "Person", "properties": {"name": ["X"]}},
        {"id": "a", "schema": "Company", "properties": {"name": ["A"]}},
        {"id": "1", "schema": "Ownership", "properties": {"owner": ["x"], "asset": ["a"], "percentage": ["60"]}},
        {"id": "2", "schema": "Ownership", "properties": {"owner": ["o"], "asset": ["a"], "percentage": ["40"]}},
        {"id": "3", "schema": "Directorship", "properties": {"director": ["x"], "organization": ["b"]}},
    ]
    (tmp_path / "ftm.json").write_text("\n".join(map(json.dumps, ftm)))
    for name in ("a.csv", "a.jsonl", "ftm.json"):
        report = ownership(read_stakes(tmp_path / name), ["X"], at=TODAY, regimes=["ofac"])
        assert [(each.entity, each.share) for each in report.findings] == [("A", "3/5")], name
    unsc = ownership(read_stakes(tmp_path / "ftm.json"), ["x"], at=TODAY, regimes=["unsc"])
    assert {each.entity for each in unsc.findings} == {"A", "b"}


def test_parquet_is_read(tmp_path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    table = pa.table({"owner": ["X"], "owned": ["A"], "percentage": [60.5], "since": [datetime.date(2020, 1, 1)]})
    parquet.write_table(table, tmp_path / "a.parquet")
    finding = ownership(read_stakes(tmp_path / "a.parquet"), ["X"], at=TODAY).findings[0]
    assert finding.share == "121/200"
    assert finding.stakes[0].since == "2020-01-01"


@pytest.mark.parametrize(
    ("text", "words"),
    [("owner,owned,percentage\nX,A,500\n", "line 2"), ("owner,percentage\nX,5\n", "owned"), ("owner,owned\nX,\n", "line 2"),
     ("owner,owned,since\nX,A,soon\n", "no date"), ("owner,owned,kind\nX,A,magic\n", "magic"), ("", "nothing")],
)  # fmt: skip
def test_what_cannot_be_read_is_said(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(InputError, match=words):
        read_stakes(tmp_path / "a.csv")


def test_wrong_questions_are_refused() -> None:
    stakes = Stakes.of([("X", "A", "60")])
    with pytest.raises(UsageError):
        ownership(stakes, [])
    with pytest.raises(UsageError, match="mars"):
        ownership(stakes, ["X"], regimes=["mars"])
