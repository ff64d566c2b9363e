"""Whether a probe that was taught to can tell what was painted from what was rendered."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from reverie.core.frame import Image
from training.probes import plain

CROP = 128


class Teller(nn.Module):
    """Looks at crops in full resolution, since sharpness is half of what gives a painting away."""

    def __init__(self, width: int = 16) -> None:
        """Build it, knowing nothing."""
        super().__init__()
        self.features = plain(width).features
        self.head = nn.Linear(8 * width, 1)

    def forward(self, pictures: Tensor) -> Tensor:
        """Return logits, above 0 for painted: `(N, 3, H, W)` in 0..1 to `(N,)`."""
        features = self.features(pictures * 2 - 1)
        said: Tensor = self.head(torch.cat([features.mean((2, 3)), features.amax((2, 3))], dim=1))
        return said[:, 0]


def told_apart(made: Sequence[Image], real: Sequence[Image], steps: int = 400, seed: int = 0, batch: int = 32) -> float:
    """Return how often the probe is right, 0 to 1: taught on two thirds of each kind, asked about the rest."""
    torch.manual_seed(seed)
    pictures = torch.from_numpy(np.stack([*made, *real])).permute(0, 3, 1, 2)
    answers = torch.cat([torch.ones(len(made)), torch.zeros(len(real))])
    asked = torch.cat([torch.arange(len(part)) % 3 == 2 for part in (made, real)])
    probe = Teller()
    _teach(probe, pictures[~asked], answers[~asked], steps, np.random.default_rng(seed), batch)
    with torch.inference_mode():
        said = torch.cat([probe(part.float() / 255) for part in pictures[asked].split(16)])
    return float(((said > 0).float() == answers[asked]).float().mean())


def _teach(
    probe: Teller, pictures: Tensor, answers: Tensor, steps: int, rng: np.random.Generator, batch: int, lr: float = 2e-3
) -> None:
    optimizer = torch.optim.AdamW(probe.parameters(), lr, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, lr, total_steps=max(steps, 2))
    probe.train()
    crop = min(CROP, pictures.shape[2])
    for _ in range(steps):
        chosen = torch.from_numpy(rng.integers(0, len(pictures), batch))
        top, left = rng.integers(0, pictures.shape[2] - crop + 1, 2)
        shown = pictures[chosen, :, top : top + crop, left : left + crop].float() / 255
        shown = shown.flip(3) if rng.random() < 0.5 else shown
        loss = functional.binary_cross_entropy_with_logits(probe(shown), answers[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    probe.eval()
