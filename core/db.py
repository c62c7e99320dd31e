"""The declarative base, the naming of constraints, and the column types all tables share."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, DateTime, Dialect, Enum, MetaData, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, registry

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC. A naive moment is refused: it would be somebody's guess."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive moment cannot be stored: {value!r}")
        return value.astimezone(UTC) if dialect.name != "sqlite" else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def term(vocabulary: type[StrEnum]) -> Enum:
    """Column type of a vocabulary: stored by value, and nothing outside it gets in."""
    return Enum(
        vocabulary,
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        length=40,
        name=vocabulary.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


def sentence(name: str, condition: str) -> CheckConstraint:
    """A check whose name reads as a sentence: ``sentence("credit_is_never_zero", "amount <> 0")``."""
    return CheckConstraint(condition, name=name)


Document = dict[str, Any]


class Base(DeclarativeBase):
    """Base of every table in the house."""

    metadata = MetaData(naming_convention=NAMING)
    registry = registry(
        type_annotation_map={
            datetime: UtcDateTime,
            **dict.fromkeys((Document, list[str], list[int], list[float], list[Document]), JSON),
        }
    )


def as_document(mapping: Mapping[str, object]) -> Document:
    """Copy of a mapping that a JSON column may keep without sharing it."""
    return dict(mapping)
