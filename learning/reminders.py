"""Who is to be reminded of what today. Pure reads: whoever calls writes the messages, each of them once.

The rules stand in a table: which deadline of rules.yaml each serves, who is told, and whether it may be
switched off. The offsets come with the deadline; all of them are our choice and marked so.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from assessment.models import Campaign, Sitting
from assessment.terms import SittingState
from content.models import Course, CourseModule
from content.terms import ModuleKind
from core.access import Grant, Role
from core.audit import AuditEntry
from core.outbox import Notice
from core.people import Organisation, OrganisationLevel, Person, Post
from learning.credit.models import LedgerEntry, RuleProfile
from learning.credit.profiles import STATEMENT_PROFILE, find_profile, rules_in
from learning.engine.credit_rules import Measure, year_of
from learning.engine.days import ZONE, local_day
from learning.engine.deadlines import DEADLINES, Deadline, Slot, Whom, anchors_near, find_slot
from learning.mentoring.models import Pair
from learning.mentoring.pairs import holds_on
from learning.reports.roster import is_teacher
from learning.study.models import Enrolment, ModuleResult, Submission
from learning.terms import EnrolmentState, SubmissionState


@dataclass(frozen=True)
class ReminderRule:
    """One row of the table: the message's rule, the deadline it serves, who is told, and whether it is a duty."""

    id: str
    deadline_id: str
    whom: Whom
    is_mandatory: bool = False

    @property
    def deadline(self) -> Deadline:
        return DEADLINES[self.deadline_id]

    @property
    def offsets_days(self) -> Sequence[int]:
        return self.deadline.remind_days

    @property
    def offsets_evidence(self) -> str:
        return self.deadline.remind_evidence


RULES: Mapping[str, ReminderRule] = {
    rule.id: rule
    for rule in (
        ReminderRule("window.closing", "D15", Whom.TEACHER),
        ReminderRule("task.due", "D16", Whom.TEACHER),
        ReminderRule("task.due_apprentice", "D16", Whom.MENTOR),
        ReminderRule("submission.waiting", "D17", Whom.MENTOR),
        ReminderRule("hours.behind", "D13", Whom.TEACHER, is_mandatory=True),
        ReminderRule("hours.behind_school", "D13", Whom.SCHOOL),
    )
}
Reminder = Callable[[Session, datetime], Sequence[Notice]]


def window_closing(session: Session, now: datetime) -> Sequence[Notice]:
    """Teachers below a campaign's place who have not closed a sitting in it, as its window nears its end."""
    rule, today = RULES["window.closing"], local_day(now)
    _first, last = anchors_near(rule.offsets_days, today)
    horizon = datetime.combine(last + timedelta(days=2), datetime.min.time(), ZONE)
    opened_at = (
        select(func.max(AuditEntry.at))
        .where(
            AuditEntry.subject_kind == "campaign", AuditEntry.subject_id == Campaign.id,
            AuditEntry.action == "campaign.open",
        )
        .correlate(Campaign).scalar_subquery()
    )  # fmt: skip
    campaigns = session.execute(
        select(Campaign, Organisation.path, opened_at)
        .join(Organisation, Organisation.id == Campaign.organisation_id)
        .where(Campaign.opens_at <= now, Campaign.closes_at > now, Campaign.closes_at < horizon)
        .order_by(Campaign.id)
    ).all()  # fmt: skip
    notices: list[Notice] = []
    for campaign, path, told_at in campaigns:
        known_at = max(campaign.opens_at, told_at or campaign.opens_at)
        # A window that shuts at midnight has the day before as its last.
        last_day = local_day(campaign.closes_at - timedelta(seconds=1))
        for person_id, joined_at in _not_sat(session, campaign.id, path):
            slot = find_slot(last_day, rule.offsets_days, known_at=max(known_at, joined_at), on=today)
            if slot is not None:
                notices.append(
                    _notice(
                        rule, person_id, "campaign", campaign.id, slot, "/assess", title=campaign.title,
                        due_on=last_day.isoformat(), n_days=(last_day - today).days,
                    )
                )  # fmt: skip
    return notices


