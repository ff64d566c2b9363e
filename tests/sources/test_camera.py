"""A camera that is followed: fed as it comes, lost and found again, and no pace but a film's own is kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import av
import numpy as np
import pytest

from reverie.core.errors import InputError, MachineError
from reverie.core.frame import Image
from reverie.media.streams import Lost
from reverie.sources.camera import Beat, Camera, Habits
from reverie.sources.newest import Newest

PATIENCE = 60.0


def frame(level: int, width: int = 64, height: int = 48, moment: float | None = None) -> av.VideoFrame:
    found = av.VideoFrame.from_ndarray(np.full((height, width, 3), level, np.uint8), format="rgb24")
    if moment is not None:
        found.pts, found.time_base = round(moment * 1000), Fraction(1, 1000)
    return found


class Script:
    """A stream that gives what it was told to, and then ends as it was told to."""

    def __init__(self, frames: list[Any], end: Exception | None, rate: Fraction | None = Fraction(30)) -> None:
        self.width, self.height, self.rate = 9999, 1, rate
        self._frames, self._end = frames, end
        self.closed = False

    def frames(self) -> Iterator[Any]:
        for found in self._frames:
            time.sleep(0.002)
            yield found
        if self._end is not None:
            raise self._end

    def close(self) -> None:
        self.closed = True


class Fed:
    """What a session was fed, and what a person was told."""

    def __init__(self) -> None:
        self.images: list[Image] = []
        self.sizes: list[tuple[int, int]] = []
        self.told: list[str] = []

    def feed(self, image: Image, size: tuple[int, int]) -> None:
        self.images.append(image)
        self.sizes.append(size)

    def until(self, met: Callable[[], Any]) -> None:
        given_up = time.monotonic() + PATIENCE
        while not met():
            assert time.monotonic() < given_up, self.told
            time.sleep(0.002)


def test_a_camera_that_is_unplugged_is_called_for_until_it_is_back() -> None:
    fed = Fed()
    streams: list[Any] = [
        Script([frame(level) for level in range(10, 40)], Lost("It is gone: plug it in again.")),
        MachineError("It is used by another program."),
        MachineError("It is used by another program."),
        Script([frame(level, 48, 64) for level in range(100, 130)], Lost("It sends nothing.")),
    ]
    played = list(streams)

    def opened() -> Any:
        if not streams:
            raise Lost("It is gone for good.")
        found = streams.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    camera = Camera(opened, fed.feed, fed.told.append, (64, 64), Habits(soonest=0.01, latest=0.02))
    camera.start()
    fed.until(lambda: "It is gone for good." in " ".join(fed.told))
    camera.close()
    assert [sentence.partition(".")[0] for sentence in fed.told] == [
        "It is there: 64x48",
        "It is gone: plug it in again",
        "It is used by another program",
        "It is there: 48x64",
        "It sends nothing",
        "It is gone for good",
    ]
    assert all("called for again" in sentence for sentence in fed.told if "there:" not in sentence)
    assert set(fed.sizes) == {(64, 48), (48, 64)}
    assert played[0].closed
    assert played[3].closed
    assert 100 <= int(fed.images[-1].mean()) < 130


def test_a_camera_that_tells_nothing_of_itself_is_believed_nothing() -> None:
    """No rate, no times, a size that is a lie: what comes is what counts."""
    fed = Fed()
    camera = Camera(lambda: Script([frame(9)] * 20, None, None), fed.feed, fed.told.append, (64, 64), Habits(own=True))
    camera.start()
    fed.until(lambda: fed.images)
    camera.close()
    assert fed.images[0].shape == (48, 64, 3)


def test_a_film_ends_or_begins_again() -> None:
    ended: list[bool] = []
    fed = Fed()
    film = [frame(level, moment=level / 100) for level in range(5)]
    once = Camera(
        lambda: Script(film, None), fed.feed, fed.told.append, (64, 64), Habits(own=True), lambda: ended.append(True)
    )
    once.start()
    fed.until(lambda: ended)
    once.close()
    assert fed.told == ["It is there: 64x48.", "It has ended."]
    again = Fed()
    opened: list[int] = []

    def open_again() -> Script:
        opened.append(1)
        return Script(film, None)

    looped = Camera(open_again, again.feed, again.told.append, (64, 64), Habits(own=True, loop=True))
    looped.start()
    again.until(lambda: len(opened) > 2)
    looped.close()
    assert again.told == ["It is there: 64x48."]


class Clock:
    def __init__(self) -> None:
        self.now, self.waited = 50.0, 0.0

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.waited += seconds


@pytest.mark.parametrize("rate", [1.0, 25.0, 240.0])
def test_a_film_keeps_its_own_pace(rate: float) -> None:
    clock = Clock()
    beat = Beat(7.0, clock.wait, clock)
    for index in range(round(rate) + 1):
        beat.keep(index / rate)
    assert clock.waited == pytest.approx(1.0)


@pytest.mark.parametrize("times", [[None] * 26, [5.0] + [None] * 25, [3.0, 1.0] * 13, [k * 1000.0 for k in range(26)]])
def test_times_that_are_missing_or_wrong_are_replaced_by_the_rate(times: list[float | None]) -> None:
    clock = Clock()
    beat = Beat(25.0, clock.wait, clock)
    for time_of_it in times:
        beat.keep(time_of_it)
    assert clock.waited == pytest.approx(1.0)


def test_what_comes_late_is_not_made_up_for_by_haste() -> None:
    clock = Clock()
    beat = Beat(25.0, clock.wait, clock)
    beat.keep(0.0)
    clock.now += 10
    for index in range(1, 26):
        beat.keep(index / 25)
    assert clock.waited == pytest.approx(24 / 25, abs=0.05)


def test_what_can_not_be_made_a_picture_is_passed_over_and_the_end_is_told() -> None:
    fed, over = Fed(), list[bool]()

    def picture(given: int) -> tuple[Image, tuple[int, int]]:
        if given < 0:
            raise ValueError("damaged")
        return np.full((2, 2, 3), given, np.uint8), (2, 2)

    def feed(image: Image, size: tuple[int, int]) -> None:
        if image[0, 0, 0] == 200:
            raise MachineError("ended")
        if image[0, 0, 0] == 100:
            raise InputError("frame", "it", "is no picture.")
        fed.feed(image, size)

    newest = Newest(feed, picture, lambda: over.append(True))
    for given, met in (
        (1, lambda: len(fed.images) == 1),
        (-1, lambda: newest.damaged == 1),
        (100, lambda: newest.damaged == 2),
        (2, lambda: len(fed.images) == 2),
        (200, lambda: bool(over)),
    ):
        newest.put(given)
        fed.until(met)
    newest.close()
    assert newest.dropped == 0
