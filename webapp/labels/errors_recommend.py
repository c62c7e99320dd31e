"""Words for the errors of recommend: code -> sentence that says what is wrong and what to do."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

WORDS: Mapping[str, LazyString] = {
    "pick_not_found": _l("There is no such recommendation for you. Look at your present list."),
    "pick_is_taken": _l("You have taken “%(title)s” already. Drop it from your plan if you changed your mind."),
    "pick_is_replaced": _l(
        "“%(title)s” is no longer on your list, because the list was renewed. Choose from the new one."
    ),
    "choose_a_reason": _l("Choose one of the reasons, then put the course aside."),
    "targets_are_set_by_the_province": _l("Targets are set by an administrator of the province."),
    "target_out_of_range": _l(
        "The target for %(stage)s in %(domain)s must lie between %(lowest)s and %(highest)s. Mend it and save again."
    ),
    "target_is_no_number": _l("The target for %(stage)s in %(domain)s must be a number, for instance 0.5."),
    "plan_not_found": _l("There is no such plan."),
    "plan_entry_not_found": _l("That course is no longer in your plan. Reload the plan to see it as it stands."),
    "plan_has_a_newer_version": _l(
        "The plan was edited meanwhile (version %(version)s). Look at it again, then confirm."
    ),
    "plan_is_empty": _l("%(name)s has not planned any course yet, so there is nothing to confirm."),
    "plan_year_outside_cycle": _l("You can plan the years %(earliest)s to %(latest)s of the present cycle."),
    "quarter_is_one_to_four": _l("Choose one of the four quarters."),
    "goal_too_long": _l("Keep the goal within %(longest)s characters."),
}
