"""Routes of the area ``catalogue``."""

from flask import Blueprint

blueprint = Blueprint("catalogue", __name__, url_prefix="/catalogue")
