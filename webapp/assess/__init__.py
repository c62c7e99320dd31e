"""Pages of the area ``assess``."""

from webapp.assess.routes import blueprint

__all__ = ["blueprint"]
