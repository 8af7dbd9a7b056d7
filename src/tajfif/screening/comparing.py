"""Two names or two parties, compared without a list. Reach for :func:`compare_names` and :func:`compare`.

Also where an alignment becomes the explained parts that a hit carries.
"""

from __future__ import annotations

from typing import NamedTuple

from tajfif.config import MAX_NAME_LENGTH, Settings
from tajfif.errors import InputError, InternalError
from tajfif.model import AlignedPart, Comparison, Evidence, Name, Party, Term
from tajfif.screening.evidence import compare_records
from tajfif.screening.explain import explain
from tajfif.screening.probability import (
    UNSUPPORTED,
    Terms,
    field_terms,
    frequency_weight,
    is_supported,
    logit_of,
    pair_logit,
    pair_terms,
    probability,
)
from tajfif.screening.score import Alignment, Pairing, align_names
from tajfif.text.names import ABU, KIND_NAMES, UMM, WORD, ParsedName, Part, parse_name, split_aliases
from tajfif.text.unicode import signs

__all__ = [
    "AlignedNames",
    "aligned_parts",
    "check_name",
    "compare",
    "compare_names",
    "is_person",
    "name_probability",
    "readings",
    "schemas_meet",
    "shown_terms",
]

_ORGANISATIONS = frozenset({"Organization", "Company", "PublicBody"})
_OPEN = frozenset({"", "LegalEntity", "Thing"})


def check_name(name: str) -> str:
    """Return a name that can be compared, else raise.

    Raises:
        InputError: If it is empty, has no letter or digit, or is longer than :data:`tajfif.config.MAX_NAME_LENGTH`.
    """
    if len(name) > MAX_NAME_LENGTH:
        raise InputError(
            f"the name has {len(name):,} characters, more than {MAX_NAME_LENGTH:,}",
            hint="Give one name, not a document.",
        )
    if not any(char.isalnum() for char in name):
        raise InputError(f"the name {name[:40]!r} has no letter or digit", hint="Give a name.")
    return name


def is_person(schema: str) -> bool:
    """Tell whether a schema's names are read by the rules of personal names."""
    return schema == "Person"


def readings(schema: str) -> tuple[bool, ...]:
    """Return how names are to be read: as a person's, as an organisation's, or both when the schema does not tell."""
    if schema == "Person":
        return (True,)
    if schema in {"", "LegalEntity", "Thing"}:
        return (True, False)
    return (False,)


def schemas_meet(query: str, listed: str) -> bool:
    """Tell whether a subject of one schema can be a listed party of another."""
    if query in _OPEN or listed in _OPEN or query == listed:
        return True
    return query in _ORGANISATIONS and listed in _ORGANISATIONS


def _role(part: Part, place: int, count: int) -> str:
    if part.kind != WORD:
        return KIND_NAMES[part.kind]
    if part.article:
        return "nisba"
    if place == 0:
        return "given"
    return "family" if place == count - 1 else "link"


def _text(parts: tuple[Part, ...], places: tuple[int, ...]) -> str:
    return " ".join(parts[place].text for place in places)


def _aligned_part(query: ParsedName, listed: ParsedName, pairing: Pairing, person: bool) -> AlignedPart:
    mine, theirs = _text(query.parts, pairing.query), _text(listed.parts, pairing.listed)
    relation = pairing.relation
    if relation == "exact" and mine != theirs:
        relation = "folded"
    parsed, places = (listed, pairing.listed) if pairing.listed else (query, pairing.query)
    part = parsed.parts[places[-1]]
    role = (
        _role(part, places[-1], len(parsed.parts))
        if person
        else ("word" if part.kind in {WORD, ABU, UMM} else KIND_NAMES[part.kind])
    )
    return AlignedPart(query=mine, listed=theirs, relation=relation, role=role, weight=round(pairing.weight, 3))


def aligned_parts(
    query: ParsedName, listed: ParsedName, alignment: Alignment, *, person: bool
) -> tuple[AlignedPart, ...]:
    """Return the steps of an alignment as a hit shows them; their weights sum to the name's part of the score.

    A changed order is a step of its own, with the relation ``other_order``.
    """
    parts = [_aligned_part(query, listed, pairing, person) for pairing in alignment.pairings]
    rest = alignment.total - sum(pairing.weight for pairing in alignment.pairings)
    if abs(rest) > 1e-6:
        parts.append(AlignedPart(query="", listed="", relation="other_order", role="order", weight=round(rest, 3)))
    return tuple(parts)


def shown_terms(terms: Terms) -> tuple[Term, ...]:
    """Return terms as a hit shows them."""
    return tuple(Term(name=name, weight=round(value, 3)) for name, value in terms)


