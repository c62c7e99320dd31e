"""Every record with an address of its own: whose it is opens it, and for everybody else it is not there."""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from core.db import Base
from tests.conftest import make_settings
from tests.webapp.records import Records, dump_of, make_records
from tests.webapp.route_matrix import ROWS
from webapp.application import create_app

JSON = {"Accept": "application/json"}
EVERYBODY = (
    "anonymous", "teacher", "colleague", "foreign_teacher", "mentor", "stranger", "editor", "administrator",
    "school_administrator", "auditor", "foreign_administrator",
)  # fmt: skip
TEACHER, MENTOR, TRAINER = frozenset({"teacher"}), frozenset({"mentor"}), frozenset({"editor"})
COUNTY = frozenset({"administrator"})
SCHOOL = COUNTY | {"school_administrator"}
READERS = SCHOOL | {"auditor"}


@dataclass(frozen=True)
class Row:
    """An address, who is let in and what they get; nobody else finds anything there."""

    method: str
    url: str
    owners: frozenset[str]
    status: int = 200
    data: Mapping[str, str] = field(default_factory=dict)


def get(url: str, owners: frozenset[str]) -> Row:
    return Row("GET", url, owners)


def post(url: str, owners: frozenset[str], status: int = 302, **data: str) -> Row:
    return Row("POST", url, owners, status, data)


RECORDS = (
    get("/study/{online}", TEACHER),
    get("/study/{online}/modules/{reading}", TEACHER),
    get("/study/{online}/modules/{quiz}", TEACHER),
    get("/study/{f2f}/modules/{session}", TEACHER),
    get("/study/{activity}/modules/{deed}", TEACHER),
    post("/study/{online}/modules/{reading}/open", TEACHER, 200, device="e"),
    post("/study/{online}/modules/{reading}/finish", TEACHER, 409),
    post("/study/{online}/modules/{quiz}/quiz", TEACHER, **{f"question-{n}": "1" for n in range(5)}),
    post("/study/{online}/modules/{task}/task", TEACHER, 409, body="x" * 40),
    post("/study/{waiting}/modules/{deed}/declare", frozenset()),
    post("/study/{online}/withdraw", TEACHER),
    post("/study/beats/{beats}", TEACHER, 200, seq="1", signature="{signature}", claimed_ms="15000"),
    get("/study/evidence/{done}/{sha}", TEACHER | READERS),
    get("/study/meetings/{meeting}/code", TRAINER | COUNTY),
    get("/study/meetings/{meeting}/roll", TRAINER | COUNTY),
    post("/study/meetings/{meeting}/roll", TRAINER | COUNTY, 409, **{"person-{teacher}": "present"}),
    post("/study/verify/{declaration}", SCHOOL, state="verified"),
    get("/mentor/people/{teacher}", MENTOR),
    get("/mentor/submissions/{piece}", MENTOR),
    post("/mentor/submissions/{piece}", MENTOR, state="accepted", **{"level-0": "1", "level-1": "1"}),
    post("/mentor/people/{teacher}/notes", MENTOR, body="下周三我来听课。"),
    post("/mentor/people/{teacher}/suggestions", MENTOR, course_id="{spare}"),
    post("/mentor/people/{teacher}/suggestions/{suggestion}/withdraw", MENTOR),
    post("/mentor/people/{teacher}/plan/{plan}/confirm", MENTOR),
    post("/plan/entries/{plan_entry}/move", TEACHER, quarter="1"),
    post("/plan/entries/{plan_entry}/drop", TEACHER),
    post("/picks/{pick}/take", TEACHER),
    post("/picks/{pick}/put-aside", TEACHER, reason="no_time"),
    post("/picks/{pick}/bring-back", TEACHER),
    get("/credit/entry/{entry}", TEACHER | READERS),
    get("/credit/person/{teacher}", READERS),
    get("/credit/certificates/{certificate}.pdf", TEACHER),
    post("/credit/entry/{entry}/reverse", SCHOOL, reason="证据有误"),
    post("/credit/entry/{entry}/repost", SCHOOL, 409, reason="证据补齐"),
    post("/credit/course/{activity}/reverse", SCHOOL, reason="证据有误"),
    post("/credit/course/{activity}/repost", SCHOOL, 409, reason="证据补齐"),
    get("/assess/result/{sitting}", TEACHER),
    post("/account/inbox/{message}", TEACHER),
    get("/admin?at={county}", COUNTY | {"auditor"}),
    get("/admin/not-started?at={county}", COUNTY | {"auditor"}),
    post("/admin/exports/people?at={county}", COUNTY | {"auditor"}, 200),
    post("/admin/pairs/{pair}/end", SCHOOL),
    get("/roster/people/{teacher}", READERS),
    get("/roster/imports/{batch}", COUNTY | {"auditor"}),
    get("/roster/import/{token}", COUNTY),
    get("/roster/places/{county}", COUNTY | {"auditor"}),
    get("/author/courses/KC-8", TRAINER | COUNTY),
    get("/author/courses/KC-8/modules/1", TRAINER | COUNTY),
    get("/author/courses/KC-8/preview", TRAINER | COUNTY | {"auditor"}),
    post("/author/courses/KC-8/retire", TRAINER | COUNTY),
    post("/author/courses/KC-8/modules/1/move", TRAINER | COUNTY, to="down"),
    post("/author/courses/KC-8/modules/1/remove", TRAINER | COUNTY),
)
# What concerns nobody but oneself, and reading that leaves a line in the log.
OWN_ACTS = ("account.", "home.", "admin.export")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Records, Path]]:
    folder = tmp_path_factory.mktemp("records")
    app = create_app(make_settings(folder))
    app.config["WTF_CSRF_ENABLED"] = False
    engine = app.extensions["shicheng_database"].engine
    Base.metadata.create_all(engine)
    records = make_records(app)
    engine.dispose()
    shutil.copyfile(folder / "shicheng.sqlite3", folder / "kept.sqlite3")
    yield records, folder
    engine.dispose()


