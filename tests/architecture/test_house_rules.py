"""The rules of the house that no linter knows, read from the source itself."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("core", "content", "assessment", "recommender", "learning", "webapp")
CORE = {"__init__.py", "db.py", "errors.py", "people.py", "access.py", "audit.py", "outbox.py"}


def sources(*packages: str) -> Iterator[Path]:
    """Every module of the packages; migrations are history, written by a machine and never edited."""
    for package in packages:
        yield from (path for path in sorted((ROOT / package).rglob("*.py")) if "versions" not in path.parts)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def attribute_calls(tree: ast.AST) -> Iterator[ast.Attribute]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func


def test_core_is_a_closed_list_of_files() -> None:
    assert {path.name for path in (ROOT / "core").glob("*")} - {"__pycache__"} == CORE


def test_commit_and_rollback_stand_only_in_the_database_module_of_the_edge() -> None:
    found = [
        f"{name_of(path)}:{call.lineno}"
        for path in sources(*PACKAGES)
        if name_of(path) != "webapp/database.py"
        for call in attribute_calls(ast.parse(path.read_text("utf-8")))
        if call.attr in ("commit", "rollback")
    ]
    assert found == []


def test_only_the_clock_asks_what_time_it_is() -> None:
    asks = re.compile(r"datetime\.(now|utcnow|today)\(|date\.today\(")
    found = [name_of(path) for path in sources(*PACKAGES) if asks.search(path.read_text("utf-8"))]
    assert found == ["webapp/clock.py"]


def test_only_settings_reads_the_environment() -> None:
    found = [
        name_of(path) for path in sources(*PACKAGES) if re.search(r"os\.(environ|getenv)", path.read_text("utf-8"))
    ]
    assert found == ["webapp/settings.py"]


def test_no_broad_except_below_the_edge() -> None:
    broad = re.compile(r"except\s*(Exception|BaseException)?\s*:")
    below = PACKAGES[:-1]
    found = [name_of(path) for path in sources(*below) if broad.search(path.read_text("utf-8"))]
    assert found == []


def test_no_import_hides_inside_a_function() -> None:
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in sources(*PACKAGES)
        for function in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert found == []


def test_nothing_is_called_utils_helpers_common_or_misc() -> None:
    found = [name_of(path) for path in sources(*PACKAGES) if path.stem in {"utils", "helpers", "common", "misc"}]
    assert found == []


def test_no_routes_file_knows_sqlalchemy() -> None:
    found = [
        name_of(path)
        for path in sources("webapp")
        if "routes" in path.name and re.search(r"^(from|import) sqlalchemy", path.read_text("utf-8"), re.M)
    ]
    assert found == []


def test_only_calibration_names_pyirt() -> None:
    found = [name_of(path) for path in sources(*PACKAGES) if "pyirt" in path.read_text("utf-8")]
    assert [name for name in found if not name.startswith("assessment/calibration")] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_a_file_fits_in_one_sitting(package: str) -> None:
    too_long = {name_of(path): n for path in sources(package) if (n := len(path.read_text("utf-8").splitlines())) > 400}
    assert too_long == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_no_function_is_longer_than_sixty_lines(package: str) -> None:
    too_long = {
        f"{name_of(path)}:{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in sources(package)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (node.end_lineno or 0) - node.lineno >= 60
    }
    assert too_long == {}


def test_no_template_carries_inline_script_or_style() -> None:
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|href=\"javascript:", re.I)
    found = [
        name_of(path)
        for path in sorted((ROOT / "webapp" / "templates").rglob("*.html"))
        if inline.search(path.read_text("utf-8"))
    ]
    assert found == []


def test_no_page_or_style_names_an_address_outside_this_server() -> None:
    outside = re.compile(r"https?://(?!www\.w3\.org/)")
    kinds = ("*.html", "*.css", "*.js", "*.svg")
    folders = (ROOT / "webapp" / "templates", ROOT / "webapp" / "static")
    found = [
        name_of(path)
        for folder in folders
        for kind in kinds
        for path in sorted(folder.rglob(kind))
        if "vendor" not in path.parts and outside.search(path.read_text("utf-8"))
    ]
    assert found == []
