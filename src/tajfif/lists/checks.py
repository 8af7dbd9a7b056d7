"""Whether a list that came is fit to serve. Reach for it before a downloaded list takes the place of the one that serves.

A parser tells whether a file is its publisher's list. That is not enough: a list can be well formed and wrong, cut down,
of last year, or with every Arabic name gone to question marks overnight. So what came is held against what serves, and
each difference that no ordinary day brings is a finding. One that refuses keeps the list out until somebody who has
looked at it accepts that finding by its code.

=================  ======================================================================================
code               what is found
=================  ======================================================================================
``kind``           the file is another kind of document: a web page for XML (cannot be accepted)
``format``         the publisher's parser cannot read it (cannot be accepted)
``encoding``       names with letters that a wrong encoding broke: ``Ø§Ù„``, ``ط§ظ„``, U+FFFD, ``????``
``loss``           entries that are missing
``growth``         many more entries than there were
``names-lost``     entries that are there still have fewer names
``script-lost``    entries that are there still have no name any more in a script that they had
``duplicates``     several entries have one reference
``future``         the list says that it was published after today: it would serve until that day whatever came
``future-dates``   entries listed, amended or born after today
``older``          the list was published before the one that serves
=================  ======================================================================================
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import msgspec

from tajfif.lists.parsers import ParsedList
from tajfif.lists.store import LOSS_LIMIT
from tajfif.lists.versions import instant
from tajfif.model import Entity, ListVersion
from tajfif.text.unicode import script_of

__all__ = [
    "ACCEPTABLE",
    "CODES",
    "Finding",
    "check_content",
    "kind_finding",
    "kind_of",
    "kinds_of_format",
    "looks_broken",
]

CODES = (
    "kind", "format", "encoding", "loss", "growth", "names-lost", "script-lost", "duplicates", "future", "future-dates",
    "older",
)  # fmt: skip
"""All codes."""

ACCEPTABLE = frozenset(CODES) - {"kind", "format"}
"""The codes that somebody may accept; of the others there is nothing that could be loaded."""

_WARN_SHARE = 0.05
_BROKEN_SHARE = 0.005
_GROWTH = 0.5
_FEW = 3
"""On a list of ten entries a fifth is two: so few may change on any day."""

_EXAMPLES = 3


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is not as it should be.

    Attributes:
        code: One of :data:`CODES`.
        severity: ``refuse`` keeps the list out; ``warn`` is said and lets it in.
        text: What was found, with numbers and examples.
    """

    code: str
    severity: Literal["refuse", "warn"]
    text: str


_KIND_WORDS = {
    "html": "a web page", "xml": "XML", "json": "JSON", "xlsx": "a ZIP or XLSX file", "xls": "an XLS workbook",
    "gzip": "a gzip file", "pdf": "a PDF document", "text": "text or CSV", "binary": "no text at all",
}  # fmt: skip
_MAGIC = ((b"PK\x03\x04", "xlsx"), (b"\xd0\xcf\x11\xe0", "xls"), (b"\x1f\x8b", "gzip"), (b"%PDF", "pdf"))


def kind_of(path: Path) -> str:
    """Return what a file is by its first bytes: ``html``, ``xml``, ``json``, ``xlsx``, ``xls``, ``gzip``, ``pdf``, ``text``, ``binary``."""
    with path.open("rb") as file:
        head = file.read(2048)
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = head[: len(head) // 2 * 2].decode("utf-16", errors="replace")
    elif b"\x00" in head:
        return "binary"
    else:
        text = head.removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="replace")
    text = text.lstrip("\ufeff \t\r\n").lower()
    text = re.sub(r"^(?:<\?xml[^>]*\?>\s*|<!--.*?-->\s*)*(?=<!doctype html|<html)", "", text, flags=re.DOTALL)
    if text.startswith(("<!doctype html", "<html", "<head", "<body", "<script")):
        return "html"
    if text.startswith("<"):
        return "xml"
    return "json" if text.startswith(("{", "[")) else "text"


def kinds_of_format(words: str) -> frozenset[str]:
    """Return the kinds of file that a format in the catalogue allows, as :func:`kind_of` calls them."""
    found = {word.lower() for word in re.findall(r"\b(?:XML|CSV|JSON|XLSX|XLS)\b", words)}
    return frozenset("text" if word == "csv" else word for word in found)


