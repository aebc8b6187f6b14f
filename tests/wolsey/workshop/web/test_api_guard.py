"""The API refuses what it cannot take: whatever else is asked gets one clear sentence."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from experiments.runs.draws import ParameterDraws
from tests.wolsey.workshop.watched import A, B
from wolsey.workshop.settings import BODY, Settings
from wolsey.workshop.web.server import application


def bad(path: str, content: object, status: int, words: str) -> Any:
    return pytest.param(path, content, status, words, id=f"{path[5:]}-{words[:20]}")


@pytest.mark.parametrize(
    ("path", "content", "status", "words"),
    [
        bad("/api/plan", {}, 400, "must be a plan"),
        bad("/api/plan", [], 400, "must be an object"),
        bad("/api/plan", {"plan": A, "seed": 1}, 400, "is no key of this request"),
        bad("/api/plan", {"plan": A, "since": 7}, 400, "since = 7: must be a plan"),
        bad("/api/plan", {"plan": A, "since": {"base": "x"}}, 400, "since.base"),
        bad("/api/plan", {"plan": {"base": "//server/passwd"}}, 400, "is not a scenario of the workshop"),
        bad("/api/plan", {"plan": {"base": "<script>alert(1)</script>"}}, 400, "is not a scenario"),
        bad("/api/plan", {"plan": {"base": "baseline", "levers": {"x" * 5000: 1}}}, 400, "is not a lever"),
        bad(
            "/api/plan", {"plan": {"base": "baseline", "levers": {"language": 10**400}}}, 400, "finite number"
        ),
        bad("/api/difference", {"plans": [A]}, 400, "must be two plans"),
        bad("/api/difference", {"plans": [A, A]}, 400, "both plans do the same"),
        bad("/api/difference", {"plans": [A, B, A]}, 400, "must be one plan or two"),
        bad("/api/difference", {"plans": [{"base": "family_centres"}, B]}, 409, "have to be run"),
        bad("/api/check", {"plans": "all"}, 400, "must be one plan or two"),
        bad("/api/story", {"plans": [A, B], "child": -1}, 400, "is no child's number"),
        bad("/api/story", {"plans": [A, B], "child": 2**40}, 400, "is no child's number"),
        bad("/api/story", {"plans": [A, B], "child": "1"}, 400, "is no child's number"),
        bad("/api/story", {"plans": [A, B], "child": True}, 400, "is no child's number"),
    ],
)
def test_a_bad_request_gets_one_sentence(
    client: Any, path: str, content: object, status: int, words: str
) -> None:
    answer = client.post(path, json=content)
    assert answer.status_code == status, answer.text
    said = answer.json()["error"]
    assert words in said
    assert "\n" not in said
    assert "Traceback" not in said
    assert len(said) < 1000


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{" * 3000, {"content-type": "application/json"}, 400),
        (b"[" * 10_000, {"content-type": "application/json"}, 400),
        (b"not json", {"content-type": "application/json"}, 400),
        (b"\xff\xfe", {"content-type": "application/json"}, 400),
        (b'{"plan": NaN}', {"content-type": "application/json"}, 400),
        (b'{"plan": ' + b"[" * 20 + b"]" * 20 + b"}", {"content-type": "application/json"}, 400),
        (b'{"plan": {"base": "\\ud800"}}', {"content-type": "application/json"}, 400),
        (b" " * (BODY + 1), {"content-type": "application/json"}, 413),
        (b"{}", {"content-type": "text/plain"}, 415),
        (b"{}", {"content-type": "application/json", "x-wolsey-session": "no"}, 400),
        (b"{}", {"content-type": "application/json", "x-wolsey-session": "a b<c>dddddd"}, 400),
    ],
)
def test_a_broken_body_gets_one_sentence(
    client: Any, body: bytes, headers: dict[str, str], status: int
) -> None:
    answer = client.post("/api/plan", content=body, headers=headers)
    assert answer.status_code == status
    assert set(answer.json()) == {"error"}


@pytest.mark.parametrize(
    "path",
    ["/../pyproject.toml", "/%2e%2e/pyproject.toml", "/..%2f..%2fpyproject.toml", "/page/index.html",
     "/levers.toml", "/server.py", "/main.js/../server.py", "/api", "/plotly.min.js/../../datasets",
     "//server/passwd"],
)  # fmt: skip
def test_only_the_page_is_served(client: Any, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in (400, 404)
    assert "error" in answer.json()


@pytest.mark.parametrize("path", ["/", "/main.js", "/icon.svg", "/api/town", "/nowhere", "/api/plan"])
def test_every_answer_is_guarded(client: Any, path: str) -> None:
    answer = client.get(path)
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in answer.headers


def test_the_page_names_nothing_beyond_its_own_files(client: Any) -> None:
    page = client.get("/").text
    assert "http" not in page
    assert "<script>" not in page
    assert " onclick" not in page
    assert " style=" not in page


def test_another_name_for_this_machine_is_refused(client: Any) -> None:
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400
    assert client.get("/", headers={"host": "127.0.0.1:8643"}).status_code == 200


def test_too_many_requests_are_refused(numbers: ParameterDraws, client: Any) -> None:
    quick = application(Settings(rate=0.001, burst=3), numbers)
    other = type(client)(quick, base_url="http://127.0.0.1")
    answers = [other.get("/api/town").status_code for _ in range(5)]
    assert answers == [200, 200, 200, 429, 429]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.integers()
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)
PLAN = st.fixed_dictionaries(
    {"base": st.sampled_from(["baseline", "family_centres", "../x"])},
    optional={
        "levers": st.dictionaries(st.sampled_from(["tutoring", "until", "budget", "x"]), JSON, max_size=3)
    },
)


FEW = st.fixed_dictionaries(
    {"base": st.sampled_from(["baseline", "alliance_2048", "../x"])},
    optional={"levers": st.dictionaries(st.sampled_from(["tutoring", "x"]), st.none() | st.text(max_size=3))},
)
"""Plans of which only a few can be run."""
ASKED: dict[str, dict[str, Any]] = {
    "/api/plan": {"plan": JSON | FEW, "since": JSON | PLAN},
    "/api/check": {"plans": JSON | st.lists(FEW, max_size=3)},
    "/api/difference": {"plans": JSON | st.lists(PLAN, max_size=3)},
    "/api/children": {"plans": JSON | st.lists(FEW, max_size=3)},
    "/api/story": {"plans": JSON | st.lists(FEW, max_size=3), "child": JSON},
    "/api/report": {"plans": JSON | st.lists(PLAN, max_size=3)},
}


@pytest.mark.parametrize("path", ASKED)
@given(data=st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_whatever_is_asked_is_answered(client: Any, path: str, data: st.DataObject) -> None:
    content = data.draw(JSON | st.fixed_dictionaries({}, optional={**ASKED[path], "x": JSON}))
    answer = client.post(path, content=json.dumps(content), headers={"content-type": "application/json"})
    assert answer.status_code in (200, 400, 409)
    if answer.status_code != 200:
        assert set(answer.json()) == {"error"}
    elif path in ("/api/plan", "/api/check"):
        assert not any("error" in json.loads(line) for line in answer.text.splitlines())


def test_every_route_is_asked_whatever(client: Any) -> None:
    routes = {route.path for route in client.app.routes if "POST" in (route.methods or ())}
    assert routes == set(ASKED)
    for path in (*routes, "/api/town"):
        for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
            assert client.request(method, path).status_code == 405
