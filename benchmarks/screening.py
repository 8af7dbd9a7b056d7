"""Measure the matcher on real lists: quality and speed, with rapidfuzz beside it in the same run.

    python benchmarks/screening.py [--data ../shared/data] [--names 3000] [--out benchmarks/results/screening.json]

What is measured: the UN list of 2025-04-19 and the OFAC lists of 2021-07, loaded as a user loads them. *Cross-script*: each UN individual
with an Arabic-script primary name is queried by it against the lists with every Arabic-script name taken out. *Latin*: listed
persons' Latin names, half of them altered. *Ordinary*: names of ordinary people (``populations.py``). *Side by side*: the development packs
(``packs/``), of which the ``held`` split is never looked at when the matcher is tuned.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from rapidfuzz import fuzz, process, utils

from calibration import calibration
from populations import composed_pairs, listed_queries, ordinary_arabic, ordinary_arabic_latin, ordinary_worldwide
from quality import PAIR_PACKS, RECORD_PACKS, pair_metrics, record_metrics
from tajfif.lists.store import ListStore
from tajfif.model import Entity, ListVersion, Name, Subject
from tajfif.screening.building import build_index
from tajfif.screening.index import NameIndex
from tajfif.screening.screener import Screener, _closest_name
from tajfif.text.names import parse_name
from tajfif.text.unicode import has_arabic

SEED = 20260401
RAPIDFUZZ_THRESHOLD = 85.0
ROOT = Path(__file__).resolve().parent.parent

Lists = list[tuple[ListVersion, list[Entity]]]


def load_lists(data: Path) -> Lists:
    """Load the UN and OFAC lists through the store, as a user does."""
    with tempfile.TemporaryDirectory() as home, contextlib.redirect_stderr(io.StringIO()):
        store = ListStore(home)
        store.load("un_sc", data / "lists/un/UN_consolidated_2025-04-19.xml")
        store.load("us_ofac", data / "lists/us_ofac/2021-07")
        return [(version, list(store.entities(version))) for version in store.serving()]


def without_arabic(lists: Lists) -> Lists:
    """Return the lists with every name in the Arabic script taken out."""
    return [
        (
            listed,
            [
                msgspec.structs.replace(
                    entity, names=tuple(name for name in entity.names if not has_arabic(name.value))
                )
                for entity in entities
            ],
        )
        for listed, entities in lists
    ]


def words(name: str) -> frozenset[str]:
    """Return what a name is compared by when asking whether two are the same but for order."""
    return frozenset(part.core for part in parse_name(name).parts)


def same_parties(lists: Lists) -> Callable[[Entity], set[str]]:
    """Return a function from an entity to the ids of the entries that share a whole name with it on any list."""
    by_name: dict[frozenset[str], set[str]] = {}
    for _, entities in lists:
        for entity in entities:
            for name in entity.names:
                by_name.setdefault(words(name.value), set()).add(entity.id)
    return lambda entity: {entity.id}.union(*(by_name.get(words(name.value), set()) for name in entity.names))


def loses(screener: Screener, query: str, listed: Iterable[Entity]) -> bool:
    """Tell whether a query that found none of these entries would have, had they been compared name by name without a search."""
    subject = Subject(names=(Name(value=query),), schema="Person")
    threshold = screener.settings.threshold
    closest = ((entity, _closest_name(subject, entity)) for entity in listed)
    return any(found and screener._hit(subject, entity, found, threshold, "en") for entity, found in closest)


def cross_script(screener: Screener, full: Lists) -> dict[str, float]:
    """Query each UN individual by its Arabic-script primary names; return recall and how often the right entity is first."""
    parties = same_parties(full)
    searched = {entity.id: entity for entity in screener.index.all_entities()}
    found = first = total = lost = 0
    for entity in (one for version, entities in full if version.source == "un_sc" for one in entities):
        if entity.schema != "Person":
            continue
        for name in entity.names:
            if name.quality == "primary" and has_arabic(name.value):
                total += 1
                hits = screener.screen(Subject(names=(Name(value=name.value),), schema="Person"))
                right = parties(entity)
                recognised = any(hit.entity_id in right for hit in hits)
                found += recognised
                first += bool(hits) and hits[0].entity_id in right
                lost += not recognised and loses(
                    screener, name.value, (searched[one] for one in right if one in searched)
                )
    return {"queries": total, "recall": found / total, "first": first / total, "lost": lost / max(found + lost, 1)}


def latin_queries(screener: Screener, lists: Lists, count: int) -> dict[str, Any]:
    """Query listed persons by their Latin names, half of them altered."""
    people = [entity for _, entities in lists for entity in entities if entity.schema == "Person"]
    queries = list(listed_queries(people, SEED))
    random.Random(SEED).shuffle(queries)
    searched = {entity.id: entity for entity in screener.index.all_entities()}
    by_change: dict[str, list[bool]] = {}
    lost = 0
    for query in queries[:count]:
        hits = screener.screen(Subject(names=(Name(value=query.query),), schema="Person"))
        recognised = any(hit.entity_id == query.entity_id for hit in hits)
        by_change.setdefault(query.manipulation, []).append(recognised)
        lost += not recognised and loses(screener, query.query, [searched[query.entity_id]])
    every = [one for ones in by_change.values() for one in ones]
    changed = [one for change, ones in by_change.items() for one in ones if change != "exact"]
    return {
        "queries": len(every),
        "recall": sum(every) / len(every),
        "recall_altered": sum(changed) / len(changed),
        "lost": lost / max(sum(every) + lost, 1),
        "by_change": {change: round(sum(ones) / len(ones), 4) for change, ones in sorted(by_change.items())},
    }


def alerts(screener: Screener, names: Iterable[str]) -> dict[str, Any]:
    """Return the share of names that raise an alert, and the worst of them."""
    rows = []
    count = 0
    for name in names:
        count += 1
        hits = screener.screen(Subject(names=(Name(value=name),), schema="Person"))
        if hits:
            rows.append((hits[0].score, name, hits[0].name_matched))
    rows.sort(reverse=True)
    return {"names": count, "alerts": len(rows) / count, "worst": rows[:10]}


def speed(screener: Screener, names: list[str]) -> dict[str, float]:
    """Time single queries one by one, each name once."""
    for name in names[:50]:
        screener.screen(name, schema="Person")
    times = []
    for name in names[50:]:
        began = time.perf_counter()
        screener.screen(name, schema="Person")
        times.append(time.perf_counter() - began)
    return {
        "p50_ms": float(np.percentile(times, 50) * 1e3),
        "p95_ms": float(np.percentile(times, 95) * 1e3),
        "names_per_second": len(times) / sum(times),
    }


_MEMORY = """
import sys
from pathlib import Path
from tajfif.screening import Screener
from tajfif.model import Name, Subject
screener = Screener.open(sys.argv[1])
for name in sys.stdin.read().splitlines():
    screener.screen(Subject(names=(Name(value=name),), schema="Person"))
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(int(status["VmHWM"].split()[0]) / 1024)
"""
# The kernel's own high-water mark of this process: getrusage would count the parent's memory before the exec.


def memory(data: Path, names: list[str]) -> dict[str, float]:
    """Return the peak memory, in MB, of a process of its own that builds the index and screens names, and of one that opens it."""
    with tempfile.TemporaryDirectory() as home, contextlib.redirect_stderr(io.StringIO()):
        store = ListStore(home)
        store.load("un_sc", data / "lists/un/UN_consolidated_2025-04-19.xml")
        store.load("us_ofac", data / "lists/us_ofac/2021-07")

        def peak() -> float:
            done = subprocess.run(
                [sys.executable, "-c", _MEMORY, home],
                input="\n".join(names),
                capture_output=True,
                text=True,
                check=True,
            )
            return float(done.stdout)

        return {"build_and_screen_mb": peak(), "open_and_screen_mb": peak()}


def commands(data: Path, customers: int) -> dict[str, float]:
    """Time the command line: from nothing to the first answer (UN and OFAC, median of five), and a long file (UK and Canada too)."""
    program = [sys.executable, "-m", "tajfif"]
    with tempfile.TemporaryDirectory() as home, contextlib.redirect_stderr(io.StringIO()):
        store = ListStore(home)
        store.load("un_sc", data / "lists/un/UN_consolidated_2025-04-19.xml")
        store.load("us_ofac", data / "lists/us_ofac/2021-07")

        def seconds(*words: str) -> float:
            began = time.perf_counter()
            done = subprocess.run([*program, "--home", home, "screen", *words], capture_output=True, text=True)
            if done.returncode not in {0, 1, 3}:  # clear, alerts, or alerts from lists that are stale
                raise RuntimeError(done.stderr)
            return time.perf_counter() - began

        seconds("--name", "Nobody Inparticular")  # builds the index
        cold = sorted(seconds("--name", "Nobody Inparticular") for _ in range(5))[2]
        store.load("uk_ofsi", data / "lists/uk/OFSI_ConList_2022-04-05.xlsx")
        store.load("ca_sema", data / "lists/ca/SEMA_2022.xml")
        seconds("--name", "Nobody Inparticular")
        file = Path(home) / "customers.jsonl"
        rng = random.Random(SEED)
        worldwide = ordinary_worldwide(data, 20_000, SEED)
        with file.open("w", encoding="utf-8") as out:
            for number, (arabic, latin) in enumerate(composed_pairs(data, customers, rng)):
                name = (arabic, latin, rng.choice(worldwide))[number % 3]
                born = f"{rng.randrange(1940, 2006)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}"
                out.write(json.dumps({"id": str(number), "name": name, "birthDate": born}, ensure_ascii=False) + "\n")
        every = seconds(str(file), "--out", str(Path(home) / "answers.jsonl"), "--workers", str(os.cpu_count() or 1))
    return {"cold_start_s": cold, "customers": customers, "file_s": every, "file_per_second": customers / every}


def peer(lists: Lists, queries: list[str], expected: list[set[str]], names: list[str]) -> dict[str, float]:
    """Run rapidfuzz ``token_sort_ratio`` over all names on the same queries."""
    listed = [(name.value, entity.id) for _, entities in lists for entity in entities for name in entity.names]
    choices = [utils.default_process(name) for name, _ in listed]
    found, times = 0, []

    def best(query: str) -> list[int]:
        began = time.perf_counter()
        hits = process.extract(
            utils.default_process(query),
            choices,
            scorer=fuzz.token_sort_ratio,
            processor=None,
            limit=10,
            score_cutoff=RAPIDFUZZ_THRESHOLD,
        )
        times.append(time.perf_counter() - began)
        return [place for _, _, place in hits]

    for query, right in zip(queries, expected, strict=True):
        found += any(listed[place][1] in right for place in best(query))
    false = sum(bool(best(name)) for name in names)
    return {
        "recall": found / len(queries),
        "alerts": false / len(names),
        "p50_ms": float(np.percentile(times, 50) * 1e3),
        "names_per_second": len(times) / sum(times),
    }


def main() -> None:
    """Run all measurements and print them as a table, and as JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--names", type=int, default=3000, help="how many ordinary names and altered queries")
    parser.add_argument("--customers", type=int, default=100_000, help="how many customers stand in the file")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()

    full = load_lists(arguments.data)
    latin = without_arabic(full)
    build_index(latin)  # compiles the kernels
    began = time.perf_counter()
    index: NameIndex = build_index(full)
    build_seconds = time.perf_counter() - began
    screener, latin_screener = Screener(index), Screener(build_index(latin))
    arabic_names = ordinary_arabic(arguments.data, arguments.names, SEED)
    latin_names = ordinary_arabic_latin(arguments.data, arguments.names, SEED)
    world_names = ordinary_worldwide(arguments.data, arguments.names, SEED)
    people = [one for _, entities in full for one in entities if one.schema == "Person"]
    parties = same_parties(full)
    queries, expected = [], []
    for entity in people:
        for name in entity.names:
            if entity.id.startswith("un_sc") and name.quality == "primary" and has_arabic(name.value):
                queries.append(name.value)
                expected.append(parties(entity))

    result: dict[str, Any] = {
        "date": time.strftime("%Y-%m-%d"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "versions": {name: installed(name) for name in ("tajfif", "numba", "numpy", "rapidfuzz")},
        "lists": [{"source": v.source, "published": v.published, "entries": v.entries} for v, _ in full],
        "names": index.names,
        "index_build_s": build_seconds,
        "cross_script": cross_script(latin_screener, full),
        "ordinary_arabic_script": alerts(latin_screener, arabic_names),
        "ordinary_arabic_latin": alerts(screener, latin_names),
        "ordinary_worldwide": alerts(screener, world_names),
        "latin": latin_queries(screener, full, arguments.names),
        "calibration": calibration(
            screener,
            latin_screener,
            people,
            parties,
            [(latin_screener, name) for name in arabic_names]
            + [(screener, name) for name in latin_names + world_names],
            SEED,
        ),
        "speed_arabic": speed(Screener(build_index(full)), arabic_names),
        "speed_latin": speed(Screener(build_index(full)), latin_names),
        "rapidfuzz_cross_script": peer(latin, queries, expected, arabic_names[:300]),
        "pairs": {pack: pair_metrics(pack, "held") for pack in PAIR_PACKS},
        "records": {pack: record_metrics(pack, "held") for pack in RECORD_PACKS},
        "commands": commands(arguments.data, arguments.customers),
        "memory": memory(arguments.data, arabic_names + latin_names),
    }
    result["speed_ratio_to_rapidfuzz"] = (
        result["speed_arabic"]["names_per_second"] / result["rapidfuzz_cross_script"]["names_per_second"]
    )
    report(result)
    if arguments.out:
        arguments.out.parent.mkdir(parents=True, exist_ok=True)
        arguments.out.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def report(result: dict[str, Any]) -> None:
    """Print the measurements for a person."""
    cross, peer_result = result["cross_script"], result["rapidfuzz_cross_script"]
    rows = [
        ("cross-script recall", f"{cross['recall']:.3f}", f"{peer_result['recall']:.3f}"),
        ("cross-script, right entity first", f"{cross['first']:.3f}", "-"),
        (
            "ordinary Arabic-script names that alert",
            f"{result['ordinary_arabic_script']['alerts']:.4f}",
            f"{peer_result['alerts']:.4f}",
        ),
        ("the same people in Latin that alert", f"{result['ordinary_arabic_latin']['alerts']:.4f}", "-"),
        ("ordinary worldwide names that alert", f"{result['ordinary_worldwide']['alerts']:.4f}", "-"),
        ("Latin, half altered: recall", f"{result['latin']['recall']:.3f}", "-"),
        ("Latin, altered only: recall", f"{result['latin']['recall_altered']:.3f}", "-"),
        ("cross-script, lost before they are weighed", f"{cross['lost']:.4f}", "-"),
        ("Latin, lost before they are weighed", f"{result['latin']['lost']:.4f}", "-"),
        ("expected calibration error of hits", f"{result['calibration']['error']:.3f}", "-"),
        ("single query p50, ms", f"{result['speed_arabic']['p50_ms']:.2f}", f"{peer_result['p50_ms']:.2f}"),
        ("single query p95, ms", f"{result['speed_arabic']['p95_ms']:.2f}", "-"),
        (
            "names a second, one core",
            f"{result['speed_arabic']['names_per_second']:.0f}",
            f"{peer_result['names_per_second']:.0f}",
        ),
        ("cold start to the first answer, s", f"{result['commands']['cold_start_s']:.2f}", "-"),
        ("file, four lists, every core, subjects a second", f"{result['commands']['file_per_second']:.0f}", "-"),
        ("index build, s", f"{result['index_build_s']:.2f}", "-"),
        ("peak memory, building and screening, MB", f"{result['memory']['build_and_screen_mb']:.0f}", "-"),
        ("peak memory, opening and screening, MB", f"{result['memory']['open_and_screen_mb']:.0f}", "-"),
    ]
    print(f"{result['date']} · {result['machine']} · {result['names']:,} names")
    print(f"{'':44}{'tajfif':>10}{'rapidfuzz':>12}")
    for pack, groups in result["pairs"].items():
        for group, values in groups.items():
            rows.append((f"{pack}, {group}: balanced accuracy", f"{values['balanced_accuracy']:.3f}", "-"))
            rows.append((f"{pack}, {group}: AUC", f"{values['auc']:.3f}", "-"))
            rows.append((f"{pack}, {group}: F1", f"{values['f1']:.3f}", "-"))
    rows += [(f"{pack}: share right", f"{values['right']:.3f}", "-") for pack, values in result["records"].items()]
    for label, ours, theirs in rows:
        print(f"{label:44}{ours:>10}{theirs:>12}")
    for change, recall in result["latin"]["by_change"].items():
        print(f"  altered: {change:33}{recall:>10.3f}", file=sys.stderr)
    for key in ("ordinary_arabic_script", "ordinary_arabic_latin", "ordinary_worldwide"):
        for score, name, matched in result[key]["worst"]:
            print(f"  {key}: {score:.3f}  {name}  |  {matched}", file=sys.stderr)


if __name__ == "__main__":
    main()
