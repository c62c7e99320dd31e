"""Bringing people in from a workbook: what is read, what is refused, what is done and how it is taken back."""

import io
from datetime import UTC, date, datetime, timedelta

import openpyxl
import pytest
import xlwt
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.formats.rows import CellChange, RowOutcome
from core import audit
from core.access import Actor, Credential, Grant, Role, give_role
from core.audit import AuditEntry, ImportBatch
from core.errors import Conflict, Invalid, NotFound
from core.people import CareerStage, Person, Post, Subject, find_open_post, workplace
from learning.roster.importing import import_people
from learning.roster.passwords import awaiting_password, issue_passwords
from learning.roster.planning import dry_run
from learning.roster.undoing import batches_of, get_batch, undo_import
from learning.roster.workbooks import password_list, template
from tests.conftest import World

HEAD = "工号,姓名,邮箱,学校代码,阶段,学段,学科,兼教学科,任教开始日期,角色"
LATER = timedelta(days=30)


def book(*rows: str, head: str = HEAD) -> bytes:
    return "\n".join((head, *rows)).encode("utf-8-sig")


@pytest.fixture
def admin(session: Session, world: World) -> Actor:
    return world.actor(session, world.administrator)


@pytest.fixture
def school_admin(session: Session, world: World) -> Actor:
    return world.actor(session, world.school_administrator)


NEW = "N100,曾小红,zxh@example.cn,S1,骨干教师,小学,语文,道德与法治、劳动,2012-09-01,教师、导师"


def by_staff_no(session: Session, staff_no: str) -> Person:
    return session.scalars(select(Person).where(Person.staff_no == staff_no)).one()


def test_a_new_person_gets_record_post_and_roles(session: Session, world: World, admin: Actor, now: datetime) -> None:
    plan, batch = import_people(session, book(NEW), "people.csv", by=admin, now=now)
    person = by_staff_no(session, "N100")
    assert plan.diff.n_new == 1
    assert batch is not None
    assert (person.name, person.email, person.stage) == ("曾小红", "zxh@example.cn", CareerStage.BACKBONE)
    assert person.name_sort.startswith("zeng xiao hong")
    assert person.other_subjects == [Subject.MORALITY_LAW, Subject.LABOUR]
    assert person.teaching_since == date(2012, 9, 1)
    post = find_open_post(session, person.id)
    assert post is not None
    assert post.organisation_id == world.school.id
    assert post.started_on == date(2026, 11, 16)
    held = session.scalars(select(Grant.role).where(Grant.person_id == person.id)).all()
    assert set(held) == {Role.TEACHER, Role.MENTOR}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_text_files_are_read_in_every_encoding_spreadsheets_write(
    session: Session, admin: Actor, now: datetime, encoding: str
) -> None:
    plan = dry_run(session, f"{HEAD}\n{NEW}\n".encode(encoding), "人员.csv", by=admin, now=now)
    assert [row.outcome for row in plan.diff.rows] == [RowOutcome.NEW]
    assert plan.diff.rows[0].title == "曾小红"


def test_a_workbook_edited_in_excel_is_read_with_its_dates(session: Session, admin: Actor, now: datetime) -> None:
    file = io.BytesIO()
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.append(["某县教师名册"])
    sheet.append(["教师姓名", "职工号", "单位代码", "参加工作日期"])
    sheet.append(["曾小红", "0071", "S1", datetime(2012, 9, 1)])
    workbook.save(file)
    import_people(session, file.getvalue(), "名册.xlsx", by=admin, now=now)
    assert by_staff_no(session, "0071").teaching_since == date(2012, 9, 1)


def test_an_old_xls_workbook_is_read(session: Session, admin: Actor, now: datetime) -> None:
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("人员")
    for at, (head, cell) in enumerate({"工号": "N7", "姓名": "单一鸣", "学校代码": "S1"}.items()):
        sheet.write(0, at, head)
        sheet.write(1, at, cell)
    file = io.BytesIO()
    workbook.save(file)
    import_people(session, file.getvalue(), "old.xls", by=admin, now=now)
    assert by_staff_no(session, "N7").name_sort.startswith("shan yi ming")


def test_the_template_holds_text_columns_and_is_read_back(
    session: Session, world: World, admin: Actor, now: datetime
) -> None:
    made = openpyxl.load_workbook(io.BytesIO(template([world.school, world.other_school])))
    sheet = made.worksheets[0]
    assert [cell.value for cell in sheet[1]] == HEAD.split(",")
    assert sheet.column_dimensions["A"].width > 10
    assert "合格教师" in {cell.value for row in made.worksheets[1] for cell in row}
    assert "S1  青屏县第一小学" in {cell.value for row in made.worksheets[1] for cell in row}
    for at, cell in enumerate(NEW.split(","), start=1):
        sheet.cell(2, at, cell)
    file = io.BytesIO()
    made.save(file)
    assert dry_run(session, file.getvalue(), "t.xlsx", by=admin, now=now).diff.n_new == 1