@pytest.fixture
def records(built: tuple[Records, Path]) -> Iterator[Records]:
    """The same records for every test: what a test did is taken back after it."""
    made, folder = built
    yield made
    made.app.config["WTF_CSRF_ENABLED"] = False
    made.app.extensions["shicheng_database"].engine.dispose()
    for ending in ("-wal", "-shm"):
        (folder / f"shicheng.sqlite3{ending}").unlink(missing_ok=True)
    shutil.copyfile(folder / "kept.sqlite3", folder / "shicheng.sqlite3")


def _send(records: Records, row: Row, who: str, **options: object) -> tuple[int, str]:
    data = {name.format(**records.ids): value.format(**records.ids) for name, value in row.data.items()}
    answer = records.client(who).open(records.url(row.url), method=row.method, data=data or None, **options)
    answer.close()
    return answer.status_code, answer.headers.get("Location", "")


def _file(records: Records) -> Path:
    return Path(records.app.extensions["shicheng_settings"].data_dir) / "shicheng.sqlite3"


@pytest.mark.parametrize("row", RECORDS, ids=lambda row: f"{row.method} {row.url}")
def test_a_record_is_not_there_for_anybody_else(records: Records, row: Row) -> None:
    before = dump_of(_file(records))
    for who in EVERYBODY:
        if who in row.owners:
            continue
        status, location = _send(records, row, who)
        if who == "anonymous":
            assert (status, location.partition("?")[0]) == (302, "/sign-in")
        else:
            assert status in (403, 404), who
    assert dump_of(_file(records)) == before


@pytest.mark.parametrize("row", [row for row in RECORDS if row.owners], ids=lambda row: f"{row.method} {row.url}")
def test_a_record_is_there_for_those_whose_it_is(records: Records, row: Row) -> None:
    for who in sorted(row.owners)[: 1 if row.method == "POST" else None]:
        status, location = _send(records, row, who)
        assert status == row.status, who
        assert not location.startswith("/sign-in")


def _posts() -> list[tuple[str, str]]:
    return [(row.endpoint, row.url) for row in ROWS if row.method == "POST"]


def test_an_auditor_changes_nothing_anywhere(records: Records) -> None:
    before = dump_of(_file(records))
    client = records.client("auditor")
    urls = [url.format(**records.ids, grant="1", none="999") for name, url in _posts() if not name.startswith(OWN_ACTS)]
    urls += [
        records.url(row.url) for row in RECORDS if row.method == "POST" and not row.url.startswith(("/account", "/admin/exp"))
    ]  # fmt: skip
    assert {url: status for url in urls if (status := client.post(url).status_code) not in (403, 404)} == {}
    assert dump_of(_file(records)) == before


@pytest.mark.parametrize("who", ["anonymous", "teacher", "mentor", "editor", "administrator"])
def test_no_form_is_taken_without_its_token(records: Records, who: str) -> None:
    records.app.config["WTF_CSRF_ENABLED"] = True
    before = dump_of(_file(records))
    client = records.client(who)
    urls = [url.format(**records.ids, grant="1", none="999") for _name, url in _posts()]
    urls += [records.url(row.url) for row in RECORDS if row.method == "POST"]
    assert {url: status for url in urls if (status := client.post(url).status_code) != 400} == {}
    assert {client.post(url, headers=JSON).get_json()["code"] for url in urls} == {"stale_form"}
    assert dump_of(_file(records)) == before


@pytest.mark.parametrize("row", [row for row in RECORDS if row.method == "POST"], ids=lambda row: row.url)
def test_an_act_is_not_done_by_reading_its_address(records: Records, row: Row) -> None:
    before = dump_of(_file(records))
    client = records.client("administrator")
    for method in ("HEAD", "OPTIONS", "GET"):
        client.open(records.url(row.url), method=method).close()
    for method in ("PUT", "PATCH", "DELETE"):
        assert client.open(records.url(row.url), method=method).status_code == 405
    assert client.get(records.url(row.url), headers={"X-HTTP-Method-Override": "POST"}).status_code != 302
    assert dump_of(_file(records)) == before


def test_a_number_beyond_every_record_is_simply_not_there(records: Records) -> None:
    teacher, county = records.client("teacher"), records.client("administrator")
    for url in ("/study/9{0}", "/credit/entry/9{0}", "/assess/result/9{0}", "/study/media/9{0}.mp4"):
        assert teacher.get(url.format("9" * 30)).status_code == 404
    assert county.get(f"/roster/people/{'9' * 30}").status_code == 404
    assert county.get("/roster?place=%C2%B2").status_code == 200
    assert teacher.post(f"/picks/{records.ids['pick']}/begin", data={"offering_id": "9" * 30}).status_code in (302, 404)
