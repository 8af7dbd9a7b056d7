"""A validation pack: whom to ask about, and who should be found. Reach for it to test screening on lists of one's own choice.

:func:`make_pack` draws, from the entities of any lists, queries for listed parties (as listed, and altered in every way of
:mod:`tajfif.evaluation.alterations`) and names of ordinary people and companies that no list carries. The same entities, seed
and number give the same pack.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Literal, NamedTuple

import msgspec

from tajfif.errors import UsageError
from tajfif.evaluation.alterations import ALTERATIONS, EXACT, PUBLISHERS_SCRIPT, SLIGHT, Alteration, altered
from tajfif.evaluation.ordinary import POPULATIONS, ListedNames, ordinary_names, word_set
from tajfif.evaluation.units import is_arabic, units
from tajfif.model import BirthDate, Entity, Name, Subject
from tajfif.text.dates import parse_date

__all__ = ["DEFAULT_RECORDS", "Pack", "PackRecord", "make_pack"]

DEFAULT_RECORDS = 20_000
FEWEST_RECORDS = 200
ORDINARY_SHARE, EXACT_SHARE, SCRIPT_SHARE = 0.4, 0.1, 0.025
_POPULATION_WEIGHTS = {
    "arabic_script": 3, "arabic_in_latin": 3, "worldwide": 2, "companies_arabic": 1, "companies_latin": 1,
}  # fmt: skip
_EVERY_SO_MANY_ARABIC = 3
"""Of so many candidates one is a name in the Arabic script, while there are such; the lists have many more in Latin."""
_SCHEMAS = EXACT.schemas


class PackRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One question of a pack, with its answer.

    Attributes:
        kind: A listed party, or an ordinary one that is on no list.
        subject: What is asked.
        manipulation: Key of the alteration, of a listed party.
        population: Whose name it is, of an ordinary party.
        expected: Id of the listed entity; empty for an ordinary party.
        accepted: Ids of the entities that answer the question: the expected one, and those that share a whole name with it.
        listed_name: The name that was altered, as the list has it.
        within: The words of an ordinary name all stand in one listed name, so that it may be that name in short.
        latin_only: To be asked of the lists with every name in the Arabic script taken out.
    """

    kind: Literal["listed", "ordinary"]
    subject: Subject
    manipulation: str = ""
    population: str = ""
    expected: str = ""
    accepted: tuple[str, ...] = ()
    listed_name: str = ""
    within: bool = False
    latin_only: bool = False

    @property
    def script(self) -> str:
        """``Arab`` or ``Latn``, after the name that is asked."""
        return "Arab" if is_arabic(self.subject.name) else "Latn"


class Pack(msgspec.Struct, frozen=True, kw_only=True):
    """A validation pack.

    Attributes:
        seed: What it was drawn with.
        records: The questions.
        entities: Of how many listed entities.
    """

    seed: int
    records: tuple[PackRecord, ...]
    entities: int


class _Candidate(NamedTuple):
    """A listed name that can be asked."""

    entity: Entity
    name: str
    arabic: bool


def make_pack(entities: Iterable[Entity], *, records: int = DEFAULT_RECORDS, seed: int = 1) -> Pack:
    """Draw a pack.

    Args:
        entities: The listed entities; people, bodies and vessels are asked about.
        records: How many questions. Fewer come back when short lists do not give so many different ones.
        seed: The same entities, number and seed give the same pack.

    Raises:
        UsageError: Fewer records than :data:`FEWEST_RECORDS` are wanted, or no entity can be asked about.
    """
    if records < FEWEST_RECORDS:
        raise UsageError(f"a pack of {records} records says nothing", hint=f"Ask for {FEWEST_RECORDS} or more.")
    listed = sorted((entity for entity in entities if entity.schema in _SCHEMAS), key=lambda entity: entity.id)
    drawing = _Drawing(listed, seed)
    if not drawing.candidates:
        raise UsageError("the lists name no person, body or vessel to ask about", hint="Load another list.")
    ordinary = drawing.ordinary(round(records * ORDINARY_SHARE))
    asked = drawing.exact(round(records * EXACT_SHARE))
    asked += drawing.official_script(round(records * SCRIPT_SHARE))
    asked += drawing.alterations(records - len(ordinary) - len(asked))
    numbered = tuple(
        msgspec.structs.replace(record, subject=msgspec.structs.replace(record.subject, id=str(number)))
        for number, record in enumerate((*asked, *ordinary), start=1)
    )
    return Pack(seed=seed, records=numbered, entities=len(listed))


