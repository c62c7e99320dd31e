"""The ledger: whole units once, by profile, by day; taken back by another entry, given back on purpose."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.terms import ContentFamily, DeliveryMode
from core.access import Role, find_actor, give_role
from core.audit import AuditEntry
from core.errors import Conflict, Invalid, NotFound
from core.outbox import Message
from learning.credit.ledger import repost, reverse, reverse_enrolment, settle_due, settle_enrolment, settle_many
from learning.credit.models import LedgerEntry, RuleProfile
from learning.credit.profiles import activate, get_profile, load_rules, shipped_rules
from learning.terms import EntryKind, SourceKind
from tests.conftest import NOW, World
from tests.learning.credit.conftest import DAY, finish_module, make_course, study

pytestmark = pytest.mark.usefixtures("rules")


def hours(session: Session, person_id: int, code: str = "CN-HENAN") -> int:
    total = select(func.coalesce(func.sum(LedgerEntry.hours_hundredths), 0)).join(RuleProfile)
    return session.scalar(total.where(LedgerEntry.person_id == person_id, RuleProfile.code == code)) or 0


@pytest.mark.parametrize(("seconds", "units"), [(2699, 0), (2700, 1), (5400, 2)])
def test_hour_unit(session: Session, world: World, seconds: int, units: int) -> None:
    course = make_course(session, world.provider, [6000])
    enrolment = study(session, world.teacher, course, seconds=[seconds])
    settle_enrolment(session, enrolment.id, now=NOW)
    assert hours(session, world.teacher.id) == 100 * units


def test_one_completion_posts_to_each_active_profile_once(session: Session, world: World) -> None:
    enrolment = study(session, world.teacher, make_course(session, world.provider, [2700]))
    posted = settle_enrolment(session, enrolment.id, now=NOW)
    assert sorted(entry.profile.code for entry in posted) == ["CN-DEFAULT", "CN-HENAN"]
    assert settle_enrolment(session, enrolment.id, now=NOW) == []


def test_an_entry_says_what_it_rests_on(session: Session, world: World) -> None:
    course = make_course(session, world.provider, [2700, 2700], family=ContentFamily.ETHICS)
    enrolment = study(session, world.teacher, course)
    entry = settle_enrolment(session, enrolment.id, now=NOW)[1]
    assert entry.source_key == f"enrolment:{enrolment.id}/online/2"
    assert (entry.source_kind, entry.source_id, entry.course_id) == (SourceKind.ENROLMENT, enrolment.id, course.id)
    assert (entry.mode, entry.family, entry.hours_hundredths) == (DeliveryMode.ONLINE, ContentFamily.ETHICS, 100)


def test_what_is_left_of_a_module_is_carried_to_the_next_one(session: Session, world: World) -> None:
    course = make_course(session, world.provider, [2000, 2000, 1400])
    enrolment = study(session, world.teacher, course, seconds=[2000], is_complete=False)
    assert settle_enrolment(session, enrolment.id, now=NOW) == []
    finish_module(session, enrolment, 2, at=DAY + timedelta(days=1))
    first = settle_enrolment(session, enrolment.id, now=NOW)
    assert {entry.earned_on for entry in first} == {date(2026, 3, 3)}
    finish_module(session, enrolment, 3, at=DAY + timedelta(days=40))
    second = settle_enrolment(session, enrolment.id, now=NOW)
    assert {entry.earned_on for entry in second} == {date(2026, 4, 11)}
    assert hours(session, world.teacher.id) == 200


def test_time_of_two_courses_is_not_added_up(session: Session, world: World) -> None:
    for _ in range(2):
        enrolment = study(session, world.teacher, make_course(session, world.provider, [2000]))
        settle_enrolment(session, enrolment.id, now=NOW)
    assert hours(session, world.teacher.id) == 0


def test_day_cap(session: Session, world: World) -> None:
    course = make_course(session, world.provider, [2700] * 10, mode=DeliveryMode.F2F)
    settle_enrolment(session, study(session, world.teacher, course).id, now=NOW)
    assert hours(session, world.teacher.id) == 800


def test_the_day_cap_holds_across_courses_and_days_are_chinese_days(session: Session, world: World) -> None:
    late = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)  # 23:30 on the same day in China
    after = datetime(2026, 3, 2, 16, 30, tzinfo=UTC)  # 00:30 of the next day in China
    for moment in (DAY, late, after):
        course = make_course(session, world.provider, [2700] * 5, mode=DeliveryMode.F2F)
        settle_enrolment(session, study(session, world.teacher, course, at=moment).id, now=NOW)
    by_day = select(LedgerEntry.earned_on, func.sum(LedgerEntry.hours_hundredths)).join(RuleProfile)
    found = session.execute(by_day.where(RuleProfile.code == "CN-HENAN").group_by(LedgerEntry.earned_on)).all()
    assert dict(map(tuple, found)) == {date(2026, 3, 2): 800, date(2026, 3, 3): 500}


def test_online_hours_know_no_day_cap(session: Session, world: World) -> None:
    enrolment = study(session, world.teacher, make_course(session, world.provider, [2700] * 10))
    settle_enrolment(session, enrolment.id, now=NOW)
    assert hours(session, world.teacher.id) == 1000


def test_a_module_counts_no_more_than_it_may_give(session: Session, world: World) -> None:
    enrolment = study(session, world.teacher, make_course(session, world.provider, [2700]), seconds=[8100])
    settle_enrolment(session, enrolment.id, now=NOW)
    assert hours(session, world.teacher.id) == 100


def test_practice_is_shared_out_by_the_seconds_of_modules(session: Session, world: World) -> None:
    course = make_course(session, world.provider, [4050, 4050, 2700], practice=[True, False, True])
    entries = settle_enrolment(session, study(session, world.teacher, course).id, now=NOW)
    mine = [entry for entry in entries if entry.profile.code == "CN-HENAN"]
    assert len(mine) == 4
    assert sum(entry.is_practice for entry in mine) == 3  # 6,750 s of 10,800 s: 2.5 units, rounded up


def test_a_practice_course_without_flags_on_modules_is_practice_throughout(session: Session, world: World) -> None:
    course = make_course(session, world.provider, [2700, 2700], is_practice=True)
    entries = settle_enrolment(session, study(session, world.teacher, course).id, now=NOW)
    assert all(entry.is_practice for entry in entries)


def test_credit_follows_the_profile_and_stays_unset_where_no_rule_was_found(session: Session, world: World) -> None:
    enrolment = study(session, world.teacher, make_course(session, world.provider, [2700]))
    credit = {e.profile.code: e.credit_hundredths for e in settle_enrolment(session, enrolment.id, now=NOW)}
    assert credit == {"CN-DEFAULT": 100, "CN-HENAN": 0}


def test_reversing_takes_a_unit_back_in_every_profile_and_says_so(session: Session, world: World) -> None:
    enrolment = study(session, world.teacher, make_course(session, world.provider, [2700, 2700]))
    entry = settle_enrolment(session, enrolment.id, now=NOW)[0]
    by = world.actor(session, world.administrator)
    taken = reverse(session, entry.id, by=by, reason="签到记录有误，已核实", now=NOW)
    assert {(t.kind, t.hours_hundredths, t.source_key) for t in taken} == {(EntryKind.REVERSE, -100, entry.source_key)}
    assert (hours(session, world.teacher.id), hours(session, world.teacher.id, "CN-DEFAULT")) == (100, 100)
    audit = session.scalars(select(AuditEntry).where(AuditEntry.action == "ledger.reverse")).one()
    assert audit.actor_id == by.person_id
    assert audit.detail["reason"] == "签到记录有误，已核实"
    told = session.scalars(select(Message).where(Message.rule == "credit.reversed")).one()
    assert (told.recipient_id, told.link) == (world.teacher.id, f"/credit/entry/{entry.id}")


def test_a_unit_is_taken_back_once(session: Session, world: World) -> None:
    enrolment = study(session, world.teacher, make_course(session, world.provider, [2700]))
    entry = settle_enrolment(session, enrolment.id, now=NOW)[0]
    by = world.actor(session, world.administrator)
    reverse(session, entry.id, by=by, reason="重复申报", now=NOW)
    with pytest.raises(Conflict, match="already_reversed"):
        reverse(session, entry.id, by=by, reason="重复申报", now=NOW)


def test_settling_again_does_not_bring_back_what_was_taken(session: Session, world: World) -> None:
    enrolment = study(session, world.teacher, make_course(session, world.provider, [2700]))
    entry = settle_enrolment(session, enrolment.id, now=NOW)[0]
    reverse(session, entry.id, by=world.actor(session, world.administrator), reason="重复申报", now=NOW)
    assert settle_enrolment(session, enrolment.id, now=NOW) == []
    assert hours(session, world.teacher.id) == 0


def test_giving_back_is_an_act_of_its_own_and_opens_a_new_round(session: Session, world: World) -> None:
    enrolment = study(session, world.teacher, make_course(session, world.provider, [2700]))
    entry = settle_enrolment(session, enrolment.id, now=NOW)[0]
    by = world.actor(session, world.administrator)
    reverse(session, entry.id, by=by, reason="重复申报", now=NOW)
    given = repost(session, entry.id, by=by, reason="复核后确认有效", now=NOW)
    assert {entry.round_no for entry in given} == {2}
    assert hours(session, world.teacher.id) == 100
    with pytest.raises(Conflict, match="not_reversed"):
        repost(session, entry.id, by=by, reason="复核后确认有效", now=NOW)


def test_what_is_given_back_must_still_fit_into_its_day(session: Session, world: World) -> None:
    by = world.actor(session, world.administrator)
    first = make_course(session, world.provider, [2700] * 8, mode=DeliveryMode.F2F)
    entries = settle_enrolment(session, study(session, world.teacher, first).id, now=NOW)
    reverse(session, entries[0].id, by=by, reason="代签，取消", now=NOW)
    second = make_course(session, world.provider, [2700], mode=DeliveryMode.F2F)
    settle_enrolment(session, study(session, world.teacher, second).id, now=NOW)
    with pytest.raises(Conflict, match="day_is_full"):
        repost(session, entries[0].id, by=by, reason="申诉成立", now=NOW)
    assert hours(session, world.teacher.id) == 800


def test_a_whole_course_is_taken_back_in_one_act_with_one_message(session: Session, world: World) -> None:
    enrolment = study(session, world.teacher, make_course(session, world.provider, [2700] * 3))
    settle_enrolment(session, enrolment.id, now=NOW)
    taken = reverse_enrolment(
        session, enrolment.id, by=world.actor(session, world.administrator), reason="材料不实", now=NOW
    )
    assert len(taken) == 6
    assert hours(session, world.teacher.id) == 0
    assert len(session.scalars(select(Message).where(Message.rule == "credit.reversed")).all()) == 1


@pytest.mark.parametrize("who", ["foreign_administrator", "auditor", "mentor", "teacher"])
def test_only_an_administrator_above_the_teacher_takes_hours_back(session: Session, world: World, who: str) -> None:
    enrolment = study(session, world.teacher, make_course(session, world.provider, [2700]))
    entry = settle_enrolment(session, enrolment.id, now=NOW)[0]
    with pytest.raises(NotFound):
        reverse(session, entry.id, by=world.actor(session, getattr(world, who)), reason="越权尝试", now=NOW)


def test_taking_back_needs_a_reason(session: Session, world: World) -> None:
    enrolment = study(session, world.teacher, make_course(session, world.provider, [2700]))
    entry = settle_enrolment(session, enrolment.id, now=NOW)[0]
    with pytest.raises(Invalid, match="reason_length"):
        reverse(session, entry.id, by=world.actor(session, world.administrator), reason="  ", now=NOW)


def test_a_new_version_of_a_profile_does_not_post_old_units_again(session: Session, world: World) -> None:
    enrolment = study(session, world.teacher, make_course(session, world.provider, [2700]))
    settle_enrolment(session, enrolment.id, now=NOW)
    changed = {**shipped_rules(), "profile_choices": {"hours_per_f2f_day": 6}}
    load_rules(session, changed, now=NOW)
    assert (get_profile(session, "CN-HENAN").version, get_profile(session, "CN-HENAN").is_active) == (2, True)
    assert settle_enrolment(session, enrolment.id, now=NOW) == []


def test_a_profile_activated_later_catches_up_once(session: Session, world: World) -> None:
    enrolment = study(session, world.teacher, make_course(session, world.provider, [2700]))
    settle_enrolment(session, enrolment.id, now=NOW)
    give_role(session, world.editor.id, Role.ADMINISTRATOR, world.province, by=None, now=NOW)
    by = find_actor(session, world.editor.id)
    assert by is not None
    activate(session, "CN-BEIJING-13FYP", by=by, now=NOW)
    assert settle_due(session, now=NOW) == 1
    assert settle_due(session, now=NOW) == 0
    beijing = session.scalars(select(LedgerEntry).join(RuleProfile).where(RuleProfile.code == "CN-BEIJING-13FYP")).one()
    assert beijing.credit_hundredths == 5  # 20 online hours make one credit


def test_many_enrolments_settle_as_one_by_one(session: Session, world: World) -> None:
    ids = [
        study(session, person, make_course(session, world.provider, [2700, 4000], mode=mode)).id
        for person in (world.teacher, world.colleague)
        for mode in DeliveryMode
    ]
    assert settle_many(session, ids, now=NOW, as_completed=True) == 6 * 2 * 2
    assert settle_many(session, ids, now=NOW) == 0
    assert all(settle_enrolment(session, enrolment_id, now=NOW) == [] for enrolment_id in ids)
    assert set(session.scalars(select(LedgerEntry.posted_at))) == {DAY}
