from __future__ import annotations

import asyncio
import gc
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCRtpReceiver, RTCSessionDescription

from reverie.sinks.connections import Full
from reverie.sinks.webrtc import Peers
from tests.server.house import PRIVATE
from tests.server.theatre import Theatre, opened, own_threads, until

SDP = {"content-type": "application/sdp"}
ABSENT = "0123456789abcdef"


@pytest.fixture(scope="module")
def theatre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theatre]:
    with opened(tmp_path_factory.mktemp("theatre")) as found:
        yield found


@pytest.fixture(scope="module")
def job(theatre: Theatre) -> str:
    return theatre.begin()


def here() -> RTCPeerConnection:
    return RTCPeerConnection(RTCConfiguration(iceServers=[]))


async def offered(client: RTCPeerConnection, codec: str | None = None, kind: str = "video") -> str:
    """Have a client ask to receive video, and return its offer."""
    transceiver = client.addTransceiver(kind, direction="recvonly")
    if codec is not None:
        known = RTCRtpReceiver.getCapabilities(kind)
        assert known is not None
        transceiver.setCodecPreferences([found for found in known.codecs if found.name.upper() == codec])
    await client.setLocalDescription(await client.createOffer())
    return str(client.localDescription.sdp)


class Watching:
    """A viewer by WHEP: what it was answered, and the pictures it gets."""

    def __init__(self, answer: httpx.Response, track: Any, http: httpx.AsyncClient) -> None:
        self.answer, self.track, self.http = answer, track, http

    async def see(self, count: int) -> list[Any]:
        async with asyncio.timeout(30):
            return [await self.track.recv() for _ in range(count)]

    @property
    def place(self) -> str:
        return str(self.answer.headers["location"])


@asynccontextmanager
async def watching(theatre: Theatre, job: str, codec: str | None = None, query: str = "") -> AsyncIterator[Watching]:
    client = here()
    tracks: list[Any] = []
    client.on("track", tracks.append)
    async with httpx.AsyncClient(base_url=theatre.url) as http:
        try:
            answer = await http.post(f"/api/jobs/{job}/whep{query}", content=await offered(client, codec), headers=SDP)
            assert answer.status_code == 201, answer.text
            await client.setRemoteDescription(RTCSessionDescription(answer.text, "answer"))
            yield Watching(answer, tracks[0], http)
        finally:
            await client.close()


@pytest.mark.parametrize("codec", ["H264", "VP8"])
def test_a_viewer_sees_pictures_that_move_and_may_leave(theatre: Theatre, job: str, codec: str) -> None:
    async def watch() -> None:
        async with watching(theatre, job, codec) as viewer:
            assert viewer.answer.headers["content-type"] == "application/sdp"
            assert viewer.place.startswith(f"/api/jobs/{job}/whep/")
            frames = await viewer.see(12)
            assert {(frame.width, frame.height) for frame in frames} == {(64, 64)}
            assert len({frame.to_ndarray(format="rgb24").tobytes() for frame in frames}) > 3
            assert [frame.pts for frame in frames] == sorted({frame.pts for frame in frames})
            assert theatre.hub(job).viewers == 1
            assert (await viewer.http.delete(viewer.place)).status_code == 200
            again = await viewer.http.delete(viewer.place)
            assert again.status_code == 404
            assert "has left" in again.json()["message"]
            assert theatre.hub(job).viewers == 0

    asyncio.run(watch())


def test_all_viewers_of_a_format_share_one_encode(theatre: Theatre, job: str) -> None:
    async def watch() -> None:
        lane = theatre.hub(job).video("H264")
        encoded, keys = lane.encoded, lane.keys
        began = theatre.hub(job).serial
        async with watching(theatre, job) as one, watching(theatre, job) as two, watching(theatre, job) as three:
            for viewer in (one, two, three):
                await viewer.see(5)
            assert theatre.hub(job).viewers == 3
            spent = lane.encoded - encoded
            assert spent <= theatre.hub(job).serial - began + (lane.keys - keys)
            for viewer in (one, two, three):
                await viewer.http.delete(viewer.place)

    asyncio.run(watch())
    until(lambda: theatre.hub(job).viewers == 0)


def test_a_codec_can_be_chosen(theatre: Theatre, job: str) -> None:
    async def watch() -> None:
        async with watching(theatre, job, query="?codec=VP8") as viewer:
            assert "VP8/90000" in viewer.answer.text
            assert "H264" not in viewer.answer.text
            await viewer.see(3)
            await viewer.http.delete(viewer.place)

    asyncio.run(watch())


def test_the_answer_holds_our_addresses_and_asks_nobody_else(theatre: Theatre, job: str) -> None:
    async def watch() -> None:
        async with watching(theatre, job) as viewer:
            lines = viewer.answer.text.splitlines()
            candidates = [line.split() for line in lines if line.startswith("a=candidate")]
            assert "127.0.0.1" in {words[4] for words in candidates}
            assert {words[7] for words in candidates} == {"host"}
            assert "a=sendonly" in lines
            patched = await viewer.http.patch(
                viewer.place, content="a=mid:0\r\n", headers={"content-type": "application/trickle-ice-sdpfrag"}
            )
            assert patched.status_code == 204
            await viewer.http.delete(viewer.place)

    asyncio.run(watch())


