"""People, the places they work in, and the dated posts that join them.

A person keeps one record for life; moving school closes one post and opens another, and what was
earned stays with the person. The place tree has five levels, with training providers beside it.
"""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Select, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from core.db import Base, sentence, term
from core.errors import Conflict, Invalid, NotFound


class OrganisationLevel(StrEnum):
    """The five linked levels of training, from the top down, and the providers beside them.

    national > province > city > county > school; provider hangs from any of the upper four.
    """

    NATIONAL = "national"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    SCHOOL = "school"
    PROVIDER = "provider"


class ProviderKind(StrEnum):
    """What kind of institution trains."""

    TEACHER_DEVELOPMENT = "teacher_development"
    NORMAL_UNIVERSITY = "normal_university"
    COMPREHENSIVE_UNIVERSITY = "comprehensive_university"
    PROFESSIONAL_INSTITUTION = "professional_institution"
    QUALITY_SCHOOL = "quality_school"


class CareerStage(StrEnum):
    """A teacher's stage: novice -> adapting -> qualified -> backbone -> expert."""

    NOVICE = "novice"
    ADAPTING = "adapting"
    QUALIFIED = "qualified"
    BACKBONE = "backbone"
    EXPERT = "expert"


class SchoolLevel(StrEnum):
    """The section of schooling a person teaches in."""

    KINDERGARTEN = "kindergarten"
    PRIMARY = "primary"
    JUNIOR = "junior"
    SENIOR = "senior"


class Subject(StrEnum):
    """What a person teaches."""

    CHINESE = "chinese"
    MATH = "math"
    ENGLISH = "english"
    PHYSICS = "physics"
    CHEMISTRY = "chemistry"
    BIOLOGY = "biology"
    HISTORY = "history"
    GEOGRAPHY = "geography"
    MORALITY_LAW = "morality_law"
    POLITICS = "politics"
    SCIENCE = "science"
    IT = "it"
    PE = "pe"
    MUSIC = "music"
    ART = "art"
    LABOUR = "labour"
    PRACTICE = "practice"
    MENTAL_HEALTH = "mental_health"
    PRESCHOOL = "preschool"


LEVELS_DOWN = (
    OrganisationLevel.NATIONAL,
    OrganisationLevel.PROVINCE,
    OrganisationLevel.CITY,
    OrganisationLevel.COUNTY,
    OrganisationLevel.SCHOOL,
)


