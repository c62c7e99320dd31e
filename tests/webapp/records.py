"""Real records of one teacher, made through the verbs, for tests of who may reach them."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.sittings import current_question, leave, start_sitting, submit_answer
from content.items import load_items
from content.shipped import shipped_items
from content.terms import DeliveryMode, ItemState, ModuleKind
from core.access import Role
from core.outbox import tell
from core.people import Person
from learning import journey
from learning.credit.certificates import issue_due
from learning.credit.models import LedgerEntry
from learning.credit.profiles import load_rules
from learning.engine.days import local_day
from learning.mentoring.pairs import pair_up
from learning.mentoring.suggestions import suggest_course
from learning.plans.editing import add_course
from learning.roster.importing import import_people
from learning.study.declarations import declare, judge_declaration
from learning.study.enrolments import enrol
from learning.study.evidence_files import Upload
from learning.study.models import Declaration
from learning.study.modules import submit_task
from learning.study.sessions import open_session
from learning.terms import DeclarationState, EnrolmentSource
from tests.conftest import NOW, World, make_person, make_world, sign_in
from tests.learning.study.conftest import Courses, make_course, make_courses, make_offering, module
from webapp.database import Database
from webapp.roster import uploads

WORK = "我在三年级两个班各上了一节，记录了六名学生的回答，附上前后两次的变化和我的反思。"
PDF = b"%PDF-1.7 minutes of the meeting"
PEOPLE = "工号,姓名,学校代码\nN100,曾小红,S1\n".encode()


@dataclass(frozen=True)
class Records:
    """A site with the records of ``world.teacher`` in it; ``ids`` fill the addresses."""

    app: Flask
    world: World
    courses: Courses
    stranger: Person  # mentor of somebody else's apprentice
    ids: dict[str, str]

    def client(self, who: str) -> FlaskClient:
        client = self.app.test_client()
        if who == "anonymous":
            return client
        person: Person = self.stranger if who == "stranger" else getattr(self.world, who)
        return sign_in(client, self.app, person)

    def url(self, pattern: str) -> str:
        return pattern.format(**self.ids)

    def later(self, seconds: float) -> None:
        shift = self.app.extensions["shicheng_settings"].clock_file
        before = float(shift.read_text()) if shift.exists() else 0.0
        shift.write_text(str(before + seconds))


def make_records(app: Flask, *, with_sitting: bool = True) -> Records:
    """Give the teacher one of everything that has an address with an id in it."""
    database: Database = app.extensions["shicheng_database"]
    settings = app.extensions["shicheng_settings"]
    own, secret = EnrolmentSource.SELF, str(app.config["SECRET_KEY"]).encode()
    with database.unit_of_work() as session:
        world = make_world(session, password_hash="-")
        stranger = make_person(
            session, "M002", "何十", world.other_school, Role.TEACHER, Role.MENTOR, password_hash="-"
        )  # fmt: skip
        load_rules(session, now=NOW)
        pair = pair_up(session, world.mentor.id, world.teacher.id, on=date(2026, 9, 1))
        pair_up(session, stranger.id, world.colleague.id, on=date(2026, 9, 1))
        courses = make_courses(session, world.provider)
        spare, planned = (
            make_course(session, world.county, code, DeliveryMode.ONLINE, module(1, ModuleKind.READING, 2700))
            for code in ("KC-8", "KC-9")
        )
        second = make_course(
            session, world.provider, "KC-4", DeliveryMode.SCHOOL_BASED, module(1, ModuleKind.SCHOOL_ACTIVITY, 2700)
        )  # fmt: skip
        run = make_offering(session, courses.f2f, world.county, trainer=world.editor, first_at=NOW + timedelta(hours=2))
        teacher = world.teacher.id
        online, f2f, activity, waiting = (
            enrol(session, teacher, course.id, source=own, now=NOW, offering_id=run_id).id
            for course, run_id in (
                (courses.online, None), (courses.f2f, run.id), (courses.school_based, None), (second, None),
            )
        )  # fmt: skip
        task, reading, video, quiz = (
            courses.part(kind).id
            for kind in (ModuleKind.TASK, ModuleKind.READING, ModuleKind.VIDEO, ModuleKind.QUIZ)
        )  # fmt: skip
        piece = submit_task(session, online, task, person_id=teacher, body=WORK, client_token="task-1", now=NOW)

        def declared(enrolment_id: int, module_id: int) -> Declaration:
            return declare(
                session, enrolment_id, module_id, person_id=teacher, done_on=local_day(NOW), seconds=2700,
                account=WORK, files=[Upload("记录.pdf", PDF)], files_dir=settings.files_dir,
                client_token=f"declared-{enrolment_id}", now=NOW,
            )  # fmt: skip

        done = declared(activity, courses.part(ModuleKind.SCHOOL_ACTIVITY).id)
        school = world.actor(session, world.school_administrator)
        judge_declaration(session, done.id, by=school, state=DeclarationState.VERIFIED, comment="", now=NOW)
        open_declaration = declared(waiting, second.modules[0].id)
        certificate = issue_due(session, now=NOW)[0]
        entry = session.scalars(
            select(LedgerEntry.id).where(LedgerEntry.person_id == teacher).order_by(LedgerEntry.id)
        ).first()
        study = open_session(session, online, reading, person_id=teacher, device="d", secret=secret, now=NOW)
        plan_entry = add_course(session, teacher, planned.id, year=2026, now=NOW)
        suggestion = suggest_course(session, world.mentor.id, teacher, spare.id, reason="试试看", now=NOW)
        sitting_id = _sat(session, teacher) if with_sitting else 0
        picks = journey.renew_picks(session, teacher, now=NOW)
        message = tell(
            session, "mentor.note", recipient_id=teacher, subject_kind="x", subject_id=1, due_slot="", link="/today",
            now=NOW, name="沈三", excerpt="好",
        )  # fmt: skip
        admin = world.actor(session, world.administrator)
        _plan, batch = import_people(session, PEOPLE, "a.csv", by=admin, now=NOW)
        kept = uploads.keep(settings.data_dir, world.administrator.id, name="a.csv", data=PEOPLE, now=NOW)
        assert message is not None
        assert batch is not None
        ids = {
            "online": online, "f2f": f2f, "activity": activity, "waiting": waiting, "task": task, "reading": reading,
            "video": video, "quiz": quiz, "session": courses.part(ModuleKind.F2F_SESSION).id,
            "deed": courses.part(ModuleKind.SCHOOL_ACTIVITY).id, "piece": piece.id, "done": done.id,
            "declaration": open_declaration.id, "sha": done.evidence[0]["sha256"], "certificate": certificate.id,
            "entry": entry, "beats": study.session_id, "signature": study.signature, "plan_entry": plan_entry.id, "plan": plan_entry.plan_id,
            "suggestion": suggestion.id, "sitting": sitting_id, "pick": picks[0].id, "message": message.id,
            "teacher": teacher, "pair": pair.id, "meeting": run.meetings[0].id, "run": run.id, "batch": batch.id,
            "token": kept.token, "county": world.county.id, "school": world.school.id, "spare": spare.id,
        }  # fmt: skip
        for course in (courses.online, courses.f2f, courses.school_based):
            list(course.modules)
    return Records(app, world, courses, stranger, {name: str(value) for name, value in ids.items()})


def _sat(session: Session, person_id: int) -> int:
    """A short sitting, ended by the teacher."""
    load_items(session, shipped_items(), now=NOW, state=ItemState.OPERATIONAL)
    sitting = start_sitting(session, person_id, now=NOW)
    for turn in range(3):
        question = current_question(session, sitting)
        assert question is not None
        submit_answer(
            session, person_id, question_token=question.token, shown_position=0, client_token=f"answer-{turn}-{person_id}",
            now=NOW + timedelta(minutes=turn),
        )  # fmt: skip
    leave(session, person_id, now=NOW + timedelta(minutes=5))
    return sitting.id


def dump_of(file: Path) -> str:
    """All that a SQLite file holds, as text: equal before and after when nothing was written."""
    with closing(sqlite3.connect(file)) as connection:
        return "\n".join(connection.iterdump())
