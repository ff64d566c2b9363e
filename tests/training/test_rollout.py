"""Pictures come out of the pool repainted, beside what they were, and leave it in time."""

from __future__ import annotations

import pytest
import torch

from training.build import TOKENS, build_autoencoder
from training.lessons import Batch
from training.network import Painter
from training.noise import Noise
from training.presets import PRESETS
from training.rollout import LONGEST, STRENGTHS, Rollout, timesteps

SMOKE = PRESETS["smoke"]


@pytest.fixture
def rollout() -> Rollout:
    torch.manual_seed(0)
    painter = Painter(SMOKE, vocabulary=40, end=1, padding=1).eval()
    codec = build_autoencoder(SMOKE).eval().requires_grad_(False)
    return Rollout(painter, codec, Noise.linear("cpu"), torch.Generator().manual_seed(0), most=2)


def batch(number: int) -> Batch:
    return Batch(torch.full((2, 4, 8, 8), float(number)), torch.full((2, TOKENS), 5), torch.tensor([number, number]))


def test_pictures_are_repainted_and_what_they_were_is_kept(rollout: Rollout) -> None:
    given = batch(1)
    taken = rollout.take(given, rollout.painter.read(given.tokens).detach())
    assert taken.latents.shape == taken.clean.shape
    assert not taken.latents.requires_grad
    torch.testing.assert_close(taken.clean, given.latents)
    assert not torch.allclose(taken.latents, taken.clean)
    assert taken.rows.tolist() == [1, 1]


def test_no_picture_stays_longer_than_it_may_and_the_pool_does_not_grow(rollout: Rollout) -> None:
    seen: dict[int, int] = {}
    for number in range(6 * LONGEST):
        given = batch(number)
        taken = rollout.take(given, rollout.painter.read(given.tokens).detach())
        seen[int(taken.rows[0])] = seen.get(int(taken.rows[0]), 0) + 1
        assert len(rollout.pool) <= 2
    assert max(seen.values()) == LONGEST
    assert len(seen) > 3


def test_timesteps_are_those_a_loop_repaints_from() -> None:
    drawn = timesteps(1000, torch.Generator().manual_seed(0))
    assert STRENGTHS[0] <= int(drawn.min()) < int(drawn.max()) < STRENGTHS[1]
