from __future__ import annotations

import numpy as np
import pytest

from reverie.core.frame import Image
from reverie.engine.past import CONFIRMED, LENGTH, Past
from reverie.measure import vitals
from tests.engine.pictures import picture

NEAR = 0.03


def fed(past: Past, pictures: list[Image]) -> list[bool]:
    rounds = []
    for image in pictures:
        seen = vitals.look(image)
        bits = vitals.dhash(seen)
        rounds.append(past.comes_round(seen.thumb, bits, NEAR))
        past.add(seen.thumb, bits)
    return rounds


@pytest.mark.parametrize("period", [2, 3, 8, 21])
def test_a_loop_is_seen_within_one_period_and_eight_frames(period: int) -> None:
    film = [picture(seed % period) for seed in range(period + CONFIRMED + 2)]
    rounds = fed(Past(), film)
    assert rounds.index(True) == period + CONFIRMED - 1


def test_a_loop_with_some_noise_is_still_a_loop() -> None:
    dice = np.random.default_rng(0)
    film = [
        np.clip(picture(step % 5) + dice.integers(-2, 3, (64, 64, 3)), 0, 255).astype(np.uint8) for step in range(20)
    ]
    assert any(fed(Past(), film))


def test_pictures_that_never_return_are_no_loop() -> None:
    assert not any(fed(Past(), [picture(seed) for seed in range(60)]))


def test_a_still_is_no_loop() -> None:
    assert not any(fed(Past(), [picture()] * 40))


def test_slow_change_is_no_loop() -> None:
    one, two = picture(1).astype(float), picture(2).astype(float)
    film = [(one + (two - one) * step / 400).astype(np.uint8) for step in range(200)]
    assert not any(fed(Past(), film))


@pytest.mark.parametrize("after", [3, 12, 100])
def test_what_was_seen_before_a_turn_is_no_loop_and_a_loop_after_it_is(after: int) -> None:
    past, film = Past(), [picture(seed) for seed in range(after)]
    assert not any(fed(past, film))
    past.turn()
    assert not any(fed(past, film[:40]))
    past.turn()
    rounds = fed(past, [picture(seed % 5) for seed in range(30)])
    assert rounds.index(True) == 5 + CONFIRMED - 1


def test_change_is_the_largest_difference_to_the_last_frames() -> None:
    past = Past()
    fed(past, [picture(0)] * 3)
    here = vitals.look(picture(0)).thumb
    assert past.change(here, 4) == 1.0
    fed(past, [picture(0)])
    assert past.change(here, 4) == 0.0
    assert past.change(vitals.look(picture(1)).thumb, 4) > 0.1


def test_likeness_leaves_the_last_ten_frames_out() -> None:
    past = Past()
    fed(past, [picture(seed) for seed in range(10)])
    bits = vitals.dhash(vitals.look(picture(0)))
    assert past.likeness(bits) == 0.0
    fed(past, [picture(10)])
    assert past.likeness(bits) == 1.0


def test_the_ring_forgets_the_oldest_and_keeps_the_order() -> None:
    past = Past()
    for number in range(3 * LENGTH):
        past.add(np.full((32, 32, 3), number % 251, dtype=np.uint8), np.full(4, number, dtype=np.uint64))
    assert len(past) == LENGTH
    assert past.hashes[:, 0].tolist() == list(range(3 * LENGTH - 1, 2 * LENGTH - 1, -1))
    assert past.thumbs[:, 0, 0, 0].tolist() == [number % 251 for number in range(3 * LENGTH - 1, 2 * LENGTH - 1, -1)]
