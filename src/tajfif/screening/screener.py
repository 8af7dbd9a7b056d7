"""The main path: a subject in, hits out. Reach for :class:`Screener` to screen one name or a stream of subjects."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import cast, get_args

import msgspec

from tajfif.config import Settings, engine_version, workspace
from tajfif.errors import ListMissingError, UsageError
from tajfif.lists.catalogue import source
from tajfif.lists.history import InForce, View, in_force
from tajfif.lists.merges import MergeDecisions
from tajfif.lists.store import ListStore
from tajfif.model import Engine, Entity, Evidence, Hit, ListVersion, Name, Schema, ScreeningResult, Subject
from tajfif.screening.batch import Question, screen_in_processes
from tajfif.screening.birth import as_rows, birth_rows
from tajfif.screening.building import build_index
from tajfif.screening.comparing import (
    aligned_parts,
    check_name,
    is_person,
    name_probability,
    readings,
    schemas_meet,
    shown_terms,
)
from tajfif.screening.evidence import compare_records
from tajfif.screening.explain import explain
from tajfif.screening.field_weights import WEIGHTS
from tajfif.screening.grouping import Grouping, merges_of
from tajfif.screening.index import FieldReach, NameIndex, index_digest
from tajfif.screening.merging import Merge
from tajfif.screening.probability import (
    UNSUPPORTED,
    calibrated,
    field_terms,
    is_supported,
    least_agreement,
    logit_of,
    probability,
    search_terms,
)
from tajfif.screening.score import Alignment, align_names
from tajfif.screening.spelling import tables_digest
from tajfif.text.names import ParsedName, parse_name, split_aliases
from tajfif.text.unicode import signs

__all__ = ["Screener"]

_MOST_NAMES = 40
_STRONGEST_EVIDENCE = 6.5
"""Record evidence that may lift a name that falls short of the threshold by itself, in nats."""

_MOST_EVIDENCE = 20.0
"""More than all fields but identifiers can weigh together, in nats."""


class _Found:
    """The best name of one entity for a subject so far."""

    __slots__ = ("alignment", "listed", "name", "parsed", "query", "text")

    def __init__(
        self, query: str, parsed: ParsedName, name: Name, text: str, listed: ParsedName, alignment: Alignment
    ) -> None:
        self.query, self.parsed, self.name, self.text, self.listed, self.alignment = (
            query,
            parsed,
            name,
            text,
            listed,
            alignment,
        )


class Screener:
    """Names screened against the lists that serve.

    Open one with :meth:`open` and keep it: the index is opened once, and work on a name part is remembered.

    Attributes:
        lists: The list versions searched.
        notices: What every output must say of them: the bundled snapshot's date and age, stale lists.
        settings: Threshold and the like.
        view: Who is searched, as of which times; nothing for an index that was opened by itself.
        grouping: Which entries are shown as one; none for an index that was opened by itself.
    """

    def __init__(
        self,
        index: NameIndex,
        *,
        settings: Settings | None = None,
        notices: Sequence[str] = (),
        saved: Path | None = None,
        view: View | None = None,
        grouping: Grouping | None = None,
    ) -> None:
        self._index = index
        self.grouping = grouping or Grouping(index)
        self._saved = saved
        self.view = view
        self.settings = settings or Settings()
        self.lists: tuple[ListVersion, ...] = index.versions
        if view is not None:
            self.lists = tuple(version for each in view.lists for version in each.searched)
        self.notices = tuple(notices)
        self._version_of = {version.source: _cited(version) for version in index.versions}
        self.engine = Engine(
            version=engine_version(), config=self.settings.digest, policy=msgspec.to_builtins(self.settings),
            merges=self.grouping.digest,
        )  # fmt: skip

    @property
    def index(self) -> NameIndex:
        """The index that is searched."""
        return self._index

    @classmethod
    def open(
        cls,
        home: str | os.PathLike[str] | None = None,
        *,
        settings: Settings | None = None,
        sources: Sequence[str] | None = None,
        as_of: str = "",
        known_at: str = "",
    ) -> Screener:
        """Open the lists that serve in a workspace, building their index if it is not there yet.

        Args:
            home: The workspace; by default as :func:`tajfif.config.workspace` tells.
            settings: Threshold and limit; by default :class:`tajfif.config.Settings`.
            sources: Search only these sources; by default all that serve.
            as_of: Search who was listed on this ISO date; by default, whom the lists that serve name as listed.
            known_at: Search what was known at this date or time (:func:`tajfif.lists.versions.instant`); by default, now.

        Raises:
            ListMissingError: If a source named is not loaded, or was not known then.
            ListError: If the store is damaged.
            UsageError: If a date cannot be read.
        """
        folder = workspace(home)
        view = in_force(ListStore(folder), as_of=as_of, known_at=known_at)
        if sources:
            view = msgspec.structs.replace(view, lists=_chosen(view.lists, sources))
        if not view.lists:
            raise ListMissingError(
                f"no list was known at {known_at}", hint="When each was loaded: tajfif lists versions"
            )
        index, saved = cls._index_of(view.lists, folder / "index")
        notices = [notice for each in view.lists for notice in each.notices]
        decided = MergeDecisions(folder).effective(until=datetime.fromisoformat(view.moment) if known_at else None)
        grouping = Grouping.of(index, saved, decided)
        return cls(index, settings=settings, notices=notices, saved=saved, view=view, grouping=grouping)

    @staticmethod
    def _index_of(lists: Sequence[InForce], folder: Path) -> tuple[NameIndex, Path | None]:
        """Return the index, and where it is kept."""
        place = folder / index_digest((each.digest for each in lists), tables_digest())
        index = NameIndex.open(place)
        if index is None:
            index = build_index((each.version, each.entities) for each in lists)
            try:
                index.save(place)
            except OSError:
                return index, None  # a read-only workspace still screens
        return index, place

    def screen(
        self,
        subject_or_name: Subject | str,
        *,
        schema: str | None = None,
        threshold: float | None = None,
        limit: int | None = None,
        lang: str = "en",
    ) -> list[Hit]:
        """Screen one subject.

        Args:
            subject_or_name: A subject, or just a name.
            schema: FtM schema to assume of a bare name ("Person", "Company", "Vessel"); any when not given.
            threshold: Score from which a hit counts; the settings' when not given.
            limit: Most hits; the settings' when not given.
            lang: Language of the explanations, ``en`` or ``ar``.

        Returns:
            Hits that reach the threshold, best first. Entries of one party are one hit: the best, with the listings of all.

        Raises:
            InputError: If no name can be read, or one is too long.
            UsageError: If threshold or limit are out of range.
        """
        if isinstance(subject_or_name, str):
            subject = Subject(
                names=(Name(value=subject_or_name),), schema=_schema(schema or self.settings.schema or "LegalEntity")
            )
        else:
            subject = subject_or_name
        threshold = self.settings.threshold if threshold is None else threshold
        limit = self.settings.limit if limit is None else limit
        if not 0.0 <= threshold <= 1.0 or limit < 1:
            raise UsageError(f"threshold {threshold} must be between 0 and 1, limit {limit} at least 1")
        check_name(subject.name)
        least = least_agreement(threshold)
        hits = []
        for number, found in self._best_names(subject, least, _field_reach(subject, least)).items():
            hit = self._hit(subject, self._index.entity(number), found, threshold, lang)
            if hit is not None:
                hits.append(hit)
        hits.sort(key=lambda hit: (-hit.score, hit.entity_id))
        return [self._as_named(hit) for hit in self.grouping.shown(hits)[:limit]]

    def screen_many(
        self,
        subjects: Iterable[Subject],
        *,
        threshold: float | None = None,
        limit: int | None = None,
        lang: str = "en",
        workers: int = 1,
    ) -> Iterator[ScreeningResult]:
        """Screen subjects and yield their results, in order. Arguments and errors as in :meth:`screen`.

        Args:
            subjects: Whom to screen.
            threshold, limit, lang: As in :meth:`screen`.
            workers: On how many processes, which give the same results as one. A long file is worth several; a program
                that asks for them must be importable (``if __name__ == "__main__":``), as :mod:`multiprocessing` wants it.
        """

        def here(subject: Subject) -> list[Hit]:
            return self.screen(subject, threshold=threshold, limit=limit, lang=lang)

        answers: Iterable[tuple[Subject, tuple[Hit, ...]]]
        if workers > 1 and self._saved:
            question = Question(
                settings=self.settings, threshold=threshold, limit=limit, lang=lang,
                groups=self.grouping.groups, places=self.grouping.places,
            )  # fmt: skip
            answers = screen_in_processes(subjects, here, self._saved, question, workers)
        else:
            answers = ((subject, tuple(here(subject))) for subject in subjects)
        as_of, known_at = (self.view.as_of, self.view.known_at) if self.view else ("", "")
        for subject, hits in answers:
            yield ScreeningResult(
                subject=subject, status="alert" if hits else "clear", hits=tuple(map(self._as_named, hits)),
                lists=self.lists, engine=self.engine, as_of=as_of, known_at=known_at,
            )  # fmt: skip

    def _as_named(self, hit: Hit) -> Hit:
        """Let a hit cite the version that names the entity, and say so where a correction beside it was taken in."""
        if self.view is None or self.view.is_plain:
            return hit
        for each in self.view.lists:
            if each.version.source == hit.source:
                flags = {*hit.flags, "corrected"} if hit.entity_id in each.corrected else hit.flags
                cited = _cited(each.version_naming(hit.entity_id))
                return msgspec.structs.replace(hit, list_version=cited, flags=tuple(sorted(flags)))
        return hit

    def _best_names(self, subject: Subject, least: float, fields: FieldReach | None) -> dict[int, _Found]:
        """Return, by entity, the listed name that agrees best with any of the subject's names."""
        best: dict[int, _Found] = {}
        for text in _asked(subject):
            for person in readings(subject.schema):
                parsed = parse_name(text, person=person)
                if parsed.parts:
                    self._search(text, parsed, person, subject.schema, least, fields, best)
        for identifier in subject.identifiers:
            for number in self._index.entities_with(identifier.kind, identifier.value):
                if number not in best:
                    found = _closest_name(subject, self._index.entity(number))
                    if found is not None:
                        best[number] = found
        return best

    def _search(
        self,
        text: str,
        parsed: ParsedName,
        person: bool,
        schema: str,
        least: float,
        fields: FieldReach | None,
        best: dict[int, _Found],
    ) -> None:
        for number, _ in self._index.search(parsed, least, _MOST_NAMES, fields, person=person):
            entity_number, place, listed_text, listed_person = self._index.name(number)
            if listed_person != person:
                continue
            listed = parse_name(listed_text, person=person)
            alignment = align_names(parsed, listed, person=person)
            before = best.get(entity_number)
            if before is not None and before.alignment.total >= alignment.total:
                continue
            entity = self._index.entity(entity_number)
            if schemas_meet(schema, entity.schema):
                best[entity_number] = _Found(text, parsed, entity.names[place], listed_text, listed, alignment)

    def _hit(self, subject: Subject, entity: Entity, found: _Found, threshold: float, lang: str) -> Hit | None:
        terms = search_terms(found.alignment)
        by_name = logit_of(found.alignment, terms)
        most_evidence = _MOST_EVIDENCE if _has_fields(subject) else 0.0
        if not subject.identifiers and probability(calibrated(by_name + most_evidence)) < threshold:
            return None
        evidence: tuple[Evidence, ...] = compare_records(subject, entity, compare_names=name_probability)
        terms += field_terms(by_name, evidence)
        logit = logit_of(found.alignment, terms) + sum(one.weight for one in evidence)
        weak = found.name.quality == "weak"
        if weak and not self.settings.weak_alias_alone and not is_supported(evidence) and logit > UNSUPPORTED:
            terms += (("policy", UNSUPPORTED - logit),)
            logit = UNSUPPORTED
        score = probability(calibrated(logit))
        if score < threshold:
            return None
        person = is_person(entity.schema)
        parts = aligned_parts(found.parsed, found.listed, found.alignment, person=person)
        flags = {*signs(found.query)}
        if weak:
            flags.add("weak_alias")
        if found.query not in {text for name in subject.names for text in (name.value, *split_aliases(name.value))}:
            flags.add("split_over_fields")
        listing = entity.listings[0] if entity.listings else None
        source = listing.source if listing else entity.id.partition(":")[0]
        return Hit(
            entity_id=entity.id,
            schema=entity.schema,
            caption=entity.caption,
            source=source,
            reference=listing.reference if listing else entity.id.partition(":")[2],
            list_version=self._version_of.get(source, ""),
            score=score,
            name_matched=found.text,
            query_name=found.query,
            alignment=parts,
            evidence=evidence,
            flags=tuple(sorted(flags)),
            explanation=explain(parts, evidence, lang=lang),
            terms=shown_terms(terms),
            listings=entity.listings,
        )

    def merges(self) -> tuple[Merge, ...]:
        """Return the suggestions which entries of different lists may be one party, doubtful ones too, and what else was decided.

        Found once for the lists searched, which takes seconds, and kept beside their index.
        """
        found = merges_of(self._index, self._saved)
        known = {(one.a, one.b) for one in found}
        decided = [pair for pair in self.grouping.decided if pair not in known]
        return tuple(sorted((*found, *self.grouping.weighed(decided)), key=lambda one: (one.a, one.b)))


