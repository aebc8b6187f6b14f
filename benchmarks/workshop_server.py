"""A workshop server that a benchmark starts, asks and measures."""

import contextlib
import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from model.io.files import root

SESSION: Final = {"Content-Type": "application/json", "X-Wolsey-Session": "bench-session"}
PATIENCE: Final = 5.0
"""Seconds that processes may take to end once their server has, or to come to rest."""
MEGABYTE: Final = 2**20


@dataclass(frozen=True, slots=True)
class Served:
    """A server that runs: the number of its process, its port, and when it was started."""

    process: int
    port: int
    began: float

    @property
    def address(self) -> str:
        """Return where its page is."""
        return f"http://127.0.0.1:{self.port}/"


@contextlib.contextmanager
def served(scale: float = 1.0) -> Iterator[Served]:
    """Yield a server as a user starts it, ended as Ctrl-C ends it."""
    command = [
        sys.executable,
        "-m",
        "wolsey",
        "workshop",
        "--no-browser",
        "--port",
        "0",
        "--scale",
        f"{scale}",
    ]
    began = time.perf_counter()
    with subprocess.Popen(command, cwd=root(), stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline().split()[4].rstrip("/").rsplit(":", 1)[1])
            yield Served(process.pid, port, began)
        finally:
            process.terminate()
            process.wait()


def row(what: str, found: float, limit: float | None = None) -> None:
    """Print one line."""
    to_be = "" if limit is None else f"   to be at most {limit:g}"
    print(f"{what:<48} {found:8.2f}{to_be}", flush=True)


@dataclass(frozen=True, slots=True)
class StreamLine:
    """One line of a stream: when it came, how large it was, and what it says."""

    seconds: float
    size: int
    content: dict[str, Any]


@contextlib.contextmanager
def asked(port: int, path: str, content: object = None) -> Iterator[http.client.HTTPResponse]:
    """Yield an answer of the server, to a GET where there is no content."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    with contextlib.closing(connection):
        method, body = ("GET", None) if content is None else ("POST", json.dumps(content))
        connection.request(method, path, body, SESSION)
        with connection.getresponse() as answer:
            yield answer


def streamed(port: int, path: str, content: object) -> list[StreamLine]:
    """Return the lines of a stream."""
    began = time.perf_counter()
    with asked(port, path, content) as answer:
        return [StreamLine(time.perf_counter() - began, len(line), json.loads(line)) for line in answer]


def processes(process: int) -> set[int]:
    """Return a process and all below it; itself alone where the system does not tell."""
    found = {process}
    # A child belongs to whichever thread started it.
    for children in Path(f"/proc/{process}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in children.read_text().split():
                found |= processes(int(child))
    return found


def alive(process: int) -> bool:
    """Tell whether a process is there and has not ended."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return False


def left(those: set[int]) -> int:
    """Return how many of them are there still PATIENCE seconds on, or as soon as none is."""
    ends = time.monotonic() + PATIENCE
    while (count := sum(map(alive, those))) and time.monotonic() < ends:
        time.sleep(0.05)
    return count


def memory(those: set[int]) -> float:
    """Return their proportional set sizes together, MB; 0 where the system does not tell."""
    found = 0
    for process in those:
        with contextlib.suppress(OSError):
            lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
            found += int(next(line for line in lines if line.startswith("Pss:")).split()[1])
    return found * 1024 / MEGABYTE


def worked(those: set[int]) -> float:
    """Return the seconds of a processor that they have used."""
    ticks = 0
    for process in those:
        with contextlib.suppress(OSError):
            ticks += sum(map(int, Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def rested(those: set[int]) -> None:
    """Wait until they have nothing to do: a server goes on for a moment after its last answer, to have half
    of the next first look ready."""
    ends, before = time.monotonic() + PATIENCE, -1.0
    while (now := worked(those)) != before and time.monotonic() < ends:
        before = now
        time.sleep(1)
