"""The adult rank that is to be expected at 16, by hand."""

from typing import Any

import numpy as np
import pytest
from scipy.special import ndtr

from model.rules.adulthood import predicted_rank, rank_at_work

NUMBERS: dict[str, float] = {
    "per_sd": 0.2, "per_degree": 0.1, "women": -0.2, "per_fsm": -0.1, "noise_sd": 0.3, "mean": -0.1,
    "sd": 0.4, "without_work": 0.2,
}  # fmt: skip


def predicted(score: float, fsm: float, degree: float, work: float, **changes: Any) -> float:
    columns = [np.array([value], np.float32) for value in (score, fsm, degree, work)]
    return float(predicted_rank(*columns, **{**NUMBERS, **changes})[0])


def test_by_hand() -> None:
    # Log pay 0.2 - 0.1 + 0.05 - 0.1 = 0.05, that is 0.15 above the mean; root of 0.4² + 0.3² is 0.5.
    in_work = 0.2 + 0.8 * 0.6179114
    assert predicted(1.0, 1.0, 0.5, 0.7) == pytest.approx(0.7 * in_work + 0.3 * 0.1, abs=1e-6)


def test_without_work_it_is_the_middle_of_the_lowest() -> None:
    assert predicted(2.0, 0.0, 1.0, 0.0) == pytest.approx(0.1)


def test_it_is_the_mean_of_the_ranks_that_follow() -> None:
    draw = np.random.default_rng(3).normal(size=200_000)
    pay = (0.2 * 0.5 + 0.1 * 0.4 - 0.1 + 0.3 * draw).astype(np.float32)
    ranks = rank_at_work(ndtr((pay + 0.1) / 0.4), 0.2, 0.8)
    assert predicted(0.5, 0.0, 0.4, 1.0) == pytest.approx(float(ranks.mean()), abs=0.002)


def test_score_degree_and_free_meals_count() -> None:
    assert predicted(1.0, 0.0, 0.5, 0.8) > predicted(0.0, 0.0, 0.5, 0.8) > predicted(0.0, 1.0, 0.5, 0.8)
    assert predicted(0.0, 0.0, 1.0, 0.8) > predicted(0.0, 0.0, 0.0, 0.8)
    assert predicted(0.0, 0.0, 0.0, 1.0, women=0.0, mean=0.0) == pytest.approx(0.2 + 0.8 * float(ndtr(0.0)))
