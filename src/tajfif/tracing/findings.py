"""What a detector hands over: findings with their transactions. Reach for it to read, rank or write findings.

A :class:`Finding` is a set of transactions that together look like a typology, with what is needed to judge it: who,
how much, when, why it fired, what would un-fire it. It is a reason to look, never a proof. :class:`Candidates` is the
same in columns, before it is spelled out: rows of a ledger in CSR form and a score for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from tajfif.tracing.account_facts import party_of

if TYPE_CHECKING:
    from tajfif.tracing.ledger import Ledger

__all__ = ["EPOCH", "Amount", "Candidates", "Finding", "Window", "iso_time", "spell_out"]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""What the times of a ledger count from."""


class Amount(msgspec.Struct, frozen=True):
    """An exact amount: a decimal number as text, with the digits of its currency, and the currency's code."""

    amount: str
    currency: str


class Window(msgspec.Struct, frozen=True):
    """First and last moment of a finding, ISO 8601 in UTC."""

    first: str
    last: str


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Transactions that together look like a typology.

    Attributes:
        typology: Name of the shape or indicator.
        accounts: The accounts, the one that the finding turns on first.
        parties: Who stands behind them, as the accounts file says; the account where it says nothing is left out.
        transactions: Ids of the transactions, in the order (time, sequence).
        amounts: Their amounts, in the same order.
        totals: The sum by currency; different currencies are never added.
        window: From the first to the last transaction.
        score: From 0 to 1, how far it departs from what these accounts do otherwise; findings are ranked by it.
        explanation: Why it fired, what speaks against it and what would un-fire it, in sentences.
        reasons: What was measured, one statement each.
        would_unfire: Changes that would make it disappear, one statement each.
        measures: The same as numbers.
        ledger: Directory of the ledger, empty for one in memory.
    """

    typology: str
    accounts: tuple[str, ...]
    parties: tuple[str, ...] = ()
    transactions: tuple[str, ...] = ()
    amounts: tuple[Amount, ...] = ()
    totals: tuple[Amount, ...] = ()
    window: Window | None = None
    score: float = 0.0
    explanation: str = ""
    reasons: tuple[str, ...] = ()
    would_unfire: tuple[str, ...] = ()
    measures: dict[str, float] = {}
    ledger: str = ""


class Candidates(msgspec.Struct, frozen=True, kw_only=True):
    """Findings in columns; f of them with r rows altogether.

    Attributes:
        hub: int64[f]: the account that each turns on, or -1.
        starts: int64[f + 1]: where the rows of each begin.
        rows: int64[r]: positions in the ledger.
        score: float64[f].
        measures: Name of a measure to float64[f].
        notes: Name of something to be said of the search to its number: ``cut`` searches were ended early.
    """

    hub: NDArray[np.int64]
    starts: NDArray[np.int64]
    rows: NDArray[np.int64]
    score: NDArray[np.float64]
    measures: dict[str, NDArray[np.float64]]
    notes: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self.hub)

    def rows_of(self, index: int) -> NDArray[np.int64]:
        """Return the rows of one finding."""
        return self.rows[self.starts[index] : self.starts[index + 1]]

    def pick(self, chosen: Sequence[int] | NDArray[np.int64]) -> Candidates:
        """Return only the findings at these positions, in this order."""
        order = np.asarray(chosen, dtype=np.int64)
        sizes = np.diff(self.starts)[order]
        starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        places = np.arange(starts[-1]) - np.repeat(starts[:-1], sizes) + np.repeat(self.starts[:-1][order], sizes)
        return Candidates(
            hub=self.hub[order],
            starts=starts,
            rows=self.rows[places],
            score=self.score[order],
            measures={name: values[order] for name, values in self.measures.items()},
            notes=self.notes,
        )


def iso_time(microseconds: int) -> str:
    """Return a moment as ISO 8601 in UTC, with fractions of a second only where there are some."""
    return (EPOCH + timedelta(microseconds=int(microseconds))).isoformat().replace("+00:00", "Z")


def _totals(ledger: Ledger, rows: NDArray[np.int64]) -> Iterator[Amount]:
    sums: dict[int, int] = {}
    for row in rows:
        currency = int(ledger.currency[row])
        sums[currency] = sums.get(currency, 0) + int(ledger.amount[row])
    for currency in sorted(sums, key=lambda each: ledger.currencies[each]):
        yield Amount(ledger.money(sums[currency], currency), ledger.currencies[currency])


def spell_out(
    ledger: Ledger,
    typology: str,
    rows: NDArray[np.int64],
    *,
    hub: int = -1,
    accounts: Sequence[int] = (),
    score: float,
    reasons: Sequence[str],
    would_unfire: Sequence[str],
    measures: dict[str, Any],
    explanation: str = "",
) -> Finding:
    """Turn rows of a ledger into a finding with names, ids and amounts.

    Args:
        ledger: Where the rows are.
        typology: Name of the shape or indicator.
        rows: Positions in the ledger; they are put in order.
        hub: The account that it turns on, put first; -1 for none.
        accounts: Further accounts that belong to it, whether they have transactions in it or not.
        score: From 0 to 1.
        reasons, would_unfire: One statement each.
        measures: Numbers behind the reasons.
        explanation: The sentences; by default the reasons and what would un-fire them.
    """
    ordered = np.unique(rows)
    members: dict[int, None] = dict.fromkeys((*((hub,) if hub >= 0 else ()), *accounts))
    for row in ordered:
        members.setdefault(int(ledger.source[row]))
        members.setdefault(int(ledger.target[row]))
    parties = dict.fromkeys(party for each in members if (party := party_of(ledger, each)))
    first, last = (int(ledger.time[ordered[0]]), int(ledger.time[ordered[-1]])) if len(ordered) else (0, 0)
    return Finding(
        typology=typology,
        accounts=tuple(ledger.account_name(each) for each in members),
        parties=tuple(parties),
        transactions=tuple(ledger.transaction_id(int(row)) for row in ordered),
        amounts=tuple(
            Amount(
                ledger.money(int(ledger.amount[row]), int(ledger.currency[row])),
                ledger.currencies[int(ledger.currency[row])],
            )
            for row in ordered
        ),
        totals=tuple(_totals(ledger, ordered)),
        window=Window(iso_time(first), iso_time(last)) if len(ordered) else None,
        score=round(float(score), 4),
        explanation=explanation or " ".join((*reasons, *would_unfire)),
        reasons=tuple(reasons),
        would_unfire=tuple(would_unfire),
        measures={name: round(float(value), 4) for name, value in measures.items()},
        ledger=str(ledger.directory) if ledger.directory != Path() else "",
    )