def _not_sat(session: Session, campaign_id: int, path: str) -> list[tuple[int, datetime]]:
    sat = select(Sitting.person_id).where(Sitting.campaign_id == campaign_id, Sitting.state == SittingState.CLOSED)
    rows = session.execute(
        select(Person.id, Person.joined_at)
        .join(Post, and_(Post.person_id == Person.id, Post.ended_on.is_(None)))
        .join(Organisation, Organisation.id == Post.organisation_id)
        .where(is_teacher(), Organisation.path.startswith(path, autoescape=True), Person.id.not_in(sat))
        .order_by(Person.id)
    )
    return [(person_id, joined_at) for person_id, joined_at in rows]


def task_due(session: Session, now: datetime) -> Sequence[Notice]:
    """Teachers whose tasks are (or were yesterday) due and not handed in, and their mentors."""
    rule, copied, today = RULES["task.due"], RULES["task.due_apprentice"], local_day(now)
    first, last = anchors_near(rule.offsets_days, today)
    rows = session.execute(
        select(
            Enrolment.id, Enrolment.due_on, Enrolment.enrolled_at, Person.id.label("person_id"), Person.name,
            Person.joined_at, Course.title, Pair.mentor_id,
        )
        .join(Person, Person.id == Enrolment.person_id)
        .join(Course, Course.id == Enrolment.course_id)
        .outerjoin(Pair, and_(Pair.apprentice_id == Person.id, holds_on(Pair, today)))
        .where(
            Enrolment.state == EnrolmentState.ENROLLED, Enrolment.due_on.between(first, last), Person.is_active,
            or_(_open_task().exists(), ~_any_task().exists()),
        )
        .order_by(Enrolment.id)
    ).all()  # fmt: skip
    notices = []
    for row in rows:
        known_at = max(row.enrolled_at, row.joined_at)
        slot = find_slot(row.due_on, rule.offsets_days, known_at=known_at, on=today)
        if slot is None:
            continue
        figures = {"course": row.title, "due_on": row.due_on.isoformat(), "n_days": (row.due_on - today).days}
        notices.append(_notice(rule, row.person_id, "enrolment", row.id, slot, f"/study/{row.id}", **figures))
        if row.mentor_id is not None:
            link = f"/mentor/people/{row.person_id}"
            notices.append(_notice(copied, row.mentor_id, "enrolment", row.id, slot, link, name=row.name, **figures))
    return notices


def submission_waiting(session: Session, now: datetime) -> Sequence[Notice]:
    """Mentors whose apprentice's work has waited three days, and again at seven."""
    rule, today = RULES["submission.waiting"], local_day(now)
    first, _last = anchors_near(rule.offsets_days, today)
    mentor = aliased(Person)
    rows = session.execute(
        select(
            Submission.id, Submission.submitted_at, Pair.mentor_id, Pair.started_on, mentor.joined_at, Person.name,
            CourseModule.title,
        )
        .join(Enrolment, Enrolment.id == Submission.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Pair, and_(Pair.apprentice_id == Person.id, holds_on(Pair, today)))
        .join(mentor, mentor.id == Pair.mentor_id)
        .join(CourseModule, CourseModule.id == Submission.module_id)
        .where(
            Submission.state == SubmissionState.SUBMITTED, mentor.is_active, Person.is_active,
            Submission.submitted_at >= datetime.combine(first, datetime.min.time(), ZONE),
        )
        .order_by(Submission.id)
    ).all()  # fmt: skip
    notices = []
    for row in rows:
        on = local_day(row.submitted_at)
        paired_at = datetime.combine(row.started_on, datetime.min.time(), ZONE)
        known_at = max(row.submitted_at, row.joined_at, paired_at)
        slot = find_slot(on, rule.offsets_days, known_at=known_at, on=today)
        if slot is not None:
            notices.append(
                _notice(
                    rule, row.mentor_id, "submission", row.id, slot, f"/mentor/submissions/{row.id}", name=row.name,
                    module=row.title, n_days=(today - on).days,
                )
            )  # fmt: skip
    return notices


