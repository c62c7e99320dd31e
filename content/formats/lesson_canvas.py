"""A picture being drawn: colours, type set by Chinese rules, smooth shapes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

Colour = tuple[int, int, int]
Area = tuple[int, int, int, int]
"""Left, top, width and height in pixels."""

PAPER: Colour = (247, 245, 240)
WHITE: Colour = (255, 255, 255)
INK: Colour = (28, 40, 42)
GREY: Colour = (88, 101, 103)
ACCENT: Colour = (15, 107, 99)
TINT: Colour = (219, 234, 231)
EDGE: Colour = (222, 223, 217)

_NOT_FIRST = frozenset("，。、；：！？）》」』”’…—％%")
_NOT_LAST = frozenset("（《「『“‘")
_TOKEN = re.compile(r"[A-Za-z0-9.+\-/%]+|.", re.DOTALL)
_SMOOTH = 4


def mix(back: Colour, front: Colour, share: float) -> Colour:
    """Return the colour `share` of the way from `back` to `front`."""
    red, green, blue = (round(b + (f - b) * share) for b, f in zip(back, front, strict=True))
    return red, green, blue


@lru_cache(maxsize=256)
def _round_mask(width: int, height: int, radius: int) -> Image.Image:
    """Return a smooth-edged mask of a rounded rectangle."""
    big = Image.new("L", (width * _SMOOTH, height * _SMOOTH), 0)
    ImageDraw.Draw(big).rounded_rectangle((0, 0, width * _SMOOTH - 1, height * _SMOOTH - 1), radius * _SMOOTH, fill=255)
    return big.reduce(_SMOOTH)


@lru_cache(maxsize=64)
def _shape_mask(size: int, points: tuple[tuple[int, int], ...]) -> Image.Image:
    """Return a smooth-edged mask of a polygon inside a square of `size`."""
    big = Image.new("L", (size * _SMOOTH, size * _SMOOTH), 0)
    ImageDraw.Draw(big).polygon([(x * _SMOOTH, y * _SMOOTH) for x, y in points], fill=255)
    return big.reduce(_SMOOTH)


@lru_cache(maxsize=64)
def _typeface(path: str, size: int) -> ImageFont.FreeTypeFont:
    """Return the font at one size, opened once."""
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


class Canvas:
    """One picture being drawn, with type and smooth shapes.

    Parameters
    ----------
    size : tuple of int
        Width and height in pixels.
    ground : Colour
        Background colour.
    font : Path
        TrueType file with the Chinese glyphs.
    """

    def __init__(self, size: tuple[int, int], ground: Colour, font: Path) -> None:
        self.image = Image.new("RGB", size, ground)
        self._draw = ImageDraw.Draw(self.image)
        self._font = str(font)

    def width(self, text: str, size: int) -> float:
        """Return the width of one line of text."""
        return _typeface(self._font, size).getlength(text)

    def text(self, at: tuple[float, float], text: str, size: int, colour: Colour, anchor: str = "lm") -> None:
        """Write one line; `anchor` as in Pillow (`lm` = left, middle)."""
        self._draw.text(at, text, fill=colour, font=_typeface(self._font, size), anchor=anchor)

    def block(self, area: Area, lines: Sequence[str], size: int, colour: Colour) -> None:
        """Write lines centred in an area, both ways."""
        left, top, width, height = area
        step = size * 1.36
        first = top + height / 2 - step * (len(lines) - 1) / 2
        for number, line in enumerate(lines):
            self.text((left + width / 2, first + number * step), line, size, colour, "mm")

    def card(self, area: Area, radius: int, fill: Colour, edge: Colour | None = None) -> None:
        """Draw a rounded rectangle, with a thin edge if one is given."""
        left, top, width, height = area
        if width < 1 or height < 1:
            return
        if edge is not None:
            self.image.paste(edge, (left, top), _round_mask(width, height, radius))
            left, top, width, height = left + 1, top + 1, width - 2, height - 2
        self.image.paste(fill, (left, top), _round_mask(width, height, radius))

    def point(self, at: tuple[int, int], size: int, turn: str, colour: Colour) -> None:
        """Draw a triangle in a square at `at`, pointing right, left or down."""
        half = size // 2
        shapes = {
            "right": ((0, 0), (size, half), (0, size)),
            "left": ((size, 0), (0, half), (size, size)),
            "down": ((0, 0), (size, 0), (half, size)),
        }
        self.image.paste(colour, at, _shape_mask(size, shapes[turn]))

    def bar(self, area: Area, colour: Colour) -> None:
        """Fill a plain rectangle."""
        left, top, width, height = area
        if width > 0 and height > 0:
            self._draw.rectangle((left, top, left + width - 1, top + height - 1), fill=colour)

    def wrap(self, text: str, size: int, width: float) -> list[str]:
        """Break text into even lines by the rules of Chinese typesetting."""
        rough = self._break(text, size, width)
        if len(rough) < 2:
            return rough
        even = self.width(text, size) / len(rough)
        for extra in (0.3, 0.8, 1.4):
            lines = self._break(text, size, min(width, even + extra * size))
            if len(lines) == len(rough):
                return lines
        return rough

    def _break(self, text: str, size: int, width: float) -> list[str]:
        lines = [""]
        for token in _TOKEN.findall(text):
            fits = self.width(lines[-1] + token, size) <= width
            if fits or not lines[-1] or token in _NOT_FIRST:
                lines[-1] += token
            elif lines[-1][-1] in _NOT_LAST:
                opening = lines[-1][-1]
                lines[-1] = lines[-1][:-1]
                lines.append(opening + token)
            else:
                lines.append(token)
        return [line for line in lines if line]

    def fit(self, text: str, area: Area, sizes: Sequence[int]) -> tuple[int, list[str]]:
        """Return the first size, and its lines, at which text fits an area."""
        _, _, width, height = area
        for size in sizes:
            lines = self.wrap(text, size, width)
            if len(lines) * size * 1.36 <= height:
                return size, lines
        return sizes[-1], self.wrap(text, sizes[-1], width)
