"""How likely two spellings are of one name. Reach for it to weigh one pair of name parts.

The weight of a pair is a log-likelihood ratio: log P(both spellings | one name) - log P(both | two names at random), from
a memoryless transducer between grapheme units, learned from pairs (``scripts/build_tables.py``), from a lexicon of known
names with their Latin spellings, and from how frequent each part is in the population. So rare agreement weighs more,
and two frequent names that differ by a letter speak against each other.
"""

from __future__ import annotations

import hashlib
import math
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tajfif.screening.kernels import joint_probability, marginal_probability
from tajfif.text.graphemes import SYMBOLS, UNIT_TABLES, encode
from tajfif.text.names import NAME, WORD

__all__ = ["SpellingModel", "Token", "spelling_model", "tables_digest"]

_POPULATION_SHARE = 0.9
_UNKNOWN_FAMILY = 128
MOST_OF_A_LETTER = 3.2
"""Most that one letter can make a part rarer, in nats: there are no more than some 25 letters to choose from."""


class Token(NamedTuple):
    """A part's core with what the model knows of it, independent of what it is compared with.

    Attributes:
        kind, core: As in :class:`tajfif.text.names.Part`.
        codes: Symbol codes of the core.
        arabic: Whether the core is in the Arabic script.
        background: log P(core) in the population.
        same: Half of (background + log P(core) by the same-script table): the part's share of every same-script weight.
        cross: The same for cross-script weights.
    """

    kind: int
    core: str
    codes: NDArray[np.uint8]
    arabic: bool
    background: float
    same: float
    cross: float


class SpellingModel:
    """The learned tables, with the parts seen so far."""

    def __init__(self, tables: dict[str, NDArray[Any]]) -> None:
        self.arabic_latin, self.latin_latin, self.arabic_arabic = (
            np.ascontiguousarray(tables[name]) for name in ("arabic_latin", "latin_latin", "arabic_arabic")
        )
        self._margins = {
            ("cross", True): _margin(self.arabic_latin, 1),
            ("cross", False): _margin(self.arabic_latin, 0),
            ("same", True): _margin(self.arabic_arabic, 1),
            ("same", False): _margin(self.latin_latin, 1),
        }
        self.word = _word_correction(self.latin_latin)
        cores = tables["frequency_core"].tobytes().decode().split("\n")
        kinds = tables["frequency_kind"].tolist()
        counts = tables["frequency_count"].tolist()
        keys = list(zip(kinds, cores, strict=True))
        self._counts: dict[tuple[int, str], int] = dict(zip(keys, counts, strict=True))
        families = tables["frequency_family"].tolist()
        self._family = {key: family for key, family in zip(keys, families, strict=True) if family != _UNKNOWN_FAMILY}
        self._total: dict[bool | None, float] = {True: 0.0, False: 0.0, None: 0.0}
        for (kind, core), counted in self._counts.items():
            self._total[None if kind == NAME else not core.isascii()] += counted
        self._keys = _Lexicon(tables)

    def count(self, kind: int, core: str) -> int:
        """Return how often the part was counted in the population; 0 when rarer than twice."""
        return self._counts.get((kind, core), 0)

    def is_known(self, kind: int, core: str) -> bool:
        """Tell whether the part was counted in the population or stands in the lexicon."""
        return (kind, core) in self._counts or (kind, core) in self._keys.keys

    def family_share(self, kind: int, core: str) -> float:
        """Return the share of the part's bearers for whom it is a family name, in [0, 1]; 0.5 when unknown."""
        return float(self._family.get((kind, core), _UNKNOWN_FAMILY)) / 255

    @lru_cache(maxsize=100_000)  # noqa: B019  (one model serves the process)
    def token(self, kind: int, core: str) -> Token:
        """Return what the model knows of a part."""
        asked, codes = kind, encode(core)
        codes.flags.writeable = False  # as the vocabulary's, which are mapped from disk: one type for the kernels
        arabic = not core.isascii()
        margin = {
            table: math.log(max(marginal_probability(codes, *self._margins[table, arabic], *UNIT_TABLES), 1e-100))
            + self.word
            for table in ("same", "cross")
        }
        kind_share = 1.0 if kind in {WORD, NAME} else 0.03
        rare = (1 - _POPULATION_SHARE) * kind_share * math.exp(min(margin["same"], 0.0))
        if kind == NAME and arabic:  # the lists have too few Arabic words of organisations to count
            kind = WORD
        known = _POPULATION_SHARE * self.count(kind, core) / self._total[None if kind == NAME else arabic]
        frequency = max(math.log(known + rare), -3.6 * len(core))
        background = max(frequency, -MOST_OF_A_LETTER * len(core))
        return Token(
            asked,
            core,
            codes,
            arabic,
            background,
            (frequency + margin["same"]) / 2,
            (frequency + margin["cross"]) / 2,
        )

    def weight(self, a: Token, b: Token) -> float:
        """Return the log-likelihood ratio, in nats, that two parts of one kind are spellings of one name."""
        if a.core == b.core:
            return -a.background
        if a.arabic and b.arabic:
            joint = joint_probability(a.codes, b.codes, self.arabic_arabic, *UNIT_TABLES)
        elif a.arabic:
            joint = joint_probability(a.codes, b.codes, self.arabic_latin, *UNIT_TABLES)
        elif b.arabic:
            joint = joint_probability(b.codes, a.codes, self.arabic_latin, *UNIT_TABLES)
        else:
            joint = joint_probability(a.codes, b.codes, self.latin_latin, *UNIT_TABLES)
        share = a.same + b.same if a.arabic == b.arabic else a.cross + b.cross
        return math.log(max(joint, 1e-100)) + self.word - share

    def known(self, a: Token, b: Token) -> tuple[float, float] | None:
        """Return the lexicon's log-likelihood ratio, and the rarity of the name that they likely share; ``None`` if one is unknown.

        The ratio of two spellings that no name has in common is ``-inf``.
        """
        if a.kind == NAME:
            a, b = a._replace(kind=WORD), b._replace(kind=WORD)
        return self._keys.ratio(a, b)

    def other_language(self, a: str, b: str) -> bool:
        """Tell whether two Latin given names are one name in two languages, or one and its short form (Yuri, George; Bob, Robert)."""
        return not _given_names().get(a, _NO_NAMES).isdisjoint(_given_names().get(b, _NO_NAMES))

    def known_spellings(self, kind: int, core: str) -> tuple[str, ...]:
        """Return the other spellings, in both scripts, that the lexicon has for the names that a core may write."""
        found = self._keys.spellings(WORD if kind == NAME else kind, core)
        if kind == WORD:
            lines = _given_name_lines()
            found += tuple(
                name for number in sorted(_given_names().get(core, ())) for name in lines[number] if name != core
            )
        return found


