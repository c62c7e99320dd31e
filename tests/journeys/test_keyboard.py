"""Nobody needs a mouse: signing in and the diagnostic with keys only."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.acting import find_learner
from tests.journeys.site import Site
from webapp.demo.build import PASSWORD

pytestmark = pytest.mark.browser
IS_SEEN = "() => getComputedStyle(document.activeElement).outlineStyle !== 'none'"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce")
    yield context.new_page()
    context.close()


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the part has the focus, as a person without a mouse would."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.locator(":focus").count() and page.locator(f":focus:is({selector})").count():
            return
    pytest.fail(f"Tab never reaches {selector} on {page.url}")


def press_key(page: Page, key: str) -> None:
    """Press a key that leads to another page, and wait for that page."""
    with page.expect_navigation():
        page.keyboard.press(key)


def question_no(page: Page) -> str:
    return page.locator("main h1").text_content() or ""


def test_a_question_is_answered_with_keys_only(page: Page, sqlite_site: Site) -> None:
    learner = find_learner(sqlite_site, 8)
    page.goto(f"{sqlite_site.address}/sign-in")
    tab_to(page, "input[name=identifier]")
    page.keyboard.type(learner.staff_no)
    tab_to(page, "input[name=password]")
    page.keyboard.type(PASSWORD)
    press_key(page, "Enter")

    page.goto(f"{sqlite_site.address}/assess")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, "form[action$='/assess/start'] button")
    assert page.evaluate(IS_SEEN), "the focus must be visible"
    press_key(page, "Enter")

    for place, key in enumerate("2CdA"):
        before = question_no(page)
        page.keyboard.press(key)
        expect(
            page.locator("input[name=position]").nth("1234".find(key) + "abcd".find(key.lower()) + 1)
        ).to_be_checked()
        press_key(page, "Enter")
        assert question_no(page) != before, f"answer {place + 1} did not lead on"


def test_a_question_is_answered_with_the_keys_every_form_has(page: Page, sqlite_site: Site) -> None:
    learner = find_learner(sqlite_site, 9)
    page.goto(f"{sqlite_site.address}/sign-in")
    page.fill("input[name=identifier]", learner.staff_no)
    page.fill("input[name=password]", PASSWORD)
    press_key(page, "Enter")
    page.goto(f"{sqlite_site.address}/assess")
    page.locator("form[action$='/assess/start'] button").focus()
    press_key(page, "Enter")

    before = question_no(page)
    page.keyboard.press("Enter")
    expect(page.locator("input[name=position]:checked")).to_have_count(0)
    assert question_no(page) == before, "nothing is chosen, so nothing is sent"
    tab_to(page, "input[name=position]")
    page.keyboard.press("ArrowDown")
    expect(page.locator("input[name=position]").nth(1)).to_be_checked()
    tab_to(page, "button.question-next")
    assert page.evaluate(IS_SEEN), "the focus must be visible"
    press_key(page, "Enter")
    assert question_no(page) != before
