from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reverie.core import registry
from reverie.core.catalogue import find
from reverie.core.frame import STILL, Frame, Image, Motion
from reverie.core.protocols import Backend, Generation
from reverie.core.spec import ComponentSpec, RenderSpec
from reverie.core.timeline import Conditioning
from reverie.measure.vitals import brightness, contrast, detail, difference, look, saturation
from reverie.media.geometry import move
from reverie.sources.feedback import FeedbackRun

INWARDS = Motion.per_frame(1.05, 10)


def tick(phase: str, done: float, preview: Callable[[], Image] | None = None) -> None:
    assert 0 <= done <= 1


def started(width: int = 96, height: int = 64, paint_fps: float = 10) -> Generation:
    scene = {"keyframes": [{"prompt": "sea"}], "backend": {"name": "placeholder"}}
    spec = RenderSpec.model_validate({"width": width, "height": height, "paint_fps": paint_fps, "scenes": [scene]})
    backend: Backend = registry.create("backends", find("placeholder"))
    return backend.start(spec, spec.scenes[0], tick)


def told(prompt: str = "a reef at dusk", **rest: object) -> Conditioning:
    return Conditioning(**{"prompts": ((prompt, 1.0),), "strength": 0.7, "seed": 5, **rest})  # type: ignore[arg-type]


def dream(steps: int, seed: int = 5, size: tuple[int, int] = (96, 64)) -> list[Image]:
    """Return the pictures of a dream, each repainted from the last one moved, the seed another at every step."""
    generation, source, last, pictures = started(*size), FeedbackRun(None), None, []
    for index in range(steps):
        begin = source.at(Fraction(index, 10), last, INWARDS)
        frames = None if begin is None else begin.image[None]
        (image,) = generation.step(told(seed=seed + index, frames=frames, motion=INWARDS), tick)
        last = Frame(image, Fraction(index, 10), index)
        pictures.append(image)
    return pictures


def test_the_card_is_known_without_starting() -> None:
    plugin = registry.resolve("backends", "placeholder")
    card = plugin.describe(registry.options_of("backends", ComponentSpec(name="placeholder")))
    assert card.id == "placeholder"
    assert card.inputs == {"text", "image"}
    assert not card.network


@settings(max_examples=12, deadline=None)
@given(
    st.sampled_from([(16, 16), (32, 64), (64, 32), (66, 50), (448, 256), (960, 544)]),
    st.text(min_size=1, max_size=200).filter(str.strip),
    st.integers(0, 2**63 - 1),
)
def test_any_prompt_and_size_gives_a_picture(size: tuple[int, int], prompt: str, seed: int) -> None:
    images = started(*size).step(told(prompt, seed=seed), tick)
    assert images.shape == (1, size[1], size[0], 3)
    assert images.dtype == np.uint8


def test_the_same_seed_gives_the_same_film_and_another_seed_another() -> None:
    one, two, other = dream(8), dream(8), dream(8, seed=600)
    assert all((a == b).all() for a, b in zip(one, two, strict=True))
    assert np.abs(one[0].astype(int) - other[0]).mean() > 10


def test_another_prompt_gives_another_look_and_weights_mix_them() -> None:
    def picture(*prompts: tuple[str, float]) -> np.ndarray:
        return np.asarray(started(256, 256).step(told(prompts=prompts), tick)[0], int)

    sea, fire = picture(("sea", 1.0)), picture(("fire", 1.0))
    half = picture(("sea", 0.5), ("fire", 0.5))
    assert np.abs(sea - fire).mean() > 10
    assert np.abs(half - (sea + fire) / 2).mean() < 4


def test_the_words_are_written_on_the_picture() -> None:
    plain, worded = (started(256, 256).step(told(prompt, seed=0), tick)[0] for prompt in (".", "a reef at dusk"))
    assert (worded > 235).all(axis=2).sum() > (plain > 235).all(axis=2).sum() + 200


@pytest.mark.parametrize("motion", [INWARDS, Motion(zoom=0.7), Motion(pan=(0.2, -0.1)), Motion(1.2, (0.1, 0.0), 25)])
def test_the_light_moves_as_the_camera_does(motion: Motion) -> None:
    """What is painted next is near what the last picture becomes when it is moved, whatever the motion."""
    generation = started(256, 256)
    (last,) = generation.step(told(strength=1.0, motion=motion), tick)
    for _ in range(25):
        (image,) = generation.step(told(strength=1.0, motion=motion), tick)
        moved, inner = move(last, motion.over(0.1)), np.s_[16:-16, 16:-16]
        stayed = np.abs(image[inner].astype(int) - last[inner]).mean()
        assert np.abs(image[inner].astype(int) - moved[inner]).mean() < 0.9 * stayed
        last = image


@pytest.mark.parametrize("strength", [0.0, 0.3, 1.0])
def test_strength_says_how_much_of_the_given_picture_stays(strength: float) -> None:
    given_picture = np.full((256, 256, 3), 10, np.uint8)
    fresh = started(256, 256).step(told(), tick)[0].astype(float)
    mixed = started(256, 256).step(told(strength=strength, frames=given_picture[None]), tick)[0]
    assert np.abs(mixed - (strength * fresh + (1 - strength) * 10)).max() <= 1.5


def test_it_lives() -> None:
    """What the vitals ask of a picture that isn't dying, over half a minute of dreaming."""
    pictures = [look(image) for image in dream(300, size=(96, 96))]
    for index, seen in enumerate(pictures[::15]):
        assert 0.12 < brightness(seen) < 0.85, index
        assert contrast(seen) > 0.15, index
        assert detail(seen) > 0.0001, index
        assert saturation(seen) > 0.08, index
    steps = [
        float(difference(two.thumb, one.thumb[None])[0]) for one, two in zip(pictures, pictures[10:], strict=False)
    ]
    assert min(steps) > 0.01


def test_a_still_dream_is_steady_from_frame_to_frame() -> None:
    """No flicker: with a new seed at every step and no motion, neighbours are near one another."""
    generation = started()
    (last,) = generation.step(told(seed=0), tick)
    for seed in range(1, 30):
        (image,) = generation.step(told(seed=seed, frames=last[None], motion=STILL), tick)
        assert np.abs(image.astype(int) - last).mean() < 8
        last = image


def test_its_pace_is_the_films_and_not_the_rates() -> None:
    slow, fast = started(paint_fps=5), started(paint_fps=10)
    second = [
        [generation.step(told(strength=1.0), tick)[0] for _ in range(n)] for generation, n in ((slow, 6), (fast, 11))
    ]
    assert (second[0][-1] == second[1][-1]).all()
