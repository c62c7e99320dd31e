"""The pages of study as a teacher, a trainer and a school meet them."""

import io
import re
from html.parser import HTMLParser

import pytest
from sqlalchemy import func, select

from assessment.models import Sitting
from content.terms import ModuleKind
from core.audit import AuditEntry
from learning.study.attendance import rotating_code
from learning.study.measure import measured
from learning.study.media import film_name
from learning.study.models import (
    Attendance,
    Declaration,
    Enrolment,
    Meeting,
    ModuleResult,
    QuizAttempt,
    StudyInterval,
    Submission,
)
from learning.study.modules import judge_submission
from learning.terms import EnrolmentState, SubmissionState
from tests.conftest import NOW
from tests.webapp.learn.conftest import Site

JSON = {"Accept": "application/json"}
WORK = "我在三年级两个班各上了一节，记录了六名学生的回答，附上前后两次的变化和我的反思。"
PDF = b"%PDF-1.7 minutes of the meeting"


class Reader(HTMLParser):
    """Keeps Chinese words that do not stand inside an element marked as Chinese."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.strays: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag not in ("meta", "link", "input", "img", "br", "source", "track", "rect", "use"):
            inside = bool(self.open) and self.open[-1][1]
            self.open.append((tag, inside or dict(attrs).get("lang", "").startswith("zh") or tag == "summary"))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if re.search(r"[\u4e00-\u9fff]", data) and not self.open[-1][1] and self.open[-1][0] != "title":
            self.strays.append(data)


def _text(answer) -> str:
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("kind", list(ModuleKind))
def test_every_kind_of_module_has_its_page_in_both_languages(site: Site, kind: ModuleKind) -> None:
    client = site.client(site.world.teacher)
    assert client.get(site.url(kind)).status_code == 200
    client.set_cookie("locale", "en")
    reader = Reader()
    reader.feed(_text(client.get(site.url(kind))))
    assert reader.strays == []


def test_the_start_page_puts_the_diagnostic_first_and_shows_what_is_under_way(site: Site) -> None:
    page = _text(site.client(site.world.teacher).get("/today"))
    assert page.count("btn btn-primary") == 1
    assert "开始诊断" in page
    assert "倾听与反馈" in page
    assert "72 学时" in page


def test_people_who_do_not_teach_are_led_to_their_own_work(site: Site) -> None:
    for person, home in (
        (site.world.administrator, "/admin"),
        (site.world.editor, "/author"),
        (site.world.auditor, "/admin"),
    ):
        assert site.client(person).get("/today").headers["Location"] == home


def test_a_page_that_is_only_read_writes_nothing(site: Site) -> None:
    client = site.client(site.world.teacher)
    for url in ("/today", "/study", f"/study/{site.online}", site.url(ModuleKind.READING), "/check-in"):
        assert client.get(url).status_code == 200
    with site.database.session(is_read_only=True) as session:
        assert session.scalar(select(func.count()).select_from(Sitting)) == 0


def test_somebody_elses_course_is_not_there(site: Site) -> None:
    client = site.client(site.world.colleague)
    for url in (f"/study/{site.online}", site.url(ModuleKind.READING)):
        assert client.get(url).status_code == 404
    for act in ("/open", "/finish", "/quiz", "/task", "/declare"):
        assert client.post(site.url(ModuleKind.READING, act)).status_code == 404
    assert client.post(f"/study/{site.online}/withdraw").status_code == 404


def test_a_reading_is_measured_finished_and_leads_on(site: Site) -> None:
    client = site.client(site.world.teacher)
    url = site.url(ModuleKind.READING)
    refused = client.post(url + "/finish")
    assert refused.status_code == 409
    assert "请再读约 3 分钟" in _text(refused)
    beat = client.post(url + "/open", data={"device": "d"}, headers=JSON).get_json()
    for _turn in range(13):
        site.later(15)
        fields = {"seq": beat["seq"], "signature": beat["signature"], "claimed_ms": 15000}
        session_id = beat.get("session", locals().get("session_id"))
        beat = client.post(f"/study/beats/{session_id}", data=fields, headers=JSON).get_json() | {"session": session_id}
    assert beat["is_live"]
    assert beat["counted"] >= 195
    done = client.post(url + "/finish", follow_redirects=True)
    assert "已完成，计入 3 分钟" in _text(done)
    assert "下一步" in _text(done)


def test_a_beat_that_is_not_signed_is_refused_with_a_code(site: Site) -> None:
    client = site.client(site.world.teacher)
    opened = client.post(site.url(ModuleKind.READING, "/open"), headers=JSON).get_json()
    answer = client.post(
        f"/study/beats/{opened['session']}", data={"seq": 1, "signature": "x", "claimed_ms": 5000}, headers=JSON
    )
    assert (answer.status_code, answer.get_json()["code"]) == (422, "beat_not_signed")
    assert client.post(f"/study/beats/{opened['session']}", data={}, headers=JSON).status_code == 422


def test_leaving_the_page_sends_the_last_seconds_and_stops_the_clock(site: Site) -> None:
    client = site.client(site.world.teacher)
    opened = client.post(site.url(ModuleKind.READING, "/open"), headers=JSON).get_json()
    site.later(8)
    fields = {"seq": 1, "signature": opened["signature"], "claimed_ms": 8000, "is_last": "1"}
    assert client.post(f"/study/beats/{opened['session']}", data=fields, headers=JSON).get_json()["counted"] == 8
    site.later(8)
    again = client.post(f"/study/beats/{opened['session']}", data=fields | {"seq": 1}, headers=JSON).get_json()
    assert (again["is_live"], again["counted"]) == (False, 8)


def test_the_second_device_is_told_that_the_first_was_stopped(site: Site) -> None:
    client = site.client(site.world.teacher)
    client.post(site.url(ModuleKind.READING, "/open"), data={"device": "a"}, headers=JSON)
    second = client.post(site.url(ModuleKind.QUIZ, "/open"), data={"device": "b"}, headers=JSON).get_json()
    assert second["ended_elsewhere"]


def test_keys_and_reasons_of_a_quiz_are_not_in_the_page_before_an_attempt(site: Site) -> None:
    client = site.client(site.world.teacher)
    url = site.url(ModuleKind.QUIZ)
    before = _text(client.get(url))
    assert "乙最合适" not in before
    assert "正确答案" not in before
    wrong = client.post(
        url + "/quiz", data={f"question-{n}": 0 for n in range(5)} | {"client_token": "a"}, follow_redirects=True
    )
    assert "乙最合适" in _text(wrong)
    assert "再试一次" in _text(wrong)
    right = client.post(
        url + "/quiz", data={f"question-{n}": 1 for n in range(5)} | {"client_token": "b"}, follow_redirects=True
    )
    assert "测验通过，得 100 分" in _text(right)
    with site.database.session(is_read_only=True) as session:
        assert session.scalar(select(func.count()).select_from(QuizAttempt)) == 2


def test_a_quiz_with_a_hole_comes_back_with_what_was_chosen(site: Site) -> None:
    client = site.client(site.world.teacher)
    answer = client.post(site.url(ModuleKind.QUIZ, "/quiz"), data={"question-0": 2, "client_token": "a"})
    assert answer.status_code == 422
    assert "请答完全部 5 道题" in _text(answer)
    assert _text(answer).count("checked") == 1


def test_a_task_too_short_comes_back_with_its_words_and_a_good_one_is_sent_once(site: Site) -> None:
    client = site.client(site.world.teacher)
    url = site.url(ModuleKind.TASK)
    short = client.post(url + "/task", data={"body": "只写了这些。", "client_token": "a"})
    assert short.status_code == 422
    assert "只写了这些。" in _text(short)
    for _click in range(2):
        assert client.post(url + "/task", data={"body": WORK, "client_token": "b"}).status_code == 302
    assert "导师正在评阅" in _text(client.get(url))
    with site.database.session(is_read_only=True) as session:
        assert session.scalar(select(func.count()).select_from(Submission)) == 1


def test_returned_work_stands_first_on_the_start_page_once_the_diagnostic_is_done(site: Site) -> None:
    client = site.client(site.world.teacher)
    client.post(site.url(ModuleKind.TASK, "/task"), data={"body": WORK, "client_token": "b"})
    with site.database.unit_of_work() as session:
        piece = session.scalars(select(Submission)).one()
        judge_submission(
            session, piece.id, reviewer=site.world.actor(session, site.world.mentor), now=NOW, comment="请补原话。",
            state=SubmissionState.RETURNED, ratings=[0, 0],
        )  # fmt: skip
    assert "请补原话。" in _text(client.get(site.url(ModuleKind.TASK)))


def test_a_declaration_with_evidence_goes_to_the_school_and_counts(site: Site) -> None:
    client = site.client(site.world.teacher)
    url = site.url(ModuleKind.SCHOOL_ACTIVITY)
    form = {"done_on": "2026-11-16", "minutes": "90", "account": WORK, "client_token": "d"}
    refused = client.post(url + "/declare", data=form)
    assert refused.status_code == 422
    assert "请至少上传一份佐证材料" in _text(refused)
    sent = client.post(url + "/declare", data=form | {"files": (io.BytesIO(PDF), "磨课.pdf")}, follow_redirects=True)
    assert "已申报" in _text(sent)
    with site.database.session(is_read_only=True) as session:
        row = session.scalars(select(Declaration)).one()
    evidence = f"/study/evidence/{row.id}/{row.evidence[0]['sha256']}"
    school = site.client(site.world.school_administrator)
    assert "林一" in _text(school.get("/study/verify"))
    got = school.get(evidence, buffered=True)
    assert (got.data, got.headers["Content-Disposition"].split(";")[0]) == (PDF, "attachment")
    assert site.client(site.world.colleague).get(evidence).status_code == 404
    assert site.client(site.world.foreign_administrator).post(f"/study/verify/{row.id}").status_code == 404
    assert school.post(f"/study/verify/{row.id}", data={"state": "returned"}).status_code == 422
    assert school.post(f"/study/verify/{row.id}", data={"state": "verified"}).status_code == 302
    with site.database.session(is_read_only=True) as session:
        assert session.get_one(Enrolment, site.activity).state is EnrolmentState.COMPLETED


def test_the_queue_is_read_by_auditors_and_judged_by_administrators_only(site: Site) -> None:
    auditor = site.client(site.world.auditor)
    assert auditor.get("/study/verify").status_code == 200
    assert auditor.post("/study/verify/1", data={"state": "verified"}).status_code == 403
    assert site.client(site.world.teacher).get("/study/verify").status_code == 403


def test_a_teacher_checks_in_with_the_code_on_the_wall_and_the_trainer_closes_the_roll(site: Site) -> None:
    site.later(24 * 3600)
    trainer, teacher = site.client(site.world.editor), site.client(site.world.teacher)
    wall = _text(trainer.get(f"/study/meetings/{site.meeting_ids[0]}/code?part=1"))
    shown = re.search(r'code-digits">(\d{3}) (\d{3})', wall)
    assert shown
    assert "<svg" in wall
    assert "您的集中学习可以签到了" in _text(teacher.get("/today"))
    wrong = teacher.post("/check-in", data={"code": "000 000"}, follow_redirects=True)
    assert "签到码与您当前的集中学习不符" in _text(wrong)
    assert teacher.post("/check-in", data={"code": " ".join(shown.groups())}).headers["Location"] == "/today"
    with site.database.session(is_read_only=True) as session:
        assert session.scalar(select(func.count()).select_from(Attendance)) == 1
        assert session.scalar(select(func.count()).where(AuditEntry.action == "attendance.wrong_code")) == 1
    site.later(3 * 3600)
    trainer = site.client(site.world.editor)
    roll = f"/study/meetings/{site.meeting_ids[0]}/roll"
    assert "林一" in _text(trainer.get(roll))
    trainer.post(roll, data={f"person-{site.world.teacher.id}": "present"})
    with site.database.session(is_read_only=True) as session:
        assert session.scalars(select(ModuleResult.counted_seconds)).all() == [10800]
    taken_back = trainer.post(roll, data={f"person-{site.world.teacher.id}": "absent"})
    assert taken_back.status_code == 409


def test_the_qr_code_leads_to_checking_in_with_its_word(site: Site) -> None:
    site.later(24 * 3600)
    teacher = site.client(site.world.teacher)
    with site.database.session(is_read_only=True) as session:
        meeting = session.get_one(Meeting, site.meeting_ids[0])
        word = rotating_code(meeting, now=site.app.extensions["shicheng_clock"].now()).token
    page = _text(teacher.get(f"/check-in?w={word}"))
    assert f'value="{word}"' in page
    assert teacher.post("/check-in", data={"code": word}).headers["Location"] == "/today"


def test_the_pages_of_a_session_are_its_trainers_alone(site: Site) -> None:
    for person in (site.world.teacher, site.world.school_administrator, site.world.foreign_administrator):
        client = site.client(person)
        for page in ("code", "roll"):
            assert client.get(f"/study/meetings/{site.meeting_ids[0]}/{page}").status_code == 404
        assert client.post(f"/study/meetings/{site.meeting_ids[0]}/roll").status_code == 404


def test_enrolling_leads_through_a_page_that_says_what_is_ahead(site: Site) -> None:
    client = site.client(site.world.colleague)
    assert "开始学习" in _text(client.get("/study/enrol/KC-1"))
    begun = client.post("/study/enrol/KC-1")
    assert begun.status_code == 302
    assert client.post("/study/enrol/KC-1").headers["Location"] == begun.headers["Location"]
    assert client.get("/study/enrol/KC-1").headers["Location"] == begun.headers["Location"]
    assert "剩余名额 1" in _text(client.get("/study/enrol/KC-2"))
    assert client.post("/study/enrol/KC-2").status_code == 422
    assert client.get("/study/enrol/KC-404").status_code == 404


def test_leaving_a_course_says_what_stays_and_coming_back_goes_on(site: Site) -> None:
    client = site.client(site.world.teacher)
    assert "会为您保留" in _text(client.get(f"/study/{site.online}"))
    assert client.post(f"/study/{site.online}/withdraw").status_code == 302
    assert "重新学习" in _text(client.get(f"/study/{site.online}"))
    assert client.get(site.url(ModuleKind.READING)).status_code == 200
    assert client.post(site.url(ModuleKind.READING, "/open"), headers=JSON).status_code == 409


def test_a_film_is_served_in_parts_to_those_enrolled_only(site: Site) -> None:
    media_dir = site.app.extensions["shicheng_settings"].media_dir
    media_dir.mkdir(parents=True)
    with site.database.session(is_read_only=True) as session:
        name = film_name(session.merge(site.courses.part(ModuleKind.VIDEO), load=False))
    url = f"/study/media/{site.module(ModuleKind.VIDEO)}"
    client = site.client(site.world.teacher)
    assert client.get(url + ".mp4").status_code == 404
    (media_dir / f"{name}.mp4").write_bytes(bytes(range(100)))
    (media_dir / f"{name}.vtt").write_text("WEBVTT\n")
    part = client.get(url + ".mp4", headers={"Range": "bytes=10-19"}, buffered=True)
    assert (part.status_code, part.data) == (206, bytes(range(10, 20)))
    assert client.get(url + ".vtt", buffered=True).mimetype == "text/vtt"
    assert site.client(site.world.colleague).get(url + ".mp4").status_code == 404


def test_a_film_beat_carries_what_was_played(site: Site) -> None:
    client = site.client(site.world.teacher)
    opened = client.post(site.url(ModuleKind.VIDEO, "/open"), headers=JSON).get_json()
    site.later(10)
    fields = {"seq": 1, "signature": opened["signature"], "claimed_ms": 10000, "from_ms": 0, "to_ms": 10000}
    told = client.post(f"/study/beats/{opened['session']}", data=fields, headers=JSON).get_json()
    assert told["played"] == [[0, 10000]]
    with site.database.session(is_read_only=True) as session:
        film = session.merge(site.courses.part(ModuleKind.VIDEO), load=False)
        assert measured(session, site.online, film).counted_seconds == 10
        assert session.scalar(select(func.count()).select_from(StudyInterval)) == 1
