"""Competency frameworks as versioned trees: a new text is a new version, never an edit."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from content.models import Framework, FrameworkNode
from content.terms import Competency, Evidence, NodeKind
from core.db import as_document
from core.errors import Conflict, Invalid, NotFound
from core.people import SchoolLevel

PLATFORM = "SC-5"  # the platform's own five-domain model
SHOWN_AS_POLICY = frozenset({Evidence.SEED, Evidence.SEEN, Evidence.SEEN_SECOND_HAND})
Term = TypeVar("Term", bound=StrEnum)


@dataclass(frozen=True)
class Branch:
    """A node with what hangs below it."""

    node: FrameworkNode
    children: tuple["Branch", ...]

    @property
    def is_confirmed(self) -> bool:
        """Whether the wording was read in a source and may be shown as policy."""
        return self.node.evidence in SHOWN_AS_POLICY


def load_framework(session: Session, data: Mapping[str, Any], *, now: datetime) -> Framework:
    """Load a framework from its data; loading the same text again changes nothing."""
    code, version = _text(data, "code", "framework"), _text(data, "version", "framework")
    digest = digest_of(data)
    standing = session.scalar(select(Framework).where(Framework.code == code, Framework.version == version))
    if standing is not None:
        if standing.digest != digest:
            raise Conflict("framework_version_taken", framework=code, version=version)
        return standing
    framework = Framework(
        code=code, version=version, name_zh=_text(data, "name_zh", code), name_en=_text(data, "name_en", code),
        source=_text(data, "source", code), evidence=_term(Evidence, data.get("evidence"), code, "evidence"),
        school_levels=[_term(SchoolLevel, one, code, "school_levels").value for one in data.get("school_levels") or []],
        digest=digest, loaded_at=now,
    )  # fmt: skip
    session.add(framework)
    session.flush()
    _add_nodes(session, framework, data.get("nodes") or [])
    session.flush()
    session.expire(framework, ["nodes"])
    return framework


def digest_of(data: Mapping[str, Any]) -> str:
    """Digest of a framework's text; the order of its keys does not matter."""
    return hashlib.sha256(json.dumps(as_document(data), ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def frameworks_of(session: Session) -> Sequence[Framework]:
    """The newest version of every framework, the platform's own model first."""
    newest: dict[str, Framework] = {}
    for framework in session.scalars(select(Framework).order_by(Framework.loaded_at, Framework.id)):
        newest[framework.code] = framework
    return sorted(newest.values(), key=lambda framework: (framework.code != PLATFORM, framework.code))


def get_framework(session: Session, code: str) -> Framework:
    """The newest version of a framework with its nodes, or NotFound."""
    found = session.scalar(
        select(Framework)
        .where(Framework.code == code)
        .options(selectinload(Framework.nodes))
        .order_by(Framework.loaded_at.desc(), Framework.id.desc())
        .limit(1)
    )
    if found is None:
        raise NotFound("framework_not_found", framework=code)
    return found


def tree_of(framework: Framework) -> tuple[Branch, ...]:
    """The framework as a tree."""
    below: dict[int | None, list[FrameworkNode]] = {}
    for node in framework.nodes:
        below.setdefault(node.parent_id, []).append(node)

    def branches(parent_id: int | None) -> tuple[Branch, ...]:
        return tuple(Branch(node, branches(node.id)) for node in below.get(parent_id, ()))

    return branches(None)


def aligned_competencies(session: Session) -> Mapping[str, Sequence[Competency]]:
    """Which of the platform's competencies answer to a node of another framework, by the node's code."""
    found: dict[str, list[Competency]] = {}
    for competency, node in competency_nodes(session).items():
        for code in node.aligns_to:
            found.setdefault(code, []).append(competency)
    return found


def competency_nodes(session: Session) -> Mapping[Competency, FrameworkNode]:
    """The platform's competencies with their descriptions and levels, in the newest version of its model."""
    framework_id = session.scalar(
        select(Framework.id).where(Framework.code == PLATFORM).order_by(Framework.loaded_at.desc(), Framework.id.desc())
    )
    found = session.scalars(
        select(FrameworkNode)
        .where(FrameworkNode.framework_id == framework_id, FrameworkNode.kind == NodeKind.COMPETENCY)
        .order_by(FrameworkNode.ordinal)
    )
    known = {member.value for member in Competency}
    return {Competency(node.code): node for node in found if node.code in known}


def node_names(session: Session) -> Mapping[str, FrameworkNode]:
    """Every node of every framework by its code, for naming what a competency is aligned to."""
    return {node.code: node for node in session.scalars(select(FrameworkNode).order_by(FrameworkNode.framework_id))}


def is_shown_as_policy(evidence: Evidence) -> bool:
    """Whether a name with this evidence may be shown as policy; a recalled one waits for confirmation."""
    return evidence in SHOWN_AS_POLICY


def _add_nodes(session: Session, framework: Framework, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add the tree level by level: a parent needs its id before its children."""
    waiting = {place.ordinal: (place, row) for place, row in _walk(rows)}
    nodes: dict[int, FrameworkNode] = {}
    for depth in range(1 + max((place.depth for place, _row in waiting.values()), default=0)):
        for place, row in waiting.values():
            if place.depth == depth:
                parent = nodes[place.parent] if place.parent is not None else None
                nodes[place.ordinal] = _node(framework, row, place, parent)
                session.add(nodes[place.ordinal])
        session.flush()


@dataclass(frozen=True)
class _Place:
    """Where a node stands in a depth-first walk."""

    ordinal: int
    depth: int
    parent: int | None  # ordinal of the parent


def _walk(rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[_Place, Mapping[str, Any]]]:
    count = 0

    def visit(
        below: Sequence[Mapping[str, Any]], depth: int, parent: int | None
    ) -> Iterator[tuple[_Place, Mapping[str, Any]]]:
        nonlocal count
        for row in below:
            place = _Place(count, depth, parent)
            count += 1
            yield place, row
            yield from visit(row.get("children") or [], depth + 1, place.ordinal)

    return visit(rows, 0, None)


def _node(framework: Framework, row: Mapping[str, Any], place: _Place, parent: FrameworkNode | None) -> FrameworkNode:
    code = _text(row, "code", framework.code)
    return FrameworkNode(
        framework_id=framework.id, parent_id=parent.id if parent else None, ordinal=place.ordinal, depth=place.depth,
        code=code, kind=_term(NodeKind, row.get("kind"), code, "kind"), name_zh=_text(row, "name_zh", code),
        name_en=_text(row, "name_en", code), source=_text(row, "source", code),
        evidence=_term(Evidence, row.get("evidence"), code, "evidence"),
        description_zh=row.get("description_zh") or "", description_en=row.get("description_en") or "",
        level_descriptors=list(row.get("levels") or []), aligns_to=list(row.get("aligns_to") or []),
    )  # fmt: skip


def _text(row: Mapping[str, Any], name: str, where: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Invalid("framework_field_missing", node=where, field=name)
    return value.strip()


def _term(vocabulary: type[Term], value: object, where: str, name: str) -> Term:
    try:
        return vocabulary(str(value))
    except ValueError as wrong:
        known = ", ".join(member.value for member in vocabulary)
        raise Invalid("framework_unknown_word", node=where, field=name, value=value, known=known) from wrong
