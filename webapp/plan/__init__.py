"""Pages of the area ``plan``."""

from webapp.plan.routes import blueprint

__all__ = ["blueprint"]
