"""Which column of a file holds what. Reach for it to read transactions of another program.

Three layouts are known: the canonical one, that of IBM's AMLworld (CDLA-Sharing data sets ``HI-*`` and ``LI-*``), and that of
AMLSim with its converters. Any other file is read with ``--map``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from tajfif.errors import InputError, UsageError

__all__ = ["COLUMNS", "LAYOUTS", "REQUIRED", "Layout", "layout_of"]

REQUIRED = ("time", "from_account", "to_account", "amount")
COLUMNS = (
    "id", *REQUIRED, "currency", "amount_received", "currency_received", "channel", "from_bank", "to_bank", "from_country",
    "to_country", "purpose",
)  # fmt: skip
"""Canonical columns."""


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """What the columns of a file are.

    Attributes:
        name: What it is called.
        columns: Canonical column to the file's; of an account two, bank and number, may be joined by a colon.
        currency: Currency of every row where the file has none; empty for a file that must say.
        days: Whether times are whole days from 2017-01-01, as AMLSim counts.
    """

    name: str
    columns: Mapping[str, tuple[str, ...]]
    currency: str = ""
    days: bool = False


def _layout(name: str, default: str = "", days: bool = False, **columns: str | tuple[str, ...]) -> Layout:
    held = {each: (source,) if isinstance(source, str) else source for each, source in columns.items()}
    return Layout(name=name, columns=held, currency=default, days=days)


LAYOUTS: tuple[Layout, ...] = (
    Layout(name="canonical", columns={column: (column,) for column in COLUMNS}),
    _layout(
        "amlworld", time="Timestamp", from_account=("From Bank", "Account"), to_account=("To Bank", "Account.1"),
        amount="Amount Paid", currency="Payment Currency", amount_received="Amount Received",
        currency_received="Receiving Currency", channel="Payment Format", from_bank="From Bank", to_bank="To Bank",
    ),
    _layout(
        "amlworld", time="timestamp", from_account="from_account_key", to_account="to_account_key", amount="amount_paid",
        currency="payment_currency", amount_received="amount_received", currency_received="receiving_currency",
        channel="payment_format", from_bank="from_bank_id", to_bank="to_bank_id",
    ),
    _layout(
        "amlsim", default="USD", days=True, time="time", from_account="sourceNodeId", to_account="targetNodeId", amount="value"
    ),
    _layout(
        "amlsim", default="USD", days=True, id="TX_ID", time="TIMESTAMP", from_account="SENDER_ACCOUNT_ID",
        to_account="RECEIVER_ACCOUNT_ID", amount="TX_AMOUNT", channel="TX_TYPE",
    ),
    _layout(
        "amlsim", default="USD", id="tran_id", time="tran_timestamp", from_account="orig_acct", to_account="bene_acct",
        amount="base_amt", channel="tx_type",
    ),
)  # fmt: skip
"""Layouts in the order in which they are tried; several with one name are generations of one program's files."""


def layout_of(
    headers: Sequence[str], *, wanted: str = "", mapping: Mapping[str, str] | None = None, where: str = ""
) -> Layout:
    """Return the layout of a file, with only the columns that it has.

    Args:
        headers: The file's columns.
        wanted: Name of a layout; by default the first that fits.
        mapping: Canonical column to the file's, where they differ from the layout.
        where: The file, for messages.

    Raises:
        UsageError: No such layout, or a column that is mapped is not there.
        InputError: A required column is missing.
    """
    present = set(headers)
    if wanted and wanted not in {layout.name for layout in LAYOUTS}:
        known = ", ".join(dict.fromkeys(layout.name for layout in LAYOUTS))
        raise UsageError(f"no layout is called {wanted!r}", hint=f"There are: {known}.")
    for column, source in (mapping or {}).items():
        if column not in COLUMNS:
            raise UsageError(f"--map knows no column {column!r}", hint=f"There are: {', '.join(COLUMNS)}.")
        if source and source not in present:
            raise UsageError(
                f"there is no column {source!r}", where=where, hint=f"There are: {', '.join(headers)[:400]}."
            )
    candidates = [layout for layout in LAYOUTS if not wanted or layout.name == wanted]
    for layout in candidates:
        held = {column: sources for column, sources in layout.columns.items() if present.issuperset(sources)}
        held |= {column: (source,) for column, source in (mapping or {}).items() if source}
        for column, source in (mapping or {}).items():
            if not source:
                held.pop(column, None)
        if all(column in held for column in REQUIRED):
            return msgspec.structs.replace(layout, columns=held)
    missing = [column for column in REQUIRED if column not in present and column not in (mapping or {})]
    raise InputError(
        f"columns are missing: {', '.join(missing)}; there are {', '.join(headers)[:400]}",
        where=where,
        hint='Say which they are, such as --map "amount=Betrag", or name the layout.',
    )
