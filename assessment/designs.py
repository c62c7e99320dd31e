"""Blueprints of the diagnostic: which domains, how many items, how precise, how long; one a school level."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessment.engine import design as engine
from assessment.engine.prior import Prior
from assessment.models import Design
from content.terms import Domain
from core.access import Actor
from core.audit import record
from core.db import Document
from core.errors import Invalid, NotFound
from core.people import SchoolLevel


@dataclass(frozen=True)
class DomainPlan:
    """One domain of a blueprint: its loading on the general factor and the items it must get."""

    domain: Domain
    loading: float
    minimum_items: int


@dataclass(frozen=True)
class DesignSpec:
    """All rules of a sitting. Loadings, lengths and the target are choices of the platform until data speak."""

    domains: tuple[DomainPlan, ...]
    minimum_length: int = 15
    maximum_length: int = 25
    target_sd_logits: float = 0.60
    n_best: int = 5  # the next item is drawn among this many
    interval_ratio: float = 0.80
    n_sittings_unrepeated: int = 2  # items of so many earlier sittings are not given again

    def __post_init__(self) -> None:
        n_least = sum(plan.minimum_items for plan in self.domains)
        if len({plan.domain for plan in self.domains}) != len(self.domains) or not self.domains:
            raise Invalid("design_domains_repeat")
        if not self.minimum_length <= n_least <= self.maximum_length:
            raise Invalid(
                "design_minima_do_not_fit",
                n_least=n_least, n_from=self.minimum_length, n_to=self.maximum_length,
            )  # fmt: skip
        if not (0 < self.target_sd_logits < 1 and 0 < self.interval_ratio < 1 and self.n_best >= 1):
            raise Invalid("design_figures_out_of_range")

    @property
    def order(self) -> tuple[Domain, ...]:
        """The domains in the order in which the engine numbers them."""
        return tuple(plan.domain for plan in self.domains)

    @property
    def prior(self) -> Prior:
        """What is known before the first answer."""
        return _prior(tuple(plan.loading for plan in self.domains))

    @property
    def rules(self) -> engine.Design:
        """The rules as the engine takes them."""
        return engine.Design(
            minimum=np.array([plan.minimum_items for plan in self.domains]),
            target_se=np.full(len(self.domains), self.target_sd_logits),
            maximum_length=self.maximum_length,
            n_best=self.n_best,
        )

    def as_document(self) -> Document:
        """The form in which a design row keeps it."""
        figures: Document = {name: getattr(self, name) for name in _FIGURES}
        figures["domains"] = [
            {"domain": plan.domain.value, "loading": plan.loading, "minimum_items": plan.minimum_items}
            for plan in self.domains
        ]
        return figures


_FIGURES = (
    "minimum_length", "maximum_length", "target_sd_logits", "n_best", "interval_ratio", "n_sittings_unrepeated",
)  # fmt: skip
LOADINGS: Mapping[Domain, float] = {
    Domain.ETHICS: 0.75,
    Domain.TEACHING: 0.85,
    Domain.EVALUATION: 0.85,
    Domain.CLASSROOM: 0.80,
    Domain.DIGITAL: 0.70,
}
SHIPPED: Mapping[SchoolLevel, DesignSpec] = {
    level: DesignSpec(tuple(DomainPlan(domain, LOADINGS[domain], 3) for domain in Domain)) for level in SchoolLevel
}


@lru_cache(maxsize=32)
def _prior(loadings: tuple[float, ...]) -> Prior:
    """One prior for equal loadings, so that its tables are made once."""
    return Prior(np.array(loadings))


def read_spec(document: Mapping[str, Any]) -> DesignSpec:
    """The specification a design row keeps."""
    plans = tuple(
        DomainPlan(Domain(plan["domain"]), float(plan["loading"]), int(plan["minimum_items"]))
        for plan in document["domains"]
    )
    return DesignSpec(plans, **{name: document[name] for name in _FIGURES if name in document})


def spec_of(design: Design) -> DesignSpec:
    """The specification of a design."""
    return read_spec(design.spec)


def code_of(school_level: SchoolLevel) -> str:
    """Name of the blueprint of a school level, for instance DIAG-primary."""
    return f"DIAG-{school_level.value}"


def find_active_design(session: Session, school_level: SchoolLevel) -> Design | None:
    """The blueprint in force for a school level, if there is one."""
    return session.scalar(
        select(Design).where(Design.school_level == school_level, Design.retired_at.is_(None))
        .order_by(Design.version.desc()).limit(1)
    )  # fmt: skip


def active_design(session: Session, school_level: SchoolLevel) -> Design:
    """The blueprint in force for a school level, or NotFound."""
    found = find_active_design(session, school_level)
    if found is None:
        raise NotFound("design_not_found", school_level=school_level)
    return found


def ensure_designs(session: Session, *, now: datetime) -> Sequence[Design]:
    """One blueprint for each school level; a level that has one keeps it."""
    return [
        find_active_design(session, level) or _add(session, level, SHIPPED[level], now=now) for level in SchoolLevel
    ]


def revise_design(
    session: Session, school_level: SchoolLevel, spec: DesignSpec, *, by: Actor | None, now: datetime
) -> Design:
    """Put a new version in force; sittings under way keep the version they began with."""
    current = find_active_design(session, school_level)
    if current is not None and current.spec == spec.as_document():
        return current
    if current is not None:
        current.retired_at = now
    added = _add(session, school_level, spec, now=now)
    record(
        session, "design.revise", actor=by, subject_kind="design", subject_id=added.id, now=now,
        code=added.code, version=added.version,
    )  # fmt: skip
    return added


def _add(session: Session, school_level: SchoolLevel, spec: DesignSpec, *, now: datetime) -> Design:
    code = code_of(school_level)
    n_before = session.scalar(select(func.max(Design.version)).where(Design.code == code)) or 0
    design = Design(
        code=code, version=n_before + 1, school_level=school_level, spec=spec.as_document(), created_at=now
    )  # fmt: skip
    session.add(design)
    session.flush()
    return design
