"""``tajfif lists export`` and ``tajfif lists import``: lists carried to a machine without internet."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tajfif.cli.output import TextFormat, chosen_format, home_of, say, warn, write_json_lines, write_table

__all__ = ["export", "import_lists"]

FormatOption = Annotated[
    TextFormat | None,
    typer.Option("--format", help="How to write the result. Default: table on a terminal, jsonl in a pipe."),
]
_COLUMNS = ("source", "published", ">entries", "sha256")


def export(
    ctx: typer.Context,
    bundle: Annotated[Path, typer.Argument(help="File to write; it appears whole or not at all.")],
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="VERSION", help="Leave out this version and those loaded before it."),
    ] = None,
    base: Annotated[
        Path | None,
        typer.Option(
            "--base", exists=True, dir_okay=False, help="Leave out the versions that this earlier bundle has."
        ),
    ] = None,
    output: FormatOption = None,
) -> None:
    """Write all versions of all lists to one signed file, for a machine without internet."""
    from tajfif.errors import UsageError
    from tajfif.lists.bundle import export_bundle
    from tajfif.signing import SigningKey

    if since is not None and base is not None:
        raise UsageError("give --since or --base, not both")
    home = home_of(ctx)
    manifest = export_bundle(home, bundle, since=since, base=base)
    record = {
        "bundle": str(bundle), "sequence": manifest.sequence, "time": manifest.time, "files": len(manifest.files),
        "bytes": bundle.stat().st_size, "key": SigningKey.of_workspace(home).public.fingerprint,
    }  # fmt: skip
    if chosen_format(output) == TextFormat.JSONL:
        write_json_lines([record])
    else:
        write_table(("", ""), ((name, str(value)) for name, value in record.items()))


def import_lists(
    ctx: typer.Context,
    bundle: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="What 'tajfif lists export' wrote.")],
    key: Annotated[
        str | None,
        typer.Option("--key", help="Public key that must have signed it: a PEM file, 64 digits, or sha256:…"),
    ] = None,
    trust: Annotated[
        bool,
        typer.Option("--trust", help="Trust whoever signed it, now and from now on; compare the fingerprint first."),
    ] = False,
    output: FormatOption = None,
) -> None:
    """Take in the lists of a bundle, whole or not at all; one that was changed, is older or of an unknown key is refused."""
    from tajfif.errors import UsageError
    from tajfif.lists.bundle_import import import_bundle
    from tajfif.lists.store import ListStore

    if key is not None and trust:
        raise UsageError("give --key or --trust, not both")
    home = home_of(ctx)
    report = import_bundle(home, bundle, key=key, trust_signer=trust)
    if chosen_format(output) == TextFormat.JSONL:
        write_json_lines([report])
    else:
        rows = ((one.source, one.published, f"{one.entries:,}", one.sha256[:12]) for one in report.added)
        write_table(_COLUMNS, list(rows))
    say(
        f"bundle {report.sequence} of {report.time}, signed by {report.signer}: "
        f"{len(report.added)} versions are new, {report.known} were here"
    )
    for notice in ListStore(home).notices():
        warn(notice)
