"""The same request sent again is the same job: by its key, in parallel, after a restart, and as SDKs retry."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from reverie.jobs.job import Job, new_id, now
from reverie.jobs.store import Asked, Store
from reverie.server.repeats import Repeats
from tests.jobs.performers import film, live_spec
from tests.server.house import JSON, PRIVATE, TOKEN, served

BODY = film(0.2).model_dump_json()


def asked(client: TestClient, body: str = BODY, **headers: str) -> Any:
    told: Mapping[str, str] = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post("/api/jobs", content=body, headers={**JSON, **told})


def count(client: TestClient) -> int:
    return len(client.get("/api/jobs?limit=200").json()["items"])


def test_a_key_is_one_job_however_often_and_at_once_it_is_sent(tmp_path: Path) -> None:
    with served(tmp_path) as client:
        with ThreadPoolExecutor(10) as pool:
            answers = list(pool.map(lambda _: asked(client, idempotency_key="mine"), range(20)))
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.json()["id"] for answer in answers}) == 1
        assert count(client) == 1
    with served(tmp_path) as client:
        assert asked(client, idempotency_key="mine").json()["id"] == answers[0].json()["id"], "after a restart too"
        assert count(client) == 1


def test_a_key_is_for_one_request(tmp_path: Path) -> None:
    with served(tmp_path) as client:
        asked(client, idempotency_key="mine")
        other = asked(client, film(0.4).model_dump_json(), idempotency_key="mine")
        assert (other.status_code, other.json()["field"]) == (422, "idempotency-key")
        assert asked(client, idempotency_key="x" * 300).status_code == 422
        assert count(client) == 1


def test_what_an_sdk_sends_again_is_the_same_job_and_the_same_wish_is_another(tmp_path: Path) -> None:
    with served(tmp_path) as client:
        first = asked(client, x_stainless_retry_count="0").json()["id"]
        assert asked(client, x_stainless_retry_count="1").json()["id"] == first
        assert asked(client, x_stainless_retry_count="2").json()["id"] == first
        assert asked(client).json()["id"] != first, "who asks twice wants two"
        assert asked(client, film(0.3).model_dump_json(), x_stainless_retry_count="1").json()["id"] != first


def test_after_a_while_the_same_words_are_a_new_wish(tmp_path: Path) -> None:
    store = Store(tmp_path / "reverie.db")
    request = Asked("client", None, "hash", again=True)
    job = Job(id=new_id(), title="a", live=False, created_at=now(), spec=film())
    store.add(job, request)
    for soon, expected in ((timedelta(minutes=1), job.id), (timedelta(), None)):
        with Repeats(store, soon).granting(request) as before:
            assert before == expected
    store.close()


def test_a_live_session_is_begun_once(tmp_path: Path) -> None:
    body = live_spec().model_dump_json()
    with served(tmp_path) as client:
        assert (
            asked(client, body, idempotency_key="a").json()["id"]
            == asked(client, body, idempotency_key="a").json()["id"]
        )


def test_clients_do_not_share_their_keys(tmp_path: Path) -> None:
    with served(tmp_path, PRIVATE) as client:
        by_header = asked(client, idempotency_key="mine", authorization=f"Bearer {TOKEN}")
        assert by_header.status_code == 201
        stored = client.get("/api/jobs", headers={"authorization": f"Bearer {TOKEN}"}).text
        assert TOKEN not in stored
        assert "client" not in by_header.json()
