"""The alerts that receipts keep. Reach for it to learn which answers rest upon an entry that was wrong.

Receipts are read and checked like anywhere else (:mod:`tajfif.screening.receipt_files`). The customer's id is in the private
part, and so are the other entries that a hit was shown with. Where it is not beside its receipt, the alert carries the commitment
to the subject, by which who has the private part can find it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from tajfif.errors import InputError
from tajfif.lists.events import Alert
from tajfif.screening.receipt_files import MANIFEST, RECEIPT, batch_lines, read_batch, read_one
from tajfif.screening.receipts import Answer, Circumstances, Private

__all__ = ["receipt_alerts"]


class _Identified(msgspec.Struct):
    id: str = ""


class _Shown(msgspec.Struct):
    entity_id: str
    merged: tuple[str, ...] = ()


def receipt_alerts(folder: Path, problems: list[str] | None = None) -> Iterator[Alert]:
    """Yield the alerts of all receipts and batches in a directory and below it, in the order of their names.

    Args:
        folder: The directory.
        problems: Takes what is said of receipts that are damaged; without it, the first one is an error.

    Raises:
        InputError: A receipt is damaged, or there is no such directory.
    """
    if not folder.is_dir():
        raise InputError("this is no directory", where=str(folder))
    for path in sorted((*folder.rglob(f"*{RECEIPT}"), *folder.rglob(MANIFEST))):
        try:
            yield from _of_batch(path.parent) if path.name == MANIFEST else _of_one(path)
        except InputError as error:
            if problems is None:
                raise
            problems.append(str(error))


def _of_one(path: Path) -> Iterator[Alert]:
    one = read_one(path)
    return _alerts(one.run, one.answer, one.private, str(path))


def _of_batch(place: Path) -> Iterator[Alert]:
    batch = read_batch(place)
    for _, leaf, private in batch_lines(place, private=batch.private):
        yield from _alerts(batch.manifest.run, leaf.answer, private, f"{place}, number {leaf.number}")


def _alerts(run: Circumstances, answer: Answer, private: Private | None, where: str) -> Iterator[Alert]:
    customer = f"commitment {answer.subject[:16]}"
    named = [hit.entity_id for hit in answer.hits]
    if private is not None:
        customer = msgspec.json.decode(private.subject, type=_Identified).id or customer
        shown = msgspec.json.decode(private.hits, type=list[_Shown])
        named = [entity_id for hit in shown for entity_id in (hit.entity_id, *hit.merged)]
    for entity_id in named:
        yield Alert(raised_at=run.time, customer=customer, entity_id=entity_id, where=where)
