"""Bringing people in from a workbook: all rows or none, and nothing when it is run again."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from core import audit
from core.access import Actor, Grant, Role
from core.audit import BatchKind, ImportBatch
from core.db import Document
from core.errors import Conflict, Invalid
from core.people import Organisation, Person, Post
from learning.engine.days import local_day
from learning.roster.names import name_sort
from learning.roster.planning import MOVING_ROLES, Plan, PlannedRow, dry_run, is_change
from learning.roster.reading import Draft

FIELDS = ("name", "email", "stage", "school_level", "main_subject", "other_subjects", "teaching_since")


def import_people(
    session: Session, data: bytes, name: str, *, by: Actor | None, now: datetime, seen: str | None = None
) -> tuple[Plan, ImportBatch | None]:
    """Apply a workbook: refused as a whole when one row is; no batch when everything stands already.

    ``seen`` is the fingerprint of the dry run the person looked at; if the world moved since, they look again.
    """
    plan = dry_run(session, data, name, by=by, now=now)
    if not plan.diff.is_clean:
        raise Invalid("people_import_refused", n=len(plan.diff.refusals))
    if seen is not None and seen != plan.fingerprint:
        raise Conflict("people_import_world_moved")
    rows = [row for row in plan.rows if is_change(row)]
    if not rows:
        return plan, None
    batch = ImportBatch(
        kind=BatchKind.PEOPLE, file_name=name, digest=hashlib.sha256(data).hexdigest(),
        organisation_id=_own_top(by), applied_by=by.person_id if by else None, applied_at=now,
        n_new=plan.diff.n_new, n_changed=plan.diff.n_changed, n_unchanged=plan.diff.n_unchanged,
    )  # fmt: skip
    session.add(batch)
    batch.changes = [
        *_admit_all(session, [row for row in rows if row.person is None], by=by, now=now),
        *(_change(session, row, by=by, now=now) for row in rows if row.person is not None),
    ]
    session.flush()
    _record(session, batch, by=by, now=now)
    return plan, batch


def _record(session: Session, batch: ImportBatch, *, by: Actor | None, now: datetime) -> None:
    audit.record(
        session, "people.import", actor=by, subject_kind="import_batch", subject_id=batch.id, now=now,
        organisation_id=batch.organisation_id, file=batch.file_name, digest=batch.digest,
        n_new=batch.n_new, n_changed=batch.n_changed,
    )  # fmt: skip
    for change in batch.changes:
        for grant in change["gave"]:
            if grant["role"] != Role.TEACHER:
                audit.record(
                    session, "role.give", actor=by, subject_kind="person", subject_id=change["person_id"], now=now,
                    organisation_id=grant["organisation_id"], role=grant["role"], batch=batch.id,
                )  # fmt: skip


def _own_top(by: Actor | None) -> int | None:
    """The organisation at the top of the actor's subtree: whose administrators see the batch."""
    paths = by.paths(Role.ADMINISTRATOR) if by is not None else ()
    return int(min(paths, key=len).strip("/").split("/")[-1]) if paths else None


def _admit_all(
    session: Session, rows: Sequence[PlannedRow], *, by: Actor | None, now: datetime
) -> list[Document]:  # fmt: skip
    """Take in everybody who is new, with a post and roles, in three writes whatever their number."""
    people = [_new_person(row.draft, now) for row in rows]
    session.add_all(people)
    session.flush()
    today = local_day(now)
    changes = []
    for row, person in zip(rows, people, strict=True):
        place = _place(row)
        session.add(Post(person_id=person.id, organisation_id=place.id, started_on=today))
        gave = [_grant(session, person.id, role, place.id, by=by, now=now) for role in row.draft.roles]
        changes.append(
            {"kind": "new", "row": row.draft.row, "person_id": person.id, "staff_no": person.staff_no, "gave": gave}
        )
    session.flush()
    return changes


