"""The walls of the site: headers, cookies, redirects, addresses of files, what is uploaded, what is taken out."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select

from content.terms import DeliveryMode, ModuleKind
from core.access import SignInAttempt
from core.outbox import tell
from core.people import Person
from learning.study.models import Declaration, Enrolment
from tests.conftest import NOW, World, make_settings, make_world, sign_in
from tests.learning.study.conftest import make_course, module
from tests.webapp.learn.conftest import Site, site  # noqa: F401  the site with a teacher in the middle of things
from webapp.application import create_app
from webapp.database import Database, db
from webapp.settings import SettingsError, read_settings

ELSEWHERE = (
    "https://evil.invalid/", "//evil.invalid/", "////evil.invalid/a", "/\\evil.invalid", "/\t/evil.invalid",
    "\\\\evil.invalid", "javascript:alert(1)", "https:evil.invalid", " //evil.invalid",
)  # fmt: skip
SCRIPT = "<script>alert(1)</script>"
LOCKS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
RAW = "multipart/form-data; boundary=b"
WORK = "我在三年级两个班各上了一节，记录了六名学生的回答，附上前后两次的变化和我的反思。"
SECRET = {"SHICHENG_MODE": "production", "SHICHENG_SECRET_KEY": "k" * 32, "SHICHENG_DATABASE_URL": "sqlite://"}


@pytest.fixture
def world(database: Database) -> World:
    with database.unit_of_work() as session:
        return make_world(session, password_hash="-")


@pytest.mark.parametrize(
    "url", ["/sign-in", "/", "/nowhere", "/healthz", "/static/css/app.css", "/static/img/mark.svg", "/static/no.css"]
)
def test_every_answer_is_locked_down(client: FlaskClient, url: str) -> None:
    answer = client.get(url)
    answer.close()
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert {name: answer.headers.get(name) for name in LOCKS} == LOCKS
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_refusals_and_faults_are_locked_down_too(app: Flask, world: World) -> None:
    app.config["PROPAGATE_FAULTS"] = False
    app.view_functions["home.health"] = _breaks
    client = app.test_client()
    answers = {400: client.post("/sign-in"), 405: client.put("/sign-in"), 500: client.get("/healthz")}
    answers[403] = sign_in(client, app, world.teacher).get("/admin")
    for status, answer in answers.items():
        assert answer.status_code == status
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert "SENTINEL" not in answer.text


def _breaks() -> str:
    raise RuntimeError("SENTINEL of the inside")


_breaks.is_public = True  # type: ignore[attr-defined]


def test_a_refused_act_keeps_nothing_of_what_it_did(app: Flask, database: Database, world: World) -> None:
    def half() -> tuple[str, int]:
        db().get_one(Person, world.teacher.id).name = "半途"
        db().flush()
        return "refused after all", 422

    half.is_public = True  # type: ignore[attr-defined]
    app.config["WTF_CSRF_ENABLED"] = False
    app.add_url_rule("/half", "half", half, methods=["POST"])
    assert app.test_client().post("/half").status_code == 422
    with database.session(is_read_only=True) as session:
        assert session.get_one(Person, world.teacher.id).name == "林一"


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(tmp_path: Path) -> None:
    for base_url, is_secure in (("http://school.invalid", False), ("https://school.invalid", True)):
        app = create_app(read_settings(SECRET | {"SHICHENG_BASE_URL": base_url, "SHICHENG_DATA_DIR": str(tmp_path)}))
        cookie = app.test_client().get("/sign-in", base_url=base_url).headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert ("Secure" in cookie) is is_secure


@pytest.mark.parametrize("missing", ["SHICHENG_SECRET_KEY", "SHICHENG_DATABASE_URL"])
def test_production_does_not_start_without_its_secrets(missing: str, tmp_path: Path) -> None:
    given = {**SECRET, "SHICHENG_DATA_DIR": str(tmp_path)}
    assert read_settings(given).secret_key == "k" * 32
    for value in ("", "short"):
        if value and missing != "SHICHENG_SECRET_KEY":
            continue
        with pytest.raises(SettingsError, match=missing):
            read_settings({**given, missing: value})
    with pytest.raises(SettingsError, match="AS_OF"):
        read_settings({**given, "SHICHENG_AS_OF": "2026-11-16T10:00+08:00"})
    assert read_settings({**given, "SHICHENG_CLOCK_FILE": str(tmp_path / "shift")}).clock_file is None


def test_nobody_comes_in_by_a_card_outside_the_demo(tmp_path: Path) -> None:
    (tmp_path / "demo_cards.json").write_text('[{"staff_no": "T001", "title_zh": "t", "words_zh": "w"}]')
    for settings in (read_settings(SECRET | {"SHICHENG_DATA_DIR": str(tmp_path)}), make_settings(tmp_path)):
        app = create_app(settings)
        app.config["WTF_CSRF_ENABLED"] = False
        assert app.test_client().post("/demo-sign-in/T001").status_code == 404


def test_a_visitor_cannot_choose_the_address_they_are_counted_under(tmp_path: Path) -> None:
    """Failed tries are counted by address: behind n proxies of ours it is the n-th from the right, else the peer's."""
    counted: dict[int, int] = {}
    for n_proxies in (0, 1):
        settings = {"SHICHENG_MODE": "test", "SHICHENG_DATA_DIR": str(tmp_path / str(n_proxies))}
        app = create_app(read_settings(settings | {"SHICHENG_TRUSTED_PROXIES": str(n_proxies)}))
        app.config["WTF_CSRF_ENABLED"] = False
        database: Database = app.extensions["shicheng_database"]
        SignInAttempt.metadata.create_all(database.engine)
        for forwarded in ("1.1.1.1, 9.9.9.9", "2.2.2.2, 9.9.9.9", "2.2.2.2, 8.8.8.8"):
            form = {"identifier": f"nobody {forwarded}", "password": "wrong"}
            app.test_client().post("/sign-in", data=form, headers={"X-Forwarded-For": forwarded})
        with database.session(is_read_only=True) as session:
            counted[n_proxies] = len(set(session.scalars(select(SignInAttempt.address_digest))))
        database.engine.dispose()
    assert counted == {0: 1, 1: 2}
    for wrong in ("-1", "many"):
        with pytest.raises(SettingsError, match="TRUSTED_PROXIES"):
            read_settings({"SHICHENG_MODE": "test", "SHICHENG_SECRET_KEY": "k", "SHICHENG_TRUSTED_PROXIES": wrong})


