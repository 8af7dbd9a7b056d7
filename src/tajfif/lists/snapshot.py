"""The list that comes with the package. Reach for it where no list is loaded yet, or to build the snapshot anew.

It holds the facts of the United Nations Security Council's list of one day: names, dates, identifiers, references,
relations. It has no sentence of the list's comments. It is not current, and all that use it say so with
:func:`notice`.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from functools import cache
from importlib import resources

from tajfif.lists.catalogue import Source, source
from tajfif.lists.compact import unpack, version_of
from tajfif.lists.parsers import ParsedList
from tajfif.lists.versions import StoredVersion
from tajfif.model import ListVersion

__all__ = [
    "BUNDLED",
    "FILE_NAME",
    "bundled",
    "bundled_version",
    "data_age",
    "how_to_load",
    "notice",
    "says_stale",
    "staleness",
]

_STALE = " is STALE:"

FILE_NAME = "un_sc_2025-04-19.list"
"""The file in ``tajfif.data``, in the layout of :mod:`tajfif.lists.compact`."""


def _read() -> bytes:
    return (resources.files("tajfif.data") / FILE_NAME).read_bytes()


def _first_line() -> bytes:
    with (resources.files("tajfif.data") / FILE_NAME).open("rb") as file:
        return file.readline()


BUNDLED: ListVersion = version_of(_first_line(), where=FILE_NAME)
"""The version of the snapshot. Its hash is that of the publisher's file from which the facts were taken."""


@cache
def bundled() -> ParsedList:
    """Return the snapshot.

    Raises:
        ListError: The installed file is damaged.
    """
    version, entities = unpack(_read(), where=FILE_NAME)
    return ParsedList(source=version.source, published=version.published, entities=entities)


@cache
def bundled_version() -> StoredVersion:
    """Return the snapshot's version as it is listed beside loaded ones."""
    return StoredVersion(version=BUNDLED, parsed=hashlib.sha256(_read()).hexdigest(), serving=True, bundled=True)


def data_age(version: ListVersion, today: date | None = None) -> int:
    """Return how many days ago a version was published; never less than zero.

    Args:
        version: Its date may lack the day or the month; then the first one counts.
        today: The day from which to count; today in UTC by default.
    """
    parts = [int(part) for part in version.published.split("-")]
    year, month, day = (*parts, 1, 1)[:3]
    return max(0, ((today or datetime.now(UTC).date()) - date(year, month, day)).days)


def how_to_load(wanted: Source) -> str:
    """Return how today's file of a source is loaded, and where it is published."""
    command = f"Load today's: tajfif lists load --source {wanted.key}"
    if len(wanted.addresses) < 2:
        return f"{command} FILE" + (f" (official file: {wanted.address})" if wanted.address else "")
    folder = wanted.address.rpartition("/")[0]
    names = ", ".join(address.rpartition("/")[2] for address in wanted.addresses)
    return f"{command} DIRECTORY (official files: {names} at {folder}/)"


def staleness(version: ListVersion, today: date | None = None) -> str:
    """Return a warning if a version is older than its source's policy allows; else an empty string."""
    wanted = source(version.source)
    age = data_age(version, today)
    if age <= wanted.max_age_days:
        return ""
    return (
        f"the list {version.source}{_STALE} published {version.published}, {age} days ago; "
        f"the policy allows {wanted.max_age_days}.\n  {how_to_load(wanted)}"
    )


def says_stale(text: str) -> bool:
    """Tell whether a notice is one that :func:`staleness` gave; the bundled snapshot has a notice of its own."""
    return text.startswith("the list ") and _STALE in text


def notice(today: date | None = None) -> str:
    """Return what must be said wherever the snapshot serves: its date, its age, and how to load today's list."""
    wanted = source(BUNDLED.source)
    return (
        f"no list is loaded: the bundled snapshot of the {wanted.title} serves, "
        f"published {BUNDLED.published}, {data_age(BUNDLED, today)} days ago, and not current.\n  {how_to_load(wanted)}"
    )
