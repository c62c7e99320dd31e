"""How many teachers of a place have covered each mandatory topic this year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from content.models import CourseFacet
from content.terms import FacetKind, MandatoryTopic
from core.people import Organisation
from learning.credit.models import LedgerEntry
from learning.mentoring.yardstick import yardstick
from learning.reports.roster import roster


@dataclass(frozen=True)
class TopicCoverage:
    """A topic and how many of the roster hold a counted hour in a course of it."""

    topic: MandatoryTopic
    n_covered: int
    n_people: int

    @property
    def ratio(self) -> float:
        return self.n_covered / self.n_people if self.n_people else 0.0


def topic_coverage(session: Session, organisation: Organisation, *, on: date) -> Sequence[TopicCoverage]:
    """Every mandatory topic, in the order of the list, counted over the calendar year up to the day."""
    people = roster(organisation)
    n_people = session.scalar(select(func.count()).select_from(people)) or 0
    counted = (
        select(LedgerEntry.person_id, LedgerEntry.course_id)
        .join(people, people.c.person_id == LedgerEntry.person_id)
        .where(
            yardstick(session).counts,
            LedgerEntry.earned_on.between(date(on.year, 1, 1), on),
        )
        .group_by(LedgerEntry.person_id, LedgerEntry.course_id)
        .having(func.sum(LedgerEntry.hours_hundredths) > 0)
        .subquery("counted")
    )
    rows = session.execute(
        select(CourseFacet.value, func.count(counted.c.person_id.distinct()).label("n"))
        .join(counted, and_(counted.c.course_id == CourseFacet.course_id))
        .where(CourseFacet.kind == FacetKind.TOPIC)
        .group_by(CourseFacet.value)
    )
    found = {row.value: row.n for row in rows}
    return [TopicCoverage(topic, found.get(topic.value, 0), n_people) for topic in MandatoryTopic]
