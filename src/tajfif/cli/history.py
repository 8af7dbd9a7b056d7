"""``tajfif lists entries``, ``correct`` and ``events``: who is on a list, since when, and what was put right."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tajfif.cli.output import TextFormat, chosen_format, home_of, say, warn, write_json_lines, write_table

if TYPE_CHECKING:
    from tajfif.lists.diff import Change
    from tajfif.lists.entry_history import Step
    from tajfif.lists.events import Alert, Event
    from tajfif.lists.history import InForce

__all__ = ["correct", "entries", "events"]

_SHOWN_BEFORE = 20
"""Characters of a long text shown before the place where old and new part."""

FormatOption = Annotated[
    TextFormat | None,
    typer.Option("--format", help="How to write the result. Default: table on a terminal, jsonl in a pipe."),
]
AsOfOption = Annotated[
    str, typer.Option("--as-of", metavar="DATE", help="Show who was listed on this day: 2024-12-31.")
]  # fmt: skip
KnownAtOption = Annotated[
    str,
    typer.Option(
        "--known-at",
        metavar="DATE",
        help="Show what this workspace knew by the end of this day, or at this time: 2024-12-31T12:00.",
    ),
]
SourceArgument = Annotated[
    str, typer.Argument(metavar="SOURCE", help="Key of the list; 'tajfif lists sources' shows them.")
]  # fmt: skip


def entries(
    ctx: typer.Context,
    source: SourceArgument,
    as_of: AsOfOption = "",
    known_at: KnownAtOption = "",
    reference: Annotated[
        str | None,
        typer.Option("--reference", help="Show what became of this entry, over all versions: QDi.006."),
    ] = None,
    output: FormatOption = None,
) -> None:
    """Show who is listed, now or on another day; or what became of one entry."""
    from tajfif.errors import UsageError

    if reference is None:
        _show_in_force(_opened(ctx, source, as_of, known_at), as_of, known_at, output)
        return
    if as_of:
        raise UsageError("--as-of goes without --reference", hint="What became of an entry is told for all days.")
    _show_history(ctx, source, reference, known_at, output)


def _opened(ctx: typer.Context, source: str, as_of: str, known_at: str) -> InForce:
    from tajfif.errors import ListMissingError
    from tajfif.lists.catalogue import source as source_of
    from tajfif.lists.history import in_force
    from tajfif.lists.store import ListStore

    key = source_of(source).key
    view = in_force(ListStore(home_of(ctx)), as_of=as_of, known_at=known_at)
    for each in view.lists:
        if each.version.source == key:
            return each
    when = f" was known at {known_at}" if known_at else " is loaded"
    raise ListMissingError(f"no list of {key}{when}", hint="When each was loaded: tajfif lists versions")


def _show_in_force(found: InForce, as_of: str, known_at: str, output: TextFormat | None) -> None:
    times = {name: value for name, value in (("as_of", as_of), ("known_at", known_at)) if value}
    versions = {entity.id: found.version_naming(entity.id) for entity in found.entities}
    if chosen_format(output) == TextFormat.JSONL:
        write_json_lines(
            {**times, "version": f"{named.published}/{named.sha256[:12]}", "entity": entity}
            for entity in found.entities
            for named in [versions[entity.id]]
        )
    else:
        write_table(
            ("reference", "kind", "name", "listed on", "decision or programme", "expires on", "version"),
            (
                (
                    "; ".join(dict.fromkeys(one.reference for one in entity.listings)) or entity.id,
                    entity.schema,
                    entity.caption,
                    "; ".join(dict.fromkeys(one.listed_on for one in entity.listings if one.listed_on)),
                    "; ".join(dict.fromkeys(one.decision or one.programme for one in entity.listings)),
                    "; ".join(dict.fromkeys(one.expires_on for one in entity.listings if one.expires_on)),
                    versions[entity.id].published,
                )
                for entity in found.entities
            ),
        )
    for notice in found.notices:
        warn(notice)
    asked = "".join(f", {name.replace('_', ' ')} {value}" for name, value in times.items())
    say(f"{found.version.source}@{found.version.published}{asked}: {len(found.entities):,} entries")


def _show_history(
    ctx: typer.Context, source: str, reference: str, known_at: str, output: TextFormat | None
) -> None:  # fmt: skip
    from tajfif.lists.entry_history import entry_history
    from tajfif.lists.store import ListStore
    from tajfif.lists.versions import instant

    steps = entry_history(
        ListStore(home_of(ctx)), source, reference, known_at=instant(known_at) if known_at else None
    )  # fmt: skip
    if chosen_format(output) == TextFormat.JSONL:
        write_json_lines(steps)
        return
    write_table(("what", "on", "known here", "version", "name", "decision or programme", "details"), map(_row, steps))


def _row(step: Step) -> tuple[str, ...]:
    from tajfif.cli.lists import clock

    fields = [f"{change.field}: {_difference(change)}" for change in step.changes]
    details = "; ".join([*fields, *([step.note] if step.note else [])])
    version = step.version if "@" in step.version else f"event {step.version[:12]}"
    return step.change, step.on, clock(step.known_at), version, step.caption, step.decision, details


def _difference(change: Change) -> str:
    """Return old and new, of long texts only from shortly before the place where they part."""
    from tajfif.cli.lists import LONGEST_CELL, cell

    old, new = cell(change.old, longest=None), cell(change.new, longest=None)
    alike = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
    skipped = max(0, alike - _SHOWN_BEFORE) if len(old + new) > LONGEST_CELL else 0
    return " → ".join(("…" if skipped else "") + cell(text[skipped:]) for text in (old, new))


def correct(
    ctx: typer.Context,
    source: SourceArgument,
    reference: Annotated[str, typer.Argument(help="The publisher's reference of the entry: QDi.006.")],
    note: Annotated[str, typer.Option("--note", help="Where it was announced, and why.")],
    decision: Annotated[
        str,
        typer.Option("--decision", help="The decision concerned; needed when the entry is listed by several."),
    ] = "",
    holds_from: Annotated[
        str,
        typer.Option("--holds-from", metavar="DATE", help="Day from which it holds. Default: from the start."),
    ] = "",
    patch: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="PROPERTY=VALUE",
            help="What the entry says rightly, such as birthDate=1970-05-01; repeat it for more. PROPERTY= takes it away.",
        ),
    ] = None,
    retract: Annotated[bool, typer.Option("--retract", help="The decision is void.")] = False,
    receipts: Annotated[
        list[Path] | None,
        typer.Option(
            "--receipts",
            metavar="DIR",
            help="Look for alerts raised meanwhile in the receipts here; repeat it for more.",
        ),
    ] = None,
    output: FormatOption = None,
) -> None:
    """Record that a gazette corrected an entry, or that a decision is void, and name the alerts raised meanwhile."""
    from tajfif.errors import UsageError
    from tajfif.lists.events import Event, alerts_meanwhile
    from tajfif.lists.store import ListStore
    from tajfif.screening.receipt_alerts import receipt_alerts
    from tajfif.screening.rescreen import base_alerts

    if retract == bool(patch):
        raise UsageError(
            "give either --set or --retract", hint="tajfif lists correct SOURCE REFERENCE --retract --note …"
        )
    for folder in receipts or ():
        if not folder.is_dir():
            raise UsageError("this is no directory", where=str(folder))
    event = ListStore(home_of(ctx)).record_event(
        Event(
            kind="retraction" if retract else "correction", source=source, reference=reference, decision=decision,
            holds_from=holds_from, recorded_at="", note=note, patch=_patch(patch or ()),
        )
    )  # fmt: skip
    problems: list[str] = []
    kept = (receipt_alerts(folder, problems) for folder in receipts or ())
    alerts = alerts_meanwhile(event, (*kept, base_alerts(home_of(ctx))))
    _show_alerts(event, alerts, output)
    for problem in problems:
        warn(f"a receipt was passed over: {problem}")
    say(f"recorded: {event.kind} of {event.entity_id}, {event.id[:12]}")
    looked = "in the bases of customers and the receipts" if receipts else "in the bases of customers; no --receipts"
    say(f"{len(alerts):,} alerts raised meanwhile, {looked}")
    raise typer.Exit(1 if alerts else 0)


def _patch(stated: Iterable[str]) -> dict[str, tuple[str, ...]]:
    from tajfif.errors import UsageError

    patch: dict[str, tuple[str, ...]] = {}
    for one in stated:
        name, equals, value = one.partition("=")
        if not equals or not name.strip():
            raise UsageError(f"--set {one!r} is not PROPERTY=VALUE", hint='Write it as --set "birthDate=1970-05-01".')
        kept = patch.get(name.strip(), ())
        patch[name.strip()] = (*kept, value.strip()) if value.strip() else kept
    return patch


def _show_alerts(event: Event, alerts: Iterable[Alert], output: TextFormat | None) -> None:
    if chosen_format(output) == TextFormat.JSONL:
        write_json_lines([{"event": event, "id": event.id}, *({"alert": alert} for alert in alerts)])
        return
    write_table(
        ("raised at", "customer", "entity", "where"),
        ((alert.raised_at, alert.customer, alert.entity_id, alert.where) for alert in alerts),
    )


def events(ctx: typer.Context, known_at: KnownAtOption = "", output: FormatOption = None) -> None:
    """Show the corrections and retractions that were recorded, in order."""
    from tajfif.cli.lists import clock
    from tajfif.lists.store import ListStore
    from tajfif.lists.versions import instant

    found = ListStore(home_of(ctx)).events(known_at=instant(known_at) if known_at else None)
    if chosen_format(output) == TextFormat.JSONL:
        write_json_lines(_event_record(event) for event in found)
        return
    write_table(
        ("recorded", "what", "entry", "decision", "holds from", "sets", "note", "id"),
        (
            (
                clock(event.recorded_at), event.kind, event.entity_id, event.decision, event.holds_from or "the start",
                "; ".join(f"{name}={', '.join(values)}" for name, values in event.patch.items()), event.note, event.id[:12],
            )
            for event in found
        ),
    )  # fmt: skip


def _event_record(event: Event) -> dict[str, Any]:
    import msgspec

    return {"id": event.id, **msgspec.to_builtins(event)}
