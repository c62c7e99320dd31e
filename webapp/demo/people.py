"""The people of the demo: teachers with stages and subjects, mentors, editors, administrators, an auditor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from core.access import Credential, Grant, Role
from core.people import CareerStage, Organisation, Person, Post, SchoolLevel, Subject
from learning.engine.days import local_day
from learning.roster.names import name_sort
from webapp.demo.names import draw_names
from webapp.demo.places import Places, School

SUBJECTS = {
    SchoolLevel.KINDERGARTEN: [Subject.PRESCHOOL],
    SchoolLevel.PRIMARY: [
        *[Subject.CHINESE] * 5, *[Subject.MATH] * 4, *[Subject.ENGLISH] * 2, Subject.MORALITY_LAW, Subject.SCIENCE,
        Subject.PE, Subject.MUSIC, Subject.ART, Subject.IT, Subject.LABOUR,
    ],
    SchoolLevel.JUNIOR: [
        *[Subject.CHINESE] * 3, *[Subject.MATH] * 3, *[Subject.ENGLISH] * 3, Subject.PHYSICS, Subject.CHEMISTRY,
        Subject.BIOLOGY, Subject.HISTORY, Subject.GEOGRAPHY, Subject.MORALITY_LAW, Subject.PE, Subject.MUSIC,
        Subject.ART, Subject.IT, Subject.MENTAL_HEALTH,
    ],
    SchoolLevel.SENIOR: [
        *[Subject.CHINESE] * 3, *[Subject.MATH] * 3, *[Subject.ENGLISH] * 3, Subject.PHYSICS, Subject.PHYSICS,
        Subject.CHEMISTRY, Subject.BIOLOGY, Subject.POLITICS, Subject.HISTORY, Subject.GEOGRAPHY, Subject.PE, Subject.IT,
    ],
}  # fmt: skip
YEARS_OF = {
    CareerStage.NOVICE: (0, 1),
    CareerStage.ADAPTING: (2, 4),
    CareerStage.QUALIFIED: (5, 14),
    CareerStage.BACKBONE: (10, 24),
    CareerStage.EXPERT: (18, 32),
}
STAGE_WEIGHTS = {
    CareerStage.NOVICE: 14,
    CareerStage.ADAPTING: 20,
    CareerStage.QUALIFIED: 40,
    CareerStage.BACKBONE: 20,
    CareerStage.EXPERT: 6,
}


@dataclass(frozen=True)
class Teacher:
    """What the history needs to know of a person who teaches."""

    person_id: int
    school: School
    stage: CareerStage
    subject: Subject
    is_mentor: bool


@dataclass(frozen=True)
class Cast:
    """Everybody, and the few whose sign-in cards stand on the start page."""

    teachers: tuple[Teacher, ...]
    cards: tuple[dict[str, str], ...]
    hero: Teacher  # the teacher of the first card: studied, and with everything still to do
    newcomer: Teacher  # has not taken the diagnostic yet
    mentor: Teacher
    administrator_id: int
    school_administrators: dict[int, int]  # organisation id -> person id


def hire(session: Session, places: Places, rng: Random, *, password_hash: str, now: datetime) -> Cast:
    """Everybody with their posts, roles and (the same, demo-only) password."""
    builder = _Builder(rng, password_hash, now)
    for school in places.schools:
        for number in range(school.n_people):
            builder.add_teacher(school, is_mentor=number < max(2, school.n_people // 9))
    builder.add_keepers(places)
    cast = builder.cast(places)
    builder.write(session)
    return cast


class _Builder:
    """Collects rows so that each table is written once."""

    def __init__(self, rng: Random, password_hash: str, now: datetime) -> None:
        self.rng, self.now, self.password_hash = rng, now, password_hash
        self.today = local_day(now)
        self.names = iter(draw_names(rng, 2200))
        self.people: list[dict[str, Any]] = []
        self.posts: list[dict[str, Any]] = []
        self.grants: list[dict[str, Any]] = []
        self.teachers: list[Teacher] = []
        self.keepers: dict[str, int] = {}
        self.school_administrators: dict[int, int] = {}

    def add_person(self, place: Organisation, roles: Sequence[Role], *, years: int = 8, **known: object) -> int:
        person_id = len(self.people) + 1
        name = next(self.names)
        since = self.today - timedelta(days=365 * years + self.rng.randint(20, 300))
        self.people.append(
            {
                "id": person_id, "staff_no": f"JL{202600000 + person_id * 7}", "name": name,
                "name_sort": name_sort(name), "email": f"jl{person_id:05}@example.invalid",
                "teaching_since": since, "joined_at": self.now - timedelta(days=400),
                "stage": None, "school_level": None, "main_subject": None, "other_subjects": [], "locale": "zh_CN",
                "is_personalised": True, "wants_digest": False, "is_active": True, **known,
            }
        )  # fmt: skip
        start = max(since, date(2008, 9, 1))
        self.posts.append({"person_id": person_id, "organisation_id": place.id, "started_on": start, "ended_on": None})
        self.grants += [
            {
                "person_id": person_id,
                "role": role,
                "organisation_id": place.id,
                "granted_at": self.now - timedelta(days=390),
            }
            for role in roles
        ]
        return person_id

    def add_teacher(self, school: School, *, is_mentor: bool) -> None:
        stages = list(STAGE_WEIGHTS)
        stage = self.rng.choices(stages, weights=list(STAGE_WEIGHTS.values()))[0]
        if is_mentor:
            stage = self.rng.choice([CareerStage.BACKBONE, CareerStage.EXPERT])
        subjects = SUBJECTS[school.section]
        subject = self.rng.choice(subjects)
        spare = school.place.is_rural and self.rng.random() < 0.5 and len(set(subjects)) > 1
        others = [self.rng.choice([other for other in subjects if other is not subject])] if spare else []
        person_id = self.add_person(
            school.place, [Role.TEACHER, *([Role.MENTOR] if is_mentor else [])],
            years=self.rng.randint(*YEARS_OF[stage]), stage=stage, school_level=school.section, main_subject=subject,
            other_subjects=[other.value for other in others], is_personalised=self.rng.random() > 0.04,
        )  # fmt: skip
        self.teachers.append(Teacher(person_id, school, stage, subject, is_mentor))

    def add_keepers(self, places: Places) -> None:
        for school in places.schools:
            keeper = self.add_person(school.place, [Role.ADMINISTRATOR])
            self.school_administrators[school.place.id] = keeper
        for place in (*places.counties, *places.cities):
            self.add_person(place, [Role.ADMINISTRATOR])
            self.keepers.setdefault(place.level.value, len(self.people))
        self.keepers["province"] = self.add_person(places.province, [Role.ADMINISTRATOR, Role.EDITOR])
        self.keepers["editor"] = self.add_person(places.province, [Role.EDITOR])
        self.keepers["auditor"] = self.add_person(places.province, [Role.AUDITOR])

    def write(self, session: Session) -> None:
        session.execute(insert(Person), self.people)
        session.execute(insert(Post), self.posts)
        session.execute(insert(Grant), self.grants)
        session.execute(
            insert(Credential),
            [
                {
                    "person_id": row["id"], "password_hash": self.password_hash, "must_change": False,
                    "changed_at": self.now - timedelta(days=300), "epoch": 1,
                }
                for row in self.people
            ],
        )  # fmt: skip
        session.flush()

    def cast(self, places: Places) -> Cast:
        home = places.schools[0]
        ordinary = [t for t in self.teachers if t.school is home and not t.is_mentor]
        hero = next(t for t in ordinary if t.stage is CareerStage.ADAPTING)
        newcomer = next(t for t in ordinary if t.stage is CareerStage.NOVICE)
        mentor = next(t for t in self.teachers if t.school is home and t.is_mentor)
        keeper = self.school_administrators[home.place.id]
        for teacher in (hero, newcomer, mentor):
            self.people[teacher.person_id - 1]["is_personalised"] = True
        cards = (
            self.card(hero.person_id, "教师", "Teacher", "已做过诊断，正在学习，可以看画像、推荐和学分。",
                      "Took the diagnostic, is studying: profile, recommendations, credit."),
            self.card(newcomer.person_id, "新教师", "New teacher", "还没有做过诊断，从第一道题开始。",
                      "Has not taken the diagnostic yet: start with the first question."),
            self.card(mentor.person_id, "导师", "Mentor", "带几位徒弟，有作业等待评阅。",
                      "Looks after a few apprentices; work waits for review."),
            self.card(keeper, "学校管理员", "School administrator", "核实校本活动，查看本校进度。",
                      "Verifies school-based activities, follows the school's progress."),
            self.card(self.keepers["county"], "县管理员", "County administrator", "导入人员与课程，查看需求地图。",
                      "Imports people, sees where need is."),
            self.card(self.keepers["province"], "省管理员", "Province administrator", "全省总览，设置规则与课程目录。",
                      "The whole province: rules and catalogue."),
            self.card(self.keepers["editor"], "内容编辑", "Content editor", "编写课程，维护题库与能力标准。",
                      "Writes courses, keeps the item bank."),
            self.card(self.keepers["auditor"], "审计员", "Auditor", "只读查看全部记录。", "Reads everything, changes nothing."),
        )  # fmt: skip
        return Cast(
            tuple(self.teachers), cards, hero, newcomer, mentor, self.keepers["county"], self.school_administrators
        )

    def card(self, person_id: int, title_zh: str, title_en: str, words_zh: str, words_en: str) -> dict[str, str]:
        return {
            "staff_no": self.people[person_id - 1]["staff_no"], "title_zh": title_zh, "title_en": title_en,
            "words_zh": words_zh, "words_en": words_en,
        }  # fmt: skip
