"""Bad input: each is answered in words with the right status, and nothing comes of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from tests.jobs.performers import live_spec
from tests.server.house import JSON, PRIVATE, TOKEN, begin, served

GONE = "0" * 16
SPEC: dict[str, Any] = json.loads(live_spec().model_dump_json())
NUMBERS = ("NaN", "Infinity", "-Infinity", "1e999", "-1e999")


class Answer(Protocol):
    @property
    def status_code(self) -> int: ...
    @property
    def text(self) -> str: ...
    @property
    def content(self) -> bytes: ...


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with served(tmp_path_factory.mktemp("house"), raise_server_exceptions=False) as found:
        yield found


@pytest.fixture(scope="module")
def job(client: TestClient) -> str:
    return begin(client)


def said(answer: Answer, status: int) -> dict[str, Any]:
    """Return a refusal, which is one sentence and valid JSON whatever was sent."""
    assert answer.status_code == status, answer.text
    fault: dict[str, Any] = json.loads(answer.text, parse_constant=pytest.fail)
    assert set(fault) == {"message", "field", "value"}
    assert fault["message"].endswith((".", "!"))
    assert "Traceback" not in answer.text
    assert len(answer.content) < 4096
    return fault


def keyframes(client: TestClient, job: str, **headers: str) -> Any:
    return client.get(f"/api/jobs/{job}/spec", headers=headers).json()["scenes"][0]["keyframes"]


def jobs(client: TestClient) -> int:
    return len(client.get("/api/jobs", params={"limit": 200}).json()["items"])


@pytest.mark.parametrize(
    "body", ["", "{", "{'prompt': 1}", "\x00", "[", '{"prompt": "\\ud800"', "nul", "null", "\ufeff{"]
)
@pytest.mark.parametrize("path", ["/api/jobs", "/api/specs", "/update_prompt"])
def test_a_body_that_is_no_json(client: TestClient, path: str, body: str) -> None:
    before = jobs(client)
    answer = client.post(path, content=body.encode(), headers=JSON)
    assert answer.status_code in {400, 422}
    said(answer, answer.status_code)
    assert jobs(client) == before


def test_bytes_that_are_no_text(client: TestClient) -> None:
    said(client.post("/api/jobs", content=b'{"prompt": "\xff\xfe"}', headers=JSON), 400)


def test_json_that_is_too_deep(client: TestClient) -> None:
    answer = client.post("/api/jobs", content="[" * 100_000, headers=JSON)
    assert answer.status_code in {400, 422}
    said(answer, answer.status_code)


@pytest.mark.parametrize("body", [[], "text", 7, True])
def test_json_of_another_shape(client: TestClient, body: object) -> None:
    said(client.post("/api/jobs", json=body), 422)


@pytest.mark.parametrize(
    "path", [(), ("scenes", 0), ("scenes", 0, "keyframes", 0), ("vitality",), ("scenes", 0, "backend")]
)
def test_an_unknown_field_is_named(client: TestClient, path: tuple[str | int, ...]) -> None:
    spec = json.loads(json.dumps(SPEC))
    place = spec
    for step in path:
        place = place[step]
    place["surprise"] = 1
    fault = said(client.post("/api/jobs", json=spec), 422)
    assert fault["field"] == ".".join(str(step) for step in (*path, "surprise"))


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("field", ["strength", "guidance_scale", "blend"])
def test_a_number_that_is_none_steers_nothing(client: TestClient, job: str, field: str, number: str) -> None:
    before = keyframes(client, job)
    fault = said(client.post(f"/api/jobs/{job}/keyframes", content=f'{{"{field}": {number}}}', headers=JSON), 422)
    assert fault["field"] == field
    assert keyframes(client, job) == before


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("field", ["width", "fps", "paint_fps", "seed"])
def test_nor_begins_anything(client: TestClient, field: str, number: str) -> None:
    before = jobs(client)
    body = json.dumps({**SPEC, field: "here"}).replace('"here"', number)
    assert said(client.post("/api/jobs", content=body, headers=JSON), 422)["field"] == field
    assert jobs(client) == before


def test_a_prompt_of_ten_megabytes_is_not_read(client: TestClient, job: str) -> None:
    said(client.post(f"/api/jobs/{job}/keyframes", json={"prompt": "x" * 10_000_000}), 413)
    assert said(client.post(f"/api/jobs/{job}/keyframes", json={"prompt": "x" * 100_000}), 422)["field"] == "prompt"


@pytest.mark.parametrize("prompt", ["", " ", "a\x00b", "a\x1b[31m", "line\nline"])
def test_a_prompt_that_is_none(client: TestClient, job: str, prompt: str) -> None:
    assert said(client.post(f"/api/jobs/{job}/keyframes", json={"prompt": prompt}), 422)["field"] == "prompt"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("DELETE", ""),
        ("POST", "/cancel"),
        ("POST", "/restore"),
        ("POST", "/keyframes"),
        ("POST", "/spark"),
        ("POST", "/snapshot"),
        ("GET", "/events"),
        ("GET", "/spec"),
        ("GET", "/report"),
        ("GET", "/files/a.mp4"),
        ("POST", "/links"),
        ("GET", "/preview.jpg"),
        ("GET", "/preview.mjpeg"),
    ],
)
def test_a_job_that_is_not_there(client: TestClient, method: str, path: str) -> None:
    body: dict[str, str] | None = {} if path in {"/keyframes", "/links"} else None
    said(client.request(method, f"/api/jobs/{GONE}{path}", json=body), 404)


@pytest.mark.parametrize("name", ["..", "%2e%2e", "a b", "A" * 16, "é", "0" * 17, "null", "%00", "' OR 1=1 --"])
def test_a_name_that_is_no_job(client: TestClient, name: str) -> None:
    answer = client.get(f"/api/jobs/{name}/spec")
    assert answer.status_code in {404, 422}
    said(answer, answer.status_code)


def test_an_address_and_a_method_that_are_not_there(client: TestClient) -> None:
    said(client.get("/api/nothing"), 404)
    said(client.put("/api/jobs", json={}), 405)


def test_a_keyframe_in_the_past_is_for_the_next_frame(client: TestClient, job: str) -> None:
    first = client.post(f"/api/jobs/{job}/keyframes", json={"prompt": "now"}).json()
    late = client.post(f"/api/jobs/{job}/keyframes", json={"prompt": "late", "time": 0})
    assert late.status_code == 200, (first, late.text, client.get(f"/api/jobs/{job}").json()["error"])
    assert late.json()["frame"] >= first["frame"]
    assert said(client.post(f"/api/jobs/{job}/keyframes", json={"time": -1}), 422)["field"] == "time"


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml"]
)
def test_a_body_of_another_kind(client: TestClient, job: str, kind: str) -> None:
    fault = said(
        client.post(f"/api/jobs/{job}/keyframes", content=b'{"prompt": "x"}', headers={"content-type": kind}), 415
    )
    assert fault["field"] == "content-type"


def test_a_watcher_who_tries_to_steer(tmp_path: Path) -> None:
    with served(tmp_path, PRIVATE) as house:
        job = begin_as(house, TOKEN)
        before = keyframes(house, job, **bearer(TOKEN))
        for method, path, body in (
            ("POST", f"/api/jobs/{job}/keyframes", {"prompt": "mine"}),
            ("POST", f"/api/jobs/{job}/spark", None),
            ("POST", f"/api/jobs/{job}/cancel", None),
            ("DELETE", f"/api/jobs/{job}", None),
            ("POST", "/update_prompt", {"prompt": "mine"}),
            ("POST", "/api/jobs", SPEC),
        ):
            said(house.request(method, path, json=body, headers=bearer(PRIVATE.keys.watch)), 403)
            said(house.request(method, path, json=body, headers=bearer("not-the-token-at-all")), 401)
            said(house.request(method, path, json=body), 401)
        assert keyframes(house, job, **bearer(TOKEN)) == before
        assert house.get(f"/api/jobs/{job}", headers=bearer(TOKEN)).json()["state"] == "running"


def test_no_page_of_another_site_does_anything(client: TestClient, job: str) -> None:
    before = keyframes(client, job)
    for headers in ({"origin": "null"}, {"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        said(client.post(f"/api/jobs/{job}/keyframes", json={"prompt": "mine"}, headers=headers), 403)
    said(client.post(f"/api/jobs/{job}/keyframes", json={"prompt": "mine"}, headers={"host": "evil.example"}), 421)
    assert keyframes(client, job) == before


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
fields = st.sampled_from(
    ["prompt", "strength", "guidance_scale", "motion", "blend", "spark", "freeze", "options", "time", "x"]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(fields, values, max_size=4))
def test_any_keyframe_is_taken_or_refused_in_words(client: TestClient, job: str, keyframe: dict[str, Any]) -> None:
    body = json.dumps(keyframe).encode("utf-8", "surrogatepass")
    answer = client.post(f"/api/jobs/{job}/keyframes", content=body, headers=JSON)
    if answer.status_code != 200:
        assert answer.status_code in {400, 422}
        said(answer, answer.status_code)


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def begin_as(house: TestClient, token: str) -> str:
    answer = house.post("/api/jobs", json=SPEC, headers=bearer(token))
    assert answer.status_code == 201
    return str(answer.json()["id"])
