"""``tajfif lists``: load official lists, see which versions serve, and what changed between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tajfif.cli import bundles, history, updates
from tajfif.cli.merges import merges
from tajfif.cli.output import TextFormat, chosen_format, home_of, say, warn, write_json_lines, write_table

if TYPE_CHECKING:
    from tajfif.lists.diff import ListDiff
    from tajfif.lists.versions import StoredVersion
    from tajfif.model import Entity

__all__ = ["app", "cell", "clock"]

MOST_NOTICES = 20
LONGEST_CELL = 200
SHORT_HASH = 12

app = typer.Typer(
    help="Load official lists, see which versions serve, and what changed between them.", no_args_is_help=True
)

app.command("export")(bundles.export)
app.command("import")(bundles.import_lists)
app.command("entries")(history.entries)
app.command("correct")(history.correct)
app.command("events")(history.events)
app.command("merges")(merges)
app.command("update")(updates.update)
app.command("status")(updates.status)
app.command("log")(updates.log)
app.command("rollback")(updates.rollback)
app.command("restore")(updates.restore)

FormatOption = Annotated[
    TextFormat | None,
    typer.Option("--format", help="How to write the result. Default: table on a terminal, jsonl in a pipe."),
]


@app.command()
def load(
    ctx: typer.Context,
    path: Annotated[
        Path, typer.Argument(exists=True, help="The publisher's file, or the directory with the files of a set.")
    ],
    source: Annotated[str, typer.Option("--source", help="Key of the list; 'tajfif lists sources' shows them.")],
    accept_loss: Annotated[
        bool,
        typer.Option("--accept-loss", help="Load it though it lacks more than 20 % of the entries that serve now."),
    ] = False,
    output: FormatOption = None,
) -> None:
    """Read an official list and keep it. It serves from then on, unless a newer version of it is there."""
    from tajfif.lists.store import ListStore

    report = ListStore(home_of(ctx)).load(source, path, accept_loss=accept_loss)
    _say_notices(report.notices)
    if chosen_format(output) == TextFormat.JSONL:
        write_json_lines([report])
        return
    version = report.version
    state = ("loaded" if report.changed else "unchanged") + (", serves" if report.serving else ", kept as history")
    columns = ("source", "published", ">entries", ">added", ">removed", ">amended", "sha256", "state")
    counts = (version.entries, report.added, report.removed, report.amended)
    row = (version.source, version.published, *map(_number, counts), version.sha256[:SHORT_HASH], state)
    write_table(columns, [row])


@app.command()
def versions(ctx: typer.Context, known_at: history.KnownAtOption = "", output: FormatOption = None) -> None:
    """Show the versions that are kept, in the order in which they were loaded, and which of them serve."""
    from tajfif.lists.store import ListStore
    from tajfif.lists.versions import instant

    store = ListStore(home_of(ctx))
    stored = store.known(instant(known_at)) if known_at else store.versions()
    if chosen_format(output) == TextFormat.JSONL:
        write_json_lines(_version_record(each) for each in stored)
    else:
        columns = ("version", ">entries", ">days old", "sha256", "loaded at", "files", "state")
        write_table(columns, map(_version_row, stored))
    for notice in () if known_at else store.notices():
        warn(notice)


@app.command()
def diff(
    ctx: typer.Context,
    old: Annotated[str, typer.Argument(help="A version: first digits of its sha256, or source@date.")],
    new: Annotated[str, typer.Argument(help="Another version of the same source.")],
    output: FormatOption = None,
) -> None:
    """Show what was added, removed and amended between two versions of a list."""
    from tajfif.lists.store import ListStore

    found = ListStore(home_of(ctx)).diff(old, new)
    if chosen_format(output) == TextFormat.JSONL:
        write_json_lines(_diff_records(found))
    else:
        write_table(("change", "reference", "name", "field", "old", "new"), _diff_rows(found))
    before, after = found.old_version, found.new_version
    say(
        f"{before.source} {before.published} → {after.published}: {len(found.added)} added, "
        f"{len(found.removed)} removed, {len(found.amended)} amended"
    )


@app.command()
def sources(output: FormatOption = None) -> None:
    """Show the lists that can be loaded: whose they are, where they are published, how old they may be."""
    from tajfif.lists.catalogue import SOURCES

    if chosen_format(output) == TextFormat.JSONL:
        write_json_lines(SOURCES.values())
        return
    columns = ("key", "list", "القائمة", "format", ">stale after days", "official file")
    rows = (
        (each.key, each.title, each.title_ar, each.format, str(each.max_age_days), each.address)
        for each in SOURCES.values()
    )
    write_table(columns, rows)


def _say_notices(notices: tuple[str, ...]) -> None:
    for notice in notices[:MOST_NOTICES]:
        say(f"notice: {notice}")
    if len(notices) > MOST_NOTICES:
        say(f"notice: … and {len(notices) - MOST_NOTICES} more; --format jsonl shows them all")


def _number(count: int) -> str:
    return f"{count:,}"


def _version_record(stored: StoredVersion) -> dict[str, Any]:
    import msgspec

    from tajfif.lists.snapshot import data_age

    return {
        **msgspec.to_builtins(stored.version),
        "serving": stored.serving,
        "bundled": stored.bundled,
        "age_days": data_age(stored.version),
        "dated": stored.dated,
        "loaded_at": stored.loaded_at,
        "withdrawn_at": stored.withdrawn_at,
        "withdrawn_because": stored.withdrawn_because,
        "files": stored.files,
    }


def _version_row(stored: StoredVersion) -> tuple[str, ...]:
    from tajfif.lists.snapshot import data_age

    version = stored.version
    state = "bundled snapshot, serves" if stored.bundled else "serves" if stored.serving else "kept as history"
    if stored.withdrawn_at:
        state = f"withdrawn {clock(stored.withdrawn_at)}" + (
            f": {stored.withdrawn_because}" if stored.withdrawn_because else ""
        )
    return (
        stored.name + ("" if stored.dated else " (day of loading)"),
        _number(version.entries),
        _number(data_age(version)),
        version.sha256[:SHORT_HASH],
        clock(stored.loaded_at),
        ", ".join(file.name for file in stored.files),
        state,
    )


def clock(time: str) -> str:
    """Return a time of the store as a person reads it."""
    return time.removesuffix("+00:00").replace("T", " ")


def _reference(entity: Entity) -> str:
    return entity.listings[0].reference if entity.listings else entity.id


def _diff_records(found: ListDiff) -> Iterator[dict[str, Any]]:
    def record(change: str, entity: Entity) -> dict[str, Any]:
        return {
            "change": change,
            "entity_id": entity.id,
            "reference": _reference(entity),
            "schema": entity.schema,
            "caption": entity.caption,
            "old_version": found.old_version.sha256,
            "new_version": found.new_version.sha256,
        }

    for entity in found.added:
        yield {**record("added", entity), "entity": entity}
    for entity in found.removed:
        yield {**record("removed", entity), "entity": entity}
    for amendment in found.amended:
        yield {**record("amended", amendment.new), "changes": amendment.changes}


def _diff_rows(found: ListDiff) -> Iterator[tuple[str, ...]]:
    for change, entities in (("added", found.added), ("removed", found.removed)):
        for entity in entities:
            yield change, _reference(entity), entity.caption, "", "", ""
    for amendment in found.amended:
        head = ("amended", _reference(amendment.new), amendment.new.caption)
        for each in amendment.changes:
            yield *head, each.field, cell(each.old), cell(each.new)
            head = ("", "", "")


def cell(value: Any, longest: int | None = LONGEST_CELL) -> str:
    """Return a value of a field as one text, cut where it is too long for a table."""
    text = "; ".join(" ".join(_leaves(item)) for item in (value if isinstance(value, list | tuple) else [value]))
    return text if longest is None or len(text) <= longest else text[: longest - 1] + "…"


def _leaves(value: Any) -> Iterator[str]:
    """Yield the texts in a plain JSON value, in its order; of a record with its whole text in one field only that."""
    if isinstance(value, dict):
        if value.get("text"):
            value = [value["text"]]
        else:
            value = [name if field is True else field for name, field in value.items()]
    if isinstance(value, list | tuple):
        children: Iterable[Any] = value
        for child in children:
            yield from _leaves(child)
    elif value is not None and value != "":
        yield str(value)
