"""What must always hold, proved on the data itself; each finding names the proof, the table and the row."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Table, exists, func, or_, select
from sqlalchemy.orm import Session

from assessment.models import Sitting
from assessment.replay import replay
from assessment.terms import SittingState
from content.models import CourseModule
from core.db import Base
from learning.credit.proofs import (
    Finding,
    broken_reversals,
    false_certificates,
    overfull_days,
    unequal_sums,
    unsourced_entries,
)
from learning.study.models import Enrolment, ModuleResult, Offering, StudyInterval
from learning.terms import EnrolmentState

__all__ = ["Finding", "Proof", "findings", "proofs"]
TOLERANCE_LOGITS = 1e-9


@dataclass(frozen=True)
class Proof:
    """One thing that must hold, by name, and the search for rows that break it."""

    name: str
    search: Callable[[Session], Iterator[Finding]]


def findings(session: Session, *, n_sittings: int = 20) -> list[Finding]:
    """Everything that is not as it must be; an empty list is the proof. Reads only."""
    return [finding for proof in proofs(n_sittings) for finding in proof.search(session)]


def proofs(n_sittings: int = 20) -> Sequence[Proof]:
    """All proofs, the cheap ones first."""
    return (
        Proof("every row points to rows that exist", orphans),
        Proof("no posting without a source", unsourced_entries),
        Proof("a reversal mirrors its post", broken_reversals),
        Proof("no face-to-face day above its cap", overfull_days),
        Proof("ledger sums equal the evidence", unequal_sums),
        Proof("certificates say what they said, over hours that stand", false_certificates),
        Proof("results belong to the course and never exceed a module", false_results),
        Proof("nobody studies twice at the same time", overlapping_study),
        Proof("one seat, one person, within the seats there are", miscounted_seats),
        Proof(
            f"the last {n_sittings} sittings replay to the same estimates", lambda s: unfaithful_sittings(s, n_sittings)
        ),
    )


def orphans(session: Session) -> Iterator[Finding]:
    """Rows whose foreign key leads nowhere (a database that was written to with its checks off)."""
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            yield from _orphans_of(session, table, key.parent.name, key.column.table, key.column.name)


def _orphans_of(session: Session, child: Table, column: str, parent: Table, target: str) -> Iterator[Finding]:
    above = parent.alias()
    lost = ~exists().where(above.c[target] == child.c[column])
    place = next(iter(child.primary_key.columns))
    for row, value in session.execute(select(place, child.c[column]).where(child.c[column].is_not(None), lost)):
        yield Finding("orphan", child.name, row if isinstance(row, int) else 0, f"{column} = {value}, no {parent.name}")


def false_results(session: Session) -> Iterator[Finding]:
    """A result is of a module of the enrolled course, and counts no more time than the module may give."""
    rows = (
        select(ModuleResult.id, ModuleResult.counted_seconds, CourseModule.seconds)
        .join(CourseModule, CourseModule.id == ModuleResult.module_id)
        .join(Enrolment, Enrolment.id == ModuleResult.enrolment_id)
        .where(or_(CourseModule.course_id != Enrolment.course_id, ModuleResult.counted_seconds > CourseModule.seconds))
    )
    for row, counted, most in session.execute(rows):
        yield Finding("false_result", "module_result", row, f"{counted} s of at most {most} s")


def overlapping_study(session: Session) -> Iterator[Finding]:
    """Two measured stretches of one person never overlap, on whatever devices."""
    before = func.max(StudyInterval.to_at).over(
        partition_by=StudyInterval.person_id, order_by=(StudyInterval.from_at, StudyInterval.id), rows=(None, -1)
    )
    measured = select(
        StudyInterval.id, StudyInterval.person_id, StudyInterval.from_at, before.label("before")
    ).subquery()
    rows = select(measured.c.id, measured.c.person_id).where(measured.c.from_at < measured.c.before)
    for row, person_id in session.execute(rows):
        yield Finding("overlapping_study", "study_interval", row, f"person {person_id}")


def miscounted_seats(session: Session) -> Iterator[Finding]:
    """Live enrolments of an offering hold different seats, each between 1 and the number there are."""
    n_live, n_different = func.count(Enrolment.id), func.count(func.distinct(Enrolment.seat_no))
    low, high = func.min(Enrolment.seat_no), func.max(Enrolment.seat_no)
    rows = (
        select(Offering.id, Offering.n_seats, n_live)
        .join(Enrolment, Enrolment.offering_id == Offering.id)
        .where(Enrolment.state != EnrolmentState.WITHDRAWN)
        .group_by(Offering.id, Offering.n_seats)
        .having(or_(n_live != n_different, n_live > Offering.n_seats, low < 1, high > Offering.n_seats))
    )
    for row, n_seats, n_people in session.execute(rows):
        yield Finding("seats_miscounted", "offering", row, f"{n_people} people on {n_seats} seats")


def unfaithful_sittings(session: Session, n_sittings: int) -> Iterator[Finding]:
    """The last ended sittings, answered again by the record, give the same questions and the same estimates."""
    ended = select(Sitting.id).where(Sitting.state != SittingState.OPEN).order_by(Sitting.id.desc()).limit(n_sittings)
    for sitting_id in session.scalars(ended).all():
        found = replay(session, sitting_id)
        if not found.is_faithful or found.largest_difference_logits > TOLERANCE_LOGITS:
            yield Finding("sitting_not_replayed", "sitting", sitting_id, f"off by {found.largest_difference_logits:g}")
