from __future__ import annotations

from fractions import Fraction

import cv2
import numpy as np
import pytest

from reverie.core.frame import STILL, Image, Motion
from reverie.core.report import VitalSigns
from reverie.core.spec import Thresholds
from reverie.core.timeline import Conditioning
from reverie.engine.vitals import STAGNATION, UNLIMITED, Pulse
from tests.engine.pictures import picture, plain

ZOOM = Motion.per_frame(1.05, 10)
REEF = Conditioning(prompts=(("a reef", 1.0),), strength=0.5, motion=ZOOM)


def felt(film: list[Image], cond: Conditioning = REEF, pulse: Pulse | None = None) -> list[VitalSigns]:
    pulse = pulse or Pulse(Thresholds(), fps=10)
    return [pulse.feel(image, Fraction(index, 10), cond) for index, image in enumerate(film)]


def healthy(frames: int = 30) -> list[Image]:
    return [picture(seed) for seed in range(frames)]


def faded(image: Image, level: float, share: float) -> Image:
    return np.asarray(image + share * (level - image.astype(np.float64)), np.uint8)


def test_lively_pictures_stagnate_of_nothing() -> None:
    assert not any(signs.stagnant for signs in felt(healthy(60)))


def test_signs_are_what_was_measured() -> None:
    first, second = felt([plain(51), plain(102)])
    assert (second.time, second.brightness, second.contrast, second.detail) == pytest.approx((0.1, 0.4, 0, 0))
    assert (first.motion, second.motion) == pytest.approx((0, 0.2))


@pytest.mark.parametrize(
    ("name", "ill"),
    [
        ("dark", lambda image: faded(image, 0, 0.85)),
        ("bright", lambda image: faded(image, 255, 0.93)),
        ("grey", lambda image: cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)),
        ("flat", lambda image: faded(image, 128, 0.75)),
        ("blurred", lambda image: cv2.GaussianBlur(image, (0, 0), 3)),
    ],
)
def test_every_fall_has_its_name(name: str, ill: object) -> None:
    assert callable(ill)
    signs = felt([*healthy(), ill(picture(99))])
    assert name in signs[-1].stagnant
    assert all(one.stagnant == () for one in signs[:-1])


@pytest.mark.parametrize("level", [0, 255])
def test_black_and_white_are_ill_from_the_first_frame(level: int) -> None:
    assert felt([plain(level)])[0].stagnant


def test_a_picture_that_stands_still_freezes_within_a_second() -> None:
    signs = felt([*healthy(), *[picture(5)] * 15])
    frozen = [index for index, one in enumerate(signs) if "frozen" in one.stagnant]
    assert frozen[0] == 40
    assert frozen == list(range(40, 45))


def test_a_still_that_trembles_is_frozen_all_the_same() -> None:
    dice = np.random.default_rng(0)
    still = [np.clip(picture(5) + dice.normal(0, 4, (64, 64, 1)), 0, 255).astype(np.uint8) for _ in range(15)]
    assert "frozen" in felt([*healthy(), *still])[-1].stagnant


def test_nothing_freezes_where_nothing_moves_and_nothing_is_painted() -> None:
    rest = Conditioning(prompts=REEF.prompts, strength=0.0, motion=STILL)
    assert felt([picture(5)] * 40, rest)[-1].stagnant == ()
    assert "frozen" in felt([picture(5)] * 40)[-1].stagnant


def test_a_loop_has_its_name_and_is_not_frozen() -> None:
    signs = felt([*healthy(), *[picture(100 + step % 6) for step in range(20)]])
    assert signs[-1].stagnant == ("looping",)
    first = next(index for index, one in enumerate(signs) if one.stagnant)
    assert first <= 30 + 14


def asking(*prompts: tuple[str, float]) -> Conditioning:
    return Conditioning(prompts=prompts, strength=0.5, motion=ZOOM)


def test_a_prompt_that_is_asked_for_again_may_bring_its_pictures_back() -> None:
    pulse, signs = Pulse(Thresholds(), fps=10), []
    for prompt in ("a reef", "a city", "a reef", "a city"):
        film = [picture(seed, prompt=prompt) for seed in range(20)]
        signs += felt(film, asking((prompt, 1.0)), pulse)
    assert not any(one.stagnant for one in signs)


def test_a_loop_is_a_loop_while_one_prompt_passes_into_another() -> None:
    pulse = Pulse(Thresholds(), fps=10)
    felt(healthy(), REEF, pulse)
    names = [
        pulse.feel(picture(step % 6), Fraction(30 + step, 10), asking(("a reef", 1 - step / 40), ("a city", step / 40)))
        for step in range(1, 30)
    ]
    assert "looping" in names[-1].stagnant


def test_what_was_asked_for_outlives_a_pause() -> None:
    one, two = Pulse(Thresholds(), fps=10), Pulse(Thresholds(), fps=10)
    felt([picture(step % 6) for step in range(20)], REEF, one)
    two.restore(one.state())
    assert felt([picture(20 % 6)], REEF, two)[0].stagnant == ("looping",)


def test_a_change_of_prompt_may_bring_night() -> None:
    pulse, night = Pulse(Thresholds(), fps=10), Conditioning(prompts=(("night", 1.0),), strength=0.5, motion=ZOOM)
    felt(healthy(), REEF, pulse)
    dark = [np.asarray(255 * (image / 255) ** 3.5, np.uint8) for image in healthy(60)]
    signs = felt(dark, night, pulse)
    assert signs[-1].brightness < 0.18
    assert not any(one.stagnant for one in signs)


def test_the_margin_tells_how_far_from_dying_a_picture_is() -> None:
    pulse = Pulse(Thresholds(), fps=10)
    assert pulse.margin == UNLIMITED
    felt(healthy(), REEF, pulse)
    assert 1.3 < pulse.margin < UNLIMITED
    felt([faded(picture(7), 128, 0.75)], REEF, pulse)
    assert pulse.margin < 1


def test_a_frame_to_learn_nothing_from_leaves_the_level() -> None:
    one, two = Pulse(Thresholds(), fps=10), Pulse(Thresholds(), fps=10)
    for pulse, learn in ((one, True), (two, False)):
        felt(healthy(), REEF, pulse)
        for seed in range(60):
            assert pulse.feel(faded(picture(seed), 0, 0.3), Fraction(seed), REEF, learn=learn).stagnant == ()
    assert one.margin > 1.1 * two.margin


def test_every_name_of_the_issue_is_there() -> None:
    assert list(STAGNATION) == ["dark", "bright", "grey", "flat", "blurred", "frozen", "looping"]
