"""Pages of the area ``mentor``."""

from webapp.mentor.routes import blueprint

__all__ = ["blueprint"]
