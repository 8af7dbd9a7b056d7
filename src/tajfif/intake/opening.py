"""What kind of file it is and how its text is written. Reach for it before a file of unknown making is read.

The content decides, not the ending of the name: exports of banks are often CSV called ``.xls``, Excel called ``.csv``.
Text is UTF-8 with or without a byte order mark, UTF-16, Windows-1256 or ISO 8859-6 (Arabic), or Windows-1252; what is
not UTF-8 is told apart by the letters that it would spell.
"""

from __future__ import annotations

import codecs
import io
import itertools
import sys
from pathlib import Path
from typing import Any, Literal, TextIO

import msgspec

from tajfif.errors import InputError, UsageError

__all__ = ["MAX_LINE_CHARACTERS", "GuardedLines", "Kind", "Source", "TextFile", "open_text", "sniff_kind"]

Kind = Literal["csv", "jsonl", "spreadsheet", "parquet"]

MAX_LINE_CHARACTERS = 1_000_000
"""Longest line of a text file that is read."""
SAMPLE_BYTES = 65_536
_CHUNK_BYTES = 1 << 20

_FREQUENT_ARABIC = frozenset("البيمنوردعسحةتف")
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


class Source:
    """A file, or standard input for ``-``, opened for its bytes.

    Attributes:
        path: As the caller wrote it.
        where: What errors call it.
        head: Its first bytes; of a pipe, what the first reading gave.
        text: The text read from it, once it was opened as text.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.is_pipe = path == "-"
        self.where = "standard input" if self.is_pipe else path
        self.stream = self._open()
        self.head = self.stream.peek(SAMPLE_BYTES)
        self.text: TextIO | None = None

    def __enter__(self) -> Source:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; a pipe is left to its owner."""
        if not self.is_pipe:
            (self.text or self.stream).close()

    def _open(self) -> io.BufferedReader:
        if self.is_pipe:
            # The raw stream below, so that looking ahead waits for one reading only and not for a full buffer.
            raw: Any = getattr(sys.stdin.buffer, "raw", sys.stdin.buffer)
            return io.BufferedReader(raw, SAMPLE_BYTES)
        try:
            return io.BufferedReader(Path(self.path).open("rb", buffering=0), SAMPLE_BYTES)
        except OSError as error:
            raise InputError(
                f"cannot be opened: {(error.strerror or 'unknown reason').lower()}",
                where=self.path,
                hint="Check the path.",
            ) from None


class TextFile(msgspec.Struct, frozen=True, kw_only=True):
    """A text file opened at its first character.

    Attributes:
        stream: The text; bytes that are not of the encoding stand in it as lone surrogates or as U+FFFD, so that a
            damaged row can be told from its neighbours.
        encoding: Python's name of the encoding.
        lines: Number of lines when the file could be counted ahead, else -1.
    """

    stream: TextIO
    encoding: str
    lines: int = -1


def sniff_kind(sample: bytes, *, where: str) -> Kind:
    """Tell the kind of a file by its first bytes (at least a few hundred, if it has them).

    Raises:
        InputError: It is empty, or of a kind that is not read.
    """
    if not sample.strip():
        raise InputError("the file is empty", where=where, hint="A table needs a row of headers and at least one row.")
    if sample.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
        return "spreadsheet"
    if sample.startswith(b"PAR1"):
        return "parquet"
    if sample.startswith((b"%PDF", b"\x1f\x8b")):
        raise InputError(
            "this is a PDF or a compressed file, not a table",
            where=where,
            hint="Unpack it, or export it as CSV or XLSX.",
        )
    head = sample.removeprefix(codecs.BOM_UTF8).lstrip()
    if head.startswith(b"{"):
        return "jsonl"
    if head.startswith(b"["):
        raise InputError(
            "this is one JSON array",
            where=where,
            hint="Give one JSON object a line: jq -c '.[]' FILE.json > FILE.jsonl",
        )
    if head.startswith(b"<"):
        raise InputError("this is HTML or XML, not a table", where=where, hint="Export it as CSV or XLSX.")
    return "csv"


