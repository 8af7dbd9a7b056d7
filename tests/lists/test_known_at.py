"""What was known at a time: loaded by then, and not withdrawn at it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from tajfif.errors import UsageError
from tajfif.lists.snapshot import BUNDLED
from tajfif.lists.store import ListStore
from tajfif.lists.versions import PastWithdrawal, StoredVersion, instant, known_then
from tajfif.model import ListVersion

UnWriter = Callable[..., Path]


def version(published: str, loaded_at: str, **more: object) -> StoredVersion:
    digest = hashlib.sha256(f"{published}{loaded_at}".encode()).hexdigest()
    cited = ListVersion(source="own", published=published, sha256=digest, entries=1)
    return msgspec.structs.replace(StoredVersion(version=cited, loaded_at=loaded_at, parsed=digest), **more)


def served(versions: list[StoredVersion], at: str) -> list[str]:
    return [each.version.published for each in known_then(versions, instant(at)) if each.serving]


def test_a_date_means_the_end_of_that_day() -> None:
    assert instant("2030-01-31") == datetime(2030, 1, 31, 23, 59, 59, 999999, tzinfo=UTC)
    assert instant("2030-02").date().isoformat() == "2030-02-28"
    assert instant("2030").date().isoformat() == "2030-12-31"
    assert instant("2030-02", first=True) == datetime(2030, 2, 1, tzinfo=UTC)
    assert instant("2030-01-31T12:00:00+03:00") == datetime(2030, 1, 31, 9, tzinfo=UTC)
    assert instant("2030-01-31T12:00:00") == datetime(2030, 1, 31, 12, tzinfo=UTC)
    for wrong in ("yesterday", "2030-13-01", "2030-02-30", "", "2030-01-31T99:00:00", "2030-1-2-3"):
        with pytest.raises(UsageError, match="neither a date nor a time"):
            instant(wrong)


def test_the_newest_of_those_loaded_by_then_serves() -> None:
    versions = [
        version("2030-01-01", "2030-05-01T10:00:00+00:00"),
        version("2030-03-01", "2030-05-03T10:00:00+00:00"),
        version("2030-02-01", "2030-05-04T10:00:00+00:00"),
    ]
    assert served(versions, "2030-04-30") == []
    assert served(versions, "2030-05-01") == ["2030-01-01"]
    assert served(versions, "2030-05-03T09:59:59") == ["2030-01-01"]
    assert served(versions, "2030-05-03T10:00:00") == ["2030-03-01"]
    assert served(versions, "2030-06-01") == ["2030-03-01"]


def test_withdrawals_of_now_and_of_then() -> None:
    versions = [
        version("2030-01-01", "2030-05-01T10:00:00+00:00"),
        version(
            "2030-02-01",
            "2030-05-02T10:00:00+00:00",
            past_withdrawals=(PastWithdrawal(at="2030-05-04T00:00:00+00:00", until="2030-05-06T00:00:00+00:00"),),
        ),
        version("2030-03-01", "2030-05-03T10:00:00+00:00", withdrawn_at="2030-05-05T00:00:00+00:00"),
    ]
    assert served(versions, "2030-05-03") == ["2030-03-01"]
    assert served(versions, "2030-05-05") == ["2030-01-01"]
    assert served(versions, "2030-05-06") == ["2030-02-01"]


def test_the_store_before_during_and_after_a_withdrawal(tmp_path: Path, un_file: UnWriter) -> None:
    store = ListStore(tmp_path / "home")
    now = datetime.now(UTC)
    first = store.load("un_sc", un_file("2030-01-01", {"QDi.001": "Inventus Nemo"})).version
    second = store.load("un_sc", un_file("2030-02-01", {"QDi.001": "Inventus Nemo"})).version
    assert store.serving() == store.serving(known_at=now + timedelta(days=1)) == (second,)
    store.rollback("un_sc")
    assert store.serving() == store.serving(known_at=now + timedelta(days=1)) == (first,)
    assert [each.version for each in store.known()] == [first]


def test_before_anything_was_loaded_the_snapshot_is_known_from_its_date(tmp_path: Path, un_file: UnWriter) -> None:
    store = ListStore(tmp_path / "home")
    store.load("un_sc", un_file("2030-01-01", {"QDi.001": "Inventus Nemo"}))
    assert store.serving(known_at=instant("2025-05-01")) == (BUNDLED,)
    assert store.serving(known_at=instant(BUNDLED.published)) == (BUNDLED,)
    assert store.serving(known_at=instant("2025-04-18")) == ()
