"""``shicheng simulate``: what a blueprint does to a crowd of known abilities, with the shipped bank."""

import argparse
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from assessment.banks import warmed
from assessment.designs import SHIPPED, DesignSpec, code_of
from assessment.engine.bank import Bank
from assessment.engine.irt import ItemParameters
from assessment.engine.simulation import SimulatedSittings, simulate_sittings
from assessment.engine.stopping import StopReason
from assessment.releases import EXPERT_SLOPE, expert_difficulty_logits
from content import terms
from core.people import SchoolLevel
from webapp.cli.grammar import Subparsers

DESIGNS = {code_of(level): level for level in SchoolLevel}
ITEMS = Path(__file__).parents[2] / "content" / "data" / "items"


def add_parser(commands: Subparsers) -> None:
    """Add this command to the grammar."""
    own = commands.add_parser("simulate", help="let simulated people sit a blueprint with the shipped bank")
    own.add_argument("--design", choices=sorted(DESIGNS), default="DIAG-primary")
    own.add_argument("--people", type=_count, default=1000, metavar="N")
    own.add_argument("--seed", type=_count, default=2026, metavar="S")
    own.add_argument("--json", action="store_true", help="print JSON")
    own.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Simulate and print the figures."""
    level = DESIGNS[arguments.design]
    figures = simulate(level, SHIPPED[level], n_people=arguments.people, seed=arguments.seed)
    print(json.dumps(figures, ensure_ascii=False, indent=2) if arguments.json else _lines(figures))
    return 0


def shipped_bank(level: SchoolLevel, spec: DesignSpec) -> Bank:
    """The shipped items for a school level with their expert parameters."""
    rows = [row for path in sorted(ITEMS.glob("*.yaml")) for row in yaml.safe_load(path.read_text("utf-8"))]
    rows = [row for row in rows if not row["school_levels"] or level.value in row["school_levels"]]
    parameters = ItemParameters.binary(
        np.full(len(rows), EXPERT_SLOPE),
        [expert_difficulty_logits(row["level"]) for row in rows],
        [spec.order.index(terms.Competency(row["competency"]).domain) for row in rows],
        [row["code"] for row in rows],
    )
    return warmed(Bank(parameters, spec.prior))


def simulate(level: SchoolLevel, spec: DesignSpec, *, n_people: int, seed: int) -> dict[str, Any]:
    """Figures of a crowd drawn from the prior: lengths, error, coverage, exposure, reasons to stop."""
    rng, bank = np.random.default_rng(seed), shipped_bank(level, spec)
    loadings = spec.prior.loadings
    theta = rng.normal(size=(n_people, 1)) * loadings
    theta += rng.normal(size=(n_people, len(loadings))) * np.sqrt(1 - loadings**2)
    started = time.perf_counter()
    crowd = simulate_sittings(theta, bank, spec.rules, rng.integers(2**31, size=n_people))
    seconds = time.perf_counter() - started
    exposure = crowd.exposure_ratio(bank.n_items)
    interval = crowd.posterior.interval_of(spec.interval_ratio)
    covers = ((interval[..., 0] <= theta) & (theta <= interval[..., 1])).mean(axis=0)
    spread = np.square(crowd.posterior.sd).mean(axis=0)
    return {
        "design": code_of(level), "n_people": n_people, "seed": seed, "n_bank": bank.n_items,
        "parameters": "provisional (expert levels)", "seconds": round(seconds, 2),
        "mean_items": round(float(crowd.n_items.mean()), 2),
        "items_p5_p95": [int(value) for value in np.percentile(crowd.n_items, [5, 95])],
        "rmse_logits": _by_domain(spec, crowd.rmse), "bias_logits": _by_domain(spec, crowd.bias),
        "mean_sd_logits": _by_domain(spec, crowd.posterior.sd.mean(axis=0)),
        "reliability_ratio": _by_domain(spec, 1 - spread),
        "interval_ratio": spec.interval_ratio, "coverage_ratio": _by_domain(spec, covers),
        "exposure_max_ratio": round(float(exposure.max()), 4), "n_never_given": int((exposure == 0).sum()),
        "overlap_ratio": round(overlap_ratio(crowd, bank.n_items), 4),
        "stop_reason_ratio": {reason.value: round(crowd.reasons.count(reason) / n_people, 4) for reason in StopReason},
    }  # fmt: skip


def overlap_ratio(crowd: SimulatedSittings, n_items: int) -> float:
    """Share of a sitting that two people taken at random have in common (Chen, Ankenmann and Spray 2003)."""
    given = np.bincount(crowd.items[crowd.items >= 0], minlength=n_items).astype(np.float64)
    n = len(crowd.items)
    if n < 2:
        return 0.0
    return float((given * (given - 1)).sum() / (n * (n - 1)) / crowd.n_items.mean())


def _by_domain(spec: DesignSpec, values: "np.ndarray[Any, np.dtype[np.float64]]") -> Mapping[str, float]:
    return {domain.value: round(float(value), 4) for domain, value in zip(spec.order, values, strict=True)}


def _lines(figures: Mapping[str, Any]) -> str:
    shown = (f"{name}: {value if not isinstance(value, dict) else _inline(value)}" for name, value in figures.items())
    return "\n".join(shown)


def _inline(values: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"must be 1 or more: {text}")
    return value
