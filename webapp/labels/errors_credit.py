"""Words for the errors of credit: code -> sentence that says what is wrong and what to do."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

WORDS: Mapping[str, LazyString] = {
    "entry_not_found": _l("There is no such entry, or it is not open to you."),
    "certificate_not_found": _l("There is no such certificate, or it is not yours."),
    "profile_not_found": _l("There are no credit rules with the code “%(code)s”. Load the rules first."),
    "already_reversed": _l("These hours were taken back before. Look at the entry to see by whom and why."),
    "not_reversed": _l("There is nothing to give back: these hours stand."),
    "ledger_moved_on": _l("Somebody changed this account at the same moment. Look again, then decide."),
    "day_is_full": _l("On %(on)s, %(cap)s face-to-face hours count already. Take one of those back first."),
    "reason_length": _l("Give a reason of %(least)s to %(most)s characters: the teacher will read it."),
    "rules_set_by_the_province": _l("Which rules are in force is decided by an administrator of the province."),
    "last_active_profile": _l("This is the only set of rules in force. Put another one in force first."),
    "character_not_in_font": _l(
        "The character “%(character)s” (%(code_point)s) cannot be printed, so the document was not made. "
        "Ask your administrator to check the name or title."
    ),
}
