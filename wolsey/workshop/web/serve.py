"""The verb `workshop`: a server on this machine, and a browser that opens it."""

import contextlib
import signal
import socket
import sys
import threading
import webbrowser
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from experiments.runs.draws import ParameterDraws
from model.io.errors import InputError
from model.scenario.scenario import Scenario
from wolsey.workshop.levers import levers
from wolsey.workshop.settings import Settings

if TYPE_CHECKING:
    import uvicorn

LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
ANY: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}
"""Every address of this machine, and by which the machine itself reaches it."""
OPEN: Final = (
    "wolsey: warning: {host} lets every machine of your network open this page and use this computer's "
    "processors. There is no password. Use it on a network that you trust, and stop it when the workshop "
    "is over."
)


BACKLOG: Final = 100
GRACE: Final = 5
"""Seconds that open connections get at the end to read that it is the end, before they are cut off."""


@dataclass(frozen=True, slots=True)
class WorkshopOptions:
    """What the user asked for."""

    port: int = 8643
    host: str = "127.0.0.1"
    browser: bool = True
    scale: float = 1.0
    workers: int | None = None


def serve(options: WorkshopOptions) -> None:
    """Serves until it is stopped (Ctrl-C). Raises InputError where the port is taken, or something else that
    the user gave cannot be used."""
    settings = Settings.of(options.scale, options.workers)
    server, listening = make(options, settings, ParameterDraws.of(Scenario.load(levers().template).place))
    host, port = listening.getsockname()[:2]
    if options.host not in LOOPBACK:
        print(OPEN.format(host=options.host), file=sys.stderr)
    shown = ANY.get(options.host, host if options.host in LOOPBACK else options.host)
    address = f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/"
    others = f" From the network: http://{socket.gethostname()}:{port}/." if options.host in ANY else ""
    print(f"The workshop is at {address} (Ctrl-C ends it).{others}", flush=True)
    if options.browser:
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
    # So a workshop ends, by Ctrl-C or told by the system; what it was doing has been ended by then.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with listening, contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listening])
    print("The workshop is closed.")


def make(
    options: WorkshopOptions, settings: Settings, numbers: ParameterDraws
) -> "tuple[uvicorn.Server, socket.socket]":
    """The server and the socket that it listens on; port 0 is any that is free. Raises InputError."""
    try:
        import uvicorn

        from wolsey.workshop.web.closing import ClosingServer
        from wolsey.workshop.web.server import application
    except ModuleNotFoundError as error:
        raise InputError(
            f"the workshop needs the package {error.name}, which comes with its extra: "
            "pip install 'wolsey[workshop]'"
        ) from None
    listening = _listening(options.host, options.port)
    hosts = () if options.host in LOOPBACK else ("*",)
    app = application(settings, numbers, hosts)
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
        limit_concurrency=200,
        h11_max_incomplete_event_size=32_768,
    )
    return ClosingServer(config, app.state.workshop.close), listening


def _listening(host: str, port: int) -> socket.socket:
    if not 0 <= port <= 65_535:
        raise InputError("must be between 0 and 65535", at="--port", value=port)
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        found = socket.socket(family, kind, proto)
    except OSError:
        raise InputError("is no address of this machine", at="--host", value=host) from None
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(address)
        # From here on whoever comes waits until the server is ready, and is not turned away.
        found.listen(BACKLOG)
    except OSError as error:
        found.close()
        at, value = (
            ("--port", port) if error.errno is not None and "in use" in str(error) else ("--host", host)
        )
        problem = (
            "is taken: another program listens there" if at == "--port" else "is no address of this machine"
        )
        raise InputError(problem, at=at, value=value) from None
    return found
