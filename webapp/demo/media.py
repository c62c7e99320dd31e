"""Makes the videos of the courses from their scripts, once."""

from pathlib import Path

FONT = Path(__file__).parents[1] / "static" / "vendor" / "fonts" / "NotoSansSC-Regular.ttf"
