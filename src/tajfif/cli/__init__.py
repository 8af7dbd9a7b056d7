"""The command line. Reach for it to run a command from Python: ``main(["lists", "versions"])`` returns the exit code.

Exit codes: 0 done and clear · 1 done with alerts or findings · 2 bad usage or bad input · 3 list missing, stale or
refused · 4 internal fault. Two more by custom of the shell: 130 interrupted · 141 the reader of stdout went away.

Every command is light to import: what it needs is imported when it runs.
"""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from tajfif.cli import (
    compare,
    detect,
    doctor,
    evaluate,
    ledger,
    lists,
    network,
    ownership,
    receipt,
    rescreen,
    screen,
    synth,
    trace,
)
from tajfif.cli.output import Session, say
from tajfif.errors import TajfifError

__all__ = ["app", "main"]

INTERNAL_FAULT, INTERRUPTED, READER_GONE = 4, 130, 141

app = typer.Typer(
    name="tajfif",
    help="Counter the financing of terrorism: official lists in, names screened in any script, evidence kept.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("screen")(screen.screen)
app.command("compare")(compare.compare)
app.command("detect")(detect.detect)
app.command("doctor")(doctor.doctor)
app.command("evaluate")(evaluate.evaluate)
app.command("network")(network.network)
app.command("ownership")(ownership.ownership)
app.command("trace")(trace.trace)
app.command("rescreen")(rescreen.rescreen)
app.command("synth")(synth.synth)
app.add_typer(ledger.app, name="ledger")
app.add_typer(lists.app, name="lists")
app.add_typer(receipt.app, name="receipt")


def _show_version(wanted: bool) -> None:
    if wanted:
        from tajfif.config import engine_version

        typer.echo(f"tajfif {engine_version()}")
        raise typer.Exit


@app.callback()
def _global_options(
    ctx: typer.Context,
    home: Annotated[
        Path | None,
        typer.Option("--home", help="Workspace directory. Default: TAJFIF_HOME, or the platform's data directory."),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    from tajfif.config import workspace

    ctx.ensure_object(Session).home = workspace(home)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. Nothing but a wish to see it shows a traceback.

    With ``TAJFIF_DEBUG=1`` in the environment an unexpected fault is shown whole; without, its details go to a file.

    Args:
        arguments: The words after ``tajfif``; those of the process by default.
    """
    _write_utf8()
    session = Session()
    try:
        command = typer.main.get_command(app)
        outcome = command.main(
            args=None if arguments is None else list(arguments), prog_name="tajfif", standalone_mode=False, obj=session
        )
        sys.stdout.flush()
    except TajfifError as error:
        say(f"error: {error}")
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        say("interrupted")
        return INTERRUPTED
    except SystemExit as error:  # Typer's answer to a closed pipe is 1, which here would say "alerts"
        if isinstance(error.__context__, BrokenPipeError):
            return READER_GONE
        raise
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter complains at its own end
        return READER_GONE
    except Exception as error:
        return _exit_code(error, session)
    return outcome if isinstance(outcome, int) else 0


def _exit_code(error: Exception, session: Session) -> int:
    """Say what went wrong outside the exception tree: usage errors of Typer, a fault of this program."""
    if hasattr(error, "format_message") and hasattr(error, "show"):  # Typer's own, whose base class it does not export
        error.show(file=sys.stderr)
        return int(getattr(error, "exit_code", 2))
    if os.environ.get("TAJFIF_DEBUG") == "1":
        traceback.print_exception(error)
    else:
        details = _keep_details(error, session.home)
        reason = str(error).split("\n", 1)[0]
        say(
            f"internal error: {type(error).__name__}{': ' + reason if reason else ''}\n"
            f"  This is a fault of tajfif, not of your input. Details: {details}\n"
            "  Please report it with that file, after checking that it names nobody."
        )
    return INTERNAL_FAULT


def _keep_details(error: Exception, home: Path | None) -> Path | str:
    """Write the traceback to the workspace, or where that cannot be written to a temporary file; return where."""
    import tempfile

    text = "".join(traceback.format_exception(error))
    for directory in (home / "errors" if home else None, Path(tempfile.gettempdir())):
        if directory is None:
            continue
        try:
            directory.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix="tajfif-error-", suffix=".txt", dir=directory)
            with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
                file.write(text)
        except OSError:
            continue
        return Path(name)
    return "not kept (no directory could be written); TAJFIF_DEBUG=1 shows them"


def _write_utf8() -> None:
    """Make both streams write UTF-8 whatever the locale says: names in every script pass through them."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.encoding.lower().replace("-", "") != "utf8":
            stream.reconfigure(encoding="utf-8")
