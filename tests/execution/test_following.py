"""The pace of what comes from outside, by a clock of its own: no time passes but what is waited."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest

from reverie.core.errors import Cancelled
from reverie.core.frame import STILL, Frame, Origin
from reverie.execution.following import Following
from reverie.sources.mailbox import MailboxRun

RATE = Fraction(30)


class Outside(MailboxRun):
    """A mailbox and the time: pictures come at given moments, painting takes as long as it is told to."""

    def __init__(self, moments: list[float], paints: float = 0.0) -> None:
        self.now, self.paints = 0.0, paints
        super().__init__(8, 8, lambda: self.now)
        self.coming, self.fed = list(moments), 0
        self.frames: list[tuple[int, Origin, float, float]] = []

    def pass_by(self, seconds: float) -> None:
        until = self.now + max(0.0, seconds)
        while self.coming and self.coming[0] <= until:
            self.now = max(self.now, self.coming.pop(0))
            self.fed += 1
            self.feed(Frame(np.full((8, 8, 3), self.fed % 256, np.uint8), Fraction(0), 0))
        self.now = until

    def wait(self, seconds: float) -> bool:
        until = self.now + max(0.0, seconds)
        while not super().wait(0):
            if not self.coming or self.coming[0] > until:
                self.pass_by(until - self.now)
                return False
            self.pass_by(self.coming[0] - self.now)
        return True

    def painted(self, most: int) -> Iterator[Frame]:
        for index in range(most):
            came = self._came[-1] if self._came else self.now
            frame = self.at(index / RATE, None, STILL)
            assert frame is not None
            if frame.origin is not Origin.HELD:
                self.pass_by(self.paints)
            self.frames.append((index, frame.origin, self.now, self.now - came))
            yield Frame(frame.image, index / RATE, index, origin=frame.origin)


def played(outside: Outside, frames: int) -> Following:
    following = Following(RATE, outside, outside.pass_by, lambda: outside.now)
    for _ in following(outside.painted(frames)):
        pass
    return following


def beat(rate: float, frames: int, start: float = 5.0) -> list[float]:
    return [start + index / rate for index in range(frames)]


def test_every_picture_of_an_input_of_the_same_rate_is_painted_as_it_comes() -> None:
    outside = Outside(beat(30, 200), paints=0.02)
    played(outside, 100)
    assert outside.arrivals().dropped == 0
    assert {origin for _, origin, _, _ in outside.frames} == {Origin.PAINTED}
    assert max(age for *_, age in outside.frames) == pytest.approx(0.02, abs=1e-3)


def test_an_input_that_trembles_loses_nothing() -> None:
    dice = np.random.default_rng(1)
    moments = [moment + float(dice.uniform(-0.006, 0.006)) for moment in beat(30, 400)]
    outside = Outside(moments, paints=0.01)
    played(outside, 300)
    origins = [origin for _, origin, _, _ in outside.frames]
    assert outside.arrivals().dropped <= 2
    assert origins.count(Origin.HELD) <= 2


@pytest.mark.parametrize("rate", [1.0, 10.0, 25.0, 29.0])
def test_a_slower_input_keeps_its_own_pace_and_the_rest_is_held(rate: float) -> None:
    outside = Outside(beat(rate, 400), paints=0.01)
    played(outside, 300)
    new = [moment for _, origin, moment, _ in outside.frames if origin is not Origin.HELD]
    lasted = outside.frames[-1][2] - outside.frames[0][2]
    assert lasted == pytest.approx(299 / 30, rel=0.02)
    assert len(new) == pytest.approx(lasted * rate, abs=2)
    assert outside.arrivals().dropped == 0


@pytest.mark.parametrize("rate", [31.0, 60.0, 240.0])
def test_a_quicker_input_is_dropped_and_never_grows_older(rate: float) -> None:
    outside = Outside(beat(rate, int(30 * rate)), paints=0.01)
    played(outside, 600)
    ages = [age for *_, age in outside.frames]
    assert outside.arrivals().dropped > 0
    assert max(ages[-100:]) <= max(ages[:100]) + 1e-6
    assert max(ages) <= 1 / rate + 0.01 + 1e-6


def test_painting_that_is_too_slow_lowers_the_rate_and_not_the_age() -> None:
    outside = Outside(beat(30, 900), paints=0.1)
    following = played(outside, 100)
    ages = [age for *_, age in outside.frames]
    assert following.slipped > 100
    assert max(ages) <= 0.1 + 1 / 30 + 1e-6
    assert outside.frames[-1][2] - outside.frames[0][2] == pytest.approx(99 * 0.1, rel=0.2)


def test_a_silence_is_lived_through_at_the_same_rate_and_the_next_picture_is_painted_at_once() -> None:
    outside = Outside([*beat(30, 30), *beat(30, 60, start=16.0)], paints=0.01)
    played(outside, 360)
    held = [moment for _, origin, moment, _ in outside.frames if origin is Origin.HELD and 6.5 < moment < 15.5]
    assert len(held) == pytest.approx(9 * 30, abs=2)
    first = next(moment for _, origin, moment, _ in outside.frames if origin is not Origin.HELD and moment > 15)
    assert first == pytest.approx(16.01, abs=0.002)


def test_whoever_waits_for_the_first_picture_can_be_stopped() -> None:
    outside = Outside([])

    def stopped(seconds: float) -> None:
        raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        next(Following(RATE, outside, stopped, lambda: outside.now)(iter([])))
