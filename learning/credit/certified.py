"""What a certificate certifies, gathered from the ledger at the moment of issue."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import Document
from core.people import Organisation, Post
from learning.credit.models import LedgerEntry, RuleProfile
from learning.credit.profiles import STATEMENT_PROFILE, active_profiles
from learning.engine.days import local_day
from learning.study.models import Enrolment
from learning.terms import SourceKind


@dataclass(frozen=True)
class Sources:
    """What one certificate rests on: the entries under one profile, and where the holder works."""

    profile: RuleProfile
    entries: Sequence[LedgerEntry]
    school: str


def sources_of(session: Session, enrolments: Sequence[Enrolment]) -> dict[int, Sources]:
    """For each enrolment, what it gave under the statement's profile, else under the first in force that saw it."""
    active = [profile.code for profile in active_profiles(session)]
    profiles = {profile.id: profile for profile in session.scalars(select(RuleProfile))}
    entries: dict[int, list[LedgerEntry]] = defaultdict(list)
    for entry in session.scalars(
        select(LedgerEntry)
        .where(
            LedgerEntry.source_kind == SourceKind.ENROLMENT,
            LedgerEntry.source_id.in_([enrolment.id for enrolment in enrolments]),
        )
        .order_by(LedgerEntry.id)
    ):  # fmt: skip
        entries[entry.source_id].append(entry)
    schools = _workplaces(session, {enrolment.person_id for enrolment in enrolments})
    found = {}
    for enrolment in enrolments:
        profile = min(
            (profiles[entry.profile_id] for entry in entries[enrolment.id]),
            key=lambda profile: (profile.code != STATEMENT_PROFILE, profile.code not in active, profile.id),
        )
        own = [entry for entry in entries[enrolment.id] if profiles[entry.profile_id].code == profile.code]
        found[enrolment.id] = Sources(profile, own, schools.get(enrolment.person_id, ""))
    return found


def facts_of(enrolment: Enrolment, sources: Sources, *, issued_on: date) -> Document:
    """All that the certificate says, as it will be hashed and frozen."""
    course, entries = enrolment.course, sources.entries
    by_mode: Counter[str] = Counter()
    for entry in entries:
        by_mode[entry.mode.value] += entry.hours_hundredths
    days = [entry.earned_on for entry in entries]
    completed_on = local_day(enrolment.completed_at) if enrolment.completed_at else max(days)
    return {
        "serial": f"SC-{issued_on.year}-{enrolment.id:08d}",
        "holder": enrolment.person.name,
        "school": sources.school,
        "course": course.title,
        "course_code": course.code,
        "course_version": course.version,
        "provider": course.provider.name,
        "family": course.family.value,
        "hours_hundredths": sum(by_mode.values()),
        "by_mode": dict(sorted(by_mode.items())),
        "practice_hundredths": sum(entry.hours_hundredths for entry in entries if entry.is_practice),
        "started_on": min([*days, local_day(enrolment.enrolled_at)]).isoformat(),
        "completed_on": completed_on.isoformat(),
        "issued_on": issued_on.isoformat(),
        "rules": {"code": sources.profile.code, "version": sources.profile.version, "name": sources.profile.name},
        "entries": [entry.id for entry in entries],
    }


def _workplaces(session: Session, person_ids: set[int]) -> dict[int, str]:
    rows = session.execute(
        select(Post.person_id, Organisation.name)
        .join(Organisation, Organisation.id == Post.organisation_id)
        .where(Post.person_id.in_(person_ids), Post.ended_on.is_(None))
    )
    return {row.person_id: row.name for row in rows}
