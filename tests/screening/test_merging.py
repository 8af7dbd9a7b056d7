"""Which entries of several lists are one party: what is found, what keeps two apart, and that no group has two of one list."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tajfif.lists.store import ListStore
from tajfif.model import Entity
from tajfif.screening.merging import Link, Merge, clusters, suggest_merges


def entry(key: str, name: str = "Inventus Mirabilis Nemo", **fields: Any) -> Entity:
    """An invented entry of a list: "un_sc:1"."""
    source, _, reference = key.partition(":")
    listing = {"source": source, "reference": reference}
    record: dict[str, Any] = {
        "id": key,
        "schema": "Person",
        "names": [{"value": name}],
        "listings": [listing],
        **fields,
    }
    return msgspec.convert(record, Entity, strict=False)


def born(start: str) -> dict[str, Any]:
    return {"birth_dates": [{"start": start}]}


def cites(reference: str) -> dict[str, Any]:
    evidence = {"field": "Other Information", "start": 9, "end": 16}
    return {"relations": [{"kind": "listed_as", "target_reference": reference, "evidence": evidence}]}


def only(*entities: Entity) -> Merge:
    (merge,) = suggest_merges(entities)
    return merge


def test_what_a_publisher_states_joins_and_says_where() -> None:
    merge = only(entry("un_sc:QDi.900"), entry("uk_ofsi:1", **cites("QDi.900")))
    assert (merge.a, merge.b, merge.basis, merge.joins) == ("uk_ofsi:1", "un_sc:QDi.900", "stated", True)
    (citation,) = merge.citations
    assert (citation.by, citation.reference) == ("uk_ofsi:1", "QDi.900")
    assert citation.evidence is not None
    assert citation.evidence.field == "Other Information"


def test_two_publishers_that_cite_one_entry_are_one_without_it() -> None:
    merge = only(entry("ch_seco:1", **cites("QDi.900")), entry("uk_ofsi:1", **cites("QDi.900")))
    assert (merge.basis, merge.joins, len(merge.citations)) == ("stated", True, 2)


def test_a_wrong_citation_is_left_to_a_person() -> None:
    merge = only(entry("un_sc:QDi.900", "Quartus Tertius Alter"), entry("uk_ofsi:1", **cites("QDi.900")))
    assert (merge.basis, merge.joins, merge.against) == ("stated", False, ("names",))


def test_a_passport_joins_where_the_names_agree() -> None:
    passport: dict[str, Any] = {"identifiers": [{"kind": "passportNumber", "value": "X-1234567"}]}
    same = only(entry("un_sc:1", **passport), entry("us_ofac:1", "NEMO, Inventus Mirabilis", **passport))
    assert (same.basis, same.joins) == ("identifier", True)
    assert [one.value for one in same.identifiers] == ["X-1234567"]
    other = only(entry("un_sc:1", **passport), entry("us_ofac:1", "Quartus Tertius Alter", **passport))
    assert (other.basis, other.joins, other.against) == ("identifier", False, ("names",))


def test_a_name_joins_people_only_with_their_birth_date() -> None:
    assert only(entry("un_sc:1", **born("1956-03-15")), entry("us_ofac:1", **born("1956-03-15"))).joins
    assert only(
        entry("un_sc:1", **born("1956")), entry("us_ofac:1", "إنفنتوس ميرابيليس نيمو", **born("1956-03-15"))
    ).joins
    undated = only(entry("un_sc:1", **born("1956-03-15")), entry("us_ofac:1"))
    assert (undated.basis, undated.joins, undated.against) == ("matcher", False, ())
    assert suggest_merges([entry("un_sc:1", **born("1956-03-15")), entry("us_ofac:1", **born("1983-07-02"))]) == ()


def test_namesakes_of_one_year_are_left_to_a_person_unless_something_else_agrees() -> None:
    year, day = born("1963"), born("1963-05-06")
    frequent, rare = "Ahmad Hasan", "Qutaybarion Zaghlulovanto"
    iraqi: dict[str, Any] = {"nationalities": ["iq"]}
    assert not only(entry("un_sc:1", frequent, **year), entry("us_ofac:1", frequent, **year)).joins
    assert only(entry("un_sc:1", rare, **year), entry("us_ofac:1", rare, **year)).joins
    assert only(entry("un_sc:1", frequent, **day), entry("us_ofac:1", frequent, **day)).joins
    assert only(entry("un_sc:1", frequent, **year, **iraqi), entry("us_ofac:1", frequent, **year, **iraqi)).joins


@pytest.mark.parametrize(
    ("fields", "against"),
    [({"gender": "female"}, "gender"), (born("1983-07-02"), "birthDate"), ({"schema": "Vessel"}, "schema")],
)
def test_what_contradicts_keeps_apart_even_what_is_stated(fields: dict[str, Any], against: str) -> None:
    one = entry("un_sc:QDi.900", gender="male", **born("1956-03-15"))
    merge = only(one, entry("uk_ofsi:1", **cites("QDi.900"), **fields))
    assert not merge.joins
    assert merge.against == (against,)


def test_bodies_join_by_every_word_and_not_by_an_alias_alone() -> None:
    body = {"schema": "Company"}
    assert only(
        entry("un_sc:1", "Samarqandia Exchange Co. Ltd", **body),
        entry("us_ofac:1", "SAMARQANDIA EXCHANGE COMPANY LIMITED", **body),
    ).joins
    bank = [entry("un_sc:1", "Samarqandia Bank", **body), entry("us_ofac:1", "Samarqandia Shipping", **body)]
    assert not any(merge.joins for merge in suggest_merges(bank))
    names: dict[str, Any] = {
        "names": [{"value": "Nullius Trading"}, {"value": "Samarqandia Exchange", "quality": "strong"}]
    }
    others: dict[str, Any] = {
        "names": [{"value": "Vacuus Trading"}, {"value": "Samarqandia Exchange", "quality": "strong"}]
    }
    aliases = [entry("un_sc:1", **body, **names), entry("us_ofac:1", **body, **others)]
    assert not any(merge.joins for merge in suggest_merges(aliases))


def test_weak_aliases_suggest_nothing() -> None:
    weak: dict[str, Any] = {
        "names": [{"value": "Quartus Alter"}, {"value": "Inventus Mirabilis Nemo", "quality": "weak"}]
    }
    assert suggest_merges([entry("un_sc:1", **born("1956")), entry("us_ofac:1", **weak, **born("1956"))]) == ()


def test_one_list_is_left_to_its_publisher() -> None:
    twins = [entry("un_sc:1", **born("1956-03-15")), entry("un_sc:2", **born("1956-03-15"))]
    assert suggest_merges(twins) == ()
    third = entry("us_ofac:1", **born("1956-03-15"))
    found = suggest_merges([*twins, third])
    assert [merge.joins for merge in found] == [True, False]
    assert found[1].against == ("same_list",)
    assert clusters(found) == (("un_sc:1", "us_ofac:1"),)


def test_a_publisher_may_put_two_of_one_list_together() -> None:
    found = suggest_merges([entry("un_sc:QDi.1", **cites("QDi.2")), entry("un_sc:QDi.2")])
    assert clusters(found) == (("un_sc:QDi.1", "un_sc:QDi.2"),)


def test_decisions_go_before_what_is_suggested() -> None:
    three = [entry(f"{source}:1", **born("1956-03-15")) for source in ("un_sc", "us_ofac", "uk_ofsi")]
    found = suggest_merges(three)
    assert clusters(found) == (("uk_ofsi:1", "un_sc:1", "us_ofac:1"),)
    apart = clusters(found, rejected=[("un_sc:1", "us_ofac:1")])
    assert not any({"un_sc:1", "us_ofac:1"} <= {*group} for group in apart)
    assert clusters((), accepted=[("un_sc:1", "un_sc:2")]) == (("un_sc:1", "un_sc:2"),)
    both = clusters(
        (), accepted=[("eu_fsf:1", "un_sc:1"), ("un_sc:1", "us_ofac:1")], rejected=[("eu_fsf:1", "us_ofac:1")]
    )
    assert both == (("eu_fsf:1", "un_sc:1"),)


def test_the_order_of_the_lists_changes_nothing() -> None:
    entities = [
        entry(f"{source}:{number}", name, **born(f"195{number}-03-15"))
        for source in ("un_sc", "us_ofac", "uk_ofsi")
        for number, name in enumerate(("Inventus Mirabilis Nemo", "Quartus Tertius Alter", "زيد المثالي الخيالي"))
    ]
    found = suggest_merges(entities)
    assert len(clusters(found)) == 3
    entities.reverse()
    assert suggest_merges(entities) == found
    assert [one for one in suggest_merges(entities, doubtful=False) if one.joins] == [one for one in found if one.joins]


IDS = [f"{source}:{number}" for source in ("un_sc", "us_ofac", "uk_ofsi") for number in range(3)]
PAIRS = list(combinations(sorted(IDS), 2))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(PAIRS), st.sampled_from(["identifier", "matcher"]), st.floats(0, 1)), max_size=20
    ),
    st.lists(st.sampled_from(PAIRS), max_size=6),
)
def test_a_group_has_one_entry_of_a_list_and_none_that_was_rejected(
    found: list[tuple[tuple[str, str], str, float]], rejected: list[tuple[str, str]]
) -> None:
    links = [
        msgspec.convert({"a": a, "b": b, "basis": basis, "score": score, "joins": True}, Link)
        for (a, b), basis, score in found
    ]
    groups = clusters(links, rejected=rejected)
    for group in groups:
        assert len({one.partition(":")[0] for one in group}) == len(group) > 1
        assert not any({*pair} <= {*group} for pair in rejected)
    members = [one for group in groups for one in group]
    assert len(members) == len({*members})
    assert clusters(reversed(links), rejected=rejected) == groups


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> list[Entity]:
    store = ListStore(tmp_path_factory.mktemp("home"))
    store.load("un_sc", shared / "lists/un/UN_consolidated_2025-04-19.xml")
    store.load("uk_ofsi", shared / "lists/uk/OFSI_ConList_2022-04-05.xlsx")
    return [entity for version in store.serving() for entity in store.entities(version)]


def _pairs(merges: tuple[Merge, ...]) -> set[tuple[str, str]]:
    return {(one.a, one.b) for one in merges if one.joins}


@pytest.mark.shared
def test_the_united_kingdom_s_references_are_found_without_them(real: list[Entity]) -> None:
    """What the UK states of UN entries is held out, and names, dates and documents find 94 % of it and nothing false."""
    stated = {(one.a, one.b) for one in suggest_merges(real) if one.basis == "stated" and one.joins}
    assert len(stated) == 836
    blind = [msgspec.structs.replace(entity, relations=()) for entity in real]
    joined = _pairs(suggest_merges(blind))
    assert len(joined & stated) >= 785
    # Four more: entries without a reference whose UN entry has the same name, read one by one, and one whose party the UN
    # lists twice.
    assert sorted(joined - stated) == [
        ("uk_ofsi:12031", "un_sc:QDe.131"),
        ("uk_ofsi:13169", "un_sc:QDe.145"),
        ("uk_ofsi:14211", "un_sc:QDe.168"),
        ("uk_ofsi:6995", "un_sc:SOi.002"),
    ]
