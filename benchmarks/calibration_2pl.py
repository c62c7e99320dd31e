"""Time of a 2PL calibration with standard errors, ours beside PyPI's mirt, in the same process.

Run: python -m benchmarks.calibration_2pl
Ours: 61 nodes, to 1e-6 in the last Newton step. mirt: its defaults (21 nodes, to 1e-4), then with 61 nodes.
"""

import time
from collections.abc import Callable
from statistics import median

import mirt
import numpy as np
import numpy.typing as npt

from assessment.engine.calibration import fit_2pl


def simulate(n_persons: int, n_items: int) -> npt.NDArray[np.int64]:
    """Draw right and wrong answers (n_persons, n_items) from a 2PL."""
    rng = np.random.default_rng(n_persons)
    a, b, theta = rng.lognormal(0.1, 0.3, n_items), rng.normal(size=n_items), rng.normal(size=(n_persons, 1))
    return (rng.random((n_persons, n_items)) < 1 / (1 + np.exp(-a * (theta - b)))).astype(np.int64)


def medians(runs: dict[str, Callable[[], object]], n_runs: int) -> dict[str, float]:
    """Median seconds of each way, taken in turns after one warm-up, so that load falls on all alike."""
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for turn in range(n_runs + 1):
        for name, run in runs.items():
            begin = time.perf_counter()
            run()
            if turn:
                seconds[name].append(time.perf_counter() - begin)
    return {name: median(times) for name, times in seconds.items()}


def main() -> None:
    """Print medians and ratios for a small and a large table."""
    for n_persons, n_items in ((1_000, 30), (10_000, 50)):
        data = simulate(n_persons, n_items)
        runs: dict[str, Callable[[], object]] = {
            "ours": lambda data=data: fit_2pl(data),  # type: ignore[misc]
            "mirt, defaults": lambda data=data: mirt.fit_mirt(data, model="2PL"),  # type: ignore[misc]
            "mirt, 61 nodes": lambda data=data: mirt.fit_mirt(data, model="2PL", n_quadpts=61),  # type: ignore[misc]
        }
        result = medians(runs, 7)
        print(f"{n_persons:,} x {n_items}")
        for name, seconds in result.items():
            print(f"  {name:16} {seconds * 1e3:8.1f} ms   {seconds / result['ours']:5.1f} times ours")


if __name__ == "__main__":
    main()
