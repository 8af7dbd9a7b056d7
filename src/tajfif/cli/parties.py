"""Who is designated, as a command is told: names, files of names, results of a screening. Reach for it from commands only."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

__all__ = ["designated_parties"]

_LONGEST_LINE = 10_000_000


def designated_parties(given: Sequence[str]) -> list[list[str]]:
    """Return the designated parties, each as the names by which it may be known, the best first.

    Args:
        given: Names or ids; files with one a line, with JSON lines of entities or with results of ``tajfif screen``, of which
            those with an alert count; ``-`` reads the same from standard input.

    Raises:
        InputError: A file or a line cannot be read.
    """
    found: dict[tuple[str, ...], None] = {}
    for each in given:
        if each == "-":
            names = _read(iter(lambda: sys.stdin.readline(_LONGEST_LINE), ""), "standard input")
        elif _is_file(each):
            names = _file(Path(each))
        else:
            names = iter([(each,)])
        found.update(dict.fromkeys(names))
    return [list(names) for names in found]


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except OSError:
        return False


def _file(path: Path) -> Iterator[tuple[str, ...]]:
    from tajfif.errors import InputError

    try:
        with path.open(encoding="utf-8-sig") as file:
            yield from _read(_lines(file), str(path))
    except (OSError, UnicodeDecodeError):
        raise InputError("is not readable as UTF-8 text", where=str(path), hint="One name or id a line.") from None


def _lines(file: IO[str]) -> Iterator[str]:
    return iter(lambda: file.readline(_LONGEST_LINE), "")


def _read(lines: Iterable[str], where: str) -> Iterator[tuple[str, ...]]:
    from tajfif.errors import InputError

    for number, line in enumerate(lines, start=1):
        text = line.strip().removeprefix("\ufeff")
        if not text or text.startswith("#"):
            continue
        if not text.startswith("{"):
            yield (text,)
            continue
        try:
            record = json.loads(text)
        except (ValueError, RecursionError):
            raise InputError("is not JSON", where=f"{where}, line {number}", hint="One name or id a line.") from None
        if "subject" in record and "status" in record:
            if record["status"] != "alert":
                continue
            record = record["subject"]
        names = _names(record)
        if not names:
            raise InputError("names nobody", where=f"{where}, line {number}", hint="An object needs an id or a name.")
        yield names


def _names(record: Any) -> tuple[str, ...]:
    """Return the id of an object and its names."""
    if not isinstance(record, Mapping):
        return ()
    inner = record.get("properties")
    values = [record.get("id"), record.get("caption"), record.get("name"), record.get("account"), record.get("party")]
    if isinstance(inner, Mapping):
        names = inner.get("name")
        values += names if isinstance(names, list) else [names]
    flat = [each for value in values for each in (value if isinstance(value, list) else [value])]
    return tuple(dict.fromkeys(str(each).strip() for each in flat if isinstance(each, str | int) and str(each).strip()))
