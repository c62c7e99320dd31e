"""Pages of the area ``author``."""

from webapp.author import bank, courses, imports, modules, overview
from webapp.author.routes import blueprint

__all__ = ["bank", "blueprint", "courses", "imports", "modules", "overview"]
