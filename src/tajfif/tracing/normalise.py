"""Rows of a file as numbers, and the reason for each that is refused. Reach for it while a ledger is built.

Times without a zone are UTC.
"""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tajfif.errors import InputError
from tajfif.tracing.amounts import EMPTY, NEGATIVE, TOO_FINE, TOO_LARGE, UNREADABLE, minor_units
from tajfif.tracing.buffers import encoded, flags, in_one, trimmed
from tajfif.tracing.layouts import Layout
from tajfif.tracing.ledger import WORD_COLUMNS
from tajfif.tracing.money import currency_code, exponent_of

__all__ = ["REASONS", "Currencies", "Normaliser"]

REASONS = (
    "", "no time", "a time that cannot be read", "no account that pays", "no account that receives", "no amount",
    "an amount that cannot be read", "a negative amount", "more decimals than the currency has",
    "an amount that is too large", "no currency", "a currency that is not known",
    "a received amount that cannot be read", "a row that cannot be read",
)  # fmt: skip
"""Why a row is refused, by code; 0 is not."""
_FIRST_DAY_OF_AMLSIM = 17_167  # days from 1970 to 2017-01-01, the base date of its configuration
_DAY = 86_400_000_000
_BROKEN = REASONS.index("a row that cannot be read")
_REASON_OF = {EMPTY: 5, UNREADABLE: 6, NEGATIVE: 7, TOO_FINE: 8, TOO_LARGE: 9}


class Currencies:
    """Currencies met so far, with their decimals.

    Args:
        stated: Decimals of currencies that the user states, by code.
    """

    def __init__(self, stated: dict[str, int] | None = None) -> None:
        self._stated = dict(stated or {})
        self.codes: list[str] = []
        self.exponents: list[int] = []
        self._index: dict[str, int] = {}

    def index(self, text: str) -> int:
        """Return the index of a currency: -1 for nothing stated, -2 for one that is not known."""
        if not text.strip():
            return -1
        found = self._index.get(text)
        if found is None:
            code = currency_code(text)
            exponent = self._stated.get(code, exponent_of(code)) if code else None
            found = -2 if exponent is None else self._add(code, exponent)
            self._index[text] = found
        return found

    def _add(self, code: str, exponent: int) -> int:
        if code not in self.codes:
            self.codes.append(code)
            self.exponents.append(exponent)
        return self.codes.index(code)


