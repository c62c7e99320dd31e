"""Pages of the area ``roster``: people, places, imports, the log."""

from webapp.roster import imports, places
from webapp.roster.routes import blueprint

__all__ = ["blueprint", "imports", "places"]
