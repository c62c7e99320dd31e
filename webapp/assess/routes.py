"""Routes of the area ``assess``."""

from flask import Blueprint

blueprint = Blueprint("assess", __name__, url_prefix="/assess")
