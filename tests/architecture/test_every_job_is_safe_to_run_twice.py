"""Every job of the schedule, run twice on the same state: the second run changes nothing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.models import Campaign
from assessment.sittings import start_sitting
from core.access import PasswordReset, SignInAttempt
from core.db import Base
from core.outbox import JobSlot, tell
from core.people import Person
from learning.credit.ledger import settle_enrolment
from learning.credit.profiles import load_rules
from learning.engine.days import ZONE
from learning.mentoring.pairs import pair_up
from learning.study.attendance import call_roll
from learning.study.enrolments import enrol
from learning.study.models import StudySession, Submission
from learning.terms import EnrolmentSource, Presence
from tests.assessment.conftest import shipped_items
from tests.conftest import NOW, World, make_settings, make_world
from tests.learning.credit import conftest as credit_kit
from tests.learning.study.conftest import make_courses, make_offering
from tests.webapp.jobs.smtp_server import MailServer, mail_server
from webapp.jobs import JOBS, Run
from webapp.jobs.running import Crew, hire
from webapp.settings import Mail

DUE = datetime(2026, 12, 24, 10, 0, tzinfo=ZONE)  # a week before the year ends; everything below is due by then


@pytest.fixture
def crew(tmp_path: Path) -> Iterator[Crew]:
    crew = hire(make_settings(tmp_path))
    Base.metadata.create_all(crew.database.engine)
    with crew.database.unit_of_work() as session:
        make_something_due_for_every_job(session, make_world(session))
    yield crew
    crew.database.engine.dispose()


def make_something_due_for_every_job(session: Session, world: World) -> None:
    load_rules(session, now=NOW)
    pair_up(session, world.mentor.id, world.teacher.id, on=date(2026, 11, 16))
    courses = make_courses(session, world.provider)
    campaign = Campaign(
        title="冬季诊断", organisation_id=world.county.id, opens_at=NOW, closes_at=DUE + timedelta(days=3)
    )
    session.add(campaign)
    make_work_due(session, world, courses.online.id, courses.online.modules[-1].id)
    session.add_all(shipped_items())
    session.flush()
    start_sitting(session, world.mentor.id, now=NOW)  # stands open for weeks
    finished = credit_kit.make_course(session, world.provider, [2700])
    settle_enrolment(session, credit_kit.study(session, world.teacher, finished).id, now=NOW)
    credit_kit.study(session, world.colleague, finished)  # proven, not posted yet
    offering = make_offering(session, courses.f2f, world.county, trainer=world.editor, first_at=DUE - timedelta(days=2))
    enrol(session, world.teacher.id, courses.f2f.id, source=EnrolmentSource.SELF, now=NOW, offering_id=offering.id)
    meeting = offering.meetings[0]
    call_roll(
        session, meeting.id, by=world.actor(session, world.administrator),
        presences={world.teacher.id: Presence.PRESENT}, now=meeting.ends_at - timedelta(minutes=5),
    )  # fmt: skip
    make_old_traces(session, world.teacher)


def make_work_due(session: Session, world: World, course_id: int, task_id: int) -> None:
    """One teacher's task is due tomorrow, another's work has waited for three days."""
    due = enrol(session, world.teacher.id, course_id, source=EnrolmentSource.SELF, now=NOW)
    due.due_on = date(2026, 12, 25)
    pair_up(session, world.mentor.id, world.colleague.id, on=date(2026, 11, 16))
    waiting = enrol(session, world.colleague.id, course_id, source=EnrolmentSource.SELF, now=NOW)
    session.add(
        Submission(
            enrolment_id=waiting.id, module_id=task_id, client_token="t", body="教学反思",
            submitted_at=DUE - timedelta(days=3),
        )
    )  # fmt: skip
    session.add(
        StudySession(
            person_id=world.teacher.id, enrolment_id=due.id, module_id=task_id, device="laptop", started_at=NOW,
            last_at=NOW,
        )
    )  # fmt: skip
    session.flush()


def make_old_traces(session: Session, person: Person) -> None:
    old = DUE - timedelta(days=90)
    session.add_all(
        [
            SignInAttempt(identifier_digest="x", address_digest="y", is_success=False, at=old),
            PasswordReset(person_id=person.id, token_digest="z", expires_at=old, created_at=old),
            *(JobSlot(job="mail.deliver", slot_at=old + timedelta(minutes=n), finished_at=old) for n in range(3)),
        ]
    )
    tell(
        session, "certificate.issued", recipient_id=person.id, subject_kind="certificate", subject_id=1, due_slot="",
        link="/credit", now=DUE,
    )  # fmt: skip


def state(crew: Crew) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with crew.database.session(is_read_only=True) as session:
        return {
            name: sorted(map(repr, session.execute(select(table)).all()))  # type: ignore[misc]
            for name, table in Base.metadata.tables.items()
        }


def run(crew: Crew, name: str) -> None:
    with crew.app.app_context():
        JOBS[name].work(Run(crew.database, crew.settings, DUE, lambda: None))


@pytest.mark.parametrize("name", sorted(JOBS))
def test_a_second_run_changes_nothing(name: str, crew: Crew) -> None:
    with mail_server(MailServer()) as server:
        ready = replace(crew, settings=replace(crew.settings, mail=Mail(host="127.0.0.1", port=server.port)))
        before = state(ready)
        run(ready, name)
        after_one = state(ready)
        n_letters = len(server.taken)
        run(ready, name)
        assert after_one != before, "there must be something to do, or this proves nothing"
        assert state(ready) == after_one
        assert len(server.taken) == n_letters
