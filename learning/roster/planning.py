"""The dry run: what each row of a people workbook would do, decided without writing anything."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from content.formats.rows import Diff, Refusal, RowDiff, RowOutcome, diff_row
from content.formats.workbook import read_rows
from core.access import Actor, Grant, Role
from core.people import Organisation, Person, Post, Subject
from learning.engine.days import local_day
from learning.roster import columns
from learning.roster.columns import word_of
from learning.roster.reading import Draft, missing_columns, read_drafts
from learning.roster.standing import Standing, gather

MOVING_ROLES = (Role.TEACHER, Role.MENTOR)  # what a person is wherever they work; other roles end with the post


@dataclass(frozen=True)
class PlannedRow:
    """One row with all that applying it needs."""

    draft: Draft
    diff: RowDiff
    person: Person | None
    place: Organisation | None  # where the row puts the person
    post: Post | None  # the open post
    grants: tuple[Grant, ...]  # roles held now


@dataclass(frozen=True)
class Plan:
    """A whole workbook, ready to be looked at and then applied."""

    rows: tuple[PlannedRow, ...]
    diff: Diff

    @property
    def fingerprint(self) -> str:
        """Stands for exactly this dry run: applying asks for it, so that what was seen is what is done."""
        return hashlib.sha256(self.diff.to_json().encode()).hexdigest()[:32]


def dry_run(session: Session, data: bytes, name: str, *, by: Actor | None, now: datetime) -> Plan:
    """What the workbook would do, row by row; ``by`` None is the command line."""
    sheet = read_rows(data, name, known=columns.known_headers())
    general = missing_columns(sheet)
    if general:
        return Plan((), Diff((), general))
    today = local_day(now)
    drafts = read_drafts(sheet, today=today)
    standing = gather(session, drafts, by=by)
    rows = tuple(_plan_row(draft, standing, by=by, today=today) for draft in drafts)
    return Plan(rows, Diff(tuple(row.diff for row in rows)))


def _plan_row(draft: Draft, standing: Standing, *, by: Actor | None, today: date) -> PlannedRow:
    person = standing.find_person(draft)
    if person is None and not draft.roles:
        draft = replace(draft, roles=(Role.TEACHER,))
    place = standing.places.get(draft.school_code)
    refusals = [*draft.refusals, *_refuse_place(draft, person, place), *_refuse_email(draft, person, standing)]
    if person is None:
        refusals += _refuse_new(draft, standing)
        before = None
    else:
        refusals += _refuse_known(draft, person, standing, by=by, today=today)
        before = _before(draft, person, standing)
    grants = tuple(standing.grants.get(person.id, ())) if person else ()
    diff = diff_row(
        draft.row, draft.staff_no, draft.name, before=before, after=_after(draft, place), refusals=refusals
    )  # fmt: skip
    return PlannedRow(draft, diff, person, place, standing.posts.get(person.id) if person else None, grants)


def _refuse_place(draft: Draft, person: Person | None, place: Organisation | None) -> list[Refusal]:
    if draft.school_code and place is None:
        return [Refusal(draft.row, columns.SCHOOL, "roster_school_unknown", {"code": draft.school_code})]
    if not draft.school_code and person is None:
        return [Refusal(draft.row, columns.SCHOOL, "roster_cell_empty")]
    return []


def _refuse_email(draft: Draft, person: Person | None, standing: Standing) -> list[Refusal]:
    holder = standing.email_holders.get(draft.email or "")
    if holder is not None and (person is None or holder != person.id):
        return [Refusal(draft.row, columns.EMAIL, "roster_email_taken", {"email": draft.email})]
    return []


def _refuse_new(draft: Draft, standing: Standing) -> list[Refusal]:
    twin = standing.find_zero_twin(draft.staff_no) if draft.staff_no.isdigit() else None
    if twin is not None:
        return [Refusal(draft.row, columns.STAFF_NO, "roster_zeros_lost", {"text": draft.staff_no, "known": twin})]
    return []


def _refuse_known(
    draft: Draft, person: Person, standing: Standing, *, by: Actor | None, today: date
) -> list[Refusal]:  # fmt: skip
    at = standing.place_of.get(person.id)
    if by is not None and (at is None or not by.may_act_at(at.path, Role.ADMINISTRATOR)):
        return [Refusal(draft.row, columns.STAFF_NO, "roster_person_elsewhere", {"text": draft.staff_no})]
    if not person.is_active:
        return [Refusal(draft.row, columns.STAFF_NO, "roster_person_inactive", {"text": draft.staff_no})]
    if by is not None and not all(
        grant.role is Role.TEACHER or by.may_act_at(grant.organisation.path, Role.ADMINISTRATOR)
        for grant in standing.grants.get(person.id, ())
    ):
        return [Refusal(draft.row, columns.STAFF_NO, "roster_wider_role", {"text": draft.staff_no})]
    if by is not None and by.person_id == person.id and not _holds_all(draft, standing, at):
        return [Refusal(draft.row, columns.ROLES, "own_role")]
    post = standing.posts.get(person.id)
    if post is not None and post.started_on > today and draft.school_code not in ("", at.code if at else ""):
        return [Refusal(draft.row, columns.SCHOOL, "roster_post_not_begun", {"on": post.started_on.isoformat()})]
    return []


def _holds_all(draft: Draft, standing: Standing, at: Organisation | None) -> bool:
    """Whether the row gives its person no role they do not hold already where it puts them."""
    goes_to = standing.places.get(draft.school_code) or at
    grants = standing.grants.get(standing.people[draft.staff_no.lower()].id, ())
    held = {grant.role for grant in grants if goes_to is not None and grant.organisation_id == goes_to.id}
    return held.issuperset(draft.roles)


def _after(draft: Draft, place: Organisation | None) -> dict[str, str]:
    """What the row says, under our headers; a column it is silent about is left as it stands."""
    said = {
        columns.NAME: draft.name,
        columns.EMAIL: draft.email or "",
        columns.SCHOOL: _place_words(place),
        columns.STAGE: word_of(columns.STAGE, draft.stage),
        columns.SCHOOL_LEVEL: word_of(columns.SCHOOL_LEVEL, draft.school_level),
        columns.SUBJECT: word_of(columns.SUBJECT, draft.main_subject),
        columns.OTHER_SUBJECTS: _subject_words(draft.other_subjects),
        columns.TEACHING_SINCE: draft.teaching_since.isoformat() if draft.teaching_since else "",
        columns.ROLES: _role_words(draft.roles),
    }
    return {column: text for column, text in said.items() if text}


def _before(draft: Draft, person: Person, standing: Standing) -> dict[str, str]:
    """What stands now; roles count as standing when every role the row names is held at its place."""
    at = standing.place_of.get(person.id)
    goes_to = standing.places.get(draft.school_code) or at
    return {
        columns.NAME: person.name,
        columns.EMAIL: person.email or "",
        columns.SCHOOL: _place_words(at),
        columns.STAGE: word_of(columns.STAGE, person.stage),
        columns.SCHOOL_LEVEL: word_of(columns.SCHOOL_LEVEL, person.school_level),
        columns.SUBJECT: word_of(columns.SUBJECT, person.main_subject),
        columns.OTHER_SUBJECTS: _subject_words(tuple(Subject(value) for value in person.other_subjects)),
        columns.TEACHING_SINCE: person.teaching_since.isoformat() if person.teaching_since else "",
        columns.ROLES: _role_words(_standing_roles(draft, standing.grants.get(person.id, ()), at, goes_to)),
    }


def _standing_roles(
    draft: Draft, grants: Sequence[Grant], at: Organisation | None, goes_to: Organisation | None
) -> tuple[Role, ...]:  # fmt: skip
    stays = at is not None and goes_to is not None and at.id == goes_to.id
    held = {
        grant.role
        for grant in grants
        if at is not None and grant.organisation_id == at.id and (stays or grant.role in MOVING_ROLES)
    }
    return draft.roles if held.issuperset(draft.roles) else tuple(role for role in Role if role in held)


def _place_words(place: Organisation | None) -> str:
    return f"{place.code} {place.name}" if place else ""


def _subject_words(subjects: Sequence[Subject]) -> str:
    return "、".join(word_of(columns.OTHER_SUBJECTS, subject) for subject in Subject if subject in subjects)


def _role_words(roles: Sequence[Role]) -> str:
    return "、".join(word_of(columns.ROLES, role) for role in Role if role in roles)


def is_change(row: PlannedRow) -> bool:
    """Whether applying the row writes anything."""
    return row.diff.outcome in (RowOutcome.NEW, RowOutcome.CHANGED)
