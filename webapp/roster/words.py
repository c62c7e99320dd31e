"""Words for the acts of the audit log and for the cells of a dry run."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from content.formats.rows import Refusal, RowOutcome
from core.access import Role
from core.errors import Invalid
from webapp.labels import error_words, label

ACTIONS: Mapping[str, LazyString] = {
    "people.import": _l("Brought people in from a workbook"),
    "people.import_undo": _l("Took a people import back"),
    "role.give": _l("Gave a role"),
    "role.revoke": _l("Revoked a role"),
    "password.reset": _l("Gave a one-time password"),
    "password.issue": _l("Handed out first passwords"),
    "password.choose": _l("Chose a new password"),
    "person.deactivate": _l("Closed an account"),
    "person.reactivate": _l("Opened an account again"),
    "sessions.end": _l("Ended all sessions"),
    "organisation.found": _l("Added a place"),
    "personalisation.on": _l("Switched personalisation on"),
    "personalisation.off": _l("Switched personalisation off"),
    "ledger.reverse": _l("Reversed credit"),
    "campaign.open": _l("Opened a diagnostic window"),
    "offering.open": _l("Opened a face-to-face run"),
    "pair.open": _l("Paired a mentor and an apprentice"),
    "pair.end": _l("Ended a mentor pair"),
    "targets.set": _l("Set the targets of the stages"),
    "report.export": _l("Exported a report"),
    "declaration.judge": _l("Judged a school-based activity"),
    "submission.judge": _l("Judged a task"),
    "plan.confirm": _l("Confirmed a plan"),
    "enrolment.withdraw": _l("Left a course"),
    "attendance.correct": _l("Corrected an attendance"),
    "attendance.wrong_code": _l("Entered a wrong check-in code"),
    "certificate.withhold": _l("Held a certificate back"),
    "courses.load": _l("Loaded courses"),
    "items.load": _l("Loaded items"),
    "item.move": _l("Changed the state of an item"),
    "design.revise": _l("Revised the blueprint of the diagnostic"),
    "release.apply": _l("Put item parameters into force"),
    "import.apply": _l("Applied an import"),
    "import.undo": _l("Took an import back"),
    "rules.activate": _l("Put rules into force"),
    "rules.deactivate": _l("Took rules out of force"),
    "rules.new_version": _l("Made a new version of rules"),
}
OUTCOMES: Mapping[RowOutcome, LazyString] = {
    RowOutcome.NEW: _l("New"),
    RowOutcome.CHANGED: _l("Changed"),
    RowOutcome.UNCHANGED: _l("Unchanged"),
    RowOutcome.REFUSED: _l("Refused"),
}
OUTCOME_KINDS: Mapping[RowOutcome, str] = {
    RowOutcome.NEW: "good", RowOutcome.CHANGED: "accent", RowOutcome.UNCHANGED: "", RowOutcome.REFUSED: "bad",
}  # fmt: skip


def action_words(action: str) -> str:
    """An act in words; one without words of its own shows its code."""
    return str(ACTIONS.get(action, action))


def role_words(value: str) -> str:
    """A role of an entry in words."""
    return label(Role(value)) if value in set(Role) else value


def remedy(refusal: Refusal) -> str:
    """Why a cell was refused and how to mend it."""
    return error_words(Invalid(refusal.code, **refusal.figures))
