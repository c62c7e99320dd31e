"""Routes of the area ``mentor``."""

from flask import Blueprint

blueprint = Blueprint("mentor", __name__, url_prefix="/mentor")
