"""Pages of the area ``learn``."""

from webapp.learn import beats, declarations, enrolling, handing_in, media, meetings, modules
from webapp.learn.routes import blueprint

__all__ = ["beats", "blueprint", "declarations", "enrolling", "handing_in", "media", "meetings", "modules"]
