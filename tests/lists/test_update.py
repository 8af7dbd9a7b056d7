"""Updates from a publisher whose server misbehaves: each fault with its message, and the old version serving throughout."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tajfif.errors import ListError, UsageError
from tajfif.lists.download import Limits
from tajfif.lists.store import ListStore
from tajfif.lists.update import Outcome, read_log, read_states, to_update, update
from tests.lists.publisher import Answer, Publisher, gzip_bomb, publishing, redirects, serves, status

LIMITS = Limits(connect=0.5, read=0.15, total=1.0, wire_bytes=300_000, file_bytes=300_000, tries=2, wait=0.001)
TODAY = datetime.now(UTC).date()
ARABIC = {f"ZZi.{number:03}": f"زيد مخترع{'ابتثجحخدذرزسشصضطظعغفقكل'[number]}" for number in range(20)}
ENTRIES = {**ARABIC, "ZZi.900": "Invented Person", "ZZi.901": "Another Invented"}


def day(back: int) -> str:
    return (TODAY - timedelta(days=back)).isoformat()


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with publishing() as server:
        yield server


@pytest.fixture
def body(un_file: Callable[..., Path]) -> Callable[..., bytes]:
    """The bytes of a list in the UN's layout."""
    return lambda published, entries: un_file(published, entries).read_bytes()


@pytest.fixture
def home(tmp_path: Path, publisher: Publisher, un_file: Callable[..., Path]) -> Path:
    """A workspace with a list of yesterday, which fetches from the publisher on this machine."""
    home = tmp_path / "home"
    ListStore(home).load("un_sc", un_file(day(1), ENTRIES, name="consolidated.xml"))
    configure(home, un_sc=[publisher.at("/consolidated.xml")])
    return home


def configure(home: Path, **addresses: list[str]) -> None:
    tables = (f"[sources.{key}]\naddresses = {json.dumps(each)}\n" for key, each in addresses.items())
    home.mkdir(exist_ok=True)
    (home / "config.toml").write_text("".join(tables), encoding="utf-8")


def once(home: Path, source: str = "un_sc", **settings: object) -> Outcome:
    [outcome] = update(home, [source], limits=LIMITS, **settings)  # type: ignore[arg-type]
    assert not (home / "lists" / "downloads").exists()
    return outcome


def served(home: Path) -> str:
    [version] = ListStore(home).serving()
    return version.published


def test_a_newer_list_is_loaded_and_serves(home: Path, publisher: Publisher, body: Callable[..., bytes]) -> None:
    publisher.on("/consolidated.xml", serves(body(day(0), {**ENTRIES, "ZZi.902": "Newly Invented"}), etag='"2"'))
    outcome = once(home)
    assert (outcome.outcome, outcome.serves, outcome.added, outcome.removed) == ("updated", f"un_sc@{day(0)}", 1, 0)
    assert (outcome.stale, outcome.needs_attention, outcome.reason) == (False, False, "")
    assert served(home) == day(0)
    assert once(home).outcome == "unchanged"
    assert publisher.asked[-1][1]["If-None-Match"] == '"2"'
    assert [each.outcome for each in read_log(home)] == ["updated", "unchanged"]


def test_a_server_that_forgets_conditions_costs_a_download_and_no_more(
    home: Path, publisher: Publisher, body: Callable[..., bytes]
) -> None:
    publisher.on("/consolidated.xml", serves(body(day(1), ENTRIES)))
    assert once(home).outcome == "unchanged"
    assert len(ListStore(home).versions()) == 1


MOJIBAKE = {key: name.encode().decode("latin-1") if key in ARABIC else name for key, name in ENTRIES.items()}
QUESTIONED = {key: re.sub(r"[^\x00-\x7f]", "?", name) for key, name in ENTRIES.items()}
LATINISED = {key: f"Zayd Mukhtara {key}" if key in ARABIC else name for key, name in ENTRIES.items()}
FEW = dict(list(ENTRIES.items())[:5])


def spoilt(published: str, entries: dict[str, str]) -> Callable[[Callable[..., bytes]], bytes]:
    return lambda body: body(published, entries)


