"""Words for the errors of account: code -> sentence that says what is wrong and what to do."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

WORDS: Mapping[str, LazyString] = {
    "role_required": _l("This page is for another role. Ask your administrator if you need it."),
    "person_not_found": _l("There is nobody like that in your area."),
    "organisation_not_found": _l("There is no such place in your area."),
    "organisation_level_order": _l("A place of level %(level)s cannot stand below one of level %(parent)s."),
    "role_outside_own_subtree": _l("You may give roles only inside your own area; %(organisation)s lies outside it."),
    "person_holds_wider_role": _l(
        "This person is %(role)s beyond your area. An administrator of the wider area has to do this."
    ),
    "post_starts_before_the_open_one": _l("The present post began on %(open_since)s; a new one must begin later."),
    "own_role": _l("You cannot change your own roles. Another administrator has to do it."),
    "own_account": _l("You cannot close your own account. Another administrator has to do it."),
    "own_password_elsewhere": _l("Change your own password on your account page."),
    "grant_not_found": _l("This person does not hold that role."),
    "place_code_taken": _l("The code %(code)s is in use already. Choose another."),
    "password_short": _l("Use at least %(n)s characters. A short sentence is easy to remember."),
    "password_long": _l("Use at most %(n)s characters."),
    "password_own": _l("Your staff number, name or e-mail is the first thing others would try. Choose something else."),
    "password_common": _l("This password is one of the first that others would try. Choose something else."),
    "password_same": _l("This is your present password. Choose a new one."),
    "sign_in_busy": _l("Many people are signing in right now. Please try again in a moment."),
    "reset_link_dead": _l("This link is no longer valid. It works once, for 30 minutes; ask for a new one."),
    "people_import_refused": _l("%(n)s cells need mending; nothing was brought in."),
    "people_import_world_moved": _l(
        "Somebody changed the people in the meantime. Look at the comparison again, then apply it."
    ),
    "people_import_file_gone": _l("This uploaded workbook is no longer here. Upload it again."),
    "people_import_no_file": _l("Choose a workbook first."),
    "framework_not_a_mapping": _l(
        "The file holds no framework. It must be a YAML mapping with code, version and nodes."
    ),
    "people_batch_not_found": _l("There is no such import in your area."),
    "people_batch_not_last": _l("Only the last import can be taken back. Take the later ones back first."),
    "people_batch_undone_already": _l("This import has been taken back already."),
    "people_batch_nobody_waits": _l(
        "Everybody of this import has signed in already. Reset a password on the person's page."
    ),
    "people_batch_has_records": _l(
        "%(name)s (%(staff_no)s) came with this import and has used the account since, so it cannot be taken back."
    ),
    "people_batch_changed_since": _l(
        "%(name)s (%(staff_no)s) was changed again after this import, so it cannot be taken back."
    ),
    "roster_column_missing": _l("The column is missing. Add it, or begin with the template."),
    "roster_cell_empty": _l("The cell is empty. Fill it in."),
    "roster_digits_lost": _l(
        "The spreadsheet kept “%(text)s” as a number and may have lost digits. Format the column as text and type it again."
    ),
    "roster_zeros_lost": _l(
        "“%(text)s” looks like %(known)s without its leading zeros. Format the column as text and type it again."
    ),
    "roster_staff_no_form": _l("“%(text)s” is no staff number. Use 2 to 32 letters, digits and hyphens."),
    "roster_name_form": _l("“%(text)s” is no name. Write the name without digits, 40 characters at most."),
    "roster_email_form": _l("“%(text)s” is no e-mail address. Correct it or leave the cell empty."),
    "roster_email_taken": _l("%(email)s belongs to another account. Use another address or leave the cell empty."),
    "roster_word_unknown": _l("“%(word)s” is not known here. Choose from: %(allowed)s."),
    "roster_date_form": _l("“%(text)s” is no date. Write it like 2019-09-01."),
    "roster_date_future": _l("%(text)s lies in the future. Correct the date."),
    "roster_repeated": _l("The same stands in row %(earlier)s already. Keep one of the two rows."),
    "roster_school_unknown": _l(
        "There is no open place with the code “%(code)s” in your area. See the template's second sheet."
    ),
    "roster_person_elsewhere": _l(
        "%(text)s belongs to a place outside your area. An administrator of the wider area has to move them."
    ),
    "roster_person_inactive": _l("The account %(text)s is closed. Open it on the person's page first."),
    "roster_wider_role": _l(
        "%(text)s holds a role beyond your area. An administrator of the wider area has to change them."
    ),
    "roster_post_not_begun": _l("The present post begins only on %(on)s. Move the person after that day."),
}
