from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.server.house import HERE, OPEN, PRIVATE, TOKEN, begin, served

STEERS = {"authorization": f"Bearer {TOKEN}"}


def local(url: str) -> str:
    return urlsplit(url)._replace(scheme="", netloc="").geturl()


def test_a_link_to_watch_opens_the_page_and_steers_nothing(tmp_path: Path) -> None:
    with served(tmp_path, PRIVATE, headers=STEERS, follow_redirects=False) as client:
        job = begin(client)
        link = client.post(f"/api/jobs/{job}/links", json={"kind": "watch", "seconds": 3600})
        assert link.status_code == 201
        away = datetime.fromisoformat(link.json()["expires_at"]) - datetime.now(UTC)
        assert timedelta(minutes=59) < away <= timedelta(hours=1)
        del client.headers["authorization"]
        assert client.get(f"/api/jobs/{job}").status_code == 401
        welcome = client.get(local(link.json()["url"]))
        assert (welcome.status_code, welcome.headers["location"]) == (303, f"/watch/{job}")
        assert client.get(f"/api/jobs/{job}").status_code == 200
        assert client.post(f"/api/jobs/{job}/keyframes", json={"prompt": "mine"}).status_code == 403
        assert client.post(f"/api/jobs/{job}/links", json={}).status_code == 403


def test_a_link_to_pictures_is_one_jobs(tmp_path: Path) -> None:
    with served(tmp_path, PRIVATE, headers=STEERS) as client:
        one, other = begin(client), begin(client)
        url = local(client.post(f"/api/jobs/{one}/links", json={"kind": "preview"}).json()["url"])
        del client.headers["authorization"]
        assert url.startswith(f"/api/jobs/{one}/preview.mjpeg?ticket=")
        assert client.get(url.replace(one, other, 1)).status_code == 403
        assert client.get(url.replace("preview.mjpeg", "report")).status_code == 403


def test_links_are_of_the_name_that_others_use(tmp_path: Path) -> None:
    with served(tmp_path, OPEN) as client:
        job = begin(client)
        url = client.post(f"/api/jobs/{job}/links", json={}).json()["url"]
        assert url.startswith(f"{HERE}/watch/{job}?token=")


@pytest.mark.parametrize(
    "wish", [{"kind": "steer"}, {"seconds": 0}, {"seconds": 10**9}, {"seconds": 1.5}, {"more": 1}, []]
)
def test_a_link_that_cannot_be_is_refused(tmp_path: Path, wish: object) -> None:
    with served(tmp_path) as client:
        assert client.post(f"/api/jobs/{begin(client)}/links", json=wish).status_code == 422


def test_there_is_no_link_to_what_is_not_there(tmp_path: Path) -> None:
    with served(tmp_path) as client:
        assert client.post(f"/api/jobs/{'0' * 16}/links", json={}).status_code == 404


def test_a_code_is_drawn_and_nothing_in_it_can_run(tmp_path: Path) -> None:
    with served(tmp_path) as client:
        code = client.get("/api/qr", params={"text": f"{HERE}/watch/live?token=<é&"})
        assert code.headers["content-type"] == "image/svg+xml"
        assert code.content.startswith(b"<?xml")
        assert b"<path" in code.content
        assert "sandbox" in code.headers["content-security-policy"]
        assert client.get("/api/qr", params={"text": "x" * 1001}).status_code == 422
        assert client.get("/api/qr").status_code == 422
