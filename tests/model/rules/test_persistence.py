"""How long effects last: solved parts, their misfit, and what is left."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.rules.persistence import FAST, SLOW, Parts, left, parts_of, split


def test_parts_by_hand() -> None:
    # For good a, slow b, fast c: a + b + c = 1, a + b e^-.4 + c e^-3 = .45, a + b e^-2 + c e^-15 = .25.
    parts = split(0.45, 0.25)
    found = np.linalg.solve(
        np.array(
            [[1, 1, 1], [1, math.exp(-SLOW), math.exp(-FAST)], [1, math.exp(-5 * SLOW), math.exp(-5 * FAST)]]
        ),
        np.array([1, 0.45, 0.25]),
    )
    np.testing.assert_allclose([parts.lasting, parts.slow, parts.fast], found, atol=1e-6)
    assert parts.misfit < 1e-6


def test_what_cannot_be_met_has_a_misfit() -> None:
    # .9 after one year and .6 after five: the exact solution has a negative fast part.
    parts = split(0.9, 0.6)
    assert parts.fast == 0
    assert parts.misfit == pytest.approx(0.0458, abs=5e-4)
    np.testing.assert_allclose(left(parts, np.array([1.0, 5.0])), [0.854, 0.617], atol=1e-3)


def test_teaching_fades_as_trials_do() -> None:
    # Lasting .36 and the rest at 3.0 a year: .36 + .64 e^-3 = .392 after a year.
    parts = split(0.39, 0.36)
    assert parts.lasting == pytest.approx(0.36, abs=2e-3)
    assert parts.slow == pytest.approx(0, abs=2e-3)


@given(st.floats(0, 1), st.floats(0, 1))
def test_parts_are_shares_and_keep_to_the_misfit(one: float, other: float) -> None:
    keep1, keep5 = max(one, other), min(one, other)
    parts = split(keep1, keep5)
    shares = np.array([parts.lasting, parts.slow, parts.fast])
    assert (shares >= 0).all()
    assert shares.sum() == pytest.approx(1, abs=1e-9)
    assert parts.passing == 0
    there = left(parts, np.arange(7.0))
    assert there[0] == pytest.approx(1)
    assert (np.diff(there) <= 1e-12).all()
    assert max(abs(there[1] - keep1), abs(there[5] - keep5)) == pytest.approx(parts.misfit, abs=1e-9)


@pytest.mark.parametrize(("keep1", "keep5"), [(0.3, 0.4), (1.1, 0.2), (0.5, -0.1), (math.nan, 0.1)])
def test_shares_must_fall(keep1: float, keep5: float) -> None:
    with pytest.raises(ValueError, match="must fall"):
        split(keep1, keep5)


def test_forms_without_shares() -> None:
    assert parts_of("while_delivered") == Parts(0, 0, 0, 1, 0)
    assert parts_of("lasting") == parts_of("builds_to_age") == Parts(1, 0, 0, 0, 0)
    assert parts_of("fades", 0.5, 0.2) == split(0.5, 0.2)


@pytest.mark.parametrize(("form", "keep1"), [("for ever", None), ("fades", None), ("fades", 0.5)])
def test_no_parts_for_a_form_without_what_it_needs(form: str, keep1: float | None) -> None:
    with pytest.raises(ValueError, match="no parts"):
        parts_of(form, keep1)


def test_what_passes_is_there_in_its_own_year_only() -> None:
    parts = parts_of("while_delivered")
    np.testing.assert_array_equal(left(parts, np.array([0.0, 1.0, 9.0])), [1, 0, 0])
