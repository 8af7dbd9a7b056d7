"""Every model, forward and backward, says what the slow reference says, and money is neither created nor lost."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tracing.flow_cases import MODELS, Question, facts, figures, question
from tests.tracing.reference import AccountSeed

QUESTIONS = 600
"""Random ledgers for each model and direction: 1,200 for each model."""

EXACT = ("poison", "fifo", "lifo", "tiho")


def compare(asked: Question, model: str) -> None:
    expected, answer = asked.expected(model), asked.answer(model)
    wanted, found = facts(expected), figures(answer)
    if model == "poison":  # creates taint, so that its totals do not mean where money is
        wanted, found = ({key: value for key, value in each.items() if key[0] != "total"} for each in (wanted, found))
    if model in EXACT:
        assert found == wanted
        exposure = answer.exposure
        for index in range(len(exposure)):
            key = (int(exposure.account[index]), int(exposure.currency[index]), int(exposure.seed[index]) + 1)
            path = [step.row for step in answer.path(index)]
            assert (path[::-1] if asked.backward else path) == list(expected.path[key])
        return
    small = {key for key in wanted.keys() ^ found.keys() if key[0] == "total"}  # a sum of nothing but rounding
    assert all(abs(float(wanted.get(key, 0) - found.get(key, 0))) < 1e-3 for key in small)
    assert wanted.keys() - small == found.keys() - small
    for key in wanted.keys() - small:
        assert math.isclose(found[key], wanted[key], rel_tol=1e-9, abs_tol=1e-6), key


@pytest.mark.parametrize("backward", [False, True], ids=["forward", "backward"])
@pytest.mark.parametrize("model", MODELS)
def test_equals_the_reference(model: str, backward: bool) -> None:
    for number in range(QUESTIONS):
        try:
            compare(question(number, backward=backward), model)
        except AssertionError:
            print(f"question {number}")
            raise


@pytest.mark.parametrize("apart", [False, True], ids=["together", "apart"])
@pytest.mark.parametrize("model", MODELS)
def test_equals_the_reference_where_pools_must_grow(model: str, apart: bool) -> None:
    asked = question(50, backward=False, most=9_000, most_accounts=900)
    seeds = 10 if model == "poison" else 320
    asked.seeds = [AccountSeed(account, account + 1 if apart else 1) for account in range(seeds)]
    asked.payment_seeds, asked.apart, asked.hubs = [], apart, {}
    asked.since = asked.until = asked.hops = None
    compare(asked, model)
    assert len(asked.answer(model).moved) > 4_096 or model == "poison"  # poison has room for all from the beginning


@given(st.integers(0, 2**32), st.booleans(), st.sampled_from(["haircut", "fifo", "lifo", "tiho"]))
@settings(max_examples=100, deadline=None)
def test_nothing_is_created_or_lost(number: int, backward: bool, model: str) -> None:
    asked = question(number, backward=backward)
    answer = asked.answer(model)
    for totals in answer.summary.totals:
        put_in = totals.seeded + totals.converted_in
        out = totals.held + totals.returned + totals.beyond + totals.fees + totals.converted_out + totals.dust
        assert put_in == out if model != "haircut" else math.isclose(put_in, out, rel_tol=1e-9, abs_tol=1e-6)
        assert 0 <= totals.stopped <= totals.held * (1 + 1e-9)


@given(st.integers(0, 2**32), st.booleans())
@settings(max_examples=50, deadline=None)
def test_seeds_apart_add_up_to_seeds_together(number: int, backward: bool) -> None:
    """For lots, an account's tainted money is the same whether or not the seeds are told apart."""
    asked = question(number, backward=backward)
    asked.hops = None  # hops are counted for each seed
    for index, seed in enumerate(asked.seeds):
        asked.seeds[index] = type(seed)(seed.account, index + 1, seed.time, seed.amount, seed.currency)
    sums = []
    for apart in (False, True):
        asked.apart = apart
        exposure = asked.answer("fifo").exposure
        received: dict[tuple[int, int], int] = {}
        for account, money, amount in zip(
            exposure.account.tolist(), exposure.currency.tolist(), exposure.received.tolist(), strict=True
        ):
            received[account, money] = received.get((account, money), 0) + amount
        sums.append(received)
    assert sums[0] == sums[1]


@given(st.integers(0, 2**32), st.booleans(), st.sampled_from(["haircut", "fifo", "lifo", "tiho"]))
@settings(max_examples=50, deadline=None)
def test_poison_bounds_every_model(number: int, backward: bool, model: str) -> None:
    asked = question(number, backward=backward)
    asked.apart, asked.hops, asked.dust = False, None, 0.0
    most, found = figures(asked.answer("poison")), figures(asked.answer(model))
    for key, amount in found.items():
        if key[0] in ("received", "tainted"):
            assert amount <= most[key] * (1 + 1e-9)
