"""One apprentice as their mentor sees them, gathered from the record in one place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from assessment.estimates import Growth, Profile, find_profile, growth, profiles_of
from content.models import Course
from content.terms import Domain
from core.people import Person, workplace
from learning.credit.profiles import STATEMENT_PROFILE
from learning.credit.profiles import find_profile as find_rules
from learning.credit.statements import Statement, statement_of
from learning.engine.days import local_day
from learning.mentoring.models import Pair, Suggestion
from learning.mentoring.notes import ShownNote, notes_of
from learning.mentoring.pairs import get_own_apprentice, get_pair
from learning.mentoring.reviews import Piece, pieces_of
from learning.mentoring.suggestions import suggestions_of
from learning.plans.editing import entries_in, plan_of
from learning.plans.models import Plan, PlanEntry
from learning.study.enrolments import enrolments_of
from learning.study.models import Enrolment
from learning.terms import EnrolmentState
from recommender.targets import targets_of


@dataclass(frozen=True)
class Apprentice:
    """All that a mentor needs to talk with one apprentice. No rank, no comparison with others."""

    person: Person
    pair: Pair
    school: str
    result: Profile | None
    grown: Mapping[Domain, Growth]
    targets: Mapping[Domain, float]
    plan: Plan | None
    entries: Sequence[PlanEntry]
    statement: Statement | None
    under_way: Sequence[Enrolment]
    completed: Sequence[Enrolment]
    pieces: Sequence[Piece]
    notes: Sequence[ShownNote]
    suggestions: Sequence[tuple[Suggestion, Course]]

    @property
    def waiting(self) -> Sequence[Piece]:
        """Work that waits, the longest wait first."""
        return [piece for piece in reversed(self.pieces) if piece.submission.reviewer_id is None]

    @property
    def judged(self) -> Sequence[Piece]:
        """Work that was judged, newest first."""
        return [piece for piece in self.pieces if piece.submission.reviewer_id is not None]


def apprentice_overview(session: Session, mentor_id: int, person_id: int, *, now: datetime) -> Apprentice:
    """One of the mentor's own present apprentices, or NotFound."""
    on = local_day(now)
    person = get_own_apprentice(session, mentor_id, person_id, on=on)
    pair = get_pair(session, mentor_id, person_id, on=on)
    place = workplace(session, person_id)
    result = find_profile(session, person_id)
    plan = plan_of(session, person_id, on.year)
    enrolments = enrolments_of(session, person_id)
    has_rules = find_rules(session, STATEMENT_PROFILE) is not None
    return Apprentice(
        person=person,
        pair=pair,
        school=place.name if place else "",
        result=result,
        grown=_grown(session, person_id, result),
        targets=targets_of(session, person.stage),
        plan=plan,
        entries=entries_in(plan),
        statement=statement_of(session, person_id, on=on) if has_rules else None,
        under_way=[one for one in enrolments if one.state is EnrolmentState.ENROLLED],
        completed=[one for one in enrolments if one.state is EnrolmentState.COMPLETED],
        pieces=pieces_of(session, mentor_id, person_id, on=on),
        notes=notes_of(session, pair.id),
        suggestions=suggestions_of(session, pair.id),
    )


def _grown(session: Session, person_id: int, result: Profile | None) -> Mapping[Domain, Growth]:
    """Change since the result before the one that stands."""
    before = [one for one in profiles_of(session, person_id) if result and one.closed_at < result.closed_at]
    return growth(before[-1], result) if before and result else {}
