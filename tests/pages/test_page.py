"""Pages to look at: whole without a network, harmless whatever a label says, in both languages."""

from __future__ import annotations

import base64
import hashlib
import html.parser
import json
import re
from decimal import Decimal
from importlib import resources
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tajfif.graphs import Edge, Graph, Node
from tajfif.pages import MOST_EDGES, PageFinding, render_page
from tajfif.pages.words import PAGE_WORDS

FOLDER = resources.files("tajfif.pages")


class Scripts(html.parser.HTMLParser):
    """Collects what stands in scripts, and every attribute."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.attributes: dict[str, list[str]] = {}
        self._inside = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "script"
        if self._inside:
            self.scripts.append("")
        for name, value in attrs:
            self.attributes.setdefault(name, []).append(value or "")

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.scripts[-1] += data


def payment(number: int, amount: str = "10.50", source: str = "A", target: str = "B") -> Edge:
    return Edge(
        id=f"t{number}", source=source, target=target, amount=Decimal(amount), currency="USD", start="2025-01-02T03:04:05Z",
        transactions=(f"t{number}",), attributes={"hop": 1},
    )  # fmt: skip


def graph(*edges: Edge, label: str = "Invented One") -> Graph:
    nodes = (Node(id="A", label=label), Node(id="B", label="مختلق اثنان", holder="Invented Two"))
    return Graph(title="", nodes=nodes, edges=edges)


def data_of(page: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Scripts(page).scripts[0])
    return found


def test_the_page_holds_everything_and_fetches_nothing() -> None:
    page = render_page(graph(payment(1)), title=("Title", "عنوان"))
    parsed = Scripts(page)
    assert "src" not in parsed.attributes
    assert "href" not in parsed.attributes
    assert len(parsed.scripts) == 3
    own = (FOLDER / "page.js").read_text(encoding="utf-8") + (FOLDER / "page.css").read_text(encoding="utf-8")
    assert not re.search(r"https?:(?!//www\.w3\.org/2000/svg)|fetch\(|XMLHttpRequest|import\(|@import|url\(", own)


def test_the_policy_allows_these_scripts_and_nothing_else() -> None:
    parsed = Scripts(render_page(graph(payment(1)), title=("Title", "عنوان")))
    policy = next(value for value in parsed.attributes["content"] if "default-src" in value)
    assert "default-src 'none'" in policy
    for script in parsed.scripts[1:]:
        assert base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() in policy


@settings(max_examples=60, deadline=None)
@given(label=st.text(max_size=30) | st.sampled_from(["</script><script>alert(1)</script>", "<!--", "\u202eabc", "]]>"]))
def test_no_label_can_become_markup(label: str) -> None:
    page = render_page(
        graph(payment(1), label=label), title=(label, label), facts=[(label, label, label)], notices=[(label, label)]
    )
    assert len(Scripts(page).scripts) == 3
    data = data_of(page)
    assert data["title"] == {"en": label, "ar": label}
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", data["nodes"][0]["label"])


def test_what_is_drawn_is_what_was_given() -> None:
    tainted = Edge(
        id="t2", source="B", target="A", amount=Decimal("5000.00"), currency="USD", start="", transactions=("t2",),
        attributes={"hop": 2, "tainted": Decimal("1234.50"), "tainted_currency": "USD"},
    )  # fmt: skip
    finding = PageFinding(
        id="0", typology="cycle", title_en="Cycle", title_ar="دورة", score=0.5, edges=("t1", "t2"), explanation="Why."
    )
    page = render_page(
        graph(payment(1), tainted),
        title=("T", "ع"),
        lang="ar",
        direction="backward",
        designated=["A"],
        findings=[finding],
    )
    data = data_of(page)
    assert (data["lang"], data["direction"]) == ("ar", "backward")
    assert [(edge["id"], edge["amount"], edge["text"], edge["hop"]) for edge in data["edges"]] == [
        ("t1", 10.5, "10.50", 1),
        ("t2", 1234.5, "1,234.50", 2),
    ]
    assert [(node["label"], node["designated"]) for node in data["nodes"]] == [
        ("Invented One", True),
        ("مختلق اثنان · Invented Two", False),
    ]
    assert data["findings"][0]["edges"] == ["t1", "t2"]
    assert '<html lang="ar">' in page


def test_what_has_no_room_is_said() -> None:
    many = [payment(number, amount=f"{number}.00") for number in range(1, MOST_EDGES + 11)]
    data = data_of(render_page(graph(*many), title=("T", "ع")))
    assert len(data["edges"]) == MOST_EDGES
    assert min(edge["amount"] for edge in data["edges"]) == 11
    (notice,) = data["notices"]
    assert "600 of 610" in notice["en"]
    assert "600" in notice["ar"]


def test_an_empty_graph_is_a_page_too() -> None:
    data = data_of(render_page(Graph(title="", nodes=(), edges=()), title=("T", "ع")))
    assert data["edges"] == []


def test_relations_have_no_amount() -> None:
    stated = Edge(id="r", source="A", target="B", schema="Membership", label="member of")
    (edge,) = data_of(render_page(graph(stated), title=("T", "ع")))["edges"]
    assert (edge["amount"], edge["time"], edge["hop"], edge["label"]) == (None, "", None, "member of")


def test_every_text_of_the_script_is_there_in_both_languages() -> None:
    script = (FOLDER / "page.js").read_text(encoding="utf-8")
    wanted = set(re.findall(r'word\("(\w+)"\)', script)) | {
        "previous",
        "next",
        "flow_help",
        "graph_help",
        "timeline_help",
    }
    wanted |= {"table_help", "findings_help", "cose", "breadthfirst", "concentric"}
    wanted |= set(re.findall(r'^    \["(\w+)", \(edge\)', script, re.MULTILINE))
    assert set(PAGE_WORDS["en"]) == set(PAGE_WORDS["ar"])
    assert wanted <= set(PAGE_WORDS["en"])
    assert all(PAGE_WORDS["en"].values())
    assert all(PAGE_WORDS["ar"].values())


def test_the_library_is_the_one_that_was_checked() -> None:
    folder = FOLDER / "vendor"
    for line in (folder / "CHECKSUMS").read_text(encoding="utf-8").splitlines():
        digest, name = line.split()
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name
    assert "</script" not in (folder / "cytoscape.min.js").read_text(encoding="utf-8")
