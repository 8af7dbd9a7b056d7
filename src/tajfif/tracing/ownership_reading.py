"""Files of who owns what. Reach for :func:`read_stakes` to read one, :class:`Stakes` to hold what it says.

CSV, JSON lines and Parquet with the columns ``owner``, ``owned``, ``percentage`` and, optional, ``since``, ``until``, ``kind``,
``source``, ``arrangement``; or FollowTheMoney JSON lines with Ownership, Directorship and Representation among others. Nothing
is computed here but columns of numbers; shares are read once for each way in which they are written.
"""

from __future__ import annotations

import calendar
import datetime
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tajfif.errors import InputError
from tajfif.intake.columns import header_key
from tajfif.text.unicode import fold_word
from tajfif.tracing.batches import opened
from tajfif.tracing.ownership_rules import KINDS
from tajfif.tracing.ownership_shares import Share, read_share

__all__ = ["FIELDS", "Stakes", "folded_name", "read_stakes"]

FIELDS = ("owner", "owned", "percentage", "since", "until", "kind", "source", "arrangement")
"""Columns of a file of stakes."""
_SPELLINGS = {
    "owner": "owner owner_name owner_id shareholder holder parent المالك مالك",
    "owned": "owned owned_name owned_id asset company subsidiary entity المملوك مملوك الشركة",
    "percentage": "percentage percent share shares stake ownership_percentage النسبة نسبة الحصة حصة",
    "since": "since start start_date from منذ من",
    "until": "until end end_date to إلى حتى",
    "kind": "kind type role النوع نوع",
    "source": "source source_url المصدر مصدر",
    "arrangement": "arrangement joint_arrangement الترتيب",
}
_FIELD_BY_KEY = {header_key(word): field for field, words in _SPELLINGS.items() for word in words.split()}
_KIND_WORDS = {
    "shares": "shares share ownership owner equity capital asset ملكية أسهم حصص",
    "votes": "votes vote voting voting_rights أصوات تصويت",
    "control": "control controls appoints_board board_majority dominant_influence سيطرة",
    "director": "director directorship board board_member manager management chairman ceo مدير عضو_مجلس رئيس",
    "acting_for": "acting_for acts_for representation agent nominee on_behalf_of وكيل نيابة",
}
_KIND_BY_WORD = {word: KINDS.index(kind) for kind, words in _KIND_WORDS.items() for word in words.split()} | {"": 0}
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:[T ].*)?")
_FTM_ENDS = {
    "Ownership": ("owner", "asset", "shares"),
    "Directorship": ("director", "organization", "director"),
    "Representation": ("client", "agent", "acting_for"),
}
_LONGEST_LINE = 10_000_000
_EARLIEST, _LATEST = datetime.date.min.toordinal(), datetime.date.max.toordinal()


