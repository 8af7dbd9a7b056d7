"""Charts as inline SVG, which a page holds without fetching anything. Reach for it to draw figures into a report.

Numbers run from left to right in every language; a bar in a table grows from the side on which its language begins. Colours come
from the page's style sheet, by class, so that they follow a light or a dark screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from tajfif.evaluation.figures import CalibrationBin, Rate

__all__ = ["Line", "bar", "calibration_plot", "line_chart"]

_BAR_WIDTH, _BAR_HEIGHT = 160, 14
_WIDTH, _HEIGHT = 560, 320
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 16, 14, 46


class Line(NamedTuple):
    """A line of a chart.

    Attributes:
        label: What the legend says.
        style: Class of the style sheet: ``s1`` to ``s5``.
        points: x and y.
    """

    label: str
    style: str
    points: Sequence[tuple[float, float]]


def bar(share: Rate, *, most: float = 1.0, rtl: bool = False, label: str = "") -> str:
    """Draw a share as a bar with its interval as a whisker.

    Args:
        share: The share.
        most: What the full width stands for.
        rtl: Grow from the right.
        label: What a reader who does not see it is told.
    """

    def x(value: float) -> float:
        place = min(value / most, 1.0) * (_BAR_WIDTH - 2) + 1
        return round(_BAR_WIDTH - place if rtl else place, 2)

    start, end = sorted((x(0.0), x(share.rate)))
    low, high = sorted((x(share.low), x(share.high)))
    middle = _BAR_HEIGHT / 2
    return (
        f'<svg class="bar" viewBox="0 0 {_BAR_WIDTH} {_BAR_HEIGHT}" width="{_BAR_WIDTH}" height="{_BAR_HEIGHT}" role="img" '
        f'aria-label="{escape(label)}">'
        f'<rect class="track" x="1" y="2" width="{_BAR_WIDTH - 2}" height="{_BAR_HEIGHT - 4}" rx="2"/>'
        f'<rect class="fill" x="{start}" y="2" width="{round(end - start, 2)}" height="{_BAR_HEIGHT - 4}" rx="2"/>'
        f'<path class="whisker" d="M{low} {middle}H{high}M{low} 4V{_BAR_HEIGHT - 4}M{high} 4V{_BAR_HEIGHT - 4}"/></svg>'
    )


class _Frame:
    """The axes of a chart."""

    def __init__(self, x_range: tuple[float, float], y_range: tuple[float, float]) -> None:
        self._x, self._y = x_range, y_range

    def x(self, value: float) -> float:
        """Return where a value stands across."""
        low, high = self._x
        return round(_LEFT + (value - low) / (high - low) * (_WIDTH - _LEFT - _RIGHT), 2)

    def y(self, value: float) -> float:
        """Return where a value stands from the top."""
        low, high = self._y
        return round(_HEIGHT - _BOTTOM - (value - low) / (high - low) * (_HEIGHT - _TOP - _BOTTOM), 2)

    def axes(
        self, x_ticks: Sequence[tuple[float, str]], y_ticks: Sequence[tuple[float, str]], x_title: str, y_title: str
    ) -> str:
        """Draw grid, ticks and titles."""
        left, right, bottom = self.x(self._x[0]), self.x(self._x[1]), self.y(self._y[0])
        parts = [f'<path class="grid" d="{"".join(f"M{left} {self.y(at)}H{right}" for at, _ in y_ticks)}"/>']
        parts += [
            f'<text x="{left - 8}" y="{self.y(at) + 4}" text-anchor="end">{escape(text)}</text>' for at, text in y_ticks
        ]
        parts += [
            f'<text x="{self.x(at)}" y="{bottom + 16}" text-anchor="middle">{escape(text)}</text>'
            for at, text in x_ticks
        ]
        parts.append(f'<path class="axis" d="M{left} {bottom}H{right}"/>')
        parts.append(
            f'<text class="title" x="{(left + right) / 2}" y="{_HEIGHT - 8}" text-anchor="middle">{escape(x_title)}</text>'
        )
        middle = (self.y(self._y[0]) + self.y(self._y[1])) / 2
        parts.append(
            f'<text class="title" x="14" y="{middle}" text-anchor="middle" transform="rotate(-90 14 {middle})">{escape(y_title)}</text>'
        )
        return "".join(parts)


def _svg(inside: str, label: str) -> str:
    return (
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" direction="ltr" aria-label="{escape(label)}">'
        f"{inside}</svg>"
    )


def line_chart(
    lines: Sequence[Line],
    *,
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    y_ticks: Sequence[tuple[float, str]],
    x_title: str,
    y_title: str,
    marked: float,
) -> str:
    """Draw lines over thresholds, with a legend below, as HTML.

    Args:
        lines: The lines.
        x_range, y_range: The ends of the axes.
        y_ticks: Values with their labels.
        x_title, y_title: What the axes stand for.
        marked: The threshold in use, drawn as an upright line.
    """
    frame = _Frame(x_range, y_range)
    first, last = round(x_range[0] * 10), round(x_range[1] * 10)
    x_ticks = [(tenth / 10, f"{tenth / 10:.1f}") for tenth in range(first, last + 1)]
    parts = [frame.axes(x_ticks, y_ticks, x_title, y_title)]
    low, high = y_range
    parts.append(f'<path class="marked" d="M{frame.x(marked)} {frame.y(low)}V{frame.y(high)}"/>')
    for line in lines:
        inside = [(x, min(max(y, low), high)) for x, y in line.points]
        path = "".join(f"{'L' if place else 'M'}{frame.x(x)} {frame.y(y)}" for place, (x, y) in enumerate(inside))
        dots = "".join(f'<circle class="{line.style}" cx="{frame.x(x)}" cy="{frame.y(y)}" r="2.5"/>' for x, y in inside)
        parts.append(f'<path class="line {line.style}" d="{path}"/>{dots}')
    legend = "".join(
        f'<li><svg width="26" height="10" aria-hidden="true"><path class="line {line.style}" d="M1 5H25"/></svg> {escape(line.label)}</li>'
        for line in lines
    )
    return f'<figure>{_svg("".join(parts), y_title)}<ul class="legend">{legend}</ul></figure>'


def calibration_plot(bins: Sequence[CalibrationBin], *, x_title: str, y_title: str) -> str:
    """Draw the share of right hits over the mean score, with intervals and the line on which they should lie, as HTML.

    Args:
        bins: The bins that have hits.
        x_title, y_title: What the axes stand for.
    """
    frame = _Frame((0.0, 1.0), (0.0, 1.0))
    ticks = [(fifth / 5, f"{fifth / 5:.1f}") for fifth in range(6)]
    parts = [frame.axes(ticks, ticks, x_title, y_title)]
    parts.append(f'<path class="marked" d="M{frame.x(0)} {frame.y(0)}L{frame.x(1)} {frame.y(1)}"/>')
    for one in bins:
        x, low, high = frame.x(one.mean_score), frame.y(one.right.low), frame.y(one.right.high)
        parts.append(f'<path class="whisker" d="M{x} {low}V{high}M{x - 4} {low}H{x + 4}M{x - 4} {high}H{x + 4}"/>')
        parts.append(f'<circle class="s1" cx="{x}" cy="{frame.y(one.right.rate)}" r="4.5"/>')
    return f"<figure>{_svg(''.join(parts), y_title)}</figure>"