def test_https_is_believed_only_of_a_proxy_of_ours(tmp_path: Path) -> None:
    for n_proxies, is_told in ((0, False), (1, True)):
        given = SECRET | {"SHICHENG_TRUSTED_PROXIES": str(n_proxies), "SHICHENG_DATA_DIR": str(tmp_path)}
        answer = create_app(read_settings(given)).test_client().get("/sign-in", headers={"X-Forwarded-Proto": "https"})
        assert ("Strict-Transport-Security" in answer.headers) is is_told


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_link_leads_out_of_the_site(
    client: FlaskClient, app: Flask, database: Database, world: World, target: str
) -> None:
    with database.unit_of_work() as session:
        message = tell(
            session, "mentor.note", recipient_id=world.teacher.id, subject_kind="x", subject_id=1, due_slot="",
            link=target, now=NOW, name="n", excerpt="e",
        )  # fmt: skip
        assert message is not None
    language = client.post("/language/en", data={"back": target})
    letter = sign_in(client, app, world.teacher).post(f"/account/inbox/{message.id}")
    for answer in (language, letter):
        location = answer.headers["Location"].replace("\\", "/")
        assert location.startswith("/")
        assert not location.startswith("//")
        assert "evil" not in location


@pytest.mark.parametrize(
    "url",
    [
        "/catalogue/KC-R01/figure/..%2f..%2fproviders.yaml", "/catalogue/..%2fcatalogue/figure/online.yaml",
        "/catalogue/KC-R01/figure/course.yaml", "/catalogue/KC-R01/figure/%2e%2e", "/study/media/1.yaml",
        "/study/media/..%2f1.mp4", "/study/evidence/1/..%2f..%2fsecret_key", "/static/..%2f..%2fsettings.py",
        "/static/../settings.py", "/static/%2e%2e/settings.py", "/roster/import/..%2f..%2fsecret_key",
    ],
)  # fmt: skip
def test_no_address_leads_to_a_file_that_is_not_meant(client: FlaskClient, app: Flask, world: World, url: str) -> None:
    for person in (world.teacher, world.administrator):
        answer = sign_in(client, app, person).get(url)
        answer.close()
        assert answer.status_code in (403, 404)


