"""What speaks for a course for one person: gates that must all be open, and parts that add up.

Need, fit and feasibility meet twice. Fit and feasibility are gates: outside the person's slice, or where
nothing can be begun now, a course is not ranked at all. Inside, every part is a value between -1 and 1
times its weight, and the score is their sum, so that what is shown is what was reckoned. The level counts
only as far as there is need: that part is the product of both.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from recommender.engine.features import CourseTable, Flags
from recommender.engine.needs import Floats, chance_below, expected_gap, level_logits, nearness
from recommender.engine.similarity import closest
from recommender.terms import PutAsideReason, ReasonKind

KINDS = tuple(ReasonKind)
PLACE = {kind: place for place, kind in enumerate(KINDS)}

DEFAULT_WEIGHTS: Mapping[ReasonKind, float] = {
    ReasonKind.GAP: 3.0,
    ReasonKind.MANDATORY_TOPIC: 1.2,
    ReasonKind.FITS_STAGE: 0.5,
    ReasonKind.FITS_SUBJECT: 0.8,
    ReasonKind.LEVEL_FIT: 1.5,
    ReasonKind.HOURS_NEEDED: 0.6,
    ReasonKind.PRACTICE_NEEDED: 0.8,
    ReasonKind.MENTOR_SUGGESTS: 2.0,
    ReasonKind.LIKE_YOUR_COURSES: 0.5,
    ReasonKind.POPULAR: 0.3,
    ReasonKind.SEATS_LEFT: 0.2,
    ReasonKind.TOO_LONG_NOW: 1.0,
    ReasonKind.MODE_YOU_AVOID: 1.5,
    ReasonKind.LIKE_PUT_ASIDE: 0.8,
}
"""A setting of the house, not policy; blended with what decisions teach once there are enough of them."""

NOT_PERSONAL = frozenset({ReasonKind.MANDATORY_TOPIC, ReasonKind.FITS_STAGE, ReasonKind.POPULAR})
"""The only parts that count when somebody has switched personalisation off."""

FULL_GAP_LOGITS = 1.5
FULL_HOURS_UNITS = 12
LONG_UNITS = 16
FEWEST_SHOWN = 10  # fewer takers than this are nobody's business
ALIKE_FROM, ALIKE_FULL = 0.25, 0.75


@dataclass(frozen=True)
class Belief:
    """What is believed of an ability, in logits; not measured means that the prior speaks."""

    mean_logits: float = 0.0
    sd_logits: float = 1.0
    low_logits: float = -1.2816
    high_logits: float = 1.2816
    is_measured: bool = False


@dataclass(frozen=True)
class Refusal:
    """A recommendation put aside: is it still kept out, and is it recent enough to shift the weights."""

    course_id: int
    reason: PutAsideReason
    mode: str
    is_barred: bool
    is_recent: bool


@dataclass(frozen=True)
class Learner:
    """All that ranking may know of a person."""

    stage: str | None
    school_level: str | None
    subjects: tuple[str, ...]  # the main one first
    targets: Mapping[str, float]  # domain -> logits
    beliefs: Mapping[str, Belief] = field(default_factory=dict)  # empty before the first diagnostic
    missing_topics: frozenset[str] = frozenset()
    short_units: float = 0.0
    short_practice_units: float = 0.0
    done: frozenset[int] = frozenset()
    live: frozenset[int] = frozenset()
    chosen: frozenset[int] = frozenset()  # taken from earlier recommendations
    suggested: Mapping[int, str] = field(default_factory=dict)
    seats: Mapping[int, tuple[int, str]] = field(default_factory=dict)
    n_takers: Mapping[int, int] = field(default_factory=dict)
    refusals: tuple[Refusal, ...] = ()
    is_personalised: bool = True


@dataclass(frozen=True, eq=False)
class Judgement:
    """Every course for one person: open gates, values of the parts, and what the reasons need for words."""

    is_allowed: Flags  # (N,)
    values: Floats  # (N, P) in the order of KINDS
    domain_place: NDArray[np.int64]  # (N,) the domain whose need the course answers best
    gaps: Floats  # (D,) expected gap
    below: Floats  # (D,) probability of being below the target
    like_row: NDArray[np.int64]
    refused_row: NDArray[np.int64]


def judge(table: CourseTable, learner: Learner) -> Judgement:
    """Gates and parts of every course for one person."""
    values = np.zeros((len(table.facts), len(KINDS)))
    domain_place, gaps, below = _needs(table, learner, values)
    _fit(table, learner, values)
    _record(table, learner, values)
    like_row, refused_row = _taste(table, learner, values)
    if not learner.is_personalised:
        kept = [PLACE[kind] for kind in NOT_PERSONAL]
        values[:, [place for place in range(len(KINDS)) if place not in kept]] = 0.0
    return Judgement(is_allowed(table, learner), values, domain_place, gaps, below, like_row, refused_row)


def is_allowed(table: CourseTable, learner: Learner) -> Flags:
    """Courses of the person's slice that can be begun now and are neither done, under way nor put aside."""
    in_slice = (
        (table.stages.is_for_all | table.stages.has(learner.stage))
        & (table.school_levels.is_for_all | table.school_levels.has(learner.school_level))
        & (table.subjects.is_for_all | table.subjects.has_any(learner.subjects))
    )
    with_seats = frozenset(course for course, (n_seats, _starts_on) in learner.seats.items() if n_seats > 0)
    can_begin = table.is_open | table.modes.has("school_based") | table.mask(with_seats)
    is_ready = np.array([one.requires <= learner.done for one in table.facts], dtype=np.bool_)
    barred = frozenset(one.course_id for one in learner.refusals if one.is_barred)
    return in_slice & can_begin & is_ready & ~table.mask(learner.done | learner.live | barred)


