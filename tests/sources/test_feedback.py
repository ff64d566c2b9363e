from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from reverie.core import registry
from reverie.core.errors import InputError
from reverie.core.frame import STILL, Frame, Motion
from reverie.core.protocols import Source, SourcePlugin
from reverie.core.spec import ComponentSpec, RenderSpec
from reverie.media.geometry import move
from reverie.media.picture import save_png

PICTURE = np.random.default_rng(0).integers(0, 256, (48, 64, 3), np.uint8)
INWARDS = Motion.per_frame(1.05, 10)


def started(**options: object) -> Source:
    spec = RenderSpec.model_validate(
        {"width": 64, "height": 48, "scenes": [{"keyframes": [{"prompt": "sea"}], "backend": {"name": "placeholder"}}]}
    )
    plugin: SourcePlugin = registry.create("sources", ComponentSpec(name="feedback", options=dict(options)))
    return plugin.start(spec, spec.scenes[0])


def test_a_dream_without_a_picture_begins_from_nothing() -> None:
    assert started().at(Fraction(0), None, INWARDS) is None


def test_a_dream_can_begin_with_a_picture_of_any_shape(tmp_path: Path) -> None:
    save_png(np.full((90, 30, 3), 77, np.uint8), tmp_path / "tall.png")
    frame = started(image=str(tmp_path / "tall.png")).at(Fraction(0), None, INWARDS)
    assert frame is not None
    assert frame.image.shape == (48, 64, 3)
    assert (frame.image == 77).all()


def test_the_last_picture_comes_back_moved_by_the_time_that_passed() -> None:
    frame = started().at(Fraction(7, 10), Frame(PICTURE, Fraction(1, 2), 5), INWARDS)
    assert frame is not None
    assert (frame.image == move(PICTURE, Motion(zoom=1.05**2))).all()
    assert (frame.time, frame.index, frame.motion) == (Fraction(7, 10), 6, INWARDS)


def test_the_look_does_not_depend_on_the_rate() -> None:
    smooth = np.repeat(np.repeat(PICTURE[::8, ::8], 8, axis=0), 8, axis=1)
    once = started().at(Fraction(1, 5), Frame(smooth, Fraction(0), 0), INWARDS)
    half = started().at(Fraction(1, 10), Frame(smooth, Fraction(0), 0), INWARDS)
    assert once is not None
    assert half is not None
    twice = started().at(Fraction(1, 5), half, INWARDS)
    assert twice is not None
    assert np.abs(once.image.astype(int) - twice.image).mean() < 6


@pytest.mark.parametrize("time", [Fraction(1, 2), Fraction(1, 3)])
def test_without_motion_or_time_it_is_the_very_picture(time: Fraction) -> None:
    last = Frame(PICTURE, Fraction(1, 2), 5)
    frame = started().at(time, last, INWARDS)
    assert frame is not None
    assert frame.image is PICTURE
    still = started().at(Fraction(1), last, STILL)
    assert still is not None
    assert still.image is PICTURE


def test_a_picture_that_is_none_is_known_before_the_first_step(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_text("no picture")
    with pytest.raises(InputError, match=r"image: .*no picture"):
        started(image=str(tmp_path / "a.png"))


def test_blank_has_nothing_to_start_from() -> None:
    plugin: SourcePlugin = registry.create("sources", ComponentSpec(name="blank"))
    spec = RenderSpec.model_validate(
        {"scenes": [{"keyframes": [{"prompt": "sea"}], "backend": {"name": "placeholder"}}]}
    )
    source = plugin.start(spec, spec.scenes[0])
    assert source.at(Fraction(1), Frame(PICTURE, Fraction(0), 0), INWARDS) is None
    source.close()
