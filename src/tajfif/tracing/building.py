"""Files of transactions to a ledger on disk. Reach for :func:`build_ledger`, which ``tajfif ledger build`` calls.

Portions of the files become columns, which are sorted by (time, sequence) once all are read; what is refused goes to a file
with the reason. What was read is counted and summed apart from what is written, and both must agree.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tajfif.errors import InputError, InternalError
from tajfif.tracing.accounts import AccountNames
from tajfif.tracing.batches import Opened, opened
from tajfif.tracing.csr import rows_by_account
from tajfif.tracing.layouts import Layout, layout_of
from tajfif.tracing.ledger import WORD_COLUMNS
from tajfif.tracing.normalise import REASONS, Currencies, Normaliser
from tajfif.tracing.shelf import new_folder, write_arrays, write_manifest
from tajfif.tracing.words import TextColumn, Words, word_codes

__all__ = ["BuildReport", "build_ledger"]

MOST_TRANSACTIONS = 2**31 - 1
"""Rows are numbered in 32 bits."""


class BuildReport(msgspec.Struct, frozen=True, kw_only=True):
    """What building a ledger did.

    Attributes:
        ledger: Its directory.
        transactions, accounts, rejected: How many.
        first, last: Times of the first and the last transaction, ISO 8601 in UTC; empty without any.
        sums: Paid, by currency, as decimals.
        reasons: How many rows were refused, by reason.
        notices: What the reader should know.
    """

    ledger: str
    transactions: int
    accounts: int
    rejected: int
    first: str
    last: str
    sums: dict[str, str]
    reasons: dict[str, int]
    notices: tuple[str, ...] = ()


def build_ledger(
    files: Sequence[str | Path],
    out: Path,
    *,
    layout: str = "",
    mapping: Mapping[str, str] | None = None,
    currency: str = "",
    decimals: Mapping[str, int] | None = None,
    accounts: str | Path | None = None,
    rejects: Path | None = None,
) -> BuildReport:
    """Build a ledger.

    Args:
        files: CSV, Parquet or JSON lines, in their order; ``-`` is standard input.
        out: Directory to write; a ledger that is there is replaced at the end.
        layout, mapping: What the columns are, see :func:`tajfif.tracing.layouts.layout_of`.
        currency: Currency of files that state none.
        decimals: Decimals of currencies that ISO 4217 does not have, such as ``{"BTC": 8}``.
        accounts: File of what is known of the accounts, with a column ``account``.
        rejects: CSV file for the rows that are refused; ``rejects.csv`` in the ledger by default.

    Raises:
        InputError: A file cannot be read, or holds no transaction.
        UsageError: The options are wrong, or the place cannot be written.
        InternalError: Counts or sums in and out differ.
    """
    gathered = _Gathered(Currencies(dict(decimals or {})))
    with new_folder(out) as folder:
        with (rejects or folder / "rejects.csv").open("w", encoding="utf-8", newline="") as refused:
            gathered.refused = csv.writer(refused)
            gathered.refused.writerow(("file", "row", "reason"))
            for file in files:
                with opened(file) as source:
                    gathered.read(
                        source, layout_of(source.headers, wanted=layout, mapping=mapping, where=source.where), currency
                    )
        facts = _account_facts(accounts, gathered.names) if accounts else {}
        columns, order = gathered.sorted()
        names = gathered.names.column()
        words = {name: gathered.words(name, order) for name in gathered.stated if name in WORD_COLUMNS}
        ids = gathered.ids(order)
        gathered.check(columns)
        write_arrays(folder, columns)
        write_arrays(folder, {f"word_{name}": codes for name, (codes, _) in words.items()})
        write_arrays(folder, {f"fact_{name}": codes for name, (codes, _) in facts.items()})
        names.save(folder, "names")
        if ids is not None:
            ids.save(folder, "ids")
        write_manifest(
            folder,
            columns=columns,
            words=words,
            facts=facts,
            ids=ids is not None,
            currencies=gathered.currencies.codes,
            exponents=gathered.currencies.exponents,
            more={"rejected": gathered.rejected, "reasons": dict(sorted(gathered.reasons.items()))},
        )
    return gathered.report(out, columns, len(names))


class _Gathered:
    """What was read so far."""

    def __init__(self, currencies: Currencies) -> None:
        self.currencies = currencies
        self.names = AccountNames()
        self.rows = 0
        self.rejected = 0
        self.reasons: Counter[str] = Counter()
        self.sums: Counter[int] = Counter()
        self.refused: Any = None
        self.stated: set[str] = set()
        self._parts: dict[str, list[NDArray[Any]]] = {}
        self._texts: dict[str, list[pa.Array]] = {}
        self._sequence_of: list[NDArray[np.int64]] = []

    def read(self, source: Opened, layout: Layout, currency: str) -> None:
        """Read all rows of a file."""
        normaliser = Normaliser(layout, self.currencies, currency)
        row = source.first_line
        try:
            for table in source.tables():
                table = _with_columns(table, layout)
                columns, reason = normaliser.columns(table)
                self._refuse(source.where, row, reason)
                self._add(columns, reason == 0)
                row += len(table)
        finally:
            normaliser.close()

    def _refuse(self, where: str, first: int, reason: NDArray[np.uint8]) -> None:
        bad = np.flatnonzero(reason)
        for place in bad.tolist():
            text = REASONS[int(reason[place])]
            self.refused.writerow((where, first + place, text))
            self.reasons[text] += 1
        self.rejected += len(bad)

    def _add(self, columns: dict[str, Any], good: NDArray[np.bool_]) -> None:
        every = bool(good.all())
        kept = pa.array(good)

        def chosen(value: Any) -> Any:
            return value if every else value[good] if isinstance(value, np.ndarray) else value.filter(kept)

        sequence = np.flatnonzero(good) + self.rows
        self.rows += len(good)
        if self.rows > MOST_TRANSACTIONS:
            raise InputError(
                f"more than {MOST_TRANSACTIONS:,} transactions are not for one ledger", hint="Build several."
            )
        self._sequence_of.append(sequence)
        part = {
            "time": chosen(columns["time"]),
            "source": self.names.number(chosen(columns["from_account"])),
            "target": self.names.number(chosen(columns["to_account"])),
            "amount": chosen(columns["amount"]),
            "currency": chosen(columns["currency"]),
        }
        for name in ("amount_received", "currency_received"):
            if name in columns:
                part[name] = chosen(columns[name])
            elif name in self._parts:
                part[name] = part[name.removesuffix("_received")]
        for name in ("amount_received", "currency_received"):
            if name in part and name not in self._parts:  # files before this one stated none
                self._parts[name] = list(self._parts.get(name.removesuffix("_received"), []))
        for name, values in part.items():
            self._parts.setdefault(name, []).append(values)
        for index in np.unique(part["currency"]).tolist():
            self.sums[index] += _exact_sum(part["amount"][part["currency"] == index])
        for name in ("id", *WORD_COLUMNS):
            if name in columns:
                self.stated.add(name)
                held = self._texts.setdefault(name, [pa.nulls(len(s), pa.string()) for s in self._sequence_of[:-1]])
                held.append(chosen(columns[name]))
            elif name in self._texts:
                self._texts[name].append(pa.nulls(len(sequence), pa.string()))

    def sorted(self) -> tuple[dict[str, NDArray[Any]], NDArray[np.int64]]:
        """Return the columns by (time, sequence), with both indices, and the order."""
        if not self._parts or not sum(map(len, self._parts["time"])):
            raise InputError(
                "there is not one transaction that can be read",
                hint="The reasons: "
                + "; ".join(f"{count:,} rows: {text}" for text, count in self.reasons.most_common(5)),
            )
        time = np.concatenate(self._parts.pop("time"))
        in_order = bool((time[1:] >= time[:-1]).all())
        order = np.arange(len(time)) if in_order else np.argsort(time, kind="stable")

        def arranged(pieces: list[NDArray[Any]]) -> NDArray[Any]:
            whole = np.concatenate(pieces)
            return whole if in_order else whole[order]

        columns = {"time": time if in_order else time[order], "sequence": arranged(self._sequence_of).astype(np.int64)}
        for name in list(self._parts):
            columns[name] = arranged(self._parts.pop(name))
        for name in ("amount_received", "currency_received"):
            if name in columns and np.array_equal(columns[name], columns[name.removesuffix("_received")]):
                del columns[name]
        for side, start, rows in (("source", "out_start", "out_rows"), ("target", "in_start", "in_rows")):
            columns[start], columns[rows] = rows_by_account(columns[side], self.names.count)
        return columns, order

    def words(self, name: str, order: NDArray[np.int64]) -> Words:
        """Return an optional column as codes, by row."""
        encoded = pc.dictionary_encode(pc.fill_null(pa.chunked_array(self._texts[name]), "")).combine_chunks()
        if isinstance(encoded, pa.ChunkedArray):
            encoded = encoded.unify_dictionaries().chunk(0)
        held = encoded.dictionary.to_pylist()
        words = tuple(sorted(word for word in held if word))
        code = {word: place for place, word in enumerate(words)}
        of_held = np.array([code.get(word, -1) for word in held], dtype=np.int32)
        codes: NDArray[np.int32] = of_held[encoded.indices.to_numpy(zero_copy_only=False)[order]]
        return codes, words

    def ids(self, order: NDArray[np.int64]) -> TextColumn | None:
        """Return the names of the transactions by row; ``None`` where none is stated."""
        if "id" not in self._texts:
            return None
        stated = pa.chunked_array(self._texts["id"])
        numbers = pa.chunked_array([pc.cast(pa.array(each), pa.string()) for each in self._sequence_of])
        own = pc.if_else(pc.equal(pc.fill_null(stated, ""), ""), numbers, stated)
        if pc.all(pc.equal(own, numbers)).as_py():
            return None
        from tajfif.tracing.accounts import string_buffers

        return TextColumn.from_blob(*string_buffers(own.take(pa.array(order))))

    def check(self, columns: Mapping[str, NDArray[Any]]) -> None:
        """Hold what is to be written against what was read.

        Raises:
            InternalError: They differ.
        """
        count = len(columns["time"])
        if count + self.rejected != self.rows:
            raise InternalError(f"{self.rows} rows were read, but {count} kept and {self.rejected} refused")
        for index, total in self.sums.items():
            if _exact_sum(columns["amount"][columns["currency"] == index]) != total:
                raise InternalError(f"the sum of {self.currencies.codes[index]} changed on the way")

    def report(self, out: Path, columns: Mapping[str, NDArray[Any]], accounts: int) -> BuildReport:
        """Return what was done."""
        from tajfif.tracing.money import shown_amount

        times = [np.datetime64(int(columns["time"][place]), "us") for place in (0, -1)]
        first, last = (f"{np.datetime_as_string(time, unit='s')}Z" for time in times)
        return BuildReport(
            ledger=str(out),
            transactions=len(columns["time"]),
            accounts=accounts,
            rejected=self.rejected,
            first=first,
            last=last,
            sums={
                self.currencies.codes[index]: shown_amount(total, self.currencies.exponents[index])
                for index, total in sorted(self.sums.items())
            },
            reasons=dict(sorted(self.reasons.items())),
        )


def _with_columns(table: pa.Table, layout: Layout) -> pa.Table:
    """Return a portion with every column of the layout: a JSON line may leave one out."""
    for source in {source for sources in layout.columns.values() for source in sources} - set(table.column_names):
        table = table.append_column(source, pa.nulls(len(table), pa.string()))
    return table


def _exact_sum(values: NDArray[np.int64]) -> int:
    """Return a sum that may pass 64 bits."""
    return (int((values >> 32).sum()) << 32) + int((values & 0xFFFFFFFF).sum())


def _account_facts(file: str | Path, names: AccountNames) -> dict[str, Words]:
    """Return what an accounts file says, by field; accounts without transactions are added."""
    pieces: list[pa.Table] = []
    with opened(file) as source:
        if "account" not in source.headers:
            raise InputError(
                f"there is no column 'account'; there are {', '.join(source.headers)[:300]}", where=source.where
            )
        pieces.extend(source.tables())
    table = pa.concat_tables(pieces, promote_options="default")
    numbers = names.number(pc.fill_null(pc.cast(table.column("account"), pa.string()), "").combine_chunks())
    facts = {}
    for field in table.column_names:
        if field != "account":
            values = _texts_of(table.column(field))
            codes, words = word_codes(values)
            of_account = np.full(names.count, -1, dtype=np.int32)
            of_account[numbers] = codes
            facts[field] = (of_account, words)
    return facts


def _texts_of(column: pa.ChunkedArray) -> list[str]:
    if pa.types.is_list(column.type):
        return [";".join(map(str, value or ())) for value in column.to_pylist()]
    return [text or "" for text in pc.cast(column, pa.string()).to_pylist()]
