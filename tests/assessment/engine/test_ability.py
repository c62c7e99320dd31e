"""Abilities against R mirt, against brute force in five dimensions, and in the extremes."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from scipy import stats

from assessment.engine.ability import Posterior, eap, eap_of_persons, start, update
from assessment.engine.bank import Bank
from assessment.engine.change import is_reliable_change, reliable_change
from assessment.engine.irt import ItemParameters, probability
from assessment.engine.prior import Prior

Floats = npt.NDArray[np.float64]


def _sitting() -> tuple[ItemParameters, list[int], list[int]]:
    """Fourteen items over five domains and a mixed set of answers."""
    rng = np.random.default_rng(5)
    items = ItemParameters.binary(rng.uniform(0.6, 1.6, 14), rng.normal(0, 1, 14), np.arange(14) % 5)
    return items, list(range(14)), rng.integers(0, 2, 14).tolist()


def _same(left: Posterior, right: Posterior) -> bool:
    """Tell whether two posteriors are the same to the last bit."""
    return bool((left.eap == right.eap).all() and (left.sd == right.sd).all() and (left.masses == right.masses).all())


def test_five_abilities_agree_with_brute_force_quadrature_in_five_dimensions(five_domains: Prior) -> None:
    items, rows, answers = _sitting()
    nodes = np.linspace(-5, 5, 21)
    inverse = np.linalg.inv(five_domains.correlations)
    axes = np.meshgrid(*[nodes] * 5, indexing="ij", sparse=True)
    log_p: Floats = np.asarray(sum(-0.5 * inverse[d, e] * axes[d] * axes[e] for d in range(5) for e in range(5)))
    for row, answer in zip(rows, answers, strict=True):
        p = probability(axes[items.domain[row]], items.a[row], items.b[row, 0])
        log_p = log_p + np.log(p if answer else 1 - p)
    mass = np.exp(log_p - log_p.max())
    mass /= mass.sum()
    mean = np.array([(mass * axis).sum() for axis in axes])
    sd = np.array([np.sqrt((mass * axis**2).sum()) for axis in axes])
    ours = eap(answers, rows, items, five_domains)
    np.testing.assert_allclose(ours.eap, mean, atol=1e-6)
    np.testing.assert_allclose(ours.sd, np.sqrt(sd**2 - mean**2), atol=1e-6)


@pytest.mark.parametrize(("name", "tag", "lowest"), [("LSAT7", "LSAT7_2PL", 0), ("Science", "Science_GRM", 1)])
def test_one_ability_is_what_r_mirt_reports_for_every_person(
    name: str,
    tag: str,
    lowest: int,
    golden_fit: Callable[[str], dict[str, Any]],
    golden_persons: Callable[[str], Floats],
    golden_data: Callable[[str], Floats],
) -> None:
    rows = golden_fit(tag)["items_IRT"]
    boundaries = [[row[key] for key in ("b", "b1", "b2", "b3") if key in row] for row in rows]
    items = ItemParameters.graded([row["a"] for row in rows], boundaries, [0] * len(rows))
    answers = golden_data(name).astype(int) - lowest
    ours = eap_of_persons(answers, np.ones(answers.shape, dtype=bool), Bank(items, Prior(np.array([0.0]))))
    np.testing.assert_allclose(ours.eap[:, 0], golden_persons(tag)[:, 0], atol=1e-5)
    np.testing.assert_allclose(ours.sd[:, 0], golden_persons(tag)[:, 1], atol=1e-5)


def test_no_answer_returns_the_prior(five_domains: Prior) -> None:
    items, _, _ = _sitting()
    known = eap([], [], items, five_domains)
    np.testing.assert_allclose(known.eap, 0.0, atol=1e-12)
    np.testing.assert_allclose(known.sd, 1.0, atol=1e-6)
    np.testing.assert_allclose(known.interval, [[-1.2815516, 1.2815516]] * 5, atol=2e-5)
    assert float(known.general_sd) == pytest.approx(1.0, abs=2e-5)


def test_the_order_of_answers_does_not_change_a_single_bit(five_domains: Prior) -> None:
    items, rows, answers = _sitting()
    first = eap(answers, rows, items, five_domains)
    for seed in range(20):
        order = np.random.default_rng(seed).permutation(14)
        assert _same(first, eap(np.array(answers)[order], np.array(rows)[order], items, five_domains))


def test_answer_by_answer_and_all_together_and_in_a_crowd_are_the_same(five_domains: Prior) -> None:
    items, rows, answers = _sitting()
    bank = Bank(items, five_domains)
    stepwise = start(five_domains)
    for row, answer in zip(rows, answers, strict=True):
        stepwise = update(stepwise, answer, row, bank)
    together = eap(answers, rows, items, five_domains)
    assert _same(stepwise, together)
    crowd = eap_of_persons([answers, [1] * 14, [0] * 14], np.ones((3, 14), dtype=bool), bank)
    np.testing.assert_allclose(crowd.eap[0], together.eap, atol=1e-13)
    np.testing.assert_allclose(crowd.interval[0], together.interval, atol=1e-12)


@pytest.mark.parametrize("domain", range(5))
def test_an_answer_in_one_domain_moves_the_others_the_same_way(domain: int, five_domains: Prior) -> None:
    items = ItemParameters.binary([1.2] * 5, [0.3] * 5, range(5))
    right, wrong = (eap([answer], [domain], items, five_domains) for answer in (1, 0))
    assert (right.eap > 0).all()
    assert (wrong.eap < 0).all()
    assert right.eap.argmax() == domain
    assert float(right.general_eap) > 0


def test_domains_without_a_common_factor_do_not_inform_each_other() -> None:
    items = ItemParameters.binary([1.2, 1.2], [0.0, 0.0], [0, 1])
    known = eap([1], [0], items, Prior(np.array([0.0, 0.8])))
    assert known.eap[0] > 0.3
    assert known.eap[1] == pytest.approx(0.0, abs=1e-12)


def test_all_right_and_all_wrong_stay_finite_and_mirror_each_other(five_domains: Prior) -> None:
    items = ItemParameters.binary([1.5] * 40, [0.0] * 40, np.arange(40) % 5)
    right, wrong = (eap([answer] * 40, range(40), items, five_domains) for answer in (1, 0))
    np.testing.assert_allclose(right.eap, -wrong.eap, atol=1e-9)
    assert ((right.eap > 1) & (right.eap < 3) & (right.sd > 0.2) & (right.sd < 1)).all()


def test_one_item_gives_the_posterior_of_the_textbook_integral() -> None:
    theta = np.linspace(-8, 8, 20001)
    weight = stats.norm.pdf(theta) * probability(theta, 1.7, 0.5)
    mean = (theta * weight).sum() / weight.sum()
    known = eap([1], [0], ItemParameters.binary([1.7], [0.5], [0]), Prior(np.array([0.6])))
    assert known.eap[0] == pytest.approx(mean, abs=1e-6)


@pytest.mark.parametrize("a", [50.0, 1e4])
def test_a_huge_slope_cuts_the_prior_at_the_boundary(a: float) -> None:
    known = eap([1], [0], ItemParameters.binary([a], [0.1], [0]), Prior(np.array([0.6])))
    assert known.eap[0] == pytest.approx(stats.truncnorm(0.1, np.inf).mean(), abs=0.01)


def test_contradictory_answers_of_huge_slopes_still_give_a_posterior() -> None:
    items = ItemParameters.binary([1e3] * 4, [5.5, 5.5, -5.5, -5.5], [0, 0, 1, 1])
    known = eap([1, 1, 0, 0], range(4), items, Prior(np.array([0.95, 0.95])))
    assert np.isfinite(known.eap).all()
    assert known.eap[0] > 5 > -5 > known.eap[1]
    assert np.isfinite(known.interval).all()


def test_the_interval_of_a_skewed_posterior_holds_eighty_percent() -> None:
    items = ItemParameters.binary([2.0, 2.5, 1.5], [0.5, 1.0, 1.5], [0, 0, 0])
    known = eap([1, 1, 1], range(3), items, Prior(np.array([0.0])))
    theta = np.linspace(-8, 8, 40001)
    weight = stats.norm.pdf(theta) * np.prod([probability(theta, items.a[i], items.b[i, 0]) for i in range(3)], axis=0)
    function = np.cumsum(weight) / weight.sum()
    exact = np.interp([0.1, 0.9], function, theta)
    np.testing.assert_allclose(known.interval[0], exact, atol=1e-3)


def test_densities_integrate_to_one(five_domains: Prior) -> None:
    items, rows, answers = _sitting()
    known = eap(answers, rows, items, five_domains)
    np.testing.assert_allclose(known.densities.sum(axis=1) * five_domains.spacing, 1.0, atol=1e-12)


@pytest.mark.parametrize(
    ("answers", "rows", "message"),
    [
        ([2], [0], "item 'Q1': answer 2 is outside 0..1"),
        ([-1], [0], "item 'Q1': answer -1 is outside 0..1"),
        ([1, 1], [1, 1], "item 'Q2' is answered twice"),
        ([1], [2], "no item 2 among 2"),
        ([1, 0], [0], "responses to"),
    ],
)
def test_an_impossible_answer_is_refused_by_name(answers: list[int], rows: list[int], message: str) -> None:
    items = ItemParameters.binary([1.0, 1.0], [0.0, 0.0], [0, 0], ["Q1", "Q2"])
    with pytest.raises(ValueError, match=message):
        eap(answers, rows, items, Prior(np.array([0.5])))


def test_a_bad_answer_in_a_crowd_is_refused_by_row_and_item() -> None:
    bank = Bank(ItemParameters.binary([1.0], [0.0], [0], ["Q1"]), Prior(np.array([0.5])))
    with pytest.raises(ValueError, match="row 1, item 'Q1': 3 is not one of its categories"):
        eap_of_persons([[1], [3]], [[True], [True]], bank)


def test_a_domain_the_prior_does_not_have_is_refused_by_item() -> None:
    with pytest.raises(ValueError, match="item 'Q2': its domain is outside the 2 of the prior"):
        Bank(ItemParameters.binary([1.0, 1.0], [0.0, 0.0], [0, 2], ["Q1", "Q2"]), Prior(np.array([0.5, 0.5])))


@pytest.mark.parametrize("loading", [1.0, -0.99, np.nan])
def test_a_loading_the_nodes_cannot_follow_is_refused(loading: float) -> None:
    with pytest.raises(ValueError, match="loadings must lie within"):
        Prior(np.array([0.5, loading]))


def test_a_gain_of_two_standard_errors_is_a_reliable_change_and_one_is_not() -> None:
    z = reliable_change([0.0, 0.0, 0.0], 0.3, [1.0, 0.5, -1.0], 0.4)
    np.testing.assert_allclose(z, [2.0, 1.0, -2.0])
    assert is_reliable_change(z).tolist() == [True, False, True]


def test_a_change_between_certainties_is_refused() -> None:
    with pytest.raises(ValueError, match="must be positive"):
        reliable_change(0.0, 0.0, 1.0, 0.3)
