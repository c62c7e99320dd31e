"""Mentors and apprentices of the demo, what they wrote to each other, and the plans people made."""

from collections import defaultdict
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from content.terms import DeliveryMode
from core.people import CareerStage
from learning.engine.days import local_day
from learning.mentoring.models import Note, Pair, Suggestion
from learning.plans.models import Plan, PlanEntry
from learning.study.models import Enrolment
from learning.terms import EnrolmentState, PlanEntryState, PlanState
from webapp.demo.people import Cast, Teacher
from webapp.demo.rows import Rows
from webapp.demo.shelves import Shelves
from webapp.demo.words import NOTES, PUT_GOALS

CYCLE_START_YEAR = 2026


class Companions:
    """Writes pairs, notes, suggestions and plans into a pile of rows."""

    def __init__(self, rng: Random, rows: Rows, cast: Cast, *, now: datetime) -> None:
        self.rng, self.rows, self.cast, self.now = rng, rows, cast, now
        self.mentor_of: dict[int, int] = {}
        self.pair_of: dict[int, int] = {}

    def pair_everybody(self) -> None:
        """Every teacher has a mentor of the same school; mentors look after each other in a ring."""
        by_school: dict[int, list[Teacher]] = defaultdict(list)
        for teacher in self.cast.teachers:
            by_school[teacher.school.place.id].append(teacher)
        started = local_day(self.now - timedelta(days=360))
        for colleagues in by_school.values():
            mentors = [teacher for teacher in colleagues if teacher.is_mentor]
            others = [teacher for teacher in colleagues if not teacher.is_mentor]
            others.sort(key=lambda teacher: list(CareerStage).index(teacher.stage))
            pairs = [(mentors[place % len(mentors)], teacher) for place, teacher in enumerate(others)]
            pairs += [(mentors[place - 1], mentor) for place, mentor in enumerate(mentors)]
            for mentor, apprentice in pairs:
                self.mentor_of[apprentice.person_id] = mentor.person_id
                self.pair_of[apprentice.person_id] = self.rows.add(
                    Pair,
                    mentor_id=mentor.person_id,
                    apprentice_id=apprentice.person_id,
                    started_on=started,
                    ended_on=None,
                )

    def write_notes(self) -> None:
        """Some pairs talk often, some have been silent for weeks."""
        for apprentice, pair in self.pair_of.items():
            n_notes = self.rng.choice((0, 0, 1, 2, 4))
            last_days = self.rng.choice((2, 9, 25, 60))
            for place in range(n_notes):
                author = self.mentor_of[apprentice] if place % 2 == 0 else apprentice
                self.rows.add(
                    Note, pair_id=pair, author_id=author, client_token=str(UUID(int=self.rng.getrandbits(128), version=4)),
                    body=NOTES[place % len(NOTES)],
                    at=self.now - timedelta(days=last_days + 3 * (n_notes - place), hours=self.rng.randint(1, 8)),
                )  # fmt: skip

    def draw_plans(self, shelves: Shelves) -> None:
        """Most people have a plan for the year: what they studied and what is still to come."""
        done: dict[int, dict[int, tuple[int, bool]]] = defaultdict(dict)
        for row in self.rows.of(Enrolment):
            quarter = (local_day(row["enrolled_at"]).month - 1) // 3 + 1
            if local_day(row["enrolled_at"]).year == local_day(self.now).year:
                done[row["person_id"]][row["course_id"]] = (quarter, row["state"] is EnrolmentState.COMPLETED)
        for teacher in self.cast.teachers:
            if teacher.person_id == self.cast.newcomer.person_id or self.rng.random() > 0.6:
                continue
            self.draw_plan(teacher, done[teacher.person_id], shelves)

    def draw_plan(self, teacher: Teacher, done: dict[int, tuple[int, bool]], shelves: Shelves) -> None:
        mentor = self.mentor_of[teacher.person_id]
        is_confirmed = self.rng.random() < 0.6
        created = self.now - timedelta(days=self.rng.randint(60, 200))
        plan = self.rows.add(
            Plan, person_id=teacher.person_id, year=local_day(self.now).year, cycle_start_year=CYCLE_START_YEAR, version=1,
            state=PlanState.CONFIRMED if is_confirmed else PlanState.DRAFT, goal=self.rng.choice(PUT_GOALS), created_at=created,
            confirmed_by=mentor if is_confirmed else None, confirmed_at=created + timedelta(days=6) if is_confirmed else None,
        )  # fmt: skip
        for course, (quarter, is_done) in done.items():
            self.entry(plan, course, quarter, PlanEntryState.DONE if is_done else PlanEntryState.PLANNED)
        ahead = [shelf for shelf in shelves.for_teacher(teacher, DeliveryMode.ONLINE) if shelf.course.id not in done]
        for shelf in self.rng.sample(ahead, min(2, len(ahead))):
            self.entry(plan, shelf.course.id, 4, PlanEntryState.PLANNED)
        if ahead and self.rng.random() < 0.3:
            self.rows.add(
                Suggestion, pair_id=self.pair_of[teacher.person_id], course_id=self.rng.choice(ahead).course.id,
                reason="和你最近在课堂上遇到的问题很贴近，建议这学期学完。", at=self.now - timedelta(days=8), withdrawn_at=None,
            )  # fmt: skip

    def entry(self, plan: int, course: int, quarter: int, state: PlanEntryState) -> None:
        self.rows.add(PlanEntry, plan_id=plan, course_id=course, quarter=quarter, note="", state=state)
