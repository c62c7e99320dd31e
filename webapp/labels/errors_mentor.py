"""Words for the errors of mentor: code -> sentence that says what is wrong and what to do."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

WORDS: Mapping[str, LazyString] = {
    "nobody_mentors_themselves": _l("Nobody can be their own mentor. Choose somebody else."),
    "apprentice_has_a_mentor": _l("This teacher has a mentor already: %(mentor)s. End that pair first."),
    "pair_raced": _l("Somebody paired this teacher at the same moment. Look at the pairs again."),
    "pair_needs_active_people": _l("The account of %(name)s is closed, so they cannot be paired."),
    "pair_outside_post": _l("%(name)s holds no post on %(on)s. Choose a day inside the posts of both."),
    "mentor_role_missing": _l("%(name)s does not have the role of mentor. Give it under People first."),
    "pair_not_found": _l("There is no such running pair."),
    "pair_has_ended": _l("This pair ended on %(ended_on)s already."),
    "pair_ends_before_it_starts": _l("The pair began on %(started_on)s; it cannot end before."),
    "note_is_empty": _l("The note is empty. Write a line first."),
    "note_is_too_long": _l("The note has %(n)s characters; at most %(longest)s fit. Shorten it or send two."),
    "note_token_taken": _l("This note was sent already from another page. Reload and write it anew."),
    "suggestion_not_found": _l("There is no such suggestion of yours."),
    "suggestion_reason_too_long": _l("The reason is too long; at most %(longest)s characters fit."),
    "course_is_begun_already": _l("They have begun “%(title)s” already, so it need not be suggested."),
    "export_not_found": _l("There is no such report."),
}
