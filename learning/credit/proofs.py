"""Proof of the ledger: every account computed again from the evidence, and compared with what stands."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from content.terms import DeliveryMode
from learning.credit.certificates import is_intact
from learning.credit.evidence import Earned, evidence_of
from learning.credit.models import Certificate, LedgerEntry, RuleProfile
from learning.credit.profiles import rules_in
from learning.engine.credit_rules import CreditRules, credit_steps
from learning.study.models import Enrolment, ModuleResult
from learning.terms import EntryKind, SourceKind

CHUNK = 5000


@dataclass(frozen=True)
class Finding:
    """Something that should be impossible: which proof failed, and the row where it shows."""

    check: str
    table: str
    row: int
    detail: str


@dataclass(frozen=True)
class _Account:
    """What was posted (taken back or not) under one profile's code."""

    rules: CreditRules
    is_active: bool
    is_one_version: bool  # credit is computed again only where the rates never changed
    posts: Mapping[str, tuple[int, bool, int]]  # source key -> (entry id, practice, credit), first rounds
    on_days: Mapping[tuple[int, date], int]  # face-to-face posts of a person on a day


def unsourced_entries(session: Session) -> Iterator[Finding]:
    """No posting without a source: an enrolment of that person in that course, with results."""
    sourced = (
        exists()
        .where(
            Enrolment.id == LedgerEntry.source_id, Enrolment.person_id == LedgerEntry.person_id,
            Enrolment.course_id == LedgerEntry.course_id,
        )
        .where(exists().where(ModuleResult.enrolment_id == LedgerEntry.source_id))
    )  # fmt: skip
    rows = select(LedgerEntry.id, LedgerEntry.source_key).where(
        or_(LedgerEntry.source_kind != SourceKind.ENROLMENT, ~sourced)
    )
    for entry_id, key in session.execute(rows):
        yield Finding("posting_without_source", "ledger_entry", entry_id, key)


def broken_reversals(session: Session) -> Iterator[Finding]:
    """A reversal mirrors its post in every respect but the sign."""
    post = aliased(LedgerEntry)
    same = (
        "person_id",
        "profile_id",
        "mode",
        "family",
        "is_practice",
        "course_id",
        "earned_on",
        "source_key",
        "round_no",
    )
    differs = or_(
        post.kind != EntryKind.POST,
        post.hours_hundredths + LedgerEntry.hours_hundredths != 0,
        post.credit_hundredths + LedgerEntry.credit_hundredths != 0,
        *(getattr(post, name) != getattr(LedgerEntry, name) for name in same),
    )
    rows = (
        select(LedgerEntry.id, post.id)
        .join(post, post.id == LedgerEntry.reverses_id)
        .where(LedgerEntry.kind == EntryKind.REVERSE, differs)
    )
    for entry_id, post_id in session.execute(rows):
        yield Finding("reversal_differs", "ledger_entry", entry_id, f"post {post_id}")


def overfull_days(session: Session) -> Iterator[Finding]:
    """No day holds more face-to-face hours than the profile allows."""
    hours = func.sum(LedgerEntry.hours_hundredths)
    rows = (
        select(RuleProfile.code, LedgerEntry.person_id, LedgerEntry.earned_on, hours, func.max(LedgerEntry.id))
        .join(RuleProfile, RuleProfile.id == LedgerEntry.profile_id)
        .where(LedgerEntry.mode == DeliveryMode.F2F)
        .group_by(RuleProfile.code, LedgerEntry.person_id, LedgerEntry.earned_on)
        .having(hours > 100)
    )
    caps = {code: account.rules.hours_per_f2f_day for code, account in _accounts(session, with_posts=False).items()}
    for code, person_id, on, hundredths, entry_id in session.execute(rows):
        cap = caps[code]
        if cap is not None and hundredths > 100 * cap:
            yield Finding(
                "day_over_cap", "ledger_entry", entry_id, f"{code} person {person_id} {on}: {hundredths / 100:g}"
            )


def unequal_sums(session: Session) -> Iterator[Finding]:
    """Ledger sums equal the computation from evidence, unit by unit, for every person and profile."""
    accounts = _accounts(session, with_posts=True)
    seen: dict[str, set[str]] = defaultdict(set)
    ids = session.scalars(select(ModuleResult.enrolment_id).distinct().order_by(ModuleResult.enrolment_id)).all()
    for start in range(0, len(ids), CHUNK):
        for item in evidence_of(session, ids[start : start + CHUNK]):
            for code, account in accounts.items():
                yield from _compare(code, account, item, seen[code])
    for code, account in accounts.items():
        for key in account.posts.keys() - seen[code]:
            yield Finding("hours_beyond_evidence", "ledger_entry", account.posts[key][0], f"{code} {key}")


