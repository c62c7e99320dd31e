"""Who may join a project, when a project counts as done, and how long a broken promise blocks.

The figures come from the project types of rules.yaml (Henan 2021); thresholds "3年以上", "5年以上" include
the named year, and an age limit "in principle" (原则上) may be overridden with a reason.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from learning.engine.credit_rules import years_after


class IntegrityEvent(StrEnum):
    """What is kept in the training integrity record."""

    NO_SHOW = "no_show"
    DISMISSED = "dismissed"
    NOT_COMPLETED = "not_completed"


class BlockScope(StrEnum):
    """Which projects an event blocks, by the policy it falls under."""

    NATIONAL = "national"  # 国培计划 of any kind
    PROVINCIAL_F2F = "provincial_f2f"  # face-to-face projects organised by the province


@dataclass(frozen=True)
class Nominee:
    """What a project's conditions ask about a person."""

    is_township: bool = False
    teaching_years: int = 0
    is_backbone: bool = False
    training_years: int = 0
    age: int | None = None


@dataclass(frozen=True)
class Done:
    """What a trainee has done in a project."""

    f2f_days: int = 0
    online_units: int = 0
    practice_months: int = 0


@dataclass(frozen=True)
class Breach:
    """One event of the integrity record; an excused one (特殊情况, approved) blocks nothing."""

    event: IntegrityEvent
    on: date
    scope: BlockScope
    is_excused: bool = False


def is_complete(done: Done, duration: Mapping[str, Any]) -> bool:
    """Whether all parts of a project's duration are reached; days are never converted to hours.

    Examples
    --------
    >>> is_complete(Done(online_units=50, practice_months=11), {"online_hours": 50, "school_practice_months": 12})
    False
    """
    asked = {
        "f2f_days": done.f2f_days,
        "online_hours": done.online_units,
        "school_practice_months": done.practice_months,
    }
    return all(reached >= duration.get(name, 0) for name, reached in asked.items())


def missing_parts(required: Sequence[str], handed_in: Collection[str]) -> list[str]:
    """Parts of an outcome still to be handed in, in the order they are asked; a lesson case has three.

    Examples
    --------
    >>> missing_parts(["教学设计", "课堂教学实录", "教学反思"], {"教学设计", "课堂教学实录"})
    ['教学反思']
    """
    return [part for part in required if part not in handed_in]


def unmet_conditions(nominee: Nominee, eligibility: Mapping[str, Any], *, override_reason: str = "") -> tuple[str, ...]:
    """Names of the conditions a nominee does not meet; a soft age limit gives way to a reason."""
    age_max, age = eligibility.get("age_max"), nominee.age
    is_too_old = age_max is not None and (age is None or age > age_max)
    asked = {
        "school_location": eligibility.get("school_location") == "乡镇" and not nominee.is_township,
        "teaching_years_min": nominee.teaching_years < eligibility.get("teaching_years_min", 0),
        "is_teaching_backbone": bool(eligibility.get("is_teaching_backbone")) and not nominee.is_backbone,
        "training_years_min": nominee.training_years < eligibility.get("training_years_min", 0),
        "age_max": is_too_old and not (eligibility.get("age_soft") and override_reason.strip()),
    }
    return tuple(name for name, is_unmet in asked.items() if is_unmet)


def age_on(born_on: date, on: date) -> int:
    """Age in full years on a day.

    Examples
    --------
    >>> age_on(date(1980, 8, 1), date(2026, 7, 31)), age_on(date(1980, 8, 1), date(2026, 8, 1))
    (45, 46)
    """
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def blocked_until(breach: Breach, *, block_years: int) -> date | None:
    """The first day on which an event no longer blocks: the same calendar day years later. None: it blocks nothing.

    Examples
    --------
    >>> blocked_until(Breach(IntegrityEvent.DISMISSED, date(2024, 2, 29), BlockScope.NATIONAL), block_years=3)
    datetime.date(2027, 2, 28)
    """
    return None if breach.is_excused else years_after(breach.on, block_years)


def is_blocked(
    breaches: Sequence[Breach], *, on: date, block_years: int, is_national: bool, is_provincial: bool, is_f2f: bool
) -> bool:
    """Whether the record bars a person from a project on a day."""
    scopes = set()
    if is_national:
        scopes.add(BlockScope.NATIONAL)
    if is_provincial and is_f2f:
        scopes.add(BlockScope.PROVINCIAL_F2F)
    ends = [blocked_until(breach, block_years=block_years) for breach in breaches if breach.scope in scopes]
    return any(end is not None and on < end for end in ends)