def _new_person(draft: Draft, now: datetime) -> Person:
    return Person(
        staff_no=draft.staff_no, name=draft.name, name_sort=name_sort(draft.name), email=draft.email,
        stage=draft.stage, school_level=draft.school_level, main_subject=draft.main_subject,
        other_subjects=[subject.value for subject in draft.other_subjects], teaching_since=draft.teaching_since,
        joined_at=now,
    )  # fmt: skip


def _change(session: Session, row: PlannedRow, *, by: Actor | None, now: datetime) -> Document:
    """Write what a row changes about somebody known, and note what it was before."""
    person, draft = row.person, row.draft
    if person is None:
        raise ValueError("a row without a person changes nobody")
    before: Document = {}
    after: Document = {}
    for field in FIELDS:
        said = getattr(draft, field)
        said = [subject.value for subject in said] if field == "other_subjects" else said
        if said and said != getattr(person, field):
            before[field], after[field] = kept(getattr(person, field)), kept(said)
            setattr(person, field, said)
    sort_before = person.name_sort
    person.name_sort = name_sort(person.name)
    moves = row.place is not None and (row.post is None or row.post.organisation_id != row.place.id)
    change: Document = {
        "kind": "changed", "row": draft.row, "person_id": person.id, "staff_no": person.staff_no,
        "before": before, "after": after, "name_sort": sort_before, "gave": [], "revoked": [],
    }  # fmt: skip
    if moves:
        change["move"] = _move(session, row, on=local_day(now))
        _carry_roles(session, row, change, by=by, now=now)
    _give_missing(session, row, change, by=by, now=now)
    session.flush()
    return change


def _move(session: Session, row: PlannedRow, *, on: date) -> Document:
    """Close the open post and open the new one; a post opened this very day is put right in place."""
    place, post = _place(row), row.post
    if post is not None and post.started_on >= on:
        noted = {"post_id": post.id, "was_at": post.organisation_id, "closed_id": None, "is_corrected": True}
        post.organisation_id = place.id
        return noted
    if post is not None:
        post.ended_on = on - timedelta(days=1)
        session.flush()
    opened = Post(person_id=row.person.id if row.person else 0, organisation_id=place.id, started_on=on)
    session.add(opened)
    session.flush()
    return {
        "post_id": opened.id, "was_at": post.organisation_id if post else None,
        "closed_id": post.id if post else None, "is_corrected": False,
    }  # fmt: skip


def _carry_roles(session: Session, row: PlannedRow, change: Document, *, by: Actor | None, now: datetime) -> None:
    """Roles at the school a person leaves end; being a teacher or a mentor goes along."""
    left_id = change["move"]["was_at"]
    for grant in row.grants:
        if grant.organisation_id == left_id:
            grant.revoked_at = now
            change["revoked"].append(grant.id)
            if grant.role in MOVING_ROLES:
                change["gave"].append(
                    _grant(session, grant.person_id, grant.role, _place(row).id, by=by, now=now)
                )  # fmt: skip


def _give_missing(session: Session, row: PlannedRow, change: Document, *, by: Actor | None, now: datetime) -> None:
    """Roles the row names and the person does not hold at their place."""
    at_id = row.place.id if row.place else row.post.organisation_id if row.post else None
    if at_id is None or row.person is None:
        return
    held = {g.role for g in row.grants if g.organisation_id == at_id and g.revoked_at is None}
    held |= {Role(given["role"]) for given in change["gave"]}
    for role in row.draft.roles:
        if role not in held:
            change["gave"].append(_grant(session, row.person.id, role, at_id, by=by, now=now))


def _grant(
    session: Session, person_id: int, role: Role, organisation_id: int, *, by: Actor | None, now: datetime
) -> Document:  # fmt: skip
    session.add(
        Grant(
            person_id=person_id, role=role, organisation_id=organisation_id, granted_at=now,
            granted_by=by.person_id if by else None,
        )
    )  # fmt: skip
    return {"role": role.value, "organisation_id": organisation_id}


def _place(row: PlannedRow) -> Organisation:
    if row.place is None:
        raise ValueError("a row was planned without its place")
    return row.place


def kept(value: object) -> object:
    """A field as JSON keeps it."""
    return value.isoformat() if isinstance(value, date) else value
