"""Two administrators in the same moment, and a note sent from two windows: one of each stands."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime

from sqlalchemy import func, select

from core.access import Role, give_role
from core.errors import Conflict
from learning.mentoring.models import Note, Pair
from learning.mentoring.notes import write_note
from learning.mentoring.pairs import pair_up
from tests.conftest import make_world
from webapp.database import Database


def _at_once(acts: list[Callable[[], str]]) -> list[str]:
    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(lambda act: act(), acts))


def test_one_of_two_mentors_gets_the_apprentice(database: Database, now: datetime) -> None:
    with database.unit_of_work() as session:
        world = make_world(session)
        give_role(session, world.colleague.id, Role.MENTOR, world.other_school, by=None, now=now)

    def pair(mentor_id: int) -> str:
        try:
            with database.unit_of_work() as session:
                pair_up(session, mentor_id, world.teacher.id, on=date(2026, 11, 16))
        except Conflict:
            return "conflict"
        return "paired"

    mentors = [world.mentor.id, world.colleague.id] * 2
    told = _at_once([lambda chosen=mentor: pair(chosen) for mentor in mentors])
    assert told == ["conflict", "conflict", "paired", "paired"]  # the winner's second click changes nothing
    with database.unit_of_work() as session:
        assert session.scalar(select(func.count(Pair.id))) == 1


def test_a_note_sent_from_four_windows_is_one_note(database: Database, now: datetime) -> None:
    with database.unit_of_work() as session:
        world = make_world(session)
        give_role(session, world.mentor.id, Role.MENTOR, world.school, by=None, now=now)
        pair_id = pair_up(session, world.mentor.id, world.teacher.id, on=date(2026, 9, 1)).id

    def write() -> str:
        with database.unit_of_work() as session:
            write_note(session, world.mentor.id, pair_id=pair_id, body="你好", client_token="k", now=now)
        return "written"

    assert _at_once([write] * 4) == ["written"] * 4
    with database.unit_of_work() as session:
        assert session.scalar(select(func.count(Note.id))) == 1
