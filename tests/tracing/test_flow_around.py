"""The neighbourhood of an account: in time order, widest first, bounded, and nothing left out unsaid."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tajfif.errors import InputError, UsageError
from tajfif.tracing.flow_around import neighbourhood
from tests.tracing.flow_cases import ledger_of, question
from tests.tracing.reference import Payment

CHAIN = [Payment(1, 0, 1, 10), Payment(2, 1, 2, 20), Payment(3, 2, 3, 30), Payment(4, 3, 4, 40), Payment(5, 0, 4, 1)]


def test_both_sides_in_time_order() -> None:
    found = neighbourhood(ledger_of(CHAIN, 6), "A2", hops=4)
    sides = {each.account: (each.after, each.before) for each in found.neighbours}
    assert sides == {"A2": (0, 0), "A3": (1, 0), "A4": (2, 0), "A1": (0, 1), "A0": (0, 2)}
    links = {(link.source, link.target, link.side): (link.amount, link.hop, link.transactions) for link in found.links}
    assert links == {
        ("A2", "A3", "after"): (30, 1, ("2",)),
        ("A3", "A4", "after"): (40, 2, ("3",)),
        ("A1", "A2", "before"): (20, 1, ("1",)),
        ("A0", "A1", "before"): (10, 2, ("0",)),
    }
    assert (found.accounts_left_out, found.transactions_left_out) == (0, 0)


def test_payments_before_the_money_came_do_not_count() -> None:
    payments = [Payment(1, 1, 2, 5), Payment(2, 0, 1, 10), Payment(3, 1, 3, 7)]
    found = neighbourhood(ledger_of(payments, 4), "A0", direction="after")
    assert {link.target for link in found.links} == {"A1", "A3"}


def test_hops_and_bounds() -> None:
    ledger = ledger_of(CHAIN, 6)
    assert len(neighbourhood(ledger, "A0", hops=1, direction="after").links) == 2
    until = neighbourhood(ledger, "A0", direction="after", until="1970-01-01T00:00:00.000002Z")
    assert {link.target for link in until.links} == {"A1", "A2"}
    since = neighbourhood(ledger, "A0", direction="after", since="1970-01-01T00:00:00.000002Z")
    assert {link.target for link in since.links} == {"A4"}


def test_a_hub_is_cut_and_what_was_cut_is_counted() -> None:
    payments = [Payment(1, 0, 1, 10_000)]
    payments += [Payment(2 + index, 1, 2 + index, 1 + index) for index in range(500)]
    found = neighbourhood(ledger_of(payments, 502), "A0", direction="after", most_accounts=20, most_transactions=400)
    assert len(found.neighbours) == 20
    hub = next(each for each in found.neighbours if each.account == "A1")
    assert hub.cut > 0
    assert sum(link.count for link in found.links) + found.transactions_left_out == len(payments)
    assert [each.account for each in found.neighbours[:2]] == ["A0", "A1"]
    amounts = [link.amount for link in found.links if link.source == "A1"]
    assert min(amounts) > 20  # the widest of those looked at were kept


@given(st.integers(0, 2**32), st.sampled_from(["after", "before"]))
@settings(max_examples=60, deadline=None)
def test_with_room_for_all_it_is_reach_in_time_order(number: int, direction: str) -> None:
    asked = question(number, backward=False)
    ledger = ledger_of(asked.payments, asked.accounts, asked.currencies)
    found = neighbourhood(ledger, "A0", hops=1, direction=direction, most_transactions=10_000)
    mine = [p for p in asked.payments if (p.source if direction == "after" else p.target) == 0]
    sums: dict[tuple[int, int], int] = {}
    for payment in mine:
        key = (payment.target if direction == "after" else payment.source, payment.currency)
        sums[key] = sums.get(key, 0) + payment.amount
    links = {
        (int((link.target if direction == "after" else link.source)[1:]), ledger.currencies.index(link.currency)): link
        for link in found.links
    }
    assert {key: link.amount for key, link in links.items()} == sums
    assert sum(link.count for link in links.values()) == len(mine)


@pytest.mark.parametrize("asked", [{"hops": 0}, {"hops": 99}, {"direction": "up"}, {"most_accounts": 0}], ids=str)
def test_looks_that_cannot_be_had(asked: dict[str, int]) -> None:
    with pytest.raises(UsageError):
        neighbourhood(ledger_of(CHAIN, 6), "A0", **asked)  # type: ignore[arg-type]
    with pytest.raises(InputError):
        neighbourhood(ledger_of(CHAIN, 6), "nobody")
