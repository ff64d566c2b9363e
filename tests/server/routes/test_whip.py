"""Publishing by WHIP as OBS does it: a real peer on loopback sends a video, and what is painted of it comes out."""

from __future__ import annotations

import asyncio
import io
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import av
import httpx
import numpy as np
import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCRtpSender, RTCSessionDescription, VideoStreamTrack
from PIL import Image as Pillow

from reverie.execution.executor import Executor
from reverie.server.ingest.publishers import Publishers
from tests.fakes import registered
from tests.server.fed import ABSENT, begun, live, stands
from tests.server.house import PRIVATE, TOKEN
from tests.server.theatre import Theatre, opened, until

SDP = {"content-type": "application/sdp"}
FRAGMENT = {"content-type": "application/trickle-ice-sdpfrag"}
SCENE = np.random.default_rng(5).integers(0, 256, (15, 20, 3), np.uint8).repeat(16, 0).repeat(16, 1)


@pytest.fixture(scope="module")
def theatre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theatre]:
    with registered(), opened(tmp_path_factory.mktemp("theatre"), perform=Executor().submit) as found:
        yield found


@pytest.fixture
def job(theatre: Theatre) -> Iterator[str]:
    found = begun(theatre)
    yield found
    theatre.studio.cancel(found)


def thread_names() -> list[str]:
    return [thread.name for thread in threading.enumerate()]


class Moving(VideoStreamTrack):
    """A camera that pans; `size` may be changed while it runs."""

    def __init__(self) -> None:
        super().__init__()
        self.size, self.sent = (320, 240), 0

    async def recv(self) -> Any:
        pts, base = await self.next_timestamp()
        self.sent += 1
        width, height = self.size
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(np.roll(SCENE, 4 * self.sent, axis=1)), format="rgb24")
        frame = frame.reformat(width=width, height=height, format="yuv420p")
        frame.pts, frame.time_base = pts, base
        return frame


class Publishing:
    """A publisher: what it was answered, its connection and its camera."""

    def __init__(self, answer: httpx.Response, peer: RTCPeerConnection, camera: Moving, http: Any) -> None:
        self.answer, self.peer, self.camera, self.http = answer, peer, camera, http

    @property
    def place(self) -> str:
        return str(self.answer.headers["location"])


def here() -> RTCPeerConnection:
    return RTCPeerConnection(RTCConfiguration(iceServers=[]))


async def offered(peer: RTCPeerConnection, camera: Moving, codec: str | None = None) -> str:
    transceiver = peer.addTransceiver(camera, direction="sendonly")
    if codec is not None:
        known = RTCRtpSender.getCapabilities("video").codecs
        transceiver.setCodecPreferences([found for found in known if found.name.upper() == codec])
    await peer.setLocalDescription(await peer.createOffer())
    return str(peer.localDescription.sdp)


@asynccontextmanager
async def publishing(
    theatre: Theatre, path: str, codec: str | None = None, sound: bool = False, **headers: str
) -> AsyncIterator[Publishing]:
    peer, camera = here(), Moving()
    if sound:
        peer.addTransceiver("audio", direction="sendonly")
    async with httpx.AsyncClient(base_url=theatre.url, timeout=60) as http:
        try:
            answer = await http.post(path, content=await offered(peer, camera, codec), headers={**SDP, **headers})
            if answer.status_code == 201:
                await peer.setRemoteDescription(RTCSessionDescription(answer.text, "answer"))
            yield Publishing(answer, peer, camera, http)
        finally:
            await peer.close()


async def come(theatre: Theatre, job: str, pictures: int) -> dict[str, Any]:
    """Wait until a session was fed so many pictures."""
    end = time.monotonic() + 60
    while True:
        found = await asyncio.to_thread(live, theatre, job)
        if found["input"] and found["input"]["pictures"] >= pictures:
            return found
        assert time.monotonic() < end, found
        await asyncio.sleep(0.05)


