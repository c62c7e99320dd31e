"""The proofs find what should be impossible, and name the row. Broken rows are put in behind the house's back."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, text, update
from sqlalchemy.orm import Session

from content.terms import DeliveryMode
from learning.credit.certificates import issue_due
from learning.credit.ledger import repost, reverse, settle_enrolment
from learning.credit.models import Certificate, LedgerEntry
from learning.credit.profiles import active_profiles, load_rules
from learning.credit.proofs import Finding
from learning.invariants import findings
from learning.study.models import Enrolment, ModuleResult, Offering, StudyInterval, StudySession
from learning.terms import EnrolmentSource, EntryKind, SourceKind
from tests.conftest import NOW, World, make_person
from tests.learning.credit.conftest import DAY, make_course, study


@pytest.fixture
def settled(session: Session, world: World) -> Enrolment:
    load_rules(session, now=DAY)
    enrolment = study(session, world.teacher, make_course(session, world.provider, [2700, 2700]))
    settle_enrolment(session, enrolment.id, now=NOW)
    return enrolment


def checks(session: Session) -> set[tuple[str, str, int]]:
    session.flush()
    session.expire_all()
    return {(found.check, found.table, found.row) for found in findings(session)}


def slip_in(session: Session, enrolment: Enrolment, **about: object) -> int:
    """An entry that no verb would have written."""
    row = {
        "person_id": enrolment.person_id, "profile_id": active_profiles(session)[0].id, "kind": EntryKind.POST,
        "hours_hundredths": 100, "credit_hundredths": 100, "mode": DeliveryMode.ONLINE, "family": "professional",
        "is_practice": False, "course_id": enrolment.course_id, "earned_on": DAY.date(),
        "source_kind": SourceKind.ENROLMENT, "source_id": enrolment.id, "round_no": 1, "posted_at": NOW, "reason": "",
        "source_key": f"enrolment:{enrolment.id}/online/99", **about,
    }  # fmt: skip
    return session.scalars(insert(LedgerEntry).values(row).returning(LedgerEntry.id)).one()


def test_an_honest_record_has_no_findings(session: Session, world: World, settled: Enrolment) -> None:
    room = make_course(session, world.provider, [2700] * 10, mode=DeliveryMode.F2F)
    settle_enrolment(session, study(session, world.teacher, room).id, now=NOW)
    issue_due(session, now=NOW)
    by = world.actor(session, world.administrator)
    entry = session.query(LedgerEntry).filter_by(source_id=settled.id).first()
    assert entry is not None
    reverse(session, entry.id, by=by, reason="签到记录有误", now=NOW)
    assert findings(session) == []
    repost(session, entry.id, by=by, reason="申诉成立", now=NOW)
    assert findings(session) == []


def test_hours_without_evidence_are_found(session: Session, settled: Enrolment) -> None:
    row = slip_in(session, settled)
    assert checks(session) == {("hours_beyond_evidence", "ledger_entry", row)}


def test_a_posting_without_a_source_is_found(session: Session, settled: Enrolment) -> None:
    row = slip_in(session, settled, source_id=10_000_000, source_key="enrolment:10000000/online/1")
    assert ("posting_without_source", "ledger_entry", row) in checks(session)


def test_a_posting_to_somebody_elses_account_is_found(session: Session, world: World, settled: Enrolment) -> None:
    row = slip_in(session, settled, person_id=world.colleague.id)
    assert ("posting_without_source", "ledger_entry", row) in checks(session)


def test_proven_hours_that_were_never_posted_are_found(session: Session, world: World, settled: Enrolment) -> None:
    forgotten = study(session, world.teacher, make_course(session, world.provider, [2700]))
    assert checks(session) == {("hours_not_posted", "enrolment", forgotten.id)}


def test_a_result_that_was_raised_afterwards_is_found(session: Session, settled: Enrolment) -> None:
    result = session.query(ModuleResult).filter_by(enrolment_id=settled.id).first()
    assert result is not None
    result.counted_seconds = 9999
    assert checks(session) == {("false_result", "module_result", result.id)}


def test_a_day_over_its_cap_is_found(session: Session, world: World, settled: Enrolment) -> None:
    course = make_course(session, world.provider, [2700] * 9, mode=DeliveryMode.F2F)
    enrolment = study(session, world.teacher, course)
    settle_enrolment(session, enrolment.id, now=NOW)
    row = slip_in(session, enrolment, mode=DeliveryMode.F2F, source_key=f"enrolment:{enrolment.id}/f2f/9")
    assert checks(session) == {("day_over_cap", "ledger_entry", row)}


def test_a_reversal_of_another_amount_is_found(session: Session, settled: Enrolment) -> None:
    post = session.query(LedgerEntry).filter_by(source_id=settled.id).first()
    assert post is not None
    row = slip_in(
        session, settled, kind=EntryKind.REVERSE, hours_hundredths=-50, credit_hundredths=-50, reverses_id=post.id,
        profile_id=post.profile_id, source_key=post.source_key,
    )  # fmt: skip
    assert ("reversal_differs", "ledger_entry", row) in checks(session)


def test_a_changed_certificate_is_found(session: Session, settled: Enrolment) -> None:
    certificate = issue_due(session, now=NOW)[0]
    session.execute(update(Certificate).values(facts={**certificate.facts, "holder": "他人"}))
    assert checks(session) == {("certificate_changed", "certificate", certificate.id)}


def test_a_certificate_in_force_over_hours_taken_back_is_found(
    session: Session, world: World, settled: Enrolment
) -> None:
    certificate = issue_due(session, now=NOW)[0]
    by = world.actor(session, world.administrator)
    reverse(session, certificate.facts["entries"][0], by=by, reason="签到记录有误", now=NOW)
    session.execute(update(Certificate).values(revoked_at=None))
    assert checks(session) == {("certificate_over_reversed_hours", "certificate", certificate.id)}


def measure(session: Session, enrolment: Enrolment, device: str, minutes: tuple[int, int]) -> int:
    module_id = session.query(ModuleResult).filter_by(enrolment_id=enrolment.id).first().module_id  # type: ignore[union-attr]
    place = {"person_id": enrolment.person_id, "enrolment_id": enrolment.id, "module_id": module_id}
    opened = StudySession(device=device, started_at=DAY, last_at=DAY, ended_at=DAY + timedelta(hours=2), **place)
    session.add(opened)
    session.flush()
    span = StudyInterval(
        study_session_id=opened.id, seq=1, from_at=DAY + timedelta(minutes=minutes[0]),
        to_at=DAY + timedelta(minutes=minutes[1]), **place,
    )  # fmt: skip
    session.add(span)
    session.flush()
    return span.id


def test_study_on_two_devices_at_once_is_found(session: Session, settled: Enrolment) -> None:
    measure(session, settled, "phone", (0, 60))
    measure(session, settled, "desk", (60, 70))
    assert checks(session) == set()
    row = measure(session, settled, "tablet", (30, 40))
    assert checks(session) == {("overlapping_study", "study_interval", row)}


def test_more_people_than_seats_is_found(session: Session, world: World, settled: Enrolment) -> None:
    course = make_course(session, world.provider, [2700], mode=DeliveryMode.F2F)
    offering = Offering(
        course_id=course.id, organisation_id=world.county.id, starts_on=DAY.date(), ends_on=DAY.date(), place="临溪",
        n_seats=1,
    )  # fmt: skip
    session.add(offering)
    session.flush()
    for seat_no in (1, 2):
        person = make_person(session, f"X{seat_no}", "某某", world.school)
        session.add(
            Enrolment(
                person_id=person.id, course_id=course.id, offering_id=offering.id, seat_no=seat_no,
                source=EnrolmentSource.SELF, enrolled_at=DAY,
            )
        )  # fmt: skip
    assert checks(session) == {("seats_miscounted", "offering", offering.id)}


def test_a_row_that_points_nowhere_is_found(session: Session, settled: Enrolment) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL session_replication_role = replica"))
    else:
        session.execute(text("PRAGMA defer_foreign_keys = ON"))  # asked at commit, and this is never committed
    session.execute(update(Enrolment).where(Enrolment.id == settled.id).values(offering_id=777, seat_no=1))
    found = [finding for finding in findings(session) if finding.check == "orphan"]
    assert found == [Finding("orphan", "enrolment", settled.id, "offering_id = 777, no offering")]
