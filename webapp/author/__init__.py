"""Pages of the area ``author``."""

from webapp.author.routes import blueprint

__all__ = ["blueprint"]