class Normaliser:
    """Turns portions of one file into columns.

    Args:
        layout: What its columns are.
        currencies: Shared by all files of a ledger.
        default: Currency where the file states none; empty for none.
    """

    def __init__(self, layout: Layout, currencies: Currencies, default: str = "") -> None:
        self._layout, self._currencies = layout, currencies
        self._default = default or layout.currency
        self._sql = duckdb.connect(":memory:", config={"enable_external_access": "false", "lock_configuration": "true"})

    def close(self) -> None:
        """Let go of what it holds."""
        self._sql.close()

    def columns(self, table: pa.Table, broken: NDArray[np.bool_]) -> tuple[dict[str, Any], NDArray[np.uint8]]:
        """Return the canonical columns of a portion, and for each row a code of :data:`REASONS`.

        Times, amounts and currencies are arrays; accounts and ids Arrow strings without nulls; words codes and their words.

        Args:
            table: The portion.
            broken: Rows that could not be read at all.
        """
        reason = np.where(broken, np.uint8(_BROKEN), np.uint8(0))
        out: dict[str, Any] = {"time": self._time(table, reason)}
        for code, column in ((3, "from_account"), (4, "to_account")):
            out[column] = trimmed(self._column(table, column))
            _refuse(reason, flags(pc.equal(pc.binary_length(out[column]), 0)), code)
        out["currency"] = self._currency(table, "currency", reason)
        out["amount"], empty = self._amount(table, "amount", out["currency"], reason)
        _refuse(reason, empty, _REASON_OF[EMPTY])
        if "amount_received" in self._layout.columns:
            codes = out["currency"]
            if "currency_received" in self._layout.columns:
                codes = self._codes(table, "currency_received")
                codes = np.where(codes == -1, out["currency"], codes)
            received, empty = self._amount(table, "amount_received", np.maximum(codes, 0), reason, unreadable=12)
            _refuse(reason, (codes == -2) & ~empty, 11)
            out["amount_received"] = np.where(empty, out["amount"], received)
            out["currency_received"] = np.where(empty, out["currency"], np.maximum(codes, 0))
        if "id" in self._layout.columns:
            out["id"] = trimmed(self._column(table, "id"))
        for column in WORD_COLUMNS:
            if column in self._layout.columns:
                out[column] = encoded(self._column(table, column))
        return out, reason

    def _column(self, table: pa.Table, column: str) -> pa.ChunkedArray:
        sources = self._layout.columns[column]
        if len(sources) == 1:
            return table.column(sources[0])
        return pc.binary_join_element_wise(
            *(trimmed(table.column(each)) for each in sources), pa.scalar(":", pa.large_string())
        )

    def _time(self, table: pa.Table, reason: NDArray[np.uint8]) -> NDArray[np.int64]:
        values = self._column(table, "time")
        if pa.types.is_timestamp(values.type) or pa.types.is_date(values.type):
            _refuse(reason, flags(pc.is_null(values)), 1)
            zone = values.type.tz if pa.types.is_timestamp(values.type) else None
            return _integers(pc.cast(pc.cast(values, pa.timestamp("us", zone), safe=False), pa.int64()))
        text = trimmed(values)
        _refuse(reason, flags(pc.equal(pc.binary_length(text), 0)), 1)
        if self._layout.days:
            query = f"""(CASE WHEN regexp_full_match(x, '\\d{{1,6}}') THEN (x::BIGINT + {_FIRST_DAY_OF_AMLSIM}) * {_DAY}
                ELSE epoch_us(try_cast(x AS TIMESTAMP)) END)"""
        else:
            query = """(CASE WHEN regexp_full_match(x, '\\d{9,17}') THEN x::BIGINT *
                (CASE WHEN length(x) <= 11 THEN 1000000 WHEN length(x) <= 14 THEN 1000 ELSE 1 END)
                WHEN regexp_full_match(x, '\\d{9,11}\\.\\d+') THEN round(x::DECIMAL(18, 6) * 1000000)::BIGINT
                ELSE epoch_us(try_cast(replace(x, '/', '-') AS TIMESTAMP)) END)"""
        found = self._select(query, x=text)
        _refuse(reason, flags(pc.is_null(found)), 2)
        return _integers(found)

    def _currency(self, table: pa.Table, column: str, reason: NDArray[np.uint8]) -> NDArray[np.int16]:
        if column not in self._layout.columns:
            index = self._currencies.index(self._default)
            if index < 0:
                raise InputError(
                    "the file names no currency", hint="Name it, such as --currency IQD, or a column, --map currency=…"
                )
            return np.full(len(table), index, dtype=np.int16)
        codes = self._codes(table, column)
        _refuse(reason, codes == -1, 10)
        _refuse(reason, codes == -2, 11)
        kept: NDArray[np.int16] = np.maximum(codes, 0)
        return kept

    def _codes(self, table: pa.Table, column: str) -> NDArray[np.int16]:
        """Return the currency of each row: -1 for nothing stated, -2 for one that is not known."""
        places, words = encoded(self._column(table, column))
        default = self._default if column == "currency" else ""
        index_of = np.array([*(self._currencies.index(word or default) for word in words), -1], dtype=np.int16)
        return index_of[places]

    def _amount(
        self,
        table: pa.Table,
        column: str,
        currency: NDArray[np.int16],
        reason: NDArray[np.uint8],
        unreadable: int = _REASON_OF[UNREADABLE],
    ) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return amounts in minor units, and where none is stated."""
        exponent = np.array([*self._currencies.exponents, 0], dtype=np.int64)[currency]
        minor, status = minor_units(self._column(table, column), exponent)
        for code in (UNREADABLE, NEGATIVE, TOO_FINE, TOO_LARGE):
            _refuse(reason, status == code, unreadable if code == UNREADABLE else _REASON_OF[code])
        return minor, status == EMPTY

    def _select(self, expression: str, **arrays: pa.Array) -> pa.Array:
        """Return an expression over columns, row by row and in order."""
        self._sql.register("portion", pa.table(arrays))
        found = self._sql.sql(f"SELECT {expression} AS y FROM portion").to_arrow_table()  # noqa: S608  (constants only)
        self._sql.unregister("portion")
        return in_one(found.column("y"))


def _integers(values: pa.Array) -> NDArray[np.int64]:
    filled = pc.fill_null(values, 0)
    found: NDArray[np.int64] = (
        filled.to_numpy(zero_copy_only=False) if isinstance(filled, pa.Array) else filled.to_numpy()
    )
    return found.astype(np.int64, copy=False)


def _refuse(reason: NDArray[np.uint8], flags: NDArray[np.bool_], code: int) -> None:
    """Give rows a reason that have none yet."""
    reason[flags & (reason == 0)] = code