def hours_behind(session: Session, now: datetime) -> Sequence[Notice]:
    """Teachers whose year is still short of the profile's minimum, and each school how many of its people are."""
    rule, summed, today = RULES["hours.behind"], RULES["hours.behind_school"], local_day(now)
    profile = find_profile(session, STATEMENT_PROFILE)
    rules = rules_in(profile) if profile else None
    if rules is None or rules.min_year_hundredths is None:
        return []
    year_from, year_to = year_of(today, rules)
    if (
        find_slot(year_to, rule.offsets_days, known_at=datetime.combine(year_from, datetime.min.time(), ZONE), on=today)
        is None
    ):
        return []
    amount = LedgerEntry.credit_hundredths if rules.measure is Measure.CREDIT else LedgerEntry.hours_hundredths
    earned = (
        select(LedgerEntry.person_id, func.sum(amount).label("hundredths"))
        .join(RuleProfile, RuleProfile.id == LedgerEntry.profile_id)
        .where(RuleProfile.code == rules.code, LedgerEntry.earned_on.between(year_from, today))
        .group_by(LedgerEntry.person_id).subquery()
    )  # fmt: skip
    reached = func.coalesce(earned.c.hundredths, 0)
    rows = session.execute(
        select(Person.id, Person.joined_at, Post.organisation_id, reached.label("reached"))
        .join(Post, and_(Post.person_id == Person.id, Post.ended_on.is_(None)))
        .outerjoin(earned, earned.c.person_id == Person.id)
        .where(is_teacher(), reached < rules.min_year_hundredths)
        .order_by(Person.id)
    ).all()
    notices: list[Notice] = []
    behind: dict[int, list[Slot]] = {}
    for person_id, joined_at, school_id, has in rows:
        slot = find_slot(year_to, rule.offsets_days, known_at=joined_at, on=today)
        if slot is None:
            continue
        behind.setdefault(school_id, []).append(slot)
        notices.append(
            _notice(
                rule, person_id, "year", year_to.year, slot, "/credit", due_on=year_to.isoformat(),
                has_hundredths=int(has), min_hundredths=rules.min_year_hundredths,
                short_hundredths=rules.min_year_hundredths - int(has), year=year_to.year,
            )
        )  # fmt: skip
    return [*notices, *_for_schools(session, summed, behind, year_to.year)]


def _for_schools(
    session: Session, rule: ReminderRule, behind: Mapping[int, Sequence[Slot]], year: int
) -> Sequence[Notice]:
    """One message with a count for each administrator of a school, not one for each teacher."""
    rows = session.execute(
        select(Grant.person_id, Organisation.id, Organisation.name)
        .join(Organisation, Organisation.id == Grant.organisation_id)
        .join(Person, Person.id == Grant.person_id)
        .where(
            Grant.role == Role.ADMINISTRATOR, Grant.revoked_at.is_(None), Person.is_active,
            Organisation.level == OrganisationLevel.SCHOOL,
        )
        .order_by(Grant.person_id, Organisation.id)
    )  # fmt: skip
    return [
        _notice(
            rule, person_id, "organisation", school_id, behind[school_id][0], "/admin", school=name, year=year,
            n_people=len(behind[school_id]), due_on=behind[school_id][0].anchor_on.isoformat(),
        )
        for person_id, school_id, name in rows
        if school_id in behind
    ]  # fmt: skip


def _notice(
    rule: ReminderRule, recipient_id: int, kind: str, subject_id: int, slot: Slot, link: str, **figures: object
) -> Notice:
    return Notice(rule.id, recipient_id, kind, subject_id, slot.name, link, rule.is_mandatory, figures)


def _any_task() -> Select[int]:
    """Tasks of the enrolment's course."""
    return select(CourseModule.id).where(
        CourseModule.course_id == Enrolment.course_id, CourseModule.kind == ModuleKind.TASK
    )


def _open_task() -> Select[int]:
    """Tasks that still wait for the teacher: no work handed in or accepted; work sent back waits again."""
    handed_in = (
        select(Submission.id)
        .where(
            Submission.enrolment_id == Enrolment.id, Submission.module_id == CourseModule.id,
            Submission.state != SubmissionState.RETURNED,
        )
        .correlate(Enrolment, CourseModule)
    )  # fmt: skip
    done = (
        select(ModuleResult.id)
        .where(ModuleResult.enrolment_id == Enrolment.id, ModuleResult.module_id == CourseModule.id)
        .correlate(Enrolment, CourseModule)
    )
    return _any_task().where(~handed_in.exists(), ~done.exists())
