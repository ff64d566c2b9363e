from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, cast

import av
import numpy as np
import pytest
from av.video.codeccontext import VideoCodecContext

from reverie.core.frame import Image
from reverie.media.stream import Chunk
from reverie.sinks.hub import Hub
from reverie.sinks.video import DEPTH, rate_of
from tests.sinks.pictures import frame, picture

pytestmark = pytest.mark.anyio
DECODERS = {"H264": "h264", "VP8": "libvpx"}
CODECS = sorted(DECODERS)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    made = Hub()
    yield made
    made.close()


class Viewer:
    """Decodes what comes, as a browser does."""

    def __init__(self, codec: str) -> None:
        self._context = cast(VideoCodecContext, av.CodecContext.create(DECODERS[codec], "r"))

    def see(self, chunk: Chunk) -> Image:
        frames = self._context.decode(av.Packet(bytes(chunk.packet)))
        assert len(frames) == 1
        shown = frames[0]
        assert isinstance(shown, av.VideoFrame)
        image: Any = shown.to_ndarray(format="rgb24")
        return cast(Image, image)


async def soon(waited: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not waited():
            await asyncio.sleep(0.002)


async def take(place: object) -> Chunk:
    async with asyncio.timeout(30):
        return await anext(place)  # type: ignore[no-any-return, call-overload]


@pytest.mark.parametrize("codec", CODECS)
async def test_one_packet_a_picture_and_the_same_for_all(hub: Hub, codec: str) -> None:
    lane, viewer = hub.video(codec), Viewer(codec)
    places = [lane.subscribe() for _ in range(5)]
    assert hub.viewers == 5
    for index in range(10):
        hub.write(frame(index))
        chunks = [await take(place) for place in places]
        assert all(chunk is chunks[0] for chunk in chunks)
        assert chunks[0].key == (index == 0)
        assert np.abs(viewer.see(chunks[0]).astype(int) - picture(index)).mean() < 12
    assert (lane.encoded, lane.keys) == (10, 1)


async def test_who_joins_has_a_picture_at_once_without_a_second_key_picture(hub: Hub) -> None:
    lane = hub.video("H264")
    first = lane.subscribe()
    for index in range(5):
        hub.write(frame(index))
        await take(first)
    late, viewer = lane.subscribe(), Viewer("H264")
    seen = [viewer.see(await take(late)) for _ in range(5)]
    assert np.abs(seen[-1].astype(int) - picture(4)).mean() < 12
    hub.write(frame(5))
    assert await take(first) is await take(late)
    assert lane.keys == 1


async def test_who_joins_a_frozen_picture_later_has_it_too() -> None:
    hub = Hub(key_seconds=0.05)
    lane = hub.video("H264")
    hub.write(frame(3))
    async with lane.subscribe() as first:
        await take(first)
        await asyncio.sleep(0.1)
        async with lane.subscribe() as late:
            assert (await take(late)).key
    assert lane.keys == 2
    hub.close()


async def test_key_pictures_come_when_asked_for_and_not_oftener_than_they_may() -> None:
    hub = Hub(key_seconds=1000.0)
    lane = hub.video("H264")
    place = lane.subscribe()
    for index in range(20):
        lane.want_key()
        hub.write(frame(index))
        await take(place)
    assert lane.keys == 1
    lane.key_seconds = 0.0
    lane.want_key()
    while not (await take(place)).key:
        pass
    assert lane.keys == 2
    hub.close()


async def test_who_falls_behind_begins_anew_with_a_key_picture() -> None:
    hub = Hub(key_seconds=0.0)
    lane = hub.video("H264")
    slow, quick = lane.subscribe(), lane.subscribe()
    for index in range(DEPTH + 1):
        hub.write(frame(index))
        await take(quick)
    assert len(slow) <= 1
    assert slow.dropped >= DEPTH
    hub.write(frame(DEPTH + 1))
    viewer = Viewer("H264")
    again = await take(slow)
    assert again.key
    viewer.see(again)
    hub.close()


async def test_another_size_begins_with_a_key_picture(hub: Hub) -> None:
    lane, viewer = hub.video("VP8"), Viewer("VP8")
    place = lane.subscribe()
    for height, width in ((64, 64), (48, 96), (49, 97)):
        hub.write(frame(lane.encoded, height=height, width=width))
        chunk = await take(place)
        assert chunk.key
        assert viewer.see(chunk).shape == (height // 2 * 2, width // 2 * 2, 3)


async def test_the_end_is_told_and_nobody_waits(hub: Hub) -> None:
    place = hub.video("H264").subscribe()
    hub.write(frame(0))
    hub.close()
    async with asyncio.timeout(30):
        assert [chunk.key async for chunk in place] == [True]


async def test_timestamps_grow_however_fast_pictures_come(hub: Hub) -> None:
    lane = hub.video("H264")
    place = lane.subscribe()
    times = []
    for index in range(30):
        hub.write(frame(index))
        times.append((await take(place)).pts)
    assert times == sorted(set(times))


async def test_a_bitrate_that_is_asked_for_is_set() -> None:
    hub = Hub(bitrate=5_000_000)
    place = hub.video("H264").subscribe()
    hub.write(frame(0))
    await take(place)
    assert hub.video("H264").bitrate == 5_000_000
    hub.close()


@pytest.mark.parametrize(("index", "fps", "rate"), [(0, 30, 30.0), (50, 50, 50.0), (7, 12, 12.0)])
def test_the_rate_is_read_off_a_frame(index: int, fps: int, rate: float) -> None:
    assert rate_of(frame(index, fps)) == pytest.approx(rate)
