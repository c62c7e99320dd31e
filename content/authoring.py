"""Writing the catalogue: save a draft, send it to review, publish, retire. Every act leaves its audit entry.

draft -> review -> published -> retired. A published course that changes gets a new version, and what
it said before is kept as a revision; its modules keep their places, because learners' results hang there.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from content.checking import faults_of, gaps_of
from content.drafting import course_terms, draft_digest, draft_of, fill_course, ordered, snapshot_of
from content.formats.course_file import CourseDraft, Fault, refuse_faults
from content.models import Course, CoursePrerequisite, CourseRevision, CourseTerm
from content.terms import CourseState
from core.access import Actor, Role, organisations_within
from core.audit import record
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.people import Organisation

WRITERS = (Role.EDITOR, Role.ADMINISTRATOR)


def save_course(
    session: Session, draft: CourseDraft, *, by: Actor | None, now: datetime, seen: str | None = None
) -> Course:
    """Keep what an editor wrote; a new code makes a new draft course. Saving the same again changes nothing.

    ``seen`` is the digest of what the editor started from; when somebody else saved meanwhile, it is a Conflict.
    """
    refuse_faults(draft.code, faults_of(draft))
    provider = _provider(session, draft.provider, by)
    course = find_course(session, draft.code)
    if course is not None:
        _refuse_foreign(course, by)
    required = _required(session, draft, course)
    if course is None:
        course = Course(state=CourseState.DRAFT, version=1, modules=[], facets=[], competencies=[], prerequisites=[])
        session.add(fill_course(course, draft, provider=provider, required=required))
        return _saved(session, course, draft, provider, by=by, now=now, action="course.create")
    before = draft_of(course)
    if ordered(before) == ordered(draft):
        return course
    if seen is not None and seen != draft_digest(before):
        raise Conflict("course_changed_meanwhile", course=course.code)
    if course.state is CourseState.RETIRED:
        raise Conflict("course_retired", course=course.code)
    if course.state is CourseState.PUBLISHED:
        _keep_revision(session, course, before, draft, by=by, now=now)
    for module in course.modules[len(draft.modules) :]:
        session.delete(module)
    course.modules[len(draft.modules) :] = []
    fill_course(course, draft, provider=provider, required=required)
    return _saved(session, course, draft, provider, by=by, now=now, action="course.change")


def send_to_review(session: Session, course: Course, *, by: Actor | None, now: datetime) -> None:
    """Say that a draft is ready for somebody else's eyes."""
    _move(session, course, CourseState.DRAFT, CourseState.REVIEW, "course.review", by=by, now=now)


def send_back(session: Session, course: Course, *, reason: str, by: Actor | None, now: datetime) -> None:
    """Return a course from review to its writer, with the reason."""
    if not reason.strip():
        raise Invalid("reason_missing")
    _move(session, course, CourseState.REVIEW, CourseState.DRAFT, "course.send_back", by=by, now=now, reason=reason)


def publish(session: Session, course: Course, *, by: Actor | None, now: datetime) -> None:
    """Open a course to teachers; a draft passes through review on the way, and both steps are recorded."""
    refuse_faults(course.code, gaps_of(draft_of(course)))
    _refuse_foreign(course, by)
    unpublished = [link.required for link in course.prerequisites if link.required.state is not CourseState.PUBLISHED]
    if unpublished:
        raise Conflict("prerequisite_not_published", course=course.code, required=unpublished[0].code)
    if course.state is CourseState.DRAFT:
        send_to_review(session, course, by=by, now=now)
    course.published_at = course.published_at or now
    _move(session, course, CourseState.REVIEW, CourseState.PUBLISHED, "course.publish", by=by, now=now)


def retire(session: Session, course: Course, *, by: Actor | None, now: datetime) -> None:
    """Take a course off the shelf: nobody new enrols, and what was earned stays."""
    needed_by = session.scalars(
        select(Course.code)
        .join(CoursePrerequisite, CoursePrerequisite.course_id == Course.id)
        .where(CoursePrerequisite.required_id == course.id, Course.state == CourseState.PUBLISHED)
        .order_by(Course.code)
    ).all()
    if needed_by:
        raise Conflict("course_required_by_others", course=course.code, others="、".join(needed_by))
    course.retired_at = now
    _move(session, course, CourseState.PUBLISHED, CourseState.RETIRED, "course.retire", by=by, now=now)


def find_course(session: Session, code: str) -> Course | None:
    """The course with this code in whatever state, or None."""
    return session.scalar(select(Course).where(Course.code == code))


def get_course_within(session: Session, actor: Actor, code: str, *roles: Role) -> Course:
    """A course in any state whose provider lies in the actor's subtree, or NotFound."""
    found = session.scalar(
        select(Course)
        .join(Organisation, Organisation.id == Course.provider_id)
        .where(Course.code == code, organisations_within(actor, *(roles or WRITERS)))
    )
    if found is None:
        raise NotFound("course_not_found", course=code)
    return found


def providers_within(session: Session, actor: Actor, *roles: Role) -> Sequence[Organisation]:
    """The places for which the actor may write courses, providers first."""
    found = session.scalars(
        select(Organisation)
        .where(organisations_within(actor, *(roles or WRITERS)), Organisation.closed_on.is_(None))
        .order_by(Organisation.path)
    ).all()
    return sorted(found, key=lambda place: (place.level.value != "provider", place.code))


