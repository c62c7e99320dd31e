"""Every route with every kind of visitor gives the status that the declared table expects."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from core.access import Grant
from core.db import Base
from core.people import Person
from learning.credit.profiles import load_rules
from learning.mentoring.pairs import pair_up
from learning.roster.importing import import_people
from tests.conftest import NOW, make_settings, make_world, sign_in
from tests.webapp.route_matrix import ROWS, VISITORS, Row
from webapp.application import create_app
from webapp.database import Database
from webapp.roster import uploads

PEOPLE = "工号,姓名,学校代码\nN100,曾小红,S1\n".encode()


@dataclass(frozen=True)
class Site:
    """A running site whose database is put back after each request, and what its addresses are made of."""

    app: Flask
    names: dict[str, str]
    people: dict[str, Person]
    file: Path
    kept: Path


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("matrix")
    app = create_app(make_settings(folder))
    app.config["WTF_CSRF_ENABLED"] = False
    database: Database = app.extensions["shicheng_database"]
    Base.metadata.create_all(database.engine)
    with database.unit_of_work() as session:
        world = make_world(session, password_hash="nobody signs in with it")
        admin = world.actor(session, world.administrator)
        _plan, batch = import_people(session, PEOPLE, "a.csv", by=admin, now=NOW)
        assert batch is not None
        load_rules(session, now=NOW)
        pair = pair_up(session, world.mentor.id, world.teacher.id, on=date(2026, 9, 1))
        grant = session.scalars(select(Grant.id).where(Grant.person_id == world.teacher.id)).one()
        data_dir = app.extensions["shicheng_settings"].data_dir
        kept = uploads.keep(data_dir, world.administrator.id, name="a.csv", data=PEOPLE, now=NOW)
        names = {
            "teacher": world.teacher.id, "grant": grant, "batch": batch.id, "token": kept.token, "pair": pair.id,
            "school": world.school.id, "county": world.county.id, "none": 999_999,
        }  # fmt: skip
        people = {visitor: getattr(world, visitor) for visitor in VISITORS if visitor != "anonymous"}
    database.engine.dispose()
    file = folder / "shicheng.sqlite3"
    shutil.copyfile(file, folder / "kept.sqlite3")
    yield Site(app, {name: str(value) for name, value in names.items()}, people, file, folder / "kept.sqlite3")
    database.engine.dispose()


def answer_of(site: Site, row: Row, visitor: str) -> str:
    """The letter of what this visitor gets; the database is put back after a post."""
    client = site.app.test_client()
    if visitor != "anonymous":
        sign_in(client, site.app, site.people[visitor])
    data = {name: value.format(**site.names) for name, value in row.data.items()}
    answer = client.open(row.url.format(**site.names), method=row.method, data=data or None)
    location = answer.headers.get("Location", "")
    answer.close()
    if row.method == "POST":
        site.app.extensions["shicheng_database"].engine.dispose()
        for leftover in (site.file.with_name(site.file.name + "-wal"), site.file.with_name(site.file.name + "-shm")):
            leftover.unlink(missing_ok=True)
        shutil.copyfile(site.kept, site.file)
    if location.startswith("/sign-in"):
        return "S"
    letters = {200: "K", 301: "R", 302: "R", 303: "R", 400: "I", 403: "F", 404: "N", 409: "C", 422: "I"}
    return letters.get(answer.status_code, str(answer.status_code))


@pytest.mark.parametrize("visitor", VISITORS)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.endpoint}")
def test_a_visitor_gets_what_the_table_says(site: Site, row: Row, visitor: str) -> None:
    assert answer_of(site, row, visitor) == row.expected[VISITORS.index(visitor)]


def test_the_table_names_every_route_there_is(site: Site) -> None:
    there_are = {
        (rule.endpoint, method)
        for rule in site.app.url_map.iter_rules()
        if rule.endpoint != "static"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    declared = {(row.endpoint, row.method) for row in ROWS}
    assert declared - there_are == set(), "rows whose route is gone"
    assert there_are - declared == set(), "routes that need a row in tests/webapp/route_matrix.py"


def test_every_address_of_the_table_leads_to_its_route(site: Site) -> None:
    adapter = site.app.url_map.bind("localhost")
    for row in ROWS:
        path = row.url.format(**site.names).partition("?")[0]
        assert adapter.match(path, method=row.method)[0] == row.endpoint