def _cited(version: ListVersion) -> str:
    return f"{version.published}/{version.sha256[:12]}"


def _chosen(lists: Sequence[InForce], sources: Sequence[str]) -> tuple[InForce, ...]:
    """Return the lists of the named sources.

    Raises:
        UsageError: If there is no such source.
        ListMissingError: If one is not loaded.
    """
    for key in sources:
        source(key)
        if key not in {each.version.source for each in lists}:
            raise ListMissingError(
                f"no list of {key} is loaded", hint=f"Load one: tajfif lists load --source {key} PATH"
            )
    return tuple(each for each in lists if each.version.source in sources)


def _closest_name(subject: Subject, entity: Entity) -> _Found | None:
    """Return the pair of names that agrees best, however little; for an entity that another field brought up."""
    person = is_person(entity.schema)
    if not schemas_meet(subject.schema, entity.schema):
        return None
    best: _Found | None = None
    for mine in subject.names:
        parsed = parse_name(mine.value, person=person)
        for theirs in entity.names:
            listed = parse_name(theirs.value, person=person)
            if parsed.parts and listed.parts:
                alignment = align_names(parsed, listed, person=person)
                if best is None or alignment.total > best.alignment.total:
                    best = _Found(mine.value, parsed, theirs, theirs.value, listed, alignment)
    return best


