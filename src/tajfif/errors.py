"""The whole exception tree, in one place. Reach for it when you raise, or catch, anything of Tajfif's.

    TajfifError
    ├── UsageError              a wrong option, argument or setting                (exit code 2)
    ├── InputError              bad input: file, row, date, name                   (exit code 2)
    │   └── ListFormatError     a list file that cannot be read as its publisher's format
    ├── ListError               a list is missing, stale or refused                (exit code 3)
    │   ├── ListMissingError    no such source or version is loaded
    │   └── ListRefusedError    a list was read but must not be loaded as it is
    └── InternalError           a broken promise of this program: please report it  (exit code 4)

Each error says what is wrong, where (file and line, row or element) and what to do. The command line prints it as
it stands, without a traceback, and exits with ``exit_code``.
"""

from __future__ import annotations

__all__ = [
    "InputError",
    "InternalError",
    "ListError",
    "ListFormatError",
    "ListMissingError",
    "ListRefusedError",
    "TajfifError",
    "UsageError",
]


class TajfifError(Exception):
    """Root of all errors raised on purpose.

    Args:
        message: What is wrong.
        where: File, line, row or element; empty when the message says it.
        hint: What the user can do about it; empty when there is nothing but to fix the input.
    """

    exit_code = 4

    def __init__(self, message: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        text = f"{self.where}: {self.message}" if self.where else self.message
        return f"{text}\n  {self.hint}" if self.hint else text


class UsageError(TajfifError):
    """A wrong option, argument or setting."""

    exit_code = 2


class InputError(TajfifError):
    """Input that cannot be read: a file, a row, a date, a name."""

    exit_code = 2


class ListFormatError(InputError):
    """A list file that cannot be read as its publisher's format: malformed, truncated, bombed or empty."""

    exit_code = 3


class ListError(TajfifError):
    """A list is missing, stale or refused."""

    exit_code = 3


class ListMissingError(ListError):
    """No such source or version is loaded."""


class ListRefusedError(ListError):
    """A list that was read well but must not replace the one that serves, such as one that lost its entries."""


class InternalError(TajfifError):
    """A promise of this program was broken; the message says which. Please report it."""
