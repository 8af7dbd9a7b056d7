from __future__ import annotations

from pathlib import Path

import pytest

from tajfif.errors import ListError
from tajfif.lists.durable import clear_incoming, exclusive, hash_file, replace_file, store_object


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    place = tmp_path / "deep" / "er" / "file"
    replace_file(tmp_path, place, b"old")
    replace_file(tmp_path, place, b"new", read_only=True)
    replace_file(tmp_path, place, b"newer")
    assert place.read_bytes() == b"newer"
    assert list((tmp_path / "incoming").iterdir()) == []


def test_an_object_is_written_once_and_repaired_when_damaged(tmp_path: Path) -> None:
    place = tmp_path / "object"
    digest = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"  # of b"hello"
    assert not store_object(tmp_path, place, b"hello", digest)
    written = place.stat()
    assert not store_object(tmp_path, place, b"hello", digest)
    assert (place.stat().st_ino, place.stat().st_mtime_ns) == (written.st_ino, written.st_mtime_ns)
    place.chmod(0o644)
    place.write_bytes(b"jello")
    assert store_object(tmp_path, place, b"hello", digest)
    assert hash_file(place) == digest


def test_leftovers_of_a_crash_are_swept(tmp_path: Path) -> None:
    clear_incoming(tmp_path)
    (tmp_path / "incoming").mkdir()
    (tmp_path / "incoming" / "half").write_bytes(b"ha")
    clear_incoming(tmp_path)
    assert list((tmp_path / "incoming").iterdir()) == []


def test_a_lock_keeps_a_second_writer_out_until_it_is_free(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with (
        exclusive(lock),
        pytest.raises(ListError, match="another process"),
        exclusive(lock, patience=0),
    ):
        pytest.fail("both hold the lock")
    with exclusive(lock, patience=0):
        pass
