"""From the words of rules.yaml to resolved profiles: inheritance filled in, every figure with its evidence mark.

A figure whose mark is RECALLED or NOT FOUND is left out (None): it stays visible as "not set" and is no rule.
"""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from content.terms import Evidence, MandatoryTopic

UNCONFIRMED = (Evidence.RECALLED, Evidence.NOT_FOUND)
TOPIC_LISTS = {"CN-HENAN": "HENAN-2021", "CN-HENAN-PTT": "HENAN-2021"}
TOPICS = {
    "习近平新时代中国特色社会主义思想": MandatoryTopic.XI_THOUGHT,
    "四史教育": MandatoryTopic.FOUR_HISTORIES,
    "师德师风": MandatoryTopic.ETHICS,
    "心理健康": MandatoryTopic.MENTAL_HEALTH,
    "信息技术": MandatoryTopic.IT,
    "国家安全": MandatoryTopic.NATIONAL_SECURITY,
    "法治教育": MandatoryTopic.RULE_OF_LAW,
    "生态教育": MandatoryTopic.ECOLOGY,
    "国家通用语言文字": MandatoryTopic.COMMON_LANGUAGE,
    "幼小衔接": MandatoryTopic.TRANSITION,
    "少先队工作": MandatoryTopic.YOUNG_PIONEERS,
    "预防校园欺凌": MandatoryTopic.ANTI_BULLYING,
}
_MARK = re.compile(r"\b(SEED|SEEN-2nd|SEEN \(secondary|SEEN \(English rendering|SEEN|RECALLED|CHOICE|NOT[_ ]FOUND)")
_SECOND_HAND = ("SEEN-2nd", "SEEN (secondary", "SEEN (English rendering")


def mark_of(words: str) -> Evidence:
    """The first evidence mark in a piece of evidence; words without one attest nothing."""
    found = _MARK.search(words)
    if found is None:
        return Evidence.NOT_FOUND
    if found[1] in _SECOND_HAND:
        return Evidence.SEEN_SECOND_HAND
    return Evidence(found[1].replace("_", " "))


def resolve(rules: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Every profile of the file by code, resolved, in the file's order."""
    written = {profile["id"]: profile for profile in rules["credit_profiles"]}
    return {code: _spec(code, _lineage(code, written), rules) for code in written}


def _lineage(code: str, written: Mapping[str, Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """A profile, then what it inherits from, nearest first."""
    chain: list[Mapping[str, Any]] = []
    wanted: str | None = code
    while wanted is not None:
        if any(profile["id"] == wanted for profile in chain):
            raise ValueError(f"profile {wanted} inherits from itself")
        chain.append(written[wanted])
        wanted = chain[-1].get("inherits")
    return chain


def _spec(code: str, chain: list[Mapping[str, Any]], rules: Mapping[str, Any]) -> dict[str, Any]:
    choices = rules.get("profile_choices", {})
    marks: dict[str, str] = {}
    words: dict[str, str] = {}

    def take(name: str, *aliases: str) -> Any:
        value, mark, text = _field(chain, name, aliases)
        marks[name], words[name] = mark.value, text
        return value

    min_cycle = take("min_cycle", "min_cycle_hours")
    unit = next((profile["unit"] for profile in chain if "unit" in profile), "学时")
    is_credit = unit == "学分" and not any("min_cycle_hours" in profile for profile in chain)
    period = {"calendar_year": "calendar"}.get(str(take("period")), choices.get("year_kind", "calendar"))
    spec = {
        "code": code,
        "name": rules.get("profile_names", {}).get(code) or chain[0].get("name", code),
        "inherits": chain[0].get("inherits"),
        "unit": unit,
        "measure": "credit" if is_credit else "hours",
        "cycle_years": take("cycle_years") or 5,
        "cycle_kind": take("cycle_kind") or choices.get("cycle_kind", "fixed"),
        "cycle_first_year": choices.get("cycle_first_year", 2021),
        "year_kind": take("year_kind") or period,
        "min_cycle_hundredths": _hundredths(min_cycle),
        "min_year_hundredths": _hundredths(take("min_year")),
        "is_min_year_strict": take("min_year_strict") is not False,
        "practice_share_min": _fraction(take("practice_share_min")),
        "hours_per_f2f_day": take("hours_per_f2f_day", "day") or choices.get("hours_per_f2f_day", 8),
        "rates": _rates(take("hour_to_credit")),
        "class_cap_hundredths": _class_cap(take("caps")),
        "absence_limit": _absence(take("absence_rule")),
        "topics": _topics(code, rules),
        "words": {name: text for name, text in words.items() if text},
        "source": rules.get("profile_sources", {}).get(code, ""),
        "evidence": str(chain[0].get("evidence", "")),
    }
    chosen = {"cycle_kind": Evidence.CHOICE, "year_kind": Evidence.CHOICE, "hours_per_f2f_day": Evidence.SEEN}
    unsaid = {name: mark.value for name, mark in chosen.items() if marks[name] == Evidence.NOT_FOUND}
    return {**spec, "marks": {**marks, **unsaid, "cycle_years": marks["min_cycle"]}}


def _field(chain: list[Mapping[str, Any]], name: str, aliases: tuple[str, ...]) -> tuple[Any, Evidence, str]:
    """A figure where the lineage first speaks of it, its mark, and the words the mark stands in."""
    for profile in chain:
        for key in (name, *aliases):
            if key not in profile:
                continue
            value = profile[key]
            if value in ("NOT_FOUND", None):
                return None, Evidence.NOT_FOUND, ""
            inner = value.get("evidence") if isinstance(value, Mapping) else None
            own = profile.get(f"{name}_evidence") or profile.get(f"{name.removesuffix('_min')}_evidence")
            text = str(inner or own or profile.get("evidence") or "")
            mark = mark_of(text) if text else Evidence.CHOICE
            return (None if mark in UNCONFIRMED else value), mark, text
    return None, Evidence.NOT_FOUND, ""


def _hundredths(amount: Any) -> int | None:
    return None if amount is None else int(Fraction(str(amount)) * 100)


def _fraction(share: Any) -> str | None:
    return None if share is None else str(Fraction(str(share)))


def _rates(conversion: Any) -> dict[str, str] | None:
    if conversion is None:
        return None
    return {kind: str(Fraction(str(rate))) for kind, rate in conversion.items() if kind != "evidence"}


def _class_cap(caps: Any) -> int | None:
    kinds = (cap for cap in caps or () if cap["kind"] == "single_f2f")
    return next((_hundredths(cap["max_credits"]) for cap in kinds), None)


def _absence(rule: Any) -> str | None:
    found = re.search(r"(\d+)/(\d+)", str(rule or ""))
    return f"{found[1]}/{found[2]}" if found else None


def _topics(code: str, rules: Mapping[str, Any]) -> list[str]:
    named = rules.get("mandatory_topics", {}).get(TOPIC_LISTS.get(code, ""), {})
    return [TOPICS[name].value for name in named.get("must", ())]
