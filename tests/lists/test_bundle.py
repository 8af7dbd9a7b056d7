"""A bundle comes in whole, or is refused and the store is as it was."""

from __future__ import annotations

import hashlib
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tajfif.errors import InputError, ListMissingError, ListRefusedError, UsageError
from tajfif.lists import bundle as bundles
from tajfif.lists.bundle import export_bundle, read_bundle
from tajfif.lists.bundle_import import import_bundle
from tajfif.lists.store import ListStore
from tajfif.signing import SigningKey, sealed

Write = Callable[..., Path]

OLD = {"XXi.001": "INVENTUS NEMO", "XXi.002": "ZAYD MITHALI", "XXi.003": "QUIDAM ALTER"}
NEW = OLD | {"XXi.004": "QUARTUS FICTUS"}


@pytest.fixture
def online(tmp_path: Path, un_file: Write) -> ListStore:
    """A workspace with internet, so to say: one version of one list."""
    store = ListStore(tmp_path / "online")
    store.load("un_sc", un_file("2024-01-01", OLD))
    return store


@pytest.fixture
def offline(tmp_path: Path) -> ListStore:
    return ListStore(tmp_path / "offline")


def state(store: ListStore) -> dict[str, str]:
    """Everything below the workspace but locks, by its hash."""
    files = (path for path in store.home.rglob("*") if path.is_file() and "lock" not in path.name)
    return {str(path.relative_to(store.home)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def refused(store: ListStore, path: Path, words: str, *, key: str | None = None, trust: bool = True) -> None:
    before = state(store)
    with pytest.raises(ListRefusedError, match=words):
        import_bundle(store.home, path, key=key, trust_signer=trust)
    assert state(store) == before


def exported(store: ListStore, name: str, *, since: str | None = None, base: Path | None = None) -> Path:
    path = store.home.parent / name
    export_bundle(store.home, path, since=since, base=base)
    return path


def test_lists_come_over_byte_by_byte(online: ListStore, offline: ListStore, un_file: Write) -> None:
    online.load("un_sc", un_file("2024-02-01", NEW))
    report = import_bundle(offline.home, exported(online, "b"), trust_signer=True)
    assert [version.published for version in report.added] == ["2024-01-01", "2024-02-01"]
    assert offline.serving() == online.serving() == report.serving
    for here, there in zip(online.versions(), offline.versions(), strict=True):
        assert here.files == there.files
        assert online.entities(here.version) == offline.entities(there.version)
        assert online.content("raw", here.files[0].sha256) == offline.content("raw", there.files[0].sha256)


def test_other_programs_can_unpack_it(online: ListStore) -> None:
    (version,) = online.versions()
    with tarfile.open(exported(online, "b")) as file:
        names = file.getnames()
        assert names == ["manifest.json", f"raw/{version.files[0].sha256}", f"parsed/{version.parsed}"]
        member = file.extractfile(names[1])
        assert member is not None
        assert hashlib.sha256(member.read()).hexdigest() == version.files[0].sha256


def test_same_bundle_again_changes_nothing(online: ListStore, offline: ListStore) -> None:
    path = exported(online, "b")
    import_bundle(offline.home, path, trust_signer=True)
    before = state(offline)
    report = import_bundle(offline.home, path)
    assert (report.added, report.known) == ((), 1)
    assert state(offline) == before


def test_changed_bytes_are_found_everywhere(online: ListStore, offline: ListStore) -> None:
    path = exported(online, "b")
    whole = path.read_bytes()
    places = {*range(0, 2048, 5), *range(2048, len(whole), 41), len(whole) - 1}
    for place in sorted(places):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x01]) + whole[place + 1 :])
        with pytest.raises(ListRefusedError):
            raise AssertionError(f"byte {place}: {read_bundle(path)}")
    path.write_bytes(whole[:-1] + b"\x01")
    refused(offline, path, "changed")
    import_bundle(offline.home, exported(online, "c"), trust_signer=True)


@pytest.mark.parametrize("cut", [0, 1, 511, 512, 600, 3000, -1, -512, -1024])
def test_half_a_bundle_and_one_with_more_are_refused(online: ListStore, offline: ListStore, cut: int) -> None:
    path = exported(online, "b")
    whole = path.read_bytes()
    path.write_bytes(whole[:cut])
    refused(offline, path, "refused")
    path.write_bytes(whole + b"\0")
    refused(offline, path, "added after its end")


def test_unknown_key_is_refused_until_it_is_trusted(online: ListStore, offline: ListStore, tmp_path: Path) -> None:
    path = exported(online, "b")
    fingerprint = SigningKey.of_workspace(online.home).public.fingerprint
    stranger = SigningKey.of_workspace(tmp_path / "stranger").public.fingerprint
    refused(offline, path, f"not known here: {fingerprint}", trust=False)
    refused(offline, path, "not by the key that was named", key=stranger, trust=False)
    with pytest.raises(UsageError):
        import_bundle(offline.home, path, key="nobody")
    import_bundle(offline.home, path, key=fingerprint)
    refused(offline, exported(online, "c"), "not known here", trust=False)
    import_bundle(offline.home, exported(online, "d"), trust_signer=True)
    import_bundle(offline.home, exported(online, "e"))


