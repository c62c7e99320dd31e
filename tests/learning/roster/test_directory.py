"""Finding people and places: only inside one's own subtree, by name, pinyin or staff number."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from core import audit
from core.access import Role
from core.errors import Invalid, NotFound
from core.people import CareerStage, OrganisationLevel, mask_email, mask_staff_no
from learning.roster.audit_log import AuditQuery, actions_within, find_entries
from learning.roster.directory import PeopleQuery, children_of, find_people, place_names, tops_of
from learning.roster.duties import found_place
from learning.roster.names import name_sort
from tests.conftest import World, make_person


def names(session: Session, world: World, person_name: str, query: PeopleQuery) -> list[str]:
    actor = world.actor(session, getattr(world, person_name))
    return [person.name for person, _place in find_people(session, actor, query).rows]


def test_an_administrator_sees_their_own_subtree_and_nobody_else(session: Session, world: World) -> None:
    assert set(names(session, world, "administrator", PeopleQuery())) == {
        "林一", "周二", "沈三", "陶四", "顾五", "许六", "方七",
    }  # fmt: skip
    assert set(names(session, world, "school_administrator", PeopleQuery())) == {"林一", "沈三", "许六"}
    assert set(names(session, world, "foreign_administrator", PeopleQuery())) == {"叶八", "苏九"}
    assert names(session, world, "teacher", PeopleQuery()) == []


def test_asking_for_a_foreign_place_finds_nobody(session: Session, world: World) -> None:
    query = PeopleQuery(organisation_id=world.foreign_county.id)
    assert names(session, world, "administrator", query) == []


@pytest.mark.parametrize("words", ["曾小", "zengxiao", "zeng xiao h", "zxh", "N10", "ｎ100"])
def test_a_person_is_found_however_one_remembers_them(session: Session, world: World, words: str) -> None:
    person = make_person(session, "N100", "曾小红", world.school, Role.TEACHER)
    person.name_sort = name_sort(person.name)
    session.flush()
    assert names(session, world, "administrator", PeopleQuery(words=words)) == ["曾小红"]


def test_a_percent_sign_is_looked_for_and_matches_nothing_else(session: Session, world: World) -> None:
    assert names(session, world, "administrator", PeopleQuery(words="%")) == []


def test_filters_narrow_by_place_stage_and_role(session: Session, world: World) -> None:
    world.teacher.stage = CareerStage.EXPERT
    session.flush()
    assert names(session, world, "administrator", PeopleQuery(stage=CareerStage.EXPERT)) == ["林一"]
    assert names(session, world, "administrator", PeopleQuery(organisation_id=world.other_school.id)) == ["周二"]
    assert names(session, world, "administrator", PeopleQuery(role=Role.MENTOR)) == ["沈三"]


def test_closed_accounts_are_listed_apart(session: Session, world: World) -> None:
    world.colleague.is_active = False
    session.flush()
    assert "周二" not in names(session, world, "administrator", PeopleQuery())
    assert names(session, world, "administrator", PeopleQuery(only_inactive=True)) == ["周二"]


def test_a_list_goes_on_over_pages(session: Session, world: World) -> None:
    for number in range(31):
        make_person(session, f"P{number:03d}", "钱多", world.other_school)
    actor = world.actor(session, world.administrator)
    last = find_people(session, actor, PeopleQuery(words="钱多", page=9))
    assert (last.n_found, last.n_pages, last.page, len(last.rows)) == (31, 2, 2, 1)


def test_people_sort_by_the_pinyin_of_their_surname(session: Session, world: World) -> None:
    for number, name in enumerate(["曾一", "安一", "仇一", "单一", "张一"]):
        make_person(session, f"Q{number}", name, world.other_school).name_sort = name_sort(name)
    session.flush()
    assert names(session, world, "administrator", PeopleQuery(words="一"))[:5] != []
    found = names(session, world, "administrator", PeopleQuery(words="Q"))
    assert found == ["安一", "仇一", "单一", "曾一", "张一"]  # an qiu shan zeng zhang


def test_the_tree_counts_people_and_places_below(session: Session, world: World) -> None:
    rows = {row.place.code: row for row in children_of(session, world.city)}
    assert (rows["X1"].n_people, rows["X1"].n_places) == (7, 2)
    assert (rows["X2"].n_people, rows["X2"].n_places) == (2, 1)
    assert [top.code for top in tops_of(session, world.actor(session, world.administrator))] == ["X1"]


def test_where_many_people_work_is_asked_at_once(session: Session, world: World) -> None:
    assert place_names(session, [world.teacher.id, world.foreign_teacher.id]) == {
        world.teacher.id: "青屏县第一小学", world.foreign_teacher.id: "白鹭县实验小学",
    }  # fmt: skip


def test_a_place_is_added_below_ones_own_and_nowhere_else(session: Session, world: World, now: datetime) -> None:
    actor = world.actor(session, world.administrator)
    place = found_place(
        session, world.county, code="S8", name="青屏县新学校", level=OrganisationLevel.SCHOOL, is_rural=False,
        by=actor, now=now,
    )  # fmt: skip
    assert place.path.startswith(world.county.path)
    with pytest.raises(NotFound):
        found_place(
            session, world.foreign_county, code="S9", name="别处", level=OrganisationLevel.SCHOOL, is_rural=False,
            by=actor, now=now,
        )  # fmt: skip
    with pytest.raises(Invalid, match="place_code_taken"):
        found_place(
            session, world.county, code="S3", name="重号", level=OrganisationLevel.SCHOOL, is_rural=False,
            by=actor, now=now,
        )  # fmt: skip


def test_lists_show_a_part_of_staff_numbers_and_addresses() -> None:
    assert mask_staff_no("20210037") == "20****37"
    assert mask_staff_no("A1") == "A*1"
    assert mask_email("linyi@example.cn") == "l***@example.cn"
    assert mask_email(None) == ""


def test_the_log_shows_acts_of_ones_own_area_only(session: Session, world: World, now: datetime) -> None:
    def note(action: str, subject_id: int, organisation_id: int | None = None) -> None:
        audit.record(
            session, action, actor=world.actor(session, world.administrator), subject_kind="person",
            subject_id=subject_id, organisation_id=organisation_id, now=now,
        )  # fmt: skip

    note("role.give", world.teacher.id, world.school.id)
    note("password.reset", world.foreign_teacher.id)
    note("person.deactivate", world.colleague.id)
    mine = world.actor(session, world.auditor)
    page = find_entries(session, mine, AuditQuery())
    assert [row.entry.action for row in page.rows] == ["person.deactivate", "role.give"]
    assert actions_within(session, mine) == ["person.deactivate", "role.give"]
    foreign = find_entries(session, world.actor(session, world.foreign_administrator), AuditQuery())
    assert [row.entry.action for row in foreign.rows] == ["password.reset"]
    assert foreign.rows[0].subject is world.foreign_teacher
    assert foreign.rows[0].actor_name == "顾五"


def test_the_log_is_narrowed_by_act_person_and_local_day(session: Session, world: World, now: datetime) -> None:
    late = now.replace(hour=16)  # past midnight in China: the 17th there
    for moment, person in ((now, world.teacher), (late, world.colleague)):
        audit.record(session, "role.give", actor=None, subject_kind="person", subject_id=person.id, now=moment)
    mine = world.actor(session, world.administrator)

    def found(**asked: object) -> list[int | None]:
        return [row.entry.subject_id for row in find_entries(session, mine, AuditQuery(**asked)).rows]  # type: ignore[arg-type]

    assert found(from_on=date(2026, 11, 17)) == [world.colleague.id]
    assert found(to_on=date(2026, 11, 16)) == [world.teacher.id]
    assert found(words="林") == [world.teacher.id]
    assert found(words="T002") == [world.colleague.id]
    assert found(action="role.revoke") == []
    assert found(from_on=late.date() + timedelta(days=9)) == []
