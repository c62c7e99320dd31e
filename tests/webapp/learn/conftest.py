"""A site with a teacher in the middle of things: courses, an offering, a mentor."""

from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient

from content.terms import ModuleKind
from core.people import Person
from learning.credit.profiles import load_rules
from learning.engine.days import local_day
from learning.mentoring.pairs import pair_up
from learning.study.enrolments import enrol
from learning.terms import EnrolmentSource
from tests.conftest import NOW, World, make_world, sign_in
from tests.learning.study.conftest import Courses, make_courses, make_offering
from webapp.database import Database


@dataclass(frozen=True)
class Site:
    app: Flask
    database: Database
    world: World
    courses: Courses
    online: int
    f2f: int
    activity: int
    meeting_ids: list[int]

    def client(self, person: Person) -> FlaskClient:
        return sign_in(self.app.test_client(), self.app, person)

    def module(self, kind: ModuleKind) -> int:
        return self.courses.part(kind).id

    def url(self, kind: ModuleKind, act: str = "") -> str:
        enrolments = {ModuleKind.F2F_SESSION: self.f2f, ModuleKind.SCHOOL_ACTIVITY: self.activity}
        return f"/study/{enrolments.get(kind, self.online)}/modules/{self.module(kind)}{act}"

    def later(self, seconds: float) -> None:
        """Push the site's clock on."""
        shift = self.app.extensions["shicheng_settings"].clock_file
        before = float(shift.read_text()) if shift.exists() else 0.0
        shift.write_text(str(before + seconds))


@pytest.fixture
def site(app: Flask, database: Database) -> Site:
    app.config["WTF_CSRF_ENABLED"] = False
    with database.unit_of_work() as session:
        world = make_world(session, password_hash="-")
        load_rules(session, now=NOW)
        pair_up(session, world.mentor.id, world.teacher.id, on=local_day(NOW))
        courses = make_courses(session, world.provider)
        offering = make_offering(session, courses.f2f, world.county, trainer=world.editor)
        person, own = world.teacher.id, EnrolmentSource.SELF
        ids = [
            enrol(session, person, course.id, source=own, now=NOW, offering_id=run).id
            for course, run in ((courses.online, None), (courses.f2f, offering.id), (courses.school_based, None))
        ]
        meeting_ids = [meeting.id for meeting in offering.meetings]
        for course in (courses.online, courses.f2f, courses.school_based):
            list(course.modules)
    return Site(app, database, world, courses, ids[0], ids[1], ids[2], meeting_ids)
