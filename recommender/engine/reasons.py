"""The parts of a score as rows: the kind, what it added, and the figures its words need."""

from collections.abc import Callable
from typing import Any

from recommender.engine.features import CourseFacts, CourseTable
from recommender.engine.needs import Floats
from recommender.engine.scoring import KINDS, Belief, Judgement, Learner
from recommender.terms import ReasonKind

Figures = dict[str, Any]
SMALLEST = 0.005  # a part that rounds to nothing is no reason


def reasons_of(table: CourseTable, learner: Learner, judged: Judgement, weights: Floats, row: int) -> list[Figures]:
    """Rows for one course, the strongest first; their weights add up to its score."""
    found = []
    for place, kind in enumerate(KINDS):
        value = float(judged.values[row, place])
        weight = round(value * float(weights[place]), 4)
        if abs(weight) >= SMALLEST:
            figures = FIGURES[kind](table, learner, judged, row)
            found.append({"kind": kind.value, "weight": weight, "value": round(value, 4), **figures})
    return sorted(found, key=lambda reason: (-abs(reason["weight"]), reason["kind"]))


def score_of(reasons: list[Figures]) -> float:
    """The score: the sum of the parts that are shown."""
    return round(sum(float(reason["weight"]) for reason in reasons), 4)


def _gap(table: CourseTable, learner: Learner, judged: Judgement, row: int) -> Figures:
    place = int(judged.domain_place[row])
    domain = table.domains[place]
    belief = learner.beliefs.get(domain, Belief())
    return {
        "domain": domain,
        "gap_logits": round(float(judged.gaps[place]), 3),
        "p_below": round(float(judged.below[place]), 3),
        "low_logits": round(belief.low_logits, 3),
        "high_logits": round(belief.high_logits, 3),
        "target_logits": round(learner.targets.get(domain, 0.0), 3),
        "level": int(table.levels[row, place]),
        "is_measured": belief.is_measured,
    }


def _level(table: CourseTable, _learner: Learner, judged: Judgement, row: int) -> Figures:
    place = int(judged.domain_place[row])
    return {"domain": table.domains[place], "level": int(table.levels[row, place])}


def _topic(table: CourseTable, learner: Learner, _judged: Judgement, row: int) -> Figures:
    covered = sorted(table.facts[row].topics)
    missing = [topic for topic in covered if topic in learner.missing_topics]
    if learner.is_personalised and missing:
        return {"topic": missing[0], "is_missing": True}
    return {"topic": covered[0], "is_missing": False}


def _subject(table: CourseTable, learner: Learner, _judged: Judgement, row: int) -> Figures:
    named = table.facts[row].subjects
    return {"subject": next(subject for subject in learner.subjects if subject in named)}


def _seats(table: CourseTable, learner: Learner, _judged: Judgement, row: int) -> Figures:
    n_seats, starts_on = learner.seats[table.facts[row].id]
    return {"n_seats": n_seats, "starts_on": starts_on}


def _one(table: CourseTable, row: int) -> CourseFacts:
    return table.facts[row]


FIGURES: dict[ReasonKind, Callable[[CourseTable, Learner, Judgement, int], Figures]] = {
    ReasonKind.GAP: _gap,
    ReasonKind.LEVEL_FIT: _level,
    ReasonKind.MANDATORY_TOPIC: _topic,
    ReasonKind.FITS_STAGE: lambda _table, learner, _judged, _row: {"stage": learner.stage},
    ReasonKind.FITS_SUBJECT: _subject,
    ReasonKind.HOURS_NEEDED: lambda table, learner, _judged, row: {
        "units": _one(table, row).units,
        "short_units": learner.short_units,
    },
    ReasonKind.PRACTICE_NEEDED: lambda table, learner, _judged, row: {
        "units": _one(table, row).practice_units,
        "short_units": learner.short_practice_units,
    },
    ReasonKind.MENTOR_SUGGESTS: lambda table, learner, _judged, row: {
        "mentor": learner.suggested[_one(table, row).id],
    },
    ReasonKind.LIKE_YOUR_COURSES: lambda table, _learner, judged, row: {
        "title": _one(table, int(judged.like_row[row])).title,
    },
    ReasonKind.POPULAR: lambda table, learner, _judged, row: {"n_people": learner.n_takers[_one(table, row).id]},
    ReasonKind.SEATS_LEFT: _seats,
    ReasonKind.TOO_LONG_NOW: lambda table, _learner, _judged, row: {"units": _one(table, row).units},
    ReasonKind.MODE_YOU_AVOID: lambda table, _learner, _judged, row: {"mode": _one(table, row).mode},
    ReasonKind.LIKE_PUT_ASIDE: lambda table, _learner, judged, row: {
        "title": _one(table, int(judged.refused_row[row])).title,
    },
}
