"""Whether an installation and its workspace are well. Reach for it before relying on them, and when something is odd.

Every check looks with the same functions that screening uses, so that what they pass is what works.
"""

from __future__ import annotations

import os
import platform
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import msgspec

from tajfif.compiled import CACHE_VARIABLE
from tajfif.config import engine_version, workspace
from tajfif.errors import TajfifError
from tajfif.lists.history import in_force
from tajfif.lists.merges import MergeDecisions
from tajfif.lists.snapshot import says_stale
from tajfif.lists.store import ListStore
from tajfif.lists.update import read_log
from tajfif.screening.index import NameIndex, index_digest
from tajfif.screening.spelling import tables_digest
from tajfif.signing import SigningKey

__all__ = ["Check", "check_health"]

State = Literal["ok", "warning", "fault"]
Area = Literal["installation", "workspace", "lists"]
_LEAST_FREE = 500_000_000


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at.

    Attributes:
        name: What: ``python``, ``compiled_cache``, ``tables``, ``workspace``, ``list un_sc`` …
        area: Of the installation, the workspace or the lists.
        state: ``ok``, ``warning`` (it works, but see to it) or ``fault``.
        found: What was found.
        hint: What to do; empty where all is well.
    """

    name: str
    area: Area
    state: State
    found: str
    hint: str = ""


def check_health(home: str | os.PathLike[str] | None = None) -> tuple[Check, ...]:
    """Look at the installation and at a workspace, which is not changed.

    Args:
        home: The workspace.
    """
    folder = workspace(home)
    return (
        _program(),
        *_guarded("compiled_cache", "installation", _compiled_cache),
        *_guarded("tables", "installation", _tables),
        *_guarded("workspace", "workspace", lambda: _workspace(folder)),
        *_guarded("lists", "lists", lambda: _lists(folder)),
        *_guarded("index", "lists", lambda: _index(folder)),
        *_guarded("merges", "workspace", lambda: _merges(folder)),
        *_guarded("updates", "workspace", lambda: _updates(folder)),
        *_guarded("signing_key", "workspace", lambda: _signing_key(folder)),
    )


def _guarded(name: str, area: Area, look: Callable[[], Iterator[Check]]) -> Iterator[Check]:
    """Turn what a look raises into a fault of it."""
    try:
        yield from look()
    except TajfifError as error:
        found = f"{error.where}: {error.message}" if error.where else error.message
        yield Check(name=name, area=area, state="fault", found=found, hint=error.hint)
    except OSError as error:
        found = f"{error.filename or ''}: {error.strerror or error}".lstrip(": ")
        yield Check(name=name, area=area, state="fault", found=found, hint="Check its permissions and the disk.")


def _program() -> Check:
    found = f"tajfif {engine_version()}, Python {platform.python_version()}, {platform.machine()} {platform.system()}"
    return Check(name="program", area="installation", state="ok", found=found)


def _compiled_cache() -> Iterator[Check]:
    place = Path(os.environ[CACHE_VARIABLE])
    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        yield Check(
            name="compiled_cache", area="installation", state="warning", found=f"{place}: {error.strerror or error}",
            hint=f"Every start compiles anew and takes longer. Point {CACHE_VARIABLE} to a directory that can be written.",
        )  # fmt: skip
        return
    yield Check(name="compiled_cache", area="installation", state="ok", found=str(place))


def _tables() -> Iterator[Check]:
    yield Check(name="tables", area="installation", state="ok", found=f"learned tables {tables_digest()[:16]}")


def _workspace(folder: Path) -> Iterator[Check]:
    if not folder.exists():
        yield Check(
            name="workspace", area="workspace", state="warning", found=f"{folder} is not there yet",
            hint="It is made when a list is loaded: tajfif lists update, or tajfif lists load.",
        )  # fmt: skip
        return
    if not os.access(folder, os.W_OK):
        yield Check(
            name="workspace", area="workspace", state="fault", found=f"{folder} cannot be written",
            hint="Lists cannot be updated. Check its owner and permissions, or choose another with --home.",
        )  # fmt: skip
    free = shutil.disk_usage(folder).free
    low = free < _LEAST_FREE
    yield Check(
        name="workspace", area="workspace", state="warning" if low else "ok", found=f"{folder}, {free / 1e9:,.1f} GB free",
        hint="Little space is left: an update may fail." if low else "",
    )  # fmt: skip
    left = [path.name for path in folder.glob("*/incoming/*")]
    if left:
        yield Check(
            name="incoming", area="workspace", state="warning", found=f"{len(left)} files of a run that was stopped",
            hint="Nothing is lost; the next load or update sweeps them.",
        )  # fmt: skip


def _lists(folder: Path) -> Iterator[Check]:
    for each in in_force(ListStore(folder)).lists:
        version = each.version
        stale = next((notice for notice in each.notices if says_stale(notice)), "")
        other = next(iter(each.notices), "")
        count = f"{version.published}, {len(each.entities):,} entries in force, sha256 {version.sha256[:12]}"
        text, _, hint = (stale or other).partition("\n")
        yield Check(
            name=f"list {version.source}", area="lists", state="fault" if stale else "warning" if other else "ok",
            found=f"{count}; {text}" if text else count, hint=hint.strip(),
        )  # fmt: skip


def _index(folder: Path) -> Iterator[Check]:
    lists = in_force(ListStore(folder)).lists
    place = folder / "index" / index_digest((each.digest for each in lists), tables_digest())
    if not place.exists():
        yield Check(
            name="index",
            area="lists",
            state="ok",
            found="not built yet for the lists that serve; the first search builds it",
        )
        return
    index = NameIndex.open(place)
    if index is None:
        yield Check(
            name="index", area="lists", state="warning", found=f"{place} cannot be opened",
            hint="Every run builds it in memory and takes longer. Remove that directory.",
        )  # fmt: skip
        return
    yield Check(name="index", area="lists", state="ok", found=f"{index.names:,} names of {index.entities:,} entries")


def _merges(folder: Path) -> Iterator[Check]:
    yield Check(
        name="merges", area="workspace", state="ok", found=f"{len(MergeDecisions(folder).read()):,} decisions on merges"
    )
    events = len(ListStore(folder).events())
    yield Check(name="events", area="workspace", state="ok", found=f"{events:,} corrections and retractions")


def _updates(folder: Path) -> Iterator[Check]:
    last = {each.source: each for each in read_log(folder)}
    if not last:
        yield Check(name="updates", area="workspace", state="ok", found="no list was updated from its publisher yet")
    for each in last.values():
        failed = each.outcome == "failed"
        yield Check(
            name=f"update {each.source}", area="workspace", state="warning" if failed else "ok",
            found=f"{each.at[:16].replace('T', ' ')}: {each.outcome}" + (f", {each.reason.partition(chr(10))[0]}" if failed else ""),
            hint=f"tajfif lists update {each.source}" if failed else "",
        )  # fmt: skip


def _signing_key(folder: Path) -> Iterator[Check]:
    found = "none yet; the first receipt or bundle makes one"
    if (folder / "keys" / "signing.key").exists():
        found = SigningKey.of_workspace(folder).public.fingerprint
    yield Check(name="signing_key", area="workspace", state="ok", found=found)
