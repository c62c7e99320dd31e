"""Expected figures reckoned by hand from Henan's 72 a year, 360 a cycle, half practice, twelve topics."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from content.models import Course, CoursePrerequisite
from content.terms import DeliveryMode, FacetKind, MandatoryTopic
from learning.credit.ledger import settle_enrolment
from learning.credit.profiles import load_rules
from learning.credit.statements import statement_of
from learning.engine.days import local_day
from learning.plans.concerns import concerns_of
from learning.plans.editing import add_course, entries_in, plan_of
from learning.plans.forecast import Forecast, TopicOutlook, completed_courses, forecast_of
from learning.study.models import Enrolment, Meeting, ModuleResult, Offering
from learning.terms import EnrolmentSource, EnrolmentState
from tests.conftest import NOW, World
from tests.recommender.conftest import make_course

YEAR = 2026
ECOLOGY = (FacetKind.TOPIC, "ecology")


def complete(session: Session, world: World, course: Course, *, seconds: int | None = None) -> Enrolment:
    """Study of a course on record, the whole of it or its first seconds."""
    module = course.modules[0]
    is_whole = seconds is None
    enrolment = Enrolment(
        person_id=world.teacher.id, course_id=course.id, source=EnrolmentSource.SELF, enrolled_at=NOW,
        state=EnrolmentState.COMPLETED if is_whole else EnrolmentState.ENROLLED, completed_at=NOW if is_whole else None,
        results=[ModuleResult(module_id=module.id, counted_seconds=seconds or module.seconds, completed_at=NOW)],
    )  # fmt: skip
    session.add(enrolment)
    session.flush()
    settle_enrolment(session, enrolment.id, now=NOW)
    return enrolment


def forecast(session: Session, world: World) -> Forecast:
    plan = plan_of(session, world.teacher.id, YEAR)
    statement = statement_of(session, world.teacher.id, on=local_day(NOW))
    return forecast_of(session, world.teacher.id, [plan] if plan else [], statement, year=YEAR)


def plan_course(session: Session, world: World, course: Course, quarter: int = 4) -> None:
    add_course(session, world.teacher.id, course.id, year=YEAR, now=NOW, quarter=quarter)


@pytest.fixture(autouse=True)
def rules(session: Session) -> None:
    load_rules(session, now=NOW)


def test_an_empty_plan_promises_nothing(session: Session, world: World) -> None:
    found = forecast(session, world)
    assert (found.year.earned, found.year.planned, found.year.minimum, found.cycle.minimum) == (0, 0, 7200, 36000)
    assert found.practice_then is None
    assert set(found.topics.values()) == {TopicOutlook.OPEN}


def test_planned_hours_add_to_earned_ones_and_a_completed_course_counts_once(session: Session, world: World) -> None:
    done = make_course(session, world, "KC-1", units=10)
    complete(session, world, done)
    plan_course(session, world, done)
    plan_course(session, world, make_course(session, world, "KC-2", units=20))
    found = forecast(session, world)
    assert (found.year.earned, found.year.planned, found.year.total, found.year.missing) == (1000, 2000, 3000, 4200)
    assert found.cycle.total == 3000
    assert found.year.share == pytest.approx(30 / 72)
    assert found.units_by_quarter == {1: 0, 2: 0, 3: 0, 4: 30}


def test_of_a_course_under_way_only_the_rest_is_still_to_come(session: Session, world: World) -> None:
    half = make_course(session, world, "KC-1", units=10)
    complete(session, world, half, seconds=4 * 2700)
    plan_course(session, world, half)
    found = forecast(session, world)
    assert (found.year.earned, found.year.planned) == (400, 600)


def test_half_of_the_hours_must_be_practice(session: Session, world: World) -> None:
    complete(session, world, make_course(session, world, "KC-1", units=10))
    plan_course(session, world, make_course(session, world, "KC-2", units=9, is_practice=True))
    short = forecast(session, world)
    assert (short.practice_now, short.practice_then) == (0.0, pytest.approx(9 / 19))
    assert not short.is_practice_enough
    plan_course(session, world, make_course(session, world, "KC-3", units=1, is_practice=True))
    assert forecast(session, world).practice_then == 0.5
    assert forecast(session, world).is_practice_enough


def test_a_mandatory_topic_is_done_planned_or_open(session: Session, world: World) -> None:
    complete(session, world, make_course(session, world, "KC-1", facets=((FacetKind.TOPIC, "ethics"),)))
    plan_course(session, world, make_course(session, world, "KC-2", facets=(ECOLOGY,)))
    found = forecast(session, world)
    assert found.topics[MandatoryTopic.ETHICS] is TopicOutlook.DONE
    assert found.topics[MandatoryTopic.ECOLOGY] is TopicOutlook.PLANNED
    assert found.n_topics_open == 10


def concerns(session: Session, world: World) -> list[tuple[str, dict[str, object]]]:
    entries = entries_in(plan_of(session, world.teacher.id, YEAR))
    done = completed_courses(session, world.teacher.id)
    found = concerns_of(session, world.teacher.id, entries, year=YEAR, done=done, now=NOW)
    return [(one.code, dict(one.figures)) for one in found]


def offer(session: Session, world: World, course: Course, *, in_days: int, hour: int = 1) -> Offering:
    starts = NOW.replace(hour=hour) + timedelta(days=in_days)
    offering = Offering(
        course_id=course.id, organisation_id=world.county.id, starts_on=starts.date(), ends_on=starts.date(),
        place="县教师发展中心", n_seats=20,
        meetings=[Meeting(module_id=course.modules[0].id, starts_at=starts, ends_at=starts + timedelta(hours=3), room="1", secret="s")],
    )  # fmt: skip
    session.add(offering)
    session.flush()
    return offering


def test_a_course_planned_before_what_it_requires_is_pointed_out(session: Session, world: World) -> None:
    basic, further = (
        make_course(session, world, "KC-1", title="基础"),
        make_course(session, world, "KC-2", title="进阶"),
    )
    session.add(CoursePrerequisite(course_id=further.id, required_id=basic.id))
    session.flush()
    plan_course(session, world, further, quarter=2)
    assert concerns(session, world) == [("required_course_not_planned", {"title": "进阶", "required": "基础"})]
    plan_course(session, world, basic, quarter=3)
    assert concerns(session, world) == [("required_course_planned_later", {"title": "进阶", "required": "基础"})]
    complete(session, world, basic)
    assert concerns(session, world) == []


def test_a_face_to_face_course_without_a_run_or_with_one_in_another_quarter_is_pointed_out(
    session: Session, world: World
) -> None:
    course = make_course(session, world, "KC-F", title="面授", mode=DeliveryMode.F2F)
    plan_course(session, world, course, quarter=3)
    assert concerns(session, world) == [("no_run_open_yet", {"title": "面授"})]
    offer(session, world, course, in_days=10)
    figures = {"title": "面授", "starts_on": date(2026, 11, 26), "quarter": 3}
    assert concerns(session, world) == [("run_in_another_quarter", figures)]


def test_two_meetings_at_the_same_time_are_pointed_out_unless_there_is_another_run(
    session: Session, world: World
) -> None:
    one, two = (make_course(session, world, f"KC-{n}", title=n, mode=DeliveryMode.F2F) for n in ("甲", "乙"))
    for course in (one, two):
        plan_course(session, world, course)
    offer(session, world, one, in_days=10, hour=1)
    offer(session, world, two, in_days=10, hour=3)
    assert [code for code, _ in concerns(session, world)] == ["meetings_overlap"]
    offer(session, world, two, in_days=20)
    assert concerns(session, world) == []


def test_more_than_forty_five_units_in_a_quarter_is_pointed_out(session: Session, world: World) -> None:
    plan_course(session, world, make_course(session, world, "KC-1", units=45))
    assert concerns(session, world) == []
    plan_course(session, world, make_course(session, world, "KC-2", units=1))
    assert concerns(session, world) == [("quarter_is_full", {"quarter": 4, "units": 46, "most": 45})]
