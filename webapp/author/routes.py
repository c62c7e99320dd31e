"""Routes of the area ``author``."""

from flask import Blueprint

blueprint = Blueprint("author", __name__, url_prefix="/author")
