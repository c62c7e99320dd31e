"""Reading the ledger: an account's lines, net of what was taken back, and the mandatory topics they close."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Subquery, func, select
from sqlalchemy.orm import Session

from content.models import CourseFacet
from content.terms import ContentFamily, DeliveryMode, FacetKind
from learning.credit.models import LedgerEntry, RuleProfile
from learning.engine.credit_rules import CreditRules, Measure
from learning.study.models import Enrolment
from learning.terms import EnrolmentState, SourceKind


class Line(NamedTuple):
    """What one course gave on one day in one mode, net, in hundredths."""

    earned_on: date
    mode: DeliveryMode
    family: ContentFamily
    is_practice: bool
    course_id: int
    hours: int
    credit: int


def lines_of(session: Session, person_id: int, profile_code: str, *, since: date, until: date) -> list[Line]:
    """An account's net lines in a span of days, over all versions of its profile, oldest first."""
    hours, credit = func.sum(LedgerEntry.hours_hundredths), func.sum(LedgerEntry.credit_hundredths)
    keys = (
        LedgerEntry.earned_on, LedgerEntry.mode, LedgerEntry.family, LedgerEntry.is_practice, LedgerEntry.course_id,
    )  # fmt: skip
    rows = session.execute(
        select(*keys, hours, credit)
        .join(RuleProfile, RuleProfile.id == LedgerEntry.profile_id)
        .where(
            LedgerEntry.person_id == person_id, RuleProfile.code == profile_code,
            LedgerEntry.earned_on >= since, LedgerEntry.earned_on <= until,
        )
        .group_by(*keys).having(hours != 0).order_by(LedgerEntry.earned_on)
    )  # fmt: skip
    return [Line(*row) for row in rows]


def hours_in(lines: Iterable[Line]) -> int:
    """Hours of the lines, in hundredths."""
    return sum(line.hours for line in lines)


def amount_in(lines: Iterable[Line], rules: CreditRules) -> int:
    """What the lines amount to in the profile's own measure."""
    return sum(line.credit if rules.measure is Measure.CREDIT else line.hours for line in lines)


def closed_topics(session: Session, person_id: int, profile_code: str, *, since: date, until: date) -> set[str]:
    """Topics of completed courses whose hours stand in the account."""
    standing = (
        select(LedgerEntry.source_id)
        .join(RuleProfile, RuleProfile.id == LedgerEntry.profile_id)
        .where(
            LedgerEntry.person_id == person_id, LedgerEntry.source_kind == SourceKind.ENROLMENT,
            RuleProfile.code == profile_code, LedgerEntry.earned_on >= since, LedgerEntry.earned_on <= until,
        )
        .group_by(LedgerEntry.source_id).having(func.sum(LedgerEntry.hours_hundredths) > 0)
    )  # fmt: skip
    return set(
        session.scalars(
            select(CourseFacet.value).join(Enrolment, Enrolment.course_id == CourseFacet.course_id).where(
                CourseFacet.kind == FacetKind.TOPIC, Enrolment.person_id == person_id,
                Enrolment.state == EnrolmentState.COMPLETED, Enrolment.id.in_(standing),
            )
        )
    )  # fmt: skip


def net_hours(profile_code: str, *, since: date, until: date) -> Subquery:
    """(person_id, hours_hundredths) of everybody with hours in a span of days, to stand inside a report's query."""
    return (
        select(LedgerEntry.person_id, func.sum(LedgerEntry.hours_hundredths).label("hours_hundredths"))
        .join(RuleProfile, RuleProfile.id == LedgerEntry.profile_id)
        .where(RuleProfile.code == profile_code, LedgerEntry.earned_on >= since, LedgerEntry.earned_on <= until)
        .group_by(LedgerEntry.person_id)
        .subquery()
    )


def are_practice_courses(lines: Sequence[Line]) -> list[bool]:
    """For each course of the lines, whether at least half of what it gave was practice."""
    practice: dict[int, int] = {}
    total: dict[int, int] = {}
    for line in lines:
        total[line.course_id] = total.get(line.course_id, 0) + line.hours
        practice[line.course_id] = practice.get(line.course_id, 0) + (line.hours if line.is_practice else 0)
    return [2 * practice[course_id] >= total[course_id] for course_id in total]
