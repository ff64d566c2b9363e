"""Addresses and cameras: what is typed is understood, what is wrong is said, and damage is passed over."""

from __future__ import annotations

import http.server
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest

from reverie.core.errors import InputError
from reverie.core.frame import Image
from reverie.media.jpeg import encode_jpeg
from reverie.media.streams import Lost, Place, Stream, place_of, speaks
from reverie.media.upright import Pictures
from reverie.media.video import VideoWriter
from tests.media import rtsp

SCENE = np.random.default_rng(5).integers(0, 256, (12, 16, 3), np.uint8).repeat(10, 0).repeat(10, 1)
Send = Callable[[bytes], object]


def jpeg(step: int, picture: Image = SCENE) -> bytes:
    return encode_jpeg(np.ascontiguousarray(np.roll(picture, 4 * step, axis=1)))


def part(data: bytes) -> bytes:
    return b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%b\r\n" % (len(data), data)


@contextmanager
def serving(send: Callable[[Send], object], status: int = 200) -> Iterator[str]:
    """Answer every request with a motion JPEG that a function sends, and give the address."""

    class Camera(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
            self.end_headers()
            try:
                send(self.wfile.write)
            except OSError:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Camera)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/camera"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


def gather(stream: Stream, into: list[Image]) -> None:
    pictures = Pictures()
    for frame in stream.frames():
        into.append(pictures.picture(frame))


@pytest.mark.parametrize(
    ("given", "url", "own"),
    [
        ("rtsp://camera.local/stream", "rtsp://camera.local/stream", False),
        ("HTTP://127.0.0.1:1/x", "HTTP://127.0.0.1:1/x", False),
        ("srt://10.0.0.1:9000", "srt://10.0.0.1:9000", False),
        ("/dev/video2", "/dev/video2", False),
    ],
)
def test_what_is_typed_is_understood(given: str, url: str, own: bool) -> None:
    found = place_of(given)
    assert (found.url, found.own) == (url, own)
    assert "file" not in found.options.get("protocol_whitelist", "").split(",")


@pytest.mark.parametrize("given", ["file:///etc/passwd", "concat://a|b", "nothing.mp4", "", "javascript://x", "/etc"])
def test_what_is_neither_camera_nor_address_nor_film_is_refused(given: str) -> None:
    with pytest.raises(InputError, match="input: "):
        place_of(given)


def test_a_password_is_never_shown() -> None:
    place = place_of("rtsp://me:secret@127.0.0.1:1/stream")
    assert place.shown == "rtsp://127.0.0.1:1/stream"
    with pytest.raises(Lost, match=r"^rtsp://127.0.0.1:1/stream is not answered by anybody"):
        Stream(place)


def test_a_camera_that_is_absent_is_named(tmp_path: Path) -> None:
    with pytest.raises(Lost, match="plug the camera in"):
        Stream(Place("/dev/video97", str(tmp_path / "video97"), "v4l2"))
    other = tmp_path / "video98"
    other.write_bytes(b"")
    with pytest.raises(Lost, match="is no camera"):
        Stream(Place("/dev/video98", str(other), "v4l2"))


@pytest.mark.parametrize(
    ("status", "words"),
    [(401, "a name and a password"), (403, "may not be read"), (404, "has nothing there"), (503, "out of order")],
)
def test_a_server_that_refuses_is_understood(status: int, words: str) -> None:
    with serving(lambda send: None, status) as address, pytest.raises(Lost, match=words):
        Stream(place_of(address))


def test_what_is_no_video_and_what_says_nothing_is_told_apart() -> None:
    with (
        serving(lambda send: send(b"<html>no camera</html>" * 50)) as address,
        pytest.raises(Lost, match=r"read as video|broke off"),
    ):
        Stream(place_of(address))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = Place("http://silent", f"http://127.0.0.1:{silent.getsockname()[1]}/", options={"rw_timeout": "300000"})
        with pytest.raises(Lost, match="http://silent"):
            Stream(place, 0.3)


