"""Every message that is told anywhere has words in both languages, and a kind among which its e-mail is chosen."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale

from core.access import Role
from learning.reminders import RULES
from webapp.labels import message_words
from webapp.labels.messages import MAIL_KINDS, WORDS

ROOT = Path(__file__).parents[3]
TELLERS = {"tell", "Notice"}


def constants(tree: ast.Module) -> dict[str, str]:
    return {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    }  # fmt: skip


def passed_on(tree: ast.Module, call: ast.Call, place: int) -> list[str]:
    """Rules given by name to the function that tells: every constant that its callers put in that place."""
    around = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and call in ast.walk(node)]
    argument = call.args[place]
    assert isinstance(argument, ast.Name)
    for function in around:
        names = [one.arg for one in function.args.args]
        if argument.id in names:
            return [
                one.args[names.index(argument.id)].value  # type: ignore[attr-defined]
                for one in ast.walk(tree)
                if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id == function.name
            ]
    return []


def told() -> Iterator[tuple[str, str]]:
    """(place, rule) of every message told in the source; a rule made with an f-string is given up to its first figure."""
    for package in ("core", "content", "assessment", "recommender", "learning", "webapp"):
        for path in sorted((ROOT / package).rglob("*.py")):
            tree = ast.parse(path.read_text("utf-8"))
            brought = {
                alias.name
                for node in tree.body
                if isinstance(node, ast.ImportFrom) and node.module == "core.outbox"
                for alias in node.names
            }
            for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
                if not isinstance(call.func, ast.Name) or call.func.id not in TELLERS & brought:
                    continue
                place = 1 if call.func.id == "tell" else 0
                where = f"{path.relative_to(ROOT)}:{call.lineno}"
                match call.args[place]:
                    case ast.Constant(value=str(rule)):
                        yield where, rule
                    case ast.JoinedStr(values=[ast.Constant(value=str(start)), *_rest]):
                        yield where, f"{start}*"
                    case ast.Name(id=name) if name in constants(tree):
                        yield where, constants(tree)[name]
                    case ast.Name():
                        rules = passed_on(tree, call, place)
                        assert rules, f"{where}: cannot see which rule is told"
                        yield from ((where, rule) for rule in rules)
                    case ast.Attribute(attr="id"):
                        yield from ((where, rule) for rule in RULES)


def test_every_rule_told_in_the_source_has_words() -> None:
    found = list(told())
    assert len(found) > 10
    missing = [
        (where, rule)
        for where, rule in found
        if not (any(known.startswith(rule[:-1]) for known in WORDS) if rule.endswith("*") else rule in WORDS)
    ]
    assert missing == []


@pytest.mark.parametrize("rule", ["submission.accepted", "submission.returned", "declaration.verified",
                                  "declaration.returned"])  # fmt: skip
def test_both_judgements_have_words(rule: str) -> None:
    assert rule in WORDS


@pytest.mark.parametrize("rule", sorted(WORDS))
def test_the_words_stand_in_both_languages_even_when_a_figure_is_missing(rule: str, app: Flask) -> None:
    with app.test_request_context():
        with force_locale("zh_CN"):
            title, text = message_words(rule, {})
        with force_locale("en"):
            english, english_text = message_words(rule, {})
    assert any("\u4e00" <= character <= "\u9fff" for character in title)
    assert any("\u4e00" <= character <= "\u9fff" for character in text)
    assert (english, english_text) != (title, text)
    assert "%(" not in title + text + english + english_text


def test_an_unknown_rule_gets_words_that_are_true_of_any(app: Flask) -> None:
    with app.test_request_context(), force_locale("zh_CN"):
        assert message_words("never.heard_of", {"x": 1}) == ("您有新动态", "您的记录有变化，点开即可查看。")


def test_days_and_hours_are_written_as_people_write_them(app: Flask) -> None:
    figures = {
        "year": 2026, "has_hundredths": 4350, "min_hundredths": 7200, "short_hundredths": 2850, "due_on": "2026-12-31",
    }  # fmt: skip
    with app.test_request_context(), force_locale("zh_CN"):
        assert message_words("hours.behind", figures)[1] == (
            "2026 年度要求 72 学时，您已有 43.5 学时，到2026年12月31日还差 28.5 学时。推荐页里有适合您的课程。"
        )


def test_a_task_past_its_day_is_not_called_due_soon(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        soon = message_words("task.due", {"n_days": 1, "due_on": "2026-11-25", "course": "C"})
        late = message_words("task.due", {"n_days": -1, "due_on": "2026-11-25", "course": "C"})
    assert (soon[0], late[0]) == ("A task is due soon", "A task was due")


def test_every_rule_belongs_to_one_kind_of_mail() -> None:
    kinds = [rule for kind in MAIL_KINDS for rule in kind.rules]
    assert len(kinds) == len(set(kinds))
    assert set(kinds) == {rule for rule in WORDS if not rule.endswith(".late")}
    duties = next(kind for kind in MAIL_KINDS if kind.is_mandatory)
    assert {rule.id for rule in RULES.values() if rule.is_mandatory} <= set(duties.rules)
    assert {role for kind in MAIL_KINDS for role in kind.roles} <= set(Role)
