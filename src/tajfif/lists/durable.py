"""Files that survive a crash. Reach for it to write anything into the workspace that must be whole or absent.

A file is written beside its place, flushed to the disk and then renamed over it, and the directory is flushed as well:
after a crash or a power cut, the old content or the new content is there, never a part. A lock keeps two writers apart;
the operating system frees it when its process ends, however it ends.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from tajfif.errors import ListError

__all__ = ["clear_incoming", "exclusive", "hash_file", "replace_file", "store_object"]

INCOMING = "incoming"
"""Where files are written before they are moved to their place; what a crash leaves there, the next writer sweeps."""

_READ_ONLY = stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def replace_file(root: Path, place: Path, content: bytes, *, read_only: bool = False) -> None:
    """Write a file so that it is whole or, after a crash, as it was before.

    Args:
        root: The directory whose ``incoming`` directory is used; on the same file system as ``place``.
        place: Where the file goes; its directory is made.
        content: All its bytes.
        read_only: Whether the file can be written to afterwards.
    """
    incoming = root / INCOMING
    for directory in (incoming, place.parent):
        _make_directory(directory)
    beside = incoming / f"{place.name}.{os.getpid()}"
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if read_only:
        beside.chmod(_READ_ONLY)
    if sys.platform == "win32" and place.exists():
        place.chmod(stat.S_IWRITE)  # Windows does not replace a file that is read-only
    beside.replace(place)
    _flush_directory(place.parent)


def store_object(root: Path, place: Path, content: bytes, sha256: str) -> bool:
    """Write a read-only file whose content is known by its hash, unless it is there already and whole.

    Args:
        root: As in :func:`replace_file`.
        place: As in :func:`replace_file`.
        content: All its bytes.
        sha256: Their hash.

    Returns:
        Whether a damaged file was there and has been replaced.
    """
    damaged = False
    if place.exists():
        if hash_file(place) == sha256:
            return False
        damaged = True
    replace_file(root, place, content, read_only=True)
    return damaged


def clear_incoming(root: Path) -> None:
    """Remove what a crash left half-written. The caller holds the lock, so no living writer's file is there."""
    incoming = root / INCOMING
    if incoming.is_dir():
        for leftover in incoming.iterdir():
            if sys.platform == "win32":
                leftover.chmod(stat.S_IWRITE)
            leftover.unlink()


@contextlib.contextmanager
def exclusive(lock: Path, *, patience: float = 60.0) -> Iterator[None]:
    """Hold a lock file while the block runs.

    Args:
        lock: The file; it is made, and stays.
        patience: Seconds to wait for another holder.

    Raises:
        ListError: Another process held it all that time.
    """
    _make_directory(lock.parent)
    with lock.open("ab") as file:
        deadline = time.monotonic() + patience
        while not _take(file):
            if time.monotonic() >= deadline:
                raise ListError(
                    f"another process has been changing the lists for {patience:.0f} seconds",
                    where=str(lock),
                    hint="Wait until it is done, then try again.",
                )
            time.sleep(0.05)
        try:
            yield
        finally:
            _release(file)


def _make_directory(directory: Path) -> None:
    """Make a directory and its parents, and flush each parent, so that a power cut does not lose the whole branch."""
    missing = []
    while not directory.is_dir():
        missing.append(directory)
        directory = directory.parent
    for each in reversed(missing):
        each.mkdir(exist_ok=True)
        _flush_directory(each.parent)


if sys.platform == "win32":
    import msvcrt

    def _flush_directory(directory: Path) -> None:
        """Do nothing: Windows neither needs nor offers it."""

    def _take(file: IO[bytes]) -> bool:
        try:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _release(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _flush_directory(directory: Path) -> None:
        handle = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def _take(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _release(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)
