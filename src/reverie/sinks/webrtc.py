"""WebRTC viewers: aiortc carries packets that are encoded elsewhere, once for all of them.

aiortc's own encoders are one a viewer, and hold VP8 to 1.5 and H.264 to 3 million bits a second whatever is asked. A
track that gives packets in place of pictures is never encoded by them: what bitrate the lane has is what is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from aiortc import RTCRtpSender
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from aiortc.sdp import SessionDescription

from reverie.media.stream import Chunk
from reverie.sinks.audience import Place
from reverie.sinks.connections import CONNECT_SECONDS, Connection, Connections, NoCodec, gather_at, understood
from reverie.sinks.hub import Hub
from reverie.sinks.video import VideoLane

CODECS = ("H264", "VP8")
"""What is sent, the first that a viewer takes: H.264 costs half of what VP8 does."""

MOST_PEERS = 64
WATCHES = frozenset({"recvonly", "sendrecv"})


class LaneTrack(MediaStreamTrack):
    """A lane's packets as aiortc takes them; it begins when the viewer is connected."""

    kind = "video"

    def __init__(self) -> None:
        super().__init__()
        self.lane: VideoLane | None = None
        self._place: Place[Chunk] | None = None

    async def recv(self) -> Any:
        """Return the next packet of PyAV's; MediaStreamError when there are no more."""
        if self.lane is None or self.readyState != "live":
            raise MediaStreamError
        place = self._place = self.lane.subscribe() if self._place is None else self._place
        try:
            chunk = await anext(place)
        except StopAsyncIteration:
            self.stop()
            raise MediaStreamError from None
        return chunk.packet

    def want_key(self) -> None:
        """Ask for a key picture: the viewer has lost something."""
        if self.lane is not None:
            self.lane.want_key()

    def stop(self) -> None:
        """Give the place up."""
        if self._place is not None:
            self._place.leave()
        super().stop()


class Peer(Connection):
    """One viewer: a connection, and the track it is shown."""

    def __init__(
        self, hub: Hub, about: str, over: Callable[[Connection], None], patience: float = CONNECT_SECONDS
    ) -> None:
        super().__init__(about, over, patience)
        self._hub, self._track = hub, LaneTrack()
        self._track.on("ended", self.close)

    async def answer(self, offer: str, addresses: Sequence[str], codecs: Sequence[str] = CODECS) -> str:
        """Return the SDP that answers an offer; InputError where it can't be read, NoCodec where nothing fits it."""
        remote = understood(offer, WATCHES, "asks for no video: offer one video medium with a=recvonly.")
        transceiver = self._connection.addTransceiver(self._track, direction="sendonly")
        known = RTCRtpSender.getCapabilities("video").codecs
        wanted = [codec for name in codecs for codec in known if codec.name.upper() == name]
        transceiver.setCodecPreferences([*wanted, *(codec for codec in known if codec.name.lower() == "rtx")])
        _listen_for_loss(transceiver.sender, self._track.want_key)
        local = await self.agreed(remote, lambda: gather_at(transceiver.sender, addresses), "receive")
        self._track.lane = self._hub.video(_codec_of(local))
        return local

    def left(self) -> None:
        """Give the place before the lane up."""
        self._track.stop()


class Peers(Connections[Peer]):
    """All WebRTC viewers of a server."""

    called, instead = "viewers", "watch by MJPEG"

    def __init__(self, most: int = MOST_PEERS, patience: float = CONNECT_SECONDS) -> None:
        super().__init__(most, patience)

    async def join(
        self, hub: Hub, about: str, offer: str, addresses: Sequence[str], codecs: Sequence[str] = CODECS
    ) -> tuple[Peer, str]:
        """Return a new viewer and the answer to its offer; Full, InputError or NoCodec say why not.

        `about` names what it watches, `addresses` are ours that it may find us at.
        """
        return await self._joined(
            lambda over, patience: Peer(hub, about, over, patience), lambda peer: peer.answer(offer, addresses, codecs)
        )


def _codec_of(answer: str) -> str:
    """Return the codec that an answer chose."""
    for medium in SessionDescription.parse(answer).media:
        if medium.kind == "video" and medium.port and medium.rtp.codecs:
            name = medium.rtp.codecs[0].name.upper()
            if name in CODECS:
                return name
    raise NoCodec("The offer has no codec that is sent here: offer to receive video as H.264 or VP8.")


def _listen_for_loss(sender: RTCRtpSender, want_key: Callable[[], None]) -> None:
    """Hear of it when a viewer asks for a key picture: aiortc tells only its own encoder, which is not used here."""
    sender._send_keyframe = want_key  # type: ignore[method-assign]
