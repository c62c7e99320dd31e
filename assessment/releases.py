"""Releases of item parameters: set by experts until answers speak, then linked calibrations."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessment.banks import operational_items
from assessment.engine.calibration import CalibratedItem
from assessment.models import ItemParameter, Release
from content.models import Item
from core.access import Actor
from core.audit import record
from core.errors import Conflict, NotFound

EXPERT_SLOPE = 1.2
EXPERT_STEP_LOGITS = 0.8
N_ANCHORS_LEAST = 10


@dataclass(frozen=True)
class Parameters:
    """Parameters of one item as they will stand in a release; no answers means that experts set them."""

    item_id: int
    slope: float
    boundaries: tuple[float, ...]
    slope_se: float | None = None
    boundary_se: float | None = None
    n_answers: int = 0


def expert_difficulty_logits(expert_level: int) -> float:
    """Difficulty an item gets from its expert level: level 3 stands in the middle of the scale."""
    return (expert_level - 3) * EXPERT_STEP_LOGITS


def mean_sigma(b_from: Sequence[float], b_to: Sequence[float]) -> tuple[float, float]:
    """Scale A and shift B with A b_from + B close to b_to, from means and sds of common items (Kolen and Brennan 2014, 6.2).

    A slope is divided by A, a difficulty becomes A b + B.
    """
    spread = float(np.std(b_from))
    scale = float(np.std(b_to)) / spread if spread > 0 else 1.0
    return scale, float(np.mean(b_to)) - scale * float(np.mean(b_from))


def find_release(session: Session) -> Release | None:
    """The release in force: the latest, if there is one."""
    return session.scalar(select(Release).order_by(Release.id.desc()).limit(1))


def get_release(session: Session) -> Release:
    """The release in force, or NotFound before any item has parameters."""
    found = find_release(session)
    if found is None:
        raise NotFound("release_not_found")
    return found


def provisional_release(session: Session, *, now: datetime) -> Release:
    """Give every item in use its parameters: calibrated ones are kept, the others come from the expert level.

    The release in force stays when that changes nothing. Items that went out of use keep their parameters.
    """
    latest = find_release(session)
    rows = {row.item_id: row for row in _parameters_in_force(session)}
    for item_id, _code, _competency, _levels, level in operational_items(session):
        if item_id not in rows or not rows[item_id].n_answers:
            rows[item_id] = Parameters(item_id, EXPERT_SLOPE, (expert_difficulty_logits(level),))
    if not rows:
        raise Conflict("no_operational_items")
    n_expert = sum(not row.n_answers for row in rows.values())
    return _put_in_force(
        session, [rows[item_id] for item_id in sorted(rows)], now=now,
        source=f"{n_expert} items by expert level, {len(rows) - n_expert} calibrated",
        is_provisional=n_expert > 0 or latest is None or latest.is_provisional,
    )  # fmt: skip


def apply_release(session: Session, items: Sequence[CalibratedItem], *, by: Actor | None, now: datetime) -> Release:
    """Put a calibration in force, linked to the present scale by mean and sigma of the items both have.

    Without enough common items it is refused, since its numbers would mean something else. The result stays
    provisional while any item, or the scale it is linked to, still rests on expert levels. Characteristic-curve
    linking and checks for drifting items are not done here.
    """
    present = {row.item_id: row for row in _parameters_in_force(session)}
    ids = {row.code: row.id for row in session.execute(select(Item.code, Item.id))}
    known = [(ids[item.code], item) for item in items if item.code in ids]
    anchors = [(present[item_id], item) for item_id, item in known if item_id in present]
    calibrated = [(row, item) for row, item in anchors if row.n_answers]
    chosen = calibrated if len(calibrated) >= N_ANCHORS_LEAST else anchors
    if len(chosen) < N_ANCHORS_LEAST:
        raise Conflict("calibration_not_anchored", n_common=len(chosen), n_least=N_ANCHORS_LEAST)
    scale, shift = mean_sigma([item.b for _, item in chosen], [row.boundaries[0] for row, _ in chosen])
    linked = {
        item_id: Parameters(
            item_id, item.a / scale, (scale * item.b + shift,), item.se_a / scale, item.se_b * scale, item.n
        )
        for item_id, item in known
    }
    rows = [linked.get(item_id, row) for item_id, row in sorted({**present, **linked}.items())]
    is_provisional = chosen is not calibrated or any(not row.n_answers for row in rows)
    release = _put_in_force(
        session, rows, is_provisional=is_provisional, now=now,
        source=f"calibration of {len(linked)} items, linked by mean and sigma of {len(chosen)} common items",
    )  # fmt: skip
    record(
        session, "release.apply", actor=by, subject_kind="parameter_release", subject_id=release.id, now=now,
        scale=scale, shift=shift, n_items=len(linked), n_anchors=len(chosen),
    )  # fmt: skip
    return release


def _parameters_in_force(session: Session) -> list[Parameters]:
    release = find_release(session)
    if release is None:
        return []
    found = session.scalars(
        select(ItemParameter).where(ItemParameter.release_id == release.id).order_by(ItemParameter.item_id)
    )
    return [
        Parameters(row.item_id, row.slope, tuple(row.boundaries), row.slope_se, row.boundary_se, row.n_answers)
        for row in found
    ]


def _put_in_force(
    session: Session, rows: Sequence[Parameters], *, source: str, is_provisional: bool, now: datetime
) -> Release:
    """Append a release, unless the one in force says exactly the same. Its code ends with the fingerprint."""
    fingerprint = _fingerprint(session, rows)
    latest = find_release(session)
    if latest is not None and latest.code.endswith(fingerprint) and latest.is_provisional == is_provisional:
        return latest
    number = (session.scalar(select(func.max(Release.id))) or 0) + 1
    release = Release(code=f"R{number}-{fingerprint}", is_provisional=is_provisional, source=source, created_at=now)
    session.add(release)
    session.flush()
    session.add_all(
        ItemParameter(
            release_id=release.id, item_id=row.item_id, slope=row.slope, boundaries=list(row.boundaries),
            slope_se=row.slope_se, boundary_se=row.boundary_se, n_answers=row.n_answers,
        )
        for row in rows
    )  # fmt: skip
    session.flush()
    return release


def _fingerprint(session: Session, rows: Sequence[Parameters]) -> str:
    """A digest of the items, what they measure and their parameters."""
    measured = {item_id: (code, competency) for item_id, code, competency in session.execute(
        select(Item.id, Item.code, Item.competency)
    )}  # fmt: skip
    content = [[row.item_id, *measured[row.item_id], row.slope, *row.boundaries] for row in rows]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]
