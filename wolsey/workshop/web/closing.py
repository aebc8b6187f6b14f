"""A server that, when it is stopped, first ends what it is doing."""

import socket
from collections.abc import Awaitable, Callable

import uvicorn


class ClosingServer(uvicorn.Server):
    """Awaits `close` before it waits for connections to end: a page that waits for a plan is told so, and is
    not cut off."""

    def __init__(self, config: uvicorn.Config, close: Callable[[], Awaitable[None]]) -> None:
        super().__init__(config)
        self._close = close

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Run, then connections, then the rest."""
        await self._close()
        await super().shutdown(sockets)
