"""The main story, in a browser: diagnostic, profile, recommendations, study, hours, credit, certificate, mentor, reminder."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import create_engine, text

from tests.journeys.acting import ESSAY, Learner, answer_all, count, find_learner, pass_quiz, press, read_for, sign_in
from tests.journeys.site import Site

pytestmark = pytest.mark.browser
COURSE = "KC-A04"
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
STORIES = [
    pytest.param("sqlite_site", PHONE, 0, id="sqlite-phone"),
    pytest.param("sqlite_site", DESKTOP, 1, id="sqlite-desktop"),
    pytest.param("postgres_site", PHONE, 0, id="postgresql-phone", marks=pytest.mark.postgresql),
    pytest.param("postgres_site", DESKTOP, 1, id="postgresql-desktop", marks=pytest.mark.postgresql),
]


@pytest.mark.parametrize(("fixture", "size", "skip"), STORIES)
def test_a_teacher_goes_from_the_first_question_to_a_certificate(
    request: pytest.FixtureRequest, browser: Browser, fixture: str, size: dict[str, int], skip: int
) -> None:
    site: Site = request.getfixturevalue(fixture)
    learner = find_learner(site, skip)
    page = browser.new_context(viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai").new_page()  # type: ignore[arg-type]
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    sign_in(page, site, learner.staff_no)

    assert answer_all(page, site, lambda number: (number * 7) % 4) >= 15
    expect(page.locator("main svg.band")).to_have_count(5)

    take_two_recommendations(page, site)
    units_before = units_of(site, learner)
    enrolment = study_the_course(page, site, browser, learner)
    assert count(site, "SELECT COUNT(*) FROM enrolment WHERE id = :id AND state = 'completed'", id=enrolment) == 1
    assert units_of(site, learner) > units_before

    page.goto(f"{site.address}/credit")
    expect(page.locator("main svg.ring").first).to_be_visible()
    page.goto(f"{site.address}/credit/entry/{newest_entry(site, learner)}")
    expect(page.locator("main")).to_contain_text(title_of(site))

    proof = certificate_of(page, site, learner)
    stranger = browser.new_context().new_page()
    stranger.goto(proof)
    expect(stranger.locator(".seal-ok")).to_be_visible()
    assert full_name(site, learner) not in stranger.content()
    assert faults == []


def take_two_recommendations(page: Page, site: Site) -> None:
    for _ in range(2):
        page.goto(f"{site.address}/picks")
        press(page, "form[action*='/take'] button")
    page.goto(f"{site.address}/plan")
    expect(page.locator("main a[href*='/catalogue/KC-'], main [id^='entry-']").nth(1)).to_be_attached()


def study_the_course(page: Page, site: Site, browser: Browser, learner: Learner) -> int:
    """Every module of the course for real; the mentor accepts the task."""
    page.goto(f"{site.address}/study/enrol/{COURSE}")
    press(page, f"form[action$='/study/enrol/{COURSE}'] button")
    assert re.search(r"/study/\d+$", page.url)
    enrolment = int(page.url.rsplit("/", 1)[1])
    links = [link.get_attribute("href") or "" for link in page.query_selector_all("ol.path a")]
    page.clock.install()
    for link, (kind, seconds, material) in zip(links, modules(site), strict=True):
        page.goto(site.address + link)
        if kind == "reading":
            read_for(page, site, int(seconds * 0.4))
            press(page, "#finish button")
            expect(page.locator(".note-success").first).to_be_visible()
        elif kind == "quiz":
            read_for(page, site, 60)
            pass_quiz(page, ["ABCD".index(question["key"]) for question in material["questions"]])
        else:
            page.fill("#body", ESSAY)
            press(page, "#task button")
            the_reminder_reaches_the_mentor_once(site)
            the_mentor_accepts(browser, site, learner)
    return enrolment


def the_reminder_reaches_the_mentor_once(site: Site) -> None:
    waiting = "SELECT COUNT(*) FROM message WHERE rule = 'submission.waiting' AND subject_id = :id"
    work = count(site, "SELECT MAX(id) FROM submission")
    as_of = moment_after(site, days=3)
    for _ in range(2):
        site.command("jobs", "run", "reminders.submission_waiting", "--as-of", as_of)
    assert count(site, waiting, id=work) == 1


def the_mentor_accepts(browser: Browser, site: Site, learner: Learner) -> None:
    mentor = browser.new_context(locale="zh-CN").new_page()
    sign_in(mentor, site, learner.mentor_staff_no)
    mentor.goto(f"{site.address}/mentor/people/{learner.person_id}")
    mentor.goto(f"{site.address}/mentor/submissions/{count(site, 'SELECT MAX(id) FROM submission')}")
    for row in mentor.locator("fieldset.levels").all():
        row.locator("input").last.check()
    mentor.fill("#comment", "前后对照清楚，说明了没有变化的学生，很好。")
    press(mentor, "button[value=accepted]")
    mentor.context.close()


def certificate_of(page: Page, site: Site, learner: Learner) -> str:
    """The public page of the certificate that the job issued."""
    site.command("jobs", "run", "certificates.issue", "--as-of", moment_after(site, days=0))
    page.goto(f"{site.address}/credit/certificates")
    paper = page.locator("a[href$='.pdf']").first.get_attribute("href") or ""
    answer = page.request.get(site.address + paper)
    assert answer.ok
    assert answer.body().startswith(b"%PDF")
    return site.address + (page.locator("a[href*='/verify/']").first.get_attribute("href") or "")


# --- what the database says --------------------------------------------------------------------


def rows(site: Site, query: str, **values: object) -> list[tuple[object, ...]]:
    engine = create_engine(site.database_url)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(query), values)]
    engine.dispose()
    return found


def modules(site: Site) -> list[tuple[str, int, dict[str, list[dict[str, str]]]]]:
    found = rows(
        site,
        "SELECT kind, seconds, material FROM course_module JOIN course ON course.id = course_id "
        "WHERE course.code = :code ORDER BY ordinal",
        code=COURSE,
    )
    return [
        (str(kind), int(str(seconds)), json.loads(material) if isinstance(material, str) else material)
        for kind, seconds, material in found  # type: ignore[misc]
    ]


def units_of(site: Site, learner: Learner) -> int:
    return count(
        site, "SELECT COALESCE(SUM(hours_hundredths), 0) FROM ledger_entry WHERE person_id = :id", id=learner.person_id
    )


def newest_entry(site: Site, learner: Learner) -> int:
    return count(site, "SELECT MAX(id) FROM ledger_entry WHERE person_id = :id", id=learner.person_id)


def title_of(site: Site) -> str:
    return str(rows(site, "SELECT title FROM course WHERE code = :code", code=COURSE)[0][0])


def full_name(site: Site, learner: Learner) -> str:
    return str(rows(site, "SELECT name FROM person WHERE id = :id", id=learner.person_id)[0][0])


def moment_after(site: Site, *, days: int) -> str:
    """The site's present moment, so many days later, as the command line takes it."""
    shift = float(site.shift.read_text()) if site.shift.exists() else 0.0
    return (datetime.now(UTC) + timedelta(days=days, seconds=shift, minutes=1)).isoformat(timespec="seconds")
