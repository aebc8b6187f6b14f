"""`import wolsey` costs nothing, and its names are the real ones."""

import subprocess
import sys

import pytest

import wolsey
from model.io.files import root
from model.town import Town


def test_names_come_when_they_are_used() -> None:
    assert wolsey.Town is Town
    assert set(wolsey.__all__) <= set(dir(wolsey))


def test_a_name_that_does_not_exist_is_refused() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Twon'"):
        _ = wolsey.Twon


def test_importing_it_imports_nothing_heavy() -> None:
    code = "import sys, wolsey; print(sorted({'numpy', 'numba', 'mesa', 'pydantic'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root(), capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
