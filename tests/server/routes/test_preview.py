from __future__ import annotations

import asyncio
import json
import os
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from socket import create_connection

import httpx
import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from reverie.media.jpeg import decode_jpeg
from reverie.server.guard import Guard
from reverie.sinks.mjpeg import HEADER
from tests.jobs.performers import film
from tests.server.certificates import certificate_in
from tests.server.house import PRIVATE, SECRET, TOKEN
from tests.server.theatre import Theatre, opened, own_threads, until

MIB = 2**20
UPGRADE = (
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)


@pytest.fixture(scope="module")
def theatre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theatre]:
    with opened(tmp_path_factory.mktemp("theatre")) as found:
        yield found


@pytest.fixture(scope="module")
def job(theatre: Theatre) -> str:
    return theatre.begin()


def socket_of(theatre: Theatre, job: str, asked: str = "") -> ClientConnection:
    address = f"ws://127.0.0.1:{theatre.port}/api/jobs/{job}/preview.ws{asked}"
    return connect(address, compression=None, close_timeout=0.1)


def parts(url: str, most: int) -> list[tuple[dict[str, str], bytes]]:
    """Read parts as a browser does: a part counts once the line that opens the next one is there."""
    found: list[tuple[dict[str, str], bytes]] = []
    data = b""
    with httpx.stream("GET", url, timeout=30) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "multipart/x-mixed-replace; boundary=frame"
        assert answer.headers["cache-control"] == "no-store"
        for piece in answer.iter_raw():
            data += piece
            *whole, data = data.split(b"--frame\r\n")
            for part in filter(None, whole):
                head, body = part.split(b"\r\n\r\n", 1)
                headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
                found.append((headers, body[: int(headers["Content-Length"])]))
            if len(found) >= most:
                return found
    return found


def test_mjpeg_is_newer_pictures_one_after_another(theatre: Theatre, job: str) -> None:
    found = parts(f"{theatre.url}/api/jobs/{job}/preview.mjpeg", 5)
    numbers = [int(headers["X-Frame"]) for headers, _ in found]
    assert numbers == sorted(set(numbers))
    for headers, body in found:
        assert headers["Content-Type"] == "image/jpeg"
        picture = decode_jpeg(body)
        assert picture.shape == (64, 64, 3)
        assert abs(int(picture[-1, -1, 0]) - int(headers["X-Frame"]) % 255) <= 2


def test_the_short_way_shows_the_current_session(theatre: Theatre, job: str) -> None:
    assert job
    assert len(parts(f"{theatre.url}/stream", 2)) >= 2


def test_viewers_are_counted_while_they_watch(theatre: Theatre, job: str) -> None:
    readers = [theatre.connect(f"/api/jobs/{job}/preview.mjpeg") for _ in range(3)]
    with socket_of(theatre, job):
        until(lambda: theatre.hub(job).viewers == 4)
        state = httpx.get(f"{theatre.url}/api/jobs/{job}").json()["live_state"]
        assert state["viewers"] == 4
    for reader in readers:
        reader.close()
    until(lambda: theatre.hub(job).viewers == 0)


def test_a_picture_is_the_newest_one(theatre: Theatre, job: str) -> None:
    url = f"{theatre.url}/api/jobs/{job}/preview.jpg"
    first = httpx.get(url)
    until(lambda: theatre.hub(job).serial > int(first.headers["x-frame"]) + 1)
    second = httpx.get(url)
    assert (first.status_code, first.headers["content-type"]) == (200, "image/jpeg")
    assert first.headers["cache-control"] == "no-store"
    assert int(second.headers["x-frame"]) > int(first.headers["x-frame"])
    assert decode_jpeg(second.content).shape == (64, 64, 3)


