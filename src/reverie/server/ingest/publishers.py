"""WebRTC publishers: aiortc receives and decodes, the newest frame is taken, and sound is let go by."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from aiortc import RTCConfiguration, RTCPeerConnection
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

from reverie.core.errors import InputError
from reverie.jobs.intake import Seat
from reverie.media.upright import Decoded, Pictures
from reverie.server.ingest.backlog import Backlog
from reverie.server.ingest.prompt import hasten
from reverie.sinks.webrtc import Full, NoCodec, gather_at, understood
from reverie.sources.newest import Newest

MOST_PUBLISHERS = 16
CONNECT_SECONDS = 10.0
SENDS = frozenset({"sendonly", "sendrecv"})

Take = Callable[[Callable[[], None]], Seat]
"""Takes the place in a session; it is given what is called when another takes it."""


class Publisher:
    """One connection that sends a video, the seat it feeds, and when it is over."""

    def __init__(
        self,
        about: str,
        take: Take,
        over: Callable[[Publisher], None],
        size: tuple[int, int],
        patience: float = CONNECT_SECONDS,
    ) -> None:
        self.id, self.about, self.etag = secrets.token_urlsafe(16), about, f'"{secrets.token_hex(8)}"'
        self._over, self._loop = over, asyncio.get_running_loop()
        self._seat = take(self._lost)
        self._newest: Newest[Decoded] = Newest(self._seat.feed, Pictures(size).sized, self._lost)
        # An empty list: without it aiortc asks a server on the internet for our address.
        self._connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._closing: asyncio.Task[None] | None = None
        self._listening: set[asyncio.Task[None]] = set()
        self._deadline = self._loop.call_later(patience, self._unless_connected)
        self._connection.on("connectionstatechange", self._changed)
        self._connection.on("track", self._heard)
        self.ufrag = ""

    async def answer(self, offer: str, addresses: Sequence[str]) -> str:
        """Return the SDP that answers an offer; InputError where it can't be read, NoCodec where nothing fits it."""
        remote = understood(offer, SENDS, "sends no video: offer one video medium with a=sendonly.")
        self.ufrag = ufrag_of(offer)
        try:
            await self._connection.setRemoteDescription(remote)
            for transceiver in self._connection.getTransceivers():
                gather_at(transceiver.receiver, addresses)
                if transceiver.kind == "video":
                    hasten(transceiver.receiver)
            await self._connection.setLocalDescription(await self._connection.createAnswer())
        except (ValueError, KeyError, TypeError, AttributeError, AssertionError, IndexError) as error:
            raise InputError("body", offer[:40], "is no SDP offer: send what createOffer() gives.") from error
        except Exception as error:
            # aiortc's own: it says so where no codec of a medium is common, and where its states are confused.
            raise NoCodec(f"The offer can't be answered ({error}): offer to send video as H.264 or VP8.") from None
        return str(self._connection.localDescription.sdp)

    def close(self) -> None:
        """Begin to end the connection; from the event loop, any number of times."""
        if self._closing is None:
            self._closing = asyncio.ensure_future(self.closed())

    async def closed(self) -> None:
        """End the connection and give everything back."""
        self._deadline.cancel()
        self._over(self)
        self._seat.leave()
        self._newest.close()
        for task in self._listening:
            task.cancel()
        with suppress(Exception):
            await self._connection.close()

    def _lost(self) -> None:
        self._loop.call_soon_threadsafe(self.close)

    def _heard(self, track: MediaStreamTrack) -> None:
        # Sound is taken as well, since what nobody takes is kept for ever.
        task = asyncio.ensure_future(self._watch(track) if track.kind == "video" else _let_by(track))
        self._listening.add(task)
        task.add_done_callback(self._listening.discard)

    async def _watch(self, track: MediaStreamTrack) -> None:
        receivers = self._connection.getReceivers()
        backlog = Backlog(next((receiver for receiver in receivers if receiver.track is track), None))
        with suppress(MediaStreamError):
            while True:
                frame: Any = await track.recv()
                if await backlog.fit(frame):
                    self._newest.put(frame)

    def _unless_connected(self) -> None:
        if self._connection.connectionState != "connected":
            self.close()

    def _changed(self) -> None:
        if self._connection.connectionState in {"failed", "closed"}:
            self.close()


class Publishers:
    """All WebRTC publishers of a server, on one event loop, and never more than `most`.

    Who has not connected after `patience` seconds is given up.
    """

    def __init__(self, most: int = MOST_PUBLISHERS, patience: float = CONNECT_SECONDS) -> None:
        self._most, self._patience = most, patience
        self._publishers: dict[str, Publisher] = {}

    def __len__(self) -> int:
        return len(self._publishers)

    async def join(
        self, about: str, take: Take, offer: str, addresses: Sequence[str], size: tuple[int, int]
    ) -> tuple[Publisher, str]:
        """Return a new publisher and the answer to its offer; Full, Taken, InputError or NoCodec say why not.

        `about` names what it publishes into, whose pictures are painted at `size`; `addresses` are ours that it may
        find us at.
        """
        if len(self._publishers) >= self._most:
            raise Full(f"There are {self._most} publishers by WebRTC, the most at a time: end one, or try later.")
        understood(offer, SENDS, "sends no video: offer one video medium with a=sendonly.")
        publisher = Publisher(about, take, self._forget, size, self._patience)
        self._publishers[publisher.id] = publisher
        try:
            return publisher, await publisher.answer(offer, addresses)
        except BaseException:
            publisher.close()
            raise

    def _forget(self, publisher: Publisher) -> None:
        self._publishers.pop(publisher.id, None)

    def find(self, publisher_id: str) -> Publisher | None:
        """Return a publisher by its id, None where it has gone."""
        return self._publishers.get(publisher_id)

    async def close(self) -> None:
        """End all connections."""
        await asyncio.gather(*(publisher.closed() for publisher in list(self._publishers.values())))


def ufrag_of(described: str) -> str:
    """Return the name of an ICE session as an offer or a fragment of one says it, empty where it does not."""
    lines = (line.strip() for line in described.splitlines())
    return next((line.removeprefix("a=ice-ufrag:") for line in lines if line.startswith("a=ice-ufrag:")), "")


async def _let_by(track: MediaStreamTrack) -> None:
    """Do nothing with what is heard."""
    with suppress(MediaStreamError):
        while True:
            await track.recv()
