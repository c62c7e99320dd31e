"""``shicheng import``: done 0, refused 1 with reasons on stderr, wrong usage 2."""

import json
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select

from core.db import Base
from core.people import Person
from tests.conftest import NOW, make_world
from webapp.cli import main
from webapp.database import Database

HEAD = "工号,姓名,学校代码,阶段\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A deployment whose settings stand in the environment."""
    url = f"sqlite:///{tmp_path / 'site.sqlite3'}"
    for name, value in {
        "MODE": "test", "DATA_DIR": str(tmp_path), "DATABASE_URL": url, "AS_OF": NOW.isoformat(),
        "SECRET_KEY": "only-for-tests-0123456789-0123456789",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"SHICHENG_{name}", value)
    database = Database(url)
    Base.metadata.create_all(database.engine)
    with database.unit_of_work() as session:
        make_world(session)
    database.engine.dispose()
    return tmp_path


def staff_nos(folder: Path) -> set[str]:
    database = Database(f"sqlite:///{folder / 'site.sqlite3'}")
    with database.unit_of_work() as session:
        found = set(session.scalars(select(Person.staff_no)))
    database.engine.dispose()
    return found


def workbook(folder: Path, rows: str) -> str:
    (folder / "people.csv").write_text(HEAD + rows, encoding="gb18030")
    return str(folder / "people.csv")


def test_people_come_in_with_first_passwords_in_a_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = folder / "passwords.xlsx"
    file = workbook(folder, "N1,林三,S1,合格教师\n")
    assert main(["import", "people", file, "--passwords", str(out)]) == 0
    assert "1 new" in capsys.readouterr().out
    row = [cell.value for cell in openpyxl.load_workbook(out).worksheets[0][2]]
    assert row[:3] == ["青屏县第一小学", "林三", "N1"]
    assert out.stat().st_mode & 0o077 == 0
    assert main(["import", "people", file]) == 0  # again: nothing to do


def test_a_dry_run_writes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "people", workbook(folder, "N1,林三,S1,\n"), "--dry-run", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["counts"]["new"] == 1
    assert printed["rows"][0]["key"] == "N1"
    assert "N1" not in staff_nos(folder)


def test_refused_rows_are_told_on_stderr_and_nothing_comes_in(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "people", workbook(folder, "N1,林三,S1,\nN2,王四,S9,大师\n")]) == 1
    told = capsys.readouterr().err.splitlines()
    assert any(line.startswith("row 3 学校代码: ") and "“S9”" in line for line in told)
    assert any(line.startswith("row 3 阶段: ") for line in told)
    assert not {"N1", "N2"} & staff_nos(folder)


def test_a_missing_file_and_an_unknown_kind_are_wrong_usage(folder: Path) -> None:
    assert main(["import", "people", str(folder / "nowhere.csv")]) == 2
    with pytest.raises(SystemExit) as left:
        main(["import", "schools", "x.csv"])
    assert left.value.code == 2


def test_a_shipped_framework_is_loaded_and_loading_it_again_changes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shipped = next((Path(__file__).parents[3] / "content" / "data" / "frameworks").glob("digital.yaml"))
    assert main(["import", "framework", str(shipped), "--dry-run"]) == 0
    assert main(["import", "framework", str(shipped)]) == 0
    assert main(["import", "framework", str(shipped)]) == 0
    (folder / "list.yaml").write_text("- a\n")
    assert main(["import", "framework", str(folder / "list.yaml")]) == 1
    assert "framework_not_a_mapping" in capsys.readouterr().err
