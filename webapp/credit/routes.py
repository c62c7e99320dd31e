"""Routes of the area ``credit``."""

from flask import Blueprint

blueprint = Blueprint("credit", __name__, url_prefix="/credit")
