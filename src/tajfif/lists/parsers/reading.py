"""Untrusted list files read safely. Reach for it in a parser, before anything of a file is believed.

Every fault becomes a :class:`tajfif.errors.ListFormatError` that names the file, the line and what to do. XML is read
without entities, document types, network or unlimited trees; CSV without guessing at broken quotes or missing columns.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from tajfif.errors import ListFormatError

__all__ = [
    "LONGEST_TEXT",
    "MAX_BYTES",
    "local_name",
    "only_file",
    "read_bytes",
    "read_rows",
    "read_text",
    "read_xml",
    "root_of",
    "squeeze",
    "stream_xml",
]

MAX_BYTES = 200 * 1024 * 1024
"""Largest file that is read: some forty times the largest list in use."""

LONGEST_TEXT = 50_000
"""Most characters in one element of a list that is read piece by piece: several times the longest in use."""

_DAMAGED = "The file is damaged or cut off: fetch it again from its publisher, or compare its size with the original."
_WRONG_FILE = "Name the publisher's own file, as downloaded."
_MAGIC = {
    b"PK\x03\x04": "a ZIP or Excel file", b"\x1f\x8b": "a gzip file", b"%PDF": "a PDF", b"7z\xbc\xaf": "a 7-Zip file",
    b"\xd0\xcf\x11\xe0": "an old Excel file", b"\x89PNG": "a picture", b"PAR1": "a Parquet file",
}  # fmt: skip
_BINARY = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_DOS_END = re.compile("\x1a[\\s,\x1a]*\\Z")


def squeeze(text: str | None) -> str:
    """Return the text without white space at its ends and with single spaces inside; an empty string for ``None``."""
    return " ".join(text.split()) if text else ""


def only_file(path: Path, suffix: str | tuple[str, ...], publisher: str) -> Path:
    """Return the list's file at a path: the path itself, or the one file with the suffix in that directory.

    Args:
        path: A file or a directory.
        suffix: The suffix in lower case (".xml"), or several of which any will do.
        publisher: What the file is called in messages.

    Raises:
        ListFormatError: Nothing is there, or the directory does not hold exactly one such file.
    """
    if path.is_file():
        return path
    if not path.is_dir():
        raise ListFormatError("no such file or directory", where=str(path), hint=f"Name the {publisher} file.")
    suffixes = (suffix,) if isinstance(suffix, str) else suffix
    found = sorted(entry for entry in path.iterdir() if entry.suffix.lower() in suffixes and entry.is_file())
    if len(found) != 1:
        names = ", ".join(entry.name for entry in found[:5]) or "none"
        raise ListFormatError(
            f"the directory should hold one {' or '.join(suffixes)} file, it holds {len(found)} ({names})",
            where=str(path), hint=f"Name the {publisher} file itself.",
        )  # fmt: skip
    return found[0]


def read_bytes(path: Path) -> bytes:
    """Return a whole file.

    Raises:
        ListFormatError: It is missing, empty, larger than :data:`MAX_BYTES`, a web page or another kind of file.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            _check_head(path, b"x", size)
        data = path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error
    if not data.strip():
        raise ListFormatError("the file is empty", where=f"{path}, line 1", hint=_DAMAGED)
    _check_head(path, data[:512], size)
    return data


def _unreadable(path: Path, error: OSError) -> ListFormatError:
    return ListFormatError(
        f"the file cannot be read: {error.strerror}", where=str(path), hint="Check its name and its permissions."
    )


def _check_head(path: Path, head: bytes, size: int) -> None:
    """Refuse a file by its size and its first bytes."""
    if size > MAX_BYTES:
        raise ListFormatError(
            f"the file has {size:,} bytes; no list has more than {MAX_BYTES:,}", where=str(path), hint=_WRONG_FILE
        )
    if not head.strip():
        raise ListFormatError("the file is empty", where=f"{path}, line 1", hint=_DAMAGED)
    for magic, kind in _MAGIC.items():
        if head.startswith(magic):
            raise ListFormatError(f"this is {kind}, not a list", where=f"{path}, line 1", hint=_WRONG_FILE)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        raise ListFormatError(
            "this is a web page, not a list", where=f"{path}, line 1",
            hint="The address answered with a page, perhaps an error or a login: save the list from a browser.",
        )  # fmt: skip


def read_xml(path: Path, *, root: str) -> etree._Element:
    """Parse an XML list and return its root element.

    Args:
        path: The file.
        root: Name that the root element must have, in whatever namespace.

    Raises:
        ListFormatError: As :func:`read_bytes`, and: malformed, truncated, with a document type or entities,
            undecodable, or of another root element.
    """
    data = read_bytes(path)
    for marker in (b"<!DOCTYPE", b"<!ENTITY"):
        if marker in data:
            line = data.count(b"\n", 0, data.index(marker)) + 1
            raise _document_type(path, line)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        found = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line = error.position[0] if error.position else 0
        raise ListFormatError(
            f"not well-formed XML: {error.msg}", where=f"{path}, line {line}", hint=_DAMAGED
        ) from error
    if found.getroottree().docinfo.internalDTD is not None:
        raise _document_type(path, 1)
    if local_name(found) != root:
        raise ListFormatError(
            f"the root element is <{found.tag}>, not <{root}>",
            where=f"{path}, line {found.sourceline}",
            hint=_WRONG_FILE,
        )
    return found


