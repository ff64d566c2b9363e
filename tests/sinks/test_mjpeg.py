from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Callable
from dataclasses import replace
from itertools import count

import numpy as np
import pytest

from reverie.core.frame import Origin
from reverie.media.jpeg import decode_jpeg
from reverie.sinks.hub import Hub
from reverie.sinks.mjpeg import HEADER, OPENING, EncodedFrame
from tests.sinks.pictures import Show, frame, picture

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not true():
            await asyncio.sleep(0.002)


async def following(place: object, sent: int) -> EncodedFrame:
    async with asyncio.timeout(30):
        async for encoded in place:  # type: ignore[attr-defined]
            if encoded.index >= sent:
                return encoded  # type: ignore[no-any-return]
    raise AssertionError("the stream ended")


async def test_the_newest_picture_is_there_on_joining_though_nothing_new_comes() -> None:
    hub = Hub()
    for index in range(3):
        hub.write(frame(index))
    for _ in range(2):
        async with hub.jpeg.subscribe() as place:
            encoded = await following(place, 0)
        assert encoded.index == 2
        assert np.abs(decode_jpeg(encoded.jpeg).astype(int) - picture(2)).mean() < 4
    assert hub.jpeg.encoded == 1
    hub.close()


async def test_one_encode_a_frame_however_many_watch() -> None:
    hub = Hub()
    places = [hub.jpeg.subscribe() for _ in range(20)]
    assert hub.viewers == 20
    for index in range(10):
        hub.write(frame(index))
        got = [await following(place, index) for place in places]
        assert all(encoded is got[0] for encoded in got)
    assert hub.jpeg.encoded == 10
    hub.close()


async def test_without_viewers_nothing_is_encoded_and_no_thread_runs() -> None:
    before, hub = threading.active_count(), Hub()
    for index in range(50):
        hub.write(frame(index))
    assert hub.jpeg.encoded == 0
    assert threading.active_count() <= before
    hub.close()


async def test_a_slow_viewer_has_the_newest_and_holds_nobody_up() -> None:
    hub = Hub()
    async with hub.jpeg.subscribe() as slow, hub.jpeg.subscribe() as quick:
        for index in range(30):
            hub.write(frame(index))
            assert (await following(quick, index)).index == index
        assert (await following(slow, 0)).index == 29
        assert slow.dropped == 29
        assert quick.dropped == 0
        assert hub.dropped == 29
    hub.close()


async def test_everybody_is_told_of_the_end_after_the_last_picture() -> None:
    hub = Hub()
    place = hub.jpeg.subscribe()
    hub.write(frame(7))
    hub.close()
    async with asyncio.timeout(30):
        assert [encoded.index async for encoded in place] == [7]
        late = hub.jpeg.subscribe()
        assert [encoded.index async for encoded in late] == [7]
    await until(lambda: not [thread for thread in threading.enumerate() if thread.name == "reverie-jpeg"])


async def test_an_empty_stream_ends_too() -> None:
    hub = Hub()
    place = hub.jpeg.subscribe()
    hub.close()
    async with asyncio.timeout(30):
        assert [encoded async for encoded in place] == []


async def test_who_leaves_while_waiting_is_let_go() -> None:
    hub = Hub()
    place = hub.jpeg.subscribe()
    waiting = asyncio.ensure_future(anext(place, None))
    await asyncio.sleep(0)
    place.leave()
    assert await waiting is None
    assert hub.viewers == 0
    hub.close()


async def test_a_thousand_viewers_that_come_and_go_leave_nothing() -> None:
    hub = Hub()
    with Show(hub):
        async with hub.jpeg.subscribe() as place:
            await following(place, 0)
        gc.collect()
        threads, tasks, kept = threading.active_count(), len(asyncio.all_tasks()), _places()
        for turn in range(1000):
            place = hub.jpeg.subscribe()
            if turn % 10 == 0:
                await following(place, 0)
            place.leave()
        await asyncio.sleep(0.1)
        assert hub.viewers == 0
        assert threading.active_count() <= threads
        assert len(asyncio.all_tasks()) <= tasks
        gc.collect()
        assert _places() <= kept + 1


def _places() -> int:
    return sum(type(thing).__name__ == "Place" for thing in gc.get_objects())


async def test_a_held_picture_is_encoded_once() -> None:
    hub, first = Hub(), frame(0)
    async with hub.jpeg.subscribe() as place:
        hub.write(first)
        one = await following(place, 0)
        hub.write(replace(first, index=1, origin=Origin.HELD))
        two = await following(place, 1)
    assert two.jpeg is one.jpeg
    assert (one.flags, two.flags) == (0, 1)
    assert hub.jpeg.encoded == 1
    hub.close()


@pytest.mark.parametrize(
    ("origin", "flags"), [(Origin.PAINTED, 0), (Origin.HELD, 1), (Origin.INTERPOLATED, 2), (Origin.PLACEHOLDER, 4)]
)
def test_a_message_says_what_it_shows(origin: Origin, flags: int) -> None:
    hub = Hub()
    hub.write(frame(3, fps=10, origin=origin))
    encoded = hub.jpeg.still()
    assert encoded is not None
    assert HEADER.unpack_from(encoded.message) == (3, flags, 0.3)
    assert encoded.message[HEADER.size :] == encoded.jpeg
    assert hub.viewers == 0
    hub.write(replace(frame(4, fps=10, origin=origin), blooming=True))
    sparked = hub.jpeg.still()
    assert sparked is not None
    assert sparked.flags == flags + 8


def test_a_part_ends_with_the_line_that_opens_the_next() -> None:
    hub = Hub()
    assert hub.jpeg.still() is None
    hub.write(frame(5))
    encoded = hub.jpeg.still()
    assert encoded is not None
    head, body = encoded.part.split(b"\r\n\r\n", 1)
    assert b"Content-Type: image/jpeg" in head
    assert f"Content-Length: {len(encoded.jpeg)}".encode() in head
    assert body == encoded.jpeg + b"\r\n" + OPENING


def test_a_part_for_browsers_ends_with_the_head_of_the_next() -> None:
    hub = Hub()
    hub.write(frame(5))
    encoded = hub.jpeg.still()
    assert encoded is not None
    assert encoded.browser_part == encoded.jpeg + b"\r\n--frame\r\nContent-Type: image/jpeg\r\n\r\n"


async def test_a_picture_that_can_not_be_encoded_ends_the_watching_and_the_next_begins_anew(
    caplog: pytest.LogCaptureFixture,
) -> None:
    hub, numbers = Hub(), count()
    place = hub.jpeg.subscribe()
    hub.write(replace(frame(next(numbers)), image=np.zeros((4, 4), np.uint8)))
    async with asyncio.timeout(30):
        assert [encoded async for encoded in place] == []
    assert "could not be encoded" in caplog.text
    hub.write(frame(next(numbers)))
    async with hub.jpeg.subscribe() as again:
        assert (await following(again, 1)).index == 1
    hub.close()


def test_viewers_on_two_event_loops_see_the_same() -> None:
    hub, seen = Hub(), []

    async def watch() -> None:
        async with hub.jpeg.subscribe() as place:
            seen.append(await following(place, 4))

    with Show(hub):
        watching = [threading.Thread(target=lambda: asyncio.run(watch())) for _ in range(2)]
        for thread in watching:
            thread.start()
        for thread in watching:
            thread.join(5)
    assert len(seen) == 2
    assert hub.viewers == 0
