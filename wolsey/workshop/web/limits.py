"""What a server refuses: requests too many, too large or of the wrong kind."""

import json
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final

from starlette.requests import Request

from model.io.errors import InputError
from wolsey.workshop.settings import BODY

SESSION: Final = "x-wolsey-session"
"""The header by which a page says which requests are its own; made up anew each time a page is opened."""
_SESSION = re.compile(r"[A-Za-z0-9-]{8,64}")
MOST_ADDRESSES: Final = 1024
"""Addresses whose requests are counted; the one longest silent is forgotten first."""
DEEPEST: Final = 8
"""How deep a request may be nested: those of the page reach 4, and what quotes one deeper than Python's stack
would break off."""


class RefusedError(Exception):
    """A request that is refused, with its status and one sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


class Bucket:
    """How many requests an address may make: `burst` at once, then `rate` a second."""

    def __init__(self, rate: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, address: str) -> bool:
        """Tell whether an address may make one more request now."""
        now = self._clock()
        left, then = self._left.pop(address, (float(self._burst), now))
        left = min(float(self._burst), left + (now - then) * self._rate)
        able = left >= 1
        self._left[address] = (left - able, now)
        while len(self._left) > MOST_ADDRESSES:
            self._left.popitem(last=False)
        return able


def session_of(request: Request) -> str:
    """Return the session that a request says it belongs to. Raises RefusedError."""
    session = request.headers.get(SESSION, "")
    if not _SESSION.fullmatch(session):
        raise RefusedError(400, "This request names no session: reload the page.")
    return session


async def content_of(request: Request, *keys: str) -> dict[str, Any]:
    """Return the JSON object that a request carries, with no keys but these. Raises RefusedError or
    InputError."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise RefusedError(415, "This request carries no JSON.")
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > BODY:
            raise RefusedError(413, f"This request is larger than {BODY:,} bytes.")
    try:
        content = json.loads(body, parse_constant=_no_number)
        # Half a pair of surrogates is no text: the answer that quotes it could not be sent.
        json.dumps(content, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise RefusedError(400, "This request is no JSON that can be read.") from None
    if not isinstance(content, dict):
        raise InputError("must be an object", at="request")
    if _deeper(content, DEEPEST):
        raise RefusedError(400, "This request is nested too deep.")
    for key in content:
        if key not in keys:
            raise InputError("is no key of this request", at="request", value=key, allowed=", ".join(keys))
    return content


def _deeper(content: object, than: int) -> bool:
    """Tell whether lists and objects lie in one another more than so many times."""
    level = [content]
    for _ in range(than):
        nested = [one for one in level if isinstance(one, dict | list)]
        level = [each for one in nested for each in (one.values() if isinstance(one, dict) else one)]
    return any(isinstance(one, dict | list) for one in level)


def _no_number(word: str) -> None:
    raise ValueError(word)
