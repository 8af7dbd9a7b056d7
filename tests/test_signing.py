"""Keys are kept from others, and no byte of a signed record changes unseen."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_public_key

from tajfif.errors import InputError, UsageError
from tajfif.signing import PublicKey, SigningKey, fingerprint_named, known_fingerprints, sealed, trust, unsealed

RECORD = '{"format":"invented-1","name":"اسم مختلق"}'.encode()


def test_key_is_made_once_and_is_the_owners_alone(tmp_path: Path) -> None:
    key = SigningKey.of_workspace(tmp_path)
    private = tmp_path / "keys" / "signing.key"
    if sys.platform != "win32":
        assert stat.S_IMODE(private.stat().st_mode) == 0o600
        assert stat.S_IMODE(private.parent.stat().st_mode) == 0o700
    assert SigningKey.of_workspace(tmp_path).public == key.public
    assert [path.name for path in sorted(private.parent.iterdir())] == ["signing.key", "signing.pub"]
    assert private.read_bytes() not in (tmp_path / "keys" / "signing.pub").read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    SigningKey.of_workspace(tmp_path)
    private = tmp_path / "keys" / "signing.key"
    private.chmod(0o640)
    with pytest.raises(UsageError, match="others may read"):
        SigningKey.of_workspace(tmp_path)


@pytest.mark.parametrize("content", [b"", b"not a key\n", b"\xff\x00"])
def test_key_file_that_is_none_is_refused_without_showing_it(tmp_path: Path, content: bytes) -> None:
    SigningKey.of_workspace(tmp_path)
    private = tmp_path / "keys" / "signing.key"
    private.write_bytes(content)
    with pytest.raises(UsageError, match="no Ed25519 private key") as caught:
        SigningKey.of_workspace(tmp_path)
    assert "not a key\n" not in str(caught.value)


def test_key_of_another_kind_is_refused() -> None:
    pem = X25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(UsageError, match="no Ed25519"):
        SigningKey(pem)


def test_unusable_workspace_is_said(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("a file where a directory has to be")
    with pytest.raises(UsageError, match="cannot be read or written"):
        SigningKey.of_workspace(tmp_path)


def test_record_comes_back_with_its_signer(tmp_path: Path) -> None:
    key = SigningKey.of_workspace(tmp_path)
    data = sealed(key, RECORD)
    assert unsealed(data, where="x") == (RECORD, key.public)
    assert sealed(key, RECORD) == data
    assert data.split(b"\n")[0] == RECORD


def test_every_changed_byte_is_found(tmp_path: Path) -> None:
    data = sealed(SigningKey.of_workspace(tmp_path), RECORD)
    for place in range(len(data)):
        for flip in (0x01, 0x20, 0x80):  # 0x20 turns the case of a letter
            changed = data[:place] + bytes([data[place] ^ flip]) + data[place + 1 :]
            with pytest.raises(InputError):
                unsealed(changed, where="x")


@pytest.mark.parametrize("more", [b"\n", b" ", b"{}\n"])
def test_bytes_added_or_cut_off_are_found(tmp_path: Path, more: bytes) -> None:
    data = sealed(SigningKey.of_workspace(tmp_path), RECORD)
    for changed in (data + more, more + data, data[:-1], data[1:], b"", RECORD, RECORD + b"\n"):
        with pytest.raises(InputError):
            unsealed(changed, where="x")


def test_keys_are_named_in_three_ways(tmp_path: Path) -> None:
    key = SigningKey.of_workspace(tmp_path).public
    place = tmp_path / "keys" / "signing.pub"
    assert load_pem_public_key(place.read_bytes()).public_bytes_raw() == key.raw  # type: ignore[union-attr]
    assert {
        fingerprint_named(text) for text in (str(place), key.raw.hex(), key.raw.hex().upper(), key.fingerprint)
    } == {key.fingerprint}
    private = tmp_path / "keys" / "signing.key"
    for wrong in ("", "sha256:12", "nowhere.pub", str(tmp_path), str(private), "\0"):
        with pytest.raises(UsageError, match="no Ed25519 public key"):
            fingerprint_named(wrong)


def test_known_are_the_own_key_and_the_trusted_ones(tmp_path: Path) -> None:
    assert known_fingerprints(tmp_path / "new") == frozenset()
    mine, other = (SigningKey.of_workspace(tmp_path / name).public for name in ("mine", "other"))
    assert known_fingerprints(tmp_path / "mine") == {mine.fingerprint}
    for _ in range(2):
        trust(tmp_path / "mine", other)
    assert known_fingerprints(tmp_path / "mine") == {mine.fingerprint, other.fingerprint}


def test_no_key_of_wrong_points_verifies() -> None:
    for raw in (bytes(32), b"\xff" * 32, b"short"):
        assert not PublicKey(raw).verifies(RECORD, bytes(64))
