"""Course drafts and providers for the tests of content."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from content.formats.course_file import CourseDraft, parse_course
from content.shipped import shipped_providers
from core.people import Organisation, OrganisationLevel, ProviderKind, found_organisation

QUESTION = {
    "stem": "哪一种做法最合适？",
    "options": ["甲", "乙", "丙", "丁"],
    "key": "B",
    "rationale": "因为乙有证据。",
}
RUBRIC = [{"criterion": "证据", "levels": ["需改进：没有", "合格：有", "优秀：有且能解释"]}]


def course_data(**changes: Any) -> dict[str, Any]:
    return {
        "code": "KC-X01", "title": "课堂反馈的三个层次", "summary": "用三个片段比较反馈的层次。",
        "problem": "反馈停留在表扬，学生不知道怎样改。", "family": "professional", "requirement": "elective",
        "pedagogy": "case", "mode": "online", "practice": False, "topics": [], "stages": ["novice"],
        "school_levels": ["primary"], "subjects": ["math"], "competencies": [{"code": "A2", "level": 3}],
        "provider": "PV-03", "prerequisites": [],
        "modules": [
            {"kind": "reading", "title": "三个层次", "seconds": 1500, "body": "## 小标题\n\n正文。"},
            {"kind": "quiz", "title": "判断", "seconds": 1200, "questions": [QUESTION]},
            {"kind": "task", "title": "改一次反馈", "seconds": 2700, "practice": True, "body": "做什么。", "rubric": RUBRIC},
        ],
        **changes,
    }  # fmt: skip


@pytest.fixture
def draft_with() -> Callable[..., CourseDraft]:
    def make(**changes: Any) -> CourseDraft:
        return parse_course(course_data(**changes))

    return make


@pytest.fixture
def draft() -> CourseDraft:
    return replace(parse_course(course_data()))


@pytest.fixture
def providers(session: Session) -> dict[str, Organisation]:
    nation = found_organisation(session, code="N", name="国家", level=OrganisationLevel.NATIONAL, parent=None)
    return {
        row["code"]: found_organisation(
            session, code=row["code"], name=row["name_zh"], level=OrganisationLevel.PROVIDER, parent=nation,
            provider_kind=ProviderKind(row["kind"]),
        )
        for row in shipped_providers()
    }  # fmt: skip
