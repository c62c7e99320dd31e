"""Rows that mentoring and report tests stand on, made without passing through other packages' verbs."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.designs import ensure_designs
from assessment.models import Design, Estimate, Release, Sitting
from assessment.terms import EndReason, SittingState
from content.models import Course, CourseFacet, CourseModule
from content.terms import (
    ContentFamily,
    CourseState,
    DeliveryMode,
    Domain,
    FacetKind,
    MandatoryTopic,
    ModuleKind,
    Pedagogy,
    Requirement,
)
from core.people import Organisation, Person
from learning.credit.models import LedgerEntry, RuleProfile
from learning.credit.profiles import load_rules
from learning.plans.models import Plan, PlanEntry
from learning.study.models import Enrolment, Submission
from learning.terms import EnrolmentSource, EnrolmentState, EntryKind, PlanState, SourceKind, SubmissionState

RUBRIC = [
    {"criterion": "目标一致", "levels": ["需改进：各层目标不同。", "合格：指向同一目标。", "优秀：每层都有迁移。"]},
    {"criterion": "用时证据", "levels": ["需改进：只有估计。", "合格：有抽样计时。", "优秀：有前后对照。"]},
]


def make_course(
    session: Session, provider: Organisation, code: str, *topics: MandatoryTopic, title: str = "分层作业设计",
    mode: DeliveryMode = DeliveryMode.ONLINE, kinds: tuple[ModuleKind, ...] = (ModuleKind.READING, ModuleKind.TASK),
    state: CourseState = CourseState.PUBLISHED, now: datetime,
) -> Course:  # fmt: skip
    course = Course(
        code=code, title=title, summary="把一份作业改成可以流动的分层作业。", problem="怎样让每一层都朝同一个目标？",
        family=ContentFamily.PROFESSIONAL, requirement=Requirement.ELECTIVE, pedagogy=Pedagogy.TASK, mode=mode,
        is_practice=True, is_open=True, credit_seconds=2700 * len(kinds), provider_id=provider.id, state=state,
        published_at=now,
        modules=[
            CourseModule(
                ordinal=place, kind=kind, title=f"第{place}部分", seconds=2700, body="读一读。",
                material={"rubric": RUBRIC} if kind is ModuleKind.TASK else {},
            )
            for place, kind in enumerate(kinds, 1)
        ],
        facets=[CourseFacet(kind=FacetKind.TOPIC, value=topic.value) for topic in topics],
    )  # fmt: skip
    session.add(course)
    session.flush()
    return course


def make_enrolment(session: Session, person: Person, course: Course, *, now: datetime) -> Enrolment:
    enrolment = Enrolment(
        person_id=person.id, course_id=course.id, source=EnrolmentSource.SELF, enrolled_at=now,
        state=EnrolmentState.ENROLLED,
    )  # fmt: skip
    session.add(enrolment)
    session.flush()
    return enrolment


def hand_in(
    session: Session, person: Person, course: Course, *, at: datetime, token: str = "", body: str = "我的作业设计。"
) -> Submission:
    enrolment = session.scalar(
        select(Enrolment).where(Enrolment.person_id == person.id, Enrolment.course_id == course.id)
    ) or make_enrolment(session, person, course, now=at)
    task = next(module for module in course.modules if module.kind is ModuleKind.TASK)
    submission = Submission(
        enrolment_id=enrolment.id, module_id=task.id, client_token=token or f"{enrolment.id}/{at.isoformat()}",
        body=body, submitted_at=at, state=SubmissionState.SUBMITTED,
    )  # fmt: skip
    session.add(submission)
    session.flush()
    return submission


def sit(
    session: Session, person: Person, logits: Mapping[Domain, float] | float, *, at: datetime,
    state: SittingState = SittingState.CLOSED, campaign_id: int | None = None,
) -> Sitting:  # fmt: skip
    sitting = Sitting(
        person_id=person.id, design_id=_design(session, at).id, release_id=_release(session, at).id, seed=1,
        state=state, started_at=at - timedelta(minutes=20), closed_at=None if state is SittingState.OPEN else at,
        campaign_id=campaign_id, stop_reason=None if state is SittingState.OPEN else EndReason.PRECISION_REACHED,
    )  # fmt: skip
    measured = logits if isinstance(logits, Mapping) else dict.fromkeys(Domain, logits)
    if state is not SittingState.OPEN:
        sitting.estimates = [
            Estimate(
                domain=domain,
                eap_logits=value,
                sd_logits=0.4,
                low_logits=value - 0.5,
                high_logits=value + 0.5,
                n_items=6,
            )
            for domain, value in measured.items()
        ]
    session.add(sitting)
    session.flush()
    return sitting


def post_hours(
    session: Session,
    person: Person,
    course: Course,
    n_units: int,
    *,
    on: date,
    key: str = "",
    code: str = "CN-HENAN",
    source_id: int = 1,
) -> list[LedgerEntry]:
    profile = profile_of(session, code)
    entries = [
        LedgerEntry(
            person_id=person.id, profile_id=profile.id, kind=EntryKind.POST, hours_hundredths=100,
            credit_hundredths=100, mode=course.mode, family=course.family, is_practice=False, course_id=course.id,
            earned_on=on, source_kind=SourceKind.ENROLMENT, source_id=source_id,
            source_key=f"{key or course.code}/{person.id}/{on}/{place}", posted_at=_moment(session),
        )
        for place in range(n_units)
    ]  # fmt: skip
    session.add_all(entries)
    session.flush()
    return entries


def take_back(session: Session, entry: LedgerEntry) -> None:
    session.add(
        LedgerEntry(
            person_id=entry.person_id, profile_id=entry.profile_id, kind=EntryKind.REVERSE,
            hours_hundredths=-entry.hours_hundredths, credit_hundredths=-entry.credit_hundredths, mode=entry.mode,
            family=entry.family, is_practice=entry.is_practice, course_id=entry.course_id, earned_on=entry.earned_on,
            source_kind=entry.source_kind, source_id=entry.source_id, source_key=entry.source_key,
            reverses_id=entry.id, reason="重复", posted_at=entry.posted_at,
        )
    )  # fmt: skip
    session.flush()


def make_plan(
    session: Session, person: Person, *courses: Course, year: int, version: int = 1, confirmed_by: int | None = None,
    now: datetime,
) -> Plan:  # fmt: skip
    plan = Plan(
        person_id=person.id, year=year, cycle_start_year=year, version=version, created_at=now, goal="把作业改好。",
        state=PlanState.CONFIRMED if confirmed_by else PlanState.DRAFT, confirmed_by=confirmed_by,
        confirmed_at=now if confirmed_by else None,
        entries=[PlanEntry(course_id=course.id, quarter=4) for course in courses],
    )  # fmt: skip
    session.add(plan)
    session.flush()
    return plan


def profile_of(session: Session, code: str) -> RuleProfile:
    found = session.scalar(select(RuleProfile).where(RuleProfile.code == code, RuleProfile.is_active))
    if found is None:
        load_rules(session, now=_moment(session))
        found = session.scalar(select(RuleProfile).where(RuleProfile.code == code, RuleProfile.is_active))
    assert found is not None
    return found


def _moment(session: Session) -> datetime:
    moment = session.scalar(select(Person.joined_at).limit(1))
    assert moment is not None
    return moment


def _design(session: Session, now: datetime) -> Design:
    return session.scalar(select(Design).limit(1)) or ensure_designs(session, now=now)[0]


def _release(session: Session, now: datetime) -> Release:
    found = session.scalar(select(Release).limit(1))
    if found is None:
        found = Release(code="R0", is_provisional=True, source="专家设定", created_at=now)
        session.add(found)
        session.flush()
    return found
