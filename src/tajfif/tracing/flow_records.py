"""The records of a trace. Reach for it to read what :func:`tajfif.tracing.flow.trace` returns, or to draw it.

Amounts are minor units of the currency beside them (fils, cents): whole numbers, or floats under haircut.
``Ledger.money`` writes them as people do. Times are microseconds since 1970-01-01 UTC, as in the ledger.
"""

from __future__ import annotations

import msgspec

__all__ = ["CurrencyTotals", "Hub", "ReachedAccount", "Seed", "TaintedTransaction", "TraceSummary"]


class Seed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where tainted money comes from (forward), or where traced money ended (backward).

    Attributes:
        account: All that the account pays (backward: receives) is tainted.
        transaction: Instead of an account: this one transaction is tainted whole.
        amount: Of an account, only so much, in units of the currency ("1250.500"): a lot put in at ``time``.
        currency: Currency of the amount; may be left out where the ledger has one only.
        time: From when (backward: until when), ISO 8601; empty: from the beginning of the trace.
        label: What the seed is called when seeds are kept apart; several seeds with one label are one. By default the
            account or the transaction.
    """

    account: str = ""
    transaction: str = ""
    amount: str = ""
    currency: str = ""
    time: str = ""
    label: str = ""


class Hub(msgspec.Struct, frozen=True, kw_only=True):
    """How one hub was treated.

    Attributes:
        account: Its name.
        treatment: ``stop``, ``pass`` or ``ordinary``.
        declared: The account or the type of account by which it was declared.
        matched: Payments of a pass-through hub that were matched with a receipt, of all that it made.
        payments: All payments that it made in currencies that it also received.
    """

    account: str
    treatment: str
    declared: str
    matched: int = 0
    payments: int = 0


class CurrencyTotals(msgspec.Struct, frozen=True, kw_only=True):
    """Where the tainted money of one currency is: seeded + converted_in = all the others together (but ``prior``).

    Poison creates taint, so that its totals do not add up.

    Attributes:
        currency: Its code.
        seeded: Put in by the seeds.
        held: Still held by accounts at the end, ``stopped`` included.
        stopped: Of that, what stays with declared hubs.
        returned: Came back to a seed and was paid out again under the seed's own name.
        beyond: Paid by accounts that are as many hops away as were asked for.
        fees: Lost in transactions that paid more than arrived.
        converted_out, converted_in: Left for, or came from, another currency.
        dust: Parts of payments too small to be followed further.
        prior: Paid by touched accounts beyond what they are known to have had: assumed clean.
    """

    currency: str
    seeded: float
    held: float
    stopped: float
    returned: float
    beyond: float
    fees: float
    converted_out: float
    converted_in: float
    dust: float
    prior: float


class TraceSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What was traced, how, and under which assumptions.

    Attributes:
        ledger: Its directory.
        model: ``poison``, ``haircut``, ``fifo``, ``lifo`` or ``tiho``.
        direction: ``forward`` (where did it go) or ``backward`` (where did it come from).
        seeds: Names of the seeds, in the order of their numbers.
        apart: Whether the seeds are kept apart.
        since, until: Bounds asked for, ISO 8601; empty for none.
        hops: Most hops, 0 for no limit.
        transactions: Transactions in scope.
        reachable: Of those, how many money of the seeds can reach in time order, whatever the amount.
        tainted: Of those, how many carry tainted money under the model.
        accounts: Accounts that tainted money reached, counted by currency and by seed if kept apart.
        totals: Where the money is, one for each currency that it touched.
        hubs: How each declared hub was treated.
        assumptions: What was assumed, in sentences.
    """

    ledger: str
    model: str
    direction: str
    seeds: tuple[str, ...]
    apart: bool
    since: str
    until: str
    hops: int
    transactions: int
    reachable: int
    tainted: int
    accounts: int
    totals: tuple[CurrencyTotals, ...]
    hubs: tuple[Hub, ...]
    assumptions: tuple[str, ...]


class TaintedTransaction(msgspec.Struct, frozen=True, kw_only=True):
    """One transaction that carries tainted money.

    Attributes:
        transaction: Its id.
        row: Its place in the ledger.
        time: When.
        source, target: Accounts that paid and received, whatever the direction of the trace.
        amount, currency: What was paid.
        tainted, tainted_currency: The tainted money that arrived; backward: that is accounted for in what was paid.
        seed: Name of the seed, empty if the seeds are not kept apart.
        hop: Payments from the seed, this one included.
    """

    transaction: str
    row: int
    time: int
    source: str
    target: str
    amount: int
    currency: str
    tainted: float
    tainted_currency: str
    seed: str
    hop: int


class ReachedAccount(msgspec.Struct, frozen=True, kw_only=True):
    """One account that tainted money reached, in one currency, of one seed if they are kept apart.

    Attributes:
        account: Its name.
        party: Whose it is, where the accounts file says so.
        hub: ``stop`` or ``pass`` for a declared hub.
        seed: Name of the seed, empty if the seeds are not kept apart.
        currency: Code.
        amount: Tainted money received (backward: paid).
        held: Tainted money still held at the end (backward: not explained by earlier receipts).
        share: ``amount`` as a share of all that it received (backward: paid) in scope, 0 to 1.
        hops: Fewest payments from a seed.
        first, last: When tainted money first and last came in (backward: went out); ``first`` is the earlier.
        prior: What it paid after tainted money came, beyond what it is known to have had: assumed clean.
        path: The transactions of the best path from a seed: the one whose narrowest payment carries most.
        path_amount: What the narrowest payment of that path carries.
        transactions: The transactions by which tainted money came in, in time order.
        left_out: How many more there are than are named; the ones named carry most.
    """

    account: str
    party: str
    hub: str
    seed: str
    currency: str
    amount: float
    held: float
    share: float
    hops: int
    first: int
    last: int
    prior: int
    path: tuple[TaintedTransaction, ...]
    path_amount: float
    transactions: tuple[TaintedTransaction, ...]
    left_out: int
