"""The libraries of the extra `analysis`, which carry no types and warn of what is none of their users'
business."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Final

from model.io.errors import InputError

NEEDS: Final = "is not installed; it comes with the extra `analysis`: `pip install -e .[analysis]`"


def library(name: str) -> ModuleType:
    """Return a module of scikit-learn, EMA Workbench or Optuna. Raises InputError where it is not
    installed."""
    with quiet():
        try:
            return import_module(name)
        except ModuleNotFoundError as error:
            if error.name is None or error.name.split(".")[0] != name.split(".")[0]:
                raise
            raise InputError(NEEDS, where=name.split(".")[0]) from None


@contextmanager
def quiet() -> Iterator[None]:
    """Keep in what EMA Workbench says on being imported (that ipyparallel and altair, which nobody uses here,
    are not there) and in use (that it calls pandas in a way that pandas will drop)."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="ipyparallel not installed")
        warnings.filterwarnings("ignore", message="altair based interactive inspection")
        warnings.filterwarnings("ignore", message="The inplace keyword in")
        yield
