"""Pictures of every main page at 360 and 1280 pixels in both languages: ``python3 dev.py screenshots``.

Written to ``screenshots/`` (not committed). A page may be a path, or ``path > pattern``: open the path and
follow its first link that matches.
"""

import os
import re
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.journeys.site import CHROMIUM_FLAGS, ROOT, Site

WIDTHS = (360, 1280)
LOCALES = ("zh_CN", "en")
PAGES = {
    None: {"sign-in": "/sign-in", "forgot": "/account/forgot", "verify": "/verify", "not-found": "/nothing-here"},
    "Teacher": {
        "today": "/today",
        "assess": "/assess",
        "result": r"/assess > /assess/result/\d+",
        "picks": "/picks",
        "catalogue": "/catalogue",
        "catalogue-search": "/catalogue?words=作业",
        "course": "/catalogue/KC-R01",
        "competencies": "/catalogue/competencies",
        "plan": "/plan",
        "plan-cycle": "/plan/cycle",
        "study": r"/today > /study/\d+$",
        "reading": r"/today > /study/\d+$ > /study/\d+/modules/\d+",
        "credit": "/credit",
        "entry": r"/credit > /credit/entry/\d+",
        "certificates": "/credit/certificates",
        "rules": "/credit/rules",
        "inbox": "/account/inbox",
        "messages": "/account/messages",
        "password": "/account/password",
        "account": "/account",
        "my-mentor": "/mentor/mine",
    },
    "New teacher": {"today-new": "/today", "assess-new": "/assess", "picks-new": "/picks", "credit-new": "/credit"},
    "Mentor": {
        "desk": "/mentor",
        "apprentice": r"/mentor > /mentor/people/\d+",
        "review": r"/mentor > /mentor/submissions/\d+",
    },
    "School administrator": {"school-overview": "/admin", "verify-queue": "/study/verify"},
    "County administrator": {
        "overview": "/admin",
        "not-started": "/admin/not-started",
        "campaigns": "/admin/campaigns",
        "offerings": "/admin/offerings",
        "pairs": "/admin/pairs",
        "people": "/roster",
        "person": r"/roster > /roster/people/\d+",
        "places": "/roster/places",
        "import": "/roster/import",
        "log": "/roster/log",
    },
    "Province administrator": {"province": "/admin", "author-province": "/author", "targets": "/plan/targets"},
    "Content editor": {
        "author": "/author",
        "author-courses": "/author/courses",
        "author-course": r"/author/courses > /author/courses/KC-\w+$",
        "author-items": "/author/items",
        "author-item": r"/author/items > /author/items/[\w-]+$",
        "frameworks": "/author/frameworks",
        "framework": r"/author/frameworks > /author/frameworks/[\w-]+$",
        "import-catalogue": "/author/import/catalogue",
    },
    "Auditor": {"auditor-overview": "/admin", "auditor-people": "/roster", "auditor-log": "/roster/log"},
}


def follow(page: Page, site: Site, way: str) -> bool:
    """Open a page by its way; False when a link on the way is missing."""
    first, *patterns = way.split(" > ")
    page.goto(site.address + first)
    for pattern in patterns:
        links = [link.get_attribute("href") or "" for link in page.query_selector_all("main a[href]")]
        found = next((link for link in links if re.search(pattern, link)), None)
        if found is None:
            return False
        page.goto(site.address + found)
    return True


def take(site: Site, target: Path, only: str = "") -> list[str]:
    """Every picture; the names of the pages that could not be reached."""
    missing = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("SHICHENG_TEST_CHROMIUM", "/usr/bin/chromium"), args=CHROMIUM_FLAGS
        )
        for title, pages in PAGES.items():
            context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")
            page = context.new_page()
            page.goto(f"{site.address}/sign-in")
            if title is not None:
                page.click(f"form[action$='/demo-sign-in/{site.staff_no(title)}'] button")
            for name, way in pages.items():
                if only and not re.search(only, name):
                    continue
                for locale in LOCALES:
                    context.add_cookies([{"name": "locale", "value": locale, "url": site.address}])
                    for width in WIDTHS:
                        page.set_viewport_size({"width": width, "height": 800})
                        if not follow(page, site, way):
                            missing.append(f"{name} ({way})")
                            break
                        page.wait_for_timeout(150)
                        page.screenshot(path=target / f"{name}-{width}-{locale[:2]}.png", full_page=True)
            context.close()
        browser.close()
    return sorted(set(missing))


def main() -> None:
    """Build a demo of its own unless one is given, and take the pictures."""
    target = ROOT / "screenshots"
    target.mkdir(exist_ok=True)
    only = sys.argv[1] if len(sys.argv) > 1 else ""
    kept = os.environ.get("SHICHENG_SCREENSHOT_DATA")
    folder = Path(kept) if kept else Path(tempfile.mkdtemp()) / "data"
    site = Site(folder)
    if not (folder / "demo_cards.json").exists():
        site.build_demo()
        site.command("demo", "--only-media")
    with site:
        for words in take(site, target, only):
            print(f"not reached: {words}")
    print(f"{len(list(target.glob('*.png')))} pictures in {target}")


if __name__ == "__main__":
    main()
