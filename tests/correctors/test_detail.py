from __future__ import annotations

import cv2
import numpy as np
import pytest

from reverie.core.frame import Image
from reverie.core.registry import resolve
from reverie.core.spec import RenderSpec
from reverie.core.timeline import Conditioning
from reverie.correctors.detail import Detail, DetailCorrection, DetailOptions, amount, raised
from reverie.measure import vitals

REEF = Conditioning(prompts=(("a reef", 1.0),))


def started() -> DetailCorrection:
    backend = {"name": "placeholder"}
    spec = RenderSpec.model_validate(
        {"paint_fps": 10, "scenes": [{"keyframes": [{"prompt": "x"}], "backend": backend}]}
    )
    return Detail(DetailOptions()).start(spec)


def painting(side: int = 128) -> Image:
    dice = np.random.default_rng(0)
    rough = cv2.resize(dice.integers(40, 215, (16, 16, 3), dtype=np.uint8), (side, side), interpolation=cv2.INTER_CUBIC)
    return np.clip(rough + dice.normal(0, 6, (side, side, 1)), 0, 255).astype(np.uint8)


def soft(image: Image, share: float) -> Image:
    return cv2.addWeighted(image, 1 - share, cv2.GaussianBlur(image, (5, 5), 1), share, 0).astype(np.uint8)


def detail(image: Image) -> float:
    return vitals.detail(vitals.look(image))


def settled(image: Image) -> DetailCorrection:
    correction = started()
    for _ in range(25):
        correction.correct(image, None, REEF)
    return correction


def test_what_is_as_sharp_as_it_was_stays_bit_for_bit() -> None:
    assert (settled(painting()).correct(painting(), None, REEF) == painting()).all()


@pytest.mark.parametrize("softening", [0.12, 0.18])
def test_a_loop_that_softens_keeps_its_detail(softening: float) -> None:
    held = free = painting()
    correction = settled(held)
    for _ in range(60):
        held = correction.correct(soft(held, softening), None, REEF)
        free = soft(free, softening)
    assert detail(held) > 0.6 * detail(painting())
    assert detail(free) < 0.3 * detail(painting())


def test_a_picture_that_roughens_is_softened() -> None:
    rough = np.clip(painting().astype(int) + np.random.default_rng(1).integers(-20, 21, painting().shape), 0, 255)
    correction = settled(painting())
    assert detail(correction.correct(rough.astype(np.uint8), None, REEF)) < 0.8 * detail(rough.astype(np.uint8))


def test_the_anchor_follows_a_change_of_prompt() -> None:
    correction = settled(painting())
    calm, sea = cv2.GaussianBlur(painting(), (9, 9), 2).astype(np.uint8), Conditioning(prompts=(("a calm sea", 1.0),))
    for _ in range(25):
        correction.correct(calm, None, sea)
    assert (correction.correct(calm, None, sea) == calm).all()


def test_the_amount_is_bounded_and_small_differences_are_left_alone() -> None:
    options = DetailOptions()
    assert amount(0.0, 1.0, options) == options.sharpen
    assert amount(100.0, 1.0, options) == -options.soften
    assert amount(0.9, 1.0, options) == pytest.approx(0.1)
    assert amount(1.5, 1.0, options) == 0
    assert raised(0.5, 2)[:5].tolist() == [0, 0, 0, 0, 1]


def test_sharpening_makes_no_halo() -> None:
    edge = np.full((64, 64, 3), 60, dtype=np.uint8)
    edge[:, 32:] = 180
    start = ramp = soft(soft(edge, 1.0), 1.0)
    correction = settled(edge)
    for _ in range(40):
        ramp = correction.correct(ramp, None, REEF)
    assert (ramp.min(), ramp.max()) == (60, 180)
    assert detail(ramp) > 1.5 * detail(start)


def test_it_is_registered() -> None:
    assert resolve("correctors", "detail") is Detail