def _best(a: str, b: str, person: bool) -> tuple[float, Alignment, ParsedName, ParsedName]:
    """Align two name texts, each with the aliases glued into it; return the best (log-odds, alignment, parsed names)."""
    best: tuple[float, Alignment, ParsedName, ParsedName] | None = None
    for one in dict.fromkeys((a, *split_aliases(a))):
        for other in dict.fromkeys((b, *split_aliases(b))):
            query, listed = parse_name(one, person=person), parse_name(other, person=person)
            if not query.parts or not listed.parts:
                continue
            alignment = align_names(query, listed, person=person)
            logit = pair_logit(alignment)
            if best is None or logit > best[0]:
                best = logit, alignment, query, listed
    if best is None:
        raise InputError(
            f"{a[:40]!r} and {b[:40]!r} have no words in common scripts to compare", hint="Give names with letters."
        )
    return best


def compare_names(a: str, b: str, schema: str = "Person", *, lang: str = "en") -> Comparison:
    """Compare two names by themselves.

    Args:
        a, b: The names, in any script.
        schema: FtM schema of both; "Person" reads them by the rules of personal names, anything else as organisations.
        lang: Language of the explanation, ``en`` or ``ar``.

    Returns:
        The comparison; its score is the probability that both are names of one party.

    Raises:
        InputError: If a name is empty, without letters or too long.
    """
    person = is_person(schema or "Person")
    logit, alignment, query, listed = _best(check_name(a), check_name(b), person)
    parts = aligned_parts(query, listed, alignment, person=person)
    return Comparison(
        score=probability(logit),
        alignment=parts,
        flags=tuple(sorted({*signs(a), *signs(b)})),
        explanation=explain(parts, (), lang=lang),
        terms=shown_terms(pair_terms(alignment)),
    )


def name_probability(a: str, b: str) -> float:
    """Return the probability that two personal names are one person's; 0 where either cannot be read as a name."""
    try:
        return probability(_best(check_name(a), check_name(b), person=True)[0])
    except InputError:
        return 0.0


def _names(party: Party) -> tuple[Name, ...]:
    return tuple(name for name in party.names if any(char.isalnum() for char in name.value))


def compare(subject: Party, entity: Party, *, lang: str = "en", settings: Settings | None = None) -> Comparison:
    """Compare a subject with a listed party by all that is known of both.

    Args:
        subject, entity: The parties.
        lang: Language of the explanation, ``en`` or ``ar``.
        settings: What weak aliases and frequent names alone count for.

    Returns:
        The comparison by the best pair of names, with the evidence of every other field.

    Raises:
        InputError: If either has no name that can be read.
    """
    settings = settings or Settings()
    mine, theirs = _names(subject), _names(entity)
    if not mine or not theirs:
        raise InputError("a party without a name cannot be compared", where="subject" if not mine else "listed")
    evidence: tuple[Evidence, ...] = compare_records(subject, entity, compare_names=name_probability)
    if not schemas_meet(subject.schema, entity.schema):
        return Comparison(
            score=0.0, evidence=evidence, flags=("other_schema",), explanation=explain((), evidence, lang=lang)
        )
    person = "Person" in {subject.schema, entity.schema}
    best: tuple[float, AlignedNames, Terms] | None = None
    for a in mine:
        for b in theirs:
            found = AlignedNames(a, b, *_best(check_name(a.value), check_name(b.value), person)[1:])
            logit, terms = _with_policy(found, evidence, settings)
            if best is None or logit > best[0]:
                best = logit, found, terms
    if best is None:
        raise InternalError("two parties with names were not compared")
    logit, found, terms = best
    parts = aligned_parts(found.query, found.listed, found.alignment, person=person)
    flags = {*signs(found.mine.value), *signs(found.theirs.value)}
    if found.weak:
        flags.add("weak_alias")
    return Comparison(
        score=probability(logit),
        alignment=parts,
        evidence=evidence,
        flags=tuple(sorted(flags)),
        explanation=explain(parts, evidence, lang=lang),
        terms=shown_terms(terms),
    )


class AlignedNames(NamedTuple):
    """Two names of two parties, aligned."""

    mine: Name
    theirs: Name
    alignment: Alignment
    query: ParsedName
    listed: ParsedName

    @property
    def weak(self) -> bool:
        """Whether either is a weak alias."""
        return "weak" in {self.mine.quality, self.theirs.quality}


def _with_policy(names: AlignedNames, evidence: tuple[Evidence, ...], settings: Settings) -> tuple[float, Terms]:
    """Return the log-odds of two records by one pair of names, and the terms in it, after the policy on names alone."""
    terms = pair_terms(names.alignment)
    supported = is_supported(evidence)
    if not supported and not settings.frequent_name_alone and (frequent := frequency_weight(names.alignment)):
        terms += (("frequent", frequent),)
    terms += field_terms(logit_of(names.alignment, terms), evidence)
    logit = logit_of(names.alignment, terms) + sum(one.weight for one in evidence)
    if names.weak and not supported and not settings.weak_alias_alone and logit > UNSUPPORTED:
        return UNSUPPORTED, (*terms, ("policy", UNSUPPORTED - logit))
    return logit, terms
