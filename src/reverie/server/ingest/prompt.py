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
    on as aiortc does.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        super().__init__(capacity, is_video=True)
        self.trusting = True
        self._given: int | None = None

    def add(self, packet: RtpPacket) -> tuple[bool, JitterFrame | None]:
        """Take a packet; return whether a whole picture must be asked for, and a frame where one is whole."""
        if packet.timestamp == self._given:
            self.trusting = False
        return super().add(packet)

    def _remove_frame(self, sequence_number: int) -> JitterFrame | None:
        frame = super()._remove_frame(sequence_number)
        return self._marked() if frame is None and self.trusting else frame

    def _marked(self) -> JitterFrame | None:
        """Return the oldest frame where all of it is there, its last packet marked."""
        packets: list[RtpPacket] = []
        for count in range(self.capacity):
            packet = self._packets[uint16_add(self._origin or 0, count) % self.capacity]
            if packet is None or (packets and packet.timestamp != packets[0].timestamp):
                return None
            packets.append(packet)
            if packet.marker:
                self.remove(len(packets))
                self._given = packet.timestamp
                return JitterFrame(b"".join(one._data for one in packets), packet.timestamp)  # type: ignore[attr-defined]
        return None


def hasten(receiver: Any) -> None:
    """Have a receiver of aiortc's that has received nothing yet give frames as soon as they are whole."""
    if not hasattr(receiver, _BUFFER):
        _LOG.warning("This aiortc does not show where it puts frames together: each comes a frame late.")
        return
    setattr(receiver, _BUFFER, PromptBuffer())
