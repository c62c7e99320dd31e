"""Pages of the area ``credit``."""

from webapp.credit import oversight, routes, rules, verify
from webapp.credit.routes import blueprint

__all__ = ["blueprint", "oversight", "routes", "rules", "verify"]
