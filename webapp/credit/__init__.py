"""Pages of the area ``credit``."""

from webapp.credit.routes import blueprint

__all__ = ["blueprint"]
