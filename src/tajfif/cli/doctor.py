"""``tajfif doctor``: whether the installation, the workspace and the lists are well; with ``--drill``, whether alerts come.

Exit codes: 0 all is well, warnings apart · 3 a list is missing, stale or damaged, or the workspace is · 4 a fault of the installation,
or the drill raised no alert.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tajfif.cli.output import TextFormat, chosen_format, home_of, say, write_json_lines, write_table
from tajfif.cli.words import Language, word

if TYPE_CHECKING:
    from tajfif.screening.drill import Drill
    from tajfif.screening.health import Check

__all__ = ["doctor"]

_LISTS, _FAULT = 3, 4


def doctor(
    ctx: typer.Context,
    drill: Annotated[
        bool,
        typer.Option(
            "--drill",
            help="List somebody invented in a temporary copy of the lists, and measure the time to a customer's alert.",
        ),
    ] = False,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="N", help="Draws the invented name. Default: another each time.")
    ] = None,
    output: Annotated[
        TextFormat | None,
        typer.Option("--format", help="How to write the result. Default: table on a terminal, jsonl in a pipe."),
    ] = None,
    lang: Annotated[Language, typer.Option("--lang", help="Language of the headings.")] = Language.EN,
) -> None:
    """Check the installation, the workspace and the lists; with --drill, that a new listing raises its alert."""
    from tajfif.errors import UsageError

    if seed is not None and not drill:
        raise UsageError("--seed goes with --drill")
    home = home_of(ctx)
    if drill:
        from tajfif.screening.drill import run_drill

        done = run_drill(home, seed=seed)
        _show_drill(done, output, str(lang))
        raise typer.Exit(0 if done.passed else _FAULT)
    from tajfif.screening.health import check_health

    checks = check_health(home)
    _show(checks, output, str(lang))
    faults = {check.area for check in checks if check.state == "fault"}
    warnings = sum(check.state == "warning" for check in checks)
    say(f"{len(checks)} checks: {sum(check.state == 'fault' for check in checks)} faults, {warnings} warnings")
    raise typer.Exit(_FAULT if "installation" in faults else _LISTS if faults else 0)


def _show(checks: tuple[Check, ...], output: TextFormat | None, lang: str) -> None:
    if chosen_format(output) == TextFormat.JSONL:
        write_json_lines(checks)
        return
    headings = [word(each, lang) for each in ("doctor_state", "doctor_check", "doctor_found", "doctor_hint")]
    write_table(headings, ((word(f"doctor_{each.state}", lang), each.name, each.found, each.hint) for each in checks))


def _show_drill(drill: Drill, output: TextFormat | None, lang: str) -> None:
    if chosen_format(output) == TextFormat.JSONL:
        write_json_lines([drill])
    else:
        rows = (
            ("drill_result", word("drill_passed" if drill.passed else "drill_failed", lang)),
            ("drill_listed", drill.listed),
            ("drill_customer", drill.customer),
            ("score", f"{drill.score:.2f}"),
            ("drill_control", word(drill.control, lang)),
            ("drill_load", f"{drill.load_seconds:.2f} s"),
            ("drill_screen", f"{drill.screen_seconds:.2f} s"),
            ("drill_seconds", f"{drill.seconds:.2f} s"),
        )
        write_table(("", ""), ((word(key, lang), value) for key, value in rows))
    result = "passed" if drill.passed else "FAILED: no alert for the planted name, or the control was stopped"
    say(f"drill {result}; alert {drill.seconds:.2f} s after the list came; nothing was planted in the workspace itself")
