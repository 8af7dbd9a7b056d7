"""What a receipt of a screening says, byte for byte. Reach for it to make one, to read one, or to check a commitment.

A receipt names the list versions, the engine, its settings, the time and the answer, but not who was screened: it has a
commitment to the subject (HMAC-SHA-256, RFC 2104, under a salt of 32 random bytes) and one to the whole answer, whose
evidence quotes the subject. Salt, subject and answer make the private part, kept apart. Whoever is given both can check that
they belong together; whoever has the receipt alone can neither read nor guess the subject.

Each record is one line of JSON, its fields in the order below, nothing left out, no space between. Files are in
:mod:`tajfif.screening.receipt_files`.
"""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, Literal

import msgspec

from tajfif.config import Settings
from tajfif.errors import InputError
from tajfif.lists.history import View
from tajfif.lists.store import ListStore
from tajfif.model import Engine, ListVersion, ScreeningResult
from tajfif.screening.spelling import tables_digest
from tajfif.signing import Hex32

__all__ = [
    "BATCH_FORMAT",
    "RECEIPT_FORMAT",
    "Answer",
    "Circumstances",
    "CitedEngine",
    "CitedHit",
    "CitedList",
    "Leaf",
    "Manifest",
    "Private",
    "Proof",
    "Receipt",
    "Times",
    "check_private",
    "circumstances_of",
    "commit",
]

RECEIPT_FORMAT: Final = "tajfif-receipt-1"
BATCH_FORMAT: Final = "tajfif-receipts-1"
_SALT_BYTES = 32
_SUBJECT, _ANSWER = b"tajfif-subject-1\n", b"tajfif-answer-1\n"

_encode = msgspec.json.Encoder().encode


