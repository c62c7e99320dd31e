"""An account's movements as its owner reads them: one line for what one course gave or lost in one act."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from content.models import Course
from content.terms import DeliveryMode
from learning.credit.models import LedgerEntry, RuleProfile
from learning.terms import EntryKind, SourceKind

PAGE_SIZE = 20


@dataclass(frozen=True)
class MovementQuery:
    """Which movements of an account to show; None leaves an axis open."""

    profile_code: str
    year: int | None = None
    mode: DeliveryMode | None = None
    kind: EntryKind | None = None
    page: int = 1


class Movement(NamedTuple):
    """What one act put into an account, or took out of it."""

    entry_id: int  # the first of its entries: where its trace is read
    kind: EntryKind
    posted_at: datetime
    mode: DeliveryMode
    course_id: int
    course_code: str
    title: str
    reason: str
    first_on: date
    last_on: date
    hours_hundredths: int
    practice_hundredths: int
    n_entries: int
    n_taken_back: int


@dataclass(frozen=True)
class MovementPage:
    """One page of movements, newest first."""

    movements: Sequence[Movement]
    n_found: int
    page: int
    n_pages: int


class CourseAccount(NamedTuple):
    """What one enrolment gave: standing, and taken back."""

    enrolment_id: int
    entry_id: int
    title: str
    course_code: str
    mode: DeliveryMode
    last_on: date
    posted_hundredths: int
    standing_hundredths: int


def movements_of(session: Session, person_id: int, query: MovementQuery) -> MovementPage:
    """A person's movements under one profile."""
    takes = aliased(LedgerEntry)
    hours = func.sum(LedgerEntry.hours_hundredths)
    practice = func.sum(case((LedgerEntry.is_practice, LedgerEntry.hours_hundredths), else_=0))
    grouped = (
        LedgerEntry.kind, LedgerEntry.posted_at, LedgerEntry.mode, LedgerEntry.course_id, Course.code, Course.title,
        LedgerEntry.reason,
    )  # fmt: skip
    lines = (
        select(
            func.min(LedgerEntry.id).label("entry_id"), *grouped, func.min(LedgerEntry.earned_on),
            func.max(LedgerEntry.earned_on), hours, practice, func.count(LedgerEntry.id), func.count(takes.id),
        )
        .join(RuleProfile, RuleProfile.id == LedgerEntry.profile_id)
        .join(Course, Course.id == LedgerEntry.course_id)
        .outerjoin(takes, takes.reverses_id == LedgerEntry.id)
        .where(LedgerEntry.person_id == person_id, RuleProfile.code == query.profile_code)
        .group_by(LedgerEntry.source_id, *grouped)
    )  # fmt: skip
    if query.year is not None:
        lines = lines.where(
            LedgerEntry.earned_on >= date(query.year, 1, 1), LedgerEntry.earned_on <= date(query.year, 12, 31)
        )
    if query.mode is not None:
        lines = lines.where(LedgerEntry.mode == query.mode)
    if query.kind is not None:
        lines = lines.where(LedgerEntry.kind == query.kind)
    n_found = session.scalar(select(func.count()).select_from(lines.subquery())) or 0
    n_pages = max(1, -(-n_found // PAGE_SIZE))
    page = min(max(1, query.page), n_pages)
    newest = lines.order_by(LedgerEntry.posted_at.desc(), func.min(LedgerEntry.id).desc())
    rows = session.execute(newest.limit(PAGE_SIZE).offset(PAGE_SIZE * (page - 1)))
    return MovementPage([Movement._make(row) for row in rows], n_found, page, n_pages)


def years_in(session: Session, person_id: int) -> list[int]:
    """Calendar years in which a person has movements, newest first."""
    first, last = session.execute(
        select(func.min(LedgerEntry.earned_on), func.max(LedgerEntry.earned_on)).where(
            LedgerEntry.person_id == person_id
        )
    ).one()
    return list(range(last.year, first.year - 1, -1)) if first else []


def course_accounts_of(session: Session, person_id: int, profile_code: str) -> list[CourseAccount]:
    """What each course gave a person under a profile, the latest first."""
    posted = func.sum(
        case((LedgerEntry.round_no == 1, case((LedgerEntry.kind == EntryKind.POST, 100), else_=0)), else_=0)
    )
    rows = session.execute(
        select(
            LedgerEntry.source_id, func.min(LedgerEntry.id), Course.title, Course.code, LedgerEntry.mode,
            func.max(LedgerEntry.earned_on), posted, func.sum(LedgerEntry.hours_hundredths),
        )
        .join(RuleProfile, RuleProfile.id == LedgerEntry.profile_id)
        .join(Course, Course.id == LedgerEntry.course_id)
        .where(
            LedgerEntry.person_id == person_id, RuleProfile.code == profile_code,
            LedgerEntry.source_kind == SourceKind.ENROLMENT,
        )
        .group_by(LedgerEntry.source_id, Course.title, Course.code, LedgerEntry.mode)
        .order_by(func.max(LedgerEntry.earned_on).desc(), LedgerEntry.source_id.desc())
    )  # fmt: skip
    return [CourseAccount(*row) for row in rows]
