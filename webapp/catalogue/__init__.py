"""Pages of the area ``catalogue``."""

from webapp.catalogue import competencies, courses, search
from webapp.catalogue.routes import blueprint

__all__ = ["blueprint", "competencies", "courses", "search"]
