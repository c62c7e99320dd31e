"""Pages of the area ``admin``."""

from webapp.admin import campaigns, exports, offerings, pairs, people
from webapp.admin.routes import blueprint

__all__ = ["blueprint", "campaigns", "exports", "offerings", "pairs", "people"]
