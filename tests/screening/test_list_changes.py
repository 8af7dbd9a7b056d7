"""What of a change in the lists can raise an alert: nobody whom it gives a new hit is left out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tajfif.config import Settings
from tajfif.model import BirthDate, Entity, Identifier, ListVersion, Name, Place, Subject
from tajfif.screening import batch, change_search
from tajfif.screening.building import build_index
from tajfif.screening.change_search import affected_customers
from tajfif.screening.customer_base import CustomerBase
from tajfif.screening.list_changes import difference, stated_fields
from tajfif.screening.screener import Screener

ENTRY = Entity(
    id="own:1",
    schema="Person",
    names=(Name(value="Quirinus Al-Nullus"), Name(value="Abu Nemo", quality="weak")),
    birth_dates=(BirthDate(start="1960-05-01"), BirthDate(start="1961")),
    nationalities=("iq", "sy"),
)


def changed(**fields: object) -> Entity:
    return msgspec.structs.replace(ENTRY, **fields)


def test_values_in_another_order_raise_nothing() -> None:
    after = changed(birth_dates=ENTRY.birth_dates[::-1], nationalities=("sy", "iq"))
    assert difference([ENTRY], [after]) == (frozenset({"own:1"}), ())
    assert difference([ENTRY], [ENTRY]) == (frozenset(), ())


def test_an_entry_that_went_raises_nothing() -> None:
    assert difference([ENTRY], []) == (frozenset({"own:1"}), ())


def test_an_entry_with_other_names_is_searched_whole() -> None:
    for after in (changed(names=ENTRY.names[::-1]), changed(names=ENTRY.names[:1]), changed(schema="Organization")):
        assert difference([ENTRY], [after]).rising == ((after, 0),)
    assert difference([], [ENTRY]).rising == ((ENTRY, 0),)


def test_of_new_birth_dates_the_new_ones_are_searched_among_those_who_state_one() -> None:
    new = BirthDate(start="1970-02-03")
    (rising,) = difference([ENTRY], [changed(birth_dates=(*ENTRY.birth_dates, new))]).rising
    assert rising.entity.birth_dates == (new,)
    assert rising.fields == stated_fields(Subject(birth_dates=(new,)))
    assert difference([ENTRY], [changed(birth_dates=ENTRY.birth_dates[:1])]).rising == ()
    (bare,) = difference([ENTRY], [changed(birth_dates=())]).rising
    assert bare.entity.birth_dates == ()


def test_another_field_is_searched_among_those_who_state_it() -> None:
    after = changed(gender="female", countries=("ye",))
    (rising,) = difference([ENTRY], [after]).rising
    assert rising.entity == after
    assert rising.fields & stated_fields(Subject(gender="male"))
    assert rising.fields & stated_fields(Subject(nationalities=("ye",)))  # held against a country too
    assert not rising.fields & stated_fields(Subject(birth_dates=ENTRY.birth_dates))


def test_fields_that_nobody_states_raise_nothing() -> None:
    births = stated_fields(Subject(birth_dates=ENTRY.birth_dates))
    new = BirthDate(start="1970-02-03")
    after = changed(gender="female", birth_dates=(*ENTRY.birth_dates, new))
    (rising,) = difference([ENTRY], [after], stated=births).rising
    assert (rising.entity.birth_dates, rising.fields) == ((new,), births)
    assert difference([ENTRY], [changed(gender="female")], stated=births).rising == ()


def test_many_who_come_near_are_screened_on_several_cores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    people = [
        Subject(id=str(number), names=(Name(value=NAME_TEXTS[number % len(NAME_TEXTS)]),)) for number in range(40)
    ]
    base = CustomerBase.build(tmp_path / "base", people)
    rising = difference([], [ENTRY]).rising
    alone = affected_customers(base, rising, Settings())
    assert 0 < len(alone) < len(people)
    monkeypatch.setattr(change_search, "FEW", 0)
    monkeypatch.setattr(batch, "FIRST", 1)
    assert affected_customers(base, rising, Settings(), workers=2).tolist() == alone.tolist()
    assert [each.name for each in tmp_path.iterdir()] == ["base"]


NAME_TEXTS = (
    "Quirinus Al-Nullus",
    "Quirinus Nullus",
    "Wulfstan Fictor",
    "Zenobius Quidam",
    "محمد المختلق",
    "Mohammed Fictor",
    "Muhamad Fictur",
    "Kwirinus Alnullus",
    "زنوبيوس كويدام",
)
NAME = st.builds(
    lambda value, quality: Name(value=value, quality=quality),
    st.sampled_from(NAME_TEXTS),
    st.sampled_from(("primary", "strong", "weak")),
)
BIRTHS = st.lists(st.sampled_from(("1960-05-01", "1960", "1961", "1960-01-05", "1975-03-02")), max_size=2, unique=True)
FIELDS = {
    "birth_dates": BIRTHS.map(lambda found: tuple(BirthDate(start=one) for one in found)),
    "nationalities": st.lists(st.sampled_from(("iq", "sy", "de")), max_size=2, unique=True).map(tuple),
    "countries": st.lists(st.sampled_from(("iq", "de")), max_size=1).map(tuple),
    "gender": st.sampled_from(("", "male", "female")),
    "mother_names": st.lists(st.sampled_from(("Umma Nema", "Fabula Quidam")), max_size=1).map(tuple),
    "birth_places": st.lists(st.sampled_from(("Baghdad", "Utopia")), max_size=1).map(
        lambda found: tuple(Place(text=one) for one in found)
    ),
    "identifiers": st.lists(st.sampled_from(("A123456", "B765432")), max_size=1).map(
        lambda found: tuple(Identifier(kind="passport", value=one, country="iq") for one in found)
    ),
}
LISTED = st.builds(
    lambda key, names, schema, fields: Entity(id=f"own:{key}", schema=schema, names=tuple(names), **fields),
    st.integers(0, 3),
    st.lists(NAME, min_size=1, max_size=2),
    st.sampled_from(("Person", "Person", "LegalEntity")),
    st.fixed_dictionaries(FIELDS),
)
LISTS = st.lists(LISTED, min_size=1, max_size=4, unique_by=lambda entity: entity.id)
PEOPLE = st.lists(
    st.builds(
        lambda names, fields: Subject(schema="Person", names=tuple(names), **fields),
        st.lists(NAME, min_size=1, max_size=1),
        st.fixed_dictionaries(FIELDS),
    ),
    min_size=1,
    max_size=6,
)


def hits(listed: Sequence[Entity], people: Sequence[Subject], chosen: Settings) -> list[set[str]]:
    version = ListVersion(source="own", published="", sha256="", entries=len(listed))
    screener = Screener(build_index([(version, listed)]), settings=chosen)
    return [{hit.entity_id for hit in screener.screen(subject)} for subject in people]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=LISTS, amended=LISTS, people=PEOPLE, weak=st.booleans(), threshold=st.sampled_from((0.3, 0.7, 0.9)))
def test_nobody_whom_a_change_gives_a_hit_is_left_out(
    tmp_path_factory: pytest.TempPathFactory,
    before: list[Entity],
    amended: list[Entity],
    people: list[Subject],
    weak: bool,
    threshold: float,
) -> None:
    chosen = Settings(threshold=threshold, weak_alias_alone=weak)
    names = {entity.id: (entity.schema, entity.names) for entity in before}
    after = [  # half of what is amended keeps its names, so that fields alone differ
        msgspec.structs.replace(entity, schema=names[entity.id][0], names=names[entity.id][1])
        if entity.id in names and len(entity.names) == 1
        else entity
        for entity in amended
    ]
    base = CustomerBase.build(tmp_path_factory.mktemp("base") / "base", people)
    reached = set(affected_customers(base, difference(before, after, stated=base.stated).rising, chosen).tolist())
    was, now = hits(before, people, chosen), hits(after, people, chosen)
    for place, (old, new) in enumerate(zip(was, now, strict=True)):
        if new - old:
            assert place in reached, (people[place], new - old)
