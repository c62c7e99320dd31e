"""A year of study: courses chosen, sessions attended, tasks judged, activities verified."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from content.models import CourseModule
from content.terms import DeliveryMode, ModuleKind
from learning.engine.completion import score_hundredths
from learning.study.models import (
    Attendance,
    Declaration,
    Enrolment,
    Meeting,
    ModuleResult,
    Offering,
    QuizAttempt,
    StudyInterval,
    StudySession,
    Submission,
)
from learning.terms import (
    DeclarationState,
    EnrolmentSource,
    EnrolmentState,
    OfferingState,
    Presence,
    RollMethod,
    SubmissionState,
)
from webapp.demo.people import Cast, Teacher
from webapp.demo.places import Places
from webapp.demo.rows import Rows
from webapp.demo.shelves import Shelf, Shelves, at, pick_some, school_days
from webapp.demo.words import ACCEPTED, ACCOUNTS, RETURN_ACCOUNT, RETURNED, SUBMISSIONS

F2F_SEATS = 40
HERO_ZEAL = 0.6  # on the way, with hours still to do this year
STUDY_HOURS = (12, 16, 18, 19, 20, 21)


@dataclass
class Diary:
    """When each person is busy, so that nobody studies in two places at once."""

    taken: dict[int, set[tuple[date, int]]] = field(default_factory=lambda: defaultdict(set))

    def free_slots(self, rng: Random, person_id: int, days: list[date], n_slots: int) -> list[tuple[date, int]]:
        """So many different free hours within the days (fewer when the days are full), earliest first."""
        free = [(day, hour) for day in days for hour in STUDY_HOURS if (day, hour) not in self.taken[person_id]]
        chosen = sorted(rng.sample(free, min(n_slots, len(free))))
        self.taken[person_id].update(chosen)
        return chosen


class Studying:
    """Writes the study of everybody into a pile of rows."""

    def __init__(
        self,
        rng: Random,
        rows: Rows,
        shelves: Shelves,
        cast: Cast,
        mentor_of: Mapping[int, int],
        *,
        now: datetime,
        today: date,
    ) -> None:
        self.rng, self.rows, self.shelves, self.cast = rng, rows, shelves, cast
        self.mentor_of, self.now, self.today = mentor_of, now, today
        self.days = school_days(today, 325)
        self.diary = Diary()

    def everybody(self, places: Places) -> None:
        """Face-to-face runs first (they have dates and seats), then what each person does alone."""
        self.run_offerings(places)
        for teacher in self.cast.teachers:
            if teacher.person_id == self.cast.newcomer.person_id:
                continue
            zeal = self.rng.betavariate(2.6, 1.3)
            if teacher.person_id == self.cast.hero.person_id:
                zeal = HERO_ZEAL
            if zeal < 0.22:
                continue
            for shelf in pick_some(self.rng, self.shelves.for_teacher(teacher, DeliveryMode.ONLINE), 24 * zeal):
                self.study_online(teacher, shelf)
            for shelf in pick_some(self.rng, self.shelves.for_teacher(teacher, DeliveryMode.SCHOOL_BASED), 46 * zeal):
                self.study_at_school(teacher, shelf)

    # --- online ---------------------------------------------------------------------------

    def study_online(self, teacher: Teacher, shelf: Shelf) -> None:
        start_no = self.rng.randrange(len(self.days) - 12)
        stays_open = self.rng.random() < 0.16
        upto = self.rng.randrange(len(shelf.modules)) if stays_open else len(shelf.modules)
        if stays_open:
            start_no = self.rng.randrange(len(self.days) - 40, len(self.days) - 12)
        days = self.days[start_no : start_no + 12]
        enrolment = self.enrol(teacher, shelf, at(days[0], 7, 40))
        slots = self.diary.free_slots(self.rng, teacher.person_id, days, upto)
        last: datetime | None = None
        for module, slot in zip(shelf.modules, slots, strict=False):
            start = at(*slot, self.rng.randrange(8))
            if last is not None and start <= last:
                return  # the mentor took longer than the person's evenings lasted; the rest is still to do
            last = self.do_module(teacher, enrolment, module, start)
            if last is None:
                return
        if last is not None and len(slots) == len(shelf.modules):
            self.complete(enrolment, last)

    def do_module(self, teacher: Teacher, enrolment: int, module: CourseModule, start: datetime) -> datetime | None:
        """One module done from a moment on; None when it waits for a mentor."""
        if module.kind is ModuleKind.TASK:
            return self.hand_in(teacher, enrolment, module, start)
        seconds = self.measured_seconds(module)
        end = self.sit(teacher, enrolment, module, start, seconds)
        if module.kind is ModuleKind.QUIZ:
            self.try_quiz(enrolment, module, end)
        self.result(enrolment, module, min(seconds, module.seconds), end)
        return end

    def measured_seconds(self, module: CourseModule) -> int:
        if module.kind is ModuleKind.VIDEO:
            return module.seconds + self.rng.randrange(5, 40)
        return int(module.seconds * self.rng.uniform(0.55, 1.0))

    def sit(self, teacher: Teacher, enrolment: int, module: CourseModule, start: datetime, seconds: int) -> datetime:
        """A study session with one or two stretches of active study; gives its end."""
        end = start + timedelta(seconds=seconds + (90 if seconds > 900 else 0))
        session = self.rows.add(
            StudySession, person_id=teacher.person_id, enrolment_id=enrolment, module_id=module.id,
            device=f"demo-{teacher.person_id}", started_at=start, last_at=end, last_seq=2 if seconds > 900 else 1, ended_at=end,
        )  # fmt: skip
        half = seconds // 2 if seconds > 900 else seconds
        media = (0, half * 1000) if module.kind is ModuleKind.VIDEO else (None, None)
        pieces = [(1, start, start + timedelta(seconds=half), media)]
        if seconds > 900:
            pieces.append((2, end - timedelta(seconds=seconds - half), end, media))
        for seq, since, until, (media_from, media_to) in pieces:
            self.rows.add(
                StudyInterval, study_session_id=session, person_id=teacher.person_id, enrolment_id=enrolment,
                module_id=module.id, seq=seq, from_at=since, to_at=until, media_from_ms=media_from,
                media_to_ms=min(media_to, module.seconds * 1000) if media_to else None,
            )  # fmt: skip
        return end

    def try_quiz(self, enrolment: int, module: CourseModule, end: datetime) -> None:
        keys = ["ABCD".index(question["key"]) for question in module.material["questions"]]
        n_needed = -(-len(keys) * 6 // 10)
        rights = [self.rng.randint(n_needed, len(keys))]
        if self.rng.random() < 0.25:
            rights.insert(0, self.rng.randrange(n_needed))
        for number, n_right in enumerate(rights):
            choices = [key if place < n_right else (key + 1) % 4 for place, key in enumerate(keys)]
            self.rows.add(
                QuizAttempt, enrolment_id=enrolment, module_id=module.id, client_token=self.token(), choices=choices,
                score_hundredths=score_hundredths(choices, keys), at=end - timedelta(seconds=60 * (len(rights) - number)),
            )  # fmt: skip

    def hand_in(self, teacher: Teacher, enrolment: int, module: CourseModule, start: datetime) -> datetime | None:
        """Work handed in and judged by the mentor; recent work still waits."""
        mentor = self.mentor_of.get(teacher.person_id)
        judged = start + timedelta(days=self.rng.randint(1, 6), hours=self.rng.randint(0, 5))
        waits = mentor is None or judged >= self.now - timedelta(days=3) or start >= self.now - timedelta(days=8)
        returned_first = not waits and self.rng.random() < 0.18
        if returned_first:
            self.submission(
                enrolment,
                module,
                start - timedelta(hours=20),
                SubmissionState.RETURNED,
                mentor,
                start - timedelta(hours=6),
            )
        if waits:
            self.submission(
                enrolment, module, min(start, self.now - timedelta(hours=3)), SubmissionState.SUBMITTED, None, None
            )
            return None
        self.submission(enrolment, module, start, SubmissionState.ACCEPTED, mentor, judged)
        self.result(enrolment, module, module.seconds, judged)
        return judged

    def submission(
        self,
        enrolment: int,
        module: CourseModule,
        at_: datetime,
        state: SubmissionState,
        mentor: int | None,
        judged: datetime | None,
    ) -> int:
        rubric = module.material["rubric"]
        good = state is SubmissionState.ACCEPTED
        words = {SubmissionState.ACCEPTED: ACCEPTED, SubmissionState.RETURNED: RETURNED}.get(state, ("",))
        return self.rows.add(
            Submission, enrolment_id=enrolment, module_id=module.id, client_token=self.token(),
            body=self.rng.choice(SUBMISSIONS), state=state, submitted_at=at_, reviewer_id=mentor, reviewed_at=judged,
            comment=self.rng.choice(words),
            ratings=[self.rng.choice((1, 1, 2) if good else (0, 1)) for _ in rubric] if mentor else [],
        )  # fmt: skip

    # --- school-based ---------------------------------------------------------------------

    def study_at_school(self, teacher: Teacher, shelf: Shelf) -> None:
        start_no = self.rng.randrange(len(self.days) - 3)
        enrolment = self.enrol(teacher, shelf, at(self.days[start_no], 8))
        keeper = self.cast.school_administrators[teacher.school.place.id]
        last: datetime | None = None
        for step, module in enumerate(shelf.modules):
            if start_no + 2 + 5 * step >= len(self.days):
                return  # the next step is still to come
            day = self.days[start_no + 2 + 5 * step]
            declared = at(day, 17, 10 + step)
            waits = self.today - day < timedelta(days=5)
            returned = not waits and self.rng.random() < 0.03
            state = DeclarationState.VERIFIED
            if waits or returned:
                state = DeclarationState.DECLARED if waits else DeclarationState.RETURNED
            judged = None if waits else declared + timedelta(days=1, hours=self.rng.randint(0, 20))
            self.rows.add(
                Declaration, enrolment_id=enrolment, module_id=module.id, client_token=self.token(), done_on=day,
                seconds=module.seconds, account=self.rng.choice(ACCOUNTS), evidence=[], state=state, declared_at=declared,
                verified_by=None if waits else keeper, verified_at=judged, comment=RETURN_ACCOUNT if returned else "",
            )  # fmt: skip
            if judged is None or returned:
                return
            self.result(enrolment, module, module.seconds, judged)
            last = judged
        if last is not None:
            self.complete(enrolment, last)

    # --- face-to-face ---------------------------------------------------------------------

    def run_offerings(self, places: Places) -> None:
        """In every county some courses of the past year and a few that are still to come."""
        by_county = defaultdict(list)
        for teacher in self.cast.teachers:
            by_county[teacher.school.place.parent_id].append(teacher)
        for county in places.counties:
            shelves = self.shelves.of_mode(DeliveryMode.F2F)
            busy: dict[int, set[date]] = defaultdict(set)
            for number, shelf in enumerate(self.rng.sample(shelves, 32)):
                if number < 27:
                    day = self.days[self.rng.randrange(5, len(self.days) - 10)]
                else:
                    day = self.today + timedelta(days=6 + 9 * (number - 26) + self.rng.randint(0, 6))
                people = [teacher for teacher in by_county[county.id] if shelf.is_for(teacher)]
                self.run_offering(county.id, county.name, shelf, day, people, busy)

    def run_offering(
        self, county_id: int, county: str, shelf: Shelf, day: date, people: list[Teacher], busy: dict[int, set[date]]
    ) -> None:
        is_past = day < self.today
        days = self.meeting_days(shelf, day)
        offering = self.rows.add(
            Offering, course_id=shelf.course.id, organisation_id=county_id, trainer_id=None, starts_on=day,
            ends_on=days[-1][0], place=f"{county}教师发展中心", n_seats=F2F_SEATS,
            state=OfferingState.CLOSED if is_past else OfferingState.PLANNED,
        )  # fmt: skip
        meetings = [self.meeting(offering, module, *slot) for module, slot in zip(shelf.modules, days, strict=True)]
        whole = {slot[0] for slot in days}
        free = [teacher for teacher in people if not busy[teacher.person_id] & whole]
        share = self.rng.uniform(0.5, 0.95) if is_past else self.rng.uniform(0.1, 0.35)
        came = self.rng.sample(free, min(len(free), F2F_SEATS, int(len(free) * share)))
        for seat, teacher in enumerate(came, 1):
            if teacher.person_id in (self.cast.newcomer.person_id,) or shelf.required:
                continue
            busy[teacher.person_id] |= whole
            start = at(day if is_past else self.today, 9) - timedelta(days=12)
            enrolment = self.enrol(teacher, shelf, start, offering=offering, seat=seat)
            if is_past:
                self.attend(teacher, enrolment, meetings)

    def meeting_days(self, shelf: Shelf, day: date) -> list[tuple[date, datetime, datetime]]:
        """Half-day slots that follow each other: never more than 21,600 s (eight units) a day."""
        slots, used, start = [], 0, at(day, 8, 30)
        for module in shelf.modules:
            if used + module.seconds > 21600:
                day, used = day + timedelta(days=1), 0
                start = at(day, 8, 30)
            elif used:
                start = (
                    max(start + timedelta(minutes=20), at(day, 14)) if used >= 9000 else start + timedelta(minutes=20)
                )
            end = start + timedelta(seconds=module.seconds)
            slots.append((day, start, end))
            used, start = used + module.seconds, end
        return slots

    def meeting(
        self, offering: int, module: CourseModule, _day: date, start: datetime, end: datetime
    ) -> tuple[int, CourseModule, datetime, datetime]:
        meeting = self.rows.add(
            Meeting, offering_id=offering, module_id=module.id, starts_at=start, ends_at=end,
            room=self.rng.choice(("报告厅", "第一研修室", "第二研修室", "录播教室")), secret=self.token(),
        )  # fmt: skip
        return meeting, module, start, end

    def attend(
        self, teacher: Teacher, enrolment: int, meetings: list[tuple[int, CourseModule, datetime, datetime]]
    ) -> None:
        n_there = 0
        for meeting, module, start, end in meetings:
            presence = self.rng.choices(
                (Presence.PRESENT, Presence.LATE, Presence.ABSENT), weights=(93, 4, 3)
            )[0]  # fmt: skip
            self.rows.add(
                Attendance, meeting_id=meeting, person_id=teacher.person_id, presence=presence,
                method=RollMethod.ROLL if presence is Presence.ABSENT else RollMethod.ROTATING_CODE,
                at=start + timedelta(minutes=self.rng.randint(1, 9)), recorded_by=None,
            )  # fmt: skip
            if presence is not Presence.ABSENT:
                n_there += 1
                self.result(enrolment, module, module.seconds, end)
        if n_there == len(meetings):
            self.complete(enrolment, meetings[-1][3])

    # --- what all modes share -------------------------------------------------------------

    def enrol(
        self, teacher: Teacher, shelf: Shelf, at_: datetime, *, offering: int | None = None, seat: int | None = None
    ) -> int:
        source = self.rng.choice((EnrolmentSource.SELF, EnrolmentSource.RECOMMENDED, EnrolmentSource.RECOMMENDED))
        return self.rows.add(
            Enrolment, person_id=teacher.person_id, course_id=shelf.course.id, offering_id=offering, seat_no=seat,
            source=source, state=EnrolmentState.ENROLLED, enrolled_at=at_, due_on=None, completed_at=None, withdrawn_at=None,
        )  # fmt: skip

    def complete(self, enrolment: int, at_: datetime) -> None:
        self.rows.of(Enrolment)[enrolment - 1].update(state=EnrolmentState.COMPLETED, completed_at=at_)

    def result(self, enrolment: int, module: CourseModule, seconds: int, at_: datetime) -> None:
        self.rows.add(
            ModuleResult, enrolment_id=enrolment, module_id=module.id, counted_seconds=seconds, completed_at=at_
        )  # fmt: skip

    def token(self) -> str:
        return str(UUID(int=self.rng.getrandbits(128), version=4))


def counts(rows: Rows) -> Counter[str]:
    """How much study there is, for the builder's report."""
    return Counter(row["state"].value for row in rows.of(Enrolment))
