"""How many teachers of a place have covered each mandatory topic in the present cycle."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.models import CourseFacet
from content.terms import FacetKind, MandatoryTopic
from core.people import Organisation
from learning.credit.models import LedgerEntry
from learning.mentoring.yardstick import yardstick
from learning.reports.roster import roster
from learning.study.models import Enrolment
from learning.terms import EnrolmentState, SourceKind


@dataclass(frozen=True)
class TopicCoverage:
    """A topic and how many of the roster completed a course of it whose hours stand."""

    topic: MandatoryTopic
    n_covered: int
    n_people: int

    @property
    def ratio(self) -> float:
        return self.n_covered / self.n_people if self.n_people else 0.0


def topic_coverage(session: Session, organisation: Organisation, *, on: date) -> Sequence[TopicCoverage]:
    """Every mandatory topic, in the order of the list, as in a person's statement: over the cycle, up to the day."""
    people = roster(organisation)
    n_people = session.scalar(select(func.count()).select_from(people)) or 0
    measure = yardstick(session)
    standing = (
        select(LedgerEntry.source_id)
        .where(LedgerEntry.source_kind == SourceKind.ENROLMENT, measure.counted(since=measure.cycle_from(on), until=on))
        .group_by(LedgerEntry.source_id)
        .having(func.sum(LedgerEntry.hours_hundredths) > 0)
    )
    rows = session.execute(
        select(CourseFacet.value, func.count(Enrolment.person_id.distinct()).label("n"))
        .join(Enrolment, Enrolment.course_id == CourseFacet.course_id)
        .join(people, people.c.person_id == Enrolment.person_id)
        .where(
            CourseFacet.kind == FacetKind.TOPIC, Enrolment.state == EnrolmentState.COMPLETED,
            Enrolment.id.in_(standing),
        )
        .group_by(CourseFacet.value)
    )  # fmt: skip
    found = {row.value: row.n for row in rows}
    return [TopicCoverage(topic, found.get(topic.value, 0), n_people) for topic in MandatoryTopic]