def _needs(table: CourseTable, learner: Learner, values: Floats) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Need per domain and, for each course, the domain it answers best; nothing before the first diagnostic."""
    n_courses, n_domains = table.levels.shape
    nothing = np.full(n_courses, -1, dtype=np.int64), np.zeros(n_domains), np.zeros(n_domains)
    if not learner.beliefs or not n_domains:
        return nothing
    beliefs = [learner.beliefs.get(name, Belief()) for name in table.domains]
    mean = np.array([one.mean_logits for one in beliefs])
    sd = np.array([one.sd_logits for one in beliefs])
    target = np.array([learner.targets.get(name, 0.0) for name in table.domains])
    gaps = expected_gap(mean, sd, target)
    share = np.minimum(1.0, gaps / FULL_GAP_LOGITS)
    developed = ~np.isnan(table.levels)
    near = np.where(developed, nearness(mean, sd, level_logits(np.nan_to_num(table.levels, nan=3.0))), 0.0)
    worth = np.where(developed, share * (0.5 + near), -1.0)
    best = worth.argmax(axis=1)
    rows = np.arange(n_courses)
    answers = developed[rows, best]
    values[:, PLACE[ReasonKind.GAP]] = np.where(answers, share[best], 0.0)
    values[:, PLACE[ReasonKind.LEVEL_FIT]] = np.where(answers, share[best] * near[rows, best], 0.0)
    return np.where(answers, best, -1), gaps, chance_below(mean, sd, target)


def _fit(table: CourseTable, learner: Learner, values: Floats) -> None:
    """The more closely a course names the person's stage and subject, the better."""
    named = table.stages.n_named
    values[:, PLACE[ReasonKind.FITS_STAGE]] = np.where(table.stages.has(learner.stage), 1.0 - (named - 1) / 5.0, 0.0)
    main, others = learner.subjects[:1], learner.subjects[1:]
    values[:, PLACE[ReasonKind.FITS_SUBJECT]] = np.where(
        table.subjects.has_any(main), 1.0, np.where(table.subjects.has_any(others), 0.6, 0.0)
    )


def _record(table: CourseTable, learner: Learner, values: Floats) -> None:
    """What the record still asks for, what the mentor says, what can be joined, what others choose."""
    wanted = learner.missing_topics if learner.is_personalised else frozenset(table.topics.values)
    values[:, PLACE[ReasonKind.MANDATORY_TOPIC]] = table.topics.has_any(wanted)
    values[:, PLACE[ReasonKind.HOURS_NEEDED]] = _filled(table.units, learner.short_units)
    values[:, PLACE[ReasonKind.PRACTICE_NEEDED]] = _filled(table.practice_units, learner.short_practice_units)
    values[table.rows(list(learner.suggested)), PLACE[ReasonKind.MENTOR_SUGGESTS]] = 1.0
    with_seats = [course for course, (n_seats, _starts_on) in learner.seats.items() if n_seats > 0]
    values[table.rows(with_seats), PLACE[ReasonKind.SEATS_LEFT]] = 1.0
    takers = np.array([learner.n_takers.get(one.id, 0) for one in table.facts], dtype=np.float64)
    takers[takers < FEWEST_SHOWN] = 0.0
    values[:, PLACE[ReasonKind.POPULAR]] = np.log1p(takers) / max(1.0, float(np.log1p(takers.max(initial=0.0))))


def _filled(units: Floats, short_units: float) -> Floats:
    """Share of the missing hours (of a dozen, when more are missing) that a course fills."""
    if short_units <= 0:
        return np.zeros_like(units)
    return np.minimum(1.0, np.minimum(units, short_units) / min(short_units, FULL_HOURS_UNITS))


def _taste(
    table: CourseTable, learner: Learner, values: Floats
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:  # fmt: skip
    """Closeness to what was chosen, distance from what was put aside, and the reasons given for that."""
    like, like_row = closest(table.vectors, table.rows(learner.chosen | learner.done | learner.live))
    values[:, PLACE[ReasonKind.LIKE_YOUR_COURSES]] = _alike(like)
    recent = [one for one in learner.refusals if one.is_recent]
    unwanted = [
        one.course_id for one in recent if one.reason in (PutAsideReason.NOT_MY_NEED, PutAsideReason.KNOWN_ALREADY)
    ]
    unlike, refused_row = closest(table.vectors, table.rows(unwanted))
    values[:, PLACE[ReasonKind.LIKE_PUT_ASIDE]] = -_alike(unlike)
    n_no_time = sum(one.reason is PutAsideReason.NO_TIME for one in recent)
    values[:, PLACE[ReasonKind.TOO_LONG_NOW]] = -min(1.0, n_no_time / 2) * np.minimum(1.0, table.units / LONG_UNITS)
    for mode in table.modes.values:
        n_avoided = sum(one.reason is PutAsideReason.PREFER_OTHER_MODE and one.mode == mode for one in recent)
        values[:, PLACE[ReasonKind.MODE_YOU_AVOID]] -= min(1.0, n_avoided / 2) * table.modes.has(mode)
    return like_row, refused_row


def _alike(cosines: Floats) -> Floats:
    return np.clip((cosines - ALIKE_FROM) / (ALIKE_FULL - ALIKE_FROM), 0.0, 1.0)
