"""``shicheng check``: 0 with a line for each proof; 1, naming the row, when one fails."""

import argparse
import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from learning.credit.ledger import settle_enrolment
from learning.credit.models import LedgerEntry
from learning.credit.profiles import load_rules
from learning.study.models import ModuleResult
from tests.conftest import NOW, make_world
from tests.learning.credit.conftest import make_course, study
from webapp.cli import check
from webapp.database import Database


@pytest.fixture
def ready(app: Flask, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    with database.unit_of_work() as session:
        world = make_world(session)
        load_rules(session, now=NOW)
        enrolment = study(session, world.teacher, make_course(session, world.provider, [2700, 2700]))
        settle_enrolment(session, enrolment.id, now=NOW)
    monkeypatch.setenv("SHICHENG_MODE", "test")
    monkeypatch.setenv("SHICHENG_DATA_DIR", str(tmp_path))
    return database


def run(*words: str) -> int:
    top = argparse.ArgumentParser()
    check.add_parser(top.add_subparsers())
    return check.run(top.parse_args(["check", *words]))


def test_a_sound_record_passes(ready: Database, capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 0
    said = capsys.readouterr()
    assert said.out.count("ok  ") == 10
    assert "everything holds" in said.out
    assert said.err == ""


def test_a_broken_record_fails_and_names_the_row(ready: Database, capsys: pytest.CaptureFixture[str]) -> None:
    with ready.unit_of_work() as session:
        session.execute(update(ModuleResult).where(ModuleResult.id == 1).values(counted_seconds=0))
        last = session.query(LedgerEntry).order_by(LedgerEntry.id.desc()).first()
        assert last is not None
        row = last.id
    assert run() == 1
    assert f"hours_beyond_evidence: ledger_entry {row} (CN-HENAN enrolment:1/online/2)" in capsys.readouterr().err


def test_findings_can_be_read_by_a_machine(ready: Database, capsys: pytest.CaptureFixture[str]) -> None:
    with ready.unit_of_work() as session:
        session.execute(update(ModuleResult).where(ModuleResult.id == 1).values(counted_seconds=0))
    assert run("--json", "--sittings", "5") == 1
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {line["check"] for line in found} == {"hours_beyond_evidence"}
    assert all(set(line) == {"check", "table", "row", "detail"} for line in found)
