"""Demo sites on both databases, served for real, and a browser."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright
from sqlalchemy import create_engine, text

from tests.journeys.site import CHROMIUM_FLAGS, Site


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    path = os.environ.get("SHICHENG_TEST_CHROMIUM", "/usr/bin/chromium")
    browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def sqlite_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("sqlite-site") / "data")
    site.build_demo()
    with site:
        yield site


@pytest.fixture(scope="session")
def postgres_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    server = os.environ.get("SHICHENG_TEST_POSTGRES")
    if server is None:
        pytest.fail("SHICHENG_TEST_POSTGRES is not set: run the suite with `python3 dev.py test`")
    name = f"shicheng_site_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"))
    admin.dispose()
    folder: Path = tmp_path_factory.mktemp("postgres-site") / "data"
    site = Site(folder, f"{server.rsplit('/', 1)[0]}/{name}")
    site.build_demo()
    with site:
        yield site
