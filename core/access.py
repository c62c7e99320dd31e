"""Who may do what where: roles granted at a place, and the scope every query carries inside it.

An administrator of a county reaches everybody whose open post lies at or below that county; a mentor
reaches their apprentices (see ``learning.mentoring``); everybody reaches themselves.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, Index, UniqueConstraint, exists, false, or_, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from core.db import Base, term
from core.errors import NotAllowed, NotFound
from core.people import Organisation, OrganisationLevel, Person, Post


class Role(StrEnum):
    """What a grant lets a person do, at its organisation and below.

    auditor reads all that an administrator reads and changes nothing.
    """

    TEACHER = "teacher"
    MENTOR = "mentor"
    EDITOR = "editor"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Grant(Base):
    """A role given to a person at an organisation, until it is revoked."""

    __tablename__ = "role_grant"
    __table_args__ = (
        Index(
            "uq_role_grant_held_once", "person_id", "role", "organisation_id", unique=True,
            sqlite_where=text("revoked_at IS NULL"), postgresql_where=text("revoked_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[Role] = mapped_column(term(Role))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    granted_at: Mapped[datetime]
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    revoked_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship()


class Credential(Base):
    """How a person proves who they are. ``epoch`` is in every session: raise it and all sessions end."""

    __tablename__ = "credential"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    password_hash: Mapped[str]
    must_change: Mapped[bool] = mapped_column(default=True)
    changed_at: Mapped[datetime]
    epoch: Mapped[int] = mapped_column(default=1)


class SignInAttempt(Base):
    """One try to sign in, kept to count failures; the identifier is kept as a digest only."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index("ix_sign_in_attempt_identifier_digest_at", "identifier_digest", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    identifier_digest: Mapped[str]
    address_digest: Mapped[str] = mapped_column(index=True)
    is_success: Mapped[bool]
    at: Mapped[datetime]


class PasswordReset(Base):
    """A link that was sent: good once, for a short time; only the digest of its token is kept."""

    __tablename__ = "password_reset"
    __table_args__ = (UniqueConstraint("token_digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_digest: Mapped[str]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


@dataclass(frozen=True)
class Reach:
    """One role at one place, as the actor holds it."""

    role: Role
    organisation_id: int
    path: str
    level: OrganisationLevel


@dataclass(frozen=True)
class Actor:
    """The person behind a request, with all they hold."""

    person_id: int
    name: str
    reaches: tuple[Reach, ...]

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(reach.role for reach in self.reaches)

    def paths(self, *roles: Role) -> tuple[str, ...]:
        """Tops of the subtrees in which the actor holds one of the roles."""
        return tuple(sorted({reach.path for reach in self.reaches if reach.role in roles}))

    def may_act_at(self, path: str, *roles: Role) -> bool:
        """Whether one of the roles is held at, or above, the organisation with this path."""
        return any(path.startswith(top) for top in self.paths(*roles))


READERS = (Role.ADMINISTRATOR, Role.AUDITOR)


def find_actor(session: Session, person_id: int) -> Actor | None:
    """The actor for an active person, or None when the person may not act any more."""
    person = session.get(Person, person_id)
    if person is None or not person.is_active:
        return None
    rows = session.execute(
        select(Grant.role, Organisation.id, Organisation.path, Organisation.level)
        .join(Organisation, Organisation.id == Grant.organisation_id)
        .where(Grant.person_id == person_id, Grant.revoked_at.is_(None))
        .order_by(Grant.id)
    )
    return Actor(person.id, person.name, tuple(Reach(*row) for row in rows))


def organisations_within(actor: Actor, *roles: Role) -> ColumnElement[bool]:
    """Condition on Organisation: it lies where the actor holds one of the roles."""
    paths = actor.paths(*roles)
    return or_(*(Organisation.path.startswith(path, autoescape=True) for path in paths)) if paths else false()


def people_within(actor: Actor, *roles: Role) -> ColumnElement[bool]:
    """Condition on Person: their open post lies where the actor holds one of the roles."""
    return exists(
        select(Post.id)
        .join(Organisation, Organisation.id == Post.organisation_id)
        .where(Post.person_id == Person.id, Post.ended_on.is_(None), organisations_within(actor, *roles))
    )


def get_person_within(session: Session, actor: Actor, person_id: int, *roles: Role) -> Person:
    """A person inside the actor's subtree, or NotFound: outside it nobody exists."""
    found = session.scalar(select(Person).where(Person.id == person_id, people_within(actor, *roles)))
    if found is None:
        raise NotFound("person_not_found", id=person_id)
    return found


def get_organisation_within(session: Session, actor: Actor, organisation_id: int, *roles: Role) -> Organisation:
    """An organisation inside the actor's subtree, or NotFound."""
    found = session.scalar(
        select(Organisation).where(Organisation.id == organisation_id, organisations_within(actor, *roles))
    )
    if found is None:
        raise NotFound("organisation_not_found", id=organisation_id)
    return found


def give_role(
    session: Session, person_id: int, role: Role, organisation: Organisation, *, by: Actor | None, now: datetime
) -> Grant:
    """Grant a role at a place; an actor may grant only inside their own subtree. Giving twice changes nothing."""
    if by is not None and not by.may_act_at(organisation.path, Role.ADMINISTRATOR):
        raise NotAllowed("role_outside_own_subtree", role=role, organisation=organisation.name)
    held = session.scalar(
        select(Grant).where(
            Grant.person_id == person_id, Grant.role == role,
            Grant.organisation_id == organisation.id, Grant.revoked_at.is_(None),
        )
    )  # fmt: skip
    if held is not None:
        return held
    grant = Grant(
        person_id=person_id, role=role, organisation_id=organisation.id, granted_at=now,
        granted_by=by.person_id if by else None,
    )  # fmt: skip
    session.add(grant)
    session.flush()
    return grant


def revoke_role(session: Session, grant: Grant, *, now: datetime) -> None:
    """End a grant; the row stays as the record that it was held."""
    if grant.revoked_at is None:
        grant.revoked_at = now
        session.flush()


def check_outranks(session: Session, actor: Actor, person_id: int) -> None:
    """Refuse acts on the account of somebody who holds a role beyond the actor's own subtree.

    Whoever could reset such an account's password would gain its reach.
    """
    held = session.execute(
        select(Grant.role, Organisation.path)
        .join(Organisation, Organisation.id == Grant.organisation_id)
        .where(Grant.person_id == person_id, Grant.revoked_at.is_(None), Grant.role != Role.TEACHER)
    )
    for role, path in held:
        if not actor.may_act_at(path, Role.ADMINISTRATOR):
            raise NotAllowed("person_holds_wider_role", role=role)


def keep_password(
    session: Session, person_id: int, password_hash: str, *, must_change: bool, now: datetime
) -> Credential:
    """Set a person's password and end every session they have; the hash is made at the edge."""
    credential = session.get(Credential, person_id)
    if credential is None:
        credential = Credential(person_id=person_id, epoch=0)
        session.add(credential)
    credential.password_hash = password_hash
    credential.must_change = must_change
    credential.changed_at = now
    credential.epoch += 1
    session.flush()
    return credential


def end_sessions(session: Session, person_id: int) -> Credential | None:
    """Sign a person out everywhere; None when they never had a password."""
    credential = session.get(Credential, person_id)
    if credential is not None:
        credential.epoch += 1
        session.flush()
    return credential
