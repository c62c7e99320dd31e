"""Every main page of every role is usable by everybody: no fault found by axe, nothing cut off on a phone, no stranger asked.

Each page is opened in Chinese at 360 px and in English at 1280 px, with everything that folds out folded out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from tests.journeys.acting import press
from tests.journeys.screenshots import PAGES, follow
from tests.journeys.site import ROOT, Site

pytestmark = pytest.mark.browser
AXE = (ROOT / "webapp" / "static" / "vendor" / "axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
UNFOLD = "document.querySelectorAll('details').forEach(part => { part.open = true })"
FAULTS = """async rules => {
  const found = await axe.run(document, {runOnly: rules, resultTypes: ["violations", "incomplete"]});
  const says = (fault, node) =>
    `${fault.id}: ${node.target.join(" ")}: ${node.any.concat(node.all, node.none).map(check => check.message)[0]}`;
  const isUnseen = node => node.any.some(check => check.data?.messageKey === "equalRatio");
  return found.violations.flatMap(fault => fault.nodes.map(node => says(fault, node))).concat(
    found.incomplete.flatMap(fault => fault.nodes.filter(isUnseen).map(node => says(fault, node))));
}"""
CHART_FAULTS = """() => {
  const light = colour => colour.match(/[\\d.]+/g).slice(0, 3).map(Number).map(part => part / 255)
    .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
  const behind = text => {
    if (text.matches(".cell")) return getComputedStyle(text.previousElementSibling).fill;
    for (let part = text.closest("svg"); part; part = part.parentElement) {
      const colour = getComputedStyle(part).backgroundColor;
      if (!/, 0\\)$|transparent/.test(colour)) return colour;
    }
  };
  return [...document.querySelectorAll("main svg.chart text")].flatMap(text => {
    const [high, low] = [light(getComputedStyle(text).fill), light(behind(text))].sort((a, b) => b - a);
    const ratio = (high + 0.05) / (low + 0.05);
    return ratio >= 4.5 ? [] : [`chart-contrast: ${text.getAttribute("class")}: only ${ratio.toFixed(2)}`];
  });
}"""
SHAPE = """() => ({
  lang: document.documentElement.lang,
  n_h1: document.querySelectorAll("h1").length,
  width: document.scrollingElement.scrollWidth,
})"""
TOO_WIDE = """() => [...document.querySelectorAll("body *")]
  .filter(part => part.getBoundingClientRect().right > 361).slice(0, 3)
  .map(part => `${part.tagName.toLowerCase()}.${part.className.baseVal ?? part.className}`).join(", ")"""


@dataclass
class Inspection:
    """What one role's pages did wrong, each line with the page it was on."""

    page: Page
    site: Site
    where: str = ""
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self._note(f"script: {error}"))
        self.page.on("request", self._see)

    def open(self, name: str, way: str, locale: str, size: dict[str, int]) -> bool:
        """Go to the page by its way, in a language, on a screen."""
        self.where = f"{name} ({locale}, {size['width']} px)"
        self.page.context.add_cookies([{"name": "locale", "value": locale, "url": self.site.address}])
        self.page.set_viewport_size(size)  # type: ignore[arg-type]
        if follow(self.page, self.site, way):
            return True
        self._note(f"not reached by {way}")
        return False

    def check_shape(self, lang: str) -> None:
        """One first heading, the language named, nothing wider than a phone."""
        self.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        shape = self.page.evaluate(SHAPE)
        if shape["n_h1"] != 1:
            self._note(f"{shape['n_h1']} first headings")
        if shape["lang"] != lang:
            self._note(f"the page says it is in {shape['lang']!r}")
        if shape["width"] > PHONE["width"]:
            self._note(f"{shape['width']} px wide on a phone: {self.page.evaluate(TOO_WIDE)}")

    def check_rules(self, *rules: str) -> None:
        """Nothing that axe finds wrong, also in the parts that fold out."""
        self.page.evaluate(UNFOLD)
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE)
        for fault in self.page.evaluate(FAULTS, list(rules)) + self.page.evaluate(CHART_FAULTS):
            self._note(fault)

    def inspect(self, name: str, way: str) -> None:
        """All checks of one page: in Chinese on a phone, light and dark, then in English on a desk."""
        if self.open(name, way, "zh_CN", PHONE):
            self.check_shape("zh-CN")
            self.check_rules(*RULES)
            self.check_shape("zh-CN")
            self.page.emulate_media(color_scheme="dark")
            self.where += " dark"
            self.check_rules("color-contrast")
            self.page.emulate_media(color_scheme="light")
        if self.open(name, way, "en", DESKTOP):
            self.check_rules(*RULES)
            self.check_shape("en")

    def _note(self, words: str) -> None:
        line = f"{self.where}: {words}"
        if line not in self.faults:
            self.faults.append(line)

    def _hear(self, message: ConsoleMessage) -> None:
        is_the_missing_page = self.where.startswith("not-found") and "404" in message.text
        if message.type == "error" and not is_the_missing_page:
            self._note(f"console: {message.text} {message.location['url']}")

    def _see(self, request: Request) -> None:
        if not request.url.startswith((self.site.address, "data:", "blob:")):
            self._note(f"asks a stranger: {request.url}")


def open_inspection(browser: Browser, site: Site, title: str | None) -> Inspection:
    """A browser in which somebody with this card is signed in (nobody for None)."""
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{site.address}/sign-in")
    if title is not None:
        press(page, f"form[action$='/demo-sign-in/{site.staff_no(title)}'] button")
    return Inspection(page, site)


@pytest.fixture(params=list(PAGES), ids=lambda title: re.sub(r"\W+", "-", (title or "nobody").lower()))
def role(
    request: pytest.FixtureRequest, browser: Browser, sqlite_site: Site
) -> Iterator[tuple[str | None, Inspection]]:
    inspection = open_inspection(browser, sqlite_site, request.param)
    yield request.param, inspection
    inspection.page.context.close()


def test_every_main_page_is_usable_by_everybody(role: tuple[str | None, Inspection]) -> None:
    title, inspection = role
    for name, way in PAGES[title].items():
        inspection.inspect(name, way)
    assert not inspection.faults, "\n" + "\n".join(inspection.faults)


def test_a_question_of_the_diagnostic_is_usable_by_everybody(browser: Browser, sqlite_site: Site) -> None:
    inspection = open_inspection(browser, sqlite_site, "New teacher")
    inspection.page.goto(f"{sqlite_site.address}/assess")
    if inspection.page.locator("form[action$='/assess/start']").count():
        press(inspection.page, "form[action$='/assess/start'] button")
    inspection.inspect("question", "/assess/question")
    inspection.page.context.close()
    assert not inspection.faults, "\n" + "\n".join(inspection.faults)
