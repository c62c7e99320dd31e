"""Short lesson videos made from scenes of text and simple drawings.

The module is pure: scenes go in, an MP4 file and WebVTT captions come out.
The narration is not burnt into the picture; a quiet strip above the progress
bar is left for the player to show it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
from av.video.frame import PictureType
from av.video.reformatter import ColorRange, Colorspace
from av.video.stream import VideoStream

from .lesson_canvas import ACCENT, EDGE, GREY, INK, PAPER, TINT, WHITE, Area, Canvas, mix
from .lesson_sketches import Sketch, beats, draw_sketch, parse_sketch

WIDTH, HEIGHT, FPS = 960, 540, 5
MARGIN, BODY_TOP, BODY_HEIGHT = 56, 148, 290
PROGRESS_HEIGHT = 8
MOST_LINES, MOST_LINE_LENGTH, READING_SPEED = 4, 16, 5
_FADE = 3
_DARK = mix(ACCENT, (0, 0, 0), 0.28)
_BT709 = 1


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture of the video and what is said while it is shown.

    Parameters
    ----------
    seconds : int
        How long the scene is shown.
    heading : str
        Short heading.
    lines : tuple of str
        Up to four key points, which appear one by one.
    caption : str
        The narration, shown as a caption.
    sketch : Sketch, optional
        A drawing beside the lines, or over the full width without lines.
    """

    seconds: int
    heading: str
    lines: tuple[str, ...]
    caption: str
    sketch: Sketch | None = None

    def __post_init__(self) -> None:
        """Refuse a scene that cannot be read in its time."""
        if self.seconds < 1 or not self.heading or not self.caption:
            raise ValueError("a scene has a time, a heading and a caption")
        if len(self.lines) > MOST_LINES:
            raise ValueError(f"{self.heading}: more than {MOST_LINES} lines")
        if any(len(line) > MOST_LINE_LENGTH for line in self.lines):
            raise ValueError(f"{self.heading}: a line is longer than {MOST_LINE_LENGTH}")
        if len(self.caption) > self.seconds * READING_SPEED:
            raise ValueError(f"{self.heading}: the caption is too long for {self.seconds} s")

    @property
    def frames(self) -> int:
        """The number of frames the scene lasts."""
        return self.seconds * FPS


def parse_scenes(raw: Sequence[Mapping[str, object]]) -> tuple[Scene, ...]:
    """Turn the `scenes` of a loaded course module into scenes.

    Parameters
    ----------
    raw : sequence of mapping
        Mappings with ``seconds``, ``heading``, ``caption`` and, if wanted,
        ``lines`` and ``sketch``.

    Returns
    -------
    tuple of Scene
        The scenes in order.

    Raises
    ------
    ValueError
        If a scene is not well formed.
    """
    return tuple(
        Scene(
            seconds=int(str(entry["seconds"])),
            heading=str(entry["heading"]),
            lines=tuple(str(line) for line in cast("Sequence[object]", entry.get("lines") or ())),
            caption=str(entry["caption"]),
            sketch=parse_sketch(entry.get("sketch")),
        )
        for entry in raw
    )


def captions(scenes: Sequence[Scene]) -> str:
    """Return the narration as WebVTT, one cue for each sentence group.

    Parameters
    ----------
    scenes : sequence of Scene
        The scenes of the video.

    Returns
    -------
    str
        The text of a ``.vtt`` file.
    """
    cues = ["WEBVTT"]
    start = 0.0
    for scene in scenes:
        parts = _sentences(scene.caption)
        letters = sum(len(part) for part in parts)
        for part in parts:
            end = start + scene.seconds * len(part) / letters
            cues.append(f"{len(cues)}\n{_clock(start)} --> {_clock(end)}\n{_escape(part)}")
            start = end
    return "\n\n".join(cues) + "\n"


def _sentences(caption: str) -> list[str]:
    """Split a caption after full stops, so that a cue stays under two lines."""
    marked = caption
    for stop in ("。", "？", "！"):
        marked = marked.replace(stop, stop + "\n").replace(stop + "\n”", stop + "”\n")
    return [part.strip() for part in marked.split("\n") if part.strip()]