class Organisation(Base):
    """A place in the five-level tree, or a provider; ``path`` lists its ancestors and itself: ``/1/4/17/``."""

    __tablename__ = "organisation"
    __table_args__ = (
        UniqueConstraint("code"),
        Index("ix_organisation_path", "path"),
        sentence("only_the_nation_has_no_parent", "(parent_id IS NULL) = (level = 'national')"),
        sentence("a_provider_says_its_kind", "(level = 'provider') = (provider_kind IS NOT NULL)"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    name: Mapped[str]
    level: Mapped[OrganisationLevel] = mapped_column(term(OrganisationLevel))
    provider_kind: Mapped[ProviderKind | None] = mapped_column(term(ProviderKind))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    path: Mapped[str] = mapped_column(default="")
    is_rural: Mapped[bool] = mapped_column(default=False)
    closed_on: Mapped[date | None]

    parent: Mapped["Organisation | None"] = relationship(remote_side="Organisation.id")


class Person(Base):
    """Somebody with an account. Personal data is the least that training records need."""

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("staff_no"), UniqueConstraint("email"))

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_no: Mapped[str]
    name: Mapped[str]
    name_sort: Mapped[str] = mapped_column(index=True)  # pinyin of the name, made by the edge that knows how
    email: Mapped[str | None]
    stage: Mapped[CareerStage | None] = mapped_column(term(CareerStage))
    school_level: Mapped[SchoolLevel | None] = mapped_column(term(SchoolLevel))
    main_subject: Mapped[Subject | None] = mapped_column(term(Subject))
    other_subjects: Mapped[list[str]] = mapped_column(default=list)
    teaching_since: Mapped[date | None]
    locale: Mapped[str] = mapped_column(default="zh_CN")
    is_personalised: Mapped[bool] = mapped_column(default=True)
    wants_digest: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    joined_at: Mapped[datetime]

    posts: Mapped[list["Post"]] = relationship(back_populates="person", order_by="Post.started_on")


class Post(Base):
    """A dated place of work. At most one is open at a time; dates are whole days, the last included."""

    __tablename__ = "post"
    __table_args__ = (
        Index(
            "uq_post_one_open_per_person",
            "person_id",
            unique=True,
            sqlite_where=text("ended_on IS NULL"),
            postgresql_where=text("ended_on IS NULL"),
        ),
        Index("ix_post_organisation_id", "organisation_id"),
        sentence("a_post_ends_after_it_starts", "ended_on IS NULL OR ended_on >= started_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    started_on: Mapped[date]
    ended_on: Mapped[date | None]

    person: Mapped[Person] = relationship(back_populates="posts")
    organisation: Mapped[Organisation] = relationship()


def found_organisation(
    session: Session,
    *,
    code: str,
    name: str,
    level: OrganisationLevel,
    parent: Organisation | None,
    provider_kind: ProviderKind | None = None,
    is_rural: bool = False,
) -> Organisation:
    """Add a place below its parent; a parent must stand above it in the five levels."""
    if level is not OrganisationLevel.PROVIDER and parent is not None and not _stands_above(parent.level, level):
        raise Invalid("organisation_level_order", parent=parent.level, level=level)
    organisation = Organisation(
        code=code, name=name, level=level, parent_id=parent.id if parent else None,
        provider_kind=provider_kind, is_rural=is_rural,
    )  # fmt: skip
    session.add(organisation)
    session.flush()
    organisation.path = f"{parent.path if parent else '/'}{organisation.id}/"
    session.flush()
    return organisation


def _stands_above(parent: OrganisationLevel, child: OrganisationLevel) -> bool:
    return parent in LEVELS_DOWN and LEVELS_DOWN.index(parent) < LEVELS_DOWN.index(child)


def get_organisation(session: Session, code: str) -> Organisation:
    """The organisation with this code, or NotFound."""
    found = session.scalar(select(Organisation).where(Organisation.code == code))
    if found is None:
        raise NotFound("organisation_not_found", code=code)
    return found


def get_person(session: Session, person_id: int) -> Person:
    """The person with this id, or NotFound. For reads within an actor's reach use ``access``."""
    found = session.get(Person, person_id)
    if found is None:
        raise NotFound("person_not_found", id=person_id)
    return found


def find_open_post(session: Session, person_id: int) -> Post | None:
    """Where the person works now, if anywhere."""
    return session.scalar(select(Post).where(Post.person_id == person_id, Post.ended_on.is_(None)))


def workplace(session: Session, person_id: int) -> Organisation | None:
    """The organisation of the open post, if there is one."""
    return session.scalar(
        select(Organisation).join(Post, Post.organisation_id == Organisation.id)
        .where(Post.person_id == person_id, Post.ended_on.is_(None))
    )  # fmt: skip


def move_post(session: Session, person: Person, organisation: Organisation, *, on: date) -> Post:
    """Close the open post the day before and open the new one; what was earned stays with the person."""
    current = find_open_post(session, person.id)
    if current is not None:
        if current.organisation_id == organisation.id:
            return current
        if on <= current.started_on:
            raise Conflict(
                "post_starts_before_the_open_one", on=on.isoformat(), open_since=current.started_on.isoformat()
            )
        current.ended_on = date.fromordinal(on.toordinal() - 1)
        session.flush()
    post = Post(person_id=person.id, organisation_id=organisation.id, started_on=on)
    session.add(post)
    session.flush()
    return post


def ancestors_of(session: Session, organisation: Organisation) -> Sequence[Organisation]:
    """The chain from the nation down to the organisation itself."""
    ids = [int(part) for part in organisation.path.strip("/").split("/")]
    return session.scalars(select(Organisation).where(Organisation.id.in_(ids)).order_by(Organisation.path)).all()


def below(path: str) -> Select[int]:
    """Ids of the organisations at or below a path, to stand inside another query."""
    return select(Organisation.id).where(Organisation.path.startswith(path, autoescape=True))


def mask_staff_no(staff_no: str) -> str:
    """A staff number as lists show it: enough to tell two namesakes apart, not enough to sign in with.

    >>> mask_staff_no("20210037"), mask_staff_no("T001")
    ('20****37', 'T**1')
    """
    keep = 2 if len(staff_no) > 5 else 1
    return staff_no[:keep] + "*" * max(1, len(staff_no) - 2 * keep) + staff_no[-keep:]


def mask_email(email: str | None) -> str:
    """An e-mail address as lists show it.

    >>> mask_email("linyi@example.cn"), mask_email(None)
    ('l***@example.cn', '')
    """
    name, at, host = (email or "").partition("@")
    return f"{name[:1]}***@{host}" if at else ""
