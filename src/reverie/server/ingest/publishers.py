"""WebRTC publishers: aiortc receives and decodes, the newest frame is taken, and sound is let go by."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

from reverie.jobs.intake import Seat
from reverie.media.upright import Decoded, Pictures
from reverie.server.ingest.backlog import Backlog
from reverie.server.ingest.prompt import hasten
from reverie.sinks.connections import CONNECT_SECONDS, Connection, Connections, gather_at, understood
from reverie.sources.newest import Newest

MOST_PUBLISHERS = 16
SENDS = frozenset({"sendonly", "sendrecv"})
SENDS_NONE = "sends no video: offer one video medium with a=sendonly."

Take = Callable[[Callable[[], None]], Seat]
"""Takes the place in a session; it is given what is called when another takes it."""


class Publisher(Connection):
    """One connection that sends a video, and the seat it feeds."""

    def __init__(
        self,
        about: str,
        take: Take,
        over: Callable[[Connection], None],
        size: tuple[int, int],
        patience: float = CONNECT_SECONDS,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        # First of all: where another has the seat there is no connection.
        self._seat = take(self._lost)
        super().__init__(about, over, patience)
        self.etag, self.ufrag = f'"{secrets.token_hex(8)}"', ""
        self._newest: Newest[Decoded] = Newest(self._seat.feed, Pictures(size).sized, self._lost)
        self._listening: set[asyncio.Task[None]] = set()
        self._connection.on("track", self._heard)

    async def answer(self, offer: str, addresses: Sequence[str]) -> str:
        """Return the SDP that answers an offer; InputError where it can't be read, NoCodec where nothing fits it."""
        self.ufrag = ufrag_of(offer)
        return await self.agreed(understood(offer, SENDS, SENDS_NONE), lambda: self._prepare(addresses), "send")

    def left(self) -> None:
        """Give the seat up, and hear no more."""
        self._seat.leave()
        self._newest.close()
        for task in self._listening:
            task.cancel()

    def _prepare(self, addresses: Sequence[str]) -> None:
        for transceiver in self._connection.getTransceivers():
            gather_at(transceiver.receiver, addresses)
            if transceiver.kind == "video":
                hasten(transceiver.receiver)

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
                backlog.look()
                self._newest.put(frame)


class Publishers(Connections[Publisher]):
    """All WebRTC publishers of a server."""

    called, instead = "publishers", "end one"

    def __init__(self, most: int = MOST_PUBLISHERS, patience: float = CONNECT_SECONDS) -> None:
        super().__init__(most, patience)

    async def join(
        self, about: str, take: Take, offer: str, addresses: Sequence[str], size: tuple[int, int]
    ) -> tuple[Publisher, str]:
        """Return a new publisher and the answer to its offer; Full, Taken, InputError or NoCodec say why not.

        `about` names what it publishes into, whose pictures are painted at `size`; `addresses` are ours that it may
        find us at.
        """
        understood(offer, SENDS, SENDS_NONE)
        return await self._joined(
            lambda over, patience: Publisher(about, take, over, size, patience),
            lambda publisher: publisher.answer(offer, addresses),
        )


def ufrag_of(described: str) -> str:
    """Return the name of an ICE session as an offer or a fragment of one says it, empty where it does not."""
    lines = (line.strip() for line in described.splitlines())
    return next((line.removeprefix("a=ice-ufrag:") for line in lines if line.startswith("a=ice-ufrag:")), "")


async def _let_by(track: MediaStreamTrack) -> None:
    """Do nothing with what is heard."""
    with suppress(MediaStreamError):
        while True:
            await track.recv()
