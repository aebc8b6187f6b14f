import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from model.chance import philox
from model.compiled import F4, F8, OutF4, OutF8, Real, Reals, compiled, inlined, rule, where

ROOT = Path(__file__).resolve().parents[2]


@inlined
def _product_and_sum(a: np.float32, b: np.float32, c: np.float32) -> np.float32:
    return a * b + c


@compiled
def _products_and_sums(a: F4, b: F4, c: F4, out: OutF4) -> None:
    for i in range(a.shape[0]):
        out[i] = _product_and_sum(a[i], b[i], c[i])


@compiled
def _quotients(a: OutF8, b: F8) -> None:
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


def test_a_rule_is_imported_by_name() -> None:
    def by_module(word: np.uint32) -> np.float32:
        return philox.normal_of(word)

    with pytest.raises(ImportError, match=r"uses model\.chance\.philox\.normal_of: a kernel imports what it"):
        compiled("float32(uint32)")(by_module)


def test_more_arguments_than_anybody_can_tell_apart_are_refused() -> None:
    def many(a: int, b: int, c: int, d: int, e: int, f: int, g: int, h: int, i: int) -> int:
        return a

    with pytest.raises(TypeError, match=r"many takes 9 arguments; a kernel takes at most 8"):
        compiled(many)


class Straight(NamedTuple):
    """A slope, an offset, and where to read."""

    slope: Real
    offset: Real
    at: F4


@rule
def _on_a_line(x: Reals, slope: Reals, offset: Reals) -> Reals:
    return offset + slope * where(x > 0, x, np.float32(0))


@compiled
def _lines(line: Straight, twice: bool, out: OutF4) -> None:
    for i in range(out.shape[0]):
        out[i] = _on_a_line(line.at[i], line.slope, line.offset)
        if twice:
            out[i] = _on_a_line(out[i], line.slope, line.offset)


@pytest.mark.parametrize("writeable", [True, False])
def test_a_rule_is_the_same_in_a_kernel_and_on_arrays(writeable: bool) -> None:
    x = np.random.default_rng(2).normal(size=1001).astype(np.float32)
    x.flags.writeable = writeable
    out = np.empty_like(x)
    _lines(Straight(0.3, 0.7, x), True, out)
    plain = _on_a_line(_on_a_line(x, np.float32(0.3), np.float32(0.7)), np.float32(0.3), np.float32(0.7))
    assert (out == plain).all()
    assert x.flags.writeable is writeable
    assert _on_a_line(-1.0, 2.0, 5.0) == 5.0


def test_a_rule_with_a_branch_that_is_slow_in_kernels_is_refused() -> None:
    def kinked(x: Reals) -> Reals:
        return np.where(x > 0, x, np.float32(0))

    with pytest.raises(TypeError, match="kinked: a rule takes where of model"):
        rule(kinked)


def test_an_annotation_that_no_kernel_can_have_is_refused() -> None:
    @compiled
    def wrong(a: dict[str, int]) -> int:
        return len(a)

    with pytest.raises(TypeError, match="is no type of a kernel's argument"):
        wrong({})


RULES = "from model.compiled import rule\n\n@rule\ndef step(x):\n    return x + {}\n"
USER = """
from model.compiled import compiled
from rules import step

@compiled
def take(x: float) -> float:
    return step(x)
"""


def test_a_kept_kernel_is_renewed_when_a_rule_in_another_file_changes(tmp_path: Path) -> None:
    code = "import sys; sys.path[0:0] = sys.argv[1:]; import user; print(user.take(1.0))"
    (tmp_path / "user.py").write_text(USER)
    said = []
    for number in ("10", "200"):
        (tmp_path / "rules.py").write_text(RULES.format(number))
        done = subprocess.run(
            [sys.executable, "-B", "-c", code, str(tmp_path), str(ROOT)],
            capture_output=True,
            text=True,
            check=True,
        )
        said.append(done.stdout.strip())
    assert said == ["11.0", "201.0"]
    assert list(tmp_path.rglob("*.nbi"))


def test_a_kept_kernel_is_renewed_when_its_group_has_another_name(tmp_path: Path) -> None:
    text = (
        "from typing import NamedTuple\nfrom model.compiled import Real, compiled\n\n"
        "class {0}(NamedTuple):\n    x: Real\n\n@compiled\ndef take(one: {0}) -> float:\n    return one.x\n\n"
        "def go():\n    return take({0}(2.0))\n"
    )
    code = "import sys; sys.path[0:0] = sys.argv[1:]; import user; print(user.go())"
    command = [sys.executable, "-B", "-c", code, str(tmp_path), str(ROOT)]
    for name in ("Old", "Newer"):
        (tmp_path / "user.py").write_text(text.format(name))
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "2.0", name


GROUPS = """
from typing import NamedTuple
from model.compiled import compiled

class {0}(NamedTuple):
    a: int
    b: int

@compiled
def both(x: int) -> {0}:
    return {0}(x, x + 1)
"""


def test_a_kept_kernel_is_renewed_when_the_group_that_it_returns_has_another_name(tmp_path: Path) -> None:
    code = "import sys; sys.path[0:0] = sys.argv[1:]; import user; print(user.both(1))"
    said = []
    for name in ("Pair", "Two"):
        (tmp_path / "user.py").write_text(GROUPS.format(name))
        command = [sys.executable, "-B", "-c", code, str(tmp_path), str(ROOT)]
        said.append(subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip())
    assert said == ["Pair(a=1, b=2)", "Two(a=1, b=2)"]


def test_nothing_is_compiled_before_it_is_called() -> None:
    code = (
        "import sys, model.town; from model import compiled; loaded = 'numba' in sys.modules; "
        "compiled.load_all(); print(loaded, 'numba' in sys.modules, len(compiled._all) > 40)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True", "True"]


KERNELS = """
from model.compiled import F4, F8, OutF4, OutF8, Real, Reals, compiled, inlined, rule, where

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
