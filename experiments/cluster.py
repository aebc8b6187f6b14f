"""Workers on other machines: a Dask cluster, by its scheduler's address. See docs/cluster.md."""

import importlib
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any, Final

from model.errors import InputError

PATIENCE: Final = 60.0
"""Seconds that a scheduler has to answer, and its first worker to come."""


@contextmanager
def cluster(address: str, least: int = 1, patience: float = PATIENCE) -> Iterator[tuple[Executor, int]]:
    """An executor on the cluster whose scheduler is at this address ("tcp://host:8786"), and how many workers
    it has when there are at least `least`; it is left running.

    Raises:
        InputError: Dask is not installed, nobody answers at the address, or no worker comes.
    """
    try:
        distributed: Any = importlib.import_module("distributed")
    except ImportError:
        raise InputError(
            "needs Dask; install it with `pip install -e .[cluster]`", at="--cluster", value=address
        ) from None
    try:
        client = distributed.Client(address, timeout=patience, set_as_default=False)
    except (OSError, ValueError) as error:
        told = str(error) or type(error).__name__
        raise InputError(f"no scheduler answers: {told}", at="--cluster", value=address) from None
    with client:
        try:
            client.wait_for_workers(least, timeout=patience)
        except TimeoutError:
            problem = f"has not {least} workers after {patience:g} seconds"
            raise InputError(problem, at="--cluster", value=address) from None
        workers = len(client.scheduler_info(n_workers=-1)["workers"])
        # Two batches that look the same are still two.
        executor: Executor = client.get_executor(pure=False)
        try:
            yield executor, workers
        finally:
            executor.shutdown(wait=False)
