"""What waits today in the demo: an open window, work to review, hours taken back, a certificate, recommendations."""

from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessment.campaigns import open_campaign
from content.models import Course
from content.terms import ModuleKind
from core.access import Actor, Role, find_actor
from core.people import Post
from learning.credit.certificates import issue_due
from learning.credit.ledger import reverse
from learning.credit.models import LedgerEntry
from learning.engine.days import local_day
from learning.journey import prepare_ground, renew_picks
from learning.mentoring.models import Pair
from learning.mentoring.notes import write_note
from learning.mentoring.pairs import apprentices_of
from learning.study.enrolments import enrol
from learning.study.models import Enrolment
from learning.study.tasks import submit_task
from learning.terms import EnrolmentSource, EnrolmentState, EntryKind
from webapp.demo.people import Cast
from webapp.demo.places import Places
from webapp.demo.words import REVERSALS, SUBMISSIONS, WELCOME

N_REVERSALS = 14
SHOWCASE = "KC-R01"  # the course the hero is in the middle of


def arrange_present(session: Session, rng: Random, cast: Cast, places: Places, *, now: datetime) -> None:
    """Everything a visitor should find waiting, made by the product's own acts."""
    keeper = _actor(session, cast.administrator_id)
    open_campaign(
        session, places.counties[0], "本学期教师专业能力诊断",
        opens_at=now - timedelta(days=9), closes_at=now + timedelta(days=6), by=keeper, now=now,
    )  # fmt: skip
    _start_showcase(session, cast.hero.person_id, now=now)
    _write_to_the_hero(session, cast.hero.person_id, now=now)
    _hand_work_in(session, rng, cast, now=now)
    _take_hours_back(session, rng, cast, now=now)
    colleagues = set(
        session.scalars(
            select(Post.person_id).where(Post.organisation_id == cast.hero.school.place.id, Post.ended_on.is_(None))
        )
    )
    issue_due(session, now=now, limit=2000, as_completed=True, person_ids=colleagues)
    teachers = {teacher.person_id for teacher in cast.teachers} - {cast.newcomer.person_id}
    ground = prepare_ground(session)
    for person_id in sorted(teachers & colleagues):
        renew_picks(session, person_id, now=now, ground=ground)


def _actor(session: Session, person_id: int) -> Actor:
    found = find_actor(session, person_id)
    if found is None:
        raise ValueError(f"person {person_id} of the demo may not act")
    return found


def _start_showcase(session: Session, hero: int, *, now: datetime) -> None:
    """The teacher of the first card is in the middle of a full course, with a date for its task."""
    course_id = session.scalars(select(Course.id).where(Course.code == SHOWCASE)).one()
    standing = session.scalar(
        select(Enrolment).where(
            Enrolment.person_id == hero, Enrolment.course_id == course_id, Enrolment.state != EnrolmentState.WITHDRAWN
        )
    )
    if standing is None:
        due: date = local_day(now) + timedelta(days=10)
        enrol(session, hero, course_id, source=EnrolmentSource.RECOMMENDED, now=now - timedelta(days=1), due_on=due)


def _hand_work_in(session: Session, rng: Random, cast: Cast, *, now: datetime) -> None:
    """Two apprentices of the mentor of the card have handed in a task that waits for a review."""
    course = session.scalars(select(Course).where(Course.code == SHOWCASE)).one()
    task = next(module for module in course.modules if module.kind is ModuleKind.TASK)
    n_waiting = 0
    for apprentice in apprentices_of(session, cast.mentor.person_id, on=local_day(now)):
        known = session.scalars(
            select(Enrolment.id).where(Enrolment.person_id == apprentice.id, Enrolment.course_id == course.id)
        ).first()
        if known is not None or apprentice.id in (cast.hero.person_id, cast.newcomer.person_id) or n_waiting == 2:
            continue
        began = now - timedelta(days=9)
        enrolment = enrol(session, apprentice.id, course.id, source=EnrolmentSource.SELF, now=began)
        submit_task(
            session, enrolment.id, task.id, person_id=apprentice.id, body=rng.choice(SUBMISSIONS),
            client_token=f"demo-{apprentice.id}", now=now - timedelta(days=4 - 2 * n_waiting),
        )  # fmt: skip
        n_waiting += 1


def _write_to_the_hero(session: Session, hero: int, *, now: datetime) -> None:
    """A note from the mentor, so that the inbox of the first card is not empty."""
    pair = session.scalars(select(Pair).where(Pair.apprentice_id == hero, Pair.ended_on.is_(None))).one()
    write_note(
        session,
        pair.mentor_id,
        pair_id=pair.id,
        body=WELCOME,
        client_token=f"demo-{pair.id}",
        now=now - timedelta(hours=5),
    )


def _take_hours_back(session: Session, rng: Random, cast: Cast, *, now: datetime) -> None:
    """A few units that an administrator took back, with the reason."""
    n_entries = session.scalar(select(func.max(LedgerEntry.id))) or 0
    for entry_id in sorted(rng.sample(range(1, n_entries + 1), min(N_REVERSALS, n_entries))):
        entry = session.get_one(LedgerEntry, entry_id)
        if entry.kind is not EntryKind.POST or entry.person_id == cast.hero.person_id:
            continue
        keeper = session.scalars(
            select(Post.organisation_id).where(Post.person_id == entry.person_id, Post.ended_on.is_(None))
        ).one()
        actor = _actor(session, cast.school_administrators[keeper])
        if Role.ADMINISTRATOR in actor.roles:
            reverse(
                session, entry_id, by=actor, reason=rng.choice(REVERSALS), now=now - timedelta(days=rng.randint(1, 40))
            )
