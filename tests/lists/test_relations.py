"""The support network of a listed party: who is in it, which way each edge runs, and whose words it rests upon."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tajfif.errors import UsageError
from tajfif.lists import catalogue
from tajfif.lists.relation_graph import network_graph
from tajfif.lists.relation_words import RELATION_KINDS, relation_words
from tajfif.lists.relations import SupportNetwork, support_network
from tajfif.model import Entity, Listing, ListVersion, Name, Note, Relation, Schema, Span

TEXT = "Led by Nullus Quidam (QDi.902).\nMember of Zarqun Brigade (QDe.903)."
Lists = list[tuple[ListVersion, list[Entity]]]


def version(source: str, count: int) -> ListVersion:
    return ListVersion(source=source, published="2024-01-01", sha256="a" * 64, entries=count)


def entry(
    source: str,
    reference: str,
    name: str,
    *relations: Relation,
    text: str = "",
    schema: Schema = "Organization",
    field: str = "COMMENTS1",
) -> Entity:
    return Entity(
        id=f"{source}:{reference}", schema=schema, names=(Name(value=name),), relations=relations,
        listings=(Listing(source=source, reference=reference, listed_on="2010-02-03"),),
        notes=(Note(field=field, text=text),) if text else (),
    )  # fmt: skip


def cited(kind: str, reference: str = "", *, inverse: bool = False, name: str = "", target: str = "") -> Relation:
    start = TEXT.find(reference) if reference in TEXT else 0
    return Relation(
        kind=kind, target=target, target_reference=reference, target_name=name, inverse=inverse,
        evidence=Span(field="COMMENTS1", start=start, end=start + len(reference)),
    )  # fmt: skip


@pytest.fixture
def lists() -> Lists:
    """A group on one list with a leader, a body that it belongs to, and its twin on another list."""
    first = [
        entry(
            "un_sc", "QDe.901", "Lubarq Front",
            cited("leader", "QDi.902", inverse=True, name="Nullus Quidam"),
            cited("member", "QDe.903", name="Zarqun Brigade"),
            text=TEXT,
        ),
        entry("un_sc", "QDi.902", "Nullus Quidam", schema="Person"),
    ]  # fmt: skip
    second = [
        entry("uk_ofsi", "71", "Lubarq Front", cited("listed_as", "QDe.901"), cited("owned", name="Sidrun Trading")),
        entry("uk_ofsi", "72", "Sidrun Trading", cited("family", name="Somebody Unknown")),
        entry("uk_ofsi", "902", "Far Away"),
    ]
    return [(version("un_sc", 2), first), (version("uk_ofsi", 3), second)]


def triples(found: SupportNetwork) -> set[tuple[str, str, str]]:
    return {(edge.origin, edge.kind, edge.target) for edge in found.edges}


def test_edges_run_from_who_holds_the_role(lists: Lists) -> None:
    found = support_network(lists, "QDe.901", 1)
    assert triples(found) == {
        ("un_sc:QDi.902", "leader", "un_sc:QDe.901"),  # "Led by": said by the group, held by the man
        ("un_sc:QDe.901", "member", "un_sc:cited:QDe.903"),
        ("uk_ofsi:71", "listed_as", "un_sc:QDe.901"),
        ("uk_ofsi:72", "owner", "uk_ofsi:71"),  # "owned" by: the same, from the owner
    }
    depths = {party.id: party.depth for party in found.parties}
    assert depths["uk_ofsi:71"] == 0  # the same party on another list is no step
    assert depths["uk_ofsi:72"] == 1
    assert found.parties[0].id == found.root == "un_sc:QDe.901"


def test_every_edge_cites_the_words(lists: Lists) -> None:
    found = support_network(lists, "QDe.901", 1)
    said = {edge.kind: edge.statement for edge in found.edges}
    leader = said["leader"]
    assert (leader.entry, leader.field, leader.quote) == ("un_sc:QDe.901", "COMMENTS1", "QDi.902")
    assert TEXT[leader.start : leader.end] == leader.quote
    assert leader.context == TEXT
    assert (leader.source, leader.published, leader.sha256) == ("un_sc", "2024-01-01", "a" * 64)
    assert said["owner"].quote == ""  # this list is kept without its texts
    assert said["owner"].cited_name == "Sidrun Trading"


def test_who_is_no_entry_is_shown_as_such(lists: Lists) -> None:
    parties = {party.id: party for party in support_network(lists, "QDe.901", 2).parties}
    brigade = parties["un_sc:cited:QDe.903"]
    assert (brigade.listed, brigade.caption, brigade.reference, brigade.depth) == (
        False,
        "Zarqun Brigade",
        "QDe.903",
        1,
    )
    assert parties["uk_ofsi:cited:somebody unknown"].depth == 2
    assert parties["un_sc:QDi.902"].listed_on == "2010-02-03"
    found = {(edge.origin, edge.found) for edge in support_network(lists, "QDe.901", 2).edges}
    assert ("uk_ofsi:72", "name") in found
    assert ("un_sc:QDe.901", "none") in found


def test_a_bare_number_is_not_looked_for_on_other_lists(lists: Lists) -> None:
    lists[0][1].append(entry("un_sc", "QDe.904", "Jazrun", cited("member", "902")))
    (edge,) = support_network(lists, "QDe.904", 1).edges
    assert edge.target == "un_sc:cited:902"


def test_an_old_number_of_a_party_is_nobody(lists: Lists) -> None:
    lists[0][1].append(entry("un_sc", "QDe.904", "Jazrun", cited("formerly", "I.37.D.1")))
    assert support_network(lists, "QDe.904", 1).edges == ()


@pytest.mark.parametrize("word", ["QDe.901", "qde.901", "un_sc:QDe.901", " un_sc:QDe.901 "])
def test_a_party_is_named_by_reference_or_id(lists: Lists, word: str) -> None:
    assert support_network(lists, word).root == "un_sc:QDe.901"


def test_a_party_is_named_by_a_whole_name(lists: Lists) -> None:
    assert support_network(lists, "nullus  quidam").root == "un_sc:QDi.902"


def test_a_word_that_means_several_is_not_guessed(lists: Lists) -> None:
    with pytest.raises(
        UsageError, match=r"several entries: uk_ofsi:71 \(Lubarq Front\); un_sc:QDe.901 \(Lubarq Front\)"
    ):
        support_network(lists, "Lubarq Front")
    with pytest.raises(UsageError, match=r"un_sc@2024-01-01, uk_ofsi@2024-01-01"):
        support_network(lists, "QDe.999")


def test_words_in_both_languages_and_directions() -> None:
    assert relation_words("leader") == "leader of"
    assert relation_words("leader", backward=True) == "led by"
    assert relation_words("leader", "ar", backward=True) == "يقوده"
    assert relation_words("unheard_of") == "unheard_of"
    assert all(relation_words(kind, lang) for kind in RELATION_KINDS for lang in ("en", "ar"))


def test_the_graph_has_every_party_and_statement(lists: Lists) -> None:
    found = support_network(lists, "QDe.901", 2)
    graph = network_graph(found, [entity for _, entities in lists for entity in entities])
    assert [node.id for node in graph.nodes] == [party.id for party in found.parties]
    assert len({edge.id for edge in graph.edges}) == len(found.edges)
    led = next(edge for edge in graph.edges if edge.attributes["kind"] == "leader")
    assert (led.schema, led.label, led.attributes["quote"]) == ("Directorship", "leader of", "QDi.902")
    assert led.attributes["publisher"] == catalogue.source("un_sc").authority


@given(
    st.lists(
        st.tuples(st.integers(0, 7), st.integers(0, 9), st.booleans(), st.sampled_from(RELATION_KINDS)), max_size=25
    ),
    st.integers(1, 4),
)
@settings(max_examples=60, deadline=None)
def test_networks_grow_with_depth_and_are_whole(links: list[tuple[int, int, bool, str]], depth: int) -> None:
    """What is reached in n steps is reached in n + 1; every party but the root has an edge; the order of entries is no matter."""
    entities = [
        entry(
            "own", f"r{one}", f"name {one}",
            *(cited(kind, f"r{target}", inverse=inverse) for origin, target, inverse, kind in links if origin == one),
        )
        for one in range(8)
    ]  # fmt: skip
    lists = [(version("own", 8), entities)]
    found, more = support_network(lists, "r0", depth), support_network(lists, "r0", depth + 1)
    assert {party.id for party in found.parties} <= {party.id for party in more.parties}
    assert found == support_network([(version("own", 8), entities[::-1])], "r0", depth)
    joined = {end for edge in found.edges for end in (edge.origin, edge.target)}
    assert {party.id for party in found.parties} <= joined | {found.root}
    assert all(party.depth <= depth for party in found.parties)


@pytest.mark.shared
def test_ansar_eddine_on_the_real_list(shared: Path) -> None:
    """Read by hand in the comments of the list of 2025-04-19: its own entry, and the four entries that cite it."""
    path = shared / "lists" / "un" / "UN_consolidated_2025-04-19.xml"
    source = catalogue.source("un_sc")
    parser = catalogue.parser_of(source)
    parsed = parser.parse(parser.collect(path, source="un_sc").files, source="un_sc")
    lists = [(version("un_sc", len(parsed.entities)), list(parsed.entities))]
    found = support_network(lists, "QDe.135", 1)
    mine = {edge for edge in triples(found) if "un_sc:QDe.135" in edge}
    assert {(origin.removeprefix("un_sc:"), kind, target.removeprefix("un_sc:")) for origin, kind, target in mine} >= {
        ("QDi.316", "founder", "QDe.135"),
        ("QDe.135", "linked", "QDe.014"),
        ("QDe.135", "linked", "QDe.134"),
        ("QDi.423", "member", "QDe.135"),
        ("QDi.424", "founder", "QDe.135"),
        ("QDe.159", "associated", "QDe.135"),
    }
    assert {end.rpartition(":")[2] for edge in mine for end in (edge[0], edge[2])} == {
        "QDe.135", "QDi.316", "QDe.014", "QDe.134", "QDi.232", "QDi.423", "QDi.424", "QDe.159",
    }  # fmt: skip
    texts = {
        (each.findtext("REFERENCE_NUMBER") or "").strip(): each.findtext("COMMENTS1") or ""
        for each in etree.parse(path).iter("INDIVIDUAL", "ENTITY")
    }
    for edge in found.edges:
        said = edge.statement
        assert said.field == "COMMENTS1"
        assert texts[said.entry.removeprefix("un_sc:")][said.start : said.end] == said.quote != ""


@pytest.mark.shared
def test_linked_to_on_the_real_list(shared: Path) -> None:
    """Read by hand in the remarks of July 2021: three firms are linked to him, and he to Hizballah."""
    source = catalogue.source("us_ofac")
    parser = catalogue.parser_of(source)
    files = parser.collect(shared / "lists" / "us_ofac" / "2021-07", source="us_ofac").files
    parsed = parser.parse(files, source="us_ofac")
    found = support_network([(version("us_ofac", len(parsed.entities)), list(parsed.entities))], "16452", 1)
    assert triples(found) == {
        ("us_ofac:16452", "linked", "us_ofac:4697"),
        *((f"us_ofac:{number}", "linked", "us_ofac:16452") for number in (17768, 17769, 17770)),
    }
    assert {edge.statement.quote for edge in found.edges} == {"HIZBALLAH", "FAWAZ, Mustapha Reda Darwish"}
