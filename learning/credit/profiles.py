"""Credit profiles: versions of each authority's rules, loaded from data, of which some are active.

A profile is stored resolved (what it inherits is filled in) together with the words it came from, so that
an entry posted years ago still shows the rule it was posted under.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor, Role
from core.audit import record
from core.errors import Conflict, NotAllowed, NotFound
from core.people import OrganisationLevel
from learning.credit.models import RuleProfile
from learning.credit.rule_reading import resolve
from learning.engine.credit_rules import CreditRules, rules_of

SHIPPED = Path(__file__).parent.parent / "data" / "rules.yaml"
ACTIVE_AT_FIRST = frozenset({"CN-DEFAULT", "CN-HENAN"})
STATEMENT_PROFILE = "CN-HENAN"


@cache
def shipped_rules() -> Mapping[str, Any]:
    """The rules the product comes with."""
    loaded: Mapping[str, Any] = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    return loaded


def load_rules(session: Session, rules: Mapping[str, Any] | None = None, *, now: datetime) -> list[RuleProfile]:
    """Bring in the profiles (the shipped ones by default): unchanged ones stay, a changed one becomes a new version."""
    kept = []
    for code, spec in resolve(shipped_rules() if rules is None else rules).items():
        latest = session.scalar(
            select(RuleProfile).where(RuleProfile.code == code).order_by(RuleProfile.version.desc()).limit(1)
        )
        kept.append(latest if latest is not None and latest.spec == spec else _add(session, latest, spec, now))
    return kept


def _add(session: Session, latest: RuleProfile | None, spec: dict[str, Any], now: datetime) -> RuleProfile:
    """A new version takes over from the one in force, in the same transaction."""
    in_force = session.scalar(select(RuleProfile).where(RuleProfile.code == spec["code"], RuleProfile.is_active))
    is_active = in_force is not None if latest is not None else spec["code"] in ACTIVE_AT_FIRST
    if in_force is not None:
        in_force.is_active = False
        session.flush()
    profile = RuleProfile(
        code=spec["code"], version=latest.version + 1 if latest else 1, name=spec["name"], spec=spec,
        is_active=is_active, loaded_at=now,
    )  # fmt: skip
    session.add(profile)
    session.flush()
    if latest is not None:
        record(
            session, "rules.new_version", actor=None, subject_kind="rule_profile", subject_id=profile.id, now=now,
            code=profile.code, version=profile.version,
        )  # fmt: skip
    return profile


def active_profiles(session: Session) -> Sequence[RuleProfile]:
    """The profiles under which hours are posted now."""
    return session.scalars(select(RuleProfile).where(RuleProfile.is_active).order_by(RuleProfile.code)).all()


def profiles_of(session: Session) -> list[RuleProfile]:
    """The newest version of every profile, active ones first."""
    newest: dict[str, RuleProfile] = {}
    for profile in session.scalars(select(RuleProfile).order_by(RuleProfile.version)):
        newest[profile.code] = profile
    return sorted(newest.values(), key=lambda profile: (not profile.is_active, profile.id))


def find_profile(session: Session, code: str) -> RuleProfile | None:
    """The version of a profile that is in force, else its newest."""
    return session.scalar(
        select(RuleProfile).where(RuleProfile.code == code)
        .order_by(RuleProfile.is_active.desc(), RuleProfile.version.desc()).limit(1)
    )  # fmt: skip


def get_profile(session: Session, code: str) -> RuleProfile:
    """The version of a profile that is in force, else its newest, or NotFound."""
    found = find_profile(session, code)
    if found is None:
        raise NotFound("profile_not_found", code=code)
    return found


def rules_in(profile: RuleProfile) -> CreditRules:
    """A stored profile as the rules the engine counts with."""
    return rules_of(profile.spec)


def may_set_rules(actor: Actor) -> bool:
    """Whether this administrator decides which profiles are active: province level or above."""
    upper = (OrganisationLevel.NATIONAL, OrganisationLevel.PROVINCE)
    return any(reach.role is Role.ADMINISTRATOR and reach.level in upper for reach in actor.reaches)


def activate(session: Session, code: str, *, by: Actor, now: datetime) -> RuleProfile:
    """Post hours under this profile from now on."""
    return _switch(session, code, is_active=True, by=by, now=now)


def deactivate(session: Session, code: str, *, by: Actor, now: datetime) -> RuleProfile:
    """Stop posting under this profile; what was posted stays. One profile must stay active."""
    active = {profile.code for profile in active_profiles(session)}
    if active == {code}:
        raise Conflict("last_active_profile", code=code)
    return _switch(session, code, is_active=False, by=by, now=now)


def _switch(session: Session, code: str, *, is_active: bool, by: Actor, now: datetime) -> RuleProfile:
    if not may_set_rules(by):
        raise NotAllowed("rules_set_by_the_province", code=code)
    profile = get_profile(session, code)
    if profile.is_active is not is_active:
        profile.is_active = is_active
        session.flush()
        record(
            session, "rules.activate" if is_active else "rules.deactivate", actor=by, subject_kind="rule_profile",
            subject_id=profile.id, now=now, code=code, version=profile.version,
        )  # fmt: skip
    return profile
