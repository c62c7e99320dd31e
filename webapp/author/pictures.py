"""Pictures of coverage: how many of what stand where, as a grid of counts in five shades."""

from collections.abc import Sequence

from markupsafe import Markup

LEFT, WIDE, ROW = 176, 400, 30


def counts_grid(rows: Sequence[str], columns: Sequence[str], counts: Sequence[Sequence[int]], *, title: str) -> Markup:
    """A grid of counts; a cell with none is drawn as a gap, the fullest in the deepest shade."""
    most = max([count for line in counts for count in line] + [1])
    step = (WIDE - LEFT) / max(1, len(columns))
    parts = [
        Markup('<svg class="chart heat counts-grid" viewBox="0 0 {} {}" role="img"><title>{}</title>').format(
            WIDE, ROW * len(rows) + 34, title
        )
    ]
    for place, name in enumerate(columns):
        x = LEFT + step * (place + 0.5)
        parts.append(Markup('<text class="tickmark" x="{:.1f}" y="20">{}</text>').format(x, _cut(name, 6)))
    for index, name in enumerate(rows):
        y = 30 + ROW * index
        parts.append(Markup('<text class="label" x="0" y="{}">{}</text>').format(y + 19, _cut(name, 10)))
        for place, count in enumerate(counts[index]):
            shade = "none" if count == 0 else str(min(4, int(5 * count / (most + 1))))
            x = LEFT + step * place
            parts.append(
                Markup('<rect class="shade-{}" x="{:.1f}" y="{}" width="{:.1f}" height="26" rx="4"/>').format(
                    shade, x + 2, y, step - 4
                )
            )
            parts.append(
                Markup('<text class="cell shade-text-{}" x="{:.1f}" y="{}">{}</text>').format(
                    shade, x + step / 2, y + 18, count or "–"
                )
            )
    return Markup("").join([*parts, Markup("</svg>")])


def _cut(words: str, length: int) -> str:
    """A label that fits: Latin letters are half as wide as Chinese characters."""
    room = length * 2
    for at, character in enumerate(words):
        room -= 1 if character.isascii() else 2
        if room < 0:
            return words[:at] + "…"
    return words
