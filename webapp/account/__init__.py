"""Pages of the area ``account``."""

from webapp.account import inbox
from webapp.account.routes import blueprint

__all__ = ["blueprint", "inbox"]
