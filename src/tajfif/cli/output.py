"""What a command says, and where. Reach for it in every command that prints.

Data goes to stdout, alone: a table where a person looks at a terminal, JSON lines in a pipe. Everything else (notices,
warnings, errors, progress) goes to stderr. Text of lists and customers is untrusted: control characters that could
drive a terminal or turn its writing round are made visible, and Arabic is isolated (Unicode UAX #9, isolates) so that
it does not reorder the columns beside it.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import typer
    from rich.console import Console, ConsoleOptions
    from rich.measure import Measurement
    from rich.text import Text

__all__ = [
    "Cell",
    "Format",
    "Session",
    "TextFormat",
    "chosen_format",
    "data_console",
    "home_of",
    "isolated",
    "message_console",
    "say",
    "shown",
    "warn",
    "write_json_lines",
    "write_table",
]

_PIPE_WIDTH = 160
_DIRECTION = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_UNSAFE = re.compile(f"[\x00-\x1f\x7f-\x9f\u2028\u2029{_DIRECTION}\ud800-\udfff]")
_RIGHT_TO_LEFT_ISOLATE, _LEFT_TO_RIGHT_ISOLATE, _POP_ISOLATE = "\u2067", "\u2066", "\u2069"


class Format(StrEnum):
    """How results are written by the commands that also write files."""

    TABLE = "table"
    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


class TextFormat(StrEnum):
    """How results are written by the commands that only print."""

    TABLE = "table"
    JSONL = "jsonl"


class Session:
    """What the global options say, handed to every command as ``ctx.obj``.

    Attributes:
        home: The workspace directory; None until the global options are read.
    """

    def __init__(self) -> None:
        self.home: Path | None = None


def home_of(ctx: typer.Context) -> Path:
    """Return the workspace directory that the global options chose."""
    from tajfif.config import workspace

    session = ctx.find_object(Session)
    return session.home if session and session.home else workspace()


def chosen_format(requested: str | None) -> str:
    """Return the format asked for; without one, ``table`` on a terminal and ``jsonl`` in a pipe."""
    return str(requested) if requested else "table" if sys.stdout.isatty() else "jsonl"


def data_console() -> Console:
    """Return the console for data: stdout, as wide as the terminal, or wide enough to be read from a file."""
    from rich.console import Console

    console = Console(file=sys.stdout, highlight=False, emoji=False, markup=False)
    if not console.is_terminal:
        console.width = _PIPE_WIDTH
    return console


def message_console() -> Console:
    """Return the console for messages and progress: stderr."""
    from rich.console import Console

    return Console(file=sys.stderr, highlight=False, emoji=False, markup=False, soft_wrap=True)


def shown(text: str) -> str:
    r"""Return the text on one line, with the characters that could drive a terminal written out (``\x1b``)."""
    return _UNSAFE.sub(_written_out, text)


def _written_out(found: re.Match[str]) -> str:
    code = ord(found[0])
    if found[0] in "\t\n\r\u2028\u2029":
        return " "
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def isolated(text: str) -> str:
    """Return the text, safe to show, inside an isolate of its own direction if any of it runs right to left."""
    safe = shown(text)
    directions = [unicodedata.bidirectional(character) for character in safe]
    if not any(direction in ("R", "AL") for direction in directions):
        return safe
    first = next(direction for direction in directions if direction in ("L", "R", "AL"))
    return (_LEFT_TO_RIGHT_ISOLATE if first == "L" else _RIGHT_TO_LEFT_ISOLATE) + safe + _POP_ISOLATE


def write_json_lines(records: Iterable[Any]) -> None:
    """Write each record as one line of JSON to stdout, in UTF-8."""
    import msgspec

    encode = msgspec.json.Encoder().encode
    for record in records:
        sys.stdout.write(encode(record).decode() + "\n")
    sys.stdout.flush()


class Cell:
    """A table cell whose lines are isolated one by one: an isolate over a line break would swallow the next cell."""

    def __init__(self, text: str) -> None:
        from rich.text import Text

        self.text = Text(shown(text))

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        from rich.measure import Measurement

        return Measurement.get(console, options, self.text)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        from rich.text import Text

        for line in self.text.wrap(console, options.max_width, overflow="fold"):
            line.rstrip()
            yield Text(isolated(line.plain) if console.is_terminal else line.plain, justify=options.justify)


def write_table(columns: Sequence[str], rows: Iterable[Sequence[str | Text]], *, title: str = "") -> None:
    """Write a table to stdout.

    Args:
        columns: The headings. One that begins with ``>`` stands over a column of numbers, set right.
        rows: The cells: plain text is made safe and, on a terminal, isolated; a Rich text is shown as it is.
        title: A line above the table.
    """
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(title=title or None, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        justify: Literal["left", "right"] = "right" if column.startswith(">") else "left"
        table.add_column(column.removeprefix(">"), justify=justify, overflow="fold")
    for row in rows:
        table.add_row(*(Cell(cell) if isinstance(cell, str) else cell for cell in row))
    data_console().print(table)


def say(message: str) -> None:
    """Write a message for a person to stderr; its own line breaks are kept."""
    _to_stderr(message, "")


def warn(message: str) -> None:
    """Write a warning that must be seen to stderr."""
    _to_stderr(f"warning: {message}", "bold yellow")


def _to_stderr(message: str, style: str) -> None:
    safe = "\n".join(shown(line) for line in message.split("\n"))
    if sys.stderr.isatty():
        message_console().print(safe, style=style or None)
    else:
        sys.stderr.write(safe + "\n")
        sys.stderr.flush()
