"""A mentor's apprentices at a glance, the one who needs the mentor most first. A fixed number of queries."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Row, and_, func, select
from sqlalchemy.orm import Session, aliased

from assessment.models import Estimate, Sitting
from assessment.terms import SittingState
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
class Band:
    """One domain of the last sitting, in logits."""

    domain: Domain
    eap_logits: float
    low_logits: float
    high_logits: float


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
    bands: Sequence[Band]
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

    sat_on: Mapping[int, date]
    bands: Mapping[int, Sequence[Band]]
    plans: Mapping[int, Row[int, int, PlanState, int]]
    hours: Mapping[int, int]
    waiting: Mapping[int, Sequence[Row[int, int, datetime]]]
    contact: Mapping[int, date]
    min_hundredths: int | None


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
    bands, sat_on = last_bands(session, ids)
    return _Facts(
        sat_on=sat_on,
        bands=bands,
        plans=_plans(session, ids, on.year),
        hours=year_hours(session, ids, measure=measure, on=on),
        waiting=_waiting(session, ids),
        contact=_contact(session, ids, mentor_id),
        min_hundredths=measure.year_min_hundredths,
    )


def last_bands(session: Session, ids: Sequence[int]) -> tuple[Mapping[int, Sequence[Band]], Mapping[int, date]]:
    """The measured domains of each person's last ended sitting, and the day it ended."""
    ranked = (
        select(
            Sitting.id, Sitting.person_id, Sitting.closed_at,
            func.row_number()
            .over(partition_by=Sitting.person_id, order_by=(Sitting.closed_at.desc(), Sitting.id.desc()))
            .label("place"),
        )
        .where(Sitting.person_id.in_(ids), Sitting.state != SittingState.OPEN, Sitting.estimates.any())
        .subquery()
    )  # fmt: skip
    rows = session.execute(
        select(
            ranked.c.person_id, ranked.c.closed_at, Estimate.domain, Estimate.eap_logits, Estimate.low_logits,
            Estimate.high_logits, Estimate.n_items,
        )
        .join(Estimate, Estimate.sitting_id == ranked.c.id)
        .where(ranked.c.place == 1).order_by(Estimate.id)
    )  # fmt: skip
    bands: dict[int, list[Band]] = defaultdict(list)
    sat_on: dict[int, date] = {}
    for row in rows:
        sat_on[row.person_id] = local_day(row.closed_at)
        if row.n_items > 0:
            bands[row.person_id].append(Band(row.domain, row.eap_logits, row.low_logits, row.high_logits))
    return bands, sat_on


def year_hours(session: Session, ids: Sequence[int], *, measure: Yardstick, on: date) -> Mapping[int, int]:
    """Hundredths of hours that count for each person in the calendar year, up to the day."""
    rows = session.execute(
        select(LedgerEntry.person_id, func.sum(LedgerEntry.hours_hundredths).label("hundredths"))
        .where(
            LedgerEntry.person_id.in_(ids), measure.counts,
            LedgerEntry.earned_on.between(date(on.year, 1, 1), on),
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
    first_day = date(on.year, 1, 1)
    return Standing(
        waiting_days=(on - local_day(waiting[0].submitted_at)).days if waiting else None,
        silent_days=(on - facts.contact.get(person.person_id, person.started_on)).days,
        has_sitting=person.person_id in facts.sat_on,
        has_plan=plan is not None,
        is_plan_open=plan is not None and plan.state is PlanState.DRAFT and plan.n_entries > 0,
        hours_hundredths=facts.hours.get(person.person_id, 0),
        min_hundredths=facts.min_hundredths,
        year_ratio=((on - first_day).days + 1) / (date(on.year + 1, 1, 1) - first_day).days,
    )


def _row(person: _Person, facts: _Facts, standing: Standing, on: date) -> DeskRow:
    key = person.person_id
    plan, waiting, contact = facts.plans.get(key), facts.waiting.get(key, ()), facts.contact.get(key)
    return DeskRow(
        person_id=key,
        pair_id=person.pair_id,
        name=person.name,
        stage=person.stage,
        main_subject=person.main_subject,
        school=person.school or "",
        paired_on=person.started_on,
        sat_on=facts.sat_on.get(key),
        bands=facts.bands.get(key, ()),
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
