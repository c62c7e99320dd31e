"""``shicheng calibrate`` and ``shicheng simulate`` as a psychometrician meets them."""

import argparse
import json
from pathlib import Path

import numpy as np
import pytest

from assessment.designs import SHIPPED
from core.people import SchoolLevel
from webapp.cli import calibrate, simulate


def command(*words: str) -> int:
    top = argparse.ArgumentParser(prog="shicheng")
    commands = top.add_subparsers(required=True)
    calibrate.add_parser(commands)
    simulate.add_parser(commands)
    chosen = top.parse_args(words)
    return int(chosen.run(chosen))


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    rng = np.random.default_rng(8)
    theta = rng.normal(size=(300, 1))
    cells = (rng.random((300, 5)) < 1 / (1 + np.exp(-1.3 * (theta - np.linspace(-1, 1, 5))))).astype(int)
    path = tmp_path / "answers.csv"
    path.write_text("Q1,Q2,Q3,Q4,Q5,Q6\n" + "".join(",".join(map(str, row)) + ",0\n" for row in cells))
    return path


def test_calibrate_writes_three_files_and_names_what_it_left_out(
    answers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("calibrate", str(answers), "--model", "2PL", "--out", str(tmp_path / "out")) == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["fit.json", "items.csv", "persons.csv"]
    told = capsys.readouterr()
    assert "left out Q6: all_wrong (300 answers)" in told.err
    assert "5 items, 300 persons" in told.out


def test_calibrate_refuses_a_bad_cell_with_row_column_and_remedy_and_writes_nothing(
    answers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers.write_text("Q1,Q2,Q3\n0,1,1\n0,7,1\n")
    assert command("calibrate", str(answers), "--out", str(tmp_path / "out")) == 1
    told = capsys.readouterr().err
    assert "Row 3, column Q2" in told
    assert "Write 1 for right" in told
    assert not (tmp_path / "out").exists()


def test_calibrate_called_wrongly_exits_with_two(answers: Path, tmp_path: Path) -> None:
    for words in (["--model", "3PL", "--out", "x"], []):
        with pytest.raises(SystemExit) as left:
            command("calibrate", str(answers), *words)
        assert left.value.code == 2


def test_simulate_gives_the_same_figures_for_the_same_seed(capsys: pytest.CaptureFixture[str]) -> None:
    told = []
    for _ in range(2):
        assert command("simulate", "--design", "DIAG-junior", "--people", "60", "--seed", "4", "--json") == 0
        figures = json.loads(capsys.readouterr().out)
        figures.pop("seconds")
        told.append(figures)
    assert told[0] == told[1]
    assert told[0]["n_people"] == 60


@pytest.mark.parametrize("level", SchoolLevel)
def test_the_shipped_bank_and_blueprint_measure_honestly_at_every_school_level(level: SchoolLevel) -> None:
    figures = simulate.simulate(level, SHIPPED[level], n_people=600, seed=7)
    assert 15 <= figures["mean_items"] <= 25
    assert sum(figures["stop_reason_ratio"].values()) == pytest.approx(1.0, abs=1e-3)
    for coverage in figures["coverage_ratio"].values():  # 80 % nominal; 3 standard errors of 600 are 4.9 %
        assert coverage == pytest.approx(0.80, abs=0.05)
    for rmse in figures["rmse_logits"].values():
        assert rmse < 0.65
    assert figures["exposure_max_ratio"] < 0.75


def test_two_people_with_the_same_items_overlap_wholly() -> None:
    level = SchoolLevel.PRIMARY
    bank = simulate.shipped_bank(level, SHIPPED[level])
    crowd = simulate.simulate_sittings(np.zeros((2, 5)), bank, SHIPPED[level].rules, [3, 3])
    assert simulate.overlap_ratio(crowd, bank.n_items) == pytest.approx(1.0)