def revisions_of(session: Session, course: Course) -> Sequence[CourseRevision]:
    """What the course said before, newest first."""
    return session.scalars(
        select(CourseRevision).where(CourseRevision.course_id == course.id).order_by(CourseRevision.version.desc())
    ).all()


def index_course(session: Session, course: Course, draft: CourseDraft, provider: Organisation) -> None:
    """Make the course findable by its present words."""
    session.execute(delete(CourseTerm).where(CourseTerm.course_id == course.id))
    rows = term_rows(course, draft, provider)
    session.execute(insert(CourseTerm), rows)


def term_rows(course: Course, draft: CourseDraft, provider: Organisation) -> list[dict[str, object]]:
    """The rows of the search index for one course."""
    terms = course_terms(draft, provider.name)
    return [{"course_id": course.id, "token": token, "weight": weight} for token, weight in terms.items()]


def find_cycle(links: Mapping[str, Collection[str]], start: str) -> list[str]:
    """A way back to ``start`` along what requires what, as the codes passed; empty when there is none.

    Examples
    --------
    >>> find_cycle({"A": ["B"], "B": ["C"], "C": ["A"]}, "A")
    ['A', 'B', 'C', 'A']
    """
    trail: list[tuple[str, list[str]]] = [(start, [start])]
    seen: set[str] = set()
    while trail:
        code, way = trail.pop()
        for required in links.get(code, ()):
            if required == start:
                return [*way, start]
            if required not in seen:
                seen.add(required)
                trail.append((required, [*way, required]))
    return []


def _provider(session: Session, code: str, by: Actor | None) -> Organisation:
    provider = session.scalar(select(Organisation).where(Organisation.code == code))
    if provider is None:
        raise Invalid("provider_unknown", provider=code)
    if by is not None and not by.may_act_at(provider.path, *WRITERS):
        raise NotAllowed("provider_outside_reach", provider=provider.name)
    return provider


def _refuse_foreign(course: Course, by: Actor | None) -> None:
    """A course of somebody else's provider is not theirs to change, even by naming an own provider in its place."""
    if by is not None and not by.may_act_at(course.provider.path, *WRITERS):
        raise NotAllowed("course_outside_reach", course=course.code, provider=course.provider.name)


def _required(session: Session, draft: CourseDraft, course: Course | None) -> Sequence[Course]:
    found = session.scalars(select(Course).where(Course.code.in_(draft.prerequisites))).all()
    missing = sorted(set(draft.prerequisites) - {other.code for other in found})
    refuse_faults(draft.code, [Fault("prerequisites", "prerequisite_unknown", {"value": code}) for code in missing])
    if course is not None and found:
        links = prerequisite_links(session)
        links[draft.code] = list(draft.prerequisites)
        cycle = find_cycle(links, draft.code)
        if cycle:
            raise Invalid("prerequisites_in_a_circle", course=draft.code, circle=" → ".join(cycle))
    return found


def prerequisite_links(session: Session) -> dict[str, list[str]]:
    """Which codes each course requires, over the whole catalogue."""
    codes = {key: code for key, code in session.execute(select(Course.id, Course.code))}  # noqa: C416
    links: dict[str, list[str]] = {}
    for course_id, required_id in session.execute(select(CoursePrerequisite.course_id, CoursePrerequisite.required_id)):
        links.setdefault(codes[course_id], []).append(codes[required_id])
    return links


def _keep_revision(
    session: Session, course: Course, before: CourseDraft, after: CourseDraft, *, by: Actor | None, now: datetime
) -> None:
    """Keep what a published course said; refuse to take a part away from under those who study it."""
    kinds = [module.kind for module in before.modules]
    if [module.kind for module in after.modules][: len(kinds)] != kinds:
        raise Conflict("published_modules_stay", course=course.code, n_modules=len(kinds))
    refuse_faults(course.code, gaps_of(after))
    session.add(
        CourseRevision(
            course_id=course.id, version=course.version, at=now, actor_id=by.person_id if by else None,
            snapshot=snapshot_of(before),
        )
    )  # fmt: skip
    course.version += 1


def _saved(
    session: Session, course: Course, draft: CourseDraft, provider: Organisation, *,
    by: Actor | None, now: datetime, action: str,
) -> Course:  # fmt: skip
    session.flush()
    session.expire(course, ["provider"])
    index_course(session, course, draft, provider)
    record(
        session, action, actor=by, subject_kind="course", subject_id=course.id, now=now,
        organisation_id=provider.id, code=course.code, version=course.version,
    )  # fmt: skip
    return course


def _move(
    session: Session, course: Course, before: CourseState, after: CourseState, action: str, *,
    by: Actor | None, now: datetime, **detail: object,
) -> None:  # fmt: skip
    _refuse_foreign(course, by)
    if course.state is not before:
        raise Conflict("course_state_moved_on", course=course.code, state=course.state, wanted=after)
    course.state = after
    session.flush()
    record(
        session, action, actor=by, subject_kind="course", subject_id=course.id, now=now,
        organisation_id=course.provider_id, code=course.code, version=course.version, **detail,
    )  # fmt: skip
