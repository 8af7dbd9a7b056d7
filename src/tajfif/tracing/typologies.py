"""Named indicators of terrorist financing, declared in TOML and found in a ledger. Reach for :func:`detect`.

A typology is a small definition: where the indicator comes from, its parameters with units, the columns that it needs,
what it does not see, the sentences of its findings, and one way to find it: a shape, a compiled rule, a SELECT or an
analysis of its own. Those of the package lie in ``data/typologies.toml``; a file of the user in the same form adds to
them or, under the same name, takes their place. What a ledger lacks is said, never passed over.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from tajfif.errors import InputError, UsageError

if TYPE_CHECKING:
    from tajfif.tracing.findings import Finding
    from tajfif.tracing.ledger import Ledger

__all__ = [
    "KERNELS",
    "METHODS",
    "NEEDS",
    "Detection",
    "Parameter",
    "Typology",
    "check_request",
    "detect",
    "load_typologies",
    "settle",
]

KERNELS = ("pass_through", "dormant_burst")
METHODS = ("exposure", "ownership")
NEEDS: Mapping[str, str] = {
    "channel": "the transactions state no channel",
    "country": "neither transactions nor accounts state countries",
    "type": "the accounts file states no types of accounts",
    "contacts": "the accounts file states no phone, address, device or document",
    "designated": "no designated accounts or parties are given (--designated)",
    "ownership": "no ownership is given (--ownership)",
    "events": "no events are given (parameter events of the typology)",
}
"""What a typology may need, and the words for its absence."""

MAX_FILE = 1_000_000
"""Longest file of typologies or parameters, in bytes."""

_RELATIONS = frozenset(("transactions", "accounts", "contacts"))


class Typology(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One indicator.

    Attributes:
        name: Lower-case letters, digits and underscores.
        title, title_ar: Its name for a person.
        source, source_ar: Where the indicator comes from, in words.
        blind_spots, blind_spots_ar: What looks the same and is lawful, and what it does not see.
        because, because_ar: Why a finding fired: sentences with places for measures and parameters.
        unfire, unfire_ar: What would make it disappear, likewise.
        shape: The shape that finds it, or empty.
        kernel: The compiled rule that finds it, or empty.
        sql: The SELECT that finds it, or empty.
        method: The analysis that finds it, or empty.
        needs: What the ledger must state: keys of :data:`NEEDS`.
        parameters: Name to default. A table becomes a relation for SQL.
        units: Name of a parameter to its unit, where it is not one of the package's.
    """

    name: str
    title: str
    title_ar: str = ""
    source: str
    source_ar: str = ""
    blind_spots: str = ""
    blind_spots_ar: str = ""
    because: tuple[str, ...]
    because_ar: tuple[str, ...] = ()
    unfire: tuple[str, ...] = ()
    unfire_ar: tuple[str, ...] = ()
    shape: str = ""
    kernel: str = ""
    sql: str = ""
    method: str = ""
    needs: tuple[str, ...] = ()
    parameters: dict[str, Any] = {}
    units: dict[str, str] = {}

    @property
    def how(self) -> str:
        """How it is found: ``shape``, ``kernel``, ``sql`` or ``method``."""
        return next(way for way in ("shape", "kernel", "sql", "method") if getattr(self, way))

    def sentences(self, lang: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return ``(because, unfire)`` in a language, in English where there are none."""
        if lang == "ar":
            return self.because_ar or self.because, self.unfire_ar or self.unfire
        return self.because, self.unfire


class Parameter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a parameter of the package's typologies means."""

    unit: str
    help: str
    help_ar: str = ""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    typology: tuple[Typology, ...] = ()
    parameters: dict[str, Parameter] = {}


class Detection(msgspec.Struct, frozen=True, kw_only=True):
    """What a search gave.

    Attributes:
        findings: By typology in the order asked for, each best first.
        notices: What was left out and why.
        searched: The typologies that were searched.
    """

    findings: tuple[Finding, ...]
    notices: tuple[str, ...]
    searched: tuple[str, ...]


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path), hint="Check the path.") from None
    if len(data) > MAX_FILE:
        raise InputError(f"is longer than {MAX_FILE:,} bytes", where=str(path), hint="Split the file.")
    return data


def _read(data: bytes, where: str) -> _File:
    try:
        found = msgspec.convert(tomllib.loads(data.decode("utf-8")), type=_File)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError, RecursionError) as error:
        raise InputError(f"is no file of typologies: {error}", where=where, hint="See docs/typologies.md.") from None
    for each in found.typology:
        _check(each, f"{where}, typology {each.name!r}")
    return found


def _check(typology: Typology, where: str) -> None:
    """Refuse a definition that could not work."""
    from tajfif.tracing.patterns import SHAPES

    if not typology.name.isidentifier() or typology.name != typology.name.lower():
        raise InputError("a name has lower-case letters, digits and underscores only", where=where)
    ways = [way for way in ("shape", "kernel", "sql", "method") if getattr(typology, way)]
    if len(ways) != 1:
        raise InputError("needs exactly one of shape, kernel, sql and method", where=where)
    for way, known in (("shape", SHAPES), ("kernel", KERNELS), ("method", METHODS)):
        value = getattr(typology, way)
        if value and value not in known:
            raise InputError(f"there is no {way} {value!r}", where=where, hint=f"There is: {', '.join(known)}.")
    if unknown := [need for need in typology.needs if need not in NEEDS]:
        raise InputError(f"needs {unknown[0]!r}, which is not known", where=where, hint=f"Known: {', '.join(NEEDS)}.")
    if not typology.because:
        raise InputError("says nothing under because", where=where, hint="Say why a finding fired.")
    for name, value in typology.parameters.items():
        if not name.isidentifier() or name in _RELATIONS:
            raise InputError(f"{name!r} cannot be the name of a parameter", where=where)
        _checked(typology, name, value, where)