def false_certificates(session: Session) -> Iterator[Finding]:
    """A certificate says what it said at issue, and none is in force over hours that were taken back."""
    taken = select(LedgerEntry.source_id).group_by(LedgerEntry.source_id, LedgerEntry.profile_id).having(
        func.count().filter(LedgerEntry.kind == EntryKind.POST, LedgerEntry.round_no == 1)
        != func.sum(LedgerEntry.hours_hundredths) / 100
    )  # fmt: skip
    in_doubt = set(session.scalars(taken.where(LedgerEntry.source_kind == SourceKind.ENROLMENT)))
    for certificate in session.scalars(select(Certificate)):
        if not is_intact(certificate):
            yield Finding("certificate_changed", "certificate", certificate.id, certificate.serial)
        if certificate.revoked_at is None and certificate.enrolment_id in in_doubt:
            yield Finding("certificate_over_reversed_hours", "certificate", certificate.id, certificate.serial)


def _compare(code: str, account: _Account, item: Earned, seen: set[str]) -> Iterator[Finding]:
    """Hold the units of one enrolment and mode against one account."""
    credit = credit_steps(account.rules, item.mode.value, (unit.is_practice for unit in item.units))
    for unit, due in zip(item.units, credit, strict=True):
        key = item.key(unit)
        seen.add(key)
        posted = account.posts.get(key)
        if posted is None:
            if account.is_active and not _is_day_full(account, item, unit.on):
                yield Finding("hours_not_posted", "enrolment", item.enrolment_id, f"{code} {key}")
        elif posted[1] is not unit.is_practice:
            yield Finding("practice_differs", "ledger_entry", posted[0], f"{code} {key}")
        elif posted[2] != due and account.is_one_version:
            yield Finding("credit_differs", "ledger_entry", posted[0], f"{code} {key}: {posted[2]} for {due}")


def _is_day_full(account: _Account, item: Earned, on: date) -> bool:
    cap = account.rules.hours_per_f2f_day
    return item.is_capped_by_day and cap is not None and account.on_days.get((item.person_id, on), 0) >= cap


def _accounts(session: Session, *, with_posts: bool) -> dict[str, _Account]:
    """The accounts of every profile that is active or has entries, under the newest rules of its code."""
    used = select(LedgerEntry.profile_id).distinct()
    profiles = session.scalars(
        select(RuleProfile).where(or_(RuleProfile.is_active, RuleProfile.id.in_(used))).order_by(RuleProfile.version)
    ).all()
    newest = {profile.code: profile for profile in profiles}
    code_of = {profile.id: profile.code for profile in profiles}
    posts: dict[str, dict[str, tuple[int, bool, int]]] = defaultdict(dict)
    on_days: dict[str, Counter[tuple[int, date]]] = defaultdict(Counter)
    if with_posts:
        for entry_id, profile_id, key, is_practice, credit in _first_rounds(session):
            posts[code_of[profile_id]][key] = (entry_id, is_practice, credit)
        for profile_id, person_id, on, n_posts in _posts_by_day(session):
            on_days[code_of[profile_id]][person_id, on] += n_posts
    return {
        code: _Account(
            rules=rules_in(profile), is_active=any(p.is_active for p in profiles if p.code == code),
            is_one_version=sum(p.code == code for p in profiles) == 1, posts=posts[code], on_days=on_days[code],
        )
        for code, profile in newest.items()
    }  # fmt: skip


def _first_rounds(session: Session) -> Iterator[tuple[int, int, str, bool, int]]:
    rows = session.execute(
        select(
            LedgerEntry.id, LedgerEntry.profile_id, LedgerEntry.source_key, LedgerEntry.is_practice,
            LedgerEntry.credit_hundredths,
        ).where(LedgerEntry.kind == EntryKind.POST, LedgerEntry.round_no == 1)
    )  # fmt: skip
    yield from map(tuple, rows)


def _posts_by_day(session: Session) -> Iterator[tuple[int, int, date, int]]:
    """How many face-to-face units were ever posted to a person's day, taken back or not."""
    keys = (LedgerEntry.profile_id, LedgerEntry.person_id, LedgerEntry.earned_on)
    rows = session.execute(
        select(*keys, func.count())
        .where(
            LedgerEntry.kind == EntryKind.POST, LedgerEntry.round_no == 1, LedgerEntry.mode == DeliveryMode.F2F
        )
        .group_by(*keys)
    )  # fmt: skip
    yield from map(tuple, rows)
