"""Time of one step of an adaptive sitting with 300 items: score the answer, decide, choose the next.

Run: python -m benchmarks.selection_step
"""

import time

import numpy as np

from assessment.engine.ability import start, update
from assessment.engine.bank import Bank
from assessment.engine.design import Design
from assessment.engine.irt import ItemParameters
from assessment.engine.prior import Prior
from assessment.engine.selection import choose_item
from assessment.engine.simulation import simulate_sittings
from assessment.engine.stopping import decide


def time_steps(bank: Bank, design: Design, n_sittings: int) -> list[float]:
    """Seconds of every step of sittings answered at random."""
    seconds = []
    for seed in range(n_sittings):
        answers = np.random.default_rng(seed).integers(0, 2, design.maximum_length).tolist()
        known, items = start(bank.prior), [0]
        for answer in answers:
            begin = time.perf_counter()
            known = update(known, answer, items[-1], bank)
            if decide(known, items, bank, design) is not None:
                break
            items.append(choose_item(known, items, bank, design, seed=seed).item)
            seconds.append(time.perf_counter() - begin)
    return seconds


def main() -> None:
    """Print the median and the 95th percentile of a step, and the time of 1,500 simulated sittings."""
    rng, prior = np.random.default_rng(1), Prior(np.array([0.85, 0.8, 0.75, 0.8, 0.7]))
    items = ItemParameters.binary(rng.lognormal(0.3, 0.3, 300), rng.normal(0, 1.2, 300), np.arange(300) % 5)
    bank, design = Bank(items, prior), Design(np.full(5, 3), np.full(5, 0.4), 25)
    time_steps(bank, design, 5)
    seconds = time_steps(bank, design, 100)
    middle, high = np.percentile(seconds, [50, 95]) * 1e3
    print(
        f"one step, 300 items, 5 domains: median {middle:.3f} ms, 95th percentile {high:.3f} ms ({len(seconds)} steps)"
    )
    general = rng.normal(size=(1500, 1))
    theta = prior.loadings * general + np.sqrt(1 - prior.loadings**2) * rng.normal(size=(1500, 5))
    begin = time.perf_counter()
    crowd = simulate_sittings(theta, bank, design, np.arange(1500))
    print(f"1,500 sittings, {crowd.n_items.sum()} items in all: {time.perf_counter() - begin:.2f} s")


if __name__ == "__main__":
    main()
