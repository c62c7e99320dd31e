"""A shelf with the shipped courses, an editor of the province, and people who are not; a client in somebody's name."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from content.shipped import load_shipped, shipped_providers
from core.people import OrganisationLevel, Person, ProviderKind, found_organisation, get_organisation
from tests.conftest import NOW, World, make_world, sign_in
from webapp.database import Database


@pytest.fixture
def people(database: Database) -> World:
    with database.unit_of_work() as session:
        world = make_world(session, password_hash="x")
        province = get_organisation(session, "P")
        places = {"PV-03": world.provider}
        for row in shipped_providers():
            if row["code"] not in places:
                places[row["code"]] = found_organisation(
                    session, code=row["code"], name=row["name_zh"], level=OrganisationLevel.PROVIDER, parent=province,
                    provider_kind=ProviderKind(row["kind"]),
                )  # fmt: skip
        load_shipped(session, now=NOW, providers=places)
    return world


@pytest.fixture
def as_(client: FlaskClient, app: Flask) -> Callable[[Person], FlaskClient]:
    return lambda person: sign_in(client, app, person)
