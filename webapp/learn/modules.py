"""One module: a page for each kind, and finishing it."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from content.models import CourseModule
from content.rendering import render_markdown
from content.terms import ModuleKind
from core.access import Role
from learning.study.attendance import find_attendance, is_open
from learning.study.declarations import declarations_of
from learning.study.enrolments import get_own
from learning.study.evidence_files import KINDS, MAX_BYTES, MAX_FILES
from learning.study.measure import film_ms, measured
from learning.study.media import find_film
from learning.study.models import Enrolment
from learning.study.modules import (
    attempts_of,
    finish_reading,
    finish_video,
    needed_seconds,
    questions_of,
    shown_order,
)
from learning.study.reads import path_of
from learning.study.results import find_result, get_module
from learning.study.tasks import MAX_BODY, MIN_BODY, rubric_of, submissions_of
from learning.terms import DeclarationState, SubmissionState
from webapp.auth import guard, me
from webapp.clock import now, today
from webapp.database import db
from webapp.learn.routes import blueprint
from webapp.settings import Settings, current_settings

TEMPLATES = {
    ModuleKind.READING: "learn/reading.html", ModuleKind.VIDEO: "learn/video.html", ModuleKind.QUIZ: "learn/quiz.html",
    ModuleKind.TASK: "learn/task.html", ModuleKind.F2F_SESSION: "learn/session.html",
    ModuleKind.SCHOOL_ACTIVITY: "learn/activity.html",
}  # fmt: skip