def test_running_the_same_workbook_again_changes_nothing(session: Session, admin: Actor, now: datetime) -> None:
    import_people(session, book(NEW), "people.csv", by=admin, now=now)
    before = session.scalar(select(func.count()).select_from(AuditEntry))
    plan, batch = import_people(session, book(NEW), "people.csv", by=admin, now=now + LATER)
    assert batch is None
    assert plan.diff.n_unchanged == 1
    assert session.scalar(select(func.count()).select_from(AuditEntry)) == before


def test_a_change_shows_what_stood_before_and_a_silent_cell_changes_nothing(
    session: Session, world: World, admin: Actor, now: datetime
) -> None:
    plan = dry_run(session, book("T001,林一,,,骨干教师,,,,,"), "c.csv", by=admin, now=now)
    assert plan.diff.rows[0].changes == (CellChange("阶段", "合格教师", "骨干教师"),)
    import_people(session, book("T001,林一,,,骨干教师,,,,,"), "c.csv", by=admin, now=now)
    assert world.teacher.stage is CareerStage.BACKBONE
    assert world.teacher.email == "t001@example.invalid"


def test_a_new_school_code_moves_the_person_and_keeps_the_old_post(
    session: Session, world: World, admin: Actor, now: datetime
) -> None:
    give_role(session, world.teacher.id, Role.AUDITOR, world.school, by=None, now=now - LATER)
    import_people(session, book("T001,林一,,S2,,,,,,"), "move.csv", by=admin, now=now)
    place = workplace(session, world.teacher.id)
    assert place is not None
    assert place.code == "S2"
    posts = session.scalars(select(Post).where(Post.person_id == world.teacher.id).order_by(Post.id)).all()
    assert [(post.started_on, post.ended_on) for post in posts] == [
        (date(2021, 9, 1), date(2026, 11, 15)),
        (date(2026, 11, 16), None),
    ]
    held = session.execute(
        select(Grant.role, Grant.organisation_id).where(Grant.person_id == world.teacher.id, Grant.revoked_at.is_(None))
    ).all()
    # A teacher stays a teacher; what they did for the old school ends with the post.
    assert [tuple(row) for row in held] == [(Role.TEACHER, world.other_school.id)]


def test_a_wrong_school_is_put_right_on_the_same_day(session: Session, admin: Actor, now: datetime) -> None:
    import_people(session, book(NEW), "a.csv", by=admin, now=now)
    import_people(session, book(NEW.replace("S1", "S2")), "b.csv", by=admin, now=now + timedelta(hours=1))
    person = by_staff_no(session, "N100")
    posts = session.scalars(select(Post).where(Post.person_id == person.id)).all()
    place = workplace(session, person.id)
    assert len(posts) == 1
    assert place is not None
    assert place.code == "S2"


REFUSED = [
    ("N1,林三,,S9,,,,,,", "学校代码", "roster_school_unknown"),
    ("N1,林三,,S3,,,,,,", "学校代码", "roster_school_unknown"),  # outside the county looks like nowhere
    ("N1,林三,,,,,,,,", "学校代码", "roster_cell_empty"),
    (",林三,,S1,,,,,,", "工号", "roster_cell_empty"),
    ("N1,,,S1,,,,,,", "姓名", "roster_cell_empty"),
    ("N1,林3,,S1,,,,,,", "姓名", "roster_name_form"),
    ("N 1,林三,,S1,,,,,,", "工号", "roster_staff_no_form"),
    ("6.22E+17,林三,,S1,,,,,,", "工号", "roster_digits_lost"),
    ("N1,林三,nobody,S1,,,,,,", "邮箱", "roster_email_form"),
    ("N1,林三,T001@example.invalid,S1,,,,,,", "邮箱", "roster_email_taken"),
    ("N1,林三,,S1,大师,,,,,", "阶段", "roster_word_unknown"),
    ("N1,林三,,S1,,大学,,,,", "学段", "roster_word_unknown"),
    ("N1,林三,,S1,,,书法,,,", "学科", "roster_word_unknown"),
    ("N1,林三,,S1,,,,语文、书法,,", "兼教学科", "roster_word_unknown"),
    ("N1,林三,,S1,,,,,2026-13-01,", "任教开始日期", "roster_date_form"),
    ("N1,林三,,S1,,,,,2027-01-01,", "任教开始日期", "roster_date_future"),
    ("N1,林三,,S1,,,,,,校长", "角色", "roster_word_unknown"),
    ("T003,苏九,,S1,,,,,,", "工号", "roster_person_elsewhere"),
]


