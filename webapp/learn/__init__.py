"""Pages of the area ``learn``."""

from webapp.learn.routes import blueprint

__all__ = ["blueprint"]
