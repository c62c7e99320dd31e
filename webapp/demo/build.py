"""Builds the demo province into an empty database, step by step, saying what each step made."""

import json
from collections.abc import Iterator
from datetime import datetime
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.shipped import load_shipped
from learning.credit.ledger import settle_many
from learning.credit.profiles import load_rules
from learning.engine.days import local_day
from learning.study.models import Enrolment
from webapp.account.passwords import hash_password
from webapp.clock import Clock
from webapp.database import Database
from webapp.demo.companions import Companions
from webapp.demo.measuring import Measuring
from webapp.demo.people import hire
from webapp.demo.places import found_places
from webapp.demo.present import arrange_present
from webapp.demo.rows import Rows, catch_up_sequences
from webapp.demo.shelves import read_shelves
from webapp.demo.studying import Studying
from webapp.migrate import upgrade
from webapp.settings import Settings

PASSWORD = "shicheng-demo-2026"  # noqa: S105  (everybody's in a demonstration; the cards need none)


def build(settings: Settings, *, seed: int) -> Iterator[str]:
    """Everything, in the order in which it happened; yields a line after each step."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    upgrade(settings.database_url)
    now = Clock(settings.as_of, settings.clock_file).now()
    rng = Random(seed)
    database = Database(settings.database_url)
    with database.unit_of_work() as session:
        yield from _fill(session, settings, rng, now)
    database.engine.dispose()


def _fill(session: Session, settings: Settings, rng: Random, now: datetime) -> Iterator[str]:
    places = found_places(session, rng)
    cast = hire(session, places, rng, password_hash=hash_password(PASSWORD), now=now)
    yield f"{len(places.schools)} schools, {len(cast.teachers)} teachers"
    loaded = load_shipped(session, now=now, providers=places.providers)
    load_rules(session, now=now)
    yield f"{loaded.n_frameworks} frameworks, {loaded.n_courses} courses, {loaded.n_items} items"
    rows = Rows()
    n_sittings = Measuring(session, rng, rows, cast, now=now).everybody(places)
    yield f"{n_sittings} diagnostic sittings"
    companions = Companions(rng, rows, cast, now=now)
    companions.pair_everybody()
    Studying(rng, rows, read_shelves(session), cast, companions.mentor_of, now=now, today=local_day(now)).everybody(
        places
    )
    companions.write_notes()
    companions.draw_plans(read_shelves(session))
    written = rows.write(session)
    catch_up_sequences(session)
    yield f"{written['enrolment']} enrolments, {written['study_interval']} study intervals, {written['submission']} tasks"
    enrolments = session.scalars(select(Enrolment.id).order_by(Enrolment.id)).all()
    n_posted = settle_many(session, enrolments, now=now, as_completed=True)
    yield f"{n_posted} ledger entries"
    arrange_present(session, rng, cast, places, now=now)
    (settings.data_dir / "demo_cards.json").write_text(json.dumps(cast.cards, ensure_ascii=False, indent=1), "utf-8")
    yield "what waits today: windows, reviews, certificates, recommendations"
