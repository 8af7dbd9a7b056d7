"""Decisions about merges: the last one holds, undoing restores what was, and a later reader finds what held."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tajfif.errors import ListError, ListMissingError, UsageError
from tajfif.lists.merges import EffectiveDecisions, MergeDecisions, Verdict

A, B, C = "un_sc:QDi.900", "us_ofac:900", "uk_ofsi:900"
WHY = {"because": "the same passport", "by": "an officer"}


def test_nothing_is_decided_in_a_workspace_that_is_not_there(tmp_path: Path) -> None:
    decisions = MergeDecisions(tmp_path / "nowhere")
    assert decisions.read() == ()
    assert decisions.effective() == EffectiveDecisions()
    assert not (tmp_path / "nowhere").exists()


def test_a_decision_is_kept_with_who_why_and_when(tmp_path: Path) -> None:
    decision = MergeDecisions(tmp_path).decide(B, A, "accepted", **WHY)
    (again,) = MergeDecisions(tmp_path).read()
    assert again == decision
    assert (again.a, again.b, again.because, again.by) == (A, B, "the same passport", "an officer")
    assert again.at.endswith("Z")
    assert MergeDecisions(tmp_path).effective().accepted == ((A, B),)


def test_undoing_restores_the_digest_and_keeps_the_lines(tmp_path: Path) -> None:
    decisions = MergeDecisions(tmp_path)
    decisions.decide(A, B, "accepted", **WHY)
    before = decisions.effective()
    decisions.decide(A, C, "rejected", **WHY)
    assert decisions.effective().digest != before.digest
    decisions.decide(C, A, "undone", **WHY)
    assert decisions.effective() == before
    decisions.decide(A, B, "undone", **WHY)
    assert decisions.effective() == EffectiveDecisions()
    assert len(decisions.read()) == 4


def test_what_held_then_is_found_by_its_digest(tmp_path: Path) -> None:
    decisions = MergeDecisions(tmp_path)
    decisions.decide(A, B, "accepted", **WHY)
    then = decisions.effective()
    decisions.decide(A, B, "rejected", **WHY)
    assert decisions.with_digest(then.digest) == then
    assert decisions.with_digest("") == EffectiveDecisions()
    with pytest.raises(ListMissingError, match="never taken here"):
        decisions.with_digest("0" * 64)


@pytest.mark.parametrize(
    ("one", "other", "verdict", "why"),
    [
        (A, A, "accepted", WHY),
        ("QDi.900", B, "accepted", WHY),
        ("nobody:1", B, "accepted", WHY),
        (A, B, "undone", WHY),
        (A, B, "accepted", {"because": "  ", "by": "an officer"}),
        (A, B, "accepted", {"because": "x" * 3_000, "by": "an officer"}),
    ],
)
def test_what_cannot_be_decided_is_refused_and_nothing_is_written(
    tmp_path: Path, one: str, other: str, verdict: Verdict, why: dict[str, str]
) -> None:
    decisions = MergeDecisions(tmp_path)
    with pytest.raises(UsageError):
        decisions.decide(one, other, verdict, **why)
    assert decisions.read() == ()


def test_a_decision_that_holds_already_is_refused(tmp_path: Path) -> None:
    decisions = MergeDecisions(tmp_path)
    decisions.decide(A, B, "rejected", **WHY)
    with pytest.raises(UsageError, match="rejected already"):
        decisions.decide(B, A, "rejected", **WHY)


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    decisions = MergeDecisions(tmp_path)
    decisions.decide(A, B, "accepted", **WHY)
    place = tmp_path / "lists" / "merges.jsonl"
    place.write_bytes(place.read_bytes() + b'{"a": 1}\n')
    with pytest.raises(ListError, match="line 2"):
        decisions.read()
    with pytest.raises(ListError):
        decisions.decide(A, C, "accepted", **WHY)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([(A, B), (A, C), (B, C)]), st.sampled_from(["accepted", "rejected", "undone"])),
        max_size=8,
    )
)
def test_every_state_that_ever_held_can_be_found(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[tuple[str, str], Verdict]]
) -> None:
    decisions = MergeDecisions(tmp_path_factory.mktemp("home"))
    held = [decisions.effective()]
    for (one, other), verdict in steps:
        try:
            decisions.decide(one, other, verdict, **WHY)
        except UsageError:
            continue
        held.append(decisions.effective())
    for each in held:
        assert decisions.with_digest(each.digest) == each
