"""Figures of a report as the charts want them."""

from collections.abc import Sequence

from flask_babel import gettext as _
from markupsafe import Markup

from content.terms import Domain
from learning.reports.hours import HoursReport
from learning.reports.need import Cell, NeedMap
from learning.reports.topics import TopicCoverage
from webapp import charts
from webapp.labels import label
from webapp.labels.short import short
from webapp.words import units


def month_columns(report: HoursReport) -> Markup:
    """Hours earned by month."""
    rows = [charts.Bar(str(month.month), hundredths / 100) for month, hundredths in report.by_month]
    return charts.columns(rows, title=_("Hours counted by month"))


def hours_bars(report: HoursReport) -> Markup:
    """Mean hours of the units against the year's minimum."""
    target = None if report.min_hundredths is None else report.min_hundredths / 100
    rows = [
        charts.Bar(
            unit.organisation.name if unit.organisation else _("At the place itself"),
            unit.tally.mean_hundredths / 100,
            target,
        )
        for unit in report.units
    ]
    return charts.bars(rows, title=_("Mean hours a teacher by unit; the notch is the minimum of the year"))


def need_heat(need: NeedMap) -> Markup:
    """Share of measured people below their stage's target, by unit and domain."""
    rows = [need.total, *need.units]
    cells = [[cell.below_ratio if (cell := row.cells[domain]) else None for domain in Domain] for row in rows]
    return charts.heat(
        _unit_names(need), [short(domain) for domain in Domain], cells, title=_("Share below the target of their stage")
    )


def month_rows(report: HoursReport) -> list[list[str]]:
    """The figures behind the columns."""
    return [[f"{month:%Y-%m}", units(hundredths)] for month, hundredths in report.by_month]


def need_rows(need: NeedMap) -> list[list[str]]:
    """The figures behind the map: people, mean, share below target; a dash where withheld."""
    return [
        [name, *(_cell(row.cells[domain]) for domain in Domain)]
        for name, row in zip(_unit_names(need), (need.total, *need.units), strict=True)
    ]


def topic_rows(topics: Sequence[TopicCoverage]) -> list[list[str | int]]:
    """The figures behind the bars of topics."""
    return [[label(row.topic), row.n_covered, row.n_people] for row in topics]


def _unit_names(need: NeedMap) -> list[str]:
    return [_("Whole"), *(row.organisation.name for row in need.units)]


def _cell(cell: Cell | None) -> str:
    return "–" if cell is None else f"{cell.n_people} / {cell.mean_logits:+.2f} / {cell.below_ratio:.0%}"
