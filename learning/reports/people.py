"""People of a place, one by one: who has not started this year, and everybody's hours for a workbook."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, SQLColumnExpression, case, func, select
from sqlalchemy.orm import Session

from assessment.models import Sitting
from assessment.terms import SittingState
from core.people import CareerStage, Organisation, Person, SchoolLevel, Subject
from learning.mentoring.yardstick import yardstick
from learning.reports.hours import earned_by_person
from learning.reports.roster import roster
from learning.study.models import Enrolment
from learning.terms import EnrolmentState

PER_PAGE = 25
_Listing = Select[int, str, str, str, CareerStage | None, SchoolLevel | None, Subject | None, int, datetime | None, int]


class Sort(StrEnum):
    """By what a list of people is put in order."""

    NAME = "name"
    SCHOOL = "school"
    STAGE = "stage"
    SITTING = "sitting"


@dataclass(frozen=True)
class PersonRow:
    """One teacher as a report shows them."""

    person_id: int
    staff_no: str
    name: str
    school: str
    stage: CareerStage | None
    school_level: SchoolLevel | None
    main_subject: Subject | None
    hours_hundredths: int
    sat_at: datetime | None
    n_courses: int  # under way


@dataclass(frozen=True)
class PersonPage:
    """One page of a list."""

    rows: Sequence[PersonRow]
    n_found: int
    page: int
    n_pages: int


def not_started(session: Session, organisation: Organisation, *, sort: Sort, page: int, on: date) -> PersonPage:
    """Teachers without one counted hour this year, a page of them."""
    wanted = _people(session, organisation, on, only_without_hours=True)
    n_found = session.scalar(select(func.count()).select_from(wanted.order_by(None).subquery())) or 0
    n_pages = max(1, -(-n_found // PER_PAGE))
    page = min(max(1, page), n_pages)
    rows = session.execute(wanted.order_by(*_order(wanted, sort)).limit(PER_PAGE).offset(PER_PAGE * (page - 1)))
    return PersonPage([PersonRow(*row) for row in rows], n_found, page, n_pages)


def all_not_started(session: Session, organisation: Organisation, *, on: date) -> Sequence[PersonRow]:
    """Everybody without one counted hour this year, by school, for a workbook."""
    wanted = _people(session, organisation, on, only_without_hours=True)
    return [PersonRow(*row) for row in session.execute(wanted.order_by(*_order(wanted, Sort.SCHOOL)))]


def people_of(session: Session, organisation: Organisation, *, on: date) -> Sequence[PersonRow]:
    """Every teacher of the place with the year's hours, by school, for a workbook."""
    wanted = _people(session, organisation, on, only_without_hours=False)
    return [PersonRow(*row) for row in session.execute(wanted.order_by(*_order(wanted, Sort.SCHOOL)))]


def _people(session: Session, organisation: Organisation, on: date, *, only_without_hours: bool) -> _Listing:
    people = roster(organisation)
    earned = earned_by_person(yardstick(session), on)
    hours = func.coalesce(earned.c.hours_hundredths, 0)
    sat_at = (
        select(func.max(Sitting.closed_at))
        .where(Sitting.person_id == Person.id, Sitting.state != SittingState.OPEN)
        .correlate(Person)
        .scalar_subquery()
    )
    n_courses = (
        select(func.count(Enrolment.id))
        .where(Enrolment.person_id == Person.id, Enrolment.state == EnrolmentState.ENROLLED)
        .correlate(Person)
        .scalar_subquery()
    )
    wanted = (
        select(
            Person.id, Person.staff_no, Person.name, Organisation.name, Person.stage, Person.school_level,
            Person.main_subject, hours, sat_at.label("sat_at"), n_courses,
        )
        .join(people, people.c.person_id == Person.id)
        .join(Organisation, Organisation.id == people.c.home_id)
        .outerjoin(earned, earned.c.person_id == Person.id)
    )  # fmt: skip
    return wanted.where(hours <= 0) if only_without_hours else wanted


def _order(wanted: _Listing, sort: Sort) -> tuple[SQLColumnExpression[Any], ...]:
    first: dict[Sort, tuple[SQLColumnExpression[Any], ...]] = {
        Sort.NAME: (),
        Sort.SCHOOL: (Organisation.code,),
        Sort.STAGE: (case({stage: place for place, stage in enumerate(CareerStage)}, value=Person.stage, else_=99),),
        Sort.SITTING: (wanted.selected_columns["sat_at"].asc().nulls_first(),),
    }
    return (*first[sort], Person.name_sort, Person.id)
