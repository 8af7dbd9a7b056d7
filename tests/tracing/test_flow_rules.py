"""The rules of docs/flow.md one by one, on ledgers small enough to be done by hand."""

from __future__ import annotations

from typing import Any

import pytest

from tajfif.errors import InputError, UsageError
from tajfif.tracing.flow import Seed, Trace, trace
from tests.tracing.flow_cases import MODELS, ledger_of
from tests.tracing.reference import Payment

S, B, C, D, E, F = range(6)

# S is the seed; B has 60 from C and 40 from S, pays 30 to E and 50 to D.
BY_HAND = [Payment(1, C, B, 60), Payment(2, S, B, 40), Payment(3, B, E, 30), Payment(4, B, D, 50)]


def followed(payments: list[Payment], *seeds: Seed, currencies: int = 1, **asked: Any) -> Trace:
    return trace(ledger_of(payments, 6, currencies), seeds or [Seed(account="A0")], **asked)


def received(answer: Trace) -> dict[str, float]:
    return {account.account: account.amount for account in answer.accounts()}


def held(answer: Trace) -> dict[str, float]:
    return {account.account: account.held for account in answer.accounts() if account.held}


@pytest.mark.parametrize(
    ("model", "to_e", "to_d", "kept"),
    [("poison", 30, 50, 20), ("haircut", 12, 20, 8), ("fifo", 0, 20, 20), ("lifo", 30, 10, 0), ("tiho", 0, 40, 0)],
)
def test_the_example_by_hand(model: str, to_e: int, to_d: int, kept: int) -> None:
    answer = followed(BY_HAND, model=model)
    found = received(answer)
    assert (found.get("A4", 0), found["A3"], held(answer).get("A1", 0)) == pytest.approx((to_e, to_d, kept))
    assert found["A1"] == 40


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_documents_show_these_numbers(repository: Any, lang: str) -> None:
    suffix = ".ar.md" if lang == "ar" else ".md"
    text = (repository / "docs" / f"flow{suffix}").read_text(encoding="utf-8")
    assert "30 × 40/100 = 12" in text
    assert "50 × 28/70 = 20" in text
    assert all(f"| `{model}` |" in text for model in MODELS)


def test_an_account_is_told_with_its_evidence() -> None:
    answer = followed(BY_HAND, model="fifo")
    found = {account.account: account for account in answer.accounts()}
    d = found["A3"]
    assert (d.amount, d.held, d.share, d.hops, d.first, d.last, d.prior) == (20, 20, 0.4, 2, 4, 4, 0)
    assert [step.transaction for step in d.path] == ["1", "3"]
    assert [(step.source, step.target, step.tainted) for step in d.path] == [("A0", "A1", 40), ("A1", "A3", 20)]
    assert d.path_amount == 20
    assert [(each.transaction, each.amount, each.tainted, each.hop) for each in d.transactions] == [("3", 50, 20, 2)]
    assert d.left_out == 0
    assert [each.transaction for each in answer.transactions()] == ["1", "3"]


def test_the_best_path_is_the_widest_that_respects_time() -> None:
    payments = [
        Payment(1, S, B, 10),
        Payment(2, B, D, 10),
        Payment(3, S, C, 100),
        Payment(4, C, B, 90),  # wider, but too late for what B paid at 2
        Payment(5, S, E, 30),
        Payment(6, E, D, 30),
    ]
    found = {account.account: account for account in followed(payments, model="fifo").accounts()}
    assert [step.transaction for step in found["A3"].path] == ["4", "5"]
    assert found["A3"].path_amount == 30
    assert [step.transaction for step in found["A1"].path] == ["2", "3"]


def test_a_seed_with_an_amount_is_a_lot_and_no_more() -> None:
    payments = [Payment(1, C, S, 50), Payment(2, S, B, 60), Payment(3, S, D, 70)]
    answer = followed(payments, Seed(account="A0", amount="0.40"), model="fifo")
    # put in before everything: 40 tainted, then 50 clean; A0 pays 60, then 70 of which 40 come from nowhere known
    assert received(answer) == {"A1": 40}
    assert answer.summary.totals[0].seeded == 40
    late = followed(payments, Seed(account="A0", amount="0.40", time="1970-01-01T00:00:00.000003Z"), model="fifo")
    assert received(late)["A3"] == 40
    with pytest.raises(InputError, match="more decimals"):
        followed(payments, Seed(account="A0", amount="0.405"))