CONTENT: dict[str, tuple[Callable[[Callable[..., bytes]], bytes], str]] = {
    "HTML for XML": (lambda body: b"<!DOCTYPE html><html><body>Maintenance</body></html>", "[kind] the server sent a web"),
    "XHTML for XML": (lambda body: b"<?xml version='1.0'?>\n<!DOCTYPE html>\n<html/>", "[kind] the server sent a web page"),
    "JSON for XML": (lambda body: b'{"error": "try later"}', "[kind] the server sent JSON in the place of XML"),
    "garbage": (lambda body: bytes(range(256)) * 9, "[kind] the server sent no text at all"),
    "another XML": (lambda body: b"<feed><entry/></feed>", "[format]"),
    "half a file": (lambda body: body(day(0), ENTRIES)[:2000], "[format]"),
    "an empty list": (lambda body: body(day(0), {}), "[format]"),
    "an old file": (spoilt(day(9), ENTRIES), "[older] published " + day(9)),
    "a file of the future": (spoilt(day(-9), ENTRIES), "[future] published " + day(-9)),
    "mojibake": (spoilt(day(0), MOJIBAKE), "[encoding] 20 of 22 names"),
    "question marks": (spoilt(day(0), QUESTIONED), "[format]"),
    "Arabic gone": (spoilt(day(0), LATINISED), "[script-lost] entries with a name in Arabic letters fell from 20 to 0"),
    "most entries gone": (spoilt(day(0), FEW), "[loss] 17 of the 22 entries"),
}  # fmt: skip


@pytest.mark.parametrize("fault", CONTENT)
def test_a_list_unfit_to_serve_is_refused(
    home: Path, publisher: Publisher, body: Callable[..., bytes], fault: str
) -> None:
    made, words = CONTENT[fault]
    publisher.on("/consolidated.xml", serves(made(body), etag='"bad"'))
    before = (home / "lists" / "manifest.jsonl").read_bytes()
    outcome = once(home)
    assert words in outcome.reason
    assert (outcome.outcome, outcome.serves, outcome.age_days) == ("failed", f"un_sc@{day(1)}", 1)
    assert outcome.needs_attention
    assert (home / "lists" / "manifest.jsonl").read_bytes() == before
    assert len(ListStore(home).entities(ListStore(home).serving()[0])) == len(ENTRIES)
    state = read_states(home)["un_sc"]
    assert (state.last_outcome, state.last_success, state.files) == ("failed", "", {})


def transport(publisher: Publisher, whole: bytes) -> dict[str, tuple[Answer, str]]:
    path = "/consolidated.xml"
    return {
        "time-out": (publisher.hangs, "sent nothing for 0.15 seconds"),
        "drips": (publisher.drips, "longer than 1 seconds"),
        "cut off": (serves(whole[:999], length=len(whole)), "cut off"),
        "wrong length": (serves(whole, length=len(whole) - 40), "[format]"),
        "circle": (redirects(path), "in a circle"),
        "bomb": (serves(gzip_bomb(3_000_000), coding="gzip"), "unpacks to more than"),
        "too large": (serves(b"<x/>" * 100_000), "larger than 300,000 bytes"),
        "500": (status(500), "the server answers 500"),
        "404": (status(404), "the server answers 404"),
    }


@pytest.mark.parametrize(
    "fault", ["time-out", "drips", "cut off", "wrong length", "circle", "bomb", "too large", "500", "404"]
)
def test_a_fetch_that_fails_leaves_what_serves(
    home: Path, publisher: Publisher, body: Callable[..., bytes], fault: str
) -> None:
    answer, words = transport(publisher, body(day(0), ENTRIES))[fault]
    publisher.on("/consolidated.xml", answer)
    outcome = once(home)
    assert words in outcome.reason
    assert (outcome.outcome, outcome.serves) == ("failed", f"un_sc@{day(1)}")
    assert served(home) == day(1)


def test_500_then_200(home: Path, publisher: Publisher, body: Callable[..., bytes]) -> None:
    publisher.on("/consolidated.xml", status(500), serves(body(day(0), ENTRIES)))
    assert once(home).outcome == "updated"


def test_a_finding_is_accepted_by_its_code(home: Path, publisher: Publisher, body: Callable[..., bytes]) -> None:
    publisher.on("/consolidated.xml", serves(body(day(0), FEW)))
    assert "tajfif lists update un_sc --accept loss" in once(home).reason
    assert once(home, accept=["encoding"]).outcome == "failed"
    outcome = once(home, accept=["loss"])
    assert (outcome.outcome, outcome.accepted, outcome.removed) == ("updated", ("loss",), 17)
    with pytest.raises(UsageError, match="'kind' is not a finding that can be accepted"):
        once(home, accept=["kind"])


