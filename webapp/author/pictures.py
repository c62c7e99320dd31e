"""Pictures of coverage: how many of what stand where, as a grid of counts in five shades."""

from collections.abc import Sequence

from markupsafe import Markup

from webapp import charts


def counts_grid(rows: Sequence[str], columns: Sequence[str], counts: Sequence[Sequence[int]], *, title: str) -> Markup:
    """A grid of counts; a cell with none is drawn as a gap, the fullest in the deepest shade."""
    most = max([count for line in counts for count in line] + [1])
    cells = [
        [(str(min(4, int(5 * count / (most + 1)))), str(count)) if count else ("none", "–") for count in line]
        for line in counts
    ]
    return charts.shades(rows, columns, cells, title=title)