@pytest.mark.parametrize(("row", "column", "code"), REFUSED)
def test_a_cell_that_cannot_be_taken_is_named_by_row_and_column(
    session: Session, admin: Actor, now: datetime, row: str, column: str, code: str
) -> None:
    diff = dry_run(session, book(NEW, row), "people.csv", by=admin, now=now).diff
    assert [(r.row, r.column, r.code) for r in diff.refusals] == [(3, column, code)]


@pytest.mark.parametrize("written", ["2019/9/1", "2019.9.1", "2019年9月1日", "20190901", "2019-09", "2019年9月"])
def test_a_date_is_read_as_people_write_it(session: Session, admin: Actor, now: datetime, written: str) -> None:
    plan = dry_run(session, book(f"N1,林三,,S1,,,,,{written},"), "p.csv", by=admin, now=now)
    assert plan.rows[0].draft.teaching_since == date(2019, 9, 1)


def test_the_same_staff_number_twice_is_refused_the_second_time(session: Session, admin: Actor, now: datetime) -> None:
    diff = dry_run(session, book(NEW, "n100,林三,,S1,,,,,,"), "p.csv", by=admin, now=now).diff
    assert [(r.row, r.code, r.figures) for r in diff.refusals] == [(3, "roster_repeated", {"earlier": 2})]


def test_a_staff_number_that_lost_its_zeros_does_not_become_a_second_person(
    session: Session, admin: Actor, now: datetime
) -> None:
    import_people(session, book("0071,林三,,S1,,,,,,"), "a.csv", by=admin, now=now)
    diff = dry_run(session, book("71,林三,,S1,,,,,,"), "b.csv", by=admin, now=now).diff
    assert [r.code for r in diff.refusals] == ["roster_zeros_lost"]


def test_a_workbook_without_a_required_column_says_which(session: Session, admin: Actor, now: datetime) -> None:
    diff = dry_run(session, book("N1,林三", head="工号,姓名"), "p.csv", by=admin, now=now).diff
    assert [(r.column, r.code) for r in diff.refusals] == [("学校代码", "roster_column_missing")]


def test_one_refused_row_keeps_the_whole_workbook_out(session: Session, admin: Actor, now: datetime) -> None:
    with pytest.raises(Invalid, match="people_import_refused"):
        import_people(session, book(NEW, "N1,林三,,S9,,,,,,"), "p.csv", by=admin, now=now)
    assert session.scalar(select(Person).where(Person.staff_no == "N100")) is None


def test_what_was_seen_is_what_is_done(session: Session, world: World, admin: Actor, now: datetime) -> None:
    rows = book("T001,林一,,,骨干教师,,,,,")
    seen = dry_run(session, rows, "c.csv", by=admin, now=now).fingerprint
    world.teacher.stage = CareerStage.EXPERT
    session.flush()
    with pytest.raises(Conflict, match="people_import_world_moved"):
        import_people(session, rows, "c.csv", by=admin, now=now, seen=seen)


def test_a_school_administrator_cannot_touch_somebody_who_holds_a_wider_role(
    session: Session, world: World, school_admin: Actor, now: datetime
) -> None:
    give_role(session, world.teacher.id, Role.ADMINISTRATOR, world.county, by=None, now=now)
    diff = dry_run(session, book("T001,林一,mine@example.cn,S1,,,,,,"), "p.csv", by=school_admin, now=now).diff
    assert [r.code for r in diff.refusals] == ["roster_wider_role"]


def test_the_command_line_reaches_everywhere(session: Session, world: World, now: datetime) -> None:
    _plan, batch = import_people(session, book("N1,林三,,S3,,,,,,"), "p.csv", by=None, now=now)
    assert batch is not None
    assert get_batch(session, None, batch.id) is batch


def test_undo_makes_everything_as_it_was(session: Session, world: World, admin: Actor, now: datetime) -> None:
    rows = book(NEW, "T001,林小一,,S2,专家型教师,,,,,教师、导师")
    _plan, batch = import_people(session, rows, "p.csv", by=admin, now=now)
    assert batch is not None
    issue_passwords(session, batch, by=admin, hash_of=lambda word: "hash", now=now)
    undo_import(session, batch, by=admin, now=now + timedelta(minutes=5))
    session.expire_all()
    assert session.scalar(select(Person).where(Person.staff_no == "N100")) is None
    assert session.scalar(select(func.count()).select_from(Credential)) == 0
    assert (world.teacher.name, world.teacher.stage) == ("林一", CareerStage.QUALIFIED)
    place, post = workplace(session, world.teacher.id), find_open_post(session, world.teacher.id)
    assert place is not None
    assert place.code == "S1"
    assert post is not None
    assert post.started_on == date(2021, 9, 1)
    held = session.execute(
        select(Grant.role, Grant.organisation_id).where(Grant.person_id == world.teacher.id, Grant.revoked_at.is_(None))
    ).all()
    assert [tuple(row) for row in held] == [(Role.TEACHER, world.school.id)]
    again, second = import_people(session, rows, "p.csv", by=admin, now=now + timedelta(minutes=9))
    assert second is not None
    assert (again.diff.n_new, again.diff.n_changed) == (1, 1)


