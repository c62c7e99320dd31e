"""Routes of the area ``plan``."""

from flask import Blueprint

blueprint = Blueprint("plan", __name__, url_prefix="/plan")
