"""Security headers on every answer; no address outside this server is ever named to a browser."""

from collections.abc import MutableMapping

from flask import Flask, Response, request
from werkzeug.datastructures import Headers

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

LOCKS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def init_headers(app: Flask) -> None:
    """Wire the header hook into the application."""
    app.after_request(add_headers)


def add_headers(response: Response) -> Response:
    """Lock the page down, and keep personal pages out of shared caches and of the back button after sign-out."""
    lock_down(response.headers)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def lock_down(headers: MutableMapping[str, str] | Headers) -> None:
    """What every answer says, pages and static files alike, unless it says something of its own."""
    for name, words in LOCKS.items():
        headers.setdefault(name, words)
