from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiortc
import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from reverie.core.errors import InputError
from reverie.sinks import webrtc
from reverie.sinks.connections import NoCodec, understood
from reverie.sinks.hub import Hub
from reverie.sinks.webrtc import WATCHES, Peers
from tests.sinks.pictures import Show

pytestmark = pytest.mark.anyio
OURS = ["127.0.0.1"]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not true():
            await asyncio.sleep(0.005)


@asynccontextmanager
async def watched(peers: Peers, hub: Hub, codecs: tuple[str, ...] = webrtc.CODECS) -> AsyncIterator[tuple[Any, Any]]:
    """Give a viewer's receiver and its track, connected."""
    client = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    tracks: list[Any] = []
    client.on("track", tracks.append)
    try:
        transceiver = client.addTransceiver("video", direction="recvonly")
        await client.setLocalDescription(await client.createOffer())
        _, answer = await peers.join(hub, "job", client.localDescription.sdp, OURS, codecs)
        await client.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        async with asyncio.timeout(30):
            await tracks[0].recv()
        yield transceiver.receiver, tracks[0]
    finally:
        await client.close()


def source_of(receiver: Any) -> int:
    """Return the number of the stream a receiver gets."""
    return int(next(source.source for source in receiver.getSynchronizationSources()))


async def test_a_viewer_who_lost_something_gets_a_key_picture_and_not_oftener_than_may_be() -> None:
    peers, hub = Peers(), Hub(key_seconds=0.3)
    with Show(hub):
        async with watched(peers, hub) as (receiver, _):
            lane = hub.video("H264")
            before, encoded = lane.keys, lane.encoded
            await receiver._send_rtcp_pli(source_of(receiver))
            await until(lambda: lane.keys > before)
            asked = lane.keys
            for _ in range(20):
                await receiver._send_rtcp_pli(source_of(receiver))
                await asyncio.sleep(0.005)
            await until(lambda: lane.encoded > encoded + 30)
            assert lane.keys <= asked + 1 + (lane.encoded - encoded) // 15
    await peers.close()


async def test_a_viewer_who_vanishes_is_noticed() -> None:
    peers, hub = Peers(), Hub()
    with Show(hub):
        async with watched(peers, hub):
            assert (hub.viewers, len(peers)) == (1, 1)
        # Nobody has deleted anything: the end of its transport is all we hear.
        await until(lambda: len(peers) == 0 and hub.viewers == 0)


async def test_the_end_of_the_stream_ends_its_viewers() -> None:
    peers, hub = Peers(), Hub()
    with Show(hub):
        async with watched(peers, hub, ("VP8",)):
            hub.close()
            await until(lambda: len(peers) == 0)


async def test_who_never_connects_is_given_up() -> None:
    peers, hub = Peers(patience=0.05), Hub()
    await peers.join(hub, "job", await asked_for_video(), OURS)
    assert len(peers) == 1
    await until(lambda: len(peers) == 0)
    hub.close()


async def test_nothing_is_sent_to_addresses_in_an_offer() -> None:
    offer = await asked_for_video()
    assert "a=candidate" in offer
    taken = understood(offer, WATCHES, "").sdp
    assert "candidate" not in taken
    assert "a=ice-pwd" in taken


@pytest.mark.parametrize("offer", ["", "v=0", "\x00", "m=video"])
async def test_an_offer_that_is_none_leaves_nobody_behind(offer: str) -> None:
    peers, hub = Peers(), Hub()
    with pytest.raises(InputError, match="offer"):
        await peers.join(hub, "job", offer, OURS)
    await until(lambda: len(peers) == 0)
    hub.close()


async def asked_for_video() -> str:
    client = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    client.addTransceiver("video", direction="recvonly")
    await client.setLocalDescription(await client.createOffer())
    offer = str(client.localDescription.sdp)
    await client.close()
    return offer


async def test_an_offer_of_very_much_is_refused_before_a_socket_is_opened() -> None:
    head, _, medium = (await asked_for_video()).partition("m=")
    peers, hub = Peers(), Hub()
    with pytest.raises(InputError, match="too many"):
        await peers.join(hub, "job", head + f"m={medium}" * 500, OURS)
    hub.close()


@pytest.mark.parametrize("seed", range(20))
async def test_an_offer_that_is_almost_one_is_answered_or_refused_in_words(seed: int) -> None:
    rng, lines = random.Random(seed), (await asked_for_video()).splitlines()
    for _ in range(3):
        place = rng.randrange(len(lines))
        broken = lines[place][: rng.randrange(9)] + rng.choice(["", "0", "-1", "9" * 20, "\x00", "é", "a="])
        lines[place : place + 1] = rng.choice([[], [lines[place]] * 2, [broken]])
    peers, hub = Peers(), Hub()
    with suppress(InputError, NoCodec):
        peer, answer = await peers.join(hub, "job", "\r\n".join([*lines, ""]), OURS)
        assert "a=sendonly" in answer
        await peer.closed()
    await until(lambda: len(peers) == 0)
    hub.close()


def test_no_server_is_asked_for_our_address(caplog: pytest.LogCaptureFixture) -> None:
    """aiortc asks one on the internet unless it is given a list without any."""

    async def configured() -> Any:
        peer = webrtc.Peer(Hub(), "job", lambda _: None)
        try:
            connection: Any = peer._connection
            connection.addTransceiver("video")
            return connection.getTransceivers()[0].sender.transport.transport.iceGatherer._connection
        finally:
            await peer.closed()

    with caplog.at_level(logging.ERROR):
        ice = asyncio.run(configured())
    assert ice.stun_server is None
    assert ice.turn_server is None
    assert aiortc.__version__
