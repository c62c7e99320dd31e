"""Pages of the area ``account``."""

from webapp.account.routes import blueprint

__all__ = ["blueprint"]
