"""One teacher's step goes where it should, and guidance pushes without burning."""

from __future__ import annotations

import pytest
import torch

from training.build import TOKENS
from training.distill import cleaner, guided
from training.network import Painter
from training.noise import Noise
from training.presets import PRESETS

STEPS = torch.tensor([300, 700, 950])


@pytest.fixture(scope="module")
def teacher() -> Painter:
    torch.manual_seed(0)
    return Painter(PRESETS["smoke"], vocabulary=40, end=1, padding=1).eval()


def drawn(seed: int) -> torch.Tensor:
    return torch.randn(3, 4, 8, 8, generator=torch.Generator().manual_seed(seed))


def test_a_step_keeps_picture_and_noise_and_changes_their_shares() -> None:
    noise, picture, fresh = Noise.linear("cpu"), drawn(0), drawn(1)
    target = STEPS - 100
    reached = cleaner(noise, noise.add(picture, fresh, STEPS), picture, STEPS, target)
    torch.testing.assert_close(reached, noise.add(picture, fresh, target), rtol=1e-3, atol=1e-3)


def test_without_guidance_the_teacher_is_left_alone(teacher: Painter) -> None:
    noise, noised = Noise.linear("cpu"), drawn(2)
    said, unsaid = (teacher.read(torch.full((3, TOKENS), word)).detach() for word in (5, 1))
    plain = noise.picture(noised, teacher(noised, STEPS, said).detach(), STEPS)
    torch.testing.assert_close(guided(teacher, noise, noised, STEPS, (said, unsaid), torch.zeros(3)), plain)


def test_guidance_changes_the_picture_and_keeps_its_deviation(teacher: Painter) -> None:
    noise, noised = Noise.linear("cpu"), drawn(2)
    said, unsaid = (teacher.read(torch.full((3, TOKENS), word)).detach() for word in (5, 1))
    plain, pushed = (
        guided(teacher, noise, noised, STEPS, (said, unsaid), torch.full((3,), scale)) for scale in (0.0, 0.5)
    )
    assert not torch.allclose(plain, pushed, atol=1e-4)
    assert (pushed.std((1, 2, 3)) <= plain.std((1, 2, 3)) * 1.001).all()
