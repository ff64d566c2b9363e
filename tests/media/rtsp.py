"""A camera that speaks RTSP on this machine: H.264 over the same connection, as cameras send it where UDP is shut."""

from __future__ import annotations

import base64
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction

import av
import numpy as np

from reverie.core.frame import Image

LARGEST = 1200
CLOCK = 90_000


def encoded(pictures: Iterator[Image], size: tuple[int, int], rate: int) -> Iterator[list[bytes]]:
    """Give the NAL units of each picture."""
    coder = av.CodecContext.create("libx264", "w")
    assert isinstance(coder, av.VideoCodecContext)
    coder.width, coder.height, coder.pix_fmt, coder.time_base = *size, "yuv420p", Fraction(1, rate)
    coder.options = {"preset": "ultrafast", "tune": "zerolatency", "g": "10"}
    for number, picture in enumerate(pictures):
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="yuv420p")
        frame.pts = number
        for packet in coder.encode(frame):
            data = bytes(packet).replace(b"\0\0\0\1", b"\0\0\1")
            yield [unit for unit in data.split(b"\0\0\1") if unit]


def packets(unit: bytes, last: bool) -> Iterator[tuple[bytes, bool]]:
    """Give a unit's payloads (RFC 6184), and whether each ends its picture."""
    if len(unit) <= LARGEST:
        yield unit, last
        return
    head, rest = unit[0], unit[1:]
    for start in range(0, len(rest), LARGEST):
        end = start + LARGEST >= len(rest)
        flags = (0x80 if start == 0 else 0) | (0x40 if end else 0) | (head & 0x1F)
        yield bytes([head & 0xE0 | 28, flags]) + rest[start : start + LARGEST], last and end


class Camera:
    """One visitor at a time; `pictures` are sent at `rate` to whoever plays."""

    def __init__(self, pictures: Callable[[], Iterator[Image]], size: tuple[int, int], rate: int) -> None:
        self._pictures, self._size, self._rate = pictures, size, rate
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"rtsp://127.0.0.1:{self._listening.getsockname()[1]}/stream"
        self._open = True
        threading.Thread(target=self._work, daemon=True).start()

    def close(self) -> None:
        self._open = False
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _work(self) -> None:
        while self._open:
            with suppress(OSError):
                line, _ = self._listening.accept()
                with line:
                    self._answered(line)

    def _answered(self, line: socket.socket) -> None:
        asked = line.makefile("rb")
        while self._open and (first := asked.readline().decode()):
            fields = dict(found.split(": ", 1) for found in self._head(asked))
            method = first.split(" ", 1)[0]
            more, body = self._answer(method)
            head = [f"RTSP/1.0 200 OK\r\nCSeq: {fields.get('CSeq', '1')}", *more]
            line.sendall(("\r\n".join([*head, f"Content-Length: {len(body)}", "", ""]) + body).encode())
            if method == "PLAY":
                self._play(line)
                return

    @staticmethod
    def _head(asked: object) -> Iterator[str]:
        while text := asked.readline().decode().strip():  # type: ignore[attr-defined]
            yield text

    def _answer(self, method: str) -> tuple[list[str], str]:
        if method == "OPTIONS":
            return ["Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN"], ""
        if method == "DESCRIBE":
            units = next(encoded(self._pictures(), self._size, self._rate))
            sets = ",".join(base64.b64encode(unit).decode() for unit in units if unit[0] & 0x1F in {7, 8})
            about = ["v=0", "o=- 0 0 IN IP4 127.0.0.1", "s=camera", "t=0 0", "m=video 0 RTP/AVP 96"]
            about += ["a=rtpmap:96 H264/90000", f"a=fmtp:96 packetization-mode=1;sprop-parameter-sets={sets}"]
            return ["Content-Type: application/sdp", f"Content-Base: {self.url}/"], "\r\n".join([*about, ""])
        if method == "SETUP":
            return ["Transport: RTP/AVP/TCP;unicast;interleaved=0-1", "Session: 1"], ""
        return ["Session: 1"], ""

    def _play(self, line: socket.socket) -> None:
        number = 0
        for index, units in enumerate(encoded(self._pictures(), self._size, self._rate)):
            if not self._open:
                return
            for place, unit in enumerate(units):
                for payload, ends in packets(unit, place == len(units) - 1):
                    marked = 96 | (0x80 if ends else 0)
                    head = struct.pack(">BBHII", 0x80, marked, number % 65536, index * CLOCK // self._rate, 7)
                    number += 1
                    line.sendall(struct.pack(">cBH", b"$", 0, len(head) + len(payload)) + head + payload)
            time.sleep(1 / self._rate)


@contextmanager
def camera(scene: Image, rate: int = 25, seconds: float = 60.0) -> Iterator[str]:
    """Give the address of a camera that pans over a scene."""

    def pictures() -> Iterator[Image]:
        for step in range(round(seconds * rate)):
            yield np.ascontiguousarray(np.roll(scene, 4 * step, axis=1))

    found = Camera(pictures, (scene.shape[1], scene.shape[0]), rate)
    try:
        yield found.url
    finally:
        found.close()
