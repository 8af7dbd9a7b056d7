"""Files of transactions to a ledger on disk. Reach for :func:`build_ledger`, which ``tajfif ledger build`` calls.

Portions of the files become columns, which are sorted by (time, sequence) once all are read; what is refused goes to a file
with the reason. What was read is counted and summed apart from what is written, and both must agree.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tajfif.errors import InputError, InternalError
from tajfif.tracing.accounts import AccountNames
from tajfif.tracing.batches import Opened, ahead, opened
from tajfif.tracing.buffers import string_buffers
from tajfif.tracing.csr import order_of, rows_by_account, sums_by_code, taken
from tajfif.tracing.layouts import Layout, layout_of
from tajfif.tracing.ledger import WORD_COLUMNS
from tajfif.tracing.normalise import REASONS, Currencies, Normaliser
from tajfif.tracing.rates import read_rates
from tajfif.tracing.shelf import both, new_folder, write_arrays, write_manifest, write_words
from tajfif.tracing.words import TextColumn, Words, word_codes

__all__ = ["BuildReport", "build_ledger"]

MOST_TRANSACTIONS = 2**31 - 1
"""Rows are numbered in 32 bits."""
_LARGE = 1 << 24  # rows of a piece that is large


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
    rates: str | Path | None = None,
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
        rates: File of rates, which the ledger keeps; see :mod:`tajfif.tracing.rates`.

    Raises:
        InputError: A file cannot be read, or holds no transaction.
        UsageError: The options are wrong, or the place cannot be written.
        InternalError: Counts or sums in and out differ.
    """
    gathered = _Gathered(Currencies(dict(decimals or {})))
    held_rates = read_rates(rates) if rates else None
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
        words = gathered.words(order)
        ids = gathered.ids(order, columns)
        gathered.check(columns)
        write_arrays(folder, columns)
        write_words(folder, "word", words)
        write_words(folder, "fact", facts)
        names.save(folder, "names")
        if ids is not None:
            ids.save(folder, "ids")
        write_manifest(
            folder,
            columns=columns,
            words=words,
            facts=facts,
            ids=ids is not None,
            rates=held_rates,
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
        self.sums_received: Counter[int] = Counter()
        self._parts: dict[str, list[NDArray[Any]]] = {}
        self._ids: list[pa.Array] = []
        self._codes: dict[str, list[NDArray[np.int32]]] = {}
        self._vocabulary: dict[str, dict[str, int]] = {}
        self._sequence_of: list[NDArray[np.int32]] = []

    def read(self, source: Opened, layout: Layout, currency: str) -> None:
        """Read all rows of a file."""
        normaliser = Normaliser(layout, self.currencies, currency)
        row = source.first_line
        try:
            for table, broken in ahead(source.tables()):
                table = _with_columns(table, layout)
                columns, reason = normaliser.columns(table, broken)
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
        if self.rows + len(good) > MOST_TRANSACTIONS:
            raise InputError(
                f"more than {MOST_TRANSACTIONS:,} transactions are not for one ledger", hint="Build several."
            )
        every = bool(good.all())
        kept = pa.array(good)

        def chosen(value: Any) -> Any:
            return value if every else value[good] if isinstance(value, np.ndarray) else value.filter(kept)

        sequence = np.flatnonzero(good).astype(np.int32) + np.int32(self.rows)
        self.rows += len(good)
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
                self.sums_received = Counter(self.sums)
        for name, values in part.items():
            self._parts.setdefault(name, []).append(values)
        self._count_up(part)
        if "id" in columns or self._ids:
            if not self._ids:
                self._ids = [pa.nulls(len(s), pa.large_string()) for s in self._sequence_of[:-1]]
            self._ids.append(chosen(columns["id"]) if "id" in columns else pa.nulls(len(sequence), pa.large_string()))
        for name in WORD_COLUMNS:
            if name in columns or name in self._codes:
                codes, words = columns.get(name, (np.zeros(len(good), dtype=np.int32), [""]))
                held = self._codes.setdefault(name, [np.full(len(s), -1, np.int32) for s in self._sequence_of[:-1]])
                held.append(self._word_numbers(name, words)[chosen(codes)])
        for pieces in (self._sequence_of, *self._parts.values(), *self._codes.values()):
            _join(pieces)

    def _word_numbers(self, name: str, words: list[str]) -> NDArray[np.int32]:
        vocabulary = self._vocabulary.setdefault(name, {})
        return np.array(
            [vocabulary.setdefault(word, len(vocabulary)) if word else -1 for word in words], dtype=np.int32
        )

    def _count_up(self, part: Mapping[str, NDArray[Any]]) -> None:
        for sums, suffix in ((self.sums, ""), (self.sums_received, "_received")):
            if f"amount{suffix}" in part:
                sums.update(sums_by_code(part[f"amount{suffix}"], part[f"currency{suffix}"]))

    def sorted(self) -> tuple[dict[str, NDArray[Any]], NDArray[np.int32]]:
        """Return the columns by (time, sequence), with both indices, and the order."""
        if not self._parts or not sum(map(len, self._parts["time"])):
            raise InputError(
                "there is not one transaction that can be read",
                hint="The reasons: "
                + "; ".join(f"{count:,} rows: {text}" for text, count in self.reasons.most_common(5)),
            )
        time = np.concatenate(self._parts.pop("time"))
        order = order_of(time)
        self._parts["sequence"], self._sequence_of = self._sequence_of, []
        columns = {"time": taken(time, order)}
        del time

        def arrange(name: str) -> None:
            whole = np.concatenate(self._parts.pop(name))
            columns[name] = taken(whole, order, np.int64 if name == "sequence" else None)

        def index(side: str, start: str, rows: str) -> None:
            columns[start], columns[rows] = rows_by_account(columns[side], self.names.count)

        both(arrange, [(name,) for name in sorted(self._parts)])
        for name in ("amount_received", "currency_received"):
            if name in columns and np.array_equal(columns[name], columns[name.removesuffix("_received")]):
                del columns[name]
        both(index, [("source", "out_start", "out_rows"), ("target", "in_start", "in_rows")])
        return columns, order

    def words(self, order: NDArray[np.int32]) -> dict[str, Words]:
        """Return the optional columns as codes, by row."""
        found = {}
        for name, vocabulary in self._vocabulary.items():
            words = tuple(sorted(vocabulary))
            place = {word: code for code, word in enumerate(words)}
            code_of = np.array([*(place[word] for word in vocabulary), -1], dtype=np.int32)  # -1 takes the last
            found[name] = (code_of[np.concatenate(self._codes.pop(name))[order]], words)
        return found

    def ids(self, order: NDArray[np.int32], columns: Mapping[str, NDArray[Any]]) -> TextColumn | None:
        """Return the names of the transactions by row; ``None`` where none is stated."""
        if not self._ids:
            return None
        stated = pa.chunked_array(self._ids).take(pa.array(order))
        self._ids.clear()
        numbers = pc.cast(pa.chunked_array([columns["sequence"]]), pa.large_string())
        own = pc.if_else(pc.equal(pc.fill_null(stated, ""), ""), numbers, stated)
        if pc.all(pc.equal(own, numbers)).as_py():
            return None
        return TextColumn.from_blob(*string_buffers(own))

    def check(self, columns: Mapping[str, NDArray[Any]]) -> None:
        """Hold what is to be written against what was read.

        Raises:
            InternalError: They differ.
        """
        count = len(columns["time"])
        if count + self.rejected != self.rows:
            raise InternalError(f"{self.rows} rows were read, but {count} kept and {self.rejected} refused")
        paid, code = columns["amount"], columns["currency"]
        if sums_by_code(paid, code) != dict(self.sums):
            raise InternalError("the sums of what is paid changed on the way")
        if self.sums_received:
            received = sums_by_code(columns.get("amount_received", paid), columns.get("currency_received", code))
            if received != dict(self.sums_received):
                raise InternalError("the sums of what is received changed on the way")

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


def _join(pieces: list[NDArray[Any]]) -> None:
    """Make small pieces at the end a large one: what large ones take goes back to the system when they are done with."""
    small = 0
    while small < len(pieces) and len(pieces[-1 - small]) < _LARGE:
        small += 1
    if small and sum(map(len, pieces[-small:])) >= _LARGE:
        pieces[-small:] = [np.concatenate(pieces[-small:])]


def _with_columns(table: pa.Table, layout: Layout) -> pa.Table:
    """Return a portion with every column of the layout: a JSON line may leave one out."""
    for source in {source for sources in layout.columns.values() for source in sources} - set(table.column_names):
        table = table.append_column(source, pa.nulls(len(table), pa.string()))
    return table


def _account_facts(file: str | Path, names: AccountNames) -> dict[str, Words]:
    """Return what an accounts file says, by field; accounts without transactions are added."""
    pieces: list[pa.Table] = []
    with opened(file) as source:
        if "account" not in source.headers:
            raise InputError(
                f"there is no column 'account'; there are {', '.join(source.headers)[:300]}", where=source.where
            )
        pieces.extend(_account_rows(source))
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


def _account_rows(source: Opened) -> Iterator[pa.Table]:
    row = source.first_line
    for table, broken in source.tables():
        if broken.any():
            raise InputError("the row cannot be read", where=f"{source.where}, row {row + int(broken.argmax())}")
        row += len(table)
        yield table


def _texts_of(column: pa.ChunkedArray) -> list[str]:
    if pa.types.is_list(column.type):
        return [";".join(map(str, value or ())) for value in column.to_pylist()]
    return [text or "" for text in pc.cast(column, pa.string()).to_pylist()]