def test_older_bundle_of_the_same_key_is_refused(online: ListStore, offline: ListStore) -> None:
    first, second = exported(online, "first"), exported(online, "second")
    import_bundle(offline.home, second, trust_signer=True)
    refused(offline, first, "older: it is number 1, and number 2")


def test_bundle_of_an_older_list_is_refused(online: ListStore, offline: ListStore, un_file: Write) -> None:
    offline.load("un_sc", un_file("2024-03-01", NEW))
    refused(offline, exported(online, "b"), "its newest un_sc is of 2024-01-01, and un_sc@2024-03-01 serves here")


@pytest.mark.parametrize("way", ["since", "base"])
def test_differential_bundle_carries_what_is_new_alone(
    online: ListStore, offline: ListStore, un_file: Write, tmp_path: Path, way: str
) -> None:
    whole = exported(online, "whole")
    online.load("un_sc", un_file("2024-02-01", NEW))
    part = exported(online, "part", **({"since": "un_sc@2024-01-01"} if way == "since" else {"base": whole}))
    assert len(read_bundle(part).manifest.files) == 2
    assert len(read_bundle(part).versions) == 2
    refused(ListStore(tmp_path / "third"), part, "builds upon un_sc@2024-01-01, which is not here")
    import_bundle(offline.home, whole, trust_signer=True)
    report = import_bundle(offline.home, part)
    assert [version.published for version in report.added] == ["2024-02-01"]
    assert offline.serving() == online.serving()


def test_base_or_version_that_is_none_is_refused(online: ListStore, tmp_path: Path) -> None:
    (tmp_path / "no-bundle").write_bytes(b"something else")
    with pytest.raises(ListRefusedError, match="no bundle"):
        exported(online, "b", base=tmp_path / "no-bundle")
    with pytest.raises(InputError, match="cannot be read"):
        exported(online, "b", base=tmp_path / "nowhere")
    with pytest.raises(ListMissingError):
        exported(online, "b", since="un_sc@1999-01-01")
    with pytest.raises(UsageError, match="bundled snapshot"):
        exported(online, "b", since="un_sc@2025-04-19")
    assert not list(tmp_path.glob("*b"))


def test_nothing_loaded_is_nothing_to_export(offline: ListStore, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing to export"):
        exported(offline, "b")


def signed_anew(online: ListStore, path: Path, old: bytes, new: bytes) -> None:
    """Write a bundle that is signed rightly and says something else."""
    whole = path.read_bytes()
    manifest = whole[512 : 512 + int(whole[124:135], 8)]
    record = manifest.split(b"\n")[0]
    assert old in record
    made = sealed(SigningKey.of_workspace(online.home), record.replace(old, new))
    head = tarfile.TarInfo("manifest.json")
    head.size, head.mode = len(made), 0o644
    rest = whole[512 + len(manifest) + -len(manifest) % 512 :]
    path.write_bytes(head.tobuf(tarfile.USTAR_FORMAT) + made + bytes(-len(made) % 512) + rest)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b'"kind":"raw"', b'"kind":"../"', "damaged"),
        (b'"kind":"raw","sha256":"', b'"kind":"raw","sha256":"../../', "damaged"),
        (b'"entries":3', b'"entries":4', "not what the bundle says"),
        (b'"published":"2024-01-01"', b'"published":"2099-01-01"', "not what the bundle says"),
        (b'"sequence":1', b'"sequence":1,"more":2', "damaged"),
        (b'"format":"tajfif-bundle-1"', b'"format":"tajfif-bundle-2"', "damaged"),
    ],
)
def test_signed_nonsense_is_refused(online: ListStore, offline: ListStore, old: bytes, new: bytes, words: str) -> None:
    path = exported(online, "b")
    signed_anew(online, path, old, new)
    refused(offline, path, words)


def test_file_too_large_is_refused_before_it_is_read(
    online: ListStore, offline: ListStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = exported(online, "b")
    monkeypatch.setattr(bundles, "LARGEST_FILE", 100)
    refused(offline, path, "no more than 100 are taken")


def test_store_that_cannot_be_written_keeps_what_it_had(
    online: ListStore, offline: ListStore, un_file: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_bundle(offline.home, exported(online, "a"), trust_signer=True)
    online.load("un_sc", un_file("2024-02-01", NEW))
    serving = offline.serving()

    def full(*_: object, **__: object) -> bytes:
        raise OSError(28, "No space left on device")

    path = exported(online, "b")
    with monkeypatch.context() as patched:
        patched.setattr("tajfif.lists.store.replace_file", full)
        with pytest.raises(Exception, match="No space left"):
            import_bundle(offline.home, path)
    assert offline.serving() == serving
    import_bundle(offline.home, path)
    assert offline.serving() == online.serving()