def test_only_the_last_import_can_be_taken_back_and_once(session: Session, admin: Actor, now: datetime) -> None:
    _plan, first = import_people(session, book(NEW), "a.csv", by=admin, now=now)
    _plan, second = import_people(session, book("N2,林四,,S1,,,,,,"), "b.csv", by=admin, now=now)
    assert first is not None
    assert second is not None
    with pytest.raises(Conflict, match="people_batch_not_last"):
        undo_import(session, first, by=admin, now=now)
    undo_import(session, second, by=admin, now=now)
    with pytest.raises(Conflict, match="people_batch_undone_already"):
        undo_import(session, second, by=admin, now=now)
    undo_import(session, first, by=admin, now=now)


def test_people_who_have_used_the_account_are_not_removed(session: Session, admin: Actor, now: datetime) -> None:
    _plan, batch = import_people(session, book(NEW), "a.csv", by=admin, now=now)
    assert batch is not None
    person = by_staff_no(session, "N100")
    own = Actor(person.id, person.name, ())
    audit.record(session, "password.choose", actor=own, subject_kind="person", subject_id=person.id, now=now)
    with pytest.raises(Conflict, match="people_batch_has_records") as refused:
        undo_import(session, batch, by=admin, now=now)
    assert refused.value.figures["name"] == "曾小红"


def test_a_person_changed_again_since_is_not_restored_over(
    session: Session, world: World, admin: Actor, now: datetime
) -> None:
    _plan, batch = import_people(session, book("T001,林一,,,骨干教师,,,,,"), "a.csv", by=admin, now=now)
    assert batch is not None
    world.teacher.stage = CareerStage.EXPERT
    session.flush()
    with pytest.raises(Conflict, match="people_batch_changed_since"):
        undo_import(session, batch, by=admin, now=now)


def test_a_batch_of_one_county_does_not_exist_for_another(
    session: Session, world: World, admin: Actor, now: datetime
) -> None:
    _plan, batch = import_people(session, book(NEW), "a.csv", by=admin, now=now)
    assert batch is not None
    foreign = world.actor(session, world.foreign_administrator)
    with pytest.raises(NotFound):
        get_batch(session, foreign, batch.id, Role.ADMINISTRATOR)
    assert list(batches_of(session, foreign)) == []
    assert list(batches_of(session, world.actor(session, world.auditor))) == [batch]


def test_the_import_and_every_role_beyond_teacher_are_on_record(session: Session, admin: Actor, now: datetime) -> None:
    import_people(session, book(NEW), "a.csv", by=admin, now=now)
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(entry.action, entry.detail.get("role")) for entry in entries] == [
        ("people.import", None),
        ("role.give", "mentor"),
    ]


def test_first_passwords_are_for_those_who_never_signed_in(session: Session, admin: Actor, now: datetime) -> None:
    _plan, batch = import_people(session, book(NEW, "N2,阿力,,S1,,,,,,"), "a.csv", by=admin, now=now)
    assert batch is not None
    issued = issue_passwords(session, batch, by=admin, hash_of=lambda word: "hash of " + word, now=now)
    assert [person.name for person, _password in issued] == ["阿力", "曾小红"]
    passwords = [password for _person, password in issued]
    assert len(set(passwords)) == 2
    assert all(len(password) == 14 for password in passwords)
    credential = session.get_one(Credential, issued[1][0].id)
    assert credential.must_change
    assert credential.password_hash == "hash of " + passwords[1]
    credential.must_change = False
    session.flush()
    assert [person.name for person in awaiting_password(session, batch)] == ["阿力"]
    listed = openpyxl.load_workbook(
        io.BytesIO(password_list([(issued[0][0], "小学", passwords[0])], address="http://x/sign-in"))
    )
    assert [cell.value for cell in listed.worksheets[0][2]][1:4] == ["阿力", "N2", passwords[0]]


def test_fifteen_hundred_people_come_in_within_seconds(session: Session, admin: Actor, now: datetime) -> None:
    rows = [f"P{n:05d},赵{'甲乙丙丁戊'[n % 5]},,S{n % 2 + 1},合格教师,小学,数学,,2015-09-01," for n in range(1500)]
    started = datetime.now(UTC)
    _plan, batch = import_people(session, book(*rows), "all.csv", by=admin, now=now)
    assert batch is not None
    assert batch.n_new == 1500
    assert (datetime.now(UTC) - started).total_seconds() < 20
    assert session.get(ImportBatch, batch.id) is not None