@pytest.mark.parametrize("codec", ["H264", "VP8"])
def test_what_is_published_is_painted_and_the_last_picture_stays(theatre: Theatre, job: str, codec: str) -> None:
    stands(theatre, job, "waiting")
    assert httpx.get(f"{theatre.url}/api/jobs/{job}/preview.jpg").status_code == 404

    async def publish() -> None:
        async with publishing(theatre, f"/api/jobs/{job}/whip", codec, sound=codec == "H264") as sent:
            assert sent.answer.status_code == 201, sent.answer.text
            assert sent.answer.headers["content-type"] == "application/sdp"
            assert sent.place.startswith(f"/api/jobs/{job}/whip/")
            found = await come(theatre, job, 20)
            assert (found["state"], found["input"]["by"]) == ("running", "whip")
            assert (found["input"]["width"], found["input"]["height"]) == (320, 240)
            sent.camera.size = (240, 320)
            await come(theatre, job, found["input"]["pictures"] + 20)
            assert live(theatre, job)["input"]["width"] == 240
            assert (await sent.http.delete(sent.place)).status_code == 200
            assert (await sent.http.delete(sent.place)).status_code == 404

    asyncio.run(publish())
    stands(theatre, job, "stalled")
    assert live(theatre, job)["input"]["by"] == ""
    answer = httpx.get(f"{theatre.url}/api/jobs/{job}/preview.jpg")
    picture = np.asarray(Pillow.open(io.BytesIO(answer.content)))
    assert picture.shape == (48, 64, 3)
    assert picture.std() > 10


def test_the_standard_s_answers(theatre: Theatre, job: str) -> None:
    async def publish() -> None:
        async with publishing(theatre, f"/api/jobs/{job}/whip") as sent:
            etag, place = sent.answer.headers["etag"], sent.place
            assert etag.startswith('"')

            async def patch(body: str, **headers: str) -> int:
                return int((await sent.http.patch(place, content=body, headers={**FRAGMENT, **headers})).status_code)

            assert await patch("a=candidate:1 1 udp 1 10.0.0.1 9 typ host\r\n", **{"if-match": etag}) == 204
            assert await patch("a=end-of-candidates\r\n") == 428
            assert await patch("a=end-of-candidates\r\n", **{"if-match": '"other"'}) == 412
            assert await patch("a=ice-ufrag:new\r\na=ice-pwd:secret\r\n", **{"if-match": "*"}) == 422
            assert (await sent.http.patch(place, json={})).status_code == 415
            for method in ("GET", "HEAD", "PUT"):
                assert (await sent.http.request(method, f"/api/jobs/{job}/whip")).status_code == 405
            options = await sent.http.options(f"/api/jobs/{job}/whip")
            assert (options.status_code, options.headers["accept-post"]) == (204, "application/sdp")
            elsewhere = await sent.http.patch(f"/api/jobs/{ABSENT}/whip/{place.rpartition('/')[2]}", headers=FRAGMENT)
            assert elsewhere.status_code == 404

    asyncio.run(publish())


def test_one_publishes_at_a_time_and_whoever_vanishes_frees_the_place(theatre: Theatre, job: str) -> None:
    async def publish() -> None:
        async with publishing(theatre, f"/api/jobs/{job}/whip") as first:
            await come(theatre, job, 5)
            async with publishing(theatre, f"/api/jobs/{job}/whip") as second:
                assert second.answer.status_code == 409
                assert "publishes into this session already" in second.answer.json()["message"]
            # The first falls silent without a word, as a program does that is killed.
            theatre.studio.run(job).intake.patience = 0.5
            first.camera.stop()
            for sender in first.peer.getSenders():
                await sender.stop()
            await asyncio.sleep(1)
            before = live(theatre, job)["input"]["pictures"]
            async with publishing(theatre, f"/api/jobs/{job}/whip") as third:
                assert third.answer.status_code == 201, third.answer.text
                await come(theatre, job, before + 10)
                assert (await first.http.delete(first.place)).status_code == 404

    asyncio.run(publish())


def test_an_offer_that_is_none_leaves_the_place_free(theatre: Theatre, job: str) -> None:
    place = f"{theatre.url}/api/jobs/{job}/whip"
    assert httpx.post(place, content="no offer", headers=SDP).status_code == 400
    assert httpx.post(place, content=b"\xff\xfe", headers=SDP).status_code == 400
    assert httpx.post(place, content="v=0", headers={"content-type": "application/json"}).status_code == 415
    assert httpx.post(place, content="v=0", headers={**SDP, "accept": "text/html"}).status_code == 406

    async def publish() -> None:
        watcher = here()
        watcher.addTransceiver("video", direction="recvonly")
        await watcher.setLocalDescription(await watcher.createOffer())
        only = await asyncio.to_thread(httpx.post, place, content=watcher.localDescription.sdp, headers=SDP)
        assert (only.status_code, "sends no video" in only.text) == (400, True)
        await watcher.close()
        async with publishing(theatre, f"/api/jobs/{job}/whip") as sent:
            assert sent.answer.status_code == 201

    asyncio.run(publish())