def test_a_motion_jpeg_is_read_with_its_damage_left_out_and_its_end_told() -> None:
    def send(write: Send) -> None:
        for step in range(12):
            data = jpeg(step)
            write(part(data[: len(data) // 2] if step in {4, 5} else data))

    with serving(send) as address:
        stream = Stream(place_of(address))
        assert (stream.width, stream.height) == (160, 120)
        frames: list[Image] = []
        with pytest.raises(Lost, match=r"has ended|broke off"):
            gather(stream, frames)
        stream.close()
    assert len(frames) >= 10
    assert min(float(picture[90:].std()) for picture in frames) > 30


def frames_of(stream: Stream) -> list[tuple[Image, tuple[int, int]]]:
    pictures, found = Pictures(), []
    try:
        for frame in stream.frames():
            found.append(pictures.sized(frame))
    except Lost:
        pass
    finally:
        stream.close()
    return found


def test_a_stream_that_changes_its_size_is_followed() -> None:
    def send(write: Send) -> None:
        for step in range(8):
            write(part(jpeg(step)))
        for step in range(8):
            write(part(jpeg(step, SCENE[:64, :112])))

    with serving(send) as address:
        found = frames_of(Stream(place_of(address)))
    sizes = [size for _, size in found]
    assert sizes[0] == (160, 120)
    assert sizes[-1] == (112, 64)
    assert len(sizes) >= 14


def test_a_film_is_read_at_any_size_and_turned_and_a_large_one_is_shrunk_on_the_way(tmp_path: Path) -> None:
    writer = VideoWriter(tmp_path / "a.mp4", 320, 240, Fraction(10))
    for step in range(5):
        writer.write(np.ascontiguousarray(np.roll(SCENE.repeat(2, 0).repeat(2, 1), step, axis=1)))
    writer.close()
    place = place_of(str(tmp_path / "a.mp4"))
    assert place.own
    stream, pictures = Stream(place), Pictures((64, 48))
    found = [pictures.sized(frame) for frame in stream.frames()]
    stream.close()
    assert [picture.shape for picture, _ in found] == [(64, 85, 3)] * 5
    assert {size for _, size in found} == {(320, 240)}


def test_what_this_build_speaks_is_known_without_calling_anybody() -> None:
    assert speaks("rtsp")
    assert speaks("http")
    assert not speaks("nonsense")
    assert isinstance(speaks("srt"), bool)


@pytest.mark.parametrize("transfer", [16, 18])
def test_high_dynamic_range_is_brought_to_the_screen(transfer: int) -> None:
    """A ramp in PQ or HLG at BT.2020, ten bits: no darker than it was meant, in order, and white is white."""
    ramp = np.linspace(64, 940, 256).astype(np.uint16)
    frame = av.VideoFrame(256, 16, "yuv420p10le")
    depth: tuple[npt.NDArray[np.uint16], ...] = (ramp, np.full(128, 512, np.uint16), np.full(128, 512, np.uint16))
    for plane, values in zip(frame.planes, depth, strict=True):
        rows = np.frombuffer(memoryview(plane), np.uint16).reshape(plane.height, plane.line_size // 2)
        rows[:, : len(values)] = values
    frame.color_trc, frame.color_primaries, frame.colorspace, frame.color_range = transfer, 9, 9, 1
    picture = Pictures().picture(frame)
    grey = picture[8].astype(int)
    assert np.ptp(grey, axis=1).max() <= 2
    levels = grey.mean(axis=1)
    assert (np.diff(levels) >= -1).all()
    assert levels[0] <= 2
    assert levels[-1] >= 253
    # The white of a page: 58 % of PQ's range and 75 % of HLG's, as BT.2408 has it.
    white = levels[round((0.58 if transfer == 16 else 0.75) * 255)]
    assert 215 <= white <= 250


def test_a_camera_that_speaks_rtsp_is_read_and_its_end_is_told() -> None:
    with rtsp.camera(SCENE, rate=50, seconds=2.0) as address:
        stream = Stream(place_of(address))
        frames: list[Image] = []
        with pytest.raises(Lost):
            gather(stream, frames)
        stream.close()
    assert len(frames) >= 20
    assert {frame.shape for frame in frames} == {(120, 160, 3)}
    assert min(float(frame.std()) for frame in frames) > 30
