"""A validation as one page and as JSON, for a person who did not make it. Reach for it to write or to read a report.

The page holds both languages and everything that it shows: no script, no font and no picture is fetched. All text of lists and
queries is escaped, characters that cannot be seen are written out, and each name is isolated from the direction of its line.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files
from string import Template

import msgspec

from tajfif.evaluation.alterations import GROUPS, title
from tajfif.evaluation.charts import Line, bar, calibration_plot, line_chart
from tajfif.evaluation.figures import Figures, Manipulation, Rate, Recall
from tajfif.evaluation.report_words import LANGUAGES, say

__all__ = ["per_cent", "read_report", "report_html", "report_json"]

_STYLES = ("s1", "s2", "s3", "s4", "s5")
_SHOWN_FROM = 0.4
_SUMMARY = ("exact", "altered", "script")
_KINDS = ("arabic", "latin", "people", "people_exact", "bodies", "bodies_exact", "vessels")


def report_json(figures: Figures) -> bytes:
    """Return the figures as JSON: the same figures give the same bytes."""
    return msgspec.json.format(msgspec.json.encode(figures, order="deterministic"), indent=1) + b"\n"


def read_report(data: bytes) -> Figures:
    """Return the figures of a JSON report.

    Raises:
        msgspec.ValidationError: It is no report.
    """
    return msgspec.json.decode(data, type=Figures)


def report_html(figures: Figures, *, lang: str = "en") -> str:
    """Return the page.

    Args:
        figures: What is shown.
        lang: The language that is shown first, ``en`` or ``ar``.
    """
    template = Template(files("tajfif.evaluation").joinpath("report.html").read_text(encoding="utf-8"))
    bodies = {one: "\n".join(_Page(figures, one).sections()) for one in LANGUAGES}
    return template.substitute(
        lang=lang,
        title=" · ".join(say("title", one) for one in LANGUAGES),
        check_en=" checked" if lang == "en" else "",
        check_ar=" checked" if lang == "ar" else "",
        english=bodies["en"],
        arabic=bodies["ar"],
    )


def per_cent(share: float) -> str:
    """Return a share as per cent with one decimal."""
    return f"{100 * share:.1f}%"


def _visible(text: str) -> str:
    """Return text of a list or a query as HTML: escaped, what cannot be seen written out, what only looks Latin marked."""
    parts = []
    has_latin = any("a" <= char.lower() <= "z" for char in text)
    for char in text:
        if unicodedata.category(char) in ("Cc", "Cf"):
            parts.append(f'<span class="ctl">U+{ord(char):04X}</span>')
        elif "\u0370" <= char <= "\u052f" and has_latin:
            parts.append(f'<span class="odd" title="U+{ord(char):04X}">{escape(char)}</span>')
        else:
            parts.append(escape(char))
    return "".join(parts)


def _shown(text: str) -> str:
    """Return text of a list or a query as HTML, isolated from the direction of its line."""
    return f"<bdi>{_visible(text)}</bdi>"


_ARABIC = "\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff"
_ARABIC_RUN = re.compile(f"[{_ARABIC}]+(?:[\u200c\u200d ]+[{_ARABIC}]+)*")
_LATIN_RUN = re.compile(f"[A-Za-z0-9\u00c0-\u052f](?:[^{_ARABIC};.]*[^{_ARABIC};.\\s(/:])?")


def _sentence(text: str, lang: str) -> str:
    """Return a sentence of the report's language as HTML, with what runs the other way isolated run by run."""
    runs = _LATIN_RUN if lang == "ar" else _ARABIC_RUN
    parts, at = [], 0
    for found in runs.finditer(text):
        parts += [_visible(text[at : found.start()]), _shown(found[0])]
        at = found.end()
    parts.append(_visible(text[at:]))
    return f'<bdi dir="{"rtl" if lang == "ar" else "ltr"}">{"".join(parts)}</bdi>'


def _number(text: str) -> str:
    return f'<bdi dir="ltr">{escape(text)}</bdi>'


def _table(heads: Sequence[tuple[str, str]], rows: Iterable[str]) -> str:
    """Return a table; each head has the class of its column and its words."""
    cells = "".join(f'<th class="{kind}" scope="col">{escape(words)}</th>' for kind, words in heads)
    return f'<div class="scroll"><table><thead><tr>{cells}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'


