"""Taking the last people workbook back: what it opened is closed, what it changed is restored."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from core import audit
from core.access import (
    READERS,
    Actor,
    Credential,
    Grant,
    PasswordReset,
    Role,
    check_outranks,
    get_person_within,
    organisations_within,
)
from core.audit import BatchKind, ImportBatch
from core.db import Base, Document
from core.errors import Conflict, NotFound
from core.outbox import Message, OptOut
from core.people import CareerStage, Organisation, Person, Post, SchoolLevel, Subject
from learning.roster.importing import kept

# Rows an import or the account itself makes: they are no record of work and go with the person.
OWN_TABLES = {Post, Grant, Credential, PasswordReset, Message, OptOut}
READ_BACK = {"stage": CareerStage, "school_level": SchoolLevel, "main_subject": Subject, "teaching_since": date}


def batches_of(session: Session, actor: Actor, *, limit: int = 20) -> Sequence[ImportBatch]:
    """People workbooks applied inside the actor's subtree, newest first."""
    return session.scalars(
        select(ImportBatch)
        .where(ImportBatch.kind == BatchKind.PEOPLE, _within(actor, *READERS))
        .order_by(ImportBatch.id.desc()).limit(limit)
    ).all()  # fmt: skip


def get_batch(session: Session, actor: Actor | None, batch_id: int, *roles: Role) -> ImportBatch:
    """A people workbook inside the actor's subtree, or NotFound; ``actor`` None is the command line."""
    query = select(ImportBatch).where(ImportBatch.id == batch_id, ImportBatch.kind == BatchKind.PEOPLE)
    found = session.scalar(query.where(_within(actor, *roles)) if actor is not None else query)
    if found is None:
        raise NotFound("people_batch_not_found", id=batch_id)
    return found


def is_last(session: Session, batch: ImportBatch) -> bool:
    """Whether no later workbook of the same office still stands on it."""
    later = select(ImportBatch.id).where(
        ImportBatch.kind == BatchKind.PEOPLE, ImportBatch.id > batch.id, ImportBatch.undone_at.is_(None),
        ImportBatch.organisation_id == batch.organisation_id
        if batch.organisation_id is not None
        else ImportBatch.organisation_id.is_(None),
    )  # fmt: skip
    return batch.undone_at is None and session.scalar(later.limit(1)) is None


def undo_import(session: Session, batch: ImportBatch, *, by: Actor | None, now: datetime) -> None:
    """Take a batch back as a whole, or refuse: it is not the last, or people have moved on since."""
    if batch.undone_at is not None:
        raise Conflict("people_batch_undone_already")
    if not is_last(session, batch):
        raise Conflict("people_batch_not_last")
    new_ids = [change["person_id"] for change in batch.changes if change["kind"] == "new"]
    _refuse_if_recorded(session, new_ids)
    for change in reversed(batch.changes):
        if change["kind"] == "changed":
            if by is not None:  # they may have moved on since, or risen
                get_person_within(session, by, change["person_id"], Role.ADMINISTRATOR)
                check_outranks(session, by, change["person_id"])
            _restore(session, change, batch, now=now)
    _take_out(session, new_ids)
    batch.undone_at = now
    session.flush()
    audit.record(
        session, "people.import_undo", actor=by, subject_kind="import_batch", subject_id=batch.id, now=now,
        organisation_id=batch.organisation_id, file=batch.file_name, n_new=batch.n_new, n_changed=batch.n_changed,
    )  # fmt: skip


def _within(actor: Actor, *roles: Role) -> ColumnElement[bool]:
    return ImportBatch.organisation_id.in_(select(Organisation.id).where(organisations_within(actor, *roles)))


def _refuse_if_recorded(session: Session, person_ids: Sequence[int]) -> None:
    """Nobody is taken out who has done anything: any row anywhere that names them is a record."""
    own = {model.__table__ for model in OWN_TABLES}
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if table in own or not any(key.column.table is Person.__table__ for key in column.foreign_keys):
                continue
            for start in range(0, len(person_ids), 500):
                found = session.scalar(
                    select(column).where(column.in_(person_ids[start : start + 500])).limit(1)
                )  # fmt: skip
                if found is not None:
                    person = session.get_one(Person, found)
                    raise Conflict("people_batch_has_records", name=person.name, staff_no=person.staff_no)


def _take_out(session: Session, person_ids: Sequence[int]) -> None:
    """Remove people who came with the batch and did nothing; the batch and the audit entry remember them."""
    for start in range(0, len(person_ids), 500):
        ids = person_ids[start : start + 500]
        session.execute(delete(Message).where(Message.recipient_id.in_(ids)))
        for model in (Post, Grant, Credential, PasswordReset, OptOut):
            session.execute(delete(model).where(model.person_id.in_(ids)))
        session.execute(delete(Person).where(Person.id.in_(ids)))


def _restore(session: Session, change: Document, batch: ImportBatch, *, now: datetime) -> None:
    """Put one person's fields, post and roles back; refused when somebody changed them again since."""
    person = session.get_one(Person, change["person_id"])
    for field, after in change["after"].items():
        if kept(getattr(person, field)) != after:
            raise Conflict("people_batch_changed_since", name=person.name, staff_no=person.staff_no)
    for field, before in change["before"].items():
        setattr(person, field, _read_back(field, before))
    person.name_sort = change["name_sort"]
    if "move" in change:
        _move_back(session, person, change["move"])
    given = {(given["role"], given["organisation_id"]) for given in change["gave"]}
    for grant in session.scalars(
        select(Grant).where(
            Grant.person_id == person.id, Grant.revoked_at.is_(None), Grant.granted_at == batch.applied_at
        )
    ):
        if (grant.role.value, grant.organisation_id) in given:
            grant.revoked_at = now
    session.flush()
    for grant in session.scalars(select(Grant).where(Grant.id.in_(change["revoked"]))):
        grant.revoked_at = None
    session.flush()


def _move_back(session: Session, person: Person, move: Document) -> None:
    post = session.get(Post, move["post_id"])
    if post is None or post.ended_on is not None:
        raise Conflict("people_batch_changed_since", name=person.name, staff_no=person.staff_no)
    if move["is_corrected"]:
        post.organisation_id = move["was_at"]
        return
    session.delete(post)
    session.flush()
    if move["closed_id"] is not None:
        session.get_one(Post, move["closed_id"]).ended_on = None


def _read_back(field: str, value: object) -> object:
    if value is None or field not in READ_BACK:
        return value
    return date.fromisoformat(str(value)) if field == "teaching_since" else READ_BACK[field](value)
