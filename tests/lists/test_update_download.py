"""A file fetched from a server that misbehaves: what is refused, what is tried again, and what is said."""

from __future__ import annotations

import gzip
import hashlib
import socket
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tajfif.errors import ListError
from tajfif.lists.download import Conditions, Fetched, Limits, fetch, shown_address
from tests.lists.publisher import UNSAID, Publisher, gzip_bomb, publishing, redirects, serves, status

LIMITS = Limits(connect=0.5, read=0.2, total=1.0, wire_bytes=20_000, file_bytes=30_000, tries=3, wait=0.001)
BODY = b"<list>" + bytes(range(256)) * 20 + b"</list>"


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with publishing() as server:
        yield server


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "list.part"


def refusal(address: str, target: Path, **limits: Any) -> str:
    waits: list[float] = []
    with pytest.raises(ListError) as caught:
        fetch(address, target, limits=msgspec.structs.replace(LIMITS, **limits), sleep=waits.append)
    assert not target.exists()
    assert caught.value.where
    assert caught.value.hint
    return str(caught.value)


def test_a_file_comes_whole_with_what_to_ask_next_time(publisher: Publisher, target: Path) -> None:
    address = publisher.on("/list.xml", serves(BODY, etag='"1"', modified="Sat, 19 Apr 2025 00:00:00 GMT"))
    conditions = Conditions(etag='"1"', last_modified="Sat, 19 Apr 2025 00:00:00 GMT")
    assert fetch(address, target, limits=LIMITS) == Fetched(
        changed=True, path=target, size=len(BODY), sha256=hashlib.sha256(BODY).hexdigest(), conditions=conditions
    )
    assert target.read_bytes() == BODY
    assert publisher.asked[0][1]["User-Agent"].startswith("tajfif/")
    again = fetch(address, target, limits=LIMITS, conditions=conditions)
    assert again == Fetched(changed=False, path=None, conditions=conditions)
    assert publisher.asked[1][1]["If-Modified-Since"] == "Sat, 19 Apr 2025 00:00:00 GMT"


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_packed_file_is_unpacked(publisher: Publisher, target: Path, coding: str) -> None:
    two_members = gzip.compress(BODY[:100]) + gzip.compress(BODY[100:])
    body = two_members if coding == "gzip" else zlib.compress(BODY)
    fetch(publisher.on("/list", serves(body, coding=coding)), target, limits=LIMITS)
    assert target.read_bytes() == BODY


def test_500_then_200_is_tried_again_after_waits_that_double(publisher: Publisher, target: Path) -> None:
    address = publisher.on("/list", status(500), status(503), serves(BODY))
    waits: list[float] = []
    fetched = fetch(address, target, limits=LIMITS, sleep=waits.append)
    assert fetched.tries == 3
    assert 0.0005 <= waits[0] <= 0.0015
    assert 0.001 <= waits[1] <= 0.003


def test_a_server_that_asks_for_patience_gets_it(publisher: Publisher, target: Path) -> None:
    waits: list[float] = []
    fetch(publisher.on("/a", status(429, Retry_After="7"), serves(BODY)), target, limits=LIMITS, sleep=waits.append)
    past = status(503, Retry_After="Sat, 19 Apr 2025 00:00:00 GMT")
    fetch(publisher.on("/b", past, serves(BODY)), target, limits=LIMITS, sleep=waits.append)
    assert waits == [7.0, 0.0]


def test_a_server_that_asks_for_an_hour_is_left_alone(publisher: Publisher, target: Path) -> None:
    message = refusal(publisher.on("/list", status(503, Retry_After="3600"), serves(BODY)), target)
    assert "503" in message
    assert "3600 seconds of patience; tried 1 time" in message
    assert len(publisher.asked) == 1


def test_what_fails_in_passing_is_tried_as_often_as_allowed(publisher: Publisher, target: Path) -> None:
    assert "the server answers 502 Bad Gateway; tried 3 times" in refusal(publisher.on("/list", status(502)), target)
    assert len(publisher.asked) == 3


def test_a_server_that_hangs(publisher: Publisher, target: Path) -> None:
    assert "sent nothing for 0.1 seconds" in refusal(publisher.on("/list", publisher.hangs), target, read=0.1, tries=2)


