"""What people do on the site, in a real browser: sign in, answer, choose, study, judge."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect
from sqlalchemy import create_engine, text

from tests.journeys.site import Site
from webapp.demo.build import PASSWORD

BEAT_SECONDS = 15
ESSAY = (
    "我在本班做了一次小试验：课前请学生写下一个没弄懂的地方，课上先处理其中最集中的一个，再让学生用自己的话说一遍。"
    "一周以后，同样的问题能说清楚的学生从九人增加到二十人。还有几名学生愿意写却不愿意说，下周我准备让他们先和同桌说。"
    "我会保留每天的小纸条，月底再对照一次，看看哪些问题反复出现。"
)


@dataclass(frozen=True)
class Learner:
    """Somebody who has not taken the diagnostic yet, and their mentor."""

    person_id: int
    staff_no: str
    mentor_staff_no: str


def find_learner(site: Site, skip: int) -> Learner:
    """A teacher of a primary school without a sitting, the (skip + 1)-th of them."""
    engine = create_engine(site.database_url)
    with engine.connect() as connection:
        row = connection.execute(
            text(
                "SELECT person.id, person.staff_no, mentor.staff_no FROM person "
                "JOIN mentoring_pair ON apprentice_id = person.id JOIN person AS mentor ON mentor.id = mentor_id "
                "WHERE person.school_level = 'primary' AND person.stage IN ('novice', 'adapting') "
                "AND NOT EXISTS (SELECT 1 FROM sitting WHERE sitting.person_id = person.id) "
                "AND NOT EXISTS (SELECT 1 FROM enrolment JOIN course ON course.id = course_id "
                "  WHERE enrolment.person_id = person.id AND course.code = 'KC-A04') "
                "AND NOT EXISTS (SELECT 1 FROM role_grant WHERE role_grant.person_id = person.id AND role <> 'teacher') "
                "ORDER BY person.id LIMIT 1 OFFSET :skip"
            ),
            {"skip": skip},
        ).one()
    engine.dispose()
    return Learner(*row)


def count(site: Site, query: str, **values: object) -> int:
    """A number out of the site's database."""
    engine = create_engine(site.database_url)
    with engine.connect() as connection:
        number = connection.execute(text(query), values).scalar_one()
    engine.dispose()
    return int(number or 0)


def sign_in(page: Page, site: Site, staff_no: str) -> None:
    page.goto(f"{site.address}/sign-in")
    page.fill("input[name=identifier]", staff_no)
    page.fill("input[name=password]", PASSWORD)
    press(page, "main form[action$='/sign-in'] button")
    expect(page.locator("main h1").first).to_be_visible()
    assert "/sign-in" not in page.url


def press(page: Page, selector: str) -> None:
    """Press a button that leads to another page, and wait for that page."""
    with page.expect_navigation():
        page.locator(selector).first.click()


def answer_all(page: Page, site: Site, choose: Callable[[int], int]) -> int:
    """Take the diagnostic from its start page to its result; how many questions it had."""
    page.goto(f"{site.address}/assess")
    press(page, "main form[action$='/assess/start'] button")
    n_answered = 0
    while "/assess/question" in page.url:
        option = page.locator("label.option").nth(choose(n_answered))
        option.click()
        press(page, "button.question-next")
        n_answered += 1
        assert n_answered <= 25, "the design allows at most 25 questions"
    assert re.search(r"/assess/result/\d+", page.url)
    return n_answered


def read_for(page: Page, site: Site, seconds: int) -> None:
    """Study an open module for so long: the page's own clock and the server's are both moved on, beat by beat."""
    page.wait_for_selector("#clock[data-shown=running]")
    for _ in range(seconds // BEAT_SECONDS + 1):
        page.mouse.move(40 + _ % 7, 200 + _ % 11)
        site.push_clock(BEAT_SECONDS)
        with page.expect_response(re.compile(r"/study/beats/")):
            page.clock.run_for(BEAT_SECONDS * 1000 + 900)


def pass_quiz(page: Page, keys: list[int]) -> None:
    """Answer a quiz by its keys (stored positions) and hand it in."""
    for place, key in enumerate(keys):
        page.check(f"input[name='question-{place}'][value='{key}']")
    press(page, "#quiz button")
