"""A keyed scenario question as a file says it, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from content.formats.course_file import Fault, QuestionDraft, parse_modules


@dataclass(frozen=True)
class ItemDraft:
    """An item as written; terms are still their codes."""

    code: str
    competency: str
    school_levels: tuple[str, ...]
    level: int
    question: QuestionDraft


def parse_item(data: Mapping[str, Any]) -> ItemDraft:
    """The item a mapping describes (the shape of ``content/data/items/*.yaml``), read leniently.

    Examples
    --------
    >>> parse_item({"code": "E-001", "level": 3, "options": ["甲", "乙"], "key": "b"}).question.key_index
    1
    """
    question = parse_modules([{"questions": [data]}])[0].questions[0]
    level = data.get("level")
    return ItemDraft(
        code=str(data.get("code") or "").strip(),
        competency=str(data.get("competency") or "").strip(),
        school_levels=tuple(str(one).strip() for one in data.get("school_levels") or ()),
        level=level if isinstance(level, int) and not isinstance(level, bool) else 0,
        question=question,
    )


def shape_faults(draft: ItemDraft) -> list[Fault]:
    """Faults of an item that need no vocabulary: its level and its rationale."""
    faults = []
    if not 1 <= draft.level <= 5:
        faults.append(Fault("level", "level_out_of_range", {"value": draft.level}))
    if not draft.question.rationale:
        faults.append(Fault("rationale", "is_empty"))
    return faults
