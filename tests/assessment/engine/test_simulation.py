"""Simulated sittings: the same rule as a real one, honest intervals, recovery."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from assessment.engine.ability import start, update
from assessment.engine.bank import Bank
from assessment.engine.design import Design
from assessment.engine.irt import ItemParameters
from assessment.engine.prior import Prior
from assessment.engine.selection import choose_item
from assessment.engine.simulation import answer_draws, simulate_answers, simulate_sittings
from assessment.engine.stopping import StopReason, decide

Floats = npt.NDArray[np.float64]
Persons = Callable[[int], Floats]
DESIGN = Design(np.full(5, 2), np.full(5, 0.5), 25)


def _sit(theta: Floats, bank: Bank, design: Design, seed: int) -> tuple[list[int], Floats, StopReason]:
    """One sitting by the functions a real sitting calls."""
    known, items = start(bank.prior), list[int]()
    draws = answer_draws(seed, design.maximum_length)
    while (reason := decide(known, items, bank, design)) is None:
        choice = choose_item(known, items, bank, design, seed=seed)
        row = np.array([choice.item])
        answer = int(simulate_answers(theta[[choice.domain]], row, draws[[len(items)]], bank)[0])
        known = update(known, answer, choice.item, bank)
        items.append(choice.item)
    return items, known.eap, reason


def test_a_crowd_sits_exactly_as_each_person_alone(bank_of_300: Bank, persons: Persons) -> None:
    theta = persons(40)
    crowd = simulate_sittings(theta, bank_of_300, DESIGN, np.arange(40))
    for person in range(40):
        items, eap, reason = _sit(theta[person], bank_of_300, DESIGN, person)
        assert crowd.items[person, : crowd.n_items[person]].tolist() == items
        assert crowd.reasons[person] is reason
        np.testing.assert_allclose(crowd.posterior.eap[person], eap, atol=1e-9)


def test_a_crowd_sits_alike_with_graded_and_identical_items(persons: Persons, five_domains: Prior) -> None:
    boundaries = [[-1.0, 0.0, 1.0] if i % 2 else [0.0] for i in range(60)]
    bank = Bank(ItemParameters.graded([1.3] * 60, boundaries, np.arange(60) % 5), five_domains)
    theta, design = persons(20), Design(np.full(5, 1), np.full(5, 0.45), 15, 3)
    crowd = simulate_sittings(theta, bank, design, np.arange(20) + 100)
    for person in range(20):
        items, _, _ = _sit(theta[person], bank, design, person + 100)
        assert crowd.items[person, : crowd.n_items[person]].tolist() == items


def test_abilities_are_recovered_and_intervals_hold_four_times_in_five(bank_of_300: Bank, persons: Persons) -> None:
    crowd = simulate_sittings(persons(1500), bank_of_300, DESIGN, np.arange(1500))
    assert (np.abs(crowd.bias) < 0.05).all()
    assert (np.abs(crowd.coverage_ratio - 0.80) < 0.035).all()  # three standard errors of a share of 1,500
    np.testing.assert_allclose(crowd.rmse, np.sqrt((crowd.posterior.sd**2).mean(axis=0)), rtol=0.08)


def test_no_item_is_given_twice_and_minima_hold(bank_of_300: Bank, persons: Persons) -> None:
    crowd = simulate_sittings(persons(100), bank_of_300, DESIGN, np.arange(100))
    for row, n in zip(crowd.items, crowd.n_items, strict=True):
        assert len(set(row[:n].tolist())) == n
        assert (np.bincount(bank_of_300.parameters.domain[row[:n]], minlength=5) >= 2).all()
        assert (row[n:] == -1).all()


def test_a_sitting_that_ends_by_precision_has_it(bank_of_300: Bank, persons: Persons) -> None:
    crowd = simulate_sittings(persons(200), bank_of_300, DESIGN, np.arange(200))
    reached = np.array([reason is StopReason.PRECISION_REACHED for reason in crowd.reasons])
    assert reached.sum() > 20
    assert (crowd.posterior.sd[reached] <= 0.5).all()


def test_drawing_among_more_items_spreads_exposure(bank_of_300: Bank, persons: Persons) -> None:
    theta = persons(200)
    strict, spread = (
        simulate_sittings(theta, bank_of_300, Design(np.full(5, 2), np.full(5, 0.5), 20, k), np.arange(200))
        for k in (1, 10)
    )
    assert spread.exposure_ratio(300).max() < 0.7 * strict.exposure_ratio(300).max()
    assert strict.exposure_ratio(300).sum() == pytest.approx(strict.n_items.mean())


def test_shapes_that_do_not_fit_are_refused(bank_of_300: Bank) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        simulate_sittings(np.zeros((3, 4)), bank_of_300, DESIGN, [1, 2, 3])
