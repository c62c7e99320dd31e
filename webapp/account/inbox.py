"""The inbox, and which of its messages also come by e-mail."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.outbox import (
    Message,
    choose_mail,
    inbox_of,
    mark_all_read,
    mark_read,
    n_messages,
    n_unread,
    opted_out_of,
)
from core.people import get_person
from learning.engine.days import local_day
from webapp.account.routes import blueprint
from webapp.addresses import own_path
from webapp.auth import actor, guard, me
from webapp.clock import now, today
from webapp.database import db
from webapp.labels.messages import MAIL_KINDS, MailKind
from webapp.mail.queue import URGENT
from webapp.mail.timing import DIGEST_AT, QUIET_FROM, QUIET_UNTIL

PER_PAGE = 30


@blueprint.get("/inbox")
@guard()
def inbox() -> ResponseReturnValue:
    """Everything I was told, newest first, day by day."""
    only_unread = request.args.get("show") == "unread"
    n_waiting, n_all = n_unread(db(), me()), n_messages(db(), me())
    n_pages = max(1, -(-(n_waiting if only_unread else n_all) // PER_PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), n_pages)
    messages = inbox_of(db(), me(), only_unread=only_unread, limit=PER_PAGE, offset=PER_PAGE * (page - 1))
    return render_template(
        "account/inbox.html", days=_by_day(messages), n_waiting=n_waiting, n_all=n_all, only_unread=only_unread,
        page=page, n_pages=n_pages, today=today(), yesterday=today() - timedelta(days=1),
    )  # fmt: skip


@blueprint.post("/inbox/<int:message_id>")
@guard()
def open_message(message_id: int) -> ResponseReturnValue:
    """Open what a message is about; from then on it counts as read."""
    message = mark_read(db(), me(), message_id, now=now())
    # The link of an urgent message is a key: it works from the mailbox it was sent to, not from an open session.
    target = url_for("account.overview") if message.rule in URGENT else own_path(message.link)
    return redirect(target or url_for("account.inbox"))


@blueprint.post("/inbox/read")
@guard()
def read_all() -> ResponseReturnValue:
    """I have seen them all."""
    mark_all_read(db(), me(), now=now())
    flash(_("All messages are marked as read."), "success")
    return redirect(url_for("account.inbox"))


@blueprint.get("/messages")
@guard()
def mail_choices() -> ResponseReturnValue:
    """What I get by e-mail besides the inbox."""
    person = get_person(db(), me())
    return render_template(
        "account/inbox_choices.html", kinds=_kinds(), unwanted=opted_out_of(db(), me()), person=person,
        digest_at=f"{DIGEST_AT:%H:%M}", quiet_from=f"{QUIET_FROM:%H:%M}", quiet_until=f"{QUIET_UNTIL:%H:%M}",
    )  # fmt: skip


@blueprint.post("/messages")
@guard()
def choose_messages() -> ResponseReturnValue:
    """Keep what I chose."""
    optional = [kind for kind in _kinds() if not kind.is_mandatory]
    wanted = set(request.form.getlist("kind"))
    choose_mail(
        db(), me(), among=[rule for kind in optional for rule in kind.rules],
        unwanted=[rule for kind in optional if kind.id not in wanted for rule in kind.rules],
    )  # fmt: skip
    get_person(db(), me()).wants_digest = "wants_digest" in request.form
    flash(_("Your choice is kept."), "success")
    return redirect(url_for("account.mail_choices"))


def _kinds() -> list[MailKind]:
    roles = actor().roles
    return [kind for kind in MAIL_KINDS if not kind.roles or kind.roles & roles]


def _by_day(messages: Sequence[Message]) -> list[tuple[date, list[Message]]]:
    return [(day, list(told)) for day, told in groupby(messages, key=lambda message: local_day(message.created_at))]
