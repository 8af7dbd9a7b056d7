"""A canary: somebody invented is listed, and the time to the alert is measured. Reach for it to know that alerts do come.

A drill goes the whole way that a real listing goes: a file of one's own list is loaded into the store, the index is built, and a
customer base that was clean is screened against the change. It does so in a temporary copy of the workspace's lists, so that nothing
invented ever stands in the real one. The name is drawn for each drill, so that no answer kept from another can pass for one.
"""

from __future__ import annotations

import csv
import os
import random
import shutil
import tempfile
import time
from pathlib import Path
from typing import Literal

import msgspec

from tajfif.config import workspace
from tajfif.lists.store import ListStore
from tajfif.model import Name, Subject
from tajfif.screening.rescreen import RescreenReport, rescreen

__all__ = ["Drill", "run_drill"]

_SYLLABLES = ("zo", "ru", "ki", "ma", "du", "fa", "li", "no", "ba", "si", "ta", "ra")
_ARABIC = {
    "zo": "زو", "ru": "رو", "ki": "كي", "ma": "ما", "du": "دو", "fa": "فا", "li": "لي", "no": "نو", "ba": "با", "si": "سي",
    "ta": "تا", "ra": "را",
}  # fmt: skip
_CUSTOMER, _CONTROL = "drill-customer", "drill-control"
_BASE = "drill"


class Drill(msgspec.Struct, frozen=True, kw_only=True):
    """How a drill went.

    Attributes:
        passed: Whether the customer's alert came, by the entry planted, and the control stayed clear.
        listed: The invented name that was listed, in Latin script.
        customer: The same as the customer bore it, in Arabic script.
        score: Of the alert; zero where none came.
        control: ``clear``, or ``alert`` if the control customer was stopped.
        load_seconds: To read, check and keep the list.
        screen_seconds: From then until the alert: index and screening.
        seconds: From the list's arrival to the alert.
        lists: How many lists were searched beside the planted one.
    """

    passed: bool
    listed: str
    customer: str
    score: float
    control: Literal["clear", "alert"]
    load_seconds: float
    screen_seconds: float
    seconds: float
    lists: int


def run_drill(home: str | os.PathLike[str] | None = None, *, seed: int | None = None) -> Drill:
    """List somebody invented in a copy of the workspace and measure the time until a customer of that name has an alert.

    Args:
        home: The workspace; it is only read.
        seed: Draws the name; by default another each time.

    Raises:
        ListError: The lists that serve cannot be read.
    """
    rng = random.Random(seed)  # noqa: S311 - a name that nobody bears, not a secret
    listed, borne = _invented(rng)
    subjects = [
        Subject(id=_CUSTOMER, schema="Person", names=(Name(value=borne),)),
        Subject(id=_CONTROL, schema="Person", names=(Name(value=_invented(rng)[0]),)),
    ]
    with tempfile.TemporaryDirectory(prefix="tajfif-drill-") as name:
        folder = Path(name)
        _copy(workspace(home), folder)
        rescreen(folder, _BASE, subjects)
        began = time.perf_counter()
        _plant(folder, listed)
        loaded = time.perf_counter()
        report = rescreen(folder, _BASE)
        done = time.perf_counter()
    return _judged(report, listed, borne, (loaded - began, done - loaded))


def _judged(report: RescreenReport, listed: str, borne: str, seconds: tuple[float, float]) -> Drill:
    scores = [
        change.hit.score
        for change in report.changes
        if change.kind == "new" and change.customer == _CUSTOMER and change.hit.entity_id.startswith("own:drill-")
    ]
    stopped = any(change.customer == _CONTROL for change in report.changes)
    return Drill(
        passed=bool(scores) and not stopped,
        listed=listed,
        customer=borne,
        score=max(scores, default=0.0),
        control="alert" if stopped else "clear",
        load_seconds=seconds[0],
        screen_seconds=seconds[1],
        seconds=sum(seconds),
        lists=len(report.lists) - 1,
    )


def _invented(rng: random.Random) -> tuple[str, str]:
    """Return a name that nobody bears, in Latin and in Arabic script."""
    words = [rng.sample(_SYLLABLES, 3) for _ in range(3)]
    latin = " ".join("".join(word).capitalize() for word in words)
    return latin, " ".join("".join(_ARABIC[syllable] for syllable in word) for word in words)


def _copy(home: Path, folder: Path) -> None:
    """Copy what serves: the lists, people's decisions on merges, and the indexes, that the drill need not build them."""
    for part in ("lists", "index"):
        if (home / part).is_dir():
            shutil.copytree(home / part, folder / part, ignore=shutil.ignore_patterns("lock", "incoming", "raw"))


def _plant(folder: Path, listed: str) -> None:
    """Load a list of one's own with those that are on it already and one more."""
    store = ListStore(folder)
    there = next((each for each in store.serving() if each.source == "own"), None)
    path = folder / "drill.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("id", "schema", "name"))
        rows.writerow(("drill-canary", "Person", listed))
        for entity in store.entities(there) if there else ():
            rows.writerow((f"kept-{entity.id.partition(':')[2]}", "", entity.caption))
    store.load("own", path, accept_loss=True)
