"""Who was listed on a day: small histories by hand, and random ones against a slow reference that is plain to read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tajfif.lists.history import combined
from tajfif.model import Entity, Listing, Name

Version = tuple[str, tuple[Entity, ...]]


def listing(
    listed_on: str = "", delisted_on: str = "", *, decision: str = "", expires_on: str = "", delisted: bool = False
) -> Listing:
    return Listing(
        source="own", reference="a", decision=decision, listed_on=listed_on, delisted_on=delisted_on,
        expires_on=expires_on, delisted=delisted or bool(delisted_on),
    )  # fmt: skip


def entity(*listings: Listing, key: str = "a", name: str = "Inventus Nemo") -> Entity:
    return Entity(id=f"own:{key}", names=(Name(value=name),), listings=listings)


def decisions(versions: Sequence[Version], as_of: str) -> dict[str, list[str]]:
    """By id, the decisions that held."""
    return {one.id: [each.decision for each in one.listings] for _, one in combined(versions, as_of)}


def test_the_evidence_is_believed_and_the_day_counts() -> None:
    versions = [("2020-01-01", (entity(listing("2019-01-01")), entity(listing("2020-02-01"), key="b")))]
    assert set(decisions(versions, "2020-01-15")) == {"own:a"}
    assert set(decisions(versions, "2020-02-01")) == {"own:a", "own:b"}


def test_who_was_delisted_in_between() -> None:
    versions = [
        ("2020-01-01", (entity(listing("2019-01-01")),)),
        ("2021-01-01", (entity(listing("2019-01-01", "2020-06-01")),)),
    ]
    assert set(decisions(versions, "2020-05-31")) == {"own:a"}
    assert decisions(versions, "2020-06-01") == {}


def test_who_merely_vanished_counts_until_the_next_version() -> None:
    versions: list[Version] = [("2020-01-01", (entity(listing("2019-01-01")),)), ("2021-01-01", ())]
    assert set(decisions(versions, "2020-12-31")) == {"own:a"}
    assert decisions(versions[1:], "2021-01-01") == {}


def test_who_was_listed_in_between() -> None:
    versions: list[Version] = [("2020-01-01", ()), ("2021-01-01", (entity(listing("2020-06-01")),))]
    assert decisions(versions, "2020-05-31") == {}
    assert set(decisions(versions, "2020-06-01")) == {"own:a"}


def test_listed_and_delisted_between_two_versions() -> None:
    versions: list[Version] = [
        ("2020-01-01", ()),
        ("2021-01-01", (entity(listing("2020-03-01", "2020-06-01")),)),
    ]
    assert [bool(decisions(versions, f"2020-{month:02}-15")) for month in (2, 4, 7)] == [False, True, False]


def test_of_two_listings_one_ends_and_the_party_is_still_listed() -> None:
    before = entity(listing("2018-01-01", decision="first"), listing("2019-01-01", decision="second"))
    after = entity(listing("2018-01-01", "2020-06-01", decision="first"), listing("2019-01-01", decision="second"))
    versions = [("2020-01-01", (before,)), ("2021-01-01", (after,))]
    assert decisions(versions, "2020-02-01") == {"own:a": ["first", "second"]}
    assert decisions(versions, "2020-07-01") == {"own:a": ["second"]}
    assert decisions(versions[1:], "2021-01-01") == {"own:a": ["second"]}


def test_listed_again_by_the_same_decision_is_another_listing() -> None:
    versions = [
        ("2020-01-01", (entity(listing("2018-01-01", "2019-01-01")),)),
        ("2021-01-01", (entity(listing("2020-06-01")),)),
        ("2022-01-01", (entity(listing("2020-06-01", "2021-06-01")),)),
    ]
    assert decisions(versions, "2020-03-01") == {}
    assert decisions(versions, "2020-12-01") == {"own:a": [""]}
    assert decisions(versions[1:], "2021-07-01") == {}


def test_the_newest_expiry_that_is_stated_counts() -> None:
    versions = [
        ("2020-01-01", (entity(listing("2019-01-01", expires_on="2020-06-30")),)),
        ("2021-01-01", (entity(listing("2019-01-01", expires_on="2025-06-30")),)),
    ]
    assert decisions(versions[:1], "2020-06-30")
    assert not decisions(versions[:1], "2020-07-01")
    assert decisions(versions, "2020-07-01")


def test_a_delisting_without_a_date_counts_from_the_version_that_says_it() -> None:
    versions = [
        ("2020-01-01", (entity(listing("2019-01-01")),)),
        ("2021-01-01", (entity(listing("2019-01-01", delisted=True)),)),
    ]
    assert decisions(versions, "2020-12-31")
    assert not decisions(versions[1:], "2021-01-01")


def test_before_the_oldest_version_its_entries_count_from_their_dates() -> None:
    versions = [("2020-01-01", (entity(listing("2019-05-01")), entity(listing(), key="undated")))]
    assert set(decisions(versions, "2019-04-30")) == {"own:undated"}
    assert set(decisions(versions, "2019-05-01")) == {"own:a", "own:undated"}


def test_a_date_without_a_day_is_taken_so_that_nobody_is_missed() -> None:
    versions = [("2020-12-31", (entity(listing("2019-05", "2020-03")),))]
    assert decisions(versions, "2019-05-01")
    assert decisions(versions, "2020-03-30")
    assert not decisions(versions, "2020-03-31")


# ---- random histories. The truth is one span of days for each (party, decision); every version is drawn from it, and says
# nothing of what happens after it. Publishers of one kind keep who was delisted, with the day; others drop the entry.

_START = date(2020, 1, 1)
_DAYS = 60
spans = st.tuples(
    st.sampled_from("abcd"), st.sampled_from(["x", "y"]), st.integers(0, _DAYS), st.integers(1, _DAYS) | st.none()
)


def day(number: int) -> str:
    return (_START + timedelta(days=number)).isoformat()


def published(truth: Sequence[tuple[str, str, int, int | None]], number: int, *, keeps: bool) -> Version:
    """The version that a publisher writes on a day."""
    by_party: dict[str, list[Listing]] = {}
    for party, decision, begin, length in truth:
        end = None if length is None else begin + length
        if begin > number or (end is not None and end <= number and not keeps):
            continue
        ended = day(end) if end is not None and end <= number else ""
        by_party.setdefault(party, []).append(listing(day(begin), ended, decision=decision))
    return day(number), tuple(entity(*each, key=key) for key, each in sorted(by_party.items()))


def reference(
    truth: Sequence[tuple[str, str, int, int | None]], numbers: Sequence[int], when: int, *, keeps: bool
) -> set[tuple[str, str]]:
    """Who was listed on a day, found day by day from what versions of those days may say."""
    evidence = max((number for number in numbers if number <= when), default=numbers[0])
    found = set()
    for party, decision, begin, length in truth:
        end = None if length is None else begin + length
        told = [number for number in numbers if number >= evidence and begin <= number]
        told = [number for number in told if keeps or end is None or number < end]  # versions that name the listing
        first = begin <= evidence and evidence in told  # it stands in the evidence itself
        later = begin > evidence and bool(told)
        over = keeps and end is not None and end <= when and any(number >= end for number in told)
        if begin <= when and (first or later) and not over:
            found.add((f"own:{party}", decision))
    return found


@given(
    st.lists(spans, max_size=8, unique_by=lambda span: span[:2]),
    st.lists(st.integers(0, _DAYS), min_size=1, max_size=4, unique=True).map(sorted),
    st.integers(-5, _DAYS + 5),
    st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_random_histories_agree_with_the_reference(
    truth: list[tuple[str, str, int, int | None]], numbers: list[int], when: int, keeps: bool
) -> None:
    first = max((number for number in numbers if number <= when), default=numbers[0])
    versions = [published(truth, number, keeps=keeps) for number in numbers if number >= first]
    found = {(one.id, each.decision) for _, one in combined(versions, day(when)) for each in one.listings}
    assert found == reference(truth, numbers, when, keeps=keeps)


@given(st.lists(spans, max_size=8, unique_by=lambda span: span[:2]), st.integers(0, _DAYS))
@settings(max_examples=100, deadline=None)
def test_a_version_of_the_very_day_is_the_truth(truth: list[tuple[str, str, int, int | None]], when: int) -> None:
    versions = [published(truth, number, keeps=False) for number in range(when, _DAYS, 7)] or [
        published(truth, when, keeps=False)
    ]
    found = {(one.id, each.decision) for _, one in combined(versions, day(when)) for each in one.listings}
    holding = {
        (f"own:{party}", decision)
        for party, decision, begin, length in truth
        if begin <= when and (length is None or when < begin + length)
    }
    assert found == holding
