import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from model.chance import philox
from model.chance.philox import normal_of
from model.compiled import compiled

ROOT = Path(__file__).resolve().parents[2]

type Reals = NDArray[np.float32]


@compiled()
def _product_and_sum(a: np.float32, b: np.float32, c: np.float32) -> np.float32:
    return a * b + c


@compiled('void(Array(float32, 1, "C", readonly=True), float32[::1], float32[::1], float32[::1])')
def _products_and_sums(a: Reals, b: Reals, c: Reals, out: Reals) -> None:
    for i in range(a.shape[0]):
        out[i] = _product_and_sum(a[i], b[i], c[i])


@compiled("void(float64[::1], float64[::1])")
def _quotients(a: NDArray[np.float64], b: NDArray[np.float64]) -> None:
    for i in range(a.shape[0]):
        a[i] = a[i] / b[i]


def test_no_multiplication_is_fused_with_an_addition() -> None:
    a, b, c = np.random.default_rng(1).normal(size=(3, 10_007)).astype(np.float32)
    a.flags.writeable = False
    out = np.empty_like(b)
    _products_and_sums(a, b, c, out)
    assert (out == a * b + c).all()
    fused = (a.astype(np.float64) * b + c).astype(np.float32)
    assert (out != fused).any(), "the example must be able to tell"


def test_dividing_by_zero_is_numpys() -> None:
    a = np.array([1.0, -1.0, 0.0])
    _quotients(a, np.zeros(3))
    np.testing.assert_array_equal(a, [np.inf, -np.inf, np.nan])


def test_a_helper_of_another_module_is_refused_by_name_and_by_module() -> None:
    def by_name(word: np.uint32) -> np.float32:
        return normal_of(word)

    def by_module(word: np.uint32) -> np.float32:
        return philox.normal_of(word)

    for function in (by_name, by_module):
        with pytest.raises(
            ImportError, match=r"uses the compiled function model\.philox\.normal_of: keep a kernel"
        ):
            compiled("float32(uint32)")(function)


def test_nothing_is_compiled_before_it_is_called() -> None:
    code = (
        "import sys, model.town; from model import compiled; loaded = 'numba' in sys.modules; "
        "compiled.load_all(); print(loaded, 'numba' in sys.modules, len(compiled._all) > 40)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True", "True"]


KERNELS = """
from model.compiled import compiled

@compiled("float64(float64)")
def half(x):
    return x / 2

@compiled("float64(float64)")
def twice(x):
    return x * 2
"""
CALL_BOTH = (
    "import sys; sys.path[0:0] = sys.argv[1:]; import kernels; print(kernels.half(3.0), kernels.twice(3.0))"
)
NO_LARGER_FILES = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)); "


@pytest.mark.parametrize(
    ("first", "why"), [("", "no folder can be written"), (NO_LARGER_FILES, "File too large")]
)
def test_kernels_run_where_none_can_be_kept_and_that_is_said_once(
    tmp_path: Path, first: str, why: str
) -> None:
    (tmp_path / "kernels.py").write_text(KERNELS)
    (tmp_path / "file").write_text("")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA_")}
    if not first:
        # A file where the folder would be stops root as well.
        (tmp_path / "__pycache__").write_text("")
        environment |= dict.fromkeys(("HOME", "XDG_CACHE_HOME"), str(tmp_path / "file" / "below"))
    done = subprocess.run(
        [sys.executable, "-B", "-c", first + CALL_BOTH, str(tmp_path), str(ROOT)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == ["1.5", "6.0"], done.stderr
    (said,) = done.stderr.splitlines()
    assert f"cannot be kept ({why})" in said
    assert "set NUMBA_CACHE_DIR" in said
