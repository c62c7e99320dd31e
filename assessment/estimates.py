"""What a sitting says of a person: domain by domain, with the interval it deserves, and growth since another."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from assessment.designs import DesignSpec, read_spec
from assessment.engine.ability import Posterior
from assessment.engine.change import is_reliable_change, reliable_change
from assessment.models import Design, Estimate, Sitting
from assessment.terms import SittingState, Standing
from content.terms import Domain
from core.errors import NotFound

CUTS_LOGITS = (-1.8, -0.6, 0.6, 1.8)
"""Where one level descriptor gives way to the next: fifths of the scale from -3 to 3 that the pages draw."""


@dataclass(frozen=True)
class DomainEstimate:
    """One domain of one sitting. Not measured means fewer items than the blueprint wants: say so, do not show a level."""

    eap_logits: float
    sd_logits: float
    low_logits: float
    high_logits: float
    n_items: int
    is_measured: bool

    @property
    def likely(self) -> tuple[Standing, Standing]:
        """The level descriptors between which the person likely stands."""
        return standing_of(self.low_logits), standing_of(self.high_logits)


@dataclass(frozen=True)
class Profile:
    """The result of one ended sitting."""

    sitting_id: int
    closed_at: datetime
    by_domain: Mapping[Domain, DomainEstimate]

    @property
    def is_complete(self) -> bool:
        """Whether every domain was measured."""
        return all(estimate.is_measured for estimate in self.by_domain.values())

    @property
    def measured(self) -> Mapping[Domain, DomainEstimate]:
        """The domains that were measured."""
        return {domain: estimate for domain, estimate in self.by_domain.items() if estimate.is_measured}


@dataclass(frozen=True)
class Growth:
    """How one domain changed between two sittings, and whether that is more than measurement error."""

    change_logits: float
    z: float
    is_reliable: bool


def standing_of(logits: float) -> Standing:
    """The level descriptor at a point of the scale."""
    return tuple(Standing)[sum(logits >= cut for cut in CUTS_LOGITS)]


def store_estimates(
    session: Session, sitting: Sitting, posterior: Posterior, n_items: Sequence[int], spec: DesignSpec
) -> None:
    """Append the result of a sitting that ends."""
    session.add_all(
        Estimate(sitting_id=sitting.id, **figures) for figures in estimate_figures(posterior, n_items, spec)
    )
    session.flush()


def estimate_figures(posterior: Posterior, n_items: Sequence[int], spec: DesignSpec) -> list[dict[str, Any]]:
    """The columns of a person's estimates, a domain a row."""
    interval = posterior.interval_of(spec.interval_ratio)
    return [
        {
            "domain": domain,
            "eap_logits": float(posterior.eap[d]),
            "sd_logits": float(posterior.sd[d]),
            "low_logits": float(min(interval[d, 0], posterior.eap[d])),
            "high_logits": float(max(interval[d, 1], posterior.eap[d])),
            "n_items": int(n_items[d]),
        }
        for d, domain in enumerate(spec.order)
    ]


def profiles_of(session: Session, person_id: int) -> list[Profile]:
    """All results of a person, oldest first."""
    rows = session.execute(_estimates().where(Sitting.person_id == person_id))
    return list(_profiles(rows).get(person_id, []))


def find_profile(session: Session, person_id: int) -> Profile | None:
    """The result that stands for a person: their latest complete one, else the latest that measured anything."""
    return _standing_profile(profiles_of(session, person_id))


def find_profiles(session: Session, person_ids: Sequence[int]) -> dict[int, Profile]:
    """The result that stands for each of many people; who has none is left out."""
    rows = session.execute(_estimates().where(Sitting.person_id.in_(person_ids)))
    found = {person_id: _standing_profile(profiles) for person_id, profiles in _profiles(rows).items()}
    return {person_id: profile for person_id, profile in found.items() if profile is not None}


def get_own_profile(session: Session, sitting_id: int, *, person_id: int) -> Profile:
    """The result of one of the person's own sittings, or NotFound; it is empty if nothing was answered."""
    sitting = session.scalar(
        select(Sitting)
        .where(Sitting.id == sitting_id, Sitting.person_id == person_id, Sitting.state != SittingState.OPEN)
    )  # fmt: skip
    if sitting is None or sitting.closed_at is None:
        raise NotFound("sitting_not_found", id=sitting_id)
    rows = session.execute(_estimates().where(Sitting.id == sitting_id))
    found = _profiles(rows).get(person_id)
    return found[0] if found else Profile(sitting_id, sitting.closed_at, {})


def growth(before: Profile, after: Profile) -> dict[Domain, Growth]:
    """Change in the domains that both sittings measured."""
    both = [domain for domain in after.measured if domain in before.measured]
    if not both:
        return {}
    old, new = ([profile.by_domain[domain] for domain in both] for profile in (before, after))
    z = reliable_change(
        np.array([e.eap_logits for e in old]), np.array([e.sd_logits for e in old]),
        np.array([e.eap_logits for e in new]), np.array([e.sd_logits for e in new]),
    )  # fmt: skip
    flags = is_reliable_change(z)
    return {
        domain: Growth(new[i].eap_logits - old[i].eap_logits, float(z[i]), bool(flags[i]))
        for i, domain in enumerate(both)
    }


def _estimates() -> Select[int, int, datetime | None, Design, Estimate]:
    return (
        select(Sitting.person_id, Sitting.id, Sitting.closed_at, Design, Estimate)
        .join(Estimate, Estimate.sitting_id == Sitting.id)
        .join(Design, Design.id == Sitting.design_id)
        .where(Sitting.state != SittingState.OPEN)
        .order_by(Sitting.closed_at, Sitting.id, Estimate.id)
    )


def _profiles(rows: Iterable[Row[int, int, datetime | None, Design, Estimate]]) -> dict[int, list[Profile]]:
    """Profiles by person, oldest first."""
    estimates: dict[tuple[int, int, datetime | None], dict[Domain, DomainEstimate]] = defaultdict(dict)
    minima: dict[int, dict[Domain, int]] = {}
    for person_id, sitting_id, closed_at, design, row in rows:
        if design.id not in minima:
            minima[design.id] = {plan.domain: plan.minimum_items for plan in read_spec(design.spec).domains}
        estimates[(person_id, sitting_id, closed_at)][row.domain] = DomainEstimate(
            row.eap_logits, row.sd_logits, row.low_logits, row.high_logits, row.n_items,
            is_measured=row.n_items >= max(1, minima[design.id][row.domain]),
        )  # fmt: skip
    people: dict[int, list[Profile]] = defaultdict(list)
    for (person_id, sitting_id, closed_at), by_domain in estimates.items():
        if closed_at is not None:
            people[person_id].append(Profile(sitting_id, closed_at, by_domain))
    return people


def _standing_profile(profiles: Sequence[Profile]) -> Profile | None:
    complete = [profile for profile in profiles if profile.is_complete]
    measured = [profile for profile in profiles if profile.measured]
    return complete[-1] if complete else measured[-1] if measured else None
