"""A module is done when it was really read, watched, passed or accepted; its result is written once."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.terms import ModuleKind
from core.audit import AuditEntry
from core.errors import Conflict, Invalid, NotFound
from core.outbox import Message
from learning.credit.models import LedgerEntry
from learning.study.models import Enrolment, ModuleResult, QuizAttempt
from learning.study.modules import (
    finish_reading,
    finish_video,
    judge_submission,
    shown_order,
    submit_quiz,
    submit_task,
)
from learning.study.reads import path_of, returned_of, submissions_waiting
from learning.terms import EnrolmentState, ModuleState, SubmissionState
from tests.conftest import NOW, World
from tests.learning.study.conftest import Courses, study

WORK = "我在三年级两个班各上了一节，记录了六名学生的回答，附上前后两次的变化和我的反思。"


def _hand_in(session: Session, enrolment: Enrolment, courses: Courses, token: str = "t1", body: str = WORK):
    return submit_task(
        session, enrolment.id, courses.part(ModuleKind.TASK).id, person_id=enrolment.person_id, body=body,
        client_token=token, now=NOW,
    )  # fmt: skip


def _judge(session: Session, world: World, submission_id: int, state: SubmissionState, comment: str = "证据充分。"):
    return judge_submission(
        session, submission_id, reviewer=world.actor(session, world.mentor), state=state, ratings=[1, 2],
        comment=comment, now=NOW,
    )  # fmt: skip


def _quiz(session: Session, enrolment: Enrolment, courses: Courses, choices: list[int], token: str = "q1"):
    return submit_quiz(
        session, enrolment.id, courses.part(ModuleKind.QUIZ).id, person_id=enrolment.person_id, choices=choices,
        client_token=token, now=NOW + timedelta(hours=1),
    )  # fmt: skip


def test_a_reading_of_ten_minutes_opens_its_end_after_three(session: Session, online: Enrolment, courses: Courses):
    reading = courses.part(ModuleKind.READING)
    end = study(session, online, reading, seconds=179, start=NOW)
    with pytest.raises(Conflict) as refused:
        finish_reading(session, online.id, reading.id, person_id=online.person_id, now=end)
    assert refused.value.figures == {"counted": 3, "missing": 1}
    end = study(session, online, reading, seconds=1, start=end)
    assert finish_reading(session, online.id, reading.id, person_id=online.person_id, now=end).counted_seconds == 180


def test_a_course_may_ask_for_more_of_a_reading(session: Session, online: Enrolment, courses: Courses):
    reading = courses.part(ModuleKind.READING)
    reading.material = {"min_share": 0.8}
    session.flush()
    end = study(session, online, reading, seconds=479, start=NOW)
    with pytest.raises(Conflict):
        finish_reading(session, online.id, reading.id, person_id=online.person_id, now=end)


def test_finishing_twice_is_finishing_once(session: Session, online: Enrolment, courses: Courses):
    reading = courses.part(ModuleKind.READING)
    end = study(session, online, reading, seconds=300, start=NOW)
    first = finish_reading(session, online.id, reading.id, person_id=online.person_id, now=end)
    again = finish_reading(session, online.id, reading.id, person_id=online.person_id, now=end + timedelta(hours=1))
    assert (again.id, again.counted_seconds) == (first.id, 300)


def test_a_film_watched_in_full_counts_whole_and_one_with_a_hole_not(
    session: Session, online: Enrolment, courses: Courses
):
    film = courses.part(ModuleKind.VIDEO)
    end = study(session, online, film, seconds=117, start=NOW)
    with pytest.raises(Conflict) as refused:
        finish_video(session, online.id, film.id, person_id=online.person_id, now=end)
    assert refused.value.figures == {"missing": 3}
    end = study(session, online, film, seconds=80, start=end, speed=1.5)
    assert finish_video(session, online.id, film.id, person_id=online.person_id, now=end).counted_seconds == 120


def test_two_right_of_five_fail_and_three_pass(session: Session, online: Enrolment, courses: Courses):
    assert _quiz(session, online, courses, [1, 1, 0, 0, 0]).score_hundredths == 4000
    assert session.scalar(select(func.count()).select_from(ModuleResult)) == 0
    assert _quiz(session, online, courses, [1, 1, 1, 0, 0], token="q2").score_hundredths == 6000
    assert session.scalar(select(func.count()).select_from(ModuleResult)) == 1
    assert session.scalar(select(func.count()).select_from(QuizAttempt)) == 2


def test_a_quiz_sent_twice_is_one_attempt(session: Session, online: Enrolment, courses: Courses):
    first = _quiz(session, online, courses, [1, 1, 1, 1, 1])
    assert _quiz(session, online, courses, [1, 1, 1, 1, 1]).id == first.id


def test_a_quiz_with_a_question_left_out_is_refused(session: Session, online: Enrolment, courses: Courses):
    for choices in ([1, 1, 1, 1], [1, 1, 1, 1, -1], [1, 1, 1, 1, 4]):
        with pytest.raises(Invalid, match="quiz_answer_every_question"):
            _quiz(session, online, courses, choices)


def test_options_stand_in_another_order_at_the_next_attempt_and_the_same_after_a_reload():
    orders = [shown_order(7, 0, n_options=4, n_attempts=n) for n in range(6)]
    assert len({tuple(order) for order in orders}) > 1
    assert orders[0] == shown_order(7, 0, n_options=4, n_attempts=0)
    assert all(sorted(order) == [0, 1, 2, 3] for order in orders)


def test_accepted_work_counts_the_whole_task_and_tells_the_teacher(
    session: Session, online: Enrolment, courses: Courses, world: World
):
    piece = _hand_in(session, online, courses)
    assert [row.id for row in submissions_waiting(session, [world.teacher.id])] == [piece.id]
    _judge(session, world, piece.id, SubmissionState.ACCEPTED)
    result = session.scalars(select(ModuleResult)).one()
    assert result.counted_seconds == 4380
    assert session.scalars(select(Message.rule)).all() == ["submission.accepted"]
    assert "submission.judge" in session.scalars(select(AuditEntry.action)).all()
    assert submissions_waiting(session, [world.teacher.id]) == []


def test_returned_work_is_handed_in_anew_and_the_history_stays(
    session: Session, online: Enrolment, courses: Courses, world: World
):
    first = _hand_in(session, online, courses)
    _judge(session, world, first.id, SubmissionState.RETURNED, "请补上学生的原话。")
    assert [row.id for row in returned_of(session, world.teacher.id)] == [first.id]
    second = _hand_in(session, online, courses, token="t2", body=WORK + "补充了原话。")
    assert returned_of(session, world.teacher.id) == []
    assert path_of(session, online)[3].state is ModuleState.WAITING
    _judge(session, world, second.id, SubmissionState.ACCEPTED)
    assert (first.state, second.state) == (SubmissionState.RETURNED, SubmissionState.ACCEPTED)


def test_a_mentor_judges_a_piece_once(session: Session, online: Enrolment, courses: Courses, world: World):
    piece = _hand_in(session, online, courses)
    _judge(session, world, piece.id, SubmissionState.ACCEPTED)
    with pytest.raises(Conflict, match="submission_judged_already"):
        _judge(session, world, piece.id, SubmissionState.RETURNED)


def test_nobody_but_the_mentor_of_that_teacher_sees_the_piece(
    session: Session, online: Enrolment, courses: Courses, world: World
):
    piece = _hand_in(session, online, courses)
    for person in (world.administrator, world.colleague, world.teacher, world.foreign_administrator):
        with pytest.raises(NotFound):
            judge_submission(
                session, piece.id, reviewer=world.actor(session, person), state=SubmissionState.ACCEPTED,
                ratings=[1, 1], comment="", now=NOW,
            )  # fmt: skip


def test_a_judgement_rates_every_row_and_a_return_says_what_to_change(
    session: Session, online: Enrolment, courses: Courses, world: World
):
    piece = _hand_in(session, online, courses)
    mentor = world.actor(session, world.mentor)
    for ratings, comment in (([1], "好"), ([1, 3], "好"), ([1, 1], "  ")):
        with pytest.raises(Invalid):
            judge_submission(
                session, piece.id, reviewer=mentor, state=SubmissionState.RETURNED, ratings=ratings, comment=comment,
                now=NOW,
            )  # fmt: skip


def test_one_piece_waits_at_a_time_and_the_same_token_is_the_same_piece(
    session: Session, online: Enrolment, courses: Courses
):
    piece = _hand_in(session, online, courses)
    assert _hand_in(session, online, courses).id == piece.id
    with pytest.raises(Conflict, match="submission_waits_already"):
        _hand_in(session, online, courses, token="t2")


def test_a_piece_of_a_few_words_is_refused_with_the_length_it_needs(
    session: Session, online: Enrolment, courses: Courses
):
    with pytest.raises(Invalid) as refused:
        _hand_in(session, online, courses, body="  做完了。 ")
    assert refused.value.figures == {"length": 4, "least": 30, "most": 20000}


def test_a_course_studied_to_the_end_is_complete_and_its_whole_hours_are_posted_once(
    session: Session, online: Enrolment, courses: Courses, world: World
):
    reading, film = courses.part(ModuleKind.READING), courses.part(ModuleKind.VIDEO)
    end = study(session, online, reading, seconds=600, start=NOW)
    finish_reading(session, online.id, reading.id, person_id=online.person_id, now=end)
    end = study(session, online, film, seconds=120, start=end)
    finish_video(session, online.id, film.id, person_id=online.person_id, now=end)
    study(session, online, courses.part(ModuleKind.QUIZ), seconds=300, start=end)
    _quiz(session, online, courses, [1, 1, 1, 1, 1])
    assert online.state is EnrolmentState.ENROLLED
    piece = _hand_in(session, online, courses)
    _judge(session, world, piece.id, SubmissionState.ACCEPTED)
    assert online.state is EnrolmentState.COMPLETED
    # 600 + 120 + 300 + 4,380 s = 5,400 s = 2 hour units, under each of the two active profiles
    hours = select(func.sum(LedgerEntry.hours_hundredths)).group_by(LedgerEntry.profile_id)
    assert session.scalars(hours).all() == [200, 200]


def test_a_module_of_another_course_or_person_is_not_found(
    session: Session, online: Enrolment, courses: Courses, world: World
):
    reading, activity = courses.part(ModuleKind.READING), courses.part(ModuleKind.SCHOOL_ACTIVITY)
    with pytest.raises(NotFound):
        finish_reading(session, online.id, activity.id, person_id=online.person_id, now=NOW)
    with pytest.raises(NotFound):
        finish_reading(session, online.id, reading.id, person_id=world.colleague.id, now=NOW)
