"""Follow money from seeds, forward or backward. Reach for it to ask where a party's money went, or where it came from.

>>> trace(ledger, [Seed(account="EX-1")], model="fifo").summary   # doctest: +SKIP

The models, what they assume and an example by hand are in ``docs/flow.md``. Five share one order of events, one rule for
fees and one for what is not known: poison (all that a touched account pays), haircut (in proportion), FIFO, LIFO, and TIHO
(tainted money goes out with the highest payments). Nothing is created or lost: each run checks it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tajfif.errors import UsageError
from tajfif.tracing.flow_records import (
    CurrencyTotals,
    Hub,
    ReachedAccount,
    Seed,
    TaintedTransaction,
    TraceSummary,
)
from tajfif.tracing.flow_run import MODELS, Run, run
from tajfif.tracing.flow_scope import Purses, Scope, plan_of, purses_of, scope_of, seed_accounts, seed_lots, stated
from tajfif.tracing.flow_words import assumptions
from tajfif.tracing.kernels import NEVER

if TYPE_CHECKING:
    from tajfif.tracing.ledger import Ledger

__all__ = [
    "FEE_TOLERANCE",
    "MODELS",
    "WINDOW",
    "CurrencyTotals",
    "Exposure",
    "Hub",
    "ReachedAccount",
    "Seed",
    "TaintedTransaction",
    "Trace",
    "TraceSummary",
    "trace",
]

FEE_TOLERANCE = 300
"""Pass-through hubs: what a receipt may exceed the payment by that passes it on, in basis points of the receipt."""

WINDOW = 72 * 3_600_000_000
"""Pass-through hubs: how old a receipt may be when it is passed on, in microseconds."""

_STAY = ("ordinary", "stop", "pass")


@dataclass(frozen=True)
class Exposure:
    """What tainted money did, in columns: one element for each account, currency and seed that it reached.

    Attributes:
        account, currency, seed: Numbers in the ledger and in ``Trace.seeds`` (from 0).
        received: Tainted money that came in, minor units.
        held: Tainted money there at the end.
        stopped: Of that, what a declared hub keeps.
        hops: Fewest payments from a seed.
        first, last: Positions at which tainted money first and last came in; NEVER and -1 if it never did.
        width: What the narrowest payment of the best path carries.
        best: Last step of the best path, -1 for none (the seed itself).
        prior: What it paid, once touched, beyond what it is known to have had.
    """

    account: NDArray[np.int64]
    currency: NDArray[np.int64]
    seed: NDArray[np.int64]
    received: NDArray[Any]
    held: NDArray[Any]
    stopped: NDArray[Any]
    hops: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    width: NDArray[Any]
    best: NDArray[np.int64]
    prior: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.account)


class Trace:
    """The answer: columns for programs, records for people.

    Attributes:
        ledger: The ledger.
        summary: What was traced, how, under which assumptions, and where the money is.
        exposure: One element for each account, currency and seed reached, by account, currency and seed.
        seeds: Names of the seeds; one empty name if they are not kept apart.
        moved: One record for each transaction and seed that carries tainted money, in the order of the trace: ``amount``
            as it arrived, ``position``, ``label`` (number of the seed, from 1), ``hop``.
    """

    def __init__(self, scope: Scope, purses: Purses, found: Run, summary: TraceSummary) -> None:
        self.ledger = scope.ledger
        self.summary = summary
        self.seeds = summary.seeds if summary.apart else ("",)
        self.moved = found.moved
        self._scope = scope
        self._purses = purses
        self._steps = found.steps
        self._positions: NDArray[np.int32] | None = None
        self._incomes: dict[tuple[int, int], int] = {}
        self.exposure = _exposure(scope, purses, found)
        self._party = stated(self.ledger, "party")
        self._payees: NDArray[Any] = self.ledger.source if scope.backward else self.ledger.target
        self._payee_money = self.ledger.currency if scope.backward else self.ledger.currency_received

    def accounts(
        self,
        *,
        limit: int | None = None,
        min_amount: Mapping[str, int] | None = None,
        cite: int = 1000,
    ) -> Iterator[ReachedAccount]:
        """Yield the accounts reached: by seed, then currency, then the amount received, the largest first.

        Args:
            limit: Most accounts for each seed and currency.
            min_amount: Least amount by currency, minor units; an account is left out below it. Without it an account is
                left out that neither received nor holds half a minor unit.
            cite: Most transactions named for one account; those that carry most.
        """
        if limit is not None and limit < 1:
            raise UsageError(f"limit {limit} is not at least 1")
        chosen = self._chosen(limit, min_amount or {})
        citations = self._citations(chosen)
        for index in chosen.tolist():
            yield self._account(index, citations[index], cite)

    def transactions(self) -> Iterator[TaintedTransaction]:
        """Yield every transaction that carries tainted money, in time order, once for each seed kept apart."""
        order = range(len(self.moved))
        for index in reversed(order) if self._scope.backward else order:
            yield self._transaction(index)

    def row(self, position: int) -> int:
        """Return the row of the ledger at a position in the order of the trace."""
        return self._scope.row(position)

    def path(self, index: int) -> tuple[TaintedTransaction, ...]:
        """Return the best path to an element of the exposure, in time order.

        It is, of all paths from a seed along payments that carry that seed's tainted money in time order, the one whose
        narrowest payment carries most; of equals the first to arrive.
        """
        label = int(self.exposure.seed[index]) + 1
        step = int(self.exposure.best[index])
        found = []
        while step >= 0:
            position, step = (int(value) for value in self._steps[step])
            found.append(self._transaction(self._moved_at(position, label)))
        return tuple(found if self._scope.backward else reversed(found))

    def _moved_at(self, position: int, label: int) -> int:
        if self._positions is None:  # apart from the records, or each search would copy the column
            self._positions = np.ascontiguousarray(self.moved["position"])
        begin = int(np.searchsorted(self._positions, position, side="left"))
        end = int(np.searchsorted(self._positions, position, side="right"))
        return begin + int(np.argmax(self.moved["label"][begin:end] == label))

    def _chosen(self, limit: int | None, min_amount: Mapping[str, int]) -> NDArray[np.int64]:
        exposure, currencies = self.exposure, self.ledger.currencies
        least = np.array([min_amount.get(code, 0.5) for code in currencies] or [0.5])[exposure.currency]
        chosen = np.flatnonzero((exposure.received >= least) | (exposure.held >= least))
        group = exposure.seed[chosen] * max(len(currencies), 1) + exposure.currency[chosen]
        order = np.lexsort((exposure.account[chosen], -exposure.held[chosen], -exposure.received[chosen], group))
        chosen, group = chosen[order], group[order]
        if limit is not None and chosen.size:
            starts = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
            place = np.arange(chosen.size) - np.repeat(starts, np.diff(np.r_[starts, chosen.size]))
            chosen = chosen[place < limit]
        return chosen

    def _citations(self, chosen: NDArray[np.int64]) -> dict[int, NDArray[np.int64]]:
        """Return for each element chosen where in ``moved`` its receipts are, in the order of the trace."""
        exposure = self.exposure
        wanted = np.zeros(len(self.ledger.out_start) - 1, dtype=bool)
        wanted[exposure.account[chosen]] = True
        rows = self._scope.origin + self._scope.step * self.moved["position"].astype(np.int64)
        payees = self._payees[rows]
        where = np.flatnonzero(wanted[payees])
        rows, payees = rows[where], payees[where].astype(np.int64)
        key = self._key(payees, self._payee_money[rows].astype(np.int64), self.moved["label"][where] - 1)
        order = np.argsort(key, kind="stable")
        key, where = key[order], where[order]
        sought = self._key(exposure.account[chosen], exposure.currency[chosen], exposure.seed[chosen])
        left, right = np.searchsorted(key, sought, side="left"), np.searchsorted(key, sought, side="right")
        return {
            index: where[begin:end]
            for index, begin, end in zip(chosen.tolist(), left.tolist(), right.tolist(), strict=True)
        }

    def _key(self, account: NDArray[Any], currency: NDArray[Any], seed: NDArray[Any]) -> NDArray[np.int64]:
        key: NDArray[np.int64] = (account * max(len(self.ledger.currencies), 1) + currency) * len(self.seeds) + seed
        return key

    def _account(self, index: int, receipts: NDArray[np.int64], cite: int) -> ReachedAccount:
        exposure, ledger = self.exposure, self.ledger
        account, currency = int(exposure.account[index]), int(exposure.currency[index])
        named = receipts
        if receipts.size > cite:
            named = np.sort(receipts[np.argsort(-self.moved["amount"][receipts], kind="stable")[:cite]])
        if self._scope.backward:
            named = named[::-1]
        times = [0, 0]
        if exposure.last[index] >= 0:
            ends = (int(exposure.first[index]), int(exposure.last[index]))
            times = sorted(int(ledger.time[self._scope.row(position)]) for position in ends)
        if (account, currency) not in self._incomes:  # with seeds apart, a hub is asked for once for each
            self._incomes[account, currency] = self._income(account, currency)
        income = self._incomes[account, currency]
        received = exposure.received[index].item()
        return ReachedAccount(
            account=ledger.account_name(account),
            party=self._party(account),
            hub=_STAY[self._purses.treatment[account]] if self._purses.treatment[account] else "",
            seed=self.seeds[int(exposure.seed[index])],
            currency=ledger.currencies[currency],
            amount=received,
            held=exposure.held[index].item(),
            share=received / income if income else 0.0,
            hops=int(exposure.hops[index]),
            first=times[0],
            last=times[1],
            prior=int(exposure.prior[index]),
            path=self.path(index),
            path_amount=exposure.width[index].item(),
            transactions=tuple(self._transaction(at) for at in named.tolist()),
            left_out=int(receipts.size - named.size),
        )

    def _income(self, account: int, currency: int) -> int:
        """Return all that an account received (backward: paid) in scope."""
        ledger, scope = self.ledger, self._scope
        if scope.backward:
            rows = ledger.out_rows[ledger.out_start[account] : ledger.out_start[account + 1]]
            amounts = ledger.amount
        else:
            rows = ledger.in_rows[ledger.in_start[account] : ledger.in_start[account + 1]]
            amounts = ledger.amount_received
        positions = (np.asarray(rows, dtype=np.int64) - scope.origin) * scope.step
        rows = rows[(positions < scope.end) & (self._payee_money[rows] == currency)]
        return int(amounts[rows].sum())

    def _transaction(self, index: int) -> TaintedTransaction:
        ledger, moved = self.ledger, self.moved[index]
        row = self._scope.row(int(moved["position"]))
        return TaintedTransaction(
            transaction=ledger.transaction_id(row),
            row=row,
            time=int(ledger.time[row]),
            source=ledger.account_name(int(ledger.source[row])),
            target=ledger.account_name(int(ledger.target[row])),
            amount=int(ledger.amount[row]),
            currency=ledger.currencies[int(ledger.currency[row])],
            tainted=moved["amount"].item(),
            tainted_currency=ledger.currencies[int(self._payee_money[row])],
            seed=self.seeds[int(moved["label"]) - 1],
            hop=int(moved["hop"]),
        )


def trace(
    ledger: Ledger,
    seeds: Sequence[Seed],
    *,
    model: str = "fifo",
    direction: str = "forward",
    since: str = "",
    until: str = "",
    hops: int | None = None,
    hubs: Mapping[str, str] | None = None,
    fee_tolerance: int = FEE_TOLERANCE,
    window: int = WINDOW,
    balances: Mapping[tuple[str, str], int] | None = None,
    apart: bool = False,
    dust: float | None = None,
    lang: str = "en",
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Trace:
    """Follow tainted money through a ledger.

    Args:
        ledger: The ledger.
        seeds: Accounts, amounts or transactions where tainted money comes from (backward: where it ended).
        model: One of ``MODELS``.
        direction: ``forward``: where did it go. ``backward``: where did it come from; the same on the ledger with time
            reversed and payer and payee exchanged.
        since, until: Bounds, ISO 8601, both included. Forward, what is earlier than ``since`` still tells what accounts
            have, but nothing in it is a seed; backward likewise what is later than ``until``.
        hops: Follow no further than so many payments from a seed.
        hubs: Treatment (``stop``, ``pass``, ``ordinary``) by account, or by type of account ("exchange_house").
        fee_tolerance: Of pass-through hubs; see ``FEE_TOLERANCE``.
        window: Of pass-through hubs; see ``WINDOW``.
        balances: What accounts had before the first transaction (backward: after the last), clean, in minor units by
            account and currency.
        apart: Keep the seeds apart, by their labels.
        dust: Haircut with seeds kept apart: parts of payments below so many minor units are followed no further, but
            counted; half a unit by default.
        lang: Language of the assumptions, ``en`` or ``ar``.
        progress: Called with the transactions done and their number.

    Raises:
        UsageError: A question that cannot be asked.
        InputError: A seed, hub or currency that is not in the ledger.
        InternalError: Money was created or lost on the way.
    """
    _check(model, seeds, hops, fee_tolerance, window)
    scope = scope_of(ledger, direction, since, until)
    opening = _opening(ledger, balances or {})
    lots = seed_lots(ledger, seeds)
    purses = purses_of(
        ledger,
        hubs or {},
        seed_accounts(ledger, seeds),
        [(account, currency) for account, currency, _ in lots],
        fee_tolerance,
        window,
    )
    plan, names = plan_of(scope, purses, seeds, apart=apart, balances=opening)
    dust = dust if dust is not None else 0.5 if apart and len(names) > 1 else 0.0
    found = run(
        model, purses.stream(scope), plan, hops=NEVER - 1 if hops is None else hops, dust=dust, progress=progress
    )
    unfinished = TraceSummary(
        ledger=str(ledger.directory), model=model, direction=direction, seeds=names, apart=apart, since=since,
        until=until, hops=hops or 0, transactions=scope.end, reachable=found.reachable,
        tainted=_distinct(found.moved["position"]), accounts=0, totals=(), hubs=purses.hubs,
        assumptions=assumptions(
            model, direction, [hub.treatment for hub in purses.hubs], bool(opening), dust, fee_tolerance, window, lang
        ),
    )  # fmt: skip
    result = Trace(scope, purses, found, unfinished)
    result.summary = _finished(unfinished, ledger, result.exposure, found)
    return result


def _check(model: str, seeds: Sequence[Seed], hops: int | None, fee_tolerance: int, window: int) -> None:
    if model not in MODELS:
        raise UsageError(f"model {model!r} is not one of {', '.join(MODELS)}")
    if not seeds:
        raise UsageError("nothing to trace from", hint="Name at least one account or transaction.")
    if hops is not None and not 1 <= hops < NEVER - 1:
        raise UsageError(f"hops {hops} is not at least 1")
    if not 0 <= fee_tolerance <= 10_000:
        raise UsageError(f"fee tolerance {fee_tolerance} is not between 0 and 10,000 basis points")
    if window < 0:
        raise UsageError("the window of pass-through hubs is negative")


def _opening(ledger: Ledger, balances: Mapping[tuple[str, str], int]) -> dict[tuple[int, int], int]:
    opening = {}
    for (account, code), amount in balances.items():
        if amount < 0:
            raise UsageError(f"the balance of {account} is negative")
        if code in ledger.currencies and amount:
            opening[ledger.account_index(account), ledger.currencies.index(code)] = amount
    return opening


def _exposure(scope: Scope, purses: Purses, found: Run) -> Exposure:
    """Return the entries by account rather than by purse: a hub has many purses."""
    entries = found.entries
    account, currency = purses.account(entries.purse), purses.currency(entries.purse)
    seed = entries.label - 1
    hub = purses.treatment[account] != 0
    stopped = entries.held * hub
    columns: tuple[NDArray[Any], ...] = (
        account, currency, seed, entries.received, entries.held, stopped, entries.hop, entries.first, entries.last,
        entries.width, entries.best, found.prior[entries.purse],
    )  # fmt: skip
    if purses.records is None:
        return Exposure(*columns)
    step_position = np.full(entries.best.size, -1, dtype=np.int64)
    some = entries.best >= 0
    step_position[some] = found.steps[entries.best[some], 0]
    order = np.lexsort((step_position, -entries.width, seed, currency, account))
    columns = tuple(column[order] for column in columns)
    if not hub.any() or order.size == 0:
        return Exposure(*columns)
    account, currency, seed = columns[:3]
    new = (account[1:] != account[:-1]) | (currency[1:] != currency[:-1]) | (seed[1:] != seed[:-1])
    starts = np.flatnonzero(np.r_[True, new])
    how = [None, None, None, np.add, np.add, np.add, np.minimum, np.minimum, np.maximum, None, None, None]
    return Exposure(
        *(
            column[starts] if reduce is None else reduce.reduceat(column, starts)
            for column, reduce in zip(columns, how, strict=True)
        )
    )


def _distinct(ascending: NDArray[Any]) -> int:
    return int(np.count_nonzero(np.diff(ascending))) + 1 if ascending.size else 0


def _finished(summary: TraceSummary, ledger: Ledger, exposure: Exposure, found: Run) -> TraceSummary:
    """Return the summary with what the exposure says."""
    totals = []
    for index, code in enumerate(ledger.currencies):
        here = exposure.currency == index
        amounts = {name: values[index] for name, values in found.totals.items()}
        if any(amounts.values()):
            # A purse has one prior balance, whatever the number of its seeds.
            _, once = np.unique(exposure.account[here], return_index=True)
            stopped, prior = exposure.stopped[here].sum().item(), exposure.prior[here][once].sum().item()
            totals.append(CurrencyTotals(currency=code, stopped=stopped, prior=prior, **amounts))
    known = {name: getattr(summary, name) for name in summary.__struct_fields__}
    return TraceSummary(**{**known, "accounts": len(exposure), "totals": tuple(totals)})