_NO_NAMES: frozenset[int] = frozenset()


@lru_cache(maxsize=1)
def _given_name_lines() -> tuple[tuple[str, ...], ...]:
    """Return the folded forms on each line of ``data/given_names.tsv``."""
    lines = (files("tajfif.data") / "given_names.tsv").read_text(encoding="utf-8").splitlines()
    return tuple(tuple(line.split()) for line in lines if not line.startswith("#"))


@lru_cache(maxsize=1)
def _given_names() -> dict[str, frozenset[int]]:
    """Map each folded form of ``data/given_names.tsv`` to the lines that it stands on."""
    names: dict[str, set[int]] = {}
    for number, forms in enumerate(_given_name_lines()):
        for form in forms:
            names.setdefault(form, set()).add(number)
    return {form: frozenset(numbers) for form, numbers in names.items()}


class _Lexicon:
    """Known names: for each spelling, the Arabic names that it writes, with counts."""

    def __init__(self, tables: dict[str, NDArray[Any]]) -> None:
        kinds = tables["lexicon_kind"].tolist()
        arabic = tables["lexicon_arabic"].tobytes().decode().split("\n")
        latin = tables["lexicon_latin"].tobytes().decode().split("\n")
        counts = tables["lexicon_count"].tolist()
        self.keys: dict[tuple[int, str], dict[tuple[int, str], int]] = {}
        self.key_total: dict[tuple[int, str], int] = {}
        self.total = 0
        self._written: dict[tuple[int, str], list[str]] = {}
        for kind, key, spelling, count in zip(kinds, arabic, latin, counts, strict=True):
            self.keys.setdefault((kind, spelling), {})[kind, key] = count
            self.key_total[kind, key] = self.key_total.get((kind, key), 0) + count
            self.total += count
            self._written.setdefault((kind, key), []).append(spelling)

    def spellings(self, kind: int, core: str) -> tuple[str, ...]:
        keys = self.keys.get((kind, core), {}) if core.isascii() else {(kind, core): 1}
        found = [text for key in keys for text in (key[1], *self._written.get(key, ()))]
        return tuple(dict.fromkeys(text for text in found if text != core))

    @lru_cache(maxsize=50_000)  # noqa: B019  (one lexicon serves the process)
    def _of(self, kind: int, core: str) -> tuple[dict[tuple[int, str], float], float]:
        """Return P(spelling, key) over keys, and its sum."""
        if core.isascii():
            shares = {key: count / self.total for key, count in self.keys.get((kind, core), {}).items()}
            return shares, sum(shares.values())
        total = self.key_total.get((kind, core))
        return ({}, 0.0) if total is None else ({(kind, core): total / self.total}, total / self.total)

    def ratio(self, a: Token, b: Token) -> tuple[float, float] | None:
        (first, one), (second, other) = self._of(a.kind, a.core), self._of(b.kind, b.core)
        if not first or not second:
            return None
        shared = {key: p * second[key] * self.total / self.key_total[key] for key, p in first.items() if key in second}
        if not shared:
            return -math.inf, 0.0
        likeliest = max(shared, key=lambda key: (shared[key], key))
        ratio = math.log(sum(shared.values()) / (one * other))
        return ratio, -math.log(self.key_total[likeliest] / self.total)


def _margin(table: NDArray[np.float32], axis: int) -> tuple[NDArray[np.float64], float]:
    """Return (probability of each unit on one side, probability of nothing there)."""
    single = table.sum(axis=axis, dtype=np.float64)
    inserted = float(single[0])
    single[0] = 0.0
    return single, inserted


def _word_correction(table: NDArray[np.float32]) -> float:
    """Return -log of the mass that the transducer gives to strings that begin with "^" and end with "$" and have neither within.

    Added to a log-probability, it makes of a probability among all strings one among words.
    """
    single = table.sum(axis=1, dtype=np.float64)
    begin, end = float(single[SYMBOLS.index("^")]), float(single[SYMBOLS.index("$")])
    return math.log((begin + end) / (begin * end))


@lru_cache(maxsize=1)
def tables_digest() -> str:
    """Return the SHA-256 of the learned tables, in hexadecimal."""
    return hashlib.sha256((files("tajfif.data") / "spelling.npz").read_bytes()).hexdigest()


@lru_cache(maxsize=1)
def spelling_model() -> SpellingModel:
    """Load the tables that the package ships."""
    with (files("tajfif.data") / "spelling.npz").open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
        return SpellingModel({name: archive[name] for name in archive.files})
