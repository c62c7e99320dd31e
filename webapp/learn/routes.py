"""Routes of the area ``learn``."""

from flask import Blueprint

blueprint = Blueprint("learn", __name__, url_prefix="/learn")
