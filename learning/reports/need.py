"""Need by domain: a map of competence by unit, withheld wherever too few people stand behind a figure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import CTE, ColumnElement, Row, and_, case, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from assessment.designs import spec_of
from assessment.models import Design, Estimate, Sitting
from assessment.terms import SittingState
from content.terms import Domain
from core.people import CareerStage, Organisation, OrganisationLevel, Person, Post
from learning.engine.disclosure import Place, publishable
from learning.reports.roster import is_teacher, units_of
from recommender.targets import STAGE_WHEN_UNKNOWN, all_targets


@dataclass(frozen=True)
class Cell:
    """Measured people of a unit in one domain: how many, their mean, and the share below their stage's target."""

    n_people: int
    mean_logits: float
    below_ratio: float


@dataclass(frozen=True)
class NeedRow:
    """One unit; None in ``cells`` means withheld or not measured."""

    organisation: Organisation
    cells: Mapping[Domain, Cell | None]


@dataclass(frozen=True)
class NeedMap:
    """A place and its units."""

    total: NeedRow
    units: Sequence[NeedRow]
    min_cell: int

    @property
    def is_empty(self) -> bool:
        return not any(cell for row in (self.total, *self.units) for cell in row.cells.values())


@dataclass(frozen=True)
class _Sum:
    n: int = 0
    eap: float = 0.0
    below: int = 0

    def __add__(self, other: "_Sum") -> "_Sum":
        return _Sum(self.n + other.n, self.eap + other.eap, self.below + other.below)


def need_map(session: Session, organisation: Organisation, *, min_cell: int) -> NeedMap:
    """Means and shares below target by unit and domain, each from the result that stands for a person.

    What is withheld is decided over the whole tree, not over this page: so that figures of a page above
    or below, or of another reader, never give a withheld one away.
    """
    places = session.execute(select(Organisation.id, Organisation.parent_id, Organisation.path)).all()
    sums = _sums(session)
    units = [unit for unit in units_of(session, organisation) if unit.level is not OrganisationLevel.PROVIDER]
    cells: dict[int, dict[Domain, Cell | None]] = defaultdict(dict)
    for domain in Domain:
        at = {place.id: sums.get((place.id, domain), _Sum()) for place in places}
        shown = publishable([Place(place.id, place.parent_id, at[place.id].n) for place in places], min_cell=min_cell)
        for unit in (organisation, *units):
            cells[unit.id][domain] = _cell(unit, places, at) if unit.id in shown else None
    rows = [NeedRow(unit, cells[unit.id]) for unit in (organisation, *units)]
    return NeedMap(total=rows[0], units=rows[1:], min_cell=min_cell)


def _cell(unit: Organisation, places: Sequence[Row[int, int | None, str]], at: Mapping[int, _Sum]) -> Cell:
    whole = sum((at[place.id] for place in places if place.path.startswith(unit.path)), _Sum())
    return Cell(whole.n, whole.eap / whole.n, whole.below / whole.n)


def _sums(session: Session) -> Mapping[tuple[int, Domain], _Sum]:
    """Sums by workplace and domain over everybody measured."""
    standing = _standing_sittings(session)
    rows = session.execute(
        select(
            Post.organisation_id, Estimate.domain, func.count(), func.sum(Estimate.eap_logits),
            func.sum(case((Estimate.eap_logits < _target(session), 1), else_=0)),
        )
        .select_from(standing)
        .join(Person, and_(Person.id == standing.c.person_id, is_teacher()))
        .join(Post, and_(Post.person_id == Person.id, Post.ended_on.is_(None)))
        .join(Estimate, Estimate.sitting_id == standing.c.sitting_id)
        .where(standing.c.place == 1, Estimate.n_items >= _minimum(session, standing.c.design_id))
        .group_by(Post.organisation_id, Estimate.domain)
    )  # fmt: skip
    return {(home, domain): _Sum(n, eap, below) for home, domain, n, eap, below in rows}


def _standing_sittings(session: Session) -> CTE:
    """Each person's results in the order in which they stand: the latest complete one, else the latest (place 1)."""
    n_measured = func.sum(case((Estimate.n_items >= _minimum(session, Sitting.design_id), 1), else_=0))
    is_complete = case((n_measured == func.count(), 1), else_=0)
    return (
        select(
            Sitting.id.label("sitting_id"), Sitting.person_id, Sitting.design_id,
            func.row_number()
            .over(
                partition_by=Sitting.person_id,
                order_by=(is_complete.desc(), Sitting.closed_at.desc(), Sitting.id.desc()),
            )
            .label("place"),
        )
        .join(Estimate, Estimate.sitting_id == Sitting.id)
        .where(Sitting.state != SittingState.OPEN)
        .group_by(Sitting.id, Sitting.person_id, Sitting.design_id, Sitting.closed_at)
        .having(n_measured > 0)
        .cte("standing")
    )  # fmt: skip


def _minimum(session: Session, design_id: ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[int]:
    """Items that the blueprint wants in the domain of the estimate before it calls it measured."""
    wanted = [
        (and_(design_id == design.id, Estimate.domain == plan.domain), max(1, plan.minimum_items))
        for design in session.scalars(select(Design))
        for plan in spec_of(design).domains
    ]
    return case(*wanted, else_=1) if wanted else literal(1)


def _target(session: Session) -> ColumnElement[float]:
    """What the person's stage is expected to reach in the domain of the estimate."""
    targets = all_targets(session)
    by_domain = [
        (
            Estimate.domain == domain,
            case(
                {stage: targets[stage][domain] for stage in CareerStage},
                value=Person.stage,
                else_=targets[STAGE_WHEN_UNKNOWN][domain],
            ),
        )
        for domain in Domain
    ]
    return case(*by_domain, else_=0.0)
