"""Charts as accessible SVG, drawn on the server: they print, need no script, and follow light and dark.

Colours come from CSS classes (``static/css/app.css``), never from attributes. Every chart carries a
``<title>``; put the same figures in a table behind it (``ui.figures``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

SCALE_LOW, SCALE_HIGH = -3.0, 3.0  # logits shown on a competency scale


@dataclass(frozen=True)
class Bar:
    """One bar: a label, its value, and optionally the mark it should reach."""

    label: str
    value: float
    target: float | None = None


@dataclass(frozen=True)
class Point:
    """An estimate in time: where it stands and the interval around it."""

    label: str
    value: float
    low: float
    high: float


def band(value: float, low: float, high: float, *, title: str, target: float | None = None) -> Markup:
    """One domain as a band on the scale: the interval as a bar, the estimate as a mark, the target as a notch."""
    x, left, right = (_on_scale(v) for v in (value, low, high))
    parts = [
        Markup(
            '<svg class="chart band" viewBox="0 0 320 34" role="img" preserveAspectRatio="none"><title>{}</title>'
        ).format(title),
        Markup('<rect class="track" x="0" y="12" width="320" height="10" rx="5"/>'),
        *(Markup('<line class="tick" x1="{0}" y1="12" x2="{0}" y2="22"/>').format(64 * step) for step in range(1, 5)),
        Markup('<rect class="range" x="{:.1f}" y="9" width="{:.1f}" height="16" rx="8"/>').format(
            left, max(4.0, right - left)
        ),
        Markup('<circle class="mark" cx="{:.1f}" cy="17" r="6"/>').format(x),
    ]
    if target is not None:
        at = _on_scale(target)
        parts.append(Markup('<path class="target" d="M{0:.1f} 2 l5 6 h-10 z M{0:.1f} 8 V30"/>').format(at))
    return Markup("").join([*parts, Markup("</svg>")])


def bars(rows: Sequence[Bar], *, title: str, unit: str = "") -> Markup:
    """Horizontal bars, one a row, with the value at the end and a notch where a target stands."""
    top = max([row.value for row in rows] + [row.target or 0 for row in rows] + [1.0])
    height = 34 * len(rows) + 6
    parts = [Markup('<svg class="chart bars" viewBox="0 0 480 {}" role="img"><title>{}</title>').format(height, title)]
    for index, row in enumerate(rows):
        y = 34 * index + 4
        width = 250 * row.value / top
        parts.append(Markup('<text class="label" x="0" y="{}">{}</text>').format(y + 19, _cut(row.label, 10)))
        parts.append(Markup('<rect class="track" x="150" y="{}" width="250" height="14" rx="7"/>').format(y + 7))
        parts.append(
            Markup('<rect class="fill" x="150" y="{}" width="{:.1f}" height="14" rx="7"/>').format(y + 7, width)
        )
        if row.target is not None:
            at = 150 + 250 * row.target / top
            parts.append(
                Markup('<line class="notch" x1="{0:.1f}" y1="{1}" x2="{0:.1f}" y2="{2}"/>').format(at, y + 3, y + 25)
            )
        parts.append(
            Markup('<text class="value" x="476" y="{}">{:g}{}</text>').format(y + 19, round(row.value, 1), unit)
        )
    return Markup("").join([*parts, Markup("</svg>")])


def columns(rows: Sequence[Bar], *, title: str) -> Markup:
    """Upright columns in order of time, for instance hours by month."""
    top = max([row.value for row in rows] + [1.0])
    step = 480 / max(1, len(rows))
    parts = [Markup('<svg class="chart columns" viewBox="0 0 480 170" role="img"><title>{}</title>').format(title)]
    parts.append(Markup('<line class="axis" x1="0" y1="140" x2="480" y2="140"/>'))
    for index, row in enumerate(rows):
        height = 110 * row.value / top
        x = step * index + step * 0.2
        parts.append(
            Markup('<rect class="fill" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="3"/>').format(
                x, 140 - height, step * 0.6, height
            )
        )
        parts.append(
            Markup('<text class="tickmark" x="{:.1f}" y="158">{}</text>').format(step * (index + 0.5), row.label)
        )
        if row.value:
            parts.append(
                Markup('<text class="above" x="{:.1f}" y="{:.1f}">{:g}</text>').format(
                    step * (index + 0.5), 134 - height, round(row.value, 1)
                )
            )
    return Markup("").join([*parts, Markup("</svg>")])


def growth(points: Sequence[Point], *, title: str) -> Markup:
    """Estimates over sittings with their intervals, joined by a line."""
    step = 480 / max(1, len(points))
    at = [(step * (index + 0.5), point) for index, point in enumerate(points)]
    parts = [Markup('<svg class="chart growth" viewBox="0 0 480 180" role="img"><title>{}</title>').format(title)]
    parts += [
        Markup('<line class="grid" x1="0" y1="{0}" x2="480" y2="{0}"/>').format(10 + 28 * row) for row in range(6)
    ]
    line = " ".join(f"{x:.1f},{_height(point.value):.1f}" for x, point in at)
    parts.append(Markup('<polyline class="line" points="{}"/>').format(line))
    for x, point in at:
        parts.append(
            Markup('<line class="whisker" x1="{0:.1f}" y1="{1:.1f}" x2="{0:.1f}" y2="{2:.1f}"/>').format(
                x, _height(point.high), _height(point.low)
            )
        )
        parts.append(Markup('<circle class="mark" cx="{:.1f}" cy="{:.1f}" r="6"/>').format(x, _height(point.value)))
        parts.append(Markup('<text class="tickmark" x="{:.1f}" y="174">{}</text>').format(x, point.label))
    return Markup("").join([*parts, Markup("</svg>")])


def ring(share: float, *, title: str, words: str) -> Markup:
    """A share (0..1) as a ring with words in the middle."""
    around = 2 * 3.14159265 * 42
    done = around * min(1.0, max(0.0, share))
    return Markup(
        '<svg class="chart ring" viewBox="0 0 110 110" role="img"><title>{}</title>'
        '<circle class="track" cx="55" cy="55" r="42"/>'
        '<circle class="fill" cx="55" cy="55" r="42" stroke-dasharray="{:.1f} {:.1f}" transform="rotate(-90 55 55)"/>'
        '<text class="middle" x="55" y="61">{}</text></svg>'
    ).format(title, done, around, words)


def heat(
    rows: Sequence[str], columns_: Sequence[str], cells: Sequence[Sequence[float | None]], *, title: str
) -> Markup:
    """A grid of shares (0..1) in five steps of shade; None is drawn as withheld."""
    height = 30 * len(rows) + 34
    wide = 330 / max(1, len(columns_))
    parts = [Markup('<svg class="chart heat" viewBox="0 0 480 {}" role="img"><title>{}</title>').format(height, title)]
    for place, name in enumerate(columns_):
        parts.append(
            Markup('<text class="tickmark" x="{:.1f}" y="20">{}</text>').format(
                150 + wide * (place + 0.5), _cut(name, 6)
            )
        )
    for index, name in enumerate(rows):
        y = 30 + 30 * index
        parts.append(Markup('<text class="label" x="0" y="{}">{}</text>').format(y + 19, _cut(name, 10)))
        for place, cell in enumerate(cells[index]):
            shade = "none" if cell is None else str(min(4, int(cell * 5)))
            x = 150 + wide * place
            parts.append(
                Markup('<rect class="shade-{}" x="{:.1f}" y="{}" width="{:.1f}" height="26" rx="4"/>').format(
                    shade, x + 2, y, wide - 4
                )
            )
            shown = "–" if cell is None else f"{round(cell * 100)}%"
            parts.append(
                Markup('<text class="cell shade-text-{}" x="{:.1f}" y="{}">{}</text>').format(
                    shade, x + wide / 2, y + 18, shown
                )
            )
    return Markup("").join([*parts, Markup("</svg>")])


def _on_scale(logits: float) -> float:
    inside = min(SCALE_HIGH, max(SCALE_LOW, logits))
    return 320 * (inside - SCALE_LOW) / (SCALE_HIGH - SCALE_LOW)


def _height(logits: float) -> float:
    return 150 - 140 * (min(SCALE_HIGH, max(SCALE_LOW, logits)) - SCALE_LOW) / (SCALE_HIGH - SCALE_LOW)


def _cut(words: str, length: int) -> Markup:
    return escape(words if len(words) <= length + 1 else words[:length] + "…")
