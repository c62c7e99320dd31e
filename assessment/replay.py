"""Replaying a sitting from its answers alone: the proof that what is stored follows from what was answered."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from assessment.banks import ItemBank
from assessment.designs import DesignSpec
from assessment.engine.ability import Posterior, start, update
from assessment.engine.selection import choose_item
from assessment.engine.stopping import decide
from assessment.estimates import estimate_figures
from assessment.models import Estimate, Question, Sitting
from assessment.state import frame_of
from assessment.terms import SittingState
from core.errors import NotFound


@dataclass(frozen=True)
class Replay:
    """How a replay compares with the record."""

    largest_difference_logits: float
    is_same_sequence: bool
    is_same_end: bool

    @property
    def is_faithful(self) -> bool:
        """Whether the record follows from the answers."""
        return self.is_same_sequence and self.is_same_end and self.largest_difference_logits <= 1e-9


def replay(session: Session, sitting_id: int) -> Replay:
    """Choose every item and compute every estimate again, one answer at a time, and compare with the record."""
    sitting = session.scalar(select(Sitting).options(joinedload(Sitting.design)).where(Sitting.id == sitting_id))
    if sitting is None:
        raise NotFound("sitting_not_found", id=sitting_id)
    questions = session.scalars(
        select(Question).options(joinedload(Question.answer))
        .where(Question.sitting_id == sitting_id).order_by(Question.ordinal)
    ).all()  # fmt: skip
    spec, items = frame_of(session, sitting)
    available = items.available(sitting.pool or items.item_ids)
    known, rows, is_same = start(items.bank.prior), list[int](), bool(questions)
    for ordinal, question in enumerate(questions, start=1):
        reason = decide(known, rows, items.bank, spec.rules, available)
        choice = choose_item(known, rows, items.bank, spec.rules, seed=sitting.seed, available=available)
        is_same &= reason is None and question.ordinal == ordinal
        is_same &= items.item_ids[choice.item] == question.item_id
        if question.answer is None:
            is_same &= ordinal == len(questions)
            continue
        row = items.row_of[question.item_id]
        known = update(known, question.answer.category, row, items.bank)
        rows.append(row)
    last = decide(known, rows, items.bank, spec.rules, available)
    is_same_end = sitting.state is not SittingState.CLOSED or (last is not None and last.value == sitting.stop_reason)
    return Replay(_largest_difference(session, sitting, known, rows, spec, items), is_same, is_same_end)


def _largest_difference(
    session: Session, sitting: Sitting, known: Posterior, rows: list[int], spec: DesignSpec, items: ItemBank
) -> float:
    """Largest difference between a stored figure and its replay; infinite when a row is missing or too many."""
    stored = {row.domain: row for row in session.scalars(select(Estimate).where(Estimate.sitting_id == sitting.id))}
    if sitting.state is SittingState.OPEN or not rows:
        return 0.0 if not stored else float("inf")
    domains = items.bank.parameters.domain[rows].tolist()
    counts = [domains.count(d) for d in range(len(spec.order))]
    figures = {row["domain"]: row for row in estimate_figures(known, counts, spec)}
    if set(figures) != set(stored):
        return float("inf")
    names = ("eap_logits", "sd_logits", "low_logits", "high_logits", "n_items")
    differences = [
        abs(float(figures[domain][name]) - float(getattr(row, name)))
        for domain, row in stored.items()
        for name in names
    ]
    return max(differences)