class _Drawing:
    """What is needed to draw: the listed names, who shares them, and the seed."""

    def __init__(self, listed: Sequence[Entity], seed: int) -> None:
        self._seed = seed
        self._listed = listed
        self._names = ListedNames(name.value for entity in listed for name in entity.names)
        self.candidates = [_Candidate(entity, name, is_arabic(name)) for entity in listed for name in _askable(entity)]
        self._sharing: dict[frozenset[str], list[str]] = {}
        for one in self.candidates:
            self._sharing.setdefault(word_set(one.name), []).append(one.entity.id)

    def _rng(self, purpose: str) -> random.Random:
        return random.Random(f"{purpose} {self._seed}")  # noqa: S311 - nothing secret is drawn

    def _record(
        self,
        key: str,
        candidate: _Candidate,
        asked: str,
        *,
        births: tuple[BirthDate, ...] = (),
        latin_only: bool = False,
    ) -> PackRecord:
        shared = {one for name in _askable(candidate.entity) for one in self._sharing[word_set(name)]}
        return PackRecord(
            kind="listed",
            subject=Subject(names=(Name(value=asked),), schema=candidate.entity.schema, birth_dates=births),
            manipulation=key,
            expected=candidate.entity.id,
            accepted=tuple(sorted(shared)),
            listed_name=candidate.name,
            latin_only=latin_only,
        )

    def ordinary(self, count: int) -> list[PackRecord]:
        """Return names of ordinary people and companies."""
        total = sum(_POPULATION_WEIGHTS.values())
        found = []
        for population in POPULATIONS:
            share = round(count * _POPULATION_WEIGHTS[population] / total)
            for name in ordinary_names(population, share, self._seed, self._names):
                schema: Literal["Person", "Company"] = "Company" if name.schema == "Company" else "Person"
                found.append(
                    PackRecord(
                        kind="ordinary",
                        population=population,
                        subject=Subject(names=(Name(value=name.value),), schema=schema),
                        within=self._names.has_within(name.value),
                    )
                )
        return found

    def exact(self, count: int) -> list[PackRecord]:
        """Return one name of each of some entities, as the list has it."""
        rng = self._rng("exact")
        by_entity: dict[str, list[_Candidate]] = {}
        for candidate in self.candidates:
            by_entity.setdefault(candidate.entity.id, []).append(candidate)
        chosen = rng.sample(sorted(by_entity), min(count, len(by_entity)))
        picked = [rng.choice(by_entity[entity_id]) for entity_id in chosen]
        return [self._record(EXACT.key, candidate, candidate.name) for candidate in picked]

    def official_script(self, count: int) -> list[PackRecord]:
        """Return the publishers' own Arabic-script names of entities that have Latin ones too."""
        with_latin = {one.entity.id for one in self.candidates if not one.arabic}
        found = [one for one in self.candidates if one.arabic and one.entity.id in with_latin]
        chosen = self._rng("official script").sample(found, min(count, len(found)))
        return [self._record(PUBLISHERS_SCRIPT.key, one, one.name, latin_only=True) for one in chosen]

    def alterations(self, count: int) -> list[PackRecord]:
        """Return altered queries, as many by each alteration as it can give."""
        sources = {key: self._altered(alteration) for key, alteration in ALTERATIONS.items()}
        found: dict[str, list[PackRecord]] = {key: [] for key in ALTERATIONS}
        left = count
        while sources and left > 0:
            for key in list(sources):
                record = next(sources[key], None)
                if record is None:
                    del sources[key]
                    continue
                found[key].append(record)
                left -= 1
                if not left:
                    break
        return [record for records in found.values() for record in records]

    def _altered(self, alteration: Alteration) -> Iterator[PackRecord]:
        """Yield queries by one alteration, each listed name once, in an order drawn for it."""
        rng = self._rng(alteration.key)
        suited = [one for one in self.candidates if one.entity.schema in alteration.schemas]
        for candidate in _mixed(rng.sample(suited, len(suited))):
            if alteration.birth is None:
                asked = altered(candidate.name, alteration.key, rng)
                if asked is not None:
                    yield self._record(alteration.key, candidate, asked)
            elif (born := _born(candidate.entity)) is not None:
                yield from self._dated(alteration.key, alteration.birth, candidate, born, rng)

    def _dated(
        self,
        key: str,
        change: Callable[[date, random.Random], str | None],
        candidate: _Candidate,
        born: date,
        rng: random.Random,
    ) -> Iterator[PackRecord]:
        """Yield the query with a date; every second name is changed too, so that the date matters."""
        written = change(born, rng)
        if written is None:
            return
        asked = candidate.name
        if rng.random() < 0.5:
            asked = altered(asked, rng.choice(SLIGHT), rng) or asked
        births: tuple[BirthDate, ...] = (parse_date(written),) if written else ()
        yield self._record(key, candidate, asked, births=births)


def _askable(entity: Entity) -> list[str]:
    """Return the primary names and strong aliases that say enough: of a person two parts and more, of others five letters."""
    person = entity.schema == "Person"
    return list(
        dict.fromkeys(
            name.value
            for name in entity.names
            if name.quality in ("primary", "strong")
            and (len(units(name.value)) >= 2 if person else sum(char.isalpha() for char in name.value) >= 5)
        )
    )


def _mixed(candidates: Sequence[_Candidate]) -> Iterator[_Candidate]:
    """Yield candidates with those in the Arabic script spread among the first."""
    arabic = iter([one for one in candidates if one.arabic])
    for place, candidate in enumerate(one for one in candidates if not one.arabic):
        if place % (_EVERY_SO_MANY_ARABIC - 1) == 0 and (other := next(arabic, None)) is not None:
            yield other
        yield candidate
    yield from arabic


def _born(entity: Entity) -> date | None:
    """Return the day of birth, if the list states one to the day and no other."""
    if len(entity.birth_dates) != 1:
        return None
    born = entity.birth_dates[0]
    if born.end or born.approximate or born.calendar or len(born.start) != 10:
        return None
    return date.fromisoformat(born.start)
