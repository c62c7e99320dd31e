"""Choosing the next item and ending the sitting."""

import time

import numpy as np
import pytest

from assessment.engine.ability import eap, start
from assessment.engine.bank import Bank
from assessment.engine.design import Design
from assessment.engine.irt import ItemParameters, information, probability
from assessment.engine.prior import Prior
from assessment.engine.selection import choose_item
from assessment.engine.stopping import StopReason, decide

TWO = Prior(np.array([0.7, 0.7]))


def _design(minimum: tuple[int, int] = (1, 1), target: float = 0.3, length: int = 10, n_best: int = 1) -> Design:
    return Design(np.array(minimum), np.array([target, target]), length, n_best)


def _bank(n: int = 20, a: float = 1.5) -> Bank:
    return Bank(ItemParameters.binary([a] * n, np.linspace(-2, 2, n), np.arange(n) % 2), TWO)


def test_the_domain_that_lacks_most_of_its_minimum_comes_first() -> None:
    assert choose_item(start(TWO), [], _bank(), _design((1, 3)), seed=1).domain == 1


def test_with_the_minima_met_the_least_precise_domain_comes_next() -> None:
    bank = _bank()
    items = [0, 2, 4, 5]  # three of domain 0, one of domain 1
    known = eap([1, 0, 1, 1], items, bank.parameters, TWO)
    choice = choose_item(known, items, bank, _design(), seed=1)
    assert (choice.domain, choice.n_short) == (1, 0)


def test_precision_is_measured_against_each_domains_own_target() -> None:
    bank = _bank()
    design = Design(np.array([0, 0]), np.array([0.5, 0.9]), 10, 1)
    assert choose_item(start(TWO), [], bank, design, seed=1).domain == 0


def test_a_domain_out_of_reach_does_not_eat_the_items_of_the_others() -> None:
    slopes = [0.2] * 10 + [2.0] * 10
    bank = Bank(ItemParameters.binary(slopes, np.linspace(-1, 1, 20), [0] * 10 + [1] * 10), TWO)
    assert choose_item(start(TWO), [], bank, _design((0, 0), 0.4), seed=1).domain == 1


def test_the_best_item_is_the_most_informative_over_the_posterior() -> None:
    rng = np.random.default_rng(4)
    bank = Bank(ItemParameters.binary(rng.uniform(0.5, 2, 30), rng.normal(0, 1, 30), [0] * 30), Prior(np.array([0.0])))
    known = eap([1, 1, 0], [0, 1, 2], bank.parameters, bank.prior)
    fine = np.linspace(-8, 8, 4001)
    weight = np.exp(-0.5 * fine**2)
    for row, answer in zip(range(3), (1, 1, 0), strict=True):
        p = 1 / (1 + np.exp(-bank.parameters.a[row] * (fine - bank.parameters.b[row, 0])))
        weight *= p if answer else 1 - p
    weight /= weight.sum()
    expected = [(weight * information(fine, bank.parameters.a[i], bank.parameters.b[i, 0])).sum() for i in range(3, 30)]
    design = Design(np.array([5]), np.array([0.3]), 10, 1)
    choice = choose_item(known, [0, 1, 2], bank, design, seed=1)
    assert choice.item == 3 + int(np.argmax(expected))
    assert choice.information == pytest.approx(max(expected), abs=1e-6)


def test_the_draw_goes_over_all_of_the_k_best_and_no_other() -> None:
    bank, design = _bank(), _design((5, 0), n_best=4)
    weighted = bank.informations[::2] @ start(TWO).masses[0]
    best = {2 * int(i) for i in np.argsort(-weighted)[:4]}
    drawn = [choose_item(start(TWO), [], bank, design, seed=seed) for seed in range(200)]
    assert {choice.item for choice in drawn} == best
    assert {choice.k for choice in drawn} == {4}


def test_the_same_seed_gives_the_same_item_and_another_step_a_fresh_draw() -> None:
    bank, design = _bank(), _design((5, 0), n_best=5)
    assert choose_item(start(TWO), [], bank, design, seed=9) == choose_item(start(TWO), [], bank, design, seed=9)
    first, second = (
        [choose_item(start(TWO), given, bank, design, seed=seed).item for seed in range(50)] for given in ([], [1])
    )
    assert first != second


def test_items_given_or_not_available_are_never_chosen() -> None:
    bank = _bank(4)
    available = np.array([True, False, True, True])
    choice = choose_item(start(TWO), [0], bank, _design((2, 0), n_best=9), seed=3, available=available)
    assert (choice.item, choice.k) == (2, 1)


def test_nothing_left_to_choose_is_an_error() -> None:
    with pytest.raises(ValueError, match="no item is left"):
        choose_item(start(TWO), [0, 1], _bank(2), _design(), seed=1)


