"""Words for the errors of assess: code -> sentence that says what is wrong and what to do."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

WORDS: Mapping[str, LazyString] = {
    "sitting_too_soon": _l(
        "You took the diagnostic not long ago, and ability does not change that fast. You can take it again in %(n_days)s days."
    ),
    "sitting_not_found": _l("There is no such sitting among yours."),
    "question_not_found": _l("That question is not one of yours. Go back to the diagnostic and continue there."),
    "answer_no_such_option": _l("Please choose one of the options shown."),
    "answer_without_token": _l("The page was not complete. Reload it and choose again."),
    "person_without_school_level": _l(
        "Your school section is not recorded yet, and the questions depend on it. Ask your school administrator to fill it in."
    ),
    "no_items_for_school_level": _l("There are no questions for %(school_level)s yet. Please try again later."),
    "no_operational_items": _l("The item bank has no question in use yet. Publish some items first."),
    "release_not_found": _l("The questions have no parameters yet. Publish some items first."),
    "design_not_found": _l("There is no blueprint for %(school_level)s yet."),
    "design_domains_repeat": _l("A blueprint names each domain once, and at least one."),
    "design_minima_do_not_fit": _l(
        "The items each domain must get add up to %(n_least)s; they must lie between %(n_from)s and %(n_to)s."
    ),
    "design_figures_out_of_range": _l("A figure of the blueprint is out of range."),
    "campaign_not_found": _l("That campaign does not exist, has closed, or does not include your school."),
    "campaign_outside_own_subtree": _l(
        "You can open a campaign only for your own place and below; %(organisation)s is not."
    ),
    "campaign_needs_title": _l("Give the campaign a title."),
    "campaign_closes_too_early": _l("A campaign must close after it opens, and in the future."),
    "calibration_not_anchored": _l(
        "Only %(n_common)s items of this calibration are known to the present scale; at least %(n_least)s are needed to link it."
    ),
    "second_engine_missing": _l(
        "The second engine (%(engine)s) is not installed. Install shicheng with its extra second-opinion, which needs a C compiler, or leave out --second-opinion."
    ),
    "second_engine_slow": _l(
        "The second engine (%(engine)s) did not finish within %(seconds)s seconds; nothing was written."
    ),
    "second_engine_failed": _l(
        "The second engine (%(engine)s) failed; nothing was written. Its last words: %(problem)s"
    ),
    "answers_unreadable": _l("%(file)s cannot be read (%(problem)s). Check the path and the permission."),
    "answers_not_text": _l("%(file)s is not text in UTF-8, UTF-16 or GB18030. Save it as CSV (UTF-8)."),
    "answers_not_csv": _l("Row %(row)s is not well-formed CSV (%(problem)s). Save the table as CSV again."),
    "answers_no_rows": _l("There is a heading but no row of answers below it. Add one row for each person."),
    "answers_no_heading": _l("The first row holds answers. Add a first row that names the items."),
    "answers_too_few_items": _l(
        "There are %(n_items)s item columns; at least %(n_least)s are needed. Check that the columns are separated by commas."
    ),
    "answers_nameless_column": _l(
        "Column %(column)s has no name in the first row. Name the item or remove the column."
    ),
    "answers_column_twice": _l(
        "Column %(column)s has the same name as column %(first)s (%(name)s). Give each item a name of its own."
    ),
    "answers_ragged_row": _l(
        "Row %(row)s has %(n_cells)s cells, the heading has %(n_columns)s. Leave a cell empty where an item was not given."
    ),
    "answers_empty_line": _l("Row %(row)s is empty but rows follow. Remove it."),
    "answers_nameless_person": _l("Row %(row)s has no person in its first column. Fill it in."),
    "answers_person_twice": _l(
        "Row %(row)s repeats the person of row %(first)s (%(name)s). Keep one row for each person."
    ),
    "answers_bad_cell": _l(
        "Row %(row)s, column %(column)s: “%(value)s” is neither 0, 1 nor empty. Write 1 for right, 0 for wrong, and leave empty what was not given."
    ),
    "answers_not_estimable": _l("Nothing can be estimated from these answers: %(problem)s."),
    "out_is_a_file": _l("%(folder)s is a file. Name a folder for the results."),
    "out_holds_other_files": _l(
        "%(folder)s holds other files (%(file)s). Name a new folder, or one that holds only earlier results."
    ),
    "out_not_written": _l(
        "The results could not be written to %(folder)s (%(problem)s). Nothing was left half-written."
    ),
}
