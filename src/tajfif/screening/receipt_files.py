"""Receipts on disk. Reach for it to write one receipt or a batch of them, to read one back, or to prove one of a batch.

One screening is one file, ``ID.receipt.json``: the record and its seal, a line each (:mod:`tajfif.signing`). A batch is a
directory ``ID`` with ``manifest.json``, record and seal likewise, and ``receipts.jsonl``, a leaf a line. One answer taken out
of a batch is a file of four lines: the manifest's record and seal, the leaf, the proof. Private parts are beside them and
readable by their owner alone: ``ID.private.json``, or ``private.jsonl`` in the batch, a line for each leaf.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from types import TracebackType
from typing import IO

import msgspec

from tajfif.errors import InputError, UsageError
from tajfif.merkle import inclusion_path, leaf_hash, root_by_path, tree_root
from tajfif.model import ScreeningResult
from tajfif.screening.receipts import (
    BATCH_FORMAT,
    Answer,
    Circumstances,
    Leaf,
    Manifest,
    Private,
    Proof,
    Receipt,
    check_private,
    commit,
)
from tajfif.signing import PublicKey, SigningKey, read_exactly, sealed, unsealed

__all__ = ["Batch", "BatchWriter", "One", "batch_lines", "prove", "read_batch", "read_one", "write_receipt"]

RECEIPT, PRIVATE = ".receipt.json", ".private.json"
MANIFEST, LEAVES, PRIVATES = "manifest.json", "receipts.jsonl", "private.jsonl"
_LARGEST = 16 << 20
"""Bytes of the largest record: a subject may have many names, a hit much evidence, but not as much as this."""

_encode = msgspec.json.Encoder().encode


class _Identified(msgspec.Struct):
    """Of a subject only what finds it, whatever else a version of this program kept of it."""

    id: str = ""


class One(msgspec.Struct, frozen=True, kw_only=True):
    """One answer, read and found whole.

    Attributes:
        run: What it shares with its batch.
        answer: The answer.
        signer: Whose key signed it.
        private: Its private part, when that is beside it.
    """

    run: Circumstances
    answer: Answer
    signer: PublicKey
    private: Private | None


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """A batch, read and found whole.

    Attributes:
        manifest: Its signed record.
        signer: Whose key signed it.
        leaves: Hashes of its leaves.
        private: Whether the private part is there; then it fits.
    """

    manifest: Manifest
    signer: PublicKey
    leaves: list[bytes]
    private: bool


def write_receipt(folder: Path, result: ScreeningResult, run: Circumstances, key: SigningKey) -> Path:
    """Write the receipt of one screening, and its private part beside it; return the receipt.

    Raises:
        UsageError: The directory cannot be written.
    """
    answer, private = commit(result)
    return _write_pair(folder, run.id, sealed(key, _encode(Receipt(run=run, answer=answer))), private)


class BatchWriter:
    """Writes a batch as its results come. It appears at the end, whole, when the block is left without an error.

    Args:
        folder: Where batches are kept; this one is a directory there.
        run: What its answers share.
        key: Who signs.

    Attributes:
        place: The directory that it will be.

    Raises:
        UsageError: The directory cannot be written.
    """

    def __init__(self, folder: Path, run: Circumstances, key: SigningKey) -> None:
        self.place = folder / run.id
        self._run, self._key = run, key
        self._leaves: list[bytes] = []
        self._part = folder / f".{run.id}.part"
        with _write_faults(folder):
            self._part.mkdir(parents=True)
            self._shown: IO[bytes] = (self._part / LEAVES).open("wb")
            self._private = _private_file(self._part / PRIVATES)

    def add(self, result: ScreeningResult) -> None:
        """Take the next result."""
        number = len(self._leaves)
        answer, private = commit(result, number=number)
        leaf = _encode(Leaf(number=number, answer=answer))
        with _write_faults(self._part):
            self._shown.write(leaf + b"\n")
            self._private.write(_encode(private) + b"\n")
        self._leaves.append(leaf_hash(leaf))

    def __enter__(self) -> BatchWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._shown.close()
            self._private.close()
            shutil.rmtree(self._part, ignore_errors=True)
            return
        manifest = Manifest(run=self._run, count=len(self._leaves), root=tree_root(self._leaves).hex())
        with _write_faults(self._part):
            for file in (self._shown, self._private):
                _finish(file)
            with (self._part / MANIFEST).open("wb") as file:
                file.write(sealed(self._key, _encode(manifest)))
                _finish(file)
            self._part.rename(self.place)


def read_one(path: Path) -> One:
    """Return the answer of a receipt of one screening, or of one proven out of a batch, and check all of it.

    Whether its signer is to be trusted is for the caller to say.

    Raises:
        InputError: It cannot be read, a byte of it was changed, or its private part is not its own.
    """
    data, where = _read(path), str(path)
    lines = data.split(b"\n")
    if len(lines) not in (3, 5) or lines[-1]:
        raise InputError("this is no receipt, or a part of it is missing", where=where)
    record, signer = unsealed(b"\n".join(lines[:2]) + b"\n", where=where)
    if len(lines) == 3:
        if _is_manifest(record):
            raise InputError("this is the manifest of a batch", where=where, hint="Name its directory.")
        receipt = read_exactly(record, Receipt, where=where)
        number, run, answer = 0, receipt.run, receipt.answer
    else:
        manifest = read_exactly(record, Manifest, where=where)
        leaf, proof = (read_exactly(lines[2], Leaf, where=where), read_exactly(lines[3], Proof, where=where))
        steps = [bytes.fromhex(step) for step in proof.path]
        root = root_by_path(leaf_hash(lines[2]), leaf.number, manifest.count, steps)
        if root is None or root.hex() != manifest.root:
            raise InputError("the proof does not lead to the root that was signed", where=where)
        number, run, answer = leaf.number, manifest.run, leaf.answer
    beside = path.with_name(path.name.removesuffix(RECEIPT) + PRIVATE)
    private = None
    if beside.is_file():
        private = read_exactly(_whole_line(_read(beside), beside), Private, where=str(beside))
        _check_pair(answer, private, number, beside)
    return One(run=run, answer=answer, signer=signer, private=private)


def read_batch(place: Path) -> Batch:
    """Return a batch, every leaf and every private part of it checked.

    Raises:
        InputError: As :func:`read_one`.
    """
    where = place / MANIFEST
    record, signer = unsealed(_read(where), where=str(where))
    manifest = read_exactly(record, Manifest, where=str(where))
    private = (place / PRIVATES).exists()
    hashes = []
    for number, (line, leaf, kept) in enumerate(batch_lines(place, private=private)):
        if leaf.number != number:
            raise InputError(f"leaf {leaf.number} stands in place {number}", where=str(place / LEAVES))
        if kept is not None:
            _check_pair(leaf.answer, kept, number, place / PRIVATES)
        hashes.append(leaf_hash(line))
    if len(hashes) != manifest.count or tree_root(hashes).hex() != manifest.root:
        raise InputError(
            f"the {len(hashes)} receipts are not the {manifest.count} that were signed: one was changed, added or removed",
            where=str(place / LEAVES),
        )
    return Batch(manifest=manifest, signer=signer, leaves=hashes, private=private)


def batch_lines(place: Path, *, private: bool) -> Iterator[tuple[bytes, Leaf, Private | None]]:
    """Yield the bytes of each leaf of a batch, the leaf, and its private part where that is asked for.

    Raises:
        InputError: A line cannot be read, or one of the two files is shorter.
    """
    shown, kept = place / LEAVES, place / PRIVATES
    for line, other in zip_longest(_lines(shown), _lines(kept) if private else ()):
        if line is None or (private and other is None):
            raise InputError(f"{LEAVES} and {PRIVATES} are not of one length", where=str(place))
        leaf = read_exactly(line, Leaf, where=str(shown))
        yield line, leaf, read_exactly(other, Private, where=str(kept)) if other is not None else None


def prove(place: Path, out: Path, *, subject_id: str | None = None, number: int | None = None) -> Path:
    """Write the receipt of one subject of a batch, with the proof that it is in it, and its private part.

    Args:
        place: The batch.
        out: Directory for the receipt.
        subject_id: The subject's own id; the private part of the batch has to be there.
        number: Or its place in the batch, from zero.

    Returns:
        The receipt.

    Raises:
        InputError: The batch is damaged.
        UsageError: No subject is so called, or several are; or the directory cannot be written.
    """
    batch = read_batch(place)
    if subject_id is not None and not batch.private:
        raise UsageError(f"without {PRIVATES} nobody can be found by id", where=str(place), hint="Use --number.")
    found = []
    for line, leaf, kept in batch_lines(place, private=batch.private):
        if leaf.number == number or (subject_id is not None and kept is not None and _id_of(kept) == subject_id):
            found.append((line, leaf.number, kept))
    if len(found) != 1:
        wanted = f"the id {subject_id!r}" if subject_id is not None else f"the number {number}"
        numbers = ", ".join(str(each[1]) for each in found[:20])
        raise UsageError(
            f"{len(found)} subjects have {wanted}" if found else f"no subject has {wanted}",
            where=str(place),
            hint=f"Choose one with --number: {numbers}." if found else f"There are {len(batch.leaves)}.",
        )
    line, chosen, kept = found[0]
    path = inclusion_path(batch.leaves, chosen)
    proof = _encode(Proof(path=tuple(step.hex() for step in path)))
    content = _read(place / MANIFEST) + line + b"\n" + proof + b"\n"
    return _write_pair(out, f"{batch.manifest.run.id}-{chosen}", content, kept)


def _id_of(private: Private) -> str:
    return msgspec.json.decode(private.subject, type=_Identified).id


def _is_manifest(record: bytes) -> bool:
    return record.startswith(f'{{"format":"{BATCH_FORMAT}"'.encode())


def _check_pair(answer: Answer, private: Private, number: int, where: Path) -> None:
    if private.number != number:
        raise InputError(f"the private part is of number {private.number}, not {number}", where=str(where))
    check_private(answer, private, where=str(where))


def _write_pair(folder: Path, name: str, receipt: bytes, private: Private | None) -> Path:
    """Write the private part first, so that no receipt is ever there without it."""
    place = folder / f"{name}{RECEIPT}"
    with _write_faults(folder):
        folder.mkdir(parents=True, exist_ok=True)
        if private is not None:
            _replace(folder / f"{name}{PRIVATE}", _encode(private) + b"\n", mode=0o600)
        _replace(place, receipt, mode=0o644)
    return place


def _replace(place: Path, content: bytes, *, mode: int) -> None:
    beside = place.with_name(f".{place.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        _finish(file)
    beside.replace(place)


def _private_file(place: Path) -> IO[bytes]:
    return os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _finish(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())
    file.close()


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path)) from None
    if len(data) > _LARGEST:
        raise InputError(f"has more than {_LARGEST >> 20} MiB, which no receipt has", where=str(path))
    return data


def _whole_line(data: bytes, path: Path) -> bytes:
    if not data.endswith(b"\n"):
        raise InputError("is cut off: its last line does not end", where=str(path))
    return data[:-1]


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while line := file.readline(_LARGEST):
                yield _whole_line(line, path)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path)) from None


@contextlib.contextmanager
def _write_faults(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(
            f"cannot be written: {error.strerror or error}",
            where=str(error.filename or folder),
            hint="Check the directory, its permissions and the free space.",
        ) from error
