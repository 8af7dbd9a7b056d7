from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tajfif.errors import ListError, ListFormatError, ListMissingError, ListRefusedError, UsageError
from tajfif.lists.snapshot import BUNDLED, bundled
from tajfif.lists.store import ListStore
from tajfif.model import ListVersion

UnWriter = Callable[..., Path]

OFAC_ROW = '{number},"{name}","individual","INVENTED","-0- ","-0- ","-0- ","-0- ","-0- ","-0- ","-0- ","-0- "\r\n'


def people(count: int, *, prefix: str = "QDi", start: int = 1) -> dict[str, str]:
    """Return references and invented names of so many people."""
    return {f"{prefix}.{number:03}": f"Inventus{number} Nemo{number}" for number in range(start, start + count)}


@pytest.fixture
def store(tmp_path: Path) -> ListStore:
    return ListStore(tmp_path / "home")


def tree(home: Path) -> dict[str, bytes]:
    """All files of a workspace with their content."""
    return {str(path.relative_to(home)): path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file()}


def references(store: ListStore, version: ListVersion) -> set[str]:
    return {entity.listings[0].reference for entity in store.entities(version)}


def stored_file(store: ListStore, kind: str, sha256: str) -> Path:
    return store.home / "lists" / kind / sha256


# ---- loading


def test_a_loaded_list_serves(store: ListStore, un_file: UnWriter) -> None:
    report = store.load("un_sc", un_file("2030-01-02", people(5)))
    assert report.changed
    assert report.serving
    assert (report.added, report.removed, report.amended) == (5, 0, 0)
    assert store.serving() == (report.version,)
    assert report.version.published == "2030-01-02"
    assert report.version.entries == 5
    assert references(store, report.version) == set(people(5))


def test_the_raw_file_is_kept_by_its_hash_and_read_only(store: ListStore, un_file: UnWriter) -> None:
    path = un_file("2030-01-02", people(5), name="consolidated.xml")
    version = store.load("un_sc", path).version
    assert version.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    kept = stored_file(store, "raw", version.sha256)
    assert kept.read_bytes() == path.read_bytes()
    assert not kept.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)
    (stored,) = store.versions()
    (file,) = stored.files
    assert (file.name, file.sha256, file.size) == ("consolidated.xml", version.sha256, path.stat().st_size)
    assert abs((datetime.now(UTC) - datetime.fromisoformat(stored.loaded_at)).total_seconds()) < 3600


def test_loading_twice_changes_nothing(store: ListStore, un_file: UnWriter) -> None:
    path = un_file("2030-01-02", people(5))
    first = store.load("un_sc", path)
    before = tree(store.home)
    again = store.load("un_sc", path)
    assert not again.changed
    assert again.serving
    assert again.version == first.version
    assert (again.added, again.removed, again.amended) == (0, 0, 0)
    assert tree(store.home) == before


def test_a_newer_version_takes_over_and_the_old_one_stays(store: ListStore, un_file: UnWriter) -> None:
    old = store.load("un_sc", un_file("2030-01-02", people(10))).version
    changed = {**people(11), "QDi.003": "Inventus Amended"}
    del changed["QDi.001"]
    report = store.load("un_sc", un_file("2030-02-02", changed))
    assert (report.added, report.removed, report.amended) == (1, 1, 1)
    assert store.serving() == (report.version,)
    assert [each.serving for each in store.versions()] == [False, True]
    assert references(store, old) == set(people(10))


def test_an_older_version_becomes_history_and_it_is_said(store: ListStore, un_file: UnWriter) -> None:
    new = store.load("un_sc", un_file("2030-02-02", people(10))).version
    report = store.load("un_sc", un_file("2029-01-01", people(9)))
    assert report.changed
    assert not report.serving
    assert any("2029-01-01" in notice and "un_sc@2030-02-02" in notice for notice in report.notices)
    assert store.serving() == (new,)
    assert [each.name for each in store.versions()] == ["un_sc@2030-02-02", "un_sc@2029-01-01"]
    again = store.load("un_sc", un_file("2029-01-01", people(9)))
    assert not again.changed
    assert any("un_sc@2030-02-02" in notice for notice in again.notices)


