"""Uploads that break: senders that go away, bodies that lie about their length, and a studio that stays awake."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import httpx
import pytest

from tests.server.loopback import Server
from tests.server.process import until

RAW = "content-type: application/octet-stream\r\n"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    found = Server(tmp_path)
    yield found
    found.end()


def knock(server: Server, request: str) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", server.port), timeout=30)
    line.sendall(request.encode())
    return line


def left(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in (folder / "uploads").rglob("*") if path.is_file())


def test_a_sender_that_goes_away_leaves_nothing(server: Server, tmp_path: Path) -> None:
    for _ in range(10):
        request = f"PUT /api/uploads/file HTTP/1.1\r\nhost: 127.0.0.1\r\n{RAW}content-length: 9000000\r\n\r\n"
        line = knock(server, request + "x" * 2_000_000)
        until(lambda: left(tmp_path), "it is being received")
        line.close()
        until(lambda: not left(tmp_path), "it is taken away")
    assert httpx.get(f"{server.root}/api/health").status_code == 200


def test_a_part_whose_sender_goes_away_is_sent_again(server: Server, tmp_path: Path) -> None:
    begun = httpx.post(f"{server.root}/api/uploads", json={"name": "a", "bytes": 5_000_000}).json()
    where = f"/api/uploads/{begun['id']}"
    request = f"PUT {where}/parts/0 HTTP/1.1\r\nhost: 127.0.0.1\r\n{RAW}content-length: 5000000\r\n\r\n"
    with closing(knock(server, request + "x" * 3_000_000)):
        pass
    again = httpx.put(
        f"{server.root}{where}/parts/0", content=b"y" * 5_000_000, headers={"content-type": "application/octet-stream"}
    )
    assert again.json()["parts"] == [0]


def test_a_body_without_an_end_is_cut_off(server: Server, tmp_path: Path) -> None:
    server.studio.inputs.uploads.most_bytes = 3_000_000

    def pieces() -> Iterator[bytes]:
        while True:
            yield b"x" * 100_000

    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    line.putrequest("PUT", "/api/uploads/file")
    line.putheader("content-type", "application/octet-stream")
    line.putheader("transfer-encoding", "chunked")
    line.endheaders()
    with closing(line), suppress(OSError):  # it hangs up
        for piece in pieces():
            line.send(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
    until(lambda: not left(tmp_path), "what came is taken away")


def test_others_are_heard_while_a_file_comes(server: Server) -> None:
    done = threading.Event()
    answers: list[int] = []

    def ask() -> None:
        with httpx.Client() as client:
            while not done.is_set():
                answers.append(client.get(f"{server.root}/api/health", timeout=20).status_code)

    asking = threading.Thread(target=ask)
    asking.start()
    body = b"\0" * 30_000_000
    answer = httpx.put(
        f"{server.root}/api/uploads/file", content=body, headers={"content-type": "video/mp4"}, timeout=60
    )
    done.set()
    asking.join()
    assert answer.status_code == 422
    assert len(answers) > 3
    assert set(answers) == {200}