@pytest.mark.parametrize("name", ["preview.mjpeg", "preview.jpg"])
def test_an_unknown_job_is_refused_in_words(theatre: Theatre, name: str) -> None:
    answer = httpx.get(f"{theatre.url}/api/jobs/0123456789abcdef/{name}")
    assert answer.status_code == 404
    assert "is no job here" in answer.json()["message"]


def test_a_film_of_which_nothing_is_seen_yet_says_so_without_an_error(theatre: Theatre, job: str) -> None:
    assert theatre.studio.run(job)
    waits = theatre.studio.create(film()).id  # behind the session that plays
    try:
        answer = httpx.get(f"{theatre.url}/api/jobs/{waits}/preview.jpg")
        assert (answer.status_code, answer.content, answer.headers["cache-control"]) == (204, b"", "no-store")
    finally:
        theatre.studio.cancel(waits)
    until(lambda: theatre.studio.rows.found(waits).state.final)
    assert httpx.get(f"{theatre.url}/api/jobs/{waits}/preview.jpg").status_code == 404


def test_a_session_that_ended_keeps_its_last_picture(tmp_path: Path) -> None:
    with opened(tmp_path) as theatre:
        assert httpx.get(f"{theatre.url}/stream").status_code == 409
        job = theatre.begin()
        with socket_of(theatre, job) as socket:
            last = socket.recv(5)
            theatre.studio.cancel(job)
            for message in socket:
                last = message
            assert socket.close_code == 1000
        assert isinstance(last, bytes)
        poster = httpx.get(f"{theatre.url}/api/jobs/{job}/preview.jpg")
        assert poster.status_code == 200
        shown, kept = decode_jpeg(last[HEADER.size :]).astype(int), decode_jpeg(poster.content)
        assert np.abs(shown - kept).mean() < 3
        ended = httpx.get(f"{theatre.url}/api/jobs/{job}/preview.mjpeg")
        assert ended.status_code == 409
        assert "has ended" in ended.json()["message"]
        files = httpx.get(f"{theatre.url}/api/jobs/{job}").json()["files"]
        assert {"name": "poster.jpg", "kind": "poster"}.items() <= next(
            file for file in files if file["name"] == "poster.jpg"
        ).items()


def test_the_stream_ends_with_its_session(tmp_path: Path) -> None:
    with opened(tmp_path) as theatre:
        job = theatre.begin()
        reader = theatre.connect(f"/api/jobs/{job}/preview.mjpeg")
        data = reader.recv(100)
        theatre.studio.cancel(job)
        while not data.endswith(b"\r\n0\r\n\r\n"):
            data = data[-10:] + reader.recv(MIB)
        reader.close()


def test_a_socket_shows_frames_with_number_and_time(theatre: Theatre, job: str) -> None:
    with socket_of(theatre, job) as socket:
        seen = [socket.recv(5) for _ in range(5)]
    numbers = []
    for message in seen:
        assert isinstance(message, bytes)
        index, flags, time = HEADER.unpack_from(message)
        numbers.append(index)
        assert flags == 0
        assert time == pytest.approx(index / 12)
        assert abs(int(decode_jpeg(message[HEADER.size :])[-1, -1, 0]) - index % 255) <= 2
    assert numbers == sorted(set(numbers))


def say(socket: ClientConnection, text: str | bytes) -> dict[str, object]:
    socket.send(text)
    while True:
        heard = socket.recv(5)
        if isinstance(heard, str):
            answer = json.loads(heard)
            assert isinstance(answer, dict)
            return answer


def test_a_wish_on_the_same_socket_has_a_receipt(theatre: Theatre, job: str) -> None:
    with socket_of(theatre, job) as socket:
        receipt = say(socket, json.dumps({"id": 7, "prompt": "a glass city", "blend": 0.5}))
        assert receipt["type"] == "receipt"
        assert receipt["id"] == 7
        keyframe, frame = receipt["keyframe"], receipt["frame"]
        assert isinstance(keyframe, dict)
        assert keyframe["prompt"] == "a glass city"
        assert isinstance(frame, int)
        assert receipt["time"] == pytest.approx(frame / 12)
        again = say(socket, json.dumps({"spark": True}))
        assert again["id"] is None
        assert isinstance(again["frame"], int)
        assert again["frame"] >= frame


