"""Which apprentice needs the mentor most, and for what: a fixed order of reasons, then how pressing each is."""

from dataclasses import dataclass

from learning.terms import NextStep

LONG_SILENCE_DAYS = 30  # a month without a word; our choice, no policy names a figure
PACE_SLACK = 0.25  # behind by more than a quarter of what the elapsed year asks for

ORDER = tuple(NextStep)


@dataclass(frozen=True)
class Standing:
    """What is known of one apprentice at a glance."""

    waiting_days: int | None  # age of the oldest task that waits for review; None: none waits
    silent_days: int  # since either wrote or the mentor judged work; since pairing when never
    has_sitting: bool
    has_plan: bool
    is_plan_open: bool  # a draft with entries that a mentor could confirm
    hours_hundredths: int
    min_hundredths: int | None
    year_ratio: float  # share of the year that has passed, 0..1


def next_step(standing: Standing) -> NextStep:
    """The first reason that holds, in the order of ``NextStep``.

    Examples
    --------
    >>> calm = Standing(None, 3, True, True, False, 7200, 7200, 0.9)
    >>> next_step(calm).value
    'keep_going'
    >>> from dataclasses import replace
    >>> next_step(replace(calm, waiting_days=0, silent_days=90)).value
    'review_task'
    """
    if standing.waiting_days is not None:
        return NextStep.REVIEW_TASK
    if standing.silent_days >= LONG_SILENCE_DAYS:
        return NextStep.MAKE_CONTACT
    if standing.is_plan_open:
        return NextStep.CONFIRM_PLAN
    if pace_gap(standing) > PACE_SLACK:
        return NextStep.SPEED_UP_HOURS
    if not standing.has_sitting:
        return NextStep.TAKE_DIAGNOSTIC
    return NextStep.KEEP_GOING if standing.has_plan else NextStep.MAKE_PLAN


def pace_gap(standing: Standing) -> float:
    """How far hours lag behind an even pace, as a share of what the elapsed year asks for (0: not at all).

    Examples
    --------
    >>> round(pace_gap(Standing(None, 0, True, True, False, 1800, 7200, 0.5)), 2)
    0.5
    """
    asked = (standing.min_hundredths or 0) * standing.year_ratio
    return max(0.0, 1 - standing.hours_hundredths / asked) if asked > 0 else 0.0


def urgency(standing: Standing) -> tuple[int, float]:
    """Sorting key: the reason's place in the order, then the most pressing first within one reason."""
    step = next_step(standing)
    pressing = {
        NextStep.REVIEW_TASK: float(standing.waiting_days or 0),
        NextStep.SPEED_UP_HOURS: pace_gap(standing),
    }.get(step, float(standing.silent_days))
    return ORDER.index(step), -pressing
