"""Where a sitting stands: recomputed from its answers every time, so nothing can drift from them."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.banks import ItemBank, bank_of
from assessment.designs import DesignSpec, spec_of
from assessment.engine.ability import Posterior, eap
from assessment.engine.irt import Bools
from assessment.engine.selection import choose_item
from assessment.engine.stopping import decide
from assessment.models import Answer, Question, Release, Sitting
from assessment.terms import EndReason


@dataclass(frozen=True, eq=False)
class Position:
    """A sitting in the engine's terms: its bank and rules, and what was answered in order."""

    spec: DesignSpec
    items: ItemBank
    available: Bools
    rows: tuple[int, ...]
    categories: tuple[int, ...]
    posterior: Posterior
    seed: int

    @property
    def n_by_domain(self) -> list[int]:
        """Answers in each domain, in the design's order."""
        domains = self.items.bank.parameters.domain[list(self.rows)] if self.rows else np.zeros(0, dtype=np.int64)
        return [int((domains == d).sum()) for d in range(len(self.spec.order))]

    def stop_reason(self) -> EndReason | None:
        """Why the sitting ends here, or None to go on."""
        reason = decide(self.posterior, self.rows, self.items.bank, self.spec.rules, self.available)
        return None if reason is None else EndReason(reason.value)

    def next_item_id(self) -> int:
        """The item to put next."""
        choice = choose_item(
            self.posterior, self.rows, self.items.bank, self.spec.rules, seed=self.seed, available=self.available
        )
        return self.items.item_ids[choice.item]


def position_of(session: Session, sitting: Sitting) -> Position:
    """Where the sitting stands after the answers it has."""
    answered = session.execute(
        select(Question.item_id, Answer.category).join(Answer, Answer.question_id == Question.id)
        .where(Question.sitting_id == sitting.id).order_by(Question.ordinal)
    ).all()  # fmt: skip
    spec, items = frame_of(session, sitting)
    rows = tuple(items.row_of[item_id] for item_id, _ in answered)
    categories = tuple(category for _, category in answered)
    posterior = eap(categories, rows, items.bank.parameters, items.bank.prior)
    return Position(
        spec, items, items.available(sitting.pool or items.item_ids), rows, categories, posterior, sitting.seed
    )


def frame_of(session: Session, sitting: Sitting) -> tuple[DesignSpec, ItemBank]:
    """The rules and the bank of a sitting."""
    spec = spec_of(sitting.design)
    return spec, bank_of(session, session.get_one(Release, sitting.release_id), spec)
