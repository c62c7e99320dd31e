"""Calibrating a table of answers: numbers of R's mirt, refusals that name row, column and remedy, whole results."""

import csv
import json
import math
import stat
from pathlib import Path

import numpy as np
import pytest

from assessment.calibration import calibrate, refuse_without_second_engine, write_run
from assessment.calibration_files import read_answers, write_whole
from core.errors import Conflict, Invalid
from tests.golden_folder import golden_file


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def table(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "answers.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


def answers(n: int = 60, *, head: str = "Q1,Q2,Q3,Q4") -> str:
    rng = np.random.default_rng(3)
    theta = rng.normal(size=(n, 1))
    cells = (rng.random((n, 4)) < 1 / (1 + np.exp(-1.5 * (theta - np.array([-1, -0.3, 0.3, 1]))))).astype(int)
    return head + "\n" + "".join(",".join(map(str, row)) + "\n" for row in cells)


def test_lsat7_gives_the_parameters_errors_and_likelihood_of_mirt(tmp_path: Path) -> None:
    write_run(calibrate(read_answers(golden_file("data/LSAT7.csv"))), tmp_path / "out")
    expected = json.loads(golden_file("r-mirt/LSAT7_2PL.json").read_text())
    fit = json.loads((tmp_path / "out" / "fit.json").read_text())
    assert fit["loglik"] == pytest.approx(expected["logLik"], abs=1e-5)
    assert fit["converged"] is True
    assert {"model", "loglik", "iterations", "converged", "seconds", "engine"} <= set(fit)
    for row, theirs in zip(rows_of(tmp_path / "out" / "items.csv"), expected["items_IRT"], strict=True):
        assert row["item"] == theirs["_row"]
        assert float(row["a"]) == pytest.approx(theirs["a"], abs=1e-4)
        assert float(row["b"]) == pytest.approx(theirs["b"], abs=1e-4)
        assert (row["c"], row["n"]) == ("0.0", "1000")
        assert 0 < float(row["se_a"]) < 0.5
    persons = rows_of(tmp_path / "out" / "persons.csv")
    theirs = np.genfromtxt(golden_file("r-mirt/LSAT7_2PL_persons.csv"), delimiter=",", skip_header=1, usecols=(1, 2))
    ours = np.array([[float(row["theta"]), float(row["se"])] for row in persons])
    assert np.abs(ours - theirs).max() < 1e-3
    assert list(persons[0]) == ["person", "theta", "se", "n"]
    assert (persons[0]["person"], persons[0]["n"]) == ("1", "5")


def test_a_first_column_headed_person_holds_the_ids(tmp_path: Path) -> None:
    lines = answers().splitlines()
    text = "\n".join(["person," + lines[0], *(f"教师{i},{line}" for i, line in enumerate(lines[1:]))])
    read = read_answers(table(tmp_path, text))
    assert read.items == ("Q1", "Q2", "Q3", "Q4")
    assert read.persons[:2] == ("教师0", "教师1")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_table_is_read_in_the_encodings_spreadsheets_write(tmp_path: Path, encoding: str) -> None:
    read = read_answers(table(tmp_path, "第一题,第二题,第三题\r\n1,0,\r\n 1 ,,0\r\n".encode(encoding)))
    assert read.items == ("第一题", "第二题", "第三题")
    assert read.cells.tolist() == [[1, 0, -1], [1, -1, 0]]


def test_blank_cells_are_not_given_and_counted_as_such(tmp_path: Path) -> None:
    text = answers(200).splitlines()
    text[1] = "1,,,"
    write_run(calibrate(read_answers(table(tmp_path, "\n".join(text)))), tmp_path / "out")
    assert rows_of(tmp_path / "out" / "persons.csv")[0]["n"] == "1"
    assert rows_of(tmp_path / "out" / "items.csv")[1]["n"] == "199"


def test_an_item_that_cannot_be_estimated_is_left_out_with_its_reason(tmp_path: Path) -> None:
    lines = answers(200).splitlines()
    text = "\n".join([lines[0] + ",Q5", *(line + ",1" for line in lines[1:])])
    write_run(calibrate(read_answers(table(tmp_path, text))), tmp_path / "out")
    fit = json.loads((tmp_path / "out" / "fit.json").read_text())
    assert fit["excluded"] == [{"item": "Q5", "reason": "all_right", "n": 200}]
    assert [row["item"] for row in rows_of(tmp_path / "out" / "items.csv")] == ["Q1", "Q2", "Q3", "Q4"]
    assert rows_of(tmp_path / "out" / "persons.csv")[0]["n"] == "4"


@pytest.mark.parametrize(
    ("text", "code", "figures"),
    [
        ("Q1,Q2,Q3\n0,1,1\n1,x,0\n", "answers_bad_cell", {"row": 3, "column": "Q2", "value": "x"}),
        ("Q1,Q2,Q3\n0,1,2\n", "answers_bad_cell", {"row": 2, "column": "Q3"}),
        ("Q1,Q2,Q3\n0,1,NA\n", "answers_bad_cell", {"value": "NA"}),
        ("Q1,Q2,Q3\n0,1,1\n0,1\n", "answers_ragged_row", {"row": 3, "n_cells": 2, "n_columns": 3}),
        ("Q1,Q2,Q3\n0,1,1\n\n0,1,1\n", "answers_empty_line", {"row": 3}),
        ("Q1,Q2,Q1\n0,1,1\n", "answers_column_twice", {"column": 3, "first": 1}),
        ("Q1,,Q3\n0,1,1\n", "answers_nameless_column", {"column": 2}),
        ("0,1,1\n0,1,1\n", "answers_no_heading", {}),
        ("Q1;Q2;Q3\n0;1;1\n", "answers_too_few_items", {"n_items": 1}),
        ("Q1,Q2,Q3\n", "answers_no_rows", {}),
        ("", "answers_too_few_items", {"n_items": 0}),
        ("person,Q1,Q2,Q3\n7,0,1,1\n7,1,1,0\n", "answers_person_twice", {"row": 3, "first": 2}),
        ("person,Q1,Q2,Q3\n,0,1,1\n", "answers_nameless_person", {"row": 2}),
        ('Q1,Q2,Q3\n0,"1,1\n', "answers_not_csv", {}),
        (b"Q1,Q2,Q3\n\xff\xff\x00\n", "answers_not_text", {}),
    ],
)  # fmt: skip
def test_bad_input_is_refused_by_row_and_column(
    tmp_path: Path, text: str | bytes, code: str, figures: dict[str, object]
) -> None:
    with pytest.raises(Invalid) as refused:
        read_answers(table(tmp_path, text))
    assert refused.value.code == code
    assert figures.items() <= refused.value.figures.items()


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="answers_unreadable"):
        read_answers(tmp_path / "nothing.csv")


