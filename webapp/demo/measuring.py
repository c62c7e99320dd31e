"""Diagnostic sittings of people whose abilities are known: simulated by the very engine a real sitting uses."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.banks import ItemBank, bank_of, pool_of
from assessment.designs import DesignSpec, active_design, ensure_designs, spec_of
from assessment.engine.irt import Bools, Floats
from assessment.engine.simulation import SimulatedSittings, simulate_sittings
from assessment.models import Answer, Design, Estimate, Question, Sitting
from assessment.releases import provisional_release
from assessment.sittings import option_order
from assessment.terms import EndReason, SittingState
from content.models import Item
from core.people import CareerStage, SchoolLevel
from learning.engine.days import local_day
from webapp.demo.people import Cast, Teacher
from webapp.demo.places import Places
from webapp.demo.rows import Rows
from webapp.demo.shelves import at, school_days

STAGE_MEAN = {
    CareerStage.NOVICE: -0.9,
    CareerStage.ADAPTING: -0.35,
    CareerStage.QUALIFIED: 0.1,
    CareerStage.BACKBONE: 0.7,
    CareerStage.EXPERT: 1.2,
}
FIRST_SHARE, SECOND_SHARE = 0.74, 0.22
GROWTH_LOGITS = 0.35
HERO_LOGITS = (0.3, -1.4, -1.9, -0.3, -1.1)  # in the order of the domains: something strong, something to work on


class Measuring:
    """Writes first and second sittings into a pile of rows."""

    def __init__(self, session: Session, rng: Random, rows: Rows, cast: Cast, *, now: datetime) -> None:
        self.session, self.rng, self.rows, self.cast, self.now = session, rng, rows, cast, now
        self.numbers = np.random.default_rng(rng.getrandbits(32))
        ensure_designs(session, now=now)
        self.release = provisional_release(session, now=now)
        self.keys: dict[int, int] = dict(session.execute(select(Item.id, Item.key_index)).tuples().all())
        self.days = school_days(local_day(now), 320)

    def everybody(self, places: Places) -> int:
        """First sittings of most people, second ones months later of some; how many there are."""
        leaning = {county.id: self.numbers.normal(0, 0.25, 5) for county in places.counties}
        by_section: dict[SchoolLevel, list[Teacher]] = defaultdict(list)
        for teacher in self.cast.teachers:
            keep = teacher.person_id == self.cast.hero.person_id or self.rng.random() < FIRST_SHARE
            if keep and teacher.person_id != self.cast.newcomer.person_id:
                by_section[teacher.school.section].append(teacher)
        for section in SchoolLevel:
            if by_section[section]:
                self.section(section, by_section[section], leaning)
        return len(self.rows.of(Sitting))

    def section(self, section: SchoolLevel, teachers: Sequence[Teacher], leaning: dict[int, Floats]) -> None:
        design = active_design(self.session, section)
        spec = spec_of(design)
        items = bank_of(self.session, self.release, spec)
        pool = items.available(pool_of(self.session, section))
        theta = self.abilities(spec, teachers, leaning)
        first = self.sit(design, spec, items, teachers, theta, np.tile(pool, (len(teachers), 1)), self.days[20:150])
        again = [
            place
            for place, teacher in enumerate(teachers)
            if teacher.person_id == self.cast.hero.person_id or self.rng.random() < SECOND_SHARE
        ]
        fresh = np.tile(pool, (len(again), 1))
        for row, place in enumerate(again):
            given = first.items[place][first.items[place] >= 0]
            fresh[row, given] = False
        later = theta[again] + self.numbers.normal(GROWTH_LOGITS, 0.25, (len(again), 1))
        self.sit(design, spec, items, [teachers[place] for place in again], later, fresh, self.days[-45:-3])

    def abilities(self, spec: DesignSpec, teachers: Sequence[Teacher], leaning: dict[int, Floats]) -> Floats:
        """True abilities (P, D): stage, a general factor, own strengths, and what the county leans to."""
        loadings = np.array([plan.loading for plan in spec.domains])
        general = self.numbers.normal(0, 0.8, (len(teachers), 1))
        own = self.numbers.normal(0, 0.8, (len(teachers), len(loadings)))
        stage = np.array([[STAGE_MEAN[teacher.stage]] for teacher in teachers])
        county = np.array([leaning[teacher.school.place.parent_id or 0] for teacher in teachers])
        theta = np.asarray(stage + general * loadings + own * np.sqrt(1 - loadings**2) + county)
        for place, teacher in enumerate(teachers):
            if teacher.person_id == self.cast.hero.person_id:
                theta[place] = HERO_LOGITS
        return theta

    def sit(
        self, design: Design, spec: DesignSpec, items: ItemBank, teachers: Sequence[Teacher], theta: Floats,
        available: Bools, days: Sequence[date],
    ) -> SimulatedSittings:  # fmt: skip
        seeds = [self.rng.randrange(2**31) for _ in teachers]
        run = simulate_sittings(theta, items.bank, spec.rules, seeds, available)
        interval = run.posterior.interval_of(spec.interval_ratio)
        for place, teacher in enumerate(teachers):
            given, right = (array[place][: run.n_items[place]].tolist() for array in (run.items, run.responses))
            sitting = self.rows.add(
                Sitting, person_id=teacher.person_id, campaign_id=None, design_id=design.id, release_id=self.release.id,
                seed=seeds[place], pool=[items.item_ids[row] for row in np.flatnonzero(available[place])],
                state=SittingState.CLOSED, stop_reason=EndReason(run.reasons[place].value), started_at=None, closed_at=None,
            )  # fmt: skip
            start = at(self.rng.choice(list(days)), self.rng.choice((12, 16, 19, 20)), self.rng.randrange(60))
            end = self.answers(sitting, seeds[place], [items.item_ids[row] for row in given], right, start)
            self.rows.of(Sitting)[sitting - 1].update(started_at=start, closed_at=end)
            domains = items.bank.parameters.domain[given]
            for number, domain in enumerate(spec.order):
                eap = float(run.posterior.eap[place, number])
                self.rows.add(
                    Estimate, sitting_id=sitting, domain=domain, eap_logits=eap,
                    sd_logits=float(run.posterior.sd[place, number]), low_logits=min(eap, float(interval[place, number, 0])),
                    high_logits=max(eap, float(interval[place, number, 1])), n_items=int((domains == number).sum()),
                )  # fmt: skip
        return run

    def answers(self, sitting: int, seed: int, item_ids: list[int], right: list[int], at_: datetime) -> datetime:
        """The questions as they were put and what was chosen; gives the moment of the last answer."""
        for ordinal, (item_id, category) in enumerate(zip(item_ids, right, strict=True), 1):
            seconds = self.rng.randint(18, 95)
            question = self.rows.add(
                Question, sitting_id=sitting, ordinal=ordinal, item_id=item_id, token=self.token(),
                option_order=option_order(seed, ordinal, 4), put_at=at_,
            )  # fmt: skip
            at_ += timedelta(seconds=seconds)
            key = self.keys[item_id]
            self.rows.add(
                Answer, question_id=question, client_token=self.token(), category=category, answered_at=at_, seconds=seconds,
                option_index=key if category else (key + self.rng.randint(1, 3)) % 4,
            )  # fmt: skip
        return at_

    def token(self) -> str:
        return UUID(int=self.rng.getrandbits(128), version=4).hex
