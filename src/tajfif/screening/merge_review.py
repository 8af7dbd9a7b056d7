"""Merges as a person looks at them: what speaks for each, in words, and what became of it. Reach for it before a decision."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import msgspec

from tajfif.errors import InputError
from tajfif.lists.merges import MergeDecision
from tajfif.model import Evidence
from tajfif.screening.comparing import compare_names
from tajfif.screening.explain import explain
from tajfif.screening.merging import Citation, Merge

__all__ = ["Reviewed", "State", "merge_reasons", "review"]

State = Literal["together", "suggested", "apart", "accepted", "rejected"]


class Reviewed(msgspec.Struct, frozen=True, kw_only=True):
    """A merge, and what became of it.

    Attributes:
        merge: What was found.
        state: ``accepted`` or ``rejected`` by a person; ``together``, shown as one as it is strong enough; ``suggested``,
            waiting for a person; ``apart``, kept apart by something that contradicts it.
        shown_as_one: Whether hits on both are one hit now; a pair that was accepted is not where a rejection stands against it,
            and one that is only suggested is where another entry links both.
        decision: The last that a person decided.
    """

    merge: Merge
    state: State
    shown_as_one: bool
    decision: MergeDecision | None = None


def review(
    merges: Iterable[Merge], groups: Iterable[Sequence[str]], decisions: Iterable[MergeDecision]
) -> Iterator[Reviewed]:
    """Yield merges with what became of them, in their order.

    Args:
        merges: Suggestions, and whatever else was decided.
        groups: Who is shown together.
        decisions: All that were taken, the first first.
    """
    group_of = {one: place for place, group in enumerate(groups) for one in group}
    last = {(one.a, one.b): one for one in decisions}
    for merge in merges:
        decision = last.get((merge.a, merge.b))
        yield Reviewed(
            merge=merge,
            state=_state(merge, decision),
            shown_as_one=merge.a in group_of and group_of[merge.a] == group_of.get(merge.b),
            decision=decision,
        )


def _state(merge: Merge, decision: MergeDecision | None) -> State:
    if decision is not None and decision.verdict != "undone":
        return decision.verdict
    if merge.joins:
        return "together"
    return "apart" if merge.against else "suggested"


_WORDS = {
    "en": {
        "cites": "{by} says that it is listed as {reference}",
        "where": " ({field}, characters {start} to {end})",
        "only": "{text} stands in {entry} only",
        "schema": "one is a person and the other is not, or both are of other kinds",
        "gender": "their genders contradict each other",
        "birthDate": "their birth dates are far apart",
        "names": "their names do not agree",
        "same_list": "one of them stands with another entry of that list already",
        "group": "one of them stands with an entry that contradicts the other",
    },
    "ar": {
        "cites": "{by} ينص على أنه مدرج برقم {reference}",
        "where": " ({field}، الأحرف من {start} إلى {end})",
        "only": "{text} يرد في {entry} وحده",
        "schema": "أحدهما شخص والآخر ليس كذلك، أو هما من نوعين مختلفين",
        "gender": "الجنس مختلف",
        "birthDate": "تاريخا الميلاد متباعدان",
        "names": "الاسمان لا يتوافقان",
        "same_list": "أحدهما مجموع من قبل مع قيد آخر من القائمة نفسها",
        "group": "أحدهما مجموع مع قيد يخالف الآخر",
    },
}


def merge_reasons(merge: Merge, *, lang: str = "en") -> tuple[str, ...]:
    """Return what speaks for a merge, the strongest first, then what speaks against it.

    Args:
        merge: The merge.
        lang: ``en`` or ``ar``.
    """
    words = _WORDS[lang]
    reasons = [_citation(one, words) for one in merge.citations]
    try:
        alignment = compare_names(*merge.names, merge.schema).alignment
    except InputError:
        alignment = ()
    met = [part for part in alignment if bool(part.query) == bool(part.listed)]
    reasons.append(explain(met, _fields(merge), lang=lang).removesuffix("."))
    for part in alignment:
        if bool(part.query) != bool(part.listed):
            entry = merge.a if part.query else merge.b
            reasons.append(words["only"].format(text=part.query or part.listed, entry=entry))
    reasons += [words[one] for one in merge.against]
    return tuple(one for one in reasons if one)


def _fields(merge: Merge) -> list[Evidence]:
    """Return the fields that both give, each identifier that they share by itself."""
    shared = {one.kind for one in merge.identifiers}
    numbers = [
        Evidence(property=one.kind, verdict="agrees", weight=_DECIDES, query=one.value, listed=one.value)
        for one in merge.identifiers
    ]
    return numbers + [one for one in merge.evidence if one.property not in shared or one.verdict != "agrees"]


_DECIDES = 100.0
"""Weight by which what both share is named before the other fields."""


def _citation(citation: Citation, words: dict[str, str]) -> str:
    text = words["cites"].format(by=citation.by, reference=citation.reference)
    if citation.evidence is None:
        return text
    where = citation.evidence
    return text + words["where"].format(field=where.field, start=where.start, end=where.end)
