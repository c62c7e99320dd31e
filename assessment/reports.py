"""What the diagnostic says of a place: need by domain and unit, and how far a campaign has come.

No figure stands for fewer people than the smallest cell allows, and none can be had by subtraction.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from assessment.designs import read_spec
from assessment.models import Campaign, Design, Estimate, Sitting
from assessment.terms import SittingState
from content.terms import Domain
from core.access import Grant, Role
from core.people import Organisation, Person, Post

MIN_CELL = 10


@dataclass(frozen=True)
class NeedCell:
    """The mean of one domain over the people of a unit."""

    mean_logits: float
    n_people: int


@dataclass(frozen=True)
class NeedRow:
    """One unit; a domain is None when too few people stand behind it."""

    organisation_id: int
    name: str
    by_domain: Mapping[Domain, NeedCell | None]


@dataclass(frozen=True)
class NeedMap:
    """A place as a whole and the units directly below it."""

    whole: NeedRow
    units: tuple[NeedRow, ...]


@dataclass(frozen=True)
class CampaignRow:
    """How many people of a unit a campaign asks, how many have begun, how many have ended."""

    organisation_id: int
    name: str
    n_invited: int
    n_started: int
    n_closed: int


@dataclass(frozen=True)
class CampaignProgress:
    """A campaign as a whole and by the units directly below its place."""

    whole: CampaignRow
    units: tuple[CampaignRow, ...]


def need_of(session: Session, place: Organisation, *, min_cell: int = MIN_CELL) -> NeedMap:
    """Mean of each domain in a place and in the units below it, from each person's latest measure of it."""
    units = _units_below(session, place)
    sums: dict[int, dict[Domain, tuple[int, float]]] = defaultdict(dict)
    for unit_id, domain, n, total in _sums(session, place, units):
        for key in {place.id, unit_id}:
            n_before, before = sums[key].get(domain, (0, 0.0))
            sums[key][domain] = (n_before + n, before + total)
    hidden = {
        domain: _hidden([sums[unit.id].get(domain, (0, 0.0))[0] for unit in units], min_cell) for domain in Domain
    }

    def row(unit: Organisation, index: int | None) -> NeedRow:
        cells: dict[Domain, NeedCell | None] = {}
        for domain in Domain:
            n, total = sums[unit.id].get(domain, (0, 0.0))
            withheld = n < min_cell if index is None else index in hidden[domain]
            cells[domain] = None if withheld else NeedCell(total / n, n)
        return NeedRow(unit.id, unit.name, cells)

    return NeedMap(row(place, None), tuple(row(unit, index) for index, unit in enumerate(units)))


def campaign_progress(session: Session, campaign: Campaign, place: Organisation) -> CampaignProgress:
    """How far a campaign has come: people asked, begun and ended, in the place and in the units below it."""
    units = _units_below(session, place)
    begun = exists().where(Sitting.person_id == Person.id, Sitting.campaign_id == campaign.id)
    rows = session.execute(
        select(
            Organisation.path,
            func.count(Person.id),
            func.count(Person.id).filter(begun),
            func.count(Person.id).filter(begun.where(Sitting.state != SittingState.OPEN)),
        )
        .select_from(Person).join(Post, _is_open_post()).join(Organisation, Organisation.id == Post.organisation_id)
        .where(Organisation.path.startswith(place.path, autoescape=True), Person.is_active, _is_teacher())
        .group_by(Organisation.path)
    )  # fmt: skip
    unit_of = _unit_finder(place, units)
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    for path, *counts in rows:
        for key in {place.id, unit_of(path)}:
            sums[key] = [a + b for a, b in zip(sums[key], counts, strict=True)]
    whole, *parts = (CampaignRow(unit.id, unit.name, *sums[unit.id]) for unit in (place, *units))
    return CampaignProgress(whole, tuple(parts))


def _units_below(session: Session, place: Organisation) -> Sequence[Organisation]:
    return session.scalars(
        select(Organisation).where(Organisation.parent_id == place.id).order_by(Organisation.code)
    ).all()


def _unit_finder(place: Organisation, units: Sequence[Organisation]) -> "_UnitFinder":
    return _UnitFinder(place, {unit.path: unit.id for unit in units})


@dataclass(frozen=True)
class _UnitFinder:
    """Takes the path of a workplace to the unit below the place in which it lies (the place itself if in none)."""

    place: Organisation
    ids: Mapping[str, int]

    def __call__(self, path: str) -> int:
        first = path[len(self.place.path) :].partition("/")[0]
        return self.ids.get(f"{self.place.path}{first}/", self.place.id)


def _is_open_post() -> ColumnElement[bool]:
    return and_(Post.person_id == Person.id, Post.ended_on.is_(None))


def _is_teacher() -> ColumnElement[bool]:
    return exists().where(Grant.person_id == Person.id, Grant.role == Role.TEACHER, Grant.revoked_at.is_(None))


def _is_measured(session: Session) -> ColumnElement[bool]:
    """Condition on Estimate and Sitting: the domain got the items its blueprint wants."""
    return or_(
        *(
            and_(
                Sitting.design_id == design.id,
                Estimate.domain == plan.domain,
                Estimate.n_items >= max(1, plan.minimum_items),
            )
            for design in session.scalars(select(Design))
            for plan in read_spec(design.spec).domains
        ),
        Estimate.n_items < 0,  # nothing, when there is no blueprint yet
    )


def _sums(
    session: Session, place: Organisation, units: Sequence[Organisation]
) -> Iterable[tuple[int, Domain, int, float]]:
    """(unit, domain, people, sum of their latest estimates) by workplace."""
    latest = (
        select(
            Organisation.path, Estimate.domain, Estimate.eap_logits,
            func.row_number().over(
                partition_by=(Sitting.person_id, Estimate.domain), order_by=(Sitting.closed_at.desc(), Sitting.id.desc())
            ).label("place"),
        )
        .select_from(Estimate).join(Sitting, Sitting.id == Estimate.sitting_id)
        .join(Person, Person.id == Sitting.person_id).join(Post, _is_open_post())
        .join(Organisation, Organisation.id == Post.organisation_id)
        .where(
            Organisation.path.startswith(place.path, autoescape=True), Person.is_active,
            Sitting.state != SittingState.OPEN, _is_measured(session),
        )
        .subquery()
    )  # fmt: skip
    rows = session.execute(
        select(latest.c.path, latest.c.domain, func.count(), func.sum(latest.c.eap_logits))
        .where(latest.c.place == 1).group_by(latest.c.path, latest.c.domain)
    )  # fmt: skip
    unit_of = _unit_finder(place, units)
    return [(unit_of(path), domain, n, total) for path, domain, n, total in rows]


def _hidden(counts: Sequence[int], min_cell: int) -> set[int]:
    """Which units to withhold: the small ones, and if those could be had from the whole by subtraction, one more."""
    hidden = {index for index, n in enumerate(counts) if n < min_cell}
    if 0 < sum(counts[index] for index in hidden) < min_cell:
        shown = [index for index in range(len(counts)) if index not in hidden]
        if shown:
            hidden.add(min(shown, key=lambda index: counts[index]))
    return hidden
