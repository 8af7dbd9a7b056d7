from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tajfif.errors import InputError
from tajfif.tracing.csr import rows_by_account
from tajfif.tracing.ledger import Ledger
from tajfif.tracing.money import currency_code, exponent_of, in_minor_units, shown_amount
from tajfif.tracing.words import TextColumn, word_codes


def small() -> Ledger:
    return Ledger.from_arrays(
        time=[30, 10, 20, 10],
        source=[0, 1, 2, 0],
        target=[1, 2, 0, 0],
        amount=[5, 6, 7, 8],
        names=["خزنة", "B", "C"],
        currencies=("KWD",),
        words={"channel": ["wire", "", "cash_deposit", "wire"]},
        accounts={"type": ["person", "", "firm"], "party": ["P0", "P1", ""], "holders": ["P0; P1", "", ""]},
    )


def test_rows_are_by_time_and_then_by_place() -> None:
    ledger = small()
    assert ledger.time.tolist() == [10, 10, 20, 30]
    assert ledger.sequence.tolist() == [1, 3, 2, 0]
    assert ledger.amount.tolist() == [6, 8, 7, 5]
    assert [ledger.transaction_id(row) for row in range(4)] == ["1", "3", "2", "0"]
    assert ledger.rows_of_ids(["0", "3"]) == [3, 1]
    assert ledger.out_rows[ledger.out_start[0] : ledger.out_start[1]].tolist() == [1, 3]
    assert ledger.in_rows[ledger.in_start[0] : ledger.in_start[1]].tolist() == [1, 2]
    codes, words = ledger.words("channel") or (None, ())
    assert codes is not None
    assert [words[code] if code >= 0 else "" for code in codes] == ["", "wire", "cash_deposit", "wire"]
    assert ledger.words("purpose") is None


def test_accounts_have_names_and_facts() -> None:
    ledger = small()
    assert ledger.account_index("خزنة") == 0
    assert list(ledger.account_names()) == ["خزنة", "B", "C"]
    assert ledger.accounts.party_of(1) == "P1"
    assert ledger.accounts.value("type", 1) == ""
    assert ledger.accounts.holders(0) == ("P0", "P1")
    assert ledger.accounts.codes("phone")[0].tolist() == [-1, -1, -1]
    assert ledger.money(1234500, 0) == "1234.500"
    with pytest.raises(InputError, match="no account is called"):
        ledger.account_index("nobody")
    with pytest.raises(InputError, match="no transaction is called"):
        ledger.rows_of_ids(["9"])


def test_no_ledger_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="here is no ledger"):
        Ledger.open(tmp_path)
    (tmp_path / "ledger.json").write_text('{"format": 0}')
    with pytest.raises(InputError, match="another version"):
        Ledger.open(tmp_path)


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 9).flatmap(lambda m: st.tuples(st.just(m), st.lists(st.integers(0, m - 1), max_size=60))))
def test_the_index_is_what_a_search_finds(case: tuple[int, list[int]]) -> None:
    count, accounts = case
    start, rows = rows_by_account(np.array(accounts, dtype=np.int32), count)
    for account in range(count):
        expected = [row for row, one in enumerate(accounts) if one == account]
        assert rows[start[account] : start[account + 1]].tolist() == expected


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(max_size=12), max_size=30))
def test_texts_are_found_where_they_are(texts: list[str]) -> None:
    texts = [text.encode("utf-8", "replace").decode() for text in texts]
    column = TextColumn.of(texts)
    assert [column[place] for place in range(len(texts))] == texts
    for text in texts:
        assert column.index(text) == texts.index(text)
    assert column.index("absent, certainly") is None
    codes, words = word_codes(texts)
    assert [words[code] if code >= 0 else "" for code in codes.tolist()] == texts


@pytest.mark.parametrize(
    ("amount", "exponent", "minor"),
    [("1234.5", 3, 1_234_500), ("0", 2, 0), ("7", 0, 7), ("0.001", 3, 1), ("+3.10", 2, 310)],
)
def test_amounts_become_minor_units(amount: str, exponent: int, minor: int) -> None:
    assert in_minor_units(amount, exponent) == minor


@pytest.mark.parametrize("amount", ["-1", "1.234", "x", "NaN", "Infinity", "99999999999999999999"])
def test_what_is_no_amount_is_refused(amount: str) -> None:
    with pytest.raises(InputError):
        in_minor_units(amount, 2)


@given(st.integers(0, 2**62 - 1), st.integers(0, 8))
def test_what_is_shown_reads_back(minor: int, exponent: int) -> None:
    assert in_minor_units(shown_amount(minor, exponent), exponent) == minor


def test_currencies() -> None:
    assert [exponent_of(code) for code in ("IQD", "KWD", "BHD", "JOD", "USD", "JPY", "BTC")] == [3, 3, 3, 3, 2, 0, 8]
    assert exponent_of("QQQ") is None
    assert currency_code("US Dollar") == "USD"
    assert currency_code(" iqd ") == "IQD"
    assert currency_code("?") == ""