def kind_finding(path: Path, allowed: frozenset[str]) -> Finding | None:
    """Return a finding if a file is of a kind that its source does not publish.

    Args:
        path: The file.
        allowed: As :func:`kinds_of_format` returns them; an empty set allows all but web pages.
    """
    kind = kind_of(path)
    if kind in allowed or (not allowed and kind != "html"):
        return None
    wanted = " or ".join(sorted(_KIND_WORDS[each] for each in allowed)) or "a list"
    why = ": an error page, a login or a notice of maintenance" if kind == "html" else ""
    return Finding(
        code="kind", severity="refuse", text=f"the server sent {_KIND_WORDS[kind]} in the place of {wanted}{why}"
    )


_RUN = re.compile(r"[^\x00-\x7f]+(?: [^\x00-\x7f]+)*")
_MISREAD_PAIRS = re.compile("[ÂÃÐÑØÙÚÛ][\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]")
"""The two bytes of one Arabic, Cyrillic or accented letter, as they look when they are read as Windows-1252."""

_LOST = re.compile(r"\?{3,}|\?\?+ \?\?+")


def looks_broken(text: str) -> bool:
    """Tell whether a text was read in a wrong encoding somewhere on its way: ``Ø§Ù„`` for ``ال``, U+FFFD, ``????``.

    Letters that are UTF-8 when written back as Windows-1252 or Windows-1256 were UTF-8 that was read as one of these;
    a real word of either alphabet is hardly ever valid UTF-8 in them.
    """
    if text.isascii():
        return _LOST.search(text) is not None
    if "\ufffd" in text or _LOST.search(text) or len(_MISREAD_PAIRS.findall(text)) > 1:
        return True
    return any(_is_misread(found[0], page) for found in _RUN.finditer(text) for page in ("cp1252", "cp1256"))


def _is_misread(run: str, page: str) -> bool:
    data = bytearray()
    for char in run:
        try:
            data += char.encode(page)
        except UnicodeEncodeError:
            if ord(char) > 0xFF:
                return False
            data.append(ord(char))  # bytes that the code page leaves open are passed on as they are
    try:
        read = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return read != run and (page == "cp1252" or sum(char.isalpha() for char in read) > 1)


def check_content(
    parsed: ParsedList, served: ListVersion | None, before: Sequence[Entity], *, today: date
) -> tuple[Finding, ...]:
    """Hold a list that came against the one that serves.

    Args:
        parsed: What came.
        served: The version that serves; None if none of this source does.
        before: Its entities.
        today: The day from which dates count as future ones.
    """
    old, new = ({entity.id: entity for entity in each} for each in (before, parsed.entities))
    findings = [*_encoding(parsed.entities, before), *_dates(parsed, served, before, today)]
    findings += _duplicates(parsed.entities, before)
    if served is not None and old:
        findings += [*_counts(old, new, served), *_names(old, new)]
    return tuple(sorted(findings, key=lambda finding: (finding.severity != "refuse", CODES.index(finding.code))))


def _finding(code: str, lost: int, of: int, limit: float, text: str) -> Iterator[Finding]:
    """Yield a finding if a share is above its limit, and a warning if it is not small."""
    if lost > max(_FEW - 1, limit * of):
        yield Finding(code=code, severity="refuse", text=text)
    elif lost > max(_FEW - 1, _WARN_SHARE * of):
        yield Finding(code=code, severity="warn", text=text)


def _broken_names(entities: Iterable[Entity]) -> list[str]:
    return [name.value for entity in entities for name in entity.names if looks_broken(name.value)]


def _encoding(entities: Sequence[Entity], before: Sequence[Entity]) -> Iterator[Finding]:
    known = Counter(_broken_names(before))
    broken = list((Counter(_broken_names(entities)) - known).elements())
    if not broken:
        return
    names = sum(len(entity.names) for entity in entities)
    serious = len(broken) > max(_FEW - 1, _BROKEN_SHARE * names)
    yield Finding(
        code="encoding", severity="refuse" if serious else "warn",
        text=f"{len(broken):,} of {names:,} names have letters that a wrong encoding broke, such as {_shown(broken)}",
    )  # fmt: skip