def _schema(name: str) -> Schema:
    if name not in get_args(Schema):
        raise UsageError(f"there is no schema {name!r}", hint=f"Use one of {', '.join(get_args(Schema))}.")
    return cast("Schema", name)


def _asked(subject: Subject) -> list[str]:
    """Return the texts to be searched: each name, the aliases glued into it, and short names as the pieces of one name."""
    texts = [text for name in subject.names for text in (name.value, *split_aliases(check_name(name.value)))]
    if 2 <= len(subject.names) <= _MOST_PIECES:
        pieces = [name.value.split() for name in subject.names]
        if len(pieces[0]) <= 2 and min(map(len, pieces)) == 1:
            texts += [
                f"{subject.names[0].value} {subject.names[i].value}"
                for i in range(1, len(pieces))
                if len(pieces[i]) <= 2
            ]
    return list(dict.fromkeys(texts))


_MOST_PIECES = 4
"""Names of which one short piece and another may be one name that was split over fields."""


def _field_reach(subject: Subject, least: float) -> FieldReach | None:
    """Return what the subject's fields can add to its names; ``None`` when it has none."""
    if not _has_fields(subject):
        return None
    others = sum(WEIGHTS[weight] for field, weight in _MOST_OF_FIELD.items() if getattr(subject, field))
    births = as_rows(birth_rows(subject.birth_dates))
    most = others + (WEIGHTS["birth.day"] if len(births) else 0.0)
    return FieldReach(births, others, min(most, _STRONGEST_EVIDENCE, least))


_MOST_OF_FIELD = {
    "nationalities": "nationality.agrees_rare", "countries": "country.agrees", "gender": "gender.agrees",
    "identifiers": "identifier.agrees_other_country", "mother_names": "mother.agrees", "father_names": "father.agrees",
    "birth_places": "birthplace.agrees", "addresses": "address.agrees",
}  # fmt: skip


def _has_fields(subject: Subject) -> bool:
    """Tell whether anything beside names could support a hit."""
    return bool(
        subject.birth_dates or subject.identifiers or subject.mother_names or subject.father_names or subject.birth_places
        or subject.nationalities or subject.countries or subject.addresses
    )  # fmt: skip
