"""A small critic of latent patches, so that one step paints detail instead of the average of all details."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm


class Critic(nn.Module):
    """Scores of overlapping patches of latents, given the words (projection, Miyato & Koyama 2018)."""

    def __init__(self, channels: int, text_width: int, width: int = 48) -> None:
        """Build it untrained: patches of 22 latent pixels."""
        super().__init__()
        plan = ((channels, width, 1), (width, 2 * width, 2), (2 * width, 3 * width, 2), (3 * width, 3 * width, 1))
        layers: list[nn.Module] = []
        for inside, outside, stride in plan:
            layers += [spectral_norm(nn.Conv2d(inside, outside, 3, stride, 1)), nn.LeakyReLU(0.2)]
        self.features = nn.Sequential(*layers)
        self.score = spectral_norm(nn.Conv2d(3 * width, 1, 1))
        self.words = nn.Linear(text_width, 3 * width, bias=False)

    def forward(self, latents: Tensor, states: Tensor) -> Tensor:
        """Return `(N, h, w)` scores of `(N, C, H, W)` latents for `(N, tokens, width)` text states."""
        features = self.features(latents)
        words = self.words(states.mean(1))[:, :, None, None]
        total: Tensor = self.score(features)[:, 0] + (features * words).mean(1)
        return total


def critic_loss(real: Tensor, made: Tensor) -> Tensor:
    """Return the hinge loss of the critic."""
    return (1 - real).clamp(min=0).mean() + (1 + made).clamp(min=0).mean()


def painter_loss(made: Tensor) -> Tensor:
    """Return the hinge loss of who is criticised."""
    return -made.mean()