def test_whoever_sees_the_frames_another_way_gets_few_of_them_and_all_answers(theatre: Theatre, job: str) -> None:
    with socket_of(theatre, job, "?apart=10") as socket:
        assert isinstance(socket.recv(5), bytes)
        for number in range(3):
            socket.send(json.dumps({"id": number, "strength": 0.5}))
            answer = socket.recv(5)
            assert isinstance(answer, str), "a frame came before its time"
            assert json.loads(answer)["id"] == number
    for wrong in ("?apart=nan", "?apart=-1", "?apart=11"):
        with pytest.raises(InvalidStatus), socket_of(theatre, job, wrong):
            pass


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ("rubbish", "message"),
        ("[1]", "message"),
        (b"\x00\x01", "message"),
        ('{"strength": NaN}', "message"),
        ('{"id": "x", "strength": 2}', "strength"),
        ('{"id": "x", "prompt": ""}', "prompt"),
        ('{"id": "x", "prompt": "\\ud800"}', "prompt"),
        ('{"id": "x", "colour": "red"}', "colour"),
        ('{"id": "x", "prompt": "' + "a" * 5000 + '"}', "prompt"),
        ("[" * 100_000, "message"),
    ],
)
def test_a_wish_that_can_not_be_is_refused_in_words_and_the_picture_goes_on(
    theatre: Theatre, job: str, said: str | bytes, field: str
) -> None:
    with socket_of(theatre, job) as socket:
        answer = say(socket, said)
        assert answer["type"] == "error"
        assert answer["field"] == field
        assert answer["message"]
        if field != "message":
            assert answer["id"] == "x"
        assert isinstance(socket.recv(5), bytes)


def test_a_socket_to_nothing_says_why(theatre: Theatre) -> None:
    with socket_of(theatre, "0123456789abcdef") as socket:
        answer = json.loads(socket.recv(5))
        assert answer["type"] == "error"
        assert "is no job here" in answer["message"]
        with pytest.raises(ConnectionClosed):
            socket.recv(5)


def test_who_may_only_watch_sees_and_can_not_steer(tmp_path: Path) -> None:
    with opened(tmp_path, PRIVATE) as theatre:
        job = theatre.begin()
        address = f"ws://127.0.0.1:{theatre.port}/api/jobs/{job}/preview.ws"
        with pytest.raises(InvalidStatus):
            connect(address)
        for token, kind in ((PRIVATE.keys.watch, "error"), (TOKEN, "receipt")):
            with connect(address, additional_headers={"Authorization": f"Bearer {token}"}, close_timeout=0.1) as socket:
                assert isinstance(socket.recv(5), bytes)
                before = len(theatre.studio.run(job).spec.scenes[0].keyframes)
                assert say(socket, '{"prompt": "mine now"}')["type"] == kind
                after = len(theatre.studio.run(job).spec.scenes[0].keyframes)
                assert after - before == (kind == "receipt")


