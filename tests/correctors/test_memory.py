"""What a restyled film is settled by, without weights that know anything: the rules around the network."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import cv2
import numpy as np
import pytest
import torch

from reverie.core.frame import Frame, Image
from reverie.core.spec import ComponentSpec, RenderSpec, Scene
from reverie.core.timeline import Conditioning, Keyframe
from reverie.correctors.memory import AWAKE, MemoryCorrection, MemoryOptions
from reverie.correctors.memory import Memory as CorrectorMemory
from reverie.models.memory import Memory
from reverie.models.memory_runtimes import OnTorch
from reverie.models.recollection import Recollection

PLACEHOLDER = ComponentSpec(name="placeholder")
COND = Conditioning((("a garden", 1.0),))


def texture(seed: int, width: int = 96, height: int = 64) -> Image:
    coarse = np.random.default_rng(seed).uniform(20, 235, (height // 8, width // 8, 3)).astype(np.float32)
    return np.clip(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), 0, 255).astype(np.uint8)


def moved(image: Image, pixels: int) -> Image:
    return np.ascontiguousarray(np.roll(image, pixels, axis=1))


def frame(image: Image, index: int = 0) -> Frame:
    return Frame(image, Fraction(index, 12), index)


@pytest.fixture
def recollection() -> Recollection:
    torch.manual_seed(0)
    network = Memory((8, 8, 8), key_width=8).eval().requires_grad_(False)
    return Recollection(slots=4, every=1, network=OnTorch(network, "float32"))


@pytest.fixture
def correction(recollection: Recollection) -> MemoryCorrection:
    return MemoryCorrection(MemoryOptions(), recollection)


def test_the_first_picture_stays_as_it_is(correction: MemoryCorrection) -> None:
    painted = texture(1)
    assert correction.correct(painted, frame(texture(2)), COND) is painted
    assert correction.correct(painted, None, COND) is painted


def test_where_nothing_moves_the_picture_rests_and_wakes_in_one_frame(correction: MemoryCorrection) -> None:
    source, first = texture(2), texture(1)
    correction.correct(first, frame(source), COND)
    assert correction.correct(texture(3), frame(source.copy()), COND) is first
    woken = correction.correct(texture(3), frame(moved(source, 3)), COND)
    assert not np.array_equal(woken, first)


def test_another_wish_comes_through_though_nothing_moves_and_then_there_is_rest_again(
    correction: MemoryCorrection,
) -> None:
    source, first, other = texture(2), texture(1), texture(3)
    correction.correct(first, frame(source), COND)
    wished = replace(COND, prompts=(("a city", 1.0),))
    shown = [correction.correct(other, frame(source.copy()), wished) for _ in range(AWAKE + 3)]
    before, after = (float(cv2.absdiff(shown[-1], one).mean()) for one in (first, other))
    assert after < before / 2
    assert shown[-1] is shown[-2]
    assert shown[AWAKE // 2] is not shown[AWAKE // 2 - 1]


def test_a_cameras_noise_is_rest_and_a_small_thing_that_moves_is_not(correction: MemoryCorrection) -> None:
    source, dice = texture(2, 256, 192), np.random.default_rng(1)

    def seen(image: Image) -> Image:
        return np.clip(image + dice.normal(0, 4, image.shape), 0, 255).astype(np.uint8)

    first = texture(1, 256, 192)
    correction.correct(first, frame(seen(source)), COND)
    assert all(correction.correct(texture(3, 256, 192), frame(seen(source)), COND) is first for _ in range(4))
    source[90:106, 120:136] ^= 128
    assert correction.correct(texture(3, 256, 192), frame(seen(source)), COND) is not first


def test_light_that_fades_slowly_is_followed(correction: MemoryCorrection) -> None:
    source, first = texture(2), texture(1)
    shown = [correction.correct(first, frame(np.asarray(source * (1 - 0.002 * n), np.uint8)), COND) for n in range(20)]
    assert len({id(one) for one in shown}) > 3


def test_a_cut_begins_anew(correction: MemoryCorrection, recollection: Recollection) -> None:
    for index in range(4):
        correction.correct(texture(1), frame(moved(texture(2), 2 * index)), COND)
    assert recollection.places > 24
    other = np.asarray(255 - texture(40) // 3, np.uint8)
    painted = texture(5)
    assert correction.correct(painted, frame(other), COND) is painted
    assert recollection.places == 24


def test_the_bank_never_grows_beyond_its_slots(correction: MemoryCorrection, recollection: Recollection) -> None:
    for index in range(12):
        correction.correct(texture(index), frame(moved(texture(2), index)), COND)
    assert recollection.places == 4 * 24


def test_without_a_network_half_of_the_moved_past_is_kept() -> None:
    blend = MemoryCorrection(MemoryOptions(network=False, keep=0.5), None)
    source, first, second = texture(2), np.full((64, 96, 3), 200, np.uint8), np.full((64, 96, 3), 100, np.uint8)
    blend.correct(first, frame(source), COND)
    made = blend.correct(second, frame(moved(source, 2)), COND)
    assert set(np.unique(made)) == {100, 150}  # 100 where the past ends
    assert np.median(made) == 150


def test_the_past_moves_with_the_source() -> None:
    keep = MemoryCorrection(MemoryOptions(network=False, keep=1.0), None)
    source, shown = texture(2, 128, 96), texture(3, 128, 96)
    keep.correct(shown, frame(source), COND)
    kept = keep.correct(texture(9, 128, 96), frame(moved(source, 4)), COND)
    apart = np.abs(kept.astype(int) - moved(shown, 4))[16:-16, 24:-24].mean()
    assert apart < 0.35 * np.abs(shown.astype(int) - moved(shown, 4)).mean()


@pytest.mark.parametrize("size", [(90, 58), (33, 32)])
def test_any_size_will_do_and_another_one_begins_anew(correction: MemoryCorrection, size: tuple[int, int]) -> None:
    correction.correct(texture(1), frame(texture(2)), COND)
    painted = np.ascontiguousarray(texture(4)[: size[1], : size[0]])
    assert correction.correct(painted, frame(texture(2)), COND) is painted
    again = correction.correct(painted, frame(moved(texture(2), 3)), COND)
    assert again.shape == painted.shape
    assert again.dtype == np.uint8


def test_an_empty_bank_is_no_hindrance() -> None:
    torch.manual_seed(0)
    network = Memory((8, 8, 8), key_width=8).eval().requires_grad_(False)
    without = MemoryCorrection(MemoryOptions(bank=0), Recollection(0, 4, OnTorch(network, "float32")))
    without.correct(texture(1), frame(texture(2)), COND)
    assert without.correct(texture(3), frame(moved(texture(2), 2)), COND).shape == (64, 96, 3)


def test_who_is_asked_says_what_runs_the_network() -> None:
    corrector = CorrectorMemory(MemoryOptions(runtime="torch", dtype="float32"))
    assert not corrector.environment
    corrector.start(RenderSpec(scenes=(Scene(keyframes=(Keyframe(prompt="a garden"),), backend=PLACEHOLDER),)))
    assert corrector.environment["runtime"] == "torch"
    assert corrector.environment["dtype"] == "float32"
