"""Pages of the area ``admin``."""

from webapp.admin.routes import blueprint

__all__ = ["blueprint"]
