"""Many subjects screened on several cores, in their order. Reach for it through ``Screener.screen_many(…, workers=2)``.

The first subjects are screened in this process, so that a short file pays for no other; the rest go in portions to
processes that map the same index from disk. What comes back are hits in the order asked, so that one process or many give
the same results. Between the processes go messages of this program's own, never what a customer sent.
"""

from __future__ import annotations

import contextlib
import itertools
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path

import msgspec

from tajfif import errors
from tajfif.config import Settings
from tajfif.errors import InternalError, TajfifError
from tajfif.model import Hit, Subject
from tajfif.screening.grouping import Grouping
from tajfif.screening.index import NameIndex

__all__ = ["Question", "Screen", "screen_in_processes"]

FIRST = 2_000
"""How many subjects this process screens before others are started, which takes them about a second."""
PORTION = 256
_AHEAD = 3  # portions waiting for each process: enough that none is idle, few enough that memory stays bounded


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """How subjects are to be screened, and which entries are shown as one; the same for all of them."""

    settings: Settings
    threshold: float | None
    limit: int | None
    lang: str
    groups: tuple[tuple[str, ...], ...]
    places: dict[str, int]


class _Failure(msgspec.Struct, frozen=True, kw_only=True):
    """An error of this program's tree on its way between processes."""

    kind: str
    message: str
    where: str
    hint: str


class _Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The hits of those subjects of a portion that have some, by their place in it."""

    hits: list[tuple[int, tuple[Hit, ...]]] = []
    failure: _Failure | None = None


Screen = Callable[[Subject], list[Hit]]


def screen_in_processes(
    subjects: Iterable[Subject], here: Screen, index: Path, question: Question, workers: int
) -> Iterator[tuple[Subject, tuple[Hit, ...]]]:
    """Yield each subject with its hits, in order.

    Args:
        subjects: Whom to screen.
        here: Screens one in this process.
        index: Folder of the saved index that ``here`` searches.
        question: What ``here`` was asked, for the other processes.
        workers: How many processes, at least 2.

    Raises:
        TajfifError: What screening raises.
        InternalError: A process died.
    """
    coming = iter(subjects)
    for subject in itertools.islice(coming, FIRST):
        yield subject, tuple(here(subject))
    following = next(coming, None)
    if following is None:
        return
    pool = ProcessPoolExecutor(
        workers,
        mp_context=get_context("spawn"),
        initializer=_start,
        initargs=(str(index), msgspec.json.encode(question)),
    )
    try:
        yield from _answered(pool, itertools.chain((following,), coming), workers)
    except BrokenProcessPool as error:
        raise InternalError(
            "a process that screens was stopped from outside, perhaps for want of memory",
            hint="Try again with --workers 1.",
        ) from error
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _answered(
    pool: ProcessPoolExecutor, subjects: Iterator[Subject], workers: int
) -> Iterator[tuple[Subject, tuple[Hit, ...]]]:
    encode, decode = msgspec.msgpack.Encoder().encode, msgspec.msgpack.Decoder(_Answer).decode
    waiting: deque[tuple[list[Subject], Future[bytes]]] = deque()
    while True:
        while len(waiting) < workers * _AHEAD and (portion := list(itertools.islice(subjects, PORTION))):
            waiting.append((portion, pool.submit(_screen_portion, encode(portion))))
        if not waiting:
            return
        portion, future = waiting.popleft()
        answer = decode(future.result())
        if answer.failure:
            raise _as_error(answer.failure)
        hits = dict(answer.hits)
        for place, subject in enumerate(portion):
            yield subject, hits.get(place, ())


def _as_error(failure: _Failure) -> TajfifError:
    kind = getattr(errors, failure.kind, InternalError)
    error: TajfifError = kind(failure.message, where=failure.where, hint=failure.hint)
    return error


# ── in the other processes ───────────────────────────────────────────────────────────────────────────────────────────

_screen: Screen | None = None


def _start(index: str, encoded: bytes) -> None:
    global _screen
    from tajfif.screening.screener import Screener

    with contextlib.suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that reads the file tells the others to stop
    question = msgspec.json.decode(encoded, type=Question)
    opened = NameIndex.open(Path(index))
    if opened is None:
        raise InternalError(f"the index at {index} is gone")
    grouping = Grouping(opened, question.groups, question.places)
    screener = Screener(opened, settings=question.settings, grouping=grouping)

    def screen(subject: Subject) -> list[Hit]:
        return screener.screen(subject, threshold=question.threshold, limit=question.limit, lang=question.lang)

    _screen = screen


def _screen_portion(encoded: bytes) -> bytes:
    if _screen is None:
        raise InternalError("a process was asked before it was started")
    answer = _Answer()
    try:
        for place, subject in enumerate(msgspec.msgpack.decode(encoded, type=list[Subject])):
            if hits := _screen(subject):
                answer.hits.append((place, tuple(hits)))
    except TajfifError as error:
        failure = _Failure(kind=type(error).__name__, message=error.message, where=error.where, hint=error.hint)
        answer = _Answer(failure=failure)
    return msgspec.msgpack.encode(answer)
