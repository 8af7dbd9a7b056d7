"""``--html FILE``: a result as a page to look at. Reach for it in a command that has one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tajfif.graphs import Graph
    from tajfif.lists.relations import SupportNetwork
    from tajfif.model import Entity
    from tajfif.tracing.findings import Finding
    from tajfif.tracing.flow import ReachedAccount, Trace
    from tajfif.tracing.flow_around import Neighbourhood
    from tajfif.tracing.ledger import Ledger
    from tajfif.tracing.network import RankedParty
    from tajfif.tracing.typologies import Typology

__all__ = [
    "HtmlOption",
    "draw_findings",
    "draw_neighbourhood",
    "draw_ranking",
    "draw_support_network",
    "draw_trace",
]

HtmlOption = Annotated[
    Path | None,
    typer.Option("--html", metavar="FILE", help="Write one page to look at in a browser, which needs no network."),
]

_DIRECTIONS = {"forward": ("where it went", "إلى أين ذهب"), "backward": ("where it came from", "من أين جاء")}


def draw_trace(trace: Trace, accounts: Sequence[ReachedAccount], lang: str, path: Path) -> None:
    """Write the page of a trace."""
    from tajfif.pages import render_page
    from tajfif.tracing.exports import trace_graph

    summary = trace.summary
    english, arabic = _DIRECTIONS[summary.direction]
    seeds = ", ".join(summary.seeds[:3]) + (" …" if len(summary.seeds) > 3 else "")
    facts = [
        ("Model", "النموذج", summary.model),
        ("Seeds", "المبدأ", f"{len(summary.seeds):,}"),
        ("Accounts reached", "الحسابات التي بُلغت", f"{summary.accounts:,}"),
        ("Transactions that carry it", "المعاملات التي تحمله", f"{summary.tainted:,}"),
    ]
    page = render_page(
        trace_graph(trace, accounts),
        title=(f"Money of {seeds}: {english}", f"مال {seeds}: {arabic}"),
        lang=lang,
        direction="backward" if summary.direction == "backward" else "forward",
        designated=summary.seeds,
        facts=facts,
        notices=[(text, text) for text in summary.assumptions],
    )
    _write(page, path)


def draw_neighbourhood(ledger: Ledger, around: Neighbourhood, lang: str, path: Path) -> None:
    """Write the page of the payments around an account."""
    from tajfif.pages import render_page
    from tajfif.tracing.exports import neighbourhood_graph

    facts = [
        ("Most payments away", "أبعد ما بينهما من مدفوعات", str(around.hops)),
        ("Accounts left out", "حسابات لم تُعرض", f"{around.accounts_left_out:,}"),
        ("Payments left out", "مدفوعات لم تُعرض", f"{around.transactions_left_out:,}"),
    ]
    title = (f"Payments around {around.account}", f"المدفوعات حول {around.account}")
    page = render_page(
        neighbourhood_graph(ledger, around), title=title, lang=lang, designated=[around.account], facts=facts
    )
    _write(page, path)


def draw_findings(
    ledger: Ledger, findings: Sequence[Finding], known: Mapping[str, Typology], lang: str, path: Path
) -> None:
    """Write the page of findings: of the first ones, as many as have room."""
    from tajfif.pages import MOST_EDGES, PageFinding, render_page
    from tajfif.tracing.exports import findings_graph

    shown: list[Finding] = []
    transactions: set[str] = set()
    for finding in findings:
        more = transactions.union(finding.transactions)
        if shown and len(more) > MOST_EDGES:
            break
        shown.append(finding)
        transactions = more
    listed = [
        PageFinding(
            id=str(number),
            typology=finding.typology,
            title_en=known[finding.typology].title if finding.typology in known else finding.typology,
            title_ar=known[finding.typology].title_ar if finding.typology in known else finding.typology,
            score=finding.score,
            edges=finding.transactions,
            explanation=finding.explanation,
        )
        for number, finding in enumerate(shown)
    ]
    notices = []
    if len(shown) < len(findings):
        count = f"{len(shown):,}", f"{len(findings):,}"
        notices.append(
            (
                "The first {} of {} findings are on this page.".format(*count),
                "في هذه الصفحة أولى {} من {} من النتائج.".format(*count),
            )
        )
    page = render_page(
        findings_graph(ledger, shown),
        title=("Findings in a ledger", "نتائج في سجل المعاملات"),
        lang=lang,
        facts=[("Findings", "النتائج", f"{len(findings):,}")],
        notices=notices,
        findings=listed,
    )
    _write(page, path)


def draw_ranking(parties: Sequence[RankedParty], lang: str, path: Path) -> None:
    """Write the page of parties near designated ones."""
    from tajfif.pages import render_page
    from tajfif.tracing.exports import ranking_graph

    near = sum(not party.designated for party in parties)
    page = render_page(
        ranking_graph(parties),
        title=("Parties near designated ones", "أطراف قريبة من أطراف مدرجة"),
        lang=lang,
        facts=[("Parties", "الأطراف", f"{near:,}")],
    )
    _write(page, path)


def draw_support_network(network: SupportNetwork, entities: Sequence[Entity], lang: str, path: Path) -> None:
    """Write the page of the network that lists state around a party."""
    from tajfif.lists.relation_graph import network_graph
    from tajfif.pages import render_page

    graph: Graph = network_graph(network, entities, lang)
    name = network.parties[0].caption
    page = render_page(
        graph,
        title=(f"Support network of {name}", f"شبكة دعم {name}"),
        lang=lang,
        designated=[network.root],
        facts=[
            ("Reference", "المرجع", network.root),
            ("Parties", "الأطراف", f"{len(network.parties):,}"),
            ("Statements", "ما نُص عليه", f"{len(network.edges):,}"),
        ],
    )
    _write(page, path)


def _write(page: str, path: Path) -> None:
    from tajfif.cli.output import say
    from tajfif.cli.results import output_file

    with output_file(path) as file:
        file.write(page.encode())
    say(f"page written to {path}")
