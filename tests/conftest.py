"""Fixtures of the whole suite: real databases, one small world, an application with a clock that can be set.

``session`` runs on SQLite and on PostgreSQL; PostgreSQL is started by ``dev.py test`` (SHICHENG_TEST_POSTGRES).
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from core.access import Actor, Credential, Role, find_actor, give_role
from core.db import Base
from core.people import (
    CareerStage,
    Organisation,
    OrganisationLevel,
    Person,
    ProviderKind,
    SchoolLevel,
    Subject,
    found_organisation,
    move_post,
)
from tests.golden_folder import WORDS
from webapp.application import create_app
from webapp.database import Database
from webapp.settings import Mode, Settings, read_settings

NOW = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)  # a Monday, 10:00 in China
PASSWORD = "Correct-horse-7"


def _postgres_url() -> str | None:
    return os.environ.get("SHICHENG_TEST_POSTGRES")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly which comparison with other people's numbers did not take place."""
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if WORDS in str(report.longrepr)]
    if skipped:
        terminalreporter.section(f"{WORDS}: {len(skipped)} tests did not run", red=True, bold=True)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def postgres(worker_id: str = "main") -> Iterator[Database]:
    url = _postgres_url()
    if url is None:
        pytest.fail("SHICHENG_TEST_POSTGRES is not set: run the suite with `python3 dev.py test`")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS shicheng_{worker}"))
        connection.execute(text(f"CREATE DATABASE shicheng_{worker}"))
    admin.dispose()
    database = Database(url.rsplit("/", 1)[0] + f"/shicheng_{worker}")
    Base.metadata.create_all(database.engine)
    yield database
    database.engine.dispose()


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('sqlite') / 'domain.sqlite3'}")
    Base.metadata.create_all(database.engine)
    yield database
    database.engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgresql)])
def session(request: pytest.FixtureRequest) -> Iterator[Session]:
    """A session on each database whose work is taken back at the end (domain code only flushes)."""
    database: Database = request.getfixturevalue(request.param)
    session = database.session()
    yield session
    session.rollback()
    session.close()


@dataclass(frozen=True)
class World:
    """A county with two schools, its people, and a foreign county beside it."""

    nation: Organisation
    province: Organisation
    city: Organisation
    county: Organisation
    school: Organisation
    other_school: Organisation
    foreign_county: Organisation
    foreign_school: Organisation
    provider: Organisation
    teacher: Person
    colleague: Person
    mentor: Person
    editor: Person
    administrator: Person  # of the county
    school_administrator: Person
    auditor: Person  # of the county
    foreign_administrator: Person
    foreign_teacher: Person

    def actor(self, session: Session, person: Person) -> Actor:
        found = find_actor(session, person.id)
        assert found is not None
        return found


def make_person(
    session: Session, staff_no: str, name: str, organisation: Organisation, *roles: Role,
    stage: CareerStage | None = CareerStage.QUALIFIED, school_level: SchoolLevel | None = SchoolLevel.PRIMARY,
    subject: Subject | None = Subject.MATH, password_hash: str = "",
) -> Person:  # fmt: skip
    person = Person(
        staff_no=staff_no, name=name, name_sort=staff_no, email=f"{staff_no.lower()}@example.invalid", stage=stage,
        school_level=school_level, main_subject=subject, joined_at=NOW,
    )  # fmt: skip
    session.add(person)
    session.flush()
    move_post(session, person, organisation, on=date(2021, 9, 1))
    for role in roles:
        give_role(session, person.id, role, organisation, by=None, now=NOW)
    if password_hash:
        session.add(Credential(person_id=person.id, password_hash=password_hash, must_change=False, changed_at=NOW))
        session.flush()
    return person


def make_world(session: Session, *, password_hash: str = "") -> World:
    level = OrganisationLevel
    nation = found_organisation(session, code="N", name="国家", level=level.NATIONAL, parent=None)
    province = found_organisation(session, code="P", name="江岚省", level=level.PROVINCE, parent=nation)
    city = found_organisation(session, code="C", name="临溪市", level=level.CITY, parent=province)
    county = found_organisation(session, code="X1", name="青屏县", level=level.COUNTY, parent=city)
    foreign_county = found_organisation(session, code="X2", name="白鹭县", level=level.COUNTY, parent=city)
    school = found_organisation(session, code="S1", name="青屏县第一小学", level=level.SCHOOL, parent=county)
    other_school = found_organisation(
        session, code="S2", name="青屏县河湾小学", level=level.SCHOOL, parent=county, is_rural=True
    )
    foreign_school = found_organisation(
        session, code="S3", name="白鹭县实验小学", level=level.SCHOOL, parent=foreign_county
    )
    provider = found_organisation(
        session, code="PV-03", name="临溪市教师发展中心", level=level.PROVIDER, parent=city,
        provider_kind=ProviderKind.TEACHER_DEVELOPMENT,
    )  # fmt: skip

    def person(staff_no: str, name: str, place: Organisation, *roles: Role) -> Person:
        return make_person(session, staff_no, name, place, *roles, password_hash=password_hash)

    return World(
        nation, province, city, county, school, other_school, foreign_county, foreign_school, provider,
        teacher=person("T001", "林一", school, Role.TEACHER),
        colleague=person("T002", "周二", other_school, Role.TEACHER),
        mentor=person("M001", "沈三", school, Role.TEACHER, Role.MENTOR),
        editor=person("E001", "陶四", county, Role.EDITOR),
        administrator=person("A001", "顾五", county, Role.ADMINISTRATOR),
        school_administrator=person("A002", "许六", school, Role.ADMINISTRATOR),
        auditor=person("U001", "方七", county, Role.AUDITOR),
        foreign_administrator=person("A003", "叶八", foreign_county, Role.ADMINISTRATOR),
        foreign_teacher=person("T003", "苏九", foreign_school, Role.TEACHER),
    )  # fmt: skip


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def make_settings(folder: Path, url: str = "") -> Settings:
    return read_settings(
        {
            "SHICHENG_MODE": Mode.TEST.value,
            "SHICHENG_DATA_DIR": str(folder),
            "SHICHENG_DATABASE_URL": url,
            "SHICHENG_SECRET_KEY": "only-for-tests-0123456789-0123456789",
            "SHICHENG_AS_OF": NOW.isoformat(),
            "SHICHENG_CLOCK_FILE": str(folder / "clock_shift"),
        }
    )


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """The application on a fresh SQLite file with nobody in it; its clock stands at NOW and runs on."""
    application = create_app(make_settings(tmp_path))
    database: Database = application.extensions["shicheng_database"]
    Base.metadata.create_all(database.engine)
    yield application
    database.engine.dispose()


@pytest.fixture
def database(app: Flask) -> Database:
    found: Database = app.extensions["shicheng_database"]
    return found


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False  # CSRF has its own tests
    return app.test_client()


def sign_in(client: FlaskClient, app: Flask, person: Person) -> FlaskClient:
    """Put a person's session into the client, as a sign-in would; the sign-in page has its own tests."""
    with client.session_transaction() as kept:
        kept["_user_id"] = f"{person.id}:1"
        kept["_fresh"] = True
        kept["seen_at"] = app.extensions["shicheng_clock"].now().isoformat()
    return client