def test_a_withdrawn_version_is_not_brought_back(home: Path, publisher: Publisher, body: Callable[..., bytes]) -> None:
    publisher.on("/consolidated.xml", serves(body(day(0), {**ENTRIES, "ZZi.902": "Newly Invented"}), etag='"2"'))
    once(home)
    withdrawn, _ = ListStore(home).rollback("un_sc", reason="Newly Invented is a mistake")
    outcome = once(home)
    assert (outcome.outcome, outcome.serves) == ("withheld", f"un_sc@{day(1)}")
    assert "Newly Invented is a mistake" in outcome.reason
    assert f"tajfif lists restore {withdrawn.version.sha256[:12]}" in outcome.reason
    ListStore(home).restore(withdrawn.version.sha256)
    assert once(home).outcome == "unchanged"
    assert served(home) == day(0)


def test_a_set_comes_whole_or_not_at_all(tmp_path: Path, publisher: Publisher) -> None:
    home = tmp_path / "home"
    names = ("sdn.csv", "alt.csv", "add.csv", "sdn_comments.csv")
    configure(home, us_ofac=[publisher.at(f"/{name}") for name in names])
    row = b'1,"INVENTED, Person","individual","X",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n'
    files = {"sdn.csv": row, "alt.csv": b'1,11,"aka","Other Name",-0- \r\n', "sdn_comments.csv": b"\x1a\r\n"}
    for name, data in files.items():
        publisher.on(f"/{name}", serves(data, etag=f'"{name}"'))
    outcome = once(home, "us_ofac")
    assert (outcome.outcome, outcome.serves) == ("failed", "")
    assert "/add.csv: the server answers 404" in outcome.reason
    assert outcome.needs_attention
    publisher.on("/add.csv", serves(b'1,21,"1 Invented Street","Utopia","Utopia",-0- \r\n', etag='"add.csv"'))
    assert once(home, "us_ofac").outcome == "updated"
    assert once(home, "us_ofac").outcome == "unchanged"
    publisher.on("/alt.csv", serves(b'1,11,"aka","Another Name",-0- \r\n', etag='"new"'))
    assert once(home, "us_ofac").outcome == "updated"
    [entity] = ListStore(home).entities(ListStore(home).serving()[0])
    assert [name.value for name in entity.names] == ["Person INVENTED", "Another Name"]


def test_a_source_without_an_address_says_where_a_person_finds_it(home: Path) -> None:
    outcome = once(home, "ae_local")
    assert outcome.outcome == "by-hand"
    assert "https://www.uaeiec.gov.ae/" in outcome.reason
    assert "tajfif lists load --source ae_local FILE" in outcome.reason


def test_past_the_policy_it_is_stale_and_serves(home: Path, publisher: Publisher) -> None:
    publisher.on("/consolidated.xml", status(404))
    in_a_week = TODAY + timedelta(days=7)
    assert not once(home, today=TODAY).stale
    outcome = once(home, today=in_a_week)
    assert (outcome.stale, outcome.age_days, outcome.max_age_days, served(home)) == (True, 8, 7, day(1))
    assert not once(home, today=in_a_week, max_age_days=8).stale


def test_one_that_fails_does_not_hold_up_the_others(
    home: Path, publisher: Publisher, body: Callable[..., bytes]
) -> None:
    configure(home, un_sc=[publisher.at("/consolidated.xml")], ca_sema=[publisher.at("/sema.xml")])
    publisher.on("/consolidated.xml", serves(body(day(0), ENTRIES)))
    assert to_update(home) == ("un_sc", "ca_sema")
    first, second = update(home, ["ca_sema", "un_sc"], limits=LIMITS)
    assert (first.outcome, second.outcome) == ("failed", "updated")


