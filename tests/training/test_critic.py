"""The critic scores patches, hears words, and its losses pull the way they should."""

from __future__ import annotations

import pytest
import torch

from training.critic import Critic, critic_loss, painter_loss


def test_patches_are_scored_by_latents_and_by_words() -> None:
    torch.manual_seed(0)
    critic = Critic(channels=4, text_width=8, width=8).eval()
    latents, states = torch.randn(2, 4, 16, 24), torch.randn(2, 5, 8)
    scores = critic(latents, states)
    assert scores.shape == (2, 4, 6)
    assert not torch.allclose(scores, critic(latents, states.flip(0)))
    assert not torch.allclose(scores, critic(latents.flip(0), states))


def test_the_hinge_is_content_beyond_its_margin() -> None:
    far, near = torch.full((2, 3), 2.0), torch.zeros(2, 3)
    assert float(critic_loss(far, -far)) == 0.0
    assert float(critic_loss(near, near)) == 2.0
    assert float(critic_loss(-far, far)) == 6.0


def test_who_is_criticised_wants_a_high_score() -> None:
    assert float(painter_loss(torch.full((2, 3), 2.0))) == pytest.approx(-2.0)
