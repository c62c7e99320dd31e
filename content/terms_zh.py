"""The Chinese words of our vocabularies as workbooks and the search index know them.

The pages have their own labels in two languages; these are the words an administrator types into a
cell, and a teacher into the search box, whatever language the page is shown in.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from content.terms import (
    Competency,
    ContentFamily,
    DeliveryMode,
    Domain,
    ItemState,
    MandatoryTopic,
    ModuleKind,
    Pedagogy,
    Requirement,
)
from core.people import CareerStage, SchoolLevel, Subject

STAGES = dict(zip(CareerStage, ("新入职教师", "适应期教师", "合格教师", "骨干教师", "专家型教师"), strict=True))
SCHOOL_LEVELS = dict(zip(SchoolLevel, ("幼儿园", "小学", "初中", "普通高中"), strict=True))
SUBJECTS = dict(
    zip(
        Subject,
        (
            "语文", "数学", "英语", "物理", "化学", "生物", "历史", "地理", "道德与法治", "思想政治", "科学",
            "信息科技", "体育", "音乐", "美术", "劳动", "综合实践", "心理健康", "学前教育",
        ),
        strict=True,
    )
)  # fmt: skip
TOPICS = dict(
    zip(
        MandatoryTopic,
        (
            "习近平新时代中国特色社会主义思想", "“四史”教育", "师德师风", "心理健康", "信息技术", "国家安全",
            "法治教育", "生态教育", "国家通用语言文字", "幼小衔接", "少先队工作", "预防校园欺凌",
        ),
        strict=True,
    )
)  # fmt: skip
FAMILIES = dict(zip(ContentFamily, ("思想政治", "师德师风", "业务能力", "综合素养"), strict=True))
REQUIREMENTS = dict(zip(Requirement, ("必修", "选修"), strict=True))
PEDAGOGIES = dict(zip(Pedagogy, ("讲授", "案例式", "参与式", "实践性", "任务驱动"), strict=True))
MODES = dict(zip(DeliveryMode, ("在线", "线下集中", "校本"), strict=True))
MODULE_KINDS = dict(zip(ModuleKind, ("阅读", "视频", "测验", "任务", "线下课", "校本活动"), strict=True))
DOMAINS = dict(zip(Domain, ("师德与育人", "教学设计与实施", "评价与反思", "班级管理与协同", "数字素养"), strict=True))
COMPETENCIES = dict(
    zip(
        Competency,
        (
            "职业理想与政治素养", "关爱与尊重学生", "依法执教与职业行为", "身心修养与学科育德",
            "学情分析", "教学设计", "课堂实施与引导", "学科与教学知识运用",
            "作业与命题设计", "课堂评价与反馈", "教学反思", "教学研究与专业发展",
            "班集体建设", "活动组织与学生发展指导", "家校社沟通", "心理健康、安全与欺凌预防",
            "数字化意识", "数字技术知识与技能", "数字化应用", "数字社会责任", "数字化专业发展",
        ),
        strict=True,
    )
)  # fmt: skip
SPOKEN = (("人工智能", "ai"), ("生成式", "ai"), ("课件", "ppt"), ("演示文稿", "ppt"))
ITEM_STATES = dict(zip(ItemState, ("草稿题", "试测题", "正式题", "停用题"), strict=True))

Term = TypeVar("Term", bound=StrEnum)

ALSO: Mapping[str, tuple[str, ...]] = {
    "新教师": ("新入职教师",), "新任教师": ("新入职教师",), "新入职": ("新入职教师",), "适应期": ("适应期教师",),
    "合格": ("合格教师",), "骨干": ("骨干教师",), "专家": ("专家型教师",), "专家型": ("专家型教师",),
    "幼儿园学段": ("幼儿园",), "初级中学": ("初中",), "高级中学": ("普通高中",), "高中": ("普通高中",),
    "生物学": ("生物",), "政治": ("思想政治",), "体育与健康": ("体育",), "道法": ("道德与法治",),
    "信息技术": ("信息科技",), "综合实践活动": ("综合实践",), "学前": ("学前教育",),
    "面授": ("线下集中", "线下课"), "集中面授": ("线下集中",), "线下": ("线下集中",), "线上": ("在线",), "网络": ("在线",),
    "校本研修": ("校本",), "讲授式": ("讲授",), "案例": ("案例式",), "参与": ("参与式",), "实践": ("实践性",),
    "实践式": ("实践性",), "任务": ("任务驱动",), "四史教育": ("“四史”教育",), "四史": ("“四史”教育",),
    "校园欺凌": ("预防校园欺凌",), "欺凌预防": ("预防校园欺凌",), "校本研修活动": ("校本活动",),
    "草稿": ("草稿题",), "试测": ("试测题",), "正式": ("正式题",), "停用": ("停用题",),
}  # fmt: skip


def find_member(words: Mapping[Term, str], text: str) -> Term | None:
    """The term a cell names by its Chinese word, a usual other word, or its code; None when it names none."""
    for member, word in words.items():
        if text in (word, member.value):
            return member
    return next((member for member, word in words.items() if word in ALSO.get(text, ())), None)
