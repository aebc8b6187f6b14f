"""A workshop on a reduced town with few runs, in this process and on a port."""

import threading
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest
from playwright.sync_api import Browser

from experiments.runs.draws import ParameterDraws
from tests.waiting import LONGEST, until
from tests.wolsey.workshop.watched import RUNS, Watched
from wolsey.workshop.settings import Settings
from wolsey.workshop.web.serve import WorkshopOptions, make
from wolsey.workshop.web.server import Workshop, application

with warnings.catch_warnings():
    # Starlette below 1, which Mesa's viewer needs, still names anyio's classes as they were called.
    warnings.simplefilter("ignore", DeprecationWarning)
    from starlette.testclient import TestClient

SMALL: Final = Settings(
    scale=0.05, workers=2, explore=RUNS, batches=(2, RUNS), check_draws=2, check_seeds=2, rate=500, burst=2000
)
SESSION: Final = {"x-wolsey-session": "test-session-1"}


@pytest.fixture(scope="module")
def numbers(small_posterior: None) -> ParameterDraws:
    """Of the posterior that stands where the one that ships does."""
    return ParameterDraws.of("ipswich")


@pytest.fixture(scope="module")
def client(numbers: ParameterDraws) -> Iterator[TestClient]:
    """The whole server, with its workers."""
    app = application(SMALL, numbers)
    with TestClient(app, base_url="http://127.0.0.1", headers=SESSION) as started:
        yield started


@dataclass
class Live:
    """A server on a port of this machine."""

    address: str
    workshop: Workshop
    server: Any
    thread: threading.Thread

    def stop(self) -> None:
        """Stops it as Ctrl-C does, and waits."""
        self.server.should_exit = True
        self.thread.join(LONGEST)


def serve_small(numbers: ParameterDraws, settings: Settings = SMALL) -> Live:
    """A server in a thread of this process."""
    server, listening = make(WorkshopOptions(port=0), settings, numbers)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    until(lambda: server.started, "the server")
    port = listening.getsockname()[1]
    app: Any = server.config.app
    return Live(f"http://127.0.0.1:{port}", app.state.workshop, server, thread)


@pytest.fixture(scope="module")
def live(numbers: ParameterDraws) -> Iterator[Live]:
    """A server on a port, for browsers."""
    running = serve_small(numbers)
    yield running
    running.stop()


@pytest.fixture
def serve(numbers: ParameterDraws) -> Callable[[], Live]:
    """Starts another server, which the test stops."""
    return lambda: serve_small(numbers)


@pytest.fixture
def watched(browser: Browser, live: Live) -> Iterator[Watched]:
    """Where pages are opened, and nothing is asked of another machine."""
    pages = Watched(browser, live.address)
    yield pages
    pages.close()
    assert pages.faults == []
