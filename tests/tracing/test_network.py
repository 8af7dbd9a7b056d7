"""Who is close to designated parties: links in one spelling, weighed by how many share them; groups; scores that are sums."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from tajfif.errors import InputError, UsageError
from tajfif.tracing.ledger import Ledger
from tajfif.tracing.network import network
from tajfif.tracing.network_groups import communities, components
from tajfif.tracing.network_links import MOST_SHARING, normal_value, read_parties, shared_links
from tajfif.tracing.ownership import Stakes


def written(folder: Path, *rows: str, head: str = "party,country,phone,address,device,document,holders") -> Path:
    path = folder / "parties.csv"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def ledger() -> Ledger:
    return Ledger.from_arrays(
        time=[1, 2, 3, 4],
        source=[0, 1, 3, 4],
        target=[1, 2, 1, 0],
        amount=[100, 100, 100, 50],
        names=["a0", "a1", "a2", "a3", "a4"],
        ids=["t1", "t2", "t3", "t4"],
        accounts={
            "party": ["Zarqun", "Tamra", "Qalmash", "Sidr", "Jazr"],
            "country": ["SA"] * 5,
            "phone": ["+966 50 123 4567", "", "0501234567", "", ""],
        },
    )


@pytest.mark.parametrize(
    ("kind", "one", "other", "country"),
    [("phone", "+966 50-123-4567", "0501234567", "SA"), ("phone", "00966501234567", "٠٥٠١٢٣٤٥٦٧", "SA"),
     ("phone", "(+964) 770 123 4567", "0770 123 4567", "IQ"), ("address", "شارع المَلِك، بناء ٥", "شارع الملك بناء 5", ""),
     ("address", "12, Nile St.", "12 NILE ST", ""), ("document", "A-123 4576", "a1234576", ""),
     ("holder", "Murtaz  Badrouni", "murtaz badrouni", "")],
)  # fmt: skip
def test_values_have_one_spelling(kind: str, one: str, other: str, country: str) -> None:
    assert normal_value(kind, one, country) == normal_value(kind, other, country) != ""


@pytest.mark.parametrize(
    ("kind", "text"), [("phone", "123"), ("phone", "0000000"), ("document", "N/A"), ("address", "Doha")]
)
def test_values_that_say_nothing_make_no_link(kind: str, text: str) -> None:
    assert normal_value(kind, text) == ""


def test_a_value_weighs_less_the_more_share_it(tmp_path: Path) -> None:
    rows = [f"P{i},,+96650123456{i // 3},,,," for i in range(5)]
    links, _ = shared_links(read_parties(written(tmp_path, *rows)))
    assert {(link.one, link.other): link.weight for link in links} == {
        (0, 1): 0.3, (0, 2): 0.3, (1, 2): 0.3, (3, 4): 0.6,
    }  # fmt: skip


def test_a_common_value_makes_no_link_and_is_said(tmp_path: Path) -> None:
    rows = [f"P{i},,,Tower of Business 7,,," for i in range(MOST_SHARING + 1)]
    found = network(written(tmp_path, *rows), [["P0"]])
    assert found.links == 0
    assert "Tower of Business 7" in found.notices[0]


def test_score_is_the_sum_of_its_terms_and_each_cites() -> None:
    found = network(ledger(), [["Zarqun"]])
    by_name = {party.party: party for party in found.parties}
    assert all(party.score == pytest.approx(sum(term.value for term in party.terms)) for party in found.parties)
    received = by_name["Tamra"].terms[0]
    assert (received.kind, received.value, received.amount, received.transactions) == ("received", 0.5, "1.00", ("t1",))
    assert {term.kind for term in by_name["Qalmash"].terms} == {"received", "phone"}
    assert by_name["Jazr"].terms[0].kind == "paid"
    assert by_name["Jazr"].terms[0].transactions == ("t4",)
    assert "Sidr" not in by_name
    assert by_name["Zarqun"].designated
    assert by_name["Zarqun"].rank == 0


def test_designated_are_found_by_account_and_the_unknown_are_named() -> None:
    found = network(ledger(), [["a0"], ["Nobody", "nobody at all"]])
    assert found.parties[-1].party == "Zarqun"
    assert found.unknown == ("Nobody",)


def test_a_chain_of_links_is_told_with_those_between(tmp_path: Path) -> None:
    path = written(tmp_path, "A,,,,d1,,", "B,,,,d1;d2,,", "C,,,,d2,,", "D,,,,,,C")
    found = network(path, [["A"]])
    by_name = {party.party: party for party in found.parties}
    assert by_name["C"].terms[0].parties == ("A", "B", "C")
    assert by_name["C"].score == pytest.approx(0.49)
    assert "D" not in by_name


def test_ownership_is_a_link(tmp_path: Path) -> None:
    found = network(
        written(tmp_path, "A,,,,d1,,"),
        [["A"]],
        stakes=Stakes.of([("a", "Firm", "40"), ("Firm", "B", "", "", "", "control")]),
    )
    by_name = {party.party: party for party in found.parties}
    assert by_name["Firm"].terms[0].link == "a → Firm 40 %"
    assert by_name["B"].score == pytest.approx(0.32)


@pytest.mark.parametrize("seed", range(30))
def test_components_equal_a_search(seed: int) -> None:
    random_ = random.Random(seed)  # noqa: S311 - not for secrets
    count = random_.randint(1, 30)
    pairs = [(random_.randrange(count), random_.randrange(count)) for _ in range(random_.randint(0, 30))]
    found = components(
        np.array([a for a, _ in pairs], dtype=np.int64), np.array([b for _, b in pairs], dtype=np.int64), count
    )
    group = list(range(count))
    for _ in range(count):
        for a, b in pairs:
            group[a] = group[b] = min(group[a], group[b])
    assert all((found[a] == found[b]) == (group[a] == group[b]) for a in range(count) for b in range(count))


def test_communities_find_planted_cliques_again_whatever_the_seed() -> None:
    one, other = [], []
    for clique in range(6):
        members = range(8 * clique, 8 * clique + 8)
        one += [a for a in members for b in members if a < b]
        other += [b for a in members for b in members if a < b]
        one.append(8 * clique)
        other.append(8 * ((clique + 1) % 6) + 1)
    weight = np.ones(len(one))
    for seed in range(5):
        found = communities(np.array(one), np.array(other), weight, 48, seed=seed)
        assert found.tolist() == [i // 8 for i in range(48)]
        assert found.tolist() == communities(np.array(one), np.array(other), weight, 48, seed=seed).tolist()


def test_no_links_at_all() -> None:
    none = np.array([], dtype=np.int64)
    assert communities(none, none, np.array([]), 3).tolist() == [0, 1, 2]
    assert components(none, none, 0).tolist() == []


def test_arabic_terms() -> None:
    party = next(each for each in network(ledger(), [["Zarqun"]], lang="ar").parties if each.party == "Tamra")
    assert party.terms[0].text.startswith("استلم 1.00 USD")


def test_wrong_questions_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        network(ledger(), [])
    with pytest.raises(InputError, match="party"):
        network(written(tmp_path, "1", head="colour"), [["A"]])
