"""Entry point for WSGI servers: ``gunicorn webapp.wsgi:make()``."""

from flask import Flask

from webapp.application import create_app
from webapp.settings import read_settings


def make() -> Flask:
    """The application of the settings in the environment."""
    return create_app(read_settings())
