"""What the document says is what the server does: nothing that fits it, and nothing that doesn't, breaks anything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from starlette.testclient import TestClient

from tests.jobs.performers import live_spec
from tests.server.house import OPEN, app_in, begin

EXAMPLES = 8
PATIENCE = 120
"""Seconds for one answer: a file is read by a process that has to begin first."""

ENDLESS = ["/stream", "/api/jobs/{job_id}/preview.mjpeg", "/api/jobs/{job_id}/events"]
"""Answers without an end, where something plays; they are tried by name in other tests."""

NOT_DONE_HERE = ["/v1/videos/characters", "/v1/videos/characters/{character_id}"]
"""Known by name from another API, and answered by 501 in words, which the checks take for a fault."""

WHERE_NOTHING_PLAYS = ["/v1/images/generations"]
"""Answers that wait for a minute for what plays to end, and then say when to ask again: by 503, as for a fault."""

HERE = {"host": "127.0.0.1"}


@schemathesis.serializer("application/sdp")
def as_sdp(_: Any, value: Any) -> bytes:
    """Write any text, or bytes, as they are."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


LAST = {"POST /api/jobs/{job_id}/cancel", "DELETE /api/jobs/{job_id}"}
"""What ends a job, which the others still need."""


class House(NamedTuple):
    """The document of a server, and a job that plays there."""

    document: Any
    job: str


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    app = app_in(tmp_path_factory.mktemp("house"), OPEN)
    job = begin(TestClient(app, base_url="http://127.0.0.1"), live_spec())
    whole = schemathesis.openapi.from_asgi("/api/openapi.json", app, headers=HERE)
    document = whole.exclude(path=[*ENDLESS, *NOT_DONE_HERE, *WHERE_NOTHING_PLAYS])
    yield House(document, job)
    app.state.studio.close()


def operations(house: House) -> list[Any]:
    found = [found.ok() for found in house.document.get_all_operations()]
    return sorted(found, key=lambda operation: operation.label in LAST)


@pytest.mark.parametrize(("mode", "least"), [(GenerationMode.POSITIVE, 25), (GenerationMode.NEGATIVE, 8)])
def test_nothing_is_answered_by_a_fault_of_the_server(house: House, mode: GenerationMode, least: int) -> None:
    fit = [one for one in operations(house) if mode is GenerationMode.POSITIVE or [*one.body, *one.query]]
    asked = [operation for operation in fit if _tried(operation.as_strategy(generation_mode=mode))]
    assert len(asked) >= least


def test_nor_is_anything_asked_of_a_job_that_plays(house: House) -> None:
    about = [operation for operation in operations(house) if "{job_id}" in operation.label]
    assert len(about) >= 12
    assert all(_tried(operation.as_strategy(), house.job) for operation in about)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_nor_is_a_picture_where_nothing_plays(tmp_path: Path, mode: GenerationMode) -> None:
    app = app_in(tmp_path, OPEN)
    whole: Any = schemathesis.openapi.from_asgi("/api/openapi.json", app, headers=HERE)
    found = [one.ok() for one in whole.include(path=WHERE_NOTHING_PLAYS).get_all_operations()]
    assert [_tried(operation.as_strategy(generation_mode=mode)) for operation in found] == [True]
    app.state.studio.close()


def _tried(cases: Any, job: str | None = None) -> bool:
    """Send some cases; False where there are none, since whatever is sent there fits."""

    @seed(1)
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(cases)
    def run(case: Any) -> None:
        if job is not None:
            case.path_parameters["job_id"] = job
        case.validate_response(case.call(headers=HERE, timeout=PATIENCE), checks=(not_a_server_error,))

    try:
        run()
    except Unsatisfiable:
        return False
    return True
