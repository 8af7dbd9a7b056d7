"""Results as a person reads them. Reach for it to show hits on a terminal.

Colours speak beside words, never instead: green agrees, yellow is weak, red contradicts. Every Arabic text stands in an
isolate of its own where the console is a terminal, and every name in a cell of its own, so that neither a terminal that
reorders right-to-left text nor one that does not can mix one column into another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from tajfif.cli.output import Cell, isolated, shown
from tajfif.cli.words import word
from tajfif.model import AlignedPart, Engine, Evidence, Hit, Listing, ListVersion, ScreeningResult

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

__all__ = ["show_footer", "show_hits", "show_results"]

_AGREEMENT, _WEAK, _AGAINST, _QUIET = "green", "yellow", "bold red", "dim"
_UNBROKEN = ("status", "score", "reference", "source", "weight")
_WEAK_WEIGHT = 1.0
_ARABIC_RUN = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]+(?:[ '’-]+[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]+)*"
)
_LATIN_RUN = re.compile(r"[A-Za-z\u00c0-\u024f0-9]+(?:[ .'’/-]+[A-Za-z\u00c0-\u024f0-9]+)*")
_RIGHT_TO_LEFT, _LEFT_TO_RIGHT = "\u2067\\g<0>\u2069", "\u2066\\g<0>\u2069"


class _Writer:
    """Makes cells for one console in one language."""

    def __init__(self, console: Console, lang: str) -> None:
        self.console = console
        self.lang = lang
        self._safe = isolated if console.is_terminal else shown

    def text(self, value: str, style: str = "") -> Text:
        from rich.text import Text

        return Text(self._safe(value), style=style)

    def sentence(self, value: str) -> Text:
        """A sentence in one direction with names in the other: each of them stands in an isolate of its own."""
        from rich.text import Text

        text = shown(value)
        if not self.console.is_terminal:
            return Text(text)
        if self.lang == "ar":
            return Text(f"\u2067{_LATIN_RUN.sub(_LEFT_TO_RIGHT, text)}\u2069")
        return Text(_ARABIC_RUN.sub(_RIGHT_TO_LEFT, text))

    def word(self, key: str, style: str = "", **values: object) -> Text:
        return self.text(word(key, self.lang, **values), style)

    def line(self, *pieces: Text | str) -> None:
        from rich.text import Text

        self.console.print(Text(" ").join(self.text(one) if isinstance(one, str) else one for one in pieces if one))

    def table(self, headings: Sequence[str], rows: Iterable[Sequence[Text | str]]) -> None:
        from rich.box import SIMPLE_HEAD
        from rich.table import Table

        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        for heading in headings:
            justify: Literal["left", "right"] = "right" if heading in ("score", "weight") else "left"
            table.add_column(self.word(heading), justify=justify, overflow="fold", no_wrap=heading in _UNBROKEN)
        for row in rows:
            table.add_row(*(Cell(cell) if isinstance(cell, str) else cell for cell in row))
        self.console.print(table)


def show_results(console: Console, results: Iterable[ScreeningResult], *, lang: str = "en") -> None:
    """Show many results as one table: a row for each hit, and one for each subject that is clear."""
    writer = _Writer(console, lang)
    headings = ("status", "score", "screened", "matched", "reference", "source", "born")
    writer.table(headings, (row for result in results for row in _result_rows(writer, result)))


def _result_rows(writer: _Writer, result: ScreeningResult) -> Iterable[Sequence[Text | str]]:
    if not result.hits:
        yield writer.word("clear", _QUIET), "", result.subject.name, "", "", "", ""
        return
    for place, hit in enumerate(result.hits):
        yield (
            writer.word("alert", _AGAINST) if place == 0 else "",
            _score(hit.score),
            hit.query_name if place == 0 or hit.query_name != result.hits[0].query_name else "",
            hit.name_matched,
            _lines(writer, (reference for _, reference in _listed(hit))),
            _lines(writer, (source for source, _ in _listed(hit))),
            _born(writer, hit),
        )


def _listed(hit: Hit) -> Iterable[tuple[str, str]]:
    """Return source and reference of each listing of a hit, those of the entity shown first."""
    return dict.fromkeys(((hit.source, hit.reference), *((one.source, one.reference) for one in hit.listings)))


def _lines(writer: _Writer, texts: Iterable[str]) -> Text:
    """Put texts in one cell, each on a line of its own."""
    from rich.text import Text

    return Text("\n").join(map(writer.text, texts))


def _born(writer: _Writer, hit: Hit) -> Text | str:
    found = next((one for one in hit.evidence if one.property == "birthDate" and one.verdict != "missing"), None)
    if found is None:
        return ""
    return writer.word(found.verdict, _verdict_style(found)) + " " + writer.text(found.listed)


def show_hits(console: Console, name: str, hits: Sequence[Hit], *, threshold: float, lang: str = "en") -> None:
    """Show the hits of one subject in full: part by part, field by field, and why in a sentence.

    Args:
        console: Where to.
        name: The name screened.
        hits: Best first.
        threshold: What they reach.
        lang: ``en`` or ``ar``.
    """
    writer = _Writer(console, lang)
    if not hits:
        limit = f"{threshold:g}"
        writer.line(writer.word("clear", _AGREEMENT), writer.text(name, "bold"))
        writer.line(writer.word("nobody", threshold=limit))
        return
    for hit in hits:
        _show_hit(writer, hit)
    writer.line(writer.word("decide", _QUIET))


def _show_hit(writer: _Writer, hit: Hit) -> None:
    writer.line(
        writer.word("alert", _AGAINST),
        writer.text(_score(hit.score), "bold"),
        writer.text(hit.reference, "bold"),
        writer.text(f"({hit.source}, {hit.schema})", _QUIET),
        writer.text(hit.caption, "bold"),
    )
    if hit.name_matched != hit.caption:
        writer.line("     ", writer.word("listed_as", _QUIET), hit.name_matched)
    writer.table(
        ("query_part", "relation", "listed_part", "weight"),
        [
            *((part.query, _relation(writer, part), part.listed, _weight(part.weight)) for part in hit.alignment),
            *(("", writer.word(term.name, _QUIET), "", _weight(term.weight)) for term in hit.terms),
        ],
    )
    fields = [one for one in hit.evidence if one.verdict != "missing"]
    if fields:
        writer.table(
            ("field", "verdict", "query_value", "listed_value", "weight"), (_field(writer, one) for one in fields)
        )
    if hit.listings:
        headings = ("source", "reference", "programme", "decision", "listed_on", "amended_on", "ended_on")
        writer.table(headings, (_listing(writer, one) for one in hit.listings))
    if hit.merged:
        writer.line(writer.word("merged", _QUIET), ", ".join(hit.merged))
    if hit.flags:
        writer.line(writer.word("flags", _WEAK), ", ".join(hit.flags))
    if hit.explanation:
        writer.line(writer.word("why", "bold"), writer.sentence(hit.explanation))
    writer.console.print()


def _listing(writer: _Writer, one: Listing) -> Sequence[Text | str]:
    """Return a listing's row; of several amendments the last is shown."""
    ended = one.delisted_on or one.expires_on
    if one.delisted and not ended:
        ended = word("delisted", writer.lang)
    amended = one.amended_on[-1] if one.amended_on else ""
    return one.source, one.reference, one.programme, one.decision, one.listed_on, amended, ended


