"""``tajfif lists update``, ``status``, ``log``, ``rollback`` and ``restore``: lists kept current, and what to do when one is wrong.

Exit codes: 0 all went well and nothing is stale · 2 bad usage · 3 an update failed, or a list is stale or missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tajfif.cli.output import TextFormat, chosen_format, home_of, say, warn, write_json_lines, write_table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tajfif.lists.update import Outcome
    from tajfif.lists.versions import StoredVersion

__all__ = ["log", "restore", "rollback", "status", "update"]

_STALE = 3

FormatOption = Annotated[
    TextFormat | None,
    typer.Option("--format", help="How to write the result. Default: table on a terminal, jsonl in a pipe."),
]
MaxAgeOption = Annotated[
    int | None,
    typer.Option(
        "--max-age-days", min=0, help="Age in days above which a list is stale. Default: the policy of its source."
    ),
]


def update(
    ctx: typer.Context,
    sources: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SOURCE]...", help="Keys of lists. Default: those that serve."),
    ] = None,
    accept: Annotated[
        list[str] | None,
        typer.Option(
            "--accept", metavar="CODE", help="Load a list in spite of this finding of the checks; repeat it for more."
        ),
    ] = None,
    max_age_days: MaxAgeOption = None,
    output: FormatOption = None,
) -> None:
    """Fetch what the publishers offer now, check it, and let it serve. A failed update leaves what serves."""
    from tajfif.lists.update import update as update_lists

    outcomes = update_lists(
        home_of(ctx),
        sources or (),
        accept=accept or (),
        max_age_days=max_age_days,
        progress=lambda key: say(f"{key}: asking the publisher"),
    )
    for each in outcomes:
        _say_outcome(each)
    if chosen_format(output) == TextFormat.JSONL:
        write_json_lines(outcomes)
    else:
        _show(outcomes)
    raise typer.Exit(_STALE if any(each.needs_attention for each in outcomes) else 0)


def _say_outcome(outcome: Outcome) -> None:
    for finding in outcome.findings:
        if finding.severity == "warn" or finding.code in outcome.accepted:
            accepted = "accepted: " if finding.code in outcome.accepted else ""
            say(f"{outcome.source}: {accepted}[{finding.code}] {finding.text}")
    if outcome.reason:
        tell = warn if outcome.outcome == "failed" else say
        tell(f"{outcome.source}: {outcome.outcome}: {outcome.reason}")
    if not outcome.serves:
        warn(f"{outcome.source}: no version is loaded, so nothing is screened against it")
    elif outcome.stale:
        warn(
            f"{outcome.source} is STALE: {outcome.serves} serves, {outcome.age_days} days old; "
            f"the policy allows {outcome.max_age_days}"
        )
    elif outcome.outcome == "failed":
        say(f"{outcome.source}: {outcome.serves} goes on serving, {outcome.age_days} days old")


def _show(outcomes: Iterable[Outcome]) -> None:
    from tajfif.cli.lists import clock

    columns = ("when", "source", "outcome", "serves", ">days old", ">policy", ">added", ">removed", ">amended", "why")
    write_table(
        columns,
        (
            (
                clock(each.at), each.source, each.outcome, each.serves,
                (str(each.age_days) + (" STALE" if each.stale else "")) if each.serves else "",
                str(each.max_age_days), f"{each.added:,}", f"{each.removed:,}", f"{each.amended:,}",
                each.reason.partition("\n")[0],
            )
            for each in outcomes
        ),
    )  # fmt: skip


def status(ctx: typer.Context, max_age_days: MaxAgeOption = None, output: FormatOption = None) -> None:
    """Show of every list that serves how old it is, how old it may be, and how its last update went."""
    from tajfif.cli.lists import clock
    from tajfif.lists.store import ListStore
    from tajfif.lists.update import read_states

    home = home_of(ctx)
    states = read_states(home)
    serving = [each for each in ListStore(home).versions() if each.serving]
    records = [_status(each, states.get(each.version.source), max_age_days) for each in serving]
    if chosen_format(output) == TextFormat.JSONL:
        write_json_lines(records)
    else:
        columns = ("version", ">entries", ">days old", ">policy", "state", "last attempt", "outcome", "last success")
        write_table(
            columns,
            (
                (
                    f"{each['source']}@{each['published']}", f"{each['entries']:,}", str(each["age_days"]),
                    str(each["max_age_days"]), _state_words(each), clock(each["last_attempt"]) or "never",
                    each["last_outcome"], clock(each["last_success"]),
                )
                for each in records
            ),
        )  # fmt: skip
    stale = [each["source"] for each in records if each["stale"]]
    if stale:
        warn(f"STALE: {', '.join(stale)}\n  Fetch what the publishers offer now: tajfif lists update")
    raise typer.Exit(_STALE if stale else 0)


def _state_words(record: dict[str, Any]) -> str:
    return ("STALE" if record["stale"] else "current") + (", bundled snapshot" if record["bundled"] else "")


def _status(stored: StoredVersion, state: Any, max_age_days: int | None) -> dict[str, Any]:
    from tajfif.lists.catalogue import source
    from tajfif.lists.snapshot import data_age
    from tajfif.lists.update import SourceState, is_stale

    version, past = stored.version, state or SourceState()
    return {
        "source": version.source, "published": version.published, "dated": stored.dated, "sha256": version.sha256,
        "entries": version.entries, "bundled": stored.bundled, "loaded_at": stored.loaded_at,
        "age_days": data_age(version),
        "max_age_days": source(version.source).max_age_days if max_age_days is None else max_age_days,
        "stale": is_stale(stored, max_age_days=max_age_days), "last_attempt": past.last_attempt,
        "last_outcome": past.last_outcome, "last_reason": past.last_reason, "last_success": past.last_success,
    }  # fmt: skip


def log(
    ctx: typer.Context,
    sources: Annotated[
        list[str] | None, typer.Argument(metavar="[SOURCE]...", help="Only the updates of these lists.")
    ] = None,
    output: FormatOption = None,
) -> None:
    """Show every update that was tried, in order, and how it went."""
    from tajfif.lists.catalogue import source
    from tajfif.lists.update import read_log

    wanted = {source(key).key for key in sources or ()}
    found = [each for each in read_log(home_of(ctx)) if not wanted or each.source in wanted]
    if chosen_format(output) == TextFormat.JSONL:
        write_json_lines(found)
    else:
        _show(found)


def rollback(
    ctx: typer.Context,
    source: Annotated[str, typer.Argument(help="Key of the list; 'tajfif lists sources' shows them.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; it is kept with the version.")] = "",
    output: FormatOption = None,
) -> None:
    """Withdraw the version of a list that serves; the one before it serves again. Nothing is deleted."""
    from tajfif.lists.snapshot import staleness
    from tajfif.lists.store import ListStore

    withdrawn, serves = ListStore(home_of(ctx)).rollback(source, reason=reason)
    _show_change(withdrawn, serves, output)
    say(
        f"{withdrawn.name} is withdrawn; {serves.name} serves. Updates leave it out until it is restored: "
        f"tajfif lists restore {withdrawn.version.sha256[:12]}"
    )
    if stale := staleness(serves.version):
        warn(stale)


def restore(
    ctx: typer.Context,
    version: Annotated[str, typer.Argument(help="A version: first digits of its sha256, or source@date.")],
    output: FormatOption = None,
) -> None:
    """Undo the withdrawal of a version; it serves again if it is the newest."""
    from tajfif.lists.store import ListStore

    store = ListStore(home_of(ctx))
    restored = store.restore(version)
    serves = next(each for each in store.versions() if each.serving and each.version.source == restored.version.source)
    _show_change(None, serves, output)
    say(f"{restored.name} may serve; {serves.name} ({serves.version.sha256[:12]}) serves")


def _show_change(withdrawn: StoredVersion | None, serves: StoredVersion, output: TextFormat | None) -> None:
    if chosen_format(output) == TextFormat.JSONL:
        write_json_lines([{"withdrawn": withdrawn, "serves": serves}])
        return
    rows = [("withdrawn", withdrawn)] if withdrawn else []
    rows.append(("serves", serves))
    write_table(
        ("state", "version", ">entries", "sha256", "why"),
        (
            (what, each.name, f"{each.version.entries:,}", each.version.sha256[:12], each.withdrawn_because)
            for what, each in rows
        ),
    )
