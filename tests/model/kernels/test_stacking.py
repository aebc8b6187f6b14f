"""What many doses on one child add up to: by hand, and against the rule written out in numpy."""

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.kernels.stacking import stack
from tests.model.rules.arrays import F, f

WEIGHTS = f(1.0, 0.6, 0.4, 0.2)
CAP = 0.25

sizes = st.floats(-0.5, 0.5, width=32, allow_subnormal=False) | st.sampled_from(
    [0.0, 0.0, 0.1, -0.1, 0.25, 0.3]
)


def stacked(doses: F, weights: F, cap: float) -> F:
    """What the doses (K, n) of K programmes on n children count for."""
    result = np.ascontiguousarray(doses, np.float32).copy()
    stack(np.tile(np.arange(doses.shape[1]), len(doses)), weights, cap, result.reshape(-1))
    return result


def written_out(doses: F, weights: F, cap: float) -> NDArray[np.float64]:
    """The rule child by child in double precision; of two of one size the first counts as the larger."""
    result = doses.astype(np.float64)
    for child in result.T:
        order = np.argsort(-np.abs(child), kind="stable")
        order = order[child[order] != 0]
        if not order.size:
            continue
        largest = abs(child[order[0]])
        child[order] *= weights[np.minimum(np.arange(len(order)), len(weights) - 1)].astype(np.float64)
        total, most = abs(child.sum()), max(cap, largest)
        if total > most:
            child *= most / total
    return result


@st.composite
def many_doses(draw: st.DrawFn) -> F:
    programmes, children = draw(st.integers(1, 7)), draw(st.integers(1, 5))
    values = draw(st.lists(sizes, min_size=programmes * children, max_size=programmes * children))
    return np.array(values, np.float32).reshape(programmes, children)


@settings(max_examples=300)
@given(many_doses(), st.sampled_from([CAP, 0.05, np.inf]), st.sampled_from([WEIGHTS, f(1.0), f(1.0, 0.3)]))
def test_the_kernel_is_the_rule_written_out(doses: F, cap: float, weights: F) -> None:
    got, want = stacked(doses, weights, cap), written_out(doses, weights, cap)
    np.testing.assert_allclose(got, want, rtol=2e-6, atol=1e-7)


@settings(max_examples=200)
@given(many_doses())
def test_what_holds_of_every_child(doses: F) -> None:
    got = stacked(doses, WEIGHTS, CAP)
    assert (np.abs(got) <= np.abs(doses)).all()
    assert (got * doses >= 0).all()
    assert ((got == 0) == (doses == 0)).all()
    most = np.maximum(np.float32(CAP), np.abs(doses).max(axis=0))
    assert (np.abs(got.sum(axis=0)) <= most * (1 + 1e-6)).all()
    one_alone = (doses != 0).sum(axis=0) == 1
    assert got[:, one_alone].tobytes() == doses[:, one_alone].tobytes()


@settings(max_examples=100)
@given(many_doses(), st.randoms(use_true_random=False))
def test_the_order_of_programmes_is_of_no_account(doses: F, random: Random) -> None:
    order = np.array(random.sample(range(len(doses)), len(doses)))
    apart = np.array(
        [len(set(np.abs(child[child != 0]).tolist())) == (child != 0).sum() for child in doses.T]
    )
    one, other = stacked(doses, WEIGHTS, CAP)[order], stacked(doses[order], WEIGHTS, CAP)
    # Of two doses of one size either may count as the larger; their sum is the same.
    np.testing.assert_allclose(one[:, apart], other[:, apart], rtol=1e-6, atol=1e-8)
    same_sign = (doses >= 0).all(axis=0)
    np.testing.assert_allclose(one.sum(axis=0)[same_sign], other.sum(axis=0)[same_sign], rtol=1e-5, atol=1e-7)


def test_by_hand() -> None:
    # .10 in full, .08 x .6, .05 x .4, .02 x .2 and .01 x .2: .174, below the cap.
    got = stacked(f(0.05, 0.10, 0.01, 0.08, 0.02)[:, None], WEIGHTS, CAP)[:, 0]
    np.testing.assert_allclose(got, [0.02, 0.10, 0.002, 0.048, 0.004], rtol=1e-6)


def test_the_cap_takes_from_all_in_proportion() -> None:
    # .20 + .12 = .32 is brought down to .25.
    got = stacked(f(0.20, 0.20)[:, None], WEIGHTS, CAP)[:, 0]
    np.testing.assert_allclose(got, [0.20 * 0.25 / 0.32, 0.12 * 0.25 / 0.32], rtol=1e-6)
    assert got.sum() == pytest.approx(CAP, rel=1e-6)


@pytest.mark.parametrize("size", [0.01, 0.25, 0.26, 0.9, -0.9])
def test_one_dose_alone_counts_in_full_also_above_the_cap(size: float) -> None:
    doses = np.zeros((3, 1), np.float32)
    doses[1] = size
    assert stacked(doses, WEIGHTS, CAP).tobytes() == doses.tobytes()


def test_the_cap_is_never_below_the_largest_dose() -> None:
    got = stacked(f(0.40, 0.10)[:, None], WEIGHTS, CAP)[:, 0]
    assert got.sum() == pytest.approx(0.40, rel=1e-6)
    np.testing.assert_allclose(got, [0.40 * 0.40 / 0.46, 0.06 * 0.40 / 0.46], rtol=1e-6)


def test_harm_stacks_by_size_and_keeps_its_sign() -> None:
    # The harm is the largest: -.20 in full, .10 x .6.
    np.testing.assert_allclose(stacked(f(0.10, -0.20)[:, None], WEIGHTS, CAP)[:, 0], [0.06, -0.20], rtol=1e-6)
    both = stacked(f(-0.20, -0.20)[:, None], WEIGHTS, CAP)[:, 0]
    assert both.sum() == pytest.approx(-CAP, rel=1e-6)


def test_without_weights_or_cap_doses_add_up() -> None:
    doses = f(0.2, 0.2, 0.1)[:, None]
    assert stacked(doses, f(1.0), np.inf).tobytes() == doses.tobytes()
    assert stacked(doses, f(1.0), CAP).sum() == pytest.approx(CAP, rel=1e-6)
    assert stacked(doses, WEIGHTS, np.inf).sum() == pytest.approx(0.2 + 0.12 + 0.04, rel=1e-6)


def test_nothing_stays_nothing_and_what_came_in_is_left_alone() -> None:
    doses = np.array([[0.0, 0.2], [0.0, 0.2]], np.float32)
    before = doses.copy()
    got = stacked(doses, WEIGHTS, CAP)
    assert (got[:, 0] == 0).all()
    assert doses.tobytes() == before.tobytes()
    assert stacked(np.zeros((0, 3), np.float32), WEIGHTS, CAP).shape == (0, 3)


def test_the_last_weight_is_that_of_all_further_doses() -> None:
    doses = np.full((7, 1), 0.1, np.float32)
    want = [[0.1], [0.06], [0.04], [0.02], [0.02], [0.02], [0.02]]
    np.testing.assert_allclose(stacked(doses, WEIGHTS, np.inf), want, rtol=1e-6)