def test_what_comes_back_to_a_seed_is_returned() -> None:
    payments = [Payment(1, S, B, 100), Payment(2, B, S, 100), Payment(3, S, D, 100)]
    answer = followed(payments, model="fifo")
    totals = answer.summary.totals[0]
    assert (totals.seeded, totals.returned, totals.held) == (200, 100, 100)
    assert held(answer) == {"A3": 100}


def test_a_seed_transaction_is_tainted_whole() -> None:
    answer = followed(BY_HAND, Seed(transaction="0"), model="lifo")
    assert received(answer) == {"A1": 60, "A3": 40}  # the newest 40 are clean: 30 to E, 10 to D; then 40 of C's money
    with pytest.raises(InputError):
        followed(BY_HAND, Seed(transaction="nowhere"))
    with pytest.raises(UsageError, match="out of scope"):
        followed(BY_HAND, Seed(transaction="3"), until="1970-01-01T00:00:00.000002Z")


def test_unknown_prior_balance_is_clean_spent_last_and_said() -> None:
    payments = [Payment(1, S, B, 40), Payment(2, B, D, 100)]
    found = {account.account: account for account in followed(payments, model="fifo").accounts()}
    assert (found["A3"].amount, found["A3"].share, found["A1"].prior) == (40, 0.4, 60)
    given = followed(payments, model="fifo", balances={("A1", "USD"): 80})
    assert received(given)["A3"] == 20
    assert {account.account: account.prior for account in given.accounts()} == {"A1": 0, "A3": 0}


def test_a_fee_is_borne_in_proportion_and_counted() -> None:
    payments = [Payment(1, S, B, 50), Payment(2, C, B, 50), Payment(3, B, D, 100, received=99)]
    answer = followed(payments, model="fifo")
    # bounds 50 and 100 become 49 (49.5 rounded down) and 99
    assert received(answer)["A3"] == 49
    assert answer.summary.totals[0].fees == 1
    assert received(followed(payments, model="haircut"))["A3"] == pytest.approx(49.5)


def test_a_conversion_keeps_the_share_and_moves_between_currencies() -> None:
    payments = [Payment(1, S, B, 50), Payment(2, C, B, 150), Payment(3, B, D, 200, 0, 260_000, 2)]
    answer = followed(payments, model="haircut", currencies=3)
    found = {(account.account, account.currency): account for account in answer.accounts()}
    assert found["A3", "IQD"].amount == pytest.approx(65_000)
    assert found["A3", "IQD"].share == pytest.approx(0.25)
    totals = {each.currency: each for each in answer.summary.totals}
    assert (totals["USD"].converted_out, totals["IQD"].converted_in) == pytest.approx((50, 65_000))