def test_too_few_answers_for_any_item_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="answers_not_estimable"):
        calibrate(read_answers(table(tmp_path, answers(20))))


def test_results_replace_earlier_results_whole(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    write_whole(out, {"items.csv": "1", "second_opinion.csv": "old"})
    write_whole(out, {"items.csv": "2"})
    assert {path.name: path.read_text() for path in out.iterdir()} == {"items.csv": "2"}
    assert [path.name for path in out.parent.iterdir()] == ["out"]


def test_a_folder_with_other_files_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(Invalid, match="out_holds_other_files"):
        write_whole(tmp_path, {"items.csv": "1"})
    assert (tmp_path / "thesis.docx").read_text() == "years of work"


def test_a_result_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="out_not_written"):
        write_whole(tmp_path / "out", {"items.csv": "1", "no/such/folder.csv": "2"})
    assert list(tmp_path.iterdir()) == []


def test_results_can_be_read_by_others_like_any_new_file(tmp_path: Path) -> None:
    write_whole(tmp_path / "out", {"items.csv": "1"})
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o755


def test_a_missing_second_engine_is_told_before_any_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(Conflict, match="second_engine_missing"):
        refuse_without_second_engine()


def test_the_second_engine_agrees_on_lsat7_where_it_is_installed(tmp_path: Path) -> None:
    try:
        refuse_without_second_engine()
    except Conflict:
        pytest.skip("the extra second-opinion is not installed")
    run = calibrate(read_answers(golden_file("data/LSAT7.csv")), with_second_opinion=True)
    write_run(run, tmp_path / "out")
    rows = rows_of(tmp_path / "out" / "second_opinion.csv")
    assert max(abs(float(row["b_difference"])) for row in rows) < 0.05
    assert max(abs(math.log(float(row["a_second"]) / float(row["a"]))) for row in rows) < 0.1
