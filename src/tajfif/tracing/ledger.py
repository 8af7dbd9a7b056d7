"""Transactions in columns, ordered by time, with an index from each account to what it paid and received.

Reach for :class:`Ledger` to open one that ``tajfif ledger build`` wrote, or to make a small one in memory. A *row* is a
transaction's place in the order of (time, sequence), from 0; the *sequence* is its place in the files as they were read.
Money is in minor units of its currency, 64-bit integers. Columns on disk are memory-mapped and never written to.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tajfif.errors import InputError
from tajfif.tracing.csr import rows_by_account
from tajfif.tracing.money import exponent_of, shown_amount
from tajfif.tracing.words import TextColumn, Words, word_codes

if TYPE_CHECKING:
    from tajfif.tracing.rates import Rates

__all__ = ["ACCOUNT_FIELDS", "FORMAT", "WORD_COLUMNS", "AccountFacts", "Ledger"]

FORMAT = 2
"""Number of the layout on disk."""
WORD_COLUMNS = ("channel", "from_country", "to_country", "from_bank", "to_bank", "purpose")
"""Optional columns of transactions."""
ACCOUNT_FIELDS = (
    "party", "type", "country", "holders", "opened", "phone", "address", "device", "document", "purpose",
    "declared_monthly",
)  # fmt: skip
"""Columns of an accounts file that are known; others are kept as well."""


class AccountFacts:
    """What an accounts file says of the accounts of a ledger.

    Args:
        count: How many accounts the ledger has.
        columns: By field: a code for each account, -1 where nothing is stated, and the words that the codes mean.
    """

    def __init__(self, count: int, columns: Mapping[str, Words]) -> None:
        self._count = count
        self._columns = columns

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that are stated."""
        return tuple(self._columns)

    def codes(self, field: str) -> Words:
        """Return a code for each account, -1 where nothing is stated, and the words that the codes mean."""
        found = self._columns.get(field)
        return found if found is not None else (np.full(self._count, -1, dtype=np.int32), ())

    def value(self, field: str, account: int) -> str:
        """Return what is stated of an account; empty for nothing."""
        codes, words = self.codes(field)
        code = int(codes[account])
        return words[code] if code >= 0 else ""

    def party_of(self, account: int) -> str:
        """Return who stands behind an account; empty where it is not stated."""
        return self.value("party", account)

    def holders(self, account: int) -> tuple[str, ...]:
        """Return the holders of an account."""
        return tuple(name.strip() for name in self.value("holders", account).split(";") if name.strip())


