"""With scripts switched off, on a phone: sign in, take the whole diagnostic, find a course."""

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.acting import answer_all, count, find_learner, press, sign_in
from tests.journeys.site import Site

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 740}


@pytest.mark.parametrize(
    "fixture",
    ["sqlite_site", pytest.param("postgres_site", marks=pytest.mark.postgresql)],
    ids=["sqlite", "postgresql"],
)
def test_signing_in_the_diagnostic_and_the_catalogue_need_no_script(
    request: pytest.FixtureRequest, browser: Browser, fixture: str
) -> None:
    site: Site = request.getfixturevalue(fixture)
    learner = find_learner(site, 5)
    context = browser.new_context(
        viewport=PHONE,  # type: ignore[arg-type]
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        java_script_enabled=False,
    )
    page = context.new_page()
    sign_in(page, site, learner.staff_no)

    n_answered = answer_all(page, site, lambda number: (number * 3) % 4)
    assert n_answered >= 15
    closed = "SELECT COUNT(*) FROM sitting WHERE person_id = :id AND closed_at IS NOT NULL"
    assert count(site, closed, id=learner.person_id) == 1
    expect(page.locator("main svg.band")).to_have_count(5)

    page.goto(f"{site.address}/catalogue")
    page.fill("input[name=words]", "作业")
    press(page, "form[role=search] button")
    found = page.locator("ul.shelf a[href*='/catalogue/KC-']").first
    title = (found.text_content() or "").strip()
    with page.expect_navigation():
        found.click()
    expect(page.locator("main h1")).to_have_text(title)
    expect(page.locator("main")).to_contain_text("作业")
    context.close()
