"""An empty site is founded by one command, once, and its first administrator can sign in."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from content.models import Course, Item
from core.access import Credential, Grant, Role
from core.people import Organisation, Person
from learning.invariants import findings
from webapp.account.passwords import is_password
from webapp.cli import main
from webapp.database import Database
from webapp.settings import SettingsError, read_settings

PLACES = ["--place", "province:4100:某省", "--place", "county:410001:某县"]


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("SHICHENG_MODE", "test")
    monkeypatch.setenv("SHICHENG_DATA_DIR", str(tmp_path))
    address = f"sqlite:///{tmp_path / 'founded.sqlite3'}"
    monkeypatch.setenv("SHICHENG_DATABASE_URL", address)
    return address


def test_a_county_founds_its_site_and_gets_a_first_administrator(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["found", *PLACES, "--staff-no", "A1", "--name", "顾五"]) == 0
    password = re.search(r"one-time password (\S+)", capsys.readouterr().out)
    assert password is not None
    with Database(url).unit_of_work() as session:
        person = session.scalars(select(Person)).one()
        credential = session.get_one(Credential, person.id)
        assert is_password(password[1], credential.password_hash)
        assert credential.must_change
        grant = session.scalars(select(Grant)).one()
        assert (grant.role, session.get_one(Organisation, grant.organisation_id).name) == (Role.ADMINISTRATOR, "某县")
        assert len(session.scalars(select(Course)).all()) >= 160
        assert len(session.scalars(select(Item)).all()) >= 240
        assert list(findings(session)) == []


def test_a_site_is_founded_only_once(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["found", *PLACES, "--staff-no", "A1", "--name", "顾五", "--without-content"]) == 0
    assert main(["found", *PLACES, "--staff-no", "A2", "--name", "许六"]) == 1
    assert "site_is_founded_already" in capsys.readouterr().err


@pytest.mark.parametrize("place", ["某省", "planet:1:地球", "province::某省"])
def test_a_place_that_is_not_level_code_name_is_refused_and_nothing_is_kept(url: str, place: str) -> None:
    assert main(["found", "--place", place, "--staff-no", "A1", "--name", "顾五", "--without-content"]) == 1
    with Database(url).unit_of_work() as session:
        assert session.scalars(select(Organisation)).all() == []


def test_whoever_names_a_database_server_says_what_the_site_is_for() -> None:
    with pytest.raises(SettingsError, match="SHICHENG_MODE must be set"):
        read_settings({"SHICHENG_DATABASE_URL": "postgresql+psycopg://somebody@127.0.0.1/shicheng"})
