"""Vocabularies of the record: study, hours, credit, plans, mentoring."""

from enum import StrEnum


class EnrolmentState(StrEnum):
    """enrolled -> completed | withdrawn."""

    ENROLLED = "enrolled"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"


class EnrolmentSource(StrEnum):
    """Who chose: the teacher alone, the teacher from a recommendation or the plan, or an administrator."""

    SELF = "self"
    RECOMMENDED = "recommended"
    ASSIGNED = "assigned"


class OfferingState(StrEnum):
    """planned -> closed | cancelled."""

    PLANNED = "planned"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class SubmissionState(StrEnum):
    """submitted -> accepted | returned; a returned one is followed by a new submission."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    RETURNED = "returned"


class DeclarationState(StrEnum):
    """declared -> verified | returned, by the school; a returned one is followed by a new declaration."""

    DECLARED = "declared"
    VERIFIED = "verified"
    RETURNED = "returned"


class RollMethod(StrEnum):
    """How presence was established."""

    ROTATING_CODE = "rotating_code"
    ROLL = "roll"


class Presence(StrEnum):
    """Whether a person was there."""

    PRESENT = "present"
    LATE = "late"
    LEFT_EARLY = "left_early"
    ABSENT = "absent"


class EntryKind(StrEnum):
    """post adds; reverse takes one post back whole. Nothing else touches the ledger."""

    POST = "post"
    REVERSE = "reverse"


class SourceKind(StrEnum):
    """What a ledger entry rests on."""

    ENROLMENT = "enrolment"
    ATTENDANCE = "attendance"
    DECLARATION = "declaration"


class PlanState(StrEnum):
    """draft -> confirmed (by the mentor); an edit of a confirmed plan makes a new draft version."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"


class PlanEntryState(StrEnum):
    """planned -> done | dropped; enrolment and completion are read from the record, never typed."""

    PLANNED = "planned"
    DONE = "done"
    DROPPED = "dropped"


class NextStep(StrEnum):
    """What a mentor would do next for an apprentice, the most pressing first."""

    REVIEW_TASK = "review_task"
    MAKE_CONTACT = "make_contact"
    CONFIRM_PLAN = "confirm_plan"
    SPEED_UP_HOURS = "speed_up_hours"
    TAKE_DIAGNOSTIC = "take_diagnostic"
    MAKE_PLAN = "make_plan"
    KEEP_GOING = "keep_going"


class Standing(StrEnum):
    """Where an amount stands against a minimum; warning: the minimum holds in principle only."""

    MET = "met"
    WARNING = "warning"
    NOT_MET = "not_met"
    NOT_SET = "not_set"


class ModuleState(StrEnum):
    """Where a module stands for its student: open -> waiting (for a person) -> returned | done."""

    OPEN = "open"
    WAITING = "waiting"
    RETURNED = "returned"
    DONE = "done"


class StartStep(StrEnum):
    """What a teacher's start page puts first, in this order; the first that applies is shown."""

    CHECK_IN = "check_in"
    RESUME_DIAGNOSTIC = "resume_diagnostic"
    TAKE_DIAGNOSTIC = "take_diagnostic"
    REWORK_TASK = "rework_task"
    GO_ON_STUDYING = "go_on_studying"
    CHOOSE_PICK = "choose_pick"
    FIND_COURSE = "find_course"
    ALL_DONE = "all_done"
