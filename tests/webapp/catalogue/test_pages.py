"""The library as a teacher meets it."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from core.people import Person
from tests.conftest import World

SignIn = Callable[[Person], FlaskClient]


def titles(page: str) -> list[str]:
    return re.findall(r'<h3 lang="zh-CN"><a [^>]*>([^<]+)</a>', page)


def test_a_two_character_word_and_a_filter_find_courses_without_script(people: World, as_: SignIn) -> None:
    page = as_(people.teacher).get("/catalogue?words=欺凌&mode=online").text
    assert titles(page)
    assert "欺凌" in titles(page)[0]
    assert "<script" not in page


def test_every_active_filter_can_be_taken_away_by_its_chip(people: World, as_: SignIn) -> None:
    page = as_(people.teacher).get("/catalogue?stage=novice&subject=math&hours=3-5&competency=A2").text
    dropped = re.findall(r'class="chip chip-accent drop" href="([^"]+)"', page)
    assert len(dropped) == 4
    assert all(address.count("=") == 3 for address in dropped)


@pytest.mark.parametrize(
    "address", ["?page=999", "?page=-1", "?stage=king&hours=99", "?words=%25%27--", "?words=" + "长" * 500]
)
def test_an_odd_address_is_answered_calmly(people: World, as_: SignIn, address: str) -> None:
    assert as_(people.teacher).get("/catalogue" + address).status_code == 200


def test_a_course_page_says_what_it_solves_what_one_can_do_and_how_to_begin(people: World, as_: SignIn) -> None:
    page = as_(people.teacher).get("/catalogue/KC-R01").text
    assert "面对长期落后的学生" in page
    assert "能让不同水平的学生都有表达机会" in page  # level 3 of E2
    assert 'action="/study/enrol/KC-R01"' in page
    assert 'action="/plan/add/KC-R01"' in page


def test_a_face_to_face_course_without_dates_offers_the_plan_and_no_seat(people: World, as_: SignIn) -> None:
    page = as_(people.teacher).get("/catalogue/KC-003").text
    assert 'action="/study/enrol/KC-003"' not in page
    assert 'action="/plan/add/KC-003"' in page


def test_somebody_who_is_no_teacher_reads_and_does_not_enrol(people: World, as_: SignIn) -> None:
    answer = as_(people.auditor).get("/catalogue/KC-R01")
    assert answer.status_code == 200
    assert "/study/enrol/" not in answer.text


def test_keys_of_a_quiz_never_stand_on_the_course_page(people: World, as_: SignIn) -> None:
    page = as_(people.teacher).get("/catalogue/KC-E01").text
    assert "请学生根据这份用电记录计算效率" not in page
    assert "计算和论证让学生在学科活动中形成认识" not in page


def test_a_figure_is_served_as_a_sandboxed_picture_and_nothing_else_is(people: World, as_: SignIn) -> None:
    client = as_(people.teacher)
    answer = client.get("/catalogue/KC-E01/figure/fig1.svg")
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    for name in ("course.yaml", "..%2f..%2fitems%2fethics.yaml", "../KC-E02/fig1.svg", "fig9.svg"):
        assert client.get(f"/catalogue/KC-E01/figure/{name}").status_code == 404


def test_the_competencies_are_readable_and_unconfirmed_names_say_so(people: World, as_: SignIn) -> None:
    page = as_(people.teacher).get("/catalogue/competencies").text
    assert "能叫出学生姓名，不讥讽、不体罚，耐心听完学生说话。" in page
    assert "待核实" in page


def test_the_catalogue_is_not_for_strangers(people: World, client: FlaskClient) -> None:
    assert client.get("/catalogue").status_code == 302
    assert client.get("/catalogue/KC-E01/figure/fig1.svg").status_code == 302


def test_an_unknown_course_is_not_found(people: World, as_: SignIn) -> None:
    assert as_(people.teacher).get("/catalogue/KC-999").status_code == 404


def test_the_english_page_marks_chinese_content_as_chinese(people: World, as_: SignIn) -> None:
    client = as_(people.teacher)
    client.set_cookie("locale", "en")
    page = client.get("/catalogue/KC-R01").text
    assert '<html lang="en">' in page
    assert '<h1 lang="zh-CN">' in page
