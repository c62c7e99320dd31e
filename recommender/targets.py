"""What each stage is expected to reach in each domain: a setting that a province may change, never policy."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.terms import Domain
from core.access import Actor, Role
from core.audit import record
from core.errors import Invalid, NotAllowed
from core.people import CareerStage, OrganisationLevel
from recommender.models import TargetProfile

LOWEST_LOGITS, HIGHEST_LOGITS = -3.0, 3.0
DEFAULT_LOGITS: Mapping[CareerStage, float] = {  # evidence: CHOICE, no policy text names such figures
    CareerStage.NOVICE: -0.5,
    CareerStage.ADAPTING: 0.0,
    CareerStage.QUALIFIED: 0.5,
    CareerStage.BACKBONE: 1.0,
    CareerStage.EXPERT: 1.5,
}
STAGE_WHEN_UNKNOWN = CareerStage.QUALIFIED
SETTERS = (OrganisationLevel.NATIONAL, OrganisationLevel.PROVINCE)

Targets = Mapping[CareerStage, Mapping[Domain, float]]


def all_targets(session: Session) -> Targets:
    """Targets of every stage in every domain: what was set, and the defaults where nothing was."""
    targets = {stage: dict.fromkeys(Domain, logits) for stage, logits in DEFAULT_LOGITS.items()}
    for row in session.scalars(select(TargetProfile)):
        targets[row.stage][row.domain] = row.target_logits
    return targets


def targets_of(session: Session, stage: CareerStage | None) -> Mapping[Domain, float]:
    """What a person of this stage is measured against; without a stage, the middle one."""
    return all_targets(session)[stage or STAGE_WHEN_UNKNOWN]


def may_set_targets(actor: Actor) -> bool:
    """Whether the actor administers a province or the nation."""
    return any(reach.role is Role.ADMINISTRATOR and reach.level in SETTERS for reach in actor.reaches)


def set_targets(
    session: Session, wanted: Mapping[tuple[CareerStage, Domain], float], *, by: Actor, now: datetime
) -> int:
    """Keep the targets that differ from those in force; says how many changed. Recommendations follow at the next run."""
    if not may_set_targets(by):
        raise NotAllowed("targets_are_set_by_the_province")
    before = all_targets(session)
    changed = {key: logits for key, logits in wanted.items() if before[key[0]][key[1]] != logits}
    for (stage, domain), logits in changed.items():
        if not LOWEST_LOGITS <= logits <= HIGHEST_LOGITS:
            raise Invalid(
                "target_out_of_range", stage=stage, domain=domain, lowest=LOWEST_LOGITS, highest=HIGHEST_LOGITS
            )
        session.merge(TargetProfile(stage=stage, domain=domain, target_logits=logits))
    if changed:
        record(
            session, "targets.set", actor=by, subject_kind="target_profile", subject_id=None, now=now,
            changes=[
                {"stage": stage.value, "domain": domain.value, "from": before[stage][domain], "to": logits}
                for (stage, domain), logits in changed.items()
            ],
        )  # fmt: skip
        session.flush()
    return len(changed)