def open_text(source: Source, *, encoding: str | None = None) -> TextFile:
    """Open a source as text and find out its encoding.

    A file is read once ahead, to count its lines and to see whether it is UTF-8 to its end; a pipe is judged by its
    beginning.

    Raises:
        InputError: It is binary.
        UsageError: The encoding given is unknown.
    """
    if encoding:
        _check_encoding(encoding)
    lines, sample = (-1, source.head) if source.is_pipe else _survey(Path(source.path))
    found, mark = _encoding_of(source.head, sample, encoding, source.where)
    source.stream.read(mark)
    if found.startswith("utf-16"):
        lines = -1  # they were counted by bytes
    errors = "surrogateescape" if found == "utf-8" else "strict" if found.startswith("utf") else "replace"
    source.text = io.TextIOWrapper(source.stream, encoding=found, errors=errors, newline="")
    return TextFile(stream=source.text, encoding=found, lines=lines)


class GuardedLines:
    """The lines of a text, with their ends; one that is too long to be a row is refused.

    Attributes:
        number: Number of the line read last, from 1.
    """

    def __init__(self, stream: TextIO, where: str) -> None:
        self._readline = stream.readline
        self._where = where
        self.number = 0

    def __iter__(self) -> GuardedLines:
        return self

    def __next__(self) -> str:
        try:
            line = self._readline(MAX_LINE_CHARACTERS)
        except UnicodeDecodeError as error:
            raise InputError(
                f"not readable as {error.encoding}", where=f"{self._where}, line {self.number + 1}"
            ) from None
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) >= MAX_LINE_CHARACTERS:
            raise InputError(
                f"a line of {MAX_LINE_CHARACTERS:,} characters or more is no row of a table",
                where=f"{self._where}, line {self.number}",
            )
        return line


def _check_encoding(encoding: str) -> None:
    try:
        codecs.lookup(encoding)
    except LookupError:
        raise UsageError(
            f"unknown encoding {encoding!r}", hint="Use utf-8, utf-16, windows-1256, iso-8859-6 or windows-1252."
        ) from None


def _survey(path: Path) -> tuple[int, bytes]:
    """Number of lines, and a piece that tells the encoding: where UTF-8 ends to hold, else the first beyond ASCII."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines, sample, last, is_utf8 = 0, b"", b"", True
    with path.open("rb") as source:
        while chunk := source.read(_CHUNK_BYTES):
            lines += chunk.count(b"\n")
            last = chunk[-1:]
            if is_utf8 and not chunk.isascii():
                try:
                    decoder.decode(chunk)
                    sample = sample or chunk
                except UnicodeDecodeError:
                    is_utf8, sample = False, chunk
    return lines + (last not in (b"", b"\n")), sample


def _encoding_of(head: bytes, sample: bytes, stated: str | None, where: str) -> tuple[str, int]:
    """The encoding and the length of the byte order mark to skip."""
    for mark, name in _MARKS:
        if head.startswith(mark) and (stated is None or name.startswith(stated.lower().removesuffix("-sig")[:5])):
            return name, len(mark)
    if stated:
        return {"utf-8-sig": "utf-8", "utf8": "utf-8"}.get(stated.lower(), stated), 0
    if b"\x00" in head[:4096]:
        return _utf16_order(head[:4096], where), 0
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return _eight_bit(sample), 0
    return "utf-8", 0


def _utf16_order(head: bytes, where: str) -> str:
    for name, high in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
        # In UTF-16 text of Latin and Arabic letters the high byte is 00 or 06; in anything else it is not.
        if high and sum(byte in (0, 6) for byte in high) > 0.9 * len(high) and head.count(0) < 0.6 * len(head):
            return name
    raise InputError(
        "this is a binary file, not a table", where=where, hint="CSV, JSON lines, XLSX, ODS and Parquet are read."
    )


def _eight_bit(sample: bytes) -> str:
    """Tell Arabic code pages, Western ones and damaged UTF-8 apart by what the bytes beyond ASCII would spell."""
    as_utf8 = sample.decode("utf-8", "replace")
    damaged = as_utf8.count("\ufffd")
    if damaged < 0.1 * sum(not char.isascii() for char in as_utf8):
        return "utf-8"
    arabic = sample.decode("cp1256", "replace")
    letters = [("\u0621" <= char <= "\u064a") for char in arabic]
    in_words = sum(here and there for here, there in itertools.pairwise(letters))
    if in_words < 0.5 * sum(not char.isascii() for char in arabic):
        return "cp1252"
    try:
        other = sample.decode("iso8859_6")
    except UnicodeDecodeError:
        return "cp1256"
    usual, rival = (sum(char in _FREQUENT_ARABIC for char in text) for text in (arabic, other))
    return "cp1256" if usual >= rival else "iso8859_6"
