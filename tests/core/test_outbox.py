"""Messages are written once, read once, and chosen by whoever gets them; slots are claimed by one worker."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.outbox import (
    MailState,
    Message,
    Notice,
    OptOut,
    choose_mail,
    claim_slot,
    find_last_slot,
    find_slot,
    finish_slot,
    give_back_slot,
    inbox_of,
    mark_all_read,
    mark_read,
    n_messages,
    n_unread,
    opted_out_of,
    renew_slot,
    tell,
    tell_many,
)
from tests.conftest import NOW, World

LEASE = timedelta(minutes=2)


def notice(person_id: int, slot: str = "2026-12-31#-7", *, is_mandatory: bool = False) -> Notice:
    return Notice("hours.behind", person_id, "year", 2026, slot, "/credit", is_mandatory, {"year": 2026})


def test_telling_the_same_thing_twice_writes_one_message(session: Session, world: World) -> None:
    both = [notice(world.teacher.id), notice(world.colleague.id)]
    assert tell_many(session, both, now=NOW) == 2
    assert tell_many(session, [*both, notice(world.mentor.id)], now=NOW) == 1
    assert tell_many(session, [], now=NOW) == 0
    again = tell(
        session, "hours.behind", recipient_id=world.teacher.id, subject_kind="year", subject_id=2026,
        due_slot="2026-12-31#-7", link="/credit", now=NOW,
    )  # fmt: skip
    assert again is None
    assert session.query(Message).count() == 3


def test_another_due_slot_is_another_message(session: Session, world: World) -> None:
    assert tell_many(session, [notice(world.teacher.id, "a"), notice(world.teacher.id, "b")], now=NOW) == 2


@pytest.mark.parametrize("in_bulk", [True, False])
def test_an_opted_out_kind_stays_in_the_inbox_and_is_not_mailed_unless_it_is_a_duty(
    session: Session, world: World, in_bulk: bool
) -> None:
    session.add(OptOut(person_id=world.teacher.id, rule="hours.behind"))
    session.flush()
    for slot, is_mandatory in (("a", False), ("b", True)):
        one = notice(world.teacher.id, slot, is_mandatory=is_mandatory)
        if in_bulk:
            tell_many(session, [one], now=NOW)
        else:
            tell(
                session, one.rule, recipient_id=one.recipient_id, subject_kind=one.subject_kind,
                subject_id=one.subject_id, due_slot=slot, link=one.link, now=NOW, is_mandatory=is_mandatory,
            )  # fmt: skip
    states = dict(map(tuple, session.execute(select(Message.due_slot, Message.mail_state))))
    assert states == {"a": MailState.SUPPRESSED, "b": MailState.PENDING}
    assert n_messages(session, world.teacher.id) == 2


def test_reading_is_noted_once_and_only_by_the_recipient(session: Session, world: World) -> None:
    tell_many(session, [notice(world.teacher.id, "a"), notice(world.teacher.id, "b")], now=NOW)
    newest = inbox_of(session, world.teacher.id)[0]
    with pytest.raises(NotFound):
        mark_read(session, world.colleague.id, newest.id, now=NOW)
    mark_read(session, world.teacher.id, newest.id, now=NOW)
    assert mark_read(session, world.teacher.id, newest.id, now=NOW + LEASE).read_at == NOW
    assert [one.due_slot for one in inbox_of(session, world.teacher.id, only_unread=True)] == ["a"]
    assert mark_all_read(session, world.teacher.id, now=NOW) == 1
    assert n_unread(session, world.teacher.id) == 0


def test_choosing_mail_touches_only_the_kinds_that_were_offered(session: Session, world: World) -> None:
    session.add(OptOut(person_id=world.teacher.id, rule="elsewhere"))
    session.flush()
    choose_mail(session, world.teacher.id, unwanted=["a", "not-offered"], among=["a", "b"])
    assert opted_out_of(session, world.teacher.id) == {"elsewhere", "a"}
    choose_mail(session, world.teacher.id, unwanted=["b"], among=["a", "b"])
    assert opted_out_of(session, world.teacher.id) == {"elsewhere", "b"}


def test_a_slot_belongs_to_one_worker_until_its_lease_runs_out(session: Session) -> None:
    assert claim_slot(session, "j", NOW, worker="one", lease=LEASE, now=NOW)
    assert not claim_slot(session, "j", NOW, worker="two", lease=LEASE, now=NOW)
    assert renew_slot(session, "j", NOW, worker="one", lease_until=NOW + 3 * LEASE)
    assert not claim_slot(session, "j", NOW, worker="two", lease=LEASE, now=NOW + 2 * LEASE)
    assert claim_slot(session, "j", NOW, worker="two", lease=LEASE, now=NOW + 4 * LEASE)
    assert not renew_slot(session, "j", NOW, worker="one", lease_until=NOW + 9 * LEASE)
    assert not finish_slot(session, "j", NOW, worker="one", outcome={}, now=NOW)
    assert finish_slot(session, "j", NOW, worker="two", outcome={"told": 1}, now=NOW)
    assert not claim_slot(session, "j", NOW, worker="three", lease=LEASE, now=NOW + 99 * LEASE)


def test_a_slot_given_back_is_free_after_its_wait(session: Session) -> None:
    claim_slot(session, "j", NOW, worker="one", lease=LEASE, now=NOW)
    assert not give_back_slot(session, "j", NOW, worker="two", outcome={}, not_before=NOW)
    assert give_back_slot(session, "j", NOW, worker="one", outcome={"n_failures": 1}, not_before=NOW + LEASE / 2)
    assert not claim_slot(session, "j", NOW, worker="two", lease=LEASE, now=NOW + LEASE / 4)
    assert claim_slot(session, "j", NOW, worker="two", lease=LEASE, now=NOW + LEASE)
    session.expire_all()
    found = find_slot(session, "j", NOW)
    assert found is not None
    assert found.outcome == {"n_failures": 1}
    assert find_last_slot(session, "j") is found
    assert find_last_slot(session, "other") is None
