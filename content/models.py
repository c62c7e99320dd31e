"""Tables of what there is to learn and to be asked: frameworks, courses, items."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from content.terms import (
    Competency,
    ContentFamily,
    CourseState,
    DeliveryMode,
    Evidence,
    FacetKind,
    ItemState,
    ModuleKind,
    NodeKind,
    Pedagogy,
    Requirement,
)
from core.db import Base, Document, sentence, term
from core.people import Organisation


class Framework(Base):
    """One version of a competency framework; a new text is a new row, never an edit."""

    __tablename__ = "framework"
    __table_args__ = (UniqueConstraint("code", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    version: Mapped[str]
    name_zh: Mapped[str]
    name_en: Mapped[str]
    source: Mapped[str]
    evidence: Mapped[Evidence] = mapped_column(term(Evidence))
    school_levels: Mapped[list[str]] = mapped_column(default=list)  # empty: all
    digest: Mapped[str]  # sha256 of the data it was loaded from
    loaded_at: Mapped[datetime]

    nodes: Mapped[list["FrameworkNode"]] = relationship(back_populates="framework", order_by="FrameworkNode.ordinal")


class FrameworkNode(Base):
    """A node of a framework's tree, with where its wording was read and how well it is attested."""

    __tablename__ = "framework_node"
    __table_args__ = (UniqueConstraint("framework_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    framework_id: Mapped[int] = mapped_column(ForeignKey("framework.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("framework_node.id"), index=True)
    ordinal: Mapped[int]  # position in a depth-first walk
    depth: Mapped[int]
    code: Mapped[str]
    kind: Mapped[NodeKind] = mapped_column(term(NodeKind))
    name_zh: Mapped[str]
    name_en: Mapped[str]
    source: Mapped[str]
    evidence: Mapped[Evidence] = mapped_column(term(Evidence))
    description_zh: Mapped[str] = mapped_column(default="")
    description_en: Mapped[str] = mapped_column(default="")
    level_descriptors: Mapped[list[str]] = mapped_column(default=list)
    aligns_to: Mapped[list[str]] = mapped_column(default=list)  # codes of nodes in other frameworks

    framework: Mapped[Framework] = relationship(back_populates="nodes")


class Course(Base):
    """A catalogue entry: one theme, one professional problem, ordered modules."""

    __tablename__ = "course"
    __table_args__ = (
        UniqueConstraint("code"),
        Index("ix_course_state_mode", "state", "mode"),
        sentence("a_published_course_says_when", "state NOT IN ('published', 'retired') OR published_at IS NOT NULL"),
        sentence("credit_time_is_positive", "credit_seconds > 0"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[CourseState] = mapped_column(term(CourseState), default=CourseState.DRAFT)
    title: Mapped[str]
    summary: Mapped[str]
    problem: Mapped[str]
    family: Mapped[ContentFamily] = mapped_column(term(ContentFamily))
    requirement: Mapped[Requirement] = mapped_column(term(Requirement))
    pedagogy: Mapped[Pedagogy] = mapped_column(term(Pedagogy))
    mode: Mapped[DeliveryMode] = mapped_column(term(DeliveryMode))
    is_practice: Mapped[bool]
    is_open: Mapped[bool] = mapped_column(default=False)  # online: its modules carry their content already
    credit_seconds: Mapped[int]  # sum of the modules' seconds; 2,700 s is one hour unit
    provider_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    published_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]

    provider: Mapped[Organisation] = relationship()
    modules: Mapped[list["CourseModule"]] = relationship(back_populates="course", order_by="CourseModule.ordinal")
    facets: Mapped[list["CourseFacet"]] = relationship(cascade="all, delete-orphan")
    competencies: Mapped[list["CourseCompetency"]] = relationship(cascade="all, delete-orphan")
    prerequisites: Mapped[list["CoursePrerequisite"]] = relationship(
        cascade="all, delete-orphan", foreign_keys="CoursePrerequisite.course_id"
    )

    @property
    def hour_units(self) -> int:
        """Whole hour units (学时) the course can count."""
        return self.credit_seconds // 2700

    def facet_values(self, kind: FacetKind) -> list[str]:
        """Values on one axis; empty means the course is for all."""
        return sorted(facet.value for facet in self.facets if facet.kind is kind)


class CourseFacet(Base):
    """One value of a course on one axis of the catalogue."""

    __tablename__ = "course_facet"
    __table_args__ = (Index("ix_course_facet_kind_value", "kind", "value"),)

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    kind: Mapped[FacetKind] = mapped_column(term(FacetKind), primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)


class CourseCompetency(Base):
    """A competency a course develops, and the level (1-5) it leads to."""

    __tablename__ = "course_competency"
    __table_args__ = (sentence("a_level_is_one_to_five", "level BETWEEN 1 AND 5"),)

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    competency: Mapped[Competency] = mapped_column(term(Competency), primary_key=True)
    level: Mapped[int]


class CoursePrerequisite(Base):
    """A course that must be complete before another opens."""

    __tablename__ = "course_prerequisite"
    __table_args__ = (sentence("no_course_requires_itself", "course_id <> required_id"),)

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    required_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)

    required: Mapped[Course] = relationship(foreign_keys=[required_id])


class CourseModule(Base):
    """An ordered part of a course. ``material`` by kind: quiz {questions}, task {rubric}, video {file, captions, seconds}."""

    __tablename__ = "course_module"
    __table_args__ = (
        UniqueConstraint("course_id", "ordinal"),
        sentence("a_module_takes_time", "seconds > 0"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    ordinal: Mapped[int]
    kind: Mapped[ModuleKind] = mapped_column(term(ModuleKind))
    title: Mapped[str]
    seconds: Mapped[int]  # the most time it can count
    is_practice: Mapped[bool] = mapped_column(default=False)
    body: Mapped[str] = mapped_column(default="")  # Markdown
    material: Mapped[Document] = mapped_column(default=dict)

    course: Mapped[Course] = relationship(back_populates="modules")


class CourseRevision(Base):
    """What a course said at an earlier version, and who changed it."""

    __tablename__ = "course_revision"
    __table_args__ = (UniqueConstraint("course_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    version: Mapped[int]
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    snapshot: Mapped[Document]


class CourseTerm(Base):
    """Search index: a two-character token (or Latin word) of a course's words, with its weight."""

    __tablename__ = "course_term"
    __table_args__ = (Index("ix_course_term_token", "token"),)

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    token: Mapped[str] = mapped_column(primary_key=True)
    weight: Mapped[int]


class Item(Base):
    """A keyed scenario question of the diagnostic bank. Key and rationale never leave the server before they are due."""

    __tablename__ = "item"
    __table_args__ = (
        UniqueConstraint("code"),
        sentence("an_expert_level_is_one_to_five", "expert_level BETWEEN 1 AND 5"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[ItemState] = mapped_column(term(ItemState), default=ItemState.DRAFT)
    competency: Mapped[Competency] = mapped_column(term(Competency))
    school_levels: Mapped[list[str]] = mapped_column(default=list)  # empty: all
    expert_level: Mapped[int]
    stem: Mapped[str]
    options: Mapped[list[str]]
    key_index: Mapped[int]  # 0-based position of the keyed option
    rationale: Mapped[str]
