"""What stands in the bar: the areas a person's roles open, in the order of their work."""

from dataclasses import dataclass

from flask import Flask, g, request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from core.access import Actor, Role
from core.outbox import n_unread
from core.people import OrganisationLevel
from webapp.auth import me
from webapp.database import db


@dataclass(frozen=True)
class Area:
    """One entry: where it leads, its picture, its word and who sees it.

    ``levels`` narrows it to roles held at such places; ``also`` are further addresses that belong to it.
    """

    url: str
    icon: str
    words: LazyString
    roles: frozenset[Role]
    levels: frozenset[OrganisationLevel] = frozenset(OrganisationLevel)
    also: tuple[str, ...] = ()

    def is_open_to(self, actor: Actor) -> bool:
        """Whether the actor holds one of the roles at one of the levels."""
        return any(reach.role in self.roles and reach.level in self.levels for reach in actor.reaches)

    def depth(self, path: str) -> int:
        """How much of an address belongs to this entry: the longest fit is where the reader stands."""
        return max(len(url) if path == url or path.startswith(url + "/") else 0 for url in (self.url, *self.also))


TEACHER = frozenset({Role.TEACHER})
KEEPERS = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
AREAS = (
    Area("/today", "home", _l("Today"), TEACHER, also=("/study", "/mentor/mine")),
    Area("/assess", "pulse", _l("Diagnostic"), TEACHER),
    Area("/picks", "compass", _l("For you"), TEACHER),
    Area("/catalogue", "book", _l("Catalogue"), TEACHER),
    Area("/plan", "path", _l("My plan"), TEACHER),
    Area("/credit", "seal", _l("Credit"), TEACHER),
    Area("/mentor", "people", _l("Apprentices"), frozenset({Role.MENTOR})),
    Area("/admin", "chart", _l("Overview"), KEEPERS, also=("/plan/targets",)),
    Area("/study/verify", "check", _l("Verifying"), KEEPERS, levels=frozenset({OrganisationLevel.SCHOOL})),
    Area("/roster", "people", _l("People"), KEEPERS),
    Area("/author", "pen", _l("Content"), frozenset({Role.EDITOR, *KEEPERS})),
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
    open_areas = [area for area in AREAS if area.is_open_to(current_user.actor)]
    deepest = max((area.depth(request.path) for area in open_areas), default=0)
    return [Entry(area.url, area.icon, area.words, 0 < deepest == area.depth(request.path)) for area in open_areas]


def unread() -> int:
    """How many messages wait; asked once a request."""
    if "n_unread" not in g:
        g.n_unread = n_unread(db(), me()) if current_user.is_authenticated else 0
    count: int = g.n_unread
    return count


def init_navigation(app: Flask) -> None:
    """Wire the bar into the templates."""
    app.context_processor(lambda: {"navigation": navigation, "unread": unread})
