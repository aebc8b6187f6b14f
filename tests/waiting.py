"""Waiting for what other processes do, and Ctrl-C for those that a test starts.

How long something takes says how busy a machine is, and no test asks that: it waits until a state is reached.
LONGEST only ends a test that hangs.
"""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

LONGEST: Final = 600.0
"""Seconds after which a test that waits is taken to hang."""


def until(true: Callable[[], object], what: str = "what is waited for") -> None:
    """Wait for a state. Raises TimeoutError after LONGEST."""
    ends = time.monotonic() + LONGEST
    while not true():
        if time.monotonic() > ends:
            raise TimeoutError(f"{what} has not come in {LONGEST:g} seconds")
        time.sleep(0.02)


@contextmanager
def ctrl_c_ends() -> Iterator[None]:
    """Give processes that are started meanwhile the system's own answer to SIGINT, which ends them.

    A shell without job control starts what runs in the background with SIGINT ignored, and whatever that
    starts inherits it. A command that does not see Ctrl-C is right there; a test of Ctrl-C must not depend on
    it.
    """
    # What is handled here is not handed down; what is ignored would be.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
