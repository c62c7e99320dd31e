"""Golden numbers of R's mirt, and banks the engine tests share."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from assessment.engine.bank import Bank
from assessment.engine.irt import ItemParameters
from assessment.engine.prior import Prior
from tests.golden_folder import GOLDEN, golden_file

Table = npt.NDArray[np.float64]


@pytest.fixture(scope="session")
def golden_fit() -> Callable[[str], dict[str, Any]]:
    """Read an estimate of R mirt, by tag."""

    def read(tag: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(golden_file(f"r-mirt/{tag}.json").read_text())
        return found

    return read


@pytest.fixture(scope="session")
def golden_persons() -> Callable[[str], Table]:
    """Read R mirt's person scores, by tag: columns EAP and its sd."""

    def read(tag: str) -> Table:
        path = golden_file(f"r-mirt/{tag}_persons.csv")
        return np.genfromtxt(path, delimiter=",", skip_header=1, usecols=(1, 2))

    return read


@pytest.fixture(scope="session")
def golden_data() -> Callable[[str], Table]:
    """Read a published table of answers; LSAT7 falls back on the copy PyPI's mirt carries."""

    def read(name: str) -> Table:
        if name == "LSAT7" and not (GOLDEN / "data" / "LSAT7.csv").exists():
            return np.asarray(pytest.importorskip("mirt").load_dataset("LSAT7")["data"], dtype=np.float64)
        return np.genfromtxt(golden_file(f"data/{name}.csv"), delimiter=",", skip_header=1)

    return read


@pytest.fixture(scope="session")
def five_domains() -> Prior:
    """Return a prior of five positively correlated domains."""
    return Prior(np.array([0.85, 0.8, 0.75, 0.8, 0.7]))


@pytest.fixture(scope="session")
def bank_of_300(five_domains: Prior) -> Bank:
    """Return 300 binary items, 60 a domain, of ordinary slopes and difficulties."""
    rng = np.random.default_rng(20)
    slopes, difficulties = rng.lognormal(0.3, 0.3, 300), rng.normal(0.0, 1.2, 300)
    return Bank(ItemParameters.binary(slopes, difficulties, np.arange(300) % 5), five_domains)


@pytest.fixture(scope="session")
def persons(five_domains: Prior) -> Callable[[int], Table]:
    """Draw abilities (P, 5) from the prior."""

    def draw(n: int) -> Table:
        rng, loadings = np.random.default_rng(21), five_domains.loadings
        general = rng.normal(size=(n, 1))
        return np.asarray(loadings * general + np.sqrt(1 - loadings**2) * rng.normal(size=(n, 5)))

    return draw
