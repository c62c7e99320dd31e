"""``shicheng found``: the first places, the shipped rules and content, and the first administrator of an empty site."""

import argparse
from datetime import datetime

from sqlalchemy.orm import Session

from content.shipped import load_shipped, shipped_providers
from core.access import Role, give_role, keep_password
from core.errors import Conflict, Invalid
from core.people import Organisation, OrganisationLevel, Person, ProviderKind, found_organisation, move_post
from learning.credit.profiles import load_rules
from learning.engine.days import local_day
from learning.roster.names import name_sort
from learning.roster.passwords import one_time_password
from webapp.account.passwords import hash_one_time
from webapp.cli.grammar import Subparsers
from webapp.clock import Clock
from webapp.database import Database
from webapp.demo.standing import is_built
from webapp.migrate import upgrade
from webapp.settings import read_settings


def add_parser(commands: Subparsers) -> None:
    """Add this command to the grammar."""
    own = commands.add_parser("found", help="found an empty site: places, rules, content, first administrator")
    own.add_argument(
        "--place", action="append", required=True, metavar="LEVEL:CODE:NAME",
        help="from the top down, for instance --place province:4100:某省 --place county:410001:某县; "
        "the administrator works at the last one",
    )  # fmt: skip
    own.add_argument("--staff-no", required=True, help="staff number of the first administrator")
    own.add_argument("--name", required=True, help="name of the first administrator")
    own.add_argument("--without-content", action="store_true", help="leave out the shipped items and courses")
    own.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Found the site in one transaction, and print the administrator's one-time password once."""
    settings = read_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    upgrade(settings.database_url)
    if is_built(settings):
        raise Conflict("site_is_founded_already")
    now = Clock(settings.as_of, settings.clock_file).now()
    with Database(settings.database_url).unit_of_work() as session:
        place = _found_places(session, arguments.place)
        load_rules(session, now=now)
        if not arguments.without_content:
            load_shipped(session, now=now, providers=_found_providers(session, place))
        password = _appoint(session, place, arguments.staff_no.strip(), arguments.name.strip(), now=now)
    print(f"founded: {place.name}; sign in as {arguments.staff_no} with the one-time password {password}")
    return 0


def _found_places(session: Session, specs: list[str]) -> Organisation:
    place = found_organisation(session, code="0000", name="全国", level=OrganisationLevel.NATIONAL, parent=None)
    for spec in specs:
        level, _separator, rest = spec.partition(":")
        code, _separator, name = rest.partition(":")
        if level not in set(OrganisationLevel) or not code.strip() or not name.strip():
            raise Invalid("place_must_be_level_code_name", given=spec)
        place = found_organisation(
            session, code=code.strip(), name=name.strip(), level=OrganisationLevel(level), parent=place
        )
    return place


def _found_providers(session: Session, place: Organisation) -> dict[str, Organisation]:
    return {
        row["code"]: found_organisation(
            session,
            code=row["code"],
            name=row["name_zh"],
            level=OrganisationLevel.PROVIDER,
            parent=place,
            provider_kind=ProviderKind(row["kind"]),
        )
        for row in shipped_providers()
    }


def _appoint(session: Session, place: Organisation, staff_no: str, name: str, *, now: datetime) -> str:
    """The first administrator, who must change the password at the first sign-in."""
    person = Person(staff_no=staff_no, name=name, name_sort=name_sort(name), joined_at=now)
    session.add(person)
    session.flush()
    move_post(session, person, place, on=local_day(now))
    give_role(session, person.id, Role.ADMINISTRATOR, place, by=None, now=now)
    password = one_time_password()
    keep_password(session, person.id, hash_one_time(password), must_change=True, now=now)
    return password
