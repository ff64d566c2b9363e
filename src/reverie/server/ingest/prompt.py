"""Frames put together as soon as they are whole: aiortc waits for the first packet of the next one, a frame's time."""

from __future__ import annotations

import logging
import re
from typing import Any

from aiortc.jitterbuffer import JitterBuffer, JitterFrame
from aiortc.rtp import RtpPacket
from aiortc.utils import uint16_add

CAPACITY = 512
"""Packets that are kept, as many as aiortc's own keeps of video."""

LOST_TICKS = ASKED_TICKS = 45_000
"""Half a second, as video is counted: so long is waited for a packet that is lost, and between two calls for help."""

GIVEN_UP_TICKS = 270_000
"""After so long without a whole picture there is none to come: what there is is shown."""

_CYCLE = 2**32
_BUFFER = "_RTCRtpReceiver__jitter_buffer"
_VP8_KEY = b"\x9d\x01\x2a"
_H264_KEY = re.compile(rb"\x00\x00\x01[\x25\x45\x65]")
_LOG = logging.getLogger(__name__)


class PromptBuffer(JitterBuffer):
    """A frame is whole with the packet that is marked as its last (RFC 3550 §5.1, RFC 6184 §5.1, RFC 7741 §4.1).

    A sender that marks other packets too is found out by the next one of the same frame, and is waited for from then
    on as aiortc does. Packets that are empty, by which browsers try how much gets through, are no frame: a decoder that
    is given nothing takes it for the end. After a loss, and whenever it is told to begin again, only a picture that
    needs none before it is given, and is asked for until it comes.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        super().__init__(capacity, is_video=True)
        self.trusting, self.beginning = True, False
        self._given: int | None = None
        self._hole: int | None = None
        self._began: int | None = None
        self._asked: int | None = None

    def begin_again(self) -> None:
        """Give nothing before the next whole picture."""
        if not self.beginning:
            self.beginning, self._began, self._asked = True, None, None

    def add(self, packet: RtpPacket) -> tuple[bool, JitterFrame | None]:
        """Take a packet; return whether a whole picture must be asked for, and a frame where one is whole."""
        lost, frame = super().add(packet)
        if lost or (frame is None and self._lost(packet)):
            self.begin_again()
        if frame is not None:
            self._given, self._hole = frame.timestamp, None
        return (self._asks(packet), self._begun(frame)) if self.beginning else (False, frame)

    def _begun(self, frame: JitterFrame | None) -> JitterFrame | None:
        """Return a frame that can be begun with."""
        if frame is None or not (is_key(frame.data) or _passed(self._began, frame.timestamp) > GIVEN_UP_TICKS):
            return None
        self.beginning = False
        return frame

    def _asks(self, packet: RtpPacket) -> bool:
        """True where a whole picture was not asked for lately."""
        self._began = packet.timestamp if self._began is None else self._began
        if self._asked is not None and _passed(self._asked, packet.timestamp) < ASKED_TICKS:
            return False
        self._asked = packet.timestamp
        return True

    def _lost(self, packet: RtpPacket) -> bool:
        """True where something before a packet did not come for too long: then all that is there is let go."""
        ahead = uint16_add(packet.sequence_number, -(self._origin or 0))
        if ahead < self.capacity and all(self._at(count) is not None for count in range(ahead)):
            self._hole = None
            return False
        self._hole = packet.timestamp if self._hole is None else self._hole
        if _passed(self._hole, packet.timestamp) < LOST_TICKS:
            return False
        self.remove(self.capacity)
        self._origin, self._hole = None, None
        return True

    def _remove_frame(self, sequence_number: int) -> JitterFrame | None:
        while (first := self._at(0)) is not None and not _data(first):
            self.remove(1)
        if first is not None and first.timestamp == self._given:
            self.trusting = False
        frame = super()._remove_frame(sequence_number)
        return self._marked() if frame is None and self.trusting else frame

    def _marked(self) -> JitterFrame | None:
        """Return the oldest frame where all of it is there, its last packet marked."""
        packets: list[RtpPacket] = []
        for count in range(self.capacity):
            packet = self._at(count)
            if packet is None or (packets and packet.timestamp != packets[0].timestamp):
                return None
            packets.append(packet)
            if packet.marker:
                self.remove(len(packets))
                return JitterFrame(b"".join(map(_data, packets)), packet.timestamp)
        return None

    def _at(self, count: int) -> RtpPacket | None:
        return self._packets[uint16_add(self._origin or 0, count) % self.capacity]


def is_key(frame: bytes) -> bool:
    """True where a frame of VP8 (RFC 6386 §9.1) or H.264 (an IDR picture) needs none before it."""
    if frame[3:6] == _VP8_KEY and not frame[0] & 1:
        return True
    return _H264_KEY.search(frame) is not None


def hasten(receiver: Any) -> None:
    """Have a receiver of aiortc's that has received nothing yet give frames as soon as they are whole."""
    if not hasattr(receiver, _BUFFER):
        _LOG.warning("This aiortc does not show where it puts frames together: each comes a frame late.")
        return
    setattr(receiver, _BUFFER, PromptBuffer())


def buffer_of(receiver: Any) -> PromptBuffer | None:
    """Return what a receiver puts frames together by, None where it is not ours."""
    found = getattr(receiver, _BUFFER, None)
    return found if isinstance(found, PromptBuffer) else None


def _passed(before: int | None, now: int) -> int:
    """Return the ticks from one timestamp to a later one, 0 where it is earlier, or there is none before."""
    ticks = 0 if before is None else (now - before) % _CYCLE
    return ticks if ticks < _CYCLE // 2 else 0


def _data(packet: RtpPacket) -> bytes:
    data: bytes = packet._data  # type: ignore[attr-defined]
    return data
