"""Rebuild the learned tables of the matcher, bit for bit, from ``../shared/data``.

    python scripts/build_tables.py [--data ../shared/data] [--out src/tajfif/data/spelling.npz]

What is learned, and from what, is told in ``docs/matcher.md``. Only sources whose licence allows shipping are read:
``arabic_name_romanizer_0.2.0`` (CC0/MIT), ``google_ar2en`` (Apache-2.0), ``wikidata_ar_coling2018`` (CC0), and the names on the
UN and OFAC lists (public official facts).
"""

from __future__ import annotations

import argparse
import gzip
import math
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tajfif.screening.kernels import joint_probability, marginal_probability
from tajfif.text.graphemes import UNIT_TABLES, UNITS, encode
from tajfif.text.names import ABD, ABU, ALLAH, DIN, NAME, UMM, WORD, parse_name
from tajfif.text.unicode import has_arabic

ITERATIONS = 12
MIN_UNIT = 1e-7
TYPO_SHARE = 0.012
SAME_SPELLING = 0.5
LIKELY, UNLIKELY, AMPLE = 2.0, -4.0, 0.03
PART_KINDS = (WORD, ABD, ALLAH, DIN, ABU, UMM)

Pair = tuple[str, str]


def romaniser_units(data: Path) -> Counter[tuple[int, str, str]]:
    """Count (kind, Arabic core, Latin core) over the name units and the full names whose parts agree one to one."""
    counts: Counter[tuple[int, str, str]] = Counter()
    folder = data / "names" / "arabic_name_romanizer_0.2.0"
    with gzip.open(folder / "units.tsv.gz", "rt", encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            arabic, latin, _lang, _country, _role, count, _source = line.rstrip("\n").split("\t")
            for pair in _aligned(arabic, latin):
                counts[pair] += int(count)
    with gzip.open(folder / "full_names.tsv.gz", "rt", encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            arabic, latin, _lang, _country, count, _source = line.rstrip("\n").split("\t")
            for pair in _aligned(arabic, latin):
                counts[pair] += int(count)
    return counts


def _aligned(arabic: str, latin: str) -> list[tuple[int, str, str]]:
    first, second = parse_name(arabic).parts, parse_name(latin).parts
    if len(first) != len(second) or any(a.kind != b.kind for a, b in zip(first, second, strict=True)):
        return []
    return [
        (a.kind, a.core, b.core)
        for a, b in zip(first, second, strict=True)
        if a.kind in PART_KINDS
        and has_arabic(a.core)
        and b.core.isascii()
        and b.core.isalpha()
        and len(b.core) > 1
        and len(a.core) > 1
    ]


def roles_of(data: Path) -> Counter[tuple[str, str]]:
    """Count (core, "given" | "surname") in both scripts."""
    counts: Counter[tuple[str, str]] = Counter()
    path = data / "names" / "arabic_name_romanizer_0.2.0" / "units.tsv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            arabic, latin, _lang, _country, role, count, _source = line.rstrip("\n").split("\t")
            if role in {"given", "surname"}:
                for text in (arabic, latin):
                    parts = parse_name(text).parts
                    if len(parts) == 1 and parts[0].kind == WORD:
                        counts[parts[0].core, role] += int(count)
    return counts


def word_pairs(data: Path) -> Counter[Pair]:
    """Count (Arabic, Latin) words of the two transliteration corpora."""
    counts: Counter[Pair] = Counter()
    with (data / "names/google_ar2en/ar2en-train.txt").open(encoding="utf-8") as lines:
        for line in lines:
            arabic, latin = line.rstrip("\n").split("\t")
            for _kind, a, b in _aligned(arabic, latin):
                counts[a, b] += 1
    with (data / "names/wikidata_ar_coling2018/wd_arabic_64").open(encoding="utf-8") as lines:
        for line in lines:
            latin, arabic, _count = line.rstrip("\n").split("\t")
            for _kind, a, b in _aligned(arabic.replace(" ", ""), latin):
                counts[a, b] += 1
    return counts


@njit(cache=True)
def _units_at(codes: NDArray[np.uint8], pairs: NDArray[np.int16], triples: NDArray[np.int16]) -> NDArray[np.int16]:
    """Return unit ids beginning at each position, by length 1..3 (column 0 is unused)."""
    n = codes.shape[0]
    out = np.zeros((n, 4), dtype=np.int16)
    for i in range(n):
        out[i, 1] = codes[i]
        if i + 1 < n:
            out[i, 2] = pairs[codes[i], codes[i + 1]]
        if i + 2 < n:
            out[i, 3] = triples[codes[i], codes[i + 1], codes[i + 2]]
    return out


@njit(cache=True)
def _expectations(
    source: NDArray[np.uint8], source_at: NDArray[np.int64], target: NDArray[np.uint8], target_at: NDArray[np.int64],
    weights: NDArray[np.float64], prob: NDArray[np.float64], pairs: NDArray[np.int16], triples: NDArray[np.int16],
    counts: NDArray[np.float64],
) -> float:  # fmt: skip
    """One pass of expectation over all pairs; adds to counts, returns the weighted log-likelihood."""
    total = 0.0
    for k in range(weights.shape[0]):
        x = _units_at(source[source_at[k] : source_at[k + 1]], pairs, triples)
        y = _units_at(target[target_at[k] : target_at[k + 1]], pairs, triples)
        n, m = x.shape[0], y.shape[0]
        forward = np.zeros((n + 1, m + 1))
        backward = np.zeros((n + 1, m + 1))
        forward[0, 0] = 1.0
        for i in range(n + 1):
            for j in range(m + 1):
                f = forward[i, j]
                if f == 0.0:
                    continue
                for a in range(4):
                    if i + a > n:
                        break
                    u = 0 if a == 0 else x[i, a]
                    if a > 0 and u == 0:
                        continue
                    for b in range(4):
                        if j + b > m or a + b == 0:
                            continue
                        v = 0 if b == 0 else y[j, b]
                        if b > 0 and v == 0:
                            continue
                        forward[i + a, j + b] += f * prob[u, v]
        z = forward[n, m]
        if z <= 1e-280:
            continue
        backward[n, m] = 1.0
        for i in range(n, -1, -1):
            for j in range(m, -1, -1):
                s = backward[i, j]
                f = forward[i, j]
                for a in range(4):
                    if i + a > n:
                        break
                    u = 0 if a == 0 else x[i, a]
                    if a > 0 and u == 0:
                        continue
                    for b in range(4):
                        if j + b > m or a + b == 0:
                            continue
                        v = 0 if b == 0 else y[j, b]
                        if b > 0 and v == 0:
                            continue
                        e = prob[u, v] * backward[i + a, j + b]
                        s += e
                        if f > 0.0 and e > 0.0:
                            counts[u, v] += weights[k] * f * e / z
                backward[i, j] = s
        total += weights[k] * np.log(z)
    return total


def _ragged(cores: list[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    arrays = [encode(core) for core in cores]
    at = np.zeros(len(arrays) + 1, dtype=np.int64)
    np.cumsum([len(a) for a in arrays], out=at[1:])
    return np.concatenate(arrays), at


def train(pairs: list[tuple[str, str, float]], *, symmetric: bool, label: str) -> NDArray[np.float64]:
    """Learn the joint probability of unit pairs by expectation maximisation.

    Args:
        pairs: (source core, target core, weight).
        symmetric: Whether both sides are of one script and the table must be symmetric.
        label: For the progress line.

    Returns:
        Joint probabilities, shape (units, units), summing to one.
    """
    source, source_at = _ragged([a for a, _, _ in pairs])
    target, target_at = _ragged([b for _, b, _ in pairs])
    weights = np.array([w for _, _, w in pairs])
    size = len(UNITS)
    has_a = np.zeros(size, dtype=bool)
    has_b = np.zeros(size, dtype=bool)
    for flags, cores in ((has_a, {a for a, _, _ in pairs}), (has_b, {b for _, b, _ in pairs})):
        text = "\n".join("^" + core + "$" for core in sorted(cores))
        for unit_id, unit in enumerate(UNITS):
            flags[unit_id] = unit in text
    length = np.array([max(len(unit), 1) for unit in UNITS])
    prob = np.where(has_a[:, None] & has_b[None, :], 1.0, 0.0) * np.exp(-1.5 * (length[:, None] + length[None, :]))
    if symmetric:
        prob *= np.where(np.eye(size, dtype=bool), 50.0, 1.0)
    prob[0, :] *= 0.1
    prob[:, 0] *= 0.1
    prob[0, 0] = 0.0
    prob /= prob.sum()
    for step in range(ITERATIONS):
        counts = np.zeros((size, size))
        total = _expectations(source, source_at, target, target_at, weights, prob, *UNIT_TABLES, counts)
        if symmetric:
            counts = (counts + counts.T) / 2
        prob = counts / counts.sum()
        prob[prob < MIN_UNIT] = 0.0
        prob /= prob.sum()
        print(f"{label}: step {step + 1}, log-likelihood {total / weights.sum():.4f} a pair", file=sys.stderr)
    learned: NDArray[np.float64] = prob
    return learned


def with_typos(prob: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """Mix in errors of typing: any letter for any, dropped, or added, by the letters' own frequencies."""
    single = np.array([len(unit) == 1 and unit not in "^$" for unit in UNITS])
    left, right = prob.sum(axis=1) * single, prob.sum(axis=0) * single
    left, right = left / left.sum(), right / right.sum()
    noise = 0.4 * np.outer(left, right)
    noise[:, 0] += 0.3 * left
    noise[0, :] += 0.3 * right
    mixed: NDArray[np.float64] = (1 - share) * prob + share * noise
    return mixed


def latin_pairs(units: Counter[tuple[int, str, str]]) -> list[tuple[str, str, float]]:
    """Return pairs of Latin spellings of one Arabic name: P(key) P(a | key) P(b | key), each key's rare noise left out."""
    by_key: dict[tuple[int, str], list[tuple[str, int]]] = defaultdict(list)
    for (kind, arabic, latin), count in sorted(units.items()):
        by_key[kind, arabic].append((latin, count))
    out: dict[Pair, float] = defaultdict(float)
    for variants in by_key.values():
        total = sum(count for _, count in variants)
        kept = sorted(((c, v) for v, c in variants if c >= 0.004 * total), reverse=True)[:20]
        mass = sum(c for c, _ in kept)
        roots = sum(math.sqrt(c) for c, _ in kept)
        for c1, a in kept:
            for c2, b in kept:
                out[a, b] += math.sqrt(mass) * math.sqrt(c1 * c2) / roots**2 * (SAME_SPELLING if a == b else 1.0)
    return [(a, b, w) for (a, b), w in sorted(out.items()) if w > 1e-4]


def list_names(data: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield (kind, names) for each entity on the UN list of 2025 and the OFAC list of 2021, as written."""
    text = (data / "lists/un/UN_consolidated_2025-04-19.xml").read_text(encoding="utf-8")
    for block in re.findall(r"<INDIVIDUAL>.*?</INDIVIDUAL>|<ENTITY>.*?</ENTITY>", text, re.DOTALL):
        fields = [
            re.search(rf"<{tag}>([^<]*)</{tag}>", block)
            for tag in ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
        ]
        names = [" ".join(field.group(1).strip() for field in fields if field)]
        names += re.findall(r"<ALIAS_NAME>([^<]+)</ALIAS_NAME>", block)
        yield ("person" if block.startswith("<IND") else "other"), [name for name in names if name.strip()]
    import csv

    folder = data / "lists/us_ofac/2021-07"
    grouped: dict[str, list[str]] = defaultdict(list)
    kinds: dict[str, str] = {}
    with (folder / "sdn.csv").open(encoding="utf-8", errors="replace", newline="") as lines:
        for row in csv.reader(lines):
            if len(row) > 2:
                kinds[row[0]] = "person" if row[2].strip() == "individual" else "other"
                grouped[row[0]].append(row[1])
    with (folder / "alt.csv").open(encoding="utf-8", errors="replace", newline="") as lines:
        for row in csv.reader(lines):
            if len(row) > 3 and row[0] in kinds:
                grouped[row[0]].append(row[3])
    for key in sorted(grouped):
        yield kinds[key], grouped[key]


def alias_pairs(entities: Iterable[tuple[str, list[str]]]) -> list[tuple[str, str, float]]:
    """Return pairs of close spellings of one word within one listed entity's Latin names."""
    from rapidfuzz.distance import JaroWinkler

    out: Counter[Pair] = Counter()
    for kind, names in entities:
        parsed = [
            [
                p.core
                for p in parse_name(n, person=kind == "person").parts
                if p.kind == WORD and p.core.isascii() and p.core.isalpha() and len(p.core) > 3
            ]
            for n in names
        ]
        words = sorted({core for cores in parsed for core in cores})
        for x, a in enumerate(words):
            for b in words[x + 1 :]:
                if a[0] == b[0] and JaroWinkler.similarity(a, b) > 0.9 and abs(len(a) - len(b)) < 3:
                    out[a, b] += 1
                    out[b, a] += 1
            out[a, a] += 6
    return [(a, b, min(c, 5) * 0.15) for (a, b), c in sorted(out.items())]


def arabic_table() -> NDArray[np.float64]:
    """Return the joint table of Arabic with Arabic: letters that spelling exchanges, by judgement of how often."""
    index = {unit: unit_id for unit_id, unit in enumerate(UNITS)}
    prob = np.zeros((len(UNITS), len(UNITS)))
    frequency = dict(zip("ابتثجحخدذرزسشصضطظعغفقكلمنهويپچژگڤ",
                         [14, 5, 3.5, 0.7, 2.4, 4, 1.3, 5, 0.8, 6, 2, 4.5, 2, 1.8, 0.7, 1.2, 0.4, 4, 0.9, 2.2, 2.2,
                         2.2, 7, 8, 6, 3.5, 5, 8, .2, .1, .05, .2, .05], strict=True))  # fmt: skip
    for letter, share in frequency.items():
        prob[index[letter], index[letter]] = share
    prob[index["^"], index["^"]] = prob[index["$"], index["$"]] = 18.0
    exchanged = {
        ("ا", ""): 0.5, ("و", ""): 0.06, ("ي", ""): 0.08, ("ه", "ا"): 0.08, ("ي", "ا"): 0.05, ("ه$", "$"): 0.15,
        ("ه$", "ا$"): 0.1, ("ي$", "ا$"): 0.08,
        ("ذ", "د"): 0.06, ("ذ", "ز"): 0.05, ("ظ", "ض"): 0.05, ("ظ", "ز"): 0.02, ("ض", "د"): 0.02, ("ث", "ت"): 0.04,
        ("ث", "س"): 0.02, ("س", "ص"): 0.05,
        ("ت", "ط"): 0.05, ("ك", "ق"): 0.03, ("غ", "ق"): 0.02, ("گ", "ك"): 0.08, ("گ", "ج"): 0.05, ("گ", "غ"): 0.04,
        ("گ", "ق"): 0.02, ("چ", "ج"): 0.05,
        ("چ", "ش"): 0.03, ("چ", "تش"): 0.03, ("پ", "ب"): 0.12, ("ڤ", "ف"): 0.04, ("ڤ", "و"): 0.02, ("ژ", "ز"): 0.03,
        ("ژ", "ج"): 0.02, ("وو", "و"): 0.03,
        ("يي", "ي"): 0.05, ("اي", "ي"): 0.06, ("ع", ""): 0.02, ("ع", "ا"): 0.03, ("لا", "ل"): 0.02,
        ("اي", "ا"): 0.02, ("دج", "ج"): 0.02, ("^ا", "^"): 0.06,
        ("^ال", "^"): 0.15, ("وا", "و"): 0.02,
    }  # fmt: skip
    for (a, b), share in exchanged.items():
        prob[index[a], index[b]] += share
        prob[index[b], index[a]] += share
    normal: NDArray[np.float64] = prob / prob.sum()
    return normal


def likely_spellings(units: Counter[tuple[int, str, str]], table: NDArray[np.float32]) -> Counter[tuple[int, str, str]]:
    """Leave out pairs that are no spelling of one name (a translation, another person's name beside it).

    A pair is kept when the learned transducer finds it likelier than chance, or when it is an ample share of the name's spellings.
    """
    totals: Counter[tuple[int, str]] = Counter()
    for (kind, arabic, _), count in units.items():
        totals[kind, arabic] += count
    single_a, single_b = table.sum(axis=1, dtype=np.float64), table.sum(axis=0, dtype=np.float64)
    nothing_a, nothing_b = float(single_a[0]), float(single_b[0])
    single_a[0] = single_b[0] = 0.0
    kept: Counter[tuple[int, str, str]] = Counter()
    for (kind, arabic, latin), count in units.items():
        a, b = encode(arabic), encode(latin)
        likely = math.log(max(joint_probability(a, b, table, *UNIT_TABLES), 1e-100))
        likely -= math.log(max(marginal_probability(a, single_a, nothing_a, *UNIT_TABLES), 1e-100))
        likely -= math.log(max(marginal_probability(b, single_b, nothing_b, *UNIT_TABLES), 1e-100))
        share = count / totals[kind, arabic]
        if likely > LIKELY or (share >= AMPLE and likely > UNLIKELY):
            kept[kind, arabic, latin] = count
    return kept


# What the romanisation schools of other scripts, and letters with marks, exchange: German, Slavic, Greek, Turkic, Romance.
_EXCHANGED = """
o:oe u:ue a:ae y:i y:iy y:ii i:iy yu:iu yu:ju ya:ia ya:ja ye:e ye:ie yo:e yo:io v:w v:ff kh:h kh:ch ch:tch ch:tsch zh:j zh:z x:ks ts:tz
ts:c ts:cz sh:sch sh:sz sh:s ch:cz c:k k:q k:ck ph:f th:t i:j y:j ou:u oo:u ee:i ei:ey ai:ay ij:y g:h gh:g dj:d j:dj dz:z e:ye c:ch
dzh:j dzh:dj h:kh j:zh aa:e uu:u ii:i ee:e oo:o eo:o ae:e eu:u oe:e s:z ss:s aa:a ui:uy ie:i iu:u
""".split()
WORLD_SHARE = 0.02


def with_world(prob: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mix in the exchanges of other schools, each by the frequency of its shorter side."""
    index = {unit: unit_id for unit_id, unit in enumerate(UNITS)}
    world = np.zeros_like(prob)
    margin = prob.sum(axis=1)
    for exchange in _EXCHANGED:
        a, b = (index.get(unit, 0) for unit in exchange.split(":"))
        if a and b:
            weight = max(float(margin[a]), float(margin[b]))
            world[a, b] += weight
            world[b, a] += weight
    mixed: NDArray[np.float64] = (1 - WORLD_SHARE) * prob + WORLD_SHARE * world / world.sum()
    return mixed


SCHOOL_COUNT = 6


def of_other_schools() -> Iterator[tuple[int, str, str]]:
    """Yield the (kind, Arabic core, Latin core) of ``data/arabic_spellings.tsv``."""
    path = Path(__file__).resolve().parent.parent / "src" / "tajfif" / "data" / "arabic_spellings.tsv"
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            arabic, spellings = line.split("\t")
            yield from ((WORD, arabic, spelling) for spelling in spellings.split())


def lexicon(units: Counter[tuple[int, str, str]]) -> dict[str, NDArray[Any]]:
    """Return the known names: each (kind, Arabic key) with its Latin spellings and how often each is written."""
    by_key: dict[tuple[int, str], list[tuple[str, int]]] = defaultdict(list)
    for (kind, arabic, latin), count in sorted(units.items()):
        by_key[kind, arabic].append((latin, count))
    rows: list[tuple[int, str, str, int]] = []
    for (kind, arabic), variants in sorted(by_key.items()):
        total = sum(count for _, count in variants)
        rows.extend((kind, arabic, latin, count) for latin, count in variants if total >= 2)
    return {
        "lexicon_kind": np.array([r[0] for r in rows], dtype=np.uint8),
        "lexicon_arabic": np.frombuffer("\n".join(r[1] for r in rows).encode(), dtype=np.uint8),
        "lexicon_latin": np.frombuffer("\n".join(r[2] for r in rows).encode(), dtype=np.uint8),
        "lexicon_count": np.array([min(r[3], 65535) for r in rows], dtype=np.uint16),
    }


def world_words(data: Path) -> Counter[str]:
    """Count Latin words of names of people of all countries."""
    counts: Counter[str] = Counter()
    with (data / "names/wikidata_ar_coling2018/wd_arabic_64").open(encoding="utf-8") as lines:
        for line in lines:
            latin, _arabic, count = line.rstrip("\n").split("\t")
            parts = parse_name(latin).parts
            if len(parts) == 1 and parts[0].kind == WORD and parts[0].core.isascii() and len(parts[0].core) > 1:
                counts[parts[0].core] += int(count)
    with (data / "names/google_ar2en/ar2en-train.txt").open(encoding="utf-8") as lines:
        for line in lines:
            parts = parse_name(line.rstrip("\n").split("\t")[1]).parts
            if len(parts) == 1 and parts[0].kind == WORD and parts[0].core.isascii() and len(parts[0].core) > 1:
                counts[parts[0].core] += 1
    return counts


# How many times each word of the world and of a listed person's names counts, beside one of the Arab population: who is asked
# about is of no one people, and a name that many listed people bear is one by which many can be taken for them.
WORLD_WEIGHT, LISTED_WEIGHT = 1.5, 6.0


def frequencies(
    units: Counter[tuple[int, str, str]], world: Counter[str], entities: Iterable[tuple[str, list[str]]]
) -> dict[tuple[int, str], float]:
    """Count parts in both scripts: the Arab population, and in Latin the world's words and the lists' beside it."""
    counts: dict[tuple[int, str], float] = defaultdict(float)
    for (kind, arabic, latin), count in units.items():
        counts[kind, arabic] += count
        counts[kind, latin] += count
    for word, count in world.items():
        counts[WORD, word] += WORLD_WEIGHT * count
    for who, names in entities:
        for part in {p for n in names for p in parse_name(n, person=who == "person").parts}:
            if part.core.isascii() and (part.kind in PART_KINDS or part.kind == NAME):
                counts[part.kind, part.core] += LISTED_WEIGHT if who == "person" else 1.0
    return counts


def main() -> None:
    """Read the sources, learn, and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    root = Path(__file__).resolve().parent.parent
    parser.add_argument("--data", type=Path, default=root.parent / "shared" / "data")
    parser.add_argument("--out", type=Path, default=root / "src/tajfif/data/spelling.npz")
    arguments = parser.parse_args()
    units = romaniser_units(arguments.data)
    cross: dict[Pair, float] = defaultdict(float)
    for (_kind, arabic, latin), count in units.items():
        cross[arabic, latin] += math.sqrt(count)
    for pair, count in word_pairs(arguments.data).items():
        cross[pair] += 0.3 * count
    cross_pairs = [(a, b, float(w)) for (a, b), w in sorted(cross.items()) if len(a) < 16 and len(b) < 20]
    arabic_latin = train(cross_pairs, symmetric=False, label="Arabic-Latin")
    units = likely_spellings(units, with_typos(arabic_latin, TYPO_SHARE).astype(np.float32))
    entities = list(list_names(arguments.data))
    for spelling in of_other_schools():
        units[spelling] = max(units[spelling], SCHOOL_COUNT)
    spellings = latin_pairs(units) + alias_pairs(entities)
    latin_latin = train(spellings, symmetric=True, label="Latin-Latin")
    counts = frequencies(units, world_words(arguments.data), entities)
    kept = sorted((key, c) for key, c in counts.items() if c >= 1.5)
    role_counts = roles_of(arguments.data)
    tables: dict[str, Any] = {**lexicon(units)}
    np.savez_compressed(
        arguments.out,
        allow_pickle=False,
        arabic_latin=with_typos(arabic_latin, TYPO_SHARE).astype(np.float32),
        latin_latin=with_typos(with_world(latin_latin), TYPO_SHARE).astype(np.float32),
        arabic_arabic=with_typos(arabic_table(), TYPO_SHARE).astype(np.float32),
        frequency_kind=np.array([key[0] for key, _ in kept], dtype=np.uint8),
        frequency_core=np.frombuffer("\n".join(key[1] for key, _ in kept).encode(), dtype=np.uint8),
        frequency_count=np.array([min(round(c), 65535) for _, c in kept], dtype=np.uint16),
        frequency_family=np.array(
            [_family_share(role_counts, key[1]) if key[0] == WORD else 128 for key, _ in kept], dtype=np.uint8
        ),
        **tables,
    )
    print(f"{arguments.out}: {arguments.out.stat().st_size:,} bytes", file=sys.stderr)


def _family_share(roles: Counter[tuple[str, str]], core: str) -> int:
    given, family = roles[core, "given"], roles[core, "surname"]
    return round(255 * (family + 0.5) / (given + family + 1.0))


if __name__ == "__main__":
    main()
