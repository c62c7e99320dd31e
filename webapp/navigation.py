"""What stands in the bar: the areas a person's roles open, in the order of their work."""

from dataclasses import dataclass

from flask import Flask, g, request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from core.access import Role
from core.outbox import n_unread
from webapp.auth import me
from webapp.database import db


@dataclass(frozen=True)
class Area:
    """One entry: where it leads, its picture, its word and who sees it."""

    url: str
    icon: str
    words: LazyString
    roles: frozenset[Role]


TEACHER = frozenset({Role.TEACHER})
KEEPERS = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
AREAS = (
    Area("/today", "home", _l("Today"), TEACHER),
    Area("/assess", "pulse", _l("Diagnostic"), TEACHER),
    Area("/picks", "compass", _l("For you"), TEACHER),
    Area("/catalogue", "book", _l("Catalogue"), TEACHER),
    Area("/plan", "path", _l("My plan"), TEACHER),
    Area("/credit", "seal", _l("Credit"), TEACHER),
    Area("/mentor", "people", _l("Apprentices"), frozenset({Role.MENTOR})),
    Area("/admin", "chart", _l("Overview"), KEEPERS),
    Area("/roster", "people", _l("People"), KEEPERS),
    Area("/author", "pen", _l("Content"), frozenset({Role.EDITOR, Role.ADMINISTRATOR})),
)


@dataclass(frozen=True)
class Entry:
    """An area as one reader sees it."""

    url: str
    icon: str
    words: LazyString
    is_here: bool


def navigation() -> list[Entry]:
    """The areas open to the reader."""
    if not current_user.is_authenticated:
        return []
    roles = current_user.actor.roles
    return [
        Entry(area.url, area.icon, area.words, request.path == area.url or request.path.startswith(area.url + "/"))
        for area in AREAS
        if area.roles & roles
    ]


def unread() -> int:
    """How many messages wait; asked once a request."""
    if "n_unread" not in g:
        g.n_unread = n_unread(db(), me()) if current_user.is_authenticated else 0
    count: int = g.n_unread
    return count


def init_navigation(app: Flask) -> None:
    """Wire the bar into the templates."""
    app.context_processor(lambda: {"navigation": navigation, "unread": unread})
