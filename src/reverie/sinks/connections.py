"""WebRTC connections of either kind, those who watch and those who publish: how one is agreed on, kept, and ended."""

from __future__ import annotations

import asyncio
import secrets
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Container, Sequence
from contextlib import suppress
from typing import Any, ClassVar, Generic, TypeVar

from aiortc import RTCConfiguration, RTCPeerConnection, RTCRtpReceiver, RTCRtpSender, RTCSessionDescription
from aiortc.sdp import SessionDescription

from reverie.core.errors import InputError, ReverieError

MOST_MEDIA = 4
CONNECT_SECONDS = 10.0


class Full(ReverieError):
    """No more WebRTC connections: each has a socket and encryption of its own."""


class NoCodec(ReverieError):
    """An offer without a codec that is known here."""


class Connection(ABC):
    """One connection, given up where it does not stand after `patience` seconds; `over` is told when it ends."""

    def __init__(self, about: str, over: Callable[[Connection], None], patience: float) -> None:
        self.id, self.about = secrets.token_urlsafe(16), about
        self._over = over
        # An empty list: without it aiortc asks a server on the internet for our address.
        self._connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._closing: asyncio.Task[None] | None = None
        self._deadline = asyncio.get_running_loop().call_later(patience, self._unless_connected)
        self._connection.on("connectionstatechange", self._changed)

    @abstractmethod
    def left(self) -> None:
        """Give back what is held for it: it is over."""

    def close(self) -> None:
        """Begin to end the connection; from the event loop, any number of times."""
        if self._closing is None:
            self._closing = asyncio.ensure_future(self.closed())

    async def closed(self) -> None:
        """End the connection and give everything back."""
        self._deadline.cancel()
        self._over(self)
        self.left()
        with suppress(Exception):
            await self._connection.close()

    async def agreed(self, remote: RTCSessionDescription, prepared: Callable[[], None], verb: str) -> str:
        """Return the SDP that answers an offer; `prepared` is called once it is known what is offered.

        Raises InputError where it can't be read, NoCodec, with the `verb` of what was to be done, where nothing fits.
        """
        try:
            await self._connection.setRemoteDescription(remote)
            prepared()
            await self._connection.setLocalDescription(await self._connection.createAnswer())
        except (ValueError, KeyError, TypeError, AttributeError, AssertionError, IndexError) as error:
            raise _unfit(remote.sdp) from error
        except Exception as error:
            # aiortc's own: it says so where no codec of a medium is common, and where its states are confused.
            raise NoCodec(f"The offer can't be answered ({error}): offer to {verb} video as H.264 or VP8.") from None
        return str(self._connection.localDescription.sdp)

    def _unless_connected(self) -> None:
        if self._connection.connectionState != "connected":
            self.close()

    def _changed(self) -> None:
        if self._connection.connectionState in {"failed", "closed"}:
            self.close()


Kind = TypeVar("Kind", bound=Connection)


class Connections(Generic[Kind]):
    """All connections of a kind, on one event loop, and never more than `most`.

    Who has not connected after `patience` seconds is given up. `called` names them to people, and `instead` says what
    else can be done where there are too many.
    """

    called: ClassVar[str]
    instead: ClassVar[str]

    def __init__(self, most: int, patience: float = CONNECT_SECONDS) -> None:
        self._most, self._patience = most, patience
        self._there: dict[str, Kind] = {}

    def __len__(self) -> int:
        return len(self._there)

    def find(self, connection_id: str) -> Kind | None:
        """Return a connection by its id, None where it has gone."""
        return self._there.get(connection_id)

    async def close(self) -> None:
        """End all connections."""
        await asyncio.gather(*(one.closed() for one in list(self._there.values())))

    async def _joined(
        self, made: Callable[[Callable[[Connection], None], float], Kind], answered: Callable[[Kind], Awaitable[str]]
    ) -> tuple[Kind, str]:
        """Take a new one in and answer it; Full where there are as many as may be."""
        if len(self._there) >= self._most:
            most = f"There are {self._most} {self.called} by WebRTC, the most at a time"
            raise Full(f"{most}: {self.instead}, or try later.")
        one = made(self._forget, self._patience)
        self._there[one.id] = one
        try:
            return one, await answered(one)
        except BaseException:
            one.close()
            raise

    def _forget(self, one: Connection) -> None:
        self._there.pop(one.id, None)


def understood(offer: str, directions: Container[str], otherwise: str) -> RTCSessionDescription:
    """Return an offer without the addresses in it: we answer whoever knows the password, and call on nobody.

    One of its videos must go one of the `directions`; `otherwise` is said where none does, in an InputError.

    So no offer can have us knock at a stranger's door, and names such as `1f2e.local`, by which browsers hide their
    addresses, are not looked up. The other's own first call shows where it is.
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


def gather_at(end: RTCRtpSender | RTCRtpReceiver, addresses: Sequence[str]) -> None:
    """Have a connection made at given addresses of ours, loopback too, in place of all that are not loopback."""
    ice: Any = end.transport.transport.iceGatherer._connection
    gather = ice.get_component_candidates

    def at(component: int, addresses: object, timeout: int = 5) -> Any:  # noqa: ARG001
        return gather(component=component, addresses=list(places), timeout=timeout)

    places = addresses
    ice.get_component_candidates = at
