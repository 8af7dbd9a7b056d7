"""What people decided about entries that may be one party. Reach for it to accept or reject a merge, to undo that, to read it.

The decisions of a workspace are lines of ``lists/merges.jsonl``: who decided what, why and when. Lines are only ever added; the
last one about a pair holds, and undoing adds a line as well. So it can be told at any later time which decisions held when a
receipt was made: :meth:`MergeDecisions.with_digest` finds them by the hash that the receipt cites.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path
from typing import Literal

import msgspec

from tajfif.errors import ListError, ListMissingError, UsageError
from tajfif.lists import catalogue
from tajfif.lists.durable import clear_incoming, exclusive, replace_file

__all__ = ["EffectiveDecisions", "MergeDecision", "MergeDecisions", "Verdict"]

Verdict = Literal["accepted", "rejected", "undone"]
Pair = tuple[str, str]

_LONGEST = 2_000
"""Longest reason or name that is kept, in characters."""
_LARGEST_FILE = 256 * 1024 * 1024


class MergeDecision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line: what somebody decided about two entries.

    Attributes:
        a, b: Their ids, in the order of the alphabet.
        verdict: ``accepted``, they are one party; ``rejected``, they are not; ``undone``, as if nothing had been decided.
        because: Why.
        by: Who decided.
        at: When, ISO 8601 in UTC, to the second.
    """

    a: str
    b: str
    verdict: Verdict
    because: str
    by: str
    at: str


class EffectiveDecisions(msgspec.Struct, frozen=True, kw_only=True):
    """The decisions that hold at one time.

    Attributes:
        accepted, rejected: Pairs of ids, in their order.
        digest: SHA-256 of both in hexadecimal, whoever decided them, why and when; empty when nothing is decided.
    """

    accepted: tuple[Pair, ...] = ()
    rejected: tuple[Pair, ...] = ()
    digest: str = ""


class MergeDecisions:
    """The decisions of one workspace.

    Args:
        home: The workspace directory; it need not exist.
    """

    def __init__(self, home: str | os.PathLike[str]) -> None:
        self._root = Path(home) / "lists"
        self._file = self._root / "merges.jsonl"

    def read(self) -> tuple[MergeDecision, ...]:
        """Return all decisions, the first first.

        Raises:
            ListError: The file is damaged or cannot be read.
        """
        return _decoded(self._content(), self._file)

    def effective(self, *, until: datetime | None = None) -> EffectiveDecisions:
        """Return the decisions that hold.

        Args:
            until: As they held at this time; by default, now.

        Raises:
            ListError: As :meth:`read`.
        """
        decisions = self.read()
        if until is None:
            return _effective(decisions)
        return _effective(takewhile(lambda one: datetime.fromisoformat(one.at) <= until, decisions))

    def with_digest(self, digest: str) -> EffectiveDecisions:
        """Return the decisions that held when their hash was this one.

        Args:
            digest: :attr:`EffectiveDecisions.digest` of then.

        Raises:
            ListMissingError: They never held in this workspace.
            ListError: As :meth:`read`.
        """
        if not digest:
            return EffectiveDecisions()
        decisions = self.read()
        for count in range(len(decisions), 0, -1):
            found = _effective(decisions[:count])
            if found.digest == digest:
                return found
        raise ListMissingError(
            f"the decisions about merges with the hash {digest[:12]}… were never taken here",
            where=str(self._file),
            hint="Use the workspace in which they were taken, or copy its lists/merges.jsonl.",
        )

    def decide(self, one: str, other: str, verdict: Verdict, *, because: str, by: str) -> MergeDecision:
        """Keep a decision about two entries. It survives a crash as soon as this returns.

        Args:
            one, other: Their ids (``un_sc:QDi.006``), in any order.
            verdict: As in :class:`MergeDecision`.
            because: Why, for whoever reads it later.
            by: Who decides.

        Raises:
            UsageError: Ids that cannot be, no reason, nothing to undo, or the decision holds already.
            ListError: The file is damaged, in use by another process or cannot be written.
        """
        a, b = _checked(one, other)
        because, by = _text(because, "a reason"), _text(by, "a name")
        try:
            with exclusive(self._root / "lock"):
                clear_incoming(self._root)
                content = self._content()
                _check_change(_decoded(content, self._file), (a, b), verdict)
                at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
                decision = MergeDecision(a=a, b=b, verdict=verdict, because=because, by=by, at=at)
                replace_file(self._root, self._file, content + msgspec.json.encode(decision) + b"\n")
        except OSError as error:
            raise ListError(f"cannot be written: {error.strerror}", where=str(self._file)) from None
        return decision

    def _content(self) -> bytes:
        try:
            if self._file.stat().st_size > _LARGEST_FILE:
                raise ListError("the decisions about merges are too many to be read", where=str(self._file))
            return self._file.read_bytes()
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise ListError(f"cannot be read: {error.strerror}", where=str(self._file)) from None


def _decoded(content: bytes, where: Path) -> tuple[MergeDecision, ...]:
    decoder = msgspec.json.Decoder(MergeDecision)
    found = []
    for number, line in enumerate(content.splitlines(), start=1):
        try:
            found.append(decoder.decode(line))
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise ListError(
                f"this is no decision about a merge: {error}",
                where=f"{where}, line {number}",
                hint="Put back the file from a backup of the workspace.",
            ) from None
    return tuple(found)


def _effective(decisions: Iterable[MergeDecision]) -> EffectiveDecisions:
    last: dict[Pair, Verdict] = {(one.a, one.b): one.verdict for one in decisions}
    accepted = tuple(sorted(pair for pair, verdict in last.items() if verdict == "accepted"))
    rejected = tuple(sorted(pair for pair, verdict in last.items() if verdict == "rejected"))
    if not accepted and not rejected:
        return EffectiveDecisions()
    digest = hashlib.sha256(msgspec.json.encode([accepted, rejected])).hexdigest()
    return EffectiveDecisions(accepted=accepted, rejected=rejected, digest=digest)


def _checked(one: str, other: str) -> Pair:
    for entry in (one, other):
        key, colon, reference = entry.partition(":")
        if not colon or not reference or len(entry) > _LONGEST:
            raise UsageError(
                f"{entry[:80]!r} is no id of an entry", hint="Write it as SOURCE:REFERENCE, un_sc:QDi.006."
            )
        catalogue.source(key)
    if one == other:
        raise UsageError(f"{one} is one entry already", hint="Name two entries.")
    return (one, other) if one < other else (other, one)


def _text(value: str, what: str) -> str:
    text = " ".join(value.split())
    if not text or len(text) > _LONGEST:
        raise UsageError(f"{what} of 1 to {_LONGEST:,} characters is needed", hint="Give it with --because or --by.")
    return text


def _check_change(decisions: tuple[MergeDecision, ...], pair: Pair, verdict: Verdict) -> None:
    last = next((one for one in reversed(decisions) if (one.a, one.b) == pair), None)
    before: Verdict = last.verdict if last else "undone"
    if before == verdict:
        state = "nothing is decided" if verdict == "undone" else f"it is {verdict} already"
        raise UsageError(f"about {pair[0]} and {pair[1]} {state}", hint="'tajfif lists merges' shows what is decided.")