class Stakes:
    """Who owns or controls what, in columns: one element for each statement.

    Attributes:
        names: Names of the parties, by number.
        captions: Another name by party, where the file gives one (FollowTheMoney).
        owner, owned: Numbers of the parties, int64.
        kind: Place in :data:`tajfif.tracing.ownership_rules.KINDS`, int8.
        share: Place in ``shares``, int64.
        shares: The different shares stated.
        since, until: First and last day, ordinals, int64.
        line: Line of the file, from 1; row of a Parquet file.
        source, arrangement: Place in ``words``, int64; 0 is nothing.
        words: Texts of sources and joint arrangements.
    """

    def __init__(self, columns: Mapping[str, pa.Array], lines: NDArray[np.int64], where: str) -> None:
        self.where = where
        both = pa.concat_arrays([columns["owner"], columns["owned"]]).dictionary_encode()
        codes = both.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        self.names: pa.Array = both.dictionary
        self.owner, self.owned = codes[: len(lines)], codes[len(lines) :]
        self.line = lines
        self.captions: dict[int, str] = {}
        self.share, self.shares = self._read(columns["percentage"], read_share)
        kinds, found = self._read(columns["kind"], _kind)
        self.kind = np.array(found or [0], dtype=np.int8)[kinds]
        starts, first = self._read(columns["since"], lambda text: _day(text, first=True))
        ends, last = self._read(columns["until"], lambda text: _day(text, first=False))
        self.since = np.array(first or [0], dtype=np.int64)[starts]
        self.until = np.array(last or [0], dtype=np.int64)[ends]
        self.words: list[str] = [""]
        self.source, self.arrangement = self._words(columns["source"]), self._words(columns["arrangement"])

    def __len__(self) -> int:
        return len(self.line)

    @classmethod
    def of(cls, rows: Iterable[Sequence[str] | Mapping[str, str]]) -> Stakes:
        """Make stakes of rows: sequences in the order of :data:`FIELDS`, what is missing at the end empty; or mappings.

        Raises:
            InputError: A row cannot be read.
        """
        found: list[tuple[str, ...]] = []
        for row in rows:
            cells = [row.get(field, "") for field in FIELDS] if isinstance(row, Mapping) else list(row)
            found.append((*cells, *[""] * (len(FIELDS) - len(cells))))
        columns = {field: pa.array([row[i] for row in found], pa.string()) for i, field in enumerate(FIELDS)}
        return cls(columns, np.arange(1, len(found) + 1), "the rows")

    def name(self, party: int) -> str:
        """Return the name of a party; the one that people read, if there is one."""
        return self.captions.get(party) or str(self.names[party].as_py())

    def share_of(self, row: int) -> Share:
        """Return the share that a statement states."""
        found: Share = self.shares[int(self.share[row])]
        return found

    def parties_named(self, wanted: Sequence[str]) -> tuple[list[int], list[str]]:
        """Find parties by their names or ids: exactly, else with case, accents and vowel signs laid aside.

        Returns:
            The numbers of the parties found, in rising order, and the names that nobody has.
        """
        places = pc.index_in(pa.array(list(wanted), pa.string()), value_set=self.names).to_pylist()
        found = {place for place in places if place is not None}
        missing = [name for name, place in zip(wanted, places, strict=True) if place is None]
        if missing:
            sought = {folded_name(name): name for name in missing if folded_name(name)}
            unfound = set(missing)
            captions = self.captions.items()
            for party, name in (*captions, *enumerate(self.names.to_pylist())):
                if (key := folded_name(name)) in sought:
                    found.add(party)
                    unfound.discard(sought[key])
            missing = [name for name in missing if name in unfound]
        return sorted(found), missing

    def _read(self, column: pa.Array, read: Any) -> tuple[NDArray[np.int64], list[Any]]:
        """Read each different text once; an error names the first line that has it."""
        encoded = column.dictionary_encode()
        codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        found = []
        for place, text in enumerate(encoded.dictionary.to_pylist()):
            try:
                found.append(read(text))
            except InputError as error:
                line = int(self.line[np.flatnonzero(codes == place)[0]])
                raise InputError(error.message, where=f"{self.where}, line {line}", hint=error.hint) from None
        return codes, found

    def _words(self, column: pa.Array) -> NDArray[np.int64]:
        encoded = column.dictionary_encode()
        codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        places = []
        for text in encoded.dictionary.to_pylist():
            places.append(len(self.words) if text else 0)
            if text:
                self.words.append(text)
        found: NDArray[np.int64] = np.array(places or [0], dtype=np.int64)[codes]
        return found


def folded_name(name: str) -> str:
    """Return a name for comparison: without case, accents, punctuation and vowel signs."""
    bare = "".join(char for char in name if unicodedata.category(char) != "Mn")
    return " ".join(part for word in re.findall(r"\w+", bare) for part in fold_word(word))


def _kind(text: str) -> int:
    word = "_".join(text.lower().replace("-", " ").split())
    if word not in _KIND_BY_WORD:
        raise InputError(f"there is no kind of link {text[:60]!r}", hint=f"Kinds: {', '.join(KINDS)}.")
    return _KIND_BY_WORD[word]


def _day(text: str, *, first: bool) -> int:
    """Return the first or last day that a date such as ``2020``, ``2020-05`` or ``2020-05-31`` can mean."""
    if not text.strip():
        return _EARLIEST if first else _LATEST
    if match := _DATE.fullmatch(text.strip()):
        year, month, day = int(match[1]), int(match[2] or (1 if first else 12)), match[3]
        try:
            return datetime.date(
                year, month, int(day or (1 if first else calendar.monthrange(year, month)[1]))
            ).toordinal()
        except (ValueError, calendar.IllegalMonthError):
            pass
    raise InputError(f"{text[:40]!r} is no date", hint="Write it as 2024-05-31, 2024-05 or 2024.")


def read_stakes(path: str | Path) -> Stakes:
    """Read a file of who owns what; ``-`` is standard input.

    Raises:
        InputError: It cannot be read, a column is missing, or a row says what cannot be; the message names the line.
    """
    if str(path) != "-" and _is_ftm(Path(path)):
        return _ftm(Path(path))
    parts: dict[str, list[pa.Array]] = {field: [] for field in FIELDS}
    lines: list[NDArray[np.int64]] = []
    with opened(path) as file:
        next_line = file.first_line
        for table, broken in file.tables():
            if broken.any():
                raise InputError(
                    "the row cannot be read", where=f"{file.where}, line {next_line + int(broken.argmax())}"
                )
            found = _columns(table.column_names, file.where)
            lines.append(np.arange(next_line, next_line + table.num_rows))
            for field in FIELDS:
                parts[field].append(_texts(table, found.get(field)))
            next_line += table.num_rows
        where = file.where
        if not lines:
            _columns(file.headers, where)
    columns = {field: _joined(arrays) for field, arrays in parts.items()}
    numbers = np.concatenate(lines) if lines else np.zeros(0, dtype=np.int64)
    for side in ("owner", "owned"):
        empty = np.flatnonzero(pc.equal(columns[side], "").to_numpy(zero_copy_only=False))
        if empty.size:
            raise InputError(f"the {side} is not named", where=f"{where}, line {int(numbers[empty[0]])}")
    return Stakes(columns, numbers, where)


