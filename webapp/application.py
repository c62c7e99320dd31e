"""The application, wired together; nothing else happens here."""

from http import HTTPStatus
from pathlib import Path

from flask import Flask
from flask.typing import ResponseReturnValue
from flask_compress import Compress
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from webapp import account, admin, assess, author, catalogue, credit, home, learn, mentor, plan, roster
from webapp.auth import init_auth
from webapp.clock import Clock
from webapp.database import Database, abandon_request, close_request, settle_request
from webapp.errors import init_errors
from webapp.headers import init_headers, lock_down
from webapp.navigation import init_navigation
from webapp.settings import Mode, Settings
from webapp.words import init_words

HERE = Path(__file__).parent
AREAS = (home, account, roster, catalogue, assess, plan, learn, credit, mentor, author, admin)


class Shicheng(Flask):
    """The application. What a view did is committed once it has come back without an error; a refusal keeps nothing."""

    def dispatch_request(self) -> ResponseReturnValue:
        response = self.make_response(super().dispatch_request())
        if response.status_code < HTTPStatus.BAD_REQUEST:
            settle_request()
        else:
            abandon_request()
        return response


def create_app(settings: Settings) -> Flask:
    """Wire the application together; nothing else happens here."""
    app = Shicheng(__name__)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MODE=settings.mode,
        IS_DEMO=settings.mode is Mode.DEMO,
        PROPAGATE_FAULTS=settings.mode is Mode.TEST,
        SESSION_MINUTES=settings.session_minutes,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.base_url.startswith("https://"),
        WTF_CSRF_TIME_LIMIT=None,
        MAX_CONTENT_LENGTH=20 * 1024 * 1024,
        COMPRESS_ALGORITHM=["br", "gzip"],
        TEMPLATES_AUTO_RELOAD=False,
    )
    app.extensions["shicheng_settings"] = settings
    app.extensions["shicheng_clock"] = Clock(settings.as_of, settings.clock_file)
    app.extensions["shicheng_database"] = Database(settings.database_url)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.teardown_request(close_request)
    CSRFProtect(app)
    Compress(app)
    init_words(app)
    init_auth(app)
    init_errors(app)
    init_headers(app)
    init_navigation(app)
    for area in AREAS:
        app.register_blueprint(area.blueprint)
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app, root=HERE / "static", prefix="static/", max_age=3600, allow_all_origins=False,
        add_headers_function=lambda headers, _path, _url: lock_down(headers),
    )  # fmt: skip
    if settings.n_trusted_proxies:  # whose word on the visitor's address and on https is taken
        n_proxies = settings.n_trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n_proxies, x_proto=n_proxies, x_host=0)  # type: ignore[method-assign]
    return app
