"""Words for the errors of study: code -> sentence that says what is wrong and what to do."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

WORDS: Mapping[str, LazyString] = {
    "already_enrolled": _l("You are enrolled in “%(course)s” already. Go on under My courses."),
    "beat_incomplete": _l("The page sent an incomplete report of study time. Reload it."),
    "beat_not_signed": _l("This report of study time was not given out by this server. Reload the page."),
    "choose_an_offering": _l("Choose one of the planned runs of “%(course)s”."),
    "code_not_open": _l("The code is shown from half an hour before the session begins until it ends."),
    "comment_too_long": _l("The comment is too long; at most %(most)s characters fit."),
    "course_not_open_yet": _l("“%(course)s” cannot be studied here yet: its content is still being prepared."),
    "course_retired": _l("“%(course)s” has been retired. Look for a newer one in the catalogue."),
    "day_not_read": _l("“%(text)s” is not a day. Choose it from the calendar."),
    "declaration_account": _l("Your account has %(length)s characters. Write at least %(least)s and at most %(most)s."),
    "declaration_day": _l("The day must lie between %(first)s, when you enrolled, and today."),
    "declaration_judged_already": _l("This declaration has been judged already: %(state)s. Reload the list."),
    "declaration_not_found": _l("There is no such declaration in your area, or it is your own."),
    "declaration_say_what_is_missing": _l("Say what is missing before you return it."),
    "declaration_time": _l("At most %(most)s minutes can be declared for this module."),
    "declaration_verify_or_return": _l("Choose whether to verify it or to return it."),
    "declaration_waits_already": _l("A declaration for this module is with your school already."),
    "enrolment_complete": _l("This course is complete, so it cannot be left."),
    "enrolment_not_found": _l("There is no such course of yours."),
    "enrolment_not_open": _l("This enrolment is not open any more: %(state)s."),
    "evidence_kind": _l("“%(name)s” is not a file that can be taken. Give one of: %(kinds)s."),
    "evidence_needed": _l("Add at least one file as evidence: a photo, a record, a sign-in sheet."),
    "evidence_not_found": _l("There is no such file, or it is not open to you."),
    "evidence_too_large": _l("“%(name)s” is larger than %(megabytes)s MB. Make it smaller, or split it."),
    "evidence_too_many": _l("At most %(most)s files can be given."),
    "film_not_found": _l("The film is not on this server yet. Please come back later."),
    "film_not_watched_fully": _l(
        "%(missing)s seconds of the film have not been played yet. The bar below it shows which."
    ),
    "meeting_ends_before_it_starts": _l("A session must end after it begins."),
    "meeting_not_found": _l("There is no such session that you lead."),
    "meetings_clash": _l(
        "At that time you have a session of “%(course)s”. Choose another run, or leave that course first."
    ),
    "meetings_overlap": _l("Two sessions overlap. Change one of the times."),
    "module_done": _l("“%(module)s” is done already."),
    "module_not_found": _l("There is no such module in this course."),
    "no_seats_left": _l("All seats of the run from %(starts_on)s are taken. Choose another run."),
    "offering_begun_or_closed": _l("The run from %(starts_on)s has begun or is closed. Choose another one."),
    "offering_needs_published_f2f_course": _l("“%(course)s” is not a published face-to-face course."),
    "offering_not_found": _l("There is no such run for your school."),
    "offering_outside_own_subtree": _l("%(organisation)s lies outside your area."),
    "offering_teaches_each_module_once": _l(
        "The course has %(n_modules)s modules and %(n_meetings)s sessions were given: plan exactly one for each module."
    ),
    "prerequisites_missing": _l("Complete these first: %(courses)s."),
    "presence_counted_already": _l(
        "This presence has been counted as hours, so the roll cannot take it back. An administrator takes the hours back on the credit page, with a reason."
    ),
    "quiz_answer_every_question": _l("Answer all %(n_questions)s questions, then hand in."),
    "reading_too_short": _l("%(counted)s minutes are counted so far. Read about %(missing)s more before you finish."),
    "roll_before_meeting": _l("The roll opens half an hour before the session begins."),
    "sent_already": _l("This was sent already from another page. Reload and look."),
    "study_session_not_found": _l("This study session is not yours. Reload the page."),
    "submission_accept_or_return": _l("Choose whether to accept the work or to return it."),
    "submission_judged_already": _l("This work has been judged already: %(state)s."),
    "submission_length": _l("Your work has %(length)s characters. Write at least %(least)s and at most %(most)s."),
    "submission_not_found": _l("There is no such work of one of your apprentices."),
    "submission_rate_every_row": _l("Rate each of the %(n_rows)s rows of the rubric."),
    "submission_say_what_to_change": _l("Say what to change before you return the work."),
    "submission_waits_already": _l(
        "Your last piece is still with your mentor. Wait for the judgement, then hand in anew."
    ),
    "too_many_wrong_codes": _l(
        "Too many wrong codes. Wait %(minutes)s minutes, or ask the trainer to put you on the roll."
    ),
}
