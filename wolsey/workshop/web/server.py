"""The web server: one static page, a small JSON API, and runs streamed as they come.

Nothing from a request is run or opened as a path; every value is checked. There are no cookies and no
accounts.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from experiments.runs.draws import BEST, ParameterDraws
from experiments.runs.processes import SeedError
from model.io.errors import InputError
from wolsey.workshop.engine.jobs import Jobs
from wolsey.workshop.engine.workers import Crew, StoppedError, WorkerError
from wolsey.workshop.levers import levers
from wolsey.workshop.plans import Plan
from wolsey.workshop.settings import Settings
from wolsey.workshop.view.child import life_by_year
from wolsey.workshop.view.saved_report import report
from wolsey.workshop.view.town import town_facts
from wolsey.workshop.web.limits import Bucket, RefusedError, content_of, session_of
from wolsey.workshop.web.security import SecurityHeaders

PAGE: Final = Path(__file__).parents[1] / "page"
KINDS: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
BROKEN: Final = "A run broke off. Try again; if it happens again, restart the workshop."

type Handler = Callable[[Request], Awaitable[Response]]


class Workshop:
    """One server: its settings, its workers and what they have done."""

    def __init__(self, settings: Settings, numbers: ParameterDraws) -> None:
        self.settings, self.numbers = settings, numbers
        self.start = Plan.of({"base": levers().template})
        # Numbers that do not fit the model are found now, and not by the first run.
        numbers.parameters(self.start.scenario(), BEST)
        self.facts = json.dumps(town_facts(settings, self.start), ensure_ascii=False)
        self.bucket = Bucket(settings.rate, settings.burst)
        self.streams = 0
        self.runs: Jobs

    @contextlib.asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        """Yield the workers from the first request to the last, and none after it."""
        settings = self.settings
        snapshots = -(-settings.explore // settings.processes) + settings.look_runs
        crew = Crew(self.numbers, self.settings.processes, snapshots, self.settings.in_flight)
        self.runs = Jobs(self.settings, self.numbers, crew)
        crew.start()
        warming = asyncio.create_task(self.runs.warm(self.start))
        try:
            yield
        finally:
            warming.cancel()
            await asyncio.gather(warming, return_exceptions=True)
            await self.close()

    async def close(self) -> None:
        """End all runs and workers; a second time it does nothing."""
        await self.runs.crew.stop()
        await self.runs.close()

    # What the page asks.

    async def facts_of_town(self, _: Request) -> Response:
        """Return all that does not depend on a plan."""
        return Response(self.facts, media_type="application/json")

    async def plan(self, request: Request) -> Response:
        """Return the runs of a plan, a line of JSON after each batch; before them, where the plan `since` is
        on the page, a first look at what changes."""
        session = session_of(request)
        content = await content_of(request, "plan", "since")
        plan = Plan.of(content.get("plan"))
        since = None if content.get("since") is None else Plan.of(content["since"], "since")
        for each in (plan, since):
            if each is not None:
                self.runs.scenario(each)
        return self._stream(self.runs.explored(plan, session, since))

    async def difference(self, request: Request) -> Response:
        """Return two plans that are explored, the first against the second."""
        a, b = await self._two(request)
        found = await asyncio.to_thread(self.runs.difference, a, b)
        if found is None:
            raise RefusedError(409, "Both plans have to be run before they are compared.")
        return JSONResponse(found)

    async def check(self, request: Request) -> Response:
        """Return a check of one plan or two: progress, a line of JSON each, and what was found as the
        last."""
        session = session_of(request)
        plans = self._plans((await content_of(request, "plans")).get("plans"))
        for plan in plans:
            self.runs.scenario(plan)
        return self._stream(self._checked(plans, session))

    async def _checked(self, plans: list[Plan], session: str) -> AsyncGenerator[dict[str, Any]]:
        async with contextlib.aclosing(self.runs.check(plans, session)) as steps:
            async for step in steps:
                yield step
        found = self.runs.checked(plans)
        if found is not None:
            yield {"plans": found.plans, "difference": found.difference}

    async def children(self, request: Request) -> Response:
        """Return the children whose two lives are worth reading."""
        session = session_of(request)
        a, b = await self._two(request)
        found = await self.runs.children(a, b, session)
        return JSONResponse([{"child": each.child, "words": each.words} for each in found])

    async def story(self, request: Request) -> Response:
        """Return one child's two lives."""
        session = session_of(request)
        content = await content_of(request, "plans", "child")
        a, b = self._pair(content.get("plans"))
        child = content.get("child")
        if isinstance(child, bool) or not isinstance(child, int) or not 0 < child < 2**32:
            raise InputError("is no child's number", at="child", value=child)
        return JSONResponse(life_by_year(await self.runs.story(a, b, child, session)))

    async def report(self, request: Request) -> Response:
        """Return the report of plans that were checked: a file that stands by itself."""
        content = await content_of(request, "plans")
        plans = self._plans(content.get("plans"))
        found = self.runs.checked(plans)
        if found is None:
            sentence = f"Check with {self.settings.check_runs} runs first: only what was checked is saved."
            raise RefusedError(409, sentence)
        page = await asyncio.to_thread(report, plans, found, self.settings, self.numbers)
        headers = {"Content-Disposition": 'attachment; filename="wolsey-report.html"'}
        return Response(page, media_type="text/html", headers=headers)

    async def _two(self, request: Request) -> tuple[Plan, Plan]:
        return self._pair((await content_of(request, "plans")).get("plans"))

    def _pair(self, given: object) -> tuple[Plan, Plan]:
        plans = self._plans(given)
        if len(plans) != 2:
            raise InputError("must be two plans", at="plans")
        return plans[0], plans[1]

    def _plans(self, given: object) -> list[Plan]:
        if not isinstance(given, list) or not 1 <= len(given) <= 2:
            raise InputError("must be one plan or two", at="plans")
        plans = [Plan.of(each, f"plans[{place}]") for place, each in enumerate(given)]
        if len(plans) == 2 and self.runs.key(plans[0]) == self.runs.key(plans[1]):
            raise InputError("both plans do the same: move a lever of one", at="plans")
        return plans

    def _stream(self, lines: AsyncGenerator[dict[str, Any]]) -> Response:
        if self.streams >= self.settings.streams:
            raise RefusedError(503, "Too many plans are being run at once. Try again in a moment.")
        return StreamingResponse(self._lines(lines), media_type="application/x-ndjson")

    async def _lines(self, lines: AsyncGenerator[dict[str, Any]]) -> AsyncGenerator[bytes]:
        self.streams += 1
        try:
            async with contextlib.aclosing(lines):
                async for line in lines:
                    yield _line(line)
        except (InputError, SeedError, WorkerError, StoppedError) as error:
            yield _line({"error": sentence_of(error)})
        finally:
            self.streams -= 1

    # Guarding.

    def guarded(self, handler: Handler) -> Handler:
        """Return a handler that refuses too many requests, and says in one sentence what was wrong with
        one."""

        async def handle(request: Request) -> Response:
            try:
                if not self.bucket.take(request.client.host if request.client else ""):
                    raise RefusedError(429, "Too many requests at once. Wait a moment and try again.")
                return await handler(request)
            except RefusedError as error:
                return JSONResponse({"error": error.sentence}, status_code=error.status)
            except InputError as error:
                return JSONResponse({"error": sentence_of(error)}, status_code=400)
            except (SeedError, WorkerError, StoppedError) as error:
                return JSONResponse({"error": sentence_of(error)}, status_code=503)
            except ClientDisconnect:
                return Response(status_code=400)

        return handle

    def routes(self) -> list[Route]:
        """Return all that is served: the page's own files by name, Plotly as it is installed, and the API."""
        files = {f"/{path.name}": path for path in sorted(PAGE.iterdir()) if path.suffix in KINDS}
        files |= {"/": PAGE / "index.html", "/plotly.min.js": plotly_file()}
        post = {
            "/api/plan": self.plan,
            "/api/difference": self.difference,
            "/api/check": self.check,
            "/api/children": self.children,
            "/api/story": self.story,
            "/api/report": self.report,
        }
        return [
            Route("/api/town", self.guarded(self.facts_of_town), methods=["GET"]),
            *(Route(path, self.guarded(handler), methods=["POST"]) for path, handler in post.items()),
            *(Route(path, _file(file), methods=["GET"]) for path, file in files.items()),
        ]


