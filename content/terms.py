"""Vocabularies of what there is to learn and to be asked."""

from enum import StrEnum


class Evidence(StrEnum):
    """How well a fact of a framework or rule is attested.

    seed and seen may be shown as policy; choice is an administrator's setting; recalled and
    not_found are never shown as policy until somebody confirms them.
    """

    SEED = "SEED"
    SEEN = "SEEN"
    SEEN_SECOND_HAND = "SEEN-2nd"
    RECALLED = "RECALLED"
    CHOICE = "CHOICE"
    NOT_FOUND = "NOT FOUND"


class NodeKind(StrEnum):
    """Levels of a framework's tree: dimension > area > requirement, or domain > competency."""

    DIMENSION = "dimension"
    AREA = "area"
    REQUIREMENT = "requirement"
    DOMAIN = "domain"
    COMPETENCY = "competency"


class Domain(StrEnum):
    """The five domains that the diagnostic measures and that recommendations answer."""

    ETHICS = "ethics"
    TEACHING = "teaching"
    EVALUATION = "evaluation"
    CLASSROOM = "classroom"
    DIGITAL = "digital"


class Competency(StrEnum):
    """The competencies of the platform's own model; the first letter says the domain."""

    E1 = "E1"
    E2 = "E2"
    E3 = "E3"
    E4 = "E4"
    T1 = "T1"
    T2 = "T2"
    T3 = "T3"
    T4 = "T4"
    A1 = "A1"
    A2 = "A2"
    A3 = "A3"
    A4 = "A4"
    C1 = "C1"
    C2 = "C2"
    C3 = "C3"
    C4 = "C4"
    D1 = "D1"
    D2 = "D2"
    D3 = "D3"
    D4 = "D4"
    D5 = "D5"

    @property
    def domain(self) -> Domain:
        return DOMAIN_OF_LETTER[self.value[0]]


DOMAIN_OF_LETTER = {
    "E": Domain.ETHICS,
    "T": Domain.TEACHING,
    "A": Domain.EVALUATION,
    "C": Domain.CLASSROOM,
    "D": Domain.DIGITAL,
}


class ContentFamily(StrEnum):
    """Content families: ideology and ethics are compulsory in every programme."""

    IDEOLOGY = "ideology"
    ETHICS = "ethics"
    PROFESSIONAL = "professional"
    GENERAL = "general"


class Requirement(StrEnum):
    """Whether a course must be taken or may be chosen."""

    REQUIRED = "required"
    ELECTIVE = "elective"


class Pedagogy(StrEnum):
    """How a course teaches."""

    LECTURE = "lecture"
    CASE = "case"
    PARTICIPATORY = "participatory"
    PRACTICE = "practice"
    TASK = "task"


class DeliveryMode(StrEnum):
    """Where study happens; hours are recorded per mode."""

    ONLINE = "online"
    F2F = "f2f"
    SCHOOL_BASED = "school_based"


class ModuleKind(StrEnum):
    """The parts a course is made of."""

    READING = "reading"
    VIDEO = "video"
    QUIZ = "quiz"
    TASK = "task"
    F2F_SESSION = "f2f_session"
    SCHOOL_ACTIVITY = "school_activity"


class MandatoryTopic(StrEnum):
    """The twelve topics named as compulsory content in the Henan 2021 list, in its order."""

    XI_THOUGHT = "xi_thought"
    FOUR_HISTORIES = "four_histories"
    ETHICS = "ethics"
    MENTAL_HEALTH = "mental_health"
    IT = "it"
    NATIONAL_SECURITY = "national_security"
    RULE_OF_LAW = "rule_of_law"
    ECOLOGY = "ecology"
    COMMON_LANGUAGE = "common_language"
    TRANSITION = "transition"
    YOUNG_PIONEERS = "young_pioneers"
    ANTI_BULLYING = "anti_bullying"


class CourseState(StrEnum):
    """draft -> review -> published -> retired; a published course that changes gets a new version."""

    DRAFT = "draft"
    REVIEW = "review"
    PUBLISHED = "published"
    RETIRED = "retired"


class ItemState(StrEnum):
    """draft -> pilot -> operational -> retired; only operational items are given in a diagnostic."""

    DRAFT = "draft"
    PILOT = "pilot"
    OPERATIONAL = "operational"
    RETIRED = "retired"


class FacetKind(StrEnum):
    """Axes of the catalogue by which a course is cut and found. No row of a kind means: for all."""

    STAGE = "stage"
    SCHOOL_LEVEL = "school_level"
    SUBJECT = "subject"
    TOPIC = "topic"
