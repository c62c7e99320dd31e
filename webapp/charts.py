"""Charts as accessible SVG and shaded tables, drawn on the server: they print, need no script, and follow light and dark.

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
    """One domain as a band on the scale: the interval as a bar, the estimate as a mark, the target as a notch.

    Places are shares of the width and sizes are pixels, so that the mark stays round however wide the page is.
    """
    x, left, right = (_on_scale(v) for v in (value, low, high))
    parts = [
        Markup('<svg class="chart band" role="img"><title>{}</title><svg y="50%">').format(title),
        Markup('<rect class="track" x="0" y="-5" width="100%" height="10" rx="5"/>'),
        *(Markup('<line class="tick" x1="{0}%" y1="-5" x2="{0}%" y2="5"/>').format(20 * step) for step in range(1, 5)),
        Markup('<rect class="range" x="{:.1f}%" y="-8" width="{:.1f}%" height="16" rx="8"/>').format(
            left, max(1.0, right - left)
        ),
        Markup('<circle class="mark" cx="{:.1f}%" cy="0" r="6"/>').format(x),
    ]
    if target is not None:
        at = _on_scale(target)
        parts.append(Markup('<svg x="{:.1f}%"><path class="target" d="M0 -9 l-5 -6 h10 z V13"/></svg>').format(at))
    return Markup("").join([*parts, Markup("</svg></svg>")])


def bars(rows: Sequence[Bar], *, title: str, unit: str = "") -> Markup:
    """Horizontal bars, one a row, with its label in full, its value, and a notch where a target stands."""
    top = max([row.value for row in rows] + [row.target or 0 for row in rows] + [1.0])
    parts = [Markup('<ul class="bar-list" aria-label="{}">').format(title)]
    for row in rows:
        parts.append(
            Markup(
                '<li><span>{}</span><b>{}{}</b><svg class="chart bar-line" aria-hidden="true">'
                '<rect class="track" x="0" y="5" width="100%" height="10" rx="5"/>'
                '<rect class="fill" x="0" y="5" width="{:.1f}%" height="10" rx="5"/>'
            ).format(row.label, _figure(row.value), unit, 100 * row.value / top)
        )
        if row.target is not None:
            at = min(99.5, 100 * row.target / top)
            parts.append(Markup('<line class="notch" x1="{0:.1f}%" y1="0" x2="{0:.1f}%" y2="20"/>').format(at))
        parts.append(Markup("</svg></li>"))
    return Markup("").join([*parts, Markup("</ul>")])


def columns(rows: Sequence[Bar], *, title: str) -> Markup:
    """Upright columns in order of time, for instance hours by month; a phone leaves out figures too long to stand."""
    top = max([row.value for row in rows] + [1.0])
    dense = " dense" if top >= 10_000 else ""
    step = 480 / max(1, len(rows))
    parts = [
        Markup('<svg class="chart columns{}" viewBox="0 0 480 170" role="img"><title>{}</title>').format(dense, title)
    ]
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
            Markup('<text class="tickmark" x="{:.1f}" y="160">{}</text>').format(
                step * (index + 0.5), _with_unit(row.label)
            )
        )
        if row.value:
            parts.append(
                Markup('<text class="above" x="{:.1f}" y="{:.1f}">{}</text>').format(
                    step * (index + 0.5), 134 - height, _figure(row.value)
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
    filled = Markup(
        '<circle class="fill" cx="55" cy="55" r="42" stroke-dasharray="{:.1f} {:.1f}" transform="rotate(-90 55 55)"/>'
    ).format(done, around)
    return Markup(
        '<svg class="chart ring" viewBox="0 0 110 110" role="img"><title>{}</title>'
        '<circle class="track" cx="55" cy="55" r="42"/>{}<text class="middle" x="55" y="62">{}</text></svg>'
    ).format(title, filled if share > 0 else "", words)


def heat(
    rows: Sequence[str], columns_: Sequence[str], cells: Sequence[Sequence[float | None]], *, title: str
) -> Markup:
    """A grid of shares (0..1) in five steps of shade; None is drawn as withheld."""
    shown = [
        [("none", "–") if cell is None else (str(min(4, int(cell * 5))), f"{round(cell * 100)}%") for cell in line]
        for line in cells
    ]
    return shades(rows, columns_, shown, title=title)


def shades(
    rows: Sequence[str], columns_: Sequence[str], cells: Sequence[Sequence[tuple[str, str]]], *, title: str
) -> Markup:
    """A grid of shaded cells (shade ``0`` to ``4`` or ``none``, and its words): a table, so labels wrap and read."""
    heads = Markup("").join(Markup('<th scope="col">{}</th>').format(name) for name in columns_)
    lines = Markup("").join(
        Markup('<tr><th scope="row">{}</th>{}</tr>').format(
            name, Markup("").join(Markup('<td class="shade-{}">{}</td>').format(*cell) for cell in cells[index])
        )
        for index, name in enumerate(rows)
    )
    return Markup(
        '<table class="heat"><caption class="visually-hidden">{}</caption>'
        "<thead><tr><td></td>{}</tr></thead><tbody>{}</tbody></table>"
    ).format(title, heads, lines)


def _on_scale(logits: float) -> float:
    """Percent of the width at which a measure stands."""
    inside = min(SCALE_HIGH, max(SCALE_LOW, logits))
    return 100 * (inside - SCALE_LOW) / (SCALE_HIGH - SCALE_LOW)


def _height(logits: float) -> float:
    return 150 - 140 * (min(SCALE_HIGH, max(SCALE_LOW, logits)) - SCALE_LOW) / (SCALE_HIGH - SCALE_LOW)


def _figure(value: float) -> str:
    """A value as short as it may be: one decimal below a hundred, none above."""
    return f"{round(value)}" if value >= 100 else f"{round(value, 1):g}"


def _with_unit(words: str) -> Markup:
    """A label with the unit after its digits set apart, so that a phone may leave the unit out."""
    digits = words.rstrip("月")
    if digits == words:
        return escape(words)
    return Markup('{}<tspan class="unit">{}</tspan>').format(digits, words[len(digits) :])