def test_of_two_files_of_one_day_the_last_loaded_serves(store: ListStore, un_file: UnWriter) -> None:
    store.load("un_sc", un_file("2030-01-02", people(10)))
    correction = store.load("un_sc", un_file("2030-01-02", people(11)))
    assert store.serving() == (correction.version,)


def test_a_list_without_a_date_counts_from_the_day_of_loading(store: ListStore, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("id,name\na1,Inventus Nemo\nb2,اسم مختلق\n", encoding="utf-8")
    report = store.load("own", path)
    assert report.version.published == datetime.now(UTC).date().isoformat()
    assert any("day of loading" in notice for notice in report.notices)
    assert [each.dated for each in store.versions()] == [False]
    assert not store.load("own", path).changed


def test_a_set_is_one_version_whose_hash_covers_every_file(store: ListStore, tmp_path: Path) -> None:
    folder = tmp_path / "ofac"
    folder.mkdir()
    sdn = folder / "sdn.csv"
    sdn.write_bytes("".join(OFAC_ROW.format(number=n, name=f"NEMO{n}, Inventus") for n in range(1, 4)).encode())
    (folder / "alt.csv").write_bytes(b'1,11,"aka","NEMO, Alias","-0- "\r\n')
    (folder / "readme.txt").write_text("not part of the list")
    report = store.load("us_ofac", folder)
    pairs = sorted((role, hashlib.sha256((folder / f"{role}.csv").read_bytes()).hexdigest()) for role in ("sdn", "alt"))
    assert report.version.sha256 == hashlib.sha256("".join(f"{r} {h}\n" for r, h in pairs).encode()).hexdigest()
    assert any("readme.txt" in notice for notice in report.notices)
    assert {file.role for file in store.versions()[0].files} == {"sdn", "alt"}
    (folder / "alt.csv").write_bytes(b'1,11,"aka","NEMO, Another","-0- "\r\n')
    changed = store.load("us_ofac", folder)
    assert changed.version.sha256 != report.version.sha256
    assert changed.amended == 1


def test_sources_serve_side_by_side(store: ListStore, un_file: UnWriter, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("id,name\na1,Inventus Nemo\n", encoding="utf-8")
    own = store.load("own", path)
    assert any("un_sc" in notice and "no longer" in notice for notice in own.notices)
    un_sc = store.load("un_sc", un_file("2030-01-02", people(5)))
    assert store.serving() == (own.version, un_sc.version)


# ---- what is refused


def test_an_unknown_source_is_refused(store: ListStore, un_file: UnWriter) -> None:
    with pytest.raises(UsageError, match="us_ofac_cons"):
        store.load("un_cs", un_file("2030-01-02", people(5)))
    assert not store.home.exists()


@pytest.mark.parametrize("serving", [False, True], ids=["empty store", "a list serves"])
@pytest.mark.parametrize("fault", ["cut", "empty", "no entries", "bomb", "another document"])
def test_a_file_that_is_no_list_leaves_the_store_as_it_was(
    store: ListStore, un_file: UnWriter, fault: str, serving: bool
) -> None:
    if serving:
        store.load("un_sc", un_file("2030-01-02", people(5)))
    path = un_file("2030-02-02", people(6), name="broken.xml")
    text = path.read_text(encoding="utf-8")
    broken = {
        "cut": text[: len(text) // 2],
        "empty": "",
        "no entries": text[: text.index("<INDIVIDUAL>")] + text[text.rindex("</INDIVIDUAL>") + len("</INDIVIDUAL>") :],
        "bomb": text.replace("\n<CONS", '\n<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]>\n<CONS', 1),
        "another document": "<OTHER/>",
    }
    path.write_text(broken[fault], encoding="utf-8")
    before = tree(store.home)
    with pytest.raises(ListFormatError, match=r"broken\.xml, line \d+"):
        store.load("un_sc", path)
    assert tree(store.home) == before
    assert store.home.exists() == serving


def test_a_list_that_lost_more_than_a_fifth_is_refused(store: ListStore, un_file: UnWriter) -> None:
    full = store.load("un_sc", un_file("2030-01-02", people(100)))
    before = tree(store.home)
    short = un_file("2030-02-02", people(79))
    with pytest.raises(ListRefusedError, match=r"lacks 21 of the 100 entries of un_sc@2030-01-02(.|\n)*--accept-loss"):
        store.load("un_sc", short)
    assert tree(store.home) == before
    assert store.serving() == (full.version,)
    accepted = store.load("un_sc", short, accept_loss=True)
    assert (accepted.removed, accepted.serving) == (21, True)
    assert store.serving() == (accepted.version,)


def test_a_list_that_lost_a_fifth_is_loaded(store: ListStore, un_file: UnWriter) -> None:
    store.load("un_sc", un_file("2030-01-02", people(100)))
    assert store.load("un_sc", un_file("2030-02-02", people(80))).removed == 20


def test_another_list_of_the_same_length_is_refused(store: ListStore, un_file: UnWriter) -> None:
    store.load("un_sc", un_file("2030-01-02", people(10)))
    with pytest.raises(ListRefusedError, match="lacks 10 of the 10"):
        store.load("un_sc", un_file("2030-02-02", people(10, prefix="XX")))


def test_a_workspace_that_cannot_be_written_is_an_error_that_says_so(tmp_path: Path, un_file: UnWriter) -> None:
    home = tmp_path / "occupied"
    home.write_text("a file where the workspace should be")
    with pytest.raises(ListError, match=r"cannot be written(.|\n)*--home"):
        ListStore(home).load("un_sc", un_file("2030-01-02", people(5)))
    with pytest.raises(ListError, match="cannot be read"):
        ListStore(home).versions()


# ---- damage on the disk


def parsed_file(store: ListStore) -> Path:
    (stored,) = store.versions()
    return stored_file(store, "parsed", stored.parsed)


def damage(path: Path, content: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(content)


@pytest.mark.parametrize("fault", ["flipped", "cut", "emptied", "gone"])
def test_a_damaged_stored_list_is_an_error_and_loading_repairs_it(
    store: ListStore, un_file: UnWriter, fault: str
) -> None:
    source = un_file("2030-01-02", people(5))
    version = store.load("un_sc", source).version
    path = parsed_file(store)
    whole = path.read_bytes()
    if fault == "gone":
        path.unlink()
    else:
        middle = len(whole) // 2
        flipped = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
        damage(path, {"flipped": flipped, "cut": whole[:-7], "emptied": b""}[fault])
    with pytest.raises(ListError, match=rf"{path.name}(.|\n)*Load {source.name} again"):
        store.entities(version)
    report = store.load("un_sc", source)
    assert report.serving
    assert path.read_bytes() == whole
    assert references(store, version) == set(people(5))


def test_a_damaged_raw_file_is_repaired(store: ListStore, un_file: UnWriter) -> None:
    source = un_file("2030-01-02", people(5))
    version = store.load("un_sc", source).version
    before = tree(store.home)
    damage(stored_file(store, "raw", version.sha256), b"something else")
    report = store.load("un_sc", source)
    assert any("repaired" in notice for notice in report.notices)
    assert tree(store.home) == before


def test_a_damaged_version_does_not_keep_a_new_one_out(store: ListStore, un_file: UnWriter) -> None:
    store.load("un_sc", un_file("2030-01-02", people(10)))
    damage(parsed_file(store), b"")
    with pytest.raises(ListRefusedError):
        store.load("un_sc", un_file("2030-02-02", people(7)))
    report = store.load("un_sc", un_file("2030-02-02", people(9)))
    assert report.serving
    assert any("un_sc@2030-01-02, cannot be read" in notice for notice in report.notices)


@pytest.mark.parametrize("position", [0, 40, 120, 200, -2, None])
def test_a_damaged_manifest_is_an_error_never_an_empty_store(
    store: ListStore, un_file: UnWriter, position: int | None
) -> None:
    store.load("un_sc", un_file("2030-01-02", people(5)))
    manifest = store.home / "lists" / "manifest.jsonl"
    content = bytearray(manifest.read_bytes())
    if position is None:
        content.clear()
    else:
        content[position] ^= 1
    manifest.write_bytes(content)
    with pytest.raises(ListError, match=r"manifest\.jsonl"):
        store.serving()
    with pytest.raises(ListError, match=r"manifest\.jsonl"):
        store.load("un_sc", un_file("2030-02-02", people(5)))


# ---- killed at any moment, and two at once

KILL_AT_EACH_STEP = """
import os, shutil, signal, sys
from pathlib import Path
from tajfif.lists.store import ListStore
from tajfif.lists.parsers import un  # so that no import is counted as a step

home, old, new = (Path(argument) for argument in sys.argv[1:4])
store = ListStore(home)
if old.name != "none":
    store.load("un_sc", old)
served = store.serving()
home.mkdir(exist_ok=True)
pristine = home.with_name("pristine")
shutil.copytree(home, pristine)
CHANGES = {"open", "os.rename", "os.chmod", "os.mkdir", "os.remove", "os.truncate"}


def lose_what_was_not_flushed(flushed, known):
    for path in home.rglob("*"):
        if path.is_file() and path.stat().st_ino not in flushed | known:
            path.chmod(0o644)
            os.truncate(path, path.stat().st_size // 2)


def load_and_die(step):
    known = {path.stat().st_ino for path in home.rglob("*") if path.is_file()}
    flushed, seen, dying, flush = set(), 0, False, os.fsync

    def remember(handle):
        flushed.add(os.fstat(handle).st_ino)
        flush(handle)

    def watch(event, arguments):
        nonlocal seen, dying
        if dying or event not in CHANGES or not str(arguments[0]).startswith(str(home)):
            return
        seen += 1
        if seen == step:
            dying = True
            lose_what_was_not_flushed(flushed, known)
            os.kill(os.getpid(), signal.SIGKILL)

    os.fsync = remember
    sys.addaudithook(watch)
    store.load("un_sc", new)
    os._exit(0)


step, killed = 0, 0
while True:
    step += 1
    shutil.rmtree(home)
    shutil.copytree(pristine, home)
    child = os.fork()
    if child == 0:
        load_and_die(step)
    status = os.waitpid(child, 0)[1]
    now = store.serving()
    assert len(store.entities(now[0])) == now[0].entries
    for stored in store.versions():
        store.entities(stored.version)
    if not os.WIFSIGNALED(status):
        assert os.waitstatus_to_exitcode(status) == 0
        break
    killed += 1
    print("served before" if now == served else now[0].published)
    store.load("un_sc", new)
    assert store.serving()[0].published == "2030-02-02"
    assert not list((home / "lists" / "incoming").iterdir())
print(killed)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked copy of itself at each step; needs fork")
@pytest.mark.parametrize("first", [False, True], ids=["over a serving list", "into an empty store"])
def test_killed_at_any_step_the_old_version_serves(
    tmp_path: Path, store: ListStore, un_file: UnWriter, first: bool
) -> None:
    old = un_file("2030-01-02", people(10))
    new = un_file("2030-02-02", people(11))
    arguments = [str(store.home), "none" if first else str(old), str(new)]
    done = subprocess.run(
        [sys.executable, "-c", KILL_AT_EACH_STEP, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    *served, killed = done.stdout.split("\n")[:-1]
    assert int(killed) >= 12
    switches = [text for text in served if text != "served before"]
    assert len(switches) <= 1, "only a death after the switch may show the new version"
    assert switches == served[len(served) - len(switches) :]
    assert references(store, store.serving()[0]) == set(people(11))


def test_loads_at_the_same_time_do_not_lose_one_another(store: ListStore, un_file: UnWriter) -> None:
    program = "import sys; from tajfif.lists.store import ListStore; ListStore(sys.argv[1]).load('un_sc', sys.argv[2])"
    paths = [un_file(f"2030-0{month}-01", people(20 + month)) for month in range(1, 6)]
    with contextlib.ExitStack() as running:
        loads = [
            running.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", program, str(store.home), str(path)], stderr=subprocess.PIPE, text=True
                )
            )
            for path in paths
        ]
        faults = [load.communicate()[1] for load in loads]
    assert [load.returncode for load in loads] == [0] * 5, faults
    assert {each.version.published for each in store.versions()} == {f"2030-0{month}-01" for month in range(1, 6)}
    assert [version.published for version in store.serving()] == ["2030-05-01"]
    for each in store.versions():
        assert len(store.entities(each.version)) == each.version.entries


# ---- naming and comparing versions


def test_versions_are_named_by_hash_or_by_date(store: ListStore, un_file: UnWriter) -> None:
    version = store.load("un_sc", un_file("2030-01-02", people(5))).version
    for name in (
        version.sha256,
        version.sha256[:8],
        version.sha256[:4].upper(),
        "un_sc@2030-01-02",
        " un_sc@2030-01-02 ",
    ):
        assert store.resolve(name).version == version
    with pytest.raises(ListMissingError, match=r"un_sc@2029-01-01(.|\n)*un_sc@2030-01-02"):
        store.resolve("un_sc@2029-01-01")
    other = "0000" if not version.sha256.startswith("0000") else "1111"
    with pytest.raises(ListMissingError):
        store.resolve(other)
    for name in ("", "abc", "yesterday", "zzzzzz"):
        with pytest.raises(UsageError, match="sha256"):
            store.resolve(name)


def test_a_name_that_means_several_versions_is_refused_with_all_of_them(store: ListStore, un_file: UnWriter) -> None:
    one = store.load("un_sc", un_file("2030-01-02", people(10))).version
    two = store.load("un_sc", un_file("2030-01-02", people(11))).version
    with pytest.raises(UsageError, match=rf"2 versions(.|\n)*{one.sha256[:12]}(.|\n)*{two.sha256[:12]}"):
        store.resolve("un_sc@2030-01-02")
    assert store.resolve(two.sha256[:12]).version == two


def test_a_difference_names_what_changed(store: ListStore, un_file: UnWriter) -> None:
    store.load("un_sc", un_file("2030-01-02", people(10)))
    changed = {**people(11), "QDi.003": "Inventus3 Amended"}
    del changed["QDi.010"]
    store.load("un_sc", un_file("2030-02-02", changed))
    found = store.diff("un_sc@2030-01-02", "un_sc@2030-02-02")
    assert [entity.id for entity in found.added] == ["un_sc:QDi.011"]
    assert [entity.id for entity in found.removed] == ["un_sc:QDi.010"]
    assert [amendment.new.id for amendment in found.amended] == ["un_sc:QDi.003"]
    (change,) = found.amended[0].changes
    assert change.field == "names"
    assert [name["value"] for name in change.old] == ["Inventus3 Nemo3"]
    assert [name["value"] for name in change.new] == ["Inventus3 Amended"]
    back = store.diff("un_sc@2030-02-02", "un_sc@2030-01-02")
    assert (back.added, back.removed) == (found.removed, found.added)
    same = store.diff("un_sc@2030-01-02", "un_sc@2030-01-02")
    assert (same.added, same.removed, same.amended) == ((), (), ())


def test_different_lists_are_not_compared(store: ListStore, un_file: UnWriter, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("id,name\na1,Inventus Nemo\n", encoding="utf-8")
    own = store.load("own", path).version
    store.load("un_sc", un_file("2030-01-02", people(5)))
    with pytest.raises(UsageError, match="different lists"):
        store.diff(own.sha256[:12], "un_sc@2030-01-02")


# ---- the bundled snapshot, and age


def test_an_empty_workspace_serves_the_bundled_snapshot_and_says_so(store: ListStore) -> None:
    assert store.serving() == (BUNDLED,)
    (stored,) = store.versions()
    assert stored.bundled
    assert stored.serving
    assert store.entities(BUNDLED) == bundled().entities
    (notice,) = store.notices(date(2025, 5, 1))
    assert "2025-04-19, 12 days ago" in notice
    assert "tajfif lists load --source un_sc FILE" in notice
    assert not store.home.exists()


def test_a_loaded_list_takes_the_place_of_the_snapshot(store: ListStore, un_file: UnWriter) -> None:
    loaded = store.load("un_sc", un_file("2030-01-02", people(5))).version
    assert store.serving() == (loaded,)
    assert len(store.versions()) == 1
    assert store.diff("un_sc@2025-04-19", loaded.sha256[:12]).new_version == loaded
    assert store.entities(BUNDLED) == bundled().entities


def test_a_stale_list_is_a_loud_warning_and_a_fresh_one_is_not(store: ListStore, un_file: UnWriter) -> None:
    store.load("un_sc", un_file("2030-01-02", people(5)))
    assert store.notices(date(2030, 1, 9)) == ()
    (notice,) = store.notices(date(2030, 1, 10))
    assert "STALE" in notice
    assert "8 days" in notice
    assert "https://scsanctions.un.org" in notice


def test_a_list_from_before_the_snapshot_is_loaded_with_a_warning(store: ListStore, un_file: UnWriter) -> None:
    report = store.load("un_sc", un_file("2020-01-02", people(5)))
    assert report.serving
    assert any("older than the bundled snapshot" in notice for notice in report.notices)
    assert any("STALE" in notice for notice in report.notices)


def test_the_parsed_form_has_a_hash_of_its_own(store: ListStore, un_file: UnWriter) -> None:
    bundled_digest = store.parsed_digest(BUNDLED)
    version = store.load("un_sc", un_file("2030-01-02", people(5))).version
    content = stored_file(store, "parsed", store.parsed_digest(version)).read_bytes()
    assert hashlib.sha256(content).hexdigest() == store.parsed_digest(version)
    assert store.parsed_digest(BUNDLED) == bundled_digest != store.parsed_digest(version)


def test_an_unknown_version_is_missing(store: ListStore) -> None:
    unknown = ListVersion(source="un_sc", published="2030-01-01", sha256="0" * 64, entries=1)
    with pytest.raises(ListMissingError, match="un_sc@2030-01-01"):
        store.entities(unknown)


# ---- real lists


@pytest.mark.shared
def test_all_five_versions_of_the_un_list(store: ListStore, shared: Path) -> None:
    dates = ["2017-07", "2018-10-29", "2020", "2024-09-26", "2025-04-19"]
    paths = [shared / "lists" / "un" / f"UN_consolidated_{each}.xml" for each in dates]
    before: set[str] = set()
    for path in paths:
        text = path.read_text(encoding="utf-8")
        cited = {part.split("<")[0].strip() for part in text.split("<REFERENCE_NUMBER>")[1:]}
        report = store.load("un_sc", path)
        assert report.serving
        assert report.version.entries == len(cited)
        assert (report.added, report.removed) == (len(cited - before), len(before - cited))
        assert references(store, report.version) == cited
        before = cited
    names = [each.name for each in store.versions()]
    assert [name[6:10] for name in names] == ["2017", "2018", "2020", "2024", "2025"]
    found = store.diff(names[3], names[4])
    assert (len(found.added), len(found.removed)) == (4, 2)
    assert store.serving()[0].sha256 == BUNDLED.sha256


@pytest.mark.shared
def test_the_real_ofac_set(store: ListStore, shared: Path) -> None:
    folder = shared / "lists" / "us_ofac" / "2021-07"
    with (folder / "sdn.csv").open(encoding="utf-8", errors="replace") as file:
        rows = sum(1 for line in file if line.split(",")[0].isdigit())
    report = store.load("us_ofac", folder)
    assert report.version.entries == rows
    assert not store.load("us_ofac", folder).changed