@pytest.mark.parametrize(
    ("text", "words"),
    [("[sources.un_sc", "cannot be understood"), ("[sources.un_sc]\nurl = 1\n", "url"), ("[sources.xx]\n", "'xx'")],
)
def test_a_configuration_that_cannot_be_understood(home: Path, text: str, words: str) -> None:
    (home / "config.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=re.escape(words)):
        update(home, ["un_sc"], limits=LIMITS)


def test_addresses_with_secrets_are_not_written_down(
    home: Path, publisher: Publisher, body: Callable[..., bytes]
) -> None:
    host = publisher.address.partition("//")[2]
    configure(home, un_sc=[f"http://me:hush@{host}/consolidated.xml?key=hush"])
    publisher.on("/consolidated.xml?key=hush", serves(body(day(0), ENTRIES), etag='"2"'), status(500))
    assert [once(home).outcome, once(home).outcome] == ["updated", "failed"]
    kept = [path.read_bytes() for path in (home / "lists").rglob("*") if path.is_file()]
    assert not any(b"hush" in content for content in kept)


KILLED = """
import os, signal, sys
from tajfif.lists import update
from tajfif.lists.store import ListStore
def killed(*arguments, **options):
    os.kill(os.getpid(), signal.SIGKILL)
{where}
update.update(sys.argv[1], ["un_sc"])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize(
    "where",
    [
        "ListStore.load = killed",
        "from tajfif.lists import store; store.replace_file = killed",
        "update._names = killed",
    ],
)
def test_a_process_killed_before_the_switch_leaves_the_old_version(
    home: Path, publisher: Publisher, body: Callable[..., bytes], where: str
) -> None:
    publisher.on("/consolidated.xml", serves(body(day(0), ENTRIES), etag='"2"'))
    script = KILLED.format(where=where)
    environment = {**os.environ, "PYTHONWARNINGS": "default"}
    ended = subprocess.run([sys.executable, "-c", script, str(home)], check=False, env=environment)
    assert ended.returncode == -9
    assert served(home) == day(1)
    assert (home / "lists" / "downloads").exists()
    assert once(home).outcome == "updated"
    assert served(home) == day(0)


def test_a_log_cut_off_by_a_crash_is_read_and_goes_on(home: Path, publisher: Publisher) -> None:
    publisher.on("/consolidated.xml", status(404))
    once(home)
    log = home / "lists" / "updates.jsonl"
    log.write_bytes(log.read_bytes() + b'{"at":"20')
    once(home)
    assert [each.outcome for each in read_log(home)] == ["failed", "failed"]


def test_two_updates_at_once_are_kept_apart(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tajfif.lists import durable

    moments = iter(range(0, 10_000, 3))
    monkeypatch.setattr("tajfif.lists.durable.time.monotonic", lambda: float(next(moments)))
    with durable.exclusive(home / "lists" / "update.lock"), pytest.raises(ListError, match="another process"):
        update(home, ["un_sc"], limits=LIMITS)


@pytest.mark.shared
def test_from_one_real_version_to_the_next(shared: Path, tmp_path: Path, publisher: Publisher) -> None:
    home = tmp_path / "home"
    configure(home, un_sc=[publisher.at("/resources/xml/en/consolidated.xml")])
    large = Limits(tries=1, read=5.0)
    names = ("2018-10-29", "2020", "2024-09-26", "2025-04-19")
    found = []
    for name in names:
        data = (shared / "lists" / "un" / f"UN_consolidated_{name}.xml").read_bytes()
        publisher.on("/resources/xml/en/consolidated.xml", serves(data, etag=f'"{name}"'))
        [outcome] = update(home, ["un_sc"], accept=["older"], limits=large, today=date(2025, 4, 20))
        found.append((outcome.outcome, outcome.serves, outcome.stale, [each.code for each in outcome.findings]))
    assert [each[1] for each in found] == [
        "un_sc@2018-10-29",
        "un_sc@2020-11-30",
        "un_sc@2024-09-26",
        "un_sc@2025-04-19",
    ]
    assert {each[0] for each in found} == {"updated"}
    assert [each[2] for each in found] == [True, True, True, False]
    half = data[: len(data) // 2]
    spoilt = data.decode().translate(dict.fromkeys(range(0x600, 0x700), "?")).encode()
    for bad, words in ((half, "[format]"), (spoilt, "[script-lost]")):
        publisher.on("/resources/xml/en/consolidated.xml", serves(bad))
        [outcome] = update(home, ["un_sc"], limits=large)
        assert words in outcome.reason
        assert outcome.serves == "un_sc@2025-04-19"
