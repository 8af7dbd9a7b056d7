"""A trace as a graph: what its edges carry is what its accounts received."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

import pytest

from tajfif.tracing.exports import findings_graph, trace_graph
from tajfif.tracing.findings import Finding
from tests.tracing.flow_cases import question


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("model", ["fifo", "lifo", "tiho"])
def test_edges_add_up_to_what_was_received(model: str, backward: bool) -> None:
    reached = 0
    for number in range(25):
        result = question(number, backward=backward).answer(model)
        accounts = list(result.accounts())
        graph = trace_graph(result, accounts)
        sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for edge in graph.edges:
            tainted = edge.attributes["tainted"]
            assert isinstance(tainted, Decimal)
            assert edge.amount is not None
            end = edge.source if backward else edge.target
            sums[end, str(edge.attributes.get("seed", "")) + str(edge.attributes["tainted_currency"])] += tainted
        for account in accounts:
            currency = result.ledger.currencies.index(account.currency)
            expected = Decimal(result.ledger.money(round(account.amount), currency))
            assert sums[account.account, account.seed + account.currency] == expected
            reached += 1
        assert len({edge.id for edge in graph.edges}) == len(graph.edges)
        assert {end for edge in graph.edges for end in (edge.source, edge.target)} <= {node.id for node in graph.nodes}
    assert reached > 20


def test_a_transaction_of_several_findings_is_there_once() -> None:
    ledger = question(3, backward=False).answer("fifo").ledger
    name = ledger.transaction_id(0)
    account = ledger.account_name(int(ledger.source[0]))
    findings = [
        Finding(typology="cycle", accounts=(account,), transactions=(name,), score=0.5),
        Finding(typology="fan_out", accounts=(account,), transactions=(name,), score=0.75),
    ]
    graph = findings_graph(ledger, findings)
    (edge,) = graph.edges
    assert edge.attributes["typologies"] == "cycle; fan_out"
    assert edge.attributes["score"] == 0.75
    assert edge.transactions == (name,)