def _dates(parsed: ParsedList, served: ListVersion | None, before: Sequence[Entity], today: date) -> Iterator[Finding]:
    latest = today + timedelta(days=1)  # it may be tomorrow where the publisher is
    if parsed.published and instant(parsed.published, first=True).date() > latest:
        yield Finding(code="future", severity="refuse", text=f"published {parsed.published}, which is after today")
    if served is not None and parsed.published and parsed.published < served.published:
        yield Finding(
            code="older", severity="refuse",
            text=f"published {parsed.published}, before the version that serves, which is of {served.published}",
        )  # fmt: skip
    known = set(_future_dates(before, latest))
    found = [each for each in _future_dates(parsed.entities, latest) if each not in known]
    if found:
        yield Finding(
            code="future-dates", severity="warn", text=f"{len(found):,} dates are after today, such as {_shown(found)}"
        )


def _future_dates(entities: Iterable[Entity], latest: date) -> Iterator[str]:
    bound = latest.isoformat()
    for entity in entities:
        for listing in entity.listings:
            for stated in (listing.listed_on, *listing.amended_on):
                if stated[:4].isdigit() and stated > bound[: len(stated)]:
                    yield f"{listing.reference or entity.id}: {stated}"
        for born in entity.birth_dates:
            if born.start[:4].isdigit() and born.start > bound[: len(born.start)]:
                yield f"{entity.id}: born {born.start}"


def _duplicates(entities: Sequence[Entity], before: Sequence[Entity]) -> Iterator[Finding]:
    known = set(_shared_references(before))
    found = [reference for reference in _shared_references(entities) if reference not in known]
    if found:
        serious = len(found) > max(_FEW - 1, _WARN_SHARE * len(entities))
        yield Finding(
            code="duplicates", severity="refuse" if serious else "warn",
            text=f"{len(found):,} references belong to more than one entry, such as {_shown(found)}",
        )  # fmt: skip


def _shared_references(entities: Iterable[Entity]) -> list[str]:
    owners = Counter(
        reference
        for entity in entities
        for reference in {listing.reference for listing in entity.listings if listing.reference}
    )
    return [reference for reference, count in owners.items() if count > 1]


def _counts(old: Mapping[str, Entity], new: Mapping[str, Entity], served: ListVersion) -> Iterator[Finding]:
    lost = [entity.caption for entity in old.values() if entity.id not in new]
    yield from _finding(
        "loss", len(lost), len(old), LOSS_LIMIT,
        f"{len(lost):,} of the {len(old):,} entries of {served.source}@{served.published}, which serves, are missing",
    )  # fmt: skip
    added = len(new.keys() - old.keys())
    if added > max(_FEW, _GROWTH * len(old)):
        yield Finding(
            code="growth", severity="warn", text=f"{added:,} entries are new, on a list that had {len(old):,}"
        )


def _names(old: Mapping[str, Entity], new: Mapping[str, Entity]) -> Iterator[Finding]:
    """Compare the names of the entries that are on both."""
    had: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    names_then = names_now = 0
    examples: dict[str, list[str]] = {}
    for key in old.keys() & new.keys():
        names_then += len(old[key].names)
        names_now += min(len(old[key].names), len(new[key].names))
        now = _scripts(new[key])
        for script in _scripts(old[key]):
            had[script] += 1
            if script not in now:
                lost[script] += 1
                examples.setdefault(script, []).append(old[key].caption)
    for script, count in sorted(lost.items()):
        text = (
            f"entries with a name in {_SCRIPT_WORDS.get(script, script)} fell from {had[script]:,} to "
            f"{had[script] - count:,}; without one now, such as {_shown(sorted(examples[script]))}"
        )
        yield from _finding("script-lost", count, had[script], LOSS_LIMIT, text)
    gone = names_then - names_now
    text = f"entries that are there still have {gone:,} of their {names_then:,} names fewer"
    yield from _finding("names-lost", gone, names_then, LOSS_LIMIT, text)


_SCRIPT_WORDS = {
    "Arab": "Arabic letters", "Cyrl": "Cyrillic letters", "Latn": "Latin letters", "Hebr": "Hebrew letters",
    "Hani": "Chinese characters", "Hang": "Korean letters", "Grek": "Greek letters",
}  # fmt: skip


def _scripts(entity: Entity) -> set[str]:
    found = {script_of(name.value) for name in entity.names if not looks_broken(name.value)}
    return found - {"", "Zyyy"}


def _shown(examples: Sequence[str]) -> str:
    return "; ".join(repr(each) for each in examples[:_EXAMPLES])
