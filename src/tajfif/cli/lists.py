"""``tajfif lists``: load official lists, see which versions serve, and what changed between them."""

from __future__ import annotations

import typer

__all__ = ["app"]

app = typer.Typer(
    help="Load official lists, see which versions serve, and what changed between them.", no_args_is_help=True
)


@app.callback()
def _lists() -> None:
    pass
