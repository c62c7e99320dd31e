"""A statement as the page draws it: charts, the figures behind them, and which topics lead where."""

from datetime import date
from pathlib import Path

from flask_babel import format_date, get_locale
from flask_babel import gettext as _
from markupsafe import Markup

from content.terms import DeliveryMode
from learning.credit.statements import Statement
from webapp.charts import Bar, bars, columns, ring
from webapp.labels import label
from webapp.words import units

PAPER_FONTS = Path(__file__).parent.parent / "static" / "vendor" / "fonts"


class StatementPicture:
    """One statement, and how it is drawn."""

    def __init__(self, statement: Statement) -> None:
        self.statement = statement

    @property
    def year_share(self) -> float:
        """How much of the yearly minimum is done; without one, nothing is left to do."""
        return _share(self.statement.year_hundredths, self.statement.year_min_hundredths)

    @property
    def cycle_share(self) -> float:
        """How much of the cycle's minimum is done."""
        return _share(self.statement.cycle_hundredths, self.statement.cycle_min_hundredths)

    @property
    def cycle_time_share(self) -> float:
        """How much of the cycle has passed."""
        whole = (self.statement.cycle_to - self.statement.cycle_from).days + 1
        return ((self.statement.on - self.statement.cycle_from).days + 1) / whole

    def year_ring(self) -> Markup:
        """The year against its minimum."""
        done = units(self.statement.year_hundredths)
        return ring(self.year_share, title=_("%(hours)s hours this year", hours=done), words=done)

    def month_columns(self) -> Markup:
        """Hours month by month."""
        rows = [Bar(_month(first, short=True), hours / 100) for first, hours in self.statement.by_month.items()]
        return columns(rows, title=_("Hours by month"))

    def mode_bars(self) -> Markup:
        """Hours by mode of study."""
        rows = [Bar(label(mode), self.statement.by_mode[mode] / 100) for mode in DeliveryMode]
        return bars(rows, title=_("Hours by mode"))

    def month_figures(self) -> list[list[str]]:
        """The figures behind the columns."""
        return [[_month(first), units(hours)] for first, hours in self.statement.by_month.items()]

    def part_figures(self) -> list[list[str]]:
        """The figures behind the bars, with the content families below them."""
        modes = [[label(mode), units(hours)] for mode, hours in self.statement.by_mode.items()]
        return modes + [[label(family), units(hours)] for family, hours in self.statement.by_family.items()]


def percent(ratio: float | None) -> str:
    """A share as people write it."""
    return "—" if ratio is None else f"{100 * ratio:.0f}%"


def _share(hundredths: int, minimum: int | None) -> float:
    return min(1.0, hundredths / minimum) if minimum else 0.0


def _month(first: date, *, short: bool = False) -> str:
    is_chinese = str(get_locale()).startswith("zh")
    if short:
        return f"{first.month}月" if is_chinese else str(format_date(first, "LLLLL"))
    return f"{first.year}年{first.month}月" if is_chinese else str(format_date(first, "LLL y"))
