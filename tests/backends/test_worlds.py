"""The worlds backend: words into pictures, a journey without an end, and blends that are neither one nor the other."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from reverie.backends.travel import bloomed
from reverie.backends.worlds import CARD, Worlds, WorldsGeneration, WorldsOptions
from reverie.core.errors import InputError
from reverie.core.frame import Image, Motion
from reverie.core.registry import create
from reverie.core.spec import ComponentSpec, RenderSpec, Scene
from reverie.core.timeline import Conditioning, Keyframe

SIDE = 48
ZOOM = Conditioning(prompts=(("mountains at dusk, violet, digital painting", 1.0),), seed=5, motion=Motion(zoom=1.63))


def quiet(phase: str, done: float, preview: Any = None) -> None:
    assert phase == "rendering"
    assert 0 <= done <= 1
    assert preview is None


def started(paint_fps: float = 12.0, **options: Any) -> WorldsGeneration:
    component = ComponentSpec(name="worlds", options=options)
    scene = Scene(keyframes=(Keyframe(prompt="mountains"),), backend=component)
    spec = RenderSpec(width=SIDE, height=SIDE, paint_fps=paint_fps, scenes=(scene,))
    backend = create("backends", component)
    assert isinstance(backend, Worlds)
    return backend.start(spec, scene, quiet)


def run(cond: Conditioning, steps: int, generation: WorldsGeneration | None = None) -> list[Image]:
    generation = generation or started()
    picture: Image | None = None
    pictures: list[Image] = []
    for _ in range(steps):
        fed = cond if picture is None else replace(cond, frames=picture[None], seed=cond.seed + len(pictures))
        picture = generation.step(fed, quiet)[0]
        pictures.append(picture)
    return pictures


def apart(one: Image, other: Image) -> float:
    return float(np.abs(one.astype(float) - other.astype(float)).mean())


def test_a_step_gives_one_picture_of_the_size_asked() -> None:
    generation = started()
    pictures = generation.step(ZOOM, quiet)
    assert pictures.shape == (generation.num_frames, SIDE, SIDE, 3)
    assert pictures.dtype == np.uint8
    assert pictures.std() > 10


def test_the_same_run_gives_the_same_bits() -> None:
    assert all(np.array_equal(a, b) for a, b in zip(run(ZOOM, 8), run(ZOOM, 8), strict=True))


def test_another_seed_gives_another_world() -> None:
    assert apart(run(ZOOM, 1)[0], run(replace(ZOOM, seed=6), 1)[0]) > 5


def test_the_words_choose_the_picture() -> None:
    night, day = (run(replace(ZOOM, prompts=((f"the ocean {when}", 1.0),)), 1)[0] for when in ("at night", "by day"))
    assert night.mean() < day.mean() - 15


def test_a_zoom_never_ends_nor_fades() -> None:
    pictures = run(replace(ZOOM, strength=0.85), 80)
    deviations = [picture.std() for picture in pictures]
    assert min(deviations) > 0.25 * np.median(deviations)
    changes = [apart(a, b) for a, b in pairwise(pictures)]
    assert max(changes) < 40
    assert apart(pictures[0], pictures[-1]) > 3


def test_the_picture_moves_with_the_camera_and_lives_at_rest() -> None:
    sea = replace(ZOOM, prompts=(("the ocean by day", 1.0),))
    moving, resting = run(sea, 6), run(replace(sea, motion=Motion()), 6)
    assert apart(moving[0], moving[-1]) > apart(resting[0], resting[-1]) > 0


def test_later_seeds_do_not_break_the_journey_but_a_fresh_start_does() -> None:
    generation = started()
    first = generation.step(replace(ZOOM, seed=1), quiet)[0]
    going = generation.step(replace(ZOOM, strength=0.85, seed=2, frames=first[None]), quiet)[0]
    fresh = generation.step(replace(ZOOM, strength=0.95, seed=2, frames=first[None]), quiet)[0]
    assert apart(first, going) < apart(first, fresh)
    assert np.array_equal(fresh, started().step(replace(ZOOM, strength=1.0, seed=2), quiet)[0])


@pytest.mark.parametrize(("strength", "share"), [(0.0, 0.0), (0.25, 0.25), (0.5, 0.5), (0.95, 1.0), (1.0, 1.0)])
def test_strength_is_the_rendering_s_share(strength: float, share: float) -> None:
    given = np.full((1, SIDE, SIDE, 3), 200, np.uint8)
    rendered = started().step(replace(ZOOM, strength=1.0), quiet)[0].astype(float)
    mixed = started().step(replace(ZOOM, strength=strength, frames=given), quiet)[0]
    assert np.abs(mixed - (200 * (1 - share) + rendered * share)).max() <= 1


def test_an_input_of_another_size_is_fitted() -> None:
    given = np.zeros((1, 30, 90, 3), np.uint8)
    assert started().step(replace(ZOOM, strength=0.5, frames=given), quiet).shape == (1, SIDE, SIDE, 3)


def test_a_change_of_prompt_passes_over_smoothly() -> None:
    generation, sea = started(), "the ocean by day in gold"
    name = ZOOM.prompts[0][0]
    pictures = run(ZOOM, 2, generation)
    for share in np.linspace(0.05, 0.95, 12):
        pictures.append(generation.step(replace(ZOOM, prompts=((name, 1 - share), (sea, share))), quiet)[0])
    pictures += run(replace(ZOOM, prompts=((sea, 1.0),)), 2, generation)
    alone = run(replace(ZOOM, prompts=((sea, 1.0),)), 1)[0]
    assert apart(pictures[-1], alone) < apart(pictures[0], alone) / 2
    assert max(apart(a, b) for a, b in pairwise(pictures)) < apart(pictures[0], pictures[-1]) / 2


def test_a_steady_mixture_is_painted_again_before_it_blurs() -> None:
    generation = started()
    mixture = replace(ZOOM, prompts=((ZOOM.prompts[0][0], 0.5), ("ocean", 0.5)))
    pictures = run(mixture, 30, generation)
    assert min(picture.std() for picture in pictures) > 5


def test_what_a_negative_prompt_names_is_avoided_at_once() -> None:
    generation = started()
    cond = replace(ZOOM, prompts=(("a scene of mountains", 1.0),), strength=0.85)
    before = run(cond, 3, generation)[-1]
    hues = "red, golden, green, blue, violet, pink, magenta and cyan"
    grey = run(replace(cond, negative_prompt=hues, frames=before[None]), 30, generation)[-1].astype(float)
    assert np.ptp(grey, axis=2).mean() < np.ptp(before.astype(float), axis=2).mean()


def test_hints_are_told_once() -> None:
    generation = started()
    run(replace(ZOOM, prompts=(("an ocean of qwertyuiop", 1.0),)), 3, generation)
    (event,) = generation.events()
    assert "qwertyuiop" in event.reason
    assert event.frame == 0
    assert generation.events() == []


def test_a_pan_and_a_zoom_out_go_on_as_well() -> None:
    for motion in (Motion(zoom=0.6), Motion(pan=(0.3, 0.0)), Motion(pan=(0.0, -0.2), rotate=40.0)):
        pictures = run(replace(ZOOM, motion=motion, strength=0.85), 36)
        assert min(picture.std() for picture in pictures) > 4


def test_the_card_says_what_it_is() -> None:
    card = Worlds.describe(WorldsOptions())
    assert card is CARD
    assert (card.id, card.network, card.vram_gib) == ("worlds", False, 0.0)
    assert "procedural" in card.title
    card.check({"width": 256, "height": 144, "strength": 0.5})
    with pytest.raises(InputError, match="not a multiple"):
        card.check({"width": 257})


@pytest.mark.parametrize("options", [{"deep": 1.0}, {"fade": 0}, {"dolly": 2}, {"depth": 3}])
def test_bad_options_are_refused(options: dict[str, float]) -> None:
    with pytest.raises(InputError, match=r"backends\.worlds"):
        create("backends", ComponentSpec(name="worlds", options=options))


def test_a_bloom_is_all_old_at_nought_and_all_new_at_one() -> None:
    old, new = np.zeros((8, 12, 3), np.uint8), np.full((8, 12, 3), 255, np.uint8)
    assert np.array_equal(bloomed(old, new, 0.0), old)
    assert np.array_equal(bloomed(old, new, 1.0), new)
    half = bloomed(old, new, 0.5)
    assert half[4, 6, 0] > half[0, 0, 0]
    assert 60 < half.mean() < 200