def test_who_reads_nothing_is_let_go_alone(theatre: Theatre, job: str) -> None:
    stalled = [theatre.connect(f"/api/jobs/{job}/preview.mjpeg", receive_buffer=4096) for _ in range(5)]
    until(lambda: theatre.hub(job).viewers == 5)
    with socket_of(theatre, job) as socket:
        until(lambda: theatre.hub(job).viewers == 1, 20)
        first, *_ = HEADER.unpack_from(bytes(socket.recv(5)))  # type: ignore[arg-type]
        until(lambda: theatre.hub(job).serial > first + 20)
        second, *_ = HEADER.unpack_from(bytes(socket.recv(5)))  # type: ignore[arg-type]
        assert second > first
    for reader in stalled:
        reader.close()


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="counts descriptors by /proc")
def test_viewers_who_come_and_vanish_leave_no_descriptor_and_no_thread(theatre: Theatre, job: str) -> None:
    def descriptors() -> int:
        return len(os.listdir("/proc/self/fd"))

    def visit(turn: int) -> None:
        upgrade = UPGRADE if turn % 2 else ""
        name = "preview.ws" if turn % 2 else "preview.mjpeg"
        reader = theatre.connect(f"/api/jobs/{job}/{name}", more=upgrade)
        if turn % 3:
            reader.recv(10)
        reader.close()

    for turn in range(20):
        visit(turn)
    until(lambda: theatre.hub(job).viewers == 0)
    before, threads = descriptors(), own_threads()
    for turn in range(1000):
        visit(turn)
    until(lambda: theatre.hub(job).viewers == 0)
    until(lambda: descriptors() <= before)
    until(lambda: own_threads() <= threads)


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="there is no ffmpeg here")
def test_ffmpeg_counts_frames(theatre: Theatre, job: str) -> None:
    url = f"{theatre.url}/api/jobs/{job}/preview.mjpeg"
    command = ["ffmpeg", "-hide_banner", "-f", "mpjpeg", "-i", url, "-frames:v", "10", "-f", "framecrc", "-"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    frames = [line for line in done.stdout.splitlines() if not line.startswith("#")]
    assert len(frames) == 10
    assert "64x64" in done.stderr


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="counts descriptors by /proc")
def test_all_of_it_under_tls(tmp_path: Path) -> None:
    certificate = certificate_in(tmp_path)
    trusting = ssl.create_default_context(cafile=certificate.certfile)
    with opened(tmp_path / "data", Guard.on_loopback(SECRET, secure=True), certificate=certificate) as theatre:
        job = theatre.begin()
        place = f"127.0.0.1:{theatre.port}/api/jobs/{job}"
        with httpx.stream("GET", f"https://{place}/preview.mjpeg", timeout=30, verify=trusting) as answer:
            seen = 0
            for piece in answer.iter_raw():
                seen += piece.count(b"X-Frame")
                if seen > 50:
                    break
        with connect(f"wss://{place}/preview.ws", ssl=trusting, compression=None, close_timeout=0.1) as socket:
            assert all(isinstance(socket.recv(5), bytes) for _ in range(20))
        until(lambda: theatre.hub(job).viewers == 0)
        before = len(os.listdir("/proc/self/fd"))
        stalled = trusting.wrap_socket(create_connection(("127.0.0.1", theatre.port)), server_hostname="127.0.0.1")
        stalled.sendall(
            f"GET /api/jobs/{job}/preview.mjpeg HTTP/1.1\r\nHost: {place.partition('/')[0]}\r\n\r\n".encode()
        )
        until(lambda: theatre.hub(job).viewers == 1)
        until(lambda: theatre.hub(job).viewers == 0)
        # What is left of it is our own end.
        until(lambda: len(os.listdir("/proc/self/fd")) <= before + 1)
        stalled.close()


def test_many_viewers_of_all_kinds_at_once(theatre: Theatre, job: str) -> None:
    before = theatre.hub(job).jpeg.encoded, theatre.hub(job).serial

    async def watch() -> int:
        async with httpx.AsyncClient() as client, client.stream("GET", url, timeout=30) as answer:
            seen = 0
            async for piece in answer.aiter_raw():
                seen += piece.count(b"X-Frame")
                if seen >= 20:
                    return seen
        return seen

    async def all_of_them() -> list[int]:
        return await asyncio.gather(*(watch() for _ in range(12)))

    url = f"{theatre.url}/api/jobs/{job}/preview.mjpeg"
    assert min(asyncio.run(all_of_them())) >= 20
    assert theatre.hub(job).jpeg.encoded - before[0] <= theatre.hub(job).serial - before[1] + 1
