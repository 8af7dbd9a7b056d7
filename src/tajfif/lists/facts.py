"""An entity without its publisher's sentences. Reach for it where facts may be passed on and texts may not.

Names, dates, numbers, places and relations are facts. Notes are texts and go. Between them stand positions, titles,
addresses and remarks on documents: phrases that state a fact, to which some publishers add clauses that tell a story.
The phrase stays and the clauses go.
"""

from __future__ import annotations

import re

import msgspec

from tajfif.model import Entity

__all__ = ["facts_only"]

_VERB = r"\b(?:is|was|were|are|has|had|have|been|may|might|will|who|whom|whose|which|that)\b"
_CLAUSE_IN_BRACKETS = re.compile(rf"\s*\([^()]*{_VERB}[^()]*\)")
_SUBJECT = re.compile(r"^(?:[\w’'-]+ ){1,6}(?:is|was) (?:a|an|the) ")
_CLAUSE = re.compile(
    rf"(?:,\s(?:an?\s\w+\s)?|\s(?:and|at|in|of|from|to|for)\s|\s)(?:{_VERB}|speciali[sz]es\b)"
)  # ", which directs", ", a company that procures", " at which"


def facts_only(entity: Entity) -> Entity:
    """Return an entity without notes, and with phrases in the place of sentences."""
    replace = msgspec.structs.replace
    return replace(
        entity,
        notes=(),
        titles=tuple(filter(None, map(_phrase, entity.titles))),
        positions=tuple(filter(None, map(_phrase, entity.positions))),
        birth_dates=tuple(
            replace(born, text=_remark(born.text))
            for born in entity.birth_dates
            if born.start or born.end or _remark(born.text)
        ),
        birth_places=tuple(replace(place, text=_phrase(place.text)) for place in entity.birth_places),
        identifiers=tuple(
            replace(number, note=_remark(number.note), label=_remark(number.label)) for number in entity.identifiers
        ),
        addresses=tuple(
            replace(address, text=_phrase(address.text), note=_remark(address.note))
            for address in entity.addresses
            if _phrase(address.text)
        ),
    )


def _phrase(text: str) -> str:
    """Return what a text states before its first clause, without "X is a" before it."""
    phrase = _SUBJECT.sub("", _CLAUSE_IN_BRACKETS.sub("", text))
    clause = _CLAUSE.search(phrase)
    return phrase[: clause.start()].strip(" ,;") if clause else phrase


def _remark(text: str) -> str:
    """Return a remark that is a phrase as it is, and nothing of one that is a sentence."""
    return text if _phrase(text) == text else ""
