"""What ``tajfif trace`` reads: seeds, balances, and what another command of tajfif prints. Reach for it from there only."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from tajfif.tracing.flow import Seed
    from tajfif.tracing.ledger import Ledger

__all__ = ["Piped", "accounts_named", "read_balances", "read_pipe", "read_seeds"]

_LONGEST_LINE = 10_000_000
_LONGEST_FILE = 100_000_000
_SEED_FIELDS = ("account", "transaction", "amount", "currency", "time", "label")


class Start(msgspec.Struct, frozen=True):
    """One account or party to trace from, and the bounds of what was found about it."""

    name: str
    first: str = ""
    last: str = ""


class Piped(msgspec.Struct, frozen=True, kw_only=True):
    """What came in on standard input.

    Attributes:
        ledger: Directory of the ledger, where a line says so.
        starts: Accounts and parties, each once, with the widest bounds.
        clear: Results of a screening that raised no alert.
    """

    ledger: str = ""
    starts: tuple[Start, ...] = ()
    clear: int = 0


def read_pipe() -> Piped:
    """Read account names one a line, findings, results of a screening, or the line of ``tajfif ledger build``.

    Raises:
        InputError: A line that is none of these, or lines that name different ledgers.
    """
    from tajfif.errors import InputError

    ledger, clear = "", 0
    starts: dict[str, Start] = {}
    for number, line in enumerate(iter(lambda: sys.stdin.readline(_LONGEST_LINE), ""), start=1):
        text = line.strip().removeprefix("\ufeff")
        if not text:
            continue
        where = f"standard input, line {number}"
        if not text.startswith("{"):
            starts.setdefault(text, Start(text))
            continue
        try:
            record = json.loads(text)
        except (ValueError, RecursionError):
            raise InputError("is not JSON", where=where, hint="Give accounts one a line, or JSON lines.") from None
        named = record.get("ledger", "")
        if isinstance(named, str) and named:
            if ledger and named != ledger:
                raise InputError(f"names the ledger {named}, a line before {ledger}", where=where)
            ledger = named
        if "subject" in record and "status" in record:
            if record["status"] != "alert":
                clear += 1
                continue
            found = [Start(_subject_id(record["subject"], where))]
        elif isinstance(record.get("accounts"), list):
            window = record.get("window") or {}
            found = [
                Start(str(name), str(window.get("first", "")), str(window.get("last", "")))
                for name in record["accounts"]
            ]
        elif isinstance(record.get("account"), str):
            found = [Start(record["account"])]
        elif named:
            continue  # what 'tajfif ledger build' prints
        else:
            raise InputError("names no account", where=where, hint="A finding has accounts, a result has a subject.")
        for start in found:
            starts[start.name] = _wider(starts.get(start.name, start), start)
    return Piped(ledger=ledger, starts=tuple(starts.values()), clear=clear)


def _subject_id(subject: Any, where: str) -> str:
    from tajfif.errors import InputError

    name = subject.get("id") if isinstance(subject, Mapping) else None
    if not isinstance(name, str) or not name:
        hint = "Screen a file with a column id: the account, or the party of the accounts file."
        raise InputError("the subject of an alert has no id", where=where, hint=hint)
    return name


def _wider(one: Start, other: Start) -> Start:
    """Return the bounds that cover both; an open bound stays open. ISO 8601 in UTC sorts as text."""
    first = min(one.first, other.first) if one.first and other.first else ""
    last = max(one.last, other.last) if one.last and other.last else ""
    return Start(one.name, first, last)


def accounts_named(ledger: Ledger, name: str) -> list[str]:
    """Return the account of that name, else the accounts of the party of that name.

    Raises:
        InputError: The ledger has neither.
    """
    import numpy as np

    from tajfif.errors import InputError

    try:
        ledger.account_index(name)
    except InputError:
        codes, words = ledger.accounts.codes("party")
        if name not in words:
            raise InputError(f"{name!r} is neither an account of the ledger nor a party of its accounts file") from None
        return [ledger.account_name(int(account)) for account in np.flatnonzero(codes == words.index(name))]
    return [name]


def read_seeds(path: Path) -> list[Seed]:
    """Read seeds from CSV or JSON lines: account or transaction, and amount, currency, time, label if wanted.

    Raises:
        InputError: The file cannot be read, or a row is no seed.
    """
    from tajfif.errors import InputError
    from tajfif.tracing.flow import Seed

    seeds = []
    for where, row in _rows(path):
        unknown = sorted(set(row) - set(_SEED_FIELDS))
        if unknown:
            raise InputError(f"unknown column {unknown[0]!r}", where=where, hint=f"Known: {', '.join(_SEED_FIELDS)}.")
        seeds.append(Seed(**row))
    return seeds


def read_balances(path: Path, ledger: Ledger) -> dict[tuple[str, str], int]:
    """Read balances from CSV or JSON lines: account, currency, amount.

    Raises:
        InputError: The file cannot be read, or a row is no balance of an account of the ledger.
    """
    from tajfif.errors import InputError
    from tajfif.tracing.flow_scope import currency_index, minor_units

    balances: dict[tuple[str, str], int] = {}
    for where, row in _rows(path):
        try:
            index = currency_index(ledger, row.get("currency", ""))
            code = ledger.currencies[index]
            ledger.account_index(row.get("account", ""))
            amount = minor_units(row.get("amount", ""), int(ledger.exponents[index]), code)
        except InputError as error:
            raise InputError(error.message, where=where, hint=error.hint) from None
        key = (row["account"], code)
        if key in balances:
            raise InputError(f"a second balance of {row['account']} in {code}", where=where)
        balances[key] = amount
    return balances


def _rows(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield (where, row) of CSV or JSON lines; empty cells are left out."""
    from tajfif.errors import InputError

    try:
        if path.stat().st_size > _LONGEST_FILE:
            raise InputError(f"is longer than {_LONGEST_FILE:,} bytes", where=str(path), hint="Split the file.")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise InputError("is not readable as UTF-8 text", where=str(path)) from None
    if text.lstrip().startswith("{"):
        for number, line in enumerate(text.splitlines(), start=1):
            if line.strip():
                try:
                    record = json.loads(line)
                    yield f"{path}, line {number}", {str(key): str(value) for key, value in record.items() if value}
                except (ValueError, AttributeError, RecursionError):
                    raise InputError("is no JSON object", where=f"{path}, line {number}") from None
        return
    reader = csv.DictReader(text.splitlines(), strict=True)
    try:
        for row in reader:
            if None in row:
                raise InputError("has more cells than the header", where=f"{path}, line {reader.line_num}")
            cells = {key.strip().lower(): value.strip() for key, value in row.items() if value and value.strip()}
            yield f"{path}, line {reader.line_num}", cells
    except csv.Error as error:
        raise InputError(f"is no CSV: {error}", where=f"{path}, line {reader.line_num}") from None
