"""Both languages are complete: every term has a label, every message id a Chinese word."""

import importlib
import inspect
import re
from enum import StrEnum
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import force_locale

from webapp.labels import label
from webapp.labels.terms import LABELS

ROOT = Path(__file__).parents[2]
CATALOGUES = sorted((ROOT / "webapp" / "translations" / "zh" / "LC_MESSAGES").glob("*.po"))
HOMES = (
    "core.people", "core.access", "core.audit", "core.outbox",
    "content.terms", "assessment.terms", "recommender.terms", "learning.terms",
)  # fmt: skip


def vocabularies() -> list[type[StrEnum]]:
    return [
        found
        for home in HOMES
        for _name, found in inspect.getmembers(importlib.import_module(home), inspect.isclass)
        if issubclass(found, StrEnum) and found.__module__ == home
    ]


def chinese() -> dict[str, str]:
    words: dict[str, str] = {}
    for path in CATALOGUES:
        with path.open("rb") as text:
            for message in read_po(text, locale="zh", abort_invalid=True):
                if message.id:
                    words[str(message.id if isinstance(message.id, str) else message.id[0])] = str(message.string)
    return words


def used_ids() -> dict[str, str]:
    methods = [("**.py", "python"), ("templates/**.html", "jinja2")]
    keywords = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
    found = extract_from_dir(
        str(ROOT / "webapp"), methods, {}, keywords=keywords, directory_filter=lambda folder: "static" not in folder
    )
    ids: dict[str, str] = {}
    for name, line, message, _comments, _context in found:
        for one in message if isinstance(message, tuple) else (message,):
            if one:
                ids[one] = f"{name}:{line}"
    return ids


@pytest.mark.parametrize("vocabulary", vocabularies(), ids=lambda vocabulary: vocabulary.__name__)
def test_every_term_has_a_label_in_both_languages(vocabulary: type[StrEnum], app: Flask) -> None:
    assert vocabulary in LABELS, f"{vocabulary.__name__} has no labels"
    assert set(LABELS[vocabulary]) == set(vocabulary)
    with app.test_request_context():
        for member in vocabulary:
            with force_locale("en"):
                english = label(member)
            with force_locale("zh_CN"):
                shown = label(member)
            assert english
            assert any("\u4e00" <= character <= "\u9fff" for character in shown), f"{member!r} has no Chinese label"


def test_every_message_of_the_interface_has_its_chinese_words() -> None:
    words = chinese()
    missing = {message: place for message, place in used_ids().items() if not words.get(message)}
    assert missing == {}


def test_the_chinese_words_name_the_same_figures_as_the_english() -> None:
    names = re.compile(r"%\((\w+)\)[sd]|%%")
    wrong = {
        message: text
        for message, text in chinese().items()
        if text and set(names.findall(message)) != set(names.findall(text))
    }
    assert wrong == {}


def test_no_two_areas_give_the_same_words_different_chinese() -> None:
    seen: dict[str, tuple[str, str]] = {}
    clashes: list[str] = []
    for path in CATALOGUES:
        with path.open("rb") as text:
            for message in read_po(text, locale="zh"):
                if not message.id or not isinstance(message.id, str):
                    continue
                known = seen.setdefault(message.id, (str(message.string), path.stem))
                if known[0] != message.string:
                    clashes.append(f"{message.id!r}: {known[1]} {known[0]!r}, {path.stem} {message.string!r}")
    assert clashes == []
