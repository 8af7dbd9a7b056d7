"""The matchers of nomenklatura beside ours, on the same data in the same run.

    python benchmarks/peers.py [--environment DIR] [--data ../shared/data] [--out benchmarks/results/peers.json]

nomenklatura's logic-v1 and logic-v2 are those of yente and OpenSanctions. It needs a C++ compiler and ICU's headers, and its
dependencies are not ours, so that it lives in a virtual environment of its own, which is made when it is not there. Compared are the held
splits of the development packs, each side at its threshold of 0.7, and how often an Arabic-script name is recognised against the very
entity that bears it, whose Arabic-script names are taken out: what a search could find at best.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from pathlib import Path
from typing import Any

from quality import PACKS, PAIR_PACKS, RECORD_PACKS, metrics
from screening import load_lists, without_arabic
from tajfif.errors import InputError
from tajfif.ftm import entity_from_ftm, party_from_ftm
from tajfif.model import Entity, Name, Subject
from tajfif.screening import compare, compare_names
from tajfif.text.unicode import has_arabic

ROOT = Path(__file__).resolve().parent.parent
THRESHOLD = 0.7
ALGORITHMS = ("logic-v1", "logic-v2")
REQUIREMENT = "nomenklatura>=4.17"

_WORKER = """
import json, sys, time
from followthemoney import EntityProxy
from nomenklatura.matching import get_algorithm
from importlib.metadata import version
algorithms = {name: get_algorithm(name) for name in sys.argv[1:]}
pairs = [json.loads(line) for line in sys.stdin]
made = [[EntityProxy.from_dict(side, cleaned=False) for side in pair] for pair in pairs]
out = {"version": version("nomenklatura"), "scores": {}, "seconds": {}}
for name, algorithm in algorithms.items():
    config = algorithm.default_config()
    began = time.perf_counter()
    out["scores"][name] = [algorithm.compare(one, other, config).score for one, other in made]
    out["seconds"][name] = time.perf_counter() - began
json.dump(out, sys.stdout)
"""
_PLURAL = ("name", "alias", "weakAlias")


def as_ftm(number: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Return flat fields as an FtM entity, every value a list."""
    properties = {
        key: value if isinstance(value, list) else [value]
        for key, value in fields.items()
        if key not in ("id", "schema")
    }
    return {"id": number, "schema": fields.get("schema", "Person"), "properties": properties}


