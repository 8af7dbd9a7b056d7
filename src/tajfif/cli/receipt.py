"""``tajfif receipt``: check receipts of screenings offline, make the screenings again, prove one of a batch.

Exit codes: 0 every receipt holds, or gives the same bytes again · 1 one does not · 2 bad usage, or a receipt to be replayed or
proven that is damaged · 3 a list version that a receipt names is not here.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tajfif.cli.output import TextFormat, chosen_format, home_of, say, write_json_lines, write_table

if TYPE_CHECKING:
    from tajfif.screening.replay import Replay

__all__ = ["app"]

app = typer.Typer(
    help="Check receipts of screenings offline, make the screenings again, prove one of a batch.", no_args_is_help=True
)

ReceiptsArgument = Annotated[
    list[Path], typer.Argument(exists=True, help="Receipts, and directories of batches.", metavar="RECEIPT…")
]
FormatOption = Annotated[
    TextFormat | None,
    typer.Option("--format", help="How to write the result. Default: table on a terminal, jsonl in a pipe."),
]
_VERDICT_COLUMNS = ("receipt", "verdict", "kind", "time", ">count", "status", "private part", "key", "reason")


@app.command()
def verify(
    ctx: typer.Context,
    receipts: ReceiptsArgument,
    key: Annotated[
        str | None,
        typer.Option(
            "--key",
            help="Public key that must have signed: a PEM file, 64 digits, or sha256:…; else one that the workspace knows.",
        ),
    ] = None,
    output: FormatOption = None,
) -> None:
    """Check receipts: every byte, the signature, the proof, and the private part where it is beside them."""
    from tajfif.signing import fingerprint_named, known_fingerprints

    known = frozenset({fingerprint_named(key)}) if key else known_fingerprints(home_of(ctx))
    verdicts = [_verdict(path, known) for path in receipts]
    if chosen_format(output) == TextFormat.JSONL:
        write_json_lines(verdicts)
    else:
        write_table(_VERDICT_COLUMNS, ([str(cell) for cell in verdict.values()] for verdict in verdicts))
    refused = [verdict for verdict in verdicts if verdict["verdict"] != "holds"]
    say(f"{len(verdicts) - len(refused):,} of {len(verdicts):,} hold")
    raise typer.Exit(1 if refused else 0)


@app.command()
def replay(ctx: typer.Context, receipts: ReceiptsArgument, output: FormatOption = None) -> None:
    """Make screenings again with the lists that their receipts name, and compare byte by byte; a clean answer too."""
    counts = {"same": 0, "different": 0}
    found = _counted(_replays(receipts, home_of(ctx)), counts)
    if chosen_format(output) == TextFormat.JSONL:
        write_json_lines(found)
    else:
        rows = ((one.id, f"{one.number}", one.status, "\n".join(one.differs)) for one in found if not one.same)
        write_table(("receipt", ">number", "status", "differs"), list(rows))
    say("{same:,} give the same bytes, {different:,} do not".format(**counts))
    raise typer.Exit(1 if counts["different"] else 0)


@app.command()
def prove(
    batch: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="Directory of a batch.", metavar="DIR")],
    subject_id: Annotated[str | None, typer.Argument(help="The subject's own id.", metavar="ID")] = None,
    number: Annotated[
        int | None, typer.Option("--number", min=0, help="Or the subject's place in the batch, from 0.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Directory for the receipt. Default: the current one.")
    ] = None,
) -> None:
    """Write the receipt of one subject of a batch, which can be checked without the others."""
    from tajfif.errors import UsageError
    from tajfif.screening import receipt_files

    if (subject_id is None) == (number is None):
        raise UsageError("give either the subject's ID or --number")
    path = receipt_files.prove(batch, out or Path(), subject_id=subject_id, number=number)
    write_json_lines([{"receipt": str(path)}])


@app.command("key")
def show_key(ctx: typer.Context, output: FormatOption = None) -> None:
    """Show the public key of this workspace and its fingerprint; the key is made the first time."""
    from tajfif.signing import SigningKey

    home = home_of(ctx)
    public = SigningKey.of_workspace(home).public
    record = {"key": public.raw.hex(), "fingerprint": public.fingerprint, "file": str(home / "keys" / "signing.pub")}
    if chosen_format(output) == TextFormat.JSONL:
        write_json_lines([record])
    else:
        write_table(("", ""), record.items())


def _verdict(path: Path, known: frozenset[str]) -> dict[str, Any]:
    """Return one line about a receipt; what is wrong with it is said there, not raised."""
    from tajfif.errors import InputError
    from tajfif.screening.receipt_files import read_batch, read_one

    verdict: dict[str, Any] = dict.fromkeys(
        ("receipt", "verdict", "kind", "time", "count", "status", "private", "key", "reason"), ""
    )
    verdict |= {"receipt": str(path), "verdict": "refused", "count": 0}
    try:
        if path.is_dir():
            batch = read_batch(path)
            run, signer, private = batch.manifest.run, batch.signer, batch.private
            verdict |= {"kind": "batch", "count": batch.manifest.count}
        else:
            one = read_one(path)
            run, signer, private = one.run, one.signer, one.private is not None
            verdict |= {"kind": "receipt", "count": 1, "status": one.answer.status}
    except InputError as error:
        return verdict | {"reason": f"{error.where}: {error.message}" if error.where != str(path) else error.message}
    verdict |= {"time": run.time, "private": "fits" if private else "not here", "key": signer.fingerprint}
    if signer.fingerprint not in known:
        return verdict | {"reason": "signed by a key that is not known here; name the one that you expect with --key"}
    return verdict | {"verdict": "holds"}


def _replays(receipts: list[Path], home: Path) -> Iterator[Replay]:
    from tajfif.screening.replay import replay_batch, replay_one

    for path in receipts:
        if path.is_dir():
            yield from replay_batch(path, home)
        else:
            yield replay_one(path, home)


def _counted(found: Iterator[Replay], counts: dict[str, int]) -> Iterator[Replay]:
    for one in found:
        counts["same" if one.same else "different"] += 1
        yield one
