"""The eight shapes: equal to brute force on small random ledgers, found in plain examples, ranked below habit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tajfif.errors import UsageError
from tajfif.tracing.findings import Candidates
from tajfif.tracing.patterns import DEFAULTS, HOUR, SHAPES, ShapeParameters, find_shape, prepare

from . import shape_reference as reference
from .shape_ledgers import Payment, ledger_of

DAY = 24.0


def groups(found: Candidates) -> list[list[int]]:
    return sorted(sorted(found.rows_of(index).tolist()) for index in range(len(found)))


def random_ledger(seed: int) -> tuple[list[Payment], np.random.Generator]:
    random = np.random.default_rng(seed)
    accounts, count = int(random.integers(4, 12)), int(random.integers(10, 60))
    hours = random.integers(0, int(random.choice([10, 40, 100])), count)
    ends = random.integers(0, accounts, (count, 2))
    amounts = random.choice([100, 95, 90, 50, 45, 200], count)
    foreign = random.random(count) < 0.1
    payments = [
        Payment(float(hour), f"a{source}", f"a{target}", float(amount), "EUR" if other else "USD")
        for hour, (source, target), amount, other in zip(hours, ends, amounts, foreign, strict=True)
    ]
    return payments, random


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_shapes_equal_brute_force(seed: int) -> None:
    payments, random = random_ledger(seed)
    ledger = ledger_of(payments)
    rows = [
        reference.Tx(row, *(int(column[row]) for column in (ledger.time, ledger.source, ledger.target, ledger.amount, ledger.currency)))
        for row in range(len(payments))
    ]  # fmt: skip
    window, hop = int(random.choice([5, 12, 24])), int(random.choice([4, 12]))
    loss, gain = float(random.choice([0.1, 0.3])), float(random.choice([0.02, 0.2]))
    least, most = int(random.integers(2, 4)), int(random.integers(4, 7))
    chosen = ShapeParameters(
        window_hours=window, hop_hours=hop, least=least, least_out=2, most=most, loss=loss, gain=gain, busiest=30,
        known_days=0,
    )  # fmt: skip
    span, step, gap = window * HOUR, hop * HOUR, 6 * HOUR
    expected = {
        "fan_out": reference.fans(rows, True, span, least),
        "fan_in": reference.fans(rows, False, span, least),
        "gather_scatter": reference.gather_scatter(rows, span, least, 2),
        "scatter_gather": reference.scatter_gather(rows, span, least, loss, gain),
        "cycle": reference.cycles(rows, span, least, most, loss, gain, gap),
        "random": reference.walks(rows, step, span, least, most, loss, gain, gap),
        "bipartite": reference.disjoint(
            reference.bipartite(rows, span, least, 30) + reference.cores(rows, span, least, 3)
        ),
        "stack": reference.stacks(rows, step, span, least, loss, gain, 30, gap),
    }
    prepared = prepare(ledger, bundle_hours=6)
    for shape in SHAPES:
        assert groups(find_shape(prepared, shape, chosen)) == sorted(map(sorted, expected[shape])), shape


def found(payments: Sequence[Payment], shape: str, accounts: Any = None, **changes: Any) -> list[set[str]]:
    """The ids of each finding; the id of a payment is its place in the list."""
    ledger = ledger_of(payments, accounts)
    chosen = ShapeParameters(
        **{**{name: getattr(DEFAULTS[shape], name) for name in DEFAULTS[shape].__struct_fields__}, **changes}
    )
    result = find_shape(prepare(ledger), shape, chosen)
    return [{ledger.transaction_id(row) for row in result.rows_of(index).tolist()} for index in range(len(result))]


def ids(payments: Sequence[Payment]) -> set[str]:
    return {str(index) for index in range(len(payments))}


FAN = [Payment(hour, "hub", f"to{hour}", 100.0) for hour in range(5)]
EXAMPLES = {
    "fan_out": FAN,
    "fan_in": [Payment(each.hour, each.target, each.source, each.amount) for each in FAN],
    "scatter_gather": [
        each
        for middle in range(3)
        for each in (Payment(middle, "from", f"m{middle}", 1000.0), Payment(10.0 + middle, f"m{middle}", "to", 950.0))
    ],
    "gather_scatter": [
        *(Payment(hour, f"from{hour}", "hub", 1000.0) for hour in range(3)),
        *(Payment(10.0 + hour, "hub", f"to{hour}", 970.0) for hour in range(3)),
    ],
    "cycle": [Payment(0, "a", "b", 1000.0), Payment(5, "b", "c", 970.0), Payment(9, "c", "d", 940.0), Payment(20, "d", "a", 930.0)],
    "random": [Payment(0, "a", "b", 1000.0), Payment(5, "b", "c", 970.0), Payment(9, "c", "d", 940.0), Payment(20, "d", "e", 930.0)],
    "bipartite": [Payment(3.0 * a + b, f"from{a}", f"to{b}", 100.0 + b) for a in range(3) for b in range(3)],
    "stack": [
        *(Payment(2.0 * a + b, f"from{a}", f"m{b}", 500.0) for a in range(2) for b in range(2)),
        *(Payment(30.0 + 2 * b + c, f"m{b}", f"to{c}", 490.0) for b in range(2) for c in range(2)),
    ],
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_plain_example_is_found_with_all_its_transactions(shape: str) -> None:
    payments = EXAMPLES[shape]
    assert ids(payments) in found(payments, shape)


@pytest.mark.parametrize("shape", SHAPES)
def test_plain_example_is_ranked_high(shape: str) -> None:
    result = find_shape(prepare(ledger_of(EXAMPLES[shape])), shape)
    assert result.score.max() >= 0.4
    assert (result.score <= 1).all()


@pytest.mark.parametrize("shape", ["scatter_gather", "gather_scatter", "cycle", "random", "stack"])
def test_nothing_is_found_against_the_order_of_time(shape: str) -> None:
    backwards = [Payment(1000.0 - each.hour, each.source, each.target, each.amount) for each in EXAMPLES[shape]]
    assert found(backwards, shape) == []


@pytest.mark.parametrize("shape", ["fan_out", "fan_in", "cycle", "scatter_gather", "bipartite"])
def test_nothing_is_found_outside_the_window(shape: str) -> None:
    slow = [Payment(each.hour * 1000, each.source, each.target, each.amount) for each in EXAMPLES[shape]]
    assert found(slow, shape) == []


def test_equal_times_go_by_the_order_of_the_file() -> None:
    ring = [Payment(0, "a", "b", 100.0), Payment(0, "b", "c", 100.0), Payment(0, "c", "a", 100.0)]
    assert found(ring, "cycle") == [ids(ring)]
    assert found([ring[1], ring[0], ring[2]], "random") == [{"1"}] * 0 + found([ring[1], ring[0], ring[2]], "random")
    assert found([ring[2], ring[1], ring[0]], "cycle") == []


def test_amounts_must_agree_where_they_can_be_compared() -> None:
    ring = EXAMPLES["cycle"]
    small = [*ring[:2], ring[2]._replace(amount=200.0), ring[3]._replace(amount=190.0)]
    assert found(small, "cycle") == []
    other = [
        *ring[:2],
        ring[2]._replace(amount=3450.0, currency="AED"),
        ring[3]._replace(amount=3400.0, currency="AED"),
    ]
    assert found(other, "cycle") == [ids(other)]


def test_a_payment_in_parts_is_compared_whole() -> None:
    split = [
        Payment(0, "a", "b", 1000.0),
        Payment(5, "b", "c", 600.0),
        Payment(6, "b", "c", 370.0),
        Payment(9, "c", "d", 950.0),
    ]
    assert found(split, "random", least=3) == [ids(split)]


def test_hubs_and_cash_make_no_shape() -> None:
    assert found(FAN, "fan_out", {"hub": {"type": "exchange_house"}}) == []
    assert found(EXAMPLES["cycle"], "cycle", {"c": {"type": "processor"}}) == []
    assert found(EXAMPLES["fan_in"], "fan_in", {f"to{each}": {"type": "cash"} for each in range(5)}) == []


def test_habit_makes_no_shape() -> None:
    monthly = [Payment(each.hour + month * 30 * DAY, *each[1:]) for month in range(4) for each in FAN]
    assert found(monthly, "fan_out") == []
    assert len(found(monthly, "fan_out", known_days=0)) == 4


def test_wages_make_no_shape() -> None:
    assert found([each._replace(channel="payroll") for each in FAN], "fan_out") == []


def test_payments_in_parts_make_slow_fans_and_rings() -> None:
    slow = [
        Payment(payer * 30 * DAY + part, f"from{payer}", "to", 4.0 + part / 10)
        for payer in range(3)
        for part in range(3)
    ]
    assert found(slow, "fan_in") == [ids(slow)]
    assert found(slow, "fan_in", parts_least=0) == []
    order = [2, 0, 1]
    ring = [
        Payment(order[leg] * 30 * DAY + part, f"a{leg}", f"a{(leg + 1) % 3}", 11.5)
        for leg in range(3)
        for part in range(3)
    ]
    assert found(ring, "cycle") == [ids(ring)]
    assert found(ring[:6], "random", window_hours=DAY) == [ids(ring[:6])]


@pytest.mark.parametrize("shape", SHAPES)
def test_threads_change_nothing(shape: str) -> None:
    random = np.random.default_rng(5)
    hours, ends = random.integers(0, 30 * 24, 6000), random.integers(0, 2500, (6000, 2))
    amounts = random.choice([100.0, 97.0, 94.0, 1000.0], 6000)
    ledger = ledger_of(
        [
            Payment(float(hour), f"a{a}", f"a{b}", float(amount))
            for hour, (a, b), amount in zip(hours, ends, amounts, strict=True)
        ]
    )
    one, three = (find_shape(prepare(ledger, threads=threads), shape) for threads in (1, 3))
    assert groups(one) == groups(three)
    np.testing.assert_array_equal(one.score, three.score)


def test_nothing_is_found_in_nothing() -> None:
    prepared = prepare(ledger_of([Payment(0, "a", "b", 1.0)]))
    assert [len(find_shape(prepared, shape)) for shape in SHAPES] == [0] * 8


def test_wrong_parameters_are_refused() -> None:
    with pytest.raises(UsageError, match="window_hours"):
        ShapeParameters(window_hours=-1)
    with pytest.raises(UsageError, match="least"):
        ShapeParameters(least=0)
    with pytest.raises(UsageError, match="loss"):
        ShapeParameters(loss=2)
    with pytest.raises(UsageError, match="budget"):
        ShapeParameters(budget=0)
    with pytest.raises(UsageError, match="spiral"):
        find_shape(prepare(ledger_of(FAN)), "spiral")