def _row(cells: Sequence[tuple[str, str]], kind: str = "") -> str:
    """Return a row; each cell has its class and its HTML."""
    inside = "".join(f'<td class="{cell}">{text}</td>' for cell, text in cells)
    return f'<tr class="{kind}">{inside}</tr>' if kind else f"<tr>{inside}</tr>"


class _Page:
    """The page in one language."""

    def __init__(self, figures: Figures, lang: str) -> None:
        self._figures, self._lang = figures, lang
        self._rtl = lang == "ar"
        self._place = LANGUAGES.index(lang)
        self._threshold = float(figures.engine.policy["threshold"])

    def _say(self, key: str, **values: str) -> str:
        return say(key, self._lang, **values)

    def _interval(self, share: Rate) -> str:
        return self._say("interval", low=_number(per_cent(share.low)), high=_number(per_cent(share.high)))

    def sections(self) -> list[str]:
        """Return all sections in order."""
        return [
            self._head(), self._short(), self._tested(), self._reading(), self._manipulations(), self._populations(),
            self._curve(), self._calibration(), self._misses(), self._alerts(), self._limits(),
        ]  # fmt: skip

    def _section(self, heading: str, *inside: str) -> str:
        return f"<section><h2>{escape(self._say(heading))}</h2>{''.join(inside)}</section>"

    def _head(self) -> str:
        figures = self._figures
        kinds = sum(one.group != "exact" for one in figures.manipulations)
        lead = self._say("lead", records=_number(f"{figures.records:,}"), kinds=_number(str(kinds)))
        lists = " · ".join(_number(f"{version.source} {version.published}") for version in figures.lists)
        return f'<h1>{escape(self._say("title"))}</h1><p class="soft">{lists}</p><p>{lead}</p>'

    def _short(self) -> str:
        figures = self._figures
        tiles = [
            self._tile(
                per_cent(figures.summary[key].found.rate),
                key,
                self._interval(figures.summary[key].found),
                figures.summary[key].first,
            )
            for key in _SUMMARY
            if figures.summary[key].found.of
        ]
        wrong = figures.false_alerts
        spread = self._say("interval", low=_number(f"{1000 * wrong.low:.1f}"), high=_number(f"{1000 * wrong.high:.1f}"))
        tiles.append(self._tile(f"{1000 * wrong.rate:.1f}", "false", spread, None))
        return self._section("short", f'<div class="tiles">{"".join(tiles)}</div>', self._by_kind())

    def _by_kind(self) -> str:
        heads = [
            ("", self._say("by_kind")), ("num", self._say("asked_n")), ("num", self._say("found")), ("", ""),
            ("num", self._say("interval_head")), ("num", self._say("first")),
        ]  # fmt: skip
        kinds = [(self._say(key), self._figures.summary[key]) for key in _KINDS if self._figures.summary[key].found.of]
        return _table(heads, (_row([("", escape(words)), *self._recall_cells(recall)]) for words, recall in kinds))

    def _recall_cells(self, recall: Recall) -> list[tuple[str, str]]:
        found = recall.found
        return [
            ("num", _number(f"{found.of:,}")), ("num", _number(per_cent(found.rate))),
            ("", bar(found, rtl=self._rtl, label=per_cent(found.rate))),
            ("num", _number(f"{per_cent(found.low)} – {per_cent(found.high)}")), ("num", _number(per_cent(recall.first.rate))),
        ]  # fmt: skip

    def _tile(self, value: str, key: str, spread: str, first: Rate | None) -> str:
        more = (
            f'<span class="soft">{self._say("first_too", share=_number(per_cent(first.rate)))}</span>' if first else ""
        )
        return (
            f'<div class="tile"><strong>{_number(value)}</strong><span>{escape(self._say(key))}</span>'
            f'<span class="soft">{spread}</span>{more}</div>'
        )

    def _tested(self) -> str:
        figures = self._figures
        lists = _table(
            [("", self._say("list")), ("", self._say("published")), ("num", self._say("entries")), ("", self._say("sha256"))],
            (
                _row([
                    ("", _number(version.source)), ("", _number(version.published)), ("num", _number(f"{version.entries:,}")),
                    ("hash", _number(version.sha256)),
                ])
                for version in figures.lists
            ),
        )  # fmt: skip
        settings = [
            (self._say("engine"), figures.engine.version), (self._say("config"), figures.engine.config),
            *((key, str(value).lower()) for key, value in figures.engine.policy.items()),
            (self._say("records"), f"{figures.records:,}"), (self._say("entities"), f"{figures.entities:,}"),
            (self._say("seed"), str(figures.seed)),
        ]  # fmt: skip
        rows = (_row([("", f"<bdi>{escape(name)}</bdi>"), ("", _number(value or "–"))]) for name, value in settings)
        table = f'<div class="narrow">{_table([("", self._say("setting")), ("", self._say("value"))], rows)}</div>'
        return self._section("tested", lists, table, f"<p>{escape(self._say('again'))}</p>")

    def _reading(self) -> str:
        return self._section("reading", *(f"<p>{escape(self._say(f'reading_{n}'))}</p>" for n in (1, 2, 3)))

    def _manipulations(self) -> str:
        heads = [
            ("", self._say("manipulation")), ("", self._say("example_listed")), ("", self._say("example_asked")),
            ("num", self._say("asked_n")), ("num", self._say("found")), ("", ""),
            ("num", self._say("interval_head")), ("num", self._say("first")),
            ("num", self._say("flagged")),
        ]  # fmt: skip
        rows = []
        for group, words in GROUPS.items():
            members = [one for one in self._figures.manipulations if one.group == group]
            if members:
                rows.append(
                    f'<tr class="group"><th colspan="9" scope="rowgroup">{escape(words[self._place])}</th></tr>'
                )
                rows += [self._manipulation(one) for one in members]
        note = f'<p class="soft">{escape(self._say("flagged_note"))}</p>'
        return self._section("manipulations", _table(heads, rows), note)

    def _manipulation(self, one: Manipulation) -> str:
        words = one.arabic if self._rtl else one.english
        return _row([
            ("", f"<bdi>{escape(words)}</bdi>"), ("name", _shown(one.listed)), ("name", self._asked(one.asked, one.born)),
            *self._recall_cells(one.recall), ("num", _number(per_cent(one.flagged.rate)) if one.flagged.count else "–"),
        ])  # fmt: skip

    def _asked(self, name: str, born: str) -> str:
        return _shown(name) + (f"<br>{self._say('born', date=_shown(born))}" if born else "")

    def _populations(self) -> str:
        figures = self._figures
        rates = [
            (one.arabic if self._rtl else one.english, one.example, one.alerts, one.within)
            for one in figures.populations
        ]
        rates.append((self._say("everybody"), "", figures.false_alerts, sum(one.within for one in figures.populations)))
        most = max((share.high for _, _, share, _ in rates), default=1.0) or 1.0
        heads = [
            ("", self._say("population")), ("", self._say("example")), ("num", self._say("asked_n")),
            ("num", self._say("alerts")), ("num", self._say("per_1000")), ("", ""),
            ("num", self._say("interval_head")), ("num", self._say("within")),
        ]  # fmt: skip
        rows = (
            _row([
                ("", f"<bdi>{escape(words)}</bdi>"), ("name", _shown(example) if example else ""), ("num", _number(f"{share.of:,}")),
                ("num", _number(str(share.count))), ("num", _number(f"{1000 * share.rate:.1f}")),
                ("alarm", bar(share, most=most, rtl=self._rtl, label=f"{1000 * share.rate:.1f}")),
                ("num", _number(f"{1000 * share.low:.1f} – {1000 * share.high:.1f}")), ("num", _number(str(within))),
            ])
            for words, example, share, within in rates
        )  # fmt: skip
        return self._section(
            "populations", _table(heads, rows), f'<p class="soft">{escape(self._say("within_note"))}</p>'
        )

    def _curve(self) -> str:
        curve = [one for one in self._figures.curve if one.threshold >= _SHOWN_FROM]
        recall = [
            Line(self._say(f"line_{key}"), style, [(one.threshold, getattr(one, key)) for one in curve])
            for key, style in zip(_SUMMARY, _STYLES, strict=False)
            if self._figures.summary[key].found.of
        ]
        names = {one.key: (one.arabic if self._rtl else one.english) for one in self._figures.populations}
        alerts = [
            Line(names[key], style, [(one.threshold, one.false_alerts[key]) for one in curve])
            for key, style in zip(names, _STYLES, strict=False)
        ]
        least = min(y for line in recall for _, y in line.points)
        floor = max(0.0, int(least * 10 - 0.5) / 10)
        most = max((y for line in alerts for _, y in line.points), default=0.0)
        step = next(size for size in (1, 2, 5, 10, 20, 50, 100, 200) if most <= 5 * size or size == 200)
        tenths = range(round(floor * 20), 21)
        charts = [
            line_chart(
                recall, x_range=(_SHOWN_FROM, 1.0), y_range=(floor, 1.0), y_ticks=[(at / 20, f"{5 * at}%") for at in tenths],
                x_title=self._say("threshold"), y_title=self._say("share_found"), marked=max(self._threshold, _SHOWN_FROM),
            ),
            line_chart(
                alerts, x_range=(_SHOWN_FROM, 1.0), y_range=(0.0, 5.0 * step), y_ticks=[(n * step, str(n * step)) for n in range(6)],
                x_title=self._say("threshold"), y_title=self._say("false_axis"), marked=max(self._threshold, _SHOWN_FROM),
            ),
        ]  # fmt: skip
        note = self._say("curve_note", threshold=_number(str(self._threshold)))
        return self._section(
            "curve",
            f'<div class="charts">{"".join(charts)}</div><p>{note}</p>',
            f'<div class="middling">{self._curve_table()}</div>',
        )

    def _curve_table(self) -> str:
        keys = [key for key in _SUMMARY if self._figures.summary[key].found.of]
        heads = [
            ("num", self._say("threshold")),
            *(("num", self._say(f"line_{key}")) for key in keys),
            ("num", self._say("first")),
        ]
        heads.append(("num", self._say("false_axis")))
        rows = (
            _row(
                [
                    ("num", _number(f"{one.threshold:g}")),
                    *(("num", _number(per_cent(getattr(one, key)))) for key in keys),
                    ("num", _number(per_cent(one.first))),
                    ("num", _number(f"{one.false_alerts['all']:.1f}")),
                ],
                "now" if one.threshold == self._threshold else "",
            )
            for one in self._figures.curve
        )
        return _table(heads, rows)

    def _calibration(self) -> str:
        found = self._figures.calibration
        note = self._say("calibration_note", hits=_number(f"{found.hits:,}"), error=_number(f"{found.error:.3f}"))
        return self._section(
            "calibration",
            f"<p>{note}</p>",
            calibration_plot(found.bins, x_title=self._say("score_axis"), y_title=self._say("right_axis")),
        )

    def _misses(self) -> str:
        figures = self._figures
        listed = sum(one.recall.found.of for one in figures.manipulations)
        note = self._say("misses_note", missed=_number(f"{figures.missed:,}"), listed=_number(f"{listed:,}"))
        heads = [
            ("", self._say("manipulation")), ("", self._say("listed")), ("", self._say("asked")), ("", self._say("reference")),
            ("num", self._say("score")), ("", self._say("why")),
        ]  # fmt: skip
        rows = (
            _row([
                ("", f"<bdi>{escape(title(one.manipulation, self._lang))}</bdi>"), ("name", _shown(one.listed)),
                ("name", self._asked(one.asked, one.born)),
                ("", _number(one.entity)), ("num", _number(f"{one.score:.2f}")),
                ("", f"{escape(self._say(one.cause))}<br>{_sentence(one.reason[self._lang], self._lang)}"),
            ])
            for one in figures.misses
        )  # fmt: skip
        table = _table(heads, rows) if figures.misses else ""
        return self._section("misses", f"<p>{note}</p>", table)

    def _alerts(self) -> str:
        figures = self._figures
        names = {one.key: (one.arabic if self._rtl else one.english) for one in figures.populations}
        heads = [
            ("", self._say("population")), ("", self._say("asked")), ("", self._say("listed")), ("", self._say("reference")),
            ("num", self._say("score")), ("", self._say("why")),
        ]  # fmt: skip
        rows = (
            _row([
                ("", f"<bdi>{escape(names[one.population])}</bdi>"), ("name", _shown(one.asked)), ("name", _shown(one.listed)),
                ("", _number(one.entity)), ("num", _number(f"{one.score:.2f}")), ("", _sentence(one.reason[self._lang], self._lang)),
            ])
            for one in figures.worst_alerts
        )  # fmt: skip
        return self._section(
            "alerts_head", _table(heads, rows) if figures.worst_alerts else f"<p>{escape(self._say('none'))}</p>"
        )

    def _limits(self) -> str:
        items = "".join(f"<li>{escape(self._say(f'limit_{number}'))}</li>" for number in range(1, 6))
        return self._section("limits", f"<ul>{items}</ul>")
