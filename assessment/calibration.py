"""Item parameters: estimated from answers, checked by a second engine, put in force as releases.

Until answers speak, parameters are set from the expert level of each item and marked provisional.
"""

import importlib.util
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assessment.calibration_files import AnswerTable, document_text, refuse_folder, table_text, write_whole
from assessment.engine.calibration import CalibratedItem, Calibration, fit_2pl
from assessment.releases import apply_release, get_release, mean_sigma, provisional_release
from core.errors import Conflict, Invalid

__all__ = [
    "CalibrationRun", "SecondOpinion", "apply_release", "calibrate", "check_folder", "get_release",
    "provisional_release", "refuse_without_second_engine", "write_run",
]  # fmt: skip

ENGINE = "shicheng 2PL: EM (Bock and Aitkin 1981) with Newton steps on the observed information (Louis 1982)"
SECOND_ENGINE = "pyirt"
SECOND_TIMEOUT_SECONDS = 3600


@dataclass(frozen=True, eq=False)
class SecondOpinion:
    """What another engine makes of the same answers, put on our scale by mean and sigma of the difficulties."""

    a: dict[str, float]
    b: dict[str, float]
    scale: float
    shift: float
    seconds: float


@dataclass(frozen=True, eq=False)
class CalibrationRun:
    """One calibration of one table of answers."""

    table: AnswerTable
    result: Calibration
    seconds: float
    second: SecondOpinion | None


def calibrate(table: AnswerTable, *, with_second_opinion: bool = False) -> CalibrationRun:
    """Estimate the parameters of a table of answers; Invalid when no item can be estimated."""
    if with_second_opinion:
        refuse_without_second_engine()
    started = time.perf_counter()
    try:
        result = fit_2pl(table.with_nan, table.items)
    except ValueError as error:
        raise Invalid("answers_not_estimable", problem=str(error)) from error
    seconds = time.perf_counter() - started
    second = _second_opinion(table, result.items) if with_second_opinion else None
    return CalibrationRun(table, result, seconds, second)


def write_run(run: CalibrationRun, folder: Path) -> None:
    """Write items.csv, persons.csv and fit.json (and second_opinion.csv when there is one): all or nothing."""
    result = run.result
    texts = {
        "items.csv": table_text(
            ("item", "a", "b", "c", "se_a", "se_b", "n"),
            ((i.code, i.a, i.b, i.c, i.se_a, i.se_b, i.n) for i in result.items),
        ),
        "persons.csv": table_text(
            ("person", "theta", "se", "n"),
            zip(run.table.persons, result.eap.tolist(), result.sd.tolist(), _n_used(run).tolist(), strict=True),
        ),
        "fit.json": document_text(_fit_document(run)),
    }
    if run.second is not None:
        second = run.second
        texts["second_opinion.csv"] = table_text(
            ("item", "a", "b", "a_second", "b_second", "b_difference"),
            ((i.code, i.a, i.b, second.a[i.code], second.b[i.code], second.b[i.code] - i.b) for i in result.items),
        )
    write_whole(folder, texts)


def check_folder(folder: Path) -> None:
    """Refuse a folder that could not be written in the end, before any time is spent."""
    refuse_folder(folder)


def _n_used(run: CalibrationRun) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Answers of each person to the items that were estimated."""
    usable = {item.code for item in run.result.items}
    columns = [place for place, name in enumerate(run.table.items) if name in usable]
    return np.asarray((run.table.cells[:, columns] >= 0).sum(axis=1), dtype=np.int64)


def _fit_document(run: CalibrationRun) -> dict[str, object]:
    result = run.result
    document: dict[str, object] = {
        "model": "2PL",
        "loglik": result.loglik,
        "iterations": result.iterations,
        "converged": result.converged,
        "largest_change": result.largest_change,
        "seconds": round(run.seconds, 3),
        "engine": ENGINE,
        "n_persons": len(run.table.persons),
        "n_items": len(result.items),
        "excluded": [{"item": item.code, "reason": item.reason.value, "n": item.n} for item in result.unusable],
    }
    if run.second is not None:
        document["second_opinion"] = {
            "engine": f"{SECOND_ENGINE} 0.3.4, linked by mean and sigma of the difficulties",
            "scale": run.second.scale,
            "shift": run.second.shift,
            "seconds": round(run.second.seconds, 3),
        }
    return document


def refuse_without_second_engine() -> None:
    """Raise when the second engine is not installed, saying how to install it."""
    if importlib.util.find_spec(SECOND_ENGINE) is None:
        raise Conflict("second_engine_missing", engine=SECOND_ENGINE)


# The other engine runs in a process of its own: importing it compiles code into a folder shared by all users (moved
# to a private one here), sets the root logger to DEBUG and may hang in parallel. Its default bounds and ten
# iterations would clamp the items, so wide ones are given. Its beta is an easiness: b = -beta / alpha.
_SECOND_PROGRAM = """
import json, logging, sys
import pyximport
folder, install = sys.argv[1], pyximport.install
pyximport.install = lambda **options: install(build_dir=folder + "/build", build_in_temp=True)
from pyirt import irt
with open(folder + "/answers.json") as source:
    answers = [tuple(row) for row in json.load(source)]
items = {item for _, item, _ in answers}
found, _ = irt(
    answers, theta_bnds=[-4, 4], num_theta=41, alpha_bnds=[0.05, 6], beta_bnds=[-10, 10],
    in_guess_param={item: 0.0 for item in items}, max_iter=50, tol=1e-4, is_parallel=False, mode="debug",
)
with open(folder + "/found.json", "w") as target:
    json.dump([[int(i), float(p["alpha"]), float(p["beta"])] for i, p in found.items()], target)
"""


def _second_opinion(table: AnswerTable, items: Sequence[CalibratedItem]) -> SecondOpinion:
    """Let the other engine estimate the same items from the same answers."""
    columns = {item.code: table.items.index(item.code) for item in items}
    answers = [
        [int(person), column, int(table.cells[person, column])]
        for column in columns.values()
        for person in np.flatnonzero(table.cells[:, column] >= 0)
    ]
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="second-opinion-") as folder:
        Path(folder, "answers.json").write_text(json.dumps(answers))
        try:
            done = subprocess.run(  # noqa: S603
                [sys.executable, "-c", _SECOND_PROGRAM, folder],
                capture_output=True, text=True, timeout=SECOND_TIMEOUT_SECONDS, check=False, cwd=folder,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise Conflict("second_engine_slow", engine=SECOND_ENGINE, seconds=SECOND_TIMEOUT_SECONDS) from error
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["?"])[-1]
            raise Conflict("second_engine_failed", engine=SECOND_ENGINE, problem=last)
        found = json.loads(Path(folder, "found.json").read_text())
    by_column = {int(column): (alpha, -beta / alpha) for column, alpha, beta in found}
    theirs = [by_column[columns[item.code]] for item in items]
    scale, shift = mean_sigma([b for _, b in theirs], [item.b for item in items])
    return SecondOpinion(
        a={item.code: a / scale for item, (a, _) in zip(items, theirs, strict=True)},
        b={item.code: scale * b + shift for item, (_, b) in zip(items, theirs, strict=True)},
        scale=scale,
        shift=shift,
        seconds=time.perf_counter() - started,
    )
