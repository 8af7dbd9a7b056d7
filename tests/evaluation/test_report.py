"""The report holds both languages and the figures, lets no text act, and fetches nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
import pytest
from lxml import etree, html

from tajfif.evaluation.alterations import GROUPS
from tajfif.evaluation.charts import Line, bar, calibration_plot, line_chart
from tajfif.evaluation.figures import FalseAlert, Figures, calibration_of, rate
from tajfif.evaluation.measuring import measure
from tajfif.evaluation.pack import make_pack
from tajfif.evaluation.report import per_cent, read_report, report_html, report_json
from tajfif.model import Entity
from tajfif.screening import Screener
from tests.evaluation.conftest import VERSION

NASTY = '<script>alert(1)</script>\u202egnitset & "quoted" o\'clock'


@pytest.fixture(scope="module")
def figures(screener: Screener, entities: Sequence[Entity]) -> Figures:
    return measure(screener, make_pack(entities, records=300, seed=2), [(VERSION, entities)])


@pytest.fixture(scope="module")
def page(figures: Figures) -> html.HtmlElement:
    return html.document_fromstring(report_html(figures))


def test_json_is_read_back_and_is_the_same_each_time(figures: Figures) -> None:
    data = report_json(figures)
    assert read_report(data) == figures
    assert report_json(read_report(data)) == data
    with pytest.raises(msgspec.ValidationError):
        read_report(b'{"seed": "one"}')


def test_both_languages_are_there_with_their_direction(page: html.HtmlElement, figures: Figures) -> None:
    for lang, direction in (("en", "ltr"), ("ar", "rtl")):
        (article,) = page.xpath(f'//article[@lang="{lang}"]')
        assert article.get("dir") == direction
        text = article.text_content()
        for one in figures.manipulations:
            assert (one.arabic if lang == "ar" else one.english) in text
            assert GROUPS[one.group][lang == "ar"] in text
        assert per_cent(figures.summary["altered"].found.rate) in text
        assert VERSION.sha256 in text
        assert figures.engine.config in text
        assert len(article.xpath(".//h2")) == 10
        assert len(article.xpath('.//svg[@class="chart"]')) == 3
        assert "{" not in text


def test_the_language_asked_for_is_shown_first(figures: Figures) -> None:
    shown = html.document_fromstring(report_html(figures, lang="ar"))
    assert shown.get("lang") == "ar"
    assert [one.get("id") for one in shown.iter("input") if "checked" in one.attrib] == ["show-ar"]


def test_nothing_is_fetched_and_nothing_runs(figures: Figures) -> None:
    text = report_html(figures)
    assert re.findall(r"(?:src|href)\s*=|url\(|@import|<script|<iframe|<object|https?://", text) == []
    assert "default-src 'none'" in text


def test_text_of_lists_and_queries_cannot_act(figures: Figures) -> None:
    first = msgspec.structs.replace(figures.manipulations[0], listed=NASTY, asked=NASTY)
    population = msgspec.structs.replace(figures.populations[0], example=NASTY)
    changed = msgspec.structs.replace(
        figures, manipulations=(first,), populations=(population, *figures.populations[1:])
    )
    text = report_html(changed)
    assert "<script>" not in text
    assert "\u202e" not in text
    assert "U+202E" in text
    assert "&lt;script&gt;" in text


def test_a_reason_has_the_direction_of_its_language_and_isolates_names(figures: Figures) -> None:
    reason = {
        "en": "مثالي is Mithali in another script; A.",
        "ar": "مثالي هو Zayd al-Mithali بحروف أخرى؛ وMithal يرد وحده.",
    }
    alert = FalseAlert(population="worldwide", asked="A", listed="B", entity="own:1", score=0.9, reason=reason)
    text = report_html(msgspec.structs.replace(figures, worst_alerts=(alert,)))
    assert '<bdi dir="ltr"><bdi>مثالي</bdi> is Mithali in another script; A.</bdi>' in text
    assert '<bdi dir="rtl">مثالي هو <bdi>Zayd al-Mithali</bdi> بحروف أخرى؛ و<bdi>Mithal</bdi> يرد وحده.</bdi>' in text


def test_letters_that_only_look_latin_are_marked(figures: Figures) -> None:
    first = msgspec.structs.replace(figures.manipulations[0], listed="Иван", asked="Z\u0430yd")
    text = report_html(msgspec.structs.replace(figures, manipulations=(first,)))
    assert '<span class="odd" title="U+0430">' in text
    assert 'title="U+0418"' not in text


def test_a_report_of_little_can_be_shown(figures: Figures) -> None:
    bare = msgspec.structs.replace(
        figures,
        misses=(),
        missed=0,
        worst_alerts=(),
        calibration=calibration_of([], [], least=0.02),
        summary={**figures.summary, "script": msgspec.structs.replace(figures.summary["script"], found=rate(0, 0))},
    )
    assert "None." in report_html(bare)


def test_a_bar_grows_from_the_side_of_its_language() -> None:
    left, right = (etree.fromstring(bar(rate(30, 100), rtl=rtl)) for rtl in (False, True))
    fills = [next(one.attrib for one in each.iter("rect") if one.get("class") == "fill") for each in (left, right)]
    assert float(fills[0]["x"]) == 1.0
    assert float(fills[1]["x"]) + float(fills[1]["width"]) == pytest.approx(159.0, abs=0.01)


def test_charts_are_well_formed_and_stay_in_their_frame() -> None:
    drawn = line_chart(
        [Line("a & b", "s1", [(0.4, 0.2), (0.95, 2.0)])],
        x_range=(0.4, 1.0), y_range=(0.0, 1.0), y_ticks=[(0.0, "0"), (1.0, "1")], x_title="<x>", y_title="y", marked=0.7,
    )  # fmt: skip
    chart = etree.fromstring(drawn)
    heights = [float(circle.attrib["cy"]) for circle in chart.iter("circle")]
    assert min(heights) >= 14.0
    bins = calibration_of([0.05, 0.95], [False, True], least=0.02).bins
    assert len(list(etree.fromstring(calibration_plot(bins, x_title="x", y_title="y")).iter("circle"))) == 2
