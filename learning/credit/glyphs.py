"""Whether a font can print every character of a text: read from the font's own table (cmap), not guessed."""

import struct
from functools import lru_cache
from pathlib import Path

from core.errors import Invalid

_UNPRINTED = frozenset("\n\r\t ")


def check_printable(text: str, font: Path) -> None:
    """Refuse a text the font cannot print in full, naming the first missing character."""
    missing = missing_characters(text, font)
    if missing:
        raise Invalid("character_not_in_font", character=missing[0], code_point=f"U+{ord(missing[0]):04X}")


def missing_characters(text: str, font: Path) -> str:
    """Characters of the text that the font lacks, each once, in order."""
    printable = characters_in(font)
    return "".join(dict.fromkeys(mark for mark in text if ord(mark) not in printable and mark not in _UNPRINTED))


@lru_cache(maxsize=4)
def characters_in(font: Path) -> frozenset[int]:
    """Code points a TrueType font has a glyph for.

    Raises
    ------
    ValueError
        If the file carries no Unicode table of format 4 or 12.
    """
    data = font.read_bytes()
    n_tables = struct.unpack_from(">H", data, 4)[0]
    tables = {data[12 + 16 * i : 16 + 16 * i]: struct.unpack_from(">II", data, 20 + 16 * i)[0] for i in range(n_tables)}
    start = tables.get(b"cmap")
    if start is None:
        raise ValueError(f"no character table in {font}")
    n_maps = struct.unpack_from(">H", data, start + 2)[0]
    places = {start + struct.unpack_from(">I", data, start + 8 + 8 * i)[0] for i in range(n_maps)}
    found: set[int] = set()
    for place in places:
        kind = struct.unpack_from(">H", data, place)[0]
        found |= _format_12(data, place) if kind == 12 else _format_4(data, place) if kind == 4 else set()
    if not found:
        raise ValueError(f"no Unicode table of format 4 or 12 in {font}")
    return frozenset(found)


def _format_12(data: bytes, place: int) -> set[int]:
    """Groups of code points mapped one after another."""
    n_groups = struct.unpack_from(">I", data, place + 12)[0]
    groups = (struct.unpack_from(">III", data, place + 16 + 12 * i) for i in range(n_groups))
    return {point for first, last, glyph in groups for point in range(first, last + 1) if glyph + point - first}


def _format_4(data: bytes, place: int) -> set[int]:
    """Segments of the basic plane; a segment maps by a delta or through an array of glyphs."""
    n = struct.unpack_from(">H", data, place + 6)[0] // 2
    ends = struct.unpack_from(f">{n}H", data, place + 14)
    starts = struct.unpack_from(f">{n}H", data, place + 16 + 2 * n)
    deltas = struct.unpack_from(f">{n}H", data, place + 16 + 4 * n)
    ranges_at = place + 16 + 6 * n
    ranges = struct.unpack_from(f">{n}H", data, ranges_at)
    found = set()
    for i in range(n):
        for point in range(starts[i], min(ends[i], 0xFFFE) + 1):
            if ranges[i] == 0:
                glyph = (point + deltas[i]) & 0xFFFF
            else:
                at = ranges_at + 2 * i + ranges[i] + 2 * (point - starts[i])
                glyph = struct.unpack_from(">H", data, at)[0]
            if glyph:
                found.add(point)
    return found
