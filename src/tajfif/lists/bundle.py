"""Lists carried to a machine without internet in one signed file. Reach for it to export a bundle, or to import one.

A bundle is a tar file (POSIX ustar) that any program can unpack: ``manifest.json`` first, a record and its seal
(:mod:`tajfif.signing`), then the raw and parsed files of the store that the manifest names, by their hash, in its order. Every
byte follows from the manifest, headers and padding too, so that one changed anywhere is found. Names in it are made from
hashes alone: nothing can be written to another place.

The manifest numbers the bundles of one workspace. An importing workspace keeps, for each key, the last one that it took in, in
``lists/imports.json``, and refuses an earlier one. A differential bundle states all versions but carries the files of the new
ones only; where the others are not there already, it is refused.
"""

from __future__ import annotations

import hashlib
import os
import tarfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final, Literal

import msgspec

from tajfif.errors import InputError, ListRefusedError, UsageError
from tajfif.lists.durable import exclusive, replace_file
from tajfif.lists.store import ListStore
from tajfif.lists.versions import StoredVersion
from tajfif.signing import Hex32, PublicKey, SigningKey, read_exactly, sealed, unsealed

__all__ = ["FORMAT", "LARGEST_FILE", "Bundle", "BundleFile", "Manifest", "content_of", "export_bundle", "read_bundle"]

FORMAT: Final = "tajfif-bundle-1"
LARGEST_FILE = 512 << 20
"""Bytes of the largest file in a bundle; the largest list there is has a quarter of it."""

_LARGEST_MANIFEST = 16 << 20
_MANIFEST = "manifest.json"
_BLOCK = 512
_END = bytes(2 * _BLOCK)
_CHUNK = 1 << 20

Kind = Literal["raw", "parsed"]


class BundleFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file in a bundle: what it is in the store, its hash, its bytes."""

    kind: Kind
    sha256: Hex32
    size: int

    @property
    def name(self) -> str:
        """Its name in the tar file."""
        return f"{self.kind}/{self.sha256}"


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a bundle says of itself.

    Attributes:
        format: :data:`FORMAT`.
        sequence: Number of the bundle among those of its workspace, from 1.
        time: When it was made, ISO 8601 in UTC.
        versions: All versions of the workspace, in the order of loading; kept as written, as JSON of
            :class:`tajfif.lists.versions.StoredVersion`.
        files: Those in the bundle, in order.
    """

    format: Literal["tajfif-bundle-1"] = FORMAT
    sequence: int
    time: str
    versions: msgspec.Raw
    files: tuple[BundleFile, ...]


class Bundle(msgspec.Struct, frozen=True, kw_only=True):
    """A bundle, every byte of it checked.

    Attributes:
        manifest: What it says of itself.
        digest: SHA-256 of the manifest's record.
        signer: Whose key signed it. Whether to trust it is not said.
        versions: All versions that it names, in the order of loading.
        places: Where in the file each of its files begins.
    """

    manifest: Manifest
    digest: str
    signer: PublicKey
    versions: tuple[StoredVersion, ...]
    places: dict[tuple[Kind, str], int]


def export_bundle(
    home: str | os.PathLike[str], path: Path, *, since: str | None = None, base: Path | None = None
) -> Manifest:
    """Write the lists of a workspace to a bundle, signed with the key of the workspace.

    Args:
        home: The workspace.
        path: The bundle; it appears whole or not at all.
        since: A version, as :meth:`tajfif.lists.store.ListStore.resolve` takes it: leave out the files of this one and of those
            loaded before it.
        base: A bundle: leave out the files of the versions that it names.

    Raises:
        UsageError: No list is loaded, or the bundle cannot be written.
        InputError: The base cannot be read.
        ListRefusedError: The base is no bundle, or was changed.
        ListError: The store is damaged.
    """
    store = ListStore(home)
    versions = tuple(msgspec.structs.replace(each, serving=False) for each in store.versions() if not each.bundled)
    if not versions:
        raise UsageError("no list is loaded, so there is nothing to export", where=str(home))
    there = _already_there(store, versions, since, base)
    wanted = dict.fromkeys(key for each in versions for key in _files_of(each) if key not in there)
    key = SigningKey.of_workspace(home)
    counter = Path(home) / "lists" / "exports.json"
    with exclusive(counter.with_suffix(".lock")):
        sequence = (read_exactly(counter.read_bytes(), int, where=str(counter)) if counter.exists() else 0) + 1
        manifest = Manifest(
            sequence=sequence,
            time=datetime.now(UTC).isoformat(timespec="seconds"),
            versions=msgspec.Raw(msgspec.json.encode(versions)),
            files=tuple(
                BundleFile(kind=kind, sha256=sha256, size=len(store.content(kind, sha256))) for kind, sha256 in wanted
            ),
        )
        try:
            # The counter first: a number that no bundle has does no harm, a number that two have would.
            replace_file(counter.parent, counter, msgspec.json.encode(sequence))
            _write(path, sealed(key, msgspec.json.encode(manifest)), manifest.files, store)
        except OSError as error:
            raise UsageError(f"the bundle cannot be written: {error.strerror or error}", where=str(path)) from error
    return manifest