class Ledger:
    """A ledger.

    Attributes:
        directory: Where it lies; an empty path for one in memory.
        time: Microseconds since 1970-01-01 UTC, int64, shape (n,), never falling.
        sequence: Place in the files as they were read, int64, shape (n,).
        source, target: Account that pays and account that receives, int32, shape (n,).
        amount, amount_received: What is paid and what is received, in minor units, int64, shape (n,); one array where they
            are the same throughout.
        currency, currency_received: Indices into ``currencies``, int16, shape (n,).
        currencies: Codes.
        exponents: Decimals of each currency, int64.
        out_start, out_rows: Rows paid by account ``a`` are ``out_rows[out_start[a]:out_start[a + 1]]``, rising.
        in_start, in_rows: The same of rows received.
        accounts: What the accounts file says.
        rates: Rates that were given when it was built; ``None`` without.
    """

    def __init__(
        self,
        columns: Mapping[str, NDArray[Any]],
        *,
        names: TextColumn,
        currencies: Sequence[str],
        exponents: Sequence[int],
        words: Mapping[str, Words] | None = None,
        ids: TextColumn | None = None,
        accounts: AccountFacts | None = None,
        directory: Path | None = None,
        rates: Rates | None = None,
    ) -> None:
        self.rates = rates
        self.directory = directory or Path()
        self.time, self.sequence = columns["time"], columns["sequence"]
        self.source, self.target = columns["source"], columns["target"]
        self.amount, self.currency = columns["amount"], columns["currency"]
        self.amount_received = columns.get("amount_received", self.amount)
        self.currency_received = columns.get("currency_received", self.currency)
        self.out_start, self.out_rows = columns["out_start"], columns["out_rows"]
        self.in_start, self.in_rows = columns["in_start"], columns["in_rows"]
        self.currencies = tuple(currencies)
        self.exponents: NDArray[np.int64] = np.array(exponents, dtype=np.int64)
        self.accounts = accounts or AccountFacts(len(self.out_start) - 1, {})
        self._names, self._ids, self._words = names, ids, words or {}

    def __len__(self) -> int:
        return len(self.time)

    @property
    def account_count(self) -> int:
        """How many accounts there are."""
        return len(self.out_start) - 1

    @classmethod
    def open(cls, directory: str | Path) -> Ledger:
        """Open a ledger that was built.

        Raises:
            InputError: There is none, or it is damaged or of another version of this program.
        """
        from tajfif.tracing.shelf import open_ledger

        return open_ledger(Path(directory))

    @classmethod
    def from_arrays(
        cls,
        *,
        time: Sequence[int] | NDArray[Any],
        source: Sequence[int] | NDArray[Any],
        target: Sequence[int] | NDArray[Any],
        amount: Sequence[int] | NDArray[Any],
        names: Sequence[str] | int,
        currency: Sequence[int] | NDArray[Any] | None = None,
        currencies: Sequence[str] = ("USD",),
        exponents: Sequence[int] | None = None,
        amount_received: Sequence[int] | NDArray[Any] | None = None,
        currency_received: Sequence[int] | NDArray[Any] | None = None,
        ids: Sequence[str] | None = None,
        words: Mapping[str, Sequence[str]] | None = None,
        accounts: Mapping[str, Sequence[str]] | None = None,
        rates: Rates | None = None,
    ) -> Ledger:
        """Make a ledger in memory from transactions in file order.

        Args:
            time, source, target, amount, currency, amount_received, currency_received: One element a transaction, as the
                attributes; times in any order.
            names: Names of the accounts, by index; or how many there are, which are then named by their numbers.
            currencies, exponents: Codes, and their decimals where ISO 4217 does not say.
            ids: Names of the transactions; by default their places.
            words: Optional columns: of :data:`WORD_COLUMNS`, a word for each transaction, empty for none.
            accounts: Fields of the accounts file, a value for each account, empty for none.
            rates: Rates of currencies.
        """
        moment = np.asarray(time, dtype=np.int64)
        order = np.argsort(moment, kind="stable")
        count = names if isinstance(names, int) else len(names)

        def column(values: Sequence[int] | NDArray[Any], dtype: type[np.generic]) -> NDArray[Any]:
            return np.asarray(values, dtype=dtype)[order]

        columns: dict[str, NDArray[Any]] = {
            "time": moment[order],
            "sequence": order.astype(np.int64),
            "source": column(source, np.int32),
            "target": column(target, np.int32),
            "amount": column(amount, np.int64),
            "currency": column(np.zeros(len(moment)) if currency is None else currency, np.int16),
        }
        if amount_received is not None:
            columns["amount_received"] = column(amount_received, np.int64)
        if currency_received is not None:
            columns["currency_received"] = column(currency_received, np.int16)
        for side, start, rows in (("source", "out_start", "out_rows"), ("target", "in_start", "in_rows")):
            columns[start], columns[rows] = rows_by_account(columns[side], count)
        stated = {} if accounts is None else {field: word_codes(values) for field, values in accounts.items()}
        return cls(
            columns,
            names=TextColumn.of([str(i) for i in range(count)] if isinstance(names, int) else names),
            currencies=currencies,
            exponents=_exponents(currencies) if exponents is None else exponents,
            words={
                name: word_codes([values[place] for place in order.tolist()]) for name, values in (words or {}).items()
            },
            ids=None if ids is None else TextColumn.of([ids[place] for place in order.tolist()]),
            accounts=AccountFacts(count, stated),
            rates=rates,
        )

    def account_index(self, name: str) -> int:
        """Return the index of an account.

        Raises:
            InputError: No account is called so.
        """
        found = self._names.index(name)
        if found is None:
            raise InputError(
                f"no account is called {name[:80]!r}", where=str(self.directory) if self.directory.name else "the ledger",
                hint="Accounts are named as in the files that the ledger was built from.",
            )  # fmt: skip
        return found

    def account_name(self, index: int) -> str:
        """Return the name of an account."""
        return self._names[index]

    def account_names(self) -> Iterable[str]:
        """Yield the names of all accounts, by index."""
        return (self._names[index] for index in range(self.account_count))

    def transaction_id(self, row: int) -> str:
        """Return the name of a transaction: its own, or its place in the files."""
        return self._ids[row] if self._ids is not None else str(int(self.sequence[row]))

    def rows_of_ids(self, ids: Iterable[str]) -> list[int]:
        """Return the rows of transactions.

        Raises:
            InputError: No transaction is called so.
        """
        wanted = list(ids)
        if self._ids is not None:
            found = [self._ids.index(name) for name in wanted]
        else:
            places = np.argsort(self.sequence, kind="stable")
            in_order = self.sequence[places]
            found = [_row_of(name, in_order, places) for name in wanted]
        for name, row in zip(wanted, found, strict=True):
            if row is None:
                raise InputError(f"no transaction is called {name[:80]!r}")
        return [row for row in found if row is not None]

    def words(self, name: str) -> Words | None:
        """Return an optional column of transactions: a code for each row, -1 for nothing, and the words; ``None`` if absent."""
        return self._words.get(name)

    def converted(self, currency: str, *, received: bool = False) -> NDArray[np.int64]:
        """Return every amount in one currency, by row, at the rate of its day (UTC) or the last one before it.

        Exact to the rounding, once and half to even, to minor units of that currency.

        Args:
            currency: Its code.
            received: What is received instead of what is paid.

        Raises:
            InputError: The ledger has no rates, a rate is missing, or an amount becomes too large.
        """
        from tajfif.tracing.rates import Rates, convert

        held = {code: (code, int(exponent)) for code, exponent in zip(self.currencies, self.exponents, strict=True)}
        exponent = held[currency][1] if currency in held else _exponents([currency])[0]
        if self.rates is None and set(held) != {currency}:
            raise InputError(
                "the ledger has no rates, so amounts of different currencies cannot be put in one",
                where=str(self.directory) if self.directory.name else "the ledger",
                hint="Build it with --rates FILE.",
            )
        return convert(
            self.amount_received if received else self.amount,
            self.currency_received if received else self.currency,
            self.time,
            rates=self.rates or Rates(()),
            currencies=dict(enumerate(held.values())),
            target=(currency, exponent),
        )

    def money(self, minor: int, currency: int) -> str:
        """Return an amount as a decimal with all decimals of its currency."""
        return shown_amount(minor, int(self.exponents[currency]))


def _row_of(name: str, in_order: NDArray[np.int64], places: NDArray[np.int64]) -> int | None:
    if not name.isascii() or not name.isdigit() or len(name) > 18:
        return None
    at = int(np.searchsorted(in_order, int(name)))
    return int(places[at]) if at < len(in_order) and in_order[at] == int(name) else None


def _exponents(currencies: Sequence[str]) -> list[int]:
    found = []
    for code in currencies:
        exponent = exponent_of(code)
        if exponent is None:
            raise InputError(f"{code} is no currency that is known", hint="State its decimals, such as 8.")
        found.append(exponent)
    return found


def manifest_of(directory: Path) -> dict[str, Any]:
    """Return the manifest of a ledger on disk.

    Raises:
        InputError: There is none, or it is of another version.
    """
    path = directory / "ledger.json"
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise InputError(
            "here is no ledger", where=str(directory), hint="Build one: tajfif ledger build FILES --out DIR"
        ) from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise InputError(
            "the ledger is of another version of tajfif", where=str(directory), hint="Build it again from its files."
        )
    return manifest
