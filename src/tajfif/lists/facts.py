"""An entity without its publisher's sentences. Reach for it where facts may be passed on and texts may not."""

from __future__ import annotations

import re

import msgspec

from tajfif.model import Entity

__all__ = ["facts_only"]

_LONGEST_REMARK = 60
_SENTENCE = re.compile(r"[.;!?]\s+\S|\b(?:is|was|were|are|has|had|been|may|who|which|that)\b", re.IGNORECASE)


def facts_only(entity: Entity) -> Entity:
    """Return an entity without the sentences of its publisher: without notes, and without remarks longer than a label.

    What identifies somebody stays: a date that could not be read is kept as it was written if it is short.
    """
    replace = msgspec.structs.replace
    return replace(
        entity,
        notes=(),
        birth_dates=tuple(
            replace(born, text=_remark(born.text))
            for born in entity.birth_dates
            if born.start or born.end or _remark(born.text)
        ),
        identifiers=tuple(
            replace(number, note=_remark(number.note), label=_remark(number.label)) for number in entity.identifiers
        ),
        addresses=tuple(
            replace(address, note=_remark(address.note)) for address in entity.addresses if _remark(address.text, 250)
        ),
    )


def _remark(text: str, longest: int = _LONGEST_REMARK) -> str:
    return "" if len(text) > longest or _SENTENCE.search(text) else text
