"""Reports as workbooks. Their words are Chinese for every reader: the files go to Chinese offices."""

from collections.abc import Sequence
from datetime import date

from flask_babel import force_locale
from sqlalchemy.orm import Session

from content.terms import Domain
from core.people import Organisation
from learning.engine.days import local_day
from learning.reports.exports import Export
from learning.reports.hours import HoursReport, Tally, hours_report
from learning.reports.need import NeedMap, need_map
from learning.reports.people import PersonRow, all_not_started, people_of
from learning.reports.workbook import Sheet, Value
from webapp.labels import label

PERSON_HEADS = ("工号", "姓名", "工作单位", "发展阶段", "学段", "任教学科", "本年学时", "最近诊断日期", "在学课程数")
UNIT_HEADS = ("单位代码", "单位", "在册教师", "已有学时人数", "覆盖率", "人均学时", "达到年度要求人数", "学时合计")
WITHHELD = "不足人数，不显示"


def sheets_of(
    session: Session, what: Export, organisation: Organisation, *, on: date, min_cell: int
) -> Sequence[Sheet]:
    """The sheets of a report of a place on a day."""
    with force_locale("zh_CN"):
        match what:
            case Export.HOURS:
                report = hours_report(session, organisation, on=on)
                people = people_of(session, organisation, on=on)
                return [_units(report, organisation), _people("教师学时", people), _about(organisation, on)]
            case Export.PEOPLE:
                return [_people("教师名单", people_of(session, organisation, on=on)), _about(organisation, on)]
            case Export.NOT_STARTED:
                return [_people("尚未开始", all_not_started(session, organisation, on=on)), _about(organisation, on)]
            case Export.NEED:
                found = need_map(session, organisation, min_cell=min_cell)
                note = f"不足{min_cell}人的单元格不显示；为防止由合计推算，另有少数单元格一并不显示。"
                return [_need(found), _about(organisation, on, note)]


def _people(title: str, rows: Sequence[PersonRow]) -> Sheet:
    return Sheet(title, PERSON_HEADS, [_person(row) for row in rows])


def _person(row: PersonRow) -> Sequence[Value]:
    return (
        row.staff_no, row.name, row.school, label(row.stage), label(row.school_level), label(row.main_subject),
        row.hours_hundredths / 100, local_day(row.sat_at) if row.sat_at else None, row.n_courses,
    )  # fmt: skip


def _units(report: HoursReport, organisation: Organisation) -> Sheet:
    rows = [
        _unit(unit.organisation.code, unit.organisation.name, unit.tally)
        if unit.organisation
        else _unit(organisation.code, "本级", unit.tally)
        for unit in report.units
    ]
    return Sheet("单位汇总", UNIT_HEADS, [*rows, _unit(organisation.code, "合计", report.total)])


def _unit(code: str, name: str, tally: Tally) -> Sequence[Value]:
    return (
        code, name, tally.n_people, tally.n_covered, round(tally.coverage_ratio, 4), tally.mean_hundredths / 100,
        tally.n_met, tally.hours_hundredths / 100,
    )  # fmt: skip


def _need(found: NeedMap) -> Sheet:
    heads = ["单位代码", "单位"]
    for domain in Domain:
        heads += [f"{label(domain)}·人数", f"{label(domain)}·均值（logit）", f"{label(domain)}·低于目标比例"]
    rows: list[list[Value]] = []
    for row in (*found.units, found.total):
        shown: list[Value] = [row.organisation.code, "合计" if row is found.total else row.organisation.name]
        for domain in Domain:
            cell = row.cells[domain]
            shown += (
                [WITHHELD, None, None]
                if cell is None
                else [cell.n_people, round(cell.mean_logits, 3), round(cell.below_ratio, 4)]
            )
        rows.append(shown)
    return Sheet("能力需求", heads, rows)


def _about(organisation: Organisation, on: date, note: str = "") -> Sheet:
    rows: list[list[Value]] = [["范围", organisation.name], ["截止日期", on], ["来源", "师程"]]
    return Sheet("说明", ("项目", "内容"), [*rows, ["提示", note]] if note else rows)
