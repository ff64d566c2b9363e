"""More motion is closer to the input, smoothly, and a cut is no motion."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from reverie.backends.diffusers_image.easing import Easing
from reverie.core.frame import Image


def texture(seed: int, shift: int = 0) -> Image:
    coarse = np.random.default_rng(seed).integers(40, 216, (8, 16, 3), np.uint8)
    return np.ascontiguousarray(np.roll(coarse.repeat(8, 0).repeat(8, 1), shift, axis=1))


def strengths(easing: Easing, frames: list[Image]) -> list[float]:
    return [easing.eased(0.5, one) for one in frames]


def test_what_rests_has_its_whole_strength() -> None:
    assert strengths(Easing(0.4), [texture(1)] * 5) == [0.5] * 5


def test_what_moves_has_less_the_more_it_moves_and_comes_back() -> None:
    slow, fast = (strengths(Easing(0.4), [texture(1, speed * n) for n in range(30)])[-1] for speed in (1, 4))
    assert 0.5 * (1 - 0.4) <= fast < slow < 0.5
    easing = Easing(0.4)
    strengths(easing, [texture(1, 4 * n) for n in range(20)])
    assert strengths(easing, [texture(1, 76)] * 40)[-1] == 0.5


def test_it_never_jumps() -> None:
    told = strengths(Easing(0.4), [texture(1)] * 3 + [texture(1, 8 * n) for n in range(20)])
    assert max(abs(one - other) for one, other in pairwise(told)) <= 0.5 * 0.4 * 0.4


def test_a_cut_has_its_whole_strength_again() -> None:
    easing = Easing(0.4)
    assert strengths(easing, [texture(1, 4 * n) for n in range(20)])[-1] < 0.5
    assert easing.eased(0.5, np.full((64, 128, 3), (250, 10, 240), np.uint8)) == 0.5


def test_where_it_is_not_wished_nothing_changes() -> None:
    assert strengths(Easing(0.0), [texture(1, 9 * n) for n in range(9)]) == [0.5] * 9


def test_it_goes_on_from_what_it_knew() -> None:
    frames = [texture(1, 3 * n) for n in range(20)]
    whole, first, second = Easing(0.4), Easing(0.4), Easing(0.4)
    expected = strengths(whole, frames)
    strengths(first, frames[:9])
    second.restore(first.state())
    assert strengths(second, frames[9:]) == pytest.approx(expected[9:], abs=0)
