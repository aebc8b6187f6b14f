"""A rule is stated once: compiled for a kernel it gives the bits that it gives on arrays."""

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any, get_type_hints

import numpy as np
import pytest

import model.rules
from model.compiled import _RULE, Kernel, _is_group
from tests.model.rules.arrays import normal

N = 64
OF_BITS = ("shift_history", "within_six_years", "free_meals", "next_protected")
"""Rules of histories and of yes and no, which their kernels' tests hold."""


def rules() -> dict[str, Callable[..., Any]]:
    """Rules of numbers, by name."""
    found: dict[str, Callable[..., Any]] = {}
    for each in pkgutil.iter_modules(model.rules.__path__, "model.rules."):
        module = importlib.import_module(each.name)
        for name, value in vars(module).items():
            own = getattr(value, "__module__", "") == each.name
            if own and hasattr(value, _RULE) and name not in OF_BITS:
                found[f"{each.name}.{name}"] = value
    return found


@pytest.mark.parametrize("name", rules())
def test_it_is_the_same_in_a_kernel_and_on_arrays(name: str) -> None:
    rule = rules()[name]
    hints = get_type_hints(rule, include_extras=True)
    arrays: list[Any] = []
    for at, hint in enumerate(hint for argument, hint in hints.items() if argument != "return"):
        fields = len(hint._fields) if _is_group(hint) else 0
        arrays.append(hint(*normal(at, fields)) if fields else normal(at, N))
    plain = np.asarray(rule(*arrays))
    kernel: Kernel = getattr(rule, _RULE)
    compiled = kernel.load()
    one_by_one = [
        compiled(*(each if _is_group(type(each)) else each[i] for each in arrays)) for i in range(N)
    ]
    assert plain.dtype == np.float32
    assert np.array(one_by_one, np.float32).tobytes() == plain.tobytes()


def test_there_are_rules() -> None:
    assert len(rules()) > 20