def test_amounts_near_the_limit_are_scaled_exactly() -> None:
    large = 2**61 + 12_345
    payments = [Payment(1, S, B, large // 3), Payment(2, B, D, large, 0, large - 7, 1)]
    answer = followed(payments, model="fifo", currencies=2)
    assert {account.amount for account in answer.accounts() if account.account == "A3"} == {
        (large // 3) * (large - 7) // large
    }


def test_a_stop_hub_keeps_what_enters() -> None:
    payments = [Payment(1, S, B, 40), Payment(2, B, D, 40)]
    answer = followed(payments, model="fifo", hubs={"A1": "stop"})
    assert received(answer) == {"A1": 40}
    totals = answer.summary.totals[0]
    assert (totals.stopped, totals.held) == (40, 40)
    assert [(hub.account, hub.treatment) for hub in answer.summary.hubs] == [("A1", "stop")]
    assert next(iter(answer.accounts())).hub == "stop"
    assert any("stop hub" in sentence for sentence in answer.summary.assumptions)


def test_a_pass_through_hub_passes_on_what_matches() -> None:
    payments = [
        Payment(1, C, B, 100),
        Payment(2, S, B, 1000),
        Payment(3, B, E, 100),  # C's
        Payment(4, B, D, 980),  # 2 % less than S's
        Payment(5, B, F, 500),  # nobody's
    ]
    answer = followed(payments, model="haircut", hubs={"A1": "pass"}, fee_tolerance=300)
    assert received(answer) == {"A1": 1000, "A3": 980}
    assert held(answer) == {"A1": 20, "A3": 980}
    hub = answer.summary.hubs[0]
    assert (hub.matched, hub.payments) == (2, 3)
    assert received(followed(payments, model="haircut", hubs={"A1": "pass"}, fee_tolerance=100)) == {"A1": 1000}
    assert received(followed(payments, model="haircut", hubs={"A1": "pass"}, window=1)) == {"A1": 1000}


def test_backward_says_where_money_came_from() -> None:
    payments = [Payment(1, C, B, 60), Payment(2, S, B, 40), Payment(3, B, D, 50)]
    answer = followed(payments, Seed(account="A3"), model="fifo", direction="backward")
    # B's payment of 50 is explained by the latest it received: 40 of S, then 10 of C
    assert received(answer) == {"A1": 50, "A0": 40, "A2": 10}
    c = next(account for account in answer.accounts() if account.account == "A2")
    assert [step.transaction for step in c.path] == ["0", "2"]
    assert [(each.transaction, each.tainted) for each in c.transactions] == [("0", 10)]


def test_hops_and_bounds() -> None:
    payments = [Payment(1, S, B, 40), Payment(2, B, D, 30), Payment(3, D, E, 20), Payment(9, S, F, 5)]
    answer = followed(payments, model="fifo", hops=2, until="1970-01-01T00:00:00.000008Z")
    assert received(answer) == {"A1": 40, "A3": 30}
    assert answer.summary.totals[0].beyond == 20
    assert received(followed(payments, model="fifo", since="1970-01-01T00:00:00.000002Z")) == {"A5": 5}
    day = followed(payments, model="fifo", since="1970-01-01", until="1970-01-01")
    assert len(received(day)) == 4


def test_equal_times_are_taken_in_the_order_of_the_file() -> None:
    payments = [Payment(1, B, D, 40), Payment(1, S, B, 40)]
    assert received(followed(payments, model="poison")) == {"A1": 40}
    assert received(followed(payments[::-1], model="poison")) == {"A1": 40, "A3": 40}


def test_what_is_shown_changes_no_figure() -> None:
    answer = followed(BY_HAND, model="haircut")
    assert [account.account for account in answer.accounts(limit=1)] == ["A1"]
    assert [account.account for account in answer.accounts(min_amount={"USD": 15})] == ["A1", "A3"]
    cited = next(iter(answer.accounts(cite=0)))
    assert (cited.transactions, cited.left_out) == ((), 1)


@pytest.mark.parametrize(
    "asked",
    [
        {"model": "best"},
        {"direction": "sideways"},
        {"hops": 0},
        {"since": "yesterday"},
        {"since": "2024-02-01", "until": "2024-01-01"},
        {"hubs": {"A1": "through"}},
        {"hubs": {"nobody": "stop"}},
        {"fee_tolerance": 20_000},
        {"window": -1},
        {"balances": {("A1", "USD"): -1}},
    ],
    ids=str,
)
def test_questions_that_cannot_be_asked(asked: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        followed(BY_HAND, **asked)


def test_seeds_that_are_none() -> None:
    with pytest.raises(UsageError, match="nothing to trace"):
        trace(ledger_of(BY_HAND, 6), [])
    with pytest.raises(UsageError, match="either an account or a transaction"):
        followed(BY_HAND, Seed())
    with pytest.raises(InputError):
        followed(BY_HAND, Seed(account="nobody"))
    with pytest.raises(InputError, match="EUR"):
        followed(BY_HAND, Seed(account="A0", amount="1", currency="EUR"))


@pytest.mark.parametrize("model", MODELS)
def test_the_same_question_has_the_same_answer(model: str) -> None:
    first, second = (followed(BY_HAND, model=model) for _ in range(2))
    assert list(first.accounts()) == list(second.accounts())
    assert first.summary == second.summary