def _already_there(
    store: ListStore, versions: Sequence[StoredVersion], since: str | None, base: Path | None
) -> set[tuple[Kind, str]]:
    """Return the files that the other side has."""
    known: Sequence[StoredVersion] = ()
    if since is not None:
        named = store.resolve(since).version
        place = next((number for number, each in enumerate(versions) if each.version == named), None)
        if place is None:
            raise UsageError(f"{since!r} is the bundled snapshot, which no bundle carries", hint="Leave --since out.")
        known = versions[: place + 1]
    elif base is not None:
        known = read_bundle(base).versions
    return {key for each in known for key in _files_of(each)}


def _files_of(stored: StoredVersion) -> Iterator[tuple[Kind, str]]:
    for file in stored.files:
        yield "raw", file.sha256
    yield "parsed", stored.parsed


def read_bundle(path: Path) -> Bundle:
    """Return a bundle of which every byte is right: signature, hashes, sizes, names, padding, end.

    Raises:
        InputError: The file cannot be read.
        ListRefusedError: It is not what was signed, or no bundle; or it has a file larger than :data:`LARGEST_FILE`.
    """
    where = str(path)
    try:
        with path.open("rb") as file:
            return _checked(file, where)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", where=where) from None
    except InputError as error:
        raise ListRefusedError(
            f"the bundle is refused: {error.message}",
            where=where,
            hint="Nothing was changed. Have it carried over again.",
        ) from None


def _checked(file: IO[bytes], where: str) -> Bundle:
    header = file.read(_BLOCK)
    try:
        size = tarfile.TarInfo.frombuf(header, "utf-8", "strict").size
    except (tarfile.TarError, ValueError):
        size = -1
    if not 0 <= size <= _LARGEST_MANIFEST or header != _header(_MANIFEST, size):
        raise InputError("this is no bundle, or its beginning was changed", where=where)
    signed = file.read(size)
    _expect(file, bytes(-size % _BLOCK), where)
    record, signer = unsealed(signed, where=where)
    manifest = read_exactly(record, Manifest, where=where)
    versions = _versions_of(manifest, where)
    places: dict[tuple[Kind, str], int] = {}
    for each in manifest.files:
        if not 0 <= each.size <= LARGEST_FILE:
            raise InputError(
                f"{each.name} has {each.size:,} bytes; no more than {LARGEST_FILE:,} are taken", where=where
            )
        _expect(file, _header(each.name, each.size), where)
        places[each.kind, each.sha256] = file.tell()
        if _hash(file, each.size) != each.sha256:
            raise InputError(f"{each.name} was changed or is cut off", where=where)
        _expect(file, bytes(-each.size % _BLOCK), where)
    _expect(file, _END, where)
    if file.read(1):
        raise InputError("something was added after its end", where=where)
    digest = hashlib.sha256(record).hexdigest()
    return Bundle(manifest=manifest, digest=digest, signer=signer, versions=versions, places=places)


def _versions_of(manifest: Manifest, where: str) -> tuple[StoredVersion, ...]:
    """Return the versions that a manifest states, and make sure that its files are theirs."""
    try:
        versions = msgspec.json.decode(manifest.versions, type=tuple[StoredVersion, ...])
    except msgspec.MsgspecError as error:
        raise InputError(f"its versions cannot be read by this version of the program: {error}", where=where) from None
    named = {key for each in versions for key in _files_of(each)}
    stated = [(each.kind, each.sha256) for each in manifest.files]
    if not set(stated) <= named or len(set(stated)) != len(stated) or any(each.bundled for each in versions):
        raise InputError("its files are not those of its versions", where=where)
    return versions


def content_of(path: Path, bundle: Bundle, kind: Kind, sha256: str) -> bytes:
    """Return one file of a bundle that was read.

    Raises:
        ListRefusedError: The bundle does not have it, or was changed since it was read.
    """
    place = bundle.places.get((kind, sha256))
    size = next((each.size for each in bundle.manifest.files if (each.kind, each.sha256) == (kind, sha256)), 0)
    if place is None:
        raise ListRefusedError(f"{kind}/{sha256} is not in the bundle", where=str(path))
    with path.open("rb") as file:
        file.seek(place)
        data = file.read(size)
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ListRefusedError("the bundle was changed while it was imported", where=str(path))
    return data


def _write(path: Path, manifest: bytes, files: Sequence[BundleFile], store: ListStore) -> None:
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("wb") as file:
            _add(file, _MANIFEST, manifest)
            for each in files:
                _add(file, each.name, store.content(each.kind, each.sha256))
            file.write(_END)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _add(file: IO[bytes], name: str, content: bytes) -> None:
    file.write(_header(name, len(content)) + content + bytes(-len(content) % _BLOCK))


def _header(name: str, size: int) -> bytes:
    """Return the header of a member, the same for ever: no owner, no time."""
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o644
    return member.tobuf(tarfile.USTAR_FORMAT, "utf-8", "strict")


def _expect(file: IO[bytes], content: bytes, where: str) -> None:
    if file.read(len(content)) != content:
        raise InputError("it was changed, or is cut off", where=where)


def _hash(file: IO[bytes], size: int) -> str:
    found = hashlib.sha256()
    while size > 0 and (chunk := file.read(min(size, _CHUNK))):
        found.update(chunk)
        size -= len(chunk)
    return found.hexdigest() if size == 0 else ""
