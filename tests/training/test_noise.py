"""The schedule is the one the scheduler writes down, and picture, noise and velocity say the same thing."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from training.build import TRAIN_STEPS, build_scheduler
from training.noise import Noise, draw_steps

STEPS = torch.tensor([0, 1, 99, 400, 600, 999])


@pytest.fixture
def noise() -> Noise:
    return Noise.linear("cpu")


def drawn(seed: int) -> Tensor:
    return torch.randn(len(STEPS), 4, 5, 6, generator=torch.Generator().manual_seed(seed))


def test_the_schedule_is_the_schedulers(noise: Noise) -> None:
    kept = build_scheduler().alphas_cumprod
    torch.testing.assert_close(noise.signal.square(), kept, rtol=1e-4, atol=1e-8)
    torch.testing.assert_close(noise.spread.square(), 1.0 - kept, rtol=1e-3, atol=1e-7)
    assert float(kept[-1]) < 1e-4


def test_a_noised_picture_is_the_schedulers(noise: Noise) -> None:
    ours = noise.add(drawn(0), drawn(1), STEPS)
    torch.testing.assert_close(ours, build_scheduler().add_noise(drawn(0), drawn(1), STEPS), rtol=1e-4, atol=1e-5)


def test_velocity_is_signal_times_noise_less_spread_times_picture(noise: Noise) -> None:
    later = STEPS[2:]
    picture, fresh = drawn(0)[2:], drawn(1)[2:]
    signal, spread = noise.at(later)
    velocity = noise.velocity(noise.add(picture, fresh, later), picture, later)
    torch.testing.assert_close(velocity, signal * fresh - spread * picture, rtol=1e-3, atol=1e-4)


def test_the_velocity_speaks_of_the_picture_wanted_whatever_was_noised(noise: Noise) -> None:
    noised = noise.add(drawn(2), drawn(1), STEPS)
    found = noise.picture(noised, noise.velocity(noised, drawn(0), STEPS), STEPS)
    torch.testing.assert_close(found, drawn(0), rtol=1e-4, atol=1e-4)


def test_steps_are_drawn_from_everywhere_and_most_of_all_where_repainting_happens() -> None:
    steps = draw_steps(4000, torch.Generator().manual_seed(0))
    assert 0 <= int(steps.min()) < 50
    assert TRAIN_STEPS - 50 < int(steps.max()) < TRAIN_STEPS
    near = ((steps > 240) & (steps < 560)).float().mean()
    assert 0.45 < float(near) < 0.55
