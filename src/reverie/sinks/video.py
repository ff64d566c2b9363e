"""Video for browsers: one encode per format, whose packets all viewers of it share."""

from __future__ import annotations

import asyncio
import time
from collections import deque

from reverie.core.frame import Frame
from reverie.media.stream import CLOCK, Chunk, LiveEncoder, bitrate_for
from reverie.sinks.audience import Audience, Place
from reverie.sinks.lane import Lane, Turn
from reverie.sinks.latest import Latest

KEY_SECONDS = 1.0
"""The least time between two key pictures, however many join or lose packets."""

DEPTH = 64
DEFAULT_FPS = 30.0
HIGHEST_FPS = 240.0


class VideoPlace(Place[Chunk]):
    """A viewer's place in a video, where each picture builds on the one before.

    It begins with a key picture. A viewer who falls so far behind that the place is full begins anew: at the next
    key picture, which is asked for.
    """

    depth = DEPTH

    def __init__(self, audience: Audience[Chunk], loop: asyncio.AbstractEventLoop, lane: VideoLane) -> None:
        super().__init__(audience, loop)
        self._lane, self.waiting = lane, True
        self._newest = -1

    def put(self, item: Chunk) -> None:
        """Put a packet there, where the viewer can make something of it."""
        if item.pts <= self._newest or (self.waiting and not item.key):
            return
        self.waiting, self._newest = False, item.pts
        if len(self) >= self.depth:
            self.skip()
            if not item.key:
                return
        super().put(item)

    def skip(self) -> None:
        """Forget what is there and wait for a key picture."""
        self.clear()
        self.waiting = True
        self._lane.want_key()


class VideoLane(Lane[Chunk]):
    """The stream as `H264` or `VP8`, at `bitrate` bits a second or what suits its size and rate.

    Timestamps are of the clock on the wall: a late frame is shown late and none is waited for. Every packet since a
    key picture is kept for a second, so that a newcomer has a picture at once though no key picture is due.
    """

    def __init__(
        self, latest: Latest, codec: str, bitrate: int | None = None, key_seconds: float = KEY_SECONDS
    ) -> None:
        super().__init__(latest, codec.lower())
        self.codec, self.key_seconds, self.keys = codec, key_seconds, 0
        self._bitrate = bitrate
        self._encoder: LiveEncoder | None = None
        self._key_wanted = True
        self._key_at = float("-inf")
        self._since_key: deque[Chunk] = deque(maxlen=DEPTH)
        self._began, self._pts = time.monotonic(), -1

    @property
    def bitrate(self) -> int | None:
        """The bits a second that the encoder is set to; None before the first picture."""
        return None if self._encoder is None else self._encoder.bitrate

    def place(self, loop: asyncio.AbstractEventLoop) -> VideoPlace:
        """Return a place that begins with a key picture."""
        return VideoPlace(self.audience, loop, self)

    def want_key(self) -> None:
        """Ask for a key picture, from any thread: it comes within a second, whoever else asks."""
        with self.latest.changed:
            self._key_wanted = True
            self.latest.changed.notify_all()

    def due(self) -> float | None:
        """Return in how many seconds a key picture that is wanted may be made."""
        return max(0.0, self._key_at + self.key_seconds - time.monotonic()) if self._key_wanted else None

    def turn(self, turn: Turn[Chunk]) -> None:
        """Encode a new frame, or the last one again where somebody needs a key picture."""
        if turn.newcomers and not self._welcomed(turn):
            self._key_wanted = True
        key = self.due() == 0.0
        if turn.fresh or key:
            self._encode(turn.frame, key)

    def _welcomed(self, turn: Turn[Chunk]) -> bool:
        """Give newcomers what there is since the last key picture; False where that is too much or too old."""
        chunks = list(self._since_key)
        if not chunks or not chunks[0].key or time.monotonic() - self._key_at > self.key_seconds:
            return False
        for place in turn.newcomers:
            for chunk in chunks:
                place.later(place.put, chunk)
        return True

    def _encode(self, frame: Frame, key: bool) -> None:
        encoder = self._fitting(frame)
        key = key or encoder is not self._encoder
        self._encoder = encoder
        self._pts = max(self._pts + 1, int((time.monotonic() - self._began) * CLOCK))
        chunk = encoder.encode(frame.image, self._pts, key=key)
        self.encoded += 1
        if chunk.key:
            self._key_wanted, self._key_at = False, time.monotonic()
            self._since_key.clear()
            self.keys += 1
        if chunk.key or len(self._since_key) < DEPTH:
            self._since_key.append(chunk)
        else:
            self._since_key.clear()
        self.audience.publish(chunk)

    def _fitting(self, frame: Frame) -> LiveEncoder:
        height, width = frame.image.shape[:2]
        fps = rate_of(frame)
        now = self._encoder
        if now is not None and now.size == (width, height) and abs(now.fps - fps) < 0.2 * fps:
            return now
        return LiveEncoder(self.codec, width, height, fps, self._bitrate or bitrate_for(width, height, fps))


def rate_of(frame: Frame) -> float:
    """Return the frames a second that a frame's own number and time speak of."""
    if not frame.index or not frame.time:
        return DEFAULT_FPS
    return min(max(float(frame.index / frame.time), 1.0), HIGHEST_FPS)
