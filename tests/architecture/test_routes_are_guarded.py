"""Every view is guarded or marked public, and a page that only shows never accepts a post."""

from flask import Flask


def test_every_route_is_guarded_or_public(app: Flask) -> None:
    bare = [
        endpoint
        for endpoint, view in app.view_functions.items()
        if endpoint != "static" and not hasattr(view, "guard") and not getattr(view, "is_public", False)
    ]
    assert bare == []


def test_no_route_is_both_guarded_and_public(app: Flask) -> None:
    both = [
        endpoint
        for endpoint, view in app.view_functions.items()
        if hasattr(view, "guard") and getattr(view, "is_public", False)
    ]
    assert both == []


def test_what_is_open_to_everybody_is_a_closed_list(app: Flask) -> None:
    public = {endpoint for endpoint, view in app.view_functions.items() if getattr(view, "is_public", False)}
    assert public == {
        "home.start", "home.choose_language", "home.health",
        "account.sign_in", "account.demo_sign_in", "account.forgot", "account.forgot_sent", "account.reset",
        "credit.verify", "credit.proof",
    }  # fmt: skip


def test_every_form_that_posts_carries_the_token_against_forgery(app: Flask) -> None:
    assert app.config.get("WTF_CSRF_ENABLED", True)
    assert "csrf" in app.extensions
    assert app.extensions["csrf"]._exempt_views == set()
    assert app.extensions["csrf"]._exempt_blueprints == set()
