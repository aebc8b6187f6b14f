"""Workers on other machines: a Dask cluster, by its scheduler's address. See docs/cluster.md."""

import importlib
import os
import re
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

from model.io.errors import InputError

PATIENCE: Final = 60.0
"""Seconds that a scheduler has to answer, and its first worker to come."""


ADDRESS: Final = re.compile(r"\w+://\S+:\d+")
TRIM: Final = "MALLOC_TRIM_THRESHOLD_"
LITTLE: Final = 1 << 20
"""Bytes; Dask's nanny sets 64 kB."""


class ClusterAnswer(NamedTuple):
    """A cluster: an executor on it, how many workers it has, and what slows them (empty where nothing
    does)."""

    executor: Executor
    workers: int
    note: str


def checked_address(address: str) -> str:
    """The address of a scheduler; InputError where it is none."""
    if not ADDRESS.fullmatch(address):
        problem = "is no address of a scheduler"
        raise InputError(problem, at="--cluster", value=address, allowed="as tcp://host:8786")
    return address


@contextmanager
def cluster(address: str, least: int = 1, patience: float = PATIENCE) -> Iterator[ClusterAnswer]:
    """The cluster whose scheduler is at this address ("tcp://host:8786"), when it has at least `least`
    workers; it is left running.

    Raises:
        InputError: it is no address, Dask is not installed, nobody answers there, or no worker comes.
    """
    checked_address(address)
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
            yield ClusterAnswer(executor, workers, _slowed(client))
        finally:
            executor.shutdown(wait=False)


def _slowed(client: Any) -> str:
    limits = client.run(os.getenv, TRIM).values()
    eager = sum(limit is not None and limit.isdigit() and int(limit) < LITTLE for limit in limits)
    if not eager:
        return ""
    return (
        f"{eager} of {len(limits)} workers give memory back at every turn ({TRIM} is low), which costs time; "
        "docs/cluster.md says how to raise it"
    )
