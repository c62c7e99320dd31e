"""Films and their captions, for those who are enrolled; a player may ask for a part of a film (Range)."""

from flask import current_app, send_file
from flask.typing import ResponseReturnValue

from core.access import Role
from core.errors import NotFound
from learning.study.media import find_film, get_own_film_module
from webapp.auth import guard, me
from webapp.database import db
from webapp.learn.routes import blueprint

KINDS = {"mp4": "video/mp4", "vtt": "text/vtt; charset=utf-8"}


@blueprint.get("/study/media/<int:module_id>.<any(mp4, vtt):ending>")
@guard(Role.TEACHER)
def film(module_id: int, ending: str) -> ResponseReturnValue:
    """A film or its captions."""
    module = get_own_film_module(db(), module_id, person_id=me())
    place = find_film(module, current_app.extensions["shicheng_settings"].media_dir, f".{ending}")
    if place is None:
        raise NotFound("film_not_found")
    answer = send_file(place, mimetype=KINDS[ending], conditional=True, etag=place.stem)
    answer.headers["Cache-Control"] = "private, max-age=86400"
    return answer
