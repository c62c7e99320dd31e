"""Makes the films of the shipped courses from their scripts, once; needs no database."""

from pathlib import Path

from content.models import Course, CourseModule
from content.shipped import shipped_courses
from learning.study.media import make_video
from webapp.settings import Settings

FONT = Path(__file__).parents[1] / "static" / "vendor" / "fonts" / "NotoSansSC-Regular.ttf"


def make_videos(settings: Settings) -> int:
    """Make every film that does not stand yet; how many there are now."""
    n_films = 0
    for draft in shipped_courses():
        course = Course(title=draft.title)
        for module in draft.modules:
            row = CourseModule(course=course, title=module.title, material=module.as_material())
            n_films += make_video(row, settings.media_dir, FONT) is not None
    return n_films
