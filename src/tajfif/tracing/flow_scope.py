"""From a ledger and a question to what the kernels take. Reach for it from :mod:`tajfif.tracing.flow` only.

Here times become positions, accounts and currencies become purses, declared hubs get their treatment, and seeds become a
plan. Everything that can be wrong with a question is found here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tajfif.errors import InputError, UsageError
from tajfif.tracing import kernels
from tajfif.tracing.flow_records import Hub, Seed
from tajfif.tracing.flow_run import Plan, Stream
from tajfif.tracing.kernels import NEVER, ORDINARY, PAIR, PASS, STOP

if TYPE_CHECKING:
    from tajfif.tracing.ledger import Ledger

__all__ = ["Purses", "Scope", "instant", "minor_units", "plan_of", "purses_of", "scope_of", "stated"]

TREATMENTS = {"ordinary": 0, "stop": STOP, "pass": PASS}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_PURSE = np.dtype([("account", "i4"), ("currency", "i2"), ("kind", "i2"), ("older", "i4")])


def instant(text: str, *, end: bool = False) -> int:
    """Return microseconds since 1970-01-01 UTC.

    Args:
        text: ISO 8601; without a zone it is UTC.
        end: A day without a time means its last microsecond rather than its first.

    Raises:
        UsageError: It is no such time.
    """
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        hint = "Write it as 2024-03-31 or 2024-03-31T23:59:59Z."
        raise UsageError(f"{text!r} is not a date or time in ISO 8601", hint=hint) from None
    time = time.replace(tzinfo=UTC) if time.tzinfo is None else time
    if end and len(text) <= len("2024-03-31"):
        time += timedelta(days=1) - _MICROSECOND
    return int((time - _EPOCH) // _MICROSECOND)


def minor_units(text: str, exponent: int, currency: str) -> int:
    """Return an amount in minor units.

    Raises:
        InputError: It is no amount above zero, or has more decimals than the currency.
    """
    try:
        amount = Decimal(text).scaleb(exponent)
    except InvalidOperation:
        raise InputError(f"{text!r} is not an amount", hint="Write it as 1250.50, without separators.") from None
    if not amount.is_finite() or amount <= 0 or amount >= 2**62:
        raise InputError(f"{text} is not an amount above zero that fits")
    if amount != int(amount):
        raise InputError(f"{text} has more decimals than {currency} has ({exponent})")
    return int(amount)


def stated(ledger: Ledger, field: str) -> Callable[[int], str]:
    """Return what tells, of an account, what the accounts file says in a field; empty for nothing."""
    if field not in ledger.accounts.fields:
        return lambda account: ""
    codes, words = ledger.accounts.codes(field)
    return lambda account: words[codes[account]] if codes[account] >= 0 else ""


@dataclass(frozen=True)
class Scope:
    """The direction of a trace and how far it goes.

    Attributes:
        ledger: The ledger.
        backward: Whether time and payments are reversed.
        start: Microseconds; seeds without a time begin here (backward: end here). None for the ledger's own bound.
        origin, step, end: Row = origin + step * position, for positions 0 to end - 1.
    """

    ledger: Ledger
    backward: bool
    start: int | None
    origin: int
    step: int
    end: int

    def position(self, time: int | None) -> int:
        """Return the first position at or after a time (backward: at or before), as late as ``end``."""
        if time is None:
            return 0
        if self.backward:
            found = len(self.ledger.time) - int(np.searchsorted(self.ledger.time, time, side="right"))
        else:
            found = int(np.searchsorted(self.ledger.time, time, side="left"))
        return min(found, self.end)

    def row(self, position: int) -> int:
        """Return the row at a position."""
        return self.origin + self.step * position


def scope_of(ledger: Ledger, direction: str, since: str, until: str) -> Scope:
    """Return the scope between two times, both included.

    Raises:
        UsageError: A wrong direction or time, or a ledger too long.
    """
    if direction not in ("forward", "backward"):
        raise UsageError(f"direction {direction!r} is neither forward nor backward")
    count = len(ledger.time)
    if count >= NEVER - 1:
        raise UsageError(f"a trace takes fewer than {NEVER:,} transactions; this ledger has {count:,}")
    first = instant(since) if since else None
    last = instant(until, end=True) if until else None
    if first is not None and last is not None and first > last:
        raise UsageError(f"--since {since} is after --until {until}")
    if direction == "backward":
        end = count if first is None else count - int(np.searchsorted(ledger.time, first, side="left"))
        return Scope(ledger, True, last, count - 1, -1, end)
    end = count if last is None else int(np.searchsorted(ledger.time, last, side="right"))
    return Scope(ledger, False, first, 0, 1, end)


@dataclass(frozen=True)
class Purses:
    """The purses of a ledger.

    Attributes:
        source, target: Purse of either side, by row.
        records: Account, currency and kind of each; None where each account is its own one purse.
        count: How many.
        hubs: How the declared hubs are treated.
        treatment: STOP, PASS or 0 by account.
        newest: Of each account the purse made last, from which ``older`` leads on; empty without records.
    """

    source: NDArray[np.int32]
    target: NDArray[np.int32]
    records: NDArray[Any] | None
    count: int
    hubs: tuple[Hub, ...]
    treatment: NDArray[np.uint8]
    newest: NDArray[np.int32]

    def account(self, purse: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the accounts of purses."""
        return purse if self.records is None else self.records["account"][purse].astype(np.int64)

    def currency(self, purse: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the currencies of purses."""
        return np.zeros_like(purse) if self.records is None else self.records["currency"][purse].astype(np.int64)

    def ordinary(self, account: int, currency: int | None = None) -> NDArray[np.int64]:
        """Return the purses of an ordinary account, in one currency or in all."""
        if self.records is None:
            return np.array([account], dtype=np.int64)
        found = []
        purse = int(self.newest[account])
        while purse >= 0:
            record = self.records[purse]
            if record["kind"] == ORDINARY and currency in (None, int(record["currency"])):
                found.append(purse)
            purse = int(record["older"])
        return np.array(sorted(found), dtype=np.int64)

    def stream(self, scope: Scope) -> Stream:
        """Return the stream of payments in a scope."""
        ledger = scope.ledger
        one = len(ledger.currencies) <= 1
        counted = np.ones(self.count, dtype=np.uint8)
        accounts = np.zeros(0, dtype=np.int32)
        currency = np.zeros(0, dtype=np.int16)
        if self.records is not None:
            accounts = np.ascontiguousarray(self.records["account"])
            counted = (self.records["kind"] != PAIR).astype(np.uint8)
            currency = np.zeros(0, dtype=np.int16) if one else self.records["currency"]
        sides: list[tuple[NDArray[Any], ...]] = [
            (self.source, ledger.amount, ledger.currency, ledger.out_start, ledger.out_rows),
            (self.target, ledger.amount_received, ledger.currency_received, ledger.in_start, ledger.in_rows),
        ]
        if scope.backward:
            sides.reverse()
        (payer, paid, paid_in, *pays), (payee, received, received_in, *gets) = (
            [kernels.read_only(column) for column in side] for side in sides
        )
        return Stream(
            payer=payer, payee=payee, paid=paid, received=received, paid_in=paid_in, received_in=received_in,
            origin=scope.origin, step=scope.step, end=scope.end, purses=self.count,
            currencies=max(len(ledger.currencies), 1), counted=counted, currency=currency,
            books=(*pays, *gets, accounts),
        )  # fmt: skip


def purses_of(
    ledger: Ledger,
    hubs: Mapping[str, str],
    seeds: Iterable[int],
    extra: Iterable[tuple[int, int]],
    tolerance: int,
    window: int,
) -> Purses:
    """Return the purses of a ledger with hubs.

    Args:
        ledger: The ledger.
        hubs: Treatment by account name or type of account.
        seeds: Accounts that are seeds: these are ordinary, whatever is declared.
        extra: Accounts and currencies that need a purse, whether or not they appear in a transaction.
        tolerance: Of pass-through hubs, basis points.
        window: Of pass-through hubs, microseconds.

    Raises:
        UsageError: A treatment that is not known, or a hub that is neither an account nor a type.
    """
    treatment, declared = _treatments(ledger, hubs)
    treatment[[account for account in seeds if treatment[account]]] = 0
    one_currency = len(ledger.currencies) <= 1
    if one_currency and not treatment.any():
        count = len(ledger.out_start) - 1
        found = _hub_reports(ledger, treatment, declared, None)
        return Purses(ledger.source, ledger.target, None, count, found, treatment, np.zeros(0, dtype=np.int32))
    count = len(ledger.time)
    receipt_of = np.zeros(0, dtype=np.int64)
    passed_on = np.zeros(0, dtype=np.uint8)
    if (treatment == PASS).any():
        receipt_of = np.full(count, -1, dtype=np.int64)
        passed_on = np.zeros(count, dtype=np.uint8)
        for account in np.flatnonzero(treatment == PASS):
            _match(ledger, int(account), tolerance, window, receipt_of, passed_on)
    accounts = len(ledger.out_start) - 1
    newest = np.full(accounts, -1, dtype=np.int32)
    records = np.zeros(2 * accounts + 1024, dtype=_PURSE)
    source, target = np.empty(count, dtype=np.int32), np.empty(count, dtype=np.int32)
    row = used = 0
    payers, payees = kernels.read_only(ledger.source), kernels.read_only(ledger.target)
    paid_in, received_in = kernels.read_only(ledger.currency), kernels.read_only(ledger.currency_received)
    while row < count:
        if row:
            records = np.concatenate([records, np.zeros_like(records)])
        row, used = kernels.assign_purses(
            payers, payees, paid_in, received_in, treatment, receipt_of, passed_on, newest, records, used, source,
            target, row,
        )  # fmt: skip
    reports = _hub_reports(ledger, treatment, declared, receipt_of)
    purses = Purses(source, target, records[:used], used, reports, treatment, newest)
    missing = [pair for pair in dict.fromkeys(extra) if not purses.ordinary(*pair).size]
    if not missing:
        return purses
    more = np.zeros(len(missing), dtype=_PURSE)
    for index, (owner, money) in enumerate(missing):
        more[index] = (owner, money, ORDINARY, newest[owner])
        newest[owner] = used + index
    return Purses(
        source, target, np.concatenate([records[:used], more]), used + len(more), reports,
        treatment, newest,
    )  # fmt: skip


def _treatments(ledger: Ledger, hubs: Mapping[str, str]) -> tuple[NDArray[np.uint8], dict[int, str]]:
    """Return the treatment by account, and by which word each hub was declared; a name wins over a type."""
    treatment = np.zeros(len(ledger.out_start) - 1, dtype=np.uint8)
    declared: dict[int, str] = {}
    by_name: list[tuple[int, str, str]] = []
    codes, kinds = ledger.accounts.codes("type")
    for key, wanted in hubs.items():
        if wanted not in TREATMENTS:
            raise UsageError(
                f"hub {key}: {wanted!r} is no treatment", hint="Say --hub ACCOUNT=stop, =pass or =ordinary."
            )
        if key and key in kinds:
            of_type = np.flatnonzero(codes == kinds.index(key))
            treatment[of_type] = TREATMENTS[wanted]
            declared.update(dict.fromkeys((int(each) for each in of_type), key))
            continue
        try:
            by_name.append((ledger.account_index(key), key, wanted))
        except InputError:
            raise UsageError(
                f"hub {key!r} is neither an account of the ledger nor a type of account in its accounts file"
            ) from None
    for account, key, wanted in by_name:
        treatment[account] = TREATMENTS[wanted]
        declared[account] = key
    return treatment, declared


def _hub_reports(
    ledger: Ledger, treatment: NDArray[np.uint8], declared: dict[int, str], receipt_of: NDArray[np.int64] | None
) -> tuple[Hub, ...]:
    names = {value: name for name, value in TREATMENTS.items()}
    reports = []
    for account in sorted(declared):
        matched = payments = 0
        if treatment[account] == PASS and receipt_of is not None:
            rows = ledger.out_rows[ledger.out_start[account] : ledger.out_start[account + 1]]
            matched, payments = int((receipt_of[rows] >= 0).sum()), len(rows)
        reports.append(
            Hub(
                account=ledger.account_name(account),
                treatment=names[int(treatment[account])],
                declared=declared[account],
                matched=matched,
                payments=payments,
            )
        )
    return tuple(reports)


def _match(
    ledger: Ledger,
    account: int,
    tolerance: int,
    window: int,
    receipt_of: NDArray[np.int64],
    passed_on: NDArray[np.uint8],
) -> None:
    """Match the payments of one pass-through hub with its receipts, currency by currency."""
    came = np.asarray(ledger.in_rows[ledger.in_start[account] : ledger.in_start[account + 1]], dtype=np.int64)
    paid = np.asarray(ledger.out_rows[ledger.out_start[account] : ledger.out_start[account + 1]], dtype=np.int64)
    came, paid = came[ledger.source[came] != account], paid[ledger.target[paid] != account]
    money_in, money_out = ledger.currency_received[came], ledger.currency[paid]
    for currency in np.intersect1d(money_in, money_out):
        receipts, payments = came[money_in == currency], paid[money_out == currency]
        amounts = np.asarray(ledger.amount_received[receipts])
        ranked = np.lexsort((receipts, amounts)).astype(np.int64)
        matched = kernels.match_hub(
            receipts,
            amounts,
            ranked,
            payments,
            np.asarray(ledger.amount[payments]),
            kernels.read_only(ledger.time),
            tolerance,
            window,
        )
        receipt_of[payments] = matched
        passed_on[matched[matched >= 0]] = 1


@dataclass
class _Seeds:
    """Seeds on their way to a plan."""

    accounts: dict[int, tuple[int, int]] = field(default_factory=dict)
    payments: dict[int, int] = field(default_factory=dict)
    lots: list[tuple[int, int, int, int, int]] = field(default_factory=list)


def seed_accounts(ledger: Ledger, seeds: Sequence[Seed]) -> list[int]:
    """Return the accounts that are seeds, in order."""
    return [ledger.account_index(seed.account) for seed in seeds if seed.account]


def seed_lots(ledger: Ledger, seeds: Sequence[Seed]) -> list[tuple[int, int, int]]:
    """Return account, currency and minor units of each seed with an amount.

    Raises:
        InputError: An unknown account or currency, or an amount that the currency cannot have.
    """
    lots = []
    for seed in seeds:
        if seed.amount:
            currency = currency_index(ledger, seed.currency)
            name, exponent = ledger.currencies[currency], int(ledger.exponents[currency])
            lots.append((ledger.account_index(seed.account), currency, minor_units(seed.amount, exponent, name)))
    return lots


def currency_index(ledger: Ledger, code: str) -> int:
    """Return the number of a currency; of the only one if none is named.

    Raises:
        InputError: The ledger has no such currency, or several and none is named.
    """
    if not code and len(ledger.currencies) == 1:
        return 0
    if code not in ledger.currencies:
        which = ", ".join(ledger.currencies)
        what = f"no transaction is in {code!r}" if code else "an amount needs its currency"
        raise InputError(what, hint=f"The ledger has {which}.")
    return int(ledger.currencies.index(code))


def plan_of(
    scope: Scope,
    purses: Purses,
    seeds: Sequence[Seed],
    *,
    apart: bool,
    balances: Mapping[tuple[int, int], int],
) -> tuple[Plan, tuple[str, ...]]:
    """Return where tainted money comes from, and the names of the seeds in the order of their labels.

    Raises:
        InputError: A seed that is not in the ledger.
        UsageError: A seed that says nothing, or too much, or that lies out of scope.
    """
    ledger = scope.ledger
    names: dict[str, int] = {}
    found = _Seeds()
    lots = iter(seed_lots(ledger, seeds))
    for seed in seeds:
        if bool(seed.account) == bool(seed.transaction):
            raise UsageError("a seed is either an account or a transaction")
        name = seed.label or seed.account or seed.transaction
        label = names.setdefault(name, len(names) + 1) if apart else names.setdefault(name, 1)
        if seed.transaction:
            _seed_transaction(scope, seed, label, found)
            continue
        time = instant(seed.time, end=scope.backward) if seed.time else scope.start
        start = scope.position(time)
        account = ledger.account_index(seed.account)
        if seed.amount:
            _, currency, amount = next(lots)
            found.lots.append((start, int(purses.ordinary(account, currency)[0]), label, amount, currency))
        elif account not in found.accounts or start < found.accounts[account][0]:
            found.accounts[account] = (start, label)
    whole = [
        (purse, start, label)
        for account, (start, label) in found.accounts.items()
        for purse in purses.ordinary(account).tolist()
    ]
    opening = [
        (purse, amount)
        for (account, currency), amount in balances.items()
        if not purses.treatment[account]
        for purse in purses.ordinary(account, currency).tolist()
    ]
    found.lots.sort(key=lambda lot: lot[0])
    payments = sorted(found.payments.items())
    plan = Plan(
        len(names) if apart else 1,
        *_columns(whole, 3, "i4 i4 i4"),
        *_columns(payments, 2, "i4 i4"),
        *_columns(found.lots, 5, "i4 i4 i4 i8 i2"),
        *_columns(opening, 2, "i4 i8"),
    )
    return plan, tuple(names)


def _seed_transaction(scope: Scope, seed: Seed, label: int, found: _Seeds) -> None:
    if seed.amount or seed.time:
        raise UsageError(f"seed transaction {seed.transaction}: it has its own amount and time")
    for row in scope.ledger.rows_of_ids([seed.transaction]):
        position = (row - scope.origin) * scope.step
        if position >= scope.end:
            raise UsageError(f"seed transaction {seed.transaction} is out of scope", hint="Check --since and --until.")
        found.payments.setdefault(position, label)


def _columns(rows: Sequence[Sequence[int]], count: int, kinds: str) -> list[NDArray[Any]]:
    columns = list(zip(*rows, strict=True)) or [()] * count
    return [np.array(values, dtype=kind) for values, kind in zip(columns, kinds.split(), strict=True)]
