"""A statement as a sheet of paper: the year's and the cycle's figures, the topics, and every course behind them."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.models import Course
from content.terms import MandatoryTopic
from core.people import Person, workplace
from learning.credit.models import LedgerEntry, RuleProfile
from learning.credit.printing import MODES, amount, chinese_day, statement_sheet
from learning.credit.rule_reading import TOPICS
from learning.credit.statements import Statement
from learning.engine.days import local_day

TOPIC_NAMES: dict[MandatoryTopic, str] = {topic: name for name, topic in TOPICS.items()}


def statement_pdf(session: Session, person: Person, statement: Statement, *, font_dir: Path, now: datetime) -> bytes:
    """The statement of a person as a PDF, with one line a course and mode of the cycle."""
    school = workplace(session, person.id)
    words = {
        "title": "学时对账单",
        "title_en": "Statement of training hours",
        "holder": person.name,
        "facts": [
            ["姓名", person.name],
            ["工号", person.staff_no],
            ["单位", school.name if school else "—"],
            ["截止日期", chinese_day(statement.on)],
            ["认定规则", f"{statement.profile_name} · 第 {statement.profile_version} 版"],
            ["周期", f"{chinese_day(statement.cycle_from)}至{chinese_day(statement.cycle_to)}"],
        ],
        "meters": _meters(statement),
        "topics_title": f"必修专题（已完成 {statement.n_topics_done} / {len(statement.topics)}）",
        "topics": [[TOPIC_NAMES[topic], done] for topic, done in statement.topics.items()],
        "lines_title": "本周期学时明细",
        "heads": ["计入日期", "课程", "方式", "其中实践", "学时"],
        "columns": list(range(5)),
        "rows": _rows(session, person.id, statement),
        "none": "本周期尚无学时。",
        "footer": f"打印于 {chinese_day(local_day(now))} · 1 学时 = 45 分钟",
    }
    return statement_sheet(words, font_dir=font_dir, printed_at=int(now.timestamp()))


def _meters(statement: Statement) -> list[dict[str, object]]:
    year, cycle = statement.year_min_hundredths, statement.cycle_min_hundredths
    ratio = statement.practice_ratio
    return [
        _meter("本年度学时", statement.year_hundredths, year),
        _meter("本周期学时", statement.cycle_hundredths, cycle),
        {
            "label": "实践学时占比（本周期）",
            "value": "—" if ratio is None else f"{100 * ratio:.0f}",
            "unit": "%",
            "percent": round(100 * min(1.0, ratio or 0)),
            "hint": "要求：未设置"
            if statement.practice_min_ratio is None
            else f"要求：不低于 {100 * statement.practice_min_ratio:.0f}%",
        },
    ]


def _meter(label: str, hundredths: int, minimum: int | None) -> dict[str, object]:
    return {
        "label": label,
        "value": amount(hundredths),
        "unit": "学时",
        "percent": min(100, round(100 * hundredths / minimum)) if minimum else 0,
        "hint": f"要求：{amount(minimum)} 学时" if minimum else "要求：未设置",
    }


def _rows(session: Session, person_id: int, statement: Statement) -> list[Sequence[str]]:
    hours = func.sum(LedgerEntry.hours_hundredths)
    practice = func.sum(LedgerEntry.hours_hundredths).filter(LedgerEntry.is_practice)
    found = session.execute(
        select(func.max(LedgerEntry.earned_on), Course.title, LedgerEntry.mode, func.coalesce(practice, 0), hours)
        .join(Course, Course.id == LedgerEntry.course_id)
        .join(RuleProfile, RuleProfile.id == LedgerEntry.profile_id)
        .where(
            LedgerEntry.person_id == person_id, RuleProfile.code == statement.profile_code,
            LedgerEntry.earned_on >= statement.cycle_from, LedgerEntry.earned_on <= statement.on,
        )
        .group_by(LedgerEntry.source_id, Course.title, LedgerEntry.mode)
        .having(hours > 0).order_by(func.max(LedgerEntry.earned_on), Course.title)
    )  # fmt: skip
    return [(on.isoformat(), title, MODES[mode], amount(part), amount(whole)) for on, title, mode, part, whole in found]
