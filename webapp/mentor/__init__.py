"""Pages of the area ``mentor``."""

from webapp.mentor import mine, people, reviews
from webapp.mentor.routes import blueprint

__all__ = ["blueprint", "mine", "people", "reviews"]
