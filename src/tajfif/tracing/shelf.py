"""A ledger on disk: a folder of arrays and a manifest. Reach for it to keep a ledger or to open one.

The folder appears whole or not at all: it is written beside its place and moved there at the end. The same transactions give
the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from tajfif.errors import InputError, UsageError
from tajfif.tracing.ledger import FORMAT, AccountFacts, Ledger, manifest_of
from tajfif.tracing.rates import Rates
from tajfif.tracing.words import TextColumn, Words

__all__ = ["both", "new_folder", "open_ledger", "write_arrays", "write_manifest", "write_words"]

_CHUNK = 1 << 24
Result = TypeVar("Result")


def open_ledger(directory: Path) -> Ledger:
    """Open a ledger, its arrays memory-mapped.

    Raises:
        InputError: There is none, or it is damaged.
    """
    manifest = manifest_of(directory)
    try:
        columns = {name: _mapped(directory, name) for name in manifest["columns"] if name.isidentifier()}
        words = _WordColumns(directory, "word", manifest["words"])
        facts = _WordColumns(directory, "fact", manifest["facts"])
        names = TextColumn.open(directory, "names")
        ids = TextColumn.open(directory, "ids") if manifest["ids"] else None
        rates = Rates(map(tuple, manifest["rates"])) if manifest.get("rates") else None
        lengths = {len(columns[name]) for name in ("time", "source", "target", "amount")} | {manifest["transactions"]}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"the ledger is damaged: {error}", where=str(directory), hint="Build it again from its files."
        ) from None
    if len(lengths) > 1:
        raise InputError("the ledger is damaged: its columns differ in length", where=str(directory))
    return Ledger(
        columns,
        names=names,
        currencies=manifest["currencies"],
        exponents=manifest["exponents"],
        words=words,
        ids=ids,
        accounts=AccountFacts(len(columns["out_start"]) - 1, facts),
        directory=directory,
        rates=rates,
    )


class _WordColumns(Mapping[str, Words]):
    """Columns of words, each read when it is first asked for: of ten million accounts there may be as many telephone numbers."""

    def __init__(self, directory: Path, kind: str, names: list[str]) -> None:
        self._directory, self._kind, self._names = directory, kind, list(names)
        self._held: dict[str, Words] = {}
        for number in range(len(self._names)):  # what is missing is told at once
            for part in ("", "_texts", "_at"):
                (directory / f"{kind}_{number}{part}.npy").stat()

    def __getitem__(self, name: str) -> Words:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._held:
            stem = f"{self._kind}_{self._names.index(name)}"
            codes, blob, at = (_mapped(self._directory, f"{stem}{part}") for part in ("", "_texts", "_at"))
            raw = blob.tobytes()
            bounds = at.tolist()
            texts = tuple(raw[begin:end].decode() for begin, end in pairwise(bounds))
            self._held[name] = codes, texts
        return self._held[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def write_words(folder: Path, kind: str, columns: Mapping[str, Words]) -> None:
    """Write columns of words: codes, and the words one after the other. Files are numbered, as names come from the user."""
    for number, (_, (codes, texts)) in enumerate(sorted(columns.items())):
        pieces = [text.encode() for text in texts]
        at = np.zeros(len(pieces) + 1, dtype=np.int64)
        np.cumsum([len(piece) for piece in pieces], out=at[1:])
        blob = np.frombuffer(b"".join(pieces), dtype=np.uint8)
        stem = f"{kind}_{number}"
        write_arrays(folder, {stem: codes, f"{stem}_texts": blob, f"{stem}_at": at})


def _mapped(directory: Path, name: str) -> NDArray[Any]:
    array: NDArray[Any] = np.load(directory / f"{name}.npy", mmap_mode="r", allow_pickle=False)
    return array.view(np.ndarray)


@contextmanager
def new_folder(place: Path) -> Iterator[Path]:
    """Yield a folder beside a place, which takes it when everything is written.

    A ledger that is there already is replaced; anything else is left alone.

    Raises:
        UsageError: Something else is there, or the place cannot be written.
    """
    if place.exists() and not (place / "ledger.json").is_file() and (not place.is_dir() or any(place.iterdir())):
        raise UsageError(
            "is there already and is no ledger", where=str(place), hint="Name another directory with --out."
        )
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=f".{place.name}.", suffix=".part", dir=place.parent))
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror}", where=str(place), hint="Check --out.") from None
    try:
        yield scratch
        old = place.with_name(f".{place.name}.old-{os.getpid()}") if place.exists() else None
        if old:
            place.rename(old)
        scratch.rename(place)
        place.chmod(0o755)
        if old:
            shutil.rmtree(old, ignore_errors=True)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise


def both(work: Callable[..., Result], calls: Sequence[tuple[Any, ...]]) -> list[Result]:
    """Do pieces of work on both sides of a small machine: two at a time, so that only two need memory."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda call: work(*call), calls))


def write_arrays(folder: Path, columns: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays, each to a file of its name."""
    both(lambda name, array: np.save(folder / f"{name}.npy", array, allow_pickle=False), list(columns.items()))


def write_manifest(
    folder: Path,
    *,
    columns: Mapping[str, NDArray[Any]],
    words: Mapping[str, Words],
    facts: Mapping[str, Words],
    ids: bool,
    currencies: list[str],
    exponents: list[int],
    rates: Rates | None,
    more: Mapping[str, Any],
) -> dict[str, Any]:
    """Write the manifest, with the hash of every array, and return it."""
    manifest = {
        "format": FORMAT,
        "transactions": len(columns["time"]),
        "accounts": len(columns["out_start"]) - 1,
        "columns": sorted(columns),
        "currencies": currencies,
        "exponents": exponents,
        "ids": ids,
        "rates": rates.rows() if rates else [],
        "words": sorted(words),
        "facts": sorted(facts),
        **more,
        "sha256": dict(
            both(lambda path: (path.name, _digest(path)), [(path,) for path in sorted(folder.glob("*.npy"))])
        ),
    }
    (folder / "ledger.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return manifest


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
