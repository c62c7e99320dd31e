"""The columns of the people workbook, and the words its cells may hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.access import Role
from core.people import CareerStage, SchoolLevel, Subject

STAFF_NO, NAME, EMAIL, SCHOOL = "工号", "姓名", "邮箱", "学校代码"
STAGE, SCHOOL_LEVEL, SUBJECT, OTHER_SUBJECTS = "阶段", "学段", "学科", "兼教学科"
TEACHING_SINCE, ROLES = "任教开始日期", "角色"


@dataclass(frozen=True)
class Column:
    """A column: its header, what else people call it, and what to write in it."""

    header: str
    also: tuple[str, ...]
    hint: str
    is_required: bool = False


COLUMNS = (
    Column(STAFF_NO, ("教师工号", "职工号", "教工号", "人员编号"), "必填。字母、数字和连字符，2 至 32 位。", True),
    Column(NAME, ("教师姓名", "名字"), "必填。", True),
    Column(EMAIL, ("电子邮箱", "电子邮件", "邮件", "Email", "E-mail", "email"), "选填，用于找回密码和接收提醒。"),
    Column(SCHOOL, ("学校编码", "单位代码", "单位编码", "机构代码"), "必填。见“可填写的值”。改动即为调动。", True),
    Column(STAGE, ("发展阶段", "教师阶段", "职业阶段"), "见“可填写的值”。"),
    Column(SCHOOL_LEVEL, ("任教学段",), "见“可填写的值”。"),
    Column(SUBJECT, ("任教学科", "主教学科"), "见“可填写的值”。"),
    Column(OTHER_SUBJECTS, ("兼课学科", "其他学科"), "可填多个，用顿号分开。"),
    Column(TEACHING_SINCE, ("参加工作日期", "入职日期", "任教日期"), "如 2019-09-01。"),
    Column(ROLES, ("身份",), "可填多个，用顿号分开；不填为教师。"),
)

STAGES: Mapping[str, CareerStage] = {
    "新入职教师": CareerStage.NOVICE, "新入职": CareerStage.NOVICE, "新任教师": CareerStage.NOVICE,
    "新教师": CareerStage.NOVICE, "适应期教师": CareerStage.ADAPTING, "适应期": CareerStage.ADAPTING,
    "合格教师": CareerStage.QUALIFIED, "合格": CareerStage.QUALIFIED, "骨干教师": CareerStage.BACKBONE,
    "骨干": CareerStage.BACKBONE, "专家型教师": CareerStage.EXPERT, "专家型": CareerStage.EXPERT,
    "专家": CareerStage.EXPERT,
}  # fmt: skip
SCHOOL_LEVELS: Mapping[str, SchoolLevel] = {
    "幼儿园": SchoolLevel.KINDERGARTEN, "学前": SchoolLevel.KINDERGARTEN, "小学": SchoolLevel.PRIMARY,
    "初中": SchoolLevel.JUNIOR, "普通高中": SchoolLevel.SENIOR, "高中": SchoolLevel.SENIOR,
}  # fmt: skip
SUBJECTS: Mapping[str, Subject] = {
    "语文": Subject.CHINESE, "数学": Subject.MATH, "英语": Subject.ENGLISH, "外语": Subject.ENGLISH,
    "物理": Subject.PHYSICS, "化学": Subject.CHEMISTRY, "生物": Subject.BIOLOGY, "生物学": Subject.BIOLOGY,
    "历史": Subject.HISTORY, "地理": Subject.GEOGRAPHY, "道德与法治": Subject.MORALITY_LAW,
    "道法": Subject.MORALITY_LAW, "思想政治": Subject.POLITICS, "政治": Subject.POLITICS,
    "科学": Subject.SCIENCE, "信息科技": Subject.IT, "信息技术": Subject.IT, "体育": Subject.PE,
    "体育与健康": Subject.PE, "音乐": Subject.MUSIC, "美术": Subject.ART, "劳动": Subject.LABOUR,
    "综合实践": Subject.PRACTICE, "综合实践活动": Subject.PRACTICE, "心理健康": Subject.MENTAL_HEALTH,
    "心理": Subject.MENTAL_HEALTH, "学前教育": Subject.PRESCHOOL,
}  # fmt: skip
ROLE_WORDS: Mapping[str, Role] = {
    "教师": Role.TEACHER, "导师": Role.MENTOR, "师傅": Role.MENTOR, "内容编辑": Role.EDITOR, "编辑": Role.EDITOR,
    "管理员": Role.ADMINISTRATOR, "审计员": Role.AUDITOR,
}  # fmt: skip
VOCABULARIES: Mapping[str, Mapping[str, StrEnum]] = {
    STAGE: STAGES, SCHOOL_LEVEL: SCHOOL_LEVELS, SUBJECT: SUBJECTS, OTHER_SUBJECTS: SUBJECTS, ROLES: ROLE_WORDS,
}  # fmt: skip


def known_headers() -> frozenset[str]:
    """Every header that is understood."""
    return frozenset(word for column in COLUMNS for word in (column.header, *column.also))


def header_of() -> Mapping[str, str]:
    """What people call a column -> the header of ours."""
    return {word: column.header for column in COLUMNS for word in (column.header, *column.also)}


def word_of(column: str, member: StrEnum | None) -> str:
    """The first word of a vocabulary that means the member: what the workbook and the dry run show."""
    return next((word for word, found in VOCABULARIES[column].items() if found is member), "")


def allowed_words(column: str) -> list[str]:
    """One word for each member of the column's vocabulary."""
    return [word_of(column, member) for member in dict.fromkeys(VOCABULARIES[column].values())]
