"""The blueprint of the area ``catalogue``; its views stand in the modules beside it."""

from flask import Blueprint

blueprint = Blueprint("catalogue", __name__, url_prefix="/catalogue")
