"""The shipped item bank in the database of a test, and a person who sits through the diagnostic."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
import yaml
from sqlalchemy.orm import Session

from assessment.models import Question, Sitting
from assessment.sittings import Step, current_question, start_sitting, submit_answer
from content.models import Item
from content.terms import Competency, ItemState

ITEMS = Path(__file__).resolve().parents[2] / "content" / "data" / "items"
Answerer = Callable[[Question], int]


def shipped_items() -> Iterator[Item]:
    for path in sorted(ITEMS.glob("*.yaml")):
        for row in yaml.safe_load(path.read_text("utf-8")):
            yield Item(
                code=row["code"], state=ItemState.OPERATIONAL, competency=Competency(row["competency"]),
                school_levels=row["school_levels"], expert_level=row["level"], stem=row["stem"].strip(),
                options=row["options"], key_index="ABCD".index(row["key"]), rationale=row["rationale"].strip(),
            )  # fmt: skip


@pytest.fixture
def bank(session: Session) -> list[Item]:
    """The shipped items, all in use."""
    items = list(shipped_items())
    session.add_all(items)
    session.flush()
    return items


def right(question: Question) -> int:
    """Shown position of the keyed option."""
    return question.option_order.index(question.item.key_index)


def wrong(question: Question) -> int:
    """Shown position of an option that is not the key."""
    return next(place for place, stored in enumerate(question.option_order) if stored != question.item.key_index)


@pytest.fixture
def right_answer() -> Answerer:
    return right


@pytest.fixture
def wrong_answer() -> Answerer:
    return wrong


@pytest.fixture
def answer(session: Session) -> Callable[..., Step]:
    """Answer the question that waits, once."""
    number = count()

    def act(sitting: Sitting, position: Answerer, *, now: datetime) -> Step:
        question = current_question(session, sitting)
        assert question is not None
        return submit_answer(
            session, sitting.person_id, question_token=question.token, shown_position=position(question),
            client_token=f"client-{next(number):08d}", now=now,
        )  # fmt: skip

    return act


@pytest.fixture
def sit(session: Session, answer: Callable[..., Step]) -> Callable[..., Sitting]:
    """A whole sitting; the answerer decides each answer."""

    def act(person_id: int, position: Answerer, *, now: datetime) -> Sitting:
        sitting = start_sitting(session, person_id, now=now)
        while not answer(sitting, position, now=now).is_finished:
            now += timedelta(seconds=40)
        return sitting

    return act
