"""Words for the messages people are sent, by rule; and the kinds among which a person chooses their e-mail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date
from flask_babel import LazyString, get_locale
from flask_babel import lazy_gettext as _l

from core.access import Role

WORDS: Mapping[str, tuple[LazyString, LazyString]] = {
    "account.reset": (
        _l("A new password for your account"),
        _l(
            "Somebody, probably you, asked for a new password. The link works once, within %(minutes)s minutes."
            " If it was not you, do nothing: your password stays as it is."
        ),
    ),
    "campaign.opened": (
        _l("A diagnostic is open for you"),
        _l(
            "“%(title)s” is open until %(closes_on)s. It takes about twenty minutes, and you may pause and go on later."
        ),
    ),
    "window.closing": (
        _l("The diagnostic closes soon"),
        _l(
            "“%(title)s” is open until the end of %(due_on)s, and yours is not finished yet. What you answered is kept."
        ),
    ),
    "task.due": (
        _l("A task is due soon"),
        _l("In “%(course)s” there is work to hand in by %(due_on)s. Your mentor sees it as soon as it is in."),
    ),
    "task.due.late": (
        _l("A task was due"),
        _l("The work in “%(course)s” was due on %(due_on)s. You can still hand it in."),
    ),
    "task.due_apprentice": (
        _l("An apprentice's task is due soon"),
        _l("%(name)s has work to hand in for “%(course)s” by %(due_on)s. A word from you may help."),
    ),
    "task.due_apprentice.late": (
        _l("An apprentice's task was due"),
        _l("%(name)s's work for “%(course)s” was due on %(due_on)s and is not in yet. A word from you may help."),
    ),
    "submission.waiting": (
        _l("Work is waiting for you"),
        _l("%(name)s handed in “%(module)s” and has been waiting for your review for %(n_days)s days."),
    ),
    "submission.accepted": (
        _l("Your work was accepted"),
        _l("%(mentor)s accepted “%(module)s”. Its time now counts."),
    ),
    "submission.returned": (
        _l("Your work came back with comments"),
        _l("%(mentor)s read “%(module)s” and says what to change. You can hand in a new version."),
    ),
    "submission.judged": (_l("Your work was reviewed"), _l("There is a review of “%(module)s”.")),
    "declaration.verified": (
        _l("Your activity was verified"),
        _l("Your school verified “%(module)s”. Its time now counts."),
    ),
    "declaration.returned": (
        _l("Your activity came back with comments"),
        _l("Your school returned “%(module)s”: %(comment)s"),
    ),
    "declaration.judged": (_l("Your activity was reviewed"), _l("Your school reviewed “%(module)s”.")),
    "hours.behind": (
        _l("Hours still missing this year"),
        _l(
            "For %(year)s you have %(has_hundredths)s of %(min_hundredths)s hours;"
            " %(short_hundredths)s are still missing by %(due_on)s. Your recommendations show what fits."
        ),
    ),
    "hours.behind_school": (
        _l("Colleagues still short of hours"),
        _l(
            "At %(school)s, %(n_people)s people have not reached the hours of %(year)s yet. The year ends on %(due_on)s."
        ),
    ),
    "certificate.issued": (
        _l("Your certificate is ready"),
        _l("You completed “%(course)s”. Certificate %(serial)s can be downloaded and printed."),
    ),
    "credit.reversed": (
        _l("Hours were taken back"),
        _l("%(n_units)s hours from “%(course)s” were taken back. Reason: %(reason)s"),
    ),
    "credit.reposted": (
        _l("Hours were given back"),
        _l("%(n_units)s hours from “%(course)s” count again. Reason: %(reason)s"),
    ),
    "mentor.note": (_l("A note in your mentoring pair"), _l("%(name)s writes: %(excerpt)s")),
    "mentor.suggestion": (
        _l("Your mentor suggests a course"),
        _l("%(name)s thinks “%(title)s” is worth your time. You decide."),
    ),
    "mentor.paired": (_l("You have a new apprentice"), _l("You now guide %(name)s. A first word makes a good start.")),
    "mentor.guided": (_l("You have a mentor"), _l("%(name)s now guides you. Say hello and ask your first question.")),
}
UNKNOWN = (_l("News for you"), _l("Something in your record changed. Open it to see what."))


@dataclass(frozen=True)
class MailKind:
    """Rules that a person switches together; ``roles`` says whom it can reach (none: everybody)."""

    id: str
    words: LazyString
    rules: Sequence[str]
    roles: frozenset[Role] = frozenset()
    is_mandatory: bool = False


MAIL_KINDS = (
    MailKind(
        "duties", _l("Password links, corrections of my hours, hours missing at the end of the year"),
        ("account.reset", "credit.reversed", "credit.reposted", "hours.behind"), is_mandatory=True,
    ),
    MailKind(
        "diagnostic", _l("Diagnostics that open or close"), ("campaign.opened", "window.closing"),
        frozenset({Role.TEACHER}),
    ),
    MailKind("tasks", _l("Due dates of my tasks"), ("task.due",), frozenset({Role.TEACHER})),
    MailKind(
        "reviews", _l("Reviews of my work and my activities"),
        (
            "submission.accepted", "submission.returned", "submission.judged", "declaration.verified",
            "declaration.returned", "declaration.judged",
        ),
        frozenset({Role.TEACHER}),
    ),
    MailKind("certificates", _l("New certificates"), ("certificate.issued",), frozenset({Role.TEACHER})),
    MailKind("mentoring", _l("Notes and suggestions between mentor and apprentice"),
             ("mentor.note", "mentor.suggestion", "mentor.guided", "mentor.paired")),
    MailKind(
        "apprentices", _l("Work of my apprentices that waits or is due"), ("submission.waiting", "task.due_apprentice"),
        frozenset({Role.MENTOR}),
    ),
    MailKind(
        "school", _l("How many colleagues are short of hours"), ("hours.behind_school",),
        frozenset({Role.ADMINISTRATOR}),
    ),
)  # fmt: skip


def in_words(rule: str, figures: Mapping[str, Any]) -> tuple[str, str]:
    """Title and text of a message in the reader's language; an unknown rule gets words that are true of any."""
    late = f"{rule}.late"
    is_late = late in WORDS and int(figures.get("n_days", 0)) < 0
    title, text = WORDS.get(late if is_late else rule, UNKNOWN)
    shown = _Figures({name: _shown(name, value) for name, value in figures.items()})
    return str(title) % shown, str(text) % shown


class _Figures(dict[str, str]):
    """Figures of an older message may lack one that today's words name."""

    def __missing__(self, name: str) -> str:
        return "—"


def _shown(name: str, value: object) -> str:
    if name.endswith("_on") and isinstance(value, str):
        form = "y年M月d日" if str(get_locale()).startswith("zh") else "d MMM y"
        return format_date(date.fromisoformat(value), form, locale=get_locale())
    if name.endswith("_hundredths") and isinstance(value, int):
        return f"{value / 100:.2f}".rstrip("0").rstrip(".")
    return str(value)