class _Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all records: one line of JSON, every field written."""


class CitedList(_Line, frozen=True, kw_only=True):
    """One list version that was searched.

    Attributes:
        source, published, sha256, entries: As in :class:`tajfif.model.ListVersion`.
        parsed: Hash of the parsed form that was searched.
    """

    source: str
    published: str
    sha256: Hex32
    entries: int
    parsed: Hex32


class CitedEngine(_Line, frozen=True, kw_only=True):
    """What computed the answer: version of the package, hash of the settings, hash of the learned tables."""

    version: str
    config: str
    tables: Hex32


class Times(_Line, frozen=True, kw_only=True):
    """As of which times the lists were searched, where that was not simply the versions that served.

    Attributes:
        as_of: ISO date of whom was listed; empty for whom the newest version named.
        known_at: ISO 8601 in UTC, by when what was searched was known: as asked for, else when the lists were opened.
        day: ISO date on which corrections and retractions had to hold.
        events: Id of the last one known (:attr:`tajfif.lists.events.Event.id`), which covers all before it; empty for none.
        evidence: Of each source, in order, the hash of the version that was the evidence; the others of ``lists`` date it.
    """

    as_of: str
    known_at: str
    day: str
    events: str
    evidence: tuple[Hex32, ...]


class Circumstances(_Line, frozen=True, kw_only=True, omit_defaults=True):
    """What all answers of one run share.

    Attributes:
        id: Name of the receipt or batch: its time, and random digits.
        time: When it was made, ISO 8601 in UTC, to the second.
        lists: What was searched, in the order searched.
        engine: What computed it.
        settings: :class:`tajfif.config.Settings` as JSON, threshold and limit among them; kept as written, so that a later
            version of this program with more settings reads the same bytes.
        lang: Language of the explanations in the answer.
        times: As of when the lists were searched; left out where it was the versions that served, as they stood.
        merges: Hash of the decisions about merges (:attr:`tajfif.lists.merges.EffectiveDecisions.digest`); left out for none.
    """

    id: str
    time: str
    lists: tuple[CitedList, ...]
    engine: CitedEngine
    settings: msgspec.Raw
    lang: str
    times: Times | None = None
    merges: str = ""


class CitedHit(_Line, frozen=True, kw_only=True):
    """One hit as it may be shown: whom the list means, by which version, and the score; nothing of the subject."""

    entity_id: str
    list_version: str
    score: float


class Answer(_Line, frozen=True, kw_only=True):
    """What was found for one subject.

    Attributes:
        subject: Commitment to the subject.
        status: ``clear`` or ``alert``.
        hits: Best first.
        evidence: Commitment to the whole hits with their evidence.
    """

    subject: Hex32
    status: Literal["clear", "alert"]
    hits: tuple[CitedHit, ...]
    evidence: Hex32


class Receipt(_Line, frozen=True, kw_only=True):
    """The signed record of one screening."""

    format: Literal["tajfif-receipt-1"] = RECEIPT_FORMAT
    run: Circumstances
    answer: Answer


class Manifest(_Line, frozen=True, kw_only=True):
    """The signed record of a batch: how many leaves, and the root of the tree over them (:mod:`tajfif.merkle`)."""

    format: Literal["tajfif-receipts-1"] = BATCH_FORMAT
    run: Circumstances
    count: int
    root: Hex32


class Leaf(_Line, frozen=True, kw_only=True):
    """One answer of a batch; its bytes without the line feed are a leaf of the tree."""

    number: int
    answer: Answer


class Proof(_Line, frozen=True, kw_only=True):
    """The hashes that lead from a leaf to the root of its batch, the lowest first."""

    path: tuple[Hex32, ...]


class Private(_Line, frozen=True, kw_only=True):
    """What stays with whoever screened.

    Attributes:
        number: Place in the batch, from zero.
        salt: Key of both commitments, random, of this subject alone.
        subject: :class:`tajfif.model.Subject` as JSON, byte for byte as committed to.
        hits: The whole hits as JSON, likewise.
    """

    number: int
    salt: Hex32
    subject: msgspec.Raw
    hits: msgspec.Raw


def circumstances_of(
    home: str | os.PathLike[str],
    lists: Sequence[ListVersion],
    engine: Engine,
    settings: Settings,
    *,
    lang: str,
    view: View | None = None,
) -> Circumstances:
    """Return what a run's receipts share, with the time that it is now.

    Args:
        home: The workspace.
        lists, engine, settings: Of the screener.
        lang: Language of its explanations.
        view: Of the screener.

    Raises:
        ListError: A list that was searched is no longer in the store.
    """
    store, now = ListStore(home), datetime.now(UTC)
    if view is None:
        searched = [(each, store.parsed_digest(each)) for each in lists]
    else:
        searched = [(each.version, each.parsed) for one in view.lists for each in one.used]
    times = None
    if view is not None and not view.is_plain:
        times = Times(
            as_of=view.as_of, known_at=view.moment, day=view.day, events=view.events,
            evidence=tuple(each.version.sha256 for each in view.lists),
        )  # fmt: skip
    return Circumstances(
        id=f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(8)}",
        time=f"{now:%Y-%m-%dT%H:%M:%SZ}",
        lists=tuple(
            CitedList(
                source=each.source, published=each.published, sha256=each.sha256, entries=each.entries, parsed=parsed
            )
            for each, parsed in searched
        ),
        engine=CitedEngine(version=engine.version, config=engine.config, tables=tables_digest()),
        settings=msgspec.Raw(_encode(settings)),
        lang=lang,
        times=times,
        merges=engine.merges,
    )  # fmt: skip


def commit(result: ScreeningResult, *, number: int = 0, salt: bytes | None = None) -> tuple[Answer, Private]:
    """Return the part of a result that may be shown, and the part that is kept.

    Args:
        result: What the screener found.
        number: Place in the batch.
        salt: 32 bytes; random ones by default. Only who repeats a receipt gives them.
    """
    salt = secrets.token_bytes(_SALT_BYTES) if salt is None else salt
    subject, hits = _encode(result.subject), _encode(result.hits)
    shown = tuple(
        CitedHit(entity_id=hit.entity_id, list_version=hit.list_version, score=hit.score) for hit in result.hits
    )
    answer = Answer(
        subject=_commitment(salt, _SUBJECT, subject),
        status=result.status,
        hits=shown,
        evidence=_commitment(salt, _ANSWER, hits),
    )
    return answer, Private(number=number, salt=salt.hex(), subject=msgspec.Raw(subject), hits=msgspec.Raw(hits))


def check_private(answer: Answer, private: Private, *, where: str) -> None:
    """Make sure that a private part belongs to an answer.

    Raises:
        InputError: The subject, the salt or the evidence are not those of the receipt.
    """
    salt = bytes.fromhex(private.salt)
    for name, kind, content, stated in (
        ("the subject", _SUBJECT, private.subject, answer.subject),
        ("the evidence", _ANSWER, private.hits, answer.evidence),
    ):
        if not hmac.compare_digest(_commitment(salt, kind, bytes(content)), stated):
            raise InputError(f"{name} in the private part is not what the receipt commits to", where=where)


def _commitment(salt: bytes, kind: bytes, content: bytes) -> str:
    """The kind comes first, so that a subject can never be passed off as an answer."""
    return hmac.digest(salt, kind + content, "sha256").hex()