def _clock(seconds: float) -> str:
    thousandths = round(seconds * 1000)
    hours, rest = divmod(thousandths, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{hours:02d}:{minutes:02d}:{rest // 1000:02d}.{rest % 1000:03d}"


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def render(scenes: Sequence[Scene], out: Path, *, font: Path, title: str) -> None:
    """Write the scenes as an MP4 video.

    Parameters
    ----------
    scenes : sequence of Scene
        What to show, at least one scene.
    out : Path
        The file to write; it is replaced if it is there.
    font : Path
        TrueType file with the Chinese glyphs.
    title : str
        Title of the course, shown small at the top.

    Raises
    ------
    ValueError
        If there are no scenes.
    """
    if not scenes:
        raise ValueError("a video has at least one scene")
    with av.open(str(out), "w", format="mp4", options={"movflags": "+faststart"}) as box:
        stream = _open_stream(box)
        for frame in _frames(scenes, font, title):
            box.mux(stream.encode(frame))
        box.mux(stream.encode(None))


def _open_stream(box: av.container.OutputContainer) -> VideoStream:
    """Add the H.264 stream, set up for still pictures with large type."""
    stream = box.add_stream("libx264", rate=FPS)
    stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    stream.options = {
        "preset": "veryfast",
        "tune": "stillimage",
        "crf": "25",
        "x264-params": "keyint=600:scenecut=0:threads=1",
    }
    context = stream.codec_context
    context.colorspace = context.color_primaries = context.color_trc = _BT709
    context.color_range = ColorRange.MPEG
    return stream


def _frames(scenes: Sequence[Scene], font: Path, title: str) -> Iterator[av.VideoFrame]:
    """Yield every frame; a picture is made anew only when something moved."""
    total = sum(scene.seconds for scene in scenes)
    clock = 0
    for number, scene in enumerate(scenes):
        shown: tuple[float, ...] | None = None
        for moment in range(scene.frames):
            steps = _progress(scene, moment)
            if steps != shown:
                canvas, shown = _draw(scenes, number, steps, font, title), steps
                picture = None
            if picture is None or clock % FPS == 0:
                share = (clock // FPS + 1) / total
                _draw_progress(canvas, share, dark=_is_opening(scene, number))
                picture = _picture(canvas)
            picture.pts = clock
            picture.pict_type = PictureType.NONE if moment else PictureType.I
            clock += 1
            yield picture


def _picture(canvas: Canvas) -> av.VideoFrame:
    """Turn the drawing into a frame the encoder takes."""
    pixels = canvas.image.convert("RGBA").tobytes()
    frame = av.VideoFrame.from_bytes(pixels, WIDTH, HEIGHT, format="rgba")
    frame = frame.reformat(format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG)
    frame.time_base = Fraction(1, FPS)
    return frame


def _progress(scene: Scene, moment: int) -> tuple[float, ...]:
    """Return how far each line, then each beat of the sketch, has come."""
    steps: list[float] = []
    for count in (len(scene.lines), beats(scene.sketch)):
        pace = max(2, min(9, round(scene.frames * 0.55 / max(count, 1))))
        for number in range(count):
            linear = min(1.0, max(0.0, (moment - 1 - number * pace) / _FADE))
            steps.append(1 - (1 - linear) ** 2)
    return tuple(steps)


def _is_opening(scene: Scene, number: int) -> bool:
    return number == 0 and scene.sketch is None


def _draw_progress(canvas: Canvas, share: float, *, dark: bool) -> None:
    upper = HEIGHT - PROGRESS_HEIGHT
    canvas.bar((0, upper, WIDTH, PROGRESS_HEIGHT), _DARK if dark else TINT)
    canvas.bar((0, upper, round(WIDTH * share), PROGRESS_HEIGHT), TINT if dark else ACCENT)


def _draw(scenes: Sequence[Scene], number: int, shown: tuple[float, ...], font: Path, title: str) -> Canvas:
    """Draw one scene as far as its parts have come."""
    scene = scenes[number]
    if _is_opening(scene, number):
        return _draw_opening(scene, shown, font, title)
    canvas = Canvas((WIDTH, HEIGHT), PAPER, font)
    canvas.card((MARGIN, 27, 5, 18), 2, ACCENT)
    canvas.text((MARGIN + 16, 36), title, 17, GREY)
    canvas.text((WIDTH - MARGIN, 36), f"{number + 1} / {len(scenes)}", 17, GREY, "rm")
    wide = WIDTH - 2 * MARGIN
    size, _ = canvas.fit(scene.heading, (0, 0, wide, 60), (44, 40, 36, 32))
    canvas.text((MARGIN, 89), scene.heading, size, INK)
    canvas.card((MARGIN, 122, 64, 5), 2, ACCENT)
    count = len(scene.lines)
    if scene.sketch is None:
        _draw_rows(canvas, scene.lines, shown)
    elif not scene.lines:
        draw_sketch(canvas, (MARGIN, BODY_TOP, wide, BODY_HEIGHT), scene.sketch, shown)
    else:
        _draw_points(canvas, (MARGIN, BODY_TOP, 318, BODY_HEIGHT), scene.lines, shown[:count])
        room = (MARGIN + 346, BODY_TOP, wide - 346, BODY_HEIGHT)
        draw_sketch(canvas, room, scene.sketch, shown[count:])
    return canvas


def _draw_opening(scene: Scene, shown: tuple[float, ...], font: Path, title: str) -> Canvas:
    """Draw the first scene: the accent colour, a large heading, the lines."""
    canvas = Canvas((WIDTH, HEIGHT), ACCENT, font)
    canvas.card((640, -150, 470, 470), 235, mix(ACCENT, WHITE, 0.05))
    canvas.card((760, 60, 330, 330), 165, mix(ACCENT, WHITE, 0.08))
    canvas.card((80, 63, 5, 20), 2, TINT)
    canvas.text((98, 73), title, 19, TINT)
    size, lines = canvas.fit(scene.heading, (0, 0, 780, 160), (58, 52, 46))
    upper = 160 + (0 if len(lines) > 1 else 24)
    for line in lines:
        canvas.text((78, upper + size / 2), line, size, WHITE)
        upper += round(size * 1.36)
    upper += 34
    for line, part in zip(scene.lines, shown, strict=True):
        canvas.card((80, upper - 4, 9, 9), 4, mix(ACCENT, TINT, part))
        canvas.text((104, upper), line, 30, mix(ACCENT, WHITE, part))
        upper += 50
    return canvas


def _draw_rows(canvas: Canvas, lines: Sequence[str], shown: Sequence[float]) -> None:
    """Draw the lines as numbered cards over the full width."""
    tall, gap, size = {1: (140, 0, 40), 2: (132, 26, 38), 3: (82, 22, 34)}.get(len(lines), (62, 14, 32))
    for number, (line, part) in enumerate(zip(lines, shown, strict=True)):
        upper = BODY_TOP + number * (tall + gap)
        area: Area = (MARGIN, upper, WIDTH - 2 * MARGIN, tall)
        canvas.card(area, 14, mix(PAPER, WHITE, part), mix(PAPER, EDGE, part))
        disc = (MARGIN + 20, upper + (tall - 40) // 2, 40, 40)
        canvas.card(disc, 20, mix(PAPER, TINT, part))
        canvas.block(disc, [str(number + 1)], 22, mix(PAPER, ACCENT, part))
        canvas.text((MARGIN + 82, upper + tall / 2), line, size, mix(PAPER, INK, part))


def _draw_points(canvas: Canvas, area: Area, lines: Sequence[str], shown: Sequence[float]) -> None:
    """Draw the lines as points in a column beside a sketch."""
    left, top, width, height = area
    size, step, gap = 29, 40, 24
    blocks = [canvas.wrap(line, size, width - 30) for line in lines]
    tall = sum(len(block) * step for block in blocks) + gap * (len(blocks) - 1)
    upper = top + max(0.0, (height - tall) / 2)
    for block, part in zip(blocks, shown, strict=True):
        canvas.card((left, round(upper + step / 2 - 5), 10, 10), 5, mix(PAPER, ACCENT, part))
        for line in block:
            canvas.text((left + 28, upper + step / 2), line, size, mix(PAPER, INK, part))
            upper += step
        upper += gap