def local_name(element: etree._Element) -> str:
    """Return an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def root_of(path: Path) -> str:
    """Return the name of an XML file's root element, without its namespace.

    Raises:
        ListFormatError: As :func:`stream_xml`, as far as the first element.
    """
    for event, element in _events(path):
        if event == "start":
            return local_name(element)
    raise ListFormatError("not well-formed XML: no element", where=f"{path}, line 1", hint=_DAMAGED)


def stream_xml(path: Path, *, root: str, elements: frozenset[str]) -> Iterator[etree._Element]:
    """Yield elements of an XML list as they end, without keeping the whole tree.

    An element that was yielded is emptied when the next one is asked for, so take from it what is needed. Elements
    inside a yielded one are not yielded apart.

    Args:
        path: The file.
        root: Name that the root element must have, in whatever namespace. It comes first, while it is still empty.
        elements: Names of the elements to yield, in whatever namespace.

    Raises:
        ListFormatError: As :func:`read_xml`. A fault late in the file comes after elements were yielded, so keep
            nothing before the end.
    """
    depth = 0
    for event, element in _events(path):
        name = local_name(element)
        if event == "start":
            if element.getparent() is None:
                if name != root:
                    raise ListFormatError(
                        f"the root element is <{element.tag}>, not <{root}>",
                        where=f"{path}, line {element.sourceline}", hint=_WRONG_FILE,
                    )  # fmt: skip
                yield element
            depth += name in elements
        elif name in elements:
            depth -= 1
            if not depth:
                yield element
                element.clear()
                parent = element.getparent()
                while parent is not None and element.getprevious() is not None:
                    del parent[0]


def _events(path: Path) -> Iterator[tuple[str, etree._Element]]:
    """Yield the starts and ends of elements, with every fault as an error that names the file and the line."""
    _check_stream(path)
    try:
        with path.open("rb") as file:
            for event, element in etree.iterparse(
                file, events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False,
                huge_tree=False, remove_comments=True, remove_pis=True,
            ):  # fmt: skip
                if element.getparent() is None and element.getroottree().docinfo.internalDTD is not None:
                    raise _document_type(path, 1)
                if event == "end" and len(element.text or "") > LONGEST_TEXT:
                    raise ListFormatError(
                        f"<{local_name(element)}> has {len(element.text or ''):,} characters; none has more than "
                        f"{LONGEST_TEXT:,}", where=f"{path}, line {element.sourceline}",
                        hint="Fetch it again from its publisher.",
                    )  # fmt: skip
                yield event, element
    except etree.XMLSyntaxError as error:
        line = error.position[0] if error.position else 0
        raise ListFormatError(
            f"not well-formed XML: {error.msg}", where=f"{path}, line {line}", hint=_DAMAGED
        ) from error
    except OSError as error:
        raise _unreadable(path, error) from error


def _check_stream(path: Path) -> None:
    """Refuse a file that is too large, empty, of another kind, or declares a document type; reads it piece by piece."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head, line, tail = file.read(512), 1, b""
            _check_head(path, head, size)
            file.seek(0)
            while chunk := file.read(1 << 20):
                text = tail + chunk
                for marker in (b"<!DOCTYPE", b"<!ENTITY"):
                    if marker in text:
                        raise _document_type(path, line + text.count(b"\n", 0, text.index(marker)))
                line += text.count(b"\n", 0, max(0, len(text) - 16))
                tail = text[-16:]
    except OSError as error:
        raise _unreadable(path, error) from error


def _document_type(path: Path, line: int) -> ListFormatError:
    return ListFormatError(
        "the file declares a document type or entities, which no publisher's list does",
        where=f"{path}, line {line}", hint="It may have been tampered with: fetch it again from its publisher.",
    )  # fmt: skip


def read_text(path: Path, *, legacy: bool) -> str:
    """Return a text file decoded, without byte order mark and without the control-Z that DOS ends files with.

    Args:
        path: The file.
        legacy: Whether Windows-1252 is read where UTF-8 fails.

    Raises:
        ListFormatError: As :func:`read_bytes`, and: undecodable bytes, control characters of a binary file.
    """
    data = read_bytes(path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        wrong = ListFormatError(
            f"byte 0x{data[error.start]:02x} is not UTF-8 text", where=f"{path}, line {line}",
            hint="Save the file as text in UTF-8 (in a spreadsheet: \"CSV UTF-8\").",
        )  # fmt: skip
        if not legacy:
            raise wrong from error
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError:
            raise wrong from error
    text, ended = _DOS_END.subn("", text)
    binary = _BINARY.search(text)
    if binary:
        line = text.count("\n", 0, binary.start()) + 1
        raise ListFormatError(
            f"control character 0x{ord(binary[0]):02x}: this is not a text file",
            where=f"{path}, line {line}",
            hint=_WRONG_FILE,
        )
    if not (ended or text.strip()):
        raise ListFormatError("the file is empty", where=f"{path}, line 1", hint=_DAMAGED)
    return text


def read_rows(
    path: Path, *, columns: int = 0, delimiter: str = ",", legacy: bool = False
) -> Iterator[tuple[int, list[str]]]:
    """Yield each row of a CSV file with the line on which it begins. Blank lines are passed over.

    Args:
        path: The file.
        columns: Number of columns that every row must have; zero to leave that to the caller.
        delimiter: The character between two columns.
        legacy: As in :func:`read_text`.

    Raises:
        ListFormatError: As :func:`read_text`, and: broken quotes, a field of more than 131,072 characters, another
            number of columns.
    """
    reader = csv.reader(io.StringIO(read_text(path, legacy=legacy), newline=""), strict=True, delimiter=delimiter)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ListFormatError(
                f"not well-formed CSV: {error}", where=f"{path}, line {line}", hint=_DAMAGED
            ) from error
        if not row:
            continue
        if columns and len(row) != columns:
            raise ListFormatError(
                f"{len(row)} columns where the layout has {columns}", where=f"{path}, line {line}", hint=_DAMAGED
            )
        yield line, row
