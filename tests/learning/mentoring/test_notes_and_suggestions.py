"""What mentor and apprentice write to each other, and what the mentor suggests."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from content.terms import CourseState
from core.errors import Conflict, Invalid, NotFound
from core.outbox import inbox_of
from learning.mentoring.models import Pair
from learning.mentoring.notes import LONGEST_NOTE, notes_of, write_note
from learning.mentoring.pairs import end_pair, pair_up
from learning.mentoring.suggestions import suggest_course, suggested_to, suggestions_of, withdraw_suggestion
from tests.conftest import World
from tests.learning.mentoring.building import make_course, make_enrolment

TODAY = date(2026, 11, 16)


@pytest.fixture
def pair(session: Session, world: World) -> Pair:
    return pair_up(session, world.mentor.id, world.teacher.id, on=date(2026, 9, 1))


def test_a_note_reaches_the_other_of_the_two_once(session: Session, world: World, pair: Pair, now: datetime) -> None:
    for _click in range(2):
        write_note(session, world.mentor.id, pair_id=pair.id, body=" 第二题的追问很好。 ", client_token="k1", now=now)
    write_note(session, world.teacher.id, pair_id=pair.id, body="谢谢老师。", client_token="k2", now=now)
    assert [note.body for note in notes_of(session, pair.id)] == ["谢谢老师。", "第二题的追问很好。"]
    assert [message.figures["excerpt"] for message in inbox_of(session, world.teacher.id)] == ["第二题的追问很好。"]
    assert [message.link for message in inbox_of(session, world.mentor.id)] == [
        f"/mentor/people/{world.teacher.id}#notes"
    ]


def test_nobody_else_writes_into_a_pair(session: Session, world: World, pair: Pair, now: datetime) -> None:
    for outsider in (world.colleague, world.administrator):
        with pytest.raises(NotFound):
            write_note(session, outsider.id, pair_id=pair.id, body="你好", client_token="k1", now=now)


def test_a_pair_that_ended_takes_no_more_notes(session: Session, world: World, pair: Pair, now: datetime) -> None:
    end_pair(session, pair.id, on=date(2026, 11, 15))
    with pytest.raises(NotFound):
        write_note(session, world.mentor.id, pair_id=pair.id, body="你好", client_token="k1", now=now)


def test_an_empty_or_endless_note_is_refused(session: Session, world: World, pair: Pair, now: datetime) -> None:
    with pytest.raises(Invalid, match="note_is_empty"):
        write_note(session, world.mentor.id, pair_id=pair.id, body="  \n", client_token="k1", now=now)
    with pytest.raises(Invalid, match="note_is_too_long"):
        write_note(
            session, world.mentor.id, pair_id=pair.id, body="长" * (LONGEST_NOTE + 1), client_token="k1", now=now
        )


def test_another_person_cannot_replay_a_token(session: Session, world: World, pair: Pair, now: datetime) -> None:
    write_note(session, world.mentor.id, pair_id=pair.id, body="你好", client_token="k1", now=now)
    with pytest.raises(Conflict, match="note_token_taken"):
        write_note(session, world.teacher.id, pair_id=pair.id, body="你好", client_token="k1", now=now)


def test_a_suggestion_stands_until_it_is_withdrawn(session: Session, world: World, pair: Pair, now: datetime) -> None:
    course = make_course(session, world.provider, "KC-1", now=now)
    given = suggest_course(session, world.mentor.id, world.teacher.id, course.id, reason="先看第二章", now=now)
    assert suggested_to(session, world.teacher.id, on=TODAY) == {course.id: "沈三"}
    assert [found.title for _suggestion, found in suggestions_of(session, pair.id)] == [course.title]
    for _twice in range(2):
        withdraw_suggestion(session, world.mentor.id, given.id, now=now)
    assert suggested_to(session, world.teacher.id, on=TODAY) == {}
    again = suggest_course(
        session, world.mentor.id, world.teacher.id, course.id, reason="", now=now + timedelta(days=1)
    )
    assert again.id == given.id
    assert len(inbox_of(session, world.teacher.id)) == 2  # told anew, because it is suggested anew


def test_suggesting_twice_tells_once(session: Session, world: World, pair: Pair, now: datetime) -> None:
    course = make_course(session, world.provider, "KC-1", now=now)
    for minute in range(2):
        suggest_course(
            session, world.mentor.id, world.teacher.id, course.id, reason="", now=now + timedelta(minutes=minute)
        )
    assert [message.rule for message in inbox_of(session, world.teacher.id)] == ["mentor.suggestion"]


def test_only_published_courses_not_begun_are_suggested(
    session: Session, world: World, pair: Pair, now: datetime
) -> None:
    draft = make_course(session, world.provider, "KC-2", state=CourseState.DRAFT, now=now)
    begun = make_course(session, world.provider, "KC-3", now=now)
    make_enrolment(session, world.teacher, begun, now=now)
    with pytest.raises(NotFound):
        suggest_course(session, world.mentor.id, world.teacher.id, draft.id, reason="", now=now)
    with pytest.raises(Conflict, match="course_is_begun_already"):
        suggest_course(session, world.mentor.id, world.teacher.id, begun.id, reason="", now=now)


def test_a_mentor_suggests_to_own_apprentices_and_withdraws_own_suggestions_only(
    session: Session, world: World, pair: Pair, now: datetime
) -> None:
    course = make_course(session, world.provider, "KC-1", now=now)
    with pytest.raises(NotFound):
        suggest_course(session, world.mentor.id, world.colleague.id, course.id, reason="", now=now)
    given = suggest_course(session, world.mentor.id, world.teacher.id, course.id, reason="", now=now)
    with pytest.raises(NotFound):
        withdraw_suggestion(session, world.colleague.id, given.id, now=now)