def test_evidence_is_what_it_says_it_is_and_small(site: Site) -> None:  # noqa: F811
    client, url = site.client(site.world.teacher), site.url(ModuleKind.SCHOOL_ACTIVITY, "/declare")
    page = b"%PDF-1.7 <script>alert(1)</script>"
    for name, data in (
        ("a.html", b"<script>"), ("a.svg", b"<svg onload='x'/>"), ("a.pdf", b"<html>"), ("a.png", b"%PDF-"),
        ("a.pdf.exe", b"%PDF-"), ("a.pdf", b""),
    ):  # fmt: skip
        assert client.post(url, data=_declared(name, data)).status_code == 422, name
    for n_megabytes, status in ((6, 422), (20, 413)):
        assert (
            client.post(url, data=_raw(b"%PDF-" + b"x" * n_megabytes * 2**20), content_type=RAW).status_code == status
        )
    assert client.post(url, data=_declared("../../x; a=b<b>.pdf", page)).status_code == 302
    with site.database.session(is_read_only=True) as session:
        kept = session.scalars(select(Declaration)).one()
    answer = site.client(site.world.administrator).get(f"/study/evidence/{kept.id}/{kept.evidence[0]['sha256']}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "/" not in answer.headers["Content-Disposition"]
    assert answer.mimetype == "application/pdf"
    answer.close()
    queue = site.client(site.world.administrator).get("/study/verify").text
    assert "<b>.pdf" not in queue


def _raw(data: bytes) -> bytes:
    """The same form as the browser sends it."""
    fields = {"done_on": "2026-11-16", "minutes": "45", "account": WORK}
    parts = [f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}' for name, value in fields.items()]
    parts.append('--b\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n')
    return "\r\n".join(parts).encode() + data + b"\r\n--b--\r\n"


def _declared(name: str, data: bytes) -> dict[str, object]:
    return {
        "done_on": "2026-11-16", "minutes": "45", "account": WORK + SCRIPT, "files": (io.BytesIO(data), name),
    }  # fmt: skip


def test_what_people_write_is_shown_as_words(site: Site) -> None:  # noqa: F811
    with site.database.unit_of_work() as session:
        for person in (site.world.teacher, site.world.mentor):
            session.merge(person).name = f'{SCRIPT}"><img src=x onerror=y>'
        course = make_course(
            session, site.world.county, "KC-X", DeliveryMode.ONLINE, module(1, ModuleKind.READING, 2700),
            title=f"{SCRIPT}题",
        )  # fmt: skip
        course.modules[0].body = f"{SCRIPT}\n\n[a](javascript:alert(1)) ![x](https://evil.invalid/x.png) <b onclick=x>"
        for other in (course, session.merge(site.courses.online)):
            session.flush()
            if other is course:
                session.add(
                    Enrolment(person_id=site.world.teacher.id, course_id=course.id, source="self", enrolled_at=NOW)
                )
    teacher, mentor, county = (
        site.client(who) for who in (site.world.teacher, site.world.mentor, site.world.administrator)
    )  # fmt: skip
    task = site.url(ModuleKind.TASK)
    assert teacher.post(task + "/task", data={"body": WORK + SCRIPT}).status_code == 302
    assert teacher.post("/mentor/mine/notes", data={"body": SCRIPT}).status_code == 302
    assert teacher.post("/plan/goal", data={"goal": SCRIPT}).status_code == 302
    assert (
        teacher.post(site.url(ModuleKind.SCHOOL_ACTIVITY, "/declare"), data=_declared("a.pdf", b"%PDF-")).status_code
        == 302
    )
    teacher_id = site.world.teacher.id
    pages = [teacher.get(url).text for url in ("/today", "/plan", "/mentor/mine", "/account", task, "/catalogue/KC-X")]
    pages += [mentor.get(url).text for url in ("/mentor", f"/mentor/people/{teacher_id}", "/mentor/submissions/1")]
    pages += [
        county.get(url).text
        for url in ("/study/verify", f"/roster/people/{teacher_id}", "/author/courses/KC-X/preview")
    ]
    pages += [teacher.get(f"/catalogue?words={SCRIPT}").text, county.get(f"/roster?words={SCRIPT}").text]
    for page in pages:
        assert "alert(1)" in page or "onerror" in page
        for forbidden in (SCRIPT, "<img src=x", "<b onclick", 'href="javascript', "https://evil.invalid/x.png"):
            assert forbidden not in page


@pytest.mark.parametrize("report", ["hours", "people", "not-started"])
def test_no_cell_of_an_export_is_a_formula(
    client: FlaskClient, app: Flask, database: Database, world: World, report: str
) -> None:
    with database.unit_of_work() as session:
        for person, sign in zip((world.teacher, world.colleague, world.mentor), "=+@", strict=True):
            session.merge(person).name = f"{sign}HYPERLINK(A1)"
        session.merge(world.school).name = "-1+cmd|' /C calc'!A1"
    answer = sign_in(client, app, world.administrator).post(f"/admin/exports/{report}")
    cells = [cell for sheet in load_workbook(io.BytesIO(answer.data)) for row in sheet.iter_rows() for cell in row]
    texts = [cell for cell in cells if isinstance(cell.value, str) and cell.value[:1] in "=+-@"]
    assert texts
    assert {cell.data_type for cell in texts} == {"s"}
    assert not any(cell.hyperlink for cell in cells)


def test_a_workbook_cell_is_shown_as_words(client: FlaskClient, app: Flask, world: World) -> None:
    rows = f"工号,姓名,学校代码\nN1<b>,{SCRIPT},S1\n=1+1,+HYPERLINK,@S1\n".encode()
    county = sign_in(client, app, world.administrator)
    sent = county.post("/roster/import", data={"workbook": (io.BytesIO(rows), f"{SCRIPT}.csv")})
    page = county.get(sent.headers["Location"])
    assert page.status_code == 200
    assert SCRIPT not in page.text
    assert "N1<b>" not in page.text


def test_a_session_ends_by_the_clock_of_the_server(client: FlaskClient, app: Flask, world: World) -> None:
    sign_in(client, app, world.teacher)
    assert client.get("/today").status_code == 200
    with client.session_transaction() as kept:
        kept["seen_at"] = (NOW - timedelta(hours=3)).isoformat()
    assert client.get("/today").headers["Location"].startswith("/sign-in")
