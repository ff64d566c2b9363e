"""WebRTC viewers: aiortc carries packets that are encoded elsewhere, once for all of them.

aiortc's own encoders are one a viewer, and hold VP8 to 1.5 and H.264 to 3 million bits a second whatever is asked. A
track that gives packets in place of pictures is never encoded by them: what bitrate the lane has is what is sent.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Container, Sequence
from contextlib import suppress
from typing import Any

from aiortc import RTCConfiguration, RTCPeerConnection, RTCRtpReceiver, RTCRtpSender, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from aiortc.sdp import SessionDescription

from reverie.core.errors import InputError, ReverieError
from reverie.media.stream import Chunk
from reverie.sinks.audience import Place
from reverie.sinks.hub import Hub
from reverie.sinks.video import VideoLane

CODECS = ("H264", "VP8")
"""What is sent, the first that a viewer takes: H.264 costs half of what VP8 does."""

MOST_PEERS, MOST_MEDIA = 64, 4
CONNECT_SECONDS = 10.0
WATCHES = frozenset({"recvonly", "sendrecv"})
_LOG = logging.getLogger(__name__)


class Full(ReverieError):
    """No more WebRTC viewers: each has a socket and encryption of its own."""


class NoCodec(ReverieError):
    """An offer without a codec that is sent here."""


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


class Peer:
    """One viewer: a connection, the track it is shown, and when it is over."""

    def __init__(self, hub: Hub, about: str, over: Callable[[Peer], None], patience: float = CONNECT_SECONDS) -> None:
        self.id, self.about = secrets.token_urlsafe(16), about
        self._hub, self._over = hub, over
        self._track = LaneTrack()
        # An empty list: without it aiortc asks a server on the internet for our address.
        self._connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._closing: asyncio.Task[None] | None = None
        self._deadline = asyncio.get_running_loop().call_later(patience, self._unless_connected)
        self._connection.on("connectionstatechange", self._changed)
        self._track.on("ended", self.close)

    async def answer(self, offer: str, addresses: Sequence[str], codecs: Sequence[str] = CODECS) -> str:
        """Return the SDP that answers an offer; InputError where it can't be read, NoCodec where nothing fits it."""
        remote = understood(offer, WATCHES, "asks for no video: offer one video medium with a=recvonly.")
        transceiver = self._connection.addTransceiver(self._track, direction="sendonly")
        known = RTCRtpSender.getCapabilities("video").codecs
        wanted = [codec for name in codecs for codec in known if codec.name.upper() == name]
        transceiver.setCodecPreferences([*wanted, *(codec for codec in known if codec.name.lower() == "rtx")])
        _listen_for_loss(transceiver.sender, self._track.want_key)
        try:
            await self._connection.setRemoteDescription(remote)
            gather_at(transceiver.sender, addresses)
            await self._connection.setLocalDescription(await self._connection.createAnswer())
        except (ValueError, KeyError, TypeError, AttributeError, AssertionError, IndexError) as error:
            raise _unfit(offer) from error
        except Exception as error:
            # aiortc's own: it says so where no codec of a medium is common, and where its states are confused.
            raise NoCodec(f"The offer can't be answered ({error}): offer to receive video as H.264 or VP8.") from None
        local = self._connection.localDescription.sdp
        self._track.lane = self._hub.video(_codec_of(local))
        return local

    def close(self) -> None:
        """Begin to end the connection; from the event loop, any number of times."""
        if self._closing is None:
            self._closing = asyncio.ensure_future(self.closed())

    async def closed(self) -> None:
        """End the connection and give everything back."""
        self._deadline.cancel()
        self._over(self)
        self._track.stop()
        with suppress(Exception):
            await self._connection.close()

    def _unless_connected(self) -> None:
        if self._connection.connectionState != "connected":
            self.close()

    def _changed(self) -> None:
        if self._connection.connectionState in {"failed", "closed"}:
            self.close()


class Peers:
    """All WebRTC viewers of a server, on one event loop, and never more than `most`.

    Who has not connected after `patience` seconds is given up.
    """

    def __init__(self, most: int = MOST_PEERS, patience: float = CONNECT_SECONDS) -> None:
        self._most, self._patience = most, patience
        self._peers: dict[str, Peer] = {}

    def __len__(self) -> int:
        return len(self._peers)

    async def join(
        self, hub: Hub, about: str, offer: str, addresses: Sequence[str], codecs: Sequence[str] = CODECS
    ) -> tuple[Peer, str]:
        """Return a new viewer and the answer to its offer; Full, InputError or NoCodec say why not.

        `about` names what it watches, `addresses` are ours that it may find us at.
        """
        if len(self._peers) >= self._most:
            raise Full(f"There are {self._most} viewers by WebRTC, the most at a time: watch by MJPEG, or try later.")
        peer = Peer(hub, about, self._forget, self._patience)
        self._peers[peer.id] = peer
        try:
            return peer, await peer.answer(offer, addresses, codecs)
        except BaseException:
            peer.close()
            raise

    def _forget(self, peer: Peer) -> None:
        self._peers.pop(peer.id, None)

    def find(self, peer_id: str) -> Peer | None:
        """Return a viewer by its id, None where it has gone."""
        return self._peers.get(peer_id)

    async def close(self) -> None:
        """End all connections."""
        await asyncio.gather(*(peer.closed() for peer in list(self._peers.values())))


def understood(offer: str, directions: Container[str], otherwise: str) -> RTCSessionDescription:
    """Return an offer without the addresses in it: we answer whoever knows the password, and call on nobody.

    One of its videos must go one of the `directions`; `otherwise` is said where none does, in an InputError.

    So no offer can have us knock at a stranger's door, and names such as `1f2e.local`, by which browsers hide their
    addresses, are not looked up. The viewer's own first call shows where it is.
    """
    lines = [line for line in offer.splitlines() if not line.startswith(("a=candidate", "a=end-of-candidates"))]
    described = "\r\n".join(lines) + "\r\n"
    try:
        media = SessionDescription.parse(described).media
    except Exception:
        raise _unfit(offer) from None
    if len(media) > MOST_MEDIA:
        raise InputError("body", f"{len(media)} media", f"are too many: offer at most {MOST_MEDIA}.")
    if not any(medium.kind == "video" and medium.direction in directions for medium in media):
        raise InputError("body", offer[:40], otherwise)
    return RTCSessionDescription(described, "offer")


def _unfit(offer: str) -> InputError:
    return InputError("body", offer[:40], "is no SDP offer: send what createOffer() gives.")


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


def gather_at(end: RTCRtpSender | RTCRtpReceiver, addresses: Sequence[str]) -> None:
    """Have a connection made at given addresses of ours, loopback too, in place of all that are not loopback."""
    ice: Any = end.transport.transport.iceGatherer._connection
    gather = ice.get_component_candidates

    def at(component: int, addresses: object, timeout: int = 5) -> Any:  # noqa: ARG001
        return gather(component=component, addresses=list(places), timeout=timeout)

    places = addresses
    ice.get_component_candidates = at
