import pytest
from flask import Flask

from recommender.terms import ReasonKind
from webapp.labels import reason_words

GAP = {
    "kind": "gap", "domain": "evaluation", "level": 3, "low_logits": -1.0, "high_logits": 0.2, "p_below": 0.873,
    "is_measured": True,
}  # fmt: skip
CASES = [
    (
        GAP,
        "在“评价与反思”上，您可能处于“发展”与“胜任”之间，本课瞄准这一段，带您走向第 3 级（共 5 级）。尚未达到本阶段目标的可能性约 87%。",
    ),
    (
        {**GAP, "low_logits": -0.5},
        "在“评价与反思”上，您可能处于“胜任”，本课瞄准这一段，带您走向第 3 级（共 5 级）。尚未达到本阶段目标的可能性约 87%。",
    ),
    ({**GAP, "is_measured": False}, "“评价与反思”还没有测到，不妨先从这里了解自己。"),
    (
        {"kind": "mandatory_topic", "topic": "ecology", "is_missing": True},
        "覆盖必修专题：生态教育，您在本周期还没有修过。",
    ),
    ({"kind": "mandatory_topic", "topic": "ecology", "is_missing": False}, "覆盖必修专题：生态教育。"),
    ({"kind": "fits_stage", "stage": "novice"}, "面向“新入职教师”编写。"),
    ({"kind": "fits_subject", "subject": "math"}, "针对您任教的学科：数学。"),
    ({"kind": "level_fit", "domain": "ethics", "level": 2}, "第 2 级与您目前的水平衔接，跳一跳够得着。"),
    ({"kind": "hours_needed", "units": 6, "short_units": 30}, "今年您还差 30 学时，本课最多可计 6 学时。"),
    (
        {"kind": "practice_needed", "units": 3, "short_units": 12},
        "接下来的学时中应有 12 学时为实践，本课含实践 3 学时。",
    ),
    ({"kind": "mentor_suggests", "mentor": "沈三"}, "导师沈三建议您学这门课。"),
    ({"kind": "like_your_courses", "title": "作业设计"}, "与您选过的《作业设计》内容相近。"),
    ({"kind": "popular", "n_people": 48}, "已有 48 位同行选学。"),
    ({"kind": "seats_left", "n_seats": 5, "starts_on": "2026-12-03"}, "12月3日开班，还有 5 个名额。"),
    ({"kind": "too_long_now", "units": 20}, "您说过时间紧，而本课需要 20 学时。"),
    ({"kind": "mode_you_avoid", "mode": "online"}, "您说过更想换一种学习方式，而本课是在线。"),
    ({"kind": "like_put_aside", "title": "作业设计"}, "与您搁置的《作业设计》内容相近。"),
]


@pytest.mark.parametrize(("reason", "words"), CASES)
def test_every_reason_has_its_sentence_with_figures(app: Flask, reason: dict[str, object], words: str) -> None:
    with app.test_request_context():
        assert reason_words(reason) == words


def test_no_kind_of_reason_is_left_without_words() -> None:
    assert {str(reason["kind"]) for reason, _words in CASES} == {kind.value for kind in ReasonKind}


def test_a_chance_is_never_shown_as_certain(app: Flask) -> None:
    with app.test_request_context():
        assert "99%" in reason_words({**GAP, "p_below": 1.0})
        assert "1%" in reason_words({**GAP, "p_below": 0.0})
