"""What all numbers do, learnt from many towns at once: real effects come out, luck does not pass for one."""

import numpy as np
import pytest

from calibration.emulator import Emulator, learnt

P, N = 12, 400
DOES = np.array([[1.0, -2.0, 0.5] + [0.0] * 9, [0.0, 1.5, 0.0, -1.0] + [0.0] * 8])
BEND = np.array([0.3, 0.0])


def towns(n: int, noise: float = 1.0, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Towns (n, 2) in which four of twelve numbers do something, the first bends, and luck is shared."""
    rng = np.random.default_rng(seed)
    z = 0.5 + rng.standard_normal((n, P))
    x = z - 0.5
    luck = noise * rng.standard_normal((n, 2)) @ np.array([[1.0, 0.6], [0.0, 0.8]])
    return z, 50.0 + x @ DOES.T + np.outer(x[:, 0] ** 2, BEND) + luck


def emulator(n: int = N, noise: float = 1.0, silent: np.ndarray | None = None, seed: int = 1) -> Emulator:
    z, y = towns(n, noise, seed)
    nothing = np.zeros((2, P), np.bool_) if silent is None else silent
    return learnt(np.full(P, 0.5), z, y, np.array([0]), nothing)


def test_effects_come_out() -> None:
    found = emulator()
    np.testing.assert_allclose(found.slopes, DOES, atol=0.2)
    np.testing.assert_allclose(found.bends[:, 0], BEND, atol=0.15)
    np.testing.assert_allclose(found.level, 50.0, atol=0.3)


def test_luck_is_told_from_effects() -> None:
    """One number in eight that does nothing passes for a little, and none for much."""
    found = emulator()
    assert (found.doing[:2] > 0.9).all()
    assert np.mean(found.doing[4:]) < 0.4
    assert np.abs(found.slopes[:, 4:]).max() < 0.2
    np.testing.assert_allclose(found.noise, [[1.0, 0.6], [0.6, 1.0]], atol=0.2)


def test_its_own_error_is_about_what_it_misses() -> None:
    found = emulator()
    z, _ = towns(2000, 0.0, seed=9)
    x = z - 0.5
    truth = 50.0 + x @ DOES.T + np.outer(x[:, 0] ** 2, BEND)
    missed = np.sqrt(((found(z) - truth) ** 2).mean(axis=0))
    assert (missed < 2.0 * found.error).all()
    assert (found.error < 0.5).all()


def test_what_cannot_touch_a_figure_does_not() -> None:
    silent = np.zeros((2, P), np.bool_)
    silent[1, 1] = True
    found = emulator(silent=silent)
    assert found.slopes[1, 1] == 0
    assert abs(found.slopes[0, 1]) > 1


def test_derivatives_are_those_of_the_predictions() -> None:
    found, step = emulator(), 1e-5
    at = np.linspace(-1, 1, P)
    for one in range(P):
        moved = at.copy()
        moved[one] += step
        np.testing.assert_allclose(
            (found(moved)[0] - found(at)[0]) / step, found.jacobian(at)[:, one], atol=1e-3
        )


def test_towns_that_could_not_be_are_left_out() -> None:
    z, y = towns(N)
    z2, y2 = np.concatenate([z, z[:5] + 9]), np.concatenate([y, np.full((5, 2), np.nan)])
    nothing = np.zeros((2, P), np.bool_)
    first = learnt(np.full(P, 0.5), z, y, np.array([0]), nothing)
    second = learnt(np.full(P, 0.5), z2, y2, np.array([0]), nothing)
    np.testing.assert_array_equal(first.slopes, second.slopes)


def test_too_few_towns_are_refused() -> None:
    with pytest.raises(ValueError, match="too few to learn"):
        emulator(n=15)
