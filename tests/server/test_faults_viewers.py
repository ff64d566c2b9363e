"""Viewers who come and go, and one who never reads: they harm nobody, and nothing of them stays."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.server.process import Process, serving, until

VANISHING = 1000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    with serving(tmp_path_factory.mktemp("house")) as process:
        yield process


@pytest.fixture(scope="module")
def job(server: Process) -> str:
    return server.begin()


UPGRADE = "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
KEY = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"


def vanish(server: Process, way: str, number: int) -> None:
    """Come in by some way and be gone: before the answer, at its first bytes, or by cutting the line."""
    found = socket.create_connection(("127.0.0.1", server.port), timeout=30)
    if way.endswith(".ws"):
        found.sendall((UPGRADE.format(path=way, port=server.port) + KEY).encode())
    else:
        found.sendall(f"GET {way} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode())
    if number % 3:
        found.recv(1)
    if number % 3 == 2:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    found.close()


def test_a_thousand_who_vanish_leave_nothing_behind(server: Process, job: str) -> None:
    ways = [f"/api/jobs/{job}/{name}" for name in ("preview.mjpeg", "preview.ws", "events", "events.ws")] + ["/stream"]
    for number in range(50):
        vanish(server, ways[number % len(ways)], number)
    until(lambda: server.viewers(job) == 0, "all have left")
    descriptors, threads, memory = server.descriptors, server.threads, server.memory
    for number in range(VANISHING):
        vanish(server, ways[number % len(ways)], number)
    until(lambda: server.viewers(job) == 0, "all have left again")
    until(lambda: server.descriptors <= descriptors + 2, "their descriptors are closed")
    until(lambda: server.threads <= threads + 2, "their threads have ended")
    assert server.memory < memory + 40
    before = server.frame(job)
    until(lambda: server.frame(job) > before, "it plays on")


def test_one_who_never_reads_is_dropped_alone(server: Process, job: str) -> None:
    with ExitStack() as lines:
        reading = lines.enter_context(server.knock(f"/api/jobs/{job}/preview.mjpeg"))
        until(lambda: server.viewers(job) == 1, "one watches")
        for _ in range(5):
            lines.enter_context(server.knock(f"/api/jobs/{job}/preview.mjpeg", room=4096))
        until(lambda: server.viewers(job) == 6, "all watch")
        taken = 0

        def only_one_is_left() -> bool:
            nonlocal taken
            taken += len(reading.recv(2**20))
            return server.viewers(job) == 1

        until(only_one_is_left, "those who never read are let go")
        for _ in range(20):
            more = reading.recv(2**20)
            assert more, "the one who reads goes on seeing"
    until(lambda: server.viewers(job) == 0, "the last one has left")


def test_a_socket_that_never_reads_is_dropped_alone(server: Process, job: str) -> None:
    with socket.socket() as stalled:
        stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        stalled.connect(("127.0.0.1", server.port))
        stalled.sendall((UPGRADE.format(path=f"/api/jobs/{job}/preview.ws", port=server.port) + KEY).encode())
        until(lambda: server.viewers(job) == 1, "it watches")
        until(lambda: server.viewers(job) == 0, "it is let go")


def test_what_is_sent_slowly_keeps_nobody_waiting(server: Process) -> None:
    with ExitStack() as lines:
        for _ in range(100):
            line = lines.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            line.sendall(b"POST /api/jobs HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Le")
        assert server.ask("GET", "/api/health")[0] == 200


@pytest.mark.parametrize(
    ("request_line", "headers", "status"),
    [
        ("GET / HTTP/1.1", "", (400,)),
        ("GET /api/jobs HTTP/1.1", "Host: evil.example\r\n", (421,)),
        ("GET /api/jobs HTTP/1.1", "Host: localhost\r\nHost: evil.example\r\n", (400, 421)),
        ("GET http://evil.example/api/jobs HTTP/1.1", "Host: localhost\r\n", (400, 404)),
        ("POST @evil.example/api/jobs HTTP/1.1", "Host: localhost\r\n", (400, 404)),
        ("GET /api/jobs HTTP/1.1", "Host: localhost/?x=\r\n", (400, 421)),
        ("GET /api/jobs HTTP/1.0", "", (421,)),
        ("STIR /api/jobs HTTP/1.1", "Host: localhost\r\n", (405,)),
        ("GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1", "Host: localhost\r\n", (200, 404, 503)),
        ("GET /assets/..%2f..%2fapp.py HTTP/1.1", "Host: localhost\r\n", (404, 503)),
    ],
)
def test_what_no_client_sends(server: Process, request_line: str, headers: str, status: tuple[int, ...]) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as line:
        line.sendall(f"{request_line}\r\n{headers}Connection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: line.recv(2**16), b""))
        assert int(answer.split(b" ")[1]) in status
        assert b"root:" not in answer
        assert b"Traceback" not in answer