def test_a_sitting_goes_on_while_a_domain_is_vague_and_can_be_helped() -> None:
    assert decide(start(TWO), [], _bank(a=2.5), _design()) is None


def test_it_ends_when_every_domain_has_its_minimum_and_its_precision() -> None:
    bank = _bank()
    known = eap([1, 0], [0, 1], bank.parameters, TWO)
    assert decide(known, [0, 1], bank, _design(target=0.99)) is StopReason.PRECISION_REACHED


def test_precision_without_the_minimum_is_not_enough() -> None:
    bank = _bank()
    known = eap([1, 0], [0, 2], bank.parameters, TWO)
    assert decide(known, [0, 2], bank, _design(target=0.99)) is None


def test_it_ends_at_the_maximum_length() -> None:
    bank = _bank()
    known = eap([1, 0], [0, 1], bank.parameters, TWO)
    assert decide(known, [0, 1], bank, _design(target=0.1, length=2)) is StopReason.MAXIMUM_LENGTH


def test_it_ends_when_the_bank_has_nothing_more_for_the_domains_that_need_it() -> None:
    bank = _bank(3)
    known = eap([1, 0, 1], [0, 1, 2], bank.parameters, TWO)
    assert decide(known, [0, 1, 2], bank, _design()) is StopReason.BANK_EXHAUSTED


def test_unavailable_items_count_as_not_there() -> None:
    bank = _bank(4)
    only = np.array([True, True, False, False])
    known = eap([1, 0], [0, 1], bank.parameters, TWO)
    assert decide(known, [0, 1], bank, _design(), only) is StopReason.BANK_EXHAUSTED


def test_it_ends_when_no_vague_domain_could_still_reach_its_precision() -> None:
    bank = _bank(20, a=0.5)
    known = eap([1, 0], [0, 1], bank.parameters, TWO)
    assert decide(known, [0, 1], bank, _design(target=0.3)) is StopReason.PRECISION_OUT_OF_REACH


def test_the_minima_are_given_even_when_precision_is_out_of_reach() -> None:
    assert decide(start(TWO), [], _bank(20, a=0.5), _design(target=0.1)) is None


def test_a_sitting_called_out_of_reach_would_not_have_reached_its_precision() -> None:
    rng = np.random.default_rng(8)
    bank = Bank(ItemParameters.binary(rng.lognormal(0.2, 0.2, 60), rng.normal(0, 1, 60), np.arange(60) % 2), TWO)
    design = _design((2, 2), 0.5, 12)
    called, reached, precise = 0, 0, 0
    for person in range(60):
        truth = rng.normal(0, 1.5, 2)
        items: list[int] = []
        answers: list[int] = []
        out_of_reach = False
        while True:
            known = eap(answers, items, bank.parameters, TWO)
            reason = decide(known, items, bank, design)
            out_of_reach |= reason is StopReason.PRECISION_OUT_OF_REACH
            if reason not in (None, StopReason.PRECISION_OUT_OF_REACH):
                break
            choice = choose_item(known, items, bank, design, seed=person)
            p = probability(truth[choice.domain], bank.parameters.a[choice.item], bank.parameters.b[choice.item, 0])
            items.append(choice.item)
            answers.append(int(rng.random() < p))
        called += out_of_reach
        precise += reason is StopReason.PRECISION_REACHED
        reached += out_of_reach and reason is StopReason.PRECISION_REACHED
    assert min(called, precise) > 5  # both kinds occur
    assert reached == 0


@pytest.mark.parametrize(
    ("minimum", "target", "length", "message"),
    [
        ([2, 3], [0.4, 0.4], 4, "minima sum to 5"),
        ([1, 1], [0.4], 4, "must both be"),
        ([1, -1], [0.4, 0.4], 4, "0 or more"),
        ([1, 1], [0.4, 0.0], 4, "targets positive"),
    ],
)
def test_a_design_nobody_can_follow_is_refused(
    minimum: list[int], target: list[float], length: int, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Design(np.array(minimum), np.array(target), length)


def test_a_step_with_300_items_takes_milliseconds_at_most(bank_of_300: Bank) -> None:
    design = Design(np.full(5, 3), np.full(5, 0.4), 25)
    items, answers = list(range(12)), [0, 1] * 6
    seconds = []
    for _ in range(30):
        begin = time.perf_counter()
        known = eap(answers, items, bank_of_300.parameters, bank_of_300.prior)
        decide(known, items, bank_of_300, design)
        choose_item(known, items, bank_of_300, design, seed=1)
        seconds.append(time.perf_counter() - begin)
    assert min(seconds) < 0.005  # about 0.5 ms; the slack is for shared machines
