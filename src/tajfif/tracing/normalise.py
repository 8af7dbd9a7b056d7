"""Rows of a file as numbers, and the reason for each that is refused. Reach for it while a ledger is built.

Amounts given as text or decimals are never made binary fractions: they are split at the point. Times without a zone are UTC.
"""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tajfif.errors import InputError
from tajfif.tracing.layouts import Layout
from tajfif.tracing.money import MOST_MINOR, currency_code, exponent_of

__all__ = ["REASONS", "Currencies", "Normaliser"]

REASONS = (
    "", "no time", "a time that cannot be read", "no account that pays", "no account that receives", "no amount",
    "an amount that cannot be read", "a negative amount", "more decimals than the currency has",
    "an amount that is too large", "no currency", "a currency that is not known",
    "a received amount that cannot be read",
)  # fmt: skip
"""Why a row is refused, by code; 0 is not."""
_FIRST_DAY_OF_AMLSIM = 17_167  # days from 1970 to 2017-01-01, the base date of its configuration
_DAY = 86_400_000_000
_TOLERANCE = 1e-6  # of a minor unit, for amounts that come as binary fractions


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

    def columns(self, table: pa.Table) -> tuple[dict[str, Any], NDArray[np.uint8]]:
        """Return the canonical columns of a portion, and for each row a code of :data:`REASONS`.

        Times, amounts and currencies are NumPy arrays; accounts and words Arrow strings without nulls.
        """
        reason = np.zeros(len(table), dtype=np.uint8)
        out: dict[str, Any] = {"time": self._time(table, reason)}
        for code, column in ((3, "from_account"), (4, "to_account")):
            out[column] = self._text(table, column)
            _refuse(reason, _flags(pc.equal(out[column], "")), code)
        out["currency"] = self._currency(table, "currency", reason)
        out["amount"] = self._amount(table, "amount", out["currency"], reason, unreadable=6)
        if "amount_received" in self._layout.columns:
            stated = "currency_received" in self._layout.columns
            out["currency_received"] = (
                self._currency(table, "currency_received", reason) if stated else out["currency"].copy()
            )
            out["amount_received"] = self._amount(
                table, "amount_received", out["currency_received"], reason, unreadable=12, fallback=out["amount"]
            )
        for column in ("id", "channel", "from_bank", "to_bank", "from_country", "to_country", "purpose"):
            if column in self._layout.columns:
                out[column] = self._text(table, column)
        return out, reason

    def _column(self, table: pa.Table, column: str) -> pa.ChunkedArray:
        sources = self._layout.columns[column]
        if len(sources) == 1:
            return table.column(sources[0])
        return pc.binary_join_element_wise(*(pc.cast(table.column(each), pa.string()) for each in sources), ":")

    def _text(self, table: pa.Table, column: str) -> pa.Array:
        values = pc.cast(self._column(table, column), pa.string())
        return pc.fill_null(pc.utf8_trim_whitespace(values), "").combine_chunks()

    def _time(self, table: pa.Table, reason: NDArray[np.uint8]) -> NDArray[np.int64]:
        values = self._column(table, "time")
        if pa.types.is_timestamp(values.type) or pa.types.is_date(values.type):
            _refuse(reason, _flags(pc.is_null(values)), 1)
            zone = values.type.tz if pa.types.is_timestamp(values.type) else None
            return _integers(pc.cast(pc.cast(values, pa.timestamp("us", zone), safe=False), pa.int64()))
        text = self._text(table, "time")
        _refuse(reason, _flags(pc.equal(text, "")), 1)
        if self._layout.days:
            query = f"""(CASE WHEN regexp_full_match(x, '\\d{{1,6}}') THEN (x::BIGINT + {_FIRST_DAY_OF_AMLSIM}) * {_DAY}
                ELSE epoch_us(try_cast(x AS TIMESTAMP)) END)"""
        else:
            query = """(CASE WHEN regexp_full_match(x, '\\d{9,17}') THEN x::BIGINT *
                (CASE WHEN length(x) <= 11 THEN 1000000 WHEN length(x) <= 14 THEN 1000 ELSE 1 END)
                WHEN regexp_full_match(x, '\\d{9,11}\\.\\d+') THEN round(x::DECIMAL(18, 6) * 1000000)::BIGINT
                ELSE epoch_us(try_cast(replace(x, '/', '-') AS TIMESTAMP)) END)"""
        found = self._select(query, x=text)
        _refuse(reason, _flags(pc.is_null(found)), 2)
        return _integers(found)

    def _currency(self, table: pa.Table, column: str, reason: NDArray[np.uint8]) -> NDArray[np.int16]:
        if column not in self._layout.columns:
            index = self._currencies.index(self._default)
            if index < 0:
                raise InputError(
                    "the file names no currency", hint="Name it, such as --currency IQD, or a column, --map currency=…"
                )
            return np.full(len(table), index, dtype=np.int16)
        encoded = pc.dictionary_encode(self._text(table, column))
        index_of = np.array(
            [self._currencies.index(word or self._default) for word in encoded.dictionary.to_pylist()], dtype=np.int16
        )
        codes = index_of[encoded.indices.to_numpy(zero_copy_only=False)] if len(table) else np.zeros(0, dtype=np.int16)
        _refuse(reason, codes == -1, 10)
        _refuse(reason, codes == -2, 11)
        kept: NDArray[np.int16] = np.maximum(codes, 0)
        return kept

    def _amount(
        self,
        table: pa.Table,
        column: str,
        currency: NDArray[np.int16],
        reason: NDArray[np.uint8],
        *,
        unreadable: int,
        fallback: NDArray[np.int64] | None = None,
    ) -> NDArray[np.int64]:
        exponent = np.array([*self._currencies.exponents, 0], dtype=np.int64)[currency]
        values = self._column(table, column)
        if pa.types.is_floating(values.type):
            return self._of_fractions(values, exponent, reason, unreadable, fallback)
        text = self._text(table, column)
        empty = _flags(pc.equal(text, ""))
        if fallback is None:
            _refuse(reason, empty, 5)
        _refuse(reason, _flags(pc.starts_with(text, "-")), 7)
        plain = "regexp_full_match(x, '\\+?(\\d{1,18})(\\.\\d*)?')"
        fraction = "rtrim(split_part(x, '.', 2), '0')"
        whole = "ltrim(split_part(x, '.', 1), '+')::HUGEINT"
        query = f"""(CASE WHEN x = '' THEN 0 WHEN NOT {plain} THEN -1 WHEN length({fraction}) > e THEN -2
            WHEN {whole} * 10 ** e >= {MOST_MINOR} THEN -3
            ELSE {whole} * (10 ** e)::BIGINT + coalesce(try_cast(rpad({fraction}, e::INTEGER, '0') AS BIGINT), 0) END)::BIGINT"""
        minor = _integers(self._select(query, x=text, e=pa.array(exponent)))
        for value, code in ((-1, unreadable), (-2, 8), (-3, 9)):
            _refuse(reason, minor == value, code)
        return minor if fallback is None else np.where(empty, fallback, minor)

    def _of_fractions(
        self,
        values: pa.ChunkedArray,
        exponent: NDArray[np.int64],
        reason: NDArray[np.uint8],
        unreadable: int,
        fallback: NDArray[np.int64] | None,
    ) -> NDArray[np.int64]:
        """Return binary fractions in minor units; those that are not near a whole number of them are refused."""
        empty = _flags(pc.is_null(values))
        amounts = pc.fill_null(values, 0.0).to_numpy().astype(np.float64)
        scaled = amounts * 10.0**exponent
        minor = np.rint(scaled)
        if fallback is None:
            _refuse(reason, empty, 5)
        _refuse(reason, ~np.isfinite(amounts), unreadable)
        _refuse(reason, amounts < 0, 7)
        with np.errstate(invalid="ignore"):
            _refuse(reason, minor >= 2.0**53, 9)  # beyond, a double does not tell neighbours apart
            _refuse(reason, np.abs(scaled - minor) > np.maximum(_TOLERANCE, np.abs(scaled) * 1e-15), 8)
        whole = np.where(np.isfinite(minor) & (np.abs(minor) < 2.0**53), minor, 0).astype(np.int64)
        return whole if fallback is None else np.where(empty, fallback, whole)

    def _select(self, expression: str, **arrays: pa.Array) -> pa.Array:
        """Return an expression over columns, row by row and in order."""
        self._sql.register("portion", pa.table(arrays))
        found = self._sql.sql(f"SELECT {expression} AS y FROM portion").to_arrow_table()  # noqa: S608  (constants only)
        self._sql.unregister("portion")
        return found.column("y").combine_chunks()


def _flags(values: pa.Array) -> NDArray[np.bool_]:
    flags: NDArray[np.bool_] = (
        values.to_numpy(zero_copy_only=False) if isinstance(values, pa.Array) else values.to_numpy()
    )
    return flags


def _integers(values: pa.Array) -> NDArray[np.int64]:
    filled = pc.fill_null(values, 0)
    found: NDArray[np.int64] = (
        filled.to_numpy(zero_copy_only=False) if isinstance(filled, pa.Array) else filled.to_numpy()
    )
    return found.astype(np.int64, copy=False)


def _refuse(reason: NDArray[np.uint8], flags: NDArray[np.bool_], code: int) -> None:
    """Give rows a reason that have none yet."""
    reason[flags & (reason == 0)] = code