def python_of(environment: Path) -> Path:
    """Return the interpreter of the environment, made and filled when it is not there."""
    python = environment / "bin" / "python"
    if not python.exists():
        print(f"making {environment}; this compiles PyICU", file=sys.stderr)
        venv.create(environment, with_pip=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", REQUIREMENT], check=True)
    return python


def tasks() -> dict[str, list[tuple[int, str, dict[str, Any], dict[str, Any]]]]:
    """Return the held pairs of every pack: label, group, subject and listed as flat FtM fields."""
    found: dict[str, list[tuple[int, str, dict[str, Any], dict[str, Any]]]] = {}
    for pack in PAIR_PACKS:
        with (PACKS / f"{pack}.csv").open(encoding="utf-8", newline="") as lines:
            found[pack] = [
                (
                    int(row["label"]), row["schema"],
                    {"schema": row["schema"], "name": row["name1"]}, {"schema": row["schema"], "name": row["name2"]},
                )
                for row in csv.DictReader(lines)
                if row["split"] == "held"
            ]  # fmt: skip
    for pack in RECORD_PACKS:
        with (PACKS / f"{pack}.jsonl").open(encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        found[pack] = [(r["label"], "", r["subject"], r["listed"]) for r in rows if r["split"] == "held"]
    return found


def cross_script(data: Path) -> list[tuple[int, str, dict[str, Any], dict[str, Any]]]:
    """Return each UN individual's Arabic-script primary name with the individual without names in that script."""
    full = load_lists(data)
    bare = {entity.id: entity for _, entities in without_arabic(full) for entity in entities}
    rows = []
    for _, entities in full:
        for entity in entities:
            for name in entity.names:
                if (
                    entity.schema == "Person"
                    and entity.id.startswith("un_sc")
                    and name.quality == "primary"
                    and has_arabic(name.value)
                ):
                    listed = {"schema": "Person", "name": [each.value for each in bare[entity.id].names]}
                    rows.append((1, "", {"schema": "Person", "name": name.value}, listed))
    return rows


def ours(task: str, subject: dict[str, Any], listed: dict[str, Any]) -> float:
    """Return this project's score."""
    if task in PAIR_PACKS:
        try:
            return compare_names(subject["name"], listed["name"], subject["schema"]).score
        except InputError:
            return 0.0
    if task in RECORD_PACKS:
        return compare(party_from_ftm(subject), entity_from_ftm(listed)).score
    mine = Subject(names=(Name(value=subject["name"]),), schema="Person")
    theirs = Entity(id="x", schema="Person", names=tuple(Name(value=name) for name in listed["name"]))
    return max(compare_names(mine.name, name.value).score for name in theirs.names)


def main() -> None:
    """Run all and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--environment", type=Path, default=Path(tempfile.gettempdir()) / "tajfif-peers")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    python = python_of(arguments.environment)
    every = {**tasks(), "cross_script": cross_script(arguments.data)}
    result: dict[str, Any] = {
        "date": time.strftime("%Y-%m-%d"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "threshold": THRESHOLD,
        "tasks": {},
    }
    for task, rows in every.items():
        lines = "".join(
            json.dumps([as_ftm("subject", subject), as_ftm("listed", listed)], ensure_ascii=False) + "\n"
            for _, _, subject, listed in rows
        )
        done = subprocess.run(
            [str(python), "-c", _WORKER, *ALGORITHMS],
            input=lines,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
        )
        theirs = json.loads(done.stdout)
        result["nomenklatura"] = theirs["version"]
        began = time.perf_counter()
        scores = {"tajfif": [ours(task, subject, listed) for _, _, subject, listed in rows]}
        seconds = {"tajfif": time.perf_counter() - began} | theirs["seconds"]
        scores |= theirs["scores"]
        result["tasks"][task] = {
            name: measured(rows, values) | {"comparisons_per_second": len(rows) / seconds[name]}
            for name, values in scores.items()
        }
    report(result)
    if arguments.out:
        arguments.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def measured(rows: list[tuple[int, str, dict[str, Any], dict[str, Any]]], scores: list[float]) -> dict[str, float]:
    """Return the metrics of one matcher on one task; of a task without negatives the share found."""
    labels = [row[0] for row in rows]
    if 0 not in labels:
        return {"pairs": len(rows), "recall": sum(score >= THRESHOLD for score in scores) / len(rows)}
    return metrics([(label, score, "held", "", "") for label, score in zip(labels, scores, strict=True)], THRESHOLD)


def report(result: dict[str, Any]) -> None:
    """Print the table."""
    names = ("tajfif", *ALGORITHMS)
    print(f"{result['date']} · {result['machine']} · nomenklatura {result['nomenklatura']}")
    print(f"{'':52}" + "".join(f"{name:>10}" for name in names))
    shown: tuple[tuple[str, Callable[[float], str]], ...] = (
        ("recall", lambda value: f"{value:.3f}"), ("balanced_accuracy", lambda value: f"{value:.3f}"),
        ("auc", lambda value: f"{value:.3f}"), ("f1", lambda value: f"{value:.3f}"), ("right", lambda value: f"{value:.3f}"),
        ("comparisons_per_second", lambda value: f"{value:,.0f}"),
    )  # fmt: skip
    for task, by_name in result["tasks"].items():
        for metric, form in shown:
            if metric in by_name["tajfif"]:
                label = f"{task} ({by_name['tajfif']['pairs']} pairs): {metric.replace('_', ' ')}"
                print(f"{label:52}" + "".join(f"{form(by_name[name][metric]):>10}" for name in names))


if __name__ == "__main__":
    main()
