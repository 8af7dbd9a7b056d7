"""``tajfif lists merges``: entries of several lists that may be one party, and what a person decides about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tajfif.cli.output import TextFormat, chosen_format, home_of, say, warn, write_json_lines, write_table
from tajfif.cli.words import Language, word

if TYPE_CHECKING:
    from pathlib import Path

    from tajfif.lists.merges import MergeDecision, Verdict
    from tajfif.screening.merge_review import Reviewed

__all__ = ["merges"]

_COLUMNS = ("merge_state", "score", "merge_first", "merge_second", "merge_why")


class Basis(StrEnum):
    """What speaks for a merge."""

    STATED = "stated"
    IDENTIFIER = "identifier"
    MATCHER = "matcher"


class MergeState(StrEnum):
    """What became of a merge."""

    TOGETHER = "together"
    SUGGESTED = "suggested"
    APART = "apart"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


def merges(
    ctx: typer.Context,
    basis: Annotated[
        Basis | None, typer.Option("--basis", help="Show only those for which this speaks, the strongest of each.")
    ] = None,
    state: Annotated[MergeState | None, typer.Option("--state", help="Show only those of which this became.")] = None,
    reference: Annotated[
        str | None,
        typer.Option(
            "--reference", metavar="REFERENCE", help="Show only those of this entry: un_sc:QDi.006, or QDi.006."
        ),
    ] = None,
    accept: Annotated[
        tuple[str, str] | None,
        typer.Option("--accept", metavar="A B", help="Show hits on these two entries as one from now on."),
    ] = None,
    reject: Annotated[
        tuple[str, str] | None,
        typer.Option("--reject", metavar="A B", help="Never show hits on these two entries as one."),
    ] = None,
    undo: Annotated[
        tuple[str, str] | None,
        typer.Option("--undo", metavar="A B", help="Take back what was decided about these two entries."),
    ] = None,
    because: Annotated[
        str, typer.Option("--because", metavar="TEXT", help="Why, for whoever reads the decision later.")
    ] = "",
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who decides. Default: the name of the login.")] = "",
    lang: Annotated[Language, typer.Option("--lang", help="Language of the table and of the reasons.")] = Language.EN,
    output: Annotated[
        TextFormat | None,
        typer.Option("--format", help="How to write the result. Default: table on a terminal, jsonl in a pipe."),
    ] = None,
) -> None:
    """Show which entries of different lists may be one party and why, or decide about two of them."""
    decided = _decision_asked(accept, reject, undo)
    home = home_of(ctx)
    if decided is not None:
        _decide(home, *decided, because=because, by=by, output=output)
        return
    shown = [one for one in _reviewed(home) if _is_wanted(one, basis, state, reference)]
    if chosen_format(output) == TextFormat.JSONL:
        write_json_lines(_record(one, lang) for one in shown)
    else:
        write_table(_headings(lang), (_row(one, lang) for one in shown))
    say(word("merge_count", lang, count=f"{len(shown):,}", together=f"{sum(one.shown_as_one for one in shown):,}"))


def _decision_asked(
    accept: tuple[str, str] | None, reject: tuple[str, str] | None, undo: tuple[str, str] | None
) -> tuple[Verdict, tuple[str, str]] | None:
    from tajfif.errors import UsageError

    asked: list[tuple[Verdict, tuple[str, str]]] = []
    if accept:
        asked.append(("accepted", accept))
    if reject:
        asked.append(("rejected", reject))
    if undo:
        asked.append(("undone", undo))
    if len(asked) > 1:
        raise UsageError("give one of --accept, --reject and --undo")
    return asked[0] if asked else None


def _decide(
    home: Path, verdict: Verdict, pair: tuple[str, str], *, because: str, by: str, output: TextFormat | None
) -> None:
    from tajfif.lists.merges import MergeDecisions

    if verdict != "undone":
        _check_listed(home, pair)
    decision = MergeDecisions(home).decide(*pair, verdict, because=because, by=by or _login())
    if chosen_format(output) == TextFormat.JSONL:
        write_json_lines([decision])
        return
    write_table(("", ""), [(name, getattr(decision, name)) for name in decision.__struct_fields__])


def _login() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container may run without a user of that number
        return "unknown"


def _check_listed(home: Path, pair: tuple[str, str]) -> None:
    """Make sure that both entries are on the lists that serve.

    Raises:
        UsageError: One is not; a mistyped reference would otherwise be kept and never count.
    """
    from tajfif.errors import UsageError
    from tajfif.lists.store import ListStore

    store = ListStore(home)
    sources = {one.partition(":")[0] for one in pair}
    found = {
        entity.id for version in store.serving() if version.source in sources for entity in store.entities(version)
    }
    for one in pair:
        if one not in found:
            raise UsageError(
                f"the lists that serve have no entry {one[:80]!r}",
                hint="Write it as SOURCE:REFERENCE, as 'tajfif lists merges' shows it.",
            )


def _reviewed(home: Path) -> Iterator[Reviewed]:
    from tajfif.lists.merges import MergeDecisions
    from tajfif.screening.merge_review import review
    from tajfif.screening.screener import Screener

    screener = Screener.open(home)
    for notice in screener.notices:
        warn(notice)
    if len(screener.lists) < 2:
        say("one list serves: entries are merged across lists")
    say("looking for entries of one party; the first time for these lists it takes some seconds")
    return review(screener.merges(), screener.grouping.groups, MergeDecisions(home).read())


def _is_wanted(one: Reviewed, basis: Basis | None, state: MergeState | None, reference: str | None) -> bool:
    if basis is not None and one.merge.basis != basis.value:
        return False
    if state is not None and one.state != state.value:
        return False
    ids = (one.merge.a, one.merge.b)
    return reference is None or any(reference in (each, each.partition(":")[2]) for each in ids)


def _record(one: Reviewed, lang: str) -> dict[str, Any]:
    import msgspec

    from tajfif.screening.merge_review import merge_reasons

    decision: MergeDecision | None = one.decision
    return {
        **msgspec.to_builtins(one.merge),
        "state": one.state,
        "shown_as_one": one.shown_as_one,
        "reasons": merge_reasons(one.merge, lang=lang),
        "decision": decision,
    }


def _headings(lang: str) -> Sequence[str]:
    return [(">" if name == "score" else "") + word(name, lang) for name in _COLUMNS]


def _row(one: Reviewed, lang: str) -> Sequence[str]:
    from tajfif.screening.merge_review import merge_reasons

    merge = one.merge
    state = word(f"merge_{one.state}", lang)
    if one.decision is not None and one.decision.verdict != "undone":
        state += f" ({one.decision.by}, {one.decision.at[:10]}: {one.decision.because})"
    separator = "؛ " if lang == "ar" else "; "
    return (
        state,
        f"{min(merge.score, 0.999):.3f}" if merge.score < 1 else "1.000",
        f"{merge.a} {merge.captions[0]}",
        f"{merge.b} {merge.captions[1]}",
        f"{word(f'merge_{merge.basis}', lang)}: {separator.join(merge_reasons(merge, lang=lang))}",
    )
