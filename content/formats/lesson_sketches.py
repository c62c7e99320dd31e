"""Small animated drawings for lesson videos.

A sketch is one of four shapes a teacher would draw on a board: growing bars,
boxes joined by arrows, two speech bubbles, a two-by-two table.  Every sketch
has a number of *beats* (parts that appear one after another); the caller says
how far each beat has come, from 0 (not there yet) to 1 (complete).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from .lesson_canvas import ACCENT, EDGE, GREY, INK, PAPER, TINT, WHITE, Area, Canvas, mix

SAMPLE_NOTE = "示例数据"
_ROW = 76


@dataclass(frozen=True, slots=True)
class Bars:
    """Labelled amounts drawn as growing bars; `focus` marks one of them."""

    items: tuple[tuple[str, float], ...]
    unit: str = ""
    focus: int | None = None
    note: str = SAMPLE_NOTE


@dataclass(frozen=True, slots=True)
class Flow:
    """Steps in boxes joined by arrows; `focus` marks one of them."""

    steps: tuple[str, ...]
    focus: int | None = None


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Two turns of talk, each a speaker and what is said."""

    turns: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Two rows by two columns; `cells` runs along the rows."""

    columns: tuple[str, ...]
    rows: tuple[str, ...]
    cells: tuple[str, ...]
    focus: int | None = None


Sketch = Bars | Flow | Dialogue | Matrix


def _texts(raw: object, count: range, what: str) -> tuple[str, ...]:
    """Return a list of strings from loaded YAML, or say what is wrong."""
    if not isinstance(raw, Sequence) or isinstance(raw, str) or len(raw) not in count:
        raise ValueError(f"{what}: {count.start} to {count.stop - 1} entries wanted")
    return tuple(str(entry) for entry in raw)


def _pairs(raw: object, keys: tuple[str, str], count: range) -> tuple[tuple[str, str], ...]:
    """Return pairs of strings from a list of mappings in loaded YAML."""
    if not isinstance(raw, Sequence) or isinstance(raw, str) or len(raw) not in count:
        raise ValueError(f"{keys[0]}/{keys[1]}: {count.start} to {count.stop - 1} entries wanted")
    rows = [cast("Mapping[str, object]", row) for row in raw]
    return tuple((str(row[keys[0]]), str(row[keys[1]])) for row in rows)


def parse_sketch(raw: object) -> Sketch | None:
    """Turn the `sketch` entry of a scene into a sketch.

    Parameters
    ----------
    raw : object
        A mapping with the key ``kind`` (bars, flow, dialogue, matrix or none)
        and that kind's data; or nothing, or the word ``none``.

    Returns
    -------
    Sketch or None
        The sketch, or None where the scene has only text.

    Raises
    ------
    ValueError
        If the kind is unknown or its data do not have the right shape.
    """
    if raw is None or raw == "none":
        return None
    if not isinstance(raw, Mapping):
        raise ValueError(f"a sketch is a mapping, not {raw!r}")
    kind, focus = raw.get("kind"), raw.get("focus")
    mark = None if focus is None else int(focus)
    if kind == "bars":
        items = _pairs(raw.get("items"), ("label", "value"), range(2, 7))
        values = tuple((label, float(value)) for label, value in items)
        note = str(raw.get("note", SAMPLE_NOTE))
        return Bars(values, str(raw.get("unit", "")), mark, note)
    if kind == "flow":
        return Flow(_texts(raw.get("steps"), range(2, 6), "steps"), mark)
    if kind == "dialogue":
        return Dialogue(_pairs(raw.get("turns"), ("who", "text"), range(2, 3)))
    if kind == "matrix":
        columns = _texts(raw.get("columns"), range(2, 3), "columns")
        rows = _texts(raw.get("rows"), range(2, 3), "rows")
        return Matrix(columns, rows, _texts(raw.get("cells"), range(4, 5), "cells"), mark)
    if kind == "none":
        return None
    raise ValueError(f"unknown kind of sketch: {kind!r}")


def beats(sketch: Sketch | None) -> int:
    """Return how many parts of the sketch appear one after another."""
    match sketch:
        case Bars(items=items):
            return len(items)
        case Flow(steps=steps):
            return len(steps)
        case Dialogue(turns=turns):
            return len(turns)
        case Matrix(cells=cells):
            return len(cells)
        case None:
            return 0


def draw_sketch(canvas: Canvas, area: Area, sketch: Sketch, shown: Sequence[float]) -> None:
    """Draw a sketch as far as it has come.

    Parameters
    ----------
    canvas : Canvas
        Where to draw.
    area : Area
        The room the sketch may take.
    sketch : Sketch
        What to draw.
    shown : sequence of float
        For every beat, how far it has come, 0 to 1.
    """
    match sketch:
        case Bars():
            _draw_bars(canvas, area, sketch, shown)
        case Flow():
            wide = area[2] > 2.2 * area[3]
            (_draw_flow_across if wide else _draw_flow_down)(canvas, area, sketch, shown)
        case Dialogue():
            _draw_dialogue(canvas, area, sketch, shown)
        case Matrix():
            _draw_matrix(canvas, area, sketch, shown)


def _draw_bars(canvas: Canvas, area: Area, sketch: Bars, shown: Sequence[float]) -> None:
    left, top, width, height = area
    canvas.card(area, 16, WHITE, EDGE)
    if sketch.note:
        canvas.text((left + width - 22, top + height - 20), sketch.note, 15, GREY, "rm")
    labels = max(canvas.width(label, 23) for label, _ in sketch.items)
    start = left + 26 + round(labels) + 16
    room = left + width - 96 - start
    row = (height - 56) / len(sketch.items)
    thick = min(34, round(row * 0.6))
    peak = max(value for _, value in sketch.items) or 1.0
    for number, ((label, value), part) in enumerate(zip(sketch.items, shown, strict=True)):
        middle = top + 20 + row * (number + 0.5)
        strong = sketch.focus is None or sketch.focus == number
        colour = ACCENT if strong else mix(WHITE, ACCENT, 0.42)
        canvas.text((start - 16, middle), label, 23, mix(WHITE, INK, max(part, 0.25)), "rm")
        canvas.card((start, round(middle - thick / 2), room, thick), 8, mix(WHITE, TINT, 0.45))
        length = round(room * value / peak * part)
        canvas.card((start, round(middle - thick / 2), length, thick), min(8, length // 2), colour)
        if part > 0:
            tag = f"{value * part:.0f}{sketch.unit}" if part < 1 else f"{value:g}{sketch.unit}"
            canvas.text((start + room + 12, middle), tag, 24, INK)


def _flow_box(canvas: Canvas, area: Area, text: str, part: float, *, strong: bool) -> None:
    left, top, width, height = area
    fill, colour = (ACCENT, WHITE) if strong else (WHITE, INK)
    edge = ACCENT if strong else mix(PAPER, ACCENT, 0.55)
    inside = mix(PAPER, fill, part)
    canvas.card(area, 12, inside, mix(PAPER, edge, part))
    head, colon, rest = text.partition("：")
    if colon and height > 2 * _ROW:
        name = (left + 10, top + height // 2 - 52, width - 20, 48)
        size, lines = canvas.fit(head, name, (34, 30, 26))
        canvas.block(name, lines, size, mix(inside, WHITE if strong else ACCENT, part))
        inner = (left + 10, top + height // 2 - 4, width - 20, 64)
        size, lines = canvas.fit(rest, inner, (27, 24, 22, 20))
    else:
        inner = (left + 12, top + 4, width - 24, height - 8)
        size, lines = canvas.fit(text, inner, (32, 30, 28, 26, 24, 22, 20, 18))
    canvas.block(inner, lines, size, mix(inside, colour, part))


def _draw_flow_down(canvas: Canvas, area: Area, sketch: Flow, shown: Sequence[float]) -> None:
    left, top, width, height = area
    count = len(sketch.steps)
    gap = 24 if count < 5 else 18
    tall = min(_ROW, (height - gap * (count - 1)) // count)
    first = top + (height - tall * count - gap * (count - 1)) // 2
    for number, (text, part) in enumerate(zip(sketch.steps, shown, strict=True)):
        if part <= 0:
            continue
        upper = first + number * (tall + gap)
        if number:
            at = (left + width // 2 - 6, upper - gap + (gap - 12) // 2)
            canvas.point(at, 12, "down", mix(PAPER, ACCENT, part))
        box = (left, upper, width, tall)
        _flow_box(canvas, box, text, part, strong=sketch.focus == number)


def _draw_flow_across(canvas: Canvas, area: Area, sketch: Flow, shown: Sequence[float]) -> None:
    left, top, width, height = area
    count = len(sketch.steps)
    gap = 40
    wide = (width - gap * (count - 1)) // count
    tall = min(180, height)
    upper = top + (height - tall) // 2
    for number, (text, part) in enumerate(zip(sketch.steps, shown, strict=True)):
        if part <= 0:
            continue
        start = left + number * (wide + gap)
        if number:
            at = (start - gap // 2 - 8, upper + tall // 2 - 8)
            canvas.point(at, 16, "right", mix(PAPER, ACCENT, part))
        box = (start, upper, wide, tall)
        _flow_box(canvas, box, text, part, strong=sketch.focus == number)


def _draw_dialogue(canvas: Canvas, area: Area, sketch: Dialogue, shown: Sequence[float]) -> None:
    left, top, width, height = area
    tall = (height - 22) // 2
    for number, ((who, text), part) in enumerate(zip(sketch.turns, shown, strict=True)):
        if part <= 0:
            continue
        mine = number == 1
        upper = top + number * (tall + 22)
        bubble = (left + (26 if mine else 82), upper, width - 108, tall)
        fill, colour = (ACCENT, WHITE) if mine else (WHITE, INK)
        fill = mix(PAPER, fill, part)
        canvas.card(bubble, 18, fill, None if mine else mix(PAPER, EDGE, part))
        tail = (bubble[0] + bubble[2] - 2, upper + 26) if mine else (bubble[0] - 12, upper + 26)
        canvas.point(tail, 14, "right" if mine else "left", fill)
        face = (left + width - 58 if mine else left, upper + 4, 58, 58)
        canvas.card(face, 29, mix(PAPER, TINT, part))
        size, names = canvas.fit(who, (face[0], face[1], 50, 50), (20, 18, 16))
        canvas.block(face, names, size, mix(PAPER, ACCENT, part))
        inner = (bubble[0] + 22, upper + 10, bubble[2] - 44, tall - 20)
        size, lines = canvas.fit(text, inner, (34, 32, 30, 28, 26, 24, 22, 20))
        canvas.block(inner, lines, size, mix(fill, colour, part))


def _draw_matrix(canvas: Canvas, area: Area, sketch: Matrix, shown: Sequence[float]) -> None:
    left, top, width, height = area
    side = 24 + round(max(canvas.width(text, 20) for text in sketch.rows))
    wide, tall = (width - side - 12) // 2, (height - 36 - 12) // 2
    for number, text in enumerate(sketch.columns):
        middle = left + side + number * (wide + 12) + wide / 2
        canvas.text((middle, top + 14), text, 20, ACCENT, "mm")
    for number, text in enumerate(sketch.rows):
        middle = top + 36 + number * (tall + 12) + tall / 2
        canvas.text((left + side - 16, middle), text, 20, ACCENT, "rm")
    for number, (text, part) in enumerate(zip(sketch.cells, shown, strict=True)):
        start = left + side + number % 2 * (wide + 12)
        upper = top + 36 + number // 2 * (tall + 12)
        strong = sketch.focus == number
        fill, colour = (ACCENT, WHITE) if strong else (WHITE, INK)
        canvas.card((start, upper, wide, tall), 14, mix(TINT, fill, 0.35 + 0.65 * part))
        inner = (start + 12, upper + 8, wide - 24, tall - 16)
        size, lines = canvas.fit(text, inner, (30 if wide > 300 else 26, 24, 22, 20, 18))
        if part > 0:
            canvas.block(inner, lines, size, mix(fill, colour, part))
