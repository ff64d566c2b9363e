from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reverie.core.frame import Image
from reverie.core.spec import RenderSpec
from reverie.core.timeline import Conditioning
from reverie.correctors.colour import Colour, ColourCorrection, ColourOptions, Dither, moments

REEF = Conditioning(prompts=(("a reef", 1.0),))
CITY = Conditioning(prompts=(("a city", 1.0),))


def started(**options: float) -> ColourCorrection:
    backend = {"name": "placeholder"}
    spec = RenderSpec.model_validate(
        {"paint_fps": 10, "scenes": [{"keyframes": [{"prompt": "x"}], "backend": backend}]}
    )
    return Colour(ColourOptions.model_validate(options)).start(spec)


def painting(seed: int = 0, side: int = 96) -> Image:
    rough = np.random.default_rng(seed).integers(60, 190, (9, 9, 3), dtype=np.uint8)
    return cv2.resize(rough, (side, side), interpolation=cv2.INTER_LINEAR).astype(np.uint8)


def tinted(image: Image, gain: float, shift: float) -> Image:
    return np.clip(np.rint((image.astype(np.float64) - 128) * gain + 128 + shift), 0, 255).astype(np.uint8)


def settled(correction: ColourCorrection, image: Image, cond: Conditioning = REEF) -> None:
    for _ in range(25):
        correction.correct(image, None, cond)


def test_what_is_as_it_was_stays_bit_for_bit() -> None:
    correction = started()
    settled(correction, painting())
    assert (correction.correct(painting(), None, REEF) == painting()).all()


@pytest.mark.parametrize(
    ("gain", "shift"), [(1.02, 0.6), (0.98, -0.6), (1.0, 0.8), (1.0, -0.8), (1.02, 0.0), (0.98, 0.0)]
)
def test_a_loop_that_burns_or_fades_is_held(gain: float, shift: float) -> None:
    def drifted(correct: bool) -> np.ndarray:
        correction, image = started(), painting()
        settled(correction, image)
        for _ in range(200):
            image = tinted(image, gain, shift)
            image = correction.correct(image, None, REEF) if correct else image
        return np.abs(moments(image) - moments(painting()))

    held, free = drifted(True), drifted(False)
    assert held[0].max() < 14
    assert held.max() < 0.5 * free.max()


def test_the_anchor_follows_a_change_of_prompt() -> None:
    correction = started()
    settled(correction, painting())
    bright = tinted(painting(1), 0.8, 60)
    settled(correction, bright, CITY)
    given_back = correction.correct(bright, None, CITY)
    assert np.abs(given_back.astype(int) - bright).max() <= 1


def test_without_a_change_of_prompt_the_anchor_stays_on_its_leash() -> None:
    correction = started(follow=0.1)
    settled(correction, painting())
    bright = tinted(painting(), 1.0, 60)
    for _ in range(100):
        given_back = correction.correct(bright, None, REEF)
    assert moments(given_back)[0, 0] < moments(bright)[0, 0] - 1


def test_a_sudden_collapse_is_not_hidden() -> None:
    correction = started()
    settled(correction, painting())
    image = painting()
    for _ in range(12):
        image = correction.correct((image * 0.8).astype(np.uint8), None, REEF)
    assert moments(image)[0, 0] < 0.35 * moments(painting())[0, 0]


@settings(max_examples=30, deadline=None)
@given(st.floats(-3, 3), st.floats(0.97, 1.03), st.integers(0, 1000))
def test_corrections_of_less_than_a_level_are_not_lost(shift: float, gain: float, frame: int) -> None:
    image = painting()
    matrix = np.hstack([np.eye(3) * gain, np.full((3, 1), shift)])
    mapped = Dither().mapped(image, matrix, frame)
    assert mapped.mean() == pytest.approx(float(image.mean()) * gain + shift, abs=0.05)


def test_a_change_of_size_is_taken_in_its_stride() -> None:
    correction = started()
    settled(correction, painting())
    assert correction.correct(painting(side=64), None, REEF).shape == (64, 64, 3)
