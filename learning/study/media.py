"""Films of video modules: named by what they show, made once, never during a request."""

import hashlib
import json
import os
import tempfile
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from content.formats.lesson_video import captions, parse_scenes, render
from content.models import CourseModule
from content.terms import ModuleKind
from core.errors import NotFound
from learning.study.models import Enrolment
from learning.terms import EnrolmentState

RECIPE = 1  # raise when the renderer draws the same script differently


def film_name(module: CourseModule) -> str | None:
    """Name of a module's film without its ending: the sha256 of its script; None when it has no script."""
    scenes = module.material.get("scenes")
    if not scenes:
        return None
    script = json.dumps([RECIPE, module.course.title, scenes], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(script.encode()).hexdigest()


def find_film(module: CourseModule, media_dir: Path, ending: str) -> Path | None:
    """The film (``.mp4``) or its captions (``.vtt``), if it has been made."""
    name = film_name(module)
    place = media_dir / f"{name}{ending}"
    return place if name is not None and place.exists() else None


def make_video(module: CourseModule, media_dir: Path, font: Path) -> Path | None:
    """Make a module's film and captions unless they stand; whole or not at all. None when there is no script."""
    name = film_name(module)
    if name is None:
        return None
    place = media_dir / f"{name}.mp4"
    if place.exists() and place.with_suffix(".vtt").exists():
        return place
    media_dir.mkdir(parents=True, exist_ok=True)
    scenes = parse_scenes(module.material["scenes"])
    handle, unfinished = tempfile.mkstemp(dir=media_dir, suffix=".mp4.part")
    os.close(handle)
    words = Path(unfinished).with_suffix(".vtt")
    words.write_text(captions(scenes), encoding="utf-8")
    words.replace(place.with_suffix(".vtt"))
    render(scenes, Path(unfinished), font=font, title=module.course.title)
    Path(unfinished).chmod(0o644)
    Path(unfinished).replace(place)
    return place


def get_own_film_module(session: Session, module_id: int, *, person_id: int) -> CourseModule:
    """A video module of a course the person is enrolled in, or NotFound."""
    found = session.scalar(
        select(CourseModule)
        .join(Enrolment, Enrolment.course_id == CourseModule.course_id)
        .where(
            CourseModule.id == module_id,
            CourseModule.kind == ModuleKind.VIDEO,
            Enrolment.person_id == person_id,
            Enrolment.state != EnrolmentState.WITHDRAWN,
        )
        .options(joinedload(CourseModule.course))
    )
    if found is None:
        raise NotFound("module_not_found", id=module_id)
    return found
