"""Pages of the area ``home``."""

from webapp.home.routes import blueprint

__all__ = ["blueprint"]
