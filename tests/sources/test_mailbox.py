"""Pictures that are pushed: the newest waits, older ones are dropped and counted, and a silence is told."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from threading import Thread

import numpy as np
import pytest

from reverie.core import registry
from reverie.core.errors import InputError
from reverie.core.frame import STILL, Frame, Image, Origin
from reverie.core.protocols import Arriving
from reverie.core.report import Arrivals
from reverie.core.spec import ComponentSpec, RenderSpec
from reverie.sources.mailbox import MailboxRun


@dataclass
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


def picture(level: int, width: int = 64, height: int = 48) -> Frame:
    return Frame(np.full((height, width, 3), level, np.uint8), Fraction(0), 0)


def taken(run: MailboxRun) -> tuple[int, Origin] | None:
    frame = run.at(Fraction(0), None, STILL)
    return None if frame is None else (int(frame.image.mean()), frame.origin)


def test_the_newest_picture_is_taken_once_and_stays_until_there_is_another() -> None:
    run = MailboxRun(32, 32)
    assert isinstance(run, Arriving)
    assert taken(run) is None
    run.feed(picture(10))
    run.feed(picture(20))
    assert taken(run) == (20, Origin.PAINTED)
    assert taken(run) == (20, Origin.HELD)
    run.feed(picture(30))
    assert taken(run) == (30, Origin.PAINTED)
    assert (run.arrivals().pictures, run.arrivals().dropped) == (3, 1)


@pytest.mark.parametrize(("width", "height"), [(640, 360), (360, 640), (17, 3), (32, 32), (1, 1)])
def test_a_picture_of_any_size_and_shape_is_cut_to_what_is_painted(width: int, height: int) -> None:
    run = MailboxRun(32, 16)
    run.feed(picture(77, width, height))
    frame = run.at(Fraction(1, 2), None, STILL)
    assert frame is not None
    assert frame.image.shape == (16, 32, 3)
    assert (int(frame.image.min()), int(frame.image.max()), frame.time) == (77, 77, Fraction(1, 2))
    found = run.arrivals()
    assert (found.width, found.height) == (width, height)


def test_whoever_waits_is_told_at_once_and_a_picture_that_was_taken_counts_no_more() -> None:
    run = MailboxRun(32, 32)
    assert not run.wait(0.01)
    feeding = Thread(target=lambda: run.feed(picture(1)))
    feeding.start()
    assert run.wait(60)
    feeding.join()
    taken(run)
    assert not run.wait(0)


def test_how_old_pictures_grow_is_known_by_hop() -> None:
    clock = Clock()
    run = MailboxRun(32, 32, clock)
    for _ in range(3):
        run.feed(picture(1))
        clock.now += 0.010
        taken(run)
        clock.now += 0.030
        run.shown()
        run.shown()
    ages = run.arrivals().ages
    assert {hop: round(found["p50"]) for hop, found in ages.items()} == {"waited": 10, "painted": 30, "shown": 40}


@pytest.mark.parametrize(("rate", "seconds"), [(30.0, 1.0), (1.0, 3.0), (240.0, 1.0)])
def test_a_silence_is_a_stall_when_it_is_longer_than_the_input_s_own_beat(rate: float, seconds: float) -> None:
    clock = Clock()
    run = MailboxRun(32, 32, clock)
    assert not run.stalled
    for _ in range(300):
        clock.now += 1 / rate
        run.feed(picture(1))
    assert run.arrivals().fps == pytest.approx(rate, rel=0.02)
    clock.now += seconds * 0.99
    before = run.stalled
    clock.now += seconds * 0.02
    assert (before, run.stalled) == (False, True)
    assert run.arrivals().silent == pytest.approx(1.01 * seconds)
    run.feed(picture(1))
    taken_up = run.stalled
    assert not taken_up


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((8, 8), np.uint8),
        np.zeros((8, 8, 4), np.uint8),
        np.zeros((8, 8, 3), np.float32),
        np.zeros((0, 8, 3), np.uint8),
    ],
)
def test_what_is_no_picture_is_refused_and_the_last_good_one_stays(image: Image) -> None:
    run = MailboxRun(32, 32)
    run.feed(picture(9))
    with pytest.raises(InputError, match="frame: "):
        run.feed(Frame(image, Fraction(0), 1))
    assert taken(run) == (9, Origin.PAINTED)


def test_before_the_first_picture_there_is_nothing_to_tell() -> None:
    run = MailboxRun(32, 32)
    assert run.arrivals() == Arrivals()
    run.shown()
    assert run.arrivals().ages == {}


def test_what_is_not_live_can_t_be_fed_and_says_why() -> None:
    spec = RenderSpec.model_validate(
        {"scenes": [{"keyframes": [{"prompt": "sea"}], "backend": {"name": "placeholder"}}]}
    )
    plugin = registry.create("sources", ComponentSpec(name="mailbox"))
    with pytest.raises(InputError, match="not recorded: it can't be rendered again"):
        plugin.start(spec, spec.scenes[0])
    assert plugin.start(spec.model_copy(update={"live": True}), spec.scenes[0]).arrivals().pictures == 0
