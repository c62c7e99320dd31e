"""Pages of the area ``plan``: recommendations, the year's plan, and the targets behind both."""

from webapp.plan import picks, planning, targets
from webapp.plan.routes import blueprint

__all__ = ["blueprint", "picks", "planning", "targets"]