def test_only_a_session_that_takes_pictures_is_published_into(theatre: Theatre) -> None:
    dream = begun(theatre, {"name": "feedback"})
    refused = httpx.post(f"{theatre.url}/api/jobs/{dream}/whip", content="v=0", headers=SDP)
    assert (refused.status_code, "takes no pictures" in refused.text) == (409, True)
    assert httpx.post(f"{theatre.url}/whip", content="v=0", headers=SDP).status_code == 409
    theatre.studio.cancel(dream)
    assert httpx.post(f"{theatre.url}/api/jobs/{dream}/whip", content="v=0", headers=SDP).status_code == 409
    assert httpx.post(f"{theatre.url}/api/jobs/{ABSENT}/whip", content="v=0", headers=SDP).status_code == 404


def test_one_address_is_enough_for_the_newest_session_and_the_end_ends_the_publisher(theatre: Theatre) -> None:
    job = begun(theatre)

    async def publish() -> None:
        async with publishing(theatre, "/whip") as sent:
            assert sent.place.startswith(f"/api/jobs/{job}/whip/")
            await come(theatre, job, 5)
            await asyncio.to_thread(theatre.studio.cancel, job)
            end = time.monotonic() + 30
            while (await sent.http.patch(sent.place, headers=FRAGMENT)).status_code != 404:
                assert time.monotonic() < end
                await asyncio.sleep(0.1)

    asyncio.run(publish())
    publishers: Publishers = theatre.app.state.publishers
    until(lambda: len(publishers) == 0)
    until(lambda: not [name for name in thread_names() if "reverie-ingest" in name])


def test_what_was_not_recorded_is_not_rendered_again(theatre: Theatre, job: str) -> None:
    stands(theatre, job, "waiting")
    for path, body in (("again", {"mode": "replay"}), ("again", {"mode": "remaster"}), ("duplicate", None)):
        refused = httpx.post(f"{theatre.url}/api/jobs/{job}/{path}", json=body, timeout=60)
        assert refused.status_code == 422, refused.text
        assert (refused.json()["field"], "not recorded" in refused.text) == ("scenes.0.source", True)


def test_what_was_recorded_is_rendered_again(theatre: Theatre) -> None:
    job = begun(theatre, {"name": "mailbox", "options": {"keep": True}})

    async def publish() -> None:
        async with publishing(theatre, f"/api/jobs/{job}/whip"):
            await come(theatre, job, 20)

    asyncio.run(publish())
    ended = httpx.post(f"{theatre.url}/api/jobs/{job}/cancel", timeout=60).json()
    assert "input" in {file["kind"] for file in ended["files"]}
    spec = httpx.get(f"{theatre.url}/api/jobs/{job}/spec").json()
    assert spec["scenes"][0]["source"] == {"name": "kept", "options": {"path": {"input": f"{job}/input.mkv"}}}
    again = httpx.post(f"{theatre.url}/api/jobs/{job}/again", json={"mode": "replay"}, timeout=60)
    assert again.status_code == 201, again.text
    address = f"{theatre.url}/api/jobs/{again.json()['id']}"
    until(lambda: httpx.get(address).json()["state"] in {"succeeded", "failed"}, 60)
    assert httpx.get(address).json()["state"] == "succeeded"


def test_who_may_only_watch_publishes_nothing_and_a_bearer_does(tmp_path: Path) -> None:
    with registered(), opened(tmp_path, PRIVATE, Executor().submit) as theatre:
        job = begun(theatre, authorization=f"Bearer {TOKEN}")

        async def publish() -> None:
            for token, status in ((PRIVATE.keys.watch, 403), ("wrong-wrong-wrong-wrong", 401), (TOKEN, 201)):
                async with publishing(theatre, "/whip", authorization=f"Bearer {token}") as sent:
                    assert sent.answer.status_code == status
            async with publishing(theatre, f"/api/jobs/{job}/whip") as sent:
                assert sent.answer.status_code == 401

        asyncio.run(publish())
        theatre.studio.cancel(job)
