"""Motion JPEG: the picture as browsers, VLC, OBS and ffmpeg take it without being told anything."""

from __future__ import annotations

import asyncio
import struct
import time
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

from reverie.core.frame import Frame, Image, Origin
from reverie.media.jpeg import QUALITY, encode_jpeg
from reverie.sinks.audience import Place
from reverie.sinks.lane import Lane, Turn
from reverie.sinks.latest import Latest

BOUNDARY = "frame"
MEDIA_TYPE = f"multipart/x-mixed-replace; boundary={BOUNDARY}"
OPENING = f"--{BOUNDARY}\r\n".encode()
"""What comes before the first part; every part brings the line that opens the next one."""

BROWSER_OPENING = OPENING + b"Content-Type: image/jpeg\r\n\r\n"
"""The same for browsers: every part brings the whole head of the next one."""

HEADER = struct.Struct(">IId")
"""What precedes a JPEG on a WebSocket: the frame's number, its flags, its time in seconds."""

FLAGS = {Origin.HELD: 1, Origin.INTERPOLATED: 2, Origin.PLACEHOLDER: 4}
BLOOMING = 8
_PART = "Content-Type: image/jpeg\r\nContent-Length: {length}\r\nX-Frame: {index}\r\nX-Time: {time:.6f}\r\n\r\n"


@dataclass(frozen=True)
class EncodedFrame:
    """A frame as JPEG: its number, its time in seconds, its flags; `encoded_at` is `time.monotonic()`."""

    index: int
    time: float
    flags: int
    jpeg: bytes
    encoded_at: float

    @cached_property
    def part(self) -> bytes:
        """One part of the stream for programs: its head says how long it is, which frame it is, and when it is due."""
        head = _PART.format(length=len(self.jpeg), index=self.index, time=self.time).encode()
        return b"".join((head, self.jpeg, b"\r\n", OPENING))

    @cached_property
    def browser_part(self) -> bytes:
        """One part of the stream for browsers.

        Chromium shows a picture when the head of the next part is whole, which would be a frame late: so that head is
        sent at once, and can't say how long a picture is that is not there yet.
        """
        return b"".join((self.jpeg, b"\r\n", BROWSER_OPENING))

    @cached_property
    def message(self) -> bytes:
        """One binary message of a WebSocket."""
        return HEADER.pack(self.index % 2**32, self.flags, self.time) + self.jpeg


class JpegLane(Lane[EncodedFrame]):
    """The newest frame as JPEG, for any number of viewers."""

    def __init__(self, latest: Latest, quality: int = QUALITY) -> None:
        super().__init__(latest, "jpeg")
        self._quality, self._lock = quality, Lock()
        self._serial, self._kept = 0, EncodedFrame(0, 0.0, 0, b"", 0.0)
        self._image: Image | None = None

    def place(self, loop: asyncio.AbstractEventLoop) -> Place[EncodedFrame]:
        """Return a mailbox of one."""
        return Place(self.audience, loop)

    def turn(self, turn: Turn[EncodedFrame]) -> None:
        """Send a new frame to everybody, the one that was sent before to newcomers only."""
        encoded = self._encoded(turn.frame, turn.serial)
        if turn.fresh:
            self.audience.publish(encoded)
            return
        for place in turn.newcomers:
            place.later(place.put, encoded)

    def still(self) -> EncodedFrame | None:
        """Return the newest frame, None before the first; from any thread, and without becoming a viewer."""
        with self.latest.changed:
            frame, serial = self.latest.newest, self.latest.serial
        return None if frame is None else self._encoded(frame, serial)

    def _encoded(self, frame: Frame, serial: int) -> EncodedFrame:
        with self._lock:
            if serial > self._serial:
                # A frozen picture is the same array again: only its number and time are new.
                jpeg = self._kept.jpeg if frame.image is self._image else self._encode(frame.image)
                flags = FLAGS.get(frame.origin, 0) | (BLOOMING if frame.blooming else 0)
                self._kept = EncodedFrame(frame.index, float(frame.time), flags, jpeg, time.monotonic())
                self._serial, self._image = serial, frame.image
            return self._kept

    def _encode(self, image: Image) -> bytes:
        self.encoded += 1
        return encode_jpeg(image, self._quality)
