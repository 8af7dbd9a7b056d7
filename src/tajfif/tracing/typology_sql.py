"""A ledger as relations that SQL can be asked about. Reach for it from the other modules of this room only.

DuckDB reads the ledger's columns where they lie, without copying. Queries may come from a file of the user, so the
connection is closed before the first one: no files, no network, no extensions, settings locked, memory limited, and a
query that takes too long is interrupted. Only a single SELECT is run.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tajfif.errors import InputError, UsageError
from tajfif.tracing.account_facts import codes_of, contact_marks, linked_groups, numbers_of, words_of
from tajfif.tracing.patterns import lawful_words
from tajfif.tracing.shape_weights import turnover

if TYPE_CHECKING:
    from tajfif.tracing.patterns import Prepared

__all__ = ["Relations"]


class Relations:
    """The relations ``transactions``, ``accounts`` and ``contacts`` of one ledger.

    Args:
        prepared: The ledger, made ready.
        memory: Most memory that a query may use, in DuckDB's words ("4GB").
        seconds: Longest time that a query may take.
    """

    def __init__(self, prepared: Prepared, *, memory: str = "6GB", seconds: float = 600.0) -> None:
        self.prepared = prepared
        self.seconds = seconds
        self._connection = duckdb.connect(
            config={
                "threads": prepared.threads,
                "memory_limit": memory,
                "python_enable_replacements": False,
                "temp_directory": "",
                "preserve_insertion_order": False,
            }
        )
        ledger = prepared.ledger
        marks = contact_marks(ledger)
        linked, sizes = linked_groups(ledger)
        self._connection.register("transactions", _transactions(prepared))
        self._connection.register("contacts", marks)
        self._connection.register("accounts", _accounts(prepared, linked, sizes))
        self._connection.execute("SET enable_external_access = false")
        self._connection.execute("SET lock_configuration = true")

    def close(self) -> None:
        """Let the connection go."""
        self._connection.close()

    def ask(self, query: str, parameters: Mapping[str, Any], *, where: str) -> pa.Table:
        """Run one SELECT and return its rows.

        Args:
            query: The SELECT; ``$name`` stands for a parameter; a parameter that is a table is a relation of that name
                with the columns ``key`` and ``value``.
            parameters: Name to value; those that the query does not name are left out.
            where: What to name in an error.

        Raises:
            InputError: The query is no single SELECT, is wrong, or takes too long or too much memory.
        """
        try:
            statements = self._connection.extract_statements(query)
        except duckdb.Error as error:
            raise InputError(_first_line(error), where=where, hint="Correct the SQL.") from None
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise InputError("the SQL is not one SELECT", where=where, hint="Write a single SELECT or WITH … SELECT.")
        plain = {name: value for name, value in parameters.items() if f"${name}" in query}
        tables = {name: value for name, value in parameters.items() if isinstance(value, Mapping)}
        for name, value in tables.items():
            self._connection.register(name, _pairs(value))
        timer = threading.Timer(self.seconds, self._connection.interrupt)
        timer.start()
        try:
            return self._connection.sql(query, params=plain or None).to_arrow_table()
        except duckdb.InterruptException:
            raise InputError(f"the SQL took longer than {self.seconds:g} seconds", where=where) from None
        except duckdb.OutOfMemoryException:
            raise InputError("the SQL needs more memory than it may use", where=where) from None
        except duckdb.Error as error:
            raise InputError(_first_line(error), where=where, hint="Correct the SQL or its parameters.") from None
        finally:
            timer.cancel()
            for name in tables:
                self._connection.unregister(name)


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0]


def _pairs(values: Mapping[str, Any]) -> pa.Table:
    numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in values.values())
    kind = pa.float64() if numbers and values else pa.string()
    column = [float(value) if numbers else str(value) for value in values.values()]
    return pa.table({"key": pa.array(list(values), pa.string()), "value": pa.array(column, kind)})


def _words(codes: NDArray[Any], words: tuple[str, ...], *, upper: bool = False) -> pa.Array:
    """A column of codes as text without copying it; an empty word or a negative code is null."""
    shown = [(word.upper() if upper else word) or None for word in words]
    usable = np.asarray(codes, dtype=np.int32)
    empty = np.asarray([word is None for word in shown] + [True])
    missing = (usable < 0) | empty[np.where(usable < 0, len(shown), usable)]
    return pa.DictionaryArray.from_arrays(
        pa.array(np.where(missing, 0, usable), mask=missing),
        pa.array([word or "" for word in shown] or [""], pa.string()),
    )


def _factors(prepared: Prepared) -> NDArray[np.float64]:
    return 10.0 ** -np.asarray(prepared.ledger.exponents, dtype=np.float64)


def _transactions(prepared: Prepared) -> pa.Table:
    ledger = prepared.ledger
    rows = len(ledger.time)
    factor = _factors(prepared)
    columns: dict[str, Any] = {
        "row": np.arange(rows),
        "time": pa.array(np.asarray(ledger.time)).cast(pa.timestamp("us")),
        "source": np.asarray(ledger.source),
        "target": np.asarray(ledger.target),
        "amount": np.asarray(ledger.amount),
        "value": np.asarray(ledger.amount * factor[ledger.currency]),
        "currency": _words(ledger.currency, ledger.currencies),
        "amount_received": np.asarray(ledger.amount_received),
        "value_received": np.asarray(ledger.amount_received * factor[ledger.currency_received]),
        "currency_received": _words(ledger.currency_received, ledger.currencies),
        "pair_days": prepared.pair_days[prepared.pair],
        "pair_rows": prepared.pair_rows[prepared.pair],
    }
    for name in ("channel", "from_bank", "to_bank", "purpose"):
        columns[name] = _optional(prepared, name, rows)
    columns["lawful"] = _lawful(prepared, rows)
    for name, side in (("from_country", ledger.source), ("to_country", ledger.target)):
        columns[name] = _country(prepared, name, side)
    kinds, names = codes_of(ledger, "type")
    columns["source_kind"] = _kinds(kinds, names, ledger.source)
    columns["target_kind"] = _kinds(kinds, names, ledger.target)
    return pa.table(columns)


def _optional(prepared: Prepared, name: str, rows: int) -> pa.Array:
    column = words_of(prepared.ledger, name)
    if column is None:
        return pa.nulls(rows, pa.string())
    return _words(*column)


def _lawful(prepared: Prepared, rows: int) -> NDArray[np.bool_]:
    """Say of each row whether its stated purpose is one that explains a payment."""
    column = words_of(prepared.ledger, "purpose")
    if column is None:
        return np.zeros(rows, dtype=bool)
    known: NDArray[np.bool_] = lawful_words(column[1])[column[0]]
    return known


def _kinds(codes: NDArray[np.int32], names: tuple[str, ...], side: NDArray[np.int32]) -> pa.Array:
    """Types by row; unknown ones are empty text, so that a comparison is true or false and never null."""
    known = np.where(codes < 0, len(names), codes).astype(np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(known[side]), pa.array([*names, ""], pa.string()))


def _country(prepared: Prepared, name: str, side: NDArray[np.int32]) -> pa.Array:
    """The country of one side of each transaction; where it is not stated, that of the account."""
    codes, words = codes_of(prepared.ledger, "country")
    stated = words_of(prepared.ledger, name)
    if stated is None:
        return _words(codes[side], words, upper=True)
    own_codes, own_words = stated
    known = np.asarray([bool(word) for word in own_words] + [False])
    missing = ~known[np.where(own_codes < 0, len(own_words), own_codes)]
    fallback = codes[side]
    joined = np.where(missing, np.where(fallback < 0, -1, fallback + len(own_words)), own_codes)
    return _words(joined, (*own_words, *words), upper=True)


def _accounts(prepared: Prepared, linked: NDArray[np.int64], sizes: NDArray[np.int64]) -> pa.Table:
    ledger = prepared.ledger
    count = len(ledger.out_start) - 1
    kinds, kind_names = codes_of(ledger, "type")
    known = np.where(kinds < 0, len(kind_names), kinds).astype(np.int32)
    made = turnover(prepared.columns)
    columns: dict[str, Any] = {
        "account": np.arange(count),
        "type": pa.DictionaryArray.from_arrays(pa.array(known), pa.array([*kind_names, ""], pa.string())),
        "country": _words(*codes_of(ledger, "country"), upper=True),
        "party": _words(*codes_of(ledger, "party")),
        "linked": linked,
        "linked_accounts": sizes,
        "paid_rows": np.diff(ledger.out_start),
        "received_rows": np.diff(ledger.in_start),
        "paid_monthly": _monthly(prepared, made.paid, made.paid_currency),
        "received_monthly": _monthly(prepared, made.received, made.received_currency),
        "declared_monthly": pa.array(numbers_of(ledger, "declared_monthly"), from_pandas=True),  # not stated: null
    }
    for name in ("purpose", "opened"):
        columns[name] = _words(*codes_of(ledger, name))
    if len(columns["linked"]) != count:
        raise UsageError("the accounts do not belong to this ledger")
    return pa.table(columns)


def _monthly(prepared: Prepared, sums: NDArray[np.float64], currency: NDArray[np.int32]) -> NDArray[np.float64]:
    """What an account pays or receives in a month, in units of the currency of its first such row; 0 if nothing."""
    months = max(1.0, prepared.span / (30.0 * 86_400_000_000))
    factors = np.append(_factors(prepared), 0.0)
    monthly: NDArray[np.float64] = sums * factors[currency] / months
    return monthly
