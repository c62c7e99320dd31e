"""Sittings of people whose abilities are known: for demonstrations and load, in bulk, replayable like any other."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from assessment.banks import ItemBank, bank_of, pool_of
from assessment.calibration import get_release
from assessment.designs import DesignSpec, active_design, spec_of
from assessment.engine.bank import Bank
from assessment.engine.simulation import SimulatedSittings, simulate_sittings
from assessment.estimates import estimate_figures
from assessment.models import Answer, Estimate, Question, Sitting
from assessment.sittings import option_order
from assessment.terms import EndReason, SittingState
from content.models import Item
from content.terms import Domain
from core.people import SchoolLevel

SECONDS_AN_ANSWER = 45


@dataclass(frozen=True)
class Rehearsed:
    """One person's sitting to be made up: who, when, how able in each domain, and the seed of all its chances."""

    person_id: int
    started_at: datetime
    ability_logits: Mapping[Domain, float]
    seed: int
    campaign_id: int | None = None


def rehearse_sittings(session: Session, school_level: SchoolLevel, people: Sequence[Rehearsed]) -> list[int]:
    """Write closed sittings, questions, answers and estimates of simulated people; returns the sittings' ids.

    Items, stops and estimates come from the engine exactly as in a real sitting, so that they replay. Questions
    met in an earlier sitting may come again here, unlike in a real one.
    """
    if not people:
        return []
    design, release = active_design(session, school_level), get_release(session)
    spec, pool = spec_of(design), pool_of(session, school_level)
    items = bank_of(session, release, spec)
    pool = [item_id for item_id in pool if item_id in items.row_of]
    rows = items.rows(pool)
    crowd = simulate_sittings(
        [[one.ability_logits[domain] for domain in spec.order] for one in people],
        Bank(items.bank.parameters.take(rows), items.bank.prior), spec.rules, [one.seed for one in people],
    )  # fmt: skip
    sitting_ids = list(
        session.scalars(
            insert(Sitting).returning(Sitting.id, sort_by_parameter_order=True),
            [
                {
                    "person_id": one.person_id, "campaign_id": one.campaign_id, "design_id": design.id,
                    "release_id": release.id, "seed": one.seed, "pool": pool, "state": SittingState.CLOSED,
                    "started_at": one.started_at, "stop_reason": EndReason(crowd.reasons[index].value),
                    "closed_at": one.started_at + timedelta(seconds=SECONDS_AN_ANSWER * int(crowd.n_items[index])),
                }
                for index, one in enumerate(people)
            ],
        )
    )  # fmt: skip
    _write_answers(session, people, sitting_ids, crowd, pool)
    _write_estimates(session, sitting_ids, crowd, items, rows, spec)
    session.expire_all()
    return sitting_ids


def _write_answers(
    session: Session, people: Sequence[Rehearsed], sitting_ids: Sequence[int], crowd: SimulatedSittings, pool: list[int]
) -> None:
    """Questions and answers of all sittings, in the order given."""
    facts = {row.id: (len(row.options), row.key_index) for row in session.execute(
        select(Item.id, Item.options, Item.key_index).where(Item.id.in_(pool))
    )}  # fmt: skip
    questions: list[dict[str, Any]] = []
    answers: list[dict[str, Any]] = []
    for index, one in enumerate(people):
        for step in range(int(crowd.n_items[index])):
            item_id = pool[int(crowd.items[index, step])]
            n_options, key = facts[item_id]
            put_at = one.started_at + timedelta(seconds=SECONDS_AN_ANSWER * step)
            token = hashlib.sha256(f"{sitting_ids[index]}:{one.seed}:{step}".encode()).hexdigest()[:32]
            questions.append(
                {
                    "sitting_id": sitting_ids[index], "ordinal": step + 1, "item_id": item_id, "token": token,
                    "option_order": option_order(one.seed, step + 1, n_options), "put_at": put_at,
                }
            )  # fmt: skip
            category = int(crowd.responses[index, step])
            wrong = (key + 1 + (one.seed + step) % max(1, n_options - 1)) % n_options
            answers.append(
                {
                    "client_token": token, "option_index": key if category else wrong, "category": category,
                    "answered_at": put_at + timedelta(seconds=SECONDS_AN_ANSWER), "seconds": SECONDS_AN_ANSWER,
                }
            )  # fmt: skip
    ids = session.scalars(insert(Question).returning(Question.id, sort_by_parameter_order=True), questions)
    session.execute(insert(Answer), [{**answer, "question_id": id_} for id_, answer in zip(ids, answers, strict=True)])


def _write_estimates(
    session: Session, sitting_ids: Sequence[int], crowd: SimulatedSittings, items: ItemBank,
    rows: np.ndarray[Any, np.dtype[np.int64]], spec: DesignSpec,
) -> None:  # fmt: skip
    """Estimates of all sittings."""
    domains = items.bank.parameters.domain[rows]
    figures: list[dict[str, Any]] = []
    for index, sitting_id in enumerate(sitting_ids):
        given = crowd.items[index, : int(crowd.n_items[index])]
        counts = np.bincount(domains[given], minlength=len(spec.order)).tolist()
        own = estimate_figures(crowd.posterior.of(np.array(index)), counts, spec)
        figures += [{"sitting_id": sitting_id, **figure} for figure in own]
    session.execute(insert(Estimate), figures)
