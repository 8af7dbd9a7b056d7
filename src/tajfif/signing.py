"""Who vouches for a record. Reach for it to sign a receipt or a bundle, or to check who signed one.

Keys are Ed25519 (RFC 8032) and live in ``keys/`` of the workspace::

    signing.key             the private key, PKCS #8 in PEM, readable by its owner alone
    signing.pub             the public key, PEM, to be given to whoever has to check
    trusted/<digits>.pub    public keys of others that this workspace trusts

A signed record is two lines: the record, and a seal of the public key and the signature in lower-case hexadecimal. Signed
are the bytes of the first line without its line feed. A fingerprint is ``sha256:`` and the SHA-256 of the 32 bytes of the
public key. A private key is never printed, logged or put into an error.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import stat
import sys
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec

from tajfif.errors import InputError, UsageError

__all__ = [
    "Hex32",
    "PublicKey",
    "SigningKey",
    "fingerprint_named",
    "known_fingerprints",
    "read_exactly",
    "sealed",
    "trust",
    "unsealed",
]

Hex32 = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
"""Thirty-two bytes in lower-case hexadecimal: one way to write them, so that no byte of a file can change unseen."""

_Hex64 = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{128}\Z")]
_LARGEST_KEY_FILE = 10_000

Read = TypeVar("Read")


class _Seal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    key: Hex32
    signature: _Hex64


class PublicKey(msgspec.Struct, frozen=True):
    """A public key.

    Attributes:
        raw: Its 32 bytes (RFC 8032, section 5.1.5).
    """

    raw: bytes

    @property
    def fingerprint(self) -> str:
        """``sha256:`` and 64 hexadecimal digits, short enough to be compared by telephone."""
        return f"sha256:{hashlib.sha256(self.raw).hexdigest()}"

    @property
    def pem(self) -> bytes:
        """The key as a PEM file that other programs read."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        key = Ed25519PublicKey.from_public_bytes(self.raw)
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Return whether the signature is of this message by this key."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


class SigningKey:
    """The private key of a workspace. Open it with :meth:`of_workspace`.

    Attributes:
        public: Its public key.
    """

    def __init__(self, pem: bytes, *, where: str = "") -> None:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        try:
            key = load_pem_private_key(pem, password=None)
        except (ValueError, TypeError):
            key = None
        if not isinstance(key, Ed25519PrivateKey):
            raise UsageError(
                "this is no Ed25519 private key without a password",
                where=where,
                hint="Restore it from a backup of the workspace; or move it away, and a new one is made.",
            )
        self._key = key
        self.public = PublicKey(key.public_key().public_bytes_raw())

    @classmethod
    def of_workspace(cls, home: str | os.PathLike[str]) -> SigningKey:
        """Return the key of a workspace, which is made the first time.

        Raises:
            UsageError: It cannot be read or written, others may read it, or it is no key.
        """
        folder = Path(home) / "keys"
        place = folder / "signing.key"
        try:
            if not place.exists():
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                _write_once(place, _new_private_key())
            if sys.platform != "win32" and place.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise UsageError(
                    "others may read the private key", where=str(place), hint=f"Close it to them: chmod 600 {place}"
                )
            key = cls(place.read_bytes(), where=str(place))
            public = folder / "signing.pub"
            if not public.exists():
                _write_once(public, key.public.pem, mode=0o644)
        except OSError as error:
            raise _unusable(place, error) from None
        return key

    def sign(self, message: bytes) -> bytes:
        """Return the signature of a message, 64 bytes; the same message gives the same signature."""
        return self._key.sign(message)


def sealed(key: SigningKey, record: bytes) -> bytes:
    """Return a record and its seal, each a line.

    Args:
        key: Who signs.
        record: One line of JSON, without a line feed.
    """
    seal = _Seal(key=key.public.raw.hex(), signature=key.sign(record).hex())
    return record + b"\n" + msgspec.json.encode(seal) + b"\n"


def unsealed(data: bytes, *, where: str) -> tuple[bytes, PublicKey]:
    """Return the record of two sealed lines, and whose key signed it. Whether that key is to be trusted is not said.

    Args:
        data: What :func:`sealed` returned, every byte of it.
        where: The file, for messages.

    Raises:
        InputError: A byte was changed, is missing or was added.
    """
    record, _, line = data.partition(b"\n")
    if not line.endswith(b"\n"):
        raise InputError("this is not signed, or cut off: there is no whole line with a seal", where=where)
    seal = read_exactly(line[:-1], _Seal, where=where)
    key = PublicKey(bytes.fromhex(seal.key))
    if not key.verifies(record, bytes.fromhex(seal.signature)):
        raise InputError("the signature does not fit: the record or its seal was changed", where=where)
    return record, key


def read_exactly(line: bytes, kind: type[Read], *, where: str) -> Read:
    """Return the record that a line of JSON holds, if it is written as this program writes it and not otherwise.

    Args:
        line: The JSON, without a line feed.
        kind: What it has to hold.
        where: The file, for messages.

    Raises:
        InputError: It holds something else, or a byte was changed that does not change its meaning.
    """
    try:
        record = msgspec.json.decode(line, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"this is damaged or is something else: {error}", where=where) from None
    if msgspec.json.encode(record) != line:
        raise InputError("this was changed: it is not written as it was", where=where)
    return record


def fingerprint_named(text: str) -> str:
    """Return the fingerprint of the key that a text names.

    Args:
        text: A file with a public key in PEM, its 64 hexadecimal digits, or a fingerprint with its ``sha256:``.

    Raises:
        UsageError: It names no public key.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    word = text.strip().lower()
    digits = word.removeprefix("sha256:")
    if len(digits) == 64 and set(digits) <= set("0123456789abcdef"):
        return word if word != digits else PublicKey(bytes.fromhex(digits)).fingerprint
    hint = "Give the file signing.pub of whoever signed, its 64 digits, or its fingerprint sha256:…"
    try:
        with Path(text).open("rb") as file:
            key = load_pem_public_key(file.read(_LARGEST_KEY_FILE))
    except (OSError, ValueError):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise UsageError(f"{text!r} is no Ed25519 public key", hint=hint)
    return PublicKey(key.public_bytes_raw()).fingerprint


def known_fingerprints(home: str | os.PathLike[str]) -> frozenset[str]:
    """Return the fingerprints of the keys that a workspace knows: its own, and those that it was told to trust."""
    folder = Path(home) / "keys"
    places = [folder / "signing.pub", *sorted((folder / "trusted").glob("*.pub"))]
    return frozenset(fingerprint_named(str(place)) for place in places if place.is_file())


def trust(home: str | os.PathLike[str], key: PublicKey) -> None:
    """Remember a key as one that this workspace trusts.

    Raises:
        UsageError: It cannot be written.
    """
    place = Path(home) / "keys" / "trusted" / f"{key.fingerprint.removeprefix('sha256:')}.pub"
    try:
        place.parent.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        place.parent.mkdir(exist_ok=True)
        if not place.exists():
            _write_once(place, key.pem, mode=0o644)
    except OSError as error:
        raise _unusable(place, error) from None


def _new_private_key() -> bytes:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write_once(place: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Write a file that is whole when it appears; of two processes that do it at once, the first one's stays."""
    beside = place.with_name(f".{place.name}.{secrets.token_hex(8)}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(beside, place)
    finally:
        beside.unlink()


def _unusable(place: Path, error: OSError) -> UsageError:
    return UsageError(
        f"the key cannot be read or written: {error.strerror or error}",
        where=str(place),
        hint="Check the permissions of keys/ in the workspace, or choose another with --home.",
    )
