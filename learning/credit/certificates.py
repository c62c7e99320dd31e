"""Certificates of completed courses: what they say is frozen at issue and held by a hash.

A certificate goes out of force when hours it rests on are taken back, and comes into force again when they
are given back; its facts never change.
"""

import hashlib
import json
import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import exists, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from content.models import Course
from core.audit import AuditEntry, record
from core.db import Document
from core.errors import NotFound
from core.outbox import tell
from core.people import workplace
from learning.credit.glyphs import missing_characters
from learning.credit.models import Certificate, LedgerEntry, RuleProfile
from learning.credit.printing import certificate_pdf as certificate_pdf
from learning.credit.profiles import STATEMENT_PROFILE, active_profiles
from learning.engine.days import local_day
from learning.study.models import Enrolment
from learning.terms import EnrolmentState, SourceKind

CODE_BYTES = 18  # 24 characters in the address: nobody guesses one


def issue_due(session: Session, *, now: datetime, limit: int = 500, font: Path | None = None) -> list[Certificate]:
    """Issue a certificate for every completed course whose hours stand and that has none; safe to run again.

    With a font given, a certificate that it could not print in full is withheld, and the record says which
    character is missing.
    """
    issued = []
    for enrolment in _due(session, limit):
        facts = _facts(session, enrolment, now)
        missing = missing_characters(json.dumps(facts, ensure_ascii=False), font) if font else ""
        if missing:
            _withhold(session, enrolment, missing, now)
            continue
        certificate = Certificate(
            serial=facts["serial"], public_code=secrets.token_urlsafe(CODE_BYTES), person_id=enrolment.person_id,
            enrolment_id=enrolment.id, issued_at=now, facts=facts, digest=digest_of(facts),
        )  # fmt: skip
        try:
            with session.begin_nested():
                session.add(certificate)
        except IntegrityError:
            continue  # issued by another process in the same moment
        _tell(session, certificate, now)
        issued.append(certificate)
    return issued


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


def _due(session: Session, limit: int) -> Sequence[Enrolment]:
    """Completed, without a certificate, not withheld, and no hour of it taken back."""
    standing = (
        select(LedgerEntry.source_id)
        .where(LedgerEntry.source_kind == SourceKind.ENROLMENT)
        .group_by(LedgerEntry.source_id, LedgerEntry.profile_id)
        .having(func.sum(LedgerEntry.hours_hundredths) > 0)
    )
    withheld = exists().where(
        AuditEntry.subject_kind == "enrolment", AuditEntry.subject_id == Enrolment.id,
        AuditEntry.action == "certificate.withhold",
    )  # fmt: skip
    return session.scalars(
        select(Enrolment)
        .options(joinedload(Enrolment.person), joinedload(Enrolment.course).joinedload(Course.provider))
        .where(
            Enrolment.state == EnrolmentState.COMPLETED, Enrolment.id.in_(standing), ~withheld,
            ~exists().where(Certificate.enrolment_id == Enrolment.id),
            ~exists().where(
                LedgerEntry.source_kind == SourceKind.ENROLMENT, LedgerEntry.source_id == Enrolment.id,
                LedgerEntry.reverses_id.is_not(None),
            ),
        )
        .order_by(Enrolment.completed_at, Enrolment.id).limit(limit)
    ).all()  # fmt: skip


def _facts(session: Session, enrolment: Enrolment, now: datetime) -> Document:
    course, person = enrolment.course, enrolment.person
    profile, entries = _entries(session, enrolment.id)
    by_mode: Counter[str] = Counter()
    for entry in entries:
        by_mode[entry.mode.value] += entry.hours_hundredths
    school = workplace(session, person.id)
    completed_at = enrolment.completed_at or now
    return {
        "serial": f"SC-{local_day(now).year}-{enrolment.id:08d}",
        "holder": person.name,
        "school": school.name if school else "",
        "course": course.title,
        "course_code": course.code,
        "course_version": course.version,
        "provider": course.provider.name,
        "family": course.family.value,
        "hours_hundredths": sum(by_mode.values()),
        "by_mode": dict(sorted(by_mode.items())),
        "practice_hundredths": sum(entry.hours_hundredths for entry in entries if entry.is_practice),
        "started_on": min([entry.earned_on for entry in entries] + [local_day(enrolment.enrolled_at)]).isoformat(),
        "completed_on": local_day(completed_at).isoformat(),
        "issued_on": local_day(now).isoformat(),
        "rules": {"code": profile.code, "version": profile.version, "name": profile.name},
        "entries": [entry.id for entry in entries],
    }


def _entries(session: Session, enrolment_id: int) -> tuple[RuleProfile, Sequence[LedgerEntry]]:
    """What the course gave under the statement's profile, or under the first active one that saw it."""
    entries = session.scalars(
        select(LedgerEntry).options(joinedload(LedgerEntry.profile))
        .where(LedgerEntry.source_kind == SourceKind.ENROLMENT, LedgerEntry.source_id == enrolment_id)
        .order_by(LedgerEntry.id)
    ).all()  # fmt: skip
    active = [profile.code for profile in active_profiles(session)]
    wanted = sorted(
        {entry.profile.id: entry.profile for entry in entries}.values(),
        key=lambda profile: (profile.code != STATEMENT_PROFILE, profile.code not in active, profile.id),
    )[0]
    return wanted, [entry for entry in entries if entry.profile.code == wanted.code]


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
