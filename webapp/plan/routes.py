"""The area ``plan``: its addresses begin with /picks and /plan."""

from flask import Blueprint

blueprint = Blueprint("plan", __name__)
