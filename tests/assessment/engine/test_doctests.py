"""Every example in the engine's docstrings is true."""

import doctest
import importlib
import pkgutil

import pytest

import assessment.engine

MODULES = sorted(module.name for module in pkgutil.iter_modules(assessment.engine.__path__, "assessment.engine."))


@pytest.mark.parametrize("name", MODULES)
def test_every_example_in_the_docstrings_runs_and_is_right(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
