"""A version that serves can be withdrawn, and restored, and nothing is lost by it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tajfif.errors import ListMissingError, UsageError
from tajfif.lists.store import ListStore
from tajfif.lists.versions import StoredVersion, read_manifest

UnWriter = Callable[..., Path]


def people(count: int) -> dict[str, str]:
    return {f"QDi.{number:03}": f"Inventus{number} Nemo{number}" for number in range(1, count + 1)}


@pytest.fixture
def store(tmp_path: Path, un_file: UnWriter) -> ListStore:
    store = ListStore(tmp_path / "home")
    for day, count in (("2030-01-02", 5), ("2030-03-02", 7), ("2030-02-02", 6)):
        store.load("un_sc", un_file(day, people(count)))
    return store


def test_the_newest_of_the_others_serves_after_a_rollback(store: ListStore) -> None:
    withdrawn, serves = store.rollback("un_sc", reason="names lost their script")
    assert (withdrawn.name, serves.name) == ("un_sc@2030-03-02", "un_sc@2030-02-02")
    assert (withdrawn.serving, serves.serving) == (False, True)
    assert store.serving() == (serves.version,)
    kept = store.resolve("un_sc@2030-03-02")
    assert kept == withdrawn
    assert kept.withdrawn_at
    assert kept.withdrawn_because == "names lost their script"
    assert len(store.entities(kept.version)) == 7
    assert store.rollback("un_sc")[1].name == "un_sc@2030-01-02"


def test_the_last_version_is_not_withdrawn(store: ListStore) -> None:
    store.rollback("un_sc")
    store.rollback("un_sc")
    before = store.versions()
    with pytest.raises(ListMissingError, match="only version"):
        store.rollback("un_sc")
    assert store.versions() == before


def test_what_is_not_loaded_cannot_be_rolled_back(tmp_path: Path) -> None:
    empty = ListStore(tmp_path / "empty")
    with pytest.raises(ListMissingError, match="nothing to roll back"):
        empty.rollback("un_sc")
    with pytest.raises(UsageError):
        empty.rollback("nobody")


def test_restoring_undoes_it_and_keeps_when_it_was(store: ListStore) -> None:
    store.rollback("un_sc", reason="doubt")
    restored = store.restore("un_sc@2030-03-02")
    assert restored.serving
    assert restored.withdrawn_at == restored.withdrawn_because == ""
    assert [past.because for past in restored.past_withdrawals] == ["doubt"]
    assert store.serving() == (restored.version,)
    assert store.restore("un_sc@2030-03-02") == restored
    with pytest.raises(ListMissingError):
        store.restore("un_sc@2031-01-01")


def test_loading_a_withdrawn_file_again_restores_it_and_says_so(store: ListStore, un_file: UnWriter) -> None:
    store.rollback("un_sc", reason="doubt")
    report = store.load("un_sc", un_file("2030-03-02", people(7)))
    assert report.changed
    assert report.serving
    assert any("was withdrawn" in notice and "doubt" in notice for notice in report.notices)
    assert store.resolve("un_sc@2030-03-02").past_withdrawals
    assert not store.load("un_sc", un_file("2030-03-02", people(7))).changed


def test_an_old_manifest_is_read(store: ListStore) -> None:
    manifest = store.home / "lists" / "manifest.jsonl"
    lines = []
    for line in manifest.read_bytes().splitlines()[1:]:
        record = msgspec.json.decode(line)
        for field in ("withdrawn_at", "withdrawn_because", "past_withdrawals"):
            del record[field]
        lines.append(msgspec.json.encode(record) + b"\n")
    body = b"".join(lines)
    head = msgspec.json.encode({"format": "tajfif-lists-1", "sha256": hashlib.sha256(body).hexdigest()})
    before = store.versions()
    manifest.write_bytes(head + b"\n" + body)
    assert store.versions() == before
    assert all(isinstance(each, StoredVersion) for each in read_manifest(head + b"\n" + body, where="here"))
