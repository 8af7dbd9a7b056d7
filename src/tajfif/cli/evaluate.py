"""``tajfif evaluate``: a validation of the lists that serve, with a report that a supervisor can read.

Exit codes: 0 done, whatever the figures · 2 bad usage · 3 no list serves.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tajfif.cli.output import (
    TextFormat,
    chosen_format,
    home_of,
    message_console,
    say,
    warn,
    write_json_lines,
    write_table,
)
from tajfif.cli.words import Language

if TYPE_CHECKING:
    from tajfif.evaluation.figures import Figures, Rate, Recall

__all__ = ["evaluate"]


def evaluate(
    ctx: typer.Context,
    sources: Annotated[
        list[str] | None, typer.Option("--list", metavar="SOURCE", help="Test only this list; repeat it for more.")
    ] = None,
    records: Annotated[int, typer.Option("--records", metavar="N", help="How many questions, 200 or more.")] = 20_000,
    seed: Annotated[
        int, typer.Option("--seed", metavar="N", help="The same lists, settings and seed give the same bytes.")
    ] = 1,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write report.html and report.json into this directory.")
    ] = None,
    threshold: Annotated[
        float | None,
        typer.Option("--threshold", help="Score from 0 to 1 from which a hit raises an alert. Default: 0.7"),
    ] = None,
    threshold_sweep: Annotated[
        bool,
        typer.Option("--threshold-sweep", help="Print what a change of the threshold would gain and lose."),
    ] = False,
    output_format: Annotated[
        TextFormat | None, typer.Option("--format", help="Default: a table on a terminal, JSON lines in a pipe.")
    ] = None,
    lang: Annotated[
        Language, typer.Option("--lang", help="Language of the tables, and the one that the report shows first.")
    ] = Language.EN,
    workers: Annotated[
        int | None,
        typer.Option("--workers", min=1, help="Processes that screen; results are the same. Default: a core each."),
    ] = None,
) -> None:
    """Test the lists that serve: what is found under every alteration, and how many ordinary names raise an alert."""
    from tajfif.config import Settings, usable_cores
    from tajfif.evaluation import measuring
    from tajfif.lists.store import ListStore

    home = home_of(ctx)
    for notice in ListStore(home).notices():
        warn(notice)
    if out is not None:
        _make_directory(out)
    settings = Settings() if threshold is None else Settings(threshold=threshold)
    with _progress() as progress:
        figures = measuring.evaluate(
            home, sources=sources or None, settings=settings, records=records, seed=seed,
            workers=workers or usable_cores(), progress=progress,
        )  # fmt: skip
    if len(figures.manipulations) and figures.records < records:
        say(f"the lists give {figures.records:,} different questions, not {records:,}")
    if chosen_format(output_format) == "table":
        _write_tables(figures, str(lang), sweep=threshold_sweep)
    else:
        write_json_lines(_lines(figures, sweep=threshold_sweep))
    if out is not None:
        _write_report(figures, out, str(lang))


def _make_directory(out: Path) -> None:
    from tajfif.errors import UsageError

    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise UsageError(f"cannot be made a directory: {reason}", where=str(out), hint="Check --out.") from None


def _write_report(figures: Figures, out: Path, lang: str) -> None:
    from tajfif.cli.results import output_file
    from tajfif.evaluation.report import report_html, report_json

    for name, data in (
        ("report.json", report_json(figures)),
        ("report.html", report_html(figures, lang=lang).encode()),
    ):
        with output_file(out / name) as file:
            file.write(data)
        say(f"written: {out / name}")


@contextlib.contextmanager
def _progress() -> Iterator[Callable[[int, int], None] | None]:
    """Show progress on a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("asking"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=message_console(), transient=True) as progress:
        task = progress.add_task("", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total) if done % 50 == 0 else None


def _lines(figures: Figures, *, sweep: bool) -> Iterable[dict[str, Any]]:
    """Yield a line for the run, each sum, each alteration and each population; with a sweep one for each threshold."""
    import msgspec

    yield {
        "kind": "run", "engine": figures.engine, "lists": figures.lists, "seed": figures.seed, "records": figures.records,
        "entities": figures.entities, "calibration_error": figures.calibration.error, "false_alerts": figures.false_alerts,
    }  # fmt: skip
    yield from ({"kind": "sum", "key": key, "recall": recall} for key, recall in figures.summary.items())
    yield from ({"kind": "manipulation", **msgspec.to_builtins(one)} for one in figures.manipulations)
    yield from ({"kind": "population", **msgspec.to_builtins(one)} for one in figures.populations)
    if sweep:
        yield from ({"kind": "threshold", **msgspec.to_builtins(one)} for one in figures.curve)


def _write_tables(figures: Figures, lang: str, *, sweep: bool) -> None:
    from tajfif.evaluation.alterations import GROUPS
    from tajfif.evaluation.report_words import say as words

    place = 1 if lang == Language.AR else 0
    recall = [
        f">{words('asked_n', lang)}",
        f">{words('found', lang)}",
        f">{words('interval_head', lang)}",
        f">{words('first', lang)}",
    ]
    write_table(
        [words("group", lang), words("manipulation", lang), *recall],
        (
            (GROUPS[one.group][place], one.arabic if place else one.english, *_cells(one.recall))
            for one in figures.manipulations
        ),
    )
    write_table(
        [words("by_kind", lang), *recall],
        ((words(key, lang).partition(":")[0], *_cells(one)) for key, one in figures.summary.items() if one.found.of),
    )
    populations = [(one.arabic if place else one.english, one.alerts) for one in figures.populations]
    write_table(
        [
            words("population", lang),
            f">{words('asked_n', lang)}",
            f">{words('per_1000', lang)}",
            f">{words('interval_head', lang)}",
        ],
        (
            (name, f"{share.of:,}", f"{1000 * share.rate:.1f}", f"{1000 * share.low:.1f} – {1000 * share.high:.1f}")
            for name, share in [*populations, (words("everybody", lang), figures.false_alerts)]
        ),
    )
    if sweep:
        _write_sweep(figures, lang)


def _cells(recall: Recall) -> tuple[str, str, str, str]:
    found: Rate = recall.found
    return (
        f"{found.of:,}",
        f"{100 * found.rate:.1f}%",
        f"{100 * found.low:.1f} – {100 * found.high:.1f}%",
        f"{100 * recall.first.rate:.1f}%",
    )


def _write_sweep(figures: Figures, lang: str) -> None:
    """Write the thresholds, and beside each figure how it differs from the one at the threshold in use."""
    from tajfif.evaluation.report_words import say as words

    used = figures.engine.policy["threshold"]
    now = next(one for one in figures.curve if one.threshold == used)
    heads = ["threshold", "line_exact", "exact_change", "line_altered", "altered_change", "false_axis", "false_change"]
    write_table(
        [*(f">{words(head, lang)}" for head in heads), ""],
        (
            (
                f"{one.threshold:g}",
                f"{100 * one.exact:.1f}%",
                f"{100 * (one.exact - now.exact):+.1f}",
                f"{100 * one.altered:.1f}%",
                f"{100 * (one.altered - now.altered):+.1f}",
                f"{one.false_alerts['all']:.1f}",
                f"{one.false_alerts['all'] - now.false_alerts['all']:+.1f}",
                words("in_use", lang) if one is now else "",
            )
            for one in figures.curve
        ),
    )
