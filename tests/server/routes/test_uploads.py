"""Bringing files over HTTP: parts, hashes, one piece, limits, wrong files, and what jobs do with them."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from reverie.core.spec import ComponentSpec
from reverie.media.picture import encode_png
from tests.jobs.performers import live_spec
from tests.server.house import served
from tests.server.waiting import until

RAW = {"content-type": "application/octet-stream"}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with served(tmp_path) as found:
        yield found


def picture(noise: int = 0) -> bytes:
    if noise:
        return encode_png(np.frombuffer(os.urandom(noise * noise * 3), np.uint8).reshape(noise, noise, 3))
    return encode_png(np.full((30, 40, 3), 120, np.uint8))


def digest(data: bytes) -> dict[str, str]:
    return {**RAW, "content-digest": f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"}


def sent(client: TestClient, data: bytes, name: str = "beach.png") -> dict[str, Any]:
    answer = client.put("/api/uploads/file", params={"name": name}, content=data, headers=digest(data))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def refused(answer: Any, status: int, words: str) -> None:
    assert answer.status_code == status, answer.text
    assert words in answer.json()["message"]


def test_a_file_comes_in_parts(client: TestClient) -> None:
    data = picture(1800)
    new = {"name": "noise.png", "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    begun = client.post("/api/uploads", json=new)
    assert begun.status_code == 201
    part, where = begun.json()["part_bytes"], f"/api/uploads/{begun.json()['id']}"
    assert part < len(data) <= 2 * part
    pieces = [data[:part], data[part:]]
    second = client.put(f"{where}/parts/1", content=pieces[1], headers=digest(pieces[1]))
    assert (second.status_code, second.json()["parts"]) == (200, [1])
    refused(client.post(f"{where}/complete", json={}), 409, "are missing")
    refused(client.put(f"{where}/parts/0", content=pieces[0], headers=digest(b"x")), 422, "send the part again")
    refused(client.put(f"{where}/parts/2", content=b"x", headers=RAW), 422, "is no part")
    client.put(f"{where}/parts/0", content=pieces[0], headers=RAW)
    whole = client.post(f"{where}/complete")
    assert whole.status_code == 200, whole.text
    assert {key: whole.json()[key] for key in ("state", "kind", "width", "height", "name")} == {
        "state": "ready",
        "kind": "image",
        "width": 1800,
        "height": 1800,
        "name": "noise.png",
    }
    assert client.get(where).json() == whole.json()
    assert client.get("/api/uploads").json() == [whole.json()]


def test_a_file_comes_in_one_piece_and_is_given_back_to_be_saved(client: TestClient) -> None:
    upload = sent(client, picture(), '"><script>\r\n\u202e../x.html')
    back = client.get(f"/api/uploads/{upload['id']}/file")
    assert back.content == picture()
    assert back.headers["content-disposition"].startswith("attachment; filename*=utf-8''%22%3E%3Cscript%3E%0D%0A")
    assert back.headers["content-type"] == "application/octet-stream"
    assert "sandbox" in back.headers["content-security-policy"]
    shown = client.get(f"/api/uploads/{upload['id']}/preview.jpg")
    assert (shown.headers["content-type"], shown.content[:2]) == ("image/jpeg", b"\xff\xd8")


@pytest.mark.parametrize(
    "data", [b"#EXTM3U\nhttp://127.0.0.1:9/\n", b"\x89PNG\r\n\x1a\nbroken", b"<html><script>alert(1)</script>", b"\0"]
)
def test_what_is_nothing_is_refused_and_gone(client: TestClient, tmp_path: Path, data: bytes) -> None:
    refused(client.put("/api/uploads/file?name=a.mp4", content=data, headers=RAW), 422, "'a.mp4'")
    assert list((tmp_path / "uploads").iterdir()) == []
    assert client.get("/api/health").status_code == 200


def test_sizes_have_limits(client: TestClient) -> None:
    refused(client.post("/api/uploads", json={"name": "a", "bytes": 500 * 2**20 + 1}), 413, "is over 500 MB")
    refused(client.post("/api/uploads", json={"name": "a", "bytes": 0}), 422, "is an empty file")
    refused(client.put("/api/uploads/file", content=b"", headers=RAW), 422, "is an empty file")
    begun = client.post("/api/uploads", json={"name": "a", "bytes": 3}).json()
    refused(client.put(f"/api/uploads/{begun['id']}/parts/0", content=b"four", headers=RAW), 413, "more bytes")
    refused(client.put(f"/api/uploads/{begun['id']}/parts/0", content=b"12", headers=RAW), 422, "1 bytes short")


@pytest.mark.parametrize("path", ["x", "0123456789abcdef", "..%2f..%2freverie.db", "%00"])
def test_ids_are_ours(client: TestClient, path: str) -> None:
    for answer in (
        client.get(f"/api/uploads/{path}"),
        client.get(f"/api/uploads/{path}/file"),
        client.delete(f"/api/uploads/{path}"),
        client.put(f"/api/uploads/{path}/parts/0", content=b"x", headers=RAW),
    ):
        assert answer.status_code in {404, 405, 415}


def test_a_digest_that_is_none_is_refused(client: TestClient) -> None:
    headers = {**RAW, "content-digest": "md5=:abc:"}
    refused(client.put("/api/uploads/file", content=picture(), headers=headers), 422, "write sha-256=")


def spec_of(name: str, **options: Any) -> dict[str, Any]:
    spec = live_spec()
    scene = spec.scenes[0].model_copy(update={"source": ComponentSpec(name=name, options=options)})
    return dict(spec.model_copy(update={"scenes": (scene,)}).model_dump(mode="json"))


def test_a_job_uses_a_file_by_its_id_and_keeps_it(client: TestClient) -> None:
    upload = sent(client, picture())
    begun = client.post("/api/jobs", json=spec_of("feedback", image={"input": upload["id"]}))
    assert begun.status_code == 201, begun.text
    job = begun.json()
    assert job["spec"]["scenes"][0]["source"]["options"] == {"image": {"input": upload["id"]}}
    refused(client.delete(f"/api/uploads/{upload['id']}"), 409, "still needs this file")
    client.post(f"/api/jobs/{job['id']}/cancel")
    until(lambda: client.get(f"/api/jobs/{job['id']}").json()["finished_at"])
    assert client.delete(f"/api/uploads/{upload['id']}").status_code == 204
    refused(client.get(f"/api/uploads/{upload['id']}"), 404, "is no upload here")


@pytest.mark.parametrize(
    "given", ["/etc/passwd", "C:\\x.png", "http://127.0.0.1/x.png", {"input": "/etc/passwd"}, {"input": "x"}]
)
def test_nobody_names_a_place(client: TestClient, given: object) -> None:
    answer = client.post("/api/jobs", json=spec_of("feedback", image=given))
    assert answer.status_code == 422
    assert answer.json()["field"] == "scenes.0.source.options.image"
    sound = {**live_spec().model_dump(mode="json"), "sound": {"input": "/etc/passwd"}}
    assert client.post("/api/jobs", json=sound).status_code == 422
