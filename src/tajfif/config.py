"""Where the workspace is and what the settings are. Reach for it when code needs a path or a threshold.

One workspace directory holds everything that Tajfif writes; backing it up is copying it. It is, in this order: the
path given to ``--home`` or ``Screener.open(home=…)``, the environment variable ``TAJFIF_HOME``, the platform's directory
for user data.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import msgspec
import platformdirs

from tajfif.errors import UsageError

__all__ = [
    "MAX_NAME_LENGTH",
    "Configuration",
    "Settings",
    "SourceConfiguration",
    "configuration",
    "engine_version",
    "usable_cores",
    "workspace",
]

MAX_NAME_LENGTH = 1_000
"""Longest name that is screened, in characters; the longest on the UN and OFAC lists has fewer than 250."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that can change a result. Its hash is part of every result.

    Attributes:
        threshold: Score from which a hit raises an alert.
        limit: Most hits shown for one subject.
        weak_alias_alone: Whether a weak alias ("Abu Yusuf") raises an alert without any other field that agrees.
        frequent_name_alone: Whether, between two records, a name of frequent parts only counts in full without any other field that agrees.
        schema: FtM schema assumed of a subject that states none; empty compares with every schema.
    """

    threshold: float = 0.7
    limit: int = 10
    weak_alias_alone: bool = False
    frequent_name_alone: bool = False
    schema: str = ""

    def __post_init__(self) -> None:
        if not 0.0 <= self.threshold <= 1.0:
            raise UsageError(f"threshold {self.threshold} is not between 0 and 1")
        if self.limit < 1:
            raise UsageError(f"limit {self.limit} is not at least 1")

    @property
    def digest(self) -> str:
        """First 16 hexadecimal digits of the SHA-256 of the settings as canonical JSON."""
        return hashlib.sha256(msgspec.json.encode(self, order="deterministic")).hexdigest()[:16]


def workspace(home: str | os.PathLike[str] | None = None) -> Path:
    """Return the workspace directory, without creating it.

    Args:
        home: An explicit directory; wins over ``TAJFIF_HOME`` and the platform's default.
    """
    chosen = home or os.environ.get("TAJFIF_HOME") or platformdirs.user_data_dir("tajfif", appauthor=False)
    return Path(chosen).expanduser().absolute()


class SourceConfiguration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a workspace says of one list: the table ``[sources.KEY]`` of its ``config.toml``.

    Attributes:
        addresses: Where its files are fetched instead of the publisher's addresses, such as a mirror; empty for those.
    """

    addresses: tuple[str, ...] = ()


class Configuration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the file ``config.toml`` of a workspace says.

    Attributes:
        sources: By key of the list.
    """

    sources: dict[str, SourceConfiguration] = {}


def configuration(home: str | os.PathLike[str]) -> Configuration:
    """Return what ``config.toml`` in a workspace says; without the file, the defaults.

    Args:
        home: The workspace directory.

    Raises:
        UsageError: The file cannot be read, is no TOML, or says something that is not known.
    """
    path = Path(home) / "config.toml"
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Configuration)
    except FileNotFoundError:
        return Configuration()
    except OSError as error:
        raise UsageError(f"the configuration cannot be read: {error.strerror}", where=str(path)) from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise UsageError(
            f"the configuration cannot be understood: {error}",
            where=str(path),
            hint='Write [sources.un_sc] and below it addresses = ["https://…"].',
        ) from error


def usable_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def engine_version() -> str:
    """Return the version of the installed package."""
    from importlib.metadata import version

    return version("tajfif")
