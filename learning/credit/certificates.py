"""Certificates of completed courses: what they say is frozen at issue and held by a hash.

A certificate goes out of force when hours it rests on are taken back, and comes into force again when they
are given back; its facts never change.
"""

import hashlib
import json
import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import case, exists, func, select, true
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from content.models import Course
from core.audit import AuditEntry, record
from core.db import Document
from core.errors import NotFound
from core.outbox import tell
from learning.credit.certified import Sources, facts_of, sources_of
from learning.credit.glyphs import missing_characters
from learning.credit.models import Certificate, LedgerEntry
from learning.credit.printing import certificate_pdf as certificate_pdf
from learning.engine.days import local_day
from learning.study.models import Enrolment
from learning.terms import EnrolmentState, EntryKind, SourceKind

TOLD_WITHIN = timedelta(days=30)  # of completion; what is older is history that was brought in
CODE_BYTES = 18  # 24 characters in the address: nobody guesses one


def issue_due(
    session: Session,
    *,
    now: datetime,
    limit: int = 500,
    font: Path | None = None,
    as_completed: bool = False,
    person_ids: Collection[int] | None = None,
) -> list[Certificate]:
    """Issue a certificate for every completed course whose hours stand and that has none; safe to run again.

    With a font given, a certificate that it could not print in full is withheld, and the record says which
    character is missing. ``as_completed`` dates each at its completion and tells nobody: for bringing in a history.
    Who completed a course long ago is not told either. ``person_ids`` limits the issue to some people.
    """
    ready = []
    due = _due(session, limit, person_ids)
    for enrolment, sources in due:
        issued_at = (enrolment.completed_at or now) if as_completed else now
        facts = facts_of(enrolment, sources, issued_on=local_day(issued_at))
        missing = missing_characters(json.dumps(facts, ensure_ascii=False), font) if font else ""
        if missing:
            _withhold(session, enrolment, missing, now)
        else:
            ready.append(_draw_up(enrolment, facts, issued_at))
    issued = _put_in_force(session, ready)
    fresh = {enrolment.id for enrolment, _ in due if now - (enrolment.completed_at or now) <= TOLD_WITHIN}
    for certificate in issued:
        if not as_completed and certificate.enrolment_id in fresh:
            _tell(session, certificate, now)
    return issued


def _draw_up(enrolment: Enrolment, facts: Document, issued_at: datetime) -> Certificate:
    return Certificate(
        serial=facts["serial"], public_code=secrets.token_urlsafe(CODE_BYTES), person_id=enrolment.person_id,
        enrolment_id=enrolment.id, issued_at=issued_at, facts=facts, digest=digest_of(facts),
    )  # fmt: skip


def _put_in_force(session: Session, ready: list[Certificate]) -> list[Certificate]:
    """All at once; when another process issues in the same moment, one by one, leaving out what it issued."""
    try:
        with session.begin_nested():
            session.add_all(ready)
    except IntegrityError:
        if len(ready) > 1:
            return [done for certificate in ready for done in _put_in_force(session, [certificate])]
        return []
    return ready


def digest_of(facts: Document) -> str:
    """sha256 over the canonical form of what a certificate says."""
    canonical = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def is_intact(certificate: Certificate) -> bool:
    """Whether what the certificate says is still what was issued."""
    return digest_of(certificate.facts) == certificate.digest


def find_by_code(session: Session, code: str) -> Certificate | None:
    """The certificate behind a public code, in force or not."""
    return session.scalar(select(Certificate).where(Certificate.public_code == code))


def certificates_of(session: Session, person_id: int) -> Sequence[Certificate]:
    """A person's certificates, newest first."""
    return session.scalars(
        select(Certificate).where(Certificate.person_id == person_id)
        .order_by(Certificate.issued_at.desc(), Certificate.id.desc())
    ).all()  # fmt: skip


def get_own_certificate(session: Session, certificate_id: int, *, person_id: int) -> Certificate:
    """One of a person's certificates, or NotFound."""
    found = session.scalar(
        select(Certificate).where(Certificate.id == certificate_id, Certificate.person_id == person_id)
    )
    if found is None:
        raise NotFound("certificate_not_found", id=certificate_id)
    return found


def revoke(session: Session, enrolment_id: int, *, reason: str, now: datetime) -> None:
    """Put the certificate of an enrolment out of force, if it has one in force."""
    found = _of_enrolment(session, enrolment_id)
    if found is not None and found.revoked_at is None:
        found.revoked_at, found.revoked_reason = now, reason
        session.flush()


def reinstate(session: Session, enrolment_id: int) -> None:
    """Put the certificate of an enrolment into force again: all its hours were given back."""
    found = _of_enrolment(session, enrolment_id)
    if found is not None and found.revoked_at is not None:
        found.revoked_at, found.revoked_reason = None, ""
        session.flush()


def masked(name: str) -> str:
    """A name as strangers may see it: the first character, and one star for each other.

    Examples
    --------
    >>> masked("林一"), masked("欧阳小满")
    ('林*', '欧***')
    """
    return name[:1] + "*" * (len(name) - 1)


def _of_enrolment(session: Session, enrolment_id: int) -> Certificate | None:
    return session.scalar(select(Certificate).where(Certificate.enrolment_id == enrolment_id))


def _due(session: Session, limit: int, person_ids: Collection[int] | None) -> list[tuple[Enrolment, Sources]]:
    """Completed, without a certificate, not withheld, and no hour of it taken back; with what each rests on."""
    hours, posted = LedgerEntry.hours_hundredths, (LedgerEntry.kind == EntryKind.POST) & (LedgerEntry.round_no == 1)
    whole = (
        select(LedgerEntry.source_id)
        .where(LedgerEntry.source_kind == SourceKind.ENROLMENT)
        .group_by(LedgerEntry.source_id, LedgerEntry.profile_id)
        .having(func.sum(hours) == func.sum(case((posted, hours), else_=0)))
    )
    withheld = exists().where(
        AuditEntry.subject_kind == "enrolment", AuditEntry.subject_id == Enrolment.id,
        AuditEntry.action == "certificate.withhold",
    )  # fmt: skip
    enrolments = session.scalars(
        select(Enrolment)
        .options(joinedload(Enrolment.person), joinedload(Enrolment.course).joinedload(Course.provider))
        .where(
            Enrolment.state == EnrolmentState.COMPLETED, Enrolment.id.in_(whole), ~withheld,
            ~exists().where(Certificate.enrolment_id == Enrolment.id),
            true() if person_ids is None else Enrolment.person_id.in_(person_ids),
        )
        .order_by(Enrolment.completed_at, Enrolment.id).limit(limit)
    ).all()  # fmt: skip
    sources = sources_of(session, enrolments)
    return [(enrolment, sources[enrolment.id]) for enrolment in enrolments]


def _withhold(session: Session, enrolment: Enrolment, missing: str, now: datetime) -> None:
    record(
        session, "certificate.withhold", actor=None, subject_kind="enrolment", subject_id=enrolment.id, now=now,
        person_id=enrolment.person_id, missing=missing,
    )  # fmt: skip


def _tell(session: Session, certificate: Certificate, now: datetime) -> None:
    tell(
        session, "certificate.issued", recipient_id=certificate.person_id, subject_kind="certificate",
        subject_id=certificate.id, due_slot="issued", link="/credit/certificates", now=now,
        course=certificate.facts["course"], serial=certificate.serial,
    )  # fmt: skip