def test_a_server_that_drips_is_ended_by_the_time_for_the_whole(publisher: Publisher, target: Path) -> None:
    for drips in (publisher.drips, publisher.drips_headers):
        assert "longer than 0.3 seconds" in refusal(publisher.on("/list", drips), target, total=0.3, tries=1)


def test_nobody_there(target: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert "no connection" in refusal(f"http://127.0.0.1:{port}/list", target)


def test_a_redirect_is_followed(publisher: Publisher, target: Path) -> None:
    publisher.on("/list", serves(BODY))
    fetch(publisher.on("/old", redirects("/list")), target, limits=LIMITS)
    assert target.read_bytes() == BODY


def test_a_circle_of_redirects(publisher: Publisher, target: Path) -> None:
    publisher.on("/b", redirects("/a"))
    assert "in a circle" in refusal(publisher.on("/a", redirects("/b")), target)
    assert [path for path, _ in publisher.asked] == ["/a", "/b"]


def test_redirects_without_end(publisher: Publisher, target: Path) -> None:
    for number in range(9):
        publisher.on(f"/{number}", redirects(f"/{number + 1}"))
    assert "more than 5 redirects" in refusal(publisher.at("/0"), target)


@pytest.mark.parametrize("to", ["http://lists.example/list.xml", "ftp://127.0.0.1/list", "file:///etc/hosts"])
def test_a_redirect_to_anything_but_https_is_refused(publisher: Publisher, target: Path, to: str) -> None:
    assert "is not an https address" in refusal(publisher.on("/list", redirects(to)), target)


@pytest.mark.parametrize("address", ["http://lists.example/list.xml", "ftp://lists.example/a", "list.xml", ""])
def test_an_address_that_is_not_https_is_refused(target: Path, address: str) -> None:
    with pytest.raises(ListError, match="not an"):
        fetch(address, target, limits=LIMITS)


def test_not_found_is_not_tried_again(publisher: Publisher, target: Path) -> None:
    message = refusal(publisher.at("/gone"), target)
    assert "404 Not Found" in message
    assert "config.toml" in message
    assert len(publisher.asked) == 1


def test_half_a_file(publisher: Publisher, target: Path) -> None:
    message = refusal(publisher.on("/list", serves(BODY[:1000], length=len(BODY))), target)
    assert "cut off" in message
    assert "tried 3 times" in message


def test_half_a_file_then_the_whole(publisher: Publisher, target: Path) -> None:
    address = publisher.on("/list", serves(BODY[:1000], length=len(BODY)), serves(BODY))
    assert fetch(address, target, limits=LIMITS).tries == 2
    assert target.read_bytes() == BODY


def test_half_a_packed_file(publisher: Publisher, target: Path) -> None:
    half = gzip.compress(BODY)[:-20]
    assert "its packing does not end" in refusal(publisher.on("/list", serves(half, coding="gzip")), target)


def test_a_file_too_large_is_refused_by_what_it_says_and_by_what_comes(publisher: Publisher, target: Path) -> None:
    address = publisher.on("/said", serves(b"", length=10**9))
    assert "larger than 20,000 bytes" in refusal(address, target)

    comes = publisher.on("/comes", serves(b"x" * 100_000, length=UNSAID))
    assert "larger than 20,000 bytes" in refusal(comes, target)


def test_a_gzip_bomb_is_stopped_while_it_unpacks(publisher: Publisher, target: Path) -> None:
    bomb = gzip_bomb(5_000_000)
    assert len(bomb) < LIMITS.wire_bytes
    assert "unpacks to more than 30,000 bytes" in refusal(publisher.on("/list", serves(bomb, coding="gzip")), target)


@pytest.mark.parametrize(("coding", "words"), [("gzip", "cannot be unpacked"), ("br", "not asked for")])
def test_garbage_in_the_place_of_packing(publisher: Publisher, target: Path, coding: str, words: str) -> None:
    assert words in refusal(publisher.on("/list", serves(b"garbage" * 9, coding=coding)), target)


def test_an_empty_file(publisher: Publisher, target: Path) -> None:
    assert "empty file" in refusal(publisher.on("/list", serves(b"")), target)


def test_304_that_was_not_asked_for(publisher: Publisher, target: Path) -> None:
    assert "304" in refusal(publisher.on("/list", status(304)), target)


def test_secrets_in_an_address_are_not_shown() -> None:
    assert shown_address("https://me:secret@lists.example/a.xml?key=secret") == "https://lists.example/a.xml?…"
