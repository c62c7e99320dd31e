"""Words of this area: what to look at again in a plan."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from learning.plans.concerns import Concern
from learning.plans.forecast import TopicOutlook
from recommender.terms import ReasonKind
from webapp.labels import label
from webapp.words import day

CONCERNS: Mapping[str, LazyString] = {
    "course_is_retired": _l("“%(title)s” is no longer offered. Drop it or choose another."),
    "required_course_not_planned": _l("“%(title)s” requires “%(required)s” first, which is not in your plan."),
    "required_course_planned_later": _l("“%(required)s” must come before “%(title)s”. Move one of them."),
    "no_run_open_yet": _l("No run of “%(title)s” is open to you yet. It stays in the plan; look again later."),
    "run_in_another_quarter": _l("The next run of “%(title)s” begins on %(starts_on)s, not in quarter %(quarter)s."),
    "meetings_overlap": _l("“%(title)s” and “%(other)s” meet at the same time on %(on)s."),
    "quarter_is_full": _l("Quarter %(quarter)s holds %(units)s hours, more than the %(most)s that are easily done."),
}
TOPICS: Mapping[TopicOutlook, LazyString] = {
    TopicOutlook.DONE: _l("done"),
    TopicOutlook.PLANNED: _l("planned"),
    TopicOutlook.OPEN: _l("still open"),
}


def kind_word(kind: str) -> str:
    """The name of a part of a score."""
    return label(ReasonKind(kind))


def concern_words(concern: Concern) -> str:
    """One thing to look at, as a sentence."""
    figures = {name: day(value) if name in ("on", "starts_on") else value for name, value in concern.figures.items()}  # type: ignore[arg-type]
    return str(CONCERNS[concern.code]) % figures
