"""Films are made once from their script, and named by what they show."""

from pathlib import Path

from content.models import Course, CourseModule
from learning.study.media import film_name, find_film, make_video

FONT = Path(__file__).parents[3] / "webapp" / "static" / "vendor" / "fonts" / "NotoSansSC-Regular.ttf"


def _module(caption: str = "看一遍。") -> CourseModule:
    scenes = [{"seconds": 1, "heading": "开场", "caption": caption}]
    return CourseModule(course=Course(title="倾听"), title="短片", material={"scenes": scenes})


def test_a_film_is_made_once_with_its_captions(tmp_path: Path) -> None:
    made = make_video(_module(), tmp_path, FONT)
    assert made is not None
    stamp = made.stat().st_mtime_ns
    assert made.read_bytes()[4:8] == b"ftyp"
    captions = find_film(_module(), tmp_path, ".vtt")
    assert captions is not None
    assert "看一遍。" in captions.read_text("utf-8")
    assert make_video(_module(), tmp_path, FONT) == made
    assert made.stat().st_mtime_ns == stamp
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".mp4", ".vtt"]


def test_another_script_is_another_film_and_none_is_none(tmp_path: Path) -> None:
    assert film_name(_module()) != film_name(_module("再看。"))
    assert make_video(CourseModule(course=Course(title="倾听"), title="无", material={}), tmp_path, FONT) is None
