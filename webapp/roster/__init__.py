"""Pages of the area ``roster``."""

from webapp.roster.routes import blueprint

__all__ = ["blueprint"]
