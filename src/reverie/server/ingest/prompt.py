"""Frames put together as soon as they are whole: aiortc waits for the first packet of the next one, a frame's time."""

from __future__ import annotations

import logging
from typing import Any

from aiortc.jitterbuffer import JitterBuffer, JitterFrame
from aiortc.rtp import RtpPacket
from aiortc.utils import uint16_add

CAPACITY = 512
"""Packets that are kept, as many as aiortc's own keeps of video."""

_BUFFER = "_RTCRtpReceiver__jitter_buffer"
_LOG = logging.getLogger(__name__)


class PromptBuffer(JitterBuffer):
    """A frame is whole with the packet that is marked as its last (RFC 3550 §5.1, RFC 6184 §5.1, RFC 7741 §4.1).

    A sender that marks other packets too is found out by the next one of the same frame, and is waited for from then
    on as aiortc does. Packets that are empty, by which browsers try how much gets through, are no frame: a decoder that
    is given nothing takes it for the end.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        super().__init__(capacity, is_video=True)
        self.trusting = True
        self._given: int | None = None

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
                self._given = packet.timestamp
                return JitterFrame(b"".join(map(_data, packets)), packet.timestamp)
        return None

    def _at(self, count: int) -> RtpPacket | None:
        return self._packets[uint16_add(self._origin or 0, count) % self.capacity]


def _data(packet: RtpPacket) -> bytes:
    data: bytes = packet._data  # type: ignore[attr-defined]
    return data


def hasten(receiver: Any) -> None:
    """Have a receiver of aiortc's that has received nothing yet give frames as soon as they are whole."""
    if not hasattr(receiver, _BUFFER):
        _LOG.warning("This aiortc does not show where it puts frames together: each comes a frame late.")
        return
    setattr(receiver, _BUFFER, PromptBuffer())
