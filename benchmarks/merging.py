"""How many entries of real lists are one party, how many are found without being told, and how long it takes.

    python benchmarks/merging.py LISTS [--ordinary NAMES.tsv.gz] [--read 50 --seed 1]

``LISTS`` is a folder with the publishers' files of the UN, OFAC (CSV, and the consolidated list as XML), the UK, Canada, the EU
and Israel, in the layout that ``_FILES`` tells. ``--read`` prints that many pairs shown as one, drawn at random, with what both
entries say, to be judged by a reader. ``--ordinary`` takes names of ordinary people, a column in Arabic and one in Latin below a
line of headings, gives two thirds of them birth dates at random, and tells which of them would be shown as one with an entry.
"""

from __future__ import annotations

import argparse
import gzip
import json
import platform
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec

from tajfif.lists.store import ListStore
from tajfif.model import BirthDate, Entity, Name
from tajfif.screening.merging import Merge, clusters, suggest_merges

_FILES = {
    "un_sc": "un/UN_consolidated_2025-04-19.xml",
    "us_ofac": "us_ofac/2021-07",
    "us_ofac_cons": "us_ofac/CONSOLIDATED_2025-03-28.xml",
    "uk_ofsi": "uk/OFSI_ConList_2022-04-05.xlsx",
    "ca_sema": "ca/SEMA_2022.xml",
    "ch_seco": "ch/SECO_format_example.xml",
    "eu_fsf": "eu/EU_FSF_csv_1_0_excerpt_2018-07-04.csv",
    "il_nbctf": "regional/il_nbctf_crypto_wallets.csv",
}


def entities_of(folder: Path) -> list[Entity]:
    """Load the lists and return those in force."""
    with tempfile.TemporaryDirectory() as home:
        store = ListStore(home)
        for source, name in _FILES.items():
            store.load(source, folder / name)
        return [one for version in store.serving() for one in store.entities(version) if not one.is_delisted]


def counts(merges: tuple[Merge, ...]) -> dict[str, Any]:
    """Count merges by basis and groups by size."""
    groups = clusters(merges)
    return {
        "joined": dict(sorted(Counter(one.basis for one in merges if one.joins).items())),
        "not_joined": sum(not one.joins for one in merges),
        "against": dict(sorted(Counter(reason for one in merges for reason in one.against).items())),
        "groups": {str(size): count for size, count in sorted(Counter(map(len, groups)).items())},
    }


def held_out(entities: list[Entity], merges: tuple[Merge, ...]) -> dict[str, Any]:
    """Hold out what publishers state and see how much of it is found all the same."""
    stated = {(one.a, one.b) for one in merges if one.basis == "stated"}
    blind = suggest_merges([msgspec.structs.replace(one, relations=()) for one in entities])
    group_of = {one: place for place, group in enumerate(clusters(blind)) for one in group}
    joined = {(one.a, one.b) for one in blind if one.joins}
    of_both = {pair for pair in joined if {_source(one) for one in pair} == {"uk_ofsi", "un_sc"}}
    return {
        "stated": len(stated),
        "together": sum(a in group_of and group_of[a] == group_of.get(b) for a, b in stated),
        "suggested": len(stated & {(one.a, one.b) for one in blind}),
        "uk_un_joined": len(of_both),
        "uk_un_joined_and_stated": len(of_both & stated),
        "uk_un_joined_not_stated": sorted(of_both - stated),
    }


def _source(entity_id: str) -> str:
    return entity_id.partition(":")[0]


def pairs_to_read(entities: list[Entity], merges: tuple[Merge, ...], count: int, seed: int) -> None:
    """Print pairs shown as one with what both entries say."""
    by_id = {one.id: one for one in entities}
    joined = [one for one in merges if one.joins]
    for merge in random.Random(seed).sample(joined, min(count, len(joined))):
        sys.stdout.write(f"{merge.basis} {merge.score} {' | '.join(merge.names)}\n")
        for each in (by_id[merge.a], by_id[merge.b]):
            born = ", ".join(birth.start for birth in each.birth_dates)
            places = "; ".join(place.text for place in each.birth_places)
            programmes = ", ".join(listing.programme for listing in each.listings)
            sys.stdout.write(f"    {each.id} {each.schema}: {each.caption} · {born} · {places} · {programmes}\n")


def ordinary_people(path: Path, seed: int) -> list[Entity]:
    """Return invented people with real names: 30 % without a birth date, the others with the day or the year alone."""
    rng = random.Random(seed)
    people = []
    with gzip.open(path, "rt", encoding="utf-8") as file:
        next(file)
        for number, line in enumerate(file):
            names = tuple(Name(value=text) for text in line.rstrip("\n").split("\t")[:2])
            year = rng.randint(1940, 2000)
            day = f"{year}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
            start = rng.choices(("", str(year), day), (30, 35, 35))[0]
            born = (BirthDate(start=start),) if start else ()
            people.append(Entity(id=f"ftm:{number}", schema="Person", names=names, birth_dates=born))
    return people


def main() -> None:
    """Measure and print one object of JSON, or pairs to be read."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lists", type=Path)
    parser.add_argument("--ordinary", type=Path)
    parser.add_argument("--read", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    entities = entities_of(options.lists)
    started = time.perf_counter()
    merges = suggest_merges(entities)
    seconds = time.perf_counter() - started
    if options.read:
        pairs_to_read(entities, merges, options.read, options.seed)
        return
    started = time.perf_counter()
    suggest_merges(entities, doubtful=False)
    found = {
        "machine": platform.processor() or platform.machine(),
        "python": platform.python_version(),
        "entries": len(entities),
        "seconds_all": round(seconds, 1),
        "seconds_when_index_is_built": round(time.perf_counter() - started, 1),
        **counts(merges),
        "without_references": held_out(entities, merges),
    }
    if options.ordinary:
        people = ordinary_people(options.ordinary, options.seed)
        started = time.perf_counter()
        beside = suggest_merges([*entities, *people], doubtful=False)
        joined = [one for one in beside if one.joins and one.a.startswith("ftm:")]
        found["ordinary"] = {
            "people": len(people),
            "seconds": round(time.perf_counter() - started, 1),
            "joined": [(one.b, *one.names) for one in joined],
        }
    sys.stdout.write(json.dumps(found, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
