"""A bundle taken into a workspace, whole or not at all. Reach for it on the machine without internet.

Before anything is written, every byte of the bundle is checked (:mod:`tajfif.lists.bundle`), who signed it, whether it is newer
than what is there, and whether nothing is missing that it builds upon. What it says of its versions is checked against their
files. ``lists/imports.json`` keeps the last bundle of each key.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from tajfif.errors import ListError, ListRefusedError
from tajfif.lists.bundle import Bundle, content_of, read_bundle
from tajfif.lists.compact import unpack
from tajfif.lists.durable import exclusive, replace_file
from tajfif.lists.store import ListStore
from tajfif.lists.versions import StoredVersion, set_digest
from tajfif.model import ListVersion
from tajfif.signing import fingerprint_named, known_fingerprints, trust

__all__ = ["ImportReport", "import_bundle"]


class ImportReport(msgspec.Struct, frozen=True, kw_only=True):
    """What importing a bundle did.

    Attributes:
        sequence: Number of the bundle.
        time: When it was made.
        signer: Fingerprint of the key that signed it.
        added: Versions that were not here before, in the order of the bundle.
        known: How many of its versions were here already.
        serving: What is searched from now on.
    """

    sequence: int
    time: str
    signer: str
    added: tuple[ListVersion, ...]
    known: int
    serving: tuple[ListVersion, ...]


class _Taken(msgspec.Struct, frozen=True, kw_only=True):
    """The last bundle of a key."""

    sequence: int
    digest: str
    time: str


def import_bundle(
    home: str | os.PathLike[str], path: Path, *, key: str | None = None, trust_signer: bool = False
) -> ImportReport:
    """Take the lists of a bundle into a workspace.

    Args:
        home: The workspace.
        path: The bundle.
        key: Who must have signed it, as :func:`tajfif.signing.fingerprint_named` takes it; by default, a key that the workspace
            knows already.
        trust_signer: Trust whoever signed it, now and from now on.

    Raises:
        InputError: The file cannot be read.
        UsageError: ``key`` names no key.
        ListRefusedError: It was changed, its signer is unknown, it is older than what is here, its base is missing, or its
            files are not what it says. The store is as it was.
        ListError: The store is damaged, in use by another process or cannot be written.
    """
    bundle = read_bundle(path)
    _check_signer(home, path, bundle, key, trust_signer=trust_signer)
    try:
        return _take_in(home, path, bundle, trust_signer=trust_signer)
    except OSError as error:
        raise ListError(
            f"the bundle cannot be imported: {error.strerror or error}",
            where=str(error.filename or home),
            hint="Check the workspace's permissions and the free space. What served still serves.",
        ) from error


def _take_in(home: str | os.PathLike[str], path: Path, bundle: Bundle, *, trust_signer: bool) -> ImportReport:
    """Check the bundle against what is here and write it, holding the lock."""
    signer = bundle.signer.fingerprint
    store, log = ListStore(home), Path(home) / "lists" / "imports.json"
    with exclusive(log.with_suffix(".lock")):
        taken = _log_of(log)
        stored = tuple(each for each in store.versions() if not each.bundled)
        new = _new_versions(bundle, stored)
        _check_order(path, bundle, taken.get(signer), stored)
        _check_files(path, bundle, new)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        added = store.adopt(
            [msgspec.structs.replace(each, loaded_at=now) for each in new],
            lambda kind, sha256: content_of(path, bundle, kind, sha256),
        )
        if trust_signer:
            trust(home, bundle.signer)
        taken[signer] = _Taken(sequence=bundle.manifest.sequence, digest=bundle.digest, time=bundle.manifest.time)
        replace_file(log.parent, log, msgspec.json.encode(taken, order="deterministic"))
    return ImportReport(
        sequence=bundle.manifest.sequence,
        time=bundle.manifest.time,
        signer=signer,
        added=tuple(each.version for each in added),
        known=len(bundle.versions) - len(added),
        serving=store.serving(),
    )


def _check_signer(
    home: str | os.PathLike[str], path: Path, bundle: Bundle, key: str | None, *, trust_signer: bool
) -> None:
    signer = bundle.signer.fingerprint
    if key is not None:
        if fingerprint_named(key) != signer:
            raise ListRefusedError(
                f"the bundle is signed by {signer}, not by the key that was named", where=str(path)
            )  # fmt: skip
    elif not trust_signer and signer not in known_fingerprints(home):
        raise ListRefusedError(
            f"the bundle is signed by a key that is not known here: {signer}",
            where=str(path),
            hint="Ask whoever made it for the fingerprint (tajfif receipt key). If it is this one, import with --trust.",
        )


def _log_of(log: Path) -> dict[str, _Taken]:
    if not log.exists():
        return {}
    try:
        return msgspec.json.decode(log.read_bytes(), type=dict[str, _Taken])
    except msgspec.MsgspecError:
        raise ListError(
            "the log of imported bundles is damaged", where=str(log), hint="Restore the workspace from a backup."
        ) from None


def _new_versions(bundle: Bundle, stored: Sequence[StoredVersion]) -> list[StoredVersion]:
    here = {(each.version.source, each.version.sha256) for each in stored}
    return [each for each in bundle.versions if (each.version.source, each.version.sha256) not in here]


def _check_order(path: Path, bundle: Bundle, last: _Taken | None, stored: Sequence[StoredVersion]) -> None:
    """Refuse a bundle that would turn back the clock."""
    sequence = bundle.manifest.sequence
    if last is not None and sequence <= last.sequence and bundle.digest != last.digest:
        raise ListRefusedError(
            f"the bundle is older: it is number {sequence}, and number {last.sequence} of {last.time} was imported already",
            where=str(path),
        )
    newest = {each.version.source: each for each in bundle.versions}
    for each in bundle.versions:
        if each.version.published > newest[each.version.source].version.published:
            newest[each.version.source] = each
    for served in stored:
        theirs = newest.get(served.version.source)
        if served.serving and theirs is not None and theirs.version.published < served.version.published:
            raise ListRefusedError(
                f"the bundle is older: its newest {theirs.version.source} is of {theirs.version.published}, and "
                f"{served.name} serves here",
                where=str(path),
                hint="Have a newer bundle made.",
            )


def _check_files(path: Path, bundle: Bundle, new: Sequence[StoredVersion]) -> None:
    """Make sure that all files of the new versions are in the bundle and are what it says of them."""
    for each in new:
        wanted = [*(("raw", file.sha256) for file in each.files), ("parsed", each.parsed)]
        if any(key not in bundle.places for key in wanted):
            raise ListRefusedError(
                f"the bundle builds upon {each.name}, which is not here: import its base first",
                where=str(path),
                hint="Have a whole bundle made (tajfif lists export without --since and --base), or import the earlier one.",
            )
        try:
            version, _ = unpack(content_of(path, bundle, "parsed", each.parsed), where=str(path))
        except ListError as error:
            raise ListRefusedError(f"{each.name} cannot be read: {error.message}", where=str(path)) from None
        if version != each.version or set_digest((file.role, file.sha256) for file in each.files) != version.sha256:
            raise ListRefusedError(f"the files of {each.name} are not what the bundle says of them", where=str(path))
