"""The blueprint of the area ``author``; its views stand in the modules beside it."""

from flask import Blueprint

blueprint = Blueprint("author", __name__, url_prefix="/author")
