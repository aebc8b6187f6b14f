"""Tests wait for states, and what they start answers to Ctrl-C whatever started them."""

import signal
import subprocess
import sys

import pytest

from tests import waiting
from tests.waiting import ctrl_c_ends, until

ASKS = "import signal; print(signal.getsignal(signal.SIGINT) is signal.SIG_IGN)"


def deaf() -> bool:
    """Whether a process that is started now ignores Ctrl-C."""
    done = subprocess.run([sys.executable, "-I", "-c", ASKS], capture_output=True, text=True, check=True)
    return done.stdout == "True\n"


def test_what_a_test_starts_does_not_inherit_that_ctrl_c_is_ignored() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        assert deaf()
        with ctrl_c_ends():
            assert not deaf()
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
    assert not deaf()


def test_waiting_ends_with_the_state_or_where_it_never_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    left = [1, 2, 3]
    until(lambda: not left.pop() > 1)
    assert left == []
    monkeypatch.setattr(waiting, "LONGEST", 0.0)
    with pytest.raises(TimeoutError, match="the flood has not come in 0 seconds"):
        until(lambda: False, "the flood")