def _checked(typology: Typology, name: str, value: Any, where: str) -> Any:
    """Return a parameter's value if it is of a kind that the typology can use."""
    simple = (bool, int, float, str)
    if isinstance(value, dict):
        fine = all(isinstance(each, simple) or hasattr(each, "isoformat") for each in value.values())
        value = {key: each.isoformat() if hasattr(each, "isoformat") else each for key, each in value.items()}
    elif isinstance(value, list):
        fine = all(isinstance(each, str) for each in value)
    else:
        fine = isinstance(value, simple)
    if not fine:
        raise InputError(f"parameter {name}: a number, a text, a list of texts or a flat table is wanted", where=where)
    default = typology.parameters[name]
    alike = isinstance(value, int | float) if isinstance(default, int | float) else isinstance(value, type(default))
    if not alike:
        raise InputError(f"parameter {name}: {value!r} is not of the kind of {default!r}", where=where)
    return value


def load_typologies(files: Iterable[Path] = ()) -> tuple[dict[str, Typology], dict[str, Parameter]]:
    """Return the typologies by name, the package's and those of the files, and what the parameters mean.

    Args:
        files: TOML files of the user; a typology there takes the place of the one of the same name before it.

    Raises:
        InputError: A file cannot be read, or a definition could not work.
    """
    own = resources.files("tajfif.data").joinpath("typologies.toml").read_bytes()
    loaded = [_read(own, "typologies.toml"), *(_read(_bytes_of(path), str(path)) for path in files)]
    typologies: dict[str, Typology] = {}
    parameters: dict[str, Parameter] = {}
    for each in loaded:
        typologies.update((typology.name, typology) for typology in each.typology)
        parameters.update(each.parameters)
    return typologies, parameters


def settle(typology: Typology, given: Mapping[str, Any], *, where: str = "") -> dict[str, Any]:
    """Return the parameters of a typology with those that are given in place of the defaults.

    Raises:
        InputError: One is not known, or not of the kind of its default.
    """
    settled = dict(typology.parameters)
    for name, value in given.items():
        if name not in settled:
            raise InputError(
                f"typology {typology.name} has no parameter {name!r}",
                where=where,
                hint=f"It has: {', '.join(settled) or 'none'}.",
            )
        settled[name] = _checked(typology, name, value, where)
    return settled


def read_parameters(path: Path, typologies: Mapping[str, Typology]) -> dict[str, dict[str, Any]]:
    """Read a TOML file with one table of parameters for each typology that shall differ from its defaults.

    Raises:
        InputError: The file is no TOML, names an unknown typology or parameter, or gives a wrong kind of value.
    """
    where = str(path)
    try:
        tables = tomllib.loads(_bytes_of(path).decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"is no TOML: {error}", where=where) from None
    settled = {}
    for name, table in tables.items():
        if name not in typologies or not isinstance(table, dict):
            raise InputError(f"there is no typology {name!r}", where=where, hint=f"There is: {', '.join(typologies)}.")
        settled[name] = settle(typologies[name], table, where=where)
    return settled


def check_request(names: Sequence[str], known: Mapping[str, Typology], least_score: float) -> None:
    """Refuse what cannot be asked for.

    Raises:
        UsageError: A typology is not known, or the least score is not between 0 and 1.
    """
    for name in names:
        if name not in known:
            raise UsageError(f"there is no typology {name!r}", hint=f"There is: {', '.join(known)}.")
    if not 0 <= least_score <= 1:
        raise UsageError(f"the least score {least_score:g} is not between 0 and 1")


def detect(
    ledger: Ledger,
    names: Sequence[str] = (),
    *,
    typologies: Mapping[str, Typology] | None = None,
    parameters: Mapping[str, Mapping[str, Any]] | None = None,
    designated: Sequence[str] = (),
    ownership: Path | None = None,
    least_score: float = 0.3,
    lang: str = "en",
    threads: int | None = None,
) -> Detection:
    """Search a ledger for typologies.

    Args:
        ledger: The ledger.
        names: Which typologies, in this order; by default all.
        typologies: Definitions by name; by default the package's.
        parameters: Name of a typology to parameters that shall differ from its defaults.
        designated: Accounts, or parties of the accounts file, that are designated.
        ownership: File of owners and shares, for ``owned_by_designated``.
        least_score: Findings below this score are left out.
        lang: ``en`` or ``ar``, for the sentences.
        threads: How many ranges are worked on at once.

    Raises:
        UsageError: A name is not known.
        InputError: A parameter or a user's SQL is wrong, or a designated account is not in the ledger.
    """
    from tajfif.tracing.typology_search import Search

    known = typologies if typologies is not None else load_typologies()[0]
    check_request(names, known, least_score)
    search = Search(
        ledger, designated=designated, ownership=ownership, least_score=least_score, lang=lang, threads=threads
    )
    findings: list[Finding] = []
    notices: list[str] = []
    searched: list[str] = []
    with search:
        for name in dict.fromkeys(names or known):
            typology = known[name]
            settled = settle(typology, (parameters or {}).get(name, {}))
            missing = [need for need in typology.needs if not search.has(need, settled)]
            if missing:
                reasons = "; ".join(NEEDS[need] for need in missing)
                notices.append(f"{name} was not searched: {reasons}")
                continue
            found, said = search.run(typology, settled)
            findings += found
            notices += said
            searched.append(name)
    return Detection(findings=tuple(findings), notices=tuple(notices), searched=tuple(searched))