def application(settings: Settings, numbers: ParameterDraws, hosts: tuple[str, ...] = ()) -> Starlette:
    """Return the server as an ASGI application. `hosts` are names that it answers to besides those of this
    machine; "*" is any."""
    workshop = Workshop(settings, numbers)
    allowed = ["localhost", "127.0.0.1", "[::1]", *hosts]
    app = Starlette(
        routes=workshop.routes(),
        lifespan=workshop.lifespan,
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(TrustedHostMiddleware, allowed_hosts=allowed, www_redirect=False),
        ],
        exception_handlers={HTTPException: _http_error, Exception: _unforeseen},
    )
    app.state.workshop = workshop
    return app


def plotly_file() -> Path:
    """Return Plotly.js as the installed package ships it."""
    from importlib.util import find_spec

    found = find_spec("plotly")
    if found is None or found.origin is None:
        raise InputError("the package plotly is not installed; it comes with the extra `workshop`")
    return Path(found.origin).parent / "package_data" / "plotly.min.js"


def sentence_of(error: Exception) -> str:
    """Return one sentence for whoever reads the page."""
    if isinstance(error, InputError):
        return str(error)
    if isinstance(error, StoppedError):
        return "The workshop is being closed."
    return BROKEN


def _file(path: Path) -> Handler:
    kind = KINDS[path.suffix]

    async def handle(_: Request) -> Response:
        return FileResponse(path, media_type=kind, headers={"Cache-Control": "no-cache"})

    return handle


def _line(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode() + b"\n"


async def _http_error(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    words = {404: "There is nothing here.", 405: "This address does not take that kind of request."}
    return JSONResponse({"error": words.get(status, "This request cannot be answered.")}, status_code=status)


async def _unforeseen(_: Request, __: Exception) -> Response:
    return JSONResponse(
        {"error": "Something went wrong in the workshop; its window says what."}, status_code=500
    )