def test_viewers_by_webrtc_end_with_their_session(tmp_path: Path) -> None:
    async def watch(theatre: Theatre) -> None:
        job = theatre.begin()
        async with watching(theatre, job) as viewer:
            await viewer.see(2)
            await asyncio.to_thread(theatre.studio.cancel, job)
            async with asyncio.timeout(30):
                while (await viewer.http.delete(viewer.place)).status_code != 404:
                    await asyncio.sleep(0.05)

    with opened(tmp_path) as theatre:
        asyncio.run(watch(theatre))


def offer_of(**more: Any) -> str:
    async def make() -> str:
        client = here()
        try:
            return await offered(client, **more)
        finally:
            await client.close()

    return asyncio.run(make())


@pytest.mark.parametrize(
    "offer",
    [
        "",
        "hello",
        "v=0\r\n",
        "\x00\xff" * 50,
        "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n",
        "v=0\r\nm=video x y z\r\n",
        "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=recvonly\r\n",
    ],
)
def test_what_is_no_offer_is_refused_in_words(theatre: Theatre, job: str, offer: str) -> None:
    answer = httpx.post(f"{theatre.url}/api/jobs/{job}/whep", content=offer.encode("utf-8"), headers=SDP)
    assert answer.status_code in {400, 406}, answer.text
    assert answer.json()["message"]


def test_bytes_that_are_no_text_are_refused_in_words(theatre: Theatre, job: str) -> None:
    answer = httpx.post(f"{theatre.url}/api/jobs/{job}/whep", content=b"\xff\xfe\x00", headers=SDP)
    assert answer.status_code == 400
    assert answer.json()["field"] == "body"


def test_an_offer_without_video_is_refused_in_words(theatre: Theatre, job: str) -> None:
    answer = httpx.post(f"{theatre.url}/api/jobs/{job}/whep", content=offer_of(kind="audio"), headers=SDP)
    assert answer.status_code == 400
    assert "no video" in answer.json()["message"]


def test_an_offer_without_a_codec_of_ours_is_not_acceptable(theatre: Theatre, job: str) -> None:
    foreign = offer_of(codec="VP8").replace("VP8/90000", "AV1/90000")
    answer = httpx.post(f"{theatre.url}/api/jobs/{job}/whep", content=foreign, headers=SDP)
    assert answer.status_code == 406
    assert "H.264 or VP8" in answer.json()["message"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content-type": "application/json"}, 415),
        ({"content-type": "text/plain"}, 415),
        ({**SDP, "accept": "text/html"}, 406),
    ],
)
def test_other_types_are_refused_in_words(theatre: Theatre, job: str, headers: dict[str, str], status: int) -> None:
    answer = httpx.post(f"{theatre.url}/api/jobs/{job}/whep", content="v=0", headers=headers)
    assert answer.status_code == status
    assert "application/sdp" in answer.json()["message"]


def test_a_job_that_is_not_there_is_refused(theatre: Theatre, job: str) -> None:
    assert httpx.post(f"{theatre.url}/api/jobs/{ABSENT}/whep", content=offer_of(), headers=SDP).status_code == 404
    assert httpx.delete(f"{theatre.url}/api/jobs/{job}/whep/x").status_code == 404


def test_what_may_be_posted_is_said(theatre: Theatre, job: str) -> None:
    answer = httpx.request("OPTIONS", f"{theatre.url}/api/jobs/{job}/whep")
    assert answer.status_code == 204
    assert answer.headers["accept-post"] == "application/sdp"


def test_who_may_watch_may_watch_by_webrtc(tmp_path: Path) -> None:
    with opened(tmp_path, PRIVATE) as theatre:
        job, offer = theatre.begin(), offer_of()
        url = f"{theatre.url}/api/jobs/{job}/whep"
        assert httpx.post(url, content=offer, headers=SDP).status_code == 401
        entitled = {**SDP, "authorization": f"Bearer {PRIVATE.keys.watch}"}
        answer = httpx.post(url, content=offer, headers=entitled)
        assert answer.status_code == 201
        gone = httpx.delete(f"{theatre.url}{answer.headers['location']}", headers=entitled)
        assert gone.status_code == 200


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="counts descriptors by /proc")
def test_offers_whose_viewers_never_come_leave_nothing(theatre: Theatre, job: str) -> None:
    theatre.app.state.peers = Peers(patience=0.2)
    offer = offer_of()
    url = f"{theatre.url}/api/jobs/{job}/whep"

    def come() -> None:
        assert httpx.post(url, content=offer, headers=SDP).status_code == 201

    def settled() -> tuple[int, int]:
        gc.collect()
        return len(os.listdir("/proc/self/fd")), own_threads()

    come()
    until(lambda: theatre.hub(job).viewers == 0)
    time.sleep(0.6)
    before = settled()
    for _ in range(30):
        come()
    until(lambda: all(now <= then for now, then in zip(settled(), before, strict=True)))


def test_there_are_only_so_many_at_a_time(theatre: Theatre, job: str) -> None:
    async def fill() -> None:
        peers, hub, offer = Peers(most=2), theatre.hub(job), await asyncio.to_thread(offer_of)
        for _ in range(2):
            await peers.join(hub, job, offer, ["127.0.0.1"])
        with pytest.raises(Full, match="watch by MJPEG"):
            await peers.join(hub, job, offer, ["127.0.0.1"])
        await peers.close()
        assert len(peers) == 0
        peer, _ = await peers.join(hub, job, offer, ["127.0.0.1"])
        await peer.closed()

    asyncio.run(fill())
