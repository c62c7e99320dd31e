"""Statements: the year and the cycle against their minima, practice, the twelve topics."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from content.terms import ContentFamily, DeliveryMode, MandatoryTopic
from core.errors import NotFound
from learning.credit.accounts import net_hours
from learning.credit.ledger import reverse, reverse_enrolment, settle_enrolment
from learning.credit.statements import statement_of
from learning.terms import Standing
from tests.conftest import NOW, World
from tests.learning.credit.conftest import make_course, study

pytestmark = pytest.mark.usefixtures("rules")
TODAY = date(2026, 11, 16)


def earn(session: Session, world: World, n_units: int, *, at: datetime = NOW, **about: object) -> int:
    course = make_course(session, world.provider, [2700 * n_units], **about)  # type: ignore[arg-type]
    enrolment = study(session, world.teacher, course, at=at)
    settle_enrolment(session, enrolment.id, now=NOW)
    return enrolment.id


@pytest.mark.parametrize(("units", "expected", "short"), [(71, Standing.WARNING, 1), (72, Standing.MET, 0)])
def test_henan_year(session: Session, world: World, units: int, expected: Standing, short: int) -> None:
    earn(session, world, units)
    found = statement_of(session, world.teacher.id, on=TODAY)
    assert (found.year_hundredths, found.year_min_hundredths) == (100 * units, 7200)
    assert (found.year_standing, found.short_units) == (expected, short)
    assert ("year" in found.warnings) is (short > 0)


@pytest.mark.parametrize(("units", "expected"), [(359, Standing.NOT_MET), (360, Standing.MET)])
def test_cycle(session: Session, world: World, units: int, expected: Standing) -> None:
    earn(session, world, units)
    found = statement_of(session, world.teacher.id, on=TODAY)
    assert (found.cycle_standing, found.cycle_hundredths, found.cycle_min_hundredths) == (expected, 100 * units, 36000)
    assert (found.cycle_from, found.cycle_to) == (date(2026, 1, 1), date(2030, 12, 31))


def test_a_cycle_under_way_is_no_warning_before_its_last_year(session: Session, world: World) -> None:
    assert "cycle" not in statement_of(session, world.teacher.id, on=TODAY).warnings
    assert "cycle" in statement_of(session, world.teacher.id, on=date(2030, 3, 1)).warnings


def test_the_national_profile_shows_its_yearly_minimum_as_not_set(session: Session, world: World) -> None:
    earn(session, world, 10)
    found = statement_of(session, world.teacher.id, on=TODAY, profile_code="CN-DEFAULT")
    assert (found.year_min_hundredths, found.year_standing) == (None, Standing.NOT_SET)
    assert (found.short_units, found.credit_hundredths) == (350, 1000)


def test_credit_is_not_set_where_no_conversion_was_found(session: Session, world: World) -> None:
    earn(session, world, 10)
    assert statement_of(session, world.teacher.id, on=TODAY).credit_hundredths is None


def test_hours_of_an_earlier_year_count_for_the_cycle_only(session: Session, world: World) -> None:
    earn(session, world, 5, at=datetime(2027, 12, 31, 15, 59, tzinfo=UTC))  # 23:59 on New Year's Eve in China
    earn(session, world, 3, at=datetime(2027, 12, 31, 16, 0, tzinfo=UTC))  # midnight in China
    found = statement_of(session, world.teacher.id, on=date(2028, 6, 1))
    assert (found.year_hundredths, found.cycle_hundredths) == (300, 800)


def test_hours_of_an_earlier_cycle_do_not_count(session: Session, world: World) -> None:
    earn(session, world, 5, at=datetime(2025, 12, 31, 12, 0, tzinfo=UTC))
    assert statement_of(session, world.teacher.id, on=TODAY).cycle_hundredths == 0


def test_hours_are_told_by_mode_family_and_month(session: Session, world: World) -> None:
    earn(session, world, 4, at=datetime(2026, 3, 2, 2, 0, tzinfo=UTC), family=ContentFamily.ETHICS)
    earn(session, world, 2, mode=DeliveryMode.SCHOOL_BASED, is_practice=True)
    found = statement_of(session, world.teacher.id, on=TODAY)
    assert found.by_mode == {DeliveryMode.ONLINE: 400, DeliveryMode.F2F: 0, DeliveryMode.SCHOOL_BASED: 200}
    assert found.by_family[ContentFamily.ETHICS] == 400
    assert (found.by_month[date(2026, 3, 1)], found.by_month[date(2026, 11, 1)]) == (400, 200)
    assert (len(found.by_month), sum(found.by_month.values())) == (12, 600)


@pytest.mark.parametrize(("practice", "rest", "enough"), [(30, 30, True), (29, 31, False)])
def test_practice_share(session: Session, world: World, practice: int, rest: int, enough: bool) -> None:
    earn(session, world, practice, is_practice=True)
    earn(session, world, rest)
    found = statement_of(session, world.teacher.id, on=TODAY)
    assert found.practice_ratio == pytest.approx(practice / 60)
    assert (found.practice_min_ratio, found.practice_course_ratio) == (0.5, 0.5)
    assert ("practice" not in found.warnings) is enough
    assert found.short_practice_units == 36 - practice  # 12 hours are missing for the year: 72 hours need 36


def test_a_topic_is_closed_by_a_completed_course_whose_hours_stand(session: Session, world: World) -> None:
    enrolment = earn(session, world, 2, topics=[MandatoryTopic.ECOLOGY])
    assert statement_of(session, world.teacher.id, on=TODAY).topics[MandatoryTopic.ECOLOGY] is True
    by = world.actor(session, world.administrator)
    reverse_enrolment(session, enrolment, by=by, reason="材料不实", now=NOW)
    found = statement_of(session, world.teacher.id, on=TODAY)
    assert found.topics[MandatoryTopic.ECOLOGY] is False
    assert (len(found.topics), found.n_topics_done) == (12, 0)


def test_a_course_under_way_closes_no_topic(session: Session, world: World) -> None:
    course = make_course(session, world.provider, [2700, 2700], topics=[MandatoryTopic.IT])
    enrolment = study(session, world.teacher, course, seconds=[2700], is_complete=False, at=NOW)
    settle_enrolment(session, enrolment.id, now=NOW)
    found = statement_of(session, world.teacher.id, on=TODAY)
    assert (found.year_hundredths, found.topics[MandatoryTopic.IT]) == (100, False)


def test_what_was_taken_back_is_not_in_the_statement(session: Session, world: World) -> None:
    course = make_course(session, world.provider, [2700, 2700])
    entry = settle_enrolment(session, study(session, world.teacher, course, at=NOW).id, now=NOW)[0]
    reverse(session, entry.id, by=world.actor(session, world.administrator), reason="重复申报", now=NOW)
    found = statement_of(session, world.teacher.id, on=TODAY)
    assert (found.year_hundredths, found.by_month[date(2026, 11, 1)]) == (100, 100)


def test_a_statement_under_an_unknown_profile_is_not_found(session: Session, world: World) -> None:
    with pytest.raises(NotFound, match="profile_not_found"):
        statement_of(session, world.teacher.id, on=TODAY, profile_code="CN-NOWHERE")


def test_a_report_can_sum_everybody_at_once(session: Session, world: World) -> None:
    earn(session, world, 3)
    table = net_hours("CN-HENAN", since=date(2026, 1, 1), until=TODAY)
    assert session.query(table).all() == [(world.teacher.id, 300)]
