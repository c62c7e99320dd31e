"""Taking the diagnostic: start, answer, leave. Answers are appended; everything else follows from them.

open -> closed (a rule of measuring ended it) | left (by the teacher, the campaign's close, or seven idle days)
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from assessment.banks import ItemBank, bank_of, pool_of
from assessment.campaigns import find_asking, get_asking
from assessment.designs import DesignSpec, ensure_designs, find_active_design, spec_of
from assessment.estimates import find_profile, store_estimates
from assessment.models import Answer, Campaign, Design, Question, Release, Sitting
from assessment.releases import find_release, provisional_release
from assessment.state import position_of
from assessment.terms import EndReason, SittingState
from content.models import Item
from core.errors import Conflict, Invalid, NotFound
from core.people import Person, SchoolLevel

OPEN_DAYS = 7
DAYS_BETWEEN = 30
MOST_BEGUN = 3  # CHOICE: sittings begun in as many days; begun and left, each shows a few items more


@dataclass(frozen=True)
class Step:
    """What stands after an answer: the next question, or that the sitting is over.

    ``was_answered`` says that the answer changed nothing, because that question had been answered before.
    """

    sitting: Sitting
    next_question: Question | None
    is_finished: bool
    was_answered: bool = False


@dataclass(frozen=True)
class PastSitting:
    """An ended sitting and how many answers it has."""

    sitting: Sitting
    n_answers: int


def start_sitting(session: Session, person_id: int, *, now: datetime, campaign_id: int | None = None) -> Sitting:
    """Begin the diagnostic, or go on with the one under way. A campaign that asks lifts the wait between sittings."""
    person = session.scalar(select(Person).where(Person.id == person_id).with_for_update(key_share=True))
    if person is None:
        raise NotFound("person_not_found", id=person_id)
    running = find_open_sitting(session, person_id)
    if running is not None:
        if now < ends_at(session, running):
            return running
        _end(session, running, _reason_of_time(running, now=now), now=now)
    if campaign_id is not None:
        campaign: Campaign | None = get_asking(session, person_id, campaign_id, now=now)
    else:
        campaign = find_asking(session, person_id, now=now)
    if campaign is None:
        n_days = days_to_wait(session, person_id, now=now)
        if n_days:
            raise Conflict("sitting_too_soon", n_days=n_days)
    sitting = _open(session, person, campaign, now=now)
    _put(session, sitting, position_of(session, sitting).next_item_id(), ordinal=1, now=now)
    return sitting


def find_open_sitting(session: Session, person_id: int) -> Sitting | None:
    """The sitting under way, if there is one."""
    return session.scalar(
        select(Sitting).options(joinedload(Sitting.design))
        .where(Sitting.person_id == person_id, Sitting.state == SittingState.OPEN)
    )  # fmt: skip


def current_question(session: Session, sitting: Sitting) -> Question | None:
    """The question that waits for an answer: the only one that is ever shown."""
    if sitting.state is not SittingState.OPEN:
        return None
    return session.scalar(
        select(Question).options(joinedload(Question.item)).outerjoin(Answer, Answer.question_id == Question.id)
        .where(Question.sitting_id == sitting.id, Answer.id.is_(None)).order_by(Question.ordinal.desc()).limit(1)
    )  # fmt: skip


def submit_answer(
    session: Session, person_id: int, *, question_token: str, shown_position: int, client_token: str, now: datetime
) -> Step:
    """Append an answer and put the next question, or end the sitting. A repeated or stale answer changes nothing."""
    sitting = session.scalar(
        select(Sitting).join(Question, Question.sitting_id == Sitting.id)
        .where(Question.token == question_token, Sitting.person_id == person_id)
        .with_for_update(of=Sitting, key_share=True).execution_options(populate_existing=True)
    )  # fmt: skip
    if sitting is None:
        raise NotFound("question_not_found")
    if sitting.state is SittingState.OPEN and now >= ends_at(session, sitting):
        _end(session, sitting, _reason_of_time(sitting, now=now), now=now)
    question = session.scalars(
        select(Question).outerjoin(Question.answer).join(Question.item)
        .options(contains_eager(Question.answer), contains_eager(Question.item))
        .where(Question.token == question_token).execution_options(populate_existing=True)
    ).one()  # fmt: skip
    if sitting.state is not SittingState.OPEN or question.answer is not None or _is_used(session, client_token):
        waiting = current_question(session, sitting)
        return Step(sitting, waiting, is_finished=waiting is None, was_answered=True)
    _append(session, question, shown_position, client_token, now=now)
    position = position_of(session, sitting)
    reason = position.stop_reason()
    if reason is None:
        item_id = position.next_item_id()
        return Step(sitting, _put(session, sitting, item_id, ordinal=question.ordinal + 1, now=now), is_finished=False)
    _end(session, sitting, reason, now=now)
    return Step(sitting, None, is_finished=True)


def leave(session: Session, person_id: int, *, now: datetime) -> Sitting | None:
    """End the sitting under way early; what was answered keeps its estimate. None when there is none."""
    sitting = session.scalar(
        select(Sitting).where(Sitting.person_id == person_id, Sitting.state == SittingState.OPEN)
        .with_for_update(key_share=True)
    )  # fmt: skip
    if sitting is not None:
        _end(session, sitting, EndReason.ENDED_EARLY, now=now)
    return sitting


def end_expired(session: Session, *, now: datetime) -> list[Sitting]:
    """End the sittings that stood open too long or outlived their campaign; what was answered keeps its estimate."""
    overdue = session.scalars(
        select(Sitting).outerjoin(Campaign, Campaign.id == Sitting.campaign_id)
        .where(
            Sitting.state == SittingState.OPEN,
            or_(Sitting.started_at <= now - timedelta(days=OPEN_DAYS), Campaign.closes_at <= now),
        )
        .order_by(Sitting.id).with_for_update(of=Sitting, skip_locked=True, key_share=True)
    ).all()  # fmt: skip
    for sitting in overdue:
        _end(session, sitting, _reason_of_time(sitting, now=now), now=now)
    return list(overdue)


def ends_at(session: Session, sitting: Sitting) -> datetime:
    """Until when a sitting under way may be finished."""
    own = sitting.started_at + timedelta(days=OPEN_DAYS)
    campaign = session.get(Campaign, sitting.campaign_id) if sitting.campaign_id is not None else None
    return own if campaign is None else min(own, campaign.closes_at)


def days_to_wait(session: Session, person_id: int, *, now: datetime) -> int:
    """Whole days until the diagnostic may be taken again without being asked; 0 when it may be taken now.

    One that measured something makes wait, and so does the third in a row that was begun and left.
    """
    last = find_profile(session, person_id)
    begun_at = session.scalar(
        select(Sitting.started_at).where(Sitting.person_id == person_id, Sitting.state != SittingState.OPEN)
        .order_by(Sitting.started_at.desc()).offset(MOST_BEGUN - 1).limit(1)
    )  # fmt: skip
    moments = [moment for moment in (last.closed_at if last else None, begun_at) if moment is not None]
    if not moments:
        return 0
    left = max(moments) + timedelta(days=DAYS_BETWEEN) - now
    return max(0, -(-left // timedelta(days=1)))


def past_sittings(session: Session, person_id: int) -> list[PastSitting]:
    """The ended sittings of a person, newest first."""
    found = session.execute(
        select(Sitting, func.count(Answer.id))
        .outerjoin(Question, Question.sitting_id == Sitting.id).outerjoin(Answer, Answer.question_id == Question.id)
        .where(Sitting.person_id == person_id, Sitting.state != SittingState.OPEN)
        .group_by(Sitting.id).order_by(Sitting.closed_at.desc(), Sitting.id.desc())
    )  # fmt: skip
    return [PastSitting(sitting, n_answers) for sitting, n_answers in found]


def option_order(seed: int, ordinal: int, n_options: int) -> list[int]:
    """The order in which the options of a question are shown: shown position -> stored position."""
    return [int(place) for place in np.random.default_rng((seed, ordinal, 2)).permutation(n_options)]


def _open(session: Session, person: Person, campaign: Campaign | None, *, now: datetime) -> Sitting:
    """A new sitting with all that its course depends on fixed: blueprint, parameters, seed, items."""
    if person.school_level is None:
        raise Conflict("person_without_school_level")
    design = find_active_design(session, person.school_level)
    if design is None:
        ensure_designs(session, now=now)
        design = find_active_design(session, person.school_level)
    assert design is not None
    release, pool = _release_and_pool(session, person.school_level, design, now=now)
    items = bank_of(session, release, spec_of(design))
    sitting = Sitting(
        person_id=person.id, campaign_id=campaign.id if campaign else None, design=design, release_id=release.id,
        seed=secrets.randbelow(2**31), pool=_unseen(session, person.id, pool, items, spec_of(design)), started_at=now,
    )  # fmt: skip
    session.add(sitting)
    session.flush()
    return sitting


def _release_and_pool(
    session: Session, school_level: SchoolLevel, design: Design, *, now: datetime
) -> tuple[Release, list[int]]:
    """The parameters in force and the items for a school level; items that came into use get expert parameters."""
    pool = pool_of(session, school_level)
    if not pool:
        raise Conflict("no_items_for_school_level", school_level=school_level)
    release = find_release(session)
    if release is None or not set(pool) <= set(bank_of(session, release, spec_of(design)).item_ids):
        release = provisional_release(session, now=now)
    return release, pool


def _unseen(
    session: Session, person_id: int, pool: Sequence[int], items: ItemBank, spec: DesignSpec
) -> list[int]:  # fmt: skip
    """The pool without what the person met in their last sittings, domain by domain while enough is left."""
    latest = (
        select(Sitting.id).where(Sitting.person_id == person_id)
        .order_by(Sitting.id.desc()).limit(spec.n_sittings_unrepeated)
    )  # fmt: skip
    met = set(session.scalars(select(Question.item_id).where(Question.sitting_id.in_(latest))))
    if not met:
        return list(pool)
    domain = {item_id: int(items.bank.parameters.domain[items.row_of[item_id]]) for item_id in pool}
    fresh = [item_id for item_id in pool if item_id not in met]
    n_fresh = [sum(domain[item_id] == d for item_id in fresh) for d in range(len(spec.order))]
    is_enough = [n_fresh[d] >= 2 * plan.minimum_items for d, plan in enumerate(spec.domains)]
    return [item_id for item_id in pool if item_id not in met or not is_enough[domain[item_id]]]


def _put(session: Session, sitting: Sitting, item_id: int, *, ordinal: int, now: datetime) -> Question:
    """Put an item before the person: a token that says nothing of it, and its options in an order of its own."""
    n_options = len(session.get_one(Item, item_id).options)
    question = Question(
        sitting_id=sitting.id, ordinal=ordinal, item_id=item_id, token=secrets.token_urlsafe(18),
        option_order=option_order(sitting.seed, ordinal, n_options), put_at=now,
    )  # fmt: skip
    session.add(question)
    session.flush()
    return question


def _append(session: Session, question: Question, shown_position: int, client_token: str, *, now: datetime) -> None:
    """Append the answer as chosen, scored by the key of this moment."""
    if not 0 <= shown_position < len(question.option_order):
        raise Invalid("answer_no_such_option")
    if not 8 <= len(client_token) <= 64:
        raise Invalid("answer_without_token")
    chosen = question.option_order[shown_position]
    session.add(
        Answer(
            question_id=question.id, client_token=client_token, option_index=chosen,
            category=int(chosen == question.item.key_index), answered_at=now,
            seconds=max(0, int((now - question.put_at).total_seconds())),
        )
    )  # fmt: skip
    session.flush()


def _is_used(session: Session, client_token: str) -> bool:
    return session.scalar(select(Answer.id).where(Answer.client_token == client_token)) is not None


def _reason_of_time(sitting: Sitting, *, now: datetime) -> EndReason:
    is_old = now >= sitting.started_at + timedelta(days=OPEN_DAYS)
    return EndReason.LEFT_OPEN if is_old else EndReason.WINDOW_SHUT


def _end(session: Session, sitting: Sitting, reason: EndReason, *, now: datetime) -> None:
    """End a sitting and keep its estimates, unless nothing was answered."""
    position = position_of(session, sitting)
    is_left = reason in (EndReason.ENDED_EARLY, EndReason.WINDOW_SHUT, EndReason.LEFT_OPEN)
    sitting.state = SittingState.LEFT if is_left else SittingState.CLOSED
    sitting.closed_at = now
    sitting.stop_reason = reason
    session.flush()
    if position.rows:
        store_estimates(session, sitting, position.posterior, position.n_by_domain, position.spec)
