"""Pages of the area ``catalogue``."""

from webapp.catalogue.routes import blueprint

__all__ = ["blueprint"]