def _field(writer: _Writer, one: Evidence) -> Sequence[Text | str]:
    verdict = writer.word(one.verdict, _verdict_style(one))
    return writer.word(one.property), verdict, one.query, one.listed, _weight(one.weight)


def _verdict_style(one: Evidence) -> str:
    return {"agrees": _AGREEMENT, "compatible": _WEAK, "contradicts": _AGAINST}.get(one.verdict, _QUIET)


def _relation(writer: _Writer, part: AlignedPart) -> Text:
    if part.relation == "contradicts" or part.weight < -_WEAK_WEIGHT:
        style = _AGAINST
    else:
        style = _AGREEMENT if part.weight >= _WEAK_WEIGHT else _WEAK
    return writer.word(part.relation, style)


def _score(score: float) -> str:
    # Never rounded up to a certainty that is not there.
    return f"{min(score, 0.999):.3f}" if score < 1 else "1.000"


def _weight(weight: float) -> str:
    return f"{weight:+.1f}" if abs(weight) >= 0.05 else "0"


def _show_policy(writer: _Writer, engine: Engine) -> None:
    """Show what a hit must reach, and what names do not raise an alert alone."""
    if engine.policy:
        kept = [name for name in ("weak_alias_alone", "frequent_name_alone") if not engine.policy.get(name)]
        rules = [writer.word("policy_threshold", _QUIET, threshold=f"{engine.policy.get('threshold', 0):g}")]
        writer.line(writer.word("policy_head", _QUIET), *rules, *(writer.word(name, _QUIET) for name in kept))


def show_footer(
    console: Console,
    lists: Sequence[ListVersion],
    engine: Engine | None,
    *,
    counts: dict[str, int] | None = None,
    flags: Mapping[str, int] | None = None,
    as_of: str = "",
    known_at: str = "",
    lang: str,
) -> None:
    """Show what was searched and by what, and for a file how many rows came to what.

    Args:
        console: Where to.
        lists: The list versions searched.
        engine: What computed the results, when any were.
        counts: ``read``, ``alerts``, ``clear`` and ``rejected`` of a file.
        flags: How many subjects have a hit with each flag.
        as_of, known_at: The times as of which the lists were searched; empty for now.
        lang: ``en`` or ``ar``.
    """
    writer = _Writer(console, lang)
    if counts is not None:
        writer.line(writer.word("summary", "bold", **counts))
    if flags:
        shown = ", ".join(f"{name} {count:,}" for name, count in sorted(flags.items()))
        writer.line(writer.word("counted_flags", flags=shown))
    for name, value in (("as_of", as_of), ("known_at", known_at)):
        if value:
            writer.line(writer.word(name, "bold"), writer.text(value, "bold"))
    for version in lists:
        entries = f"{version.entries:,} {word('entries', lang)}"
        writer.line(
            writer.word("lists", _QUIET), version.source, version.published, writer.text(entries, _QUIET),
            writer.text(f"sha256 {version.sha256[:12]}", _QUIET),
        )  # fmt: skip
    if engine is not None:
        writer.line(writer.word("engine", _QUIET), writer.text(f"tajfif {engine.version}, {engine.config}", _QUIET))
        _show_policy(writer, engine)
