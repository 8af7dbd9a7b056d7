"""A pack is repeatable, asks what it says, and answers rightly."""

from __future__ import annotations

from collections import Counter

import msgspec
import pytest

from tajfif.errors import UsageError
from tajfif.evaluation.alterations import ALTERATIONS
from tajfif.evaluation.ordinary import POPULATIONS, word_set
from tajfif.evaluation.pack import Pack, make_pack
from tajfif.evaluation.units import is_arabic
from tajfif.model import Entity, Name


@pytest.fixture(scope="module")
def pack(entities: tuple[Entity, ...]) -> Pack:
    return make_pack(entities, records=1500, seed=4)


def test_the_same_seed_gives_the_same_pack(entities: tuple[Entity, ...], pack: Pack) -> None:
    again = make_pack(reversed(entities), records=1500, seed=4)
    assert msgspec.json.encode(again) == msgspec.json.encode(pack)
    assert make_pack(entities, records=1500, seed=5) != pack


def test_shares_and_kinds(pack: Pack, entities: tuple[Entity, ...]) -> None:
    assert len(pack.records) == 1500
    assert pack.entities == len(entities)
    kinds = Counter(record.kind for record in pack.records)
    assert kinds["ordinary"] == 600
    assert {record.population for record in pack.records} == {"", *POPULATIONS}
    manipulations = {record.manipulation for record in pack.records} - {"", "exact", "script_official"}
    assert manipulations <= set(ALTERATIONS)
    assert len(manipulations) > 50
    assert [record.subject.id for record in pack.records] == [str(n) for n in range(1, 1501)]


def test_a_listed_record_asks_an_altered_name_of_its_entity(pack: Pack, entities: tuple[Entity, ...]) -> None:
    by_id = {entity.id: entity for entity in entities}
    for record in pack.records:
        if record.kind == "listed":
            entity = by_id[record.expected]
            assert record.listed_name in {name.value for name in entity.names}
            assert record.expected in record.accepted
            assert record.subject.schema == entity.schema
            assert record.subject.birth_dates == () or record.manipulation.startswith("birth_")
            same = record.subject.name == record.listed_name
            assert same or record.manipulation not in ("exact", "script_official")
            assert not same or record.manipulation.startswith(("exact", "script_official", "birth_"))


def test_an_ordinary_record_is_on_no_list(pack: Pack, entities: tuple[Entity, ...]) -> None:
    listed = {word_set(name.value) for entity in entities for name in entity.names}
    ordinary = [record for record in pack.records if record.kind == "ordinary"]
    assert not any(word_set(record.subject.name) in listed for record in ordinary)
    assert all(record.expected == "" and record.accepted == () for record in ordinary)


def test_the_publishers_script_is_asked_of_lists_without_it(pack: Pack) -> None:
    asked = [record for record in pack.records if record.latin_only]
    assert asked
    assert {record.manipulation for record in asked} == {"script_official"}
    assert all(is_arabic(record.subject.name) and record.script == "Arab" for record in asked)


def test_entries_that_share_a_name_answer_for_each_other() -> None:
    twins = [
        Entity(id=f"own:{number}", schema="Person", names=(Name(value=name),))
        for number, name in enumerate(("Qutayba Shirwan Mithali", "MITHALI, Qutayba Shirwan", "Zahhak Wahmi Imaginary"))
    ]
    for record in make_pack(twins, records=200).records:
        if record.kind == "listed":
            assert record.accepted == (("own:2",) if record.expected == "own:2" else ("own:0", "own:1"))


def test_weak_aliases_and_lone_names_are_not_asked() -> None:
    entity = Entity(
        id="own:1",
        schema="Person",
        names=(Name(value="Qutayba"), Name(value="Qutayba Mithali"), Name(value="Abu Wahm Imaginary", quality="weak")),
    )
    asked = {record.listed_name for record in make_pack([entity], records=200).records if record.kind == "listed"}
    assert asked == {"Qutayba Mithali"}


def test_what_says_nothing_is_refused(entities: tuple[Entity, ...]) -> None:
    with pytest.raises(UsageError, match="says nothing"):
        make_pack(entities, records=10)
    with pytest.raises(UsageError, match="name no person"):
        make_pack([Entity(id="own:w", schema="CryptoWallet")])
