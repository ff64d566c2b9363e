from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pytest

from reverie.core.errors import MachineError, NotFinite
from reverie.core.frame import Images
from reverie.core.protocols import Tick
from reverie.core.report import Event
from reverie.core.timeline import Conditioning
from reverie.engine.assemble import silent
from reverie.engine.meter import Meter
from reverie.engine.painter import Painter, fault_of
from reverie.engine.record import Kind, Record
from tests.engine.pictures import picture, plain

COND = Conditioning(prompts=(("a reef", 1.0),), seed=11)


class Scripted:
    """A generation that gives what is on its list, one after the other; None stands for numbers that are no picture."""

    num_frames = 1

    def __init__(self, pictures: list[npt.NDArray[np.uint8] | None]) -> None:
        self.pictures, self.seeds = list(pictures), list[int]()

    def step(self, cond: Conditioning, tick: Tick) -> Images:
        self.seeds.append(cond.seed)
        image = self.pictures.pop(0)
        if image is None:
            raise NotFinite("The picture is not finite.")
        return image[None]

    def events(self) -> list[Event]:
        return []

    def close(self) -> None: ...


def painted(*pictures: npt.NDArray[np.uint8] | None) -> tuple[Images | None, Scripted, list[str]]:
    generation, record = Scripted(list(pictures)), Record()
    painter = Painter(generation, (64, 64), rerolls=3, record=record)
    images = painter.paint(COND, 5, Fraction(1, 2), silent, Meter())
    return images, generation, [event.reason for event in record.events(Kind.REROLL)]


def test_a_good_picture_is_taken_as_it_is() -> None:
    images, generation, events = painted(picture())
    assert images is not None
    assert (images[0] == picture()).all()
    assert (generation.seeds, events) == ([11], [])


def test_bad_ones_are_rolled_again_with_other_seeds() -> None:
    images, generation, events = painted(None, plain(0), plain(130), picture())
    assert images is not None
    assert len(set(generation.seeds)) == 4
    assert events == [
        "not finite: rolled again, 1 of 3",
        "black: rolled again, 2 of 3",
        "flat: rolled again, 3 of 3",
    ]


def test_after_three_it_is_given_up() -> None:
    images, generation, events = painted(*[plain(0)] * 9)
    assert images is None
    assert len(generation.seeds) == 4
    assert events[-1] == "black: given up"


def test_a_dark_night_with_a_lamp_is_a_picture() -> None:
    night = plain(2)
    night[20:30, 20:30] = 120
    assert fault_of(night[None], (64, 64)) is None


@pytest.mark.parametrize(
    ("images", "fault"),
    [
        (np.full((1, 64, 64, 3), np.nan), "not finite"),
        (np.zeros((1, 64, 64, 3), dtype=np.uint8), "black"),
        (np.full((1, 64, 64, 3), 255, dtype=np.uint8), "flat"),
        (np.stack([picture(), plain(80)]), "flat"),
    ],
)
def test_what_is_no_picture_has_a_name(images: npt.NDArray[np.uint8], fault: str) -> None:
    assert fault_of(images, (64, 64)) == fault


@pytest.mark.parametrize("images", [np.zeros((64, 64, 3), np.uint8), np.zeros((1, 64, 64, 3)), picture(side=32)[None]])
def test_a_backend_that_breaks_its_promise_is_named(images: npt.NDArray[np.uint8]) -> None:
    with pytest.raises(MachineError, match="instead of uint8"):
        fault_of(images, (64, 64))