def _columns(headers: Sequence[str], where: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for header in headers:
        field = _FIELD_BY_KEY.get(header_key(header))
        if field:
            found.setdefault(field, header)
    for side in ("owner", "owned"):
        if side not in found:
            raise InputError(f"there is no column {side!r}", where=where, hint=f"Columns: {', '.join(FIELDS)}.")
    return found


def _texts(table: pa.Table, header: str | None) -> pa.Array:
    if header is None:
        return pa.nulls(table.num_rows, pa.string()).fill_null("")
    column = table.column(header).combine_chunks()
    column = pa.concat_arrays(column.chunks) if isinstance(column, pa.ChunkedArray) else column
    if not pa.types.is_string(column.type):
        column = column.cast(pa.string())
    return pc.utf8_trim_whitespace(column.fill_null(""))


def _joined(arrays: list[pa.Array]) -> pa.Array:
    return pa.concat_arrays(arrays) if arrays else pa.array([], pa.string())


def _is_ftm(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            head = file.readline(_LONGEST_LINE)
        record = msgspec.json.decode(head)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise InputError(f"cannot be opened: {reason}", where=str(path), hint="Check the path.") from None
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return False
    return isinstance(record, dict) and isinstance(record.get("schema"), str) and "owned" not in record


def _ftm(path: Path) -> Stakes:
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    captions: dict[str, str] = {}
    with path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(_LONGEST_LINE), b""), start=1):
            if not line.strip():
                continue
            try:
                record = msgspec.json.decode(line, type=dict[str, Any])
            except (msgspec.DecodeError, UnicodeError, RecursionError):
                raise InputError("is no JSON object", where=f"{path}, line {number}") from None
            found = list(_statements(record, captions, f"{path}, line {number}"))
            rows += found
            lines += [number] * len(found)
    columns = {field: pa.array([row[i] for row in rows], pa.string()) for i, field in enumerate(FIELDS)}
    stakes = Stakes(columns, np.array(lines, dtype=np.int64), str(path))
    stakes.captions = {
        party: captions[name] for party, name in enumerate(stakes.names.to_pylist()) if captions.get(name, name) != name
    }
    return stakes


def _statements(record: Mapping[str, Any], captions: dict[str, str], where: str) -> Iterator[tuple[str, ...]]:
    """Yield the stakes that a FollowTheMoney entity states, and note the name of any other."""
    properties = record.get("properties")
    values: Mapping[str, Any] = properties if isinstance(properties, Mapping) else record
    schema = str(record.get("schema", ""))
    if schema not in _FTM_ENDS:
        name = str(record.get("caption") or next(iter(_values(values, "name")), ""))
        if record.get("id") and name:
            captions[str(record["id"])] = name
        return
    from_property, to_property, kind = _FTM_ENDS[schema]
    owners, assets = _parties(values, from_property, captions), _parties(values, to_property, captions)
    if not owners or not assets:
        raise InputError(f"this {schema} has no {to_property if owners else from_property}", where=where)
    share, since, until, source = (
        next(iter(_values(values, name)), "") for name in ("percentage", "startDate", "endDate", "sourceUrl")
    )
    for owner in owners:
        for asset in assets:
            yield (owner, asset, share if kind == "shares" else "", since, until, kind, source, "")


def _values(properties: Mapping[str, Any], name: str) -> list[str]:
    value = properties.get(name)
    return [str(each) for each in (value if isinstance(value, list) else [value]) if each is not None]


def _parties(properties: Mapping[str, Any], name: str, captions: dict[str, str]) -> list[str]:
    value = properties.get(name)
    found = []
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, Mapping) and each.get("id"):
            inner = each.get("properties") if isinstance(each.get("properties"), Mapping) else each
            caption = str(each.get("caption") or next(iter(_values(inner, "name")), ""))  # type: ignore[arg-type]
            captions.setdefault(str(each["id"]), caption or str(each["id"]))
            found.append(str(each["id"]))
        elif isinstance(each, str) and each.strip():
            found.append(each.strip())
    return found
