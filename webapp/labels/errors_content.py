"""Words for the errors of content: code -> sentence that says what is wrong and what to do."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

COURSES: Mapping[str, LazyString] = {
    "course_faulty": _l("%(n_faults)s places of the course need attention. Mend them and save again."),
    "course_not_found": _l("There is no such course, or it is not open to you."),
    "course_retired": _l("The course %(course)s is off the shelf and stays as it is. Write a new one under a new code."),
    "course_state_moved_on": _l("The course is “%(state)s” by now. Look at it again before you decide."),
    "course_changed_meanwhile": _l(
        "Somebody else saved this course while you were writing. Copy what you wrote, reload the page and put it in again."
    ),
    "course_code_in_use": _l("The code %(course)s is taken already. Choose another one."),
    "act_unknown": _l("There is no such step."),
    "module_not_found": _l("There is no such module."),
    "course_code_taken": _l("The code %(course)s stands twice. Give one of the courses another code."),
    "course_required_by_others": _l("Other courses require it: %(others)s. Take the prerequisite out of them first."),
    "course_outside_reach": _l("The course belongs to %(provider)s, which is outside your area."),
    "provider_outside_reach": _l("%(provider)s is outside your area. Choose a place within it."),
    "provider_unknown": _l("There is no place with the code %(provider)s. Choose one from the list of places."),
    "prerequisite_not_published": _l("The prerequisite %(required)s is not published. Publish it first."),
    "prerequisites_in_a_circle": _l("The prerequisites go round in a circle: %(circle)s. Take one of them out."),
    "published_modules_stay": _l(
        "People study this course: its %(n_modules)s modules stay in place. You may change their text and add modules at the end."
    ),
    "reason_missing": _l("Please say why, so that the writer knows what to mend."),
    "figure_not_found": _l("There is no such figure."),
    "framework_not_found": _l("There is no framework with this code."),
    "framework_not_a_mapping": _l("The file does not describe a framework. Begin with code, version and nodes."),
    "framework_version_taken": _l(
        "Version %(version)s of %(framework)s is loaded with another text. Raise the version in the file."
    ),
    "framework_field_missing": _l("The node %(node)s has no %(field)s. Fill it in."),
    "framework_unknown_word": _l("The node %(node)s says %(value)s for %(field)s. It may say: %(known)s."),
    "item_not_found": _l("There is no such item."),
    "item_state_order": _l("The item %(item)s is “%(state)s” and cannot become “%(wanted)s” from there."),
}  # fmt: skip
WORKBOOKS: Mapping[str, LazyString] = {
    "workbook_unreadable": _l("%(file)s cannot be read. Save it as .xlsx and upload it again."),
    "workbook_empty": _l("%(file)s holds nothing. Fill in the template and upload it again."),
    "workbook_locked": _l("%(file)s is protected by a password. Take the password off and upload it again."),
    "workbook_encoding": _l("The characters of %(file)s cannot be read. Save it as .xlsx, or as .csv in UTF-8."),
    "workbook_too_large": _l("%(file)s is too large: at most %(n_rows)s rows and %(n_columns)s columns. Split it."),
    "workbook_header_repeated": _l("The header “%(header)s” stands twice in row %(row)s. Remove one of the columns."),
    "import_refused": _l("%(n_refused)s cells cannot be taken, so nothing was imported. Mend them and upload it again."),
    "batch_not_found": _l("There is no such import."),
    "batch_undone_already": _l("This import was taken back already."),
    "batch_not_the_last": _l("Only the last import can be taken back. Take back the later ones first."),
    "changed_since_import": _l("%(key)s was changed after the import, so the import cannot be taken back as a whole."),
    "published_since_import": _l("%(key)s is in use by now, so the import cannot be taken back as a whole."),
    "sheet_missing": _l("The sheet “%(sheet)s” with its columns is missing: %(columns)s. Begin with the template."),
    "column_missing": _l("The column “%(header)s” is missing. Add it as in the template."),
    "competency_shape": _l("“%(value)s” cannot be read. Write competency and level like %(example)s."),
    "number_not_positive": _l("“%(value)s” is no number above 0. Write digits only."),
    "digits_lost": _l("The number %(value)s may have lost digits. Format the column as text and type it in again."),
    "key_repeated": _l("%(value)s stands in row %(first_row)s already. Keep one of the rows."),
    "module_without_course": _l("No row of the sheet of courses has the code %(value)s. Add the course or mend the code."),
    "retired_cannot_change": _l("%(value)s is off the shelf and cannot be changed. Remove the row or use a new code."),
    "published_keeps_modules": _l(
        "The course is published: its %(n_modules)s modules keep their order and kinds. Only add modules at the end."
    ),
    "provider_not_known": _l("There is no place with the code %(value)s."),
    "provider_not_yours": _l("The place %(value)s is outside your area."),
    "item_in_use_stays": _l(
        "%(value)s is in use: its wording and key stay. Retire it and bring the new wording under a new code."
    ),
}  # fmt: skip
FAULTS: Mapping[str, LazyString] = {
    "is_empty": _l("This is empty. Fill it in."),
    "should_be_text": _l("This must be text."),
    "should_be_list": _l("This must be a list of words."),
    "should_be_rows": _l("This must be a list of entries."),
    "should_be_whole_number": _l("This must be a whole number."),
    "should_be_yes_or_no": _l("This must be yes or no."),
    "code_shape": _l("“%(value)s” is no code. Use capital letters, digits and hyphens, for instance KC-201."),
    "repeated": _l("“%(value)s” stands twice. Keep it once."),
    "unknown_word": _l("“%(value)s” is not known here. It may be: %(known)s."),
    "level_out_of_range": _l("The level is %(value)s. It must be 1 to 5."),
    "needs_a_module": _l("The course has no module yet. Add at least one."),
    "needs_a_competency": _l("Say which competency the course develops, and to which level."),
    "shorter_than_an_hour_unit": _l("The modules last %(seconds)s s together. One hour (45 min, 2,700 s) is the least."),
    "seconds_not_positive": _l("The time must be above 0."),
    "seconds_too_many": _l("%(value)s s is too long for one module. The most is %(most)s s; split it."),
    "kind_not_in_mode": _l("“%(kind)s” does not belong in a course that is “%(mode)s”. Change the kind or the mode."),
    "options_count": _l("There are %(n)s options. Give 2 to %(most)s."),
    "item_options": _l("There are %(n)s options. An item has %(wanted)s."),
    "key_out_of_range": _l("The key “%(value)s” names no option. It must be A to %(last)s."),
    "rubric_levels": _l("There are %(n)s levels, or one is empty. Describe 2 to %(most)s levels."),
    "rubric_levels_differ": _l("This row has %(n)s levels and the first has %(first)s. Give all rows the same number."),
    "requires_itself": _l("The course cannot require itself. Take %(value)s out."),
    "prerequisite_unknown": _l("There is no course with the code %(value)s. Mend the code or bring that course first."),
    "prerequisites_circle": _l("The prerequisites go round in a circle: %(circle)s. Take one of them out."),
}  # fmt: skip
WORDS: Mapping[str, LazyString] = {**COURSES, **WORKBOOKS, **FAULTS}
