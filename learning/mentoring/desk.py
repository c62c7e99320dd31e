"""A mentor's apprentices at a glance, the one who needs the mentor most first. A fixed number of queries."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Row, and_, func, select
from sqlalchemy.orm import Session, aliased

from assessment.estimates import DomainEstimate, Profile, find_profiles
from content.terms import Domain
from core.people import CareerStage, Organisation, Person, Post, Subject
from learning.credit.models import LedgerEntry
from learning.engine.attention import Standing, next_step, urgency
from learning.engine.days import local_day
from learning.mentoring.models import Note, Pair
from learning.mentoring.pairs import holds_on
from learning.mentoring.yardstick import Yardstick, yardstick
from learning.plans.models import Plan, PlanEntry
from learning.study.models import Enrolment, Submission
from learning.terms import NextStep, PlanState, SubmissionState

_Person = Row[int, int, str, CareerStage | None, Subject | None, str, date]


@dataclass(frozen=True)
class DeskRow:
    """One apprentice at a glance."""

    person_id: int
    pair_id: int
    name: str
    stage: CareerStage | None
    main_subject: Subject | None
    school: str
    paired_on: date
    sat_on: date | None
    bands: Mapping[Domain, DomainEstimate]  # measured domains only
    plan_state: PlanState | None
    n_plan_entries: int
    hours_hundredths: int
    min_hundredths: int | None
    n_waiting: int
    oldest_submission_id: int | None
    waiting_days: int | None
    contact_days: int | None  # None: not a word yet
    next_step: NextStep


@dataclass(frozen=True)
class _Facts:
    """What the queries found, by person."""

    results: Mapping[int, Profile]
    plans: Mapping[int, Row[int, int, PlanState, int]]
    hours: Mapping[int, int]
    waiting: Mapping[int, Sequence[Row[int, int, datetime]]]
    contact: Mapping[int, date]
    measure: Yardstick


def desk(session: Session, mentor_id: int, *, now: datetime) -> Sequence[DeskRow]:
    """The apprentices of a mentor today, the one who needs the mentor most first."""
    on = local_day(now)
    people = _people(session, mentor_id, on)
    ids = [row.person_id for row in people]
    facts = _facts(session, ids, mentor_id=mentor_id, on=on)
    ranked = []
    for person in people:
        standing = _standing(person, facts, on)
        ranked.append((urgency(standing), _row(person, facts, standing, on)))
    return [row for _key, row in sorted(ranked, key=lambda pair: (pair[0], pair[1].person_id))]


def _people(session: Session, mentor_id: int, on: date) -> Sequence[_Person]:
    return session.execute(
        select(
            Person.id.label("person_id"), Pair.id.label("pair_id"), Person.name, Person.stage, Person.main_subject,
            Organisation.name.label("school"), Pair.started_on,
        )
        .join(Pair, Pair.apprentice_id == Person.id)
        .outerjoin(Post, and_(Post.person_id == Person.id, Post.ended_on.is_(None)))
        .outerjoin(Organisation, Organisation.id == Post.organisation_id)
        .where(Pair.mentor_id == mentor_id, Person.is_active, holds_on(Pair, on))
    ).all()  # fmt: skip


def _facts(session: Session, ids: Sequence[int], *, mentor_id: int, on: date) -> _Facts:
    measure = yardstick(session)
    return _Facts(
        results=find_profiles(session, ids),
        plans=_plans(session, ids, on.year),
        hours=year_hours(session, ids, measure=measure, on=on),
        waiting=_waiting(session, ids),
        contact=_contact(session, ids, mentor_id),
        measure=measure,
    )


def year_hours(session: Session, ids: Sequence[int], *, measure: Yardstick, on: date) -> Mapping[int, int]:
    """Hundredths of hours that count for each person in the year, up to the day."""
    rows = session.execute(
        select(LedgerEntry.person_id, func.sum(LedgerEntry.hours_hundredths).label("hundredths"))
        .where(
            LedgerEntry.person_id.in_(ids), measure.counted(since=measure.year(on)[0], until=on)
        )
        .group_by(LedgerEntry.person_id)
    )  # fmt: skip
    return {row.person_id: row.hundredths for row in rows}


def _plans(session: Session, ids: Sequence[int], year: int) -> Mapping[int, Row[int, int, PlanState, int]]:
    newer = aliased(Plan)
    newest = select(func.max(newer.version)).where(newer.person_id == Plan.person_id, newer.year == year)
    rows = session.execute(
        select(Plan.person_id, Plan.id, Plan.state, func.count(PlanEntry.id).label("n_entries"))
        .outerjoin(PlanEntry, PlanEntry.plan_id == Plan.id)
        .where(Plan.person_id.in_(ids), Plan.year == year, Plan.version == newest.scalar_subquery())
        .group_by(Plan.person_id, Plan.id, Plan.state)
    )
    return {row.person_id: row for row in rows}


def _waiting(session: Session, ids: Sequence[int]) -> Mapping[int, Sequence[Row[int, int, datetime]]]:
    rows = session.execute(
        select(Enrolment.person_id, Submission.id, Submission.submitted_at)
        .join(Enrolment, Enrolment.id == Submission.enrolment_id)
        .where(Enrolment.person_id.in_(ids), Submission.state == SubmissionState.SUBMITTED)
        .order_by(Submission.submitted_at, Submission.id)
    )
    waiting: dict[int, list[Row[int, int, datetime]]] = defaultdict(list)
    for row in rows:
        waiting[row.person_id].append(row)
    return waiting


def _contact(session: Session, ids: Sequence[int], mentor_id: int) -> Mapping[int, date]:
    """The day either last wrote to the other or the mentor last judged work."""
    notes = session.execute(
        select(Pair.apprentice_id.label("person_id"), func.max(Note.at).label("at"))
        .join(Pair, Pair.id == Note.pair_id)
        .where(Pair.mentor_id == mentor_id, Pair.apprentice_id.in_(ids))
        .group_by(Pair.apprentice_id)
    ).all()
    reviews = session.execute(
        select(Enrolment.person_id, func.max(Submission.reviewed_at).label("at"))
        .join(Enrolment, Enrolment.id == Submission.enrolment_id)
        .where(Enrolment.person_id.in_(ids), Submission.reviewer_id == mentor_id)
        .group_by(Enrolment.person_id)
    ).all()
    latest: dict[int, date] = {}
    for row in [*notes, *reviews]:
        latest[row.person_id] = max(latest.get(row.person_id, date.min), local_day(row.at))
    return latest


def _standing(person: _Person, facts: _Facts, on: date) -> Standing:
    waiting = facts.waiting.get(person.person_id)
    plan = facts.plans.get(person.person_id)
    first_day, last_day = facts.measure.year(on)
    return Standing(
        waiting_days=(on - local_day(waiting[0].submitted_at)).days if waiting else None,
        silent_days=(on - facts.contact.get(person.person_id, person.started_on)).days,
        has_sitting=person.person_id in facts.results,
        has_plan=plan is not None,
        is_plan_open=plan is not None and plan.state is PlanState.DRAFT and plan.n_entries > 0,
        hours_hundredths=facts.hours.get(person.person_id, 0),
        min_hundredths=facts.measure.year_min_hundredths,
        year_ratio=((on - first_day).days + 1) / ((last_day - first_day).days + 1),
    )


def _row(person: _Person, facts: _Facts, standing: Standing, on: date) -> DeskRow:
    key = person.person_id
    result = facts.results.get(key)
    plan, waiting, contact = facts.plans.get(key), facts.waiting.get(key, ()), facts.contact.get(key)
    return DeskRow(
        person_id=key,
        pair_id=person.pair_id,
        name=person.name,
        stage=person.stage,
        main_subject=person.main_subject,
        school=person.school or "",
        paired_on=person.started_on,
        sat_on=local_day(result.closed_at) if result else None,
        bands=result.measured if result else {},
        plan_state=plan.state if plan else None,
        n_plan_entries=plan.n_entries if plan else 0,
        hours_hundredths=standing.hours_hundredths,
        min_hundredths=standing.min_hundredths,
        n_waiting=len(waiting),
        oldest_submission_id=waiting[0].id if waiting else None,
        waiting_days=standing.waiting_days,
        contact_days=None if contact is None else (on - contact).days,
        next_step=next_step(standing),
    )
