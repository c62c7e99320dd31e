"""Judging work: the rubric row by row, a comment, accept or return."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.access import Role
from core.errors import Conflict, DomainError, Invalid
from learning.mentoring.reviews import earlier_pieces, get_piece, next_waiting
from learning.study.modules import judge_submission
from learning.study.tasks import MAX_COMMENT, rubric_of
from learning.terms import SubmissionState
from webapp.auth import actor, guard, me
from webapp.clock import now, today
from webapp.database import db
from webapp.errors import STATUS_OF
from webapp.labels import error_words
from webapp.mentor.routes import blueprint


@blueprint.get("/submissions/<int:submission_id>")
@guard(Role.MENTOR)
def review(submission_id: int) -> ResponseReturnValue:
    """One piece of work of an own apprentice, to be judged or as it was judged."""
    return _page(submission_id)


@blueprint.post("/submissions/<int:submission_id>")
@guard(Role.MENTOR)
def judge(submission_id: int) -> ResponseReturnValue:
    """Accept the work or return it with a comment."""
    piece = get_piece(db(), me(), submission_id, on=today())
    ratings = [request.form.get(f"level-{row}", -1, type=int) for row in range(len(rubric_of(piece.submission.module)))]
    state = SubmissionState.ACCEPTED if request.form.get("state") == "accepted" else SubmissionState.RETURNED
    comment = request.form.get("comment", "")
    try:
        judge_submission(
            db(), submission_id, reviewer=actor(), state=state, ratings=ratings, comment=comment, now=now()
        )
    except (Conflict, Invalid) as error:
        return _page(submission_id, error=error, ratings=ratings, comment=comment), STATUS_OF[type(error)]
    flash(_("Accepted. The hours count now.") if state is SubmissionState.ACCEPTED else _("Returned."), "success")
    ahead = next_waiting(db(), me(), on=today())
    return redirect(url_for("mentor.review", submission_id=ahead.id) if ahead else url_for("mentor.overview"))


def _page(
    submission_id: int, *, error: DomainError | None = None, ratings: list[int] | None = None, comment: str = ""
) -> str:
    piece = get_piece(db(), me(), submission_id, on=today())
    work = piece.submission
    return render_template(
        "mentor/review.html", piece=piece, work=work, rubric=rubric_of(work.module),
        earlier=earlier_pieces(db(), work), is_open=work.state is SubmissionState.SUBMITTED,
        problem=error_words(error) if error else "", ratings=ratings or [], comment=comment, longest=MAX_COMMENT,
        today=today(),
    )  # fmt: skip
